"""Wars: what follows from their attacks, and how they are asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TypeAlias, assert_type

import pytest
from hypothesis import given, settings, strategies as st

from cocapi_gen import (
    AccessDenied,
    ClanWarInfo,
    ClanWarInfoClan,
    ClanWarResult,
    InvalidParameterError,
    InvalidTagError,
    NotInWar,
    Page,
    PrivateWarLog,
    ResourceNotFound,
    WarLogIsPrivate,
)
from cocapi_gen.sandbox import Sandbox, World, faults
from cocapi_gen.sandbox.world.history import WarAttacked, WarEnded, WarEvent
from cocapi_gen.testing import make_clan_war_info, make_not_in_war, make_private_war_log, strategies
from tests.fighting import Fight, fights

NOBODY = "#9999"


def lower(tag: str) -> str:
    return tag.lower()


def without_its_sign(tag: str) -> str:
    return f" {tag[1:]} "


def with_letters_for_digits(tag: str) -> str:
    return tag.replace("0", "o")


Spelling: TypeAlias = Callable[[str], str]
MISSPELT: st.SearchStrategy[Spelling] = st.sampled_from([lower, without_its_sign, with_letters_for_digits])


def players_of(fight: Fight) -> list[str]:
    return [tag for side in fight.sides for tag in side.players.values()]


# ---------------------------------------------------------------------- attacks


@given(fights())
def test_all_attacks_are_there_in_their_order(fight: Fight) -> None:
    found = [(each.attacker_tag, each.defender_tag, each.stars, each.order) for each in fight.war.attacks]
    assert found == [(blow.attacker, blow.defender, blow.stars, blow.order) for blow in fight.blows]


@given(fights())
def test_an_attack_adds_the_stars_by_which_the_base_gets_worse(fight: Fight) -> None:
    war = fight.war
    board = Counter[str]()
    touched = set[str]()
    won = Counter[str]()
    for blow, attack in zip(fight.blows, war.attacks, strict=True):
        before = board[blow.defender]
        board[blow.defender] = max(before, blow.stars)
        won[blow.clan] += board[blow.defender] - before
        assert war.new_stars(attack) == board[blow.defender] - before
        assert war.is_fresh(attack) is (blow.defender not in touched)
        touched.add(blow.defender)
    assert [side.stars for side in (war.clan, war.opponent)] == [won[side.clan] for side in fight.sides]


@given(fights())
def test_attacks_are_left_until_the_end_and_missed_after_it(fight: Fight) -> None:
    war = fight.war
    unused = Counter(dict.fromkeys(players_of(fight), fight.each))
    unused.subtract(blow.attacker for blow in fight.blows)
    for player, number in unused.items():
        open_and_lost = (0, number) if fight.state == "warEnded" else (number, 0)
        assert (war.attacks_left(player), war.attacks_missed(player)) == open_and_lost
    assert (war.attacks_left(NOBODY), war.attacks_missed(NOBODY)) == (None, None)
    for side in fight.sides:
        missed = [tag for _, tag in sorted(side.players.items()) if unused[tag] and fight.state == "warEnded"]
        assert [player.tag for player in war.seen_from(side.clan).who_missed_attacks] == missed


@given(fights())
def test_attacks_each_are_known_for_every_kind_of_war(fight: Fight) -> None:
    assert fight.war.attacks_each == fight.each
    assert fight.war.is_league_war is bool({"warStartTime", "tag"} & fight.body.keys())


def test_without_a_war_nobody_has_attacks() -> None:
    nothing = make_not_in_war().answer
    assert (nothing.attacks_each, nothing.attacks, nothing.leader, nothing.winner, nothing.result) == (
        None,
        (),
        None,
        None,
        None,
    )
    assert nothing.attacks_left(NOBODY) is None


# ---------------------------------------------------------------------- sides


@given(fights(), MISSPELT)
def test_everybody_is_found_on_their_side(fight: Fight, misspell: Spelling) -> None:
    war = fight.war
    for side, clan, other in zip(fight.sides, (war.clan, war.opponent), (war.opponent, war.clan), strict=True):
        for tag in [side.clan, *side.players.values()]:
            assert war.side_of(misspell(tag)) is clan
            assert war.opponent_of(misspell(tag)) is other
        for place, tag in side.players.items():
            for found in (war.member(misspell(tag)), clan.member(misspell(tag))):
                assert found is not None
                assert (found.tag, found.map_position) == (tag, place)
            assert other.member(tag) is None
            assert other.position_of(tag) is None
    assert (war.side_of(NOBODY), war.opponent_of(NOBODY), war.member(NOBODY)) == (None, None, None)


@given(fights(), MISSPELT)
def test_a_war_is_seen_from_either_side(fight: Fight, misspell: Spelling) -> None:
    war = fight.war
    turned = war.seen_from(misspell(fight.sides[1].clan))
    assert (turned.clan, turned.opponent) == (war.opponent, war.clan)
    assert turned.seen_from(misspell(fight.sides[0].clan)) == war.seen_from(fight.sides[0].clan) == war
    assert turned.attacks == war.attacks
    assert turned.leader == war.leader
    for stranger in (NOBODY, *players_of(fight)):
        with pytest.raises(InvalidParameterError, match=rf"^{stranger} is no clan of this war"):
            war.seen_from(stranger)


@given(fights(), st.sampled_from(["", "#2", "#ABC", "Robin"]))
def test_what_is_no_tag_is_refused(fight: Fight, text: str) -> None:
    war = fight.war
    for ask in (war.member, war.side_of, war.opponent_of, war.seen_from, war.attacks_left, war.attacks_missed):
        with pytest.raises(InvalidTagError):
            ask(text)
    for ask in (war.clan.member, war.clan.position_of):
        with pytest.raises(InvalidTagError):
            ask(text)


@given(fights())
def test_positions_count_from_one_in_the_order_of_the_map(fight: Fight) -> None:
    war = fight.war
    for side, clan in zip(fight.sides, (war.clan, war.opponent), strict=True):
        for place, tag in side.players.items():
            position = clan.position_of(tag)
            assert position == sum(other <= place for other in side.players)
            assert position is not None
            assert clan.lineup[position - 1].tag == tag
        assert len(clan.lineup) == len(side.players)


# ---------------------------------------------------------------------- results


@given(fights())
def test_stars_decide_and_then_destruction(fight: Fight) -> None:
    war = fight.war
    scores: list[tuple[int, int]] = []
    for side in fight.sides:
        suffered = [
            max((blow.stars, blow.percent) for blow in fight.blows if blow.defender == base)
            for base in {blow.defender for blow in fight.blows if blow.clan == side.clan}
        ]
        scores.append((sum(stars for stars, _ in suffered), sum(percent for _, percent in suffered)))
    ahead = None if scores[0] == scores[1] else fight.sides[scores.index(max(scores))].clan
    over = fight.state == "warEnded"
    assert (None if war.leader is None else war.leader.tag) == ahead
    assert war.winner is (war.leader if over else None)
    for side in fight.sides:
        expected = "tie" if ahead is None else "win" if ahead == side.clan else "lose"
        assert war.seen_from(side.clan).result == (expected if over else None)


@settings(max_examples=25)
@given(strategies.models(ClanWarInfo), strategies.models(ClanWarInfoClan))
def test_whatever_the_api_sends_can_be_looked_at(war: ClanWarInfo, side: ClanWarInfoClan) -> None:
    """Shapes that nobody has seen, and values that nobody knows."""
    orders = [attack.order for attack in war.attacks]
    assert orders == sorted(orders)
    assert all(0 <= war.new_stars(attack) <= max(0, attack.stars) for attack in war.attacks)
    assert war.attacks_left(NOBODY) is war.attacks_missed(NOBODY) is None
    assert war.result in {None, "win", "lose", "tie"}
    places = [player.map_position for player in side.lineup]
    assert places == sorted(player.map_position for player in side.members or ())


def test_a_war_keeps_its_tag() -> None:
    war = make_clan_war_info(war_tag="#2PP0")
    assert ClanWarInfo.model_validate_json(war.model_dump_json()) == war
    assert war.to_dict()["war_tag"] == "#2PP0"
    body = make_clan_war_info().to_dict() | {"tag": "#2PP0"}
    assert ClanWarInfo.model_validate(body | {"war_tag": None}).war_tag is None
    del body["war_tag"]
    assert ClanWarInfo.model_validate(body).war_tag == "#2PP0"


# ---------------------------------------------------------------------- absences


def test_absences_count_as_false_and_say_what_they_are() -> None:
    for absence, state in ((make_not_in_war(), "notInWar"), (make_private_war_log(), "privateWarLog")):
        assert not absence
        assert absence.state == state
        assert type(absence).model_validate_json(absence.model_dump_json()) == absence
    assert make_clan_war_info()


def only_a_war_is_left(found: ClanWarInfo | NotInWar | PrivateWarLog) -> None:
    """Read by type checkers only: one test takes care of all absences, and each can be told by its state."""
    if not found:
        return
    assert_type(found, ClanWarInfo)


# ---------------------------------------------------------------------- asking


@pytest.fixture(scope="module")
def quiet() -> Sandbox:
    """A sandbox whose clock stands still."""
    return Sandbox(seed=3)


@pytest.mark.anyio
async def test_the_war_of_every_clan_is_as_it_is(quiet: Sandbox) -> None:
    client, world = quiet.client(), quiet.world
    seen = set[str]()
    for tag, clan in world.clans.items():
        found = await client.war(tag.lower())
        seen.add(found.state)
        sent = ClanWarInfo.model_validate(world.current_war(tag))
        if not clan.public:
            assert found == PrivateWarLog()
        elif sent.state == "notInWar":
            assert found == NotInWar(answer=sent)
        else:
            assert found == sent
            assert found
            assert found.seen_from(tag) is found
    assert seen == {"notInWar", "preparation", "inWar", "warEnded", "privateWarLog"}


@pytest.mark.anyio
async def test_the_war_log_comes_in_pages_or_is_private(quiet: Sandbox) -> None:
    client, world = quiet.client(), quiet.world
    rows, after = list[ClanWarResult](), None
    while not rows or after:
        page = await client.war_log(world.war_ended_clan_tag, limit=7, after=after)
        assert isinstance(page, Page)
        rows, after = [*rows, *page], page.after
    assert rows == [ClanWarResult.model_validate(row) for row in world.war_log(world.war_ended_clan_tag)]
    whole = await client.war_log(world.war_ended_clan_tag)
    assert isinstance(whole, Page)
    assert [*whole] == rows
    assert await client.war_log(world.private_clan_tag, limit=7) == PrivateWarLog()
    for limit, after, before in ((0, None, None), (1, "x", "y")):
        with pytest.raises(InvalidParameterError):
            await client.war_log(world.war_ended_clan_tag, limit=limit, after=after, before=before)


@pytest.mark.anyio
async def test_other_refusals_stay_errors() -> None:
    sandbox = Sandbox(seed=3)
    client, world = sandbox.client(), sandbox.world
    for unknown in (client.war(world.unknown_tag), client.war_log(world.unknown_tag)):
        with pytest.raises(ResourceNotFound):
            await unknown
    for fault in (faults.invalid_token(), faults.invalid_ip()):
        sandbox.heal()
        sandbox.inject(fault)
        for found in (client.war(world.private_clan_tag), client.war_log(world.private_clan_tag)):
            with pytest.raises(AccessDenied) as caught:
                await found
            assert not isinstance(caught.value, WarLogIsPrivate)


@pytest.mark.anyio
async def test_realtime_is_sent_if_it_is_wanted(quiet: Sandbox) -> None:
    client, world = quiet.client(), quiet.world
    await client.war(world.in_war_clan_tag)
    assert "realtime" not in quiet.requests[-1]
    await client.war(world.in_war_clan_tag, realtime=True)
    assert quiet.requests[-1].endswith("/currentwar?realtime=true")


# ---------------------------------------------------------------------- the course of things


def attacks_in(world: World, war: ClanWarInfo) -> list[tuple[str, str, int, int]]:
    """What the history tells of a war's attacks."""
    return [
        (event.attacker_tag, event.defender_tag, event.stars, event.order)
        for event in world.history
        if isinstance(event, WarAttacked) and is_about(event, war)
    ]


def is_about(event: WarEvent, war: ClanWarInfo) -> bool:
    assert war.start_time is not None
    assert war.end_time is not None
    is_in_time = war.start_time <= event.at <= war.end_time
    return event.kind != "league" and war.clan.tag in event.clan_tags and is_in_time


@pytest.mark.anyio
async def test_wars_tell_what_has_happened_in_them() -> None:
    """Through ends and new wars, of all clans: what the history tells is what follows from the models."""
    sandbox = Sandbox(seed=5, clans=12)
    client, world, began = sandbox.client(), sandbox.world, sandbox.now
    results = Counter[str | None]()
    for _ in range(12):
        sandbox.advance(hours=17)
        for tag in world.clan_tags:
            war = await client.war(tag)
            if not war or war.start_time is None or war.start_time < began:
                continue
            made = [(each.attacker_tag, each.defender_tag, each.stars, each.order) for each in war.attacks]
            assert made == attacks_in(world, war)
            winners = [event.winner for event in world.history if isinstance(event, WarEnded) and is_about(event, war)]
            assert winners == ([war.winner and war.winner.tag] if war.state == "warEnded" else [])
            results[war.result] += 1
    assert results.keys() >= {None, "win", "lose"}
