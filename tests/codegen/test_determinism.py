"""The same specification gives the same files, whichever Python makes them, and a check sees every difference."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from codegen import outputs, spec
from codegen.__main__ import main
from codegen.naming import SpecError
from tests.codegen.documents import Files, document, operation, parameter, rendered
from tests.pythons import VERSIONS, python_of

pytestmark = pytest.mark.tools

ROOT = outputs.ROOT
NEEDED = ("datamodel-code-generator", "jinja2", "openapi-spec-validator", "pyyaml", "ruff")
"""What of the tools for development the generator needs."""

GENERATE = """
import socket, sys
from pathlib import Path

def refuse(*arguments: object) -> None:
    raise AssertionError(f"a connection was wanted: {arguments}")

socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = socket.create_connection = refuse

from codegen import outputs, spec
from codegen.naming import SpecError
from tests.codegen.documents import rendered
from tests.codegen.test_determinism import source
from tests.pythons import VERSIONS, python_of

folder = Path(sys.argv[1])
outputs.write(outputs.render(spec.load(outputs.SPEC)), folder / "real")
outputs.write(rendered(source()), folder / "small")
"""
"""A program that writes all files into a folder, and may open no connection."""


def source() -> dict[str, object]:
    """Return a document with names that mean something in some versions of Python only."""
    names = ("type", "match", "case", "_x", "list", "async", "print", "exec", "lazy", "Buffer", "override")
    asked = operation("type", parameters=[parameter(name) for name in names])
    return cast("dict[str, object]", document(paths={"/things": {"get": asked}}))


def generate(python: str, folder: Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 # our own program
        [python, "-c", GENERATE, str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_order_of_sets_means_nothing_and_nothing_is_loaded_from_afar(tmp_path: Path) -> None:
    seeds = ("0", "1", "2")
    running = [generate(sys.executable, tmp_path / seed, PYTHONHASHSEED=seed) for seed in seeds]
    told = [process.communicate(timeout=120)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], told
    first, *others = (files_in(tmp_path / seed) for seed in seeds)
    assert len(first) == 30
    assert all(other == first for other in others)


def test_rendering_twice_gives_the_same() -> None:
    assert rendered(document()) == rendered(document())


@pytest.mark.tools
@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_of_python_gives_the_same(version: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("python")
    python = python_of(version, folder, *NEEDED)
    here, there = (generate(python, folder / name) for name, python in (("here", sys.executable), ("there", python)))
    told = [process.communicate(timeout=300)[0] for process in (here, there)]
    assert (here.returncode, there.returncode) == (0, 0), told
    assert files_in(folder / "there") == files_in(folder / "here")


@pytest.fixture(scope="module")
def generated() -> Files:
    return outputs.render(spec.load(outputs.SPEC))


@pytest.fixture
def tree(generated: Files, tmp_path: Path) -> Path:
    """Return a folder with nothing but what was generated."""
    outputs.write(generated, tmp_path)
    return tmp_path


def check(tree: Path) -> tuple[int, str]:
    """Run the check on a folder that has the generator too, and return its status and what it said."""
    command = [sys.executable, "-m", "codegen", "--check"]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.stderr == ""
    return done.returncode, done.stdout


def add_with_folder(path: Path) -> None:
    path.parent.mkdir()
    path.touch()


API = "cocapi_gen/raw/api.py"
DAMAGES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "edited": (API, lambda path: path.write_text(path.read_text() + "\n# a note\n")),
    "one blank more": (API, lambda path: path.write_text(path.read_text().replace("\n", " \n", 1))),
    "other ends of lines": (API, lambda path: path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))),
    "no end of the last line": (API, lambda path: path.write_bytes(path.read_bytes().rstrip(b"\n"))),
    "emptied": (API, lambda path: path.write_text("")),
    "deleted": (API, Path.unlink),
    "deleted table": ("docs/endpoints.md", Path.unlink),
    "edited twin": ("cocapi_gen/_twins/sync_client.py", lambda path: path.write_text("")),
    "edited strategies": ("cocapi_gen/testing/strategies/_responses.py", lambda path: path.write_text("")),
    "added": ("cocapi_gen/raw/more.py", Path.touch),
    "added data": ("cocapi_gen/raw/notes.txt", lambda path: path.write_text("a")),
    "added folder": ("cocapi_gen/raw/more/api.py", add_with_folder),
}


@pytest.mark.parametrize(("name", "damage"), DAMAGES.values(), ids=DAMAGES)
def test_a_difference_is_told_by_the_name_of_the_file(
    name: str, damage: Callable[[Path], object], tree: Path, generated: Files
) -> None:
    assert outputs.differences(generated, tree) == ""
    damage(tree / name)
    assert name in outputs.differences(generated, tree)


def test_writing_mends_every_difference(tree: Path, generated: Files) -> None:
    for name, damage in DAMAGES.values():
        if (tree / name).exists() or name not in generated:
            damage(tree / name)
    outputs.write(generated, tree)
    assert outputs.differences(generated, tree) == ""


def test_what_python_leaves_behind_is_no_difference(tree: Path, generated: Files) -> None:
    (tree / "cocapi_gen/raw/__pycache__").mkdir()
    (tree / "cocapi_gen/raw/__pycache__/api.cpython-311.pyc").touch()
    assert outputs.differences(generated, tree) == ""


def test_the_check_fails_for_a_difference_and_only_then(tree: Path) -> None:
    for folder in ("codegen", "spec", "cocapi_gen"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, tree / folder, ignore=ignored, dirs_exist_ok=True)
    shutil.copy(ROOT / "pyproject.toml", tree)
    status, told = check(tree)
    assert status == 0, told
    (tree / API).unlink()
    (tree / "cocapi_gen/raw/more.py").touch()
    (tree / "docs/endpoints.md").write_text("")
    status, told = check(tree)
    assert status == 1
    assert all(name in told for name in (API, "cocapi_gen/raw/more.py", "docs/endpoints.md"))
    assert (tree / "docs/endpoints.md").read_text() == ""  # a check mends nothing


def test_the_command_writes_or_tells_why_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write = outputs.write

    def write_here(files: Files, root: Path = tmp_path) -> None:
        write(files, root)

    monkeypatch.setattr(sys, "argv", ["codegen"])
    monkeypatch.setattr(outputs, "SPEC", tmp_path / "some.yaml")
    differences = outputs.differences

    def differences_here(files: Files, root: Path = tmp_path) -> str:
        return differences(files, root)

    monkeypatch.setattr(outputs, "write", write_here)
    monkeypatch.setattr(outputs, "differences", differences_here)
    outputs.SPEC.write_text(json.dumps(document()))
    assert main() == 0
    monkeypatch.setattr(sys, "argv", ["codegen", "--check"])
    assert main() == 0
    (tmp_path / API).write_text("")
    assert main() == 1
    outputs.SPEC.write_text("")
    with pytest.raises(SystemExit, match="2"):
        main()
    assert capsys.readouterr().err.startswith("error: some.yaml: ")


DANGLING = """
openapi: 3.1.0
info: {title: a, version: '1'}
paths: {/a: {get: {responses: {'200': {$ref: '#/components/responses/None'}}}}}
"""
NO_SPECIFICATIONS = [
    *["{}", "", "- a\n", "a: [\n", "a: \x00\n", "swagger: '2.0'\n", DANGLING],
    *["openapi: 3.1.0\n", "openapi: 3.1\n", "openapi: 3.0.3\ninfo: {title: a, version: '1'}\npaths: {}\n"],
]


@pytest.mark.parametrize("text", NO_SPECIFICATIONS)
def test_what_is_no_specification_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "some.yaml"
    path.write_text(text)
    with pytest.raises(SpecError, match=r"some\.yaml"):
        spec.load(path)


FAULTS = {
    "a reference to nothing": (
        "/schemas/Paging'",
        "/schemas/Nothing'",
        "refer to what .* '#/components/schemas/Nothing'",
    ),
    "a reference to an address": ("'#/components/schemas/Paging'", "https://a.test/b#/c", "refer to what .* 'https"),
    "a reference to another kind": ("/parameters/Limit'", "/schemas/Clan'", "another kind"),
    "a reference to itself": (
        "    Timestamp:\n",
        "    A: {$ref: '#/components/schemas/A'}\n    Timestamp:\n",
        "to itself",
    ),
    "a name with a quote": ("    Timestamp:\n", "    'A\"B':\n", "components/schemas: mend .* does not match"),
    "what OpenAPI does not know": ("openapi: 3.1.0\n", "openapi: 3.1.0\nextra: 5\n", "extra"),
    "what is no YAML": ("openapi: 3.1.0\n", "openapi: [\n", "line 1"),
    "an age that is code": ("x-max-age: 60\n", "x-max-age: 60); import os\n", "searchClans: give x-max-age"),
    "an age below zero": ("x-max-age: 60\n", "x-max-age: -1\n", "searchClans: give x-max-age"),
    "an age that is none": ("x-max-age: 60\n", "x-max-age: true\n", "searchClans: give x-max-age"),
    "many values that are one": ("enum: [open, ", f"enum: [{'open, ' * 1000}", "RecruitingType: .*different texts"),
}


@pytest.mark.parametrize(("before", "after", "told"), FAULTS.values(), ids=FAULTS)
def test_a_fault_in_the_specification_is_told_in_one_line(before: str, after: str, told: str) -> None:
    whole = outputs.SPEC.read_text()
    assert before in whole
    with pytest.raises(SpecError, match=told) as caught:
        spec.parse(whole.replace(before, after).encode(), "some.yaml")
    assert len(str(caught.value)) < 400
    assert "\n" not in str(caught.value)
