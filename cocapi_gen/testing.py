"""A pytest plugin for whoever tests a program that uses this package; pytest finds it by itself.

It gives two fixtures. ``sandbox`` is an invented API on loopback, one for all tests; ``client`` is a client that asks
it. And it knows the option ``--recordings DIR``, for tests that look at recorded answers of the real API: one JSON file
an answer, with ``response_code``, ``headers`` and ``body``. ``pytestconfig.getoption("recordings")`` is the folder, or
None.

Example::

    async def test_my_report(client, sandbox):
        clan = await client.clan(sandbox.world.in_war_clan_tag)
        assert my_report(clan).startswith(clan.name)
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cocapi_gen import Client
    from cocapi_gen.sandbox import Sandbox


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take a folder of recorded answers."""
    group = parser.getgroup("cocapi-gen", "Clash of Clans")
    group.addoption("--recordings", type=Path, metavar="DIR", help="a folder of recorded answers to look at")


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """An invented API on loopback, the same for every run."""
    from cocapi_gen.sandbox import Sandbox

    with Sandbox(seed=1) as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    """A client that asks the sandbox; its connections close with the event loop."""
    from cocapi_gen import Client

    return Client("token", base_url=sandbox.base_url)
