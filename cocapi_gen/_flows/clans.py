"""Clans: each by its tag, and many by what they have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from cocapi_gen import _arguments, models
from cocapi_gen._flows.lists import CLAN_LABELS, LOCATIONS, location_id, one_named
from cocapi_gen._flows.pages import page, rows, tags
from cocapi_gen._http.call import call
from cocapi_gen._http.flow import Flow, attempt, together
from cocapi_gen.aliases import Tag
from cocapi_gen.exceptions import ClientRequestError, CocApiError, InvalidParameterError
from cocapi_gen.raw import operations
from cocapi_gen.tags import HasTag, normalize_tag


def clan(tag: str | HasTag) -> Flow[models.Clan]:
    """Load a clan and, if its war log is public, its current war and log, both at the same time."""
    tag = normalize_tag(tag)
    found = yield from call(operations.GET_CLAN, models.Clan, clan_tag=tag)
    if not found.war.is_war_log_public:
        return found
    current, log = yield from together(
        attempt(call(operations.GET_CURRENT_WAR, models.ClanWarInfo, clan_tag=tag)),
        attempt(rows(operations.GET_CLAN_WAR_LOG, models.ClanWarResult, clan_tag=tag)),
    )
    return found.model_copy(update={"war": _with_wars(found.war, current, log)})


def _with_wars(
    war: models.ClanWar,
    current: models.ClanWarInfo | CocApiError,
    log: tuple[models.ClanWarResult, ...] | CocApiError,
) -> models.ClanWar:
    """Add what could be had. The log may have turned private meanwhile; that must not cost the clan."""
    update: dict[str, object] = {"problems": (*_problem("currentwar", current), *_problem("log", log))}
    if not isinstance(current, CocApiError):
        update |= {"state": current.state, "currentwar": None if current.state == "notInWar" else current}
    if not isinstance(log, CocApiError):
        update["log"] = log
    return war.model_copy(update=update)


def _problem(part: Literal["currentwar", "log"], found: object) -> Iterator[models.ClanWarProblem]:
    if isinstance(found, ClientRequestError):
        yield models.ClanWarProblem(part=part, message=str(found), status=found.status, reason=found.reason)
    elif isinstance(found, CocApiError):
        yield models.ClanWarProblem(part=part, message=str(found))


def clan_members(
    tag: str | HasTag, limit: int | None, after: str | None, before: str | None
) -> Flow[models.Page[models.ClanMember]]:
    """Load the members of a clan."""
    wanted = {"clan_tag": normalize_tag(tag), "limit": limit, "after": after, "before": before}
    return (yield from page(operations.GET_CLAN_MEMBERS, models.ClanMember, **wanted))


def raid_seasons(
    tag: str | HasTag, limit: int | None, after: str | None, before: str | None
) -> Flow[models.Page[models.RaidSeason]]:
    """Load the raid weekends of a clan."""
    wanted = {"clan_tag": normalize_tag(tag), "limit": limit, "after": after, "before": before}
    return (yield from page(operations.GET_CAPITAL_RAID_SEASONS, models.RaidSeason, **wanted))


def clans(limit: int | None, **criteria: object) -> Flow[list[Tag]]:
    """Search clans for their tags."""
    _arguments.paging(limit)
    wanted = yield from _search(**criteria)
    return (yield from tags(operations.SEARCH_CLANS, limit=limit, **wanted))


def clans_details(
    limit: int | None, after: str | None, before: str | None, **criteria: object
) -> Flow[models.Page[models.ClanSummary]]:
    """Search clans."""
    _arguments.paging(limit, after, before)
    wanted = yield from _search(**criteria)
    cursors = {"limit": limit, "after": after, "before": before}
    return (yield from page(operations.SEARCH_CLANS, models.ClanSummary, **cursors, **wanted))


def _search(
    *,
    name: object,
    min_members: object,
    max_members: object,
    min_clan_points: object,
    min_clan_level: object,
    war_frequency: object,
    location: object,
    labels: object,
) -> Flow[dict[str, object]]:
    """Check the criteria of a search, and turn names of the location and the labels into numbers."""
    criteria: dict[str, object] = {
        "name": _arguments.clan_name(name),
        "war_frequency": _arguments.war_frequency(war_frequency),
        **_arguments.members(min_members, max_members),
        "min_clan_points": _arguments.count("min_clan_points", min_clan_points),
        "min_clan_level": _arguments.count("min_clan_level", min_clan_level),
    }
    place = None if location is None else _arguments.reference("location", location, LOCATIONS.model)
    wanted = _arguments.references("labels", labels, CLAN_LABELS.model)
    if place is None and not wanted and all(value is None for value in criteria.values()):
        raise InvalidParameterError(
            None, "Give at least one criterion to search by, such as name='bomb' or location='ru'."
        )
    found_place, label_ids = yield from together(location_id(place), _label_ids(wanted))
    return {"location_id": found_place, "label_ids": label_ids, **criteria}


def _label_ids(labels: list[_arguments.Reference]) -> Flow[list[int] | None]:
    ids = dict[int, None]()  # as an ordered set
    for label in labels:
        ids[(yield from one_named(CLAN_LABELS, label)).id if isinstance(label, str) else label] = None
    return list(ids) or None
