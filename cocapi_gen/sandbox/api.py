"""From a request to what is delivered: faults, keys, routes, handlers, and how long answers live.

>>> world = World(1)
>>> api = Api(world, Pace(world, speed=0.0), DeveloperSite(1, lambda: world.now))
>>> api.answer(Request("GET", "/v1/locations")).status
403
"""

from __future__ import annotations

import gzip
import re
from collections import deque
from dataclasses import replace
from email.utils import format_datetime
from functools import lru_cache, partial

from cocapi_gen.raw import Operation
from cocapi_gen.sandbox.answers import HANDLERS, Refusal, Reply, Values
from cocapi_gen.sandbox.book import Book
from cocapi_gen.sandbox.developer import DEVELOPER_PREFIX, DeveloperSite
from cocapi_gen.sandbox.exchange import DEFAULT_CACHE_CONTROL, Delivery, Request, as_json, in_json, written
from cocapi_gen.sandbox.faults import ADDRESS, denied, denied_from
from cocapi_gen.sandbox.kept import Shelf
from cocapi_gen.sandbox.pace import Pace
from cocapi_gen.sandbox.page import welcome
from cocapi_gen.sandbox.routes import Route, find, query_in
from cocapi_gen.sandbox.world import World

PREFIX = "/v1"

_REMEMBERED = 100_000
_REALTIME_SECONDS = 600
"""What live answers say of their lifetime, though it is none."""


class Api:
    """Answers requests, one at a time, and remembers them.

    An answer of an operation lives as long as the specification says, unless its `Reply` knows better. It is kept for
    that time, by the sandbox's clock, and given again with the seconds that remain.

    Attributes:
        address: where callers seem to be.
        faults: what goes wrong.
    """

    def __init__(self, world: World, pace: Pace, site: DeveloperSite) -> None:
        self.address: str = ADDRESS
        self.faults: Book = Book(pace)
        self._world = world
        self._pace = pace
        self._site = site
        self._shelf = Shelf()
        self._seen = deque[str](maxlen=_REMEMBERED)

    @property
    def seen(self) -> tuple[str, ...]:
        """The requests, the newest at the end."""
        with self._pace.lock:
            return tuple(self._seen)

    def answer(self, request: Request) -> Delivery:
        """Answer a request, or do to it what a fault wants."""
        with self._pace.lock:
            now = self._pace.now
            self._seen.append(f"{request.method} {request.target}")
            route = _route(request)
            fault = self.faults.hit(route.operation.operation_id if route else None)
            answer = partial(self._answer_without_fault, request, route)
            delivery = answer() if fault is None else fault.disturb(answer)
        delivery = delivery.with_headers(date=format_datetime(now, usegmt=True), server="cocapi-gen-sandbox")
        return _zipped(delivery) if _takes_gzip(request.headers.get("accept-encoding", "")) else delivery

    def _answer_without_fault(self, request: Request, route: Route | None) -> Delivery:
        if (request.method, request.path) == ("GET", "/"):
            return welcome(self._world, request.headers.get("host", ""))
        if f"{request.path}/".startswith(f"{DEVELOPER_PREFIX}/"):
            return self._site.answer(request, self.address)
        refusal = self._check_key(request.headers.get("authorization", ""))
        if refusal is not None:
            return refusal
        try:
            return self._answer_of_operation(request, route)
        except Refusal as error:
            return in_json(error.status, error.reply.body, _lifetime(error.reply.seconds))

    def _check_key(self, authorization: str) -> Delivery | None:
        if not authorization:
            return denied("accessDenied", "Missing authorization")
        scheme, _, key = authorization.partition(" ")
        verdict = self._site.verdict(key.strip(), self.address)
        if scheme != "Bearer" or not key.strip() or verdict == "revoked":
            return denied("accessDenied", "Invalid authorization")
        return denied_from(self.address) if verdict == "otherAddress" else None

    def _answer_of_operation(self, request: Request, route: Route | None) -> Delivery:
        if route is None:
            raise Refusal(404, "notFound")
        query = query_in(request.target)
        if _is_live(route.operation, query):
            reply = self._handled(request, route, query)
            return in_json(200, reply.body, _lifetime(_REALTIME_SECONDS))
        now = self._world.now
        kept = self._shelf.get(request.target, now)
        if kept is None:
            reply = self._handled(request, route, query)
            seconds = route.operation.max_age if reply.seconds is None else reply.seconds
            if not seconds:
                return in_json(200, reply.body, _lifetime(None))
            kept = self._shelf.put(request.target, as_json(reply.body), seconds, now)
        return written(200, kept.payload, _lifetime(kept.seconds))

    def _handled(self, request: Request, route: Route, query: Values) -> Reply:
        handler = HANDLERS.get(route.operation.operation_id)
        if handler is None:
            raise Refusal(501, "notImplemented")
        return handler(self._world, route.values, query, request.body)


def _lifetime(seconds: int | None) -> str:
    return DEFAULT_CACHE_CONTROL if seconds is None else f"max-age={seconds}"


def _is_live(operation: Operation[object], query: Values) -> bool:
    """Whether data of this very moment are wanted, of an operation that has them."""
    return query.get("realtime") == "true" and any(each.wire_name == "realtime" for each in operation.parameters)


def _route(request: Request) -> Route | None:
    path = request.path
    return find(request.method, path.removeprefix(PREFIX)) if path.startswith(f"{PREFIX}/") else None


# ---------------------------------------------------------------------- compression

_CHOICE = re.compile(r"\s*(?P<coding>[^\s;]+)\s*(;\s*q=(?P<weight>[01](\.\d*)?)\s*)?")


def _takes_gzip(accepted: str) -> bool:
    """Whether a header Accept-Encoding allows for gzip; what cannot be read in it counts for nothing.

    >>> [_takes_gzip(text) for text in ("deflate, gzip;q=0.5", "*", "gzip;q=0, *", "gzipfoo", "")]
    [True, True, False, False, False]
    """
    choices = filter(None, map(_CHOICE.fullmatch, accepted.lower().split(",")))
    weights = {choice["coding"]: float(choice["weight"] or 1) for choice in choices}
    return weights.get("gzip", weights.get("*", 0)) > 0


def _zipped(delivery: Delivery) -> Delivery:
    return replace(delivery, payload=_compressed(delivery.payload)).with_headers(content_encoding="gzip")


@lru_cache(maxsize=256)
def _compressed(payload: bytes) -> bytes:
    return gzip.compress(payload, compresslevel=1, mtime=0)
