"""Clans."""

from __future__ import annotations

from dataclasses import InitVar
from typing import cast

from pydantic import AliasChoices, Field

from cocapi_gen._parsing import Many
from cocapi_gen.aliases import ClanRole, ClanType, Tag
from cocapi_gen.models._base import Model, model
from cocapi_gen.models.player import PlayerHouse
from cocapi_gen.models.shared import (
    BadgeURLs,
    BuilderBaseLeague,
    CapitalLeague,
    ClanChatLanguage,
    ClanLabel,
    ClanWarLeague,
    Location,
    PlayerLeague,
)
from cocapi_gen.models.war import ClanWar

# A factory and not a plain None, which pydantic would put on the class again whenever it builds it anew.
_FROM_WIRE = Field(default_factory=lambda: None)


@model
class ClanMember(Model):
    """A member of a clan, in short."""

    tag: Tag
    """The player's tag."""
    name: str
    """The player's name."""
    role: ClanRole | str
    """Role in the clan."""
    exp_level: int
    """Experience level."""
    trophies: int
    """Trophies."""
    clan_rank: int
    """Place in the clan, from 1."""
    previous_clan_rank: int
    """Place in the clan last season; 0 for a newcomer."""
    donations: int
    """Troops donated this season."""
    donations_received: int
    """Troops received this season."""
    versus_trophies: int | None = Field(
        default=None, validation_alias=AliasChoices("versus_trophies", "builderBaseTrophies", "versusTrophies")
    )
    """Trophies of the builder base; None only if the API did not say, which has never been seen."""
    town_hall_level: int | None = None
    """Level of the Town Hall; None in data from before December 2023."""
    league_tier: PlayerLeague | None = None
    """The ranked league; None in data from before October 2025."""
    legacy_league: PlayerLeague | None = Field(default=None, validation_alias="league")
    """The old league, 29000000 to 29000022, since October 2025 mostly Unranked; None where the API sends
    ``league_tier`` alone, as it may since then."""
    builder_base_league: BuilderBaseLeague | None = None
    """League of the builder base; None if the player has none."""
    player_house: PlayerHouse | None = None
    """The house in the clan capital; None if it was never furnished."""

    @property
    def builder_base_trophies(self) -> int | None:
        """Trophies of the builder base: today's name of ``versus_trophies``."""
        return self.versus_trophies

    @property
    def league(self) -> PlayerLeague | None:
        """The ranked league; in data from before October 2025 the old league."""
        return self.legacy_league if self.league_tier is None else self.league_tier


@model
class ClanDistrict(Model):
    """A district of a clan capital."""

    id: int
    """Number of the district, 70000000 (Capital Peak) and up."""
    name: str
    """Name of the district."""
    district_hall_level: int
    """Level of its hall."""


@model
class ClanCapital(Model):
    """A clan's capital."""

    capital_hall_level: int | None = None
    """Level of the Capital Hall; None before the capital is unlocked."""
    districts: Many[ClanDistrict] | None = None
    """Districts unlocked; None before the capital is unlocked."""
    clan_gold_sink_total: int | None = None
    """Capital gold given beyond all upgrades; None in data from before August 2026."""


@model
class _AnyClan(Model):
    """What is known of a clan wherever it is listed."""

    tag: Tag
    """Tag of the clan."""
    name: str
    """Name of the clan."""
    type: ClanType | str
    """Who may join: "open", "inviteOnly" or "closed"."""
    badge_urls: BadgeURLs
    """Badge in three sizes."""
    required_trophies: int
    """Trophies needed to join."""
    required_townhall_level: int
    """Level of the Town Hall needed to join."""
    labels: Many[ClanLabel]
    """Up to three labels."""
    level: int = Field(validation_alias="clanLevel")
    """Level of the clan."""
    points: int = Field(validation_alias="clanPoints")
    """Points, made of the members' trophies."""
    members: int
    """How many members the clan has, 0 to 50."""
    war: ClanWar = cast("ClanWar", None)  # made in __post_init__ of what the API sends flat
    """The clan's wars."""
    required_versus_trophies: int | None = Field(
        default=None,
        validation_alias=AliasChoices(
            "required_versus_trophies", "requiredBuilderBaseTrophies", "requiredVersusTrophies"
        ),
    )
    """Trophies of the builder base needed to join; None only if the API did not say, which has never been seen."""
    versus_points: int | None = Field(
        default=None, validation_alias=AliasChoices("versus_points", "clanBuilderBasePoints", "clanVersusPoints")
    )
    """Points of the builder base, made of the members' trophies there; None only if the API did not say, which
    has never been seen."""
    location: Location | None = None
    """Where the clan says it is at home; None if it does not say."""
    chat_language: ClanChatLanguage | None = None
    """The language of its chat; None if it does not say."""
    is_family_friendly: bool | None = None
    """Whether the clan calls itself family friendly; None in data from before March 2023."""
    clan_capital_points: int | None = None
    """Points of the clan capital; None in data from before March 2023."""
    capital_league: CapitalLeague | None = None
    """League of the clan capital; None in data from before March 2023."""

    war_wins: InitVar[int | None] = _FROM_WIRE
    war_losses: InitVar[int | None] = _FROM_WIRE
    war_ties: InitVar[int | None] = _FROM_WIRE
    war_win_streak: InitVar[int | None] = _FROM_WIRE
    war_frequency: InitVar[str | None] = _FROM_WIRE
    war_league: InitVar[ClanWarLeague | None] = _FROM_WIRE
    is_war_log_public: InitVar[bool | None] = _FROM_WIRE

    def __post_init__(
        self,
        war_wins: int | None,
        war_losses: int | None,
        war_ties: int | None,
        war_win_streak: int | None,
        war_frequency: str | None,
        war_league: ClanWarLeague | None,
        is_war_log_public: bool | None,
    ) -> None:
        if cast("ClanWar | None", self.war) is None:
            flat = {
                "wins": war_wins,
                "losses": war_losses,
                "ties": war_ties,
                "winstreak": war_win_streak,
                "frequency": war_frequency,
                "league": war_league,
                "is_war_log_public": is_war_log_public,
            }
            object.__setattr__(self, "war", ClanWar.model_validate(flat))

    @property
    def clan_level(self) -> int:
        """Level of the clan: the API's name of ``level``."""
        return self.level

    @property
    def clan_points(self) -> int:
        """Points: the API's name of ``points``."""
        return self.points

    @property
    def clan_versus_points(self) -> int | None:
        """Points of the builder base: the API's old name of ``versus_points``."""
        return self.versus_points

    @property
    def builder_base_points(self) -> int | None:
        """Points of the builder base: today's name of ``versus_points``."""
        return self.versus_points

    @property
    def required_builder_base_trophies(self) -> int | None:
        """Trophies of the builder base needed to join: today's name of ``required_versus_trophies``."""
        return self.required_versus_trophies


@model
class Clan(_AnyClan):
    """Everything that can be known about a clan.

    What the API may leave out is None then. Old data that still speak of "versus" battles are read too.
    """

    description: str
    """What the clan says about itself; may be empty."""
    member_details: Many[ClanMember] = Field(validation_alias=AliasChoices("member_details", "memberList"))
    """The members, in the order of their rank."""
    clan_capital: ClanCapital | None = None
    """The clan capital; None in data from before September 2022."""

    @property
    def member_list(self) -> tuple[Tag, ...]:
        """Tags of the members, in the order of their rank."""
        return tuple(member.tag for member in self.member_details)


@model
class ClanSummary(_AnyClan):
    """A clan as a search shows it: a ``Clan`` without its description, its members and its capital.

    What the API may leave out is None then. ``war`` holds what is sent with it: results, but neither the current war
    nor the log.

    Example:
        >>> from cocapi_gen.testing import make_clan_summary
        >>> found = make_clan_summary(level=20)
        >>> found.level, found.members, found.war.league.name, found.war.currentwar
        (20, 5, 'crystal league ii', None)
    """
