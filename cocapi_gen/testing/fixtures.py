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
    from cocapi_gen import Client
    from cocapi_gen.sandbox import Sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """An invented API for one test; it starts the same every time."""
    from cocapi_gen.sandbox import Sandbox

    # With a sandbox that answers in process: ``return Sandbox(seed=1)`` here, and ``return sandbox.client()`` below.
    with Sandbox(seed=1) as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    """A client that asks the sandbox; its connections close with the event loop."""
    from cocapi_gen import Client

    return Client("token", base_url=sandbox.base_url)


@pytest.fixture(name="no_sleep")
def no_sleep_in_a_test() -> Iterator[list[float]]:
    """Skip the package's pauses; the list tells those that were skipped, in seconds."""
    with no_sleep() as pauses:
        yield pauses
