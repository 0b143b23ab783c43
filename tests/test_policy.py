"""How requests are sent: whose turn it is, how long one waits, which token goes, what is tried again, what is told."""

from __future__ import annotations

import logging
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from functools import partial
from itertools import pairwise
from typing import Unpack, cast

import anyio
import anyio.lowlevel
import httpx
import pytest
from hypothesis import given, strategies as st

from cocapi_gen import (
    AccessDenied,
    CallOptions,
    Client,
    CocApiError,
    GatewayTrouble,
    InMaintenance,
    InvalidParameterError,
    NotConnected,
    RequestTimeout,
    SyncClient,
    TokenRefused,
    TooManyRequests,
    WaitTooLong,
    events,
)
from cocapi_gen._http.flow import Flow, Remember, sleep
from cocapi_gen._http.keys import Keyring
from cocapi_gen._http.maintenance import Maintenance
from cocapi_gen._http.run import Run
from cocapi_gen._http.server import Token
from cocapi_gen._http.settings import ClientOptions, Options
from cocapi_gen._pauses import now, pause_here
from cocapi_gen.events import Event
from cocapi_gen.raw import OPERATIONS
from cocapi_gen.testing import no_sleep
from tests.answers import (
    BARE,
    TAG,
    Body,
    RawServer,
    clan_body,
    driver_of,
    http,
    inside,
    items,
    player_body,
    read_request,
)

KINDS = ("asyncio", "trio", "threads")
every_kind = pytest.mark.parametrize("kind", KINDS)
in_both_worlds = pytest.mark.anyio
DOWN: Body = {"reason": "inMaintenance"}
PATH = "/players/{playerTag}"
REQUEST = ("GET", PATH)


class Script:
    """An API that gives one answer after the other, the last one again and again, and notes who asked when."""

    def __init__(self, *answers: tuple[int, dict[str, str]] | int) -> None:
        self.answers = [(each, dict[str, str]()) if isinstance(each, int) else each for each in answers]
        self.tokens = list[str]()
        self.moments = list[float]()
        self.events = list[Event]()
        self._lock = threading.Lock()

    def answer(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            place = min(len(self.tokens), len(self.answers) - 1)
            self.tokens.append(request.headers["authorization"].removeprefix("Bearer "))
            self.moments.append(now())
        status, headers = self.answers[place]
        body = player_body() if status == 200 else DOWN if headers.pop("down", "") else {}
        return httpx.Response(status, json=body, headers=headers)

    def client(self, *tokens: str, rate: float | None = None, **options: float) -> SyncClient:
        transport = httpx.MockTransport(self.answer)
        client = SyncClient(
            tokens or ("T",), transport=transport, rate=rate, cache=None, on_event=self.events.append, retries=3
        )
        return client.with_options(**cast("CallOptions", options))

    def told(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


def both(script: Script, **options: Unpack[ClientOptions]) -> tuple[Client, SyncClient]:
    """Return a client of an API for each way to call it."""
    transport = httpx.MockTransport(script.answer)
    return Client("T", transport=transport, **options), SyncClient("T", transport=transport, **options)


def call(kind: str, client: Client, twin: SyncClient) -> object:
    """Ask for a player in one of the ways."""
    return twin.player(TAG) if kind == "threads" else anyio.run(client.player, TAG, backend=kind)


# ---------------------------------------------------------------------- whose turn it is


@in_both_worlds
async def test_a_thousand_calls_over_ten_connections_all_end_in_the_order_in_which_they_came() -> None:
    asked, under_way = list[int](), [0]

    async def answer(request: httpx.Request) -> httpx.Response:
        asked.append(int(request.url.params["limit"]))
        under_way[0] += 1
        assert under_way[0] <= 10
        await anyio.lowlevel.checkpoint()
        under_way[0] -= 1
        return httpx.Response(200, json=items())

    client = Client("T", **BARE, transport=httpx.MockTransport(answer))

    async def ask(number: int) -> None:
        await client.request("GET", "/clans", query={"limit": number})

    with anyio.fail_after(60):
        async with anyio.create_task_group() as group:
            for number in range(1000):
                group.start_soon(ask, number)
                if number == 0:
                    await anyio.wait_all_tasks_blocked()
    assert sorted(asked) == list(range(1000))
    came = {number: place for place, number in enumerate(asked)}
    if anyio_is_fair():  # else the tasks are begun in any order
        assert max(abs(came[number] - number) for number in came) <= 20


def anyio_is_fair() -> bool:
    """Say whether tasks of one group run in the order in which they were started."""
    import sniffio

    return sniffio.current_async_library() == "asyncio"


PRIORITIES = [0, 5, -1, 0, 5, 3, -7, 3, 0, 9, -1, 0]
IN_ORDER = sorted(range(len(PRIORITIES)), key=lambda number: (-PRIORITIES[number], number))


@in_both_worlds
async def test_the_most_urgent_goes_first_and_then_who_came_first() -> None:
    asked, gate = list[str](), anyio.Event()

    async def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params["number"])
        await gate.wait()
        return httpx.Response(200, json={})

    client = Client("T", **BARE, concurrency=1, transport=httpx.MockTransport(answer))

    async def ask(number: object, priority: int) -> None:
        await client.with_options(priority=priority).request("GET", "/x", query={"number": str(number)})

    async with anyio.create_task_group() as group:
        group.start_soon(ask, "first", -100)
        await anyio.wait_all_tasks_blocked()
        for number, priority in enumerate(PRIORITIES):
            group.start_soon(ask, number, priority)
            await anyio.wait_all_tasks_blocked()
        gate.set()
    assert asked == ["first", *map(str, IN_ORDER)]


def test_the_most_urgent_thread_goes_first_and_then_who_came_first() -> None:
    asked, gate = list[str](), threading.Event()

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params["number"])
        gate.wait(10)
        return httpx.Response(200, json={})

    client = SyncClient("T", **BARE, concurrency=1, transport=httpx.MockTransport(answer))
    driver = driver_of(client)

    def ask(number: object, priority: int) -> None:
        client.with_options(priority=priority).request("GET", "/x", query={"number": str(number)})

    def is_in_line(place: int) -> bool:
        return bool(asked) and queue_of(driver) == place

    threads = [threading.Thread(target=ask, args=("first", -100))]
    threads += [threading.Thread(target=ask, args=each) for each in enumerate(PRIORITIES)]
    for place, thread in enumerate(threads):
        thread.start()
        wait_for(partial(is_in_line, place))
    gate.set()
    for thread in threads:
        thread.join()
    assert asked == ["first", *map(str, IN_ORDER)]


@every_kind
def test_as_many_requests_are_under_way_as_are_allowed(kind: str) -> None:
    """The server answers when it has all of them, so none may wait for a connection, whose time would be its own."""
    everybody = threading.Barrier(20)

    def script(connection: socket.socket) -> None:
        read_request(connection)
        everybody.wait(10)
        connection.sendall(http(b'{"startTime": "20260101T080000.000Z", "endTime": "20260201T080000.000Z"}'))

    with RawServer(script) as server:
        client = Client("T", **BARE, base_url=server.base_url, concurrency=20, timeout=5)
        twin = SyncClient("T", **BARE, base_url=server.base_url, concurrency=20, timeout=5)

        async def main() -> None:
            async with anyio.create_task_group() as group:
                for _ in range(20):
                    group.start_soon(client.goldpass)

        if kind == "threads":
            with ThreadPoolExecutor(20) as pool:
                assert all(each.result() for each in [pool.submit(twin.goldpass) for _ in range(20)])
        else:
            anyio.run(main, backend=kind)
        assert server.connections == 20


def queue_of(driver: object) -> int:
    """Return how many wait for a place."""
    places = inside(inside(driver)["_wishes"])["_places"]
    return sum(len(inside(turns)["_queue"]) for turns in inside(places)["_turns"].values())


def wait_for(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    until = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.001)


def test_threads_never_take_more_places_than_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    under_way, most, lock = 0, 0, threading.Lock()

    def answer(_: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        time.sleep(0.001)
        with lock:
            under_way -= 1
        return httpx.Response(200, json={})

    def slow_now() -> float:  # so that threads come in between wherever the clock is read
        time.sleep(0.0002)
        return now()

    monkeypatch.setattr("cocapi_gen._http.wishes.now", slow_now)
    client = SyncClient("T", **BARE, concurrency=1, max_wait=100, transport=httpx.MockTransport(answer))

    def work() -> None:
        chance = random.Random(threading.get_ident())
        for _ in range(100):
            client.request("GET", "/x")
            time.sleep(chance.uniform(0, 0.004))  # else one always waits for the other

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


# ---------------------------------------------------------------------- how long one waits


@every_kind
def test_who_would_wait_too_long_for_the_rate_is_told_at_once_and_nothing_is_sent(kind: str) -> None:
    script = Script(200)
    client, twin = both(script, rate=0.01, cache=None, max_wait=50)
    for _ in range(10):
        call(kind, client, twin)
    with no_sleep() as pauses, pytest.raises(WaitTooLong) as caught:
        call(kind, client, twin)
    assert pauses == []
    assert caught.value.seconds == pytest.approx(100, abs=5)
    assert (caught.value.attempts, caught.value.path_template) == (0, PATH)
    assert caught.value.__cause__ is not caught.value
    assert len(script.tokens) == 10


def hold_the_only_place(kind: str, options: dict[str, float]) -> tuple[Exception, float, int]:
    """Let one request take the only place for long, and ask for another; return its error, its wait, and all sent."""
    sent, gate = list[str](), threading.Event()

    def answer(_: httpx.Request) -> httpx.Response:
        sent.append("x")
        gate.wait(10)
        return httpx.Response(200, json=player_body())

    async def late(request: httpx.Request) -> httpx.Response:
        sent.append("x")
        await anyio.sleep(10)
        return answer(request)

    chosen = cast("CallOptions", options)
    client = Client("T", **BARE, concurrency=1, transport=httpx.MockTransport(late))
    twin = SyncClient("T", **BARE, concurrency=1, transport=httpx.MockTransport(answer))

    async def main() -> list[tuple[Exception, float]]:
        found = list[tuple[Exception, float]]()
        async with anyio.create_task_group() as group:
            group.start_soon(client.player, TAG)
            await anyio.wait_all_tasks_blocked()
            began = time.monotonic()
            with pytest.raises(CocApiError) as caught:
                await client.with_options(**chosen).player(TAG)
            found.append((caught.value, time.monotonic() - began))
            group.cancel_scope.cancel()
        return found

    if kind != "threads":
        return *anyio.run(main, backend=kind)[0], len(sent)
    thread = threading.Thread(target=twin.player, args=(TAG,))
    thread.start()
    wait_for(lambda: bool(sent))
    began = time.monotonic()
    with pytest.raises(CocApiError) as caught:
        twin.with_options(**chosen).player(TAG)
    waited = time.monotonic() - began
    gate.set()
    thread.join()
    return caught.value, waited, len(sent)


@every_kind
@pytest.mark.parametrize(("option", "seconds"), [("max_wait", 0), ("max_wait", 0.1), ("deadline", 0.1)])
def test_who_waits_too_long_for_a_place_gives_up_and_nothing_is_sent(kind: str, option: str, seconds: float) -> None:
    tries = [hold_the_only_place(kind, {option: seconds}) for _ in range(3)]
    assert {type(error) for error, _, _ in tries} == {WaitTooLong}
    assert {sent for _, _, sent in tries} == {1}
    assert all(waited >= seconds * 0.9 for _, waited, _ in tries)
    assert min(waited for _, waited, _ in tries) < seconds + 0.1  # the machine may be busy now and then


@every_kind
def test_a_call_does_not_pause_beyond_its_deadline(kind: str) -> None:
    """The pauses are skipped on a clock that goes on, so this is exact."""
    for seconds in (0.5, 3, 10, 50):
        script = Script(502)
        client, twin = both(script, rate=None, retries=99, deadline=seconds)
        with no_sleep() as pauses:
            began = now()
            with pytest.raises(GatewayTrouble) as caught:
                call(kind, client, twin)
            assert now() - began < seconds + 0.1
        assert caught.value.attempts == len(script.tokens) >= 1
        assert sum(pauses) < seconds


def test_a_deadline_holds_for_a_whole_call_of_several_requests() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        with no_sleep():
            pause_here(2)
        body = clan_body() if request.url.path.endswith("2PP") else {}
        return httpx.Response(200 if body else 502, json=body)

    client = SyncClient("T", transport=httpx.MockTransport(answer), rate=None, cache=None, deadline=5)
    with no_sleep():
        began = now()
        clan = client.clan(TAG)
        assert now() - began < 11  # both parts at once, each in a thread, on a clock that both move
    assert {problem.part for problem in clan.war.problems} == {"currentwar", "log"}


@every_kind
def test_a_call_does_not_wait_beyond_its_deadline_for_what_another_fetches(kind: str) -> None:
    driver, twin = driver_of(Client("T")), driver_of(SyncClient("T"))
    options, waits = Options(deadline=0.1), list[float]()

    def slow() -> Flow[object]:
        yield from sleep(0.5)
        return "something"

    def remember() -> Flow[object]:
        return (yield Remember("key", slow, OPERATIONS["getPlayer"]))

    def patient() -> Run:
        return Run(options, since=now() + 100)

    async def impatient() -> None:
        began = time.monotonic()
        with pytest.raises(RequestTimeout, match=r"deadline of 0\.1 s"):
            await driver.run(remember(), Run(options))
        waits.append(time.monotonic() - began)

    async def main() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(driver.run, remember(), patient())
            await anyio.sleep(0.01)
            group.start_soon(impatient)

    if kind == "threads":
        thread = threading.Thread(target=twin.run, args=(remember(), patient()))
        thread.start()
        wait_for(lambda: bool(inside(inside(twin)["_wishes"])["_flights"]))
        began = time.monotonic()
        with pytest.raises(RequestTimeout):
            twin.run(remember(), Run(options))
        waits.append(time.monotonic() - began)
        thread.join()
    else:
        anyio.run(main, backend=kind)
    assert 0.09 <= waits[0] < 0.5


@every_kind
def test_who_was_turned_away_and_cannot_wait_is_told_why(kind: str) -> None:
    script = Script((429, {"Retry-After": "40"}), 200)
    client, twin = both(script, deadline=30)
    with no_sleep() as pauses, pytest.raises(TooManyRequests) as caught:
        call(kind, client, twin)
    assert pauses == []
    assert (caught.value.attempts, caught.value.retry_after) == (1, 40)
    assert isinstance(caught.value.__cause__, WaitTooLong)


# ---------------------------------------------------------------------- which token


def test_several_tokens_are_used_evenly() -> None:
    script = Script(200)
    client = script.client("A", "B", "C", rate=30)
    with no_sleep():
        for _ in range(300):
            client.player(TAG)
    assert Counter(script.tokens) == {"A": 100, "B": 100, "C": 100}
    assert script.moments[-1] - script.moments[0] >= (300 - 30) / 90 - 0.1


def test_a_throttled_token_rests_while_the_others_work() -> None:
    script = Script((429, {"Retry-After": "30"}), 200)
    client = script.client("A", "B", "C", rate=10)
    began = time.monotonic()
    with no_sleep():
        while now() - (script.moments or [now()])[0] < 29.5:
            client.player(TAG)
        at_rest, busy = Counter(script.tokens[1:]), time.monotonic() - began
        for _ in range(100):
            client.player(TAG)
    assert script.tokens[0] not in at_rest
    assert len(at_rest) == 2
    most = 20 * 29.5 + 20
    assert most - 20 * busy - 5 < at_rest.total() < most + 5  # a turn that is not taken for being busy may be lost
    assert Counter(script.tokens[-60:]).keys() == {"A", "B", "C"}
    assert [type(event) for event in script.told(events.TokenRested)] == [events.TokenRested]


def test_a_token_that_is_throttled_again_and_again_rests_longer() -> None:
    script = Script(429, 429, 429, 200)
    with no_sleep():
        script.client().player(TAG)
    assert [after - before for before, after in pairwise(script.moments)] == pytest.approx([5, 10, 20], abs=0.5)


# ---------------------------------------------------------------------- maintenance


class Down(Script):
    """An API in maintenance for some time, from the first request on."""

    def __init__(self, seconds: float) -> None:
        super().__init__(200)
        self.seconds = seconds

    def answer(self, request: httpx.Request) -> httpx.Response:
        answer = super().answer(request)
        if self.moments[-1] < self.moments[0] + self.seconds:
            return httpx.Response(503, json=DOWN)
        return answer


@in_both_worlds
async def test_all_wait_for_the_end_of_maintenance_and_go_on_by_themselves() -> None:
    api = Down(100)
    transport = httpx.MockTransport(api.answer)
    patient = Client(
        "T", transport=transport, rate=None, cache=None, wait_for_maintenance=True, on_event=api.events.append
    )
    found = list[str]()

    async def ask() -> None:
        found.append((await patient.player(TAG)).name)

    with no_sleep(), anyio.fail_after(30):
        async with anyio.create_task_group() as group:
            for _ in range(8):
                group.start_soon(ask)
    assert len(found) == 8
    assert len(api.told(events.MaintenanceBegan)) == 1
    ended = api.told(events.MaintenanceEnded)
    assert len(ended) == 1
    assert isinstance(ended[0], events.MaintenanceEnded)
    assert ended[0].seconds >= 99
    refused = sum(1 for event in api.told(events.AnswerReceived) if getattr(event, "status", 0) == 503)
    assert refused <= 8 + 100 / 15 + 1  # who had asked already, and one every fifteen seconds


def test_who_waits_asks_again_soon_as_long_as_one_sees_whether_maintenance_is_over() -> None:
    maintenance = Maintenance()
    maintenance.begin(0)
    assert maintenance.wait(1) == 14
    assert maintenance.wait(15) == 0  # the one who sees
    assert 0 < maintenance.wait(15.1) < 1
    maintenance.begin(16)  # and is told that it goes on
    assert maintenance.wait(16) == 14
    assert maintenance.wait(30) == 0
    assert 0 < maintenance.wait(30.1) < 1
    assert maintenance.end(30.5) == 30.5
    assert maintenance.wait(31.1) == 0


@every_kind
def test_who_does_not_wait_is_told_of_maintenance(kind: str) -> None:
    api = Down(100)
    client, twin = both(api, on_event=api.events.append)
    with no_sleep() as pauses:
        for number in (1, 2, 3):
            with pytest.raises(InMaintenance) as caught:
                call(kind, client, twin)
            assert caught.value.attempts == 1
            assert len(api.tokens) == number
        assert pauses == []
        pause_here(101)
    call(kind, client, twin)
    kinds = [
        type(event) for event in api.events if isinstance(event, (events.MaintenanceBegan, events.MaintenanceEnded))
    ]
    assert kinds == [events.MaintenanceBegan, events.MaintenanceEnded]


@pytest.mark.parametrize("option", ["max_wait", "deadline"])
@pytest.mark.parametrize("seconds", [5, 20, 50])
def test_nobody_waits_for_the_end_of_maintenance_longer_than_he_wants(option: str, seconds: float) -> None:
    api = Down(1000)
    client = SyncClient(
        "T", transport=httpx.MockTransport(api.answer), rate=None, cache=None, wait_for_maintenance=True
    ).with_options(**cast("CallOptions", {option: seconds}))
    with no_sleep():
        began = now()
        with pytest.raises(InMaintenance):
            client.player(TAG)
        assert now() - began <= seconds + 0.1
        with pytest.raises(CocApiError):
            client.player(TAG)
    assert len(api.tokens) <= 2 + 2 * seconds / 15


def test_answers_from_a_cache_in_between_do_not_make_anybody_hurry() -> None:
    """Some answers still come while others say that the game is in maintenance."""
    moments, down = list[float](), iter([True, True, False])

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/x"):
            return httpx.Response(200, json={})
        moments.append(now())
        return httpx.Response(503, json=DOWN) if next(down) else httpx.Response(200, json=player_body())

    def get_another_answer(event: Event) -> None:
        if isinstance(event, events.MaintenanceBegan):
            client.with_options(wait_for_maintenance=False).request("GET", "/x")

    client = SyncClient(
        "T", **BARE, transport=httpx.MockTransport(answer), wait_for_maintenance=True, on_event=get_another_answer
    )
    with no_sleep():
        client.player(TAG)
    assert [after - before for before, after in pairwise(moments)] == pytest.approx([15, 15], abs=0.5)


# ---------------------------------------------------------------------- an outage


def test_an_outage_does_not_multiply_the_load() -> None:
    script = Script(502)
    client = script.client()
    with no_sleep():
        began = now()
        for _ in range(400):
            with pytest.raises(GatewayTrouble):
                client.player(TAG)
        seconds = now() - began
    assert 400 + 50 <= len(script.tokens) <= 400 * 1.2 + 50 + seconds + 1
    assert len(script.told(events.RetryPlanned)) == len(script.tokens) - 400


def test_a_call_may_do_without_retries() -> None:
    script = Script(502)
    client = script.client()
    with no_sleep() as pauses, pytest.raises(GatewayTrouble):
        client.with_options(retries=0).player(TAG)
    assert (pauses, len(script.tokens)) == ([], 1)
    with no_sleep(), pytest.raises(GatewayTrouble):
        client.player(TAG)
    assert len(script.tokens) == 5


# ---------------------------------------------------------------------- what is told


def test_what_happens_is_told_in_its_order() -> None:
    script = Script(502, 200)
    with no_sleep():
        script.client().player(TAG)
    sent, answered, planned, again, good = script.events
    assert sent == events.RequestSent(*REQUEST, 1)
    assert isinstance(answered, events.AnswerReceived)
    assert (answered.status, answered.attempt, answered.size) == (502, 1, 2)
    assert isinstance(planned, events.RetryPlanned)
    assert (planned.attempt, type(planned.error)) == (1, GatewayTrouble)
    assert 0 <= planned.pause <= 0.5
    assert again == events.RequestSent(*REQUEST, 2)
    assert isinstance(good, events.AnswerReceived)
    assert (good.status, good.attempt) == (200, 2)


class Choosy(Script):
    """An API that takes some tokens only."""

    def __init__(self, good: Collection[str], refusal: dict[str, str]) -> None:
        super().__init__(200)
        self.good = good
        self._refusal = refusal

    def answer(self, request: httpx.Request) -> httpx.Response:
        answer = super().answer(request)
        return answer if self.tokens[-1] in self.good else httpx.Response(403, json=self._refusal)


REFUSALS = [
    {"reason": "accessDenied", "message": "Invalid authorization"},
    {"reason": "accessDenied.invalidIp", "message": "not from 192.0.2.1"},
]


@pytest.mark.parametrize("refusal", REFUSALS)
@given(st.sets(st.sampled_from("abcdefghijklmno"), min_size=1), st.data())
def test_a_key_that_is_refused_costs_no_call_as_long_as_there_are_others(
    refusal: dict[str, str], tokens: set[str], data: st.DataObject
) -> None:
    good = data.draw(st.sets(st.sampled_from(sorted(tokens)), min_size=1))
    api = Choosy(good, refusal)
    client = api.client(*tokens)
    for _ in range(2 * len(tokens)):
        assert client.player(TAG)
    assert [api.tokens.count(bad) for bad in tokens - good] == [1] * len(tokens - good)
    assert len(api.told(events.TokenReplaced)) == len(tokens - good)


def test_a_key_that_was_refused_is_tried_again_some_time() -> None:
    api = Choosy("a", REFUSALS[0])
    client = api.client("a", "b")
    with no_sleep():
        for _ in range(10):
            client.player(TAG)
        assert api.tokens.count("b") == 1
        pause_here(601)
        api.good = "b"
        for _ in range(10):
            client.player(TAG)
    assert (api.tokens.count("a"), api.tokens.count("b")) == (11, 11)


def test_a_key_that_works_again_after_all_were_refused_is_enough() -> None:
    api = Choosy("", REFUSALS[0])
    client = api.client("a", "b")
    with pytest.raises(TokenRefused):
        client.player(TAG)
    api.good = "b"
    for _ in range(20):
        assert client.player(TAG)


def test_if_all_keys_are_refused_that_is_told_and_all_are_tried_again() -> None:
    api = Choosy("", REFUSALS[0])
    client = api.client("a", "b", "c")
    for _ in range(2):
        with pytest.raises(TokenRefused):
            client.player(TAG)
    assert {*api.tokens[:3]} == {*"abc"}
    api.good = "abc"
    assert client.player(TAG)


class Spare:
    """A keyring that has another key when one is refused."""

    most_replacements = 1

    def __init__(self, *failures: CocApiError) -> None:
        self.tokens: tuple[Token, ...] = (Token("canary-one"),)
        self.failures = [*failures]
        self.asked = 0

    def ready(self) -> Flow[None]:
        yield from ()

    def replaced(self, _token: Token | None, _refusal: object, /) -> Flow[bool]:
        yield from ()
        self.asked += 1
        if self.failures:
            raise self.failures.pop(0)
        self.tokens = (Token("canary-two"),)
        return True


def with_keyring(client: SyncClient, keyring: Keyring) -> SyncClient:
    """Let a client have its keys from there."""
    inside(inside(client)["_caller"].engine)["keyring"] = keyring
    return client


def test_another_key_is_got_as_persistently_as_an_answer() -> None:
    keyring, script = Spare(NotConnected("no route")), Script(401, 200)
    with no_sleep():
        assert with_keyring(script.client(), keyring).player(TAG)
    assert (keyring.asked, len(script.tokens)) == (2, 2)


def test_what_keeps_another_key_from_coming_is_told_like_all_else() -> None:
    keyring, script = Spare(NotConnected("no route")), Script(401)
    with pytest.raises(NotConnected) as caught:
        with_keyring(script.client(), keyring).with_options(retries=0).player(TAG)
    error = caught.value
    assert (error.method, error.path_template, error.attempts) == (*REQUEST, 1)
    assert error.elapsed > 0


@pytest.mark.parametrize("reason", ["accessDenied", "other"])
def test_what_another_key_cannot_mend_is_no_reason_for_one(reason: str) -> None:
    keyring, refusal = Spare(), httpx.Response(403, json={"reason": reason})
    client = SyncClient("T", transport=httpx.MockTransport(lambda _: refusal))
    with pytest.raises(AccessDenied):
        with_keyring(client, keyring).player(TAG)
    assert keyring.asked == 0


EVERYTHING: list[httpx.Response | Exception] = [
    httpx.ReadError("broken"),
    httpx.Response(401),
    httpx.Response(429, headers={"Retry-After": "1"}),
    httpx.Response(503, json=DOWN),
    httpx.Response(200, json=player_body(tag=TAG, name="canary"), headers={"Cache-Control": "max-age=60"}),
]


def eventful(hook: Callable[[Event], object]) -> SyncClient:
    """A client to which all sorts of things happen."""
    answers = iter(EVERYTHING)

    def answer(_: httpx.Request) -> httpx.Response:
        found = next(answers)
        if isinstance(found, Exception):
            raise found
        return found

    client = SyncClient(
        "canary", transport=httpx.MockTransport(answer), on_event=hook, wait_for_maintenance=True, rate=1
    )
    return with_keyring(client, Spare())


def test_every_event_is_told() -> None:
    seen = list[Event]()
    client = eventful(seen.append)
    with no_sleep():
        client.player(TAG)
        client.player(TAG)
    every_kind_of_event = set(cast("tuple[type, ...]", events.Event.__args__))
    assert {type(event) for event in seen} == every_kind_of_event - {events.DriftSeen}  # that takes many answers


def test_no_event_and_no_line_of_the_log_holds_what_was_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "cocapi_gen")
    seen = list[Event]()
    client = eventful(seen.append)
    with no_sleep():
        client.player(TAG)
        client.player(TAG)
    lines = [record.getMessage() for record in caplog.records if record.name == "cocapi_gen"]
    assert len(lines) == len(seen) == len([record for record in caplog.records if hasattr(record, "event")])
    for text in (*lines, *map(repr, seen)):
        assert "2PP" not in text
        assert "canary" not in text


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/clans/#2PP/members", "/clans/{}/members"),
        ("/clans/%232PP", "/clans/{}"),
        ("/players/2PP/something-new", "/players/{}/{}"),
        ("/something-new", "/{}"),
    ],
)
def test_no_event_holds_the_values_in_a_path_that_nobody_has_documented(path: str, told: str) -> None:
    script = Script(200)
    script.client().request("GET", path)
    assert [getattr(event, "path_template", None) for event in script.events] == [told, told]


@every_kind
def test_a_hook_sees_the_context_of_whoever_made_the_call(kind: str) -> None:
    task = ContextVar("task", default="nobody's")
    seen = list[str]()

    def hook(event: Event) -> None:
        if isinstance(event, events.AnswerReceived):
            seen.append(task.get())

    def clan_of(client: Client, twin: SyncClient) -> object:
        return twin.clan(TAG) if kind == "threads" else anyio.run(client.clan, TAG, backend=kind)

    def answer(request: httpx.Request) -> httpx.Response:
        is_clan = request.url.path.endswith(TAG)
        return httpx.Response(200 if is_clan else 404, json=clan_body() if is_clan else {})

    transport = httpx.MockTransport(answer)
    clients = Client("T", transport=transport, on_event=hook), SyncClient("T", transport=transport, on_event=hook)
    reset = task.set("mine")
    clan_of(*clients)
    task.reset(reset)
    assert seen == ["mine"] * 3  # the clan, its war and its war log, which are asked for at the same time


def test_a_hook_that_fails_costs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    told = list[Event]()

    def fail(event: Event) -> None:
        told.append(event)
        try:
            dict[str, str]()["of the hook"]
        except KeyError as error:
            raise LookupError("hook is broken") from error

    with no_sleep():
        client = eventful(fail)
        assert client.player(TAG).name == client.player(TAG).name == "canary"
    assert caplog.text.count("LookupError: hook is broken") == len(told)
    assert caplog.text.count("KeyError: 'of the hook'") == len(told)
    assert "2PP" not in caplog.text  # nor the error that the client was at work on
    assert "ReadError" not in caplog.text


async def _hook(_: Event) -> None:
    """Nobody would await it."""


@pytest.mark.parametrize("hook", [_hook, 5, "print", [print]])
def test_a_hook_has_to_be_a_plain_function(hook: Callable[[Event], object]) -> None:
    for kind in (Client, SyncClient):
        with pytest.raises(InvalidParameterError, match=r"on_event is .* plain function"):
            kind("T", on_event=hook)


def test_a_refused_token_without_another_is_an_error_at_once() -> None:
    script = Script(401)
    with no_sleep() as pauses, pytest.raises(TokenRefused):
        script.client("A").player(TAG)
    assert (pauses, len(script.tokens)) == ([], 1)
