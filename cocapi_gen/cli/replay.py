"""``cocapi-gen replay``: serve the answers of a folder."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cocapi_gen.cli.parser import Parser, add_port
from cocapi_gen.cli.serving import serve
from cocapi_gen.testing.recordings import Recording, Recordings

if TYPE_CHECKING:
    from cocapi_gen.sandbox.server import Server

_NO_SERVER = (
    'Serving needs aiohttp: pip install "cocapi-gen[server]". '
    "Inside a program, cocapi_gen.testing.Replay needs nothing more."
)
_HINT = """\
base URL    http://127.0.0.1:{port}/v1
recordings  {count}
Ctrl-C ends it."""


def parser() -> Parser:
    """The options."""
    made = Parser(
        prog="cocapi-gen replay",
        description="Serve recorded answers on this machine, until Ctrl-C. Any key is accepted, or none.",
    )
    made.add_argument("folder", type=Path, metavar="FOLDER", help="where the recordings are")
    add_port(made)
    return made


def replay(arguments: list[str]) -> int:
    """Serve until interrupted."""
    options_of = parser()
    options = options_of.parse_args(arguments)
    recordings = Recordings(options.folder)
    try:
        count = len([Recording.read(options.folder / path) for path in recordings.files()])
    except (OSError, ValueError) as error:
        options_of.error(str(error))
    if not count:
        options_of.error(f"there are no recordings in {options.folder}: make some with cocapi-gen record")
    return serve(options_of, options.port, _running(recordings, options.port), partial(_hint, count))


@contextmanager
def _running(recordings: Recordings, port: int) -> Generator[Server]:
    try:
        from cocapi_gen.sandbox.server import Server
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(_NO_SERVER, name=error.name) from error
    server = Server(recordings, port)
    try:
        yield server
    finally:
        server.stop()


def _hint(count: int, server: Server) -> str:
    return _HINT.format(port=server.port, count=count)
