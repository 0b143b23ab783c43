"""Reads the specification into a typed form that the templates only have to lay out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from codegen.naming import SpecError, class_name, refuse_clashes, refuse_misreadings, snake_case
from codegen.text import one_line
from codegen.types import Json, Reference, Schema, Type, read_type
from codegen.validity import refuse_halves, valid

Where = Literal["path", "query", "body"]

_ALL_GROUPS = "RawApi"
"""The generated class that holds all groups."""


@dataclass(frozen=True)
class Property:
    """A property of an object on the wire."""

    wire_name: str
    type: Type
    required: bool
    doc: str


@dataclass(frozen=True)
class Model:
    """An object on the wire."""

    name: str
    doc: str
    properties: tuple[Property, ...]


@dataclass(frozen=True)
class Alias:
    """A schema that is no object: a kind of text, or an enumeration."""

    name: str
    doc: str
    type: Type


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation."""

    name: str
    wire_name: str
    location: Where
    required: bool
    type: Type
    doc: str


@dataclass(frozen=True)
class Operation:
    """An operation of the API."""

    operation_id: str
    name: str
    tag: str
    method: str
    path: str
    parameters: tuple[Parameter, ...]
    response: str
    summary: str
    doc: str
    deprecation: str
    evidence: str
    max_age: int | None
    methods: tuple[str, ...]

    @property
    def paging(self) -> bool:
        """Whether it gives a list page by page."""
        return any(parameter.wire_name == "after" for parameter in self.parameters)

    @property
    def deprecated(self) -> bool:
        """Whether it was replaced or removed."""
        return bool(self.deprecation)

    @property
    def headline(self) -> str:
        """The first paragraph of what is said of it."""
        return self.summary and f"{self.summary}."

    @property
    def warning(self) -> str:
        """The last paragraph of what is said of it."""
        return self.deprecation and f"Deprecated: {self.deprecation}"

    @property
    def constant(self) -> str:
        """Name of its description in the generated module."""
        return self.name.upper()


@dataclass(frozen=True)
class Group:
    """Operations that belong together."""

    name: str
    class_name: str
    doc: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True)
class Spec:
    """The whole specification."""

    version: str
    sha256: str
    models: tuple[Model, ...]
    aliases: tuple[Alias, ...]
    groups: tuple[Group, ...]

    @property
    def operations(self) -> tuple[Operation, ...]:
        """All operations."""
        return tuple(operation for group in self.groups for operation in group.operations)


def load(path: Path) -> Spec:
    """Read and check the specification.

    Raises:
        SpecError: it is no valid OpenAPI, or no code can be made of it.
    """
    return parse(path.read_bytes(), path.name)


def parse(content: bytes, name: str) -> Spec:
    """Read and check the content of a file with a specification.

    Raises:
        SpecError: it is no valid OpenAPI, or no code can be made of it.
    """
    return read(valid(content, name), hashlib.sha256(content).hexdigest())


def read(document: Schema, sha256: str) -> Spec:
    """Read a document that is valid OpenAPI.

    Raises:
        SpecError: no code can be made of it.
    """
    refuse_halves(document)
    reader = _Reader(document)
    version = _text(_table(document.get("info")), "version")
    return Spec(version, sha256, tuple(reader.models()), tuple(reader.aliases()), reader.groups())


class _Reader:
    def __init__(self, document: Schema) -> None:
        self._document = document
        self._schemas = _table(_table(document.get("components")).get("schemas"))

    def models(self) -> Iterator[Model]:
        for name, value in self._schemas.items():
            schema = _table(value)
            if "properties" in schema:
                properties = tuple(self._properties(name, schema))
                yield Model(class_name(name, "schemas"), _text(schema, "description"), properties)

    def aliases(self) -> Iterator[Alias]:
        for name, value in self._schemas.items():
            schema = _table(value)
            if "properties" not in schema:
                yield Alias(class_name(name, "schemas"), _alias_doc(schema), read_type(schema, name))

    def groups(self) -> tuple[Group, ...]:
        operations = tuple(self._operations())
        refuse_clashes(((each.operation_id, each.constant) for each in operations), "paths")
        tags = [_table(tag) for tag in _list(self._document.get("tags"))]
        known = {_text(tag, "name") for tag in tags}
        for operation in operations:
            if operation.tag not in known:
                raise SpecError(f"{operation.operation_id}: the tag {operation.tag!r} is not declared under 'tags'.")
        groups = [(_text(tag, "name"), self._group(tag, operations)) for tag in tags]
        refuse_clashes([("all of them", _ALL_GROUPS), *((name, group.class_name) for name, group in groups)], "tags")
        return tuple(group for _, group in groups)

    def _group(self, tag: Schema, operations: tuple[Operation, ...]) -> Group:
        name = _text(tag, "name")
        attribute = snake_case(name, "tags")
        camel = "".join(word.capitalize() for word in attribute.split("_"))
        mine = tuple(operation for operation in operations if operation.tag == name)
        return Group(attribute, f"{camel}Api", _text(tag, "description"), mine)

    def _properties(self, name: str, schema: Schema) -> Iterator[Property]:
        required = _list(schema.get("required"))
        for wire_name, value in _table(schema["properties"]).items():
            where = f"{name}.{wire_name}"
            refuse_misreadings(wire_name, where)
            yield Property(wire_name, read_type(value, where), wire_name in required, _field_doc(_table(value)))

    def _operations(self) -> Iterator[Operation]:
        for path, item in _table(self._document.get("paths")).items():
            for method, value in _table(item).items():
                yield self._operation(path, method.upper(), _table(value))

    def _operation(self, path: str, method: str, operation: Schema) -> Operation:
        operation_id = _text(operation, "operationId")
        tags = [tag for tag in _list(operation.get("tags")) if isinstance(tag, str)]
        if not operation_id or len(tags) != 1:
            raise SpecError(f"{method} {path}: an operation needs an operationId and exactly one tag.")
        parameters = (*self._parameters(operation), *self._body(operation))
        refuse_clashes(((each.wire_name, each.name) for each in parameters), operation_id)
        return Operation(
            operation_id=operation_id,
            name=snake_case(operation_id, f"{method} {path}"),
            tag=tags[0],
            method=method,
            path=path,
            parameters=parameters,
            response=self._response(operation_id, operation),
            summary=_text(operation, "summary"),
            doc=_text(operation, "description"),
            deprecation=_deprecation(operation, operation_id),
            evidence=_text(operation, "x-evidence") or "observed",
            max_age=_max_age(operation, operation_id),
            methods=tuple(_methods(operation, operation_id)),
        )

    def _parameters(self, operation: Schema) -> Iterator[Parameter]:
        for value in _list(operation.get("parameters")):
            parameter = self._resolve(_table(value))
            name = _text(parameter, "name")
            where = f"{_text(operation, 'operationId')}({name})"
            location = _text(parameter, "in")
            if location not in ("path", "query"):
                raise SpecError(f"{where}: parameters in {location!r} are not known to this generator.")
            yield Parameter(
                name=snake_case(name, where),
                wire_name=name,
                location=cast("Where", location),
                required=parameter.get("required") is True,
                type=read_type(parameter.get("schema"), where),
                doc=_text(parameter, "description"),
            )

    def _body(self, operation: Schema) -> Iterator[Parameter]:
        """Spread the properties of the request's body: they are parameters like others to whoever calls."""
        if "requestBody" not in operation:
            return
        operation_id = _text(operation, "operationId")
        body = self._json_schema(_table(operation["requestBody"]), f"{operation_id}(body)")
        schema = _table(self._schemas[body])
        if "properties" not in schema:
            raise SpecError(f"{operation_id}(body): {body} has no properties; a body has to be an object that does.")
        for each in self._properties(body, schema):
            name = snake_case(each.wire_name, operation_id)
            yield Parameter(name, each.wire_name, "body", each.required, each.type, each.doc)

    def _response(self, operation_id: str, operation: Schema) -> str:
        success = _table(operation.get("responses")).get("200")
        if success is None:
            raise SpecError(f"{operation_id}: there is no answer 200.")
        return self._json_schema(_table(success), operation_id)

    def _json_schema(self, holder: Schema, where: str) -> str:
        content = _table(holder.get("content"))
        found = read_type(_table(content.get("application/json")).get("schema"), where)
        if not isinstance(found, Reference) or found.name not in self._schemas:
            raise SpecError(f"{where}: a body has to be a schema under components, by reference.")
        return found.name

    def _resolve(self, value: Schema) -> Schema:
        reference = value.get("$ref")
        if not isinstance(reference, str):
            return value
        target: Json = dict(self._document)
        for part in reference.removeprefix("#/").split("/"):
            target = _table(target)[part]
        return _table(target)


def _alias_doc(schema: Schema) -> str:
    values = _table(schema.get("x-values"))
    known = "; ".join(one_line(f"{value}: {_text(values, value)}").removesuffix(":") for value in values)
    return _joined(_text(schema, "description"), f"Known values: {known}." if known else "")


def _field_doc(schema: Schema) -> str:
    return _joined(_text(schema, "description"), _text(schema, "x-absent"))


def _methods(operation: Schema, operation_id: str) -> Iterator[str]:
    for name in _list(operation.get("x-methods")):
        if not isinstance(name, str) or not name.isidentifier():
            raise SpecError(f"{operation_id}: x-methods holds {name!r}, which is no name of a method.")
        yield name


def _max_age(operation: Schema, operation_id: str) -> int | None:
    """Return how many seconds an answer may be kept; None if nothing is said of it."""
    if "x-max-age" not in operation:
        return None
    seconds = operation["x-max-age"]
    if type(seconds) is not int or seconds < 0:
        raise SpecError(f"{operation_id}: give x-max-age as a number of seconds, and not as {seconds!r:.100}.")
    return seconds


def _deprecation(operation: Schema, operation_id: str) -> str:
    told = _text(operation, "x-deprecation")
    if operation.get("deprecated") is True:
        return told or "The API's owner has replaced or removed it."
    if told:
        raise SpecError(f"{operation_id}: x-deprecation says more about 'deprecated: true', which is missing.")
    return ""


def _joined(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def _table(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _text(schema: Schema, key: str) -> str:
    value = schema.get(key)
    return one_line(value) if isinstance(value, str) else ""
