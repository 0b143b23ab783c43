"""Connections that wait for the next request to their server."""

from __future__ import annotations

import os
import weakref
from collections import defaultdict, deque
from contextlib import AsyncExitStack, nullcontext
from threading import Lock
from time import monotonic
from typing import Generic, Protocol, TypeVar

from anyio import CancelScope

from cocapi_gen._http.address import Address

KEPT_ALIVE = 5.0
"""Seconds after which a connection that nobody used is closed, before the server does so at a bad moment."""


class _Connection(Protocol):
    """A connection of any kind."""

    def has_expired(self) -> bool: ...


class _AsyncConnection(_Connection, Protocol):
    async def aclose(self) -> None: ...


class _SyncConnection(_Connection, Protocol):
    def close(self) -> None: ...


C = TypeVar("C", bound=_Connection)
A = TypeVar("A", bound=_AsyncConnection)
S = TypeVar("S", bound=_SyncConnection)


class _Pile(Generic[C]):
    """Connections that wait for the next request to their server. The last one used comes first, so others can end."""

    def __init__(self) -> None:
        self._waiting: defaultdict[Address, deque[tuple[C, float]]] = defaultdict(deque)

    def put(self, address: Address, connection: C) -> None:
        self._waiting[address].append((connection, monotonic() + KEPT_ALIVE))

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


class AsyncPile(_Pile[A]):
    """The same, of one event loop."""

    def __init__(self) -> None:
        super().__init__()
        self.is_closed = False

    async def take(self, address: Address) -> A | None:
        connection, old = self.pick(address)
        while old is not None:
            await closed(old)
            connection, old = self.pick(address)
        return connection

    async def give_back(self, address: Address, connection: A, *, is_of_use: bool) -> None:
        if is_of_use:
            self.put(address, connection)
        else:
            await closed(connection)

    async def aclose(self) -> None:
        self.is_closed = True
        async with AsyncExitStack() as closing:  # it goes on with the others when it is interrupted at one
            for each in self.pick_all():
                closing.push_async_callback(closed, each)


async def closed(connection: _AsyncConnection) -> None:
    """Close a connection, whatever happens meanwhile."""
    with CancelScope(shield=True):
        await connection.aclose()


class SyncPile(_Pile[S]):
    """The same, of the threads of a process. Whoever forgets to close leaves nothing open behind."""

    def __init__(self, owner: object) -> None:
        super().__init__()
        self.process = os.getpid()
        self._lock = Lock()
        self._is_closed = False
        self._at_the_end = weakref.finalize(owner, self.close)

    def take(self, address: Address) -> S | None:
        connection, old = self.pick(address)
        while old is not None:
            old.close()
            connection, old = self.pick(address)
        return connection

    def pick(self, address: Address) -> tuple[S | None, S | None]:
        with self._lock:
            return super().pick(address)

    def put(self, address: Address, connection: S) -> None:
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
