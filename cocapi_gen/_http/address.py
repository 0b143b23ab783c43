"""Where requests go, as it is written on the wire."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import idna


class Address(NamedTuple):
    """A base URL, taken apart."""

    scheme: bytes
    host: bytes
    port: int
    path: str
    host_line: bytes

    @property
    def is_secure(self) -> bool:
        """Whether what is said is secret."""
        return self.scheme == b"https"


@lru_cache(maxsize=64)
def address_of(base_url: str) -> Address:
    """Take a base URL apart.

    Raises:
        UnicodeError: the name of its host is none.
    """
    parts = urlsplit(base_url)
    name = parts.hostname or ""
    host = name.encode("ascii") if name.isascii() else idna.encode(name, uts46=True)
    shown = b"[%b]" % host if b":" in host else host
    usual = 443 if parts.scheme == "https" else 80
    port = parts.port or usual
    line = shown if port == usual else b"%b:%d" % (shown, port)
    return Address(parts.scheme.encode(), host, port, quote(parts.path, safe="/%:@!$&'()*+,;=~"), line)
