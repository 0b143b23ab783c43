"""Looking something up: ask the API or a sandbox, and show the answer."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, cast

from cocapi_gen import CocApiError, NoAnswerError, UnknownDataError
from cocapi_gen.cli.blocks import one_line, plain
from cocapi_gen.cli.lookups import LOOKUPS, Lookup
from cocapi_gen.cli.parser import Parser
from cocapi_gen.cli.progress import clear_progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cocapi_gen import SyncClient, SyncOutcomes
    from cocapi_gen.cli.blocks import Block

Draw: TypeAlias = "Callable[[object, datetime], None]"
"""Draws an answer; the moment is what it is now."""

_REFUSED = 1
"""The exit code when the API said no, or has nothing of this kind."""
_NO_ANSWER = 3
"""The exit code when the API did not answer."""
_NO_TABLES = 'Tables need rich: pip install "cocapi-gen[cli]". With --json nothing more is needed.'
_NO_KEY = "there is no key: set COC_TOKEN to one from https://developer.clashofclans.com, or try --sandbox"
_NO_TAG = (
    "TAG is missing: put it in quotes or leave out its #, with which a comment begins in the shell; "
    "with --sandbox it may be missing, and one of the invented world's is taken"
)
_IN_THE_SHELL = {
    "client.all_locations() lists the names": "cocapi-gen locations lists the names",
    "client.all_clan_labels() lists the names": "cocapi-gen labels clans lists the names",
    "name='bomb' or location='ru'": "a NAME or --location ru",
    "what comes after '?' as query": "what comes after '?' with --query NAME=VALUE",
    ", but has to be seconds above 0, or None": ", but has to be seconds above 0",
}
"""How what messages say of Python reads on the command line."""


class Asked(NamedTuple):
    """Who is asked.

    Attributes:
        client: makes the requests.
        now: the moment that it is there; a sandbox has a time of its own.
    """

    client: SyncClient
    now: datetime


def parser(name: str) -> Parser:
    """The options of a command."""
    entry = LOOKUPS[name]
    made = Parser(prog=f"cocapi-gen {name}", description=f"Show {entry.meaning}. COC_TOKEN holds the key.")
    for add in entry.arguments:
        add(made)
    common = made.add_argument_group("in all commands that look something up")
    common.add_argument("--json", action="store_true", help="print JSON, for programs")
    where = common.add_mutually_exclusive_group()
    where.add_argument(
        "--base-url", metavar="URL", help="where the API is (default: COC_BASE_URL, or the official one)"
    )
    where.add_argument("--sandbox", action="store_true", help="ask an invented API; needs no key")
    common.add_argument("--seed", type=int, metavar="N", help="which sandbox (default: 1)")
    common.add_argument(
        "--timeout", type=float, default=30.0, metavar="SECONDS", help="how long to wait for an answer (default: 30)"
    )
    common.add_argument(
        "--retries", type=int, default=0, metavar="N", help="how often to try again what may pass (default: 0)"
    )
    return made


def look_up(name: str, arguments: list[str]) -> int:
    """Ask for something and show it, and return the exit code."""
    entry, options_of = LOOKUPS[name], parser(name)
    given = options_of.parse_intermixed_args(arguments)
    _check(entry, given, options_of)
    draw = None if entry.show is None or given.json else _drawing(entry.show, options_of)
    try:
        asked = _asked(entry, given)
        with asked.client:
            return _answer(name, given, asked, draw)
    except UnknownDataError as error:
        options_of.error(_in_the_shell(one_line(error)))
    except CocApiError as error:
        code = _NO_ANSWER if isinstance(error, NoAnswerError) else _REFUSED
        options_of.exit(code, f"{options_of.prog}: {one_line(error)}\n")


def _in_the_shell(message: str) -> str:
    for said, meant in _IN_THE_SHELL.items():
        message = message.replace(said, meant)
    return message


def _drawing(show: Callable[[Any], Iterable[Block]], options_of: Parser) -> Draw:
    """What draws an answer; it is an end before anything is sent if there is no rich."""
    try:
        from cocapi_gen.cli.terminal import draw
    except ModuleNotFoundError:
        options_of.exit(_REFUSED, f"{options_of.prog}: {_NO_TABLES}\n")
    return lambda found, now: draw(show(found), now)


def _check(entry: Lookup, given: Namespace, options_of: Parser) -> None:
    """End the program if something is missing, or makes no sense together."""
    has_key = os.environ.get("COC_TOKEN") or os.environ.get("COC_BASE_URL") or given.base_url
    if given.seed is not None and not given.sandbox:
        options_of.error("--seed goes with --sandbox")
    if entry.sample is not None and not (given.tag or given.sandbox):
        options_of.error(_NO_TAG)
    if not (has_key or given.sandbox):
        options_of.error(_NO_KEY)


def _asked(entry: Lookup, given: Namespace) -> Asked:
    """Who is asked; a tag that is missing is taken from the sandbox."""
    if given.sandbox:
        from cocapi_gen.sandbox import Sandbox

        sandbox = Sandbox(1 if given.seed is None else given.seed)
        if entry.sample is not None:
            given.tag = given.tag or entry.sample(sandbox.world)
        return Asked(sandbox.sync_client(timeout=given.timeout, retries=given.retries), sandbox.now)
    from cocapi_gen import SyncClient

    client = SyncClient(base_url=given.base_url, timeout=given.timeout, retries=given.retries)
    return Asked(client, datetime.now(UTC))


def _answer(name: str, given: Namespace, asked: Asked, draw: Draw | None) -> int:
    """Ask, and show the answer."""
    entry = LOOKUPS[name]
    found = entry.ask(asked.client, given)
    from cocapi_gen import Page, SyncOutcomes

    if isinstance(found, SyncOutcomes):
        return _outcomes(name, cast("SyncOutcomes[object]", found), asked.now, draw)
    if draw is None:
        print(json.dumps(entry.dump(found), indent=2), flush=True)
    else:
        draw(found, asked.now)
        if isinstance(found, Page) and found.after is not None:
            print(f"cocapi-gen {name}: there are more, raise --limit", file=sys.stderr)
    return entry.code(found)


def _outcomes(name: str, outcomes: SyncOutcomes[object], now: datetime, draw: Draw | None) -> int:
    """Show what became of many tags: lines of JSON as they come, or a table at the end."""
    dump, values, code = LOOKUPS[name].dump, list[object](), 0
    for outcome in outcomes:
        if not outcome:
            clear_progress()
            print(f"cocapi-gen {name}: {plain(outcome.tag)}: {one_line(outcome.error)}", file=sys.stderr)
            code = _REFUSED
        elif draw is None:
            print(json.dumps(dump(outcome.value)), flush=True)
        else:
            values.append(outcome.value)
    clear_progress()
    if draw is not None:
        draw(values, now)
    return code
