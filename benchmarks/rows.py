"""What is measured, and the goals: all of them are here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from benchmarks.bodies import KINDS
from benchmarks.environments import CLASHY_PY, COC_PY, COCAPI, DEFAULT, FAST, LIMITS, Environment
from benchmarks.pairing import Goal


@dataclass(frozen=True)
class Contender:
    """Somebody who is measured: where it is installed, and the module with its cases."""

    name: str
    environment: Environment
    module: str


US = "cocapi-gen"
US_FAST = "cocapi-gen[fast]"
US_INSIDE = "cocapi-gen, inside"
PEERS = ("coc.py", "clashy.py", "cocapi")
AS_THEY_COME = ("coc.py as it comes", "clashy.py as it comes", "cocapi")
LIMIT = "limits"

CONTENDERS = (
    Contender(US, DEFAULT, "benchmarks.contenders.sdk"),
    Contender(US_INSIDE, DEFAULT, "benchmarks.contenders.inside"),
    Contender(US_FAST, FAST, "benchmarks.contenders.sdk_fast"),
    Contender("coc.py", COC_PY, "benchmarks.contenders.coc_py"),
    Contender("clashy.py", CLASHY_PY, "benchmarks.contenders.coc_py"),
    Contender("coc.py as it comes", COC_PY, "benchmarks.contenders.coc_py_as_it_comes"),
    Contender("clashy.py as it comes", CLASHY_PY, "benchmarks.contenders.coc_py_as_it_comes"),
    Contender("cocapi", COCAPI, "benchmarks.contenders.cocapi"),
    Contender(LIMIT, LIMITS, "benchmarks.contenders.limits"),
)


class Series(NamedTuple):
    """What a contender takes for a case, round by round."""

    contender: str
    case: str


@dataclass(frozen=True)
class Row:
    """A comparison with a goal.

    Attributes:
        name: what is compared.
        ours: what we take.
        rivals: what the others take; the one that takes least counts. None for a figure with an absolute goal, which
            is told and fails nothing.
        goal: for what the rival takes by what we take, if it is `least`; for the inverse, if it is `most`.
        keeping: a case that tells which share is kept; rivals that keep less than we do are left out.
        held: what is held for sure as long as the goal itself is not: what fails is to lose that.
    """

    name: str
    ours: Series
    rivals: tuple[Series, ...]
    goal: Goal
    keeping: str = ""
    held: Goal | None = None


@dataclass(frozen=True)
class Heat:
    """What is measured in turns.

    Attributes:
        rows: the comparisons.
        also: what is measured besides, for the table; not in the short form.
        rounds: how many.
        guarded: how many in the short form; 0 leaves all of it out.
        anew: whether each round has new processes; not where it takes long to get ready, chance has no say, or a
            process is compared with itself.
    """

    rows: tuple[Row, ...]
    also: tuple[Series, ...] = ()
    rounds: int = 7
    guarded: int = 0
    anew: bool = True

    @property
    def compared(self) -> tuple[Series, ...]:
        """What the rows need, each once."""
        compared = chain.from_iterable((row.ours, *row.rivals) for row in self.rows)
        kept = (
            Series(one.contender, row.keeping) for row in self.rows if row.keeping for one in (row.ours, *row.rivals)
        )
        return tuple(dict.fromkeys([*compared, *kept]))


def _peers(case: str, *, but: tuple[str, ...] = ()) -> tuple[Series, ...]:
    return tuple(Series(peer, case) for peer in PEERS if peer not in but)


def _peers_as_they_come(case: str) -> tuple[Series, ...]:
    return tuple(Series(peer, case) for peer in AS_THEY_COME)


def _limits(*cases: str) -> tuple[Series, ...]:
    return tuple(Series(LIMIT, case) for case in cases)


def _ours(*cases: str) -> tuple[Series, ...]:
    return tuple(Series(US, case) for case in cases)


def _by_the_best(kind: str, read: Series, peers: tuple[Series, ...]) -> Row:
    return Row(f"{kind}: read, by the best peer", read, peers, Goal(least=1.5), held=Goal(least=1.1))


def _reading(kind: str) -> Heat:
    read, parsed = Series(US, f"read {kind}"), Series(US, f"parse {kind}")
    most, held = Goal(most=3.4 if kind == "clan" else 3.2), Goal(most=4.0)
    rows = (
        *_READ.get(kind, (_by_the_best(kind, read, _peers(read.case)),)),
        Row(f"{kind}: parsed, by orjson into dicts", parsed, _limits(f"parse {kind} with orjson"), most, held=held),
    )
    also = _limits(f"parse {kind} with msgspec", f"parse {kind} with json")
    return Heat(rows, (*_peers(read.case), *_peers(parsed.case), *also), guarded=5)


_PLAYER, _RAIDS = Series(US, "read player"), Series(US, "read raidlog")
_READ: Mapping[str, tuple[Row, ...]] = {
    "player": (
        Row(
            "player: read, by coc.py",
            _PLAYER,
            (Series("coc.py", _PLAYER.case),),
            Goal(least=3.0),
            held=Goal(least=2.7),
        ),
        Row(
            "player: read, by cocapi",
            _PLAYER,
            (Series("cocapi", _PLAYER.case),),
            Goal(least=1.8),
            held=Goal(least=1.5),
        ),
    ),
    # cocapi leaves raids as dicts, so it is in the table only
    "raidlog": (_by_the_best("raidlog", _RAIDS, _peers(_RAIDS.case, but=("cocapi",))),),
}
"""What is compared in a way of its own."""


def _calling(kind: str, width: int, least: float, least_fast: float) -> Heat:
    case, unread = f"call {kind}, {width} at a time", f"call {kind} unread, {width} at a time"
    bare = f"call {kind} with aiohttp, {width} at a time"
    rows = [
        Row(
            f"{kind}, {width} at a time: by the best peer",
            Series(US, case),
            _peers_as_they_come(case),
            Goal(least=least),
            held=Goal(least=0.8 * least),
        ),
        Row(
            f"{kind}, {width} at a time, fast: by the best peer",
            Series(US_FAST, case),
            _peers_as_they_come(case),
            Goal(least=least_fast),
            held=Goal(least=0.85 * least_fast),
        ),
        Row(
            f"{kind}, {width} at a time, fast: by aiohttp with our models",
            Series(US_FAST, unread),
            _limits(bare),
            Goal(least=0.75),
        ),
    ]
    if (kind, width) == ("player", 10):
        rows += _AT_TEN
    also = (
        *_ours(unread),
        *_peers(case, but=("cocapi",)),
        *_peers(unread, but=("cocapi",)),
        *_limits(
            f"call {kind} with httpx, {width} at a time", f"call {kind} with aiohttp and orjson, {width} at a time"
        ),
    )
    return Heat(tuple(rows), also, guarded=5 if width == 10 else 0)


_TEN = Series(US, "call player unread, 10 at a time")
_AT_TEN = [
    Row(
        "player, cold burst of 50: by 10 at a time",
        Series(US, "call player unread, cold burst of 50"),
        (_TEN,),
        Goal(most=1.5),
    ),
    Row(
        "player, in bulk: by 10 at a time",
        Series(US, "bulk of players"),
        (_TEN,),
        Goal(least=0.9),
    ),
]
"""What is compared with our own calls, ten at a time."""

_SYNC = Series(US, "call player, without a loop")
_CACHED = Series(US, "call player, cached")
_POLICY = Series(US_INSIDE, "call player, with all policy")
_NO_POLICY = Series(US_INSIDE, "call player, with no policy")
_CARRIED = Series(US_INSIDE, "call player, carried only")
_FIRST = "start: first answer read"
_PAUSE = Series(US, "pause with 300 clans")


def _memory(kind: str, most_kib: int, least: float) -> Heat:
    ours, kept = Series(US, f"memory of {kind}"), f"kept of {kind}"
    best = Row(
        f"memory of a {kind}: by the best peer that keeps as much",
        ours,
        _peers(ours.case),
        Goal(least=least),
        kept,
    )
    also = _limits(f"memory of {kind} with orjson")
    return Heat(
        (_figure(f"memory of a {kind}", ours.case, most_kib * 1024), best), also, rounds=3, guarded=1, anew=False
    )


def _figure(name: str, case: str, most: float) -> Row:
    return Row(name, Series(US, case), (), Goal(most=most))


def _growth(name: str, contender: str, case: str, sizes: tuple[int, int], most: float) -> Heat:
    small, large = (Series(contender, case.format(f"{size:,}")) for size in sizes)
    return Heat((Row(name, large, (small,), Goal(most=most), held=Goal(most=2 * most)),), rounds=5, anew=False)


HEATS: tuple[Heat, ...] = (
    *(_reading(kind) for kind in KINDS),
    *(_calling("player", width, 1.5, 3.0) for width in (1, 10, 50)),
    *(_calling("clan", width, 1.0, 1.4) for width in (1, 10, 50)),
    Heat(
        (
            Row("player, SyncClient: by cocapi", _SYNC, (Series("cocapi", _SYNC.case),), Goal(least=10)),
            Row(
                "player, SyncClient: by httpx",
                _SYNC,
                _limits("call player with httpx, without a loop"),
                Goal(least=0.9),
            ),
        ),
        guarded=5,
    ),
    Heat(
        (
            _figure("player, cached", _CACHED.case, 5e-6),
            Row(
                "player, cached: by coc.py untouched",
                _CACHED,
                (Series("coc.py", _CACHED.case),),
                Goal(least=4),
            ),
        ),
        _peers(_CACHED.case, but=("coc.py",)),
        guarded=5,
    ),
    Heat(
        (
            Row("policy: by a client without any", _POLICY, (_NO_POLICY,), Goal(most=1.08), held=Goal(most=1.2)),
            Row("policy: by carrying and reading only", _POLICY, (_CARRIED,), Goal(most=1.08), held=Goal(most=1.35)),
        ),
        guarded=7,
        anew=False,
    ),
    _memory("player", 35, 3.0),
    _memory("clan", 85, 2.0),
    Heat(
        (
            Row(
                "garbage collection with 300 clans: by BaseModel",
                _PAUSE,
                _ours(f"{_PAUSE.case}, BaseModel"),
                Goal(least=3),
            ),
        ),
        rounds=5,
        guarded=2,
        anew=False,
    ),
    Heat(
        (
            _figure("import", "start: import", 0.015),
            _figure("client made", "start: client", 0.040),
            Row("import: by the best peer", Series(US, "start: import"), _peers("start: import"), Goal(least=1)),
            Row("client made: by the best peer", Series(US, "start: client"), _peers("start: client"), Goal(least=1)),
            Row("first answer read: by the best peer", Series(US, _FIRST), _peers(_FIRST), Goal(least=1)),
        ),
        rounds=5,
        guarded=3,
        anew=False,
    ),
    Heat(
        (
            Row(
                "memory in bulk: 10,000 players by 1,000",
                Series(US, "peak of a bulk of 10,000"),
                _ours("peak of a bulk of 1,000"),
                Goal(most=1.2),
            ),
        ),
        rounds=1,
        anew=False,
    ),
    _growth("ranking of 200 rows: by 2 rows", US, "parse ranking of {} rows", (2, 200), 100 * 1.3),
    _growth("ranking of 20,000 rows: by 200 rows", US, "parse ranking of {} rows", (200, 20_000), 100 * 1.3),
    _growth("limiter after 1,000,000 turns: by 100", US_INSIDE, "limiter after {} turns", (100, 1_000_000), 1.3),
    _growth("cache of 1,000,000 answers: by 100", US_INSIDE, "cache of {} answers", (100, 1_000_000), 1.5),
)
