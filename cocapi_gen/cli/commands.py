"""Which command is meant, and how it ends."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from io import StringIO
from typing import cast

from cocapi_gen import __version__
from cocapi_gen.cli.lookups import LOOKUPS
from cocapi_gen.cli.parser import Parser

_TOOLS = {
    "sandbox": "serve an invented Clash of Clans API",
    "record": "write down answers of the real API",
    "replay": "serve the answers of a folder",
    "doctor": "whether all is in order: key, address, clock, speed, pace",
    "keys": "the keys of an account, and what a client that logs in would do with them",
}
"""Commands that each have a module of their name, with a function of their name."""
_GROUPS: Mapping[str, Mapping[str, str]] = {
    "look something up": {name: entry.meaning for name, entry in LOOKUPS.items()},
    "develop programs": _TOOLS,
}

_INTERRUPTED = 130
"""The exit code of programs that end by Ctrl-C."""
_UNREAD = 141
"""The exit code when nobody reads on, as in ``cocapi-gen record FOLDER | head``: that of programs that this ends."""
_UNWRITTEN = 1
"""The exit code when the standard output takes nothing."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command, and return its exit code.

    Raises:
        SystemExit: there is no such command or option, or only help or the version was asked for.
    """
    _make_up_for_closed()
    if cast("object", sys.stdout) is None:
        return _unwritten("it is closed")
    try:
        try:
            return _chosen(arguments)
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        _write_no_more()
        return _UNREAD
    except OSError as error:
        _write_no_more()
        return _unwritten(str(error))


def _make_up_for_closed() -> None:
    """Put something empty in the place of a standard input or error that is closed: Python has None there.

    Not of the standard output, for it is a mistake if nobody can read what was asked for.
    """
    for name in ("stdin", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, StringIO())


def _unwritten(reason: str) -> int:
    print(f"cocapi-gen: the standard output takes nothing: {reason}", file=sys.stderr)
    return _UNWRITTEN


def _write_no_more() -> None:
    """Let what is left go nowhere: Python writes it when it ends, and would complain again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _chosen(arguments: Sequence[str] | None) -> int:
    """Run the command that was chosen."""
    parser = Parser(
        prog="cocapi-gen",
        description="Look things up in the Clash of Clans API, and develop programs that do.",
        epilog=_commands(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="cocapi-gen [-h] [--version] COMMAND ...",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and end")
    parser.add_argument("command", choices=(*LOOKUPS, *_TOOLS), metavar="COMMAND", help=argparse.SUPPRESS)
    parser.add_argument("options", nargs=argparse.REMAINDER, metavar="...", help=argparse.SUPPRESS)
    given = sys.argv[1:] if arguments is None else arguments
    chosen = parser.parse_args(given or ["--help"])
    return _run(chosen.command, chosen.options)


class _Version(argparse.Action):
    """Prints the version; argparse's own action would keep quiet of an output that takes nothing."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(f"cocapi-gen {__version__}")
        parser.exit()


def _commands() -> str:
    """All commands, group by group."""
    groups = (f"{title}:\n{_listed(commands)}" for title, commands in _GROUPS.items())
    return "\n\n".join([*groups, "cocapi-gen COMMAND --help tells the options of each."])


def _listed(commands: Mapping[str, str]) -> str:
    return "\n".join(f"  {name:<11}{meaning}" for name, meaning in commands.items())


def _run(command: str, options: list[str]) -> int:
    # each command loads what it needs only when it is meant
    if command in _TOOLS:
        tool: Callable[[list[str]], int] = getattr(import_module(f"cocapi_gen.cli.{command}"), command)
        return tool(options)
    from cocapi_gen.cli.asking import look_up

    return look_up(command, options)
