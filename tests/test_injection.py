"""Whatever somebody types stays what it is: one segment of a path, one value of a query, one line of a request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import cast
from urllib.parse import parse_qs, unquote

import httpx
import pytest
from hypothesis import given, settings, strategies as st

from cocapi_gen import Client, CocApiError, InvalidTokenError, ResourceNotFound, SyncClient, UnknownDataError
from tests.answers import BARE, LOCATIONS, Answering, RawServer, http
from tests.test_options import PATHS, REFUSED

NASTY = [
    *("..", ".", "../..", "../../admin", "..\\..\\admin", "%2e%2e", "%2e%2e%2f", "%252e%252e", "..%2f", "..;/", ".%2e"),
    *("/", "//", "//evil.example", "/etc/passwd", "\\\\evil.example", "a/b", "a\\b", "a/../b", "/..", "./"),
    *(
        "http://evil.example",
        "https://evil.example/v1/players",
        "@evil.example",
        ":80",
        "user:pass@host",
        "evil.example:443",
    ),
    *(
        "?",
        "?limit=1",
        "#",
        "#2PP#",
        "#2PP?limit=1",
        "#2PP/warlog",
        "&limit=1",
        "=",
        ";",
        ";v=1",
        "a;b=c",
        "+",
        "%",
        "%%",
    ),
    *(
        "\r\n",
        "\r",
        "\n",
        "x\r\nHost: evil.example",
        "x HTTP/1.1\r\nHost: evil\r\n\r\nGET /",
        "\r\n\r\n",
        "%0d%0a",
        "\x85",
    ),
    *(
        "\0",
        "a\0b",
        "%00",
        "\x01",
        "\x1b[31m",
        "\x7f",
        "\t",
        " ",
        "  ",
        "a b",
        "\u2028",
        "\u200b",
        "\ufeff",
        "\u202e2PP",
    ),
    *("ä", "👑", "＃2PP", "．．", "／", "⁄", "．．／", "\u0130", "ﬁ", "é", "\u0301", "中文", "\ud800", "a\udfff"),
    *(
        "{clanTag}",
        "{}",
        "${x}",
        "{{7*7}}",
        "%s",
        "%(x)s",
        "' OR 1=1 --",
        '"',
        "<script>",
        "`id`",
        "$(id)",
        "|",
        "^",
        "~",
        "*",
    ),
]
TOKENS = [
    *(
        "x\r\nX: y",
        "x\nX: y",
        "x\ry",
        "x\0",
        "x y",
        "\tx\ty",
        "x\x7f",
        "ü",
        "x\u2028y",
        "x\x85y",
        "",
        " ",
        "Bearer",
        "Bearer  ",
    ),
    *("Bearer x y", "x\r\n\r\nGET / HTTP/1.1", "\ud800", "x\x0by", "x\x1fy"),
]

Ask = Callable[[SyncClient, str], object]
WAYS: dict[str, Ask] = {
    "tag of a player": lambda client, text: client.raw.players.get_player(player_tag=text),
    "tag of a clan": lambda client, text: client.raw.clans.get_clan_war_log(clan_tag=text),
    "season": lambda client, text: client.raw.leagues.get_league_season_rankings(league_id=29000022, season_id=text),
    "league": lambda client, text: client.raw.leagues.get_league_season_rankings(
        league_id=cast("int", text), season_id="2025-08"
    ),
    "location": lambda client, text: client.raw.locations.get_clan_ranking(location_id=cast("int", text)),
    "our tag of a player": lambda client, text: client.player(text),
    "our tag of a war": lambda client, text: client.league_war(text),
    "our season": lambda client, text: client.league_season_rankings(text),
    "our location": lambda client, text: client.clan_rankings(text),
    "name of a clan": lambda client, text: client.clans(name=text),
    "cursor": lambda client, text: client.clans_details(name="bomb", limit=1, after=text),
    "path of one's own": lambda client, text: client.request("GET", f"/clans/{text}"),
    "name in a query": lambda client, text: client.request("GET", "/clans", query={text: "x"}),
    "value in a query": lambda client, text: client.request("GET", "/clans", query={"name": text}),
    "in-game token": lambda client, text: client.verify_token("#2PP", text),
}
SHAPES = {
    "tag of a player": ("v1", "players", None),
    "tag of a clan": ("v1", "clans", None, "warlog"),
    "season": ("v1", "leagues", "29000022", "seasons", None),
    "league": ("v1", "leagues", None, "seasons", "2025-08"),
    "location": ("v1", "locations", None, "rankings", "clans"),
    "our tag of a player": ("v1", "players", None),
    "our tag of a war": ("v1", "clanwarleagues", "wars", None),
    "our season": ("v1", "leagues", "29000022", "seasons", None),
    "our location": ("v1", "locations", None, "rankings", "clans"),
    "name of a clan": ("v1", "clans"),
    "cursor": ("v1", "clans"),
    "name in a query": ("v1", "clans"),
    "value in a query": ("v1", "clans"),
    "in-game token": ("v1", "players", "%232PP", "verifytoken"),
}
RAW = ("tag of a player", "tag of a clan", "season", "league", "location")


def test_there_are_many_rows() -> None:
    assert len(NASTY) + len(TOKENS) + len(PATHS) + len(REFUSED) >= 60
    assert len(NASTY) == len(set(NASTY))


class Memory:
    """An API that finds nothing but locations, and keeps the requests."""

    def __init__(self) -> None:
        self.requests = list[httpx.Request]()

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/locations":
            return httpx.Response(200, json=LOCATIONS)
        self.requests.append(request)
        return httpx.Response(404, json={"reason": "notFound"})

    def target(self, way: str, text: str) -> str | None:
        """Return what a text makes of a request; None if it is refused."""
        client = SyncClient("TOKEN", **BARE, transport=httpx.MockTransport(self.answer))
        self.requests.clear()
        try:
            WAYS[way](client, text)
        except ResourceNotFound:
            pass
        except UnknownDataError:
            assert self.requests == []
            return None
        assert len(self.requests) == 1
        url = self.requests[0].url
        assert (url.scheme, url.host, url.port, url.fragment) == ("https", "api.clashofclans.com", None, "")
        assert self.requests[0].headers["host"] == "api.clashofclans.com"
        return url.raw_path.decode("ascii")


def assert_it_is_what_it_should_be(way: str, text: str, target: str) -> None:
    """A target has the shape of its operation, and a text of anybody's stands in one place only."""
    path, _, query = target.partition("?")
    assert not set(target) - set(map(chr, range(0x21, 0x7F)))
    assert not {"#", "\\"} & {*target}
    _, *parts = path.split("/")
    assert not {"", ".", ".."} & {*parts}
    if way == "path of one's own":
        assert parts[:2] == ["v1", "clans"]
        assert not query
        assert unquote(path.removeprefix("/v1/clans/")) == unquote(text)
        return
    expected = SHAPES[way]
    assert len(parts) == len(expected)
    assert all(part == known for part, known in zip(parts, expected, strict=True) if known is not None)
    if way in RAW:
        assert text in [unquote(part, errors="strict") for part in parts]
        assert not query
    if way in ("name in a query", "value in a query") and text:
        found = parse_qs(query, keep_blank_values=True, strict_parsing=True, errors="strict")
        assert found == ({text: ["x"]} if way == "name in a query" else {"name": [text]})


@pytest.mark.parametrize("way", WAYS)
def test_what_is_typed_is_one_part_of_a_request_or_refused(way: str) -> None:
    api, sent = Memory(), 0
    for text in NASTY:
        target = api.target(way, text)
        if target is not None:
            assert_it_is_what_it_should_be(way, text, target)
            sent += 1
    if way.startswith("our tag"):
        assert sent <= 3  # of all these, "#2PP" with marks of direction around is none either
    elif way in RAW:
        assert sent == len(NASTY) - 4  # "..", ".", and two halves of characters


texts = st.text(st.characters(exclude_categories=[]), max_size=12) | st.text("./\\%?#&=+;:@ 2eEfF\r\n\0", max_size=8)


@settings(max_examples=150)
@given(st.sampled_from([*WAYS]), texts)
def test_any_text_is_one_part_of_a_request_or_refused(way: str, text: str) -> None:
    target = Memory().target(way, text)
    if target is not None:
        assert_it_is_what_it_should_be(way, text, target)


@pytest.mark.parametrize("token", TOKENS, ids=ascii)
def test_a_token_is_one_value_of_one_header_or_refused(token: str) -> None:
    for kind in (Client, SyncClient):
        with pytest.raises(InvalidTokenError):
            kind(token, base_url="http://localhost/v1")
        with pytest.raises(InvalidTokenError):
            kind(["good", token], base_url="http://localhost/v1")


@given(st.text(st.characters(exclude_categories=[]), max_size=8) | st.text("Bearer x\r\n\0:", max_size=12))
def test_any_token_is_one_value_of_one_header_or_refused(text: str) -> None:
    seen = list[httpx.Request]()

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={})

    with suppress(InvalidTokenError):
        SyncClient(text, transport=httpx.MockTransport(answer)).goldpass()
    for request in seen:
        value = request.headers["authorization"]
        scheme, _, token = value.partition(" ")
        assert scheme == "Bearer"
        assert token
        assert not set(token) - set(map(chr, range(0x21, 0x7F)))


# ---------------------------------------------------------------------- on the wire


@pytest.fixture(scope="module")
def wire() -> Iterator[tuple[Answering, SyncClient]]:
    """A server that finds nothing, and a client of it."""
    script = Answering(http(b'{"reason": "notFound"}', status="404 Not Found"))
    with RawServer(script) as server, SyncClient("TOKEN", **BARE, base_url=server.base_url) as client:
        yield script, client


@pytest.mark.parametrize("way", [way for way in WAYS if way not in ("our location", "in-game token")])
def test_on_the_wire_it_is_exactly_one_request(way: str, wire: tuple[Answering, SyncClient]) -> None:
    script, client = wire
    for text in NASTY:
        script.heads.clear()
        with suppress(CocApiError):
            WAYS[way](client, text)
        for head in script.heads:
            line, *headers, empty, rest = head.split(b"\r\n")
            assert line.count(b" ") == 2
            assert line.startswith(b"GET /v1/")
            assert line.endswith(b" HTTP/1.1")
            assert (empty, rest) == (b"", b"")
            names = [header.split(b":")[0].lower() for header in headers]
            assert len(names) == len(set(names))
            assert set(names) <= {
                b"host",
                b"accept",
                b"accept-encoding",
                b"connection",
                b"user-agent",
                b"authorization",
            }
            assert b"evil" not in b"".join(headers)
        assert len(script.heads) <= 1
