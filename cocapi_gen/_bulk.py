"""Many tags at once: an outcome for each, in little memory."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Sized
from threading import Lock as Mutex
from time import monotonic
from typing import Generic, TypeVar

from cocapi_gen import _arguments
from cocapi_gen._http.tasks import Lock, iterate, run_together
from cocapi_gen.exceptions import CocApiError
from cocapi_gen.outcomes import Failure, Outcome, Progress, Success

T = TypeVar("T")

# Between two outcomes nothing runs in the background: requests are sent in rounds, each of which ends before its
# outcomes are handed out. So whoever stops half-way leaves nothing behind, and no more than a round is held.
_LONGEST_ROUND = 1.0
"""Seconds after which a round takes no further tag."""
_LARGEST_ROUND = 20
"""Most outcomes of a round, for each request that may be under way at once."""


class Outcomes(Generic[T]):
    """What became of each of many tags, in the order in which they were first named.

    Walk through it to get outcomes as they come, or ask for all of them together. Walking through it again asks again.

    Example:
        >>> async for outcome in client.players(["#0000", player_tag, "#0000"]):
        ...     print(type(outcome.value if outcome else outcome.error).__name__)
        ResourceNotFound
        Player
    """

    def __init__(
        self,
        fetch: Callable[[str], Awaitable[T]],
        tags: Iterable[str] | AsyncIterable[str],
        concurrency: int,
        on_progress: Callable[[Progress], object] | None,
    ) -> None:
        _arguments.bulk(tags, concurrency)
        self._fetch = fetch
        self._tags = tags
        self._concurrency = concurrency
        self._on_progress = on_progress

    def __aiter__(self) -> AsyncIterator[Outcome[T]]:
        return _Rounds(self._fetch, self._tags, self._concurrency, self._on_progress)

    async def all(self) -> list[Outcome[T]]:
        """Return all outcomes.

        Example:
            >>> outcomes = await client.players([player_tag]).all()
            >>> outcomes[0].unwrap().tag == player_tag
            True
        """
        return [outcome async for outcome in self]


class _Rounds(AsyncIterator[Outcome[T]]):
    """Takes one tag after the other, and fetches several at once.

    It is no generator, since one that is left half-way would have to be closed.
    """

    def __init__(
        self,
        fetch: Callable[[str], Awaitable[T]],
        tags: Iterable[str] | AsyncIterable[str],
        concurrency: int,
        on_progress: Callable[[Progress], object] | None,
    ) -> None:
        self._fetch = fetch
        self._waiting = iterate(tags)
        self._total = len(tags) if isinstance(tags, Sized) else None
        self._concurrency = concurrency if self._total is None else max(1, min(concurrency, self._total))
        self._on_progress = on_progress
        self._ready = deque[Outcome[T]]()
        self._turn = Lock()
        self._seen = set[int | str]()
        self._done = self._failed = 0
        self._counting = Mutex()
        self._fault: Exception | None = None
        self._goes_on = True

    async def __anext__(self) -> Outcome[T]:
        while self._goes_on and not self._ready:
            self._ready.extend(await self._play())
        if not self._ready:
            raise StopAsyncIteration
        return self._ready.popleft()

    async def _play(self) -> list[Outcome[T]]:
        """Play a round, and return its outcomes in the order of the tags."""
        table = dict[str, Outcome[T] | None]()
        end = monotonic() + _LONGEST_ROUND

        async def work() -> None:
            try:
                while self._takes_more(table, end) and (tag := await self._next(table)) is not None:
                    table[tag] = await self._outcome(tag)
                    self._report(table[tag])
            except Exception as fault:  # noqa: BLE001 # of the tags, of the callback, or of ours: it ends everything
                self._fault = fault
                self._stop()

        await run_together(work, self._concurrency, self._stop)
        if isinstance(self._fault, StopAsyncIteration):
            problem = "on_progress raised StopAsyncIteration, which must not pass for the end of the tags."
            raise RuntimeError(problem) from self._fault  # noqa: TRY004 # it is no question of types
        if self._fault is not None:
            raise self._fault
        return [outcome for outcome in table.values() if outcome is not None]

    def _takes_more(self, table: dict[str, Outcome[T] | None], end: float) -> bool:
        is_full = len(table) >= _LARGEST_ROUND * self._concurrency
        return self._goes_on and not is_full and (monotonic() < end or len(table) < self._concurrency)

    async def _next(self, table: dict[str, Outcome[T] | None]) -> str | None:
        """Take the next tag that has not been seen, and its place at the table."""
        async with self._turn:
            while self._goes_on:
                try:
                    tag, mark = _arguments.bulk_tag(await anext(self._waiting))
                except StopAsyncIteration:
                    self._stop()
                    break
                if mark not in self._seen:
                    self._seen.add(mark)
                    table[tag] = None
                    return tag
                self._report(None)
        return None

    async def _outcome(self, tag: str) -> Outcome[T]:
        try:
            return Success(tag, await self._fetch(tag))
        except CocApiError as error:
            return Failure(tag, error)

    def _report(self, outcome: Outcome[T] | None) -> None:
        with self._counting:
            self._done += 1
            self._failed += isinstance(outcome, Failure)
            if self._on_progress is not None:
                self._on_progress(Progress(self._done, self._failed, self._total))

    def _stop(self) -> None:
        self._goes_on = False
