"""The wire itself: what servers do to connections, and what texts do to requests."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import parse_qs, unquote

import anyio
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from cocapi_gen import (
    Client,
    CocApiError,
    ConnectionFailed,
    InvalidParameterError,
    RequestTimeout,
    ResourceNotFound,
    UnreadableAnswerError,
)
from cocapi_gen._http.address import address_of
from cocapi_gen._http.operation import build_request
from cocapi_gen.raw import OPERATIONS
from tests.answers import (
    BARE,
    Answering,
    RawServer,
    http,
    read_request,
    resetting,
    saying,
    stalling,
)

JSON = b'{"startTime": "20260101T080000.000Z", "endTime": "20260201T080000.000Z"}'
HALF = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"

GOOD: dict[str, bytes] = {
    "as usual": http(JSON, "Content-Type: application/json; charset=utf-8"),
    "a wrong type": http(JSON, "Content-Type: text/html"),
    "no type": http(JSON),
    "gzip": http(gzip.compress(JSON), "Content-Encoding: gzip"),
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(JSON), JSON),
    "until the end": b"HTTP/1.0 200 OK\r\n\r\n" + JSON,
    "after a greeting": b"HTTP/1.1 103 Early Hints\r\n\r\n" + http(JSON),
}


@pytest.mark.anyio
@pytest.mark.parametrize("kind", GOOD)
async def test_an_answer_is_read_however_it_comes(kind: str) -> None:
    with RawServer(saying(GOOD[kind])) as server:
        async with Client("TOKEN", **BARE, base_url=server.base_url) as client:
            found = await client.goldpass()
    assert found.start_time is not None
    assert found.start_time.isoformat() == "2026-01-01T08:00:00+00:00"


@pytest.mark.anyio
async def test_connections_are_used_again() -> None:
    answering = Answering(http(JSON))
    with RawServer(answering) as server:
        async with Client("TOKEN", **BARE, base_url=server.base_url) as client:
            for _ in range(5):
                await client.goldpass()
    assert (len(answering.heads), server.connections) == (5, 1)


@pytest.mark.anyio
async def test_a_connection_that_the_server_closed_is_not_used_again() -> None:
    with RawServer(saying(http(JSON))) as server:
        async with Client("TOKEN", **BARE, base_url=server.base_url) as client:
            for number in (1, 2, 3):
                await client.goldpass()
                await anyio.sleep(0.02)  # for the end of the connection to arrive
                assert server.connections == number


@pytest.mark.anyio
async def test_the_client_works_on_after_every_fault() -> None:
    faults = iter([saying(HALF), stalling(), resetting(), saying(http(b"x")), saying(http(JSON))])
    with RawServer(lambda connection: next(faults)(connection)) as server:  # noqa: PLW0108 # each connection takes the next
        async with Client("TOKEN", **BARE, base_url=server.base_url, timeout=0.1) as client:
            for error in (ConnectionFailed, RequestTimeout, ConnectionFailed, UnreadableAnswerError):
                with pytest.raises(error):
                    await client.goldpass()
                await anyio.sleep(0.02)
            assert (await client.goldpass()).end_time is not None


@pytest.mark.anyio
async def test_many_requests_at_once_all_get_their_answers() -> None:
    def echo(connection: socket.socket) -> None:
        while head := read_request(connection):
            number = head.split(b" ", 2)[1].rsplit(b"/", 1)[1].decode()
            connection.sendall(http(b'{"id": %b, "name": "x"}' % number.encode()))

    found = dict[int, int]()
    with RawServer(echo) as server:
        async with Client("TOKEN", **BARE, base_url=server.base_url) as client:

            async def ask(number: int) -> None:
                found[number] = (await client.raw.leagues.get_war_league(league_id=number)).id

            with anyio.fail_after(10):
                async with anyio.create_task_group() as group:
                    for number in range(50):
                        group.start_soon(ask, number)
        assert server.connections <= 10
    assert found == {number: number for number in range(50)}


@pytest.mark.parametrize(
    ("base_url", "host", "line"),
    [
        ("https://faß.example/v1", b"xn--fa-hia.example", b"xn--fa-hia.example"),  # by an older standard, fass.example
        ("http://BÜCHER.example:8080", b"xn--bcher-kva.example", b"xn--bcher-kva.example:8080"),
        ("http://[::1]:8080/v1", b"::1", b"[::1]:8080"),
        ("https://api.example:443/v1", b"api.example", b"api.example"),
    ],
)
def test_a_host_is_written_as_the_standard_says(base_url: str, host: bytes, line: bytes) -> None:
    address = address_of(base_url)
    assert (address.host, address.host_line) == (host, line)


# ---------------------------------------------------------------------- texts on the wire

NOT_FOUND = http(b'{"reason": "notFound"}', status="404 Not Found")

any_text = st.text(st.characters(exclude_categories=[])) | st.text("./\\%?#&=+;: \u202e2fFeE", max_size=8)
sendable = st.text(st.characters(exclude_categories=["Cs"])) | st.text("./\\%?#&=+;:, 2fFeE", max_size=8)
once_for_all = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def has_lone_surrogate(text: str) -> bool:
    """Say whether a text cannot be written as UTF-8."""
    return any("\ud800" <= letter <= "\udfff" for letter in text)


@pytest.fixture(scope="module")
def answering() -> Iterator[tuple[Answering, RawServer]]:
    """A server that finds nothing, and what it was asked."""
    script = Answering(NOT_FOUND)
    with RawServer(script) as server:
        yield script, server


def ask_all(server: RawServer, texts: list[str], ask: Callable[[Client, str], object]) -> None:
    """Call the API once for each text, in one event loop."""

    async def main() -> None:
        async with Client("TOKEN", **BARE, base_url=server.base_url) as client:
            for text in texts:
                with suppress(ResourceNotFound):
                    await ask(client, text)  # type: ignore[misc] # pyright: ignore[reportGeneralTypeIssues] # a coroutine

    anyio.run(main)


@once_for_all
@given(st.lists(any_text, min_size=1, max_size=20))
def test_a_text_in_a_path_is_one_segment(answering: tuple[Answering, RawServer], texts: list[str]) -> None:
    script, server = answering
    script.heads.clear()
    good = [text for text in texts if text not in ("", ".", "..") and not has_lone_surrogate(text)]
    ask_all(server, good, lambda client, text: client.raw.players.get_player(player_tag=text))
    assert len(script.targets) == len(good)
    for target, text in zip(script.targets, good, strict=True):
        empty, version, group, segment = target.split("/")
        assert (empty, version, group, unquote(segment, errors="strict")) == ("", "v1", "players", text)
        assert not set(segment) & set("?#\\")


@once_for_all
@given(st.lists(any_text.filter(bool), min_size=1, max_size=10))
def test_a_text_within_a_path_stays_within_its_segment(
    answering: tuple[Answering, RawServer], texts: list[str]
) -> None:
    script, server = answering
    script.heads.clear()
    good = [text for text in texts if text not in (".", "..") and not has_lone_surrogate(text)]
    ask_all(server, good, lambda client, text: client.raw.clans.get_clan_war_log(clan_tag=text))
    for target, text in zip(script.targets, good, strict=True):
        assert target.startswith("/v1/clans/")
        assert target.endswith("/warlog")
        assert [unquote(part, errors="strict") for part in target.split("/")] == ["", "v1", "clans", text, "warlog"]


@once_for_all
@given(st.lists(st.tuples(sendable, sendable), min_size=1, max_size=20))
def test_texts_in_a_query_arrive_as_they_were(
    answering: tuple[Answering, RawServer], pairs: list[tuple[str, str]]
) -> None:
    script, server = answering
    script.heads.clear()

    async def main() -> None:
        async with Client("TOKEN", **BARE, base_url=server.base_url) as client:
            for name, after in pairs:
                with suppress(ResourceNotFound):
                    await client.raw.clans.search_clans(name=name, after=after, limit=5)

    anyio.run(main)
    for target, (name, after) in zip(script.targets, pairs, strict=True):
        path, _, query = target.partition("?")
        assert path == "/v1/clans"
        sent = parse_qs(query, keep_blank_values=True, strict_parsing=True, errors="strict")
        assert sent == {"name": [name], "after": [after], "limit": ["5"]}


@pytest.mark.anyio
@pytest.mark.parametrize("text", ["", ".", "..", "\ud800", "a\udfffb"], ids=ascii)
async def test_what_names_no_segment_is_never_sent(answering: tuple[Answering, RawServer], text: str) -> None:
    script, server = answering
    script.heads.clear()
    async with Client("TOKEN", **BARE, base_url=server.base_url) as client:
        with pytest.raises(InvalidParameterError, match="player_tag"):
            await client.raw.players.get_player(player_tag=text)
    assert script.heads == []


@pytest.mark.anyio
async def test_a_value_that_is_needed_and_missing_is_told(answering: tuple[Answering, RawServer]) -> None:
    script, server = answering
    script.heads.clear()
    async with Client("TOKEN", **BARE, base_url=server.base_url) as client:
        with pytest.raises(InvalidParameterError, match="getPlayer needs a value for 'player_tag'"):
            await client.raw.players.get_player(player_tag=None)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # what is tested
    assert script.heads == []


@pytest.mark.anyio
@pytest.mark.parametrize("value", [b"2", {1}, 1.5, float("nan"), object(), 10**5000, [[object()]]], ids=type)
async def test_what_is_no_text_or_number_is_never_sent(answering: tuple[Answering, RawServer], value: int) -> None:
    script, server = answering
    script.heads.clear()
    async with Client("TOKEN", **BARE, base_url=server.base_url) as client:
        with pytest.raises(InvalidParameterError, match="'limit'"):
            await client.raw.clans.search_clans(name="bomb", limit=value)
        with pytest.raises(InvalidParameterError, match="'token'"):
            await client.raw.players.verify_token(player_tag="#2PP", token=value)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # what is tested
    assert script.heads == []


@pytest.mark.anyio
async def test_an_empty_list_is_nothing_given(answering: tuple[Answering, RawServer]) -> None:
    script, server = answering
    script.heads.clear()
    async with Client("TOKEN", **BARE, base_url=server.base_url) as client:
        with pytest.raises(ResourceNotFound):
            await client.raw.clans.search_clans(name="bomb", label_ids=[])
    assert script.targets == ["/v1/clans?name=bomb"]


def test_a_parameter_that_an_operation_does_not_have_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="searchClans has no parameter lable_ids"):
        build_request(OPERATIONS["searchClans"], {"name": "bomb", "lable_ids": [1]})


@pytest.mark.anyio
async def test_an_unknown_key_that_cannot_be_kept_is_told() -> None:
    with RawServer(saying(http(b'{"__class__": 3}'))) as server:
        async with Client("TOKEN", **BARE, base_url=server.base_url) as client:
            with pytest.raises(UnreadableAnswerError, match="cannot be kept"):
                await client.goldpass()


@pytest.mark.anyio
async def test_half_a_character_in_a_query_is_never_sent(answering: tuple[Answering, RawServer]) -> None:
    script, server = answering
    script.heads.clear()
    async with Client("TOKEN", **BARE, base_url=server.base_url) as client:
        with pytest.raises(InvalidParameterError, match="lone surrogate"):
            await client.clans(name="bomb\udc80")
    assert script.heads == []


@pytest.mark.anyio
@pytest.mark.parametrize("length", [10_000, 70_000])
async def test_a_text_too_long_for_an_address_is_an_error_of_ours(length: int) -> None:
    with RawServer(saying(http(b"", status="414 URI Too Long"))) as server:
        async with Client("TOKEN", **BARE, base_url=server.base_url) as client:
            with pytest.raises(CocApiError):
                await client.raw.players.get_player(player_tag="0" * length)
            with pytest.raises(CocApiError):
                await client.clans(name="0" * length)
