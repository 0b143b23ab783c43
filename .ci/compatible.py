"""Looks for changes since the last release that break programs which use the package: ``python .ci/compatible.py``.

Compared are the public names and signatures, and what the last release type-checked as a user's program is checked
against the package as it is now. Both may change if the version says so: its first part, or the second while the
first is 0. Before the first release there is nothing to compare, and it says so.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

PACKAGE = Path("cocapi_gen")
PROGRAM = "tests/typing/public_api.py"


def main() -> str:
    """Return what is wrong; nothing if all is well."""
    release = run("git", "describe", "--tags", "--abbrev=0").stdout.strip()
    if not release:
        print("NOT COMPARED: there is no release yet.")
        return ""
    found = "\n".join([*changed_names(release), *broken_programs(release)])
    if found and may_break(release, version()):
        print(f"Since {release} these have changed, as the version says:\n{found}")
        return ""
    if not found:
        print(f"Nothing has changed since {release} that breaks programs.")
    return found


def version() -> str:
    """Return the version of the package as it is now."""
    found = re.search(r'^__version__ = "(.+)"$', (PACKAGE / "__init__.py").read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise SystemExit("cocapi_gen/__init__.py does not tell its version")
    return found[1]


def may_break(release: str, now: str) -> bool:
    """Say whether the step from one version to another allows breaking changes.

    >>> may_break("v0.1.0", "0.2.0"), may_break("v0.1.0", "0.1.1"), may_break("v1.0.0", "1.1.0")
    (True, False, False)
    """
    return telling(release) != telling(now)


def telling(text: str) -> list[int]:
    """Return the parts of a version that change when something breaks."""
    parts = [int(part) for part in re.findall(r"\d+", text)]
    return parts[:2] if parts[0] == 0 else parts[:1]


def changed_names(release: str) -> Iterator[str]:
    """Yield the public names and signatures that are not what they were."""
    done = run(str(Path(sys.executable).with_name("griffe")), "check", str(PACKAGE), "--against", release, "--no-color")
    if done.returncode:
        yield done.stderr.strip() or done.stdout.strip()


def broken_programs(release: str) -> Iterator[str]:
    """Yield the faults in a user's program of then."""
    program = run("git", "show", f"{release}:{PROGRAM}").stdout
    with TemporaryDirectory(dir=".") as folder:
        path = Path(folder, "public_api.py")
        path.write_text(program, encoding="utf-8")
        done = run(sys.executable, "-m", "pyright", "--pythonpath", sys.executable, str(path))
    if done.returncode:
        yield done.stdout.strip()


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a command."""
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 # our own tools


if __name__ == "__main__":
    sys.exit(main() or None)
