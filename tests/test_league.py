"""The Clan War League: what follows from a season's wars, and whether it is right on each of its days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import combinations
from typing import assert_type

import httpx
import pytest
from hypothesis import given, settings, strategies as st

from cocapi_gen import (
    AccessDenied,
    ClanWarInfo,
    ClanWarLeagueGroup,
    Client,
    ClientRequestError,
    CurrentLeagueWar,
    InvalidTagError,
    LeagueMemberTotals,
    LeagueStanding,
    LeagueWars,
    NotInLeagueGroup,
    ResourceNotFound,
    ServiceUnavailable,
    TooManyRequests,
)
from cocapi_gen._flows import wars as flows
from cocapi_gen._http.failures import failure
from cocapi_gen._http.flow import Remember, Send, Together
from cocapi_gen.sandbox import Sandbox, World, faults
from cocapi_gen.sandbox.world.history import LeagueEnded, WarAttacked, WarEnded
from cocapi_gen.testing import (
    make_clan_war_info,
    make_clan_war_league_group,
    make_clan_war_league_round,
    make_current_league_war,
    make_not_in_league_group,
    no_sleep,
    strategies,
)
from cocapi_gen.testing.strategies._wire import Json
from tests.answers import as_answer
from tests.fighting import Blow, Fight, Side, best, fight, sides, tag_of

NOBODY = "#9999"
WAR_TAGS = 900
"""Where the numbers of the war tags begin."""


# ---------------------------------------------------------------------- seasons that are made up


@dataclass(frozen=True)
class Season:
    """A season of a small group: for each round that is drawn, its wars."""

    rosters: dict[str, list[str]]
    rounds: list[list[Fight]]

    @property
    def fights(self) -> list[Fight]:
        return [each for fights in self.rounds for each in fights]

    @property
    def read(self) -> LeagueWars:
        wars = [[each.body for each in fights] for fights in self.rounds]
        rounds: list[Json] = [{"number": number, "wars": [*each]} for number, each in enumerate(wars, 1)]
        clans: list[Json] = [
            {
                "tag": clan,
                "name": clan.lower(),
                "clanLevel": 5,
                "badgeUrls": {},
                "members": [{"tag": tag, "name": tag.lower(), "townHallLevel": 12} for tag in roster],
            }
            for clan, roster in self.rosters.items()
        ]
        drawn: list[Json] = [{"warTags": [body["tag"] for body in each]} for each in wars]
        undrawn: list[Json] = [{"warTags": ["#0", "#0"]}] * (3 - len(drawn))
        group: Json = {"state": "inWar", "season": "2026-01", "clans": clans, "rounds": [*drawn, *undrawn]}
        return LeagueWars.model_validate({"group": group, "rounds": rounds})


@st.composite
def seasons(draw: st.DrawFn) -> Season:
    """Four clans in three rounds, of which the first ones are over, one may be fought and one be prepared."""
    clans = [tag_of(number) for number in range(1, 5)]
    sizes = draw(st.lists(st.integers(2, 4), min_size=4, max_size=4))
    rosters = {
        clan: [tag_of(100 * number + each) for each in range(size)]
        for number, (clan, size) in enumerate(zip(clans, sizes, strict=True), 1)
    }
    over = draw(st.integers(0, 3))
    states = ["warEnded"] * over + draw(st.sampled_from([[], ["inWar"], ["preparation"], ["inWar", "preparation"]]))
    tags = map(tag_of, range(WAR_TAGS, WAR_TAGS + 6))
    draws = ([clans[place] for place in places] for places in ((0, 1, 2, 3), (1, 2, 0, 3), (0, 2, 1, 3)))
    rounds = [
        [_league_fight(draw, rosters, pair, state, next(tags)) for pair in (pairs[:2], pairs[2:])]
        for pairs, state in zip(draws, states, strict=False)
    ]
    return Season(rosters, rounds)


def _league_fight(draw: st.DrawFn, rosters: dict[str, list[str]], pair: Sequence[str], state: str, tag: str) -> Fight:
    turned = pair if draw(st.booleans()) else pair[::-1]
    both = sides(draw, turned, [rosters[clan] for clan in turned], 2)
    return fight(draw, both, state, 1, {"warStartTime": "20260108T020000.000Z", "tag": tag})


@dataclass
class Tally:
    """What a player did, counted one thing after another."""

    wars: int = 0
    attacks: int = 0
    missed: int = 0
    stars: int = 0
    new_stars: int = 0
    destruction: int = 0
    suffered: int = 0


def counted(fights: Sequence[Fight]) -> dict[str, Tally]:
    """Go through all wars attack by attack, and count for each player who was in one."""
    tallies = dict[str, Tally]()
    for each in fights:
        if each.state == "preparation":
            continue
        waiting = {player for side in each.sides for player in side.players.values()}
        for player in waiting:
            tallies.setdefault(player, Tally()).wars += 1
        board = Counter[str]()
        for blow in each.blows:
            own = tallies[blow.attacker]
            own.attacks += 1
            own.stars += blow.stars
            own.destruction += blow.percent
            own.new_stars += max(blow.stars - board[blow.defender], 0)
            board[blow.defender] = max(blow.stars, board[blow.defender])
            tallies[blow.defender].suffered += 1
            waiting.discard(blow.attacker)
        if each.state == "warEnded":
            for player in waiting:
                tallies[player].missed += 1
    return tallies


def tally(row: LeagueMemberTotals) -> Tally:
    return Tally(
        row.wars, row.attacks, row.attacks_missed, row.stars, row.new_stars, int(row.destruction), row.opponent_attacks
    )


def scores(fights: Sequence[Fight]) -> dict[str, Counter[str]]:
    """What every clan reached, in plain counts."""
    table = dict[str, Counter[str]]()
    for each in fights:
        reached = list[tuple[int, int]]()
        for side, enemy in (each.sides, each.sides[::-1]):
            hits = [best([b for b in each.blows if b.defender == base]) for base in enemy.players.values()]
            reached.append((sum(hit.stars for hit in hits if hit), sum(hit.percent for hit in hits if hit)))
            count = table.setdefault(side.clan, Counter())
            count["attacks"] += sum(blow.clan == side.clan for blow in each.blows)
            count["stars"] += reached[-1][0]
            count["destruction"] += reached[-1][1]
        if each.state == "warEnded":
            for side, own, other in zip(each.sides, reached, reached[::-1], strict=True):
                end = "wins" if own > other else "losses" if own < other else "ties"
                table[side.clan][end] += 1
                table[side.clan]["stars"] += 10 * (end == "wins")
    return table


def count_of(row: LeagueStanding) -> Counter[str]:
    names = ("attacks", "stars", "destruction", "wins", "losses", "ties")
    return Counter({name: getattr(row, name) for name in names})


def assert_is_a_table(rows: Sequence[LeagueStanding]) -> None:
    """Compare each clan with each: whoever is further up has more, and equal ones have one place."""
    for upper, lower in combinations(rows, 2):
        more, less = (upper.stars, upper.destruction), (lower.stars, lower.destruction)
        assert more >= less
        assert (upper.place == lower.place) is (more == less)
    for number, row in enumerate(rows):
        assert row.place == 1 + sum((other.stars, other.destruction) > (row.stars, row.destruction) for other in rows)
        assert row.place <= number + 1


@given(seasons())
def test_the_table_sums_up_all_attacks(season: Season) -> None:
    rows = season.read.standings
    assert {row.tag for row in rows} == season.rosters.keys()
    assert_is_a_table(rows)
    expected = scores(season.fights)
    for row in rows:
        assert count_of(row) == expected.get(row.tag, Counter())


@given(seasons())
def test_the_totals_of_members_sum_up_all_attacks(season: Season) -> None:
    read, expected = season.read, counted(season.fights)
    for clan, roster in season.rosters.items():
        rows = read.member_totals(clan.lower())
        assert [row.tag for row in rows] == roster
        for row in rows:
            assert tally(row) == expected.get(row.tag, Tally())
    assert read.member_totals(NOBODY) == ()


@given(seasons())
def test_the_wars_of_a_clan_are_seen_from_it(season: Season) -> None:
    read = season.read
    for clan in season.rosters:
        wars = read.wars_of(clan.lower())
        own = [each for each in season.fights if clan in {side.clan for side in each.sides}]
        assert [war.war_tag for war in wars] == [each.body["tag"] for each in own]
        assert all(war.clan.tag == clan for war in wars)
    assert read.wars_of(NOBODY) == ()


@given(seasons())
def test_players_who_are_on_no_roster_are_counted_too(season: Season) -> None:
    read, expected = season.read, counted(season.fights)
    emptied = tuple(clan.model_copy(update={"members": ()}) for clan in read.group.clans or ())
    read = read.model_copy(update={"group": read.group.model_copy(update={"clans": emptied})})
    found = {row.tag: tally(row) for clan in season.rosters for row in read.member_totals(clan)}
    assert found == expected


@settings(max_examples=10)
@given(strategies.models(LeagueWars), strategies.models(CurrentLeagueWar))
def test_whatever_the_api_sends_can_be_looked_at(season: LeagueWars, current: CurrentLeagueWar) -> None:
    """Shapes that nobody has seen, and values that nobody knows."""
    assert_is_a_table(season.standings)
    assert len(season.standings) == len(season.group.clans or ())
    assert season.wars_of(NOBODY) == season.member_totals(NOBODY) == ()
    assert current.war in (current.battle, current.preparation, current.last)
    assert current.phase in {"signUp", "preparation", "battle", "battleAndPreparation", "betweenRounds", "ended"}


@given(st.lists(st.sampled_from(["#0", "#2PP", "#8QU"]), max_size=4))
def test_a_round_is_drawn_once_there_are_wars_in_it(tags: list[str]) -> None:
    each = make_clan_war_league_round(war_tags=tuple(tags))
    assert [*each.drawn_war_tags] == [tag for tag in tags if len(tag) > 2]
    assert each.is_drawn is (tags.count("#0") < len(tags))
    group = make_clan_war_league_group(rounds=(each, make_clan_war_league_round(war_tags=("#0",)), each))
    assert group.drawn_rounds == ((each, each) if each.is_drawn else ())


def test_clans_and_members_are_found_by_their_tags() -> None:
    group = make_clan_war_league_group()
    for clan in group.clans or ():
        assert group.clan(clan.tag.lower()) is clan
        for member in clan.members:
            assert clan.member(member.tag[1:]) is member
        assert clan.member(NOBODY) is None
        with pytest.raises(InvalidTagError):
            clan.member("Robin")
    assert group.clan(NOBODY) is None
    assert make_clan_war_league_group(clans=None).clan(NOBODY) is None


@pytest.mark.parametrize(
    ("state", "drawn", "phase"),
    [
        ("notInWar", 0, "signUp"),
        ("preparation", 0, "signUp"),
        ("inWar", 1, "betweenRounds"),
        ("inWar", 6, "betweenRounds"),
        ("inWar", 7, "ended"),  # the group's answer is older than those of the wars
        ("ended", 7, "ended"),
        ("ended", 6, "ended"),  # a season that was broken off
        ("warEnded", 6, "ended"),
        ("somethingNew", 3, "betweenRounds"),
    ],
)
def test_without_a_war_the_group_tells_the_phase(state: str, drawn: int, phase: str) -> None:
    rounds = [make_clan_war_league_round(war_tags=("#2PP",) if number < drawn else ("#0",)) for number in range(7)]
    group = make_clan_war_league_group(state=state, rounds=tuple(rounds))
    for last in (None, make_clan_war_info(state="warEnded")):
        current = make_current_league_war(group=group, battle=None, last=last)
        assert (current.phase, current.war) == (phase, last)
    searching = make_clan_war_league_group(state="notInWar", clans=None, rounds=None)
    assert make_current_league_war(group=searching, battle=None).phase == "signUp"


def test_a_last_round_that_is_half_drawn_is_the_end_for_those_only_whose_war_in_it_is_over() -> None:
    drawn = make_clan_war_league_round(war_tags=("#2PP", "#0"))
    group = make_clan_war_league_group(state="inWar", rounds=(drawn,))
    phases = {
        tag: make_current_league_war(
            group=group, battle=None, last=make_clan_war_info(state="warEnded", war_tag=tag)
        ).phase
        for tag in ("#2PP", "#8PP")
    }
    assert phases == {"#2PP": "ended", "#8PP": "betweenRounds"}


def test_to_be_in_no_group_counts_as_false() -> None:
    absence = make_not_in_league_group()
    assert not absence
    assert absence.state == "notInLeagueGroup"
    assert make_clan_war_league_group()


def only_a_group_is_left(found: ClanWarLeagueGroup | NotInLeagueGroup) -> None:
    """Read by type checkers only."""
    if not found:
        return
    assert_type(found, ClanWarLeagueGroup)


# ---------------------------------------------------------------------- seasons of the sandbox, day by day


def group_of(world: World, clan_tag: str) -> ClanWarLeagueGroup:
    return ClanWarLeagueGroup.model_validate(world.war_league_group(clan_tag))


def all_wars(world: World, clan_tag: str) -> dict[str, ClanWarInfo]:
    """All wars of a group by their tags, in the order of the rounds."""
    tags = [tag for each in group_of(world, clan_tag).rounds or () for tag in each.war_tags if tag != "#0"]
    return {tag: ClanWarInfo.model_validate(world.league_war(tag)) for tag in tags}


async def assert_current(client: Client, world: World, clan_tag: str) -> str:
    """Check where a clan stands against all of its wars, and return the phase."""
    wars = {tag: war for tag, war in all_wars(world, clan_tag).items() if war.side_of(clan_tag)}
    current = await client.current_league_war(clan_tag)
    assert isinstance(current, CurrentLeagueWar)
    assert current.group == group_of(world, clan_tag)
    fought, prepared, over = (
        [tag for tag, war in wars.items() if war.state == state] for state in ("inWar", "preparation", "warEnded")
    )
    assert len(fought) <= 1
    expected = (fought[:1], prepared[:1], [] if fought else over[-1:])
    for war, tags in zip((current.battle, current.preparation, current.last), expected, strict=True):
        assert (war is None) is (not tags)
        for tag in tags:
            assert war == wars[tag].seen_from(clan_tag).model_copy(update={"war_tag": tag})
    phases = {(True, True): "battleAndPreparation", (True, False): "battle", (False, True): "preparation"}
    assert current.phase == phases.get((bool(fought), bool(prepared)), "ended" if over else "signUp")
    return current.phase


def remembered(world: World, clan_tag: str) -> list[Fight]:
    """The wars of a group as the history tells them: its attacks, between the line-ups that there are."""
    blows = dict[str | None, list[WarAttacked]]()
    for event in world.history:
        if isinstance(event, WarAttacked):
            blows.setdefault(event.war_tag, []).append(event)
    return [retold(war, blows.get(tag, [])) for tag, war in all_wars(world, clan_tag).items()]


def retold(war: ClanWarInfo, events: Sequence[WarAttacked]) -> Fight:
    one, other = (
        Side(side.tag or "", {player.map_position: player.tag for player in side.members or ()})
        for side in (war.clan, war.opponent)
    )
    ours = {*one.players.values()}
    blows = tuple(
        Blow(
            one.clan if event.attacker_tag in ours else other.clan,
            event.attacker_tag,
            event.defender_tag,
            event.stars,
            event.destruction_percentage,
            event.order,
        )
        for event in events
    )
    return Fight((one, other), war.state, 1, blows, {})


async def assert_season(client: Client, world: World, clan_tag: str) -> None:
    """Check all wars of a group, its table and the totals of all members against the history."""
    read = await client.league_wars(clan_tag)
    assert isinstance(read, LeagueWars)
    wars, fights = all_wars(world, clan_tag), remembered(world, clan_tag)
    assert [each.number for each in read.rounds] == [*range(1, len(read.group.drawn_rounds) + 1)]
    found = {str(war.war_tag): war.model_copy(update={"war_tag": None}) for each in read.rounds for war in each.wars}
    assert (found, read.problems) == (wars, ())
    table, tallies = scores(fights), counted(fights)
    assert_is_a_table(read.standings)
    assert [row.tag for row in sorted(read.standings, key=lambda row: row.tag)] == sorted(table or {})
    for row in read.standings:
        assert count_of(row) == table[row.tag]
        totals = read.member_totals(row.tag)
        clan = read.group.clan(row.tag)
        assert clan is not None
        assert [each.tag for each in totals] == [member.tag for member in clan.members]
        for each in totals:
            assert tally(each) == tallies.get(each.tag, Tally())
        own = read.wars_of(row.tag)
        assert [war.war_tag for war in own] == [tag for tag, war in wars.items() if war.side_of(row.tag)]
        assert {war.clan.tag for war in own} <= {row.tag}
        assert sum(each.new_stars for each in totals) == row.stars - 10 * row.wins


def days(sandbox: Sandbox, clan_tag: str) -> Iterator[None]:
    """Go to where something is new: from the next sign-up to the end of the season."""
    world = sandbox.world
    while group_of(world, clan_tag).state != "notInWar":
        sandbox.advance(hours=11)
    yield
    while group_of(world, clan_tag).state == "notInWar":
        sandbox.advance(hours=1)
    yield
    battle = next(iter(all_wars(world, clan_tag).values())).start_time
    assert battle is not None
    for day in range(7):
        for minutes in (-12, 30, 1000):  # before battle day, with two rounds in preparation; at its beginning; in it
            moment = battle + timedelta(days=day, minutes=minutes)
            sandbox.advance(seconds=(moment - sandbox.now).total_seconds())
            yield
    sandbox.advance(hours=8)
    yield


@pytest.mark.tools
@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])  # what is asked for is the same with either
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_season_is_right_on_each_of_its_days(seed: int) -> None:
    sandbox = Sandbox(seed=seed, clans=12)
    client, world = sandbox.client(), sandbox.world
    clans = [tag for tag in world.clan_tags if world.war_league_group(tag)]
    assert len(clans) == 8
    phases = list[str]()
    for _ in days(sandbox, clans[0]):
        (phase,) = {await assert_current(client, world, tag) for tag in clans}
        phases.append(phase)
        await assert_season(client, world, clans[0])
    both = ["battleAndPreparation"] * 18
    assert phases == ["signUp", "preparation", "preparation", *both, "battle", "battle", "ended"]
    await assert_the_end(client, world, clans)


async def assert_the_end(client: Client, world: World, clans: Sequence[str]) -> None:
    """The table is that of the world, and each war has the winner that the history tells."""
    read = await client.league_wars(clans[0])
    assert isinstance(read, LeagueWars)
    end = next(event for event in reversed(world.history) if isinstance(event, LeagueEnded))
    places = {row.tag: row.place for row in read.standings}
    assert [places[tag] for tag in end.clan_tags] == sorted(places.values())
    winners = {event.war_tag: event.winner for event in world.history if isinstance(event, WarEnded)}
    wars = [war for each in read.rounds for war in each.wars]
    assert len(wars) == 28
    assert [war.winner and war.winner.tag for war in wars] == [winners[war.war_tag] for war in wars]


@pytest.mark.anyio
@pytest.mark.parametrize("seed", [1, 7])
async def test_every_group_is_right_at_the_beginning(seed: int) -> None:
    """Five groups are in five phases then, in a large world."""
    sandbox = Sandbox(seed=seed)
    client, world = sandbox.client(), sandbox.world
    phases = set[str]()
    for tag in world.clan_tags:
        if world.war_league_group(tag):
            phases.add(await assert_current(client, world, tag))
        else:
            assert await client.current_league_war(tag) == await client.league_wars(tag) == NotInLeagueGroup()
            assert await client.league_group(tag) == NotInLeagueGroup()
    assert phases == {"signUp", "preparation", "battle", "battleAndPreparation", "ended"}


# ---------------------------------------------------------------------- asking


@pytest.fixture(scope="module")
def quiet() -> Sandbox:
    """A sandbox whose clock stands still."""
    return Sandbox(seed=1)


def clan_in(world: World, state: str, rounds: int) -> str:
    """A clan whose group is in this state, with so many rounds drawn."""
    tags = [tag for tag in world.clan_tags if world.war_league_group(tag)]
    wanted = (state, rounds)
    return next(tag for tag in tags if (group_of(world, tag).state, len(group_of(world, tag).drawn_rounds)) == wanted)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("state", "rounds", "current", "season"),
    [
        ("notInWar", 0, 1, 1),
        ("preparation", 1, 5, 5),
        ("inWar", 5, 9, 21),  # one is fought, and one prepared
        ("inWar", 7, 5, 29),
        ("ended", 7, 5, 29),
    ],
)
async def test_no_more_is_asked_than_has_to_be(state: str, rounds: int, current: int, season: int) -> None:
    sandbox = Sandbox(seed=1)
    client, tag = sandbox.client(), clan_in(sandbox.world, state, rounds)
    await client.current_league_war(tag)
    assert len(sandbox.requests) == current
    await client.league_wars(tag)
    assert len(sandbox.requests) == current + season
    group = await client.league_group(tag)
    assert isinstance(group, ClanWarLeagueGroup)
    await client.league_wars(group)
    assert len(sandbox.requests) == current + season + 1 + season - 1


@pytest.mark.anyio
async def test_a_war_is_found_by_its_tag_and_keeps_it(quiet: Sandbox) -> None:
    client, world = quiet.client(), quiet.world
    for tag in (tag for tags in world.league_war_tags for tag in tags):
        war = await client.league_war(tag[1:].lower())
        assert war == ClanWarInfo.model_validate(world.league_war(tag)).model_copy(update={"war_tag": tag})
        assert (war.is_league_war, war.attacks_each, war.war_tag) == (True, 1, tag)


@pytest.mark.anyio
async def test_a_war_that_is_not_drawn_is_refused_before_it_is_asked_for() -> None:
    sandbox = Sandbox(seed=1, clans=12)
    client = sandbox.client()
    with pytest.raises(InvalidTagError, match=r"^'#0' is no war: .* not drawn yet"):
        await client.league_war("#0")
    for wrong in ("", "#1", "Robin"):
        for found in (
            client.league_war(wrong),
            client.league_group(wrong),
            client.league_wars(wrong),
            client.current_league_war(wrong),
        ):
            with pytest.raises(InvalidTagError, match="is not a tag"):
                await found
    assert sandbox.requests == ()


@pytest.mark.anyio
async def test_what_is_unknown_stays_an_error() -> None:
    sandbox = Sandbox(seed=1, clans=12)
    client, unknown = sandbox.client(), sandbox.world.unknown_tag
    for found in (
        client.league_war(unknown),
        client.league_group(unknown),
        client.league_wars(unknown),
        client.current_league_war(unknown),
    ):
        with pytest.raises(ResourceNotFound):
            await found
    sandbox.inject(faults.invalid_token())
    for found in (client.league_group(sandbox.world.small_clan_tag), client.league_wars(sandbox.world.small_clan_tag)):
        with pytest.raises(AccessDenied):
            await found


@pytest.mark.anyio
async def test_a_war_that_cannot_be_had_costs_the_others_nothing() -> None:
    sandbox = Sandbox(seed=1)
    client, tag = sandbox.client(), clan_in(sandbox.world, "ended", 7)
    sandbox.inject(faults.throttled(), operation="getClanWarLeagueWar", times=2)
    sandbox.inject(faults.cut_off(), operation="getClanWarLeagueWar", times=1)
    with no_sleep():  # who is throttled rests
        read = await client.league_wars(tag)
    assert isinstance(read, LeagueWars)
    assert sorted((each.status or 0, each.reason or "") for each in read.problems) == [
        (0, ""),
        (429, "requestThrottled"),
        (429, "requestThrottled"),
    ]
    had = [war.war_tag for each in read.rounds for war in each.wars]
    missing = [each.war_tag for each in read.problems]
    assert [len(each.war_tags) for each in read.group.drawn_rounds] == [4] * 7 == [4 for _ in read.rounds]
    assert sorted([*map(str, had), *missing]) == sorted(all_wars(sandbox.world, tag))
    assert all(each.message for each in read.problems)


@pytest.mark.anyio
async def test_without_any_war_there_is_no_table() -> None:
    sandbox = Sandbox(seed=1)
    client, tag = sandbox.client(), clan_in(sandbox.world, "ended", 7)
    with no_sleep():  # who is throttled rests
        sandbox.inject(faults.throttled(), operation="getClanWarLeagueWar", times=27)
        read = await client.league_wars(tag)
        assert isinstance(read, LeagueWars)
        assert sum(len(each.wars) for each in read.rounds) == 1
        sandbox.inject(faults.throttled(), operation="getClanWarLeagueWar")
        for clan in (tag, read.group):
            with pytest.raises(TooManyRequests):
                await client.league_wars(clan)


@pytest.mark.anyio
@pytest.mark.parametrize("failing", range(4))
async def test_only_the_clans_own_war_has_to_be_had(failing: int) -> None:
    """Four wars are asked for at once; the answer to one of them is lost."""
    sandbox = Sandbox(seed=1)
    client, world = sandbox.client(), sandbox.world
    tag = clan_in(world, "ended", 7)
    *_, own = (war_tag for war_tag, war in all_wars(world, tag).items() if war.side_of(tag))
    if failing:
        sandbox.inject(faults.slow(0), operation="getClanWarLeagueWar", times=failing)
    sandbox.inject(faults.maintenance(), operation="getClanWarLeagueWar", times=1)
    with suppress(ServiceUnavailable):
        found = await client.current_league_war(tag)
        assert isinstance(found, CurrentLeagueWar)
        assert found.last is not None
        assert found.last.war_tag == own
        assert not sandbox.requests[1 + failing].endswith(own[1:])
        return
    assert sandbox.requests[1 + failing].endswith(own[1:])


@pytest.mark.anyio
async def test_realtime_is_sent_with_every_request_if_it_is_wanted() -> None:
    sandbox = Sandbox(seed=1, clans=12)
    client, world = sandbox.client(), sandbox.world
    tag = world.clan_tags[0]
    for realtime in (False, True):
        before = len(sandbox.requests)
        await client.league_wars(tag, realtime=realtime)
        await client.current_league_war(tag, realtime=realtime)
        await client.league_war(world.league_war_tags[0][0], realtime=realtime)
        asked = sandbox.requests[before:]
        assert len(asked) == 21 + 9 + 1
        assert all(each.endswith("?realtime=true") is realtime for each in asked)


def found_in(status: int, body: str) -> ClanWarLeagueGroup | NotInLeagueGroup:
    """What is made of an answer about a group."""
    flow = flows.league_group("#2PP", realtime=False)
    wanted = next(flow)
    assert isinstance(wanted, Remember)
    sent = next(wanted.make_flow())
    assert isinstance(sent, Send)
    answer = as_answer(httpx.Response(status, content=body.encode()))
    go_on = partial(flow.send, sent.read(answer)) if status == 200 else partial(flow.throw, failure(answer))
    with pytest.raises(StopIteration) as stop:
        go_on()
    found: ClanWarLeagueGroup | NotInLeagueGroup = stop.value.value
    return found


def test_only_the_api_itself_can_say_that_a_clan_is_in_no_group() -> None:
    assert found_in(404, '{"reason": "notFound"}') == NotInLeagueGroup()
    assert found_in(200, '{"state": "groupNotFound"}') == NotInLeagueGroup()
    assert found_in(200, '{"state": "notInWar"}') == ClanWarLeagueGroup(state="notInWar")
    for body in ('{"reason": "notFound", "message": "Not found with tag 2PP"}', "<html>", "", "{}", '"notFound"'):
        with pytest.raises(ResourceNotFound):
            found_in(404, body)
    for status in (500, 502, 504):  # what a clan that is looking for a group may get, too
        with pytest.raises(ClientRequestError):
            found_in(status, '{"reason": "notFound"}')


def test_at_most_ten_wars_are_asked_for_at_once(quiet: Sandbox) -> None:
    flow = flows.league_wars(group_of(quiet.world, clan_in(quiet.world, "ended", 7)), realtime=False)
    effect = next(flow)
    assert isinstance(effect, Together)
    assert (len(effect.flows), effect.at_most) == (28, 10)
    flow.close()
