"""The models: what the client's methods return. Each is loaded when it is first used."""

from typing import TYPE_CHECKING

from cocapi_gen._lazy import load_lazily

if TYPE_CHECKING:
    from cocapi_gen.models._base import Model as Model
    from cocapi_gen.models.battles import (
        BattleLogEntry as BattleLogEntry,
        BattleResource as BattleResource,
        LeagueHistoryEntry as LeagueHistoryEntry,
        PlayerLeagueBattle as PlayerLeagueBattle,
        PlayerLeagueGroup as PlayerLeagueGroup,
        PlayerLeagueGroupMember as PlayerLeagueGroupMember,
    )
    from cocapi_gen.models.clan import (
        Clan as Clan,
        ClanCapital as ClanCapital,
        ClanDistrict as ClanDistrict,
        ClanMember as ClanMember,
        ClanSummary as ClanSummary,
    )
    from cocapi_gen.models.goldpass import (
        GoldPass as GoldPass,
    )
    from cocapi_gen.models.league import (
        ClanWarLeagueClan as ClanWarLeagueClan,
        ClanWarLeagueGroup as ClanWarLeagueGroup,
        ClanWarLeagueMember as ClanWarLeagueMember,
        ClanWarLeagueRound as ClanWarLeagueRound,
        CurrentLeagueWar as CurrentLeagueWar,
        LeagueMemberTotals as LeagueMemberTotals,
        LeagueRound as LeagueRound,
        LeagueStanding as LeagueStanding,
        LeagueWarProblem as LeagueWarProblem,
        LeagueWars as LeagueWars,
        NotInLeagueGroup as NotInLeagueGroup,
    )
    from cocapi_gen.models.page import (
        Page as Page,
    )
    from cocapi_gen.models.player import (
        LegendSeason as LegendSeason,
        Player as Player,
        PlayerAchievement as PlayerAchievement,
        PlayerAchievment as PlayerAchievment,
        PlayerClan as PlayerClan,
        PlayerHero as PlayerHero,
        PlayerHouse as PlayerHouse,
        PlayerHouseElement as PlayerHouseElement,
        PlayerLegendStatistics as PlayerLegendStatistics,
        PlayerTroop as PlayerTroop,
        TokenVerification as TokenVerification,
    )
    from cocapi_gen.models.raid import (
        Raid as Raid,
        RaidAttack as RaidAttack,
        RaidAttacker as RaidAttacker,
        RaidClan as RaidClan,
        RaidDefense as RaidDefense,
        RaidDistrict as RaidDistrict,
        RaidMember as RaidMember,
        RaidSeason as RaidSeason,
    )
    from cocapi_gen.models.ranking import (
        ClanBuilderBaseRanking as ClanBuilderBaseRanking,
        ClanCapitalRanking as ClanCapitalRanking,
        ClanRanking as ClanRanking,
        LeagueSeason as LeagueSeason,
        PlayerBuilderBaseRanking as PlayerBuilderBaseRanking,
        PlayerRanking as PlayerRanking,
        PlayerRankingClan as PlayerRankingClan,
    )
    from cocapi_gen.models.shared import (
        BadgeURLs as BadgeURLs,
        BaseLabel as BaseLabel,
        BaseLeague as BaseLeague,
        BuilderBaseLeague as BuilderBaseLeague,
        CapitalLeague as CapitalLeague,
        ClanChatLanguage as ClanChatLanguage,
        ClanLabel as ClanLabel,
        ClanLeague as ClanLeague,
        ClanWarLeague as ClanWarLeague,
        Location as Location,
        PlayerLabel as PlayerLabel,
        PlayerLeague as PlayerLeague,
    )
    from cocapi_gen.models.war import (
        ClanWar as ClanWar,
        ClanWarAttack as ClanWarAttack,
        ClanWarInfo as ClanWarInfo,
        ClanWarInfoClan as ClanWarInfoClan,
        ClanWarPlayer as ClanWarPlayer,
        ClanWarProblem as ClanWarProblem,
        ClanWarResult as ClanWarResult,
        NotInWar as NotInWar,
        PrivateWarLog as PrivateWarLog,
    )
else:
    __getattr__, __dir__, __all__ = load_lazily(
        __name__,
        {
            "_base": ("Model",),
            "battles": (
                "BattleLogEntry",
                "BattleResource",
                "LeagueHistoryEntry",
                "PlayerLeagueBattle",
                "PlayerLeagueGroup",
                "PlayerLeagueGroupMember",
            ),
            "clan": (
                "Clan",
                "ClanCapital",
                "ClanDistrict",
                "ClanMember",
                "ClanSummary",
            ),
            "goldpass": ("GoldPass",),
            "league": (
                "ClanWarLeagueClan",
                "ClanWarLeagueGroup",
                "ClanWarLeagueMember",
                "ClanWarLeagueRound",
                "CurrentLeagueWar",
                "LeagueMemberTotals",
                "LeagueRound",
                "LeagueStanding",
                "LeagueWarProblem",
                "LeagueWars",
                "NotInLeagueGroup",
            ),
            "page": ("Page",),
            "player": (
                "LegendSeason",
                "Player",
                "PlayerAchievement",
                "PlayerAchievment",
                "PlayerClan",
                "PlayerHero",
                "PlayerHouse",
                "PlayerHouseElement",
                "PlayerLegendStatistics",
                "PlayerTroop",
                "TokenVerification",
            ),
            "raid": (
                "Raid",
                "RaidAttack",
                "RaidAttacker",
                "RaidClan",
                "RaidDefense",
                "RaidDistrict",
                "RaidMember",
                "RaidSeason",
            ),
            "ranking": (
                "ClanBuilderBaseRanking",
                "ClanCapitalRanking",
                "ClanRanking",
                "LeagueSeason",
                "PlayerBuilderBaseRanking",
                "PlayerRanking",
                "PlayerRankingClan",
            ),
            "shared": (
                "BadgeURLs",
                "BaseLabel",
                "BaseLeague",
                "BuilderBaseLeague",
                "CapitalLeague",
                "ClanChatLanguage",
                "ClanLabel",
                "ClanLeague",
                "ClanWarLeague",
                "Location",
                "PlayerLabel",
                "PlayerLeague",
            ),
            "war": (
                "ClanWar",
                "ClanWarAttack",
                "ClanWarInfo",
                "ClanWarInfoClan",
                "ClanWarPlayer",
                "ClanWarProblem",
                "ClanWarResult",
                "NotInWar",
                "PrivateWarLog",
            ),
        },
    )
