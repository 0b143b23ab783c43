"""Operations that the spec does not have, and what their recorded answers tell of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from codegen.changes.api import Api
from codegen.changes.converting import is_name
from codegen.changes.official import named
from codegen.changes.recordings import Recorded, Unknown
from codegen.changes.tables import table
from codegen.types import Json

_HIDDEN = "TOKEN"
"""What the recorder writes into an answer in place of what was sent in a body, under the name that it had there."""


@dataclass(frozen=True)
class Endpoint:
    """An operation that the spec does not have.

    Attributes:
        method: its method, in upper case.
        path: its path.
        name: what it is called.
        sent: the names of what is sent in its body; None if nothing tells.
        answers: the recorded answers.
    """

    method: str
    path: str
    name: str
    sent: tuple[str, ...] | None
    answers: tuple[Recorded, ...]

    @property
    def place(self) -> str:
        """Where it is, as ``GET /clans``."""
        return f"{self.method} {self.path}"

    @property
    def capitalized(self) -> str:
        """What models are called after."""
        return f"{self.name[:1].upper()}{self.name[1:]}"

    def parameters(self, *, is_paged: bool) -> list[Json]:
        """Return its parameters, as the spec has them."""
        in_path = re.findall("{([^}]*)}", self.path)
        asked = dict.fromkeys([*in_path, *(name for answer in self.answers for name in answer.asked)])
        asked |= dict.fromkeys(("limit", "after", "before") if is_paged else ())
        return [
            {
                "name": name,
                "in": "path" if name in in_path else "query",
                "required": name in in_path,
                "schema": {"type": "string"},
            }
            for name in asked
            if is_name(name)
        ]

    def body(self, ours: Api) -> tuple[str, dict[str, Json]]:
        """Return the name of the model that is sent, and the model: one that has no other use, or else a new one."""
        names = [name for name in self.sent or () if is_name(name)]
        for model, fields in ours.fields.items():
            if fields.keys() == {*names} and (model in ours.sent or model not in ours.reached):
                return model, ours.schema(model)
        free = f"{self.capitalized}Request"
        while ours.schema(free):
            free = f"{free}Value"
        return free, {"type": "object", "properties": {name: {"type": "string"} for name in names}}


class Endpoints:
    """The operations that the spec does not have."""

    def __init__(self) -> None:
        self._heard = defaultdict[str, list[tuple[Unknown, Recorded]]](list)

    def hear(self, unknown: Unknown, recorded: Recorded) -> None:
        """Take an answer of one of them."""
        self._heard[unknown.path].append((unknown, recorded))

    def found(self) -> Iterator[Endpoint]:
        """Yield each of them, in the order of their paths.

        An answer that does not tell by which method it was asked for is one to a method that others tell.
        """
        for path, heard in sorted(self._heard.items()):
            for method in sorted({unknown.method for unknown, _ in heard} - {""}) or [""]:
                own = [(unknown, recorded) for unknown, recorded in heard if unknown.method in ("", method)]
                yield _endpoint(path, method, own)


def _endpoint(path: str, method: str, heard: list[tuple[Unknown, Recorded]]) -> Endpoint:
    """Return the operation that answers are of; without a method it is a POST if something was sent, or else a GET."""
    bodies = [unknown.sent for unknown, _ in heard if unknown.sent is not None]
    bodies += filter(None, (_quoted(recorded) for _, recorded in heard))
    method = method or ("POST" if any(bodies) else "GET")
    names = tuple(dict.fromkeys(name for body in bodies for name in body))
    sent = () if method == "GET" else names if bodies else None
    told = next((unknown.operation_id for unknown, _ in heard if unknown.operation_id), "")
    answers = tuple(recorded for _, recorded in heard)
    return Endpoint(method, path, told or named(path, method.lower()), sent, answers)


def _quoted(recorded: Recorded) -> tuple[str, ...]:
    """Return the names of what an answer quotes of the body that was sent."""
    return tuple(name for name, value in table(recorded.body).items() if value == _HIDDEN)
