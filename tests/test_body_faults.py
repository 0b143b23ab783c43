"""All that can be wrong with the body of an answer: an error that says so, or a right answer, and never a crash."""

from __future__ import annotations

import copy
import json
import pickle
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import anyio
import httpx
import pytest
from pydantic import ValidationError

from cocapi_gen import (
    Client,
    ClientRequestError,
    CocApiError,
    Player,
    ResourceNotFound,
    ServiceUnavailable,
    SyncClient,
    UnreadableAnswerError,
)
from cocapi_gen._http.bodies import RawModel, decode, decode_json
from cocapi_gen.exceptions import AnswerTooLarge, NotJson, WrongShape
from cocapi_gen.raw import OPERATIONS
from tests.answers import BARE, TAG, items, player_body

DEEP = 100_000
RAW = cast("type[RawModel]", OPERATIONS["getPlayer"].response_model)
in_both_worlds = pytest.mark.parametrize("world", ["event loop", "threads"])


CALLS: dict[str, Callable[[Any], Any]] = {
    "a model": lambda client: client.player(TAG),
    "a raw model": lambda client: client.raw.players.get_player(player_tag=TAG),
    "plain JSON": lambda client: client.request("GET", "/players/x"),
}


def ask(world: str, answer: httpx.Response, call: Callable[[Any], Any]) -> Any:
    """Return what a call makes of an answer."""
    transport = httpx.MockTransport(
        lambda _: httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
    )
    if world == "threads":
        return call(SyncClient("T", **BARE, transport=transport))

    async def main() -> object:
        return await call(Client("T", **BARE, transport=transport))

    return anyio.run(main)


def player(**changes: object) -> bytes:
    return json.dumps(player_body(**changes)).encode()


def with_text(text: str, **changes: object) -> bytes:
    """A player with a piece of JSON, or of something else, in the place of a value."""
    return player(**dict.fromkeys(changes, "@")).replace(b'"@"', text.encode("utf-8", "surrogatepass"))


@dataclass(frozen=True)
class Bad:
    """A body that cannot be read, what it is called, and what the message says beside."""

    body: bytes
    error: type[CocApiError]
    told: str = ""


BAD: dict[str, Bad] = {
    # no JSON
    "nothing": Bad(b"", NotJson, "is not JSON"),
    "blanks": Bad(b" \n ", NotJson),
    "HTML": Bad(b"<html><h1>Sign in</h1></html>", NotJson, "a login page"),
    "words": Bad(b"{tag: '#2PP'}", NotJson),
    "truncated": Bad(player()[:-1], NotJson, "EOF"),
    "truncated within a text": Bad(player()[:9], NotJson, "EOF"),
    "two of them": Bad(player() * 2, NotJson, "trailing"),
    "a comma too many": Bad(player()[:-1] + b",}", NotJson),
    "a byte order mark": Bad(b"\xef\xbb\xbf" + player(), NotJson),
    "UTF-16": Bad(player().decode().encode("utf-16"), NotJson),
    "no UTF-8": Bad(with_text('"\udcff"', name=1), NotJson),
    "a raw control character": Bad(with_text('"a\0b"', name=1), NotJson, "control character"),
    "a lone surrogate": Bad(with_text(r'"\ud800"', name=1), NotJson),
    "a lone surrogate in what is new": Bad(with_text(r'"\udc00"', new=1), NotJson),
    "no number": Bad(with_text("NaN", trophies=1), NotJson, "is not JSON"),
    "no number in what is new": Bad(with_text("NaN", new=1), NotJson),
    "no end of a number": Bad(with_text("-Infinity", new=1), NotJson),
    "a number of 5000 digits": Bad(with_text("9" * 5000, trophies=1), NotJson, "out of range"),
    "a number of 5000 digits in what is new": Bad(with_text("9" * 5000, new=1), NotJson, "out of range"),
    "deep": Bad(b"[" * DEEP + b"]" * DEEP, NotJson, "recursion limit"),
    "deep and open": Bad(b'{"a":' * DEEP, NotJson, "recursion limit"),
    "deep in what is new": Bad(with_text("[" * DEEP + "]" * DEEP, new=1), NotJson, "recursion limit"),
    "deep in a text's place": Bad(with_text('{"a":' * DEEP + "1" + "}" * DEEP, name=1), NotJson, "recursion limit"),
    # JSON of another shape
    "null": Bad(b"null", WrongShape, "answer to getPlayer"),
    "a list": Bad(b"[" + player() + b"]", WrongShape, "answer to getPlayer"),
    "a text": Bad(b'"#2PP"', WrongShape, "answer to getPlayer"),
    "a number": Bad(b"5", WrongShape, "answer to getPlayer"),
    "an empty object": Bad(b"{}", WrongShape, "tag: Field required"),
    "without what is needed": Bad(player().replace(b'"name"', b'"nome"'), WrongShape, "name: Field required"),
    "null where something is needed": Bad(player(name=None), WrongShape, "name: "),
    "a text for a number": Bad(player(trophies="many"), WrongShape, "trophies: "),
    "a number for a text": Bad(player(name=5), WrongShape, "name: "),
    "a list for an object": Bad(player(clan=[1]), WrongShape, "clan"),
    "an object for a list": Bad(player(troops={"name": "x"}), WrongShape, "troops: "),
    "null for a list": Bad(player(labels=None), WrongShape, "labels: "),
    "null in a list": Bad(player(achievements=[None]), WrongShape, "achievements.0: "),
    "half a number": Bad(player(trophies=1.5), WrongShape, "trophies: "),
    "a huge exponent": Bad(with_text("1e5000", trophies=1), WrongShape, "trophies: "),
    "the name of a dunder": Bad(with_text("1", __class__=1), WrongShape, "cannot be kept"),
}


@in_both_worlds
@pytest.mark.parametrize("call", ["a model", "a raw model"])
@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_told(world: str, call: str, name: str) -> None:
    bad = BAD[name]
    if call == "a raw model" and name == "the name of a dunder":
        assert ask(world, httpx.Response(200, content=bad.body), CALLS[call]).model_extra == {"__class__": 1}
        return
    with pytest.raises(bad.error) as caught:
        ask(world, httpx.Response(200, content=bad.body), CALLS[call])
    assert isinstance(caught.value, UnreadableAnswerError)
    assert str(caught.value).startswith("Check the base URL")
    assert "getPlayer" in str(caught.value)
    assert bad.told in str(caught.value)
    assert len(str(caught.value)) < 1000
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 # pickled a moment ago


@in_both_worlds
@pytest.mark.parametrize("name", [name for name, bad in BAD.items() if bad.error is NotJson])
def test_what_is_no_json_is_told_where_nothing_is_known_of_it(world: str, name: str) -> None:
    with pytest.raises(NotJson, match=r"^Check the base URL.*GET /players/x is not JSON"):
        ask(world, httpx.Response(200, content=BAD[name].body), CALLS["plain JSON"])


@in_both_worlds
@pytest.mark.parametrize(("status", "error"), [(404, ResourceNotFound), (503, ServiceUnavailable)])
def test_no_body_hides_the_status_of_an_error(world: str, status: int, error: type[ClientRequestError]) -> None:
    for bad in BAD.values():
        with pytest.raises(error) as caught:
            ask(world, httpx.Response(status, content=bad.body), CALLS["a model"])
        assert str(caught.value)
        assert pickle.loads(pickle.dumps(caught.value)).status == status  # noqa: S301 # pickled a moment ago


@in_both_worlds
@pytest.mark.parametrize("text", ["[" * 150 + "]" * 150, "[" * 900 + "]" * 900, r'"\ud800"', "NaN", "9" * 5000])
def test_what_an_error_says_survives_every_journey(world: str, text: str) -> None:
    body = b'{"reason": "notFound", "message": %b}' % text.encode()
    with pytest.raises(ResourceNotFound) as caught:
        ask(world, httpx.Response(404, content=body), CALLS["a model"])
    error = caught.value
    assert error.data is None or error.reason == "notFound"
    for twin in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):  # noqa: S301 # pickled a moment ago
        assert (str(twin), twin.data) == (str(error), error.data)
    assert f"{error!r}{error}".encode()


# ---------------------------------------------------------------------- what is strange, and right all the same


@dataclass(frozen=True)
class Odd:
    """A body that can be read, and what is then found in the model and in the raw one."""

    body: bytes
    key: str
    value: object


def kept(text: str, value: object) -> Odd:
    """Something new that is kept as it came."""
    return Odd(with_text(text, new=1), "new", value)


def nested(depth: int) -> Any:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


ODD: dict[str, Odd] = {
    "something new": kept('{"a": [1, 2.5, null, true]}', {"a": [1, 2.5, None, True]}),
    "a word that nobody knows": Odd(player(role="warlord"), "role", "warlord"),
    "a key twice": Odd(player()[:-1] + b', "trophies": 77}', "trophies", 77),
    "a new key twice": kept('1, "new": 2', 2),
    "an empty text": Odd(player(name=""), "name", ""),
    "NUL": Odd(with_text(r'"a\u0000b"', name=1), "name", "a\0b"),
    "a pair of surrogates": Odd(with_text(r'"\ud83d\ude00"', name=1), "name", "\U0001f600"),
    "the words of no numbers": Odd(player(name="NaN and Infinity"), "name", "NaN and Infinity"),
    "a whole number with a point": Odd(with_text("7.0", trophies=1), "trophies", 7),
    "a number beyond 64 bits": Odd(with_text("9" * 40, trophies=1), "trophies", int("9" * 40)),
    "a number of 4300 digits": kept("9" * 4300, int("9" * 4300)),
    "an endless fraction": kept("0." + "3" * 5000, 1 / 3),
    "an exponent below all": kept("1e-5000", 0.0),
    "as deep as may be": kept("[" * 198 + "1" + "]" * 198, nested(198)),
    "no items": Odd(player(troops=[]), "troops", ()),
    "blanks around it": Odd(b"\r\n\t " + player(name="x") + b" \n", "name", "x"),
    "the name of a pydantic attribute": Odd(player(__pydantic_extra__=1), "__pydantic_extra__", 1),
}


@in_both_worlds
@pytest.mark.parametrize("call", ["a model", "a raw model"])
@pytest.mark.parametrize("name", ODD)
def test_what_is_strange_is_read_and_survives_every_journey(world: str, call: str, name: str) -> None:
    odd = ODD[name]
    found = ask(world, httpx.Response(200, headers={"Content-Type": "text/html"}, content=odd.body), CALLS[call])
    kind = cast("Any", type(found))
    extra = found.model_extra
    assert (extra[odd.key] if odd.key in extra else getattr(found, odd.key)) == odd.value
    assert found == decode(kind, odd.body, "getPlayer")
    twins: list[Any] = [
        pickle.loads(pickle.dumps(found)),  # noqa: S301 # pickled a moment ago
        copy.copy(found),
        copy.deepcopy(found),
        kind.model_validate_json(found.model_dump_json()),
        kind.model_validate(found.model_dump(mode="json")),
    ]
    assert twins == [found] * 5
    assert {hash(twin) for twin in twins} == {hash(found)}
    assert repr(found)
    assert found.model_dump()


@pytest.mark.parametrize("key", ["model_dump", "model_copy", "copy", "dict", "__init__", "__slots__", "model_fields"])
def test_a_raw_model_keeps_a_key_of_any_name(key: str) -> None:
    found = decode(RAW, player(**{key: 1}), "getPlayer")
    assert (found.model_extra or {})[key] == 1
    assert json.loads(found.model_dump_json())[key] == 1


@pytest.mark.parametrize("key", ["model_extra", "best_builder_base_trophies", "builder_base_trophies", "to_dict"])
def test_a_model_of_ours_keeps_a_key_with_the_name_of_something_of_its_own(key: str) -> None:
    found = decode(Player, player(**{key: 1}), "getPlayer")
    assert found.model_extra[key] == found.to_dict()[key] == 1
    assert found.builder_base_trophies == found.versus_trophies


@pytest.mark.parametrize("key", ["__class__", "__dict__"])
def test_a_key_with_a_name_that_python_needs_is_told(key: str) -> None:
    with pytest.raises(WrongShape, match=f"cannot be kept.*{key}"):
        decode(Player, player(**{key: 1}), "getPlayer")


# ---------------------------------------------------------------------- lists

PAGES: dict[str, tuple[object, type[CocApiError] | None]] = {
    "no items": (items(), None),
    "null for the items": ({"items": None, "paging": {"cursors": {}}}, WrongShape),
    "an object for the items": ({"items": {"tag": TAG}, "paging": {"cursors": {}}}, WrongShape),
    "a text for the items": ({"items": "none", "paging": {"cursors": {}}}, WrongShape),
    "no list at all": ({"reason": "none"}, WrongShape),
    "null in the items": ({"items": [None], "paging": {"cursors": {}}}, WrongShape),
    "a list without a wrapping": ([], WrongShape),
    "a number for a cursor": ({"items": [], "paging": {"cursors": {"after": 5}}}, WrongShape),
}


@in_both_worlds
@pytest.mark.parametrize("name", PAGES)
def test_a_list_is_right_or_told(world: str, name: str) -> None:
    body, error = PAGES[name]
    answer = httpx.Response(200, json=body)
    if error is None:
        assert len(ask(world, answer, lambda client: client.clans_details("bomb"))) == 0
    else:
        with pytest.raises(error, match="searchClans"):
            ask(world, answer, lambda client: client.clans_details("bomb"))


@pytest.mark.parametrize("cursors", [["a", "a"], ["a", "b", "a"], ["a", "b", "c", "b"]])
def test_cursors_that_come_again_end_a_walk(cursors: list[str]) -> None:
    waiting = iter([*cursors, *cursors * 99])

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, json={"items": [{"id": "x"}], "paging": {"cursors": {"after": next(waiting)}}})

    asked = list[str]()
    with SyncClient("T", **BARE, transport=httpx.MockTransport(answer)) as client:
        walk = client.walk(client.league_seasons(limit=1))
        with pytest.raises(CocApiError):
            list(walk)
    assert len(asked) <= len(cursors)


# ---------------------------------------------------------------------- bounds


def peak_of(read: Callable[[], object], error: type[CocApiError]) -> int:
    """Return how much memory an answer takes that is an error in the end."""
    tracemalloc.start()
    try:
        with pytest.raises(error) as caught:
            read()
        assert len(str(caught.value)) < 1000
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("item", [b"{}", b"0", b"null", b"[]", b'"x"'])
@pytest.mark.parametrize("operation", ["searchClans", "getClanMembers", "getPlayer"])
def test_a_million_faults_are_one(item: bytes, operation: str) -> None:
    rows = b"[" + (item + b",") * 100_000 + item + b"]"
    body = (
        b'{"items": %b, "paging": {"cursors": {}}}' % rows
        if operation != "getPlayer"
        else player(troops="@").replace(b'"@"', rows)
    )
    model = OPERATIONS[operation].response_model
    assert peak_of(lambda: decode(model, body, operation), WrongShape) < 1_000_000


def test_a_million_faults_are_one_in_our_own_models_too() -> None:
    rows = b"[" + b"{}," * 100_000 + b"{}]"
    for changes in ({"troops": "@"}, {"achievements": "@"}, {"labels": "@"}):
        body = player(**changes).replace(b'"@"', rows)
        assert peak_of(partial(decode, Player, body, "getPlayer"), WrongShape) < 1_000_000
    wrapped = b'{"items": %b}' % rows
    answer = httpx.Response(200, content=wrapped)
    with pytest.raises(WrongShape) as caught:
        ask("threads", answer, lambda client: client.clans_details("bomb"))
    assert len(cast("ValidationError", caught.value.__cause__).errors()) < 100


@in_both_worlds
def test_a_body_beyond_the_bound_is_told(world: str) -> None:
    answer = httpx.Response(200, content=player() + b" " * 50_000_000)
    with pytest.raises(AnswerTooLarge, match=r"^Ask for less at a time, with a limit. \(The answer to GET /players"):
        ask(world, answer, CALLS["a model"])


def test_plain_json_is_as_deep_as_models_are() -> None:
    assert decode_json(b"[" * 199 + b"]" * 199, "GET /x")
    with pytest.raises(NotJson, match="recursion limit"):
        decode_json(b"[" * 202 + b"]" * 202, "GET /x")
