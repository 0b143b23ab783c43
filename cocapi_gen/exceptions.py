"""Everything that can go wrong, as one tree.

::

    CocApiError
    ├── ClientRequestError            the API answered, but not with what was asked for
    │   ├── IncorrectParameters       400
    │   ├── AccessDenied              401, 403
    │   │   ├── TokenRefused          the token is wrong or was revoked
    │   │   │   └── TokenMissing      none was sent
    │   │   ├── AddressNotAllowed     the token is for another address
    │   │   └── WarLogIsPrivate       the clan does not show its wars
    │   ├── ResourceNotFound          404
    │   ├── TooManyRequests           429
    │   ├── ServiceUnavailable        502, 503, 504
    │   │   ├── InMaintenance         the game is in maintenance
    │   │   └── GatewayTrouble        something in between cannot reach the API
    │   └── UnknownError              500 and every other status
    ├── NoAnswerError                 the API never answered
    │   ├── RequestTimeout            ... in time (also a TimeoutError)
    │   ├── WaitTooLong               ... because it was never asked: the wait for one's turn was too long
    │   └── ConnectionFailed          ... because of the connection (also a ConnectionError)
    │       ├── NotConnected          it could not be made
    │       └── ConnectionLost        it broke
    ├── UnreadableAnswerError         the API answered with success, but with something that cannot be read
    │   ├── NotJson                   it is not JSON
    │   ├── WrongShape                it is JSON of another shape than the API's
    │   └── AnswerTooLarge            it is larger than what anybody wants to read
    ├── KeyProblem                    there are no keys to be had from the developer site
    │   ├── LoginRefused              e-mail address or password are wrong
    │   ├── NoRoomForKey              the account has as many keys as it may have
    │   ├── AddressUnknown            the site does not say which address this machine has
    │   ├── NewKeyRefused             the API refuses what the site has given
    │   ├── DeveloperSiteProblem      the site answers with something else than it is known to
    │   └── KeyStoreProblem           the file that keys are to be kept in cannot be read or written
    └── UnknownDataError              an argument makes no sense; found before it is sent (also a ValueError)
        ├── UnknownLocationError, UnknownClanLabelError, UnknownClanLeagueError,
        │   UnknownPlayerLabelError, UnknownPlayerLeagueError, UnknownCapitalLeagueError,
        │   UnknownBuilderBaseLeagueError
        ├── InvalidTagError           not the tag of a clan or player
        ├── InvalidTokenError         no token, or a text that cannot be one
        └── InvalidParameterError     a search without a criterion, a name that is too short, ...

Every error can be pickled if the argument that it is about can be, and none of them keeps the token.

Example:
    >>> from cocapi_gen import ClientRequestError, UnknownDataError
    >>> try:
    ...     await client.player("#0000")
    ... except ClientRequestError as error:
    ...     print(type(error).__name__, error.status, error.reason)
    ResourceNotFound 404 notFound
    >>> try:
    ...     await client.get_location("Grmany")
    ... except UnknownDataError as error:
    ...     print(error)  # doctest: +ELLIPSIS
    'Grmany' is unknown. Did you mean 'germany' ...
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Collection
from contextlib import suppress
from itertools import chain, islice
from typing import TYPE_CHECKING

from cocapi_gen._loose import as_object, text_in

if TYPE_CHECKING:
    import httpx


class CocApiError(Exception):
    """Root of all errors of this package.

    Attributes:
        method: the HTTP method of the request that it is about; None if it is about none.
        path_template: the path that was asked for, with each parameter in braces, such as ``/clans/{clanTag}``, and
            with ``{}`` for what is in no documented path; None as before.
        attempts: how often the request was sent.
        elapsed: seconds from the call of the method to the error.
        retry_after: seconds after which the server wants to be asked again; None if it did not say.
    """

    method: str | None = None
    path_template: str | None = None
    attempts: int = 0
    elapsed: float = 0.0
    retry_after: float | None = None

    def __str__(self) -> str:
        return super().__str__() + self._effort

    @property
    def _effort(self) -> str:
        return f" ({self.attempts} attempts in {self.elapsed:.1f} s)" if self.attempts > 1 else ""


class ClientRequestError(CocApiError):
    """The API answered with an error.

    Attributes:
        response: the answer; its request has lost its headers, and so the token.
        message: the API's own message, or a sentence of ours where it sent none.
        data: the JSON body of the answer; None if it was not JSON (gateways answer with HTML).
    """

    _advice = "Look at the status and the reason: this answer is none that the API is known to give."

    def __init__(self, response: httpx.Response, message: str, data: object | None = None) -> None:
        super().__init__(response, message, data)
        self.response = response
        self.message = message
        self.data = data

    @property
    def status(self) -> int:
        """Status code of the answer."""
        return self.response.status_code

    @property
    def reason(self) -> str | None:
        """The API's word for the cause, such as ``accessDenied.invalidIp``; None if it sent none."""
        return text_in(as_object(self.data), "reason")

    @property
    def advice(self) -> str:
        """What to do about it, in one sentence."""
        return self._advice

    def __str__(self) -> str:
        cause = f"{self.status} {self.reason}" if self.reason else str(self.status)
        return f"{self.advice} ({_place(self.response)}{cause}: {self.message}){self._effort}"


class IncorrectParameters(ClientRequestError):
    """The API does not accept a parameter (400)."""

    _advice = "Correct the parameter that the message names."


class AccessDenied(ClientRequestError):
    """The API does not let one see this (401, 403)."""

    _advice = "Check the token: the API refuses it, or what was asked for is not for everybody."


class TokenRefused(AccessDenied):
    """The token is missing or wrong, or was revoked."""

    _advice = "Check the token: copy it once more from the developer site, or make a new one there."


class TokenMissing(TokenRefused):
    """The request went out without a token, and nothing on its way has added one that is accepted."""

    _advice = (
        "Give a token to Client(), or set COC_TOKEN; for a sandbox any text will do: the request went out without one."
    )


class AddressNotAllowed(AccessDenied):
    """The token was made for another address than the one that this machine asks from.

    Attributes:
        address: the address to make a token for, as the API sees it; None if the API did not say.
    """

    @property
    def address(self) -> str | None:
        from ipaddress import ip_address  # here, because hardly any program needs it

        words: list[str] = re.findall(r"[0-9A-Fa-f:.]+", self.message)
        for text in chain.from_iterable((word, word[:-1]) for word in words):  # a sentence may end there
            with suppress(ValueError):
                return str(ip_address(text))
        return None

    @property
    def advice(self) -> str:
        """What to do about it, in one sentence."""
        return f"Make a token for {self.address or 'the address that you ask from'}, on the developer site."


class WarLogIsPrivate(AccessDenied):
    """The clan does not show its wars: nothing else is refused without a word of explanation."""

    _advice = "The clan's war log is private: only its members can see its wars."


class ResourceNotFound(ClientRequestError):
    """No clan, player, war or page is to be found there (404)."""

    @property
    def advice(self) -> str:
        """What to do about it, in one sentence."""
        asked = _asked(self.response)
        is_odd = asked and "/v1/" not in asked
        return f"Nothing is found there: check the tag{', and that the base URL ends in /v1' if is_odd else ''}."


class TooManyRequests(ClientRequestError):
    """The token's limit is used up for now (429)."""

    _advice = "Wait a minute, and send fewer requests: lower the client's rate, or give it several tokens."


class UnknownError(ClientRequestError):
    """The API failed in a way of its own (500 and every status without a class)."""

    @property
    def advice(self) -> str:
        """What to do about it, in one sentence."""
        failed = self.status >= 500
        return "Try again later: the API has failed, the fault is not in the request." if failed else self._advice


class ServiceUnavailable(ClientRequestError):
    """The game is in maintenance, or a gateway cannot reach it (502, 503, 504)."""

    _advice = "Try again later: the API is in maintenance or out of reach."


class InMaintenance(ServiceUnavailable):
    """The game is in maintenance."""

    _advice = (
        "Try again later: the game is in maintenance. With wait_for_maintenance=True calls wait for its end, if "
        "deadline and max_wait leave them the time."
    )


class GatewayTrouble(ServiceUnavailable):
    """Something between here and the API cannot reach it."""

    _advice = "Try again later: a gateway cannot reach the API."


class NoAnswerError(CocApiError):
    """The API never answered."""


class RequestTimeout(NoAnswerError, TimeoutError):
    """The API did not answer in time."""


class WaitTooLong(NoAnswerError):
    """The wait for one's turn would be longer than is allowed; nothing was sent.

    Attributes:
        seconds: how long the wait would be, at least.
    """

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message, seconds)
        self.message = message
        self.seconds = seconds

    def __str__(self) -> str:
        return self.message


class ConnectionFailed(NoAnswerError, ConnectionError):
    """The connection could not be made, or broke."""


class NotConnected(ConnectionFailed):
    """No connection could be made, so nothing was sent."""


class ConnectionLost(ConnectionFailed):
    """The connection broke, or carried what is no HTTP; whether the request arrived is unknown."""


class UnreadableAnswerError(CocApiError):
    """The API answered with success, but with something that cannot be read."""


class NotJson(UnreadableAnswerError):
    """The answer is not JSON."""


class WrongShape(UnreadableAnswerError):
    """The answer is JSON of another shape than the API's."""


class AnswerTooLarge(UnreadableAnswerError):
    """The answer is larger than what the client reads."""


class UnknownDataError(CocApiError, ValueError):
    """An argument makes no sense; found before anything is sent.

    Attributes:
        data: the argument.
        message: what is wrong with it and what to do.
    """

    def __init__(self, data: object, message: str) -> None:
        if is_unawaited(data):  # whatever it should have been, there is one thing to do
            message = f"Write await before what is given: {shown(data)} has not been awaited."
        super().__init__(data, message)
        self.data = data
        self.message = message

    def __str__(self) -> str:
        return self.message


class UnknownLocationError(UnknownDataError):
    """No location has this name, country code or id."""


class UnknownClanLabelError(UnknownDataError):
    """No clan label has this name or id."""


class UnknownClanLeagueError(UnknownDataError):
    """No clan war league has this name or id."""


class UnknownPlayerLabelError(UnknownDataError):
    """No player label has this name or id."""


class UnknownPlayerLeagueError(UnknownDataError):
    """No player league has this name or id."""


class UnknownCapitalLeagueError(UnknownDataError):
    """No league of clan capitals has this name or id."""


class UnknownBuilderBaseLeagueError(UnknownDataError):
    """No league of the builder base has this name or id."""


class InvalidTagError(UnknownDataError):
    """Not the tag of a clan or player."""

    def __init__(self, data: object, message: str | None = None) -> None:
        hint = (
            f"{shown(data)} is not a tag: a tag is '#' and three or more of the characters 0289PYLQGRJCUV, like '#2PP'."
        )
        super().__init__(data, message or hint)


class InvalidTokenError(UnknownDataError):
    """No token was given, or a text that cannot be a token; the text is not kept."""


class InvalidParameterError(UnknownDataError):
    """An argument that the API would refuse, or understand as something else."""


class KeyProblem(CocApiError):
    """There are no keys to be had from the developer site."""


class LoginRefused(KeyProblem):
    """The developer site does not know the e-mail address and the password.

    Attributes:
        status: status code of its answer.
    """

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status

    def __str__(self) -> str:
        return f"Check the e-mail address and the password: the developer site refuses them ({self.status})."


class NoRoomForKey(KeyProblem):
    """The account has as many keys as it may have, and none of them may be revoked.

    Attributes:
        in_the_way: the names of its keys.
    """

    def __init__(self, in_the_way: tuple[str, ...]) -> None:
        super().__init__(in_the_way)
        self.in_the_way = in_the_way

    def __str__(self) -> str:
        names = ", ".join(map(repr, dict.fromkeys(self.in_the_way)))
        return (
            "Revoke a key on the developer site, or name those in may_revoke that may go: "
            f"the account has {len(self.in_the_way)} keys, and no more are allowed. They are called {names}."
        )


class AddressUnknown(KeyProblem):
    """The developer site does not say which address this machine has, or it is none that keys can be made for."""

    def __str__(self) -> str:
        return (
            "Make a key by hand and give it as token: the developer site does not say which IPv4 address you have, "
            "and keys are made for nothing else."
        )


class NewKeyRefused(KeyProblem):
    """The API refuses a key though the developer site has it, or keys are refused one after the other.

    Attributes:
        addresses: the addresses that keys were made for.
        reason: the API's word for the cause.
        message: the API's own message.
    """

    def __init__(self, addresses: tuple[str, ...], reason: str | None, message: str) -> None:
        super().__init__(addresses, reason, message)
        self.addresses = addresses
        self.reason = reason
        self.message = message

    def __str__(self) -> str:
        return (
            "See whether another program revokes keys, or your requests leave by many addresses: "
            f"keys made for {', '.join(self.addresses)} are refused ({self.reason}: {self.message})."
        )


class DeveloperSiteProblem(KeyProblem):
    """The developer site answers with something else than it is known to.

    Attributes:
        path: what was asked for, such as ``/apikey/create``.
        status: status code of the answer.
        problem: what is wrong with the answer.
        message: the site's own message; None if it sent none.
    """

    def __init__(self, path: str, status: int, problem: str, message: str | None) -> None:
        super().__init__(path, status, problem, message)
        self.path = path
        self.status = status
        self.problem = problem
        self.message = message

    def __str__(self) -> str:
        advice = "Try again later" if self.status == 429 or self.status >= 500 else "Look at the developer site"
        said = f": {self.message}" if self.message else ""
        return f"{advice}, or make a key by hand: {self.problem} (POST {self.path}: {self.status}{said})."


class KeyStoreProblem(KeyProblem):
    """The file that keys are to be kept in cannot be read or written.

    Attributes:
        path: the file.
        problem: what the system says.
    """

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(path, problem)
        self.path = path
        self.problem = problem

    def __str__(self) -> str:
        return f"Give another path as store, or see to it that {self.path!r} can be read and written: {self.problem}."


def _asked(response: httpx.Response) -> str:
    """Return the method and the path that were asked for; a response that was made by hand may not know."""
    try:
        request = response.request
    except RuntimeError:
        return ""
    return f"{request.method} {request.url.path}"


def _place(response: httpx.Response) -> str:
    """Say what was asked, on one line."""
    asked = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in _asked(response))[:200]
    return f"{asked}: " if asked else ""


def shown(value: object) -> str:
    """Return how a value is shown in a message: short, and on one line."""
    try:
        text = repr(value)
    except ValueError:  # a number of more digits than Python likes to write
        text = f"<a huge {type(value).__name__}>"
    return text if len(text) <= 80 else f"{text[:60]}...{text[-10:]}"


def first_few(things: Collection[object], kind: str) -> str:
    """Return how a collection is shown: what it holds, how many of them, and the first three."""
    first = ", ".join(map(shown, islice(things, 3)))
    more = ", ..." if len(things) > 3 else ""
    return f"<{type(things).__name__} of {len(things)} {kind}{first and f': {first}{more}'}>"


def is_unawaited(value: object) -> bool:
    """Say whether something only gives what is meant when it is awaited. Some of that can be iterated over, too."""
    return isinstance(value, Awaitable)
