"""Which rows reach their goals, and how they are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Literal, TypeAlias

from benchmarks.pairing import Spread, Verdict
from benchmarks.racing import Figures
from benchmarks.rows import Row, Series

Word: TypeAlias = Verdict | Literal["not offered"]
ENOUGH = 0.97
"""Who keeps this share of what we keep, keeps as much."""


@dataclass(frozen=True)
class Result:
    """What came of a row.

    Attributes:
        row: the comparison.
        rival: who counted; None if the goal is absolute, or nobody was there.
        found: what the goal is about: a ratio, or the figure itself.
        verdict: whether it was reached.
    """

    row: Row
    rival: Series | None
    found: Spread | None
    verdict: Word

    @property
    def fails(self) -> bool:
        """Whether somebody should look into it. A figure depends on the machine, so it never fails."""
        held = self.row.held or self.row.goal
        return self.found is not None and bool(self.row.rivals) and held.verdict(self.found) == "missed"


def judged(row: Row, figures: Figures) -> Result:
    """Compare what was measured with the goal."""
    rival = best_rival(row, figures)
    ours = figures.get(row.ours)
    if ours is None or (row.rivals and rival is None):
        return Result(row, None, None, "not offered")
    if rival is None:
        found = Spread.of(ours)
    elif row.goal.most is None:
        found = Spread.of_ratios(figures[rival], ours)
    else:
        found = Spread.of_ratios(ours, figures[rival])
    return Result(row, rival, found, row.goal.verdict(found))


def best_rival(row: Row, figures: Figures) -> Series | None:
    """Return the rival that takes least, of those that there are and keep as much."""
    there = [rival for rival in row.rivals if rival in figures and _keeps_as_much(rival, row, figures)]
    return min(there, key=lambda rival: median(figures[rival]), default=None)


def _keeps_as_much(rival: Series, row: Row, figures: Figures) -> bool:
    if not row.keeping:
        return True
    theirs, ours = (figures[Series(one.contender, row.keeping)] for one in (rival, row.ours))
    return median(theirs) >= ENOUGH * median(ours)


def line(one: Result) -> str:
    """Tell of a row on a terminal."""
    return f"{one.verdict:<12} {one.row.name}: {told(one)}"


def told(one: Result) -> str:
    """Say what was found, between which quartiles, and what the goal is."""
    if one.found is None:
        return "-"
    write = writing(one.row)
    most, least = one.row.goal.most, one.row.goal.least
    goal = f"at most {write(most)}" if most is not None else f"at least {write(least or 0.0)}"
    goal += " (lost what is held)" if one.fails else ""
    rival = "" if one.rival is None else f", against {one.rival.contender}"
    return f"{write(one.found.middle)} ({write(one.found.low)} to {write(one.found.high)}), goal: {goal}{rival}"


def writing(row: Row) -> Callable[[float], str]:
    """Return what writes the numbers of a row: ratios, or amounts of what is measured."""
    return number if row.rivals else partial(amount, case=row.ours.case)


def number(value: float) -> str:
    """Write a ratio with three digits.

    >>> number(1.2345), number(123.45), number(12.345)
    ('1.23', '123', '12.3')
    """
    return f"{value:.{max(0, 2 - (len(str(int(value))) - 1))}f}"


def amount(value: float, case: str) -> str:
    """Write what a case took with its unit.

    >>> amount(0.000123, "read player"), amount(0.0000042, "read player"), amount(30_000, "memory of player")
    ('123 µs', '4.20 µs', '29.3 KiB')
    >>> amount(2**27, "peak of a bulk"), amount(0.98, "kept of player"), amount(0.25, "start: import")
    ('128 MiB', '98.0 %', '250 ms')
    """
    match case.split(" ", 1)[0]:
        case "kept":
            return f"{number(100 * value)} %"
        case "memory":
            return f"{number(value / 2**10)} KiB"
        case "peak":
            return f"{number(value / 2**20)} MiB"
        case _:
            return f"{number(value * 1000)} ms" if value >= 0.001 else f"{number(value * 1e6)} µs"
