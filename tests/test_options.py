"""How calls are made: options, retries, what came with a result, and requests of one's own."""

from __future__ import annotations

import copy
import pickle
import socket
import threading
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Literal, cast

import anyio
import httpx
import pytest
from hypothesis import given, strategies as st

from cocapi_gen import (
    AccessDenied,
    Cache,
    CallOptions,
    Client,
    ClientRequestError,
    CocApiError,
    ConnectionFailed,
    GatewayTrouble,
    IncorrectParameters,
    InMaintenance,
    InvalidParameterError,
    RequestTimeout,
    ResourceNotFound,
    Response,
    ServiceUnavailable,
    SyncClient,
    TooManyRequests,
    UnknownClanLabelError,
    UnknownError,
    UnreadableAnswerError,
)
from cocapi_gen.events import Event, RetryPlanned
from cocapi_gen.sandbox import Fault, Sandbox, gateway, invalid_json, maintenance, reset, throttled
from cocapi_gen.testing.pauses import no_sleep
from tests.answers import (
    BARE,
    LOCATIONS,
    TAG,
    Answering,
    Api,
    Body,
    RawServer,
    clan_api,
    http,
    items,
    named,
    read_request,
    stalling,
    unused_url,
)

GOLDPASS = "/goldpass/seasons/current"
NOW = datetime(2026, 1, 8, 12, tzinfo=UTC)

in_both_worlds = pytest.mark.anyio
KINDS = ("asyncio", "trio", "threads")
every_kind = pytest.mark.parametrize("kind", KINDS)


def call(kind: str, client: Client, twin: SyncClient, name: str, *arguments: object, **named: object) -> object:
    """Call a method in one of the ways."""
    if kind == "threads":
        return getattr(twin, name)(*arguments, **named)

    async def main() -> object:
        return await cast("Coroutine[object, object, object]", getattr(client, name)(*arguments, **named))

    return anyio.run(main, backend=kind)


# ---------------------------------------------------------------------- with_options


@in_both_worlds
async def test_options_share_connections_and_kept_lists() -> None:
    body = b'{"items": [{"id": 193, "name": "Russia", "isCountry": true, "countryCode": "RU"}]}'
    answering = Answering(http(body))
    with RawServer(answering) as server:
        async with Client("T", **BARE, base_url=server.base_url) as client:
            patient = client.with_options(timeout=60, retries=2)
            assert (await client.get_location("ru")).id == (await patient.get_location("RU")).id == 193
            other = patient.with_options(timeout=None).with_options()
            assert (await other.get_location("russia")).id == 193
            await other.request("GET", "/locations")
            assert (len(answering.heads), server.connections) == (2, 1)


def test_options_share_connections_in_threads_too() -> None:
    answering = Answering(http(b"{}"))
    with RawServer(answering) as server, SyncClient("T", **BARE, base_url=server.base_url) as client:
        client.goldpass()
        for seconds in (1, 2, 3):
            client.with_options(timeout=seconds).goldpass()
        assert (len(answering.heads), server.connections) == (4, 1)


@in_both_worlds
async def test_options_are_shared_before_the_first_request_too() -> None:
    api = Api({"/locations": LOCATIONS})
    client = api.client()
    await client.with_options(retries=1).get_location("ru")
    await client.get_location("ke")
    assert api.targets == ["/locations"]


def test_a_client_with_options_is_one_of_the_same_kind() -> None:
    class Mine(Client):
        """A client with more to it."""

        guild = "here"

    class MineToo(SyncClient):
        """The same."""

        guild = "here"

    for client in (Mine("T"), MineToo("T")):
        client.guild = "there"
        assert client.raw is client.raw
        assert client.with_response is client.with_response
        other = client.with_options(retries=3)
        assert type(other) is type(client)
        assert repr(other) == repr(client)
        assert other.guild == "there"
        assert other.raw is not client.raw
        assert other.with_response is not client.with_response
        with pytest.raises(TypeError, match="make another one"):
            pickle.dumps(other)


@every_kind
def test_raw_operations_and_responses_are_made_with_the_options_too(kind: str) -> None:
    asked = list[float]()

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.extensions["timeout"]["read"])
        return httpx.Response(200, json={})

    client, twin = (
        Client("T", **BARE, transport=httpx.MockTransport(answer)),
        SyncClient("T", **BARE, transport=httpx.MockTransport(answer)),
    )
    assert client.raw
    assert twin.raw
    respond(kind, client, twin, "goldpass")
    client, twin = client.with_options(timeout=3), twin.with_options(timeout=3)
    respond(kind, client, twin, "goldpass")
    if kind == "threads":
        twin.raw.goldpass.get_current_gold_pass_season()
    else:
        anyio.run(client.raw.goldpass.get_current_gold_pass_season, backend=kind)
    assert asked == [30, 3, 3]


def test_options_that_are_not_given_stay() -> None:
    def options(client: Client | SyncClient) -> object:
        return vars(client)["_caller"].options

    client = Client("T", timeout=5, retries=2)
    assert options(client.with_options()) == options(client)
    changed = client.with_options(max_age=0)
    assert options(changed.with_options(max_age=None)) == options(client)
    assert options(changed.with_options(timeout=7)) == options(
        SyncClient("T", timeout=7, retries=2).with_options(max_age=0)
    )


@pytest.mark.parametrize("name", ["cache", "Timeout", "token", "base_url", "retry"])
def test_an_option_that_there_is_not_is_a_mistake(name: str) -> None:
    for client in (Client("T"), SyncClient("T")):
        with pytest.raises(TypeError, match=f"There is no option {name}: there are timeout, "):
            client.with_options(**{name: True})


@pytest.mark.parametrize("wrong", ["transport", httpx.Client, object()], ids=["a text", "a class", "an object"])
@pytest.mark.parametrize("name", ["transport", "http_client"])
@pytest.mark.parametrize("kind", [Client, SyncClient])
def test_what_cannot_carry_requests_is_refused_at_once(
    kind: type[Client | SyncClient], name: str, wrong: object
) -> None:
    with pytest.raises(InvalidParameterError, match=f"^{name} has to be an httpx"):
        kind("T", **{name: wrong})  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # what is tested


def test_a_carrier_of_the_other_kind_is_refused_at_once() -> None:
    with httpx.HTTPTransport() as blocking, pytest.raises(InvalidParameterError, match="AsyncBaseTransport"):
        Client("T", transport=blocking)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # what is tested
    with httpx.Client() as blocking_client, pytest.raises(InvalidParameterError, match="AsyncClient"):
        Client("T", http_client=blocking_client)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # what is tested


SENSELESS = [
    *[("timeout", value) for value in (1e300, 0, -1, float("nan"), float("inf"), "5", True, [1], 1j)],
    *[("retries", value) for value in (-1, 1.0, True, None, "2", float("inf"))],
    *[("deadline", value) for value in (0, -1, float("nan"), "5", False)],
    *[("max_wait", value) for value in (1e300, -1, float("nan"), float("inf"), "5", True)],
    *[("max_age", value) for value in (1e300, -1, float("nan"), float("inf"), "5", True)],
    *[("stale_if_error", value) for value in (-1, float("nan"), None, "5", True)],
    *[("priority", value) for value in (1.0, None, "5", True)],
    *[("wait_for_maintenance", value) for value in (1, 0, None, "yes")],
]


@pytest.mark.parametrize(("name", "value"), SENSELESS)
def test_an_option_that_makes_no_sense_is_refused_at_once(name: str, value: object) -> None:
    options = cast("CallOptions", {name: value})
    for client in (Client("T"), SyncClient("T")):
        with pytest.raises(InvalidParameterError, match=rf"^{name} is "):
            client.with_options(**options)
        with pytest.raises(InvalidParameterError, match=rf"^{name} is "):
            type(client)("T", **{name: value})  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # what is tested


@every_kind
def test_a_timeout_reaches_the_wire(kind: str) -> None:
    sent = list[dict[str, float | None]]()

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.extensions["timeout"])
        return httpx.Response(200, json={})

    client = Client("T", **BARE, transport=httpx.MockTransport(answer), timeout=5)
    twin = SyncClient("T", **BARE, transport=httpx.MockTransport(answer), timeout=5)
    for seconds in (None, 0.25, 7, 5):
        call(kind, client.with_options(timeout=seconds), twin.with_options(timeout=seconds), "goldpass")
    call(kind, client, twin, "goldpass")
    expected = [None, 0.25, 7, 5, 5]
    assert sent == [{"connect": each, "read": each, "write": each, "pool": each} for each in expected]


@every_kind
def test_a_timeout_of_a_call_is_kept_to(kind: str) -> None:
    with RawServer(stalling()) as server:
        client, twin = Client("T", **BARE, base_url=server.base_url), SyncClient("T", **BARE, base_url=server.base_url)
        begin = time.monotonic()
        with pytest.raises(RequestTimeout):
            call(kind, client.with_options(timeout=0.05), twin.with_options(timeout=0.05), "goldpass")
        assert 0.04 < time.monotonic() - begin < 5


@in_both_worlds
async def test_fresh_lists_are_loaded_anew_and_by_one_for_all() -> None:
    api = Api({"/labels/clans": items(named(56, "Clan Wars"))})
    client = api.client()
    fresh = client.with_options(max_age=0)
    assert (await client.get_clan_label("clan wars")).id == 56
    api.answers["/labels/clans"] = items(named(77, "Clan Wars"))
    assert (await client.get_clan_label("clan wars")).id == 56
    found = list[int]()

    async def look_up() -> None:
        found.append((await fresh.get_clan_label("clan wars")).id)

    async with anyio.create_task_group() as group:
        for _ in range(8):
            group.start_soon(look_up)
    assert found == [77] * 8
    assert len(api.requests) == 2
    assert (await client.get_clan_label("clan wars")).id == 77
    assert len(api.requests) == 2
    await fresh.get_clan_label("clan wars")
    assert len(api.requests) == 3


@every_kind
def test_an_unknown_name_loads_a_fresh_list_once(kind: str) -> None:
    asked = list[str]()

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, json=items(named(56, "Clan Wars")))

    client = Client("T", **BARE, transport=httpx.MockTransport(answer)).with_options(max_age=0)
    twin = SyncClient("T", **BARE, transport=httpx.MockTransport(answer)).with_options(max_age=0)
    for turn in (1, 2):
        with pytest.raises(UnknownClanLabelError):
            call(kind, client, twin, "get_clan_label", "nothing")
        assert len(asked) == turn


# ---------------------------------------------------------------------- retries

PASSING: list[tuple[Fault, type[CocApiError]]] = [
    (throttled(), TooManyRequests),
    (throttled(retry_after=2), TooManyRequests),
    (maintenance(html=True), GatewayTrouble),
    (gateway(502), ServiceUnavailable),
    (gateway(504), ServiceUnavailable),
    (reset("connect"), ConnectionFailed),
    (reset("request"), ConnectionFailed),
    (reset("head"), ConnectionFailed),
    (reset("body"), ConnectionFailed),
]
LASTING: list[tuple[Fault, type[CocApiError]]] = [
    (throttled(retry_after=61), TooManyRequests),
    (maintenance(), InMaintenance),
    (gateway(500), UnknownError),
    (gateway(500, html=False), UnknownError),
    (invalid_json(), UnreadableAnswerError),
]
names = [fault.name for fault, _ in (*PASSING, *LASTING)]


@every_kind
@pytest.mark.parametrize(("fault", "error"), PASSING, ids=lambda each: getattr(each, "name", ""))
@pytest.mark.parametrize("times", [1, 4])
def test_what_passes_in_time_is_no_error(kind: str, fault: Fault, error: type[CocApiError], times: int) -> None:
    sandbox = Sandbox(seed=1, clans=12)
    sandbox.inject(fault, times=times)
    told = list[Event]()
    client = sandbox.client(retries=4, on_event=told.append)
    twin = sandbox.sync_client(retries=4, on_event=told.append)
    with no_sleep() as pauses:
        begin = time.monotonic()
        assert call(kind, client, twin, "player", sandbox.world.player_tag)
        assert time.monotonic() - begin < 5
    assert sum(isinstance(event, RetryPlanned) for event in told) == times
    assert all(0 <= seconds <= 4 for seconds in pauses)
    if fault == throttled(retry_after=2):
        assert sum(pauses) > 1.9 * times
    sandbox.inject(fault, times=times)
    less = client.with_options(retries=times - 1)
    with no_sleep(), pytest.raises(error):
        call(kind, less, twin.with_options(retries=times - 1), "player", sandbox.world.player_tag)


@every_kind
@pytest.mark.parametrize(("fault", "error"), PASSING, ids=lambda each: getattr(each, "name", ""))
def test_what_does_not_pass_in_time_is_the_last_error(kind: str, fault: Fault, error: type[CocApiError]) -> None:
    sandbox = Sandbox(seed=1, clans=12)
    sandbox.inject(fault)
    with no_sleep() as pauses, pytest.raises(error) as caught:
        call(kind, sandbox.client(retries=4), sandbox.sync_client(retries=4), "player", sandbox.world.player_tag)
    assert sum(pauses) > 0
    assert caught.value.attempts == 5
    assert "(5 attempts in " in str(caught.value)


@every_kind
@pytest.mark.parametrize(("fault", "error"), LASTING, ids=lambda each: getattr(each, "name", ""))
def test_what_will_not_pass_is_not_tried_again(kind: str, fault: Fault, error: type[CocApiError]) -> None:
    sandbox = Sandbox(seed=1, clans=12)
    sandbox.inject(fault)
    with no_sleep() as pauses, pytest.raises(error):
        call(kind, sandbox.client(retries=4), sandbox.sync_client(retries=4), "player", sandbox.world.player_tag)
    assert (pauses, len(sandbox.requests)) == ([], 1)


@every_kind
@pytest.mark.parametrize(
    ("fault", "sent"),
    [
        (throttled(), 2),
        (throttled(retry_after=1), 2),
        (maintenance(), 1),
        (gateway(502), 1),
        (gateway(504), 1),
        (gateway(500), 1),
        (reset("head"), 1),
        (reset("body"), 1),
    ],
    ids=lambda each: getattr(each, "name", ""),
)
def test_what_changes_something_is_sent_again_only_when_it_was_turned_away(kind: str, fault: Fault, sent: int) -> None:
    sandbox = Sandbox(seed=1, clans=12)
    sandbox.inject(fault, times=1)
    world = sandbox.world
    client, twin = sandbox.client(retries=3), sandbox.sync_client(retries=3)
    with no_sleep() as pauses:
        if sent == 2:
            assert call(kind, client, twin, "verify_token", world.player_tag, world.token)
        else:
            with pytest.raises(CocApiError):
                call(kind, client, twin, "verify_token", world.player_tag, world.token)
    assert bool(pauses) == (sent > 1)
    assert len([each for each in sandbox.requests if each.startswith("POST")]) == sent


@every_kind
def test_without_retries_everything_is_sent_once(kind: str) -> None:
    sandbox = Sandbox(seed=1, clans=12)
    sandbox.inject(maintenance(), times=1)
    with no_sleep() as pauses, pytest.raises(ServiceUnavailable):
        call(kind, sandbox.client(retries=0), sandbox.sync_client(retries=0), "player", sandbox.world.player_tag)
    assert (pauses, len(sandbox.requests)) == ([], 1)


@every_kind
def test_each_request_of_a_method_has_retries_of_its_own(kind: str) -> None:
    sandbox = Sandbox(seed=1, clans=12)
    for operation in ("getClan", "getCurrentWar", "getClanWarLog"):
        sandbox.inject(gateway(502), operation=operation, times=2)
    clan = sandbox.world.in_war_clan_tag
    with no_sleep() as pauses:
        found = call(kind, sandbox.client(retries=2), sandbox.sync_client(retries=2), "clan", clan)
    assert found == Sandbox(seed=1, clans=12).sync_client().clan(clan)
    assert len(pauses) == 6


def test_pauses_are_real_unless_they_are_skipped() -> None:
    sandbox = Sandbox(seed=1, clans=12)
    sandbox.inject(throttled(retry_after=1), times=1)
    begin = time.monotonic()
    assert sandbox.sync_client(retries=1).player(sandbox.world.player_tag)
    assert 1 <= time.monotonic() - begin < 10


@in_both_worlds
async def test_a_pause_can_be_cancelled() -> None:
    sandbox = Sandbox(seed=1, clans=12)
    sandbox.inject(throttled(retry_after=30))
    with anyio.move_on_after(0.05) as scope:
        await sandbox.client(retries=1).player(sandbox.world.player_tag)
    assert scope.cancelled_caught
    assert len(sandbox.requests) == 1


@every_kind
def test_resets_on_a_real_socket_are_tried_again(kind: str) -> None:
    moves = iter([True, True, False] * 2)

    def script(connection: socket.socket) -> None:
        read_request(connection)
        if not next(moves):
            connection.sendall(http(b'{"startTime": "20260101T080000.000Z"}'))

    with RawServer(script) as server, no_sleep() as pauses:
        client = Client("T", rate=None, cache=None, base_url=server.base_url, retries=2)
        twin = SyncClient("T", rate=None, cache=None, base_url=server.base_url, retries=2)
        assert getattr(call(kind, client, twin, "goldpass"), "start_time", None) is not None
    assert len(pauses) == 2
    assert server.connections == 3


# ---------------------------------------------------------------------- what came with a result


def respond(
    kind: str, client: Client, twin: SyncClient, name: str, *arguments: object, **options: object
) -> Response[object]:
    """Call a method in one of the ways, and return what came with its result too."""
    if kind == "threads":
        return cast("Response[object]", getattr(twin.with_response, name)(*arguments, **options))

    async def main() -> Response[object]:
        found = getattr(client.with_response, name)(*arguments, **options)
        return await cast("Coroutine[object, object, Response[object]]", found)

    return anyio.run(main, backend=kind)


@every_kind
def test_a_response_tells_status_headers_and_age(kind: str) -> None:
    sandbox = Sandbox(seed=1, clans=12)
    client, twin, tag = sandbox.client(), sandbox.sync_client(), sandbox.world.player_tag
    begin = datetime.now(UTC)
    response = respond(kind, client, twin, "player", tag)
    assert response.value == twin.player(tag)
    assert (response.status, response.headers["content-type"]) == (200, "application/json; charset=utf-8")
    assert response.headers["Content-Type"] == response.headers["CONTENT-TYPE"]
    assert begin <= response.fetched_at <= datetime.now(UTC)
    exchange = response.main
    assert (exchange.method, exchange.target, exchange.is_lookup) == ("GET", f"/players/%23{tag[1:]}", False)
    assert exchange.max_age == timedelta(seconds=60)
    assert response.expires_at == exchange.expires_at == exchange.fetched_at + timedelta(seconds=60)
    assert response.exchanges == (exchange,)


@every_kind
@pytest.mark.parametrize("name", ["war", "league_group", "league_wars", "current_league_war"])
def test_live_data_are_not_fresh_for_ten_minutes_though_the_api_says_so(kind: str, name: str) -> None:
    sandbox = Sandbox(seed=1, clans=12)
    tag = sandbox.world.in_war_clan_tag
    response = respond(kind, sandbox.client(), sandbox.sync_client(), name, tag, realtime=True)
    assert {each.headers["cache-control"] for each in response.exchanges} == {"max-age=600"}
    assert {each.max_age for each in response.exchanges} == {timedelta(0)}
    assert response.expires_at == response.fetched_at


@pytest.mark.parametrize(("value", "seconds"), [(True, 0), ("true", 0), (False, 120), ("false", 120), (None, 120)])
def test_live_data_are_known_by_what_was_sent(value: str | bool | None, seconds: int) -> None:
    sandbox = Sandbox(seed=1, clans=12)
    client, path = sandbox.sync_client(), f"/clans/{sandbox.world.in_war_clan_tag}/currentwar"
    response = client.with_response.request("GET", path, query={"realtime": value})
    assert response.main.max_age == timedelta(seconds=seconds)


@every_kind
def test_a_clan_is_three_exchanges_and_the_clan_is_the_main_one(kind: str) -> None:
    sandbox = Sandbox(seed=1, clans=12)
    clan = sandbox.world.in_war_clan_tag
    response = respond(kind, sandbox.client(), sandbox.sync_client(), "clan", clan)
    path = f"/clans/%23{clan[1:]}"
    assert [each.target for each in response.exchanges][:1] == [path]
    assert sorted(each.target for each in response.exchanges[1:]) == [f"{path}/currentwar", f"{path}/warlog"]
    assert response.main is response.exchanges[0]
    assert response.fetched_at == min(each.fetched_at for each in response.exchanges)
    assert response.expires_at == min(each.expires_at for each in response.exchanges if each.expires_at)


@every_kind
def test_a_part_that_failed_is_an_exchange_too(kind: str) -> None:
    sandbox = Sandbox(seed=1, clans=12)
    sandbox.inject(maintenance(), operation="getCurrentWar")
    clan = sandbox.world.in_war_clan_tag
    response = respond(kind, sandbox.client(), sandbox.sync_client(), "clan", clan)
    assert response.status == 200
    assert sorted(each.status for each in response.exchanges) == [200, 200, 503]


@every_kind
def test_look_ups_are_marked_and_tell_when_they_were_made(kind: str) -> None:
    sandbox = Sandbox(seed=1, clans=12)
    client, twin = sandbox.client(), sandbox.sync_client()
    first = respond(kind, client, twin, "clan_rankings", "russia")
    told = [(each.target, each.is_lookup) for each in first.exchanges]
    ranking = f"/locations/{32000193}/rankings/clans"
    assert told == [("/locations", True), (ranking, False)]
    assert first.main.target == ranking
    second = respond(kind, client, twin, "clan_rankings", "ru")
    assert [each.target for each in second.exchanges] == ["/locations", ranking]
    assert second.exchanges[0] == first.exchanges[0]
    assert second.exchanges[1].fetched_at > first.exchanges[1].fetched_at
    assert second.fetched_at == first.exchanges[0].fetched_at
    assert len(sandbox.requests) == 3
    anew = respond(kind, client.with_options(max_age=0), twin.with_options(max_age=0), "clan_rankings", "ru")
    assert anew.exchanges[0].fetched_at > first.exchanges[0].fetched_at
    assert anew.fetched_at > second.fetched_at


@every_kind
def test_a_kept_list_is_its_own_main_exchange(kind: str) -> None:
    sandbox = Sandbox(seed=1, clans=12)
    client, twin = sandbox.client(), sandbox.sync_client()
    first, second = (respond(kind, client, twin, "get_location", name) for name in ("ru", 32000193))
    assert first.value == second.value
    assert first.exchanges == second.exchanges
    assert (second.status, second.main.is_lookup, len(sandbox.requests)) == (200, True, 1)


@every_kind
def test_what_only_led_to_something_may_be_the_thing_itself_for_another(kind: str) -> None:
    for order in (("player", "player_league_group"), ("player_league_group", "player")):
        sandbox = Sandbox(seed=1, clans=12)
        tag, cache = sandbox.world.player_tag, Cache()
        client, twin = sandbox.client(cache=cache), sandbox.sync_client(cache=cache)
        found = {method: respond(kind, client, twin, method, tag) for method in order}
        player, group = found["player"], found["player_league_group"]
        assert [each.is_lookup for each in player.exchanges] == [False]
        assert [each.is_lookup for each in group.exchanges] == [True, False]
        assert group.exchanges[0].target == player.main.target
        assert group.main.target.startswith("/leaguegroup/")
        assert len(sandbox.requests) == 2


@every_kind
def test_a_try_that_failed_is_no_part_of_the_result(kind: str) -> None:
    sandbox = Sandbox(seed=1, clans=12)
    sandbox.inject(gateway(502), times=2)
    with no_sleep():
        response = respond(kind, sandbox.client(retries=2), sandbox.sync_client(retries=2), "goldpass")
    assert (response.status, [each.status for each in response.exchanges]) == (200, [200])


@every_kind
def test_where_nothing_was_asked_nothing_came(kind: str) -> None:
    sandbox = Sandbox(seed=1, clans=12)
    client, twin = sandbox.client(), sandbox.sync_client()
    page = twin.clan_members(sandbox.world.in_war_clan_tag)
    response = respond(kind, client, twin, "next_page", page)
    assert (response.value, response.exchanges) == (None, ())
    told: list[Callable[[], object]] = [
        lambda: response.main,
        lambda: response.status,
        lambda: response.headers,
        lambda: response.fetched_at,
        lambda: response.expires_at,
    ]
    for tell in told:
        with pytest.raises(LookupError, match="No request was needed"):
            tell()


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("max-age=600", 600),
        ("public, max-age=5, must-revalidate", 5),
        ("max-age=0", 0),
        ("no-store", None),
        ("max-age=", None),
        ("max-age=x", None),
        ("max-age=999999999", 999999999),
        ("", None),
    ],
)
def test_a_response_tells_how_long_it_is_fresh(header: str, seconds: int | None) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={}, headers={"Cache-Control": header}))
    response = SyncClient("T", **BARE, transport=transport).with_response.goldpass()
    assert response.main.max_age == (None if seconds is None else timedelta(seconds=seconds))
    assert response.expires_at == (None if seconds is None else response.fetched_at + timedelta(seconds=seconds))


def test_an_error_is_raised_and_not_told() -> None:
    with pytest.raises(ResourceNotFound):
        SyncClient("T", **BARE, transport=httpx.MockTransport(lambda _: httpx.Response(404))).with_response.player(TAG)


def test_a_response_is_a_value_that_shows_no_token() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={}))
    response = SyncClient("SECRET", transport=transport).with_response.goldpass()
    assert copy.copy(response) == response
    assert "SECRET" not in f"{response!r} {response.headers!r}"
    assert pickle.loads(pickle.dumps(response)).value == response.value  # noqa: S301 # our own


@in_both_worlds
async def test_responses_of_calls_at_the_same_time_do_not_mix() -> None:
    api = clan_api()
    client, seen = api.client(), list[list[str]]()

    async def ask() -> None:
        response = await client.with_response.clan(TAG)
        seen.append(sorted(each.target for each in response.exchanges))

    async with anyio.create_task_group() as group:
        for _ in range(5):
            group.start_soon(ask)
    path = "/clans/%232PP"
    assert seen == [[path, f"{path}/currentwar", f"{path}/warlog"]] * 5


# ---------------------------------------------------------------------- requests of one's own


class Echo:
    """An API that says what it was sent."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer with what came."""
        self.requests.append(request)
        target = request.url.raw_path.decode().removeprefix("/v1")
        return httpx.Response(200, json={"method": request.method, "target": target, "body": request.content.decode()})

    @property
    def client(self) -> SyncClient:
        """A client of it."""
        return SyncClient("TOKEN", **BARE, transport=httpx.MockTransport(self.answer))


PATHS = {
    "/clans": "/clans",
    "/clans/#2PP/members": "/clans/%232PP/members",
    "/clans/%232PP": "/clans/%232PP",
    "/a b": "/a%20b",
    "/ä/👑": "/%C3%A4/%F0%9F%91%91",
    "/a:b@c;d=e,f+g(h)*!'$&~": "/a:b@c;d=e,f+g(h)*!'$&~",
    "/{clanTag}": "/%7BclanTag%7D",
    "/100%": "/100%25",
    "/%zz": "/%25zz",
    "/a\\b": "/a%5Cb",
    "/a\r\nX: y": "/a%0D%0AX:%20y",
    "/...": "/...",
    "/.a/b..": "/.a/b..",
    "/<script>\"'`|^": "/%3Cscript%3E%22'%60%7C%5E",
    "/a%3Fb%23c": "/a%3Fb%23c",
    "/%252e%252e": "/%252e%252e",
}
REFUSED = [
    *("", "/", "clans", "//", "//host/x", "/clans/", "/clans//x", "http://host/x", "https://host", "clans/#2PP"),
    *("/..", "/.", "/clans/../x", "/clans/./x", "/%2e%2e/x", "/%2E%2E", "/%2e", "/.%2e/x", "/x/..", "/x%2f..%2fy"),
    *("/%2f", "/clans%2f", "/clans?name=x", "?", "/?", "/clans?", "/\ud800", " /clans", "\\\\host"),
]


@pytest.mark.parametrize("path", PATHS)
def test_a_path_is_encoded_once(path: str) -> None:
    assert Echo().client.request("GET", path) == {"method": "GET", "target": PATHS[path], "body": ""}


@pytest.mark.parametrize("path", [*REFUSED, None, b"/clans", 5, ["/clans"]], ids=ascii)
def test_what_is_no_path_is_never_sent(path: str) -> None:
    api = Echo()
    with pytest.raises(InvalidParameterError):
        api.client.request("GET", path)
    assert api.requests == []


@given(st.text(st.characters(exclude_categories=[])) | st.text("./%2fFeE?#:@\\", max_size=12))
def test_a_path_stays_below_the_base_url(text: str) -> None:
    api = Echo()
    try:
        api.client.request("GET", f"/{text}")
    except InvalidParameterError:
        assert api.requests == []
    else:
        url = api.requests[0].url
        assert (url.scheme, url.host, url.query, url.fragment) == ("https", "api.clashofclans.com", b"", "")
        raw = url.raw_path.decode()
        assert raw.startswith("/v1/")
        assert not {"", ".", ".."} & {*raw.split("/")[1:]}
        assert not set(raw) & set("?#\\ ")


QUERIES: list[tuple[dict[str, object], str]] = [
    ({}, ""),
    ({"limit": 5}, "?limit=5"),
    ({"name": "a&b=c #?/é"}, "?name=a%26b%3Dc%20%23%3F%2F%C3%A9"),
    ({"deep": True, "flat": False}, "?deep=true&flat=false"),
    ({"ids": [1, 2], "names": ["a", "b,c"]}, "?ids=1%2C2&names=a%2Cb%2Cc"),
    ({"ids": [], "none": None, "limit": 1}, "?limit=1"),
    ({"none": None}, ""),
    ({"a&b": 1, "c#d": 2, "é f": 3, "g=h": 4, "i\n": 5}, "?a%26b=1&c%23d=2&%C3%A9%20f=3&g%3Dh=4&i%0A=5"),
    ({"": "x"}, "?=x"),
    ({"empty": ""}, "?empty="),
    ({"big": 10**30}, f"?big={10**30}"),
    ({"path_like": "../.."}, "?path_like=..%2F.."),
]


@pytest.mark.parametrize(("query", "sent"), QUERIES)
def test_a_query_is_encoded(query: dict[str, str], sent: str) -> None:
    found = Echo().client.request("GET", "/x", query=query)
    assert found == {"method": "GET", "target": f"/x{sent}", "body": ""}


NO_QUERIES: list[object] = [
    *({"x": 1.5}, {"x": b"y"}, {"x": {"y": 1}}, {"x": slice(1)}, {"x": "\ud800"}, {"\ud800": 1}, {5: 1}, {None: 1}),
    *("x=1", [1], 5),
]


@pytest.mark.parametrize("query", NO_QUERIES, ids=ascii)
def test_a_query_that_cannot_be_sent_is_refused(query: dict[str, str]) -> None:
    api = Echo()
    with pytest.raises(InvalidParameterError):
        api.client.request("GET", "/x", query=query)
    assert api.requests == []


BODIES: list[tuple[object, str]] = [
    ({"token": "x"}, '{"token": "x"}'),
    ([], "[]"),
    ({}, "{}"),
    ("text", '"text"'),
    (0, "0"),
    (False, "false"),
    ([1, None, {"é": 1.5}], '[1, null, {"\\u00e9": 1.5}]'),
    ("\ud800", '"\\ud800"'),
]


@pytest.mark.parametrize(("body", "sent"), BODIES)
def test_a_body_is_sent_as_json(body: object, sent: str) -> None:
    api = Echo()
    found = api.client.request("POST", "/x", body=body)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # of all kinds
    assert found == {"method": "POST", "target": "/x", "body": sent}
    assert api.requests[0].headers["content-type"] == "application/json"
    assert api.requests[0].headers["authorization"] == "Bearer TOKEN"


def circle() -> list[object]:
    """A list that holds itself."""
    found = list[object]()
    found.append(found)
    return found


def nested(depth: int) -> object:
    """A list in a list in a list."""
    found: object = 0
    for _ in range(depth):
        found = [found]
    return found


NO_BODIES = [{1}, b"x", object(), float("nan"), [float("inf")], circle(), nested(100_000), {b"x": 1}]


@pytest.mark.parametrize("body", NO_BODIES, ids=type)
def test_a_body_that_cannot_be_sent_is_refused(body: str) -> None:
    api = Echo()
    with pytest.raises(InvalidParameterError, match="body cannot be sent"):
        api.client.request("POST", "/x", body=body)
    assert api.requests == []


@pytest.mark.parametrize("method", ["GET", "POST", "get", "Post"])
def test_a_method_is_sent_in_capitals(method: str) -> None:
    found = Echo().client.request(method, "/x")
    assert found == {"method": method.upper(), "target": "/x", "body": ""}


@pytest.mark.parametrize("method", ["", "GET ", "TRACE", "PUT", "DELETE", "CONNECT", "GET\r\nX: y", None, 5, ["GET"]])
def test_what_is_no_method_is_never_sent(method: str) -> None:
    api = Echo()
    with pytest.raises(InvalidParameterError, match="is no method of this API: use GET or POST"):
        api.client.request(method, "/x")
    assert api.requests == []


ANSWERS: list[tuple[httpx.Response, object]] = [
    (httpx.Response(200, json={"a": [1, 2.5, None, True]}), {"a": [1, 2.5, None, True]}),
    (httpx.Response(200, content=b"5"), 5),
    (httpx.Response(200, content=b"null"), None),
    (httpx.Response(200, content=b'"x"'), "x"),
    (httpx.Response(200, content=b"<h1>Hello</h1>"), UnreadableAnswerError),
    (httpx.Response(200, content=b""), UnreadableAnswerError),
    (httpx.Response(200, content=b"\xff"), UnreadableAnswerError),
    (httpx.Response(200, content=b"[" * 100_000), UnreadableAnswerError),
    (httpx.Response(400, json={"reason": "badRequest"}), IncorrectParameters),
    (httpx.Response(403, json={"reason": "accessDenied"}), AccessDenied),
    (httpx.Response(404), ResourceNotFound),
    (httpx.Response(429), TooManyRequests),
    (httpx.Response(503), ServiceUnavailable),
    (httpx.Response(500), UnknownError),
    (httpx.Response(302, headers={"Location": "/elsewhere"}), UnknownError),
]


@every_kind
@pytest.mark.parametrize(("answer", "expected"), ANSWERS)
def test_an_answer_is_json_or_an_error_as_everywhere(kind: str, answer: httpx.Response, expected: object) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(answer.status_code, content=answer.content))
    client, twin = Client("T", **BARE, transport=transport), SyncClient("T", **BARE, transport=transport)
    if isinstance(expected, type) and issubclass(expected, CocApiError):
        with pytest.raises(expected) as caught:
            call(kind, client, twin, "request", "GET", "/x/y")
        if isinstance(caught.value, ClientRequestError):
            assert "GET /v1/x/y" in str(caught.value)
        else:
            assert "GET /x/y" in str(caught.value)
    else:
        assert call(kind, client, twin, "request", "GET", "/x/y") == expected


@every_kind
def test_no_answer_is_an_error_as_everywhere(kind: str) -> None:
    url = unused_url()
    with pytest.raises(ConnectionFailed, match=r"No answer to GET /\{\}"):
        call(kind, Client("T", **BARE, base_url=url), SyncClient("T", **BARE, base_url=url), "request", "GET", "/x")


@every_kind
@pytest.mark.parametrize(("method", "sent"), [("GET", 3), ("POST", 1)])
def test_requests_of_ones_own_are_retried_as_all_others(kind: str, method: Literal["GET", "POST"], sent: int) -> None:
    asked, lock = list[str](), threading.Lock()

    def answer(request: httpx.Request) -> httpx.Response:
        with lock:
            asked.append(request.method)
        return httpx.Response(502)

    transport = httpx.MockTransport(answer)
    client, twin = (
        Client("T", rate=None, cache=None, transport=transport, retries=2),
        SyncClient("T", rate=None, cache=None, transport=transport, retries=2),
    )
    with no_sleep(), pytest.raises(ServiceUnavailable):
        call(kind, client, twin, "request", method, "/x")
    assert asked == [method] * sent


def test_a_response_of_a_request_of_ones_own_tells_what_was_sent() -> None:
    response = Echo().client.with_response.request("GET", "/clans/#2PP", query={"limit": 2})
    assert (response.main.method, response.main.target, response.status) == ("GET", "/clans/%232PP?limit=2", 200)


def test_a_request_of_ones_own_finds_what_the_methods_do(sandbox: Sandbox) -> None:
    client, clan = sandbox.sync_client(), sandbox.world.in_war_clan_tag
    found = cast("Body", client.request("GET", f"/clans/{clan}/members", query={"limit": 2}))
    members = client.clan_members(clan, limit=2)
    assert [row["tag"] for row in cast("list[Body]", found["items"])] == [member.tag for member in members]
