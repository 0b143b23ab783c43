"""The fixtures; ``pytest_plugins = ["cocapi_gen.testing"]`` in the topmost ``conftest.py`` brings them in.

A test may move the clock of its sandbox, or break its API: every test gets a sandbox of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cocapi_gen.testing.pauses import no_sleep

try:
    import pytest
except ModuleNotFoundError as _missing:
    raise ImportError('The fixtures need pytest: pip install "cocapi-gen[testing]"') from _missing

if TYPE_CHECKING:
    from cocapi_gen import Client, SyncClient
    from cocapi_gen.sandbox import Sandbox


@pytest.fixture
def sandbox() -> Sandbox:
    """An invented API for one test, in process; it starts the same every time."""
    from cocapi_gen.sandbox import Sandbox

    return Sandbox(seed=1)


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    """A client that asks the sandbox."""
    return sandbox.client()


@pytest.fixture
def sync_client(sandbox: Sandbox) -> SyncClient:
    """A client without an event loop that asks the sandbox."""
    return sandbox.sync_client()


@pytest.fixture(name="no_sleep")
def no_sleep_in_a_test() -> Iterator[list[float]]:
    """Skip the package's pauses; the list tells those that were skipped, in seconds."""
    with no_sleep() as pauses:
        yield pauses
