"""How a document is written is no news, and what goes by another name is told as that."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from codegen.changes.refresh import between, refresh
from codegen.changes.renaming import successors
from codegen.types import Json
from tests.codegen.documents import Document
from tests.codegen.projects import as_yaml, contents, owners_document, project

pytestmark = pytest.mark.tools


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return project(tmp_path / "project")


def everywhere(value: Json, change: Callable[[Document], Json]) -> Json:
    """Return a document in which every mapping is changed, the inner ones first."""
    match value:
        case dict():
            return change({key: everywhere(each, change) for key, each in value.items()})
        case list():
            return [everywhere(each, change) for each in value]
        case _:
            return value


def definition(document: Document, reference: Json) -> Json:
    definitions = document["definitions"]
    assert isinstance(definitions, dict)
    return definitions[str(reference).rpartition("/")[2]]


def written_out(document: Document, name: str) -> Json:
    """Put a schema where it is referred to."""
    whole = definition(document, name)
    return everywhere(document, lambda each: whole if each.get("$ref") == f"#/definitions/{name}" else each)


def with_envelopes(document: Document) -> Json:
    """Declare lists as they are sent."""
    paging: Document = {"type": "object", "properties": {"after": {"type": "string"}}}
    envelope: Document = {
        "type": "object",
        "properties": {"items": {"$ref": "#/definitions/ThingList"}, "paging": {"$ref": "#/definitions/Paging"}},
    }
    definitions = document["definitions"]
    assert isinstance(definitions, dict)
    answers: Document = {"$ref": "#/definitions/ThingListObject"}
    paths = everywhere(document["paths"], lambda each: answers if "ThingList" in str(each.get("$ref")) else each)
    return {**document, "paths": paths, "definitions": {**definitions, "ThingListObject": envelope, "Paging": paging}}


def below_version(document: Document) -> Json:
    paths = document["paths"]
    assert isinstance(paths, dict)
    return {**document, "paths": {f"/v1{path}": item for path, item in paths.items()}}


def with_other_names(document: Document) -> Json:
    return cast(
        "Json", json.loads(re.sub('(?<=")(#/definitions/)?(Thing|Part)(?=")', r"\1\2Model", json.dumps(document)))
    )


WAYS: dict[str, Callable[[Document], Json | bytes]] = {
    "with a mark of the order of bytes": lambda found: "\ufeff" + json.dumps(found, indent="\t"),
    "with two bytes to a letter": lambda found: as_yaml(found).encode("utf-16"),
    "with the line ends of Windows": lambda found: as_yaml(found).replace("\n", "\r\n"),
    "in YAML that begins like JSON": lambda found: json.dumps(found).replace('"swagger"', "swagger"),
    "with the version in the paths": below_version,
    "with one part of several": lambda found: everywhere(
        found, lambda each: {"description": "It is.", "allOf": [{**each}]} if "$ref" in each else each
    ),
    "without types of lists": lambda found: everywhere(
        found, lambda each: {key: each[key] for key in each if not (key == "type" and "items" in each)}
    ),
    "with formats of numbers": lambda found: everywhere(
        found, lambda each: {**each, "type": "number", "format": "int64"} if each.get("type") == "integer" else each
    ),
    "with lists where they stand": lambda found: written_out(found, "ThingList"),
    "with objects where they stand": lambda found: written_out(found, "Part"),
    "with lists as they are sent": with_envelopes,
    "with other names": with_other_names,
}


def news(report: str) -> list[str]:
    return [line for line in report.splitlines() if re.match("  [+~-] ", line)]


@pytest.mark.parametrize("way", WAYS)
def test_how_a_document_is_written_is_no_news(way: str, root: Path) -> None:
    plain, other, before = root.parent / "plain.yml", root.parent / "other.yml", contents(root)
    plain.write_text(as_yaml(owners_document()))
    made = WAYS[way](owners_document())
    content = made if isinstance(made, str | bytes) else as_yaml(made)
    other.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert other.read_bytes() != plain.read_bytes()
    told = refresh(str(other), apply=True, root=root)
    assert told.endswith("Nothing differs from what the spec says.\n")
    for new, old in ((other, plain), (plain, other)):
        assert not news(between(str(new), str(old), root=root))
    assert contents(root) == before


def renamed(root: Path) -> tuple[str, str]:
    """Write two documents, of which the newer one says box where the older one says case."""
    old = json.dumps(owners_document()).replace('"weight"', '"caseWeight"').replace('"Part"', '"CasePart"')
    old = old.replace("#/definitions/Part", "#/definitions/CasePart").replace("/things/{", "/case/{")
    new = old.replace("case", "box").replace("CasePart", "BoxPart")
    paths = root.parent / "new.yml", root.parent / "old.yml"
    for path, content in zip(paths, (new, old), strict=True):
        path.write_text(content)
    return str(paths[0]), str(paths[1])


def test_what_goes_by_another_name_is_told_as_that(root: Path) -> None:
    told = between(*renamed(root), root=root)
    assert news(told) == [
        "  + harmless operation GET /box/{thingTag}: getThing, answered by Thing",
        "  + harmless field Thing.boxWeight: number",
        "  - BREAKING operation GET /case/{thingTag}: getThing, perhaps now GET /box/{thingTag}",
        "  - BREAKING field Thing.caseWeight: perhaps now boxWeight",
    ]
    assert told == between(*renamed(root), root=root)


def test_a_model_with_another_name_keeps_what_is_known_of_it(root: Path) -> None:
    document = root.parent / "document.yml"
    content = as_yaml(with_other_names(owners_document())).replace("AT_REST", "AT_HOME")
    document.write_text(content)
    told = refresh(str(document), root=root)
    assert news(told) == ["  + harmless value State: atHome"]
    assert "  ThingModel: Thing in the spec\n" in told


def test_what_a_document_may_only_be_too_old_for_is_told(root: Path) -> None:
    document = owners_document()
    thing = definition(document, "Thing")
    assert isinstance(thing, dict)
    properties = thing["properties"]
    assert isinstance(properties, dict)
    del properties["weight"]
    path = root.parent / "document.yml"
    path.write_text(as_yaml(document))
    note = "All that the document lacks came in 2024-03 or later: it may only be from before.\n"
    assert refresh(str(path), root=root).startswith(note)
    del properties["name"]
    path.write_text(as_yaml(document))
    assert note not in refresh(str(path), root=root)


def test_an_operation_on_its_way_out_is_told(root: Path) -> None:
    plain, other = root.parent / "plain.yml", root.parent / "other.yml"
    plain.write_text(as_yaml(owners_document()))
    words = "This route is deprecated and will be removed."
    other.write_text(
        json.dumps(owners_document()).replace('"operationId"', f'"description": "{words}", "operationId"', 1)
    )
    assert news(between(str(other), str(plain), root=root)) == ["  ~ harmless operation GET /things: deprecated"]


def test_the_successor_of_a_name_has_its_last_word() -> None:
    gone = {"versusTrophies": 1, "bestVersusTrophies": 1, "versusBattleWins": 1, "clanVersusPoints": 1, "rank": 2}
    new = {"bestBuilderBaseTrophies": 1, "builderBaseTrophies": 1, "clanBuilderBasePoints": 1, "level": 1, "place": 2}
    assert successors(gone, new) == {
        "versusTrophies": "builderBaseTrophies",
        "bestVersusTrophies": "bestBuilderBaseTrophies",
        "clanVersusPoints": "clanBuilderBasePoints",
    }
    assert successors(gone, dict.fromkeys(gone, 3)) == {}
    assert successors(gone, {f"builder{index}Trophies": 1 for index in range(10_000)}) == {}
