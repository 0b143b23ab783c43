"""Whose turn it is when more requests want to go out than may be under way at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from threading import Lock

from cocapi_gen._http.flow import Event, Flow, wait


@dataclass(slots=True, order=True)
class _Waiter:
    """Somebody in the queue: ``called`` when it is their turn, ``gone`` when they have left."""

    urgency: int
    number: int
    called: Event = field(compare=False)
    gone: bool = field(compare=False, default=False)


class Turns:
    """Lets so many in at once: the most urgent first, and among those who came first."""

    def __init__(self, places: int, make_event: Callable[[], Event]) -> None:
        self._places = places
        self._make_event = make_event
        self._free = places
        self._number = 0
        self._queue = list[_Waiter]()
        self._lock = Lock()

    @property
    def is_idle(self) -> bool:
        """Whether nobody is in."""
        return self._free == self._places

    def take(self, priority: int, seconds: float | None) -> Flow[bool]:
        """Wait until there is a place, but no longer than that; tell whether there is."""
        waiter = self._line_up(priority)
        if waiter is None:
            return True
        try:
            yield from wait(waiter.called, seconds)
        except BaseException:
            if not self._walk_away(waiter):
                self.leave()
            raise
        return not self._walk_away(waiter)

    def leave(self) -> None:
        """Give a place to whoever is next."""
        with self._lock:
            while self._queue:
                waiter = heappop(self._queue)
                if not waiter.gone:
                    waiter.called.set()
                    return
            self._free += 1

    def _line_up(self, priority: int) -> _Waiter | None:
        with self._lock:
            if self._free:
                self._free -= 1
                return None
            self._number += 1
            waiter = _Waiter(-priority, self._number, self._make_event())
            heappush(self._queue, waiter)
            return waiter

    def _walk_away(self, waiter: _Waiter) -> bool:
        """Leave the queue, unless one's turn has come."""
        with self._lock:
            waiter.gone = not waiter.called.is_set()
            return waiter.gone
