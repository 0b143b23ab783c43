"""Wars: fought attack by attack, so that every sum and count of a body follows from its attacks.

>>> NOT_IN_WAR["state"]
'notInWar'
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TypeAlias

from cocapi_gen.sandbox.world.clans import Clan
from cocapi_gen.sandbox.world.material import NOW, Json, JsonObject, JsonRows, badge, chance, share, stamp
from cocapi_gen.sandbox.world.people import Person

_STUB: JsonObject = {
    "badgeUrls": badge("none"),
    "clanLevel": 0,
    "attacks": 0,
    "stars": 0,
    "destructionPercentage": 0,
}
NOT_IN_WAR: JsonObject = {"state": "notInWar", "clan": _STUB, "opponent": _STUB}


@dataclass(frozen=True, slots=True)
class Fighter:
    """A member on the war map."""

    person: Person
    position: int


@dataclass(frozen=True, slots=True)
class Side:
    """A clan with those of its members who fight."""

    clan: Clan
    fighters: tuple[Fighter, ...]


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack; `order` counts over both sides."""

    attacker: str
    defender: str
    stars: int
    percent: int
    order: int
    duration: int

    def body(self) -> JsonObject:
        """The attack as the API writes it."""
        return {
            "attackerTag": self.attacker,
            "defenderTag": self.defender,
            "stars": self.stars,
            "destructionPercentage": self.percent,
            "order": self.order,
            "duration": self.duration,
        }


Pair: TypeAlias = tuple[Side, Side]


@dataclass(frozen=True, slots=True)
class War:
    """Two sides, the attacks between them, and the times."""

    sides: Pair
    attacks: tuple[Attack, ...]
    preparation: datetime
    start: datetime
    attacks_per_member: int | None

    @property
    def end(self) -> datetime:
        """A battle day later."""
        return self.start + timedelta(days=1)

    @property
    def state(self) -> str:
        """The state at the sandbox's fixed time."""
        return war_state(self.start)

    def body(self, clan_tag: str | None = None) -> JsonObject:
        """The war; `clan_tag` is the side to name first."""
        first, second = self.sides if clan_tag != self.sides[1].clan.tag else self.sides[::-1]
        kind: JsonObject = {"warStartTime": stamp(self.start)}
        if self.attacks_per_member is not None:
            kind = {"attacksPerMember": self.attacks_per_member, "battleModifier": "none"}
        return {
            "state": self.state,
            "teamSize": len(first.fighters),
            "preparationStartTime": stamp(self.preparation),
            "startTime": stamp(self.start),
            "endTime": stamp(self.end),
            **kind,
            "clan": self._side(first, second),
            "opponent": self._side(second, first),
        }

    def log_row(self, clan_tag: str) -> JsonObject:
        """The finished war as a row of that clan's war log."""
        first, second = self.sides if clan_tag != self.sides[1].clan.tag else self.sides[::-1]
        own, other = self._score(first, second), self._score(second, first)
        return log_row(self.end, len(first.fighters), (first.clan, own), (second.clan, other))

    def _side(self, side: Side, enemy: Side) -> JsonObject:
        members: JsonRows = [self._member(fighter) for fighter in side.fighters]
        score = self._score(side, enemy)
        return {**side.clan.card(), **score.body(), "members": members}

    def _score(self, side: Side, enemy: Side) -> Score:
        best = [attack for fighter in enemy.fighters if (attack := self._best_on(fighter.person.tag))]
        own = {fighter.person.tag for fighter in side.fighters}
        return Score(
            attacks=sum(attack.attacker in own for attack in self.attacks),
            stars=sum(attack.stars for attack in best),
            percent=share(sum(attack.percent for attack in best), len(enemy.fighters)),
        )

    def _best_on(self, tag: str) -> Attack | None:
        received = (attack for attack in self.attacks if attack.defender == tag)
        return max(received, key=lambda attack: (attack.stars, attack.percent, -attack.order), default=None)

    def _member(self, fighter: Fighter) -> JsonObject:
        person = fighter.person
        body: JsonObject = {
            "tag": person.tag,
            "name": person.name,
            "townhallLevel": person.town_hall,
            "mapPosition": fighter.position,
        }
        made: list[Json] = [attack.body() for attack in self.attacks if attack.attacker == person.tag]
        if made:
            body["attacks"] = made
        body["opponentAttacks"] = sum(attack.defender == person.tag for attack in self.attacks)
        best = self._best_on(person.tag)
        if best:
            body["bestOpponentAttack"] = best.body()
        return body


@dataclass(frozen=True, slots=True)
class Score:
    """What one side has reached."""

    attacks: int
    stars: int
    percent: int | float

    def body(self) -> JsonObject:
        """The score's three members."""
        return {"attacks": self.attacks, "stars": self.stars, "destructionPercentage": self.percent}


def war_state(start: datetime) -> str:
    """The state, at the sandbox's fixed time, of a war whose battle day begins at `start`.

    >>> war_state(NOW)
    'inWar'
    """
    if start > NOW:
        return "preparation"
    return "inWar" if start + timedelta(days=1) > NOW else "warEnded"


def regular_war(seed: int, clans: tuple[Clan, Clan], start: datetime) -> War:
    """A war of two attacks each, with the strongest members of both clans.

    The size follows from the smaller clan, in steps of five up to 15.
    """
    rng = chance(seed, "war", clans[0].tag, clans[1].tag)
    size = min(15, *(len(clan.members) // 5 * 5 for clan in clans))
    sides = tuple(_side(rng, clan, [*range(1, size + 1)]) for clan in clans)
    attacks = _fight(rng, (sides[0], sides[1]), 2, _progress(start))
    return War((sides[0], sides[1]), attacks, start - timedelta(hours=23), start, 2)


def league_war(seed: int, clans: tuple[Clan, Clan], start: datetime) -> War:
    """A war league round: one attack each, 15 of each roster, map positions from the whole roster."""
    rng = chance(seed, "league war", clans[0].tag, clans[1].tag)
    sides = tuple(_side(rng, clan, rng.sample(range(1, len(clan.members) + 1), 15)) for clan in clans)
    attacks = _fight(rng, (sides[0], sides[1]), 1, _progress(start))
    return War((sides[0], sides[1]), attacks, start - timedelta(days=1, seconds=1527), start, None)


def roster(clan: Clan) -> list[Person]:
    """The members in the order of the war map: the highest Town Hall first."""
    return sorted(clan.members, key=lambda person: (-person.town_hall, -person.exp_level, person.tag))


def _side(rng: Random, clan: Clan, positions: list[int]) -> Side:
    people = roster(clan)
    rng.shuffle(positions)
    # the API's order is never that of the map, not even by chance
    if positions == sorted(positions):
        positions.reverse()
    return Side(clan, tuple(Fighter(people[position - 1], position) for position in positions))


def _progress(start: datetime) -> float:
    return {"preparation": 0.0, "inWar": 0.45, "warEnded": 0.9}[war_state(start)]


def _fight(rng: Random, sides: Pair, each: int, progress: float) -> tuple[Attack, ...]:
    plans = _plans(rng, sides[0], sides[1], each) + _plans(rng, sides[1], sides[0], each)
    rng.shuffle(plans)
    made = plans[: int(len(plans) * progress)]
    return tuple(_attack(rng, plan, order) for order, plan in enumerate(made, 1))


def _plans(rng: Random, side: Side, enemy: Side, each: int) -> list[tuple[str, str]]:
    targets = [fighter.person.tag for fighter in enemy.fighters]
    return [(fighter.person.tag, target) for fighter in side.fighters for target in rng.sample(targets, each)]


def _attack(rng: Random, plan: tuple[str, str], order: int) -> Attack:
    percent = min(100, rng.randint(15, 130))
    return Attack(*plan, stars_for(percent, rng), percent, order, rng.randint(40, 180))


def stars_for(percent: int, rng: Random) -> int:
    """Stars that fit a destruction: three only at 100, the first at 50 or with the Town Hall.

    >>> stars_for(100, chance(1))
    3
    """
    if percent == 100:
        return 3
    return int(percent >= 50) + rng.randint(0, 1)


def war_log(seed: int, clan: Clan, others: Sequence[Clan], finished: Sequence[War]) -> JsonRows:
    """The war log: `finished` wars first, then older ones without attacks of their own; newest first."""
    rng = chance(seed, "war log", clan.tag)
    rows = [(war.end, war.log_row(clan.tag)) for war in finished]
    end = NOW - timedelta(days=4)
    for _ in range(rng.randint(18, 30)):
        end -= timedelta(hours=rng.randint(49, 90))
        rows.append((end, _old_row(rng, end, clan, rng.choice(others))))
    season_end = NOW.replace(day=11, month=12, year=2025, hour=8)
    rows.append((season_end, _season_row(rng, season_end, clan)))
    rows.sort(key=lambda row: row[0], reverse=True)
    return [row for _, row in rows]


def log_row(end: datetime, size: int, own: tuple[Clan, Score], other: tuple[Clan, Score]) -> JsonObject:
    """A row of the war log: only the own side has attacks and experience."""
    result = _result(own[1], other[1])
    bonus = {"win": 30, "tie": 10, "lose": 0}[result]
    own_side: JsonObject = {**own[0].card(), **own[1].body(), "expEarned": 50 + own[1].stars * 2 + bonus}
    other_side: JsonObject = {**other[0].card(), **other[1].body()}
    del other_side["attacks"]
    return _row(result, end, size, 2, own_side, other_side)


def _row(
    result: str | None, end: datetime, size: int, each: int, own_side: JsonObject, other_side: JsonObject
) -> JsonObject:
    return {
        "result": result,
        "endTime": stamp(end),
        "teamSize": size,
        "attacksPerMember": each,
        "battleModifier": "none",
        "clan": own_side,
        "opponent": other_side,
    }


def _result(own: Score, other: Score) -> str:
    ours, theirs = (own.stars, own.percent), (other.stars, other.percent)
    if ours == theirs:
        return "tie"
    return "win" if ours > theirs else "lose"


def _old_row(rng: Random, end: datetime, clan: Clan, other: Clan) -> JsonObject:
    size = rng.choice((10, 15, 20, 30))
    own = _old_score(rng, size)
    tied = rng.random() < 0.05
    return log_row(end, size, (clan, own), (other, own if tied else _old_score(rng, size)))


def _old_score(rng: Random, size: int) -> Score:
    total = rng.randint(size * 55, size * 100)
    return Score(rng.randint(size, size * 2), min(size * 3, total // 36), share(total, size))


def _season_row(rng: Random, end: datetime, clan: Clan) -> JsonObject:
    wars, size = 7, 15
    attacks = rng.randint(80, wars * size)
    score = Score(attacks, rng.randint(attacks * 2, attacks * 5 // 2), share(rng.randint(8400, 9900), size))
    own_side: JsonObject = {**clan.card(), **score.body(), "expEarned": 0}
    # a whole war league season is one row whose opponent is nobody
    other_side: JsonObject = {**_STUB, "stars": rng.randint(180, 290)}
    del other_side["attacks"]
    return _row(None, end, size, 1, own_side, other_side)
