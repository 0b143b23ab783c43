"""One call of the API: the request out, the answer in, as a model or as the error that it stands for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeVar

from cocapi_gen._http.flow import Flow, send
from cocapi_gen._http.operation import Operation, Request, build_request
from cocapi_gen.exceptions import (
    AccessDenied,
    ClientRequestError,
    IncorrectParameters,
    ResourceNotFound,
    ServiceUnavailable,
    TooManyRequests,
    UnknownError,
    text_in,
)

if TYPE_CHECKING:
    from cocapi_gen._http.transport import Answer

T = TypeVar("T")

_ERRORS: dict[int, type[ClientRequestError]] = {
    400: IncorrectParameters,
    401: AccessDenied,
    403: AccessDenied,
    404: ResourceNotFound,
    429: TooManyRequests,
    502: ServiceUnavailable,
    503: ServiceUnavailable,
    504: ServiceUnavailable,
}


def call(operation: Operation[object], into: type[T], /, **values: object) -> Flow[T]:
    """Call an operation and read the answer into a model.

    Raises:
        InvalidParameterError: a value cannot be sent.
        ClientRequestError: the API answered with an error.
        NoAnswerError: the API did not answer.
        UnreadableAnswerError: the answer is not what it should be.
    """
    answer = yield from sent(build_request(operation, values))
    from cocapi_gen._http.bodies import decode  # here, because it loads pydantic

    return decode(into, answer.body, operation.operation_id)


def sent(request: Request) -> Flow[Answer]:
    """Send a request and return the answer.

    Raises:
        ClientRequestError: the API answered with an error.
        NoAnswerError: the API did not answer.
    """
    answer = yield from send(request)
    if answer.status != 200:
        raise _error(answer)
    return answer


def _error(answer: Answer) -> ClientRequestError:
    """Tell an error by its status first: a body that is not JSON must not hide it."""
    try:
        data: object = json.loads(answer.body)
    except (ValueError, RecursionError):
        data = None
    message = text_in(data, "message") or f"status {answer.status} without a message"
    return _ERRORS.get(answer.status, UnknownError)(answer.response, message, data)
