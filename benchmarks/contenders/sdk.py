"""This package, as it is installed without extras."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from itertools import chain, islice, repeat
from math import ceil
from pathlib import Path
from typing import Any, Unpack

from benchmarks.contenders.calling import NEW, crowd, crowded
from benchmarks.contenders.memory import held, pause, share_kept
from benchmarks.contenders.reading import reader
from benchmarks.contenders.starting import started
from benchmarks.contenders.worker import Make, Measure, Setting, awaited, repeated
from cocapi_gen import Cache, Clan, ClanWarInfo, Client, ClientOptions, Player, PlayerRanking, SyncClient
from cocapi_gen._http.bodies import decode
from cocapi_gen.models import ClanWarResult, Model, RaidSeason
from cocapi_gen.models._envelope import Items
from cocapi_gen.raw import models as raw

MODELS: dict[str, type[Any]] = {
    "player": Player,
    "clan": Clan,
    "war": ClanWarInfo,
    "raidlog": Items[RaidSeason],
    "warlog": Items[ClanWarResult],
    "ranking": Items[PlayerRanking],
}
AT_A_TIME = (1, 10, 50)
_BURST = 50


def make_client(setting: Setting, **options: Unpack[ClientOptions]) -> Client:
    """A client of the local server that neither waits nor keeps anything, unless told to."""
    plain: ClientOptions = {"rate": None, "cache": None}
    return Client("token", base_url=setting.base_url, **(plain | options))


# ---------------------------------------------------------------------- reading


def names(value: object) -> Iterable[str]:
    """The fields of one of our models."""
    if isinstance(value, Items):
        return ("items",)
    return [one.name for one in fields(value)] if isinstance(value, Model) and is_dataclass(value) else ()


def _parse(kind: str, setting: Setting) -> Callable[[], object]:
    body, model = setting.body(kind), MODELS[kind]
    return lambda: decode(model, body, kind)


def _parsing(kind: str) -> Make:
    return lambda setting: repeated(_parse(kind, setting))


def _reading(kind: str) -> Make:
    def make(setting: Setting) -> Measure:
        parse = _parse(kind, setting)
        read = reader(parse(), names)
        return repeated(lambda: read(parse()))

    return make


def _rows(number: int) -> Make:
    """Read a ranking with so many rows."""

    def make(setting: Setting) -> Measure:
        rows = json.loads(setting.body("ranking"))["items"]
        body = json.dumps({"items": [*islice(chain.from_iterable(repeat(rows)), number)]}).encode()
        return repeated(lambda: decode(Items[PlayerRanking], body, "ranking"))

    return make


# ---------------------------------------------------------------------- calls


def _calling(kind: str, width: int, **options: Unpack[ClientOptions]) -> Make:
    return lambda setting: crowded(setting, getattr(make_client(setting, **options), kind), width)


def _calling_and_reading(kind: str, width: int, **options: Unpack[ClientOptions]) -> Make:
    """Calls whose answers are read, as those of other libraries are."""

    def make(setting: Setting) -> Measure:
        get = getattr(make_client(setting, **options), kind)
        read = reader(_parse(kind, setting)(), names)

        async def call(tag: str) -> None:
            read(await get(tag))

        return crowded(setting, call, width)

    return make


def _cold(**options: Unpack[ClientOptions]) -> Make:
    """Bursts of calls, each by a client that has no connection yet."""

    def make(setting: Setting) -> Measure:
        async def bursts(number: int) -> None:
            for _ in range(number):
                async with make_client(setting, **options) as client:
                    await crowd(client.player, islice(NEW, _BURST), _BURST)

        def measure(times: int) -> float:
            number = ceil(times / _BURST)
            return measured(number) * times / (number * _BURST)

        measured = awaited(setting, bursts)
        return measure

    return make


def _cached(setting: Setting) -> Measure:
    client = make_client(setting, cache=Cache())

    async def calls(times: int) -> None:
        for _ in range(times):
            await client.player("#2PP")

    return awaited(setting, calls)


def _sync(setting: Setting) -> Measure:
    client = SyncClient("token", base_url=setting.base_url, rate=None, cache=None)
    return repeated(lambda: client.player(next(NEW)))


def _bulk(**options: Unpack[ClientOptions]) -> Make:
    def make(setting: Setting) -> Measure:
        client = make_client(setting, **options)

        async def work(times: int) -> None:
            async for outcome in client.players(islice(NEW, times)):
                outcome.unwrap()

        return awaited(setting, work)

    return make


def _bulk_peak(number: int) -> Make:
    """The most memory that the program takes while it asks for so many players."""

    def make(setting: Setting) -> Measure:
        client = make_client(setting)

        async def work() -> int:
            peak = 0
            async for outcome in client.players(islice(NEW, number)):
                outcome.unwrap()
                peak = max(peak, _resident())
            return peak

        return lambda times: times * setting.loop.run(work())

    return make


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


# ---------------------------------------------------------------------- the table

_IMPORT = "import cocapi_gen"
_CLIENT = "from cocapi_gen import Client; Client('token')"
_FIRST = """
import sys
from cocapi_gen import Player
with open(sys.argv[1], "rb") as file:
    Player.model_validate_json(file.read())
"""


def call_cases(**options: Unpack[ClientOptions]) -> dict[str, Make]:
    """The cases in which requests are carried, with options for the client."""
    ways = [(kind, width) for kind in ("player", "clan") for width in AT_A_TIME]
    return {
        **{f"call {kind}, {width} at a time": _calling_and_reading(kind, width, **options) for kind, width in ways},
        **{f"call {kind} unread, {width} at a time": _calling(kind, width, **options) for kind, width in ways},
        "call player unread, cold burst of 50": _cold(**options),
        "bulk of players": _bulk(**options),
    }


CASES: dict[str, Make] = {
    **{f"parse {kind}": _parsing(kind) for kind in MODELS},
    **{f"read {kind}": _reading(kind) for kind in MODELS},
    **call_cases(),
    "call player, without a loop": _sync,
    "call player, cached": _cached,
    "peak of a bulk of 1,000": _bulk_peak(1_000),
    "peak of a bulk of 10,000": _bulk_peak(10_000),
    "memory of player": lambda setting: held(_parse("player", setting)),
    "memory of clan": lambda setting: held(_parse("clan", setting)),
    "kept of player": lambda setting: share_kept(_parse("player", setting), setting.body("player")),
    "kept of clan": lambda setting: share_kept(_parse("clan", setting), setting.body("clan")),
    "pause with 300 clans": lambda setting: pause(_parse("clan", setting)),
    "pause with 300 clans, BaseModel": lambda setting: pause(
        lambda: raw.Clan.model_validate_json(setting.body("clan"))
    ),
    "start: import": started(_IMPORT),
    "start: client": started(_CLIENT),
    "start: first answer read": started(_FIRST),
    **{f"parse ranking of {rows:,} rows": _rows(rows) for rows in (2, 200, 20_000)},
}
