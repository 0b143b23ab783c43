"""Drawing on a terminal. Texts are drawn as they are: nothing in a name is taken for markup."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import TextIOWrapper
from typing import TextIO

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from cocapi_gen.cli.blocks import Block, Cell, Facts, Grid, plain, words

_ENDLESS = 100_000
"""The width of what is no terminal: whoever reads on wants nothing broken into lines."""
_SHORT = 12
"""Texts no longer than this are never broken; a tag is that long."""


def draw(blocks: Iterable[Block], now: datetime) -> None:
    """Write everything to the standard output, in colours and as wide as it is if that is a terminal."""
    out: TextIO = sys.stdout
    is_terminal = out.isatty()
    if isinstance(out, TextIOWrapper):
        out.reconfigure(errors="replace")  # what knows no emoji shows something else
    console = Console(
        force_terminal=is_terminal, force_jupyter=False, highlight=False, width=None if is_terminal else _ENDLESS
    )
    for number, block in enumerate(blocks):
        if number:
            console.print()
        for part in _parts(block, now):
            console.print(part, crop=False)  # what is too narrow for a table breaks its lines, but loses nothing


def _parts(block: Block, now: datetime) -> Iterable[RenderableType]:
    if isinstance(block, str):
        return [Text(plain(block))]
    return [
        Text(plain(block.title), "bold"),
        _facts(block, now) if isinstance(block, Facts) else _grid(block, now),
    ]


def _facts(facts: Facts, now: datetime) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    for name, cell in facts.rows:
        if cell is not None:
            table.add_row(Text(plain(name)), Text(words(cell, now)))
    return table


def _grid(grid: Grid, now: datetime) -> Table | Text:
    if not grid.rows:
        return Text("none")
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="cyan")
    columns = [[Text(words(cell, now)) for cell in column] for column in zip(*grid.rows, strict=True)]
    for heading, cells, texts in zip(grid.headings, zip(*grid.rows, strict=True), columns, strict=True):
        table.add_column(
            Text(plain(heading)),
            justify="right" if _are_numbers(cells) else "left",
            min_width=max(map(_least_width, [*texts, *map(Text, heading.split())])),
            overflow="fold",
        )
    for row in zip(*columns, strict=True):
        table.add_row(*row)
    return table


def _least_width(text: Text) -> int:
    return min(text.cell_len, _SHORT)


def _are_numbers(cells: Sequence[Cell]) -> bool:
    known = [cell for cell in cells if cell is not None]
    return bool(known) and all(type(cell) is int for cell in known)
