"""The world behind a sandbox: clans, players, wars and rankings that follow from one seed.

>>> World(1).clan(World(1).in_war_clan_tag) == World(1).clan(World(1).in_war_clan_tag)
True
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from cocapi_gen.sandbox.world import catalogue, ranked, reference as ref
from cocapi_gen.sandbox.world.capital import raid_seasons
from cocapi_gen.sandbox.world.clans import Clan, Draft, new_clan
from cocapi_gen.sandbox.world.league import new_league
from cocapi_gen.sandbox.world.material import NOW, JsonObject, JsonRows, TagMint, chance
from cocapi_gen.sandbox.world.names import clan_name
from cocapi_gen.sandbox.world.people import Person, new_person
from cocapi_gen.sandbox.world.wars import NOT_IN_WAR, War, regular_war, war_log

_CLANS = 12
_LEAGUE_CLANS = 8
_RANKING_ROWS = 200
# which clan is which; wars are fought between neighbours of the first six
_IN_WAR, _PREPARATION, _WAR_ENDED, _NOT_IN_WAR, _PRIVATE, _SMALL = 0, 2, 4, 6, 7, 11
_FREE_AGENTS = 3
# where clans may be at home: twice Russia, a region, 'International' and two that did not say
_HOMES = (
    32000193,
    32000249,
    32000094,
    32000122,
    32000126,
    32000021,
    32000193,
    32000249,
    32000000,
    32000006,
    None,
    None,
)


class World:
    """Everything a sandbox knows; two worlds of the same seed are equal, on every Python.

    Attributes:
        seed: the seed it was made of.
        clans: every clan by its tag.
        people: every player by their tag.

    >>> world = World(seed=1)
    >>> len(world.clan_tags)
    12
    """

    token = "sandbox-token"
    """The in-game token that verifies; every other token is answered with status 'invalid'."""

    def __init__(self, seed: int = 1, *, clans: int = _CLANS, start: datetime = NOW) -> None:
        self.seed = seed
        self.now = start
        self.history: tuple[object, ...] = ()
        mint = TagMint(chance(seed, "tags"))
        self.clans: dict[str, Clan] = {clan.tag: clan for clan in _new_clans(seed, mint)}
        self.people: dict[str, Person] = {
            person.tag: person for clan in self.clans.values() for person in clan.members
        } | _free_agents(seed, mint)
        self._clan_of = {person.tag: clan for clan in self.clans.values() for person in clan.members}
        self._league = new_league(seed, [*self.clans.values()][:_LEAGUE_CLANS], mint)
        self._groups = self._new_groups(mint)
        self._group_tags = {
            (group.season, person.tag): tag for tag, group in self._groups.items() for person in group.people
        }

    # ------------------------------------------------------------------ tags worth trying

    @property
    def clan_tags(self) -> tuple[str, ...]:
        """The tags of all clans."""
        return tuple(self.clans)

    @property
    def player_tags(self) -> tuple[str, ...]:
        """The tags of all players, the clanless at the end."""
        return tuple(self.people)

    @property
    def in_war_clan_tag(self) -> str:
        """A clan on battle day: 50 members, of every Town Hall level, also in the war league."""
        return self.clan_tags[_IN_WAR]

    @property
    def preparation_clan_tag(self) -> str:
        """A clan on preparation day."""
        return self.clan_tags[_PREPARATION]

    @property
    def war_ended_clan_tag(self) -> str:
        """A clan whose last war has ended; the war is also the newest row of its log."""
        return self.clan_tags[_WAR_ENDED]

    @property
    def not_in_war_clan_tag(self) -> str:
        """A clan outside any regular war, but in the war league."""
        return self.clan_tags[_NOT_IN_WAR]

    @property
    def private_clan_tag(self) -> str:
        """The clan with a private war log; it is in the war league, which is never private."""
        return self.clan_tags[_PRIVATE]

    @property
    def small_clan_tag(self) -> str:
        """A clan of 8 members: no location, no war, no war league, and a locked capital."""
        return self.clan_tags[_SMALL]

    @property
    def player_tag(self) -> str:
        """A leader with a clan, heroes, equipment and a league group."""
        people = self.clans[self.in_war_clan_tag].members
        return next(person.tag for person in people if person.role == "leader")

    @property
    def clanless_player_tag(self) -> str:
        """A player without clan and role."""
        return self.player_tags[-_FREE_AGENTS]

    @property
    def beginner_player_tag(self) -> str:
        """A clanless player of Town Hall 2, without builder base, heroes, spells and league group."""
        return self.player_tags[-1]

    @property
    def league_war_tags(self) -> tuple[tuple[str, ...], ...]:
        """The war tags of the seven war league rounds: three ended, one in war, one in preparation, two not drawn."""
        return self._league.rounds

    @property
    def unknown_tag(self) -> str:
        """A well-formed tag that nobody has."""
        return "#2PP"

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self.now += by

    # ------------------------------------------------------------------ bodies; None stands for an unknown tag

    def clan(self, tag: str) -> JsonObject | None:
        """The clan."""
        clan = self.clans.get(tag)
        return None if clan is None else clan.body()

    def current_war(self, tag: str) -> JsonObject:
        """The regular war of a known clan."""
        war = self._war(tag)
        return NOT_IN_WAR if war is None else war.body(tag)

    def war_log(self, tag: str) -> JsonRows:
        """The war log of a known clan."""
        war = self._war(tag)
        finished = [war] if war and war.state == "warEnded" else []
        return war_log(self.seed, self.clans[tag], self._others(tag), finished)

    def raid_seasons(self, tag: str) -> JsonRows:
        """The raid weekends of a known clan."""
        return raid_seasons(self.seed, self.clans[tag], self._others(tag))

    def war_league_group(self, tag: str) -> JsonObject | None:
        """The war league group of a clan, None when it is in none."""
        return self._league.group() if tag in self.clan_tags[:_LEAGUE_CLANS] else None

    def league_war(self, war_tag: str) -> JsonObject | None:
        """One war of the war league."""
        war = self._league.war(war_tag)
        return None if war is None else war.body()

    def player(self, tag: str) -> JsonObject | None:
        """The player."""
        person = self.people.get(tag)
        return None if person is None else person.body(self._membership(person))

    def battle_log(self, tag: str) -> JsonRows:
        """The newest 50 battles of a known player."""
        others = [person for person in self.people.values() if person.tag != tag]
        return ranked.battle_log(self.seed, self.people[tag], others)

    def league_history(self, tag: str) -> JsonRows:
        """The ranked weeks of a known player."""
        return ranked.league_history(self.seed, self.people[tag])

    def league_group(self, group_tag: str, season: str, player_tag: str) -> JsonObject | None:
        """A week's group of 100, with the battles of one of them."""
        group = self._groups.get(group_tag)
        if group is None or season != str(group.season):
            return None
        return group.body(player_tag) if self._group_tags.get((group.season, player_tag)) == group_tag else None

    # ------------------------------------------------------------------ rankings

    def clan_ranking(self, location: int | None, points: Callable[[Clan], int], name: str, seen: bool) -> JsonRows:
        """Clans of a country (None: of the world) by `points`, called `name`; `seen` tells whether ranks are kept."""
        clans = [clan for clan in self.clans.values() if _is_at(clan, location)]
        clans.sort(key=lambda clan: (-points(clan), clan.tag))
        return [
            {
                **clan.card(),
                **clan.location(),
                "members": len(clan.members),
                "rank": rank,
                "previousRank": self._previous_rank(clan.tag, rank) if seen else -1,
                name: points(clan),
            }
            for rank, clan in enumerate(clans, 1)
        ]

    def player_ranking(self, location: int | None) -> JsonRows:
        """Players of a country (None: of the world) by trophies."""
        people = self._best(location, lambda person: person.trophies)
        return [
            self._row(person, rank) | {"previousRank": self._previous_rank(person.tag, rank)} for rank, person in people
        ]

    def builder_ranking(self, location: int | None) -> JsonRows:
        """Players of a country (None: of the world) by builder base trophies."""
        people = self._best(location, lambda person: person.builder_trophies)
        return [self._builder_row(person, rank) for rank, person in people if person.builder_hall]

    def season_ranking(self, season: str) -> JsonRows:
        """The final ranking of a legend season; such rows never tell a previous rank."""
        rng = chance(self.seed, "legend season", season)
        people = rng.sample([person for person in self.people.values() if person.tier], 100)
        trophies = sorted((rng.randint(4900, 6300) for _ in people), reverse=True)
        legend = catalogue.league_tier(max(ref.LEAGUE_TIERS) - 2)
        return [
            self._row(person, rank) | {"trophies": count, "leagueTier": legend}
            for rank, (person, count) in enumerate(zip(people, trophies, strict=True), 1)
        ]

    # ------------------------------------------------------------------ how bodies hang together

    def _others(self, tag: str) -> list[Clan]:
        return [clan for clan in self.clans.values() if clan.tag != tag]

    def _war(self, tag: str) -> War | None:
        number = self.clan_tags.index(tag)
        starts = {
            _IN_WAR: NOW - timedelta(hours=10),
            _PREPARATION: NOW + timedelta(hours=5),
            _WAR_ENDED: NOW - timedelta(hours=30),
        }
        first = number - number % 2
        if first not in starts:
            return None
        clans = [*self.clans.values()]
        return regular_war(self.seed, (clans[first], clans[first + 1]), starts[first])

    def _new_groups(self, mint: TagMint) -> dict[str, ranked.LeagueGroup]:
        groups = ranked.league_groups([*self.people.values()])
        seasons = (ranked.PREVIOUS_SEASON, ranked.CURRENT_SEASON)
        return {
            mint.make(7): ranked.LeagueGroup(self.seed, season, people, self._clan_of)
            for season in seasons
            for people in groups
        }

    def _membership(self, person: Person) -> JsonObject:
        clan = self._clan_of.get(person.tag)
        body: JsonObject = {} if clan is None else {"role": person.role, "clan": clan.card()}
        for when, season in (("current", ranked.CURRENT_SEASON), ("previous", ranked.PREVIOUS_SEASON)):
            tag = self._group_tags.get((season, person.tag))
            if tag:
                body |= {f"{when}LeagueGroupTag": tag, f"{when}LeagueSeasonId": season}
        return body

    def _best(self, location: int | None, points: Callable[[Person], int]) -> Iterable[tuple[int, Person]]:
        people = [person for person in self.people.values() if self._lives_at(person, location)]
        people.sort(key=lambda person: (-points(person), person.tag))
        return enumerate(people[:_RANKING_ROWS], 1)

    def _lives_at(self, person: Person, location: int | None) -> bool:
        clan = self._clan_of.get(person.tag)
        # a player is ranked in the country of the clan, and without a clan only worldwide
        return location is None if clan is None else location in (None, clan.draft.location)

    def _row(self, person: Person, rank: int) -> JsonObject:
        rng = chance(person.tag, "ranking")
        return {
            "tag": person.tag,
            "name": person.name,
            "expLevel": person.exp_level,
            "trophies": person.trophies,
            "attackWins": rng.randint(0, 60),
            "defenseWins": rng.randint(0, 12),
            "rank": rank,
            **self._ranking_clan(person),
            "leagueTier": person.league_tier,
        }

    def _builder_row(self, person: Person, rank: int) -> JsonObject:
        return {
            "tag": person.tag,
            "name": person.name,
            "expLevel": person.exp_level,
            "rank": rank,
            "previousRank": self._previous_rank(person.tag, rank),
            "builderBaseTrophies": person.builder_trophies,
            **self._ranking_clan(person),
            "builderBaseLeague": person.builder_league,
        }

    def _ranking_clan(self, person: Person) -> JsonObject:
        clan = self._clan_of.get(person.tag)
        return {} if clan is None else {"clan": {"tag": clan.tag, "name": clan.name, "badgeUrls": clan.badge}}

    def _previous_rank(self, tag: str, rank: int) -> int:
        return max(1, rank + chance(self.seed, "rank", tag).randint(-3, 3))


def _is_at(clan: Clan, location: int | None) -> bool:
    home = clan.draft.location
    return home is not None and location in (None, home)


def _new_clans(seed: int, mint: TagMint) -> list[Clan]:
    rng = chance(seed, "drafts")
    homes = [*rng.sample(_HOMES[:-1], _CLANS - 1), _HOMES[-1]]
    drafts = [
        Draft(number, mint.make(), clan_name(rng), homes[number], number != _PRIVATE, number != _SMALL)
        for number in range(_CLANS)
    ]
    return [new_clan(seed, draft, _members(seed, draft.number, mint)) for draft in drafts]


def _members(seed: int, number: int, mint: TagMint) -> tuple[Person, ...]:
    rng = chance(seed, "members", number)
    # war league clans need at least 15
    size = {_IN_WAR: 50, _SMALL: 8}.get(number) or rng.randint(15, 48)
    # 18, 17 ... 1, 18 ... in the first clan, so that every Town Hall level occurs and the leader has the highest
    halls = [18 - place % 18 if number == _IN_WAR else rng.randint(8, 18) for place in range(size)]
    return tuple(new_person(mint.make(9), hall, _role(place), rng) for place, hall in enumerate(halls))


def _role(place: int) -> str:
    if place == 0:
        return "leader"
    if place < 4:
        return "coLeader"
    return "admin" if place % 3 else "member"


def _free_agents(seed: int, mint: TagMint) -> dict[str, Person]:
    rng = chance(seed, "free agents")
    people = [new_person(mint.make(9), hall, None, rng) for hall in (16, 10, 2)]
    return {person.tag: person for person in people}
