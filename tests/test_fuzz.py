"""Answers that are broken, cut short, changed or nonsense: a documented error, or a model that lost nothing."""

from __future__ import annotations

import inspect
import json
import random
import zlib
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeAlias

import httpx
import pytest

from cocapi_gen import CocApiError, SyncClient
from cocapi_gen.raw import OPERATIONS
from cocapi_gen.sandbox import Sandbox
from tests.answers import BARE
from tests.asking import arguments_for_methods, values_for_paths

Json: TypeAlias = Any
Mutate: TypeAlias = Callable[[random.Random, bytes], bytes]

UNKNOWN = "aKeyThatNobodyKnows"
ODD: list[Json] = [
    *(
        None,
        True,
        False,
        0,
        -1,
        1,
        10**40,
        -(10**400),
        1.5,
        1e308,
        -0.0,
        "",
        "x",
        "\0",
        "\ud800",
        "20260101T000000.000Z",
    ),
    *("99999999T999999.999Z", "#2PP", "\u202e", "x" * 10_000, [], {}, [[]], [None], {"": None}, {"items": 5}, [{}] * 3),
]


def way_down(chance: random.Random, body: Json) -> list[tuple[Json, Json]]:
    """Go down into a body, and return the places on the way, each as what holds it and where in that."""
    way: list[tuple[Json, Json]] = []
    thing = body
    while keys := _keys(thing):
        key = chance.choice(keys)
        way.append((thing, key))
        thing = thing[key]
    return way


def _keys(thing: Json) -> list[Json]:
    return list(thing) if _is(thing, dict) else list(range(len(thing))) if _is(thing, list) else []


def _is(thing: object, kind: type) -> bool:
    return isinstance(thing, kind)


def _in_json(change: Callable[[random.Random, Json], Json]) -> Mutate:
    def mutate(chance: random.Random, body: bytes) -> bytes:
        return json.dumps(change(chance, json.loads(body))).encode()

    return mutate


def _place(chance: random.Random, body: Json) -> tuple[Json, Json] | None:
    way = way_down(chance, body)
    return chance.choice(way) if way else None


def replace(chance: random.Random, body: Json) -> Json:
    """Put something odd in some place."""
    place = _place(chance, body)
    if place is None:
        return chance.choice(ODD)
    place[0][place[1]] = chance.choice(ODD)
    return body


def take_out(chance: random.Random, body: Json) -> Json:
    """Take out what stands in some place."""
    place = _place(chance, body)
    if place is not None:
        del place[0][place[1]]
    return body


def double(chance: random.Random, body: Json) -> Json:
    """Put what stands in one place in another, too."""
    one, other = _place(chance, body), _place(chance, body)
    if one is None or other is None:
        return [body, body]
    value: Json = json.loads(json.dumps(one[0][one[1]]))
    other[0][other[1]] = value
    return body


def nest(chance: random.Random, body: Json) -> Json:
    """Put something deep in some place."""
    place = _place(chance, body)
    deep: Json = 0
    for _ in range(chance.choice((1, 10, 200))):
        deep = [deep] if chance.random() < 0.5 else {"deep": deep}
    if place is None:
        return deep
    place[0][place[1]] = deep
    return body


def add(chance: random.Random, body: Json) -> Json:
    """Add a key that nobody knows to some object."""
    every: list[Json] = [body, *(holder[key] for holder, key in way_down(chance, body))]
    objects = [each for each in every if _is(each, dict)]
    if objects:
        chance.choice(objects)[UNKNOWN] = chance.choice(ODD)
    return body


def flip(chance: random.Random, body: bytes) -> bytes:
    """Change some bytes."""
    found = bytearray(body or b" ")
    for _ in range(chance.choice((1, 1, 2, 10))):
        found[chance.randrange(len(found))] = chance.randrange(256)
    return bytes(found)


def cut(chance: random.Random, body: bytes) -> bytes:
    """Leave out the end, or some part."""
    start = chance.randrange(len(body) + 1)
    return body[:start] + (body[start + chance.randrange(20) :] if chance.random() < 0.5 else b"")


def bury(chance: random.Random, body: bytes) -> bytes:
    """Put it all very deep, or something very large in some place of a number."""
    if chance.random() < 0.3:
        depth = chance.choice((100, 100_000))
        return b"[" * depth + body + b"]" * depth
    digits = b"9" * chance.choice((20, 400, 5000))
    return body.replace(chance.choice([b":1", b":2", b":0"]), b":" + digits, 1)


MUTATIONS: list[Mutate] = [*map(_in_json, (replace, replace, take_out, double, nest, add)), flip, cut, bury]


class Mutant:
    """A sandbox whose answers are changed on the way, each request's in another way."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sent = list[bytes]()
        self.chance = random.Random(0)
        self.whole = dict[bytes, httpx.Response]()
        self.rate = 1.0
        self._transport = sandbox.transport()

    def answer(self, request: httpx.Request) -> httpx.Response:
        key = request.url.raw_path + request.read()
        if key not in self.whole:
            response = self._transport.handle_request(request)
            self.whole[key] = httpx.Response(response.status_code, content=response.read())
        whole = self.whole[key]
        body = whole.content
        if self.chance.random() < self.rate:
            body = self.chance.choice(MUTATIONS)(self.chance, body)
        self.sent.append(body)
        return httpx.Response(whole.status_code if self.chance.random() < 0.95 else 404, content=body)

    def client(self) -> SyncClient:
        return SyncClient("T", **BARE, transport=httpx.MockTransport(self.answer))


SMALL = Sandbox(seed=1, clans=12)
ARGUMENTS = arguments_for_methods(SMALL.world)
METHODS = [name for name in ARGUMENTS if name in vars(SyncClient)]


def fuzz(name: str, times: int, seed: int) -> Counter[str]:
    """Ask again and again; count what it came to. Whatever is no error of ours ends the test."""
    mutant, found, ask = Mutant(SMALL), Counter[str](), ENDPOINTS[name]
    for number in range(times):
        mutant.chance.seed(seed * 1_000_003 + number)
        mutant.sent.clear()
        value = outcome(ask, mutant.client())
        found[type(value).__name__ if isinstance(value, CocApiError) else "value"] += 1
        assert repr(value)
        if isinstance(value, CocApiError):
            assert str(value)
        elif not name.startswith("get_"):  # they give one row of many
            assert_nothing_is_lost(value, mutant.sent)
    return found


def outcome(ask: Callable[[SyncClient], object], client: SyncClient) -> object:
    """Return what a call comes to, be it one of the documented errors."""
    try:
        return ask(client)
    except CocApiError as error:
        return error


def assert_nothing_is_lost(value: object, sent: list[bytes]) -> None:
    """What nobody knows is still there, in a model that was made of one answer; and it can be written as JSON."""
    dump = getattr(value, "model_dump_json", None)
    if dump is None:
        return
    text = dump()
    is_there_once = len(sent) == 1 and sent[0].count(UNKNOWN.encode()) == 1
    if is_there_once and UNKNOWN.encode() not in sent[0].partition(b'"paging":')[2]:  # a page is what it holds
        assert UNKNOWN in text


def method(name: str) -> Callable[[SyncClient], object]:
    """Return a call of a method of the client."""
    return lambda client: getattr(client, name)(*ARGUMENTS[name])


def raw(operation_id: str) -> Callable[[SyncClient], object]:
    """Return a call of a raw operation."""
    operation = OPERATIONS[operation_id]
    known = {**values_for_paths(SMALL.world), "token": SMALL.world.token, "limit": 5}
    values = {each.name: known[each.wire_name] for each in operation.parameters if each.wire_name in known}

    def ask(client: SyncClient) -> object:
        group = getattr(client.raw, operation.tag)
        for name, function in inspect.getmembers(group, callable):
            if name.replace("_", "").lower() == operation_id.lower():
                return function(**values)
        raise LookupError(operation_id)

    return ask


ENDPOINTS = {**{f"raw {name}": raw(name) for name in OPERATIONS}, **{name: method(name) for name in METHODS}}


@pytest.mark.parametrize("name", ENDPOINTS)
def test_a_mutated_answer_is_an_error_of_ours_or_a_model_that_lost_nothing(name: str) -> None:
    assert fuzz(name, 10, zlib.crc32(name.encode())).total() == 10


@pytest.mark.long
@pytest.mark.parametrize("name", ENDPOINTS)
def test_ten_thousand_mutated_answers(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = fuzz(name, 10_000, zlib.crc32(name.encode()) + 1)
    with capsys.disabled():
        print(f"\n{name}: {dict(found.most_common())}", end="")  # noqa: T201
