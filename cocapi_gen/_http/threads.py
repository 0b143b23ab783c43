"""What runs several things at once in plain threads; ``tasks`` has the same for an event loop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Hashable
from contextlib import contextmanager
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

    Each begins with the context variables of this thread, as tasks do, so that a trace goes on in it. If this thread is
    interrupted, ``stop`` takes away what they would go on with, and who pauses ends.
    """
    faults = list[BaseException]()

    def begin(interrupted: threading.Event) -> None:
        with _taking_part(interrupted):
            try:
                work()
            except BaseException as fault:  # noqa: BLE001 # raised where somebody waits for it
                faults.append(fault)

    with _taking_part(_place.interrupted or threading.Event()) as interrupted:
        # No pool: one would refuse to start threads once the main thread has ended.
        others = [
            threading.Thread(target=copy_context().run, args=(begin, interrupted), name="cocapi-gen")
            for _ in range(workers - 1)
        ]
        try:
            for other in others:
                other.start()
            work()
            for other in others:
                other.join()
        except BaseException:
            stop()
            interrupted.set()
            for other in others:
                if other.ident is not None:
                    other.join()
            raise
    if faults:
        raise faults[0]


@contextmanager
def _taking_part(interrupted: threading.Event) -> Generator[threading.Event]:
    """Let this thread stand there for a while."""
    before, _place.interrupted = _place.interrupted, interrupted
    try:
        yield interrupted
    finally:
        _place.interrupted = before


def wait(event: Event, seconds: float | None) -> bool:
    """Wait for an event, but no longer than so many seconds; tell whether it has come."""
    event.wait(seconds)
    if _place.interrupted is not None and _place.interrupted.is_set():
        raise _Interrupted
    return event.is_set()
