"""Ranked battles: weekly league groups of 100 players, battle logs and league histories.

What was before the sandbox's beginning is drawn; what comes after it is fought, and both are told alike.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice
from operator import itemgetter
from random import Random

from cocapi_gen.sandbox.world import reference as ref, seasons
from cocapi_gen.sandbox.world.battles import Battle, Fighter, Tally, battle_row, draw_outcome, log_row, tally
from cocapi_gen.sandbox.world.courses import GROUP_SIZE, MOST_ATTACKS, UNTOUCHED, Attack, Course, draw_course
from cocapi_gen.sandbox.world.history import BattleFought, SeasonStarted
from cocapi_gen.sandbox.world.material import JsonObject, JsonRows, chance
from cocapi_gen.sandbox.world.people import Person
from cocapi_gen.sandbox.world.stage import Stage

_WEEK = timedelta(weeks=1)
_HISTORY = 4
_LOG_ROWS = 50
_RISE, _FALL = 10, 90
_COURSES = 16
"""How many groups of one week see a course of their own; further ones see the same again, with other players."""
_TimedRow = tuple[datetime, JsonObject]


@dataclass(slots=True, eq=False)
class LeagueGroup:
    """100 players of one week.

    Attributes:
        tag: its tag.
        week: the Monday, 05:00 UTC.
        people: who is in it.
        tiers: the tier of each at the beginning of the week.
        course: what happened in it before the sandbox's beginning.
        trophies: of each, once the week is over.
        fought: the battles since the sandbox's beginning, by the tag of either player, oldest first.
    """

    tag: str
    week: datetime
    people: tuple[Person, ...]
    tiers: tuple[int, ...]
    course: Course
    trophies: tuple[int, ...] | None = None
    fought: dict[str, list[Battle]] = field(default_factory=dict[str, list[Battle]])

    @property
    def season(self) -> int:
        """The week as the API names it: an epoch second."""
        return int(self.week.timestamp())

    def table(self) -> list[tuple[Person, int]]:
        """The players with their trophies, the best first."""
        trophies = self.trophies or tuple(person.trophies for person in self.people)
        return sorted(zip(self.people, trophies, strict=True), key=lambda row: (-row[1], row[0].tag))

    def tally(self, person: Person) -> Tally:
        """What the battles of a player come to."""
        drawn = self.course.tallies[self.people.index(person)]
        battles = self.fought.get(person.tag, ())
        made = [battle.outcome for battle in battles if battle.attacker.person is person]
        held = [battle.outcome for battle in battles if battle.defender.person is person]
        return drawn.plus(tally(made, held)) if battles else drawn

    def attacks(self, person: Person) -> int:
        """How often a player has attacked, which is asked before each battle and therefore worked out for itself."""
        drawn = self.course.tallies[self.people.index(person)].attacks
        return drawn + sum(battle.attacker.person is person for battle in self.fought.get(person.tag, ()))


class Ranked:
    """The ranked weeks of a world."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._began = stage.now
        self._everybody = tuple(stage.people.values())
        self._groups: dict[str, LeagueGroup] = {}
        self._weeks: dict[datetime, dict[str, LeagueGroup]] = {}
        # the newest battles of every player, whose weeks may be forgotten
        self._battles: dict[str, deque[Battle]] = {tag: deque(maxlen=_LOG_ROWS) for tag in stage.people}
        # what is drawn of the time before does not change with the players
        self._town_halls = {person.tag: person.town_hall for person in self._everybody}
        self._tiers = {person.tag: person.tier for person in self._everybody}
        week = seasons.ranked_week(stage.now)
        self._open(week - _WEEK)
        self._close(week - _WEEK)
        self._open(week)
        self._first_weeks = self._weeks[week], self._weeks[week - _WEEK]
        stage.clock.at(week + _WEEK, self._turn)

    # ------------------------------------------------------------------ the course of the weeks

    def fight(self, attacker: Person, rng: Random) -> None:
        """Let a player attack another one of the group; who has none, or no attack left, does not."""
        group = self._group(attacker, seasons.ranked_week(self._stage.now))
        if group is None or group.attacks(attacker) >= MOST_ATTACKS:
            return
        defender = _another(rng, group.people, attacker)
        fighters = Fighter(attacker, attacker.town_hall), Fighter(defender, defender.town_hall)
        battle = Battle(self._stage.now, *fighters, draw_outcome(rng))
        for person in (attacker, defender):
            group.fought.setdefault(person.tag, []).append(battle)
            self._battles[person.tag].append(battle)
        stars, percent = battle.outcome
        attacker.trophies += battle.outcome.trophies
        attacker.best_trophies = max(attacker.best_trophies, attacker.trophies)
        attacker.attack_wins += stars > 0
        defender.defense_wins += stars == 0
        event = BattleFought(battle.at, attacker.tag, defender.tag, stars, percent, battle.outcome.trophies)
        self._stage.history.append(event)

    def _turn(self) -> None:
        """Close a week and begin the next one."""
        now = self._stage.now
        self._close(now - _WEEK)
        for group in _distinct(self._weeks.pop(now - (_HISTORY + 1) * _WEEK, {})):
            del self._groups[group.tag]
        self._open(now)
        self._stage.history.append(SeasonStarted(now, "ranked", f"{now.timestamp():.0f}"))
        self._stage.clock.at(now + _WEEK, self._turn)

    def _close(self, week: datetime) -> None:
        """The best of each group rise, the last fall, and everybody begins anew."""
        for group in _distinct(self._weeks[week]):
            group.trophies = tuple(person.trophies for person in group.people)
            for place, (person, _) in enumerate(group.table(), 1):
                step = (place <= _RISE) - (place > _FALL)
                person.tier = max(1, min(len(ref.LEAGUE_TIERS) - 1, person.tier + step))
        for person in self._everybody:
            person.trophies = 0

    def _open(self, week: datetime) -> None:
        """Put the players into full groups, the best first; who is left over has not signed up."""
        people = [person for person in self._everybody if person.tier]
        people.sort(key=lambda person: (-person.tier, person.tag))
        count = len(people) // GROUP_SIZE
        courses = self._courses(week, min(count, _COURSES))
        groups = [
            self._new_group(week, tuple(people[number * GROUP_SIZE :][:GROUP_SIZE]), courses[number % _COURSES])
            for number in range(count)
        ]
        self._groups |= {group.tag: group for group in groups}
        self._weeks[week] = {person.tag: group for group in groups for person in group.people}

    def _courses(self, week: datetime, count: int) -> list[Course]:
        if week >= self._began:
            return [UNTOUCHED] * count
        rngs = (chance(self._stage.seed, "course", int(week.timestamp()), number) for number in range(count))
        return [draw_course(rng, self._began - week) for rng in rngs]

    def _new_group(self, week: datetime, people: tuple[Person, ...], course: Course) -> LeagueGroup:
        if course is not UNTOUCHED:
            self._credit(week, people, course)
        return LeagueGroup(self._stage.mint.make(7), week, people, tuple(person.tier for person in people), course)

    def _credit(self, week: datetime, people: tuple[Person, ...], course: Course) -> None:
        """Let the players have won what the course of a week says."""
        this_season = week >= seasons.season(self._began)
        for person, won in zip(people, course.tallies, strict=True):
            person.trophies = won.trophies
            person.best_trophies = max(person.best_trophies, won.trophies)
            if this_season:
                person.attack_wins += won.attack_wins
                person.defense_wins += won.defense_wins

    # ------------------------------------------------------------------ what is seen of them

    def group(self, tag: str, season: str, player_tag: str) -> JsonObject | None:
        """A week's group with the battles of one of its players; None when the three do not belong together."""
        group = self._groups.get(tag)
        if group is None or season != str(group.season) or self._weeks[group.week].get(player_tag) is not group:
            return None
        person = self._stage.people[player_tag]
        battles = [*self._drawn(group, person), *group.fought.get(person.tag, ())][::-1]
        made = [battle for battle in battles if battle.attacker.person is person]
        held = [battle for battle in battles if battle.defender.person is person]
        return {
            "members": [_member(each, trophies, group.tally(each)) for each, trophies in group.table()],
            "attackLogs": [log_row(battle, battle.defender.person) for battle in made],
            "defenseLogs": [log_row(battle, battle.attacker.person) for battle in held],
        }

    def groups_of(self, person: Person) -> JsonObject:
        """The keys of a profile that lead to its groups of this week and the last one."""
        week = seasons.ranked_week(self._stage.now)
        body: JsonObject = {}
        for when, monday in (("current", week), ("previous", week - _WEEK)):
            group = self._group(person, monday)
            if group:
                body |= {f"{when}LeagueGroupTag": group.tag, f"{when}LeagueSeasonId": group.season}
        return body

    def history(self, person: Person) -> JsonRows:
        """The four weeks before the running one, oldest first, without those in which the player had no group."""
        week = seasons.ranked_week(self._stage.now)
        weeks = [week - ago * _WEEK for ago in range(_HISTORY, 0, -1)]
        return [row for monday in weeks if (row := self._history_row(person, monday))]

    def battle_log(self, person: Person) -> JsonRows:
        """The newest 50 battles, newest first."""
        fought = [self._battle_row(person, battle) for battle in reversed(self._battles[person.tag])]
        return [*fought, *(row for _, row in islice(self._rows_before(person), _LOG_ROWS - len(fought)))]

    def _group(self, person: Person, week: datetime) -> LeagueGroup | None:
        return self._weeks.get(week, {}).get(person.tag)

    def _history_row(self, person: Person, week: datetime) -> JsonObject | None:
        group = self._group(person, week)
        if group:
            place = next(place for place, (each, _) in enumerate(group.table(), 1) if each is person)
            return _history_row(week, group.tiers[group.people.index(person)], place, group.tally(person))
        if week in self._weeks or not self._tiers[person.tag]:
            return None
        rng = chance(self._stage.seed, "history", int(week.timestamp()), person.tag)
        made, held = ([draw_outcome(rng) for _ in range(rng.randint(0, MOST_ATTACKS))] for _ in range(2))
        return _history_row(week, self._tiers[person.tag], rng.randint(1, GROUP_SIZE), tally(made, held))

    def _battle_row(self, person: Person, battle: Battle) -> JsonObject:
        rng = chance(self._stage.seed, "battle", str(battle.at), battle.attacker.person.tag)
        attack = battle.attacker.person is person
        enemy = battle.defender if attack else battle.attacker
        return battle_row(rng, "ranked", enemy, battle.outcome, battle.at, attack=attack)

    # ------------------------------------------------------------------ battles before the beginning

    def _drawn(self, group: LeagueGroup, person: Person) -> list[Battle]:
        """The ranked battles of a week, oldest first."""
        attacks = group.course.attacks[group.people.index(person)]
        return [self._drawn_battle(group, attack) for attack in attacks]

    def _drawn_battle(self, group: LeagueGroup, attack: Attack) -> Battle:
        people = group.people[attack.attacker], group.people[attack.defender]
        attacker, defender = (Fighter(person, self._town_halls[person.tag]) for person in people)
        return Battle(group.week + timedelta(milliseconds=attack.after), attacker, defender, attack.outcome)

    def _rows_before(self, person: Person) -> Iterator[_TimedRow]:
        """All battles before the beginning, newest first."""
        return merge(self._ranked_rows(person), self._home_rows(person), key=itemgetter(0), reverse=True)

    def _ranked_rows(self, person: Person) -> Iterator[_TimedRow]:
        for week in self._first_weeks:
            group = week.get(person.tag)
            for battle in reversed(self._drawn(group, person)) if group else ():
                yield battle.at, self._battle_row(person, battle)

    def _home_rows(self, person: Person) -> Iterator[_TimedRow]:
        """Battles that are not ranked; 50 reach back less than a week, so that all ranked ones among them are known."""
        rng = chance(self._stage.seed, "battles", person.tag)
        moment = self._began
        while True:
            moment -= timedelta(minutes=rng.randint(20, 200))
            other = _another(rng, self._everybody, person)
            enemy, attack = Fighter(other, self._town_halls[other.tag]), rng.random() < 0.5
            yield moment, battle_row(rng, "homeVillage", enemy, draw_outcome(rng), moment, attack=attack)


def _distinct(members: dict[str, LeagueGroup]) -> list[LeagueGroup]:
    return [*dict.fromkeys(members.values())]


def _another(rng: Random, people: Sequence[Person], than: Person) -> Person:
    return next(person for person in rng.sample(people, 2) if person is not than)


def _member(person: Person, trophies: int, week: Tally) -> JsonObject:
    clan = person.clan
    return {
        "playerTag": person.tag,
        "playerName": person.name,
        **({} if clan is None else {"clanTag": clan.tag, "clanName": clan.name}),
        "leagueTrophies": trophies,
        "attackWinCount": week.attack_wins,
        "attackLoseCount": week.attack_losses,
        "defenseWinCount": week.defense_wins,
        "defenseLoseCount": week.defense_losses,
    }


def _history_row(week: datetime, tier: int, place: int, battles: Tally) -> JsonObject:
    return {
        "leagueSeasonId": int(week.timestamp()),
        "leagueTrophies": battles.trophies,
        "leagueTierId": min(ref.LEAGUE_TIERS) + tier,
        "placement": place,
        "attackWins": battles.attack_wins,
        "attackLosses": battles.attack_losses,
        "attackStars": battles.attack_stars,
        "defenseWins": battles.defense_wins,
        "defenseLosses": battles.defense_losses,
        "defenseStars": battles.defense_stars,
        "maxBattles": MOST_ATTACKS,
    }
