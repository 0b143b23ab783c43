"""Names from the specification become names in Python, or are refused with a word on where they stand."""

from __future__ import annotations

import keyword
import re

import pytest
from hypothesis import given, strategies as st

from codegen.naming import SpecError, class_name, refuse_clashes, refuse_misreadings, snake_case

SNAKE_CASES = [
    ("name", "name"),
    ("clanLevel", "clan_level"),
    ("ClanLevel", "clan_level"),
    ("clan_level", "clan_level"),
    ("clan-level", "clan_level"),
    ("clan level", "clan_level"),
    ("clan.level", "clan_level"),
    ("clan__level", "clan_level"),
    ("level2Up", "level2_up"),
    ("mapPosition1", "map_position1"),
    ("badgeURLs", "badge_ur_ls"),
    ("URL", "url"),
    ("URLList", "url_list"),
    ("getHTTPAnswer", "get_http_answer"),
    ("A", "a"),
    ("_private", "private"),
    ("trailing_", "trailing"),
    ("$ref", "ref"),
    ("naïve", "na_ve"),
    ("class", "class_"),
    ("Class", "class_"),
    ("None", "none"),
    ("from", "from_"),
    ("async", "async_"),
    ("match", "match_"),
    ("case", "case_"),
    ("type", "type_"),
    ("self", "self_"),
    ("Self", "self_"),
    ("operations", "operations_"),
    ("list", "list"),
]
NO_NAMES = ["", " ", "_", "__", "1", "1a", "-1", "é", "日本", "#", "__class__", "__init__", "__a", "\x00", "\n"]
CLASSES = ["Clan", "ClanWar", "A", "A1", "HTTPAnswer", "Timestamp"]
NO_CLASSES = [
    *["", "clan", "clanWar", "Clan_War", "Clan War", "1A", "_Clan", "Clan\n", "Café", "Clan;", "None", "True", "False"],
    *["Any", "Annotated", "Field", "JsonValue", "Literal", "RawModel", "TypeAlias", "TypeAliasType"],
]


@pytest.mark.parametrize(("name", "snake"), SNAKE_CASES)
def test_snake_case(name: str, snake: str) -> None:
    assert snake_case(name, "somewhere") == snake


@pytest.mark.parametrize("name", NO_NAMES)
def test_what_cannot_be_a_name_is_refused(name: str) -> None:
    with pytest.raises(SpecError, match=rf"^somewhere: {re.escape(repr(name))} "):
        snake_case(name, "somewhere")


@given(st.text() | st.from_regex(r"[A-Za-z_][A-Za-z0-9_]*", fullmatch=True))
def test_a_name_in_python_is_one_or_is_refused(name: str) -> None:
    try:
        snake = snake_case(name, "somewhere")
    except SpecError as error:
        told = str(error)
    else:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", snake)
        assert not keyword.iskeyword(snake)
        return
    assert told.startswith("somewhere: ")


def test_a_name_is_the_same_in_every_version_of_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """``type`` became a keyword of sorts in 3.12: generated code must not depend on who generates it."""
    monkeypatch.setattr(keyword, "issoftkeyword", frozenset({"_", "case", "match"}).__contains__)
    old = snake_case("type", "somewhere")
    monkeypatch.setattr(keyword, "issoftkeyword", frozenset({"_", "case", "match", "type"}).__contains__)
    assert snake_case("type", "somewhere") == old


@given(st.from_regex(r"[a-z]+(_[a-z]+)*", fullmatch=True))
def test_snake_case_leaves_snake_case_alone(name: str) -> None:
    assert snake_case(name, "somewhere") in (name, f"{name}_")


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_keeps_its_name(name: str) -> None:
    assert class_name(name, "somewhere") == name


@pytest.mark.parametrize("name", NO_CLASSES)
def test_what_cannot_name_a_class_is_refused(name: str) -> None:
    with pytest.raises(SpecError, match=rf"^somewhere: {re.escape(repr(name))} "):
        class_name(name, "somewhere")


@pytest.mark.parametrize("name", ["", "name", "class", "$ref", "é", "日本", "a\0b"])
def test_most_names_are_read_as_they_are(name: str) -> None:
    refuse_misreadings(name, "somewhere")


@pytest.mark.parametrize("name", ["\ufb01n", "\uff41bc", "e\u0301"])
def test_a_name_that_would_be_read_as_another_is_refused(name: str) -> None:
    with pytest.raises(SpecError, match=rf"^somewhere: .*{re.escape(repr(name))}"):
        refuse_misreadings(name, "somewhere")


def test_two_names_may_not_become_one() -> None:
    refuse_clashes([("aB", "a_b"), ("aC", "a_c")], "somewhere")
    with pytest.raises(SpecError, match=r"^somewhere: 'aB' and 'a_b' both become 'a_b'"):
        refuse_clashes([("aB", "a_b"), ("aC", "a_c"), ("a_b", "a_b")], "somewhere")
