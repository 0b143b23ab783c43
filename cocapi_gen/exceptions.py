"""Everything that can go wrong, as one tree.

::

    CocApiError
    ├── ClientRequestError            the API answered, but not with what was asked for
    │   ├── IncorrectParameters       400
    │   ├── AccessDenied              401, 403
    │   ├── ResourceNotFound          404
    │   ├── TooManyRequests           429
    │   ├── ServiceUnavailable        502, 503, 504
    │   └── UnknownError              500 and every other status
    ├── NoAnswerError                 the API never answered
    │   ├── RequestTimeout            ... in time (also a TimeoutError)
    │   └── ConnectionFailed          ... because of the connection (also a ConnectionError)
    │       ├── NotConnected          which could not be made: nothing was sent
    │       └── ConnectionLost        which broke
    ├── UnreadableAnswerError         the answer cannot be read
    │   ├── NotJson                   it is not JSON
    │   ├── WrongShape                it is JSON of another shape than the API's
    │   └── AnswerTooLarge            it is larger than what is read
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

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import httpx


class CocApiError(Exception):
    """Root of all errors of this package."""


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
        return text_in(self.data, "reason")

    @property
    def advice(self) -> str:
        """What to do about it, in one sentence."""
        return self._advice

    def __str__(self) -> str:
        cause = f"{self.status} {self.reason}" if self.reason else str(self.status)
        return f"{self.advice} ({_place(self.response)}{cause}: {self.message})"


class IncorrectParameters(ClientRequestError):
    """The API does not accept a parameter (400)."""

    _advice = "Correct the parameter that the message names."


class AccessDenied(ClientRequestError):
    """The token is missing, wrong or bound to another address, or a war log is private (401, 403)."""

    _advice = "Check the token, and that it was made for the address that you ask from."

    @property
    def advice(self) -> str:
        """What to do about it, in one sentence."""
        if self.reason == "accessDenied.invalidIp":
            return "Make a token for the address that the message names, on the developer site."
        private = "The clan's war log is private: only its members can see its wars."
        return private if self.is_private_war_log else self._advice

    @property
    def is_private_war_log(self) -> bool:
        """Whether the clan does not show its wars: nothing else is refused without a word of explanation."""
        return self.reason == "accessDenied" and text_in(self.data, "message") is None


class ResourceNotFound(ClientRequestError):
    """No clan, player, war or page is to be found there (404)."""

    _advice = "Nothing is found there: check the tag, and that a base URL of your own ends in /v1."


class TooManyRequests(ClientRequestError):
    """The token's limit is used up for now (429)."""

    _advice = "Wait a minute, and send fewer requests."


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


class NoAnswerError(CocApiError):
    """The API never answered."""


class RequestTimeout(NoAnswerError, TimeoutError):
    """The API did not answer in time."""


class ConnectionFailed(NoAnswerError, ConnectionError):
    """The connection could not be made, or broke."""


class UnreadableAnswerError(CocApiError):
    """The API answered with success, but with something that cannot be read."""


class UnknownDataError(CocApiError, ValueError):
    """An argument makes no sense; found before anything is sent.

    Attributes:
        data: the argument.
        message: what is wrong with it and what to do; None if there is nothing to add.
    """

    def __init__(self, data: object, message: str | None = None) -> None:
        super().__init__(data, message)
        self.data = data
        self.message = message

    def __str__(self) -> str:
        return self.message if self.message is not None else repr(self.data)


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


def _place(response: httpx.Response) -> str:
    """Say what was asked; a response that was made by hand may not know."""
    try:
        method, path = response.request.method, response.request.url.path
    except RuntimeError:
        return ""
    return f"{method} {''.join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in path)[:200]}: "


def shown(value: object) -> str:
    """Return how a value is shown in a message: short, and on one line."""
    try:
        text = repr(value)
    except ValueError:  # a number of more digits than Python likes to write
        text = f"<a huge {type(value).__name__}>"
    return text if len(text) <= 80 else f"{text[:60]}...{text[-10:]}"


def text_in(data: object, key: str) -> str | None:
    """Return a text from the JSON body of an error, if it is there."""
    value = cast("dict[str, object]", data).get(key) if isinstance(data, dict) else None
    return value if isinstance(value, str) else None


class NotConnected(ConnectionFailed):
    """No connection could be made, so nothing was sent."""


class ConnectionLost(ConnectionFailed):
    """The connection broke, or carried what is no HTTP; whether the request arrived is unknown."""


class NotJson(UnreadableAnswerError):
    """The answer is not JSON."""


class WrongShape(UnreadableAnswerError):
    """The answer is JSON of another shape than the API's."""


class AnswerTooLarge(UnreadableAnswerError):
    """The answer is larger than what the client reads."""
