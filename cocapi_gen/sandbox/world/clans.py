"""Clans: what they are, and their bodies as a clan, as a search hit and as a card inside other bodies.

>>> new_clan(1, Draft(0, "#2PP", "Falkenhorst", 32000193, True), ()).card()["clanLevel"] > 0
True
"""

from __future__ import annotations

from dataclasses import dataclass

from cocapi_gen.sandbox.world import catalogue, reference as ref
from cocapi_gen.sandbox.world.material import JsonObject, JsonRows, badge, chance
from cocapi_gen.sandbox.world.names import DESCRIPTIONS
from cocapi_gen.sandbox.world.people import Person


@dataclass(frozen=True, slots=True)
class Draft:
    """What is decided about a clan before anything is drawn."""

    number: int
    tag: str
    name: str
    location: int | None
    public: bool
    capital: bool = True


@dataclass(frozen=True, slots=True)
class Clan:
    """A clan; the members are in the order of their trophies."""

    draft: Draft
    members: tuple[Person, ...]
    level: int
    labels: tuple[int, ...]
    war_frequency: str
    capital_hall: int
    settings: JsonObject
    record: JsonObject

    @property
    def tag(self) -> str:
        """The clan's tag."""
        return self.draft.tag

    @property
    def name(self) -> str:
        """The clan's name."""
        return self.draft.name

    @property
    def points(self) -> int:
        """Home village points."""
        return sum(person.trophies for person in self.members)

    @property
    def builder_points(self) -> int:
        """Builder base points."""
        return sum(person.builder_trophies for person in self.members) // 2

    @property
    def capital_points(self) -> int:
        """Capital points: 0 while the capital is locked."""
        return self.capital_hall * 430 + self.level

    @property
    def badge(self) -> JsonObject:
        """The badge's pictures."""
        return badge(self.tag[1:])

    def card(self, level: str = "clanLevel") -> JsonObject:
        """Tag, name, badge and level: the head of the clan in every other body."""
        return {"tag": self.tag, "name": self.name, "badgeUrls": self.badge, level: self.level}

    def location(self) -> JsonObject:
        """The `location` member, or nothing for a clan that set none."""
        number = self.draft.location
        return {} if number is None else {"location": catalogue.location(number)}

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
            **self.record,
            "isWarLogPublic": self.draft.public,
            "members": len(self.members),
            "labels": [catalogue.label(number) for number in self.labels],
        }

    def body(self) -> JsonObject:
        """The clan as it answers for itself."""
        description = DESCRIPTIONS[self.draft.number % len(DESCRIPTIONS)]
        return {
            **self.hit(),
            "description": description,
            "memberList": self.member_rows(),
            "clanCapital": self.capital(),
        }

    def member_rows(self) -> JsonRows:
        """The member list."""
        return [person.member(rank) for rank, person in enumerate(self.members, 1)]

    def capital(self) -> JsonObject:
        """The clan capital; an empty object while it is locked."""
        if not self.capital_hall:
            return {}
        peak = min(ref.DISTRICTS)
        halls = {number: max(1, min(5, self.capital_hall // 2)) for number in ref.DISTRICTS} | {peak: self.capital_hall}
        districts = [{**catalogue.plain(ref.DISTRICTS, number), "districtHallLevel": halls[number]} for number in halls]
        return {"capitalHallLevel": self.capital_hall, "districts": districts}


def new_clan(seed: int, draft: Draft, members: tuple[Person, ...]) -> Clan:
    """A clan of these members, otherwise drawn."""
    rng = chance(seed, "clan", draft.number)
    wins = rng.randint(20, 600)
    record: JsonObject = {"warWinStreak": rng.randint(0, 12), "warWins": wins}
    if draft.public:
        record |= {"warTies": rng.randint(0, 9), "warLosses": rng.randint(5, 300)}
    record["warLeague"] = catalogue.plain(ref.WAR_LEAGUES, rng.choice(sorted(ref.WAR_LEAGUES)))
    settings: JsonObject = {
        "type": rng.choice(("open", "inviteOnly", "closed")),
        "isFamilyFriendly": rng.random() < 0.5,
        "capitalLeague": catalogue.plain(ref.CAPITAL_LEAGUES, rng.choice(sorted(ref.CAPITAL_LEAGUES))),
        "requiredTrophies": rng.randrange(0, 3000, 100),
        "requiredBuilderBaseTrophies": rng.randrange(0, 3000, 100),
        "requiredTownhallLevel": rng.randint(1, 16),
    }
    # every third clan never chose a language
    if draft.number % 3:
        settings["chatLanguage"] = catalogue.language(rng.choice(ref.LANGUAGES))
    return Clan(
        draft=draft,
        members=tuple(sorted(members, key=lambda person: (-person.trophies, person.tag))),
        level=rng.randint(3, 30),
        labels=tuple(sorted(rng.sample(sorted(ref.CLAN_LABELS), draft.number % 4))),
        war_frequency=rng.choice(ref.WAR_FREQUENCIES),
        capital_hall=rng.randint(4, 10) if draft.capital else 0,
        settings=settings,
        record=record,
    )
