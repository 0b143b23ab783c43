"""A document as the API's owner might write it: what a specification says, with all that is known to be wrong."""

from __future__ import annotations

import re
from typing import cast

from codegen.changes.api import Api
from codegen.changes.tables import referred, rows, table, text, texts
from codegen.types import Json

Document = dict[str, Json]


def as_owner(api: Api) -> Document:
    """Return a document in Swagger 2.0: lists are arrays, constants are in upper case, and nothing is required."""
    writer = _Writer(api)
    paths: Document = {}
    for operation in api.spec.operations:
        item = cast("Document", paths.setdefault(operation.path, {}))
        item[operation.method.lower()] = writer.operation(f"{operation.method} {operation.path}")
    definitions: Document = {
        name: writer.definition(name) for name in api.models if not writer.is_part_of_the_wire(name)
    }
    return {"swagger": "2.0", "info": {"title": "Things", "version": "v1"}, "paths": paths, "definitions": definitions}


class _Writer:
    def __init__(self, api: Api) -> None:
        self._api = api

    def is_part_of_the_wire(self, name: str) -> bool:
        """Whether the owner's document does not have a model: it comes from corrections."""
        return name in ("Paging", "Cursors") or name.endswith("Urls")

    def definition(self, name: str) -> Document:
        properties = table(self._api.schema(name).get("properties"))
        if "items" in properties:
            return {"type": "array", "items": self.schema(table(table(properties["items"])["items"]))}
        return {"type": "object", "properties": {key: self.schema(table(each)) for key, each in properties.items()}}

    def operation(self, place: str) -> Document:
        written = self._api.written(place)
        answer = table(table(table(table(table(written["responses"])["200"])["content"])["application/json"])["schema"])
        parameters: list[Json] = [self.parameter(place, name) for name in self._names(written)]
        if "requestBody" in written:
            sent = table(table(table(table(written["requestBody"])["content"])["application/json"])["schema"])
            parameters.append({"name": "body", "in": "body", "required": True, "schema": self.schema(sent)})
        return {
            "operationId": written["operationId"],
            "tags": written["tags"],
            "parameters": parameters,
            "responses": {"200": {"description": "OK.", "schema": self.schema(answer)}},
        }

    def parameter(self, place: str, name: str) -> Document:
        known = self._api.parameter(place, name)
        return {"name": name, "in": known["in"], "required": known["required"], "type": "string"}

    def _names(self, written: Document) -> list[str]:
        parameters = table(table(self._api.document.get("components")).get("parameters"))
        found = (table(each) for each in rows(written.get("parameters")))
        return [text((table(parameters[referred(each)]) if "$ref" in each else each)["name"]) for each in found]

    def schema(self, known: Document) -> Document:
        match known:
            case {"$ref": str()}:
                return self._reference(referred(known))
            case {"anyOf": [{"enum": list(values)}, _]}:
                return {"type": "string", "enum": [constant(value) for value in texts(values)]}
            case {"anyOf": [first, *_]}:
                return self.schema(table(first))
            case {"type": "array", "items": items}:
                return {"type": "array", "items": self.schema(table(items))}
            case {"type": [kind, *_]} | {"type": kind}:
                return {"type": kind}
            case _:
                raise AssertionError(known)

    def _reference(self, name: str) -> Document:
        if name in self._api.aliases:
            return self.schema(self._api.schema(name))
        return {"type": "object"} if self.is_part_of_the_wire(name) else {"$ref": f"#/definitions/{name}"}


def constant(value: str) -> str:
    """Write a value as a constant: ``inWar`` as ``IN_WAR``; those with capitals of their own are no constants."""
    if not re.fullmatch("[a-z][A-Za-z]*", value):
        return value
    return re.sub("(?=[A-Z])", "_", value).upper()
