"""Wars, as they are fought and as they are remembered."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import AliasChoices, Field

from cocapi_gen._parsing import Many
from cocapi_gen.aliases import ClanWarFrequency, ClanWarResultL, ClanWarState, Tag
from cocapi_gen.models._base import Model, Moment, model
from cocapi_gen.models.shared import BadgeURLs, ClanWarLeague


@model
class ClanWarAttack(Model):
    """One attack in a war."""

    attacker_tag: Tag
    """Who attacked."""
    defender_tag: Tag
    """Who was attacked."""
    stars: int
    """Stars won, 0 to 3, whether or not others had won them before."""
    destruction_percentage: float
    """Destruction in percent, 0 to 100."""
    order: int
    """Number of the attack in the sequence of all attacks of both clans, from 1."""
    duration: timedelta | None = None
    """How long it took, at most three minutes; None in wars from before April 2021."""


@model
class ClanWarPlayer(Model):
    """A player who takes part in a war."""

    tag: Tag
    """The player's tag."""
    name: str
    """The player's name."""
    town_hall_level: int = Field(validation_alias=AliasChoices("town_hall_level", "townhallLevel", "townHallLevel"))
    """Level of the Town Hall."""
    map_position: int
    """Place on the war map, from 1; in a Clan War League the place in the whole roster, beyond the team size too."""
    opponent_attacks: int
    """How often this player was attacked."""
    attacks: Many[ClanWarAttack] | None = None
    """The player's attacks; None before the first one."""
    best_opponent_attack: ClanWarAttack | None = None
    """The best attack that this player suffered; None if there was none."""

    @property
    def townhall_level(self) -> int:
        """Level of the Town Hall: the API's spelling of ``town_hall_level``."""
        return self.town_hall_level


@model
class ClanWarInfoClan(Model):
    """One of the two clans of a war."""

    clan_level: int
    """Level of the clan; 0 for the nameless opponent of a Clan War League season in the war log."""
    stars: int
    """Stars won: the sum of the best attack on each base."""
    destruction_percentage: float
    """Destruction in percent: the mean of the best attack on each base; a sum over all rounds where the war log
    sums up a Clan War League season."""
    badge_urls: BadgeURLs | None = None
    """Badge in three sizes."""
    tag: Tag | None = None
    """Tag of the clan; None for the nameless opponent of a Clan War League season in the war log."""
    name: str | None = None
    """Name of the clan; None like ``tag``."""
    attacks: int | None = None
    """Attacks made; None for the opponent in a war log."""
    members: Many[ClanWarPlayer] | None = None
    """Who takes part, in no order; None in a war log."""
    exp_earned: int | None = None
    """Experience that the clan won; only in a war log, and None for the opponent there."""


@model
class ClanWarInfo(Model):
    """A war: in preparation, running, or just ended."""

    state: ClanWarState | str
    """Where it stands."""
    clan: ClanWarInfoClan
    """The clan that was asked for."""
    opponent: ClanWarInfoClan
    """The clan it fights."""
    start_time: Moment | None = None
    """When attacks begin; None without a war."""
    end_time: Moment | None = None
    """When the war ends; None without a war."""
    preparation_start_time: Moment | None = None
    """When preparation began; None without a war."""
    war_start_time: Moment | None = None
    """The same as ``start_time``, sent in a Clan War League only; None elsewhere."""
    team_size: int | None = None
    """Players on each side; None without a war."""
    attacks_per_member: int | None = None
    """Attacks that each player has; None without a war, and in a Clan War League, where it is one."""
    battle_modifier: str | None = None
    """Special rules, such as "hardMode"; "none" or None when there are none."""


@model
class ClanWarResult(Model):
    """A row of the war log: a war that is over, or a whole Clan War League season."""

    end_time: Moment
    """When it ended."""
    team_size: int
    """Players on each side."""
    clan: ClanWarInfoClan
    """The clan whose log it is."""
    opponent: ClanWarInfoClan
    """The clan it fought; without tag and name for a Clan War League season."""
    result: ClanWarResultL | str | None = None
    """How it ended for the clan; None for most Clan War League seasons."""
    attacks_per_member: int | None = None
    """Attacks that each player had; None for a few special wars of 2021."""
    battle_modifier: str | None = None
    """Special rules, such as "hardMode"; "none" or None when there were none."""


@model
class ClanWarProblem(Model):
    """Why the current war or the war log of a clan could not be had although its war log is public."""

    part: Literal["currentwar", "log"]
    """What could not be had."""
    message: str
    """What happened and what to do, for people."""
    status: int | None = None
    """Status code of the API's answer: 403 if the war log was made private a moment ago; None without an answer."""
    reason: str | None = None
    """The API's word for the cause, such as "requestThrottled"; None if it sent none."""


@model
class ClanWar(Model):
    """A clan's wars, summed up: how it has done, what it does now, and its log."""

    wins: int
    """Wars won."""
    winstreak: int
    """Wars won in a row, up to now."""
    is_war_log_public: bool
    """Whether the clan shows its wars to others."""
    frequency: ClanWarFrequency | str
    """How often the clan says it goes to war."""
    losses: int | None = None
    """Wars lost; None if the war log is private."""
    ties: int | None = None
    """Wars that ended in a draw; None if the war log is private."""
    league: ClanWarLeague | None = None
    """The clan's league in the Clan War League; None in very old data."""
    state: ClanWarState | str | None = None
    """Where the current war stands; None if the war log is private, or see ``problems``."""
    currentwar: ClanWarInfo | None = None
    """The current war; None if there is none (``state`` is "notInWar"), if the war log is private, or see
    ``problems``."""
    log: Many[ClanWarResult] | None = None
    """Wars that are over, newest first; None if the war log is private, or see ``problems``."""
    problems: Many[ClanWarProblem] = ()
    """Why ``currentwar`` or ``log`` could not be had although the war log is public; empty if all went well."""

    @property
    def win_streak(self) -> int:
        """Wars won in a row: another name of ``winstreak``."""
        return self.winstreak
