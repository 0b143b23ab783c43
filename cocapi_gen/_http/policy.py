"""How a request is sent: when it is its turn, with which token, and what follows when it fails."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from cocapi_gen import events
from cocapi_gen._http import retries
from cocapi_gen._http.budget import Budget
from cocapi_gen._http.drifts import Drifts
from cocapi_gen._http.failures import failure
from cocapi_gen._http.flow import Flow, carry, hold, sleep
from cocapi_gen._http.limiter import Limiter
from cocapi_gen._http.maintenance import PROBE_EVERY, Maintenance
from cocapi_gen._http.server import Server, Token
from cocapi_gen._pauses import now
from cocapi_gen.exceptions import (
    AddressNotAllowed,
    CocApiError,
    InMaintenance,
    ServiceUnavailable,
    TokenRefused,
    TooManyRequests,
    UnreadableAnswerError,
    WaitTooLong,
)

if TYPE_CHECKING:
    from cocapi_gen._http.keys import Keyring
    from cocapi_gen._http.operation import Request
    from cocapi_gen._http.run import Run
    from cocapi_gen._http.settings import Rate
    from cocapi_gen._http.transport import Answer
    from cocapi_gen._http.turns import Places
    from cocapi_gen._http.watch import Watch

_ENDLESS = 1e6
"""Requests a second that nobody reaches."""
_WORTH_TELLING = 0.001
"""Seconds from which on a wait counts as one."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What all requests of a client share."""

    base_url: str
    keys: Keyring
    limiter: Limiter[Token | None]
    budget: Budget
    maintenance: Maintenance
    watch: Watch
    drifts: Drifts

    @classmethod
    def of(cls, base_url: str, keys: Keyring, rate: Rate, watch: Watch) -> Self:
        """Begin anew."""
        limiter = rate if isinstance(rate, Limiter) else Limiter[Token | None](_ENDLESS if rate is None else rate)
        return cls(base_url, keys, limiter, Budget(now()), Maintenance(), watch, Drifts(watch))

    def send(self, request: Request, read: Callable[[Answer], object], run: Run, places: Places) -> Flow[object]:
        """Send a request as persistently as the caller wants, and return what was read from the answer.

        Raises:
            ClientRequestError: the API answered with an error.
            NoAnswerError: the API did not answer.
            UnreadableAnswerError: the answer is not what it should be.
        """
        return _Sending(self, request, read, run, places).to_the_end()


class _Sending:
    """One request, with all its tries."""

    _token: Token | None = None
    _refusal: TokenRefused | AddressNotAllowed | None = None
    _until: float | None = None
    _turned_away_until = 0.0
    _attempts = _retries = _replacements = _throttled = 0

    def __init__(
        self, policy: Policy, request: Request, read: Callable[[Answer], object], run: Run, places: Places
    ) -> None:
        self._policy = policy
        self._request = request
        self._read = read
        self._run = run
        self._places = places
        self._what = (request.operation.method, request.operation.path_template)
        self._since = self._lined_up = self._began = now()

    def to_the_end(self) -> Flow[object]:
        """Try until it works, or there is nothing to hope for."""
        policy, run = self._policy, self._run
        policy.budget.call(self._since)
        failed: CocApiError | None = None
        try:
            while True:
                try:
                    if run.options.wait_for_maintenance:
                        yield from self._end_of_maintenance()
                    yield from self._have_keys()
                    self._lined_up = now()
                    self._until = run.wait_until(self._lined_up)
                    answer = yield from self._places.in_turn(self._try, run.options.priority, self._until)
                    if run.may_hold:
                        failed = None  # for the same reason as below: nobody may ever want the rest
                        yield from self._held()
                    value = self._value(answer)
                except WaitTooLong as error:
                    self._told(failed or error)
                    if failed is None:
                        raise
                    run.note_failure(self._request, failed)
                    raise failed from error
                except CocApiError as error:
                    failed = self._told(error)
                    if not (yield from self._may_go_on(error)):
                        run.note_failure(self._request, error)
                        raise
                else:
                    run.note(self._request, answer.status, answer.headers, len(answer.body))
                    policy.drifts.note(self._request.operation, answer.body)
                    return value
        finally:
            failed = self._refusal = None  # they know of this place: none would go before the garbage collector comes

    def _held(self) -> Flow[None]:
        since = now()
        yield from hold()
        self._run.since += now() - since  # the time in between was the caller's

    def _value(self, answer: Answer) -> object:
        try:
            return self._read(answer)
        except UnreadableAnswerError:
            unquoted = self._unquoted(answer)
            if unquoted.body == answer.body:
                raise
        return self._read(unquoted)  # so that the error does not quote it either

    def _unquoted(self, answer: Answer) -> Answer:
        """Return the answer without the token, which some proxies quote in theirs."""
        return answer if self._token is None else answer.without(self._token)

    def _told(self, error: CocApiError) -> CocApiError:
        error.method, error.path_template = self._what
        error.attempts = self._attempts
        error.elapsed = now() - self._run.since
        return error

    def _end_of_maintenance(self) -> Flow[None]:
        until = self._run.wait_until(self._since)
        while seconds := self._pause_in_maintenance(now()):
            if until is not None and now() + seconds > until:
                raise WaitTooLong(
                    "Try again later: the game is in maintenance, for longer than may be waited.", seconds
                )
            yield from sleep(seconds)

    def _have_keys(self) -> Flow[None]:
        """Get keys if there are none, and others if one was refused."""
        keys, refusal = self._policy.keys, self._refusal
        if refusal is None:
            yield from keys.ready()
        elif (yield from keys.replaced(self._token, refusal)):
            self._refusal = None
            self._policy.watch.tell(events.TokenReplaced)
        else:
            raise refusal

    def _pause_in_maintenance(self, moment: float) -> float:
        own = self._turned_away_until - moment  # whatever else is answered: some answers come from a cache in between
        return own if own > 0 else self._policy.maintenance.wait(moment)

    # ------------------------------------------------------------------ one try

    def _try(self) -> Flow[Answer]:
        yield from self._wait_for_the_rate()
        answer = yield from self._carry()
        if answer.status == 200:
            self._note_that_it_answers()
            return answer
        raise (yield from self._learn(self._unquoted(answer)))

    def _wait_for_the_rate(self) -> Flow[None]:
        policy, priority = self._policy, self._run.options.priority
        self._token = yield from policy.limiter.turn(lambda: policy.keys.tokens or (None,), priority, self._until)
        self._began = now()
        waited = self._began - self._lined_up
        if waited >= _WORTH_TELLING:
            policy.watch.tell(events.TurnWaited, *self._what, waited)
            self._began = now()  # who is told takes time of their own

    def _carry(self) -> Flow[Answer]:
        policy = self._policy
        self._attempts += 1
        policy.watch.tell(events.RequestSent, *self._what, self._attempts)
        try:
            answer = yield from carry(self._request, Server(policy.base_url, self._token))
        except CocApiError as error:
            policy.watch.tell(events.RequestFailed, *self._what, self._attempts, error, now() - self._began)
            raise
        seconds = now() - self._began
        policy.watch.count_status(answer.status)
        policy.watch.tell(events.AnswerReceived, *self._what, self._attempts, answer.status, seconds, len(answer.body))
        return answer

    # ------------------------------------------------------------------ what an answer teaches

    def _learn(self, answer: Answer) -> Flow[CocApiError]:
        """Return the error that an answer stands for, when all who have to know it do."""
        policy, error = self._policy, failure(answer)
        error.retry_after = retries.retry_after(answer.headers.get("retry-after", ""), datetime.now(UTC))
        if isinstance(error, InMaintenance):
            self._turned_away_until = now() + PROBE_EVERY
            if policy.maintenance.begin(now()):
                policy.watch.tell(events.MaintenanceBegan)
        elif not isinstance(error, ServiceUnavailable):
            self._note_that_it_answers()
        if isinstance(error, TooManyRequests):
            self._throttled += 1
            seconds = retries.rest_after(self._throttled, error.retry_after)
            yield from policy.limiter.rest(self._token, seconds)
            policy.watch.tell(events.TokenRested, seconds)
        return error

    def _note_that_it_answers(self) -> None:
        maintenance = self._policy.maintenance
        seconds = None if maintenance.since is None else maintenance.end(now())
        if seconds is not None:
            self._policy.watch.tell(events.MaintenanceEnded, seconds)

    # ------------------------------------------------------------------ after a failure

    def _may_go_on(self, error: CocApiError) -> Flow[bool]:
        if isinstance(error, InMaintenance):
            return self._run.options.wait_for_maintenance
        if isinstance(error, (TokenRefused, AddressNotAllowed)):
            return self._may_show_another(error)
        return (yield from self._after_a_pause(error))

    def _may_show_another(self, refusal: TokenRefused | AddressNotAllowed) -> bool:
        if refusal is self._refusal:  # there is no other
            return False
        self._refusal = refusal
        self._replacements += 1
        return self._replacements <= self._policy.keys.most_replacements

    def _after_a_pause(self, error: CocApiError) -> Flow[bool]:
        policy, run = self._policy, self._run
        if self._retries >= run.options.retries or not retries.may_pass(self._what[0], error):
            return False
        self._retries += 1
        seconds = retries.pause_before(self._retries, error, random.random())  # noqa: S311 # no secret
        if seconds is None or not run.has(seconds, now()) or not policy.budget.take(now()):
            return False
        policy.watch.tell(events.RetryPlanned, *self._what, self._attempts, error, seconds)
        if seconds:
            yield from sleep(seconds)
        return True
