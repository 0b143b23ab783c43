"""How much a client has done: what ``Client.statistics`` returns.

Example:
    >>> cache = CacheStatistics(hits=30, stale_hits=0, misses=10, entries=10, size=220_000)
    >>> f"{cache.hits / (cache.hits + cache.misses):.0%} came from the cache"
    '75% came from the cache'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CacheStatistics:
    """What the cache has done, and holds.

    Attributes:
        hits: answers that were given out while they were fresh.
        stale_hits: answers that had to do although they were no longer fresh: see the option ``stale_if_error``.
        misses: answers that were asked for because none that was kept would do. A call that waited for the answer to
            another one counts neither here nor there.
        entries: answers that are kept now; some of them may have had their time.
        size: bytes of these, as they came.
    """

    hits: int
    stale_hits: int
    misses: int
    entries: int
    size: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a client has done since it was made, together with all that ``with_options`` made of it.

    Attributes:
        requests: requests that were sent, each try counted. One that is under way, or was cancelled, is neither an
            answer nor a failure.
        answers: how many answers had which status.
        failures: requests that got no answer.
        retries: failures after which a request was planned once more.
        waits: requests that had to wait for their turn.
        rests: how often a token was throttled.
        replacements: requests that were refused with one token and went on with another; when many are under way at
            once, one new token may count for each of them.
        cache: what the cache has done; zeros without one.
        in_maintenance: whether the last that was heard of the game is that it is in maintenance.
    """

    requests: int
    answers: Mapping[int, int]
    failures: int
    retries: int
    waits: int
    rests: int
    replacements: int
    cache: CacheStatistics
    in_maintenance: bool
