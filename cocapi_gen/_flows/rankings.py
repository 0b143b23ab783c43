"""Rankings of places, and of seasons that are over."""

from __future__ import annotations

from typing import TypeVar

from cocapi_gen import _arguments, models
from cocapi_gen._flows.lists import GLOBAL, LOCATIONS, location_id
from cocapi_gen._flows.pages import page, tags
from cocapi_gen._http.flow import Flow
from cocapi_gen._http.operation import Operation
from cocapi_gen.aliases import Tag
from cocapi_gen.names import fold
from cocapi_gen.raw import operations

M = TypeVar("M", bound="models.Model")

LEGEND_LEAGUE = 29000022
"""The only league that has seasons."""


def ranking(operation: Operation[object], location: object, limit: int | None) -> Flow[list[Tag]]:
    """Load the tags of a ranking."""
    _arguments.paging(limit)
    place = yield from _place(location)
    return (yield from tags(operation, location_id=place, limit=limit))


def ranking_details(
    operation: Operation[object],
    row: type[M],
    location: object,
    limit: int | None,
    after: str | None,
    before: str | None,
) -> Flow[models.Page[M]]:
    """Load a ranking."""
    _arguments.paging(limit, after, before)
    place = yield from _place(location)
    return (yield from page(operation, row, location_id=place, limit=limit, after=after, before=before))


def _place(location: object) -> Flow[int | str | None]:
    """Turn a location into its number; ``global`` is one here."""
    place = _arguments.reference("location", location, LOCATIONS.model)
    whole_world = isinstance(place, str) and fold(place) == GLOBAL
    return GLOBAL if whole_world else (yield from location_id(place))


def league_seasons(limit: int | None, after: str | None, before: str | None) -> Flow[models.Page[models.LeagueSeason]]:
    """Load the seasons of the Legend League."""
    wanted = {"league_id": LEGEND_LEAGUE, "limit": limit, "after": after, "before": before}
    return (yield from page(operations.GET_LEAGUE_SEASONS, models.LeagueSeason, **wanted))


def league_season_rankings(
    season: str | models.LeagueSeason, limit: int | None, after: str | None, before: str | None
) -> Flow[models.Page[models.PlayerRanking]]:
    """Load the final ranking of a season of the Legend League."""
    season_id = _arguments.season(season)
    wanted = {"league_id": LEGEND_LEAGUE, "season_id": season_id, "limit": limit, "after": after, "before": before}
    return (yield from page(operations.GET_LEAGUE_SEASON_RANKINGS, models.PlayerRanking, **wanted))
