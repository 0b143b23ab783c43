"""Faults on demand: what can go wrong between a program and the API, as values to inject into a sandbox.

>>> from cocapi_gen.sandbox import Sandbox, throttled
>>> sandbox = Sandbox()
>>> sandbox.inject(throttled(), operation="getClan", times=1)
>>> client = sandbox.client()
>>> try:
...     await client.clan(sandbox.world.in_war_clan_tag)
... except Exception as error:
...     print(type(error).__name__)
TooManyRequests
>>> (await client.clan(sandbox.world.in_war_clan_tag)).members
50
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from cocapi_gen.sandbox.exchange import DEFAULT_CACHE_CONTROL, Break, Delivery, Phase, as_json, in_json
from cocapi_gen.sandbox.world.material import Json, JsonObject

ADDRESS = "203.0.113.7"
"""The address that callers seem to have, one of those that are kept for documents."""

_HTML = "text/html"
_PAGE = "<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
_TITLES = {
    500: "500 Internal Server Error",
    502: "502 Bad Gateway",
    503: "503 Service Temporarily Unavailable",
    504: "504 Gateway Time-out",
}

Answer: TypeAlias = Callable[[], Delivery]
"""Makes the answer that would be given if all went well."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong; the functions of this module make them.

    Attributes:
        name: the call that makes it, such as "slow(5)".
        disturb: what becomes of the answer. It gets the function that makes the true answer, and calls it if the
            request gets that far.
        door: what becomes of whoever connects: the port is shut, or the connection is reset; None if neither.
    """

    name: str
    disturb: Callable[[Answer], Delivery] = field(compare=False, repr=False)
    door: Literal["shut", "reset"] | None = None


# ---------------------------------------------------------------------- another answer


def throttled(*, retry_after: int | None = None) -> Fault:
    """Too many requests: 429 requestThrottled.

    Args:
        retry_after: seconds for a Retry-After header; None leaves it out, as the API does.

    >>> throttled(retry_after=5)
    Fault(name='throttled(retry_after=5)', door=None)
    """
    answer = in_json(429, {"reason": "requestThrottled"}, DEFAULT_CACHE_CONTROL)
    if retry_after is not None:
        answer = answer.with_headers(retry_after=str(retry_after))
    return _instead(f"throttled(retry_after={retry_after})", answer)


def maintenance(*, html: bool = False) -> Fault:
    """The game is in maintenance: 503 inMaintenance.

    Args:
        html: whether a gateway tells it, with a page in HTML.

    >>> maintenance()
    Fault(name='maintenance(html=False)', door=None)
    """
    answer = _page(503) if html else in_json(503, {"reason": "inMaintenance"}, DEFAULT_CACHE_CONTROL)
    return _instead(f"maintenance(html={html})", answer)


def gateway(status: Literal[500, 502, 504], *, html: bool = True) -> Fault:
    """Something before the API fails, or the API itself.

    Args:
        status: 500, 502 or 504.
        html: whether it says so in HTML; only 500 can also be told in JSON, as unknownException.

    Raises:
        ValueError: another status, or JSON where the API has none.

    >>> gateway(502)
    Fault(name='gateway(502, html=True)', door=None)
    """
    if status not in (500, 502, 504):
        raise ValueError(f"A gateway answers 500, 502 or 504, and not {status}; for 503 there is maintenance().")
    if not html and status != 500:
        raise ValueError(f"Only status 500 can be told in JSON; {status} comes from a gateway, which writes HTML.")
    answer = _page(status) if html else in_json(500, {"reason": "unknownException"}, DEFAULT_CACHE_CONTROL)
    return _instead(f"gateway({status}, html={html})", answer)


def invalid_token() -> Fault:
    """The key is refused: 403 accessDenied.

    >>> invalid_token()
    Fault(name='invalid_token()', door=None)
    """
    return _instead("invalid_token()", denied("accessDenied", "Invalid authorization"))


def invalid_ip(address: str = ADDRESS) -> Fault:
    """The key is for other addresses: 403 accessDenied.invalidIp.

    Args:
        address: where the caller is, as the message tells.

    >>> invalid_ip("198.51.100.7")
    Fault(name="invalid_ip('198.51.100.7')", door=None)
    """
    return _instead(f"invalid_ip({address!r})", denied_from(address))


def denied(reason: str, message: str) -> Delivery:
    """A refused key."""
    return in_json(403, {"reason": reason, "message": message}, DEFAULT_CACHE_CONTROL)


def denied_from(address: str) -> Delivery:
    """A key that is not for this address."""
    problem = f"Invalid authorization: API key does not allow access from IP {address}"
    return denied("accessDenied.invalidIp", problem)


def _instead(name: str, answer: Delivery) -> Fault:
    return Fault(name, lambda _: answer)


def _page(status: int) -> Delivery:
    return Delivery(status, {"content-type": _HTML}, _PAGE.format(title=_TITLES[status]).encode())


# ---------------------------------------------------------------------- the connection


def slow(seconds: float) -> Fault:
    """The answer comes late.

    Args:
        seconds: how late.

    Raises:
        ValueError: that is no length of time.

    >>> slow(0.5)
    Fault(name='slow(0.5)', door=None)
    """
    if not (seconds >= 0 and math.isfinite(seconds)):
        raise ValueError(f"slow() takes seconds, and not {seconds}.")
    return _changed(f"slow({seconds})", lambda delivery: replace(delivery, delay=seconds))


def cut_off() -> Fault:
    """The connection ends in the middle of the answer: the head promises twice as much as comes.

    >>> cut_off()
    Fault(name='cut_off()', door=None)
    """
    return _changed("cut_off()", lambda delivery: replace(delivery, broken=Break("body", reset=False)))


def reset(phase: Literal["connect", "request", "head", "body"]) -> Fault:
    """The connection is reset by force.

    Args:
        phase: "connect", as soon as it stands; "request", once the request has come, which is then not looked at;
            "head" or "body", in the middle of that part of the answer.

    Raises:
        ValueError: there is no such phase.

    >>> reset("body")
    Fault(name="reset('body')", door=None)
    """
    if phase == "connect":
        return Fault("reset('connect')", _unchanged, door="reset")
    if phase == "request":
        return _instead("reset('request')", _broken(Delivery(200, {}, b""), phase))
    if phase not in ("head", "body"):
        raise ValueError(f'A connection is reset at "connect", "request", "head" or "body", and not at {phase!r}.')
    return _changed(f"reset({phase!r})", lambda delivery: _broken(delivery, phase))


def refused() -> Fault:
    """The port takes no connection; it lasts until it is healed, or for a time.

    >>> refused()
    Fault(name='refused()', door='shut')
    """
    return Fault("refused()", _unchanged, door="shut")


def _unchanged(answer: Answer) -> Delivery:
    return answer()


def _broken(delivery: Delivery, phase: Phase) -> Delivery:
    return replace(delivery, broken=Break(phase, reset=True))


def _changed(name: str, change: Callable[[Delivery], Delivery]) -> Fault:
    return Fault(name, lambda answer: change(answer()))


# ---------------------------------------------------------------------- what is in the answer


def content_type(media: str) -> Fault:
    """The answer says that it is something else than JSON.

    >>> content_type("text/html")
    Fault(name="content_type('text/html')", door=None)
    """
    return _changed(f"content_type({media!r})", lambda delivery: delivery.with_headers(content_type=media))


def invalid_json() -> Fault:
    """The answer is half of a JSON text, though it comes whole.

    >>> invalid_json()
    Fault(name='invalid_json()', door=None)
    """
    return _changed("invalid_json()", lambda delivery: replace(delivery, payload=delivery.half))


def without(field: str) -> Fault:
    """A field is missing, wherever it stands.

    Args:
        field: its name on the wire; "clan.badgeUrls" is only the one of objects called clan.

    >>> without("townHallLevel")
    Fault(name="without('townHallLevel')", door=None)
    """
    *above, name = field.split(".")
    return _edited(f"without({field!r})", above, lambda found: {key: found[key] for key in found if key != name})


def added(field: str, value: Json) -> Fault:
    """A field is there that nobody has heard of, in every object.

    Args:
        field: its name; "clan.newField" adds it only to objects called clan.
        value: its value.

    >>> added("newField", 1)
    Fault(name="added('newField', 1)", door=None)
    """
    *above, name = field.split(".")
    return _edited(f"added({field!r}, {value!r})", above, lambda found: {**found, name: value})


def replaced(field: str, value: Json) -> Fault:
    """A field has another value, wherever it stands.

    Args:
        field: its name on the wire; "clan.clanLevel" is only the one of objects called clan.
        value: what takes the place of its value.

    >>> replaced("role", "elder")
    Fault(name="replaced('role', 'elder')", door=None)
    """
    *above, name = field.split(".")
    return _edited(
        f"replaced({field!r}, {value!r})", above, lambda found: {**found, name: value} if name in found else found
    )


Edit: TypeAlias = Callable[[JsonObject], JsonObject]


def _edited(name: str, above: list[str], edit: Edit) -> Fault:
    def change(delivery: Delivery) -> Delivery:
        try:
            body: Json = json.loads(delivery.payload)
        except ValueError:  # HTML has no fields
            return delivery
        return replace(delivery, payload=as_json(_walk(body, [], above, edit)))

    return _changed(name, change)


def _walk(value: Json, path: list[str], above: list[str], edit: Edit) -> Json:
    """Edit every object whose path, in which lists do not count, ends in these names."""
    if isinstance(value, list):
        return [_walk(each, path, above, edit) for each in value]
    if not isinstance(value, Mapping):
        return value
    found = {key: _walk(each, [*path, key], above, edit) for key, each in value.items()}
    return edit(found) if path[len(path) - len(above) :] == above else found
