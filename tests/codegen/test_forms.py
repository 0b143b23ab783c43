"""Whatever form a document has, it comes out in the terms of the specification."""

from __future__ import annotations

import pytest
import yaml

from codegen.changes.api import Api
from codegen.changes.comparing import Change, compare
from codegen.changes.converting import Converter
from codegen.changes.corrections import Corrections
from codegen.changes.official import in_our_terms
from codegen.changes.refresh import read_spec
from codegen.naming import SpecError
from codegen.types import Json
from tests.codegen.documents import Document
from tests.codegen.projects import CORRECTIONS, SPEC

pytestmark = pytest.mark.tools

OPENAPI = """\
openapi: 3.0.3
info: {title: Things, version: '1'}
paths:
  /things/{thingTag}:
    parameters:
      - $ref: '#/components/parameters/Tag'
      - {name: X-Trace, in: header, schema: {type: string}}
    x-more: nothing
    get:
      operationId: getThing
      responses:
        2XX: {$ref: '#/components/responses/Thing'}
        '404': {description: None., content: {application/json: {schema: {$ref: '#/components/schemas/Problem'}}}}
    put:
      deprecated: true
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Change'}}}}
      responses:
        '200': {description: OK., schema: {type: object, properties: {done: {type: boolean}}}}
    delete:
      operationId: deleteThing
      responses:
        '200': {description: OK.}
        '': {description: No status code.}
components:
  parameters:
    Tag: {name: thingTag, in: path, required: true, schema: {type: string}}
  responses:
    Thing: {description: OK., content: {text/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
  schemas:
    Problem: {type: object, properties: {reason: {type: string}}}
    Change: {type: object, required: [size], properties: {size: {type: integer}, note: {type: string}}}
    Base: {type: object, required: [tag], properties: {tag: {type: string}}}
    Size: {oneOf: [{type: integer}, {type: string}]}
    Thing:
      allOf:
        - $ref: '#/components/schemas/Base'
        - type: object
          required: [size]
          properties:
            size: {$ref: '#/components/schemas/Size'}
            maybe: {type: string, nullable: true}
            some: {type: [integer, 'null']}
            one: {type: [integer]}
            any: {type: [integer, string, 'null']}
            lone: {allOf: [{$ref: '#/components/schemas/Base'}]}
            old: {type: string, deprecated: true}
            free: {}
            none: {type: ['null']}
            same: {anyOf: [{type: string}, {type: string}]}
"""


def read(document: Document) -> Api:
    corrections: Document = yaml.safe_load(CORRECTIONS)
    return in_our_terms(document, Corrections(corrections), read_spec(SPEC))


def fields(api: Api, model: str) -> dict[str, Json]:
    found = api.schema(model)["properties"]
    assert isinstance(found, dict)
    return found


def test_openapi_3_is_read_with_all_its_ways() -> None:
    api = read(yaml.safe_load(OPENAPI))
    null: Document = {"type": "null"}
    assert fields(api, "Thing") == {
        "tag": {"$ref": "#/components/schemas/Tag"},
        "size": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
        "maybe": {"anyOf": [{"type": "string"}, null]},
        "some": {"anyOf": [{"type": "integer"}, null]},
        "one": {"type": "integer"},
        "none": null,
        "any": {"anyOf": [{"anyOf": [{"type": "integer"}, {"type": "string"}]}, null]},
        "lone": {"$ref": "#/components/schemas/Base"},
        "old": {"type": "string", "deprecated": True},
        "free": {"type": "object", "additionalProperties": True},
        "same": {"type": "string"},
    }
    assert api.schema("Thing")["required"] == ["tag", "size"]
    assert api.unread == ("DELETE /things/{thingTag}: no model of its answer is declared",)
    get, put = api.spec.operations
    assert (get.operation_id, get.tag, get.response) == ("getThing", "things", "Thing")
    assert (put.operation_id, put.deprecated, put.response) == ("putThingsThingTag", True, "PutThingsThingTagAnswer")
    assert [(each.wire_name, each.location, each.required) for each in put.parameters] == [
        ("thingTag", "path", True),
        ("size", "body", True),
        ("note", "body", False),
    ]
    assert api.sent == {"Change"}
    assert {"Problem", "Change", "Base"} <= api.reached


def changed(edit: str, to: str) -> list[Change]:
    """What a change of the text changes."""
    assert OPENAPI.count(edit) == 1
    return compare(read(yaml.safe_load(OPENAPI)), read(yaml.safe_load(OPENAPI.replace(edit, to))))


def test_everything_that_can_change_is_told_and_rated() -> None:
    assert changed("required: [size], properties: {size", "required: [size, note], properties: {size") == [
        Change("~", "field", "Change.note", "required", breaking=True)
    ]
    assert changed("note: {type: string}}", "note: {type: string}, must: {type: string}}") == [
        Change("+", "field", "Change.must", "string")
    ]
    assert changed("          required: [size]\n", "") == [
        Change("~", "field", "Thing.size", "may be left out", breaking=True)
    ]
    assert changed("some: {type: [integer, 'null']}", "some: {type: integer}") == [
        Change("~", "field", "Thing.some", "integer, before integer or null")
    ]
    assert changed("free: {}", "free: {type: string, enum: [A_B, C]}") == [
        Change("~", "field", "Thing.free", "string, before object", breaking=True),
        Change("~", "field", "Thing.free", "known values: aB, c"),
    ]
    assert changed("free: {}", "free: {enum: [A_B, null]}") == [
        Change("~", "field", "Thing.free", "null or string, before object", breaking=True),
        Change("~", "field", "Thing.free", "known values: aB"),
    ]
    assert changed("same: {", "same: {deprecated: true, ") == [Change("~", "field", "Thing.same", "deprecated")]
    assert changed("operationId: getThing\n", "operationId: getThing\n      deprecated: true\n") == [
        Change("~", "operation", "GET /things/{thingTag}", "deprecated")
    ]
    assert changed(
        "thingTag, in: path, required: true, schema: {type: string}", "thingTag, in: path, schema: {type: integer}"
    ) == [
        Change("~", "parameter", "getThing(thingTag)", "integer, before string", breaking=True),
        Change("~", "parameter", "putThingsThingTag(thingTag)", "integer, before string", breaking=True),
    ]
    added = "    post: {operationId: addThing, responses: {default: {$ref: '#/components/responses/Thing'}}}\n"
    assert changed("    delete:\n", f"{added}    delete:\n") == [
        Change("+", "operation", "POST /things/{thingTag}", "addThing, answered by Thing")
    ]


def test_a_correction_of_what_the_spec_does_not_have_is_a_mistake() -> None:
    corrections: Document = yaml.safe_load(CORRECTIONS.replace("is: Tag", "is: Nothing"))
    with pytest.raises(SpecError, match="'Nothing', which the spec does not have"):
        in_our_terms(yaml.safe_load(OPENAPI), Corrections(corrections), read_spec(SPEC))


def test_a_model_that_is_two_on_the_wire_is_split() -> None:
    known: Document = {"splits": {"List.items": {"is": "Short", "of": "Long", "without": ["b"], "because": "It is."}}}
    document = yaml.safe_load(
        """
        swagger: '2.0'
        paths: {/x: {get: {operationId: getX, responses: {200: {schema: {$ref: '#/definitions/List'}}}}}}
        definitions:
          List: {type: array, items: {$ref: '#/definitions/Long'}}
          Long: {type: object, properties: {a: {type: string}, b: {type: string}}}
        """
    )
    document["paths"]["/x"]["get"]["responses"] = {"200": document["paths"]["/x"]["get"]["responses"][200]}
    api = in_our_terms(document, Corrections(known), read_spec(SPEC))
    assert [*fields(api, "Short")] == ["a"]
    assert [*fields(api, "Long")] == ["a", "b"]
    assert fields(api, "List")["items"] == {"type": "array", "items": {"$ref": "#/components/schemas/Short"}}


def test_a_name_that_is_taken_is_not_given_again() -> None:
    converter = Converter({"ThingBox": {"type": "object", "properties": {}}}, Corrections({}), read_spec(SPEC))
    with pytest.raises(SpecError, match="ThingBox: the name is taken"):
        converter.add("Thing.box", {})


@pytest.mark.parametrize(("place", "shown"), [("", "''"), ("in: 7,", "''"), ("in: qurey,", "'qurey'")])
def test_a_parameter_that_is_nowhere_is_told(place: str, shown: str) -> None:
    parameters = f"parameters: [{{name: size, {place} schema: {{}}}}]"
    known = read(yaml.safe_load(OPENAPI))
    api = read(
        yaml.safe_load(OPENAPI.replace("operationId: getThing\n", f"operationId: getThing\n      {parameters}\n"))
    )
    told = f"GET /things/{{thingTag}}: the parameter 'size' is in {shown}, which is no place"
    assert api.unread == (told, *known.unread)
    assert [*compare(known, api)] == []
