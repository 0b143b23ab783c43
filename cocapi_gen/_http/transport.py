"""What carries requests to the API, and what it brings back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import httpx

    from cocapi_gen._http.operation import Request
    from cocapi_gen._http.server import Server, Token
    from cocapi_gen.responses import Headers

MOST_BYTES = 50_000_000
"""The longest list of the API has some 8 MB."""


@dataclass(slots=True)
class Answer:
    """An answer, read to its end.

    Attributes:
        status: the status code.
        lines: the headers as they came, line by line.
        headers: the same, to look things up in.
        body: the body, decompressed. Neither is shown, for they may hold a secret.
        request: what was asked; a token is no part of it.
        base_url: whom it was asked.
        had_token: whether a token, or a cookie, went out with it.
    """

    status: int
    lines: Sequence[tuple[bytes, bytes]] = field(repr=False)
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)
    request: Request
    base_url: str
    had_token: bool

    def without(self, token: Token) -> Answer:
        """Return the same, with something else wherever it quotes a token."""
        from cocapi_gen.responses import Headers  # here, because only what went wrong needs it

        lines = [(token.hidden_in(name), token.hidden_in(value)) for name, value in self.lines]
        return replace(self, lines=lines, headers=Headers.of_lines(lines), body=token.hidden_in(self.body))

    @property
    def response(self) -> httpx.Response:
        """The whole answer as others know it, cut off from its connection and from the token that was sent."""
        import httpx  # here, because a good answer needs none of it

        lines = [(name, value) for name, value in self.lines if name.lower() not in _OF_THE_WIRE]
        request = httpx.Request(self.request.operation.method, self.base_url + self.request.target)
        return httpx.Response(self.status, headers=lines, content=self.body, request=request)


_OF_THE_WIRE = (b"content-encoding", b"content-length")
"""What headers say of a body that is no longer as it came."""


class AsyncTransport(Protocol):
    """Whatever carries requests to the API."""

    async def send(self, request: Request, server: Server, timeout: float | None) -> Answer:  # noqa: ASYNC109 # an error of ours
        """Send the request to a server and read the answer, in so many seconds from first to last."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


class SyncTransport(Protocol):
    """Whatever carries requests to the API without an event loop."""

    def send(self, request: Request, server: Server, timeout: float | None) -> Answer:
        """Send the request to a server and read the answer, in so many seconds from first to last."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...


def own_headers(user_agent: str) -> dict[str, str]:
    """Return what every request says. Only gzip is asked for: it can be undone a little at a time."""
    return {"accept": "application/json", "accept-encoding": "gzip", "user-agent": user_agent}


def headers_of(request: Request, server: Server) -> dict[str, str]:
    """Return what this request says besides."""
    headers = server.headers()
    if request.body is None:
        return headers
    return headers | {"content-type": "application/json", "content-length": str(len(request.body))}


def asking(request: Request, base_url: str) -> str:
    """Say in a few words what is asked, and whom."""
    return f"{request.operation.method} {request.operation.path_template} at {base_url}"
