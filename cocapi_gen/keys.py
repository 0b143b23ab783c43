"""Keys of the developer site, and what is planned with them.

A client that logs in looks after the keys of an account: it keeps those that fit, makes those that are missing, and
revokes some if there is no room. A plan says what it would do, before anything is done.

Example:
    >>> old = Key("0b5e", "cocapi-gen", "Made and kept by cocapi-gen.", ("203.0.113.9",), None)
    >>> foreign = Key("77a1", "my bot", "at home", ("198.51.100.7",), None)
    >>> steps = (KeyStep("make", None, "no key has this name and address"), KeyStep("leave", foreign, "not ours"))
    >>> print(KeyPlan(("198.51.100.7",), 1, steps))
    1 key wanted for 198.51.100.7
    make a key: no key has this name and address
    leave 'my bot' (77a1, for 198.51.100.7): not ours
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, Self

from cocapi_gen._loose import as_object, entries_in, texts_in


@dataclass(frozen=True, slots=True)
class Key:
    """A key as the developer site lists it, without the token that belongs to it.

    Attributes:
        id: what the site calls it.
        name: the name that it was given.
        description: the description that it was given.
        addresses: where it may be used from: IPv4 addresses, or networks such as ``198.51.100.0/24``.
        made_at: when it was made, in UTC; None if its token does not say.

    Example:
        >>> print(Key("0b5e", "bot", "at home", ("198.51.100.7", "203.0.113.9"), None))
        'bot' (0b5e, for 198.51.100.7, 203.0.113.9)
    """

    id: str
    name: str
    description: str
    addresses: tuple[str, ...]
    made_at: datetime | None

    def __str__(self) -> str:
        made = f", made {self.made_at:%Y-%m-%d %H:%M:%S} UTC" if self.made_at else ""
        return f"{self.name!r} ({self.id}, for {', '.join(self.addresses) or 'nowhere'}{made})"


@dataclass(frozen=True, slots=True)
class KeyStep:
    """One thing that is planned.

    Attributes:
        action: what happens; ``leave`` means that nothing does.
        key: the key that it happens to; None for one that has yet to be made.
        reason: why.

    Example:
        >>> print(KeyStep("make", None, "no key has this name and address"))
        make a key: no key has this name and address
    """

    action: Literal["keep", "make", "revoke", "leave"]
    key: Key | None
    reason: str

    def __str__(self) -> str:
        return f"{self.action} {self.key or 'a key'}: {self.reason}"


@dataclass(frozen=True, slots=True)
class KeyPlan:
    """What has to be done so that there are as many keys as are wanted. Printed, it is a line for each step.

    Attributes:
        addresses: where the keys have to work from.
        wanted: how many there should be.
        steps: what is planned, a step for each key of the account and for each one to be made.

    Example:
        >>> plan = KeyPlan(("198.51.100.7",), 2, (KeyStep("make", None, "no key has this name and address"),))
        >>> plan.make, plan.missing, plan.is_settled
        (1, 1, False)
    """

    addresses: tuple[str, ...]
    wanted: int
    steps: tuple[KeyStep, ...]

    @property
    def keep(self) -> tuple[Key, ...]:
        """The keys that are there already, and will be used."""
        return self._keys("keep")

    @property
    def make(self) -> int:
        """How many keys are to be made."""
        return sum(step.action == "make" for step in self.steps)

    @property
    def revoke(self) -> tuple[Key, ...]:
        """The keys that are to be revoked, first of all."""
        return self._keys("revoke")

    @property
    def leave(self) -> tuple[Key, ...]:
        """The other keys of the account."""
        return self._keys("leave")

    @property
    def missing(self) -> int:
        """How many of the wanted keys there is no room for."""
        return self.wanted - len(self.keep) - self.make

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing to do."""
        return not self.make and not self.revoke

    def __str__(self) -> str:
        wanted = f"{self.wanted} key{'s' * (self.wanted > 1)} wanted for {', '.join(self.addresses)}"
        missing = [f"no room for {self.missing} of them"] if self.missing else []
        return "\n".join([wanted, *map(str, self.steps), *missing])

    def _keys(self, action: str) -> tuple[Key, ...]:
        return tuple(step.key for step in self.steps if step.action == action and step.key is not None)


@dataclass(frozen=True, slots=True)
class TokenClaims:
    """What a key's token says of itself, without any request. Whether it is true is the API's business.

    Attributes:
        addresses: where it may be used from: IPv4 addresses, or networks such as ``198.51.100.0/24``.
        tier: how much may be asked with it, in the site's words, such as ``developer/silver``; None if it does not say.
        scopes: what it is for, such as ``clash``.
        made_at: when it was made, in UTC; None if it does not say.

    Example:
        >>> TokenClaims.of("no-token-of-the-site")
        TokenClaims(addresses=(), tier=None, scopes=(), made_at=None)
    """

    addresses: tuple[str, ...]
    tier: str | None
    scopes: tuple[str, ...]
    made_at: datetime | None

    @classmethod
    def of(cls, token: str) -> Self:
        """Read a token; one that cannot be read says nothing."""
        claims = _claims(token)
        limits = [as_object(each) for each in entries_in(claims, "limits")]
        tiers = [limit["tier"] for limit in limits if isinstance(limit.get("tier"), str)]
        return cls(
            addresses=tuple(each for limit in limits for each in texts_in(limit, "cidrs")),
            tier=str(tiers[0]) if tiers else None,
            scopes=texts_in(claims, "scopes"),
            made_at=_made_at(claims),
        )


def _claims(token: str) -> Mapping[str, object]:
    part = [*token.split("."), ""][1]
    try:
        return as_object(json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4))))
    except (ValueError, RecursionError):
        return {}


def _made_at(claims: Mapping[str, object]) -> datetime | None:
    seconds = claims.get("iat")
    try:
        return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, (int, float)) else None
    except (ValueError, OverflowError, OSError):
        return None
