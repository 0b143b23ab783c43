"""The sandbox's developer site: where an account logs in, and makes and revokes the keys of the game API.

It takes requests and delivers answers; a server is somebody else's. One call at a time: whoever calls sees to that.

>>> site = DeveloperSite(1, lambda: sandbox.world.now)
>>> login = as_json({"email": site.email, "password": site.password})
>>> site.answer(Request("POST", "/api/login", body=login), "198.51.100.7").status
200
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from random import Random
from typing import TypeAlias, cast

from cocapi_gen.sandbox.exchange import Delivery, Request, as_json
from cocapi_gen.sandbox.key_tokens import SCOPES, TIER, KeyTokens, Verdict, random_uuid
from cocapi_gen.sandbox.world.material import Body

DEVELOPER_PREFIX = "/api"
"""Below which path the site is."""

_MOST_KEYS = 10
_MOST_ADDRESSES = 5
_SESSION = timedelta(hours=1)
_DOCUMENTATION = [IPv4Network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]

_Call: TypeAlias = Callable[[Request, str], Delivery]
"""Makes the answer to a request from an address."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the account: `token` is what the game API wants to see, from one of the `addresses` only.

    >>> Key("0b5e", "bot", "at home", ("198.51.100.7",), "eyJ0").addresses
    ('198.51.100.7',)
    """

    id: str
    name: str
    description: str
    addresses: tuple[str, ...]
    token: str


class _Refusal(Exception):
    """An error answer. Clients disagree on where its text is, so it is in every place that one of them reads."""

    def __init__(self, status: int, reason: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        state = {"code": status, "message": message, "detail": None}
        body = {"reason": reason, "message": message, "description": message, "status": state}
        self.delivery: Delivery = _written(status, body, headers)
        super().__init__(status, reason, message)


class DeveloperSite:
    """The key management of one account, which is there from the start: log in with `email` and `password`.

    All time is that of `now`, and every id and token follows from `seed` and the calls before. What the real site
    does is known for calls that go well; of the others this one decides:

    - 404 for an unknown path, 405 for a method other than POST, 403 without a session that is open, and 400 for a
      body that is no JSON object or lacks something, looked at in this order.
    - A login has a session of its own for an hour from then on, whatever is done with it; logging out ends it, but
      not the temporary token, which works for its hour.
    - 409 for an 11th key, and 404 for revoking a key that is not there or no longer. Names may occur twice.
    - 400 for addresses that are not 1 to 5 plain IPv4 ones, public ones or those set aside for documentation, which
      stand for public ones here. Masks as in "198.51.100.7/32" are not plain.
    - Whatever scopes are asked for, a key gets `clash`.

    >>> DeveloperSite(1, lambda: sandbox.world.now).keys
    ()
    """

    def __init__(self, seed: int, now: Callable[[], datetime]) -> None:
        self.email: str = "developer@example.com"
        self.password: str = "sandbox"
        self._now = now
        self._random = Random(f"developer site {seed}")
        self._tokens = KeyTokens(self._random, now)
        self._before = {"prevLoginTs": "", "prevLoginIp": "", "prevLoginUa": ""}  # nobody was here yet
        self._sessions: dict[str, datetime] = {}
        self._keys: dict[str, Key] = {}
        self._calls: Mapping[str, _Call] = {
            "/login": self._log_in,
            "/logout": self._log_out,
            "/apikey/list": self._list,
            "/apikey/create": self._create,
            "/apikey/revoke": self._revoke,
        }

    @property
    def keys(self) -> tuple[Key, ...]:
        """The keys that are not revoked, oldest first.

        >>> [key.name for key in DeveloperSite(1, lambda: sandbox.world.now).keys]
        []
        """
        return tuple(self._keys.values())

    def answer(self, request: Request, address: str) -> Delivery:
        """Answer a request from an address.

        >>> site = DeveloperSite(1, lambda: sandbox.world.now)
        >>> site.answer(Request("POST", "/api/apikey/list"), "198.51.100.7").status
        403
        """
        try:
            return self._find(request)(request, address)
        except _Refusal as refusal:
            return refusal.delivery

    def verdict(self, token: str, address: str) -> Verdict:
        """Say whether the game API may take a token from an address.

        A token that this site never gave out is "unknown"; one of a revoked key is "revoked", and so is a temporary
        one after its hour; "otherAddress" is a good token in the wrong place.

        >>> DeveloperSite(1, lambda: sandbox.world.now).verdict("abc", "198.51.100.7")
        'unknown'
        """
        return self._tokens.verdict(token, address)

    def _find(self, request: Request) -> _Call:
        call = self._calls.get(request.path.removeprefix(DEVELOPER_PREFIX))
        if call is None:
            raise _Refusal(404, "notFound", f"There is nothing here: the site has {', '.join(self._calls)}.")
        if request.method != "POST":
            raise _Refusal(405, "methodNotAllowed", "Use POST: every call of this site is one.", {"allow": "POST"})
        return call

    def _log_in(self, request: Request, address: str) -> Delivery:
        sent = _sent(request)
        if (_text(sent, "email"), _text(sent, "password")) != (self.email, self.password):
            raise _Refusal(403, "accessDenied", f"Log in as {self.email} with the password {self.password}.")
        session = self._random.randbytes(24).hex()
        self._sessions[session] = self._now() + _SESSION
        agent = request.headers.get("user-agent")
        fields: Body = {
            "auth": {"uid": self._tokens.developer_id, "token": session, "ua": agent, "ip": address},
            "developer": self._account(),
            "temporaryAPIToken": self._tokens.temporary(address),
            "swaggerUrl": f"http://{request.headers.get('host', 'localhost')}/v1",
        }
        milliseconds = str(int(self._now().timestamp()) * 1000)
        self._before = {"prevLoginTs": milliseconds, "prevLoginIp": address, "prevLoginUa": agent or ""}
        return self._done(session, fields, {"set-cookie": f"session={session}; Path=/; HttpOnly"})

    def _log_out(self, request: Request, _: str) -> Delivery:
        session = self._open_session(request)
        self._sessions[session] = self._now()
        return self._done(session, {}, {"set-cookie": "session=; Path=/; Max-Age=0; HttpOnly"})

    def _list(self, request: Request, _: str) -> Delivery:
        session = self._open_session(request)
        _sent(request)  # nothing in it counts, but it has to be right
        return self._done(session, {"keys": [self._shown(key) for key in self.keys]})

    def _create(self, request: Request, _: str) -> Delivery:
        session = self._open_session(request)
        sent = _sent(request)
        name, description, addresses = _text(sent, "name"), _text(sent, "description"), _addresses(sent)
        if len(self._keys) == _MOST_KEYS:
            raise _Refusal(409, "tooManyKeys", f"An account has at most {_MOST_KEYS} keys: revoke one first.")
        key_id = random_uuid(self._random)
        key = self._keys[key_id] = Key(key_id, name, description, addresses, self._tokens.of_key(key_id, addresses))
        return self._done(session, {"key": self._shown(key)})

    def _revoke(self, request: Request, _: str) -> Delivery:
        session = self._open_session(request)
        key = self._keys.pop(_text(_sent(request), "id"), None)
        if key is None:
            raise _Refusal(404, "notFound", "The account has no key with this id: list its keys to see which it has.")
        self._tokens.revoke(key.token)
        return self._done(session, {})

    def _open_session(self, request: Request) -> str:
        pairs = (part.strip().partition("=") for part in request.headers.get("cookie", "").split(";"))
        session = next((value for name, _, value in pairs if name == "session"), "")
        if session not in self._sessions or self._sessions[session] <= self._now():
            raise _Refusal(403, "accessDenied", "No open session: log in, and send the cookie `session` along.")
        return session

    def _done(self, session: str, fields: Body, headers: Mapping[str, str] | None = None) -> Delivery:
        seconds = (self._sessions[session] - self._now()) // timedelta(seconds=1)
        state = {"code": 0, "message": "ok", "detail": None}
        return _written(200, {"status": state, "sessionExpiresInSeconds": seconds, **fields}, headers)

    def _account(self) -> Body:
        return {
            "id": self._tokens.developer_id,
            "name": "Sandbox",
            "game": "clashofclans",
            "email": self.email,
            "tier": TIER,
            "allowedScopes": None,
            "maxCidrs": None,
            **self._before,
        }

    def _shown(self, key: Key) -> Body:
        return {
            "id": key.id,
            "developerId": self._tokens.developer_id,
            "tier": TIER,
            "name": key.name,
            "description": key.description,
            "origins": None,
            "scopes": SCOPES,
            "cidrRanges": key.addresses,
            "validUntil": None,
            "key": key.token,
        }


def _sent(request: Request) -> Body:
    """The JSON object of the body; an empty body is an empty object."""
    try:
        value: object = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise _bad_request("The body has to be a JSON object.")
    return cast("Body", value)


def _text(sent: Body, name: str) -> str:
    value = sent.get(name)
    if not isinstance(value, str) or not value.strip():
        raise _bad_request(f"Give `{name}`, a text that is not blank.")
    return value


def _addresses(sent: Body) -> tuple[str, ...]:
    given = sent.get("cidrRanges")
    texts = cast("list[object]", given) if isinstance(given, list) else []
    if not 1 <= len(texts) <= _MOST_ADDRESSES:
        raise _bad_request(f"Give `cidrRanges`, a list of 1 to {_MOST_ADDRESSES} addresses.")
    return tuple(_public(text) for text in texts)


def _public(given: object) -> str:
    try:
        address = IPv4Address(str(given))
    except AddressValueError:
        raise _bad_request("An address has to be a plain IPv4 one, such as 198.51.100.7.") from None
    documented = any(address in network for network in _DOCUMENTATION)
    if not documented and (address.is_multicast or not address.is_global):
        raise _bad_request(f"The address has to be a public one, and {address} is not.")
    return str(address)


def _bad_request(message: str) -> _Refusal:
    return _Refusal(400, "badRequest", message)


def _written(status: int, body: Body, headers: Mapping[str, str] | None) -> Delivery:
    return Delivery(status, {"content-type": "application/json; charset=utf-8", **(headers or {})}, as_json(body))
