"""What is returned in place of what is not there."""

from __future__ import annotations

from typing import Literal

from cocapi_gen.models._base import Model


class Absence(Model):
    """Says why there is not what was asked for, and counts as false."""

    __slots__ = ()

    def __bool__(self) -> Literal[False]:
        return False
