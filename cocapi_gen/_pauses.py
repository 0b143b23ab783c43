"""The only two ways in which the package ever waits on purpose, so that tests can do without the waiting."""

from __future__ import annotations

import time
from threading import Event

skipped: dict[int, list[float]] = {}
"""While it holds a list, pauses are skipped; each list notes them, in seconds. The keys tell equal lists apart."""

_ahead = 0.0
"""Seconds that were skipped so far."""


def now() -> float:
    """Return the seconds of a clock that never goes back, and for which skipped pauses have passed."""
    return time.monotonic() + _ahead


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
    global _ahead  # noqa: PLW0603 # one clock for the process
    notes = [*skipped.values()]
    if not notes:
        return seconds
    for each in notes:
        each.append(seconds)
    _ahead += seconds
    return 0
