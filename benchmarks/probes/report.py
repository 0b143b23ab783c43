"""What a probe is: a table of calls, each made and read as a user of the library would, told as one JSON object a line.

Probes run where cocapi_gen is not installed, so this module needs nothing but Python.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterable, Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from inspect import getattr_static, isawaitable
from types import MemberDescriptorType
from typing import Generic, Literal, TypeVar, cast

Row = TypeVar("Row")
Client = TypeVar("Client")

Verdict = Literal["ok", "error", "peer fault"]


@dataclass(frozen=True)
class Guide:
    """Where the sandbox and its developer site are, how to get in, and what is worth asking."""

    base_url: str
    developer_url: str
    email: str
    password: str
    key: str
    clan: str
    name: str
    ended_war_clan: str
    idle_clan: str
    private_clan: str
    player: str
    clanless_player: str
    unknown_tag: str
    token: str
    country: int
    clan_label: int


@dataclass(frozen=True)
class Outcome:
    """What came of one call."""

    call: str
    verdict: Verdict
    text: str


@dataclass(frozen=True)
class Call(Generic[Client]):
    """One call of a library.

    Attributes:
        name: what is asked for. The same words in every probe, as it is a row of the table.
        fetch: makes the call; what it returns may have to be awaited.
        read: reads the answer and says what was there; raises `Missing` if something is not.
        raises: the name of the error that the call has to end with, if it cannot succeed.
        peer_fault: what the library does wrong, if it fails on the real API too.
    """

    name: str
    fetch: Callable[[Client, Guide], object]
    read: Callable[..., str] = str
    raises: str = ""
    peer_fault: str = ""


@dataclass(frozen=True)
class Library:
    """What has to be known about a library to read its objects.

    Attributes:
        package: its objects are those whose class comes from here.
        unreadable: attributes, as "Class.name", that raise on the real API's data too.
    """

    package: str
    unreadable: frozenset[str] = frozenset()


class Missing(Exception):
    """The library gave nothing where a user expects something."""


def seen(**facts: object) -> str:
    """The facts as a text; raises if one of them is not there.

    >>> seen(name="A clan", members=50)
    'name=A clan, members=50'
    """
    missing = [name for name, fact in facts.items() if fact is None or fact == ""]
    if missing:
        raise Missing(f"nothing in {', '.join(missing)}")
    return ", ".join(f"{name}={fact}" for name, fact in facts.items())


def each(rows: Iterable[Row], read: Callable[[Row], str]) -> int:
    """Read every row; how many there are. No row at all is a miss.

    >>> each([1, 2], str)
    2
    """
    texts = [read(row) for row in rows]
    if not texts:
        raise Missing("no rows")
    return len(texts)


def touch(answer: object, library: Library) -> None:
    """Read each public attribute of each object of the library that can be reached from an answer.

    Such attributes are often worked out on reading, so what is wrong in the data may show only then.
    """
    kept: dict[int, object] = {}
    waiting: list[tuple[str, object]] = [("the answer", answer)]
    while waiting:
        path, value = waiting.pop()
        if id(value) not in kept:
            kept[id(value)] = value
            waiting += _parts(path, value, library)


def _parts(path: str, value: object, library: Library) -> Iterator[tuple[str, object]]:
    if isinstance(value, (list, tuple)):
        rows = cast("Sequence[object]", value)
        yield from ((f"{path}[{number}]", row) for number, row in enumerate(rows))
    elif type(value).__module__.partition(".")[0] == library.package:
        names = (name for name in dir(value) if _is_promised(value, name, library))
        yield from ((f"{path}.{name}", _attribute(path, value, name)) for name in names)


def _is_promised(value: object, name: str, library: Library) -> bool:
    kind = type(value)
    if name.startswith("_") or callable(getattr(kind, name, None)) or f"{kind.__name__}.{name}" in library.unreadable:
        return False
    # a slot may have stayed empty: the library fills it from elsewhere, or never
    return not isinstance(getattr_static(kind, name, None), MemberDescriptorType) or hasattr(value, name)


def _attribute(path: str, value: object, name: str) -> object:
    try:
        return getattr(value, name)
    except Exception as error:
        raise Missing(f"{type(value).__name__}.{name} of {path}: {_told(error)}") from error


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


async def run(calls: Iterable[Call[Client]], client: Client, guide: Guide, library: Library) -> None:
    """Make the calls one after another and tell of each on standard output."""
    for call in calls:
        print(json.dumps(asdict(await _outcome(call, client, guide, library))), flush=True)


async def _outcome(call: Call[Client], client: Client, guide: Guide, library: Library) -> Outcome:
    try:
        answer = await _collected(call.fetch(client, guide))
        touch(answer, library)
        text = call.read(answer)
    except Exception as error:  # noqa: BLE001 # a probe tells of every error
        return _failed(call, error)
    if call.raises:
        return Outcome(call.name, "error", f"{call.raises} was expected, but it was answered: {text}")
    return Outcome(call.name, "ok", text)


async def _collected(answer: object) -> object:
    if isawaitable(answer):
        answer = await answer
    if isinstance(answer, AsyncIterable):
        return [row async for row in cast("AsyncIterable[object]", answer)]
    return answer


def _failed(call: Call[Client], error: Exception) -> Outcome:
    if type(error).__name__ != call.raises:
        return Outcome(call.name, "error", _told(error))
    if call.peer_fault:
        return Outcome(call.name, "peer fault", call.peer_fault)
    return Outcome(call.name, "ok", _told(error))


def given() -> Guide:
    """The guide that the probe was started with."""
    return Guide(**json.loads(sys.argv[1]))
