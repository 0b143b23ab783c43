"""The lists that names are looked up in: locations, labels and leagues. Each is loaded once and kept.

By a number, one of their entries is loaded by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar, cast

from cocapi_gen import _arguments
from cocapi_gen._flows.pages import rows
from cocapi_gen._http.call import call
from cocapi_gen._http.flow import Flow, attempt, once
from cocapi_gen._http.operation import Operation
from cocapi_gen._lazy import resolve
from cocapi_gen.exceptions import (
    CocApiError,
    UnknownBuilderBaseLeagueError,
    UnknownCapitalLeagueError,
    UnknownClanLabelError,
    UnknownClanLeagueError,
    UnknownDataError,
    UnknownLocationError,
    UnknownPlayerLabelError,
    UnknownPlayerLeagueError,
)
from cocapi_gen.names import Directory, Named, NameTable, fold
from cocapi_gen.raw import operations

if TYPE_CHECKING:
    from cocapi_gen import models

M = TypeVar("M", bound="models.Model")
N = TypeVar("N", bound=Named)
Names: TypeAlias = tuple[str | None, ...]

GLOBAL = "global"
"""What stands for the whole world where a ranking wants a location."""


def _by_name(things: Iterable[N]) -> Iterable[tuple[N, Names]]:
    return ((thing, (thing.name,)) for thing in things)


def _by_name_and_code(places: Iterable[models.Location]) -> Iterable[tuple[models.Location, Names]]:
    """Name the countries last, so that they take a name over from a region: "Australia" is both."""
    countries_last = sorted(places, key=lambda place: place.is_country)
    return ((place, (place.name, place.country_code)) for place in countries_last)


@dataclass(frozen=True, slots=True)
class NamedList(Generic[N]):
    """One of the lists.

    Attributes:
        operation: what loads it.
        model: where the model of its rows is, as ``module:name``.
        error: raised for a name that is not in it.
        lister: the client's method that shows it all.
        named: gives each row its names.
    """

    operation: Operation[object]
    model: str
    error: type[UnknownDataError]
    lister: str
    named: Callable[[Iterable[N]], Iterable[tuple[N, Names]]] = _by_name


LOCATIONS: NamedList[models.Location] = NamedList(
    operations.GET_LOCATIONS, "cocapi_gen.models:Location", UnknownLocationError, "all_locations", _by_name_and_code
)
CLAN_LABELS: NamedList[models.ClanLabel] = NamedList(
    operations.GET_CLAN_LABELS, "cocapi_gen.models:ClanLabel", UnknownClanLabelError, "all_clan_labels"
)
PLAYER_LABELS: NamedList[models.PlayerLabel] = NamedList(
    operations.GET_PLAYER_LABELS, "cocapi_gen.models:PlayerLabel", UnknownPlayerLabelError, "all_player_labels"
)
CLAN_LEAGUES: NamedList[models.ClanWarLeague] = NamedList(
    operations.GET_WAR_LEAGUES, "cocapi_gen.models:ClanWarLeague", UnknownClanLeagueError, "all_clan_leagues"
)
CAPITAL_LEAGUES: NamedList[models.CapitalLeague] = NamedList(
    operations.GET_CAPITAL_LEAGUES,
    "cocapi_gen.models:CapitalLeague",
    UnknownCapitalLeagueError,
    "all_capital_leagues",
)
BUILDER_BASE_LEAGUES: NamedList[models.BuilderBaseLeague] = NamedList(
    operations.GET_BUILDER_BASE_LEAGUES,
    "cocapi_gen.models:BuilderBaseLeague",
    UnknownBuilderBaseLeagueError,
    "all_builder_base_leagues",
)
LEGACY_LEAGUES: NamedList[models.PlayerLeague] = NamedList(
    operations.GET_LEAGUES, "cocapi_gen.models:PlayerLeague", UnknownPlayerLeagueError, "all_legacy_leagues"
)
# Today's tiers: the leagues that players have been in since October 2025.
PLAYER_LEAGUES: NamedList[models.PlayerLeague] = NamedList(
    operations.GET_LEAGUE_TIERS, "cocapi_gen.models:PlayerLeague", UnknownPlayerLeagueError, "all_player_leagues"
)


def everything(kind: NamedList[N]) -> Flow[NameTable[N]]:
    """Return all that a list holds, by name."""
    return (yield from _directory(kind)).table()


def one_named(kind: NamedList[N], wanted: object) -> Flow[N]:
    """Return what has this name, code or number. A list that is no longer fresh is loaded anew before it says no."""
    name = _arguments.reference("the name", wanted, kind.model)
    directory = yield from _directory(kind)
    try:
        return directory.find(name)
    except UnknownDataError as error:
        unknown = error
    fresh = yield from attempt(_directory(kind, max_age=kind.operation.max_age))
    if isinstance(fresh, CocApiError):  # what is kept must do
        raise unknown
    return fresh.find(name)


def by_number(operation: Operation[object], model: type[M], wanted: int | M) -> Flow[M]:
    """Load a league or a location by its number."""
    parameter = operation.parameters[0].name
    home = f"{model.__module__}:{model.__name__}"
    number = _arguments.identity(parameter.removesuffix("_id"), wanted, home)
    return (yield from call(operation, model, **{parameter: number}))


def _directory(kind: NamedList[N], max_age: float | None = None) -> Flow[Directory[N]]:
    def load() -> Flow[Directory[N]]:
        found = yield from rows(kind.operation, cast("type[N]", resolve(kind.model)))
        return Directory(kind.named(found), kind.error, f"client.{kind.lister}() lists the names.")

    return (yield from once(kind.operation.operation_id, load, max_age))


def location_id(location: _arguments.Reference | None) -> Flow[int | None]:
    """Turn a location's name into its number."""
    if not isinstance(location, str):
        return location
    if fold(location) == GLOBAL:
        raise UnknownLocationError(location, f"{GLOBAL!r} is a location for rankings only: leave the location out.")
    return (yield from one_named(LOCATIONS, location)).id
