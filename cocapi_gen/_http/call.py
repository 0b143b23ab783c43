"""One call of the API: the request out, the answer in, as a model or as the error that it stands for."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from functools import partial
from typing import TYPE_CHECKING, TypeVar, cast

from cocapi_gen._http.bodies import decode
from cocapi_gen._http.flow import Flow, Remember, Send, Work
from cocapi_gen._http.operation import Operation, build_request

if TYPE_CHECKING:
    from cocapi_gen._http.transport import Answer

T = TypeVar("T")


def call(operation: Operation[object], into: type[T], /, **values: object) -> Work[T]:
    """Call an operation and read the answer into a model. What is for one pair of eyes only is never kept.

    Raises:
        InvalidParameterError: a value cannot be sent.
        ClientRequestError: the API answered with an error.
        NoAnswerError: the API did not answer.
        UnreadableAnswerError: the answer is not what it should be.
    """
    fetch = partial(_fetch, operation, into, values)
    if operation.method != "GET" or values.get("realtime"):
        return fetch()
    return Remember((into, *_told_apart(operation, values)), fetch, operation)


def _told_apart(operation: Operation[object], values: dict[str, object]) -> Iterable[Hashable]:
    """Return what tells one call from another: texts as they are, for that is quick, all else as it is sent."""
    if {*map(type, values.values())} == {str}:
        return operation.operation_id, *values.items()
    return (build_request(operation, values).target,)


def _fetch(operation: Operation[object], into: type[T], values: dict[str, object]) -> Flow[T]:
    request = build_request(operation, values)

    def read(answer: Answer) -> T:
        return decode(into, answer.body, request.operation.operation_id)

    return cast("T", (yield Send(request, read)))
