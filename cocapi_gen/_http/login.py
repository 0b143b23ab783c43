"""What a client is told that is to get its keys from the developer site, checked before anything is sent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Never, Self, cast

from cocapi_gen._http.settings import DEVELOPER_URL, KEY_NAME, check_base_url
from cocapi_gen.exceptions import InvalidParameterError, shown

if TYPE_CHECKING:
    from pathlib import Path

MOST_KEYS = 10
"""How many keys an account may have."""


class Password:
    """A password that shows itself to nobody but the site."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Take the password, as it is.

        Raises:
            InvalidParameterError: it is no text, or empty.
        """
        if not isinstance(text, str) or not text:  # pyright: ignore[reportUnnecessaryIsInstance] # not everybody checks types
            raise InvalidParameterError(None, "Give the password of the developer site, as a text that is not empty.")
        self._text = text

    def reveal(self) -> str:
        """Return the password."""
        return self._text

    def hidden_in(self, text: str) -> str:
        """Return a text without the password, also as it stands in JSON."""
        import json  # here, because only this needs it

        for written in (self._text, json.dumps(self._text)[1:-1], json.dumps(self._text, ensure_ascii=False)[1:-1]):
            text = text.replace(written, "***")
        return text

    def __reduce__(self) -> Never:
        raise TypeError("A password is not written down: it can be neither copied nor pickled.")

    def __repr__(self) -> str:
        return "Password(***)"


@dataclass(frozen=True, slots=True)
class Login:
    """An account of the developer site, and which keys are wanted of it.

    Attributes:
        email: the account's e-mail address.
        password: the account's password.
        key_name: the name that the keys have.
        key_count: how many keys are wanted, 1 to 10.
        may_revoke: names of other keys of the account that may be revoked if there is no room.
        store: the file that keys are kept in from one start of the program to the next; None for none.
        developer_url: where the site is.
    """

    email: str
    password: Password
    key_name: str
    key_count: int
    may_revoke: tuple[str, ...]
    store: Path | None
    developer_url: str

    @classmethod
    def of(
        cls,
        email: str,
        password: str,
        *,
        key_name: str = KEY_NAME,
        key_count: int = 1,
        may_revoke: str | Collection[str] = (),
        store: str | PathLike[str] | None = None,
        developer_url: str = DEVELOPER_URL,
    ) -> Self:
        """Take what is given.

        Raises:
            InvalidParameterError: something of it makes no sense.
        """
        names = [may_revoke] if isinstance(may_revoke, str) else _listed(may_revoke)
        return cls(
            email=_email(email),
            password=Password(password),
            key_name=_name("key_name", key_name),
            key_count=_count(key_count),
            may_revoke=tuple(_name("may_revoke", name) for name in names),
            store=_path(store),
            developer_url=check_base_url(developer_url),
        )


def _email(given: object) -> str:
    text = given.strip() if isinstance(given, str) else ""
    if "@" not in text or not text.isprintable():
        raise InvalidParameterError(given, f"{shown(given)} is no e-mail address: give that of the developer site.")
    return text


def _name(option: str, given: object) -> str:
    """Return a name as the site gives it back: keys are known by it."""
    text = given.strip() if isinstance(given, str) else ""
    if not text or not text.isprintable():
        raise InvalidParameterError(given, f"{shown(given)} in {option} is no name of a key: give a line of text.")
    return text


def _count(given: object) -> int:
    if type(given) is not int or not 1 <= given <= MOST_KEYS:
        problem = f"key_count is {shown(given)}, but has to be a whole number from 1 to {MOST_KEYS}."
        raise InvalidParameterError(given, problem)
    return given


def _listed(given: object) -> list[object]:
    if not isinstance(given, Collection) or isinstance(given, bytes):
        raise InvalidParameterError(given, f"may_revoke is {shown(given)}, but has to be a list of names of keys.")
    return [*cast("Collection[object]", given)]


def _path(given: str | PathLike[str] | None) -> Path | None:
    if given is None:
        return None
    if not isinstance(given, (str, PathLike)) or not str(given).strip():  # pyright: ignore[reportUnnecessaryIsInstance] # as above
        raise InvalidParameterError(given, f"store is {shown(given)}, but has to be the path of a file.")
    from pathlib import Path  # here, because only this needs it

    return Path(given).expanduser()
