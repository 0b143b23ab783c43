"""Which operation a request is for.

>>> find("GET", "/clans/%232PP/members").values
{'clanTag': '#2PP'}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qs, unquote

from cocapi_gen.raw import OPERATIONS, Operation

_TEMPLATES = [(operation, tuple(operation.path_template.split("/"))) for operation in OPERATIONS.values()]


class Route(NamedTuple):
    """An operation, and what stands in the path for its parameters."""

    operation: Operation[object]
    values: Mapping[str, str]


def find(method: str, path: str) -> Route | None:
    """The operation that a path below the base URL is for; it is decoded part by part, so '%2F' does not divide."""
    parts = tuple(unquote(part) for part in path.split("/"))
    for operation, template in _TEMPLATES:
        values = _values(template, parts) if operation.method == method else None
        if values is not None:
            return Route(operation, values)
    return None


def query_in(target: str) -> Mapping[str, str]:
    """The query of a request target; of a name that is there twice, the first one counts.

    >>> query_in("/clans?name=night%20owls&limit=")
    {'name': 'night owls', 'limit': ''}
    """
    query = target.partition("?")[2]
    return {name: texts[0] for name, texts in parse_qs(query, keep_blank_values=True).items()}


def _values(template: tuple[str, ...], parts: tuple[str, ...]) -> Mapping[str, str] | None:
    """What stands in the place of each brace, or None when the path is another one."""
    if len(template) != len(parts):
        return None
    pairs = list(zip(template, parts, strict=True))
    if not all(part if wanted.startswith("{") else part == wanted for wanted, part in pairs):
        return None
    return {wanted[1:-1]: part for wanted, part in pairs if wanted.startswith("{")}
