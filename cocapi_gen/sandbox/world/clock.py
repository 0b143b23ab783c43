"""The sandbox's time, and what is due at which moment of it.

>>> from datetime import UTC
>>> clock = Clock(datetime(2026, 1, 8, 12, tzinfo=UTC))
>>> clock.at(clock.now + timedelta(hours=1), lambda: print(f"it is {clock.now:%H:%M}"))
>>> clock.advance(timedelta(hours=3))
it is 13:00
>>> f"{clock.now:%H:%M}"
'15:00'
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count


class Clock:
    """Runs what is due in the order of time, whatever the steps are in which time passes.

    Attributes:
        now: the moment that it is, in UTC.
    """

    def __init__(self, now: datetime) -> None:
        self.now: datetime = now
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = count()

    def at(self, moment: datetime, action: Callable[[], None]) -> None:
        """Have the action run at that moment; of two at the same moment, the one that was asked for first."""
        heappush(self._due, (moment, next(self._numbers), action))

    def advance(self, by: timedelta) -> None:
        """Let time pass, and with it everything happen that is due."""
        end = self.now + by
        while self._due and self._due[0][0] <= end:
            self.now, _, action = heappop(self._due)
            action()
        self.now = end
