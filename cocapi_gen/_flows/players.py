"""Players, and what they have done."""

from __future__ import annotations

from cocapi_gen import _arguments, models
from cocapi_gen._flows.pages import page
from cocapi_gen._http.call import call
from cocapi_gen._http.flow import Flow, Work, look_up
from cocapi_gen.raw import operations
from cocapi_gen.tags import HasTag, normalize_tag


def player(tag: str | HasTag) -> Work[models.Player]:
    """Load a player."""
    return call(operations.GET_PLAYER, models.Player, player_tag=normalize_tag(tag))


def battle_log(tag: str | HasTag) -> Flow[models.Page[models.BattleLogEntry]]:
    """Load a player's latest battles."""
    return (yield from page(operations.GET_BATTLE_LOG, models.BattleLogEntry, player_tag=normalize_tag(tag)))


def league_history(tag: str | HasTag) -> Flow[models.Page[models.LeagueHistoryEntry]]:
    """Load a player's finished weeks of ranked battles."""
    return (yield from page(operations.GET_LEAGUE_HISTORY, models.LeagueHistoryEntry, player_tag=normalize_tag(tag)))


def player_league_group(
    who: str | HasTag | models.Player, *, previous: bool
) -> Flow[models.PlayerLeagueGroup | models.NotInLeagueGroup]:
    """Load a player's group of this week or the last; the player tells which group that is."""
    known = who if isinstance(who, models.Player) else (yield from look_up(player(who)))
    current = known.current_league_group_tag, known.current_league_season_id
    group_tag, season = (known.previous_league_group_tag, known.previous_league_season_id) if previous else current
    if group_tag is None or season is None:
        return models.NotInLeagueGroup()
    values = {"league_group_tag": group_tag, "league_season_id": season, "player_tag": known.tag}
    return (yield from call(operations.GET_LEAGUE_GROUP, models.PlayerLeagueGroup, **values))


def verify_token(tag: str | HasTag, token: str) -> Flow[models.TokenVerification]:
    """Ask whether a token belongs to a player."""
    values = {"player_tag": normalize_tag(tag), "token": _arguments.verification_token(token)}
    return (yield from call(operations.VERIFY_TOKEN, models.TokenVerification, **values))
