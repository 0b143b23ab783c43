"""What a forked process must not take over: locks that nobody there will open, and whoever is not there."""

from __future__ import annotations

import os
from typing import Protocol
from weakref import WeakSet


class Forked(Protocol):
    """Whatever has such things."""

    def begin_anew(self) -> None:
        """Begin with nothing of the parent's, in a child."""
        ...


_all: WeakSet[Forked] = WeakSet()


def begins_anew(thing: Forked) -> None:
    """Let something begin anew in each child, as long as it is in use."""
    _all.add(thing)


def _begin_anew() -> None:
    for thing in [*_all]:
        thing.begin_anew()


if hasattr(os, "register_at_fork"):  # on Windows, nothing forks
    os.register_at_fork(after_in_child=_begin_anew)
