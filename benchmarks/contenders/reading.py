"""Reading every field of an object, in the same way for all contenders.

What there is to read is found out once, on an object read before the clock runs: the fields of each class, and which of
them hold further objects. Reading is then a call for each object, which takes all its fields.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from operator import attrgetter
from typing import TypeAlias, cast

Names: TypeAlias = Callable[[object], Iterable[str]]
"""Returns the names of an object's fields; none for what is no object of the contender's."""
Read: TypeAlias = Callable[[object], None]
_Way: TypeAlias = tuple[Callable[[object], Sequence[object]], tuple[int, ...]]


def reader(sample: object, names: Names) -> Read:
    """Return what reads objects such as the sample."""
    learned = dict[type[object], _Shape]()
    _look_at(sample, names, learned, {})
    ways = {kind: shape.way() for kind, shape in learned.items()}

    def read(value: object) -> None:
        way = ways.get(type(value))
        if way is not None:
            get, deep = way
            fields = get(value)
            for place in deep:
                read(fields[place])
        elif isinstance(value, (list, tuple)):
            for row in cast("Sequence[object]", value):
                read(row)

    return read


class _Shape:
    """What is known of a class: the fields that all its objects have, and those in which something is to be read."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = dict.fromkeys(names)
        self.deep = set[str]()

    def way(self) -> _Way:
        """Return what gets all fields as a tuple, and the places of those in which something is to be read."""
        names = [*self.names]
        get = attrgetter(*names) if len(names) > 1 else partial(_one_field, names[0])
        return get, tuple(place for place, name in enumerate(names) if name in self.deep)


def _one_field(name: str, value: object) -> tuple[object]:
    return (getattr(value, name),)


def _look_at(value: object, names: Names, shapes: dict[type[object], _Shape], seen: dict[int, object]) -> bool:
    """Learn about the classes of a value and of all that it holds; whether there is anything to read in it."""
    if isinstance(value, (list, tuple)):
        found = [_look_at(row, names, shapes, seen) for row in cast("Sequence[object]", value)]
        return any(found)
    here = [*names(value)]
    if not here or id(value) in seen:
        return bool(here)
    seen[id(value)] = value
    shape = shapes.setdefault(type(value), _Shape(here))
    shape.names = {name: None for name in shape.names if name in here}
    shape.deep |= {name for name in here if _look_at(getattr(value, name), names, shapes, seen)}
    return True
