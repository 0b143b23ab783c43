"""Properties of the public models: they read the wire, old and new, and survive every journey."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta
from typing import cast, get_args

import pytest
from hypothesis import example, given, settings, strategies as st
from pydantic import AliasChoices, TypeAdapter, ValidationError
from pydantic.dataclasses import rebuild_dataclass
from pydantic.fields import FieldInfo
from pydantic_core import SchemaValidator

import cocapi_gen.models as public
from cocapi_gen import aliases as public_aliases
from cocapi_gen._parsing import adapter_of, reader_of
from cocapi_gen.models._base import Model, field_names
from cocapi_gen.testing.strategies._public import PUBLIC
from cocapi_gen.testing.strategies._wire import Json, unknown_keys
from tests.answers import clan_body, player_body

SUPERSEDED = {
    "versusBattleWinCount",
    "bestVersusSeason",
    "bestVersusTrophies",
    "clanVersusPoints",
    "previousVersusSeason",
    "requiredVersusTrophies",
    "versusTrophies",
    "townHallLevel",
}
"""Old keys that are passed over when the key that took their place is sent too."""

NOT_MODELLED = {"localizedName", "expEarned"}
"""Keys that have been announced but never sent, or that only repeat another."""

every_model = pytest.mark.parametrize("model", PUBLIC, ids=lambda model: model.__name__)


def answers(model: type[Model]) -> st.SearchStrategy[Json]:
    """JSON as the API could send it for this model today."""
    return PUBLIC[model]


def drawn(model: type[Model], data: st.DataObject) -> Model:
    return model.model_validate_json(json.dumps(data.draw(answers(model))))


def parts(model: Model) -> Iterator[Model]:
    """Yield a model and all models in it."""
    yield model
    for name in field_names(type(model)):
        value = getattr(model, name)
        for item in cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,):
            if isinstance(item, Model):
                yield from parts(item)


def member(body: dict[str, Json]) -> public.ClanMember:
    """A member of a clan, made of the least that the API sends and what is given."""
    numbers = ("expLevel", "trophies", "clanRank", "previousClanRank", "donations", "donationsReceived")
    least = {"tag": "#2PP", "name": "x", "role": "member", **dict.fromkeys(numbers, 1)}
    return public.ClanMember.model_validate(least | body)


def player(body: dict[str, Json]) -> public.Player:
    """A player, made of the least that the API sends and what is given."""
    return public.Player.model_validate(player_body() | body)


def test_every_public_model_is_tested() -> None:
    exported = {getattr(public, name) for name in vars(public)["__all__"]}
    assert exported == PUBLIC.keys() | {Model, public.Page}


@every_model
@settings(max_examples=5)
@given(st.data())
def test_a_model_survives_json(model: type[Model], data: st.DataObject) -> None:
    original = drawn(model, data)
    assert model.model_validate_json(original.model_dump_json()) == original
    assert model.model_validate(original.model_dump()) == original
    assert model.model_validate_json(json.dumps(original.model_dump(mode="json"))) == original


@every_model
@settings(max_examples=4)
@given(st.data())
def test_copies_are_equal_and_complete(model: type[Model], data: st.DataObject) -> None:
    value = data.draw(st.composite(unknown_keys)(data.draw(answers(model))))
    original = model.model_validate_json(json.dumps(value))
    twins = [pickle.loads(pickle.dumps(original)), copy.copy(original), copy.deepcopy(original), original.model_copy()]  # noqa: S301 # pickled a moment ago
    twins += [pickle.loads(pickle.dumps(original, protocol)) for protocol in (0, 1)]  # noqa: S301 # pickled a moment ago
    for twin in twins:
        assert twin == original
        assert hash(twin) == hash(original)
        assert [part.model_extra for part in parts(twin)] == [part.model_extra for part in parts(original)]


@every_model
@settings(max_examples=5)
@given(st.data())
def test_unknown_keys_are_kept(model: type[Model], data: st.DataObject) -> None:
    value = data.draw(st.composite(unknown_keys)(data.draw(answers(model))))
    original = model.model_validate_json(json.dumps(value))
    assert isinstance(value, dict)
    added = {key for key in value if key.endswith("Key")}
    assert added <= original.model_extra.keys()
    again = model.model_validate_json(original.model_dump_json())
    assert [part.model_extra for part in parts(again)] == [part.model_extra for part in parts(original)]


ODD: list[Json] = ["win", 5, None, [], {"tag": "#2PP"}]
"""What nobody would expect under any name."""


def own_names(model: type[Model]) -> list[str]:
    """Names of what a model can do, but for those that are read from a key of the API's."""
    known = set(field_names(model))
    for field in cast("dict[str, FieldInfo]", vars(model)["__pydantic_fields__"]).values():
        alias = field.validation_alias
        known.update(map(str, alias.choices if isinstance(alias, AliasChoices) else [alias]))
    public_names = (name for name in dir(model) if not name.startswith("_") and name not in known)
    return [name for name in public_names if not isinstance(inspect.getattr_static(model, name), classmethod)]


@every_model
@settings(max_examples=10)
@given(st.data())
def test_a_key_with_the_name_of_something_of_ours_is_kept_and_takes_nothing_away(
    model: type[Model], data: st.DataObject
) -> None:
    sent = cast("dict[str, Json]", data.draw(answers(model)))
    name = data.draw(st.sampled_from(own_names(model)))
    value: Json = data.draw(st.sampled_from(ODD))
    plain = model.model_validate_json(json.dumps(sent))
    named = model.model_validate_json(json.dumps(sent | {name: value}))
    assert named.model_extra == {**plain.model_extra, name: value}
    assert named.to_dict() == plain.to_dict() | {name: value}
    read, pickled = model.model_validate_json(named.model_dump_json()), pickle.loads(pickle.dumps(named))  # noqa: S301 # pickled a moment ago
    assert named == read == pickled == copy.deepcopy(named) != plain
    if name != "model_extra":
        ours, without = getattr(named, name), getattr(plain, name)
        assert callable(ours) if callable(without) else ours == without
    with pytest.raises(FrozenInstanceError):
        setattr(named, name, value)


@every_model
@settings(max_examples=5)
@given(st.data())
def test_no_known_key_is_passed_over(model: type[Model], data: st.DataObject) -> None:
    for part in parts(drawn(model, data)):
        assert part.model_extra.keys() <= SUPERSEDED | NOT_MODELLED


@every_model
@given(st.data())
@settings(max_examples=3)
def test_models_are_read_only(model: type[Model], data: st.DataObject) -> None:
    original = drawn(model, data)
    for name in (field_names(model)[0], "no_such_field"):
        with pytest.raises(FrozenInstanceError):
            setattr(original, name, None)
        with pytest.raises(FrozenInstanceError):
            delattr(original, name)


@every_model
@settings(max_examples=5)
@given(st.data())
def test_the_reader_reads_what_pydantic_reads(model: type[Model], data: st.DataObject) -> None:
    value = data.draw(st.composite(unknown_keys)(data.draw(answers(model))))
    assert isinstance(value, dict)
    key = data.draw(st.sampled_from([*value, "tag"]))
    strange: list[Json] = [None, 1, True, "new", [], {}]
    for sent in (value, {**value, key: data.draw(st.sampled_from(strange))}):
        found = (outcome(validator, json.dumps(sent)) for validator in (reader_of(model), adapter_of(model)))
        assert next(found) == next(found)


def outcome(validator: SchemaValidator | TypeAdapter[Model], text: str) -> Model | None:
    """Return what is read; None if it is refused."""
    try:
        return cast("Model", validator.validate_json(text))
    except ValidationError:
        return None


def test_a_value_that_is_no_text_is_told_where_words_are_expected() -> None:
    with pytest.raises(ValidationError) as caught:
        player({"role": 1})
    faults = caught.value.errors()
    assert {fault["loc"][0] for fault in faults} == {"role"}
    assert "string_type" in {fault["type"] for fault in faults}


def test_the_json_schema_knows_the_words() -> None:
    described = TypeAdapter(public.PlayerTroop).json_schema()["properties"]["village"]
    assert described["anyOf"] == [{"enum": [*get_args(public_aliases.Village)], "type": "string"}, {"type": "string"}]


def test_models_that_hold_something_else_unknown_are_not_equal() -> None:
    first, same, other = (public.Clan.model_validate(clan_body(news=number)) for number in (1, 1, 2))
    assert first == same != other
    assert hash(first) == hash(same) == hash(other)
    assert len({first, same, other}) == 2


@pytest.mark.parametrize("key", ["war_wins", "is_war_log_public", "war_frequency"])
def test_a_clan_has_no_second_home_for_its_wars(key: str) -> None:
    rebuild_dataclass(public.Clan, force=True)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # it is one
    assert not hasattr(public.Clan.model_validate(clan_body()), key)


def test_a_moment_out_of_reach_is_refused() -> None:
    with pytest.raises(ValidationError, match="out of reach"):
        public.GoldPass.model_validate({"startTime": "0001-01-01T00:00:00+14:00"})


def test_a_model_is_built_by_the_names_of_its_fields() -> None:
    location = public.Location(id=1, name="Atlantis", display_name="Atlantis", is_country=False)
    assert (location.name, location.display_name, location.country_code) == ("atlantis", "Atlantis", None)


def test_a_model_refuses_what_does_not_fit() -> None:
    with pytest.raises(ValidationError, match=r"is_country|isCountry"):
        public.Location.model_validate({"id": 1, "name": "Atlantis"})


def test_model_copy_changes_fields_and_knows_their_names() -> None:
    gold_pass = public.GoldPass()
    moment = datetime(2026, 1, 5, tzinfo=UTC)
    assert gold_pass.model_copy(update={"end_time": moment}).endTime == moment
    assert gold_pass.end_time is None
    with pytest.raises(AttributeError, match="'endtime'"):
        gold_pass.model_copy(update={"endtime": moment})


def test_a_copy_with_changes_is_made_in_the_way_of_python_too() -> None:
    clan = public.Clan.model_validate(clan_body(news=1))
    changed = clan.__replace__(name="Elsewhere")  # what copy.replace calls
    assert (changed.name, changed.war, changed.model_extra) == ("Elsewhere", clan.war, {"news": 1})


@given(
    st.datetimes().map("{:%Y%m%dT%H%M%S.000Z}".format)
    | st.datetimes(timezones=st.timezones() | st.none()).map(datetime.isoformat)
    | st.from_regex(r"[0-9]{8}T[0-9]{6}\.[0-9]{3}Z?(\+[0-9]{4})?\n?", fullmatch=True)
    | st.text(alphabet="0123456789TZ.:-+W\n\u0663", max_size=24)
)
@example("00000000T000000.000Z")
def test_a_moment_is_the_same_whoever_reads_it(text: str) -> None:
    body = json.dumps({"startTime": text})
    read: list[object] = []
    for validator in (reader_of(public.GoldPass), adapter_of(public.GoldPass)):
        try:
            read.append(validator.validate_json(body))
        except ValidationError as error:
            read.append([fault["loc"] for fault in error.errors()])
    assert read[0] == read[1]
    if isinstance(read[0], public.GoldPass):
        assert read[0].start_time is not None
        assert read[0].start_time.tzinfo is UTC


def test_moments_are_aware_and_in_utc() -> None:
    gold_pass = public.GoldPass.model_validate(
        {"startTime": "20260105T080000.000Z", "endTime": "2026-01-05T10:00:00+02:00"}
    )
    assert gold_pass.start_time == gold_pass.end_time == datetime(2026, 1, 5, 8, tzinfo=UTC)
    assert gold_pass.end_time is not None
    assert gold_pass.end_time.tzinfo is UTC
    with pytest.raises(ValidationError, match="aware"):
        public.GoldPass(start_time=datetime(2026, 1, 5))  # noqa: DTZ001 # what is tested


def test_a_clan_is_built_from_its_wars_too() -> None:
    war = public.ClanWar(wins=1, winstreak=1, is_war_log_public=True, frequency="always")
    body = clan_body()
    assert public.Clan.model_validate(body | {"war": war}).war is war
    del body["warWins"]
    with pytest.raises(ValidationError, match="wins"):
        public.Clan.model_validate(body)
    assert war.win_streak == 1
    assert (war.losses, war.state, war.log) == (None, None, None)


def test_the_repr_of_a_long_list_is_its_length() -> None:
    attack = public.ClanWarAttack(
        attacker_tag="#2PP", defender_tag="#8QU", stars=3, destruction_percentage=100, order=1
    )
    player = public.ClanWarPlayer(
        tag="#2PP", name="x", town_hall_level=17, map_position=1, opponent_attacks=0, attacks=(attack,) * 4
    )
    assert repr(player).endswith("opponent_attacks=0, attacks=<4 items>)")


def test_a_town_hall_is_spelled_either_way() -> None:
    member = {"tag": "#2PP", "name": "x", "mapPosition": 1, "opponentAttacks": 0}
    for key in ("townhallLevel", "townHallLevel"):
        found = public.ClanWarPlayer.model_validate(member | {key: 17})
        assert found.town_hall_level == found.townhall_level == 17


def test_a_duration_is_a_timedelta() -> None:
    attack = {"attackerTag": "#2PP", "defenderTag": "#8QU", "stars": 3, "destructionPercentage": 99, "order": 1}
    assert public.ClanWarAttack.model_validate({**attack, "duration": 179}).duration == timedelta(seconds=179)
    assert public.ClanWarAttack.model_validate(attack).duration is None


OLD_LEAGUE: Json = {"id": 29000022, "name": "Legend League", "iconUrls": {"small": "s", "tiny": "t"}}
TIER: Json = {"id": 105000033, "name": "Electro League 33", "iconUrls": {"small": "s", "large": "l"}}


@pytest.mark.parametrize("read", [player, member])
@pytest.mark.parametrize(
    ("sent", "ids"),
    [
        ({}, (None, None, None)),
        ({"league": OLD_LEAGUE}, (29000022, 29000022, None)),
        ({"leagueTier": TIER}, (105000033, None, 105000033)),
        ({"league": OLD_LEAGUE, "leagueTier": TIER}, (105000033, 29000022, 105000033)),
    ],
    ids=["neither", "old", "today", "both"],
)
def test_a_league_is_todays_and_else_the_old_one(
    read: Callable[[dict[str, Json]], public.Player | public.ClanMember],
    sent: dict[str, Json],
    ids: tuple[int | None, ...],
) -> None:
    first = read(sent)
    for found in (first, type(first).model_validate_json(first.model_dump_json())):
        leagues = (found.league, found.legacy_league, found.league_tier)
        assert tuple(league and league.id for league in leagues) == ids


@pytest.mark.parametrize("read", [player, member])
def test_an_old_league_is_held_once(read: Callable[[dict[str, Json]], public.Player | public.ClanMember]) -> None:
    found = read({"league": OLD_LEAGUE})
    assert found.league is found.legacy_league is not None


@pytest.mark.parametrize(
    ("sent", "expected"),
    [({}, None), ({"versusTrophies": 1}, 1), ({"builderBaseTrophies": 2}, 2)],
)
def test_versus_trophies_are_those_of_the_builder_base(sent: dict[str, Json], expected: int | None) -> None:
    found = member(sent)
    assert found.versus_trophies == found.builder_base_trophies == expected
    both = member({"versusTrophies": 1, "builderBaseTrophies": 2})
    assert public.ClanMember.model_validate_json(both.model_dump_json()).versus_trophies == 2
