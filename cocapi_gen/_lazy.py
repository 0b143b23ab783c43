"""Names that are loaded when they are first asked for, so that importing the package costs next to nothing."""

from __future__ import annotations

import sys
from importlib import import_module

TYPE_CHECKING = False  # as in the package itself, which is loaded before anything else
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def load_lazily(
    package: str, modules: Mapping[str, tuple[str, ...]]
) -> tuple[Callable[[str], object], Callable[[], list[str]], list[str]]:
    """Return ``__getattr__``, ``__dir__`` and ``__all__`` for a package whose names live in its modules.

    Args:
        package: the package's name.
        modules: for each module of the package, the names that it holds.
    """
    homes = {name: module for module, names in modules.items() for name in names}

    def load(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value: object = getattr(import_module(f"{package}.{homes[name]}"), name)
        setattr(sys.modules[package], name, value)  # the next access finds it in place
        return value

    def listed() -> list[str]:
        """What editors and consoles offer: not the tools that a package is made with."""
        found = vars(sys.modules[package]).items()
        return sorted({*homes, *(name for name, value in found if name[:2] == "__" or isinstance(value, type(sys)))})

    return load, listed, sorted(homes)


def resolve(place: str) -> object:
    """Return what is found at a place, such as ``package.module:name``."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)
