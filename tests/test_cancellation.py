"""A call that is cancelled, wherever it waits, leaves nothing behind: no place taken, no turn, no flight, no task."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from types import FrameType
from typing import cast

import anyio
import anyio.lowlevel
import httpx
import pytest

import cocapi_gen
from cocapi_gen import Cache, Client, CocApiError, SyncClient
from cocapi_gen._http import threads
from cocapi_gen._http.flow import Flow, Once, ask, look_up
from cocapi_gen._http.policy import Policy
from cocapi_gen._http.run import Run
from cocapi_gen._http.settings import Options
from cocapi_gen._http.transport import SyncTransport
from cocapi_gen._http.turns import Places
from cocapi_gen._twins.sync_driver import SyncDriver
from cocapi_gen.sandbox import Sandbox
from cocapi_gen.testing import no_sleep
from tests.answers import (
    BARE,
    LOCATIONS,
    OTHER_TAG,
    TAG,
    Answering,
    RawServer,
    clan_body,
    driver_of,
    http,
    inside,
    items,
    player_body,
)

pytestmark = pytest.mark.anyio
FRESH = {"Cache-Control": "max-age=60"}


def assert_that_nothing_is_left(client: Client) -> None:
    """Look where something could be left."""
    found = inside(driver_of(client))
    assert found["_policy"].limiter.waiting == 0
    wishes = inside(found["_wishes"])
    assert wishes["_flights"] == inside(wishes["_places"])["_turns"] == {}


class Rough:
    """An API at which everything takes a while: it throttles, fails, and then answers."""

    def __init__(self) -> None:
        self.under_way = 0
        self._asked = dict[str, int]()

    async def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/v1")
        self._asked[path] = number = self._asked.get(path, 0) + 1
        self.under_way += 1
        try:
            for _ in range(2):
                await anyio.lowlevel.checkpoint()
        finally:
            self.under_way -= 1
        return self._answer(path, number)

    def _answer(self, path: str, number: int) -> httpx.Response:
        if number == 1:
            return httpx.Response(502)
        if number == 2:
            return httpx.Response(429, headers={"Retry-After": "3"})
        if number == 3:
            return httpx.Response(503, json={"reason": "inMaintenance"})
        body = (
            LOCATIONS if path == "/locations" else clan_body(isWarLogPublic=True) if "clans" in path else player_body()
        )
        return httpx.Response(200, json=items() if path.endswith(("clans", "warlog")) else body, headers=FRESH)

    def client(self) -> Client:
        """A client that has to wait for everything that there is to wait for."""
        return Client(
            "T",
            transport=httpx.MockTransport(self.answer),
            rate=2,
            concurrency=1,
            retries=3,
            wait_for_maintenance=True,
            cache=Cache(),
        )


CALLS: dict[str, Callable[[Client], Awaitable[object]]] = {
    "one request": lambda client: client.player(TAG),
    "one that may not take for ever": lambda client: client.with_options(deadline=1e6, max_wait=1e6).player(TAG),
    "a list of names first": lambda client: client.clan_rankings("russia"),
    "parts at the same time": lambda client: client.clan(TAG),
    "many tags": lambda client: client.players([TAG, OTHER_TAG, "no tag"], concurrency=2).all(),
}
every_call = pytest.mark.parametrize("name", CALLS)


@every_call
async def test_a_call_can_be_cancelled_wherever_it_waits(name: str) -> None:
    make_call = CALLS[name]
    turns = 0
    with no_sleep():
        for turns in count():
            api, ended = Rough(), list[object]()
            client = api.client()

            async def ask() -> None:
                ended.append(await make_call(client))  # noqa: B023 # awaited within the turn

            async with anyio.create_task_group() as group:
                group.start_soon(ask)
                for _ in range(turns):
                    await anyio.lowlevel.checkpoint()
                group.cancel_scope.cancel()
            assert api.under_way == 0
            assert_that_nothing_is_left(client)
            with anyio.fail_after(5):
                await make_call(client)
            assert_that_nothing_is_left(client)
            await client.aclose()
            if ended:
                break
    assert turns > 10
    gc.collect()  # what nobody has fetched or closed would be told now, as an error


async def test_one_of_many_can_be_cancelled_wherever_it_waits() -> None:
    """Others want the same player, or the one place that there is; they get what they want."""
    turns = 0
    with no_sleep():
        for turns in count():
            api, found, ended = Rough(), list[object](), list[object]()
            client = api.client()

            async def ask(tag: str) -> None:
                found.append((await client.player(tag)).name)  # noqa: B023 # awaited within the turn

            async def be_cancelled(scope: anyio.CancelScope) -> None:
                with scope:
                    await client.player(TAG)  # noqa: B023 # awaited within the turn
                    ended.append(None)  # noqa: B023 # awaited within the turn

            with anyio.fail_after(10):
                async with anyio.create_task_group() as group:
                    scope = anyio.CancelScope()
                    group.start_soon(be_cancelled, scope)
                    await anyio.lowlevel.checkpoint()
                    for tag in (TAG, OTHER_TAG, TAG):
                        group.start_soon(ask, tag)
                    for _ in range(turns):
                        await anyio.lowlevel.checkpoint()
                    scope.cancel()
            assert found == ["Somebody"] * 3
            assert_that_nothing_is_left(client)
            if ended:
                break
    assert turns > 10
    gc.collect()


async def test_a_place_that_comes_to_one_who_leaves_goes_to_the_next() -> None:
    gates = [anyio.Event() for _ in range(2)]
    entered = list[str]()

    async def answer(request: httpx.Request) -> httpx.Response:
        entered.append(request.url.path)
        await gates[0].wait()
        return httpx.Response(200, json={})

    client = Client("T", **BARE, concurrency=1, transport=httpx.MockTransport(answer))
    scopes = [anyio.CancelScope() for _ in range(5)]

    async def ask(number: int) -> None:
        with scopes[number]:
            await client.request("GET", f"/{number}")

    async with anyio.create_task_group() as group:
        for number in range(5):
            group.start_soon(ask, number)
            await anyio.wait_all_tasks_blocked()
        gates[0].set()
        for number in (1, 3):  # one gets the place in this very moment, the other still waits
            scopes[number].cancel()
    assert {"/v1/0", "/v1/2", "/v1/4"} <= {*entered}
    assert "/v1/3" not in entered
    assert_that_nothing_is_left(client)


async def test_nothing_is_left_in_the_pool_of_connections_either() -> None:
    """Over sockets, with one client for all: if a cancelled call kept a connection, the tenth would be the last."""
    with RawServer(Answering(http(b'{"startTime": "20260101T080000.000Z"}'))) as server:
        async with Client("T", **BARE, base_url=server.base_url) as client:
            await client.goldpass()
            for turns in range(60):
                async with anyio.create_task_group() as group:
                    for _ in range(3):
                        group.start_soon(client.goldpass)
                    for _ in range(turns):
                        await anyio.lowlevel.checkpoint()
                    group.cancel_scope.cancel()
                assert_that_nothing_is_left(client)
            with anyio.fail_after(10):
                async with anyio.create_task_group() as group:
                    for _ in range(20):
                        group.start_soon(client.goldpass)
    gc.collect()


async def test_a_call_may_end_for_lack_of_time_wherever_it_waits() -> None:
    """A deadline that passes at any moment leaves as little behind as a cancellation does."""
    sandbox = Sandbox(seed=1, clans=12)
    client = sandbox.client(retries=3, rate=2, concurrency=1, cache=Cache())
    with no_sleep():
        for number in range(40):
            short = client.with_options(deadline=0.001 + number / 20)
            async with anyio.create_task_group() as group:
                for tag in (sandbox.world.player_tag, TAG, OTHER_TAG):

                    async def ask(tag: str) -> None:
                        with suppress(CocApiError):
                            await short.player(tag)  # noqa: B023 # awaited within the turn

                    group.start_soon(ask, tag)
            assert_that_nothing_is_left(client)
        assert await client.player(sandbox.world.player_tag)


# ---------------------------------------------------------------------- interrupts


PACKAGE = str(Path(cocapi_gen.__file__).parent)


class Interrupting:
    """Interrupts a thread the n-th time that it enters a function of ours, or has left one of the interpreter's there.

    These are the places where the interpreter looks whether there is a signal. If wanted, they end with the answer.
    """

    def __init__(self, n: int, *, after_the_answer: bool) -> None:
        self._left = n
        self._after_the_answer = after_the_answer
        self.came = False

    def interrupt(self, call: Callable[[str], object]) -> None:
        """Make a call that is interrupted."""
        before = sys.getprofile()
        gc.disable()  # or else it may be an earlier client that is interrupted, while it is cleared away
        try:
            sys.setprofile(self._look)
            call(TAG)
        except KeyboardInterrupt:
            pass
        finally:
            sys.setprofile(before)
            gc.enable()

    def _look(self, frame: FrameType, event: str, _: object) -> None:
        if event in ("call", "c_return") and frame.f_code.co_filename.startswith(PACKAGE):
            self._left -= 1
            if not self._left:
                self.came = True
                raise KeyboardInterrupt

    def answer(self, _: httpx.Request) -> httpx.Response:
        """Answer a request. What may be interrupted afterwards is not kept, so that the next call does the same."""
        if self._after_the_answer:
            return httpx.Response(200, json=player_body())
        sys.setprofile(None)
        return httpx.Response(200, json=player_body(), headers=FRESH)


def comes_in_time(n: int) -> bool:
    """Interrupt a call there, and see to it that nothing is left behind; tell whether it came to that."""
    each = Interrupting(n, after_the_answer=False)
    client = SyncClient("T", cache=Cache(), concurrency=1, transport=httpx.MockTransport(each.answer))
    driver = driver_of(client)
    each.interrupt(client.player)
    wishes = inside(inside(driver)["_wishes"])
    assert not wishes["_flights"], n
    assert all(turns.is_idle for turns in inside(wishes["_places"])["_turns"].values()), n
    return each.came


def test_an_interrupt_before_anything_is_sent_leaves_nothing_behind() -> None:
    never = 0
    assert not comes_in_time(never)  # the first call loads much
    assert next(n for n in count(1) if not comes_in_time(n)) > 100


def interrupts_a_call(n: int) -> bool:
    """Interrupt a call there, and see to it that the next one comes to its end; tell whether it came to that."""
    each = Interrupting(n, after_the_answer=True)
    client = SyncClient("T", concurrency=2, transport=httpx.MockTransport(each.answer))
    each.interrupt(client.player)
    following = threading.Thread(target=client.player, args=(TAG,), daemon=True)
    following.start()
    following.join(10)
    assert not following.is_alive(), n
    return each.came


def test_an_interrupt_holds_up_nobody_who_asks_for_the_same_later() -> None:
    assert not interrupts_a_call(0)  # the first call loads much
    assert next(n for n in count(1) if not interrupts_a_call(n)) > 150


def test_an_interrupted_wait_holds_up_nobody_who_lets_it_happen() -> None:
    n = left = 0

    def look(frame: FrameType, what: str, _: object) -> None:
        nonlocal left
        left -= what in ("call", "c_return") and frame.f_code.co_filename in (threads.__file__, threading.__file__)
        if not left:
            raise KeyboardInterrupt

    while left <= 0:
        n += 1
        left, event, before = n, threads.Event(), sys.getprofile()
        try:
            sys.setprofile(look)
            threads.wait(event, 0.001)
        except KeyboardInterrupt:
            pass
        finally:
            sys.setprofile(before)
        other = threading.Thread(target=event.set, daemon=True)
        other.start()
        other.join(10)
        assert event.is_set(), n
    assert n > 3


class Interrupted:
    """A question during which the program is interrupted."""

    async def ask(self) -> object:
        return self.ask_here()

    def ask_here(self) -> object:
        raise KeyboardInterrupt


def test_a_flow_that_fails_while_it_is_closed_keeps_none_of_the_others_open() -> None:
    def failing() -> Flow[object]:
        try:
            return (yield from ask(Interrupted()))
        finally:
            raise ArithmeticError

    driver = SyncDriver(cast("SyncTransport", None), cast("Policy", None), 1, None)
    wishes = inside(inside(driver)["_wishes"])
    places = cast("Places", wishes["_places"])

    def flow() -> Flow[object]:
        return (yield Once("x", lambda: places.in_turn(lambda: look_up(failing()), 0, None), None))

    with pytest.raises(ArithmeticError) as caught:
        driver.run(flow(), Run(Options()))
    assert wishes["_flights"] == {}
    assert [turns.is_idle for turns in inside(places)["_turns"].values()] == [True]
    assert caught.value.__context__ is not None  # as long as that is known, nothing would go by itself
