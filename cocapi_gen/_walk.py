"""Long lists, row by row."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from typing import TYPE_CHECKING, Protocol, TypeVar

from cocapi_gen import _arguments, models
from cocapi_gen._flows import pages

if TYPE_CHECKING:
    from cocapi_gen._http.flow import Work

T = TypeVar("T")
M = TypeVar("M", bound="models.Model")


class Running(Protocol):
    """Whatever does what a call wants, and returns its result."""

    def __call__(self, work: Work[T], /) -> Awaitable[T]: ...


class Walk(AsyncIterator[M]):
    """All rows from a page on. A generator would have to be closed when it is left half-way."""

    def __init__(self, run: Running, page: models.Page[M] | models.PrivateWarLog, max_items: int | None) -> None:
        self._run = run
        self._left = _arguments.count("max_items", max_items)
        self._page: models.Page[M] | None = None
        if not isinstance(page, models.PrivateWarLog):
            pages.must_be_page(page)
            self._page = page
        self._rows = iter(self._page or ())
        self._seen = set[str]()

    async def __anext__(self) -> M:
        while self._left is None or self._left > 0:
            for row in self._rows:
                self._left = None if self._left is None else self._left - 1
                return row
            known, self._page = self._page, None  # until the next page is there, there is none
            if known is None:
                break
            try:
                self._page = await self._run(pages.next_unseen(known, self._seen))
            except BaseException:
                self._page = known  # whoever asks again shall miss none
                raise
            self._rows = iter(self._page or ())
        raise StopAsyncIteration
