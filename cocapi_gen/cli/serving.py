"""Serving until Ctrl-C, whatever it is that is served."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Event
from typing import TypeVar

from cocapi_gen.cli.parser import Parser

T = TypeVar("T")


def serve(options_of: Parser, port: int, server: AbstractContextManager[T], hint: Callable[[T], str]) -> int:
    """Open the port, say what to try, and wait for Ctrl-C; return the exit code."""
    try:
        with server as running:
            print(hint(running), flush=True)
            Event().wait()
    except KeyboardInterrupt:
        pass
    except ModuleNotFoundError as error:
        options_of.exit(1, f"{options_of.prog}: {error}\n")
    except (OSError, OverflowError) as error:
        problem = f"port {port} cannot be opened ({error}): choose another one, or 0 for any that is free"
        options_of.exit(1, f"{options_of.prog}: {problem}\n")
    return 0
