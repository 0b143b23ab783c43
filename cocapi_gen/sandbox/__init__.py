"""A Clash of Clans API on your own machine: an invented world, the same for the same seed, and no key needed.

>>> from cocapi_gen.sandbox import Sandbox
>>> with Sandbox(seed=1) as sandbox:
...     print(sandbox.world.clan(sandbox.world.in_war_clan_tag)["members"])
50

`python -m cocapi_gen.sandbox --port 8080` serves it until Ctrl-C.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .server import Sandbox

__all__ = ["Sandbox"]


def __getattr__(name: str) -> object:
    # the server and the operation registry load only when somebody asks for a sandbox
    if name == "Sandbox":
        from .server import Sandbox

        return Sandbox
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
