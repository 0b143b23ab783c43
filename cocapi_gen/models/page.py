"""Pages of lists."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar, overload

from pydantic import JsonValue

from cocapi_gen.exceptions import first_few
from cocapi_gen.models._base import Model
from cocapi_gen.models._texts import explained

T_co = TypeVar("T_co", bound=Model, covariant=True)


@dataclass(frozen=True, slots=True)
class PageQuery(Generic[T_co]):
    """What a page was the answer to: enough to ask for the next one."""

    operation_id: str
    row: type[T_co]
    values: Mapping[str, object]


@explained
@dataclass(frozen=True, slots=True)
class Page(Sequence[T_co]):
    """A list, or one page of it if a limit was given: a sequence of its rows that knows where it goes on.

    ``client.next_page(page)`` fetches the page that follows, ``client.walk(page)`` all rows from this page on. A page
    can be pickled, so that a long walk may be interrupted and continued by another process.

    Example:
        >>> page = await client.clans_details(min_members=2, limit=3)
        >>> len(page), page[0].members >= 2, page.after is not None, page.before
        (3, True, True, None)
    """

    items: tuple[T_co, ...]
    """The rows."""
    after: str | None
    """Cursor of the page that follows; None if this is the last one."""
    before: str | None
    """Cursor of the page before; None if this is the first one."""
    query: PageQuery[T_co] = field(compare=False)
    """What the page was the answer to."""
    model_extra: Mapping[str, JsonValue]
    """What the API sent beside the rows and the cursors, by the API's own names; normally nothing."""

    @overload
    def __getitem__(self, index: int) -> T_co: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T_co, ...]: ...
    def __getitem__(self, index: int | slice) -> T_co | tuple[T_co, ...]:
        return self.items[index]

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[T_co]:
        return iter(self.items)

    def __hash__(self) -> int:
        return hash((self.items, self.after, self.before))

    def __repr__(self) -> str:
        return first_few(self, self.query.row.__name__)

    def to_dict(self) -> dict[str, JsonValue]:
        """Return rows and cursors as JSON types, wrapped as the API wraps them; the names in the rows are ours."""
        cursors: dict[str, JsonValue] = {"after": self.after, "before": self.before}
        sent: dict[str, JsonValue] = {name: cursor for name, cursor in cursors.items() if cursor is not None}
        return {**self.model_extra, "items": [row.to_dict() for row in self.items], "paging": {"cursors": sent}}

    def model_dump_json(self) -> str:
        """Return the same as JSON; what the page was the answer to is not in it."""
        return json.dumps(self.to_dict(), ensure_ascii=False)
