"""The invented world itself, without a word of HTTP: who there is, what happens, and the bodies that tell of it."""

from __future__ import annotations

from cocapi_gen.sandbox.world.world import World as World
