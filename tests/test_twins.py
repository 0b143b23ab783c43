"""The client without an event loop is the same client: the same methods, results, errors and requests."""

from __future__ import annotations

import asyncio
import copy
import gc
import inspect
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Coroutine, Iterator
from functools import cached_property
from itertools import islice
from pathlib import Path
from ssl import SSLContext
from typing import Any, TypeAlias, cast

import anyio
import certifi
import httpcore
import httpx
import pytest
from hypothesis import given, settings, strategies as st

from cocapi_gen import Client, CocApiError, ConnectionFailed, Outcomes, RequestTimeout, SyncClient, SyncOutcomes
from cocapi_gen._http.certificates import believed
from cocapi_gen._twins.sync_with_response import SyncClientWithResponse
from cocapi_gen._twins.with_response import ClientWithResponse
from cocapi_gen.raw import api, sync_api
from cocapi_gen.sandbox import Sandbox
from cocapi_gen.testing.pauses import no_sleep
from tests.answers import (
    BARE,
    TAG,
    Answering,
    RawServer,
    driver_of,
    http,
    inside,
    items,
    location,
    player_body,
    read_request,
)
from tests.asking import arguments_for_methods

ROOT = Path(__file__).parent.parent
GOLDPASS = http(b'{"startTime": "20260101T080000.000Z"}')

# ---------------------------------------------------------------------- surfaces

WORDS = {
    r"Iterable\[str \| HasTag\] \| AsyncIterable\[str \| HasTag\]": "Iterable[str | HasTag]",
    r"\bAsync(Iterable|Iterator|BaseTransport)\b": r"\1",
    r"\bAsyncClient\b": "Client",
    r"\bAwaitable\[((?:[^\[\]]|\[[^\[\]]*\])+)\]": r"\1",
    r"(?<!httpx\.)\b(Client|ClientWithResponse|Outcomes|RawApi)\b": r"Sync\1",
}
"""How annotations of the one read in the other."""
NAMES = {"aclose": "close", "__aenter__": "__enter__", "__aexit__": "__exit__", "__aiter__": "__iter__"}
SPECIAL = {*NAMES, *NAMES.values(), "__init__", "__reduce__", "__repr__"}
GROUPS = [name for name in vars(api) if name.endswith("Api")]
PAIRS: list[tuple[type, type]] = [
    (Client, SyncClient),
    (ClientWithResponse, SyncClientWithResponse),
    (Outcomes, SyncOutcomes),
    *((vars(api)[name], vars(sync_api)[f"Sync{name}"]) for name in GROUPS),
]
every_pair = pytest.mark.parametrize(("one", "other"), PAIRS, ids=lambda kind: kind.__name__)


def surface(kind: type) -> dict[str, object]:
    """Return all that a class offers, by name."""
    return {name: value for name, value in vars(kind).items() if name in SPECIAL or not name.startswith("_")}


def function(value: object) -> Callable[..., object]:
    """Return the function of a method or a property."""
    if isinstance(value, classmethod):
        return cast("Callable[..., object]", cast("Any", value).__func__)
    if isinstance(value, property):
        return cast("Callable[..., object]", value.fget)
    return cast("Callable[..., object]", value.func if isinstance(value, cached_property) else value)


def translated(text: object) -> str:
    """Return an annotation as it reads without an event loop."""
    found = str(text)
    for pattern, replacement in WORDS.items():
        found = re.sub(pattern, replacement, found)
    return found


def shape(value: object, translate: Callable[[object], str] = str) -> list[tuple[object, ...]]:
    """Return names, kinds, defaults and annotations of what a method takes and returns."""
    signature = inspect.signature(function(value))
    parameters = signature.parameters.values()
    taken = [(each.name, each.kind, each.default, translate(each.annotation)) for each in parameters]
    return [*taken, (translate(signature.return_annotation),)]


@every_pair
def test_neither_has_what_the_other_lacks(one: type, other: type) -> None:
    assert [NAMES.get(name, name) for name in surface(one)] == [*surface(other)]
    assert surface(one)


@every_pair
def test_both_take_and_return_the_same(one: type, other: type) -> None:
    for name, value in surface(one).items():
        twin = surface(other)[NAMES.get(name, name)]
        assert shape(value, translated) == shape(twin), name
        assert type(value) is type(twin), name
        assert not inspect.iscoroutinefunction(twin), name


def test_groups_of_raw_operations_are_named_the_same() -> None:
    raw, twin = Client("T").raw, SyncClient("T").raw
    assert {name: f"Sync{type(group).__name__}" for name, group in vars(raw).items()} == {
        name: type(group).__name__ for name, group in vars(twin).items()
    }
    assert len(GROUPS) == 7


WITHOUT_RESPONSE = {
    *("walk", "players", "clans_by_tag", "wars", "current_league_wars", "battle_logs"),
    *("with_options", "with_response", "raw", "login", "key_plan", "base_url", "statistics", "drift"),
}
"""What makes no request by itself, or many."""


def test_every_method_that_makes_requests_can_tell_what_came_with_them() -> None:
    methods = {name: value for name, value in surface(Client).items() if not name.startswith("_")}
    asking = {name: value for name, value in methods.items() if name not in {*WITHOUT_RESPONSE, "aclose"}}
    responding = surface(ClientWithResponse)
    assert [name for name in responding if name != "__init__"] == [*asking]
    for name, value in asking.items():
        *taken, (returned,) = shape(value)
        assert shape(responding[name]) == [*taken, (f"Response[{returned}]",)], name


# ---------------------------------------------------------------------- behaviour

METHODS = sorted(arguments_for_methods(Sandbox(clans=10).world))
NEED_A_PAGE = {"next_page", "previous_page"}


def result(client: Client, name: str, *arguments: object) -> object:
    """Return what a method returns, from an event loop of its own."""

    async def main() -> object:
        return await cast("Coroutine[object, object, object]", getattr(client, name)(*arguments))

    return anyio.run(main)


def test_every_method_is_asked() -> None:
    asking = {name for name in surface(ClientWithResponse) if name != "__init__"}
    assert {*METHODS} | NEED_A_PAGE == asking


@pytest.mark.parametrize("name", METHODS)
def test_both_find_the_same(name: str) -> None:
    one, other = Sandbox(seed=3, clans=12), Sandbox(seed=3, clans=12)
    arguments = arguments_for_methods(one.world)[name]
    found = getattr(other.sync_client(), name)(*arguments)
    assert result(one.client(), name, *arguments) == found
    assert found is not None
    assert sorted(one.requests) == sorted(other.requests)
    assert one.requests


@pytest.mark.parametrize("name", sorted(NEED_A_PAGE))
def test_both_turn_pages_the_same_way(sandbox: Sandbox, name: str) -> None:
    client = sandbox.sync_client()
    page = client.clan_members(sandbox.world.in_war_clan_tag, limit=7)
    middle = client.next_page(page)
    assert middle is not None
    found = getattr(client, name)(middle)
    assert found is not None
    assert found == result(sandbox.client(), name, middle)
    assert [*client.walk(page)] == list_of_all(sandbox, page.items[0].tag)


def list_of_all(sandbox: Sandbox, first: str) -> list[object]:
    """Walk through the members of a clan in an event loop."""

    async def main() -> list[object]:
        client = sandbox.client()
        page = await client.clan_members(sandbox.world.in_war_clan_tag, limit=7)
        assert page[0].tag == first
        return [member async for member in client.walk(page)]

    return anyio.run(main)


@pytest.mark.parametrize("name", ["players", "clans_by_tag", "wars", "current_league_wars", "battle_logs"])
def test_both_find_the_same_for_many_tags(sandbox: Sandbox, name: str) -> None:
    world = sandbox.world
    tags = [world.player_tag, world.in_war_clan_tag, world.private_clan_tag, "no tag", world.unknown_tag] * 2

    async def main() -> list[object]:
        return [repr(outcome) async for outcome in getattr(sandbox.client(), name)(tags)]

    found = [repr(outcome) for outcome in getattr(sandbox.sync_client(), name)(tags)]
    assert found == anyio.run(main)
    assert len(found) == 5


def text_of(body: bytes, status: int) -> httpx.Response:
    """An answer with a body that is not the API's own."""
    return httpx.Response(status, content=body)


Move: TypeAlias = httpx.Response | Exception | None
"""What happens to a request: an answer, a fault, or None for the sandbox's own answer."""

BODIES = [b"", b'{"reason": "because", "message": "So."}', b"<h1>Oh</h1>", b'{"reason": "accessDenied"}', b"[]", b"5"]
STATUSES = [200, 204, 301, 400, 401, 403, 404, 418, 429, 500, 502, 503, 504, 599]
FAULTS = [
    httpx.ConnectError("refused"),
    httpx.ReadTimeout("too late"),
    httpx.ReadError("reset"),
    httpx.RemoteProtocolError("no HTTP"),
    httpx.DecodingError("no gzip"),
]
moves: st.SearchStrategy[Move] = (
    st.none() | st.builds(text_of, st.sampled_from(BODIES), st.sampled_from(STATUSES)) | st.sampled_from(FAULTS)
)


class Scripted:
    """Answers by a script: what befalls a request follows from its path and how often that was asked for."""

    def __init__(self, sandbox: Sandbox, script: list[Move]) -> None:
        self.sent: list[str] = []
        self._transport = sandbox.transport()
        self._script = script
        self._lock = threading.Lock()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        target = f"{request.method} {request.url.raw_path.decode()}"
        with self._lock:
            self.sent.append(target)
            move = self._script[zlib.crc32(f"{target} {self.sent.count(target)}".encode()) % len(self._script)]
        if isinstance(move, Exception):
            raise copy.copy(move)  # one of its own, which ends with it
        if move is None:
            return self._transport.handle_request(request)
        return httpx.Response(move.status_code, content=move.content)


def what_became_of(call: Callable[[], object]) -> object:
    """Return the result of a call, or its error's class, message and data."""
    try:
        return call()
    except CocApiError as error:
        message = re.sub(r" in \d+\.\d s\)$", ")", str(error))  # pauses are drawn at random
        return type(error), message, getattr(error, "data", None)


@settings(max_examples=300)
@given(
    st.sampled_from([name for name in METHODS if name != "verify_token"]),
    st.lists(moves, min_size=1, max_size=5),
    st.integers(0, 3),
)
def test_both_make_the_same_of_the_same_answers(name: str, script: list[Move], retries: int) -> None:
    arguments = arguments_for_methods(SHARED.world)[name]
    one, other = Scripted(SHARED, script), Scripted(SHARED, script)
    client = Client("T", rate=None, cache=None, transport=httpx.MockTransport(one), retries=retries)
    twin = SyncClient("T", rate=None, cache=None, transport=httpx.MockTransport(other), retries=retries)
    with no_sleep() as pauses:
        found = what_became_of(lambda: result(client, name, *arguments))
        half = len(pauses)
        assert found == what_became_of(lambda: getattr(twin, name)(*arguments))
    assert (sorted(one.sent), half * 2) == (sorted(other.sent), len(pauses))


SHARED = Sandbox(seed=1, clans=40)
CUT = [
    b"",
    b"HTTP/1.1 200 OK\r\nContent-",
    b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{",
    b"SSH-2.0-OpenSSH_9.6\r\n",
    http(b"{}", "Content-Encoding: gzip"),
    http(b"<h1>", status="503 Oh"),
    http(b"{}", "Location: http://127.0.0.1:9/", status="302 Elsewhere"),
    GOLDPASS,
]


@pytest.mark.own_connections("httptools tells in words of its own what is wrong with an answer")
@pytest.mark.parametrize("answer", CUT)
def test_both_make_the_same_of_the_same_connections(answer: bytes) -> None:
    def script(connection: socket.socket) -> None:
        heads.append(read_request(connection))
        connection.sendall(answer)

    heads: list[bytes] = []
    with RawServer(script) as server:
        found = what_became_of(lambda: result(Client("T", **BARE, base_url=server.base_url), "goldpass"))
        assert found == what_became_of(SyncClient("T", **BARE, base_url=server.base_url).goldpass)
    assert len(heads) == 2
    assert heads[0] == heads[1]


def test_both_give_up_in_time() -> None:
    def silence(connection: socket.socket) -> None:
        read_request(connection)
        connection.recv(1)

    with RawServer(silence) as server:
        client = SyncClient("T", **BARE, base_url=server.base_url, timeout=0.05)
        with pytest.raises(RequestTimeout, match=r"No answer to GET /goldpass/seasons/current at http://.* in time"):
            client.goldpass()


# ---------------------------------------------------------------------- threads


def together(count: int, work: Callable[[], object]) -> list[object]:
    """Do the same in many threads that start at once, and return what each had."""
    barrier, found = threading.Barrier(count), list[object]()

    def run() -> None:
        barrier.wait(10)
        found.append(what_became_of(work))

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


@pytest.fixture
def hurried() -> Iterator[None]:
    """Let threads take turns as often as can be, so that they meet."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_threads_share_a_client(sandbox: Sandbox) -> None:
    client, tag = SyncClient("T", **BARE, base_url=sandbox.base_url), sandbox.world.player_tag
    player = client.player(tag)
    assert together(16, lambda: [client.player(tag) for _ in range(5)]) == [[player] * 5] * 16
    client.close()


@pytest.mark.usefixtures("hurried")
def test_the_first_use_in_many_threads_makes_one_of_everything() -> None:
    answering = Answering(http(b'{"items": [{"id": 193, "name": "Russia", "isCountry": true, "countryCode": "RU"}]}'))
    for turn in range(10):
        with RawServer(answering) as server:
            client = SyncClient("T", **BARE, base_url=server.base_url)
            found = together(12, lambda: client.get_location("ru").id)  # noqa: B023 # used within the turn
            client.close()
        assert (found, len(answering.heads)) == ([193] * 12, turn + 1)


def test_certificates_are_loaded_once_by_many_threads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = list[bool]()
    real = httpx.create_ssl_context

    def make(*, trust_env: bool) -> SSLContext:
        made.append(trust_env)
        return real(trust_env=trust_env)

    monkeypatch.setattr(httpx, "create_ssl_context", make)
    monkeypatch.setenv(
        "SSL_CERT_FILE", shutil.copy(certifi.where(), f"{tmp_path}/ca.pem")
    )  # a file that nobody has loaded yet
    loaded = together(12, lambda: id(believed(trust_env=True)))
    assert (made, len({*loaded})) == ([True], 1)


def test_a_connection_has_one_user_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    using, most, lock = list[httpcore.HTTPConnection](), list[int](), threading.Lock()
    real = httpcore.HTTPConnection.handle_request

    def send(connection: httpcore.HTTPConnection, request: httpcore.Request) -> httpcore.Response:
        with lock:
            assert connection not in using
            using.append(connection)
            most.append(len(using))
        try:
            return real(connection, request)
        finally:
            with lock:
                using.remove(connection)

    monkeypatch.setattr(httpcore.HTTPConnection, "handle_request", send)

    def echo(connection: socket.socket) -> None:
        while head := read_request(connection):
            number = head.split(b" ", 2)[1].rsplit(b"/", 1)[1].decode()
            time.sleep(0.001)
            connection.sendall(http(b'{"id": %b, "name": "x"}' % number.encode()))

    numbers = iter(range(1600))
    with RawServer(echo) as server, SyncClient("T", **BARE, base_url=server.base_url) as client:

        def ask() -> list[bool]:
            mine = [*islice(numbers, 100)]
            return [client.clan_league(number).id == number for number in mine]

        assert together(16, ask) == [[True] * 100] * 16
        assert server.connections == max(most) == 10


def test_a_thread_that_comes_late_does_not_load_again() -> None:
    """Another thread loads the list between this one's look for it and its own start to load it."""
    asked = list[str]()

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, json=items(location(193, "Russia", "RU")))

    class Late(dict[object, object]):
        is_late = False

        def setdefault(self, key: object, default: object = None) -> object:
            if not self.is_late:
                self.is_late = True
                assert client.get_location("ru").id == 193  # as another thread might
            return super().setdefault(key, default)

    client = SyncClient("T", **BARE, transport=httpx.MockTransport(answer))
    inside(inside(driver_of(client))["_wishes"])["_flights"] = Late()
    assert client.get_location("ru").id == 193
    assert len(asked) == 1


def test_an_error_reaches_every_thread_that_waits() -> None:
    heads = list[bytes]()

    def fail_slowly(connection: socket.socket) -> None:
        while head := read_request(connection):
            heads.append(head)
            time.sleep(0.2)
            connection.sendall(http(b"{}", status="503 Oh"))

    with RawServer(fail_slowly) as server:
        client = SyncClient("T", **BARE, base_url=server.base_url)
        errors = together(8, lambda: client.get_location("ru"))
        client.close()
    assert len(errors) == 8
    assert len({str(error) for error in errors}) == 1
    assert len(heads) == 1


def test_it_works_in_the_thread_of_a_running_event_loop(sandbox: Sandbox) -> None:
    client = sandbox.sync_client()

    async def main() -> int:
        tags = [outcome.tag for outcome in client.players([sandbox.world.player_tag, "#0000"])]
        return len(tags) + client.clan(sandbox.world.in_war_clan_tag).members

    assert asyncio.run(main()) == 52
    assert anyio.run(main, backend="trio") == 52


# ---------------------------------------------------------------------- life and death

UNCLOSED = {
    "at module level": "client = SyncClient('TOKEN')\nclient.clan({clan!r})",
    "gone": "SyncClient('TOKEN').clan({clan!r})\ngc.collect()",
    "closed": "client = SyncClient('TOKEN')\nclient.clan({clan!r})\nclient.close()\nclient.close()",
    "closed by with": "with SyncClient('TOKEN') as client:\n    client.clan({clan!r})",
    "used after the end": "with SyncClient('TOKEN') as client:\n    client.clan({clan!r})\nclient.clan({clan!r})",
    "broken off": "for outcome in SyncClient('TOKEN').clans_by_tag([{clan!r}] * 3):\n    break",
    "used in threads": "client = SyncClient('TOKEN')\n"
    "with ThreadPoolExecutor() as pool:\n    list(pool.map(client.clan, [{clan!r}] * 4))",
    "never used": "SyncClient('TOKEN').raw\ngc.collect()",
}


@pytest.mark.tools
@pytest.mark.parametrize("how", UNCLOSED)
def test_a_client_that_is_never_closed_leaves_nothing_to_warn_about(sandbox: Sandbox, how: str) -> None:
    head = "import gc\nfrom concurrent.futures import ThreadPoolExecutor\nfrom cocapi_gen import SyncClient\n"
    done = subprocess.run(  # noqa: S603 # a script of ours
        [
            sys.executable,
            "-X",
            "dev",
            "-W",
            "error",
            "-c",
            head + UNCLOSED[how].format(clan=sandbox.world.clan_tags[0]),
        ],
        env={"COC_BASE_URL": sandbox.base_url},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_client_that_is_dropped_closes_its_connections() -> None:
    ended = threading.Semaphore(0)

    def script(connection: socket.socket) -> None:
        while read_request(connection):
            connection.sendall(GOLDPASS)
        ended.release()

    with RawServer(script) as server:
        client = SyncClient("T", **BARE, base_url=server.base_url)
        client.goldpass()
        assert not ended.acquire(timeout=0.05)
        del client
        gc.collect()
        assert ended.acquire(timeout=5)


def closed_clients() -> int:
    """Return how many closed clients of httpx are held by somebody."""
    gc.collect()
    return sum(isinstance(thing, httpx.Client) and thing.is_closed for thing in gc.get_objects())


def test_a_closed_client_opens_again_and_keeps_nothing_of_before() -> None:
    before = closed_clients()  # of other tests
    answering = Answering(GOLDPASS)
    with RawServer(answering) as server:
        client = SyncClient("T", **BARE, base_url=server.base_url)
        client.close()
        for _ in range(3):
            with client as same:
                assert same is client
                client.goldpass()
                client.goldpass()
    assert (len(answering.heads), server.connections) == (6, 3)
    assert closed_clients() == before


def test_requests_under_way_end_well_when_the_client_is_closed() -> None:
    def slow(connection: socket.socket) -> None:
        while read_request(connection):
            started.release()
            time.sleep(0.05)
            connection.sendall(GOLDPASS)

    started = threading.Semaphore(0)
    with RawServer(slow) as server:
        client = SyncClient("T", **BARE, base_url=server.base_url)

        def close_in_the_middle() -> None:
            started.acquire(timeout=5)
            client.close()

        closer = threading.Thread(target=close_in_the_middle)
        closer.start()
        found = together(20, lambda: client.goldpass().start_time is not None)
        closer.join()
        client.close()
    assert found == [True] * 20


def test_a_borrowed_client_is_used_and_left_open_and_told_of_when_closed() -> None:
    answering = Answering(GOLDPASS)
    with RawServer(answering) as server, httpx.Client() as borrowed:
        with SyncClient("T", **BARE, base_url=server.base_url, http_client=borrowed) as client:
            client.goldpass()
        assert not borrowed.is_closed
        client.goldpass()
        borrowed.close()
        with pytest.raises(ConnectionFailed, match="is closed"):
            client.goldpass()


def test_a_borrowed_transport_is_left_open() -> None:
    class Counting(httpx.MockTransport):
        closed = 0

        def close(self) -> None:
            self.closed += 1

    transport = Counting(lambda _: httpx.Response(200, json={}))
    with SyncClient("T", **BARE, transport=transport) as client:
        client.goldpass()
    client.goldpass()
    assert transport.closed == 0


LOADED = """
import sys
import httpx
from cocapi_gen import CocApiError, SyncClient

def answer(request):
    status = 503 if len(asked) % 2 else 200
    asked.append(request.url.path)
    return httpx.Response(status, json={"items": []})

asked = []
with SyncClient("T", rate=None, cache=None, transport=httpx.MockTransport(answer), retries=1) as client:
    list(client.walk(client.league_seasons(limit=5))), client.clans("bomb"), client.players(["#2PP", "#8QU"]).all()
    client.with_response.goldpass(), client.raw.goldpass.get_current_gold_pass_season(), client.request("GET", "/x")
    try:
        client.clans_details(location="ru", labels="farming")
    except CocApiError:
        pass
print(*sys.modules)
"""


def test_it_loads_nothing_of_event_loops() -> None:
    """Over a socket, httpcore loads anyio all the same, for its own ends."""
    done = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 # ours
    loaded = {*done.stdout.split()}
    own = {f"cocapi_gen.{name}" for name in ("client", "_bulk", "_walk", "raw.api", "_http.driver", "_http.tasks")}
    assert own.isdisjoint(loaded)
    assert "cocapi_gen._twins.sync_client" in loaded
    assert {"anyio", "asyncio", "trio"}.isdisjoint(loaded)


INTERRUPTED = """
import signal, threading
from cocapi_gen import SyncClient, Progress
import httpx

def answer(request):
    asked.append(request.url.path)
    if len(asked) == 25:
        signal.raise_signal(signal.SIGINT)
    return httpx.Response(404, json={"reason": "notFound"})

asked = []
client = SyncClient("T", retries=0, rate=None, cache=None, transport=httpx.MockTransport(answer))
tags = [f"#{number:09}".translate(str.maketrans("134567", "PYLQGR")) for number in range(5000)]
client.players(["#2PP"]).all()  # loads the models: Python's own locks do not survive an interrupt in an import
try:
    for outcome in client.players(tags, concurrency=4):
        pass
except KeyboardInterrupt:
    seen = len(asked)
    print([thread.name for thread in threading.enumerate()], seen < 5000)
    threading.Event().wait(0.1)
    print(len(asked) == seen)
"""


def test_an_interrupt_leaves_no_thread_running() -> None:
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 # ours
    assert done.stdout.splitlines() == ["['MainThread'] True", "True"]


def test_an_interrupt_in_this_thread_ends_a_bulk_call() -> None:
    asked = list[str]()

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if len(asked) == 30 and threading.current_thread() is threading.main_thread():
            signal.raise_signal(signal.SIGINT)
        time.sleep(0.001)
        return httpx.Response(200, json=player_body())

    client = SyncClient("T", **BARE, transport=httpx.MockTransport(answer))
    before = {*threading.enumerate()}
    with pytest.raises(KeyboardInterrupt):
        client.players((TAG + "2" * number for number in range(1, 500)), concurrency=1).all()
    assert {*threading.enumerate()} <= before  # a thread of an earlier test may end meanwhile
    assert len(asked) == 30
