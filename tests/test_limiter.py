"""The limiter: how often, who is next, and that nothing stays behind. Time is told, not waited for."""

from __future__ import annotations

import gc
import heapq
import pickle
import random
import sys
import threading
import time
import tracemalloc
import weakref
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from itertools import islice, pairwise
from typing import NamedTuple, TypeVar, cast

import anyio
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cocapi_gen import InvalidParameterError
from cocapi_gen._http.driver import AsyncDriver
from cocapi_gen._http.flow import Flow, Sleep
from cocapi_gen._http.limiter import Limiter, nth_moment
from cocapi_gen._http.policy import Policy
from cocapi_gen._http.run import Run
from cocapi_gen._http.settings import Options
from cocapi_gen._http.transport import AsyncTransport
from cocapi_gen._pauses import now, pause_here
from cocapi_gen.exceptions import WaitTooLong
from cocapi_gen.testing import no_sleep
from tests.measuring import resident

T = TypeVar("T")


class Clock:
    """A clock that somebody moves."""

    def __init__(self, seconds: float = 1000.0) -> None:
        self.seconds = seconds

    def __call__(self) -> float:
        return self.seconds

    @property
    def ticks(self) -> int:
        return round(self.seconds * 1e9)


def step(flow: Flow[T]) -> Sleep | T:
    """Let a flow go on: return how it wants to sleep, or what it has come to."""
    try:
        effect = next(flow)
    except StopIteration as stop:
        return cast("T", stop.value)
    assert isinstance(effect, Sleep)
    return effect


def step_or_refuse(flow: Flow[T]) -> Sleep | T | WaitTooLong:
    """Let a flow go on, and return also when it gives up."""
    try:
        return step(flow)
    except WaitTooLong as error:
        return error


def nap(flow: Flow[object]) -> float:
    """Let a flow go on, and return for how many seconds it sleeps then."""
    found = step(flow)
    assert isinstance(found, Sleep)
    return found.seconds


def at_once(flow: Flow[T]) -> T:
    """Return what a flow comes to without sleeping."""
    found = step(flow)
    assert not isinstance(found, Sleep)
    return found


def keep_busy(
    limiter: Limiter[int], clock: Clock, keys: Sequence[int], workers: int, late: Callable[[], float] = float
) -> Generator[tuple[int, int]]:
    """Let workers take one turn after the other, and give each with the worker; timers are late."""
    waiting = [(clock.seconds, worker, limiter.turn(lambda: keys)) for worker in range(workers)]
    try:
        while True:
            moment, worker, flow = heapq.heappop(waiting)
            clock.seconds = max(clock.seconds, moment)
            found = step(flow)
            if isinstance(found, Sleep):
                heapq.heappush(waiting, (clock.seconds + found.seconds + late(), worker, flow))
            else:
                heapq.heappush(waiting, (clock.seconds, worker, limiter.turn(lambda: keys)))
                yield worker, found
    finally:
        for _, _, flow in waiting:
            flow.close()


class Level:
    """Tells when any window held too many turns: the greatest of ``turns - rate * seconds`` of all that end now."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._levels = dict[object, tuple[float, float]]()
        self.highest = 0.0

    def note(self, key: object, moment: float) -> None:
        before, level = self._levels.get(key, (moment, 0.0))
        level = max(0.0, level - self._rate * (moment - before)) + 1
        self._levels[key] = moment, level
        self.highest = max(self.highest, level)


# How often


@given(st.lists(st.integers(0, 60), min_size=1, max_size=5).map(sorted), st.integers(1, 12), st.integers(0, 60))
def test_moments_of_several_keys_come_in_order(starts: list[int], interval: int, n: int) -> None:
    moments = sorted(start + interval * number for start in starts for number in range(n + 1))
    assert nth_moment(starts, interval, n) == moments[n]


def test_who_comes_first_does_not_wait() -> None:
    assert at_once(Limiter[str](30).turn(lambda: ["key"])) == "key"


def test_a_burst_is_given_at_once_and_then_one_after_the_other() -> None:
    clock = Clock()
    limiter = Limiter[int](10, 3, clock)
    assert [at_once(limiter.turn(lambda: [1])) for _ in range(3)] == [1, 1, 1]
    flow = limiter.turn(lambda: [1])
    assert nap(flow) == pytest.approx(0.1, abs=1e-5)
    clock.seconds += 0.1001
    assert at_once(flow) == 1


@given(st.floats(0, 1e8), st.floats(1, 1000))
def test_who_has_slept_as_long_as_he_was_told_has_his_turn(moment: float, rate: float) -> None:
    """However the seconds are rounded."""
    clock = Clock(moment)
    limiter = Limiter[int](rate, 1, clock)
    for _ in range(3):
        at_once(limiter.turn(lambda: [1]))
        flow = limiter.turn(lambda: [1])
        clock.seconds += nap(flow)
        assert at_once(flow)
        clock.seconds += 1 / rate + 1e-6


def test_none_is_a_key_like_others() -> None:
    limiter = Limiter[None](1, 1, Clock())
    assert at_once(limiter.turn(lambda: [None])) is None
    assert nap(limiter.turn(lambda: [None])) == pytest.approx(1)


@pytest.mark.parametrize("keys", [1, 3, 10])
@pytest.mark.parametrize("late", [0.0, 0.008])
@pytest.mark.parametrize("rate", [10, 30])
def test_the_whole_rate_is_used_and_no_more(rate: int, late: float, keys: int) -> None:
    """Also when timers are late."""
    chance, clock, level = random.Random(rate), Clock(), Level(rate)
    limiter = Limiter[int](rate, clock=clock)
    began, calls, counts = clock.seconds, 1500 * keys, dict.fromkeys(range(keys), 0)
    busy = keep_busy(limiter, clock, range(keys), 20 * keys, lambda: chance.uniform(0, late))
    for _, key in islice(busy, calls):
        level.note(key, clock.seconds)
        counts[key] += 1
    busy.close()
    allowed = rate * keys * (clock.seconds - began)
    assert 0.99 * allowed <= calls <= allowed + 10 * keys
    assert level.highest <= 10 + 1e-3
    assert max(counts.values()) - min(counts.values()) <= 2
    assert limiter.waiting == 0


def test_a_key_that_was_throttled_rests_while_others_work() -> None:
    clock = Clock()
    limiter = Limiter[int](10, 1, clock)
    assert at_once(limiter.rest(1, 60)) is None
    assert at_once(limiter.rest(1, 5)) is None
    moments = {1: list[float](), 2: list[float]()}
    began = clock.seconds
    for _, key in islice(keep_busy(limiter, clock, [1, 2], 4), 700):
        moments[key].append(clock.seconds - began)
    assert moments[1][0] == pytest.approx(60, abs=0.01)
    assert len([moment for moment in moments[2] if moment < 60]) == 600


def test_a_key_starts_without_a_burst_after_a_rest() -> None:
    clock = Clock()
    limiter = Limiter[int](10, 10, clock)
    at_once(limiter.rest(1, 60))
    clock.seconds += 60
    at_once(limiter.turn(lambda: [1]))
    assert nap(limiter.turn(lambda: [1])) == pytest.approx(0.1, abs=1e-5)


@given(st.floats(max_value=0) | st.sampled_from([float("inf"), float("nan"), "30", True, None]))
def test_a_rate_has_to_make_sense(rate: float) -> None:
    with pytest.raises(InvalidParameterError, match=r"^rate is .*, but has to be"):
        Limiter[int](rate)


@given(st.integers(max_value=0) | st.sampled_from([1.5, True, None, "1"]))
def test_a_burst_has_to_make_sense(burst: int) -> None:
    with pytest.raises(InvalidParameterError, match=r"^burst is .*, but has to be"):
        Limiter[int](1, burst)


# Who is next


def test_who_comes_first_is_served_first_unless_others_are_more_urgent() -> None:
    clock = Clock()
    limiter = Limiter[int](10, 1, clock)
    at_once(limiter.turn(lambda: [1]))
    waiting = {name: limiter.turn(lambda: [1], name // 10) for name in (1, 2, 23, 14, 3, 25)}
    assert all(isinstance(step(flow), Sleep) for flow in waiting.values())
    served = list[int]()
    while waiting:
        clock.seconds += 0.1
        for name, flow in [*waiting.items()]:
            if not isinstance(step(flow), Sleep):
                served.append(name)
                del waiting[name]
    assert served == [23, 25, 14, 1, 2, 3]


def test_equal_workers_have_equal_shares() -> None:
    clock = Clock()
    counts = dict.fromkeys(range(7), 0)
    for worker, _ in islice(keep_busy(Limiter[int](10, 1, clock), clock, [1], 7), 700):
        counts[worker] += 1
    assert max(counts.values()) - min(counts.values()) <= 2


def test_nobody_waits_for_one_who_does_not_wake_up() -> None:
    clock = Clock()
    limiter = Limiter[int](10, 2, clock)
    for _ in range(2):
        at_once(limiter.turn(lambda: [1]))
    sleeper = limiter.turn(lambda: [1], urgency=9)
    step(sleeper)
    served = sum(1 for _ in islice(keep_busy(limiter, clock, [1], 3), 20))
    assert served == 20
    assert at_once(sleeper)  # and his turn was kept for him


def test_a_place_in_line_is_given_up_with_the_flow() -> None:
    clock = Clock()
    limiter = Limiter[int](10, 1, clock)
    at_once(limiter.turn(lambda: [1]))
    first, second = limiter.turn(lambda: [1]), limiter.turn(lambda: [1])
    assert [nap(first), nap(second)] == pytest.approx([0.1, 0.2], abs=1e-5)
    assert limiter.waiting == 2
    first.close()
    assert limiter.waiting == 1
    clock.seconds += 0.1
    assert at_once(second)
    assert limiter.waiting == 0


def test_a_place_is_given_up_in_the_midst_of_anything() -> None:
    """A flow that was forgotten is closed when Python clears away, even while the limiter is at work."""
    limiter = Limiter[int](1, 1, Clock())
    at_once(limiter.turn(lambda: [1]))
    flow = limiter.turn(lambda: [1])
    step(flow)

    def clear_away() -> None:
        with vars(limiter)["_lock"]:
            flow.close()

    thread = threading.Thread(target=clear_away, daemon=True)
    thread.start()
    thread.join(30)
    assert not thread.is_alive()
    assert limiter.waiting == 0


def test_a_fault_in_the_keys_leaves_nothing_behind() -> None:
    limiter = Limiter[int](1)

    def fail() -> Sequence[int]:
        raise LookupError

    with pytest.raises(LookupError):
        step(limiter.turn(fail))
    assert limiter.waiting == 0


def test_a_key_that_comes_later_is_used() -> None:
    clock, keys = Clock(), [1]
    limiter = Limiter[int](1, 1, clock)
    at_once(limiter.rest(1, 3600))
    flow = limiter.turn(lambda: tuple(keys))
    assert nap(flow) <= 1
    keys[:] = [2]
    assert at_once(flow) == 2


def test_many_who_wait_do_not_ask_all_the_time() -> None:
    limiter = Limiter[int](1, 1, Clock())
    at_once(limiter.turn(lambda: [1]))
    waiting = [limiter.turn(lambda: [1]) for _ in range(3000)]
    naps = [nap(flow) for flow in waiting]
    assert naps[:500] == pytest.approx([1] * 500, abs=1e-5)
    assert naps[-1] == 6


# No longer than allowed


def test_what_cannot_be_in_time_is_said_at_once() -> None:
    clock = Clock()
    limiter = Limiter[int](10, 1, clock)
    at_once(limiter.turn(lambda: [1]))
    waiting = [limiter.turn(lambda: [1], until=clock.seconds + 0.5) for _ in range(5)]
    assert [nap(flow) for flow in waiting] == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5], abs=1e-5)
    with pytest.raises(WaitTooLong, match=r"^Allow more time, .* comes in 0\.60 seconds .* in 0\.50\.$") as caught:
        step(limiter.turn(lambda: [1], until=clock.seconds + 0.5))
    assert caught.value.seconds == pytest.approx(0.6, abs=1e-5)
    assert limiter.waiting == 5
    assert nap(limiter.turn(lambda: [1], urgency=1, until=clock.seconds + 0.5)) == pytest.approx(0.1, abs=1e-5)


def test_who_is_pushed_back_too_far_hears_of_it() -> None:
    clock = Clock()
    limiter = Limiter[int](10, 1, clock)
    at_once(limiter.turn(lambda: [1]))
    flow = limiter.turn(lambda: [1], until=clock.seconds + 0.15)
    step(flow)
    urgent = [limiter.turn(lambda: [1], urgency=1) for _ in range(3)]
    assert [step(each) for each in urgent]
    with pytest.raises(WaitTooLong):
        step(flow)
    assert limiter.waiting == 3


def test_a_turn_that_is_there_is_given_even_if_the_time_is_up() -> None:
    clock = Clock()
    assert at_once(Limiter[int](10, 1, clock).turn(lambda: [1], until=clock.seconds - 5)) == 1


def test_the_error_survives_a_pickle() -> None:
    error = pickle.loads(pickle.dumps(WaitTooLong("Wait.", 1.5)))  # noqa: S301 # made here
    assert (str(error), error.seconds) == ("Wait.", 1.5)


# Whatever happens


class Waiting:
    """One who waits, as the model sees him."""

    def __init__(self, flow: Flow[int], place: tuple[int, int], until: float | None) -> None:
        self.flow = flow
        self.place = place
        self.until = until
        self.wakes = 0.0


class AnyCourse(RuleBasedStateMachine):
    """Enter, leave, be late, let keys rest and be replaced, in any order.

    What is allowed is counted out from all turns so far: in no window that ends now may there be more than
    ``burst + seconds / interval``, and in none that begins with the end of a rest more than ``1 + seconds / interval``.
    There is a turn for somebody exactly if that leaves room for him and all ahead of him.
    """

    @initialize(interval=st.sampled_from([0.125, 0.5, 1.0, 2.0]), burst=st.integers(1, 4), keys=st.integers(1, 3))
    def begin(self, interval: float, burst: int, keys: int) -> None:
        self.clock = Clock()
        self.limiter = Limiter[int](1 / interval, burst, self.clock)
        self.interval, self.burst = round(interval * 1e9), burst
        self.keys = [*range(keys)]
        self.names = keys
        self.turns: list[tuple[int, int]] = []
        self.rests: list[tuple[int, int, int]] = []  # the key, until when, and how many turns it had before
        self.waiting: list[Waiting] = []
        self.arrivals = 0

    def room(self, key: int) -> int:
        """Count how many turns a key may have now."""
        now_ = self.clock.ticks
        moments = [moment for each, moment in self.turns if each == key]
        room = self.burst
        for number, moment in enumerate(moments):
            room = min(room, self.burst + (now_ - moment) // self.interval - (len(moments) - number))
        for end, before in ((end, before) for each, end, before in self.rests if each == key):
            since = len(moments) - before
            room = min(room, 0 if now_ < end else 1 + (now_ - end) // self.interval - since)
        return room

    def go_on(self, who: Waiting) -> None:
        ahead = sum(1 for other in self.waiting if other.place < who.place)
        room = {key: self.room(key) for key in self.keys}
        assert min(room.values()) >= 0
        has_turn = sum(room.values()) > ahead
        found = step_or_refuse(who.flow)
        if isinstance(found, WaitTooLong):
            assert not has_turn
            assert who.until is not None
            assert who.until < self.clock.seconds + found.seconds
            self.waiting.remove(who)
        elif isinstance(found, Sleep):
            assert not has_turn
            assert 0 < found.seconds <= 1
            who.wakes = self.clock.seconds + found.seconds
        else:
            assert has_turn
            assert room[found] > 0
            self.turns.append((found, self.clock.ticks))
            self.waiting.remove(who)

    @rule(urgency=st.integers(0, 2), patience=st.none() | st.floats(0, 10))
    def enter(self, urgency: int, patience: float | None) -> None:
        until = None if patience is None else self.clock.seconds + patience
        self.arrivals += 1
        flow = self.limiter.turn(lambda: self.keys, urgency, until)
        self.waiting.append(Waiting(flow, (-urgency, self.arrivals), until))
        self.go_on(self.waiting[-1])

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        who = data.draw(st.sampled_from(self.waiting))
        self.waiting.remove(who)
        who.flow.close()

    @rule(ticks=st.integers(0, 1500))
    def pass_time(self, ticks: int) -> None:
        self.clock.seconds += ticks / 512

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def wake(self, data: st.DataObject) -> None:
        """Let one go on whose time has come, or earlier: whenever he asks, the answer is right."""
        self.go_on(data.draw(st.sampled_from(self.waiting)))

    @rule(data=st.data(), ticks=st.integers(0, 2500))
    def rest(self, data: st.DataObject, ticks: int) -> None:
        key = data.draw(st.integers(0, self.names - 1))
        at_once(self.limiter.rest(key, ticks / 512))
        before = sum(1 for each, _ in self.turns if each == key)
        self.rests.append((key, self.clock.ticks + round(ticks / 512 * 1e9), before))

    @rule(data=st.data())
    def replace_a_key(self, data: st.DataObject) -> None:
        """By a new one, or by one that was there before."""
        place = data.draw(st.integers(0, len(self.keys) - 1))
        new = data.draw(st.sampled_from([key for key in range(self.names + 1) if key not in self.keys]))
        self.keys[place] = new
        self.names = max(self.names, new + 1)

    @invariant()
    def all_who_wait_are_known(self) -> None:
        if hasattr(self, "limiter"):
            assert self.limiter.waiting == len(self.waiting)

    def teardown(self) -> None:
        """Let everybody come to his turn: within the time that this takes at worst, none is left."""
        if not hasattr(self, "limiter"):
            return
        last_rest = max((end for _, end, _ in self.rests), default=0) / 1e9
        latest = max(self.clock.seconds, last_rest) + (len(self.waiting) + self.burst) * self.interval / 1e9 + 1
        while self.waiting:
            who = min(self.waiting, key=lambda each: (each.wakes, each.place))
            self.clock.seconds = max(self.clock.seconds, who.wakes)
            assert self.clock.seconds <= latest
            self.go_on(who)
        assert self.limiter.waiting == 0


AnyCourse.TestCase.settings = settings(max_examples=60, stateful_step_count=60)
TestAnyCourse = AnyCourse.TestCase


class Key:
    """A key that can be looked for after its time."""


def test_keys_that_are_gone_are_forgotten() -> None:
    clock = Clock()
    limiter = Limiter[Key](10, 3, clock)
    keys = [Key()]
    gone = list[weakref.ref[Key]]()
    for _ in range(50):
        at_once(limiter.turn(lambda: keys))
        gone.append(weakref.ref(keys[0]))
        keys[0] = Key()
        clock.seconds += 0.05
    assert sum(1 for key in gone if key() is not None) <= 3  # those that were used a moment ago
    clock.seconds += 1
    at_once(limiter.turn(lambda: keys))
    gc.collect()
    assert [key for key in gone if key() is not None] == []


def test_memory_stays_the_same() -> None:
    clock = Clock()
    busy = keep_busy(Limiter[int](30, clock=clock), clock, range(2), 50)
    sizes = list[int]()
    tracemalloc.start()
    try:
        for _ in range(4):
            deque(islice(busy, 2000), maxlen=0)
            sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert abs(sizes[-1] - sizes[1]) < 20_000


class Mark(NamedTuple):
    """What holds after a part of a long run: the moment, the memory in kB, and what a turn has cost."""

    moment: float
    memory: int
    cost: float


@pytest.mark.long
def test_two_million_turns(capsys: pytest.CaptureFixture[str]) -> None:
    """Day after day: the rate stays what it is, and memory does too."""
    rate, keys, calls, chance, clock, level = 30, 2, 2_000_000, random.Random(1), Clock(), Level(30)
    limiter = Limiter[int](rate, clock=clock)
    busy = keep_busy(limiter, clock, range(keys), 40, lambda: chance.uniform(0, 0.008))
    marks, began = list[Mark](), clock.seconds
    for _ in range(10):
        before = time.perf_counter()
        for _, key in islice(busy, calls // 10):
            level.note(key, clock.seconds)
        marks.append(Mark(clock.seconds, resident(), (time.perf_counter() - before) / (calls / 10) * 1e6))
        assert limiter.waiting == 39
    rates = [calls / 10 / (after.moment - before.moment) / keys for before, after in pairwise(marks)]
    grown = marks[-1].memory - marks[0].memory
    report = [
        f"{calls:,} turns of {keys} keys, late by up to 8 ms, in {(marks[-1].moment - began) / 3600:.1f} hours:",
        f"turns a second and key: {min(rates):.4f} to {max(rates):.4f} of {rate}",
        f"most in any window, above the rate: {level.highest:.4f} of 10",
        f"microseconds a turn, with the simulation: {marks[0].cost:.1f} at first, {marks[-1].cost:.1f} at last",
        f"memory {grown:+,} kB after the first tenth",
    ]
    with capsys.disabled():
        sys.stdout.write("\n".join(["", *report, ""]))
    assert 0.99 * rate <= min(rates) <= max(rates) <= rate * 1.001
    assert level.highest <= 10 + 1e-3
    assert grown < 2_000


# Threads and event loops


def test_threads_share_a_limiter() -> None:
    """Each notes what the clock told last: that is the moment of its turn."""
    place = threading.local()

    def clock() -> float:
        place.moment = moment = time.monotonic()
        return moment

    rate, burst, threads, each = 3000, 60, 8, 100
    limiter = Limiter[int](rate, burst, clock)
    moments = list[tuple[float, int]]()
    began = time.monotonic()

    def work() -> None:
        for _ in range(each):
            flow = limiter.turn(lambda: [1])
            while isinstance(found := step(flow), Sleep):
                time.sleep(found.seconds)
            moments.append((place.moment, found))

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    level = Level(rate)
    for moment, key in sorted(moments):
        level.note(key, moment)
    assert len(moments) == threads * each
    assert level.highest < burst + 0.01
    assert time.monotonic() - began >= (threads * each - burst) / rate
    assert limiter.waiting == 0


@pytest.mark.anyio
async def test_a_cancelled_task_leaves_the_line() -> None:
    driver = AsyncDriver(cast("AsyncTransport", None), cast("Policy", None), 1, None)
    limiter = Limiter[int](1, 1)
    with anyio.CancelScope() as scope:
        async with anyio.create_task_group() as group:
            for _ in range(5):
                group.start_soon(driver.run, limiter.turn(lambda: [1]), Run(Options()))
            with suppress(TimeoutError):
                await anyio.wait_all_tasks_blocked()
            assert limiter.waiting == 4
            scope.cancel()
    assert limiter.waiting == 0


# The clock


@pytest.mark.anyio
async def test_time_passes_while_pauses_are_skipped() -> None:
    driver = AsyncDriver(cast("AsyncTransport", None), cast("Policy", None), 1, None)
    limiter = Limiter[int](1, 1)
    before, really = now(), time.monotonic()
    with no_sleep() as pauses:
        for _ in range(300):
            await driver.run(limiter.turn(lambda: [1]), Run(Options()))
    assert sum(pauses) == pytest.approx(299, abs=60)  # what really passes need not be slept
    assert now() - before >= 299
    assert time.monotonic() - really < 299


def test_the_clock_goes_on_after_pauses_were_skipped() -> None:
    before = now()
    with no_sleep(), no_sleep():
        pause_here(3600)
    skipped = now()
    assert skipped - before >= 3600
    assert skipped - before < 7200
    assert now() >= skipped


def test_no_skipped_pause_gets_lost() -> None:
    before, really = now(), time.monotonic()

    def skip() -> None:
        for _ in range(2000):
            pause_here(100)

    with no_sleep():
        threads = [threading.Thread(target=skip) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert now() - before >= 800_000
    assert now() - before - (time.monotonic() - really) < 800_001
