"""Names for the texts that the API uses as values.

Each alias lists the values known today. The API adds values without notice, so a model's field is typed as the
alias *or* ``str`` and keeps whatever was sent.
"""

from typing import Literal, TypeAlias

Tag: TypeAlias = str
"""Identity of a clan or a player: ``#`` and three or more of the characters ``0289PYLQGRJCUV``."""

BattleType: TypeAlias = Literal["homeVillage", "ranked", "legend", "friendly"]
"""Kind of a battle: in multiplayer, in a week of ranked battles, in the Legend League, or a friendly one."""

ClanType: TypeAlias = Literal["open", "closed", "inviteOnly"]
"""Who may join a clan: anyone, nobody, or whoever is let in."""

ClanRole: TypeAlias = Literal["leader", "coLeader", "admin", "member", "notMember"]
"""A player's role in the clan; ``admin`` is the game's Elder, ``notMember`` has only been announced so far."""

ClanWarFrequency: TypeAlias = Literal[
    "always", "moreThanOncePerWeek", "oncePerWeek", "lessThanOncePerWeek", "never", "unknown", "any"
]
"""How often a clan says it goes to war; ``unknown`` when it says nothing, ``any`` only as a filter of the search."""

ClanWarPreference: TypeAlias = Literal["in", "out"]
"""Whether a player wants to take part in wars."""

ClanWarResultL: TypeAlias = Literal["win", "lose", "tie"]
"""How a war ended for the clan whose war log it is in."""

ClanWarState: TypeAlias = Literal["notInWar", "preparation", "inWar", "warEnded"]
"""Where a war stands."""

ClanWarLeagueState: TypeAlias = Literal["preparation", "inWar", "ended", "notInWar", "warEnded", "groupNotFound"]
"""Where the season of a Clan War League group stands; ``notInWar`` while the clan is looking for a group."""

ClanWarLeaguePhase: TypeAlias = Literal[
    "signUp", "preparation", "battle", "battleAndPreparation", "betweenRounds", "ended"
]
"""Where a clan stands in its Clan War League season."""

RaidState: TypeAlias = Literal["ongoing", "ended", "unknown"]
"""Where a raid weekend stands; ``unknown`` has only been announced so far."""

ResourceName: TypeAlias = Literal[
    "Diamonds",
    "Gold",
    "Elixir",
    "DarkElixir",
    "Gold2",
    "Elixir2",
    "Medals",
    "BankedGold",
    "BankedElixir",
    "BankedDarkElixir",
    "CapitalResource",
    "CapitalReward",
    "BankedGold2",
    "BankedElixir2",
    "SourElixir",
    "EventTokens",
    "CommonOre",
    "RareOre",
    "EpicOre",
    "ClanEventResource",
    "SparkyStone",
    "Stars",
]
"""A resource of the game by its inner name: ``Diamonds`` are gems, ``Gold2`` is the builder base's gold,
``CapitalReward`` raid medals, and ``CommonOre``, ``RareOre`` and ``EpicOre`` are shiny, glowy and starry ore."""

VerifyStatus: TypeAlias = Literal["ok", "invalid"]
"""The verdict on a player's token; ``invalid`` if it is wrong or was used before."""

Village: TypeAlias = Literal["home", "builderBase", "clanCapital"]
"""A part of the game: the home village, the builder base or the clan capital."""
