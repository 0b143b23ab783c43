"""Wars: fought attack by attack, so that every sum and count of a body follows from its attacks.

A war is settled when it is declared; what is seen of it depends on the moment at which one looks.

>>> not_in_war()["state"]
'notInWar'
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import takewhile
from random import Random
from typing import Literal, NamedTuple, TypeAlias

from cocapi_gen.sandbox.world.clans import Clan
from cocapi_gen.sandbox.world.material import Json, JsonObject, JsonRows, badge, chance, share, stamp

Kind: TypeAlias = Literal["regular", "friendly", "league"]

LEAGUE_TEAM_SIZE = 15


class Fighter(NamedTuple):
    """A member on the war map, as they were when the war was declared, or the season of the war league began."""

    tag: str
    name: str
    town_hall: int
    position: int


class Side(NamedTuple):
    """A clan with those of its members who fight."""

    clan: Clan
    fighters: tuple[Fighter, ...]


class Attack(NamedTuple):
    """One attack; `order` counts over both sides."""

    at: datetime
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


class Score(NamedTuple):
    """What one side has reached."""

    attacks: int
    stars: int
    percent: int | float

    def body(self) -> JsonObject:
        """The score's three members."""
        return {"attacks": self.attacks, "stars": self.stars, "destructionPercentage": self.percent}

    def beats(self, other: Score) -> bool:
        """Whether it wins: by stars, and if these are equal, by destruction."""
        return (self.stars, self.percent) > (other.stars, other.percent)


@dataclass(frozen=True, eq=False)
class War:
    """Two sides, the times, and the attacks that they make.

    Attributes:
        sides: both sides.
        kind: what sort of war it is.
        preparation: when it was declared.
        start: when battle day begins.
        end: when battle day is over.
        each: attacks that every member has.
        secret: what the course of the war follows from.
        tag: the war tag of a war league war.
    """

    sides: tuple[Side, Side]
    kind: Kind
    preparation: datetime
    start: datetime
    end: datetime
    each: int
    secret: str
    tag: str | None = None

    @cached_property
    def attacks(self) -> tuple[Attack, ...]:
        """All attacks of the whole war, in their order."""
        rng = chance(self.secret)
        one, other = self.sides
        plans = [*_plans(rng, one, other, self.each), *_plans(rng, other, one, self.each)]
        rng.shuffle(plans)
        moments = sorted(rng.randrange(1, int(self.length.total_seconds())) for _ in plans)
        return tuple(
            _attack(rng, self.start + timedelta(seconds=second), plan, order)
            for order, (second, plan) in enumerate(zip(moments, plans, strict=True), 1)
        )

    @property
    def length(self) -> timedelta:
        """How long battle day lasts."""
        return self.end - self.start

    @property
    def clans(self) -> tuple[Clan, Clan]:
        """The clans of both sides."""
        return self.sides[0].clan, self.sides[1].clan

    def state(self, now: datetime) -> str:
        """The state at that moment."""
        if now < self.start:
            return "preparation"
        return "inWar" if now < self.end else "warEnded"

    def body(self, now: datetime, clan_tag: str | None = None) -> JsonObject:
        """The war as it stands at that moment; `clan_tag` is the side to name first."""
        first, second = self._from(clan_tag)
        kind: JsonObject = {"warStartTime": stamp(self.start)}
        if self.kind != "league":
            kind = {"attacksPerMember": self.each, "battleModifier": "none"}
        seen = _Seen(takewhile(lambda attack: attack.at <= now, self.attacks))
        return {
            "state": self.state(now),
            "teamSize": len(first.fighters),
            "preparationStartTime": stamp(self.preparation),
            "startTime": stamp(self.start),
            "endTime": stamp(self.end),
            **kind,
            "clan": seen.side(first, second),
            "opponent": seen.side(second, first),
        }

    def scores(self, clan_tag: str) -> tuple[Score, Score]:
        """The final scores, that clan's first."""
        first, second = self._from(clan_tag)
        seen = _Seen(self.attacks)
        return seen.score(first, second), seen.score(second, first)

    def winner(self) -> Clan | None:
        """The clan that wins in the end; None for a tie."""
        one, other = self.scores(self.clans[0].tag)
        if one.beats(other):
            return self.clans[0]
        return self.clans[1] if other.beats(one) else None

    def log_row(self, clan_tag: str) -> JsonObject:
        """The finished war as a row of that clan's war log."""
        first, second = self._from(clan_tag)
        own, other = self.scores(clan_tag)
        return log_row(self.end, len(first.fighters), (first.clan, own), (second.clan, other))

    def _from(self, clan_tag: str | None) -> tuple[Side, Side]:
        return self.sides if clan_tag != self.clans[1].tag else (self.sides[1], self.sides[0])


def not_in_war() -> JsonObject:
    """What a clan answers that was in no war lately."""
    return {"state": "notInWar", "clan": _nobody(), "opponent": _nobody()}


def _nobody() -> JsonObject:
    return {"badgeUrls": badge("none"), "clanLevel": 0, "attacks": 0, "stars": 0, "destructionPercentage": 0}


class _Seen:
    """The attacks that are made so far, by who made and who received them."""

    def __init__(self, attacks: Iterable[Attack]) -> None:
        self._made: dict[str, list[Attack]] = {}
        self._received: dict[str, list[Attack]] = {}
        for attack in attacks:
            self._made.setdefault(attack.attacker, []).append(attack)
            self._received.setdefault(attack.defender, []).append(attack)

    def side(self, side: Side, enemy: Side) -> JsonObject:
        members: JsonRows = [self._member(fighter) for fighter in side.fighters]
        return {**side.clan.card(), **self.score(side, enemy).body(), "members": members}

    def score(self, side: Side, enemy: Side) -> Score:
        best = [attack for fighter in enemy.fighters if (attack := self._best_on(fighter))]
        return Score(
            attacks=sum(len(self._made.get(fighter.tag, ())) for fighter in side.fighters),
            stars=sum(attack.stars for attack in best),
            percent=share(sum(attack.percent for attack in best), len(enemy.fighters)),
        )

    def _best_on(self, fighter: Fighter) -> Attack | None:
        received = self._received.get(fighter.tag, ())
        return max(received, key=lambda attack: (attack.stars, attack.percent, -attack.order), default=None)

    def _member(self, fighter: Fighter) -> JsonObject:
        body: JsonObject = {
            "tag": fighter.tag,
            "name": fighter.name,
            "townhallLevel": fighter.town_hall,
            "mapPosition": fighter.position,
        }
        made: list[Json] = [attack.body() for attack in self._made.get(fighter.tag, ())]
        if made:
            body["attacks"] = made
        body["opponentAttacks"] = len(self._received.get(fighter.tag, ()))
        best = self._best_on(fighter)
        if best:
            body["bestOpponentAttack"] = best.body()
        return body


def roster(clan: Clan) -> tuple[Fighter, ...]:
    """All members on the war map, the strongest on position 1."""
    people = enumerate(clan.roster(), 1)
    return tuple(Fighter(person.tag, person.name, person.town_hall, position) for position, person in people)


def regular_side(rng: Random, clan: Clan, size: int) -> Side:
    """The strongest members, on the positions from 1 on."""
    return _side(rng, clan, roster(clan)[:size])


def league_side(rng: Random, clan: Clan, fighters: Sequence[Fighter]) -> Side:
    """15 of those on the season's roster, on their positions in the whole roster."""
    return _side(rng, clan, rng.sample(fighters, LEAGUE_TEAM_SIZE))


def _side(rng: Random, clan: Clan, fighters: Sequence[Fighter]) -> Side:
    mixed = rng.sample(fighters, len(fighters))
    # the API's order is never that of the map, not even by chance
    if mixed == sorted(mixed, key=lambda fighter: fighter.position):
        mixed.reverse()
    return Side(clan, tuple(mixed))


def _plans(rng: Random, side: Side, enemy: Side, each: int) -> list[tuple[str, str]]:
    targets = [fighter.tag for fighter in enemy.fighters]
    # nine of ten attacks are made
    return [
        (fighter.tag, target) for fighter in side.fighters for target in rng.sample(targets, each) if rng.random() < 0.9
    ]


def _attack(rng: Random, at: datetime, plan: tuple[str, str], order: int) -> Attack:
    percent = min(100, rng.randint(15, 130))
    return Attack(at, *plan, stars_for(percent, rng), percent, order, rng.randint(40, 180))


def stars_for(percent: int, rng: Random) -> int:
    """Stars that fit a destruction: three only at 100, the first at 50 or with the Town Hall.

    >>> stars_for(100, chance(1))
    3
    """
    if percent == 100:
        return 3
    return int(percent >= 50) + rng.randint(0, 1)


# ---------------------------------------------------------------------- the war log


def old_rows(seed: int, clan: Clan, others: Sequence[Clan], start: datetime) -> JsonRows:
    """The wars of the time before the sandbox's, whose attacks nobody remembers; newest first."""
    rng = chance(seed, "war log", clan.tag)
    rows: list[tuple[datetime, JsonObject]] = []
    end = start - timedelta(days=4)
    for _ in range(rng.randint(18, 60)):
        end -= timedelta(hours=rng.randint(49, 90))
        rows.append((end, _old_row(rng, end, clan, rng.choice(others))))
    season_end = start - timedelta(days=28, hours=4)
    rows.append((season_end, _old_season_row(rng, season_end, clan)))
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


def season_row(end: datetime, clan: Clan, own: Score, enemy_stars: int) -> JsonObject:
    """A whole war league season as a row of the war log, whose opponent is nobody."""
    own_side: JsonObject = {**clan.card(), **own.body(), "expEarned": 0}
    other_side: JsonObject = {**_nobody(), "stars": enemy_stars}
    del other_side["attacks"]
    return _row(None, end, LEAGUE_TEAM_SIZE, 1, own_side, other_side)


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
    if own.beats(other):
        return "win"
    return "lose" if other.beats(own) else "tie"


def _old_row(rng: Random, end: datetime, clan: Clan, other: Clan) -> JsonObject:
    size = rng.choice((10, 15, 20, 30))
    own = _old_score(rng, size)
    tied = rng.random() < 0.05
    return log_row(end, size, (clan, own), (other, own if tied else _old_score(rng, size)))


def _old_score(rng: Random, size: int) -> Score:
    total = rng.randint(size * 55, size * 100)
    return Score(rng.randint(size, size * 2), min(size * 3, total // 36), share(total, size))


def _old_season_row(rng: Random, end: datetime, clan: Clan) -> JsonObject:
    attacks = rng.randint(80, 105)
    score = Score(attacks, rng.randint(attacks * 2, attacks * 5 // 2), share(rng.randint(8400, 9900), LEAGUE_TEAM_SIZE))
    return season_row(end, clan, score, rng.randint(180, 290))
