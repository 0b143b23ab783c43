"""The clan war league: a group of eight clans, seven rounds, the first five of them drawn.

>>> len(pairings(["a", "b", "c", "d"]))
3
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from cocapi_gen.sandbox.world.clans import Clan
from cocapi_gen.sandbox.world.material import NOW, JsonObject, TagMint
from cocapi_gen.sandbox.world.wars import War, league_war, roster

_T = TypeVar("_T")
_DRAWN_ROUNDS = 5
_FIRST_BATTLE_DAY = NOW.replace(day=5, hour=8)


@dataclass(frozen=True, slots=True)
class WarLeague:
    """The group: its clans, and for each war tag the two clans and the beginning of their battle day."""

    seed: int
    clans: tuple[Clan, ...]
    draw: Mapping[str, tuple[tuple[Clan, Clan], datetime]]
    rounds: tuple[tuple[str, ...], ...]

    def group(self) -> JsonObject:
        """The group as the API answers it."""
        return {
            "state": "inWar",
            "season": f"{NOW:%Y-%m}",
            "clans": [_league_clan(clan) for clan in self.clans],
            "rounds": [{"warTags": tags} for tags in self.rounds],
        }

    def war(self, war_tag: str) -> War | None:
        """The war of that tag, or None when there is none."""
        drawn = self.draw.get(war_tag)
        return None if drawn is None else league_war(self.seed, *drawn)


def new_league(seed: int, clans: Sequence[Clan], mint: TagMint) -> WarLeague:
    """The group of these clans; rounds that are not drawn yet hold the placeholder '#0'."""
    draw: dict[str, tuple[tuple[Clan, Clan], datetime]] = {}
    rounds: list[tuple[str, ...]] = []
    for number, pairs in enumerate(pairings(clans)):
        if number >= _DRAWN_ROUNDS:
            rounds.append(("#0",) * len(pairs))
            continue
        start = _FIRST_BATTLE_DAY + timedelta(days=number)
        tags = tuple(mint.make(9) for _ in pairs)
        draw.update((tag, (pair, start)) for tag, pair in zip(tags, pairs, strict=True))
        rounds.append(tags)
    return WarLeague(seed, tuple(clans), draw, tuple(rounds))


def pairings(teams: Sequence[_T]) -> list[list[tuple[_T, _T]]]:
    """Every team against every other, once, in as few rounds as possible (the circle method).

    >>> pairings("ab")
    [[('a', 'b')]]
    """
    fixed, circle = teams[0], list(teams[1:])
    half = len(teams) // 2
    rounds: list[list[tuple[_T, _T]]] = []
    for _ in circle:
        row = [fixed, *circle]
        rounds.append(list(zip(row[:half], row[: -half - 1 : -1], strict=True)))
        circle = [circle[-1], *circle[:-1]]
    return rounds


def _league_clan(clan: Clan) -> JsonObject:
    return {
        **clan.card(),
        "members": [_league_member(person.tag, person.name, person.town_hall) for person in roster(clan)],
    }


def _league_member(tag: str, name: str, town_hall: int) -> JsonObject:
    # camel H here, while the members of a war have townhallLevel
    return {"tag": tag, "name": name, "townHallLevel": town_hall}
