"""Helpers of the models of raids, rankings, battles and tokens, against what one works out by hand."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from hypothesis import given, settings, strategies as st

from cocapi_gen import InvalidTagError, models
from cocapi_gen.testing import (
    make_clan,
    make_clan_builder_base_ranking,
    make_clan_capital_ranking,
    make_clan_ranking,
    make_clan_summary,
    make_player_builder_base_ranking,
    make_player_ranking,
    make_player_ranking_clan,
    make_raid_member,
    make_raid_season,
    make_token_verification,
)
from cocapi_gen.testing.strategies._public import PUBLIC
from cocapi_gen.testing.strategies._wire import Json
from tests.test_models import OLD_LEAGUE, TIER

counts = st.integers(0, 10)


# ---------------------------------------------------------------------- raids


@given(made=counts, limit=counts, bonus=counts)
def test_attacks_that_are_left_and_made_are_all_that_there_are(made: int, limit: int, bonus: int) -> None:
    member = make_raid_member(attacks=made, attack_limit=limit, bonus_attack_limit=bonus)
    assert member.attacks_allowed == len([*range(limit), *range(bonus)])
    assert member.attacks_left == len([*range(made, limit + bonus)])


@settings(max_examples=50)
@given(st.data())
def test_a_member_of_a_raid_is_found(data: st.DataObject) -> None:
    tags = st.text("0289PYLQGRJCUV", min_size=3, max_size=4).map("#{}".format)
    members = data.draw(st.lists(tags.map(lambda tag: make_raid_member(tag=tag)), unique_by=lambda each: each.tag))
    season = make_raid_season(members=tuple(members))
    for member in members:
        for typed in (member.tag, member.tag.lower().replace("0", "o"), f" {member.tag[1:]}"):
            assert season.member(typed) is member
            assert season.medals_of(typed) is not None
    stranger = data.draw(tags.filter(lambda tag: tag not in {member.tag for member in members}))
    assert (season.member(stranger), season.medals_of(stranger)) == (None, None)
    with pytest.raises(InvalidTagError):
        season.medals_of("nobody")


@given(attacks=counts, offense=st.integers(0, 2000), defense=st.integers(0, 2000))
def test_medals_are_for_each_attack_and_for_the_defense(attacks: int, offense: int, defense: int) -> None:
    member = make_raid_member(attacks=attacks)
    season = make_raid_season(members=(member,), offensive_reward=offense, defensive_reward=defense)
    assert season.medals_of(member.tag) == sum(offense for _ in range(attacks)) + defense
    assert make_raid_season(members=None).medals_of(member.tag) is None
    assert make_raid_season(members=None).member(member.tag) is None


@pytest.mark.parametrize(("state", "expected"), [("ongoing", True), ("ended", False), ("unheardOf", False)])
def test_a_raid_weekend_is_ongoing_while_the_api_says_so(state: str, expected: bool) -> None:
    assert make_raid_season(state=state).is_ongoing is expected


# ---------------------------------------------------------------------- rankings


@given(rank=st.integers(1, 200), previous=st.integers(1, 200))
def test_a_change_of_rank_leads_from_the_earlier_place_to_todays(rank: int, previous: int) -> None:
    for row in (
        make_clan_ranking(rank=rank, previous_rank=previous),
        make_player_ranking(rank=rank, previous_rank=previous),
    ):
        assert row.rank_change is not None
        assert previous - row.rank_change == rank


@pytest.mark.parametrize("sent", [{}, {"previousRank": -1}])
def test_no_earlier_rank_is_no_change_and_stays_what_was_sent(sent: dict[str, Json]) -> None:
    least = {
        "tag": "#2PP",
        "name": "x",
        **dict.fromkeys(("rank", "expLevel", "trophies", "attackWins", "defenseWins"), 1),
    }
    row = models.PlayerRanking.model_validate(least | sent)
    assert row.rank_change is None
    assert row.previous_rank == sent.get("previousRank")
    assert models.PlayerRanking.model_validate(row.to_dict()) == row


def test_points_and_trophies_have_the_names_that_clans_and_players_have() -> None:
    clan, builder, capital = (
        make_clan_ranking(points=1),
        make_clan_builder_base_ranking(points=2),
        make_clan_capital_ranking(points=3),
    )
    assert (clan.clan_points, clan.clan_level) == (1, clan.level)
    assert (builder.versus_points, builder.builder_base_points) == (2, 2)
    assert capital.clan_capital_points == 3
    player = make_player_builder_base_ranking(trophies=4)
    assert (player.versus_trophies, player.builder_base_trophies) == (4, 4)
    for row in (clan, builder, capital):
        assert {name for name in dir(row) if name.endswith("points")} <= {*dir(models.Clan)}


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
def test_the_league_of_a_ranked_player_is_todays_and_else_the_old_one(
    sent: dict[str, Json], ids: tuple[int | None, ...]
) -> None:
    least = {
        "tag": "#2PP",
        "name": "x",
        **dict.fromkeys(("rank", "expLevel", "trophies", "attackWins", "defenseWins"), 1),
    }
    first = models.PlayerRanking.model_validate(least | sent)
    for found in (first, models.PlayerRanking.model_validate(first.to_dict())):
        leagues = (found.league, found.legacy_league, found.league_tier)
        assert tuple(league and league.id for league in leagues) == ids


def test_what_the_api_calls_like_a_field_of_ours_does_not_take_its_place() -> None:
    player = make_player_builder_base_ranking(trophies=7).to_dict() | {"builderBaseTrophies": 7, "trophies": 5600}
    clan = make_clan_builder_base_ranking(points=8).to_dict() | {"clanBuilderBasePoints": 8, "points": 5600}
    assert models.PlayerBuilderBaseRanking.model_validate(player).trophies == 7
    assert models.ClanBuilderBaseRanking.model_validate(clan).points == 8


def test_the_clan_of_a_ranked_player_is_a_tag_as_a_players_is() -> None:
    clan = make_player_ranking_clan(tag="#2PP")
    for make in (make_player_ranking, make_player_builder_base_ranking):
        assert make(clan_details=clan).clan == "#2PP"
        assert make(clan_details=None).clan is None


# ---------------------------------------------------------------------- clans that a search finds


@settings(max_examples=50)
@given(PUBLIC[models.Clan])
def test_a_summary_says_what_the_clan_says(body: Json) -> None:
    sent = {key: value for key, value in cast("dict[str, Json]", body).items() if key != "war"}
    clan, summary = models.Clan.model_validate(sent), models.ClanSummary.model_validate(sent)
    names = {name for name in dir(models.ClanSummary) if not name.startswith(("_", "model_", "to_"))}
    assert names <= {*dir(models.Clan)}
    assert {name: getattr(summary, name) for name in names} == {name: getattr(clan, name) for name in names}


def test_a_summary_is_no_clan() -> None:
    assert not isinstance(make_clan_summary(), models.Clan)
    assert {"description", "member_details", "clan_capital"} & {*dir(make_clan_summary())} == set()
    assert make_clan_summary().war.league == make_clan().war.league


# ---------------------------------------------------------------------- battles


def test_the_moments_and_the_length_of_a_battle_are_read() -> None:
    body = {"battleType": "legend", "attack": False, "armyShareCode": None, "opponentPlayerTag": None, "stars": 0}
    body |= {"destructionPercentage": 0, "lootedResources": [], "extraLootedResources": [], "availableLoot": []}
    bare = models.BattleLogEntry.model_validate(body)
    assert (bare.battle_time, bare.battle_timestamp, bare.opponent_name, bare.army_share_code) == (None,) * 4
    for text in ("20260801T120000.000Z", "2026-08-01T12:00:00Z"):
        battle = models.BattleLogEntry.model_validate({**body, "battleTime": 151, "battleTimestamp": text})
        assert battle.battle_time == timedelta(seconds=151)
        assert battle.battle_timestamp == datetime(2026, 8, 1, 12, tzinfo=UTC)
        assert models.BattleLogEntry.model_validate(battle.to_dict()) == battle


# ---------------------------------------------------------------------- tokens


@pytest.mark.parametrize(("status", "expected"), [("ok", True), ("invalid", False), ("unheardOf", False)])
def test_a_verification_is_as_true_as_the_token(status: str, expected: bool) -> None:
    found = make_token_verification(status=status)
    assert found.is_valid is bool(found) is expected


def test_a_verification_does_not_show_the_token() -> None:
    secret = "JHb8s-0fQz"  # of nobody
    found = make_token_verification(token=secret)
    assert secret not in f"{found!r} {found} {[found]}"
    assert found.token == pickle.loads(pickle.dumps(found)).token == secret  # noqa: S301 # pickled a moment ago
