"""Whose turn it is when more requests want to go out than may be under way at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush
from threading import Lock

from cocapi_gen._http.flow import Event, Flow, wait


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
        self._queue = list[tuple[int, int, Visitor, Event]]()
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
