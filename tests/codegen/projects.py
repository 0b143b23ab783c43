"""A small project in a folder: a specification, what is generated from it, and a layer written by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import yaml

from codegen.changes.refresh import read_spec
from codegen.types import Json
from tests.codegen.documents import Document
from tests.codegen.owner import as_owner

SPEC = """\
# A comment at the top.
openapi: 3.1.0
info: {title: Things, version: '1'}
tags:
  - name: things
    description: All things.
security: []
paths:
  /things:
    get:
      operationId: searchThings
      x-methods: [things]
      tags: [things]
      summary: Things   # a comment beside
      parameters:
        - $ref: '#/components/parameters/After'
        - name: minSize
          in: query
          required: false
          schema:
            type: integer
      responses:
        '200':
          description: OK.
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/ThingList'
  /things/{thingTag}:
    get:
      operationId: getThing
      x-methods: [thing]
      tags: [things]
      summary: One thing
      parameters:
        - name: thingTag
          in: path
          required: true
          schema:
            $ref: '#/components/schemas/Tag'
      responses:
        '200':
          description: OK.
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Thing'
  /old:
    get:
      operationId: getOld
      tags: [things]
      summary: Old things
      deprecated: true
      responses:
        '200':
          description: OK.
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Thing'
components:
  parameters:
    After:
      name: after
      in: query
      required: false
      schema:
        type: string
  schemas:
    Tag:
      type: string
      pattern: ^#[0289PYLQGRJCUV]+$
    State:
      description: How a thing is.
      anyOf:
        - type: string
          enum: [inUse, atRest]
        - type: string
      x-values:
        inUse: somebody has it
        atRest: nobody has it

    # A comment between.
    Thing:
      type: object
      description: A thing.
      required: [tag, name, state, parts]
      properties:
        tag:
          $ref: '#/components/schemas/Tag'
          description: Tag of the thing.
        name:
          type: string
        state:
          $ref: '#/components/schemas/State'
        size:
          type: [integer, 'null']
        weight:
          type: number
          x-since: 2024-03
        oldSize:
          type: integer
          deprecated: true
          x-until: 2023-05
          x-replaced-by: size
        hidden:
          type: string
        parts:
          type: array
          items:
            $ref: '#/components/schemas/Part'
    Part:
      type: object
      required: [id]
      properties:
        id:
          type: integer
        share:
          type: integer
          minimum: 0
          maximum: 100
        mark:
          anyOf:
            - type: integer
            - type: string
        whole:
          $ref: '#/components/schemas/Thing'
    ThingList:
      type: object
      required: [items, paging]
      properties:
        items:
          type: array
          items:
            $ref: '#/components/schemas/Thing'
        paging:
          $ref: '#/components/schemas/Paging'
    Paging:
      type: object
      properties:
        after:
          type: string
"""
CORRECTIONS = """\
schemas:
  Words:
    is: {type: string}
    because: It is an object there.
lists:
  because: Lists come as objects.
answers: {}
fields:
  '*.tag': {is: Tag, because: Tags have a form.}
values:
  Thing.state:
    is: {BROKEN: null}
    because: It is never sent.
outdated: {}
undocumented:
  Thing.hidden: It is not declared.
"""
MODELS = '''\
"""Things."""


class Base:
    tag: str
    name: str


class Thing(Base):
    how: State = Field(validation_alias=AliasChoices("how", "state"))
    size: int | None = None
    parts: list[Part]


class Part:
    id: int
'''
CLIENT = """\
class Client:
    async def things(self) -> models.Page[models.Thing]: ...
    async def thing(self, tag: str) -> models.Thing: ...
"""
ALIASES = 'State: TypeAlias = Literal["inUse", "atRest"]\n'
CHANGELOG = """\
# Changelog

## Unreleased

- The first version.

## 0.1

- Nothing.
"""


def project(folder: Path) -> Path:
    """Write a project into a folder."""
    files = {
        "spec/clashofclans.yaml": SPEC,
        "spec/corrections.yaml": CORRECTIONS,
        "cocapi_gen/models/things.py": MODELS,
        "cocapi_gen/client.py": CLIENT,
        "cocapi_gen/aliases.py": ALIASES,
        "CHANGELOG.md": CHANGELOG,
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(content))
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def owners_document() -> Document:
    """Return what the owner of the API declares of the project's API: nothing new."""
    document = as_owner(read_spec(SPEC))
    definitions = document["definitions"]
    assert isinstance(definitions, dict)
    thing = definitions["Thing"]
    assert isinstance(thing, dict)
    properties = thing["properties"]
    assert isinstance(properties, dict)
    for key in ("hidden", "oldSize"):
        del properties[key]
    properties["state"] = {"type": "string", "enum": ["IN_USE", "AT_REST", "BROKEN"]}
    properties["name"] = {"$ref": "#/definitions/Words"}
    definitions["Words"] = {"type": "object"}
    paths = document["paths"]
    assert isinstance(paths, dict)
    del paths["/old"]
    return document


def as_yaml(document: object) -> str:
    """Write a document as YAML; the types of the library do not tell what its function takes."""
    dump: Callable[[object], str] = vars(yaml)["safe_dump"]
    return dump(document)


def written(folder: Path, document: Json, name: str = "document.yml") -> str:
    """Write a document next to a project, and return its path."""
    path = folder.parent / name
    path.write_text(json.dumps(document) if name.endswith(".json") else as_yaml(document))
    return str(path)
