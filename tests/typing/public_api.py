"""What type checkers make of the public names. This module is never run: pyright and mypy only read it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, assert_type

import httpx

from cocapi_gen import (
    BadgeURLs,
    Clan,
    ClanLabel,
    ClanLeague,
    ClanMember,
    ClanRole,
    ClanType,
    ClanWar,
    ClanWarAttack,
    ClanWarFrequency,
    ClanWarInfo,
    ClanWarInfoClan,
    ClanWarLeague,
    ClanWarPlayer,
    ClanWarProblem,
    ClanWarResult,
    ClanWarResultL,
    ClanWarState,
    Client,
    ClientRequestError,
    CocApiError,
    ConnectionFailed,
    GoldPass,
    InvalidTagError,
    Location,
    NameTable,
    Player,
    PlayerAchievement,
    PlayerAchievment,
    PlayerClan,
    PlayerHero,
    PlayerLabel,
    PlayerLeague,
    PlayerTroop,
    RequestTimeout,
    ResourceNotFound,
    UnknownDataError,
    UnknownLocationError,
    Village,
    normalize_tag,
)
from cocapi_gen.raw import OPERATIONS, SPEC_VERSION, models as raw
from cocapi_gen.sandbox import Sandbox


async def the_methods(client: Client) -> None:
    """Check what each of the 18 methods returns."""
    assert_type(await client.clans(name="bomb"), list[str])
    assert_type(await client.clan("#2PP"), Clan)
    assert_type(await client.player("#2PP"), Player)
    assert_type(await client.clan_rankings("ru"), list[str])
    assert_type(await client.player_rankings("global"), list[str])
    assert_type(await client.clan_versus_rankings(32000193), list[str])
    assert_type(await client.player_versus_rankings("ru"), list[str])
    assert_type(await client.goldpass(), GoldPass)
    assert_type(await client.all_locations(), NameTable[Location])
    assert_type(await client.get_location("ru"), Location)
    assert_type(await client.all_clan_labels(), NameTable[ClanLabel])
    assert_type(await client.get_clan_label("clan wars"), ClanLabel)
    assert_type(await client.all_clan_leagues(), NameTable[ClanWarLeague])
    assert_type(await client.get_clan_league("crystal league i"), ClanWarLeague)
    assert_type(await client.all_player_labels(), NameTable[PlayerLabel])
    assert_type(await client.get_player_label("teacher"), PlayerLabel)
    assert_type(await client.all_player_leagues(), NameTable[PlayerLeague])
    assert_type(await client.get_player_league("witch league 17"), PlayerLeague)


async def the_arguments(client: Client, location: Location, label: ClanLabel) -> None:
    """Check what the methods take."""
    await client.clans("bomb", 1, 50, 100, 2, "always", "ru", "clan wars")
    await client.clans(location=location, labels=[label, "farming", 56000000], war_frequency="any")
    await client.clans(labels=label, location=32000193)
    await client.clan_rankings(location)
    await client.get_location(32000193)
    await client.clan(2)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # a tag is a text
    await client.clans(min_members="1")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # a number
    await client.get_location(location)
    await client.get_clan_label(location)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # no label


async def the_life_of_a_client() -> None:
    """Check how clients are made and closed."""
    async with Client("TOKEN", base_url="https://host/v1", timeout=None) as client:
        assert_type(client, Client)
    assert_type(await client.aclose(), None)
    Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, request=request)))
    Client(http_client=httpx.AsyncClient())
    Client("TOKEN", 30)  # type: ignore[call-arg, arg-type] # pyright: ignore[reportCallIssue] # options are given by name


def clans(clan: Clan, member: ClanMember, league: ClanLeague) -> None:
    """Check clans and their members."""
    assert_type(league, ClanWarLeague)
    assert_type(clan.tag, str)
    assert_type(clan.type, ClanType | str)
    assert_type(clan.level, int)
    assert_type(clan.versus_points, int | None)
    assert_type(clan.badge_urls, BadgeURLs)
    assert_type(clan.badge_urls.small, str | None)
    assert_type(clan.labels, tuple[ClanLabel, ...])
    assert_type(clan.location, Location | None)
    assert_type(clan.member_list, tuple[str, ...])
    assert_type(clan.member_details, tuple[ClanMember, ...])
    assert_type(clan.war, ClanWar)
    assert_type(member.role, ClanRole | str)
    assert_type(member.league, PlayerLeague | None)
    assert_type(member.builder_base_trophies, int | None)


def wars(war: ClanWar, attack: ClanWarAttack) -> None:
    """Check wars, and what is None as long as nobody has looked."""
    assert_type(war.wins, int)
    assert_type(war.losses, int | None)
    assert_type(war.frequency, ClanWarFrequency | str)
    assert_type(war.log, tuple[ClanWarResult, ...] | None)
    assert_type(war.currentwar, ClanWarInfo | None)
    assert_type(war.problems, tuple[ClanWarProblem, ...])
    for result in war.log or ():
        assert_type(result.result, ClanWarResultL | str | None)
        assert_type(result.end_time, datetime)
        assert_type(result.opponent, ClanWarInfoClan)
    if war.currentwar is not None:
        assert_type(war.currentwar.state, ClanWarState | str)
        assert_type(war.currentwar.start_time, datetime | None)
        assert_type(war.currentwar.clan.members, tuple[ClanWarPlayer, ...] | None)
    assert_type(attack.duration, timedelta | None)
    assert_type(attack.destruction_percentage, float)
    war.currentwar.state  # type: ignore[union-attr] # pyright: ignore[reportOptionalMemberAccess] # there may be no war # noqa: B018


def players(player: Player, hero: PlayerHero) -> None:
    """Check players and what they own."""
    assert_type(player.troops, tuple[PlayerTroop, ...])
    assert_type(player.troops[0], PlayerTroop)
    assert_type(player.troops[0].super_troop_is_active, bool | None)
    assert_type(player.hero_equipment, tuple[PlayerTroop, ...] | None)
    assert_type(player.heroes, tuple[PlayerHero, ...])
    assert_type(hero.equipment, tuple[PlayerTroop, ...] | None)
    assert_type(hero.village, Village | str)
    assert_type(player.clan, str | None)
    assert_type(player.clan_details, PlayerClan | None)
    assert_type(player.achievements, tuple[PlayerAchievement, ...])
    assert_type(player.league, PlayerLeague | None)
    assert_type(player.town_hall_level, int)
    achievement: PlayerAchievment = player.achievements[0]
    assert_type(achievement, PlayerAchievement)


def tables(locations: NameTable[Location], goldpass: GoldPass) -> None:
    """Check tables of names, and the Gold Pass."""
    assert_type(locations["ru"], Location)
    assert_type(locations.get("ru"), Location | None)
    assert_type(locations.get("ru", 1), Location | int)
    assert_type([*locations], list[str])
    assert_type([*locations.values()], list[Location])
    assert_type(locations["ru"].country_code, str | None)
    assert_type(goldpass.start_time, datetime | None)
    assert_type(goldpass.startTime, datetime | None)
    assert_type(normalize_tag("2pp"), str)


def what_every_model_can(clan: Clan, other: Clan) -> None:
    """Check the methods of models."""
    assert_type(Clan.model_validate({}), Clan)
    assert_type(Clan.model_validate_json("{}"), Clan)
    assert_type(clan.model_dump(mode="json"), dict[str, object])
    assert_type(clan.model_dump_json(), str)
    assert_type(clan.model_copy(update={"name": "Other"}), Clan)
    assert_type(clan == other, bool)
    assert_type({clan}, set[Clan])
    clan.name = "Other"  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue] # models are read-only
    clan.war.log = None  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue] # all the way down
    clan.clan_level = 1  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue] # a second name too
    clan.klan  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] # no such field # noqa: B018
    clan.war_wins  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] # goes into clan.war # noqa: B018


async def the_raw_layer(client: Client) -> None:
    """Check calls of single operations."""
    clan = await client.raw.clans.get_clan(clan_tag="#2PP")
    assert_type(clan, raw.Clan)
    assert_type(clan.war_wins, int)
    assert_type(await client.raw.clans.search_clans(name="bomb", label_ids=[1], limit=5), raw.ClanList)
    assert_type(await client.raw.clans.get_current_war(clan_tag="#2PP"), raw.ClanWar)
    assert_type(await client.raw.players.get_player(player_tag="#2PP"), raw.Player)
    assert_type((await client.raw.locations.get_locations()).items, tuple[raw.Location, ...])
    assert_type(await client.raw.locations.get_player_ranking(location_id="global"), raw.PlayerRankingList)
    assert_type(OPERATIONS["getClan"].method, str)
    assert_type(OPERATIONS["getClan"].response_model, type[object])
    version: str = SPEC_VERSION
    await client.raw.clans.get_clan("#2PP")  # type: ignore[call-arg] # pyright: ignore[reportCallIssue] # given by name
    await client.raw.clans.get_clan()  # type: ignore[call-arg] # pyright: ignore[reportCallIssue] # which clan?
    del version


def the_errors(error: ClientRequestError, unknown: UnknownDataError) -> None:
    """Check what errors tell, and what catches them."""
    assert_type(error.status, int)
    assert_type(error.reason, str | None)
    assert_type(error.message, str)
    assert_type(error.data, object | None)
    assert_type(error.response, httpx.Response)
    assert_type(unknown.data, object)
    assert_type(unknown.message, str)
    root: list[type[CocApiError]] = [ResourceNotFound, InvalidTagError, UnknownLocationError]
    values: list[type[ValueError]] = [InvalidTagError, UnknownLocationError]
    timeouts: type[TimeoutError] = RequestTimeout
    connections: type[ConnectionError] = ConnectionFailed
    assert_type((root[0], values[0], timeouts, connections)[0], type[CocApiError])


def the_sandbox(frequency: ClanWarFrequency) -> None:
    """Check the sandbox, and that aliases list their values."""
    with Sandbox(seed=1) as sandbox:
        assert_type(sandbox.base_url, str)
    known: Literal["always", "moreThanOncePerWeek", "oncePerWeek", "lessThanOncePerWeek", "never", "unknown", "any"]
    known = frequency
    del known


def an_unknown_name() -> None:
    """Check that loading names lazily does not make every name look known."""
    from cocapi_gen import Klan  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType] # there is none

    del Klan
