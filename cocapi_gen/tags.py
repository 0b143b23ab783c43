"""Tags: the identities of clans and players."""

from __future__ import annotations

import re
from typing import Protocol

from cocapi_gen.aliases import Tag
from cocapi_gen.exceptions import InvalidTagError

_TAG = re.compile(r"#[0289PYLQGRJCUV]{3,}")
_LINK = "https://link.clashofclans.com/"
"""How the links begin that the game shares clans and players by."""


class HasTag(Protocol):
    """Whatever has a tag: a member of a clan, a row of a ranking, a player, a clan."""

    @property
    def tag(self) -> str: ...


def normalize_tag(text: str | HasTag) -> Tag:
    """Return the tag as the API writes it, however it was typed.

    Blanks around it go, letters become capitals, the letter O becomes the digit 0, a missing ``#`` is added, and
    ``%23``, which stands for it in addresses, becomes one. A link that the game shares, which begins with
    ``https://link.clashofclans.com/``, stands for the tag in it, and what has a tag for its tag.

    Raises:
        InvalidTagError: what is left is not ``#`` and three or more of the characters ``0289PYLQGRJCUV``.

    Example:
        >>> normalize_tag(" 2pp0o ")
        '#2PP00'
        >>> normalize_tag("https://link.clashofclans.com/en?action=OpenPlayerProfile&tag=2PP00")
        '#2PP00'
    """
    if isinstance(text, str) and _TAG.fullmatch(text):
        return text
    typed = text if isinstance(text, str) else getattr(text, "tag", None)
    if not isinstance(typed, str):  # not everybody checks types
        raise InvalidTagError(text)
    tag = "#" + _linked(typed.strip().replace("%23", "#")).removeprefix("#").upper().replace("O", "0")
    if not _TAG.fullmatch(tag):
        raise InvalidTagError(typed)
    return tag


def _linked(text: str) -> str:
    """Return the tag in a link; all else stays as it is."""
    if not text.startswith(_LINK):
        return text
    from urllib.parse import parse_qs  # here, because hardly anybody gives a link

    tags = parse_qs(text.partition("?")[2]).get("tag", ())
    return tags[0] if len(tags) == 1 else text
