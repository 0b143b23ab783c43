"""What runs several things at once in an event loop; ``threads`` has the same without one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Coroutine, Hashable, Iterable
from typing import TYPE_CHECKING, TypeVar

import anyio
import anyio.lowlevel
import anyio.to_thread
from anyio import Event

from cocapi_gen._pauses import pause

if TYPE_CHECKING:
    from cocapi_gen._http.flow import Question

__all__ = ["Event", "ask", "give_way", "here", "iterate", "pause", "run_together", "wait"]

T = TypeVar("T")


def here() -> Hashable:
    """Return what tells this event loop from others: a client may be in use in several, each in its own thread."""
    try:
        return asyncio.get_running_loop()  # anyio's token for it takes ten times as long
    except RuntimeError:
        return anyio.lowlevel.current_token()


def is_asyncio() -> bool:
    """Say whether this event loop is one of asyncio's."""
    return isinstance(here(), asyncio.AbstractEventLoop)


async def ask(question: Question) -> object:
    """Ask a question. Libraries that can do so without a thread know asyncio only."""
    if is_asyncio():
        return await question.ask()
    return await anyio.to_thread.run_sync(question.ask_here, abandon_on_cancel=True)


async def give_way() -> None:
    """Let other tasks have their turn."""
    await anyio.lowlevel.checkpoint()


async def run_together(
    work: Callable[[], Coroutine[object, object, None]], workers: int, stop: Callable[[], object]
) -> None:
    """Run several workers, which share out the work among themselves, until all have ended.

    If one of them fails, the others are cut off, and what it failed with is raised as it is. Then, and if all of it is
    interrupted, ``stop`` takes away what they would go on with.
    """
    faults = list[Exception]()

    async def begin() -> None:
        try:
            await work()
        except Exception as fault:  # noqa: BLE001 # raised where somebody waits for it
            faults.append(fault)
            group.cancel_scope.cancel()

    try:
        async with anyio.create_task_group() as group:
            for _ in range(workers):
                group.start_soon(begin)
    except BaseException:
        stop()
        faults.clear()  # which know of this place, so none would go before the garbage collector comes
        raise
    if faults:
        stop()
        try:
            raise faults[0]
        finally:
            faults.clear()


def iterate(things: Iterable[T] | AsyncIterable[T]) -> AsyncIterator[T]:
    """Return what gives one thing after the other, wherever they come from."""
    return aiter(things) if isinstance(things, AsyncIterable) else _Steps(things)


class _Steps(AsyncIterator[T]):
    """Gives the things of a plain source. A generator would have to be closed when it is left half-way."""

    def __init__(self, things: Iterable[T]) -> None:
        self._things = iter(things)

    async def __anext__(self) -> T:
        for thing in self._things:
            return thing
        raise StopAsyncIteration


async def wait(event: Event, seconds: float | None) -> bool:
    """Wait for an event, but no longer than so many seconds; tell whether it has come."""
    with anyio.move_on_after(seconds):
        await event.wait()
    return event.is_set()
