"""Nothing that the asynchronous client does holds up the event loop: no file, no sleep, no socket of its own."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import pytest
from blockbuster import BlockingError, blockbuster_ctx

from cocapi_gen import Cache, Client, CocApiError, WaitTooLong, _pauses
from cocapi_gen.sandbox import Sandbox, gateway, maintenance, reset, throttled
from cocapi_gen.testing import no_sleep
from tests.asking import arguments_for_methods

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """It looks for asyncio's event loops only; what runs in them is the same under trio."""
    return "asyncio"


@pytest.fixture(scope="module")
def served() -> Iterator[Sandbox]:
    """A sandbox behind a socket, whose server has an event loop in a thread of its own."""
    with Sandbox(seed=1, clans=12) as running:
        yield running


@pytest.fixture
async def watched(served: Sandbox) -> AsyncIterator[Client]:
    """A client that has loaded what it needs, while whatever blocks is an error."""
    client = Client("T", base_url=served.base_url, rate=None, cache=Cache(), retries=2)
    for name, arguments in arguments_for_methods(served.world).items():
        if name != "verify_token":  # the modules of httpx and of models load with their first use
            await getattr(client.with_options(max_age=0), name)(*arguments)
    with blockbuster_ctx("cocapi_gen", excluded_modules=["cocapi_gen.sandbox"]):
        yield client
    await client.aclose()
    served.heal()


async def test_what_blocks_is_found(watched: Client) -> None:
    with pytest.raises(BlockingError, match="sleep"):
        _pauses.pause_here(0.001)
    time.sleep(0.001)  # noqa: ASYNC251 # not of ours, so nobody minds


@pytest.mark.parametrize("max_age", [0, None])
async def test_no_method_blocks(watched: Client, served: Sandbox, max_age: float | None) -> None:
    client = watched.with_options(max_age=max_age)
    for name, arguments in arguments_for_methods(served.world).items():
        assert await getattr(client, name)(*arguments) is not None
    outcomes = await client.players([served.world.player_tag, "no tag"]).all()
    assert [bool(outcome) for outcome in outcomes] == [True, False]
    page = await client.clans_details(min_members=2, limit=3)
    assert [clan.tag async for clan in client.walk(page, max_items=7)]


@pytest.mark.parametrize("fault", [throttled(), gateway(502), maintenance(), reset("head")], ids=lambda each: each.name)
async def test_no_failure_blocks(watched: Client, served: Sandbox, fault: object) -> None:
    served.inject(fault, times=2)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # one of the four
    with no_sleep(), suppress(CocApiError):
        await watched.with_options(max_age=0, wait_for_maintenance=True).player(served.world.player_tag)


async def test_no_wait_blocks(served: Sandbox, watched: Client) -> None:
    with no_sleep():
        hurried = Client("T", base_url=served.base_url, rate=5, cache=None)
        for _ in range(15):
            await hurried.player(served.world.player_tag)
        with suppress(WaitTooLong):
            await hurried.with_options(max_wait=0).player(served.world.player_tag)
        await hurried.aclose()
