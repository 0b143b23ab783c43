"""Where requests go, and what is shown there."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from cocapi_gen.exceptions import InvalidTokenError

_NO_TEXT = "The token is no text: give the key as it was copied from the developer site, or several keys in a list."
_SHORTEST_SECRET = 8
"""Letters of a key that is worth hiding: a shorter one stands in many words, and is for a sandbox or a proxy."""


class Pass(Protocol):
    """What a server wants to see before it answers: a token, or a cookie."""

    def headers(self) -> dict[str, str]:
        """Return the headers that carry it."""
        ...


class Token:
    """A key of the API that shows itself to nobody but the server."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Take the key, with or without the word "Bearer" before it.

        Raises:
            InvalidTokenError: the text cannot be a key.
        """
        if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance] # not everybody checks types
            raise InvalidTokenError(None, _NO_TEXT)
        words = text.split()
        if words[:1] == ["Bearer"]:
            del words[0]
        if len(words) != 1 or not (words[0].isascii() and words[0].isprintable()):
            problem = "The token is empty or holds blanks or odd characters: copy the key once more."
            raise InvalidTokenError(None, problem)
        self._text = words[0]

    def headers(self) -> dict[str, str]:
        """Return the header that carries it."""
        return {"authorization": f"Bearer {self._text}"}

    def hidden_in(self, text: bytes) -> bytes:
        """Return the text with something else wherever it holds the key, unless that is too short to be a secret."""
        return text if len(self._text) < _SHORTEST_SECRET else text.replace(self._text.encode("ascii"), b"***")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Token) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "Token(***)"


class Server(NamedTuple):
    """Where requests go, and what is shown there; None for a proxy that has a key of its own."""

    base_url: str
    shown: Pass | None

    def headers(self) -> dict[str, str]:
        """Return the headers that requests to it carry."""
        return {} if self.shown is None else self.shown.headers()
