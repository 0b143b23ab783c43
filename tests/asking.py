"""What to ask a world for, so that every operation has an answer."""

from __future__ import annotations

from cocapi_gen.sandbox import World


def values_for_paths(world: World) -> dict[str, str]:
    """A value for each parameter that a path can hold."""
    player = world.player(world.player_tag) or {}
    return {
        "clanTag": world.in_war_clan_tag,
        "playerTag": world.player_tag,
        "warTag": world.league_war_tags[0][0],
        "locationId": "32000193",
        "leagueGroupTag": str(player["currentLeagueGroupTag"]),
        "leagueSeasonId": str(player["currentLeagueSeasonId"]),
        "leagueId": "29000022",
        "seasonId": "2025-08",
        "leagueTierId": "105000001",
    }
