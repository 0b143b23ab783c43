"""What other flows do for a flow: sending, when it is its turn, and keeping what was found.

Nothing here takes time by itself, so it is the same for event loops and for threads. They differ in what an event is,
and in who can wait for whom.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar, cast

from cocapi_gen._http.flow import Apart, Event, Flow, InTurn, LookUp, Once, Remember, Send, Wish, wait
from cocapi_gen._http.kept import Answers, Kept, Lists, Shelf
from cocapi_gen._http.policy import Policy
from cocapi_gen._http.run import Outcome, Run
from cocapi_gen._http.turns import Turns, Visitor
from cocapi_gen._pauses import now
from cocapi_gen.exceptions import NoAnswerError, ServiceUnavailable, TooManyRequests, UnknownError, WaitTooLong

W = TypeVar("W", Once, Remember)

Frame: TypeAlias = tuple[Flow[object], Run]
"""A flow that is run, and the call that it is run for."""

_TOO_BUSY = "Try again later, or allow a longer max_wait: too many requests are under way."


@dataclass(slots=True)
class _Flight:
    """A flow that others may wait for; when it is over, what it came to is ``kept``."""

    waiting: list[Event]
    kept: Kept | None = None
    is_over: bool = False

    def end(self, over: Event, seconds: float | None) -> Flow[bool]:
        """Wait until it is over, but no longer than that; tell whether it is."""
        self.waiting.append(over)
        return self.is_over or (yield from wait(over, seconds))  # in this order, for threads

    def is_done(self) -> None:
        """Call all who wait."""
        self.is_over = True
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
        self._places = places
        self._answers = answers
        self._make_event = make_event
        self._here = here
        self._lists = Lists()
        self._flights: dict[Hashable, _Flight] = {}
        self._turns: dict[Hashable, Turns] = {}

    def granted(self, wish: Wish, run: Run) -> Kept | Frame:
        """Return the flow that does it, and for which call; or what is kept, with which most calls end."""
        match wish:
            case Remember():
                kept = None if self._answers is None else self._answers.find(wish, run, now())
                return kept or (self._remembered(wish, run), run)
            case Send():
                return self._policy.send(wish.request, wish.read, run), run
            case InTurn():
                return self._in_turn(wish), run
            case Apart():
                return wish.flow, wish.run
            case Once():
                kept = self._lists.find(wish, run, now())
                return kept or (self._shared(wish, self._lists, (wish.key, self._here()), run), run)
            case LookUp():
                return self._looked_up(wish, run), run

    def _looked_up(self, wish: LookUp, run: Run) -> Flow[object]:
        part = run.part(is_lookup=True)
        try:
            return (yield Apart(wish.flow, part))
        finally:
            run.take(part.exchanges)

    # ------------------------------------------------------------------ one after another

    def _in_turn(self, wish: InTurn) -> Flow[object]:
        place = self._here()
        turns = self._turns.get(place) or self._turns.setdefault(place, Turns(self._places, self._make_event))
        visitor = Visitor()
        try:
            seconds = None if wish.until is None else max(0.0, wish.until - now())
            if not (yield from turns.enter(visitor, wish.priority, seconds)):
                raise WaitTooLong(_TOO_BUSY, cast("float", seconds))
            return (yield from wish.flow)
        finally:
            turns.leave(visitor)
            wish.flow.close()
            if place is not None and turns.is_idle:  # event loops come and go; threads share one place
                self._turns.pop(place, None)

    # ------------------------------------------------------------------ only once

    def _remembered(self, wish: Remember, run: Run) -> Flow[object]:
        if self._answers is None:
            return (yield from wish.make_flow())
        part = run.part(is_lookup=False)
        try:
            # How persistently something is asked for is part of what is asked for.
            return (yield from self._shared(wish, self._answers, (wish.key, run.options, self._here()), part))
        except (NoAnswerError, ServiceUnavailable, TooManyRequests, UnknownError):
            stale = self._answers.find_stale(wish, run, now())
            if stale is None:
                raise
            part.exchanges.clear()  # a try that failed is no part of the result
            return stale.give(part)
        finally:
            run.take(part.exchanges)

    def _shared(self, wish: W, shelf: Shelf[W], name: Hashable, run: Run) -> Flow[object]:
        while True:
            own = _Flight([])
            try:
                flight = self._flights.setdefault(name, own)
                if flight is own:
                    return (yield from self._lead(wish, shelf, own, run))
            finally:  # if nothing is kept, the next who waits takes the lead
                if self._flights.get(name) is own:
                    del self._flights[name]
                own.is_done()
            if not (yield from flight.end(self._make_event(), run.left(now()))):
                raise run.out_of_time()
            if flight.kept is not None:  # else the leader was interrupted, or out of time
                return flight.kept.give(run)

    def _lead(self, wish: W, shelf: Shelf[W], flight: _Flight, run: Run) -> Flow[object]:
        flight.kept = shelf.find(wish, run, now())
        if flight.kept is not None:  # somebody has just come back with it
            return flight.kept.give(run)
        part = run.part(is_lookup=isinstance(wish, Once))
        outcome = yield from _outcome(Apart(wish.make_flow(), part))
        if outcome.error is None or run.has(0, now()):  # else it is only the leader who has no more time
            flight.kept = Kept(outcome.without_trace(), part.exchanges, now())
            shelf.put(wish, flight.kept)
        run.take(part.exchanges)
        return outcome.unwrap()


def _outcome(wish: Apart) -> Flow[Outcome]:
    try:
        return Outcome((yield wish))
    except Exception as error:  # noqa: BLE001 # handed to whoever asked for the outcome
        return Outcome(error=error)
