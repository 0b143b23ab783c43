"""The sandbox in process: a transport for httpx, with `await` or without, that opens no socket.

What would happen to a connection becomes the error that httpx makes of it.
"""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import cast

import httpx
from anyio.lowlevel import checkpoint

from cocapi_gen._pauses import pause, pause_here
from cocapi_gen.sandbox.exchange import Break, Delivery, Request, Service


class SandboxTransport(httpx.AsyncBaseTransport, httpx.BaseTransport):
    """Carries requests to a sandbox of the same process; what host they name does not matter.

    >>> import httpx
    >>> key = {"Authorization": "Bearer anything"}
    >>> with httpx.Client(transport=sandbox.transport(), headers=key) as http:
    ...     print(http.get("http://sandbox/v1/locations").status_code)
    200
    """

    def __init__(self, service: Service) -> None:
        self._service = service

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request in an event loop, asyncio's or trio's."""
        await checkpoint()  # whoever only asks and asks would never let others have a turn
        delivery = self._answer(request, await request.aread())
        if delivery.delay:
            await pause(min(delivery.delay, _patience(request)))
        return _received(delivery, request)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        delivery = self._answer(request, request.read())
        if delivery.delay:
            pause_here(min(delivery.delay, _patience(request)))
        return _received(delivery, request)

    def _answer(self, request: httpx.Request, body: bytes) -> Delivery:
        fault = self._service.faults.knock()
        if fault is not None and fault.door == "shut":
            raise httpx.ConnectError("Connection refused", request=request)
        if fault is not None:
            raise _reset(request)
        headers = {name.lower(): value for name, value in request.headers.items()}
        return self._service.answer(Request(request.method, request.url.raw_path.decode(), headers, body))


def _patience(request: httpx.Request) -> float:
    """For how many seconds somebody waits until the answer begins."""
    timeout = cast("Mapping[str, float | None]", request.extensions.get("timeout", {}))
    seconds = timeout.get("read")
    return math.inf if seconds is None else seconds


def _received(delivery: Delivery, request: httpx.Request) -> httpx.Response:
    """What comes out of a connection on which this was delivered."""
    if delivery.delay > _patience(request):
        raise httpx.ReadTimeout("The read operation timed out", request=request)
    if delivery.broken is not None and delivery.broken.phase != "body":
        raise _reset(request)
    headers = {**delivery.headers, "content-length": str(len(delivery.payload))}
    return httpx.Response(delivery.status, headers=headers, stream=_Body(delivery, request), request=request)


def _reset(request: httpx.Request) -> httpx.ReadError:
    return httpx.ReadError("Connection reset by peer", request=request)


class _Body(httpx.AsyncByteStream, httpx.SyncByteStream):
    """The body as it comes in: whole, or half of it and then an error."""

    def __init__(self, delivery: Delivery, request: httpx.Request) -> None:
        self._delivery = delivery
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        if self._delivery.broken is not None:
            yield self._delivery.half
            raise self._error(self._delivery.broken)
        if self._request.method != "HEAD":
            yield self._delivery.payload

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self:
            yield part

    def _error(self, broken: Break) -> httpx.TransportError:
        if broken.reset:
            return _reset(self._request)
        problem = "peer closed connection without sending complete message body"
        return httpx.RemoteProtocolError(problem, request=self._request)
