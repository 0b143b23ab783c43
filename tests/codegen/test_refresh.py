"""A change of the API is found, rated and written down; whatever is wrong with a document, nothing is touched."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
import yaml

from codegen import outputs, spec
from codegen.__main__ import main
from codegen.changes import writing
from codegen.changes.comparing import Change as Changed, What
from codegen.changes.names import PublicNames
from codegen.changes.refresh import between, read_spec, refresh
from codegen.naming import SpecError
from codegen.types import Json
from tests.codegen.documents import Document
from tests.codegen.owner import as_owner, constant
from tests.codegen.projects import SPEC, as_yaml, contents, owners_document, project, written

pytestmark = pytest.mark.tools

Change = Callable[[Document], object]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return project(tmp_path / "project")


def generates_nothing(_: object) -> dict[str, str]:
    return {}


@pytest.fixture
def no_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what takes long, and is tested once below."""
    monkeypatch.setattr(outputs, "render", generates_nothing)


def inside(document: Document, *path: str) -> Document:
    """Return the mapping at a path, which can be changed."""
    found: Json = document
    for step in path:
        assert isinstance(found, dict)
        found = found[step]
    assert isinstance(found, dict)
    return found


def properties(document: Document, name: str = "Thing") -> Document:
    return inside(document, "definitions", name, "properties")


def operation(document: Document, path: str) -> Document:
    return inside(document, "paths", path, "get")


def with_new_endpoint(document: Document) -> None:
    given: Document = {"name": "thingTag", "in": "path", "required": True, "type": "string"}
    listed: Document = {"type": "array", "items": {"$ref": "#/definitions/Mark"}}
    asked: Document = {
        "operationId": "getMarks",
        "tags": ["marks"],
        "parameters": [given, {"name": "after", "in": "query", "type": "string"}],
        "responses": {"200": {"description": "OK.", "schema": listed}},
    }
    inside(document, "paths")["/things/{thingTag}/marks"] = {"get": asked}
    mark: Document = {"tag": {"type": "string"}, "kind": {"type": "string", "enum": ["RED", "DARK_BLUE"]}}
    inside(document, "definitions")["Mark"] = {"type": "object", "properties": mark}


def with_two_methods(document: Document) -> None:
    answer: Document = {"responses": {"200": {"schema": {"$ref": "#/definitions/Part"}}}}
    inside(document, "paths")["/parts"] = {
        "get": {"operationId": "getPart", "tags": ["things"], **answer},
        "post": {"operationId": "makePart", "tags": ["things"], **answer},
    }


def more_values(document: Document) -> None:
    properties(document)["state"] = {"type": "string", "enum": ["IN_USE", "AT_REST", "ON_LOAN", "LOST"]}


ADDITIONS: dict[str, tuple[Change, list[str]]] = {
    "field": (
        lambda found: properties(found).update(colour={"type": "string"}),
        ["+ harmless field Thing.colour: string"],
    ),
    "field of a known enumeration": (
        lambda found: properties(found, "Part").update(was={"type": "string", "enum": ["IN_USE", "AT_REST"]}),
        ["+ harmless field Part.was: string (inUse, atRest)"],
    ),
    "field that is a list": (
        lambda found: properties(found).update(more={"type": "array", "items": {"$ref": "#/definitions/Part"}}),
        ["+ harmless field Thing.more: list of Part"],
    ),
    "object without a name": (
        lambda found: properties(found).update(box={"type": "object", "properties": {"class": {"type": "integer"}}}),
        ["+ harmless field Thing.box: ThingBox"],
    ),
    "values": (more_values, ["+ harmless value State: onLoan", "+ harmless value State: lost"]),
    "parameter": (
        lambda found: operation(found, "/things").update(
            parameters=[{"name": name, "in": "query", "type": "string"} for name in ("after", "minSize", "maxSize")]
        ),
        ["+ harmless parameter searchThings(maxSize): string"],
    ),
    "endpoint": (
        with_new_endpoint,
        ["+ harmless operation GET /things/{thingTag}/marks: getMarks, answered by GetMarksAnswer"],
    ),
    "endpoint of two methods": (
        with_two_methods,
        [
            "+ harmless operation GET /parts: getPart, answered by Part",
            "+ harmless operation POST /parts: makePart, answered by Part",
        ],
    ),
}


def test_what_the_spec_says_is_no_news(root: Path) -> None:
    before = contents(root)
    for name in ("document.yml", "document.json"):
        assert refresh(written(root, owners_document(), name), apply=True, root=root) == (
            "Nothing differs from what the spec says.\n"
        )
    assert contents(root) == before


def test_the_spec_itself_is_a_document_without_news(root: Path) -> None:
    """In OpenAPI 3.1, with nothing to correct: the lists are as they are sent."""
    known = yaml.safe_load(SPEC)
    del known["paths"]["/old"], known["components"]["schemas"]["Thing"]["properties"]["oldSize"]
    told = refresh(written(root, known), root=root)
    assert told.startswith("Corrections that the document no longer needs (2):\n  lists\n  values: Thing.state\n")
    assert told.endswith("Nothing differs from what the spec says.\n")


@pytest.mark.usefixtures("no_code")
@pytest.mark.parametrize("name", ADDITIONS)
def test_what_is_harmless_is_added(name: str, root: Path) -> None:
    change, lines = ADDITIONS[name]
    document, before = owners_document(), contents(root)
    change(document)
    source = written(root, document)

    told = refresh(source, root=root)
    assert told.startswith(f"New, to be added with APPLY=1 ({len(lines)}):\n")
    assert [line.strip() for line in told.splitlines() if line.startswith("  +")] == lines
    assert contents(root) == before, "a report writes nothing"

    assert refresh(source, apply=True, root=root) == told.replace("New, to be added with APPLY=1", "Added to the spec")
    after = contents(root)
    content = after[writing.SPEC].decode()
    assert is_within(without_enumerations(SPEC), without_enumerations(content)), "what was there stays as it was"
    notes = after["CHANGELOG.md"].decode().partition("\n## 0.1")[0].splitlines()
    assert len([line for line in notes if line.startswith("- The API has a new ")]) == len(lines)

    assert "Nothing differs" in refresh(source, apply=True, root=root)
    assert contents(root) == after, "the second time there is nothing to do"


def without_enumerations(content: str) -> list[str]:
    """The lines of a file, but for the lists of values, which are written anew."""
    return [line for line in content.splitlines() if "enum:" not in line]


def is_within(few: list[str], many: list[str]) -> bool:
    """Whether lines are found among others, in the same order."""
    left = iter(many)
    return all(line in left for line in few)


@pytest.mark.usefixtures("no_code")
def test_an_endpoint_is_added_with_all_that_it_needs(root: Path) -> None:
    document = owners_document()
    with_new_endpoint(document)
    refresh(written(root, document), apply=True, root=root)
    read = spec.load(root / writing.SPEC)
    marks = next(each for each in read.operations if each.operation_id == "getMarks")
    assert (marks.tag, marks.evidence, marks.paging) == ("marks", "declared", True)
    assert [each.wire_name for each in marks.parameters] == ["thingTag", "after"]
    models = {model.name: [each.wire_name for each in model.properties] for model in read.models}
    assert models["GetMarksAnswer"] == ["items", "paging"]
    assert models["Mark"] == ["kind", "tag"]
    assert next(alias for alias in read.aliases if alias.name == "MarkKind")
    content = yaml.safe_load((root / writing.SPEC).read_text())
    assert [*content["paths"]].index("/things/{thingTag}/marks") == 2, "it stands with its like"


BREAKING: dict[str, tuple[Change, str]] = {
    "another type": (
        lambda found: properties(found).update(weight={"type": "string"}),
        "~ BREAKING field Thing.weight: string, before number",
    ),
    "null": (
        lambda found: properties(found).update(name={"type": "string", "x-nullable": True}),
        "~ BREAKING field Thing.name: null or string, before string",
    ),
    "another model": (
        lambda found: operation(found, "/things/{thingTag}").update(
            responses={"200": {"schema": {"$ref": "#/definitions/Part"}}}
        ),
        "~ BREAKING operation GET /things/{thingTag}: answered by Part, before by Thing",
    ),
    "something required": (
        lambda found: operation(found, "/things").update(
            parameters=[
                {"name": "after", "in": "query", "type": "string"},
                {"name": "minSize", "in": "query", "type": "string", "required": True},
            ]
        ),
        "~ BREAKING parameter searchThings(minSize): required",
    ),
}


@pytest.mark.parametrize("name", BREAKING)
def test_what_breaks_is_proposed_and_never_applied(name: str, root: Path) -> None:
    change, line = BREAKING[name]
    document, before = owners_document(), contents(root)
    change(document)
    told = refresh(written(root, document), apply=True, root=root)
    assert "To be decided (1):" in told
    assert line in told
    assert contents(root) == before


GONE: dict[str, tuple[Change, str]] = {
    "field": (lambda found: properties(found).pop("parts"), "- BREAKING field Thing.parts\n      concerns Thing.parts"),
    "endpoint": (
        lambda found: inside(found, "paths").pop("/things/{thingTag}"),
        "- BREAKING operation GET /things/{thingTag}: getThing\n"
        "      concerns Client.thing, client.raw.things.get_thing",
    ),
    "parameter": (
        lambda found: operation(found, "/things").update(
            parameters=[{"name": "after", "in": "query", "type": "string"}]
        ),
        "- BREAKING parameter searchThings(minSize)\n      concerns Client.things, client.raw.things.search_things",
    ),
}


@pytest.mark.parametrize("name", GONE)
def test_what_a_document_lacks_is_told_with_whom_it_concerns(name: str, root: Path) -> None:
    change, line = GONE[name]
    document, before = owners_document(), contents(root)
    change(document)
    told = refresh(written(root, document), apply=True, root=root)
    assert f"In the spec, but not in this document (1):\n  {line}" in told
    assert contents(root) == before


def test_an_old_document_adds_nothing(root: Path) -> None:
    document, before = owners_document(), contents(root)
    properties(document).update(oldSize={"type": "integer"}, forgotten={"type": "string"})
    del properties(document)["weight"]
    told = refresh(written(root, document), apply=True, root=root)
    assert told.startswith("The document is from 2023-05 or before: until then Thing.oldSize was sent.")
    assert "In the spec, and harmless: perhaps too new for this document (1):\n  Thing.weight\n" in told
    assert "To be decided (1):\n  + harmless field Thing.forgotten: string" in told
    assert contents(root) == before


def test_a_correction_that_is_no_longer_needed_is_told(root: Path) -> None:
    document = owners_document()
    inside(document, "definitions")["Words"] = {"type": "string"}
    properties(document)["state"] = {"type": "string", "enum": ["IN_USE", "AT_REST"]}
    assert refresh(written(root, document), root=root) == (
        "Corrections that the document no longer needs (2):\n  schemas: Words\n  values: Thing.state\n\n"
        "Nothing differs from what the spec says.\n"
    )


def test_two_documents_are_compared_with_each_other(root: Path) -> None:
    old, new, before = owners_document(), owners_document(), contents(root)
    properties(old)["oldSize"] = {"type": "integer"}
    with_new_endpoint(new)
    properties(new).update(state={"type": "string", "enum": ["IN_USE", "LOST"]}, weight={"type": "string"})
    told = between(written(root, new), written(root, old, "old.yml"), root=root)
    lines = [line.strip() for line in told.splitlines() if line.startswith("  ") and "concerns" not in line]
    assert lines == [
        "+ harmless operation GET /things/{thingTag}/marks: getMarks, answered by GetMarksAnswer",
        "+ harmless value Thing.state: lost",
        "+ harmless model Mark: kind: string (red, darkBlue), tag: string",
        "+ harmless model GetMarksAnswer: items: list of Mark, paging: Paging",
        "- BREAKING field Thing.oldSize",
        "size took over",
        "- harmless value Thing.state: atRest",
        "~ BREAKING field Thing.weight: string, before number",
    ]
    assert between(written(root, new), written(root, new, "same.yml"), root=root) == "Nothing differs.\n"
    assert contents(root) == before


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_new_in_the_real_api_is_found(seed: int, tmp_path: Path) -> None:
    """Take some of what the real specification has away, and let the owner's document tell of it."""
    whole = read_spec(outputs.SPEC.read_text())
    fields = [
        f"{model.name}.{each.wire_name}"
        for model in whole.models.values()
        if model.name in whole.reached - {"Paging", "Cursors", "ClientError"} and not model.name.endswith("Urls")
        for each in model.properties
        if each.wire_name not in ("items", "paging")
    ]
    current = [place for place in fields if "x-until" not in whole.written(place)]
    missing = sorted(random.Random(seed).sample([each for each in current if each.split(".")[0] not in SPLIT], 12))
    document, shrunk = as_owner(whole), yaml.safe_load(outputs.SPEC.read_text())
    for place in set(fields) - set(current):
        model, _, key = place.partition(".")
        del properties(document, model)[key]
    for place in missing:
        model, _, key = place.partition(".")
        schema = shrunk["components"]["schemas"][model]
        del schema["properties"][key]
        schema["required"] = [each for each in schema.get("required", []) if each != key]
    root = project(tmp_path / "project")
    (root / "spec/corrections.yaml").write_text(outputs.SPEC.with_name("corrections.yaml").read_text())
    (root / writing.SPEC).write_text(as_yaml(shrunk))
    told = refresh(written(root, document), root=root)
    found = [line.split()[3].rstrip(":") for line in told.splitlines() if line.startswith("  + harmless field")]
    assert sorted(found) == missing


SPLIT = ("ClanListEntry", "WarClanLogEntry", "Clan", "WarClan")
"""Models that the owner does not tell apart: what one has, the other may have."""


def test_constants_are_what_the_corrections_undo() -> None:
    assert [constant(value) for value in ("inWar", "moreThanOncePerWeek", "DarkElixir")] == [
        "IN_WAR",
        "MORE_THAN_ONCE_PER_WEEK",
        "DarkElixir",
    ]


# ---------------------------------------------------------------------- the command


def test_the_command_reports_and_refuses(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    document = as_owner(read_spec(outputs.SPEC.read_text()))
    source = written(root, document)
    monkeypatch.setattr(sys, "argv", ["codegen", "refresh", source])
    assert main() == 0
    assert "Nothing differs" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["codegen", "refresh", source, "--against", source])
    assert main() == 0
    assert capsys.readouterr().out == "Nothing differs.\n"
    monkeypatch.setattr(sys, "argv", ["codegen", "refresh", str(root / "nothing.yml")])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    assert "nothing.yml cannot be read" in capsys.readouterr().err


APPLY = """
import sys
from pathlib import Path
from codegen.changes.refresh import refresh
sys.stdout.write(refresh(sys.argv[1], apply=True, root=Path(sys.argv[2])))
"""


def test_the_same_document_gives_the_same_files(tmp_path: Path) -> None:
    document = owners_document()
    for change, _ in ADDITIONS.values():
        change(document)
    source = written(tmp_path / "any", document)
    folders = [project(tmp_path / seed / "project") for seed in ("0", "1")]
    running = [
        subprocess.Popen(  # noqa: S603 # our own program
            [sys.executable, "-c", APPLY, source, str(folder)],
            cwd=outputs.ROOT,
            env={**os.environ, "PYTHONHASHSEED": folder.parent.name},
            stdout=subprocess.PIPE,
            text=True,
        )
        for folder in folders
    ]
    one, other = (process.communicate(timeout=120)[0] for process in running)
    assert one == other
    assert "Added to the spec (10)" in one
    made = contents(folders[0])
    assert made == contents(folders[1])
    files = outputs.render(spec.load(folders[0] / writing.SPEC))
    assert {path: made[path].decode() for path in files} == files
    for path, text in files.items():
        if path.endswith(".py"):
            compile(text, path, "exec")


# ---------------------------------------------------------------------- all or nothing


@pytest.mark.parametrize("place", range(4))
def test_a_file_that_cannot_be_written_takes_all_others_back(
    place: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "b").write_text("old")
    before, calls, replace = contents(tmp_path), list[Path](), Path.replace

    def failing(part: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) == place + 1:
            raise OSError(28, "No space left on device")
        return replace(part, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(OSError, match="No space left"):
        writing.replace_all({tmp_path / name: "new" for name in ("a", "b", "folder/c", "d")})
    assert contents(tmp_path) == before


def test_a_spec_that_gives_no_code_is_not_written(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document, before = owners_document(), contents(root)
    with_new_endpoint(document)

    def failing(_: object) -> dict[str, str]:
        raise SpecError("the specification gives code that is not valid")

    monkeypatch.setattr(outputs, "render", failing)
    with pytest.raises(SpecError, match="not valid"):
        refresh(written(root, document), apply=True, root=root)
    assert contents(root) == before


# ---------------------------------------------------------------------- whom it concerns


def names_of(place: str, what: What, sign: Literal["+", "-"] = "-") -> list[str]:
    ours = read_spec(outputs.SPEC.read_text())
    return PublicNames(outputs.ROOT / "cocapi_gen", ours).touched(Changed(sign, what, place))


def test_the_models_are_told_that_could_have_a_new_field() -> None:
    assert names_of("Player.seasonPoints", "field", "+") == ["Player", "raw.Player.season_points"]
    assert names_of("Clan.quests", "field", "+") == ["Clan", "raw.Clan.quests"]
    assert names_of("PlayerItemLevel.mood", "field", "+") == ["PlayerTroop", "PlayerHero", "raw.PlayerItemLevel.mood"]
    assert names_of("Player.seasonPoints", "field") == ["raw.Player.season_points"]


def test_the_names_that_users_know_are_told() -> None:
    assert names_of("Player.leagueTier", "field") == ["Player.league_tier", "raw.Player.league_tier"]
    assert names_of("ClanListEntry.memberList", "field") == ["raw.ClanListEntry.member_list"]
    assert names_of("Clan.memberList", "field") == ["Clan.member_details", "raw.Clan.member_list"]
    assert names_of("ClanCapitalRaidSeasonDistrict.totalLooted", "field")[0].startswith("RaidDistrict.")
    assert names_of("Role", "value") == ["ClanRole"]
    assert names_of("Player.role", "value") == ["ClanRole"]
    assert names_of("PlayerItemLevel", "model") == ["PlayerTroop", "PlayerHero", "raw.PlayerItemLevel"]
    assert names_of("searchClans(limit)", "parameter") == [
        "Client.clans",
        "Client.clans_details",
        "client.raw.clans.search_clans",
    ]
    assert names_of("GET /nowhere", "operation") == names_of("getNothing(x)", "parameter") == []
    assert names_of("Nothing.x", "field") == names_of("Nothing", "model") == names_of("Nothing", "value") == []
