"""An account of the developer site, and programs that look after its keys, request by request."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Generator, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar, cast

import httpx

from cocapi_gen._http.driver import AsyncDriver
from cocapi_gen._http.flow import Carry, Effect, Flow, Once, carry
from cocapi_gen._http.key_plans import MARK
from cocapi_gen._http.login import Login
from cocapi_gen._http.login_keys import LoginKeys
from cocapi_gen._http.operation import build_request
from cocapi_gen._http.run import Run
from cocapi_gen._http.settings import Options, Server, Token
from cocapi_gen._http.transport import Answer, AsyncHttpxTransport, SyncHttpxTransport
from cocapi_gen._twins.sync_driver import SyncDriver
from cocapi_gen.exceptions import AccessDenied, CocApiError
from cocapi_gen.raw import operations
from cocapi_gen.sandbox import Sandbox
from cocapi_gen.sandbox.developer import DeveloperSite, Key
from cocapi_gen.sandbox.exchange import Delivery, Request

T = TypeVar("T")

HOME = "198.51.100.7"
ELSEWHERE = "203.0.113.9"
NAME = "cocapi-gen"
SITE = "http://site/api"
START = datetime(2026, 1, 5, 12, 0, 0, 250_000, tzinfo=UTC)


@dataclass
class Account:
    """The sandbox's developer site with a clock that is moved by hand, asked from an address that may change.

    Attributes:
        asked: the calls so far.
        meddle: what may happen to an answer of the site.
        instead: answers to calls that the site is never asked for.
    """

    seed: int = 1
    address: str = HOME
    now: datetime = START
    asked: list[str] = field(default_factory=list[str])
    meddle: Callable[[str, Delivery], Delivery] = lambda _, delivery: delivery

    instead: dict[str, Delivery] = field(default_factory=dict[str, Delivery])

    def __post_init__(self) -> None:
        self.site = DeveloperSite(self.seed, lambda: self.now)

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def login(self, **options: object) -> Login:
        chosen = {"developer_url": SITE, **options}
        return Login.of(self.site.email, self.site.password, **chosen)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]

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
        response = httpx.Response(delivery.status, headers=dict(delivery.headers), content=delivery.payload)
        return Answer(delivery.status, delivery.payload, response)

    def refusal(self, token: Token) -> AccessDenied | None:
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
            self.post("/apikey/create", name=name, description=description, cidrRanges=[address])
        return [key for key in self.site.keys if key not in before]

    def add_own(self, *names: str, address: str = HOME) -> list[Key]:
        """Make keys as this package does."""
        return self.add(*names, address=address, description=MARK)

    def post(self, path: str, **body: object) -> None:
        logged_in = self.site.answer(self._request("/login", email=self.site.email, password=self.site.password), HOME)
        cookie = logged_in.headers["set-cookie"].partition(";")[0]
        assert self.site.answer(self._request(path, cookie, **body), HOME).status == 200

    @staticmethod
    def _request(path: str, cookie: str = "", **body: object) -> Request:
        return Request("POST", f"/api{path}", {"cookie": cookie}, json.dumps(body).encode())

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
                    found: object = yield from self.steps(effect.make_flow())
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


def denied(reason: str, message: str | None, status: int = 403) -> AccessDenied:
    """Return what the API says to a token that it does not take."""
    body = {"reason": reason} if message is None else {"reason": reason, "message": message}
    return AccessDenied(httpx.Response(status, json=body), message or "", body)


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


class Door(httpx.AsyncBaseTransport, httpx.BaseTransport):
    """The way into a sandbox of this process. What is ``hung`` there is told of each request, and may hold it up."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._inside = sandbox.transport()
        self.hung: Callable[[str], None] = lambda _: None
        self.hung_async: Callable[[str], Awaitable[None]] | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.hung(request.url.path)
        if self.hung_async is not None:
            await self.hung_async(request.url.path)
        return await self._inside.handle_async_request(request)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.hung(request.url.path)
        return self._inside.handle_request(request)


class Asking:
    """Calls that are made with keys of a sandbox's developer site, in an event loop or in threads."""

    def __init__(self, sandbox: Sandbox, *, key_count: int = 1) -> None:
        site = sandbox.developer_site
        self.door = Door(sandbox)
        self.keyring = LoginKeys(
            Login.of(site.email, site.password, key_count=key_count, developer_url="http://sandbox/api")
        )
        server = Server("http://sandbox/v1", None)
        self._driver = AsyncDriver(AsyncHttpxTransport("test", self.door, None, trust_env=False), server)
        self._sync_driver = SyncDriver(SyncHttpxTransport("test", self.door, None, trust_env=False), server)

    async def call(self) -> int:
        """Make a call, and return the status."""
        return await self._driver.run(called(self.keyring, "http://sandbox/v1"), Run(Options()))

    def call_here(self) -> int:
        """Make a call without an event loop."""
        return self._sync_driver.run(called(self.keyring, "http://sandbox/v1"), Run(Options()))


def called(keyring: LoginKeys, base_url: str) -> Flow[int]:
    """Ask for something, with other keys if some are refused."""
    for _ in range(3):
        yield from keyring.ready()
        token = keyring.tokens[0]
        request = build_request(operations.GET_CURRENT_GOLD_PASS_SEASON, {})
        answer = yield from carry(request, Server(base_url, token))
        if answer.status == 200:
            return answer.status
        data = json.loads(answer.body)
        refusal = AccessDenied(answer.response, data["message"], data)
        assert (yield from keyring.replaced(token, refusal))
    raise AssertionError("refused three times")
