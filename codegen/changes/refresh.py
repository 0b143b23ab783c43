"""``python -m codegen refresh``: compare a document of the API's owner with the spec, or with another one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from codegen import outputs
from codegen.changes import reading, writing
from codegen.changes.api import Api
from codegen.changes.comparing import Change, compare
from codegen.changes.corrections import Corrections
from codegen.changes.names import PublicNames
from codegen.changes.official import in_our_terms
from codegen.changes.patching import Patch
from codegen.changes.renaming import other_names, relabelled
from codegen.changes.reporting import listed, note, section
from codegen.changes.sorting import Sorted, sort
from codegen.naming import SpecError

_CORRECTIONS = "spec/corrections.yaml"


def refresh(source: str, *, apply: bool = False, root: Path = outputs.ROOT) -> str:
    """Compare a document with the spec, and return the report.

    Args:
        source: a file or an address.
        apply: whether to write what is harmless into the spec.
        root: the folder of the project.

    Raises:
        SpecError: the document cannot be used; nothing was written.
    """
    content = (root / writing.SPEC).read_text(encoding="utf-8")
    ours, corrections = read_spec(content), _corrections(root)
    declared = _declared(source, corrections, ours)
    found = sort(ours, declared, corrections)
    lines = [*_report(found, declared, PublicNames(root / "cocapi_gen", ours), applied=apply)]
    if apply and found.additions:
        patch = Patch(content, ours, declared, "declared")
        for change in found.additions:
            patch.add(change)
        writing.write(patch.text(), content, [note(change) for change in found.additions], root)
    return "\n".join(lines)


def between(source: str, older: str, *, root: Path = outputs.ROOT) -> str:
    """Compare two documents, and return the report.

    Raises:
        SpecError: one of them cannot be used.
    """
    ours = read_spec((root / writing.SPEC).read_text(encoding="utf-8"))
    old, new = (_declared(each, _corrections(root), ours) for each in (older, source))
    renamed = other_names(new, old)
    old = Api(relabelled(old.document, renamed), old.lent)
    changes, names = compare(old, new), PublicNames(root / "cocapi_gen", ours)
    titles = {"+": "New", "-": "Gone", "~": "Changed"}
    lines = [line for sign, title in titles.items() for line in section(title, _of(changes, sign), names)]
    lines += listed("Models that are called otherwise", (f"{name}, before {was}" for was, name in renamed.items()))
    lines += listed("Not read", new.unread)
    return "\n".join(lines) or "Nothing differs.\n"


def read_spec(content: str) -> Api:
    """Return the API as the spec has it."""
    return Api(reading.parsed(content.encode(), writing.SPEC))


def _declared(source: str, corrections: Corrections, ours: Api) -> Api:
    try:
        return in_our_terms(reading.read(source), corrections, ours)
    except RecursionError as error:
        raise SpecError(f"{source}: a type leads to itself, or there is no end to it.") from error


def _corrections(root: Path) -> Corrections:
    return Corrections(reading.parsed((root / _CORRECTIONS).read_bytes(), _CORRECTIONS))


def _of(changes: list[Change], sign: str) -> list[Change]:
    return [each for each in changes if each.sign == sign]


def _report(found: Sorted, declared: Api, names: PublicNames, *, applied: bool) -> Iterator[str]:
    if found.age:
        signs = f"{', '.join(found.signs[:3])}{', ...' if len(found.signs) > 3 else ''}"
        yield f"The document is from {found.age} or before: until then {signs} was sent. Nothing is added."
        yield "If it is newer and lists that all the same, say so under 'outdated' in spec/corrections.yaml.\n"
    if found.lacks:
        yield f"All that the document lacks came in {found.lacks} or later: it may only be from before.\n"
    yield from section("Added to the spec" if applied else "New, to be added with APPLY=1", found.additions, names)
    yield from section("To be decided", found.proposals, names, with_hints=True)
    yield from section("In the spec, but not in this document", found.absent, names, with_hints=True)
    yield from listed(
        "In the spec, and harmless: perhaps too new for this document", (each.place for each in found.later)
    )
    yield from listed("Corrections that the document no longer needs", declared.needless)
    yield from listed("Models that are called otherwise", declared.renamed)
    yield from listed("Not read", declared.unread)
    orphans = sorted(declared.models.keys() - declared.reached)
    yield from listed("No operation leads to these", [", ".join(orphans)] if orphans else [])
    if not (found.additions or found.proposals or found.absent or found.later):
        yield "Nothing differs from what the spec says.\n"
