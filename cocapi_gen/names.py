"""Finding labels, leagues and locations by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, Protocol, TypeVar, overload

from cocapi_gen.exceptions import UnknownDataError, first_few, shown


class Named(Protocol):
    """Anything with a number and a name."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...


T = TypeVar("T")
S = TypeVar("S")
N = TypeVar("N", bound=Named)


def fold(name: str) -> str:
    """Return the form in which names are compared: case and surrounding blanks mean nothing."""
    return name.strip().casefold()


class NameTable(dict[str, T]):
    """A dictionary from lower-case names that can be asked in any case.

    Example:
        >>> table = NameTable({"clan wars": 56000000})
        >>> table
        <NameTable of 1 names: 'clan wars'>
        >>> table["Clan Wars"], " CLAN WARS " in table, table.get("farming")
        (56000000, True, None)
    """

    def __repr__(self) -> str:
        return first_few(self, "names")

    def __missing__(self, name: str) -> T:
        folded = fold(name)
        if folded == name:
            raise KeyError(name)
        return self[folded]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(fold(name))

    @overload
    def get(self, name: str, default: None = None, /) -> T | None: ...
    @overload
    def get(self, name: str, default: T, /) -> T: ...
    @overload
    def get(self, name: str, default: S, /) -> T | S: ...
    def get(self, name: str, default: object = None, /) -> object:
        """Return what has this name, or the default."""
        return super().get(fold(name), default)


class Directory(Generic[N]):
    """All things of one kind, found by number, or by name or code in any case."""

    def __init__(
        self, things: Iterable[tuple[N, tuple[str | None, ...]]], error: type[UnknownDataError], hint: str
    ) -> None:
        """Take each thing with its names; a later thing takes a name over from an earlier one, and "" is no name."""
        self._by_id: dict[int, N] = {}
        self._by_name = NameTable[N]()
        self._error = error
        self._hint = hint
        for thing, names in things:
            self._by_id[thing.id] = thing
            self._by_name |= {folded: thing for name in names if (folded := fold(name or ""))}

    def table(self) -> NameTable[N]:
        """Return a table of all names, the caller's own."""
        return NameTable(self._by_name)

    def find(self, wanted: str | int) -> N:
        """Return what has this name, code or number.

        Raises:
            UnknownDataError: nothing has; the message offers the nearest names.
        """
        found = self._by_name.get(wanted) if isinstance(wanted, str) else None
        if found is None and (type(wanted) is int or _is_number(wanted)):
            found = self._by_id.get(int(wanted))
        if found is None:
            raise self._error(wanted, f"{shown(wanted)} is unknown.{self._nearest(wanted)} {self._hint}")
        return found

    def _nearest(self, wanted: str | int) -> str:
        from difflib import get_close_matches  # here, because it is only needed when a name is wrong

        close = get_close_matches(fold(wanted), self._by_name, n=3) if isinstance(wanted, str) else []
        return f" Did you mean {' or '.join(map(repr, close))}?" if close else ""


def _is_number(wanted: object) -> bool:
    """Say whether a text is the number of something; all of them have eight or nine digits."""
    return isinstance(wanted, str) and wanted.strip().isdecimal() and len(wanted) < 20
