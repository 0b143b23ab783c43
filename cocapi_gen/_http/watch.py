"""Tells whoever wants to know what the client does: the user's hook, the log, and those who count."""

from __future__ import annotations

import logging
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import fields
from threading import RLock
from typing import ParamSpec, Protocol, TypeAlias

from cocapi_gen import events
from cocapi_gen.events import Event
from cocapi_gen.statistics import CacheStatistics, Statistics

Hook: TypeAlias = Callable[[Event], object]
P = ParamSpec("P")


class _Level(Protocol):
    """Whatever has a level of logging."""

    @property
    def level(self) -> int: ...


class _Kind(_Level, Protocol[P]):
    """A kind of event, which makes one of the facts."""

    def __call__(self, *facts: P.args, **named: P.kwargs) -> Event: ...


logger = logging.getLogger("cocapi_gen")
logger.addHandler(logging.NullHandler())


class Watch:
    """Counts events and passes them on. What goes wrong in a hook is logged: it must not cost a call."""

    def __init__(self, hook: Hook | None) -> None:
        self._hook = hook
        self._lock = RLock()  # as in `kept.Answers`
        self._counts = Counter[object]()
        self._answers = Counter[int]()

    def tell(self, kind: _Kind[P], *facts: P.args, **named: P.kwargs) -> None:
        """Pass an event on. It is only made if somebody listens."""
        with self._lock:
            self._counts[kind] += 1
        is_logged = logger.isEnabledFor(kind.level)
        if not is_logged and self._hook is None:
            return
        event = kind(*facts, **named)
        if is_logged:
            logger.log(kind.level, "%s", _line(event), extra={"event": event})
        if self._hook is not None:
            self._call(self._hook, event)

    def hears(self, kind: _Level) -> bool:
        """Say whether somebody listens to events of a kind."""
        return self._hook is not None or logger.isEnabledFor(kind.level)

    def count_status(self, status: int) -> None:
        """Count an answer."""
        with self._lock:
            self._answers[status] += 1

    def statistics(self, cache: CacheStatistics, *, in_maintenance: bool) -> Statistics:
        """Return what was told so far, with what others know."""
        with self._lock:
            return Statistics(
                requests=self._counts[events.RequestSent],
                answers=dict(self._answers),
                failures=self._counts[events.RequestFailed],
                retries=self._counts[events.RetryPlanned],
                waits=self._counts[events.TurnWaited],
                rests=self._counts[events.TokenRested],
                replacements=self._counts[events.TokenReplaced],
                cache=cache,
                in_maintenance=in_maintenance,
            )

    def _call(self, hook: Hook, event: Event) -> None:
        around = sys.exception()
        try:
            hook(event)
        except Exception as error:
            _part(error, around)
            logger.exception("on_event failed")


def _part(error: BaseException, around: BaseException | None) -> None:
    """Cut the cause of an error off from one that it has nothing to do with, and whose text must not be logged."""
    while (before := error.__context__) is not None and before is not around:
        error = before
    error.__context__ = None


def _line(event: Event) -> str:
    """Write an event in one line; of an error only its kind, since its text may hold what was asked for."""
    facts = ((field.name, getattr(event, field.name)) for field in fields(event))
    shown = (f"{name}={type(fact).__name__ if isinstance(fact, Exception) else fact}" for name, fact in facts)
    return " ".join((type(event).__name__, *shown))
