"""Properties of invented worlds: at no moment does one break a rule of the real one."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from typing import Any, TypeAlias, cast

import pytest
from hypothesis import Phase, given, settings, strategies as st

from cocapi_gen._http.bodies import RawModel
from cocapi_gen.raw import OPERATIONS
from cocapi_gen.sandbox.answers import HANDLERS, Refusal
from cocapi_gen.sandbox.world import World, reference as ref, seasons as calendar
from cocapi_gen.sandbox.world.material import TagMint, chance
from cocapi_gen.sandbox.world.population import new_clans
from cocapi_gen.sandbox.world.wars import regular_side

pytestmark = pytest.mark.tools

Body: TypeAlias = dict[str, Any]
Asked: TypeAlias = tuple[str, Mapping[str, str]]

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

RULES: list[Callable[[World], None]] = []
"""What holds in every world at every moment."""

seeds = st.integers()
PASSED = st.one_of(
    st.just(timedelta(0)),
    st.timedeltas(timedelta(0), timedelta(hours=3)),
    st.timedeltas(timedelta(hours=3), timedelta(days=3)),
    st.timedeltas(timedelta(days=3), timedelta(weeks=5)),
)
"""How long ago a world began."""


def later(seed: int, clans: int, passed: timedelta) -> World:
    """Return a world after some time."""
    world = World(seed, clans=clans)
    world.advance(passed)
    return world


worlds = st.builds(later, seeds, st.sampled_from((12, 10, 17)), PASSED)
"""Some more clans than ten are needed for friendly wars, or for a second war league group."""


def in_every_world(check: Callable[[World], None]) -> Callable[[], None]:
    """Look at several worlds at several moments; a smaller seed would not make a simpler one."""
    RULES.append(check)
    return settings(max_examples=4, phases=[Phase.generate])(given(worlds)(check))


def at_the_beginning(check: Callable[[World], None]) -> Callable[[], None]:
    """Look at several whole worlds of which no time has passed."""
    return settings(max_examples=2, phases=[Phase.generate])(given(st.builds(World, seeds))(check))


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


def some(world: World) -> list[str]:
    """Some players of each kind."""
    return [*world.player_tags[::49], *world.player_tags[-3:]]


def some_players(world: World) -> list[Body]:
    return [ask(world, "getPlayer", {"playerTag": tag}) for tag in some(world)]


def groups(player: Body) -> Iterator[Asked]:
    """Yield what leads to the ranked groups of a player."""
    for week in ("current", "previous"):
        if tag := player.get(f"{week}LeagueGroupTag"):
            season = str(player[f"{week}LeagueSeasonId"])
            yield "getLeagueGroup", {"leagueGroupTag": tag, "leagueSeasonId": season, "playerTag": player["tag"]}


def is_private(world: World, clan_tag: str) -> bool:
    return not world.clans[clan_tag].public


def in_the_league(world: World) -> list[str]:
    """The tags of all clans of war league groups."""
    return [tag for tag in world.clan_tags if world.war_league_group(tag) is not None]


def questions(world: World, people: Sequence[str]) -> Iterator[Asked]:
    """Yield all that can be asked about clans, rankings and these people."""
    for tag in world.clan_tags:
        yield from (
            (operation, {"clanTag": tag})
            for operation in OF_A_CLAN
            if not is_private(world, tag) or operation not in ("getClanWarLog", "getCurrentWar")
        )
    yield "searchClans", {"minMembers": "0"}
    yield from (("getClanWarLeagueGroup", {"clanTag": tag}) for tag in in_the_league(world)[::8])
    yield from (("getClanWarLeagueWar", {"warTag": tag}) for tag in drawn_wars(world))
    yield from ((operation, {"locationId": place}) for operation in RANKINGS for place in ("global", "32000193"))
    yield "getLeagueSeasons", LEGENDS
    yield "getLeagueSeasonRankings", {**LEGENDS, "seasonId": "2025-08"}
    yield "getCurrentGoldPassSeason", {}
    for tag in people:
        yield from ((operation, {"playerTag": tag}) for operation in OF_A_PLAYER)
        yield from groups(ask(world, "getPlayer", {"playerTag": tag}))


def digest(world: World, people: Sequence[str]) -> str:
    """A text that is another one when a single byte of the world is."""
    answers = [answer(world, *asked) for asked in questions(world, people)]
    return sha256("".join([*answers, *map(str, world.history)]).encode()).hexdigest()


def unknown_keys(model: RawModel) -> Iterator[str]:
    """Yield the keys that no model of the specification has."""
    yield from model.model_extra or ()
    for value in vars(model).values():
        for item in cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,):
            if isinstance(item, RawModel):
                yield from unknown_keys(item)


def is_descending(values: Sequence[object]) -> bool:
    return [*values] == sorted(cast("list[int]", values), reverse=True)


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%S.000Z").replace(tzinfo=UTC)


# ---------------------------------------------------------------------- all bodies


@settings(max_examples=10)
@given(st.lists(seeds, min_size=2, max_size=5, unique=True))
def test_other_seeds_give_other_worlds(several: list[int]) -> None:
    them = [World(seed, clans=10) for seed in several]
    assert len({world.clan_tags for world in them}) == len(them)
    assert len({world.player_tags for world in them}) == len(them)
    assert len({answer(world, "searchClans", {"minMembers": "0"}) for world in them}) == len(them)


@in_every_world
def test_the_specification_knows_every_key(world: World) -> None:
    for operation, values in questions(world, some(world)):
        body = ask(world, operation, values)
        model = cast("type[RawModel]", OPERATIONS[operation].response_model).model_validate(body)
        assert [*unknown_keys(model)] == []
        assert model.model_dump(mode="json", by_alias=True, exclude_unset=True) == body


@in_every_world
def test_nothing_is_null_or_empty_that_never_is(world: World) -> None:
    for asked in questions(world, some(world)):
        text = answer(world, *asked)
        assert {*re.findall(r'"(\w+)": null', text)} <= {"completionInfo", "result"}
        assert '"attacks": []' not in text
        # some places have no name, and some clans no description
        assert '""' not in re.sub('"name": "", "isCountry"|"description": ""', "", text)


@in_every_world
def test_tags_are_well_formed_and_belong_to_one_thing(world: World) -> None:
    weeks = {asked["leagueGroupTag"] for player in some_players(world) for _, asked in groups(player)}
    tags = [*world.clan_tags, *world.player_tags, *drawn_wars(world), *weeks]
    assert len(set(tags)) == len(tags)
    assert all(map(TAG.fullmatch, tags))
    assert TAG.fullmatch(world.unknown_tag)
    assert world.unknown_tag not in tags


@in_every_world
def test_every_tag_in_a_body_leads_somewhere(world: World) -> None:
    weeks = {asked["leagueGroupTag"] for player in some_players(world) for _, asked in groups(player)}
    known = {*world.clan_tags, *world.player_tags, *weeks}
    for operation, values in questions(world, some(world)):
        assert {*re.findall(r'[tT]ag": "([^"]*)"', answer(world, operation, values))} <= known


@given(st.integers(), st.integers(1, 2))
def test_a_mint_never_makes_a_tag_twice(seed: int, length: int) -> None:
    mint = TagMint(chance(seed))
    made = [mint.make(length) for _ in range(13)]
    assert len({*made}) == 13
    assert all(re.fullmatch("#[289PYLQGRJCUV][0289PYLQGRJCUV]*", tag) and len(tag) == length + 1 for tag in made)


# ---------------------------------------------------------------------- tags worth trying


@in_every_world
def test_an_attack_of_one_is_a_defence_of_another(world: World) -> None:
    weeks = {
        (asked["leagueGroupTag"], asked["leagueSeasonId"]) for tag in some(world)[:3] for asked in asked_by(world, tag)
    }
    for group, season in weeks:
        members = ask_group(world, group, season)
        made = Counter((tag, *battle) for tag, body in members.items() for battle in battles(body["attackLogs"]))
        held = Counter(
            (enemy, tag, *rest) for tag, body in members.items() for enemy, *rest in battles(body["defenseLogs"])
        )
        assert made == held
        for body in members.values():
            assert len(body["attackLogs"]) <= 12
            for log in (body["attackLogs"], body["defenseLogs"]):
                assert is_descending([row["creationTime"][:19] for row in log])


def asked_by(world: World, tag: str) -> list[Mapping[str, str]]:
    return [asked for _, asked in groups(ask(world, "getPlayer", {"playerTag": tag}))]


def ask_group(world: World, group: str, season: str) -> dict[str, Body]:
    """A group with the logs of each of its members."""
    found: dict[str, Body] = {}
    for tag in world.player_tags:
        body: Any = world.league_group(group, season, tag)
        if body is not None:
            found[tag] = body
    return found


def battles(log: list[Body]) -> list[tuple[str, str, int, int]]:
    return [(row["opponentPlayerTag"], row["creationTime"], row["stars"], row["trophies"]) for row in log]


@in_every_world
def test_a_profile_agrees_with_itself(world: World) -> None:
    for player in some_players(world):
        feats = {feat["name"]: feat["value"] for feat in player["achievements"]}
        assert feats["Bigger & Better"] == player["townHallLevel"]
        assert feats["War Hero"] == player["warStars"]
        assert feats["Sweet Victory!"] == player["bestTrophies"] >= player["trophies"]
        assert feats["Master Engineering"] == player.get("builderHallLevel", 0)
        if statistics := player.get("legendStatistics"):
            assert statistics["bestSeason"]["trophies"] == player["bestTrophies"]
            assert statistics["legendTrophies"] > 0


@at_the_beginning
def test_the_clans_of_a_war_league_group_are_in_one_league(world: World) -> None:
    for tag in in_the_league(world):
        group = ask(world, "getClanWarLeagueGroup", {"clanTag": tag})
        met = [ask(world, "getClan", {"clanTag": clan["tag"]}) for clan in group.get("clans", ())]
        assert len({clan["warLeague"]["id"] for clan in met}) <= 1


@at_the_beginning
def test_tags_worth_trying_keep_their_promises(world: World) -> None:
    first, small = world.clan_tags[0], ask(world, "getClan", {"clanTag": world.small_clan_tag})
    player, clanless, beginner = (
        ask(world, "getPlayer", {"playerTag": tag})
        for tag in (world.player_tag, world.clanless_player_tag, world.beginner_player_tag)
    )
    assert world.in_war_clan_tag == first
    assert Counter(member["townHallLevel"] for member in rows(world, "getClanMembers", clanTag=first)).total() == 50
    assert {member["townHallLevel"] for member in rows(world, "getClanMembers", clanTag=first)} == {*range(1, 19)}
    assert (small["members"], small["clanCapital"], "location" in small) == (8, {}, False)
    assert rows(world, "getCapitalRaidSeasons", clanTag=world.small_clan_tag) == []
    assert world.current_war(world.small_clan_tag)["state"] == "notInWar"
    assert (player["role"], player["clan"]["tag"]) == ("leader", first)
    assert all(player[key] for key in ("heroes", "heroEquipment", "currentLeagueGroupTag"))
    assert not {"clan", "role"} & {*clanless, *beginner}
    assert (beginner["townHallLevel"], beginner["heroes"], beginner["spells"]) == (2, [], [])
    assert not {"builderHallLevel", "builderBaseLeague", "currentLeagueGroupTag"} & {*beginner}
    assert (beginner["leagueTier"]["name"], beginner["builderBaseTrophies"]) == ("Unranked", 0)
    assert rows(world, "getLeagueHistory", playerTag=beginner["tag"]) == []
    assert (
        rows(world, "getClanWarLog", clanTag=world.war_ended_clan_tag)[0]["endTime"]
        == (world.current_war(world.war_ended_clan_tag)["endTime"])
    )


@at_the_beginning
def test_a_world_begins_with_wars_of_every_kind_in_every_state(world: World) -> None:
    kinds = {(war["attacksPerMember"], war["state"]) for war in regular_wars(world)}
    assert kinds == {(each, state) for each in (1, 2) for state in ("preparation", "inWar", "warEnded")}
    phases = {str(ask(world, "getClanWarLeagueGroup", {"clanTag": tag})["state"]) for tag in in_the_league(world)}
    assert phases == {"notInWar", "preparation", "inWar", "ended"}
    for tag in (world.small_clan_tag, world.clan_tags[-2]):
        with pytest.raises(Refusal) as caught:
            ask(world, "getClanWarLeagueGroup", {"clanTag": tag})
        assert (caught.value.status, caught.value.reply.body) == (404, {"reason": "notFound"})


@in_every_world
def test_a_tag_worth_trying_is_refused_or_right(world: World) -> None:
    states = {"in_war": "inWar", "preparation": "preparation", "war_ended": "warEnded", "not_in_war": "notInWar"}
    for name, state in states.items():
        with suppress(LookupError):
            tag = getattr(world, f"{name}_clan_tag")
            assert ask(world, "getCurrentWar", {"clanTag": tag})["state"] == state
    with suppress(LookupError):
        assert "clan" not in ask(world, "getPlayer", {"playerTag": world.clanless_player_tag})
    assert ask(world, "getPlayer", {"playerTag": world.player_tag})["role"] == "leader"
    assert is_private(world, world.private_clan_tag)
    assert world.private_clan_tag in in_the_league(world)


# ---------------------------------------------------------------------- clans and players


@in_every_world
def test_a_clan_has_the_members_it_lists(world: World) -> None:
    for clan in clans(world):
        members = clan["memberList"]
        assert 1 <= clan["members"] == len(members) <= 50
        assert [member["clanRank"] for member in members] == [*range(1, len(members) + 1)]
        assert is_descending([member["trophies"] for member in members])
        assert Counter(member["role"] for member in members)["leader"] == 1
        assert all(member["previousClanRank"] >= 0 for member in members)
        assert rows(world, "getClanMembers", clanTag=clan["tag"]) == members


@in_every_world
def test_nobody_is_a_member_twice(world: World) -> None:
    members = Counter(member["tag"] for clan in clans(world) for member in clan["memberList"])
    assert max(members.values()) == 1
    for player in some_players(world):
        assert ("role" in player) == ("clan" in player) == (player["tag"] in members)


@in_every_world
def test_ties_and_losses_are_told_with_a_public_war_log(world: World) -> None:
    for clan in clans(world):
        assert clan["isWarLogPublic"] == (not is_private(world, clan["tag"]))
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
        for member in clan["memberList"][::7]:
            player = ask(world, "getPlayer", {"playerTag": member["tag"]})
            shared = member.keys() - {"clanRank", "previousClanRank"}
            assert {key: player[key] for key in shared} == {key: member[key] for key in shared}
            assert player["clan"] == {key: clan[key] for key in ("tag", "name", "badgeUrls", "clanLevel")}


@in_every_world
def test_a_player_is_within_the_limits_of_the_game(world: World) -> None:
    for player in some_players(world):
        things = [thing for kind in ("troops", "heroes", "spells", "heroEquipment") for thing in player[kind]]
        worn = [hero.get("equipment", [None]) for hero in player["heroes"]]
        assert all(1 <= thing["level"] <= thing["maxLevel"] for thing in things)
        assert all(thing.get("superTroopIsActive", True) for thing in things)
        assert all(1 <= len(items) <= 2 for items in worn)
        assert all(item is None or item in player["heroEquipment"] for items in worn for item in items)
        assert player["bestTrophies"] >= player["trophies"]
        assert player["bestBuilderBaseTrophies"] >= player["builderBaseTrophies"]
        assert all(0 <= feat["stars"] <= 3 for feat in player["achievements"])
        assert len(player["labels"]) <= 3
        names = Counter(feat["name"] for feat in player["achievements"])
        assert names.most_common(1)[0][1] == 2
        assert None in [feat["completionInfo"] for feat in player["achievements"]]


# ---------------------------------------------------------------------- wars


def drawn_wars(world: World) -> list[str]:
    """The tags of all wars of all groups."""
    found = [ask(world, "getClanWarLeagueGroup", {"clanTag": tag}) for tag in in_the_league(world)[::8]]
    return [tag for group in found for each in group.get("rounds", ()) for tag in each["warTags"] if tag != "#0"]


def regular_wars(world: World) -> list[Body]:
    """The wars of all clans that have one; each is there twice, seen from both sides, if both logs are public."""
    tags = [tag for tag in world.clan_tags if not is_private(world, tag)]
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
        received: dict[str, list[Body]] = {member["tag"]: [] for member in own["members"]}
        for attack in attacks_of(enemy):
            received[attack["defenderTag"]].append(attack)
        for member in own["members"]:
            attacks = received[member["tag"]]
            assert member["opponentAttacks"] == len(attacks)
            assert ("bestOpponentAttack" in member) == bool(attacks)
            if attacks:
                assert member["bestOpponentAttack"] in attacks
                assert success(member["bestOpponentAttack"]) == max(map(success, attacks))


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
    for war, own, _ in sides(world):
        positions = [member["mapPosition"] for member in own["members"]]
        halls = [member["townhallLevel"] for member in sorted(own["members"], key=lambda row: row["mapPosition"])]
        assert len({*positions}) == len(positions) == war["teamSize"]
        assert positions != sorted(positions)
        assert is_descending(halls)
        if "warStartTime" not in war:
            assert sorted(positions) == [*range(1, war["teamSize"] + 1)]


@in_every_world
def test_places_in_the_war_league_are_those_of_the_whole_roster(world: World) -> None:
    rosters = {
        clan["tag"]: len(clan["members"])
        for tag in in_the_league(world)[::8]
        for clan in ask(world, "getClanWarLeagueGroup", {"clanTag": tag}).get("clans", ())
    }
    beyond = list[bool]()
    for war in league_wars(world):
        for side in (war["clan"], war["opponent"]):
            positions = [member["mapPosition"] for member in side["members"]]
            assert 1 <= min(positions) <= max(positions) <= rosters[side["tag"]]
            beyond.append(max(positions) > war["teamSize"])
    assert any(beyond) == bool(beyond)


def test_members_of_a_small_team_are_not_in_the_order_of_the_map_either() -> None:
    for number, clan in enumerate(new_clans(1, 200, TagMint(chance(1))).values()):
        positions = [fighter.position for fighter in regular_side(chance(number), clan, 5).fighters]
        assert sorted(positions) == [1, 2, 3, 4, 5] != positions


@in_every_world
def test_only_a_regular_war_tells_how_often_one_attacks(world: World) -> None:
    common = {"state", "teamSize", "preparationStartTime", "startTime", "endTime", "clan", "opponent"}
    for war in regular_wars(world):
        assert war.keys() == {*common, "attacksPerMember", "battleModifier"}
        assert (war["attacksPerMember"] in (1, 2), war["battleModifier"]) == (True, "none")
    for war in league_wars(world):
        assert war.keys() == {*common, "warStartTime"}
        assert war["warStartTime"] == war["startTime"]


@in_every_world
def test_a_war_lasts_as_long_as_its_kind_does(world: World) -> None:
    hours = {2: (timedelta(hours=23), timedelta(days=1)), 1: (timedelta(hours=1), timedelta(minutes=45))}
    league = (timedelta(days=1, minutes=25, seconds=27), timedelta(days=1))
    for war in (*regular_wars(world), *league_wars(world)):
        preparation, start, end = (moment(war[key]) for key in ("preparationStartTime", "startTime", "endTime"))
        assert (start - preparation, end - start) == hours.get(war.get("attacksPerMember", 0), league)


@in_every_world
def test_a_war_is_as_far_as_its_times_say(world: World) -> None:
    for war, own, _ in sides(world):
        start, end = moment(war["startTime"]), moment(war["endTime"])
        # the API's times have no fractions of seconds, the world's have
        now = world.now.replace(microsecond=0)
        expected = "preparation" if start > now else "inWar" if end > now else "warEnded"
        assert war["state"] == expected
        assert not own["attacks"] or expected != "preparation"
        assert moment(war["preparationStartTime"]) <= now


@in_every_world
def test_a_finished_war_can_be_seen_for_three_days(world: World) -> None:
    assert all(moment(war["endTime"]) > world.now - timedelta(days=3, seconds=1) for war in regular_wars(world))


@in_every_world
def test_both_clans_see_the_same_war(world: World) -> None:
    wars = {war["clan"]["tag"]: war for war in regular_wars(world)}
    for war in wars.values():
        turned = war | {"clan": war["opponent"], "opponent": war["clan"]}
        other: Any = world.current_war(war["opponent"]["tag"])
        # one of them may have found a new opponent
        assert other == turned or war["state"] == "warEnded"


@in_every_world
def test_without_a_war_there_are_stubs_only(world: World) -> None:
    for tag in world.clan_tags:
        body: Any = world.current_war(tag)
        if body["state"] != "notInWar":
            continue
        assert body.keys() == {"state", "clan", "opponent"}
        for stub in (body["clan"], body["opponent"]):
            assert stub["badgeUrls"]
            assert stub == stub | dict.fromkeys(("clanLevel", "attacks", "stars", "destructionPercentage"), 0)
            assert len(stub) == 5


# ---------------------------------------------------------------------- the war log


def logs(world: World) -> Iterator[list[Body]]:
    for tag in world.clan_tags:
        if not is_private(world, tag):
            yield rows(world, "getClanWarLog", clanTag=tag)


@in_every_world
def test_a_war_log_is_newest_first(world: World) -> None:
    for log in logs(world):
        ends = [moment(row["endTime"]) for row in log]
        assert max(ends) <= world.now
        assert ends == sorted(ends, reverse=True)


@in_every_world
def test_a_war_log_tells_more_of_the_own_side(world: World) -> None:
    for row in (row for log in logs(world) for row in log):
        assert {"attacks", "expEarned"} <= row["clan"].keys()
        assert not {"attacks", "expEarned", "members"} & row["opponent"].keys()
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
def test_a_regular_war_that_has_ended_is_in_the_log_and_no_other_is(world: World) -> None:
    for war in regular_wars(world):
        own, enemy = war["clan"], war["opponent"]
        log = rows(world, "getClanWarLog", clanTag=own["tag"])
        same = [row for row in log if row["opponent"].get("tag") == enemy["tag"] and row["endTime"] == war["endTime"]]
        assert len(same) == (war["state"] == "warEnded" and war["attacksPerMember"] == 2)
        for row in same:
            assert row["teamSize"] == war["teamSize"]
            assert row["clan"].items() >= {key: value for key, value in own.items() if key != "members"}.items()
            assert row["opponent"] == {key: value for key, value in enemy.items() if key not in ("members", "attacks")}


# ---------------------------------------------------------------------- the war league


def league_groups(world: World) -> list[Body]:
    """The groups, without those whose clans are still searching."""
    found = [ask(world, "getClanWarLeagueGroup", {"clanTag": tag}) for tag in in_the_league(world)[::8]]
    return [group for group in found if group["state"] != "notInWar"]


@in_every_world
def test_a_war_league_group_has_eight_clans_and_seven_rounds(world: World) -> None:
    for group in league_groups(world):
        assert group.keys() == {"state", "season", "clans", "rounds"}
        assert len({clan["tag"] for clan in group["clans"]}) == 8
        assert all(len(clan["members"]) >= 15 for clan in group["clans"])
        keys = {key for clan in group["clans"] for member in clan["members"] for key in member}
        assert keys == {"tag", "name", "townHallLevel"}
        assert [len(each["warTags"]) for each in group["rounds"]] == [4] * 7
        drawn = [each["warTags"].count("#0") for each in group["rounds"]]
        assert {*drawn} <= {0, 4}
        assert drawn == sorted(drawn)
        for clan in group["clans"]:
            assert ask(world, "getClanWarLeagueGroup", {"clanTag": clan["tag"]}) == group


@in_every_world
def test_who_searches_for_a_group_sees_no_clans_and_no_rounds(world: World) -> None:
    for tag in in_the_league(world):
        group = ask(world, "getClanWarLeagueGroup", {"clanTag": tag})
        assert group["state"] in ("notInWar", "preparation", "inWar", "ended")
        assert (group.keys() == {"state", "season"}) == (group["state"] == "notInWar")


@in_every_world
def test_a_war_league_season_is_a_month_and_since_june_2026_a_day(world: World) -> None:
    for tag in in_the_league(world):
        season = ask(world, "getClanWarLeagueGroup", {"clanTag": tag})["season"]
        assert re.fullmatch(r"20\d\d-\d\d" if season < "2026-06" else r"20\d\d-\d\d-\d\d", season)
        assert season <= f"{world.now:%Y-%m-%d}"
        assert season[:7] >= f"{world.now - timedelta(days=28):%Y-%m}"


@in_every_world
def test_everybody_meets_everybody_once(world: World) -> None:
    for group in league_groups(world):
        members = {clan["tag"]: {member["tag"] for member in clan["members"]} for clan in group["clans"]}
        pairs = list[frozenset[str]]()
        for tags in (each["warTags"] for each in group["rounds"] if "#0" not in each["warTags"]):
            met = [ask(world, "getClanWarLeagueWar", {"warTag": tag}) for tag in tags]
            pairs += [frozenset((war["clan"]["tag"], war["opponent"]["tag"])) for war in met]
            assert {tag for pair in pairs[-4:] for tag in pair} == members.keys()
            assert len({war["state"] for war in met}) == 1
            for side in (side for war in met for side in (war["clan"], war["opponent"])):
                assert {member["tag"] for member in side["members"]} <= members[side["tag"]]
        assert len({*pairs}) == len(pairs)


@in_every_world
def test_one_round_is_fought_while_the_next_is_prepared(world: World) -> None:
    order = ["warEnded", "inWar", "preparation"]
    for group in league_groups(world):
        tags = [each["warTags"][0] for each in group["rounds"] if each["warTags"][0] != "#0"]
        states = [ask(world, "getClanWarLeagueWar", {"warTag": tag})["state"] for tag in tags]
        assert states == sorted(states, key=order.index)
        fought = states.count("inWar")
        # preparation is some minutes longer than a battle day, so that two rounds may be prepared
        assert states.count("preparation") in ((0,) if len(states) == 7 and fought else (1, 2)) or len(states) == 7
        expected = "inWar" if fought else "preparation" if states[0] == "preparation" else "ended"
        assert group["state"] == expected
        assert fought == (expected == "inWar")


@at_the_beginning
def test_two_rounds_are_live_at_once(world: World) -> None:
    met = [ask(world, "getClanWarLeagueWar", {"warTag": tag}) for tags in world.league_war_tags for tag in tags]
    assert Counter(war["state"] for war in met) == {"warEnded": 12, "inWar": 4, "preparation": 4}


# ---------------------------------------------------------------------- raid weekends


def raids(world: World) -> Iterator[list[Body]]:
    for tag in world.clan_tags:
        if tag != world.small_clan_tag:
            yield rows(world, "getCapitalRaidSeasons", clanTag=tag)


@in_every_world
def test_raids_last_from_friday_to_monday(world: World) -> None:
    for seasons in raids(world):
        starts = [moment(season["startTime"]) for season in seasons]
        assert {before - after for before, after in pairwise(starts)} == {timedelta(weeks=1)}
        assert starts[0] <= world.now < starts[0] + timedelta(weeks=1)
        for season, start in zip(seasons, starts, strict=True):
            end = moment(season["endTime"])
            assert (start.weekday(), f"{start:%H:%M:%S}", end - start) == (4, "07:00:00", timedelta(days=3))
            assert season["state"] == ("ongoing" if world.now < end else "ended")


@in_every_world
def test_only_the_newest_raids_name_who_attacked(world: World) -> None:
    for newest, *older in raids(world):
        assert all("members" not in season for season in older)
        assert '"attacks"' not in json.dumps(older)
        assert all(season["totalAttacks"] for season in older)
        for member in newest["members"]:
            assert 1 <= member["attacks"] <= member["attackLimit"] + member["bonusAttackLimit"]
            assert (member["attackLimit"], member["bonusAttackLimit"] in (0, 1)) == (5, True)


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


@in_every_world
def test_what_one_clan_raids_another_defends(world: World) -> None:
    newest = {tag: rows(world, "getCapitalRaidSeasons", clanTag=tag)[:1] for tag in world.clan_tags}
    attacked = {
        (tag, raid["defender"]["tag"]): raid["districts"]
        for tag in newest
        for season in newest[tag]
        for raid in season["attackLog"]
    }
    defended = {
        (raid["attacker"]["tag"], tag): raid["districts"]
        for tag in newest
        for season in newest[tag]
        for raid in season["defenseLog"]
    }
    assert attacked == defended


# ---------------------------------------------------------------------- ranked battles


def ranked_weeks(world: World) -> Iterator[tuple[str, str, Body]]:
    """Yield the ranked groups of some players, each with the tag of the player and the week."""
    for player in some_players(world):
        for operation, asked in groups(player):
            yield player["tag"], asked["leagueSeasonId"], ask(world, operation, asked)


@in_every_world
def test_a_ranked_group_is_a_hundred_players_the_best_first(world: World) -> None:
    for tag, _, group in ranked_weeks(world):
        tags = [member["playerTag"] for member in group["members"]]
        assert len({*tags}) == len(tags) == 100
        assert tag in tags
        assert is_descending([member["leagueTrophies"] for member in group["members"]])


@in_every_world
def test_a_player_of_a_ranked_group_has_a_clan_or_none(world: World) -> None:
    for _, _, group in ranked_weeks(world):
        for member in group["members"]:
            clan = world.people[member["playerTag"]].clan
            assert (member.get("clanTag"), member.get("clanName")) == (clan and clan.tag, clan and clan.name)


@in_every_world
def test_ranked_logs_are_as_long_as_the_counts_say(world: World) -> None:
    for tag, week, group in ranked_weeks(world):
        (own,) = (member for member in group["members"] if member["playerTag"] == tag)
        attacks, defences = group["attackLogs"], group["defenseLogs"]
        start = datetime.fromtimestamp(int(week), UTC)
        assert own["attackWinCount"] == sum(row["stars"] > 0 for row in attacks)
        assert own["attackLoseCount"] == sum(row["stars"] == 0 for row in attacks)
        assert own["defenseWinCount"] == sum(row["stars"] == 0 for row in defences)
        assert own["defenseLoseCount"] == sum(row["stars"] > 0 for row in defences)
        for row in (*attacks, *defences):
            assert row["opponentPlayerTag"] != tag
            assert re.fullmatch(r"20\d\d-\d\d-\d\dT[\d:]{8}(\.\d{3})?Z", row["creationTime"])
            made = datetime.fromisoformat(row["creationTime"])
            assert start <= made <= min(world.now, start + timedelta(weeks=1))


@in_every_world
def test_the_trophies_of_a_week_are_those_of_its_attacks(world: World) -> None:
    for tag, week, group in ranked_weeks(world):
        (own,) = (member for member in group["members"] if member["playerTag"] == tag)
        assert own["leagueTrophies"] == sum(row["trophies"] for row in group["attackLogs"])
        player = ask(world, "getPlayer", {"playerTag": tag})
        if week == str(player.get("currentLeagueSeasonId")):
            assert own["leagueTrophies"] == player["trophies"] <= player["bestTrophies"]


@in_every_world
def test_who_has_no_ranked_group_has_no_trophies(world: World) -> None:
    for player in some_players(world):
        if "currentLeagueGroupTag" not in player:
            assert player["trophies"] == 0


@in_every_world
def test_the_wins_of_a_season_are_no_fewer_than_those_of_its_weeks(world: World) -> None:
    season = calendar.season(world.now).timestamp()
    won: Counter[str] = Counter()
    for tag, week, group in ranked_weeks(world):
        if int(week) >= season:
            won[tag] += sum(row["stars"] > 0 for row in group["attackLogs"])
    for tag, wins in won.items():
        assert ask(world, "getPlayer", {"playerTag": tag})["attackWins"] >= wins


@at_the_beginning
def test_some_times_of_ranked_logs_have_a_fraction(world: World) -> None:
    logs = [row for _, _, group in ranked_weeks(world) for row in (*group["attackLogs"], *group["defenseLogs"])]
    assert {"." in row["creationTime"] for row in logs} == {True, False}


@in_every_world
def test_a_week_begins_on_monday_at_five(world: World) -> None:
    for player in some_players(world):
        history = [row["leagueSeasonId"] for row in rows(world, "getLeagueHistory", playerTag=player["tag"])]
        weeks = history + [season for key, season in player.items() if key.endswith("LeagueSeasonId")]
        assert history == sorted({*history})
        assert not history or player["leagueTier"]["name"] != "Unranked"
        for start in (datetime.fromtimestamp(week, UTC) for week in weeks):
            assert (start.weekday(), f"{start:%H:%M:%S}") == (0, "05:00:00")
            assert world.now - timedelta(weeks=5) < start <= world.now


@in_every_world
def test_only_high_town_halls_have_a_tier(world: World) -> None:
    for member in (member for tag in world.clan_tags for member in rows(world, "getClanMembers", clanTag=tag)):
        assert (member["leagueTier"]["name"] == "Unranked") == (member["townHallLevel"] < 7)


@in_every_world
def test_last_week_is_the_newest_of_the_history(world: World) -> None:
    for player in some_players(world):
        history = {row["leagueSeasonId"]: row for row in rows(world, "getLeagueHistory", playerTag=player["tag"])}
        assert ("previousLeagueGroupTag" in player) == ("previousLeagueSeasonId" in player)
        for _, asked in groups({key: value for key, value in player.items() if "current" not in key}):
            members = ask(world, "getLeagueGroup", asked)["members"]
            (place,) = (place for place, each in enumerate(members, 1) if each["playerTag"] == player["tag"])
            row, own = history[int(asked["leagueSeasonId"])], members[place - 1]
            assert (row["placement"], row["leagueTrophies"]) == (place, own["leagueTrophies"])
            assert (row["attackWins"], row["attackLosses"]) == (own["attackWinCount"], own["attackLoseCount"])
            assert (row["defenseWins"], row["defenseLosses"]) == (own["defenseWinCount"], own["defenseLoseCount"])
            logs = ask(world, *next(groups({key: value for key, value in player.items() if "current" not in key})))
            assert row["attackStars"] == sum(battle["stars"] for battle in logs["attackLogs"])
            assert row["defenseStars"] == sum(battle["stars"] for battle in logs["defenseLogs"])


@in_every_world
def test_a_week_of_the_history_is_possible(world: World) -> None:
    for row in (row for tag in some(world) for row in rows(world, "getLeagueHistory", playerTag=tag)):
        attacks, trophies = row["attackWins"] + row["attackLosses"], row["leagueTrophies"]
        assert attacks <= row["maxBattles"] == 12
        assert row["attackWins"] <= row["attackStars"] <= 3 * row["attackWins"]
        assert row["defenseLosses"] <= row["defenseStars"] <= 3 * row["defenseLosses"]
        assert 0 <= trophies - 8 * row["attackStars"] <= 10 * attacks


@in_every_world
def test_a_battle_log_is_fifty_battles(world: World) -> None:
    code = re.compile(r"u\d+x\d+(-\d+x\d+)*(s\d+x\d+(-\d+x\d+)*)?")
    for tag in some(world):
        body = ask(world, "getBattleLog", {"playerTag": tag})
        assert body.keys() == {"items"}
        assert len(body["items"]) == 50
        assert is_descending([row["battleTimestamp"] for row in body["items"]])
        assert moment(body["items"][0]["battleTimestamp"]) <= world.now
        for row in body["items"]:
            assert code.fullmatch(row["armyShareCode"])
            assert [loot["name"] for loot in row["availableLoot"]] == ref.RESOURCES
            assert len(row["lootedResources"]) == len(row["extraLootedResources"]) in (3, 4)
            assert row["opponentPlayerTag"] != tag
            assert (row["stars"] == 3) == (row["destructionPercentage"] == 100)


@in_every_world
def test_the_ranked_battles_of_a_battle_log_are_those_of_the_groups(world: World) -> None:
    kept = calendar.ranked_week(world.now) - timedelta(weeks=1)
    for player in some_players(world):
        log = rows(world, "getBattleLog", playerTag=player["tag"])
        known = [
            (moment(row["battleTimestamp"]), row["attack"], row["opponentPlayerTag"], row["stars"])
            for row in log
            if row["battleType"] == "ranked" and moment(row["battleTimestamp"]) >= kept
        ]
        told = [
            (
                datetime.fromisoformat(row["creationTime"]).replace(microsecond=0),
                attack,
                row["opponentPlayerTag"],
                row["stars"],
            )
            for asked in groups(player)
            for body in [ask(world, *asked)]
            for attack, key in ((True, "attackLogs"), (False, "defenseLogs"))
            for row in body[key]
        ]
        oldest = moment(log[-1]["battleTimestamp"])
        assert {row for row in told if row[0] > oldest} <= {*known} <= {*told}


# ---------------------------------------------------------------------- rankings and lists


@in_every_world
def test_a_ranking_counts_from_one(world: World) -> None:
    for operation, points in RANKINGS.items():
        for place in PLACES[::25]:
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
    citizens = [
        (person.tag, home.get(person.clan.tag) if person.clan else None, person.builder_hall)
        for person in world.people.values()
    ]
    for operation in RANKINGS:
        places = {"global", *home.values(), PLACES[100]}
        found = {place: {row["tag"] for row in rows(world, operation, locationId=place)} for place in places}
        for place in places - {"global", *REGIONS}:
            living = {tag for tag, country, _ in citizens if country == place}
            builders = {tag for tag, _, hall in citizens if hall}
            if "Clan" in operation:
                living = {tag for tag in home if home[tag] == place}
            expected = living & builders if "PlayerBuilder" in operation else living
            assert found[place] <= expected
            assert len(found[place]) == min(200, len(expected))
        assert all(found[place] == set() for place in {*REGIONS} & places)
        assert len(found["global"]) == (len(home) if "Clan" in operation else 200)


def test_a_region_that_is_no_country_ranks_nobody() -> None:
    world = World(1)
    homes = {str(clan.location_id) for clan in world.clans.values()}
    assert homes & {*REGIONS}
    for operation in RANKINGS:
        for place in REGIONS:
            assert ask(world, operation, {"locationId": place}) == {"items": [], "paging": {"cursors": {}}}


@in_every_world
def test_a_legend_season_has_a_ranking(world: World) -> None:
    seasons = [row["id"] for row in rows(world, "getLeagueSeasons", **LEGENDS)]
    for season in (seasons[0], seasons[-1]):
        found = rows(world, "getLeagueSeasonRankings", **LEGENDS, seasonId=season)
        assert [row["rank"] for row in found] == [*range(1, 101)]
        assert is_descending([row["trophies"] for row in found])
        assert all("previousRank" not in row for row in found)


@at_the_beginning
def test_the_legends_are_the_best(world: World) -> None:
    legends = {row["tag"] for row in rows(world, "getLeagueSeasonRankings", **LEGENDS, seasonId="2025-08")}
    lowest = min(world.people[tag].tier for tag in legends)
    assert all(person.tier <= lowest for person in world.people.values() if person.tag not in legends)


@in_every_world
def test_the_seasons_of_legends_are_on_the_list(world: World) -> None:
    seasons = [row["id"] for row in rows(world, "getLeagueSeasons", **LEGENDS)]
    bodies = [ask(world, "getPlayer", {"playerTag": tag}) for tag in world.player_tags[:18]]
    known = re.findall(r'"id": "([^"]*)"', json.dumps([player.get("legendStatistics") for player in bodies]))
    assert known
    assert {*known} <= {*seasons[:-1]}


@in_every_world
def test_legend_seasons_were_months_and_are_four_weeks(world: World) -> None:
    ids: list[str] = [row["id"] for row in rows(world, "getLeagueSeasons", **LEGENDS)]
    months = [each for each in ids if len(each) == 7]
    days = [datetime.fromisoformat(each).replace(tzinfo=UTC) for each in ids[len(months) :]]
    numbers = [int(year) * 12 + int(month) for year, month in (each.split("-") for each in months)]
    assert (ids[0], months[-1], days[0]) == ("2015-07", "2025-08", datetime(2025, 10, 6, tzinfo=UTC))
    assert numbers == [*range(numbers[0], numbers[-1] + 1)]
    assert {after - before for before, after in pairwise(days)} == {timedelta(days=28)}
    assert timedelta(0) <= world.now - timedelta(hours=5) - days[-1] < timedelta(days=28)


@in_every_world
def test_the_gold_pass_lasts_a_month(world: World) -> None:
    season = ask(world, "getCurrentGoldPassSeason", {})
    start, end = moment(season["startTime"]), moment(season["endTime"])
    assert start <= world.now < end
    assert (start.day, end.day, start.hour, end.hour) == (1, 1, 8, 8)
    assert timedelta(days=28) <= end - start <= timedelta(days=31)


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
