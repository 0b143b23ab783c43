"""Real answers, checked against both layers: ``pytest --recordings DIR``.

DIR holds one JSON file an answer, with ``response_code``, ``headers`` and ``body``; its folders say which operation was
asked. Without the option, answers of the sandbox are checked in the same way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import httpx
import pytest
from hypothesis import given, settings, strategies as st
from pydantic import AliasChoices
from pydantic.alias_generators import to_camel

from cocapi_gen import Client, ClientRequestError, SyncClient, models
from cocapi_gen._http.bodies import RawModel
from cocapi_gen._parsing import adapter_of, parse_moment
from cocapi_gen.models._base import Model, field_names
from cocapi_gen.models._envelope import Items
from cocapi_gen.raw import OPERATIONS, models as raw
from cocapi_gen.sandbox import Sandbox
from cocapi_gen.testing import make_player, strategies
from cocapi_gen.testing.recordings import FOLDERS
from cocapi_gen.testing.strategies._wire import Json
from tests.answers import BARE
from tests.asking import values_for_paths

OWN: dict[str, tuple[type[Model], bool]] = {
    "searchClans": (models.ClanSummary, True),
    "getClan": (models.Clan, False),
    "getClanMembers": (models.ClanMember, True),
    "getClanWarLog": (models.ClanWarResult, True),
    "getCurrentWar": (models.ClanWarInfo, False),
    "getClanWarLeagueGroup": (models.ClanWarLeagueGroup, False),
    "getClanWarLeagueWar": (models.ClanWarInfo, False),
    "getCapitalRaidSeasons": (models.RaidSeason, True),
    "getPlayer": (models.Player, False),
    "getBattleLog": (models.BattleLogEntry, True),
    "getLeagueHistory": (models.LeagueHistoryEntry, True),
    "verifyToken": (models.TokenVerification, False),
    "getLeagues": (models.PlayerLeague, True),
    "getLeague": (models.PlayerLeague, False),
    "getLeagueSeasons": (models.LeagueSeason, True),
    "getLeagueSeasonRankings": (models.PlayerRanking, True),
    "getLeagueTiers": (models.PlayerLeague, True),
    "getLeagueTier": (models.PlayerLeague, False),
    "getLeagueGroup": (models.PlayerLeagueGroup, False),
    "getBuilderBaseLeagues": (models.BuilderBaseLeague, True),
    "getBuilderBaseLeague": (models.BuilderBaseLeague, False),
    "getCapitalLeagues": (models.CapitalLeague, True),
    "getCapitalLeague": (models.CapitalLeague, False),
    "getWarLeagues": (models.ClanWarLeague, True),
    "getWarLeague": (models.ClanWarLeague, False),
    "getLocations": (models.Location, True),
    "getLocation": (models.Location, False),
    "getClanRanking": (models.ClanRanking, True),
    "getPlayerRanking": (models.PlayerRanking, True),
    "getClanBuilderBaseRanking": (models.ClanBuilderBaseRanking, True),
    "getPlayerBuilderBaseRanking": (models.PlayerBuilderBaseRanking, True),
    "getClanCapitalRanking": (models.ClanCapitalRanking, True),
    "getClanLabels": (models.ClanLabel, True),
    "getPlayerLabels": (models.PlayerLabel, True),
    "getCurrentGoldPassSeason": (models.GoldPass, False),
}
"""For each operation that has a model of ours: the model, and whether the answer is a list of it."""

WITHOUT_A_MODEL = {
    "getClanVersusRanking",  # until December 2023; the builder base's ranking took its place, and so for players
    "getPlayerVersusRanking",
}

PASSED_OVER = {
    "bestVersusSeason",
    "bestVersusTrophies",
    "clanVersusPoints",
    "localizedName",
    "previousVersusSeason",
    "requiredVersusTrophies",
    "versusBattleWinCount",
    "versusTrophies",
}
"""Known keys that are not read when a newer key says the same."""

FLAT_IN_A_CLAN = {
    "wins": "warWins",
    "losses": "warLosses",
    "ties": "warTies",
    "winstreak": "warWinStreak",
    "frequency": "warFrequency",
    "league": "warLeague",
    "is_war_log_public": "isWarLogPublic",
}
"""What a clan's wars are made of: the API sends it beside the rest of the clan."""

VALUES: dict[str, object] = {"location_id": 32000193, "league_id": 48000001, "league_tier_id": 105000001, "token": "x"}


@dataclass(frozen=True)
class Recording:
    """One recorded answer."""

    name: str
    operation_id: str
    status: int
    headers: dict[str, str]
    body: Json

    @property
    def content(self) -> bytes:
        return json.dumps(self.body, ensure_ascii=False).encode()


def read(path: Path, root: Path) -> Recording:
    name = path.relative_to(root).with_suffix("").as_posix()
    found = [folder for folder in FOLDERS if name == folder or name.startswith(f"{folder}/")]
    assert found, f"say in FOLDERS which operation the answers in {name} belong to"
    data = json.loads(path.read_text(encoding="utf-8"))
    return Recording(name, FOLDERS[max(found, key=len)], data["response_code"], data["headers"], data["body"])


def invented() -> Iterator[Recording]:
    """Answers of the sandbox, for whoever has no recordings."""
    with Sandbox(seed=1) as sandbox:
        world = sandbox.world
        values = values_for_paths(world)
        leagues = {"builderbase": "44000000", "capital": "85000000", "war": "48000000"}
        query = {"getLeagueGroup": {"playerTag": world.player_tag}, "searchClans": {"minMembers": "1"}}
        for operation in OPERATIONS.values():
            kind = next((league for league in leagues if operation.path_template.startswith(f"/{league}")), "")
            known = values | {"leagueId": leagues.get(kind, "29000022")}
            path = operation.path_template.format_map({key: value.replace("#", "%23") for key, value in known.items()})
            answer = httpx.request(
                operation.method,
                sandbox.base_url + path,
                params=query.get(operation.operation_id),
                json={"token": world.token} if operation.method == "POST" else None,
                headers={"authorization": "Bearer token"},
                trust_env=False,
            )
            yield Recording(path, operation.operation_id, answer.status_code, {}, answer.json())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a test of each answer."""
    if "recording" in metafunc.fixturenames:
        root: Path | None = metafunc.config.getoption("--recordings")
        found = [read(path, root) for path in sorted(root.rglob("*.json"))] if root else [*invented()]
        assert found, f"there are no recordings in {root}"
        metafunc.parametrize("recording", found, ids=lambda recording: recording.name)


def exactly(value: Json) -> str:
    """Tell 100 from 100.0 and true from 1, but not one order of keys from another."""
    return json.dumps(value, sort_keys=True)


# ---------------------------------------------------------------------- raw


def test_raw_reads_it_and_gives_it_back_unchanged(recording: Recording) -> None:
    operation = OPERATIONS[recording.operation_id]
    model = cast("type[raw.Clan]", operation.response_model if recording.status == 200 else raw.ClientError)
    found = model.model_validate_json(recording.content)
    assert exactly(found.model_dump(mode="json", by_alias=True, exclude_unset=True)) == exactly(recording.body)


@pytest.mark.anyio
async def test_the_client_reads_it_or_tells_the_error(recording: Recording) -> None:
    operation = OPERATIONS[recording.operation_id]

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(recording.status, headers=recording.headers, content=recording.content)

    values = {each.name: VALUES.get(each.name, "#2PP") for each in operation.parameters if each.required}
    async with Client("TOKEN", **BARE, transport=httpx.MockTransport(answer)) as client:
        name = operation.operation_id
        method = getattr(
            getattr(client.raw, operation.tag), "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
        )
        if recording.status == 200:
            assert isinstance(await method(**values), operation.response_model)
            return
        with pytest.raises(ClientRequestError) as caught:
            await method(**values)
    assert isinstance(recording.body, dict)
    assert (caught.value.status, caught.value.data) == (recording.status, recording.body)
    assert caught.value.reason == recording.body.get("reason")


# ---------------------------------------------------------------------- our own models


def alternatives(model: type[Model], name: str) -> tuple[str, ...]:
    """Return the keys that a field is read from, the first that is there."""
    info = vars(model)["__pydantic_fields__"][name]
    alias: object = info.validation_alias
    return tuple(map(str, alias.choices)) if isinstance(alias, AliasChoices) else (str(alias or to_camel(name)),)


def losses(wire: dict[str, Json], model: Model, where: str) -> Iterator[str]:
    """Yield what the wire said and the model does not."""
    for key in wire.keys() & model.model_extra.keys():
        if wire[key] != model.model_extra[key]:
            yield f"{where}.{key} was changed"
    for name in field_names(type(model)):
        value = getattr(model, name)
        keys = (FLAT_IN_A_CLAN[name],) if name in FLAT_IN_A_CLAN and isinstance(model, models.ClanWar) else ()
        sent = next((wire[key] for key in keys or alternatives(type(model), name) if key in wire), None)
        if name == "war" and isinstance(model, (models.Clan, models.ClanSummary)):
            sent = {key: wire[key] for key in FLAT_IN_A_CLAN.values() if key in wire}
        yield from compared(sent, value, f"{where}.{name}")


def compared(sent: Json, value: object, where: str) -> Iterator[str]:
    if isinstance(sent, list):
        rows = cast("tuple[object, ...]", value)
        if len(rows) != len(sent):
            yield f"{where} has {len(rows)} rows of {len(sent)}"
        for number, (row, read_as) in enumerate(zip(sent, rows, strict=False)):
            yield from compared(row, read_as, f"{where}[{number}]")
    elif isinstance(sent, dict) and isinstance(value, Model):
        yield from losses(sent, value, where)
    elif sent is not None and value is None:
        yield f"{where} is None"
    elif isinstance(sent, (int, float, str)) and not is_same(sent, value):
        yield f"{where} is {value!r}, not {sent!r}"


def is_same(sent: float | str, value: object) -> bool:
    """Say whether a value is what was sent: a moment, a duration in seconds, a text in any case, or the very thing."""
    if isinstance(value, datetime):
        return isinstance(sent, str) and value == parse_moment(sent)
    if isinstance(value, timedelta):
        return value.total_seconds() == sent
    return value.lower() == str(sent).lower() if isinstance(value, str) else value == sent


def parts(value: object) -> Iterator[Model]:
    """Yield all models in a value."""
    if isinstance(value, tuple):
        for item in cast("tuple[object, ...]", value):
            yield from parts(item)
    elif isinstance(value, Model):
        yield value
        for name in field_names(type(value)):
            yield from parts(getattr(value, name))


def known_keys() -> set[str]:
    """Return every key that the specification knows."""
    found = set[str]()
    for model in vars(raw).values():
        if isinstance(model, type) and issubclass(model, RawModel):
            found |= {info.alias or name for name, info in model.model_fields.items()}
    return found


def read_by_us(operation_id: str, body: Json) -> set[str]:
    """Read an answer as a model of ours, check that it says the same, and return the known keys that were not read."""
    model, is_list = OWN[operation_id]
    content = json.dumps(body)
    if not is_list:
        found: tuple[Model, ...] = (adapter_of(model).validate_json(content),)
        sent: list[Json] = [body]
    else:
        envelope: type[Items[Model]] = Items[model]  # type: ignore[valid-type] # a type that is only known at run time
        found = adapter_of(envelope).validate_json(content).items
        sent = cast("list[Json]", cast("dict[str, Json]", body)["items"])
    assert [*compared(cast("Json", sent), found, model.__name__)] == []
    return {key for part in parts(found) for key in part.model_extra} & known_keys()


def test_every_operation_has_a_model_of_ours() -> None:
    assert OWN.keys() | WITHOUT_A_MODEL == OPERATIONS.keys()
    assert OWN.keys() & WITHOUT_A_MODEL == set()
    for operation_id, (_, is_list) in OWN.items():
        fields = vars(OPERATIONS[operation_id].response_model)["__pydantic_fields__"]
        assert is_list == ("items" in fields)


def test_our_own_models_lose_nothing(recording: Recording) -> None:
    if recording.status == 200 and recording.operation_id in OWN:
        assert read_by_us(recording.operation_id, recording.body) <= PASSED_OVER


@pytest.mark.parametrize("operation_id", OWN)
@settings(max_examples=10)
@given(st.data())
def test_our_own_models_lose_nothing_that_may_be_sent(operation_id: str, data: st.DataObject) -> None:
    unread = read_by_us(operation_id, data.draw(strategies.answers(operation_id)))
    # A war's own tag has been announced, but never sent, and nobody but a hero wears anything.
    assert unread <= PASSED_OVER | {"tag", "equipment"}


# ---------------------------------------------------------------------- the methods

LISTS = {
    "getLeagues": "get_legacy_league",
    "getLeagueTiers": "get_player_league",
    "getBuilderBaseLeagues": "get_builder_base_league",
    "getCapitalLeagues": "get_capital_league",
    "getWarLeagues": "get_clan_league",
    "getLocations": "get_location",
    "getClanLabels": "get_clan_label",
    "getPlayerLabels": "get_player_label",
}
"""Lists of which each entry is found by its number."""
METHODS: dict[str, tuple[str, tuple[object, ...]]] = {
    "searchClans": ("clans_details", ("abc",)),
    "getClan": ("clan", ("#2PP",)),
    "getClanMembers": ("clan_members", ("#2PP",)),
    "getClanWarLog": ("war_log", ("#2PP",)),
    "getCurrentWar": ("war", ("#2PP",)),
    "getClanWarLeagueGroup": ("league_group", ("#2PP",)),
    "getClanWarLeagueWar": ("league_war", ("#2PP",)),
    "getCapitalRaidSeasons": ("raid_seasons", ("#2PP",)),
    "getPlayer": ("player", ("#2PP",)),
    "getBattleLog": ("battle_log", ("#2PP",)),
    "getLeagueHistory": ("league_history", ("#2PP",)),
    "verifyToken": ("verify_token", ("#2PP", "token")),
    "getLeague": ("legacy_league", (29000022,)),
    "getLeagueSeasons": ("league_seasons", ()),
    "getLeagueSeasonRankings": ("league_season_rankings", ("2025-08",)),
    "getLeagueTier": ("player_league", (105000001,)),
    "getLeagueGroup": (
        "player_league_group",
        (make_player(current_league_group_tag="#2PP", current_league_season_id=1),),
    ),
    "getBuilderBaseLeague": ("builder_base_league", (44000000,)),
    "getCapitalLeague": ("capital_league", (85000000,)),
    "getWarLeague": ("clan_league", (48000000,)),
    "getLocation": ("location", (32000193,)),
    "getClanRanking": ("clan_rankings_details", (32000193,)),
    "getPlayerRanking": ("player_rankings_details", (32000193,)),
    "getClanBuilderBaseRanking": ("clan_builder_base_rankings_details", (32000193,)),
    "getPlayerBuilderBaseRanking": ("player_builder_base_rankings_details", (32000193,)),
    "getClanCapitalRanking": ("clan_capital_rankings_details", (32000193,)),
    "getCurrentGoldPassSeason": ("goldpass", ()),
}
"""For each operation, the method that returns all of its answer, and what to ask it."""


def replaying(recording: Recording) -> SyncClient:
    """Return a client to which the API gives this answer, and says that nothing else is there."""
    path = re.sub(r"\{\w+\}", "[^/]+", OPERATIONS[recording.operation_id].path_template)

    def answer(request: httpx.Request) -> httpx.Response:
        if not re.fullmatch(f"/v1{path}", request.url.raw_path.decode().partition("?")[0]):
            return httpx.Response(404, json={"reason": "notFound", "message": "Not found"})
        return httpx.Response(recording.status, headers=recording.headers, content=recording.content)

    return SyncClient("TOKEN", **BARE, transport=httpx.MockTransport(answer))


def results(recording: Recording) -> Iterator[tuple[Json, object]]:
    """Yield what was sent, and what a method made of it."""
    client, body = replaying(recording), cast("dict[str, Json]", recording.body)
    if recording.operation_id in LISTS:
        for row in cast("list[dict[str, Json]]", body["items"]):
            yield row, getattr(client, LISTS[recording.operation_id])(row["id"])
        return
    name, asked = METHODS[recording.operation_id]
    found: object = getattr(client, name)(*asked)
    if isinstance(found, models.Page):
        assert found.to_dict().keys() - {"paging"} == body.keys() - {"paging"}
        yield body["items"], cast("models.Page[Model]", found).items
    else:
        yield body, found.answer if isinstance(found, models.NotInWar) else found


def test_every_operation_has_a_method() -> None:
    assert LISTS.keys() | METHODS.keys() | {"getClanVersusRanking", "getPlayerVersusRanking"} == OPERATIONS.keys()


def test_no_method_loses_anything(recording: Recording) -> None:
    if recording.status == 200 and recording.operation_id in LISTS.keys() | METHODS.keys():
        for sent, found in results(recording):
            assert [*compared(sent, found, recording.operation_id)] == []
            unread = {key for part in parts(found) for key in part.model_extra}
            assert unread & known_keys() <= PASSED_OVER


def test_what_is_none_is_a_value_or_an_error(recording: Recording) -> None:
    if recording.status == 200 or recording.operation_id not in METHODS:
        return
    name, asked = METHODS[recording.operation_id]
    method = getattr(replaying(recording), name)
    if name in ("war", "war_log", "league_group") and "message" not in cast("dict[str, Json]", recording.body):
        assert isinstance(method(*asked), (models.PrivateWarLog, models.NotInLeagueGroup))
        return
    with pytest.raises(ClientRequestError) as caught:
        method(*asked)
    assert caught.value.status == recording.status
