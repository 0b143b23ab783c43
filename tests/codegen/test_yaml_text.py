"""A YAML file can be changed in places, and every other letter of it stays."""

from __future__ import annotations

import random
from typing import Any, cast

import pytest
import yaml
from hypothesis import given, settings, strategies as st

from codegen import outputs
from codegen.changes.tables import table
from codegen.changes.yaml_text import WIDTH, YamlText, emitted
from codegen.loading import FastLoader
from codegen.types import Json

CONTENT = outputs.SPEC.read_text()
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S", "Zs"]))
)
keys = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"]), min_size=1)
values = st.recursive(
    scalars | st.lists(scalars),
    lambda inner: st.dictionaries(keys, inner, min_size=1) | st.lists(st.dictionaries(keys, inner, min_size=1)),
    max_leaves=15,
)


def load(text: str) -> dict[str, Any]:
    return cast("dict[str, Any]", yaml.load(text, Loader=FastLoader))  # noqa: S506 # the loader is a safe one


@settings(max_examples=40)
@given(st.dictionaries(keys, values, min_size=1), st.integers(0, 3))
def test_what_is_written_reads_the_same(value: dict[str, Json], depth: int) -> None:
    lines = [*emitted(value, 2 * depth)]
    assert yaml.safe_load("\n".join(lines)) == value
    assert all(line.startswith("  " * depth) for line in lines)


def test_without_changes_not_a_byte_differs() -> None:
    assert YamlText(CONTENT).text() == CONTENT


@pytest.mark.parametrize("seed", range(5))
def test_many_changes_at_once_do_what_each_says(seed: int) -> None:
    rng, text, expected = random.Random(seed), YamlText(CONTENT), load(CONTENT)
    schemas: dict[str, Json] = expected["components"]["schemas"]
    models = sorted(name for name, each in schemas.items() if "properties" in table(each))
    for name in rng.sample(models, 12):
        path, schema = ("components", "schemas", name), table(schemas[name])
        new: dict[str, Json] = {f"new{number}": {"type": "integer"} for number in range(rng.randint(1, 3))}
        for key, each in new.items():
            text.append((*path, "properties"), {key: each})
        table(schema["properties"]).update(new)
        if "required" in schema and rng.random() < 0.5:
            text.replace((*path, "required"), [*new])
            schema["required"] = [*new]
        elif "required" in schema:
            text.remove((*path, "required"))
            del schema["required"]
    expected["tags"].append({"name": "new", "description": "New: things."})
    text.append_items(("tags",), [{"name": "new", "description": "New: things."}])
    assert load(text.text()) == expected
    comments = [line for line in CONTENT.splitlines() if line.startswith("#")]
    assert [line for line in text.text().splitlines() if line.startswith("#")] == comments
    assert max(map(len, text.text().splitlines())) <= WIDTH


def test_what_is_empty_can_be_filled() -> None:
    text = YamlText("a: {}\nb: 1\n")
    text.append(("a",), {"x": 1})
    text.append(("a",), {"y": ["one", "two"]})
    assert text.text() == "a:\n  x: 1\n  y: [one, two]\nb: 1\n"


def test_a_list_that_gets_too_long_is_written_in_lines() -> None:
    text = YamlText("a:\n  enum: [one, two]\n")
    text.append_items(("a", "enum"), ["three"])
    assert text.text() == "a:\n  enum: [one, two, three]\n"
    text = YamlText("a:\n  enum: [one, two]\n")
    text.append_items(("a", "enum"), ["x" * 70, "y" * 70])
    assert text.text() == f"a:\n  enum:\n    - one\n    - two\n    - {'x' * 70}\n    - {'y' * 70}\n"
    text = YamlText("a:\n  b: 1\n")
    text.append_items(("a", "enum"), ["one"])
    assert text.text() == "a:\n  b: 1\n  enum: [one]\n"
