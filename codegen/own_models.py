"""Our own models and their aliases, read from their source for the page that lists them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from codegen.text import one_line

_FIRST = ("player", "clan", "war", "league", "raid", "ranking", "battles")
"""Modules whose chapters come first; those of the others follow, by name."""

_SAID = {
    "'": '"',
    r"(?<=Query)\[T_co\]": "",
    r"\bLiteral\[([^,]+?)\]": r"\1",
    r"\bLiteral\[(.+?)\]": r"one of \1",
    r"\b(?:Many|tuple)\[(\w+)(?:, \.\.\.)?\]": r"tuple of \1",
    r"\bMoment\b": "datetime",
    r"\bLowerCase\b": "str",
    r"\bT_co\b": "Model",
    r" \| ": " or ",
}
"""How a type is said, in this order."""


@dataclass(frozen=True)
class Member:
    """A field, a property or a method; the type of a method is what it returns."""

    name: str
    type: str
    doc: str


@dataclass(frozen=True)
class Entry:
    """A model, an alias, or another name of either; what a model inherits is among what it has."""

    name: str
    doc: str
    fields: tuple[Member, ...] = ()
    abilities: tuple[Member, ...] = ()


@dataclass(frozen=True)
class Chapter:
    """What one module holds for users."""

    title: str
    doc: str
    entries: tuple[Entry, ...]


class OwnModels:
    """The source of the models, as far as users see it."""

    def __init__(self, package: Path) -> None:
        """Read the source in the folder of the package."""
        modules = {path.stem: _parsed(path) for path in sorted((package / "models").glob("*.py"))}
        imported = [each for each in ast.walk(modules["__init__"]) if isinstance(each, ast.alias)]
        self._aliases = _parsed(package / "aliases.py")
        self._public = {each.asname for each in imported} | {name for name, _, _ in _explained(self._aliases)}
        self._modules = [*(modules.pop(name) for name in _FIRST), *modules.values()]
        statements = [node for module in self._modules for node in module.body]
        self._classes = {node.name: node for node in statements if isinstance(node, ast.ClassDef)}

    def chapters(self) -> list[Chapter]:
        """Return a chapter for each module that holds something for users."""
        chapters = [_chapter(module, self._models(module)) for module in self._modules]
        return [*(each for each in chapters if each.entries), _chapter(self._aliases, self._values())]

    def _models(self, module: ast.Module) -> Iterator[Entry]:
        for node in module.body:
            match node:
                case ast.ClassDef(name=name) if name in self._public:
                    line = [*self._lineage(node)]
                    fields, abilities = tuple(self._fields(line)), tuple(self._abilities(line))
                    yield Entry(name, _doc(node).split("\n\nExample:")[0], fields, abilities)
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name(id=other)) if name in self._public:
                    yield Entry(name, f"Another name of {self._linked(other)}.")
                case _:
                    pass

    def _values(self) -> Iterator[Entry]:
        for name, node, doc in _explained(self._aliases):
            if node.value:
                yield Entry(name, f"{doc}\n\n`{name}` is {_said(node.value)}.")

    def _lineage(self, node: ast.ClassDef) -> Iterator[ast.ClassDef]:
        """Yield what a model inherits from, and the model; without what all of them inherit from."""
        for base in node.bases:
            if isinstance(base, ast.Name) and base.id in self._classes and base.id != "Model":
                yield from self._lineage(self._classes[base.id])
        yield node

    def _fields(self, line: Iterable[ast.ClassDef]) -> Iterator[Member]:
        for cls in line:
            for name, node, doc in _explained(cls):
                yield Member(name, self._linked(_said(node.annotation)), doc)

    def _abilities(self, line: Iterable[ast.ClassDef]) -> Iterator[Member]:
        methods = (node for cls in line for node in cls.body if isinstance(node, ast.FunctionDef))
        for node in methods:
            if node.returns and not node.name.startswith("_"):
                said = self._linked(_said(node.returns))
                yield Member(f"{node.name}{_parameters(node)}", said, one_line(_doc(node).split("\n\n")[0]))

    def _linked(self, text: str) -> str:
        """Make links of the names that have an entry."""
        return re.sub(r"\w+", lambda word: _link(word[0]) if word[0] in self._public else word[0], text)


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _chapter(module: ast.Module, entries: Iterable[Entry]) -> Chapter:
    title, _, more = _doc(module).partition("\n\n")
    return Chapter(re.split(r"[,.:]", title)[0], more, tuple(entries))


def _doc(node: ast.Module | ast.ClassDef | ast.FunctionDef) -> str:
    return _markdown(ast.get_docstring(node) or "")


def _explained(node: ast.Module | ast.ClassDef) -> Iterator[tuple[str, ast.AnnAssign, str]]:
    """Yield what is annotated and has a text below it; what has none is no matter of users."""
    for pair in pairwise(node.body):
        match pair:
            case ast.AnnAssign(target=ast.Name(id=name)) as found, ast.Expr(value=ast.Constant(value=str(doc))):
                yield name, found, one_line(_markdown(doc))
            case _:
                pass


def _markdown(docstring: str) -> str:
    return docstring.replace("``", "`")


def _parameters(node: ast.FunctionDef) -> str:
    """Return what a method is called with; nothing for a property."""
    if any(ast.unparse(each) == "property" for each in node.decorator_list):
        return ""
    return f"({', '.join(each.arg for each in [*node.args.args[1:], *node.args.kwonlyargs])})"


def _said(annotation: ast.expr) -> str:
    text = ast.unparse(annotation)
    for pattern, words in _SAID.items():
        text = re.sub(pattern, words, text)
    return text


def _link(name: str) -> str:
    return f"[{name}](#{name.lower()})"
