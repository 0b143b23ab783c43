"""Writes the spec and everything that follows from it, in whole or not at all."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from codegen import outputs, spec
from codegen.naming import SpecError

SPEC = outputs.SPEC.relative_to(outputs.ROOT).as_posix()
CHANGELOG = "CHANGELOG.md"
_NEWEST = "## Unreleased\n"


def write(content: str, before: str, notes: Sequence[str], root: Path) -> None:
    """Write the spec, the files that are generated from it, and lines for the changelog.

    Args:
        content: the spec as it will be.
        before: the spec as it was when it was read.
        notes: the lines.
        root: the folder of the project.

    Raises:
        SpecError: the spec is not valid, gives code that is not, or was changed meanwhile; nothing was written.
        OSError: a file cannot be written; those that had been are again what they were.
    """
    generated = outputs.render(spec.parse(content.encode(), SPEC))
    with _alone(root):
        if (root / SPEC).read_text(encoding="utf-8") != before:
            raise SpecError(f"{SPEC} was changed meanwhile; give the command again.")
        changelog = noted((root / CHANGELOG).read_text(encoding="utf-8"), notes)
        # the spec comes last: until then the same command can be given again, whatever a killed one left
        replace_all({root / name: text for name, text in {**generated, CHANGELOG: changelog, SPEC: content}.items()})


@contextmanager
def _alone(root: Path) -> Generator[None, None, None]:
    """Let one run write at a time. The lock is the system's, so it goes with its run however that ends."""
    folder = os.open((root / SPEC).parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def noted(changelog: str, notes: Sequence[str]) -> str:
    """Return the changelog with more lines among those of the next version; none is there twice."""
    before, newest, after = changelog.partition(_NEWEST)
    section, next_version, older = after.partition("\n## ")
    new = [f"- {note}\n" for note in notes if f"- {note}\n" not in section]
    gap = "" if section.endswith("\n") else "\n"
    return "".join([before, newest or f"\n{_NEWEST}\n", section, gap if new else "", *new, next_version, older])


def replace_all(files: Mapping[Path, str]) -> None:
    """Write files one after another; if one of them cannot be written, take all of it back.

    Raises:
        OSError: a file cannot be written.
    """
    old = {path: path.read_bytes() if path.exists() else None for path in files}
    changed = {path: text.encode() for path, text in files.items() if text.encode() != old[path]}
    done = list[Path]()
    try:
        for path, content in changed.items():
            outputs.replace(path, content)
            done.append(path)
    except BaseException:
        for path in done:
            before = old[path]
            if before is None:
                path.unlink()
            else:
                outputs.replace(path, before)
        raise
