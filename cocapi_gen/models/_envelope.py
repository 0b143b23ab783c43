"""The wrapping of lists on the wire; it is taken off before anybody sees it."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from cocapi_gen._parsing import Many
from cocapi_gen.aliases import Tag

T = TypeVar("T")


class Cursors(BaseModel):
    """Where the neighbouring pages are."""

    after: str | None = None
    before: str | None = None


class Paging(BaseModel):
    """Where a page stands in its list."""

    cursors: Cursors = Cursors()


class Items(BaseModel, Generic[T]):
    """A list, or one page of it."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="allow", defer_build=True)

    items: Many[T]
    paging: Paging = Paging()


class Tagged(BaseModel):
    """A row of which only the tag matters."""

    tag: Tag
