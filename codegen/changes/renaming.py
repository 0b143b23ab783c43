"""Finds what two versions of the API both have, each under a name of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from codegen.changes.api import Api, referred
from codegen.changes.tables import table
from codegen.types import Json, Schema, Type

_LIKE = 0.5
"""Share of the fields of the smaller of two models that have to be in the other for both to be one."""
_ALIKE = 0.4
"""Share of the words of two names that have to be in both for one to be the successor of the other."""
_MOST_PAIRS = 10_000
"""Where more could be pairs, everything is another, and nothing has a successor."""


def other_names(ours: Api, theirs: Api) -> dict[str, str]:
    """Return the models that one version calls otherwise, with the names that they have in the other.

    Two models are one if the same operation or field is made of them, no version has both names, and their fields are
    mostly the same.
    """
    found = dict[str, str]()
    taken = dict[str, Mapping[str, Type]]()
    for name, known, fields in _same(ours, theirs):
        if name not in found and taken.setdefault(known, fields) == fields:
            found[name] = known
    return found


def _same(ours: Api, theirs: Api) -> list[tuple[str, str, Mapping[str, Type]]]:
    """Find pairs of models that may be one, with the fields of the first; those with most in common come first."""
    known_fields, fields = _fields(ours), _fields(theirs)
    waiting, seen = [*_answers(ours, theirs)], set[tuple[str, str]]()
    pairs = dict[tuple[str, str], int]()
    while waiting:
        known, name = pair = waiting.pop(0)
        if pair in seen or known not in known_fields or name not in fields:
            continue
        seen.add(pair)
        was, now = known_fields[known], fields[name]
        shared = [key for key in was if key in now]
        if known != name:
            if known in theirs.models or name in ours.models or len(shared) < _LIKE * min(len(was), len(now)):
                continue
            pairs[pair] = len(shared)
        waiting += (each for key in shared for each in zip(referred(was[key]), referred(now[key]), strict=False))
    return [(name, known, fields[name]) for known, name in sorted(pairs, key=lambda pair: -pairs[pair])]


def _answers(ours: Api, theirs: Api) -> Iterator[tuple[str, str]]:
    for key, one in ours.operations.items():
        if other := theirs.operations.get(key):
            yield one.response, other.response
            yield from zip(ours.sent_with(one), theirs.sent_with(other), strict=False)


def _fields(api: Api) -> dict[str, Mapping[str, Type]]:
    return {model.name: {each.wire_name: each.type for each in model.properties} for model in api.spec.models}


def relabelled(document: Schema, names: Mapping[str, str]) -> dict[str, Json]:
    """Return a document with other names for some schemas. What has such a name already takes the old one."""
    swapped = {known: name for name, known in names.items()} | {**names}
    made = table(_referring({**document}, swapped))
    for holder in (made, table(made.get("components"))):
        for key in holder.keys() & {"definitions", "schemas"}:
            holder[key] = {swapped.get(name, name): schema for name, schema in table(holder[key]).items()}
    return made


def _referring(value: Json, names: Mapping[str, str]) -> Json:
    match value:
        case dict():
            return {
                key: _renamed(each, names) if key == "$ref" and isinstance(each, str) else _referring(each, names)
                for key, each in value.items()
            }
        case list():
            return [_referring(each, names) for each in value]
        case _:
            return value


def _renamed(target: str, names: Mapping[str, str]) -> str:
    place, _, name = target.rpartition("/")
    return f"{place}/{names[name]}" if name in names and place.endswith(("/definitions", "/schemas")) else target


def successors(gone: Mapping[str, object], new: Mapping[str, object]) -> dict[str, str]:
    """Pair names that are gone with new ones that may stand for the same: their last word is one, and others are.

    Args:
        gone: what a name stood for, by the name.
        new: what a name stands for, which has to be the same.
    """
    if len(gone) * len(new) > _MOST_PAIRS:
        return {}
    pairs = [(old, name) for old, name in product(gone, new) if gone[old] == new[name]]
    likeness = {pair: _likeness(*map(_words, pair)) for pair in pairs}
    found = dict[str, str]()
    for old, name in sorted(pairs, key=lambda pair: -likeness[pair]):
        if likeness[old, name] >= _ALIKE and old not in found and name not in found.values():
            found[old] = name
    return found


def _likeness(one: Sequence[str], other: Sequence[str]) -> float:
    shared = len({*one} & {*other}) if one[-1:] == other[-1:] else 0
    return 2 * shared / (len(one) + len(other) or 1)


def _words(name: str) -> list[str]:
    """Split a name into words: ``versusTrophies`` into versus and trophies."""
    return [word.lower() for word in re.findall("[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)]
