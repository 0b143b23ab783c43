"""Reads what others wrote, within bounds: a document as JSON or YAML, from a file or the web."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from math import isfinite
from pathlib import Path
from typing import Any, cast

import yaml

from codegen.loading import FastLoader
from codegen.naming import SpecError
from codegen.types import Json

LARGEST = 5_000_000
"""Bytes that are read of a document; the one of the API's owner has 70,000."""
_DEEPEST = 60
_MOST_NODES = 300_000
_MOST_EVENTS = 3 * _MOST_NODES
"""What YAML is made of: a value has a key, a begin and an end at most."""
_TOO_MANY = f"there are more than {_MOST_NODES:,} values."
_SECONDS = 20
"""For how long a document may take to arrive."""


class _Loader(FastLoader):
    """YAML that holds what JSON does: no dates, no ``on`` as a boolean, no numbers to other bases, no merging."""

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001, FBT002 # as the library calls it
    ) -> dict[Hashable, Any]:
        _refuse_twins(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))
        return super().construct_mapping(node, deep=deep)


_PLAIN = {
    "null": "~|null|",
    "bool": "true|false",
    "int": r"[-+]?(0|[1-9]\d*)",
    "float": r"[-+]?(\d+\.\d*|\.\d+|\d+(?=[eE]))([eE][-+]?\d+)?|[-+]?\.(inf|nan)",
}
_Loader.yaml_implicit_resolvers = {
    first: [(f"tag:yaml.org,2002:{kind}", re.compile(f"^({pattern})$", re.ASCII)) for kind, pattern in _PLAIN.items()]
    for first in [*"~ntf-+.0123456789", ""]
}


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
    if path.exists() and not path.is_file():  # a pipe would keep us waiting
        raise SpecError(f"{path} is no file.")
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
        text = content.decode(json.detect_encoding(content))
        value: object = _json(text) if text.lstrip().startswith("{") else _yaml(text)
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


def _json(text: str) -> object:
    """Load JSON, or YAML that begins as JSON does."""
    try:
        return json.loads(text, object_pairs_hook=_mapping)
    except json.JSONDecodeError:
        return _yaml(text)


def _yaml(text: str) -> object:
    """Load YAML, but only after its depth and size are known: who builds values does so recursively, and slowly."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=_Loader)):
        if count > _MOST_EVENTS:
            raise SpecError(_TOO_MANY)
        if tag := cast("str | None", getattr(event, "tag", None)):  # some build what is no value, or one without an end
            raise SpecError(f"{tag!r:.100} is a tag, which JSON does not have.")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        _refuse_depth(depth)
    return yaml.load(text, Loader=_Loader)  # noqa: S506 # the loader is a safe one


def _plain(value: object, budget: Iterator[int], depth: int) -> Json:
    """Copy a value as JSON. Aliases of YAML are written out, so whoever multiplies by them meets the bounds."""
    _refuse_depth(depth)
    if next(budget, None) is None:
        raise SpecError(_TOO_MANY)
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


def _mapping(pairs: list[tuple[str, object]]) -> dict[str, object]:
    _refuse_twins(key for key, _ in pairs)
    return dict(pairs)


def _refuse_twins(keys: Iterable[str]) -> None:
    """Refuse a mapping with a key twice: nobody could tell which of the two counts."""
    twin = next((key for key, times in Counter(keys).items() if times > 1), None)
    if twin is not None:
        raise SpecError(f"{twin!r:.100} is there twice.")


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

    try:
        return asyncio.run(_streamed(address))
    except TimeoutError as error:
        raise SpecError(f"{address} takes more than {_SECONDS} seconds.") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise SpecError(f"{address} cannot be had: {error}.") from error


async def _streamed(address: str) -> bytes:
    """Load a document within the time, however slowly it trickles: a limit for each read would not end that."""
    import httpx

    content = b""
    async with (
        asyncio.timeout(_SECONDS),
        httpx.AsyncClient(timeout=None) as client,  # noqa: S113 # the limit is above
        client.stream("GET", address, follow_redirects=False) as response,
    ):
        if response.status_code != 200:
            raise SpecError(f"{address} answers {response.status_code}; name the address of the document itself.")
        async for part in response.aiter_bytes():
            content = _bounded(content + part, address)
    return content
