"""Whether changes that break programs are seen before a release."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / ".ci" / "compatible.py"
PROGRAM = "from cocapi_gen import rank\n\nprint(rank('x', 1) + 1)\n"
BEFORE = '__version__ = "0.1.0"\n\n\ndef rank(tag: str, limit: int) -> int:\n    return limit\n'

pytestmark = pytest.mark.tools


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """A repository with a small package that was released as it is."""
    write(tmp_path, BEFORE)
    program = tmp_path / "tests" / "typing" / "public_api.py"
    program.parent.mkdir(parents=True)
    program.write_text(PROGRAM, encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "--quiet", "-m", "Begin")
    git(tmp_path, "tag", "v0.1.0")
    return tmp_path


def write(folder: Path, source: str) -> None:
    package = folder / "cocapi_gen"
    package.mkdir(exist_ok=True)
    (package / "__init__.py").write_text(source, encoding="utf-8")


def git(folder: Path, *arguments: str) -> None:
    program = shutil.which("git")
    assert program
    subprocess.run([program, *arguments], cwd=folder, check=True)  # noqa: S603


def compared(folder: Path) -> tuple[int, str]:
    done = subprocess.run([sys.executable, str(SCRIPT)], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    return done.returncode, done.stdout + done.stderr


def test_what_stays_as_it_was_is_no_break(released: Path) -> None:
    write(released, BEFORE + "\n\ndef more() -> int:\n    return 1\n")
    assert compared(released) == (0, "Nothing has changed since v0.1.0 that breaks programs.\n")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("def rank", "def order"), "rank"),
        (("limit: int", "limit: int, more: int"), "more"),
        (("-> int:\n    return limit", "-> str:\n    return str(limit)"), "Operator"),
    ],
)
def test_a_break_is_seen_unless_the_version_tells_of_it(released: Path, change: tuple[str, str], told: str) -> None:
    broken = BEFORE.replace(*change)
    write(released, broken)
    code, said = compared(released)
    assert code == 1
    assert told in said
    write(released, broken.replace("0.1.0", "0.2.0"))
    code, said = compared(released)
    assert code == 0
    assert said.startswith("Since v0.1.0 these have changed, as the version says:")


def test_before_the_first_release_it_says_so(released: Path) -> None:
    git(released, "tag", "--delete", "v0.1.0")
    assert compared(released) == (0, "NOT COMPARED: there is no release yet.\n")
