"""Types of the specification, as a small tree that knows how each type is written where it is needed.

``lowered`` gives a schema of the type alone, ``annotation`` what a parameter of it is annotated with, and ``strategy``
the call that makes the test data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from codegen.naming import SpecError, class_name

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Schema: TypeAlias = Mapping[str, Json]

_PYTHON = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_REFERENCE = "#/components/schemas/"


@dataclass(frozen=True)
class Plain:
    """A scalar, with the range in which it was seen."""

    kind: str
    minimum: int | None = None
    maximum: int | None = None

    def lowered(self) -> dict[str, Json]:
        if self.kind == "number":  # so that 100 stays 100 and does not become 100.0
            return {"anyOf": [{"type": "integer"}, {"type": "number"}]}
        return {"type": self.kind}

    def annotation(self) -> str:
        return _PYTHON[self.kind]

    def strategy(self) -> str:
        if self.kind == "integer" and (self.minimum, self.maximum) != (None, None):
            return f"integer({self.minimum}, {self.maximum})"
        return f"{self.kind}()"


@dataclass(frozen=True)
class Enumeration:
    """Known values of a text; others are as valid."""

    values: tuple[str, ...]
    is_open: bool

    def lowered(self) -> dict[str, Json]:
        known: dict[str, Json] = {"type": "string", "enum": list(self.values)}
        return {"anyOf": [known, {"type": "string"}]} if self.is_open else known

    def annotation(self) -> str:
        known = f"Literal[{', '.join(map(repr, self.values))}]"
        return f"{known} | str" if self.is_open else known

    def strategy(self) -> str:
        return f"{'open_' if self.is_open else ''}enum({', '.join(map(repr, self.values))})"


@dataclass(frozen=True)
class Reference:
    """A schema of its own, by name."""

    name: str

    def lowered(self) -> dict[str, Json]:
        return {"$ref": f"{_REFERENCE}{self.name}"}

    def annotation(self) -> str:
        return f"models.{self.name}"

    def strategy(self) -> str:
        return f"reference({self.name!r})"


@dataclass(frozen=True)
class Array:
    """A list."""

    items: Type

    def lowered(self) -> dict[str, Json]:
        return {"type": "array", "items": self.items.lowered()}

    def annotation(self) -> str:
        return f"Sequence[{self.items.annotation()}]"

    def strategy(self) -> str:
        return f"array({self.items.strategy()})"


@dataclass(frozen=True)
class Free:
    """An object of which nothing is known."""

    def lowered(self) -> dict[str, Json]:
        return {"type": "object", "additionalProperties": True}

    def annotation(self) -> str:
        return "Mapping[str, object]"

    def strategy(self) -> str:
        return "free_object()"


@dataclass(frozen=True)
class Union:
    """One of several types; null is one of them where it may be sent."""

    options: tuple[Type, ...]

    def lowered(self) -> dict[str, Json]:
        return {"anyOf": [option.lowered() for option in self.options]}

    def annotation(self) -> str:
        return " | ".join(option.annotation() for option in self.options)

    def strategy(self) -> str:
        return f"one_of({', '.join(option.strategy() for option in self.options)})"


Type: TypeAlias = Plain | Enumeration | Reference | Array | Free | Union


def read_type(schema: Json, where: str) -> Type:
    """Read the type of a schema.

    Raises:
        SpecError: it uses what this generator does not know.
    """
    match schema:
        case {"$ref": str(target)} if target.startswith(_REFERENCE):
            return Reference(class_name(target.removeprefix(_REFERENCE), where))
        case {"anyOf": [{"enum": list(values)}, {"type": "string", **rest}]} if not rest:
            return Enumeration(_texts(values, where), is_open=True)
        case {"anyOf": list(options)}:
            return Union(tuple(read_type(option, where) for option in options))
        case {"type": [str(kind), "null"], **rest}:
            return Union((_read_single({"type": kind, **cast("Schema", rest)}, where), Plain("null")))
        case _:
            return _read_single(schema, where)


def _read_single(schema: Json, where: str) -> Type:
    """Read a schema that stands for itself alone."""
    match schema:
        case {"enum": list(values)}:
            return Enumeration(_texts(values, where), is_open=False)
        case {"const": str(value)}:
            return Enumeration((value,), is_open=False)
        case {"type": "array", "items": items}:
            return Array(read_type(items, f"{where}[]"))
        case {"type": "object", "additionalProperties": True}:
            return Free()
        case {"type": str(kind), **more} if kind in _PYTHON:
            return Plain(kind, _bound(more.get("minimum")), _bound(more.get("maximum")))
        case _:
            raise SpecError(f"{where}: no type can be read from {schema!r:.100}.")


def _texts(values: list[Json], where: str) -> tuple[str, ...]:
    texts = tuple(value for value in values if isinstance(value, str))
    if len(texts) != len(values) or len(set(texts)) != len(texts) or not texts:
        raise SpecError(f"{where}: the values of an enumeration have to be different texts, not {values!r:.100}.")
    return texts


def _bound(value: object) -> int | None:
    return value if isinstance(value, int) else None
