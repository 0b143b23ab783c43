"""What the texts below the fields say, for ``help`` and consoles.

Python keeps no text that stands below a field, so they are looked up in the source, but only when somebody asks.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")


class _Slots(dict[str, str]):
    """The slots of a class; as a dictionary, they tell ``help`` what each is for."""

    def __init__(self, cls: type) -> None:
        super().__init__(dict.fromkeys(vars(cls)["__slots__"], ""))
        self._cls = cls

    def __getitem__(self, name: str) -> str:
        return _texts(self._cls).get(name, "")


def explained(cls: type[T]) -> type[T]:
    """Let ``help`` know the texts below the fields of a dataclass with slots."""
    setattr(cls, "__slots__", _Slots(cls))  # noqa: B010 # type checkers know of no such attribute
    return cls


@cache
def _texts(cls: type) -> dict[str, str]:
    """Read the texts in the body of a class; there are none where the source is not at hand."""
    import ast
    from inspect import getsource

    try:
        tree = ast.parse(getsource(cls))
    except (OSError, TypeError, SyntaxError):  # the source of a class in a function is indented
        return {}
    texts = dict[str, str]()
    for pair in pairwise(ast.walk(tree)):  # in which the statements of a body follow each other
        match pair:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                texts[name] = " ".join(text.split())
            case _:
                pass
    return texts
