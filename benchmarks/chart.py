"""A chart of who takes how long, as SVG: for each kind of work a group of bars, by what we take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import NamedTuple

from benchmarks.pairing import Spread
from benchmarks.racing import Figures
from benchmarks.rows import US, US_FAST, Series

_WIDTH, _LEFT, _ROW, _GAP, _RIGHT = 760, 170, 20, 34, 70
_CAPTION = "Time of the processor, by what cocapi-gen takes. Shorter is better."
_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f }
.group { font-weight: 600 } .ours { fill: #2da44e } .theirs { fill: #8c959f } .spread { stroke: #57606a }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .spread { stroke: #c9d1d9 } }
"""


class Bar(NamedTuple):
    """A bar: who takes how many times as long as we do."""

    name: str
    times: Spread
    is_ours: bool


GROUPS: Mapping[str, str] = {
    "Reading a player, every field": "read player",
    "Reading a clan, every field": "read clan",
    "Asking for players, 10 at a time": "call player, 10 at a time",
    "Asking for clans, 10 at a time": "call clan, 10 at a time",
}


def bars(figures: Figures) -> dict[str, list[Bar]]:
    """Return the bars of each group, the shortest first; groups in which we were not measured are left out."""
    groups = {title: _group(case, figures) for title, case in GROUPS.items() if Series(US, case) in figures}
    return {title: sorted(group, key=lambda bar: bar.times.middle) for title, group in groups.items()}


def _group(case: str, figures: Figures) -> list[Bar]:
    ours = figures[Series(US, case)]
    there = [series for series in figures if series.case == case]
    return [
        Bar(series.contender, Spread.of_ratios(figures[series], ours), series.contender in (US, US_FAST))
        for series in there
    ]


def chart(groups: Mapping[str, Sequence[Bar]]) -> str:
    """Draw the chart: each bar as long as its median, with a line from quartile to quartile.

    >>> print(chart({"Reading": [Bar("us", Spread(1, 1, 1), True)]}).count("<rect"))
    1
    """
    longest = max((bar.times.high for group in groups.values() for bar in group), default=1.0)
    scale = (_WIDTH - _LEFT - _RIGHT) / longest
    parts, y = [f'<text x="0" y="16">{_CAPTION}</text>'], 22.0
    for title, group in groups.items():
        y += _GAP
        parts.append(f'<text class="group" x="0" y="{y - 10:g}">{escape(title)}</text>')
        for bar in group:
            parts += _drawn(bar, y, scale)
            y += _ROW
    height = y + 10
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:g}" role="img" aria-label="{_CAPTION}">'
    )
    return "\n".join([head, f"<style>{_STYLE}</style>", *parts, "</svg>"]) + "\n"


def _drawn(bar: Bar, y: float, scale: float) -> Iterable[str]:
    middle, low, high = (_LEFT + scale * number for number in (bar.times.middle, bar.times.low, bar.times.high))
    kind, line = ("ours" if bar.is_ours else "theirs"), y + _ROW / 2 - 2
    yield f'<text x="{_LEFT - 8}" y="{y + 13:g}" text-anchor="end">{escape(bar.name)}</text>'
    yield f'<rect class="{kind}" x="{_LEFT}" y="{y:g}" width="{middle - _LEFT:.1f}" height="{_ROW - 4}"/>'
    yield f'<line class="spread" x1="{low:.1f}" x2="{high:.1f}" y1="{line:g}" y2="{line:g}"/>'
    yield f'<text x="{high + 6:.1f}" y="{y + 13:g}">{bar.times.middle:.1f} &#215;</text>'
