"""How often each key may be used, and who is next.

Nobody is woken, and nothing runs in the background: who waits asks again after a while. So one limiter serves any
number of tasks, event loops and threads.
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from itertools import count
from threading import Lock
from typing import Generic, TypeAlias, TypeVar

from cocapi_gen import _pauses
from cocapi_gen._http.flow import Flow, Sleep
from cocapi_gen.exceptions import InvalidParameterError, WaitTooLong, shown

K = TypeVar("K", bound=Hashable)

Ticket: TypeAlias = tuple[int, int]
"""Who waits: the urgency, below 0, and a number in order of arrival. The least is first in line."""

_SECOND = 1_000_000_000
"""Inside, times are whole nanoseconds: sums stay exact for however long a program runs."""
_MARGIN = 1_000
"""By so much longer it is slept, since the seconds of a sleep are rounded."""
_LONGEST_NAP = 1.0
_MOST_QUESTIONS = 500
"""How often in a second all who wait ask again, taken together, if many wait."""


class Limiter(Generic[K]):
    """Gives out turns at a steady rate for each key, in order of urgency, then of arrival.

    In any ``s`` seconds, a key has ``burst + rate * s`` turns at most. For let n of its turns be from ``t1`` to ``tn``.
    Each puts the moment when the key is due one interval (``1 / rate``) further than it was, and further than the turn
    itself. So before the last turn that is ``t1 + (n - 1) * interval`` at least. The last turn is given ``burst - 1``
    intervals earlier at most. So ``tn - t1`` is ``(n - burst) * interval`` at least.

    Turns that are taken late are made up for, as far as ``burst`` reaches: late timers cost none.

    Who is not first in line has a turn when there is one now for each who is ahead, too. So nobody is overtaken to his
    cost, and nobody waits for one whose event loop is busy with other things.
    """

    def __init__(self, rate: float, burst: int = 10, clock: Callable[[], float] = _pauses.now) -> None:
        """Set the pace.

        Args:
            rate: turns of a key in a second.
            burst: how many turns a key may have at once when it was not used for a while.
            clock: tells seconds, and never goes back.

        Raises:
            InvalidParameterError: the rate or the burst makes no sense.
        """
        if type(rate) not in (int, float) or not 0 < rate < math.inf:
            raise InvalidParameterError(rate, f"rate is {shown(rate)}, but has to be turns a second, above 0.")
        if type(burst) is not int or burst < 1:
            raise InvalidParameterError(burst, f"burst is {shown(burst)}, but has to be a whole number, 1 or more.")
        self._clock = clock
        self._pace = Pace[K](math.ceil(_SECOND / rate), burst)
        self.begin_anew()

    def begin_anew(self) -> None:
        """Begin with nobody in line; the pace stays."""
        self._line = _Line()
        self._lock = Lock()

    @property
    def waiting(self) -> int:
        """How many wait for a turn."""
        with self._lock:
            return len(self._line)

    def turn(self, keys: Callable[[], Sequence[K]], urgency: int = 0, until: float | None = None) -> Flow[K]:
        """Wait for a turn, and return the key whose turn it is.

        Args:
            keys: returns the keys that may be used now, one at least; it is called again before each try.
            urgency: the greater, the further ahead in the line.
            until: when the turn has to come, by the limiter's clock; None if that does not matter.

        Raises:
            WaitTooLong: it cannot come in time; found as soon as that is known, so mostly before any waiting.
        """
        key = self._at_once(keys())
        if key is not None:
            return key[0]
        ticket = self._line.ticket(urgency)
        try:
            with self._lock:
                self._line.enter(ticket)
            while (taken := (yield from self._try(ticket, choice := keys()))) is None:
                yield Sleep(self._nap(ticket, choice, until))
        finally:
            self._line.leave(ticket)
        return taken[0]

    def rest(self, key: K, seconds: float) -> Flow[None]:
        """Let a key rest; it starts without a burst afterwards. A longer rest that it has already stays."""
        yield from ()
        with self._lock:
            self._pace.rest(key, self._now() + math.ceil(seconds * _SECOND))

    def _at_once(self, keys: Sequence[K]) -> tuple[K] | None:
        """Take a turn if there is one now and nobody waits, as it is most of the time."""
        with self._lock:
            return None if len(self._line) else self._take(keys, 0)

    def _try(self, ticket: Ticket, keys: Sequence[K]) -> Flow[tuple[K] | None]:
        """Take a turn, if there is one now."""
        yield from ()
        with self._lock:
            return self._take(keys, self._line.ahead_of(ticket))

    def _take(self, keys: Sequence[K], ahead: int) -> tuple[K] | None:
        now = self._now()
        if ahead and self._pace.opens(keys, ahead, now) > now:
            return None
        taken = self._pace.take(keys, now)
        if taken is not None:
            self._pace.forget_idle(keys, now)
        return taken

    def _nap(self, ticket: Ticket, keys: Sequence[K], until: float | None) -> float:
        """Return for how many seconds it makes no sense to ask again."""
        with self._lock:
            now, crowd = self._now(), len(self._line)
            opens = self._pace.opens(keys, self._line.ahead_of(ticket), now)
        seconds = max(0, opens - now + _MARGIN) / _SECOND
        if until is not None and opens > until * _SECOND:
            raise WaitTooLong(
                f"Allow more time, or ask for less at once: the turn comes in {seconds:.2f} seconds at the earliest, "
                f"and had to come in {max(0.0, until - now / _SECOND):.2f}.",
                seconds,
            )
        # No longer than that: those ahead may leave, and another key may come.
        return min(seconds, max(_LONGEST_NAP, crowd / _MOST_QUESTIONS))

    def _now(self) -> int:
        return round(self._clock() * _SECOND)


class Pace(Generic[K]):
    """When each key may be used again.

    What is kept of a key is the moment when it is due: when it would be used next, were it used steadily. For bursts it
    may be used somewhat earlier. Once the moment has passed, the key is as good as one that was never used.
    """

    def __init__(self, interval: int, burst: int) -> None:
        self._interval = interval
        self._lead = (burst - 1) * interval
        self._due: dict[K, int] = {}

    def opens(self, keys: Sequence[K], ahead: int, now: int) -> int:
        """Return when there is a turn for one with so many ahead of him, if these take theirs as soon as they can."""
        if not ahead:
            return max(self._due.get(self._first(keys), now), now) - self._lead
        starts = sorted(max(self._due.get(key, now), now) - self._lead for key in keys)
        return nth_moment(starts, self._interval, ahead)

    def take(self, keys: Sequence[K], now: int) -> tuple[K] | None:
        """Use the key that is due first, and return it, if it may be used now; in a tuple, for it may be None."""
        key = self._first(keys)
        due = max(self._due.get(key, now), now)
        if due - self._lead > now:
            return None
        self._due[key] = due + self._interval
        return (key,)

    def _first(self, keys: Sequence[K]) -> K:
        return keys[0] if len(keys) == 1 else self.in_order(keys)[0]

    def in_order(self, keys: Sequence[K]) -> list[K]:
        """Return the keys in the order in which they are due; the one that was not used for longest is first."""
        return sorted(keys, key=lambda key: self._due.get(key, 0))

    def rest(self, key: K, until: int) -> None:
        """Do not use a key before a moment, nor for a burst then."""
        self.put_off(key, until + self._lead)

    def put_off(self, key: K, moment: int) -> None:
        """Let a key be due at a moment, if it is not due later anyway."""
        self._due[key] = max(self._due.get(key, moment), moment)

    def forget_idle(self, keys: Sequence[K], now: int) -> None:
        """Forget what is not due any more, if there are others than these keys: some may be gone for good."""
        if len(self._due) > len(keys):
            self._due = {key: due for key, due in self._due.items() if due > now}


def nth_moment(starts: Sequence[int], interval: int, n: int) -> int:
    """Return the n-th, from 0, of the moments that come at one interval from several starts, which are in order."""
    rounds, offsets = 0, list[int]()  # full intervals since the first start; when in an interval the moments come
    for start in starts:
        further, offset = divmod(start - starts[0], interval)
        passing = (further - rounds) * len(offsets)
        if n < passing:
            break
        n -= passing
        rounds = further
        insort(offsets, offset)
    more, index = divmod(n, len(offsets))
    return starts[0] + (rounds + more) * interval + offsets[index]


class _Line:
    """Who waits, in order."""

    def __init__(self) -> None:
        self._arrivals = count()
        self._tickets: list[Ticket] = []
        self._left = deque[Ticket]()

    def ticket(self, urgency: int) -> Ticket:
        """Return a ticket for one who comes now."""
        return (-urgency, next(self._arrivals))

    def enter(self, ticket: Ticket) -> None:
        """Stand in line."""
        insort(self._tickets, ticket)

    def leave(self, ticket: Ticket) -> None:
        """Stand in line no more.

        This needs no lock, and must not: a flow that was forgotten half-way leaves when Python clears away, which may
        be in the midst of anything.
        """
        self._left.append(ticket)

    def ahead_of(self, ticket: Ticket) -> int:
        """Return how many are ahead."""
        self._clear()
        return bisect_left(self._tickets, ticket)

    def __len__(self) -> int:
        self._clear()
        return len(self._tickets)

    def _clear(self) -> None:
        while self._left:
            ticket = self._left.popleft()
            place = bisect_left(self._tickets, ticket)
            if self._tickets[place : place + 1] == [ticket]:  # else interrupted before it entered
                del self._tickets[place]
