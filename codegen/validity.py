"""Whether a specification is OpenAPI, before anything is read of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml
from openapi_spec_validator import validate
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError
from referencing.exceptions import Unresolvable

from codegen.loading import FastLoader
from codegen.naming import SpecError
from codegen.types import Json, Schema

_LONGEST = 300
"""Letters that are shown of what others say, who quote whole documents."""


def valid(content: bytes, name: str) -> dict[str, Json]:
    """Return the document that a file holds.

    Raises:
        SpecError: it is no YAML, or no valid OpenAPI.
    """
    try:
        document: Json = yaml.load(content, Loader=FastLoader)  # noqa: S506 # the loader is a safe one
    except yaml.YAMLError as error:
        raise SpecError(f"{name}: {_short(' '.join(str(error).split()))}") from error
    if not isinstance(document, dict) or not str(document.get("openapi")).startswith("3.1."):
        raise SpecError(f"{name}: this is no OpenAPI 3.1; it has to say openapi: 3.1.0")
    try:
        validate(document)
    except OpenAPIValidationError as error:
        where = "/".join(map(str, error.absolute_path)) or "document"
        raise SpecError(f"{name}: {where}: mend what is no OpenAPI: {_short(error.message)}") from error
    except Unresolvable as error:
        where, target = _reference_to(error.ref, document)
        raise SpecError(f"{name}: {where}: refer to what the document has; {target!r:.100} is not there.") from error
    except (KeyError, RecursionError) as error:
        raise SpecError(f"{name}: a reference leads to itself, or to something of another kind; mend it.") from error
    return document


def _short(told: str) -> str:
    """Return the first line of what a library says; the others show what it looked at, and the schema of OpenAPI."""
    return f"{told.partition(chr(10))[0]:.{_LONGEST}}"


def _reference_to(target: str, document: Schema) -> tuple[str, str]:
    """Return where a document refers to a target, and how that is written there."""
    found = (each for each in _texts_in({**document}) if each[1].removeprefix("#") == target)
    return next(found, ("document", target))


def refuse_halves(document: Schema) -> None:
    """Refuse half a character (a lone surrogate) wherever it stands: neither a file nor an answer can hold it."""
    places = [place for place, text in _texts_in({**document}) if re.search(r"[\ud800-\udfff]", text)]
    if places:
        raise SpecError(f"{', '.join(places)}: there is half a character (a lone surrogate); write the whole one.")


def _texts_in(value: Json, place: str = "#") -> Iterator[tuple[str, str]]:
    """Yield every text with the place where it stands; a key stands where its value does."""
    match value:
        case str():
            yield place, value
        case list():
            for index, item in enumerate(value):
                yield from _texts_in(item, f"{place}/{index}")
        case dict():
            for key, item in value.items():
                yield f"{place}/{key}", str(key)  # a key of YAML may be a number
                yield from _texts_in(item, f"{place}/{key}")
        case _:
            pass
