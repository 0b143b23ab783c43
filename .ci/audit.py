"""Looks up whether anything that the package needs has a known weakness: ``python .ci/audit.py PATH_OF_PIP_AUDIT``.

Asked about is what is installed here for the package and its extras, and the lowest version of each that is allowed by
``pyproject.toml``. It fails if there is a weakness, or if something is found in no list. If no list of weaknesses can
be reached at all, it says so and goes on.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import distribution
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LISTS = ("pypi", "osv")
"""What pip-audit can ask. They differ in what they know and how soon."""
TRIAL = ("jinja2", "2.10")
"""Something with a weakness that is known since 2019: a list without it is not worth asking."""
Answer: TypeAlias = dict[str, list[str]]
"""The weaknesses of each package that a list knows."""
OUT_OF_REACH = re.compile(r"ConnectionError|ServiceError|Timeout")


def main(pip_audit: str) -> str:
    """Return what is wrong; nothing if all is well."""
    needed = declared()
    wanted = {"as installed": installed(needed), "the lowest allowed": lowest(needed)}
    answers = {kind: [ask(pip_audit, name, versions) for name in LISTS] for kind, versions in wanted.items()}
    if not any(map(any, answers.values())):
        print("NOT AUDITED: no list of known weaknesses can be reached from here.")
        return ""
    print(*(f"{len(versions)} packages looked up, {kind}." for kind, versions in wanted.items()), sep="\n")
    return "\n".join(
        f"{name} {version} ({kind}): {problem}"
        for kind, versions in wanted.items()
        for name, version in versions.items()
        for problem in problems(name, answers[kind])
    )


def problems(name: str, answers: list[Answer]) -> list[str]:
    """Return what the lists say about a package."""
    told = [answer[name] for answer in answers if name in answer]
    return sorted({*chain.from_iterable(told)}) if told else ["found in no list"]


def declared() -> list[Requirement]:
    """Return what the package and its extras ask for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    return [Requirement(text) for texts in (project["dependencies"], *extras) for text in texts]


def lowest(requirements: Iterable[Requirement]) -> dict[str, str]:
    """Return the lowest version of each that is allowed."""
    return {
        canonicalize_name(each.name): next(bound.version for bound in each.specifier if bound.operator == ">=")
        for each in requirements
    }


def installed(requirements: Iterable[Requirement]) -> dict[str, str]:
    """Return the version of each that is installed, and of all that these need in turn."""
    found, waiting = dict[str, str](), [*requirements]
    while waiting:
        name = canonicalize_name(waiting.pop().name)
        if name not in found:
            here = distribution(name)
            found[name] = here.version
            further = map(Requirement, here.requires or ())
            waiting += [each for each in further if each.marker is None or each.marker.evaluate({"extra": ""})]
    return found


def ask(pip_audit: str, name: str, versions: dict[str, str]) -> Answer:
    """Return the weaknesses of each package that a list knows; nothing if the list cannot be asked."""
    with TemporaryDirectory() as folder:
        pins = Path(folder, "pins.txt")
        pins.write_text("".join(f"{each}=={version}\n" for each, version in [*versions.items(), TRIAL]))
        options = ["--no-deps", "--disable-pip", "--format=json", "--progress-spinner=off"]
        command = [pip_audit, f"--vulnerability-service={name}", f"--requirement={pins}", *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 # our own tool
    if not done.stdout and OUT_OF_REACH.search(done.stderr):
        return {}
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except ValueError:
        raise SystemExit(f"pip-audit does not work:\n{done.stderr}") from None
    known: Answer = {each["name"]: [*map(line, each["vulns"])] for each in packages if "vulns" in each}
    return known if known.pop(TRIAL[0], None) else {}


def line(weakness: dict[str, Any]) -> str:
    """Say what a weakness is called, and which versions are without it."""
    return f"{weakness['id']}, fixed in {', '.join(weakness['fix_versions']) or 'no version'}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) or None)
