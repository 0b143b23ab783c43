"""Flat rows for data people: clans, wars, raids and rankings as tables of plain values.

Each function takes what the client's methods return, one thing or several, and makes a ``Table``. Outcomes stand for
their values. What is not there makes no rows: failures, ``NotInWar``, ``PrivateWarLog`` and the like. Anything else is
an ``InvalidParameterError``.

Rows are named tuples of texts, numbers, moments and None. A column has the name of the model's field, and its values:
only a duration becomes its seconds, and a league, a location or a language its name. A table's ``columns`` are what
polars and pandas take, and ``to_csv`` serves whoever has neither.

Example:
    >>> from cocapi_gen import tables
    >>> clan = await client.clan(clan_tag)
    >>> table = tables.members(clan)
    >>> len(table) == clan.members, table[0].clan_rank, table.columns()["clan_rank"][:3]
    (True, 1, [1, 2, 3])
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from inspect import get_annotations
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeAlias, TypeVar, cast, overload

from cocapi_gen.exceptions import InvalidParameterError, first_few, is_unawaited, shown
from cocapi_gen.models import (
    BaseLeague,
    BattleLogEntry,
    Clan,
    ClanBuilderBaseRanking,
    ClanCapitalRanking,
    ClanRanking,
    ClanSummary,
    ClanWarInfo,
    ClanWarInfoClan,
    ClanWarResult,
    CurrentLeagueWar,
    LeagueHistoryEntry,
    LeagueWars,
    Location,
    Model,
    NotInLeagueGroup,
    NotInWar,
    Player,
    PlayerBuilderBaseRanking,
    PlayerRanking,
    PrivateWarLog,
    RaidClan,
    RaidDistrict,
    RaidSeason,
)
from cocapi_gen.models._absence import Absence
from cocapi_gen.models.raid import medals
from cocapi_gen.outcomes import Failure, Outcome, Success

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

Value: TypeAlias = "str | int | float | bool | datetime | None"
"""What a row holds. Moments are aware and in UTC."""

_PLAYERS = "players in full, such as client.player() returns"
_WARS = "wars with their attacks, such as client.war() returns"
_RAIDS = "raid weekends, such as client.raid_seasons() returns"

M = TypeVar("M", bound=Model)
R = TypeVar("R", bound="tuple[Value, ...]")
R_co = TypeVar("R_co", bound="tuple[Value, ...]", covariant=True)


@dataclass(frozen=True, slots=True)
class Table(Sequence[R_co], Generic[R_co]):
    """Rows of one kind: a sequence that knows the names of its columns, even when it is empty.

    Example:
        >>> from cocapi_gen import tables
        >>> from cocapi_gen.testing import make_clan_war_info
        >>> table = tables.attacks(make_clan_war_info())
        >>> table[0].attacker_name, table[0].new_stars, table.columns()["defender_name"]
        ('Robin', 3, ['Wren'])
        >>> tables.attacks([]), tables.attacks([]).columns()["stars"]
        (<Table of 0 AttackRow>, [])
    """

    kind: type[R_co]
    """What each row is."""
    rows: tuple[R_co, ...]
    """The rows."""

    @overload
    def __getitem__(self, index: int) -> R_co: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[R_co, ...]: ...
    def __getitem__(self, index: int | slice) -> R_co | tuple[R_co, ...]:
        return self.rows[index]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[R_co]:
        return iter(self.rows)

    def __repr__(self) -> str:
        return first_few(self, self.kind.__name__)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(get_annotations(self.kind))

    def columns(self) -> dict[str, list[Value]]:
        """Return the columns by their names: ``polars.DataFrame`` and ``pandas.DataFrame`` take them as they are."""
        return {name: [row[place] for row in self.rows] for place, name in enumerate(self.names)}

    def to_csv(self, file: SupportsWrite[str]) -> None:
        """Write a line of names and a line for each row; None is left empty.

        Args:
            file: where to write; open it with ``newline=""``.

        Raises:
            InvalidParameterError: that is no open file.

        Example:
            >>> import io
            >>> from cocapi_gen import tables
            >>> from cocapi_gen.testing import make_player
            >>> file = io.StringIO(newline="")
            >>> tables.units(make_player(troops=(), heroes=(), hero_equipment=None)).to_csv(file)
            >>> for line in file.getvalue().splitlines():
            ...     print(line)
            player_tag,player_name,kind,name,village,level,max_level,super_troop_is_active
            #QP0Y2RL8,Robin,spell,Rage Spell,home,6,6,
        """
        if not hasattr(file, "write"):
            problem = f'Open the file first, with open(path, "w", encoding="utf-8", newline=""): {shown(file)} is none.'
            raise InvalidParameterError(file, problem)
        writer = csv.writer(file)
        writer.writerow(self.names)
        writer.writerows(self.rows)


OneOrMany: TypeAlias = M | Outcome[M] | Iterable[M | Outcome[M]]
"""One thing or several, or outcomes that hold them."""

Wars: TypeAlias = OneOrMany[ClanWarInfo | LeagueWars | CurrentLeagueWar | NotInWar | PrivateWarLog | NotInLeagueGroup]
"""Wars, and what holds wars of the Clan War League."""


def _each(source: object, kinds: type[M] | tuple[type[M], ...], takes: str) -> Iterator[M]:
    """Yield the models of some kinds that are in a source.

    Raises:
        InvalidParameterError: there is something else in it.
    """
    if isinstance(source, kinds):
        yield source
        return
    inside = _inside(source)
    if inside is None:
        raise InvalidParameterError(source, f"{shown(source)} makes no rows here: give {takes}, one or several.")
    for thing in inside:
        yield from _each(thing, kinds, takes)


def _inside(source: object) -> Iterable[object] | None:
    """Return what something holds, if it may hold what rows are made of."""
    match source:
        case Absence() | Failure():
            return ()
        case Success():
            return (cast("Success[object]", source).value,)
        case LeagueWars():
            return (war for each in source.rounds for war in each.wars)
        case CurrentLeagueWar():
            return (war for war in (source.last, source.battle, source.preparation) if war is not None)
        case str() | bytes():
            return None
        case _:
            is_many = not is_unawaited(source) and isinstance(source, Iterable)
            return cast("Iterable[object]", source) if is_many else None


def _row(kind: type[R], source: Model, /, **more: Value) -> R:
    """Make a row of what is given, and of the model's fields for all that is not."""
    make = cast("Callable[..., R]", kind)
    return make(*(more[name] if name in more else _plain(getattr(source, name)) for name in get_annotations(kind)))


def _plain(value: object) -> Value:
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value.display_name if isinstance(value, (BaseLeague, Location)) else cast("Value", value)


def _id(thing: BaseLeague | Location | None) -> int | None:
    return None if thing is None else thing.id


# ---------------------------------------------------------------------- clans and players


class ClanRow(NamedTuple):
    """A clan. Results of its wars are None if its war log is private."""

    tag: str
    name: str
    type: str
    level: int
    members: int
    points: int
    builder_base_points: int | None
    clan_capital_points: int | None
    capital_league_id: int | None
    capital_league: str | None
    location_id: int | None
    location: str | None
    chat_language: str | None
    is_family_friendly: bool | None
    required_trophies: int
    required_builder_base_trophies: int | None
    required_townhall_level: int
    war_league_id: int | None
    war_league: str | None
    war_frequency: str
    is_war_log_public: bool
    war_wins: int
    war_losses: int | None
    war_ties: int | None
    war_win_streak: int


def clans(clans: OneOrMany[Clan | ClanSummary]) -> Table[ClanRow]:
    """Return a row for each clan, in full or as a search shows it.

    Example:
        >>> from cocapi_gen import tables
        >>> from cocapi_gen.testing import make_clan
        >>> row = tables.clans(make_clan())[0]
        >>> row.name, row.level, row.war_league
        ('Night Owls', 16, 'Crystal League II')
    """
    kinds: tuple[type[Clan | ClanSummary], ...] = (Clan, ClanSummary)
    return Table(ClanRow, tuple(map(_clan, _each(clans, kinds, "clans, such as client.clan() returns"))))


def _clan(clan: Clan | ClanSummary) -> ClanRow:
    return _row(
        ClanRow,
        clan,
        capital_league_id=_id(clan.capital_league),
        location_id=_id(clan.location),
        chat_language=None if clan.chat_language is None else clan.chat_language.display_name,
        war_league_id=_id(clan.war.league),
        war_league=_plain(clan.war.league),
        war_frequency=clan.war.frequency,
        is_war_log_public=clan.war.is_war_log_public,
        war_wins=clan.war.wins,
        war_losses=clan.war.losses,
        war_ties=clan.war.ties,
        war_win_streak=clan.war.winstreak,
    )


class MemberRow(NamedTuple):
    """A member of a clan."""

    clan_tag: str
    clan_name: str
    tag: str
    name: str
    role: str
    town_hall_level: int | None
    exp_level: int
    league_id: int | None
    league: str | None
    trophies: int
    builder_base_league_id: int | None
    builder_base_league: str | None
    builder_base_trophies: int | None
    clan_rank: int
    previous_clan_rank: int
    donations: int
    donations_received: int


def members(clans: OneOrMany[Clan]) -> Table[MemberRow]:
    """Return a row for each member of one clan or several, in the order of their ranks."""
    return Table(
        MemberRow,
        tuple(
            _row(
                MemberRow,
                member,
                clan_tag=clan.tag,
                clan_name=clan.name,
                league_id=_id(member.league),
                builder_base_league_id=_id(member.builder_base_league),
            )
            for clan in _each(clans, Clan, "clans in full, such as client.clan() returns")
            for member in clan.member_details
        ),
    )


class PlayerRow(NamedTuple):
    """A player. What is said of the clan is None for a player without one."""

    tag: str
    name: str
    clan_tag: str | None
    clan_name: str | None
    role: str | None
    town_hall_level: int
    town_hall_weapon_level: int | None
    builder_hall_level: int | None
    exp_level: int
    league_id: int | None
    league: str | None
    trophies: int
    best_trophies: int
    builder_base_league_id: int | None
    builder_base_league: str | None
    builder_base_trophies: int | None
    best_builder_base_trophies: int | None
    war_stars: int
    war_preference: str | None
    attack_wins: int
    defense_wins: int
    donations: int
    donations_received: int
    clan_capital_contributions: int | None


def players(players: OneOrMany[Player]) -> Table[PlayerRow]:
    """Return a row for each player.

    Example:
        >>> from cocapi_gen import tables
        >>> outcomes = await client.players([player_tag, "no tag"]).all()
        >>> [row.tag == player_tag for row in tables.players(outcomes)]
        [True]
    """
    return Table(PlayerRow, tuple(map(_player, _each(players, Player, _PLAYERS))))


def _player(player: Player) -> PlayerRow:
    return _row(
        PlayerRow,
        player,
        clan_tag=player.clan,
        clan_name=None if player.clan_details is None else player.clan_details.name,
        league_id=_id(player.league),
        builder_base_league_id=_id(player.builder_base_league),
    )


class UnitRow(NamedTuple):
    """The level of something that a player has unlocked; its ``kind`` is "troop", "hero", "spell" or "equipment".

    Super troops, siege machines and pets are among the troops.
    """

    player_tag: str
    player_name: str
    kind: str
    name: str
    village: str
    level: int
    max_level: int
    super_troop_is_active: bool | None


def units(players: OneOrMany[Player]) -> Table[UnitRow]:
    """Return a row for each troop, hero, spell and piece of equipment that one player or several have unlocked."""
    return Table(
        UnitRow,
        tuple(
            _row(UnitRow, unit, player_tag=player.tag, player_name=player.name, kind=kind)
            for player in _each(players, Player, _PLAYERS)
            for kind, unlocked in (
                ("troop", player.troops),
                ("hero", player.heroes),
                ("spell", player.spells),
                ("equipment", player.hero_equipment or ()),
            )
            for unit in unlocked
        ),
    )


class ClanRankingRow(NamedTuple):
    """A clan in a ranking. ``previous_rank`` is -1 if there was no earlier place."""

    rank: int
    previous_rank: int | None
    rank_change: int | None
    tag: str
    name: str
    level: int
    members: int
    points: int
    location_id: int | None
    location: str | None


def clan_rankings(
    clans: OneOrMany[ClanRanking | ClanBuilderBaseRanking | ClanCapitalRanking],
) -> Table[ClanRankingRow]:
    """Return a row for each clan of a ranking, of whichever kind."""
    kinds = (ClanRanking, ClanBuilderBaseRanking, ClanCapitalRanking)
    ranked = _each(clans, kinds, "clans of a ranking, such as client.clan_rankings_details() returns")
    return Table(ClanRankingRow, tuple(_row(ClanRankingRow, clan, location_id=_id(clan.location)) for clan in ranked))


class PlayerRankingRow(NamedTuple):
    """A player in a ranking. ``previous_rank`` is -1 if there was no earlier place; ``attack_wins`` and
    ``defense_wins`` are None in a ranking of the builder base.
    """

    rank: int
    previous_rank: int | None
    rank_change: int | None
    tag: str
    name: str
    exp_level: int
    trophies: int
    league_id: int | None
    league: str | None
    clan_tag: str | None
    clan_name: str | None
    attack_wins: int | None
    defense_wins: int | None


def player_rankings(
    players: OneOrMany[PlayerRanking | PlayerBuilderBaseRanking],
) -> Table[PlayerRankingRow]:
    """Return a row for each player of a ranking, of the home village or of the builder base."""
    kinds: tuple[type[PlayerRanking | PlayerBuilderBaseRanking], ...] = (PlayerRanking, PlayerBuilderBaseRanking)
    ranked = _each(players, kinds, "players of a ranking, such as client.player_rankings_details() returns")
    return Table(PlayerRankingRow, tuple(map(_ranked_player, ranked)))


def _ranked_player(player: PlayerRanking | PlayerBuilderBaseRanking) -> PlayerRankingRow:
    league = player.league if isinstance(player, PlayerRanking) else player.builder_base_league
    return _row(
        PlayerRankingRow,
        player,
        league_id=_id(league),
        league=_plain(league),
        clan_tag=player.clan,
        clan_name=None if player.clan_details is None else player.clan_details.name,
        attack_wins=player.attack_wins if isinstance(player, PlayerRanking) else None,
        defense_wins=player.defense_wins if isinstance(player, PlayerRanking) else None,
    )


# ---------------------------------------------------------------------- wars


class AttackRow(NamedTuple):
    """An attack in a war; ``clan`` is the attacker's. ``new_stars`` are those that nobody had won on that base before.

    What is said of the defender is None if that one is missing among the members of the other side.
    """

    war_start_time: datetime | None
    order: int
    clan_tag: str | None
    clan_name: str | None
    opponent_tag: str | None
    opponent_name: str | None
    attacker_tag: str
    attacker_name: str
    attacker_town_hall_level: int
    attacker_map_position: int
    defender_tag: str
    defender_name: str | None
    defender_town_hall_level: int | None
    defender_map_position: int | None
    stars: int
    new_stars: int
    destruction_percentage: float
    duration: float | None


def attacks(wars: Wars) -> Table[AttackRow]:
    """Return a row for each attack of one war or several; those of a war in the order in which they were made."""
    return Table(AttackRow, tuple(row for war in _each(wars, ClanWarInfo, _WARS) for row in _attacks(war)))


def _attacks(war: ClanWarInfo) -> list[AttackRow]:
    rows = [*_attacks_of(war.clan, war.opponent, war), *_attacks_of(war.opponent, war.clan, war)]
    return sorted(rows, key=lambda row: row.order)


def _attacks_of(side: ClanWarInfoClan, other: ClanWarInfoClan, war: ClanWarInfo) -> Iterator[AttackRow]:
    bases = {player.tag: player for player in other.members or ()}
    for attacker in side.members or ():
        for attack in attacker.attacks or ():
            base = bases.get(attack.defender_tag)
            yield _row(
                AttackRow,
                attack,
                war_start_time=war.start_time,
                clan_tag=side.tag,
                clan_name=side.name,
                opponent_tag=other.tag,
                opponent_name=other.name,
                attacker_name=attacker.name,
                attacker_town_hall_level=attacker.town_hall_level,
                attacker_map_position=attacker.map_position,
                defender_name=None if base is None else base.name,
                defender_town_hall_level=None if base is None else base.town_hall_level,
                defender_map_position=None if base is None else base.map_position,
                new_stars=war.new_stars(attack),
            )


class WarMemberRow(NamedTuple):
    """A player in a war. ``attacks`` and ``stars`` are those that the player made, ``stars_lost`` the best that was won
    on the player's base, and None like ``destruction_lost`` if nobody attacked it.
    """

    war_start_time: datetime | None
    clan_tag: str | None
    clan_name: str | None
    tag: str
    name: str
    town_hall_level: int
    map_position: int
    attacks: int
    stars: int
    opponent_attacks: int
    stars_lost: int | None
    destruction_lost: float | None


def war_members(wars: Wars) -> Table[WarMemberRow]:
    """Return a row for each player of both sides of one war or several."""
    return Table(
        WarMemberRow,
        tuple(
            _row(
                WarMemberRow,
                player,
                war_start_time=war.start_time,
                clan_tag=side.tag,
                clan_name=side.name,
                attacks=len(player.attacks or ()),
                stars=sum(attack.stars for attack in player.attacks or ()),
                stars_lost=None if (best := player.best_opponent_attack) is None else best.stars,
                destruction_lost=None if best is None else best.destruction_percentage,
            )
            for war in _each(wars, ClanWarInfo, _WARS)
            for side in (war.clan, war.opponent)
            for player in side.members or ()
        ),
    )


class WarLogRow(NamedTuple):
    """A row of a war log: a war that is over, or a whole Clan War League season, whose opponent has no tag."""

    end_time: datetime
    result: str | None
    team_size: int
    attacks_per_member: int | None
    battle_modifier: str | None
    clan_tag: str | None
    clan_name: str | None
    clan_level: int
    attacks: int | None
    stars: int
    destruction_percentage: float
    exp_earned: int | None
    opponent_tag: str | None
    opponent_name: str | None
    opponent_level: int
    opponent_stars: int
    opponent_destruction_percentage: float


def war_log(wars: OneOrMany[ClanWarResult | PrivateWarLog]) -> Table[WarLogRow]:
    """Return a row for each row of one war log, or of several that follow each other."""
    return Table(
        WarLogRow,
        tuple(
            _row(
                WarLogRow,
                war,
                clan_tag=war.clan.tag,
                clan_name=war.clan.name,
                clan_level=war.clan.clan_level,
                attacks=war.clan.attacks,
                stars=war.clan.stars,
                destruction_percentage=war.clan.destruction_percentage,
                exp_earned=war.clan.exp_earned,
                opponent_tag=war.opponent.tag,
                opponent_name=war.opponent.name,
                opponent_level=war.opponent.clan_level,
                opponent_stars=war.opponent.stars,
                opponent_destruction_percentage=war.opponent.destruction_percentage,
            )
            for war in _each(wars, ClanWarResult, "rows of a war log, such as client.war_log() returns")
        ),
    )


# ---------------------------------------------------------------------- raids


class RaidRow(NamedTuple):
    """A raid weekend of a clan."""

    start_time: datetime
    end_time: datetime
    state: str
    capital_total_loot: int
    raids_completed: int
    total_attacks: int
    enemy_districts_destroyed: int
    offensive_reward: int
    defensive_reward: int


def raids(seasons: OneOrMany[RaidSeason]) -> Table[RaidRow]:
    """Return a row for each raid weekend."""
    return Table(RaidRow, tuple(_row(RaidRow, season) for season in _each(seasons, RaidSeason, _RAIDS)))


class RaidMemberRow(NamedTuple):
    """A player who took part in a raid weekend; ``medals`` are those of ``RaidSeason.medals_of``."""

    start_time: datetime
    tag: str
    name: str
    attacks: int
    attacks_allowed: int
    capital_resources_looted: int
    medals: int


def raid_members(seasons: OneOrMany[RaidSeason]) -> Table[RaidMemberRow]:
    """Return a row for each player who took part. The API sends them for the newest weekend only."""
    return Table(
        RaidMemberRow,
        tuple(
            _row(RaidMemberRow, member, start_time=season.start_time, medals=medals(season, member))
            for season in _each(seasons, RaidSeason, _RAIDS)
            for member in season.members or ()
        ),
    )


class RaidAttackRow(NamedTuple):
    """An attack on a district, by the clan or, if ``is_defense``, on it. ``number`` counts the attacks on the district
    from 1; ``destruction_percent`` is what they have destroyed together, ``new_destruction`` what this one added.
    """

    start_time: datetime
    is_defense: bool
    opponent_tag: str
    opponent_name: str
    district_id: int
    district_name: str
    district_hall_level: int
    number: int
    attacker_tag: str
    attacker_name: str
    stars: int
    destruction_percent: int
    new_destruction: int


def raid_attacks(seasons: OneOrMany[RaidSeason]) -> Table[RaidAttackRow]:
    """Return a row for each attack on a district, the oldest on it first. The API sends them for the newest weekend
    only.
    """
    return Table(
        RaidAttackRow, tuple(row for season in _each(seasons, RaidSeason, _RAIDS) for row in _raid_attacks(season))
    )


def _raid_attacks(season: RaidSeason) -> Iterator[RaidAttackRow]:
    for raid in season.attack_log:
        for district in raid.districts:
            yield from _attacks_on(district, season, raid.defender, is_defense=False)
    for defense in season.defense_log:
        for district in defense.districts:
            yield from _attacks_on(district, season, defense.attacker, is_defense=True)


def _attacks_on(
    district: RaidDistrict, season: RaidSeason, opponent: RaidClan, *, is_defense: bool
) -> Iterator[RaidAttackRow]:
    before = 0
    for number, attack in enumerate(reversed(district.attacks or ()), 1):
        yield _row(
            RaidAttackRow,
            attack,
            start_time=season.start_time,
            is_defense=is_defense,
            opponent_tag=opponent.tag,
            opponent_name=opponent.name,
            district_id=district.id,
            district_name=district.name,
            district_hall_level=district.district_hall_level,
            number=number,
            attacker_tag=attack.attacker.tag,
            attacker_name=attack.attacker.name,
            new_destruction=attack.destruction_percent - before,
        )
        before = attack.destruction_percent


# ---------------------------------------------------------------------- battles of a player


class BattleRow(NamedTuple):
    """A battle of a player. ``gold``, ``elixir`` and ``dark_elixir`` are what was looted, extra loot included; None if
    the battle does not speak of it.
    """

    battle_timestamp: datetime | None
    battle_type: str
    attack: bool
    opponent_player_tag: str | None
    opponent_name: str | None
    opponent_town_hall_level: int | None
    stars: int
    destruction_percentage: int
    battle_time: float | None
    army_share_code: str | None
    gold: int | None
    elixir: int | None
    dark_elixir: int | None


def battle_log(battles: OneOrMany[BattleLogEntry]) -> Table[BattleRow]:
    """Return a row for each battle of a player's log."""
    return Table(
        BattleRow,
        tuple(
            _row(
                BattleRow,
                battle,
                gold=_looted(battle, "Gold"),
                elixir=_looted(battle, "Elixir"),
                dark_elixir=_looted(battle, "DarkElixir"),
            )
            for battle in _each(battles, BattleLogEntry, "battles, such as client.battle_log() returns")
        ),
    )


def _looted(battle: BattleLogEntry, name: str) -> int | None:
    resources = (*battle.looted_resources, *battle.extra_looted_resources)
    amounts = [resource.amount for resource in resources if resource.name == name]
    return sum(amounts) if amounts else None


class LeagueHistoryRow(NamedTuple):
    """A week of ranked battles of a player; ``league_season_id`` is a text, whatever the API sent."""

    league_season_id: str
    league_tier_id: int
    league_trophies: int
    placement: int
    attack_wins: int
    attack_losses: int
    attack_stars: int
    defense_wins: int
    defense_losses: int
    defense_stars: int
    max_battles: int


def league_history(weeks: OneOrMany[LeagueHistoryEntry]) -> Table[LeagueHistoryRow]:
    """Return a row for each week of ranked battles."""
    return Table(
        LeagueHistoryRow,
        tuple(
            _row(LeagueHistoryRow, week, league_season_id=str(week.league_season_id))
            for week in _each(weeks, LeagueHistoryEntry, "weeks, such as client.league_history() returns")
        ),
    )
