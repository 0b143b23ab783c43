"""Single battles: how they come out, what they come to in a week, and how logs tell of them.

>>> week = tally([Outcome(3, 100), Outcome(0, 30)], held=[Outcome(1, 55)])
>>> week.attack_wins, week.defense_losses, week.trophies
(1, 1, 37)
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from operator import add
from random import Random
from typing import NamedTuple

from cocapi_gen.sandbox.world import reference as ref
from cocapi_gen.sandbox.world.material import JsonObject, stamp
from cocapi_gen.sandbox.world.people import Person
from cocapi_gen.sandbox.world.wars import stars_for

_LOOT = ("Gold", "Elixir", "DarkElixir", "SourElixir")


class Outcome(NamedTuple):
    """What a battle came to."""

    stars: int
    percent: int

    @property
    def trophies(self) -> int:
        """What the attacker of a ranked battle wins; the defender wins nothing."""
        return self.stars * 8 + self.percent // 10


class Fighter(NamedTuple):
    """A player as they were when they fought."""

    person: Person
    town_hall: int


class Battle(NamedTuple):
    """One ranked battle."""

    at: datetime
    attacker: Fighter
    defender: Fighter
    outcome: Outcome


class Tally(NamedTuple):
    """The battles of a player in one week; an attack is won with any star, a defence only without one."""

    attack_wins: int
    attack_losses: int
    attack_stars: int
    defense_wins: int
    defense_losses: int
    defense_stars: int
    trophies: int

    @property
    def attacks(self) -> int:
        """How often the player attacked."""
        return self.attack_wins + self.attack_losses

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(*map(add, self, other))


def draw_outcome(rng: Random) -> Outcome:
    """How a battle comes out."""
    percent = min(100, rng.randint(15, 130))
    return Outcome(stars_for(percent, rng), percent)


def tally(made: Sequence[Outcome], held: Sequence[Outcome]) -> Tally:
    """What the attacks that were made and those that were held come to."""
    attack_wins = sum(outcome.stars > 0 for outcome in made)
    defense_losses = sum(outcome.stars > 0 for outcome in held)
    return Tally(
        attack_wins,
        len(made) - attack_wins,
        sum(outcome.stars for outcome in made),
        len(held) - defense_losses,
        defense_losses,
        sum(outcome.stars for outcome in held),
        sum(outcome.trophies for outcome in made),
    )


def log_row(battle: Battle, enemy: Person) -> JsonObject:
    """The row in the log of a week's group; the trophies are the attacker's in either log."""
    return {
        "opponentPlayerTag": enemy.tag,
        "opponentName": enemy.name,
        "stars": battle.outcome.stars,
        "destructionPercentage": battle.outcome.percent,
        "trophies": battle.outcome.trophies,
        "creationTime": _iso(battle.at),
    }


def battle_row(
    rng: Random, kind: str, enemy: Fighter, outcome: Outcome, moment: datetime, *, attack: bool
) -> JsonObject:
    """The row in a player's battle log; army and loot are drawn."""
    looted = _LOOT if rng.random() < 0.9 else _LOOT[:3]
    return {
        "battleType": kind,
        "attack": attack,
        "armyShareCode": _army_code(rng),
        "opponentPlayerTag": enemy.person.tag,
        "opponentName": enemy.person.name,
        "opponentTownHallLevel": enemy.town_hall,
        "stars": outcome.stars,
        "destructionPercentage": outcome.percent,
        "battleTime": rng.randint(40, 180),
        "battleTimestamp": stamp(moment),
        "lootedResources": [{"name": name, "amount": rng.randint(0, 900_000)} for name in looted],
        "extraLootedResources": [{"name": name, "amount": rng.randint(0, 90_000)} for name in looted],
        "availableLoot": [
            {"name": name, "amount": rng.randint(0, 1_500_000) if name in looted else 0} for name in ref.RESOURCES
        ],
    }


def _iso(moment: datetime) -> str:
    fraction = f".{moment.microsecond // 1000:03}" if moment.microsecond else ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z"


def _army_code(rng: Random) -> str:
    troops = "-".join(f"{rng.randint(1, 20)}x{number}" for number in sorted(rng.sample(range(30), rng.randint(2, 5))))
    spells = "-".join(f"{rng.randint(1, 5)}x{number}" for number in sorted(rng.sample(range(12), rng.randint(0, 3))))
    return f"u{troops}" + (f"s{spells}" if spells else "")
