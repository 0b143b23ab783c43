"""The parts of the benchmarks that work without a sandbox or anybody's library."""

from __future__ import annotations

import asyncio
import doctest
import json
from collections.abc import AsyncIterator
from itertools import islice
from types import ModuleType
from typing import NoReturn
from urllib.parse import unquote

import pytest
from hypothesis import given, strategies as st

from benchmarks import peers, sandbox_load
from benchmarks.probes import report
from benchmarks.probes.report import Call, Guide, Library, Missing, Outcome, each, run, seen, touch

GUIDE = Guide(
    base_url="",
    developer_url="",
    email="",
    password="",
    key="",
    clan="#2PP",
    name="",
    ended_war_clan="",
    idle_clan="",
    private_clan="",
    player="",
    clanless_player="",
    unknown_tag="",
    token="",
    country=0,
    clan_label=0,
)
HERE = Library("tests")


class Member:
    __slots__ = ("empty", "name")

    def __init__(self, name: str) -> None:
        self.name = name


class Clan:
    def __init__(self) -> None:
        self.members = [Member("a"), Member("b")]
        self.itself = self

    def kick(self) -> NoReturn:
        raise AssertionError("a method is not read")


class Broken(Clan):
    @property
    def points(self) -> int:
        raise KeyError("points")


def outcomes(capsys: pytest.CaptureFixture[str], *calls: Call[None]) -> list[Outcome]:
    asyncio.run(run(calls, None, GUIDE, HERE))
    return [Outcome(**json.loads(line)) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("module", [peers, sandbox_load, report])
def test_the_examples_in_docstrings_are_true(module: ModuleType) -> None:
    result = doctest.testmod(module)

    assert result.attempted
    assert not result.failed


# ---------------------------------------------------------------------- reports of probes


def test_what_is_not_there_is_missing() -> None:
    assert seen(name="A", donations=0) == "name=A, donations=0"
    with pytest.raises(Missing, match="nothing in name, tag"):
        seen(name="", donations=0, tag=None)
    with pytest.raises(Missing, match="no rows"):
        each([], str)


def test_every_attribute_is_read_but_no_method_and_no_empty_slot() -> None:
    touch([Clan()], HERE)
    with pytest.raises(Missing, match=r"Broken\.points of the answer\[1\]: KeyError"):
        touch([Clan(), Broken()], HERE)


def test_what_a_library_cannot_read_is_left_out() -> None:
    touch(Broken(), Library("tests", frozenset({"Broken.points"})))


def test_an_answer_is_awaited_collected_and_read(capsys: pytest.CaptureFixture[str]) -> None:
    async def rows(client: None, guide: Guide) -> AsyncIterator[str]:
        async def stream() -> AsyncIterator[str]:
            yield guide.clan
            yield guide.clan

        return stream()

    assert outcomes(capsys, Call("rows", rows, "{} was read".format)) == [
        Outcome("rows", "ok", "['#2PP', '#2PP'] was read")
    ]


def refuse(client: None, guide: Guide) -> NoReturn:
    raise LookupError(guide.clan)


@pytest.mark.parametrize(
    ("call", "outcome"),
    [
        (Call[None]("a", refuse), Outcome("a", "error", "LookupError: #2PP")),
        (Call[None]("a", refuse, raises="LookupError"), Outcome("a", "ok", "LookupError: #2PP")),
        (Call[None]("a", refuse, raises="KeyError", peer_fault="x"), Outcome("a", "error", "LookupError: #2PP")),
        (Call[None]("a", refuse, raises="LookupError", peer_fault="x"), Outcome("a", "peer fault", "x")),
        (
            Call[None]("a", lambda _, guide: guide.clan, raises="KeyError"),
            Outcome("a", "error", "KeyError was expected, but it was answered: #2PP"),
        ),
    ],
)
def test_errors_count_unless_they_are_expected(
    call: Call[None], outcome: Outcome, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcomes(capsys, call) == [outcome]


# ---------------------------------------------------------------------- judging


def test_a_library_that_told_nothing_has_failed() -> None:
    assert peers.failed({"a": [], "b": [Outcome("clan", "ok", "")]})
    assert peers.failed({"a": [Outcome("clan", "error", "")]})


@given(st.lists(st.floats(0, 1000), min_size=1), st.floats(0.01, 1))
def test_a_quantile_is_a_value_that_the_share_does_not_exceed(values: list[float], share: float) -> None:
    bound = sandbox_load.quantile(values, share)

    assert bound in values
    assert sum(value <= bound for value in values) >= share * len(values) * (1 - 1e-9)
    assert sum(value < bound for value in values) < share * len(values)


@given(st.floats(0, 1000), st.floats(1, 1000))
def test_a_goal_is_missed_on_one_side_only(number: float, bound: float) -> None:
    assert sandbox_load.Goal("a", "s", most=bound).missed(number) == (number > bound)
    assert sandbox_load.Goal("a", "s", least=bound).missed(number) == (number < bound)


def test_callers_ask_for_everything_of_the_mixture_and_for_the_tags_that_there_are() -> None:
    built = sandbox_load.Built("http://localhost/v1", 1.0, ("#2PP", "#8QU"), ("#9LL",))
    asked = list(islice(sandbox_load.wishes(built, 1), 2000))
    tags = {unquote(path.split("/")[2]) for _, path in asked if "%23" in path}

    assert {name for name, _ in asked} == set(sandbox_load.MIXTURE)
    assert tags == {"#2PP", "#8QU", "#9LL"}
    assert sum(share for share, _ in sandbox_load.MIXTURE.values()) == 100
