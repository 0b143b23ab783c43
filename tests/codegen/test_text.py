"""Texts become docstrings and cells of tables that mean what the texts said."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

import pytest
from hypothesis import given, strategies as st

from codegen.text import docstring, safe_cell
from tests.codegen.documents import words


@dataclass(frozen=True)
class Explained:
    """A name with its explanation."""

    name: str
    doc: str


LAID_OUT = '''\
    """Get a thing.

    It is a thing.

    Args:
        a: A.
        long: word word word word word word word word word word word word word word word word word word word word
            word word word word.
    """'''


def test_a_docstring_is_laid_out() -> None:
    entries = [Explained("a", "A."), Explained("silent", ""), Explained("long", f"{'word ' * 23}word.")]
    assert docstring(["Get a thing.", "", "It is\na thing."], 4, "Args", entries) == LAID_OUT.lstrip()


def test_a_short_text_stays_on_a_line() -> None:
    assert docstring(["A thing."]) == '"""A thing."""'


@pytest.mark.parametrize("texts", [[], [""], [" ", "\n"]])
def test_where_nothing_is_said_there_is_no_docstring(texts: list[str]) -> None:
    assert docstring(texts, 4, "Args", [Explained("a", "")]) == ""


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\"'\\\r\n\0\t ")), st.integers(0, 8))
def test_a_docstring_means_its_text(text: str, indent: int) -> None:
    written = docstring([text], indent)
    assert words(ast.literal_eval(written) if written else "") == words(text)
    assert not set(written) & {"\r", "\0", "\u2028", "\u202e"}


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("/clans/{clanTag}", "/clans/{clanTag}"),
        ("a | b", r"a \| b"),
        ("a\r\nb", "a b"),
        (r"\|", r"\\\|"),
        ("<b> &amp; `c`", r"\<b\> \&amp; \`c\`"),
        ("a\0b\u202ec", r"a\\x00b\\u202ec"),
    ],
)
def test_a_cell_is_safe(text: str, cell: str) -> None:
    assert safe_cell(text) == cell


@given(st.text(st.sampled_from("|\\`a\n")))
def test_no_text_ends_its_cell(text: str) -> None:
    assert re.search(r"(?<!\\)(?:\\\\)*\||\n", safe_cell(text)) is None
