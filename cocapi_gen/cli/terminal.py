"""Drawing on a terminal. Texts are drawn as they are: nothing in a name is taken for markup."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import TextIOWrapper
from itertools import accumulate
from typing import Literal, TextIO

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from cocapi_gen.cli.blocks import Block, Cell, Facts, Grid, plain, words

_ENDLESS = 100_000
"""The width of what is no terminal: whoever reads on wants nothing broken into lines."""
_SHORT = 12
"""Texts no longer than this are never broken; a tag is that long."""
_GAP = 2
"""What follows a column before the next one."""


class _Console(Console):
    """Leaves it to others how a program ends whose words nobody reads."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def draw(blocks: Iterable[Block], now: datetime) -> None:
    """Write everything to the standard output, in colours and as wide as it is if that is a terminal."""
    out: TextIO = sys.stdout
    is_terminal = out.isatty()
    if isinstance(out, TextIOWrapper):
        out.reconfigure(errors="replace")  # what knows no emoji shows something else
    console = _Console(
        force_terminal=is_terminal, force_jupyter=False, highlight=False, width=None if is_terminal else _ENDLESS
    )
    for number, block in enumerate(blocks):
        if number:
            console.print()
        for part in _parts(block, now, console.width):
            console.print(part, crop=False)


def _parts(block: Block, now: datetime, room: int) -> Iterator[RenderableType]:
    if isinstance(block, str):
        yield Text(plain(block))
        return
    yield Text(plain(block.title), "bold")
    yield from [_facts(block, now)] if isinstance(block, Facts) else _grid(block, now, room)


def _facts(facts: Facts, now: datetime) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    for name, cell in facts.rows:
        if cell is not None:
            table.add_row(Text(plain(name)), Text(words(cell, now)))
    return table


def _grid(grid: Grid, now: datetime, room: int) -> Iterator[RenderableType]:
    """A table of as many columns as there is room for; those at the end matter least."""
    if not grid.rows:
        yield Text("none")
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="cyan")
    headings = [plain(heading) for heading in grid.headings]
    texts = [[Text(words(cell, now)) for cell in column] for column in zip(*grid.rows, strict=True)]
    widths = _widths(headings, texts, room)
    for heading, cells, width in zip(headings, zip(*grid.rows, strict=True), widths, strict=False):
        justify: Literal["left", "right"] = "right" if _are_numbers(cells) else "left"
        table.add_column(Text(heading), justify=justify, width=width, overflow="fold")
    for row in zip(*texts[: len(widths)], strict=True):
        table.add_row(*row)
    yield table
    if headings[len(widths) :]:
        yield Text(f"no room for: {', '.join(headings[len(widths) :])}")


def _widths(headings: Sequence[str], texts: Sequence[Sequence[Text]], room: int) -> list[int]:
    """Return a width for each column that has room beside those before it; the first one always has."""
    least, full = list[int](), list[int]()
    for heading, column in zip(headings, texts, strict=True):
        least.append(max(map(_least_width, [*column, *map(Text, heading.split())])))
        full.append(max(text.cell_len for text in [*column, Text(heading)]))
    ends = accumulate(width + _GAP for width in least)
    fitting = max(1, sum(end <= room for end in ends))
    spare = max(0, room - sum(width + _GAP for width in least[:fitting]))
    widths = list[int]()
    for narrow, wide in zip(least[:fitting], full, strict=False):
        widths.append(min(max(narrow, wide), narrow + spare))
        spare -= widths[-1] - narrow
    return widths


def _least_width(text: Text) -> int:
    return min(text.cell_len, _SHORT)


def _are_numbers(cells: Sequence[Cell]) -> bool:
    known = [cell for cell in cells if cell is not None]
    return bool(known) and all(type(cell) is int for cell in known)
