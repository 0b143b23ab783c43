"""Reads what others wrote, within bounds: a document as JSON or YAML, from a file or the web."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from time import monotonic
from typing import cast

import yaml

from codegen.loading import FastLoader
from codegen.naming import SpecError
from codegen.types import Json

LARGEST = 5_000_000
"""Bytes that are read of a document; the one of the API's owner has 70,000."""
_DEEPEST = 60
_MOST_NODES = 300_000
_SECONDS = 20
"""For how long a document may take to arrive."""


class _Loader(FastLoader):
    """YAML without surprises: no dates, no ``on`` and ``no`` as booleans, no merging of mappings."""


_SIMPLE = ("tag:yaml.org,2002:null", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in known if tag in _SIMPLE]
    for letter, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
} | {letter: [("tag:yaml.org,2002:bool", re.compile("^(true|false)$"))] for letter in "tf"}


def read(source: str) -> dict[str, Json]:
    """Read a document from a file, or from an address that begins with http.

    Raises:
        SpecError: it cannot be had, is too large or nested too deep, or is neither JSON nor YAML.
    """
    content = _fetched(source) if re.match("https?://", source) else read_file(Path(source))
    return parsed(content, source)


def read_file(path: Path) -> bytes:
    """Read a file that is not too large.

    Raises:
        SpecError: it is, or cannot be read.
    """
    try:
        with path.open("rb") as file:
            return _bounded(file.read(LARGEST + 1), str(path))
    except OSError as error:
        raise SpecError(f"{path} cannot be read: {error.strerror}.") from error


def parsed(content: bytes, name: str) -> dict[str, Json]:
    """Return the mapping that JSON or YAML holds.

    Raises:
        SpecError: it holds something else, or too much.
    """
    try:
        text = content.decode()
        value: object = json.loads(text) if text.lstrip().startswith("{") else _yaml(text)
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise SpecError(f"{name} is neither JSON nor YAML, or not whole: {' '.join(str(error).split())}") from error
    except SpecError as error:
        raise SpecError(f"{name}: {error}") from error
    try:
        found = _plain(value, iter(range(_MOST_NODES)), 0)
    except SpecError as error:
        raise SpecError(f"{name}: {error}") from error
    if not isinstance(found, dict):
        raise SpecError(f"{name} holds no mapping.")
    return found


def _yaml(text: str) -> object:
    """Load YAML, but only after its depth is known: who builds values does so recursively."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        _refuse_depth(depth)
    return yaml.load(text, Loader=_Loader)  # noqa: S506 # the loader is a safe one


def _plain(value: object, budget: Iterator[int], depth: int) -> Json:
    """Copy a value as JSON. Aliases of YAML are written out, so whoever multiplies by them meets the bounds."""
    _refuse_depth(depth)
    if next(budget, None) is None:
        raise SpecError(f"there are more than {_MOST_NODES:,} values.")
    match value:
        case dict():
            table = cast("dict[object, object]", value)
            return {_key(key): _plain(each, budget, depth + 1) for key, each in table.items()}
        case list():
            return [_plain(each, budget, depth + 1) for each in cast("list[object]", value)]
        case str() | int() | None:
            return value
        case float() if isfinite(value):
            return value
        case _:
            raise SpecError(f"there is a value that JSON does not have: {value!r:.40}.")


def _key(key: object) -> str:
    """Return a key as a text: status codes are written as numbers in YAML."""
    if not isinstance(key, str | int):
        raise SpecError(f"{key!r:.40} cannot be a key.")
    return str(key)


def _refuse_depth(depth: int) -> None:
    if depth > _DEEPEST:
        raise SpecError(f"it is nested more than {_DEEPEST} deep.")


def _bounded(content: bytes, name: str) -> bytes:
    if len(content) > LARGEST:
        raise SpecError(f"{name} is larger than {LARGEST:,} bytes.")
    return content


def _fetched(address: str) -> bytes:
    """Load a document from the web, from that very address and no other."""
    import httpx

    content, end = b"", monotonic() + _SECONDS
    try:
        with httpx.stream("GET", address, timeout=_SECONDS, follow_redirects=False) as response:
            if response.status_code != 200:
                raise SpecError(f"{address} answers {response.status_code}; name the address of the document itself.")
            for part in response.iter_bytes(65_536):
                content = _bounded(content + part, address)
                if monotonic() > end:
                    raise SpecError(f"{address} takes more than {_SECONDS} seconds.")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise SpecError(f"{address} cannot be had: {error}.") from error
    return content
