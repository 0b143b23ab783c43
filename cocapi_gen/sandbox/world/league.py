"""The clan war league: groups of eight clans, seven rounds, drawn one after another.

>>> len(pairings(["a", "b", "c", "d"]))
3
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from cocapi_gen.sandbox.world import reference as ref
from cocapi_gen.sandbox.world.clans import Clan
from cocapi_gen.sandbox.world.history import (
    LeagueEnded,
    LeagueRoundDrawn,
    LeagueSignUpOpened,
)
from cocapi_gen.sandbox.world.material import JsonObject, JsonRows, chance, share
from cocapi_gen.sandbox.world.stage import Stage
from cocapi_gen.sandbox.world.warfare import declare, run
from cocapi_gen.sandbox.world.wars import LEAGUE_TEAM_SIZE, Fighter, Score, War, league_side, roster, season_row

_T = TypeVar("_T")
GROUP_SIZE = 8
_ROUNDS = 7
_DAY = timedelta(days=1)
_SIGN_UP = timedelta(days=2)
_PREPARATION = timedelta(days=1, seconds=1527)
# longer than any month, so that no two seasons of a group have the name of one month
_CYCLE = timedelta(days=31)
_DATED_SINCE = datetime(2026, 6, 1, tzinfo=UTC)
# for the groups in their order: how long before the sandbox's beginning the first battle day began
_OPENINGS = (
    timedelta(days=3, hours=4),  # the fourth round is fought, the fifth prepared
    timedelta(days=9),  # over
    timedelta(hours=-8),  # the first round is prepared
    timedelta(days=-2),  # clans are looking for a group
    timedelta(days=6, hours=6),  # the last round is fought
)


@dataclass(slots=True)
class _Season:
    """One season of a group; what is in `rounds` has been drawn."""

    first_battle: datetime
    draw: list[list[tuple[Clan, Clan]]]
    rosters: dict[Clan, tuple[Fighter, ...]]
    rounds: list[list[War]] = field(default_factory=list[list[War]])

    @property
    def sign_up(self) -> datetime:
        return self.first_battle - _PREPARATION - _SIGN_UP

    @property
    def end(self) -> datetime:
        return self.first_battle + _ROUNDS * _DAY

    @property
    def name(self) -> str:
        """A month, and since June 2026 a day."""
        return f"{self.sign_up:%Y-%m-%d}" if self.sign_up >= _DATED_SINCE else f"{self.sign_up:%Y-%m}"

    def drawn_at(self, number: int) -> datetime:
        return self.first_battle + number * _DAY - _PREPARATION

    def state(self, now: datetime) -> str:
        if now < self.drawn_at(0):
            return "notInWar"
        if now < self.first_battle:
            return "preparation"
        return "inWar" if now < self.end else "ended"


class LeagueGroup:
    """Eight clans that meet in the war league, season after season."""

    def __init__(self, stage: Stage, clans: Sequence[Clan], number: int, wars: dict[str, War]) -> None:
        """Begin in the phase that is the turn of this number; `wars` takes every war that is drawn, by its tag."""
        self._stage = stage
        self.clans: tuple[Clan, ...] = tuple(clans)
        self._wars = wars
        for clan in clans:  # a group is of one league
            clan.war_league = clans[0].war_league
        self._season = self._new_season(stage.now - _OPENINGS[number % len(_OPENINGS)])
        for round_number in range(_ROUNDS):
            if self._season.drawn_at(round_number) <= stage.now:
                self._draw(round_number)
        self._plan(self._season)
        if self._season.end <= stage.now:
            self._enter_logs()

    def body(self) -> JsonObject:
        """The group as the API answers it; while clans are looking for one it has neither clans nor rounds."""
        season = self._season
        state = season.state(self._stage.now)
        if state == "notInWar":
            return {"state": state, "season": season.name}
        rosters: JsonRows = [_roster(clan, fighters) for clan, fighters in season.rosters.items()]
        tags: JsonRows = [{"warTags": [war.tag for war in wars]} for wars in season.rounds]
        undrawn: JsonRows = [{"warTags": ["#0"] * (GROUP_SIZE // 2)} for _ in range(_ROUNDS - len(tags))]
        return {"state": state, "season": season.name, "clans": rosters, "rounds": [*tags, *undrawn]}

    @property
    def war_tags(self) -> tuple[tuple[str, ...], ...]:
        """The tags of the rounds that are drawn."""
        return tuple(tuple(war.tag for war in wars if war.tag) for wars in self._season.rounds)

    def _new_season(self, first_battle: datetime) -> _Season:
        order = [*self.clans]
        chance(self._stage.seed, "draw", order[0].tag, int(first_battle.timestamp())).shuffle(order)
        return _Season(first_battle, pairings(order), self._rosters())

    def _rosters(self) -> dict[Clan, tuple[Fighter, ...]]:
        return {clan: roster(clan) for clan in self.clans}

    def _plan(self, season: _Season) -> None:
        """Have everything happen that this season still has before it."""
        clock = self._stage.clock
        for number in range(len(season.rounds), _ROUNDS):
            clock.at(season.drawn_at(number), partial(self._open_round, number))
        clock.at(season.sign_up + _CYCLE, self._open_sign_up)

    def _open_sign_up(self) -> None:
        self._season = self._new_season(self._season.first_battle + _CYCLE)
        self._stage.history.append(LeagueSignUpOpened(self._stage.now, self._season.name, self._tags(self.clans)))
        self._plan(self._season)

    def _open_round(self, number: int) -> None:
        if number == 0:  # members have come and gone since sign-up began
            self._season.rosters = self._rosters()
        wars = self._draw(number)
        tags = tuple(war.tag for war in wars if war.tag)
        now, clans = self._stage.now, self._tags(self.clans)
        self._stage.history.append(LeagueRoundDrawn(now, self._season.name, clans, round=number + 1, war_tags=tags))
        for war in wars:
            declare(self._stage, war)

    def _draw(self, number: int) -> list[War]:
        season = self._season
        wars = [self._new_war(pair, season.first_battle + number * _DAY) for pair in season.draw[number]]
        season.rounds.append(wars)
        for war in wars:
            if war.end > self._stage.now:
                run(self._stage, war, _nothing_more)
        if len(season.rounds) == _ROUNDS and season.end > self._stage.now:
            self._stage.clock.at(season.end, self._end)  # after the ends of the wars, which are at the same moment
        return wars

    def _new_war(self, pair: tuple[Clan, Clan], start: datetime) -> War:
        tag = self._stage.mint.make(9)
        secret = f"{self._stage.seed}/league war/{tag}"
        rng = chance(secret)
        one, other = (league_side(rng, clan, self._season.rosters[clan]) for clan in pair)
        war = War((one, other), "league", start - _PREPARATION, start, start + _DAY, 1, f"{secret}/attacks", tag)
        self._wars[tag] = war
        return war

    def _end(self) -> None:
        table = sorted(self.clans, key=self._standing)
        self._stage.history.append(LeagueEnded(self._stage.now, self._season.name, self._tags(table)))
        self._enter_logs()
        # the first two rise, the last two fall
        for clan, step in [*((clan, 1) for clan in table[:2]), *((clan, -1) for clan in table[-2:])]:
            clan.war_league = max(0, min(len(ref.WAR_LEAGUES) - 1, clan.war_league + step))

    def _enter_logs(self) -> None:
        for clan in self.clans:
            clan.log.append(self._log_row(clan))

    def _standing(self, clan: Clan) -> tuple[float, float, str]:
        """Stars, with ten more for a win, then destruction."""
        wars = self._wars_of(clan)
        own = [war.scores(clan.tag)[0] for war in wars]
        stars = sum(score.stars for score in own) + 10 * sum(war.winner() is clan for war in wars)
        return -stars, -sum(score.percent for score in own), clan.tag

    def _log_row(self, clan: Clan) -> JsonObject:
        scores = [war.scores(clan.tag) for war in self._wars_of(clan)]
        percent = sum(own.percent for own, _ in scores)
        own = Score(
            attacks=sum(own.attacks for own, _ in scores),
            stars=sum(own.stars for own, _ in scores),
            percent=share(round(percent * LEAGUE_TEAM_SIZE), LEAGUE_TEAM_SIZE),
        )
        return season_row(self._season.end, clan, own, sum(other.stars for _, other in scores))

    def _wars_of(self, clan: Clan) -> list[War]:
        return [war for wars in self._season.rounds for war in wars if clan in war.clans]

    @staticmethod
    def _tags(clans: Sequence[Clan]) -> tuple[str, ...]:
        return tuple(clan.tag for clan in clans)


def pairings(teams: Sequence[_T]) -> list[list[tuple[_T, _T]]]:
    """Every team against every other, once, in as few rounds as possible (the circle method).

    >>> pairings("ab")
    [[('a', 'b')]]
    """
    fixed, circle = teams[0], list(teams[1:])
    half = len(teams) // 2
    rounds: list[list[tuple[_T, _T]]] = []
    for _ in circle:
        row = [fixed, *circle]
        rounds.append(list(zip(row[:half], row[: -half - 1 : -1], strict=True)))
        circle = [circle[-1], *circle[:-1]]
    return rounds


def _nothing_more() -> None:
    """A round that is over leads to nothing else; the season has its own end."""


def _roster(clan: Clan, fighters: Sequence[Fighter]) -> JsonObject:
    # camel H here, while the members of a war have townhallLevel
    members: JsonRows = [{"tag": each.tag, "name": each.name, "townHallLevel": each.town_hall} for each in fighters]
    return {**clan.card(), "members": members}
