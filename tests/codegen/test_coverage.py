"""Everything in the specification is in the generated code. The specification is read here without the generator."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest
import yaml

from cocapi_gen._http.bodies import RawModel
from cocapi_gen._http.operation import Operation
from cocapi_gen.raw import OPERATIONS, models
from cocapi_gen.raw.api import RawApi
from codegen import spec

SPEC = Path(__file__).parents[2] / "spec" / "clashofclans.yaml"
T = TypeVar("T")
Table = dict[str, Any]  # what a YAML file holds

DOCUMENT: Table = yaml.safe_load(SPEC.read_text(encoding="utf-8"))
WRITTEN: dict[str, tuple[str, str, Table]] = {
    operation["operationId"]: (path, method, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
}
"""Every operation with its path and method."""
OBJECTS: dict[str, Table] = {
    name: schema for name, schema in DOCUMENT["components"]["schemas"].items() if "properties" in schema
}

every_operation = pytest.mark.parametrize("operation_id", WRITTEN)
every_object = pytest.mark.parametrize("name", OBJECTS)


def resolved(value: Table) -> Table:
    """Follow a reference inside the document."""
    while "$ref" in value:
        target: Any = DOCUMENT
        for part in str(value["$ref"]).removeprefix("#/").split("/"):
            target = target[part]
        value = target
    return value


def snake(name: str) -> str:
    """Write a name of this specification as Python does; none of them needs more than this."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def parameters(operation: Table) -> Iterator[tuple[str, str, bool]]:
    """Yield name, location and whether it is required, of each parameter; a body's properties are such too."""
    for parameter in map(resolved, operation.get("parameters", [])):
        yield parameter["name"], parameter["in"], parameter.get("required", False)
    if "requestBody" in operation:
        body = resolved(operation["requestBody"]["content"]["application/json"]["schema"])
        for name in body["properties"]:
            yield name, "body", name in body.get("required", [])


def response(operation: Table) -> str:
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return cast("str", schema["$ref"]).rpartition("/")[2]


async def no_call(operation: Operation[T], /, **values: object) -> T:
    """Stand in for a client where nothing is to be sent."""
    raise AssertionError(operation, values)


def test_the_specification_is_sound() -> None:
    read = spec.load(SPEC)
    assert {operation.operation_id for operation in read.operations} == WRITTEN.keys()
    assert {model.name for model in read.models} == OBJECTS.keys()


def test_nothing_was_forgotten() -> None:
    assert len(OPERATIONS) == len(WRITTEN) >= 37
    assert len([operation for operation in OPERATIONS.values() if "versus" in operation.path_template]) == 2
    assert len(OBJECTS) >= 71


def test_nothing_was_invented() -> None:
    defined = {name for name, value in vars(models).items() if isinstance(value, type) and issubclass(value, RawModel)}
    assert defined - {"RawModel"} == OBJECTS.keys()
    assert OPERATIONS.keys() == WRITTEN.keys()


@every_operation
def test_an_operation_is_described_as_it_is_written(operation_id: str) -> None:
    path, method, written = WRITTEN[operation_id]
    known = OPERATIONS[operation_id]
    assert (known.operation_id, known.method, known.path_template) == (operation_id, method.upper(), path)
    assert [known.tag] == written["tags"]
    assert [(each.wire_name, each.location, each.required) for each in known.parameters] == [*parameters(written)]
    assert known.response_model is getattr(models, response(written))
    assert known.paging == any(name == "after" for name, _, _ in parameters(written))
    assert known.deprecated == written.get("deprecated", False)
    assert known.max_age == written.get("x-max-age")


@every_operation
def test_every_parameter_of_a_path_is_in_it(operation_id: str) -> None:
    path, _, written = WRITTEN[operation_id]
    names = [name for name, location, _ in parameters(written) if location == "path"]
    assert all(f"{{{name}}}" in path for name in names)
    assert path.count("{") == len(names)


@every_operation
def test_an_operation_is_a_method_of_its_group(operation_id: str) -> None:
    written = WRITTEN[operation_id][2]
    method = getattr(getattr(RawApi(no_call), snake(written["tags"][0])), snake(operation_id))
    assert inspect.iscoroutinefunction(method)
    assert hasattr(method, "__deprecated__") == written.get("deprecated", False)
    found = inspect.signature(method)
    assert {(each.name, each.default is each.empty) for each in found.parameters.values()} == {
        (snake(name), required) for name, _, required in parameters(written)
    }
    assert {each.kind for each in found.parameters.values()} <= {inspect.Parameter.KEYWORD_ONLY}
    assert found.return_annotation == f"models.{response(written)}"


@every_object
def test_a_model_has_every_property_and_no_other(name: str) -> None:
    schema = OBJECTS[name]
    model = cast("type[RawModel]", getattr(models, name))
    model.model_rebuild()  # until then, fields whose types stand further down in the module are not complete
    fields = model.model_fields
    assert {field.alias or attribute: field.is_required() for attribute, field in fields.items()} == {
        key: key in schema.get("required", []) for key in schema["properties"]
    }
    assert all(attribute == snake(field.alias or attribute).rstrip("_") for attribute, field in fields.items())
