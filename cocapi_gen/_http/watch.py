"""Tells whoever wants to know what the client does: the user's hook and the log."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from dataclasses import fields
from typing import TypeAlias

from cocapi_gen.events import Event

Hook: TypeAlias = Callable[[Event], object]

logger = logging.getLogger("cocapi_gen")
logger.addHandler(logging.NullHandler())


class Watch:
    """Passes events on. What goes wrong in a hook is logged: it must not cost a call."""

    def __init__(self, hook: Hook | None) -> None:
        self._hook = hook

    def tell(self, event: Event) -> None:
        """Pass an event on."""
        if logger.isEnabledFor(event.level):
            logger.log(event.level, "%s", _line(event), extra={"event": event})
        if self._hook is not None:
            self._call(self._hook, event)

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
