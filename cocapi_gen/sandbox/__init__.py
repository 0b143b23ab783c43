"""A Clash of Clans API on your own machine: an invented world, the same for the same seed, and no key needed.

>>> from cocapi_gen.sandbox import Sandbox
>>> with Sandbox(seed=1) as sandbox:
...     print(sandbox.world.clan(sandbox.world.in_war_clan_tag)["members"])
50

`python -m cocapi_gen.sandbox --port 8080` serves it until Ctrl-C.
"""

from __future__ import annotations

from cocapi_gen.sandbox.server import Sandbox as Sandbox
from cocapi_gen.sandbox.world import World as World
