"""What can be looked up: for each command what it takes, what it asks and how the answer is shown."""

from __future__ import annotations

import sys
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar, cast, get_args, runtime_checkable

from cocapi_gen import ClanWarFrequency, CocApiError, InvalidParameterError, normalize_tag
from cocapi_gen.cli import views
from cocapi_gen.cli.blocks import one_line
from cocapi_gen.cli.progress import tell_progress

if TYPE_CHECKING:
    from argparse import Namespace

    from pydantic import JsonValue

    from cocapi_gen import BaseLabel, NotInLeagueGroup, SyncClient, TokenVerification
    from cocapi_gen.cli.blocks import Block
    from cocapi_gen.cli.parser import Parser
    from cocapi_gen.sandbox import World

T = TypeVar("T")

Argument: TypeAlias = "Callable[[Parser], object]"
"""Adds an argument to the options of a command."""


@runtime_checkable
class Telling(Protocol):
    """What can tell its contents as JSON types."""

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the contents."""
        ...


def contents(answer: object) -> JsonValue:
    """Return an answer as JSON types."""
    return answer.to_dict() if isinstance(answer, Telling) else cast("JsonValue", answer)


def _done(_: object) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class Lookup:
    """A command that asks for something and shows it. Answers are of any kind, each command knows its own.

    Attributes:
        meaning: what it shows.
        arguments: what it takes beside the options that all have.
        ask: makes the requests.
        show: shows the answer; None if it is only told as JSON.
        sample: the tag or tags to ask a sandbox for if none is given; None if the command takes no tags.
        dump: the answer as JSON types.
        code: the exit code that the answer means.
    """

    meaning: str
    arguments: Sequence[Argument]
    ask: Callable[[SyncClient, Namespace], Any]
    show: Callable[[Any], Iterable[Block]] | None
    sample: Callable[[World], str | list[str]] | None = None
    dump: Callable[[Any], JsonValue] = contents
    code: Callable[[Any], int] = _done


# ---------------------------------------------------------------------- what they take


def argument(*names: str, **options: Any) -> Argument:
    """Return what adds an argument; the options are those of ``argparse``."""
    return lambda parser: parser.add_argument(*names, **options)


def name_and_value(text: str) -> tuple[str, str]:
    """Return the two sides of an ``=``.

    >>> name_and_value("limit=5")
    ('limit', '5')
    """
    name, sign, value = text.partition("=")
    if not (name and sign):
        raise ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def at_most(rows: int | None) -> Argument:
    """Return what adds the option for the greatest number of rows."""
    told = "all" if rows is None else rows
    return argument("--limit", type=int, metavar="N", default=rows, help=f"most rows (default: {told})")


_CLAN = argument("tag", nargs="?", metavar="TAG", help="the clan's tag; needs quotes, or goes without its #")
_PLAYER = argument("tag", nargs="?", metavar="TAG", help="the player's tag; needs quotes, or goes without its #")
_PLAYERS = argument("tag", nargs="*", metavar="TAG", help="tags of players; - reads them from the standard input")
_TOKEN = argument(
    "--token-stdin", action="store_true", help="read the player's token from the standard input; else it is asked for"
)
_PATH = argument("path", metavar="PATH", help="path below the base URL, such as /clans/#2PP/members")
_QUERY = argument(
    "--query",
    type=name_and_value,
    metavar="NAME=VALUE",
    action="append",
    default=[],
    help="what comes after the ? of the path; may be repeated, also for several values of one name",
)
_CRITERIA = (
    argument("name", nargs="?", metavar="NAME", help="part of the name, three letters or more"),
    argument("--location", metavar="PLACE", help="name, country code or number of a location"),
    argument("--label", dest="labels", metavar="LABEL", action="append", help="a label that it has; may be repeated"),
    argument("--war-frequency", choices=get_args(ClanWarFrequency), help="how often it goes to war"),
    argument("--min-members", type=int, metavar="N", help="fewest members"),
    argument("--max-members", type=int, metavar="N", help="most members"),
    argument("--min-points", dest="min_clan_points", type=int, metavar="N", help="fewest clan points"),
    argument("--min-level", dest="min_clan_level", type=int, metavar="N", help="lowest clan level"),
)

_RANKINGS: Mapping[str, Callable[[SyncClient], Callable[..., object]]] = {
    "clans": lambda client: client.clan_rankings_details,
    "players": lambda client: client.player_rankings_details,
    "clans-builder-base": lambda client: client.clan_builder_base_rankings_details,
    "players-builder-base": lambda client: client.player_builder_base_rankings_details,
    "capitals": lambda client: client.clan_capital_rankings_details,
}
_LABELS: Mapping[str, Callable[[SyncClient], Mapping[str, BaseLabel]]] = {
    "clans": lambda client: client.all_clan_labels(),
    "players": lambda client: client.all_player_labels(),
}


# ---------------------------------------------------------------------- what they ask


def _search(client: SyncClient, given: Namespace) -> object:
    return client.clans_details(
        given.name,
        min_members=given.min_members,
        max_members=given.max_members,
        min_clan_points=given.min_clan_points,
        min_clan_level=given.min_clan_level,
        war_frequency=given.war_frequency,
        location=given.location,
        labels=given.labels,
        limit=given.limit,
    )


def _league(client: SyncClient, given: Namespace) -> views.League | NotInLeagueGroup:
    from cocapi_gen import NotInLeagueGroup

    group = client.league_group(given.tag)
    if isinstance(group, NotInLeagueGroup):
        return group
    season = client.league_wars(group)
    if isinstance(season, NotInLeagueGroup):
        return season
    try:
        current = client.current_league_war(given.tag)
    except CocApiError as error:  # the table is worth showing all the same
        return views.League(normalize_tag(given.tag), season, None, one_line(error))
    if isinstance(current, NotInLeagueGroup):
        return current
    return views.League(normalize_tag(given.tag), season, current)


def _verify(client: SyncClient, given: Namespace) -> TokenVerification:
    return client.verify_token(given.tag, "".join(_lines()[:1]) if given.token_stdin else _typed())


def _typed() -> str:
    """What is typed on the terminal, unseen."""
    from getpass import getpass

    if not sys.stdin.isatty():
        raise InvalidParameterError(None, "There is no terminal to ask for the token on: use --token-stdin.")
    try:
        return getpass("The player's token: ")
    except EOFError:
        return ""


def _tags(given: Sequence[str]) -> list[str]:
    """The tags that were given, with those of the standard input if one of them is "-"."""
    tags = [*(tag for tag in given if tag != "-"), *(_lines() if "-" in given else ())]
    if not tags:
        raise InvalidParameterError(None, "The standard input holds no tag.")
    return tags


def _lines() -> list[str]:
    """What stands in the lines of the standard input, without the mark that some editors begin a file with."""
    try:
        return [stripped for line in sys.stdin if (stripped := line.lstrip("\ufeff").strip())]
    except UnicodeDecodeError as error:
        problem = f"The standard input is no text in {error.encoding}: write it so, or set PYTHONIOENCODING."
        raise InvalidParameterError(None, problem) from error


def _get(client: SyncClient, given: Namespace) -> JsonValue:
    query = dict[str, list[str]]()
    for name, value in given.query:
        query.setdefault(name, []).append(value)
    return client.request("GET", given.path, query=query)


def _each_once(table: Mapping[str, T]) -> list[T]:
    """What a table of names holds: some things have two names in it."""
    return [*{id(thing): thing for thing in table.values()}.values()]


def _rows(found: Sequence[Telling]) -> JsonValue:
    return {"items": [row.to_dict() for row in found]}


# ---------------------------------------------------------------------- all of them


def _clan_in_war(world: World) -> str:
    return world.in_war_clan_tag


def _a_player(world: World) -> str:
    return world.player_tag


LOOKUPS: Mapping[str, Lookup] = {
    "clan": Lookup(
        "a clan",
        arguments=[_CLAN],
        sample=_clan_in_war,
        ask=lambda client, given: client.clan(given.tag),
        show=views.clan,
    ),
    "members": Lookup(
        "the members of a clan",
        arguments=[_CLAN, at_most(None)],
        sample=_clan_in_war,
        ask=lambda client, given: client.clan_members(given.tag, limit=given.limit),
        show=views.members,
    ),
    "war": Lookup(
        "the war that a clan is in",
        arguments=[_CLAN],
        sample=_clan_in_war,
        ask=lambda client, given: client.war(given.tag),
        show=views.war,
    ),
    "warlog": Lookup(
        "the wars that a clan has finished",
        arguments=[_CLAN, at_most(20)],
        sample=_clan_in_war,
        ask=lambda client, given: client.war_log(given.tag, limit=given.limit),
        show=views.war_log,
    ),
    "cwl": Lookup(
        "a clan's Clan War League season: phase, wars and table",
        arguments=[_CLAN],
        sample=_clan_in_war,
        ask=_league,
        show=views.league,
        code=lambda found: 1 if getattr(found, "no_current", None) else 0,
    ),
    "raids": Lookup(
        "the raid weekends of a clan",
        arguments=[_CLAN, at_most(10)],
        sample=_clan_in_war,
        ask=lambda client, given: client.raid_seasons(given.tag, limit=given.limit),
        show=views.raids,
    ),
    "search": Lookup(
        "clans by name, location, labels and the like",
        arguments=[*_CRITERIA, at_most(20)],
        ask=_search,
        show=views.clans,
    ),
    "player": Lookup(
        "a player",
        arguments=[_PLAYER],
        sample=_a_player,
        ask=lambda client, given: client.player(given.tag),
        show=views.player,
    ),
    "players": Lookup(
        "many players, a row for each",
        arguments=[_PLAYERS],
        sample=lambda world: [*world.player_tags[:5]],
        ask=lambda client, given: client.players(_tags(given.tag), on_progress=tell_progress),
        show=views.players,
    ),
    "battles": Lookup(
        "the latest battles of a player",
        arguments=[_PLAYER],
        sample=_a_player,
        ask=lambda client, given: client.battle_log(given.tag),
        show=views.battles,
    ),
    "verify": Lookup(
        "whether a token from the game's settings is a player's",
        arguments=[_PLAYER, _TOKEN],
        sample=_a_player,
        ask=_verify,
        show=views.verification,
        dump=lambda found: {"tag": found.tag, "status": found.status},  # and not the token
        code=lambda found: 0 if found else 1,
    ),
    "rankings": Lookup(
        "the best clans, players or capitals of a location",
        arguments=[
            argument("what", choices=_RANKINGS, metavar="WHAT", help=", ".join(_RANKINGS)),
            argument("location", metavar="LOCATION", help="name, country code or number of a location, or global"),
            at_most(20),
        ],
        ask=lambda client, given: _RANKINGS[given.what](client)(given.location, limit=given.limit),
        show=views.ranking,
    ),
    "locations": Lookup(
        "all locations",
        arguments=[],
        ask=lambda client, _: _each_once(client.all_locations()),
        show=views.locations,
        dump=_rows,
    ),
    "labels": Lookup(
        "all labels of clans or players",
        arguments=[argument("what", choices=_LABELS, metavar="WHAT", help=", ".join(_LABELS))],
        ask=lambda client, given: _each_once(_LABELS[given.what](client)),
        show=views.labels,
        dump=_rows,
    ),
    "goldpass": Lookup(
        "the season of the Gold Pass",
        arguments=[],
        ask=lambda client, _: client.goldpass(),
        show=views.gold_pass,
    ),
    "get": Lookup(
        "the answer to any path, as JSON",
        arguments=[_PATH, _QUERY],
        ask=_get,
        show=None,
    ),
}
"""All commands by their names."""
