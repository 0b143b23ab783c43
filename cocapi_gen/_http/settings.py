"""What a client is told about the server, checked before anything is sent."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple, Self, TypeAlias, TypedDict, cast, get_args

from cocapi_gen._http.server import Token
from cocapi_gen.exceptions import InvalidParameterError, InvalidTokenError, shown

if TYPE_CHECKING:
    from cocapi_gen._http.login import Login
    from cocapi_gen._http.redis_limiter import RedisLimiter
    from cocapi_gen._http.watch import Hook

Rate: TypeAlias = "float | RedisLimiter | None"
BASE_URL = "https://api.clashofclans.com/v1"
# What a login wants by default is here, because a client names it, and loads no more of logins before there is one.
DEVELOPER_URL = "https://developer.clashofclans.com/api"
KEY_NAME = "cocapi-gen"

_HOW_TO_START = (
    "Give a token to Client(), or set COC_TOKEN: keys are made at https://developer.clashofclans.com. "
    "To try without one, ask an invented world: cocapi_gen.sandbox.Sandbox().client(), or .sync_client()."
)


class Access:
    """Where the API is, and the keys for it: none for a proxy that has a key of its own."""

    def __init__(self, token: str | Collection[str] | Login | None, base_url: str | None) -> None:
        """Take what is given, else what the environment says, else the official address.

        Raises:
            InvalidTokenError: there is no token, or it cannot be one.
            InvalidParameterError: the base URL is not one.
        """
        # An environment often sets what it does not have to "".
        base_url = base_url if base_url is not None else os.environ.get("COC_BASE_URL") or None
        token = token if token is not None else os.environ.get("COC_TOKEN") or None
        if token is None and base_url is None:
            raise InvalidTokenError(None, _HOW_TO_START)
        self.base_url = BASE_URL if base_url is None else check_base_url(base_url)
        self.keys: tuple[Token, ...] | Login = _keys(token)

    @property
    def is_near(self) -> bool:
        """Whether the API is on this machine: no proxy has a way there."""
        from urllib.parse import urlsplit  # here, because nothing else of a new client needs it

        return urlsplit(self.base_url).hostname in ("localhost", "127.0.0.1", "::1")


def _keys(given: object) -> tuple[Token, ...] | Login:
    if given is None:
        return ()
    if isinstance(given, str):
        return (Token(given),)
    if isinstance(given, Collection) and not isinstance(given, (bytes, Mapping)):
        tokens = tuple(dict.fromkeys(map(Token, cast("Collection[str]", given))))
        if not tokens:
            raise InvalidTokenError(None, "There is no token in what was given as token.")
        return tokens
    from cocapi_gen._http.login import Login  # here, because it needs this module, and takes long to load

    return given if isinstance(given, Login) else (Token(cast("str", given)),)  # which refuses what is no text


def _is_seconds(value: object) -> bool:
    return type(value) in (int, float) and 0 <= cast("float", value) <= _LONGEST


def _is_whole(value: object) -> bool:
    return type(value) is int and value >= 0


def _is_limiter(value: object) -> bool:
    from cocapi_gen._http.limiter import Limiter  # here, because hardly anybody gives one, and it loads flows

    return isinstance(value, Limiter)


def _is_called(value: object) -> bool:
    from inspect import iscoroutinefunction  # here, because it takes long to load, and hardly anybody gives one

    return callable(value) and not iscoroutinefunction(value) and not iscoroutinefunction(type(value).__call__)


_LONGEST = 1e9
"""Seconds: more than thirty years. Beyond that, not every clock can count."""
_Check: TypeAlias = tuple[Callable[[object], bool], str]
_ABOVE_0: _Check = (lambda value: value is None or (_is_seconds(value) and value != 0), "seconds above 0, or None")
_FROM_0: _Check = (lambda value: value is None or _is_seconds(value), "seconds, 0 or more, or None")
_WHOLE: _Check = (_is_whole, "a whole number, 0 or more")
_CALL: dict[str, _Check] = {
    "timeout": _ABOVE_0,
    "deadline": _ABOVE_0,
    "retries": _WHOLE,
    "max_wait": _FROM_0,
    "max_age": _FROM_0,
    "stale_if_error": (_is_seconds, "seconds, 0 or more"),
    "priority": (lambda value: type(value) is int, "a whole number"),
    "wait_for_maintenance": (lambda value: type(value) is bool, "True or False"),
}
Engine: TypeAlias = Literal["httpx", "httptools"]
_SHARED: dict[str, _Check] = {
    "engine": (lambda value: value in get_args(Engine), "'httpx' or 'httptools'"),
    "rate": (
        lambda value: value is None or (_is_seconds(value) and value != 0) or _is_limiter(value),
        "requests a second above 0, a RedisLimiter, or None",
    ),
    "concurrency": (lambda value: _is_whole(value) and value != 0, "a whole number, 1 or more"),
    "cache": (lambda value: value is None or isinstance(value, Cache), "a Cache, or None"),
    "on_event": (lambda value: value is None or _is_called(value), "a plain function, or None: it is not awaited"),
}


class Options(NamedTuple):
    """How calls are made; see ``CallOptions``. Whatever a user gives has to be ``checked``."""

    timeout: float | None = 30.0
    deadline: float | None = None
    retries: int = 3
    max_wait: float | None = None
    max_age: float | None = None
    stale_if_error: float = 0.0
    priority: int = 0
    wait_for_maintenance: bool = False

    def checked(self) -> Self:
        """Return them, if all of them make sense.

        Raises:
            InvalidParameterError: one of them makes none.
        """
        _check_all(self, _CALL)
        return self

    def try_as_hard_as(self, other: Self) -> bool:
        """Say whether a call that is made like this gives up no earlier than one that is made like the other."""
        bounds = zip(
            (self.timeout, self.deadline, self.max_wait), (other.timeout, other.deadline, other.max_wait), strict=True
        )
        is_longer = all(ours is None or (theirs is not None and ours >= theirs) for ours, theirs in bounds)
        return is_longer and self.retries >= other.retries and self.wait_for_maintenance >= other.wait_for_maintenance

    def changed(self, changes: CallOptions) -> Self:
        """Return other options.

        Raises:
            InvalidParameterError: one of them makes no sense.
            TypeError: there is no such option.
        """
        if unknown := changes.keys() - _CALL.keys():
            raise TypeError(f"There is no option {', '.join(sorted(unknown))}: there are {', '.join(_CALL)}.")
        return self._replace(**changes).checked()


class CallOptions(TypedDict, total=False):
    """How calls are made: what ``with_options`` takes."""

    timeout: float | None
    """Seconds for one try of a request, from its connection to the last byte of the answer; None waits for ever."""
    deadline: float | None
    """Seconds for the whole call of a method, with all its requests, tries and pauses; None for as long as it takes."""
    retries: int
    """How often a request is sent again after a failure that may pass: a limit that is used up, a gateway in trouble, a
    connection that broke. What changes something is only sent again if it surely was not carried out."""
    max_wait: float | None
    """Seconds to wait for one's turn; if it would take longer, WaitTooLong is raised at once. None waits for ever."""
    max_age: float | None
    """Seconds for which what was kept from earlier calls is good enough, 0 for nothing but fresh data, which come in
    after the call began; None for as long as the API says, and for lists that names are looked up in, for ever."""
    stale_if_error: float
    """Seconds for which an answer that was kept may be used when it is no longer fresh, if no new one can be had."""
    priority: int
    """Who waits for their turn goes in the order of this number, the highest first."""
    wait_for_maintenance: bool
    """Whether calls wait for the end of maintenance instead of raising InMaintenance."""


class _Limits(NamedTuple):
    max_entries: int
    max_bytes: int
    max_ages: Mapping[str, float] | None


class Cache(_Limits):
    """How many answers a client keeps, each for as long as the API calls it fresh. Those least used lately go first.

    Attributes:
        max_entries: most answers that are kept.
        max_bytes: most bytes of answers, as they came; the models made of them take about twice as much.
        max_ages: seconds for which the answers of an operation are kept instead, by its name in the API's
            specification, such as ``{"getPlayer": 300}``; with 0 they are not kept at all. What the API says must not
            be kept never is.

    Example:
        >>> from cocapi_gen import Cache, Client
        >>> client = Client("TOKEN", cache=Cache(max_entries=1000, max_ages={"getPlayer": 300}))
    """

    __slots__ = ()

    def __new__(
        cls, max_entries: int = 10_000, max_bytes: int = 64 * 2**20, max_ages: Mapping[str, float] | None = None
    ) -> Self:
        """Set the limits.

        Raises:
            InvalidParameterError: one of them makes no sense.
        """
        check("max_entries", max_entries, *_WHOLE)
        check("max_bytes", max_bytes, *_WHOLE)
        check("max_ages", max_ages, lambda value: value is None or isinstance(value, Mapping), "seconds by names")
        for operation_id, seconds in (max_ages or {}).items():
            check(f"max_ages[{operation_id!r}]", seconds, _is_seconds, "seconds, 0 or more")
        return super().__new__(cls, max_entries, max_bytes, max_ages)


def _check_all(settings: object, checks: Mapping[str, _Check]) -> None:
    for name, sound in checks.items():
        check(name, getattr(settings, name), *sound)


def check(name: str, value: object, is_sound: Callable[[object], bool], expected: str) -> None:
    """Check a setting.

    Raises:
        InvalidParameterError: it makes no sense.
    """
    if not is_sound(value):
        raise InvalidParameterError(value, f"{name} is {shown(value)}, but has to be {expected}.")


DEFAULT_CACHE = Cache()  # here, because making one needs what is above


def check_base_url(text: str) -> str:
    """Return the base URL without a slash at its end.

    Raises:
        InvalidParameterError: it is not the URL of a server.
    """
    from urllib.parse import urlsplit  # here, because most clients ask the official address

    url = str(text).strip().rstrip("/")
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if "@" in url:  # before it stands a password, perhaps
        raise InvalidParameterError(None, "That is no base URL: leave out the part before '@'.")
    if not sound or re.search(r"[\s?#\\]", url):
        raise InvalidParameterError(
            text, f"{shown(text)} is no base URL: give one like 'https://api.clashofclans.com/v1'."
        )
    return url


class ClientOptions(CallOptions, total=False):
    """What a client may be told besides where the API is and which keys to use: see ``Client``."""

    rate: Rate
    """Requests a second for each token, of which ten may come at once; None for as fast as possible; a ``RedisLimiter``
    for what all processes together may do."""
    concurrency: int
    """Most requests under way at once: in each event loop, and of a ``SyncClient`` in all threads together."""
    cache: Cache | None
    """How many answers are kept while the API calls them fresh; None keeps none."""
    on_event: Hook | None
    """Called with each event: see ``cocapi_gen.events``."""
    engine: Engine
    """What carries requests: "httptools" is the faster one; it needs the extra ``fast`` and knows asyncio only."""


class Shared:
    """What all calls of a client share: see ``Client``."""

    def __init__(
        self, *, rate: Rate, concurrency: int, cache: Cache | None, on_event: Hook | None, engine: Engine
    ) -> None:
        """Take what is given.

        Raises:
            InvalidParameterError: something of it makes no sense.
        """
        self.rate = rate
        self.concurrency = concurrency
        self.cache = cache
        self.on_event = on_event
        self.engine: Engine = engine
        _check_all(self, _SHARED)
