"""Carries requests over connections of asyncio, with the parser of Node.js: the engine for those who ask a lot."""

from __future__ import annotations

import asyncio
from math import inf
from typing import TYPE_CHECKING, TypeAlias

import httpcore
from httptools import HttpParserCallbackError, HttpParserError, HttpParserUpgrade, HttpResponseParser

from cocapi_gen._http.address import Address, address_of
from cocapi_gen._http.asyncio_network import AT_ONCE, AsyncioNetwork, AsyncioStream
from cocapi_gen._http.certificates import believed
from cocapi_gen._http.intake import Intake
from cocapi_gen._http.piles import AsyncPile, closed
from cocapi_gen._http.tasks import is_asyncio
from cocapi_gen._http.transport import MOST_BYTES, Answer, asking, headers_of, own_headers
from cocapi_gen._http.trouble import Library
from cocapi_gen.exceptions import InvalidParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cocapi_gen._http.operation import Request
    from cocapi_gen._http.per_loop import PerLoop
    from cocapi_gen._http.server import Server
    from cocapi_gen.responses import Headers

_HTTPTOOLS = Library(
    timeout=(),
    proxy=(),
    unreachable=(httpcore.ConnectError,),
    broken=(httpcore.NetworkError, ConnectionError),
)
_Pile: TypeAlias = "AsyncPile[_Connection]"
_MOST_BESIDE = 100 * 1024
"""Bytes that may come without any of a body among them: more are no headers of a server that means well."""


class AsyncHttptoolsTransport:
    """Carries requests over connections that live as long as the event loop that they were made in."""

    def __init__(self, user_agent: str, *, trust_env: bool, max_body: int = MOST_BYTES) -> None:
        from cocapi_gen._http.per_loop import PerLoop  # here, because it loads anyio

        self._own = _lines(own_headers(user_agent))
        self._trust_env = trust_env
        self._max_body = max_body
        self._piles: PerLoop[_Pile] = PerLoop(AsyncPile)

    async def send(self, request: Request, server: Server, timeout: float | None) -> Answer:  # noqa: ASYNC109 # an error of ours
        if not is_asyncio():
            problem = 'It knows no event loop but that of asyncio: use engine="httpx".'
            raise InvalidParameterError("httptools", problem)
        asked = asking(request, server.base_url)
        try:
            async with self._piles.use() as pile:
                end = inf if timeout is None else asyncio.get_running_loop().time() + timeout
                return await self._send(pile, request, server, asked, end)
        except _HTTPTOOLS.errors as error:
            raise _HTTPTOOLS.explained(error, asked, is_half_way=isinstance(error, _NotSecureError)) from error

    async def aclose(self) -> None:
        await self._piles.aclose()

    async def _send(self, pile: _Pile, request: Request, server: Server, asked: str, end: float) -> Answer:
        address = address_of(server.base_url)
        connection = await pile.take(address)
        if connection is None:
            async with asyncio.timeout_at(None if end == inf else end):
                connection = await self._connected(address)
        try:
            intake = await connection.exchange(self._written(request, server, address), end, self._max_body, asked)
        finally:
            await pile.give_back(address, connection, is_of_use=connection.is_of_use)
        return intake.answer(connection.status, request, server)

    async def _connected(self, address: Address) -> _Connection:
        stream = await AsyncioNetwork().connect_tcp(address.host.decode("ascii"), address.port)
        connection = _Connection(stream)
        if address.is_secure:
            try:
                await self._secure(stream, address)
            except BaseException:
                await closed(connection)
                raise
        return connection

    async def _secure(self, stream: AsyncioStream, address: Address) -> None:
        try:
            await stream.start_tls(believed(trust_env=self._trust_env), address.host.decode("ascii"))
        except httpcore.ConnectError as error:
            raise _NotSecureError(str(error)) from error

    def _written(self, request: Request, server: Server, address: Address) -> bytes:
        """Return a request as it goes over the wire: neither a token nor an address nor a target has an end of line."""
        first = f"{request.operation.method} {address.path}{request.target} HTTP/1.1\r\n".encode("ascii")
        host = b"host: %b\r\n" % address.host_line
        return b"%b%b%b%b\r\n%b" % (first, host, self._own, _lines(headers_of(request, server)), request.body or b"")


class _NotSecureError(httpcore.ConnectError):
    """A connection was begun, but could not be made secure."""


class _Connection:
    """A connection, with one exchange under way at a time. What the parser finds, it tells the methods ``on_...``."""

    def __init__(self, stream: AsyncioStream) -> None:
        self.is_of_use = False
        """Whether another request can go out: not if more came than the answer, for it would pass for the next one."""
        self.status = 0
        self._stream = stream
        self._parser = HttpResponseParser(self)
        self._begin()

    def has_expired(self) -> bool:
        return bool(self._stream.get_extra_info("is_readable"))

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def exchange(self, request: bytes, end: float, most: int, asked: str) -> Intake:
        """Send a request and read the answer.

        Args:
            request: what is sent.
            end: when the answer has to be there, by the event loop's clock.
            most: how many bytes its body may have.
            asked: what it is the answer to, for messages.

        Raises:
            AnswerTooLarge: by its own words it has more.
            ConnectionError: the connection broke, or what came over it is no HTTP.
            TimeoutError: the time is over.
        """
        self._begin()
        self._stream.cut_off_at(end)
        try:
            await self._stream.write(request)
        except httpcore.WriteError:
            self._is_spoilt = True  # but there may be an answer that tells why
        while not self._has_headers:
            if not await self._take_more():
                raise ConnectionAbortedError("The connection was closed before an answer came.")
        intake = Intake(self._lines, most, asked)
        self._hand_over(intake)
        while not (self._is_complete or intake.is_full):
            if not await self._take_more():
                if "content-length" in intake.headers or "transfer-encoding" in intake.headers:
                    raise ConnectionAbortedError("The connection was closed in the midst of an answer.")
                return intake  # its end is that of the connection
            self._hand_over(intake)
        self.is_of_use = self._is_complete and not self._is_spoilt and self._stays_open(intake.headers)
        self._stream.cut_off_at(inf)
        return intake

    def _begin(self) -> None:
        self._lines: list[tuple[bytes, bytes]] = []
        self._pieces: list[bytes] = []
        self._beside = 0
        self.is_of_use = self._has_headers = self._is_complete = self._is_spoilt = False

    async def _take_more(self) -> bool:
        """Give the parser what has come; say whether it was anything, or else the end."""
        data = await self._stream.read(AT_ONCE)
        if not data:
            return False
        self._beside += len(data)
        try:
            self._parser.feed_data(data)
        except HttpParserCallbackError as error:
            raise error.__context__ or error  # noqa: B904 # it catches whatever a method of ours lets through, be it Ctrl-C
        except HttpParserUpgrade:
            raise ConnectionAbortedError("The server wants to speak something other than HTTP.") from None
        except HttpParserError as error:
            if not self._is_complete:
                raise ConnectionAbortedError(f'This is no HTTP, or none for engine="httptools": {error}') from error
            self._is_spoilt = True
        if self._pieces:
            self._beside = 0
        elif self._beside > _MOST_BESIDE:
            raise ConnectionAbortedError("It was closed here: what comes has no end.")
        return True

    def _stays_open(self, headers: Headers) -> bool:
        return self._parser.get_http_version() == "1.1" and "close" not in headers.get("connection", "").lower()

    def _hand_over(self, intake: Intake) -> None:
        for piece in self._pieces:
            intake.add(piece)
        self._pieces.clear()

    # ------------------------------------------------------------------ what the parser tells

    def on_message_begin(self) -> None:
        self._is_spoilt = self._is_spoilt or self._is_complete

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._has_headers:  # else it is one that follows a body
            self._lines.append((name, value.strip(b" \t")))

    def on_headers_complete(self) -> None:
        if self._is_complete:
            return
        self.status = self._parser.get_status_code()
        if self.status < 100:
            raise ConnectionAbortedError(f"A status of {self.status} is none.")
        self._has_headers = self.status >= 200
        if not self._has_headers:  # the answer is still to come
            self._lines.clear()
            self._beside = 0

    def on_body(self, piece: bytes) -> None:
        if not self._is_complete:
            self._pieces.append(piece)

    def on_message_complete(self) -> None:
        self._is_complete = self._has_headers


def _lines(headers: Mapping[str, str]) -> bytes:
    return b"".join(b"%b: %b\r\n" % (name.encode("ascii"), value.encode("ascii")) for name, value in headers.items())
