"""Raid weekends: raided attack by attack, so that every sum of a season follows from its attacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from cocapi_gen.sandbox.world import catalogue, reference as ref
from cocapi_gen.sandbox.world.clans import Clan
from cocapi_gen.sandbox.world.material import NOW, JsonObject, JsonRows, chance, stamp
from cocapi_gen.sandbox.world.people import Person

_SEASONS = 5
_ATTACK_LIMIT = 5
# Friday 07:00 UTC of the newest weekend that has ended
_NEWEST_START = NOW.replace(day=2, hour=7)


@dataclass(slots=True)
class _Raider:
    person: Person
    bonus: int
    attacks: int = 0
    looted: int = 0

    def body(self) -> JsonObject:
        return {
            "tag": self.person.tag,
            "name": self.person.name,
            "attacks": self.attacks,
            "attackLimit": _ATTACK_LIMIT,
            "bonusAttackLimit": self.bonus,
            "capitalResourcesLooted": self.looted,
        }


@dataclass(slots=True)
class _District:
    number: int
    hall: int
    percent: int = 0
    looted: int = 0
    attacks: JsonRows = field(default_factory=list[JsonObject])

    @property
    def stars(self) -> int:
        return sum(self.percent >= limit for limit in (50, 75, 100))

    def hit(self, raider: _Raider, rng: Random) -> None:
        gain = min(100 - self.percent, rng.randint(18, 70))
        loot = gain * self.hall * 17
        self.percent += gain
        self.looted += loot
        raider.attacks += 1
        raider.looted += loot
        attacker = {"tag": raider.person.tag, "name": raider.person.name}
        # newest first
        self.attacks.insert(0, {"attacker": attacker, "destructionPercent": self.percent, "stars": self.stars})

    def body(self, detailed: bool) -> JsonObject:
        return {
            **catalogue.plain(ref.DISTRICTS, self.number),
            "districtHallLevel": self.hall,
            "destructionPercent": self.percent,
            "stars": self.stars,
            "attackCount": len(self.attacks),
            "totalLooted": self.looted,
            **({"attacks": self.attacks} if detailed and self.attacks else {}),
        }


@dataclass(slots=True)
class _Raid:
    enemy: Clan
    districts: list[_District]

    @property
    def attack_count(self) -> int:
        return sum(len(district.attacks) for district in self.districts)

    @property
    def destroyed(self) -> int:
        return sum(district.percent == 100 for district in self.districts)

    def body(self, enemy_role: str, detailed: bool) -> JsonObject:
        return {
            enemy_role: self.enemy.card("level"),
            "attackCount": self.attack_count,
            "districtCount": len(self.districts),
            "districtsDestroyed": self.destroyed,
            "districts": [district.body(detailed) for district in self.districts],
        }


def raid_seasons(seed: int, clan: Clan, others: Sequence[Clan]) -> JsonRows:
    """The raid weekends of a clan, newest first; only the newest names members and single attacks."""
    enemies = [other for other in others if other.capital_hall]
    if not clan.capital_hall:
        return []
    return [_season(chance(seed, "raid", clan.tag, age), clan, enemies, age) for age in range(_SEASONS)]


def _season(rng: Random, clan: Clan, enemies: Sequence[Clan], age: int) -> JsonObject:
    start = _NEWEST_START - timedelta(weeks=age)
    raiders = _raiders(rng, clan)
    raids = _campaign(rng, raiders, enemies)
    newest = age == 0
    return {
        "state": "ended",
        "startTime": stamp(start),
        "endTime": stamp(start + timedelta(days=3)),
        "capitalTotalLoot": sum(raider.looted for raider in raiders),
        "raidsCompleted": sum(raid.destroyed == len(raid.districts) for raid in raids),
        "totalAttacks": sum(raid.attack_count for raid in raids),
        "enemyDistrictsDestroyed": sum(raid.destroyed for raid in raids),
        "offensiveReward": rng.randint(60, 260),
        "defensiveReward": rng.randint(40, 300),
        **({"members": [raider.body() for raider in raiders]} if newest else {}),
        "attackLog": [raid.body("defender", newest) for raid in raids],
        "defenseLog": [raid.body("attacker", newest) for raid in _defences(rng, clan, enemies)],
    }


def _raiders(rng: Random, clan: Clan) -> list[_Raider]:
    people = rng.sample(clan.members, min(len(clan.members), rng.randint(8, 20)))
    return [_Raider(person, rng.randint(0, 1)) for person in people]


def _campaign(rng: Random, raiders: Sequence[_Raider], enemies: Sequence[Clan]) -> list[_Raid]:
    queue = [raider for raider in raiders for _ in range(_ATTACK_LIMIT + raider.bonus)]
    rng.shuffle(queue)
    # each raid takes its attackers out of the queue, and there are more enemies than the queue lasts for
    return [_raid(rng, enemy, enemy.capital_hall, queue) for enemy in rng.sample(enemies, len(enemies)) if queue]


def _defences(rng: Random, clan: Clan, enemies: Sequence[Clan]) -> list[_Raid]:
    attackers = rng.sample(enemies, 3)
    return [_defence(rng, clan, enemy) for enemy in attackers]


def _defence(rng: Random, clan: Clan, enemy: Clan) -> _Raid:
    queue = [raider for raider in _raiders(rng, enemy) for _ in range(_ATTACK_LIMIT)]
    rng.shuffle(queue)
    return _raid(rng, enemy, clan.capital_hall, queue)


def _raid(rng: Random, enemy: Clan, peak_hall: int, queue: list[_Raider]) -> _Raid:
    """Attackers leave the queue until every district is down or nobody is left; the peak falls last."""
    peak, *rest = (_District(number, max(1, min(5, peak_hall // 2))) for number in ref.DISTRICTS)
    peak.hall = peak_hall
    for district in (*rest, peak):
        while queue and district.percent < 100:
            district.hit(queue.pop(), rng)
    return _Raid(enemy, [peak, *rest])
