"""Clans: what they are, and their bodies as a clan, as a search hit and as a card inside other bodies.

>>> from cocapi_gen.sandbox.world.material import chance
>>> from cocapi_gen.sandbox.world.people import new_person
>>> new_clan(0, "#2PP", (new_person("#8QU", 12, "leader", chance(1)),), chance(1), small=False).card()["tag"]
'#2PP'
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from cocapi_gen.sandbox.world import catalogue, reference as ref
from cocapi_gen.sandbox.world.material import JsonObject, JsonRows, badge
from cocapi_gen.sandbox.world.names import DESCRIPTIONS, clan_name
from cocapi_gen.sandbox.world.people import Person

if TYPE_CHECKING:
    from cocapi_gen.sandbox.world.wars import War

# Russia, the United States, Germany, Japan, Kenya, Australia the country, International, and Russia again
_FAVOURITE_HOMES = (32000193, 32000249, 32000094, 32000122, 32000126, 32000021, 32000006, 32000193)


@dataclass(slots=True, eq=False)
class Clan:
    """A clan; what stands below `members` changes with time.

    Attributes:
        number: the place among all clans of the world.
        founders: the members that it began with.
        public: whether the war log is.
        capital_hall: level of the capital's peak; 0 while the capital is locked.
        settings: what is fixed, as the API writes it.
        members: the members, in no order.
        war_league: the place among the war leagues.
        war: the regular or friendly war, running or the last one.
        log: the rows of wars that ended within the sandbox's time, oldest first.
    """

    number: int
    tag: str
    name: str
    founders: tuple[Person, ...]
    public: bool
    location_id: int | None
    level: int
    labels: tuple[int, ...]
    war_frequency: str
    capital_hall: int
    settings: JsonObject
    members: list[Person]
    war_league: int
    wins: int
    losses: int
    ties: int
    streak: int
    war: War | None = None
    log: JsonRows = field(default_factory=list[JsonObject])

    @property
    def points(self) -> int:
        """Home village points: the tiers of ranked battles, and this week's trophies."""
        return sum(person.tier * 40 + person.trophies for person in self.members)

    @property
    def builder_points(self) -> int:
        """Builder base points."""
        return sum(person.builder_trophies for person in self.members) // 2

    @property
    def capital_points(self) -> int:
        """Capital points: 0 while the capital is locked."""
        return self.capital_hall * 430 + self.level if self.capital_hall else 0

    @property
    def badge(self) -> JsonObject:
        """The badge's pictures."""
        return badge(self.tag[1:])

    def card(self, level: str = "clanLevel") -> JsonObject:
        """Tag, name, badge and level: the head of the clan in every other body."""
        return {"tag": self.tag, "name": self.name, "badgeUrls": self.badge, level: self.level}

    def location(self) -> JsonObject:
        """The `location` member, or nothing for a clan that set none."""
        return {} if self.location_id is None else {"location": catalogue.location(self.location_id)}

    def hit(self) -> JsonObject:
        """The clan as a search hit."""
        return {
            "tag": self.tag,
            "name": self.name,
            **self.location(),
            **self.settings,
            "badgeUrls": self.badge,
            "clanLevel": self.level,
            "clanPoints": self.points,
            "clanBuilderBasePoints": self.builder_points,
            "clanCapitalPoints": self.capital_points,
            "warFrequency": self.war_frequency,
            "warWinStreak": self.streak,
            "warWins": self.wins,
            **({"warTies": self.ties, "warLosses": self.losses} if self.public else {}),
            "warLeague": catalogue.plain(ref.WAR_LEAGUES, min(ref.WAR_LEAGUES) + self.war_league),
            "isWarLogPublic": self.public,
            "members": len(self.members),
            "labels": [catalogue.label(number) for number in self.labels],
        }

    def body(self) -> JsonObject:
        """The clan as it answers for itself."""
        return {
            **self.hit(),
            "description": DESCRIPTIONS[self.number % len(DESCRIPTIONS)],
            "memberList": self.member_rows(),
            "clanCapital": self.capital(),
        }

    def ranking(self) -> list[Person]:
        """The members, the best first."""
        return sorted(self.members, key=lambda person: (-person.trophies, person.tag))

    def roster(self) -> list[Person]:
        """The members in the order of the war map: the highest Town Hall first."""
        return sorted(self.members, key=lambda person: (-person.town_hall, -person.exp_level, person.tag))

    def member_rows(self) -> JsonRows:
        """The member list."""
        return [person.member(rank) for rank, person in enumerate(self.ranking(), 1)]

    def capital(self) -> JsonObject:
        """The clan capital; an empty object while it is locked."""
        if not self.capital_hall:
            return {}
        halls = self.district_halls().items()
        districts = [{**catalogue.plain(ref.DISTRICTS, number), "districtHallLevel": hall} for number, hall in halls]
        return {"capitalHallLevel": self.capital_hall, "districts": districts}

    def district_halls(self) -> dict[int, int]:
        """The hall level of every district of an open capital; the first is the peak."""
        others = dict.fromkeys(ref.DISTRICTS, max(1, min(5, self.capital_hall // 2)))
        return others | {min(ref.DISTRICTS): self.capital_hall}


def new_clan(number: int, tag: str, members: tuple[Person, ...], rng: Random, *, small: bool) -> Clan:
    """A clan of these members, otherwise drawn; a small one has no home and no capital yet."""
    clan = Clan(
        number=number,
        tag=tag,
        name=clan_name(rng),
        founders=members,
        public=number % 8 != 7,
        location_id=None if small else _home(number, rng),
        level=rng.randint(3, 30),
        labels=tuple(sorted(rng.sample(sorted(ref.CLAN_LABELS), number % 4))),
        war_frequency=rng.choice(ref.WAR_FREQUENCIES),
        capital_hall=0 if small else rng.randint(4, 10),
        settings=_settings(number, rng),
        members=[*members],
        war_league=rng.randrange(len(ref.WAR_LEAGUES)),
        wins=rng.randint(20, 600),
        losses=rng.randint(5, 300),
        ties=rng.randint(0, 9),
        streak=rng.randint(0, 12),
    )
    for person in members:
        person.clan = clan
    return clan


def _home(number: int, rng: Random) -> int | None:
    """One of the places where most clans are at home, or, for some, any place or none."""
    some = number % 10
    return _FAVOURITE_HOMES[some] if some < len(_FAVOURITE_HOMES) else rng.choice([None, *ref.LOCATIONS])


def _settings(number: int, rng: Random) -> JsonObject:
    settings: JsonObject = {
        "type": rng.choice(("open", "inviteOnly", "closed")),
        "isFamilyFriendly": rng.random() < 0.5,
        "capitalLeague": catalogue.plain(ref.CAPITAL_LEAGUES, rng.choice(sorted(ref.CAPITAL_LEAGUES))),
        "requiredTrophies": rng.randrange(0, 3000, 100),
        "requiredBuilderBaseTrophies": rng.randrange(0, 3000, 100),
        "requiredTownhallLevel": rng.randint(1, 16),
    }
    # every third clan never chose a language
    if number % 3:
        settings["chatLanguage"] = catalogue.language(rng.choice(ref.LANGUAGES))
    return settings
