"""Players."""

from __future__ import annotations

from pydantic import AliasChoices, Field

from cocapi_gen._parsing import Many
from cocapi_gen.aliases import ClanRole, ClanWarPreference, Tag, VerifyStatus, Village
from cocapi_gen.models._base import Model, model
from cocapi_gen.models.shared import BadgeURLs, BuilderBaseLeague, PlayerLabel, PlayerLeague


@model
class PlayerAchievement(Model):
    """How far a player has come with an achievement. Two achievements may share one name."""

    name: str
    """Name of the achievement."""
    stars: int
    """Stars won, 0 to 3."""
    value: int
    """Progress so far."""
    target: int
    """Progress needed for the next star."""
    info: str
    """What has to be done."""
    village: Village | str
    """Where it is won: "home", "builderBase" or "clanCapital"."""
    completion_info: str | None = None
    """Progress in words; None for achievements that have no such text."""


PlayerAchievment = PlayerAchievement  # the spelling in coc-api's README


@model
class PlayerTroop(Model):
    """The level of a troop, siege machine, pet, spell or piece of equipment that a player has unlocked; see
    ``PlayerHero`` for heroes.
    """

    name: str
    """Name; "Baby Dragon" exists in both villages."""
    level: int
    """The player's level of it, from 1."""
    max_level: int
    """Highest level in the game, whatever the player's Town Hall allows."""
    village: Village | str
    """Where it fights: "home" or "builderBase"."""
    super_troop_is_active: bool | None = None
    """True while the super troop is boosted; None otherwise, also for what is no super troop."""


@model
class PlayerHero(PlayerTroop):
    """The level of a hero that a player has unlocked."""

    equipment: Many[PlayerTroop] | None = None
    """What the hero wears; None for a hero without equipment."""


@model
class PlayerClan(Model):
    """A player's clan, in short."""

    tag: Tag
    """Tag of the clan."""
    name: str
    """Name of the clan."""
    clan_level: int
    """Level of the clan."""
    badge_urls: BadgeURLs
    """Badge of the clan in three sizes."""


@model
class PlayerHouseElement(Model):
    """One part of a player's house in the clan capital."""

    type: str
    """Which part: "ground", "walls", "roof" or "decoration"."""
    id: int
    """Number of the look that was chosen."""


@model
class PlayerHouse(Model):
    """A player's house in the clan capital."""

    elements: Many[PlayerHouseElement]
    """Its parts."""


@model
class LegendSeason(Model):
    """How a season in the Legend League went."""

    trophies: int
    """Trophies at its end; of the running season, trophies so far."""
    id: str | None = None
    """The season, as "2025-08" or "2025-10-06"; None for the running one."""
    rank: int | None = None
    """Place in the world; None for the running season."""


@model
class PlayerLegendStatistics(Model):
    """What a player has reached in the Legend League."""

    legend_trophies: int
    """Legend trophies won in all seasons."""
    current_season: LegendSeason | None = None
    """The running season; None when the player is not in it."""
    previous_season: LegendSeason | None = None
    """The last season; None when the player was not in it."""
    best_season: LegendSeason | None = None
    """The player's best season; None before the first one ends."""
    previous_builder_base_season: LegendSeason | None = Field(
        default=None,
        validation_alias=AliasChoices(
            "previous_builder_base_season", "previousBuilderBaseSeason", "previousVersusSeason"
        ),
    )
    """The last season of the builder base; None when there was none."""
    best_builder_base_season: LegendSeason | None = Field(
        default=None,
        validation_alias=AliasChoices("best_builder_base_season", "bestBuilderBaseSeason", "bestVersusSeason"),
    )
    """The best season of the builder base; None when there was none."""


@model
class Player(Model):
    """Everything that can be known about a player.

    What the API may leave out is None then. Old data that still speak of "versus" battles are read too.
    """

    tag: Tag
    """The player's tag."""
    name: str
    """The player's name."""
    town_hall_level: int
    """Level of the Town Hall."""
    exp_level: int
    """Experience level."""
    trophies: int
    """Trophies; since October 2025 those of the running week of ranked battles."""
    best_trophies: int
    """Most trophies ever held."""
    war_stars: int
    """Stars won in all clan wars."""
    attack_wins: int
    """Attacks won this season."""
    defense_wins: int
    """Defenses won this season."""
    donations: int
    """Troops donated this season."""
    donations_received: int
    """Troops received this season."""
    troops: Many[PlayerTroop]
    """Levels of troops, super troops, siege machines and pets, of both villages."""
    heroes: Many[PlayerHero]
    """Levels of heroes, of both villages."""
    spells: Many[PlayerTroop]
    """Levels of spells."""
    labels: Many[PlayerLabel]
    """Up to three labels."""
    achievements: Many[PlayerAchievement]
    """Achievements, in the game's order."""
    versus_trophies: int | None = Field(
        default=None, validation_alias=AliasChoices("versus_trophies", "builderBaseTrophies", "versusTrophies")
    )
    """Trophies of the builder base; None only if the API did not say, which has never been seen."""
    best_versus_trophies: int | None = Field(
        default=None,
        validation_alias=AliasChoices("best_versus_trophies", "bestBuilderBaseTrophies", "bestVersusTrophies"),
    )
    """Most trophies of the builder base ever held; None only if the API did not say, which has never been seen."""
    versus_battle_wins: int | None = Field(
        default=None, validation_alias=AliasChoices("versus_battle_wins", "versusBattleWins", "versusBattleWinCount")
    )
    """Versus battles won; None since December 2023, when the API stopped sending it without a successor."""
    builder_hall_level: int | None = None
    """Level of the Builder Hall; None before the builder base is unlocked."""
    town_hall_weapon_level: int | None = None
    """Level of the weapon on the Town Hall; None for a Town Hall without one."""
    league_tier: PlayerLeague | None = None
    """The ranked league, "unranked" being one of them; None in data from before October 2025."""
    legacy_league: PlayerLeague | None = Field(default=None, validation_alias="league")
    """The old league, 29000000 to 29000022; None since October 2025, when the API stopped sending it."""
    builder_base_league: BuilderBaseLeague | None = None
    """League of the builder base; None if the player has none."""
    clan_details: PlayerClan | None = Field(default=None, validation_alias=AliasChoices("clan_details", "clan"))
    """The clan in short; None for a player without a clan."""
    role: ClanRole | str | None = None
    """Role in the clan; None for a player without a clan."""
    war_preference: ClanWarPreference | str | None = None
    """Whether the player wants to be in wars: "in" or "out"; None if they never said."""
    clan_capital_contributions: int | None = None
    """Capital gold given to the clan capital, ever; None in data from before September 2022."""
    hero_equipment: Many[PlayerTroop] | None = None
    """Levels of hero equipment; None in data from before December 2023."""
    legend_statistics: PlayerLegendStatistics | None = None
    """Results in the Legend League; None for a player who never was in it."""
    player_house: PlayerHouse | None = None
    """The house in the clan capital; None if it was never furnished."""
    current_league_group_tag: Tag | None = None
    """Group of the running week of ranked battles; None without one."""
    current_league_season_id: int | str | None = None
    """The running week of ranked battles: its start in seconds since 1970; None without one."""
    previous_league_group_tag: Tag | None = None
    """Group of the last week of ranked battles; None without one."""
    previous_league_season_id: int | str | None = None
    """The last week of ranked battles; None without one."""

    @property
    def clan(self) -> Tag | None:
        """Tag of the clan; None for a player without a clan."""
        return None if self.clan_details is None else self.clan_details.tag

    @property
    def league(self) -> PlayerLeague | None:
        """The ranked league; in data from before October 2025 the old league, and None there for a player without
        one.
        """
        return self.legacy_league if self.league_tier is None else self.league_tier

    @property
    def builder_base_trophies(self) -> int | None:
        """Trophies of the builder base: today's name of ``versus_trophies``."""
        return self.versus_trophies

    @property
    def best_builder_base_trophies(self) -> int | None:
        """Most trophies of the builder base ever held: today's name of ``best_versus_trophies``."""
        return self.best_versus_trophies


@model
class TokenVerification(Model):
    """What the API says of a token that a player gave to show who they are; true if the token is the player's.

    The token is not shown when a verification is printed.

    Example:
        >>> from cocapi_gen.testing import make_token_verification
        >>> bool(make_token_verification(status="ok")), bool(make_token_verification(status="invalid"))
        (True, False)
    """

    tag: Tag
    """The player who was asked about."""
    token: str
    """The token that was sent."""
    status: VerifyStatus | str
    """The API's verdict: "ok", or "invalid" for a token that is wrong or was used before."""

    @property
    def is_valid(self) -> bool:
        """Whether the token is the player's, and was not used before."""
        return self.status == "ok"

    def __bool__(self) -> bool:
        return self.is_valid

    def __repr__(self) -> str:
        return f"TokenVerification(tag={self.tag!r}, status={self.status!r})"
