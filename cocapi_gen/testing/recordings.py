"""Answers kept in a folder: recorded while a program runs, and replayed without the API.

One JSON file is one answer: ``response_code``, ``headers``, ``body``, and how it was asked for. Its folder says what
was asked, and its name what was asked for, as in ``clans/members/clanTag=#2PP,limit=10.json``.

>>> import tempfile
>>> from cocapi_gen import Client
>>> folder = tempfile.mkdtemp()
>>> recorder = Recorder(folder, sandbox.transport())
>>> async with Client("token", transport=recorder, base_url="http://sandbox/v1") as recorded:
...     clan = await recorded.clan(clan_tag)
>>> async with Client("token", transport=Replay(folder), base_url="http://replay/v1") as replayed:
...     clan == await replayed.clan(clan_tag)
True
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, Self, TypeAlias, cast
from urllib.parse import quote
from uuid import uuid4

import httpx

from cocapi_gen.raw import OPERATIONS
from cocapi_gen.sandbox.answers import Refusal, page
from cocapi_gen.sandbox.exchange import Delivery, Request, in_json
from cocapi_gen.sandbox.routes import Route, find, query_in
from cocapi_gen.sandbox.transport import SandboxTransport
from cocapi_gen.sandbox.world.material import Json, JsonObject
from cocapi_gen.testing.redaction import PLACEHOLDER, redacted, redacted_text

FOLDERS = {
    "clans/search": "searchClans",
    "clans/clans": "getClan",
    "clans/members": "getClanMembers",
    "clans/warlog": "getClanWarLog",
    "clans/currentwar": "getCurrentWar",
    "clans/leaguegroup": "getClanWarLeagueGroup",
    "clans/clanwarleagues": "getClanWarLeagueWar",
    "clans/capitalraidseasons": "getCapitalRaidSeasons",
    "players/player": "getPlayer",
    "players/battlelog": "getBattleLog",
    "players/leaguehistory": "getLeagueHistory",
    "players/verifytoken": "verifyToken",
    "leagues/LISTLEAGUES": "getLeagues",
    "leagues/league": "getLeague",
    "leagues/LISTLEAGUESEASONS": "getLeagueSeasons",
    "leagues/league-season": "getLeagueSeasonRankings",
    "leagues/LISTLEAGUETIERS": "getLeagueTiers",
    "leagues/leaguetier": "getLeagueTier",
    "leagues/leaguegroup": "getLeagueGroup",
    "leagues/LISTBUILDERLEAGUES": "getBuilderBaseLeagues",
    "leagues/builderbaseleague": "getBuilderBaseLeague",
    "leagues/LISTCAPITALLEAGUES": "getCapitalLeagues",
    "leagues/capital-league": "getCapitalLeague",
    "leagues/LISTWARELEAGUES": "getWarLeagues",
    "leagues/war-league": "getWarLeague",
    "locations/LISTLOCATIONS": "getLocations",
    "locations/location": "getLocation",
    "locations/rankings/clans": "getClanRanking",
    "locations/rankings/players": "getPlayerRanking",
    "locations/rankings/clans-builder-base": "getClanBuilderBaseRanking",
    "locations/rankings/players-builder-base": "getPlayerBuilderBaseRanking",
    "locations/rankings/clans-versus": "getClanVersusRanking",
    "locations/rankings/players-versus": "getPlayerVersusRanking",
    "locations/rankings/capitals": "getClanCapitalRanking",
    "goldpass": "getCurrentGoldPassSeason",
    "labels/clans": "getClanLabels",
    "labels/players": "getPlayerLabels",
}
"""Which operation the answers in a folder, or in a file of this name, belong to."""

_FOLDER_OF = {operation: folder for folder, operation in FOLDERS.items()}
_PAGING = {"limit", "after", "before"}
_KEPT_HEADERS = ("cache-control", "content-type")
_REFUSALS = (401, 403)
_LONGEST_NAME = 120
_NAMED_AT_MOST = 10

Values: TypeAlias = Mapping[str, str]


def _status(code: object) -> int:
    if type(code) is not int or not 100 <= code <= 599:
        raise ValueError(f"{code!r} is no status")
    return code


def _headers(found: Mapping[str, object]) -> dict[str, str]:
    if not all(isinstance(value, str) for value in found.values()):
        raise ValueError("a header is no text")
    return {name: str(value) for name, value in found.items()}


@dataclass(frozen=True, slots=True)
class Recording:
    """One recorded answer.

    Attributes:
        status: the status code.
        headers: those headers that say what the body is and how long it lives; their names are in lower case.
        body: the JSON body; the text of a body that is not JSON.
        path: the path of the operation that was asked, with its parameters in braces; empty if it is not known.
        method: the method of the operation, such as ``GET``; empty if it is not known.
        sent: the names of what the body of the request said.

    >>> Recording.of(httpx.Response(502, html="<h1>Bad Gateway</h1>")).body
    '<h1>Bad Gateway</h1>'
    """

    status: int
    headers: Values
    body: Json
    path: str = ""
    method: str = ""
    sent: tuple[str, ...] = ()

    @classmethod
    def of(cls, response: httpx.Response) -> Self:
        """What there is to record of an answer."""
        headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        try:
            body: Json = json.loads(response.content)
        except (ValueError, RecursionError):
            body = response.text
        # so that a text always is what was sent, letter by letter
        return cls(response.status_code, headers, response.text if isinstance(body, str) else body)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file.

        Raises:
            ValueError: it holds something else.
        """
        try:
            found = json.loads(path.read_bytes())
            asked = (str(found.get("path", "")), str(found.get("method", "")), tuple(map(str, found.get("sent", ()))))
            return cls(_status(found["response_code"]), _headers(found["headers"]), found["body"], *asked)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            problem = "a recording is a JSON object of response_code, headers and body"
            raise ValueError(f"{path} cannot be read: {problem} ({error!r}).") from error

    def write(self, path: Path) -> None:
        """Write a file, in whole or not at all.

        Raises:
            OSError: the file cannot be written.
        """
        asked = {"method": self.method, "path": self.path, "sent": self.sent}
        told = {"body": self.body, "headers": self.headers, "response_code": self.status}
        told |= {name: value for name, value in asked.items() if value}
        # half a character (a lone surrogate) is written as JSON's own escape
        text = json.dumps(told, ensure_ascii=False, indent=2).encode(errors="backslashreplace") + b"\n"
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{uuid4().hex}.part")
        try:
            part.write_bytes(text)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    @property
    def payload(self) -> bytes:
        """The body as it is sent."""
        if isinstance(self.body, str):
            charset = httpx.Response(self.status, headers=dict(self.headers)).encoding or "utf-8"
            return self.body.encode(charset, errors="replace")
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode(errors="backslashreplace")


# ---------------------------------------------------------------------- names of files


def asked_for(values: Values, query: Values) -> str:
    """The name of the recording of a request: what was asked for, in an order of its own.

    >>> asked_for({"clanTag": "#2PP"}, {"limit": "10"})
    'clanTag=#2PP,limit=10'
    """
    parts = [*values.items(), *sorted(query.items())]
    # a server may get any byte, so also half a character
    name = ",".join(f"{quote(key, safe='')}={quote(text, '#', errors='surrogatepass')}" for key, text in parts)
    if len(name) <= _LONGEST_NAME and all(map(_is_plain, (text for _, text in parts))):
        return name
    # two names that differ in upper and lower case only are one to many file systems
    return f"{name[:_LONGEST_NAME]}~{sha256(name.encode()).hexdigest()[:12]}"


def _is_plain(text: str) -> bool:
    """Whether it is written in the case that is usual: tags in upper case, all else in lower case."""
    return text == (text.upper() if text.startswith("#") else text.lower())


class _Asked(NamedTuple):
    """A request for an operation.

    Attributes:
        route: the operation, and what the path asks for.
        query: what the query asks for, of what the operation knows.
        private: what the body says, and nobody else should hear: a player's in-game token.
        key: the key that came with it; empty if none did.
    """

    route: Route
    query: Values
    private: Values
    key: str

    @property
    def secrets(self) -> list[str]:
        """What is never written."""
        return [self.key, *self.private.values()]

    @property
    def name(self) -> str:
        """What was asked for, without secrets."""
        return asked_for(self._redacted(self.route.values), self._redacted(self.query))

    @property
    def path(self) -> Path:
        """The file of its recording, below the folder."""
        folder = _folder_of(self.route.operation.operation_id)
        return Path(f"{folder}/{self.name}.json" if self.name else f"{folder}.json")

    def _redacted(self, values: Values) -> Values:
        return {name: redacted_text(text, self.secrets) for name, text in values.items()}


def _folder_of(operation: str) -> str:
    """Return where answers of an operation are: in a folder called like its path as long as it has no better one."""
    return _FOLDER_OF.get(operation) or OPERATIONS[operation].path_template.strip("/")


def _asked(request: Request) -> _Asked | None:
    """What a request asks for; None if it is for no operation."""
    route = _routed(request.method, request.target)
    if route is None:
        return None
    # other names mean nothing to the API, and could be keys or paths
    known = _names(route, "query")
    query = {name: text for name, text in query_in(request.target).items() if name in known}
    key = request.headers.get("authorization", "").strip().rpartition(" ")[2]
    return _Asked(route, query, _private(route, request.body), key)


def _names(route: Route, location: str) -> list[str]:
    return [each.wire_name for each in route.operation.parameters if each.location == location]


def _private(route: Route, sent: bytes) -> Values:
    names = _names(route, "body")
    try:
        body: object = json.loads(sent) if names else None
    except (ValueError, RecursionError):
        body = None
    found = cast("dict[str, object]", body) if isinstance(body, dict) else {}
    return {name: str(found.get(name, "")) for name in names}


def _tells(path: Path) -> bool:
    """Whether the name of a file in the folder of an operation says what was asked for."""
    return "=" in path.stem


def _routed(method: str, target: str) -> Route | None:
    """What a request is for, wherever the base URL ends."""
    path = target.partition("?")[0]
    below = (path[start:] for start, letter in enumerate(path) if letter == "/")
    return next(filter(None, (find(method, each) for each in below)), None)


# ---------------------------------------------------------------------- recording


class Recorder(httpx.AsyncBaseTransport):
    """A transport that writes down every answer that it brings: ``Client(token, transport=Recorder("recordings"))``.

    The same request is written to the same file, and the newest answer stays. Of the headers only two are written;
    keys, in-game tokens and addresses of machines never are. An answer that is no operation's, that refuses the key, or
    that cannot be decompressed, is passed on only.

    Attributes:
        newest: the file that was written last, below the folder; None if none was.

    >>> import tempfile
    >>> from cocapi_gen import Client
    >>> recorder = Recorder(tempfile.mkdtemp(), sandbox.transport())
    >>> async with Client("token", transport=recorder, base_url="http://sandbox/v1") as recorded:
    ...     locations = await recorded.all_locations()
    >>> print(recorder.newest)
    locations/LISTLOCATIONS.json
    """

    def __init__(self, folder: str | Path, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """Make a recorder; nothing is written yet.

        Args:
            folder: where the files go; it is made when it is needed.
            transport: what carries the requests, and is closed with the recorder. By default each request goes to the
                network on a connection of its own, so that there is nothing to close; proxies of the environment are
                only used by a transport that knows them.
        """
        self.newest: Path | None = None
        self._folder = Path(folder)
        self._transport = transport or httpx.AsyncHTTPTransport(limits=httpx.Limits(max_keepalive_connections=0))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on, and write down the answer.

        Raises:
            OSError: the answer cannot be written.
        """
        sent = await request.aread()
        received = await self._transport.handle_async_request(request)
        try:
            content = b"".join([part async for part in cast("httpx.AsyncByteStream", received.stream)])
        finally:
            await received.aclose()
        self._write(request, sent, received, content)
        return httpx.Response(
            received.status_code,
            headers=received.headers,
            stream=httpx.ByteStream(content),
            extensions=received.extensions,
        )

    async def aclose(self) -> None:
        """Close the transport that carries the requests."""
        await self._transport.aclose()

    def _write(self, request: httpx.Request, sent: bytes, received: httpx.Response, content: bytes) -> None:
        asked = _asked(Request(request.method, request.url.raw_path.decode(), request.headers, sent))
        if asked is None:
            return
        try:
            recording = Recording.of(httpx.Response(received.status_code, headers=received.headers, content=content))
        except httpx.DecodingError:
            return
        if refuses_key(recording.status, recording.body):
            return
        operation = asked.route.operation
        known = replace(recording, path=operation.path_template, method=operation.method, sent=tuple(asked.private))
        _without_secrets(known, asked).write(self._folder / asked.path)
        self.newest = asked.path


def refuses_key(status: int, body: object) -> bool:
    """Whether an answer is about the key or the address of whoever asked, and not about what was asked for.

    A war log that is private is refused with the same status, but without a message.

    >>> refuses_key(403, {"reason": "accessDenied", "message": "Invalid authorization"})
    True
    >>> refuses_key(403, {"reason": "accessDenied"})
    False
    """
    told = cast("dict[str, object]", body) if isinstance(body, dict) else {}
    is_private = told.get("reason") == "accessDenied" and told.get("message") is None
    return status in _REFUSALS and not is_private


def _without_secrets(recording: Recording, asked: _Asked) -> Recording:
    hidden = _with(recording, dict.fromkeys(asked.private, PLACEHOLDER))
    return replace(hidden, body=redacted(hidden.body, asked.secrets))


def _with(recording: Recording, values: Values) -> Recording:
    """The same with other values at its top, where there are such."""
    if not isinstance(recording.body, dict):
        return recording
    return replace(recording, body={name: values.get(name, value) for name, value in recording.body.items()})


# ---------------------------------------------------------------------- replaying


class Recordings:
    """Answers requests from a folder; it can be served like a sandbox.

    For each request it looks for:

    1. the answer to exactly this request;
    2. if a page of a list is asked for, the whole list, of which it gives that page;
    3. a file in the operation's folder whose name does not tell what was asked for, such as ``CLAN.json``. These files
       are tried in the order of their names: the first one whose ``tag`` or ``id`` is the requested one is taken, else
       the first one with status 200, else the first one. A ``tag`` at its top becomes the requested one.

    >>> recordings = Recordings(Path("nowhere"))
    >>> recordings.answer(Request("GET", "/v1/goldpass/seasons/current")).status
    501
    """

    def __init__(self, folder: str | Path) -> None:
        """Take a folder; it is read anew for each request."""
        self.faults: _OpenDoors = _OpenDoors()
        self._folder = Path(folder)

    def answer(self, request: Request) -> Delivery:
        """Answer a request.

        Raises:
            ValueError: a file of the folder is no recording.
        """
        asked = _asked(request)
        if asked is None:
            return in_json(404, {"reason": "notFound"}, "no-store")
        found = self._exact(asked) or self._whole(asked)
        if found is None:
            return in_json(501, {"reason": "notImplemented", "message": self._missing(asked)}, "no-store")
        found = _with(found, asked.private)
        return Delivery(found.status, found.headers, found.payload)

    def files(self) -> Iterator[Path]:
        """The files with recordings, below the folder."""
        for operation in OPERATIONS:
            yield from self._files(operation)

    def _exact(self, asked: _Asked) -> Recording | None:
        return self._read(asked.path)

    def _whole(self, asked: _Asked) -> Recording | None:
        """What is there but for the page that is asked for, or under a name that tells nothing; then the page of it."""
        query = {name: text for name, text in asked.query.items() if name not in _PAGING}
        found = self._exact(asked._replace(query=query)) or self._foreign(asked.route)
        rows = found.body.get("items") if found is not None and isinstance(found.body, dict) else None
        if found is None or query == asked.query or not isinstance(rows, list):
            return found
        try:
            return replace(found, body=page(rows, asked.query))
        except Refusal as refusal:
            return Recording(refusal.status, {"content-type": "application/json"}, refusal.reply.body)

    def _foreign(self, route: Route) -> Recording | None:
        found = [self._read(path) for path in self._inside(route.operation.operation_id) if not _tells(path)]
        best = min(filter(None, found), key=lambda each: (not _is_about(each, route), each.status != 200), default=None)
        tag = next((text for text in route.values.values() if text.startswith("#")), None)
        if best is None or best.status != 200 or tag is None:
            return best
        return _with(best, {"tag": tag})

    def _read(self, path: Path) -> Recording | None:
        found = self._folder / path
        return Recording.read(found) if found.is_file() else None

    def _files(self, operation: str) -> Iterator[Path]:
        alone = Path(f"{_folder_of(operation)}.json")
        yield from ([alone] if (self._folder / alone).is_file() else [])
        yield from self._inside(operation)

    def _inside(self, operation: str) -> Iterator[Path]:
        found = sorted((self._folder / _folder_of(operation)).rglob("*.json"))
        yield from (path.relative_to(self._folder) for path in found)

    def _missing(self, asked: _Asked) -> str:
        operation = asked.route.operation.operation_id
        names = [path.stem for path in self._files(operation)]
        there = [*names[:_NAMED_AT_MOST], *(["..."] if len(names) > _NAMED_AT_MOST else [])]
        wanted = f"{operation} {asked.name}".strip()
        return f"There is no recording of {wanted}. Recorded of this operation: {', '.join(there) or 'nothing'}."


class _OpenDoors:
    """A folder refuses nobody."""

    is_shut = False

    def knock(self) -> None:
        """Let everybody in."""


def _is_about(recording: Recording, route: Route) -> bool:
    """Whether an answer says of itself that it is what a path asks for."""
    body: JsonObject = recording.body if isinstance(recording.body, dict) else {}
    return bool({str(body.get("tag")), str(body.get("id"))} & {*route.values.values()})


class Replay(SandboxTransport):
    """A transport, with ``await`` or without, that answers from a folder: ``Client("x", transport=Replay(folder))``.

    What was not recorded is answered with 501 ``notImplemented``; the message says what is missing, and what is there.

    >>> from cocapi_gen import Client, ClientRequestError
    >>> client = Client("x", transport=Replay("nowhere"), base_url="http://replay/v1")
    >>> try:
    ...     await client.clan("#2PP")
    ... except ClientRequestError as error:
    ...     print(error.message)
    There is no recording of getClan clanTag=#2PP. Recorded of this operation: nothing.
    """

    def __init__(self, folder: str | Path) -> None:
        """Take a folder of recordings; it is read anew for each request."""
        super().__init__(Recordings(folder))
