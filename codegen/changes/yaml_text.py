"""Changes of a YAML file that leave every other letter of it as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

import yaml

from codegen.loading import FastLoader
from codegen.types import Json

WIDTH = 130
"""Longest line, as yamllint is told."""

_PLAIN = re.compile(r"[A-Za-z0-9_/$][A-Za-z0-9_/$ .,;'(){}=+-]*")
_PLAIN_IN_FLOW = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_ .-]*")
"""What needs no quotes, in lines of its own and between brackets, if it does not read as a number or the like."""


class YamlText:
    """A YAML file with changes that are carried out together.

    A path names a place, as in ``("paths", "/clans", "get")``.
    """

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines(keepends=True)
        self._root = yaml.compose(text, Loader=FastLoader)
        self._starts = [0, *accumulate(map(len, self._lines))]
        self._edits: list[tuple[int, int, str]] = []
        self._filled: dict[tuple[str, ...], dict[str, Json]] = {}

    def text(self) -> str:
        """Return the file with all changes."""
        for path, entries in self._filled.items():
            self.replace(path, entries)
        self._filled.clear()
        text = "".join(self._lines)
        for start, end, new in sorted(self._edits, key=lambda edit: edit[:2], reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def has(self, *path: str) -> bool:
        """Whether there is anything at a path."""
        return self._find(path) is not None

    def append(self, path: Sequence[str], entries: Mapping[str, Json], after: str = "") -> None:
        """Add entries to a mapping, at its end or after the entry that is named."""
        mapping = self._mapping(path)
        if not mapping.value:  # it is written as {}
            self._filled.setdefault(tuple(path), {}).update(entries)
            return
        key, value = next((pair for pair in mapping.value if pair[0].value == after), mapping.value[-1])
        self._insert(_last_line(value) + 1, emitted(dict(entries), key.start_mark.column))

    def append_items(self, path: Sequence[str], items: Sequence[Json]) -> None:
        """Add items to a list; a list of plain values is written anew, so that it keeps to the width."""
        node = self._find(path)
        if not isinstance(node, yaml.SequenceNode):
            self.append(path[:-1], {path[-1]: [*items]})
        elif all(isinstance(each, str) for each in items):
            self.replace(path, [*(each.value for each in node.value), *items])
        else:
            column = node.start_mark.column
            lines = (line for item in items for line in _item(item, column))
            self._insert(_last_line(node) + 1, lines)

    def replace(self, path: Sequence[str], value: Json) -> None:
        """Write another value."""
        key, node = self._pair(path)
        self._cut(key.start_mark.line, _last_line(node) + 1, emitted({path[-1]: value}, key.start_mark.column))

    def remove(self, path: Sequence[str]) -> None:
        """Take an entry away."""
        key, node = self._pair(path)
        self._cut(key.start_mark.line, _last_line(node) + 1, ())

    def _insert(self, line: int, new: Iterable[str]) -> None:
        self._cut(line, line, new)

    def _cut(self, first: int, end: int, new: Iterable[str]) -> None:
        edit = (self._starts[first], self._starts[end], "".join(f"{line}\n" for line in new))
        same = next((index for index, each in enumerate(self._edits) if each[:2] == edit[:2] and first == end), None)
        if same is None:
            self._edits.append(edit)
        else:  # what is inserted at one place stays in the order of the calls
            self._edits[same] = (*edit[:2], self._edits[same][2] + edit[2])

    def _find(self, path: Sequence[str]) -> yaml.Node | None:
        node: yaml.Node | None = self._root
        for step in path:
            pairs = node.value if isinstance(node, yaml.MappingNode) else ()
            node = next((value for key, value in pairs if key.value == step), None)
        return node

    def _mapping(self, path: Sequence[str]) -> yaml.MappingNode:
        node = self._find(path)
        if not isinstance(node, yaml.MappingNode) or (node.flow_style and node.value):
            raise KeyError("/".join(path))
        return node

    def _pair(self, path: Sequence[str]) -> tuple[yaml.Node, yaml.Node]:
        mapping = self._mapping(path[:-1])
        return next((key, value) for key, value in mapping.value if key.value == path[-1])


def emitted(value: dict[str, Json], column: int) -> Iterator[str]:
    """Write a mapping as lines that begin at a column."""
    blank = " " * column
    for key, each in value.items():
        start = f"{blank}{_scalar(key)}:"
        match each:
            case dict() if each:
                yield start
                yield from emitted(each, column + 2)
            case list() if len(flow := f"{start} {_flow(each)}") <= WIDTH and not _holds_mappings(each):
                yield flow
            case list():
                yield start
                for item in each:
                    yield from _item(item, column + 2)
            case _:
                yield f"{start} {_scalar(each)}"


def _item(item: Json, column: int) -> Iterator[str]:
    """Write an item of a list."""
    blank = " " * column
    if not isinstance(item, dict):
        yield f"{blank}- {_scalar(item)}"
        return
    first, *others = emitted(item, column + 2)
    yield f"{blank}- {first[column + 2 :]}"
    yield from others


def _holds_mappings(items: list[Json]) -> bool:
    return any(isinstance(item, dict | list) for item in items)


def _flow(items: list[Json]) -> str:
    return f"[{', '.join(_scalar(item, _PLAIN_IN_FLOW) for item in items)}]"


def _scalar(value: Json, plain: re.Pattern[str] = _PLAIN) -> str:
    """Write a value on one line, in quotes where YAML could take it for something else."""
    if not isinstance(value, str) or not value.isprintable():
        return json.dumps(value)
    is_plain = plain.fullmatch(value) and _reads_as(f"- {value}", value)
    return value if is_plain else "'{}'".format(value.replace("'", "''"))


def _reads_as(written: str, value: str) -> bool:
    try:
        return bool(yaml.load(written, Loader=FastLoader) == [value])  # noqa: S506 # the loader is a safe one
    except yaml.YAMLError:
        return False


def _last_line(node: yaml.Node) -> int:
    """Return the last line of a node, without the comments that follow it."""
    if isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        last = node.value[-1]
        return _last_line(last[1] if isinstance(node, yaml.MappingNode) else last)
    end = node.end_mark
    return end.line - 1 if end.column == 0 and end.line > node.start_mark.line else end.line
