"""The course of wars: attacks fall due, wars end and enter the logs, and clans find new opponents."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from random import Random

from cocapi_gen.sandbox.world.clans import Clan
from cocapi_gen.sandbox.world.history import WarAttacked, WarDeclared, WarEnded, WarStarted
from cocapi_gen.sandbox.world.material import chance
from cocapi_gen.sandbox.world.stage import Stage
from cocapi_gen.sandbox.world.wars import Attack, Kind, War, regular_side

_DAY = timedelta(days=1)
_STAYS_VISIBLE = timedelta(days=3)
_SIZES = (5, 10, 15, 20, 25, 30, 40, 50)
# how long before the sandbox's beginning battle day began, for the pairs of clans in their order
_REGULAR, _FRIENDLY = timedelta(hours=23), timedelta(hours=1)
_OPENINGS: Sequence[tuple[Kind, timedelta] | None] = (
    ("regular", timedelta(hours=10)),
    ("regular", timedelta(hours=-5)),
    ("regular", timedelta(hours=30)),
    None,
    ("friendly", timedelta(minutes=20)),
    ("friendly", timedelta(minutes=-30)),
    ("friendly", timedelta(minutes=50)),
)
_LENGTHS: dict[Kind, timedelta] = {"regular": _DAY, "friendly": timedelta(minutes=45), "league": _DAY}


class Warfare:
    """All regular and friendly wars of a world."""

    def __init__(self, stage: Stage, clans: Sequence[Clan]) -> None:
        """Begin with wars in every state between neighbours among the clans."""
        self._stage = stage
        self._searching: list[Clan] = []
        for number, pair in enumerate(_pairs(clans)):
            # once every opening, and then only those without a friendly war, which are the first four
            opening = _OPENINGS[number] if number < len(_OPENINGS) else _OPENINGS[number % 4]
            if opening is None:
                self._rest(pair)
            else:
                self._open(pair, *opening)
        if len(clans) % 2:
            self._rest(clans[-1:])

    def _open(self, pair: tuple[Clan, Clan], kind: Kind, ago: timedelta) -> None:
        """Let a war be under way, or be over."""
        war = self._new_war(pair, kind, preparation=self._stage.now - ago - _preparation(kind))
        if war.state(self._stage.now) != "warEnded":
            run(self._stage, war, partial(self._end, war))
        else:
            self._enter_log(war)
            self._rest(pair)

    def _new_war(self, pair: tuple[Clan, Clan], kind: Kind, preparation: datetime) -> War:
        secret = f"{self._stage.seed}/war/{pair[0].tag}/{pair[1].tag}/{preparation.timestamp():.0f}"
        rng = chance(secret)
        size = _size(rng, min(len(clan.members) for clan in pair))
        start = preparation + _preparation(kind)
        war = War(
            sides=(regular_side(rng, pair[0], size), regular_side(rng, pair[1], size)),
            kind=kind,
            preparation=preparation,
            start=start,
            end=start + _LENGTHS[kind],
            each=1 if kind == "friendly" else 2,
            secret=f"{secret}/attacks",
        )
        pair[0].war = pair[1].war = war
        return war

    def _end(self, war: War) -> None:
        if war.kind == "regular":
            _count_result(war)
            self._enter_log(war)
        self._rest(war.clans)

    def _enter_log(self, war: War) -> None:
        """Friendly wars enter no log."""
        if war.kind == "regular":
            for clan in war.clans:
                clan.log.append(war.log_row(clan.tag))

    def _rest(self, pair: Sequence[Clan]) -> None:
        """Have each clan search for an opponent, some hours later; some never do."""
        for clan in pair:
            if clan.war_frequency != "never":
                hours = chance(self._stage.seed, "rest", clan.tag, int(self._stage.now.timestamp())).randint(2, 60)
                self._stage.clock.at(self._stage.now + timedelta(hours=hours), partial(self._search, clan))

    def _search(self, clan: Clan) -> None:
        if not self._searching:
            self._searching.append(clan)
            return
        pair = (self._searching.pop(), clan)
        war = self._new_war(pair, "regular", preparation=self._stage.now)
        declare(self._stage, war)
        run(self._stage, war, partial(self._end, war))


def declare(stage: Stage, war: War) -> None:
    """Tell that the preparation of a war has begun."""
    stage.history.append(WarDeclared(*_about(stage, war), team_size=len(war.sides[0].fighters)))


def run(stage: Stage, war: War, ended: Callable[[], None]) -> None:
    """Let a war take its course, from where it is now, and call `ended` after it."""
    if stage.now < war.start:
        stage.clock.at(war.start, partial(_start, stage, war))
    else:
        # the attacks are worked out when time moves for the first time, and not before
        stage.clock.at(stage.now, partial(_go_on, stage, war))
    stage.clock.at(war.end, partial(_end, stage, war, ended))


def visible_war(clan: Clan, now: datetime) -> War | None:
    """The clan's regular or friendly war, as long as it can be seen after its end."""
    war = clan.war
    return war if war is not None and now < war.end + _STAYS_VISIBLE else None


def _start(stage: Stage, war: War) -> None:
    stage.history.append(WarStarted(*_about(stage, war)))
    _await(stage, war, 0)


def _go_on(stage: Stage, war: War) -> None:
    _await(stage, war, bisect_right(war.attacks, stage.now, key=lambda attack: attack.at))


def _await(stage: Stage, war: War, number: int) -> None:
    if number < len(war.attacks):
        attack = war.attacks[number]
        stage.clock.at(attack.at, partial(_attack, stage, war, attack))


def _attack(stage: Stage, war: War, attack: Attack) -> None:
    stage.people[attack.attacker].war_stars += attack.stars
    stage.history.append(
        WarAttacked(
            *_about(stage, war), attack.attacker, attack.defender, attack.stars, attack.percent, order=attack.order
        )
    )
    _await(stage, war, attack.order)


def _end(stage: Stage, war: War, ended: Callable[[], None]) -> None:
    winner = war.winner()
    stage.history.append(WarEnded(*_about(stage, war), winner=None if winner is None else winner.tag))
    ended()


def _about(stage: Stage, war: War) -> tuple[datetime, tuple[str, str], Kind, str | None]:
    """What every event of a war begins with."""
    one, other = war.clans
    return stage.now, (one.tag, other.tag), war.kind, war.tag


def _count_result(war: War) -> None:
    winner = war.winner()
    for clan in war.clans:
        clan.wins += clan is winner
        clan.ties += winner is None
        clan.losses += winner is not None and clan is not winner
        clan.streak = clan.streak + 1 if clan is winner else 0


def _pairs(clans: Sequence[Clan]) -> Iterator[tuple[Clan, Clan]]:
    return zip(clans[::2], clans[1::2], strict=False)


def _preparation(kind: Kind) -> timedelta:
    return _FRIENDLY if kind == "friendly" else _REGULAR


def _size(rng: Random, members: int) -> int:
    """A size of a war that both clans can man."""
    return rng.choice([size for size in _SIZES if size <= members])
