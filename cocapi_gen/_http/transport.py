"""The one module that touches httpx: requests go out, answers come in, faults become ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, cast
from urllib.parse import urlsplit

import httpx

from cocapi_gen._http.operation import Request
from cocapi_gen._http.per_loop import PerLoop
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

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


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
        self._borrowed = http_client
        self._carrier = None if transport is None else _Borrowed(transport)
        self._clients = PerLoop(self._new_client)

    async def send(self, request: Request) -> Answer:
        if self._borrowed is None:
            async with self._clients.use() as client:
                return await self._send(client, request)
        if self._borrowed.is_closed:
            raise ConnectionFailed("Nothing was sent: the http_client that was given is closed. Give one that is open.")
        return await self._send(self._borrowed, request)

    async def _send(self, client: httpx.AsyncClient, request: Request) -> Answer:
        shown = self._without_token(request)
        try:
            response = await _exchange(client, self._with_token(shown, request), shown)
        except httpx.HTTPError as error:
            _forget_token(error, shown)
            asked = f"{request.operation.method} {request.operation.path_template}"
            raise _explained(error, asked) from error
        return Answer(response.status_code, response.content, response)

    async def aclose(self) -> None:
        await self._clients.aclose()

    def _new_client(self) -> httpx.AsyncClient:
        # A proxy that the environment names has no way to what runs on this machine.
        trust_env = urlsplit(self._base_url).hostname not in _THIS_MACHINE
        try:
            return httpx.AsyncClient(transport=self._carrier, limits=_LIMITS, trust_env=trust_env)
        except Exception as error:  # whatever it is, it comes from the environment
            problem = f"httpx cannot be set up: {error!r}. Check HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE."
            raise ConnectionFailed(problem) from error

    def _without_token(self, request: Request) -> httpx.Request:
        try:
            return httpx.Request(request.operation.method, self._base_url + request.target)
        except httpx.InvalidURL as error:
            problem = f"This cannot be sent, for it makes no address: {error}."
            raise InvalidParameterError(request.target, problem) from None

    def _with_token(self, shown: httpx.Request, request: Request) -> httpx.Request:
        headers = dict(self._headers)
        if self._token is not None:
            headers |= self._token.header()
        if request.body is not None:
            headers["content-type"] = "application/json"
        timeout = {"timeout": self._timeout.as_dict()}
        return httpx.Request(shown.method, shown.url, headers=headers, content=request.body, extensions=timeout)


class _Borrowed(httpx.AsyncBaseTransport):
    """A transport that somebody else has made, and will close."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._transport.handle_async_request(request)


async def _exchange(client: httpx.AsyncClient, outgoing: httpx.Request, shown: httpx.Request) -> httpx.Response:
    """Read the whole answer before it is decompressed: a fault found half-way would leave the connection unread."""
    received = await client.send(outgoing, stream=True, auth=None, follow_redirects=False)
    try:
        body = b"".join([chunk async for chunk in cast("httpx.AsyncByteStream", received.stream)])
    finally:
        await received.aclose()
    return httpx.Response(received.status_code, headers=received.headers, content=body, request=shown)


def _forget_token(error: httpx.HTTPError, shown: httpx.Request) -> None:
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
