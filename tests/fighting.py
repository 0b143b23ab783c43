"""Wars that the tests make up, with a plain account of what happened in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from cocapi_gen.models import ClanWarInfo
from cocapi_gen.testing.strategies._wire import Json

STATES = ("preparation", "inWar", "warEnded")
_DIGITS = "0289PYLQGRJCUV"
_BADGE: Json = {"small": "s.png", "medium": "m.png", "large": "l.png"}


def tag_of(number: int) -> str:
    """A tag for each number."""
    letters = ""
    for _ in range(4):
        number, place = divmod(number, len(_DIGITS))
        letters += _DIGITS[place]
    return f"#{letters}"


@dataclass(frozen=True)
class Blow:
    """One attack, as it happened."""

    clan: str
    attacker: str
    defender: str
    stars: int
    percent: int
    order: int

    @property
    def body(self) -> dict[str, Json]:
        return {
            "attackerTag": self.attacker,
            "defenderTag": self.defender,
            "stars": self.stars,
            "destructionPercentage": self.percent,
            "order": self.order,
        }


@dataclass(frozen=True)
class Side:
    """A clan with its line-up: players by their place on the map."""

    clan: str
    players: dict[int, str]


@dataclass(frozen=True)
class Fight:
    """A war, and what happened in it."""

    sides: tuple[Side, Side]
    state: str
    each: int
    blows: tuple[Blow, ...]
    body: dict[str, Json]

    @property
    def war(self) -> ClanWarInfo:
        return ClanWarInfo.model_validate(self.body)


def sides(draw: st.DrawFn, clans: Sequence[str], rosters: Sequence[Sequence[str]], size: int) -> tuple[Side, Side]:
    """Take a line-up of each roster; who is further up in the roster is further up on the map."""
    one, other = (
        Side(clan, {place + 1: roster[place] for place in draw(st.permutations(range(len(roster))))[:size]})
        for clan, roster in zip(clans, rosters, strict=True)
    )
    return one, other


def fight(draw: st.DrawFn, both: tuple[Side, Side], state: str, each: int, kind: dict[str, Json]) -> Fight:
    """Fight a war, attack by attack."""
    turns = [(side, player) for side in (0, 1) for player in both[side].players.values() for _ in range(each)]
    made = 0 if state == "preparation" else draw(st.integers(0, len(turns)))
    blows = tuple(
        Blow(
            clan=both[side].clan,
            attacker=attacker,
            defender=draw(st.sampled_from([*both[1 - side].players.values()])),
            stars=draw(st.integers(0, 3)),
            percent=draw(st.integers(0, 100)),
            order=order,
        )
        for order, (side, attacker) in enumerate(draw(st.permutations(turns))[:made], 1)
    )
    body: dict[str, Json] = {
        "state": state,
        "teamSize": len(both[0].players),
        "startTime": "20260108T020000.000Z",
        "endTime": "20260109T020000.000Z",
        "clan": _side_body(both[0], blows),
        "opponent": _side_body(both[1], blows),
        **kind,
    }
    return Fight(both, state, each, blows, body)


def best(blows: Sequence[Blow]) -> Blow | None:
    return max(blows, key=lambda blow: (blow.stars, blow.percent, -blow.order), default=None)


def _side_body(side: Side, blows: Sequence[Blow]) -> dict[str, Json]:
    own = [blow for blow in blows if blow.clan == side.clan]
    counted = [best([blow for blow in own if blow.defender == base]) for base in {blow.defender for blow in own}]
    return {
        "tag": side.clan,
        "name": side.clan.lower(),
        "badgeUrls": _BADGE,
        "clanLevel": 9,
        "attacks": len(own),
        "stars": sum(blow.stars for blow in counted if blow),
        "destructionPercentage": sum(blow.percent for blow in counted if blow) / len(side.players),
        "members": [_player_body(tag, place, blows) for place, tag in side.players.items()],
    }


def _player_body(tag: str, place: int, blows: Sequence[Blow]) -> dict[str, Json]:
    suffered = [blow for blow in blows if blow.defender == tag]
    made: list[Json] = [blow.body for blow in blows if blow.attacker == tag]
    worst = best(suffered)
    return {
        "tag": tag,
        "name": tag.lower(),
        "townhallLevel": 16,
        "mapPosition": place,
        "opponentAttacks": len(suffered),
        **({"attacks": made} if made else {}),
        **({"bestOpponentAttack": worst.body} if worst else {}),
    }


@st.composite
def fights(draw: st.DrawFn) -> Fight:
    """Wars of every kind in every state, between the clans of numbers 1 and 2 with players from 100 and from 200 on."""
    size = draw(st.integers(1, 4))
    rosters = [[tag_of(first + each) for each in range(draw(st.integers(size, 8)))] for first in (100, 200)]
    both = sides(draw, (tag_of(1), tag_of(2)), rosters, size)
    state = draw(st.sampled_from(STATES))
    kinds: list[tuple[int, dict[str, Json]]] = [
        (2, {"attacksPerMember": 2}),  # a regular war
        (1, {"attacksPerMember": 1}),  # a friendly one
        (2, {}),  # one from before December 2021
        (1, {"warStartTime": "20260108T020000.000Z"}),  # one of the Clan War League
        (1, {"tag": "#2PP0"}),
    ]
    each, kind = draw(st.sampled_from(kinds))
    return fight(draw, both, state, each, kind)
