"""Carries requests over the connections that httpx is built on, without what httpx puts around them.

A pool of httpx looks through all its connections for each request, and makes a request and an answer of its own for
each of ours. Here a connection is taken from the pile of those that wait, and has one user at a time.
"""

from __future__ import annotations

import os
import weakref
from collections import defaultdict, deque
from contextlib import AsyncExitStack, nullcontext
from math import inf
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar, cast

import httpcore
from anyio import CancelScope

from cocapi_gen._http.address import Address, address_of
from cocapi_gen._http.asyncio_network import AsyncioNetwork
from cocapi_gen._http.certificates import believed
from cocapi_gen._http.intake import ENCODING, Intake
from cocapi_gen._http.tasks import is_asyncio
from cocapi_gen._http.transport import MOST_BYTES, Answer, asking
from cocapi_gen._http.trouble import Library
from cocapi_gen._http.wire import AsyncOpening, Opening, cut_off_in, ending_in, seconds_left

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Iterable, Mapping

    from cocapi_gen._http.operation import Request
    from cocapi_gen._http.per_loop import PerLoop
    from cocapi_gen._http.settings import Server

_HTTPCORE = Library(
    timeout=(httpcore.TimeoutException,),
    proxy=(httpcore.ProxyError,),
    unreachable=(httpcore.ConnectError, httpcore.UnsupportedProtocol),
    broken=(httpcore.NetworkError, httpcore.ProtocolError),
)
_KEPT_ALIVE = 5.0
"""Seconds after which a connection that nobody used is closed, before the server does so at a bad moment."""


class AsyncCoreTransport:
    """Carries requests over connections that live as long as the event loop that they were made in."""

    def __init__(self, user_agent: str, *, trust_env: bool, max_body: int = MOST_BYTES) -> None:
        from cocapi_gen._http.per_loop import PerLoop  # here, because it loads anyio

        self._packer = _Packer(user_agent)
        self._trust_env = trust_env
        self._max_body = max_body
        self._piles: PerLoop[_AsyncPile] = PerLoop(_AsyncPile)

    async def send(self, request: Request, server: Server, timeout: float | None) -> Answer:  # noqa: ASYNC109 # an error of ours
        asked, opening = asking(request, server.base_url), AsyncOpening()
        try:
            async with self._piles.use() as pile, cut_off_in(timeout):
                return await self._send(pile, request, server, asked, opening)
        except _HTTPCORE.errors as error:
            raise _HTTPCORE.explained(error, asked, is_half_way=opening.is_half_way) from error

    async def aclose(self) -> None:
        await self._piles.aclose()

    async def _send(
        self, pile: _AsyncPile, request: Request, server: Server, asked: str, opening: AsyncOpening
    ) -> Answer:
        address = address_of(server.base_url)
        connection = await pile.take(address)
        extensions: dict[str, object] = {}
        if connection is None:
            context = believed(trust_env=self._trust_env) if address.is_secure else None
            connection = httpcore.AsyncHTTPConnection(
                _origin(address), context, _KEPT_ALIVE, network_backend=_network()
            )
            extensions["trace"] = opening.trace
        try:
            async with opening:
                received = await connection.handle_async_request(
                    self._packer.packed(request, server, address, extensions)
                )
                try:
                    intake = Intake(received.headers, self._max_body, asked)
                    await _take_in(received, intake)
                finally:
                    await received.aclose()
        finally:
            if _is_of_use(connection):
                pile.put(address, connection)
            else:
                await _closed(connection)
        return intake.answer(received.status, request, server.base_url)


class SyncCoreTransport:
    """Carries requests over connections that plain threads share."""

    def __init__(self, user_agent: str, *, trust_env: bool, max_body: int = MOST_BYTES) -> None:
        self._packer = _Packer(user_agent)
        self._trust_env = trust_env
        self._max_body = max_body
        self._pile = _SyncPile(self)

    def send(self, request: Request, server: Server, timeout: float | None) -> Answer:
        asked, opening = asking(request, server.base_url), Opening()
        pile = self._this_process()
        try:
            with ending_in(timeout):
                return self._send(pile, request, server, asked, opening)
        except _HTTPCORE.errors as error:
            raise _HTTPCORE.explained(error, asked, is_half_way=opening.is_half_way) from error

    def close(self) -> None:
        self._pile.close()
        self._pile = _SyncPile(self)

    def _this_process(self) -> _SyncPile:
        """Return the connections: after a fork new ones, since the old ones are the parent's."""
        pile = self._pile
        if pile.process != os.getpid():
            self._pile = _SyncPile(self)
            pile.close()
        return self._pile

    def _send(self, pile: _SyncPile, request: Request, server: Server, asked: str, opening: Opening) -> Answer:
        address = address_of(server.base_url)
        seconds = seconds_left()
        wait = None if seconds == inf else seconds
        extensions: dict[str, object] = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), wait)}
        connection = pile.take(address)
        if connection is None:
            context = believed(trust_env=self._trust_env) if address.is_secure else None
            connection = httpcore.HTTPConnection(_origin(address), context, _KEPT_ALIVE)
            extensions["trace"] = opening.trace
        try:
            with opening:
                received = connection.handle_request(self._packer.packed(request, server, address, extensions))
                try:
                    intake = Intake(received.headers, self._max_body, asked)
                    for chunk in cast("Iterable[bytes]", received.stream):
                        seconds_left()
                        intake.add(chunk)
                        if intake.is_full:
                            break
                finally:
                    received.close()
        finally:
            if _is_of_use(connection):
                pile.put(address, connection)
            else:
                connection.close()
        return intake.answer(received.status, request, server.base_url)


# ---------------------------------------------------------------------- requests


def _origin(address: Address) -> httpcore.Origin:
    return httpcore.Origin(address.scheme, address.host, address.port)


class _Packer:
    """Makes httpcore's requests of ours."""

    def __init__(self, user_agent: str) -> None:
        own = {"accept": "application/json", "accept-encoding": ENCODING, "user-agent": user_agent}
        self._headers = _lines(own)

    def packed(
        self, request: Request, server: Server, address: Address, extensions: dict[str, object]
    ) -> httpcore.Request:
        headers = [(b"host", address.host_line), *self._headers, *_lines(server.headers())]
        if request.body is not None:
            headers += _lines({"content-type": "application/json", "content-length": str(len(request.body))})
        target = (address.path + request.target).encode("ascii")
        url = httpcore.URL(scheme=address.scheme, host=address.host, port=address.port, target=target)
        method = request.operation.method
        return httpcore.Request(method, url, headers=headers, content=request.body, extensions=extensions)


def _lines(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]


def _network() -> httpcore.AsyncNetworkBackend | None:
    """Return how connections are made; None for what httpcore does for other event loops."""
    return AsyncioNetwork() if is_asyncio() else None


async def _take_in(received: httpcore.Response, intake: Intake) -> None:
    """Read a body, but not beyond the bound: trio wants every stream read to its end, so an end is made there."""
    try:
        async for chunk in cast("AsyncIterable[bytes]", received.stream):
            intake.add(chunk)
            if intake.is_full:
                stream = cast("httpcore.AsyncNetworkStream", received.extensions["network_stream"])  # pyright: ignore[reportUnknownMemberType] # httpcore calls it a dict, and says no more
                await stream.aclose()
    except httpcore.NetworkError:
        if not intake.is_full:
            raise


# ---------------------------------------------------------------------- connections


class _Connection(Protocol):
    """A connection of httpcore's, of either kind."""

    def has_expired(self) -> bool: ...


C = TypeVar("C", bound=_Connection)


def _is_of_use(connection: httpcore.AsyncHTTPConnection | httpcore.HTTPConnection) -> bool:
    """Say whether another request can go out: not if more came than the answer, for the next request would get that.

    httpcore keeps to itself what it has read so far, and does not look.
    """
    if not connection.is_available():
        return False
    inner = cast("httpcore.AsyncHTTP11Connection", connection._connection)  # pyright: ignore[reportPrivateUsage] # nothing public tells
    unread, _ = inner._h11_state.trailing_data  # pyright: ignore[reportPrivateUsage] # nothing public tells
    return not unread


class _Pile(Generic[C]):
    """Connections that wait for the next request to their server. The last one used comes first, so others can end."""

    def __init__(self) -> None:
        self._waiting: defaultdict[Address, deque[tuple[C, float]]] = defaultdict(deque)

    def put(self, address: Address, connection: C) -> None:
        self._waiting[address].append((connection, monotonic() + _KEPT_ALIVE))

    def pick(self, address: Address) -> tuple[C | None, C | None]:
        """Return a connection that can be used, or else one that is of no more use; neither if there is none.

        Whoever gets one of no use closes it and asks again. So an interrupted one has no other in hand.
        """
        waiting = self._waiting[address]
        if not waiting:
            return None, None
        if waiting[0][1] < monotonic():
            return None, waiting.popleft()[0]
        connection, _ = waiting.pop()
        return (None, connection) if connection.has_expired() else (connection, None)

    def pick_all(self) -> list[C]:
        connections = [connection for waiting in self._waiting.values() for connection, _ in waiting]
        self._waiting.clear()
        return connections


class _AsyncPile(_Pile[httpcore.AsyncHTTPConnection]):
    """The same, of one event loop."""

    def __init__(self) -> None:
        super().__init__()
        self.is_closed = False

    async def take(self, address: Address) -> httpcore.AsyncHTTPConnection | None:
        connection, old = self.pick(address)
        while old is not None:
            await _closed(old)
            connection, old = self.pick(address)
        return connection

    async def aclose(self) -> None:
        self.is_closed = True
        async with AsyncExitStack() as closing:  # it goes on with the others when it is interrupted at one
            for each in self.pick_all():
                closing.push_async_callback(_closed, each)


async def _closed(connection: httpcore.AsyncHTTPConnection) -> None:
    """Close a connection, whatever happens meanwhile."""
    with CancelScope(shield=True):
        await connection.aclose()


class _SyncPile(_Pile[httpcore.HTTPConnection]):
    """The same, of the threads of a process. Whoever forgets to close leaves nothing open behind."""

    def __init__(self, owner: SyncCoreTransport) -> None:
        super().__init__()
        self.process = os.getpid()
        self._lock = Lock()
        self._is_closed = False
        self._at_the_end = weakref.finalize(owner, self.close)

    def take(self, address: Address) -> httpcore.HTTPConnection | None:
        connection, old = self.pick(address)
        while old is not None:
            old.close()
            connection, old = self.pick(address)
        return connection

    def pick(self, address: Address) -> tuple[httpcore.HTTPConnection | None, httpcore.HTTPConnection | None]:
        with self._lock:
            return super().pick(address)

    def put(self, address: Address, connection: httpcore.HTTPConnection) -> None:
        """Keep a connection, unless all were closed while it was used."""
        with self._lock:
            if not self._is_closed:
                super().put(address, connection)
                return
        connection.close()

    def close(self) -> None:
        self._at_the_end.detach()
        # After a fork, the lock may have been left by a thread that is not here.
        with self._lock if self.process == os.getpid() else nullcontext():
            self._is_closed = True
            connections = self.pick_all()
        for each in connections:
            each.close()
