"""The specification as a judge of answers: read anew here, with a validator of others and none of our models.

The judge is stricter than the specification where that leaves room for what may come one day. It knows every key and
every value of an enumeration, and it wants texts written as their descriptions say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, cast

import yaml
from openapi_schema_validator import OAS31Validator, oas31_format_checker

Schema: TypeAlias = dict[str, Any]

SPEC: Schema = yaml.safe_load((Path(__file__).parent.parent / "spec/clashofclans.yaml").read_text(encoding="utf-8"))

WRITTEN = {
    "Timestamp": r"^(\d{8}T\d{6}\.\d{3}Z|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z)$",
    "SeasonId": r"^\d{4}-\d\d(-\d\d)?$",
}
"""How texts are written that the specification describes in words alone."""

ADDRESS = r"^https://\S+$"


class Operation(NamedTuple):
    """An operation as the specification has it."""

    name: str
    method: str
    path: str
    definition: Schema

    def parameters(self, where: str) -> dict[str, Schema]:
        """The parameters that go into the path, or into the query."""
        found = [resolved(parameter) for parameter in self.definition.get("parameters", [])]
        return {parameter["name"]: parameter for parameter in found if parameter["in"] == where}


class Answer(NamedTuple):
    """What was answered to a request."""

    operation: str
    request: str
    status: int
    media_type: str
    body: Any


def resolved(part: Schema) -> Schema:
    """The part itself, or what it refers to."""
    if "$ref" not in part:
        return part
    found: Any = SPEC
    for step in part["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return resolved(found)


def strict(part: Any) -> Any:
    """A schema that takes no key and no value beyond those it names."""
    if isinstance(part, list):
        return [strict(each) for each in cast("list[object]", part)]
    if not isinstance(part, dict):
        return part
    schema = {key: strict(each) for key, each in cast("Schema", part).items()}
    if "properties" in schema:
        schema.setdefault("additionalProperties", False)
    if "x-values" in schema:  # an open enumeration: the values, or any text
        schema["anyOf"] = schema["anyOf"][:1]
    if schema.get("format") == "uri":
        schema["pattern"] = ADDRESS
    return schema


OPERATIONS = {
    definition["operationId"]: Operation(definition["operationId"], method.upper(), path, definition)
    for path, methods in SPEC["paths"].items()
    for method, definition in methods.items()
}
SCHEMAS: dict[str, Schema] = SPEC["components"]["schemas"]
COMPONENTS = {
    "schemas": {name: strict(schema) for name, schema in SCHEMAS.items()}
    | {name: strict(SCHEMAS[name]) | {"pattern": pattern} for name, pattern in WRITTEN.items()}
}


def declared(operation: str, status: int) -> dict[str, Schema]:
    """The schema for each media type of an answer; there is none for a status that the operation does not have."""
    response = OPERATIONS[operation].definition["responses"].get(str(status), {})
    return {media: content["schema"] for media, content in resolved(response).get("content", {}).items()}


@cache
def _validator(schema: str) -> Any:
    return OAS31Validator({**json.loads(schema), "components": COMPONENTS}, format_checker=oas31_format_checker)


def complaints(answer: Answer) -> Iterator[str]:
    """Yield in what an answer is not as the specification says."""
    schema = declared(answer.operation, answer.status).get(answer.media_type)
    if schema is None:
        yield f"{answer.request}: {answer.status} with {answer.media_type} is not declared"
    else:
        for error in _validator(json.dumps(schema)).iter_errors(answer.body):
            yield f"{answer.request}: {error.json_path}: {error.message[:200]}"


# ---------------------------------------------------------------------- which properties were used


def uses(schema: Schema, body: Any, owner: str = "") -> Iterator[str]:
    """Yield the properties that occur in a body, as "Clan.tag"."""
    if "$ref" in schema:
        yield from uses(resolved(schema), body, schema["$ref"].rpartition("/")[2])
    for option in schema.get("anyOf", []):
        yield from uses(option, body, owner)
    if isinstance(body, list):
        for row in cast("list[object]", body):
            yield from uses(schema.get("items", {}), row, owner)
    elif isinstance(body, dict):
        for key in cast("Schema", body).keys() & schema.get("properties", {}).keys():
            yield f"{owner}.{key}"
            yield from uses(schema["properties"][key], body[key], owner)


def _named(part: Any) -> set[str]:
    """The schemas that a part of the specification refers to."""
    return {*re.findall(r"#/components/schemas/(\w+)", json.dumps(part))}


def _answerable() -> dict[str, Schema]:
    responses = [operation.definition["responses"] for operation in OPERATIONS.values()]
    known: set[str] = set()
    found = _named([responses, SPEC["components"]["responses"]])
    while found - known:
        known |= found
        found = _named([SCHEMAS[name] for name in known])
    return {f"{name}.{key}": schema for name in known for key, schema in SCHEMAS[name].get("properties", {}).items()}


PROPERTIES = _answerable()
"""Every property that an answer can have, by its name such as "Clan.tag"."""
