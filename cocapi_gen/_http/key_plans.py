"""Which keys of an account are kept, made and revoked. All of it is plain functions of what is given.

Several programs may look after the keys of one account at the same time, without a word between them. So whoever has
made a key looks at the list again: of more keys than are wanted, those stay that sort first, and everybody sorts the
same way. A key that was made later sorts later, so whoever came too late revokes what they have made, and nobody loses
a key that is in use. Only of keys of the same second it is not known which came first; then a program may lose one to
another that made its own a moment later. It is refused, and finds the one that stays.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Network

from cocapi_gen._http.login import MOST_KEYS
from cocapi_gen.keys import Key, KeyPlan, KeyStep

MARK = "Made and kept by cocapi-gen."
"""What the description of a key says that may be revoked without asking, if its name is right too."""
_MOST_ADDRESSES = 5
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What keys there should be.

    Attributes:
        name: the name that they have.
        count: how many there should be.
        places: the addresses that each of them has to work from.
        may_revoke: names of keys that somebody else has made, and that may be revoked if there is no room.
    """

    name: str
    count: int
    places: tuple[str, ...]
    may_revoke: Collection[str] = ()

    def is_met_by(self, key: Key) -> bool:
        """Say whether a key has the name and works from all places."""
        return key.name == self.name and all(map(_reach(key), self.places))

    def owns(self, key: Key) -> bool:
        """Say whether a key was made for programs like this one."""
        return key.name == self.name and MARK in key.description


def places(seen: Iterable[str | None], lately: Iterable[str]) -> tuple[str, ...]:
    """Return the addresses that a key has to work from; none if it is not known where this program is.

    Args:
        seen: where it has just been seen, by the site and by the API. These need not be the same: a proxy, for
            instance, asks the API from an address of its own. What is no IPv4 address does not count.
        lately: where it was not long ago, newest first.
    """
    now = [address for address in seen if address is not None and is_in(address, "0.0.0.0/0")]
    return tuple(dict.fromkeys([*now, *lately]))[:_MOST_ADDRESSES] if now else ()


def plan_keys(wanted: Wanted, listed: Sequence[Key], made: Sequence[Key] = ()) -> KeyPlan:
    """Plan what has to be done.

    Args:
        wanted: what there should be.
        listed: the keys of the account.
        made: those that were made since the planning began. They count even if the list does not have them yet.
    """
    ids = {key.id for key in listed}
    fitting = [*sorted(filter(wanted.is_met_by, listed), key=_rank(wanted)), *(k for k in made if k.id not in ids)]
    kept, spare = fitting[: wanted.count], fitting[wanted.count :]
    surplus = _surplus(wanted, kept, spare, {key.id for key in made})
    others = [key for key in listed if not wanted.is_met_by(key)]
    free = max(0, MOST_KEYS - len(others) - len(fitting))
    expendable = _expendable(wanted, others)
    missing = min(wanted.count - len(kept), free + len(expendable))
    revoked = dict(expendable[: max(0, missing - free)])
    steps = [
        *(KeyStep("keep", key, "it has the name and the address") for key in kept),
        *(KeyStep("revoke", key, "another program has made one at the same time") for key in surplus),
        *(KeyStep("revoke", key, f"room is needed, and {why}") for key, why in revoked.items()),
        *(KeyStep("make", None, "no other key has the name and the address") for _ in range(missing)),
        *(KeyStep("leave", key, "more are there than are wanted") for key in spare if key not in surplus),
        *(KeyStep("leave", key, _why_left(wanted, key)) for key in others if key not in revoked),
    ]
    return KeyPlan(wanted.places, wanted.count, tuple(steps))


def is_in(address: str, network: str) -> bool:
    """Say whether an address is in a network, or is the one address that is written there."""
    try:
        return IPv4Address(address) in IPv4Network(network.strip(), strict=False)
    except ValueError:
        return False


def _surplus(wanted: Wanted, kept: list[Key], spare: list[Key], made: set[str]) -> list[Key]:
    """Of more keys than are wanted, those that have lost against one of those that were just made, or are such."""
    has_won = any(key.id in made for key in kept)
    return [key for key in spare if key.id in made or (has_won and wanted.owns(key))]


def _expendable(wanted: Wanted, others: list[Key]) -> list[tuple[Key, str]]:
    """Return the keys that may be revoked, and why; those that come first go first."""
    others = sorted(others, key=_rank(wanted))
    own = [(key, "this one was made for another address") for key in others if wanted.owns(key)]
    named = [(key, "it may be revoked") for key in others if key.name in wanted.may_revoke and not wanted.owns(key)]
    return own + named


def _why_left(wanted: Wanted, key: Key) -> str:
    return "it is for another address, and in nobody's way" if wanted.owns(key) else "somebody else has made it"


def _rank(wanted: Wanted) -> Callable[[Key], tuple[bool, datetime, str]]:
    """Return what keys are sorted by: those of others first, for they stay in any case, then the oldest."""
    return lambda key: (wanted.owns(key), key.made_at or _LAST, key.id)


def _reach(key: Key) -> Callable[[str], bool]:
    return lambda address: any(is_in(address, network) for network in key.addresses)
