"""Wars and the Clan War League, as flows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from cocapi_gen import models
from cocapi_gen._flows import pages
from cocapi_gen._http.call import call
from cocapi_gen._http.flow import Flow, Work, attempt, gather
from cocapi_gen._loose import as_object, text_in
from cocapi_gen.aliases import Tag
from cocapi_gen.exceptions import (
    ClientRequestError,
    CocApiError,
    InvalidTagError,
    ResourceNotFound,
    UnreadableAnswerError,
    WarLogIsPrivate,
)
from cocapi_gen.raw import operations
from cocapi_gen.tags import HasTag, normalize_tag

T = TypeVar("T")

AT_MOST = 10
"""How many wars of a group are asked for at once."""

LIVE_ROUNDS = 3
"""How many rounds can be live at once: the next but one is drawn some minutes before the next battle day begins."""


def war(tag: str | HasTag, *, realtime: bool) -> Flow[models.ClanWarInfo | models.NotInWar | models.PrivateWarLog]:
    """Load the war of a clan, those of the Clan War League excepted. Makes one request."""
    tag = normalize_tag(tag)
    found = yield from _unless_private(
        call(operations.GET_CURRENT_WAR, models.ClanWarInfo, clan_tag=tag, realtime=realtime or None)
    )
    if isinstance(found, models.ClanWarInfo) and found.state == "notInWar":
        return models.NotInWar(answer=found)
    return found


def war_log(
    tag: str | HasTag, limit: int | None, after: str | None, before: str | None
) -> Flow[models.Page[models.ClanWarResult] | models.PrivateWarLog]:
    """Load the war log of a clan, or a page of it. Makes one request."""
    log = pages.page(
        operations.GET_CLAN_WAR_LOG,
        models.ClanWarResult,
        clan_tag=normalize_tag(tag),
        limit=limit,
        after=after,
        before=before,
    )
    return (yield from _unless_private(log))


def _unless_private(work: Work[T]) -> Flow[T | models.PrivateWarLog]:
    try:
        return (yield from work)
    except WarLogIsPrivate:
        return models.PrivateWarLog()


def league_group(tag: str | HasTag, *, realtime: bool) -> Flow[models.ClanWarLeagueGroup | models.NotInLeagueGroup]:
    """Load the group of a clan in the Clan War League. Makes one request.

    A clan outside any group is answered 404 without a message; of an unknown tag the API says that it is unknown.
    """
    tag = normalize_tag(tag)
    try:
        group = yield from call(
            operations.GET_CLAN_WAR_LEAGUE_GROUP, models.ClanWarLeagueGroup, clan_tag=tag, realtime=realtime or None
        )
    except ResourceNotFound as error:
        if error.reason != "notFound" or text_in(as_object(error.data), "message") is not None:
            raise
        return models.NotInLeagueGroup()
    return models.NotInLeagueGroup() if group.state == "groupNotFound" else group


def league_war(war_tag: str, *, realtime: bool) -> Flow[models.ClanWarInfo]:
    """Load a war of the Clan War League. Makes one request."""
    from cocapi_gen.models.league import UNDRAWN

    if war_tag == UNDRAWN:
        problem = f"{war_tag!r} is no war: it stands in a round that is not drawn yet. Ask for its group again later."
        raise InvalidTagError(war_tag, problem)
    war_tag = normalize_tag(war_tag)
    found = yield from call(
        operations.GET_CLAN_WAR_LEAGUE_WAR, models.ClanWarInfo, war_tag=war_tag, realtime=realtime or None
    )
    if found.state == "notInWar":
        raise UnreadableAnswerError(f"The API says that {war_tag} is no war. Ask for its group again.")
    return found.model_copy(update={"war_tag": war_tag})


def league_wars(
    clan: str | HasTag | models.ClanWarLeagueGroup, *, realtime: bool
) -> Flow[models.LeagueWars | models.NotInLeagueGroup]:
    """Load all wars of a group that are drawn, ten at once; one that cannot be had costs the others nothing.

    If none can be had, there is nothing to tell, and the first error is raised. Makes a request for each war, 28 in a
    full season, and one for the group unless it is given.
    """
    group = clan if isinstance(clan, models.ClanWarLeagueGroup) else (yield from league_group(clan, realtime=realtime))
    if isinstance(group, models.NotInLeagueGroup):
        return group
    tags = [tag for drawn in group.drawn_rounds for tag in drawn.drawn_war_tags]
    outcomes = dict(zip(tags, (yield from _each_war(tags, realtime=realtime)), strict=True))
    errors = {tag: found for tag, found in outcomes.items() if isinstance(found, CocApiError)}
    if errors and len(errors) == len(outcomes):
        raise next(iter(errors.values()))
    return models.LeagueWars(
        group=group,
        rounds=tuple(_rounds(group, outcomes)),
        problems=tuple(_problem(tag, error) for tag, error in errors.items()),
    )


def _each_war(tags: Iterable[Tag], *, realtime: bool) -> Flow[tuple[models.ClanWarInfo | CocApiError, ...]]:
    return (yield from gather((attempt(league_war(tag, realtime=realtime)) for tag in tags), AT_MOST))


def _rounds(
    group: models.ClanWarLeagueGroup, outcomes: dict[Tag, models.ClanWarInfo | CocApiError]
) -> Iterator[models.LeagueRound]:
    for number, each in enumerate(group.rounds or (), 1):
        if each.is_drawn:
            found = [outcomes[tag] for tag in each.drawn_war_tags]
            yield models.LeagueRound(
                number=number, wars=tuple(war for war in found if not isinstance(war, CocApiError))
            )


def _problem(war_tag: Tag, error: CocApiError) -> models.LeagueWarProblem:
    status, reason = (error.status, error.reason) if isinstance(error, ClientRequestError) else (None, None)
    return models.LeagueWarProblem(war_tag=war_tag, message=str(error), status=status, reason=reason)


def current_league_war(tag: str | HasTag, *, realtime: bool) -> Flow[models.CurrentLeagueWar | models.NotInLeagueGroup]:
    """Load the wars of the Clan War League in which a clan is now.

    Rounds are looked at from the newest that is drawn, until one is not in preparation. Which of its four wars is the
    clan's is not known before they are loaded, so that makes four requests a round, and one for the group: five when
    one round is under way or all are over, nine when one is fought and another prepared, and thirteen in the minutes
    in which two are prepared at once.
    """
    tag = normalize_tag(tag)
    group = yield from league_group(tag, realtime=realtime)
    if isinstance(group, models.NotInLeagueGroup):
        return group
    by_state = dict[str, models.ClanWarInfo]()
    for each in reversed(group.drawn_rounds[-LIVE_ROUNDS:]):
        found = yield from _war_in_round(each, tag, realtime=realtime)
        if found is not None:
            by_state[found.state] = found
            if found.state != "preparation":
                break
    return models.CurrentLeagueWar(
        group=group,
        battle=by_state.get("inWar"),
        preparation=by_state.get("preparation"),
        last=by_state.get("warEnded"),
    )


def _war_in_round(each: models.ClanWarLeagueRound, clan_tag: Tag, *, realtime: bool) -> Flow[models.ClanWarInfo | None]:
    """Load the clan's war of a round; what goes wrong with the wars of others does not matter."""
    from cocapi_gen.models.war import seen_by

    outcomes = yield from _each_war(each.drawn_war_tags, realtime=realtime)
    errors = [found for found in outcomes if isinstance(found, CocApiError)]
    seen = (seen_by(found, clan_tag) for found in outcomes if not isinstance(found, CocApiError))
    own = next((war for war in seen if war is not None), None)
    if own is None and errors:
        raise errors[0]
    return own
