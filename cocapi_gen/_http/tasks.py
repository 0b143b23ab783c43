"""What runs several things at once in an event loop; ``threads`` has the same without one."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Coroutine, Hashable, Iterable
from typing import TypeVar

import anyio
import anyio.lowlevel
from anyio import Event, Lock

from cocapi_gen._pauses import pause

__all__ = ["Event", "Lock", "here", "iterate", "pause", "run_together"]

T = TypeVar("T")


def here() -> Hashable:
    """Return what tells this event loop from others: a client may be in use in several, each in its own thread."""
    return anyio.lowlevel.current_token()


async def run_together(
    work: Callable[[], Coroutine[object, object, None]], workers: int, stop: Callable[[], object]
) -> None:
    """Run several workers, which share out the work among themselves, until all have ended.

    If that is interrupted, ``stop`` takes away what they would go on with.
    """
    try:
        async with anyio.create_task_group() as group:
            for _ in range(workers):
                group.start_soon(work)
    except BaseException:
        stop()
        raise


async def iterate(things: Iterable[T] | AsyncIterable[T]) -> AsyncIterator[T]:
    """Yield what there is, wherever it comes from."""
    if isinstance(things, AsyncIterable):
        async for thing in things:
            yield thing
    else:
        for thing in things:
            yield thing
