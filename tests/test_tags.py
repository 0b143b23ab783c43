"""Properties of tags: every way to type one is understood, and nothing else is ever sent."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Coroutine
from types import SimpleNamespace

import anyio
import pytest
from hypothesis import given, strategies as st

from cocapi_gen import Client, InvalidTagError, normalize_tag
from cocapi_gen.sandbox import Sandbox, World
from cocapi_gen.testing import make_clan_member, make_player_clan
from tests.answers import Api

ALPHABET = "0289PYLQGRJCUV"
NOT_TAGS = (
    "",
    "#",
    "#2",
    "2P",
    "##2PP",
    "# 2PP",
    "2 PP",
    "#2PA",
    "#2P1",
    "#2PP/members",
    "#2PP?x",
    "{tag}",
    "#2PP\x00",
)

bodies = st.text(ALPHABET, min_size=3, max_size=14)
blanks = st.text(" \t\n\u00a0", max_size=3)


@st.composite
def typed(draw: st.DrawFn, body: str) -> str:
    """Type a tag the way people do."""
    letters = [draw(st.sampled_from("0oO" if letter == "0" else letter + letter.lower())) for letter in body]
    return draw(blanks) + draw(st.sampled_from(["", "#", "%23"])) + "".join(letters) + draw(blanks)


def could_be_a_tag(text: str) -> bool:
    """Say whether a text is a tag, in other words than the package does."""
    body = re.sub("^(#|%23)", "", text.strip())
    return len(body) >= 3 and set(body) <= set(ALPHABET) | set(ALPHABET.lower()) | set("oO")


@given(bodies.flatmap(lambda body: st.tuples(st.just(body), typed(body))))
def test_every_way_to_type_a_tag_is_understood(pair: tuple[str, str]) -> None:
    body, text = pair
    assert normalize_tag(text) == f"#{body}"


FORMS = (
    "https://link.clashofclans.com/en?action=OpenPlayerProfile&tag={}",
    "https://link.clashofclans.com/?tag={}&action=OpenClanProfile",
    "https://link.clashofclans.com/de/?action=OpenClanProfile&tag=%23{}",
    "https://link.clashofclans.com/en?action=OpenPlayerProfile&tag=#{}",
)
NO_FORMS = (
    "https://link.clashofclans.com.example/en?tag=2PP",
    "https://link.clashofclans.com@example.com/en?tag=2PP",
    "https://example.com/en?tag=2PP",
    "http://link.clashofclans.com/en?tag=2PP",
    "link.clashofclans.com/en?tag=2PP",
    "https://link.clashofclans.com/en?tag=2PP&tag=2PP0",
    "https://link.clashofclans.com/en?tag=",
    "https://link.clashofclans.com/2PP",
    "https://link.clashofclans.com/en?tag=https://link.clashofclans.com/en?tag=2PP",
    "see https://link.clashofclans.com/en?tag=2PP",
    "#%232PP",
    "%23#2PP",
    "%23%232PP",
    "%25232PP",
)


@given(bodies, st.sampled_from(FORMS), blanks)
def test_what_the_game_shares_is_understood(body: str, form: str, blank: str) -> None:
    assert normalize_tag(blank + form.format(body.lower()) + blank) == f"#{body}"


@pytest.mark.parametrize("text", NO_FORMS)
def test_what_only_looks_like_it_is_refused(text: str) -> None:
    with pytest.raises(InvalidTagError):
        normalize_tag(text)


@given(bodies.flatmap(lambda body: st.tuples(st.just(body), typed(body))))
def test_what_has_a_tag_stands_for_it(pair: tuple[str, str]) -> None:
    body, text = pair
    assert normalize_tag(make_clan_member(tag=text)) == f"#{body}"
    assert normalize_tag(make_player_clan(tag=text)) == f"#{body}"


@pytest.mark.parametrize(
    "name", ["clan", "clan_members", "raid_seasons", "war", "war_log", "league_group", "league_wars"]
)
def test_a_method_takes_what_has_a_clans_tag(name: str) -> None:
    sandbox = Sandbox(seed=1)
    client, tag = sandbox.sync_client(), sandbox.world.in_war_clan_tag
    ask = getattr(client, name)
    assert ask(make_player_clan(tag=tag)) == ask(tag)


@pytest.mark.parametrize("name", ["player", "battle_log", "league_history", "player_league_group"])
def test_a_method_takes_what_has_a_players_tag(name: str) -> None:
    sandbox = Sandbox(seed=1)
    client, tag = sandbox.sync_client(), sandbox.world.player_tag
    ask = getattr(client, name)
    assert ask(make_clan_member(tag=tag)) == ask(tag)
    assert client.verify_token(make_clan_member(tag=tag), World.token)


@given(bodies.flatmap(typed))
def test_normalizing_twice_changes_nothing(text: str) -> None:
    assert normalize_tag(normalize_tag(text)) == normalize_tag(text)


@given(st.text() | st.text(ALPHABET + ALPHABET.lower() + "oO# 1A/%3", max_size=6))
def test_all_else_is_refused(text: str) -> None:
    if could_be_a_tag(text):
        assert set(normalize_tag(text)[1:]) <= set(ALPHABET)
    else:
        with pytest.raises(InvalidTagError) as caught:
            normalize_tag(text)
        assert caught.value.data == text
        assert repr(text) in str(caught.value)


def test_no_foreign_letter_turns_into_one_of_ours() -> None:
    foreign = (chr(code) for code in range(128, sys.maxunicode + 1))
    for letter in (letter for letter in foreign if letter.upper() != letter or letter.isdecimal()):
        with pytest.raises(InvalidTagError):
            normalize_tag(f"#2P{letter}")


@pytest.mark.parametrize("text", NOT_TAGS)
@pytest.mark.parametrize("method", [Client.player, Client.clan])
def test_what_is_no_tag_is_never_sent(
    text: str, method: Callable[[Client, str], Coroutine[object, object, object]]
) -> None:
    api = Api()
    with pytest.raises(InvalidTagError, match="0289PYLQGRJCUV"):
        anyio.run(method, api.client(), text)
    assert api.requests == []


@pytest.mark.parametrize(
    "value", [None, 222, b"#2PP", ["#2PP"], 2.0, SimpleNamespace(tag=None), SimpleNamespace(tag=222)], ids=repr
)
def test_what_is_no_text_is_no_tag(value: str) -> None:
    with pytest.raises(InvalidTagError):
        normalize_tag(value)
