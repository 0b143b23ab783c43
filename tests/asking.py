"""What to ask a world for, so that every operation and every method has an answer."""

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


def arguments_for_methods(world: World) -> dict[str, tuple[object, ...]]:
    """Arguments for each method of the client that makes requests and needs no page to begin with."""
    clan, player, war = world.in_war_clan_tag, world.player_tag, world.league_war_tags[0][0]
    tags = ("clan", "clan_members", "raid_seasons", "war", "war_log", "league_group", "league_wars")
    players = ("player", "battle_log", "league_history", "player_league_group")
    places = ("clan", "player", "clan_versus", "player_versus", "clan_builder_base", "player_builder_base")
    nothing = ("goldpass", "all_locations", "all_clan_labels", "all_clan_leagues", "all_player_labels")
    leagues = ("all_player_leagues", "all_capital_leagues", "all_builder_base_leagues", "all_legacy_leagues")
    return {
        **dict.fromkeys((*tags, "current_league_war"), (clan,)),
        **dict.fromkeys(players, (player,)),
        **dict.fromkeys((f"{kind}_rankings" for kind in (*places, "clan_capital")), ("russia",)),
        **dict.fromkeys((f"{kind}_rankings_details" for kind in LISTED), ("global",)),
        **dict.fromkeys((*nothing, *leagues, "league_seasons"), ()),
        "clans": (None, 40, None, None, None, None, "ru"),
        "clans_details": (None, 2),
        "league_war": (war,),
        "verify_token": (player, world.token),
        "get_location": ("RU",),
        "location": (32000193,),
        "get_clan_label": ("friendly",),
        "get_player_label": ("veteran",),
        "get_clan_league": ("champion league i",),
        "clan_league": (48000018,),
        "get_player_league": ("witch league 17",),
        "player_league": (105000017,),
        "get_legacy_league": ("legend league",),
        "legacy_league": (29000022,),
        "get_capital_league": ("unranked",),
        "capital_league": (85000000,),
        "get_builder_base_league": ("wood league v",),
        "builder_base_league": (44000000,),
        "league_season_rankings": ("2025-08",),
        "request": ("GET", f"/clans/{clan}/members"),
    }


LISTED = ("clan", "player", "clan_builder_base", "player_builder_base", "clan_capital")
"""Rankings that are also to be had with all that the API tells of each row."""
