"""Lists of the API, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar

from cocapi_gen import _arguments, models
from cocapi_gen._http.call import call
from cocapi_gen._http.flow import Flow
from cocapi_gen._http.operation import Operation
from cocapi_gen.aliases import Tag
from cocapi_gen.exceptions import InvalidParameterError, UnreadableAnswerError, shown
from cocapi_gen.raw import OPERATIONS

if TYPE_CHECKING:
    from cocapi_gen.models._envelope import Items

T = TypeVar("T")
M = TypeVar("M", bound="models.Model")


def page(operation: Operation[object], row: type[M], **values: object) -> Flow[models.Page[M]]:
    """Load a list, or the page of it that ``limit``, ``after`` and ``before`` ask for."""
    from cocapi_gen.models.page import PageQuery

    _arguments.paging(*(values.get(name) for name in ("limit", "after", "before")))
    found = yield from _items(operation, row, values)
    return models.Page(
        items=found.items,
        after=found.paging.cursors.after,
        before=found.paging.cursors.before,
        query=PageQuery(operation.operation_id, row, values),
        model_extra=found.model_extra or {},
    )


def rows(operation: Operation[object], row: type[T], **values: object) -> Flow[tuple[T, ...]]:
    """Load a list, and take off what the API wraps it in."""
    return (yield from _items(operation, row, values)).items


def tags(operation: Operation[object], **values: object) -> Flow[list[Tag]]:
    """Load a list of which only the tags matter."""
    from cocapi_gen.models._envelope import Tagged

    return [row.tag for row in (yield from rows(operation, Tagged, **values))]


def must_be_page(thing: object) -> None:
    """Check that something is a page."""
    if not isinstance(thing, models.Page):
        problem = f"{shown(thing)} is no page: give one that a method such as client.clan_members() has returned."
        raise InvalidParameterError(thing, problem)


def neighbour(known: models.Page[M], side: Literal["after", "before"]) -> Flow[models.Page[M] | None]:
    """Load the page after or before; None if there is none."""
    must_be_page(known)
    cursor = known.after if side == "after" else known.before
    if not cursor:
        return None
    query = known.query
    values = {**query.values, "after": None, "before": None, side: cursor}
    return (yield from page(OPERATIONS[query.operation_id], query.row, **values))


def next_unseen(known: models.Page[M], seen: set[str]) -> Flow[models.Page[M] | None]:
    """Load the next page, unless the list would go round in circles.

    Raises:
        UnreadableAnswerError: the cursor has led to a page before.
    """
    if known.after in seen:
        operation = known.query.operation_id
        raise UnreadableAnswerError(f"The list of {operation} has no end: the API sent a cursor for the second time.")
    following = yield from neighbour(known, "after")
    if known.after is not None:
        seen.add(known.after)
    return following


def _items(operation: Operation[object], row: type[T], values: dict[str, object]) -> Flow[Items[T]]:
    from cocapi_gen.models._envelope import Items

    envelope: type[Items[T]] = Items[row]  # type: ignore[valid-type] # a type that is only known at run time
    return (yield from call(operation, envelope, **values))
