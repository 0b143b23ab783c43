"""What is made of measurements: ratios of what was measured side by side, their spread, and whether a goal is met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import Literal, TypeAlias

Verdict: TypeAlias = Literal["met", "noise", "missed"]
TOLERANCE = 0.05
"""By so much a quartile may fall behind a goal before that counts."""


@dataclass(frozen=True)
class Spread:
    """The median of some numbers and the quartiles around it."""

    low: float
    middle: float
    high: float

    @classmethod
    def of(cls, numbers: Sequence[float]) -> Spread:
        """Work them out.

        >>> Spread.of([3, 1, 2]), Spread.of([5])
        (Spread(low=1.5, middle=2.0, high=2.5), Spread(low=5, middle=5, high=5))
        """
        return (
            cls(*quantiles(numbers, n=4, method="inclusive")) if len(numbers) > 1 else cls(*numbers, *numbers, *numbers)
        )

    @classmethod
    def of_ratios(cls, above: Sequence[float], below: Sequence[float]) -> Spread:
        """Return the spread of the ratios in each round. A machine that slows down in one slows down both.

        >>> Spread.of_ratios([10, 100, 1000], [5, 50, 500])
        Spread(low=2.0, middle=2.0, high=2.0)
        """
        return cls.of([one / other for one, other in zip(above, below, strict=True)])


@dataclass(frozen=True)
class Goal:
    """What a number has to be, at least or at most.

    >>> Goal(least=3).verdict(Spread(2.8, 2.9, 3.1)), Goal(least=3).verdict(Spread(2.6, 2.7, 2.8))
    ('noise', 'missed')
    >>> Goal(most=3).verdict(Spread(2.8, 2.9, 3.1)), Goal(most=3).verdict(Spread(3.1, 3.2, 3.3))
    ('met', 'noise')
    """

    least: float | None = None
    most: float | None = None

    def verdict(self, found: Spread) -> Verdict:
        """Say whether it is reached by the median, or missed by the better quartile and more than the tolerance."""
        if self._is_reached(found.middle, 0.0):
            return "met"
        better = found.high if self.most is None else found.low
        return "noise" if self._is_reached(better, TOLERANCE) else "missed"

    def _is_reached(self, number: float, tolerance: float) -> bool:
        enough = self.least is None or number >= self.least * (1 - tolerance)
        return enough and (self.most is None or number <= self.most * (1 + tolerance))
