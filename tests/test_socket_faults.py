"""All that can go wrong on a socket: an error that says what to do, in time, and no connection left behind."""

from __future__ import annotations

import asyncio
import gc
import gzip
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
import tracemalloc
import weakref
import zlib
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from http.cookiejar import Cookie
from pathlib import Path
from typing import Any, TypeAlias, cast
from unittest.mock import Mock, patch

import anyio
import anyio.to_thread
import httpcore
import httpx
import pytest
import trustme
from hypothesis import given, settings, strategies as st

from cocapi_gen import (
    Client,
    CocApiError,
    ConnectionFailed,
    RequestTimeout,
    ServiceUnavailable,
    SyncClient,
    UnknownError,
    UnreadableAnswerError,
)
from cocapi_gen._http.asyncio_network import AsyncioStream
from cocapi_gen._http.core_transport import AsyncCoreTransport, SyncCoreTransport
from cocapi_gen._http.httptools_transport import AsyncHttptoolsTransport
from cocapi_gen._http.httpx_transport import AsyncHttpxTransport
from cocapi_gen._http.intake import Intake
from cocapi_gen._http.operation import build_request
from cocapi_gen._http.server import Server
from cocapi_gen._http.settings import Engine
from cocapi_gen._http.transport import Answer, AsyncTransport
from cocapi_gen.exceptions import AnswerTooLarge, ConnectionLost, NotConnected, NotJson
from cocapi_gen.raw import OPERATIONS
from tests.answers import (
    BARE,
    Answering,
    RawServer,
    Script,
    asking,
    comes_true,
    dripping,
    http,
    one_after_the_other,
    open_files,
    read_request,
    resetting,
    saying,
    spilling,
    stalling,
    unused_url,
)

ROOT = Path(__file__).parent.parent
JSON = b'{"startTime": "20260101T080000.000Z", "endTime": "20260201T080000.000Z"}'
GOOD = Answering(http(JSON))
OK = b"HTTP/1.1 200 OK\r\n"
HALF = OK + b"Content-Length: 100\r\n\r\n{"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
RECORD = b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc"
"""The beginning of a TLS record, and in it of a server's hello, that is long in coming."""
BOMB = gzip.compress(b" " * 60_000_000)

WORLDS = ["asyncio", "trio", "threads"]
HTTPTOOLS, HTTPX = (pytest.param(world, marks=pytest.mark.tools) for world in ("httptools", "httpx"))
in_every_world = pytest.mark.parametrize("world", [*WORLDS, HTTPTOOLS, HTTPX])
Carrier: TypeAlias = Callable[..., AsyncTransport]
in_both_ways = pytest.mark.parametrize("carried_by", [AsyncCoreTransport, AsyncHttptoolsTransport])


@dataclass(frozen=True)
class Fault:
    """What a server does, what it is to the caller, and a part of the advice."""

    script: Script
    error: type[CocApiError] | None
    advice: str = ""
    secure: bool = False


def greeting(text: bytes) -> Script:
    """Say something without having been asked."""
    return lambda connection: connection.sendall(text)


LOST = "Try again; if it goes on"
TLS = "Check the base URL and the proxies: a connection was begun"
FAULTS: dict[str, Fault] = {
    # before the request
    "reset before the request": Fault(resetting(listen=False), ConnectionFailed),
    "TLS: no TLS": Fault(greeting(b"HTTP/1.1 400 Oh\r\n\r\n"), NotConnected, TLS, secure=True),
    "TLS: closed within the handshake": Fault(greeting(RECORD), NotConnected, TLS, secure=True),
    "TLS: reset within the handshake": Fault(resetting(RECORD, listen=False), NotConnected, secure=True),
    "TLS: silence": Fault(stalling(), RequestTimeout, "longer timeout", secure=True),
    "TLS: a drip": Fault(dripping(RECORD, b"\0", listen=False), RequestTimeout, "longer timeout", secure=True),
    # silence
    "silence": Fault(stalling(), RequestTimeout, "longer timeout"),
    "silence within the head": Fault(stalling(OK + b"X-"), RequestTimeout, "longer timeout"),
    "silence within the body": Fault(stalling(HALF), RequestTimeout, "longer timeout"),
    "silence within a chunk": Fault(stalling(CHUNKED + b"5\r\n{"), RequestTimeout, "longer timeout"),
    "silence within an error": Fault(stalling(b"HTTP/1.1 503 Oh\r\nContent-Length: 9\r\n\r\n<"), RequestTimeout),
    # a little now and then
    "a drip of a head": Fault(dripping(OK + b"X: ", b"x"), RequestTimeout, "longer timeout"),
    "a drip of a body": Fault(dripping(OK + b"Content-Length: 9999\r\n\r\n", b" "), RequestTimeout, "longer timeout"),
    "a drip of chunks": Fault(dripping(CHUNKED, b"1\r\n \r\n"), RequestTimeout, "longer timeout"),
    "a drip without an end": Fault(dripping(b"HTTP/1.0 200 OK\r\n\r\n", b" "), RequestTimeout, "longer timeout"),
    "a drip of greetings": Fault(dripping(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"), RequestTimeout, "longer timeout"),
    # too much
    "a flood of greetings": Fault(
        spilling(b"", (b"HTTP/1.1 103 Early Hints\r\nLink: " + b"x" * 999 + b"\r\n\r\n")),
        RequestTimeout,
        "longer timeout",
    ),
    "a flood of chunks": Fault(
        spilling(CHUNKED, (b"%x\r\n%b\r\n" % (300, b" " * 300)) * 9), RequestTimeout, "longer timeout"
    ),
    "a flood": Fault(spilling(b"HTTP/1.0 200 OK\r\n\r\n", b" " * 2**20), AnswerTooLarge, "Ask for less"),
    "a length beyond the bound": Fault(
        stalling(OK + b"Content-Length: 99999999999\r\n\r\n"), AnswerTooLarge, "Ask for less"
    ),
    "a length of many digits": Fault(
        stalling(OK + b"Content-Length: %b\r\n\r\n" % (b"9" * 5000)), ConnectionLost, LOST
    ),
    "a gzip bomb": Fault(saying(http(BOMB, "Content-Encoding: gzip")), AnswerTooLarge, "Ask for less"),
    "a giant head": Fault(spilling(OK + b"X: ", b"x" * 9999), ConnectionLost, LOST),
    "a head of many lines": Fault(spilling(OK, b"X: x\r\n" * 999), ConnectionLost, LOST),
    # broken off
    "reset before the head": Fault(resetting(), ConnectionLost, LOST),
    "reset within the head": Fault(resetting(OK + b"X-"), ConnectionLost, LOST),
    "reset within the body": Fault(resetting(HALF), ConnectionLost, LOST),
    "closed before the head": Fault(saying(b""), ConnectionLost, LOST),
    "closed within the head": Fault(saying(OK + b"X-"), ConnectionLost, LOST),
    "a length that is too long": Fault(saying(HALF + JSON), ConnectionLost, LOST),
    "closed within a chunk": Fault(saying(CHUNKED + b"5\r\n{"), ConnectionLost, LOST),
    "closed between chunks": Fault(saying(CHUNKED + b"2\r\n{}\r\n"), ConnectionLost, LOST),
    # no HTTP
    "a chunk of no size": Fault(saying(CHUNKED + b"zz\r\n{"), ConnectionLost, LOST),
    "a chunk of a huge size": Fault(saying(CHUNKED + b"f" * 30 + b"\r\n{"), ConnectionLost, LOST),
    "HTTP/0.9": Fault(saying(JSON), ConnectionLost, LOST),
    "another protocol": Fault(saying(b"SSH-2.0-OpenSSH_9.6\r\n"), ConnectionLost, LOST),
    "a status line of nonsense": Fault(saying(b"HTTP/1.1 two hundred\r\n\r\n"), ConnectionLost, LOST),
    "a status out of range": Fault(saying(b"HTTP/1.1 9999 Oh\r\n\r\n"), ConnectionLost, LOST),
    "two lengths": Fault(saying(http(JSON, "Content-Length: 5")), ConnectionLost, LOST),
    "another protocol on request": Fault(saying(b"HTTP/1.1 101 Switching Protocols\r\n\r\n"), ConnectionLost, LOST),
    "a named protocol on request": Fault(
        saying(b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"), ConnectionLost, LOST
    ),
    "no status": Fault(saying(b"HTTP/1.1 000 None\r\nContent-Length: 2\r\n\r\n{}" + http(JSON)), ConnectionLost, LOST),
    # a body that cannot be read
    "a length that is too short": Fault(
        saying(OK + b"Content-Length: 9\r\n\r\n" + JSON), NotJson, "Check the base URL"
    ),
    "half of the gzip": Fault(
        saying(http(gzip.compress(JSON)[:-9], "Content-Encoding: gzip")), UnreadableAnswerError, "Look for a proxy"
    ),
    "more than the gzip": Fault(
        saying(http(gzip.compress(JSON) * 2, "Content-Encoding: gzip")), UnreadableAnswerError, "Look for a proxy"
    ),
    "no gzip": Fault(saying(http(JSON, "Content-Encoding: gzip")), UnreadableAnswerError, "Look for a proxy"),
    "what nobody asked for": Fault(saying(http(b"\x0b\x02\x80{}\x03", "Content-Encoding: br")), NotJson),
    "nothing": Fault(saying(http(b"")), NotJson, "Check the base URL"),
    "a page": Fault(saying(http(b"<h1>Hello</h1>", "Content-Type: text/html")), NotJson, "a login page"),
    # errors
    "a page of a gateway": Fault(saying(http(b"<h1>Oh</h1>", status="502 Bad Gateway")), ServiceUnavailable),
    "a page of a server": Fault(saying(http(b"<h1>Oh</h1>", status="503 Oh")), ServiceUnavailable),
    "an error in no gzip": Fault(saying(http(b"x", "Content-Encoding: gzip", status="503 Oh")), ServiceUnavailable),
    "a way to nowhere": Fault(saying(http(b"", "Location: http://[", status="302 Found")), CocApiError),
    # no fault at all
    "another charset": Fault(saying(http(JSON, "Content-Type: application/json; charset=utf-16")), None),
    "zipped nothing": Fault(saying(http(JSON, "Content-Encoding: identity")), None),
    "deflated": Fault(saying(http(zlib.compress(JSON), "Content-Encoding: deflate")), None),
    "after a greeting": Fault(saying(b"HTTP/1.1 103 Early Hints\r\n\r\n" + http(JSON)), None),
}
LATE = [name for name, fault in FAULTS.items() if fault.error is RequestTimeout]


@in_every_world
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_an_error_of_ours_in_time_and_leaves_nothing_behind(world: str, name: str) -> None:
    fault = FAULTS[name]
    scripts = [fault.script]
    timeout = 0.06 if name in LATE else 10
    with RawServer(lambda connection: scripts[-1](connection)) as server, ExitStack() as stack:  # noqa: PLW0108 # it changes
        before = open_files()
        ask = stack.enter_context(asking(world, address(server, fault), timeout=timeout, retries=0))
        inside = open_files()  # an event loop has some of its own
        late = lateness(lambda: check(ask, fault), timeout)
        print(f"{name} in {world}: {1000 * late:.1f} ms late")  # noqa: T201 # pytest -rP shows it
        assert late < 0.1
        scripts.append(Answering(http(JSON)))
        assert fault.secure or comes_true(lambda: works(ask))
        assert comes_true(lambda: open_files() <= inside + 2 * (not fault.secure))  # both ends of one that is kept
        stack.close()
        assert comes_true(lambda: open_files() <= before)


def address(server: RawServer, fault: Fault) -> str:
    """Return where a server is that may be taken for one with TLS."""
    return server.base_url.replace("http:", "https:") if fault.secure else server.base_url


def check(ask: Callable[[], object], fault: Fault) -> None:
    """Make a call and see that it comes to what it should."""
    if fault.error is None:
        assert ask()
        return
    with pytest.raises(fault.error) as caught:
        ask()
    assert re.search(f"^[^(]*{re.escape(fault.advice)}", str(caught.value)), str(caught.value)
    assert "/goldpass/seasons/current" in str(caught.value) or "getCurrentGoldPassSeason" in str(caught.value)


def works(ask: Callable[[], object]) -> bool:
    """Say whether a call works; what is broken may take a while to be noticed, and this machine may be busy."""
    try:
        return bool(ask())
    except (ConnectionLost, RequestTimeout):
        return False


def lateness(call: Callable[[], object], timeout: float) -> float:
    """Return how much too late something ends; the best of three, for others use this machine too."""
    late = list[float]()
    while len(late) < 3 and min(late, default=1) >= 0.1:
        begin = time.monotonic()
        call()
        late.append(time.monotonic() - begin - timeout)
    return min(late)


# ---------------------------------------------------------------------- before there is a connection


@in_every_world
def test_a_refused_connection_is_told_and_works_later(world: str) -> None:
    url = unused_url()
    with asking(world, url, retries=0) as ask:
        for error in (NotConnected, ConnectionError):
            with pytest.raises(
                error, match=r"^Check the network and the base URL, or the proxy if one is set: nobody answers"
            ):
                ask()
        with RawServer(Answering(http(JSON)), port=httpx.URL(url).port or 0):
            assert ask()


@in_every_world
@pytest.mark.parametrize("host", ["nowhere.invalid", "a..b.invalid", "x" * 64 + ".invalid", "127.0.0.1.invalid"])
def test_a_host_without_an_address_is_told(world: str, host: str) -> None:
    with (
        asking(world, f"http://{host}", retries=0) as ask,
        pytest.raises(NotConnected, match="its host has no address"),
    ):
        ask()


@in_every_world
def test_a_connection_that_does_not_come_about_is_given_up_in_time(world: str) -> None:
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):  # as many as the kernel lets wait; the next one gets no answer
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)  # noqa: FBT003 # it has no name
            waiting.connect_ex(listener.getsockname())
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        ask = stack.enter_context(asking(world, url, timeout=0.1, retries=0))
        before = open_files()
        with pytest.raises(RequestTimeout):
            ask()
        assert comes_true(lambda: open_files() <= before)


# ---------------------------------------------------------------------- certificates


class Certificates:
    """What a server shows, and what a client makes of it that believes this authority."""

    def __init__(self) -> None:
        self._authority = trustme.CA()
        self.believing = ssl.create_default_context(cadata=self._authority.cert_pem.bytes().decode())
        self.right = self._server(self._authority.issue_cert("127.0.0.1"))
        self.of_another_host = self._server(self._authority.issue_cert("elsewhere.example"))
        now = datetime.now(UTC)
        old = self._authority.issue_cert("127.0.0.1", not_before=now - timedelta(9), not_after=now - timedelta(1))
        early = self._authority.issue_cert("127.0.0.1", not_before=now + timedelta(1), not_after=now + timedelta(9))
        self.expired, self.not_yet_valid = self._server(old), self._server(early)
        self.self_signed = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        own = self._authority
        with own.private_key_pem.tempfile() as key, own.cert_pem.tempfile() as certificate:
            self.self_signed.load_cert_chain(certificate, key)

    def write_to(self, path: Path) -> None:
        """Write down whom to believe."""
        self._authority.cert_pem.write_to_path(str(path))

    def _server(self, certificate: trustme.LeafCert) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with certificate.private_key_and_cert_chain_pem.tempfile() as path:
            context.load_cert_chain(path)
        return context


@pytest.fixture(scope="module")
def certificates() -> Certificates:
    return Certificates()


REFUSED = {
    "expired": "the server's certificate has expired",
    "not_yet_valid": "the server's certificate is not valid yet",
    "of_another_host": "the server's certificate is for another",
}


@in_every_world
@pytest.mark.parametrize("kind", REFUSED)
def test_a_certificate_that_is_no_good_is_told(world: str, kind: str, certificates: Certificates) -> None:
    answering = Answering(http(JSON))
    with (
        RawServer(answering, tls=getattr(certificates, kind)) as server,
        asking(world, server.base_url, verify=certificates.believing) as ask,
    ):
        before = open_files()
        with pytest.raises(NotConnected, match=REFUSED[kind]):
            ask()
        assert comes_true(lambda: open_files() <= before)
    assert answering.heads == []


@in_every_world
@pytest.mark.parametrize(
    ("kind", "told"), [("self_signed", "is self-signed"), ("right", "nobody known has signed the certificate")]
)
def test_a_certificate_of_nobody_known_is_told(world: str, kind: str, told: str, certificates: Certificates) -> None:
    answering = Answering(http(JSON))
    with RawServer(answering, tls=getattr(certificates, kind)) as server, asking(world, server.base_url) as ask:
        before = open_files()
        with pytest.raises(NotConnected, match=f"^Check .*{told}.*SSL_CERT_FILE"):
            ask()
        assert comes_true(lambda: open_files() <= before)
    assert answering.heads == []


@in_both_ways
def test_a_server_is_told_which_http_is_spoken(
    carried_by: Carrier, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def script(connection: socket.socket) -> None:
        chosen.append(cast("ssl.SSLSocket", connection).selected_alpn_protocol())
        GOOD(connection)

    async def main() -> None:
        carrier = carried_by("test", trust_env=True)
        await carrier.send(build_request(OPERATIONS["getCurrentGoldPassSeason"], {}), there, 5)
        await carrier.aclose()

    certificates.write_to(tmp_path / "believed.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "believed.pem"))
    certificates.right.set_alpn_protocols(["h2", "http/1.1"])
    chosen = list[str | None]()
    with RawServer(script, tls=certificates.right) as server:
        there = Server(server.base_url, None)
        asyncio.run(main())
    assert chosen == ["http/1.1"]


@in_every_world
@pytest.mark.parametrize("name", ["silence", "silence within the body", "a drip of a head", "a drip of a body"])
def test_a_secure_connection_keeps_to_the_time_too(world: str, name: str, certificates: Certificates) -> None:
    with (
        RawServer(FAULTS[name].script, tls=certificates.right) as server,
        asking(world, server.base_url, verify=certificates.believing, timeout=0.1) as ask,
    ):
        before = open_files()
        assert lateness(lambda: check(ask, FAULTS[name]), 0.1) < 0.1
        assert comes_true(lambda: open_files() <= before)


@pytest.mark.parametrize("world", [*WORLDS, HTTPTOOLS, HTTPX])
@pytest.mark.parametrize("name", ["reset within the body", "closed before the head", "a length that is too long"])
def test_a_secure_connection_breaks_in_the_same_way(world: str, name: str, certificates: Certificates) -> None:
    script = one_after_the_other(FAULTS[name].script, Answering(http(JSON)))
    with (
        RawServer(script, tls=certificates.right) as server,
        asking(world, server.base_url, verify=certificates.believing) as ask,
    ):
        check(ask, FAULTS[name])
        assert ask()


@pytest.mark.parametrize("world", [*WORLDS, HTTPTOOLS, HTTPX])
@pytest.mark.parametrize("length", ["Content-Length: {}", "X-Its-End: that of the connection"])
@pytest.mark.parametrize("is_told", [True, False])
def test_a_large_answer_comes_whole_if_the_server_hangs_up_behind_it(
    world: str, length: str, is_told: bool, certificates: Certificates
) -> None:
    body = JSON[:-1] + b" " * 1_000_000 + b"}"
    head = "\r\n".join(["HTTP/1.1 200 OK", "Connection: close", length.format(len(body)), "", ""])

    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(head.encode() + body)
        if is_told:
            connection.setblocking(False)  # noqa: FBT003 # it has no name
            with suppress(OSError):  # it would wait for the other side to say farewell, too
                cast("ssl.SSLSocket", connection).unwrap()

    with (
        RawServer(script, tls=certificates.right) as server,
        asking(world, server.base_url, verify=certificates.believing) as ask,
    ):
        for _ in range(10):
            assert ask()


class SlowThenBroken:
    """Answers the first connection when it is told to, breaks off the second, and answers all others at once."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        self.asked, self.may_answer = threading.Event(), threading.Event()
        self._tls = tls
        self._connections = 0

    def __call__(self, connection: socket.socket) -> None:
        self._connections += 1
        if self._connections == 2:
            connection.sendall(RECORD)
            return
        with self._tls.wrap_socket(connection, server_side=True) as secure:
            head = read_request(secure)
            self.asked.set()
            if head and self._connections == 1:
                self.may_answer.wait(5)
            secure.sendall(http(JSON))


@pytest.mark.parametrize(
    ("anyio_backend", "carried_by"),
    [("asyncio", AsyncCoreTransport), ("trio", AsyncCoreTransport), ("asyncio", AsyncHttptoolsTransport)],
)
@pytest.mark.anyio
async def test_a_connection_that_fails_costs_no_other_its_answer(
    carried_by: Carrier, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    certificates.write_to(tmp_path / "believed.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "believed.pem"))
    script, found = SlowThenBroken(certificates.right), list[Answer]()
    request = build_request(OPERATIONS["getCurrentGoldPassSeason"], {})
    with RawServer(script) as server:
        there = Server(server.base_url.replace("http:", "https:"), None)
        carrier = carried_by("test", trust_env=True)
        before = open_files()

        async def ask() -> None:
            found.append(await carrier.send(request, there, 5))

        async with anyio.create_task_group() as group:
            group.start_soon(ask)
            await anyio.to_thread.run_sync(script.asked.wait, 5)
            with pytest.raises(NotConnected):
                await ask()
            await ask()
            assert len(found) == 1
            script.may_answer.set()
        assert [answer.body for answer in found] == [JSON] * 2
        await carrier.aclose()
        assert await anyio.to_thread.run_sync(comes_true, lambda: open_files() <= before)


# ---------------------------------------------------------------------- proxies


def refusing(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(http(b"Who are you?", status="407 Proxy Authentication Required"))


def tunnelling_to(script: Script) -> Script:
    """Let a client through to what it takes for a server with TLS."""

    def proxy(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        connection.recv(1)  # it is through
        script(connection)

    return proxy


PROXIES: dict[str, tuple[Script, type[CocApiError], str]] = {
    "one that refuses": (refusing, NotConnected, "Check the proxy that HTTP_PROXY"),
    "one that hangs up": (saying(b""), NotConnected, "Check the base URL and the proxies"),
    "one that speaks no HTTP": (saying(b"\x05\x00\r\n\r\n"), NotConnected, "Check the base URL and the proxies"),
    "one to no TLS": (tunnelling_to(greeting(b"hello")), NotConnected, "Check the base URL and the proxies"),
    "one to nobody": (tunnelling_to(greeting(b"")), NotConnected, "Check the base URL and the proxies"),
    "one to a silence": (tunnelling_to(stalling()), RequestTimeout, "Try again"),
    "one to a drip": (tunnelling_to(dripping(RECORD, b"\0", listen=False)), RequestTimeout, "Try again"),
    "a drip itself": (dripping(OK + b"X: ", b"x"), RequestTimeout, "Try again"),
}


@in_every_world
@pytest.mark.parametrize("name", PROXIES)
def test_a_faulty_proxy_costs_no_place_in_the_pool(world: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    script, error, advice = PROXIES[name]
    with RawServer(script) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.base_url.removesuffix("/v1"))
        with asking(world, "https://api.example/v1", timeout=0.1 if error is RequestTimeout else 5, retries=0) as ask:
            before = open_files()
            for _ in range(11):  # one more than there are places
                with pytest.raises(error, match=f"^{advice}"):
                    ask()
            assert comes_true(lambda: open_files() <= before)
        assert comes_true(lambda: proxy.connections >= 11)  # the last call may end before the proxy takes notice
    assert proxy.connections == 11


# ---------------------------------------------------------------------- between requests


@in_every_world
def test_no_redirect_is_followed_and_the_token_stays(world: str) -> None:
    elsewhere = Answering(http(JSON))
    with RawServer(elsewhere) as other:
        for target in (f"{other.base_url}/goldpass/seasons/current", "/v1/goldpass/seasons/current", "//127.0.0.1:9/"):
            here = Answering(http(b"", f"Location: {target}", status="307 Temporary Redirect"))
            with RawServer(here) as server, asking(world, server.base_url, retries=0) as ask:
                with pytest.raises(UnknownError, match="307"):
                    ask()
                assert len(here.heads) == 1
        assert other.connections == 0
    assert elsewhere.heads == []


def farewell(connection: socket.socket) -> None:
    """Answer as if the connection were kept, and close it at once."""
    read_request(connection)
    connection.sendall(http(JSON))


def farewell_with_a_reset(connection: socket.socket) -> None:
    resetting(http(JSON))(connection)


@in_every_world
@pytest.mark.parametrize("script", [farewell, farewell_with_a_reset])
def test_a_connection_that_ends_between_requests_is_a_right_answer_or_told(world: str, script: Script) -> None:
    with RawServer(script) as server, asking(world, server.base_url, timeout=5, retries=0) as ask:
        before = open_files()
        found = [works(ask) for _ in range(20)]
        assert any(found)
        assert comes_true(lambda: open_files() <= before + 1)


OLD = JSON.replace(b"2026", b"1999")
UNASKED = {
    "a second answer": http(JSON) + http(OLD),
    "an answer for a body that is none": http(http(OLD), status="304 Not Modified"),
}


@pytest.mark.parametrize("answer", UNASKED.values(), ids=UNASKED)
@pytest.mark.parametrize("world", [*WORLDS, HTTPTOOLS])
def test_what_comes_unasked_is_an_answer_to_nothing(world: str, answer: bytes) -> None:
    with RawServer(one_after_the_other(Answering(answer), GOOD)) as server, asking(world, server.base_url) as ask:
        with suppress(UnknownError):  # about the status
            assert "2026" in str(ask())
        assert "2026" in str(ask())


def answer_once(connection: socket.socket) -> bool:
    """Answer one request, if there is one."""
    is_asked = bool(read_request(connection))
    connection.sendall(http(JSON))
    return is_asked


def farewell_in_time(connection: socket.socket) -> None:
    """Answer once, and hang up while the event loop has no time to look."""
    answer_once(connection)
    time.sleep(0.01)


def too_much_in_time(connection: socket.socket) -> None:
    """Answer twice what was asked once, the second time while the event loop has no time to look."""
    while answer_once(connection):
        time.sleep(0.01)
        connection.sendall(http(OLD))


@pytest.mark.anyio
@pytest.mark.parametrize("script", [farewell_in_time, too_much_in_time])
async def test_what_came_while_the_event_loop_was_busy_is_seen(script: Script) -> None:
    with RawServer(script) as server:
        async with Client("TOKEN", base_url=server.base_url, **BARE) as client:
            for _ in range(2):
                assert "2026" in str(await client.goldpass())
                time.sleep(0.1)  # noqa: ASYNC251 # to be busy


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize("engine", ["httpx", "httptools"])
async def test_each_call_over_a_connection_has_its_own_time(engine: Engine) -> None:
    pauses = iter([0.0, 0.3, 0.0, 60.0, 0.0, 60.0])
    over = threading.Event()

    def in_its_own_time(connection: socket.socket) -> None:
        while read_request(connection):
            over.wait(next(pauses, 0.0))
            connection.sendall(http(JSON))

    async def too_late(timeout: float) -> float:  # noqa: ASYNC109 # one of ours
        begin = time.monotonic()
        with pytest.raises(RequestTimeout):
            await client.with_options(timeout=timeout).goldpass()
        return time.monotonic() - begin

    with RawServer(in_its_own_time) as server:
        async with Client("TOKEN", base_url=server.base_url, engine=engine, **BARE) as client:
            await client.with_options(timeout=0.2).goldpass()
            await anyio.sleep(0.3)  # nobody is there for whom the time could be over
            await client.with_options(timeout=60).goldpass()
            await client.with_options(timeout=120).goldpass()
            assert server.connections == 1
            assert 0.1 <= await too_late(0.1) < 5
            await client.with_options(timeout=0.2).goldpass()
            assert 0.5 <= await too_late(0.5) < 5
            over.set()
            assert await client.with_options(timeout=60).goldpass()
            assert server.connections == 3


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize("engine", ["httpx", "httptools"])
async def test_an_answer_that_comes_with_the_end_of_its_time_harms_nobody(engine: Engine) -> None:
    pauses = iter([0.0, 0.05])

    def script(connection: socket.socket) -> None:
        while read_request(connection):
            time.sleep(next(pauses, 0.0))
            connection.sendall(http(JSON))

    with RawServer(script) as server:
        async with Client("TOKEN", base_url=server.base_url, engine=engine, **BARE) as client:
            await client.goldpass()
            asyncio.get_running_loop().call_later(0.02, time.sleep, 0.2)  # to be busy until both are there
            with pytest.raises(RequestTimeout):
                await client.with_options(timeout=0.1).goldpass()
            assert await client.with_options(timeout=30).goldpass()


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_connection_that_the_system_gives_up_is_broken_and_not_late() -> None:
    stream = AsyncioStream()
    stream.connection_lost(TimeoutError(110, "Connection timed out"))
    with pytest.raises(httpcore.ReadError):
        await stream.read(1)


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_closed_connection_is_held_by_no_alarm() -> None:
    stream = AsyncioStream()
    stream.cut_off_at(asyncio.get_running_loop().time() + 3600)
    stream.connection_lost(None)
    held = weakref.ref(stream)
    del stream
    gc.collect()
    assert held() is None


def taken_from(stream: AsyncioStream, most: int) -> bytes:
    """Read what is there already, for which nothing is waited."""
    with pytest.raises(StopIteration) as read:
        stream.read(most).send(None)
    return cast("bytes", read.value.value)


def feed(stream: AsyncioStream, piece: bytes) -> None:
    """Let a piece come, in the way of asyncio."""
    stream.get_buffer(-1)[: len(piece)] = piece
    stream.buffer_updated(len(piece))


@given(st.lists(st.tuples(st.integers(1, 65_536), st.integers(0, 100_000)), max_size=100))
def test_what_came_is_read_in_order_however_much_is_asked_for(steps: list[tuple[int, int]]) -> None:
    transport, stream, unread = Mock(), AsyncioStream(), b""
    stream.connection_made(transport)
    for number, (size, most) in enumerate(steps):
        is_paused = transport.pause_reading.call_count > transport.resume_reading.call_count
        assert is_paused == (len(unread) > 262_144) or 250_000 < len(unread) < 270_000
        if not is_paused:
            piece = bytes([number % 256]) * size
            feed(stream, piece)
            unread += piece
        if most and unread:
            data = taken_from(stream, most)
            assert data
            assert len(data) <= most
            assert unread.startswith(data)
            unread = unread[len(data) :]
    while unread:
        data = taken_from(stream, 65_536)
        assert data
        assert unread.startswith(data)
        unread = unread[len(data) :]
    assert transport.pause_reading.call_count == transport.resume_reading.call_count


@pytest.mark.parametrize("size", [1, 1000, 60_000])
def test_what_nobody_reads_is_left_on_its_way_in_time(size: int) -> None:
    """However small the pieces are that it comes in."""
    transport, stream, pieces = Mock(), AsyncioStream(), 0
    stream.connection_made(transport)
    tracemalloc.start()
    while not transport.pause_reading.called and pieces < 300_000:
        feed(stream, b"x" * size)
        pieces += 1
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert pieces * (size + 60) > 200_000
    assert held < 600_000


@pytest.mark.parametrize("world", [*WORLDS, HTTPTOOLS])  # a client of httpx that is lent may do as it likes
def test_no_cookie_is_kept(world: str) -> None:
    many = [f"Set-Cookie: {number}=x; Path=/; Max-Age=99999" for number in range(50)]
    answering = Answering(http(JSON, *many))
    with RawServer(answering) as server, asking(world, server.base_url) as ask:
        before = cookies()
        assert ask()
        assert ask()
        assert cookies() == before
    assert not [head for head in answering.heads if b"cookie" in head.lower()]


def cookies() -> int:
    return sum(isinstance(thing, Cookie) for thing in gc.get_objects())


# ---------------------------------------------------------------------- cancelled, lent, forked


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["TLS: silence", "TLS: a drip", *LATE[2:]])
async def test_a_call_that_is_cancelled_leaves_no_connection(name: str) -> None:
    fault = FAULTS[name]
    with RawServer(fault.script) as server:
        async with Client("TOKEN", **BARE, base_url=address(server, fault), timeout=60) as client:
            before = open_files()
            for _ in range(2):
                with anyio.move_on_after(0.02) as scope:
                    await client.goldpass()
                assert scope.cancelled_caught
            with anyio.fail_after(5):
                while open_files() > before:  # noqa: ASYNC110 # what is waited for happens in the kernel
                    await anyio.sleep(0.001)


async def cancelled(work: Coroutine[object, object, object], steps: int) -> None:
    """Cancel it in the way of asyncio, which knows no shields."""
    task = asyncio.ensure_future(work)
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])


@in_both_ways
def test_who_is_cancelled_while_connecting_leaves_no_socket(carried_by: Carrier) -> None:
    request = build_request(OPERATIONS["getCurrentGoldPassSeason"], {})

    async def main(base_url: str) -> None:
        transport = carried_by("test", trust_env=False)
        for steps in [*range(1, 30)] * 5:
            await cancelled(transport.send(request, Server(base_url, None), 5), steps)
        await transport.aclose()

    before = open_files()
    gc.disable()  # it would close what nobody else does
    try:
        with RawServer(stalling()) as server:
            asyncio.run(main(server.base_url.replace("127.0.0.1", "localhost")))
        assert comes_true(lambda: open_files() <= before)
    finally:
        gc.enable()


@pytest.mark.parametrize("dead", ["refuses", "is silent"])
def test_another_address_of_the_host_is_tried(dead: str) -> None:
    def found(host: str, port: int, *rest: object, **named: object) -> list[Any]:
        places = [silent.getsockname(), ("127.0.0.1", port)]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", place) for place in places]

    with (
        RawServer(GOOD) as server,
        socket.create_server(("127.0.0.1", 0), backlog=0) as silent,
        socket.create_connection(silent.getsockname()),
        patch("socket.getaddrinfo", found),
    ):
        if dead == "refuses":
            silent.shutdown(socket.SHUT_RDWR)
        assert carried("asyncio", server.base_url)[0].body == JSON


def test_a_certificate_may_be_refused_without_a_number() -> None:
    """Other libraries, below a transport that was lent, tell it with an error that OpenSSL had no part in."""

    def refuse(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused") from ssl.SSLCertVerificationError("nobody knows it")

    client = SyncClient("TOKEN", **BARE, transport=httpx.MockTransport(refuse))
    with pytest.raises(NotConnected, match=r"^Check the network .*refused"):
        client.goldpass()


@in_both_ways
@pytest.mark.parametrize("steps", range(1, 6))
def test_who_is_cancelled_while_old_connections_are_closed_leaves_none(steps: int, carried_by: Carrier) -> None:
    request = build_request(OPERATIONS["getCurrentGoldPassSeason"], {})

    async def main(server: RawServer) -> None:
        transport, to = carried_by("test", trust_env=False), Server(server.base_url, None)
        await asyncio.gather(*(transport.send(request, to, 5) for _ in range(4)))
        with patch("cocapi_gen._http.piles.monotonic", lambda: time.monotonic() + 60):
            await cancelled(transport.send(request, to, 5), steps)
        await cancelled(transport.aclose(), steps)

    before = open_files()
    with RawServer(Answering(http(JSON))) as server, asyncio.Runner() as runner:
        runner.run(main(server))
        runner.run(asyncio.sleep(0))
        # What is left are the server and the event loop.
        assert comes_true(lambda: open_files() <= before + 4)


@pytest.mark.parametrize("name", ["a drip of a head", "a drip of a body", "a drip of chunks"])
@pytest.mark.parametrize("lend", ["client", "transport"])
def test_what_is_lent_to_threads_keeps_to_the_time_too(name: str, lend: str) -> None:
    with RawServer(FAULTS[name].script) as server, httpx.HTTPTransport() as transport, httpx.Client() as lent:
        options: dict[str, Any] = {"http_client": lent} if lend == "client" else {"transport": transport}
        with asking("threads", server.base_url, timeout=0.1, **options) as ask:
            assert lateness(lambda: check(ask, FAULTS[name]), 0.1) < 0.1


@pytest.mark.parametrize("name", ["a drip of a body", "a drip of chunks"])
def test_a_body_ends_in_time_even_on_a_connection_that_somebody_else_has_opened(name: str) -> None:
    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(http(b""))
        FAULTS[name].script(connection)

    with RawServer(script) as server, httpx.Client() as lent:

        def ask_where_somebody_was() -> None:
            lent.get(server.base_url)
            check(ask, FAULTS[name])

        with asking("threads", server.base_url, timeout=0.1, http_client=lent) as ask:
            assert lateness(ask_where_somebody_was, 0.1) < 0.1
            assert server.connections <= 3


@in_every_world
def test_many_clients_leave_nothing_open(world: str) -> None:
    with RawServer(Answering(http(JSON))) as server:
        before = open_files()
        for _ in range(20):
            with asking(world, server.base_url) as ask:
                ask()
        assert comes_true(lambda: open_files() <= before)
        assert server.connections == 20


FORKED = """
import os
from cocapi_gen import SyncClient
from tests.answers import BARE, Answering, RawServer, http

answering = Answering(http(b'{"startTime": "20260101T080000.000Z", "endTime": "20260201T080000.000Z"}'))
with RawServer(answering) as server, SyncClient("T", **BARE, base_url=server.base_url) as client:
    client.goldpass()
    child = os.fork()
    if not child:
        client.goldpass()
        client.goldpass()
        os._exit(0)
    ended = os.waitpid(child, 0)[1]
    client.goldpass()
    print(ended, server.connections, len(answering.heads))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_a_fork_gets_connections_of_its_own() -> None:
    command = [sys.executable, "-W", "ignore", "-c", FORKED]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)  # noqa: S603 # ours
    assert done.stdout.split() == ["0", "2", "4"]


LENT = """
import os
import httpx
from cocapi_gen import InvalidParameterError, SyncClient
from tests.answers import BARE, Answering, RawServer, http

answering = Answering(http(b'{"startTime": "20260101T080000.000Z", "endTime": "20260201T080000.000Z"}'))
with RawServer(answering) as server, httpx.Client() as lent:
    client = SyncClient("T", **BARE, base_url=server.base_url, http_client=lent)
    client.goldpass()
    child = os.fork()
    if not child:
        try:
            client.goldpass()
        except InvalidParameterError:
            os._exit(3)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), client.goldpass() is not None)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_a_fork_does_not_use_what_was_lent_to_its_parent() -> None:
    command = [sys.executable, "-W", "ignore", "-c", LENT]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)  # noqa: S603 # ours
    assert done.stdout.split() == ["3", "True"]


BUSY = """
import asyncio, os, signal, sys, threading, time
from cocapi_gen import Client, SyncClient
from tests.answers import BARE, RawServer, http, read_request

def answer(connection):
    while read_request(connection):
        time.sleep(0.2)
        connection.sendall(http(b'{"startTime": "20260101T080000.000Z", "endTime": "20260201T080000.000Z"}'))

with RawServer(answer) as server:
    client = SyncClient("T", **BARE, base_url=server.base_url, concurrency=2)
    other = Client("T", **BARE, base_url=server.base_url, concurrency=2)

    def ask():
        if sys.argv[1] == "threads":
            client.goldpass()
        else:
            asyncio.run(other.goldpass())

    ask()  # else somebody may be loading modules when it comes to the fork
    works = [threading.Thread(target=ask) for _ in range(6)]
    for work in works:
        work.start()
    time.sleep(0.1)  # two are under way, and the others wait, or all wait for the first
    child = os.fork()
    if not child:
        signal.alarm(20)
        ask()
        os._exit(0)
    ended = os.waitpid(child, 0)[1]
    for work in works:
        work.join()
    print(ended)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
@pytest.mark.parametrize("kind", ["threads", "asyncio"])
def test_a_fork_waits_for_nobody_who_is_not_there(kind: str) -> None:
    command = [sys.executable, "-W", "ignore", "-c", BUSY, kind]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)  # noqa: S603 # ours
    assert done.stdout.split() == ["0"]


# ---------------------------------------------------------------------- bounds


CARRIERS: dict[str, Carrier] = {
    "asyncio": partial(AsyncCoreTransport, "test", trust_env=False),
    "trio": partial(AsyncCoreTransport, "test", trust_env=False),
    "httptools": partial(AsyncHttptoolsTransport, "test", trust_env=False),
    "httpx": partial(AsyncHttpxTransport, "test", None, None, trust_env=False, connections=10),
}


def carried(world: str, base_url: str, times: int = 1, **options: int) -> list[Answer]:
    """Send the same request several times together, by the transport alone."""
    request, server = build_request(OPERATIONS["getCurrentGoldPassSeason"], {}), Server(base_url, None)
    found = list[Answer]()

    async def main() -> None:
        carrier = CARRIERS[world](**options)

        async def send() -> None:
            found.append(await carrier.send(request, server, 5))

        try:
            async with anyio.create_task_group() as group:
                for _ in range(times):
                    group.start_soon(send)
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        finally:
            await carrier.aclose()

    if world == "threads":
        twin = SyncCoreTransport("test", trust_env=False, **options)
        with ThreadPoolExecutor(times) as threads:
            found.extend(threads.map(twin.send, [request] * times, [server] * times, [5] * times))
        twin.close()
    else:
        anyio.run(main, backend="trio" if world == "trio" else "asyncio")
    return found


@pytest.mark.parametrize("engine", ["httpx", "httptools"])
def test_a_loop_that_only_looks_like_asyncio_will_do(engine: Engine) -> None:
    uvloop = pytest.importorskip("uvloop")
    with RawServer(Answering(http(JSON))) as server:

        async def main() -> None:
            async with Client("TOKEN", base_url=server.base_url, engine=engine, **BARE) as client:
                assert await client.goldpass() == await client.goldpass()

        uvloop.run(main())
        assert server.connections == 1


@in_every_world
def test_no_more_connections_are_made_than_allowed(world: str) -> None:
    answering = Answering(http(JSON))
    with RawServer(answering) as server:
        with asking(world, server.base_url, concurrency=2) as ask, ThreadPoolExecutor(12) as threads:
            for told in [threads.submit(ask) for _ in range(12)]:
                told.result()
        assert len(answering.heads) == 12
        assert 1 <= server.connections <= 2


@in_every_world
def test_too_many_chunks_are_told_as_such(world: str) -> None:
    with (
        RawServer(stalling(CHUNKED + b"bb8\r\n%b\r\n" % (b" " * 3000) * 100)) as server,
        pytest.raises(AnswerTooLarge),
    ):
        carried(world, server.base_url, max_body=10_000)


@in_every_world
@pytest.mark.parametrize("packed", [False, True])
def test_a_body_may_be_as_long_as_the_bound_and_no_longer(world: str, packed: bool) -> None:
    for size, fits in ((9_999, True), (10_000, True), (10_001, False)):
        body = b"x" * size
        answer = http(gzip.compress(body), "Content-Encoding: gzip") if packed else b"HTTP/1.0 200 OK\r\n\r\n" + body
        with RawServer(saying(answer)) as server:
            if fits:
                assert carried(world, server.base_url, max_body=10_000)[0].body == body
            else:
                with pytest.raises(
                    AnswerTooLarge, match=r"GET /goldpass/seasons/current at http://\S+ has more than 10000 bytes"
                ):
                    carried(world, server.base_url, max_body=10_000)


def test_a_bomb_takes_no_more_memory_than_the_bound() -> None:
    intake = Intake([(b"content-encoding", b"gzip")], 5_000_000, "GET /x")
    intake.add(BOMB)
    tracemalloc.start()
    with pytest.raises(AnswerTooLarge):
        intake.body()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(BOMB) < 100_000
    assert peak < 7_500_000


def test_a_body_in_small_pieces_takes_no_more_memory_than_another() -> None:
    intake, pieces = Intake([], 2_000_000, "GET /x"), [bytes([number % 256]) * 2 for number in range(256)]
    tracemalloc.start()
    for number in range(500_000):
        intake.add(pieces[number % 256])
    body = intake.body()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert body[:4] == b"\0\0\1\1"
    assert len(body) == 1_000_000
    assert peak < 2_500_000


@given(
    st.binary(max_size=3_000_000) | st.integers(0, 3_000_000).map(lambda size: b"x" * size),
    st.sampled_from(["gzip", "deflate", "x-gzip", "GZip ", "identity", ""]),
    st.lists(st.integers(1, 100_000), max_size=20),
)
@settings(max_examples=30)
def test_what_was_packed_comes_out_again(body: bytes, encoding: str, sizes: list[int]) -> None:
    packs: dict[str, Callable[[bytes], bytes]] = {"g": gzip.compress, "x": gzip.compress, "d": zlib.compress}
    packed = packs.get(encoding[:1].lower(), bytes)(body)
    intake = Intake([(b"content-encoding", encoding.encode())], 3_100_000, "GET /x")
    for size in (*sizes, len(packed)):
        intake.add(packed[:size])
        packed = packed[size:]
    assert intake.body() == body


def test_the_answer_that_is_shown_is_whole_and_unpacked() -> None:
    packed = http(gzip.compress(JSON), "Content-Encoding: gzip", "X-Kept: yes")
    with RawServer(saying(packed)) as server:
        response = carried("threads", server.base_url)[0].response
    assert (response.content, response.headers["content-length"]) == (JSON, f"{len(JSON)}")
    assert response.headers["x-kept"] == "yes"
    assert "content-encoding" not in response.headers
    assert "authorization" not in response.request.headers


def test_only_what_can_be_bounded_is_asked_for() -> None:
    answering = Answering(http(JSON))
    with RawServer(answering) as server:
        carried("threads", server.base_url)
    assert b"accept-encoding: gzip\r\n" in answering.heads[0].lower()
