"""Which error an answer stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cocapi_gen._loose import as_object, text_in
from cocapi_gen.exceptions import (
    AccessDenied,
    AddressNotAllowed,
    ClientRequestError,
    GatewayTrouble,
    IncorrectParameters,
    InMaintenance,
    NotJson,
    ResourceNotFound,
    ServiceUnavailable,
    TokenMissing,
    TokenRefused,
    TooManyRequests,
    UnknownError,
    WarLogIsPrivate,
)

if TYPE_CHECKING:
    from cocapi_gen._http.transport import Answer

_BY_REASON: dict[tuple[int, str], type[ClientRequestError]] = {
    (403, "accessDenied.invalidIp"): AddressNotAllowed,
    (401, "accessDenied.invalidIp"): AddressNotAllowed,
    (503, "inMaintenance"): InMaintenance,
}
_BY_STATUS: dict[int, type[ClientRequestError]] = {
    400: IncorrectParameters,
    401: TokenRefused,
    403: AccessDenied,
    404: ResourceNotFound,
    429: TooManyRequests,
    502: GatewayTrouble,
    503: ServiceUnavailable,
    504: GatewayTrouble,
}


def failure(answer: Answer) -> ClientRequestError:
    """Return the error that an answer stands for. The status tells first: a body that is not JSON must not hide it."""
    from cocapi_gen._http.bodies import decode_json  # here, because it loads pydantic

    try:
        data: object = decode_json(answer.body, "")
    except NotJson:
        data = None
    said = text_in(as_object(data), "message")
    kind = _kind(answer, text_in(as_object(data), "reason"), said)
    if kind is TokenRefused and not answer.had_token:
        kind = TokenMissing
    return kind(answer.response, said or f"status {answer.status} without a message", data)


def _kind(answer: Answer, reason: str | None, said: str | None) -> type[ClientRequestError]:
    if reason is not None and (answer.status, reason) in _BY_REASON:
        return _BY_REASON[answer.status, reason]
    if answer.status == 403 and reason == "accessDenied":
        # The API refuses tokens with a message, and private war logs without.
        return WarLogIsPrivate if said is None else TokenRefused
    if answer.status == 503 and reason is None:
        return InMaintenance if b"maintenance" in answer.body[:4096].lower() else GatewayTrouble
    return _BY_STATUS.get(answer.status, UnknownError)
