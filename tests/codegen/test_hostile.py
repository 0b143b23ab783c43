"""Whatever texts and names a specification holds: they become the code that was meant and no other, or are refused."""

from __future__ import annotations

import ast
import asyncio
import inspect
import json
import re
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from pathlib import Path
from typing import TypeAlias, cast, get_args

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from cocapi_gen._http.bodies import RawModel
from cocapi_gen._http.operation import Operation
from codegen import spec
from codegen.naming import SpecError
from codegen.types import Json
from tests.codegen.documents import (
    CANARY,
    ENDPOINTS,
    MODELS,
    OPERATIONS,
    Document,
    Files,
    Loaded,
    docs,
    document,
    loaded,
    model,
    operation,
    parameter,
    reference,
    rendered,
    words,
)

pytestmark = pytest.mark.tools

Attempt: TypeAlias = Callable[[], object]

RUN = f"__import__('os').environ.__setitem__('{CANARY}','1')"

TEXTS = {
    "triple quotes": 'a """ b',
    "only triple quotes": '"""',
    "single triple quotes": "a ''' b",
    "four quotes": '""""',
    "backslash": "a \\ b",
    "escape": "\\N{DASH} \\x41 \\u0041 \\",
    "newline": "a\nb",
    "blank lines": "a\n\n\n    b\n",
    "quote at the end": 'say "a"',
    "quote at the beginning": '"a" is said',
    "backslash at the end": "a\\",
    "backslash and quote": 'a\\"',
    "jinja": "{{ 7 * 7 }} {% for x in y %} {# gone #}",
    "jinja statement": "{% endfor %}{{ self.__init__ }}",
    "markdown": "a | b || `c` <b> [d](e) *f* \\| g",
    "line separators": "a\u2028b\u2029c\x85d",
    "comments": "# fmt: off # noqa # type: ignore",
    "direction": "\u202eabc\u2066",
    "mark of order": "\ufeffa",
    "beyond the basic plane": "\U0001f3f0",
    "format": "%s {0} {x!r} $x ${y}",
    "long": "word " * 60,
    "long without a blank": "x" * 300,
    "blank": " ",
    "code": RUN,
    "code after a docstring": f'"""\n{RUN}\n"""',
    "code in a docstring": f'"""+{RUN}+"""',
    "code after a backslash": f'\\"""+{RUN}+"""',
    "code after single quotes": f"'+{RUN}+'",
    "code after triple single quotes": f"'''+{RUN}+'''",
    "code in a format": f"{{{RUN}}}",
    "code in jinja": f"{{{{ cycler.__init__.__globals__.os.environ.__setitem__('{CANARY}', '1') }}}}",
    "code on a line": f"a\n{RUN}\nb",
    "code after a return": f"a\r{RUN}",
    "return": "a\rb",
    "only a return": "\r",
    "tab": "a\tb",
    "form feed": "a\x0cb",
    "escape sequence": "\x1b[31mred",
    "NUL": "a\x00b",
}
NAMES = {
    **{name: name for name in ("class", "from", "None", "True", "match", "case", "type", "_")},
    **{name: name for name in ("__class__", "__init__", "__dict__", "__slots__", "__pydantic_extra__", "_private")},
    **{name: name for name in ("model_config", "copy", "json", "schema", "model_dump", "model_fields", "model_extra")},
    **{name: name for name in ("construct", "validate", "dict", "parse_raw", "fields", "cls", "root")},
    **{name: name for name in ("self", "operation", "into", "values", "call", "operations", "models")},
    **{name: name for name in ("list", "str", "int", "float", "bool", "tuple", "object", "bytes", "set", "super")},
    **{name: name for name in ("Any", "Field", "Annotated", "Literal", "RawModel", "JsonValue", "Timestamp", "T")},
    "digit": "1st",
    "hyphen": "a-b-c",
    "dollar": "$ref",
    "dots": "a.b.c.d",
    "accent": "é",
    "no case": "日本",
    "ligature": "\ufb01n",
    "wide": "\uff41bc",
}
HOSTILE = {**TEXTS, **NAMES}
every_text = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
every_name = pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)


def refused(attempt: Attempt, *places: str) -> bool:
    """Tell whether this is refused; if so, the message has to name the place."""
    try:
        attempt()
    except SpecError as error:
        told = str(error)
    else:
        return False
    assert any(place in told for place in places), f"{told} does not tell where: {places}"
    return True


def described(text: str, place: int = 0) -> Document:
    """Return a document with this text wherever a text explains something."""
    explained: Document = {"description": text, "x-absent": text}
    kind: Document = {
        "description": text,
        "anyOf": [{"type": "string", "enum": ["a", "b"]}, {"type": "string"}],
        "x-values": {"a": text, "b": text},
    }
    thing: Document = {**model({"name": {"type": "string", **explained}}), "description": text}
    asked = operation(
        f"getNumber{place}",
        f"group{place}",
        f"Thing{place}",
        summary=text,
        description=text,
        parameters=[{**parameter("name"), "description": text}],
        deprecated=True,
        **{"x-deprecation": text, "x-evidence": text},
    )
    return document(
        version=text,
        tags={f"group{place}": text},
        paths={f"/numbers/{place}": {"get": asked}},
        schemas={f"Thing{place}": thing, f"Kind{place}": kind},
    )


def check_descriptions(made: Loaded, text: str, place: int = 0) -> None:
    """Check that the text is found wherever it was; where there is nothing to say, nothing is said."""
    said = words(text)
    thing, group = getattr(made.models, f"Thing{place}"), getattr(made.api, f"Group{place}Api")
    method = getattr(group, f"get_number{place}")
    headline, listed, meaning = (f"{said}.", f"Args: name: {said}", f": {said}") if said else ("", "", "")
    assert method.__deprecated__ == (said or "The API's owner has replaced or removed it.")
    warning = f"Deprecated: {method.__deprecated__}"
    assert words(thing.__doc__) == words(group.__doc__) == said
    assert words(docs(made.files[MODELS], f"Thing{place}").get("name")) == words(f"{said} {said}")
    assert words(docs(made.files[MODELS])[f"Kind{place}"]) == words(f"{said} Known values: a{meaning}; b{meaning}.")
    assert words(method.__doc__) == words(f"{headline} {said} {warning} {listed}")
    assert words(docs(made.files[OPERATIONS])[f"GET_NUMBER{place}"]) == words(f"{headline} {warning}")


@pytest.fixture(scope="module")
def descriptions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    parts = [described(text, place) for place, text in enumerate(TEXTS.values())]
    with loaded(rendered(merged(parts)), tmp_path_factory.mktemp("descriptions")) as made:
        yield made


@every_text
def test_descriptions_stay_what_they_are(text: str, descriptions: Loaded) -> None:
    check_descriptions(descriptions, text, [*TEXTS.values()].index(text))


def test_all_groups_are_told(descriptions: Loaded) -> None:
    told = [f"group{place}: {text}" for place, text in enumerate(TEXTS.values()) if text.strip()]
    assert words(descriptions.api.RawApi.__doc__) == words(f"All groups of operations. Attributes: {' '.join(told)}")


def test_the_version_stays_what_it_is(descriptions: Loaded) -> None:
    assert words(" ".join(TEXTS.values())) == descriptions.raw.SPEC_VERSION


def enumerated(values: list[str]) -> Document:
    """Return a document with these texts as values: of an open and a closed enumeration, and of a parameter."""
    plain: list[Json] = [*values]
    known: Document = {"type": "string", "enum": plain}
    kind: Document = {"anyOf": [known, {"type": "string"}], "x-values": dict.fromkeys(values, "A value.")}
    return document(
        paths={"/things": {"get": operation(parameters=[parameter("side", known)])}},
        schemas={"Kind": kind, "Thing": model({"kind": reference("Kind"), "side": known})},
    )


def check_values(made: Loaded, values: list[str]) -> None:
    open_values, other = get_args(made.models.Kind)
    made_of = cast("type[RawModel]", made.models.Thing)
    assert (get_args(open_values), other) == (tuple(values), str)
    assert get_args(get_args(made_of.model_fields["side"].annotation)[0]) == tuple(values)
    annotation = inspect.signature(made.api.ThingsApi.get_thing).parameters["side"].annotation
    assert literals(annotation) == values
    for value in values:
        assert made_of.model_validate({"kind": value, "side": value}).model_dump() == {"kind": value, "side": value}


def literals(annotation: str) -> list[object]:
    """Return all texts in an annotation, in order."""
    nodes = ast.walk(ast.parse(annotation, mode="eval"))
    return [node.value for node in nodes if isinstance(node, ast.Constant) and node.value is not None]


def test_values_of_enumerations_stay_what_they_are(tmp_path: Path) -> None:
    values = [*TEXTS.values()]
    with loaded(rendered(enumerated(values)), tmp_path) as made:
        check_values(made, values)


texts = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\"'\\{}%|#\r\n\0"), max_size=30)
few = settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


@few
@given(text=texts)
def test_any_description_stays_what_it_is(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    with loaded(rendered(described(text)), tmp_path_factory.mktemp("any")) as made:
        check_descriptions(made, text)
        assert words(text) == made.raw.SPEC_VERSION


@few
@given(values=st.lists(texts, min_size=20, max_size=40, unique=True))
def test_any_value_stays_what_it_is(values: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    with loaded(rendered(enumerated(values)), tmp_path_factory.mktemp("any")) as made:
        check_values(made, values)


# Names: each is read alone, to see whether it is refused; all that are not are then made into code together.


def with_property(name: str, place: int = 0) -> Document:
    """Return a document with a model that has this property among others of all types."""
    return document(
        schemas={
            f"Holder{place}": model(
                {
                    name: {"type": "string"},
                    "aText": {"type": "string"},
                    "aWhole": {"type": "integer"},
                    "aNumber": {"type": "number"},
                    "aBoolean": {"type": "boolean"},
                    "aList": {"type": "array", "items": {"type": "string"}},
                    "anObject": {"type": "object", "additionalProperties": True},
                    "anEnum": {"type": "string", "enum": ["a"]},
                    "aReference": reference("Thing"),
                }
            )
        }
    )


FILLED: Document = {
    "aText": "a",
    "aWhole": 1,
    "aNumber": 1.5,
    "aBoolean": True,
    "aList": ["a"],
    "anObject": {"a": None},
    "anEnum": "a",
    "aReference": {"name": "a"},
}


def with_parameter(name: str, place: int = 0) -> Document:
    asked = operation(f"getNumber{place}", parameters=[parameter("plain"), parameter(name, required=True)])
    return document(paths={f"/numbers/{place}": {"get": asked}})


def distinct(name: str, place: int) -> str:
    """Make a text one that becomes a name of its own; names are left as they are."""
    return name if name not in TEXTS.values() else f"x{place} {name}"


def with_operation(name: str, place: int = 0) -> Document:
    name = distinct(name, place)
    return document(tags={f"group{place}": "A group."}, paths={f"/{place}": {"get": operation(name, f"group{place}")}})


def with_tag(name: str, place: int = 0) -> Document:
    name = distinct(name, place)
    return document(tags={name: "A group."}, paths={f"/{place}": {"get": operation(f"getNumber{place}", name)}})


def with_path(name: str, place: int = 0) -> Document:
    return document(paths={f"/{place}/{name}": {"get": operation(f"getNumber{place}", **{"x-evidence": name})}})


def merged(parts: list[Document]) -> Document:
    """Put documents together."""
    versions = [str(cast("Document", part["info"])["version"]) for part in parts]
    whole = document(tags={}, paths={}, version=" ".join(versions))
    for part in parts:
        cast("Document", whole["paths"]).update(cast("Document", part["paths"]))
        schemas = cast("Document", cast("Document", part["components"])["schemas"])
        cast("dict[str, Document]", whole["components"])["schemas"].update(schemas)
        tags = cast("list[Json]", whole["tags"])
        tags += [tag for tag in cast("list[Json]", part["tags"]) if tag not in tags]
    return whole


def accepted(make: Callable[[str, int], Document], folder: Path) -> Iterator[Loaded]:
    """Load one document with all the names that are not refused."""
    parts = [make(name, place) for place, name in enumerate(HOSTILE.values())]
    sound = [part for part in parts if not refused(partial(spec.read, part, "0"), "")]
    with loaded(rendered(merged(sound)), folder) as made:
        yield made


@pytest.fixture(scope="module")
def properties(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    yield from accepted(with_property, tmp_path_factory.mktemp("properties"))


@every_name
def test_a_property_keeps_its_name(name: str, properties: Loaded) -> None:
    place = [*HOSTILE.values()].index(name)
    if refused(lambda: spec.read(with_property(name, place), "0"), f"Holder{place}"):
        return
    holder = cast("type[RawModel]", getattr(properties.models, f"Holder{place}"))
    wire = {name: "a", **FILLED}
    found = holder.model_validate_json(json.dumps(wire))
    assert not found.model_extra
    assert found.model_dump(mode="json", by_alias=True, exclude_unset=True) == wire
    attributes = set(holder.model_fields) - {key for key in holder.model_fields if getattr(found, key) != "a"}
    assert len(attributes) == 3  # this one, the text and the enumeration


@pytest.fixture(scope="module")
def parameters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    yield from accepted(with_parameter, tmp_path_factory.mktemp("parameters"))


Calls: TypeAlias = list[tuple[Operation[object], dict[str, object]]]


def remembering(calls: Calls) -> object:
    """Return what takes the place of a client, and only notes what it is asked for."""

    async def call(operation: Operation[object], /, **values: object) -> object:
        calls.append((operation, values))
        return None

    return call


@every_name
def test_a_parameter_keeps_its_name(name: str, parameters: Loaded) -> None:
    place = [*HOSTILE.values()].index(name)
    if refused(lambda: spec.read(with_parameter(name, place), "0"), f"getNumber{place}"):
        return
    known = parameters.raw.OPERATIONS[f"getNumber{place}"]
    mine = known.parameters[1]
    assert words(name) == mine.wire_name
    calls: Calls = []
    method = getattr(parameters.api.RawApi(remembering(calls)).things, f"get_number{place}")
    asyncio.run(method(**{mine.name: "a"}))
    assert calls == [(known, {mine.name: "a", "plain": None})]


@pytest.fixture(scope="module")
def operations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    yield from accepted(with_operation, tmp_path_factory.mktemp("operations"))


def only_method(group: object) -> Callable[[], Coroutine[object, object, object]]:
    """Return the one method of a group."""
    (method,) = (member for key, member in inspect.getmembers(group) if not key.startswith("_"))
    return cast("Callable[[], Coroutine[object, object, object]]", method)


@every_name
def test_an_operation_keeps_its_name(name: str, operations: Loaded) -> None:
    place = [*HOSTILE.values()].index(name)
    if refused(lambda: spec.read(with_operation(name, place), "0"), f"GET /{place}"):
        return
    known = operations.raw.OPERATIONS[words(distinct(name, place))]
    calls: Calls = []
    group = getattr(operations.api.RawApi(remembering(calls)), f"group{place}")
    asyncio.run(only_method(group)())
    assert calls == [(known, {})]


@pytest.fixture(scope="module")
def tags(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    yield from accepted(with_tag, tmp_path_factory.mktemp("tags"))


@every_name
def test_a_tag_keeps_its_name(name: str, tags: Loaded) -> None:
    place = [*HOSTILE.values()].index(name)
    if refused(lambda: spec.read(with_tag(name, place), "0"), "tags", f"getNumber{place}"):
        return
    known = tags.raw.OPERATIONS[f"getNumber{place}"]
    assert known.tag == distinct(name, place)
    calls: Calls = []
    groups = cast("dict[str, object]", vars(tags.api.RawApi(remembering(calls)))).values()
    (method,) = (found for group in groups if (found := getattr(group, f"get_number{place}", None)) is not None)
    asyncio.run(method())
    assert calls == [(known, {})]


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    yield from accepted(with_path, tmp_path_factory.mktemp("paths"))


@every_name
def test_a_path_keeps_its_name(name: str, paths: Loaded) -> None:
    place = [*HOSTILE.values()].index(name)
    if refused(lambda: spec.read(with_path(name, place), "0"), f"GET /{place}", f"getNumber{place}"):
        return
    assert paths.raw.OPERATIONS[f"getNumber{place}"].path_template == f"/{place}/{name}"


@every_name
def test_a_table_stays_a_table(name: str, paths: Loaded) -> None:
    """Each row has as many cells as the head, whatever stands in them."""
    place = [*HOSTILE.values()].index(name)
    if refused(lambda: spec.read(with_path(name, place), "0"), f"GET /{place}", f"getNumber{place}"):
        return
    lines = re.split("\n", paths.files[ENDPOINTS])
    (head,) = (line for line in lines if line.startswith("| operation"))
    (row,) = (line for line in lines if f"get_number{place}()" in line)
    assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) == head.count("|")


HALVES: list[tuple[Document, str]] = [
    (described("a\ud800b"), "#/components/schemas/Thing0/description"),
    (enumerated(["a\ud800b"]), "#/components/schemas/Thing/properties/side/enum/0"),
    (with_property("a\ud800b"), "#/components/schemas/Holder0/properties/a\ud800b"),
    (with_parameter("a\ud800b"), "#/paths//numbers/0/get/parameters/1/name"),
    (with_operation("a\ud800b"), "#/paths//0/get/operationId"),
    (with_tag("a\ud800b"), "#/tags/0/name"),
    (with_path("a\ud800b"), "#/paths//0/a\ud800b"),
]


@pytest.mark.parametrize(("source", "place"), HALVES, ids=[ascii(place) for _, place in HALVES])
def test_half_a_character_is_refused(source: Document, place: str) -> None:
    """No file can hold it."""
    with pytest.raises(SpecError, match=re.escape(place)):
        spec.read(source, "0")


@every_name
def test_a_schema_keeps_its_name_or_is_refused(name: str) -> None:
    source = document(schemas={name: model({})})
    assert refused(lambda: spec.read(source, "0"), "schemas") or re.fullmatch("[A-Z][A-Za-z0-9]*", name)


@pytest.mark.parametrize("name", ["T", "BaseModel", "Timestamp", "Tag", "Union", "List", "Model", "Thing1", "Literal1"])
def test_a_schema_of_any_name_becomes_a_model(name: str, tmp_path: Path) -> None:
    source = document(schemas={name: model({"aText": {"type": "string"}}), "Thing": model({"it": reference(name)})})
    files: Files = {}
    if refused(lambda: files.update(rendered(source)), name):
        return
    with loaded(files, tmp_path) as made:
        assert made.models.Thing.model_validate({"it": {"aText": "a"}}).it.a_text == "a"
        assert type(made.models.Thing.model_validate({"it": {}}).it) is getattr(made.models, name)


# Names that become one, or one that the generated code needs itself.

CLASHES: dict[str, tuple[Document, tuple[str, ...]]] = {
    "parameters": (
        document(paths={"/things": {"get": operation(parameters=[parameter("aB"), parameter("a_b")])}}),
        ("getThing", "aB", "a_b"),
    ),
    "parameters of query and path": (
        document(
            paths={
                "/things/{aB}": {
                    "get": operation(parameters=[parameter("aB", location="path", required=True), parameter("a-b")])
                }
            }
        ),
        ("getThing", "aB", "a-b"),
    ),
    "operations": (
        document(paths={"/1": {"get": operation("getIt")}, "/2": {"get": operation("get_it")}}),
        ("paths", "getIt", "get_it"),
    ),
    "operations that differ in case": (
        document(paths={"/1": {"get": operation("getIt")}, "/2": {"get": operation("GetIt")}}),
        ("paths", "getIt", "GetIt"),
    ),
    "groups": (
        document(
            tags={"a b": "One.", "a-b": "Two."},
            paths={"/1": {"get": operation("one", "a b")}, "/2": {"get": operation("two", "a-b")}},
        ),
        ("tags", "a b", "a-b"),
    ),
}


@pytest.mark.parametrize(("source", "told"), CLASHES.values(), ids=CLASHES)
def test_names_that_become_one_are_refused(source: Document, told: tuple[str, ...]) -> None:
    with pytest.raises(SpecError) as caught:
        spec.read(source, "0")
    assert [part for part in told if part not in str(caught.value)] == []


@pytest.mark.parametrize(
    ("first", "second"), [("aB", "a_b"), ("aB", "a-b"), ("copy", "copy_"), ("class", "class_"), ("_a", "a"), ("é", "É")]
)
def test_properties_that_become_one_are_told_apart_or_refused(first: str, second: str, tmp_path: Path) -> None:
    source = document(schemas={"Thing": model({first: {"type": "string"}, second: {"type": "integer"}})})
    files: Files = {}
    if refused(lambda: files.update(rendered(source)), "Thing"):
        return
    with loaded(files, tmp_path) as made:
        found = made.models.Thing.model_validate({first: "a", second: 1})
        assert found.model_dump(by_alias=True) == {first: "a", second: 1}


def test_groups_may_not_share_a_class() -> None:
    source = merged([with_tag("x1", 0), with_tag("x_1", 1)])
    with pytest.raises(SpecError, match=r"^tags: 'x1' and 'x_1' both become 'X1Api'"):
        spec.read(source, "0")


def test_a_group_may_not_take_the_place_of_all_groups(tmp_path: Path) -> None:
    source = with_tag("raw")
    if refused(lambda: spec.read(source, "0"), "tags"):
        return
    with loaded(rendered(source), tmp_path) as made:
        assert hasattr(made.api.RawApi(remembering([])).raw, "get_number0")


NEEDED = ["operations", "final", "mapping", "typeChecking", "mappingProxyType", "parameter", "models", "str"]


@pytest.mark.parametrize("name", NEEDED)
def test_an_operation_may_not_take_the_place_of_what_its_module_needs(name: str, tmp_path: Path) -> None:
    source = with_operation(name)
    if refused(lambda: spec.read(source, "0"), name):
        return
    with loaded(rendered(source), tmp_path) as made:
        known = made.raw.OPERATIONS[name]
        calls: Calls = []
        asyncio.run(only_method(made.api.RawApi(remembering(calls)).group0)())
        assert calls == [(known, {})]
