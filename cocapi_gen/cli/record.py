"""``cocapi-gen record``: ask the API what there is about some tags, and write down its answers.

What is asked follows from the operations' own data. An operation that needs nothing, or only what was given, is asked
first; what its answer leads to is asked next: the wars of a CWL group, the group of a player, and of every list what
belongs to its last entry.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from argparse import ArgumentTypeError
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from cocapi_gen import (
    Client,
    ClientRequestError,
    CocApiError,
    ConnectionFailed,
    InvalidTagError,
    RequestTimeout,
    UnknownDataError,
    UnreadableAnswerError,
    normalize_tag,
)
from cocapi_gen._pauses import pause
from cocapi_gen.cli.parser import Parser
from cocapi_gen.raw import OPERATIONS, Operation
from cocapi_gen.testing.recordings import Recorder, refuses_key

if TYPE_CHECKING:
    from cocapi_gen.raw import models

_PROG = "cocapi-gen record"
_WORLD = "global"
_PAUSE = 0.2
"""Seconds between two requests."""
_WARS = 4
"""CWL wars that are asked for of each clan: one round."""
_NOT_DRAWN = "#0"
_SEARCH = "searchClans"
"""The one operation that needs nothing by itself, but something of all that it takes."""

Given: TypeAlias = Mapping[str, Sequence[object]]


class Errand(NamedTuple):
    """A request that is to be made.

    Attributes:
        operation: what it asks for.
        values: its parameters, by their names in Python.
    """

    operation: Operation[object]
    values: Mapping[str, object]


# ---------------------------------------------------------------------- what is asked


def errands(given: Given) -> Iterator[Errand]:
    """What can be asked with the values that were given, such as the tags of some clans.

    >>> [errand.operation.operation_id for errand in errands({"war_tag": ["#2PP"]})][0]
    'getClanWarLeagueWar'
    """
    for operation in OPERATIONS.values():
        needed = ("name",) if operation.operation_id == _SEARCH else tuple(_required(operation))
        if operation.method == "GET" and given.keys() >= {*needed}:
            for values in product(*(given[name] for name in needed)):
                yield Errand(operation, dict(zip(needed, values, strict=True)))


def led_to(errand: Errand, answer: object, given: Given) -> Iterator[Errand]:
    """What an answer leads to; nothing if there is none."""
    if answer is None:
        return
    match errand.operation.operation_id:
        case "getClanWarLeagueGroup":
            for tag in _war_tags(cast("models.ClanWarLeagueGroup", answer)):
                yield Errand(OPERATIONS["getClanWarLeagueWar"], {"war_tag": tag})
        case "getPlayer":
            yield from _league_group(cast("models.Player", answer))
        case _:
            yield from _below(errand, answer, given)


def _required(operation: Operation[object]) -> list[str]:
    return [parameter.name for parameter in operation.parameters if parameter.required]


def _war_tags(group: models.ClanWarLeagueGroup) -> list[str]:
    """The wars of the last round that was drawn."""
    rounds = [tags for each in group.rounds or () if (tags := [tag for tag in each.war_tags if tag != _NOT_DRAWN])]
    return rounds[-1][:_WARS] if rounds else []


def _league_group(player: models.Player) -> Iterator[Errand]:
    tag, season = player.current_league_group_tag, player.current_league_season_id
    if tag and season:
        values = {"league_group_tag": tag, "league_season_id": season, "player_tag": player.tag}
        yield Errand(OPERATIONS["getLeagueGroup"], values)


def _below(errand: Errand, answer: object, given: Given) -> Iterator[Errand]:
    """What belongs to the last entry of a list, but for what was given by name."""
    entries: Sequence[object] = getattr(answer, "items", ())
    number: object = getattr(entries[-1], "id", None) if entries else None
    if number is None:
        return
    for operation in OPERATIONS.values():
        is_below = operation.path_template.startswith(f"{errand.operation.path_template}/{{")
        more = [name for name in _required(operation) if name not in errand.values]
        if is_below and len(more) == 1 and more[0] not in given:
            yield Errand(operation, {**errand.values, more[0]: number})


# ---------------------------------------------------------------------- asking


class _Round:
    """Runs errands one after another, and tells of each.

    Attributes:
        written: how many answers were written.
        errors: how many of the requests ended in an error.
    """

    def __init__(self, client: Client, recorder: Recorder) -> None:
        self.written: int = 0
        self.errors: int = 0
        self._client = client
        self._recorder = recorder

    async def run(self, given: Given) -> None:
        """Run every errand, and what it leads to.

        Raises:
            AccessDenied: the key is refused.
            ConnectionFailed: the API is out of reach.
        """
        waiting, done = deque(errands(given)), list[Errand]()
        while waiting:
            errand = waiting.popleft()
            if errand in done:  # two clans of one CWL group lead to the same wars
                continue
            done.append(errand)
            waiting.extendleft(reversed([*led_to(errand, await self._ask(errand), given)]))
            await pause(_PAUSE)

    async def _ask(self, errand: Errand) -> object:
        """The answer; None if it was an error that others need not meet."""
        try:
            answer = await _method(self._client, errand.operation)(**errand.values)
        except ConnectionFailed:
            raise
        except ClientRequestError as error:
            if refuses_key(error.status, error.data):
                raise
            self._tell(f"{error.status} {error.reason or ''}".strip())
        except UnreadableAnswerError:
            self._tell("200 but unreadable")
        except RequestTimeout as error:
            print(f"{'no answer':<20} {error}", flush=True)
        else:
            self._tell("200")
            return answer
        self.errors += 1
        return None

    def _tell(self, outcome: str) -> None:
        self.written += 1
        print(f"{outcome:<20} {self._recorder.newest}", flush=True)


def _method(client: Client, operation: Operation[object]) -> Callable[..., Awaitable[object]]:
    """The method of ``client.raw`` that calls an operation."""
    name = re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", operation.operation_id)
    return cast("Callable[..., Awaitable[object]]", getattr(getattr(client.raw, operation.tag), name))


async def _record(folder: Path, given: dict[str, list[object]]) -> int:
    async with Recorder(folder) as recorder, Client(transport=recorder) as client:
        tour, is_whole = _Round(client, recorder), False
        try:
            await tour.run(given | await _numbers(client, given.get("location_id", [])))
            is_whole = True
        except UnknownDataError:
            raise
        except CocApiError as error:
            print(f"{_PROG}: {error}", file=sys.stderr)
    print(f"{tour.written} answers written to {folder}; {tour.errors} errors.")
    return 0 if is_whole and tour.written else 1


async def _numbers(client: Client, locations: Sequence[object]) -> dict[str, list[object]]:
    """The locations as the API wants them; names are looked up."""
    known = [place if place == _WORLD else (await client.get_location(str(place))).id for place in locations]
    return {"location_id": [*known]} if known else {}


# ---------------------------------------------------------------------- options


def tag(text: str) -> str:
    """A tag, however it was typed."""
    try:
        return normalize_tag(text)
    except InvalidTagError as error:
        raise ArgumentTypeError(str(error)) from error


def name(text: str) -> str:
    """A name."""
    return text


_SUBJECTS = (
    ("--clan", "clan_tag", tag, "a clan: its members, wars, CWL and raids"),
    ("--player", "player_tag", tag, "a player: battles and leagues"),
    ("--location", "location_id", name, "a location by name or number, or 'global': its rankings"),
    ("--search", "name", name, "part of a name: the clans that have it"),
)
"""What can be asked for: each option, the parameter that it gives to operations, its kind and its meaning."""


def parser() -> Parser:
    """The options."""
    made = Parser(
        prog=_PROG,
        description="Ask the API for what belongs to some clans, players and locations, and for all lists, and write "
        "down its answers. Options can be repeated. COC_TOKEN holds the key; COC_BASE_URL says where the API is, if it "
        "is elsewhere.",
    )
    made.add_argument("folder", type=Path, metavar="FOLDER", help="where the answers go; it is made if need be")
    for option, name, kind, meaning in _SUBJECTS:
        made.add_argument(option, dest=name, type=kind, metavar=kind.__name__.upper(), action="append", help=meaning)
    return made


def record(arguments: list[str]) -> int:
    """Record, and return the exit code: 0 if all was asked, and an answer was written."""
    options_of = parser()
    options = vars(options_of.parse_args(arguments))
    folder: Path = options.pop("folder")
    given = {name: values for name, values in options.items() if values}
    if not (os.environ.get("COC_TOKEN") or os.environ.get("COC_BASE_URL")):
        options_of.error("there is no key: set COC_TOKEN to one from https://developer.clashofclans.com")
    try:
        return asyncio.run(_record(folder, given))
    except BrokenPipeError:  # it is the words that cannot be written, and not the answers
        raise
    except (UnknownDataError, OSError) as error:
        options_of.error(str(error))
