"""Keys that a client gets from the developer site by itself, and gets anew when they no longer work."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from cocapi_gen import _pauses
from cocapi_gen._http.developer_site import IssuedKey, Visit
from cocapi_gen._http.flow import Flow, attempt, once
from cocapi_gen._http.key_plans import MARK, Wanted, places, plan_keys
from cocapi_gen._http.key_store import KeyStore, StoredKeys
from cocapi_gen.exceptions import (
    AddressNotAllowed,
    AddressUnknown,
    CocApiError,
    DeveloperSiteProblem,
    LoginRefused,
    NewKeyRefused,
    NoAnswerError,
    NoRoomForKey,
    RequestTimeout,
    TokenRefused,
)
from cocapi_gen.keys import KeyPlan

if TYPE_CHECKING:
    from cocapi_gen._http.login import Login
    from cocapi_gen._http.server import Token

_ROUNDS = 6
"""How often the list is looked at again, while other programs change it."""
_REST = 10.0
"""Seconds for which nobody tries again what has just failed."""
_REST_WITHOUT_ANSWER = 1.0
"""The same if there was no answer: that may pass, and calls are tried again after a while of their own."""
_REST_AFTER_REFUSAL = 300.0
"""The same if the site does not know the password: who goes on trying is soon locked out."""
_LATELY = 600.0
"""Seconds for which it is remembered where this program was."""
_MOST_REPLACEMENTS = 10
"""How often keys are replaced within that time."""


@dataclass(frozen=True, slots=True, eq=False)
class _Keys:
    """The keys of the moment. Each replacement is another one, even with the same keys."""

    places: tuple[str, ...]
    tokens: tuple[Token, ...]


class _Refused(NamedTuple):
    """A key that the API does not take, and what it says."""

    token: Token | None
    refusal: TokenRefused | AddressNotAllowed


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why there are no keys, and until when nobody tries again."""

    error: CocApiError
    until: float


class LoginKeys:
    """Keys of an account, as many as are wanted, for wherever this program is."""

    most_replacements = 2

    def __init__(self, login: Login, now: Callable[[], float] = _pauses.now) -> None:
        self._login = login
        self._now = now
        self._store = None if login.store is None else KeyStore(login.store, login)
        self._keys = _Keys((), ())
        self._failure: _Failure | None = None
        self._replacements: tuple[tuple[float, tuple[str, ...]], ...] = ()

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The keys that may be used now."""
        return self._keys.tokens

    def ready(self) -> Flow[None]:
        """Get keys, if there are none yet.

        Raises:
            KeyProblem: there are none to be had.
            NoAnswerError: the developer site does not answer.
        """
        keys = self._keys
        if not keys.tokens:
            yield from once(keys, partial(self._renew, keys, None))

    def replaced(self, token: Token | None, refusal: TokenRefused | AddressNotAllowed, /) -> Flow[bool]:
        """Get keys in the place of those that a refused one is among; tell whether there are others than that one.

        Raises:
            KeyProblem: there are none to be had.
            NoAnswerError: the developer site does not answer.
        """
        keys = self._keys
        if token in keys.tokens:  # else somebody else has seen to it
            yield from once(keys, partial(self._renew, keys, _Refused(token, refusal)))
        return True

    def plan(self) -> Flow[KeyPlan]:
        """Look at the account and say what would be done, without doing it.

        Raises:
            KeyProblem: the developer site does not tell.
            NoAnswerError: it does not answer.
        """
        visit, wanted = yield from self._begin(None, ())
        return plan_keys(wanted, [each.key for each in (yield from visit.keys())])

    # ------------------------------------------------------------------ once for all who wait

    def _renew(self, keys: _Keys, refused: _Refused | None) -> Flow[None]:
        """Get the keys that follow on those that somebody has found wanting; all who want them wait for the first."""
        if self._keys is not keys:  # done meanwhile, in another event loop
            return
        failure = self._failure
        if failure is not None and self._now() < failure.until:
            raise copy.copy(failure.error)
        try:
            found = self._stored(refused) or (yield from self._fetched(refused))
        except RequestTimeout:  # has taken its time, which may have been short
            raise
        except CocApiError as error:
            self._failure = _Failure(copy.copy(error), self._now() + _rest_after(error))
            raise
        if self._keys is not keys:  # the other event loop was faster: its keys may be newer than these
            return
        if refused is not None:
            self._replacements = (*self._replacements, (self._now(), found.places))
        self._keys, self._failure = _Keys(found.places, found.tokens), None

    def _stored(self, refused: _Refused | None) -> StoredKeys | None:
        """Return keys of an earlier start, or of another program with the same file, unless it is they that failed."""
        stored = None if self._store is None else self._store.read()
        return None if stored is None or (refused and refused.token in stored.tokens) else stored

    def _fetched(self, refused: _Refused | None) -> Flow[StoredKeys]:
        named = refused.refusal.address if refused and isinstance(refused.refusal, AddressNotAllowed) else None
        visit, wanted = yield from self._begin(named, self._lately(refused))
        found = StoredKeys(wanted.places, (yield from obtain(visit, wanted)))
        if refused and refused.token in found.tokens:  # the site finds nothing wrong with it
            raise _no_use(refused, found.places)
        if self._store is not None:
            self._store.write(found)
        return found

    def _begin(self, named: str | None, lately: Iterable[str]) -> Flow[tuple[Visit, Wanted]]:
        login = self._login
        visit = Visit(login)
        yield from visit.log_in()
        whence = places((visit.address, named), lately)
        if not whence:
            raise AddressUnknown
        return visit, Wanted(login.key_name, login.key_count, whence, login.may_revoke)

    def _lately(self, refused: _Refused | None) -> list[str]:
        """Return where this program was not long ago, newest first, if keys had to be replaced there.

        Requests that leave now by one address and now by another need keys for all of them.
        """
        since = self._now() - _LATELY
        self._replacements = tuple(each for each in self._replacements if each[0] > since)
        if refused and len(self._replacements) >= _MOST_REPLACEMENTS:
            raise _no_use(refused, self._keys.places)
        return [place for _, whence in reversed(self._replacements) for place in whence]


def obtain(visit: Visit, wanted: Wanted) -> Flow[tuple[Token, ...]]:
    """Do what is planned and look again, until there is nothing to do; return the keys to use.

    Raises:
        KeyProblem: there is no key to be had.
        NoAnswerError: the site does not answer.
    """
    made = dict[str, IssuedKey]()
    refused: KeyPlan | None = None
    problem: CocApiError | None = None
    for _ in range(_ROUNDS):
        issued = yield from visit.keys()
        plan = plan_keys(wanted, [each.key for each in issued], [each.key for each in made.values()])
        if plan.is_settled:
            return _usable(plan, {each.key.id: each.token for each in (*made.values(), *issued)})
        if problem is not None and plan == refused:
            raise problem
        refused, problem = plan, (yield from attempt(_carry_out(visit, wanted, plan, made)))
        if problem is not None and not _may_be_too_late(problem):
            raise problem
    raise problem or visit.problem_with_list("the site's keys change all the time")


def _carry_out(visit: Visit, wanted: Wanted, plan: KeyPlan, made: dict[str, IssuedKey]) -> Flow[None]:
    for key in plan.revoke:
        made.pop(key.id, None)
        yield from visit.revoke(key)
    for _ in range(plan.make):
        issued = yield from visit.make(wanted.name, MARK, wanted.places)
        if not (wanted.owns(issued.key) and wanted.is_met_by(issued.key)):
            yield from visit.revoke(issued.key)  # nobody would know it again, and there would be more and more
            raise visit.problem_with_key(issued.key)
        made[issued.key.id] = issued


def _usable(plan: KeyPlan, tokens: dict[str, Token | None]) -> tuple[Token, ...]:
    if not plan.keep:
        raise NoRoomForKey(tuple(key.name for key in plan.leave))
    found = tuple(token for key in plan.keep if (token := tokens[key.id]))
    if not found:
        raise Visit.problem_with_list("the site does not show the tokens of its keys")
    return found


def _may_be_too_late(problem: CocApiError) -> bool:
    """Say whether a fault may be due to another program that was faster: it took the place, or revoked the key."""
    return isinstance(problem, DeveloperSiteProblem) and 400 <= problem.status < 500 and problem.status != 429


def _rest_after(error: CocApiError) -> float:
    if isinstance(error, NoAnswerError):
        return _REST_WITHOUT_ANSWER
    return _REST_AFTER_REFUSAL if isinstance(error, LoginRefused) else _REST


def _no_use(refused: _Refused, whence: tuple[str, ...]) -> NewKeyRefused:
    return NewKeyRefused(whence, refused.refusal.reason, refused.refusal.message)
