"""Whatever is wrong with a document: a clear error, in a moment, and not a file touched."""

from __future__ import annotations

import json
import os
import random
import select
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from codegen import outputs, spec
from codegen.changes import reading, writing
from codegen.changes.comparing import compare
from codegen.changes.corrections import Corrections
from codegen.changes.official import in_our_terms
from codegen.changes.patching import Patch
from codegen.changes.refresh import read_spec, refresh
from codegen.changes.sorting import sort
from codegen.naming import SpecError
from codegen.types import Json
from tests.codegen.documents import Document
from tests.codegen.projects import CORRECTIONS, SPEC, as_yaml, contents, owners_document, project
from tests.codegen.test_forms import OPENAPI
from tests.codegen.test_refresh import ADDITIONS, inside, operation, properties

pytestmark = pytest.mark.tools

Change = Callable[[Document], object]
HOSTILE = (
    "../../etc/passwd",
    "x: int = __import__('os').system('true')",
    'a"""\nimport os',
    "__class__",
    "two words",
    "1st",
    "",
    "a-b",
    "naïve",
    "x" * 200,
    "a\nb",
    "\ud800",
)
"""Names that no code should be made of."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return project(tmp_path / "project")


def refused(root: Path, content: str | bytes) -> str:
    """Let a document be read, and return why it was refused."""
    source, before = root.parent / "document", contents(root)
    source.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SpecError) as error:
        refresh(str(source), apply=True, root=root)
    assert contents(root) == before
    assert len(str(error.value)) < 1000
    return str(error.value)


NO_DOCUMENTS: dict[str, tuple[str | bytes, str]] = {
    "nothing": ("", "holds no mapping"),
    "a text": ("just a text", "holds no mapping"),
    "a list": ("- 1\n- 2\n", "holds no mapping"),
    "a page": ("<html><body>Not found</body></html>", "no mapping"),
    "something else": ("name: value\n", "this is no OpenAPI"),
    "bytes": (b"\xff\xfe\x00", "neither JSON nor YAML"),
    "half a JSON": ('{"swagger": "2.0", "paths": {', "not whole"),
    "half a YAML": ("swagger: '2.0'\npaths: {", "not whole"),
    "no paths": ("swagger: '2.0'\n", "there are no paths"),
    "a tag of Python": ("swagger: !!python/object/apply:os.system [true]\n", "is a tag"),
    "a set": ("swagger: '2.0'\nx: !!set {a, b}\n", "is a tag"),
    "a time that is none": ("swagger: '2.0'\nx: !!timestamp now\n", "is a tag"),
    "a number that is none": ("swagger: '2.0'\nx: !!int ''\n", "is a tag"),
    "a truth that is none": ("swagger: '2.0'\nx: !!bool maybe\n", "is a tag"),
    "merging by a tag": ("swagger: '2.0'\na: &a {x: 1}\nb: {!!merge <<: [*a, *a]}\n", "is a tag"),
    "a huge number": (f"swagger: '2.0'\npaths: {'9' * 10_000}\n", "neither JSON nor YAML"),
    "a huge number in JSON": (f'{{"swagger": "2.0", "paths": {"9" * 10_000}}}', "neither JSON nor YAML"),
    "a key twice": ("swagger: '2.0'\npaths: {/a: {}, /a: {}}\n", "'/a' is there twice"),
    "a key twice in JSON": ('{"swagger": "2.0", "paths": {"/a": 1, "/a": 2}}', "'/a' is there twice"),
    "a number and a text as key": ("swagger: '2.0'\nx: {200: 1, '200': 2}\n", "'200' is there twice"),
    "many small values": ("swagger: '2.0'\nx:\n" + "- a\n" * 1_000_000, "more than 300,000 values"),
    "an endless number": ("swagger: '2.0'\npaths: {/a: .inf}\n", "JSON does not have"),
    "a deep list": ("swagger: '2.0'\nx: " + "[" * 500 + "]" * 500, "nested more than"),
    "a deeper list": ("swagger: '2.0'\nx: " + "[" * 100_000 + "]" * 100_000, "depth"),
    "a deep JSON": ('{"x": ' + "[" * 100_000 + "]" * 100_000 + "}", "JSON"),
    "a deep mapping": ("swagger: '2.0'\nx: " + "{a: " * 5_000 + "1" + "}" * 5_000, "nested more than"),
    "a bomb": (
        "swagger: '2.0'\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)),
        "more than 300,000 values",
    ),
    "merged mappings": (
        "swagger: '2.0'\na0: &a0 {x: 1}\n"
        + "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 40)),
        "more than 300,000 values",
    ),
    "a circle": ("swagger: '2.0'\na: &a [*a]\n", "nested more than"),
    "too much": ("swagger: '2.0'\n#" + "x" * 50_000_000, "larger than"),
}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0x10", "0x10"),
        ("010", "010"),
        ("1:30", "1:30"),
        ("1:30.5", "1:30.5"),
        ("1_000", "1_000"),
        ("on", "on"),
        ("2024-03-01", "2024-03-01"),
        ("=", "="),
        ("~", None),
        ("null", None),
        ("true", True),
        ("-12", -12),
        ("0", 0),
        ("-1.5", -1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
    ],
)
def test_yaml_means_what_json_would(written: str, value: Json) -> None:
    assert reading.parsed(f"key: {written}".encode(), "document") == {"key": value}


def test_what_is_no_file_is_not_waited_for(root: Path) -> None:
    pipe = root.parent / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, root):
        with pytest.raises(SpecError, match="is no file"):
            refresh(str(path), root=root)


@pytest.mark.parametrize("name", NO_DOCUMENTS)
def test_what_is_no_document_is_refused(name: str, root: Path) -> None:
    content, reason = NO_DOCUMENTS[name]
    assert reason in refused(root, content)


def dumped(document: Document) -> str:
    return json.dumps(document)  # which writes half a character as well


PLACES = ("field", "model", "operation", "parameter", "tag", "value", "path", "path parameter")
GOOD = {
    ("value", "1st"),
    ("value", "a-b"),
    ("value", "two words"),
    ("path", "1st"),
    ("path", "a-b"),
    ("path", "x" * 200),
    ("path parameter", "x" * 200),
}
"""What is as good as any in some places: a value is a text, and a path is asked for as it is."""


@pytest.mark.parametrize(("where", "name"), [each for each in product(PLACES, HOSTILE) if each not in GOOD])
def test_a_name_that_is_no_name_is_refused(where: str, name: str, root: Path) -> None:
    document = owners_document()
    answer: Document = {"responses": {"200": {"schema": {"$ref": "#/definitions/Part"}}}}
    match where:
        case "field":
            properties(document)[name] = {"type": "string"}
        case "model":
            inside(document, "definitions")[name] = {"type": "object", "properties": {"x": {"type": "string"}}}
        case "operation":
            inside(document, "paths")["/new"] = {"get": {"operationId": name or "?", **answer}}
        case "parameter":
            operation(document, "/things")["parameters"] = [{"name": name, "in": "query", "type": "string"}]
        case "tag":
            inside(document, "paths")["/new"] = {"get": {"operationId": "getNew", "tags": [name], **answer}}
        case "value":
            properties(document)["new"] = {"type": "string", "enum": [name]}
        case "path":
            inside(document, "paths")[f"/things/{name}"] = {"get": {"operationId": "getNew", **answer}}
        case _:
            inside(document, "paths")[f"/new/{{{name}}}"] = {"get": {"operationId": "getNew", **answer}}
    told = refused(root, dumped(document))
    assert "is no name" in told or "is no value" in told or "is no path" in told


def doubled(word: str, last: Document) -> Document:
    """Return definitions that each stand for the next one twice."""
    twice: Document = {}
    for n in range(40):
        following: Document = {"$ref": f"#/definitions/A{n + 1}"}
        twice[f"A{n}"] = {word: [following, following]}
    twice["A40"] = last
    return twice


WRONG: dict[str, tuple[Change, str]] = {
    "a reference to elsewhere": (
        lambda found: properties(found).update(new={"$ref": "https://example.com/spec.yml#/definitions/Thing"}),
        "no reference to a schema of this document",
    ),
    "a reference to a file": (
        lambda found: properties(found).update(new={"$ref": "../../etc/passwd"}),
        "no reference to a schema of this document",
    ),
    "an answer from elsewhere": (
        lambda found: operation(found, "/things").update(responses={"200": {"$ref": "other.yml#/responses/Things"}}),
        "no reference to anything in this document",
    ),
    "a reference to nothing": (
        lambda found: properties(found).update(new={"$ref": "#/definitions/Nothing"}),
        "'Nothing' is defined nowhere; is the document whole?",
    ),
    "a circle of references": (
        lambda found: (
            inside(found, "definitions").update(A={"$ref": "#/definitions/B"}, B={"$ref": "#/definitions/A"}),
            properties(found).update(new={"$ref": "#/definitions/A"}),
        ),
        "a circle",
    ),
    "a circle of answers": (
        lambda found: (
            inside(found, "definitions").update(A={"$ref": "#/definitions/B"}, B={"$ref": "#/definitions/A"}),
            operation(found, "/things").update(responses={"200": {"schema": {"$ref": "#/definitions/A"}}}),
        ),
        "a circle",
    ),
    "a choice of itself": (
        lambda found: (
            inside(found, "definitions").update(A={"anyOf": [{"$ref": "#/definitions/A"}, {"type": "string"}]}),
            properties(found).update(new={"$ref": "#/definitions/A"}),
        ),
        "leads to itself",
    ),
    "choices of choices": (
        lambda found: (
            inside(found, "definitions").update(doubled("anyOf", {"type": "string"})),
            properties(found).update(new={"$ref": "#/definitions/A0"}),
        ),
        "more than 20,000 types",
    ),
    "models of models": (
        lambda found: inside(found, "definitions").update(doubled("allOf", {"properties": {"x": {"type": "string"}}})),
        "more than 20,000 types",
    ),
    "a circle of lists": (
        lambda found: (
            inside(found, "definitions").update(A={"type": "array", "items": {"$ref": "#/definitions/A"}}),
            properties(found).update(new={"$ref": "#/definitions/A"}),
        ),
        "without an end",
    ),
    "a model made of itself": (
        lambda found: inside(found, "definitions").update(
            A={"allOf": [{"$ref": "#/definitions/A"}, {"properties": {"x": {"type": "string"}}}]}
        ),
        "made of itself",
    ),
    "a type that nobody knows": (
        lambda found: properties(found).update(new={"type": "integ"}),
        "Thing.new: 'integ' is no type",
    ),
    "an operation without an answer": (
        lambda found: operation(found, "/things").pop("responses"),
        "GET /things: there is no answer 200; is the document whole?",
    ),
    "another API": (
        lambda found: found.update(paths={"/pets": inside(found, "paths", "/things")}),
        "0 of the 2 operations that the spec knows",
    ),
    "names that become one": (
        lambda found: operation(found, "/things").update(
            parameters=[{"name": name, "in": "query", "type": "string"} for name in ("aB", "a_b")]
        ),
        "both become 'a_b'",
    ),
    "parameters that are no list": (
        lambda found: operation(found, "/things").update(parameters=5),
        "GET /things: parameters has to be a list, not 5",
    ),
    "shared parameters that are no list": (
        lambda found: inside(found, "paths", "/things").update(parameters=None),
        "/things: parameters has to be a list, not None",
    ),
    "values that are no list": (
        lambda found: properties(found).update(state={"type": "string", "enum": "IN_USE"}),
        "Thing.state: enum has to be a list, not 'IN_USE'",
    ),
    "a value that is a number": (
        lambda found: properties(found).update(state={"type": "string", "enum": ["IN_USE", 5]}),
        "Thing.state: 5 is no value",
    ),
    "a value that is a truth": (
        lambda found: properties(found).update(state={"enum": ["IN_USE", True]}),
        "Thing.state: True is no value",
    ),
    "a value that is a list": (
        lambda found: properties(found).update(state={"type": "string", "enum": ["IN_USE", ["AT_REST"]]}),
        "Thing.state: ['AT_REST'] is no value",
    ),
    "operations that become one": (
        lambda found: operation(found, "/things").update(operationId="getThing"),
        "both become 'GET_THING'",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_document_that_makes_no_sense_is_refused(name: str, root: Path) -> None:
    change, reason = WRONG[name]
    document = owners_document()
    change(document)
    assert reason in refused(root, dumped(document))


def test_a_document_cut_off_anywhere_adds_nothing_wrong(root: Path) -> None:
    """What is cut off between two lines is still YAML: it is refused, or told as a document that lacks something."""
    text, before = as_yaml(owners_document()), contents(root)
    source = root.parent / "document.yml"
    lines = text.splitlines(keepends=True)
    for end in range(0, len(lines), 3):
        source.write_text("".join(lines[:end]))
        with suppress(SpecError):
            refresh(str(source), apply=True, root=root)
        assert contents(root) == before


# ---------------------------------------------------------------------- the web


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/slow"):
            self._trickle()
            return
        answer = {"/moved": 302, "/missing": 404}.get(self.path, 200)
        self.send_response(answer)
        self.send_header("Location", "/document")
        self.end_headers()
        document = json.dumps(owners_document()).encode()
        with suppress(ConnectionError):  # whoever has read enough hangs up
            self.wfile.write(b"x" * (reading.LARGEST + 1) if self.path == "/large" else document)

    def _trickle(self) -> None:
        """Send a letter now and then, until nobody listens any more."""
        self.wfile.write(b"HTTP/1.0 200 OK\r\n" + (b"\r\n" if self.path == "/slow" else b"X: "))
        with suppress(ConnectionError):
            while not select.select([self.connection], [], [], 0.02)[0]:
                self.wfile.write(b"x")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # as above
        pass


@pytest.fixture
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_document_can_be_had_from_the_web(root: Path, site: str) -> None:
    assert refresh(f"{site}/document", root=root) == "Nothing differs from what the spec says.\n"


@pytest.mark.parametrize(
    ("path", "reason"), [("moved", "answers 302"), ("missing", "answers 404"), ("large", "larger than 5,000,000 bytes")]
)
def test_what_the_web_has_instead_is_refused(path: str, reason: str, root: Path, site: str) -> None:
    before = contents(root)
    with pytest.raises(SpecError, match=reason):
        refresh(f"{site}/{path}", apply=True, root=root)
    assert contents(root) == before


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/document", "http://[/", "ftp://example.com/x", "file:///x"])
def test_an_address_where_nothing_is(address: str, root: Path) -> None:
    with pytest.raises(SpecError, match=r"cannot be (had|read)"):
        refresh(address, root=root)


@pytest.mark.parametrize("path", ["slow", "slow-head"])
def test_a_document_that_trickles_for_ever(path: str, root: Path, site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_SECONDS", 0.2)
    with pytest.raises(SpecError, match=r"takes more than 0\.2 seconds"):
        refresh(f"{site}/{path}", root=root)


def test_the_real_project_is_left_alone() -> None:
    assert writing.SPEC == "spec/clashofclans.yaml"
    assert outputs.SPEC.read_text().startswith("# The Clash of Clans API")


STRANGE: tuple[Json, ...] = (
    None,
    True,
    0,
    -1.5,
    "",
    "x",
    "$ref",
    [],
    [None],
    {},
    {"$ref": 1},
    {"$ref": "#/x"},
    {"type": []},
)
"""Values that nobody expects where they are put."""


def places_in(value: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield every place in a document."""
    pairs: list[tuple[str | int, Json]] = []
    match value:
        case dict():
            pairs = [*value.items()]
        case list():
            pairs = [*enumerate(value)]
        case _:
            pass
    for key, each in pairs:
        yield (*path, key)
        yield from places_in(each, (*path, key))


def put(document: Any, path: tuple[str | int, ...], value: Json) -> None:
    for step in path[:-1]:
        document = document[step]
    document[path[-1]] = value


@pytest.mark.parametrize("source", ["swagger", "openapi"])
def test_nothing_strange_makes_it_stumble(source: str) -> None:
    """It is read or refused, wherever anything at all is put."""
    known, ours = yaml.safe_load(CORRECTIONS), read_spec(SPEC)
    known_document = owners_document() if source == "swagger" else yaml.safe_load(OPENAPI)
    for change, _ in ADDITIONS.values() if source == "swagger" else ():
        change(known_document)
    text = json.dumps(known_document)
    places = [*places_in(json.loads(text))]
    rng = random.Random(0)
    for place, value in rng.sample([*product(places, STRANGE)], 100):
        document = json.loads(text)
        put(document, place, value)
        with suppress(SpecError):
            corrections = Corrections(known)
            found = in_our_terms(document, corrections, ours)
            compare(found, found)
            patch = Patch(SPEC, ours, found, "declared")
            for addition in sort(ours, found, corrections).additions:
                patch.add(addition)
            spec.parse(patch.text().encode(), "spec")
