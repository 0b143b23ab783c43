"""What the client's methods do, as flows: written once, whatever drives them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal

from cocapi_gen import _arguments
from cocapi_gen._arguments import Reference
from cocapi_gen._http.call import call
from cocapi_gen._http.flow import Flow, attempt, together
from cocapi_gen._http.operation import Operation
from cocapi_gen._lists import CLAN_LABELS, LOCATIONS, one_named
from cocapi_gen._pages import rows
from cocapi_gen.aliases import Tag
from cocapi_gen.exceptions import ClientRequestError, CocApiError, InvalidParameterError, UnknownLocationError
from cocapi_gen.names import fold
from cocapi_gen.raw import operations
from cocapi_gen.tags import normalize_tag

if TYPE_CHECKING:
    from cocapi_gen import models

GLOBAL = "global"
"""What stands for the whole world where a ranking wants a location."""


def clan(tag: str) -> Flow[models.Clan]:
    """Load a clan and, if its war log is public, its current war and log, both at the same time."""
    from cocapi_gen import models

    tag = normalize_tag(tag)
    found = yield from call(operations.GET_CLAN, models.Clan, clan_tag=tag)
    if not found.war.is_war_log_public:
        return found
    current, log = yield from together(
        attempt(call(operations.GET_CURRENT_WAR, models.ClanWarInfo, clan_tag=tag)), attempt(_war_log(tag))
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
    from cocapi_gen import models

    if isinstance(found, ClientRequestError):
        yield models.ClanWarProblem(part=part, message=str(found), status=found.status, reason=found.reason)
    elif isinstance(found, CocApiError):
        yield models.ClanWarProblem(part=part, message=str(found))


def _war_log(tag: Tag) -> Flow[tuple[models.ClanWarResult, ...]]:
    from cocapi_gen import models

    return (yield from rows(operations.GET_CLAN_WAR_LOG, models.ClanWarResult, clan_tag=tag))


def player(tag: str) -> Flow[models.Player]:
    """Load a player."""
    from cocapi_gen import models

    return (yield from call(operations.GET_PLAYER, models.Player, player_tag=normalize_tag(tag)))


def goldpass() -> Flow[models.GoldPass]:
    """Load the Gold Pass season."""
    from cocapi_gen import models

    return (yield from call(operations.GET_CURRENT_GOLD_PASS_SEASON, models.GoldPass))


def clans(
    *,
    name: str | None,
    min_members: int | None,
    max_members: int | None,
    min_clan_points: int | None,
    min_clan_level: int | None,
    war_frequency: str | None,
    location: str | int | models.Location | None,
    labels: str | int | models.ClanLabel | Iterable[str | int | models.ClanLabel] | None,
) -> Flow[list[Tag]]:
    """Search clans; names of the location and the labels are turned into numbers first."""
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
    location_id, label_ids = yield from together(_location_id(place), _label_ids(wanted))
    return (yield from _tags(operations.SEARCH_CLANS, location_id=location_id, label_ids=label_ids, **criteria))


def ranking(operation: Operation[object], location: str | int | models.Location) -> Flow[list[Tag]]:
    """Load the tags of a ranking; ``global`` is a location here."""
    place = _arguments.reference("location", location, LOCATIONS.model)
    whole_world = isinstance(place, str) and fold(place) == GLOBAL
    location_id = GLOBAL if whole_world else (yield from _location_id(place))
    return (yield from _tags(operation, location_id=location_id))


def _location_id(location: Reference | None) -> Flow[int | None]:
    if not isinstance(location, str):
        return location
    if fold(location) == GLOBAL:
        raise UnknownLocationError(location, "'global' is a location for rankings only: leave the location out.")
    return (yield from one_named(LOCATIONS, location)).id


def _label_ids(labels: list[Reference]) -> Flow[list[int] | None]:
    ids = dict[int, None]()  # as an ordered set
    for label in labels:
        ids[(yield from one_named(CLAN_LABELS, label)).id if isinstance(label, str) else label] = None
    return list(ids) or None


def _tags(operation: Operation[object], **values: object) -> Flow[list[Tag]]:
    from cocapi_gen.models._envelope import Tagged

    return [row.tag for row in (yield from rows(operation, Tagged, **values))]
