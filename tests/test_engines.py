"""The faster engine: the same answers and secrets as without it. How it fares on the wire is in test_socket_faults."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from unittest.mock import patch

import anyio
import httpcore
import httpx
import pytest
from hypothesis import example, given, strategies as st

from cocapi_gen import Client, CocApiError, InvalidParameterError, SyncClient
from cocapi_gen._http.core_transport import AsyncCoreTransport
from cocapi_gen._http.httptools_transport import AsyncHttptoolsTransport
from cocapi_gen._http.operation import build_request
from cocapi_gen._http.server import Server
from cocapi_gen._http.transport import Answer, AsyncTransport
from cocapi_gen.exceptions import ConnectionLost, NotConnected
from cocapi_gen.raw import OPERATIONS
from cocapi_gen.sandbox import Sandbox
from tests.answers import BARE, TAG, Answering, RawServer, Script, http, resetting, saying
from tests.test_errors import CANARY, where_the_canary_is
from tests.test_secrets import SECRET, hidden_in


@pytest.mark.tools
def test_both_engines_give_the_same_answers() -> None:
    with Sandbox(seed=1) as sandbox:

        async def ask(client: Client) -> list[object]:
            world = sandbox.world
            found: list[object] = [
                await client.player(world.player_tag),
                await client.clan(world.in_war_clan_tag),
                await client.clan(world.private_clan_tag),
                await client.verify_token(world.player_tag, world.token),
                await client.all_locations(),
                await client.get_location("Kenya"),
            ]
            return found + [outcome async for outcome in client.players(world.player_tags[:20])]

        async def main() -> None:
            plain = Client("TOKEN", base_url=sandbox.base_url, rate=None)
            fast = Client("TOKEN", base_url=sandbox.base_url, rate=None, engine="httptools")
            assert await ask(plain) == await ask(fast)

        anyio.run(main)


CALLS: list[Callable[[Client], Awaitable[object]]] = [
    lambda client: client.player(TAG),
    lambda client: client.verify_token(TAG, SECRET),
    lambda client: client.request("POST", "/x", body={"token": SECRET}),
]
SCRIPTS: dict[str, Script] = {
    "reset": resetting(),
    "half an answer": saying(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"),
    "no HTTP": saying(b"\x16\x03\x01\r\n\r\n"),
    "two lengths": saying(http(b"{}", "Content-Length: 5")),
    "refused": saying(http(b'{"reason": "accessDenied", "message": "No."}', status="403 No")),
    "no JSON": Answering(http(b"<h1>Hello</h1>")),
}


@pytest.mark.parametrize("kind", SCRIPTS)
def test_the_faster_engine_tells_no_secret(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    errors = list[CocApiError]()

    async def main() -> None:
        async with Client(CANARY, base_url=server.base_url, retries=0, rate=None, engine="httptools") as client:
            for call in CALLS:
                try:
                    await call(client)
                except CocApiError as error:
                    errors.append(error)

    with RawServer(SCRIPTS[kind]) as server:
        anyio.run(main)
    assert len(errors) >= 2
    for error in errors:
        assert where_the_canary_is(error) == []
        assert hidden_in(error) == []
    assert CANARY not in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_the_faster_engine_is_for_asyncio(backend: str) -> None:
    with RawServer(Answering(http(b"{}"))) as server:

        async def main() -> None:
            async with Client("TOKEN", **BARE, base_url=server.base_url, engine="httptools") as client:
                if backend == "trio":
                    with pytest.raises(InvalidParameterError, match='engine="httpx"'):
                        await client.goldpass()
                else:
                    await client.goldpass()

        anyio.run(main, backend=backend)


def test_what_cannot_send_is_refused_when_the_client_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidParameterError, match="'httpx' or 'httptools'"):
        Client("TOKEN", engine="curl")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # what is tested
    with pytest.raises(InvalidParameterError, match="not both"):
        Client("TOKEN", engine="httptools", transport=httpx.MockTransport(lambda _: httpx.Response(200)))
    with pytest.raises(InvalidParameterError, match="use Client"):
        SyncClient("TOKEN", engine="httptools")
    monkeypatch.setitem(sys.modules, "httptools", None)
    with pytest.raises(ImportError, match=r"cocapi-gen\[fast\]"):
        Client("TOKEN", engine="httptools")


# ---------------------------------------------------------------------- both read the same of the same bytes


@dataclass
class Scripted(httpcore.AsyncNetworkBackend):
    """A network on which each connection says what is written for it, in pieces, and then ends."""

    pieces: Sequence[bytes]
    takes: bool = True
    streams: list[ScriptedStream] = field(default_factory=list["ScriptedStream"])

    async def connect_tcp(self, *_: object, **__: object) -> httpcore.AsyncNetworkStream:
        self.streams.append(ScriptedStream(deque(self.pieces), self.takes))
        return self.streams[-1]


@dataclass
class ScriptedStream(httpcore.AsyncNetworkStream):
    waiting: deque[bytes]
    takes: bool
    is_ended: bool = False
    is_closed: bool = False

    async def read(self, *_: object, **__: object) -> bytes:
        self.is_ended = self.is_ended or not self.waiting
        return b"" if self.is_ended else self.waiting.popleft()

    async def write(self, *_: object, **__: object) -> None:
        if not self.takes:
            raise httpcore.WriteError

    def cut_off_at(self, end: float) -> None:
        """Do nothing: here, nothing is waited for."""

    async def start_tls(self, *_: object, **__: object) -> httpcore.AsyncNetworkStream:
        raise httpcore.ConnectError("It is not made secure.")

    async def aclose(self) -> None:
        self.is_closed = True

    def get_extra_info(self, info: str) -> object:
        """Say nothing of what has come but was not read: so all depends on what the reader of HTTP itself sees."""
        return self.is_ended if info == "is_readable" else None


@dataclass(frozen=True)
class Seen:
    """What became of two requests."""

    answers: tuple[tuple[int, dict[str, str], bytes] | type[CocApiError], ...]
    connections: int


def seen(carrier: AsyncTransport, network: Scripted, base_url: str = "http://a.example/v1") -> Seen:
    """Send two requests, one after the other."""
    request, server = build_request(OPERATIONS["getCurrentGoldPassSeason"], {}), Server(base_url, None)

    async def answer() -> tuple[int, dict[str, str], bytes] | type[CocApiError]:
        try:
            got: Answer = await carrier.send(request, server, 5)
        except CocApiError as error:
            return type(error)
        return got.status, dict(got.headers), got.body

    async def main() -> Seen:
        try:
            return Seen((await answer(), await answer()), len(network.streams))
        finally:
            await carrier.aclose()

    with (
        patch("cocapi_gen._http.core_transport.AsyncioNetwork", lambda: network),
        patch("cocapi_gen._http.httptools_transport.AsyncioNetwork", lambda: network),
    ):
        return asyncio.run(main())


STATUS_LINES = [b"HTTP/1.1 200 OK", b"HTTP/1.1 200 ", b"HTTP/1.1 404 Not Found", b"HTTP/1.0 200 OK", b"HTTP/1.1 204 No"]
GREETINGS = [b"", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\nLink: <b>\r\n\r\n"]
HEADERS = [b"X-Word:  a b\t \r\n", b"x-word: caf\xe9\r\n", b"X-Empty:\r\n", b"Cache-Control: max-age=60\r\n"]
CONNECTIONS = [b"", b"Connection: close\r\n", b"Connection: Keep-Alive\r\n", b"Connection: x, Close\r\n"]
STRAY = [b"", b"x", b"H", b"{}", b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad", b"HTTP/1.1 2"]


@st.composite
def answers(draw: st.DrawFn) -> bytes:
    """Make an answer as servers send them, perhaps cut short, perhaps with more after it."""
    body = draw(st.binary(max_size=60))
    begin = draw(st.sampled_from(GREETINGS)) + draw(st.sampled_from(STATUS_LINES)) + b"\r\n"
    begin += b"".join(draw(st.lists(st.sampled_from(HEADERS), max_size=3))) + draw(st.sampled_from(CONNECTIONS))
    framing = draw(st.sampled_from(["length", "chunks", "end"]))
    if framing == "length":
        whole = begin + b"Content-Length: %d\r\n\r\n" % len(body) + body
    elif framing == "chunks":
        size = draw(st.integers(1, 70))
        parts = [body[at : at + size] for at in range(0, len(body), size)]
        chunks = b"".join(
            b"%x%b\r\n%b\r\n" % (len(part), draw(st.sampled_from([b"", b";a=b"])), part) for part in parts
        )
        whole = begin + b"Transfer-Encoding: chunked\r\n\r\n" + chunks
        whole += b"0\r\n" + draw(st.sampled_from([b"", b"X-After: yes\r\n"])) + b"\r\n"
    else:
        whole = begin + b"\r\n" + body
    if draw(st.booleans()):
        return whole[: draw(st.integers(0, len(whole)))]
    return whole + draw(st.sampled_from(STRAY))


@given(answers(), st.lists(st.integers(1, 40), max_size=12), st.booleans())
@example(said=http(b"{}") + http(b"{}"), sizes=[], takes=True)
def test_both_engines_read_the_same_of_the_same_bytes(said: bytes, sizes: list[int], takes: bool) -> None:
    pieces = list[bytes]()
    for size in sizes:
        pieces.append(said[:size])
        said = said[size:]
    pieces = [piece for piece in (*pieces, said) if piece]
    own = seen(AsyncCoreTransport("test", trust_env=False), Scripted(pieces, takes))
    assert seen(AsyncHttptoolsTransport("test", trust_env=False), Scripted(pieces, takes)) == own


OK = b"HTTP/1.1 200 OK\r\n"
ODD = {
    "two equal lengths": http(b"{}", "Content-Length: 2"),
    "a length and chunks": OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "ends of lines of one letter": http(b"{}").replace(b"\r\n", b"\n"),
    "a header that is folded": http(b"{}", "X: a\r\n b"),
    "a blank after the size of a chunk": OK + b"Transfer-Encoding: chunked\r\n\r\n2 \r\n{}\r\n0\r\n\r\n",
    "an HTTP that never was": http(b"{}").replace(b"HTTP/1.1", b"HTTP/1.2"),
}


@pytest.mark.parametrize("name", ODD)
def test_what_the_faster_engine_takes_for_no_http(name: str) -> None:
    """The usual one makes an answer of it."""
    network = Scripted([ODD[name]])
    assert seen(AsyncCoreTransport("test", trust_env=False), network).answers[0] != ConnectionLost
    assert seen(AsyncHttptoolsTransport("test", trust_env=False), network).answers[0] == ConnectionLost


@pytest.mark.parametrize("kind", [AsyncCoreTransport, AsyncHttptoolsTransport])
def test_a_connection_that_cannot_be_made_secure_is_closed(kind: Callable[..., AsyncTransport]) -> None:
    network = Scripted([])
    found = seen(kind("test", trust_env=False), network, "https://a.example/v1")
    assert found == Seen((NotConnected, NotConnected), 2)
    assert all(stream.is_closed for stream in network.streams)


def test_an_interrupt_is_no_fault_of_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """httptools catches whatever comes while it tells what it has read."""

    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cocapi_gen._http.httptools_transport._Connection.on_message_complete", interrupted)
    with pytest.raises(KeyboardInterrupt):
        seen(AsyncHttptoolsTransport("test", trust_env=False), Scripted([http(b"{}")]))
