"""What the API sends that this version does not know: ``Client.drift`` and ``differences``.

The API changes without notice. Nothing breaks by that: what is new is kept in ``model_extra``, or as a text where a
known word is expected. But it is good to know of it, since it is mostly a newer version of this package that knows it.

Example:
    >>> from cocapi_gen.raw import models
    >>> pass_of_today = {"startTime": "20260101T080000.000Z", "endTime": "20260201T080000.000Z", "tier": 3}
    >>> for drift in differences("getCurrentGoldPassSeason", models.GoldPassSeason.model_validate(pass_of_today)):
    ...     print(drift)
    getCurrentGoldPassSeason: GoldPassSeason.tier is unknown (int)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast, get_args, get_origin

from pydantic import BaseModel

_LONGEST = 60
"""Letters that are shown of what the API sent."""


@dataclass(frozen=True, slots=True, order=True)
class Drift:
    """One kind of thing that the API sends and this version does not know.

    Attributes:
        operation_id: the operation that it was seen in, by its name in the specification, such as ``getClan``.
        place: where: the raw model and the API's own name of the field, such as ``Clan.warFrequency``.
        kind: ``field`` if nobody knows the field, ``value`` if the word in it is a new one, ``shape`` if the whole
            answer does not fit.
        found: the type of what is in the field, or the word, or why it does not fit.

    Example:
        >>> print(Drift("getClan", "Clan.warFrequency", "value", "weekly"))
        getClan: Clan.warFrequency has the unknown value 'weekly'
    """

    operation_id: str
    place: str
    kind: Literal["field", "value", "shape"]
    found: str

    def __str__(self) -> str:
        place = repr(self.place)[1:-1]  # in one line, whatever the API calls its fields
        return f"{self.operation_id}: {place} {_TOLD[self.kind].format(self.found)}"


_TOLD = {"field": "is unknown ({})", "value": "has the unknown value {!r}", "shape": "has another shape: {}"}


def differences(operation_id: str, answer: BaseModel) -> Iterator[Drift]:
    """Yield what a raw model holds beyond the specification; things of one kind come as often as they are there.

    Args:
        operation_id: the operation that it answers.
        answer: what a method of ``client.raw`` has returned.
    """
    kind = type(answer)
    for key, extra in (answer.model_extra or {}).items():
        yield Drift(operation_id, f"{kind.__name__}.{key[:_LONGEST]}", "field", type(extra).__name__)
    for name, place, known in _worth_a_look(kind):
        value: object = getattr(answer, name)
        for part in cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,):
            if isinstance(part, BaseModel):
                yield from differences(operation_id, part)
            elif known and isinstance(part, str) and part not in known:
                yield Drift(operation_id, place, "value", part[:_LONGEST])


@cache
def _worth_a_look(kind: type[BaseModel]) -> tuple[tuple[str, str, frozenset[str]], ...]:
    """Return the fields of a model that hold models or known words: name, place, and the words."""
    kind.model_rebuild()  # else the types are not known yet, if it is only known as a part of others
    fields = list[tuple[str, str, frozenset[str]]]()
    for name, field in kind.model_fields.items():
        parts = [*_parts(field.annotation)]
        known = frozenset(word for part in parts if get_origin(part) is Literal for word in get_args(part))
        if known or any(isinstance(part, type) and issubclass(part, BaseModel) for part in parts):
            fields.append((name, f"{kind.__name__}.{field.alias or name}", known))
    return tuple(fields)


def _parts(annotation: object) -> Iterator[object]:
    """Yield what a type is made of, with ``Literal`` as one part."""
    if get_origin(annotation) in (None, Literal):
        yield annotation
    else:
        for part in get_args(annotation):
            yield from _parts(part)
