"""Which certificates are believed."""

from __future__ import annotations

import os
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ssl import SSLContext

_loading = Lock()


def believed(*, trust_env: bool) -> SSLContext:
    """Return the certificates that are believed. They take long to load, so all clients share them."""
    with _loading:
        return _loaded(trust_env, os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@cache
def _loaded(trust_env: bool, file: str | None, folder: str | None) -> SSLContext:  # noqa: ARG001, FBT001 # httpx looks them up
    from httpx import create_ssl_context  # here, because requests to this machine need none

    context = create_ssl_context(trust_env=trust_env)
    context.set_alpn_protocols(["http/1.1"])
    return context
