"""Who may import whom.

An import counts wherever it stands: at the top of a module or inside a function. Imports for type checkers alone, below
``if TYPE_CHECKING:``, are never run, so they can neither slow a start down nor make a circle. Still they tell who knows
whom, and so obey the same arrows; they are freer in one thing only: every layer may speak of the types of httpx.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "cocapi_gen"
BOTTOM = {"exceptions", "aliases", "_lazy", "_loose", "_parsing"}
FACADE = {
    "",
    "_arguments",
    "_flows",
    "_http",
    "_pauses",
    "aliases",
    "drift",
    "events",
    "keys",
    "shared",
    "statistics",
    "exceptions",
    "models",
    "names",
    "outcomes",
    "raw",
    "responses",
    "tags",
}

ARROWS: dict[str, set[str]] = {
    "exceptions": {"_loose"},
    "aliases": set(),
    "_lazy": set(),
    "_parsing": {"aliases", "exceptions"},
    "_pauses": set(),
    "_loose": set(),
    "keys": {"_loose"},
    "tags": {"aliases", "exceptions"},
    "names": {"exceptions"},
    "models": {"aliases", "exceptions", "tags", "_parsing", "_lazy"},
    "_http": {
        "drift",
        "events",
        "exceptions",
        "keys",
        "_lazy",
        "_loose",
        "_parsing",
        "_pauses",
        "responses",
        "statistics",
    },
    "raw": {"_http"},
    "_arguments": {"_lazy", "aliases", "exceptions", "names", "tags"},
    "events": {"drift", "exceptions"},
    "responses": set(),
    "statistics": set(),
    "drift": set(),
    "shared": {"_http"},
    "outcomes": {"aliases", "exceptions"},
    "_flows": {"_lazy", "_loose", "aliases", "exceptions", "tags", "names", "models", "_http", "raw", "_arguments"},
    "_bulk": {"exceptions", "outcomes", "tags", "_http", "_arguments"},
    "_walk": {"models", "_http", "_flows", "_arguments"},
    # The client and its twins know each other; the twins are made of it.
    "client": {*FACADE, "_twins", "_bulk", "_walk"},
    "_twins": {*FACADE, "_bulk", "_walk"},
    "tables": {"exceptions", "models", "outcomes"},
    "sandbox": {"", "events", "raw", "_pauses"},
    "testing": {"", "models", "raw", "sandbox", "_lazy", "_pauses"},
    "cli": {"", "drift", "events", "sandbox", "testing", "raw", "_pauses"},
    "__main__": {"cli"},
    "": {
        *BOTTOM,
        "drift",
        "keys",
        "statistics",
        "tags",
        "names",
        "models",
        "_http",
        "responses",
        "outcomes",
        "_bulk",
        "_twins",
        "client",
    },
}
"""For each part of the package, the parts it may import; "" is the package itself, and every part knows itself."""

HEAVY = {
    "httpx": {
        "cocapi_gen._http.certificates",
        "cocapi_gen._http.httpx_transport",
        "cocapi_gen._http.transport",
        "cocapi_gen.sandbox.transport",
        "cocapi_gen.testing.recordings",
    },
    "httpcore": {
        "cocapi_gen._http.asyncio_network",
        "cocapi_gen._http.core_transport",
        "cocapi_gen._http.httptools_transport",
    },
    "anyio": {
        "cocapi_gen._http.asyncio_network",
        "cocapi_gen._http.per_loop",
        "cocapi_gen._http.piles",
        "cocapi_gen._http.tasks",
        "cocapi_gen._http.wire",
        "cocapi_gen._pauses",
        "cocapi_gen.sandbox.transport",
    },
    "aiohttp": {"cocapi_gen.sandbox.server"},
    "httptools": {"cocapi_gen._http.httptools_transport"},
    "redis": {"cocapi_gen._http.redis_limiter"},
    "rich": {"cocapi_gen.cli.terminal"},
}
"""What costs time to load, and the only modules that load it."""


class Import(NamedTuple):
    """One imported module, or a name that may be one."""

    importer: str
    imported: str
    only_types: bool
    line: int

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or path.is_dir()


def imported_by(path: Path) -> Iterator[Import]:
    """Yield every import in a file."""
    name = module_name(path)
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typed = {id(node) for block in ast.walk(tree) for node in inside_type_checking(block)}
    for node in ast.walk(tree):
        for imported in targets(node, package):
            yield Import(name, imported, id(node) in typed, node.lineno if isinstance(node, ast.stmt) else 0)


def inside_type_checking(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
        for statement in node.body:
            yield from ast.walk(statement)


def targets(node: ast.AST, package: str) -> Iterator[str]:
    """Yield the modules that a statement imports: of ``from a import b``, ``a.b`` if that is a module, else ``a``."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
        source = ".".join([*above, *filter(None, [node.module])])
        yield from (f"{source}.{alias.name}" if is_module(f"{source}.{alias.name}") else source for alias in node.names)


def part(module: str) -> str:
    """Return the part of the package that a module belongs to."""
    # programs stand above everything, wherever they are
    return "__main__" if module.endswith(".__main__") else [*module.split("."), ""][1]


def is_ours(module: str) -> bool:
    return module.split(".", maxsplit=1)[0] == "cocapi_gen"


FILES = sorted(PACKAGE.rglob("*.py"))
IMPORTS = [found for path in FILES for found in imported_by(path)]
every_file = pytest.mark.parametrize("path", FILES, ids=module_name)


def is_allowed(found: Import) -> bool:
    here, there = part(found.importer), part(found.imported)
    return here == there or there in ARROWS[here]


@every_file
def test_imports_follow_the_arrows(path: Path) -> None:
    assert part(module_name(path)) in ARROWS, "a new part of the package needs a place among the layers"
    assert [str(found) for found in imported_by(path) if is_ours(found.imported) and not is_allowed(found)] == []


def test_the_arrows_form_no_circle() -> None:
    known = set[str]()
    while known != ARROWS.keys():
        # The package itself loads the client lazily, and the client asks it for its version.
        free = {here for here, there in ARROWS.items() if here not in known and there - {""} <= known}
        assert free, f"a circle among {ARROWS.keys() - known}"
        known |= free


@pytest.mark.parametrize("library", HEAVY)
def test_what_is_slow_to_load_is_imported_in_few_places(library: str) -> None:
    importers = {
        found.importer for found in IMPORTS if found.imported.split(".")[0] == library and not found.only_types
    }
    assert importers == HEAVY[library]


@pytest.mark.parametrize("name", sorted(BOTTOM | {"tags", "names", "client", "_flows", "raw", "sandbox", ""}))
def test_pydantic_is_not_imported_where_the_package_starts(name: str) -> None:
    """But for the modules that hold models, and those that are made to be imported late."""
    late = {"cocapi_gen._parsing", "cocapi_gen.raw.models"}
    assert [
        str(found)
        for found in IMPORTS
        if part(found.importer) == name
        and found.imported.startswith("pydantic")
        and not (found.only_types or found.importer in late)
    ] == []


def test_the_sandbox_stands_on_public_names_only() -> None:
    private = [found for found in IMPORTS if part(found.importer) == "sandbox" and is_ours(found.imported)]
    assert {found.imported for found in private if part(found.imported) != "sandbox"} <= {
        "cocapi_gen",
        "cocapi_gen._pauses",
        "cocapi_gen.events",
        "cocapi_gen.raw",
    }


def test_only_tests_and_the_command_line_need_the_sandbox() -> None:
    users = {part(found.importer) for found in IMPORTS if is_ours(found.imported) and part(found.imported) == "sandbox"}
    assert users == {"sandbox", "testing", "cli"}


def test_the_generator_knows_nothing_of_the_package() -> None:
    found = [each for path in sorted((ROOT / "codegen").rglob("*.py")) for each in imported_by(path)]
    assert {each.imported.split(".")[0] for each in found} & {"cocapi_gen", "tests", "anyio"} == set()
    # only a document that somebody names by its address is loaded from the web
    assert {each.importer for each in found if each.imported == "httpx"} == {"codegen.changes.reading"}


def test_the_package_knows_nothing_of_generator_and_tests() -> None:
    assert [str(found) for found in IMPORTS if found.imported.split(".")[0] in ("codegen", "tests")] == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import a.b, c", ["a.b", "c"]),
        ("from cocapi_gen import models", ["cocapi_gen.models"]),
        ("from cocapi_gen import Client", ["cocapi_gen"]),
        ("from . import models", ["cocapi_gen.models"]),
        ("from .models.war import ClanWar", ["cocapi_gen.models.war"]),
    ],
)
def test_imports_are_understood(source: str, expected: list[str]) -> None:
    assert [*targets(ast.parse(source).body[0], "cocapi_gen")] == expected
