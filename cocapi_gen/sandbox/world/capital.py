"""Raid weekends: raided attack by attack, so that every sum of a season follows from its attacks.

A clan's raids of a weekend are settled when the weekend begins; what is seen of them depends on the moment.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from random import Random
from typing import NamedTuple

from cocapi_gen.sandbox.world import catalogue, reference as ref
from cocapi_gen.sandbox.world.clans import Clan
from cocapi_gen.sandbox.world.history import RaidAttacked, RaidWeekendEnded, RaidWeekendStarted
from cocapi_gen.sandbox.world.material import JsonObject, JsonRows, chance, stamp
from cocapi_gen.sandbox.world.people import Person
from cocapi_gen.sandbox.world.seasons import RAID_LENGTH, raid_weekend
from cocapi_gen.sandbox.world.stage import Stage

_SEASONS = 5
_RAIDS = 5
_ATTACK_LIMIT = 5
_KEPT = 4096


class Attack(NamedTuple):
    """One attack on a district; `percent` and `stars` are what is reached in all."""

    at: datetime
    raider: Person
    district: int
    percent: int
    stars: int
    loot: int


class Raid(NamedTuple):
    """What one clan does to the capital of another."""

    attacker: Clan
    defender: Clan
    attacks: tuple[Attack, ...]

    def until(self, now: datetime) -> Raid:
        """The raid as it stood at that moment."""
        if not self.attacks or self.attacks[-1].at <= now:
            return self
        return self._replace(attacks=tuple(attack for attack in self.attacks if attack.at <= now))

    def destroyed(self) -> int:
        """How many districts are down."""
        return sum(attack.percent == 100 for attack in self.attacks)

    def body(self, role: str, enemy: Clan, *, detailed: bool) -> JsonObject:
        """The raid as the API writes it."""
        halls = self.defender.district_halls()
        return {
            role: enemy.card("level"),
            "attackCount": len(self.attacks),
            "districtCount": len(halls),
            "districtsDestroyed": self.destroyed(),
            "districts": [self._district(number, hall, detailed=detailed) for number, hall in halls.items()],
        }

    def _district(self, number: int, hall: int, *, detailed: bool) -> JsonObject:
        # newest first
        attacks = [attack for attack in reversed(self.attacks) if attack.district == number]
        body: JsonObject = {
            **catalogue.plain(ref.DISTRICTS, number),
            "districtHallLevel": hall,
            "destructionPercent": attacks[0].percent if attacks else 0,
            "stars": attacks[0].stars if attacks else 0,
            "attackCount": len(attacks),
            "totalLooted": sum(attack.loot for attack in attacks),
        }
        if detailed and attacks:
            body["attacks"] = [_attack_body(attack) for attack in attacks]
        return body


class _Raider(NamedTuple):
    person: Person
    bonus: int


@dataclass(frozen=True, slots=True)
class _Campaign:
    """The raids of one clan in one weekend, and who may take part."""

    raiders: tuple[_Raider, ...]
    raids: tuple[Raid, ...]


class Raids:
    """All raid weekends of a world."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._clans = [clan for clan in stage.clans.values() if clan.capital_hall]
        self._first = raid_weekend(stage.now)
        # who was in the clan when a weekend of the sandbox's own time began; before, it was the founders
        self._members: dict[datetime, Mapping[str, tuple[Person, ...]]] = {}
        self._orders: dict[datetime, list[Clan]] = {}
        self._places: dict[datetime, dict[str, int]] = {}
        self._campaigns: OrderedDict[tuple[str, datetime], _Campaign] = OrderedDict()
        if stage.now < self._first + RAID_LENGTH:
            stage.clock.at(stage.now, partial(self._go_on, self._first))
            stage.clock.at(self._first + RAID_LENGTH, self._end)
        stage.clock.at(self._first + timedelta(weeks=1), self._start)

    def seasons(self, clan: Clan) -> JsonRows:
        """The raid weekends of a clan, newest first; only the newest names members and single attacks."""
        if not clan.capital_hall:
            return []
        newest = raid_weekend(self._stage.now)
        return [self._season(clan, newest - timedelta(weeks=age), detailed=age == 0) for age in range(_SEASONS)]

    # ------------------------------------------------------------------ the course of a weekend

    def _start(self) -> None:
        now = self._stage.now
        self._members[now] = {clan.tag: tuple(clan.members) for clan in self._clans}
        for forgotten in (self._members, self._orders, self._places):
            forgotten.pop(now - _SEASONS * timedelta(weeks=1), None)
        self._stage.history.append(RaidWeekendStarted(now))
        self._go_on(now)
        self._stage.clock.at(now + RAID_LENGTH, self._end)
        self._stage.clock.at(now + timedelta(weeks=1), self._start)

    def _go_on(self, weekend: datetime) -> None:
        now = self._stage.now  # the attacks are looked at one by one, later
        for clan in self._clans:
            attacks = ((raid, attack) for raid in self._campaign(clan, weekend).raids for attack in raid.attacks)
            self._await((raid, attack) for raid, attack in attacks if attack.at > now)

    def _await(self, attacks: Iterator[tuple[Raid, Attack]]) -> None:
        for raid, attack in islice(attacks, 1):
            self._stage.clock.at(attack.at, partial(self._attack, raid, attack, attacks))

    def _attack(self, raid: Raid, attack: Attack, others: Iterator[tuple[Raid, Attack]]) -> None:
        self._stage.history.append(
            RaidAttacked(
                attack.at,
                clan_tag=raid.attacker.tag,
                enemy_tag=raid.defender.tag,
                player_tag=attack.raider.tag,
                district_id=attack.district,
                destruction_percentage=attack.percent,
                stars=attack.stars,
                loot=attack.loot,
            )
        )
        self._await(others)

    def _end(self) -> None:
        self._stage.history.append(RaidWeekendEnded(self._stage.now))

    # ------------------------------------------------------------------ what is seen of it

    def _season(self, clan: Clan, weekend: datetime, *, detailed: bool) -> JsonObject:
        now = self._stage.now
        campaign = self._campaign(clan, weekend)
        raids = [raid for each in campaign.raids if (raid := each.until(now)).attacks]
        defences = [raid for each in self._defences(clan, weekend) if (raid := each.until(now)).attacks]
        attacks = [attack for raid in raids for attack in raid.attacks]
        over = now >= weekend + RAID_LENGTH
        rng = chance(self._stage.seed, "raid rewards", clan.tag, int(weekend.timestamp()))
        offensive, defensive = rng.randint(60, 260), rng.randint(40, 300)
        return {
            "state": "ended" if over else "ongoing",
            "startTime": stamp(weekend),
            "endTime": stamp(weekend + RAID_LENGTH),
            "capitalTotalLoot": sum(attack.loot for attack in attacks),
            "raidsCompleted": sum(raid.destroyed() == len(ref.DISTRICTS) for raid in raids),
            "totalAttacks": len(attacks),
            "enemyDistrictsDestroyed": sum(raid.destroyed() for raid in raids),
            "offensiveReward": offensive if over else 0,
            "defensiveReward": defensive if over else 0,
            **({"members": _members(campaign.raiders, attacks)} if detailed else {}),
            "attackLog": [raid.body("defender", raid.defender, detailed=detailed) for raid in raids],
            "defenseLog": [raid.body("attacker", raid.attacker, detailed=detailed) for raid in defences],
        }

    def _defences(self, clan: Clan, weekend: datetime) -> Iterator[Raid]:
        order, place = self._order(clan, weekend)
        for back in range(1, _RAIDS + 1):
            yield self._campaign(order[place - back], weekend).raids[back - 1]

    def _order(self, clan: Clan, weekend: datetime) -> tuple[list[Clan], int]:
        """The clans in a circle, each of which raids those that come after it; and the clan's place among them."""
        if weekend not in self._orders:
            order = [*self._clans]
            chance(self._stage.seed, "raid", int(weekend.timestamp())).shuffle(order)
            self._orders[weekend] = order
            self._places[weekend] = {each.tag: place for place, each in enumerate(order)}
        return self._orders[weekend], self._places[weekend][clan.tag]

    def _campaign(self, clan: Clan, weekend: datetime) -> _Campaign:
        """The clan's raids of a weekend, worked out once for those who ask again soon."""
        key = clan.tag, weekend
        if key not in self._campaigns:
            self._campaigns[key] = self._new_campaign(clan, weekend)
            if len(self._campaigns) > _KEPT:
                self._campaigns.popitem(last=False)
        self._campaigns.move_to_end(key)
        return self._campaigns[key]

    def _new_campaign(self, clan: Clan, weekend: datetime) -> _Campaign:
        rng = chance(self._stage.seed, "raid", clan.tag, int(weekend.timestamp()))
        members = self._members[weekend][clan.tag] if weekend in self._members else clan.founders
        people = rng.sample(members, min(len(members), rng.randint(8, 20)))
        raiders = tuple(_Raider(person, rng.randint(0, 1)) for person in people)
        queue = [raider.person for raider in raiders for _ in range(_ATTACK_LIMIT + raider.bonus)]
        rng.shuffle(queue)
        last = int(RAID_LENGTH.total_seconds()) - 1
        seconds = sorted([rng.randint(1, last) for _ in queue])
        moments = iter([weekend + timedelta(seconds=second) for second in seconds])
        order, place = self._order(clan, weekend)
        enemies = [order[(place + step) % len(order)] for step in range(1, _RAIDS + 1)]
        raids = [Raid(clan, enemy, tuple(_raid(rng, enemy, queue, moments))) for enemy in enemies]
        return _Campaign(raiders, tuple(raids))


def _raid(rng: Random, enemy: Clan, queue: list[Person], moments: Iterator[datetime]) -> Iterator[Attack]:
    """Raiders leave the queue until every district is down or nobody is left; the peak falls last."""
    halls = enemy.district_halls()
    for number in [*[*halls][1:], min(halls)]:
        percent = 0
        while queue and percent < 100:
            gain = min(100 - percent, rng.randint(18, 70))
            percent += gain
            stars = (percent >= 50) + (percent >= 75) + (percent == 100)
            yield Attack(next(moments), queue.pop(), number, percent, stars, gain * halls[number] * 17)


def _members(raiders: Sequence[_Raider], attacks: Sequence[Attack]) -> JsonRows:
    """Those who have attacked."""
    own = {raider: [attack for attack in attacks if attack.raider is raider.person] for raider in raiders}
    return [
        {
            "tag": raider.person.tag,
            "name": raider.person.name,
            "attacks": len(made),
            "attackLimit": _ATTACK_LIMIT,
            "bonusAttackLimit": raider.bonus,
            "capitalResourcesLooted": sum(attack.loot for attack in made),
        }
        for raider, made in own.items()
        if made
    ]


def _attack_body(attack: Attack) -> JsonObject:
    return {
        "attacker": {"tag": attack.raider.tag, "name": attack.raider.name},
        "destructionPercent": attack.percent,
        "stars": attack.stars,
    }
