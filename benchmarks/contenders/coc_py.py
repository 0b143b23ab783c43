"""coc.py and clashy.py: both are the package `coc`, the second grown out of the first.

Its own data of the game are off here; `coc_py_as_it_comes` has calls with them, which is what its users get. Waiting is
as good as switched off, and nothing is kept, but where that is what is measured.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from enum import Enum
from functools import cache
from typing import Any

import coc
import orjson

from benchmarks.contenders.calling import crowded
from benchmarks.contenders.memory import held, share_kept
from benchmarks.contenders.reading import reader
from benchmarks.contenders.starting import started
from benchmarks.contenders.worker import Make, Measure, Setting, awaited, repeated

NO_LIMIT = 10**9

ONE = {"player": coc.Player, "clan": coc.Clan, "war": coc.ClanWar}
MANY = {"raidlog": coc.RaidLogEntry, "warlog": coc.ClanWarLogEntry, "ranking": coc.RankedPlayer}

WORKED_OUT = {
    "Player": "labels achievements troops heroes spells pets equipment player_house_elements",
    "Clan": "labels members capital_districts",
    "ClanMember": "player_house_elements",
    "RankedPlayer": "player_house_elements",
    "WarClan": "members",
    "ClanWarMember": "attacks",
    "RaidLogEntry": "attack_log defense_log members",
    "RaidClan": "districts",
    "Timestamp": "time",
    "Troop": "level",
    "Hero": "level",
    "Spell": "level",
    "Pet": "level",
    "Equipment": "level",
}
"""Properties that hold what the API sent. What only follows from that, such as all attacks in order, is not read."""
BACKWARDS = {"ClanMember": {"clan"}, "ClanWarMember": {"clan"}}
BACK = {"war", "raid_log_entry", "raid_clan", "district", "league_group"}


def names(value: object) -> Iterable[str]:
    """The fields of an object of the library: its slots and attributes, without ways back to where it came from."""
    kind = type(value)
    if kind.__module__.partition(".")[0] != "coc" or isinstance(value, (Enum, coc.Client)):
        return ()
    slots = (name for cls in kind.__mro__ for name in getattr(cls, "__slots__", ()) if hasattr(value, name))
    found = dict.fromkeys([*slots, *getattr(value, "__dict__", ()), *WORKED_OUT.get(kind.__name__, "").split()])
    skipped = BACK | BACKWARDS.get(kind.__name__, set())
    return [name for name in found if not name.startswith("_") and not name.endswith("_cls") and name not in skipped]


@cache
def make_client(setting: Setting, game_data: str, **options: Any) -> coc.Client:
    """A client of the local server, logged in; the same for the same options.

    When data of the game are put into what is read is said for the whole process: the library keeps it in the class.
    """
    asyncio.set_event_loop(setting.loop.get_loop())
    loading = coc.LoadGameData(**{game_data: True})
    plain = {"throttle_limit": NO_LIMIT, "cache_max_size": 0, "load_game_data": loading}
    client = coc.Client(base_url=setting.base_url, **(plain | options))
    setting.loop.run(client.login_with_tokens("token"))
    return client


def _parse(kind: str, setting: Setting, game_data: str = "never") -> Callable[[], object]:
    """What is done with an answer in the library's methods, which read JSON with orjson."""
    body, client = setting.body(kind), make_client(setting, game_data)
    if kind in ONE:
        model = ONE[kind]
        return lambda: model(data=orjson.loads(body), client=client)
    row = MANY[kind]
    return lambda: [row(data=one, client=client) for one in orjson.loads(body)["items"]]


def _parsing(kind: str) -> Make:
    return lambda setting: repeated(_parse(kind, setting))


def _read(kind: str, setting: Setting) -> Callable[[], object]:
    parse = _parse(kind, setting)
    read = reader(parse(), names)

    def whole() -> object:
        found = parse()
        read(found)
        return found

    return whole


def _reading(kind: str) -> Make:
    return lambda setting: repeated(_read(kind, setting))


GET: dict[str, Callable[[coc.Client], Callable[[str], Awaitable[object]]]] = {
    "player": lambda client: client.get_player,
    "clan": lambda client: client.get_clan,
}


def _calling(kind: str, width: int, game_data: str) -> Make:
    """Calls whose answers are read."""

    def make(setting: Setting) -> Measure:
        get = GET[kind](make_client(setting, game_data))
        read = reader(_parse(kind, setting, game_data)(), names)

        async def call(tag: str) -> None:
            read(await get(tag))

        return crowded(setting, call, width)

    return make


def _calling_only(kind: str, width: int, game_data: str) -> Make:
    return lambda setting: crowded(setting, GET[kind](make_client(setting, game_data)), width)


def call_cases(game_data: str) -> dict[str, Make]:
    """Calls, read and untouched."""
    ways = [(kind, width) for kind in GET for width in (1, 10, 50)]
    return {
        **{f"call {kind}, {width} at a time": _calling(kind, width, game_data) for kind, width in ways},
        **{f"call {kind} unread, {width} at a time": _calling_only(kind, width, game_data) for kind, width in ways},
    }


def _cached(setting: Setting) -> Measure:
    client = make_client(setting, "never", cache_max_size=10_000)

    async def calls(times: int) -> None:
        for _ in range(times):
            await client.get_player("#2PP")

    return awaited(setting, calls)


_CLIENT = """
import asyncio, coc
asyncio.set_event_loop(asyncio.new_event_loop())
client = coc.Client(load_game_data=coc.LoadGameData(never=True))
"""
_FIRST = f"""{_CLIENT}
import sys, orjson
with open(sys.argv[1], "rb") as file:
    coc.Player(data=orjson.loads(file.read()), client=client)
"""

CASES: dict[str, Make] = {
    **{f"parse {kind}": _parsing(kind) for kind in ONE | MANY},
    **{f"read {kind}": _reading(kind) for kind in ONE | MANY},
    **call_cases("never"),
    "call player, cached": _cached,
    "memory of player": lambda setting: held(_read("player", setting)),
    "memory of clan": lambda setting: held(_read("clan", setting)),
    "kept of player": lambda setting: share_kept(_read("player", setting), setting.body("player")),
    "kept of clan": lambda setting: share_kept(_read("clan", setting), setting.body("clan")),
    "start: import": started("import coc"),
    "start: client": started(_CLIENT),
    "start: first answer read": started(_FIRST),
}
