"""Carries requests over aiohttp, whose parser is written in C: the engine for those who ask a lot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from cocapi_gen._http.address import Address, address_of
from cocapi_gen._http.certificates import believed
from cocapi_gen._http.intake import ENCODING, Intake
from cocapi_gen._http.tasks import is_asyncio
from cocapi_gen._http.transport import MOST_BYTES, Answer, asking
from cocapi_gen._http.trouble import Library
from cocapi_gen._http.wire import cut_off_in
from cocapi_gen.exceptions import InvalidParameterError

if TYPE_CHECKING:
    from cocapi_gen._http.operation import Request
    from cocapi_gen._http.per_loop import PerLoop
    from cocapi_gen._http.settings import Server

_AIOHTTP = Library(
    timeout=(aiohttp.ServerTimeoutError,),
    proxy=(aiohttp.ClientProxyConnectionError, aiohttp.ClientHttpProxyError),
    unreachable=(aiohttp.ClientConnectorError, aiohttp.InvalidURL),
    broken=(aiohttp.ClientError, ConnectionError),
)
_KEPT_ALIVE = 5.0
"""Seconds after which a connection that nobody used is closed, before the server does so at a bad moment."""
_FOR_EVER = aiohttp.ClientTimeout(total=None, sock_connect=None)
"""An end is set from outside."""


class AsyncAiohttpTransport:
    """Carries requests over a session of aiohttp that lives as long as the event loop that it was made in."""

    def __init__(self, user_agent: str, *, trust_env: bool, connections: int, max_body: int = MOST_BYTES) -> None:
        from cocapi_gen._http.per_loop import PerLoop  # here, because it loads anyio

        self._headers = {"accept": "application/json", "accept-encoding": ENCODING, "user-agent": user_agent}
        self._trust_env = trust_env
        self._connections = connections
        self._max_body = max_body
        self._sessions: PerLoop[_Session] = PerLoop(self._new_session)

    async def send(self, request: Request, server: Server, timeout: float | None) -> Answer:  # noqa: ASYNC109 # an error of ours
        if not is_asyncio():
            raise InvalidParameterError("aiohttp", 'aiohttp knows no event loop but asyncio: use engine="httpx".')
        asked = asking(request, server.base_url)
        try:
            async with self._sessions.use() as session, cut_off_in(timeout):
                return await self._send(session, request, server, asked)
        except _AIOHTTP.errors as error:
            _forget_secrets(error)
            raise _AIOHTTP.explained(error, asked, is_half_way=_is_half_way(error)) from error

    async def aclose(self) -> None:
        await self._sessions.aclose()

    async def _send(self, session: _Session, request: Request, server: Server, asked: str) -> Answer:
        address = address_of(server.base_url)
        headers = self._headers | server.headers()
        if request.body is not None:
            headers["content-type"] = "application/json"
        async with session.aiohttp.request(
            request.operation.method,
            _url(address, request.target),
            headers=headers,
            data=request.body,
            allow_redirects=False,
            ssl=believed(trust_env=self._trust_env) if address.is_secure else True,
        ) as received:
            intake = Intake(received.raw_headers, self._max_body, asked)
            async for chunk in received.content.iter_any():
                intake.add(chunk)
                if intake.is_full:
                    received.close()
                    break
        return intake.answer(received.status, request, server.base_url)

    def _new_session(self) -> _Session:
        return _Session(
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=_KEPT_ALIVE),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=_FOR_EVER,
                auto_decompress=False,
            )
        )


class _Session:
    """A session of aiohttp's, closed as things of event loops are."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.aiohttp = session

    @property
    def is_closed(self) -> bool:
        return self.aiohttp.closed

    async def aclose(self) -> None:
        await self.aiohttp.close()


def _url(address: Address, target: str) -> URL:
    host = address.host.decode("ascii")
    shown = f"[{host}]" if ":" in host else host
    return URL(f"{address.scheme.decode()}://{shown}:{address.port}{address.path}{target}", encoded=True)


def _is_half_way(error: Exception) -> bool:
    """Say whether a connection was begun that could not be made secure: one that nobody takes is never reset."""
    below = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else None
    return isinstance(error, aiohttp.ClientSSLError) or isinstance(below, ConnectionResetError)


def _forget_secrets(error: Exception) -> None:
    """Take from an error the request with the token."""
    if isinstance(error, aiohttp.ClientResponseError):
        error.request_info = error.request_info._replace(headers=CIMultiDictProxy(CIMultiDict[str]()))
        error.args = (error.request_info, ())
