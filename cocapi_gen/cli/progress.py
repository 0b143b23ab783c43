"""How far a command has come, told on the standard error if that is a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cocapi_gen import Progress

_WIDTH = 40


def tell_progress(progress: Progress) -> None:
    """Say how far it has come, in place of what was said before."""
    if sys.stderr.isatty():
        said = f"{progress.done} of {progress.total}, {progress.failed} failed"
        print(f"\r{said:<{_WIDTH}}", end="", file=sys.stderr, flush=True)


def clear_progress() -> None:
    """Take away what was said, so that other lines may follow."""
    if sys.stderr.isatty():
        print(f"\r{'':<{_WIDTH}}\r", end="", file=sys.stderr, flush=True)
