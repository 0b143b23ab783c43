"""An account of the developer site, and programs that look after its keys, request by request."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable, Generator, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeAlias, TypeVar, cast

import httpx

from cocapi_gen._http.call import call
from cocapi_gen._http.core_transport import SyncCoreTransport
from cocapi_gen._http.driver import AsyncDriver
from cocapi_gen._http.failures import failure
from cocapi_gen._http.flow import Carry, Effect, Flow, Once
from cocapi_gen._http.httpx_transport import AsyncHttpxTransport, SyncHttpxTransport
from cocapi_gen._http.key_plans import MARK
from cocapi_gen._http.login import Login
from cocapi_gen._http.login_keys import LoginKeys
from cocapi_gen._http.policy import Policy
from cocapi_gen._http.run import Run
from cocapi_gen._http.server import Token
from cocapi_gen._http.settings import Options
from cocapi_gen._http.transport import Answer
from cocapi_gen._http.watch import Watch
from cocapi_gen._twins.sync_driver import SyncDriver
from cocapi_gen.exceptions import AddressNotAllowed, CocApiError, TokenRefused
from cocapi_gen.raw import operations
from cocapi_gen.sandbox import Sandbox
from cocapi_gen.sandbox.developer import DeveloperSite, Key
from cocapi_gen.sandbox.exchange import Delivery, Request
from tests.answers import as_answer

T = TypeVar("T")
Refusal: TypeAlias = TokenRefused | AddressNotAllowed

HOME = "198.51.100.7"
ELSEWHERE = "203.0.113.9"
NAME = "cocapi-gen"
SITE = "http://site/api"
LIST, CREATE, REVOKE, LOGIN = "/apikey/list", "/apikey/create", "/apikey/revoke", "/login"
FIRST = [LOGIN, LIST, CREATE, LIST]
"""What it takes to make a key."""
START = datetime(2026, 1, 5, 12, 0, 0, 250_000, tzinfo=UTC)


@dataclass
class Account:
    """The sandbox's developer site with a clock that is moved by hand, asked from an address that may change.

    Attributes:
        asked: the calls so far.
        meddle: what may happen to an answer of the site.
        instead: answers to calls that the site is never asked for.
        done: what is done once only, and what came of it.
    """

    seed: int = 1
    address: str = HOME
    now: datetime = START
    asked: list[str] = field(default_factory=list[str])
    meddle: Callable[[str, Delivery], Delivery] = lambda _, delivery: delivery

    instead: dict[str, Delivery] = field(default_factory=dict[str, Delivery])
    done: dict[Hashable, object] = field(default_factory=dict[Hashable, object])

    def __post_init__(self) -> None:
        self.site = DeveloperSite(self.seed, lambda: self.now)

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def login(self, **options: object) -> Login:
        chosen: dict[str, Any] = {"developer_url": SITE, **options}
        return Login.of(self.site.email, self.site.password, **chosen)

    def keyring(self, **options: object) -> LoginKeys:
        return LoginKeys(self.login(**options), self._seconds)

    def _seconds(self) -> float:
        return (self.now - START).total_seconds()

    def carry(self, effect: Carry) -> Answer:
        """Answer a request to the site."""
        assert effect.server.base_url == SITE
        path = effect.request.target
        self.asked.append(path)
        asked = Request("POST", f"/api{path}", effect.server.headers(), effect.request.body or b"")
        delivery = self.instead.get(path) or self.meddle(path, self.site.answer(asked, self.address))
        return as_answer(httpx.Response(delivery.status, headers=dict(delivery.headers), content=delivery.payload))

    def refusal(self, token: Token) -> Refusal | None:
        """Return what the API says to a token, unless it takes it."""
        match self.site.verdict(text_of(token), self.address):
            case "ok":
                return None
            case "otherAddress":
                named = f"Invalid authorization: API key does not allow access from IP {self.address}"
                return denied("accessDenied.invalidIp", named)
            case _:
                return denied("accessDenied", "Invalid authorization")

    # ------------------------------------------------------------------ keys that are there already

    def add(self, *names: str, address: str = ELSEWHERE, description: str = "by hand") -> list[Key]:
        """Make keys as somebody else would."""
        before = self.site.keys
        for name in names:
            post(self.site, "/apikey/create", name=name, description=description, cidrRanges=[address])
        return [key for key in self.site.keys if key not in before]

    def add_own(self, *names: str, address: str = HOME) -> list[Key]:
        """Make keys as this package does."""
        return self.add(*names, address=address, description=MARK)

    # ------------------------------------------------------------------ programs

    def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end."""
        return finish(self.steps(flow))

    def steps(self, flow: Flow[T]) -> Generator[None, None, T]:
        """Run a flow, and stop before each request."""
        resume: Callable[[], Effect] = partial(next, flow)
        while True:
            try:
                effect = resume()
            except StopIteration as stop:
                return cast("T", stop.value)
            try:
                if isinstance(effect, Once):
                    if effect.key not in self.done:
                        self.done[effect.key] = yield from self.steps(effect.make_flow())
                    found = self.done[effect.key]
                else:
                    assert isinstance(effect, Carry)
                    yield
                    found = self.carry(effect)
                resume = partial(flow.send, found)
            except CocApiError as error:
                resume = partial(flow.throw, error)

    def works(self, keyring: LoginKeys) -> Generator[None, None, None]:
        """Get keys that the API takes, every one of them, as calls would do it one after the other."""
        yield from self.steps(keyring.ready())
        while refused := [(token, refusal) for token in keyring.tokens if (refusal := self.refusal(token))]:
            assert (yield from self.steps(keyring.replaced(*refused[0])))


def denied(reason: str, message: str | None, status: int = 403) -> Refusal:
    """Return what the API says to a token that it does not take."""
    body = {"reason": reason} if message is None else {"reason": reason, "message": message}
    error = failure(as_answer(httpx.Response(status, json=body)))
    assert isinstance(error, (TokenRefused, AddressNotAllowed))
    return error


def post(site: DeveloperSite, path: str, **body: object) -> None:
    """Do something on a site by hand."""

    def asked(path: str, cookie: str, **body: object) -> Delivery:
        delivery = site.answer(Request("POST", f"/api{path}", {"cookie": cookie}, json.dumps(body).encode()), HOME)
        assert delivery.status == 200
        return delivery

    logged_in = asked("/login", "", email=site.email, password=site.password)
    asked(path, logged_in.headers["set-cookie"].partition(";")[0], **body)


def text_of(token: Token) -> str:
    return token.headers()["authorization"].removeprefix("Bearer ")


def finish(steps: Generator[None, None, T]) -> T:
    """Take all steps."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return cast("T", stop.value)


def take_turns(programs: Iterable[Generator[None, None, object]], order: Callable[[int], int]) -> None:
    """Let programs take steps in some order until all have ended; it chooses one of so many."""
    waiting = [*programs]
    while waiting:
        chosen = waiting[order(len(waiting))]
        try:
            next(chosen)
        except StopIteration:
            waiting.remove(chosen)


# ---------------------------------------------------------------------- through httpx

ONCE = Options(retries=0)


class Door(httpx.AsyncBaseTransport, httpx.BaseTransport):
    """The way into a sandbox of this process.

    Attributes:
        before: is told of each request, and may hold it up.
        disturb: what may happen to an answer.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._inside = sandbox.transport()
        self.before: Callable[[str], object] = lambda _: None
        self.disturb: Callable[[str, httpx.Response], httpx.Response] = lambda _, response: response

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        held = self.before(request.url.path)
        if isinstance(held, Awaitable):
            await held
        return self.disturb(request.url.path, await self._inside.handle_async_request(request))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.before(request.url.path)
        return self.disturb(request.url.path, self._inside.handle_request(request))


class Asking:
    """Calls that are made with keys of a sandbox's developer site, in an event loop or in threads."""

    def __init__(self, sandbox: Sandbox, **options: object) -> None:
        site = sandbox.developer_site
        chosen: dict[str, Any] = {"developer_url": "http://sandbox/api", **options}
        self.door = Door(sandbox)
        self.seconds = 0.0
        login = Login.of(site.email, site.password, **chosen)
        self.keyring = LoginKeys(login, lambda: self.seconds)
        policy = Policy.of("http://sandbox/v1", self.keyring, None, Watch(None))
        self._driver = AsyncDriver(
            AsyncHttpxTransport("test", self.door, None, trust_env=False, connections=50), policy, 50, None
        )
        self._sync_driver = SyncDriver(SyncHttpxTransport("test", self.door, None, trust_env=False), policy, 50, None)

    async def call(self, options: Options = ONCE) -> int:
        """Make a call."""
        return await self._driver.run(a_call(), Run(options))

    def call_here(self, options: Options = ONCE) -> int:
        """Make a call without an event loop."""
        return self._sync_driver.run(a_call(), Run(options))


class OverSockets:
    """A program that asks a sandbox over sockets."""

    def __init__(self, base_url: str, developer_url: str, email: str, password: str, *, key_count: int) -> None:
        self._base_url = base_url
        self._login = Login.of(email, password, key_count=key_count, developer_url=developer_url)
        self._transport = SyncCoreTransport("test", trust_env=False)

    def call_anew(self) -> int:
        """Make a call as after a new start."""
        policy = Policy.of(self._base_url, LoginKeys(self._login), None, Watch(None))
        return SyncDriver(self._transport, policy, 1, None).run(a_call(), Run(Options()))


def a_call() -> Flow[int]:
    """Ask for something, and return the status of the answer: every other one is an error."""
    operation = operations.GET_CURRENT_GOLD_PASS_SEASON
    yield from call(operation, operation.response_model)
    return 200


# ---------------------------------------------------------------------- what tests look at


def tokens(keyring: LoginKeys) -> set[str]:
    return {text_of(token) for token in keyring.tokens}


def fitting(account: Account, address: str = HOME) -> set[str]:
    """The tokens that the account has for this package at an address."""
    return {each.token for each in account.site.keys if each.name == NAME and address in each.addresses}


def first(keyring: LoginKeys) -> Token:
    return keyring.tokens[0]


def refused(account: Account, token: Token) -> Refusal:
    """What the API says to a key that it does not take."""
    found = account.refusal(token)
    assert found is not None
    return found


def replace_first(account: Account, keyring: LoginKeys) -> bool:
    return account.run(keyring.replaced(first(keyring), refused(account, first(keyring))))


def jwt(claims: object) -> str:
    return f"e30.{urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.x"
