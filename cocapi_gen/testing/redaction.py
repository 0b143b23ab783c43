"""What a recording never holds: keys, in-game tokens and the addresses of whoever asked.

>>> redacted({"message": "API key does not allow access from IP 198.51.100.7"}, [])
{'message': 'API key does not allow access from IP 192.0.2.1'}
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import AddressValueError, IPv6Address

from cocapi_gen.sandbox.world.material import Json

PLACEHOLDER = "TOKEN"

_SHORTEST = 8
"""Letters that a secret has at least: a shorter one is none, and would be found in the middle of words."""

# The addresses that stand for others in documents.
_ANY_V4, _ANY_V6 = "192.0.2.1", "2001:db8::1"
_V4 = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
_V6 = re.compile(rf"(?<![0-9A-Fa-f:])(?:[0-9A-Fa-f]{{0,4}}:){{2,7}}(?:{_V4}|[0-9A-Fa-f]{{1,4}})?")
_V4_ALONE = re.compile(rf"(?<![0-9.]){_V4}(?![0-9]|\.[0-9])")


def redacted(value: Json, secrets: Sequence[str]) -> Json:
    """The same value, where neither the secrets nor the address of a machine is left in any text.

    >>> redacted(["2001:db8:7::9: refused", {"said": "key 0123456789"}], ["0123456789"])
    ['2001:db8::1 refused', {'said': 'key TOKEN'}]
    """
    if isinstance(value, str):
        return redacted_text(value, secrets)
    if isinstance(value, list):
        return [redacted(item, secrets) for item in value]
    if isinstance(value, dict):
        return {redacted_text(key, secrets): redacted(item, secrets) for key, item in value.items()}
    return value


def redacted_text(text: str, secrets: Sequence[str]) -> str:
    """The same text, where neither the secrets nor the address of a machine is left.

    >>> redacted_text("key 0123456789", ["0123456789"])
    'key TOKEN'
    """
    for secret in secrets:
        if len(secret) >= _SHORTEST:
            text = text.replace(secret, PLACEHOLDER)
    return _V4_ALONE.sub(_ANY_V4, _V6.sub(lambda found: _ANY_V6 if _is_v6(found[0]) else found[0], text))


def _is_v6(text: str) -> bool:
    """Whether it is the address of a machine; those have a digit, other than a name like "CC::"."""
    return bool(re.search("[0-9]", text)) and (_is_address(text) or _is_address(text.removesuffix(":")))


def _is_address(text: str) -> bool:
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return True
