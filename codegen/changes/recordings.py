"""Recorded answers in a folder, and which operations they are answers of."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import cast
from urllib.parse import unquote

from codegen.changes.api import Api, key_at
from codegen.changes.official import METHODS, PATH
from codegen.changes.tables import text, texts
from codegen.naming import SpecError
from codegen.spec import Operation
from codegen.types import Json

_LARGEST = 50_000_000
_DEEPEST = 60
_KIND = re.compile("(?P<tag>#[0-9A-Z]+$)|(?P<id>[0-9][0-9-]*$|global$)")
"""Values in a path, with what parameters for them are called."""


@dataclass(frozen=True)
class Recorded:
    """One recorded answer.

    Attributes:
        folder: where it was, which says what was asked.
        asked: the names of the parameters that its name tells.
        status: the status code.
        body: what was answered.
        path: the path that was asked for, if the recording tells; values may stand in it for its parameters.
        method: the method by which it was asked for; empty if the recording does not tell.
        sent: the names of what was sent in a body; None if the recording does not tell.
    """

    folder: str
    asked: tuple[str, ...]
    status: int
    body: Json
    path: str = ""
    method: str = ""
    sent: tuple[str, ...] | None = None


def read_all(folder: Path) -> Iterator[Recorded | str]:
    """Yield every recording in a folder, and for what is none, why.

    Raises:
        SpecError: there is no such folder.
    """
    if not folder.is_dir():
        raise SpecError(f"{folder} is no folder.")
    for path in sorted(folder.rglob("*.json")):
        name = path.relative_to(folder).with_suffix("")
        try:
            yield _read(path, name)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            yield f"{name}.json is no recording"


def _read(path: Path, name: Path) -> Recorded:
    found = cast("dict[str, Json]", json.loads(_content(path), parse_float=_finite, parse_constant=_finite))
    status = found["response_code"]
    if isinstance(status, bool) or not isinstance(status, int) or not 100 <= status < 600:
        raise ValueError
    pairs = (part.partition("=") for part in name.name.partition("~")[0].split(","))
    asked = tuple(unquote(key) for key, sign, _ in pairs if sign)
    _refuse_depth(found["body"])
    told, method, sent = text(found.get("path")), text(found.get("method")), found.get("sent")
    if method and method.lower() not in METHODS:
        raise ValueError
    names = tuple(texts(sent)) if isinstance(sent, list) else None
    return Recorded(name.as_posix(), asked, status, found["body"], told, method.upper(), names)


def _content(path: Path) -> bytes:
    """Return what is in a file. A pipe would keep us waiting, and a device never end."""
    if not path.is_file():
        raise ValueError
    with path.open("rb") as file:
        content = file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise ValueError
    return content


def _finite(number: str) -> float:
    """Read a number that JSON has, which infinity is not."""
    if not isfinite(found := float(number)):
        raise ValueError
    return found


def _refuse_depth(value: Json) -> None:
    level = [value]
    for _ in range(_DEEPEST):
        level = [other for each in level for other in inside(each)]
    if level:
        raise ValueError


def inside(value: Json) -> Iterable[Json]:
    """Return the values that a list or a mapping holds."""
    match value:
        case dict():
            return value.values()
        case list():
            return value
        case _:
            return ()


@dataclass(frozen=True)
class Unknown:
    """An operation that the spec does not have.

    Attributes:
        path: its path; empty if nothing tells.
        operation_id: what it is called; empty if it has no name.
        method: its method; empty if nothing tells.
        sent: the names of what is sent in its body; None if nothing tells.
    """

    path: str
    operation_id: str = ""
    method: str = ""
    sent: tuple[str, ...] | None = None


class Folders:
    """What the folders of recordings mean."""

    def __init__(self, package: Path, api: Api) -> None:
        """Read how the package names them.

        Args:
            package: its folder.
            api: the spec.
        """
        self._known = _literal(package / "testing/recordings.py", "FOLDERS")
        known: list[Operation | Unknown] = [*_generated(package / "raw/operations.py"), *api.spec.operations]
        self._by_name = {each.operation_id: each for each in known}
        self._by_key = {key_at(each.method, each.path): each for each in known}

    def operation(self, recorded: Recorded) -> Operation | Unknown:
        """Return the operation that an answer is of.

        A folder is called as the recorder calls it, or like the path: ``clans/{clanTag}/warlog/clanTag=#2PP.json``.
        """
        names = [recorded.folder, *(parent.as_posix() for parent in Path(recorded.folder).parents)]
        known = next((self._known[name] for name in names if name in self._known), "")
        told = _template(recorded.path) if PATH.fullmatch(_template(recorded.path)) else ""
        if known:
            return self._by_name.get(known) or Unknown(told, known, recorded.method, recorded.sent)
        path = told or _template(f"/{names[0] if _has_values(names[0]) else names[1]}")
        if not PATH.fullmatch(path):
            return Unknown("")
        keys = (key_at(method.upper(), path) for method in ([recorded.method] if recorded.method else METHODS))
        found = next((self._by_key[key] for key in keys if key in self._by_key), None)
        return found or Unknown(path, "", recorded.method, recorded.sent)


def _has_values(name: str) -> bool:
    """Whether a name is a path with values in it, such as ``clans/#2PP/warlog``, and not one of parameters."""
    last = name.rpartition("/")[2]
    return "=" not in last and any(_KIND.match(unquote(part)) for part in name.split("/"))


def _template(path: str) -> str:
    """Return a path with parameters where values are: ``/clans/#2PP/warlog`` as ``/clans/{clanTag}/warlog``."""
    parts = [unquote(part) for part in path.partition("?")[0].split("/")]
    for index, part in enumerate(parts):
        if found := _KIND.match(part):
            before = parts[index - 1].strip("{}") if index else ""
            owner = re.sub("(?<=..)s$", "", "".join(_capital(each) for each in re.split("[^A-Za-z0-9]+", before)))
            parts[index] = f"{{{owner[:1].lower()}{owner[1:]}{_capital(str(found.lastgroup))}}}"
    return "/".join(parts)


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _generated(module: Path) -> Iterator[Unknown]:
    """Read which operations code was generated of, as the spec had them then."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")) if module.exists() else ast.Module([], [])):
        match node:
            case ast.Call(func=ast.Name("Operation"), keywords=keywords):
                given = {each.arg: each.value for each in keywords}
                path, name, method = (_constant(given[key]) for key in ("path_template", "operation_id", "method"))
                yield Unknown(path, name, method, tuple(_in_body(given["parameters"])))
            case _:
                pass


def _in_body(parameters: ast.expr) -> Iterator[str]:
    """Yield the names on the wire of those parameters that are sent in a body."""
    for node in ast.walk(parameters):
        match node:
            case ast.Call(args=[_, ast.Constant(str(name)), ast.Constant("body")]):
                yield name
            case _:
                pass


def _constant(node: ast.expr) -> str:
    return str(ast.literal_eval(node))


def _literal(module: Path, name: str) -> Mapping[str, str]:
    """Read what is assigned to a name in a module, without running it."""
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                return cast("dict[str, str]", ast.literal_eval(value))
            case _:
                pass
    return {}
