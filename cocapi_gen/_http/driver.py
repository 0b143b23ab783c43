"""Runs flows: performs what they want done, and hands the outcome back in."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Hashable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar, cast

from cocapi_gen._http.flow import Ask, Carry, Effect, Flow, InTurn, LookUp, Once, Remember, Send, Sleep, Together
from cocapi_gen._http.kept import Answers, Kept, Lists, Shelf
from cocapi_gen._http.policy import Policy
from cocapi_gen._http.run import Outcome, Run
from cocapi_gen._http.tasks import Event, ask, here, pause, run_together, wait
from cocapi_gen._http.transport import AsyncTransport
from cocapi_gen._http.turns import Turns
from cocapi_gen._pauses import now
from cocapi_gen.exceptions import (
    NoAnswerError,
    ServiceUnavailable,
    TooManyRequests,
    UnknownError,
    WaitTooLong,
)
from cocapi_gen.responses import Response
from cocapi_gen.statistics import CacheStatistics, Statistics

if TYPE_CHECKING:
    from cocapi_gen._http.settings import Options
    from cocapi_gen.drift import Drift

T = TypeVar("T")
W = TypeVar("W", Once, Remember)

_NO_CACHE = CacheStatistics(0, 0, 0, 0, 0)
_TOO_BUSY = "Try again later, or allow a longer max_wait: too many requests are under way."


@dataclass(slots=True)
class _Flight:
    """A flow that others may wait for; when it is over, what it came to is ``kept``."""

    kept: Kept | None = None
    is_over: bool = False
    waiting: list[Event] = field(default_factory=list[Event])

    async def end(self, seconds: float | None) -> bool:
        """Wait until it is over, but no longer than that; tell whether it is."""
        over = Event()
        self.waiting.append(over)
        return self.is_over or await wait(over, seconds)  # in this order, for threads

    def is_done(self) -> None:
        """Call all who wait."""
        self.is_over = True
        for each in self.waiting:
            each.set()


class AsyncDriver:
    """Performs the effects of flows."""

    def __init__(self, transport: AsyncTransport, policy: Policy, places: int, answers: Answers | None) -> None:
        self._transport = transport
        self._policy = policy
        self._places = places
        self._answers = answers
        self._lists = Lists()
        self._flights: dict[Hashable, _Flight] = {}
        self._turns: dict[Hashable, Turns] = {}

    def begin(self, flow: Flow[T], options: Options) -> Awaitable[T]:
        """Run a flow for a call of a method."""
        return self.run(flow, Run(options))

    async def respond(self, flow: Flow[T], options: Options) -> Response[T]:
        """Run a flow for a call of a method, and return its result with what came with it."""
        run = Run(options)
        value = await self.run(flow, run)
        return Response(value, tuple(run.exchanges))

    async def run(self, flow: Flow[T], run: Run) -> T:
        """Run a flow to its end and return its result; an interrupted run closes the flow."""
        value, error = cast("object", None), cast("Exception | None", None)
        try:
            while True:
                try:
                    effect = flow.send(value) if error is None else flow.throw(error)
                except StopIteration as stop:
                    return cast("T", stop.value)
                try:
                    kept = self._at_hand(effect, run) if isinstance(effect, Remember) else None
                    value, error = (await self._perform(effect, run) if kept is None else kept.give(run)), None
                except Exception as caught:  # noqa: BLE001 # whatever it is, the flow decides what it means
                    error = caught
        finally:
            flow.close()

    def statistics(self) -> Statistics:
        """Return what was done so far."""
        cache = _NO_CACHE if self._answers is None else self._answers.statistics()
        return self._policy.watch.statistics(cache, in_maintenance=self._policy.maintenance.since is not None)

    def drift(self) -> tuple[Drift, ...]:
        """Return what was seen so far that the specification does not know."""
        return self._policy.drifts.seen()

    async def _perform(self, effect: Effect, run: Run) -> object:  # noqa: PLR0911 # one for each effect
        match effect:
            case Send():
                return await self.run(self._policy.send(effect.request, effect.read, run), run)
            case InTurn():
                return await self._in_turn(effect, run)
            case Carry():
                return await self._transport.send(effect.request, effect.server, run.time_for_a_try(now()))
            case Sleep():
                await pause(effect.seconds)
                return None
            case Ask():
                return await ask(effect.question)
            case Once():
                return await self._shared(effect, self._lists, (effect.key, here()), run)
            case Remember():
                return await self._remembered(effect, run)
            case LookUp():
                part = run.part(is_lookup=True)
                try:
                    return await self.run(effect.flow, part)
                finally:
                    run.take(part.exchanges)
            case Together():
                return await self._together(effect.flows, effect.at_most, run)

    # ------------------------------------------------------------------ one after another

    async def _in_turn(self, effect: InTurn, run: Run) -> object:
        place = here()
        turns = self._turns.get(place) or self._turns.setdefault(place, Turns(self._places))
        try:
            seconds = None if effect.until is None else max(0.0, effect.until - now())
            if not await turns.take(effect.priority, seconds):
                raise WaitTooLong(_TOO_BUSY, cast("float", seconds))
            try:
                return await self.run(effect.flow, run)
            finally:
                turns.leave()
        finally:
            effect.flow.close()
            if place is not None and turns.is_idle:  # event loops come and go; threads share one place
                self._turns.pop(place, None)

    # ------------------------------------------------------------------ several at once

    async def _together(self, flows: tuple[Flow[object], ...], at_most: int, run: Run) -> tuple[object, ...]:
        outcomes = [Outcome() for _ in flows]
        parts = [run.part(is_lookup=False) for _ in flows]
        waiting = deque(zip(flows, outcomes, parts, strict=True))

        async def work() -> None:
            while waiting:
                with suppress(IndexError):  # another worker was faster
                    await self._settle(*waiting.popleft())

        await run_together(work, min(at_most, len(flows)), waiting.clear)
        for part in parts:
            run.take(part.exchanges)
        return tuple(outcome.unwrap() for outcome in outcomes)

    async def _settle(self, flow: Flow[object], outcome: Outcome, run: Run) -> None:
        try:
            outcome.value = await self.run(flow, run)
        except Exception as error:  # noqa: BLE001 # handed to whoever asked for the outcome
            outcome.error = error

    # ------------------------------------------------------------------ only once

    def _at_hand(self, effect: Remember, run: Run) -> Kept | None:
        """Return what is kept, if there is something: without waiting, since most programs ask for the same often."""
        return None if self._answers is None else self._answers.find(effect, run, now())

    async def _remembered(self, effect: Remember, run: Run) -> object:
        if self._answers is None:
            return await self.run(effect.make_flow(), run)
        part = run.part(is_lookup=False)
        try:
            # How persistently something is asked for is part of what is asked for.
            return await self._shared(effect, self._answers, (effect.key, run.options, here()), part)
        except (NoAnswerError, ServiceUnavailable, TooManyRequests, UnknownError):
            stale = self._answers.find_stale(effect, run, now())
            if stale is None:
                raise
            part.exchanges.clear()  # a try that failed is no part of the result
            return stale.give(part)
        finally:
            run.take(part.exchanges)

    async def _shared(self, effect: W, shelf: Shelf[W], name: Hashable, run: Run) -> object:
        while (kept := shelf.find(effect, run, now())) is None:
            own = _Flight()
            flight = self._flights.setdefault(name, own)
            if flight is own:
                return await self._lead(effect, shelf, name, own, run)
            if not await flight.end(run.left(now())):
                raise run.out_of_time()
            if flight.kept is not None:  # else the leader was interrupted, or out of time
                return flight.kept.give(run)
        return kept.give(run)

    async def _lead(self, effect: W, shelf: Shelf[W], name: Hashable, flight: _Flight, run: Run) -> object:
        part = run.part(is_lookup=isinstance(effect, Once))
        outcome = Outcome()
        try:
            flight.kept = shelf.find(effect, run, now())
            if flight.kept is not None:  # another thread has just come back with it
                return flight.kept.give(run)
            await self._settle(effect.make_flow(), outcome, part)
            if outcome.error is None or run.has(0, now()):  # else it is only the leader who has no more time
                flight.kept = Kept(outcome.without_trace(), part.exchanges, now())
                shelf.put(effect, flight.kept)
        finally:  # if nothing is kept, the next who waits takes the lead
            del self._flights[name]
            flight.is_done()
        run.take(part.exchanges)
        return outcome.unwrap()
