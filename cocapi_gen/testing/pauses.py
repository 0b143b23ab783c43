"""The switch that lets tests do without waiting."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from cocapi_gen import _pauses


@contextmanager
def no_sleep() -> Generator[list[float]]:
    """Skip the pauses that the package makes, and note how long each would have been, in seconds.

    It holds for the whole process, so for other tasks and threads too. Inside another ``no_sleep``, a pause is noted by
    both. What a program of yours sleeps by itself is not touched, and the clock of a sandbox does not move.

    Example:
        >>> from cocapi_gen.testing import no_sleep
        >>> with no_sleep() as pauses:
        ...     pass  # whatever would be slow
        >>> pauses
        []
    """
    pauses = list[float]()
    _pauses.skipped[id(pauses)] = pauses
    try:
        yield pauses
    finally:
        del _pauses.skipped[id(pauses)]
