"""The document of the API's owner, Swagger 2.0 or OpenAPI 3, brought to the terms of the spec."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from codegen.changes.api import Api, key_at, references
from codegen.changes.converting import Converter, checked, listed, straight
from codegen.changes.corrections import Corrections
from codegen.changes.renaming import other_names, relabelled
from codegen.changes.tables import reference, rows, table, text
from codegen.naming import SpecError
from codegen.types import Json, Schema

METHODS = ("get", "post", "put", "patch", "delete")
PATH = re.compile(r"(/(\{[A-Za-z][A-Za-z0-9_]*\}|[A-Za-z0-9][A-Za-z0-9_-]*))+")
_SENT = ("path", "query")
_PLACES = (*_SENT, "body", "header", "cookie")


def in_our_terms(document: Schema, corrections: Corrections, ours: Api) -> Api:
    """Return the API as a document declares it, written as the spec would write it.

    Raises:
        SpecError: it is no OpenAPI, not whole, or names something that no code can be made of.
    """
    if not (str(document.get("swagger")).startswith("2.") or str(document.get("openapi")).startswith("3.")):
        raise SpecError("this is no OpenAPI: it says neither swagger: 2.0 nor openapi: 3.")
    if not table(document.get("paths")):
        raise SpecError("there are no paths; is the document whole?")
    api = _converted(document, corrections, ours)
    names = other_names(ours, api)
    if not names:
        return api
    renamed = tuple(f"{name}: {known} in the spec" for name, known in sorted(names.items()))
    return replace(_converted(relabelled(document, names), corrections, ours), renamed=renamed)


def _converted(document: Schema, corrections: Corrections, ours: Api) -> Api:
    corrections = corrections.anew()
    reader = _Reader(document, corrections, ours)
    paths = reader.paths()
    models = reader.models()
    lent = {name: ours.schema(name) for name in _missing(models, ours)}
    tags: list[Json] = [{"name": name} for name in reader.tags]
    made: dict[str, Json] = {
        "openapi": "3.1.0",
        "info": {"title": "", "version": ""},
        "tags": tags,
        "paths": paths,
        "components": {"schemas": {**models, **lent}},
    }
    api = Api(made, frozenset(lent), tuple(sorted(corrections.needless())), tuple(reader.unread))
    _ = api.operations, api.models  # so that names which no code can bear are refused here
    return api


def _missing(models: Schema, ours: Api) -> dict[str, None]:
    """Find what models refer to, and only the spec defines."""
    waiting, found = [*references({**models})], dict[str, None]()
    while waiting:
        name = waiting.pop()
        if name in found or name in models:
            continue
        schema = ours.schema(name)
        if not schema:
            raise SpecError(f"a correction speaks of {name!r}, which the spec does not have.")
        found[name] = None
        waiting += references(schema)
    return found


class _Reader:
    """Reads the operations of a document, and with them the models.

    Attributes:
        tags: the tags of all operations.
        unread: operations that no type can be read of and parameters that are nowhere, and why.
    """

    def __init__(self, document: Schema, corrections: Corrections, ours: Api) -> None:
        self.tags: dict[str, None] = {}
        self.unread: list[str] = []
        self._document = document
        self._paths = _below_base(table(document.get("paths")))
        self._corrections = corrections
        self._known = {key: each.response for key, each in ours.operations.items()}
        definitions = table(document.get("definitions")) or table(table(document.get("components")).get("schemas"))
        self._schemas = Converter(definitions, corrections, ours)
        self._schemas.convert_all()

    def models(self) -> dict[str, Json]:
        """Return all models, and those that are split off others."""
        models = self._schemas.models
        for name, whole, without in self._corrections.splits():
            if whole in models and name not in models:
                schema = table(models[whole])
                properties = {key: value for key, value in table(schema["properties"]).items() if key not in without}
                required: list[Json] = [key for key in rows(schema["required"]) if key in properties]
                models[name] = {**schema, "required": required, "properties": properties}
        return models

    def paths(self) -> dict[str, Json]:
        """Return all operations by path and method."""
        found: dict[str, Json] = {}
        for path, item in self._paths.items():
            operations = {method: table(each) for method, each in table(item).items() if method in METHODS}
            if operations and not PATH.fullmatch(path):
                raise SpecError(f"{path!r:.100} is no path that could be asked for.")
            shared = listed(table(item), "parameters", path)
            read = {method: self._operation(path, method, each, shared) for method, each in operations.items()}
            found |= {path: {method: each for method, each in read.items() if each}} if any(read.values()) else {}
        return found

    def _operation(self, path: str, method: str, declared: Schema, shared: list[Json]) -> dict[str, Json]:
        """Return an operation; nothing if its answer has no type."""
        key = f"{method.upper()} {path}"
        name = checked(text(declared.get("operationId")) or named(path, method), key)
        own = listed(declared, "parameters", key)
        given = [self._resolved(table(each), key) for each in [*shared, *own]]
        parameters = {(text(each.get("name")), text(each.get("in"))): each for each in given}  # an own one replaces
        sent = [self._parameter(each, name) for (_, where), each in parameters.items() if where in _SENT]
        self.unread += _misplaced(parameters, key)
        answer = self._answer(declared, key, name, is_paged=("after", "query") in parameters)
        if answer is None:
            self.unread.append(f"{key}: no model of its answer is declared")
            return {}
        tag = checked(next((text(tag) for tag in rows(declared.get("tags"))), path.split("/")[1]), key)
        self.tags[tag] = None
        body = self._body(declared, [*parameters.values()], name)
        return {
            "operationId": name,
            "tags": [tag],
            **({"deprecated": True} if _is_deprecated(declared) else {}),
            "parameters": [*sent],
            **({"requestBody": _content(body)} if body else {}),
            "responses": {"200": _content(answer), **self._errors(declared, key)},
        }

    def _parameter(self, declared: Schema, operation: str) -> dict[str, Json]:
        name = checked(text(declared.get("name")), operation)
        schema = table(declared["schema"]) if "schema" in declared else declared
        return {
            "name": name,
            "in": declared["in"],
            "required": declared.get("required") is True or declared["in"] == "path",
            "schema": self._schemas.convert(schema, f"{operation}({name})"),
        }

    def _body(self, declared: Schema, parameters: list[dict[str, Json]], operation: str) -> dict[str, Json]:
        """Return the model of what is sent; nothing if nothing is."""
        found = next((each.get("schema") for each in parameters if each.get("in") == "body"), None)
        body = table(found) or _schema_of(self._resolved(table(declared.get("requestBody")), operation))
        return self._schemas.convert(body, f"{operation}Request") if body else {}

    def _answer(self, declared: Schema, key: str, operation: str, *, is_paged: bool) -> dict[str, Json] | None:
        responses = table(declared.get("responses"))
        code = next((code for code in ("200", "201", "2XX", "default") if code in responses), None)
        if code is None:
            raise SpecError(f"{key}: there is no answer 200; is the document whole?")
        schema = straight(_schema_of(self._resolved(table(responses[code]), key)))
        name = self._schemas.target(schema, key) or self._schemas.name_for(
            schema, self._known.get(key_at(*key.split(" ")), ""), f"{operation[:1].upper()}{operation[1:]}Answer"
        )
        items = self._schemas.array(schema, key)
        if items is not None:
            self._corrections.is_bare_list(declared=True)
            return self._list(name, table(items), is_paged=is_paged)
        right = self._corrections.answer(key, name) if "$ref" in schema else ""
        converted = self._schemas.convert(reference(right) if self._schemas.defines(right) else schema, name)
        if "$ref" not in converted:
            return None
        if "items" in table(table(self._schemas.models.get(name)).get("properties")):
            self._corrections.is_bare_list(declared=False)
            self._complete(name)
        return converted

    def _complete(self, name: str) -> None:
        """Let a list that says of nothing that it is sent always have what every list has."""
        model = table(self._schemas.models[name])
        if not model["required"]:
            model["required"] = [key for key in ("items", "paging") if key in table(model["properties"])]

    def _errors(self, declared: Schema, key: str) -> dict[str, Json]:
        """Return the models of what is answered otherwise."""
        responses = table(declared.get("responses")).items()
        refused = {
            code: _schema_of(self._resolved(table(each), key)) for code, each in responses if code[:1] in {*"45"}
        }
        return {
            code: _content(self._schemas.convert(schema, key)) for code, schema in refused.items() if "$ref" in schema
        }

    def _list(self, name: str, items: Schema, *, is_paged: bool) -> dict[str, Json]:
        """Return the model of a list as it is sent."""
        listed: dict[str, Json] = {"type": "array", "items": self._schemas.convert(items, f"{name}.items")}
        paging: dict[str, Json] = {"paging": reference("Paging")} if is_paged else {}
        self._schemas.models[name] = {
            "type": "object",
            "required": ["items", *paging],
            "properties": {"items": listed, **paging},
        }
        return reference(name)

    def _resolved(self, value: dict[str, Json], where: str) -> dict[str, Json]:
        """Follow a reference to a shared parameter, answer or body."""
        if "$ref" not in value:
            return value
        steps = text(value["$ref"]).split("/")
        found: Json = dict(self._document)
        for step in steps[1:]:
            found = table(found).get(step)
        if steps[0] != "#" or not isinstance(found, dict) or "$ref" in found:
            raise SpecError(f"{where}: {value['$ref']!r:.100} is no reference to anything in this document.")
        return found


def _misplaced(parameters: Iterable[tuple[str, str]], key: str) -> list[str]:
    """Tell of parameters, given by name and place, that are nowhere, so that nobody could send them."""
    strange = ((name, place) for name, place in parameters if place not in _PLACES)
    return [f"{key}: the parameter {name!r:.100} is in {place!r:.100}, which is no place" for name, place in strange]


def _schema_of(holder: Schema) -> dict[str, Json]:
    """Return the schema of an answer or a body, in Swagger 2.0 or OpenAPI 3."""
    content = table(holder.get("content"))
    media = content.get("application/json") or next(iter(content.values()), None)
    return table(holder.get("schema")) or table(table(media).get("schema"))


def _is_deprecated(declared: Schema) -> bool:
    """Whether an operation is told to be on its way out, by its mark or in words."""
    return declared.get("deprecated") is True or "is deprecated" in text(declared.get("description"))


def _content(schema: dict[str, Json]) -> dict[str, Json]:
    return {"description": "OK.", "content": {"application/json": {"schema": schema}}}


def _below_base(paths: Schema) -> dict[str, Json]:
    """Return all paths without the version of the API that they begin with, if each does."""
    base = re.match(r"/v\d+(?=/)", next(iter(paths)))
    begun = base[0] if base and all(path.startswith(f"{base[0]}/") for path in paths) else ""
    return {path.removeprefix(begun): item for path, item in paths.items()}


def named(path: str, method: str) -> str:
    """Return a name for an operation that has none."""
    words = [word for word in re.split(r"[^A-Za-z0-9]+", f"{method} {path}") if word]
    return words[0].lower() + "".join(word[:1].upper() + word[1:] for word in words[1:])
