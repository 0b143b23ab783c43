"""What can be done on the developer site, as flows; nobody has documented it, so nothing of it is taken for granted."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address
from typing import TYPE_CHECKING, Final

from cocapi_gen._http.flow import Flow, carry
from cocapi_gen._http.operation import Operation, Request
from cocapi_gen._http.server import Server, Token
from cocapi_gen._loose import as_object, entries_in, object_in, text_in, texts_in
from cocapi_gen.exceptions import DeveloperSiteProblem, InvalidTokenError, LoginRefused
from cocapi_gen.keys import Key, TokenClaims

if TYPE_CHECKING:
    from cocapi_gen._http.login import Login
    from cocapi_gen._http.transport import Answer


def _operation(name: str, path: str) -> Operation[object]:
    return Operation(
        operation_id=name,
        tag="developer site",
        method="POST",
        path_template=path,
        parameters=(),
        response="builtins:object",
        paging=False,
        deprecated=False,
        max_age=None,
    )


_LOG_IN: Final = _operation("login", "/login")
_LIST: Final = _operation("listKeys", "/apikey/list")
_CREATE: Final = _operation("createKey", "/apikey/create")
_REVOKE: Final = _operation("revokeKey", "/apikey/revoke")

_TOKEN = re.compile(r"eyJ[\w-]+\.[\w.-]*")
_SESSION = re.compile(r"\s*session=([^;\s]+)")


@dataclass(frozen=True, slots=True)
class Session:
    """What shows the site who is logged in."""

    text: str = field(repr=False)

    def headers(self) -> dict[str, str]:
        """Return the header that carries it."""
        return {"cookie": f"session={self.text}"}


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A key, with the token that the API wants to see; None if the site does not tell it."""

    key: Key
    token: Token | None


class Visit:
    """Somebody who is logged in. A session that ends half-way is begun anew, but only once."""

    def __init__(self, login: Login) -> None:
        self._login = login
        self._session: Session | None = None
        self._may_log_in_again = True
        self.address: str | None = None

    def log_in(self) -> Flow[None]:
        """Log in, and learn the ``address`` that the site sees; it stays None if that is not one for keys.

        Raises:
            LoginRefused: e-mail or password are wrong.
            DeveloperSiteProblem: the site answers with something else.
            NoAnswerError: it does not answer.
        """
        self._session = None
        reply = yield from self._post(_LOG_IN, email=self._login.email, password=self._login.password.reveal())
        if reply.status in (401, 403):
            raise LoginRefused(reply.status)
        self._check(_LOG_IN, reply)
        self._session = reply.session
        if self._session is None:
            raise self._problem(_LOG_IN, reply, "the site has begun no session")
        self.address = reply.address

    def keys(self) -> Flow[tuple[IssuedKey, ...]]:
        """Return all keys of the account.

        Raises:
            KeyProblem: the site does not show them.
            NoAnswerError: it does not answer.
        """
        reply = yield from self._ask(_LIST)
        if not isinstance(reply.data.get("keys", []), list | None):
            raise self._problem(_LIST, reply, "the site shows no list of keys")
        return tuple(map(_issued, entries_in(reply.data, "keys")))

    def make(self, name: str, description: str, addresses: tuple[str, ...]) -> Flow[IssuedKey]:
        """Make a key.

        Raises:
            KeyProblem: the site does not make it.
            NoAnswerError: it does not answer; the key may have been made.
        """
        wish = {"name": name, "description": description, "cidrRanges": addresses, "scopes": ["clash"]}
        reply = yield from self._ask(_CREATE, **wish)
        issued = _issued(reply.data.get("key"))
        if not issued.key.id or issued.token is None:
            raise self._problem(_CREATE, reply, "the site does not show the key that it has made")
        return issued

    def revoke(self, key: Key) -> Flow[None]:
        """Revoke a key.

        Raises:
            KeyProblem: the site does not do it, perhaps because there is no such key any more.
            NoAnswerError: it does not answer; the key may have been revoked.
        """
        yield from self._ask(_REVOKE, id=key.id)

    @staticmethod
    def problem_with_key(key: Key) -> DeveloperSiteProblem:
        """Return the error for a key that is not as it was asked for."""
        return DeveloperSiteProblem(_CREATE.path_template, 200, f"the site has made {key} of what was asked for", None)

    @staticmethod
    def problem_with_list(what: str) -> DeveloperSiteProblem:
        """Return the error for a list of keys that is of no use."""
        return DeveloperSiteProblem(_LIST.path_template, 200, what, None)

    def _ask(self, operation: Operation[object], **fields: object) -> Flow[_Reply]:
        reply = yield from self._post(operation, **fields)
        if reply.status in (401, 403) and self._may_log_in_again:
            self._may_log_in_again = False
            yield from self.log_in()
            reply = yield from self._post(operation, **fields)
        self._check(operation, reply)
        return reply

    def _post(self, operation: Operation[object], **fields: object) -> Flow[_Reply]:
        request = Request(operation, operation.path_template, json.dumps(fields).encode())
        del fields  # what a traceback shows of this place must not hold the password
        return _read((yield from carry(request, Server(self._login.developer_url, self._session))))

    def _check(self, operation: Operation[object], reply: _Reply) -> None:
        if not reply.is_success:
            raise self._problem(operation, reply, "the site answers with an error")

    def _problem(self, operation: Operation[object], reply: _Reply, what: str) -> DeveloperSiteProblem:
        said = None if reply.said is None else _TOKEN.sub("***", self._login.password.hidden_in(reply.said))[:200]
        return DeveloperSiteProblem(operation.path_template, reply.status, what, said)


@dataclass(frozen=True, slots=True)
class _Reply:
    """What the site has answered; its contents are not for showing."""

    status: int
    is_object: bool
    data: Mapping[str, object] = field(repr=False)
    session: Session | None

    @property
    def is_success(self) -> bool:
        return self.status == 200 and self.is_object and object_in(self.data, "status").get("code") in (None, 0)

    @property
    def said(self) -> str | None:
        """The reason for a failure; it may stand in different places."""
        told = (text_in(self.data, "description"), text_in(object_in(self.data, "status"), "message"))
        return next(filter(None, (*told, text_in(self.data, "message"))), None)

    @property
    def address(self) -> str | None:
        """The address that the login came from: the temporary token is for there."""
        token = TokenClaims.of(text_in(self.data, "temporaryAPIToken") or "")
        seen = [*token.addresses, text_in(object_in(self.data, "auth"), "ip")]
        return next(filter(None, map(_single_address, seen)), None)


def _read(answer: Answer) -> _Reply:
    try:
        data: object = json.loads(answer.body)
    except (ValueError, RecursionError):
        data = None
    cookies = map(_SESSION.match, answer.response.headers.get_list("set-cookie"))
    session = next((Session(found[1]) for found in cookies if found), None)
    return _Reply(answer.status, isinstance(data, dict), as_object(data), session)


def _issued(entry: object) -> IssuedKey:
    """Read what the site says of a key. Of one that cannot be read only this much is sure: it takes a place."""
    fields = as_object(entry)
    text = text_in(fields, "key") or ""
    key = Key(
        id=text_in(fields, "id") or "",
        name=text_in(fields, "name") or "",
        description=text_in(fields, "description") or "",
        addresses=texts_in(fields, "cidrRanges"),
        made_at=TokenClaims.of(text).made_at,
    )
    return IssuedKey(key, _token(text))


def _token(text: str) -> Token | None:
    try:
        return Token(text)
    except InvalidTokenError:
        return None


def _single_address(network: str | None) -> str | None:
    try:
        return str(IPv4Address((network or "").removesuffix("/32")))
    except AddressValueError:
        return None
