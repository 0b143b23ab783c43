"""The examples and tables of the README that this package takes after, run as they stand there.

Only the import's name differs, and the environment says where the API is.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from datetime import datetime
from textwrap import dedent
from typing import cast, get_args

import pytest

import cocapi_gen
from cocapi_gen import (
    Client,
    UnknownClanLeagueError,
    UnknownPlayerLabelError,
    UnknownPlayerLeagueError,
)
from cocapi_gen.models._base import Model
from cocapi_gen.sandbox import Sandbox
from tests.answers import BARE

METHODS = [
    "clans",
    "clan",
    "player",
    "clan_rankings",
    "player_rankings",
    "clan_versus_rankings",
    "player_versus_rankings",
    "goldpass",
    "all_locations",
    "get_location",
    "all_clan_labels",
    "get_clan_label",
    "all_clan_leagues",
    "get_clan_league",
    "all_player_labels",
    "get_player_label",
    "all_player_leagues",
    "get_player_league",
]

FIELDS = {
    "BaseLabel": "id name icon_urls",
    "BaseLeague": "id name icon_urls",
    "Location": "id name is_country country_code",
    "BadgeURLs": "small medium large",
    "Player": "tag name town_hall_level builder_hall_level exp_level trophies best_trophies war_stars attack_wins "
    "defense_wins versus_trophies best_versus_trophies versus_battle_wins donations donations_received troops heroes "
    "spells league clan role war_preference town_hall_weapon_level",
    "PlayerLabel": "id name icon_urls",
    "PlayerLeague": "id name icon_urls",
    "PlayerAchievment": "name stars value target info village completion_info",
    "PlayerTroop": "name level max_level village super_troop_is_active",
    "Clan": "tag name type description badge_urls required_trophies required_versus_trophies required_townhall_level "
    "labels level points versus_points member_list war location chat_language",
    "ClanWar": "wins losses ties winstreak is_war_log_public frequency state currentwar log",
    "ClanLabel": "id name icon_urls",
    "ClanWarInfo": "clan opponent start_time end_time preparation_start_time team_size attacks_per_member",
    "ClanWarAttack": "attacker_tag defender_tag stars destruction_percentage order duration",
    "ClanWarLeague": "id name icon_urls",
    "ClanWarPlayer": "tag map_position opponent_attacks attacks best_opponent_attack",
    "ClanWarResult": "result end_time team_size attacks_per_member clan opponent",
    "ClanWarInfoClan": "clan_level stars destruction_percentage attacks members",
    "ClanChatLanguage": "id name language_code",
    "GoldPass": "start_time end_time",
}
"""Every model of the README with its documented fields."""

ERRORS = [
    "ClientRequestError",
    "IncorrectParameters",
    "AccessDenied",
    "ResourceNotFound",
    "TooManyRequests",
    "UnknownError",
    "ServiceUnavailable",
    "UnknownDataError",
    "UnknownLocationError",
    "UnknownClanLabelError",
    "UnknownClanLeagueError",
    "UnknownPlayerLabelError",
    "UnknownPlayerLeagueError",
]

ALIASES: dict[str, set[str]] = {
    "ClanType": {"open", "closed", "inviteOnly"},
    "ClanRole": {"leader", "coLeader", "admin", "member"},
    "ClanWarFrequency": {"always", "moreThanOncePerWeek", "oncePerWeek", "lessThanOncePerWeek", "never", "unknown"},
    "ClanWarPreference": {"in", "out"},
    "ClanWarResultL": {"win", "lose", "tie"},
    "ClanWarState": {"notInWar", "preparation", "inWar", "warEnded"},
    "Village": {"home", "builderBase", "clanCapital"},
}

BASIC = """
import asyncio

from cocapi_gen import Client

client = Client('TOKEN') # your token

async def main():
    clantags = await client.clans(name='bomb', location='ru', max_members=30)
    print(clantags)
    # ['#2P8QU22L2', '#2PPYL9928', '#22GLLRQYY', ...]

if __name__ == '__main__':
    asyncio.run(main())
"""

ASYNCHRONOUS = """
import asyncio

from cocapi_gen import Client

client = Client('TOKEN') # your token

async def main():
    clantags = await client.clans(name='bomb', location='ru', max_members=30)

    first_clan, second_clan, third_clan = await asyncio.gather(
        client.clan(clantags[0]),
        client.clan(clantags[1]),
        client.clan(clantags[2]),
    )

    print(first_clan.name)
    # ...

    print(second_clan.description)
    # ...

    print(third_clan.location)
    # ...

if __name__ == '__main__':
    asyncio.run(main())
"""


@pytest.fixture(scope="module")
def world_of_the_examples() -> Iterator[Sandbox]:
    """A world that holds what the examples speak of: three small clans called bomb in Russia, and a player."""
    sandbox = Sandbox(seed=1)
    world = sandbox.world
    clans = [world.clans.pop(tag) for tag in world.clan_tags[8:11]]
    for number, (tag, clan) in enumerate(zip(("#2P8QU22L2", "#2PPYL9928", "#22GLLRQYY"), clans, strict=True)):
        bomb = replace(clan, tag=tag, name=f"bomb{number or ''}", members=clan.members[:20], war_frequency="never")
        bomb.location_id = 32000193
        world.clans[tag] = bomb
    world.people["#LJJ0UY2U8"] = replace(world.people[world.player_tag], tag="#LJJ0UY2U8", name="bone_appettit")
    with sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def _environment(world_of_the_examples: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COC_BASE_URL", world_of_the_examples.base_url)


def run_script(text: str) -> dict[str, object]:
    """Run a whole script as Python would, and return its names."""
    names: dict[str, object] = {"__name__": "__main__"}
    exec(compile(text, "example", "exec"), names)  # noqa: S102 # text of ours
    return names


def run_lines(text: str) -> dict[str, object]:
    """Run lines as typed into a console that has a client, and return their names."""
    lines = [line.removeprefix(">>> ") for line in dedent(text).strip().splitlines()]
    code = compile("\n".join(lines), "example", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    names: dict[str, object] = {"client": Client("TOKEN")}
    coroutine = eval(code, names)  # noqa: S307 # text of ours
    assert inspect.iscoroutine(coroutine)
    asyncio.run(cast("Coroutine[object, object, None]", coroutine))
    return names


# ---------------------------------------------------------------------- examples


def test_basic_usage(capsys: pytest.CaptureFixture[str]) -> None:
    run_script(BASIC)
    found = ast.literal_eval(capsys.readouterr().out)
    assert set(found) == {"#2P8QU22L2", "#2PPYL9928", "#22GLLRQYY"}


def test_asynchronous_usage(capsys: pytest.CaptureFixture[str]) -> None:
    run_script(ASYNCHRONOUS)
    name, *_, place = capsys.readouterr().out.splitlines()
    assert name.startswith("bomb")
    assert place.startswith("Location(id=32000193")


def test_the_examples_client_serves_a_second_run() -> None:
    main = cast("type[Coroutine[object, object, None]]", run_script(BASIC)["main"])
    asyncio.run(main())


def test_clans() -> None:
    names = run_lines("""
        >>> clans = await client.clans(location='ru', war_frequency='never')
        >>> print(clans)
        # ['#RLU20URV', '#RV9RCQV', '#2LVV8RCJJ', ...]
    """)
    assert {"#2P8QU22L2", "#2PPYL9928", "#22GLLRQYY"} <= set(cast("list[str]", names["clans"]))


def test_clan(capsys: pytest.CaptureFixture[str]) -> None:
    run_lines("""
        >>> clan = await client.clan('#2P8QU22L2')
        >>> print(clan.name, clan.location)
        # bomb Location(id=32000193, isCountry=true, name='russia', countryCode='ru')
    """)
    shown = capsys.readouterr().out
    assert shown.startswith("bomb Location(id=32000193, name='russia'")
    assert "is_country=True" in shown
    assert "country_code='ru'" in shown


def test_player(capsys: pytest.CaptureFixture[str]) -> None:
    run_lines("""
        >>> player = await client.player('#LJJOUY2U8')
        >>> print(player.name)
        # bone_appettit
    """)
    assert capsys.readouterr().out == "bone_appettit\n"


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("clan_rankings", "clans"),
        ("player_rankings", "players"),
        ("clan_versus_rankings", "clans"),
        ("player_versus_rankings", "players"),
    ],
)
def test_rankings(method: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    names = run_lines(f"""
        >>> {name} = await client.{method}('ru')
        >>> print({name}[0])
        # TODO: ...
    """)
    tags = cast("list[str]", names[name])
    assert capsys.readouterr().out == f"{tags[0]}\n"
    assert all(tag.startswith("#") for tag in tags)


def test_goldpass(capsys: pytest.CaptureFixture[str]) -> None:
    run_lines("""
        >>> goldpass = await client.goldpass()
        >>> print(goldpass.startTime)
        # TODO: ...
    """)
    assert datetime.fromisoformat(capsys.readouterr().out.strip()).utcoffset() is not None


def test_all_locations(capsys: pytest.CaptureFixture[str]) -> None:
    run_lines("""
        >>> locations = await client.all_locations()
        >>> assert locations['ru'] == locations['russia']
        >>> print(locations['ru']) # not recommended, use ``client.get_location`` instead
        # TODO: Location(...)
    """)
    assert capsys.readouterr().out.startswith("Location(")


def test_get_location(capsys: pytest.CaptureFixture[str]) -> None:
    run_lines("""
        >>> location1 = await client.get_location('rU')
        >>> location2 = await client.get_location('ruSSia')
        >>> assert location1.id == location2.id

        >>> location3 = await client.get_location('kenya')
        >>> print(location3.id, location3.country_code)
        # TODO: ...
    """)
    assert capsys.readouterr().out == "32000126 ke\n"


def test_all_clan_labels(capsys: pytest.CaptureFixture[str]) -> None:
    run_lines("""
        >>> labels = await client.all_clan_labels()
        >>> print(labels['clan wars']) # not recommended, use ``client.get_clan_label`` instead
        # TODO: ClanLabel(...)
    """)
    assert capsys.readouterr().out.startswith("ClanLabel(")


def test_get_clan_label(capsys: pytest.CaptureFixture[str]) -> None:
    run_lines("""
        >>> label = await client.get_clan_label('clAn Wars')
        >>> print(label.id, label.name)
        # TODO: ...
    """)
    assert capsys.readouterr().out == "56000000 clan wars\n"


@pytest.mark.parametrize(
    ("method", "name"),
    [("all_clan_leagues", "international"), ("all_player_labels", "..."), ("all_player_leagues", "...")],
)
def test_a_table_does_not_hold_a_name_that_does_not_exist(method: str, name: str) -> None:
    with pytest.raises(KeyError, match=name):
        run_lines(f"""
            >>> things = await client.{method}()
            >>> print(things['{name}'])
        """)


@pytest.mark.parametrize(
    ("method", "name", "error"),
    [
        ("get_clan_league", "international", UnknownClanLeagueError),
        ("get_player_label", "...", UnknownPlayerLabelError),
        ("get_player_league", "...", UnknownPlayerLeagueError),
    ],
)
def test_a_name_that_does_not_exist_is_an_error_that_helps(method: str, name: str, error: type[Exception]) -> None:
    table = method.replace("get", "all") + "s"
    with pytest.raises(error) as caught:
        run_lines(f"""
            >>> thing = await client.{method}('{name}')
            >>> print(thing.id, thing.name)
        """)
    assert str(caught.value).startswith(f"'{name}' is unknown.")
    assert f"client.{table}()" in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "name"),
    [("clan_league", "Crystal League I"), ("player_label", "Teacher"), ("player_league", "Witch League 17")],
)
def test_a_name_that_exists_is_found_both_ways(kind: str, name: str) -> None:
    names = run_lines(f"""
        >>> one = await client.get_{kind}('{name}')
        >>> same = (await client.all_{kind}s())['{name.lower()}']
    """)
    assert names["one"] == names["same"]


# ---------------------------------------------------------------------- tables


def exported() -> list[str]:
    """Return what `from cocapi_gen import *` would give."""
    names: list[str] = vars(cocapi_gen)["__all__"]
    return names


def parts(value: object) -> Iterator[Model]:
    """Yield all models in a value."""
    if isinstance(value, tuple):
        for item in cast("tuple[object, ...]", value):
            yield from parts(item)
    if isinstance(value, Model):
        yield value
        for name in FIELDS.get(type(value).__name__, "").split():
            yield from parts(getattr(value, name))


async def everything(sandbox: Sandbox) -> list[Model]:
    """Ask the sandbox for all that it has."""
    world, found = sandbox.world, list[Model]()
    async with Client("TOKEN", **BARE, base_url=sandbox.base_url) as client:
        for tag in world.clan_tags:
            clan = await client.clan(tag)
            found += [*parts(clan), *([clan.war.league] if clan.war.league else [])]
        for tag in (world.player_tag, world.clanless_player_tag, world.beginner_player_tag):
            player = await client.player(tag)
            found += [*parts(player), *parts((player.labels, player.achievements))]
        found += [await client.goldpass(), await client.get_player_label("teacher")]
    return found


def test_every_documented_field_is_readable(world_of_the_examples: Sandbox) -> None:
    found = asyncio.run(everything(world_of_the_examples))
    for name, fields in FIELDS.items():
        kind = cast("type[Model]", getattr(cocapi_gen, name))
        instances = [model for model in found if isinstance(model, kind)]
        assert instances, name
        for instance in instances:
            assert [field for field in fields.split() if not hasattr(instance, field)] == []


def test_every_optional_field_is_seen_with_a_value(world_of_the_examples: Sandbox) -> None:
    never_sent = {"versus_battle_wins", "town_hall_weapon_level"}
    found = asyncio.run(everything(world_of_the_examples))
    for name, fields in FIELDS.items():
        instances = [model for model in found if isinstance(model, getattr(cocapi_gen, name))]
        for field in set(fields.split()) - never_sent:
            if name.endswith("League") and field == "icon_urls":
                continue  # only leagues of players have pictures
            assert any(getattr(instance, field) is not None for instance in instances), f"{name}.{field}"


def test_the_counts_of_the_contract() -> None:
    assert (len(METHODS), len(FIELDS), len(ERRORS), len(ALIASES) + 1) == (18, 20, 13, 8)


@pytest.mark.parametrize("name", METHODS)
def test_every_method_is_there_and_is_awaited(name: str) -> None:
    assert inspect.iscoroutinefunction(getattr(Client, name))


@pytest.mark.parametrize("name", [*FIELDS, *ERRORS, *ALIASES, "Tag", "Client", "ClanLeague"])
def test_every_name_is_imported_from_the_package(name: str) -> None:
    assert name in exported()
    names = run_script(f"from cocapi_gen import {name}")
    assert names[name] is getattr(cocapi_gen, name)


def test_a_name_that_is_not_there_is_an_import_error() -> None:
    with pytest.raises(ImportError, match="NoSuchName"):
        run_script("from cocapi_gen import NoSuchName")


@pytest.mark.parametrize("name", ALIASES)
def test_every_alias_lists_its_values(name: str) -> None:
    assert ALIASES[name] <= set(get_args(getattr(cocapi_gen, name)))


def test_a_tag_is_a_text() -> None:
    assert cocapi_gen.Tag is str


@pytest.mark.parametrize(
    ("child", "parent"),
    [
        ("PlayerLabel", "BaseLabel"),
        ("ClanLabel", "BaseLabel"),
        ("PlayerLeague", "BaseLeague"),
        ("ClanWarLeague", "BaseLeague"),
        *((name, "ClientRequestError") for name in ERRORS[1:7]),
        *((name, "UnknownDataError") for name in ERRORS[8:]),
    ],
)
def test_the_documented_families(child: str, parent: str) -> None:
    assert issubclass(getattr(cocapi_gen, child), getattr(cocapi_gen, parent))


def positional(method: Callable[..., object]) -> list[str]:
    """Return the parameters that may be given without their names; those that are ours alone may not."""
    found = inspect.signature(method).parameters.values()
    return [each.name for each in found if each.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD][1:]


def test_the_parameters_of_a_search_are_in_the_documented_order() -> None:
    searched_by = "name min_members max_members min_clan_points min_clan_level war_frequency location labels"
    assert positional(Client.clans) == searched_by.split()
    for method, parameter in (("clan", "tag"), ("player", "tag"), ("get_location", "location_name")):
        assert positional(getattr(Client, method)) == [parameter]
    for method in METHODS[3:7]:
        assert positional(getattr(Client, method)) == ["location"]
