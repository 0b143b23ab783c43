"""Runs flows in an event loop."""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import TypeVar, cast

import anyio
import anyio.lowlevel

from cocapi_gen._http.flow import Effect, Flow, Once, Send
from cocapi_gen._http.transport import Transport
from cocapi_gen.exceptions import CocApiError

T = TypeVar("T")


@dataclass(slots=True)
class _Outcome:
    """What a flow came to; ``done`` is set when it has."""

    value: object = None
    error: Exception | None = None
    done: anyio.Event = field(default_factory=anyio.Event)

    def unwrap(self) -> object:
        if self.error is not None:
            raise self.error
        return self.value


@dataclass(frozen=True, slots=True)
class _Kept:
    """A result, and when it was had."""

    value: object
    since: float

    def is_older_than(self, seconds: float | None) -> bool:
        return seconds is not None and monotonic() - self.since > seconds


class AsyncDriver:
    """Performs the effects of flows with ``await``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._kept: dict[Hashable, _Kept] = {}
        self._running: dict[Hashable, _Outcome] = {}

    async def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end and return its result; a cancelled run closes the flow."""
        resume: Callable[[], Effect] = partial(next, flow)
        try:
            while True:
                try:
                    effect = resume()
                except StopIteration as stop:
                    return cast("T", stop.value)
                try:
                    resume = partial(flow.send, await self._perform(effect))
                except Exception as error:  # noqa: BLE001 # whatever it is, the flow decides what it means
                    resume = partial(flow.throw, error)
        finally:
            flow.close()

    async def _perform(self, effect: Effect) -> object:
        if isinstance(effect, Send):
            return await self._transport.send(effect.request)
        if isinstance(effect, Once):
            return await self._once(effect)
        outcomes = [_Outcome() for _ in effect.flows]
        waiting = iter(zip(effect.flows, outcomes, strict=True))
        async with anyio.create_task_group() as group:
            for _ in range(min(effect.at_most, len(outcomes))):
                group.start_soon(self._settle_all, waiting)
        return tuple(outcome.unwrap() for outcome in outcomes)

    async def _once(self, effect: Once) -> object:
        # Who waits for whom is a matter of one event loop; a client may be in use in several, each in its own thread.
        flight = (effect.key, anyio.lowlevel.current_token())
        while (kept := self._kept.get(effect.key)) is None or kept.is_older_than(effect.max_age):
            running = self._running.get(flight)
            if running is None:
                return await self._lead(effect, flight)
            await running.done.wait()
            if isinstance(running.error, CocApiError):  # each who waits gets an error of its own: tracebacks grow
                raise copy.copy(running.error) from running.error
            if running.error is not None:
                raise running.error
        return kept.value

    async def _lead(self, effect: Once, flight: Hashable) -> object:
        outcome = self._running[flight] = _Outcome()
        try:
            await self._settle(effect.make_flow(), outcome)
            kept = self._kept[effect.key] = _Kept(outcome.unwrap(), monotonic())
            return kept.value
        finally:  # also when cancelled: then the next who waits takes the lead
            del self._running[flight]
            outcome.done.set()

    async def _settle_all(self, waiting: Iterator[tuple[Flow[object], _Outcome]]) -> None:
        for flow, outcome in waiting:
            await self._settle(flow, outcome)

    async def _settle(self, flow: Flow[object], outcome: _Outcome) -> None:
        try:
            outcome.value = await self.run(flow)
        except Exception as error:  # noqa: BLE001 # handed to whoever asked for the outcome
            outcome.error = error
