"""Requests for what nobody has documented."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from cocapi_gen import _arguments
from cocapi_gen._http.flow import Flow, send
from cocapi_gen._http.operation import Operation, Parameter, Request, build_request
from cocapi_gen.exceptions import InvalidParameterError
from cocapi_gen.raw import operations

if TYPE_CHECKING:
    from pydantic import JsonValue

    from cocapi_gen._http.transport import Answer

_WORDS = {part for each in operations.OPERATIONS.values() for part in each.path_template.split("/") if "{" not in part}
"""What stands between the parameters in the paths of the API."""


def request(
    method: str, path: str, query: Mapping[str, str | int | bool | list[str] | list[int] | None] | None, body: JsonValue
) -> Flow[JsonValue]:
    """Send any request."""
    asked = _made(_arguments.method(method), path, _arguments.query(query), body)

    def read(answer: Answer) -> JsonValue:
        from cocapi_gen._http.bodies import decode_json

        return decode_json(answer.body, asked.operation.operation_id)

    return (yield from send(asked, read))


def _made(method: str, path: str, query: dict[str, object], body: JsonValue) -> Request:
    """Make a request of what was given, by an operation that has no values in its path."""
    operation: Operation[object] = Operation(
        operation_id=f"{method} {path}",
        tag="",
        method=method,
        path_template=_arguments.path(path),
        parameters=tuple(Parameter(name, name, "query", required=False) for name in query),
        response="builtins:object",
        paging=False,
        deprecated=False,
        max_age=None,
    )
    plain = build_request(operation, query)
    told = operation._replace(path_template=_without_values(operation.path_template))
    return Request(told, plain.target, _written(body), is_live=plain.is_live)


def _without_values(path: str) -> str:
    """Return a path as events and errors tell it: what may be the value of a parameter is left out."""
    return "/".join(part if part in _WORDS else "{}" for part in path.split("/"))


def _written(body: JsonValue) -> bytes | None:
    try:
        return None if body is None else json.dumps(body, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidParameterError(None, f"body cannot be sent: {error}.") from error
