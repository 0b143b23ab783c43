"""The only two ways in which the package ever waits on purpose, so that tests can do without the waiting."""

from __future__ import annotations

import time
from threading import Event, Lock

skipped: dict[int, list[float]] = {}
"""While it holds a list, pauses are skipped; each list notes them, in seconds. The keys tell equal lists apart."""


class _Ahead:
    """How many seconds have been skipped so far. Other threads may skip at the same time, and none may get lost."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._lock = Lock()

    def move(self, seconds: float) -> None:
        with self._lock:
            self.seconds += seconds


_ahead = _Ahead()


def now() -> float:
    """Return the seconds of a clock that never goes back; what was skipped has passed on it."""
    return time.monotonic() + _ahead.seconds


async def pause(seconds: float) -> None:
    """Wait in a task; when pauses are skipped, other tasks still get a turn, and a cancelled one still ends here."""
    from anyio import sleep

    await sleep(_unless_skipped(seconds))


def pause_here(seconds: float, unless: Event | None = None) -> None:
    """Wait in a thread, or until an event is set."""
    wait = _unless_skipped(seconds)
    if unless is None:
        time.sleep(wait)
    else:
        unless.wait(wait)


def _unless_skipped(seconds: float) -> float:
    notes = [*skipped.values()]
    for each in notes:
        each.append(seconds)
    if not notes:
        return seconds
    _ahead.move(seconds)
    return 0
