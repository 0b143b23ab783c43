"""Calls to the server, in the same way for all contenders: so many at a time, each for a tag that nobody asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from itertools import count, islice

from benchmarks.contenders.worker import Measure, Setting, awaited

_DIGITS = "0289PYLQGRJCUV"


def tag(number: int) -> str:
    """Return a tag of the API's letters, another for each number.

    >>> tag(0), tag(1), tag(14)
    ('#2000', '#2002', '#2020')
    """
    text = ""
    while number:
        number, digit = divmod(number, len(_DIGITS))
        text = _DIGITS[digit] + text
    return f"#2{text:0>3}"


NEW = map(tag, count())
"""Tags that were not asked for yet."""


async def crowd(call: Callable[[str], Awaitable[object]], tags: Iterator[str], width: int) -> None:
    """Call with each tag, so many at a time."""

    async def caller() -> None:
        for one in tags:
            await call(one)

    await asyncio.gather(*(caller() for _ in range(width)))


def crowded(setting: Setting, call: Callable[[str], Awaitable[object]], width: int) -> Measure:
    """Measure calls, so many at a time."""
    return awaited(setting, lambda times: crowd(call, islice(NEW, times), width))
