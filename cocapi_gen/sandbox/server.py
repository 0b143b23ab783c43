"""The sandbox as an HTTP server on loopback, in a thread of its own."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import struct
import traceback
from asyncio import BaseTransport, Protocol, Transport
from collections.abc import Coroutine
from concurrent.futures import Future
from contextlib import suppress
from contextvars import Context
from http import HTTPStatus
from threading import Thread
from typing import cast

from aiohttp import web

from cocapi_gen._pauses import pause
from cocapi_gen.sandbox.exchange import Break, Delivery, Request, Service

HOST = "127.0.0.1"

_AT_ONCE = 0.01
"""Seconds that requests get to end when connections are closed; aiohttp takes 0 for: as many as they like."""
_LOOK_AGAIN = 0.05
"""Seconds after which the port is looked after again."""
_BACKLOG = 128
_LONGEST_TARGET = 1 << 16

# Requests that are none are the client's fault; our own faults are shown by ourselves.
_SILENT = logging.Logger("cocapi_gen.sandbox", logging.CRITICAL + 1)


class Server:
    """Listens from the start, until it is stopped.

    Attributes:
        port: the port.
    """

    def __init__(self, service: Service, port: int) -> None:
        """Open the port.

        Raises:
            OSError: the port is in use or may not be opened.
            OverflowError: there is no such port.
        """
        self._service = service
        self._socket = _bound(port)
        self.port: int = self._socket.getsockname()[1]
        self._is_open = False
        self._arriving = set[asyncio.Task[None]]()
        opened = Future[None]()
        # a program that forgets to stop its sandbox ends all the same, so: a daemon
        self._thread = Thread(target=self._live, args=(opened,), name="cocapi-gen sandbox", daemon=True)
        self._thread.start()
        opened.result()

    def stop(self) -> None:
        """Close every connection and the port, and wait for the thread."""
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()

    def settle(self) -> None:
        """Open or shut the port, as the faults have it now."""
        self._run(self._settle())

    def renew(self) -> None:
        """Close every connection, so that everybody has to connect anew, and settle."""
        self._run(self._renew())

    def _run(self, work: Coroutine[object, object, None]) -> None:
        # in a context of its own: the caller's may say that an event loop of trio is running
        Context().run(asyncio.run_coroutine_threadsafe, work, self._loop).result()

    # ------------------------------------------------------------------ in the thread

    def _live(self, opened: Future[None]) -> None:
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            runner.run(self._serve(opened))

    async def _serve(self, opened: Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._turn = asyncio.Lock()
        self._ended = asyncio.Event()
        self._web = web.Server(
            self._handle, access_log=None, logger=_SILENT, max_line_size=_LONGEST_TARGET, auto_decompress=False
        )
        try:
            await self._settle()
        except OSError as error:
            self._socket.close()
            opened.set_exception(error)
            return
        opened.set_result(None)
        while not await self._has_ended():
            with suppress(OSError):  # another program has the port meanwhile, and may give it back
                await self._settle()
        async with self._turn:
            await self._close()

    async def _has_ended(self) -> bool:
        """Wait a moment for the end; the sandbox's clock may run, and end faults by itself."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), _LOOK_AGAIN)
        return self._ended.is_set()

    async def _settle(self) -> None:
        async with self._turn:
            is_shut = self._service.faults.is_shut
            if self._is_open and is_shut:
                await self._shut()
            elif not self._is_open and not is_shut:
                self._open()

    async def _renew(self) -> None:
        async with self._turn:
            await self._shut()
        await self._settle()

    def _open(self) -> None:
        self._socket.listen(_BACKLOG)
        self._loop.add_reader(self._socket, self._accept)
        self._is_open = True

    async def _shut(self) -> None:
        """Refuse connections, but keep the port."""
        await self._close()
        self._socket = _bound(self.port)

    async def _close(self) -> None:
        self._loop.remove_reader(self._socket)
        self._socket.close()
        self._is_open = False
        await asyncio.gather(*self._arriving)
        await self._web.shutdown(_AT_ONCE)

    def _accept(self) -> None:
        # not by asyncio's own server: when that is closed, it loses whoever has just come in
        with suppress(BlockingIOError, ConnectionError):  # who knocked has gone away
            connection, _ = self._socket.accept()
            arrival = self._loop.create_task(self._let_in(connection))
            self._arriving.add(arrival)
            arrival.add_done_callback(self._arriving.discard)

    async def _let_in(self, connection: socket.socket) -> None:
        is_hit = self._service.faults.knock() is not None
        await self._loop.connect_accepted_socket(_Resetter if is_hit else self._web, connection)

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        # not by request.read(), which refuses what is long
        asked = Request(request.method, request.raw_path, headers, await request.content.read())
        try:
            delivery = self._service.answer(asked)
        except Exception:
            traceback.print_exc()
            raise
        if delivery.delay:
            await pause(delivery.delay)
        if delivery.broken is not None and request.transport is not None:
            _break(request.transport, delivery, delivery.broken)
        return web.Response(status=delivery.status, headers=delivery.headers, body=delivery.payload)


class _Resetter(Protocol):
    """Resets a connection as soon as it stands."""

    def connection_made(self, transport: BaseTransport) -> None:
        _reset(cast("Transport", transport))


def _break(transport: Transport, delivery: Delivery, broken: Break) -> None:
    """Send as much of an answer as gets through, and end the connection."""
    head = _head(delivery)
    parts = {"request": b"", "head": head[: len(head) // 2], "body": head + delivery.half}
    transport.write(parts[broken.phase])
    if broken.reset:
        _reset(transport)
    else:
        transport.close()


def _head(delivery: Delivery) -> bytes:
    fields = {**delivery.headers, "content-length": str(len(delivery.payload))}
    lines = [f"HTTP/1.1 {delivery.status} {HTTPStatus(delivery.status).phrase}"]
    return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in fields.items()), "", ""]).encode()


def _reset(transport: Transport) -> None:
    # to linger for 0 seconds means: do not say goodbye
    opened: socket.socket = transport.get_extra_info("socket")
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("hh" if os.name == "nt" else "ii", 1, 0))
    transport.abort()


def _bound(port: int) -> socket.socket:
    """A socket that holds the port, but does not listen yet."""
    opened = socket.socket()
    try:
        if os.name == "posix":  # or the port is not free for a minute after its last connection
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.settimeout(0)
        opened.bind((HOST, port))
    except BaseException:
        opened.close()
        raise
    return opened
