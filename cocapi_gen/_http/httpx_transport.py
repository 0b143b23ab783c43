"""Carries requests over httpx: with what the user lends, or through the proxies that the environment names."""

from __future__ import annotations

import os
import weakref
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from threading import Lock
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit
from urllib.request import getproxies

import httpx

from cocapi_gen._http.certificates import believed
from cocapi_gen._http.intake import Intake
from cocapi_gen._http.transport import MOST_BYTES, Answer, asking, headers_of, own_headers
from cocapi_gen._http.trouble import Library
from cocapi_gen._http.wire import AsyncOpening, Opening, cut_off_in, ending_in, seconds_left
from cocapi_gen.exceptions import InvalidParameterError, NotConnected

if TYPE_CHECKING:
    from cocapi_gen._http.operation import Request
    from cocapi_gen._http.per_loop import PerLoop
    from cocapi_gen._http.server import Server

_HTTPX = Library(
    timeout=(httpx.TimeoutException,),
    proxy=(httpx.ProxyError,),
    unreachable=(httpx.ConnectError, httpx.UnsupportedProtocol),
    broken=(httpx.TransportError,),
    other=(httpx.HTTPError,),
)


class AsyncHttpxTransport:
    """Carries requests over httpx, with connections that live as long as the event loop that they were made in."""

    def __init__(
        self,
        user_agent: str,
        transport: httpx.AsyncBaseTransport | None,
        http_client: httpx.AsyncClient | None,
        *,
        trust_env: bool,
        connections: int,
        max_body: int = MOST_BYTES,
    ) -> None:
        from cocapi_gen._http.per_loop import PerLoop  # here, because it loads anyio

        self._packer = _Packer(user_agent)
        self._trust_env = trust_env
        self._connections = connections
        self._max_body = max_body
        self._borrowed = http_client
        self._carrier = None if transport is None else _Borrowed(transport)
        self._clients: PerLoop[httpx.AsyncClient] = PerLoop(self._new_client)

    @staticmethod
    def check(transport: object, http_client: object) -> None:
        """Refuse what cannot carry requests.

        Raises:
            InvalidParameterError: there are both, or one is of the wrong kind.
        """
        _check_one_of(transport, http_client)
        _check_kind("transport", transport, httpx.AsyncBaseTransport)
        _check_kind("http_client", http_client, httpx.AsyncClient)

    async def send(self, request: Request, server: Server, timeout: float | None) -> Answer:  # noqa: ASYNC109 # an error of ours
        opening = AsyncOpening()
        if self._borrowed is not None:
            _refuse_closed(self._borrowed)
            return await self._send(self._borrowed, opening, request, server, timeout)
        async with self._clients.use() as client:
            try:
                return await self._send(client, opening, request, server, timeout)
            finally:
                if opening.is_half_way:
                    self._clients.give_up(client)

    async def aclose(self) -> None:
        await self._clients.aclose()

    async def _send(
        self, client: httpx.AsyncClient, opening: AsyncOpening, request: Request, server: Server, seconds: float | None
    ) -> Answer:
        with self._packer.packed(request, server, seconds, opening) as packed:
            async with cut_off_in(seconds), opening:
                received = await client.send(packed.outgoing, stream=True, auth=None, follow_redirects=False)
                try:
                    intake = Intake(received.headers.raw, self._max_body, packed.asked)
                    await _take_in(received, intake)
                finally:
                    await received.aclose()
            return intake.answer(received.status_code, request, server)

    def _new_client(self) -> httpx.AsyncClient:
        limits = httpx.Limits(max_connections=self._connections, max_keepalive_connections=self._connections)
        with _setting_up(trust_env=self._trust_env):
            return httpx.AsyncClient(
                transport=self._carrier,
                limits=limits,
                trust_env=self._trust_env,
                verify=believed(trust_env=self._trust_env) if self._carrier is None else True,
                cookies=_no_cookies(),
            )


class SyncHttpxTransport:
    """Carries requests over httpx in plain threads.

    A pool of httpx may close a connection under the hands of another thread, so each of its clients, with a connection
    of its own, has one user at a time.
    """

    def __init__(
        self,
        user_agent: str,
        transport: httpx.BaseTransport | None,
        http_client: httpx.Client | None,
        *,
        trust_env: bool,
        max_body: int = MOST_BYTES,
    ) -> None:
        self._packer = _Packer(user_agent)
        self._trust_env = trust_env
        self._max_body = max_body
        self._borrowed = http_client
        self._carrier = None if transport is None else _SyncBorrowed(transport)
        self._lock, self._idle = Lock(), _Idle(self)

    @staticmethod
    def check(transport: object, http_client: object) -> None:
        """Refuse what cannot carry requests.

        Raises:
            InvalidParameterError: there are both, or one is of the wrong kind.
        """
        _check_one_of(transport, http_client)
        _check_kind("transport", transport, httpx.BaseTransport)
        _check_kind("http_client", http_client, httpx.Client)

    def send(self, request: Request, server: Server, timeout: float | None) -> Answer:
        if self._borrowed is not None:
            _refuse_closed(self._borrowed)
            return self._send(self._borrowed, request, server, timeout)
        if self._idle.process != os.getpid():  # after a fork: connections and whoever holds the lock are the parent's
            idle = self._idle
            self._lock, self._idle = Lock(), _Idle(self)
            idle.close()
        with self._use() as client:
            return self._send(client, request, server, timeout)

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, _Idle(self)
        idle.close()

    @contextmanager
    def _use(self) -> Generator[httpx.Client]:
        """Give a client for a while; one that failed, or is in use when all are closed, is closed afterwards."""
        with self._lock:
            home = self._idle
            client = home.clients.pop() if home.clients else self._new_client()
        try:
            yield client
        except BaseException:
            client.close()
            raise
        with self._lock:
            home.clients.append(client)
            is_closed = home is not self._idle
        if is_closed:
            home.close()

    def _send(self, client: httpx.Client, request: Request, server: Server, seconds: float | None) -> Answer:
        opening = Opening()
        with self._packer.packed(request, server, seconds, opening) as packed:
            with ending_in(seconds), opening:
                received = client.send(packed.outgoing, stream=True, auth=None, follow_redirects=False)
                try:
                    intake = Intake(received.headers.raw, self._max_body, packed.asked)
                    for piece in cast("httpx.SyncByteStream", received.stream):
                        seconds_left()
                        intake.add(piece)
                        if intake.is_full:
                            break
                finally:
                    received.close()
            return intake.answer(received.status_code, request, server)

    def _new_client(self) -> httpx.Client:
        with _setting_up(trust_env=self._trust_env):
            return httpx.Client(
                transport=self._carrier,
                trust_env=self._trust_env,
                verify=believed(trust_env=self._trust_env) if self._carrier is None else True,
                cookies=_no_cookies(),
            )


class _Idle:
    """Clients that wait for the next request. Whoever forgets to close leaves nothing open behind."""

    def __init__(self, owner: SyncHttpxTransport) -> None:
        self.process = os.getpid()
        self.clients = list[httpx.Client]()
        self._at_the_end = weakref.finalize(owner, self.close)

    def close(self) -> None:
        self._at_the_end.detach()
        with suppress(IndexError):  # other threads may be here too
            while True:
                self.clients.pop().close()


@dataclass(frozen=True, slots=True)
class _Packed:
    """A request of httpx's as it goes out, and what it asks for, in a few words."""

    outgoing: httpx.Request
    asked: str


class _Packer:
    """Makes httpx's requests of ours."""

    def __init__(self, user_agent: str) -> None:
        self._headers = own_headers(user_agent)

    @contextmanager
    def packed(
        self, request: Request, server: Server, seconds: float | None, opening: AsyncOpening | Opening
    ) -> Generator[_Packed]:
        """Give the request, packed; what goes wrong with it becomes an error of ours."""
        shown = _without_secrets(request, server)
        asked = asking(request, server.base_url)
        try:
            yield _Packed(self._complete(shown, request, server, seconds, opening), asked)
        except _HTTPX.errors as error:
            if isinstance(error, httpx.HTTPError):
                _forget_secrets(error, shown)
            raise _HTTPX.explained(error, asked, is_half_way=opening.is_half_way) from error

    def _complete(
        self,
        shown: httpx.Request,
        request: Request,
        server: Server,
        seconds: float | None,
        opening: AsyncOpening | Opening,
    ) -> httpx.Request:
        headers = self._headers | headers_of(request, server)
        extensions = {"timeout": httpx.Timeout(seconds).as_dict(), "trace": opening.trace}
        return httpx.Request(shown.method, shown.url, headers=headers, content=request.body, extensions=extensions)


def _without_secrets(request: Request, server: Server) -> httpx.Request:
    try:
        return httpx.Request(request.operation.method, server.base_url + request.target)
    except httpx.InvalidURL as error:
        problem = f"This cannot be sent, for it makes no address: {error}."
        raise InvalidParameterError(request.target, problem) from None


class _Borrowed(httpx.AsyncBaseTransport):
    """A transport that somebody else has made, and will close."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._transport.handle_async_request(request)


class _SyncBorrowed(httpx.BaseTransport):
    """The same for plain threads."""

    def __init__(self, transport: httpx.BaseTransport) -> None:
        self._transport = transport

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._transport.handle_request(request)


async def _take_in(received: httpx.Response, intake: Intake) -> None:
    """Read a body, but not beyond the bound: trio wants every stream read to its end, so an end is made there."""
    try:
        async for piece in cast("httpx.AsyncByteStream", received.stream):
            intake.add(piece)
            if intake.is_full and "network_stream" in received.extensions:
                await received.extensions["network_stream"].aclose()
    except httpx.NetworkError:
        if not intake.is_full:
            raise


def _check_one_of(transport: object, http_client: object) -> None:
    if transport is not None and http_client is not None:
        raise InvalidParameterError(None, "Give either a transport or an http_client, not both.")


def _check_kind(name: str, given: object, kind: type[object]) -> None:
    if given is not None and not isinstance(given, kind):
        raise InvalidParameterError(given, f"{name} has to be an httpx.{kind.__name__}.")


def _refuse_closed(client: httpx.AsyncClient | httpx.Client) -> None:
    if client.is_closed:
        raise NotConnected("Give an http_client that is open: the one that was given is closed, so nothing was sent.")


@contextmanager
def _setting_up(*, trust_env: bool) -> Generator[None]:
    try:
        if trust_env:
            _check_ports(getproxies())
        yield
    except Exception as error:  # whatever it is, it comes from the environment
        problem = f"Check HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE: httpx cannot be set up. ({error!r})"
        raise NotConnected(problem) from error


def _check_ports(proxies: Mapping[str, str]) -> None:
    """Refuse ports that there are not: httpx takes some, and asyncio then fails in a way of its own.

    What stands in the place of a port is not shown, for it may be a part of a password.
    """
    for proxy in filter(None, map(proxies.get, ("http", "https", "all"))):
        try:
            _ = urlsplit(proxy if "://" in proxy else f"//{proxy}").port
        except ValueError:
            raise ValueError("a proxy has a port that is no number up to 65535") from None


def _no_cookies() -> CookieJar:
    """Return a jar that takes none: the API has none, and whoever else answers could fill it for ever."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


# ---------------------------------------------------------------------- what goes wrong


def _forget_secrets(error: httpx.HTTPError, shown: httpx.Request) -> None:
    """Put the request without the token in the place of the one that was sent."""
    error.request = shown
    if isinstance(error, httpx.HTTPStatusError):  # raised by a hook of a borrowed client
        error.response.request = shown
