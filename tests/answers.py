"""Answers that the tests make up: small bodies, an API in memory, and a server that writes raw bytes."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from ssl import SSLContext
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self, TypeAlias, TypedDict
from unittest.mock import patch

import anyio
import httpx
from anyio.from_thread import start_blocking_portal

from cocapi_gen import Cache, Client, SyncClient
from cocapi_gen._http.operation import Request
from cocapi_gen._http.settings import Engine
from cocapi_gen._http.transport import Answer as Carried
from cocapi_gen.raw import operations
from cocapi_gen.responses import Headers

Body: TypeAlias = dict[str, object]
Answer: TypeAlias = httpx.Response | Body
Script: TypeAlias = Callable[[socket.socket], None]

TAG, OTHER_TAG = "#2PP", "#8QU"
PICTURES: Body = {"small": "https://Pictures.example/S.png", "medium": "https://Pictures.example/M.png"}


def player_body(**changes: object) -> Body:
    """The least that the API sends for a player, with these keys changed."""
    numbers = (
        "townHallLevel expLevel trophies bestTrophies warStars attackWins defenseWins builderBaseTrophies "
        "bestBuilderBaseTrophies donations donationsReceived"
    )
    lists = ("troops", "heroes", "spells", "labels", "achievements")
    return {
        "tag": TAG,
        "name": "Somebody",
        **{key: place for place, key in enumerate(numbers.split(), 1)},
        **{key: [] for key in lists},
        **changes,
    }


def clan_body(**changes: object) -> Body:
    """The least that the API sends for a clan with a public war log, with these keys changed."""
    return {
        "tag": TAG,
        "name": "Somewhere",
        "type": "open",
        "description": "",
        "badgeUrls": {**PICTURES, "large": "https://Pictures.example/L.png"},
        "requiredTrophies": 0,
        "requiredBuilderBaseTrophies": 0,
        "requiredTownhallLevel": 1,
        "labels": [],
        "clanLevel": 7,
        "clanPoints": 100,
        "clanBuilderBasePoints": 200,
        "members": 0,
        "memberList": [],
        "warWins": 3,
        "warLosses": 2,
        "warTies": 1,
        "warWinStreak": 0,
        "warFrequency": "always",
        "isWarLogPublic": True,
        **changes,
    }


def private_clan_body(**changes: object) -> Body:
    """A clan with a private war log: it tells neither losses nor ties."""
    body = clan_body(isWarLogPublic=False, **changes)
    return {key: value for key, value in body.items() if key not in ("warLosses", "warTies")}


def war_clan(**changes: object) -> Body:
    """One side of a war."""
    return {"badgeUrls": PICTURES, "clanLevel": 7, "attacks": 0, "stars": 0, "destructionPercentage": 0, **changes}


def war_body(state: str = "inWar", **changes: object) -> Body:
    """A current war; without a war the API sends stubs only."""
    sides: Body = {"state": state, "clan": war_clan(), "opponent": war_clan()}
    if state == "notInWar":
        return {**sides, **changes}
    return {
        **sides,
        "teamSize": 5,
        "attacksPerMember": 2,
        "preparationStartTime": "20260104T080000.000Z",
        "startTime": "20260105T080000.000Z",
        "endTime": "20260106T080000.000Z",
        **changes,
    }


def log_row(**changes: object) -> Body:
    """A row of the war log."""
    return {
        "result": "win",
        "endTime": "20260103T080000.000Z",
        "teamSize": 5,
        "attacksPerMember": 2,
        "clan": war_clan(tag=TAG, name="Somewhere"),
        "opponent": war_clan(tag=OTHER_TAG, name="Elsewhere"),
        **changes,
    }


def items(*rows: Body) -> Body:
    """A list as the API wraps it."""
    return {"items": list(rows), "paging": {"cursors": {}}}


def location(number: int, name: str, code: str | None = None) -> Body:
    """A country, or with no code another location."""
    body: Body = {"id": number, "name": name, "isCountry": code is not None}
    return body if code is None else {**body, "countryCode": code}


def named(number: int, name: str) -> Body:
    """A label or a league."""
    return {"id": number, "name": name}


LOCATIONS = items(
    location(21, "Australia", "AU"),
    location(4, "Australia"),
    location(6, "International"),
    location(61, ""),
    location(193, "Russia", "RU"),
    location(126, "Kenya", "KE"),
)


class Bare(TypedDict):
    """Some options of clients."""

    retries: int
    rate: float | None
    cache: Cache | None


BARE: Bare = {"retries": 0, "rate": None, "cache": None}
"""Options of a client that does one thing for each call, and that at once."""


def inside(thing: object) -> dict[str, Any]:
    """Return the attributes of something, for tests of what nobody else sees."""
    return vars(thing)


def driver_of(client: Client | SyncClient) -> Any:
    """Return what runs the flows of a client."""
    return inside(client)["_caller"].engine.driver()


class Api:
    """An API in memory: it answers by path, and remembers what it was asked."""

    def __init__(self, answers: Mapping[str, Answer] | None = None) -> None:
        """Take the answers by path below the base URL; a path that is missing is not found."""
        self.answers: dict[str, Answer] = dict(answers or {})
        self.requests: list[httpx.Request] = []

    def client(self, token: str = "TOKEN") -> Client:  # noqa: S107 # not a real one
        """A client of this API."""
        return Client(token, **BARE, transport=httpx.MockTransport(self.answer))

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        self.requests.append(request)
        await anyio.sleep(0.001)  # so that requests can meet
        answer = self.answers.get(request.url.path.removeprefix("/v1"))
        if answer is None:
            return httpx.Response(404, json={"reason": "notFound"})
        if isinstance(answer, httpx.Response):  # each request gets one of its own
            return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
        return httpx.Response(200, json=answer)

    @property
    def targets(self) -> list[str]:
        """What was asked for, as it went over the wire."""
        return [request.url.raw_path.decode().removeprefix("/v1") for request in self.requests]


def clan_api(**changes: Answer) -> Api:
    """An API with one clan; ``currentwar`` and ``warlog`` change what it answers there."""
    answers: dict[str, Answer] = {"": clan_body(), "/currentwar": war_body(), "/warlog": items(log_row())}
    answers |= {f"/{name}": answer for name, answer in changes.items()}
    return Api({f"/clans/{TAG}{path}": answer for path, answer in answers.items()})


def http(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """A whole answer as bytes."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def as_answer(response: httpx.Response) -> Carried:
    """An answer as transports bring it."""
    request = Request(operations.GET_CURRENT_GOLD_PASS_SEASON, "/x")
    lines = response.headers.raw
    return Carried(
        response.status_code, lines, Headers.of_lines(lines), response.content, request, "http://api/v1", had_token=True
    )


def read_request(connection: socket.socket) -> bytes:
    """Read one request without a body; nothing when the client has hung up."""
    data = b""
    while b"\r\n\r\n" not in data and (chunk := connection.recv(65536)):
        data += chunk
    return data


def saying(answer: bytes) -> Script:
    """Read a request, write these bytes, hang up."""

    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(answer)

    return script


def resetting(answer: bytes = b"", *, listen: bool = True) -> Script:
    """Break the connection after these bytes instead of closing it."""

    def script(connection: socket.socket) -> None:
        if listen:
            read_request(connection)
        connection.sendall(answer)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return script


def stalling(answer: bytes = b"") -> Script:
    """Write these bytes and then nothing more until the client hangs up."""

    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(answer)
        connection.recv(1)

    return script


def dripping(answer: bytes, drop: bytes, *, listen: bool = True) -> Script:
    """Write these bytes, and then a little now and then until the client hangs up."""

    def script(connection: socket.socket) -> None:
        if listen:
            read_request(connection)
        connection.sendall(answer)
        connection.settimeout(0.01)
        while True:
            connection.sendall(drop)
            with suppress(TimeoutError):
                if not connection.recv(65536):
                    break

    return script


def spilling(answer: bytes, more: bytes) -> Script:
    """Write these bytes, and then more and more without a pause until the client hangs up."""

    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(answer)
        while True:
            connection.sendall(more)

    return script


def one_after_the_other(*scripts: Script) -> Script:
    """Do with each connection what the next of the scripts says, and with all that follow what the last one does."""
    waiting = [*scripts]

    def script(connection: socket.socket) -> None:
        (waiting.pop(0) if len(waiting) > 1 else waiting[0])(connection)

    return script


class Answering:
    """A script that gives every request of a connection the same answer, and keeps the heads of the requests."""

    def __init__(self, answer: bytes) -> None:
        self.heads: list[bytes] = []
        self._answer = answer

    def __call__(self, connection: socket.socket) -> None:
        while head := read_request(connection):
            self.heads.append(head)
            connection.sendall(self._answer)

    @property
    def targets(self) -> list[str]:
        """What was asked for, as it came over the wire."""
        return [head.split(b" ", 2)[1].decode("ascii") for head in self.heads]


class RawServer:
    """A server on loopback that does with each connection what its script says."""

    def __init__(self, script: Script, *, port: int = 0, tls: SSLContext | None = None) -> None:
        self.connections = 0
        self._script = script
        self._tls = tls
        self._stopped = Event()
        self._listener = socket.create_server(("127.0.0.1", port))
        self._listener.settimeout(0.02)
        self._open: list[socket.socket] = []
        self._threads = [Thread(target=self._accept)]

    @property
    def base_url(self) -> str:
        """Where the server is."""
        scheme = "http" if self._tls is None else "https"
        return f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}/v1"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._threads[0].join()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads[1:]:
            thread.join()
        self._listener.close()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            with suppress(TimeoutError):
                connection, _ = self._listener.accept()
                connection.settimeout(None)
                self.connections += 1
                self._threads.append(Thread(target=self._serve, args=(connection,)))
                self._threads[-1].start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), self._secured(connection) as speaking:  # a client may hang up whenever it likes
            self._open.append(speaking)
            self._script(speaking)

    def _secured(self, connection: socket.socket) -> socket.socket:
        return connection if self._tls is None else self._tls.wrap_socket(connection, server_side=True)


def unused_url() -> str:
    """A base URL at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}/v1"


_HTTP = "cocapi_gen._http"
create_ssl_context = cache(httpx.create_ssl_context)


@contextmanager
def asking(
    world: str, base_url: str, *, verify: SSLContext | None = None, **options: Any
) -> Generator[Callable[[], object]]:
    """Give what makes a call, in a world: asyncio, trio, threads, httptools, or a client of httpx in asyncio.

    All calls share a client. It believes other certificates than those of the system if they are given.
    """
    chosen: dict[str, Any] = {**BARE, **options}
    believed = verify or create_ssl_context()
    if world == "threads":
        with (
            patch(f"{_HTTP}.core_transport.believed", return_value=believed),
            SyncClient("TOKEN", base_url=base_url, **chosen) as client,
        ):
            yield client.goldpass
    else:
        with (
            patch(f"{_HTTP}.core_transport.believed", return_value=believed),
            patch(f"{_HTTP}.httptools_transport.believed", return_value=believed),
            start_blocking_portal("trio" if world == "trio" else "asyncio") as portal,
        ):
            lent = httpx.AsyncClient(verify=believed) if world == "httpx" else None
            engine: Engine = "httptools" if world == "httptools" else "httpx"
            twin = Client("TOKEN", base_url=base_url, engine=engine, http_client=lent, **chosen)
            try:
                yield lambda: portal.call(twin.goldpass)
            finally:
                portal.call(twin.aclose)
                if lent is not None:
                    portal.call(lent.aclose)


def open_files() -> int:
    """Return how many files and sockets this process has open."""
    return len([*Path("/dev/fd").iterdir()])


def comes_true(condition: Callable[[], bool], seconds: float = 5) -> bool:
    """Wait until something is so, for what other threads or the other end of a connection do in their own time."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.001)
    return condition()
