"""What is shown, whatever it is shown on: sentences, facts and tables, made of plain values."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, TypeAlias, TypeVar

T = TypeVar("T")

Cell: TypeAlias = str | int | datetime | None
"""A value; None is what is not known."""

Columns: TypeAlias = Mapping[str, Callable[[T], Cell]]
"""The columns of a table: each heading, and what stands below it."""

_JOINERS = "\u200c\u200d"
"""They shape letters and hold emoji together; nothing else that is invisible is needed in a name."""
_UNSEEN = "Cf"
_UNSAFE = ("Cc", "Cs", "Zl", "Zp")
_UNITS = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))


class Facts(NamedTuple):
    """What is known of one thing; of what is None nothing is said.

    Attributes:
        title: what it is.
        rows: each fact with its name.
    """

    title: str
    rows: Sequence[tuple[str, Cell]]


class Grid(NamedTuple):
    """A table.

    Attributes:
        title: what it is a table of.
        headings: one for each column.
        rows: the cells, row by row.
    """

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]


Block: TypeAlias = str | Facts | Grid
"""One part of what is shown; a text is a sentence."""


def grid(title: str, columns: Columns[T], rows: Iterable[T]) -> Grid:
    """Return a table of some things.

    >>> grid("words", {"word": str, "length": len}, ["owl"])
    Grid(title='words', headings=('word', 'length'), rows=(('owl', 3),))
    """
    return Grid(title, tuple(columns), tuple(tuple(cell(row) for cell in columns.values()) for row in rows))


def words(cell: Cell, now: datetime) -> str:
    """Return how a value is written; moments in UTC, and how far from now they are.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 1, 8, 12, tzinfo=UTC)
    >>> words(noon + timedelta(minutes=200), noon)
    '2026-01-08 15:20 UTC, in 3 h 20 min'
    >>> words(1234, noon), words(True, noon), words(None, noon), words("owl", noon)
    ('1,234', 'yes', '', 'owl')
    """
    match cell:
        case str():
            return plain(cell)
        case bool():
            return "yes" if cell else "no"
        case int():
            return f"{cell:,}"
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M} UTC, {_from_now(cell - now)}"
        case None:
            return ""


def plain(text: str) -> str:
    r"""Return a text that only shows itself: what could steer a terminal is replaced, what is invisible left out.

    >>> plain("\x1b[31mred\u202e \U0001f469\u200d\U0001f680") == "\ufffd[31mred \U0001f469\u200d\U0001f680"
    True
    """
    return text if text.isprintable() else "".join(map(_harmless, text))


def one_line(text: object) -> str:
    r"""Return what can be told in a line.

    >>> one_line("first\n  second")
    'first second'
    """
    return plain(" ".join(str(text).split()))


def _harmless(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind == _UNSEEN and letter not in _JOINERS:
        return ""
    return "\N{REPLACEMENT CHARACTER}" if kind in _UNSAFE else letter


def _from_now(distance: timedelta) -> str:
    span = _span(abs(distance))
    return f"in {span}" if distance > timedelta(0) else f"{span} ago"


def _span(time: timedelta) -> str:
    """Return a time in its two largest units; in days alone if there are several."""
    seconds, parts = int(time.total_seconds()), list[str]()
    for unit, length in _UNITS:
        count, rest = divmod(seconds, length)
        if count:
            parts.append(f"{count} {unit}")
            seconds = rest
        if len(parts) == 2 or (count > 1 and unit == "d"):
            break
    return " ".join(parts) or "0 s"
