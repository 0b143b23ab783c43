"""Types are read from schemas, and what is unknown is refused instead of guessed."""

from __future__ import annotations

import re

import pytest

from codegen.naming import SpecError
from codegen.types import Array, Enumeration, Free, Json, Plain, Reference, Type, Union, read_type

THING: Json = {"$ref": "#/components/schemas/Thing"}
TEXT: Json = {"type": "string"}
SIDES: Json = {"type": "string", "enum": ["left", "right"]}

READ: list[tuple[Json, Type, str, str]] = [
    (TEXT, Plain("string"), "str", "string()"),
    ({"type": "string", "minLength": 3, "pattern": "^a"}, Plain("string"), "str", "string()"),
    ({"type": "integer"}, Plain("integer"), "int", "integer()"),
    ({"type": "integer", "minimum": 1, "maximum": 9}, Plain("integer", 1, 9), "int", "integer(1, 9)"),
    ({"type": "number"}, Plain("number"), "float", "number()"),
    ({"type": "boolean"}, Plain("boolean"), "bool", "boolean()"),
    ({"type": "null"}, Plain("null"), "None", "null()"),
    (THING, Reference("Thing"), "models.Thing", "reference('Thing')"),
    (
        {"$ref": "#/components/schemas/Thing", "description": "A."},
        Reference("Thing"),
        "models.Thing",
        "reference('Thing')",
    ),
    (
        {"type": "array", "items": THING},
        Array(Reference("Thing")),
        "Sequence[models.Thing]",
        "array(reference('Thing'))",
    ),
    (
        {"type": "array", "items": {"type": "array", "items": TEXT}},
        Array(Array(Plain("string"))),
        "Sequence[Sequence[str]]",
        "array(array(string()))",
    ),
    ({"type": "object", "additionalProperties": True}, Free(), "Mapping[str, object]", "free_object()"),
    (
        SIDES,
        Enumeration(("left", "right"), is_open=False),
        "Literal['left', 'right']",
        "enum('left', 'right')",
    ),
    (
        {"anyOf": [SIDES, TEXT]},
        Enumeration(("left", "right"), is_open=True),
        "Literal['left', 'right'] | str",
        "open_enum('left', 'right')",
    ),
    ({"const": "left"}, Enumeration(("left",), is_open=False), "Literal['left']", "enum('left')"),
    ({"type": "string", "const": "left"}, Enumeration(("left",), is_open=False), "Literal['left']", "enum('left')"),
    (
        {"type": ["integer", "null"]},
        Union((Plain("integer"), Plain("null"))),
        "int | None",
        "one_of(integer(), null())",
    ),
    (
        {"type": ["object", "null"], "additionalProperties": True},
        Union((Free(), Plain("null"))),
        "Mapping[str, object] | None",
        "one_of(free_object(), null())",
    ),
    (
        {"type": ["array", "null"], "items": TEXT},
        Union((Array(Plain("string")), Plain("null"))),
        "Sequence[str] | None",
        "one_of(array(string()), null())",
    ),
    (
        {"type": ["integer", "null"], "minimum": 1, "maximum": 9},
        Union((Plain("integer", 1, 9), Plain("null"))),
        "int | None",
        "one_of(integer(1, 9), null())",
    ),
    (
        {"anyOf": [{"type": "integer"}, TEXT]},
        Union((Plain("integer"), Plain("string"))),
        "int | str",
        "one_of(integer(), string())",
    ),
    (
        {"anyOf": [THING, {"type": "null"}]},
        Union((Reference("Thing"), Plain("null"))),
        "models.Thing | None",
        "one_of(reference('Thing'), null())",
    ),
    (
        {"anyOf": [{"type": "integer"}, {"type": "string", "const": "global"}]},
        Union((Plain("integer"), Enumeration(("global",), is_open=False))),
        "int | Literal['global']",
        "one_of(integer(), enum('global'))",
    ),
]

UNKNOWN: list[Json] = [
    *[None, True, 1, "string", [], {}],
    {"type": "file"},
    {"type": ["string"]},
    {"type": ["string", "integer"]},
    {"type": "array"},
    {"type": "object"},
    {"type": "object", "additionalProperties": False},
    {"type": "object", "additionalProperties": TEXT},
    {"oneOf": [TEXT]},
    {"allOf": [THING]},
    {"not": TEXT},
    {"const": 1},
    {"description": "Anything."},
    {"$ref": "other.yaml#/Thing"},
    {"$ref": "#/components/parameters/Thing"},
    {"anyOf": "string"},
]

NO_ENUMERATIONS: list[Json] = [
    {"enum": []},
    {"enum": [1, 2]},
    {"enum": ["a", None]},
    {"enum": ["a", "a"]},
    {"anyOf": [{"enum": ["a", "a"]}, TEXT]},
    {"anyOf": [{"enum": [True]}, TEXT]},
    {"type": ["string", "null"], "enum": ["a", None]},
]


@pytest.mark.parametrize(("schema", "expected", "annotation", "strategy"), READ)
def test_every_construct_is_read(schema: Json, expected: Type, annotation: str, strategy: str) -> None:
    found = read_type(schema, "somewhere")
    assert found == expected
    assert found.annotation() == annotation
    assert found.strategy() == strategy


@pytest.mark.parametrize("schema", UNKNOWN)
def test_an_unknown_construct_is_refused(schema: Json) -> None:
    with pytest.raises(SpecError, match=rf"^somewhere: no type can be read from {re.escape(repr(schema))}"):
        read_type(schema, "somewhere")


@pytest.mark.parametrize("kind", ["file", "object", "array"])
def test_null_makes_nothing_known(kind: str) -> None:
    with pytest.raises(SpecError, match=rf"^somewhere: no type can be read from .*{kind}"):
        read_type({"type": [kind, "null"]}, "somewhere")


@pytest.mark.parametrize("schema", NO_ENUMERATIONS)
def test_an_enumeration_is_of_different_texts(schema: Json) -> None:
    with pytest.raises(SpecError, match=r"^somewhere: the values of an enumeration have to be different texts"):
        read_type(schema, "somewhere")


@pytest.mark.parametrize("name", ["thing", "Any", "A/b", "None", "Exception"])
def test_a_reference_names_a_class(name: str) -> None:
    with pytest.raises(SpecError, match=rf"^somewhere: {re.escape(repr(name))} cannot name a class"):
        read_type({"$ref": f"#/components/schemas/{name}"}, "somewhere")


def test_the_place_leads_to_the_items_of_a_list() -> None:
    with pytest.raises(SpecError, match=r"^Thing\.names\[\]\[\]: "):
        read_type({"type": "array", "items": {"type": "array", "items": {"type": "file"}}}, "Thing.names")


@pytest.mark.parametrize("schema", [schema for schema, *_ in READ])
def test_lowering_keeps_the_type(schema: Json) -> None:
    """What is handed on to be made a model is read as the same type, but for ranges."""
    found = read_type(schema, "somewhere")
    again = read_type(found.lowered(), "somewhere")
    assert again.annotation() == found.annotation().replace("float", "int | float")
