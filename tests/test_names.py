"""Properties of names: they are found in any case, and what is found is never damaged by whoever asked."""

from __future__ import annotations

import copy
import pickle
from dataclasses import dataclass

import pytest
from hypothesis import given, strategies as st

from cocapi_gen import NameTable, UnknownClanLabelError, UnknownDataError, UnknownLocationError
from cocapi_gen.names import Directory, fold
from tests.answers import LOCATIONS, Api


@dataclass(frozen=True)
class Thing:
    """Something with a number and a name."""

    id: int
    name: str


names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10).filter(
    lambda name: bool(name.strip())
)
blanks = st.text(" \t", max_size=2)
cases = st.sampled_from([str, str.lower, str.upper, str.title, str.casefold, str.swapcase])
ascii_names = st.text("abcdefgXYZ iI", min_size=1, max_size=8).filter(lambda name: bool(name.strip()))


def directory(*things: Thing) -> Directory[Thing]:
    """A directory of things by their own names."""
    return Directory(((thing, (thing.name,)) for thing in things), UnknownClanLabelError, "Ask somebody.")


@given(ascii_names, blanks, cases, blanks)
def test_a_table_is_asked_in_any_case(name: str, before: str, change: type[str], after: str) -> None:
    table = NameTable({fold(name): 1})
    asked = before + change(name) + after
    assert table[asked] == table.get(asked) == 1
    assert asked in table


@given(st.dictionaries(names.map(fold), st.integers()), names)
def test_a_table_does_not_know_what_it_does_not_hold(entries: dict[str, int], name: str) -> None:
    table = NameTable(entries)
    if fold(name) in entries:
        assert table[name] == entries[fold(name)]
    else:
        assert name not in table
        assert (table.get(name), table.get(name, 5)) == (None, 5)
        with pytest.raises(KeyError):
            table[name]


SHOWN = {
    0: "<NameTable of 0 names>",
    1: "<NameTable of 1 names: 'a'>",
    3: "<NameTable of 3 names: 'a', 'b', 'c'>",
    4: "<NameTable of 4 names: 'a', 'b', 'c', ...>",
}


@pytest.mark.parametrize("size", SHOWN)
def test_a_table_shows_its_first_names(size: int) -> None:
    assert repr(NameTable(zip("abcdefg"[:size], range(size), strict=True))) == SHOWN[size]


@given(st.dictionaries(names.map(fold), st.integers()))
def test_a_table_is_a_dictionary(entries: dict[str, int]) -> None:
    table = NameTable(entries)
    assert table == entries
    assert list(table.items()) == list(entries.items())
    for twin in (copy.copy(table), copy.deepcopy(table), pickle.loads(pickle.dumps(table))):  # noqa: S301 # pickled a moment ago
        assert isinstance(twin, NameTable)
        assert twin == table


@pytest.mark.parametrize("key", [None, 1, b"russia", ("russia",)])
def test_what_is_no_name_is_in_no_table(key: object) -> None:
    assert key not in NameTable({"russia": 1})


@given(st.lists(ascii_names, unique_by=fold, min_size=1), cases, blanks)
def test_a_directory_finds_by_number_and_by_name(texts: list[str], change: type[str], blank: str) -> None:
    things = [Thing(number, text) for number, text in enumerate(texts)]
    found = directory(*things)
    for thing in things:
        assert found.find(thing.id) is found.find(blank + change(thing.name)) is thing


@given(st.lists(names, unique_by=fold), names)
def test_a_directory_says_what_it_does_not_know(texts: list[str], wanted: str) -> None:
    found = directory(*(Thing(number, text) for number, text in enumerate(texts)))
    if wanted.isdecimal() and int(wanted) < len(texts):
        return  # the number of one of them
    if fold(wanted) in map(fold, texts):
        assert fold(found.find(wanted).name) == fold(wanted)
    else:
        with pytest.raises(UnknownClanLabelError) as caught:
            found.find(wanted)
        assert caught.value.data == wanted
        assert repr(wanted) in str(caught.value)
        assert str(caught.value).endswith("Ask somebody.")


@pytest.mark.parametrize("number", [-1, 0, 99])
def test_a_number_that_is_none_of_the_directory(number: int) -> None:
    with pytest.raises(UnknownDataError, match=f"^{number} is unknown. Ask somebody.$"):
        directory(Thing(1, "one")).find(number)


@pytest.mark.parametrize("wanted", [None, True, 1.0, b"one", ["one"], {}], ids=repr)
def test_what_is_neither_name_nor_number_is_unknown(wanted: str) -> None:
    with pytest.raises(UnknownDataError, match="is unknown") as caught:
        directory(Thing(1, "one")).find(wanted)
    assert caught.value.data is wanted


def test_a_number_may_be_given_as_a_text() -> None:
    found = directory(Thing(32000193, "Russia"), Thing(7, "8"))
    assert found.find(" 32000193 ").name == "Russia"
    assert found.find("8").id == 7  # a name goes before a number


def test_the_nearest_names_are_offered() -> None:
    found = directory(Thing(1, "Clan Wars"), Thing(2, "Clan War League"), Thing(3, "Farming"))
    with pytest.raises(
        UnknownClanLabelError, match=r"^'Clan Warz' is unknown. Did you mean 'clan wars' or 'clan war league'\?"
    ):
        found.find("Clan Warz")
    with pytest.raises(UnknownClanLabelError) as caught:
        found.find("Zzzzz")
    assert "Did you mean" not in str(caught.value)


@pytest.mark.parametrize("name", ["", " ", "\t\n"])
def test_an_empty_name_is_no_name(name: str) -> None:
    found = directory(Thing(1, name), Thing(3, "three"))
    assert list(found.table()) == ["three"]
    with pytest.raises(UnknownClanLabelError):
        found.find(name)
    assert found.find(1).id == 1


def test_the_callers_table_is_a_copy() -> None:
    found = directory(Thing(1, "one"))
    found.table().clear()
    found.table()["two"] = Thing(2, "two")
    assert found.table() == {"one": Thing(1, "one")}


@pytest.mark.anyio
async def test_the_callers_locations_are_a_copy() -> None:
    async with Api({"/locations": LOCATIONS}).client() as client:
        (await client.all_locations()).clear()
        assert (await client.get_location("ru")).id == 193
        assert "russia" in await client.all_locations()


@pytest.mark.anyio
@pytest.mark.parametrize("wanted", ["australia", "Australia", " AUSTRALIA ", "au", "AU", 21])
async def test_australia_is_the_country(wanted: str | int) -> None:
    async with Api({"/locations": LOCATIONS}).client() as client:
        found = await client.get_location(wanted)
    assert (found.id, found.is_country, found.country_code) == (21, True, "au")


@pytest.mark.anyio
async def test_locations_that_share_a_name_or_have_none_are_found_by_number() -> None:
    async with Api({"/locations": LOCATIONS}).client() as client:
        region, nameless = await client.get_location(4), await client.get_location(61)
        assert (region.display_name, region.is_country) == ("Australia", False)
        assert (nameless.display_name, nameless.name) == ("", "")
        assert "" not in await client.all_locations()
        with pytest.raises(UnknownLocationError):
            await client.get_location("")


@pytest.mark.anyio
async def test_names_are_lower_case_and_kept_as_written() -> None:
    async with Api({"/locations": LOCATIONS}).client() as client:
        locations = await client.all_locations()
    assert set(locations) == {"australia", "au", "international", "russia", "ru", "kenya", "ke"}
    assert locations["RU"] == locations["ru"] == locations["russia"] == locations[" Russia "]
    assert (locations["ru"].name, locations["ru"].display_name, locations["ru"].country_code) == (
        "russia",
        "Russia",
        "ru",
    )
