"""The token goes to the API and nowhere else: not into errors, logs, events, warnings, recordings or what is kept."""

from __future__ import annotations

import gc
import logging
import pickle
import traceback
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import anyio
import httpx
import pytest

from cocapi_gen import CallOptions, Client, CocApiError, InvalidTokenError, SyncClient, UnknownDataError
from cocapi_gen.events import Event
from cocapi_gen.sandbox import Sandbox
from cocapi_gen.testing import no_sleep
from cocapi_gen.testing.recordings import Recorder
from tests.answers import (
    LOCATIONS,
    TAG,
    RawServer,
    clan_body,
    driver_of,
    http,
    inside,
    items,
    player_body,
    resetting,
    saying,
    unused_url,
)
from tests.test_errors import CANARY, reachable, where_the_canary_is

SECRET = "canary-in-game-7f3a"
CALLS: list[Callable[[SyncClient], object]] = [
    lambda client: client.player(TAG),
    lambda client: client.verify_token(TAG, SECRET),
    lambda client: client.clan(TAG),
    lambda client: client.get_location("ru"),
    lambda client: client.request("POST", "/x", body={"token": SECRET}),
    lambda client: client.raw.players.verify_token(player_tag=TAG, token=SECRET),
]


def say(status: int, body: bytes, _: httpx.Request) -> httpx.Response:
    """Answer so."""
    return httpx.Response(status, content=body)


STATUSES = (200, 204, 301, 400, 401, 403, 404, 418, 429, 500, 502, 503, 504)
ANSWERS: dict[str, Callable[[httpx.Request], httpx.Response]] = {
    f"status {status} with {name}": partial(say, status, body)
    for status in STATUSES
    for name, body in {"reasons": b'{"reason": "accessDenied", "message": "No."}', "HTML": b"<h1>No</h1>"}.items()
}
FAULTS: list[type[httpx.RequestError]] = [
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.ReadError,
    httpx.ReadTimeout,
    httpx.WriteError,
    httpx.WriteTimeout,
    httpx.PoolTimeout,
    httpx.CloseError,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    httpx.RemoteProtocolError,
    httpx.DecodingError,
    httpx.TooManyRedirects,
]


def failing(fault: type[httpx.RequestError]) -> Callable[[httpx.Request], httpx.Response]:
    """Return an API that fails in this way, with an error that holds the request as it was sent."""

    def answer(request: httpx.Request) -> httpx.Response:
        raise fault("broken", request=request)

    return answer


def quoting(status: int, around: bytes, request: httpx.Request) -> httpx.Response:
    """Answer with what was shown, as proxies do that are to be debugged."""
    shown = request.headers["authorization"].encode()
    return httpx.Response(status, content=around.replace(b"?", shown), headers={"X-Asked": shown.decode()})


QUOTES: dict[str, Callable[[httpx.Request], httpx.Response]] = {
    f"status {status} with {name} that quotes the token": partial(quoting, status, around)
    for status in (200, 400, 401, 403, 404, 429, 500, 502, 503)
    for name, around in {
        "reasons": b'{"reason": "accessDenied", "message": "No ?."}',
        "HTML": b"<h1>No ?</h1>",
        "fields": b'{"tag": "?", "status": ["?"], "items": "?", "?": {"?": "?"}}',
    }.items()
}
PATHS = {**ANSWERS, **QUOTES, **{fault.__name__: failing(fault) for fault in FAULTS}}
EVERYWHERE: CallOptions = {"retries": 2, "deadline": 100.0, "stale_if_error": 10.0}


def hidden_in(error: BaseException) -> list[object]:
    """Return what hangs on an error and holds a secret."""
    return [
        thing
        for thing in reachable(error)
        if isinstance(thing, (str, bytes)) and (CANARY in str(thing) or SECRET in str(thing))
    ]


def test_there_are_many_ways_to_fail() -> None:
    assert len(PATHS) * len(CALLS) >= 30


@pytest.mark.parametrize("path", PATHS)
def test_no_way_to_fail_tells_a_secret(path: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    seen, errors = list[Event](), list[CocApiError]()
    with no_sleep(), warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        client = SyncClient(CANARY, transport=httpx.MockTransport(PATHS[path]), rate=None, on_event=seen.append)
        for call in CALLS:
            try:
                call(client.with_options(**EVERYWHERE))
            except CocApiError as caught:
                errors.append(caught)
    assert len(errors) >= 3
    for error in errors:
        assert where_the_canary_is(error) == []
        assert hidden_in(error) == []
        assert SECRET not in "".join(traceback.format_exception(error)) + repr(pickle.dumps(error))
        assert CANARY not in "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    lines = [record.getMessage() + repr(record.args) + repr(record.__dict__.get("event")) for record in caplog.records]
    for text in (*lines, *map(repr, seen), *(str(each.message) for each in warned)):
        assert CANARY not in text
        assert SECRET not in text


SCRIPTS = {
    "reset": resetting(),
    "reset at once": resetting(listen=False),
    "half an answer": saying(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"),
    "no HTTP": saying(b"\x16\x03\x01\r\n\r\n"),
    "refused": saying(http(b'{"reason": "accessDenied", "message": "No."}', status="403 No")),
}


@pytest.mark.parametrize("kind", SCRIPTS)
def test_no_library_below_logs_a_secret(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    """Of httpx and httpcore, over a socket, all that they have to tell."""
    caplog.set_level(logging.DEBUG)
    with RawServer(SCRIPTS[kind]) as server:
        for call in CALLS:
            with pytest.raises(CocApiError) as caught:
                call(SyncClient(CANARY, base_url=server.base_url, retries=0, rate=None, timeout=5))
            assert hidden_in(caught.value) == []
    assert {record.name.split(".")[0] for record in caplog.records} >= {"httpcore", "cocapi_gen"}
    assert CANARY not in caplog.text
    assert SECRET not in caplog.text


def test_a_refused_connection_tells_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = SyncClient(CANARY, base_url=unused_url(), retries=0)
    for call in CALLS:
        with pytest.raises(CocApiError) as caught:
            call(client)
        assert hidden_in(caught.value) == []
    assert CANARY not in caplog.text


ARGUMENTS: list[Callable[[SyncClient], object]] = [
    lambda client: client.player("?"),
    lambda client: client.player(""),
    lambda client: client.clans(),
    lambda client: client.clans(name="ab"),
    lambda client: client.clans(name="\ud800bc"),
    lambda client: client.clan_members(TAG, limit=-1),
    lambda client: client.raw.players.get_player(player_tag=".."),
    lambda client: client.request("TRACE", "/x"),
    lambda client: client.request("GET", "//elsewhere"),
    lambda client: client.request("GET", "/x", query={"\ud800": 1}),
    lambda client: client.request("POST", "/x", body=float("nan")),
    lambda client: client.verify_token("?", SECRET),
    lambda client: client.verify_token("", SECRET),
    lambda client: client.raw.players.verify_token(player_tag="", token=SECRET),
    lambda client: client.with_options(timeout=-1),
    lambda client: client.with_options(retries=-1),
    lambda client: client.players("#2PP"),
    lambda client: client.players([TAG], concurrency=0),
    lambda _: SyncClient(CANARY, base_url="nonsense"),
    lambda _: SyncClient(CANARY, base_url=f"https://user:{CANARY}@host"),
    lambda _: SyncClient(CANARY, rate=-1),
    lambda _: SyncClient([CANARY, f"{CANARY} {CANARY}"]),
    lambda _: SyncClient(f"{CANARY}\r\nX-Other: {CANARY}"),
    lambda _: SyncClient(f"{CANARY}\0"),
    lambda _: SyncClient((CANARY, "")),
    lambda _: SyncClient(CANARY, transport=httpx.MockTransport(failing(httpx.ReadError)), http_client=httpx.Client()),
]


@pytest.mark.parametrize("number", range(len(ARGUMENTS)))
def test_no_bad_argument_tells_the_token(number: int) -> None:
    client = SyncClient(CANARY, transport=httpx.MockTransport(failing(httpx.ReadError)))
    with pytest.raises(UnknownDataError) as caught:
        ARGUMENTS[number](client)
    assert where_the_canary_is(caught.value) == []
    assert hidden_in(caught.value) == []


@pytest.mark.parametrize(
    "token", [f"{CANARY} x", f"{CANARY}\r\n", f"{CANARY}\r\nX: y", f"\ud800{CANARY}", f"{CANARY}\x7f"]
)
def test_a_token_from_the_environment_is_not_repeated(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.environ", {"COC_TOKEN": token})
    with suppress(InvalidTokenError):
        assert CANARY not in repr(Client())  # a line end is trimmed, and then it is a token
        return
    with pytest.raises(InvalidTokenError) as caught:
        SyncClient()
    assert where_the_canary_is(caught.value) == []


def test_a_client_shows_no_token() -> None:
    for client in (Client(CANARY), SyncClient([CANARY, f"{CANARY}2"])):
        engine, driver = inside(client)["_caller"].engine, driver_of(client)
        things: list[object] = [client, engine, driver, *inside(driver).values(), inside(client), inside(engine)]
        things += [engine.access, inside(driver)["_policy"], inside(driver)["_policy"].keys.tokens]
        for thing in things:
            assert CANARY not in f"{thing!r} {thing!s}"
        for fail in (pickle.dumps, vars):
            with suppress(TypeError):
                assert CANARY not in repr(fail(client))


def test_nothing_that_is_kept_holds_the_token() -> None:
    bodies = {"/clans/#2PP": clan_body(isWarLogPublic=False), "/locations": LOCATIONS, "/players/#2PP": player_body()}

    def answer(request: httpx.Request) -> httpx.Response:
        body = bodies.get(request.url.path.removeprefix("/v1"))
        headers = {"Cache-Control": "max-age=60"}
        return httpx.Response(404 if body is None else 200, json=items() if body is None else body, headers=headers)

    client = SyncClient(CANARY, transport=httpx.MockTransport(answer), rate=None)
    for call in CALLS:
        with suppress(CocApiError):
            call(client)
    wishes = inside(inside(driver_of(client))["_wishes"])
    kept: list[dict[object, object]] = [inside(wishes[name])["_kept"] for name in ("_answers", "_lists")]
    assert [len(each) for each in kept] == [3, 1]
    texts = [str(thing) for each in kept for thing in reachable({repr(key): value for key, value in each.items()})]
    assert not [text for text in texts if CANARY in text or SECRET in text]


def test_a_recording_holds_no_secret(tmp_path: Path) -> None:
    sandbox = Sandbox(seed=1, clans=12)

    async def main() -> None:
        recorder = Recorder(tmp_path, sandbox.transport())
        async with Client(CANARY, transport=recorder, rate=None, retries=0) as client:
            await client.clan(sandbox.world.in_war_clan_tag)
            await client.player(sandbox.world.player_tag)
            for tag in (sandbox.world.player_tag, TAG):
                with suppress(CocApiError):
                    await client.verify_token(tag, SECRET)

    anyio.run(main)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) >= 4
    for path in files:
        assert CANARY not in f"{path}{path.read_text()}"
        assert SECRET not in f"{path}{path.read_text()}"


def test_a_client_that_is_forgotten_says_nothing() -> None:
    with RawServer(saying(http(b"{}"))) as server, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        client = SyncClient(CANARY, base_url=server.base_url, retries=0)
        client.goldpass()
        del client
        gc.collect()
    assert warned == []
