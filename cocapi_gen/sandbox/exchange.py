"""What the sandbox is asked, and what it delivers: plain values that know nothing of sockets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from cocapi_gen.sandbox.world.material import Json

if TYPE_CHECKING:
    from cocapi_gen.sandbox.faults import Fault

Phase: TypeAlias = Literal["request", "head", "body"]
Headers: TypeAlias = Mapping[str, str]

DEFAULT_CACHE_CONTROL = "public max-age=600"
"""The `Cache-Control` of what nobody gave a lifetime: of verified tokens, and of errors but for a private war log's.

The API writes it just so, without the comma that belongs between the two.
"""


@dataclass(frozen=True, slots=True)
class Request:
    """A request that has come in.

    Attributes:
        method: the method, such as "GET".
        target: path and query as they were sent.
        headers: the headers; their names are in lower case.
        body: the body.
    """

    method: str
    target: str
    headers: Headers = field(default_factory=dict[str, str])
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path as it was sent.

        >>> Request("GET", "/v1/clans?limit=1").path
        '/v1/clans'
        """
        return self.target.partition("?")[0]


@dataclass(frozen=True, slots=True)
class Break:
    """How a connection ends before its time.

    Attributes:
        phase: after the request, before anything is answered; in the middle of the answer's head; or of its body.
        reset: whether it is reset by force (TCP RST), and not just closed.
    """

    phase: Phase
    reset: bool


@dataclass(frozen=True, slots=True)
class Delivery:
    """An answer, and what happens to it on its way.

    Attributes:
        status: the status code.
        headers: the headers but for the length; their names are in lower case.
        payload: the body.
        delay: seconds until it is sent.
        broken: how the connection breaks; None if it holds.
    """

    status: int
    headers: Headers
    payload: bytes
    delay: float = 0.0
    broken: Break | None = None

    @property
    def half(self) -> bytes:
        """The first half of the body."""
        return self.payload[: len(self.payload) // 2]

    def with_headers(self, **more: str) -> Delivery:
        """The same with more headers; underscores in their names stand for hyphens.

        >>> Delivery(200, {}, b"").with_headers(retry_after="5").headers
        {'retry-after': '5'}
        """
        return replace(self, headers={**self.headers, **{name.replace("_", "-"): more[name] for name in more}})


class Doors(Protocol):
    """What goes wrong before anything is read."""

    @property
    def is_shut(self) -> bool:
        """Whether nobody can connect at the moment."""
        ...

    def knock(self) -> Fault | None:
        """What hits whoever connects now."""
        ...


class Service(Protocol):
    """What can be served, in process or over a socket."""

    @property
    def faults(self) -> Doors:
        """What goes wrong before anything is read."""
        ...

    def answer(self, request: Request) -> Delivery:
        """Answer a request."""
        ...


def in_json(status: int, body: Json, cache_control: str) -> Delivery:
    """An answer as the API writes it.

    >>> in_json(404, {"reason": "notFound"}, "public max-age=600").payload
    b'{"reason":"notFound"}'
    """
    return written(status, as_json(body), cache_control)


def written(status: int, payload: bytes, cache_control: str) -> Delivery:
    """An answer whose body is JSON already."""
    media = "application/json; charset=utf-8" if status == 200 else "application/json"
    return Delivery(status, {"content-type": media, "cache-control": cache_control}, payload)


def as_json(body: Json) -> bytes:
    """A body as the API writes it: short, and not escaped."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
