"""Small specifications, and the way from one to loaded code."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module, invalidate_caches
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest

import cocapi_gen
from cocapi_gen._http.bodies import RawModel
from codegen import outputs, spec
from codegen.types import Json

Files = dict[str, str]
Document = dict[str, Json]

CANARY = "COCAPI_GEN_CANARY"
"""Name in the environment that appears as soon as a text of a specification is run as code."""

MODELS = "cocapi_gen/raw/models.py"
OPERATIONS = "cocapi_gen/raw/operations.py"
ENDPOINTS = "docs/endpoints.md"
_GENERATED = ("cocapi_gen.raw", "cocapi_gen.raw.operations", "cocapi_gen.raw.models", "cocapi_gen.raw.api")


def reference(schema: str) -> Document:
    return {"$ref": f"#/components/schemas/{schema}"}


def model(properties: Document, **more: Json) -> Document:
    """Return the schema of an object."""
    return {"type": "object", "description": "An object.", "properties": properties, **more}


def operation(operation_id: str = "getThing", tag: str = "things", response: str = "Thing", **more: Json) -> Document:
    """Return an operation that answers with a schema."""
    content: Document = {"application/json": {"schema": reference(response)}}
    return {
        "operationId": operation_id,
        "tags": [tag],
        "summary": "Get a thing",
        "description": "It is a thing.",
        "responses": {"200": {"description": "OK.", "content": content}},
        **more,
    }


def parameter(name: str, schema: Document | None = None, location: str = "query", **more: Json) -> Document:
    return {"name": name, "in": location, "description": "A value.", "schema": schema or {"type": "string"}, **more}


def document(
    *,
    schemas: Document | None = None,
    paths: Document | None = None,
    tags: Document | None = None,
    version: str = "1",
) -> Document:
    """Return a valid document; whatever is not given is as small as can be. Tags are given with their descriptions."""
    named = {"things": "All things."} if tags is None else tags
    return {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": version},
        "tags": [{"name": name, "description": text} for name, text in named.items()],
        "paths": {"/things": {"get": operation()}} if paths is None else paths,
        "components": {"schemas": {"Thing": model({"name": {"type": "string"}}), **(schemas or {})}},
    }


def rendered(source: Document) -> Files:
    return outputs.render(spec.read(source, "0" * 64))


@dataclass(frozen=True)
class Loaded:
    """The modules made of one document."""

    files: Files
    raw: ModuleType
    models: ModuleType
    operations: ModuleType
    api: ModuleType


@contextmanager
def loaded(files: Files, folder: Path) -> Generator[Loaded, None, None]:
    """Import generated files in the place of the real ones, and put those back afterwards."""
    for name in _GENERATED:
        import_module(name)  # so that there is something to put back
    for path, text in files.items():
        if path.endswith(".py"):
            compile(text, path, "exec", dont_inherit=True)
    outputs.write(files, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(CANARY, raising=False)
        patch.setattr(cocapi_gen, "__path__", [str(folder / "cocapi_gen"), *cocapi_gen.__path__])
        patch.setattr(cocapi_gen, "raw", None)
        for name in _GENERATED:
            patch.delitem(sys.modules, name)
        invalidate_caches()
        raw, operations, models, api = map(import_module, _GENERATED)
        assert str(raw.__file__).startswith(str(folder))
        build(models)
        assert CANARY not in os.environ, "a text of the specification was run"
        yield Loaded(files, raw, models, operations, api)
        assert CANARY not in os.environ, "a text of the specification was run"


def build(models: ModuleType) -> None:
    """Make pydantic look at every field: otherwise it waits until a model is used."""
    for value in vars(models).values():
        if isinstance(value, type) and value.__module__ == models.__name__:
            cast("type[RawModel]", value).model_rebuild(force=True)


def docs(source: str, owner: str | None = None) -> dict[str, str]:
    """Return the docstring below each assignment in a module, or in one of its classes."""
    body = ast.parse(source).body
    if owner is not None:
        body = next(node for node in body if isinstance(node, ast.ClassDef) and node.name == owner).body
    found = dict[str, str]()
    for node, following in pairwise(body):
        match node, following:
            case ast.AnnAssign(target=target), ast.Expr(value=ast.Constant(value=text)):
                found[ast.unparse(target)] = str(text)
            case _:
                pass
    return found


def words(text: str | None) -> str:
    """Return a text as it is read: how it is wrapped means nothing."""
    return " ".join((text or "").split())
