"""Makers of models for tests: ``make_`` and the model's name; say what matters, the rest is filled in.

The arguments are the model's own fields, each of them optional. What is not given is always the same, and fits
together: a village of Town Hall 16 and its clan in the middle of a war of five against five.

Example:
    >>> from cocapi_gen.testing import make_clan, make_player, make_player_clan
    >>> make_player(town_hall_level=17).town_hall_level
    17
    >>> make_player(clan_details=make_player_clan(name="Night Owls")).clan_details.name
    'Night Owls'
    >>> make_player() == make_player(), make_clan().war.state
    (True, 'inWar')
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar, cast

from cocapi_gen.models import (
    BadgeURLs,
    BaseLabel,
    BaseLeague,
    BattleLogEntry,
    BattleResource,
    BuilderBaseLeague,
    CapitalLeague,
    Clan,
    ClanBuilderBaseRanking,
    ClanCapital,
    ClanCapitalRanking,
    ClanChatLanguage,
    ClanDistrict,
    ClanLabel,
    ClanMember,
    ClanRanking,
    ClanSummary,
    ClanWar,
    ClanWarAttack,
    ClanWarInfo,
    ClanWarInfoClan,
    ClanWarLeague,
    ClanWarLeagueClan,
    ClanWarLeagueGroup,
    ClanWarLeagueMember,
    ClanWarLeagueRound,
    ClanWarPlayer,
    ClanWarProblem,
    ClanWarResult,
    CurrentLeagueWar,
    GoldPass,
    LeagueHistoryEntry,
    LeagueMemberTotals,
    LeagueRound,
    LeagueSeason,
    LeagueStanding,
    LeagueWarProblem,
    LeagueWars,
    LegendSeason,
    Location,
    Model,
    NotInLeagueGroup,
    NotInWar,
    Player,
    PlayerAchievement,
    PlayerBuilderBaseRanking,
    PlayerClan,
    PlayerHero,
    PlayerHouse,
    PlayerHouseElement,
    PlayerLabel,
    PlayerLeague,
    PlayerLeagueBattle,
    PlayerLeagueGroup,
    PlayerLeagueGroupMember,
    PlayerLegendStatistics,
    PlayerRanking,
    PlayerRankingClan,
    PlayerTroop,
    PrivateWarLog,
    Raid,
    RaidAttack,
    RaidAttacker,
    RaidClan,
    RaidDefense,
    RaidDistrict,
    RaidMember,
    RaidSeason,
    TokenVerification,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

M = TypeVar("M", bound=Model)

# To type checkers a factory is a plain partial: they know that what it was given may be left out, and check the rest
# against the model itself. So the fields and their types are written down nowhere but there.
if TYPE_CHECKING:
    Factory = partial
else:

    class Factory(partial):
        """Makes a model of the fields that are given and of usual values for all others.

        Raises:
            TypeError: the model has no such field.
            pydantic.ValidationError: a value does not fit.
        """

        def __call__(self, **given: object) -> object:
            return _make(self.func, self.keywords, given)


def _make(model: type[M], usual: Mapping[str, object], given: Mapping[str, object]) -> M:
    names = [field.name for field in fields(cast("type[DataclassInstance]", model))]
    for name in given:
        if name not in names:
            near = get_close_matches(name, names, n=1, cutoff=0.5)
            hint = f"Did you mean {near[0]!r}?" if near else f"It has {', '.join(names)}."
            raise TypeError(f"{model.__name__} has no field {name!r}. {hint}")
    return model(**{**usual, **_both_names(given, names), **given})


def _both_names(given: Mapping[str, object], names: list[str]) -> dict[str, object]:
    """Return a name that was given for both forms in which a model keeps it, as the API sends it only once."""
    both = ("name", "display_name")
    sent = [given[form] for form in both if form in given]
    return dict.fromkeys(both, sent[0]) if sent and "display_name" in names else {}


_CLAN, _RIVAL = "#2YQ8LPGR", "#8JCV2Q0U"
_CLAN_NAME, _RIVAL_NAME = "Night Owls", "Early Birds"
_OURS = {"#QP0Y2RL8": "Robin", "#L9V8C0JQ": "Ada", "#9G2UPYR0": "Björn", "#Y0R8QJ2V": "Chidi", "#PCL2098U": "Dilnoza"}
_THEIRS = {"#GJ2Y0R9Q": "Wren", "#VQ8L2C0P": "Emre", "#RU90PJ2Y": "Fatou", "#CY2Q8G0L": "Goro", "#JL0V92RQ": "Hana"}
_ROBIN, _WREN = next(iter(_OURS)), next(iter(_THEIRS))
_LEAGUE_WAR = "#8Q2YPL0"
_WAR_BEGINS = datetime(2026, 1, 8, 2, tzinfo=UTC)
_RAID_BEGINS = datetime(2026, 1, 2, 7, tzinfo=UTC)
_DAY = timedelta(days=1)
_PICTURES = "https://api-assets.clashofclans.com"

make_badge_urls: Final = Factory(
    BadgeURLs,
    small=f"{_PICTURES}/badges/70/test.png",
    medium=f"{_PICTURES}/badges/200/test.png",
    large=f"{_PICTURES}/badges/512/test.png",
)
"""The badge of a clan."""

_LABEL_ICONS = BadgeURLs(small=f"{_PICTURES}/labels/64/test.png", medium=f"{_PICTURES}/labels/128/test.png")
_LEAGUE_ICONS = BadgeURLs(small=f"{_PICTURES}/leaguetiers/125/test.png", large=f"{_PICTURES}/leaguetiers/326/test.png")

make_base_label: Final = Factory(
    BaseLabel, id=56000000, name="Clan Wars", display_name="Clan Wars", icon_urls=_LABEL_ICONS
)
"""A label, of no particular kind."""

make_clan_label: Final = Factory(
    ClanLabel, id=56000000, name="Clan Wars", display_name="Clan Wars", icon_urls=_LABEL_ICONS
)
"""A label of a clan: "Clan Wars"."""

make_player_label: Final = Factory(
    PlayerLabel, id=57000000, name="Clan Wars", display_name="Clan Wars", icon_urls=_LABEL_ICONS
)
"""A label of a player: "Clan Wars"."""

make_base_league: Final = Factory(BaseLeague, id=48000011, name="Crystal League II", display_name="Crystal League II")
"""A league, of no particular kind."""

make_player_league: Final = Factory(
    PlayerLeague, id=105000033, name="Electro League 33", display_name="Electro League 33", icon_urls=_LEAGUE_ICONS
)
"""A ranked league."""

make_clan_war_league: Final = Factory(
    ClanWarLeague, id=48000011, name="Crystal League II", display_name="Crystal League II"
)
"""A league of the Clan War League."""

make_capital_league: Final = Factory(
    CapitalLeague, id=85000010, name="Crystal League III", display_name="Crystal League III"
)
"""A league of clan capitals."""

make_builder_base_league: Final = Factory(
    BuilderBaseLeague, id=44000033, name="Platinum League II", display_name="Platinum League II"
)
"""A league of the builder base."""

make_location: Final = Factory(
    Location, id=32000094, name="Germany", display_name="Germany", is_country=True, country_code="DE"
)
"""A country."""

make_clan_chat_language: Final = Factory(
    ClanChatLanguage, id=75000000, name="English", display_name="English", language_code="EN"
)
"""A language."""

make_player_achievement: Final = Factory(
    PlayerAchievement,
    name="Nice and Tidy",
    stars=2,
    value=82,
    target=500,
    info="Clear away 500 obstacles",
    village="home",
    completion_info="Obstacles cleared away: 82",
)
"""An achievement with two stars of three."""

make_player_troop: Final = Factory(PlayerTroop, name="Barbarian", level=11, max_level=12, village="home")
"""A troop of the home village."""

_RAGE_VIAL = make_player_troop(name="Rage Vial", level=16, max_level=18)

make_player_hero: Final = Factory(
    PlayerHero, name="Barbarian King", level=90, max_level=105, village="home", equipment=(_RAGE_VIAL,)
)
"""A hero who wears something."""

make_player_clan: Final = Factory(PlayerClan, tag=_CLAN, name=_CLAN_NAME, clan_level=16, badge_urls=make_badge_urls())
"""The clan of a player."""

make_player_house_element: Final = Factory(PlayerHouseElement, type="roof", id=82000010)
"""The roof of a house."""

make_player_house: Final = Factory(
    PlayerHouse,
    elements=(
        make_player_house_element(type="ground", id=82000006),
        make_player_house_element(type="walls", id=82000043),
        make_player_house_element(),
        make_player_house_element(type="decoration", id=82000066),
    ),
)
"""A furnished house."""

make_legend_season: Final = Factory(LegendSeason, trophies=5570, id="2025-12-01", rank=37055)
"""A season that is over."""

make_player_legend_statistics: Final = Factory(
    PlayerLegendStatistics,
    legend_trophies=970,
    current_season=LegendSeason(trophies=1483),
    previous_season=make_legend_season(),
    best_season=make_legend_season(trophies=5770, id="2025-08", rank=27985),
)
"""Results of a player who is in the Legend League now."""

make_player: Final = Factory(
    Player,
    tag=_ROBIN,
    name=_OURS[_ROBIN],
    town_hall_level=16,
    exp_level=187,
    trophies=1483,
    best_trophies=5770,
    war_stars=1062,
    attack_wins=32,
    defense_wins=9,
    donations=612,
    donations_received=71,
    troops=(
        make_player_troop(),
        make_player_troop(name="Super Barbarian", level=4, super_troop_is_active=True),
        make_player_troop(name="Raged Barbarian", level=18, max_level=20, village="builderBase"),
    ),
    heroes=(make_player_hero(),),
    spells=(make_player_troop(name="Rage Spell", level=6, max_level=6),),
    labels=(make_player_label(),),
    achievements=(make_player_achievement(),),
    versus_trophies=4023,
    best_versus_trophies=4357,
    builder_hall_level=10,
    town_hall_weapon_level=3,
    league_tier=make_player_league(),
    builder_base_league=make_builder_base_league(),
    clan_details=make_player_clan(),
    role="leader",
    war_preference="in",
    clan_capital_contributions=1240254,
    hero_equipment=(_RAGE_VIAL,),
    legend_statistics=make_player_legend_statistics(),
    player_house=make_player_house(),
    current_league_group_tag="#YP2J8JL",
    current_league_season_id=1767589200,
    previous_league_group_tag="#2PYYCJL",
    previous_league_season_id=1766984400,
)
"""Robin, who leads the clan that ``make_clan`` makes."""

make_clan_war_attack: Final = Factory(
    ClanWarAttack,
    attacker_tag=_ROBIN,
    defender_tag=_WREN,
    stars=3,
    destruction_percentage=100,
    order=1,
    duration=timedelta(seconds=142),
)
"""Robin's attack on Wren: three stars."""

make_clan_war_player: Final = Factory(
    ClanWarPlayer, tag=_ROBIN, name=_OURS[_ROBIN], town_hall_level=16, map_position=1, opponent_attacks=0
)
"""Robin in a war, before any attack."""


def _roster(names: Mapping[str, str], first: ClanWarPlayer) -> tuple[ClanWarPlayer, ...]:
    others = [*names.items()][1:]
    return (
        first,
        *(make_clan_war_player(tag=tag, name=name, map_position=place) for place, (tag, name) in enumerate(others, 2)),
    )


make_clan_war_info_clan: Final = Factory(
    ClanWarInfoClan,
    tag=_CLAN,
    name=_CLAN_NAME,
    badge_urls=make_badge_urls(),
    clan_level=16,
    attacks=1,
    stars=3,
    destruction_percentage=20,
    members=_roster(_OURS, make_clan_war_player(attacks=(make_clan_war_attack(),))),
)
"""The clan's side of a running war, after one attack."""

make_clan_war_info: Final = Factory(
    ClanWarInfo,
    state="inWar",
    team_size=5,
    attacks_per_member=2,
    battle_modifier="none",
    preparation_start_time=_WAR_BEGINS - _DAY,
    start_time=_WAR_BEGINS,
    end_time=_WAR_BEGINS + _DAY,
    clan=make_clan_war_info_clan(),
    opponent=make_clan_war_info_clan(
        tag=_RIVAL,
        name=_RIVAL_NAME,
        attacks=0,
        stars=0,
        destruction_percentage=0,
        members=_roster(
            _THEIRS,
            make_clan_war_player(
                tag=_WREN, name=_THEIRS[_WREN], opponent_attacks=1, best_opponent_attack=make_clan_war_attack()
            ),
        ),
    ),
)
"""A war on battle day, five against five, after one attack."""

make_not_in_war: Final = Factory(
    NotInWar,
    answer=ClanWarInfo(
        state="notInWar",
        clan=ClanWarInfoClan(badge_urls=make_badge_urls(), clan_level=0, attacks=0, stars=0, destruction_percentage=0),
        opponent=ClanWarInfoClan(
            badge_urls=make_badge_urls(), clan_level=0, attacks=0, stars=0, destruction_percentage=0
        ),
    ),
)
"""What is said of a clan that is in no war."""

make_private_war_log: Final = Factory(PrivateWarLog)
"""What is said of a clan that does not show its wars."""

make_clan_war_league_member: Final = Factory(ClanWarLeagueMember, tag=_ROBIN, name=_OURS[_ROBIN], town_hall_level=16)
"""Robin on the roster of a season."""

make_clan_war_league_clan: Final = Factory(
    ClanWarLeagueClan,
    tag=_CLAN,
    name=_CLAN_NAME,
    clan_level=16,
    badge_urls=make_badge_urls(),
    members=tuple(make_clan_war_league_member(tag=tag, name=name) for tag, name in _OURS.items()),
)
"""The clan with its roster of five."""

make_clan_war_league_round: Final = Factory(ClanWarLeagueRound, war_tags=(_LEAGUE_WAR,))
"""A round of one war."""

make_clan_war_league_group: Final = Factory(
    ClanWarLeagueGroup,
    state="inWar",
    season="2026-01",
    clans=(
        make_clan_war_league_clan(),
        make_clan_war_league_clan(
            tag=_RIVAL,
            name=_RIVAL_NAME,
            members=tuple(make_clan_war_league_member(tag=tag, name=name) for tag, name in _THEIRS.items()),
        ),
    ),
    rounds=(make_clan_war_league_round(), *6 * (make_clan_war_league_round(war_tags=("#0",)),)),
)
"""A group of two clans, in its first round."""

_LEAGUE_BATTLE = make_clan_war_info(
    attacks_per_member=None, battle_modifier=None, war_start_time=_WAR_BEGINS, war_tag=_LEAGUE_WAR
)

make_league_round: Final = Factory(LeagueRound, number=1, wars=(_LEAGUE_BATTLE,))
"""The first round: the war that ``make_clan_war_info`` makes, as one of the Clan War League."""

make_league_war_problem: Final = Factory(
    LeagueWarProblem,
    war_tag=_LEAGUE_WAR,
    message="The API is in maintenance.",
    status=503,
    reason="inMaintenance",
)
"""What is said when a war could not be had."""

make_league_wars: Final = Factory(
    LeagueWars, group=make_clan_war_league_group(), rounds=(make_league_round(),), problems=()
)
"""The group's season so far: one war, on battle day."""

make_league_standing: Final = Factory(
    LeagueStanding,
    place=1,
    tag=_CLAN,
    name=_CLAN_NAME,
    stars=3,
    destruction=100,
    wins=0,
    losses=0,
    ties=0,
    attacks=1,
)
"""The clan at the top of that season's table."""

make_league_member_totals: Final = Factory(
    LeagueMemberTotals,
    tag=_ROBIN,
    name=_OURS[_ROBIN],
    wars=1,
    attacks=1,
    attacks_missed=0,
    stars=3,
    new_stars=3,
    destruction=100,
    opponent_attacks=0,
)
"""What Robin did in that season."""

make_current_league_war: Final = Factory(CurrentLeagueWar, group=make_clan_war_league_group(), battle=_LEAGUE_BATTLE)
"""The clan in the first round of that season: on battle day, the next round not drawn."""

make_not_in_league_group: Final = Factory(NotInLeagueGroup)
"""What is said of a clan that is not in the Clan War League."""

make_clan_war_result: Final = Factory(
    ClanWarResult,
    result="win",
    end_time=_WAR_BEGINS - 2 * _DAY,
    team_size=5,
    attacks_per_member=2,
    battle_modifier="none",
    clan=make_clan_war_info_clan(attacks=10, stars=13, destruction_percentage=96.4, members=None, exp_earned=132),
    opponent=make_clan_war_info_clan(
        tag=_RIVAL, name=_RIVAL_NAME, attacks=None, stars=11, destruction_percentage=88.2, members=None
    ),
)
"""A war that was won."""

make_clan_war_problem: Final = Factory(
    ClanWarProblem,
    part="log",
    message="The war log was made private a moment ago.",
    status=403,
    reason="accessDenied",
)
"""What is said when the war log could not be had."""

make_clan_war: Final = Factory(
    ClanWar,
    wins=172,
    losses=61,
    ties=5,
    winstreak=9,
    frequency="always",
    is_war_log_public=True,
    league=make_clan_war_league(),
    state="inWar",
    currentwar=make_clan_war_info(),
    log=(make_clan_war_result(),),
)
"""The wars of a clan that is at war now and shows its log."""

make_clan_member: Final = Factory(
    ClanMember,
    tag=_ROBIN,
    name=_OURS[_ROBIN],
    role="leader",
    exp_level=187,
    trophies=1483,
    clan_rank=1,
    previous_clan_rank=1,
    donations=612,
    donations_received=71,
    versus_trophies=4023,
    town_hall_level=16,
    league_tier=make_player_league(),
    builder_base_league=make_builder_base_league(),
    player_house=make_player_house(),
)
"""Robin, as the clan lists its leader."""

make_clan_district: Final = Factory(ClanDistrict, id=70000000, name="Capital Peak", district_hall_level=4)
"""The first district."""

make_clan_capital: Final = Factory(
    ClanCapital,
    capital_hall_level=4,
    districts=(
        make_clan_district(),
        make_clan_district(id=70000001, name="Barbarian Camp", district_hall_level=2),
    ),
    clan_gold_sink_total=0,
)
"""A capital with two districts."""

make_clan: Final = Factory(
    Clan,
    tag=_CLAN,
    name=_CLAN_NAME,
    type="inviteOnly",
    description="We war on weekends.",
    badge_urls=make_badge_urls(),
    required_trophies=1100,
    required_townhall_level=13,
    labels=(make_clan_label(),),
    level=16,
    points=7415,
    members=5,
    member_details=(
        make_clan_member(),
        *(
            make_clan_member(tag=tag, name=name, role="member", clan_rank=place, previous_clan_rank=place)
            for place, (tag, name) in enumerate([*_OURS.items()][1:], 2)
        ),
    ),
    war=make_clan_war(),
    required_versus_trophies=100,
    versus_points=20115,
    location=make_location(),
    chat_language=make_clan_chat_language(),
    is_family_friendly=True,
    clan_capital_points=1736,
    capital_league=make_capital_league(),
    clan_capital=make_clan_capital(),
)
"""The clan that Robin leads: five members, at war."""

make_gold_pass: Final = Factory(
    GoldPass,
    start_time=datetime(2026, 1, 1, 8, tzinfo=UTC),
    end_time=datetime(2026, 2, 1, 8, tzinfo=UTC),
)
"""A season of a month."""

make_clan_summary: Final = Factory(
    ClanSummary,
    tag=_CLAN,
    name=_CLAN_NAME,
    type="inviteOnly",
    badge_urls=make_badge_urls(),
    required_trophies=1100,
    required_townhall_level=13,
    labels=(make_clan_label(),),
    level=16,
    points=7415,
    members=5,
    war=make_clan_war(state=None, currentwar=None, log=None),
    required_versus_trophies=100,
    versus_points=20115,
    location=make_location(),
    chat_language=make_clan_chat_language(),
    is_family_friendly=True,
    clan_capital_points=1736,
    capital_league=make_capital_league(),
)
"""The clan that ``make_clan`` makes, as a search shows it."""

make_clan_ranking: Final = Factory(
    ClanRanking,
    rank=12,
    tag=_CLAN,
    name=_CLAN_NAME,
    previous_rank=15,
    level=16,
    members=5,
    badge_urls=make_badge_urls(),
    location=make_location(),
    points=7415,
)
"""The clan, twelfth of its country."""

make_clan_builder_base_ranking: Final = Factory(
    ClanBuilderBaseRanking,
    rank=12,
    tag=_CLAN,
    name=_CLAN_NAME,
    previous_rank=15,
    level=16,
    members=5,
    badge_urls=make_badge_urls(),
    location=make_location(),
    points=20115,
)
"""The clan, twelfth of its country by the builder base."""

make_clan_capital_ranking: Final = Factory(
    ClanCapitalRanking,
    rank=12,
    tag=_CLAN,
    name=_CLAN_NAME,
    previous_rank=15,
    level=16,
    members=5,
    badge_urls=make_badge_urls(),
    location=make_location(),
    points=1736,
)
"""The clan, twelfth of its country by the clan capital."""

make_player_ranking_clan: Final = Factory(PlayerRankingClan, tag=_CLAN, name=_CLAN_NAME, badge_urls=make_badge_urls())
"""The clan of a player in a ranking."""

make_player_ranking: Final = Factory(
    PlayerRanking,
    rank=8,
    tag=_ROBIN,
    name=_OURS[_ROBIN],
    previous_rank=5,
    exp_level=187,
    clan_details=make_player_ranking_clan(),
    trophies=1483,
    attack_wins=32,
    defense_wins=9,
    league_tier=make_player_league(),
)
"""Robin, eighth of the country."""

make_player_builder_base_ranking: Final = Factory(
    PlayerBuilderBaseRanking,
    rank=8,
    tag=_ROBIN,
    name=_OURS[_ROBIN],
    previous_rank=5,
    exp_level=187,
    clan_details=make_player_ranking_clan(),
    trophies=4023,
    builder_base_league=make_builder_base_league(),
)
"""Robin, eighth of the country by the builder base."""

make_league_season: Final = Factory(LeagueSeason, id="2025-12-01")
"""The season that ``make_legend_season`` is a result of."""

make_raid_attacker: Final = Factory(RaidAttacker, tag=_ROBIN, name=_OURS[_ROBIN])
"""Robin."""

make_raid_attack: Final = Factory(RaidAttack, attacker=make_raid_attacker(), destruction_percent=100, stars=3)
"""Robin's attack that destroyed what was left of a district."""

make_raid_district: Final = Factory(
    RaidDistrict,
    id=70000000,
    name="Capital Peak",
    district_hall_level=4,
    destruction_percent=100,
    stars=3,
    attack_count=2,
    total_looted=4120,
    attacks=(make_raid_attack(), make_raid_attack(destruction_percent=64, stars=1)),
)
"""A district that Robin destroyed with two attacks."""

make_raid_clan: Final = Factory(RaidClan, tag=_RIVAL, name=_RIVAL_NAME, level=16, badge_urls=make_badge_urls())
"""The other clan in a raid."""

make_raid: Final = Factory(
    Raid,
    attack_count=2,
    district_count=1,
    districts_destroyed=1,
    districts=(make_raid_district(),),
    defender=make_raid_clan(),
)
"""The clan's raid on a capital with one district."""

make_raid_defense: Final = Factory(
    RaidDefense,
    attack_count=1,
    district_count=1,
    districts_destroyed=0,
    districts=(
        make_raid_district(
            destruction_percent=58,
            stars=1,
            attack_count=1,
            total_looted=2380,
            attacks=(
                make_raid_attack(
                    attacker=make_raid_attacker(tag=_WREN, name=_THEIRS[_WREN]), destruction_percent=58, stars=1
                ),
            ),
        ),
    ),
    attacker=make_raid_clan(),
)
"""A raid on the clan's capital that Wren took part in."""

make_raid_member: Final = Factory(
    RaidMember,
    tag=_ROBIN,
    name=_OURS[_ROBIN],
    attacks=2,
    attack_limit=5,
    bonus_attack_limit=1,
    capital_resources_looted=4120,
)
"""Robin, with two attacks made of six."""

make_raid_season: Final = Factory(
    RaidSeason,
    state="ended",
    start_time=_RAID_BEGINS,
    end_time=_RAID_BEGINS + 3 * _DAY,
    capital_total_loot=4120,
    raids_completed=1,
    total_attacks=2,
    enemy_districts_destroyed=1,
    offensive_reward=212,
    defensive_reward=87,
    attack_log=(make_raid(),),
    defense_log=(make_raid_defense(),),
    members=(make_raid_member(),),
)
"""A raid weekend that is over, on which Robin raided alone."""

make_battle_resource: Final = Factory(BattleResource, name="DarkElixir", amount=2450)
"""Some dark elixir."""

make_battle_log_entry: Final = Factory(
    BattleLogEntry,
    battle_type="homeVillage",
    attack=True,
    stars=3,
    destruction_percentage=100,
    looted_resources=(make_battle_resource(),),
    extra_looted_resources=(make_battle_resource(amount=700),),
    available_loot=(make_battle_resource(), make_battle_resource(name="Gold", amount=0)),
    army_share_code="u10x0-5x1s3x2",
    opponent_player_tag=_WREN,
    opponent_name=_THEIRS[_WREN],
    opponent_town_hall_level=16,
    battle_time=timedelta(seconds=151),
    battle_timestamp=_WAR_BEGINS,
)
"""An attack on Wren in multiplayer: three stars."""

make_league_history_entry: Final = Factory(
    LeagueHistoryEntry,
    league_season_id=1766984400,
    league_tier_id=105000033,
    league_trophies=1421,
    placement=17,
    attack_wins=21,
    attack_losses=3,
    attack_stars=55,
    defense_wins=6,
    defense_losses=18,
    defense_stars=44,
    max_battles=24,
)
"""Robin's last week of ranked battles."""

make_player_league_battle: Final = Factory(
    PlayerLeagueBattle,
    opponent_player_tag=_WREN,
    opponent_name=_THEIRS[_WREN],
    stars=3,
    destruction_percentage=100,
    trophies=40,
    creation_time=_WAR_BEGINS,
)
"""An attack on Wren in a week of ranked battles."""

make_player_league_group_member: Final = Factory(
    PlayerLeagueGroupMember,
    player_tag=_ROBIN,
    player_name=_OURS[_ROBIN],
    league_trophies=1483,
    attack_win_count=22,
    attack_lose_count=2,
    defense_win_count=5,
    defense_lose_count=19,
    clan_tag=_CLAN,
    clan_name=_CLAN_NAME,
)
"""Robin in a group of ranked battles."""

make_player_league_group: Final = Factory(
    PlayerLeagueGroup,
    members=(
        make_player_league_group_member(),
        make_player_league_group_member(
            player_tag=_WREN,
            player_name=_THEIRS[_WREN],
            league_trophies=1210,
            clan_tag=_RIVAL,
            clan_name=_RIVAL_NAME,
        ),
    ),
    attack_logs=(make_player_league_battle(),),
    defense_logs=(make_player_league_battle(stars=1, destruction_percentage=52, trophies=12),),
)
"""A group of Robin and Wren, with Robin's battles."""

make_token_verification: Final = Factory(TokenVerification, tag=_ROBIN, token="w8kpjhs4", status="ok")  # noqa: S106 # of nobody
"""A token that is Robin's."""
