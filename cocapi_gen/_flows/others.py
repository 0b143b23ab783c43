"""What stands on its own, and what nobody has documented."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from cocapi_gen import _arguments, models
from cocapi_gen._http.call import call
from cocapi_gen._http.flow import Flow, send
from cocapi_gen._http.operation import Operation, Parameter, Request, build_request
from cocapi_gen.exceptions import InvalidParameterError
from cocapi_gen.raw import operations

if TYPE_CHECKING:
    from pydantic import JsonValue

    from cocapi_gen._http.transport import Answer

M = TypeVar("M", bound="models.Model")

_WORDS = {part for each in operations.OPERATIONS.values() for part in each.path_template.split("/") if "{" not in part}
"""What stands between the parameters in the paths of the API."""


def goldpass() -> Flow[models.GoldPass]:
    """Load the Gold Pass season."""
    return (yield from call(operations.GET_CURRENT_GOLD_PASS_SEASON, models.GoldPass))


def by_number(operation: Operation[object], model: type[M], wanted: int | M) -> Flow[M]:
    """Load a league or a location by its number."""
    parameter = operation.parameters[0].name
    home = f"{model.__module__}:{model.__name__}"
    number = _arguments.identity(parameter.removesuffix("_id"), wanted, home)
    return (yield from call(operation, model, **{parameter: number}))


def request(
    method: str, path: str, query: Mapping[str, str | int | bool | list[str] | list[int] | None] | None, body: JsonValue
) -> Flow[JsonValue]:
    """Send any request."""
    import json  # here, because hardly any request has a body

    method, values = _arguments.method(method), _arguments.query(query)
    operation: Operation[object] = Operation(
        operation_id=f"{method} {path}",
        tag="",
        method=method,
        path_template=_arguments.path(path),
        parameters=tuple(Parameter(name, name, "query", required=False) for name in values),
        response="builtins:object",
        paging=False,
        deprecated=False,
        max_age=None,
    )
    asked = build_request(operation, values)
    told = operation._replace(path_template=_without_values(operation.path_template))
    try:
        written = None if body is None else json.dumps(body, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidParameterError(None, f"body cannot be sent: {error}.") from error
    asked = Request(told, asked.target, written, is_live=asked.is_live)

    def read(answer: Answer) -> JsonValue:
        from cocapi_gen._http.bodies import decode_json

        return decode_json(answer.body, operation.operation_id)

    return (yield from send(asked, read))


def _without_values(path: str) -> str:
    """Return a path as events and errors tell it: what may be the value of a parameter is left out."""
    return "/".join(part if part in _WORDS else "{}" for part in path.split("/"))
