"""Ranked battles: weekly league groups of 100 players, battle logs and league histories.

The battles from the sandbox's beginning on are fought. Those of the last and the running week before it are drawn, for
a whole group at once and when somebody asks for them; of the time before these there are only numbers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import NamedTuple

from cocapi_gen.sandbox.world import reference as ref, seasons
from cocapi_gen.sandbox.world.history import BattleFought, SeasonStarted
from cocapi_gen.sandbox.world.material import JsonObject, JsonRows, chance, stamp
from cocapi_gen.sandbox.world.people import Person
from cocapi_gen.sandbox.world.stage import Stage
from cocapi_gen.sandbox.world.wars import stars_for

GROUP_SIZE = 100
_WEEK = timedelta(weeks=1)
_HISTORY = 4
_LOG_ROWS = 50
_RISE, _FALL = 10, 90
_MOST_ATTACKS = 12
_MOST_DRAWN_ATTACKS = 6
"""Of a player in one week; the rest of the running week can still be fought."""
_LOOT = ("Gold", "Elixir", "DarkElixir", "SourElixir")


class Fighter(NamedTuple):
    """A player as they were when they fought."""

    person: Person
    town_hall: int


class Battle(NamedTuple):
    """One ranked battle."""

    at: datetime
    attacker: Fighter
    defender: Fighter
    stars: int
    percent: int
    trophies: int


class Counts(NamedTuple):
    """Battles of a player in one week; an attack is won with any star, a defence only without one."""

    attack_wins: int
    attack_losses: int
    attack_stars: int
    defense_wins: int
    defense_losses: int
    defense_stars: int


@dataclass(slots=True, eq=False)
class LeagueGroup:
    """100 players of one week.

    Attributes:
        tag: its tag.
        week: the Monday, 05:00 UTC.
        people: who is in it.
        tiers: the tier of each at the beginning of the week.
        drawn: how much of the week is drawn: all until the sandbox's beginning.
        opening: the battles that are drawn, by the tag of either player, oldest first; None until somebody asks.
        trophies: of each, once the week is over.
        battles: those that were fought, in the same way.
    """

    tag: str
    week: datetime
    people: tuple[Person, ...]
    tiers: tuple[int, ...]
    drawn: timedelta
    opening: dict[str, list[Battle]] | None = None
    trophies: tuple[int, ...] | None = None
    battles: dict[str, list[Battle]] = field(default_factory=dict[str, list[Battle]])

    @property
    def season(self) -> int:
        """The week as the API names it: an epoch second."""
        return int(self.week.timestamp())


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
        self._last_week = week - _WEEK
        self._open(self._last_week)
        self._open(week)
        # battle logs reach back to these groups when they are long forgotten otherwise
        self._first_groups = (self._weeks[week], self._weeks[self._last_week])
        stage.clock.at(week + _WEEK, self._turn)

    # ------------------------------------------------------------------ the course of the weeks

    def fight(self, attacker: Person, rng: Random) -> None:
        """Let a player attack another one of the group; who has none, or no attack left, does not."""
        group = self._group(attacker, seasons.ranked_week(self._stage.now))
        if group is None or not _may_attack(group, attacker):
            return
        defender = _another(rng, group.people, attacker)
        percent = min(100, rng.randint(15, 130))
        stars = stars_for(percent, rng)
        fighters = Fighter(attacker, attacker.town_hall), Fighter(defender, defender.town_hall)
        battle = Battle(self._stage.now, *fighters, stars, percent, _prize(stars, percent))
        for person in (attacker, defender):
            group.battles.setdefault(person.tag, []).append(battle)
            self._battles[person.tag].append(battle)
        attacker.trophies += battle.trophies
        attacker.best_trophies = max(attacker.best_trophies, attacker.trophies)
        attacker.attack_wins += stars > 0
        defender.defense_wins += stars == 0
        event = BattleFought(battle.at, attacker.tag, defender.tag, stars, percent, battle.trophies)
        self._stage.history.append(event)

    def _turn(self) -> None:
        """Close a week: the best of each group rise, the last fall, and everybody begins anew."""
        now = self._stage.now
        for group in _distinct(self._weeks[now - _WEEK]):
            group.trophies = tuple(person.trophies for person in group.people)
            for place, (person, _) in enumerate(self._table(group), 1):
                step = (place <= _RISE) - (place > _FALL)
                person.tier = max(1, min(len(ref.LEAGUE_TIERS) - 1, person.tier + step))
        for person in self._everybody:
            person.trophies = 0
        for group in _distinct(self._weeks.pop(now - (_HISTORY + 1) * _WEEK, {})):
            del self._groups[group.tag]
        self._open(now)
        self._stage.history.append(SeasonStarted(now, "ranked", f"{now.timestamp():.0f}"))
        self._stage.clock.at(now + _WEEK, self._turn)

    def _open(self, week: datetime) -> None:
        """Put the players into full groups, the best first; who is left over has not signed up."""
        people = [person for person in self._everybody if person.tier]
        people.sort(key=lambda person: (-person.tier, person.tag))
        full = len(people) // GROUP_SIZE * GROUP_SIZE
        groups = [
            self._new_group(week, tuple(people[first : first + GROUP_SIZE])) for first in range(0, full, GROUP_SIZE)
        ]
        self._groups |= {group.tag: group for group in groups}
        self._weeks[week] = {person.tag: group for group in groups for person in group.people}

    def _new_group(self, week: datetime, people: tuple[Person, ...]) -> LeagueGroup:
        drawn = max(timedelta(0), min(_WEEK, self._began - week))
        return LeagueGroup(self._stage.mint.make(7), week, people, tuple(person.tier for person in people), drawn)

    # ------------------------------------------------------------------ what is seen of them

    def group(self, tag: str, season: str, player_tag: str) -> JsonObject | None:
        """A week's group with the battles of one of its players; None when the three do not belong together."""
        group = self._groups.get(tag)
        if group is None or season != str(group.season) or self._weeks[group.week].get(player_tag) is not group:
            return None
        person = self._stage.people[player_tag]
        return {
            "members": [self._member(group, each, trophies) for each, trophies in self._table(group)],
            "attackLogs": self._log(group, person, attacks=True),
            "defenseLogs": self._log(group, person, attacks=False),
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
        groups = [week[person.tag] for week in self._first_groups if person.tag in week]
        opening = [battle for group in groups for battle in reversed(self._opening(group).get(person.tag, []))]
        known = [self._battle_row(person, battle) for battle in (*reversed(self._battles[person.tag]), *opening)]
        before = self._last_week if groups else self._began
        return [*known[:_LOG_ROWS], *islice(self._drawn_battles(person, before), max(0, _LOG_ROWS - len(known)))]

    def _group(self, person: Person, week: datetime) -> LeagueGroup | None:
        return self._weeks.get(week, {}).get(person.tag)

    def _opening(self, group: LeagueGroup) -> dict[str, list[Battle]]:
        """The battles of a group before the sandbox's beginning."""
        if group.opening is None:
            group.opening = {}
            rng = chance(self._stage.seed, "opening", group.season, group.tag)
            drawn = [
                self._drawn_battle(rng, group, person) for person in group.people for _ in range(_attacks(rng, group))
            ]
            for battle in sorted(drawn, key=lambda battle: battle.at):
                for fighter in (battle.attacker, battle.defender):
                    group.opening.setdefault(fighter.person.tag, []).append(battle)
        return group.opening

    def _drawn_battle(self, rng: Random, group: LeagueGroup, attacker: Person) -> Battle:
        defender = _another(rng, group.people, attacker)
        fighters = self._as_it_began(attacker), self._as_it_began(defender)
        percent = min(100, rng.randint(15, 130))
        stars = stars_for(percent, rng)
        second = rng.randrange(max(1, int(group.drawn.total_seconds())))
        return Battle(group.week + timedelta(seconds=second), *fighters, stars, percent, _prize(stars, percent))

    def _as_it_began(self, person: Person) -> Fighter:
        return Fighter(person, self._town_halls[person.tag])

    def _all_battles(self, group: LeagueGroup, person: Person) -> list[Battle]:
        """The battles of a player in a week, oldest first."""
        return [*self._opening(group).get(person.tag, []), *group.battles.get(person.tag, [])]

    def _counts(self, group: LeagueGroup, person: Person) -> Counts:
        battles = self._all_battles(group, person)
        made = [battle.stars for battle in battles if battle.attacker.person is person]
        held = [battle.stars for battle in battles if battle.defender.person is person]
        return Counts(
            attack_wins=len(made) - made.count(0),
            attack_losses=made.count(0),
            attack_stars=sum(made),
            defense_wins=held.count(0),
            defense_losses=len(held) - held.count(0),
            defense_stars=sum(held),
        )

    def _table(self, group: LeagueGroup) -> list[tuple[Person, int]]:
        """The players with their trophies, the best first."""
        trophies = group.trophies
        if group.week == self._last_week:
            trophies = tuple(_won(self._opening(group).get(person.tag, []), person) for person in group.people)
        elif trophies is None:
            trophies = tuple(person.trophies for person in group.people)
        return sorted(zip(group.people, trophies, strict=True), key=lambda row: (-row[1], row[0].tag))

    def _member(self, group: LeagueGroup, person: Person, trophies: int) -> JsonObject:
        clan, counts = person.clan, self._counts(group, person)
        return {
            "playerTag": person.tag,
            "playerName": person.name,
            **({} if clan is None else {"clanTag": clan.tag, "clanName": clan.name}),
            "leagueTrophies": trophies,
            "attackWinCount": counts.attack_wins,
            "attackLoseCount": counts.attack_losses,
            "defenseWinCount": counts.defense_wins,
            "defenseLoseCount": counts.defense_losses,
        }

    def _log(self, group: LeagueGroup, person: Person, *, attacks: bool) -> JsonRows:
        return [
            _log_row(enemy.person, battle)
            for battle in reversed(self._all_battles(group, person))
            if (enemy := battle.defender if attacks else battle.attacker).person is not person
        ]

    def _history_row(self, person: Person, week: datetime) -> JsonObject | None:
        group = self._group(person, week)
        if group is None and (week in self._weeks or not self._tiers[person.tag]):
            return None
        if group is None:
            rng = chance(self._stage.seed, "history", int(week.timestamp()), person.tag)
            counts, trophies = _drawn_counts(rng), rng.randint(0, 480)
            placement, tier = rng.randint(1, GROUP_SIZE), self._tiers[person.tag]
        else:
            counts, tier = self._counts(group, person), group.tiers[group.people.index(person)]
            placement, trophies = next(
                (place, trophies) for place, (each, trophies) in enumerate(self._table(group), 1) if each is person
            )
        return {
            "leagueSeasonId": int(week.timestamp()),
            "leagueTrophies": trophies,
            "leagueTierId": min(ref.LEAGUE_TIERS) + tier,
            "placement": placement,
            "attackWins": counts.attack_wins,
            "attackLosses": counts.attack_losses,
            "attackStars": counts.attack_stars,
            "defenseWins": counts.defense_wins,
            "defenseLosses": counts.defense_losses,
            "defenseStars": counts.defense_stars,
            "maxBattles": _MOST_ATTACKS,
        }

    def _battle_row(self, person: Person, battle: Battle) -> JsonObject:
        rng = chance(self._stage.seed, "battle", int(battle.at.timestamp()), battle.attacker.person.tag)
        attack = battle.attacker.person is person
        enemy = battle.defender if attack else battle.attacker
        return _battle_row(rng, "ranked", enemy, (battle.stars, battle.percent), battle.at, attack=attack)

    def _drawn_battles(self, person: Person, moment: datetime) -> Iterator[JsonObject]:
        """Battles before a moment, newest first."""
        rng = chance(self._stage.seed, "battles", person.tag)
        kinds = ("ranked", "homeVillage") if self._tiers[person.tag] else ("homeVillage",)
        while True:
            moment -= timedelta(minutes=rng.randint(20, 400))
            percent = min(100, rng.randint(10, 130))
            outcome, other = (stars_for(percent, rng), percent), _another(rng, self._everybody, person)
            yield _battle_row(
                rng, rng.choice(kinds), self._as_it_began(other), outcome, moment, attack=rng.random() < 0.5
            )


def _distinct(members: dict[str, LeagueGroup]) -> list[LeagueGroup]:
    return [*dict.fromkeys(members.values())]


def _another(rng: Random, people: Sequence[Person], than: Person) -> Person:
    return next(person for person in rng.sample(people, 2) if person is not than)


def _prize(stars: int, percent: int) -> int:
    return stars * 8 + percent // 10


def _attacks(rng: Random, group: LeagueGroup) -> int:
    return rng.randint(0, _MOST_DRAWN_ATTACKS) if group.drawn else 0


def _may_attack(group: LeagueGroup, person: Person) -> bool:
    made = sum(battle.attacker.person is person for battle in group.battles.get(person.tag, ()))
    return made < _MOST_ATTACKS - (_MOST_DRAWN_ATTACKS if group.drawn else 0)


def _won(battles: Sequence[Battle], person: Person) -> int:
    return sum(battle.trophies for battle in battles if battle.attacker.person is person)


def _drawn_counts(rng: Random) -> Counts:
    wins, losses = rng.randint(0, 8), rng.randint(0, 8)
    return Counts(
        attack_wins=wins,
        attack_losses=rng.randint(0, 4),
        attack_stars=wins * 2 + rng.randint(0, wins),
        defense_wins=rng.randint(0, 4),
        defense_losses=losses,
        defense_stars=losses * 2,
    )


def _log_row(enemy: Person, battle: Battle) -> JsonObject:
    return {
        "opponentPlayerTag": enemy.tag,
        "opponentName": enemy.name,
        "stars": battle.stars,
        "destructionPercentage": battle.percent,
        "trophies": battle.trophies,
        "creationTime": _creation_time(battle.at),
    }


def _creation_time(moment: datetime) -> str:
    """ISO 8601; the API adds milliseconds to a few, so here those do whose second divides by 13."""
    fraction = f".{moment.minute * 16:03}" if moment.second % 13 == 0 else ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z"


def _battle_row(
    rng: Random, kind: str, enemy: Fighter, outcome: tuple[int, int], moment: datetime, *, attack: bool
) -> JsonObject:
    looted = _LOOT if rng.random() < 0.9 else _LOOT[:3]
    return {
        "battleType": kind,
        "attack": attack,
        "armyShareCode": _army_code(rng),
        "opponentPlayerTag": enemy.person.tag,
        "opponentName": enemy.person.name,
        "opponentTownHallLevel": enemy.town_hall,
        "stars": outcome[0],
        "destructionPercentage": outcome[1],
        "battleTime": rng.randint(40, 180),
        "battleTimestamp": stamp(moment),
        "lootedResources": [{"name": name, "amount": rng.randint(0, 900_000)} for name in looted],
        "extraLootedResources": [{"name": name, "amount": rng.randint(0, 90_000)} for name in looted],
        "availableLoot": [
            {"name": name, "amount": rng.randint(0, 1_500_000) if name in looted else 0} for name in ref.RESOURCES
        ],
    }


def _army_code(rng: Random) -> str:
    troops = "-".join(f"{rng.randint(1, 20)}x{number}" for number in sorted(rng.sample(range(30), rng.randint(2, 5))))
    spells = "-".join(f"{rng.randint(1, 5)}x{number}" for number in sorted(rng.sample(range(12), rng.randint(0, 3))))
    return f"u{troops}" + (f"s{spells}" if spells else "")
