"""The sandbox over HTTP: it answers as the API does, refuses as the API does, and leaves nothing behind."""

from __future__ import annotations

import json
import re
import shlex
import socket
import struct
import subprocess
import sys
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import Any, NoReturn, TypeAlias, cast
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, strategies as st

import cocapi_gen.sandbox
from cocapi_gen.raw import OPERATIONS
from cocapi_gen.sandbox import Sandbox, faults
from cocapi_gen.sandbox.answers import HANDLERS, Refusal, cursor, page
from cocapi_gen.sandbox.server import Server
from cocapi_gen.sandbox.world import World, history, reference as ref
from tests.asking import values_for_paths

pytestmark = pytest.mark.tools

Body: TypeAlias = dict[str, Any]
Query: TypeAlias = Mapping[str, str]

GONE = {"getClanVersusRanking": "clans-versus", "getPlayerVersusRanking": "players-versus"}
"""What the API has taken away."""

FRESH = {name: operation.max_age for name, operation in OPERATIONS.items() if operation.max_age}
"""For how many seconds answers stay fresh."""

PAGED = [name for name in FRESH if "limit" in {parameter.name for parameter in OPERATIONS[name].parameters}]
LEAGUES = {"getBuilder": "44000000", "getCapital": "85000000", "getWar": "48000000"}
KEY = {"Authorization": "Bearer key"}
REFUSED_NUMBERS = ("", "-1", "x", "1.5", "1e3", "²", "٣", "9" * 5000)

every_paged_operation = pytest.mark.parametrize("name", PAGED)


@pytest.fixture(scope="module")
def http(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.base_url, headers=KEY, trust_env=False) as client:
        yield client


def at(path: str, *values: str) -> str:
    """A path with these values in place of its braces."""
    return path.format(*(quote(value, safe="") for value in values))


def path_of(name: str, world: World) -> str:
    """A path that the operation answers."""
    league = next((number for start, number in LEAGUES.items() if name.startswith(start)), "29000022")
    values = values_for_paths(world) | {"leagueId": league}
    return OPERATIONS[name].path_template.format_map({key: quote(value) for key, value in values.items()})


def query_of(name: str, world: World) -> dict[str, str]:
    """What the operation has to be asked with."""
    return {"searchClans": {"minMembers": "1"}, "getLeagueGroup": {"playerTag": world.player_tag}}.get(name, {})


def refusal(answer: httpx.Response) -> tuple[int, str, str | None]:
    """An error in brief; there is nothing else in its body."""
    body: dict[str, str] = answer.json()
    assert {*body} <= {"reason", "message"}
    return answer.status_code, body["reason"], body.get("message")


# ---------------------------------------------------------------------- answers


def test_every_operation_has_a_handler() -> None:
    assert HANDLERS.keys() == OPERATIONS.keys() == {*FRESH, *GONE, "verifyToken"}


@pytest.mark.parametrize("ranking", GONE.values())
def test_what_is_gone_is_not_found(http: httpx.Client, ranking: str) -> None:
    assert refusal(http.get(f"/locations/32000193/rankings/{ranking}")) == (404, "notFound", None)


def test_what_was_forgotten_is_not_implemented(
    sandbox: Sandbox, http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(HANDLERS, "getPlayer")
    answer = http.get(at("/players/{}", sandbox.world.unknown_tag))
    assert refusal(answer) == (501, "notImplemented", None)


@pytest.mark.parametrize("name", FRESH)
def test_an_answer_says_how_long_it_stays_fresh(sandbox: Sandbox, http: httpx.Client, name: str) -> None:
    answer = http.get(path_of(name, sandbox.world), params=query_of(name, sandbox.world))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == f"max-age={FRESH[name]}"
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize("place", [place for place in ref.LOCATIONS.values() if place.code is None])
def test_a_ranking_of_a_region_is_empty(http: httpx.Client, place: ref.Place) -> None:
    for name in ("clans", "players", "clans-builder-base", "players-builder-base", "capitals"):
        answer = http.get(f"/locations/{place.id}/rankings/{name}")
        assert answer.json() == {"items": [], "paging": {"cursors": {}}}
        assert answer.headers["Cache-Control"] == "max-age=600"


def test_the_whole_world_has_a_ranking(http: httpx.Client) -> None:
    for name in ("clans", "players", "clans-builder-base", "players-builder-base", "capitals"):
        assert http.get(f"/locations/global/rankings/{name}").json()["items"]


@pytest.mark.parametrize(
    ("token", "status"), [(World.token, "ok"), ("x", "invalid"), ("", "invalid"), ("é", "invalid")]
)
def test_a_token_is_right_or_wrong(sandbox: Sandbox, http: httpx.Client, token: str, status: str) -> None:
    tag = sandbox.world.clanless_player_tag
    answer = http.post(at("/players/{}/verifytoken", tag), json={"token": token})
    assert (answer.status_code, answer.json()) == (200, {"tag": tag, "token": token, "status": status})
    assert answer.headers["Cache-Control"] == "public max-age=600"


BODIES = [b"", b"x", b"\xff", b"[]", b'"token"', b"{}", b'{"token": 1}', b'{"token": null}', b"[" * 100_000]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[:20]))
def test_a_body_without_a_token_is_refused(sandbox: Sandbox, http: httpx.Client, body: bytes) -> None:
    answer = http.post(at("/players/{}/verifytoken", sandbox.world.player_tag), content=body)
    assert refusal(answer)[:2] == (400, "badRequest")


# ---------------------------------------------------------------------- pages


def follow(ask: Callable[[Query], Body], direction: str, limit: int, start: Query) -> Iterator[Body]:
    """Yield page after page in one direction."""
    body = ask({**start, "limit": str(limit)})
    yield body
    while mark := body["paging"]["cursors"].get(direction):
        body = ask({direction: mark, "limit": str(limit)})
        yield body


def check_pages(ask: Callable[[Query], Body], limit: int, limit_back: int) -> None:
    """Walk over a list there and back again."""
    everything = ask({})
    assert everything["paging"] == {"cursors": {}}
    there = [*follow(ask, "after", limit, {})]
    assert [row for body in there for row in body["items"]] == everything["items"]
    assert all(len(body["items"]) == limit for body in there[:-1])
    assert len(there[-1]["items"]) <= limit
    if mark := there[-1]["paging"]["cursors"].get("before"):
        back = [*follow(ask, "before", limit_back, {"before": mark})]
        earlier = [row for body in back[::-1] for row in body["items"]]
        assert earlier + there[-1]["items"] == everything["items"]
        assert all(len(body["items"]) == limit_back for body in back[:-1])
    else:
        assert len(there) == 1


@given(st.integers(0, 40), st.integers(1, 50), st.integers(1, 50))
def test_pages_hold_every_row_once(count: int, limit: int, limit_back: int) -> None:
    check_pages(lambda query: json.loads(json.dumps(page([*range(count)], query))), limit, limit_back)


@every_paged_operation
def test_every_list_has_pages(sandbox: Sandbox, http: httpx.Client, name: str) -> None:
    path, query = path_of(name, sandbox.world), query_of(name, sandbox.world)

    def ask(more: Query) -> Body:
        found: Body = http.get(path, params={**query, **more}).json()
        return found

    rows = len(ask({})["items"])
    assert rows
    check_pages(ask, rows // 3 + 1, rows // 4 + 1)


@given(st.integers(1, 40), st.integers(1, 39))
def test_a_cursor_is_the_number_of_rows_so_far(count: int, limit: int) -> None:
    cursors: Any = page([*range(count)], {"limit": str(limit)})["paging"]
    mark = cursors["cursors"].get("after")
    assert (mark is None) == (limit >= count)
    if mark is not None:
        assert "=" not in mark
        assert json.loads(b64decode(mark + "==")) == {"pos": limit}


def test_nothing_comes_after_the_end_and_before_the_beginning(http: httpx.Client) -> None:
    rows = http.get("/locations").json()["items"]
    beyond = http.get("/locations", params={"after": cursor(1000)}).json()
    assert beyond == {"items": [], "paging": {"cursors": {"before": cursor(len(rows))}}}
    assert http.get("/locations", params={"before": cursor(1000)}).json()["items"] == rows
    assert http.get("/locations", params={"before": cursor(0)}).json()["items"] == []


@given(
    st.sampled_from(["limit", "after", "before"]), st.text() | st.binary().map(lambda data: b64encode(data).decode())
)
def test_a_page_is_given_or_refused(name: str, text: str) -> None:
    try:
        assert page(["a", "b"], {name: text}).keys() == {"items", "paging"}
    except Refusal as refused:
        assert refused.status == 400  # noqa: PT017 # either of both is right


@every_paged_operation
def test_only_one_cursor_can_be_followed(sandbox: Sandbox, http: httpx.Client, name: str) -> None:
    both = {"after": cursor(1), "before": cursor(1)}
    answer = http.get(path_of(name, sandbox.world), params=query_of(name, sandbox.world) | both)
    assert refusal(answer)[:2] == (400, "badRequest")


CURSORS = [
    b"",
    b"x",
    b"\xff",
    b"1",
    b"[]",
    b"{}",
    b'{"pos":-1}',
    b'{"pos":true}',
    b'{"pos":1.5}',
    b'{"pos":"1"}',
    b"[" * 40_000,
]


@pytest.mark.parametrize("name", ["after", "before"])
def test_what_is_no_cursor_is_refused(http: httpx.Client, name: str) -> None:
    marks = ["", "x", "é", "====", *(b64encode(text).decode() for text in CURSORS)]
    for mark in marks:
        assert refusal(http.get("/locations", params={name: mark}))[:2] == (400, "badRequest")


@pytest.mark.parametrize("limit", ["0", *REFUSED_NUMBERS], ids=lambda limit: limit[:5])
def test_what_is_no_limit_is_refused(http: httpx.Client, limit: str) -> None:
    assert refusal(http.get("/locations", params={"limit": limit}))[:2] == (400, "badRequest")


# ---------------------------------------------------------------------- search

FITS: dict[str, Callable[[Body, str], bool]] = {
    "name": lambda hit, text: text.casefold() in hit["name"].casefold(),
    "warFrequency": lambda hit, text: text in ("any", hit["warFrequency"]),
    "locationId": lambda hit, text: text == str(hit.get("location", {}).get("id")),
    "minMembers": lambda hit, text: hit["members"] >= int(text),
    "maxMembers": lambda hit, text: hit["members"] <= int(text),
    "minClanPoints": lambda hit, text: hit["clanPoints"] >= int(text),
    "minClanLevel": lambda hit, text: hit["clanLevel"] >= int(text),
    "labelIds": lambda hit, text: {*text.split(",")} <= {str(label["id"]) for label in hit["labels"]},
}
"""What each filter lets through."""

parts_of_names = st.sampled_from([clan.name for clan in World(1).clans.values() if len(clan.name) > 2]).flatmap(
    lambda name: st.integers(0, len(name) - 3).flatmap(
        lambda start: st.integers(start + 3, len(name)).map(lambda end: name[start:end].upper())
    )
)
filters = st.fixed_dictionaries(
    {},
    optional={
        "name": parts_of_names,
        "warFrequency": st.sampled_from([*ref.WAR_FREQUENCIES, "any"]),
        "locationId": st.sampled_from([*ref.LOCATIONS]).map(str),
        "minMembers": st.integers(0, 51).map(str),
        "maxMembers": st.integers(0, 51).map(str),
        "minClanPoints": st.integers(0, 60_000).map(str),
        "minClanLevel": st.integers(0, 31).map(str),
        "labelIds": st.lists(st.sampled_from([*ref.CLAN_LABELS]).map(str), min_size=1, max_size=3).map(",".join),
    },
)


def hits(http: httpx.Client, query: Query) -> list[Body]:
    found: list[Body] = http.get("/clans", params=query).json()["items"]
    return found


@given(filters.filter(bool))
def test_a_search_gives_what_all_filters_let_through(http: httpx.Client, query: Query) -> None:
    everything = hits(http, {"minMembers": "0"})
    assert hits(http, query) == [hit for hit in everything if all(FITS[name](hit, query[name]) for name in query)]


def test_every_filter_lets_some_clans_through_and_others_not(http: httpx.Client) -> None:
    everything = hits(http, {"minMembers": "0"})
    assert len(everything) == len(World(1).clan_tags)
    first = next(hit for hit in everything if hit["labels"])
    sought = {
        "name": first["name"][:4],
        "warFrequency": first["warFrequency"],
        "locationId": "32000193",
        "minMembers": "50",
        "maxMembers": "8",
        "minClanPoints": str(max(hit["clanPoints"] for hit in everything)),
        "minClanLevel": str(max(hit["clanLevel"] for hit in everything)),
        "labelIds": ",".join(str(label["id"]) for label in first["labels"]),
    }
    assert sought.keys() == FITS.keys()
    for name, text in sought.items():
        assert 0 < len(hits(http, {name: text})) < len(everything)


REFUSED_SEARCHES: list[Query] = [
    {},
    {"limit": "5"},
    {"nonsense": "1"},
    {"name": "ab"},
    {"name": ""},
    {"warFrequency": "daily"},
    {"locationId": "global"},
    {"locationId": "1"},
    {"labelIds": "1"},
    {"labelIds": ""},
    {"labelIds": "56000000,57000000"},
    {"name": "abc", "minMembers": "x"},
    *(
        {name: number}
        for name in ("minMembers", "maxMembers", "minClanPoints", "minClanLevel")
        for number in REFUSED_NUMBERS
    ),
]


@pytest.mark.parametrize("query", REFUSED_SEARCHES, ids=lambda query: str(query)[:40])
def test_a_search_without_sense_is_refused(http: httpx.Client, query: Query) -> None:
    assert refusal(http.get("/clans", params=query))[:2] == (400, "badRequest")


# ---------------------------------------------------------------------- errors

UNKNOWN_IDS = {
    "/locations/1": "locationId",
    "/locations/global": "locationId",
    "/locations/1/rankings/clans": "locationId",
    "/locations/x/rankings/players-builder-base": "locationId",
    "/leagues/1": "leagueId",
    "/leagues/1/seasons": "leagueId",
    "/leagues/x/seasons/2025-08": "leagueId",
    "/leaguetiers/29000022": "leagueTierId",
    "/builderbaseleagues/29000022": "leagueId",
    "/capitalleagues/29000022": "leagueId",
    "/warleagues/29000022": "leagueId",
}


@pytest.mark.parametrize("path", UNKNOWN_IDS)
def test_an_unknown_id_is_refused(http: httpx.Client, path: str) -> None:
    message = f"Unknown value for parameter {UNKNOWN_IDS[path]}"
    assert refusal(http.get(path)) == (400, "badRequest", message)


@pytest.mark.parametrize("path", ["/leagues/{}/seasons", "/leagues/{}/seasons/2025-08"])
def test_only_legends_have_seasons(http: httpx.Client, path: str) -> None:
    for number in ref.LEAGUES:
        answer = http.get(path.format(number))
        if number == ref.LEGEND_LEAGUE_ID:
            assert answer.status_code == 200
        else:
            assert refusal(answer) == (400, "badRequest", "Seasons are available only for legendary league")


@pytest.mark.parametrize("season", ["2025-09", "2015-06", "2026-01-26", "x"])
def test_a_season_that_never_was_is_not_found(http: httpx.Client, season: str) -> None:
    assert refusal(http.get(f"/leagues/29000022/seasons/{season}")) == (404, "notFound", None)


OF_TAGS = [name for name in HANDLERS if "Tag}" in OPERATIONS[name].path_template]


@pytest.mark.parametrize("name", OF_TAGS)
@pytest.mark.parametrize("tag", ["#2PP", "2PP", "x", "#ÄÖ/?"])
def test_an_unknown_tag_is_not_found(sandbox: Sandbox, http: httpx.Client, name: str, tag: str) -> None:
    operation = OPERATIONS[name]
    path = re.sub(r"\{\w+Tag\}", quote(tag, safe=""), operation.path_template).replace("{leagueSeasonId}", "1767589200")
    answer = http.request(operation.method, path, params=query_of(name, sandbox.world))
    assert refusal(answer) == (404, "notFound", f"Not found with tag {tag.removeprefix('#')}")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "public max-age=600"


@pytest.mark.parametrize(("path", "seconds"), [("warlog", 600), ("currentwar", 120)])
def test_a_private_war_log_is_denied_without_a_word(
    sandbox: Sandbox, http: httpx.Client, path: str, seconds: int
) -> None:
    answer = http.get(at(f"/clans/{{}}/{path}", sandbox.world.private_clan_tag))
    assert refusal(answer) == (403, "accessDenied", None)
    assert answer.headers["Cache-Control"] == f"max-age={seconds}"


def test_a_private_war_log_does_not_hide_the_war_league(sandbox: Sandbox, http: httpx.Client) -> None:
    assert http.get(at("/clans/{}/currentwar/leaguegroup", sandbox.world.private_clan_tag)).status_code == 200


def test_a_clan_outside_the_war_league_has_no_group(sandbox: Sandbox, http: httpx.Client) -> None:
    found = [refusal_or_none(http.get(at("/clans/{}/currentwar/leaguegroup", tag))) for tag in sandbox.world.clan_tags]
    assert found == [None] * 48 + [(404, "notFound", None)] * 2


def refusal_or_none(answer: httpx.Response) -> tuple[int, str, str | None] | None:
    return None if answer.is_success else refusal(answer)


def test_a_ranked_group_is_asked_for_by_one_of_its_players(sandbox: Sandbox, http: httpx.Client) -> None:
    world = sandbox.world
    path = path_of("getLeagueGroup", world)
    assert refusal(http.get(path)) == (400, "badRequest", "Parameter playerTag is required")
    members = {
        member["playerTag"] for member in http.get(path, params={"playerTag": world.player_tag}).json()["members"]
    }
    for tag in (*world.player_tags[::40], world.beginner_player_tag, world.unknown_tag):
        assert (http.get(path, params={"playerTag": tag}).status_code == 200) == (tag in members)


@pytest.mark.parametrize("season", ["1766984400", "0", "x", "²", "9" * 5000], ids=lambda season: season[:10])
def test_a_ranked_group_is_of_one_week(sandbox: Sandbox, http: httpx.Client, season: str) -> None:
    group = path_of("getLeagueGroup", sandbox.world).rsplit("/", 1)[0]
    answer = http.get(f"{group}/{season}", params={"playerTag": sandbox.world.player_tag})
    assert refusal(answer)[:2] == (404, "notFound")


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (None, "Missing authorization"),
        ("", "Missing authorization"),
        ("key", "Invalid authorization"),
        ("Bearer", "Invalid authorization"),
        ("Basic key", "Invalid authorization"),
    ],
)
@pytest.mark.parametrize("path", ["/locations", "/nowhere"])
def test_a_key_is_needed(sandbox: Sandbox, key: str | None, message: str, path: str) -> None:
    headers = {} if key is None else {"Authorization": key}
    answer = httpx.get(sandbox.base_url + path, headers=headers, trust_env=False)
    assert refusal(answer) == (403, "accessDenied", message)


NOWHERE = (
    "/v2/locations",
    "/v1",
    "/v1/",
    "/v1/locations/",
    "/v1/clans/",
    "/v1/clans//members",
    "/v1/clans/2PP/members/x",
)


@pytest.mark.parametrize("path", NOWHERE)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_nowhere_is_not_found(http: httpx.Client, method: str, path: str) -> None:
    assert refusal(http.request(method, http.base_url.join(path))) == (404, "notFound", None)


def test_a_path_has_one_method(sandbox: Sandbox, http: httpx.Client) -> None:
    assert refusal(http.post("/locations")) == (404, "notFound", None)
    assert refusal(http.post(http.base_url.join("/"))) == (404, "notFound", None)
    assert refusal(http.get(at("/players/{}/verifytoken", sandbox.world.player_tag))) == (404, "notFound", None)
    assert [http.request(method, "/locations").status_code for method in ("PUT", "DELETE", "HEAD")] == [404] * 3


# ---------------------------------------------------------------------- what worlds give out

GIVEN_OUT: dict[str, Callable[[World], object]] = {
    "clan": lambda world: [*map(world.clan, world.clan_tags)],
    "current_war": lambda world: [*map(world.current_war, world.clan_tags)],
    "war_log": lambda world: [*map(world.war_log, world.clan_tags)],
    "raid_seasons": lambda world: [*map(world.raid_seasons, world.clan_tags)],
    "war_league_group": lambda world: [*map(world.war_league_group, world.clan_tags)],
    "league_war": lambda world: [world.league_war(tag) for tags in world.league_war_tags for tag in tags],
    "player": lambda world: [*map(world.player, world.player_tags[::10])],
    "battle_log": lambda world: [*map(world.battle_log, world.player_tags[::100])],
    "league_history": lambda world: [*map(world.league_history, world.player_tags[::100])],
    "league_group": lambda world: world.league_group(*league_group_of(world)),
    "gold_pass": World.gold_pass,
    "legend_seasons": World.legend_seasons,
    "clan_ranking": lambda world: world.clan_ranking(None, lambda clan: clan.points, "clanPoints", seen=True),
    "player_ranking": lambda world: world.player_ranking(None),
    "builder_ranking": lambda world: world.builder_ranking(None),
    "season_ranking": lambda world: world.season_ranking("2025-08"),
}
"""Everything that a world makes bodies of."""


def league_group_of(world: World) -> tuple[str, str, str]:
    player = world.player(world.player_tag) or {}
    return str(player["currentLeagueGroupTag"]), str(player["currentLeagueSeasonId"]), world.player_tag


def spoil(value: Any) -> None:
    """Empty a body, from its depths on."""
    if isinstance(value, dict | list):
        found = cast("dict[str, object] | list[object]", value)
        for each in [*found.values()] if isinstance(found, dict) else found:
            spoil(each)
        found.clear()


def test_one_world_cannot_change_another() -> None:
    worlds = [World(1, clans=12) for _ in range(3)]
    given_out, *others = ({name: json.dumps(make(world)) for name, make in GIVEN_OUT.items()} for world in worlds)
    assert others == [given_out] * 2
    for make in GIVEN_OUT.values():
        spoil(make(worlds[0]))
    for world in (worlds[1], World(1, clans=12)):
        assert {name for name, make in GIVEN_OUT.items() if json.dumps(make(world)) != given_out[name]} == set()


# ---------------------------------------------------------------------- the server


def test_a_browser_is_welcome(sandbox: Sandbox, http: httpx.Client) -> None:
    host = sandbox.base_url.removesuffix("/v1")
    answer = httpx.get(host, trust_env=False)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "seed 1;" in answer.text
    shown = unescape(answer.text)
    commands = re.findall(r"<pre>(.*)</pre>", shown)
    assert len(commands) == 4
    for command_line in commands:
        program, option, header, url = shlex.split(command_line)
        assert (program, option) == ("curl", "-H")
        assert url.startswith(sandbox.base_url)
        assert httpx.get(url, headers=dict([header.split(": ")]), trust_env=False).status_code == 200
    assert set(OPERATIONS) <= {*re.findall(r"<td>(\w+)</td>", shown)}
    tags = {*re.findall(r"<td>(#\w+)</td>", shown)}
    assert tags - {sandbox.world.unknown_tag} <= {*sandbox.world.clan_tags, *sandbox.world.player_tags}
    assert len(tags) == 10


def test_a_browser_is_told_when_nobody_is_at_war() -> None:
    sandbox = Sandbox(clans=10)
    with httpx.Client(transport=sandbox.transport()) as http:
        while is_at_war(sandbox.world):
            assert "none at the moment" not in http.get("http://sandbox/").text
            sandbox.advance(hours=7)
        answer = http.get("http://sandbox/")
    assert re.search(r"<td>Clan (on|whose)[^<]+</td><td>none at the moment</td>", answer.text)


def is_at_war(world: World) -> bool:
    try:
        return {world.in_war_clan_tag, world.preparation_clan_tag, world.war_ended_clan_tag} <= {*world.clan_tags}
    except LookupError:
        return False


def test_the_page_cannot_be_made_to_say_something_else(http: httpx.Client) -> None:
    page_of = http.get(http.base_url.join("/"), headers={"Host": "<script>"}).text
    assert "<script" not in page_of
    assert "&lt;script&gt;" in page_of


CLOSE = "Host: h\r\nAuthorization: Bearer key\r\nConnection: close\r\n"
VERIFY = "POST /v1/players/%23{tag}/verifytoken HTTP/1.1\r\n" + CLOSE
ODD_REQUESTS = {
    "a whole address": (f"GET http://h/v1/locations HTTP/1.1\r\n{CLOSE}\r\n", 404),
    "no UTF-8": (f"GET /v1/clans/%FF HTTP/1.1\r\n{CLOSE}\r\n", 404),
    "half of an escape": (f"GET /v1/clans/%2 HTTP/1.1\r\n{CLOSE}\r\n", 404),
    "a body that nobody reads": (f"GET /v1/locations HTTP/1.1\r\nContent-Length: 2\r\n{CLOSE}\r\n{{}}", 200),
    "half of a character": (f'{VERIFY}Content-Length: 19\r\n\r\n{{"token": "\\ud800"}}', 200),
}

NO_REQUESTS = {
    "nothing but a query": f"GET ?x HTTP/1.1\r\n{CLOSE}\r\n",
    "a length that is none": f"GET /v1/locations HTTP/1.1\r\nContent-Length: x\r\n{CLOSE}\r\n",
    "an endless length": f"GET /v1/locations HTTP/1.1\r\nContent-Length: {'9' * 5000}\r\n{CLOSE}\r\n",
    "another protocol": "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
}


@pytest.mark.parametrize("kind", ODD_REQUESTS)
def test_an_odd_request_is_answered(sandbox: Sandbox, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    text, status = ODD_REQUESTS[kind]
    answer = sent(sandbox, text.replace("{tag}", sandbox.world.player_tag[1:]))
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    json.loads(answer.partition(b"\r\n\r\n")[2])
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("kind", NO_REQUESTS)
def test_what_is_no_request_is_refused(sandbox: Sandbox, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    assert b" 400 Bad Request\r\n" in sent(sandbox, NO_REQUESTS[kind])
    assert capsys.readouterr().err == ""


def sent(sandbox: Sandbox, text: str) -> bytes:
    """What comes back when these bytes are sent."""
    with connect(sandbox) as connection:
        connection.sendall(text.encode())
        return b"".join(iter(lambda: connection.recv(65536), b""))


def connect(sandbox: Sandbox) -> socket.socket:
    address = httpx.URL(sandbox.base_url)
    return socket.create_connection((address.host, address.port or 0), timeout=10)


def test_requests_are_remembered() -> None:
    with Sandbox() as sandbox:
        assert not sandbox.requests
        with httpx.Client(base_url=sandbox.base_url, trust_env=False) as client:
            client.get("/clans?name=%C3%A9")
            client.post("/players/%232PP/verifytoken")
    assert sandbox.requests == ("GET /v1/clans?name=%C3%A9", "POST /v1/players/%232PP/verifytoken")


def test_many_may_ask_at_once(sandbox: Sandbox, http: httpx.Client) -> None:
    def tag_of(path: str) -> object:
        return http.get(path).json()["tag"]

    tags = sandbox.world.player_tags[:100]
    with ThreadPoolExecutor(20) as pool:
        found = [*pool.map(tag_of, [at("/players/{}", tag) for tag in tags])]
    assert found == [*tags]


def test_a_sandbox_starts_and_stops() -> None:
    sandbox = Sandbox(seed=3)
    with pytest.raises(RuntimeError, match="not running"):
        _ = sandbox.base_url
    sandbox.stop()
    for _ in range(2):
        assert sandbox.start() is sandbox
        with pytest.raises(RuntimeError, match="already running"):
            sandbox.start()
        answer = httpx.get(f"{sandbox.base_url}/locations", headers=KEY, trust_env=False)
        assert answer.status_code == 200
        sandbox.stop()
        sandbox.stop()
        with pytest.raises(RuntimeError, match="not running"):
            _ = sandbox.base_url
    assert len(sandbox.requests) == 2


def test_two_sandboxes_cannot_have_one_port(sandbox: Sandbox) -> None:
    other = Sandbox(port=httpx.URL(sandbox.base_url).port or 0)
    with pytest.raises(OSError, match="in use"):
        other.start()
    with pytest.raises(RuntimeError, match="not running"):
        _ = other.base_url


def test_a_port_that_cannot_be_listened_at_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two programs may hold a port, but only one can listen."""

    def fail(*_: object) -> NoReturn:
        raise OSError("Address already in use")

    before = {*threading.enumerate()}
    sandbox = Sandbox()
    with monkeypatch.context() as patch:
        patch.setattr(Server, "_open", fail)
        with pytest.raises(OSError, match="in use"):
            sandbox.start()
    sandbox.stop()
    with sandbox:
        assert sandbox.base_url
    assert {*threading.enumerate()} <= before


def test_a_port_is_free_again_after_the_end() -> None:
    with Sandbox() as first:
        url = first.base_url
        httpx.get(f"{url}/locations", trust_env=False)
    with Sandbox(port=httpx.URL(url).port or 0) as second:
        assert second.base_url == url


def test_nothing_is_left_of_a_sandbox_whatever_clients_keep_open() -> None:
    before = {*threading.enumerate()}
    with Sandbox() as sandbox:
        silent, slow, idle = connections = [connect(sandbox) for _ in range(3)]
        slow.sendall(b"POST /v1/locations HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n{")
        idle.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        assert idle.recv(65536).startswith(b"HTTP/1.1 200 ")
    assert {*threading.enumerate()} <= before
    with silent, slow, idle:
        assert [connection.recv(1) for connection in connections] == [b"", b"", b""]


def test_a_program_ends_though_it_forgets_its_sandbox() -> None:
    program = """
import httpx
from cocapi_gen.sandbox import Sandbox

sandbox = Sandbox().start()
client = httpx.Client(trust_env=False)
print(client.get(sandbox.base_url).status_code)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=20, check=True)  # noqa: S603 # this very Python
    assert (done.stdout, done.stderr) == ("403\n", "")


def test_a_client_that_hangs_up_is_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    with Sandbox() as sandbox:
        with connect(sandbox) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        assert httpx.get(sandbox.base_url, trust_env=False).status_code == 403
    assert capsys.readouterr().err == ""


def test_a_fault_of_the_sandbox_is_shown(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> NoReturn:
        raise ZeroDivisionError("a fault")

    monkeypatch.setitem(HANDLERS, "getLocations", fail)
    with Sandbox() as sandbox:
        answer = httpx.get(f"{sandbox.base_url}/locations", headers=KEY, trust_env=False)
    assert answer.status_code == 500
    assert "ZeroDivisionError: a fault" in capsys.readouterr().err


def test_the_package_offers_every_fault_and_event() -> None:
    makers = {
        name
        for name, thing in vars(faults).items()
        if not name.startswith("_") and getattr(thing, "__annotations__", {}).get("return") == "Fault"
    }
    events = {
        name for name, thing in vars(history).items() if isinstance(thing, type) and issubclass(thing, history.Event)
    }
    assert len(makers) == 14
    assert makers | events | {"Fault", "Sandbox", "World"} <= {*vars(cocapi_gen.sandbox)}
