"""How fast a sandbox of 1,000 clans is: building it, its first answers, and many callers at once.

`python -m benchmarks.sandbox_load` builds and serves it in a process of its own, kept to one core, asks from another
core, and ends with 1 if a goal is missed. It needs Linux, which can keep a process to a core.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from math import ceil
from multiprocessing.connection import Connection
from urllib.parse import quote, urlsplit

from cocapi_gen.sandbox import Sandbox

SEED = 1
CLANS = 1000
CONNECTIONS = 50
SECONDS = 5.0
ALONE = 20
"""How often each kind of request is made before the crowd comes."""


@dataclass(frozen=True)
class Goal:
    """What a number has to be, at most or at least.

    >>> Goal("build", "s", most=10.0).missed(11.0), Goal("rate", "/s", least=500.0).missed(700.0)
    (True, False)
    """

    name: str
    unit: str
    most: float = float("inf")
    least: float = 0.0

    def missed(self, number: float) -> bool:
        """Whether a number does not reach it."""
        return not self.least <= number <= self.most

    def __str__(self) -> str:
        bound = f"at least {self.least:g}" if self.least else f"at most {self.most:g}"
        return f"{bound} {self.unit}"


GOALS = (
    Goal("build", "s", most=10),
    Goal("peak memory", "MB", most=500),
    Goal("first clan", "ms", most=50),
    Goal("first player", "ms", most=50),
    Goal("first ranking", "ms", most=50),
    Goal("first search", "ms", most=50),
    Goal("rate", "requests/s", least=500),
)


# ---------------------------------------------------------------------- the sandbox, in a process of its own


@dataclass(frozen=True)
class Built:
    """What the serving process tells once it serves."""

    base_url: str
    seconds: float
    clans: tuple[str, ...]
    players: tuple[str, ...]


def serve(core: int, line: Connection) -> None:
    """Build a sandbox and serve it until a word comes; what goes back is the peak of memory in megabytes."""
    os.sched_setaffinity(0, {core})
    began = time.perf_counter()
    with Sandbox(SEED, clans=CLANS) as sandbox:
        seconds = time.perf_counter() - began
        world = sandbox.world
        line.send(Built(sandbox.base_url, seconds, world.clan_tags, world.player_tags))
        line.recv()
    line.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


# ---------------------------------------------------------------------- what is asked

Pick = Callable[[random.Random, Built], str]


def _of_clan(end: str = "") -> Pick:
    return lambda rng, built: f"/clans/{quote(rng.choice(built.clans))}{end}"


def _of_player(end: str = "") -> Pick:
    return lambda rng, built: f"/players/{quote(rng.choice(built.players))}{end}"


def _fixed(path: str) -> Pick:
    return lambda rng, built: path


FIRST: Mapping[str, Pick] = {
    "first clan": _of_clan(),
    "first player": _of_player(),
    "first ranking": _fixed("/locations/global/rankings/players"),
    "first search": _fixed("/clans?minMembers=40&limit=50"),
}
"""What is asked once each, of a world that has answered nothing yet."""

MIXTURE: Mapping[str, tuple[int, Pick]] = {
    "player": (30, _of_player()),
    "clan": (20, _of_clan()),
    "members": (10, _of_clan("/members")),
    "current war": (10, _of_clan("/currentwar")),
    "battle log": (8, _of_player("/battlelog")),
    "war league group": (5, _of_clan("/currentwar/leaguegroup")),
    "war log": (5, _of_clan("/warlog")),
    "raid seasons": (5, _of_clan("/capitalraidseasons")),
    "ranking": (4, _fixed("/locations/global/rankings/clans?limit=50")),
    "search": (2, _fixed("/clans?minMembers=45&limit=20")),
    "labels": (1, _fixed("/labels/clans")),
}
"""What the callers ask, each with its share of a hundred."""

PROPER = {200, 403, 404}
"""403 is a private war log, 404 a clan outside the war league."""


def wishes(built: Built, seed: int) -> Iterator[tuple[str, str]]:
    """What one caller asks, without end, as name and path."""
    rng = random.Random(seed)
    names, shares = [*MIXTURE], [share for share, _ in MIXTURE.values()]
    while True:
        name = rng.choices(names, shares)[0]
        yield name, MIXTURE[name][1](rng, built)


# ---------------------------------------------------------------------- the callers


@dataclass(frozen=True)
class Answer:
    """One answer: what was asked, its status, and how many milliseconds it took."""

    name: str
    status: int
    milliseconds: float


class Caller:
    """One connection that is kept, with just the HTTP that is needed: a client would cost more than the server."""

    def __init__(self, base_url: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._url = urlsplit(base_url)
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, base_url: str) -> Caller:
        """A new connection."""
        url = urlsplit(base_url)
        return cls(base_url, *await asyncio.open_connection(url.hostname, url.port))

    async def ask(self, name: str, path: str) -> Answer:
        """Ask for one path and read the whole answer."""
        head = f"GET {self._url.path}{path} HTTP/1.1\r\nHost: {self._url.netloc}\r\nAuthorization: Bearer load\r\n\r\n"
        began = time.perf_counter()
        self._writer.write(head.encode())
        lines = (await self._reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
        await self._reader.readexactly(_length(lines))
        return Answer(name, int(lines[0].split()[1]), 1000 * (time.perf_counter() - began))

    async def aclose(self) -> None:
        """Hang up."""
        self._writer.close()
        await self._writer.wait_closed()


def _length(lines: Sequence[bytes]) -> int:
    return next(int(line.partition(b":")[2]) for line in lines if line.lower().startswith(b"content-length:"))


async def first(built: Built) -> list[Answer]:
    """The first answers of all."""
    rng = random.Random(SEED)
    async with aclosing(await Caller.open(built.base_url)) as caller:
        return [await caller.ask(name, pick(rng, built)) for name, pick in FIRST.items()]


async def alone(built: Built) -> list[Answer]:
    """What one caller got who asked for one kind after another, which tells how dear each is."""
    rng = random.Random(SEED)
    async with aclosing(await Caller.open(built.base_url)) as caller:
        picks = [(name, pick) for name, (_, pick) in MIXTURE.items() for _ in range(ALONE)]
        return [await caller.ask(name, pick(rng, built)) for name, pick in picks]


async def crowd(built: Built) -> list[Answer]:
    """What all callers got, asking at once for `SECONDS`."""
    until = time.perf_counter() + SECONDS
    answers = await asyncio.gather(*(_keep_asking(built, seed, until) for seed in range(CONNECTIONS)))
    return [answer for told in answers for answer in told]


async def _keep_asking(built: Built, seed: int, until: float) -> list[Answer]:
    answers: list[Answer] = []
    async with aclosing(await Caller.open(built.base_url)) as caller:
        for name, path in wishes(built, seed):
            if time.perf_counter() > until:
                break
            answers.append(await caller.ask(name, path))
    return answers


# ---------------------------------------------------------------------- what is told


def quantile(values: Sequence[float], share: float) -> float:
    """The value that this share of all values does not exceed.

    >>> quantile([3.0, 1.0, 2.0, 4.0], 0.5), quantile([3.0, 1.0, 2.0, 4.0], 0.99)
    (2.0, 4.0)
    """
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]


def times(calm: Sequence[Answer], busy: Sequence[Answer]) -> Iterator[str]:
    r"""How long answers took, when one caller asked and when all did.

    >>> print(*times([Answer("clan", 200, 1.0)], [Answer("clan", 200, 3.0), Answer("clan", 200, 5.0)]), sep="\n")
                         alone p50   answers       p50       p99
    clan                    1.0 ms         2    3.0 ms    5.0 ms
    all                     1.0 ms         2    3.0 ms    5.0 ms
    """
    yield f"{'':20} {'alone p50':>9} {'answers':>9} {'p50':>9} {'p99':>9}"
    for name in [*dict.fromkeys(answer.name for answer in calm), "all"]:
        before, taken = _taken(calm, name), _taken(busy, name)
        middle, most = quantile(taken, 0.5), quantile(taken, 0.99)
        yield f"{name:20} {quantile(before, 0.5):6.1f} ms {len(taken):9} {middle:6.1f} ms {most:6.1f} ms"


def _taken(answers: Sequence[Answer], name: str) -> list[float]:
    return [answer.milliseconds for answer in answers if name in (answer.name, "all")]


def goals(numbers: Mapping[str, float]) -> Iterator[str]:
    """Each number beside what it has to be.

    >>> next(goals({goal.name: 1.0 for goal in GOALS}))
    'build                     1.0 s            at most 10 s'
    """
    for goal in GOALS:
        number = numbers[goal.name]
        mark = "   MISSED" if goal.missed(number) else ""
        yield f"{goal.name:20} {number:8.1f} {goal.unit:12} {goal}{mark}".rstrip()


def improper(answers: Sequence[Answer]) -> list[str]:
    """The answers that should not have been, counted.

    >>> improper([Answer("clan", 500, 1.0), Answer("clan", 200, 1.0)])
    ['clan was answered with 500, 1 times']
    """
    counted = Counter((answer.name, answer.status) for answer in answers if answer.status not in PROPER)
    return [f"{name} was answered with {status}, {count} times" for (name, status), count in counted.items()]


def main() -> None:
    """Measure, tell, and judge."""
    cores = sorted(os.sched_getaffinity(0))
    line, other = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(cores[0], other))
    server.start()
    os.sched_setaffinity(0, {cores[-1]})
    built: Built = line.recv()
    early = asyncio.run(first(built))
    calm = asyncio.run(alone(built))
    busy = asyncio.run(crowd(built))
    line.send("enough")
    numbers = {
        "build": built.seconds,
        "peak memory": line.recv(),
        **{answer.name: answer.milliseconds for answer in early},
        "rate": len(busy) / SECONDS,
    }
    server.join()
    faults = improper([*early, *calm, *busy])
    print(f"{len(built.clans)} clans, {len(built.players)} players; {CONNECTIONS} connections, one core to serve\n")
    print(*goals(numbers), "", *times(calm, busy), "", *faults, sep="\n")
    sys.exit(bool(faults) or any(goal.missed(numbers[goal.name]) for goal in GOALS))


if __name__ == "__main__":
    main()
