"""Carries what every client sends over httptools: for running all tests with the other engine."""

from __future__ import annotations

from typing import Any

from cocapi_gen._http.carriers import async_transport
from cocapi_gen._http.core_transport import AsyncCoreTransport
from cocapi_gen._http.httptools_transport import AsyncHttptoolsTransport
from cocapi_gen._http.operation import Request
from cocapi_gen._http.server import Server
from cocapi_gen._http.tasks import is_asyncio
from cocapi_gen._http.transport import Answer, AsyncTransport


class OverHttptools:
    """Carries requests over httptools where there is asyncio, and as usual elsewhere."""

    def __init__(self, usual: AsyncCoreTransport, other: AsyncHttptoolsTransport) -> None:
        self._usual = usual
        self._other = other

    async def send(self, request: Request, server: Server, timeout: float | None) -> Answer:  # noqa: ASYNC109 # as all
        return await (self._other if is_asyncio() else self._usual).send(request, server, timeout)

    async def aclose(self) -> None:
        await (self._other if is_asyncio() else self._usual).aclose()


def over_httptools(*given: Any, **options: Any) -> AsyncTransport:
    """Do as the package does, but take httptools where it would take its own connections."""
    usual = async_transport(*given, **options)
    if not isinstance(usual, AsyncCoreTransport):
        return usual
    other = async_transport(*given, **options | {"engine": "httptools"})
    assert isinstance(other, AsyncHttptoolsTransport)
    return OverHttptools(usual, other)
