"""What is loaded when, and that every public name can be had."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SLOW = ("httpx", "pydantic", "pydantic_core", "anyio", "asyncio", "trio", "ssl")
LAZY = ["cocapi_gen", "cocapi_gen.models", "cocapi_gen.testing"]

EACH_FIRST = """
import importlib, pkgutil, sys
import cocapi_gen

names = [module.name for module in pkgutil.walk_packages(cocapi_gen.__path__, "cocapi_gen.")]
names = ["cocapi_gen", *(name for name in names if not name.endswith("__main__"))]
for name in names:
    for loaded in [loaded for loaded in sys.modules if loaded.split(".")[0] == "cocapi_gen"]:
        del sys.modules[loaded]
    try:
        importlib.import_module(name)
    except Exception as error:
        print(name, repr(error))
print(len(names))
"""


def run(program: str, *options: str) -> str:
    """Run a program in a Python of its own and return what it prints."""
    command = [sys.executable, *options, "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


def loaded_by(program: str) -> list[str]:
    """Return which of the slow libraries a program loads."""
    return run(f"{program}\nimport sys\nprint(*sorted(set(sys.modules) & {set(SLOW)}))").split()


@pytest.mark.parametrize(
    "program",
    [
        "import cocapi_gen",
        "from cocapi_gen import Client; Client('T')",
        "from cocapi_gen import Client; Client('T').raw.clans.get_clan",
        "from cocapi_gen import CocApiError, Tag, NameTable, normalize_tag",
        "import cocapi_gen.models",
        "from cocapi_gen.raw import OPERATIONS",
    ],
)
def test_what_is_slow_is_loaded_late(program: str) -> None:
    assert loaded_by(program) == []


def test_a_client_is_made_without_the_dearest_modules_of_python() -> None:
    loaded = "import sys; print(*sys.modules)"
    new = {*run(f"from cocapi_gen import Client; Client('T'); {loaded}").split()} - {*run(loaded).split()}
    assert "cocapi_gen.client" in new
    assert new.isdisjoint({"dataclasses", "inspect", "urllib.parse", "importlib.util", "json", "difflib"})


def test_a_model_loads_no_transport() -> None:
    assert {"httpx", "anyio"} & {*loaded_by("from cocapi_gen import Clan")} == set()


def test_all_names_come_with_a_star() -> None:
    program = "from cocapi_gen import *\nimport cocapi_gen\nprint(set(cocapi_gen.__all__) - set(dir()))"
    assert run(program, "-W", "error") == "set()"


def test_the_import_warns_of_nothing() -> None:
    program = "import cocapi_gen\nfor name in cocapi_gen.__all__: getattr(cocapi_gen, name)\nimport cocapi_gen.sandbox"
    assert run(program, "-W", "error", "-X", "dev") == ""


@pytest.mark.tools
def test_every_module_can_be_imported_first() -> None:
    said = run(EACH_FIRST, "-W", "error").splitlines()
    assert said[:-1] == []
    assert int(said[-1]) > 30


def exported(module: str) -> list[str]:
    return list(vars(import_module(module))["__all__"])


@pytest.mark.parametrize("module", LAZY)
def test_every_public_name_is_there(module: str) -> None:
    names = exported(module)
    assert len(set(names)) == len(names) > 20
    for name in names:
        assert getattr(import_module(module), name) is not None
        assert name in vars(import_module(module))  # found in place from now on


@pytest.mark.parametrize("module", LAZY)
def test_an_unknown_name_is_an_error(module: str) -> None:
    with pytest.raises(AttributeError, match=rf"^module '{module}' has no attribute 'Klan'$"):
        vars(import_module(module))["__getattr__"]("Klan")
    assert not hasattr(import_module(module), "Klan")


@pytest.mark.parametrize("module", LAZY)
def test_a_console_offers_every_public_name(module: str) -> None:
    offered = {*dir(import_module(module))}
    assert {*exported(module), "__name__"} <= offered
    assert offered.isdisjoint({"load_lazily", "TYPE_CHECKING"})


def test_a_name_that_is_not_exported_cannot_be_imported() -> None:
    done = run("try:\n    from cocapi_gen import Klan\nexcept ImportError as error:\n    print(error.name)")
    assert done == "cocapi_gen"


def branches(module: str) -> ast.If:
    """Return the statement that tells type checkers one thing and Python another."""
    path = ROOT.joinpath(*module.split("."), "__init__.py")
    return next(
        node
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    )


def seen_by_checkers(module: str) -> dict[str, list[str]]:
    """Return the names that are imported for type checkers, by module; each has to be exported by ``as``."""
    found = dict[str, list[str]]()
    for node in branches(module).body:
        assert isinstance(node, ast.ImportFrom)
        assert all(alias.name == alias.asname for alias in node.names)
        found[str(node.module).removeprefix(f"{module}.")] = [alias.name for alias in node.names]
    return found


def seen_by_python(module: str) -> dict[str, list[str]]:
    """Return the table of the names that are loaded lazily."""
    call = next(node for node in ast.walk(ast.Module(branches(module).orelse, [])) if isinstance(node, ast.Call))
    table: dict[str, tuple[str, ...]] = ast.literal_eval(call.args[1])
    return {home: [*names] for home, names in table.items()}


@pytest.mark.parametrize("module", LAZY)
def test_type_checkers_see_what_python_does(module: str) -> None:
    assert seen_by_checkers(module) == seen_by_python(module)


@pytest.mark.parametrize("module", LAZY)
def test_each_name_is_where_the_table_says(module: str) -> None:
    told = {name: home for home, names in seen_by_python(module).items() for name in names}
    assert sorted(told) == sorted(exported(module))
    for name, home in told.items():
        assert getattr(import_module(f"{module}.{home}"), name) is getattr(import_module(module), name)


def test_every_model_is_exported_by_the_package_too() -> None:
    assert {*exported("cocapi_gen.models")} - {"Model"} <= {*exported("cocapi_gen")}


def test_every_error_is_exported() -> None:
    errors = {
        name
        for name, value in vars(import_module("cocapi_gen.exceptions")).items()
        if isinstance(value, type) and issubclass(value, Exception)
    }
    assert errors <= {*exported("cocapi_gen")}
