"""A typed Python SDK for the Clash of Clans API.

Example:
    >>> from cocapi_gen import Client
    >>> client = Client("TOKEN")
"""

from typing import TYPE_CHECKING

from cocapi_gen._lazy import load_lazily

__version__ = "0.1.0"

if TYPE_CHECKING:
    from cocapi_gen.aliases import (
        ClanRole as ClanRole,
        ClanType as ClanType,
        ClanWarFrequency as ClanWarFrequency,
        ClanWarPreference as ClanWarPreference,
        ClanWarResultL as ClanWarResultL,
        ClanWarState as ClanWarState,
        Tag as Tag,
        Village as Village,
    )
    from cocapi_gen.client import (
        Client as Client,
    )
    from cocapi_gen.exceptions import (
        AccessDenied as AccessDenied,
        ClientRequestError as ClientRequestError,
        CocApiError as CocApiError,
        ConnectionFailed as ConnectionFailed,
        IncorrectParameters as IncorrectParameters,
        InvalidParameterError as InvalidParameterError,
        InvalidTagError as InvalidTagError,
        InvalidTokenError as InvalidTokenError,
        NoAnswerError as NoAnswerError,
        RequestTimeout as RequestTimeout,
        ResourceNotFound as ResourceNotFound,
        ServiceUnavailable as ServiceUnavailable,
        TooManyRequests as TooManyRequests,
        UnknownClanLabelError as UnknownClanLabelError,
        UnknownClanLeagueError as UnknownClanLeagueError,
        UnknownDataError as UnknownDataError,
        UnknownError as UnknownError,
        UnknownLocationError as UnknownLocationError,
        UnknownPlayerLabelError as UnknownPlayerLabelError,
        UnknownPlayerLeagueError as UnknownPlayerLeagueError,
        UnreadableAnswerError as UnreadableAnswerError,
    )
    from cocapi_gen.models import (
        BadgeURLs as BadgeURLs,
        BaseLabel as BaseLabel,
        BaseLeague as BaseLeague,
        BuilderBaseLeague as BuilderBaseLeague,
        CapitalLeague as CapitalLeague,
        Clan as Clan,
        ClanCapital as ClanCapital,
        ClanChatLanguage as ClanChatLanguage,
        ClanDistrict as ClanDistrict,
        ClanLabel as ClanLabel,
        ClanLeague as ClanLeague,
        ClanMember as ClanMember,
        ClanWar as ClanWar,
        ClanWarAttack as ClanWarAttack,
        ClanWarInfo as ClanWarInfo,
        ClanWarInfoClan as ClanWarInfoClan,
        ClanWarLeague as ClanWarLeague,
        ClanWarPlayer as ClanWarPlayer,
        ClanWarProblem as ClanWarProblem,
        ClanWarResult as ClanWarResult,
        GoldPass as GoldPass,
        LegendSeason as LegendSeason,
        Location as Location,
        Player as Player,
        PlayerAchievement as PlayerAchievement,
        PlayerAchievment as PlayerAchievment,
        PlayerClan as PlayerClan,
        PlayerHouse as PlayerHouse,
        PlayerHouseElement as PlayerHouseElement,
        PlayerLabel as PlayerLabel,
        PlayerLeague as PlayerLeague,
        PlayerLegendStatistics as PlayerLegendStatistics,
        PlayerTroop as PlayerTroop,
    )
    from cocapi_gen.names import (
        NameTable as NameTable,
    )
    from cocapi_gen.tags import (
        normalize_tag as normalize_tag,
    )
else:
    __getattr__, __dir__, __all__ = load_lazily(
        __name__,
        {
            "aliases": (
                "ClanRole",
                "ClanType",
                "ClanWarFrequency",
                "ClanWarPreference",
                "ClanWarResultL",
                "ClanWarState",
                "Tag",
                "Village",
            ),
            "client": ("Client",),
            "exceptions": (
                "AccessDenied",
                "ClientRequestError",
                "CocApiError",
                "ConnectionFailed",
                "IncorrectParameters",
                "InvalidParameterError",
                "InvalidTagError",
                "InvalidTokenError",
                "NoAnswerError",
                "RequestTimeout",
                "ResourceNotFound",
                "ServiceUnavailable",
                "TooManyRequests",
                "UnknownClanLabelError",
                "UnknownClanLeagueError",
                "UnknownDataError",
                "UnknownError",
                "UnknownLocationError",
                "UnknownPlayerLabelError",
                "UnknownPlayerLeagueError",
                "UnreadableAnswerError",
            ),
            "models": (
                "BadgeURLs",
                "BaseLabel",
                "BaseLeague",
                "BuilderBaseLeague",
                "CapitalLeague",
                "Clan",
                "ClanCapital",
                "ClanChatLanguage",
                "ClanDistrict",
                "ClanLabel",
                "ClanLeague",
                "ClanMember",
                "ClanWar",
                "ClanWarAttack",
                "ClanWarInfo",
                "ClanWarInfoClan",
                "ClanWarLeague",
                "ClanWarPlayer",
                "ClanWarProblem",
                "ClanWarResult",
                "GoldPass",
                "LegendSeason",
                "Location",
                "Player",
                "PlayerAchievement",
                "PlayerAchievment",
                "PlayerClan",
                "PlayerHouse",
                "PlayerHouseElement",
                "PlayerLabel",
                "PlayerLeague",
                "PlayerLegendStatistics",
                "PlayerTroop",
            ),
            "names": ("NameTable",),
            "tags": ("normalize_tag",),
        },
    )
