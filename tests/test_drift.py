"""What the API sends that the specification does not know: found, told once, and never in the way."""

from __future__ import annotations

import copy
import json
import logging
from collections.abc import Iterator
from itertools import count as count_from
from typing import TypeAlias, cast

import httpx
import pytest
from hypothesis import given, settings, strategies as st

from cocapi_gen import Client, Drift, SyncClient
from cocapi_gen._http.bodies import RawModel
from cocapi_gen.drift import differences
from cocapi_gen.events import DriftSeen, Event
from cocapi_gen.raw import OPERATIONS, models
from cocapi_gen.sandbox import Sandbox
from tests.answers import PICTURES, Body, player_body

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

WORLD = Sandbox()
CLAN = WORLD.sync_client().request("GET", f"/clans/{WORLD.world.in_war_clan_tag}")
NEW: list[Json] = [5, "text", [1], {"a": 1}, None]
WORDS = {
    "Clan.warFrequency": ("warFrequency",),
    "Clan.type": ("type",),
    "ClanMember.role": ("memberList", 0, "role"),
    "PlayerHouseElement.type": ("memberList", 0, "playerHouse", "elements", 0, "type"),
}


def objects(value: Json) -> Iterator[dict[str, Json]]:
    """Yield every object, from the outermost inwards."""
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from objects(part)
    if isinstance(value, list):
        for part in value:
            yield from objects(part)


def found_in(clan: Json) -> list[Drift]:
    return [*differences("getClan", models.Clan.model_validate_json(json.dumps(clan)))]


def test_in_what_the_specification_describes_nothing_is_found() -> None:
    assert found_in(CLAN) == []


@settings(max_examples=50)
@given(st.data())
def test_an_unknown_key_is_found_wherever_it_is(data: st.DataObject) -> None:
    clan = copy.deepcopy(CLAN)
    place = data.draw(st.integers(0, len([*objects(clan)]) - 1))
    [*objects(clan)][place]["newKey"] = data.draw(st.sampled_from(NEW))
    (drift,) = found_in(clan)
    assert drift.kind == "field"
    assert drift.place.endswith(".newKey")


@pytest.mark.parametrize("place", WORDS)
def test_an_unknown_word_is_found(place: str) -> None:
    clan = copy.deepcopy(CLAN)
    *way, last = WORDS[place]
    inner: object = clan
    for step in way:
        inner = cast("dict[str | int, object]", inner)[step]
    cast("dict[str | int, object]", inner)[last] = "newWord" * 50
    (drift,) = found_in(clan)
    assert (drift.place, drift.kind) == (place, "value")
    assert drift.found.startswith("newWord")
    assert len(drift.found) == 60


def test_a_drift_is_told_in_one_line_whatever_the_api_calls_it() -> None:
    clan = copy.deepcopy(cast("dict[str, Json]", CLAN))
    clan["a\n\x1b[31mb"] = 1
    (drift,) = found_in(clan)
    assert str(drift) == r"getClan: Clan.a\n\x1b[31mb is unknown (int)"


# ---------------------------------------------------------------------- in a client


def client_of(body: Body, seen: list[Event]) -> SyncClient:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=body))
    return SyncClient("T", rate=None, cache=None, transport=transport, on_event=seen.append)


def test_a_kind_is_told_once_however_often_it_comes(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "cocapi_gen")
    seen = list[Event]()
    client = client_of(
        player_body(
            auraLevel=7, warPreference="maybe", labels=[{"id": 1, "name": "A", "b": 1, "iconUrls": PICTURES}] * 9
        ),
        seen,
    )
    assert client.drift() == ()
    for _ in range(600):
        client.player("#2PP")
    assert client.drift() == (
        Drift("getPlayer", "Label.b", "field", "int"),
        Drift("getPlayer", "Player.auraLevel", "field", "int"),
        Drift("getPlayer", "Player.warPreference", "value", "maybe"),
    )
    told = [each.drift for each in seen if isinstance(each, DriftSeen)]
    assert sorted(told) == [*client.drift()]
    assert len(caplog.records) == 3


def test_the_sixteenth_answer_is_the_first_that_is_looked_at() -> None:
    client = client_of(player_body(auraLevel=7), [])
    for _ in range(15):
        client.player("#2PP")
    assert client.drift() == ()
    client.with_options(retries=0).player("#2PP")
    assert [str(each) for each in client.drift()] == ["getPlayer: Player.auraLevel is unknown (int)"]


def test_nothing_is_said_of_what_was_asked_for_by_its_path() -> None:
    client = client_of(player_body(auraLevel=7), [])
    for _ in range(20):
        client.request("GET", "/players/x")
    assert client.drift() == ()


def test_what_fits_the_models_but_not_the_specification_is_a_drift_of_shape() -> None:
    client = client_of(player_body(labels=[{"id": 1, "name": "A"}] * 9), [])
    for _ in range(300):
        assert client.player("#2PP").labels[8].name == "a"
    (drift,) = client.drift()
    assert drift == Drift("getPlayer", "Player", "shape", "labels.*.iconUrls: Field required")


def test_a_look_that_fails_costs_no_answer(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def fail(*_: object) -> Iterator[Drift]:
        raise RecursionError("too deep for us")

    monkeypatch.setattr("cocapi_gen.drift.differences", fail)
    client = client_of(player_body(), [])
    for _ in range(20):
        assert client.player("#2PP").name == "Somebody"
    assert [record.getMessage() for record in caplog.records] == [
        "looking for news in getPlayer failed: RecursionError"
    ]


def test_hostile_answers_fill_no_memory() -> None:
    count = count_from(0)
    transport = httpx.MockTransport(
        lambda _: httpx.Response(200, json=player_body(**{f"{'k' * 100}{next(count)}": 1 for _ in range(2000)}))
    )
    client = SyncClient("T", rate=None, cache=None, transport=transport)
    for _ in range(16):
        client.player("#2PP")
    kept = client.drift()
    assert len(kept) <= 1000
    assert max(len(str(each)) for each in kept) < 200


def test_every_operation_has_a_raw_model_that_can_be_looked_into() -> None:
    for operation in OPERATIONS.values():
        assert issubclass(operation.response_model, RawModel)


def test_both_clients_tell_the_same() -> None:
    assert Client("T").drift() == SyncClient("T").drift() == ()
