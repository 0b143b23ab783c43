"""The parts of the benchmarks that work without a sandbox or anybody's library."""

from __future__ import annotations

import asyncio
import doctest
import json
import subprocess
import venv
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import asdict
from itertools import islice, pairwise
from pathlib import Path
from types import ModuleType
from typing import NoReturn
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from hypothesis import given, strategies as st

from benchmarks import bodies, chart, environments, judging, pairing, peers, reporting, sandbox_load, server
from benchmarks.contenders import calling, inside, memory, sdk, worker
from benchmarks.contenders.reading import reader
from benchmarks.environments import Environment
from benchmarks.judging import best_rival, judged, line
from benchmarks.pairing import TOLERANCE, Goal, Spread
from benchmarks.probes import report
from benchmarks.probes.report import Call, Guide, Library, Missing, Outcome, each, run, seen, touch
from benchmarks.racing import fitting, race, race_anew
from benchmarks.rows import CONTENDERS, HEATS, US, US_FAST, US_INSIDE, Heat, Row, Series
from cocapi_gen import Clan as OurClan, normalize_tag

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


@pytest.mark.parametrize(
    "module", [bodies, calling, chart, judging, memory, pairing, peers, report, reporting, sandbox_load, server]
)
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


# ---------------------------------------------------------------------- side by side

POSITIVE = st.floats(1e-6, 1e6)


@given(st.lists(st.tuples(POSITIVE, POSITIVE), min_size=1), st.floats(0.1, 10))
def test_a_slow_round_changes_no_ratio(pairs: list[tuple[float, float]], slower: float) -> None:
    above, below = zip(*pairs, strict=True)
    ratios = [
        Spread.of_ratios([one * factor for one in above], [one * factor for one in below]) for factor in (1, slower)
    ]

    assert asdict(ratios[0]) == pytest.approx(asdict(ratios[1]))


@given(st.lists(POSITIVE, min_size=1))
def test_quartiles_are_in_order_and_within(numbers: list[float]) -> None:
    spread = Spread.of(numbers)

    assert min(numbers) <= spread.low <= spread.middle <= spread.high <= max(numbers)


@given(st.lists(POSITIVE, min_size=1), POSITIVE)
def test_a_goal_is_met_by_the_median_and_missed_beyond_noise(numbers: list[float], bound: float) -> None:
    spread = Spread.of(numbers)

    at_least, at_most = Goal(least=bound).verdict(spread), Goal(most=bound).verdict(spread)

    assert (at_least == "met") == (spread.middle >= bound)
    assert (at_most == "met") == (spread.middle <= bound)
    assert (at_least == "missed") == (spread.high < bound * (1 - TOLERANCE))
    assert (at_most == "missed") == (spread.low > bound * (1 + TOLERANCE))


OURS = Series("us", "read player")
FAST, SLOW = Series("fast", "read player"), Series("slow", "read player")
MEASURED = {OURS: [1.0, 2.0, 3.0], FAST: [2.0, 4.0, 6.0], SLOW: [9.0, 9.0, 9.0]}


def compared(goal: Goal, *rivals: Series, keeping: str = "") -> Row:
    return Row("a row", OURS, rivals, goal, keeping)


@pytest.mark.parametrize(
    ("goal", "ratio", "verdict"),
    [(Goal(least=1.9), 2.0, "met"), (Goal(least=2.5), 2.0, "missed"), (Goal(most=0.4), 0.5, "missed")],
)
def test_the_best_rival_counts(goal: Goal, ratio: float, verdict: str) -> None:
    result = judged(compared(goal, SLOW, FAST), MEASURED)

    assert (result.rival, result.found, result.verdict) == (FAST, Spread(ratio, ratio, ratio), verdict)
    assert result.fails == (verdict == "missed")


def test_who_keeps_less_does_not_count() -> None:
    kept = {Series(name, "kept"): [share] for name, share in (("us", 1.0), ("fast", 0.9), ("slow", 0.99))}

    assert best_rival(compared(Goal(least=1), SLOW, FAST, keeping="kept"), MEASURED | kept) == SLOW


@pytest.mark.parametrize("missing", [OURS, FAST])
def test_what_is_not_offered_fails_nothing(missing: Series) -> None:
    there = {series: figures for series, figures in MEASURED.items() if series != missing}

    result = judged(compared(Goal(least=100), FAST), there)

    assert result.verdict == "not offered"
    assert not result.fails
    assert "not offered" in line(result)


def test_a_figure_that_depends_on_the_machine_is_told_and_fails_nothing() -> None:
    result = judged(compared(Goal(most=0.5)), MEASURED)

    assert result.verdict == "missed"
    assert not result.fails
    assert "2000 ms" in line(result)


def test_contenders_take_turns_and_each_round_another_begins() -> None:
    asked = list[tuple[str, int]]()

    def run(series: Series, times: int) -> float | None:
        asked.append((series.contender, times))
        return None if series == SLOW else 0.02 * times

    figures = race([OURS, FAST, SLOW], 2, run, 0.1)

    assert figures == {OURS: pytest.approx([0.02] * 2), FAST: pytest.approx([0.02] * 2)}
    assert asked[-4:] == [("us", 5), ("fast", 5), ("fast", 5), ("us", 5)]


def test_each_round_has_new_processes_where_those_differ() -> None:
    ended = 0

    def end() -> None:
        nonlocal ended
        ended += 1

    def run(series: Series, times: int) -> float | None:
        return None if series == SLOW or (series == FAST and ended == 2) else float(ended * times)

    figures = race_anew([OURS, FAST, SLOW], 3, run, end, 0.1)

    assert figures == {OURS: [1, 2, 3]}  # who is not there in every round cannot be compared


@given(st.floats(1e-7, 10))
def test_a_turn_is_as_long_as_it_should_be(seconds: float) -> None:
    times = fitting(OURS, lambda _, times: seconds * times, 0.1)

    assert times is not None
    assert times in {1, 50_000} or times * seconds == pytest.approx(0.1, rel=0.5)


@pytest.mark.parametrize("heat", HEATS, ids=lambda heat: heat.rows[0].name)
def test_every_row_is_about_contenders_that_there_are(heat: Heat) -> None:
    names = {contender.name for contender in CONTENDERS}

    assert {series.contender for series in (*heat.compared, *heat.also)} <= names
    assert all((row.goal.least is None) != (row.goal.most is None) for row in heat.rows)


def test_we_offer_every_case_that_we_are_measured_in() -> None:
    offered = {US: sdk.CASES, US_INSIDE: inside.CASES, US_FAST: sdk.call_cases()}
    wanted = {series for heat in HEATS for series in (*heat.compared, *heat.also) if series.contender in offered}

    assert not [series for series in wanted if series.case not in offered[series.contender]]


def test_the_report_tells_all_that_was_measured() -> None:
    row = compared(Goal(least=3), FAST, SLOW)
    results = [judged(row, MEASURED), judged(row, {})]

    text = reporting.markdown({"Python": "3"}, MEASURED, results)
    data = json.loads(json.dumps(reporting.as_json({"Python": "3"}, MEASURED, results)))

    assert "| a row | fast | 2.00 | 2.00 to 2.00 | ≥ 3.00 | missed |" in text
    assert "| a row |  | - | - | ≥ 3.00 | not offered |" in text
    assert "| read player | slow | 9000 ms | 9000 ms to 9000 ms |" in text
    assert [row["verdict"] for row in data["rows"]] == ["missed", "not offered"]
    assert {figure["contender"]: figure["rounds"] for figure in data["figures"]} == {
        series.contender: rounds for series, rounds in MEASURED.items()
    }


def test_the_chart_is_sound_and_its_bars_are_in_proportion() -> None:
    figures = {Series(name, "read player"): rounds for name, rounds in ((US, [1.0]), ("a<b", [2.0]), ("c", [0.5]))}

    drawn = ElementTree.fromstring(chart.chart(chart.bars(figures)))  # noqa: S314 # it is our own
    widths = [float(bar.attrib["width"]) for bar in drawn.iter("{http://www.w3.org/2000/svg}rect")]

    assert widths == pytest.approx([widths[1] / 2, widths[1], widths[1] * 2], abs=0.2)
    assert "a<b" in [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]


# ---------------------------------------------------------------------- contenders


def test_each_field_of_each_object_is_read_once() -> None:
    asked = list[str]()

    class Leaf:
        @property
        def name(self) -> str:
            asked.append("name")
            return "a leaf"

    class Tree:
        @property
        def leaves(self) -> list[Leaf]:
            asked.append("leaves")
            return [Leaf(), Leaf()]

        @property
        def parent(self) -> Tree | None:
            asked.append("parent")
            return None

    fields: dict[type[object], list[str]] = {Tree: ["leaves", "parent"], Leaf: ["name"]}
    read = reader(Tree(), lambda value: fields.get(type(value), []))
    asked.clear()
    read(Tree())

    assert Counter(asked) == {"leaves": 1, "parent": 1, "name": 2}


@given(st.lists(st.integers(0, 10**9), unique=True))
def test_tags_are_tags_and_all_different(numbers: list[int]) -> None:
    tags = [calling.tag(number) for number in numbers]

    assert [normalize_tag(one) for one in tags] == tags
    assert len({*tags}) == len(tags)


@given(st.lists(st.text(), unique=True), st.integers(1, 5))
def test_a_crowd_asks_for_each_tag_once_and_so_many_at_a_time(tags: list[str], width: int) -> None:
    asked, under_way, most = list[str](), 0, 0

    async def call(tag: str) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        asked.append(tag)
        under_way -= 1

    asyncio.run(calling.crowd(call, iter(tags), width))

    assert sorted(asked) == sorted(tags)
    assert most == min(width, len(tags))


def test_what_an_object_keeps_of_a_body_is_found_at_any_depth() -> None:
    body = b'{"one": "kept text", "two": [{"three": "lost text"}]}'

    share = memory.share_kept(lambda: {"deep": [("kept text",)]}, body)

    assert share(1) == 0.5


def test_a_worker_tells_what_is_missing_and_what_failed() -> None:
    def refused(setting: worker.Setting) -> worker.Measure:
        raise worker.NotOffered

    def failing(times: int) -> float:
        raise LookupError("nothing")

    setting = worker.Setting("", "", None)
    cases: dict[str, worker.Make] = {"good": lambda _: float, "bad": lambda _: failing, "refused": refused}
    answers = [worker.answer(cases, {}, setting, case, 3) for case in ("good", "bad", "refused", "unknown")]

    assert answers == [
        {"amount": 3.0, "times": 3},
        {"error": "LookupError: nothing"},
        {"missing": True},
        {"missing": True},
    ]


@given(st.data())
def test_the_server_answers_requests_however_they_come_in_parts(data: st.DataObject) -> None:
    known = {"clan": b"a clan", "player": b"a player", None: b"{}"}
    paths = data.draw(st.lists(st.sampled_from(["/v1/clans/%232PP", "/v1/players/%232PP", "/v1/leagues"]), min_size=1))
    sent = "".join(f"GET {path} HTTP/1.1\r\nhost: x\r\n\r\n" for path in paths).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sent)), max_size=4)))
    written = list[bytes]()

    class Transport(asyncio.Transport):
        def write(self, data: bytes | bytearray | memoryview) -> None:
            written.append(bytes(data))

    served = server.Served({kind: server.answer_of(body) for kind, body in known.items()})
    served.connection_made(Transport())
    for begin, end in pairwise([0, *cuts, len(sent)]):
        served.data_received(sent[begin:end])

    kinds = [{"clans": "clan", "players": "player"}.get(path.split("/")[2]) for path in paths]
    assert [one.partition(b"\r\n\r\n")[2] for one in written] == [known[kind] for kind in kinds]


# ---------------------------------------------------------------------- what they need


def test_bodies_are_made_and_given_ones_take_their_places(tmp_path: Path) -> None:
    recorded, made = tmp_path / "recorded", tmp_path / "made"
    (recorded / "players" / "player").mkdir(parents=True)
    answer = '{"response_code": 200, "headers": {}, "body": {"tag": "#2PP"}}'
    (recorded / "players" / "player" / "FOUND.json").write_text(answer)
    (recorded / "war.json").write_text('{"state": "notInWar"}')

    bodies.put_into(made, recorded)

    found = {kind: (made / f"{kind}.json").read_bytes() for kind in bodies.KINDS}
    assert found["player"] == b'{"tag":"#2PP"}'
    assert found["war"] == b'{"state":"notInWar"}'
    assert OurClan.model_validate_json(found["clan"]).war.is_war_log_public is False
    assert len(json.loads(found["ranking"])["items"]) == 200


def test_a_folder_without_bodies_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="player"):
        bodies.found_in(tmp_path)


def test_a_war_is_grown_to_its_size() -> None:
    members = [{"tag": f"#{100 + place}", "mapPosition": place} for place in range(1, 41)]

    war = bodies.grown({"teamSize": 40, "clan": {"members": members}, "opponent": {"members": members}}, 50)

    for side in ("clan", "opponent"):
        assert [member["mapPosition"] for member in war[side]["members"]] == [*range(1, 51)]
        assert len({member["tag"] for member in war[side]["members"]}) == 50


def test_an_environment_is_made_once_for_what_it_is_made_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, installed = list[Path](), list[list[str]]()

    def run(command: list[str], **options: object) -> None:
        installed.append(command)

    def create(home: Path, **options: object) -> None:
        made.append(home)
        home.mkdir(exist_ok=True)

    monkeypatch.setattr(environments, "HOME", tmp_path)
    monkeypatch.setattr(venv, "create", create)
    monkeypatch.setattr(subprocess, "run", run)
    for requirements in (("a==1",), ("a==1",), ("a==2", ".[fast]")):
        assert Environment("a", requirements).python() == str(tmp_path / "a" / "bin" / "python")

    assert made == [tmp_path / "a"] * 2
    assert installed[0][-1] == "a==1"
    assert installed[1][-3:] == ["a==2", "--editable", ".[fast]"]
