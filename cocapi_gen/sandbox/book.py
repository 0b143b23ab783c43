"""The book of the faults that are due: which one hits a request, and which one whoever connects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches

from cocapi_gen.raw import OPERATIONS
from cocapi_gen.sandbox.faults import Fault
from cocapi_gen.sandbox.pace import Pace


@dataclass(slots=True)
class _Entry:
    fault: Fault
    operation: str | None
    times: int | None
    until: datetime | None

    def is_over(self, now: datetime) -> bool:
        return self.times == 0 or (self.until is not None and self.until <= now)


class Book:
    """Gives out faults in the order in which they were injected, one for a request.

    >>> from cocapi_gen.sandbox import World, cut_off, throttled
    >>> book = Book(Pace(World(1), speed=0.0))
    >>> book.inject(throttled(), None, 1, None)
    >>> book.inject(cut_off(), "getClan", None, None)
    >>> book.hit("getClan"), book.hit("getClan"), book.hit("getPlayer")
    (Fault(name='throttled(retry_after=None)', door=None), Fault(name='cut_off()', door=None), None)
    """

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._entries: list[_Entry] = []

    def inject(self, fault: Fault, operation: str | None, times: int | None, lasting: timedelta | None) -> None:
        """Write a fault down; see `Sandbox.inject`."""
        _check(fault, operation, times, lasting)
        with self._pace.lock:
            until = None if lasting is None else self._pace.now + lasting
            self._entries.append(_Entry(fault, operation, times, until))

    def heal(self) -> None:
        """Forget every fault."""
        with self._pace.lock:
            self._entries.clear()

    def hit(self, operation: str | None) -> Fault | None:
        """The fault that hits a request; it has happened once more then."""
        return self._take(lambda entry: entry.fault.door is None and entry.operation in (None, operation))

    def knock(self) -> Fault | None:
        """The fault that hits whoever connects; it has happened once more then."""
        return self._take(lambda entry: entry.fault.door is not None)

    @property
    def is_shut(self) -> bool:
        """Whether the port takes no connection at the moment."""
        with self._pace.lock:
            # a server asks often, and has the clock looked at: so a world that runs never has long to catch up
            _ = self._pace.now
            doors = [entry.fault.door for entry in self._due() if entry.fault.door is not None]
            return doors[:1] == ["shut"]

    def _take(self, fits: Callable[[_Entry], bool]) -> Fault | None:
        with self._pace.lock:
            entry = next((entry for entry in self._due() if fits(entry)), None)
            if entry is None:
                return None
            if entry.times is not None:
                entry.times -= 1
            return entry.fault

    def _due(self) -> list[_Entry]:
        if self._entries:
            now = self._pace.now
            self._entries = [entry for entry in self._entries if not entry.is_over(now)]
        return self._entries


def _check(fault: Fault, operation: str | None, times: int | None, lasting: timedelta | None) -> None:
    if not isinstance(fault, Fault):  # pyright: ignore[reportUnnecessaryIsInstance] # not everybody checks types
        raise TypeError(f"{fault!r} is no fault: call a function that makes one, such as throttled().")
    if not isinstance(lasting, timedelta | None):  # pyright: ignore[reportUnnecessaryIsInstance] # not everybody checks types
        raise TypeError(f"lasting is {lasting!r}, but has to be a timedelta, such as timedelta(minutes=20).")
    if fault.door is not None and operation is not None:
        problem = f"{fault.name} happens before a request is read, so it cannot be of {operation} only"
        raise ValueError(f"{problem}: leave out the operation.")
    if fault.door == "shut" and times is not None:
        raise ValueError(f"{fault.name} cannot be counted, since nobody gets in: give lasting instead of times.")
    if operation is not None and operation not in OPERATIONS:
        names = get_close_matches(operation, OPERATIONS)
        hint = f"Did you mean one of {', '.join(names)}?" if names else "See the keys of cocapi_gen.raw.OPERATIONS."
        raise ValueError(f"There is no operation {operation!r}. {hint}")
    if times is not None and times < 1:
        raise ValueError(f"times is {times}, but has to be 1 or more, or None: until it is healed.")
    if lasting is not None and lasting <= timedelta():
        raise ValueError(f"lasting is {lasting}, but has to be more than nothing, or None: until it is healed.")
