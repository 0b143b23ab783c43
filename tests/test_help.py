"""``help`` and consoles tell what the fields of a model mean, at no cost to whoever does not ask."""

from __future__ import annotations

import inspect
import pydoc
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from cocapi_gen import Page
from cocapi_gen.models._base import Model, field_names
from cocapi_gen.models._texts import explained
from cocapi_gen.testing.strategies._public import PUBLIC

ROOT = Path(__file__).parent.parent

WITHOUT_SOURCE = """
import copy, inspect, pickle

asked = []

def getsource(thing):
    asked.append(thing)
    raise OSError

inspect.getsource = getsource

from cocapi_gen.models import *
from cocapi_gen.testing import make_clan

clan = make_clan()
assert pickle.loads(pickle.dumps(clan)) == copy.deepcopy(clan) == Clan.model_validate_json(clan.model_dump_json())
assert asked == []
assert inspect.getdoc(LeagueSeason.id) == ""
assert asked == [LeagueSeason]
"""


every_model = pytest.mark.parametrize("model", [*PUBLIC, Page], ids=lambda model: model.__name__)


def told(model: type[Model]) -> dict[str, str]:
    """Return what is said of each field."""
    return {name: inspect.getdoc(getattr(model, name)) or "" for name in field_names(model)}


@every_model
def test_help_says_what_each_field_means(model: type[Model]) -> None:
    shown = pydoc.plain(pydoc.render_doc(model))
    assert all(told(model).values())
    assert all(f" |  {name}\n |      {text}\n" in shown for name, text in told(model).items())


def test_where_the_source_cannot_be_read_by_itself_there_is_no_text() -> None:
    @explained
    @dataclass(slots=True)
    class Inside:
        field: int
        """A text in a class whose source is indented."""

    assert inspect.getdoc(vars(Inside)["field"]) == ""


def test_the_source_is_read_on_demand_and_may_be_missing() -> None:
    subprocess.run([sys.executable, "-c", WITHOUT_SOURCE], cwd=ROOT, check=True)  # noqa: S603 # our own program
