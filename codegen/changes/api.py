"""An API as two versions of it are compared: as the spec has it, or as a document declares it in the spec's terms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from codegen.changes.tables import rows, table, text
from codegen.spec import Model, Operation, Property, Spec, read
from codegen.types import Array, Json, Plain, Reference, Schema, Type, Union


@dataclass(frozen=True)
class Api:
    """Everything that is known of one version of the API.

    Attributes:
        document: OpenAPI 3.1 in the terms of the spec.
        lent: schemas that are the spec's, since the document does not define them.
        needless: corrections of what is right by now.
        unread: operations that no type can be read of and parameters that are nowhere, and why.
        renamed: models that the document calls otherwise.
    """

    document: Schema
    lent: frozenset[str] = frozenset()
    needless: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()

    @cached_property
    def spec(self) -> Spec:
        """The document in the form that the generator reads."""
        return read(self.document, "")

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """All operations by their keys."""
        return {key_of(each): each for each in self.spec.operations}

    @cached_property
    def models(self) -> dict[str, Model]:
        """All models that are this version's own, by name."""
        return {model.name: model for model in self.spec.models if model.name not in self.lent}

    @cached_property
    def aliases(self) -> dict[str, Type]:
        """The types of all schemas that are no models, by name."""
        return {alias.name: alias.type for alias in self.spec.aliases}

    @cached_property
    def fields(self) -> dict[str, dict[str, Property]]:
        """The fields of every model, by their keys."""
        return {model.name: {each.wire_name: each for each in model.properties} for model in self.spec.models}

    @cached_property
    def reached(self) -> frozenset[str]:
        """Models that an operation leads to, and what they are made of."""
        components = table(self.document.get("components"))
        shared = (components.get("responses"), components.get("parameters"))
        return self.led_to([*references(self.document.get("paths")), *references([*shared])])

    def led_to(self, names: Iterable[str]) -> frozenset[str]:
        """Return the names of schemas, and of all that they are made of."""
        found, waiting = set[str](), [*names]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += [other for each in self.fields.get(name, {}).values() for other in referred(each.type)]
        return frozenset(found)

    @cached_property
    def withdrawn(self) -> frozenset[str]:
        """Models of answers that are no longer given."""
        return frozenset(model.name for model in self.spec.models if self.schema(model.name).get("deprecated") is True)

    @cached_property
    def sent(self) -> frozenset[str]:
        """Models that are sent with a request."""
        return frozenset(name for each in self.spec.operations for name in self.sent_with(each))

    def sent_with(self, operation: Operation) -> list[str]:
        """Return the model that is sent with a request, if there is one."""
        return [*references(self.written(f"{operation.method} {operation.path}").get("requestBody"))]

    def schema(self, name: str) -> dict[str, Json]:
        """Return a schema as it is written."""
        return table(table(table(self.document.get("components")).get("schemas")).get(name))

    def written(self, place: str) -> dict[str, Json]:
        """Return what is written about a place: ``Player``, ``Player.role`` or ``GET /clans``."""
        method, blank, path = place.partition(" ")
        if blank:
            return table(table(table(self.document.get("paths")).get(path)).get(method.lower()))
        name, dot, key = place.partition(".")
        schema = self.schema(name)
        return table(table(schema.get("properties")).get(key)) if dot else schema

    def model_at(self, place: str) -> str:
        """Return the model that a field is made of, or a list in it; empty if that is none."""
        model, _, key = place.replace("[]", "").partition(".")
        field = self.fields.get(model, {}).get(key)
        return next((name for name in referred(field.type) if name in self.models), "") if field else ""

    def tells(self, alias: str) -> bool:
        """Whether a kind of text can be told by its looks."""
        schema = self.schema(alias)
        return self.aliases[alias] == Plain("string") and bool(schema.get("pattern") or schema.get("examples"))

    def parameter(self, operation: str, name: str) -> dict[str, Json]:
        """Return what is written about a parameter of an operation."""
        written = (table(each) for each in rows(self.written(operation).get("parameters")))
        found = (each for each in map(self._resolved, written) if each.get("name") == name)
        return table(next(found, None))

    def _resolved(self, parameter: dict[str, Json]) -> dict[str, Json]:
        name = text(parameter.get("$ref")).rpartition("/")[2]
        return table(table(table(self.document.get("components")).get("parameters")).get(name)) if name else parameter


def key_of(operation: Operation) -> str:
    """Return what stays the same of an operation whatever its parameters are called."""
    return key_at(operation.method, operation.path)


def key_at(method: str, path: str) -> str:
    """Return the key of an operation that is known by its method and path."""
    return f"{method} {re.sub('{[^}]*}', '{}', path)}"


def referred(type_: Type) -> Iterator[str]:
    """Yield the names of the schemas that a type is made of."""
    match type_:
        case Reference(name):
            yield name
        case Array(items):
            yield from referred(items)
        case Union(options):
            for option in options:
                yield from referred(option)
        case _:
            pass


def references(value: Json) -> Iterator[str]:
    """Yield the names of the schemas that a part of a document refers to."""
    match value:
        case {"$ref": str(target)}:
            yield target.rpartition("/")[2]
        case dict():
            for each in value.values():
                yield from references(each)
        case list():
            for each in value:
                yield from references(each)
        case _:
            pass
