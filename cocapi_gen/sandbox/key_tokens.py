"""The tokens of the developer site: how they are written, and which of them the game API takes from where.

>>> tokens = KeyTokens(Random(1), lambda: sandbox.world.now)
>>> token = tokens.temporary("198.51.100.7")
>>> tokens.verdict(token, "198.51.100.7"), tokens.verdict(token, "203.0.113.9")
('ok', 'otherAddress')
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Literal, TypeAlias
from uuid import UUID

from cocapi_gen.sandbox.exchange import as_json
from cocapi_gen.sandbox.world.material import Body, JsonRows

Verdict: TypeAlias = Literal["unknown", "ok", "revoked", "otherAddress"]

TIER = "developer/silver"
SCOPES = ["clash"]
_TEMPORARY = timedelta(hours=1)
_HEADER = {"typ": "JWT", "alg": "HS512"}


@dataclass(frozen=True, slots=True)
class _Grant:
    """Where and until when a token is good; a key's token ends when it is revoked."""

    addresses: tuple[str, ...]
    ends: datetime | None


class KeyTokens:
    """Writes the tokens of one developer, and keeps what each is good for.

    >>> KeyTokens(Random(1), lambda: sandbox.world.now).verdict("abc", "198.51.100.7")
    'unknown'
    """

    def __init__(self, random: Random, now: Callable[[], datetime]) -> None:
        self._now = now
        self._secret = random.randbytes(64)
        self.developer_id: str = random_uuid(random)
        self._signer_id = random_uuid(random)
        self._grants: dict[str, _Grant] = {}

    def of_key(self, key_id: str, addresses: tuple[str, ...]) -> str:
        """Return the token of a new key."""
        # clients find the addresses by their position, so the order of the limits matters, here and below
        limits: JsonRows = [
            {"tier": TIER, "type": "throttling"},
            {"cidrs": addresses, "type": "client"},
        ]
        header = {**_HEADER, "kid": self._signer_id}
        token = self._signed(header, {"jti": key_id, "iat": _seconds(self._now())}, limits)
        self._grants[token] = _Grant(addresses, None)
        return token

    def temporary(self, address: str) -> str:
        """Return a token that works from one address for an hour."""
        limits: JsonRows = [
            {"tier": "developer/bronze", "type": "throttling"},
            {"cidrs": [f"{address}/32"], "type": "client"},
            {"origins": ["developer.clashofclans.com"], "type": "cors"},
        ]
        begins = self._now().replace(microsecond=0)
        ends = begins + _TEMPORARY
        token = self._signed(_HEADER, {"iat": _seconds(begins), "exp": _seconds(ends)}, limits)
        self._grants[token] = _Grant((address,), ends)
        return token

    def revoke(self, token: str) -> None:
        """End a token that was given out."""
        self._grants[token] = _Grant(self._grants[token].addresses, self._now())

    def verdict(self, token: str, address: str) -> Verdict:
        """Say whether a token may be used from an address; see `DeveloperSite.verdict`."""
        grant = self._grants.get(token)
        if grant is None:
            return "unknown"
        if grant.ends is not None and grant.ends <= self._now():
            return "revoked"
        return "ok" if address in grant.addresses else "otherAddress"

    def _signed(self, header: Body, claims: Body, limits: JsonRows) -> str:
        whole = {
            "iss": "supercell",
            "aud": "supercell:gameapi",
            **claims,
            "sub": f"developer/{self.developer_id}",
            "scopes": SCOPES,
            "limits": limits,
        }
        text = f"{_part(as_json(header))}.{_part(as_json(whole))}"
        return f"{text}.{_part(hmac.digest(self._secret, text.encode(), 'sha512'))}"


def random_uuid(random: Random) -> str:
    """Return the next id.

    >>> random_uuid(Random(1))
    'cd613e30-d8f1-4adf-91b7-584a2265b1f5'
    """
    return str(UUID(int=random.getrandbits(128), version=4))


def _part(data: bytes) -> str:
    """A part of a token: base64 for addresses, without padding."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
