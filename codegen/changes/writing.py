"""Writes the spec and everything that follows from it, in whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import uuid4

from codegen import outputs, spec

SPEC = outputs.SPEC.relative_to(outputs.ROOT).as_posix()
CHANGELOG = "CHANGELOG.md"
_NEWEST = "## Unreleased\n"


def write(content: str, notes: Sequence[str], root: Path) -> None:
    """Write the spec, the files that are generated from it, and lines for the changelog.

    Raises:
        SpecError: the spec is not valid, or gives code that is not; nothing was written.
        OSError: a file cannot be written; those that had been are again what they were.
    """
    generated = outputs.render(spec.parse(content.encode(), SPEC))
    changelog = noted((root / CHANGELOG).read_text(encoding="utf-8"), notes)
    # the spec comes last: until then the same command can be given again
    replace_all({root / name: text for name, text in {**generated, CHANGELOG: changelog, SPEC: content}.items()})


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
            _replace(path, content)
            done.append(path)
    except BaseException:
        for path in done:
            before = old[path]
            if before is None:
                path.unlink()
            else:
                _replace(path, before)
        raise


def _replace(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{uuid4().hex}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
