"""Arguments of the client's methods, checked before anything is sent."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Mapping
from typing import cast, get_args

from cocapi_gen.aliases import ClanWarFrequency
from cocapi_gen.exceptions import InvalidParameterError, shown
from cocapi_gen.names import Named, fold

Reference = str | int
"""What stands for a location or a label: its name, or its number."""


def clan_name(name: object) -> str | None:
    """Return a part of a clan's name, as it may be searched for."""
    if name is not None and not isinstance(name, str):
        raise InvalidParameterError(name, f"name is {shown(name)}, but has to be a text.")
    if name is not None and len(name.strip()) < 3:
        raise InvalidParameterError(
            name, f"{shown(name)} is too short: a clan's name is searched by three letters or more."
        )
    return name


def war_frequency(frequency: object) -> str | None:
    """Return a war frequency as the API writes it."""
    known: dict[str, str] = {fold(value): value for value in get_args(ClanWarFrequency)}
    if frequency is None:
        return None
    if isinstance(frequency, str) and fold(frequency) in known:
        return known[fold(frequency)]
    problem = f"{shown(frequency)} is no war frequency: use one of {', '.join(known.values())}."
    raise InvalidParameterError(frequency, problem)


def count(parameter: str, number: object) -> int | None:
    """Return a number that cannot be negative."""
    if number is not None and (not isinstance(number, int) or isinstance(number, bool) or number < 0):
        raise InvalidParameterError(number, f"{parameter} is {shown(number)}, but has to be a whole number, 0 or more.")
    return number


def members(least: object, most: object) -> dict[str, object]:
    """Return the bounds of a clan's size."""
    bounds = {"min_members": count("min_members", least), "max_members": count("max_members", most)}
    low, high = bounds.values()
    if low is not None and high is not None and low > high:
        raise InvalidParameterError(
            (least, most), f"min_members is {shown(least)}, more than max_members, which is {shown(most)}."
        )
    return dict(bounds)


def reference(parameter: str, wanted: object, model: str) -> Reference:
    """Return the name or the number that an argument stands for; a model of the right kind stands for its number."""
    if isinstance(wanted, (str, int)) and not isinstance(wanted, bool):
        return wanted
    if hasattr(wanted, "id") and isinstance(wanted, pkgutil.resolve_name(model)):
        return cast("Named", wanted).id
    kind = model.rpartition(":")[2]
    problem = f"{parameter} is {shown(wanted)}, but has to be a name, a number or a {kind}."
    raise InvalidParameterError(wanted, problem)


def references(parameter: str, wanted: object, model: str) -> list[Reference]:
    """Return what one argument or several stand for."""
    if wanted is None:
        return []
    if isinstance(wanted, Iterable) and not isinstance(wanted, (str, bytes)):
        return [reference(parameter, each, model) for each in cast("Iterable[object]", wanted)]
    return [reference(parameter, wanted, model)]


def paging(values: Mapping[str, object]) -> None:
    """Check what asks for a part of a list."""
    limit, after, before = (values.get(name) for name in ("limit", "after", "before"))
    if limit is not None and (type(limit) is not int or limit < 1):
        raise InvalidParameterError(limit, f"limit is {shown(limit)}, but has to be a whole number, 1 or more.")
    if after is not None and before is not None:
        raise InvalidParameterError((after, before), "Give either after or before, not both.")
