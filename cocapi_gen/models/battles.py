"""Battles of a player: the battle log, and the weeks of ranked battles."""

from __future__ import annotations

from datetime import timedelta

from cocapi_gen._parsing import Many
from cocapi_gen.aliases import BattleType, ResourceName, Tag
from cocapi_gen.models._base import Model, Moment, model


@model
class BattleResource(Model):
    """An amount of one resource."""

    name: ResourceName | str
    """The game's inner name of it, such as "DarkElixir"."""
    amount: int
    """How much of it."""


@model
class BattleLogEntry(Model):
    """One attack or defense of a player."""

    battle_type: BattleType | str
    """Kind of the battle, such as "homeVillage" or "ranked"."""
    attack: bool
    """True if the player attacked, False if the player was attacked."""
    stars: int
    """Stars won by the attacker, 0 to 3."""
    destruction_percentage: int
    """Destruction of the base in percent, 0 to 100."""
    looted_resources: Many[BattleResource]
    """Resources taken, in no order."""
    extra_looted_resources: Many[BattleResource]
    """Resources won on top of them."""
    available_loot: Many[BattleResource]
    """Resources that could be had: a row for each that there is, most of them 0."""
    army_share_code: str | None = None
    """The attacker's army, as the code of an army link such as "u10x0-5x1s3x2"; None in some rows without an
    opponent."""
    opponent_player_tag: Tag | None = None
    """Tag of the other player; None for a defense without an opponent, as the Legend League has them."""
    opponent_name: str | None = None
    """Name of the other player; None without an opponent, and in data from before June 2026."""
    opponent_town_hall_level: int | None = None
    """Level of the other player's Town Hall; None like ``opponent_name``."""
    battle_time: timedelta | None = None
    """How long it took; zero without an opponent; None in data from before June 2026."""
    battle_timestamp: Moment | None = None
    """When it was; None in data from before June 2026."""


@model
class LeagueHistoryEntry(Model):
    """How a player did in one week of ranked battles."""

    league_season_id: int | str
    """The week: its start in seconds since 1970."""
    league_tier_id: int
    """Number of the league, as in ``PlayerLeague``."""
    league_trophies: int
    """Trophies won that week."""
    placement: int
    """Place in the group, from 1."""
    attack_wins: int
    """Attacks won."""
    attack_losses: int
    """Attacks lost."""
    attack_stars: int
    """Stars won by attacks."""
    defense_wins: int
    """Defenses won."""
    defense_losses: int
    """Defenses lost."""
    defense_stars: int
    """Stars of defenses."""
    max_battles: int
    """Most battles that were possible that week."""


@model
class PlayerLeagueGroupMember(Model):
    """A player in a group of ranked battles."""

    player_tag: Tag
    """The player's tag."""
    player_name: str
    """The player's name."""
    league_trophies: int
    """Trophies won this week."""
    attack_win_count: int
    """Attacks won this week."""
    attack_lose_count: int
    """Attacks lost this week."""
    defense_win_count: int
    """Defenses won this week."""
    defense_lose_count: int
    """Defenses lost this week."""
    clan_tag: Tag | None = None
    """Tag of the player's clan; None for a player without a clan."""
    clan_name: str | None = None
    """Name of the player's clan; None for a player without a clan."""


@model
class PlayerLeagueBattle(Model):
    """One attack or defense in a week of ranked battles."""

    opponent_player_tag: Tag
    """Tag of the other player."""
    opponent_name: str
    """Name of the other player."""
    stars: int
    """Stars won by the attacker, 0 to 3."""
    destruction_percentage: int
    """Destruction of the base in percent, 0 to 100."""
    trophies: int
    """Trophies that the battle brought the player."""
    creation_time: Moment
    """When it was."""


@model
class PlayerLeagueGroup(Model):
    """A group of ranked battles in one week, with the battles of the player who was asked about."""

    members: Many[PlayerLeagueGroupMember]
    """Who is in it, normally 100 players, most trophies first."""
    attack_logs: Many[PlayerLeagueBattle]
    """Attacks of the player who was asked about."""
    defense_logs: Many[PlayerLeagueBattle]
    """Defenses of the player who was asked about."""
