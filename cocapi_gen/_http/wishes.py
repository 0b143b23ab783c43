"""What other flows do for a flow: sending, when it is its turn, and keeping what was found.

Nothing here takes time by itself, so it is the same for event loops and for threads. They differ in what an event is,
and in who can wait for whom.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from cocapi_gen._http.flow import Event, Flow, LookUp, Once, Remember, Send, Wish, Work, wait
from cocapi_gen._http.kept import Answers, Kept, Lists, Shelf
from cocapi_gen._http.policy import Policy
from cocapi_gen._http.run import Result, Run
from cocapi_gen._http.settings import Options
from cocapi_gen._http.turns import Places
from cocapi_gen._pauses import now
from cocapi_gen.exceptions import NoAnswerError, ServiceUnavailable, TooManyRequests, UnknownError

W = TypeVar("W", Once, Remember[object])

Frame: TypeAlias = tuple[Flow[object], Run]
"""A flow that is run, and the call that it is run for."""


@dataclass(slots=True)
class _Flight:
    """A flow that others may wait for; when it is over, what it came to is ``kept``."""

    options: Options
    waiting: list[Event]
    kept: Kept | None = None
    is_over: bool = False

    def end(self, over: Event, seconds: float | None) -> Flow[bool]:
        """Wait until it is over, but no longer than that; tell whether it is."""
        self.waiting.append(over)
        return self.is_over or (yield from wait(over, seconds))  # in this order, for threads

    def found(self, run: Run) -> Kept | None:
        """Return what it came to, if that will do for another call; an error will only if it was tried as hard."""
        kept = self.kept
        will_do = kept is None or kept.result.error is None or self.options.try_as_hard_as(run.options)
        return kept if will_do else None

    def call_all(self) -> None:
        """Call all who wait."""
        for each in self.waiting:
            each.set()


class Wishes:
    """Knows which flow does what a flow wants done."""

    def __init__(
        self,
        policy: Policy,
        places: int,
        answers: Answers | None,
        make_event: Callable[[], Event],
        here: Callable[[], Hashable],
    ) -> None:
        """Begin with nothing kept.

        Args:
            policy: how requests are sent.
            places: how many may be under way at once.
            answers: what is kept of answers; None to keep none.
            make_event: makes what one can wait for where this is used.
            here: tells apart who cannot wait for each other.
        """
        self._policy = policy
        self._places = Places(places, make_event, here)
        self._answers = answers
        self._make_event = make_event
        self._here = here
        self._lists = Lists()
        self._flights: dict[Hashable, _Flight] = {}

    def granted(self, wish: Wish, run: Run) -> Kept | Frame:
        """Return the flow that does it, and for which call; or what is kept, with which most calls end."""
        match wish:
            case Remember():
                if self._answers is None:
                    return wish.make_flow(), run
                kept = self._answers.find(wish, run, now())
                return kept or self._remembered(wish, self._answers, run)
            case Send():
                return self._policy.send(wish.request, wish.read, run, self._places), run
            case Once():
                kept = self._lists.find(wish, run, now())
                return kept or self._once(wish, run)
            case LookUp():
                part = run.part(is_lookup=True)
                return _noted(wish.work, part, run), part

    def _remembered(self, wish: Remember[object], answers: Answers, run: Run) -> Frame:
        part = run.part(is_lookup=False)
        # How persistently something is asked for is part of what is asked for.
        flow = self._shared(wish, answers, (wish.key, run.options, self._here()), part)
        return _noted(_or_stale(flow, wish, answers, part), part, run), part

    def _once(self, wish: Once, run: Run) -> Frame:
        part = run.part(is_lookup=True)
        return _noted(self._shared(wish, self._lists, (wish.key, self._here()), part), part, run), part

    def _shared(self, wish: W, shelf: Shelf[W], name: Hashable, run: Run) -> Flow[object]:
        while True:
            own = _Flight(run.options, [])
            try:
                flight = self._flights.setdefault(name, own)
                if flight is own:
                    return (yield from _lead(wish, shelf, own, run))
            finally:  # if nothing is kept, the next who waits takes the lead
                own.is_over = True  # first, and without a call: an interrupt may come with any
                self._forget(name, own)
                own.call_all()
            if flight.is_over:
                self._forget(name, flight)  # an interrupt may have come before its leader could
                continue
            if not (yield from flight.end(self._make_event(), run.left(now()))):
                raise run.out_of_time()
            if (kept := flight.found(run)) is not None:  # else the leader was interrupted, out of time, or gave up
                return kept.give(run)

    def _forget(self, name: Hashable, flight: _Flight) -> None:
        if self._flights.get(name) is flight:
            self._flights.pop(name, None)


def _noted(work: Work[object], part: Run, run: Run) -> Flow[object]:
    """Run a flow for a part of a call, and note for the call what that has sent."""
    try:
        return (yield from work)
    finally:
        run.take(part.exchanges)


def _or_stale(flow: Flow[object], wish: Remember[object], answers: Answers, run: Run) -> Flow[object]:
    """Run a flow, and make do with an answer that is no longer fresh if there is no other."""
    try:
        return (yield from flow)
    except (NoAnswerError, ServiceUnavailable, TooManyRequests, UnknownError):
        stale = answers.find_stale(wish, run, now())
        if stale is None:
            raise
        run.exchanges = []  # a try that failed is no part of the result; the list itself may be kept with its error
        return stale.give(run)


def _lead(wish: W, shelf: Shelf[W], flight: _Flight, run: Run) -> Flow[object]:
    """Do what others may wait for. The run is a part of its own, so what it has noted is kept as it is."""
    flight.kept = shelf.find(wish, run, now())
    if flight.kept is not None:  # somebody has just come back with it
        return flight.kept.give(run)
    result = yield from _result(wish.make_flow())
    if result.error is None or run.has(0, now()):  # else it is only the leader who has no more time
        flight.kept = Kept(result.without_trace(), run.exchanges, now())
        shelf.put(wish, flight.kept)
    try:
        return result.unwrap()
    finally:
        del result  # for the reason that `unwrap` tells


def _result(flow: Flow[object]) -> Flow[Result]:
    try:
        return Result((yield from flow))
    except Exception as error:  # noqa: BLE001 # handed to whoever asked for the result
        return Result(error=error)
