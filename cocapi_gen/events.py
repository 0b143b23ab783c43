"""What a client does while it works, told as it happens: ``Client(on_event=...)``.

Everything is also written to the logger ``cocapi_gen``, which is silent until a program sets up logging. No event holds
a token, a body, or what was asked for; ``DriftSeen`` holds a name or a word out of a body. ``path_template`` is the
path with its parameters in braces. Of a path given to ``client.request`` it has the words that documented paths are
made of, and ``{}`` for whatever else. The errors in some events hold no token either, but their texts and their
``response`` tell more.

Example:
    >>> from cocapi_gen import Client
    >>> from cocapi_gen.events import AnswerReceived, Event, RetryPlanned
    >>> def show(event: Event) -> None:
    ...     match event:
    ...         case AnswerReceived():
    ...             print(event.status, f"{event.seconds:.3f} s")
    ...         case RetryPlanned():
    ...             print("again in", event.pause)
    ...         case _:
    ...             pass
    >>> client = Client("TOKEN", on_event=show)
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from cocapi_gen.exceptions import CocApiError

if TYPE_CHECKING:
    from cocapi_gen.drift import Drift


@dataclass(frozen=True, slots=True)
class RequestSent:
    """A request is about to be sent.

    Attributes:
        method: the HTTP method.
        path_template: the path, with each parameter in braces.
        attempt: how often it is sent with this, from 1.
    """

    level: ClassVar[int] = logging.DEBUG
    method: str
    path_template: str
    attempt: int


@dataclass(frozen=True, slots=True)
class AnswerReceived:
    """The API has answered, with success or not.

    Attributes:
        method: the HTTP method.
        path_template: the path, with each parameter in braces.
        attempt: how often the request had been sent with this, from 1.
        status: the status code.
        seconds: time from sending the request to the end of the answer.
        size: bytes of the answer's body, decompressed.
    """

    level: ClassVar[int] = logging.DEBUG
    method: str
    path_template: str
    attempt: int
    status: int
    seconds: float
    size: int


@dataclass(frozen=True, slots=True)
class RequestFailed:
    """No answer came.

    Attributes:
        method: the HTTP method.
        path_template: the path, with each parameter in braces.
        attempt: how often the request had been sent with this, from 1.
        error: why.
        seconds: time from sending the request to the failure.
    """

    level: ClassVar[int] = logging.INFO
    method: str
    path_template: str
    attempt: int
    error: CocApiError
    seconds: float


@dataclass(frozen=True, slots=True)
class RetryPlanned:
    """A request will be sent again.

    Attributes:
        method: the HTTP method.
        path_template: the path, with each parameter in braces.
        attempt: how often it was sent so far.
        error: what the last try came to.
        pause: seconds until then; 0 if another token takes over, or only the token's rest is waited for.
    """

    level: ClassVar[int] = logging.INFO
    method: str
    path_template: str
    attempt: int
    error: CocApiError
    pause: float


@dataclass(frozen=True, slots=True)
class TurnWaited:
    """A request had to wait for its turn, because of the rate or because enough requests were under way.

    Attributes:
        method: the HTTP method.
        path_template: the path, with each parameter in braces.
        seconds: how long.
    """

    level: ClassVar[int] = logging.DEBUG
    method: str
    path_template: str
    seconds: float


@dataclass(frozen=True, slots=True)
class TokenRested:
    """A token is throttled, and is not used for a while.

    Attributes:
        seconds: for how long.
    """

    level: ClassVar[int] = logging.WARNING
    seconds: float


@dataclass(frozen=True, slots=True)
class TokenReplaced:
    """A request was refused with its token, and goes on with another one; told for each that was under way."""

    level: ClassVar[int] = logging.WARNING


@dataclass(frozen=True, slots=True)
class CacheHit:
    """A call was answered with what had been kept.

    Attributes:
        method: the HTTP method.
        path_template: the path, with each parameter in braces.
        age: seconds since it was fetched.
        is_stale: whether it was no longer fresh, but had to do: see the option ``stale_if_error``.
    """

    level: ClassVar[int] = logging.DEBUG
    method: str
    path_template: str
    age: float
    is_stale: bool


@dataclass(frozen=True, slots=True)
class MaintenanceBegan:
    """The API has said that the game is in maintenance."""

    level: ClassVar[int] = logging.WARNING


@dataclass(frozen=True, slots=True)
class MaintenanceEnded:
    """The API answers again.

    Attributes:
        seconds: how long the maintenance was seen to last.
    """

    level: ClassVar[int] = logging.WARNING
    seconds: float


@dataclass(frozen=True, slots=True)
class DriftSeen:
    """The API has sent something that this version does not know; told once for each kind.

    Attributes:
        drift: what it is.
    """

    level: ClassVar[int] = logging.INFO
    drift: Drift


Event: TypeAlias = (
    RequestSent
    | AnswerReceived
    | RequestFailed
    | RetryPlanned
    | TurnWaited
    | TokenRested
    | TokenReplaced
    | CacheHit
    | MaintenanceBegan
    | MaintenanceEnded
    | DriftSeen
)
"""Any of them."""
