"""The wrapping of lists on the wire; it is taken off before anybody sees it."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import BaseModel

from cocapi_gen.aliases import Tag

T = TypeVar("T")


class Items(BaseModel, Generic[T]):
    """A list, or one page of it."""

    items: tuple[T, ...]


class Tagged(BaseModel):
    """A row of which only the tag matters."""

    tag: Tag
