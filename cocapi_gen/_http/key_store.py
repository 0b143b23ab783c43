"""The file in which keys wait for the next start of the program, for the eyes of its owner only."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import cast

from cocapi_gen._http.login import Login
from cocapi_gen._http.server import Token
from cocapi_gen.exceptions import InvalidTokenError, KeyStoreProblem

_FOR_THE_OWNER = 0o600


@dataclass(frozen=True, slots=True)
class StoredKeys:
    """Keys, and the addresses that they work from."""

    places: tuple[str, ...]
    tokens: tuple[Token, ...]


class KeyStore:
    """Keeps the keys of one login in a file; the password is not among what it holds."""

    def __init__(self, path: Path, login: Login) -> None:
        self._path = path
        self._of = [login.developer_url, login.email, login.key_name, login.key_count]

    def read(self) -> StoredKeys | None:
        """Return what is kept of this login, if there is something. Rights that go too far are taken back.

        Raises:
            KeyStoreProblem: there is a file, but it cannot be read.
        """
        with self._explaining():
            try:
                with self._path.open("rb") as file:
                    rights = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
                    if rights & ~_FOR_THE_OWNER:
                        self._path.chmod(_FOR_THE_OWNER)
                    text = file.read()
            except FileNotFoundError:
                return None
        return self._understood(text)

    def write(self, stored: StoredKeys) -> None:
        """Put keys into the file, all at once: nobody ever sees half of them.

        Raises:
            KeyStoreProblem: the file cannot be written.
        """
        tokens = [token.headers()["authorization"] for token in stored.tokens]
        text = json.dumps({"of": self._of, "addresses": stored.places, "keys": tokens}, indent=1)
        path = Path(os.path.realpath(self._path))
        with self._explaining(), NamedTemporaryFile("w", dir=path.parent, prefix=path.name, delete=False) as file:
            try:
                file.write(text)  # the rights of temporary files are the owner's only
                file.close()
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink()
                raise

    def _understood(self, text: bytes) -> StoredKeys | None:
        """Read what the file holds; what is not ours, or of another login, will be written over."""
        try:
            data = cast("dict[str, object]", json.loads(text))
            of, places, keys = data["of"], data["addresses"], data["keys"]
            if of != self._of or not isinstance(places, list) or not isinstance(keys, list):
                return None
            tokens = tuple(map(Token, cast("list[str]", keys)))
        except (ValueError, LookupError, TypeError, RecursionError, InvalidTokenError):
            return None
        return StoredKeys(tuple(map(str, cast("list[object]", places))), tokens) if tokens else None

    @contextmanager
    def _explaining(self) -> Generator[None]:
        try:
            yield
        except OSError as error:
            raise KeyStoreProblem(str(self._path), error.strerror or str(error)) from error
