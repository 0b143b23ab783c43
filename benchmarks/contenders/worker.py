"""What measures a contender: takes lines of JSON that name a case and how often to run it, and answers what that took.

`python -m benchmarks.contenders.worker benchmarks.contenders.coc_py SETTING` with the setting as JSON. A module of a
contender has a table `CASES`; what is not in it is not offered. The answer to ``{"case": ..., "times": ...}`` is
``{"amount": ..., "times": ...}``, ``{"missing": true}``, or ``{"error": ...}``.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import process_time
from typing import TypeAlias


@dataclass(frozen=True)
class Setting:
    """What a contender has to know.

    Attributes:
        bodies: the folder with a body of each kind.
        base_url: where they are served.
        core: the core to keep to; None if that cannot be had.
    """

    bodies: str
    base_url: str
    core: int | None

    @cached_property
    def loop(self) -> asyncio.Runner:
        """What all that is asynchronous runs in: one event loop, so that connections last."""
        return asyncio.Runner()

    def body(self, kind: str) -> bytes:
        """Return a body."""
        return Path(self.bodies, f"{kind}.json").read_bytes()


Measure: TypeAlias = Callable[[int], float]
"""Does something so many times, and returns what that took: seconds of the processor, or bytes."""
Make: TypeAlias = Callable[[Setting], Measure]
"""Prepares a case; what that takes does not count."""


class NotOffered(Exception):
    """The contender cannot do this."""


def timed(work: Callable[[int], object]) -> Measure:
    """Measure the time of the processor."""

    def measure(times: int) -> float:
        gc.collect()  # everybody begins without debts
        begin = process_time()
        work(times)
        return process_time() - begin

    return measure


def repeated(work: Callable[[], object]) -> Measure:
    """Measure what is done again and again."""

    def works(times: int) -> None:
        for _ in range(times):
            work()

    return timed(works)


def awaited(setting: Setting, work: Callable[[int], Awaitable[object]]) -> Measure:
    """Measure what is awaited."""

    async def works(times: int) -> None:
        await work(times)

    return timed(lambda times: setting.loop.run(works(times)))


def answer(cases: Mapping[str, Make], ready: dict[str, Measure], setting: Setting, case: str, times: int) -> object:
    """Run a case, which is prepared when it comes first."""
    if case not in cases:
        return {"missing": True}
    try:
        if case not in ready:
            ready[case] = cases[case](setting)
        return {"amount": ready[case](times), "times": times}
    except NotOffered:
        return {"missing": True}
    except Exception as error:  # noqa: BLE001 # whoever reads the report shall see what went wrong
        return {"error": f"{type(error).__name__}: {error}"}


def main() -> None:
    """Answer until standard input ends."""
    setting = Setting(**json.loads(sys.argv[2]))
    if setting.core is not None:
        os.sched_setaffinity(0, {setting.core})
    cases: Mapping[str, Make] = importlib.import_module(sys.argv[1]).CASES
    ready = dict[str, Measure]()
    for line in sys.stdin:
        print(json.dumps(answer(cases, ready, setting, **json.loads(line))), flush=True)
    os._exit(0)  # nobody waits for what the contenders have left open


if __name__ == "__main__":
    main()
