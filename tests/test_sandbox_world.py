"""Properties of invented worlds: each follows from its seed alone, and none breaks a rule of the real one."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias, cast

from hypothesis import Phase, given, settings, strategies as st

from cocapi_gen._http.bodies import RawModel
from cocapi_gen.raw import OPERATIONS
from cocapi_gen.sandbox.answers import HANDLERS
from cocapi_gen.sandbox.world import World, reference as ref
from cocapi_gen.sandbox.world.material import NOW, TagMint, chance
from cocapi_gen.sandbox.world.wars import regular_war

Body: TypeAlias = dict[str, Any]
Asked: TypeAlias = tuple[str, Mapping[str, str]]

ROOT = Path(__file__).parent.parent
TAG = re.compile(r"#[0289PYLQGRJCUV]{3,9}")
OF_A_CLAN = ("getClan", "getClanMembers", "getClanWarLog", "getCurrentWar", "getCapitalRaidSeasons")
OF_A_PLAYER = ("getPlayer", "getBattleLog", "getLeagueHistory")
RANKINGS = {
    "getClanRanking": "clanPoints",
    "getClanBuilderBaseRanking": "clanBuilderBasePoints",
    "getClanCapitalRanking": "clanCapitalPoints",
    "getPlayerRanking": "trophies",
    "getPlayerBuilderBaseRanking": "builderBaseTrophies",
}
"""What each ranking ranks by."""

PLACES = ("global", *map(str, ref.LOCATIONS))
REGIONS = [str(place.id) for place in ref.LOCATIONS.values() if place.code is None]
LEGENDS = {"leagueId": "29000022"}

seeds = st.integers()


def in_every_world(check: Callable[[World], None]) -> Callable[[], None]:
    """Look at several worlds; a smaller seed would not make a simpler one."""
    return settings(max_examples=4, phases=[Phase.generate])(given(st.builds(World, seeds))(check))


# ---------------------------------------------------------------------- what a world answers


def answer(world: World, operation: str, values: Mapping[str, str]) -> str:
    """What the sandbox answers; the values may be those of the path or of the query."""
    return json.dumps(HANDLERS[operation](world, values, values, b"").body)


def ask(world: World, operation: str, values: Mapping[str, str]) -> Any:
    """What the sandbox answers, as it is read from the wire."""
    return json.loads(answer(world, operation, values))


def rows(world: World, operation: str, **values: str) -> list[Body]:
    found: list[Body] = ask(world, operation, values)["items"]
    return found


def clans(world: World) -> list[Body]:
    return [ask(world, "getClan", {"clanTag": tag}) for tag in world.clan_tags]


def players(world: World) -> list[Body]:
    return [ask(world, "getPlayer", {"playerTag": tag}) for tag in world.player_tags]


def groups(player: Body) -> Iterator[Asked]:
    """Yield what leads to the ranked groups of a player."""
    for week in ("current", "previous"):
        if tag := player.get(f"{week}LeagueGroupTag"):
            season = str(player[f"{week}LeagueSeasonId"])
            yield "getLeagueGroup", {"leagueGroupTag": tag, "leagueSeasonId": season, "playerTag": player["tag"]}


def questions(world: World, people: Sequence[str]) -> Iterator[Asked]:
    """Yield all that can be asked about clans, rankings and these people."""
    for tag in world.clan_tags:
        yield from (
            (operation, {"clanTag": tag})
            for operation in OF_A_CLAN
            if tag != world.private_clan_tag or operation not in ("getClanWarLog", "getCurrentWar")
        )
    yield "searchClans", {"minMembers": "0"}
    yield "getClanWarLeagueGroup", {"clanTag": world.in_war_clan_tag}
    yield from (("getClanWarLeagueWar", {"warTag": tag}) for tag in drawn_wars(world))
    yield from ((operation, {"locationId": place}) for operation in RANKINGS for place in ("global", "32000193"))
    yield "getLeagueSeasonRankings", {**LEGENDS, "seasonId": "2025-08"}
    for tag in people:
        yield from ((operation, {"playerTag": tag}) for operation in OF_A_PLAYER)
        yield from groups(ask(world, "getPlayer", {"playerTag": tag}))


def some(world: World) -> list[str]:
    """Some players of each kind."""
    return [*world.player_tags[::49], *world.player_tags[-3:]]


def digest(world: World, people: Sequence[str]) -> str:
    """A text that is another one when a single byte of the world is."""
    return sha256("".join(answer(world, *asked) for asked in questions(world, people)).encode()).hexdigest()


def unknown_keys(model: RawModel) -> Iterator[str]:
    """Yield the keys that no model of the specification has."""
    yield from model.model_extra or ()
    for value in vars(model).values():
        for item in cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,):
            if isinstance(item, RawModel):
                yield from unknown_keys(item)


def is_descending(values: Sequence[object]) -> bool:
    return [*values] == sorted(cast("list[int]", values), reverse=True)


# ---------------------------------------------------------------------- a world and its seed


def test_a_seed_gives_the_same_bytes_in_every_process() -> None:
    program = "from tests import test_sandbox_world as here; world = here.World(7)\n"
    program += "print(here.digest(world, world.player_tags[::8]))"
    other = subprocess.Popen(  # noqa: S603 # this very Python
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONHASHSEED": "12345"},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    world = World(7)
    found = digest(world, world.player_tags[::8])
    assert other.communicate(timeout=60)[0].strip() == found


@in_every_world
def test_it_does_not_matter_what_was_asked_before(world: World) -> None:
    asked = [*questions(world, some(world))]
    again = World(world.seed)
    backwards = [answer(world, *question) for question in reversed(asked)]
    assert backwards[::-1] == [answer(again, *question) for question in asked]


@settings(max_examples=10)
@given(st.lists(seeds, min_size=2, max_size=5, unique=True))
def test_other_seeds_give_other_worlds(several: list[int]) -> None:
    worlds = [World(seed) for seed in several]
    assert len({world.clan_tags for world in worlds}) == len(worlds)
    assert len({world.player_tags for world in worlds}) == len(worlds)
    assert len({answer(world, "searchClans", {"minMembers": "0"}) for world in worlds}) == len(worlds)


@in_every_world
def test_the_specification_knows_every_key(world: World) -> None:
    for operation, values in questions(world, some(world)):
        body = ask(world, operation, values)
        model = cast("type[RawModel]", OPERATIONS[operation].response_model).model_validate(body)
        assert [*unknown_keys(model)] == []
        assert model.model_dump(mode="json", by_alias=True, exclude_unset=True) == body


@in_every_world
def test_tags_are_well_formed_and_belong_to_one_thing(world: World) -> None:
    weeks = {asked["leagueGroupTag"] for player in players(world) for _, asked in groups(player)}
    tags = [*world.clan_tags, *world.player_tags, *drawn_wars(world), *weeks]
    assert len(set(tags)) == len(tags)
    assert all(map(TAG.fullmatch, tags))
    assert TAG.fullmatch(world.unknown_tag)
    assert world.unknown_tag not in tags


@in_every_world
def test_every_tag_in_a_body_leads_somewhere(world: World) -> None:
    weeks = {asked["leagueGroupTag"] for player in players(world) for _, asked in groups(player)}
    known = {*world.clan_tags, *world.player_tags, *weeks}
    for operation, values in questions(world, some(world)):
        assert {*re.findall(r'[tT]ag": "([^"]*)"', answer(world, operation, values))} <= known


@given(st.integers(), st.integers(1, 2))
def test_a_mint_never_makes_a_tag_twice(seed: int, length: int) -> None:
    mint = TagMint(chance(seed))
    made = [mint.make(length) for _ in range(13)]
    assert len({*made}) == 13
    assert all(re.fullmatch("#[289PYLQGRJCUV][0289PYLQGRJCUV]*", tag) and len(tag) == length + 1 for tag in made)


@in_every_world
def test_tags_worth_trying_keep_their_promises(world: World) -> None:
    first, small = world.clan_tags[0], ask(world, "getClan", {"clanTag": world.small_clan_tag})
    player, clanless, beginner = (
        ask(world, "getPlayer", {"playerTag": tag})
        for tag in (world.player_tag, world.clanless_player_tag, world.beginner_player_tag)
    )
    assert world.in_war_clan_tag == first
    assert {member["townHallLevel"] for member in rows(world, "getClanMembers", clanTag=first)} == {*range(1, 19)}
    assert (small["members"], small["clanCapital"], "location" in small) == (8, {}, False)
    assert rows(world, "getCapitalRaidSeasons", clanTag=world.small_clan_tag) == []
    assert (player["role"], player["clan"]["tag"]) == ("leader", first)
    assert all(player[key] for key in ("heroes", "heroEquipment", "currentLeagueGroupTag"))
    assert not {"clan", "role"} & {*clanless, *beginner}
    assert (beginner["townHallLevel"], beginner["heroes"], beginner["spells"]) == (2, [], [])
    assert not {"builderHallLevel", "builderBaseLeague", "currentLeagueGroupTag"} & {*beginner}
    assert (beginner["leagueTier"]["name"], beginner["builderBaseTrophies"]) == ("Unranked", 0)
    assert rows(world, "getLeagueHistory", playerTag=beginner["tag"]) == []


# ---------------------------------------------------------------------- clans and players


@in_every_world
def test_a_clan_has_the_members_it_lists(world: World) -> None:
    for clan in clans(world):
        members = clan["memberList"]
        assert clan["members"] == len(members) <= 50
        assert [member["clanRank"] for member in members] == [*range(1, len(members) + 1)]
        assert is_descending([member["trophies"] for member in members])
        assert Counter(member["role"] for member in members)["leader"] == 1
        assert rows(world, "getClanMembers", clanTag=clan["tag"]) == members


@in_every_world
def test_ties_and_losses_are_told_with_a_public_war_log(world: World) -> None:
    for clan in clans(world):
        assert clan["isWarLogPublic"] == (clan["tag"] != world.private_clan_tag)
        assert ("warTies" in clan) == ("warLosses" in clan) == clan["isWarLogPublic"]


@in_every_world
def test_a_search_hit_is_the_beginning_of_its_clan(world: World) -> None:
    left_out = {"memberList", "clanCapital", "description"}
    expected = [{key: value for key, value in clan.items() if key not in left_out} for clan in clans(world)]
    assert rows(world, "searchClans", minMembers="0") == expected
    assert {len(hit["labels"]) for hit in expected} == {0, 1, 2, 3}


@in_every_world
def test_a_capital_is_as_high_as_its_peak(world: World) -> None:
    capitals = [clan["clanCapital"] for clan in clans(world)]
    assert capitals.count({}) == 1
    for capital in filter(None, capitals):
        halls = {district["id"]: district["districtHallLevel"] for district in capital["districts"]}
        assert halls.keys() == ref.DISTRICTS.keys()
        assert halls[70000000] == capital["capitalHallLevel"]


@in_every_world
def test_a_member_and_a_player_are_one(world: World) -> None:
    for clan in clans(world):
        for member in clan["memberList"]:
            player = ask(world, "getPlayer", {"playerTag": member["tag"]})
            shared = member.keys() - {"clanRank", "previousClanRank"}
            assert {key: player[key] for key in shared} == {key: member[key] for key in shared}
            assert player["clan"] == {key: clan[key] for key in ("tag", "name", "badgeUrls", "clanLevel")}


@in_every_world
def test_a_player_is_within_the_limits_of_the_game(world: World) -> None:
    for player in players(world):
        things = [thing for kind in ("troops", "heroes", "spells", "heroEquipment") for thing in player[kind]]
        worn = [hero.get("equipment", [None]) for hero in player["heroes"]]
        assert all(1 <= thing["level"] <= thing["maxLevel"] for thing in things)
        assert all(thing.get("superTroopIsActive", True) for thing in things)
        assert all(1 <= len(items) <= 2 for items in worn)
        assert all(item is None or item in player["heroEquipment"] for items in worn for item in items)
        assert player["bestTrophies"] >= player["trophies"]
        assert player["bestBuilderBaseTrophies"] >= player["builderBaseTrophies"]
        assert ("role" in player) == ("clan" in player)
        assert all(0 <= feat["stars"] <= 3 for feat in player["achievements"])
        names = Counter(feat["name"] for feat in player["achievements"])
        assert names.most_common(1)[0][1] == 2
        assert None in [feat["completionInfo"] for feat in player["achievements"]]


# ---------------------------------------------------------------------- wars


def drawn_wars(world: World) -> list[str]:
    return [tag for tags in world.league_war_tags for tag in tags if tag != "#0"]


def regular_wars(world: World) -> list[Body]:
    """The wars of all clans that have one; each is there twice, seen from both sides."""
    tags = [tag for tag in world.clan_tags if tag != world.private_clan_tag]
    found: list[Body] = [ask(world, "getCurrentWar", {"clanTag": tag}) for tag in tags]
    return [war for war in found if war["state"] != "notInWar"]


def league_wars(world: World) -> list[Body]:
    return [ask(world, "getClanWarLeagueWar", {"warTag": tag}) for tag in drawn_wars(world)]


def sides(world: World) -> Iterator[tuple[Body, Body, Body]]:
    """Yield every war with each of its sides and that side's enemy."""
    for war in (*regular_wars(world), *league_wars(world)):
        yield war, war["clan"], war["opponent"]
        yield war, war["opponent"], war["clan"]


def attacks_of(side: Body) -> list[Body]:
    return [attack for member in side["members"] for attack in member.get("attacks", ())]


def success(attack: Body) -> tuple[int, int]:
    return attack["stars"], attack["destructionPercentage"]


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%S.000Z").replace(tzinfo=UTC)


@in_every_world
def test_the_score_of_a_war_follows_from_its_attacks(world: World) -> None:
    for war, own, enemy in sides(world):
        best = [member["bestOpponentAttack"] for member in enemy["members"] if "bestOpponentAttack" in member]
        percent = own["destructionPercentage"]
        assert own["stars"] == sum(attack["stars"] for attack in best)
        assert percent == sum(attack["destructionPercentage"] for attack in best) / war["teamSize"]
        assert isinstance(percent, int) or not percent.is_integer()
        assert own["attacks"] == len(attacks_of(own))


@in_every_world
def test_the_best_attack_on_a_member_is_one_of_the_listed(world: World) -> None:
    for _, own, enemy in sides(world):
        for member in own["members"]:
            received = [attack for attack in attacks_of(enemy) if attack["defenderTag"] == member["tag"]]
            assert member["opponentAttacks"] == len(received)
            assert ("bestOpponentAttack" in member) == bool(received)
            if received:
                assert member["bestOpponentAttack"] in received
                assert success(member["bestOpponentAttack"]) == max(map(success, received))


@in_every_world
def test_attacks_are_numbered_over_both_sides(world: World) -> None:
    for _, own, enemy in sides(world):
        orders = [attack["order"] for attack in (*attacks_of(own), *attacks_of(enemy))]
        assert sorted(orders) == [*range(1, len(orders) + 1)]


@in_every_world
def test_an_attack_is_possible(world: World) -> None:
    for war, own, enemy in sides(world):
        targets = {member["tag"] for member in enemy["members"]}
        for member in own["members"]:
            attacks = member.get("attacks", [])
            defenders = [attack["defenderTag"] for attack in attacks]
            assert ("attacks" in member) == bool(attacks)
            assert len({*defenders} & targets) == len(attacks) <= war.get("attacksPerMember", 1)
            assert all(attack["attackerTag"] == member["tag"] for attack in attacks)
            assert all(0 < attack["duration"] <= 180 for attack in attacks)
            for stars, percent in map(success, attacks):
                assert 0 <= stars <= 3
                assert (stars == 3) == (percent == 100)
                assert stars or percent < 50


@in_every_world
def test_members_have_their_places_on_the_map(world: World) -> None:
    size = {clan["tag"]: clan["members"] for clan in clans(world)}
    beyond = 0
    for war, own, _ in sides(world):
        positions = [member["mapPosition"] for member in own["members"]]
        halls = [member["townhallLevel"] for member in sorted(own["members"], key=lambda row: row["mapPosition"])]
        limit = size[own["tag"]] if "warStartTime" in war else war["teamSize"]
        assert len({*positions}) == len(positions) == war["teamSize"]
        assert positions != sorted(positions)
        assert is_descending(halls)
        assert 1 <= min(positions) <= max(positions) <= limit
        beyond += max(positions) > war["teamSize"]
    assert beyond


def test_members_of_a_small_team_are_not_in_the_order_of_the_map_either() -> None:
    first, second, *_ = (replace(clan, members=clan.members[:5]) for clan in World(1).clans.values())
    for seed in range(200):
        for side in regular_war(seed, (first, second), NOW).sides:
            positions = [fighter.position for fighter in side.fighters]
            assert sorted(positions) == [1, 2, 3, 4, 5] != positions


@in_every_world
def test_only_a_regular_war_tells_how_often_one_attacks(world: World) -> None:
    for war in regular_wars(world):
        assert (war["attacksPerMember"], "warStartTime" in war) == (2, False)
    for war in league_wars(world):
        assert not {"attacksPerMember", "battleModifier"} & {*war}
        assert war["warStartTime"] == war["startTime"]


@in_every_world
def test_a_war_is_as_far_as_its_times_say(world: World) -> None:
    for war, own, _ in sides(world):
        preparation, start, end = (moment(war[key]) for key in ("preparationStartTime", "startTime", "endTime"))
        assert preparation < start == end - timedelta(days=1)
        expected = "preparation" if start > NOW else "inWar" if end > NOW else "warEnded"
        assert war["state"] == expected
        assert bool(own["attacks"]) == (expected != "preparation")


@in_every_world
def test_both_clans_see_the_same_war(world: World) -> None:
    wars = {war["clan"]["tag"]: war for war in regular_wars(world)}
    for war in wars.values():
        assert wars[war["opponent"]["tag"]] == war | {"clan": war["opponent"], "opponent": war["clan"]}
    states = {
        world.in_war_clan_tag: "inWar",
        world.preparation_clan_tag: "preparation",
        world.war_ended_clan_tag: "warEnded",
    }
    assert {tag: wars[tag]["state"] for tag in states} == states
    assert len(wars) == 6


@in_every_world
def test_without_a_war_there_are_stubs_only(world: World) -> None:
    body = ask(world, "getCurrentWar", {"clanTag": world.not_in_war_clan_tag})
    assert body.keys() == {"state", "clan", "opponent"}
    assert body["state"] == "notInWar"
    for stub in (body["clan"], body["opponent"]):
        assert stub.pop("badgeUrls")
        assert stub == dict.fromkeys(("clanLevel", "attacks", "stars", "destructionPercentage"), 0)


# ---------------------------------------------------------------------- the war log


def logs(world: World) -> Iterator[list[Body]]:
    for tag in world.clan_tags:
        if tag != world.private_clan_tag:
            yield rows(world, "getClanWarLog", clanTag=tag)


@in_every_world
def test_a_war_log_is_newest_first(world: World) -> None:
    for log in logs(world):
        ends = [moment(row["endTime"]) for row in log]
        assert max(ends) < NOW
        assert ends == sorted(ends, reverse=True)


@in_every_world
def test_a_war_log_tells_more_of_the_own_side(world: World) -> None:
    for row in (row for log in logs(world) for row in log):
        assert {"attacks", "expEarned"} <= row["clan"].keys()
        assert not {"attacks", "expEarned"} & row["opponent"].keys()
        assert row["battleModifier"] == "none"


@in_every_world
def test_a_row_has_no_more_stars_than_its_attacks_could_win(world: World) -> None:
    for row in (row for log in logs(world) for row in log):
        bases = row["teamSize"] * (1 if row["result"] else 7)
        assert row["clan"]["attacks"] <= bases * row["attacksPerMember"]
        assert row["clan"]["stars"] <= 3 * min(row["clan"]["attacks"], bases)


@in_every_world
def test_a_war_league_season_is_a_row_against_nobody(world: World) -> None:
    for log in logs(world):
        seasons = [row for row in log if "tag" not in row["opponent"]]
        assert seasons
        assert seasons == [row for row in log if row["result"] is None]
        for row in seasons:
            assert (row["attacksPerMember"], row["clan"]["expEarned"]) == (1, 0)
            assert (row["opponent"]["clanLevel"], row["opponent"]["destructionPercentage"]) == (0, 0)
            assert "name" not in row["opponent"]


@in_every_world
def test_who_has_more_stars_or_else_destruction_has_won(world: World) -> None:
    found = Counter[str]()
    for row in (row for log in logs(world) for row in log if row["result"]):
        own, other = success(row["clan"]), success(row["opponent"])
        assert row["result"] == ("tie" if own == other else "win" if own > other else "lose")
        assert row["attacksPerMember"] == 2
        found[row["result"]] += 1
    assert found.keys() == {"win", "lose", "tie"}


@in_every_world
def test_a_war_that_has_ended_is_the_newest_row(world: World) -> None:
    war = ask(world, "getCurrentWar", {"clanTag": world.war_ended_clan_tag})
    for own, enemy in ((war["clan"], war["opponent"]), (war["opponent"], war["clan"])):
        row = rows(world, "getClanWarLog", clanTag=own["tag"])[0]
        assert (row["endTime"], row["teamSize"]) == (war["endTime"], war["teamSize"])
        assert row["clan"].items() >= {key: value for key, value in own.items() if key != "members"}.items()
        assert row["opponent"] == {key: value for key, value in enemy.items() if key not in ("members", "attacks")}


# ---------------------------------------------------------------------- the war league


@in_every_world
def test_a_war_league_group_has_eight_clans_and_seven_rounds(world: World) -> None:
    group = ask(world, "getClanWarLeagueGroup", {"clanTag": world.private_clan_tag})
    assert (group["state"], group["season"]) == ("inWar", "2026-01")
    assert len(group["clans"]) == 8
    assert all(clan["members"] for clan in group["clans"])
    assert {key for clan in group["clans"] for member in clan["members"] for key in member} == {
        "tag",
        "name",
        "townHallLevel",
    }
    assert [len(each["warTags"]) for each in group["rounds"]] == [4] * 7
    assert all(each["warTags"].count("#0") in (0, 4) for each in group["rounds"])
    for clan in group["clans"]:
        assert ask(world, "getClanWarLeagueGroup", {"clanTag": clan["tag"]}) == group


@in_every_world
def test_everybody_meets_everybody_once(world: World) -> None:
    group = ask(world, "getClanWarLeagueGroup", {"clanTag": world.in_war_clan_tag})
    members = {clan["tag"]: {member["tag"] for member in clan["members"]} for clan in group["clans"]}
    pairs = list[frozenset[str]]()
    for tags in filter(lambda tags: "#0" not in tags, world.league_war_tags):
        met = [ask(world, "getClanWarLeagueWar", {"warTag": tag}) for tag in tags]
        pairs += [frozenset((war["clan"]["tag"], war["opponent"]["tag"])) for war in met]
        assert {tag for pair in pairs[-4:] for tag in pair} == members.keys()
        assert len({war["state"] for war in met}) == 1
    assert len({*pairs}) == len(pairs) == 20
    for side in (side for war in league_wars(world) for side in (war["clan"], war["opponent"])):
        assert {member["tag"] for member in side["members"]} <= members[side["tag"]]


@in_every_world
def test_two_rounds_are_live_at_once(world: World) -> None:
    states = Counter(war["state"] for war in league_wars(world))
    assert states == {"warEnded": 12, "inWar": 4, "preparation": 4}


# ---------------------------------------------------------------------- raid weekends


def raids(world: World) -> Iterator[list[Body]]:
    for tag in world.clan_tags:
        if tag != world.small_clan_tag:
            yield rows(world, "getCapitalRaidSeasons", clanTag=tag)


@in_every_world
def test_raids_last_from_friday_to_monday(world: World) -> None:
    for seasons in raids(world):
        starts = [moment(season["startTime"]) for season in seasons]
        assert starts == sorted(starts, reverse=True)
        for season, start in zip(seasons, starts, strict=True):
            end = moment(season["endTime"])
            assert (start.weekday(), start.hour, end - start) == (4, 7, timedelta(days=3))
            assert (season["state"], end < NOW) == ("ended", True)


@in_every_world
def test_only_the_newest_raids_name_who_attacked(world: World) -> None:
    for newest, *older in raids(world):
        assert all("members" not in season for season in older)
        assert '"attacks"' not in json.dumps(older)
        assert newest["members"]
        assert '"attacks"' in json.dumps(newest["defenseLog"])
        for member in newest["members"]:
            assert member["attacks"] <= member["attackLimit"] + member["bonusAttackLimit"]


@in_every_world
def test_the_sums_of_raids_follow_from_their_districts(world: World) -> None:
    for season in (season for seasons in raids(world) for season in seasons):
        attacked = season["attackLog"]
        assert season["totalAttacks"] == sum(raid["attackCount"] for raid in attacked)
        assert season["enemyDistrictsDestroyed"] == sum(raid["districtsDestroyed"] for raid in attacked)
        assert season["raidsCompleted"] == sum(raid["districtsDestroyed"] == raid["districtCount"] for raid in attacked)
        assert season["capitalTotalLoot"] == sum(part["totalLooted"] for raid in attacked for part in raid["districts"])
        for raid in (*attacked, *season["defenseLog"]):
            parts = raid["districts"]
            assert raid["districtCount"] == len(parts)
            assert raid["attackCount"] == sum(part["attackCount"] for part in parts)
            assert raid["districtsDestroyed"] == sum(part["destructionPercent"] == 100 for part in parts)
            assert all(part["stars"] == 3 for part in parts if part["destructionPercent"] == 100)


@in_every_world
def test_the_newest_raids_add_up_to_the_last_attack(world: World) -> None:
    for newest, *_ in raids(world):
        made = Counter[str]()
        for part in (part for raid in newest["attackLog"] for part in raid["districts"]):
            made.update(attack["attacker"]["tag"] for attack in part.get("attacks", ()))
        assert made == {member["tag"]: member["attacks"] for member in newest["members"]}
        assert newest["totalAttacks"] == made.total()
        assert newest["capitalTotalLoot"] == sum(member["capitalResourcesLooted"] for member in newest["members"])
        for raid in (*newest["attackLog"], *newest["defenseLog"]):
            for part in raid["districts"]:
                percents = [attack["destructionPercent"] for attack in part.get("attacks", ())]
                assert len(percents) == part["attackCount"]
                assert ("attacks" in part) == bool(percents)
                assert is_descending(percents)
                assert part["destructionPercent"] == (percents[0] if percents else 0)


# ---------------------------------------------------------------------- ranked battles


def ranked_weeks(world: World) -> Iterator[tuple[str, Body]]:
    """Yield the ranked groups of some players, each with the tag of the player."""
    for tag in some(world):
        for operation, asked in groups(ask(world, "getPlayer", {"playerTag": tag})):
            yield tag, ask(world, operation, asked)


@in_every_world
def test_a_ranked_group_is_a_hundred_players_the_best_first(world: World) -> None:
    for tag, group in ranked_weeks(world):
        tags = [member["playerTag"] for member in group["members"]]
        assert len({*tags}) == len(tags) == 100
        assert tag in tags
        assert is_descending([member["leagueTrophies"] for member in group["members"]])


@in_every_world
def test_a_player_of_a_ranked_group_has_a_clan_or_none(world: World) -> None:
    clan_of = {player["tag"]: player.get("clan", {}) for player in players(world)}
    for _, group in ranked_weeks(world):
        for member in group["members"]:
            clan = clan_of[member["playerTag"]]
            assert (member.get("clanTag"), member.get("clanName")) == (clan.get("tag"), clan.get("name"))


@in_every_world
def test_ranked_logs_are_as_long_as_the_counts_say(world: World) -> None:
    times = set[bool]()
    for tag, group in ranked_weeks(world):
        (own,) = (member for member in group["members"] if member["playerTag"] == tag)
        attacks, defences = group["attackLogs"], group["defenseLogs"]
        assert own["attackWinCount"] == sum(row["stars"] > 0 for row in attacks)
        assert own["attackLoseCount"] == sum(row["stars"] == 0 for row in attacks)
        assert own["defenseWinCount"] == sum(row["stars"] == 0 for row in defences)
        assert own["defenseLoseCount"] == sum(row["stars"] > 0 for row in defences)
        for row in (*attacks, *defences):
            assert row["opponentPlayerTag"] != tag
            assert re.fullmatch(
                r"2026-01-0\dT[\d:]{8}(\.\d{3})?Z|2025-1[\d-]{4}T[\d:]{8}(\.\d{3})?Z", row["creationTime"]
            )
            times.add("." in row["creationTime"])
    assert times == {True, False}


@in_every_world
def test_a_week_begins_on_monday_at_five(world: World) -> None:
    for tag in some(world):
        player = ask(world, "getPlayer", {"playerTag": tag})
        history = [row["leagueSeasonId"] for row in rows(world, "getLeagueHistory", playerTag=tag)]
        weeks = history + [season for key, season in player.items() if key.endswith("LeagueSeasonId")]
        assert len(history) == (0 if player["leagueTier"]["name"] == "Unranked" else 4)
        assert history == sorted({*history})
        for start in (datetime.fromtimestamp(week, UTC) for week in weeks):
            assert (start.weekday(), start.hour, start.minute, start.second) == (0, 5, 0, 0)


@in_every_world
def test_a_battle_log_is_fifty_battles(world: World) -> None:
    code = re.compile(r"u\d+x\d+(-\d+x\d+)*(s\d+x\d+(-\d+x\d+)*)?")
    for tag in some(world):
        body = ask(world, "getBattleLog", {"playerTag": tag})
        assert body.keys() == {"items"}
        assert len(body["items"]) == 50
        assert is_descending([row["battleTimestamp"] for row in body["items"]])
        for row in body["items"]:
            assert code.fullmatch(row["armyShareCode"])
            assert [loot["name"] for loot in row["availableLoot"]] == ref.RESOURCES
            assert len(row["lootedResources"]) == len(row["extraLootedResources"])
            assert row["opponentPlayerTag"] != tag
            assert (row["stars"] == 3) == (row["destructionPercentage"] == 100)


# ---------------------------------------------------------------------- rankings and lists


@in_every_world
def test_a_ranking_counts_from_one(world: World) -> None:
    for operation, points in RANKINGS.items():
        for place in PLACES:
            found = rows(world, operation, locationId=place)
            assert [row["rank"] for row in found] == [*range(1, len(found) + 1)]
            assert is_descending([row[points] for row in found])
            assert len(found) <= 200
            if operation == "getClanCapitalRanking":
                assert all(row["previousRank"] == -1 for row in found)
            else:
                assert all(row["previousRank"] >= 1 for row in found)


@in_every_world
def test_a_country_ranks_who_lives_there(world: World) -> None:
    home = {clan["tag"]: str(clan["location"]["id"]) for clan in clans(world) if "location" in clan}
    citizens = [(player, home.get(player.get("clan", {}).get("tag"))) for player in players(world)]
    for operation in RANKINGS:
        found = {place: {row["tag"] for row in rows(world, operation, locationId=place)} for place in PLACES}
        for place in {*PLACES[1:]} - {*REGIONS}:
            living = {player["tag"] for player, country in citizens if country == place}
            builders = {player["tag"] for player, _ in citizens if "builderHallLevel" in player}
            if "Clan" in operation:
                living = {tag for tag in home if home[tag] == place}
            assert found[place] == (living & builders if "PlayerBuilder" in operation else living)
        assert all(found[place] == set() for place in REGIONS)
        assert len(found["global"]) == (len(home) if "Clan" in operation else 200)
    assert {*home.values()} & {*REGIONS}


@in_every_world
def test_a_legend_season_has_a_ranking(world: World) -> None:
    seasons = [row["id"] for row in rows(world, "getLeagueSeasons", **LEGENDS)]
    for season in (seasons[0], seasons[-1]):
        found = rows(world, "getLeagueSeasonRankings", **LEGENDS, seasonId=season)
        assert [row["rank"] for row in found] == [*range(1, 101)]
        assert is_descending([row["trophies"] for row in found])
        assert all("previousRank" not in row for row in found)
    statistics = json.dumps([player.get("legendStatistics") for player in players(world)])
    known = re.findall(r'"id": "([^"]*)"', statistics)
    assert known
    assert {*known} <= {*seasons}


def test_legend_seasons_were_months_and_are_four_weeks() -> None:
    ids: list[str] = [row["id"] for row in rows(World(1), "getLeagueSeasons", **LEGENDS)]
    months = [each for each in ids if len(each) == 7]
    days = [datetime.fromisoformat(each).replace(tzinfo=UTC) for each in ids[len(months) :]]
    numbers = [int(year) * 12 + int(month) for year, month in (each.split("-") for each in months)]
    assert (ids[0], months[-1], days[0]) == ("2015-07", "2025-08", datetime(2025, 10, 6, tzinfo=UTC))
    assert numbers == [*range(numbers[0], numbers[-1] + 1)]
    assert {after - before for before, after in pairwise(days)} == {timedelta(days=28)}
    assert NOW - timedelta(days=28) < days[-1] <= NOW


def test_locations_have_the_quirks_of_the_real_ones() -> None:
    found = rows(World(1), "getLocations")
    names = Counter(place["name"] for place in found)
    assert {name: count for name, count in names.items() if count > 1} == {"Australia": 2, "": 5}
    assert [place["isCountry"] for place in found if place["name"] == "Australia"] == [False, True]
    assert all(("countryCode" in place) == place["isCountry"] for place in found)
    assert [place["id"] for place in found] == [*range(32000000, 32000266)]
    assert sum(place["isCountry"] for place in found) == 254


def test_lists_have_the_lengths_of_the_real_ones() -> None:
    lengths = {
        "getLeagues": 23,
        "getLeagueTiers": 37,
        "getBuilderBaseLeagues": 42,
        "getCapitalLeagues": 23,
        "getWarLeagues": 23,
        "getClanLabels": 17,
        "getPlayerLabels": 19,
    }
    world = World(1)
    assert {operation: len(rows(world, operation)) for operation in lengths} == lengths
    pictures = {league["name"]: {*league["iconUrls"]} for league in rows(world, "getLeagues")}
    assert pictures.pop("Unranked") == {"small", "tiny"}
    assert all(sizes == {"small", "tiny", "medium"} for sizes in pictures.values())


def test_the_gold_pass_lasts_a_month() -> None:
    season = ask(World(1), "getCurrentGoldPassSeason", {})
    start, end = moment(season["startTime"]), moment(season["endTime"])
    assert start <= NOW < end
    assert (start.day, end.day, end - start) == (1, 1, timedelta(days=31))
