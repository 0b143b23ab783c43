"""Options of the command line; mistakes are told in one line."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Never

if TYPE_CHECKING:
    from _typeshed import SupportsWrite


class Parser(argparse.ArgumentParser):
    """Says what is wrong without the whole usage before it."""

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        """Print the help; argparse would keep quiet of an output that takes nothing."""
        print(self.format_help(), end="", file=file)

    def error(self, message: str) -> Never:
        """End the program with exit code 2."""
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def add_port(parser: Parser) -> None:
    """Add the option for the port that is opened."""
    parser.add_argument("--port", type=int, default=8080, help="port on 127.0.0.1; 0 takes a free one (default: 8080)")
