"""cocapi with its pydantic models. Its limit is switched off, and nothing is kept, but where that is measured."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from cocapi import ApiConfig, CocApi, create_dynamic_model
from pydantic import BaseModel

from benchmarks.contenders.calling import NEW, crowded
from benchmarks.contenders.memory import held, share_kept
from benchmarks.contenders.reading import reader
from benchmarks.contenders.starting import started
from benchmarks.contenders.worker import Make, Measure, Setting, awaited, repeated

PATHS = {
    "player": "/players/%232PP",
    "clan": "/clans/%232PP",
    "war": "/clans/%232PP/currentwar",
    "raidlog": "/clans/%232PP/capitalraidseasons",
    "warlog": "/clans/%232PP/warlog",
    "ranking": "/locations/32000006/rankings/players",
}
"""By these it knows which model an answer is."""


def names(value: object) -> Iterable[str]:
    """The fields of one of its models."""
    return type(value).model_fields if isinstance(value, BaseModel) else ()


def make_config(setting: Setting, **options: Any) -> ApiConfig:
    """How it is used with models."""
    plain = {"use_pydantic_models": True, "enable_rate_limiting": False, "enable_caching": False}
    return ApiConfig(base_url=setting.base_url, **(plain | options))


def make_client(setting: Setting, **options: Any) -> CocApi:
    """A client of the local server, in its asynchronous mode."""
    return setting.loop.run(CocApi("token", config=make_config(setting, **options), async_mode=True).__aenter__())


def _parse(kind: str, setting: Setting) -> Callable[[], object]:
    """What is done with an answer: the standard library reads the JSON, and pydantic what came of that."""
    body, path = setting.body(kind), PATHS[kind]

    def parse() -> object:
        found = create_dynamic_model(json.loads(body), path)
        return found["items"] if isinstance(found, dict) else found

    return parse


def _parsing(kind: str) -> Make:
    return lambda setting: repeated(_parse(kind, setting))


def _reading(kind: str) -> Make:
    def make(setting: Setting) -> Measure:
        parse = _parse(kind, setting)
        read = reader(parse(), names)
        return repeated(lambda: read(parse()))

    return make


def _calling(kind: str, width: int) -> Make:
    """Calls whose answers are read."""

    def make(setting: Setting) -> Measure:
        client = make_client(setting)
        get = {"player": client.players, "clan": client.clan_tag}[kind]
        read = reader(_parse(kind, setting)(), names)

        async def call(tag: str) -> None:
            read(await get(tag))

        return crowded(setting, call, width)

    return make


def _sync(setting: Setting) -> Measure:
    client = CocApi("token", config=make_config(setting))
    read = reader(_parse("player", setting)(), names)
    return repeated(lambda: read(client.players(next(NEW))))


def _cached(setting: Setting) -> Measure:
    client = make_client(setting, enable_caching=True)

    async def calls(times: int) -> None:
        for _ in range(times):
            await client.players("#2PP")

    return awaited(setting, calls)


_CLIENT = """
from cocapi import ApiConfig, CocApi
CocApi("token", config=ApiConfig(use_pydantic_models=True), async_mode=True)
"""
_FIRST = f"""{_CLIENT}
import json, sys
from cocapi import create_dynamic_model
with open(sys.argv[1], "rb") as file:
    create_dynamic_model(json.loads(file.read()), "/players/%232PP")
"""

CASES: dict[str, Make] = {
    **{f"parse {kind}": _parsing(kind) for kind in PATHS},
    **{f"read {kind}": _reading(kind) for kind in PATHS},
    **{
        f"call {kind}, {width} at a time": _calling(kind, width) for kind in ("player", "clan") for width in (1, 10, 50)
    },
    "call player, without a loop": _sync,
    "call player, cached": _cached,
    "memory of player": lambda setting: held(_parse("player", setting)),
    "memory of clan": lambda setting: held(_parse("clan", setting)),
    "kept of player": lambda setting: share_kept(_parse("player", setting), setting.body("player")),
    "kept of clan": lambda setting: share_kept(_parse("clan", setting), setting.body("clan")),
    "start: import": started("import cocapi"),
    "start: client": started(_CLIENT),
    "start: first answer read": started(_FIRST),
}
