"""Which failures are worth another try, and after how long. All of it is plain functions of what is given."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from cocapi_gen.exceptions import (
    ClientRequestError,
    CocApiError,
    InMaintenance,
    NoAnswerError,
    NotConnected,
    TooManyRequests,
    WaitTooLong,
)

_TURNED_AWAY = {429, 503}
"""The request was turned away before anything was done with it, so that any method may be sent again."""
_PASSING = {*_TURNED_AWAY, 502, 504}
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_FIRST_REST = 5.0
_LONGEST_REST = 60.0


def may_pass(method: str, error: CocApiError) -> bool:
    """Say whether the same request may come to something else a little later.

    What changes something is sent again only if it surely was not carried out. Maintenance lasts longer than any pause.
    """
    if isinstance(error, (InMaintenance, WaitTooLong)):
        return False
    if isinstance(error, NoAnswerError):
        return method == "GET" or isinstance(error, NotConnected)
    return isinstance(error, ClientRequestError) and error.status in (_PASSING if method == "GET" else _TURNED_AWAY)


def pause_before(retry: int, error: CocApiError, chance: float) -> float | None:
    """Return how many seconds to wait before a retry; None if the server asks for more than anybody wants to wait.

    Args:
        retry: which one it is, from 1.
        error: what the last try came to.
        chance: a number from 0 to 1, drawn anew each time, so that many clients do not come back at once.
    """
    asked = error.retry_after
    if isinstance(error, TooManyRequests):  # it is the token that rests: see rest_after
        return 0.0 if asked is None or asked <= _LONGEST_REST else None
    if asked is None:
        return chance * _grown(_FIRST_PAUSE, retry, _LONGEST_PAUSE)
    return asked + chance * _FIRST_PAUSE if asked <= _LONGEST_PAUSE else None


def rest_after(throttled: int, asked: float | None) -> float:
    """Return how many seconds a token rests after it was throttled so many times in a row."""
    return _grown(_FIRST_REST, throttled, _LONGEST_REST) if asked is None else min(asked, _LONGEST_REST)


def _grown(first: float, times: int, most: float) -> float:
    return min(most, first * 2.0 ** min(times - 1, 10))


def retry_after(header: str, now: datetime) -> float | None:
    """Read the header in any of its forms; what makes no sense counts as not sent."""
    text = header.strip()
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        return float(text[:20])
    return _seconds_until(text, now)


def _seconds_until(date: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
        return max(0.0, moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - now.timestamp())
    except (ValueError, OverflowError, TypeError):
        return None


class Budget:
    """How many retries there may be, for all calls together: so an outage does not multiply the load.

    Each call adds a fifth of a retry and each second a whole one, and never more than fifty are in store.
    """

    most = 50.0
    a_call = 0.2
    a_second = 1.0

    def __init__(self, now: float) -> None:
        self._left = self.most
        self._since = now

    def call(self, now: float) -> None:
        """Note a call."""
        self._add(self.a_call + (now - self._since) * self.a_second)
        self._since = max(self._since, now)

    def take(self, now: float) -> bool:
        """Take a retry out, if there is one."""
        self._add((now - self._since) * self.a_second)
        self._since = max(self._since, now)
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def _add(self, more: float) -> None:
        self._left = min(self.most, self._left + max(0.0, more))
