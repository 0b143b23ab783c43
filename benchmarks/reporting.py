"""What is written about a run: tables for people, and the same for programs."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from benchmarks.judging import Result, amount, writing
from benchmarks.pairing import Spread
from benchmarks.racing import Figures

Facts = dict[str, object]


def markdown(facts: Facts, figures: Figures, results: Sequence[Result]) -> str:
    """Return the report as Markdown."""
    parts = [
        "# Benchmarks",
        "\n".join(f"- {name}: {fact}" for name, fact in facts.items()),
        "## Goals",
        "\n".join(table(("row", "against", "found", "quartiles", "goal", "verdict"), map(_row, results))),
        "## Figures",
        "\n".join(table(("case", "contender", "median", "quartiles"), _figures(figures))),
    ]
    return "\n\n".join(parts) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    r"""Write a table of Markdown.

    >>> print(*table(("a", "b"), [("1", "x|y")]), sep="\n")
    | a | b |
    |---|---|
    | 1 | x\|y |
    """
    yield _line(head)
    yield "|" + "---|" * len(head)
    yield from map(_line, rows)


def as_json(facts: Facts, figures: Figures, results: Sequence[Result]) -> Facts:
    """Return the report as plain data: all figures of all rounds, and what came of each row."""
    return {
        **facts,
        "figures": [{**series._asdict(), "rounds": [*found]} for series, found in figures.items()],
        "rows": [
            {
                "row": one.row.name,
                "ours": one.row.ours._asdict(),
                "rival": None if one.rival is None else one.rival._asdict(),
                "goal": asdict(one.row.goal),
                "found": None if one.found is None else asdict(one.found),
                "verdict": one.verdict,
            }
            for one in results
        ],
    }


def machine() -> Facts:
    """Return what the figures depend on."""
    return {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "Python": platform.python_version(),
        "machine": f"{platform.system()} on {platform.machine()}, {os.cpu_count()} cores",
    }


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _row(one: Result) -> tuple[str, ...]:
    rival = "" if one.rival is None else one.rival.contender
    goal, found = one.row.goal, one.found
    write = writing(one.row)
    bound = f"≤ {write(goal.most)}" if goal.most is not None else f"≥ {write(goal.least or 0.0)}"
    if found is None:
        return one.row.name, rival, "-", "-", bound, one.verdict
    return one.row.name, rival, write(found.middle), f"{write(found.low)} to {write(found.high)}", bound, one.verdict


def _figures(figures: Figures) -> Iterator[tuple[str, ...]]:
    for (contender, case), found in sorted(figures.items(), key=lambda item: item[0].case):
        spread = Spread.of(found)
        quartiles = f"{amount(spread.low, case)} to {amount(spread.high, case)}"
        yield case, contender, amount(spread.middle, case), quartiles
