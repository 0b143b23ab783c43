"""What drivers of both kinds hold on to while they run flows."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING

from cocapi_gen.exceptions import CocApiError
from cocapi_gen.responses import Exchange, Headers

if TYPE_CHECKING:
    from cocapi_gen._http.operation import Request
    from cocapi_gen._http.settings import Options
    from cocapi_gen._http.transport import Answer


@dataclass(frozen=True, slots=True)
class Run:
    """One call of a method: how it is made, when it began, and what it has sent so far."""

    options: Options
    exchanges: list[Exchange] = field(default_factory=list[Exchange])
    is_lookup: bool = False
    since: float = field(default_factory=monotonic)

    def note(self, request: Request, answer: Answer) -> None:
        """Note what a request came to."""
        headers = Headers(answer.response.headers)
        fresh_for = re.search(r"max-age=(\d{1,9})", headers.get("cache-control", ""))
        max_age = None if fresh_for is None else timedelta(seconds=int(fresh_for[1]))
        noted = Exchange(
            method=request.operation.method,
            target=request.target,
            status=answer.status,
            headers=headers,
            fetched_at=datetime.now(UTC),
            max_age=max_age,
            is_lookup=self.is_lookup,
        )
        self.exchanges.append(noted)

    def part(self, *, is_lookup: bool) -> Run:
        """Return a run for a part of the call; what it sends is noted apart."""
        return replace(self, exchanges=[], is_lookup=is_lookup or self.is_lookup)

    def take(self, exchanges: Iterable[Exchange]) -> None:
        """Note what a part has sent, or what was sent for it earlier; nothing is noted twice."""
        known = {id(each) for each in self.exchanges}
        self.exchanges.extend(each for each in exchanges if id(each) not in known)


@dataclass(frozen=True, slots=True)
class Kept:
    """A result that is kept, when it was had, and by which requests."""

    value: object
    exchanges: list[Exchange]
    since: float

    def serves(self, run: Run, now: float, max_age: float | None) -> bool:
        """Say whether it will do for a call: fresh data have to be newer than the question."""
        if run.options.fresh and self.since < run.since:
            return False
        return max_age is None or now - self.since <= max_age


@dataclass(slots=True)
class Outcome:
    """What a flow came to."""

    value: object = None
    error: Exception | None = None

    def unwrap(self) -> object:
        """Return the value, or raise the error."""
        if self.error is not None:
            raise self.error
        return self.value

    def raise_again(self) -> None:
        """Raise the error, if there is one, for one more who waited; each gets one of its own: tracebacks grow."""
        if isinstance(self.error, CocApiError):
            raise copy.copy(self.error) from self.error
        self.unwrap()
