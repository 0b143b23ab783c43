"""Every way to fail: the right class, with all that is known, without the token, and fit for any journey."""

from __future__ import annotations

import copy
import gc
import json
import logging
import pickle
import traceback
import weakref
from collections.abc import Callable, Generator, Iterator
from typing import Any, cast

import anyio
import httpx
import pytest

import cocapi_gen
from cocapi_gen import (
    AccessDenied,
    AddressNotAllowed,
    AddressUnknown,
    Cache,
    Client,
    ClientRequestError,
    CocApiError,
    ConnectionFailed,
    DeveloperSiteProblem,
    GatewayTrouble,
    IncorrectParameters,
    InMaintenance,
    InvalidParameterError,
    InvalidTagError,
    InvalidTokenError,
    KeyStoreProblem,
    LoginRefused,
    NewKeyRefused,
    NoAnswerError,
    NoRoomForKey,
    RequestTimeout,
    ResourceNotFound,
    ServiceUnavailable,
    SyncClient,
    TokenMissing,
    TokenRefused,
    TooManyRequests,
    UnknownClanLabelError,
    UnknownDataError,
    UnknownError,
    UnknownLocationError,
    UnreadableAnswerError,
    WaitTooLong,
    WarLogIsPrivate,
    tables,
)
from cocapi_gen.sandbox import Sandbox
from cocapi_gen.testing import no_sleep
from tests.answers import BARE, TAG, Api, RawServer, Script, clan_api, http, saying, stalling, unused_url

CANARY = "canary-eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzUxMiJ9"
CLASSES: dict[int, type[ClientRequestError]] = {
    400: IncorrectParameters,
    401: TokenRefused,
    403: AccessDenied,
    404: ResourceNotFound,
    429: TooManyRequests,
    502: GatewayTrouble,
    503: ServiceUnavailable,
    504: GatewayTrouble,
}
SPECIAL: list[tuple[int, bytes, type[ClientRequestError]]] = [
    (401, b'{"reason": "accessDenied.invalidIp", "message": "not from IP 198.51.100.7"}', AddressNotAllowed),
    (403, b'{"reason": "accessDenied.invalidIp", "message": "not from IP 198.51.100.7"}', AddressNotAllowed),
    (403, b'{"reason": "accessDenied.invalidIp"}', AddressNotAllowed),
    (403, b'{"reason": "accessDenied", "message": "Invalid authorization"}', TokenRefused),
    (403, b'{"reason": "accessDenied"}', WarLogIsPrivate),
    (403, b"{}", AccessDenied),
    (403, b"<h1>Forbidden</h1>", AccessDenied),
    (503, b'{"reason": "inMaintenance"}', InMaintenance),
    (503, b"<h1>Down for maintenance</h1>", InMaintenance),
    (503, b"<h1>Service unavailable</h1>", GatewayTrouble),
    (503, b'{"reason": "error"}', ServiceUnavailable),
    (404, b'{"reason": "inMaintenance"}', ResourceNotFound),
]
BODIES: dict[str, tuple[bytes, str | None, str | None, object]] = {
    "all": (
        b'{"reason": "because", "message": "So it is."}',
        "because",
        "So it is.",
        {"reason": "because", "message": "So it is."},
    ),
    "no message": (b'{"reason": "because"}', "because", None, {"reason": "because"}),
    "other types": (b'{"reason": 5, "message": ["x"]}', None, None, {"reason": 5, "message": ["x"]}),
    "no object": (b'["reason", "message"]', None, None, ["reason", "message"]),
    "HTML": (b"<html><h1>Bad gateway</h1></html>", None, None, None),
    "empty": (b"", None, None, None),
    "no text": (b"\xff\xfe\x00\xd8", None, None, None),
    "half": (b'{"reason": "bec', None, None, None),
    "deep": (b"[" * 100_000, None, None, None),
}
OF_KEYS: dict[type[CocApiError], tuple[object, ...]] = {
    LoginRefused: (403,),
    NoRoomForKey: (("my bot", "cocapi-gen"),),
    AddressUnknown: (),
    NewKeyRefused: (("198.51.100.7",), "accessDenied", "Invalid authorization"),
    DeveloperSiteProblem: ("/apikey/list", 500, "the site answers with an error", "oops"),
    KeyStoreProblem: ("keys.json", "No such file or directory"),
}
"""What errors of keys are made with."""
EXPORTED = [value for name in vars(cocapi_gen)["__all__"] if isinstance(value := getattr(cocapi_gen, name), type)]
ERRORS = [value for value in EXPORTED if issubclass(value, CocApiError)]

every_error = pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)


def example(kind: type[CocApiError]) -> CocApiError:
    """Make an error of a class, by the arguments of its family."""
    if issubclass(kind, ClientRequestError):
        request = httpx.Request("GET", "https://example.org/v1/players/%232PP")
        body = {"reason": "because", "message": "So it is."}
        return kind(httpx.Response(418, json=body, request=request), "So it is.", body)
    if kind is WaitTooLong:
        return WaitTooLong("what happened", 5.0)
    if kind in OF_KEYS:
        return kind(*OF_KEYS[kind])
    return kind("data", "message") if issubclass(kind, UnknownDataError) else kind("what happened")


def public(error: BaseException) -> dict[str, object]:
    """Return the attributes of an error; answers are compared by what they say."""
    found: dict[str, object] = dict(vars(error))
    for name in ("status", "reason", "args"):
        found[name] = getattr(error, name, None)
    return {name: repr(value) for name, value in found.items()}


# ---------------------------------------------------------------------- classes


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])  # what an answer means has nothing to do with event loops
@pytest.mark.parametrize("kind", BODIES)
async def test_every_status_with_every_body_has_its_class(kind: str) -> None:
    body, reason, message, data = BODIES[kind]
    api = Api()
    with no_sleep():  # who is throttled rests
        client = api.client()
        for status in range(400, 600):
            api.answers[f"/players/{TAG}"] = httpx.Response(status, content=body)
            with pytest.raises(ClientRequestError) as caught:
                await client.player(TAG)
            error = caught.value
            is_gateway = status == 503 and reason is None
            assert type(error) is (GatewayTrouble if is_gateway else CLASSES.get(status, UnknownError))
            assert (error.method, error.path_template, error.attempts) == ("GET", "/players/{playerTag}", 1)
            assert error.elapsed > 0
            assert error.retry_after is None
            assert (error.status, error.response.status_code, error.reason, error.data) == (
                status,
                status,
                reason,
                data,
            )
            assert error.response.content == body
            assert error.message == (message or f"status {status} without a message")
            assert str(error).startswith(error.advice)
            assert f"GET /v1/players/#2PP: {status}{f' {reason}' if reason else ''}: {error.message}" in str(error)


@pytest.mark.anyio
@pytest.mark.parametrize(("status", "body", "kind"), SPECIAL)
async def test_causes_are_told_apart(status: int, body: bytes, kind: type[ClientRequestError]) -> None:
    api = Api({f"/players/{TAG}": httpx.Response(status, content=body, headers={"Retry-After": "7"})})
    with pytest.raises(ClientRequestError) as caught:
        await api.client().player(TAG)
    assert type(caught.value) is kind
    assert caught.value.retry_after == 7


@pytest.mark.parametrize(
    ("message", "address"),
    [
        ("Invalid authorization: API key does not allow access from IP 198.51.100.7", "198.51.100.7"),
        ("not from IP 2001:db8::7", "2001:db8::7"),
        ("not from IP ::1.", "::1"),
        ("not from 198.51.100.7: go away", "198.51.100.7"),
        ("At 12:30:45 on 2026.01.05 it was not from there", None),
        ("not from there", None),
    ],
)
def test_the_address_to_allow_is_told(message: str, address: str | None) -> None:
    error = AddressNotAllowed(httpx.Response(403), message, {"reason": "accessDenied.invalidIp"})
    assert error.address == address
    assert (address or "the address that you ask from") in str(error)


@pytest.mark.anyio
@pytest.mark.parametrize("status", [100, 201, 202, 204, 206, 301, 304, 600, 999])
async def test_any_other_status_is_an_error_too(status: int) -> None:
    async with Api({f"/players/{TAG}": httpx.Response(status)}).client() as client:
        with pytest.raises(UnknownError) as caught:
            await client.player(TAG)
    assert caught.value.status == status


ADVICE: list[tuple[int, dict[str, str], str]] = [
    (403, {"reason": "accessDenied"}, "The clan's war log is private"),
    (403, {"reason": "accessDenied", "message": "Invalid authorization"}, "Check the token"),
    (403, {"reason": "accessDenied.invalidIp", "message": "not from 1.2.3.4"}, "Make a token for 1.2.3.4"),
    (403, {}, "Check the token"),
    (401, {"message": "Who are you?"}, "Check the token"),
    (400, {"reason": "badRequest", "message": "Unknown value"}, "Correct the parameter"),
    (404, {"reason": "notFound"}, "Nothing is found there: check the tag"),
    (429, {"reason": "requestThrottled"}, "Wait a minute"),
    (500, {"reason": "unknownException"}, "Try again later"),
    (503, {"reason": "inMaintenance"}, "Try again later"),
    (302, {}, "Look at the status"),
    (405, {}, "Look at the status"),
]


@pytest.mark.anyio
@pytest.mark.parametrize(("status", "body", "advice"), ADVICE)
async def test_the_advice_fits_the_cause(status: int, body: dict[str, str], advice: str) -> None:
    async with Api({f"/players/{TAG}": httpx.Response(status, json=body)}).client() as client:
        with pytest.raises(ClientRequestError) as caught:
            await client.player(TAG)
    assert str(caught.value).startswith(advice)


@pytest.mark.anyio
@pytest.mark.parametrize("base_url", ["http://host", "http://host/v2", "http://host/v1", "http://host/coc/v1/", None])
async def test_only_a_base_url_that_does_not_end_in_v1_is_said_to(base_url: str | None) -> None:
    async with Client(
        "TOKEN", base_url=base_url, transport=httpx.MockTransport(lambda _: httpx.Response(404))
    ) as client:
        with pytest.raises(ResourceNotFound) as caught:
            await client.player(TAG)
    assert ("base URL" in str(caught.value)) is (base_url in ("http://host", "http://host/v2"))


WITHOUT_A_TOKEN: list[tuple[int, dict[str, str], type[ClientRequestError]]] = [
    (403, {"reason": "accessDenied", "message": "Missing authorization"}, TokenMissing),
    (403, {}, AccessDenied),
    (401, {}, TokenMissing),
    (403, {"reason": "accessDenied"}, WarLogIsPrivate),
    (403, {"reason": "accessDenied.invalidIp"}, AddressNotAllowed),
    (404, {"reason": "notFound"}, ResourceNotFound),
]


@pytest.mark.anyio
@pytest.mark.parametrize(("status", "body", "kind"), WITHOUT_A_TOKEN)
async def test_who_sends_no_token_is_told_to_only_if_that_is_the_cause(
    status: int, body: dict[str, str], kind: type[ClientRequestError]
) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, json=body))
    async with Client(base_url="http://api/v1", transport=transport) as client:
        with pytest.raises(ClientRequestError) as caught:
            await client.player(TAG)
    assert type(caught.value) is kind


@pytest.mark.anyio
async def test_a_sandbox_on_a_socket_asks_for_a_token_and_takes_any(sandbox: Sandbox) -> None:
    tag = sandbox.world.player_tag
    async with Client(base_url=sandbox.base_url) as client:
        with pytest.raises(TokenMissing, match="set COC_TOKEN; for a sandbox any text will do"):
            await client.player(tag)
    with SyncClient(base_url=sandbox.base_url) as client, pytest.raises(TokenMissing):
        client.player(tag)
    async with Client("any", base_url=sandbox.base_url) as client:
        assert (await client.player(tag)).tag == tag


def test_an_error_made_by_hand_needs_no_request() -> None:
    assert str(ResourceNotFound(httpx.Response(404), "no such clan")).endswith("(404: no such clan)")


@pytest.mark.anyio
async def test_whoever_waits_gets_an_error_of_its_own() -> None:
    found: list[CocApiError] = []

    async def ask(client: Client) -> None:
        with pytest.raises(ServiceUnavailable) as caught:
            await client.get_location("ru")
        found.append(caught.value)

    async with Api({"/locations": httpx.Response(503)}).client() as client, anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(ask, client)
    assert len({id(error) for error in found}) == 20
    assert max(len(traceback.format_exception(error)) for error in found) < 200


@pytest.mark.parametrize("value", ["x" * 100_000, ["x" * 1000], {"a": "b\n" * 500}], ids=["text", "list", "dict"])
def test_a_message_shows_little_of_a_long_value(value: object) -> None:
    assert len(str(InvalidTagError(value))) < 250
    assert "\n" not in str(InvalidTagError(value))


def test_the_tree_of_errors() -> None:
    assert {error for error in ERRORS if issubclass(error, ClientRequestError)} == {
        ClientRequestError,
        UnknownError,
        *CLASSES.values(),
        *(kind for *_, kind in SPECIAL),
        TokenMissing,
    }
    assert issubclass(RequestTimeout, NoAnswerError)
    assert issubclass(RequestTimeout, TimeoutError)
    assert issubclass(ConnectionFailed, NoAnswerError)
    assert issubclass(ConnectionFailed, ConnectionError)
    for error in (
        InvalidTagError,
        InvalidTokenError,
        InvalidParameterError,
        UnknownLocationError,
        UnknownClanLabelError,
    ):
        assert issubclass(error, UnknownDataError)
    assert issubclass(UnknownDataError, ValueError)
    assert not issubclass(ClientRequestError, ValueError)
    assert issubclass(UnreadableAnswerError, CocApiError)


# ---------------------------------------------------------------------- what was not awaited


class Future:
    """An iterable too, as the futures of asyncio are."""

    def __await__(self) -> Generator[None]:
        yield

    __iter__ = __await__


@pytest.fixture(params=[False, True], ids=["coroutine", "future"])
def unawaited(request: pytest.FixtureRequest) -> Iterator[object]:
    """What a method returns before it is awaited, or what stands for that."""
    if request.param:
        yield Future()
        return
    coroutine = Client("TOKEN").goldpass()
    yield coroutine
    coroutine.close()


TAKERS: dict[str, Callable[[SyncClient, Any], object]] = {
    "a tag": lambda client, given: client.clan(given),
    "a tag among many": lambda client, given: client.players([given]).all()[0].unwrap(),
    "many tags": lambda client, given: client.players(given),
    "a page": lambda client, given: client.next_page(given),
    "a page to walk": lambda client, given: client.walk(given),
    "a name": lambda client, given: client.get_location(given),
    "several names": lambda client, given: client.clans(labels=given),
    "a location": lambda client, given: client.clan_rankings(given),
    "a season": lambda client, given: client.league_season_rankings(given),
    "a number": lambda client, given: client.clans(min_members=given),
    "a value of the raw layer": lambda client, given: client.raw.clans.get_clan(clan_tag=given),
    "what makes rows": lambda _, given: tables.members(given),
    "some of what makes rows": lambda _, given: tables.members([given]),
}


@pytest.mark.parametrize("name", TAKERS)
def test_it_is_said_that_await_is_missing(name: str, unawaited: object, sandbox: Sandbox) -> None:
    with sandbox.sync_client() as client, pytest.raises(UnknownDataError, match=r"^Write await before what is given"):
        TAKERS[name](client, unawaited)


# ---------------------------------------------------------------------- journeys


@every_error
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_error_pickles(error: type[CocApiError], protocol: int) -> None:
    original = example(error)
    twin = pickle.loads(pickle.dumps(original, protocol))  # noqa: S301 # pickled a moment ago
    assert type(twin) is error
    assert str(twin) == str(original)
    assert public(twin) == public(original)


@every_error
@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_every_error_can_be_copied(error: type[CocApiError], duplicate: object) -> None:
    original = example(error)
    twin = copy.copy(original) if duplicate is copy.copy else copy.deepcopy(original)
    assert twin is not original
    assert (type(twin), str(twin), public(twin)) == (error, str(original), public(original))


@every_error
def test_every_error_says_something(error: type[CocApiError]) -> None:
    assert str(example(error))
    assert str(example(error)) in traceback.format_exception_only(example(error))[0]


def test_an_unknown_datum_is_kept() -> None:
    error = UnknownLocationError("atlantis", "what to do")
    assert (error.data, error.message, str(error)) == ("atlantis", "what to do", "what to do")


@pytest.mark.anyio
async def test_a_real_error_pickles() -> None:
    with RawServer(saying(http(b'{"reason": "notFound"}', status="404 Not Found"))) as server:
        error = await error_of(Client("TOKEN", **BARE, base_url=server.base_url))
    twin = pickle.loads(pickle.dumps(error))  # noqa: S301 # pickled a moment ago
    assert isinstance(twin, ResourceNotFound)
    assert (str(twin), twin.status, twin.reason, twin.data) == (str(error), 404, "notFound", {"reason": "notFound"})
    assert copy.deepcopy(error).args[1:] == error.args[1:]


# ---------------------------------------------------------------------- the token


async def error_of(client: Client) -> CocApiError:
    """Return the error that a call fails with."""
    async with client:
        with pytest.raises(CocApiError) as caught:
            await client.player(TAG)
    return caught.value


def reachable(root: object) -> Iterator[object]:
    """Yield all that hangs on an object: its attributes, items and causes, but not the frames it went through."""
    seen, waiting = set[int](), [root]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen or isinstance(thing, type) or callable(thing):
            continue
        seen.add(id(thing))
        yield thing
        if isinstance(thing, BaseException):
            waiting += [thing.__cause__, thing.__context__, *thing.args]
        if isinstance(thing, dict):
            pairs = cast("dict[object, object]", thing)
            waiting += [*pairs.keys(), *pairs.values()]
        elif isinstance(thing, (list, tuple, set, frozenset)):
            waiting += cast("list[object]", list(thing))
        elif type(thing).__module__.split(".")[0] in ("httpx", "httpcore", "cocapi_gen", "h11"):
            slots = [name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())]
            waiting += [*vars(thing).values()] if hasattr(thing, "__dict__") else []
            waiting += [getattr(thing, name, None) for name in slots]


def where_the_canary_is(error: BaseException) -> list[str]:
    """Return the places of an error at which the token can be read."""
    shown = {
        "str": str(error),
        "repr": repr(error),
        "traceback": "".join(traceback.format_exception(error)),
        "vars": repr(vars(error)),
        "pickle": repr(pickle.dumps(error)),
    }
    if isinstance(error, ClientRequestError):
        shown["headers"] = repr([*error.response.headers.raw, *error.response.request.headers.raw])
    return [place for place, text in shown.items() if CANARY in text]


SCRIPTS: dict[str, Script] = {
    **{
        f"status {status}": saying(http(b'{"reason": "x"}', status=f"{status} No"))
        for status in (302, 400, 403, 404, 429, 500)
    },
    "maintenance": saying(http(b"<h1>Later</h1>", status="503 Later")),
    "no answer in time": stalling(),
    "half an answer": saying(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"),
    "no answer": saying(b""),
    "no HTTP": saying(b"hello\r\n\r\n"),
    "not JSON": saying(http(b"<h1>Hello</h1>")),
    "another shape": saying(http(b'{"tag": 5}')),
    "not compressed": saying(http(b"hello", "Content-Encoding: gzip")),
}
every_script = pytest.mark.parametrize("kind", SCRIPTS)


@pytest.mark.anyio
@every_script
async def test_no_error_shows_the_token(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with RawServer(SCRIPTS[kind]) as server:
        error = await error_of(Client(CANARY, **BARE, base_url=server.base_url, timeout=0.1))
    assert where_the_canary_is(error) == []
    assert CANARY not in caplog.text


@pytest.mark.anyio
@every_script
async def test_no_error_keeps_the_token_within_reach(kind: str) -> None:
    with RawServer(SCRIPTS[kind]) as server:
        error = await error_of(Client(CANARY, **BARE, base_url=server.base_url, timeout=0.1))
    texts = {
        thing if isinstance(thing, bytes) else str(thing).encode()
        for thing in reachable(error)
        if isinstance(thing, (str, bytes))
    }
    assert not [text for text in texts if CANARY.encode() in text]


@pytest.mark.anyio
async def test_a_refused_connection_shows_no_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    error = await error_of(Client(CANARY, **BARE, base_url=unused_url()))
    assert isinstance(error, ConnectionFailed)
    assert where_the_canary_is(error) == []
    assert CANARY not in caplog.text


@pytest.mark.anyio
async def test_a_bad_argument_shows_no_token() -> None:
    client = Client(CANARY)
    for call in (
        client.player("?"),
        client.clans(),
        client.clans(name="ab"),
        client.raw.players.get_player(player_tag=""),
    ):
        with pytest.raises(UnknownDataError) as caught:
            await call
        assert where_the_canary_is(caught.value) == []


@pytest.mark.parametrize("token", [f"{CANARY} x", f"{CANARY}\n{CANARY}", f"ü{CANARY}"])
def test_a_bad_token_is_not_repeated(token: str) -> None:
    with pytest.raises(InvalidTokenError) as caught:
        Client(token)
    assert where_the_canary_is(caught.value) == []


@pytest.mark.anyio
async def test_a_problem_of_a_war_shows_no_token() -> None:
    async with clan_api(currentwar=httpx.Response(403), warlog=httpx.Response(500)).client(CANARY) as client:
        clan = await client.clan(TAG)
    assert len(clan.war.problems) == 2
    assert CANARY not in repr(clan) + clan.model_dump_json() + repr(clan.war.problems)


def test_errors_of_a_timeout_are_caught_as_pythons_own() -> None:
    async def main(server: RawServer) -> None:
        with pytest.raises(TimeoutError, match="longer timeout"):
            await Client("TOKEN", **BARE, base_url=server.base_url, timeout=0.05).player(TAG)

    with RawServer(stalling()) as server:
        anyio.run(main, server)


def test_a_response_keeps_its_json() -> None:
    error = example(ResourceNotFound)
    assert isinstance(error, ClientRequestError)
    assert json.loads(error.response.content) == error.data


# ---------------------------------------------------------------------- what an error holds on to


class Mark:
    """Something in the function that makes a call."""


def answering(status: int | None) -> httpx.MockTransport:
    """An API of one answer; None breaks the connection."""

    def answer(request: httpx.Request) -> httpx.Response:
        if status is None:
            raise httpx.ReadError("reset", request=request)
        return httpx.Response(status, json={"reason": "no"}, headers={"cache-control": "max-age=600"})

    return httpx.MockTransport(answer)


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("cache", [None, Cache()])
@pytest.mark.parametrize("status", [404, 429, 500, None])
def test_an_error_that_was_caught_keeps_nobody_alive(status: int | None, cache: Cache | None) -> None:
    """It knows the places that it came through, which must not know it: what they hold would stay for a while."""
    client = Client("T", transport=answering(status), cache=cache, retries=1)
    twin = SyncClient("T", transport=answering(status), cache=cache, retries=1)
    marks = list[weakref.ref[Mark]]()

    async def fail(method: str, what: str) -> None:
        mark = Mark()
        marks.append(weakref.ref(mark))
        with pytest.raises(CocApiError):
            await getattr(client, method)(what)

    def fail_here(method: str, what: str) -> None:
        mark = Mark()
        marks.append(weakref.ref(mark))
        with pytest.raises(CocApiError):
            getattr(twin, method)(what)

    with no_sleep():
        for method, what in [("player", TAG), ("clan", TAG), ("clan_rankings", "kenya")] * 2:
            anyio.run(fail, method, what)
            fail_here(method, what)
    assert [mark() for mark in marks] == [None] * 12
