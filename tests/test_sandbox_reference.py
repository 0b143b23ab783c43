"""The data of invented worlds: it has the shape and the quirks of the real one, and names are as the game allows."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from random import Random
from string import Formatter

import pytest
from hypothesis import given, strategies as st

from cocapi_gen.sandbox.world import World, reference as ref
from cocapi_gen.sandbox.world.names import DESCRIPTIONS, clan_name, player_name

SCRIPTS = "LATIN CYRILLIC GREEK ARABIC HEBREW DEVANAGARI THAI CJK HIRAGANA HANGUL GEORGIAN ARMENIAN".split()
HOME_ITEMS = (*ref.HOME_TROOPS, *ref.SUPER_TROOPS, *ref.SPELLS, *ref.HOME_HEROES)
BUILDER_ITEMS = (*ref.BUILDER_TROOPS, *ref.BUILDER_HEROES)
EQUIPMENT = tuple(item for items in ref.EQUIPMENT.values() for item in items)

seeds = st.integers()


def doubles(names: Iterable[str]) -> dict[str, int]:
    """The names that are there more than once."""
    return {name: count for name, count in Counter(names).items() if count > 1}


# ---------------------------------------------------------------------- places and languages


def test_locations_are_numbered_in_order() -> None:
    assert [*ref.LOCATIONS] == [*range(32000000, 32000266)]
    assert all(place.id == number for number, place in ref.LOCATIONS.items())


def test_only_countries_have_a_code_and_each_its_own() -> None:
    codes = [place.code for place in ref.LOCATIONS.values()]
    assert codes[:7] == [None] * 7
    assert codes[-5:] == [None] * 5
    countries = [code for code in codes if code]
    assert len({*countries}) == len(countries) == 254
    assert all(len(code) == 2 and code.isascii() and code.isupper() for code in countries)


def test_locations_have_two_australias_and_five_empty_names() -> None:
    assert doubles(place.name for place in ref.LOCATIONS.values()) == {"Australia": 2, "": 5}
    assert all(place.name == place.name.strip() for place in ref.LOCATIONS.values())


@pytest.mark.parametrize(
    ("number", "code", "name"),
    [
        (32000007, "AF", "Afghanistan"),
        # the API has these two the wrong way round
        (32000061, "CG", "Congo (DRC)"),
        (32000062, "CD", "Congo (Republic)"),
        (32000128, "XK", "Kosovo"),
        (32000191, "RE", "Réunion"),
        (32000260, "ZW", "Zimbabwe"),
    ],
)
def test_a_country_has_its_real_number(number: int, code: str, name: str) -> None:
    assert ref.LOCATIONS[number] == (number, name, code)


def test_languages_have_the_holes_of_the_real_ones() -> None:
    numbers = [tongue.id - 75000000 for tongue in ref.LANGUAGES]
    assert numbers == [number for number in range(22) if number not in (6, 13, 19)]
    assert doubles(tongue.code for tongue in ref.LANGUAGES) == {}
    assert doubles(tongue.name for tongue in ref.LANGUAGES) == {}
    assert {tongue.name: tongue.code for tongue in ref.LANGUAGES}["P\u0443\u0441\u0441\u043a\u0438\u0439"] == "RU"


# ---------------------------------------------------------------------- items and achievements


def test_a_complete_village_has_as_many_items_as_a_real_one() -> None:
    troops = len(ref.HOME_TROOPS) + len(ref.SUPER_TROOPS) + len(ref.BUILDER_TROOPS)
    heroes = len(ref.HOME_HEROES) + len(ref.BUILDER_HEROES)
    assert (troops, heroes, len(EQUIPMENT), len(ref.SPELLS)) == (79, 8, 38, 16)


def test_an_item_is_there_once_in_each_village() -> None:
    assert doubles(item.name for item in (*HOME_ITEMS, *EQUIPMENT)) == {}
    assert doubles(item.name for item in BUILDER_ITEMS) == {}
    both = {item.name for item in HOME_ITEMS} & {item.name for item in BUILDER_ITEMS}
    assert both == {"Baby Dragon"}


def test_items_can_be_unlocked_and_have_a_level() -> None:
    assert all(item.top >= 1 and 1 <= item.unlock <= 18 for item in (*HOME_ITEMS, *EQUIPMENT))
    assert all(item.top >= 1 and 1 <= item.unlock <= 10 for item in BUILDER_ITEMS)


def test_equipment_waits_for_the_blacksmith_and_is_enough_for_two_hands() -> None:
    heroes = {hero.name: hero for hero in ref.HOME_HEROES}
    assert ref.EQUIPMENT.keys() == heroes.keys()
    for name, items in ref.EQUIPMENT.items():
        first = max(8, heroes[name].unlock)
        assert all(item.unlock >= first and item.top in (18, 27) for item in items)
        assert sum(item.unlock == first for item in items) >= 2


def test_achievements_have_the_quirks_of_the_real_ones() -> None:
    assert len(ref.FEATS) == 54
    assert doubles(feat.name for feat in ref.FEATS) == {"Keep Your Account Safe!": 2}
    assert Counter(feat.village for feat in ref.FEATS) == {"home": 46, "builderBase": 6, "clanCapital": 2}
    assert sum(feat.done is None for feat in ref.FEATS) == 7


@pytest.mark.parametrize("feat", ref.FEATS, ids=lambda feat: feat.name)
def test_an_achievement_has_three_rising_targets_and_says_them(feat: ref.Feat) -> None:
    one, two, three = feat.targets
    assert one == two == three == 1 or 1 <= one < two < three
    fields = [{field for _, field, _, _ in Formatter().parse(text) if field} for text in (feat.info, feat.done or "")]
    assert fields[0] == ({"target"} if three > 1 else set())
    assert fields[1] == ({"value"} if feat.done and three > 1 else set())


def test_a_complete_player_is_about_as_large_as_a_real_one() -> None:
    world = World(1)
    body = json.dumps(world.player(world.player_tag), ensure_ascii=False, separators=(",", ":"))
    assert 20_000 <= len(body.encode()) <= 24_000


# ---------------------------------------------------------------------- names


def many(make: Callable[[Random], str]) -> list[str]:
    rng = Random("names")
    return [make(rng) for _ in range(50_000)]


PLAYERS = many(player_name)
CLANS = many(clan_name)


@given(seeds)
def test_a_name_follows_from_its_seed(seed: int) -> None:
    assert player_name(Random(seed)) == player_name(Random(seed))
    assert clan_name(Random(seed)) == clan_name(Random(seed))


def test_names_are_as_long_as_the_game_allows() -> None:
    assert {*map(len, PLAYERS)} == {*range(1, 16)}
    assert {*map(len, CLANS)} == {*range(2, 16)}


def test_names_neither_begin_nor_end_with_a_space_and_have_one_line() -> None:
    assert all(name == name.strip() and "  " not in name for name in (*PLAYERS, *CLANS))
    assert not {unicodedata.category(sign) for name in {*PLAYERS, *CLANS} for sign in name} & {"Cc", "Cn", "Co", "Cs"}


def test_thousands_of_names_are_different() -> None:
    assert len({*PLAYERS}) > 15_000
    assert len({*CLANS}) > 4_000
    assert len({*CLANS[:1000]}) > 600


def signs(names: Iterable[str]) -> set[str]:
    return {sign for name in names for sign in name}


@pytest.mark.parametrize("names", [PLAYERS, CLANS], ids=["players", "clans"])
def test_names_are_written_in_many_scripts(names: list[str]) -> None:
    met = {unicodedata.name(sign).split()[0] for sign in signs(names)}
    assert {*SCRIPTS} <= met
    assert {"AL", "R", "L"} <= {*map(unicodedata.bidirectional, signs(names))}
    assert "So" in {*map(unicodedata.category, signs(names))}


def test_some_names_are_decorated_and_some_hold_marks_that_combine() -> None:
    assert any(name.startswith("xX_") and name.endswith("_Xx") for name in PLAYERS)
    assert any(unicodedata.normalize("NFC", name) != name for name in PLAYERS)
    assert any(not sign.isascii() and ord(sign) > 0xFFFF for sign in signs(PLAYERS))


def test_a_description_fits_and_one_is_empty() -> None:
    assert len({*DESCRIPTIONS}) == len(DESCRIPTIONS) == 20
    assert all(len(text) <= 250 for text in DESCRIPTIONS)
    assert "" in DESCRIPTIONS
