"""Parts of this package by themselves, and a call with and without what is around it.

Here is what knows the insides, so that what else is measured stands when they change.
"""

from __future__ import annotations

from collections import deque
from itertools import count
from typing import cast

from benchmarks.contenders.calling import crowded
from benchmarks.contenders.worker import Make, Measure, Setting, timed
from cocapi_gen import Cache, Client, Player
from cocapi_gen._http.bodies import decode
from cocapi_gen._http.core_transport import AsyncCoreTransport
from cocapi_gen._http.flow import Flow, Remember
from cocapi_gen._http.kept import Answers, Kept
from cocapi_gen._http.limiter import Limiter
from cocapi_gen._http.operation import build_request
from cocapi_gen._http.run import Noted, Result, Run
from cocapi_gen._http.server import Server, Token
from cocapi_gen._http.settings import Access, Options
from cocapi_gen._http.watch import Watch
from cocapi_gen.events import Event
from cocapi_gen.raw import OPERATIONS, operations
from cocapi_gen.responses import Headers

_KEPT = 100
"""So many answers are held on to on either side: memory that is new takes longer to fill than memory that was used."""


def _whole(setting: Setting) -> Measure:
    """A call with all that a client can be told to do around it."""
    cache = Cache(max_entries=_KEPT)
    client = Client("token", base_url=setting.base_url, rate=1e6, cache=cache, on_event=_listen)
    return crowded(setting, client.player, 1)


def _none(setting: Setting) -> Measure:
    """The same call by a client that is told to do nothing around it."""
    client = Client("token", base_url=setting.base_url, rate=None, cache=None, retries=0)
    kept = deque[Player](maxlen=_KEPT)

    async def call(tag: str) -> None:
        kept.append(await client.player(tag))

    return crowded(setting, call, 1)


def _listen(event: Event) -> None:
    """Do nothing about an event."""


def _carried(setting: Setting) -> Measure:
    """What a call cannot do without: a request, its carrier, and reading the answer."""
    carrier = AsyncCoreTransport("benchmarks", trust_env=False)
    access = Access("token", setting.base_url)
    server = Server(access.base_url, cast("tuple[Token, ...]", access.keys)[0])
    kept = deque[Player](maxlen=_KEPT)

    async def call(tag: str) -> None:
        request = build_request(operations.GET_PLAYER, {"player_tag": tag})
        answer = await carrier.send(request, server, 30.0)
        kept.append(decode(Player, answer.body, "getPlayer"))

    return crowded(setting, call, 1)


def _limiter(turns: int) -> Make:
    """A turn of a limiter that has given so many."""

    def make(setting: Setting) -> Measure:
        limiter = Limiter[str](1e9)

        def work(times: int) -> None:
            for _ in range(times):
                for _ in limiter.turn(lambda: ("key",)):
                    pass

        work(turns)
        return timed(work)

    return make


def _cache(size: int) -> Make:
    """Keeping an answer and finding it again, where so many are kept."""

    def make(setting: Setting) -> Measure:
        answers = Answers(Cache(max_entries=size, max_bytes=2**40), Watch(None))
        kept, run, keys = Kept(Result(object()), [_noted()], 0.0), Run(Options()), count()

        def work(times: int) -> None:
            for _ in range(times):
                wanted = Remember((Player, f"/players/{next(keys)}"), _no_flow, OPERATIONS["getPlayer"])
                answers.put(wanted, kept)
                answers.find(wanted, run, 1.0)

        work(size)
        return timed(work)

    return make


def _noted() -> Noted:
    request = build_request(operations.GET_PLAYER, {"player_tag": "#2PP"})
    return Noted(request, 200, Headers({"cache-control": "max-age=3600"}), 20_000, is_lookup=False, moment=0.0)


def _no_flow() -> Flow[object]:
    raise AssertionError("what is looked for is kept")


CASES: dict[str, Make] = {
    "call player, with all policy": _whole,
    "call player, with no policy": _none,
    "call player, carried only": _carried,
    **{f"limiter after {number:,} turns": _limiter(number) for number in (100, 1_000_000)},
    **{f"cache of {number:,} answers": _cache(number) for number in (100, 1_000_000)},
}
