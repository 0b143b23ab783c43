"""The audit of dependencies: it fails on what is weak or unknown, and goes on only where nothing can be asked."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.test_docs import ROOT

Weak: TypeAlias = dict[str, list[str]]

# What stands in for pip-audit: each list knows all that it is asked about, but for what the test says.
PIP_AUDIT = """#!{python}
import json, sys
options = dict(each.lstrip("-").partition("=")[::2] for each in sys.argv[1:])
weak = {lists}[options["vulnerability-service"]]
if isinstance(weak, str):
    sys.exit(weak)
found = []
for pin in open(options["requirement"]).read().split():
    name, _, version = pin.partition("==")
    vulns = [{{"id": "CVE-1", "fix_versions": fixed}} for each, fixed in weak.items() if each in (name, pin)]
    unknown = {{"name": name, "skip_reason": "not found"}}
    found.append(unknown if ["unknown"] in [each["fix_versions"] for each in vulns] else
                 {{"name": name, "version": version, "vulns": vulns}})
print(json.dumps({{"dependencies": found, "fixes": []}}))
sys.exit(any(each.get("vulns") for each in found))
"""
UNREACHABLE = "requests.exceptions.ConnectionError: HTTPSConnectionPool: Failed to resolve"
SOUND: Weak = {"jinja2": ["2.10.1"]}
EMPTY: Weak = {}
NOT_ASKED: Weak = {"jinja2": ["2.10.1"], "httpx": ["unknown"]}


def audit(folder: Path, pypi: Weak | str, osv: Weak | str) -> tuple[int, str]:
    """Run the audit with these two lists; return its exit code and what it says."""
    tool = folder / "pip-audit"
    tool.write_text(PIP_AUDIT.format(python=sys.executable, lists=json.dumps({"pypi": pypi, "osv": osv})))
    tool.chmod(0o755)
    command = [sys.executable, str(ROOT / ".ci" / "audit.py"), str(tool)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 # our own program
    return done.returncode, done.stdout + done.stderr


def floors() -> dict[str, str]:
    """Return the lowest version that is allowed of each package, as the project file has it."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("[project.scripts]")[0]
    return dict(re.findall(r'"([a-z-]+)>=([^",]+)', text.split("\ndependencies")[1]))


@pytest.mark.parametrize("lists", [(SOUND, SOUND), (SOUND, UNREACHABLE), (EMPTY, SOUND), (NOT_ASKED, SOUND)])
def test_what_is_sound_passes_if_one_list_can_be_asked(lists: tuple[Weak | str, Weak | str], tmp_path: Path) -> None:
    code, said = audit(tmp_path, *lists)
    assert code == 0, said
    assert f"{len(floors())} packages looked up, the lowest allowed." in said
    assert "NOT AUDITED" not in said


def test_a_weakness_of_the_lowest_version_fails(tmp_path: Path) -> None:
    assert len(floors()) >= 8
    for each in (UNREACHABLE, SOUND):
        code, said = audit(
            tmp_path, each, SOUND | {f"{name}=={lowest}": ["99.1", "99.2"] for name, lowest in floors().items()}
        )
        assert code == 1
        told = {
            f"{name} {lowest} (the lowest allowed): CVE-1, fixed in 99.1, 99.2" for name, lowest in floors().items()
        }
        assert told <= {*said.splitlines()}


def test_a_weakness_of_what_is_installed_fails_and_of_what_that_needs(tmp_path: Path) -> None:
    here = {name: version(name) for name in ("httpx", "h11", "pydantic-core", "multidict")}
    code, said = audit(tmp_path, SOUND | {f"{name}=={number}": [] for name, number in here.items()}, SOUND)
    assert code == 1
    told = {f"{name} {number} (as installed): CVE-1, fixed in no version" for name, number in here.items()}
    assert told <= {*said.splitlines()}


def test_what_is_found_in_no_list_fails(tmp_path: Path) -> None:
    code, said = audit(tmp_path, NOT_ASKED, UNREACHABLE)
    assert code == 1
    assert f"httpx {version('httpx')} (as installed): found in no list" in said


@pytest.mark.parametrize("lists", [(UNREACHABLE, UNREACHABLE), (EMPTY, UNREACHABLE), (EMPTY, EMPTY)])
def test_where_nothing_can_be_asked_it_says_so_and_goes_on(
    lists: tuple[Weak | str, Weak | str], tmp_path: Path
) -> None:
    """A list that does not know an old and famous weakness does not count as asked."""
    code, said = audit(tmp_path, *lists)
    assert (code, said) == (0, "NOT AUDITED: no list of known weaknesses can be reached from here.\n")


def test_a_tool_that_does_not_work_fails(tmp_path: Path) -> None:
    code, said = audit(tmp_path, "ImportError: something is missing", SOUND)
    assert code == 1
    assert said == "pip-audit does not work:\nImportError: something is missing\n\n"
