"""Runs flows: does what they want done, and hands the result back in."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar, cast

from cocapi_gen._http.flow import Ask, Carry, Deed, Hold, Remember, Sleep, Together, Wait, Work
from cocapi_gen._http.kept import Answers, Kept
from cocapi_gen._http.policy import Policy
from cocapi_gen._http.run import Result, Run
from cocapi_gen._http.tasks import Event, ask, here, pause, run_together, wait
from cocapi_gen._http.transport import AsyncTransport
from cocapi_gen._http.wishes import Frame, Wishes
from cocapi_gen._pauses import now
from cocapi_gen.responses import Response
from cocapi_gen.statistics import CacheStatistics, Statistics

if TYPE_CHECKING:
    from cocapi_gen._http.settings import Options
    from cocapi_gen.drift import Drift

T = TypeVar("T")

_DEEDS = (Carry, Sleep, Wait, Ask, Together)
_NO_CACHE = CacheStatistics(0, 0, 0, 0, 0)


class AsyncDriver:
    """Performs the effects of flows."""

    def __init__(self, transport: AsyncTransport, policy: Policy, places: int, answers: Answers | None) -> None:
        self._transport = transport
        self._policy = policy
        self._answers = answers
        self._wishes = Wishes(policy, places, answers, Event, here)

    def begin(self, work: Work[T], options: Options) -> Awaitable[T]:
        """Do what a call of a method wants."""
        return self.run(work, Run(options))

    async def respond(self, work: Work[T], options: Options) -> Response[T]:
        """Do what a call of a method wants, and return the result with what came with it."""
        run = Run(options)
        value = await self.run(work, run)
        return Response(value, tuple(noted.exchange() for noted in run.exchanges))

    def fetch(self, work: Work[T], options: Options) -> Awaitable[T | Held]:
        """Do what a call of one request wants, but leave the answer to be read later if nobody else may want it."""
        return self.run(work, Run(options, may_hold=True))

    async def run(self, work: Work[T], run: Run) -> T:
        """Do it to its end, or to where it holds, and return the result or what is ``Held``.

        A call that is answered from what is kept needs no flow at all.
        """
        begun = self._wishes.granted(work, run) if isinstance(work, Remember) else (work, run)
        return cast("T", begun.give(run) if isinstance(begun, Kept) else await self.go_on([begun]))

    async def go_on(self, pile: list[Frame]) -> object:
        """Run flows to the end, or to where one holds, and return the result or what is ``Held``.

        What a flow wants of others is run first, and so on; those that wait for that lie below. Interrupts close all.
        """
        top, its_run = pile[-1]
        value, error = cast("object", None), cast("Exception | None", None)
        try:
            while True:
                try:
                    effect = top.send(value) if error is None else top.throw(error)
                    value = error = None
                except StopIteration as stop:
                    pile.pop()
                    if not pile:
                        return stop.value
                    value, error = stop.value, None
                    top, its_run = pile[-1]
                    continue
                except Exception as caught:
                    pile.pop()
                    if not pile:
                        raise
                    error = caught
                    top, its_run = pile[-1]
                    continue
                try:
                    if isinstance(effect, _DEEDS):
                        value = await self._done(effect, its_run)
                    elif isinstance(effect, Hold):
                        held, pile = pile, []
                        return Held(self, held)
                    elif isinstance(granted := self._wishes.granted(effect, its_run), Kept):
                        value = granted.give(its_run)
                    else:
                        pile.append(granted)
                        top, its_run = granted
                except Exception as caught:  # noqa: BLE001 # whatever it is, the flow decides what it means
                    error = caught
        finally:
            error = None  # which knows of this place, so neither would go before the garbage collector comes
            _close(pile)

    def statistics(self) -> Statistics:
        """Return what was done so far."""
        cache = _NO_CACHE if self._answers is None else self._answers.statistics()
        return self._policy.watch.statistics(cache, in_maintenance=self._policy.maintenance.since is not None)

    def drift(self) -> tuple[Drift, ...]:
        """Return what was seen so far that the specification does not know."""
        return self._policy.drifts.seen()

    async def _done(self, deed: Deed, run: Run) -> object:
        match deed:
            case Carry():
                return await self._transport.send(deed.request, deed.server, run.time_for_a_try(now()))
            case Wait():
                return await wait(cast("Event", deed.event), deed.seconds)
            case Sleep():
                await pause(deed.seconds)
                return None
            case Ask():
                return await ask(deed.question)
            case Together():
                return await self._together(deed.flows, deed.at_most, run)

    async def _together(self, flows: tuple[Work[object], ...], at_most: int, run: Run) -> tuple[object, ...]:
        results = [Result() for _ in flows]
        parts = [run.part(is_lookup=False) for _ in flows]
        waiting = deque(zip(flows, results, parts, strict=True))

        async def worker() -> None:
            while waiting:
                with suppress(IndexError):  # another worker was faster
                    await self._settle(*waiting.popleft())

        await run_together(worker, min(at_most, len(flows)), waiting.clear)
        for part in parts:
            run.take(part.exchanges)
        return tuple(result.unwrap() for result in results)

    async def _settle(self, work: Work[object], result: Result, run: Run) -> None:
        try:
            result.value = await self.run(work, run)
        except Exception as error:  # noqa: BLE001 # handed to whoever asked for the result
            result.error = error


class Held:
    """A call whose answer has come, and is read when somebody wants it."""

    __slots__ = ("_driver", "_pile")

    def __init__(self, driver: AsyncDriver, pile: list[Frame]) -> None:
        self._driver = driver
        self._pile = pile

    async def finish(self) -> object:
        """Do what is left, once: read the answer, and return the result."""
        return await self._driver.go_on(self._pile)


def _close(frames: list[Frame]) -> None:
    """Close all flows, the topmost first, even if one of them fails at it or an interrupt comes."""
    if frames:
        try:
            frames.pop()[0].close()
        finally:
            _close(frames)
