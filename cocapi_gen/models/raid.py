"""Raid weekends of clan capitals."""

from __future__ import annotations

from cocapi_gen._parsing import Many
from cocapi_gen.aliases import RaidState, Tag
from cocapi_gen.models._base import Model, Moment, model
from cocapi_gen.models.shared import BadgeURLs
from cocapi_gen.tags import HasTag, normalize_tag


@model
class RaidAttacker(Model):
    """The player behind an attack on a district."""

    tag: Tag
    """The player's tag."""
    name: str
    """The player's name."""


@model
class RaidAttack(Model):
    """One attack on a district."""

    attacker: RaidAttacker
    """Who attacked."""
    destruction_percent: int
    """Destruction of the district in percent after this attack, 0 to 100, earlier attacks included."""
    stars: int
    """Stars of the attack, 0 to 3."""


@model
class RaidDistrict(Model):
    """A district of a capital that was raided."""

    id: int
    """Number of the district, 70000000 (Capital Peak) and up."""
    name: str
    """Name of the district."""
    district_hall_level: int
    """Level of its hall."""
    destruction_percent: int
    """Destruction in percent, 0 to 100."""
    stars: int
    """Stars won on it, 0 to 3; always 0 in data from 2023."""
    attack_count: int
    """Attacks on it."""
    total_looted: int
    """Capital gold looted from it."""
    attacks: Many[RaidAttack] | None = None
    """The attacks on it, newest first; None if there was none, and in all but the newest raid weekend."""


@model
class RaidClan(Model):
    """The other clan in a raid."""

    tag: Tag
    """Tag of the clan."""
    name: str
    """Name of the clan."""
    level: int
    """Level of the clan."""
    badge_urls: BadgeURLs
    """Badge in three sizes."""


@model
class _AnyRaid(Model):
    """What is known of a raid, whoever made it."""

    attack_count: int
    """Attacks made, on all districts together."""
    district_count: int
    """Districts of the capital that was raided."""
    districts_destroyed: int
    """Districts that were destroyed completely."""
    districts: Many[RaidDistrict]
    """Those districts, and what happened to each."""


@model
class Raid(_AnyRaid):
    """A raid of the clan on the capital of another."""

    defender: RaidClan
    """The clan that was raided."""


@model
class RaidDefense(_AnyRaid):
    """A raid of another clan on the clan's capital."""

    attacker: RaidClan
    """The clan that raided."""


@model
class RaidMember(Model):
    """A player who took part in a raid weekend."""

    tag: Tag
    """The player's tag."""
    name: str
    """The player's name."""
    attacks: int
    """Attacks made."""
    attack_limit: int
    """Attacks that everybody has, 5, without the bonus."""
    bonus_attack_limit: int
    """Attacks won on top, 0 or 1."""
    capital_resources_looted: int
    """Capital gold looted."""

    @property
    def attacks_allowed(self) -> int:
        """Attacks that the player has, those won on top included."""
        return self.attack_limit + self.bonus_attack_limit

    @property
    def attacks_left(self) -> int:
        """Attacks that the player has not made; another may be won on top later."""
        return max(0, self.attacks_allowed - self.attacks)


@model
class RaidSeason(Model):
    """A raid weekend of a clan: Friday to Monday, 07:00 UTC each.

    Example:
        >>> from cocapi_gen.testing import make_raid_member, make_raid_season
        >>> robin = make_raid_member(tag="#QP0Y2RL8", attacks=4)
        >>> season = make_raid_season(members=(robin,), offensive_reward=200, defensive_reward=100)
        >>> season.medals_of("#QP0Y2RL8"), season.member("qpoy2rl8").attacks_left
        (900, 2)
    """

    state: RaidState | str
    """Where it stands: "ongoing" or "ended"."""
    start_time: Moment
    """When it began."""
    end_time: Moment
    """When it ends."""
    capital_total_loot: int
    """Capital gold looted by all members."""
    raids_completed: int
    """Raids that were completed."""
    total_attacks: int
    """Attacks made by all members."""
    enemy_districts_destroyed: int
    """Districts destroyed completely."""
    offensive_reward: int
    """Raid medals that a member gets for each attack."""
    defensive_reward: int
    """Raid medals that a member gets for the clan's defense, on top of those for attacks."""
    attack_log: Many[Raid]
    """Raids of the clan on others."""
    defense_log: Many[RaidDefense]
    """Raids of others on the clan."""
    members: Many[RaidMember] | None = None
    """Who took part; None in all but the newest raid weekend."""

    @property
    def is_ongoing(self) -> bool:
        """Whether the weekend still runs, by its ``state``."""
        return self.state == "ongoing"

    def member(self, tag: str | HasTag) -> RaidMember | None:
        """Return the player who has this tag; None if they took no part, and wherever ``members`` is None.

        Raises:
            InvalidTagError: it is no tag.
        """
        wanted = normalize_tag(tag)
        return next((member for member in self.members or () if member.tag == wanted), None)

    def medals_of(self, tag: str | HasTag) -> int | None:
        """Return the raid medals that a player gets: ``offensive_reward`` for each attack, and ``defensive_reward``.

        Both are final when the weekend is over. None for a player who is not among the ``members``.

        Raises:
            InvalidTagError: it is no tag.
        """
        member = self.member(tag)
        return None if member is None else medals(self, member)


def medals(season: RaidSeason, member: RaidMember) -> int:
    """Return the raid medals that a member gets for a season."""
    return season.offensive_reward * member.attacks + season.defensive_reward
