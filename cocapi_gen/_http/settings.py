"""What a client is told about the server, checked before anything is sent."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol, Self, TypedDict, cast
from urllib.parse import urlsplit

from cocapi_gen.exceptions import InvalidParameterError, InvalidTokenError, shown

BASE_URL = "https://api.clashofclans.com/v1"


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
            raise InvalidTokenError(None, "The token is no text: copy the key once more.")
        self._text = re.sub(r"^Bearer(\s+|$)", "", text.strip())
        if not re.fullmatch(r"[!-~]+", self._text):
            problem = "The token is empty or holds blanks or odd characters: copy the key once more."
            raise InvalidTokenError(None, problem)

    def headers(self) -> dict[str, str]:
        """Return the header that carries it."""
        return {"authorization": f"Bearer {self._text}"}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Token) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "Token(***)"


@dataclass(frozen=True, slots=True)
class Server:
    """Where requests go, and what is shown there; None for a proxy that has a key of its own."""

    base_url: str
    shown: Pass | None

    def headers(self) -> dict[str, str]:
        """Return the headers that requests to it carry."""
        return {} if self.shown is None else self.shown.headers()


@dataclass(frozen=True, slots=True)
class Access:
    """Where the API is, and the keys for it: none for a proxy that has a key of its own."""

    base_url: str
    tokens: tuple[Token, ...]

    @classmethod
    def of(cls, token: str | Collection[str] | None, base_url: str | None) -> Self:
        """Take what is given, else what the environment says, else the official address.

        Raises:
            InvalidTokenError: there is no token, or it cannot be one.
            InvalidParameterError: the base URL is not one.
        """
        # An environment often sets what it does not have to "".
        base_url = base_url if base_url is not None else os.environ.get("COC_BASE_URL") or None
        token = token if token is not None else os.environ.get("COC_TOKEN") or None
        if token is None and base_url is None:
            raise InvalidTokenError(
                None, "No token: give one to Client(), or set COC_TOKEN. Keys are made on the developer site."
            )
        return cls(check_base_url(BASE_URL if base_url is None else base_url), _tokens(token))

    @property
    def is_near(self) -> bool:
        """Whether the API is on this machine: no proxy has a way there."""
        return urlsplit(self.base_url).hostname in ("localhost", "127.0.0.1", "::1")


def _tokens(given: object) -> tuple[Token, ...]:
    if given is None:
        return ()
    texts = cast("list[str]", [*given] if isinstance(given, (list, tuple, set, frozenset)) else [given])
    if not texts:
        raise InvalidTokenError(None, "There is no token in what was given as token.")
    return tuple(dict.fromkeys(map(Token, texts)))


@dataclass(frozen=True, slots=True)
class Options:
    """How calls are made.

    Attributes:
        timeout: seconds to wait for a connection and for each part of an answer; None waits for ever.
        retries: how often a request is sent again after a failure that may pass.
        fresh: whether what is kept from earlier calls is passed over.
    """

    timeout: float | None = 30.0
    retries: int = 0
    fresh: bool = False

    def __post_init__(self) -> None:
        """Check all of them.

        Raises:
            InvalidParameterError: one of them makes no sense.
        """
        check_timeout(self.timeout)
        if type(self.retries) is not int or self.retries < 0:
            problem = f"retries is {shown(self.retries)}, but has to be a whole number, 0 or more."
            raise InvalidParameterError(self.retries, problem)
        if type(self.fresh) is not bool:
            raise InvalidParameterError(self.fresh, f"fresh is {shown(self.fresh)}, but has to be True or False.")


class CallOptions(TypedDict, total=False):
    """How calls are made: what ``with_options`` takes."""

    timeout: float | None
    """Seconds to wait for a connection and for each part of an answer; None waits for ever."""
    retries: int
    """How often a request is sent again after a failure that may pass: a limit that is used up, a gateway in trouble, a
    connection that broke. What changes something is only sent again if it surely was not carried out."""
    fresh: bool
    """Whether lists that the client has kept are loaded anew."""


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


def check_timeout(seconds: float | None) -> None:
    """Check a timeout.

    Raises:
        InvalidParameterError: it is no number of seconds above 0, and not None.
    """
    if seconds is None or (type(seconds) in (int, float) and 0 < seconds < float("inf")):
        return
    raise InvalidParameterError(seconds, f"timeout is {shown(seconds)}, but has to be seconds above 0, or None.")
