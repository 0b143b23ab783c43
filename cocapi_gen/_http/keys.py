"""Which keys a client shows to the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from cocapi_gen import _pauses

if TYPE_CHECKING:
    from cocapi_gen._http.flow import Flow
    from cocapi_gen._http.server import Token
    from cocapi_gen.exceptions import AddressNotAllowed, TokenRefused

_ASIDE = 600.0
"""Seconds after which a key that was refused is tried again: its address may have come back."""


class Keyring(Protocol):
    """Where keys come from."""

    most_replacements: int
    """How often one request may go on with another key in the place of one that was refused."""

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The keys that may be used now; none for a proxy that has a key of its own."""
        ...

    def ready(self) -> Flow[None]:
        """See to it that there are keys."""
        ...

    def replaced(self, token: Token | None, refusal: TokenRefused | AddressNotAllowed, /) -> Flow[bool]:
        """Put another key in the place of one that was refused; tell whether it is worth trying again."""
        ...


class GivenKeys:
    """Keys that the user has given. One that is refused is set aside for a while, if there are others."""

    def __init__(self, tokens: tuple[Token, ...], now: Callable[[], float] = _pauses.now) -> None:
        self.most_replacements = len(tokens) - 1
        self._all = tokens
        self._now = now
        self._aside_until: dict[Token, float] = {}

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The keys that may be used now."""
        return self._not_aside() or self._all if self._aside_until else self._all

    def ready(self) -> Flow[None]:
        """Do nothing."""
        yield from ()

    def replaced(self, token: Token | None, _refusal: TokenRefused | AddressNotAllowed, /) -> Flow[bool]:
        """Set the key aside; tell whether there are others. If there are none, all begin anew."""
        yield from ()
        if token is not None:
            self._aside_until[token] = self._now() + _ASIDE
        has_others = bool(self._not_aside())
        if not has_others:
            self._aside_until.clear()
        return has_others

    def _not_aside(self) -> tuple[Token, ...]:
        moment = self._now()
        return tuple(each for each in self._all if self._aside_until.get(each, moment) <= moment)
