"""The option that pytest gets where this package is installed; pytest finds it by itself.

``--recordings DIR`` is for tests that look at recorded answers of the real API: one JSON file an answer, with
``response_code``, ``headers`` and ``body``. ``pytestconfig.getoption("recordings")`` is the folder, or None.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take a folder of recorded answers, unless another plugin has an option of this name."""
    with suppress(ValueError):
        group = parser.getgroup("cocapi-gen", "Clash of Clans")
        group.addoption("--recordings", type=Path, metavar="DIR", help="a folder of recorded answers to look at")
