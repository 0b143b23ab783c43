"""A server that answers bodies from a folder, as cheaply as can be.

`python -m benchmarks.server FOLDER` tells its port. It looks at nothing but the path, serves any number of requests on
a connection, and ends when its standard input does. A core may be named to keep to.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import cast

BASE = b"/v1"
_ENDS = {b"currentwar": "war", b"warlog": "warlog", b"capitalraidseasons": "raidlog", b"players": "ranking"}


def kind_of(path: bytes) -> str | None:
    """Return the kind of body that a path asks for.

    >>> [kind_of(path) for path in (b"/v1/clans/%232PP", b"/v1/players/%232PP", b"/v1/clans/%232PP/warlog", b"/v1")]
    ['clan', 'player', 'warlog', None]
    """
    parts = path.partition(b"?")[0].removeprefix(BASE).strip(b"/").split(b"/")
    if len(parts) == 2:
        return {b"clans": "clan", b"players": "player"}.get(parts[0])
    return _ENDS.get(parts[-1]) if len(parts) > 2 else None


def answer_of(body: bytes) -> bytes:
    """Return a whole answer with a body."""
    lines = [
        "HTTP/1.1 200 OK",
        "content-type: application/json; charset=utf-8",
        f"content-length: {len(body)}",
        "cache-control: max-age=60",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Served(asyncio.Protocol):
    """A connection: each request has no body, and is answered by its path."""

    def __init__(self, answers: dict[str | None, bytes]) -> None:
        self._answers = answers
        self._waiting = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        *requests, self._waiting = (self._waiting + data).split(b"\r\n\r\n")
        for request in requests:
            path = request.split(b" ", 2)[1]
            self._transport.write(self._answers[kind_of(path)])


def answers_in(folder: Path) -> dict[str | None, bytes]:
    """Return the answers by kind of body, and one for all else: cocapi asks for something before it begins."""
    bodies: dict[str | None, bytes] = {path.stem: path.read_bytes() for path in folder.glob("*.json")}
    return {kind: answer_of(body) for kind, body in (bodies | {None: b'{"items":[]}'}).items()}


async def serve(answers: dict[str | None, bytes]) -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Served(answers), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        os.sched_setaffinity(0, {int(sys.argv[2])})
    asyncio.run(serve(answers_in(Path(sys.argv[1]))))
