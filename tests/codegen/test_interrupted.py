"""Whatever ends a run while it writes, or writes meanwhile: no file is lost, and the same command mends the rest."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from codegen import outputs
from codegen.__main__ import main
from codegen.changes import writing
from codegen.changes.refresh import refresh
from codegen.naming import SpecError
from tests.codegen.projects import contents, owners_document, project, written
from tests.codegen.test_refresh import generates_nothing, properties

pytestmark = pytest.mark.tools

APPLY = """
import os, signal, sys
from pathlib import Path
from codegen import outputs
from codegen.changes.refresh import refresh

source, root, place, moment = sys.argv[1:]
replace, calls = Path.replace, []

def killed(part, target):
    calls.append(target)
    is_last = len(calls) == int(place)
    if is_last and moment == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    replace(part, target)
    if is_last:
        os.kill(os.getpid(), signal.SIGKILL)

Path.replace = killed
outputs.render = lambda _: {"cocapi_gen/raw/models.py": "new", "docs/endpoints.md": "new"}
refresh(source, apply=True, root=Path(root))
"""
FILES = 4


def applied(source: str, root: Path, place: int, moment: str) -> int:
    """Apply a document in another process, which is killed around the renaming of a file; 0 is none."""
    command = [sys.executable, "-c", APPLY, source, str(root), str(place), moment]
    return subprocess.run(command, cwd=outputs.ROOT, check=False, timeout=60).returncode  # noqa: S603 # our own


def new_field(folder: Path) -> str:
    """Write a document with a new field, and return where it is."""
    document = owners_document()
    properties(document)["colour"] = {"type": "string"}
    return written(folder, document)


@pytest.mark.parametrize("place", range(1, FILES + 1))
@pytest.mark.parametrize("moment", ["before", "after"])
def test_the_same_command_mends_what_a_killed_one_left(place: int, moment: str, tmp_path: Path) -> None:
    source, root, other = new_field(tmp_path / "any"), project(tmp_path / "one"), project(tmp_path / "other")
    assert applied(source, other, 0, "") == 0
    before, whole = contents(root), contents(other)
    assert applied(source, root, place, moment) == -signal.SIGKILL
    for name, content in contents(root).items():
        assert content in (before.get(name), whole.get(name)) or name.endswith(".part")
    assert applied(source, root, 0, "") == 0
    assert contents(root) == whole


def test_a_spec_that_changes_meanwhile_is_not_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, root = new_field(tmp_path / "any"), project(tmp_path / "project")
    path, ready = root / writing.SPEC, threading.Event()
    flock, told = fcntl.flock, list[str]()

    def waiting(folder: int, kind: int) -> None:
        ready.set()
        flock(folder, kind)

    def applying() -> None:
        with pytest.raises(SpecError) as error:
            refresh(source, apply=True, root=root)
        told.append(str(error.value))

    monkeypatch.setattr(outputs, "render", generates_nothing)
    monkeypatch.setattr(fcntl, "flock", waiting)
    lock = os.open(path.parent, os.O_RDONLY)
    try:
        flock(lock, fcntl.LOCK_EX)
        other = threading.Thread(target=applying)
        other.start()
        assert ready.wait(60)
        path.write_text(path.read_text() + "# changed\n")
        before = contents(root)
    finally:
        os.close(lock)
    other.join()
    assert told == ["spec/clashofclans.yaml was changed meanwhile; give the command again."]
    assert contents(root) == before


def test_what_cannot_be_told_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The report names what is written by hand, which may be in the middle of a change."""
    source, root = new_field(tmp_path / "any"), project(tmp_path / "project")
    monkeypatch.setattr(outputs, "render", generates_nothing)
    (root / "cocapi_gen/aliases.py").write_text("<<<<<<< HEAD\n")
    before = contents(root)
    with pytest.raises(SpecError, match=r"aliases\.py is no Python"):
        refresh(source, apply=True, root=root)
    assert contents(root) == before


def test_a_file_in_the_way_is_told_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(outputs, "SPEC", tmp_path / "nothing.yaml")
    monkeypatch.setattr(sys, "argv", ["codegen"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    assert "nothing.yaml" in capsys.readouterr().err
