"""A program that takes turns from a shared limiter and prints when: ``python -m tests.sharing URL RATE TURNS WAY``.

For each turn it prints when Redis was asked and when it had replied, by a clock that all processes share.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from cocapi_gen._http.flow import Ask, Flow, Sleep
from cocapi_gen._http.server import Token
from cocapi_gen.shared import RedisLimiter

T = TypeVar("T")
WORKERS = 8


async def run(flow: Flow[T], ask: Callable[[Ask], Awaitable[object]]) -> tuple[float, float]:
    """Run a flow to its end and return when it asked last, and when it was answered."""
    asked = answered = 0.0
    reply: object = None
    while True:
        try:
            effect = flow.send(reply)
        except StopIteration:
            return asked, answered
        if isinstance(effect, Sleep):
            await asyncio.sleep(effect.seconds)
            reply = None
        else:
            assert isinstance(effect, Ask)
            asked = time.monotonic()
            reply = await ask(effect)
            answered = time.monotonic()


async def in_loop(effect: Ask) -> object:
    return await effect.question.ask()


async def in_thread(effect: Ask) -> object:
    return await asyncio.to_thread(effect.question.ask_here)


async def main(url: str, rate: float, turns: int, ask: Callable[[Ask], Awaitable[object]]) -> None:
    limiter = RedisLimiter(url, rate)
    keys = [Token("secret")]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    left = iter(range(turns))

    async def work() -> None:
        for _ in left:
            asked, given = await run(limiter.turn(lambda: keys), ask)
            sys.stdout.write(f"{asked} {given}\n")

    await asyncio.gather(*(work() for _ in range(WORKERS)))


if __name__ == "__main__":
    _, where, pace, many, way = sys.argv
    asyncio.run(main(where, float(pace), int(many), in_loop if way == "loop" else in_thread))
