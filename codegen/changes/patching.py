"""Writes into the spec what is new, as its conventions have it and in words of its own."""

from __future__ import annotations

from typing import Literal

from codegen.changes.api import Api, key_of, references
from codegen.changes.comparing import Change
from codegen.changes.shapes import TEXT, admits, kinds
from codegen.changes.tables import TYPE_KEYS, enumeration, reference, rows, table, text, texts
from codegen.changes.yaml_text import YamlText
from codegen.types import Json, Schema, read_type

Evidence = Literal["declared", "observed"]

_KNOWN: dict[Evidence, str] = {
    "declared": "Declared by the API's owner; nothing else is known of it yet.",
    "observed": "Seen in answers; nothing else is known of it yet.",
}
_ABSENT = "When it is left out is not known yet."
_MEANING = "not known yet"
_SCHEMAS = ("components", "schemas")
_REFUSALS = {
    "400": "BadRequest",
    "403": "AccessDenied",
    "404": "NotFound",
    "429": "Throttled",
    "500": "UnknownException",
    "502": "BadGateway",
    "503": "InMaintenance",
    "504": "GatewayTimeout",
}


class Patch:
    """The spec with what is added to it."""

    def __init__(self, content: str, ours: Api, found: Api, evidence: Evidence) -> None:
        """Begin with the spec as it is.

        Args:
            content: the spec as it is written.
            ours: the spec.
            found: where what is new stands, in the terms of the spec.
            evidence: how well what is new is known.
        """
        self._text = YamlText(content)
        self._ours = ours
        self._found = found
        self._evidence: Evidence = evidence
        self._values = dict[str, list[str]]()
        self._optional = dict[str, list[str]]()
        self._schemas = dict[str, dict[str, Json]]()
        self._paths = dict[str, dict[str, Json]]()
        self._tags = set[str]()

    def text(self) -> str:
        """Return the spec with everything that was added."""
        for name, values in self._values.items():
            self._add_values(name, values)
        for model, keys in self._optional.items():
            self._loosen(model, keys)
        for path, item in self._paths.items():
            self._text.append(("paths",), {path: item}, after=self._neighbour(path))
        for name, schema in self._schemas.items():
            self._text.append(_SCHEMAS, {name: schema}, after="" if "properties" in schema else self._last_alias())
        return self._text.text()

    def add(self, change: Change) -> None:
        """Add what a change found."""
        match change.what:
            case "operation":
                self._add_operation(change.place)
            case "parameter":
                self._add_parameter(change.place)
            case "field":
                model, _, key = change.place.partition(".")
                schema = table(table(self._found.schema(model)["properties"])[key])
                self._text.append((*_SCHEMAS, model, "properties"), {key: self._field(schema, change.place)})
            case "value":
                self._values.setdefault(change.place, []).append(change.told)
            case "model":
                self._need(reference(change.place))

    def loosen(self, place: str) -> None:
        """Let a field be left out that was required until now."""
        model, _, key = place.partition(".")
        self._optional.setdefault(model, []).append(key)
        if not self._text.has(*_SCHEMAS, model, "properties", key, "x-absent"):
            self._text.append((*_SCHEMAS, model, "properties", key), {"x-absent": _ABSENT})

    def widen(self, place: str, schema: Schema) -> None:
        """Give a field another type, which takes more."""
        model, _, key = place.partition(".")
        path = (*_SCHEMAS, model, "properties", key)
        there = [each for each in TYPE_KEYS if self._text.has(*path, each)]
        for each in there:
            self._text.remove((*path, each))
        self._text.append(path, {**schema})

    # -- parts -----------------------------------------------------------------------------------

    def _field(self, declared: Schema, place: str) -> dict[str, Json]:
        mark: dict[str, Json] = {"x-evidence": "declared"} if self._evidence == "declared" else {}
        return {**self._type(declared, place), "description": _KNOWN[self._evidence], "x-absent": _ABSENT, **mark}

    def _type(self, declared: Schema, place: str) -> dict[str, Json]:
        """Return a type with names for all that the spec names: models and enumerations."""
        schema = {key: value for key, value in declared.items() if key in TYPE_KEYS}
        match schema:
            case {"anyOf": [{"enum": list(values)}, {"type": "string"}]}:
                return reference(self._enumeration(texts(values), place))
            case {"anyOf": list(options)}:
                return {"anyOf": [self._type(table(option), place) for option in options]}
            case {"type": "array", "items": items}:
                return {"type": "array", "items": self._type(table(items), place)}
            case _:
                self._need(schema)
                return schema

    def _enumeration(self, values: list[str], place: str) -> str:
        """Return the name of the enumeration that has these values; a new one if there is none."""
        for name in self._ours.aliases:
            known = table(self._ours.schema(name).get("x-values"))
            if len(values) > 1 and known.keys() >= {*values}:
                return name
        model, _, key = place.partition(".")
        name = f"{model}{key[:1].upper()}{key[1:]}"
        described: dict[str, Json] = {"description": _KNOWN[self._evidence], **enumeration(values)}
        described["x-values"] = dict.fromkeys(values, _MEANING)
        if self._evidence == "declared":
            described["x-declared-values"] = [*values]
        self._schemas[name] = described
        return name

    def _need(self, schema: Schema) -> None:
        """Add the schemas that a type refers to, and that the spec does not have."""
        for name in references({**schema}):
            if name in self._schemas or self._ours.schema(name):
                continue
            found = self._found.schema(name)
            self._schemas[name] = {}  # so that a model may refer to itself
            self._schemas[name] = self._model(name, found)

    def _model(self, name: str, found: Schema) -> dict[str, Json]:
        is_list = "items" in table(found.get("properties"))
        required: list[Json] = [key for key in rows(found.get("required")) if is_list]
        properties: dict[str, Json] = {}
        for key, value in table(found.get("properties")).items():
            field = self._field(table(value), f"{name}.{key}")
            properties[key] = {each: field[each] for each in field if key not in required or each != "x-absent"}
        return {
            "type": "object",
            "description": _KNOWN[self._evidence],
            **({"required": required} if required else {}),
            "properties": properties,
        }

    def _add_values(self, name: str, values: list[str]) -> None:
        path = (*_SCHEMAS, name)
        options = rows(self._ours.schema(name)["anyOf"])
        known = texts(table(options[0])["enum"])
        self._text.replace((*path, "anyOf"), rows(enumeration([*known, *values])["anyOf"]))
        self._text.append((*path, "x-values"), dict.fromkeys(values, _MEANING))
        if self._evidence == "declared":
            self._text.append_items((*path, "x-declared-values"), [*values])

    def _loosen(self, model: str, keys: list[str]) -> None:
        path = (*_SCHEMAS, model, "required")
        left: list[Json] = [key for key in texts(self._ours.schema(model)["required"]) if key not in keys]
        if left:
            self._text.replace(path, left)
        else:
            self._text.remove(path)

    def _last_alias(self) -> str:
        return [*self._ours.aliases][-1]

    # -- operations ------------------------------------------------------------------------------

    def _add_operation(self, place: str) -> None:
        method, _, path = place.partition(" ")
        written = self._found.written(place)
        tag = texts(written["tags"])[0]
        self._add_tag(tag)
        answer, body = _body_of(table(table(written["responses"])["200"])), table(written.get("requestBody"))
        for schema in (answer, _body_of(body) if body else {}):
            self._need(schema)
        name = text(written["operationId"])
        parameters: list[Json] = [self._parameter(table(each), name) for each in rows(written.get("parameters"))]
        described: dict[str, Json] = {
            "operationId": name,
            "tags": [tag],
            "summary": f"{_words(name)} (new)",
            "description": _KNOWN[self._evidence],
            **({"x-evidence": "declared"} if self._evidence == "declared" else {}),
            **({"parameters": parameters} if parameters else {}),
            **({"requestBody": {"required": True, **json_content(_body_of(body))}} if body else {}),
            "responses": {"200": {"description": "OK.", **json_content(answer)}, **_refusals(self._ours)},
        }
        if self._text.has("paths", path):
            self._text.append(("paths", path), {method.lower(): described})
        else:
            self._paths.setdefault(path, {})[method.lower()] = described

    def _neighbour(self, path: str) -> str:
        """Return the last path that begins as this one does."""
        start = path.split("/")[1]
        return next(
            (each.path for each in reversed(self._ours.spec.operations) if each.path.split("/")[1] == start), ""
        )

    def _add_tag(self, tag: str) -> None:
        known = {text(table(each).get("name")) for each in rows(self._ours.document.get("tags"))}
        if tag not in known | self._tags:
            self._tags.add(tag)
            self._text.append_items(("tags",), [{"name": tag, "description": _KNOWN[self._evidence]}])

    def _add_parameter(self, place: str) -> None:
        operation_id, _, name = place.rstrip(")").partition("(")
        operation = next(each for each in self._ours.spec.operations if each.operation_id == operation_id)
        twin = self._found.operations[key_of(operation)]
        declared = self._found.parameter(f"{twin.method} {twin.path}", name)
        path = ("paths", operation.path, operation.method.lower(), "parameters")
        self._text.append_items(path, [self._parameter(declared, operation_id)])

    def _parameter(self, declared: Schema, operation: str) -> dict[str, Json]:
        """Return a parameter; one that the spec has already, by reference."""
        shared = table(table(self._ours.document.get("components")).get("parameters"))
        for name, each in shared.items():
            if self._is_same(table(each), declared):
                return {"$ref": f"#/components/parameters/{name}"}
        schema = self._type(table(declared["schema"]), f"{operation[:1].upper()}{operation[1:]}.{declared['name']}")
        about = {"name": declared["name"], "in": declared["in"], "required": declared["required"]}
        return {**about, "description": _KNOWN[self._evidence], "schema": schema}

    def _is_same(self, known: Schema, declared: Schema) -> bool:
        if any(known.get(key) != declared.get(key) for key in ("name", "in", "required")):
            return False
        was = kinds(read_type(known["schema"], ""), self._ours)
        told = kinds(read_type(declared["schema"], ""), self._found)
        return told == TEXT or admits(was, told)


def json_content(schema: Json) -> dict[str, Json]:
    """Return what a body or an answer holds, if it is of a schema."""
    return {"content": {"application/json": {"schema": schema}}}


def _body_of(holder: Schema) -> dict[str, Json]:
    return table(table(table(holder["content"])["application/json"])["schema"])


def _refusals(ours: Api) -> dict[str, Json]:
    shared = table(table(ours.document.get("components")).get("responses"))
    return {code: {"$ref": f"#/components/responses/{name}"} for code, name in _REFUSALS.items() if name in shared}


def _words(name: str) -> str:
    """Write the name of an operation as words: ``getClanWarLog`` as ``Get clan war log``."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    return words[:1].upper() + words[1:]
