"""What libraries leave to others at the wire: an end to all waiting, and order after a connection that was not made."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar
from math import inf
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self, cast

if TYPE_CHECKING:
    from ssl import SSLContext

_end: ContextVar[float] = ContextVar("end", default=inf)
"""When the exchange that is under way in a thread has to have ended, by the monotonic clock."""


@contextmanager
def ending_in(seconds: float | None) -> Generator[None]:
    """Give what is done here so many seconds in all; None is for ever. ``Opening`` sees to it that they are kept to."""
    token = _end.set(end_of(seconds))
    try:
        yield
    finally:
        _end.reset(token)


def end_of(seconds: float | None) -> float:
    """Return when so many seconds are over, by the monotonic clock; None is for ever."""
    return inf if seconds is None else monotonic() + seconds


def keep_to(end: float) -> None:
    """Look whether there is time left. An event loop that gets much at once comes late to say so itself.

    Raises:
        TimeoutError: there is none.
    """
    if monotonic() > end:
        raise TimeoutError("The time is over.")


def cut_off_in(seconds: float | None) -> AbstractAsyncContextManager[object]:
    """Give what is done here so many seconds in all; in an event loop, what waits for longer is cut off.

    Raises:
        TimeoutError: the time is over.
    """
    import asyncio  # here, because threads do without

    from cocapi_gen._http.tasks import is_asyncio

    return asyncio.timeout(seconds) if is_asyncio() else _cut_off_in(seconds)


@asynccontextmanager
async def _cut_off_in(seconds: float | None) -> AsyncGenerator[None]:
    """The same in any event loop; asyncio's own takes a tenth of the time."""
    import anyio

    with anyio.fail_after(seconds):
        yield


def seconds_left() -> float:
    """Return how many seconds there still are for what is done here.

    Raises:
        TimeoutError: none are left.
    """
    left = _end.get() - monotonic()
    if left <= 0:
        raise TimeoutError("The time is over.")
    return left


class _Stream(Protocol):
    """A connection as httpcore documents it."""

    read: Callable[..., bytes]
    write: Callable[..., None]
    start_tls: Callable[..., object]
    close: Callable[[], None]


class _AsyncStream(Protocol):
    async def aclose(self) -> None: ...


class _Request(Protocol):
    """A request as httpcore documents it."""

    method: bytes
    extensions: dict[str, object]


class _Opening:
    """Follows the making of a connection by the events that httpx tells, in the way that it documents as ``trace``.

    If that fails, or is cut short, half-way, httpcore does not close what it has opened, and its pool may count the
    connection among those in use for ever.
    """

    def __init__(self) -> None:
        self._made: object = None

    @property
    def is_half_way(self) -> bool:
        """Whether a connection is open that no request went out on yet."""
        return self._made is not None

    def _follow(self, event: str, info: Mapping[str, object]) -> None:
        if event.endswith(".connect_tcp.complete"):
            self._made = info["return_value"]
        elif event.endswith(".send_request_headers.started"):
            request = cast("_Request", info["request"])
            if request.method != b"CONNECT":  # that is for a proxy, and only makes the connection
                self._made = None
                request.extensions.pop("trace", None)  # there is nothing more to follow, and it costs time


class Opening(_Opening):
    """The same in a thread, where it also sees to it that a connection keeps to the end that is set."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.is_half_way:
            cast("_Stream", self._made).close()

    def trace(self, event: str, info: Mapping[str, object]) -> None:
        """Take note of an event."""
        self._follow(event, info)
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            _keep_to_the_end(cast("_Stream", info["return_value"]))


class AsyncOpening(_Opening):
    """The same in an event loop."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.is_half_way:
            import anyio  # here, because threads do without

            with anyio.CancelScope(shield=True):
                await cast("_AsyncStream", self._made).aclose()

    async def trace(self, event: str, info: Mapping[str, object]) -> None:
        """Take note of an event."""
        self._follow(event, info)


def _keep_to_the_end(stream: _Stream) -> None:
    """Let a connection wait for no part longer than there is time for the whole.

    httpx allows each part of an answer the time that is meant for all, so a byte now and then would keep it waiting.
    The connection outlives the exchange that it is made for, so it looks up anew each time how much is left.
    """
    read, write, start_tls = stream.read, stream.write, stream.start_tls

    def read_in_time(most: int, timeout: float | None = None) -> bytes:
        return read(most, _at_most(timeout))

    def write_in_time(data: bytes, timeout: float | None = None) -> None:
        write(data, _at_most(timeout))

    def start_tls_in_time(
        ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> object:
        return start_tls(ssl_context, server_hostname, _at_most(timeout))

    with suppress(AttributeError):  # streams of other transports may not let themselves be told
        stream.read, stream.write, stream.start_tls = read_in_time, write_in_time, start_tls_in_time


def _at_most(timeout: float | None) -> float | None:
    left = min(seconds_left(), inf if timeout is None else timeout)
    return None if left == inf else left
