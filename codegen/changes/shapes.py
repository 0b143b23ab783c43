"""What a type says of values on the wire, whatever it is called."""

from __future__ import annotations

from dataclasses import dataclass

from codegen.changes.api import Api
from codegen.types import Array, Enumeration, Free, Plain, Reference, Type, Union


@dataclass(frozen=True)
class Listed:
    """The kind of a list."""

    items: frozenset[Kind]


Kind = str | Listed
"""A kind of value: a plain one such as ``integer``, the name of a model, or a list of kinds."""

TEXT: frozenset[Kind] = frozenset({"string"})
"""A text, which may be anything."""
_FREE = "object"


def kinds(type_: Type, api: Api) -> frozenset[Kind]:
    """Return the kinds of values that a type allows."""
    match type_:
        case Reference(name) if name in api.aliases:
            return kinds(api.aliases[name], api)
        case Reference(name):
            return frozenset({name})
        case Union(options):
            return frozenset(kind for option in options for kind in kinds(option, api))
        case Array(items):
            return frozenset({Listed(kinds(items, api))})
        case Plain(kind):
            return frozenset({kind})
        case Enumeration() | Free():
            return TEXT if isinstance(type_, Enumeration) else frozenset({_FREE})


def shown(found: frozenset[Kind]) -> str:
    """Write kinds down."""
    return " or ".join(sorted(f"list of {shown(kind.items)}" if isinstance(kind, Listed) else kind for kind in found))


def admits(known: frozenset[Kind], told: frozenset[Kind]) -> bool:
    """Whether what is told of a value is nothing but what was known, perhaps less precisely."""
    return all(any(_admits(one, other) for one in known) for other in told)


def _admits(known: Kind, told: Kind) -> bool:
    match known, told:
        case Listed(items), Listed(others):
            return admits(items, others)
        case str(), str() if told == _FREE:
            return known[0].isupper() or known == told
        case "number", "integer":
            return True
        case _:
            return known == told


def values(type_: Type, api: Api) -> tuple[str, tuple[str, ...]]:
    """Return the values that a type knows, and the name of the schema that lists them; empty ones if it knows none."""
    match type_:
        case Enumeration(known):
            return "", known
        case Reference(name) if name in api.aliases:
            return name, values(api.aliases[name], api)[1]
        case Array(items):
            return values(items, api)
        case Union(options):
            return next((found for each in options if (found := values(each, api))[1]), ("", ()))
        case _:
            return "", ()
