"""The calls that coc.py and clashy.py share: both are the package `coc`, the second grown out of the first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any
from unittest.mock import patch

import aiohttp
import coc

from benchmarks.probes.report import Call, Guide, Library, each, seen

LIBRARY = Library(
    "coc",
    unreadable=frozenset(
        {
            # the largest of no attacks, whenever a base was never attacked
            "ClanWarMember.previous_best_opponent_attack",
            # rows of a war log and a clan without war have no war to look into, and an opponent may have no tag
            "WarClan.defenses",
            "WarClan.is_opponent",
            "WarClan.share_link",
            # enumerations that have no names
            "EquipmentRarity.in_game_name",
            "ProductionBuildingType.in_game_name",
            "Resource.in_game_name",
            "VillageType.in_game_name",
        }
    ),
)
SITE = "https://developer.clashofclans.com/api"
SEASON_LEAGUE = 29000022
PAGE = 5


class Unfiltered(Exception):
    """What came does not fit what was asked for."""


async def _log_in(_: coc.Client, guide: Guide) -> coc.Clan:
    # aiohttp keeps no cookies of a bare address
    site = guide.developer_url.replace("127.0.0.1", "localhost")
    post = aiohttp.ClientSession.post
    moved = patch.object(
        aiohttp.ClientSession, "post", lambda self, url, **rest: post(self, url.replace(SITE, site), **rest)
    )
    async with coc.Client(base_url=guide.base_url) as client:
        with moved:
            await client.login(guide.email, guide.password)
        return await client.get_clan(guide.clan)


async def _labelled_clans(client: coc.Client, guide: Guide) -> list[coc.Clan]:
    clans = await client.search_clans(min_members=1, label_ids=[guide.clan_label])
    if not all(guide.clan_label in [label.id for label in clan.labels] for clan in clans):
        raise Unfiltered("some of the clans do not have the label")
    return clans


async def _detailed_members(client: coc.Client, guide: Guide) -> list[coc.Player]:
    clan = await client.get_clan(guide.clan)
    return [player async for player in clan.get_detailed_members()]


async def _league_wars(client: coc.Client, guide: Guide) -> list[coc.ClanWar]:
    group = await client.get_league_group(guide.clan)
    return [war async for war in group.get_wars_for_clan(guide.clan)]


async def _every_league_war(client: coc.Client, guide: Guide) -> list[coc.ClanWar]:
    group = await client.get_league_group(guide.clan)
    tags = [tag for tags in group.rounds for tag in tags]
    return [await client.get_league_war(tag) for tag in tags]


async def _paged_war_log(client: coc.Client, guide: Guide) -> AsyncIterator[coc.ClanWarLogEntry]:
    return aiter(await client.get_war_log(guide.clan, page=True, limit=PAGE))


async def _paged_raid_log(client: coc.Client, guide: Guide) -> AsyncIterator[coc.RaidLogEntry]:
    return aiter(await client.get_raid_log(guide.clan, page=True, limit=PAGE))


async def _season_ranking(client: coc.Client, guide: Guide) -> AsyncIterator[coc.RankedPlayer]:
    seasons = await client.get_seasons(SEASON_LEAGUE)
    return await client.get_season_rankings(SEASON_LEAGUE, seasons[-1])


def _clan(clan: coc.Clan) -> str:
    return seen(
        name=clan.name,
        level=clan.level,
        badge=clan.badge.url,
        points=clan.points,
        war_league=clan.war_league.name,
        capital_league=clan.capital_league.name,
        members=each(clan.members, _member),
        labels=len([_named(label) for label in clan.labels]),
        districts=each(clan.capital_districts, lambda district: seen(name=district.name, level=district.hall_level)),
    )


def _hit(clan: coc.Clan) -> str:
    return seen(tag=clan.tag, name=clan.name, members=clan.member_count, frequency=clan.war_frequency)


def _member(member: coc.ClanMember) -> str:
    return seen(tag=member.tag, name=member.name, role=member.role.in_game_name, trophies=member.trophies)


def _named(thing: coc.Label | coc.Location | coc.BaseLeague) -> str:
    return seen(id=thing.id, name=thing.name)


def _place(place: coc.Location) -> str:
    return seen(id=place.id, is_country=place.is_country)  # five have an empty name


def _player(player: coc.Player) -> str:
    return seen(
        name=player.name,
        town_hall=player.town_hall,
        clan=player.clan.name,
        league=player.league.name,
        troops=each(player.troops, _unit),
        others=len([_unit(unit) for unit in (*player.heroes, *player.spells, *player.pets, *player.equipment)]),
        achievements=each(player.achievements, lambda one: seen(name=one.name, stars=one.stars, target=one.target)),
    )


def _unit(unit: coc.Troop) -> str:
    return seen(name=unit.name, level=unit.level, max_level=unit.max_level, village=unit.village)


def _clanless(player: coc.Player) -> str:
    return seen(name=player.name, town_hall=player.town_hall, has_clan=player.clan is not None)


def _war(war: coc.ClanWar) -> str:
    each(war.clan.members, _war_member)
    each(war.opponent.members, _war_member)
    return seen(
        state=war.state,
        end=war.end_time.time,
        size=war.team_size,
        clan=war.clan.name,
        opponent=war.opponent.name,
        attacks=len([_attack(attack) for attack in war.attacks]),
    )


def _war_member(member: coc.ClanWarMember) -> str:
    return seen(tag=member.tag, name=member.name, town_hall=member.town_hall, position=member.map_position)


def _attack(attack: coc.WarAttack) -> str:
    return seen(
        attacker=attack.attacker.name,
        defender=attack.defender.name,
        stars=attack.stars,
        destruction=attack.destruction,
        duration=attack.duration,
    )


def _idle_war(war: coc.ClanWar) -> str:
    return seen(state=war.state)


def _logged_war(row: coc.ClanWarLogEntry) -> str:
    return seen(end=row.end_time.time, size=row.team_size, stars=row.clan.stars, name=row.clan.name)


def _weekend(row: coc.RaidLogEntry) -> str:
    return seen(
        state=row.state,
        start=row.start_time.time,
        loot=row.total_loot,
        attacked=each(row.attack_log, _raid),
        defended=each(row.defense_log, _raid),
    )


def _raid(clan: coc.RaidClan) -> str:
    return seen(name=clan.name, looted=clan.looted, districts=each(clan.districts, _district))


def _district(district: coc.RaidDistrict) -> str:
    return seen(name=district.name, level=district.hall_level, destroyed=district.destruction, looted=district.looted)


def _group(group: coc.ClanWarLeagueGroup) -> str:
    return seen(
        state=group.state,
        season=group.season,
        rounds=len(group.rounds),
        clans=each(group.clans, lambda clan: seen(name=clan.name, members=each(clan.members, _league_member))),
    )


def _league_member(member: coc.ClanWarLeagueClanMember) -> str:
    return seen(tag=member.tag, name=member.name, town_hall=member.town_hall)


def _ranked_clan(clan: coc.RankedClan) -> str:
    return seen(rank=clan.rank, previous=clan.previous_rank, name=clan.name, place=clan.location.id)


def _ranked_player(player: coc.RankedPlayer) -> str:
    return seen(rank=player.rank, name=player.name)


def _gold_pass(season: coc.GoldPassSeason) -> str:
    return seen(start=season.start_time.time, end=season.end_time.time)


def _rows(read: Callable[[Any], str]) -> Callable[[Iterable[Any]], str]:
    """Reads all rows with what reads one."""
    return lambda rows: seen(rows=each(rows, read))


CALLS: list[Call[coc.Client]] = [
    Call("clan", lambda client, guide: client.get_clan(guide.clan), _clan),
    Call("members", lambda client, guide: client.get_members(guide.clan), _rows(_member)),
    Call("members, in full", _detailed_members, _rows(_player)),
    Call("search by name", lambda client, guide: client.search_clans(name=guide.name, limit=PAGE), _rows(_hit)),
    Call("search by country", lambda client, guide: client.search_clans(location_id=guide.country), _rows(_hit)),
    Call(
        "search by label",
        _labelled_clans,
        _rows(_hit),
        raises="Unfiltered",
        peer_fault="sends label_ids, which the API does not know (labelIds)",
    ),
    Call("unknown clan", lambda client, guide: client.get_clan(guide.unknown_tag), raises="NotFound"),
    Call("current war", lambda client, guide: client.get_clan_war(guide.clan), _war),
    Call("ended war", lambda client, guide: client.get_clan_war(guide.ended_war_clan), _war),
    Call("no war", lambda client, guide: client.get_clan_war(guide.idle_clan), _idle_war),
    Call("private war", lambda client, guide: client.get_clan_war(guide.private_clan), raises="PrivateWarLog"),
    Call("war log", lambda client, guide: client.get_war_log(guide.clan), _rows(_logged_war)),
    Call("war log, by pages", _paged_war_log, _rows(_logged_war)),
    Call("private war log", lambda client, guide: client.get_war_log(guide.private_clan), raises="PrivateWarLog"),
    Call("raid log", lambda client, guide: client.get_raid_log(guide.clan), _rows(_weekend)),
    Call("raid log, by pages", _paged_raid_log, _rows(_weekend)),
    Call("CWL group", lambda client, guide: client.get_league_group(guide.clan), _group),
    Call("CWL wars of a clan", _league_wars, _rows(_war)),
    Call("CWL wars of all rounds", _every_league_war, _rows(_war)),
    Call("player", lambda client, guide: client.get_player(guide.player), _player),
    Call("clanless player", lambda client, guide: client.get_player(guide.clanless_player), _clanless),
    Call("unknown player", lambda client, guide: client.get_player(guide.unknown_tag), raises="NotFound"),
    Call(
        "verify a token",
        lambda client, guide: client.verify_player_token(guide.player, guide.token),
        lambda right: seen(valid=right or None),
    ),
    Call("clans, global", lambda client, guide: client.get_location_clans("global"), _rows(_ranked_clan)),
    Call("clans of a country", lambda client, guide: client.get_location_clans(guide.country), _rows(_ranked_clan)),
    Call("players, global", lambda client, guide: client.get_location_players("global"), _rows(_ranked_player)),
    Call(
        "players of a country", lambda client, guide: client.get_location_players(guide.country), _rows(_ranked_player)
    ),
    Call(
        "builder base clans",
        lambda client, guide: client.get_location_clans_builder_base("global"),
        _rows(_ranked_clan),
    ),
    Call(
        "builder base players",
        lambda client, guide: client.get_location_players_builder_base("global"),
        _rows(_ranked_player),
    ),
    Call("capitals", lambda client, guide: client.get_location_clans_capital("global"), _rows(_ranked_clan)),
    Call("locations", lambda client, guide: client.search_locations(), _rows(_place)),
    Call("location", lambda client, guide: client.get_location(guide.country), _named),
    Call("location by name", lambda client, guide: client.get_location_named("Russia"), _named),
    Call("builder base leagues", lambda client, guide: client.search_builder_base_leagues(), _rows(_named)),
    Call("builder base league", lambda client, guide: client.get_builder_base_league(44000000), _named),
    Call("capital leagues", lambda client, guide: client.search_capital_leagues(), _rows(_named)),
    Call("capital league", lambda client, guide: client.get_capital_league(85000000), _named),
    Call("war leagues", lambda client, guide: client.search_war_leagues(), _rows(_named)),
    Call("war league", lambda client, guide: client.get_war_league(48000000), _named),
    Call("legend seasons", lambda client, guide: client.get_seasons(), _rows(str)),
    Call("legend season", _season_ranking, _rows(_ranked_player)),
    Call("gold pass", lambda client, guide: client.get_current_goldpass_season(), _gold_pass),
    Call(
        "clan labels",
        lambda client, guide: client.get_clan_labels(),
        _rows(_named),
        raises="NotFound",
        peer_fault="asks for /labels/clan instead of /labels/clans",
    ),
    Call("player labels", lambda client, guide: client.get_player_labels(), _rows(_named)),
    Call("log in", _log_in, _clan),
]
