"""The daily life of clans: donations, battles, members who come and go, roles and Town Halls that change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random
from typing import TypeAlias

from cocapi_gen.sandbox.world import seasons
from cocapi_gen.sandbox.world.clans import Clan
from cocapi_gen.sandbox.world.history import (
    Donated,
    MemberJoined,
    MemberLeft,
    RoleChanged,
    SeasonStarted,
    TownHallRaised,
)
from cocapi_gen.sandbox.world.material import chance
from cocapi_gen.sandbox.world.people import TOP_TOWN_HALL, Person
from cocapi_gen.sandbox.world.ranked import Ranked
from cocapi_gen.sandbox.world.stage import Stage
from cocapi_gen.sandbox.world.warfare import visible_war

_Activity: TypeAlias = Callable[[Clan, Random], None]

_MOST_MEMBERS, _FEWEST_MEMBERS, _FEWEST_CLANLESS = 50, 15, 10
_RANKS = ("member", "admin", "coLeader")
_PAUSE = 20 * 60
"""Mean seconds between two things that happen in a clan."""


class Life:
    """What happens in every clan, some times in an hour."""

    def __init__(self, stage: Stage, ranked: Ranked) -> None:
        self._stage = stage
        self._ranked = ranked
        # what may happen next in a clan, and how likely it is
        self._activities: dict[_Activity, int] = {
            self._donate: 500,
            self._battle: 400,
            self._leave: 30,
            self._join: 30,
            self._change_role: 15,
            self._raise_town_hall: 4,
        }
        self._clanless = [person for person in stage.people.values() if person.clan is None]
        for clan in stage.clans.values():
            self._go_on(clan, chance(stage.seed, "life", clan.tag))
        stage.clock.at(seasons.season(stage.now) + timedelta(weeks=4), self._turn_season)
        stage.clock.at(seasons.gold_pass(stage.now)[1], self._turn_gold_pass)

    def _go_on(self, clan: Clan, rng: Random) -> None:
        pause = timedelta(seconds=rng.randint(1, 2 * _PAUSE))
        self._stage.clock.at(self._stage.now + pause, partial(self._act, clan, rng))

    def _act(self, clan: Clan, rng: Random) -> None:
        (activity,) = rng.choices([*self._activities], [*self._activities.values()])
        activity(clan, rng)
        self._go_on(clan, rng)

    # ------------------------------------------------------------------ what a clan may do

    def _donate(self, clan: Clan, rng: Random) -> None:
        giver, receiver = rng.sample(clan.members, 2)
        amount = rng.randint(1, 45)
        giver.donations += amount
        receiver.received += amount
        self._stage.history.append(Donated(self._stage.now, clan.tag, giver.tag, receiver.tag, amount))

    def _battle(self, clan: Clan, rng: Random) -> None:
        self._ranked.fight(rng.choice(clan.members), rng)

    def _leave(self, clan: Clan, rng: Random) -> None:
        """Nobody leaves during a regular war that they fight in, and no clan becomes too small for the war league."""
        person = rng.choice(clan.members)
        if person.role == "leader" or len(clan.members) <= _FEWEST_MEMBERS or self._fights(clan, person):
            return
        clan.members.remove(person)
        self._clanless.append(person)
        person.clan = person.role = None
        self._stage.history.append(MemberLeft(self._stage.now, clan.tag, person.tag))

    def _join(self, clan: Clan, rng: Random) -> None:
        if len(self._clanless) <= _FEWEST_CLANLESS or len(clan.members) >= _MOST_MEMBERS:
            return
        person = self._clanless.pop(rng.randrange(len(self._clanless)))
        clan.members.append(person)
        person.clan, person.role = clan, "member"
        self._stage.history.append(MemberJoined(self._stage.now, clan.tag, person.tag))

    def _change_role(self, clan: Clan, rng: Random) -> None:
        person = rng.choice(clan.members)
        if person.role == "leader":
            return
        person.role = rng.choice([role for role in _RANKS if role != person.role])
        self._stage.history.append(RoleChanged(self._stage.now, clan.tag, person.tag, person.role))

    def _raise_town_hall(self, clan: Clan, rng: Random) -> None:
        person = rng.choice(clan.members)
        if person.town_hall >= TOP_TOWN_HALL:
            return
        person.raise_town_hall()
        self._stage.history.append(TownHallRaised(self._stage.now, person.tag, person.town_hall))

    def _fights(self, clan: Clan, person: Person) -> bool:
        war = visible_war(clan, self._stage.now)
        if war is None or war.end <= self._stage.now:
            return False
        return any(fighter.tag == person.tag for side in war.sides for fighter in side.fighters)

    # ------------------------------------------------------------------ periods

    def _turn_season(self) -> None:
        now = self._stage.now
        for person in self._stage.people.values():
            person.donations = person.received = person.attack_wins = person.defense_wins = 0
        self._stage.history.append(SeasonStarted(now, "season", now.date().isoformat()))
        self._stage.clock.at(now + timedelta(weeks=4), self._turn_season)

    def _turn_gold_pass(self) -> None:
        now = self._stage.now
        self._stage.history.append(SeasonStarted(now, "goldPass", now.date().isoformat()))
        self._stage.clock.at(seasons.gold_pass(now)[1], self._turn_gold_pass)
