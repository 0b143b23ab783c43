"""The course of a ranked week of the time before the sandbox's beginning: attacks between the places of a group.

A course knows places instead of players, so that a few of them serve a world of any size: what each place wins is known
at once, and battles between players are only made of it for whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import NamedTuple

from cocapi_gen.sandbox.world.battles import Outcome, Tally, draw_outcome, tally

GROUP_SIZE = 100
MOST_ATTACKS = 12
"""How often a player may attack in a week."""
_MILLISECOND = timedelta(milliseconds=1)
_WEEK = timedelta(weeks=1) // _MILLISECOND


class Attack(NamedTuple):
    """An attack of one place on another; `after` are milliseconds since the beginning of the week."""

    after: int
    attacker: int
    defender: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Course:
    """What has happened in a week.

    Attributes:
        attacks: those that a place made or held, by place, oldest first.
        tallies: what they come to, by place.
    """

    attacks: tuple[tuple[Attack, ...], ...]
    tallies: tuple[Tally, ...]


UNTOUCHED = Course(((),) * GROUP_SIZE, (tally((), ()),) * GROUP_SIZE)
"""The course of a week that has seen nothing yet."""


def draw_course(rng: Random, until: timedelta) -> Course:
    """The course of a week as far as the moment `until`, counted from its beginning.

    >>> from cocapi_gen.sandbox.world.material import chance
    >>> draw_course(chance(1), timedelta(0)) == UNTOUCHED
    True
    """
    places: list[list[Attack]] = [[] for _ in range(GROUP_SIZE)]
    for attack in sorted(_attacks(rng, until // _MILLISECOND)):
        places[attack.attacker].append(attack)
        places[attack.defender].append(attack)
    return Course(tuple(map(tuple, places)), tuple(_tally(place, attacks) for place, attacks in enumerate(places)))


def _attacks(rng: Random, until: int) -> Iterator[Attack]:
    for attacker in range(GROUP_SIZE):
        for _ in range(rng.randint(0, MOST_ATTACKS)):
            after = _moment(rng)
            if after < until:
                defender = (attacker + rng.randint(1, GROUP_SIZE - 1)) % GROUP_SIZE
                yield Attack(after, attacker, defender, draw_outcome(rng))


def _moment(rng: Random) -> int:
    """A moment of the week; one in four is not a whole second, as on the wire."""
    moment = rng.randint(0, _WEEK - 1)
    return moment if rng.random() < 0.25 else moment // 1000 * 1000


def _tally(place: int, attacks: list[Attack]) -> Tally:
    return tally(
        [attack.outcome for attack in attacks if attack.attacker == place],
        [attack.outcome for attack in attacks if attack.defender == place],
    )
