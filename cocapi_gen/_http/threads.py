"""What runs several things at once in plain threads; ``tasks`` has the same for an event loop."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

from cocapi_gen._pauses import pause_here as pause

__all__ = ["Event", "Lock", "here", "iterate", "pause", "run_together"]

iterate = iter


def here() -> Hashable:
    """Return the same everywhere: threads can wait for each other."""
    return None


def run_together(work: Callable[[], None], workers: int, stop: Callable[[], object]) -> None:
    """Run several workers, which share out the work among themselves, until all have ended: one of them in this thread.

    If that is interrupted, ``stop`` takes away what they would go on with.
    """
    with ThreadPoolExecutor(max(workers - 1, 1), "cocapi-gen") as pool:
        try:
            others = [pool.submit(work) for _ in range(workers - 1)]
            work()
        except BaseException:
            stop()
            raise
        for other in others:
            other.result()
