"""What is kept from one call to the next: lists that names are looked up in, and answers as long as they are fresh."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from threading import RLock
from typing import TYPE_CHECKING, Protocol, TypeVar

from cocapi_gen._http.run import Noted, Result, Run
from cocapi_gen.events import CacheHit
from cocapi_gen.exceptions import IncorrectParameters, ResourceNotFound, WarLogIsPrivate
from cocapi_gen.statistics import CacheStatistics

if TYPE_CHECKING:
    from cocapi_gen._http.flow import Once, Remember
    from cocapi_gen._http.settings import Cache
    from cocapi_gen._http.watch import Watch

_LASTING = (IncorrectParameters, ResourceNotFound, WarLogIsPrivate)
"""Errors that say something about what was asked for, and so are kept as long as the API says."""
_NOT_FOR_US = re.compile("no-store|no-cache", re.IGNORECASE)


@lru_cache
def _is_for_us(cache_control: str) -> bool:
    """Say whether the API lets a client keep an answer."""
    return _NOT_FOR_US.search(cache_control) is None


@dataclass(slots=True)
class Kept:
    """What a flow came to, by which requests, and when."""

    result: Result
    exchanges: list[Noted]
    since: float

    def give(self, run: Run) -> object:
        """Return the value, or raise the error, for one more who wants it."""
        run.take(self.exchanges)
        if self.result.error is None:
            return self.result.value
        return self.result.without_trace().unwrap()

    def is_young_enough(self, run: Run, moment: float) -> bool:
        """Say whether it is as new as a call wants it. Fresh data have to be newer than the question."""
        max_age = run.options.max_age
        return max_age is None or self.since >= min(run.since, moment) - max_age


W_contra = TypeVar("W_contra", contravariant=True)


class Shelf(Protocol[W_contra]):
    """Where results are kept."""

    def find(self, wanted: W_contra, run: Run, moment: float) -> Kept | None:
        """Return what will do for a call, if there is something."""
        ...

    def put(self, wanted: W_contra, kept: Kept) -> None:
        """Keep something, if it is for keeping."""
        ...


class Lists:
    """Keeps all there is, for ever."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Kept] = {}

    def find(self, wanted: Once, run: Run, moment: float) -> Kept | None:
        """Return what will do for a call, if there is something."""
        kept = self._kept.get(wanted.key)
        if kept is None or not kept.is_young_enough(run, moment):
            return None
        return kept if wanted.max_age is None or moment - kept.since <= wanted.max_age else None

    def put(self, wanted: Once, kept: Kept) -> None:
        """Keep it unless it is an error."""
        if kept.result.error is None:
            self._kept[wanted.key] = kept


class Answers:
    """Keeps answers as long as the API calls them fresh, or a little longer for hard times; the least used go first."""

    def __init__(self, limits: Cache, watch: Watch) -> None:
        self._limits = limits
        self._watch = watch
        self._kept: OrderedDict[Hashable, _Entry] = OrderedDict()
        self._lock = RLock()  # a signal may come in the midst of it, and whoever handles that may ask for statistics
        self._hits = self._stale_hits = self._misses = self._size = 0

    def statistics(self) -> CacheStatistics:
        """Return what was done so far, and what is kept."""
        with self._lock:
            return CacheStatistics(self._hits, self._stale_hits, self._misses, len(self._kept), self._size)

    def find(self, wanted: Remember[object], run: Run, moment: float) -> Kept | None:
        """Return what will do for a call, if there is something."""
        with self._lock:
            entry = self._kept.get(wanted.key)
            if entry is None or moment >= entry.until:
                return None
            if run.options.max_age is not None and not entry.kept.is_young_enough(run, moment):
                return None
            self._hits += 1
            if wanted.key in self._kept:  # else it was dropped by a call that a signal's handler made
                self._kept.move_to_end(wanted.key)
        if self._watch.hears(CacheHit):  # this has to be quick
            self._tell(wanted, entry.kept, moment, is_stale=False)
        return entry.kept

    def find_stale(self, wanted: Remember[object], run: Run, moment: float) -> Kept | None:
        """Return what is no longer fresh, but has to do."""
        entry = self._kept.get(wanted.key)
        if entry is None or entry.kept.result.error:
            return None
        max_age = run.options.max_age
        fresh_until = entry.until if max_age is None else min(entry.until, entry.kept.since + max_age)
        if moment >= fresh_until + run.options.stale_if_error:
            return None
        with self._lock:
            self._stale_hits += 1
        self._tell(wanted, entry.kept, moment, is_stale=True)
        return entry.kept

    def put(self, wanted: Remember[object], kept: Kept) -> None:
        """Keep an answer that the API calls fresh for some time."""
        lifetime = self._lifetime(wanted, kept)
        size = sum(exchange.size for exchange in kept.exchanges)
        with self._lock:
            self._misses += 1
            if lifetime <= 0 or size > self._limits.max_bytes:
                return
            replaced = self._kept.pop(wanted.key, None)
            self._kept[wanted.key] = _Entry(kept, kept.since + lifetime, size)
            self._size += size if replaced is None else size - replaced.size
            while len(self._kept) > self._limits.max_entries or self._size > self._limits.max_bytes:
                _, oldest = self._kept.popitem(last=False)
                self._size -= oldest.size

    def _tell(self, wanted: Remember[object], kept: Kept, moment: float, *, is_stale: bool) -> None:
        operation = wanted.operation
        self._watch.tell(CacheHit, operation.method, operation.path_template, moment - kept.since, is_stale)

    def _lifetime(self, wanted: Remember[object], kept: Kept) -> float:
        error = kept.result.error
        if not kept.exchanges or not (error is None or isinstance(error, _LASTING)):
            return 0.0
        answer = kept.exchanges[-1]
        if not _is_for_us(answer.cache_control):
            return 0.0
        chosen = (self._limits.max_ages or {}).get(wanted.operation.operation_id)
        if chosen is not None:
            return chosen
        return answer.max_age or 0.0


@dataclass(slots=True)
class _Entry:
    kept: Kept
    until: float
    size: int
