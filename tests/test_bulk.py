"""Many tags at once: an outcome for each, none twice, so many at a time, and nothing left running."""

from __future__ import annotations

import gc
import json
import re
import sys
import threading
import time
import tracemalloc
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import count, islice
from typing import Any, TypeAlias, cast

import anyio
import anyio.lowlevel
import httpx
import pytest
from hypothesis import given, settings, strategies as st

from cocapi_gen import (
    Cache,
    ClanWarInfo,
    Client,
    CocApiError,
    ConnectionLost,
    Failure,
    GatewayTrouble,
    InvalidParameterError,
    InvalidTagError,
    NotInWar,
    NotJson,
    Outcome,
    Page,
    Player,
    PrivateWarLog,
    Progress,
    ResourceNotFound,
    Success,
    SyncClient,
    normalize_tag,
)
from cocapi_gen._http.bodies import decode
from cocapi_gen._http.driver import Held as AsyncHeld
from cocapi_gen._twins.sync_driver import Held as SyncHeld
from cocapi_gen.exceptions import shown
from cocapi_gen.sandbox import Sandbox
from cocapi_gen.tags import HasTag
from cocapi_gen.testing import make_clan_member, make_player, make_player_clan, no_sleep
from tests.answers import (
    BARE,
    LOCATIONS,
    OTHER_TAG,
    TAG,
    RawServer,
    clan_api,
    clan_body,
    http,
    items,
    log_row,
    named,
    one_after_the_other,
    player_body,
    resetting,
    saying,
    war_body,
)
from tests.measuring import resident

Tags: TypeAlias = Iterable[str | HasTag] | AsyncIterable[str | HasTag]
OnProgress: TypeAlias = Callable[[Progress], object]

in_both_worlds = pytest.mark.anyio
KINDS = ("asyncio", "trio", "threads")
every_kind = pytest.mark.parametrize("kind", KINDS)

FAILURES: list[tuple[type[CocApiError], Callable[[], httpx.Response]]] = [
    (ResourceNotFound, lambda: httpx.Response(404)),
    (GatewayTrouble, lambda: httpx.Response(503, html="<h1>Oh</h1>")),
    (NotJson, lambda: httpx.Response(200, content=b"[")),
    (ConnectionLost, lambda: broken()),  # noqa: PLW0108 # it is defined below
]


def broken() -> httpx.Response:
    """Break the connection."""
    raise httpx.ReadError("reset")


class Players:
    """An API of players: it notes what it is asked, and how much of it at once."""

    def __init__(self, failing: dict[str, int] | None = None) -> None:
        self.asked: list[str] = []
        self.under_way = self.most = 0
        self._failing = failing or {}
        self._lock = threading.Lock()

    def client(self, concurrency: int = 10) -> Client:
        """A client of this API."""
        return Client("T", **BARE, concurrency=concurrency, transport=httpx.MockTransport(self.answer))

    def sync_client(self) -> SyncClient:
        """The same without an event loop."""
        return SyncClient("T", **BARE, transport=httpx.MockTransport(self.answer_here))

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer after a few turns of others."""
        tag = self._begin(request)
        try:
            for _ in range(2):
                await anyio.lowlevel.checkpoint()
            return self._answer(tag)
        finally:
            self.under_way -= 1

    def answer_here(self, request: httpx.Request) -> httpx.Response:
        """Answer in a thread."""
        with self._lock:
            tag = self._begin(request)
        try:
            return self._answer(tag)
        finally:
            with self._lock:
                self.under_way -= 1

    def _begin(self, request: httpx.Request) -> str:
        tag = request.url.path.rpartition("/")[2]
        self.asked.append(tag)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        return tag

    def _answer(self, tag: str) -> httpx.Response:
        if tag in self._failing:
            return FAILURES[self._failing[tag]][1]()
        return httpx.Response(200, json=player_body(tag=tag))


async def from_afar(tags: Iterable[str]) -> AsyncGenerator[str]:
    """Give tags as they come over a network."""
    for tag in tags:
        await anyio.lowlevel.checkpoint()
        yield tag


@dataclass
class OfMyOwn:
    """A source that is nothing but iterable."""

    tags: list[str]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tags)


class OfMyOwnFromAfar(AsyncIterator[str]):
    """The same, asynchronous."""

    def __init__(self, tags: Iterable[str]) -> None:
        self._tags = iter(tags)

    async def __anext__(self) -> str:
        await anyio.lowlevel.checkpoint()
        for tag in self._tags:
            return tag
        raise StopAsyncIteration


SOURCES: dict[str, Callable[[list[str]], Iterable[str]]] = {
    "list": list,
    "tuple": tuple,
    "keys": lambda tags: dict.fromkeys(tags).keys(),
    "iterator": iter,
    "generator": lambda tags: (tag for tag in tags),
    "class": OfMyOwn,
}
SOURCES_FROM_AFAR: dict[str, Callable[[list[str]], AsyncIterable[str]]] = {
    "generator from afar": from_afar,
    "class from afar": OfMyOwnFromAfar,
}


def all_of(kind: str, api: Players, tags: Tags, concurrency: int, report: OnProgress) -> list[Outcome[Player]]:
    """Ask for many players in one of the ways."""
    if kind == "threads":
        assert not isinstance(tags, AsyncIterable)
        return [*api.sync_client().players(tags, concurrency=concurrency, on_progress=report)]

    async def main() -> list[Outcome[Player]]:
        asked = api.client().players(tags, concurrency=concurrency, on_progress=report)
        return [outcome async for outcome in asked]

    return anyio.run(main, backend=kind)


# ---------------------------------------------------------------------- an outcome for each

SPELLINGS: list[Callable[[str], str]] = [
    "#{}".format,
    "{}".format,
    " #{}\n".format,
    lambda tag: f"#{tag.lower()}",
    lambda tag: tag.replace("0", "O"),
    lambda tag: tag.lower().replace("0", "o"),
]
NO_TAGS = ["", "#", "no tag", "#2P", "#ABC", "2PP#", "##2PP", "\ud800", "#2PP\x00"]
letters = st.text("0289PYLQGRJCUV", min_size=3, max_size=4)


@st.composite
def many_tags(draw: st.DrawFn) -> list[str]:
    """Tags in any spelling, some of them more than once, and what is none."""
    known = draw(st.lists(letters, max_size=20))
    spelled = [draw(st.sampled_from(SPELLINGS))(tag) for tag in known for _ in range(draw(st.integers(1, 3)))]
    return draw(st.permutations([*spelled, *draw(st.lists(st.sampled_from(NO_TAGS), max_size=5))]))


def identity(text: str) -> str:
    """Return what tells tags apart."""
    try:
        return normalize_tag(text)
    except InvalidTagError:
        return text


@every_kind
@settings(max_examples=25)
@given(data=st.data(), tags=many_tags(), concurrency=st.integers(1, 12))
def test_each_distinct_tag_has_its_outcome(kind: str, data: st.DataObject, tags: list[str], concurrency: int) -> None:
    expected = [*dict.fromkeys(map(identity, tags))]
    failing = data.draw(st.dictionaries(st.sampled_from(expected), st.integers(0, 3))) if expected else {}
    sources: dict[str, Callable[[list[str]], Tags]] = {**SOURCES, **({} if kind == "threads" else SOURCES_FROM_AFAR)}
    name = data.draw(st.sampled_from(sorted(sources)))
    source = sources[name](tags)
    api, told = Players(failing), list[Progress]()

    outcomes = all_of(kind, api, source, concurrency, told.append)

    assert [outcome.tag for outcome in outcomes] == expected
    for outcome in outcomes:
        if outcome:
            assert outcome.value.tag == outcome.tag == outcome.unwrap().tag
            assert outcome.tag not in failing
        else:
            wanted = (
                FAILURES[failing[outcome.tag]][0] if outcome.tag.startswith("#") and outcome.tag in failing else None
            )
            is_tag = identity(outcome.tag) == outcome.tag and outcome.tag in api.asked
            assert type(outcome.error) is (wanted if is_tag else InvalidTagError)
            with pytest.raises(CocApiError) as caught:
                outcome.unwrap()
            assert caught.value is outcome.error
    valid = [tag for tag in expected if tag.startswith("#") and is_valid(tag)]
    assert sorted(api.asked) == sorted(valid)
    assert api.most <= concurrency
    failures = sum(not outcome for outcome in outcomes)
    given_tags = [*dict.fromkeys(tags)] if name == "keys" else tags
    total = len(given_tags) if name in ("list", "tuple", "keys") else None
    assert len(told) == len(outcomes)
    assert [each.done for each in told] == sorted(each.done for each in told)
    assert all(each.done >= number for number, each in enumerate(told, 1))
    assert (told[-1].done if told else 0) == len(given_tags)
    assert [each.failed for each in told] == sorted(each.failed for each in told)
    assert {each.total for each in told} <= {total}
    assert (told[-1].failed if told else 0) == failures


def is_valid(tag: str) -> bool:
    """Say whether a text is a tag as the API writes it."""
    try:
        return normalize_tag(tag) == tag
    except InvalidTagError:
        return False


@in_both_worlds
async def test_all_is_what_walking_gives_and_asks_again() -> None:
    api = Players({"#22Y": 0})
    tags = ["#222", "nothing", "#22Y", "#22P", "22p"]
    outcomes = api.client().players(tags, concurrency=2)
    walked = [outcome async for outcome in outcomes]
    assert [repr(outcome) for outcome in await outcomes.all()] == [repr(outcome) for outcome in walked]
    assert [bool(outcome) for outcome in walked] == [True, False, False, True]
    assert sorted(api.asked) == sorted(["#222", "#22Y", "#22P"] * 2)
    here = api.sync_client().players(tags)
    assert [repr(outcome) for outcome in here.all()] == [repr(outcome) for outcome in walked]


@every_kind
@pytest.mark.parametrize("thing", [2900, None, b"#2PP", 1.5, ["#2PP"], 10**5000], ids=type)
def test_what_is_no_tag_and_has_none_costs_the_others_nothing(kind: str, thing: object) -> None:
    api = Players()
    given_tags = ["2900", "#2PP", thing, "#222", thing]
    outcomes = all_of(kind, api, given_tags, 3, repr)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # what is tested
    assert [bool(outcome) for outcome in outcomes] == [True, True, False, True]
    failure = outcomes[2]
    assert isinstance(failure, Failure)
    assert isinstance(failure.error, InvalidTagError)
    assert (failure.error.data, failure.tag) == (thing, shown(thing))
    assert sorted(api.asked) == ["#222", "#2900", "#2PP"]


@every_kind
def test_whatever_has_a_tag_may_stand_for_it(kind: str) -> None:
    api = Players()
    things: list[str | HasTag] = [make_player(tag="#2PP"), make_clan_member(tag="#222"), "#2pp"]
    assert [outcome.tag for outcome in all_of(kind, api, things, 3, repr)] == ["#2PP", "#222"]


@every_kind
def test_a_text_without_end_is_a_failure_like_any_other(kind: str) -> None:
    outcomes = all_of(kind, Players(), ["#" + "2" * 5000, "x" * 5000, "#2PP"], 3, repr)
    assert [outcome.tag[-3:] for outcome in outcomes] == ["222", "xxx", "2PP"]
    assert outcomes[-1]


@every_kind
def test_an_asynchronous_callback_is_refused(kind: str) -> None:
    async def report(progress: Progress) -> None: ...

    with pytest.raises(InvalidParameterError, match="plain function"):
        all_of(kind, Players(), ["#2PP"], 3, report)


@pytest.mark.parametrize("report", [5, "print", []])
def test_what_cannot_be_called_is_refused_at_once(report: Callable[[Progress], object]) -> None:
    for client in (Players().client(), Players().sync_client()):
        with pytest.raises(InvalidParameterError, match=r"^on_progress is .*, but has to be a function"):
            client.players(["#2PP"], on_progress=report)


@pytest.mark.parametrize("make", SOURCES_FROM_AFAR.values(), ids=SOURCES_FROM_AFAR)
def test_without_an_event_loop_nothing_comes_from_afar(make: Callable[[list[str]], AsyncIterable[str]]) -> None:
    api = Players()
    with pytest.raises(InvalidParameterError, match="asynchronous source, which SyncClient cannot read"):
        api.sync_client().players(make(["#2PP"]))  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # what is tested
    assert api.asked == []


@given(st.lists(letters, max_size=3))
def test_outcomes_say_how_to_get_them(tags: list[str]) -> None:
    here, afar = Players().sync_client(), Players().client()
    assert repr(here.players(tags)) == f"<SyncOutcomes of {len(tags)} tags: iterate with for, or .all()>"
    told = f"<Outcomes of {len(tags)} tags: iterate with async for, or await .all()>"
    assert repr(afar.players(tags)) == told
    assert repr(here.players(iter(tags))) == "<SyncOutcomes of some tags: iterate with for, or .all()>"


def test_tags_are_read_and_progress_is_told_where_the_caller_is() -> None:
    here, threads = threading.get_ident(), set[int]()

    def tags() -> Iterator[str]:
        for tag in islice(endless_tags(), 100):
            threads.add(threading.get_ident())
            yield tag

    outcomes = Players().sync_client().players(tags(), on_progress=lambda _: threads.add(threading.get_ident()))
    assert len(outcomes.all()) == 100
    assert threads == {here}


@every_kind
def test_no_tags_are_no_outcomes(kind: str) -> None:
    api = Players()
    for source in SOURCES.values():
        assert all_of(kind, api, source([]), 5, repr) == []
    assert api.asked == []


@pytest.mark.parametrize("name", ["players", "clans_by_tag", "wars", "current_league_wars", "battle_logs"])
@pytest.mark.parametrize(
    ("thing", "advice"),
    [
        ("#2pp", "such as ['#2pp']."),
        (make_player_clan(), "such as [PlayerClan(tag="),
        *((thing, f"such as ['#2PP', '#8QU']: {thing!r} holds none.") for thing in (b"#2PP", "", None, 5, len)),
    ],
)
def test_what_are_not_several_tags_is_refused_at_once(thing: list[str], advice: str, name: str) -> None:
    api = Players()
    for client in (api.client(), api.sync_client()):
        with pytest.raises(InvalidParameterError, match="^" + re.escape(f"Give several tags, {advice}")):
            getattr(client, name)(thing)


@pytest.mark.parametrize("concurrency", [0, -1, True, 1.0, "5", None])
def test_a_concurrency_that_makes_no_sense_is_refused_at_once(concurrency: int) -> None:
    api = Players()
    for client in (api.client(), api.sync_client()):
        with pytest.raises(InvalidParameterError, match=r"^concurrency is "):
            client.players(["#2PP"], concurrency=concurrency)


def test_an_outcome_says_whether_it_is_a_success() -> None:
    error = InvalidTagError("x")
    assert bool(Success("#2PP", 0)) is True
    assert bool(Failure("x", error)) is False
    assert Success("#2PP", 5).unwrap() == 5
    assert Success("#2PP", 5) == Success("#2PP", 5) != Success("#2PY", 5)


@in_both_worlds
async def test_every_bulk_method_asks_for_what_it_is_named_after() -> None:
    asked = list[str]()

    def reply(request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode().removeprefix("/v1")
        asked.append(path)
        bodies = {"%232PP": clan_body(), "currentwar": war_body(), "warlog": items(log_row()), "battlelog": items()}
        body = bodies.get(path.rpartition("/")[2])
        return httpx.Response(404, json={"reason": "notFound"}) if body is None else httpx.Response(200, json=body)

    client = Client("T", **BARE, transport=httpx.MockTransport(reply))
    clan = "/clans/%232PP"
    wanted: list[tuple[str, list[str]]] = [
        ("clans_by_tag", [clan, f"{clan}/currentwar", f"{clan}/warlog"]),
        ("wars", [f"{clan}/currentwar"]),
        ("current_league_wars", [f"{clan}/currentwar/leaguegroup"]),
        ("battle_logs", ["/players/%232PP/battlelog"]),
    ]
    for name, paths in wanted:
        asked.clear()
        outcomes = await getattr(client, name)([TAG, "2pp"]).all()
        assert [bool(outcome) for outcome in outcomes] == [True], name
        assert sorted(asked) == sorted(paths)


# ---------------------------------------------------------------------- so many at a time


@in_both_worlds
@pytest.mark.parametrize(("concurrency", "tags"), [(1, 5), (2, 9), (7, 40), (30, 90), (10, 4), (100_000, 3)])
async def test_as_many_as_asked_for_are_under_way_and_no_more(concurrency: int, tags: int) -> None:
    reached, most = anyio.Event(), min(concurrency, tags)

    class Crowded(Players):
        async def answer(self, request: httpx.Request) -> httpx.Response:
            if self.under_way + 1 == most:
                reached.set()
            self.under_way += 1
            await reached.wait()
            self.under_way -= 1
            return await super().answer(request)

    api = Crowded()
    with anyio.fail_after(10):
        names = [f"#222{'2' * number}" for number in range(tags)]
        outcomes = await api.client(concurrency).players(names, concurrency=concurrency).all()
    assert len(outcomes) == tags
    assert reached.is_set()
    assert api.most <= concurrency


@pytest.mark.parametrize(("concurrency", "tags"), [(1, 5), (2, 9), (7, 40), (10, 4), (100_000, 3)])
def test_as_many_threads_as_asked_for_and_no_more(concurrency: int, tags: int) -> None:
    most, meeting = min(concurrency, tags), threading.Condition()

    class Crowded(Players):
        def answer_here(self, request: httpx.Request) -> httpx.Response:
            with meeting:
                self._begin(request)
                meeting.notify_all()
                assert meeting.wait_for(lambda: self.most == most, timeout=10)
                self.under_way -= 1
            return httpx.Response(404)

    api = Crowded()
    found = api.sync_client().players([f"#222{'2' * number}" for number in range(tags)], concurrency=concurrency).all()
    assert len(found) == tags
    assert api.most == most


@in_both_worlds
async def test_nothing_is_asked_before_an_outcome_is_and_then_a_round_at_most() -> None:
    api = Players()
    outcomes = api.client().players(endless_tags(), concurrency=3)
    await anyio.sleep(0.01)
    assert api.asked == []
    walk = aiter(outcomes)
    assert (await anext(walk)).tag == normalize_tag(next(endless_tags()))
    assert 3 <= len(api.asked) <= 3 * 21
    before = len(api.asked)
    await anyio.sleep(0.01)
    assert len(api.asked) == before


def endless_tags() -> Iterator[str]:
    """Ever new tags."""
    table = str.maketrans("0123456789abcd", "0289PYLQGRJCUV")
    for number in count(14**6):
        digits = ""
        while number:
            number, digit = divmod(number, 14)  # noqa: PLW2901 # used up
            digits += "0123456789abcd"[digit]
        yield "#" + digits.translate(table)


# ---------------------------------------------------------------------- the end


class Oh(Exception):
    """What goes wrong in the code of whoever calls."""


def raising_at(number: int, error: Exception) -> OnProgress:
    """A callback that fails in the end."""

    def report(progress: Progress) -> None:
        if progress.done == number:
            raise error

    return report


class NoTag:
    """No tag, and slow to say so: others that are under way get ahead."""

    def __repr__(self) -> str:
        time.sleep(0.02)
        return "#2PP"


@every_kind
def test_what_is_slow_or_shown_like_a_tag_keeps_its_place(kind: str) -> None:
    tags = cast("list[str]", [NoTag(), "#2PP", "#0000", NoTag(), "#2PP"])

    outcomes = all_of(kind, Players(), tags, 3, lambda _: None)

    assert [(outcome.tag, bool(outcome)) for outcome in outcomes] == [("#2PP", False), ("#2PP", True), ("#0000", True)]


@every_kind
@pytest.mark.parametrize("again", [0, 1, 30])
@pytest.mark.parametrize("number", [1, 20, 41])
def test_progress_comes_to_its_end_even_if_the_last_tags_had_come_before(kind: str, number: int, again: int) -> None:
    tags, seen = [*islice(endless_tags(), number)], list[Progress]()

    outcomes = all_of(kind, Players(), tags + tags[:again], 1, seen.append)

    total = number + min(again, number)
    assert len(outcomes) == number
    assert seen[-1] == Progress(done=total, failed=0, total=total)
    assert [progress.done for progress in seen] == sorted({progress.done for progress in seen})


@every_kind
@pytest.mark.parametrize("number", [1, 2, 17, 40])
@pytest.mark.parametrize("concurrency", [1, 5])
def test_an_error_of_the_callback_ends_everything(kind: str, number: int, concurrency: int) -> None:
    api, error = Players(), Oh()
    with pytest.raises(Oh) as caught:
        all_of(kind, api, islice(endless_tags(), 50), concurrency, raising_at(number, error))
    assert caught.value is error
    assert api.under_way == 0
    assert len(api.asked) < number + 20 * concurrency  # the others of its round were fetched already


@every_kind
@pytest.mark.parametrize("error", [StopIteration, StopAsyncIteration])
def test_an_error_of_the_callback_does_not_pass_for_the_end(kind: str, error: type[Exception]) -> None:
    with pytest.raises((RuntimeError, StopAsyncIteration)):
        all_of(kind, Players(), ["#222", "#22Y", "#22P"], 1, raising_at(2, error()))


@every_kind
@pytest.mark.parametrize("number", [0, 1, 17, 40])
def test_an_error_of_the_source_ends_everything(kind: str, number: int) -> None:
    api, error = Players(), Oh()

    def tags() -> Iterator[str]:
        yield from islice(endless_tags(), number)
        raise error

    sources: list[Tags] = [tags()] if kind == "threads" else [tags(), from_afar(tags())]
    for source in sources:
        api.asked.clear()
        with pytest.raises(Oh) as caught:
            all_of(kind, api, source, 4, repr)
        assert caught.value is error
        assert (api.under_way, len(api.asked)) == (0, number)


class Faulty(Players):
    """An API behind a transport that fails at one tag, once."""

    def __init__(self, at: str) -> None:
        super().__init__()
        self.fault: Oh | None = Oh()
        self._at = f"#{at.removeprefix('#')}"

    def _answer(self, tag: str) -> httpx.Response:
        if tag == self._at and self.fault is not None:
            fault, self.fault = self.fault, None
            raise fault
        return super()._answer(tag)


@every_kind
@pytest.mark.parametrize("concurrency", [1, 4])
@pytest.mark.parametrize("number", [0, 1, 30, 59])
def test_a_fault_that_is_not_ours_is_told_as_it_is_and_costs_no_outcome(
    kind: str, number: int, concurrency: int
) -> None:
    tags = [*islice(endless_tags(), 60)]
    api = Faulty(tags[number])
    fault, found, caught = api.fault, list[str](), list[tuple[Oh, int]]()

    async def main() -> None:
        outcomes = aiter(api.client().players(tags, concurrency=concurrency))
        try:
            async for outcome in outcomes:
                found.append(outcome.tag)
        except Oh as error:
            caught.append((error, api.under_way))
        found.extend([outcome.tag async for outcome in outcomes])

    def main_here() -> None:
        outcomes = iter(api.sync_client().players(tags, concurrency=concurrency))
        try:
            found.extend(outcome.tag for outcome in outcomes)
        except Oh as error:
            caught.append((error, api.under_way))
        found.extend(outcome.tag for outcome in outcomes)

    if kind == "threads":
        main_here()
    else:
        anyio.run(main, backend=kind)
    assert caught == [(fault, 0)]
    assert found == tags


@in_both_worlds
async def test_a_step_that_was_cut_off_can_be_made_again_and_asks_for_little_twice() -> None:
    class Slow(Players):
        async def answer(self, request: httpx.Request) -> httpx.Response:
            await anyio.sleep(0.005)
            return await super().answer(request)

    tags, api = [*islice(endless_tags(), 60)], Slow()
    outcomes = aiter(api.client().players(tags, concurrency=2))
    found, cut_off = list[str](), 0
    with anyio.fail_after(60):
        while len(found) < len(tags):
            with anyio.move_on_after(0.05) as scope:
                found.append((await anext(outcomes)).tag)
            cut_off += scope.cancelled_caught
    assert found == tags
    assert cut_off
    assert len(api.asked) <= len(tags) + 2 * cut_off
    with pytest.raises(StopAsyncIteration):
        await anext(outcomes)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_while_progress_is_told_costs_no_outcome(error: type[BaseException]) -> None:
    tags, seen, found = [*islice(endless_tags(), 5)], list[Progress](), list[str]()

    def report(progress: Progress) -> None:
        seen.append(progress)
        if len(seen) in (2, 3):
            raise error

    outcomes = iter(Players({tags[1]: 0}).sync_client().players(tags, on_progress=report))
    while len(found) < len(tags):
        with suppress(error):
            found.append(next(outcomes).tag)
    assert found == tags
    assert seen[-1] == Progress(done=5, failed=1, total=5)


def test_if_there_can_be_no_more_threads_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    start = threading.Thread.start

    def start_one(thread: threading.Thread) -> None:
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_one)
    sandbox = Sandbox()
    with pytest.raises(RuntimeError, match="can't start new thread"):
        sandbox.sync_client(rate=2).clans_by_tag([*sandbox.world.clans][:9], concurrency=2).all()


@in_both_worlds
async def test_what_has_failed_has_ended() -> None:
    walk = aiter(Players().client().players(["#222", "#22Y"], on_progress=raising_at(1, Oh())))
    with pytest.raises(Oh):
        await anext(walk)
    with pytest.raises(StopAsyncIteration):
        await anext(walk)


@in_both_worlds
@pytest.mark.parametrize("name", ["generator", "generator from afar"])
async def test_whoever_stops_half_way_leaves_nothing_behind(name: str) -> None:
    api = Players()
    client = api.client()
    given_tags = [*islice(endless_tags(), 500)]
    tags: Tags = from_afar(given_tags) if name == "generator from afar" else iter(given_tags)
    async for outcome in client.players(tags, concurrency=5):
        assert outcome
        break
    before = len(api.asked)
    gc.collect()  # what is left half-way and has to be closed would say so now
    await anyio.sleep(0.01)
    assert (api.under_way, len(api.asked)) == (0, before)
    if isinstance(tags, AsyncGenerator):  # it goes on: nobody has closed it, since it is the caller's
        assert await anext(tags) == given_tags[before]
        await tags.aclose()


def test_whoever_stops_half_way_leaves_no_thread_behind() -> None:
    api, before = Players(), threading.active_count()
    for outcome in api.sync_client().players(endless_tags(), concurrency=5):
        assert outcome
        break
    assert (api.under_way, threading.active_count()) == (0, before)


@in_both_worlds
@pytest.mark.parametrize("from_far", [False, True])
async def test_a_call_can_be_cancelled_wherever_it_waits(from_far: bool) -> None:
    tags = [*islice(endless_tags(), 6), "no tag"]
    for turns in count():
        api, ended = Players(), list[object]()
        outcomes = api.client().players(OfMyOwnFromAfar(tags) if from_far else tags, concurrency=2)

        async def ask() -> None:
            ended.append(await outcomes.all())  # noqa: B023 # awaited within the turn

        async with anyio.create_task_group() as group:
            group.start_soon(ask)
            for _ in range(turns):
                await anyio.lowlevel.checkpoint()
            group.cancel_scope.cancel()
        asked = len(api.asked)
        assert api.under_way == 0
        await anyio.lowlevel.checkpoint()
        assert len(api.asked) == asked
        if ended:
            assert turns > 5
            break


CALLS: list[Callable[[Client], Awaitable[object]]] = [
    lambda client: client.clan(TAG),
    lambda client: client.clans_by_tag([TAG, "no tag", OTHER_TAG]).all(),
    lambda client: client.clans(location="ru", labels=["farming"]),
    lambda client: client.get_location("kenya"),
]


@in_both_worlds
@pytest.mark.parametrize("make_call", CALLS)
async def test_every_call_can_be_cancelled_wherever_it_waits(make_call: Callable[[Client], Awaitable[object]]) -> None:
    api = clan_api()
    labels = items(named(57, "Farming"))
    api.answers |= {"/locations": LOCATIONS, "/labels/clans": labels, "/clans": items({"tag": TAG})}
    expected = await make_call(api.client())
    for turns in count():
        client, ended = api.client(), list[object]()

        async def ask() -> None:
            ended.append(await make_call(client))  # noqa: B023 # awaited within the turn

        async with anyio.create_task_group() as group:
            group.start_soon(ask)
            for _ in range(turns):
                await anyio.lowlevel.checkpoint()
            group.cancel_scope.cancel()
        asked = len(api.requests)
        await anyio.lowlevel.checkpoint()
        assert len(api.requests) == asked
        with anyio.fail_after(5):
            assert repr(await make_call(client)) == repr(expected)  # nothing stands in the way of the next
        if ended:
            assert turns > 2  # trio lets either task go first in each round
            break


@in_both_worlds
async def test_an_endless_call_ends_in_time() -> None:
    api, seen = Players(), list[str]()
    with anyio.move_on_after(0.05) as scope:
        async for outcome in api.client().players(endless_tags(), concurrency=3):
            seen.append(outcome.tag)
    assert scope.cancelled_caught
    assert api.under_way == 0
    assert seen == [*islice(endless_tags(), len(seen))]


# ---------------------------------------------------------------------- answers are read one by one


class World:
    """An API with an answer to all that bulk methods ask."""

    def __init__(self) -> None:
        self.asked = 0
        group: dict[str, object] = {"state": "preparation", "season": "2026-01", "clans": [], "rounds": []}
        self._answers: dict[str, object] = {
            "currentwar": war_body(),
            "warlog": items(log_row()),
            "battlelog": items(),
            "leaguegroup": group,
        }

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer, to tasks and to threads."""
        self.asked += 1
        last = request.url.path.rpartition("/")[2]
        made = player_body(tag=last) if "/players/" in request.url.path else clan_body(tag=last)
        return httpx.Response(200, json=self._answers.get(last, made))

    def walk(self, kind: str, name: str, see: Callable[[], bool]) -> None:
        """Walk through the outcomes for some tags, all of one round, and look around after each whether to go on."""
        tags = islice(endless_tags(), 20)
        if kind == "threads":
            client = SyncClient("T", **BARE, transport=httpx.MockTransport(self.answer))
            for outcome in getattr(client, name)(tags):
                assert outcome
                if not see():
                    break
            return

        async def main() -> None:
            client = Client("T", **BARE, transport=httpx.MockTransport(self.answer))
            async for outcome in getattr(client, name)(tags):
                assert outcome
                if not see():
                    break

        anyio.run(main, backend=kind)


_DECODE = "cocapi_gen._http.call.decode"
ONE_REQUEST: dict[str, type] = {"players": Player, "wars": ClanWarInfo, "battle_logs": Page}


@every_kind
@pytest.mark.parametrize("name", ONE_REQUEST)
def test_an_answer_is_read_when_its_outcome_is_handed_out(kind: str, name: str) -> None:
    def alive() -> int:
        return sum(isinstance(thing, ONE_REQUEST[name]) for thing in gc.get_objects())

    def see() -> bool:
        counted.append(alive() - before)
        return True

    gc.collect()
    counted, before = list[int](), alive()
    World().walk(kind, name, see)
    assert counted == [1] * 20


@every_kind
@pytest.mark.parametrize("name", [*ONE_REQUEST, "clans_by_tag", "current_league_wars"])
def test_all_is_sent_before_the_first_outcome_of_a_round_is_handed_out(kind: str, name: str) -> None:
    def see() -> bool:
        sent.append(world.asked)
        return True

    world, sent = World(), list[int]()
    world.walk(kind, name, see)
    assert sent == sent[:1] * 20


def walk_over_bad_connections(kind: str, base_url: str, *, is_left: bool) -> None:
    """Walk through players, each of whom is asked for once more."""
    tags = islice(endless_tags(), 20)
    if kind == "threads":
        sync_client = SyncClient("T", base_url=base_url, rate=None, cache=None)
        for outcome in sync_client.players(tags, concurrency=1):
            assert outcome
            if is_left:
                break
        return

    async def main() -> None:
        async with Client("T", base_url=base_url, rate=None, cache=None) as client:
            async for outcome in client.players(tags, concurrency=1):
                assert outcome
                if is_left:
                    break

    anyio.run(main, backend=kind)


@every_kind
@pytest.mark.parametrize("is_left", [False, True])
def test_a_walk_leaves_nothing_to_the_garbage_collector(kind: str, is_left: bool) -> None:
    def alive() -> int:
        kinds = (AsyncHeld, SyncHeld, Player, ConnectionLost)
        return sum(isinstance(thing, kinds) for thing in gc.get_objects())

    if sys.version_info >= (3, 12) and kind != "asyncio":
        pytest.skip("httpcore's errors know themselves here, by way of the context manager that makes them")
    good = saying(http(json.dumps(player_body()).encode(), "Connection: close"))
    with RawServer(one_after_the_other(*[resetting(), good] * 40)) as server, no_sleep():
        walk_over_bad_connections(kind, server.base_url, is_left=is_left)  # loads all that is loaded late
        gc.collect()
        gc.disable()
        try:
            before = alive()
            walk_over_bad_connections(kind, server.base_url, is_left=is_left)
            assert alive() == before
        finally:
            gc.enable()
        assert server.connections == 80


@every_kind
def test_what_cannot_be_read_is_told_like_any_failure(kind: str) -> None:
    def report(_: Progress) -> None:
        time.sleep(0.2)

    outcomes = all_of(kind, Players(dict.fromkeys(["#222", "#22Y"], 2)), ["#222", "#22Y"], 2, report)
    for outcome in outcomes:
        assert not outcome
        assert isinstance(outcome.error, NotJson)
        assert (outcome.error.method, outcome.error.path_template) == ("GET", "/players/{playerTag}")
        assert outcome.error.attempts == 1
    first, second = (outcome.error.elapsed for outcome in outcomes if not outcome)
    assert second - first < 0.1  # what the caller does meanwhile is no time of the call


@every_kind
@pytest.mark.parametrize("fault", [Oh, KeyboardInterrupt])
def test_what_goes_wrong_in_reading_costs_that_outcome_alone(
    kind: str, fault: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:

    def fail_once(*given: Any) -> object:
        monkeypatch.setattr(_DECODE, decode)
        raise fault

    monkeypatch.setattr(_DECODE, fail_once)
    tags = [*islice(endless_tags(), 6)]
    if kind == "threads":
        walk = iter(Players().sync_client().players(tags))
        with pytest.raises(fault):
            next(walk)
        assert [outcome.tag for outcome in walk] == tags[1:]
        return

    async def main() -> None:
        walk = aiter(Players().client().players(tags))
        with pytest.raises(fault):
            await anext(walk)
        assert [outcome.tag async for outcome in walk] == tags[1:]

    anyio.run(main, backend=kind)


@every_kind
@pytest.mark.parametrize("realtime", [False, True])
def test_wars_are_what_single_calls_say(kind: str, realtime: bool) -> None:
    asked = list[httpx.URL]()

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        if "222" in request.url.path:
            return httpx.Response(403, json={"reason": "accessDenied"})
        return httpx.Response(200, json=war_body("notInWar" if "22Y" in request.url.path else "inWar"))

    tags, transport = ["#222", "#22Y", "#22L"], httpx.MockTransport(answer)
    if kind == "threads":
        outcomes = SyncClient("T", **BARE, transport=transport).wars(tags, realtime=realtime).all()
    else:
        client = Client("T", **BARE, transport=transport)
        outcomes = anyio.run(client.wars(tags, realtime=realtime).all, backend=kind)
    assert [type(outcome.unwrap()) for outcome in outcomes] == [PrivateWarLog, NotInWar, ClanWarInfo]
    assert [url.query for url in asked] == [b"realtime=true" if realtime else b""] * 3


@in_both_worlds
async def test_wars_of_the_league_are_asked_for_at_this_very_moment() -> None:
    asked = list[httpx.URL]()

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return httpx.Response(404, json={"reason": "notFound"})

    client = Client("T", **BARE, transport=httpx.MockTransport(answer))
    await client.current_league_wars([TAG], realtime=True).all()
    assert [url.query for url in asked] == [b"realtime=true"]


@in_both_worlds
async def test_news_in_answers_that_were_held_are_seen() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=player_body(tag=request.url.path.rpartition("/")[2], news=1))

    client = Client("T", **BARE, transport=httpx.MockTransport(answer))
    await client.players(islice(endless_tags(), 16)).all()
    assert [str(drift) for drift in client.drift()] == ["getPlayer: Player.news is unknown (int)"]


@in_both_worlds
async def test_what_is_kept_for_others_is_read_at_once() -> None:
    api = Players()
    options = {**BARE, "cache": Cache(max_ages={"getPlayer": 60})}
    client = Client("T", **cast("Any", options), transport=httpx.MockTransport(api.answer))
    tags = [*islice(endless_tags(), 6)]
    async for _ in client.players(tags, concurrency=6):
        with anyio.fail_after(5):
            assert [(await client.player(tag)).tag for tag in tags] == tags
        break
    assert len(api.asked) == 6


@in_both_worlds
async def test_others_get_their_turn_before_each_answer_is_read() -> None:
    walk = aiter(Players().client().players([*islice(endless_tags(), 50)]))
    await anext(walk)
    passed = 0

    async def count_turns() -> None:
        nonlocal passed
        while True:
            passed += 1
            await anyio.lowlevel.checkpoint()

    async with anyio.create_task_group() as group:
        group.start_soon(count_turns)
        await anyio.lowlevel.checkpoint()
        before = passed
        for _ in range(49):
            await anext(walk)
        assert passed - before >= 40  # trio lets either task go first in each round
        group.cancel_scope.cancel()


@in_both_worlds
async def test_nothing_is_lost_when_a_walk_is_cancelled_between_two_outcomes() -> None:
    tags = [*islice(endless_tags(), 20)]
    walk = aiter(Players().client().players(tags))
    seen = [(await anext(walk)).tag]
    with anyio.CancelScope() as scope:
        scope.cancel()
        await anext(walk)
    assert scope.cancelled_caught
    assert seen + [outcome.tag async for outcome in walk] == tags


# ---------------------------------------------------------------------- in little memory


def peak_of(number: int, walk: Callable[[Iterator[str]], None]) -> int:
    """Return how many bytes are held at most while so many tags are worked on."""
    gc.collect()
    tracemalloc.start()
    try:
        walk(swept(islice(endless_tags(), number)))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def swept(tags: Iterator[str]) -> Iterator[str]:
    """Let the collector run often: what it has not seen yet is nothing that is held."""
    for number, tag in enumerate(tags):
        if number % 100 == 0:
            gc.collect()
        yield tag


class Stub:
    """A transport that has one answer to everything, and keeps nothing."""

    def __init__(self) -> None:
        body = httpx.Response(200, json=player_body() | {"name": "A" * 10_000}).content
        self.answer: Callable[[httpx.Request], httpx.Response] = partial(self._answer, body)

    def _answer(self, body: bytes, _: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=body)


def walk_in_a_loop(tags: Iterator[str]) -> None:
    """Walk through outcomes without keeping them."""

    async def main() -> None:
        async for outcome in Client("T", **BARE, transport=httpx.MockTransport(Stub().answer)).players(tags):
            assert outcome

    anyio.run(main)


def walk_in_threads(tags: Iterator[str]) -> None:
    """Walk through outcomes without keeping them."""
    for outcome in SyncClient("T", **BARE, transport=httpx.MockTransport(Stub().answer)).players(tags):
        assert outcome


def hold(tags: Iterator[str]) -> None:
    """Keep every outcome."""
    assert all(SyncClient("T", **BARE, transport=httpx.MockTransport(Stub().answer)).players(tags).all())


@pytest.mark.tools
@pytest.mark.parametrize("walk", [walk_in_a_loop, walk_in_threads])
def test_no_more_than_a_round_is_held(walk: Callable[[Iterator[str]], None]) -> None:
    """How full a round gets is a matter of speed, so what is compared with is a full one: of 200."""
    for each in (walk, hold):
        peak_of(10, each)  # loads all that is loaded late
    a_round, walked = peak_of(200, hold), peak_of(600, walk)
    assert walked < 2 * a_round < peak_of(600, hold)


@pytest.mark.long
@pytest.mark.parametrize("walk", [walk_in_a_loop, walk_in_threads])
def test_a_hundred_thousand_tags_take_little_memory(
    walk: Callable[[Iterator[str]], None], capsys: pytest.CaptureFixture[str]
) -> None:
    walk(islice(endless_tags(), 10_000))
    few = resident()
    walk(islice(endless_tags(), 100_000))
    grown = resident() - few
    with capsys.disabled():
        print(f"\n100,000 tags, {walk.__name__}: memory {grown:+,} kB after the first 10,000")  # noqa: T201
    assert grown < 20_000
