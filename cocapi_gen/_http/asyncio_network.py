"""The network of asyncio, as httpcore asks for one: by itself it goes through anyio and pays for that at every step."""

# ruff: noqa: ARG002 # httpcore has parameters that are of no use here

from __future__ import annotations

import asyncio
import select
import socket
from collections import deque
from itertools import zip_longest
from math import inf
from typing import TYPE_CHECKING, TypeAlias, cast

import httpcore
from anyio import Event, create_task_group, move_on_after

if TYPE_CHECKING:
    from asyncio.trsock import TransportSocket
    from collections.abc import Iterable
    from ssl import SSLContext

AT_ONCE = 64 * 1024
"""Bytes that are taken from the network at a time. Whoever asks for as many gets them without a second copy."""
_LARGEST_RECORD = 16 * 1024
"""Bytes of a record of TLS."""
_ENOUGH = 256 * 1024
"""Bytes that may wait to be read, with what it takes to hold them; more are left on their way until then."""
_HOLDING = 50
"""Bytes that it takes to hold a piece, whatever its size."""

_HEAD_START = 0.25
"""Seconds that an address of a host has to itself before the next is tried too."""
_Address: TypeAlias = tuple[int, int, int, str, "tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]"]
"""What the system tells of an address."""


class AsyncioNetwork(httpcore.AsyncNetworkBackend):
    """Makes connections. Nothing here looks at timeouts: who waits too long is cancelled, or sets an end himself."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 # as httpcore has it
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> AsyncioStream:
        try:
            connected = await _connected(host, port)
            _, stream = await asyncio.get_running_loop().create_connection(AsyncioStream, sock=connected)
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        return stream


class AsyncioStream(asyncio.BufferedProtocol, httpcore.AsyncNetworkStream):
    """A connection.

    What comes is taken into one buffer, and copied once. The other way of asyncio makes an object of 256 KB for each
    read, and the system may have to find memory for it each time.
    """

    _transport: asyncio.Transport

    def __init__(self) -> None:
        self._buffer = self._filled = memoryview(bytearray(AT_ONCE))
        self._pieces = deque[bytes]()
        self._waiting = 0
        self._fault: Exception | None = None
        self._is_over = self._is_full = self._is_late = False
        self._may_write = asyncio.Event()
        self._may_write.set()
        self._news: asyncio.Future[None] | None = None
        self._end = self._rings_at = inf
        self._alarm: asyncio.TimerHandle | None = None

    def cut_off_at(self, end: float) -> None:
        """Let the connection end at that moment of the event loop's clock; ``inf`` is never.

        When the end moves on, the alarm stays and looks again when it rings: one for each exchange, as
        ``asyncio.timeout`` sets it, takes some hundredths of the time of a call.
        """
        self._end = end
        if end < self._rings_at:
            self._set_alarm(end)

    # ------------------------------------------------------------------ what httpcore asks for

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 # as httpcore has it
        if not self._pieces and not self._is_over:
            self._news = asyncio.get_running_loop().create_future()
            await self._news
        if self._pieces:
            return self._taken(max_bytes)
        if self._is_late:
            raise TimeoutError("The time is over.")
        if self._fault is not None:
            raise httpcore.ReadError(str(self._fault)) from self._fault
        return b""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 # as httpcore has it
        if not buffer:
            return
        if self._is_over:
            raise httpcore.WriteError(str(self._fault or "The connection was closed."))
        self._transport.write(buffer)
        await self._may_write.wait()

    async def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 # as httpcore has it
    ) -> AsyncioStream:
        if self._pieces:  # it would pass for something that came over the secured connection
            raise httpcore.ConnectError("It spoke before it was made secure.")
        loop = asyncio.get_running_loop()
        try:
            secured = await loop.start_tls(self._transport, self, ssl_context, server_hostname=server_hostname)
        except OSError as error:  # ssl.SSLError is one
            raise httpcore.ConnectError(str(error)) from error
        if secured is None:
            raise httpcore.ConnectError("The connection was closed.")
        self._transport = secured
        return self

    async def aclose(self) -> None:
        self._fault = self._fault or ConnectionAbortedError("It was closed here.")
        self._break_off()
        await asyncio.sleep(0)  # then it is closed

    def get_extra_info(self, info: str) -> object:
        if info == "is_readable":  # of a connection that waits: that it is of no more use
            # The event loop may have had no time yet to tell what has come.
            return bool(self._pieces) or self._is_over or _has_news(self._transport.get_extra_info("socket"))
        return self._transport.get_extra_info(info)

    # ------------------------------------------------------------------ what asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # asyncio gives nothing else to this kind of protocol

    def get_buffer(self, sizehint: int) -> memoryview:
        # All that has come must have room, which is as much as is hinted at, and a record that was begun: if the other
        # side hangs up, asyncio gives only once more what is left below TLS, and drops the rest. It has to be a
        # memoryview, since there asyncio writes into slices of it.
        most = sizehint + _LARGEST_RECORD
        self._filled = self._buffer if most <= AT_ONCE else memoryview(bytearray(most))
        return self._filled

    def buffer_updated(self, nbytes: int) -> None:
        self._pieces.append(bytes(self._filled[:nbytes]))
        self._waiting += nbytes + _HOLDING
        if self._waiting > _ENOUGH and not self._is_full:
            self._is_full = True
            self._transport.pause_reading()
        self._tell()

    def connection_lost(self, exc: Exception | None) -> None:
        self._fault = self._fault or exc
        self._is_over = True
        self._set_alarm(inf)
        self._buffer = self._filled = memoryview(b"")  # a closed connection may be held for a while
        self._may_write.set()
        self._tell()

    def eof_received(self) -> None:
        self._is_over = True
        self._tell()

    def pause_writing(self) -> None:
        self._may_write.clear()

    def resume_writing(self) -> None:
        self._may_write.set()

    def _set_alarm(self, moment: float) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = None if moment == inf else asyncio.get_running_loop().call_at(moment, self._ring)
        self._rings_at = moment

    def _ring(self) -> None:
        if asyncio.get_running_loop().time() < self._end:
            self._set_alarm(self._end)
        else:
            self._is_late = True
            self._break_off()
            self._tell()

    def _break_off(self) -> None:
        self._is_over = True
        self._pieces.clear()
        self._transport.abort()

    def _taken(self, most: int) -> bytes:
        """Take the piece that came next, whole if it may be."""
        data = self._pieces.popleft()
        if len(data) > most:
            self._pieces.appendleft(data[most:])
            data = data[:most]
        else:
            self._waiting -= _HOLDING
        self._waiting -= len(data)
        if self._is_full and self._waiting <= _ENOUGH and not self._is_over:
            self._is_full = False
            self._transport.resume_reading()
        return data

    def _tell(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)


async def _connected(host: str, port: int) -> socket.socket:
    """Return a socket, connected to that address of a host which is the first to answer.

    asyncio can do the same, but loses sockets when it is cancelled.
    """
    addresses = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    made, faults = list[socket.socket](), list[OSError]()

    async def attempt(address: _Address, failed: Event) -> None:
        try:
            made.append(await _connected_to(address))
            group.cancel_scope.cancel()
        except OSError as fault:
            faults.append(fault)
            failed.set()

    try:
        async with create_task_group() as group:
            for address in _mixed(addresses):
                failed = Event()
                group.start_soon(attempt, address, failed)
                with move_on_after(_HEAD_START):
                    await failed.wait()
        if not made:
            raise faults[0]
        return made.pop()
    finally:
        for each in made:
            each.close()


async def _connected_to(address: _Address) -> socket.socket:
    family, kind, protocol, _, place = address
    made = socket.socket(family, kind, protocol)
    try:
        made.settimeout(0)
        await asyncio.get_running_loop().sock_connect(made, place)
    except BaseException:
        made.close()
        raise
    return made


def _mixed(addresses: Iterable[_Address]) -> list[_Address]:
    """Return the addresses with those of the families by turns, since often all of one family are out of reach."""
    families: dict[int, list[_Address]] = {}
    for address in addresses:
        families.setdefault(address[0], []).append(address)
    return [address for row in zip_longest(*families.values()) for address in row if address is not None]


def _has_news(connection: TransportSocket) -> bool:
    """Say whether something has come, be it the end."""
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([connection], [], [], 0)[0])
    watched = select.poll()
    watched.register(connection, select.POLLIN)
    return bool(watched.poll(0))
