"""What answers hold and the specification does not know is found, told without anything personal, and written down."""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from shutil import copytree
from typing import Any

import anyio
import httpx
import pytest
import yaml
from hypothesis import HealthCheck, given, settings, strategies as st

from cocapi_gen.raw import OPERATIONS
from cocapi_gen.sandbox import Sandbox
from cocapi_gen.testing.recordings import FOLDERS, Recorder
from cocapi_gen.testing.redaction import PLACEHOLDER
from codegen import outputs, spec
from codegen.__main__ import main
from codegen.changes import writing
from codegen.changes.api import Api, references
from codegen.changes.learn import learn
from codegen.changes.observing import Observer, is_key, shape
from codegen.changes.refresh import read_spec
from codegen.changes.tables import reference
from codegen.naming import SpecError
from codegen.types import Json, Reference, read_type
from tests.asking import values_for_paths
from tests.codegen.documents import loaded
from tests.codegen.projects import as_yaml, contents, project
from tests.codegen.test_refresh import generates_nothing

pytestmark = pytest.mark.tools

KNOWN = "The spec knows everything in these answers.\n"
QUERIES = {"searchClans": {"minMembers": "2"}}
MARKS = """\
    MarkList:
      type: object
      deprecated: {is_withdrawn}
      required: [items]
      properties:
        items: {{type: array, items: {{$ref: '#/components/schemas/Mark'}}}}
    Mark:
      type: object
      deprecated: {is_withdrawn}
      properties:
        name: {{type: string}}
        tag: {{$ref: '#/components/schemas/Tag'}}
"""
RAW = "cocapi_gen/raw/operations.py"
Document = dict[str, Any]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = project(tmp_path / "project")
    for name in ("testing/recordings.py", "raw/operations.py"):
        (made / "cocapi_gen" / name).parent.mkdir(parents=True, exist_ok=True)
        (made / "cocapi_gen" / name).write_text(
            'FOLDERS = {"things/LIST": "searchThings", "things/thing": "getThing"}\n'
        )
    return made


@pytest.fixture
def no_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outputs, "render", generates_nothing)


def kept(folder: Path, name: str, body: Json, status: int = 200, asked: dict[str, Json] | None = None) -> None:
    """Write a recording."""
    path = folder / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"body": body, "headers": {}, "response_code": status, **(asked or {})}))


def thing(**more: Json) -> dict[str, Json]:
    return {"tag": "#2PP", "name": "Secret Name", "state": "inUse", "parts": [{"id": 1}], **more}


def lines(told: str) -> list[str]:
    return [line.strip() for line in told.splitlines() if line.startswith("  ") and not line.startswith("   ")]


CASES: dict[str, tuple[dict[str, Json], list[str]]] = {
    "nothing": (thing(), []),
    "a number": (thing(points=17), ["+ harmless field Thing.points: integer, 1 of 1 times, such as 99"]),
    "a fraction": (thing(points=1.5), ["+ harmless field Thing.points: number, 1 of 1 times, such as 9.9"]),
    "a text": (
        thing(note="Call me, Bob 7"),
        ["+ harmless field Thing.note: string, 1 of 1 times, such as 'Aaaa aa, Aaa 9'"],
    ),
    "a tag": (thing(ownerTag="#2PP"), ["+ harmless field Thing.ownerTag: string, 1 of 1 times, such as '#9AA'"]),
    "a known object": (thing(spare={"id": 7}), ["+ harmless field Thing.spare: Part, 1 of 1 times, such as {id}"]),
    "an object": (
        thing(box={"width": 1, "lid": {"open": True}}),
        ["+ harmless field Thing.box: ThingBox, 1 of 1 times, such as {width, lid}"],
    ),
    "a table": (
        thing(byTag={"#2PP": 1}),
        ["+ harmless field Thing.byTag: object, 1 of 1 times, such as {?}"],
    ),
    "a table by names": (
        thing(byName={"Bob": 1, "amy": 2}),
        ["+ harmless field Thing.byName: object, 1 of 1 times, such as {?, ?}"],
    ),
    "a table by many names": (
        thing(byName={f"bob{letter}": 1 for letter in "abcdefghijklmnopqrstu"}),
        [f"+ harmless field Thing.byName: object, 1 of 1 times, such as {{{', '.join('?' * 12)}}}"],
    ),
    "tables by other names each": (
        thing(byName=[{"amy": 1, "ann": 1}, {"bob": None, "ben": 2}, {"cid": 3, "cem": 3}]),
        ["+ harmless field Thing.byName: list of object, 1 of 1 times, such as [{?, ?}, ...]"],
    ),
    "a number of many digits": (
        thing(points=10**4000),
        [f"+ harmless field Thing.points: integer, 1 of 1 times, such as {'9' * 40}..."],
    ),
    "an empty list beside one that is called alike": (
        thing(spareParts=[]),
        ["+ harmless field Thing.spareParts: list of Part, 1 of 1 times, such as []"],
    ),
    "an empty list": (thing(codes=[]), ["+ harmless field Thing.codes: list of object, 1 of 1 times, such as []"]),
    "a list": (
        thing(codes=[1, 2]),
        ["+ harmless field Thing.codes: list of integer, 1 of 1 times, such as [9, ...]"],
    ),
    "a missing field": (
        {"tag": "#2PP", "name": "x", "state": "inUse"},
        ["~ BREAKING field Thing.parts: left out, 1 of 1 times"],
    ),
    "null": (thing(name=None), ["~ BREAKING field Thing.name: null, 1 times, such as null"]),
    "null where an object was": (
        thing(parts=[{"id": 1, "whole": None}]),
        ["~ BREAKING field Part.whole: null, 1 times, such as null"],
    ),
    "null where a number or a text was": (
        thing(parts=[{"id": 1, "mark": None}]),
        ["~ BREAKING field Part.mark: null, 1 times, such as null"],
    ),
    "a fraction where a number was": (
        thing(parts=[{"id": 1.5}]),
        ["~ BREAKING field Part.id: number, 1 times, such as 9.9"],
    ),
}
UNDECIDED: dict[str, tuple[dict[str, Json], list[str]]] = {
    "another kind": (thing(name=17), ["~ BREAKING field Thing.name: integer, 1 times, such as 99"]),
    "a number out of its range": (
        thing(parts=[{"id": 1, "share": 101}]),
        ["~ harmless field Part.share: out of its range, 1 times, such as 999"],
    ),
    "another form": (thing(tag="2PP"), ["~ harmless field Thing.tag: written otherwise, 1 times, such as '9AA'"]),
    "a value that is a sentence": (
        thing(state="Bob has it"),
        ["+ harmless value State: 'Aaa aaa aa', 1 times"],
    ),
    "a value that is a name": (thing(state="BobSmith"), ["+ harmless value State: 'AaaAaaaa', 1 times"]),
    "a key that is a tag": (
        thing(P2PP=1),
        ["+ harmless field Thing.'A9AA': 1 of 1 times, such as 9"],
    ),
    "an object where a text was": (
        thing(name={"bob": 1}),
        ["~ BREAKING field Thing.name: object, 1 times, such as {?}"],
    ),
    "a key that is no name": (
        thing(**{"Bob's key": 1}),
        ["+ harmless field Thing.'Aaa'a aaa': 1 of 1 times, such as 9".replace("'Aaa'a aaa'", repr("Aaa'a aaa"))],
    ),
    "a key that begins with a digit": (
        thing(**{"1abc": 1}),
        ["+ harmless field Thing.'9aaa': 1 of 1 times, such as 9"],
    ),
    "a key without anything": (thing(**{"": 1}), ["+ harmless field Thing.'': 1 of 1 times, such as 9"]),
}


@pytest.mark.usefixtures("no_code")
@pytest.mark.parametrize("name", CASES)
def test_what_is_not_known_is_found_and_written_down(name: str, root: Path) -> None:
    body, expected = CASES[name]
    folder, before = root.parent / "recordings", contents(root)
    kept(folder, "things/thing/thingTag=#2PP", body)
    told = learn(folder, root=root)
    assert lines(told) == expected
    assert contents(root) == before
    assert lines(learn(folder, apply=True, root=root)) == expected
    after = contents(root)
    assert (after == before) == (not expected)
    assert learn(folder, apply=True, root=root) == KNOWN
    assert contents(root) == after


@pytest.mark.usefixtures("no_code")
@pytest.mark.parametrize("name", UNDECIDED)
def test_what_is_strange_is_told_and_not_written_down(name: str, root: Path) -> None:
    body, expected = UNDECIDED[name]
    folder, before = root.parent / "recordings", contents(root)
    kept(folder, "things/thing/thingTag=#2PP", body)
    told = learn(folder, apply=True, root=root)
    assert told.startswith("To be decided (1):")
    assert lines(told) == expected
    assert contents(root) == before


@pytest.mark.usefixtures("no_code")
@given(key=st.text())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_key_stands_in_the_way_of_others(key: str, root: Path) -> None:
    folder, name = root.parent / "recordings", "things/thing/thingTag=#2PP"
    kept(folder, name, {**thing(points=17), key: "x"})
    found = lines(learn(folder, root=root))
    assert is_key(key) or len(found) == 2
    assert [each for each in found if each.startswith("+ harmless field Thing.points: ")]


@pytest.mark.usefixtures("no_code")
@pytest.mark.parametrize("value", ["onLoan", "ON_LOAN", "onLoan.forEver"])
def test_a_word_is_a_value(value: str, root: Path) -> None:
    folder = root.parent / "recordings"
    for tag in ("#2PP", "#8QU"):
        kept(folder, f"things/thing/thingTag={tag}", thing(state=value))
    assert lines(learn(folder, apply=True, root=root)) == [f"+ harmless value State: {value}, 2 times"]
    assert learn(folder, apply=True, root=root) == KNOWN


@pytest.mark.usefixtures("no_code")
def test_values_are_written_as_the_others_of_an_enumeration_are(root: Path) -> None:
    folder = root.parent / "recordings"
    spec_file = root / writing.SPEC
    spec_file.write_text(spec_file.read_text().replace("atRest", "AtRest"))
    for tag in ("#2PP", "#8QU"):
        kept(folder, f"things/thing/thingTag={tag}", thing(state="OnLoan"))
    assert lines(learn(folder, root=root)) == ["+ harmless value State: OnLoan, 2 times"]


@pytest.mark.parametrize(("answer", "kind"), [([1, 2], "list of integer"), ("x", "string"), ({"#2PP": 1}, "object")])
def test_an_endpoint_that_answers_no_model_is_told_and_the_others_are_learnt(
    answer: Json, kind: str, root: Path
) -> None:
    folder = root.parent / "recordings"
    kept(folder, "numbers/x=1", answer)
    kept(folder, "things/thing/thingTag=#2PP", thing(points=17))
    assert lines(learn(folder, root=root)) == [
        "+ harmless field Thing.points: integer, 1 of 1 times, such as 99",
        f"numbers/x=1.json holds {kind}, and only a model can be written",
    ]


@pytest.mark.usefixtures("no_code")
def test_an_endpoint_is_known_by_a_folder_that_is_called_like_its_path(root: Path) -> None:
    folder = root.parent / "recordings"
    rows: list[Json] = [{"id": 1, "colour": "red"}, {"id": 2}]
    kept(folder, "things/{thingTag}/marks/thingTag=#2PP,limit=2", {"items": rows, "paging": {"after": "x"}})
    told = learn(folder, apply=True, root=root)
    assert lines(told) == [
        "+ harmless operation GET /things/{thingTag}/marks: getThingsThingTagMarks, "
        "answered by GetThingsThingTagMarksAnswer, 1 times"
    ]
    read = spec.load(root / writing.SPEC)
    found = next(each for each in read.operations if each.operation_id == "getThingsThingTagMarks")
    assert [each.wire_name for each in found.parameters] == ["thingTag", "limit", "after", "before"]
    assert (found.evidence, found.paging, found.tag) == ("observed", True, "things")
    assert learn(folder, apply=True, root=root) == KNOWN


@pytest.mark.parametrize(("is_withdrawn", "answer"), [("false", "MarkList"), ("true", "GetThingsThingTagMarksAnswer")])
def test_nothing_new_is_taken_for_a_model_that_is_withdrawn(is_withdrawn: str, answer: str, root: Path) -> None:
    folder = root.parent / "recordings"
    kept(folder, "things/{thingTag}/marks/thingTag=#2PP", {"items": [{"name": "a", "tag": "#2PP", "points": 3}]})
    with (root / writing.SPEC).open("a") as spec_file:
        spec_file.write(MARKS.format(is_withdrawn=is_withdrawn))
    told = lines(learn(folder, root=root))
    assert told[0] == (
        f"+ harmless operation GET /things/{{thingTag}}/marks: getThingsThingTagMarks, answered by {answer}, 1 times"
    )
    assert any("Mark.points" in each for each in told) == (is_withdrawn == "false")


@pytest.mark.usefixtures("no_code")
@pytest.mark.parametrize("name", ["things/#2PP/marks", "things/%232PP/marks", "things/#2PP/marks/limit=2"])
def test_an_endpoint_is_known_by_a_path_with_values_in_it(name: str, root: Path) -> None:
    folder = root.parent / "recordings"
    kept(folder, name, {"items": [{"id": 1}]})
    assert [line.partition(": ")[0] for line in lines(learn(folder, root=root))] == [
        "+ harmless operation GET /things/{thingTag}/marks"
    ]


@pytest.mark.usefixtures("no_code")
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("/things/%232PP/marks/17?limit=2", "GET /things/{thingTag}/marks/{markId}"),
        ("/places/global/big-things/2025-08", "GET /places/{placeId}/big-things/{bigThingId}"),
        ("/things/{thingTag}/marks", "GET /things/{thingTag}/marks"),
    ],
)
def test_an_endpoint_is_known_by_the_path_that_a_recording_tells(asked: str, expected: str, root: Path) -> None:
    folder = root.parent / "recordings"
    folder.mkdir()
    (folder / "A.json").write_text(
        json.dumps({"body": {"items": [{"id": 1}]}, "headers": {}, "response_code": 200, "path": asked})
    )
    assert [line.partition(": ")[0] for line in lines(learn(folder, root=root))] == [f"+ harmless operation {expected}"]


CHECK = "things/{thingTag}/check/"
CHECKED: dict[str, Json] = {"tag": "#2PP", "secret": PLACEHOLDER, "isRight": True}
UNQUOTED: dict[str, Json] = {**CHECKED, "secret": "x"}
SENT: dict[str, list[tuple[Json, dict[str, Json]]]] = {
    "told": [(UNQUOTED, {"method": "POST", "sent": ["secret"]})],
    "told by another one": [(UNQUOTED, {}), (CHECKED, {"method": "POST", "sent": ["secret"]})],
    "told without a body": [(CHECKED, {"method": "post"})],
    "quoted": [(CHECKED, {"sent": "secret"})],
}


@pytest.mark.usefixtures("no_code")
@pytest.mark.parametrize("recorded", SENT.values(), ids=SENT)
def test_an_endpoint_that_is_sent_something_is_known(recorded: list[tuple[Json, dict[str, Json]]], root: Path) -> None:
    folder = root.parent / "recordings"
    for number, (body, asked) in enumerate(recorded):
        kept(folder, f"{CHECK}A{number}", body, asked=asked)
    [told] = lines(learn(folder, apply=True, root=root))
    assert told.startswith("+ harmless operation POST /things/{thingTag}/check: postThingsThingTagCheck, answered by ")
    [found] = [each for each in spec.load(root / writing.SPEC).operations if each.method == "POST"]
    assert [(each.wire_name, each.location) for each in found.parameters] == [("thingTag", "path"), ("secret", "body")]
    assert learn(folder, apply=True, root=root) == KNOWN


@pytest.mark.usefixtures("no_code")
def test_of_one_path_each_method_is_an_endpoint(root: Path) -> None:
    folder = root.parent / "recordings"
    kept(folder, f"{CHECK}A", UNQUOTED, asked={"method": "PUT", "sent": ["secret"]})
    kept(folder, f"{CHECK}B", {"isRight": True}, asked={"method": "GET"})
    assert [line.partition(": ")[0] for line in lines(learn(folder, apply=True, root=root))] == [
        f"+ harmless operation {method} /things/{{thingTag}}/check" for method in ("GET", "PUT")
    ]
    assert learn(folder, apply=True, root=root) == KNOWN


def test_an_endpoint_of_which_nothing_tells_what_is_sent_is_left_to_be_added_by_hand(root: Path) -> None:
    folder, before = root.parent / "recordings", contents(root)
    kept(folder, f"{CHECK}A", {"isRight": True}, asked={"method": "POST"})
    assert lines(learn(folder, apply=True, root=root)) == [
        f'{CHECK}A.json: write into it which names the body of the request had, as in "sent": ["name"] or "sent": [], '
        "or add POST /things/{thingTag}/check to the spec by hand"
    ]
    assert contents(root) == before


@pytest.mark.usefixtures("no_code")
@pytest.mark.parametrize(
    ("sent", "model"), [(["secret"], "Secret"), (["secret", "note"], "PostThingsThingTagCheckRequestValue")]
)
def test_what_is_sent_is_of_a_model_that_has_no_other_use(sent: list[Json], model: str, root: Path) -> None:
    folder = root.parent / "recordings"
    with (root / writing.SPEC).open("a") as spec_file:
        spec_file.write("    Secret: {type: object, properties: {secret: {type: string}}}\n")
        spec_file.write("    PostThingsThingTagCheckRequest: {type: string}\n")
    kept(folder, f"{CHECK}A", {"id": 1}, asked={"method": "POST", "sent": sent})
    learn(folder, apply=True, root=root)
    assert read_spec((root / writing.SPEC).read_text()).sent == {model}


def test_what_is_no_recording_is_told(root: Path) -> None:
    folder = root.parent / "recordings"
    kept(folder, "things/thing/A", thing())
    kept(folder, "what ever/B", thing())
    (folder / "C.json").write_text("{}")
    (folder / "D.json").write_text("[" * 100_000)
    kept(folder, "things/thing/E", thing(deep=json.loads("[" * 500 + "]" * 500)))
    kept(folder, "F", thing(), status=-5)
    kept(folder, "G", thing(), status=True)
    kept(folder, "H", thing(size=float("nan")))
    os.mkfifo(folder / "I.json")  # whoever opens it waits
    (folder / "J.json").symlink_to("/dev/zero")
    (folder / "K.json").symlink_to("K.json")
    (folder / "L.json").write_text('{"response_code": 200, "headers": {}, "body": {"size": 1e999}}')
    kept(folder, "M", thing(), asked={"method": "LOOK"})
    assert lines(learn(folder, root=root)) == [
        "C.json is no recording",
        *(f"{name}.json is no recording" for name in "DFGHIJKLM"),
        "things/thing/E.json is no recording",
        "what ever/B.json is of an operation that nobody knows; put it into a folder that is called like its path",
    ]
    with pytest.raises(SpecError, match="is no folder"):
        learn(root / "nowhere", root=root)


def test_what_was_asked_and_what_was_refused_is_looked_at_as_well(root: Path) -> None:
    folder = root.parent / "recordings"
    problem = "    ClientError:\n      type: object\n      properties:\n        reason:\n          type: string\n"
    with (root / writing.SPEC).open("a") as spec_file:
        spec_file.write(problem)
    kept(folder, "things/LIST/after=x,Size=3", {"items": [], "paging": {}})
    kept(folder, "things/thing/thingTag=#0", {"reason": "notFound", "hint": "Ask Bob"}, 404)
    kept(folder, "things/thing/thingTag=#2", "<html>", 503)
    assert lines(learn(folder, root=root)) == [
        "+ harmless field ClientError.hint: string, 1 of 1 times, such as 'Aaa Aaa'",
        "+ harmless parameter searchThings(Aaaa): 1 times",
    ]


def test_the_command_looks_at_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["codegen", "learn", str(tmp_path)])
    assert main() == 0
    assert capsys.readouterr().out == KNOWN


def test_a_shape_tells_nothing_personal() -> None:
    assert shape("Bob Ünal 17 #2PP") == "'Aaa Aaaa 99 #9AA'"
    assert shape("x" * 100) == repr("a" * 40 + "...")
    assert shape({"name": "Bob", "#2PP": 1}) == "{?, ?}"
    assert shape({"name": "Bob", "#2PP": 1, "Bob": 1}, has_fields=True) == "{name, ?, ?}"
    assert shape(-(10**100)) == f"-{'9' * 39}..."
    assert shape([["Bob"]]) == "[['Aaa', ...], ...]"


# ---------------------------------------------------------------------- the real specification


@pytest.fixture(scope="module")
def recordings(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An answer of every operation."""
    folder = tmp_path_factory.mktemp("recordings")
    values = values_for_paths(sandbox.world)

    async def run() -> None:
        recorder = Recorder(folder, sandbox.transport())
        async with httpx.AsyncClient(
            transport=recorder, headers={"authorization": "Bearer token"}, base_url="http://sandbox/v1"
        ) as http:
            for operation in OPERATIONS.values():
                query = {"limit": "30"} if operation.paging else {}
                if operation.operation_id == "getLeagueGroup":
                    query = {"playerTag": values["playerTag"]}
                query |= QUERIES.get(operation.operation_id, {})
                path = operation.path_template.format(**{key: each.replace("#", "%23") for key, each in values.items()})
                body = {"token": "x"} if operation.method == "POST" else None
                await http.request(operation.method, path, params=query, json=body)

    anyio.run(run)
    return folder


def bodies(folder: Path) -> Iterator[tuple[str, Json]]:
    """Yield the operation and the body of every answer."""
    by_folder = sorted(FOLDERS, key=len, reverse=True)
    for path in sorted(folder.rglob("*.json")):
        found = json.loads(path.read_bytes())
        name = path.relative_to(folder).with_suffix("").as_posix()
        if found["response_code"] == 200:
            yield FOLDERS[next(each for each in by_folder if f"{name}/".startswith(f"{each}/"))], found["body"]


def observed(api: Api, folder: Path, without: Sequence[str]) -> Observer:
    """Look at all answers but those of some operations."""
    observer = Observer(api)
    responses = {each.operation_id: each.response for each in api.spec.operations}
    for operation, body in bodies(folder):
        if operation not in without:
            observer.look("", read_type(reference(responses[operation]), ""), body)
    return observer


class Shrunk:
    """The real specification without some of what there is, in a project of its own."""

    def __init__(self, seed: int, recordings: Path, folder: Path, *, is_generated: bool = False) -> None:
        """Take it out.

        Args:
            seed: what decides.
            recordings: answers of all operations.
            folder: where everything goes.
            is_generated: whether the code still is what the whole specification gave. Otherwise the recordings say
                by their folders which operation they are of.
        """
        rng = random.Random(seed)
        whole = read_spec(outputs.SPEC.read_text())
        document: Document = yaml.safe_load(outputs.SPEC.read_text())
        self.endpoints = sorted(rng.sample(ENDPOINTS, 2))
        seen = observed(whole, recordings, self.endpoints)
        places = sorted(seen.seen)
        places = [each for each in places if each.split(".")[1] not in ("items", "paging", "cursors", "after")]
        values = [each for each in sorted(seen.seen_values) if "." not in each[0]]
        self.values = sorted(rng.sample(values, 3))
        kinds = {alias for alias, _ in self.values}
        places = [each for each in places if not kinds & {*references(whole.written(each))}]
        self.fields = sorted(rng.sample(places, 20))
        self.root = project(folder / "project")
        self.recordings = folder / "recordings"
        copytree(recordings, self.recordings)
        self._shrink(document)
        if is_generated:
            (self.root / "cocapi_gen/raw").mkdir()
            (self.root / "cocapi_gen/raw/operations.py").write_bytes((outputs.ROOT / RAW).read_bytes())
        else:
            self._rename()

    def _shrink(self, document: Document) -> None:
        schemas = document["components"]["schemas"]
        for place in self.fields:
            model, _, key = place.partition(".")
            del schemas[model]["properties"][key]
            schemas[model]["required"] = [each for each in schemas[model].get("required", []) if each != key]
        for alias, value in self.values:
            schemas[alias]["anyOf"][0]["enum"].remove(value)
            del schemas[alias]["x-values"][value]
        for name in self.endpoints:
            del document["paths"][OPERATIONS[name].path_template]
        (self.root / writing.SPEC).write_text(as_yaml(document))
        testing = self.root / "cocapi_gen/testing"
        testing.mkdir()
        (testing / "recordings.py").write_text((outputs.ROOT / "cocapi_gen/testing/recordings.py").read_text())

    def _rename(self) -> None:
        """Put answers of operations that are gone into folders that are called like their paths."""
        folders = {operation: folder for folder, operation in FOLDERS.items()}
        for name in self.endpoints:
            target = self.recordings / OPERATIONS[name].path_template[1:]
            target.parent.mkdir(parents=True, exist_ok=True)
            (self.recordings / folders[name]).rename(target)

    @property
    def expected(self) -> list[str]:
        return sorted(
            [
                *(f"field {place}" for place in self.fields),
                *(f"value {alias}: {value}" for alias, value in self.values),
                *(f"operation {OPERATIONS[name].method} {OPERATIONS[name].path_template}" for name in self.endpoints),
            ]
        )


ENDPOINTS = (
    "getClanWarLog",
    "getCapitalRaidSeasons",
    "getLeagueHistory",
    "getBattleLog",
    "getClanWarLeagueWar",
    "getLocation",
    "verifyToken",
)


def proposed(told: str) -> list[str]:
    """What a report proposes, without counts and examples."""
    found = [line.removeprefix("+ harmless ") for line in lines(told)]
    return sorted(line.partition(",")[0] if line.startswith("value") else line.partition(": ")[0] for line in found)


def test_the_specification_knows_all_that_the_sandbox_answers(recordings: Path) -> None:
    assert len([*bodies(recordings)]) >= 30
    assert learn(recordings) == KNOWN


@pytest.mark.parametrize(
    "moment", ["20260105T080000.000Z", "2026-01-05T08:00:00Z", "2026-01-05T08:00:00.000Z", "2026-01-05T08:00:00.123Z"]
)
def test_the_specification_knows_each_way_in_which_moments_are_written(moment: str) -> None:
    observer = Observer(read_spec(outputs.SPEC.read_text()))
    observer.look("moment", Reference("Timestamp"), moment)
    assert not observer.faults


@pytest.mark.usefixtures("no_code")
@pytest.mark.parametrize("seed", [2, 3, 102, 124])
def test_what_was_taken_out_is_what_is_proposed(seed: int, recordings: Path, tmp_path: Path) -> None:
    shrunk = Shrunk(seed, recordings, tmp_path)
    assert proposed(learn(shrunk.recordings, apply=True, root=shrunk.root)) == shrunk.expected
    assert learn(shrunk.recordings, root=shrunk.root) == KNOWN


@pytest.mark.long
@pytest.mark.usefixtures("no_code")
def test_what_was_taken_out_is_what_is_proposed_nearly_always(recordings: Path, tmp_path: Path) -> None:
    missed = list[str]()
    for seed in range(100, 200):
        shrunk = Shrunk(seed, recordings, tmp_path / str(seed))
        if (found := proposed(learn(shrunk.recordings, root=shrunk.root))) != shrunk.expected:
            missed.append(f"{seed}: {sorted({*found} ^ {*shrunk.expected})}")
    sys.stdout.write(f"Exact on {100 - len(missed)} of 100 seeds.\n" + "\n".join(missed))
    assert len(missed) <= 5


def test_what_was_learnt_gives_code_that_knows_the_answers(recordings: Path, tmp_path: Path) -> None:
    shrunk = Shrunk(99, recordings, tmp_path, is_generated=True)
    learn(shrunk.recordings, apply=True, root=shrunk.root)
    learnt = spec.load(shrunk.root / writing.SPEC)
    files = outputs.render(learnt)
    assert {name: (shrunk.root / name).read_text() for name in files} == files
    found = {each.operation_id: each for each in learnt.operations if each.operation_id in shrunk.endpoints}
    for name in shrunk.endpoints:
        needed = {(each.wire_name, each.location) for each in OPERATIONS[name].parameters if each.required}
        assert found[name].method == OPERATIONS[name].method
        assert needed <= {(each.wire_name, each.location) for each in found[name].parameters}
    responses = {f"{each.method} {each.path}": each.response for each in learnt.operations}
    with loaded(files, tmp_path / "code") as code:
        for operation, body in bodies(recordings):
            known = OPERATIONS[operation]
            model = getattr(code.models, responses[f"{known.method} {known.path_template}"])
            read = model.model_validate(body)
            assert read.model_dump(mode="json", by_alias=True, exclude_unset=True) == body
        for place in shrunk.fields:
            model, _, key = place.partition(".")
            fields = getattr(code.models, model).model_fields
            assert key in {each.alias or name for name, each in fields.items()}
