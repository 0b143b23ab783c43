"""Tables say what the models say: no row is lost, and every value is the model's own."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from inspect import get_annotations, getmembers, isfunction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from cocapi_gen import CocApiError, Failure, InvalidParameterError, Success, models, tables
from cocapi_gen.models._base import Model, field_names
from cocapi_gen.tables import Table, Value
from cocapi_gen.testing import (
    make_clan,
    make_clan_summary,
    make_clan_war_attack,
    make_clan_war_info,
    make_clan_war_info_clan,
    make_clan_war_player,
    make_clan_war_result,
    make_location,
    make_not_in_league_group,
    make_not_in_war,
    make_private_war_log,
    make_raid,
    make_raid_attack,
    make_raid_defense,
    make_raid_district,
    make_raid_season,
    strategies,
)

Maker = Callable[[Any], Table[tuple[Value, ...]]]
"""A function that makes a table; each takes models of a kind of its own."""

SOURCES: dict[Maker, type[Model]] = {
    tables.clans: models.Clan,
    tables.players: models.Player,
    tables.members: models.Clan,
    tables.units: models.Player,
    tables.clan_rankings: models.ClanRanking,
    tables.player_rankings: models.PlayerRanking,
    tables.attacks: models.ClanWarInfo,
    tables.war_members: models.ClanWarInfo,
    tables.war_log: models.ClanWarResult,
    tables.raids: models.RaidSeason,
    tables.raid_members: models.RaidSeason,
    tables.raid_attacks: models.RaidSeason,
    tables.battle_log: models.BattleLogEntry,
    tables.league_history: models.LeagueHistoryEntry,
}
"""For each function that makes a table, what it is made of."""

DOCUMENT = Path(__file__).parent.parent / "docs" / "data.md"
RECIPES = re.findall(
    r"^```py\n(import (\w+)\n.*?)^```$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)
every_table = pytest.mark.parametrize("make", SOURCES, ids=lambda make: make.__name__)
few = settings(max_examples=8)


def some(model: type[Model], data: st.DataObject) -> list[Any]:
    return data.draw(st.lists(strategies.models(model), max_size=2))


def plain(value: object) -> object:
    """What a table has to hold for a model's value."""
    if isinstance(value, timedelta):
        return value / timedelta(seconds=1)
    return value.display_name if isinstance(value, (models.BaseLeague, models.Location)) else value


def assert_same(table: Table[Any], rows: Iterable[tuple[Model, Mapping[str, object]]]) -> None:
    """Check that a table has a row for each of these models: what is given, and else the value of the field."""
    expected = [
        tuple(given[name] if name in given else plain(getattr(model, name)) for name in table.names)
        for model, given in rows
    ]
    assert [tuple(row) for row in table] == expected


def league_ids(row: models.ClanMember) -> dict[str, object]:
    ids = {"league_id": row.league, "builder_base_league_id": row.builder_base_league}
    return {name: league and league.id for name, league in ids.items()}


# ---------------------------------------------------------------------- all tables


def test_every_table_is_tested() -> None:
    public = {thing for name, thing in getmembers(tables, isfunction) if not name.startswith("_")}
    assert {make for make in public if make.__module__ == tables.__name__} == SOURCES.keys()


@every_table
@few
@given(st.data())
def test_a_table_keeps_its_word(make: Maker, data: st.DataObject) -> None:
    """On its types, its columns, several things at once, and on what it writes."""
    things = some(SOURCES[make], data)
    table = make(things)
    for row in table:
        assert type(row) is table.kind
        check_types(row, table)
    assert tuple(table.columns()) == table.names == make([]).names
    assert [*zip(*table.columns().values(), strict=True)] == [*table] == [*table.rows]
    assert (table[:1], [*table[-1:]], len(table)) == (table.rows[:1], [*table.rows[-1:]], len(table.rows))
    assert make(iter(things)) == table
    assert repr(table).startswith(f"<Table of {len(table)} {table.kind.__name__}")
    assert len(repr(table)) < 350
    assert table.rows == tuple(row for thing in things for row in make(thing))
    file = io.StringIO(newline="")
    table.to_csv(file)
    file.seek(0)
    assert [*csv.reader(file)] == [[*table.names], *([*map(written, row)] for row in table)]


@every_table
@few
@given(st.data())
def test_outcomes_stand_for_their_values_and_absences_make_no_rows(make: Maker, data: st.DataObject) -> None:
    things = some(SOURCES[make], data)
    nothing = [make_not_in_war(), make_private_war_log(), make_not_in_league_group(), Failure("#2PP", CocApiError())]
    assert make([*nothing, *(Success("#2PP", thing) for thing in things), *nothing]) == make(things)
    assert make([things, things]).rows == make(things).rows * 2
    assert all(len(make(each)) == 0 for each in nothing)


@every_table
@pytest.mark.parametrize(
    "source",
    [None, 5, "#2PP", b"#2PP", ["#2PP"], [None], [["#2PP"]], make_location(), [make_location()], {"#2PP": 1}, object],
    ids=repr,
)
def test_what_makes_no_rows_is_refused(make: Maker, source: object) -> None:
    with pytest.raises(InvalidParameterError, match=r"makes no rows here: give [a-z]+.*, one or several"):
        make(source)


@pytest.mark.parametrize("file", ["members.csv", Path("members.csv"), b"members.csv", None, 1], ids=repr)
def test_a_path_is_no_file_to_write_to(file: Any) -> None:
    with pytest.raises(InvalidParameterError, match=r'^Open the file first, with open\(path, "w", .*newline=""\): '):
        tables.members([]).to_csv(file)
    assert not Path("members.csv").exists()


def test_a_war_that_is_over_is_not_one_with_attacks() -> None:
    for wrong in (make_clan_war_result(), [make_clan_war_result()]):
        with pytest.raises(InvalidParameterError, match="wars with their attacks"):
            tables.attacks(wrong)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # what is tested
    with pytest.raises(InvalidParameterError, match="clans in full"):
        tables.members(make_clan_summary())  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # what is tested


@few
@given(strategies.models(models.LeagueWars), strategies.models(models.CurrentLeagueWar))
def test_what_holds_wars_stands_for_them(season: models.LeagueWars, current: models.CurrentLeagueWar) -> None:
    of_season = [war for each in season.rounds for war in each.wars]
    of_now = [war for war in (current.last, current.battle, current.preparation) if war]
    for make in (tables.attacks, tables.war_members):
        assert make(season) == make(of_season)
        assert make([season, current]).rows == make(of_season + of_now).rows


def check_types(row: tuple[Value, ...], table: Table[tuple[Value, ...]]) -> None:
    """Check that each value is of the very type that its column says, and each moment in UTC."""
    for value, said in zip(row, get_annotations(table.kind).values(), strict=True):
        kinds = str(said.__forward_arg__).replace("None", "NoneType").split(" | ")
        assert type(value).__name__ in kinds
        assert not isinstance(value, datetime) or value.tzinfo is UTC


def written(value: Value) -> str:
    return "" if value is None else str(value)


# ---------------------------------------------------------------------- each table


@pytest.mark.parametrize("model", [models.Clan, models.ClanSummary])
@few
@given(st.data())
def test_clans(model: type[models.Clan], data: st.DataObject) -> None:
    def given(clan: models.Clan) -> dict[str, object]:
        war = clan.war
        ids = {"capital_league_id": clan.capital_league, "location_id": clan.location, "war_league_id": war.league}
        found: dict[str, object] = {name: thing and thing.id for name, thing in ids.items()}
        return found | {
            "chat_language": clan.chat_language and clan.chat_language.display_name,
            "war_league": war.league and war.league.display_name,
            "war_frequency": war.frequency,
            "is_war_log_public": war.is_war_log_public,
            "war_wins": war.wins,
            "war_losses": war.losses,
            "war_ties": war.ties,
            "war_win_streak": war.win_streak,
        }

    clans: list[models.Clan] = some(model, data)
    assert_same(tables.clans(clans), ((clan, given(clan)) for clan in clans))


@few
@given(st.data())
def test_players(data: st.DataObject) -> None:
    players: list[models.Player] = some(models.Player, data)
    assert_same(
        tables.players(players),
        (
            (
                player,
                {
                    "clan_tag": player.clan,
                    "clan_name": player.clan_details and player.clan_details.name,
                    "league_id": player.league and player.league.id,
                    "builder_base_league_id": player.builder_base_league and player.builder_base_league.id,
                },
            )
            for player in players
        ),
    )


@few
@given(st.data())
def test_members(data: st.DataObject) -> None:
    clans: list[models.Clan] = some(models.Clan, data)
    assert_same(
        tables.members(clans),
        (
            (member, {"clan_tag": clan.tag, "clan_name": clan.name} | league_ids(member))
            for clan in clans
            for member in clan.member_details
        ),
    )


@few
@given(st.data())
def test_units(data: st.DataObject) -> None:
    players: list[models.Player] = some(models.Player, data)
    kinds = {"troop": "troops", "hero": "heroes", "spell": "spells", "equipment": "hero_equipment"}
    assert_same(
        tables.units(players),
        (
            (unit, {"player_tag": player.tag, "player_name": player.name, "kind": kind})
            for player in players
            for kind, field in kinds.items()
            for unit in getattr(player, field) or ()
        ),
    )


@pytest.mark.parametrize("model", [models.ClanRanking, models.ClanBuilderBaseRanking, models.ClanCapitalRanking])
@few
@given(st.data())
def test_clan_rankings(model: type[models.ClanRanking], data: st.DataObject) -> None:
    clans: list[models.ClanRanking] = some(model, data)
    assert_same(
        tables.clan_rankings(clans), ((clan, {"location_id": clan.location and clan.location.id}) for clan in clans)
    )


@few
@given(st.data())
def test_player_rankings(data: st.DataObject) -> None:
    def ids(player: Any, league: models.BaseLeague | None) -> dict[str, object]:
        clan = player.clan_details
        return {"clan_tag": clan and clan.tag, "clan_name": clan and clan.name, "league_id": league and league.id}

    home: list[models.PlayerRanking] = some(models.PlayerRanking, data)
    assert_same(tables.player_rankings(home), ((player, ids(player, player.league)) for player in home))
    builders: list[models.PlayerBuilderBaseRanking] = some(models.PlayerBuilderBaseRanking, data)
    expected = (
        (
            player,
            ids(player, player.builder_base_league)
            | {"league": player.builder_base_league.display_name, "attack_wins": None, "defense_wins": None},
        )
        for player in builders
    )
    assert_same(tables.player_rankings(builders), expected)


@few
@given(st.data())
def test_war_members(data: st.DataObject) -> None:
    wars: list[models.ClanWarInfo] = some(models.ClanWarInfo, data)
    rows = [
        (
            player,
            {
                "war_start_time": war.start_time,
                "clan_tag": side.tag,
                "clan_name": side.name,
                "attacks": len([*(player.attacks or [])]),
                "stars": sum(attack.stars for attack in player.attacks or []),
                "stars_lost": player.best_opponent_attack and player.best_opponent_attack.stars,
                "destruction_lost": player.best_opponent_attack and player.best_opponent_attack.destruction_percentage,
            },
        )
        for war in wars
        for side in (war.clan, war.opponent)
        for player in side.members or ()
    ]
    assert_same(tables.war_members(wars), rows)


@few
@given(st.data())
def test_war_log(data: st.DataObject) -> None:
    log: list[models.ClanWarResult] = some(models.ClanWarResult, data)
    assert_same(
        tables.war_log(log),
        (
            (
                war,
                {name: getattr(war.clan, name) for name in field_names(models.ClanWarInfoClan)}
                | {
                    "clan_tag": war.clan.tag,
                    "clan_name": war.clan.name,
                    "opponent_tag": war.opponent.tag,
                    "opponent_name": war.opponent.name,
                    "opponent_level": war.opponent.clan_level,
                    "opponent_stars": war.opponent.stars,
                    "opponent_destruction_percentage": war.opponent.destruction_percentage,
                },
            )
            for war in log
        ),
    )


@few
@given(st.data())
def test_raids_and_who_took_part(data: st.DataObject) -> None:
    seasons: list[models.RaidSeason] = some(models.RaidSeason, data)
    assert_same(tables.raids(seasons), ((season, {}) for season in seasons))
    assert_same(
        tables.raid_members(seasons),
        (
            (
                member,
                {
                    "start_time": season.start_time,
                    "medals": member.attacks * season.offensive_reward + season.defensive_reward,
                },
            )
            for season in seasons
            for member in season.members or ()
        ),
    )


@few
@given(st.data())
def test_battles(data: st.DataObject) -> None:
    battles: list[models.BattleLogEntry] = some(models.BattleLogEntry, data)

    def loot(battle: models.BattleLogEntry, name: str) -> int | None:
        found = [each.amount for each in battle.looted_resources + battle.extra_looted_resources if each.name == name]
        return sum(found) if found else None

    columns = {"gold": "Gold", "elixir": "Elixir", "dark_elixir": "DarkElixir"}
    assert_same(
        tables.battle_log(battles),
        ((battle, {column: loot(battle, name) for column, name in columns.items()}) for battle in battles),
    )


@few
@given(st.data())
def test_league_history(data: st.DataObject) -> None:
    weeks: list[models.LeagueHistoryEntry] = some(models.LeagueHistoryEntry, data)
    assert_same(
        tables.league_history(weeks), ((week, {"league_season_id": str(week.league_season_id)}) for week in weeks)
    )


# ---------------------------------------------------------------------- attacks: what follows from several of them

STARS = st.integers(0, 3)


@st.composite
def wars(draw: st.DrawFn) -> models.ClanWarInfo:
    """A war of three against three whose members attack each other in any order, also bases that nobody knows."""
    ours, theirs = ["#20", "#22", "#28"], ["#80", "#82", "#88"]
    pairs = st.sampled_from([(a, b) for a in ours for b in theirs] + [(b, a) for a in ours for b in theirs])
    fights = draw(st.lists(pairs | st.just(("#20", "#GG")), max_size=12))
    made = [
        make_clan_war_attack(attacker_tag=attacker, defender_tag=defender, order=order, stars=draw(STARS))
        for order, (attacker, defender) in enumerate(fights, 1)
    ]

    def side(tags: list[str]) -> models.ClanWarInfoClan:
        players = [
            make_clan_war_player(
                tag=tag,
                name=f"player {tag}",
                map_position=place,
                town_hall_level=10 + place,
                attacks=tuple(draw(st.permutations([each for each in made if each.attacker_tag == tag]))) or None,
            )
            for place, tag in enumerate(tags, 1)
        ]
        return make_clan_war_info_clan(tag=f"#C{tags[0][1:]}", name=f"clan of {tags[0]}", members=tuple(players))

    return make_clan_war_info(clan=side(ours), opponent=side(theirs))


@given(wars())
def test_no_attack_is_lost_and_each_stands_between_its_sides(war: models.ClanWarInfo) -> None:
    table = tables.attacks(war)
    assert [row.order for row in table] == [*range(1, len(table) + 1)]
    made = {
        attack.order: (attack, attacker, side, other)
        for side, other in ((war.clan, war.opponent), (war.opponent, war.clan))
        for attacker in side.members or ()
        for attack in attacker.attacks or ()
    }
    assert len(table) == len(made)
    for row in table:
        attack, attacker, side, other = made[row.order]
        assert (row.war_start_time, row.stars) == (war.start_time, attack.stars)
        assert (row.destruction_percentage, row.duration) == (attack.destruction_percentage, plain(attack.duration))
        assert (row.clan_tag, row.clan_name) == (side.tag, side.name)
        assert (row.opponent_tag, row.opponent_name) == (other.tag, other.name)
        assert (row.attacker_tag, row.attacker_name) == (attacker.tag, attacker.name)
        assert (row.attacker_town_hall_level, row.attacker_map_position) == (
            attacker.town_hall_level,
            attacker.map_position,
        )
        base = {player.tag: player for player in other.members or ()}.get(attack.defender_tag)
        assert (row.defender_tag, row.defender_name) == (attack.defender_tag, base and base.name)
        assert row.defender_town_hall_level == (base and base.town_hall_level)
        assert row.defender_map_position == (base and base.map_position)


@given(wars())
def test_new_stars_add_up_to_the_best_attack_on_each_base(war: models.ClanWarInfo) -> None:
    table = tables.attacks(war)
    for base in {row.defender_tag for row in table}:
        on_it = [row for row in table if row.defender_tag == base]
        for place in range(len(on_it)):
            assert sum(row.new_stars for row in on_it[: place + 1]) == max(row.stars for row in on_it[: place + 1])
    assert all(row.new_stars >= 0 for row in table)


@given(st.lists(st.integers(0, 100), max_size=6).map(sorted), st.booleans())
def test_the_attacks_on_a_district_add_up_to_its_destruction(percents: list[int], is_defense: bool) -> None:
    made = [make_raid_attack(destruction_percent=percent, stars=place % 4) for place, percent in enumerate(percents)]
    district = make_raid_district(
        destruction_percent=percents[-1] if percents else 0, attacks=tuple(reversed(made)) or None
    )
    raid, defense = make_raid(districts=(district,)), make_raid_defense(districts=(district,))
    season = make_raid_season(attack_log=() if is_defense else (raid,), defense_log=(defense,) if is_defense else ())
    table = tables.raid_attacks(season)
    assert sum(row.new_destruction for row in table) == district.destruction_percent
    opponent = defense.attacker if is_defense else raid.defender
    expected = (
        (
            attack,
            {
                "start_time": season.start_time,
                "is_defense": is_defense,
                "opponent_tag": opponent.tag,
                "opponent_name": opponent.name,
                "district_id": district.id,
                "district_name": district.name,
                "district_hall_level": district.district_hall_level,
                "number": place + 1,
                "attacker_tag": attack.attacker.tag,
                "attacker_name": attack.attacker.name,
                "new_destruction": percents[place] - [0, *percents][place],
            },
        )
        for place, attack in enumerate(made)
    )
    assert_same(table, expected)


@few
@given(st.data())
def test_no_attack_of_a_raid_is_lost(data: st.DataObject) -> None:
    seasons: list[models.RaidSeason] = some(models.RaidSeason, data)
    made = [
        (is_defense, attack.attacker.tag, attack.destruction_percent)
        for season in seasons
        for is_defense, log in ((False, season.attack_log), (True, season.defense_log))
        for raid in log
        for district in raid.districts
        for attack in reversed(district.attacks or ())
    ]
    table = tables.raid_attacks(seasons)
    assert [(row.is_defense, row.attacker_tag, row.destruction_percent) for row in table] == made


# ---------------------------------------------------------------------- polars and pandas, where they are installed


@pytest.mark.parametrize("library", ["polars", "pandas"])
@pytest.mark.parametrize("make", [tables.attacks, tables.members, tables.raid_members], ids=lambda make: make.__name__)
def test_a_data_frame_is_made_of_the_columns(library: str, make: Maker) -> None:
    frame_of: Any = pytest.importorskip(library).DataFrame
    sample: dict[Maker, Model] = {
        tables.attacks: make_clan_war_info(),
        tables.members: make_clan(),
        tables.raid_members: make_raid_season(),
    }
    table = make(sample[make])
    frame = frame_of(table.columns())
    assert (tuple(frame.columns), frame.shape) == (table.names, (len(table), len(table.names)))
    for name, values in table.columns().items():
        assert [None if is_missing(value) else value for value in frame[name]] == values
    assert tuple(frame_of(make([]).columns()).columns) == table.names


def test_the_documents_show_both() -> None:
    assert {library for _, library in RECIPES} == {"polars", "pandas"}


@pytest.mark.parametrize(("block", "library"), RECIPES, ids=[library for _, library in RECIPES])
def test_what_the_documents_show_works(block: str, library: str, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip(library)
    exec(compile(block, library, "exec"), {})  # noqa: S102 # ours
    shown = capsys.readouterr().out
    assert "Robin" in shown
    assert "3" in shown


def is_missing(value: object) -> bool:
    """Say whether it is None, or what pandas takes for it."""
    return value is None or (isinstance(value, float) and math.isnan(value))
