"""Runs flows: performs what they want done, and hands the outcome back in."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import TypeVar, cast

from cocapi_gen._http.flow import Ask, Carry, Effect, Flow, LookUp, Once, Send, Sleep, Together
from cocapi_gen._http.retries import persistently
from cocapi_gen._http.run import Kept, Outcome, Run
from cocapi_gen._http.settings import Server
from cocapi_gen._http.tasks import Event, ask, here, pause, run_together
from cocapi_gen._http.transport import AsyncTransport

T = TypeVar("T")


@dataclass(slots=True)
class _Flight(Outcome):
    """A flow that others wait for; ``done`` is set when it has ended."""

    done: Event = field(default_factory=Event)


class AsyncDriver:
    """Performs the effects of flows."""

    def __init__(self, transport: AsyncTransport, server: Server) -> None:
        self._transport = transport
        self._server = server
        self._kept: dict[Hashable, Kept] = {}
        self._flights: dict[Hashable, _Flight] = {}

    async def run(self, flow: Flow[T], run: Run) -> T:
        """Run a flow to its end and return its result; an interrupted run closes the flow."""
        resume: Callable[[], Effect] = partial(next, flow)
        try:
            while True:
                try:
                    effect = resume()
                except StopIteration as stop:
                    return cast("T", stop.value)
                try:
                    resume = partial(flow.send, await self._perform(effect, run))
                except Exception as error:  # noqa: BLE001 # whatever it is, the flow decides what it means
                    resume = partial(flow.throw, error)
        finally:
            flow.close()

    async def _perform(self, effect: Effect, run: Run) -> object:  # noqa: PLR0911 # one for each effect
        match effect:
            case Send():
                answer = await self.run(persistently(effect.request, self._server, run.options.retries), run)
                run.note(effect.request, answer)
                return answer
            case Carry():
                return await self._transport.send(effect.request, effect.server, run.options.timeout)
            case Sleep():
                await pause(effect.seconds)
                return None
            case Ask():
                return await ask(effect.question)
            case Once():
                return await self._once(effect, run)
            case LookUp():
                part = run.part(is_lookup=True)
                try:
                    return await self.run(effect.flow, part)
                finally:
                    run.take(part.exchanges)
            case Together():
                return await self._together(effect.flows, effect.at_most, run)

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

    async def _once(self, effect: Once, run: Run) -> object:
        name = (effect.key, here())
        while (kept := self._kept_for(effect, run)) is None:
            own = _Flight()
            flight = self._flights.setdefault(name, own)
            if flight is own:
                await self._lead(effect, name, own, run)
            else:
                await flight.done.wait()
                flight.raise_again()
        run.take(kept.exchanges)
        return kept.value

    def _kept_for(self, effect: Once, run: Run) -> Kept | None:
        kept = self._kept.get(effect.key)
        return kept if kept is not None and kept.serves(run, monotonic(), effect.max_age) else None

    async def _lead(self, effect: Once, name: Hashable, flight: _Flight, run: Run) -> None:
        lookup = run.part(is_lookup=True)
        try:
            if self._kept_for(effect, run) is None:  # else another thread has just come back with it
                await self._settle(effect.make_flow(), flight, lookup)
                self._kept[effect.key] = Kept(flight.unwrap(), lookup.exchanges, monotonic())
        finally:  # also when interrupted: then the next who waits takes the lead
            del self._flights[name]
            flight.done.set()

    async def _settle(self, flow: Flow[object], outcome: Outcome, run: Run) -> None:
        try:
            outcome.value = await self.run(flow, run)
        except Exception as error:  # noqa: BLE001 # handed to whoever asked for the outcome
            outcome.error = error
