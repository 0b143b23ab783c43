"""Reading JSON of which nothing is sure: what is not there, or is something else, is empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast


def as_object(value: object) -> Mapping[str, object]:
    """Return an object."""
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def object_in(data: Mapping[str, object], name: str) -> Mapping[str, object]:
    """Return the object of a name."""
    return as_object(data.get(name))


def entries_in(data: Mapping[str, object], name: str) -> list[object]:
    """Return the list of a name."""
    value = data.get(name)
    return cast("list[object]", value) if isinstance(value, list) else []


def text_in(data: Mapping[str, object], name: str) -> str | None:
    """Return the text of a name; None if there is none."""
    value = data.get(name)
    return value if isinstance(value, str) else None


def texts_in(data: Mapping[str, object], name: str) -> tuple[str, ...]:
    """Return the texts in the list of a name."""
    return tuple(each for each in entries_in(data, name) if isinstance(each, str))
