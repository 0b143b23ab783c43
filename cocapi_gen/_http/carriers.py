"""Which transport a client sends with."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.request import getproxies

if TYPE_CHECKING:
    import httpx

    from cocapi_gen._http.transport import AsyncTransport, SyncTransport

_PROXIES = ("http", "https", "all")


def async_transport(
    user_agent: str,
    transport: httpx.AsyncBaseTransport | None,
    http_client: httpx.AsyncClient | None,
    *,
    trust_env: bool,
    connections: int,
) -> AsyncTransport:
    """Return what carries requests in event loops."""
    if transport is None and http_client is None and not _is_through_a_proxy(trust_env=trust_env):
        from cocapi_gen._http.core_transport import AsyncCoreTransport

        return AsyncCoreTransport(user_agent, trust_env=trust_env)
    from cocapi_gen._http.httpx_transport import AsyncHttpxTransport

    return AsyncHttpxTransport(user_agent, transport, http_client, trust_env=trust_env, connections=connections)


def sync_transport(
    user_agent: str,
    transport: httpx.BaseTransport | None,
    http_client: httpx.Client | None,
    *,
    trust_env: bool,
    connections: int,
) -> SyncTransport:
    """Return what carries requests in threads."""
    if transport is None and http_client is None and not _is_through_a_proxy(trust_env=trust_env):
        from cocapi_gen._http.core_transport import SyncCoreTransport

        return SyncCoreTransport(user_agent, trust_env=trust_env)
    from cocapi_gen._http.httpx_transport import SyncHttpxTransport

    return SyncHttpxTransport(user_agent, transport, http_client, trust_env=trust_env, connections=connections)


def _is_through_a_proxy(*, trust_env: bool) -> bool:
    proxies = getproxies() if trust_env else {}
    return any(proxies.get(kind) for kind in _PROXIES)
