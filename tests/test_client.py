"""What the client asks for and how often, whom it serves, and how it lives and dies."""

from __future__ import annotations

import asyncio
import copy
import gc
import pickle
import re
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import parse_qs

import anyio
import httpx
import pytest
import trio

from cocapi_gen import (
    AccessDenied,
    ClanLabel,
    Client,
    ClientRequestError,
    ConnectionFailed,
    InvalidParameterError,
    InvalidTokenError,
    Location,
    ServiceUnavailable,
    SyncClient,
    UnknownClanLabelError,
    UnknownError,
    UnknownLocationError,
)
from cocapi_gen.raw import OPERATIONS
from cocapi_gen.sandbox import Sandbox
from tests.answers import (
    BARE,
    LOCATIONS,
    OTHER_TAG,
    TAG,
    Answer,
    Answering,
    Api,
    RawServer,
    clan_api,
    clan_body,
    http,
    items,
    location,
    log_row,
    named,
    player_body,
    private_clan_body,
    read_request,
    saying,
    unused_url,
    war_body,
)

if TYPE_CHECKING:
    from cocapi_gen._http.operation import Operation

Method: TypeAlias = Callable[[Client, str], Coroutine[object, object, object]]

CLAN, PLAYER = "/clans/%232PP", "/players/%232PP"
LABELS = items(named(56, "Clan Wars"), named(57, "Farming"))
LISTS: list[tuple[str, Method, Method]] = [
    ("/locations", lambda client, _: client.all_locations(), lambda client, name: client.get_location(name)),
    ("/labels/clans", lambda client, _: client.all_clan_labels(), lambda client, name: client.get_clan_label(name)),
    (
        "/labels/players",
        lambda client, _: client.all_player_labels(),
        lambda client, name: client.get_player_label(name),
    ),
    ("/warleagues", lambda client, _: client.all_clan_leagues(), lambda client, name: client.get_clan_league(name)),
    (
        "/leaguetiers",
        lambda client, _: client.all_player_leagues(),
        lambda client, name: client.get_player_league(name),
    ),
]
RANKINGS: list[tuple[str, Method]] = [
    ("clans", Client.clan_rankings),
    ("players", Client.player_rankings),
    ("clans-builder-base", Client.clan_versus_rankings),
    ("players-builder-base", Client.player_versus_rankings),
]

in_both_worlds = pytest.mark.anyio
every_list = pytest.mark.parametrize(("path", "table", "look_up"), LISTS, ids=[row[0] for row in LISTS])
every_ranking = pytest.mark.parametrize(("path", "method"), RANKINGS, ids=[row[0] for row in RANKINGS])


def search_api() -> Api:
    """An API that can be searched."""
    return Api({"/clans": items({"tag": TAG}, {"tag": OTHER_TAG}), "/locations": LOCATIONS, "/labels/clans": LABELS})


# ---------------------------------------------------------------------- requests of a clan and a player


@in_both_worlds
async def test_a_player_is_one_request() -> None:
    api = Api({f"/players/{TAG}": player_body()})
    async with api.client() as client:
        assert (await client.player("2pp")).tag == TAG
    assert api.targets == [PLAYER]


@in_both_worlds
async def test_a_clan_with_a_public_war_log_is_three_requests() -> None:
    api = clan_api()
    async with api.client() as client:
        clan = await client.clan(TAG)
    assert api.targets[0] == CLAN
    assert sorted(api.targets[1:]) == [f"{CLAN}/currentwar", f"{CLAN}/warlog"]
    assert clan.war.currentwar is not None
    assert (clan.war.state, len(clan.war.log or ()), clan.war.problems) == ("inWar", 1, ())


@in_both_worlds
async def test_a_clan_with_a_private_war_log_is_one_request() -> None:
    api = Api({f"/clans/{TAG}": private_clan_body()})
    async with api.client() as client:
        war = (await client.clan(TAG)).war
    assert api.targets == [CLAN]
    assert (war.state, war.currentwar, war.log, war.losses, war.ties) == (None, None, None, None, None)
    assert (war.wins, war.is_war_log_public, war.problems) == (3, False, ())


@in_both_worlds
async def test_war_and_log_are_asked_for_at_the_same_time() -> None:
    api, arrived, both = clan_api(), list[str](), anyio.Event()

    async def meet(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith(("/currentwar", "/warlog")):
            arrived.append(request.url.path)
            if len(arrived) == 2:
                both.set()
            await both.wait()
        return await api.answer(request)

    with anyio.fail_after(5):
        async with Client("TOKEN", **BARE, transport=httpx.MockTransport(meet)) as client:
            assert (await client.clan(TAG)).war.problems == ()


@in_both_worlds
async def test_without_a_war_there_is_a_state_and_no_war() -> None:
    async with clan_api(currentwar=war_body("notInWar")).client() as client:
        war = (await client.clan(TAG)).war
    assert (war.state, war.currentwar, war.problems) == ("notInWar", None, ())
    assert war.log is not None


FAILURES: list[tuple[Answer, str]] = [
    (httpx.Response(403, json={"reason": "accessDenied"}), "403 accessDenied"),
    (httpx.Response(404, json={"reason": "notFound"}), "404 notFound"),
    (httpx.Response(500, json={"reason": "unknownException", "message": "Oh!"}), "500 unknownException: Oh!"),
    (httpx.Response(502, html="<h1>Bad gateway</h1>"), "502"),
    (httpx.Response(200, html="<h1>Hello</h1>"), "is not JSON"),
    ({"unexpected": True}, "not what the API"),
]


@in_both_worlds
@pytest.mark.parametrize(("answer", "problem"), FAILURES)
async def test_a_war_that_cannot_be_had_does_not_cost_the_clan(answer: Answer, problem: str) -> None:
    async with clan_api(currentwar=answer).client() as client:
        war = (await client.clan(TAG)).war
    assert (war.state, war.currentwar, len(war.log or ())) == (None, None, 1)
    assert len(war.problems) == 1
    assert problem in war.problems[0].message


@in_both_worlds
@pytest.mark.parametrize(("answer", "problem"), FAILURES)
async def test_a_log_that_cannot_be_had_does_not_cost_the_clan(answer: Answer, problem: str) -> None:
    async with clan_api(warlog=answer).client() as client:
        war = (await client.clan(TAG)).war
    assert (war.state, war.log) == ("inWar", None)
    assert len(war.problems) == 1
    assert problem in war.problems[0].message


@in_both_worlds
async def test_a_log_that_turns_private_between_two_requests_is_two_problems() -> None:
    private = httpx.Response(403, json={"reason": "accessDenied"})
    async with clan_api(currentwar=private, warlog=private).client() as client:
        clan = await client.clan(TAG)
    assert (clan.name, clan.war.state, clan.war.log, clan.war.wins) == ("Somewhere", None, None, 3)
    told = [(problem.part, problem.status, problem.reason) for problem in clan.war.problems]
    assert told == [("currentwar", 403, "accessDenied"), ("log", 403, "accessDenied")]
    assert type(clan).model_validate_json(clan.model_dump_json()) == clan


@in_both_worlds
@pytest.mark.parametrize(("status", "error"), [(403, AccessDenied), (503, ServiceUnavailable), (500, UnknownError)])
async def test_a_clan_that_cannot_be_had_is_an_error(status: int, error: type[Exception]) -> None:
    api = Api({f"/clans/{TAG}": httpx.Response(status)})
    async with api.client() as client:
        with pytest.raises(error):
            await client.clan(TAG)
    assert api.targets == [CLAN]


# ---------------------------------------------------------------------- requests of a search

CRITERIA: list[tuple[dict[str, object], dict[str, str]]] = [
    ({"name": "bomb"}, {"name": "bomb"}),
    ({"name": "a&b=c?#/%+ é"}, {"name": "a&b=c?#/%+ é"}),
    ({"min_members": 0, "max_members": 0}, {"minMembers": "0", "maxMembers": "0"}),
    ({"min_clan_points": 5, "min_clan_level": 0}, {"minClanPoints": "5", "minClanLevel": "0"}),
    ({"war_frequency": "MORETHANONCEPERWEEK"}, {"warFrequency": "moreThanOncePerWeek"}),
    ({"location": 193}, {"locationId": "193"}),
    ({"location": Location(id=9, name="x", display_name="x", is_country=False)}, {"locationId": "9"}),
    ({"labels": 5}, {"labelIds": "5"}),
    ({"labels": (5, 6, 5)}, {"labelIds": "5,6"}),
    ({"labels": {ClanLabel(id=7, name="x", display_name="x"): 1}.keys()}, {"labelIds": "7"}),
]


@in_both_worlds
@pytest.mark.parametrize(("criteria", "query"), CRITERIA)
async def test_a_search_without_names_is_one_request(criteria: dict[str, object], query: dict[str, str]) -> None:
    api = search_api()
    async with api.client() as client:
        assert await client.clans(**criteria) == [TAG, OTHER_TAG]  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # keywords of several types
    path, _, sent = api.targets[0].partition("?")
    assert (len(api.targets), path) == (1, "/clans")
    assert parse_qs(sent, strict_parsing=True) == {name: [value] for name, value in query.items()}


@in_both_worlds
async def test_a_search_is_three_requests_at_most_and_later_one() -> None:
    api = search_api()
    async with api.client() as client:
        await client.clans(location=" rU ", labels=["clAn Wars", "farming"])
        assert sorted(api.targets[:2]) == ["/labels/clans", "/locations"]
        assert api.targets[2:] == ["/clans?locationId=193&labelIds=56%2C57"]
        await client.clans(location="Kenya", labels="farming")
    assert api.targets[3:] == ["/clans?locationId=126&labelIds=57"]


@in_both_worlds
@pytest.mark.parametrize(
    "criteria",
    [
        {},
        {"labels": []},
        {"name": "ab"},
        {"name": "  ab  "},
        {"name": ""},
        {"min_members": -1},
        {"min_clan_points": -1},
        {"min_clan_level": -1},
        {"min_members": 3, "max_members": 2},
        {"war_frequency": "sometimes"},
        {"war_frequency": 1},
        {"name": 12345},
        {"name": b"bomb"},
        {"min_members": "5"},
        {"max_members": 5.0},
        {"min_clan_level": True},
        {"location": 1.5},
        {"location": True},
        {"location": ["ru"]},
        {"labels": [None]},
        {"labels": b"farming"},
        {"labels": 2.5},
        {"labels": Location(id=9, name="x", display_name="x", is_country=False)},
        {"location": ClanLabel(id=7, name="x", display_name="x")},
    ],
    ids=str,
)
async def test_a_search_that_makes_no_sense_is_never_sent(criteria: dict[str, object]) -> None:
    api = search_api()
    async with api.client() as client:
        with pytest.raises(InvalidParameterError):
            await client.clans(**criteria)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # keywords of several types
    assert api.requests == []


@in_both_worlds
async def test_an_unknown_name_ends_the_search() -> None:
    api = search_api()
    async with api.client() as client:
        with pytest.raises(UnknownLocationError, match="'atlantis' is unknown"):
            await client.clans(location="atlantis")
        with pytest.raises(UnknownClanLabelError, match=r"'farmin' is unknown\. Did you mean 'farming'"):
            await client.clans(labels=["farmin"])
        with pytest.raises(UnknownLocationError, match="rankings only"):
            await client.clans(location="global")
    assert set(api.targets) == {"/locations", "/labels/clans"}


# ---------------------------------------------------------------------- rankings


@in_both_worlds
@every_ranking
@pytest.mark.parametrize("location", ["global", "Global", " GLOBAL "])
async def test_global_is_a_location_of_rankings(path: str, method: Method, location: str) -> None:
    api = Api({f"/locations/global/rankings/{path}": items({"tag": TAG})})
    async with api.client() as client:
        assert await method(client, location) == [TAG]
    assert api.targets == [f"/locations/global/rankings/{path}"]


@in_both_worlds
@every_ranking
async def test_a_ranking_by_name_is_two_requests_and_later_one(path: str, method: Method) -> None:
    api = Api({"/locations": LOCATIONS, f"/locations/193/rankings/{path}": items({"tag": OTHER_TAG}, {"tag": TAG})})
    async with api.client() as client:
        assert [await method(client, name) for name in ("rU", "russia")] == [[OTHER_TAG, TAG]] * 2
    assert api.targets == ["/locations", *[f"/locations/193/rankings/{path}"] * 2]


@in_both_worlds
@every_ranking
async def test_the_ranking_of_a_region_is_empty(client: Client, path: str, method: Method) -> None:
    assert path
    assert await method(client, "Europe") == []


@in_both_worlds
@every_ranking
@pytest.mark.parametrize("location", [None, 1.5, True, b"ru", ["ru"]], ids=repr)
async def test_the_ranking_of_what_is_no_location_is_never_sent(path: str, method: Method, location: str) -> None:
    api = Api()
    async with api.client() as client:
        with pytest.raises(InvalidParameterError, match=r"^location is "):
            await method(client, location)
    assert api.requests == []


@in_both_worlds
async def test_the_ranking_of_no_location_is_an_error() -> None:
    api = Api({"/locations": LOCATIONS})
    async with api.client() as client:
        with pytest.raises(UnknownLocationError):
            await client.clan_rankings("")
    assert api.targets == ["/locations"]


# ---------------------------------------------------------------------- lists that are loaded once


@in_both_worlds
@every_list
async def test_a_list_is_loaded_once_for_all_who_ask(path: str, table: Method, look_up: Method) -> None:
    api = Api({path: items({**named(1, "One"), "isCountry": False})})
    async with api.client() as client:
        async with anyio.create_task_group() as group:
            for _ in range(10):
                group.start_soon(look_up, client, "one")
        await table(client, "")
        await look_up(client, "ONE")
    assert api.targets == [path]


@in_both_worlds
async def test_a_failed_load_fails_all_who_wait_and_is_tried_again() -> None:
    api, errors = Api({"/labels/clans": httpx.Response(503)}), list[ServiceUnavailable]()

    async with api.client() as client:

        async def look_up() -> None:
            with pytest.raises(ServiceUnavailable) as caught:
                await client.get_clan_label("farming")
            errors.append(caught.value)

        async with anyio.create_task_group() as group:
            for _ in range(10):
                group.start_soon(look_up)
        assert (len(errors), len(api.requests)) == (10, 1)
        api.answers["/labels/clans"] = LABELS
        assert (await client.get_clan_label("farming")).id == 57
    assert len(api.requests) == 2


@in_both_worlds
async def test_whoever_waits_takes_over_when_the_first_is_cancelled() -> None:
    api, asked, leader, found = search_api(), anyio.Event(), anyio.CancelScope(), list[int]()

    async def hang_the_first_time(request: httpx.Request) -> httpx.Response:
        answer = await api.answer(request)
        if len(api.requests) == 1:
            asked.set()
            await anyio.sleep_forever()
        return answer

    async with Client("TOKEN", **BARE, transport=httpx.MockTransport(hang_the_first_time)) as client:

        async def look_up() -> None:
            found.append((await client.get_location("ru")).id)

        async def look_up_until_cancelled() -> None:
            with leader:
                await look_up()

        with anyio.fail_after(5):
            async with anyio.create_task_group() as group:
                group.start_soon(look_up_until_cancelled)
                await asked.wait()
                group.start_soon(look_up)
                group.start_soon(look_up)
                await anyio.wait_all_tasks_blocked()
                leader.cancel()
    assert (found, len(api.requests)) == ([193, 193], 2)


@in_both_worlds
async def test_a_list_that_is_no_longer_fresh_is_loaded_anew_before_a_name_is_unknown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1000.0
    monkeypatch.setattr("cocapi_gen._http.wishes.now", lambda: now)
    api = Api({"/labels/clans": LABELS})
    async with api.client() as client:
        for _ in range(2):
            with pytest.raises(UnknownClanLabelError):
                await client.get_clan_label("Brand New")
        assert len(api.requests) == 1
        now += 61
        api.answers["/labels/clans"] = items(named(99, "Brand New"))
        assert (await client.get_clan_label("brand new")).id == 99
        await client.get_clan_label("brand new")
    assert len(api.requests) == 2


@in_both_worlds
async def test_a_list_that_cannot_be_loaded_anew_must_do(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("cocapi_gen._http.wishes.now", lambda: now)
    api = Api({"/locations": LOCATIONS})
    async with api.client() as client:
        await client.get_location("ru")
        now += 1000
        api.answers["/locations"] = httpx.Response(503)
        with pytest.raises(UnknownLocationError, match="Did you mean 'russia'") as caught:
            await client.get_location("Rusia")
        assert caught.value.__context__ is None
        assert (await client.get_location("ru")).id == 193


@in_both_worlds
@pytest.mark.parametrize("name", ["9" * 5000, 10**5000], ids=["text", "number"])
async def test_a_huge_number_is_unknown(name: str | int) -> None:
    async with Api({"/locations": LOCATIONS}).client() as client:
        with pytest.raises(UnknownLocationError) as caught:
            await client.get_location(name)
    assert len(str(caught.value)) < 300


@in_both_worlds
@pytest.mark.parametrize("name", [None, True, 1.5, ["ru"], b"ru"], ids=repr)
@every_list
async def test_a_look_up_of_what_is_no_name_is_never_sent(path: str, table: Method, look_up: Method, name: str) -> None:
    api = Api({path: LABELS})
    async with api.client() as client:
        with pytest.raises(InvalidParameterError, match="has to be a name, a number or a"):
            await look_up(client, name)
    assert api.requests == []


@in_both_worlds
async def test_what_a_look_up_returned_can_be_looked_up() -> None:
    async with Api({"/locations": LOCATIONS}).client() as client:
        russia = await client.get_location("ru")
        assert await client.get_location(russia) is russia


@in_both_worlds
async def test_clients_keep_their_lists_to_themselves() -> None:
    first, second = search_api(), Api({"/locations": items(location(5, "Russia"))})
    async with first.client() as one, second.client() as other:
        assert ((await one.get_location("russia")).id, (await other.get_location("russia")).id) == (193, 5)


# ---------------------------------------------------------------------- life and death


def run_in_trio(main: Coroutine[object, object, None]) -> None:
    """Do with trio what `asyncio.run` does."""

    async def run() -> None:
        await main

    trio.run(run)


@pytest.mark.parametrize("run", [asyncio.run, run_in_trio], ids=["asyncio", "trio"])
def test_one_client_serves_one_event_loop_after_another(
    sandbox: Sandbox, run: Callable[[Coroutine[object, object, None]], None]
) -> None:
    client, tag = Client("token", base_url=sandbox.base_url), sandbox.world.player_tag

    async def main() -> None:
        assert (await client.player(tag)).tag == tag
        assert (await client.get_location("ru")).id == 32000193

    for _ in range(3):
        run(main())


def test_one_client_serves_several_event_loops_at_the_same_time(sandbox: Sandbox) -> None:
    client, tag = Client("token", base_url=sandbox.base_url), sandbox.world.player_tag
    finished: list[int] = []

    async def main() -> None:
        players = await asyncio.gather(*(client.player(tag) for _ in range(5)))
        places = await asyncio.gather(*(client.get_location("ru") for _ in range(5)))
        finished.append(len({player.tag for player in players} | {place.id for place in places}))

    threads = [threading.Thread(target=asyncio.run, args=(main(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert finished == [2] * 4


def test_one_client_serves_both_kinds_of_event_loops(sandbox: Sandbox) -> None:
    client, tag = Client("token", base_url=sandbox.base_url), sandbox.world.player_tag
    names = [anyio.run(client.player, tag, backend=backend).name for backend in ("asyncio", "trio", "asyncio")]
    assert len(set(names)) == 1


UNCLOSED = {
    "at module level": "client = Client('TOKEN')\nfor _ in range(2):\n    run(client.clan, {clan!r})",
    "gone in the loop": "async def main():\n    await Client('TOKEN').clan({clan!r})\n    gc.collect()\nrun(main)",
    "gone after an error": "async def main():\n    await Client('TOKEN').clan('#2PP')\n"
    "try:\n    run(main)\nexcept ResourceNotFound:\n    gc.collect()",
    "replaced": "async def main():\n    for _ in range(3):\n        client = Client('TOKEN')\n"
    "        await client.clan({clan!r})\nrun(main)",
    "never used": "Client('TOKEN').raw\ngc.collect()",
}


@pytest.mark.tools
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("how", UNCLOSED)
def test_a_client_that_is_never_closed_leaves_nothing_to_warn_about(sandbox: Sandbox, backend: str, how: str) -> None:
    head = "import anyio, gc\nfrom cocapi_gen import Client, ResourceNotFound\n"
    run = f"def run(main, *args):\n    return anyio.run(main, *args, backend={backend!r})\n"
    script = head + run + UNCLOSED[how].format(clan=sandbox.world.in_war_clan_tag)
    done = subprocess.run(  # noqa: S603 # a script of ours
        [sys.executable, "-X", "dev", "-W", "error", "-c", script],
        env={"COC_BASE_URL": sandbox.base_url},
        capture_output=True,
        text=True,
        check=False,
    )
    noise = [
        line for line in done.stderr.splitlines() if not line.startswith("Executing <Task")
    ]  # asyncio is slow in -X dev
    assert (done.returncode, done.stdout, noise) == (0, "", [])


@in_both_worlds
async def test_requests_under_way_end_well_when_the_client_is_closed() -> None:
    def slow(connection: socket.socket) -> None:
        while read_request(connection):
            time.sleep(0.05)
            connection.sendall(http(b'{"startTime": "20260101T080000.000Z"}'))

    found: list[object] = []
    with RawServer(slow) as server:
        client = Client("TOKEN", **BARE, base_url=server.base_url)

        async def ask() -> None:
            found.append((await client.goldpass()).start_time)

        async with anyio.create_task_group() as group:
            for _ in range(20):
                group.start_soon(ask)
            await anyio.sleep(0.02)
            await client.aclose()
            await client.aclose()
        await client.aclose()
    assert len(found) == 20


@in_both_worlds
async def test_what_a_forgotten_client_has_opened_is_closed_by_the_next_one() -> None:
    ended = threading.Semaphore(0)

    def script(connection: socket.socket) -> None:
        while read_request(connection):
            connection.sendall(http(b"{}"))
        ended.release()

    with RawServer(script) as server:
        for _ in range(3):
            await Client("TOKEN", **BARE, base_url=server.base_url).goldpass()
            gc.collect()
        assert server.connections == 3
        assert ended.acquire(timeout=5)
        assert ended.acquire(timeout=5)


def test_an_event_loop_that_is_only_closed_is_let_go(sandbox: Sandbox) -> None:
    program = """
import asyncio, gc, warnings
from cocapi_gen import Client
warnings.simplefilter("ignore")  # such a loop leaves its connections to the collector
client = Client("TOKEN")
for _ in range(5):
    loop = asyncio.new_event_loop()
    loop.run_until_complete(client.goldpass())
    loop.close()
del loop
gc.collect()
print(sum(isinstance(thing, asyncio.BaseEventLoop) for thing in gc.get_objects()))
"""
    done = subprocess.run(  # noqa: S603 # a script of ours
        [sys.executable, "-c", program],
        env={"COC_BASE_URL": sandbox.base_url},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) <= 1


@in_both_worlds
async def test_closing_while_the_first_request_starts_is_no_error() -> None:
    with RawServer(Answering(http(b'{"startTime": "20260101T080000.000Z"}'))) as server:
        for _ in range(3):  # each leaves connections behind, which the next one closes first
            forgotten = Client("TOKEN", **BARE, base_url=server.base_url)
            async with anyio.create_task_group() as group:
                for _ in range(5):
                    group.start_soon(forgotten.goldpass)
            del forgotten
            gc.collect()
            client = Client("TOKEN", **BARE, base_url=server.base_url)
            async with anyio.create_task_group() as group:
                group.start_soon(client.goldpass)
                group.start_soon(client.aclose)


@in_both_worlds
async def test_a_closed_client_opens_again() -> None:
    answering = Answering(http(b'{"startTime": "20260101T080000.000Z"}'))
    with RawServer(answering) as server:
        client = Client("TOKEN", **BARE, base_url=server.base_url)
        await client.aclose()
        for _ in range(2):
            await client.goldpass()
            await client.goldpass()
            await client.aclose()
            await client.aclose()
    assert (len(answering.heads), server.connections) == (4, 2)


@in_both_worlds
async def test_a_context_manager_closes_and_passes_errors_on(sandbox: Sandbox) -> None:
    client = Client("token", base_url=sandbox.base_url)
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 # the block is what is tested
        async with client as same:
            assert same is client
            await client.goldpass()
            raise ZeroDivisionError  # as anybody's code may
    async with client:
        await client.goldpass()


# ---------------------------------------------------------------------- settings

GOLDPASS = "/goldpass/seasons/current"


async def sent_with(client_of: Callable[[httpx.MockTransport], Client]) -> httpx.Request:
    """Return the request that a client sends."""
    api = Api({GOLDPASS: {}})
    async with client_of(httpx.MockTransport(api.answer)) as client:
        await client.goldpass()
    return api.requests[0]


@in_both_worlds
async def test_the_official_address_is_the_default() -> None:
    request = await sent_with(lambda transport: Client("TOKEN", **BARE, transport=transport))
    assert str(request.url) == "https://api.clashofclans.com/v1/goldpass/seasons/current"
    assert request.headers["authorization"] == "Bearer TOKEN"
    assert request.headers["accept"] == "application/json"
    assert request.headers["user-agent"].startswith("cocapi-gen/")


@in_both_worlds
@pytest.mark.parametrize(("given", "expected"), [(None, "environment"), ("argument", "argument")])
async def test_an_argument_goes_before_the_environment(
    monkeypatch: pytest.MonkeyPatch, given: str | None, expected: str
) -> None:
    monkeypatch.setenv("COC_TOKEN", "environment")
    monkeypatch.setenv("COC_BASE_URL", "http://environment/v1/")
    url = given and f"http://{given}/v1"
    request = await sent_with(lambda transport: Client(given, base_url=url, transport=transport))
    assert request.headers["authorization"] == f"Bearer {expected}"
    assert str(request.url) == f"http://{expected}/v1{GOLDPASS}"


@in_both_worlds
@pytest.mark.parametrize("token", ["KEY", " KEY\n", "Bearer KEY", " Bearer  KEY "])
async def test_a_token_is_sent_as_it_was_meant(token: str) -> None:
    request = await sent_with(lambda transport: Client(token, **BARE, transport=transport))
    assert request.headers["authorization"] == "Bearer KEY"


@in_both_worlds
async def test_a_proxy_may_have_the_token() -> None:
    request = await sent_with(lambda transport: Client(base_url="http://proxy", transport=transport))
    assert "authorization" not in request.headers


def test_a_token_is_needed_for_the_official_address() -> None:
    for kind in (Client, SyncClient):
        with pytest.raises(InvalidTokenError, match=r"COC_TOKEN: .* https://developer\.clashofclans\.com.*Sandbox\(\)"):
            kind()


@pytest.mark.parametrize("token", ["", " ", "two words", "line\nbreak", "schlüssel", "a\x00b", "Bearer "])
def test_what_cannot_be_a_token_is_refused_and_not_repeated(token: str) -> None:
    with pytest.raises(InvalidTokenError) as caught:
        Client(token)
    assert caught.value.data is None
    assert len(token.strip()) < 2 or token not in f"{caught.value} {caught.value!r}"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.clashofclans.com",
        "/v1",
        "ftp://host",
        "http://",
        "http://a b",
        "http://h?x",
        "http://h/#",
        "http://u:p@h",
        "http://h:port",
        "http://h:99999",
        "http://[::1",
        "http:\\\\h",
        "http://h\n/v1",
    ],
)
def test_what_is_no_base_url_is_refused(url: str) -> None:
    with pytest.raises(InvalidParameterError, match="no base URL"):
        Client("TOKEN", **BARE, base_url=url)


@pytest.mark.parametrize(
    "url", ["http://h", "https://h/v1", "http://h:8080/a/b/", "http://127.0.0.1:1/v1", "http://[::1]:5"]
)
def test_the_repr_shows_the_address_and_no_token(url: str) -> None:
    assert repr(Client("SECRET", base_url=url)) == f"Client(base_url={url.rstrip('/')!r})"
    assert "SECRET" not in repr(vars(Client("SECRET")))


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), "5", True])
def test_what_is_no_timeout_is_refused(timeout: float) -> None:
    with pytest.raises(InvalidParameterError, match="timeout is"):
        Client("TOKEN", timeout=timeout)


@pytest.mark.parametrize("several", [["a", "b", "a"], ("a", "b"), {"a": 1, "b": 2}.keys(), deque(["Bearer a", " b "])])
def test_several_tokens_may_come_in_any_collection(several: Collection[str]) -> None:
    shown = list[str]()

    def answer(request: httpx.Request) -> httpx.Response:
        shown.append(request.headers["authorization"])
        return httpx.Response(200, json=player_body())

    client = SyncClient(several, cache=None, transport=httpx.MockTransport(answer))
    for _ in range(4):
        client.player(TAG)
    assert shown == ["Bearer a", "Bearer b"] * 2


@pytest.mark.parametrize("value", [5, b"x", [], [5], ["x", b"x"], {"x": "y"}, iter(["x"]), Path("x")])
def test_settings_of_other_types_are_refused(value: str) -> None:
    with pytest.raises(InvalidTokenError):
        Client(value)
    with pytest.raises(InvalidParameterError, match="no base URL"):
        Client("TOKEN", **BARE, base_url=value)


def test_a_password_in_the_base_url_is_not_repeated() -> None:
    with pytest.raises(InvalidParameterError, match="no base URL") as caught:
        Client("TOKEN", **BARE, base_url="https://user:hunter2@proxy/v1")
    assert "hunter2" not in f"{caught.value!r}{vars(caught.value)}"


def test_a_transport_and_a_client_are_one_too_many() -> None:
    transport = httpx.MockTransport(Api().answer)
    with pytest.raises(InvalidParameterError, match="not both"):
        Client("TOKEN", **BARE, transport=transport, http_client=httpx.AsyncClient(transport=transport))


@pytest.mark.parametrize("do", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_client_cannot_be_copied(do: Callable[[Client], object]) -> None:
    with pytest.raises(TypeError, match="make another one"):
        do(Client("TOKEN"))


@in_both_worlds
async def test_a_closed_borrowed_client_is_told() -> None:
    async with httpx.AsyncClient() as borrowed:
        client = Client("TOKEN", **BARE, http_client=borrowed)
    with pytest.raises(ConnectionFailed, match="is closed"):
        await client.goldpass()


@in_both_worlds
async def test_a_borrowed_transport_is_left_open() -> None:
    class Counting(httpx.MockTransport):
        closed = 0

        async def aclose(self) -> None:
            self.closed += 1

    transport = Counting(Api({GOLDPASS: {}}).answer)
    async with Client("TOKEN", **BARE, transport=transport) as client:
        await client.goldpass()
    await client.goldpass()
    assert transport.closed == 0


@in_both_worlds
async def test_an_error_of_a_hook_is_ours_and_holds_no_token() -> None:
    async def refuse(response: httpx.Response) -> None:
        response.raise_for_status()

    transport = httpx.MockTransport(lambda _: httpx.Response(403))
    async with httpx.AsyncClient(transport=transport, event_hooks={"response": [refuse]}) as borrowed:
        with pytest.raises(ConnectionFailed) as caught:
            await Client("SECRET", http_client=borrowed).goldpass()
    cause = caught.value.__cause__
    assert isinstance(cause, httpx.HTTPStatusError)
    assert "authorization" not in {*cause.request.headers, *cause.response.request.headers}


@in_both_worlds
@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "foo://x"])
async def test_a_proxy_that_cannot_be_used_is_told(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(ConnectionFailed, match="HTTPS_PROXY"):
        await Client("TOKEN").goldpass()


@in_both_worlds
@pytest.mark.parametrize("proxy", ["http://127.0.0.1:99999", "127.0.0.1:65536", "http://me:canary/5@h:1"])
async def test_a_proxy_whose_port_is_none_is_told(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(ConnectionFailed, match=r"HTTPS_PROXY.*port") as caught:
        await Client("TOKEN", retries=0).goldpass()
    assert "canary" not in str(caught.value)


@in_both_worlds
async def test_a_proxy_is_not_asked_for_what_runs_on_this_machine(
    monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert (await client.goldpass()).end_time is not None


@in_both_worlds
async def test_a_borrowed_client_is_used_and_left_open() -> None:
    api = Api({GOLDPASS: {}})
    async with httpx.AsyncClient(transport=httpx.MockTransport(api.answer)) as borrowed:
        async with Client("TOKEN", **BARE, http_client=borrowed) as client:
            await client.goldpass()
        assert not borrowed.is_closed
        await client.goldpass()
    assert [request.headers["authorization"] for request in api.requests] == ["Bearer TOKEN"] * 2


@in_both_worlds
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(status: int) -> None:
    elsewhere = Answering(http(b"{}"))
    with RawServer(elsewhere) as other:
        answer = http(b"", f"Location: {other.base_url}{GOLDPASS}", status=f"{status} Elsewhere")
        with RawServer(saying(answer)) as server, pytest.raises(UnknownError) as caught:
            async with httpx.AsyncClient(follow_redirects=True) as borrowed:
                await Client("TOKEN", **BARE, base_url=server.base_url, http_client=borrowed).goldpass()
    assert (caught.value.status, elsewhere.heads) == (status, [])


@in_both_worlds
async def test_a_client_costs_nothing_until_it_is_used() -> None:
    client = Client("TOKEN", **BARE, base_url=unused_url())
    assert client.raw is client.raw
    await client.aclose()


# ---------------------------------------------------------------------- the raw operations


def values_of(operation: Operation[object], sandbox: Sandbox) -> dict[str, object]:
    """A value for each parameter of an operation that the sandbox knows something about."""
    world = sandbox.world
    player = world.player(world.player_tag) or {}
    leagues = {"builder": 44000000, "capital": 85000000, "war": 48000000}
    known: dict[str, object] = {
        "clan_tag": world.in_war_clan_tag,
        "player_tag": world.player_tag,
        "war_tag": world.league_war_tags[0][0],
        "token": world.token,
        "location_id": 32000193,
        "season_id": "2025-08",
        "league_tier_id": 105000001,
        "league_id": next(
            (number for kind, number in leagues.items() if f"/{kind}" in operation.path_template), 29000022
        ),
        "league_group_tag": player.get("currentLeagueGroupTag"),
        "league_season_id": player.get("currentLeagueSeasonId"),
        "war_frequency": "any",
        "min_members": 1,
        "limit": 3,
        "realtime": True,
    }
    return {parameter.name: known[parameter.name] for parameter in operation.parameters if parameter.name in known}


@in_both_worlds
@pytest.mark.parametrize("operation_id", OPERATIONS)
async def test_every_operation_is_reached_by_group_and_name(
    sandbox: Sandbox, client: Client, operation_id: str
) -> None:
    operation = OPERATIONS[operation_id]
    name = re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", operation_id)
    method = getattr(getattr(client.raw, operation.tag), name)
    values = values_of(operation, sandbox)
    if operation_id in ("getClanVersusRanking", "getPlayerVersusRanking"):  # the API has taken them away
        with pytest.raises(ClientRequestError):
            await method(**values)
    else:
        assert isinstance(await method(**values), operation.response_model)
    assert sandbox.requests[-1].startswith(f"{operation.method} /v1/")


@in_both_worlds
async def test_a_clan_of_the_sandbox_is_whole(sandbox: Sandbox, client: Client) -> None:
    world = sandbox.world
    clan = await client.clan(world.in_war_clan_tag.lower().lstrip("#"))
    assert (clan.members, len(clan.member_list), clan.war.state) == (50, 50, "inWar")
    assert clan.war.problems == ()
    private = await client.clan(world.private_clan_tag)
    assert (private.war.is_war_log_public, private.war.log) == (False, None)


@in_both_worlds
async def test_unknown_things_in_answers_are_no_error() -> None:
    answers: dict[str, Answer] = {
        f"/clans/{TAG}": clan_body(type="byLottery", news=[1], warFrequency="hourly"),
        f"/clans/{TAG}/currentwar": war_body("paused", mood="good"),
        f"/clans/{TAG}/warlog": items(log_row(result="forfeit", weather="rain")),
    }
    async with Api(answers).client() as client:
        clan = await client.clan(TAG)
    assert (clan.type, clan.model_extra, clan.war.frequency, clan.war.state) == (
        "byLottery",
        {"news": [1]},
        "hourly",
        "paused",
    )
    assert clan.war.log is not None
    assert (clan.war.log[0].result, clan.war.log[0].model_extra) == ("forfeit", {"weather": "rain"})
