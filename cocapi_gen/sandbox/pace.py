"""How time passes in the sandbox: only when told, or at a multiple of real time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import RLock
from time import monotonic

from cocapi_gen.sandbox.world import World
from cocapi_gen.sandbox.world.history import Event

FASTEST = 1_000_000
"""The highest speed: a week and a half in a second."""


class Pace:
    """Moves a world on in time, and lets one thread at a time have it.

    >>> pace = Pace(World(1), speed=0.0)
    >>> before = pace.now
    >>> pace.advance(timedelta(hours=3))
    >>> pace.now - before
    datetime.timedelta(seconds=10800)
    """

    def __init__(self, world: World, speed: float) -> None:
        if not 0 <= speed <= FASTEST:
            problem = f"speed is {speed}, but has to be from 0 to {FASTEST:,}, in multiples of real time"
            raise ValueError(f"{problem}. To jump ahead, use advance().")
        self.lock: RLock = RLock()
        self._world = world
        self._speed = speed
        self._since = monotonic()

    @property
    def world(self) -> World:
        """The world, in which as much time has passed as has to."""
        with self.lock:
            if self._speed:
                moment = monotonic()
                self._world.advance(timedelta(seconds=(moment - self._since) * self._speed))
                self._since = moment
            return self._world

    @property
    def now(self) -> datetime:
        """The moment in the world."""
        with self.lock:
            return self.world.now

    @property
    def history(self) -> Sequence[Event]:
        """What has happened in the world."""
        with self.lock:
            return self.world.history

    def advance(self, by: timedelta) -> None:
        """Let time pass.

        Raises:
            ValueError: it would go back.
        """
        with self.lock:
            self._world.advance(by)
