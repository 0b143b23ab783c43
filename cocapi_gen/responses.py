"""What came with an answer: ``client.with_response``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Self, TypeVar

T_co = TypeVar("T_co", covariant=True)


class Headers(Mapping[str, str]):
    """Headers of an answer, found in any case.

    Example:
        >>> headers = Headers({"Cache-Control": "max-age=60"})
        >>> headers["cache-control"], headers.get("age"), [*headers]
        ('max-age=60', None, ['Cache-Control'])
    """

    __slots__ = ("_lines",)

    def __init__(self, lines: Mapping[str, str]) -> None:
        self._lines = {name.lower(): (name, value) for name, value in lines.items()}

    @classmethod
    def of_lines(cls, lines: Iterable[tuple[bytes, bytes]]) -> Self:
        """Read the lines that a server sent; what stands in several belongs together."""
        headers = cls({})
        found = headers._lines
        for line in lines:
            name, value = line[0].decode("latin-1"), line[1].decode("latin-1")
            key = name.lower()
            found[key] = (name, f"{found[key][1]}, {value}" if key in found else value)
        return headers

    def __getitem__(self, name: str) -> str:
        return self._lines[name.lower()][1]

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._lines.values())

    def __len__(self) -> int:
        return len(self._lines)

    def __hash__(self) -> int:
        return hash(frozenset((name, value) for name, (_, value) in self._lines.items()))

    def __repr__(self) -> str:
        return f"Headers({dict(self)!r})"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what the API said to it."""

    method: str
    """The HTTP method."""
    target: str
    """Path and query, encoded, below the base URL."""
    status: int
    """Status code of the answer."""
    headers: Headers
    """Headers of the answer, found in any case."""
    fetched_at: datetime
    """When the answer was there, in UTC."""
    max_age: timedelta | None
    """How long the API calls the answer fresh; None if it does not say. Zero for what was asked for with ``realtime``,
    of which the API says the same as of all else."""
    size: int = 0
    """Bytes of the answer's body, decompressed."""
    is_lookup: bool = False
    """Whether it only served to find what leads to the thing, like the number that a name stands for."""

    @property
    def expires_at(self) -> datetime | None:
        """When the answer stops being fresh; None if the API does not say."""
        return None if self.max_age is None else self.fetched_at + self.max_age


@dataclass(frozen=True, slots=True)
class Response(Generic[T_co]):
    """The result of a method, and what came with it.

    Where no request was needed, as after the last page, ``exchanges`` is empty and the rest raises a LookupError.

    Example:
        >>> response = await client.with_response.player(player_tag)
        >>> response.value.tag == player_tag, response.status
        (True, 200)
        >>> response.expires_at - response.fetched_at
        datetime.timedelta(seconds=60)
        >>> [exchange.method for exchange in response.exchanges]
        ['GET']
    """

    value: T_co
    """What the method returns."""
    exchanges: tuple[Exchange, ...]
    """Every request that the result is made of. A list that the client had kept counts with the request that once
    loaded it, so one can always tell how old a result is; ``fetched_at`` tells such a request from a new one."""

    @property
    def main(self) -> Exchange:
        """The first request that asked for the thing itself, and not for what leads to it, like a name's number.

        Raises:
            LookupError: there was nothing to ask for, as after the last page.
        """
        if not self.exchanges:
            raise LookupError("No request was needed for this result, so nothing came with it.")
        return next((each for each in self.exchanges if not each.is_lookup), self.exchanges[0])

    @property
    def status(self) -> int:
        """Status code of the main answer."""
        return self.main.status

    @property
    def headers(self) -> Headers:
        """Headers of the main answer, found in any case."""
        return self.main.headers

    @property
    def fetched_at(self) -> datetime:
        """When the oldest part of the result was fetched, in UTC."""
        return min(each.fetched_at for each in (self.main, *self.exchanges))

    @property
    def expires_at(self) -> datetime | None:
        """When the first part of the result stops being fresh; None if the API says so of no part."""
        moments = (each.expires_at for each in (self.main, *self.exchanges))
        return min((moment for moment in moments if moment is not None), default=None)
