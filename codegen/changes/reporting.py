"""Tells in words what differs, how much it matters, and whom it concerns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from codegen.changes.comparing import Change
from codegen.changes.names import PublicNames

_HINTS = {
    ("-", "operation"): "deprecate it: deprecated, x-until and x-deprecation",
    ("-", "field"): "let it be left out: take it out of required, and say x-absent, deprecated and x-until",
    ("-", "parameter"): "take it out once the API refuses it",
    ("~", "operation"): "see an answer first, then change the spec and the method",
    ("~", "field"): "see an answer first, then change the spec and the model",
    ("~", "parameter"): "try a request first, then change the spec and the method",
    ("+", "parameter"): "add it to the spec, and to the method",
    ("+", "field"): "add it to the spec, and to the model",
}


def section(title: str, changes: Sequence[Change], names: PublicNames, *, with_hints: bool = False) -> Iterator[str]:
    """Yield the lines about some changes; none if there are no changes."""
    if not changes:
        return
    yield f"{title} ({len(changes)}):"
    for change in changes:
        yield f"  {_line(change)}"
        if touched := names.touched(change):
            yield f"      concerns {', '.join(touched)}"
        if related := names.related(change):
            yield f"      {related}"
        if with_hints and (hint := _HINTS.get((change.sign, change.what))):
            yield f"      {hint}"
    yield ""


def listed(title: str, items: Iterable[str]) -> Iterator[str]:
    """Yield the lines about some things; none if there are none."""
    lines = [f"  {item}" for item in items]
    if lines:
        yield from (f"{title} ({len(lines)}):", *lines, "")


def note(change: Change) -> str:
    """Return the line for the changelog about something that was added."""
    told = f" `{change.told}` of" if change.what == "value" else ""
    name = f"{change.what}{told} `{change.place}`"
    return f"The API has a new {name}; `client.raw` knows it."


def _line(change: Change) -> str:
    rating = "BREAKING" if change.breaking else "harmless"
    told = ", ".join(filter(None, [change.told, change.seen]))
    return f"{change.sign} {rating} {change.what} {change.place}{': ' if told else ''}{told}"
