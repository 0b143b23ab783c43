"""Time in invented worlds: how it is cut means nothing, and the history is the truth about what changes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import pytest
from hypothesis import Phase, given, settings, strategies as st

from cocapi_gen.sandbox.world import World, history as what, reference as ref, seasons as calendar
from cocapi_gen.sandbox.world.material import chance
from tests.pythons import VERSIONS, python_of
from tests.test_sandbox_world import RULES, Body, answer, in_the_league, moment, questions, some

pytestmark = pytest.mark.tools

ROOT = Path(__file__).parent.parent
EARLIEST = datetime(2025, 11, 10, 5, tzinfo=UTC)
SMALL = 12
"""Clans of most worlds here."""

DIGEST = """
from datetime import timedelta
from cocapi_gen.sandbox.world import World
from tests.test_sandbox_world import digest

world = World(7, clans=17)
print(digest(world, world.player_tags[::8]))
world.advance(timedelta(days=9, hours=5))
print(digest(world, world.player_tags[::8]))
"""
"""A program that tells whether a world is the same, at its beginning and later."""

_E = TypeVar("_E", bound=what.Event)

seeds = st.integers()
steps = st.one_of(
    st.timedeltas(timedelta(0), timedelta(minutes=20)),
    st.timedeltas(timedelta(0), timedelta(days=2)),
    st.timedeltas(timedelta(0), timedelta(days=10)),
)
zones = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))
starts = st.datetimes(datetime(2025, 11, 12), datetime(2030, 12, 31), timezones=zones)  # noqa: DTZ001 # see timezones


def few(examples: int) -> settings:
    """Look at so many worlds; a smaller one would not be a simpler one."""
    return settings(max_examples=examples, phases=[Phase.generate])


# ---------------------------------------------------------------------- steps mean nothing


@few(5)
@given(seeds, st.lists(steps, max_size=6), st.randoms(use_true_random=False))
def test_it_does_not_matter_in_which_steps_time_passes_and_what_is_asked_meanwhile(
    seed: int, pieces: list[timedelta], rng: Any
) -> None:
    walked, jumped = World(seed, clans=10), World(seed, clans=10)
    for piece in pieces:
        walked.advance(piece)
        for asked in rng.sample([*questions(walked, some(walked))], 40):
            answer(walked, *asked)
    jumped.advance(sum(pieces, timedelta(0)))
    assert walked.now == jumped.now
    assert walked.history == jumped.history
    asked = [*questions(walked, some(walked))]
    assert [answer(walked, *each) for each in reversed(asked)][::-1] == [answer(jumped, *each) for each in asked]


def printed(python: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 # our own program
        [python, "-c", DIGEST], cwd=ROOT, env=os.environ | environment, stdout=subprocess.PIPE, text=True
    )


def test_a_seed_gives_the_same_bytes_in_every_process() -> None:
    running = [printed(sys.executable, PYTHONHASHSEED=seed) for seed in ("1", "12345")]
    one, other = (process.communicate(timeout=120)[0].split() for process in running)
    assert one == other
    assert len({*one}) == 2


@pytest.mark.tools
@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_of_python_gives_the_same_world(version: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    python = python_of(version, tmp_path_factory.mktemp("python"))
    here, there = (printed(each).communicate(timeout=120)[0].split() for each in (sys.executable, python))
    assert here == there
    assert here


# ---------------------------------------------------------------------- what is refused


@pytest.mark.parametrize("by", [timedelta(microseconds=-1), timedelta(days=-400)])
def test_time_does_not_run_backwards(by: timedelta) -> None:
    world = World(clans=10)
    before = world.now
    with pytest.raises(ValueError, match="time does not run backwards"):
        world.advance(by)
    assert (world.now, world.history) == (before, ())


@given(st.integers(max_value=9))
def test_a_world_of_few_clans_is_refused(clans: int) -> None:
    with pytest.raises(ValueError, match="a world needs 10 clans or more"):
        World(clans=clans)


@given(st.datetimes(max_value=datetime(2025, 11, 9), timezones=zones))  # noqa: DTZ001 # see timezones
def test_a_start_in_the_time_of_other_rules_is_refused(start: datetime) -> None:
    with pytest.raises(ValueError, match="a world cannot begin at"):
        World(clans=10, start=start)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"clans": 10.5}, "clans is 10.5"),
        ({"clans": "20"}, "clans is '20'"),
        ({"clans": True}, "clans is True"),
        ({"start": "2026-01-08"}, "start is '2026-01-08'"),
        ({"start": datetime(2026, 1, 8, tzinfo=UTC).date()}, "start is datetime.date"),
    ],
)
def test_what_is_no_number_or_moment_is_refused(options: Any, problem: str) -> None:
    with pytest.raises(TypeError, match=re.escape(problem)):
        World(1, **options)


def test_a_start_after_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="choose a moment from 2025-11-10 to 2200"):
        World(1, start=datetime(9999, 12, 31, tzinfo=UTC))


@given(st.datetimes())
def test_a_start_without_a_time_zone_is_refused(start: datetime) -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        World(clans=10, start=start)


# ---------------------------------------------------------------------- the rules hold whenever and however long


def assert_rules(world: World) -> None:
    for rule in RULES:
        rule(world)


@few(3)
@given(seeds, starts, st.sampled_from((10, 17)), steps)
def test_a_world_may_begin_at_any_moment(seed: int, start: datetime, clans: int, by: timedelta) -> None:
    world = World(seed, clans=clans, start=start)
    begins = start.replace(microsecond=0)
    assert world.now == begins
    assert world.now.tzinfo is UTC
    world.advance(by)
    assert world.now == begins + by
    assert_rules(world)


@pytest.mark.parametrize(
    "start",
    [
        EARLIEST,
        datetime(2026, 1, 9, 7, tzinfo=UTC),  # a raid weekend begins
        datetime(2026, 1, 12, 5, tzinfo=UTC),  # a ranked week begins
        datetime(2026, 1, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 6, 4, tzinfo=UTC),  # some war league seasons are named after a month, some after a day
    ],
)
def test_a_world_may_begin_at_a_special_moment(start: datetime) -> None:
    assert_rules(World(3, clans=17, start=start))


@few(1)
@given(seeds)
def test_a_world_may_grow_a_year_old(seed: int) -> None:
    world = World(seed, clans=SMALL)
    for _ in range(12):
        world.advance(timedelta(days=30, hours=10))
        assert sum(person.clan is None for person in world.people.values()) >= 10
        assert {8 <= len(clan.members) <= 50 for clan in world.clans.values()} == {True}
    assert_rules(world)


# ---------------------------------------------------------------------- the history is the truth


@dataclass(frozen=True, repr=False)
class Change:
    """A world, bodies of an earlier moment, and what has happened since."""

    world: World
    since: datetime
    before: State
    after: State
    events: Sequence[what.Event]

    def of(self, kind: type[_E]) -> list[_E]:
        return [event for event in self.events if isinstance(event, kind)]


@dataclass(frozen=True, repr=False)
class State:
    """All bodies of one moment, by tag."""

    clans: dict[str, Body]
    players: dict[str, Body]
    wars: dict[str, Body]
    logs: dict[str, list[Body]]
    groups: dict[str, Body]
    league_wars: dict[str, Body]
    raids: dict[str, list[Body]]
    gold_pass: Body
    legend_seasons: list[str]


def state(world: World) -> State:
    groups: dict[str, Any] = {tag: world.war_league_group(tag) for tag in in_the_league(world)}
    drawn = {tag for group in groups.values() for each in group.get("rounds", ()) for tag in each["warTags"]} - {"#0"}

    def every(body: Callable[[str], Any], tags: Sequence[str]) -> dict[str, Any]:
        return {tag: body(tag) for tag in tags}

    return State(
        clans=every(world.clan, world.clan_tags),
        players=every(world.player, world.player_tags),
        wars=every(world.current_war, world.clan_tags),
        logs=every(world.war_log, world.clan_tags),
        groups=groups,
        league_wars=every(world.league_war, sorted(drawn)),
        raids=every(world.raid_seasons, world.clan_tags),
        gold_pass={**world.gold_pass()},
        legend_seasons=world.legend_seasons(),
    )


@pytest.fixture(scope="module", params=range(8))
def change(request: pytest.FixtureRequest) -> Change:
    """Return what has changed in a world after some time, worked out once for all tests."""
    rng = chance("change", request.param)
    first, then = (timedelta(seconds=rng.randrange(rng.choice((5_000, 200_000, 2_000_000)))) for _ in range(2))
    world, scout = (World(request.param, clans=SMALL + 5 * (request.param % 2)) for _ in range(2))
    world.advance(first)
    if request.param % 4 == 3:  # as far as the moment at which something happens
        scout.advance(first + then)
        shown = what.RaidAttacked, what.WarEvent, what.LeagueEvent, what.SeasonStarted
        then = next(event.at for event in reversed(scout.history) if isinstance(event, shown)) - world.now
    before, since, known = state(world), world.now, len(world.history)
    world.advance(then)
    return Change(world, since, before, state(world), world.history[known:])


def test_the_history_is_in_the_order_of_time(change: Change) -> None:
    times = [event.at for event in change.world.history]
    assert times == sorted(times)
    assert all(change.since < event.at <= change.world.now for event in change.events)


@few(2)
@given(seeds)
def test_everything_that_can_happen_does_within_five_weeks(seed: int) -> None:
    world = World(seed, clans=SMALL)
    world.advance(timedelta(weeks=5))
    kinds = {value for value in vars(what).values() if isinstance(value, type) and issubclass(value, what.Event)}
    assert {type(event) for event in world.history} == kinds - {what.Event, what.WarEvent, what.LeagueEvent}
    turned = {event.kind for event in world.history if isinstance(event, what.SeasonStarted)}
    assert turned == {"ranked", "season", "goldPass"}
    fought = {event.kind for event in world.history if isinstance(event, what.WarEnded)}
    assert fought == {"regular", "friendly", "league"}


def test_members_are_those_who_joined_and_did_not_leave(change: Change) -> None:
    roles = {tag: {row["tag"]: row["role"] for row in clan["memberList"]} for tag, clan in change.before.clans.items()}
    for event in change.events:
        match event:
            case what.MemberJoined():
                assert not any(event.player_tag in members for members in roles.values())
                roles[event.clan_tag][event.player_tag] = "member"
            case what.MemberLeft():
                assert roles[event.clan_tag].pop(event.player_tag) != "leader"
            case what.RoleChanged():
                assert roles[event.clan_tag][event.player_tag] not in ("leader", event.role)
                roles[event.clan_tag][event.player_tag] = event.role
            case what.Donated():
                assert {event.giver_tag, event.receiver_tag} <= roles[event.clan_tag].keys()
                assert event.giver_tag != event.receiver_tag
            case _:
                pass
    assert roles == {
        tag: {row["tag"]: row["role"] for row in clan["memberList"]} for tag, clan in change.after.clans.items()
    }


COUNTS = ("donations", "donationsReceived", "attackWins", "defenseWins")


def test_the_counts_of_a_player_follow_from_the_history(change: Change) -> None:
    keys = (*COUNTS, "trophies", "bestTrophies", "warStars", "townHallLevel")
    players = {tag: {key: body[key] for key in keys} for tag, body in change.before.players.items()}
    for event in change.events:
        match event:
            case what.Donated():
                players[event.giver_tag]["donations"] += event.amount
                players[event.receiver_tag]["donationsReceived"] += event.amount
            case what.BattleFought():
                attacker = players[event.attacker_tag]
                attacker["trophies"] += event.trophies
                attacker["bestTrophies"] = max(attacker["bestTrophies"], attacker["trophies"])
                attacker["attackWins"] += event.stars > 0
                players[event.defender_tag]["defenseWins"] += event.stars == 0
            case what.WarAttacked():
                players[event.attacker_tag]["warStars"] += event.stars
            case what.TownHallRaised():
                players[event.player_tag]["townHallLevel"] += 1
                assert players[event.player_tag]["townHallLevel"] == event.level
            case what.SeasonStarted(kind="ranked"):
                for player in players.values():
                    player["trophies"] = 0
            case what.SeasonStarted(kind="season"):
                for player in players.values():
                    player.update(dict.fromkeys(COUNTS, 0))
            case _:
                pass
    assert players == {tag: {key: body[key] for key in keys} for tag, body in change.after.players.items()}


def test_nothing_else_of_a_player_changes(change: Change) -> None:
    told = {*COUNTS, "trophies", "bestTrophies", "warStars", "townHallLevel", "role", "clan", "leagueTier"}
    told |= {f"{week}League{key}" for week in ("current", "previous") for key in ("GroupTag", "SeasonId")}
    raised = {event.player_tag for event in change.of(what.TownHallRaised)}
    for tag, before in change.before.players.items():
        after = change.after.players[tag]
        if tag not in raised:
            others = before.keys() - told - {"legendStatistics", "achievements"}
            assert {key: after.get(key) for key in others} == {key: before[key] for key in others}
            assert drawn_feats(after) == drawn_feats(before)
        elif before != after:
            assert_nothing_fell(before, after)


def drawn_feats(player: Body) -> list[Body]:
    """The achievements that do not tell what the profile tells elsewhere."""
    return [feat for feat in player["achievements"] if feat["name"] not in ("War Hero", "Sweet Victory!")]


def assert_nothing_fell(before: Body, after: Body) -> None:
    for key in ("troops", "heroes", "spells", "heroEquipment"):
        levels = {(item["name"], item["village"]): item["level"] for item in after[key]}
        assert all(levels[item["name"], item["village"]] >= item["level"] for item in before[key])
    for old, new in zip(before["achievements"], after["achievements"], strict=True):
        assert new["value"] >= old["value"]
    for key in ("labels", "playerHouse", "warPreference"):
        assert before.get(key) in (after.get(key), None)
    for key in ("bestBuilderBaseTrophies", "clanCapitalContributions", "builderHallLevel"):
        assert after.get(key, 0) >= before.get(key, 0)


def test_the_tier_of_a_player_follows_from_the_last_week(change: Change) -> None:
    last = int((calendar.ranked_week(change.world.now) - timedelta(weeks=1)).timestamp())
    lowest, *_, highest = sorted(ref.LEAGUE_TIERS)
    for tag in change.world.player_tags:
        body: Any = change.world.player(tag)
        rows: Sequence[Any] = change.world.league_history(tag)
        for row in (row for row in rows if row["leagueSeasonId"] == last):
            step = (row["placement"] <= 10) - (row["placement"] > 90)
            assert body["leagueTier"]["id"] == max(lowest + 1, min(highest, row["leagueTierId"] + step))


Attack: TypeAlias = tuple[int, str, str, int, int]


def fought(change: Change, clan_tags: set[str], kind: str, war_tag: str | None) -> list[Attack]:
    """What the history tells of the attacks of a war, the newest of these clans."""
    attacks = list[Attack]()
    for event in change.of(what.WarEvent):
        if ({*event.clan_tags}, event.kind, event.war_tag) != (clan_tags, kind, war_tag):
            continue
        if isinstance(event, what.WarDeclared):
            attacks.clear()
        if isinstance(event, what.WarAttacked):
            outcome = event.stars, event.destruction_percentage
            attacks.append((event.order, event.attacker_tag, event.defender_tag, *outcome))
    return attacks


def listed(war: Body | None) -> list[Attack]:
    sides = (war.get("clan", {}), war.get("opponent", {})) if war else ()
    rows = [row for side in sides for member in side.get("members", ()) for row in member.get("attacks", ())]
    return sorted(
        (row["order"], row["attackerTag"], row["defenderTag"], row["stars"], row["destructionPercentage"])
        for row in rows
    )


def test_the_attacks_of_a_war_are_those_of_the_history(change: Change) -> None:
    for tag, war in change.after.wars.items():
        if war["state"] != "notInWar":
            old = change.before.wars[tag]
            known = listed(old) if old.get("preparationStartTime") == war["preparationStartTime"] else []
            kind = "friendly" if war["attacksPerMember"] == 1 else "regular"
            both = {war["clan"]["tag"], war["opponent"]["tag"]}
            assert listed(war) == known + fought(change, both, kind, None)
    for tag, war in change.after.league_wars.items():
        both = {war["clan"]["tag"], war["opponent"]["tag"]}
        assert listed(war) == listed(change.before.league_wars.get(tag)) + fought(change, both, "league", tag)


def test_the_state_of_a_war_follows_from_the_history(change: Change) -> None:
    states = {tag: war["state"] for tag, war in change.before.wars.items()}
    ends = {tag: moment(war["endTime"]) for tag, war in change.before.wars.items() if "endTime" in war}
    for event in change.events:
        for tag in event.clan_tags if isinstance(event, what.WarEvent) and event.kind != "league" else ():
            match event:
                case what.WarDeclared():
                    assert states[tag] in ("notInWar", "warEnded")
                    states[tag] = "preparation"
                case what.WarStarted():
                    assert states[tag] == "preparation"
                    states[tag] = "inWar"
                case what.WarAttacked():
                    assert states[tag] == "inWar"
                case what.WarEnded():
                    assert states[tag] == "inWar"
                    states[tag], ends[tag] = "warEnded", event.at
                case _:
                    pass
    for tag, told in states.items():
        forgotten = told == "warEnded" and change.world.now >= ends[tag] + timedelta(days=3)
        assert change.after.wars[tag]["state"] == ("notInWar" if forgotten else told)
    for tag, war in change.after.league_wars.items():
        assert war["state"] == league_states(change)[tag]


def league_states(change: Change) -> dict[str, str]:
    states = {tag: str(war["state"]) for tag, war in change.before.league_wars.items()}
    names: dict[type[what.WarEvent], str] = {
        what.WarDeclared: "preparation",
        what.WarStarted: "inWar",
        what.WarEnded: "warEnded",
    }
    for event in change.of(what.WarEvent):
        if event.war_tag is not None:
            states[event.war_tag] = names.get(type(event), "inWar")
    return states


def test_a_finished_war_is_forgotten_after_three_days() -> None:
    world = World(1)
    peaceful = [tag for tag, clan in world.clans.items() if clan.war_frequency == "never"]
    wars: dict[str, Any] = {tag: world.current_war(tag) for tag in peaceful}
    end, last = max((moment(war["endTime"]), tag) for tag, war in wars.items() if "endTime" in war)
    world.advance(end + timedelta(days=3) - world.now - timedelta(microseconds=1))
    assert world.current_war(last)["state"] == "warEnded"
    world.advance(timedelta(microseconds=1))
    assert world.current_war(last)["state"] == "notInWar"


def test_a_war_is_won_by_the_better_attacks(change: Change) -> None:
    ended = {event.war_tag: event.winner for event in change.of(what.WarEnded)}
    for tag, war in change.after.league_wars.items():
        if tag in ended:
            scores = [(war[side]["stars"], war[side]["destructionPercentage"]) for side in ("clan", "opponent")]
            best = "clan" if scores[0] > scores[1] else "opponent"
            assert ended[tag] == (None if scores[0] == scores[1] else war[best]["tag"])


def test_the_results_of_a_clan_follow_from_the_history(change: Change) -> None:
    for tag, before in change.before.clans.items():
        after = change.after.clans[tag]
        ended = [event for event in change.of(what.WarEnded) if event.kind == "regular" and tag in event.clan_tags]
        won = [event.winner == tag for event in ended]
        tied = [event.winner is None for event in ended]
        assert after["warWins"] - before["warWins"] == won.count(True)
        assert after.get("warTies", 0) - before.get("warTies", 0) == (tied.count(True) if "warTies" in before else 0)
        lost = len(ended) - won.count(True) - tied.count(True)
        assert after.get("warLosses", 0) - before.get("warLosses", 0) == (lost if "warLosses" in before else 0)
        streak = before["warWinStreak"]
        for win in won:
            streak = streak + 1 if win else 0
        assert after["warWinStreak"] == streak


def test_the_war_log_grows_with_regular_wars_and_war_league_seasons_only(change: Change) -> None:
    for tag, before in change.before.logs.items():
        after = change.after.logs[tag]
        expected = list[tuple[datetime, str | None]]()
        for event in change.events:
            if isinstance(event, what.WarEnded) and event.kind == "regular" and tag in event.clan_tags:
                result = "tie" if event.winner is None else "win" if event.winner == tag else "lose"
                expected.insert(0, (event.at, result))
            if isinstance(event, what.LeagueEnded) and tag in event.clan_tags:
                expected.insert(0, (event.at, None))
        assert [(moment(row["endTime"]), row["result"]) for row in after[: len(expected)]] == expected
        assert after[len(expected) :] == before


def test_the_war_league_follows_from_the_history(change: Change) -> None:
    for tag, after in change.after.groups.items():
        phase, season = change.before.groups[tag]["state"], change.before.groups[tag]["season"]
        rounds = [[*each["warTags"]] for each in change.before.groups[tag].get("rounds", ())]
        league = leagues(change.before, tag)
        for event in change.events:
            match event:
                case what.LeagueSignUpOpened() if tag in event.clan_tags:
                    phase, season, rounds = "notInWar", event.season, [["#0"] * 4 for _ in range(7)]
                case what.LeagueRoundDrawn() if tag in event.clan_tags:
                    phase = "preparation" if event.round == 1 else phase
                    rounds = rounds or [["#0"] * 4 for _ in range(7)]
                    assert rounds[event.round - 1] == ["#0"] * 4
                    assert event.season == season
                    rounds[event.round - 1] = [*event.war_tags]
                case what.WarStarted(kind="league") if tag in event.clan_tags:
                    phase = "inWar"
                case what.LeagueEnded() if tag in event.clan_tags:
                    phase = "ended"
                    assert event.season == season
                    place = event.clan_tags.index(tag)
                    league += (place < 2) - (place >= 6)
                    league = max(min(ref.WAR_LEAGUES), min(max(ref.WAR_LEAGUES), league))
                case _:
                    pass
        assert (after["state"], after["season"]) == (phase, season)
        assert [each["warTags"] for each in after.get("rounds", ())] == ([] if phase == "notInWar" else rounds)
        assert leagues(change.after, tag) == league


def leagues(state: State, tag: str) -> int:
    number: int = state.clans[tag]["warLeague"]["id"]
    return number


def test_raids_are_those_of_the_history(change: Change) -> None:
    for tag, seasons in change.after.raids.items():
        if not seasons:
            assert not any(event.clan_tag == tag for event in change.of(what.RaidAttacked))
            continue
        newest, old = seasons[0], change.before.raids[tag][0]
        start = moment(newest["startTime"])
        known: Body = (
            old
            if old["startTime"] == newest["startTime"]
            else {"totalAttacks": 0, "capitalTotalLoot": 0, "members": []}
        )
        made = [event for event in change.of(what.RaidAttacked) if event.clan_tag == tag and event.at > start]
        assert newest["totalAttacks"] == known["totalAttacks"] + len(made)
        assert newest["capitalTotalLoot"] == known["capitalTotalLoot"] + sum(event.loot for event in made)
        counts = Counter({member["tag"]: member["attacks"] for member in known["members"]})
        counts.update(event.player_tag for event in made)
        assert counts == {member["tag"]: member["attacks"] for member in newest["members"]}
        reached = {(event.enemy_tag, event.district_id): (event.destruction_percentage, event.stars) for event in made}
        told = {
            (raid["defender"]["tag"], part["id"]): (part["destructionPercent"], part["stars"])
            for raid in newest["attackLog"]
            for part in raid["districts"]
        }
        assert {key: told[key] for key in reached} == reached


def test_a_raid_attack_is_seen_at_its_very_moment() -> None:
    scout, world = World(1, clans=10), World(1, clans=10)
    scout.advance(timedelta(days=2))
    attack = next(event for event in scout.history if isinstance(event, what.RaidAttacked))
    world.advance(attack.at - world.now)
    newest: Any = world.raid_seasons(attack.clan_tag)[0]
    assert newest["totalAttacks"] == 1


def test_a_raid_weekend_is_ongoing_between_its_events(change: Change) -> None:
    ongoing = change.before.raids[change.world.clan_tags[0]][0]["state"]
    for event in change.events:
        match event:
            case what.RaidWeekendStarted():
                ongoing = "ongoing"
            case what.RaidAttacked():
                assert ongoing == "ongoing"
            case what.RaidWeekendEnded():
                ongoing = "ended"
            case _:
                pass
    assert {seasons[0]["state"] for seasons in change.after.raids.values() if seasons} == {ongoing}


def test_finished_raids_do_not_change(change: Change) -> None:
    for tag, seasons in change.before.raids.items():
        later = {season["startTime"]: season for season in change.after.raids[tag]}
        for season in seasons:
            if season["state"] == "ended" and season["startTime"] in later:
                assert in_short(later[season["startTime"]]) == in_short(season)


def in_short(season: Body) -> Body:
    """A season without what only the newest tells: members, and single attacks."""
    short = {key: value for key, value in season.items() if key != "members"}
    for log in ("attackLog", "defenseLog"):
        short[log] = [
            raid | {"districts": [{key: part[key] for key in part if key != "attacks"} for part in raid["districts"]]}
            for raid in season[log]
        ]
    return short


def test_periods_turn_when_the_history_says_so(change: Change) -> None:
    week = change.before.players[change.world.player_tag]["currentLeagueSeasonId"]
    gold, legends = change.before.gold_pass["startTime"][:8], change.before.legend_seasons
    for event in change.of(what.SeasonStarted):
        match event.kind:
            case "ranked":
                week = int(event.id)
            case "goldPass":
                gold = event.id.replace("-", "")
            case "season":
                legends = [*legends, event.id]
    assert change.after.gold_pass["startTime"][:8] == gold
    assert change.after.legend_seasons == legends
    weeks = {body["currentLeagueSeasonId"] for body in change.after.players.values() if "currentLeagueSeasonId" in body}
    assert weeks == {week}


@few(8)
@given(seeds, steps, steps)
def test_battle_logs_grow_at_their_top_and_the_past_stays(seed: int, first: timedelta, then: timedelta) -> None:
    world = World(seed, clans=10)
    world.advance(first)
    tags = world.player_tags[::9]
    logs = {tag: world.battle_log(tag) for tag in tags}
    weeks = {tag: world.league_history(tag) for tag in tags}
    known = len(world.history)
    world.advance(then)
    battles = [event for event in world.history[known:] if isinstance(event, what.BattleFought)]
    for tag in tags:
        own = [event for event in battles if tag in (event.attacker_tag, event.defender_tag)][::-1][:50]
        log = world.battle_log(tag)
        told = [(row["attack"], row["opponentPlayerTag"], row["stars"]) for row in log[: len(own)]]
        assert told == [
            (True, event.defender_tag, event.stars)
            if event.attacker_tag == tag
            else (False, event.attacker_tag, event.stars)
            for event in own
        ]
        assert log[len(own) :] == logs[tag][: 50 - len(own)]
        later = {row["leagueSeasonId"]: row for row in world.league_history(tag)}
        assert all(later.get(row["leagueSeasonId"], row) == row for row in weeks[tag])


@few(2)
@given(seeds)
def test_nobody_attacks_more_than_twelve_times_in_a_ranked_week(seed: int) -> None:
    world = World(seed, clans=10)
    world.advance(timedelta(weeks=4))
    battles = [event for event in world.history if isinstance(event, what.BattleFought)]
    attacks = Counter((calendar.ranked_week(event.at), event.attacker_tag) for event in battles)
    assert max(attacks.values()) == 12


# ---------------------------------------------------------------------- long lives


@few(2)
@given(seeds)
def test_no_two_seasons_of_a_war_league_group_have_one_name(seed: int) -> None:
    world = World(seed, clans=10)
    world.advance(timedelta(days=130))
    opened = [event.season for event in world.history if isinstance(event, what.LeagueSignUpOpened)]
    assert len(opened) == len({*opened}) == 4


@few(2)
@given(seeds)
def test_every_clan_that_wants_war_gets_it(seed: int) -> None:
    world = World(seed, clans=16)  # of which 15 go to war
    world.advance(timedelta(weeks=5))
    fought = {tag for event in world.history if isinstance(event, what.WarDeclared) for tag in event.clan_tags}
    assert {clan.tag for clan in world.clans.values() if clan.war_frequency != "never"} - {
        world.small_clan_tag
    } <= fought


def test_a_start_within_a_second_is_its_beginning() -> None:
    world = World(1, clans=10, start=datetime(2026, 3, 1, 10, 0, 0, 999_999, tzinfo=UTC))
    world.advance(timedelta(days=2))
    assert world.now == datetime(2026, 3, 3, 10, tzinfo=UTC)
    assert all(event.at.microsecond == 0 for event in world.history)


@few(2)
@given(seeds)
def test_a_fought_week_enters_the_league_history_as_it_was(seed: int) -> None:
    world = World(seed, clans=10)
    world.advance(timedelta(weeks=3))
    weeks = [
        int(event.id) for event in world.history if isinstance(event, what.SeasonStarted) if event.kind == "ranked"
    ]
    fought = [event for event in world.history if isinstance(event, what.BattleFought)]
    for tag in some(world):
        for row in world.league_history(tag):
            week: Any = row["leagueSeasonId"]
            if week in weeks:
                then = [event for event in fought if week <= event.at.timestamp() < week + 7 * 24 * 3600]
                made = [event for event in then if event.attacker_tag == tag]
                held = [event.stars for event in then if event.defender_tag == tag]
                assert row["leagueTrophies"] == sum(event.trophies for event in made)
                assert row["attackStars"] == sum(event.stars for event in made)
                assert row["defenseStars"] == sum(held)


@few(2)
@given(seeds)
def test_a_legend_season_that_is_over_does_not_change(seed: int) -> None:
    world = World(seed, clans=10)
    before = world.season_ranking("2025-08")
    world.advance(timedelta(days=20))
    assert world.season_ranking("2025-08") == before
