"""Ranked battles: weekly league groups of 100 players, battle logs and league histories.

>>> CURRENT_SEASON - PREVIOUS_SEASON
604800
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from cocapi_gen.sandbox.world import reference as ref
from cocapi_gen.sandbox.world.clans import Clan
from cocapi_gen.sandbox.world.material import NOW, JsonObject, JsonRows, chance, stamp
from cocapi_gen.sandbox.world.people import Person
from cocapi_gen.sandbox.world.wars import stars_for

_GROUP_SIZE = 100
_WEEK = 604800
_MONDAY = NOW.replace(day=5, hour=5)
CURRENT_SEASON = int(_MONDAY.timestamp())
"""The running week, as the API names it: the epoch second of its Monday, 05:00 UTC."""
PREVIOUS_SEASON = CURRENT_SEASON - _WEEK
_LOOT = ("Gold", "Elixir", "DarkElixir", "SourElixir")


@dataclass(frozen=True, slots=True)
class LeagueGroup:
    """100 players of one week."""

    seed: int
    season: int
    people: tuple[Person, ...]
    clans: Mapping[str, Clan]

    def body(self, player_tag: str) -> JsonObject:
        """The group with the battles of one of its players."""
        people = sorted(self.people, key=lambda person: (-_trophies(self.seed, self.season, person.tag), person.tag))
        return {
            "members": [self._member(person) for person in people],
            "attackLogs": self._log(player_tag, "attack"),
            "defenseLogs": self._log(player_tag, "defense"),
        }

    def _member(self, person: Person) -> JsonObject:
        clan = self.clans.get(person.tag)
        attack, defense = (_wins_losses(self.seed, self.season, person.tag, kind) for kind in ("attack", "defense"))
        return {
            "playerTag": person.tag,
            "playerName": person.name,
            **({} if clan is None else {"clanTag": clan.tag, "clanName": clan.name}),
            "leagueTrophies": _trophies(self.seed, self.season, person.tag),
            "attackWinCount": attack[0],
            "attackLoseCount": attack[1],
            "defenseWinCount": defense[0],
            "defenseLoseCount": defense[1],
        }

    def _log(self, player_tag: str, kind: str) -> JsonRows:
        wins, losses = _wins_losses(self.seed, self.season, player_tag, kind)
        rng = chance(self.seed, "league log", self.season, player_tag, kind)
        enemies = [person for person in self.people if person.tag != player_tag]
        # an attack is won with any star, a defence only without one
        starred = wins if kind == "attack" else losses
        rows = [self._battle(rng, rng.choice(enemies), number < starred) for number in range(wins + losses)]
        rng.shuffle(rows)
        return rows

    def _battle(self, rng: Random, enemy: Person, starred: bool) -> JsonObject:
        percent = min(100, rng.randint(50, 130)) if starred else rng.randint(5, 49)
        stars = stars_for(percent, rng) if starred else 0
        moment = datetime.fromtimestamp(self.season, NOW.tzinfo) + timedelta(seconds=rng.randint(60, 200_000))
        fraction = rng.choice(("", "", "", f".{rng.randrange(1000):03}"))
        return {
            "opponentPlayerTag": enemy.tag,
            "opponentName": enemy.name,
            "stars": stars,
            "destructionPercentage": percent,
            "trophies": stars * 8 + percent // 10,
            "creationTime": f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z",
        }


def league_groups(people: Sequence[Person]) -> list[tuple[Person, ...]]:
    """The players in full groups, the best first; who is left over has not signed up.

    >>> league_groups([])
    []
    """
    ranked = sorted((person for person in people if person.tier), key=lambda person: (-person.tier, person.tag))
    full = len(ranked) // _GROUP_SIZE * _GROUP_SIZE
    return [tuple(ranked[first : first + _GROUP_SIZE]) for first in range(0, full, _GROUP_SIZE)]


def league_history(seed: int, person: Person) -> JsonRows:
    """The four weeks before the running one, oldest first; nothing for players below ranked battles."""
    if not person.tier:
        return []
    return [_history_row(seed, person, CURRENT_SEASON - weeks * _WEEK) for weeks in (4, 3, 2, 1)]


def _history_row(seed: int, person: Person, season: int) -> JsonObject:
    rng = chance(seed, "history", season, person.tag)
    attack, defense = (_wins_losses(seed, season, person.tag, kind) for kind in ("attack", "defense"))
    return {
        "leagueSeasonId": season,
        "leagueTrophies": _trophies(seed, season, person.tag),
        "leagueTierId": min(ref.LEAGUE_TIERS) + person.tier,
        "placement": rng.randint(1, _GROUP_SIZE),
        "attackWins": attack[0],
        "attackLosses": attack[1],
        "attackStars": attack[0] * 2 + rng.randint(0, attack[0]),
        "defenseWins": defense[0],
        "defenseLosses": defense[1],
        "defenseStars": defense[1] * 2,
        "maxBattles": 12,
    }


def _wins_losses(seed: int, season: int, player_tag: str, kind: str) -> tuple[int, int]:
    rng = chance(seed, "league counts", season, player_tag, kind)
    return rng.randint(0, 8), rng.randint(0, 4)


def _trophies(seed: int, season: int, player_tag: str) -> int:
    return chance(seed, "league trophies", season, player_tag).randint(0, 480)


def battle_log(seed: int, person: Person, others: Sequence[Person]) -> JsonRows:
    """The newest 50 battles, newest first."""
    rng = chance(seed, "battles", person.tag)
    moment = NOW
    rows: JsonRows = []
    for _ in range(50):
        moment -= timedelta(minutes=rng.randint(20, 400))
        rows.append(_battle_row(rng, rng.choice(others), bool(person.tier), moment))
    return rows


def _battle_row(rng: Random, enemy: Person, ranked: bool, moment: datetime) -> JsonObject:
    percent = min(100, rng.randint(10, 130))
    looted = _LOOT if rng.random() < 0.9 else _LOOT[:3]
    return {
        "battleType": rng.choice(("ranked", "homeVillage")) if ranked else "homeVillage",
        "attack": rng.random() < 0.5,
        "armyShareCode": _army_code(rng),
        "opponentPlayerTag": enemy.tag,
        "opponentName": enemy.name,
        "opponentTownHallLevel": enemy.town_hall,
        "stars": stars_for(percent, rng),
        "destructionPercentage": percent,
        "battleTime": rng.randint(40, 180),
        "battleTimestamp": stamp(moment),
        "lootedResources": [{"name": name, "amount": rng.randint(0, 900_000)} for name in looted],
        "extraLootedResources": [{"name": name, "amount": rng.randint(0, 90_000)} for name in looted],
        "availableLoot": [
            {"name": name, "amount": rng.randint(0, 1_500_000) if name in looted else 0} for name in ref.RESOURCES
        ],
    }


def _army_code(rng: Random) -> str:
    troops = "-".join(f"{rng.randint(1, 20)}x{number}" for number in sorted(rng.sample(range(30), rng.randint(2, 5))))
    spells = "-".join(f"{rng.randint(1, 5)}x{number}" for number in sorted(rng.sample(range(12), rng.randint(0, 3))))
    return f"u{troops}" + (f"s{spells}" if spells else "")
