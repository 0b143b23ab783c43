"""Carries requests over the connections that httpx is built on, without what httpx puts around them.

A pool of httpx looks through all its connections for each request, and makes a request and an answer of its own for
each of ours. Here a connection is taken from the pile of those that wait, and has one user at a time.
"""

from __future__ import annotations

import os
from math import inf
from typing import TYPE_CHECKING, TypeAlias, cast

import httpcore

from cocapi_gen._http.address import Address, address_of
from cocapi_gen._http.asyncio_network import AsyncioNetwork
from cocapi_gen._http.certificates import believed
from cocapi_gen._http.intake import Intake
from cocapi_gen._http.piles import KEPT_ALIVE, AsyncPile, SyncPile
from cocapi_gen._http.tasks import is_asyncio
from cocapi_gen._http.transport import MOST_BYTES, Answer, asking, headers_of, own_headers
from cocapi_gen._http.trouble import Library
from cocapi_gen._http.wire import AsyncOpening, Opening, cut_off_in, end_of, ending_in, keep_to, seconds_left

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Iterable, Mapping

    from cocapi_gen._http.operation import Request
    from cocapi_gen._http.per_loop import PerLoop
    from cocapi_gen._http.server import Server

_HTTPCORE = Library(
    timeout=(httpcore.TimeoutException,),
    proxy=(httpcore.ProxyError,),
    unreachable=(httpcore.ConnectError, httpcore.UnsupportedProtocol),
    broken=(httpcore.NetworkError, httpcore.ProtocolError),
)
_AsyncPile: TypeAlias = AsyncPile[httpcore.AsyncHTTPConnection]
_SyncPile: TypeAlias = SyncPile[httpcore.HTTPConnection]


class AsyncCoreTransport:
    """Carries requests over connections that live as long as the event loop that they were made in."""

    def __init__(self, user_agent: str, *, trust_env: bool, max_body: int = MOST_BYTES) -> None:
        from cocapi_gen._http.per_loop import PerLoop  # here, because it loads anyio

        self._packer = _Packer(user_agent)
        self._trust_env = trust_env
        self._max_body = max_body
        self._piles: PerLoop[_AsyncPile] = PerLoop(AsyncPile)

    async def send(self, request: Request, server: Server, timeout: float | None) -> Answer:  # noqa: ASYNC109 # an error of ours
        asked, opening = asking(request, server.base_url), AsyncOpening()
        end = end_of(timeout) if is_asyncio() else inf  # trio wants every stream read until it is cut off
        try:
            async with self._piles.use() as pile, cut_off_in(timeout):
                return await self._send(pile, request, server, asked, opening, end)
        except _HTTPCORE.errors as error:
            raise _HTTPCORE.explained(error, asked, is_half_way=opening.is_half_way) from error

    async def aclose(self) -> None:
        await self._piles.aclose()

    async def _send(
        self, pile: _AsyncPile, request: Request, server: Server, asked: str, opening: AsyncOpening, end: float
    ) -> Answer:
        address = address_of(server.base_url)
        connection = await pile.take(address)
        extensions: dict[str, object] = {}
        if connection is None:
            context = believed(trust_env=self._trust_env) if address.is_secure else None
            connection = httpcore.AsyncHTTPConnection(_origin(address), context, KEPT_ALIVE, network_backend=_network())
            extensions["trace"] = opening.trace
        try:
            async with opening:
                received = await connection.handle_async_request(
                    self._packer.packed(request, server, address, extensions)
                )
                try:
                    intake = Intake(received.headers, self._max_body, asked)
                    await _take_in(received, intake, end)
                finally:
                    await received.aclose()
        finally:
            await pile.give_back(address, connection, is_of_use=_is_of_use(connection))
        return intake.answer(received.status, request, server)


class SyncCoreTransport:
    """Carries requests over connections that plain threads share."""

    def __init__(self, user_agent: str, *, trust_env: bool, max_body: int = MOST_BYTES) -> None:
        self._packer = _Packer(user_agent)
        self._trust_env = trust_env
        self._max_body = max_body
        self._pile: _SyncPile = SyncPile(self)

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
        self._pile = SyncPile(self)

    def _this_process(self) -> _SyncPile:
        """Return the connections: after a fork new ones, since the old ones are the parent's."""
        pile = self._pile
        if pile.process != os.getpid():
            self._pile = SyncPile(self)
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
            connection = httpcore.HTTPConnection(_origin(address), context, KEPT_ALIVE)
            extensions["trace"] = opening.trace
        try:
            with opening:
                received = connection.handle_request(self._packer.packed(request, server, address, extensions))
                try:
                    intake = Intake(received.headers, self._max_body, asked)
                    for piece in cast("Iterable[bytes]", received.stream):
                        seconds_left()
                        intake.add(piece)
                        if intake.is_full:
                            break
                finally:
                    received.close()
        finally:
            if _is_of_use(connection):
                pile.put(address, connection)
            else:
                connection.close()
        return intake.answer(received.status, request, server)


# ---------------------------------------------------------------------- requests


def _origin(address: Address) -> httpcore.Origin:
    return httpcore.Origin(address.scheme, address.host, address.port)


class _Packer:
    """Makes httpcore's requests of ours."""

    def __init__(self, user_agent: str) -> None:
        self._headers = _lines(own_headers(user_agent))

    def packed(
        self, request: Request, server: Server, address: Address, extensions: dict[str, object]
    ) -> httpcore.Request:
        headers = [(b"host", address.host_line), *self._headers, *_lines(headers_of(request, server))]
        target = (address.path + request.target).encode("ascii")
        url = httpcore.URL(scheme=address.scheme, host=address.host, port=address.port, target=target)
        method = request.operation.method
        return httpcore.Request(method, url, headers=headers, content=request.body, extensions=extensions)


def _lines(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]


def _network() -> httpcore.AsyncNetworkBackend | None:
    """Return how connections are made; None for what httpcore does for other event loops."""
    return AsyncioNetwork() if is_asyncio() else None


async def _take_in(received: httpcore.Response, intake: Intake, end: float) -> None:
    """Read a body, but not beyond the bound: trio wants every stream read to its end, so an end is made there."""
    try:
        async for piece in cast("AsyncIterable[bytes]", received.stream):
            keep_to(end)
            intake.add(piece)
            if intake.is_full:
                stream = cast("httpcore.AsyncNetworkStream", received.extensions["network_stream"])  # pyright: ignore[reportUnknownMemberType] # httpcore calls it a dict, and says no more
                await stream.aclose()
    except httpcore.NetworkError:
        if not intake.is_full:
            raise


def _is_of_use(connection: httpcore.AsyncHTTPConnection | httpcore.HTTPConnection) -> bool:
    """Say whether another request can go out: not if more came than the answer, for the next request would get that.

    httpcore keeps to itself what it has read so far, and does not look.
    """
    if not connection.is_available():
        return False
    inner = cast("httpcore.AsyncHTTP11Connection", connection._connection)  # pyright: ignore[reportPrivateUsage] # nothing public tells
    unread, _ = inner._h11_state.trailing_data  # pyright: ignore[reportPrivateUsage] # nothing public tells
    return not unread
