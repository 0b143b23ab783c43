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
