"""``cocapi-gen doctor``: whether everything is in order that a client needs, from the key to the clock."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from importlib.metadata import version
from platform import python_version
from statistics import median
from time import monotonic
from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from cocapi_gen import (
    AddressNotAllowed,
    CocApiError,
    Failure,
    NoAnswerError,
    SyncClient,
    TokenClaims,
    TooManyRequests,
    UnknownDataError,
    WrongShape,
    __version__,
)
from cocapi_gen.cli.blocks import one_line, plain
from cocapi_gen.cli.parser import Parser
from cocapi_gen.events import AnswerReceived, Event
from cocapi_gen.raw import SPEC_VERSION

if TYPE_CHECKING:
    from argparse import Namespace

    from pydantic import BaseModel

    from cocapi_gen import Exchange

_NEEDS_ATTENTION = 1
_NO_ANSWER = 3
_NO_KEY = "there is no key: set COC_TOKEN to one from https://developer.clashofclans.com, or try --sandbox"
_MANY = 30
"""Requests that try out the pace: as many as a client makes in a second."""
_CLOCK_MAY_DIFFER = 5.0
"""Seconds; the API tells the time in whole ones, and takes some to answer."""

_QUOTES = frozenset("\"'")
"""What some files of environment variables leave around a value."""


_NEAR = ("localhost", "127.0.0.1", "::1")
"""This machine, to which a client goes by no proxy."""
Verdict: TypeAlias = Literal["ok", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check has shown.

    Attributes:
        check: what was looked at.
        verdict: ``ok``, ``warn`` if it may become a problem, ``bad`` if something does not work.
        text: what was seen, and what to do about it.
    """

    check: str
    verdict: Verdict
    text: str


@dataclass(frozen=True, slots=True)
class _Patient:
    """What is looked at.

    Attributes:
        client: makes the requests.
        token: the key in use; None if there is none.
        is_invented: whether the API is a sandbox.
        seconds: how long each answer took.
    """

    client: SyncClient
    token: str | None
    is_invented: bool
    seconds: list[float]


Check: TypeAlias = Callable[[_Patient], Iterator[Finding]]


def parser() -> Parser:
    """The options."""
    made = Parser(
        prog="cocapi-gen doctor",
        description="See whether everything is in order that a client needs: versions, proxy, key, address, clock, "
        "speed, pace, and whether the API sends only what this version knows. "
        f"Makes about {_MANY + 10} requests. COC_TOKEN holds the key.",
    )
    where = made.add_mutually_exclusive_group()
    where.add_argument(
        "--base-url", metavar="URL", help="where the API is (default: COC_BASE_URL, or the official one)"
    )
    where.add_argument("--sandbox", action="store_true", help="look at an invented API; needs no key")
    made.add_argument("--json", action="store_true", help="print JSON, for programs")
    return made


def doctor(arguments: list[str]) -> int:
    """Make all checks, and return the exit code."""
    options_of = parser()
    given = options_of.parse_args(arguments)
    if not (given.sandbox or given.base_url or os.environ.get("COC_TOKEN") or os.environ.get("COC_BASE_URL")):
        options_of.error(_NO_KEY)
    try:
        patient = _patient(given)
    except UnknownDataError as error:
        options_of.error(one_line(error))
    findings = list[Finding]()
    with patient.client:
        code = _examine(patient, findings.append if given.json else _print)
    if given.json:
        print(json.dumps([asdict(each) for each in findings], indent=2))
    return code


def _print(finding: Finding) -> None:
    print(f"{finding.verdict:<6}{finding.check:<10}{plain(finding.text)}", flush=True)


def _patient(given: Namespace) -> _Patient:
    seconds = list[float]()

    def note(event: Event) -> None:
        if isinstance(event, AnswerReceived):
            seconds.append(event.seconds)

    if given.sandbox:
        from cocapi_gen.sandbox import Sandbox

        return _Patient(Sandbox().sync_client(on_event=note), None, is_invented=True, seconds=seconds)
    client = SyncClient(base_url=given.base_url, retries=0, cache=None, on_event=note)
    return _Patient(client, os.environ.get("COC_TOKEN") or None, is_invented=False, seconds=seconds)


def _examine(patient: _Patient, tell: Callable[[Finding], object]) -> int:
    """Make one check after the other, up to an error without whose end the others make no sense."""
    code = 0
    for check in _CHECKS:
        try:
            for finding in check(patient):
                tell(finding)
                code = code or _NEEDS_ATTENTION * (finding.verdict == "bad")
        except CocApiError as error:
            tell(Finding("answer", "bad", one_line(error)))
            return _NO_ANSWER if isinstance(error, NoAnswerError) else _NEEDS_ATTENTION
    return code


# ---------------------------------------------------------------------- without any request


def _versions(_: _Patient) -> Iterator[Finding]:
    libraries = ", ".join(f"{name} {version(name)}" for name in ("httpx", "pydantic"))
    told = f"cocapi-gen {__version__}, specification {SPEC_VERSION}, Python {python_version()}, {libraries}"
    yield Finding("versions", "ok", told)


def _server(patient: _Patient) -> Iterator[Finding]:
    if patient.is_invented:
        yield Finding("server", "ok", "a sandbox in this process")
        return
    proxy = _proxy(patient.client.base_url)
    # No more of it is shown, for it may hold a password.
    way = f"by the proxy {urlsplit(proxy).hostname}" if proxy else "without a proxy"
    yield Finding("server", "ok", f"{patient.client.base_url}, {way}")


def _proxy(base_url: str) -> str | None:
    """Return the proxy that the environment names for it, as a client takes it."""
    url = urlsplit(base_url)
    if url.hostname in _NEAR or proxy_bypass(url.hostname or ""):
        return None
    named = getproxies()
    proxy = named.get(url.scheme) or named.get("all")
    return f"//{proxy}" if proxy and "://" not in proxy else proxy


def _key(patient: _Patient) -> Iterator[Finding]:
    if patient.token is None:
        yield Finding("key", "ok", _none(patient))
        return
    if _QUOTES & {*patient.token}:
        yield Finding("key", "warn", "COC_TOKEN holds a quotation mark, which no key does: leave it out")
        return
    claims = TokenClaims.of(patient.token)
    if not claims.addresses:
        yield Finding("key", "warn", "COC_TOKEN holds no key of the developer site: only a proxy can take it")
        return
    made = None if claims.made_at is None else f"made {claims.made_at:%Y-%m-%d}"
    told = (f"for {', '.join(claims.addresses)}", claims.tier, ", ".join(claims.scopes), made)
    yield Finding("key", "ok", "; ".join(filter(None, told)))


def _none(patient: _Patient) -> str:
    if patient.is_invented:
        return "none, and none is needed here"
    return "none: only a proxy that has a key of its own can do without COC_TOKEN"


# ---------------------------------------------------------------------- with requests


def _answer(patient: _Patient) -> Iterator[Finding]:
    try:
        response = patient.client.with_response.goldpass()
    except AddressNotAllowed as error:
        yield Finding("address", "bad", f"this machine's is {error.address}, for which the key is not")
        raise
    yield Finding("answer", "ok", f"the API takes the key, and answers in {_told(patient.seconds[0])}")
    if patient.is_invented:
        yield Finding("clock", "ok", "a sandbox has a time of its own")
    else:
        yield _clock(response.main)


def _clock(answer: Exchange) -> Finding:
    try:
        there = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return Finding("clock", "warn", "the API's answer does not say what time it is there")
    ahead = (answer.fetched_at - (there if there.tzinfo else there.replace(tzinfo=UTC))).total_seconds()
    if abs(ahead) <= _CLOCK_MAY_DIFFER:
        return Finding("clock", "ok", "this machine's clock is right")
    which = "ahead of" if ahead > 0 else "behind"
    apart = timedelta(seconds=round(abs(ahead)))
    told = f"this machine's clock is {apart} {which} the API's: set it, or wars seem to end at other times"
    return Finding("clock", "warn", told)


def _pace(patient: _Patient) -> Iterator[Finding]:
    tags = patient.client.player_rankings("global", limit=_MANY)
    begin, before = monotonic(), len(patient.seconds)
    outcomes = patient.client.players(tags).all()
    took, seconds = monotonic() - begin, patient.seconds[before:]
    if seconds:
        told = f"half of the answers took {_told(median(seconds))} or less, the slowest {_told(max(seconds))}"
        yield Finding("speed", "ok", told)
    errors = [each.error for each in outcomes if isinstance(each, Failure)]
    throttled = sum(isinstance(error, TooManyRequests) for error in errors)
    if throttled:
        told = (
            f"{throttled} of {len(tags)} requests were throttled: let others use keys of their own, or set a lower rate"
        )
        yield Finding("pace", "bad", told)
    elif errors:
        verdict: Verdict = "bad" if len(errors) == len(tags) else "warn"
        yield Finding("pace", verdict, f"{len(errors)} of {len(tags)} requests failed: {one_line(errors[0])}")
    else:
        yield Finding("pace", "ok", f"{len(tags)} requests in {took:.1f} s, and none was throttled")


def _drift(patient: _Patient) -> Iterator[Finding]:
    from cocapi_gen.drift import differences  # here, because it loads pydantic

    asked = _kinds_of_answers(patient.client)
    found = 0
    for operation_id, ask in asked.items():
        try:
            for told in sorted({str(each) for each in differences(operation_id, ask())}):
                found += 1
                yield Finding("drift", "warn", f"{told}: look for a newer version of cocapi-gen")
        except WrongShape as error:
            found += 1
            yield Finding("drift", "bad", one_line(error))
    if not found:
        yield Finding("drift", "ok", f"{len(asked)} kinds of answers hold nothing that this version does not know")


def _kinds_of_answers(client: SyncClient) -> dict[str, Callable[[], BaseModel]]:
    """Return what to ask for, by the names of the operations."""
    raw = client.raw
    asked: dict[str, Callable[[], BaseModel]] = {
        "getLocations": raw.locations.get_locations,
        "getCurrentGoldPassSeason": raw.goldpass.get_current_gold_pass_season,
    }
    for tag in client.player_rankings("global", limit=1):
        asked["getPlayer"] = partial(raw.players.get_player, player_tag=tag)
    for tag in client.clan_rankings("global", limit=1):
        asked["getClan"] = partial(raw.clans.get_clan, clan_tag=tag)
        asked["getCapitalRaidSeasons"] = partial(raw.clans.get_capital_raid_seasons, clan_tag=tag, limit=1)
    return asked


def _told(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms"


_CHECKS: Sequence[Check] = (_versions, _server, _key, _answer, _pace, _drift)
