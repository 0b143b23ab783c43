"""Which command is meant, and how it ends."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from cocapi_gen.cli.parser import Parser

_COMMANDS = """\
commands:
  sandbox         serve an invented Clash of Clans API
  record FOLDER   write down answers of the real API
  replay FOLDER   serve the answers of a folder

cocapi-gen COMMAND --help tells the options of each.
"""

_INTERRUPTED = 130
"""The exit code of programs that end by Ctrl-C."""
_UNREAD = 1
"""The exit code when nobody reads on, as in ``cocapi-gen record FOLDER | head``."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command, and return its exit code.

    Raises:
        SystemExit: there is no such command or option, or only help was asked for.
    """
    parser = Parser(
        prog="cocapi-gen",
        description="Tools for programs that use the Clash of Clans API.",
        epilog=_COMMANDS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="cocapi-gen [-h] COMMAND ...",
    )
    parser.add_argument("command", choices=("sandbox", "record", "replay"), metavar="COMMAND", help=argparse.SUPPRESS)
    parser.add_argument("options", nargs=argparse.REMAINDER, metavar="...", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    try:
        return _run(chosen.command, chosen.options)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # Python writes what is left when it ends, and would complain again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _UNREAD


def _run(command: str, options: list[str]) -> int:
    # each command loads what it needs only when it is meant
    if command == "sandbox":
        from cocapi_gen.cli.sandbox import sandbox

        return sandbox(options)
    if command == "record":
        from cocapi_gen.cli.record import record

        return record(options)
    from cocapi_gen.cli.replay import replay

    return replay(options)
