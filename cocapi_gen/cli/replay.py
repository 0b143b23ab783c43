"""``cocapi-gen replay``: serve the answers of a folder."""

from __future__ import annotations

from pathlib import Path
from threading import Event

from cocapi_gen.cli.parser import Parser, add_port
from cocapi_gen.testing.recordings import Recording, Recordings

_NO_SERVER = (
    'Serving needs aiohttp: pip install "cocapi-gen[server]". '
    "Inside a program, cocapi_gen.testing.recordings.Replay needs nothing more."
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
    return _serve(recordings, options.port, count, options_of)


def _serve(recordings: Recordings, port: int, count: int, options_of: Parser) -> int:
    try:
        from cocapi_gen.sandbox.server import Server

        server = Server(recordings, port)
    except ModuleNotFoundError:
        options_of.exit(1, f"{options_of.prog}: {_NO_SERVER}\n")
    except (OSError, OverflowError) as error:
        problem = f"port {port} cannot be opened ({error}): choose another one, or 0 for any that is free"
        options_of.exit(1, f"{options_of.prog}: {problem}\n")
    try:
        print(_HINT.format(port=server.port, count=count), flush=True)
        Event().wait()
    except KeyboardInterrupt:
        return 0
    finally:
        server.stop()
    return 0
