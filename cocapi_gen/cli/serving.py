"""Serving until Ctrl-C, whatever it is that is served."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from threading import Event
from typing import TypeVar

from cocapi_gen.cli.parser import Parser

T = TypeVar("T")

_LOOK_UP = 0.5
"""Seconds after which Ctrl-C is noticed at the latest: on Windows it does not end a wait that has no end."""


def serve(options_of: Parser, port: int, server: AbstractContextManager[T], hint: Callable[[T], str]) -> int:
    """Open the port, say what to try, and wait for Ctrl-C; return the exit code."""
    with ExitStack() as stack:
        try:
            running = stack.enter_context(server)
        except ModuleNotFoundError as error:
            options_of.exit(1, f"{options_of.prog}: {error}\n")
        except (OSError, OverflowError) as error:
            problem = f"port {port} cannot be opened ({error}): choose another one, or 0 for any that is free"
            options_of.exit(1, f"{options_of.prog}: {problem}\n")
        with suppress(KeyboardInterrupt):
            print(hint(running), flush=True)
            _wait()
    return 0


def _wait() -> None:
    """Wait for Ctrl-C."""
    never = Event()
    while not never.wait(_LOOK_UP):
        pass
