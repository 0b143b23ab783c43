"""What tests of long runs measure, and with what."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

_DIGITS = "0289PYLQGRJCUV"
_STATM = Path("/proc/self/statm")


def resident() -> int:
    """Return the memory that this process has, in kB; where that is not told, the most that it has had."""
    if _STATM.exists():
        return int(_STATM.read_text().split()[1]) * resource.getpagesize() // 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


def tag_of(number: int) -> str:
    """Return a tag for each number."""
    letters = ""
    for _ in range(8):
        number, place = divmod(number, len(_DIGITS))
        letters += _DIGITS[place]
    return f"#{letters}"
