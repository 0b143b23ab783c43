"""What is known to be wrong in the document of the API's owner, as ``spec/corrections.yaml`` tells it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from codegen.changes.tables import reference, referred, table, text, texts
from codegen.types import Json, Schema

_CONSTANT = re.compile(r"[A-Z][A-Z0-9_]*")
_VAGUE: tuple[Schema, ...] = ({"type": "string"}, {"type": "object", "additionalProperties": True})
"""What says so little that a correction may say more. Whatever else stands in its place is news."""


class Corrections:
    """The corrections, and which of them made a difference to the document that is being read."""

    def __init__(self, known: Schema) -> None:
        self._known = known
        self._differed: dict[str, bool] = {}

    def anew(self) -> Corrections:
        """Return the corrections as they are before anything is read."""
        return Corrections(self._known)

    # -- what is declared, corrected -------------------------------------------------------------

    def schema(self, name: str, declared: Schema) -> dict[str, Json] | None:
        """Return what a schema stands for; None if it stands for itself."""
        entry = self._entry("schemas", name)
        if entry is None:
            return None
        is_empty = not declared.get("properties") and declared.get("type", "object") == "object"
        self._note("schemas", name, differed=is_empty)
        return table(entry["is"]) if is_empty else None

    def is_bare_list(self, *, declared: bool) -> None:
        """Note whether an answer that is a list was declared as a plain array."""
        self._note("lists", "", differed=declared)

    def answer(self, operation: str, declared: str) -> str:
        """Return the model of an answer."""
        entry = self._entry("answers", operation)
        if entry is None:
            return declared
        self._note("answers", operation, differed=declared != entry["is"])
        return text(entry["is"])

    def field(self, place: str, declared: dict[str, Json]) -> dict[str, Json]:
        """Return the type of a field."""
        one = place.removesuffix("[]")  # whether a list is written out or has a name
        split = self._entry("splits", one)
        if split is not None and "$ref" in declared:
            is_one = referred(declared) == split["of"]
            self._note("splits", one, differed=is_one)
            return reference(text(split["is"])) if is_one else declared
        matching = [pattern for pattern in table(self._known.get("fields")) if fnmatchcase(place, pattern)]
        if not matching:
            return declared
        right = reference(text(table(table(self._known["fields"])[matching[-1]])["is"]))
        self._note("fields", matching[-1], differed=declared != right)
        return right if declared in _VAGUE else declared

    def values(self, place: str, declared: list[str]) -> list[str]:
        """Return values as they are sent; those that never are, are left out."""
        exact = table(table(self._known.get("values")))
        renamed: dict[str, Json] = {}
        for pattern in (each for each in exact if fnmatchcase(place, each)):
            names = table(table(exact[pattern]).get("is"))
            if pattern != "*":
                self._note("values", pattern, differed=not names.keys().isdisjoint(declared))
            renamed |= names
        sent = (renamed.get(value, _camel(value)) for value in declared)
        return [*dict.fromkeys(value for value in sent if isinstance(value, str))]

    def splits(self) -> Iterator[tuple[str, str, list[str]]]:
        """Yield each model that is split off, what it is split from, and the fields that it never has."""
        for entry in map(table, table(self._known.get("splits")).values()):
            yield text(entry.get("is")), text(entry.get("of")), texts(entry.get("without"))

    # -- what is known of the document -----------------------------------------------------------

    def is_outdated(self, place: str) -> bool:
        """Whether the document is known to list a place that was replaced."""
        return place in table(self._known.get("outdated"))

    def is_undocumented(self, place: str) -> bool:
        """Whether no document is expected to list a place."""
        return any(fnmatchcase(place, pattern) for pattern in table(self._known.get("undocumented")))

    def needless(self) -> Iterator[str]:
        """Yield the corrections of what is right by now."""
        for place, differed in self._differed.items():
            if not differed:
                yield place

    def _entry(self, section: str, place: str) -> dict[str, Json] | None:
        found = table(self._known.get(section)).get(place)
        return found if isinstance(found, dict) else None

    def _note(self, section: str, place: str, *, differed: bool) -> None:
        key = f"{section}: {place}" if place else section
        self._differed[key] = self._differed.get(key, False) or differed


def _camel(value: str) -> str:
    """Return a constant as the text that is sent for it: ``IN_WAR`` as ``inWar``; other texts stay."""
    if not _CONSTANT.fullmatch(value):
        return value
    first, *others = value.lower().split("_")
    return first + "".join(word.capitalize() for word in others)
