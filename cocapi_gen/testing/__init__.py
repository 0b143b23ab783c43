"""Fixtures for testing a program that uses this package.

``pytest_plugins = ["cocapi_gen.testing"]`` in a ``conftest.py`` brings them in: ``sandbox`` is an invented API on
loopback, one for all tests, and ``client`` is a client that asks it.

Example::

    pytest_plugins = ["cocapi_gen.testing"]  # conftest.py

    def test_my_report(client, sandbox):
        clan = asyncio.run(client.clan(sandbox.world.in_war_clan_tag))
        assert my_report(clan).startswith(clan.name)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cocapi_gen import Client
    from cocapi_gen.sandbox import Sandbox


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
