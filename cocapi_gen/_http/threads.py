"""What runs several things at once in plain threads; ``tasks`` has the same for an event loop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from contextvars import copy_context
from threading import Lock
from typing import TYPE_CHECKING

from cocapi_gen._pauses import pause_here

if TYPE_CHECKING:
    from cocapi_gen._http.flow import Question

__all__ = ["Event", "ask", "give_way", "here", "iterate", "pause", "run_together", "wait"]

iterate = iter


class Event:
    """Something that happens once, and that one thread waits for.

    An interrupt can leave an event of ``threading`` locked for ever, and with it whoever lets that happen.
    """

    def __init__(self) -> None:
        self._ahead = Lock()
        self._ahead.acquire()

    def set(self) -> None:
        """Let it happen."""
        self._ahead.release()

    def is_set(self) -> bool:
        """Say whether it has happened."""
        return not self._ahead.locked()

    def wait(self, seconds: float | None) -> None:
        """Wait until it happens, but no longer than that."""
        if self._ahead.acquire(timeout=-1 if seconds is None else seconds):
            self._ahead.release()


class _Interrupted(BaseException):
    """Ends a worker in the midst of a pause, since nobody waits for what it does."""


class _Place(threading.local):
    """Where this thread stands: what is set when the work that it takes part in is interrupted."""

    interrupted: threading.Event | None = None


_place = _Place()


def here() -> Hashable:
    """Return the same everywhere: threads can wait for each other."""
    return None


def ask(question: Question) -> object:
    """Ask a question."""
    return question.ask_here()


def pause(seconds: float) -> None:
    """Wait, unless the work that this is a part of is interrupted."""
    pause_here(seconds, _place.interrupted)
    if _place.interrupted is not None and _place.interrupted.is_set():
        raise _Interrupted


def give_way() -> None:
    """Do nothing: threads have their turns in any case."""


def run_together(work: Callable[[], None], workers: int, stop: Callable[[], object]) -> None:
    """Run several workers, which share out the work among themselves, until all have ended: one of them in this thread.

    Each begins with the context variables of this thread, as tasks do, so that a trace goes on in it. If one of them
    fails, or this thread is interrupted, ``stop`` takes away what they would go on with, and who pauses ends. Raised is
    what somebody failed with, and not that others were cut off for it.
    """
    faults = list[BaseException]()
    around = _place.interrupted  # of work that this is a part of, which may be able to do without it
    interrupted = around or threading.Event()

    def take_part(in_what: Callable[[], None]) -> None:
        before, _place.interrupted = _place.interrupted, interrupted
        try:
            in_what()
        except BaseException as fault:  # noqa: BLE001 # raised when nothing runs any more
            faults.append(fault)
            stop()
            if around is None or not isinstance(fault, Exception):
                interrupted.set()
        finally:
            _place.interrupted = before

    # No pool: one would refuse to start threads once the main thread has ended.
    others = [
        threading.Thread(target=copy_context().run, args=(take_part, work), name="cocapi-gen")
        for _ in range(workers - 1)
    ]

    def lead() -> None:
        for other in others:
            other.start()
        work()
        for other in others:
            other.join()

    take_part(lead)
    for other in others:
        if other.ident is not None:  # else it could not be started
            other.join()
    try:
        if faults:
            raise min(faults, key=_rank)
    finally:
        faults.clear()  # which know of this place, so none would go before the garbage collector comes


def _rank(fault: BaseException) -> int:
    """Say what is to be raised before what: an interrupt, then a fault, then that somebody was cut off for it."""
    return 2 if isinstance(fault, _Interrupted) else 1 if isinstance(fault, Exception) else 0


def wait(event: Event, seconds: float | None) -> bool:
    """Wait for an event, but no longer than so many seconds; tell whether it has come."""
    event.wait(seconds)
    if _place.interrupted is not None and _place.interrupted.is_set():
        raise _Interrupted
    return event.is_set()
