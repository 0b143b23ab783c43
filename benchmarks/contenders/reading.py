"""Reading every field of an object, in the same way for all contenders.

What there is to read is found out once, on an object read before the clock runs: the fields of each class, and which of
them hold further objects. From that a function is written for each class, as a user would write it to read all fields.
A loop over the names of whatever object there is, in the place of that, took up to a quarter of the time measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias, cast

Names: TypeAlias = Callable[[object], Iterable[str]]
"""Returns the names of an object's fields; none for what is no object of the contender's."""
Read: TypeAlias = Callable[[object], None]

_ROWS = (list, tuple)


def reader(sample: object, names: Names) -> Read:
    """Return what reads objects such as the sample."""
    shapes = dict[type[object], _Shape]()
    _look_at(sample, names, shapes, {})
    ways: dict[type[object], Read] = {}
    for kind, shape in shapes.items():
        code = "for row in value: get(type(row), leave)(row)" if issubclass(kind, _ROWS) else shape.code()
        ways[kind] = _written(code, ways)
    return ways[type(sample)]


def _written(code: str, ways: Mapping[type[object], Read]) -> Read:
    """Return a function that does this with a value."""
    around: dict[str, object] = {"get": ways.get, "leave": _leave}
    exec(f"def read(value):\n    {code}", around)  # noqa: S102 # the only way to code that was not there before
    return cast("Read", around["read"])


def _leave(value: object) -> None:
    """Read nothing of what has no fields."""


class _Shape:
    """What is known of a class: the fields that all its objects have, and those in which something is to be read."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = dict.fromkeys(names)
        self.deep = set[str]()

    def code(self) -> str:
        """Return code that reads all fields of a value, and what they hold."""
        flat = (f"value.{name}" for name in self.names if name not in self.deep)
        deep = (f"at = value.{name}; get(type(at), leave)(at)" for name in self.names if name in self.deep)
        return "; ".join([*flat, *deep])


def _look_at(value: object, names: Names, shapes: dict[type[object], _Shape], seen: dict[int, object]) -> bool:
    """Learn about the classes of a value and of all that it holds; whether there is anything to read in it."""
    if isinstance(value, _ROWS):
        rows = cast("Sequence[object]", value)
        shapes.setdefault(type(rows), _Shape(()))
        found = [_look_at(row, names, shapes, seen) for row in rows]
        return any(found)
    here = [*names(value)]
    if not here or id(value) in seen:
        return bool(here)
    seen[id(value)] = value
    shape = shapes.setdefault(type(value), _Shape(here))
    shape.names = {name: None for name in shape.names if name in here}
    shape.deep |= {name for name in here if _look_at(getattr(value, name), names, shapes, seen)}
    return True
