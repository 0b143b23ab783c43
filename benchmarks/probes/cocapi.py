"""What a user of cocapi sees of the sandbox: plain dictionaries, which have to fit its models as well."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeAlias
from unittest.mock import patch

from cocapi import ApiConfig, CocApi, key_manager, schemas
from pydantic import BaseModel

from benchmarks.probes.report import Call, Guide, Library, each, given, run, seen

Json: TypeAlias = dict[str, Any]
Fetch: TypeAlias = Callable[[CocApi, Guide], Json]
Read: TypeAlias = Callable[[Json], str]

SEASON_LEAGUE = "29000022"
PAGE = {"limit": 5}
GONE = "asks for a ranking that the API has taken away"


class Refused(Exception):
    """cocapi answers an error as a dictionary; here it is one again."""


def _accepted(answer: Json) -> Json:
    if answer.get("result") == "error":
        raise Refused(answer["message"])
    return answer


def _one(name: str, fetch: Fetch, model: type[BaseModel], read: Read) -> Call[CocApi]:
    """A call that answers one object."""

    def fetched(api: CocApi, guide: Guide) -> Json:
        answer = _accepted(fetch(api, guide))
        model.model_validate(answer, strict=True)
        return answer

    return Call(name, fetched, read)


def _many(name: str, fetch: Fetch, model: type[BaseModel], read: Read) -> Call[CocApi]:
    """A call that answers a list of objects."""

    def fetched(api: CocApi, guide: Guide) -> list[Json]:
        answer = _accepted(fetch(api, guide))
        for row in answer["items"]:
            model.model_validate(row, strict=True)
        return answer["items"]

    return Call(name, fetched, lambda rows: seen(rows=each(rows, read)))


def _refused(name: str, fetch: Fetch, *, peer_fault: str = "") -> Call[CocApi]:
    """A call that has to be refused."""
    return Call(name, lambda api, guide: _accepted(fetch(api, guide)), raises="Refused", peer_fault=peer_fault)


def _pages(fetch: Callable[[CocApi, Guide, Json], Json]) -> Fetch:
    def all_pages(api: CocApi, guide: Guide) -> Json:
        rows: list[Json] = []
        cursors: Json = {"after": None}
        while "after" in cursors:
            after = {"after": cursors["after"]} if cursors["after"] else {}
            page = _accepted(fetch(api, guide, PAGE | after))
            rows += page["items"]
            cursors = page["paging"]["cursors"]
        return {"items": rows}

    return all_pages


def _league_wars(api: CocApi, guide: Guide) -> Json:
    group = _accepted(api.clan_leaguegroup(guide.clan))
    tags = [tag for round_ in group["rounds"] for tag in round_["warTags"] if tag != "#0"]
    return {"items": [_accepted(api.warleague(tag)) for tag in tags]}


def _season(api: CocApi, guide: Guide) -> Json:
    seasons = _accepted(api.league_season(SEASON_LEAGUE))["items"]
    return api.league_season_id(SEASON_LEAGUE, seasons[-1]["id"])


def _log_in(api: CocApi, guide: Guide) -> Json:
    site = {
        "_LOGIN_URL": "/login",
        "_KEY_LIST_URL": "/apikey/list",
        "_KEY_CREATE_URL": "/apikey/create",
        "_KEY_REVOKE_URL": "/apikey/revoke",
    }
    with patch.multiple(key_manager, **{name: guide.developer_url + path for name, path in site.items()}):
        mine = CocApi.from_credentials(guide.email, guide.password, config=ApiConfig(base_url=guide.base_url))
    return mine.clan_tag(guide.clan)


def _clan(clan: Json) -> str:
    return seen(
        name=clan["name"],
        badge=clan["badgeUrls"]["large"],
        war_league=clan["warLeague"]["name"],
        members=each(clan["memberList"], _member),
        districts=each(clan["clanCapital"]["districts"], _named),
    )


def _hit(clan: Json) -> str:
    return seen(tag=clan["tag"], name=clan["name"], members=clan["members"])


def _member(member: Json) -> str:
    return seen(tag=member["tag"], name=member["name"], role=member["role"], tier=member["leagueTier"]["name"])


def _named(thing: Json) -> str:
    return seen(id=thing["id"], name=thing["name"])


def _place(place: Json) -> str:
    return seen(id=place["id"], is_country=place["isCountry"])  # five have an empty name


def _player(player: Json) -> str:
    return seen(
        name=player["name"],
        town_hall=player["townHallLevel"],
        clan=player["clan"]["name"],
        troops=each(player["troops"], _unit),
        heroes=each(player["heroes"], _unit),
        achievements=each(player["achievements"], lambda one: seen(name=one["name"], stars=one["stars"])),
    )


def _clanless(player: Json) -> str:
    return seen(name=player["name"], has_clan="clan" in player)


def _unit(unit: Json) -> str:
    return seen(name=unit["name"], level=unit["level"], max_level=unit["maxLevel"], village=unit["village"])


def _war(war: Json) -> str:
    sides = (war["clan"], war["opponent"])
    attacks = [attack for side in sides for member in side["members"] for attack in member.get("attacks", [])]
    return seen(
        state=war["state"],
        end=war["endTime"],
        clan=war["clan"]["name"],
        opponent=war["opponent"]["name"],
        members=sum(each(side["members"], _war_member) for side in sides),
        attacks=len([_attack(attack) for attack in attacks]),
    )


def _war_member(member: Json) -> str:
    return seen(tag=member["tag"], name=member["name"], hall=member["townhallLevel"], position=member["mapPosition"])


def _attack(attack: Json) -> str:
    return seen(
        attacker=attack["attackerTag"],
        defender=attack["defenderTag"],
        stars=attack["stars"],
        destruction=attack["destructionPercentage"],
        duration=attack["duration"],
    )


def _state(answer: Json) -> str:
    return seen(state=answer["state"])


def _logged_war(row: Json) -> str:
    return seen(end=row["endTime"], size=row["teamSize"], clan=row["clan"]["name"], stars=row["clan"]["stars"])


def _weekend(row: Json) -> str:
    return seen(
        state=row["state"],
        start=row["startTime"],
        loot=row["capitalTotalLoot"],
        attacked=each(row["attackLog"], lambda raid: _raid(raid, "defender")),
        defended=each(row["defenseLog"], lambda raid: _raid(raid, "attacker")),
    )


def _raid(raid: Json, other: str) -> str:
    return seen(clan=raid[other]["name"], districts=each(raid["districts"], _district))


def _district(district: Json) -> str:
    return seen(name=district["name"], destroyed=district["destructionPercent"], looted=district["totalLooted"])


def _group(group: Json) -> str:
    return seen(state=group["state"], season=group["season"], clans=each(group["clans"], _league_clan))


def _league_clan(clan: Json) -> str:
    return seen(name=clan["name"], members=each(clan["members"], lambda member: seen(name=member["name"])))


def _ranked(row: Json) -> str:
    return seen(rank=row["rank"], name=row["name"], tag=row["tag"])


def _gold_pass(season: Json) -> str:
    return seen(start=season["startTime"], end=season["endTime"])


CALLS: list[Call[CocApi]] = [
    _one("clan", lambda api, guide: api.clan_tag(guide.clan), schemas.Clan, _clan),
    _many("members", lambda api, guide: api.clan_members(guide.clan), schemas.ClanMember, _member),
    _many("search by name", lambda api, guide: api.clan(guide.name), schemas.ClanSearchEntry, _hit),
    _many("search by country", lambda api, guide: api.clan(location_id=guide.country), schemas.ClanSearchEntry, _hit),
    _many(
        "search by label", lambda api, guide: api.clan(label_ids=str(guide.clan_label)), schemas.ClanSearchEntry, _hit
    ),
    _refused("unknown clan", lambda api, guide: api.clan_tag(guide.unknown_tag)),
    _one("current war", lambda api, guide: api.clan_current_war(guide.clan), schemas.ClanWar, _war),
    _one("ended war", lambda api, guide: api.clan_current_war(guide.ended_war_clan), schemas.ClanWar, _war),
    _one("no war", lambda api, guide: api.clan_current_war(guide.idle_clan), schemas.ClanWar, _state),
    _refused("private war", lambda api, guide: api.clan_current_war(guide.private_clan)),
    _many("war log", lambda api, guide: api.clan_war_log(guide.clan), schemas.ClanWarLogEntry, _logged_war),
    _many(
        "war log, by pages",
        _pages(lambda api, guide, page: api.clan_war_log(guide.clan, page)),
        schemas.ClanWarLogEntry,
        _logged_war,
    ),
    _refused("private war log", lambda api, guide: api.clan_war_log(guide.private_clan)),
    _many(
        "raid log",
        lambda api, guide: api.clan_capitalraidseasons(guide.clan),
        schemas.ClanCapitalRaidSeason,
        _weekend,
    ),
    _many(
        "raid log, by pages",
        _pages(lambda api, guide, page: api.clan_capitalraidseasons(guide.clan, page)),
        schemas.ClanCapitalRaidSeason,
        _weekend,
    ),
    _one("CWL group", lambda api, guide: api.clan_leaguegroup(guide.clan), schemas.ClanWarLeagueGroup, _group),
    _many("CWL wars of all rounds", _league_wars, schemas.ClanWar, _war),
    _one("player", lambda api, guide: api.players(guide.player), schemas.Player, _player),
    _one("clanless player", lambda api, guide: api.players(guide.clanless_player), schemas.Player, _clanless),
    _refused("unknown player", lambda api, guide: api.players(guide.unknown_tag)),
    _one(
        "verify a token",
        lambda api, guide: api.verify_player_token(guide.player, guide.token),
        schemas.VerifyTokenResponse,
        lambda answer: seen(valid=answer["status"] == "ok" or None),
    ),
    _many("clans, global", lambda api, guide: api.location_id_clan_rank("global"), schemas.ClanRankingEntry, _ranked),
    _many(
        "clans of a country",
        lambda api, guide: api.location_id_clan_rank(str(guide.country)),
        schemas.ClanRankingEntry,
        _ranked,
    ),
    _many(
        "players, global", lambda api, guide: api.location_id_player_rank("global"), schemas.PlayerRankingEntry, _ranked
    ),
    _many(
        "players of a country",
        lambda api, guide: api.location_id_player_rank(str(guide.country)),
        schemas.PlayerRankingEntry,
        _ranked,
    ),
    _many(
        "builder base clans",
        lambda api, guide: api.location_clans_builder_base("global"),
        schemas.ClanBuilderBaseRankingEntry,
        _ranked,
    ),
    _many(
        "builder base players",
        lambda api, guide: api.location_players_builder_base("global"),
        schemas.PlayerBuilderBaseRankingEntry,
        _ranked,
    ),
    _many(
        "capitals",
        lambda api, guide: api.location_capital_rankings("global"),
        schemas.ClanCapitalRankingEntry,
        _ranked,
    ),
    _refused("versus clans", lambda api, guide: api.location_clan_versus("global"), peer_fault=GONE),
    _refused("versus players", lambda api, guide: api.location_player_versus("global"), peer_fault=GONE),
    _many("locations", lambda api, guide: api.location(), schemas.Location, _place),
    _one("location", lambda api, guide: api.location_id(str(guide.country)), schemas.Location, _named),
    _many("leagues", lambda api, guide: api.league(), schemas.League, _named),
    _one("league", lambda api, guide: api.league_id(SEASON_LEAGUE), schemas.League, _named),
    _many("league tiers", lambda api, guide: api.leaguetiers(), schemas.LeagueTier, _named),
    _one("league tier", lambda api, guide: api.leaguetiers_id("105000034"), schemas.LeagueTier, _named),
    _many("builder base leagues", lambda api, guide: api.builderbaseleagues(), schemas.BuilderBaseLeague, _named),
    _one(
        "builder base league",
        lambda api, guide: api.builderbaseleagues_id("44000000"),
        schemas.BuilderBaseLeague,
        _named,
    ),
    _many("capital leagues", lambda api, guide: api.capitalleagues(), schemas.CapitalLeague, _named),
    _one("capital league", lambda api, guide: api.capitalleagues_id("85000000"), schemas.CapitalLeague, _named),
    _many("war leagues", lambda api, guide: api.warleagues(), schemas.WarLeague, _named),
    _one("war league", lambda api, guide: api.warleagues_id("48000000"), schemas.WarLeague, _named),
    _many(
        "legend seasons",
        lambda api, guide: api.league_season(SEASON_LEAGUE),
        schemas.LeagueSeason,
        lambda season: seen(id=season["id"]),
    ),
    _many("legend season", _season, schemas.PlayerRankingEntry, _ranked),
    _one("gold pass", lambda api, guide: api.goldpass(), schemas.GoldPassSeason, _gold_pass),
    _many("clan labels", lambda api, guide: api.labels_clans(), schemas.Label, _named),
    _many("player labels", lambda api, guide: api.labels_players(), schemas.Label, _named),
    _one("log in", _log_in, schemas.Clan, _clan),
]


def main(guide: Guide) -> None:
    """Make all calls with a key given by hand, and log in for one with a key that cocapi makes for itself."""
    api = CocApi(guide.key, config=ApiConfig(base_url=guide.base_url))
    asyncio.run(run(CALLS, api, guide, Library("cocapi")))


if __name__ == "__main__":
    main(given())
