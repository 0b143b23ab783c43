"""What a client is told about the server, checked before anything is sent."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from cocapi_gen.exceptions import InvalidParameterError, InvalidTokenError, shown


class Token:
    """A key of the API that shows itself to nobody but the server."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Take the key, with or without the word "Bearer" before it.

        Raises:
            InvalidTokenError: the text cannot be a key.
        """
        if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance] # not everybody checks types
            raise InvalidTokenError(None, "The token is no text: copy the key once more.")
        self._text = re.sub(r"^Bearer(\s+|$)", "", text.strip())
        if not re.fullmatch(r"[!-~]+", self._text):
            problem = "The token is empty or holds blanks or odd characters: copy the key once more."
            raise InvalidTokenError(None, problem)

    def header(self) -> dict[str, str]:
        """Return the header that carries it."""
        return {"authorization": f"Bearer {self._text}"}

    def __repr__(self) -> str:
        return "Token(***)"


def check_base_url(text: str) -> str:
    """Return the base URL without a slash at its end.

    Raises:
        InvalidParameterError: it is not the URL of a server.
    """
    url = str(text).strip().rstrip("/")
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if "@" in url:  # before it stands a password, perhaps
        raise InvalidParameterError(None, "That is no base URL: leave out the part before '@'.")
    if not sound or re.search(r"[\s?#\\]", url):
        raise InvalidParameterError(
            text, f"{shown(text)} is no base URL: give one like 'https://api.clashofclans.com/v1'."
        )
    return url


def check_timeout(seconds: float | None) -> float | None:
    """Return the timeout.

    Raises:
        InvalidParameterError: it is no number of seconds above 0, and not None.
    """
    if seconds is None or (type(seconds) in (int, float) and 0 < seconds < float("inf")):
        return seconds
    raise InvalidParameterError(seconds, f"timeout is {shown(seconds)}, but has to be seconds above 0, or None.")
