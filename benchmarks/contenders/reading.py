"""Reading every field of an object, in the same way for all contenders.

What there is to read is found out once, on an object read before the clock runs: the fields of each class, and which of
them hold further objects. Reading is then a call for each object, which takes all its fields.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import TypeAlias, cast

Names: TypeAlias = Callable[[object], Iterable[str]]
"""Returns the names of an object's fields; none for what is no object of the contender's."""
Read: TypeAlias = Callable[[object], None]


def reader(sample: object, names: Names) -> Read:
    """Return what reads objects such as the sample."""
    shapes = dict[type[object], _Shape]()
    _look_at(sample, names, shapes, set())
    return _Reader({kind: shape.getter() for kind, shape in shapes.items()}).read


class _Shape:
    """What is known of a class: the fields that all its objects have, and those in which something is to be read."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = dict.fromkeys(names)
        self.deep = dict[str, None]()

    def getter(self) -> tuple[Callable[[object], object] | None, tuple[str, ...]]:
        plain = [name for name in self.names if name not in self.deep]
        return (attrgetter(*plain) if plain else None), tuple(name for name in self.deep if name in self.names)


class _Reader:
    def __init__(self, shapes: dict[type[object], tuple[Callable[[object], object] | None, tuple[str, ...]]]) -> None:
        self._shapes = shapes

    def read(self, value: object) -> None:
        if isinstance(value, (list, tuple)):
            for row in cast("Sequence[object]", value):
                self.read(row)
        elif value is not None:
            getter, deep = self._shapes[type(value)]
            if getter is not None:
                getter(value)
            for name in deep:
                self.read(getattr(value, name))


def _look_at(value: object, names: Names, shapes: dict[type[object], _Shape], seen: set[int]) -> bool:
    """Learn about the classes of a value and of all that it holds; whether there is anything to read in it."""
    if isinstance(value, (list, tuple)):
        found = [_look_at(row, names, shapes, seen) for row in cast("Sequence[object]", value)]
        return any(found)
    here = [*names(value)]
    if not here or id(value) in seen:
        return bool(here)
    seen.add(id(value))
    shape = shapes.setdefault(type(value), _Shape(here))
    shape.names = {name: None for name in shape.names if name in here}
    shape.deep |= {name: None for name in here if _look_at(getattr(value, name), names, shapes, seen)}
    return True
