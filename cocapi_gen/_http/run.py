"""What drivers of both kinds hold on to while they run flows."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from time import time
from typing import TYPE_CHECKING

from cocapi_gen._pauses import now
from cocapi_gen.exceptions import ClientRequestError, CocApiError, RequestTimeout
from cocapi_gen.responses import Exchange, Headers

if TYPE_CHECKING:
    from cocapi_gen._http.operation import Request
    from cocapi_gen._http.settings import Options


_MAX_AGE = re.compile(r"max-age=(\d{1,9})")


@lru_cache
def _seconds_in(cache_control: str) -> int | None:
    """Return for how many seconds an answer is called fresh; None if that is not said."""
    fresh_for = _MAX_AGE.search(cache_control)
    return None if fresh_for is None else int(fresh_for[1])


@dataclass(slots=True, eq=False)
class Noted:
    """What a request came to. It is only made into an exchange when somebody asks, for hardly anybody does."""

    request: Request
    status: int
    headers: Headers
    size: int
    is_lookup: bool
    moment: float

    @property
    def cache_control(self) -> str:
        """What the API says of keeping the answer."""
        return self.headers.get("cache-control", "")

    @property
    def max_age(self) -> int | None:
        """For how many seconds the answer is fresh; None if the API does not say. It says it of live data, too."""
        return 0 if self.request.is_live else _seconds_in(self.cache_control)

    def exchange(self) -> Exchange:
        """Return it as others know it."""
        max_age = self.max_age
        return Exchange(
            method=self.request.operation.method,
            target=self.request.target,
            status=self.status,
            headers=self.headers,
            fetched_at=datetime.fromtimestamp(self.moment, UTC),
            max_age=None if max_age is None else timedelta(seconds=max_age),
            size=self.size,
            is_lookup=self.is_lookup,
        )


class Run:
    """One call of a method: how it is made, when it began, and what it has sent so far."""

    __slots__ = ("exchanges", "is_lookup", "may_hold", "options", "since")

    def __init__(
        self, options: Options, *, is_lookup: bool = False, may_hold: bool = False, since: float | None = None
    ) -> None:
        self.options = options
        self.exchanges: list[Noted] = []
        self.is_lookup = is_lookup
        self.may_hold = may_hold
        self.since = now() if since is None else since

    # ------------------------------------------------------------------ the time that it may take

    def left(self, moment: float) -> float | None:
        """Return the seconds that are left of the whole call; None if it may take for ever.

        Raises:
            RequestTimeout: there are none.
        """
        deadline = self.options.deadline
        if deadline is None:
            return None
        left = self.since + deadline - moment
        if left <= 0:
            raise self.out_of_time()
        return left

    def time_for_a_try(self, moment: float) -> float | None:
        """Return the seconds that a request may take; None if it may take for ever.

        Raises:
            RequestTimeout: there are none.
        """
        timeout, left = self.options.timeout, self.left(moment)
        return timeout if left is None else left if timeout is None else min(timeout, left)

    def wait_until(self, moment: float) -> float | None:
        """Return until when one may wait from this moment on before anything is sent; None for ever."""
        deadline, max_wait = self.options.deadline, self.options.max_wait
        end = None if deadline is None else self.since + deadline
        latest = None if max_wait is None else moment + max_wait
        return end if latest is None else latest if end is None else min(end, latest)

    def has(self, seconds: float, moment: float) -> bool:
        """Say whether so many seconds are left of the whole call."""
        return self.options.deadline is None or moment + seconds < self.since + self.options.deadline

    def out_of_time(self) -> RequestTimeout:
        """Return the error that tells so."""
        return RequestTimeout(
            f"The call was not done within its deadline of {self.options.deadline:g} s: "
            "try again, or give it a longer one."
        )

    # ------------------------------------------------------------------ what it has sent

    def note(self, request: Request, status: int, headers: Headers, size: int) -> None:
        """Note what a request came to."""
        self.exchanges.append(Noted(request, status, headers, size, self.is_lookup, time()))

    def note_failure(self, request: Request, error: CocApiError) -> None:
        """Note a request that came to nothing, if there was an answer at all."""
        if isinstance(error, ClientRequestError):
            self.note(request, error.status, Headers(error.response.headers), len(error.response.content))

    def part(self, *, is_lookup: bool) -> Run:
        """Return a run for a part of the call; what it sends is noted apart.

        It never holds: others may wait for it, or the call goes on with what it finds.
        """
        return Run(self.options, is_lookup=is_lookup, since=self.since)

    def take(self, exchanges: Iterable[Noted]) -> None:
        """Note what a part has sent, or what was sent for it earlier; nothing is noted twice.

        What only led to something for one call may be the thing itself for another.
        """
        if self.exchanges:
            known = {id(each.request) for each in self.exchanges}
            exchanges = [each for each in exchanges if id(each.request) not in known]
        self.exchanges.extend([replace(each, is_lookup=True) for each in exchanges] if self.is_lookup else exchanges)


@dataclass(slots=True)
class Result:
    """What a flow came to."""

    value: object = None
    error: Exception | None = None

    def unwrap(self) -> object:
        """Return the value, or raise the error."""
        try:
            if self.error is not None:
                raise self.error
            return self.value
        finally:
            del self  # which knows the error, and that this place: neither would go before the garbage collector comes

    def without_trace(self) -> Result:
        """Return the same without what an error knows of the calls that led to it, which could be a lot to keep."""
        return Result(error=copy.copy(self.error)) if isinstance(self.error, CocApiError) else self
