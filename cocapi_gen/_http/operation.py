"""Operations as data, and the requests that are made from them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Generic, Literal, NamedTuple, TypeVar, cast

from cocapi_gen._lazy import resolve
from cocapi_gen.exceptions import InvalidParameterError, shown

T_co = TypeVar("T_co", covariant=True)

_PLAIN = re.compile("#?[0-9A-Za-z]+")
"""Tags and plain words, which are most of what is sent: they are encoded in a third of the time of all else."""
_LONGEST = 65_000
"""Letters of path and query: more make no address."""


class Parameter(NamedTuple):
    """One parameter of an operation.

    Attributes:
        name: its name in Python.
        wire_name: its name in the request.
        location: where in the request it goes.
        required: whether it must be given.
    """

    name: str
    wire_name: str
    location: Literal["path", "query", "body"]
    required: bool


class Operation(NamedTuple, Generic[T_co]):
    """What there is to know about one operation of the API.

    Attributes:
        operation_id: its name in the specification, such as ``getClan``.
        tag: the group it belongs to, such as ``clans``.
        method: the HTTP method.
        path_template: the path below the base URL, with each path parameter in braces.
        parameters: the parameters, in the order of the specification.
        response: where its raw model is found, as ``module:name``.
        paging: whether the answer is a page of a list that takes ``limit``, ``after`` and ``before``.
        deprecated: whether the API's owner has replaced or removed it.
        max_age: seconds for which an answer stays fresh; None if not known.
    """

    operation_id: str
    tag: str
    method: str
    path_template: str
    parameters: tuple[Parameter, ...]
    response: str
    paging: bool
    deprecated: bool
    max_age: int | None

    @property
    def response_model(self) -> type[T_co]:
        """The raw model of a successful answer; the models are only loaded when asked for."""
        return cast("type[T_co]", resolve(self.response))


class Request:
    """A request, complete but for the host and the token.

    Attributes:
        operation: what it asks for.
        target: path and query, encoded, below the base URL.
        body: the JSON body; None if there is none. It is not shown, for it may hold a secret.
        is_live: whether it asks for data of this very moment.
    """

    # No tuple, for what reports errors with the variables of a place looks into those.
    __slots__ = ("body", "is_live", "operation", "target")

    def __init__(
        self, operation: Operation[object], target: str, body: bytes | None = None, *, is_live: bool = False
    ) -> None:
        self.operation = operation
        self.target = target
        self.body = body
        self.is_live = is_live

    def __repr__(self) -> str:
        return f"Request({self.operation.operation_id}, {self.target!r})"


def build_request(operation: Operation[object], values: dict[str, object]) -> Request:
    """Put the values, by their names in Python, where the operation wants them; None means not given.

    Raises:
        InvalidParameterError: a value is missing, or cannot be sent.
        TypeError: the operation has no such parameter.
    """
    unused = values.copy()
    path = operation.path_template
    missing: list[str] = []
    query: list[str] = []
    body: dict[str, object] = {}
    for parameter in operation.parameters:
        value = unused.pop(parameter.name, None)
        if value is None or value in ([], ()):
            missing += [parameter.name] if parameter.required else []
        elif parameter.location == "path":
            path = path.replace(f"{{{parameter.wire_name}}}", _segment(parameter, value))
        elif parameter.location == "query":
            query.append(f"{parameter.wire_name}={_encode(parameter, value)}")
        else:
            body[parameter.wire_name] = value
    if unused:
        raise TypeError(f"{operation.operation_id} has no parameter {', '.join(sorted(unused))}")
    if missing:
        problem = f"{operation.operation_id} needs a value for {missing[0]!r}."
        raise InvalidParameterError(values.get(missing[0]), problem)
    target = f"{path}?{'&'.join(query)}" if query else path
    if len(target) > _LONGEST:
        raise InvalidParameterError(target, f"This cannot be sent, for it makes an address of {len(target)} letters.")
    return Request(operation, target, _json(body) if body else None, is_live="realtime=true" in query)


def _segment(parameter: Parameter, value: object) -> str:
    """Encode a value into exactly one segment of a path: it can neither end the segment nor move to another."""
    segment = _encode(parameter, value)
    if segment in ("", ".", ".."):
        raise InvalidParameterError(
            value, f"{shown(value)} cannot be sent as {parameter.name!r}: it names no resource."
        )
    return segment


def _encode(parameter: Parameter, value: object) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        return value.replace("#", "%23")
    from urllib.parse import quote  # here, because hardly any request needs it

    try:
        return quote(_text(value), safe="")
    except UnicodeEncodeError as error:
        problem = f"{shown(value)} cannot be sent as {parameter.name!r}: it holds half a character (a lone surrogate)."
        raise InvalidParameterError(value, problem) from error
    except (TypeError, ValueError) as error:
        problem = f"{shown(value)} cannot be sent as {parameter.name!r}: give a text, a number, or a list of them."
        raise InvalidParameterError(value, problem) from error


def _text(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int():
            return str(value)
        case list() | tuple():
            return ",".join(_text(item) for item in cast("Sequence[object]", value))
        case _:
            raise TypeError(type(value))


def _json(body: dict[str, object]) -> bytes:
    import json  # here, because hardly any request has a body

    for name, value in body.items():
        if not isinstance(value, str):
            raise InvalidParameterError(value, f"{shown(value)} cannot be sent as {name!r}: give a text.")
    return json.dumps(body).encode()
