"""How each answer is shown: what of it, in which order, and under which name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

from cocapi_gen.cli.blocks import Block, Columns, Facts, Grid, grid

if TYPE_CHECKING:
    from pydantic import JsonValue

    from cocapi_gen import (
        BaseLabel,
        BattleLogEntry,
        Clan,
        ClanBuilderBaseRanking,
        ClanCapitalRanking,
        ClanMember,
        ClanRanking,
        ClanSummary,
        ClanWarAttack,
        ClanWarInfo,
        ClanWarInfoClan,
        ClanWarPlayer,
        ClanWarResult,
        CurrentLeagueWar,
        GoldPass,
        LeagueMemberTotals,
        LeagueStanding,
        LeagueWars,
        Location,
        NotInLeagueGroup,
        NotInWar,
        Page,
        Player,
        PlayerBuilderBaseRanking,
        PlayerHero,
        PlayerRanking,
        PlayerTroop,
        PrivateWarLog,
        Raid,
        RaidMember,
        RaidSeason,
        TokenVerification,
    )

    AClan: TypeAlias = Clan | ClanSummary
    AClanRanking: TypeAlias = ClanRanking | ClanBuilderBaseRanking | ClanCapitalRanking
    APlayerRanking: TypeAlias = PlayerRanking | PlayerBuilderBaseRanking

Blocks: TypeAlias = Iterator[Block]

_ABSENCES = {
    "notInWar": "The clan is in no war. Wars of the Clan War League are shown by: cocapi-gen cwl",
    "privateWarLog": "The clan's war log is private: only its members can see its wars.",
    "notInLeagueGroup": "The clan is in no Clan War League season, and has no last one to show.",
}
"""What there is to say of what is not there, by its state."""


# ---------------------------------------------------------------------- clans


def clan(found: Clan) -> Blocks:
    """A clan without its members."""
    war, capital = found.war, found.clan_capital
    yield Facts(
        _named(found),
        [
            ("level", found.level),
            ("members", f"{found.members} of 50"),
            ("type", found.type),
            ("needed to join", f"{found.required_trophies:,} trophies, town hall {found.required_townhall_level}"),
            ("location", _title(found.location)),
            ("chat language", _title(found.chat_language)),
            ("labels", _labels(found.labels)),
            ("points", found.points),
            ("builder base points", found.builder_base_points),
            ("capital points", found.clan_capital_points),
            ("capital hall", None if capital is None else capital.capital_hall_level),
            ("capital league", _title(found.capital_league)),
            ("war league", _title(war.league)),
            ("wars", _record(found)),
            ("war frequency", war.frequency),
            ("current war", _current_war(found)),
            ("description", " ".join(found.description.split()) or None),
            *((f"no {problem.part}", problem.message) for problem in war.problems),
        ],
    )


def members(found: Sequence[ClanMember]) -> Blocks:
    """The members of a clan."""
    yield grid("members", _MEMBER, found)


def clans(found: Sequence[ClanSummary]) -> Blocks:
    """What a search has found."""
    yield grid("clans", _CLAN, found)


def _record(found: AClan) -> str:
    war = found.war
    known = [(war.wins, "won"), (war.losses, "lost"), (war.ties, "tied"), (war.winstreak, "in a row")]
    return ", ".join(f"{count:,} {what}" for count, what in known if count is not None)


def _current_war(found: AClan) -> str | None:
    war = found.war.currentwar
    if war is None:
        return found.war.state or (None if found.war.is_war_log_public else "the war log is private")
    return f"{war.state} against {_named(war.opponent)}, {war.clan.stars} to {war.opponent.stars} stars"


_MEMBER: Columns[ClanMember] = {
    "#": lambda member: member.clan_rank,
    "name": lambda member: member.name,
    "tag": lambda member: member.tag,
    "role": lambda member: member.role,
    "town hall": lambda member: member.town_hall_level,
    "level": lambda member: member.exp_level,
    "league": lambda member: _title(member.league),
    "trophies": lambda member: member.trophies,
    "donated": lambda member: member.donations,
    "received": lambda member: member.donations_received,
}

_CLAN: Columns[ClanSummary] = {
    "name": lambda clan: clan.name,
    "tag": lambda clan: clan.tag,
    "level": lambda clan: clan.level,
    "members": lambda clan: clan.members,
    "type": lambda clan: clan.type,
    "points": lambda clan: clan.points,
    "location": lambda clan: _title(clan.location),
    "war league": lambda clan: _title(clan.war.league),
}


# ---------------------------------------------------------------------- wars


def war(found: ClanWarInfo | NotInWar | PrivateWarLog) -> Blocks:
    """A war with the attacks of both clans."""
    if not found:
        yield _ABSENCES[found.state]
        return
    yield Facts(
        f"{_named(found.clan)} against {_named(found.opponent)}",
        [
            ("state", found.state),
            ("result", found.result),
            ("players on each side", found.team_size),
            ("attacks each", found.attacks_each),
            ("preparation", found.preparation_start_time),
            ("start", found.start_time),
            ("end", found.end_time),
        ],
    )
    sides = (found.clan, found.opponent)
    yield grid("score", _SIDE, sides)
    for side in sides:
        yield _line_up(found, side)


def war_log(found: Sequence[ClanWarResult] | PrivateWarLog) -> Blocks:
    """Wars that are over."""
    if isinstance(found, Sequence):
        yield grid("wars", _RESULT, found)
    else:
        yield _ABSENCES[found.state]


def _line_up(war: ClanWarInfo, side: ClanWarInfoClan) -> Grid:
    columns: Columns[tuple[int, ClanWarPlayer]] = {
        "#": lambda row: row[0],
        "name": lambda row: row[1].name,
        "tag": lambda row: row[1].tag,
        "town hall": lambda row: row[1].town_hall_level,
        "used": lambda row: f"{len(row[1].attacks or ())} of {war.attacks_each}",
        "attacks": lambda row: _attacks(row[1].attacks or ()),
        "attacked": lambda row: row[1].opponent_attacks,
        "best against": lambda row: _attacks([row[1].best_opponent_attack]),
    }
    return grid(side.name or "", columns, enumerate(side.lineup, 1))


def _stars(war: ClanWarInfo | ClanWarResult) -> str:
    return f"{war.clan.stars} : {war.opponent.stars}"


def _destruction(war: ClanWarInfo | ClanWarResult) -> str:
    return f"{war.clan.destruction_percentage:.0f}% : {war.opponent.destruction_percentage:.0f}%"


def _attacks(attacks: Iterable[ClanWarAttack | None]) -> str:
    return ", ".join(f"{attack.stars}★ {attack.destruction_percentage:.0f}%" for attack in attacks if attack)


_SIDE: Columns[ClanWarInfoClan] = {
    "clan": lambda side: side.name,
    "tag": lambda side: side.tag,
    "level": lambda side: side.clan_level,
    "stars": lambda side: side.stars,
    "destruction": lambda side: f"{side.destruction_percentage:.1f}%",
    "attacks": lambda side: side.attacks,
}

_RESULT: Columns[ClanWarResult] = {
    "end": lambda row: row.end_time,
    "result": lambda row: row.result,
    "opponent": lambda row: row.opponent.name or "(CWL season)",
    "tag": lambda row: row.opponent.tag,
    "players": lambda row: row.team_size,
    "stars": _stars,
    "destruction": _destruction,
    "attacks": lambda row: row.clan.attacks,
}


# ---------------------------------------------------------------------- the Clan War League


class League(NamedTuple):
    """A clan in its Clan War League season.

    Attributes:
        tag: the clan's tag.
        season: all wars of the group.
        current: the phase, and the wars that are now; None if that could not be had.
        no_current: why not.
    """

    tag: str
    season: LeagueWars
    current: CurrentLeagueWar | None
    no_current: str | None = None

    def to_dict(self) -> dict[str, JsonValue]:
        """Return phase, wars, table and totals as JSON types."""
        return {
            "phase": None if self.current is None else self.current.phase,
            "current": None if self.current is None else self.current.to_dict(),
            "no_current": self.no_current,
            "wars": [war.to_dict() for war in self.season.wars_of(self.tag)],
            "standings": [row.to_dict() for row in self.season.standings],
            "member_totals": [row.to_dict() for row in self.season.member_totals(self.tag)],
            "problems": [problem.to_dict() for problem in self.season.problems],
        }


def league(found: League | NotInLeagueGroup) -> Blocks:
    """The phase, the clan's wars, the table of its group and what its players did."""
    if not isinstance(found, League):
        yield _ABSENCES[found.state]
        return
    season, current = found.season, found.current
    own = season.group.clan(found.tag)
    yield Facts(
        _named(own) if own else found.tag,
        [
            ("season", season.group.season),
            ("phase", None if current is None else current.phase),
            ("no phase", found.no_current),
        ],
    )
    rounds = {war.war_tag: each.number for each in season.rounds for war in each.wars}
    yield grid("wars", _LEAGUE_WAR, [(rounds.get(war.war_tag), war) for war in season.wars_of(found.tag)])
    yield grid("table", _STANDING, season.standings)
    yield grid("players", _TOTALS, season.member_totals(found.tag))
    yield from (f"A war is missing: {problem.war_tag}. {problem.message}" for problem in season.problems)


_LEAGUE_WAR: Columns[tuple[int | None, ClanWarInfo]] = {
    "round": lambda row: row[0],
    "state": lambda row: row[1].result or row[1].state,
    "opponent": lambda row: row[1].opponent.name,
    "tag": lambda row: row[1].opponent.tag,
    "stars": lambda row: _stars(row[1]),
    "destruction": lambda row: _destruction(row[1]),
    "end": lambda row: row[1].end_time,
}

_STANDING: Columns[LeagueStanding] = {
    "#": lambda row: row.place,
    "clan": lambda row: row.name,
    "tag": lambda row: row.tag,
    "stars": lambda row: row.stars,
    "destruction": lambda row: f"{row.destruction:,}%",
    "won": lambda row: row.wins,
    "lost": lambda row: row.losses,
    "tied": lambda row: row.ties,
    "attacks": lambda row: row.attacks,
}

_TOTALS: Columns[LeagueMemberTotals] = {
    "name": lambda row: row.name,
    "tag": lambda row: row.tag,
    "wars": lambda row: row.wars,
    "attacks": lambda row: row.attacks,
    "missed": lambda row: row.attacks_missed,
    "stars": lambda row: row.stars,
    "new stars": lambda row: row.new_stars,
    "destruction": lambda row: f"{row.destruction:,.0f}%",
    "attacked": lambda row: row.opponent_attacks,
}


# ---------------------------------------------------------------------- raids


def raids(found: Sequence[RaidSeason]) -> Blocks:
    """The newest raid weekend in full, and a row for each."""
    for season in found[:1]:
        yield from _weekend(season)
    yield grid("raid weekends", _WEEKEND, found)


def _weekend(season: RaidSeason) -> Blocks:
    medals: Columns[RaidMember] = {
        "name": lambda member: member.name,
        "tag": lambda member: member.tag,
        "attacks": lambda member: f"{member.attacks} of {member.attacks_allowed}",
        "capital gold": lambda member: member.capital_resources_looted,
        # as medals_of has it, which takes tags of people and so is strict about them
        "medals": lambda member: season.offensive_reward * member.attacks + season.defensive_reward,
    }
    if season.members is not None:
        most_first = sorted(season.members, key=lambda member: -member.capital_resources_looted)
        yield grid("raiders of the newest weekend", medals, most_first)
    yield grid("its raids", _RAID, season.attack_log)


_RAID: Columns[Raid] = {
    "clan": lambda raid: raid.defender.name,
    "tag": lambda raid: raid.defender.tag,
    "level": lambda raid: raid.defender.level,
    "attacks": lambda raid: raid.attack_count,
    "districts": lambda raid: f"{raid.districts_destroyed} of {raid.district_count}",
    "capital gold": lambda raid: sum(district.total_looted for district in raid.districts),
}

_WEEKEND: Columns[RaidSeason] = {
    "start": lambda season: season.start_time,
    "state": lambda season: season.state,
    "capital gold": lambda season: season.capital_total_loot,
    "attacks": lambda season: season.total_attacks,
    "raids": lambda season: season.raids_completed,
    "districts": lambda season: season.enemy_districts_destroyed,
    "medals per attack": lambda season: season.offensive_reward,
    "medals for defense": lambda season: season.defensive_reward,
}


# ---------------------------------------------------------------------- players


def player(found: Player) -> Blocks:
    """A player, and how far their village has come."""
    yield Facts(
        _named(found),
        [
            ("clan", _name(found.clan_details)),
            ("clan tag", found.clan),
            ("role", found.role),
            ("town hall", found.town_hall_level),
            ("experience level", found.exp_level),
            ("league", _title(found.league)),
            ("trophies", f"{found.trophies:,}, at most {found.best_trophies:,}"),
            ("attacks won", found.attack_wins),
            ("defenses won", found.defense_wins),
            ("war stars", found.war_stars),
            ("in wars", found.war_preference),
            ("donated", found.donations),
            ("received", found.donations_received),
            ("capital gold given", found.clan_capital_contributions),
            ("builder hall", found.builder_hall_level),
            ("builder base trophies", found.builder_base_trophies),
            ("builder base league", _title(found.builder_base_league)),
            ("labels", _labels(found.labels)),
            ("super troops", ", ".join(each.name for each in found.troops if each.super_troop_is_active) or None),
        ],
    )
    yield grid("heroes", _HERO, found.heroes)
    yield grid("levels", _LEVELS, _kinds(found))


def players(found: Sequence[Player]) -> Blocks:
    """A row for each player."""
    yield grid("players", _PLAYER, found)


def battles(found: Sequence[BattleLogEntry]) -> Blocks:
    """Latest battles of a player."""
    yield grid("battles", _BATTLE, found)


def verification(found: TokenVerification) -> Blocks:
    """Whether a token is the player's."""
    verdict = "the token is theirs." if found else f"{found.status}: the token is not theirs, or was used before."
    yield f"{found.tag}: {verdict}"


class _Kind(NamedTuple):
    """Troops, spells or the like of one village."""

    name: str
    village: str
    things: Sequence[PlayerTroop]


def _kinds(found: Player) -> Iterator[_Kind]:
    kinds = {
        "heroes": found.heroes,
        "equipment": found.hero_equipment or (),
        "troops and pets": found.troops,
        "spells": found.spells,
    }
    for name, things in kinds.items():
        for village in dict.fromkeys(thing.village for thing in things):
            yield _Kind(name, village, [thing for thing in things if thing.village == village])


def _looted(battle: BattleLogEntry, resource: str) -> int:
    resources = (*battle.looted_resources, *battle.extra_looted_resources)
    return sum(each.amount for each in resources if each.name == resource)


_HERO: Columns[PlayerHero] = {
    "name": lambda hero: hero.name,
    "village": lambda hero: hero.village,
    "level": lambda hero: hero.level,
    "at most": lambda hero: hero.max_level,
    "wears": lambda hero: ", ".join(f"{worn.name} {worn.level}" for worn in hero.equipment or ()),
}

_LEVELS: Columns[_Kind] = {
    "kind": lambda kind: kind.name,
    "village": lambda kind: kind.village,
    "unlocked": lambda kind: len(kind.things),
    "at their highest": lambda kind: sum(thing.level >= thing.max_level for thing in kind.things),
    "levels": lambda kind: sum(thing.level for thing in kind.things),
    "of": lambda kind: sum(thing.max_level for thing in kind.things),
}

_PLAYER: Columns[Player] = {
    "name": lambda player: player.name,
    "tag": lambda player: player.tag,
    "town hall": lambda player: player.town_hall_level,
    "level": lambda player: player.exp_level,
    "league": lambda player: _title(player.league),
    "trophies": lambda player: player.trophies,
    "war stars": lambda player: player.war_stars,
    "clan": lambda player: _name(player.clan_details),
    "clan tag": lambda player: player.clan,
    "role": lambda player: player.role,
}

_BATTLE: Columns[BattleLogEntry] = {
    "when": lambda battle: battle.battle_timestamp,
    "battle": lambda battle: f"{battle.battle_type} {'attack' if battle.attack else 'defense'}",
    "result": lambda battle: f"{battle.stars}★ {battle.destruction_percentage}%",
    "opponent": lambda battle: battle.opponent_name,
    "tag": lambda battle: battle.opponent_player_tag,
    "hall": lambda battle: battle.opponent_town_hall_level,
    "gold": lambda battle: _looted(battle, "Gold"),
    "elixir": lambda battle: _looted(battle, "Elixir"),
    "dark elixir": lambda battle: _looted(battle, "DarkElixir"),
}


# ---------------------------------------------------------------------- rankings and lists


def ranking(found: Page[AClanRanking] | Page[APlayerRanking]) -> Blocks:
    """The best clans or players."""
    title, columns = _RANKING[found.query.row.__name__]
    yield grid(title, columns, found)


def gold_pass(found: GoldPass) -> Blocks:
    """The season of the Gold Pass."""
    if found.start_time is None and found.end_time is None:
        yield "The API knows of no Gold Pass season."
    else:
        yield Facts("Gold Pass", [("start", found.start_time), ("end", found.end_time)])


def locations(found: Sequence[Location]) -> Blocks:
    """All locations."""
    yield grid("locations", _LOCATION, found)


def labels(found: Sequence[BaseLabel]) -> Blocks:
    """All labels."""
    yield grid("labels", _LABEL, found)


_CLAN_RANKING: Columns[AClanRanking] = {
    "#": lambda row: row.rank,
    "change": lambda row: row.rank_change,
    "name": lambda row: row.name,
    "tag": lambda row: row.tag,
    "level": lambda row: row.level,
    "members": lambda row: row.members,
    "points": lambda row: row.points,
    "location": lambda row: _title(row.location),
}

_PLAYER_RANKING: Columns[APlayerRanking] = {
    "#": lambda row: row.rank,
    "change": lambda row: row.rank_change,
    "name": lambda row: row.name,
    "tag": lambda row: row.tag,
    "level": lambda row: row.exp_level,
    "trophies": lambda row: row.trophies,
    "clan": lambda row: _name(row.clan_details),
    "clan tag": lambda row: row.clan,
}

_RANKING: Mapping[str, tuple[str, Columns[Any]]] = {
    "ClanRanking": ("best clans", _CLAN_RANKING),
    "ClanBuilderBaseRanking": ("best clans of the builder base", _CLAN_RANKING),
    "ClanCapitalRanking": ("best clan capitals", _CLAN_RANKING),
    "PlayerRanking": ("best players", _PLAYER_RANKING),
    "PlayerBuilderBaseRanking": ("best players of the builder base", _PLAYER_RANKING),
}
"""Title and columns for each kind of row, which a page knows even if it is empty."""

_LOCATION: Columns[Location] = {
    "number": lambda location: str(location.id),
    "name": lambda location: location.display_name,
    "code": lambda location: location.country_code,
    "country": lambda location: location.is_country,
}

_LABEL: Columns[BaseLabel] = {
    "number": lambda label: str(label.id),
    "name": lambda label: label.display_name,
}


# ---------------------------------------------------------------------- in all of them


class _Named(Protocol):
    """A clan or a player, however much is known of it."""

    @property
    def name(self) -> str | None: ...
    @property
    def tag(self) -> str | None: ...


class _Titled(Protocol):
    """A location, a league, a language or a label."""

    @property
    def display_name(self) -> str: ...


def _named(found: _Named) -> str:
    return f"{found.name}  {found.tag}"


def _name(found: _Named | None) -> str | None:
    return None if found is None else found.name


def _title(found: _Titled | None) -> str | None:
    return None if found is None else found.display_name


def _labels(found: Iterable[_Titled]) -> str | None:
    return ", ".join(label.display_name for label in found) or None
