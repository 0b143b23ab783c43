"""Properties of every raw model: it keeps all that the wire sends, as it was sent."""

from __future__ import annotations

import copy
import json
import pickle

import pytest
from hypothesis import given, settings, strategies as st

from cocapi_gen._http.bodies import RawModel, Timestamp
from cocapi_gen.raw import models
from cocapi_gen.testing.strategies._responses import RESPONSES
from cocapi_gen.testing.strategies._wire import Json, timestamp, unknown_keys

MODELS = {
    name: model
    for name in RESPONSES
    if isinstance(model := getattr(models, name, None), type) and issubclass(model, RawModel)
}
every_model = pytest.mark.parametrize("name", MODELS)


def dump(model: RawModel) -> Json:
    """Dump a model the way the layer promises to give back what came in."""
    return model.model_dump(mode="json", by_alias=True, exclude_unset=True)


def exactly(value: Json) -> str:
    """Tell 100 from 100.0 and true from 1, but not one order of keys from another."""
    return json.dumps(value, sort_keys=True)


@every_model
@settings(max_examples=8)
@given(st.data())
def test_json_survives_unchanged(name: str, data: st.DataObject) -> None:
    value = data.draw(RESPONSES[name])
    assert exactly(dump(MODELS[name].model_validate_json(json.dumps(value)))) == exactly(value)


@every_model
@settings(max_examples=3)
@given(st.data())
def test_unknown_keys_survive_unchanged(name: str, data: st.DataObject) -> None:
    value = data.draw(st.composite(unknown_keys)(data.draw(RESPONSES[name])))
    assert exactly(dump(MODELS[name].model_validate_json(json.dumps(value)))) == exactly(value)


@every_model
@settings(max_examples=3)
@given(st.data())
def test_copies_are_equal(name: str, data: st.DataObject) -> None:
    model = MODELS[name].model_validate_json(json.dumps(data.draw(RESPONSES[name])))
    assert pickle.loads(pickle.dumps(model)) == copy.deepcopy(model) == model  # noqa: S301 # pickled a moment ago


def test_there_is_a_strategy_for_every_model() -> None:
    defined = {name for name, value in vars(models).items() if isinstance(value, type) and issubclass(value, RawModel)}
    assert MODELS.keys() == defined - {"RawModel"}


def test_raw_models_are_frozen() -> None:
    tag = models.ClanWarLeagueRound.model_validate({"warTags": ["#2PP"]})
    with pytest.raises(ValueError, match="frozen"):
        tag.war_tags = ()


@given(timestamp())
def test_a_timestamp_is_its_text_and_a_moment(text: Json) -> None:
    assert isinstance(text, str)
    moment = Timestamp(text).datetime
    assert moment.utcoffset() is not None
    assert moment.strftime("%Y%m%d%H%M%S") == "".join(filter(str.isdigit, text))[:14]
