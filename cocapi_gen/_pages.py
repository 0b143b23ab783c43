"""Lists of the API, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from cocapi_gen import _arguments
from cocapi_gen._http.call import call
from cocapi_gen._http.flow import Flow
from cocapi_gen._http.operation import Operation

if TYPE_CHECKING:
    from cocapi_gen.models import Model, Page
    from cocapi_gen.models._envelope import Items

    M = TypeVar("M", bound=Model)

T = TypeVar("T")


def page(operation: Operation[object], row: type[M], **values: object) -> Flow[Page[M]]:
    """Load a list, or the page of it that ``limit``, ``after`` and ``before`` ask for."""
    from cocapi_gen.models.page import Page, PageQuery

    _arguments.paging(values)
    found = yield from _items(operation, row, values)
    return Page(
        items=found.items,
        after=found.paging.cursors.after,
        before=found.paging.cursors.before,
        query=PageQuery(operation.operation_id, row, values),
        model_extra=found.model_extra or {},
    )


def rows(operation: Operation[object], row: type[T], **values: object) -> Flow[tuple[T, ...]]:
    """Load a list, and take off what the API wraps it in."""
    return (yield from _items(operation, row, values)).items


def _items(operation: Operation[object], row: type[T], values: dict[str, object]) -> Flow[Items[T]]:
    from cocapi_gen.models._envelope import Items

    envelope: type[Items[T]] = Items[row]  # type: ignore[valid-type] # a type that is only known at run time
    return (yield from call(operation, envelope, **values))
