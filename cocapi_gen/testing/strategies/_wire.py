"""What the generated strategies are made of."""

from __future__ import annotations

import string as characters
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeAlias, cast

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Values: TypeAlias = "SearchStrategy[Json]"

RESPONSES: dict[str, Values] = {}
"""A strategy for each schema, by its name."""

_BIG = 2**53


def string() -> Values:
    """Any text that JSON can carry."""
    return st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def integer(minimum: int = -_BIG, maximum: int = _BIG) -> Values:
    return st.integers(minimum, maximum)


def number() -> Values:
    return st.integers(0, 100) | st.floats(0, 700, allow_nan=False)


def boolean() -> Values:
    return st.booleans()


def null() -> Values:
    return st.none()


def tag() -> Values:
    return st.text("0289PYLQGRJCUV", min_size=1, max_size=9).map("#{}".format)


def timestamp() -> Values:
    """A moment in each of the forms that the API uses."""
    forms = st.sampled_from(["%Y%m%dT%H%M%S.000Z", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.190Z"])
    moments = st.datetimes(datetime(2015, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 # hypothesis wants the bounds naive
    return st.builds(datetime.strftime, moments, forms)


def open_enum(*values: str) -> Values:
    """A known value, or one that is yet to be invented."""
    return st.sampled_from(values) | st.text(characters.ascii_letters, min_size=1, max_size=12)


def enum(*values: str) -> Values:
    """One of a few values, and no other."""
    return st.sampled_from(values)


def array(items: Values) -> Values:
    return st.lists(items, max_size=3).map(list[Json])


def one_of(*options: Values) -> Values:
    return st.one_of(*options)


def free_object() -> Values:
    return st.dictionaries(string().map(str), string() | integer() | null(), max_size=3)


def reference(name: str) -> Values:
    """Another schema, looked up when it is drawn: schemas may hold themselves."""
    return st.deferred(lambda: RESPONSES[name])


def record(required: Mapping[str, Values], optional: Mapping[str, Values]) -> Values:
    """An object; each optional key is there or not."""
    return st.fixed_dictionaries(dict(required), optional=dict(optional)).map(dict[str, Json])


def extended(values: Values, optional: Mapping[str, Values], required: Mapping[str, Values] | None = None) -> Values:
    """Objects with more keys, or with others in their place; each optional key is there or not."""
    return st.builds(_merged, values, record(required or {}, optional))


def without(values: Values, key: str) -> Values:
    """Objects without a key."""
    return values.map(lambda value: {k: v for k, v in cast("dict[str, Json]", value).items() if k != key})


def _merged(value: Json, more: Json) -> Json:
    return cast("dict[str, Json]", value) | cast("dict[str, Json]", more)


def unknown_keys(draw: st.DrawFn, value: Json) -> Json:
    """Return the JSON with keys added to its objects that nobody knows yet."""
    if isinstance(value, list):
        return [unknown_keys(draw, item) for item in value]
    if not isinstance(value, dict):
        return value
    added = {f"new{key.capitalize()}Key": draw(free_object() | integer()) for key in draw(_NEW_KEYS)}
    return {key: unknown_keys(draw, item) for key, item in value.items()} | added


_NEW_KEYS = st.lists(st.text(characters.ascii_lowercase, min_size=1, max_size=5), max_size=2, unique=True)
