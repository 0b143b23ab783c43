"""What an ordinary specification becomes, where more than the text of it counts."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from typing import cast

import pytest

from cocapi_gen._http import bodies
from codegen import spec
from codegen.naming import SpecError
from codegen.types import Json
from tests.codegen.documents import (
    ENDPOINTS,
    OPERATIONS,
    Document,
    Loaded,
    docs,
    document,
    loaded,
    model,
    operation,
    parameter,
    reference,
    rendered,
)

LISTS: Json = {"type": "array", "items": {"type": "array", "items": {"type": "object", "additionalProperties": True}}}
TEXT: Document = {"type": "string"}

DOCUMENT = document(
    paths={
        "/things": {"get": operation(parameters=[parameter("aB"), {**parameter("silent"), "description": ""}])},
        "/silent": {"get": operation("getSilent", summary="", description="")},
        "/deprecated": {"get": operation("deprecated", deprecated=True, **{"x-deprecation": "Use getThing."})},
        "/gone": {"get": operation("getGone", summary="", description="", deprecated=True)},
    },
    schemas={
        "Silent": {**model({"a": TEXT, "b": {**TEXT, "description": "B."}}), "description": ""},
        "Nested": model({"lists": LISTS, "moment": reference("Timestamp")}),
        "Kind": {"anyOf": [{**TEXT, "enum": ["a", "b"]}, TEXT], "x-values": {"a": "", "b": "The other"}},
        "Timestamp": TEXT,
    },
)

GET_THING = """\
Get a thing.

It is a thing.

Args:
    a_b: A value."""

DEPRECATION = """\
Get a thing.

It is a thing.

Deprecated: Use getThing."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    with loaded(rendered(DOCUMENT), tmp_path_factory.mktemp("ordinary")) as found:
        yield found


def test_methods_are_explained(made: Loaded) -> None:
    group = made.api.ThingsApi
    assert inspect.getdoc(group.get_thing) == GET_THING
    assert inspect.getdoc(group.deprecated_) == DEPRECATION
    assert group.get_silent.__doc__ is None
    assert group.get_gone.__doc__ == "Deprecated: The API's owner has replaced or removed it."


def test_nothing_is_left_where_texts_are_empty(made: Loaded) -> None:
    source = made.files["cocapi_gen/raw/api.py"]
    assert '""""""' not in source
    assert "models.Thing:\n        return" in source
    assert "class Silent(RawModel):\n    a: str" in made.files["cocapi_gen/raw/models.py"]
    assert docs(made.files["cocapi_gen/raw/models.py"], "Silent") == {"b": "B."}
    assert docs(made.files["cocapi_gen/raw/models.py"])["Kind"] == "Known values: a; b: The other."


def test_operations_are_explained(made: Loaded) -> None:
    told = docs(made.files[OPERATIONS])
    assert told["GET_THING"] == "Get a thing."
    assert told["DEPRECATED_"] == "Get a thing.\n\nDeprecated: Use getThing.\n"
    assert "GET_SILENT" not in told


def test_what_is_deprecated_is_marked_and_warns_nobody(made: Loaded) -> None:
    async def call(operation: object, /) -> object:
        return operation

    group = made.api.ThingsApi(call)
    assert getattr(group.deprecated_, "__deprecated__", None) == "Use getThing."
    assert not hasattr(group.get_thing, "__deprecated__")
    assert asyncio.run(group.deprecated_()) is made.operations.DEPRECATED_
    assert [known.deprecated for known in made.raw.OPERATIONS.values()] == [False, False, True, True]
    assert made.files[ENDPOINTS].count("GET★") == 2


def test_why_something_is_deprecated_is_told_only_if_it_is() -> None:
    source = document(paths={"/things": {"get": operation(**{"x-deprecation": "Use nothing."})}})
    with pytest.raises(SpecError, match=r"^getThing: x-deprecation "):
        spec.read(source, "0")


def test_lists_in_lists_are_tuples_in_tuples(made: Loaded) -> None:
    assert made.models.Nested.model_validate({"lists": [[{"a": None}], []]}).lists == (({"a": None},), ())


def test_a_timestamp_has_its_class(made: Loaded) -> None:
    assert type(made.models.Nested.model_validate({"moment": "20260105T080000.000Z"}).moment) is bodies.Timestamp


def test_a_timestamp_that_is_no_text_has_not() -> None:
    schemas = cast("Document", {"Timestamp": {"type": "integer"}, "Nested": model({"moment": reference("Timestamp")})})
    assert "Timestamp: TypeAlias = int" in rendered(document(schemas=schemas))["cocapi_gen/raw/models.py"]


BODY: Document = {"content": {"application/json": {"schema": reference("Kind")}}}
REFUSED = {
    r"^GET /things: .* exactly one tag": operation(tags=["things", "others"]),
    r"^getThing: the tag 'others' is not declared": operation(tag="others"),
    r"^getThing\(a\): parameters in 'header'": operation(parameters=[parameter("a", location="header")]),
    r"^getThing: there is no answer 200": operation(responses={"204": {"description": "Nothing."}}),
    r"^getThing: a body has to be a schema": operation(response="Other"),
    r"^getThing\(body\): Kind has no properties": operation(requestBody=BODY),
}


@pytest.mark.parametrize(("told", "asked"), REFUSED.items(), ids=REFUSED)
def test_what_the_generator_does_not_know_is_refused(told: str, asked: Document) -> None:
    source = document(paths={"/things": {"get": asked}}, schemas={"Kind": TEXT})
    with pytest.raises(SpecError, match=told):
        spec.read(source, "0")
