"""What every body is made of: JSON types, repeatable chance, tags and asset addresses.

>>> from datetime import UTC
>>> stamp(datetime(2026, 1, 8, 12, tzinfo=UTC))
'20260108T120000.000Z'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from random import Random
from typing import TypeAlias

Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | float | bool | None"
JsonObject: TypeAlias = dict[str, "Json"]
JsonRows: TypeAlias = list[JsonObject]
Body: TypeAlias = Mapping[str, Json]
"""What others get to read, and not to change."""

TAG_ALPHABET = "0289PYLQGRJCUV"

_ASSETS = "https://api-assets.clashofclans.com"


class _Chance(Random):
    """Draws whole numbers in a third of the time; that they are less even by a millionth is of no matter here."""

    def randint(self, a: int, b: int) -> int:
        return a + int(self.random() * (b - a + 1))


def chance(*parts: int | str) -> Random:
    """A generator of its own for each thing, so that no body depends on which others were made before it.

    >>> chance(1, "clan").randrange(100) == chance(1, "clan").randrange(100)
    True
    """
    # a text seed is hashed with SHA-512 and not with the per-process hash()
    return _Chance("/".join(map(str, parts)))


def stamp(moment: datetime) -> str:
    """The API's compact time."""
    return moment.strftime("%Y%m%dT%H%M%S.000Z")


class TagMint:
    """Makes tags, never the same one twice.

    >>> TagMint(chance(1)).make()[0]
    '#'
    """

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._made: set[str] = set()

    def make(self, length: int = 8) -> str:
        """A new tag; it never starts with 0, as numbers do not."""
        while True:
            tag = "#" + self._rng.choice(TAG_ALPHABET[1:]) + self._digits(length - 1)
            if tag not in self._made:
                self._made.add(tag)
                return tag

    def _digits(self, count: int) -> str:
        return "".join(self._rng.choice(TAG_ALPHABET) for _ in range(count))


def icons(folder: str, name: int | str, **pixels: int) -> JsonObject:
    """Addresses of one picture in several sizes.

    >>> icons("labels", 56000000, small=64)
    {'small': 'https://api-assets.clashofclans.com/labels/64/sandbox-56000000.png'}
    """
    return {size: f"{_ASSETS}/{folder}/{width}/sandbox-{name}.png" for size, width in pixels.items()}


def badge(name: str) -> JsonObject:
    """The badge of a clan; the name is its tag without '#'."""
    return icons("badges", name, small=70, medium=200, large=512)


def share(total: int, parts: int) -> int | float:
    """A mean as the API writes it: without a fraction when it is whole.

    >>> share(30, 2), share(31, 2)
    (15, 15.5)
    """
    return total // parts if total % parts == 0 else total / parts
