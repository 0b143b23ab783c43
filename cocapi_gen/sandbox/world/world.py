"""The world behind a sandbox: clans, players, wars and rankings that follow from one seed, and move with one clock.

>>> World(1).clan(World(1).in_war_clan_tag) == World(1).clan(World(1).in_war_clan_tag)
True
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from heapq import nsmallest

from cocapi_gen.sandbox.world import catalogue, population, reference as ref, seasons
from cocapi_gen.sandbox.world.capital import Raids
from cocapi_gen.sandbox.world.clans import Clan
from cocapi_gen.sandbox.world.clock import Clock
from cocapi_gen.sandbox.world.history import Event, History
from cocapi_gen.sandbox.world.league import GROUP_SIZE, LeagueGroup
from cocapi_gen.sandbox.world.life import Life
from cocapi_gen.sandbox.world.material import Body, JsonObject, Rows, TagMint, chance, stamp
from cocapi_gen.sandbox.world.people import Person
from cocapi_gen.sandbox.world.ranked import Ranked
from cocapi_gen.sandbox.world.stage import Stage
from cocapi_gen.sandbox.world.warfare import Warfare, visible_war
from cocapi_gen.sandbox.world.wars import War, not_in_war, old_rows

START = datetime(2026, 1, 8, 12, tzinfo=UTC)
"""When a world begins, unless it is told otherwise: a Thursday, three days after the turn of the ranked week."""

CLANS = 50
"""How many clans a world has, unless it is told otherwise."""

_EARLIEST, _LATEST = seasons.EPOCH + timedelta(weeks=5), datetime(2200, 1, 1, tzinfo=UTC)
_RANKING_ROWS = 200
_SEASON_RANKING_ROWS = 100
_NOT_IN_WAR, _PRIVATE = 6, 7


class World:
    """Everything a sandbox knows: clans, players, wars, raids and rankings, which change as time passes.

    Time passes in `advance` and nowhere else, and `history` tells what has happened in it. Two worlds of the same seed,
    start and number of clans are equal at each moment, on every Python. Bodies are to be read; a `copy.deepcopy`
    may be changed.

    Attributes:
        seed: the seed it was made of.
        clans: every clan by its tag; none is ever added or removed.
        people: every player by their tag, likewise.

    >>> world = World(seed=1, clans=12)
    >>> len(world.clan_tags)
    12
    """

    token = "sandbox-token"
    """The in-game token that verifies; every other token is answered with status 'invalid'."""

    def __init__(self, seed: int = 1, *, clans: int = CLANS, start: datetime = START) -> None:
        """Make a world.

        Args:
            seed: the number that the whole world follows from.
            clans: how many clans, 10 at least; each has up to 50 members, and six times as many players are in none.
            start: the moment at which it begins; after 10 November 2025, for before that the game had other rules. It
                is cut to whole seconds, for the API tells no others.

        Raises:
            ValueError: there are too few clans, or the moment is too early or has no time zone.
        """
        mint = TagMint(chance(seed, "tags"))
        self.seed = seed
        self.clans: dict[str, Clan] = population.new_clans(seed, _enough(clans), mint)
        members = {person.tag: person for clan in self.clans.values() for person in clan.members}
        others = {person.tag: person for person in population.clanless(seed, clans, mint)}
        self.people: dict[str, Person] = members | others
        self._began = _possible(start)
        self._stage = Stage(seed, Clock(self._began), mint, self.clans, self.people)
        self._open([*self.clans.values()])

    def _open(self, clans: Sequence[Clan]) -> None:
        active = clans[:-1]  # the last is too small for wars
        self._league_wars: dict[str, War] = {}
        groups = [active[first : first + GROUP_SIZE] for first in range(0, len(active) - GROUP_SIZE + 1, GROUP_SIZE)]
        self._groups = [LeagueGroup(self._stage, each, number, self._league_wars) for number, each in enumerate(groups)]
        self._group_of = {clan.tag: group for group in self._groups for clan in group.clans}
        self._warfare = Warfare(self._stage, active)
        self._raids = Raids(self._stage)
        self._ranked = Ranked(self._stage)
        self._life = Life(self._stage, self._ranked)
        best = nsmallest(_SEASON_RANKING_ROWS, self.people.values(), key=lambda person: (-person.tier, person.tag))
        self._legends = [_head(person) for person in best]

    # ------------------------------------------------------------------ time

    @property
    def now(self) -> datetime:
        """The moment that it is in the world, in UTC."""
        return self._stage.now

    def advance(self, by: timedelta) -> None:
        """Let time pass, and everything happen that is due.

        It does not matter in how many steps, nor what is asked meanwhile: twice an hour gives the same world as once
        two. The world of a `Sandbox` is moved by `Sandbox.advance`, which keeps requests out meanwhile.

        Raises:
            ValueError: time does not run backwards.

        >>> world = World(seed=1, clans=12)
        >>> world.advance(timedelta(hours=3))
        >>> world.history[-1].at <= world.now
        True
        """
        if by < timedelta(0):
            raise ValueError(f"time does not run backwards: {by} is less than nothing")
        self._stage.clock.advance(by)

    @property
    def history(self) -> Sequence[Event]:
        """What has happened since the beginning, oldest first; it is the same as before, but for what is new."""
        return History(self._stage.history)

    # ------------------------------------------------------------------ tags worth trying

    @property
    def clan_tags(self) -> tuple[str, ...]:
        """The tags of all clans."""
        return tuple(self.clans)

    @property
    def player_tags(self) -> tuple[str, ...]:
        """The tags of all players; those who began without a clan are at the end."""
        return tuple(self.people)

    @property
    def in_war_clan_tag(self) -> str:
        """A clan with a public war log on battle day; at the beginning also in the war league, with 50 members.

        Raises:
            LookupError: at this moment there is none. The next three properties raise it too.
        """
        return self._clan_at_war("inWar")

    @property
    def preparation_clan_tag(self) -> str:
        """A clan with a public war log on preparation day."""
        return self._clan_at_war("preparation")

    @property
    def war_ended_clan_tag(self) -> str:
        """A clan with a public war log whose last war has ended; at the beginning it is the newest row of the log."""
        return self._clan_at_war("warEnded")

    @property
    def not_in_war_clan_tag(self) -> str:
        """A clan with a public war log outside any regular war; at the beginning in the war league."""
        clans = [*self.clans.values()][_NOT_IN_WAR:]
        return _first((clan.tag for clan in clans if clan.public and not self._war(clan)), "no clan is without a war")

    @property
    def private_clan_tag(self) -> str:
        """A clan with a private war log; it is in the war league, which is never private."""
        return self.clan_tags[_PRIVATE]

    @property
    def small_clan_tag(self) -> str:
        """A clan of few members, at least at the beginning: no location, no war, no war league, a locked capital."""
        return self.clan_tags[-1]

    @property
    def player_tag(self) -> str:
        """A leader with a clan, heroes, equipment and a league group."""
        first = next(iter(self.clans.values()))
        return next(person.tag for person in first.members if person.role == "leader")

    @property
    def clanless_player_tag(self) -> str:
        """A player without clan and role, but with a ranked tier.

        Raises:
            LookupError: at this moment there is none.
        """
        people = (person.tag for person in reversed(self.people.values()) if person.clan is None and person.tier)
        return _first(people, "no player is without a clan")

    @property
    def beginner_player_tag(self) -> str:
        """A player of Town Hall 2, without builder base, heroes, spells and league group; clanless at the beginning."""
        return self.player_tags[-1]

    @property
    def league_war_tags(self) -> tuple[tuple[str, ...], ...]:
        """The war tags of the first group's rounds that are drawn."""
        return self._groups[0].war_tags

    @property
    def unknown_tag(self) -> str:
        """A well-formed tag that nobody has."""
        return "#2PP"

    # ------------------------------------------------------------------ bodies; None stands for an unknown tag

    def clan(self, tag: str) -> Body | None:
        """The clan."""
        clan = self.clans.get(tag)
        return None if clan is None else clan.body()

    def current_war(self, tag: str) -> Body:
        """The regular or friendly war of a known clan."""
        war = self._war(self.clans[tag])
        return not_in_war() if war is None else war.body(self.now, tag)

    def war_log(self, tag: str) -> Rows:
        """The war log of a known clan, newest first."""
        clan = self.clans[tag]
        others = [other for other in self.clans.values() if other is not clan]
        return [*reversed(clan.log), *old_rows(self.seed, clan, others, self._began)]

    def raid_seasons(self, tag: str) -> Rows:
        """The raid weekends of a known clan."""
        return self._raids.seasons(self.clans[tag])

    def war_league_group(self, tag: str) -> Body | None:
        """The war league group of a clan, None when it is in none."""
        group = self._group_of.get(tag)
        return None if group is None else group.body()

    def league_war(self, war_tag: str) -> Body | None:
        """One war of the war league."""
        war = self._league_wars.get(war_tag)
        return None if war is None else war.body(self.now)

    def player(self, tag: str) -> Body | None:
        """The player."""
        person = self.people.get(tag)
        return None if person is None else person.body(self._ranked.groups_of(person), self.now)

    def battle_log(self, tag: str) -> Rows:
        """The newest 50 battles of a known player."""
        return self._ranked.battle_log(self.people[tag])

    def league_history(self, tag: str) -> Rows:
        """The ranked weeks of a known player."""
        return self._ranked.history(self.people[tag])

    def league_group(self, group_tag: str, season: str, player_tag: str) -> Body | None:
        """A week's group of 100, with the battles of one of them."""
        return self._ranked.group(group_tag, season, player_tag)

    def gold_pass(self) -> Body:
        """The running gold pass season."""
        start, end = seasons.gold_pass(self.now)
        return {"startTime": stamp(start), "endTime": stamp(end)}

    def legend_seasons(self) -> list[str]:
        """The names of the legend seasons, oldest first."""
        return seasons.legend_seasons(self.now)

    # ------------------------------------------------------------------ rankings

    def clan_ranking(self, location: int | None, points: Callable[[Clan], int], name: str, *, seen: bool) -> Rows:
        """Clans of a country (None: of the world) by `points`, called `name`; `seen` tells whether ranks are kept."""
        clans = [(points(clan), clan) for clan in self.clans.values() if _is_at(clan, location)]
        best = nsmallest(_RANKING_ROWS, clans, key=lambda row: (-row[0], row[1].tag))
        return [
            {
                **clan.card(),
                **clan.location(),
                "members": len(clan.members),
                "rank": rank,
                "previousRank": self._previous_rank(clan.tag, rank) if seen else -1,
                name: count,
            }
            for rank, (count, clan) in enumerate(best, 1)
        ]

    def player_ranking(self, location: int | None) -> Rows:
        """Players of a country (None: of the world) by trophies."""
        people = self._best(location, lambda person: person.trophies)
        return [
            self._row(person, rank) | {"previousRank": self._previous_rank(person.tag, rank)} for rank, person in people
        ]

    def builder_ranking(self, location: int | None) -> Rows:
        """Players of a country (None: of the world) by builder base trophies."""
        people = self._best(location, lambda person: person.builder_trophies)
        return [self._builder_row(person, rank) for rank, person in people if person.builder_hall]

    def season_ranking(self, season: str) -> Rows:
        """The final ranking of a legend season, with names and clans of the beginning; it tells no previous rank."""
        rng = chance(self.seed, "legend season", season)
        legends = rng.sample(self._legends, len(self._legends))
        trophies = sorted((rng.randint(4900, 6300) for _ in legends), reverse=True)
        tier = catalogue.league_tier(max(ref.LEAGUE_TIERS) - 2)
        return [
            {
                **head,
                "trophies": count,
                "attackWins": rng.randint(60, 240),
                "defenseWins": rng.randint(0, 90),
                "rank": rank,
                "leagueTier": tier,
            }
            for rank, (head, count) in enumerate(zip(legends, trophies, strict=True), 1)
        ]

    # ------------------------------------------------------------------ how bodies hang together

    def _war(self, clan: Clan) -> War | None:
        return visible_war(clan, self.now)

    def _clan_at_war(self, state: str) -> str:
        wars = ((clan.tag, self._war(clan)) for clan in self.clans.values() if clan.public)
        tags = (tag for tag, war in wars if war and war.kind == "regular" and war.state(self.now) == state)
        return _first(tags, f"no regular war of a clan with a public war log is in the state {state!r}")

    def _best(self, location: int | None, points: Callable[[Person], int]) -> Iterator[tuple[int, Person]]:
        people = [person for person in self.people.values() if _lives_at(person, location)]
        return enumerate(nsmallest(_RANKING_ROWS, people, key=lambda person: (-points(person), person.tag)), 1)

    def _row(self, person: Person, rank: int) -> JsonObject:
        return {
            **_head(person),
            "trophies": person.trophies,
            "attackWins": person.attack_wins,
            "defenseWins": person.defense_wins,
            "rank": rank,
            "leagueTier": person.league_tier,
        }

    def _builder_row(self, person: Person, rank: int) -> JsonObject:
        return {
            **_head(person),
            "rank": rank,
            "previousRank": self._previous_rank(person.tag, rank),
            "builderBaseTrophies": person.builder_trophies,
            "builderBaseLeague": person.builder_league,
        }

    def _previous_rank(self, tag: str, rank: int) -> int:
        return max(1, rank + chance(self.seed, "rank", tag).randint(-3, 3))


def _first(tags: Iterator[str], otherwise: str) -> str:
    tag = next(tags, None)
    if tag is None:
        raise LookupError(f"at this moment {otherwise}: let time pass")
    return tag


def _enough(clans: int) -> int:
    if type(clans) is not int:
        raise TypeError(f"clans is {clans!r}, but has to be a whole number")
    if clans < population.FEWEST_CLANS:
        raise ValueError(f"a world needs {population.FEWEST_CLANS} clans or more, not {clans}")
    return clans


def _possible(start: datetime) -> datetime:
    if not isinstance(start, datetime):  # pyright: ignore[reportUnnecessaryIsInstance] # not everybody checks types
        raise TypeError(f"start is {start!r}, but has to be a datetime such as datetime(2026, 3, 1, tzinfo=UTC)")
    if start.tzinfo is None:
        raise ValueError(f"the start {start} needs a time zone: add tzinfo=UTC")
    if not _EARLIEST <= start < _LATEST:
        span = f"{_EARLIEST:%Y-%m-%d} to {_LATEST.year}"
        raise ValueError(f"a world cannot begin at {start}: choose a moment from {span}")
    return start.astimezone(UTC).replace(microsecond=0)


def _head(person: Person) -> JsonObject:
    """What the rows of all rankings of players begin with."""
    clan = person.clan
    body: JsonObject = {"tag": person.tag, "name": person.name, "expLevel": person.exp_level}
    return body if clan is None else {**body, "clan": {"tag": clan.tag, "name": clan.name, "badgeUrls": clan.badge}}


def _is_at(clan: Clan, location: int | None) -> bool:
    return clan.location_id is not None and location in (None, clan.location_id)


def _lives_at(person: Person, location: int | None) -> bool:
    """A player is ranked in the country of the clan, and without a clan only worldwide."""
    return location is None or (person.clan is not None and person.clan.location_id == location)
