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
    number,
    one_of,
    record,
    reference,
    string,
    tag,
    without,
)

_PROBLEM = record(
    required={"part": enum("currentwar", "log"), "message": string()},
    optional={"status": one_of(integer(100, 599), null()), "reason": one_of(string(), null())},
)
_LEAGUE_PROBLEM = record(
    required={"war_tag": tag(), "message": string()},
    optional={"status": one_of(integer(100, 599), null()), "reason": one_of(string(), null())},
)
_LEAGUE_ROUND = record(required={"number": integer(1, 7), "wars": array(reference("ClanWar"))}, optional={})
_STANDING = record(
    required={
        "place": integer(1, 8),
        "tag": tag(),
        "name": string(),
        **dict.fromkeys(("stars", "destruction", "wins", "losses", "ties", "attacks"), integer()),
    },
    optional={},
)
_MEMBER_TOTALS = record(
    required={
        "tag": tag(),
        "name": string(),
        **dict.fromkeys(("wars", "attacks", "attacks_missed", "stars", "new_stars", "opponent_attacks"), integer()),
        "destruction": number(),
    },
    optional={},
)
_LEAGUE_WARS = record(
    required={"group": reference("ClanWarLeagueGroup"), "rounds": array(_LEAGUE_ROUND)},
    optional={"problems": array(_LEAGUE_PROBLEM)},
)
_CURRENT_LEAGUE_WAR = record(
    required={"group": reference("ClanWarLeagueGroup")},
    optional=dict.fromkeys(("battle", "preparation", "last"), one_of(reference("ClanWar"), null())),
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
# The specification has one schema for all that has a level, but only heroes wear something.
_TROOP = without(RESPONSES["PlayerItemLevel"], "equipment")
_HERO = extended(_TROOP, optional={"equipment": array(_TROOP)})
_PLAYER = extended(
    without(RESPONSES["Player"], "heroEquipment"),
    optional={"heroEquipment": array(_TROOP)},
    required={"troops": array(_TROOP), "spells": array(_TROOP), "heroes": array(_HERO)},
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
    models.ClanWarLeagueClan: RESPONSES["ClanWarLeagueClan"],
    models.ClanWarLeagueGroup: RESPONSES["ClanWarLeagueGroup"],
    models.ClanWarLeagueMember: RESPONSES["ClanWarLeagueClanMember"],
    models.ClanWarLeagueRound: RESPONSES["ClanWarLeagueRound"],
    models.ClanWarPlayer: RESPONSES["ClanWarMember"],
    models.ClanWarProblem: _PROBLEM,
    models.ClanWarResult: RESPONSES["ClanWarLogEntry"],
    models.CurrentLeagueWar: _CURRENT_LEAGUE_WAR,
    models.GoldPass: RESPONSES["GoldPassSeason"],
    models.LeagueMemberTotals: _MEMBER_TOTALS,
    models.LeagueRound: _LEAGUE_ROUND,
    models.LeagueStanding: _STANDING,
    models.LeagueWarProblem: _LEAGUE_PROBLEM,
    models.LeagueWars: _LEAGUE_WARS,
    models.LeagueHistoryEntry: RESPONSES["LeagueSeasonResult"],
    models.LeagueSeason: RESPONSES["LeagueSeason"],
    models.LegendSeason: RESPONSES["LegendLeagueTournamentSeasonResult"],
    models.Location: RESPONSES["Location"],
    models.NotInLeagueGroup: record(required={}, optional={"state": enum("notInLeagueGroup")}),
    models.NotInWar: record(required={"answer": reference("ClanWar")}, optional={"state": enum("notInWar")}),
    models.Player: _PLAYER,
    models.PlayerAchievement: RESPONSES["PlayerAchievementProgress"],
    models.PlayerBuilderBaseRanking: RESPONSES["PlayerBuilderBaseRanking"],
    models.PlayerClan: RESPONSES["PlayerClan"],
    models.PlayerHero: _HERO,
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
    models.PlayerTroop: _TROOP,
    models.PrivateWarLog: record(required={}, optional={"state": enum("privateWarLog")}),
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
