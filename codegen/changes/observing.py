"""Looks at answers as the spec describes them, and notes what it does not know."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TypeAlias

from codegen.changes.api import Api
from codegen.changes.tables import rows, text
from codegen.types import Array, Enumeration, Free, Json, Plain, Reference, Type, Union

News: TypeAlias = frozenset[tuple[str, ...]]
"""Things that the spec does not know, each with its kind before it."""

_KEY = re.compile("[a-z][A-Za-z0-9]{0,59}")
_LONGEST_SHAPE = 40
_KINDS = {"bool": "boolean", "int": "integer", "float": "number", "str": "string", "list": "array", "dict": "object"}


def kind_of(value: Json) -> str:
    """Return the kind of a value, as JSON schema calls it."""
    return _KINDS.get(type(value).__name__, "null")


def is_key(name: str) -> bool:
    """Whether a name is written as the API writes the names of fields; others may be data, such as tags."""
    return _KEY.fullmatch(name) is not None


def shape(value: Json, *, has_fields: bool = False) -> str:
    """Return what a value looks like, without what it says: letters become a or A, digits 9.

    Args:
        value: the value.
        has_fields: whether the keys of objects are the names of fields, and no data that have to be hidden.
    """
    match value:
        case str():
            plain = re.sub(r"[^\W\d_]", lambda letter: "A" if letter[0].isupper() else "a", re.sub(r"\d", "9", value))
            return repr(_cut(plain))
        case bool() | None:
            return str(value).lower() if value is not None else "null"
        case int() | float():
            return _cut(re.sub(r"\d", "9", str(value)))
        case list():
            return f"[{shape(value[0], has_fields=has_fields)}, ...]" if value else "[]"
        case dict():
            return f"{{{', '.join(key if has_fields and is_key(key) else '?' for key in [*value][:12])}}}"


def _cut(plain: str) -> str:
    return plain if len(plain) <= _LONGEST_SHAPE else f"{plain[:_LONGEST_SHAPE]}..."


class Observer:
    """Notes of all answers that were looked at.

    Attributes:
        models: how often each model was seen.
        seen: how often each field was.
        seen_values: how often each value of an enumeration was.
        scalars: the texts and numbers in each field.
        unknown: the values of fields that the spec does not have.
        values: how often each value was seen that an enumeration does not list.
        absent: how often a field was left out that is required.
        others: examples of values of other kinds than a field has, by field and kind.
        formats: examples of texts that look otherwise than their kind should, by field.
        ranges: examples of numbers that are out of their range, by field.
    """

    def __init__(self, api: Api) -> None:
        self.models = Counter[str]()
        self.seen = Counter[str]()
        self.seen_values = Counter[tuple[str, str]]()
        self.scalars = defaultdict[str, set[str | float]](set)
        self.unknown = defaultdict[str, list[Json]](list)
        self.values = Counter[tuple[str, str]]()
        self.absent = Counter[str]()
        self.others = defaultdict[tuple[str, str], list[Json]](list)
        self.formats = defaultdict[str, list[str]](list)
        self.ranges = defaultdict[str, list[Json]](list)
        self._api = api
        self._fields = api.fields

    def add(self, other: Observer) -> None:
        """Add the notes of another one."""
        for mine, theirs in ((self.models, other.models), (self.seen, other.seen), (self.absent, other.absent)):
            mine.update(theirs)
        self.seen_values.update(other.seen_values)
        self.values.update(other.values)
        for place, scalars in other.scalars.items():
            self.scalars[place] |= scalars
        for place, values in other.unknown.items():
            self.unknown[place] += values
        for key, values in other.others.items():
            self.others[key] += values
        for place, texts in other.formats.items():
            self.formats[place] += texts
        for place, numbers in other.ranges.items():
            self.ranges[place] += numbers

    @property
    def news(self) -> News:
        """What there was that the spec does not know."""
        return frozenset(
            [
                *(("field", place) for place in self.unknown),
                *(("value", *value) for value in self.values),
                *(("range", place) for place in self.ranges),
            ]
        )

    @property
    def faults(self) -> News:
        """What was otherwise than the spec says."""
        return frozenset(
            [
                *(("absent", place) for place in self.absent),
                *(("other", *other) for other in self.others),
                *(("format", place) for place in self.formats),
            ]
        )

    def look(self, place: str, type_: Type, value: Json, alias: str = "") -> None:
        """Look at a value that stands at a place and should be of a type."""
        if isinstance(type_, Reference) and type_.name in self._api.aliases:
            self.look(place, self._api.aliases[type_.name], value, type_.name)
        elif not self._fits(type_, value):
            self.others[place, kind_of(value)].append(value)
        elif isinstance(type_, Union):
            self.look(place, next(each for each in type_.options if self._fits(each, value)), value, alias)
        else:
            self._look_closer(place, type_, value, alias)

    def _look_closer(self, place: str, type_: Type, value: Json, alias: str) -> None:
        """Look at a value of which the kind is right."""
        match type_, value:
            case Reference(name), dict():
                self._look_inside(name, value)
            case Array(items), list():
                for item in value:
                    self.look(f"{place}[]", items, item)
            case Enumeration(known), str():
                self.seen_values[alias or place, value] += 1
                self.values.update([(alias or place, value)] if value not in known else [])
            case Plain(), str() if not _is_as_written(value, self._api.schema(alias)):
                self.formats[place].append(value)
            case Plain(_, low, high), int() | float() if not _is_between(low, value, high):
                self.ranges[place].append(value)
            case _:
                pass

    def _look_inside(self, name: str, value: dict[str, Json]) -> None:
        self.models[name] += 1
        properties = self._fields.get(name, {})  # an invented model has none yet
        for key, each in value.items():
            place = f"{name}.{key}"
            self.seen[place] += 1
            if isinstance(each, str | int | float):
                self.scalars[place].add(each)
            if key in properties:
                self.look(place, properties[key].type, each)
            else:
                self.unknown[place].append(each)
        self.absent.update(f"{name}.{key}" for key, each in properties.items() if each.required and key not in value)

    def _fits(self, type_: Type, value: Json) -> bool:
        kind = kind_of(value)
        match type_:
            case Reference(name) if name in self._api.aliases:
                return self._fits(self._api.aliases[name], value)
            case Union(options):
                return any(self._fits(option, value) for option in options)
            case Plain(known):
                return known == kind or (known, kind) == ("number", "integer")
            case Reference() | Free():
                return kind == "object"
            case Array() | Enumeration():
                return kind == ("array" if isinstance(type_, Array) else "string")


def _is_between(low: int | None, value: float, high: int | None) -> bool:
    return (low is None or low <= value) and (high is None or value <= high)


def _is_as_written(value: str, schema: dict[str, Json]) -> bool:
    """Whether a text looks as its kind says: by a pattern, or like one of the examples."""
    pattern = text(schema.get("pattern"))
    if pattern:
        return re.search(pattern, value) is not None
    known = {shape(each) for each in rows(schema.get("examples")) if isinstance(each, str)}
    return not known or shape(value) in known
