"""The one module that touches httpx: requests go out, answers come in, faults become ours."""

from __future__ import annotations

import weakref
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ssl import SSLContext
from threading import Lock, Semaphore
from typing import TYPE_CHECKING, Protocol, cast

import httpx

from cocapi_gen._http.operation import Request
from cocapi_gen.exceptions import (
    CocApiError,
    ConnectionFailed,
    InvalidParameterError,
    RequestTimeout,
    UnreadableAnswerError,
)

if TYPE_CHECKING:
    from cocapi_gen._http.per_loop import PerLoop
    from cocapi_gen._http.settings import Server

# An httpx pool slows down with each connection that it holds, so few are kept and further requests wait for one.
_MOST_CONNECTIONS = 10
_LIMITS = httpx.Limits(max_connections=_MOST_CONNECTIONS, max_keepalive_connections=_MOST_CONNECTIONS)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, read to its end.

    Attributes:
        status: the status code.
        body: the body, decompressed. It is not shown, for it may hold a secret.
        response: the whole answer, cut off from its connection and from the token that was sent.
    """

    status: int
    body: bytes = field(repr=False)
    response: httpx.Response


class AsyncTransport(Protocol):
    """Whatever carries requests to the API."""

    async def send(self, request: Request, server: Server, timeout: float | None) -> Answer:  # noqa: ASYNC109 # of each part, not of all
        """Send the request to a server and read the answer."""
        ...


class SyncTransport(Protocol):
    """Whatever carries requests to the API without an event loop."""

    def send(self, request: Request, server: Server, timeout: float | None) -> Answer:
        """Send the request to a server and read the answer."""
        ...


class AsyncHttpxTransport:
    """Carries requests over httpx, with connections that live as long as the event loop that they were made in."""

    def __init__(
        self,
        user_agent: str,
        transport: httpx.AsyncBaseTransport | None,
        http_client: httpx.AsyncClient | None,
        *,
        trust_env: bool,
    ) -> None:
        from cocapi_gen._http.per_loop import PerLoop  # here, because it loads anyio

        self._packer = _Packer(user_agent)
        self._trust_env = trust_env
        self._borrowed = http_client
        self._carrier = None if transport is None else _Borrowed(transport)
        self._clients: PerLoop[httpx.AsyncClient] = PerLoop(self._new_client)

    async def send(self, request: Request, server: Server, timeout: float | None) -> Answer:  # noqa: ASYNC109 # of each part, not of all
        if self._borrowed is None:
            async with self._clients.use() as client:
                return await self._send(client, request, server, timeout)
        _refuse_closed(self._borrowed)
        return await self._send(self._borrowed, request, server, timeout)

    async def aclose(self) -> None:
        await self._clients.aclose()

    async def _send(self, client: httpx.AsyncClient, request: Request, server: Server, seconds: float | None) -> Answer:
        with self._packer.packed(request, server, seconds) as (outgoing, shown):
            return _answer(*await _exchange(client, outgoing), shown)

    def _new_client(self) -> httpx.AsyncClient:
        with _setting_up():
            return httpx.AsyncClient(transport=self._carrier, limits=_LIMITS, trust_env=self._trust_env)


class SyncHttpxTransport:
    """Carries requests over httpx in plain threads, which take turns with the connections.

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
    ) -> None:
        self._packer = _Packer(user_agent)
        self._trust_env = trust_env
        self._borrowed = http_client
        self._carrier = None if transport is None else _SyncBorrowed(transport)
        self._turns = Semaphore(_MOST_CONNECTIONS)
        self._lock = Lock()
        self._secure: SSLContext | None = None
        self._idle = _Idle(self)

    def send(self, request: Request, server: Server, timeout: float | None) -> Answer:
        if self._borrowed is None:
            with self._turns, self._use() as client:
                return self._send(client, request, server, timeout)
        _refuse_closed(self._borrowed)
        return self._send(self._borrowed, request, server, timeout)

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, _Idle(self)
        idle.close()

    @contextmanager
    def _use(self) -> Generator[httpx.Client]:
        """Give a client for a while; one that is in use when all are closed is closed afterwards."""
        with self._lock:
            home = self._idle
            client = home.clients.pop() if home.clients else self._new_client()
        try:
            yield client
        finally:
            with self._lock:
                home.clients.append(client)
                is_closed = home is not self._idle
            if is_closed:
                home.close()

    def _send(self, client: httpx.Client, request: Request, server: Server, seconds: float | None) -> Answer:
        with self._packer.packed(request, server, seconds) as (outgoing, shown):
            return _answer(*_exchange_here(client, outgoing), shown)

    def _new_client(self) -> httpx.Client:
        with _setting_up():
            if self._secure is None and self._carrier is None:
                self._secure = httpx.create_ssl_context(trust_env=self._trust_env)  # slow to make, so made once
            return httpx.Client(transport=self._carrier, verify=self._secure or True, trust_env=self._trust_env)


class _Idle:
    """Clients that wait for the next request. Whoever forgets to close leaves nothing open behind."""

    def __init__(self, owner: SyncHttpxTransport) -> None:
        self.clients = list[httpx.Client]()
        self._at_the_end = weakref.finalize(owner, self.close)

    def close(self) -> None:
        self._at_the_end.detach()
        with suppress(IndexError):  # other threads may be here too
            while True:
                self.clients.pop().close()


class _Packer:
    """Makes httpx's requests of ours."""

    def __init__(self, user_agent: str) -> None:
        self._headers = {"accept": "application/json", "user-agent": user_agent}

    @contextmanager
    def packed(
        self, request: Request, server: Server, seconds: float | None
    ) -> Generator[tuple[httpx.Request, httpx.Request]]:
        """Give the request as it goes out and as others may see it; what goes wrong becomes an error of ours."""
        shown = _without_secrets(request, server)
        try:
            yield self._complete(shown, request, server, seconds), shown
        except httpx.HTTPError as error:
            _forget_secrets(error, shown)
            asked = f"{request.operation.method} {request.operation.path_template}"
            raise _explained(error, asked) from error

    def _complete(self, shown: httpx.Request, request: Request, server: Server, seconds: float | None) -> httpx.Request:
        headers = self._headers | server.headers()
        if request.body is not None:
            headers["content-type"] = "application/json"
        timeout = {"timeout": httpx.Timeout(seconds, pool=None).as_dict()}
        return httpx.Request(shown.method, shown.url, headers=headers, content=request.body, extensions=timeout)


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


# The whole answer is read before it is decompressed: a fault found half-way would leave the connection unread.


async def _exchange(client: httpx.AsyncClient, outgoing: httpx.Request) -> tuple[httpx.Response, bytes]:
    received = await client.send(outgoing, stream=True, auth=None, follow_redirects=False)
    try:
        return received, b"".join([chunk async for chunk in cast("httpx.AsyncByteStream", received.stream)])
    finally:
        await received.aclose()


def _exchange_here(client: httpx.Client, outgoing: httpx.Request) -> tuple[httpx.Response, bytes]:
    received = client.send(outgoing, stream=True, auth=None, follow_redirects=False)
    try:
        return received, b"".join(cast("httpx.SyncByteStream", received.stream))
    finally:
        received.close()


def _answer(received: httpx.Response, body: bytes, shown: httpx.Request) -> Answer:
    response = httpx.Response(received.status_code, headers=received.headers, content=body, request=shown)
    return Answer(response.status_code, response.content, response)


def _refuse_closed(client: httpx.AsyncClient | httpx.Client) -> None:
    if client.is_closed:
        raise ConnectionFailed("Nothing was sent: the http_client that was given is closed. Give one that is open.")


@contextmanager
def _setting_up() -> Generator[None]:
    try:
        yield
    except Exception as error:  # whatever it is, it comes from the environment
        problem = f"httpx cannot be set up: {error!r}. Check HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE."
        raise ConnectionFailed(problem) from error


def _forget_secrets(error: httpx.HTTPError, shown: httpx.Request) -> None:
    """Put the request without the token in the place of the one that was sent."""
    error.request = shown
    if isinstance(error, httpx.HTTPStatusError):  # raised by a hook of a borrowed client
        error.response.request = shown


def _explained(error: httpx.HTTPError, asked: str) -> CocApiError:
    if isinstance(error, httpx.TimeoutException):
        return RequestTimeout(f"No answer to {asked} in time: try again, or give the client a longer timeout.")
    cause = str(error) or type(error).__name__
    if isinstance(error, httpx.DecodingError):
        return UnreadableAnswerError(f"The answer to {asked} cannot be decompressed: {cause}.")
    return ConnectionFailed(f"No answer to {asked}: {cause}. Check the network and the base URL.")
