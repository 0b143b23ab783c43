"""Algorithms as generators that yield what they want done.

A flow says *what* happens and in which order: send this request, run these two at once, do that only once. A driver
hands the result back in. What takes time it does itself, with ``await`` or without; for all else it runs another flow
in between (``wishes``). A flow may also hold, until its caller wants the rest. So a flow is written once, and tested as
data.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeAlias, TypeVar, cast

from cocapi_gen._http.operation import Operation, Request
from cocapi_gen.exceptions import CocApiError

if TYPE_CHECKING:
    from cocapi_gen._http.server import Server
    from cocapi_gen._http.transport import Answer

T = TypeVar("T")
S = TypeVar("S")
T_co = TypeVar("T_co", covariant=True)

# What flows want done is not frozen, because a frozen one takes three times as long to make, and some are made in each
# call. Nobody changes one.


# ---------------------------------------------------------------------- what takes time


@dataclass(slots=True)
class Carry:
    """Carry a request to a server once."""

    request: Request
    server: Server


@dataclass(slots=True)
class Sleep:
    """Let some seconds pass."""

    seconds: float


class Event(Protocol):
    """Something that happens once. Event loops have one of their own, and so have threads."""

    def set(self) -> object:
        """Let it happen."""
        ...

    def is_set(self) -> bool:
        """Say whether it has happened."""
        ...


@dataclass(slots=True)
class Wait:
    """Wait for an event, but no longer than so many seconds, and tell whether it has come."""

    event: Event
    seconds: float | None


class Question(Protocol):
    """Something that a service other than the API is asked."""

    async def ask(self) -> object:
        """Ask in an event loop of asyncio, and return the reply."""
        ...

    def ask_here(self) -> object:
        """Ask in this thread, and return the reply."""
        ...


@dataclass(slots=True)
class Ask:
    """Ask a service other than the API."""

    question: Question


@dataclass(slots=True)
class Together:
    """Run flows at the same time, all of them to their end, but no more than so many at once."""

    flows: tuple[Work[object], ...]
    at_most: int


# ---------------------------------------------------------------------- what waits for the caller


@dataclass(slots=True)
class Hold:
    """Stop here until somebody wants the rest: only the answer is left to read."""


# ---------------------------------------------------------------------- what other flows do


@dataclass(slots=True)
class Send:
    """Send a request to the API, as persistently as the caller wants, and read the answer."""

    request: Request
    read: Callable[[Answer], object]


@dataclass(slots=True)
class Once:
    """Run a flow the first time only and keep its result; whoever asks meanwhile waits for it.

    With a greatest age in seconds, a result that is older is made anew.
    """

    key: Hashable
    make_flow: Callable[[], Flow[object]]
    max_age: float | None


@dataclass(slots=True)
class Remember(Generic[T_co]):
    """Return what is kept under a key as long as it is fresh, else run a flow and keep its result or its error.

    For most calls that is all there is to do, so a driver takes it as it is; a flow can ``yield from`` it, too.
    """

    key: Hashable
    make_flow: Callable[[], Flow[T_co]]
    operation: Operation[object]

    def __iter__(self) -> Flow[T_co]:
        return cast("T_co", (yield self))


@dataclass(slots=True)
class LookUp:
    """Run a flow that only finds what leads to the thing itself."""

    work: Work[object]


Deed: TypeAlias = Carry | Sleep | Wait | Ask | Together
Wish: TypeAlias = Send | Once | Remember[object] | LookUp
Effect: TypeAlias = Deed | Hold | Wish
Flow: TypeAlias = Generator[Effect, object, T]
Work: TypeAlias = Flow[T] | Remember[T]
"""What a driver runs to its end."""


def send(request: Request, read: Callable[[Answer], T]) -> Flow[T]:
    """Send a request and return what was read from the answer, which is a success."""
    return cast("T", (yield Send(request, read)))


def carry(request: Request, server: Server) -> Flow[Answer]:
    """Send a request to a server once and return the answer, whatever its status."""
    return cast("Answer", (yield Carry(request, server)))


def sleep(seconds: float) -> Flow[None]:
    """Let some seconds pass."""
    yield Sleep(seconds)


def wait(event: Event, seconds: float | None) -> Flow[bool]:
    """Wait for an event, but no longer than so many seconds; tell whether it has come."""
    return cast("bool", (yield Wait(event, seconds)))


def hold() -> Flow[None]:
    """Stop here until somebody wants the rest: only the answer is left to read."""
    yield Hold()


def ask(question: Question) -> Flow[object]:
    """Ask a service other than the API, and return the reply."""
    return (yield Ask(question))


def look_up(work: Work[T]) -> Flow[T]:
    """Run a flow that only finds what leads to the thing itself; who asks which requests were made can tell."""
    return cast("T", (yield LookUp(work)))


def together(first: Work[S], second: Work[T]) -> Flow[tuple[S, T]]:
    """Run two flows at the same time and return both results."""
    return cast("tuple[S, T]", (yield Together((first, second), 2)))


def gather(flows: Iterable[Work[T]], at_most: int) -> Flow[tuple[T, ...]]:
    """Run any number of flows, at most so many at the same time, and return the results in order.

    The first error is raised once all have ended; to see each of them, wrap the flows in ``attempt``.
    """
    return cast("tuple[T, ...]", (yield Together(tuple(flows), at_most)))


def once(key: Hashable, make_flow: Callable[[], Flow[T]], max_age: float | None = None) -> Flow[T]:
    """Return the result of the flow that was made for this key, running it if nobody has, or not lately enough."""
    return cast("T", (yield Once(key, make_flow, max_age)))


def attempt(work: Work[T]) -> Flow[T | CocApiError]:
    """Run a flow and return its error instead of raising it."""
    try:
        return (yield from work)
    except CocApiError as error:
        return error
