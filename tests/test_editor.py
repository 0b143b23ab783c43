"""What editors offer while code is written: names, types and explanations, in jedi and in pyright."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from time import monotonic
from typing import IO, Any

import pytest

pytestmark = pytest.mark.tools

ROOT = Path(__file__).parent.parent
SNIPPET = ROOT / "snippet.py"  # is never written: only the editor believes in it

Offers = dict[str, tuple[str, str]]
"""For each name that is offered, its explanation and its type, as texts."""


def in_function(*lines: str, client: str = "Client") -> str:
    """Return a program that has a client; what is asked for stands at its end."""
    head = f"from cocapi_gen import {client}\n\nasync def f(client: {client}) -> None:\n"
    return head + textwrap.indent("\n".join(lines), "    ")


CLAN = 'clan = await client.clan("#2PP")'
PLAYER = 'player = await client.player("#2PP")'

# What is written; a name that has to be offered, what its type says (of words with a slash between them one is enough:
# jedi and pyright differ), and what its explanation says.
EXPECTED: dict[str, tuple[str, list[tuple[str, str, str]]]] = {
    "the client": (
        in_function("client."),
        [
            ("clan", "-> models.Clan/Clan]", "Return a clan with its current war and war log."),
            ("clans", "-> list[Tag]/list[Tag]]", "Search clans and return their tags"),
            ("player", "-> models.Player/Player]", "Return a player."),
            ("clan_rankings", "-> list[Tag]/list[Tag]]", "best clans of a country"),
            ("all_locations", "-> NameTable[models.Location]/NameTable[Location]]", "Return all locations"),
            ("goldpass", "-> models.GoldPass/GoldPass]", "Gold Pass"),
            ("raw", "RawApi", "as it is on the wire"),
            ("aclose", "-> None/None]", "Close the connections of the running event loop."),
        ],
    ),
    "the client without an event loop": (
        in_function("client.", client="SyncClient"),
        [
            ("clan", "-> models.Clan/-> Clan", "Return a clan with its current war and war log."),
            ("players", "-> SyncOutcomes[models.Player]/-> SyncOutcomes[Player]", "an outcome for each tag"),
            ("walk", "-> Iterator[M]/-> Iterator[M@walk]", "Yield all rows from a page on"),
            ("with_response", "SyncClientWithResponse", "with what came with them"),
            ("close", "-> None/None]", "Close the connections."),
        ],
    ),
    "a clan": (
        in_function(CLAN, "clan."),
        [
            ("tag", "str/Tag", "Tag of the clan."),
            ("level", "int", "Level of the clan."),
            ("war", "ClanWar", "The clan's wars."),
            ("location", "Location", "None if it does not say."),
            ("member_list", "", "Tags of the members"),
            ("model_dump", "", "as a dictionary"),
        ],
    ),
    "a clan's wars": (
        in_function(CLAN, "clan.war."),
        [
            ("wins", "int", "Wars won."),
            ("log", "", "newest first"),
            ("currentwar", "ClanWarInfo", "The current war;"),
            ("win_streak", "int", "Wars won in a row"),
        ],
    ),
    "the current war": (
        in_function(CLAN, "war = clan.war.currentwar", "if war is not None:", "    war."),
        [("opponent", "ClanWarInfoClan", "The clan it fights."), ("state", "", "Where it stands.")],
    ),
    "a player": (
        in_function(PLAYER, "player."),
        [
            ("troops", "", "Levels of troops"),
            ("town_hall_level", "int", "Level of the Town Hall."),
            ("clan", "", "Tag of"),
        ],
    ),
    "a troop": (
        in_function(PLAYER, "player.troops[0]."),
        [("super_troop_is_active", "bool", "True while the super troop is boosted"), ("level", "int", "from 1")],
    ),
    "a member": (
        in_function(CLAN, "for member in clan.member_details:", "    member."),
        [("role", "", "Role in the clan."), ("donations", "int", "Troops donated this season.")],
    ),
    "a war of the log": (
        in_function(CLAN, "for result in clan.war.log or ():", "    result."),
        [("team_size", "int", "Players on each side."), ("end_time", "datetime/Moment", "When it ended.")],
    ),
    "a war": (
        in_function('war = await client.war("#2PP")', "if war:", "    war."),
        [("attacks_each", "int", ""), ("new_stars", "int", ""), ("side_of", "ClanWarInfoClan", "")],
    ),
    "a war without an event loop": (
        in_function('war = client.league_war("#2PP")', "war.", client="SyncClient"),
        [("attacks_each", "int", ""), ("new_stars", "int", "")],
    ),
    "a page": (
        in_function('page = await client.clan_members("#2PP")', "page."),
        [("after", "str", "Cursor of the page that follows"), ("items", "", "The rows.")],
    ),
    "a row of a page": (
        in_function('page = await client.clan_members("#2PP")', "for member in page:", "    member."),
        [("role", "", "Role in the clan."), ("donations", "int", "Troops donated this season.")],
    ),
    "what came with an answer": (
        in_function('response = await client.with_response.player("#2PP")', "response."),
        [("value", "", "What the method returns."), ("status", "int", "Status code"), ("expires_at", "datetime", "")],
    ),
    "an answer with what came with it": (
        in_function('response = await client.with_response.player("#2PP")', "response.value."),
        [("town_hall_level", "int", "Level of the Town Hall."), ("troops", "", "Levels of troops")],
    ),
    "one of many": (
        in_function(
            'for outcome in client.players(["#2PP"]):', "    if outcome:", "        outcome.value.", client="SyncClient"
        ),
        [("town_hall_level", "int", "Level of the Town Hall.")],
    ),
    "a location": (
        in_function("locations = await client.all_locations()", 'locations["ru"].'),
        [("country_code", "", "Two letters"), ("display_name", "str", "as the game writes it")],
    ),
    "an error": (
        "from cocapi_gen import ClientRequestError\ntry:\n    pass\nexcept ClientRequestError as error:\n    error.",
        [
            ("status", "int", "Status code"),
            ("reason", "str", "The API's word for the cause"),
            ("response", "Response", ""),
        ],
    ),
    "groups of operations": (
        in_function("client.raw."),
        [("clans", "ClansApi", ""), ("players", "PlayersApi", ""), ("goldpass", "GoldpassApi", "")],
    ),
    "operations": (in_function("client.raw.clans."), [("get_clan", "Clan", ""), ("search_clans", "ClanList", "")]),
    "an answer as it is on the wire": (
        in_function('clan = await client.raw.clans.get_clan(clan_tag="#2PP")', "clan."),
        [("war_win_streak", "int", ""), ("badge_urls", "BadgeUrls", "")],
    ),
    "the package": (
        "from cocapi_gen import ",
        [
            ("Client", "", "Asks the Clash of Clans API"),
            ("Clan", "", "Everything that can be known about a clan."),
            ("normalize_tag", "", "Return the tag as the API writes it"),
            ("ResourceNotFound", "", "(404)"),
            ("ClanWarFrequency", "", ""),
        ],
    ),
    "the models": ("from cocapi_gen.models import ", [("Clan", "", "Everything that can be known about a clan.")]),
    "the sandbox": ("from cocapi_gen.sandbox import ", [("Sandbox", "", "")]),
}
every_place = pytest.mark.parametrize(("code", "expected"), EXPECTED.values(), ids=EXPECTED)


def check(offers: Offers, expected: list[tuple[str, str, str]]) -> None:
    assert [name for name, _, _ in expected if name not in offers] == []
    for name, kind, explanation in expected:
        explained, typed = offers[name]
        assert any(word in typed for word in kind.split("/")), (name, typed)
        assert explanation in explained, name


def position(code: str) -> tuple[int, int]:
    """Return line and column of the end, from 0."""
    return code.count("\n"), len(code.rpartition("\n")[2])


@pytest.fixture(scope="module")
def jedi_offers() -> Callable[[str], Offers]:
    jedi: Any = import_module("jedi")  # it has no types
    project, environment = jedi.Project(ROOT), jedi.create_environment(sys.prefix, safe=False)

    def offers(code: str) -> Offers:
        line, column = position(code)
        script = jedi.Script(code, path=SNIPPET, project=project, environment=environment)
        wanted = {name for _, names in EXPECTED.values() for name, _, _ in names}
        return {
            found.name: (found.docstring(), found.get_type_hint() or "")
            for found in script.complete(line + 1, column)
            if found.name in wanted
        }

    return offers


@every_place
def test_jedi_offers(code: str, expected: list[tuple[str, str, str]], jedi_offers: Callable[[str], Offers]) -> None:
    check(jedi_offers(code), expected)


class LanguageServer:
    """Pyright as an editor speaks to it: JSON in frames, over pipes."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._messages: Queue[dict[str, Any]] = Queue()
        self._number = 0
        Thread(target=self._read, args=(self._pipe(process.stdout),), daemon=True).start()
        root = ROOT.as_uri()
        folders = [{"uri": root, "name": "project"}]
        formats = {"contentFormat": ["plaintext"]}
        able = {"completion": {"completionItem": {"documentationFormat": ["plaintext"]}}, "hover": formats}
        able_too = {"configuration": True, "workspaceFolders": True}
        capabilities = {"textDocument": able, "workspace": able_too}
        options = {"capabilities": capabilities, "processId": None, "rootUri": root, "workspaceFolders": folders}
        self.ask("initialize", options)
        self.tell("initialized", {})

    def tell(self, method: str, parameters: dict[str, Any]) -> None:
        self._write({"method": method, "params": parameters})

    def ask(self, method: str, parameters: dict[str, Any], timeout: float = 60) -> Any:
        self._number += 1
        self._write({"id": self._number, "method": method, "params": parameters})
        end = monotonic() + timeout
        while True:
            try:
                message = self._messages.get(timeout=max(0.0, end - monotonic()))
            except Empty:
                raise AssertionError(f"no answer to {method} in {timeout} s") from None
            if "method" in message and "id" in message:  # the server asks in its turn, for settings and the like
                items = message.get("params", {}).get("items", [])
                self._write({"id": message["id"], "result": [{"pythonPath": sys.executable} for _ in items]})
            elif message.get("id") == self._number:
                return message["result"]

    def open(self, name: str, code: str) -> dict[str, Any]:
        """Show a file to the server and return how to speak of its end."""
        uri = (ROOT / name).as_uri()
        file = {"uri": uri, "languageId": "python", "version": 1, "text": code}
        self.tell("textDocument/didOpen", {"textDocument": file})
        line, column = position(code)
        return {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}}

    def _write(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        pipe = self._pipe(self._process.stdin)
        pipe.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        pipe.flush()

    def _read(self, pipe: IO[bytes]) -> None:
        with suppress(ValueError):  # the pipe is closed at the end
            while length := self._header(pipe):
                self._messages.put(json.loads(pipe.read(length)))

    @staticmethod
    def _header(pipe: IO[bytes]) -> int:
        length = 0
        while line := pipe.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        return length

    @staticmethod
    def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
        assert pipe is not None
        return pipe


@pytest.fixture(scope="module")
def server() -> Iterator[LanguageServer]:
    command = [str(Path(sys.executable).parent / "pyright-langserver"), "--stdio"]
    with subprocess.Popen(  # noqa: S603 # our own tool
        command,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            yield LanguageServer(process)
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # the command starts another, which holds the pipes open


def completions(server: LanguageServer, code: str) -> dict[str, dict[str, Any]]:
    """Return what pyright would complete the code with."""
    place = server.open(f"snippet{abs(hash(code))}.py", code)
    answer: dict[str, Any] | list[dict[str, Any]] = server.ask("textDocument/completion", place)
    found: list[dict[str, Any]] = answer["items"] if isinstance(answer, dict) else answer
    return {str(item["label"]): item for item in found}


@pytest.mark.tools
@every_place
def test_pyright_offers(code: str, expected: list[tuple[str, str, str]], server: LanguageServer) -> None:
    items = completions(server, code)
    offers: Offers = {}
    for name in (name for name, _, _ in expected if name in items):
        told = server.ask("completionItem/resolve", items[name])
        text: str = told["documentation"]["value"]
        offers[name] = (text, text)
    check(offers, expected)


@pytest.mark.tools
def test_pyright_offers_the_arguments_of_a_maker_of_models(server: LanguageServer) -> None:
    offered = completions(server, "from cocapi_gen.testing import make_player\nmake_player(town")
    assert {"town_hall_level=", "town_hall_weapon_level="} <= offered.keys()


@pytest.mark.tools
@pytest.mark.parametrize(
    ("code", "said"),
    [
        (in_function(CLAN), "clan: Clan"),
        (in_function(CLAN, "x = clan.war.log"), "x: Many[ClanWarResult] | None"),
        (in_function(PLAYER, "troop = player.troops[0]"), "troop: PlayerTroop"),
        (in_function("locations = await client.all_locations()"), "locations: NameTable[Location]"),
        (in_function("raw = await client.raw.clans.get_clan(clan_tag='#2PP')"), "raw: Clan"),
    ],
)
def test_pyright_tells_what_something_is(code: str, said: str, server: LanguageServer) -> None:
    place = server.open(f"hover{abs(hash(code))}.py", code)
    place["position"]["character"] = 4  # where the last line begins
    assert said in server.ask("textDocument/hover", place)["contents"]["value"]
