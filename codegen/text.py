"""Texts of the specification, made safe for the place where they are put."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from typing import Protocol

_WIDTH = 114
_INDENT = 4

# What nobody sees in code, or what ends a line in some places only: control characters, marks of direction and of byte
# order, and separators of lines.
_UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_MARKDOWN = re.compile(r"[\\|`*_~<>&\[\]]")


class Entry(Protocol):
    """What has a name and an explanation, such as a parameter."""

    @property
    def name(self) -> str:
        """Its name in Python."""
        ...

    @property
    def doc(self) -> str:
        """What it means; empty if nobody knows."""
        ...


def docstring(paragraphs: Iterable[str], indent: int = 0, heading: str = "", entries: Iterable[Entry] = ()) -> str:
    """Return a docstring with its quotes, whatever the texts hold; nothing at all if they are empty.

    After the paragraphs comes a section with a heading, in which every entry that is explained has its place.
    """
    width = _WIDTH - indent
    blocks = [_wrapped(text, width) for text in paragraphs if text.strip()]
    listed = [_wrapped(f"{entry.name}: {entry.doc}", width, _INDENT) for entry in entries if entry.doc.strip()]
    if listed:
        blocks.append("\n".join([f"{heading}:", *listed]))
    if not blocks:
        return ""
    text = _escaped("\n\n".join(blocks))
    end = "\n" if "\n" in text else ""
    return textwrap.indent(f'"""{text}{end}"""', " " * indent).lstrip()


def one_line(text: str) -> str:
    """Return a text without line breaks, and with single blanks."""
    return " ".join(text.split())


def safe_cell(text: str) -> str:
    """Make a text safe in a cell of a Markdown table; what nobody could see is shown as Python would write it."""
    return _MARKDOWN.sub(r"\\\g<0>", _UNSEEN.sub(_as_escape, one_line(text)))


def _wrapped(text: str, width: int, indent: int = 0) -> str:
    """Break a text into lines; where the first is indented, all others are indented further."""
    return textwrap.fill(
        one_line(text),
        width=width,
        initial_indent=" " * indent,
        subsequent_indent=" " * (2 * indent),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _escaped(text: str) -> str:
    """Make a text mean itself between triple quotes."""
    text = text.replace("\\", "\\\\")
    if '"""' in text or text.endswith('"'):
        text = text.replace('"', '\\"')
    return _UNSEEN.sub(_as_escape, text)


def _as_escape(found: re.Match[str]) -> str:
    return ascii(found[0])[1:-1]
