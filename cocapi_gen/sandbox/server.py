"""The sandbox as an HTTP server on loopback.

>>> with Sandbox(seed=1) as sandbox:
...     sandbox.base_url.startswith("http://127.0.0.1:")
True
"""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Protocol, Self, TypeAlias, cast
from urllib.parse import parse_qs, unquote

from cocapi_gen.raw import OPERATIONS
from cocapi_gen.sandbox.answers import HANDLERS, Fault, Handler, Reply, Values
from cocapi_gen.sandbox.world import World

_PREFIX = "/v1"
_HOST = "127.0.0.1"
_WELCOME = """\
Clash of Clans sandbox, seed {seed}: an invented world behind the API's own paths.

Base URL   http://{host}/v1
Header     Authorization: Bearer anything

Try        {prefix}/clans/{clan}
           {prefix}/clans/{clan}/currentwar
           {prefix}/players/{player}
           {prefix}/locations/global/rankings/clans
"""


class _Operation(Protocol):
    @property
    def method(self) -> str: ...
    @property
    def path_template(self) -> str: ...


_Request: TypeAlias = socket.socket | tuple[bytes, socket.socket]
Route: TypeAlias = tuple[str, tuple[str, ...], Handler]


def _routes(operations: Iterable[tuple[str, _Operation]]) -> list[Route]:
    return [
        (operation.method.upper(), tuple(operation.path_template.strip("/").split("/")), HANDLERS[name])
        for name, operation in operations
    ]


def _match(template: tuple[str, ...], segments: tuple[str, ...]) -> dict[str, str] | None:
    """The values of the placeholders, or None when the path is another one."""
    if len(template) != len(segments):
        return None
    pairs = list(zip(template, segments, strict=True))
    if not all(segment if part.startswith("{") else part == segment for part, segment in pairs):
        return None
    return {part[1:-1]: segment for part, segment in pairs if part.startswith("{")}


def _split(target: str) -> tuple[tuple[str, ...], Values]:
    """Path segments and query of a request target; segments are decoded one by one, so '%2F' does not divide."""
    path, _, query = target.partition("?")
    segments = tuple(unquote(segment) for segment in path.split("/")[1:])
    return segments, {name: texts[0] for name, texts in parse_qs(query, keep_blank_values=True).items()}


class _Api:
    """Turns a request into a reply, and remembers the request."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._routes = _routes(OPERATIONS.items())
        self._lock = Lock()
        self._seen: list[str] = []

    @property
    def seen(self) -> tuple[str, ...]:
        with self._lock:
            return tuple(self._seen)

    def answer(self, method: str, target: str, authorization: str | None, body: bytes) -> Reply:
        with self._lock:
            self._seen.append(f"{method} {target}")
        try:
            _check_key(authorization)
            return self._find(method, target, body)
        except Fault as fault:
            return fault.reply

    def _find(self, method: str, target: str, body: bytes) -> Reply:
        segments, query = _split(target)
        if segments[:1] != (_PREFIX[1:],):
            raise Fault(404, "notFound")
        for verb, template, handler in self._routes:
            values = _match(template, segments[1:]) if verb == method else None
            if values is not None:
                return handler(self.world, values, query, body)
        raise Fault(404, "notFound")


def _check_key(authorization: str | None) -> None:
    if not authorization:
        raise Fault(403, "accessDenied", "Missing authorization")
    scheme, _, key = authorization.partition(" ")
    if scheme != "Bearer" or not key.strip():
        raise Fault(403, "accessDenied", "Invalid authorization")


class _Server(ThreadingHTTPServer):
    """A server whose threads all end with it, whatever connections its clients keep open."""

    request_queue_size = 128

    def __init__(self, port: int, api: _Api) -> None:
        self.api = api
        self._open: list[tuple[_Request, Thread]] = []
        super().__init__((_HOST, port), _Connection)

    def process_request(self, request: _Request, client_address: object) -> None:
        # a program that forgets to stop its sandbox ends all the same, so: daemons, which the base class does not join
        thread = Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        thread.start()
        self._open = [*(pair for pair in self._open if pair[1].is_alive()), (request, thread)]

    def handle_error(self, request: _Request, client_address: object) -> None:
        # a client that hangs up is no fault of the server
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def stop(self) -> None:
        self.shutdown()
        for request, thread in self._open:
            _hang_up(request)
            thread.join()
        self.server_close()


def _hang_up(request: _Request) -> None:
    with suppress(OSError):  # the client was faster
        cast("socket.socket", request).shutdown(socket.SHUT_RDWR)


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "cocapi-gen-sandbox"
    # head and body leave in one piece, and at once
    wbufsize = 1 << 20
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer a GET request."""
        if self.path == "/":
            self._welcome()
        else:
            self._api()

    def do_POST(self) -> None:
        """Answer a POST request."""
        self._api()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # the name is the base class's
        """Keep the terminal quiet: `Sandbox.requests` has the requests."""

    def _api(self) -> None:
        length = self.headers.get("Content-Length", "0")
        body = self.rfile.read(int(length)) if length.isdecimal() and len(length) < 8 else b""
        api = cast("_Server", self.server).api
        reply = api.answer(self.command, self.path, self.headers.get("Authorization"), body)
        media = "application/json; charset=utf-8" if reply.status == 200 else "application/json"
        payload = json.dumps(reply.body, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
        self._send(reply.status, payload, {"Content-Type": media, "Cache-Control": reply.cache_control})

    def _welcome(self) -> None:
        server = cast("_Server", self.server)
        world = server.api.world
        clan, player = (tag.replace("#", "%23") for tag in (world.in_war_clan_tag, world.player_tag))
        host = f"{_HOST}:{server.server_port}"
        text = _WELCOME.format(seed=world.seed, host=host, prefix=_PREFIX, clan=clan, player=player)
        self._send(200, text.encode(), {"Content-Type": "text/plain; charset=utf-8"})

    def _send(self, status: int, payload: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)


class Sandbox:
    """An invented Clash of Clans world behind the API's own paths, on a loopback port.

    Everything follows from `seed`; time stands still at `cocapi_gen.sandbox.material.NOW`. Any key of the form
    `Bearer something` is accepted. Port 0 takes a free one.

    >>> with Sandbox(seed=1) as sandbox:
    ...     base_url, tag = sandbox.base_url, sandbox.world.in_war_clan_tag
    """

    def __init__(self, seed: int = 1, *, port: int = 0) -> None:
        self.world: World = World(seed)
        self._api = _Api(self.world)
        self._port = port
        self._server: _Server | None = None
        self._thread: Thread | None = None

    @property
    def base_url(self) -> str:
        """Where the API is, once the sandbox has started.

        >>> with Sandbox() as sandbox:
        ...     sandbox.base_url.endswith("/v1")
        True
        """
        if self._server is None:
            raise RuntimeError("the sandbox is not running: use it as `with Sandbox() as sandbox:`")
        return f"http://{_HOST}:{self._server.server_port}{_PREFIX}"

    @property
    def requests(self) -> tuple[str, ...]:
        """The requests so far, oldest first, as "GET /v1/clans?name=abc".

        >>> Sandbox().requests
        ()
        """
        return self._api.seen

    def start(self) -> Self:
        """Open the port and answer from a thread of its own; `with` does it too.

        >>> sandbox = Sandbox().start()
        >>> sandbox.stop()
        """
        if self._server is not None:
            raise RuntimeError("the sandbox is already running")
        self._server = _Server(self._port, self._api)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), name="cocapi-gen sandbox", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Close every connection and the port, and wait for the threads; more than once is no error."""
        server, thread = self._server, self._thread
        self._server = self._thread = None
        if server is not None and thread is not None:
            server.stop()
            thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
