"""The sandbox in process: the same answers as over a socket, for every kind of program, and its clock and cache."""

from __future__ import annotations

import copy
import inspect
import pickle
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn
from urllib.parse import quote

import anyio
import httpx
import pytest
from hypothesis import given, settings, strategies as st

from cocapi_gen import Client
from cocapi_gen.raw import OPERATIONS
from cocapi_gen.sandbox import Event, Sandbox, World, pace
from cocapi_gen.sandbox.answers import HANDLERS, Reply
from cocapi_gen.sandbox.kept import Kept, Shelf
from cocapi_gen.sandbox.sandbox import SandboxClientOptions
from cocapi_gen.sandbox.world.history import History
from tests.test_sandbox import FRESH, path_of, query_of

pytestmark = pytest.mark.tools

KEY = {"Authorization": "Bearer key"}
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(seed=1) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def over_socket(running: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.base_url, trust_env=False) as http:
        yield http


@pytest.fixture(scope="module")
def in_process(running: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.base_url, transport=running.transport()) as http:
        yield http


# ---------------------------------------------------------------------- the same answers

WORLD = World(1)
tags = st.sampled_from([*WORLD.clan_tags, *WORLD.player_tags[:20], "#2PP", "x", "/", "", "é", "%"])
texts = (
    tags | st.sampled_from(["32000193", "global", "29000022", "2025-08", "1", "-1", "eyJwb3MiOjJ9", "true"]) | st.text()
)
tokens = st.sampled_from([b'{"token": "sandbox-token"}', b"{}", b"x", b""])


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    """Any request of an operation, and of some that are none."""
    name = draw(st.sampled_from([*OPERATIONS]))
    operation = OPERATIONS[name]
    path = path_of(name, WORLD) if draw(st.booleans()) else operation.path_template
    for parameter in operation.parameters:
        path = path.replace(f"{{{parameter.wire_name}}}", quote(draw(texts), safe=""))
    names = [parameter.wire_name for parameter in operation.parameters if parameter.location == "query"]
    query = draw(st.dictionaries(st.sampled_from([*names, "realtime", "nonsense"]), texts, max_size=3))
    return {
        "method": draw(st.sampled_from([operation.method] * 5 + ["GET", "POST", "PUT", "HEAD"])),
        "url": path,
        "params": query_of(name, WORLD) | query,
        "headers": draw(st.sampled_from([KEY] * 5 + [{}, {"Authorization": "key"}]))
        | {"Accept-Encoding": draw(st.sampled_from(["gzip", "identity", "br, gzip;q=0.5", "gzip;q=0", "*"]))},
        "content": draw(tokens) if operation.method == "POST" else None,
    }


def delivered(http: httpx.Client, request: Mapping[str, Any]) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and the very bytes."""
    with http.stream(**request) as answer:
        return answer.status_code, dict(answer.headers), b"".join(answer.iter_raw())


@given(requests())
def test_an_answer_is_the_same_byte_by_byte(
    over_socket: httpx.Client, in_process: httpx.Client, request: dict[str, Any]
) -> None:
    assert delivered(over_socket, request) == delivered(in_process, request)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_answers_the_same(over_socket: httpx.Client, in_process: httpx.Client, name: str) -> None:
    request = {
        "method": OPERATIONS[name].method,
        "url": path_of(name, WORLD),
        "params": query_of(name, WORLD),
        "headers": KEY,
        "content": b'{"token": "x"}' if name == "verifyToken" else None,
    }
    found = delivered(in_process, request)
    assert found == delivered(over_socket, request)
    assert found[0] == (404 if OPERATIONS[name].max_age is None else 200)


@pytest.mark.parametrize("path", ["/", "/api", "/api/", "/api?x", "/api/login", "/api/nowhere", "/apis", "/v2", "/v1"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_other_places_answer_the_same(
    over_socket: httpx.Client, in_process: httpx.Client, path: str, method: str
) -> None:
    request = {"method": method, "url": over_socket.base_url.join(path)}
    assert delivered(in_process, request) == delivered(over_socket, request)


@pytest.mark.parametrize(("path", "reason"), [("/api", "notFound"), ("/api/", "notFound"), ("/apis", "accessDenied")])
def test_the_developer_site_is_there_with_a_slash_and_without(in_process: httpx.Client, path: str, reason: str) -> None:
    body = in_process.get(in_process.base_url.join(path)).json()
    assert (body["reason"], "status" in body) == (reason, path != "/apis")


BIG = b'{"token": "%s"}' % (b"x" * (3 << 20))
BODIES: dict[str, tuple[dict[str, str], bytes]] = {
    "big": ({}, BIG),
    "said to be zipped": ({"Content-Encoding": "gzip"}, b'{"token": "x"}'),
}


@pytest.mark.parametrize("kind", BODIES)
def test_a_body_is_taken_as_it_comes(over_socket: httpx.Client, in_process: httpx.Client, kind: str) -> None:
    headers, content = BODIES[kind]
    url = path_of("verifyToken", WORLD)
    request = {"method": "POST", "url": url, "headers": KEY | headers, "content": content}
    found = delivered(in_process, request)
    assert found == delivered(over_socket, request)
    assert found[0] == 200


ZIPPED = {
    **dict.fromkeys(["gzip", "GZip", "br, gzip;q=0.5", "gzip ; q=0.001", "*", "br, *;q=0.1", "gzip, *;q=0"], True),
    **dict.fromkeys(["", "identity", "gzipfoo", "x-gzipped", "gzip;q=0", "gzip; q=0.000", "gzip;q=0, *"], False),
    **dict.fromkeys(["*;q=0", "gzip;q=x", "gzip q=1", ";", "br;gzip"], False),
}
"""Texts of Accept-Encoding, and whether they allow for gzip."""


@pytest.mark.parametrize("accepted", ZIPPED)
def test_an_answer_is_zipped_for_whoever_takes_that(in_process: httpx.Client, accepted: str) -> None:
    answer = in_process.get("/locations", headers=KEY | {"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == ("gzip" if ZIPPED[accepted] else None)


def test_a_zipped_answer_is_unpacked(in_process: httpx.Client) -> None:
    plain = in_process.get("/locations", headers=KEY | {"Accept-Encoding": "identity"})
    zipped = in_process.get("/locations", headers=KEY | {"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert zipped.json() == plain.json()
    assert int(zipped.headers["Content-Length"]) < int(plain.headers["Content-Length"])


# ---------------------------------------------------------------------- for every kind of program


@pytest.mark.anyio
async def test_a_client_needs_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> NoReturn:
        raise AssertionError("a socket")

    for name in ("connect", "connect_ex", "bind"):
        monkeypatch.setattr(socket.socket, name, fail)
    sandbox = Sandbox(seed=1)
    async with sandbox.client() as client:
        assert (await client.clan(sandbox.world.small_clan_tag)).tag == sandbox.world.small_clan_tag
    assert sandbox.requests[0] == f"GET /v1/clans/{quote(sandbox.world.small_clan_tag)}"


@pytest.mark.anyio
async def test_httpx_asks_in_an_event_loop(running: Sandbox) -> None:
    async with httpx.AsyncClient(transport=running.transport(), headers=KEY) as http:
        answer = await http.post("http://anywhere/v1/players/%232PP/verifytoken", json={"token": "x"})
    assert answer.json()["message"] == "Not found with tag 2PP"


def test_a_program_needs_nothing_but_the_package() -> None:
    program = """
import asyncio, sys
sys.modules["aiohttp"] = None
from cocapi_gen.sandbox import Sandbox

sandbox = Sandbox()
print(asyncio.run(sandbox.client().clan(sandbox.world.in_war_clan_tag)).members)
try:
    sandbox.start()
except ModuleNotFoundError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)  # noqa: S603 # this very Python
    assert done.stdout.splitlines() == [
        "50",
        'The sandbox\'s server needs aiohttp: pip install "cocapi-gen[server]". '
        "In process, sandbox.client() needs nothing more.",
    ]


def test_the_sandbox_is_loaded_without_what_is_slow() -> None:
    program = "import sys\nimport cocapi_gen.sandbox\nprint({'httpx', 'anyio', 'aiohttp', 'pydantic'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)  # noqa: S603 # this very Python
    assert done.stdout == "set()\n"


@pytest.mark.anyio
async def test_whoever_only_asks_lets_others_have_a_turn(running: Sandbox) -> None:
    async with httpx.AsyncClient(transport=running.transport()) as http:
        with anyio.move_on_after(0.01) as scope:
            while True:
                await http.get("http://sandbox/")
    assert scope.cancelled_caught


def test_the_options_of_a_client_are_those_that_make_sense() -> None:
    reached = {"base_url", "transport", "http_client"}
    assert {*SandboxClientOptions.__annotations__} == {*inspect.signature(Client).parameters} - reached


def test_a_fault_of_the_sandbox_reaches_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> NoReturn:
        raise ZeroDivisionError

    monkeypatch.setitem(HANDLERS, "getLocations", fail)
    with httpx.Client(transport=Sandbox().transport(), headers=KEY) as http, pytest.raises(ZeroDivisionError):
        http.get("http://sandbox/v1/locations")


# ---------------------------------------------------------------------- keys


@pytest.fixture(params=["socket", "in process"])
def door(request: pytest.FixtureRequest, over_socket: httpx.Client, in_process: httpx.Client) -> httpx.Client:
    return over_socket if request.param == "socket" else in_process


def test_a_key_of_the_developer_site_is_checked(running: Sandbox, door: httpx.Client) -> None:
    site = door.base_url.join("/api/")

    def call(path: str, body: Mapping[str, object]) -> Any:
        answer = door.post(site.join(path), json=body)
        assert answer.status_code == 200
        return answer.json()

    def refusal(key: str) -> tuple[int, str, str] | None:
        answer = door.get("/locations", headers={"Authorization": f"Bearer {key}"})
        return None if answer.is_success else (answer.status_code, answer.json()["reason"], answer.json()["message"])

    running.address = "198.51.100.7"
    login = call("login", {"email": running.developer_site.email, "password": running.developer_site.password})
    key = call("apikey/create", {"name": "bot", "description": "bot", "cidrRanges": ["198.51.100.7"]})["key"]
    for token in (key["key"], login["temporaryAPIToken"], "anything"):
        assert refusal(token) is None
    running.address = "198.51.100.8"
    problem = "Invalid authorization: API key does not allow access from IP 198.51.100.8"
    for token in (key["key"], login["temporaryAPIToken"]):
        assert refusal(token) == (403, "accessDenied.invalidIp", problem)
    call("apikey/revoke", {"id": key["id"]})
    for address in ("198.51.100.7", "198.51.100.8"):
        running.address = address
        assert refusal(key["key"]) == (403, "accessDenied", "Invalid authorization")
    assert refusal("anything") is None


def test_the_developer_site_is_below_its_url(running: Sandbox) -> None:
    answer = httpx.post(f"{running.developer_url}/apikey/list", json={}, trust_env=False)
    assert answer.status_code == 403


def test_a_sandbox_is_somewhere() -> None:
    sandbox = Sandbox()
    assert sandbox.address == "203.0.113.7"
    sandbox.address = "198.51.100.1"
    assert sandbox.address == "198.51.100.1"


# ---------------------------------------------------------------------- time and what is kept


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every handler answers how often it was called so far."""
    count = iter(range(10_000))

    def answer(*_: object) -> Reply:
        return Reply(next(count))

    for name in FRESH:
        monkeypatch.setitem(HANDLERS, name, answer)


@pytest.fixture
def alone() -> Iterator[tuple[Sandbox, httpx.Client]]:
    sandbox = Sandbox()
    with httpx.Client(base_url="http://sandbox/v1", transport=sandbox.transport(), headers=KEY) as http:
        yield sandbox, http


def ages(answer: httpx.Response) -> tuple[int, str]:
    return answer.json(), answer.headers["Cache-Control"]


@pytest.mark.usefixtures("counting")
@pytest.mark.parametrize("name", FRESH)
def test_an_answer_is_given_again_with_the_time_that_remains(alone: tuple[Sandbox, httpx.Client], name: str) -> None:
    sandbox, http = alone
    path, life = path_of(name, sandbox.world), FRESH[name]
    first = http.get(path).json()
    assert ages(http.get(path)) == (first, f"max-age={life}")
    sandbox.advance(seconds=24.5)
    assert ages(http.get(path)) == (first, f"max-age={life - 24}")
    sandbox.advance(seconds=life - 25)
    assert ages(http.get(path)) == (first, "max-age=1")
    sandbox.advance(seconds=0.5)
    assert ages(http.get(path)) == (first + 1, f"max-age={life}")


@pytest.mark.usefixtures("counting")
def test_another_page_is_another_answer(alone: tuple[Sandbox, httpx.Client]) -> None:
    _, http = alone
    found = [http.get("/locations", params={"limit": limit}).json() for limit in (1, 2, 1, 2)]
    assert found == [0, 1, 0, 1]


LIVE = {"getCurrentWar", "getClanWarLeagueGroup", "getClanWarLeagueWar"}


@pytest.mark.usefixtures("counting")
@pytest.mark.parametrize("name", FRESH)
def test_live_answers_are_made_anew_and_do_not_say_so(alone: tuple[Sandbox, httpx.Client], name: str) -> None:
    sandbox, http = alone
    path = path_of(name, sandbox.world)
    found = [ages(http.get(path, params={"realtime": "true"})) for _ in range(2)]
    assert (
        found == [(0, "max-age=600"), (1, "max-age=600")]
        if name in LIVE
        else found == [(0, f"max-age={FRESH[name]}")] * 2
    )
    assert [http.get(path, params={"realtime": "false"}).json() for _ in range(2)] == [found[-1][0] + 1] * 2


def test_a_verified_token_is_never_kept(alone: tuple[Sandbox, httpx.Client]) -> None:
    sandbox, http = alone
    path = path_of("verifyToken", sandbox.world)
    found = [http.post(path, json={"token": token}).json()["status"] for token in ("x", World.token, "x")]
    assert found == ["invalid", "ok", "invalid"]


def test_errors_are_not_kept(alone: tuple[Sandbox, httpx.Client], monkeypatch: pytest.MonkeyPatch) -> None:
    _, http = alone
    assert http.get("/locations", params={"limit": 0}).status_code == 400
    monkeypatch.delitem(HANDLERS, "getLocations")
    assert http.get("/locations", params={"limit": 0}).status_code == 501


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 3)), max_size=30), st.integers(1, 4))
def test_a_shelf_keeps_what_was_last_asked_for(asked: list[tuple[str, int]], most: int) -> None:
    shelf, now, held = Shelf(most), NOON, dict[str, datetime]()
    for key, seconds in asked:
        now += timedelta(seconds=seconds)
        found = shelf.get(key, now)
        left = (held[key] - now).total_seconds() if key in held else 0
        assert found == (Kept(key.encode(), int(left)) if left > 0 else None)
        if found is None:
            shelf.put(key, key.encode(), 5, now)
        held[key] = held.pop(key) if found else now + timedelta(seconds=5)
        if len(held) > most:
            del held[next(iter(held))]


@settings(max_examples=20)
@given(st.lists(st.floats(0, 10**4), max_size=5))
def test_time_moves_as_it_is_told(steps: list[float]) -> None:
    sandbox = Sandbox(clans=10)
    moment = sandbox.now
    for step in steps:
        sandbox.advance(seconds=step)
        moment += timedelta(seconds=step)
        assert sandbox.now == sandbox.world.now == moment


def test_time_is_told_in_every_unit() -> None:
    sandbox = Sandbox(start=NOON, clans=10)
    sandbox.advance(weeks=1, days=1, hours=1, minutes=1, seconds=1)
    assert sandbox.now == NOON + timedelta(weeks=1, days=1, hours=1, minutes=1, seconds=1)


def test_time_does_not_go_back() -> None:
    sandbox = Sandbox()
    with pytest.raises(ValueError, match="time does not run backwards"):
        sandbox.advance(hours=1, minutes=-61)


def test_time_may_run() -> None:
    sandbox = Sandbox(start=NOON, speed=10**6)
    first = sandbox.now
    while sandbox.now == first:
        pass
    with httpx.Client(transport=sandbox.transport()) as http:
        answer = http.get("http://sandbox/")
    assert NOON <= first < parsedate_to_datetime(answer.headers["Date"]) <= sandbox.now


LOOKS: dict[str, Callable[[Sandbox], object]] = {
    "now": lambda sandbox: sandbox.now,
    "world": lambda sandbox: (sandbox.world.now, sandbox.world.history),
    "history": lambda sandbox: sandbox.history,
}


@pytest.mark.parametrize("look", LOOKS)
def test_time_has_passed_wherever_one_looks_first(monkeypatch: pytest.MonkeyPatch, look: str) -> None:
    moment = 0.0
    monkeypatch.setattr(pace, "monotonic", lambda: moment)
    sandbox, twin = Sandbox(clans=10, speed=3600), Sandbox(clans=10)
    for _ in range(2):
        moment += 3
        twin.advance(hours=3)
        assert len(twin.history) > 0
        assert LOOKS[look](sandbox) == LOOKS[look](twin)


@given(st.integers(0, 9), st.integers(0, 3), st.slices(9), st.integers(-12, 12))
def test_a_history_is_a_tuple_of_what_has_happened_so_far(known: int, more: int, part: slice, place: int) -> None:
    events = [Event(NOON + timedelta(hours=number)) for number in range(known)]
    history, wanted = History(events), tuple(events)
    events += [Event(NOON)] * more
    assert len(history) == known
    assert (tuple(history), tuple(reversed(history))) == (wanted, wanted[::-1])
    assert history == wanted == history == History(wanted)
    assert hash(history) == hash(wanted)
    assert history[part] == wanted[part]
    assert type(history[part]) is tuple
    assert history != (*wanted, Event(NOON))
    assert (history == wanted[:-1]) == (wanted == ())
    assert history != [*wanted]
    if -known <= place < known:
        assert history[place] is wanted[place]
        assert wanted[place] in history
    else:
        with pytest.raises(IndexError):
            _ = history[place]


def test_a_history_does_not_grow_while_one_holds_it() -> None:
    sandbox = Sandbox(clans=10)
    before = sandbox.history
    sandbox.advance(hours=3)
    assert before == ()
    assert repr(sandbox.history) == f"<History of {len(sandbox.history)} events>"
    assert sandbox.history == sandbox.world.history != before


@pytest.mark.parametrize("speed", [-1, float("nan"), float("inf")])
def test_a_speed_without_sense_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match=r"speed is .*, but has to be from 0"):
        Sandbox(speed=speed)


def test_a_sandbox_starts_when_it_is_told() -> None:
    start = datetime(2026, 3, 1, 1, tzinfo=timezone(timedelta(hours=2)))
    sandbox = Sandbox(start=start)
    assert (sandbox.now, sandbox.now.tzinfo) == (start, UTC)
    with httpx.Client(transport=sandbox.transport()) as http:
        assert http.get("http://sandbox/").headers["Date"] == "Sat, 28 Feb 2026 23:00:00 GMT"
    with pytest.raises(ValueError, match="needs a time zone"):
        Sandbox(start=datetime(2026, 3, 1))  # noqa: DTZ001 # that is the point


def test_a_sandbox_says_what_it_is_and_is_not_copied() -> None:
    sandbox = Sandbox(seed=3, clans=10)
    assert repr(sandbox) == "<Sandbox of seed 3 at 2026-01-08 12:00:00 UTC>"
    for make in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="make another one of the same seed"):
            make(sandbox)
