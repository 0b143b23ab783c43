"""Lets the contenders run: each in a process on one core, the server on the other, and in turns."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict, deque
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TypeAlias, cast

from benchmarks.environments import ROOT
from benchmarks.rows import CONTENDERS, Contender, Series

Figures: TypeAlias = Mapping[Series, Sequence[float]]
"""What each took for one, in each round. What a contender does not offer is not there."""
Run: TypeAlias = Callable[[Series, int], float | None]
"""Runs a case so many times; returns what that took, and None if it is not offered."""

_ONCE = ("kept", "memory", "pause", "peak", "start")
"""Cases that begin with these take long, or are no matter of time, and are run once in a turn."""
_TRIAL = 0.01
"""Seconds that are enough to tell how often a case fits into a turn."""
_MOST_TIMES = 50_000


class Broken(Exception):
    """A contender failed."""


class Program:
    """A program that is talked to in lines, and ends when there are no more."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def say(self, line: str) -> None:
        """Send it a line."""
        lines = cast("IO[str]", self._process.stdin)
        lines.write(f"{line}\n")
        lines.flush()

    def hear(self) -> str:
        """Wait for a line; an empty one if it has ended."""
        return cast("IO[str]", self._process.stdout).readline()

    def close(self) -> None:
        """Let it end."""
        self._process.communicate()


class Worker:
    """A contender's process."""

    def __init__(self, contender: Contender, setting: Mapping[str, object]) -> None:
        self._name = contender.name
        command = [contender.environment.python(), "-m", "benchmarks.contenders.worker", contender.module]
        self.program = Program([*command, json.dumps(setting)])

    def run(self, case: str, times: int) -> float | None:
        """Run a case so many times; None if it is not offered.

        Raises:
            Broken: it failed.
        """
        self.program.say(json.dumps({"case": case, "times": times}))
        answer = json.loads(self.program.hear() or '{"error": "the process ended"}')
        if "error" in answer:
            raise Broken(f"{self._name}, {case}: {answer['error']}")
        return None if "missing" in answer else answer["amount"]


class Workers:
    """The contenders' processes, each of which is started when it is first asked to run."""

    def __init__(self, setting: Mapping[str, object]) -> None:
        self._setting = setting
        self._contenders = {contender.name: contender for contender in CONTENDERS}
        self._started = dict[str, Worker]()

    def run(self, series: Series, times: int) -> float | None:
        """Run a case so many times; None if it is not offered.

        Raises:
            Broken: it failed.
        """
        name = series.contender
        if name not in self._started:
            self._started[name] = Worker(self._contenders[name], self._setting)
        return self._started[name].run(series.case, times)

    def end(self) -> None:
        """Let all of them end; whoever is asked again is started anew."""
        while self._started:
            self._started.popitem()[1].program.close()


@contextmanager
def workers(bodies: Path) -> Generator[Workers]:
    """Start the server that they need."""
    client_core, server_core = _cores()
    with ExitStack() as stack:
        server = Program([sys.executable, "-m", "benchmarks.server", str(bodies), *_words(server_core)])
        stack.callback(server.close)
        port = int(server.hear())
        setting = {"bodies": str(bodies), "base_url": f"http://127.0.0.1:{port}/v1", "core": client_core}
        started = Workers(setting)
        stack.callback(started.end)
        yield started


def race_anew(
    series: Sequence[Series], rounds: int, run: Run, end: Callable[[], object], seconds: float
) -> dict[Series, list[float]]:
    """Let them take turns, each round in new processes; ``end`` ends those of the last one.

    A process keeps its luck: by where things lie in its memory, it may take a tenth more or less than the next one.
    """
    order, figures = deque(series), defaultdict[Series, list[float]](list)
    for _ in range(rounds):
        end()
        for one, found in race(order, 1, run, seconds).items():
            figures[one] += found
        order.rotate(-1)
    return {one: found for one, found in figures.items() if len(found) == rounds}


def race(series: Sequence[Series], rounds: int, run: Run, seconds: float) -> dict[Series, list[float]]:
    """Let them take turns: in each round everybody has one of so many seconds, and each round another begins."""
    times = {one: number for one in series if (number := fitting(one, run, seconds)) is not None}
    order, figures = deque(times), {one: list[float]() for one in times}
    for _ in range(rounds):
        for one in order:
            figures[one].append((run(one, times[one]) or 0.0) / times[one])
        order.rotate(-1)
    return figures


def fitting(series: Series, run: Run, seconds: float) -> int | None:
    """Return how often a case fits into a turn; None if it is not offered. It is warm afterwards."""
    if run(series, 1) is None:
        return None
    if series.case.startswith(_ONCE):
        return 1
    times, took = 1, run(series, 1) or 0.0
    while took < _TRIAL and times < _MOST_TIMES:
        times *= 8
        took = run(series, times) or 0.0
    return max(1, min(_MOST_TIMES, round(times * seconds / took)))


def _cores() -> tuple[int | None, int | None]:
    """A core for the clients and another for the server, where programs can be kept to them."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else []
    return (cores[0], cores[1]) if len(cores) > 1 else (None, None)


def _words(core: int | None) -> list[str]:
    return [] if core is None else [str(core)]
