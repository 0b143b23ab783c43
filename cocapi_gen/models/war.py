"""Wars, as they are fought and as they are remembered."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import AliasChoices, Field

from cocapi_gen._parsing import Many
from cocapi_gen.aliases import ClanWarFrequency, ClanWarResultL, ClanWarState, Tag
from cocapi_gen.exceptions import InvalidParameterError
from cocapi_gen.models._absence import Absence
from cocapi_gen.models._base import Model, Moment, model
from cocapi_gen.models.shared import BadgeURLs, ClanWarLeague
from cocapi_gen.tags import HasTag, normalize_tag


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
    """Place on the war map, from 1; in a Clan War League the place in the whole roster, beyond the team size too. See
    ``ClanWarInfoClan.position_of`` for the place on the map."""
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

    @property
    def lineup(self) -> Many[ClanWarPlayer]:
        """Who takes part, in the order of the war map; empty in a war log.

        Example:
            >>> from cocapi_gen.testing import make_clan_war_info_clan
            >>> [player.name for player in make_clan_war_info_clan().lineup]
            ['Robin', 'Ada', 'Björn', 'Chidi', 'Dilnoza']
        """
        return tuple(sorted(self.members or (), key=lambda player: player.map_position))

    def member(self, tag: str | HasTag) -> ClanWarPlayer | None:
        """Return who has this tag; None if they do not take part on this side.

        Raises:
            InvalidTagError: it is no tag.

        Example:
            >>> from cocapi_gen.testing import make_clan_war_info_clan
            >>> make_clan_war_info_clan().member("l9v8cojq").name
            'Ada'
        """
        wanted = normalize_tag(tag)
        return next((player for player in self.members or () if player.tag == wanted), None)

    def position_of(self, member_tag: str | HasTag) -> int | None:
        """Return the place of a member on the war map, from 1 to the team size; None if they are not on this side.

        It is what the game shows in a Clan War League too, where ``map_position`` is the place in the whole roster.

        Raises:
            InvalidTagError: it is no tag.

        Example:
            >>> from cocapi_gen.testing import make_clan_war_info_clan, make_clan_war_player
            >>> robin, ada = make_clan_war_player(map_position=9), make_clan_war_player(tag="#L9V8C0JQ", map_position=4)
            >>> clan = make_clan_war_info_clan(members=(robin, ada))
            >>> clan.position_of(ada.tag), clan.position_of(robin.tag)
            (1, 2)
        """
        tags = [player.tag for player in self.lineup]
        wanted = normalize_tag(member_tag)
        return tags.index(wanted) + 1 if wanted in tags else None


@model
class ClanWarInfo(Model):
    """A war: in preparation, running, or just ended.

    Tags may be given to its methods in any form that ``normalize_tag`` takes.

    Example:
        >>> from cocapi_gen.testing import make_clan_war_info
        >>> war = make_clan_war_info()
        >>> [player.name for player in war.clan.lineup if war.attacks_left(player.tag) == 2]
        ['Ada', 'Björn', 'Chidi', 'Dilnoza']
    """

    state: ClanWarState | str
    """Where it stands."""
    clan: ClanWarInfoClan
    """The clan that was asked for; in a Clan War League either of the two, see ``seen_from``."""
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
    """Attacks that each player has, as the API says it; None without a war, in a Clan War League, and in data from
    before December 2021: ``attacks_each`` knows these too."""
    battle_modifier: str | None = None
    """Special rules, such as "hardMode"; "none" or None when there are none."""
    war_tag: Tag | None = Field(default=None, validation_alias=AliasChoices("war_tag", "tag"))
    """Tag under which a war of the Clan War League is found; None for other wars. The API does not repeat it in the
    war: the client fills it in."""

    @property
    def is_league_war(self) -> bool:
        """Whether it is a war of the Clan War League.

        Example:
            >>> from cocapi_gen.testing import make_clan_war_info
            >>> make_clan_war_info().is_league_war, make_clan_war_info(war_tag="#2Y8P0L").is_league_war
            (False, True)
        """
        return self.war_start_time is not None or self.war_tag is not None

    @property
    def attacks_each(self) -> int | None:
        """Attacks that each player has, also where the API leaves it out: one in a Clan War League, two in a war from
        before December 2021. None without a war.

        Example:
            >>> from cocapi_gen.testing import make_clan_war_info
            >>> league_war = make_clan_war_info(attacks_per_member=None, war_tag="#2Y8P0L")
            >>> make_clan_war_info().attacks_each, league_war.attacks_each
            (2, 1)
        """
        if self.attacks_per_member is not None or self.team_size is None:
            return self.attacks_per_member
        return 1 if self.is_league_war else 2

    @property
    def attacks(self) -> Many[ClanWarAttack]:
        """All attacks of both clans, in the order in which they were made.

        Example:
            >>> from cocapi_gen.testing import make_clan_war_info
            >>> [attack.stars for attack in make_clan_war_info().attacks]
            [3]
        """
        members = [*(self.clan.members or ()), *(self.opponent.members or ())]
        attacks = [attack for member in members for attack in member.attacks or ()]
        return tuple(sorted(attacks, key=lambda attack: attack.order))

    @property
    def leader(self) -> ClanWarInfoClan | None:
        """The clan that is ahead, or has won: the one with more stars, and if these are equal with more destruction.
        None if both are equal.

        Example:
            >>> from cocapi_gen.testing import make_clan_war_info
            >>> make_clan_war_info().leader.name
            'Night Owls'
        """
        ours, theirs = ((side.stars, side.destruction_percentage) for side in (self.clan, self.opponent))
        if ours == theirs:
            return None
        return self.clan if ours > theirs else self.opponent

    @property
    def winner(self) -> ClanWarInfoClan | None:
        """The clan that has won; None for a draw, and before the end, when ``leader`` says who is ahead.

        Example:
            >>> from cocapi_gen.testing import make_clan_war_info
            >>> make_clan_war_info().winner, make_clan_war_info(state="warEnded").winner.name
            (None, 'Night Owls')
        """
        return self.leader if self.state == "warEnded" else None

    @property
    def result(self) -> ClanWarResultL | None:
        """How the war ended for ``clan``; None before the end.

        Example:
            >>> from cocapi_gen.testing import make_clan_war_info
            >>> war = make_clan_war_info(state="warEnded")
            >>> war.result, war.seen_from(war.opponent.tag).result
            ('win', 'lose')
        """
        if self.state != "warEnded":
            return None
        winner = self.winner
        if winner is None:
            return "tie"
        return "win" if winner is self.clan else "lose"

    def member(self, tag: str | HasTag) -> ClanWarPlayer | None:
        """Return the player who has this tag, of either clan; None if they do not take part.

        Raises:
            InvalidTagError: it is no tag.

        Example:
            >>> from cocapi_gen.testing import make_clan_war_info
            >>> make_clan_war_info().member("#GJ2Y0R9Q").opponent_attacks
            1
        """
        return self.clan.member(tag) or self.opponent.member(tag)

    def side_of(self, tag: str | HasTag) -> ClanWarInfoClan | None:
        """Return the side of a clan or of a player: that clan. None if they are not in this war.

        Raises:
            InvalidTagError: it is no tag.

        Example:
            >>> from cocapi_gen.testing import make_clan_war_info
            >>> war = make_clan_war_info()
            >>> war.side_of("#GJ2Y0R9Q").name, war.side_of("#8JCV2Q0U").name, war.side_of("#2PP")
            ('Early Birds', 'Early Birds', None)
        """
        wanted, sides = normalize_tag(tag), (self.clan, self.opponent)
        found = [side for side in sides if side.tag == wanted] or [side for side in sides if side.member(wanted)]
        return found[0] if found else None

    def opponent_of(self, tag: str | HasTag) -> ClanWarInfoClan | None:
        """Return the other side, for a clan or a player; None if they are not in this war.

        Raises:
            InvalidTagError: it is no tag.

        Example:
            >>> from cocapi_gen.testing import make_clan_war_info
            >>> make_clan_war_info().opponent_of("#GJ2Y0R9Q").name
            'Night Owls'
        """
        side = self.side_of(tag)
        if side is None:
            return None
        return self.opponent if side is self.clan else self.clan

    def seen_from(self, clan_tag: str | HasTag) -> ClanWarInfo:
        """Return the same war with this clan as ``clan``, and the other one as ``opponent``.

        Raises:
            InvalidTagError: it is no tag.
            InvalidParameterError: the clan is not in this war.

        Example:
            >>> from cocapi_gen.testing import make_clan_war_info
            >>> make_clan_war_info().seen_from("#8JCV2Q0U").clan.name
            'Early Birds'
        """
        wanted = normalize_tag(clan_tag)
        seen = seen_by(self, wanted)
        if seen is None:
            clans = f"{self.clan.tag} and {self.opponent.tag}"
            raise InvalidParameterError(clan_tag, f"{wanted} is no clan of this war, which is between {clans}.")
        return seen

    def attacks_left(self, member_tag: str | HasTag) -> int | None:
        """Return how many attacks a player can still make: all of them in preparation, and none after the end, when
        ``attacks_missed`` says how many were not used. None if they do not take part.

        Raises:
            InvalidTagError: it is no tag.

        Example:
            >>> from cocapi_gen.testing import make_clan_war_info
            >>> war, ended = make_clan_war_info(), make_clan_war_info(state="warEnded")
            >>> war.attacks_left("#QP0Y2RL8"), ended.attacks_left("#QP0Y2RL8"), war.attacks_left("#2PP")
            (1, 0, None)
        """
        unused = self._unused(member_tag)
        return unused if unused is None or self.state != "warEnded" else 0

    def attacks_missed(self, member_tag: str | HasTag) -> int | None:
        """Return how many attacks a player had and did not use: none before the end, as they can still be made. None
        if they do not take part.

        Raises:
            InvalidTagError: it is no tag.

        Example:
            >>> from cocapi_gen.testing import make_clan_war_info
            >>> war, ended = make_clan_war_info(), make_clan_war_info(state="warEnded")
            >>> war.attacks_missed("#QP0Y2RL8"), ended.attacks_missed("#QP0Y2RL8"), war.attacks_missed("#2PP")
            (0, 1, None)
        """
        unused = self._unused(member_tag)
        return unused if unused is None or self.state == "warEnded" else 0

    @property
    def who_missed_attacks(self) -> Many[ClanWarPlayer]:
        """The players of ``clan`` who did not use all of their attacks, in the order of the war map; none before the
        end. Of the other side, ``war.seen_from(tag)`` tells.

        Example:
            >>> from cocapi_gen.testing import make_clan_war_info
            >>> [player.name for player in make_clan_war_info(state="warEnded").who_missed_attacks]
            ['Robin', 'Ada', 'Björn', 'Chidi', 'Dilnoza']
        """
        is_over = self.state == "warEnded"
        return tuple(player for player in self.clan.lineup if is_over and unused_attacks(self, player))

    def is_fresh(self, attack: ClanWarAttack) -> bool:
        """Return whether an attack of this war was the first one on its base.

        Example:
            >>> from cocapi_gen.testing import make_clan_war_info
            >>> war = make_clan_war_info()
            >>> war.is_fresh(war.attacks[0])
            True
        """
        return not self._before(attack)

    def new_stars(self, attack: ClanWarAttack) -> int:
        """Return how many stars an attack of this war added to its clan's: those beyond the best one before it on the
        same base.

        Example:
            >>> from cocapi_gen.testing import make_clan_war_attack, make_clan_war_info
            >>> again = make_clan_war_attack(stars=3, order=2)
            >>> make_clan_war_info().new_stars(again)
            0
        """
        return max(0, attack.stars - max((earlier.stars for earlier in self._before(attack)), default=0))

    def _before(self, attack: ClanWarAttack) -> list[ClanWarAttack]:
        """Return the attacks on the same base that were made before."""
        base = attack.defender_tag
        return [other for other in self.attacks if other.defender_tag == base and other.order < attack.order]

    def _unused(self, member_tag: str | HasTag) -> int | None:
        member = self.member(member_tag)
        return None if member is None else unused_attacks(self, member)


def seen_by(war: ClanWarInfo, clan_tag: Tag) -> ClanWarInfo | None:
    """Return the war with this clan as ``clan``; None if the clan is not in it."""
    if clan_tag == war.clan.tag:
        return war
    if clan_tag == war.opponent.tag:
        return war.model_copy(update={"clan": war.opponent, "opponent": war.clan})
    return None


def unused_attacks(war: ClanWarInfo, player: ClanWarPlayer) -> int | None:
    """Return how many of their attacks a player has not made; None without a war."""
    return None if war.attacks_each is None else max(0, war.attacks_each - len(player.attacks or ()))


@model
class NotInWar(Absence):
    """The clan is in no war, or only in one of the Clan War League, for which there are methods of its own. Counts as
    false.

    Example:
        >>> from cocapi_gen.testing import make_not_in_war
        >>> if not (war := make_not_in_war()):
        ...     print(war.state)
        notInWar
    """

    answer: ClanWarInfo
    """What the API sent: two sides without tag, name and members."""
    state: Literal["notInWar"] = "notInWar"
    """Always the same, as a war has a ``state`` too."""


@model
class PrivateWarLog(Absence):
    """The clan shows its wars to its own members only, so the API does not say whether it is in one. Counts as false.

    Example:
        >>> from cocapi_gen.testing import make_private_war_log
        >>> make_private_war_log().state, bool(make_private_war_log())
        ('privateWarLog', False)
    """

    state: Literal["privateWarLog"] = "privateWarLog"
    """Always the same, as a war has a ``state`` too."""


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
