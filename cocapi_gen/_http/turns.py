"""Whose turn it is when more requests want to go out than may be under way at once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from heapq import heappop, heappush
from threading import Lock
from typing import TypeVar, cast

from cocapi_gen._http.flow import Event, Flow, wait
from cocapi_gen._pauses import now
from cocapi_gen.exceptions import WaitTooLong

T = TypeVar("T")

_TOO_BUSY = "Try again later, or allow a longer max_wait: too many requests are under way."


class Places:
    """Runs flows, so many at once in each event loop: in others, nobody can wait for them."""

    def __init__(self, at_most: int, make_event: Callable[[], Event], here: Callable[[], Hashable]) -> None:
        """Begin with nobody in.

        Args:
            at_most: how many may be under way at once.
            make_event: makes what one can wait for where this is used.
            here: tells apart who cannot wait for each other.
        """
        self._at_most = at_most
        self._make_event = make_event
        self._here = here
        self._turns: dict[Hashable, Turns] = {}

    def in_turn(self, make_flow: Callable[[], Flow[T]], priority: int, until: float | None) -> Flow[T]:
        """Run a flow when there is a place for it.

        Raises:
            WaitTooLong: there is none before that moment of the clock.
        """
        here = self._here()
        turns = self._turns.get(here) or self._turns.setdefault(here, Turns(self._at_most, self._make_event))
        visitor = Visitor()
        try:
            seconds = None if until is None else max(0.0, until - now())
            if not (yield from turns.enter(visitor, priority, seconds)):
                raise WaitTooLong(_TOO_BUSY, cast("float", seconds))
            return (yield from make_flow())
        finally:
            turns.leave(visitor)
            if here is not None and turns.is_idle:  # event loops come and go; threads share one place
                self._turns.pop(here, None)


@dataclass(slots=True, eq=False)
class Visitor:
    """Somebody who wants in. What they have is noted here, so whoever is interrupted can give it back for them."""

    is_in: bool = False
    is_gone: bool = False


class Turns:
    """Lets so many in at once: the most urgent first, and among those who came first."""

    def __init__(self, places: int, make_event: Callable[[], Event]) -> None:
        self._places = places
        self._make_event = make_event
        self._free = places
        self._number = 0
        self._queue: list[tuple[int, int, Visitor, Event]] = []
        self._lock = Lock()

    @property
    def is_idle(self) -> bool:
        """Whether nobody is in."""
        return self._free == self._places

    def enter(self, visitor: Visitor, priority: int, seconds: float | None) -> Flow[bool]:
        """Wait until there is a place, but no longer than that; tell whether there is. Either way one has to leave."""
        with self._lock:
            if self._free:
                self._free -= 1
                visitor.is_in = True
                return True
            self._number += 1
            called = self._make_event()
            heappush(self._queue, (-priority, self._number, visitor, called))
        return (yield from wait(called, seconds))

    def leave(self, visitor: Visitor) -> None:
        """Give the place to whoever is next, or wait for one no more."""
        with self._lock:
            visitor.is_gone = True
            if not visitor.is_in:
                return
            visitor.is_in = False
            while self._queue:
                _, _, following, called = heappop(self._queue)
                if not following.is_gone:
                    following.is_in = True
                    called.set()
                    return
            self._free += 1
