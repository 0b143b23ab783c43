"""Many tags at once: an outcome for each, in little memory."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Sized
from functools import partial
from math import inf
from time import monotonic
from typing import Generic, TypeGuard, TypeVar, cast

from cocapi_gen import _arguments
from cocapi_gen._http.driver import Held
from cocapi_gen._http.tasks import give_way, iterate, run_together
from cocapi_gen.exceptions import CocApiError
from cocapi_gen.outcomes import Failure, Outcome, Progress, Success
from cocapi_gen.tags import HasTag

T = TypeVar("T")
V = TypeVar("V")

_SOURCES = Iterable, AsyncIterable
"""What tags may come from."""

# Between two outcomes nothing runs in the background: requests are sent in rounds, each of which ends before its
# outcomes are handed out. So whoever stops half-way leaves nothing behind, and no more than a round is held. Where an
# answer is for nobody else, it is read when its outcome is handed out: models of a whole round would be a lot for the
# garbage collector to look through, again and again.
_LONGEST_READING = 0.1
"""Seconds after which no further tag is read for a round."""
_LONGEST_ROUND = 1.0
"""Seconds after which a round begins with no further tag."""
_LARGEST_ROUND = 20
"""Most tags of a round, for each request that may be under way at once."""


class Outcomes(Generic[T]):
    """What became of each of many tags, in the order in which they were first named.

    Walk through it to get outcomes as they come, about a second's worth at a time, or ask for all of them together.
    Walking through it again asks again, unless the tags were an iterator, which is used up. Tags are read as they are
    needed, some ahead: what gives them must not wait for outcomes. If it fails, what was read before is still handed
    out.

    Example:
        >>> async for outcome in client.players(["#0000", player_tag, "#0000"]):
        ...     print(type(outcome.value if outcome else outcome.error).__name__)
        ResourceNotFound
        Player
    """

    def __init__(
        self,
        fetch: Callable[[str | HasTag], Awaitable[T | Held]],
        tags: Iterable[str | HasTag] | AsyncIterable[str | HasTag],
        concurrency: int,
        on_progress: Callable[[Progress], object] | None,
    ) -> None:
        _arguments.bulk(tags, _SOURCES, concurrency, on_progress)
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

    def __repr__(self) -> str:
        count = len(self._tags) if isinstance(self._tags, Sized) else "some"
        return f"<{type(self).__name__} of {count} tags: iterate with async for, or await .all()>"


class _Rounds(AsyncIterator[Outcome[T]]):
    """Reads some tags, fetches several at once, and hands out what became of them.

    It is no generator, since one that is left half-way would have to be closed.
    """

    def __init__(
        self,
        fetch: Callable[[str | HasTag], Awaitable[T | Held]],
        tags: Iterable[str | HasTag] | AsyncIterable[str | HasTag],
        concurrency: int,
        on_progress: Callable[[Progress], object] | None,
    ) -> None:
        self._fetch = fetch
        self._unread = iterate(tags)
        self._total = len(tags) if isinstance(tags, Sized) else None
        self._concurrency = concurrency
        self._on_progress = on_progress
        self._seen = set[int | str]()
        self._waiting = deque[tuple[int, str | HasTag]]()
        self._found = dict[int, Outcome[T | Held]]()
        self._ready = deque[Outcome[T | Held]]()
        self._read = self._failed = self._told = 0
        self._end: Exception | None = None

    async def __anext__(self) -> Outcome[T]:
        if self._ready and _is_held(self._ready[0]):
            await give_way()  # for it takes time to read an answer
        while not self._ready:
            await self._read_on()
            if not self._waiting:
                if self._told < self._read:  # the last ones had come before
                    self._report(self._read, self._failed)
                raise self._ended()
            await self._play()
        outcome = await _finished(self._ready.popleft())
        self._ready.appendleft(outcome)  # whoever is interrupted while it is told shall not miss it
        done = 1 + self._read - len(self._ready) - len(self._found) - len(self._waiting)
        failed = self._failed + (not outcome)
        self._report(done, failed)
        self._ready.popleft()
        self._failed = failed
        return outcome

    def _report(self, done: int, failed: int) -> None:
        if self._on_progress is None:
            return
        self._told = done
        try:
            self._on_progress(Progress(done, failed, self._total))
        except Exception as fault:
            self._stop()
            if isinstance(fault, StopAsyncIteration):
                raise RuntimeError("on_progress must not end the loop in this way: use break.") from fault  # noqa: TRY004 # no question of types
            raise

    async def _read_on(self) -> None:
        """Read tags for a round; what ends them, a fault or not, waits until all before it are through."""
        until = monotonic() + _LONGEST_READING
        while self._end is None and len(self._waiting) < _LARGEST_ROUND * self._concurrency:
            if self._waiting and monotonic() >= until:
                break
            try:
                tag, mark = _arguments.bulk_tag(await anext(self._unread))
            except StopAsyncIteration:
                self._end = StopAsyncIteration()  # a new one, which knows nothing of what is held here
            except Exception as end:  # noqa: BLE001 # whatever it is, it is the caller's
                self._end = end
            else:
                self._read += 1
                if mark not in self._seen:
                    self._seen.add(mark)
                    self._waiting.append((self._read, tag))

    async def _play(self) -> None:
        """Fetch what was read, for about a second, and let the outcomes be handed out that are next by their tags.

        If that is cut off, what has come so far stays, and for the rest it can be done again.
        """
        until = monotonic() + _LONGEST_ROUND
        left, self._waiting = self._waiting, deque[tuple[int, str | HasTag]]()
        asked = [*left]

        async def work() -> None:
            while left and (monotonic() < until or not self._found):
                try:
                    number, thing = left.popleft()
                except IndexError:  # another worker was faster
                    return
                self._found[number] = await _outcome(_arguments.tag_text(thing), partial(self._fetch, thing))

        try:
            await run_together(work, min(self._concurrency, len(left)), left.clear)
        finally:
            self._waiting.extendleft([each for each in reversed(asked) if each[0] not in self._found])
        following = self._waiting[0][0] if self._waiting else inf
        self._ready.extend(self._found.pop(number) for number in sorted(self._found) if number < following)

    def _ended(self) -> Exception:
        end = self._end or StopAsyncIteration()
        self._stop()
        return end

    def _stop(self) -> None:
        """Hand out and read nothing more."""
        self._waiting.clear()
        self._found.clear()
        self._ready.clear()
        self._end = StopAsyncIteration()


async def _finished(outcome: Outcome[T | Held]) -> Outcome[T]:
    if _is_held(outcome):
        return cast("Outcome[T]", await _outcome(outcome.tag, outcome.value.finish))
    return cast("Outcome[T]", outcome)


def _is_held(outcome: Outcome[T | Held]) -> TypeGuard[Success[Held]]:
    return isinstance(outcome, Success) and isinstance(outcome.value, Held)


async def _outcome(tag: str, get: Callable[[], Awaitable[V]]) -> Outcome[V]:
    try:
        return Success(tag, await get())
    except CocApiError as error:
        return Failure(tag, error)
