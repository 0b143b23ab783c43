"""Which keys a client shows to the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from cocapi_gen._http.flow import Flow
    from cocapi_gen._http.settings import Token
    from cocapi_gen.exceptions import AddressNotAllowed, TokenRefused


class Keyring(Protocol):
    """Where keys come from."""

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
    """Keys that the user has given: there are no others."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens: tuple[Token, ...] = tokens

    def ready(self) -> Flow[None]:
        """Do nothing."""
        yield from ()

    def replaced(self, _token: Token | None, _refusal: TokenRefused | AddressNotAllowed, /) -> Flow[bool]:
        """Give up."""
        yield from ()
        return False
