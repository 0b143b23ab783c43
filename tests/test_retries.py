"""Which failures are worth another try, after how long, and how many tries there are for all: as data."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from hypothesis import given, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from cocapi_gen import (
    AnswerTooLarge,
    CocApiError,
    ConnectionFailed,
    ConnectionLost,
    InvalidParameterError,
    NotConnected,
    RequestTimeout,
    UnreadableAnswerError,
    WaitTooLong,
)
from cocapi_gen._http.budget import Budget
from cocapi_gen._http.failures import failure
from cocapi_gen._http.retries import may_pass, pause_before, rest_after, retry_after
from tests.answers import as_answer

NOW = datetime(2026, 1, 8, 12, tzinfo=UTC)


def answered(status: int, asked: float | None = None, body: bytes = b"") -> CocApiError:
    """The error that an answer stands for."""
    error = failure(as_answer(httpx.Response(status, content=body)))
    error.retry_after = asked
    return error


MAINTENANCE = answered(503, body=b'{"reason": "inMaintenance"}')
PASSING = {"GET": {429, 502, 503, 504}, "POST": {429, 503}, "PUT": {429, 503}, "DELETE": {429, 503}}
OTHERS = {204, 301, 304, 400, 401, 403, 404, 408, 409, 418, 425, 500, 501, 505, 520, 599}
DECISIONS: list[tuple[str, CocApiError, bool]] = [
    *(
        (method, answered(status), status in passing)
        for method, passing in PASSING.items()
        for status in sorted(PASSING["GET"] | OTHERS)
    ),
    ("GET", RequestTimeout("x"), True),
    ("GET", ConnectionFailed("x"), True),
    ("GET", ConnectionLost("x"), True),
    ("GET", NotConnected("x"), True),
    ("GET", WaitTooLong("x", 5), False),
    ("GET", MAINTENANCE, False),
    ("GET", UnreadableAnswerError("x"), False),
    ("GET", AnswerTooLarge("x"), False),
    ("GET", InvalidParameterError(1, "x"), False),
    ("POST", RequestTimeout("x"), False),
    ("POST", ConnectionFailed("x"), False),
    ("POST", ConnectionLost("x"), False),
    ("POST", NotConnected("x"), True),
    ("POST", MAINTENANCE, False),
    ("DELETE", ConnectionLost("x"), False),
    ("DELETE", NotConnected("x"), True),
]


def test_there_are_many_decisions() -> None:
    assert len(DECISIONS) >= 40
    assert sum(is_passing for _, _, is_passing in DECISIONS) >= 10


@pytest.mark.parametrize(("method", "error", "is_passing"), DECISIONS)
def test_only_what_may_pass_is_worth_another_try(method: str, error: CocApiError, *, is_passing: bool) -> None:
    assert may_pass(method, error) is is_passing


# ---------------------------------------------------------------------- Retry-After

HEADERS: list[tuple[str, float | None]] = [
    ("0", 0),
    ("1", 1),
    ("007", 7),
    (" 12 ", 12),
    ("1.5", 1.5),
    ("3600", 3600),
    ("9" * 400, float("9" * 20)),
    (format_datetime(NOW, usegmt=True), 0),
    (format_datetime(NOW + timedelta(seconds=9), usegmt=True), 9),
    (format_datetime(NOW - timedelta(days=9), usegmt=True), 0),
    ("Thu, 08 Jan 2026 12:00:30 GMT", 30),
    ("Thu, 08 Jan 2026 13:00:05 +0100", 5),
    ("Thu, 08 Jan 2026 12:00:05 -0000", 5),
    ("Thursday, 08-Jan-26 12:00:05 GMT", 5),
    ("Thu Jan  8 12:00:05 2026", 5),
    ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
    ("Fri, 31 Dec 9999 23:59:59 GMT", (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) - NOW).total_seconds()),
    *((text, None) for text in ("", " ", "soon", "-1", "-0", "+5", "1e3", "1_0", ".5", "1.", "٣", "²", "0x10", "5, 6")),
    *((text, None) for text in ("5s", "inf", "nan", "Thu, 99 Jan 2026 12:00:00 GMT", "0 JAN 0 0:2147483648 GMT")),
    *((text, None) for text in ("Thu, 08 Foo 2026 12:00:00 GMT", "2026-01-08T12:00:05Z")),
    *((text, None) for text in ("Thu, 08 Jan 99999999999999999999 12:00:00 GMT", "Thu, 08 Jan 2026 12:00:00 +9999999")),
]


@pytest.mark.parametrize(("header", "seconds"), HEADERS)
def test_a_retry_after_is_read_in_any_form(header: str, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


def test_there_are_many_headers() -> None:
    assert len(HEADERS) >= 20


@given(st.text() | st.floats().map(str) | st.integers().map(str))
def test_any_header_makes_a_time_or_none(header: str) -> None:
    seconds = retry_after(header, NOW)
    assert seconds is None or 0 <= seconds < float("inf")


# ---------------------------------------------------------------------- pauses

retries = st.integers(1, 10**6)
chances = st.floats(0, 1)
seconds_asked = st.none() | st.floats(0, 1e9)


@given(retries, chances, st.sampled_from([429, 502, 503, 504]), seconds_asked)
def test_a_pause_is_never_negative_and_never_long(retry: int, chance: float, status: int, asked: float | None) -> None:
    seconds = pause_before(retry, answered(status, asked), chance)
    assert seconds is None or 0 <= seconds <= 30.5
    assert (seconds is None) == (asked is not None and asked > (60 if status == 429 else 30))
    if seconds is not None and asked is not None and status != 429:
        assert asked <= seconds <= asked + 0.5


@given(st.integers(1, 40), chances, chances)
def test_pauses_grow_with_the_retry_and_with_chance(retry: int, chance: float, other: float) -> None:
    def seconds(number: int, drawn: float) -> float:
        found = pause_before(number, answered(504), drawn)
        assert found is not None
        return found

    assert seconds(retry, chance) <= seconds(retry + 1, chance)
    assert (seconds(retry, chance) <= seconds(retry, other)) or chance > other
    assert seconds(retry + 1, 1.0) in (2 * seconds(retry, 1.0), 30.0)


@given(retries, seconds_asked)
def test_a_rest_is_what_was_asked_for_or_grows(throttled: int, asked: float | None) -> None:
    seconds = rest_after(throttled, asked)
    assert 0 <= seconds <= 60
    if asked is None:
        assert seconds in (60.0, rest_after(throttled + 1, None) / 2)
    else:
        assert seconds == min(asked, 60)


# ---------------------------------------------------------------------- the budget


class Spending(RuleBasedStateMachine):
    """However calls and failures come, there are no more retries than fifty, a fifth a call, and one a second."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0
        self.budget = Budget(self.now)
        self.calls = self.taken = 0

    @rule(number=st.integers(1, 200))
    def call(self, number: int) -> None:
        for _ in range(number):
            self.budget.call(self.now)
        self.calls += number

    @rule(number=st.integers(1, 100))
    def fail(self, number: int) -> None:
        self.taken += sum(self.budget.take(self.now) for _ in range(number))

    @rule(seconds=st.floats(0, 100))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule(seconds=st.floats(0, 100))
    def turn_the_clock_back(self, seconds: float) -> None:
        self.budget.call(self.now - seconds)
        self.calls += 1

    @invariant()
    def the_load_is_not_multiplied(self) -> None:
        assert self.taken <= 50 + 0.2 * self.calls + (self.now - 1000) + 1e-6


TestSpending = Spending.TestCase


def test_an_outage_takes_a_fifth_more_requests_once_the_store_is_used_up() -> None:
    budget, sent = Budget(0.0), 0
    for call in range(10_000):  # all in one moment, all failing, each tried three times more
        budget.call(0.0)
        sent += 1 + sum(budget.take(0.0) for _ in range(3))
        assert sent <= (call + 1) * 1.2 + 50
    assert sent == pytest.approx(12_050, abs=2)
