"""Notices what the API sends that the specification does not know, by a close look at a few of the answers."""

from __future__ import annotations

from collections import Counter
from threading import RLock
from typing import TYPE_CHECKING, cast

from cocapi_gen import events
from cocapi_gen._http.watch import Watch, logger
from cocapi_gen.exceptions import UnreadableAnswerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from cocapi_gen._http.operation import Operation
    from cocapi_gen.drift import Drift

_FIRST = 16
_EVERY = 256
"""Of each operation the 16th answer is looked at, and every 256th after it: a look takes as long as two or three
answers take to be read."""
_MOST_KINDS = 1000


class Drifts:
    """Remembers each kind of difference that was seen, and tells of it once."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._answers = Counter[str]()
        self._seen: set[Drift] = set()
        self._lock = RLock()  # as in `kept.Answers`

    def seen(self) -> tuple[Drift, ...]:
        """Return what was seen so far, in order."""
        with self._lock:
            return tuple(sorted(self._seen))

    def note(self, operation: Operation[object], body: bytes) -> None:
        """Take note of an answer, and have a close look if it is its turn."""
        if not operation.tag:  # of what is not in the specification nothing is known
            return
        with self._lock:
            number = self._answers[operation.operation_id] = self._answers[operation.operation_id] + 1
        if number % _EVERY == _FIRST:
            self._look(operation, body)

    def _look(self, operation: Operation[object], body: bytes) -> None:
        try:
            for drift in _differences(operation, body):
                self._add(drift)
        except Exception as error:  # noqa: BLE001 # whatever it is, it must not cost a good answer
            logger.warning("looking for news in %s failed: %s", operation.operation_id, type(error).__name__)

    def _add(self, drift: Drift) -> None:
        with self._lock:
            if drift in self._seen or len(self._seen) >= _MOST_KINDS:
                return
            self._seen.add(drift)
        self._watch.tell(events.DriftSeen, drift)


def _differences(operation: Operation[object], body: bytes) -> Iterator[Drift]:
    from cocapi_gen._http.bodies import decode  # here, because these load pydantic and the raw models
    from cocapi_gen.drift import Drift, differences

    kind = operation.response_model
    try:
        answer = decode(kind, body, operation.operation_id)
    except UnreadableAnswerError as error:
        yield Drift(operation.operation_id, kind.__name__, "shape", _fault(error.__cause__))
    else:
        yield from differences(operation.operation_id, cast("BaseModel", answer))


def _fault(cause: BaseException | None) -> str:
    """Tell the first thing that does not fit, the same for whichever item of a list."""
    from pydantic import ValidationError

    if not isinstance(cause, ValidationError):
        return str(cause)
    fault = cause.errors(include_url=False, include_input=False, include_context=False)[0]
    place = ".".join("*" if isinstance(step, int) else step for step in fault["loc"])
    return f"{place}: {fault['msg']}"
