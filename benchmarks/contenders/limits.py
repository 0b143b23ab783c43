"""The bare limits: reading JSON without models, and carrying requests with nothing around them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import aiohttp
import httpx
import msgspec
import orjson
from yarl import URL

from benchmarks.contenders.calling import NEW, crowded
from benchmarks.contenders.memory import held, share_kept
from benchmarks.contenders.worker import Make, Measure, Setting, repeated
from cocapi_gen import Clan, Player
from cocapi_gen._http.bodies import decode

KINDS = ("player", "clan", "war", "raidlog", "warlog", "ranking")
MODELS: dict[str, type[Any]] = {"player": Player, "clan": Clan}
HEADERS = {"authorization": "Bearer token", "accept": "application/json"}


def _parsing(kind: str, loads: Callable[[bytes], object]) -> Make:
    def make(setting: Setting) -> Measure:
        body = setting.body(kind)
        return repeated(lambda: loads(body))

    return make


def _structured(kind: str) -> Make:
    """Read into msgspec's structs, which are made to fit."""

    def make(setting: Setting) -> Measure:
        body = setting.body(kind)
        decoder = msgspec.json.Decoder(struct_for([json.loads(body)]))
        return repeated(lambda: decoder.decode(body))

    return make


def struct_for(samples: list[Any]) -> Any:
    """Return a type that all the samples fit: structs for objects, lists, and the types of what is neither.

    >>> msgspec.json.decode(b'{"a": [{"b": 1}]}', type=struct_for([{"a": [{"b": 1}, {}]}])).a[0].b
    1
    """
    kinds = {type(one) for one in samples}
    if kinds == {dict}:
        keys = dict.fromkeys(key for one in samples for key in one)
        return msgspec.defstruct(
            "Row", [(key, struct_for([one[key] for one in samples if key in one]) | None, None) for key in keys]
        )
    if kinds == {list}:
        rows = [row for one in samples for row in one]
        return list[struct_for(rows)] if rows else list[Any]
    if kinds <= {int, float} and bool not in kinds:
        return float if float in kinds else int
    return kinds.pop() if len(kinds) == 1 else Any


def _path(kind: str, tag: str) -> str:
    return f"/{kind}s/%23{tag[1:]}"


def _aiohttp(kind: str, width: int, read: Callable[[type[Any], bytes, str], object]) -> Make:
    def make(setting: Setting) -> Measure:
        async def begin() -> aiohttp.ClientSession:
            return aiohttp.ClientSession(headers=HEADERS)

        session, model = setting.loop.run(begin()), MODELS[kind]

        async def call(tag: str) -> None:
            url = URL(setting.base_url + _path(kind, tag), encoded=True)
            async with session.get(url) as answer:
                read(model, await answer.read(), kind)

        return crowded(setting, call, width)

    return make


def _httpx(kind: str, width: int) -> Make:
    def make(setting: Setting) -> Measure:
        limits = httpx.Limits(max_connections=10, max_keepalive_connections=10)
        client, model = httpx.AsyncClient(headers=HEADERS, limits=limits, trust_env=False), MODELS[kind]

        async def call(tag: str) -> None:
            decode(model, (await client.get(setting.base_url + _path(kind, tag))).content, kind)

        return crowded(setting, call, width)

    return make


def _sync_httpx(setting: Setting) -> Measure:
    client = httpx.Client(headers=HEADERS, trust_env=False)
    return repeated(lambda: decode(Player, client.get(setting.base_url + _path("player", next(NEW))).content, "player"))


def _orjson(model: type[Any], body: bytes, kind: str) -> object:
    return orjson.loads(body)


CASES: dict[str, Make] = {
    **{f"parse {kind} with orjson": _parsing(kind, orjson.loads) for kind in KINDS},
    **{f"parse {kind} with json": _parsing(kind, json.loads) for kind in KINDS},
    **{f"parse {kind} with msgspec": _structured(kind) for kind in KINDS},
    **{
        f"call {kind} with aiohttp, {width} at a time": _aiohttp(kind, width, decode)
        for kind in MODELS
        for width in (1, 10, 50)
    },
    **{
        f"call {kind} with aiohttp and orjson, {width} at a time": _aiohttp(kind, width, _orjson)
        for kind in MODELS
        for width in (1, 10, 50)
    },
    **{f"call {kind} with httpx, {width} at a time": _httpx(kind, width) for kind in MODELS for width in (1, 10, 50)},
    "call player with httpx, without a loop": _sync_httpx,
    "memory of player with orjson": lambda setting: held(lambda: orjson.loads(setting.body("player"))),
    "memory of clan with orjson": lambda setting: held(lambda: orjson.loads(setting.body("clan"))),
    "kept of player with orjson": lambda setting: share_kept(
        lambda: orjson.loads(setting.body("player")), setting.body("player")
    ),
    "kept of clan with orjson": lambda setting: share_kept(
        lambda: orjson.loads(setting.body("clan")), setting.body("clan")
    ),
}
