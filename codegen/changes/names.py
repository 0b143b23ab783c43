"""The public names that a change of the API touches, found by reading the source of the package as text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

from codegen.changes import tables
from codegen.changes.api import Api, referred
from codegen.changes.comparing import Change
from codegen.changes.converting import is_name
from codegen.changes.tables import table, text
from codegen.naming import SpecError, snake_case
from codegen.spec import Operation

_LIKE = 0.5
"""Share of a class's fields that have to be in a raw model for the class to be made of it."""


@dataclass(frozen=True)
class _Field:
    """A field of a class written by hand, with the keys it is read from and the names in its annotation."""

    name: str
    keys: frozenset[str]
    annotated: frozenset[str]


class PublicNames:
    """What users of the package know, beside the API's own names."""

    def __init__(self, package: Path, api: Api) -> None:
        """Read the package.

        Args:
            package: its folder.
            api: the spec that it is written for.
        """
        self._api = api
        self._classes = _classes(package / "models")
        self._aliases = _aliases(package / "aliases.py")
        self._made_of = self._matched(_returned(package / "client.py"))

    def touched(self, change: Change) -> list[str]:
        """Return the names that a change is about, those of the raw layer last."""
        match change.what:
            case "operation":
                return self._of_operation(change.place)
            case "parameter":
                name = change.place.partition("(")[0]
                found = next((each for each in self._api.spec.operations if each.operation_id == name), None)
                return self._of_operation(f"{found.method} {found.path}") if found else []
            case "model":
                return [*self._made_of.get(change.place, ()), *self._raw(change.place)]
            case "field":
                return [*(self._of_field(change.place) or self._adopters(change)), *self._raw(change.place)]
            case "value":
                return self._of_enumeration(tables.referred(self._api.written(change.place)) or change.place)

    def related(self, change: Change) -> str:
        """Tell what took over from what a change is about, or what that took over from, if the spec knows."""
        written = self._api.written(change.place)
        model, _, key = change.place.partition(".")
        match change.what, change.sign:
            case "operation", "-" | "~":
                return text(written.get("x-deprecation"))
            case "field", "-":
                successor = text(written.get("x-replaced-by"))
                return f"{successor} took over" if successor else ""
            case "field", "+":
                fields = table(self._api.schema(model).get("properties"))
                before = [name for name, each in fields.items() if table(each).get("x-replaced-by") == key]
                return f"takes over from {', '.join(before)}" if before else ""
            case _:
                return ""

    def _of_enumeration(self, name: str) -> list[str]:
        """The aliases that list most of the values; if there are none, the fields that have them."""
        known = table(self._api.schema(name).get("x-values")).keys()
        found = [alias for alias, own in self._aliases.items() if own and len(own & known) * 2 > len(own | known)]
        places = (
            f"{model.name}.{each.wire_name}"
            for model in self._api.spec.models
            for each in model.properties
            if name in referred(each.type)
        )
        return found or [field for place in places for field in self._of_field(place)]

    def _of_operation(self, place: str) -> list[str]:
        same = [each for each in self._api.spec.operations if f"{each.method} {each.path}" == place]
        methods = (f"Client.{name}" for each in same for name in each.methods)
        return [*methods, *(f"client.raw.{each.tag}.{each.name}" for each in same)]

    def _of_field(self, place: str) -> list[str]:
        model, _, key = place.partition(".")
        return [
            f"{name}.{field.name}"
            for name in self._made_of.get(model, ())
            for field in self._classes[name]
            if key in field.keys
        ]

    def _adopters(self, change: Change) -> list[str]:
        """Return the classes that could have a new field."""
        return self._made_of.get(change.place.partition(".")[0], []) if change.sign == "+" else []

    def _raw(self, place: str) -> list[str]:
        model, _, key = place.partition(".")
        if model not in self._api.models:
            return []
        # what cannot be a name in code, such as the shape of a key that is data, is no attribute of the model
        return [f"raw.{model}.{snake_case(key, place)}" if is_name(key) else f"raw.{model}"]

    def _matched(self, returned: dict[str, set[str]]) -> dict[str, list[str]]:
        """Find the classes that are made of each raw model: what methods return, and what is inside of it."""
        found = dict[str, list[str]]()
        models = {
            model.name: {each.wire_name: each.type for each in model.properties} for model in self._api.spec.models
        }
        waiting = [
            (model, name)
            for operation in self._api.spec.operations
            for method in operation.methods
            for name in sorted(returned.get(method, set()))
            for model in self._answers(operation)
        ]
        while waiting:
            model, name = waiting.pop(0)
            fields = self._classes.get(name, ())
            shared = [field for field in fields if field.keys & models.get(model, {}).keys()]
            if name in found.get(model, []) or len(shared) < _LIKE * len(fields) or not shared:
                continue
            found.setdefault(model, []).append(name)
            for field in shared:
                for key in sorted(field.keys & models[model].keys()):
                    inner = referred(models[model][key])
                    waiting += [(other, own) for other in inner for own in sorted(field.annotated)]
        return found

    def _answers(self, operation: Operation) -> list[str]:
        """The model of an answer, and those of the rows in it if it is a list."""
        properties = next(each for each in self._api.spec.models if each.name == operation.response).properties
        rows = (name for each in properties if each.wire_name == "items" for name in referred(each.type))
        return [operation.response, *rows]


def _classes(folder: Path) -> dict[str, list[_Field]]:
    """Read all classes of a folder, with their fields and those of the classes that they stand on."""
    nodes = {node.name: node for path in sorted(folder.glob("*.py")) for node in _body(path) if _is_class(node)}
    return {name: [*_inherited(node, nodes)] for name, node in nodes.items()}


def _inherited(node: ast.ClassDef, nodes: Mapping[str, ast.ClassDef]) -> Iterator[_Field]:
    for base in node.bases:
        if isinstance(base, ast.Name) and base.id in nodes:
            yield from _inherited(nodes[base.id], nodes)
    for each in node.body:
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
            name = each.target.id
            choices = {text for text in _texts_in(each.value) if re.fullmatch(r"[A-Za-z]+", text)}
            yield _Field(name, frozenset({_camel(name), *choices}), frozenset(_names_in(each.annotation)))


def _returned(client: Path) -> dict[str, set[str]]:
    """Read what each method of the client says that it returns."""
    found = dict[str, set[str]]()
    for node in ast.walk(_tree(client)):
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef) and node.returns is not None:
            found.setdefault(node.name, set()).update(_names_in(node.returns))
    return found


def _aliases(module: Path) -> dict[str, frozenset[str]]:
    """Read the values of every alias."""
    return {
        node.target.id: frozenset(_texts_in(node.value))
        for node in _body(module)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }


def _tree(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError) as error:  # somebody is in the middle of a change
        raise SpecError(f"{path} is no Python: {error}.") from error


def _body(path: Path) -> list[ast.stmt]:
    return _tree(path).body


def _is_class(node: ast.stmt) -> TypeGuard[ast.ClassDef]:
    return isinstance(node, ast.ClassDef)


def _texts_in(node: ast.AST | None) -> Iterator[str]:
    for each in ast.walk(node) if node else ():
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def _names_in(node: ast.AST) -> Iterator[str]:
    """Yield the names in an annotation, without the modules that they come from."""
    for each in ast.walk(node):
        match each:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                yield name
            case _:
                pass


def _camel(name: str) -> str:
    return re.sub("_([a-z0-9])", lambda found: found[1].upper(), name)
