"""Answers that are kept for their lifetime, as the API's cache does: who asks again gets the same, and less time."""

from __future__ import annotations

import math
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import NamedTuple

_MOST = 1000


class _Entry(NamedTuple):
    payload: bytes
    until: datetime


class Kept(NamedTuple):
    """An answer that was made before, and for how many seconds more it is the one to give."""

    payload: bytes
    seconds: int


class Shelf:
    """Keeps the answers that were last asked for.

    >>> from datetime import UTC
    >>> shelf, noon = Shelf(), datetime(2026, 1, 1, 12, tzinfo=UTC)
    >>> shelf.put("/v1/locations", b"{}", 60, noon)
    Kept(payload=b'{}', seconds=60)
    >>> shelf.get("/v1/locations", noon + timedelta(seconds=24))
    Kept(payload=b'{}', seconds=36)
    >>> shelf.get("/v1/locations", noon + timedelta(seconds=60)) is None
    True
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._entries: OrderedDict[str, _Entry] = OrderedDict()

    def put(self, key: str, payload: bytes, seconds: int, now: datetime) -> Kept:
        """Keep an answer for so many seconds; what was not asked for the longest makes room."""
        self._entries[key] = _Entry(payload, now + timedelta(seconds=seconds))
        self._entries.move_to_end(key)
        if len(self._entries) > self._most:
            self._entries.popitem(last=False)
        return Kept(payload, seconds)

    def get(self, key: str, now: datetime) -> Kept | None:
        """The answer, unless its time is over."""
        entry = self._entries.get(key)
        if entry is None or entry.until <= now:
            return None
        self._entries.move_to_end(key)
        return Kept(entry.payload, math.ceil((entry.until - now).total_seconds()))
