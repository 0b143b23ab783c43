"""Calls by the million, in hours that pass in minutes: the rate does not drift, and nothing grows.

The whole client is at work, from the method to httpx, in an event loop whose time passes when everybody waits. The
sandbox would take longer for its answers than all the rest, so it is asked for some players only. What it said of them
is what all tags get, each with its own tag put in.
"""

from __future__ import annotations

import asyncio
import gc
import random
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from selectors import SelectorKey, SelectSelector
from types import SimpleNamespace
from typing import NamedTuple

import anyio
import httpx
import pytest

from cocapi_gen import Cache, Client, _pauses
from cocapi_gen.sandbox import Sandbox
from tests.answers import driver_of, inside
from tests.measuring import resident, tag_of
from tests.test_limiter import Clock, Level

RATE, BURST = 30, 10
WORKERS = 40
TAGS = [tag_of(number) for number in range(100_000)]
NEW = 0.1
"""Of the calls, those for the next tag; the others are for one of the last 500, so mostly for what is kept."""


class NoWaiting(SelectSelector):
    """Waits for nothing: the clock is moved on instead, and a little too far, as timers are late."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._chance = random.Random(1)

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        assert timeout is not None, "everybody waits, and nobody will come"
        if timeout:
            self._clock.seconds += timeout + self._chance.uniform(0, 0.004)
        return super().select(0)


class QuickLoop(asyncio.SelectorEventLoop):
    """An event loop with a time of its own."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(NoWaiting(clock))
        self._seconds = clock

    def time(self) -> float:
        return self._seconds()


class Echo(httpx.AsyncBaseTransport):
    """Gives what a sandbox said of some players, for whatever tag is asked for, after a while; and notes when."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._chance = random.Random(2)
        self.level = Level(RATE)
        self.minutes = Counter[int]()
        sandbox = Sandbox(seed=1, clans=12)
        with httpx.Client(transport=sandbox.transport(), headers={"Authorization": "Bearer T"}) as http:
            tags = sandbox.world.player_tags[:200]
            self._said = [(tag, http.get(f"http://sandbox/v1/players/%23{tag[1:]}")) for tag in tags]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.level.note(None, self._clock.seconds)
        self.minutes[int(self._clock.seconds // 60)] += 1
        await anyio.sleep(self._chance.uniform(0.05, 0.25))
        tag = request.url.path.rpartition("/")[2]
        its_tag, said = self._said[zlib.crc32(tag.encode()) % len(self._said)]
        body = said.content.replace(f'"{its_tag}"'.encode(), f'"{tag}"'.encode())
        return httpx.Response(200, headers={"Cache-Control": said.headers["Cache-Control"]}, content=body)


class Mark(NamedTuple):
    """What holds after a part of the calls: memory in kB, and what the garbage collector knows of."""

    memory: int
    objects: int


class Figures(NamedTuple):
    """What a run came to: ``minutes`` has how many were sent in each, ``highest`` is the most above the rate."""

    sent: int
    seconds: float
    minutes: list[int]
    highest: float
    marks: list[Mark]


class Users:
    """Ask for one tag after the other, and in between for the last ones again; nobody ever pauses."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._chance = random.Random(3)
        self._newest = 0

    async def ask(self, calls: int) -> None:
        left = iter(range(calls))
        async with anyio.create_task_group() as group:
            for _ in range(WORKERS):
                group.start_soon(self._work, left)

    async def _work(self, left: Iterator[int]) -> None:
        for _ in left:
            tag = self._tag()
            assert (await self._client.player(tag)).tag == tag

    def _tag(self) -> str:
        is_new = self._chance.random() < NEW
        self._newest += is_new
        return TAGS[(self._newest - (0 if is_new else self._chance.randrange(500))) % len(TAGS)]


def endure(calls: int, clock: Clock) -> Figures:
    """Make so many calls, a tenth after the other, and see after each that nothing is left behind."""
    echo, marks, began = Echo(clock), list[Mark](), clock.seconds

    async def main() -> None:
        async with Client("T", base_url="http://sandbox/v1", transport=echo) as client:
            users = Users(client)
            for _ in range(10):
                await users.ask(calls // 10)
                assert asyncio.all_tasks() == {asyncio.current_task()}
                assert_within_bounds(client)
                gc.collect()
                marks.append(Mark(resident(), len(gc.get_objects())))

    with asyncio.Runner(loop_factory=lambda: QuickLoop(clock)) as runner:
        runner.run(main())
    whole_minutes = [sent for _, sent in sorted(echo.minutes.items())][1:-1]
    return Figures(echo.minutes.total(), clock.seconds - began, whole_minutes, echo.level.highest, marks)


def assert_within_bounds(client: Client) -> None:
    """Nobody waits or is under way, and no more is kept than may be."""
    driver, limits = inside(driver_of(client)), Cache()
    cache, limiter = client.statistics.cache, driver["_policy"].limiter
    sizes = [entry.size for entry in inside(driver["_answers"])["_kept"].values()]
    assert cache.size == sum(sizes) <= limits.max_bytes
    assert cache.entries == len(sizes) <= limits.max_entries
    assert limiter.waiting == 0
    assert len(inside(inside(limiter)["_pace"])["_due"]) == 1
    wishes = inside(driver["_wishes"])
    assert wishes["_flights"] == inside(wishes["_places"])["_turns"] == {}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock that the whole package goes by."""
    clock = Clock()
    monkeypatch.setattr(_pauses, "time", SimpleNamespace(monotonic=clock))
    return clock


@pytest.mark.tools
def test_some_thousand_calls_keep_the_pace(clock: Clock) -> None:
    found = endure(2000, clock)
    assert found.highest <= BURST + 1e-3
    assert 0.99 * RATE * found.seconds <= found.sent < 1000


@pytest.mark.long
def test_two_million_calls(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    calls = 2_000_000
    sent, seconds, minutes, highest, marks = endure(calls, clock)
    grown = marks[-1].memory - marks[0].memory
    more_objects = marks[-1].objects / marks[0].objects - 1
    report = [
        f"{calls:,} calls for {len(TAGS):,} tags, {sent:,} of them sent, in {seconds / 3600:.1f} hours:",
        f"requests a second: {sent / seconds:.3f}, in a minute from {min(minutes) / 60:.3f} to {max(minutes) / 60:.3f}",
        f"most in any window, above the rate: {highest:.4f} of {BURST}",
        f"after the first tenth, memory {grown / 1000:+.1f} MB, objects {more_objects:+.2%}",
    ]
    with capsys.disabled():
        sys.stdout.write("\n".join(["", *report, ""]))
    assert 0.99 * RATE * 60 <= min(minutes) <= max(minutes) <= RATE * 60 + BURST
    assert highest <= BURST + 1e-3
    assert grown < 20_000
    assert more_objects < 0.02
