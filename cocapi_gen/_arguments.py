"""Arguments of the client's methods, checked before anything is sent."""

from __future__ import annotations

import re
from collections.abc import AsyncIterable, Collection, Iterable, Mapping
from inspect import iscoroutinefunction
from typing import cast, get_args
from urllib.parse import quote, unquote

from cocapi_gen._lazy import resolve
from cocapi_gen.aliases import ClanWarFrequency
from cocapi_gen.exceptions import InvalidParameterError, InvalidTagError, is_unawaited, shown
from cocapi_gen.names import Named, fold
from cocapi_gen.tags import HasTag, normalize_tag

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
    if hasattr(wanted, "id") and isinstance(wanted, cast("type", resolve(model))):
        return cast("Named", wanted).id
    kind = model.rpartition(":")[2]
    problem = f"{parameter} is {shown(wanted)}, but has to be a name, a number or a {kind}."
    raise InvalidParameterError(wanted, problem)


def references(parameter: str, wanted: object, model: str) -> list[Reference]:
    """Return what one argument or several stand for."""
    if wanted is None:
        return []
    if not is_unawaited(wanted) and isinstance(wanted, Iterable) and not isinstance(wanted, (str, bytes)):
        return [reference(parameter, each, model) for each in cast("Iterable[object]", wanted)]
    return [reference(parameter, wanted, model)]


def paging(limit: object, after: object = None, before: object = None) -> None:
    """Check what asks for a part of a list."""
    if limit is not None and (type(limit) is not int or limit < 1):
        raise InvalidParameterError(limit, f"limit is {shown(limit)}, but has to be a whole number, 1 or more.")
    if after is not None and before is not None:
        raise InvalidParameterError((after, before), "Give either after or before, not both.")


def season(wanted: object) -> str:
    """Return the name of a season of the Legend League."""
    name = getattr(wanted, "id", wanted)
    if isinstance(name, str) and name.strip():
        return name.strip()
    problem = f"{shown(wanted)} is no season: give its name, such as '2025-08'; client.league_seasons() lists them."
    raise InvalidParameterError(wanted, problem)


def bulk(tags: object, sources: type | tuple[type, ...], concurrency: object, on_progress: object) -> None:
    """Check what a bulk call is given; the sources are what it can read tags from."""
    if is_unawaited(tags) or isinstance(tags, (str, bytes)) or not isinstance(tags, (Iterable, AsyncIterable)):
        raise InvalidParameterError(tags, _several(tags))
    if not isinstance(tags, sources):
        problem = "The tags come from an asynchronous source, which SyncClient cannot read: give a list, or use Client."
        raise InvalidParameterError(cast("object", tags), problem)
    if type(concurrency) is not int or concurrency < 1:
        problem = f"concurrency is {shown(concurrency)}, but has to be a whole number, 1 or more."
        raise InvalidParameterError(concurrency, problem)
    if iscoroutinefunction(on_progress):
        raise InvalidParameterError(None, "on_progress is called and not awaited: give a plain function.")
    if on_progress is not None and not callable(on_progress):
        raise InvalidParameterError(on_progress, f"on_progress is {shown(on_progress)}, but has to be a function.")


def _several(given: object) -> str:
    """Say what to give in the place of what is no collection of tags."""
    try:
        normalize_tag(cast("str | HasTag", given))
    except InvalidTagError:
        return f"Give several tags, such as ['#2PP', '#8QU']: {shown(given)} holds none."
    return f"Give several tags, such as [{shown(given)}]."


def operations(names: Iterable[object], known: Collection[str]) -> None:
    """Check names of operations, as the API's specification has them."""
    for name in names:
        if name not in known:
            from difflib import get_close_matches  # here, because it is only needed when a name is wrong

            close = get_close_matches(str(name), known)
            hint = f"Did you mean {' or '.join(map(repr, close))}?" if close else "cocapi_gen.raw.OPERATIONS has all."
            raise InvalidParameterError(name, f"{shown(name)} in max_ages is no operation. {hint}")


_DIGITS = str.maketrans("0289PYLQGRJCUV", "0123456789ABCD")
_LONG = 30
"""A tag of more characters makes no number that is smaller than itself."""


def bulk_tag(thing: str | HasTag) -> tuple[str | HasTag, int | str]:
    """Return a tag as the API writes it, and what tells it from others in half of the memory.

    What cannot be a tag stays as it is; the method that it is given to will say so.
    """
    try:
        tag = normalize_tag(thing)
    except InvalidTagError as error:
        given = cast("str | HasTag", error.data)
        return given, tag_text(given)
    return tag, tag if len(tag) > _LONG else int(f"1{tag[1:].translate(_DIGITS)}", base=14)


def tag_text(thing: object) -> str:
    """Return how something that should be a tag is named."""
    return thing if isinstance(thing, str) else shown(thing)


def verification_token(token: object) -> str:
    """Return the text that a player copied from the game."""
    if not isinstance(token, str) or not token.strip():
        raise InvalidParameterError(None, "The token is no text or empty: it stands in the game's settings.")
    return token.strip()


def identity(parameter: str, wanted: object, model: str) -> int:
    """Return the number that an argument stands for."""
    number = reference(parameter, wanted, model)
    if isinstance(number, int):
        return number
    problem = f"{parameter} is {shown(wanted)}, but has to be a number; there are methods that take names."
    raise InvalidParameterError(wanted, problem)


def path(text: object) -> str:
    """Return a path below the base URL, encoded; what is encoded already stays so."""
    start, *parts = unquote(text).split("/") if isinstance(text, str) else ["no text"]  # some servers decode "%2F"
    if not isinstance(text, str) or start or not parts or {*parts} & {"", ".", ".."} or "?" in text:
        problem = f"{shown(text)} is no path: give one like '/clans/#2PP', and what comes after '?' as query."
        raise InvalidParameterError(text, problem)
    try:
        return quote(re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text), safe="/%:@!$&'()*+,;=~")
    except UnicodeEncodeError as error:
        raise InvalidParameterError(text, f"{shown(text)} holds half a character (a lone surrogate).") from error


def query(values: object) -> dict[str, object]:
    """Return what comes after the question mark of a path, with encoded names."""
    try:
        return {quote(name, safe=""): value for name, value in cast("Mapping[str, object]", values or {}).items()}
    except (AttributeError, TypeError, UnicodeEncodeError) as error:
        problem = f"query is {shown(values)}, but has to be values by their names, which are texts."
        raise InvalidParameterError(values, problem) from error


def method(name: object) -> str:
    """Return an HTTP method."""
    if isinstance(name, str) and name.upper() in ("GET", "POST"):
        return name.upper()
    raise InvalidParameterError(name, f"{shown(name)} is no method of this API: use GET or POST.")
