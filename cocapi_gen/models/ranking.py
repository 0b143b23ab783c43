"""Rankings: the best clans and players of a location, and of a season of the Legend League."""

from __future__ import annotations

from pydantic import AliasChoices, Field

from cocapi_gen.aliases import Tag
from cocapi_gen.models._base import Model, model
from cocapi_gen.models.shared import BadgeURLs, BuilderBaseLeague, Location, PlayerLeague


@model
class _AnyRanking(Model):
    """What is known of whoever stands in a ranking."""

    rank: int
    """Place in the ranking, from 1."""
    tag: Tag
    """Tag of the clan or player."""
    name: str
    """Name of the clan or player."""
    previous_rank: int | None = None
    """Earlier place in the ranking; -1, as the API sends it, if there was none; None in the ranking of a season that
    is over."""

    @property
    def rank_change(self) -> int | None:
        """Places gained since ``previous_rank``, below 0 if places were lost; None if there was no earlier place."""
        return self.previous_rank - self.rank if self.previous_rank is not None and self.previous_rank > 0 else None


@model
class _AnyClanRanking(_AnyRanking):
    """What is known of a clan in any ranking."""

    level: int = Field(validation_alias="clanLevel")
    """Level of the clan."""
    members: int
    """How many members the clan has, 1 to 50."""
    badge_urls: BadgeURLs
    """Badge in three sizes."""
    location: Location | None = None
    """Where the clan says it is at home; None if it does not say."""

    @property
    def clan_level(self) -> int:
        """Level of the clan: the API's name of ``level``."""
        return self.level


@model
class ClanRanking(_AnyClanRanking):
    """A clan among the best of a location.

    Example:
        >>> from cocapi_gen.testing import make_clan_ranking
        >>> clan = make_clan_ranking(rank=3, previous_rank=5)
        >>> clan.rank_change, make_clan_ranking(previous_rank=-1).rank_change
        (2, None)
    """

    points: int = Field(validation_alias="clanPoints")
    """Points, made of the members' trophies."""

    @property
    def clan_points(self) -> int:
        """Points: the API's name of ``points``."""
        return self.points


@model
class ClanBuilderBaseRanking(_AnyClanRanking):
    """A clan among the best of a location, by the builder base."""

    points: int = Field(validation_alias=AliasChoices("clanBuilderBasePoints", "points", "clanVersusPoints"))
    """Points of the builder base, made of the members' trophies there."""
    clan_points: int | None = None
    """Points of the home village; None up to now, though the API's description has them."""

    @property
    def builder_base_points(self) -> int:
        """Points of the builder base: the name that ``Clan`` has for ``points``."""
        return self.points

    @property
    def versus_points(self) -> int:
        """Points of the builder base: the old name that ``Clan`` has for ``points``."""
        return self.points


@model
class ClanCapitalRanking(_AnyClanRanking):
    """A clan among the best of a location, by the clan capital."""

    points: int = Field(validation_alias="clanCapitalPoints")
    """Points of the clan capital."""
    clan_points: int | None = None
    """Points of the home village; None up to now, though the API's description has them."""

    @property
    def clan_capital_points(self) -> int:
        """Points of the clan capital: the name that ``Clan`` has for ``points``."""
        return self.points


@model
class PlayerRankingClan(Model):
    """The clan of a player in a ranking."""

    tag: Tag
    """Tag of the clan."""
    name: str
    """Name of the clan."""
    badge_urls: BadgeURLs
    """Badge of the clan in three sizes."""


@model
class _AnyPlayerRanking(_AnyRanking):
    """What is known of a player in any ranking."""

    exp_level: int
    """Experience level."""
    clan_details: PlayerRankingClan | None = Field(default=None, validation_alias=AliasChoices("clan_details", "clan"))
    """The clan in short; None for a player without a clan."""

    @property
    def clan(self) -> Tag | None:
        """Tag of the clan; None for a player without a clan."""
        return None if self.clan_details is None else self.clan_details.tag


@model
class PlayerRanking(_AnyPlayerRanking):
    """A player among the best of a location, or of a season of the Legend League."""

    trophies: int
    """Trophies; of a season that is over, those at its end."""
    attack_wins: int
    """Attacks won in the season."""
    defense_wins: int
    """Defenses won in the season."""
    league_tier: PlayerLeague | None = None
    """The ranked league; None in data from before October 2025 and in the ranking of a season that is over."""
    legacy_league: PlayerLeague | None = Field(default=None, validation_alias="league")
    """The old league, 29000000 to 29000022; None since October 2025, when the API stopped sending it."""

    @property
    def league(self) -> PlayerLeague | None:
        """The ranked league; in data from before October 2025 the old league; None in the ranking of a season that is
        over.
        """
        return self.legacy_league if self.league_tier is None else self.league_tier


@model
class PlayerBuilderBaseRanking(_AnyPlayerRanking):
    """A player among the best of a location, by the builder base."""

    trophies: int = Field(validation_alias=AliasChoices("builderBaseTrophies", "trophies", "versusTrophies"))
    """Trophies of the builder base."""
    builder_base_league: BuilderBaseLeague
    """League of the builder base."""
    versus_battle_wins: int | None = None
    """Versus battles won, always 0; None since December 2023, when the API stopped sending it without a successor."""

    @property
    def builder_base_trophies(self) -> int:
        """Trophies of the builder base: the name that ``Player`` has for ``trophies``."""
        return self.trophies

    @property
    def versus_trophies(self) -> int:
        """Trophies of the builder base: the old name that ``Player`` has for ``trophies``."""
        return self.trophies


@model
class LeagueSeason(Model):
    """A season of the Legend League, whose ranking can be asked for."""

    id: str
    """The season, as "2025-08" or "2025-10-06"."""
