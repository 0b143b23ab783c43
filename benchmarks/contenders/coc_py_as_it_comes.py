"""coc.py and clashy.py as they come: what is read of a player holds what they know of the game."""

from __future__ import annotations

from benchmarks.contenders.coc_py import call_cases

CASES = call_cases("default")
