"""What everything that happens in a world shares: the clock, the people and clans, the history."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cocapi_gen.sandbox.world.clans import Clan
from cocapi_gen.sandbox.world.clock import Clock
from cocapi_gen.sandbox.world.history import Event
from cocapi_gen.sandbox.world.material import TagMint
from cocapi_gen.sandbox.world.people import Person


@dataclass(frozen=True, slots=True)
class Stage:
    """The common ground of all that happens.

    Attributes:
        seed: what everything is drawn from.
        clock: the time, and what is due.
        mint: makes new tags.
        clans: every clan by tag; none comes and none goes.
        people: every player by tag, likewise.
        history: what has happened, oldest first.
    """

    seed: int
    clock: Clock
    mint: TagMint
    clans: dict[str, Clan]
    people: dict[str, Person]
    history: list[Event] = field(default_factory=list[Event])

    @property
    def now(self) -> datetime:
        """The moment that it is."""
        return self.clock.now
