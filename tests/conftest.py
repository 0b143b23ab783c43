"""Settings and fixtures that all tests share."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from cocapi_gen import Client
from cocapi_gen.sandbox import Sandbox
from tests.carrying import over_httptools

# Slow machines must not fail a property for taking its time, and every run looks at the same examples.
settings.register_profile("here", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("here")

# A shell lets what it starts in the background ignore Ctrl-C, and so would all that the tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the whole suite run with either engine."""
    parser.addoption("--engine", choices=("httpx", "httptools"), default="httpx", help="what carries all requests")


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """An invented API on loopback, one for all tests: what changes it has to take one of its own."""
    with Sandbox(seed=1) as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    """A client that asks the sandbox through a socket."""
    return Client("token", base_url=sandbox.base_url)


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the environment of whoever runs the tests out of them."""
    for name in ("COC_TOKEN", "COC_BASE_URL", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(autouse=True)
def _engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.config.getoption("--engine") != "httptools":
        return
    differs: pytest.Mark | None = request.node.get_closest_marker("own_connections")
    if differs is not None:
        pytest.skip(differs.args[0])
    monkeypatch.setattr("cocapi_gen.client.async_transport", over_httptools)


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """Run each asynchronous test in both worlds."""
    backend: str = request.param
    return backend
