"""``python -m codegen learn``: compare recorded answers with the spec."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from codegen import outputs
from codegen.changes import writing
from codegen.changes.api import Api, references
from codegen.changes.comparing import Change
from codegen.changes.endpoints import Endpoint, Endpoints
from codegen.changes.inferring import Inference
from codegen.changes.names import PublicNames
from codegen.changes.observing import Observer, is_key, shape
from codegen.changes.patching import Patch, json_content
from codegen.changes.recordings import Folders, Recorded, Unknown, read_all
from codegen.changes.refresh import read_spec
from codegen.changes.reporting import listed, note, section
from codegen.changes.shapes import kinds, shown
from codegen.changes.tables import TYPE_KEYS, reference, rows, table
from codegen.types import Json, read_type

_ERROR = "ClientError"
_VALUE = re.compile(r"[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*|[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
_CAPITALIZED = re.compile("[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*")
_LONGEST_VALUE = 40
_WIDER = ("null", "number")
"""Kinds that a field can be given beside its own without a decision."""

Way = Literal["add", "loosen", "widen", "tell"]


@dataclass(frozen=True)
class Finding:
    """Something that answers hold and the spec does not know.

    Attributes:
        change: what it is.
        way: what can be done about it.
    """

    change: Change
    way: Way


def learn(folder: Path, *, apply: bool = False, root: Path = outputs.ROOT) -> str:
    """Compare the recordings in a folder with the spec, and return the report.

    Args:
        folder: recordings, as ``cocapi-gen record`` makes them.
        apply: whether to write what was found into the spec; nothing in it is ever made stricter.
        root: the folder of the project.

    Raises:
        SpecError: there is no such folder, or the spec would not be valid; nothing was written.
    """
    content = (root / writing.SPEC).read_text(encoding="utf-8")
    ours = read_spec(content)
    lesson = _Lesson(ours, Folders(root / "cocapi_gen", ours))
    for recorded in read_all(folder):
        lesson.hear(recorded)
    found, findings = lesson.found()
    lines = [*_report(findings, lesson.unread, PublicNames(root / "cocapi_gen", ours), applied=apply)]
    done = [each for each in findings if each.way != "tell"]
    if apply and done:
        writing.write(_patched(content, ours, found, done), content, [_note(each) for each in done], root)
    return "\n".join(lines)


def _patched(content: str, ours: Api, found: Api, findings: list[Finding]) -> str:
    patch = Patch(content, ours, found, "observed")
    for finding in findings:
        match finding.way:
            case "loosen":
                patch.loosen(finding.change.place)
            case "widen":
                patch.widen(finding.change.place, found.written(finding.change.place))
            case _:
                patch.add(finding.change)
    return patch.text()


def _note(finding: Finding) -> str:
    match finding.way:
        case "loosen":
            return f"The API may leave out `{finding.change.place}`, which `client.raw` now allows."
        case "widen":
            return f"The API sends more in `{finding.change.place}`, which `client.raw` now allows."
        case _:
            return note(finding.change)


def _report(findings: list[Finding], unread: list[str], names: PublicNames, *, applied: bool) -> Iterator[str]:
    done = [each.change for each in findings if each.way != "tell"]
    told = [each.change for each in findings if each.way == "tell"]
    yield from section("Written into the spec" if applied else "Not in the spec, to be added with APPLY=1", done, names)
    yield from section("To be decided", told, names)
    yield from listed("Not read", unread)
    if not findings:
        yield f"The spec knows everything in {'the other' if unread else 'these'} answers.\n"


class _Lesson:
    """What answers teach.

    Attributes:
        unread: what could not be made sense of.
    """

    def __init__(self, ours: Api, folders: Folders) -> None:
        self.unread: list[str] = []
        self._ours = ours
        self._folders = folders
        self._observer = Observer(ours)
        self._endpoints = Endpoints()
        self._asked = dict[tuple[str, str], int]()

    def hear(self, recorded: Recorded | str) -> None:
        """Look at one answer."""
        if isinstance(recorded, str):
            self.unread.append(recorded)
            return
        operation = self._folders.operation(recorded)
        if recorded.status >= 400:
            if isinstance(recorded.body, dict) and self._ours.schema(_ERROR):
                self._observer.look(_ERROR, read_type(reference(_ERROR), ""), recorded.body)
        elif isinstance(operation, Unknown) and not operation.path:
            what = operation.operation_id or "of an operation that nobody knows"
            self.unread.append(f"{recorded.folder}.json is {what}; put it into a folder that is called like its path")
        elif isinstance(operation, Unknown):
            self._endpoints.hear(operation, recorded)
        else:
            known = {each.wire_name for each in operation.parameters}
            for name in (each for each in recorded.asked if each not in known):
                self._asked[operation.operation_id, name] = self._asked.get((operation.operation_id, name), 0) + 1
            self._observer.look(operation.response, read_type(reference(operation.response), ""), recorded.body)

    def found(self) -> tuple[Api, list[Finding]]:
        """Return the API as the answers have it, and what is new in it."""
        document, endpoints = copy.deepcopy({**self._ours.document}), [*self._clear()]
        answers = {each.place: [answer.body for answer in each.answers] for each in endpoints}
        names = {each.place: f"{each.capitalized}Answer" for each in endpoints}
        inference = Inference(self._ours, self._observer, answers, names)
        for notes in inference.notes.values():
            self._observer.add(notes)
        findings = [*self._operations(endpoints, document, inference), *self._parameters()]
        findings += [*self._fields(document, inference), *self._values(), *self._absences(), *self._others(document)]
        findings += self._texts_and_ranges()
        table(table(document["components"])["schemas"]).update(inference.models)
        return Api(document), findings

    def _clear(self) -> Iterator[Endpoint]:
        """Yield the endpoints that can be written, and tell what the others lack."""
        for endpoint in self._endpoints.found():
            if endpoint.sent is not None:
                yield endpoint
            else:
                self.unread.append(
                    f"{endpoint.answers[0].folder}.json: write into it which names the body of the request had, as in "
                    f'"sent": ["name"] or "sent": [], or add {endpoint.place} to the spec by hand'
                )

    def _fields(self, document: dict[str, Json], inference: Inference) -> Iterator[Finding]:
        for place, values in sorted(self._observer.unknown.items()):
            model, _, key = place.partition(".")
            if model in inference.models:
                continue
            type_ = inference.types.get(place, {})  # what is not called like a field has none
            example = shape(values[0], has_fields=any(references(type_)))
            counted = f"{len(values)} of {self._observer.models[model]} times, such as {example}"
            if not is_key(key):
                yield Finding(Change("+", "field", f"{model}.{shape(key)}", seen=counted), "tell")
                continue
            _properties(document, model)[key] = type_
            yield Finding(Change("+", "field", place, self._type(type_), seen=counted), "add")

    def _values(self) -> Iterator[Finding]:
        for (place, value), count in sorted(self._observer.values.items()):
            is_word = "." not in place and self._is_word(place, value)
            change = Change("+", "value", place, value if is_word else shape(value), seen=f"{count} times")
            yield Finding(change, "add" if is_word else "tell")

    def _is_word(self, alias: str, value: str) -> bool:
        """Whether a value is written as constants are, or as those of its enumeration."""
        known = self._ours.schema(alias).get("x-values")
        is_capitalized = _CAPITALIZED.fullmatch(value) and any(map(_CAPITALIZED.fullmatch, table(known)))
        return len(value) <= _LONGEST_VALUE and bool(_VALUE.fullmatch(value) or is_capitalized)

    def _absences(self) -> Iterator[Finding]:
        for place, count in sorted(self._observer.absent.items()):
            counted = f"{count} of {self._observer.models[place.partition('.')[0]]} times"
            yield Finding(Change("~", "field", place, "left out", breaking=True, seen=counted), "loosen")

    def _others(self, document: dict[str, Json]) -> Iterator[Finding]:
        for (place, kind), values in sorted(self._observer.others.items()):
            seen = f"{len(values)} times, such as {shape(values[0])}"
            model, dot, key = place.partition(".")
            known = _properties(document, model).get(key)
            is_wider = kind in _WIDER and dot and isinstance(known, dict)
            if is_wider and isinstance(known, dict):
                _properties(document, model)[key] = _wider(known, kind)
            can_be = is_wider and (kind == "null" or table(known).get("type") == "integer")
            yield Finding(Change("~", "field", place, kind, breaking=True, seen=seen), "widen" if can_be else "tell")

    def _texts_and_ranges(self) -> Iterator[Finding]:
        for place, texts in sorted(self._observer.formats.items()):
            seen = f"{len(texts)} times, such as {shape(texts[0])}"
            yield Finding(Change("~", "field", place, "written otherwise", seen=seen), "tell")
        for place, numbers in sorted(self._observer.ranges.items()):
            seen = f"{len(numbers)} times, such as {shape(numbers[0])}"
            yield Finding(Change("~", "field", place, "out of its range", seen=seen), "tell")

    def _operations(
        self, endpoints: list[Endpoint], document: dict[str, Json], inference: Inference
    ) -> Iterator[Finding]:
        for endpoint in endpoints:
            model = inference.types[endpoint.place]
            if "$ref" not in model:
                self.unread.append(
                    f"{endpoint.answers[0].folder}.json holds {self._type(model)}, and only a model can be written"
                )
                continue
            is_paged = "paging" in table(self._schema(model, inference).get("properties"))
            operation: dict[str, Json] = {
                "operationId": endpoint.name,
                "tags": [endpoint.path.split("/")[1]],
                "parameters": endpoint.parameters(is_paged=is_paged),
                "responses": {"200": {"description": "OK.", **json_content(model)}},
            }
            if endpoint.sent:
                name, body = endpoint.body(self._ours)
                operation["requestBody"] = json_content(reference(name))
                table(table(document["components"])["schemas"])[name] = body
            item = table(document["paths"]).setdefault(endpoint.path, {})
            table(item)[endpoint.method.lower()] = operation
            told, seen = f"{endpoint.name}, answered by {self._type(model)}", f"{len(endpoint.answers)} times"
            yield Finding(Change("+", "operation", endpoint.place, told, seen=seen), "add")

    def _parameters(self) -> Iterator[Finding]:
        for (operation, name), count in sorted(self._asked.items()):
            yield Finding(Change("+", "parameter", f"{operation}({shape(name)[1:-1]})", seen=f"{count} times"), "tell")

    def _schema(self, model: dict[str, Json], inference: Inference) -> dict[str, Json]:
        name = str(model.get("$ref")).rpartition("/")[2]
        return inference.models.get(name) or self._ours.schema(name)

    def _type(self, schema: dict[str, Json]) -> str:
        return shown(kinds(read_type(schema, ""), self._ours))


def _properties(document: dict[str, Json], model: str) -> dict[str, Json]:
    schemas = table(table(document["components"])["schemas"])
    return table(table(schemas.get(model)).get("properties"))


def _wider(known: dict[str, Json], kind: str) -> dict[str, Json]:
    """Return a type that takes another kind as well."""
    plain = {key: known[key] for key in TYPE_KEYS if key in known}
    if kind == "number":
        return {"type": "number"}
    if isinstance(plain.get("type"), str) and plain["type"] not in ("array", "object"):
        return {**plain, "type": [plain["type"], "null"]}
    return {"anyOf": [*(rows(plain.get("anyOf")) or [plain]), {"type": "null"}]}
