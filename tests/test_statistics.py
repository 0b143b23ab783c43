"""The figures that a client keeps: as many as were told as events, however many threads work."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import anyio
import httpx
import pytest
from hypothesis import given, strategies as st

from cocapi_gen import CacheStatistics, Client, CocApiError, Statistics, SyncClient, events
from cocapi_gen.events import Event
from cocapi_gen.testing import no_sleep
from tests.answers import player_body

ANSWERS = st.sampled_from([200, 200, 200, 404, 429, 503, None])
TAGS = st.sampled_from(["#2PP", "#8QU", "#Y9V"])


def api(statuses: list[int | None]) -> httpx.MockTransport:
    """An API that gives these answers in turn; None breaks the connection."""

    def answer(request: httpx.Request) -> httpx.Response:
        status = statuses.pop() if statuses else 200
        if status is None:
            raise httpx.ReadError("reset")
        return httpx.Response(status, json=player_body(), headers={"cache-control": "max-age=60"})

    return httpx.MockTransport(answer)


def told(seen: list[Event]) -> dict[str, object]:
    """The figures, counted from the events."""
    counts = Counter(map(type, seen))
    return {
        "requests": counts[events.RequestSent],
        "answers": dict(Counter(each.status for each in seen if isinstance(each, events.AnswerReceived))),
        "failures": counts[events.RequestFailed],
        "retries": counts[events.RetryPlanned],
        "waits": counts[events.TurnWaited],
        "rests": counts[events.TokenRested],
        "replacements": counts[events.TokenReplaced],
    }


def kept(figures: Statistics) -> dict[str, object]:
    return {name: getattr(figures, name) for name in told([])}


@given(statuses=st.lists(ANSWERS), tags=st.lists(TAGS, max_size=8))
def test_the_figures_are_those_of_the_events(statuses: list[int | None], tags: list[str]) -> None:
    seen = list[Event]()
    client = SyncClient("T", rate=None, transport=api(statuses), on_event=seen.append, stale_if_error=60)
    with no_sleep():
        for tag in tags:
            with suppress(CocApiError):
                client.player(tag)
    hits = [each.is_stale for each in seen if isinstance(each, events.CacheHit)]
    figures = client.statistics
    assert kept(figures) == told(seen)
    assert (figures.cache.hits, figures.cache.stale_hits) == (hits.count(False), hits.count(True))
    assert figures.cache.hits + figures.cache.stale_hits + figures.cache.misses >= len(tags)


def test_who_shares_a_client_shares_its_figures() -> None:
    client = SyncClient("T", rate=None, transport=api([]))
    tags = [f"#2P{letter}" for letter in "PYLQGRJCUV"] * 20
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(client.with_options(retries=0).player, tags))
    cache = client.statistics.cache
    assert client.statistics.answers == {200: 10}
    assert (cache.misses, cache.entries) == (10, 10)
    assert 0 < cache.size < 10_000
    assert cache.hits <= 190  # some had waited for the same answer


def test_without_a_cache_its_figures_are_zeros() -> None:
    client = SyncClient("T", rate=None, cache=None, transport=api([]))
    for _ in range(3):
        client.player("#2PP")
    assert client.statistics.requests == 3
    assert client.statistics.cache == CacheStatistics(0, 0, 0, 0, 0)


def test_before_the_first_call_all_are_zero() -> None:
    assert Client("T").statistics == Statistics(
        0, {}, 0, 0, 0, 0, 0, CacheStatistics(0, 0, 0, 0, 0), in_maintenance=False
    )


def test_maintenance_is_seen() -> None:
    down = [True]

    def answer(request: httpx.Request) -> httpx.Response:
        return (
            httpx.Response(503, json={"reason": "inMaintenance"}) if down else httpx.Response(200, json=player_body())
        )

    async def main() -> list[bool]:
        client = Client("T", cache=None, transport=httpx.MockTransport(answer))
        states = [client.statistics.in_maintenance]
        with suppress(CocApiError):
            await client.player("#2PP")
        states.append(client.statistics.in_maintenance)
        down.clear()
        await client.player("#2PP")
        return [*states, client.statistics.in_maintenance]

    assert anyio.run(main) == [False, True, False]


SIGNALLED = """
import signal
import httpx
from cocapi_gen import SyncClient
from tests.answers import player_body

def answer(request):
    return httpx.Response(200, json=player_body(), headers={"cache-control": "max-age=600"})

client = SyncClient("T", transport=httpx.MockTransport(answer))
told = []

def ask(*_):
    told.append((client.statistics, client.drift()))
    if len(told) < 500:
        signal.setitimer(signal.ITIMER_REAL, 0.001)

client.player("#2PP")  # loads modules: importlib of Python 3.11 fails if a handler does so in the midst of it
signal.signal(signal.SIGALRM, ask)
signal.setitimer(signal.ITIMER_REAL, 0.001)
while len(told) < 500:
    client.player("#2PP")
print(len(told))
"""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no such signals")
def test_whoever_handles_a_signal_may_ask_for_them() -> None:
    """It comes in the midst of anything, and nothing goes on before it is handled: a lock of the thread would stay."""
    command = [sys.executable, "-c", SIGNALLED]
    done = subprocess.run(command, cwd=Path(__file__).parent.parent, capture_output=True, text=True, timeout=60)  # noqa: S603, PLW1510
    assert (done.stdout, done.stderr) == ("500\n", "")
