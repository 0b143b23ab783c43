"""What a user of clashy.py sees of the sandbox."""

from __future__ import annotations

import asyncio

import coc

from benchmarks.probes.coc_calls import CALLS as SHARED, LIBRARY
from benchmarks.probes.report import Call, Guide, each, given, run, seen


async def _league_group(client: coc.Client, guide: Guide) -> coc.LeagueTierGroup:
    player = await client.get_player(guide.player)
    return await client.get_player_league_group(
        player.tag, player.current_league_group_tag, player.current_league_season_id
    )


def _battle(row: coc.BattleLogEntry) -> str:
    return seen(
        kind=row.battle_type,
        opponent=row.opponent_player_tag,
        stars=row.stars,
        destruction=row.destruction_percentage,
        army=row.army_share_code,
        duration=row.duration,
        time=row.timestamp,
        name=row.opponent_name,
        town_hall=row.opponent_town_hall_level,
        loot=each(row.available_loot, lambda loot: seen(name=loot.name, amount=loot.amount)),
    )


def _week(row: coc.LeagueHistoryEntry) -> str:
    return seen(season=row.league_season_id, tier=row.league_tier_id, place=row.placement, wins=row.attack_wins)


def _group(group: coc.LeagueTierGroup) -> str:
    return seen(
        members=each(group.members, lambda member: seen(tag=member.player_tag, trophies=member.league_trophies)),
        attacks=each(group.attack_logs, lambda row: seen(opponent=row.opponent_name, stars=row.stars)),
    )


CALLS: list[Call[coc.Client]] = [
    *SHARED,
    Call("league tiers", lambda client, guide: client.search_league_tiers(), lambda rows: seen(rows=each(rows, str))),
    Call("league tier", lambda client, guide: client.get_league_tier(105000034), lambda tier: seen(name=tier.name)),
    Call(
        "battle log",
        lambda client, guide: client.get_player_battlelog(guide.player),
        lambda rows: seen(rows=each(rows, _battle)),
    ),
    Call(
        "league history",
        lambda client, guide: client.get_player_league_history(guide.player),
        lambda rows: seen(rows=each(rows, _week)),
    ),
    Call("league group", _league_group, _group),
]


async def main(guide: Guide) -> None:
    """Make all calls with a key given by hand, and log in for one with a key that clashy.py makes for itself."""
    async with coc.Client(base_url=guide.base_url) as client:
        await client.login_with_tokens(guide.key)
        await run(CALLS, client, guide, LIBRARY)


if __name__ == "__main__":
    asyncio.run(main(given()))
