"""The one module that touches httpx: requests go out, answers come in, faults become ours."""

from __future__ import annotations

import weakref
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol, cast

import anyio.lowlevel
import httpx

from cocapi_gen._http.operation import Request
from cocapi_gen._http.settings import Token
from cocapi_gen.exceptions import (
    CocApiError,
    ConnectionFailed,
    InvalidParameterError,
    RequestTimeout,
    UnreadableAnswerError,
)

# An httpx pool slows down with each connection that it holds, so few are kept and further requests wait for one.
_LIMITS = httpx.Limits(max_connections=10, max_keepalive_connections=10)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, read to its end.

    Attributes:
        status: the status code.
        body: the body, decompressed.
        response: the whole answer, cut off from its connection and from the token that was sent.
    """

    status: int
    body: bytes
    response: httpx.Response


class Transport(Protocol):
    """Whatever carries requests to the API."""

    async def send(self, request: Request) -> Answer:
        """Send the request and read the answer."""
        ...


class HttpxTransport:
    """Carries requests over httpx, with connections that live as long as the event loop that they were made in."""

    def __init__(
        self,
        *,
        base_url: str,
        token: Token | None,
        user_agent: str,
        timeout: float | None,
        transport: httpx.AsyncBaseTransport | None,
        http_client: httpx.AsyncClient | None,
    ) -> None:
        self._base_url = base_url
        self._token = token
        self._headers = {"accept": "application/json", "user-agent": user_agent}
        self._timeout = httpx.Timeout(timeout, pool=None)
        self._transport = transport
        self._borrowed = http_client
        self._owned: dict[object, _Owned] = {}
        weakref.finalize(self, _abandon, self._owned).atexit = False

    async def send(self, request: Request) -> Answer:
        client = self._borrowed or await self._client_of_this_loop()
        outgoing = self._build(request)
        shown = httpx.Request(outgoing.method, outgoing.url)  # the one that is sent holds the token
        try:
            response = await _exchange(client, outgoing, shown)
        except httpx.RequestError as error:
            error.request = shown
            raise _explained(error, f"{request.operation.method} {request.operation.path_template}") from error
        return Answer(response.status_code, response.content, response)

    async def aclose(self) -> None:
        owned = self._owned.get(anyio.lowlevel.current_token())
        if owned is not None:
            await owned.guard.aclose()

    def _build(self, request: Request) -> httpx.Request:
        headers = dict(self._headers)
        if self._token is not None:
            headers |= self._token.header()
        if request.body is not None:
            headers["content-type"] = "application/json"
        try:
            return httpx.Request(
                request.operation.method,
                self._base_url + request.target,
                headers=headers,
                content=request.body,
                extensions={"timeout": self._timeout.as_dict()},
            )
        except httpx.InvalidURL as error:
            raise InvalidParameterError(
                request.target, f"This cannot be sent, for it makes no address: {error}."
            ) from None

    async def _client_of_this_loop(self) -> httpx.AsyncClient:
        loop = anyio.lowlevel.current_token()
        owned = self._owned.get(loop)
        if owned is None:
            client = httpx.AsyncClient(transport=self._transport, limits=_LIMITS)
            owned = self._owned[loop] = _Owned(loop, client, _close_at_the_end(client, self._owned, loop))
            await anext(owned.guard)
            await _close_orphans(loop)
        return owned.client


@dataclass(frozen=True, slots=True)
class _Owned:
    """A client of httpx, the event loop that it lives in, and what closes it."""

    loop: object
    client: httpx.AsyncClient
    guard: AsyncGenerator[None, None]


async def _close_at_the_end(
    client: httpx.AsyncClient, owned: dict[object, _Owned], loop: object
) -> AsyncGenerator[None, None]:
    """Close the client when the event loop ends: a loop winds up the generators that were started in it.

    So a client that is never closed leaves no open connection behind, and nothing to warn about.
    """
    try:
        yield
    finally:
        owned.pop(loop, None)
        await client.aclose()


_orphans: list[_Owned] = []
"""Clients whose owner is gone without a word; they wait here for somebody in their event loop who may ``await``."""


def _abandon(owned: dict[object, _Owned]) -> None:
    _orphans.extend(owned.values())


async def _close_orphans(loop: object) -> None:
    alive = [orphan for orphan in _orphans if not orphan.client.is_closed]
    _orphans[:] = [orphan for orphan in alive if orphan.loop != loop]
    for orphan in alive:
        if orphan.loop == loop:
            await orphan.guard.aclose()


async def _exchange(client: httpx.AsyncClient, outgoing: httpx.Request, shown: httpx.Request) -> httpx.Response:
    """Read the whole answer before it is decompressed: a fault found half-way would leave the connection unread."""
    received = await client.send(outgoing, stream=True, auth=None, follow_redirects=False)
    try:
        body = b"".join([chunk async for chunk in cast("httpx.AsyncByteStream", received.stream)])
    finally:
        await received.aclose()
    return httpx.Response(received.status_code, headers=received.headers, content=body, request=shown)


def _explained(error: httpx.RequestError, asked: str) -> CocApiError:
    if isinstance(error, httpx.TimeoutException):
        return RequestTimeout(f"No answer to {asked} in time: try again, or give the client a longer timeout.")
    cause = str(error) or type(error).__name__
    if isinstance(error, httpx.DecodingError):
        return UnreadableAnswerError(f"The answer to {asked} cannot be decompressed: {cause}.")
    return ConnectionFailed(f"No answer to {asked}: {cause}. Check the network and the base URL.")
