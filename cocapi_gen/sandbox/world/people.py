"""Players: who they are, and their bodies as a profile, as a clan member and in rankings.

>>> from datetime import UTC
>>> new_person("#2PP", 3, None, chance(1)).body({}, datetime(2026, 1, 8, tzinfo=UTC))["builderBaseTrophies"]
0
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING

from cocapi_gen.sandbox.world import catalogue, reference as ref, seasons
from cocapi_gen.sandbox.world.material import Json, JsonObject, JsonRows, chance
from cocapi_gen.sandbox.world.names import player_name

if TYPE_CHECKING:
    from cocapi_gen.sandbox.world.clans import Clan

_RANKED_FROM_TOWN_HALL = 7
"""The Town Hall that opens ranked battles."""
_BUILDER_BASE_FROM_TOWN_HALL = 4
TOP_TOWN_HALL = 18
_LEGEND_FROM_TROPHIES = 5000
_HOUSE = (("ground", 82000000), ("walls", 82000040), ("roof", 82000010), ("decoration", 82000060))


@dataclass(slots=True, eq=False)
class Person:
    """A player, in as few facts as everything else about them follows from; those below `clan` change with time."""

    tag: str
    name: str
    exp_level: int
    builder_trophies: int
    clan: Clan | None
    role: str | None
    town_hall: int
    tier: int
    trophies: int
    best_trophies: int
    war_stars: int
    attack_wins: int
    defense_wins: int
    donations: int
    received: int

    @property
    def builder_hall(self) -> int | None:
        """None until the Town Hall is high enough for the boat."""
        return min(10, self.town_hall - 2) if self.town_hall >= _BUILDER_BASE_FROM_TOWN_HALL else None

    @property
    def league_tier(self) -> JsonObject:
        """The ranked tier; Unranked is a tier too."""
        return catalogue.league_tier(min(ref.LEAGUE_TIERS) + self.tier)

    @property
    def builder_league(self) -> JsonObject:
        """The builder base league that the trophies give."""
        step = min(len(ref.BUILDER_BASE_LEAGUES) - 1, self.builder_trophies // 120)
        return catalogue.plain(ref.BUILDER_BASE_LEAGUES, min(ref.BUILDER_BASE_LEAGUES) + step)

    def raise_town_hall(self) -> None:
        """Go one level up; the one that opens ranked battles gives the lowest tier."""
        self.town_hall += 1
        if self.town_hall == _RANKED_FROM_TOWN_HALL:
            self.tier = 1

    def optional(self) -> JsonObject:
        """What profile and member row share and either may lack."""
        rng = chance(self.tag, "house")
        body: JsonObject = {}
        if rng.random() < 0.7:
            body["playerHouse"] = {
                "elements": [{"type": kind, "id": first + rng.randrange(9)} for kind, first in _HOUSE]
            }
        if self.builder_hall is not None:
            body["builderBaseLeague"] = self.builder_league
        return body

    def member(self, rank: int) -> JsonObject:
        """The row in a clan's member list."""
        rng = chance(self.tag, "member")
        return {
            "tag": self.tag,
            "name": self.name,
            "role": self.role,
            "townHallLevel": self.town_hall,
            "expLevel": self.exp_level,
            "leagueTier": self.league_tier,
            "trophies": self.trophies,
            "builderBaseTrophies": self.builder_trophies,
            "clanRank": rank,
            # 0 is what the API says of a newcomer
            "previousClanRank": 0 if rng.random() < 0.1 else max(1, rank + rng.randint(-2, 2)),
            "donations": self.donations,
            "donationsReceived": self.received,
            **self.optional(),
        }

    def body(self, group: JsonObject, now: datetime) -> JsonObject:
        """The whole profile; `group` is what tells of the groups of ranked battles, empty for none."""
        # whatever depends on what can change is drawn all the same, so that nothing else changes with it
        rng = chance(self.tag, "profile")
        best_builder_trophies = self.builder_trophies + rng.randint(0, 400)
        return {
            "tag": self.tag,
            "name": self.name,
            "townHallLevel": self.town_hall,
            **_weapon(self, rng),
            "expLevel": self.exp_level,
            "trophies": self.trophies,
            "bestTrophies": self.best_trophies,
            "warStars": self.war_stars,
            "attackWins": self.attack_wins,
            "defenseWins": self.defense_wins,
            **({} if self.builder_hall is None else {"builderHallLevel": self.builder_hall}),
            "builderBaseTrophies": self.builder_trophies,
            "bestBuilderBaseTrophies": best_builder_trophies if self.builder_hall else 0,
            **_war_preference(self, rng),
            "donations": self.donations,
            "donationsReceived": self.received,
            "clanCapitalContributions": self.town_hall * rng.randint(0, 150_000),
            "leagueTier": self.league_tier,
            **({} if self.clan is None else {"role": self.role, "clan": self.clan.card()}),
            **group,
            **_legend(self, now),
            "achievements": _achievements(self, rng),
            **self.optional(),
            "labels": [catalogue.label(number) for number in _few(rng, ref.PLAYER_LABELS)],
            **_army(self, rng),
        }


def new_person(tag: str, town_hall: int, role: str | None, rng: Random) -> Person:
    """A player of the given Town Hall, otherwise drawn.

    >>> new_person("#2PP", 11, None, chance(1)).town_hall
    11
    """
    tier = max(1, min(36, (town_hall - 6) * 3 + rng.randint(-3, 1))) if town_hall >= _RANKED_FROM_TOWN_HALL else 0
    # in the old leagues trophies were not counted by the week
    best = rng.randint(_LEGEND_FROM_TROPHIES, 6200) if tier >= 30 else tier * 40 + rng.randint(0, 1500)
    return Person(
        tag=tag,
        name=player_name(rng),
        exp_level=town_hall * 12 + rng.randint(1, 40),
        builder_trophies=town_hall * 200 + rng.randint(0, 1400) if town_hall >= _BUILDER_BASE_FROM_TOWN_HALL else 0,
        clan=None,
        role=role,
        town_hall=town_hall,
        tier=tier,
        trophies=0,
        best_trophies=best,
        war_stars=town_hall * rng.randint(0, 120),
        attack_wins=rng.randint(0, 60),
        defense_wins=rng.randint(0, 12),
        donations=rng.randint(0, 2500),
        received=rng.randint(0, 2500),
    )


def _few(rng: Random, names: Iterable[int]) -> list[int]:
    pool = list(names)
    return sorted(rng.sample(pool, rng.randint(0, 3)))


def _weapon(person: Person, rng: Random) -> JsonObject:
    level = rng.randint(1, 5)
    return {"townHallWeaponLevel": level} if 12 <= person.town_hall < TOP_TOWN_HALL else {}


def _war_preference(person: Person, rng: Random) -> JsonObject:
    choice = rng.choice(("in", "in", "out", ""))
    return {"warPreference": choice} if choice and person.town_hall > 4 else {}


def _legend(person: Person, now: datetime) -> JsonObject:
    best = person.best_trophies
    if best < _LEGEND_FROM_TROPHIES:
        return {}
    rng = chance(person.tag, "legend")
    return {
        "legendStatistics": {
            "legendTrophies": best - 4800,
            "currentSeason": {"trophies": person.trophies},
            "previousSeason": {
                "id": seasons.legend_seasons(now)[-2],
                "rank": rng.randint(1, 90_000),
                "trophies": best - 200,
            },
            "bestSeason": {"id": "2025-08", "rank": rng.randint(1, 90_000), "trophies": best},
            "bestBuilderBaseSeason": {"id": "2025-07", "rank": rng.randint(1, 90_000), "trophies": best - 400},
        }
    }


def _achievements(person: Person, rng: Random) -> JsonRows:
    progress = person.town_hall / TOP_TOWN_HALL
    drawn = [(feat, int(feat.targets[2] * progress * rng.uniform(0, 2))) for feat in ref.FEATS]
    told = {
        "Bigger & Better": person.town_hall,
        "Sweet Victory!": person.best_trophies,
        "War Hero": person.war_stars,
        "Master Engineering": person.builder_hall or 0,
    }
    return [_achievement(feat, told.get(feat.name, value)) for feat, value in drawn]


def _achievement(feat: ref.Feat, value: int) -> JsonObject:
    stars = sum(value >= target for target in feat.targets)
    target = feat.targets[min(stars, 2)]
    return {
        "name": feat.name,
        "stars": stars,
        "value": value,
        "target": target,
        "info": feat.info.format(target=target),
        "completionInfo": None if feat.done is None else feat.done.format(value=value),
        "village": feat.village,
    }


def _army(person: Person, rng: Random) -> JsonObject:
    hall, workshop = person.town_hall, person.builder_hall or 0
    troops = _levels(ref.HOME_TROOPS, hall, TOP_TOWN_HALL, "home", rng)
    supers = _levels(ref.SUPER_TROOPS, hall, TOP_TOWN_HALL, "home", rng)
    active = rng.random()
    if supers:
        supers[int(active * len(supers))]["superTroopIsActive"] = True
    equipment = {hero: _levels(items, hall, TOP_TOWN_HALL, "home", rng) for hero, items in ref.EQUIPMENT.items()}
    heroes = _levels(ref.HOME_HEROES, hall, TOP_TOWN_HALL, "home", rng)
    return {
        "troops": [*troops, *supers, *_levels(ref.BUILDER_TROOPS, workshop, 10, "builderBase", rng)],
        "heroes": [_equipped(hero, equipment) for hero in heroes]
        + _levels(ref.BUILDER_HEROES, workshop, 10, "builderBase", rng),
        "heroEquipment": [item for items in equipment.values() for item in items],
        "spells": _levels(ref.SPELLS, hall, TOP_TOWN_HALL, "home", rng),
    }


def _levels(items: Iterable[ref.Item], hall: int, top_hall: int, village: str, rng: Random) -> JsonRows:
    # locked items are drawn too, so that nothing falls when a hall rises
    drawn = [(item, rng.randint(0, 2)) for item in items]
    return [_level(item, hall, top_hall, village, lag) for item, lag in drawn if item.unlock <= hall]


def _level(item: ref.Item, hall: int, top_hall: int, village: str, lag: int) -> JsonObject:
    level = max(1, item.top * hall // top_hall - lag)
    return {"name": item.name, "level": level, "maxLevel": item.top, "village": village}


def _equipped(hero: JsonObject, equipment: dict[str, JsonRows]) -> JsonObject:
    worn: Json = equipment[str(hero["name"])][:2]
    return {**hero, "equipment": worn} if worn else hero
