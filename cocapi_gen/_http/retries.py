"""Which failures are worth another try, and after how long."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from cocapi_gen._http.flow import Flow, attempt, carry, sleep
from cocapi_gen.exceptions import CocApiError, NoAnswerError

if TYPE_CHECKING:
    from cocapi_gen._http.operation import Request
    from cocapi_gen._http.settings import Server
    from cocapi_gen._http.transport import Answer

_REFUSED = {429, 503}
"""The request was turned away before anything was done with it, so that any method may be sent again."""
_PASSING = {*_REFUSED, 502, 504}
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0


def persistently(request: Request, server: Server, retries: int) -> Flow[Answer]:
    """Send a request, and again after a failure that may pass; the last failure is the outcome."""
    for retry in range(1, retries + 1):
        found = yield from attempt(carry(request, server))
        seconds = pause_before(retry, request.operation.method, found, datetime.now(UTC), random.random())  # noqa: S311 # no secret
        if seconds is not None:
            yield from sleep(seconds)
        elif isinstance(found, CocApiError):
            raise found
        else:
            return found
    return (yield from carry(request, server))


def pause_before(retry: int, method: str, found: Answer | CocApiError, now: datetime, chance: float) -> float | None:
    """Return how many seconds to wait before a retry; None if there is nothing to hope for, or no need.

    Args:
        retry: which one it is, from 1.
        method: the HTTP method: what changes something is sent again only if it surely was not carried out.
        found: what the last try came to.
        now: the moment.
        chance: a number from 0 to 1, drawn anew each time, so that many clients do not come back at once.
    """
    if isinstance(found, CocApiError):
        passing, asked = method == "GET" and isinstance(found, NoAnswerError), None
    else:
        passing = found.status in (_PASSING if method == "GET" else _REFUSED)
        asked = _retry_after(found.response.headers.get("retry-after", ""), now)
    if not passing or (asked is not None and asked > _LONGEST_PAUSE):
        return None
    if asked is not None:
        return asked + chance * _FIRST_PAUSE
    return chance * min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** min(retry - 1, 10))


def _retry_after(header: str, now: datetime) -> float | None:
    """Read the header in either of its forms; what makes no sense counts as not sent."""
    text = header.strip()
    if text.isascii() and text.isdecimal():
        return float(text[:10])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return max(0.0, moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - now.timestamp())
