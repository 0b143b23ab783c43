"""Things that are bound to an event loop: made in it when they are first needed, and closed when it ends."""

from __future__ import annotations

import weakref
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar, cast

import anyio

from cocapi_gen._http.tasks import here

if TYPE_CHECKING:
    from types import TracebackType


class Closable(Protocol):
    """Anything that can be closed with ``await``."""

    @property
    def is_closed(self) -> bool: ...
    async def aclose(self) -> None: ...


C = TypeVar("C", bound=Closable)


@dataclass(slots=True, eq=False)
class _Bound:
    """A thing, the event loop that it lives in, what closes it there, and how many use it at the moment."""

    loop: Hashable
    thing: Closable
    guard: AsyncGenerator[None, None]
    users: int = 0
    is_given_up: bool = False

    @property
    def is_lost(self) -> bool:
        """Whether nobody can close it any more: its loop was closed, and has not wound up what was started in it."""
        return bool(getattr(self.loop, "is_closed", bool)()) and not self.thing.is_closed


class PerLoop(Generic[C]):
    """One thing for each event loop that asks for it."""

    def __init__(self, make: Callable[[], C]) -> None:
        self._make = make
        self._by_loop: dict[Hashable, _Bound] = {}
        weakref.finalize(self, _abandon, self._by_loop).atexit = False

    def use(self) -> _Use[C]:
        """Give this loop's thing for a while; it is not closed meanwhile."""
        return _Use(self._this_loops)

    def give_up(self, thing: C) -> None:
        """Let go of this loop's thing while it is used: its last user closes it, and the next gets a new one."""
        loop = here()
        if loop in self._by_loop and self._by_loop[loop].thing is thing:
            self._by_loop.pop(loop).is_given_up = True

    async def aclose(self) -> None:
        """Close this loop's thing as soon as nobody uses it; whoever wants one next gets a new one."""
        bound = self._by_loop.pop(here(), None)
        if bound is not None:
            bound.is_given_up = True
            await _close_unused(bound)

    async def _this_loops(self) -> _Bound:
        loop = here()
        if loop not in self._by_loop:
            await _tidy(loop, self._by_loop)
        # From here on nothing waits, so that nobody closes the thing before it is used.
        bound = self._by_loop.get(loop)
        if bound is None:
            thing = self._make()
            bound = self._by_loop[loop] = _Bound(loop, thing, _close_at_the_end(thing, self._by_loop, loop))
            await anext(bound.guard)
        return bound


class _Use(Generic[C]):
    """Holds a thing for a while. A class, because a generator that does the same takes several times as long."""

    __slots__ = ("_bound", "_find")

    def __init__(self, find: Callable[[], Awaitable[_Bound]]) -> None:
        self._find = find

    async def __aenter__(self) -> C:
        self._bound = await self._find()
        self._bound.users += 1
        return cast("C", self._bound.thing)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bound.users -= 1
        if self._bound.is_given_up:
            await _close_unused(self._bound)


async def _close_unused(bound: _Bound) -> None:
    if not bound.users:
        with anyio.CancelScope(shield=True):
            await bound.guard.aclose()


async def _close_at_the_end(
    thing: Closable, by_loop: dict[Hashable, _Bound], loop: Hashable
) -> AsyncGenerator[None, None]:
    """Close a thing when the event loop ends: a loop winds up the generators that were started in it.

    So what is never closed leaves nothing open behind, and nothing to warn about.
    """
    try:
        yield
    finally:
        if loop in by_loop and by_loop[loop].thing is thing:
            del by_loop[loop]
        await thing.aclose()


_orphans: list[_Bound] = []
"""Things whose owner is gone without a word; they wait here for somebody in their loop who may ``await``."""


def _abandon(by_loop: dict[Hashable, _Bound]) -> None:
    _orphans.extend(by_loop.values())


async def _tidy(loop: Hashable, by_loop: dict[Hashable, _Bound]) -> None:
    """Close what was abandoned in this loop, and let go of what is beyond closing."""
    for other, each in [*by_loop.items()]:  # a copy: other threads may be here too
        if each.is_lost:
            by_loop.pop(other, None)
    for orphan in _orphans.copy():
        if orphan.loop == loop or orphan.is_lost or orphan.thing.is_closed:
            with suppress(ValueError):  # another thread was faster
                _orphans.remove(orphan)
        if orphan.loop == loop:
            # Whoever does this does it for somebody else: a fault is not theirs, and their end must not cut it short.
            with anyio.CancelScope(shield=True), suppress(Exception):
                await orphan.guard.aclose()
