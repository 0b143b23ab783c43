"""A limiter whose keys are shared by processes, through Redis."""

from __future__ import annotations

import logging
import math
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, cast

from cocapi_gen._http.flow import Flow, ask, attempt
from cocapi_gen._http.forks import begins_anew
from cocapi_gen._http.limiter import Limiter, Ticket
from cocapi_gen.exceptions import CocApiError, ConnectionFailed, InvalidParameterError

if TYPE_CHECKING:
    from redis.asyncio import Redis as AsyncRedis

    from cocapi_gen._http.per_loop import PerLoop
    from cocapi_gen._http.server import Token

_LOG = logging.getLogger("cocapi_gen")
_NO_REDIS = 'RedisLimiter needs redis: pip install "cocapi-gen[redis]"'
_PATIENCE = 1.0
"""Seconds to wait for a connection, and for a reply."""
_SECONDS_WITHOUT = 5.0
"""For so long Redis is left alone after it could not be reached."""

# Moments are microseconds of the server's own clock, so those of the processes may differ. Of each key, the moment is
# kept when it is due, until then: a key that is not due any more is as good as one that was never used.
_TAKE = """
local interval, lead, ahead = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local dues, first, turns = {}, 1, 0
for i, key in ipairs(KEYS) do
  dues[i] = math.max(tonumber(redis.call('GET', key) or 0), now)
  turns = turns + math.max(math.floor((now + lead - dues[i]) / interval) + 1, 0)
  if dues[i] < dues[first] then first = i end
end
local has_turn = turns > ahead
if has_turn then
  dues[first] = dues[first] + interval
  redis.call('SET', KEYS[first], string.format('%.0f', dues[first]), 'PX', math.ceil((dues[first] - now) / 1000))
end
for i in ipairs(dues) do dues[i] = dues[i] - now end
return {has_turn and first or 0, unpack(dues)}
"""
_REST = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local due = now + tonumber(ARGV[1])
if due > math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) then
  redis.call('SET', KEYS[1], string.format('%.0f', due), 'PX', math.ceil((due - now) / 1000))
end
"""


class RedisLimiter(Limiter["Token | None"]):
    """Keeps the pace of a client together with all processes that use the same Redis.

    Inside a process, the most urgent request is next, then the one that came first; between processes it is chance.
    While Redis is out of reach, each process keeps the pace by itself, from where it was, and warns of it once in the
    log ``cocapi_gen``. Then all of them together may send more than one alone could. Redis holds no token, only a hash
    of each with a number, until the token is idle again.

    This needs ``pip install "cocapi-gen[redis]"`` and a server of Redis 6 or newer, or Valkey. It works in asyncio, in
    trio and in threads, and makes no connection before it is used. Connections are closed with their event loop, or
    when the limiter is dropped.

    Example:
        >>> from cocapi_gen.shared import RedisLimiter
        >>> limiter = RedisLimiter("redis://localhost:6379/0", rate=30)
    """

    def __init__(self, url: str, rate: float, burst: int = 10) -> None:
        """Set the pace, the same in all processes.

        Args:
            url: where Redis is, as redis-py takes it: ``redis://``, ``rediss://`` or ``unix://``, with a password if
                there is one.
            rate: requests of a key in a second.
            burst: how many requests a key that was not used for a while may make at once.

        Raises:
            InvalidParameterError: the rate, the burst or the URL makes no sense.
            ImportError: redis is not installed.
        """
        super().__init__(rate, burst)
        self._redis = _Redis(url)
        interval = math.ceil(1_000_000 / rate)
        self._numbers = (interval, (burst - 1) * interval)
        self._out_until: int | None = None
        begins_anew(self)

    def rest(self, key: Token | None, seconds: float) -> Flow[None]:
        yield from super().rest(key, seconds)
        _, lead = self._numbers
        yield from self._run(_REST, [key], math.ceil(seconds * 1_000_000) + lead)

    def _at_once(self, keys: Sequence[Token | None]) -> None:
        """Take nothing: only Redis knows."""

    def _try(self, ticket: Ticket, keys: Sequence[Token | None]) -> Flow[tuple[Token | None] | None]:
        """Ask Redis for a turn, unless it is known already that there is none; it tells how things are, too."""
        with self._lock:
            now, ahead = self._now(), self._line.ahead_of(ticket)
            if self._pace.opens(keys, ahead, now) > now:
                return None
            order = self._pace.in_order(keys)
        reply = yield from self._run(_TAKE, order, *self._numbers, ahead)
        if reply is None:
            return (yield from super()._try(ticket, keys))
        number, *dues = cast("list[int]", reply)
        with self._lock:
            for key, due in zip(order, dues, strict=True):
                # By the moment of the question: so it is never later than Redis means.
                self._pace.put_off(key, now + due * 1000)
            self._pace.forget_idle(keys, now)
        return (order[number - 1],) if number else None

    def _run(self, script: str, keys: Sequence[Token | None], *numbers: int) -> Flow[object | None]:
        """Run a script and return its reply; None while Redis is out of reach."""
        if not self._may_ask():
            return None
        reply = yield from attempt(ask(_Script(self._redis, script, [*map(_name, keys)], numbers)))
        with self._lock:
            was_out = self._out_until is not None
            self._out_until = self._retry_moment() if isinstance(reply, CocApiError) else None
        if not isinstance(reply, CocApiError):
            return reply
        if not was_out:
            _LOG.warning("Each process keeps the pace by itself for now: %s", reply)
        return None

    def _may_ask(self) -> bool:
        """Say whether to ask Redis; while it is out of reach, only one tries it, and only now and then."""
        with self._lock:
            if self._out_until is None:
                return True
            is_time = self._out_until <= self._now()
            if is_time:
                self._out_until = self._retry_moment()
            return is_time

    def _retry_moment(self) -> int:
        return self._now() + round(_SECONDS_WITHOUT * 1e9)


def _name(key: Token | None) -> str:
    """Return how a key is called in Redis. The braces keep all on one server, where a cluster has several."""
    shown = "" if key is None else "".join(key.headers().values())
    return "{cocapi-gen}:" + sha256(f"cocapi-gen limiter {shown}".encode()).hexdigest()[:32]


class _Redis:
    """A way to Redis for threads, and one for each event loop."""

    def __init__(self, url: str) -> None:
        """Take the URL; nothing is connected yet."""
        try:
            from redis import Redis
            from redis.asyncio import Redis as AsyncRedis
        except ImportError as error:
            raise ImportError(_NO_REDIS) from error
        from cocapi_gen._http.per_loop import PerLoop  # here, because it loads anyio

        def in_loop() -> _InLoop:
            return _InLoop(AsyncRedis.from_url(url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE))  # pyright: ignore[reportUnknownMemberType] # its options have no types

        try:
            self.here = Redis.from_url(url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE)  # pyright: ignore[reportUnknownMemberType] # as above
        except ValueError:  # what it says may hold a part of a password
            problem = "That is no URL of Redis: give one like 'redis://:password@localhost:6379/0', percent-encoded."
            raise InvalidParameterError(None, problem) from None
        self.in_loops: PerLoop[_InLoop] = PerLoop(in_loop)


@dataclass(eq=False)
class _InLoop:
    """A way to Redis for one event loop."""

    redis: AsyncRedis
    is_closed: bool = False

    async def aclose(self) -> None:
        self.is_closed = True
        await self.redis.aclose()


@dataclass(frozen=True, slots=True)
class _Script:
    """A script that Redis is to run. A server that does not know it yet is told."""

    redis: _Redis
    text: str
    keys: list[str]
    numbers: tuple[int, ...]

    async def ask(self) -> object:
        with _reaching():
            async with self.redis.in_loops.use() as held:
                return await held.redis.register_script(self.text)(self.keys, self.numbers)

    def ask_here(self) -> object:
        with _reaching():
            return self.redis.here.register_script(self.text)(self.keys, self.numbers)


@contextmanager
def _reaching() -> Generator[None]:
    """Turn whatever keeps Redis from replying into an error of ours."""
    from redis import RedisError

    try:
        yield
    except (RedisError, OSError) as error:
        raise ConnectionFailed(f"Redis cannot be used, see to it that it runs and can be reached: {error}") from error
