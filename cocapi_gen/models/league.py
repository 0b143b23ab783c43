"""The Clan War League: groups of eight clans, in which each fights each, round by round."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import AliasChoices, Field

from cocapi_gen._parsing import Many
from cocapi_gen.aliases import ClanWarLeaguePhase, ClanWarLeagueState, Tag
from cocapi_gen.models._absence import Absence
from cocapi_gen.models._base import Model, model
from cocapi_gen.models.shared import BadgeURLs
from cocapi_gen.models.war import ClanWarInfo, seen_by, unused_attacks
from cocapi_gen.tags import HasTag, normalize_tag

UNDRAWN = "#0"
"""What stands in place of a war's tag before the war is drawn."""

STARS_PER_WIN = 10
"""Stars that a clan gets on top for a war that it wins."""


@model
class ClanWarLeagueMember(Model):
    """A player on the roster of a clan, for a whole season."""

    tag: Tag
    """The player's tag."""
    name: str
    """The player's name."""
    town_hall_level: int = Field(validation_alias=AliasChoices("town_hall_level", "townHallLevel", "townhallLevel"))
    """Level of the Town Hall."""


@model
class ClanWarLeagueClan(Model):
    """A clan of a group, with its roster."""

    tag: Tag
    """Tag of the clan."""
    name: str
    """Name of the clan."""
    clan_level: int
    """Level of the clan."""
    badge_urls: BadgeURLs
    """Badge in three sizes."""
    members: Many[ClanWarLeagueMember]
    """The roster: the 15 to 50 players of whom the clan takes its line-up for each war."""

    def member(self, tag: str | HasTag) -> ClanWarLeagueMember | None:
        """Return who has this tag; None if they are not on the roster.

        Raises:
            InvalidTagError: it is no tag.

        Example:
            >>> from cocapi_gen.testing import make_clan_war_league_clan
            >>> make_clan_war_league_clan().member("#L9V8C0JQ").name
            'Ada'
        """
        wanted = normalize_tag(tag)
        return next((member for member in self.members if member.tag == wanted), None)


@model
class ClanWarLeagueRound(Model):
    """A round of a group: four wars at the same time."""

    war_tags: Many[Tag]
    """Tags of the wars; "#0" stands for a war that is not drawn yet, which normally goes for all four."""

    @property
    def drawn_war_tags(self) -> Many[Tag]:
        """Tags of the wars that are drawn, which can be asked for.

        Example:
            >>> from cocapi_gen.testing import make_clan_war_league_round
            >>> make_clan_war_league_round(war_tags=("#2PQ8", "#0", "#0", "#0")).drawn_war_tags
            ('#2PQ8',)
        """
        return tuple(tag for tag in self.war_tags if tag != UNDRAWN)

    @property
    def is_drawn(self) -> bool:
        """Whether it is known who fights whom, so that there are wars to ask for.

        Example:
            >>> from cocapi_gen.testing import make_clan_war_league_round
            >>> make_clan_war_league_round(war_tags=("#0", "#0", "#0", "#0")).is_drawn
            False
        """
        return bool(self.drawn_war_tags)


@model
class ClanWarLeagueGroup(Model):
    """The group of a clan in the running season, or in the last one."""

    state: ClanWarLeagueState | str
    """Where the season stands; "notInWar" while the clan is looking for a group."""
    season: str | None = None
    """The season: a month such as "2026-05", and since June 2026 a day such as "2026-06-16", as a month may have
    several. None now and then while the clan is looking for a group."""
    clans: Many[ClanWarLeagueClan] | None = None
    """The eight clans; None while the clan is looking for a group."""
    rounds: Many[ClanWarLeagueRound] | None = None
    """All seven rounds, those not drawn yet included; None while the clan is looking for a group."""
    tag: Tag | None = None
    """Tag of the group; None, as it has only been announced so far."""

    def clan(self, tag: str | HasTag) -> ClanWarLeagueClan | None:
        """Return the clan that has this tag; None if it is not in this group.

        Raises:
            InvalidTagError: it is no tag.

        Example:
            >>> from cocapi_gen.testing import make_clan_war_league_group
            >>> make_clan_war_league_group().clan("#8JCV2Q0U").name
            'Early Birds'
        """
        wanted = normalize_tag(tag)
        return next((clan for clan in self.clans or () if clan.tag == wanted), None)

    @property
    def drawn_rounds(self) -> Many[ClanWarLeagueRound]:
        """The rounds that are drawn, so that there are wars to ask for: first those that are over, then the one that
        is fought, then the one in preparation.

        Example:
            >>> from cocapi_gen.testing import make_clan_war_league_group
            >>> len(make_clan_war_league_group().drawn_rounds)
            1
        """
        return tuple(each for each in self.rounds or () if each.is_drawn)


@model
class NotInLeagueGroup(Absence):
    """The clan has not signed up for a Clan War League season, and has no last one to show. Counts as false.

    Example:
        >>> from cocapi_gen.testing import make_not_in_league_group
        >>> make_not_in_league_group().state, bool(make_not_in_league_group())
        ('notInLeagueGroup', False)
    """

    state: Literal["notInLeagueGroup"] = "notInLeagueGroup"
    """Always the same, as a group has a ``state`` too."""


@model
class LeagueStanding(Model):
    """A row of a group's table."""

    place: int
    """Place in the table, from 1; clans of the same stars and destruction share one."""
    tag: Tag
    """Tag of the clan."""
    name: str
    """Name of the clan."""
    stars: int
    """Stars won, with ten on top for each war won."""
    destruction: int
    """Destruction in percent, as the game sums it up: the best attack on each base, all bases of all wars added up. A
    war of 15 gives 1500 at most."""
    wins: int
    """Wars won."""
    losses: int
    """Wars lost."""
    ties: int
    """Wars that ended in a draw."""
    attacks: int
    """Attacks made."""


@model
class LeagueMemberTotals(Model):
    """What a player did in all wars of a season, so far."""

    tag: Tag
    """The player's tag."""
    name: str
    """The player's name."""
    wars: int
    """Wars that the player was in, once battle day had begun: a line-up in preparation may still be changed."""
    attacks: int
    """Attacks made."""
    attacks_missed: int
    """Attacks not made in wars that are over."""
    stars: int
    """Stars of all attacks."""
    new_stars: int
    """Stars that counted for the clan: those beyond the best attack before it on the same base."""
    destruction: float
    """Destruction in percent, all attacks added up: 100 for each base that was levelled."""
    opponent_attacks: int
    """How often the player was attacked."""


@model
class LeagueWarProblem(Model):
    """Why a war of a group could not be had."""

    war_tag: Tag
    """Tag of the war."""
    message: str
    """What happened and what to do, for people."""
    status: int | None = None
    """Status code of the API's answer; None without an answer."""
    reason: str | None = None
    """The API's word for the cause, such as "requestThrottled"; None if it sent none."""


@model
class LeagueRound(Model):
    """A round of a group with its wars."""

    number: int
    """Number of the round, from 1."""
    wars: Many[ClanWarInfo]
    """The wars of the round, each with its ``war_tag``; without those that could not be had."""


@model
class LeagueWars(Model):
    """A Clan War League season of a group: all wars that are drawn, and what follows from them.

    The table and the totals are of the moment: wars that are being fought count with what has been reached so far.

    Example:
        >>> from cocapi_gen.testing import make_league_wars
        >>> season = make_league_wars()
        >>> [(row.place, row.name, row.stars) for row in season.standings]
        [(1, 'Night Owls', 3), (2, 'Early Birds', 0)]
        >>> [row.name for row in season.member_totals("#2YQ8LPGR") if row.attacks]
        ['Robin']
    """

    group: ClanWarLeagueGroup
    """The group."""
    rounds: Many[LeagueRound]
    """The rounds that are drawn, with their wars; empty before the first one."""
    problems: Many[LeagueWarProblem] = ()
    """Why wars are missing in ``rounds``, and in all that follows from them; empty if all went well."""

    def wars_of(self, clan_tag: str | HasTag) -> Many[ClanWarInfo]:
        """Return the wars of a clan in the order of the rounds, with that clan as ``clan`` in each; none for a clan
        that is not in the group.

        Raises:
            InvalidTagError: it is no tag.

        Example:
            >>> from cocapi_gen.testing import make_league_wars
            >>> [war.opponent.name for war in make_league_wars().wars_of("#8JCV2Q0U")]
            ['Night Owls']
        """
        return self._wars_of(normalize_tag(clan_tag))

    @property
    def standings(self) -> Many[LeagueStanding]:
        """The table, best clan first. Stars of a running war count at once, the ten for a win after its end.

        Example:
            >>> from cocapi_gen.testing import make_league_wars
            >>> make_league_wars().standings[0].destruction
            100
        """
        clans = self.group.clans or ()
        rows = [_standing(clan, self._wars_of(clan.tag)) for clan in clans]
        scores = [(row.stars, row.destruction) for row in rows]
        places = [1 + sum(other > score for other in scores) for score in scores]
        placed = (row.model_copy(update={"place": place}) for row, place in zip(rows, places, strict=True))
        return tuple(sorted(placed, key=lambda row: row.place))

    def member_totals(self, clan_tag: str | HasTag) -> Many[LeagueMemberTotals]:
        """Return what each player of a clan did, in the order of its roster; none for a clan that is not in the group.

        Raises:
            InvalidTagError: it is no tag.

        Example:
            >>> from cocapi_gen.testing import make_league_wars
            >>> robin = make_league_wars().member_totals("#2YQ8LPGR")[0]
            >>> robin.name, robin.wars, robin.stars, robin.attacks_missed
            ('Robin', 1, 3, 0)
        """
        clan = self.group.clan(clan_tag)
        roster = () if clan is None else clan.members
        fought = [war for war in self.wars_of(clan_tag) if war.state in ("inWar", "warEnded")]
        names = {member.tag: member.name for member in roster}
        for war in fought:
            names |= {player.tag: player.name for player in war.clan.members or ()}
        return tuple(_totals(tag, name, fought) for tag, name in names.items())

    def _wars_of(self, clan_tag: Tag) -> Many[ClanWarInfo]:
        wars = (seen_by(war, clan_tag) for each in self.rounds for war in each.wars)
        return tuple(war for war in wars if war is not None)


@model
class CurrentLeagueWar(Model):
    """Where a clan stands in its Clan War League season: in which phase, and in which wars.

    Each war has the clan as its ``clan``, whichever side the API put it on, and its ``war_tag``.

    Example:
        >>> from cocapi_gen.testing import make_current_league_war
        >>> current = make_current_league_war()
        >>> current.phase, current.war.opponent.name, current.preparation
        ('battle', 'Early Birds', None)
    """

    group: ClanWarLeagueGroup
    """The group of the clan."""
    battle: ClanWarInfo | None = None
    """The war that is being fought; None if there is none."""
    preparation: ClanWarInfo | None = None
    """The war that is being prepared, the next one if there are two; None if there is none."""
    last: ClanWarInfo | None = None
    """The latest war that is over; None before there is one. It is not looked up while a war is being fought: None
    then."""

    @property
    def war(self) -> ClanWarInfo | None:
        """The war that matters most now: the one that is being fought, else the one in preparation, else the last. None
        before the first one is drawn.

        Example:
            >>> from cocapi_gen.testing import make_clan_war_info, make_current_league_war
            >>> prepared = make_clan_war_info(state="preparation")
            >>> make_current_league_war(battle=None, preparation=prepared).war.state
            'preparation'
        """
        return self.battle or self.preparation or self.last

    @property
    def phase(self) -> ClanWarLeaguePhase:
        """Where the season stands for the clan.

        - ``"signUp"``: no round is drawn; the clan may still be looking for a group
        - ``"preparation"``: a war is being prepared, and none fought
        - ``"battle"``: a war is being fought, and none prepared
        - ``"battleAndPreparation"``: a war is being fought, and the next one prepared
        - ``"betweenRounds"``: neither, but there are rounds to come
        - ``"ended"``: all rounds are over

        Example:
            >>> from cocapi_gen.testing import make_clan_war_league_group, make_current_league_war
            >>> looking = make_clan_war_league_group(state="notInWar", clans=None, rounds=None)
            >>> make_current_league_war(group=looking, battle=None).phase
            'signUp'
        """
        if self.battle is not None:
            return "battle" if self.preparation is None else "battleAndPreparation"
        if self.preparation is not None:
            return "preparation"
        if self.group.state in ("ended", "warEnded") or self._was_last:
            return "ended"
        return "betweenRounds" if self.group.drawn_rounds else "signUp"

    @property
    def _was_last(self) -> bool:
        """Whether no war of the clan can come any more; the group's own word on that may be late."""
        newest = self.group.rounds[-1].war_tags if self.group.rounds else ()
        return (bool(newest) and UNDRAWN not in newest) or (self.last is not None and self.last.war_tag in newest)


def _standing(clan: ClanWarLeagueClan, wars: Sequence[ClanWarInfo]) -> LeagueStanding:
    """Return a clan's row, as if it were the first of the table."""
    results = [war.result for war in wars]
    return LeagueStanding(
        place=1,
        tag=clan.tag,
        name=clan.name,
        stars=sum(war.clan.stars for war in wars) + STARS_PER_WIN * results.count("win"),
        destruction=sum(round(war.clan.destruction_percentage * (war.team_size or 0)) for war in wars),
        wins=results.count("win"),
        losses=results.count("lose"),
        ties=results.count("tie"),
        attacks=sum(war.clan.attacks or 0 for war in wars),
    )


def _totals(tag: Tag, name: str, wars: Sequence[ClanWarInfo]) -> LeagueMemberTotals:
    """Return what one player did in these wars of their clan."""
    played = [(war, player) for war in wars for player in war.clan.members or () if player.tag == tag]
    attacks = [(war, attack) for war, player in played for attack in player.attacks or ()]
    return LeagueMemberTotals(
        tag=tag,
        name=name,
        wars=len(played),
        attacks=len(attacks),
        attacks_missed=sum(unused_attacks(war, player) or 0 for war, player in played if war.state == "warEnded"),
        stars=sum(attack.stars for _, attack in attacks),
        new_stars=sum(war.new_stars(attack) for war, attack in attacks),
        destruction=sum(attack.destruction_percentage for _, attack in attacks),
        opponent_attacks=sum(player.opponent_attacks for _, player in played),
    )
