"""Which transport a client sends with. None is loaded before it is needed, for each takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cocapi_gen.exceptions import InvalidParameterError

if TYPE_CHECKING:
    import httpx

    from cocapi_gen._http.settings import Engine
    from cocapi_gen._http.transport import AsyncTransport, SyncTransport

_NO_HTTPTOOLS = 'engine="httptools" needs httptools: pip install "cocapi-gen[fast]"'
_PROXIES = ("http", "https", "all")


def check_async_engine(engine: Engine, transport: object, http_client: object) -> None:
    """Refuse what cannot carry requests in event loops.

    Raises:
        InvalidParameterError: there is more than one thing to send with, or one is of the wrong kind.
        ImportError: the engine is not installed.
    """
    is_lent = transport is not None or http_client is not None
    if engine == "httptools":
        _check_httptools(is_lent=is_lent)
    if is_lent:
        from cocapi_gen._http.httpx_transport import AsyncHttpxTransport

        AsyncHttpxTransport.check(transport, http_client)


def _check_httptools(*, is_lent: bool) -> None:
    from importlib.util import find_spec  # here, because it takes time that hardly any client needs

    if is_lent:
        raise InvalidParameterError("httptools", "Give either an engine or something of httpx to send with, not both.")
    if find_spec("httptools") is None:
        raise ImportError(_NO_HTTPTOOLS)


def check_sync_engine(engine: Engine, transport: object, http_client: object) -> None:
    """Refuse what cannot carry requests in threads.

    Raises:
        InvalidParameterError: there is more than one thing to send with, or one is of the wrong kind.
    """
    if engine == "httptools":
        raise InvalidParameterError(engine, 'httptools needs an event loop: use Client, or engine="httpx".')
    if transport is not None or http_client is not None:
        from cocapi_gen._http.httpx_transport import SyncHttpxTransport

        SyncHttpxTransport.check(transport, http_client)


def async_transport(
    user_agent: str,
    transport: httpx.AsyncBaseTransport | None,
    http_client: httpx.AsyncClient | None,
    *,
    engine: Engine,
    trust_env: bool,
    connections: int,
) -> AsyncTransport:
    """Return what carries requests in event loops."""
    if transport is not None or http_client is not None or _is_through_a_proxy(trust_env=trust_env):
        from cocapi_gen._http.httpx_transport import AsyncHttpxTransport

        return AsyncHttpxTransport(user_agent, transport, http_client, trust_env=trust_env, connections=connections)
    if engine == "httptools":
        from cocapi_gen._http.httptools_transport import AsyncHttptoolsTransport

        return AsyncHttptoolsTransport(user_agent, trust_env=trust_env)
    from cocapi_gen._http.core_transport import AsyncCoreTransport

    return AsyncCoreTransport(user_agent, trust_env=trust_env)


def sync_transport(
    user_agent: str,
    transport: httpx.BaseTransport | None,
    http_client: httpx.Client | None,
    *,
    engine: Engine,  # noqa: ARG001 # the same as above, and there is but one
    trust_env: bool,
    connections: int,  # noqa: ARG001 # there are as many as requests under way
) -> SyncTransport:
    """Return what carries requests in threads."""
    if transport is not None or http_client is not None or _is_through_a_proxy(trust_env=trust_env):
        from cocapi_gen._http.httpx_transport import SyncHttpxTransport

        return SyncHttpxTransport(user_agent, transport, http_client, trust_env=trust_env)
    from cocapi_gen._http.core_transport import SyncCoreTransport

    return SyncCoreTransport(user_agent, trust_env=trust_env)


def _is_through_a_proxy(*, trust_env: bool) -> bool:
    if not trust_env:
        return False
    from urllib.request import getproxies

    return any(getproxies().get(kind) for kind in _PROXIES)
