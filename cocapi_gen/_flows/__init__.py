"""What the client's methods do, as flows: written once, whatever drives them. Each module is loaded when needed."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

    from cocapi_gen._flows import clans, goldpass, lists, pages, players, rankings, requests, wars

__all__ = ["clans", "goldpass", "lists", "pages", "players", "rankings", "requests", "wars"]


def __getattr__(name: str) -> ModuleType:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")
