"""For every model of ours, the JSON that it is made of."""

from __future__ import annotations

from cocapi_gen import models
from cocapi_gen.testing.strategies._responses import RESPONSES
from cocapi_gen.testing.strategies._wire import (
    Values,
    array,
    boolean,
    enum,
    extended,
    integer,
    null,
    one_of,
    record,
    reference,
    string,
)

_PROBLEM = record(
    required={"part": enum("currentwar", "log"), "message": string()},
    optional={"status": one_of(integer(100, 599), null()), "reason": one_of(string(), null())},
)
_WARS = record(
    required={
        "wins": integer(),
        "winstreak": integer(),
        "isWarLogPublic": boolean(),
        "frequency": reference("WarFrequency"),
    },
    optional={
        "losses": integer(),
        "ties": integer(),
        "league": reference("WarLeague"),
        "state": reference("WarState"),
        "currentwar": reference("ClanWar"),
        "log": array(reference("ClanWarLogEntry")),
        "problems": array(_PROBLEM),
    },
)

PUBLIC: dict[type[models.Model], Values] = {
    models.BadgeURLs: RESPONSES["BadgeUrls"],
    models.BaseLabel: RESPONSES["Label"],
    models.BaseLeague: RESPONSES["WarLeague"],
    models.BattleLogEntry: RESPONSES["BattleLogEntry"],
    models.BattleResource: RESPONSES["Resource"],
    models.BuilderBaseLeague: RESPONSES["BuilderBaseLeague"],
    models.CapitalLeague: RESPONSES["CapitalLeague"],
    models.Clan: extended(RESPONSES["Clan"], optional={"war": _WARS}),  # as the client gathers them, or as it is sent
    models.ClanBuilderBaseRanking: RESPONSES["ClanBuilderBaseRanking"],
    models.ClanCapital: RESPONSES["ClanCapital"],
    models.ClanCapitalRanking: RESPONSES["ClanCapitalRanking"],
    models.ClanChatLanguage: RESPONSES["Language"],
    models.ClanDistrict: RESPONSES["ClanDistrictData"],
    models.ClanLabel: RESPONSES["Label"],
    models.ClanMember: RESPONSES["ClanMember"],
    models.ClanRanking: RESPONSES["ClanRanking"],
    models.ClanSummary: RESPONSES["ClanListEntry"],
    models.ClanWar: _WARS,
    models.ClanWarAttack: RESPONSES["ClanWarAttack"],
    models.ClanWarInfo: RESPONSES["ClanWar"],
    models.ClanWarInfoClan: RESPONSES["WarClan"],
    models.ClanWarLeague: RESPONSES["WarLeague"],
    models.ClanWarPlayer: RESPONSES["ClanWarMember"],
    models.ClanWarProblem: _PROBLEM,
    models.ClanWarResult: RESPONSES["ClanWarLogEntry"],
    models.GoldPass: RESPONSES["GoldPassSeason"],
    models.LeagueHistoryEntry: RESPONSES["LeagueSeasonResult"],
    models.LeagueSeason: RESPONSES["LeagueSeason"],
    models.LegendSeason: RESPONSES["LegendLeagueTournamentSeasonResult"],
    models.Location: RESPONSES["Location"],
    models.Player: RESPONSES["Player"],
    models.PlayerAchievement: RESPONSES["PlayerAchievementProgress"],
    models.PlayerBuilderBaseRanking: RESPONSES["PlayerBuilderBaseRanking"],
    models.PlayerClan: RESPONSES["PlayerClan"],
    models.PlayerHouse: RESPONSES["PlayerHouse"],
    models.PlayerHouseElement: RESPONSES["PlayerHouseElement"],
    models.PlayerLabel: RESPONSES["Label"],
    models.PlayerLeague: RESPONSES["LeagueTier"],
    models.PlayerLeagueBattle: RESPONSES["LeagueBattleLogEntry"],
    models.PlayerLeagueGroup: RESPONSES["LeagueGroup"],
    models.PlayerLeagueGroupMember: RESPONSES["LeagueGroupMember"],
    models.PlayerLegendStatistics: RESPONSES["PlayerLegendStatistics"],
    models.PlayerRanking: RESPONSES["PlayerRanking"],
    models.PlayerRankingClan: RESPONSES["PlayerRankingClan"],
    models.PlayerTroop: RESPONSES["PlayerItemLevel"],
    models.Raid: RESPONSES["ClanCapitalRaidSeasonAttackLogEntry"],
    models.RaidAttack: RESPONSES["ClanCapitalRaidSeasonAttack"],
    models.RaidAttacker: RESPONSES["ClanCapitalRaidSeasonAttacker"],
    models.RaidClan: RESPONSES["ClanCapitalRaidSeasonClanInfo"],
    models.RaidDefense: RESPONSES["ClanCapitalRaidSeasonDefenseLogEntry"],
    models.RaidDistrict: RESPONSES["ClanCapitalRaidSeasonDistrict"],
    models.RaidMember: RESPONSES["ClanCapitalRaidSeasonMember"],
    models.RaidSeason: RESPONSES["ClanCapitalRaidSeason"],
    models.TokenVerification: RESPONSES["VerifyTokenResponse"],
}
"""What the API sends for each model; for those that the client makes itself, what it makes them of."""
