"""What is kept of answers: for how long, how much of it, for whom; and that what is not for keeping is not kept."""

from __future__ import annotations

import gc
import threading
import time
import tracemalloc
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import cast

import anyio
import httpx
import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from cocapi_gen import (
    AccessDenied,
    Cache,
    CallOptions,
    Client,
    CocApiError,
    GatewayTrouble,
    IncorrectParameters,
    InvalidParameterError,
    RequestTimeout,
    ResourceNotFound,
    SyncClient,
    TokenRefused,
    TooManyRequests,
    UnknownError,
    UnreadableAnswerError,
    WarLogIsPrivate,
)
from cocapi_gen._http.flow import Flow, Remember, sleep
from cocapi_gen._http.kept import Answers, Kept
from cocapi_gen._http.operation import build_request
from cocapi_gen._http.run import Noted, Result, Run
from cocapi_gen._http.settings import Options
from cocapi_gen._http.transport import Answer
from cocapi_gen._http.watch import Watch
from cocapi_gen._pauses import now, pause_here
from cocapi_gen.events import CacheHit, Event
from cocapi_gen.raw import OPERATIONS
from cocapi_gen.responses import Headers
from cocapi_gen.testing import no_sleep
from tests.answers import (
    LOCATIONS,
    OTHER_TAG,
    TAG,
    Body,
    as_answer,
    clan_body,
    driver_of,
    inside,
    items,
    player_body,
    war_body,
)
from tests.measuring import resident, tag_of

KINDS = ("asyncio", "trio", "threads")
every_kind = pytest.mark.parametrize("kind", KINDS)
MINUTE = {"Cache-Control": "public max-age=60"}


class Source:
    """An API with one answer for everything, that counts what it is asked."""

    def __init__(self, body: Body | None = None, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.body = player_body() if body is None else body
        self.status = status
        self.headers = MINUTE if headers is None else headers
        self.asked = list[str]()
        self.events = list[Event]()
        self._lock = threading.Lock()

    def answer(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            self.asked.append(request.url.raw_path.decode().removeprefix("/v1"))
        return httpx.Response(self.status, json=self.body, headers=self.headers)

    async def late(self, request: httpx.Request) -> httpx.Response:
        answer = self.answer(request)
        await anyio.sleep(0.01)
        return answer

    def client(self, cache: Cache | None = None, **options: float) -> SyncClient:
        transport, kept = httpx.MockTransport(self.answer), cache or Cache()
        client = SyncClient("T", transport=transport, cache=kept, rate=None, retries=0, on_event=self.events.append)
        return client.with_options(**cast("CallOptions", options))

    @property
    def hits(self) -> list[CacheHit]:
        return [event for event in self.events if isinstance(event, CacheHit)]


def later(seconds: float) -> None:
    """Let time pass."""
    with no_sleep():
        pause_here(seconds)


# ---------------------------------------------------------------------- for how long

FRESH: list[tuple[str | None, float]] = [
    ("max-age=60", 60),
    ("public max-age=60", 60),
    ("public, max-age=60, must-revalidate", 60),
    ("Max-Age=60", 0),  # as nobody writes it
    ("max-age=0", 0),
    ("max-age=", 0),
    ("max-age=-5", 0),
    ("no-store", 0),
    ("no-store, max-age=60", 0),
    ("max-age=60, No-Store", 0),
    ("no-cache, max-age=60", 0),
    ("public", 0),
    ("", 0),
    (None, 0),
]


@pytest.mark.parametrize(("header", "seconds"), FRESH)
def test_an_answer_is_kept_as_long_as_it_is_called_fresh(header: str | None, seconds: float) -> None:
    source = Source(headers={} if header is None else {"Cache-Control": header})
    client = source.client()
    first = client.player(TAG)
    if seconds:
        later(seconds - 1)
        assert client.player(TAG) is first
        assert len(source.asked) == 1
        later(1)
    client.player(TAG)
    assert len(source.asked) == 2


def test_without_a_cache_nothing_is_kept() -> None:
    source = Source()
    client = SyncClient("T", transport=httpx.MockTransport(source.answer), cache=None)
    client.player(TAG)
    client.player(TAG)
    assert len(source.asked) == 2


def test_clients_made_by_options_share_what_is_kept() -> None:
    source = Source()
    client = source.client()
    assert client.with_options(timeout=3).player(TAG) is client.with_options(priority=1).player(TAG)
    assert len(source.asked) == 1


def test_what_was_kept_before_the_question_is_not_fresh() -> None:
    source = Source()
    client = source.client()
    fresh = client.with_options(max_age=0)
    client.player(TAG)
    fresh.player(TAG)
    fresh.player(TAG)
    assert len(source.asked) == 3
    client.player(TAG)  # and what was fetched anew is there for others
    assert len(source.asked) == 3
    assert source.hits[-1].age < 1


def test_a_caller_chooses_how_old_is_too_old_but_not_beyond_what_the_api_says() -> None:
    source = Source()
    client = source.client()
    client.player(TAG)
    later(20)
    assert client.with_options(max_age=25).player(TAG)
    assert client.with_options(max_age=3600).player(TAG)
    assert len(source.asked) == 1
    client.with_options(max_age=15).player(TAG)
    assert len(source.asked) == 2
    later(61)
    client.with_options(max_age=3600).player(TAG)
    assert len(source.asked) == 3


def test_lists_of_names_are_kept_for_ever_or_as_the_caller_wants() -> None:
    source = Source(LOCATIONS, headers={})
    client = source.client()
    client.get_location("ru")
    later(86_400)
    client.get_location("ke")
    assert len(source.asked) == 1
    client.with_options(max_age=86_000).get_location("ke")
    assert len(source.asked) == 2


@pytest.mark.parametrize(("chosen", "seconds"), [(300, 300), (5, 5), (0.5, 0.5), (0, 0)])
def test_an_operation_may_have_a_lifetime_of_its_own(chosen: float, seconds: float) -> None:
    source = Source()
    client = source.client(Cache(max_ages={"getPlayer": chosen}))
    client.player(TAG)
    if seconds:
        later(seconds - 0.4)
        client.player(TAG)
        assert len(source.asked) == 1
        later(0.5)
    client.player(TAG)
    assert len(source.asked) == 2
    source.body = items()
    client.battle_log(TAG)
    client.battle_log(TAG)
    assert len(source.asked) == 3  # as the API says


def test_a_lifetime_of_ones_own_keeps_nothing_that_must_not_be_kept() -> None:
    source = Source(headers={"Cache-Control": "no-store"})
    client = source.client(Cache(max_ages={"getPlayer": 300}))
    client.player(TAG)
    client.player(TAG)
    assert len(source.asked) == 2


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("getPlayr", "Did you mean 'getPlayer'"),
        ("get_clan", "'getClan'"),
        ("xyz", "cocapi_gen.raw.OPERATIONS has all"),
        (5, "OPERATIONS"),
    ],
)
def test_a_lifetime_of_no_operation_is_refused_at_once(name: str, hint: str) -> None:
    for kind in (Client, SyncClient):
        with pytest.raises(InvalidParameterError, match=rf"^{name!r} in max_ages is no operation\. .*{hint}"):
            kind("T", cache=Cache(max_ages={name: 1}))


def test_every_operation_may_have_a_lifetime() -> None:
    assert Client("T", cache=Cache(max_ages=dict.fromkeys(OPERATIONS, 1)))


SENSELESS: list[tuple[str, object]] = [
    ("max_entries", -1),
    ("max_entries", 1.5),
    ("max_bytes", None),
    ("max_bytes", True),
    ("max_ages", ["getPlayer"]),
    ("max_ages", 5),
    ("max_ages", {"getPlayer": -1}),
    ("max_ages", {"getPlayer": None}),
    ("max_ages", {"getPlayer": float("nan")}),
    ("max_ages", {"getPlayer": float("inf")}),
    ("max_ages", {"getPlayer": "5"}),
]


@pytest.mark.parametrize(("name", "value"), SENSELESS)
def test_a_cache_that_makes_no_sense_is_refused_at_once(name: str, value: object) -> None:
    with pytest.raises(InvalidParameterError, match=f"^{name}"):
        Cache(**{name: value})  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # what is tested


# ---------------------------------------------------------------------- when no new answer can be had


def test_a_stale_answer_has_to_do_when_the_api_fails_but_not_for_ever() -> None:
    source = Source()
    client = source.client(stale_if_error=100)
    first = client.player(TAG)
    source.status, source.body = 502, {}
    later(159)
    assert client.player(TAG) is first
    assert [hit.is_stale for hit in source.hits] == [True]
    assert source.hits[0].age == pytest.approx(159, abs=1)
    with pytest.raises(GatewayTrouble):
        client.with_options(stale_if_error=0).player(TAG)
    later(1)
    with pytest.raises(GatewayTrouble):
        client.player(TAG)
    assert len(source.asked) == 4


STALE: list[tuple[int, Body, bool]] = [
    (429, {}, True),
    (500, {}, True),
    (502, {}, True),
    (503, {"reason": "inMaintenance"}, True),
    (504, {}, True),
    (400, {}, False),
    (401, {}, False),
    (403, {"reason": "accessDenied"}, False),
    (403, {"reason": "accessDenied", "message": "Invalid"}, False),
    (404, {"reason": "notFound"}, False),
    (200, {"tag": 5}, False),  # another shape
]


@pytest.mark.parametrize(("status", "body", "does"), STALE)
def test_what_the_api_says_of_the_thing_is_not_covered_up(status: int, body: Body, does: bool) -> None:
    source = Source()
    client = source.client(stale_if_error=100)
    first = client.player(TAG)
    source.status, source.body = status, body
    later(61)
    if does:
        assert client.player(TAG) is first
    else:
        with pytest.raises(CocApiError):
            client.player(TAG)


def test_fresh_data_are_not_replaced_by_old_ones_unless_that_is_allowed() -> None:
    source = Source()
    client = source.client()
    first = client.player(TAG)
    later(20)
    source.status = 503
    for max_age in (0, 10):
        with pytest.raises(GatewayTrouble):
            client.with_options(max_age=max_age).player(TAG)
        with pytest.raises(GatewayTrouble):
            client.with_options(max_age=max_age, stale_if_error=9).player(TAG)
        assert client.with_options(max_age=max_age, stale_if_error=25).player(TAG) is first
    assert [hit.is_stale for hit in source.hits] == [True, True]


def test_who_cannot_wait_takes_what_is_stale() -> None:
    source = Source()
    transport = httpx.MockTransport(source.answer)
    client = SyncClient("T", transport=transport, rate=0.001, stale_if_error=1e6)
    first = client.player(TAG)
    for _ in range(9):
        client.with_options(max_age=0).player(TAG)
    later(61)
    assert client.with_options(max_wait=1).player(TAG) == first
    assert len(source.asked) == 10


# ---------------------------------------------------------------------- errors


ERRORS: list[tuple[int, Body, type[CocApiError], bool]] = [
    (400, {"reason": "badRequest"}, IncorrectParameters, True),
    (404, {"reason": "notFound"}, ResourceNotFound, True),
    (403, {"reason": "accessDenied"}, WarLogIsPrivate, True),
    (403, {"reason": "accessDenied", "message": "Invalid authorization"}, TokenRefused, False),
    (403, {"reason": "accessDenied.invalidIp"}, AccessDenied, False),
    (403, {}, AccessDenied, False),
    (401, {}, TokenRefused, False),
    (429, {}, TooManyRequests, False),
    (500, {}, UnknownError, False),
    (502, {}, GatewayTrouble, False),
    (503, {}, GatewayTrouble, False),
    (504, {}, GatewayTrouble, False),
    (418, {}, UnknownError, False),
    (302, {}, UnknownError, False),
    (200, {"tag": 5}, UnreadableAnswerError, False),
]


@pytest.mark.parametrize(("status", "body", "error", "is_kept"), ERRORS)
def test_only_errors_that_say_something_about_the_thing_are_kept(
    status: int, body: Body, error: type[CocApiError], is_kept: bool
) -> None:
    source = Source(body, status)
    client = source.client()
    caught = list[CocApiError]()
    for _ in range(2):
        with no_sleep(), pytest.raises(error) as info:
            client.player(TAG)
        caught.append(info.value)
    assert len(source.asked) == (1 if is_kept else 2)
    assert str(caught[0]) == str(caught[1])
    assert caught[0] is not caught[1]
    assert caught[1].path_template == "/players/{playerTag}"
    later(61)
    with no_sleep(), pytest.raises(error):
        client.player(TAG)
    assert len(source.asked) == (2 if is_kept else 3)


def test_an_error_without_a_lifetime_is_not_kept() -> None:
    source = Source({}, 404, headers={})
    client = source.client()
    for _ in range(2):
        with pytest.raises(ResourceNotFound):
            client.player(TAG)
    assert len(source.asked) == 2


# ---------------------------------------------------------------------- what is never kept


def test_what_is_for_one_pair_of_eyes_is_never_kept() -> None:
    source = Source({"tag": TAG, "token": "x", "status": "ok"})
    client = source.client()
    for _ in range(2):
        client.verify_token(TAG, "secret")
        client.raw.players.verify_token(player_tag=TAG, token="secret")
    assert len(source.asked) == 4
    source.body = war_body()
    for _ in range(2):
        client.war(TAG, realtime=True)
        with suppress(UnreadableAnswerError):  # which is not what is tested
            client.raw.clans.get_current_war(clan_tag=TAG, realtime=True)
        client.request("GET", "/clans/%232PP/currentwar")
    assert len(source.asked) == 10
    assert source.hits == []
    client.war(TAG)
    client.war(TAG)
    client.war(TAG, realtime=False)
    assert len(source.asked) == 11


# ---------------------------------------------------------------------- what is told apart


def test_every_question_has_an_answer_of_its_own() -> None:
    source = Source(items())
    client = source.client()
    asks: list[Callable[[], object]] = [
        lambda: client.clans(name="bomb"),
        lambda: client.clans(name="Bomb"),
        lambda: client.clans(name="bomb "),
        lambda: client.clans(name="bomb", limit=1),
        lambda: client.clans(name="bomb", limit=11),
        lambda: client.clans(name="bomb&limit=1"),
        lambda: client.clans(min_members=11),
        lambda: client.clans(max_members=11),
        lambda: client.clans(labels=[56]),
        lambda: client.clans(labels=[57]),
        lambda: client.clans(labels=[56, 57]),
        lambda: client.clans_details(name="bomb"),
        lambda: client.clans_details(name="bomb", after="x"),
        lambda: client.clans_details(name="bomb", before="x"),
        lambda: client.raw.clans.search_clans(name="bomb"),
        lambda: client.raid_seasons(TAG),
        lambda: client.raid_seasons(OTHER_TAG),
        lambda: client.clan_members(TAG),
        lambda: client.battle_log(TAG),
        lambda: client.league_history(TAG),
    ]
    for ask in asks * 2:
        ask()
    # The tags of a search are taken from the same answer as its details are.
    assert len(set(source.asked)) == len(source.asked) - 2
    assert len(source.hits) == len(asks)
    assert {hit.path_template for hit in source.hits} >= {"/clans", "/clans/{clanTag}/members"}


def test_a_raw_model_and_ours_are_two_things() -> None:
    source = Source()
    client = source.client()
    ours, raw = client.player(TAG), client.raw.players.get_player(player_tag=TAG)
    assert {type(ours).__module__, type(raw).__module__} == {"cocapi_gen.models.player", "cocapi_gen.raw.models"}
    assert client.player(TAG) is ours
    assert client.raw.players.get_player(player_tag=TAG) is raw
    assert len(source.asked) == 2


def test_a_tag_is_the_same_however_it_is_spelled() -> None:
    source = Source()
    client = source.client()
    assert client.player("#2PP") is client.player(" 2pp ")
    assert len(source.asked) == 1


def test_a_number_that_cannot_be_written_is_refused_before_anything_is_looked_up() -> None:
    with pytest.raises(InvalidParameterError, match="'limit'"):
        Source().client().raw.clans.search_clans(name="bomb", limit=10**5000)


def test_clients_keep_their_answers_to_themselves() -> None:
    one, other = Source(), Source()
    one.client().player(TAG)
    other.client().player(TAG)
    assert (len(one.asked), len(other.asked)) == (1, 1)


# ---------------------------------------------------------------------- what is shared


def test_what_is_shared_cannot_be_changed() -> None:
    client = Source(player_body(troops=[{"name": "Golem", "level": 1, "maxLevel": 2, "village": "home"}])).client()
    player, raw = client.player(TAG), client.raw.players.get_player(player_tag=TAG)
    for model in (player, raw, player.troops[0], raw.troops[0]):
        with pytest.raises((AttributeError, ValueError), match=r"read-only|frozen"):
            model.name = "other"  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue] # what is tested
    assert isinstance(player.troops, tuple)
    assert isinstance(raw.troops, tuple)
    player.to_dict()["name"] = "other"
    raw.model_dump()["name"] = "other"
    assert client.player(TAG).name == client.raw.players.get_player(player_tag=TAG).name == "Somebody"


def test_a_kept_answer_tells_when_it_was_fetched() -> None:
    source = Source()
    client = source.client()
    first = client.with_response.player(TAG)
    later(30)
    second = client.with_response.player(TAG)
    assert second.exchanges == first.exchanges
    assert (second.fetched_at, second.expires_at) == (first.fetched_at, first.fetched_at + timedelta(seconds=60))
    later(31)
    third = client.with_response.player(TAG)
    assert third.fetched_at > second.fetched_at
    source.status = 500
    later(61)
    stale = client.with_options(stale_if_error=100).with_response.player(TAG)
    assert (stale.fetched_at, stale.status) == (third.fetched_at, 200)


def test_a_clan_of_kept_parts_tells_of_each() -> None:
    bodies = {"": clan_body(), "/currentwar": war_body(), "/warlog": items()}
    asked = list[str]()

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        part = request.url.path.removeprefix("/v1/clans/#2PP")
        return httpx.Response(200, json=bodies[part], headers={"Cache-Control": f"max-age={120 - 10 * len(part)}"})

    client = SyncClient("T", transport=httpx.MockTransport(answer))
    first, second = client.with_response.clan(TAG), client.with_response.clan(TAG)
    assert len(asked) == 3
    assert set(first.exchanges) == set(second.exchanges)
    later(40)  # the war has to be asked for again, and the rest not
    third = client.with_response.clan(TAG)
    assert [path.rsplit("/", 1)[1] for path in asked[3:]] == ["currentwar"]
    assert third.fetched_at == first.fetched_at


# ---------------------------------------------------------------------- one for all


def crowd(kind: str, source: Source, number: int, **options: float) -> list[object]:
    """Let many ask at once; return what each came to."""
    chosen = cast("CallOptions", {"retries": 0, **options})
    found = list[object]()
    coming = threading.Semaphore(0)

    def slow(request: httpx.Request) -> httpx.Response:
        answer = source.answer(request)
        for _ in range(number):
            coming.acquire(timeout=5)
        time.sleep(0.05)  # all are about to ask
        return answer

    client = Client("T", transport=httpx.MockTransport(source.late), rate=None).with_options(**chosen)
    twin = SyncClient("T", transport=httpx.MockTransport(slow), rate=None).with_options(**chosen)

    async def ask() -> None:
        try:
            found.append(await client.player(TAG))
        except CocApiError as error:
            found.append(error)

    def ask_here() -> None:
        coming.release()
        try:
            found.append(twin.player(TAG))
        except CocApiError as error:
            found.append(error)

    at_once(kind, [ask] * number, [ask_here] * number)
    return found


def at_once(
    kind: str, tasks: list[Callable[[], Coroutine[object, object, None]]], works: list[Callable[[], None]]
) -> None:
    """Run all tasks in an event loop, or do all work in threads; they start in this order."""

    async def main() -> None:
        async with anyio.create_task_group() as group:
            for task in tasks:
                group.start_soon(task)
                if len(tasks) == 2:
                    await anyio.wait_all_tasks_blocked()

    if kind != "threads":
        anyio.run(main, backend=kind)
        return
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
        time.sleep(0.01 if len(threads) == 2 else 0)
    for thread in threads:
        thread.join()


@every_kind
@pytest.mark.parametrize("headers", [MINUTE, {}], ids=["kept", "not kept"])
def test_of_a_hundred_who_want_the_same_one_asks(kind: str, headers: dict[str, str]) -> None:
    source = Source(headers=headers)
    found = crowd(kind, source, 100)
    assert len(source.asked) == 1
    assert len({id(each) for each in found}) == 1
    assert len(found) == 100


@every_kind
def test_the_error_of_one_is_told_to_all_each_with_one_of_his_own(kind: str) -> None:
    source = Source({}, 500)
    found = crowd(kind, source, 30)
    assert len(source.asked) == 1
    assert {type(each) for each in found} == {UnknownError}
    assert len({id(each) for each in found}) == 30


@every_kind
def test_fresh_data_for_a_hundred_are_one_request(kind: str) -> None:
    source = Source()
    crowd(kind, source, 100, max_age=0)
    assert len(source.asked) == 1


@every_kind
def test_who_has_more_time_than_the_first_goes_on_without_him(kind: str) -> None:
    driver, twin = driver_of(Client("T")), driver_of(SyncClient("T"))
    found = list[object]()

    def late() -> Flow[object]:
        yield from sleep(0.05)
        later(1.5)
        raise RequestTimeout("There is no more time.")

    def fetch() -> Flow[object]:
        yield from ()
        return "something"

    def remember(make: Callable[[], Flow[object]]) -> Flow[None]:
        found.append((yield Remember("key", make, OPERATIONS["getPlayer"])))

    options = Options(deadline=1)
    first, second = Run(options), Run(options, since=now() + 2)

    async def lead() -> None:
        with pytest.raises(RequestTimeout):
            await driver.run(remember(late), first)

    def lead_here() -> None:
        with pytest.raises(RequestTimeout):
            twin.run(remember(late), first)

    at_once(
        kind,
        [lead, lambda: driver.run(remember(fetch), second)],
        [lead_here, lambda: twin.run(remember(fetch), second)],
    )
    assert found == ["something"]


@every_kind
def test_who_is_more_patient_than_the_first_does_not_get_his_error(kind: str) -> None:
    asked, found = list[str](), list[object]()

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        time.sleep(0.05)
        return httpx.Response(502) if len(asked) == 1 else httpx.Response(200, json=LOCATIONS)

    async def answer_late(request: httpx.Request) -> httpx.Response:
        await anyio.sleep(0.05)
        return answer(request)

    client = Client("T", transport=httpx.MockTransport(answer_late), rate=None, retries=0)
    twin = SyncClient("T", transport=httpx.MockTransport(answer), rate=None, retries=0)

    async def ask(client: Client) -> None:
        try:
            found.append(await client.get_location("ke"))
        except GatewayTrouble:
            found.append(None)

    def ask_here(client: SyncClient) -> None:
        try:
            found.append(client.get_location("ke"))
        except GatewayTrouble:
            found.append(None)

    at_once(
        kind,
        [partial(ask, client), partial(ask, client.with_options(retries=1))],
        [partial(ask_here, twin), partial(ask_here, twin.with_options(retries=1))],
    )
    first, second = found
    assert first is None
    assert second is not None
    assert len(asked) == 2


# ---------------------------------------------------------------------- bounds


def noted(size: int) -> Noted:
    """An answer of so many bytes, fresh for an hour."""
    request = build_request(OPERATIONS["getPlayer"], {"player_tag": "#2PP"})
    return Noted(request, 200, Headers({"cache-control": "max-age=3600"}), size, is_lookup=False, moment=0.0)


def no_flow() -> Flow[object]:
    """Nobody runs it."""
    raise AssertionError


class Keeping(RuleBasedStateMachine):
    """Whatever is put and found: never more than allowed, counted exactly, and those least used lately go first."""

    most_entries, most_bytes = 5, 100

    def __init__(self) -> None:
        super().__init__()
        limits = Cache(max_entries=self.most_entries, max_bytes=self.most_bytes)
        self.answers = Answers(limits, Watch(None))
        self.expected = OrderedDict[int, tuple[int, object, float]]()
        self.moment = 1000.0

    def wanted(self, key: int) -> Remember[object]:
        return Remember(key, no_flow, OPERATIONS["getPlayer"])

    @rule(key=st.integers(0, 8), size=st.integers(0, 120))
    def put(self, key: int, size: int) -> None:
        value = object()
        self.answers.put(self.wanted(key), Kept(Result(value), [noted(size)], self.moment))
        if size > self.most_bytes:
            return
        self.expected.pop(key, None)
        self.expected[key] = size, value, self.moment + 3600
        while len(self.expected) > self.most_entries or sum(each[0] for each in self.expected.values()) > 100:
            self.expected.popitem(last=False)

    @rule(key=st.integers(0, 8))
    def find(self, key: int) -> None:
        found = self.answers.find(self.wanted(key), Run(Options()), self.moment)
        expected = self.expected.get(key)
        if expected is None or self.moment >= expected[2]:
            assert found is None
        else:
            assert found is not None
            assert found.result.value is expected[1]
            self.expected.move_to_end(key)

    @rule(key=st.integers(0, 8), allowed=st.floats(0, 5000))
    def find_stale(self, key: int, allowed: float) -> None:
        found = self.answers.find_stale(self.wanted(key), Run(Options(stale_if_error=allowed)), self.moment)
        expected = self.expected.get(key)
        assert (found is not None) == (expected is not None and self.moment < expected[2] + allowed)

    @rule(seconds=st.floats(0, 2000))
    def wait(self, seconds: float) -> None:
        self.moment += seconds

    @invariant()
    def it_is_within_bounds(self) -> None:
        assert self.answers.statistics().entries == len(self.expected) <= self.most_entries
        assert self.answers.statistics().size == sum(size for size, *_ in self.expected.values()) <= self.most_bytes


TestKeeping = Keeping.TestCase
TestKeeping.settings = settings(max_examples=40, stateful_step_count=30)


@pytest.mark.parametrize("limits", [Cache(max_entries=0), Cache(max_bytes=0), Cache(max_bytes=50)])
def test_what_is_too_large_is_not_kept(limits: Cache) -> None:
    source = Source()
    client = source.client(limits)
    client.player(TAG)
    client.player(TAG)
    assert len(source.asked) == 2


def test_threads_do_not_upset_the_count() -> None:
    answers = Answers(Cache(max_entries=50, max_bytes=2000), Watch(None))
    run = Run(Options())

    def work(first: int) -> None:
        for number in range(first, first + 3000):
            wanted = Remember(number * 7 % 100, no_flow, OPERATIONS["getPlayer"])
            answers.put(wanted, Kept(Result(number), [noted(number % 90)], now()))
            answers.find(wanted, run, now())

    threads = [threading.Thread(target=work, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = vars(answers)["_kept"]
    assert answers.statistics().size == sum(entry.size for entry in kept.values()) <= 2000
    assert answers.statistics().entries <= 50


class Unchanging:
    """Carries no request anywhere: this is the answer, whatever is asked for. So httpx takes no time."""

    def __init__(self) -> None:
        self._answer = as_answer(httpx.Response(200, json=player_body(), headers=MINUTE))

    def send(self, *_: object) -> Answer:
        return self._answer


def small_client() -> SyncClient:
    """A client that keeps 50 answers, and has them."""
    client = SyncClient("T", rate=None, cache=Cache(max_entries=50))
    inside(driver_of(client))["_transport"] = Unchanging()
    ask_for(client, range(60))
    gc.collect()
    return client


def ask_for(client: SyncClient, numbers: range) -> None:
    """Ask for so many players."""
    for number in numbers:
        client.player(tag_of(number))


def traced(tags: int) -> int:
    """Return the bytes that more are held after so many players were asked for, each once."""
    client = small_client()
    tracemalloc.start()
    try:
        ask_for(client, range(60, 60 + tags))
        gc.collect()
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


def test_many_tags_take_no_more_memory_than_the_bounds_allow() -> None:
    assert traced(400) < traced(100) + 100_000


@pytest.mark.long
def test_a_million_tags_take_no_more_memory_than_a_hundred_thousand(capsys: pytest.CaptureFixture[str]) -> None:
    client = small_client()
    ask_for(client, range(100_000))
    before = resident()
    ask_for(client, range(100_000, 1_000_000))
    grown = resident() - before
    with capsys.disabled():
        print(f"\n1,000,000 tags, each once: memory {grown:+,} kB after the first 100,000")  # noqa: T201
    assert client.statistics.cache.entries == 50
    assert grown < 5_000
