"""Faults on demand: the same over a socket and in process, bound to operations, counted, timed and healed."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import timedelta
from typing import Any, Literal, cast

import anyio
import httpx
import pytest
from hypothesis import given, strategies as st

from cocapi_gen import (
    AccessDenied,
    AddressNotAllowed,
    Client,
    ClientRequestError,
    CocApiError,
    ConnectionFailed,
    ConnectionLost,
    GatewayTrouble,
    InMaintenance,
    NotConnected,
    NotJson,
    RequestTimeout,
    TokenRefused,
    TooManyRequests,
    UnknownError,
    WrongShape,
)
from cocapi_gen.raw import OPERATIONS
from cocapi_gen.sandbox import (
    Fault,
    Sandbox,
    World,
    added,
    content_type,
    cut_off,
    gateway,
    invalid_ip,
    invalid_json,
    invalid_token,
    maintenance,
    pace,
    refused,
    replaced,
    reset,
    slow,
    throttled,
    without,
)
from cocapi_gen.sandbox.book import Book
from cocapi_gen.sandbox.pace import Pace
from cocapi_gen.testing import no_sleep
from tests.answers import BARE

KEY = {"Authorization": "Bearer key"}
PHASES: list[Literal["connect", "request", "head", "body"]] = ["connect", "request", "head", "body"]
PLACE = "/locations/32000193"


class Door:
    """A sandbox, and one way to ask it."""

    def __init__(self, sandbox: Sandbox, *, over_socket: bool) -> None:
        self.sandbox = sandbox
        self.over_socket = over_socket
        self.base_url = sandbox.base_url if over_socket else "http://sandbox/v1"

    def client(self, timeout: float = 10) -> Client:
        if self.over_socket:
            return Client("key", **BARE, base_url=self.base_url, timeout=timeout)
        return self.sandbox.client(timeout=timeout)

    def http(self, timeout: float = 10) -> httpx.Client:
        transport = None if self.over_socket else self.sandbox.transport()
        return httpx.Client(base_url=self.base_url, headers=KEY, transport=transport, trust_env=False, timeout=timeout)

    def async_http(self, timeout: float = 10) -> httpx.AsyncClient:
        transport = None if self.over_socket else self.sandbox.transport()
        return httpx.AsyncClient(
            base_url=self.base_url, headers=KEY, transport=transport, trust_env=False, timeout=timeout
        )


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(seed=1) as sandbox:
        yield sandbox


@pytest.fixture(params=["socket", "in process"])
def door(request: pytest.FixtureRequest, running: Sandbox) -> Iterator[Door]:
    yield Door(running, over_socket=request.param == "socket")
    running.heal()


# ---------------------------------------------------------------------- what becomes of a call

ERRORS: dict[str, tuple[Fault, type[CocApiError]]] = {
    fault.name: (fault, error)
    for error, faults in {
        TooManyRequests: [throttled(), throttled(retry_after=5)],
        InMaintenance: [maintenance()],
        GatewayTrouble: [maintenance(html=True), gateway(502), gateway(504)],
        UnknownError: [gateway(500), gateway(500, html=False)],
        TokenRefused: [invalid_token()],
        AddressNotAllowed: [invalid_ip()],
        NotConnected: [refused()],
        ConnectionFailed: [reset("connect")],
        ConnectionLost: [cut_off(), *map(reset, PHASES[1:])],
        RequestTimeout: [slow(60)],
        NotJson: [invalid_json()],
        WrongShape: [without("name"), replaced("members", "many")],
    }.items()
    for fault in faults
}


KINDS: dict[type[CocApiError], set[type[CocApiError]]] = {ConnectionFailed: {NotConnected, ConnectionLost}}
"""A connection that is reset at once may or may not have come about: that depends on who is faster."""


@pytest.mark.anyio
@pytest.mark.parametrize("name", ERRORS)
async def test_a_client_tells_what_went_wrong(door: Door, name: str) -> None:
    fault, error = ERRORS[name]
    tag = door.sandbox.world.small_clan_tag
    resting = no_sleep() if error is TooManyRequests else nullcontext()
    async with door.client(timeout=0.1 if error is RequestTimeout else 10) as client:
        assert (await client.clan(tag)).tag == tag
        door.sandbox.inject(fault)
        with resting:
            for _ in range(2):
                with pytest.raises(error) as caught:
                    await client.clan(tag)
                assert type(caught.value) in KINDS.get(error, {error})
            door.sandbox.heal()
            assert (await client.clan(tag)).tag == tag


REASONS: dict[str, tuple[Fault, int, str | None]] = {
    fault.name: (fault, status, reason)
    for fault, status, reason in [
        (throttled(), 429, "requestThrottled"),
        (maintenance(), 503, "inMaintenance"),
        (maintenance(html=True), 503, None),
        (gateway(500), 500, None),
        (gateway(500, html=False), 500, "unknownException"),
        (gateway(502), 502, None),
        (gateway(504), 504, None),
        (invalid_token(), 403, "accessDenied"),
        (invalid_ip(), 403, "accessDenied.invalidIp"),
    ]
}


@pytest.mark.anyio
@pytest.mark.parametrize("name", REASONS)
async def test_another_answer_has_its_status_and_reason(door: Door, name: str) -> None:
    fault, status, reason = REASONS[name]
    door.sandbox.inject(fault)
    async with door.client() as client:
        with pytest.raises(ClientRequestError) as caught:
            await client.player(door.sandbox.world.player_tag)
    assert (caught.value.status, caught.value.reason) == (status, reason)
    media = caught.value.response.headers["Content-Type"]
    assert media == ("text/html" if reason is None else "application/json")
    assert caught.value.response.text.startswith("<html>" if reason is None else "{")


def test_a_client_may_be_told_when_to_come_again(door: Door) -> None:
    door.sandbox.inject(throttled(), times=1)
    door.sandbox.inject(throttled(retry_after=30), times=1)
    with door.http() as http:
        assert [http.get(PLACE).headers.get("Retry-After") for _ in range(3)] == [None, "30", None]


@pytest.mark.anyio
async def test_an_invalid_address_is_named(door: Door) -> None:
    door.sandbox.inject(invalid_ip("198.51.100.23"))
    async with door.client() as client:
        with pytest.raises(AccessDenied, match=r"does not allow access from IP 198\.51\.100\.23\b"):
            await client.player(door.sandbox.world.player_tag)


BROKEN: dict[str, tuple[Fault, type[httpx.TransportError]]] = {
    fault.name: (fault, error)
    for fault, error in [
        (refused(), httpx.ConnectError),
        (reset("connect"), httpx.TransportError),  # the network decides when a program learns of it
        (reset("request"), httpx.ReadError),
        (reset("head"), httpx.ReadError),
        (reset("body"), httpx.ReadError),
        (cut_off(), httpx.RemoteProtocolError),
        (slow(60), httpx.ReadTimeout),
    ]
}


@pytest.mark.parametrize("name", BROKEN)
def test_httpx_sees_a_connection_break(door: Door, name: str) -> None:
    fault, error = BROKEN[name]
    with door.http(timeout=0.1 if error is httpx.ReadTimeout else 10) as http:
        door.sandbox.inject(fault)
        with pytest.raises(error) as caught:
            http.get(PLACE)
        assert caught.value.request.url == door.base_url + PLACE
        door.sandbox.heal()
        assert http.get(PLACE).status_code == 200


@pytest.mark.anyio
@pytest.mark.parametrize("name", BROKEN)
async def test_httpx_sees_a_connection_break_in_an_event_loop(door: Door, name: str) -> None:
    fault, error = BROKEN[name]
    async with door.async_http(timeout=0.1 if error is httpx.ReadTimeout else 10) as http:
        door.sandbox.inject(fault)
        with pytest.raises(error):
            await http.get(PLACE)
        door.sandbox.heal()
        assert (await http.get(PLACE)).status_code == 200


@pytest.mark.parametrize("fault", [cut_off(), reset("body")], ids=lambda fault: fault.name)
def test_half_of_an_answer_gets_through(door: Door, fault: Fault) -> None:
    with door.http() as http:
        whole = http.get(PLACE, headers={"Accept-Encoding": "identity"})
        door.sandbox.inject(fault)
        with http.stream("GET", PLACE, headers={"Accept-Encoding": "identity"}) as answer:
            assert answer.headers == whole.headers
            parts = answer.iter_raw()
            assert next(parts) == whole.content[: len(whole.content) // 2]
            with pytest.raises(httpx.TransportError):
                next(parts)


def test_a_slow_answer_comes_in_the_end(door: Door) -> None:
    door.sandbox.inject(slow(0.05))
    with door.http(timeout=20) as http:
        assert http.get(PLACE).json()["name"] == "Russia"
    with httpx.Client(transport=door.sandbox.transport(), timeout=None) as patient:  # noqa: S113 # that is the point
        assert patient.get("http://sandbox/").status_code == 200


def test_a_slow_answer_is_there_at_once_when_nobody_sleeps(door: Door) -> None:
    door.sandbox.inject(slow(30), times=1)
    with no_sleep() as pauses, door.http(timeout=31) as http:
        assert [http.get(PLACE).status_code for _ in range(2)] == [200, 200]
    assert pauses == [30]


# ---------------------------------------------------------------------- what is in an answer


def walk(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every object of a JSON value, with the names that lead to it."""
    if isinstance(value, dict):
        found = cast("dict[str, Any]", value)
        yield path, found
        for key, each in found.items():
            yield from walk(each, (*path, key))
    elif isinstance(value, list):
        for each in cast("list[object]", value):
            yield from walk(each, path)


def ask(door: Door, fault: Fault) -> Any:
    door.sandbox.inject(fault, times=1)
    with door.http() as http:
        answer = http.get("/players/" + door.sandbox.world.player_tag.replace("#", "%23"))
    assert answer.status_code == 200
    return answer.json()


def test_a_field_is_taken_out_wherever_it_stands(door: Door) -> None:
    assert all("name" not in found for _, found in walk(ask(door, without("name"))))


def test_a_path_takes_a_field_out_in_one_kind_of_place(door: Door) -> None:
    names = {path for path, found in walk(ask(door, without("clan.badgeUrls.small"))) if "small" in found}
    assert names
    assert ("clan", "badgeUrls") not in names
    body = ask(door, without("heroes.name"))
    assert "name" in body
    assert "name" in body["clan"]
    assert body["heroes"]
    assert all("name" not in hero and "level" in hero for hero in body["heroes"])


def test_a_field_is_added_everywhere_or_in_one_kind_of_place(door: Door) -> None:
    assert all(found["newField"] == 1 for _, found in walk(ask(door, added("newField", 1))))
    body = ask(door, added("clan.newField", None))
    assert [path for path, found in walk(body) if "newField" in found] == [("clan",)]


def test_a_field_is_replaced_only_where_it_stands(door: Door) -> None:
    before = ask(door, slow(0))
    after = ask(door, replaced("role", "elder"))
    assert after == {**before, "role": "elder"}
    assert before["role"] != "elder"


@pytest.mark.anyio
async def test_a_client_lives_with_what_is_new(door: Door) -> None:
    for fault in (replaced("role", "elder"), added("newField", 1), content_type("text/html")):
        door.sandbox.inject(fault, times=1)
    async with door.client() as client:
        players = [await client.player(door.sandbox.world.player_tag) for _ in range(3)]
    assert players[0].role == "elder"
    assert (players[1].model_extra or {})["newField"] == 1
    assert players[2] == await door.sandbox.client().player(door.sandbox.world.player_tag)


def test_an_answer_may_lie_about_its_kind(door: Door) -> None:
    with door.http() as http:
        true = http.get(PLACE)
        door.sandbox.inject(content_type("text/html"), times=1)
        false = http.get(PLACE)
    assert (false.headers["Content-Type"], false.content) == ("text/html", true.content)


def test_a_page_has_no_fields_to_change(door: Door) -> None:
    with door.http() as http:
        page = http.get(door.base_url.removesuffix("v1")).text
        door.sandbox.inject(without("name"))
        assert http.get(door.base_url.removesuffix("v1")).text == page


def test_what_is_changed_is_not_kept(door: Door) -> None:
    path = "/clans/" + door.sandbox.world.small_clan_tag.replace("#", "%23")
    with door.http() as http:
        door.sandbox.inject(without("name"), times=1)
        assert "name" not in http.get(path).json()
        assert "name" in http.get(path).json()


# ---------------------------------------------------------------------- which requests


def test_a_fault_of_one_operation_leaves_the_others_alone(door: Door) -> None:
    door.sandbox.inject(throttled(), operation="getLocation")
    with door.http() as http:
        found = [http.get(path).status_code for path in (PLACE, "/locations", PLACE, "/labels/clans")]
    assert found == [429, 200, 429, 200]


def test_a_fault_of_no_operation_is_everywhere(door: Door) -> None:
    door.sandbox.inject(maintenance())
    with door.http() as http:
        urls = [PLACE, "/nowhere", door.base_url.removesuffix("v1"), door.base_url.removesuffix("v1") + "api/login"]
        assert {http.get(url).status_code for url in urls} == {503}


def test_what_is_answered_instead_does_nothing(door: Door) -> None:
    """A login that a gateway has swallowed is none."""
    site = door.sandbox.developer_site
    account = {"email": site.email, "password": site.password}
    with door.http() as http:
        url = door.base_url.removesuffix("v1") + "api/"
        http.post(url + "login", json=account)
        key = {"name": "bot", "description": "bot", "cidrRanges": ["198.51.100.1"]}
        before = site.keys
        door.sandbox.inject(gateway(502), times=1)
        assert http.post(url + "apikey/create", json=key).status_code == 502
        assert site.keys == before
        assert http.post(url + "apikey/create", json=key).status_code == 200
        http.post(url + "apikey/revoke", json={"id": site.keys[-1].id})


@pytest.mark.parametrize("fault", [throttled(), reset("request"), reset("connect")], ids=lambda fault: fault.name)
def test_a_fault_happens_as_often_as_it_is_told(door: Door, fault: Fault) -> None:
    with door.http() as http:
        assert is_answered(http)
        door.sandbox.inject(fault, times=3)
        assert [is_answered(http) for _ in range(5)] == [False] * 3 + [True] * 2


def test_a_fault_lasts_as_long_as_it_is_told(door: Door) -> None:
    for fault in (refused(), throttled(), reset("connect")):
        door.sandbox.inject(fault, lasting=timedelta(minutes=5))
        assert not goes_well(door)
        door.sandbox.advance(minutes=4, seconds=59)
        assert not goes_well(door)
        door.sandbox.advance(seconds=1)
        assert goes_well(door)


def goes_well(door: Door) -> bool:
    with door.http() as http:
        return is_answered(http)


def is_answered(http: httpx.Client) -> bool:
    try:
        return http.get(PLACE).is_success
    except httpx.TransportError:
        return False


@given(st.lists(st.tuples(st.sampled_from([throttled(), cut_off(), slow(1)]), st.integers(1, 3)), max_size=5))
def test_faults_that_are_counted_happen_one_after_the_other(script: list[tuple[Fault, int]]) -> None:
    book = Book(Pace(WORLD, speed=0))
    for fault, times in script:
        book.inject(fault, None, times, None)
    wanted = [fault for fault, times in script for _ in range(times)]
    assert [book.hit("getClan") for _ in wanted] == wanted
    assert book.hit("getClan") is None


WORLD = World(1)


@given(st.lists(st.sampled_from(["getClan", "getPlayer", "getLocation", None]), max_size=12))
def test_a_fault_waits_for_its_operation(asked: list[str | None]) -> None:
    book = Book(Pace(WORLD, speed=0))
    book.inject(throttled(), "getClan", 2, None)
    book.inject(cut_off(), "getPlayer", None, None)
    assert [book.hit(name) for name in asked] == [
        throttled()
        if name == "getClan" and asked[:place].count("getClan") < 2
        else cut_off()
        if name == "getPlayer"
        else None
        for place, name in enumerate(asked)
    ]


def test_healing_ends_everything(door: Door) -> None:
    for fault in (refused(), reset("connect"), throttled(), cut_off()):
        door.sandbox.inject(fault)
    assert not goes_well(door)
    door.sandbox.heal()
    assert goes_well(door)
    door.sandbox.heal()


REFUSED: dict[str, Callable[[Sandbox], None]] = {
    r"no operation 'getClanz'. Did you mean one of getClan,": lambda box: box.inject(slow(1), operation="getClanz"),
    r"no operation 'ZZZ'. See the keys of": lambda box: box.inject(slow(1), operation="ZZZ"),
    r"refused\(\) happens before .* leave out the operation": lambda box: box.inject(refused(), operation="getClan"),
    r"reset\('connect'\) happens before": lambda box: box.inject(reset("connect"), operation="getClan"),
    r"refused\(\) cannot be counted.* give lasting instead": lambda box: box.inject(refused(), times=1),
    r"times is 0, but": lambda box: box.inject(slow(1), times=0),
    r"lasting is 0:00:00, but": lambda box: box.inject(slow(1), lasting=timedelta()),
    r"slow\(\) takes seconds, and not -1": lambda box: box.inject(slow(-1)),
    r"slow\(\) takes seconds, and not nan": lambda box: box.inject(slow(float("nan"))),
    r'"body", and not at \'foot\'': lambda box: box.inject(reset(cast("Any", "foot"))),
    r"not 503; for 503 there is maintenance": lambda box: box.inject(gateway(cast("Any", 503))),
    r"Only status 500 can be told in JSON; 502 comes": lambda box: box.inject(gateway(502, html=False)),
}


@pytest.mark.parametrize("message", REFUSED)
def test_a_fault_without_sense_is_refused(message: str) -> None:
    sandbox = Sandbox()
    with pytest.raises(ValueError, match=message):
        REFUSED[message](sandbox)
    with httpx.Client(transport=sandbox.transport(), headers=KEY) as http:
        assert http.get("http://sandbox/v1" + PLACE).status_code == 200


def test_every_operation_can_have_a_fault() -> None:
    sandbox = Sandbox()
    for name in OPERATIONS:
        sandbox.inject(slow(1), operation=name)


# ---------------------------------------------------------------------- the port


def test_a_port_that_is_shut_is_kept() -> None:
    with Sandbox() as sandbox:
        url = sandbox.base_url
        address = (httpx.URL(url).host, httpx.URL(url).port or 0)
        sandbox.inject(refused())
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address)
        assert sandbox.base_url == url
        sandbox.heal()
        socket.create_connection(address).close()
        sandbox.inject(refused())
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address)


def test_a_fault_from_before_the_start_holds() -> None:
    sandbox = Sandbox()
    sandbox.inject(refused())
    with sandbox:
        door = Door(sandbox, over_socket=True)
        assert not goes_well(door)
        sandbox.heal()
        assert goes_well(door)


def test_a_running_clock_opens_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = 0.0
    monkeypatch.setattr(pace, "monotonic", lambda: moment)
    with Sandbox(speed=1000) as sandbox:
        door = Door(sandbox, over_socket=True)
        sandbox.inject(refused(), lasting=timedelta(seconds=200))
        assert not goes_well(door)
        moment = 0.2
        while not goes_well(door):
            pass


def test_a_connection_fault_reaches_whoever_is_connected_already(door: Door) -> None:
    for fault in (refused(), reset("connect")):
        with door.http() as http:
            assert http.get(PLACE).status_code == 200
            door.sandbox.inject(fault)
            with pytest.raises(httpx.TransportError):
                http.get(PLACE)
            door.sandbox.heal()


def test_a_reset_and_then_a_shut_port_come_in_their_order(door: Door) -> None:
    door.sandbox.inject(reset("connect"), times=1)
    door.sandbox.inject(refused())
    with door.http() as http:
        for _ in range(2):
            with pytest.raises(httpx.TransportError):
                http.get(PLACE)


def test_a_slow_answer_does_not_hold_the_sandbox_up() -> None:
    errors = list[httpx.HTTPError]()

    def ask_slowly(url: str) -> None:
        try:
            httpx.get(url, trust_env=False, timeout=60)
        except httpx.HTTPError as error:
            errors.append(error)

    with Sandbox() as sandbox:
        sandbox.inject(slow(3600), operation="getLocations")
        waiting = threading.Thread(target=ask_slowly, args=[f"{sandbox.base_url}/locations"])
        waiting.start()
        while not sandbox.requests:
            pass
        assert httpx.get(f"{sandbox.base_url}/labels/clans", headers=KEY, trust_env=False).status_code == 200
    waiting.join(timeout=30)
    assert len(errors) == 1


@pytest.mark.anyio
async def test_a_slow_answer_can_be_given_up(door: Door) -> None:
    door.sandbox.inject(slow(3600))
    async with door.client(timeout=3600) as client:
        with anyio.move_on_after(0.05) as scope:
            await client.player(door.sandbox.world.player_tag)
    assert scope.cancelled_caught


def test_what_is_no_fault_is_refused() -> None:
    with pytest.raises(TypeError, match=r"call a function that makes one, such as throttled\(\)"):
        Sandbox(clans=10).inject(cast("Fault", throttled))
    with pytest.raises(TypeError, match="lasting is 5, but has to be a timedelta"):
        Sandbox(clans=10).inject(throttled(), lasting=cast("timedelta", 5))
