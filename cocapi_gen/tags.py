"""Tags: the identities of clans and players."""

import re

from cocapi_gen.aliases import Tag
from cocapi_gen.exceptions import InvalidTagError

_TAG = re.compile(r"#[0289PYLQGRJCUV]{3,}")


def normalize_tag(text: str) -> Tag:
    """Return the tag as the API writes it, however it was typed.

    Blanks around it go, letters become capitals, the letter O becomes the digit 0 and a missing ``#`` is added.

    Raises:
        InvalidTagError: what is left is not ``#`` and three or more of the characters ``0289PYLQGRJCUV``.

    Example:
        >>> normalize_tag(" 2pp0o ")
        '#2PP00'
    """
    if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance] # not everybody checks types
        raise InvalidTagError(text)
    tag = "#" + text.strip().removeprefix("#").upper().replace("O", "0")
    if not _TAG.fullmatch(tag):
        raise InvalidTagError(text)
    return tag
