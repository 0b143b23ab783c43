"""How much memory an object takes, how much of what was sent it keeps, and how long the collector pauses for many."""

from __future__ import annotations

import gc
import json
import tracemalloc
from collections.abc import Callable
from statistics import median
from time import process_time
from types import FunctionType, ModuleType
from typing import cast

from benchmarks.contenders.worker import Measure

_HELD = 20
_CLANS = 300
_COLLECTIONS = 5


def held(make: Callable[[], object]) -> Measure:
    """Measure the bytes of an object, as the mean of many."""

    def measure(times: int) -> float:
        make()
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        kept = [make() for _ in range(_HELD)]
        gc.collect()
        taken = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        return times * taken / len(kept)

    return measure


def pause(make: Callable[[], object]) -> Measure:
    """Measure a full garbage collection while many objects are held, beyond one without them."""

    def measure(times: int) -> float:
        gc.collect()
        without = median(_collection() for _ in range(_COLLECTIONS))
        kept = [make() for _ in range(_CLANS)]
        gc.collect()
        beyond = median(_collection() for _ in range(_COLLECTIONS)) - without
        del kept
        return times * beyond

    return measure


def share_kept(make: Callable[[], object], body: bytes) -> Measure:
    """Measure which share of the texts in a body is found in the object made of it."""
    return lambda times: times * len(texts_of(body) & texts_in(make())) / len(texts_of(body))


def texts_of(body: bytes) -> set[str]:
    """Return all texts in JSON that are no keys; short ones may be found by chance.

    >>> sorted(texts_of(b'{"key": ["value", {"other": "text"}], "short": "no"}'))
    ['text', 'value']
    """
    found = set[str]()

    def look(value: object) -> None:
        if isinstance(value, str):
            found.add(value)
        elif isinstance(value, dict):
            look([*cast("dict[str, object]", value).values()])
        elif isinstance(value, list):
            for part in cast("list[object]", value):
                look(part)

    look(json.loads(body))
    return {text for text in found if len(text) >= 4}


def texts_in(thing: object) -> set[str]:
    """Return all texts that an object holds, at whatever depth; classes and modules are not looked into."""
    found, seen, waiting = set[str](), dict[int, object](), [thing]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            found.add(one)
        elif id(one) not in seen and not isinstance(one, (type, ModuleType, FunctionType)):
            seen[id(one)] = one
            waiting += gc.get_referents(one)
    return found


def _collection() -> float:
    begin = process_time()
    gc.collect()
    return process_time() - begin
