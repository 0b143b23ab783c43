"""The page of the models has every one of them, with all that it can be asked for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cocapi_gen import aliases, models

PAGE = Path(__file__).parent.parent / "docs" / "models.md"
ROW = re.compile(r"^\| `(\w+)[^|]*` \| [^|]+ \| [^|]+ \|$", re.MULTILINE)
_, *HEADED = re.split(r"^#+ (.+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
ENTRIES = dict(zip(HEADED[::2], HEADED[1::2], strict=True))
MODELS = [name for name in dir(models) if name[0].isupper()]
ALIASES = {name for name in vars(aliases) if name[0].isupper()} - {"Literal", "TypeAlias"}


def parts(cls: type[object]) -> list[str]:
    """Return the public names of a model, those that it inherits too, without what all models have."""
    own = [base for base in cls.__mro__ if base.__module__.startswith("cocapi_gen.")]
    told = [base for base in own if base is not models.Model or cls is models.Model]
    return sorted({name for base in told for name in vars(base) if not name.startswith("_")})


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_there_with_all_that_it_has(name: str) -> None:
    cls: type[object] = getattr(models, name)
    if cls.__name__ == name:
        assert sorted(ROW.findall(ENTRIES[name])) == parts(cls)
    else:
        assert f"Another name of [{cls.__name__}](#{cls.__name__.lower()})." in ENTRIES[name]


def test_a_heading_stands_for_one_thing() -> None:
    assert len(HEADED) == 2 * len(ENTRIES)
    assert {*MODELS, *ALIASES} <= ENTRIES.keys()
