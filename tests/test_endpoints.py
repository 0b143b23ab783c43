"""Every operation of the API has a method written by hand, and the table of the documents tells the truth about it."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import cast

import pytest

from cocapi_gen import Client, SyncClient
from cocapi_gen.raw import OPERATIONS
from cocapi_gen.sandbox import Sandbox

TABLE = Path(__file__).parent.parent / "docs" / "endpoints.md"
ROW = re.compile(r"^\| (?P<verb>[A-Z]+)(?P<star>★?) (?P<path>/\S+) \| (?P<methods>.*?) \| `client\.raw\.", re.MULTILINE)
PATH_PARAMETER = re.compile(r"\{\w+\}")
REMOVED = {"getClanVersusRanking", "getPlayerVersusRanking"}
"""What the API no longer has; the builder base's rankings took their place."""
ELSEWHERE = {"request", "next_page", "previous_page", "walk", "with_options", "with_response", "raw", "close"}
ABOUT_ITSELF = {"aclose", "login", "key_plan", "base_url", "statistics", "drift"}
"""Methods that go with every operation."""

METHODS_OF_PLAYERS = {"player", "battle_log", "league_history", "player_league_group", "players", "battle_logs"}

METHODS: dict[str, list[str]] = {}
"""For each operation, the methods that the table names."""
for row in ROW.finditer(TABLE.read_text(encoding="utf-8")):
    (found,) = (each for each in OPERATIONS.values() if (each.method, each.path_template) == (row["verb"], row["path"]))
    METHODS[found.operation_id] = re.findall(r"`(\w+)`", row["methods"])

PAIRS = [(operation, method) for operation, methods in METHODS.items() for method in methods]


def arguments(method: str, sandbox: Sandbox) -> list[object]:
    """Return what a method needs, so that it asks for everything that it can ask for."""
    world = sandbox.world
    client = sandbox.sync_client()
    clan, player = world.in_war_clan_tag, world.player_tag
    group = client.league_group(clan)
    assert group
    assert group.rounds
    known: dict[str, list[object]] = {
        "clans": ["the", 10],
        "clans_details": ["the", 10],
        "league_war": [group.rounds[0].war_tags[0]],
        "verify_token": [player, world.token],
        "league_season_rankings": ["2025-08"],
        "location": [32000193],
        "get_location": ["Kenya"],
        "clan_league": [48000012],
        "player_league": [105000017],
        "legacy_league": [29000022],
        "capital_league": [85000000],
        "builder_base_league": [44000000],
    }
    if method.startswith("get_"):
        return known.get(method) or [next(iter(getattr(client, f"all_{method.removeprefix('get_')}s")()))]
    who = player if method in METHODS_OF_PLAYERS else clan
    usual = {"tag": who, "clan": who, "player": who, "tags": [who], "location": "global"}
    parameters = [*inspect.signature(getattr(SyncClient, method)).parameters][1:2]
    return known.get(method) or [usual[name] for name in parameters if name in usual]


@pytest.fixture(scope="module")
def world() -> Sandbox:
    return Sandbox(seed=1)


def test_every_operation_is_in_the_table() -> None:
    assert METHODS.keys() == OPERATIONS.keys()
    assert len(OPERATIONS.keys() - REMOVED) == 35


def test_every_operation_has_a_method() -> None:
    assert {operation for operation, methods in METHODS.items() if not methods} == REMOVED


@pytest.mark.parametrize("client", [Client, SyncClient])
def test_every_method_is_in_the_table(client: type[object]) -> None:
    public = {name for name in vars(client) if not name.startswith("_")} - ELSEWHERE - ABOUT_ITSELF
    assert public == {method for methods in METHODS.values() for method in methods}


@pytest.mark.parametrize(("operation", "method"), PAIRS, ids=[f"{method}-{name}" for name, method in PAIRS])
def test_a_method_asks_for_its_operation(operation: str, method: str, world: Sandbox) -> None:
    values = arguments(method, world)
    before = len(world.requests)
    result = getattr(world.sync_client(), method)(*values)
    if hasattr(result, "all"):
        assert all(cast("list[object]", result.all()))
    asked = re.compile(
        PATH_PARAMETER.sub("[^/?]+", f"{OPERATIONS[operation].method} /v1{OPERATIONS[operation].path_template}")
        + r"(\?.*)?"
    )
    assert any(asked.fullmatch(request) for request in world.requests[before:]), world.requests[before:]
