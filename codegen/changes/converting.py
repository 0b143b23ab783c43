"""Schemas of any OpenAPI document, as the spec would write them: named models, open enumerations, plain types."""

from __future__ import annotations

import re

from codegen.changes.api import Api
from codegen.changes.corrections import Corrections
from codegen.changes.tables import enumeration, reference, rows, table, text, texts
from codegen.naming import SpecError
from codegen.types import Json, Schema

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")
_VALUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_. -]{0,79}")
_SCALARS = ("string", "integer", "number", "boolean", "null")
_FREE: dict[str, Json] = {"type": "object", "additionalProperties": True}
_MOST_STEPS = 50
_MOST_TYPES = 20_000
"""Types that are converted in all; the document of the API's owner has 700."""


def is_name(name: str) -> bool:
    """Whether a name can be one in code."""
    return _NAME.fullmatch(name) is not None


def checked(name: str, where: str) -> str:
    """Return a name that can be one in code.

    Raises:
        SpecError: it holds anything but letters, digits and underscores.
    """
    if not is_name(name):
        raise SpecError(f"{where}: {name!r:.100} is no name; letters, digits and underscores make one.")
    return name


def listed(holder: Schema, key: str, where: str) -> list[Json]:
    """Return a list that may be left out.

    Raises:
        SpecError: something else is in its place.
    """
    found = holder.get(key, [])
    if not isinstance(found, list):
        raise SpecError(f"{where}: {key} has to be a list, not {found!r:.100}.")
    return found


class Converter:
    """Turns the schemas of a document into those of the spec.

    Attributes:
        models: every model met so far, by name.
    """

    def __init__(self, definitions: Schema, corrections: Corrections, ours: Api) -> None:
        self.models: dict[str, Json] = {}
        self._definitions = definitions
        self._corrections = corrections
        self._ours = ours
        self._named = dict[str, Json]({**definitions})
        self._budget = iter(range(_MOST_TYPES))

    def convert_all(self) -> None:
        """Convert every model that the document defines."""
        for name in self._definitions:
            definition = self.definition(name)
            if self._corrections.schema(checked(name, "definitions"), definition) is None and _is_model(definition):
                self._add(name, definition)

    def defines(self, name: str) -> bool:
        """Whether the document has a schema of a name."""
        return name in self._definitions

    def definition(self, name: str, where: str = "") -> dict[str, Json]:
        """Return a definition by its name.

        Raises:
            SpecError: there is none.
        """
        found = self._definitions.get(name)
        if not isinstance(found, dict):
            raise SpecError(f"{where}: {name!r:.100} is defined nowhere; is the document whole?")
        return found

    def target(self, schema: Schema, where: str) -> str:
        """Return the name that a schema refers to; empty if it refers to nothing.

        Raises:
            SpecError: that is in another document.
        """
        if "$ref" not in schema:
            return ""
        found = re.fullmatch(r"#/(?:definitions|components/schemas)/([^/]+)", text(schema["$ref"]))
        if found is None:
            raise SpecError(f"{where}: {schema['$ref']!r:.100} is no reference to a schema of this document.")
        return found[1]

    def array(self, schema: Schema, where: str) -> Json:
        """Return the schema of the items if a schema is a list, however many references lead to it."""
        schema = self._followed(schema, where)
        return schema.get("items", {}) if _kind(schema) == "array" else None

    def convert(self, schema: Schema, place: str) -> dict[str, Json]:
        """Return the type of a schema that stands at a place, such as ``Player.role``."""
        return self._corrections.field(place, self._converted(schema, place))

    def add(self, place: str, schema: Schema) -> dict[str, Json]:
        """Name an object that has no name, as the spec calls what stands there, and return a reference to it."""
        made = "".join(word[:1].upper() + word[1:] for word in re.split(r"\W+", place))
        name = self.name_for(schema, self._ours.model_at(place), made)
        if name not in self.models:
            self._add(name, schema)
        return reference(name)

    def name_for(self, schema: Schema, *names: str) -> str:
        """Return the first of some names that is free for a schema, or has been given to one like it.

        Raises:
            SpecError: there is none.
        """
        for name in filter(None, names):
            if self._named.setdefault(name, {**schema}) == schema:
                return name
        raise SpecError(f"{names[-1]}: the name is taken, and what has none needs it.")

    def _converted(self, schema: Schema, place: str) -> dict[str, Json]:
        self._count(place)
        name, seen = self.target(schema, place), list[str]()
        while name:
            if name in seen:
                raise SpecError(f"{place}: {' leads to '.join([*seen, name])}, which is a circle.")
            seen.append(name)
            schema = self.definition(name, place)
            simple = self._corrections.schema(name, schema)
            if simple is not None:
                return simple
            if _is_model(schema):
                return reference(name)
            name = self.target(schema, place)
        if len(place.split("[]")) > _MOST_STEPS:
            raise SpecError(f"{place[:100]}: a list of lists without an end.")
        return self._inline(schema, place)

    def _count(self, place: str) -> None:
        """Refuse a few lines that stand for very many, since each refers to the next one twice."""
        if next(self._budget, None) is None:
            raise SpecError(
                f"{place[:100]}: there are more than {_MOST_TYPES:,} types, counting each as often as it is used."
            )

    def _followed(self, schema: Schema, where: str) -> Schema:
        for _ in range(_MOST_STEPS):
            schema = straight(schema)
            name = self.target(schema, where)
            if not name:
                return schema
            schema = self.definition(name, where)
        raise SpecError(f"{where}: its references lead in a circle.")

    def _inline(self, schema: Schema, place: str) -> dict[str, Json]:
        """Convert a schema that is written out where it stands."""
        if _is_nullable(schema):
            return _or_null(self._inline(_without_null(schema), place))
        if kinds := rows(schema.get("type")):
            return _union([self._inline({**schema, "type": kind}, place) for kind in kinds])
        options = rows(schema.get("anyOf")) or rows(schema.get("oneOf")) or _lone(rows(schema.get("allOf")))
        if options:
            return _union([self._converted(table(option), place) for option in options])
        if _is_model(schema):
            return self.add(place, schema)
        is_text = schema.get("type", "string") == "string"
        values = listed(schema, "enum", place)
        return self._enumeration(values, place) if values and is_text else self._plain(schema, place)

    def _plain(self, schema: Schema, place: str) -> dict[str, Json]:
        match _kind(schema):
            case "object":
                return {**_FREE}
            case "array":
                return {"type": "array", "items": self.convert(table(schema.get("items")), f"{place}[]")}
            case kind if kind in _SCALARS:
                return {"type": kind}
            case kind:
                raise SpecError(f"{place}: {kind!r:.100} is no type.")

    def _enumeration(self, values: list[Json], place: str) -> dict[str, Json]:
        for value in values:
            if not isinstance(value, str) or not _VALUE.fullmatch(value):
                raise SpecError(f"{place}: {value!r:.100} is no value of an enumeration.")
        sent = self._corrections.values(place, texts(values))
        return enumeration(sent) if sent else {"type": "string"}

    def _add(self, name: str, schema: Schema) -> None:
        self.models[name] = {}  # so that no other takes the name meanwhile
        properties, required = self._merged(schema, name, ())
        converted: dict[str, Json] = {}
        for key, value in properties.items():
            place = f"{name}.{checked(key, name)}"
            converted[key] = self.convert(table(value), place) | _marks(table(value))
        self.models[name] = {
            "type": "object",
            "required": [key for key in required if key in converted],
            "properties": converted,
        }

    def _merged(self, schema: Schema, name: str, via: tuple[str, ...]) -> tuple[dict[str, Json], list[str]]:
        """Return the properties of an object together with those of all that it is made of."""
        self._count(name)
        properties, required = dict[str, Json](), list[str]()
        for part in map(table, rows(schema.get("allOf"))):
            target = self.target(part, name)
            if target in via or len(via) > _MOST_STEPS:
                raise SpecError(f"{name}: it is made of itself.")
            found, needed = self._merged(self.definition(target, name) if target else part, name, (*via, target))
            properties |= found
            required += needed
        return properties | table(schema.get("properties")), required + texts(schema.get("required"))


def straight(schema: Schema) -> Schema:
    """Return a schema that is written as one part of several, without the others, which there are none of."""
    for key in ("allOf", "anyOf", "oneOf"):
        options = rows(schema.get(key))
        if len(options) == 1 and not schema.get("properties"):
            return straight({each: schema[each] for each in schema if each != key} | table(options[0]))
    return schema


def _kind(schema: Schema) -> Json:
    """Return the type of a schema, which may go without saying."""
    kind = schema.get("type", "array" if "items" in schema else "object")
    return "integer" if kind == "number" and text(schema.get("format")).startswith("int") else kind


def _is_model(schema: Schema) -> bool:
    return bool(table(schema.get("properties"))) or len(rows(schema.get("allOf"))) > 1


def _marks(schema: Schema) -> dict[str, Json]:
    return {"deprecated": True} if schema.get("deprecated") is True else {}


def _is_nullable(schema: Schema) -> bool:
    is_told = True in (schema.get("nullable"), schema.get("x-nullable"))
    return is_told or "null" in rows(schema.get("type")) or None in rows(schema.get("enum"))


def _without_null(schema: Schema) -> dict[str, Json]:
    kinds = [kind for kind in rows(schema.get("type")) if kind != "null"]
    plain = {key: value for key, value in schema.items() if key not in ("nullable", "x-nullable")}
    if rows(schema.get("type")):
        plain["type"] = kinds or "null"
    if rows(schema.get("enum")):
        plain["enum"] = [value for value in rows(schema["enum"]) if value is not None]
    return plain


def _or_null(schema: dict[str, Json]) -> dict[str, Json]:
    return _union([schema, {"type": "null"}])


def _lone(parts: list[Json]) -> list[Json]:
    return parts if len(parts) == 1 else []


def _union(options: list[dict[str, Json]]) -> dict[str, Json]:
    distinct = list[Json]()
    for option in options:
        if option not in distinct:
            distinct.append(option)
    return options[0] if len(distinct) == 1 else {"anyOf": distinct}
