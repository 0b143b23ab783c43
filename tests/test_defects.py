"""Defects of the implementation that this package takes after, each with the behaviour that is required instead."""

from __future__ import annotations

import importlib.metadata
import sys
from datetime import UTC

import anyio
import httpx
import pytest

import cocapi_gen
from cocapi_gen import (
    AccessDenied,
    ClanWarInfo,
    ClanWarResult,
    Client,
    ClientRequestError,
    IncorrectParameters,
    InvalidParameterError,
    InvalidTagError,
    Location,
    Player,
    ResourceNotFound,
    ServiceUnavailable,
    TooManyRequests,
    UnknownError,
    UnknownLocationError,
    normalize_tag,
)
from cocapi_gen.raw import OPERATIONS
from cocapi_gen.sandbox import Sandbox
from tests.answers import (
    BARE,
    LOCATIONS,
    OTHER_TAG,
    PICTURES,
    TAG,
    Api,
    clan_api,
    clan_body,
    items,
    location,
    log_row,
    named,
    player_body,
    private_clan_body,
    war_body,
    war_clan,
)

in_both_worlds = pytest.mark.anyio

DOCUMENTED_PATHS = [
    "/clans",
    "/clans/{clanTag}",
    "/clans/{clanTag}/members",
    "/clans/{clanTag}/warlog",
    "/clans/{clanTag}/currentwar",
    "/clans/{clanTag}/currentwar/leaguegroup",
    "/clanwarleagues/wars/{warTag}",
    "/players/{playerTag}",
    "/players/{playerTag}/verifytoken",
    "/leagues",
    "/leagues/{leagueId}",
    "/leagues/{leagueId}/seasons",
    "/leagues/{leagueId}/seasons/{seasonId}",
    "/warleagues",
    "/warleagues/{leagueId}",
    "/labels/players",
    "/labels/clans",
    "/locations",
    "/locations/{locationId}",
    "/locations/{locationId}/rankings/clans",
    "/locations/{locationId}/rankings/players",
    "/locations/{locationId}/rankings/clans-versus",
    "/locations/{locationId}/rankings/players-versus",
    "/goldpass/seasons/current",
]


async def player_of(**changes: object) -> Player:
    """Return the player that the API sends with these keys changed."""
    async with Api({f"/players/{TAG}": player_body(**changes)}).client() as client:
        return await client.player(TAG)


# ---------------------------------------------------------------------- the headline behaviour


@in_both_worlds
async def test_s01_each_call_asks_for_its_own_tag() -> None:
    """Calls one after another or at once, of one client or of two, never get each other's address."""
    tags = ["#2PP", "#8QU", "#9LL", "#0YY"]
    api = Api({f"/players/{tag}": player_body(tag=tag) for tag in tags})
    found = dict[str, str]()
    async with api.client() as one, api.client() as two:

        async def ask(client: Client, tag: str) -> None:
            found[tag] = (await client.player(tag)).tag

        async with anyio.create_task_group() as group:
            for number, tag in enumerate(tags):
                group.start_soon(ask, (one, two)[number % 2], tag)
        for tag in tags:
            assert (await one.player(tag)).tag == tag
    assert found == {tag: tag for tag in tags}


@in_both_worlds
async def test_s01_each_ranking_is_of_its_own_location() -> None:
    """A ranking of Kenya after one of Russia is Kenya's."""
    rankings = {
        f"/locations/{number}/rankings/clans": items({"tag": tag}) for number, tag in ((193, TAG), (126, OTHER_TAG))
    }
    async with Api({"/locations": LOCATIONS, **rankings}).client() as client:
        assert (await client.clan_rankings("ru"), await client.clan_rankings("ke")) == ([TAG], [OTHER_TAG])


@in_both_worlds
@pytest.mark.parametrize("text", ["{", "{clanTag}", "{playerTag}", "{0}", "{}", "%s", "%(x)s"])
async def test_s02_a_tag_is_data_and_no_template(text: str) -> None:
    """Braces in a tag are refused or sent as they are, and do no harm to later calls."""
    api = Api({f"/players/{TAG}": player_body(), f"/players/{text}": player_body(tag=text)})
    async with api.client() as client:
        with pytest.raises(InvalidTagError):
            await client.player(text)
        assert (await client.raw.players.get_player(player_tag=text)).tag == text
        assert (await client.player(TAG)).tag == TAG


@in_both_worlds
async def test_s03_player_labels_are_the_labels_of_players() -> None:
    """They come from their own list, with or without pictures."""
    api = Api({"/labels/players": items({**named(57, "Teacher"), "iconUrls": PICTURES}, named(58, "Hermit"))})
    async with api.client() as client:
        assert {name: label.id for name, label in (await client.all_player_labels()).items()} == {
            "teacher": 57,
            "hermit": 58,
        }
        assert (await client.get_player_label("Hermit")).icon_urls is None
    assert api.targets == ["/labels/players"]


@in_both_worlds
async def test_s04_player_leagues_are_the_leagues_of_players() -> None:
    """They come from the list of league tiers, to which today's players belong, and not from the war leagues."""
    api = Api({"/leaguetiers": items(named(105, "Unranked")), "/warleagues": items(named(48, "Unranked"))})
    async with api.client() as client:
        assert (await client.get_player_league("unranked")).id == 105
        assert (await client.get_clan_league("unranked")).id == 48
    assert api.targets == ["/leaguetiers", "/warleagues"]


@in_both_worlds
async def test_s05_a_player_may_be_without_a_clan() -> None:
    """Clan and role are None then."""
    player = await player_of()
    assert (player.clan, player.role, player.clan_details) == (None, None, None)


@in_both_worlds
async def test_s06_a_private_war_log_tells_neither_losses_nor_ties() -> None:
    """They are None, and not 0."""
    async with Api({f"/clans/{TAG}": private_clan_body()}).client() as client:
        war = (await client.clan(TAG)).war
    assert (war.losses, war.ties, war.wins) == (None, None, 3)


@in_both_worlds
@pytest.mark.parametrize("village", ["home", "builderBase", "clanCapital", "moon"])
async def test_s07_an_achievement_may_be_of_any_village(village: str) -> None:
    """Villages that are yet to be built are no error."""
    feat = {"name": "x", "stars": 1, "value": 2, "target": 3, "info": "y", "village": village, "completionInfo": None}
    player = await player_of(achievements=[feat])
    assert (player.achievements[0].village, player.achievements[0].completion_info) == (village, None)


@in_both_worlds
async def test_s08_versus_fields_are_filled_from_todays_names() -> None:
    """The old names show today's values; what has no successor is None; old data are read too."""
    player = await player_of(builderBaseTrophies=11, bestBuilderBaseTrophies=12)
    assert (player.versus_trophies, player.best_versus_trophies, player.versus_battle_wins) == (11, 12, None)
    assert (player.builder_base_trophies, player.best_builder_base_trophies) == (11, 12)
    old = {
        key: value
        for key, value in player_body(versusTrophies=7, bestVersusTrophies=8, versusBattleWins=9).items()
        if "uilderBase" not in key
    }
    read = Player.model_validate(old)
    assert (read.versus_trophies, read.best_versus_trophies, read.versus_battle_wins) == (7, 8, 9)
    async with Api(
        {f"/clans/{TAG}": private_clan_body(clanBuilderBasePoints=5, requiredBuilderBaseTrophies=6)}
    ).client() as client:
        clan = await client.clan(TAG)
    assert (clan.versus_points, clan.required_versus_trophies) == (5, 6)
    assert (clan.builder_base_points, clan.required_builder_base_trophies, clan.clan_versus_points) == (5, 6, 5)


@in_both_worlds
@pytest.mark.parametrize("sizes", [["small", "tiny"], ["small", "large"], ["small", "medium"], ["tiny"], []])
async def test_s09_pictures_come_in_any_sizes(sizes: list[str]) -> None:
    """Each size may be missing, and the tiny one is there too."""
    tier = {**named(105, "Unranked"), "iconUrls": {size: f"https://x/{size}" for size in sizes}}
    async with Api({"/leaguetiers": items(tier)}).client() as client:
        pictures = (await client.get_player_league("unranked")).icon_urls
    assert pictures is not None
    found = {size: getattr(pictures, size) for size in ("tiny", "small", "medium", "large")}
    assert {size for size, url in found.items() if url is not None} == set(sizes)


@in_both_worlds
@pytest.mark.parametrize(
    "text", ["#2PP/../../clans/%23X", "#2PP/members", "..", "#2PP?limit=1", "#2PP#", "%25232PP", "#2PP\\x"]
)
async def test_s10_a_tag_reaches_no_other_address(text: str) -> None:
    """It is refused; what is no tag by contract is sent as one segment."""
    api = Api()
    async with api.client() as client:
        for method in (client.player, client.clan):
            with pytest.raises(InvalidTagError):
                await method(text)
        assert api.requests == []
        with pytest.raises(InvalidParameterError if text == ".." else ResourceNotFound):
            await client.raw.players.get_player(player_tag=text)
    assert all(target.count("/") == 2 and not set(target) & set("?#\\") for target in api.targets)


# ---------------------------------------------------------------------- wrong or lost data


@in_both_worlds
async def test_s11_what_the_api_leaves_out_is_none() -> None:
    """No builder hall, no war league, no language: no error."""
    player = await player_of()
    assert (player.builder_hall_level, player.town_hall_weapon_level, player.war_preference, player.league) == (
        None,
    ) * 4
    async with Api({f"/clans/{TAG}": private_clan_body()}).client() as client:
        clan = await client.clan(TAG)
    assert (clan.war.league, clan.chat_language, clan.location) == (None, None, None)


@in_both_worlds
async def test_s12_moments_are_aware_and_in_utc() -> None:
    """So they can be compared with any other moment."""
    api = clan_api()
    api.answers["/goldpass/seasons/current"] = {"startTime": "20260101T080000.000Z", "endTime": "20260201T080000.000Z"}
    async with api.client() as client:
        gold_pass, war = await client.goldpass(), (await client.clan(TAG)).war
    assert war.currentwar is not None
    assert war.log is not None
    current = war.currentwar
    moments = [
        gold_pass.start_time,
        gold_pass.end_time,
        current.preparation_start_time,
        current.start_time,
        current.end_time,
    ]
    for moment in (*moments, war.log[0].end_time):
        assert moment is not None
        assert moment.tzinfo is UTC


@in_both_worlds
async def test_s13_australia_is_the_country_and_the_region_is_reachable() -> None:
    """By name and by code the country, by number either."""
    async with Api({"/locations": LOCATIONS}).client() as client:
        assert [(await client.get_location(key)).id for key in ("AUSTRALIA", "au", 21, 4)] == [21, 21, 21, 4]
    turned = items(location(4, "Australia"), location(21, "Australia", "AU"))
    async with Api({"/locations": turned}).client() as client:
        assert (await client.get_location("australia")).id == 21


@in_both_worlds
async def test_s14_the_spelling_of_names_is_kept() -> None:
    """Names compare in lower case, the API's own spelling is beside them, and addresses of pictures are untouched."""
    async with Api({f"/clans/{TAG}": private_clan_body(location=location(193, "Russia", "RU"))}).client() as client:
        clan = await client.clan(TAG)
    assert clan.location is not None
    assert (clan.location.name, clan.location.display_name, clan.location.country_code) == ("russia", "Russia", "ru")
    assert clan.badge_urls.small == PICTURES["small"]
    assert clan.name == "Somewhere"


@in_both_worlds
async def test_s15_whole_entries_are_there_beside_the_tags(sandbox: Sandbox, client: Client) -> None:
    """Ranks, points and cursors of rankings and searches are not thrown away."""
    ranking = await client.raw.locations.get_player_ranking(location_id="global", limit=2)
    assert [row.rank for row in ranking.items] == [1, 2]
    assert ranking.paging is not None
    assert ranking.paging.cursors.after
    assert [row.tag for row in ranking.items] == (await client.player_rankings("global"))[:2]
    name = str((sandbox.world.clan(sandbox.world.in_war_clan_tag) or {})["name"])
    hit = (await client.raw.clans.search_clans(name=name)).items[0]
    assert (hit.tag, hit.name) == (sandbox.world.in_war_clan_tag, name)


@in_both_worlds
async def test_s16_a_war_says_who_fights(sandbox: Sandbox, client: Client) -> None:
    """Tag, name and badge of both clans, name and Town Hall of each player."""
    war = (await client.clan(sandbox.world.in_war_clan_tag)).war.currentwar
    assert war is not None
    for side in (war.clan, war.opponent):
        assert side.tag in sandbox.world.clan_tags
        assert side.name
        assert side.badge_urls is not None
        assert side.members
        assert all(member.name and member.town_hall_level for member in side.members)
    assert war.clan.tag == sandbox.world.in_war_clan_tag


@in_both_worlds
async def test_s17_a_player_is_whole(sandbox: Sandbox, client: Client) -> None:
    """Labels, equipment, contributions, league, house and what has come since are there."""
    player = await client.player(sandbox.world.player_tag)
    assert player.league is not None
    assert player.builder_base_league is not None
    assert player.hero_equipment
    assert player.achievements
    assert player.clan_capital_contributions is not None
    assert isinstance(player.labels, tuple)
    assert hasattr(player, "legend_statistics")
    assert hasattr(player, "player_house")


@in_both_worlds
async def test_s18_rows_of_a_war_log_may_lack_things() -> None:
    """A season of the Clan War League has no result and a nameless opponent, an old war no attacks per member."""
    season = log_row(
        result=None, opponent={"clanLevel": 0, "stars": 5, "destructionPercentage": 663.5, "badgeUrls": {}}
    )
    del season["attacksPerMember"]
    async with clan_api(warlog=items(season, log_row())).client() as client:
        log = (await client.clan(TAG)).war.log
    assert log is not None
    assert (log[0].result, log[0].attacks_per_member, log[0].opponent.tag, log[0].opponent.attacks) == (None,) * 4
    assert (log[1].result, log[1].opponent.tag) == ("win", OTHER_TAG)


@in_both_worlds
async def test_s19_the_clan_war_league_is_in_reach(sandbox: Sandbox, client: Client) -> None:
    """Its group and its wars can be asked for."""
    world = sandbox.world
    group = await client.raw.clans.get_clan_war_league_group(clan_tag=world.not_in_war_clan_tag)
    assert group.rounds
    war = await client.raw.clans.get_clan_war_league_war(war_tag=world.league_war_tags[0][0])
    assert war.state == "warEnded"


@in_both_worlds
@pytest.mark.parametrize(
    "state", ["notInWar", "preparation", "inWar", "warEnded", "enterWar", "inMatchmaking", "ended", "?"]
)
async def test_s20_values_that_nobody_knows_are_kept(state: str) -> None:
    """States, roles, frequencies and results may be any text."""
    async with clan_api(currentwar=war_body(state), warlog=items(log_row(result=state))).client() as client:
        war = (await client.clan(TAG)).war
    assert war.state == state
    assert war.log is not None
    assert war.log[0].result == state
    assert (await player_of(role=state, warPreference=state)).role == state
    api = Api({"/clans": items()})
    async with api.client() as client:
        await client.clans(war_frequency="any")
    assert api.targets == ["/clans?warFrequency=any"]


@in_both_worlds
async def test_s21_achievements_may_share_a_name() -> None:
    """Both are there, in the API's order."""
    feats = [{"name": "Safe", "stars": n, "value": n, "target": 1, "info": "", "village": "home"} for n in (0, 1)]
    assert [feat.value for feat in (await player_of(achievements=feats)).achievements] == [0, 1]


# ---------------------------------------------------------------------- robustness and lifecycle


@in_both_worlds
@pytest.mark.parametrize("status", [502, 503, 504])
async def test_s22_a_gateways_html_does_not_hide_the_status(status: int) -> None:
    """The status is looked at first, and the body need not be JSON."""
    api = Api({f"/players/{TAG}": httpx.Response(status, html="<html>nginx</html>")})
    async with api.client() as client:
        with pytest.raises(ServiceUnavailable) as caught:
            await client.player(TAG)
    assert (caught.value.status, caught.value.data, caught.value.response.text) == (status, None, "<html>nginx</html>")


@in_both_worlds
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, IncorrectParameters),
        (401, AccessDenied),
        (403, AccessDenied),
        (404, ResourceNotFound),
        (429, TooManyRequests),
        (500, UnknownError),
        (502, ServiceUnavailable),
        (503, ServiceUnavailable),
        (504, ServiceUnavailable),
    ],
)
async def test_s23_an_error_says_what_the_api_said(status: int, error: type[ClientRequestError]) -> None:
    """Status, reason, message and body are all there."""
    body = {"reason": "accessDenied.invalidIp", "message": "Not from 1.2.3.4"}
    async with Api({f"/players/{TAG}": httpx.Response(status, json=body)}).client() as client:
        with pytest.raises(error) as caught:
            await client.player(TAG)
    found = caught.value
    assert (found.status, found.reason, found.message, found.data) == (status, body["reason"], body["message"], body)
    assert body["message"] in str(found)


@in_both_worlds
async def test_s24_a_closed_client_is_usable(sandbox: Sandbox, client: Client) -> None:
    """The next call opens new connections."""
    for _ in range(2):
        assert (await client.player(sandbox.world.player_tag)).tag
        await client.aclose()


def test_s25_a_client_outlives_its_event_loop(sandbox: Sandbox) -> None:
    """One run after another is served by the same client."""
    client = Client("token", base_url=sandbox.base_url)
    names = {anyio.run(client.player, sandbox.world.player_tag).name for _ in range(3)}
    assert len(names) == 1


@in_both_worlds
async def test_s26_a_client_is_a_context_manager(sandbox: Sandbox) -> None:
    """It closes its connections at the end."""
    async with Client("token", base_url=sandbox.base_url) as client:
        assert (await client.goldpass()).start_time


@in_both_worlds
async def test_s27_look_ups_share_one_request_and_nobody_spoils_the_list() -> None:
    """Five first look-ups at once are one request, and the table is the caller's own."""
    api = Api({"/locations": LOCATIONS})
    async with api.client() as client:
        async with anyio.create_task_group() as group:
            for name in ("ru", "ke", "au", "kenya", "russia"):
                group.start_soon(client.get_location, name)
        (await client.all_locations()).clear()
        assert (await client.get_location("ru")).id == 193
    assert api.targets == ["/locations"]


@in_both_worlds
@pytest.mark.parametrize("status", [403, 404, 500, 502, 503])
async def test_s28_a_war_or_log_that_fails_does_not_cost_the_clan(status: int) -> None:
    """Its part is None, and the reason is kept."""
    async with clan_api(warlog=httpx.Response(status)).client() as client:
        war = (await client.clan(TAG)).war
    assert (war.log, war.state) == (None, "inWar")
    assert len(war.problems) == 1
    assert war.problems[0].status == status


@in_both_worlds
async def test_s29_requests_have_a_timeout() -> None:
    """Thirty seconds for each step unless told otherwise, and no limit to waiting for a free connection."""
    seen = list[object]()

    async def note(request: httpx.Request) -> httpx.Response:
        seen.append(request.extensions["timeout"])
        return httpx.Response(200, json={})

    for timeout in (30.0, 5.0, None):
        async with Client("TOKEN", **BARE, transport=httpx.MockTransport(note), timeout=timeout) as client:
            await client.goldpass()
    async with Client("TOKEN", **BARE, transport=httpx.MockTransport(note)) as client:
        await client.goldpass()
    assert seen == [{"connect": t, "read": t, "write": t, "pool": t} for t in (30.0, 5.0, None, 30.0)]


@in_both_worlds
async def test_s30_a_search_is_checked_and_takes_any_form_of_a_filter() -> None:
    """No filter and short names are refused; labels come in any iterable, locations and labels also as numbers."""
    api = Api({"/clans": items()})
    async with api.client() as client:
        for refused in (client.clans(), client.clans(name="ab")):
            with pytest.raises(InvalidParameterError):
                await refused
        await client.clans(labels=(1, 2))
        await client.clans(labels={1})
        await client.clans(location=193)
        await client.raw.clans.search_clans(name="bomb", limit=5, after="x")
    assert api.targets == [
        "/clans?labelIds=1%2C2",
        "/clans?labelIds=1",
        "/clans?locationId=193",
        "/clans?name=bomb&limit=5&after=x",
    ]


@pytest.mark.parametrize("text", ["2pp", "#2pp", " #2PP ", "2PP\n"])
def test_s31_tags_are_understood_however_they_are_typed(text: str) -> None:
    """Case, blanks, a missing # and the letter O do not matter."""
    assert normalize_tag(text) == "#2PP"
    assert normalize_tag("#oOo") == "#000"


@in_both_worlds
@pytest.mark.parametrize("name", ["min_members", "max_members", "min_clan_points", "min_clan_level"])
async def test_s32_zero_is_a_filter(name: str) -> None:
    """It is sent, and counts as a criterion."""
    api = Api({"/clans": items()})
    async with api.client() as client:
        await client.clans(**{name: 0})  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # one of the numbers
    assert api.targets[0].endswith("=0")


@in_both_worlds
async def test_s33_the_whole_world_has_rankings() -> None:
    """The location "global" needs no look-up."""
    api = Api({"/locations/global/rankings/clans": items({"tag": TAG})})
    async with api.client() as client:
        assert await client.clan_rankings("global") == [TAG]
    assert len(api.requests) == 1


@in_both_worlds
async def test_s34_a_message_quotes_the_name_and_no_more() -> None:
    """Punctuation is not within the quotes."""
    async with Api({"/locations": LOCATIONS}).client() as client:
        with pytest.raises(UnknownLocationError) as caught:
            await client.get_location("xyz")
    assert "'xyz'" in str(caught.value)
    assert (caught.value.data, caught.value.message) == ("xyz", str(caught.value))


# ---------------------------------------------------------------------- types, documents, packaging


def test_s36_models_are_built_by_field_name_frozen_and_hashable() -> None:
    """Their sequences cannot be changed either."""
    place = Location(id=1, name="Atlantis", display_name="Atlantis", is_country=False)
    assert hash(place) == hash(Location(id=1, name="atlantis", display_name="Atlantis", is_country=False))
    with pytest.raises(AttributeError):
        place.id = 2  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue] # what is tested
    player = Player.model_validate(player_body())
    assert isinstance(player.troops, tuple)
    assert len({player, Player.model_validate(player_body())}) == 1


@in_both_worlds
async def test_s37_both_names_of_a_field_work() -> None:
    """Those of the documents and those of the code."""
    api = clan_api()
    api.answers["/goldpass/seasons/current"] = {"startTime": "20260101T080000.000Z", "endTime": "20260201T080000.000Z"}
    async with api.client() as client:
        clan, gold_pass = await client.clan(TAG), await client.goldpass()
    assert (clan.level, clan.points, clan.versus_points) == (clan.clan_level, clan.clan_points, clan.clan_versus_points)
    assert clan.war.winstreak == clan.war.win_streak
    assert (gold_pass.start_time, gold_pass.end_time) == (gold_pass.startTime, gold_pass.endTime)
    assert cocapi_gen.ClanLeague is cocapi_gen.ClanWarLeague


def test_s38_every_operation_of_the_table_is_there() -> None:
    """Nothing is ticked that cannot be called."""
    assert set(DOCUMENTED_PATHS) <= {operation.path_template for operation in OPERATIONS.values()}
    assert len(DOCUMENTED_PATHS) == 24


@pytest.mark.parametrize("tag", ["#000", "#0289PYLQGRJCUV", "#2PP0LLYQGR"])
def test_s39_tags_may_hold_zeros_and_be_long(tag: str) -> None:
    """The alphabet is the game's, and there is no greatest length."""
    assert normalize_tag(tag) == tag
    with pytest.raises(InvalidTagError):
        normalize_tag("#ABC")


def test_s40_the_package_has_one_version_and_takes_nobodys_name() -> None:
    """The version is the distribution's, and no module called cocapi comes along."""
    assert cocapi_gen.__version__ == importlib.metadata.version("cocapi-gen")
    files = importlib.metadata.files("cocapi-gen") or []
    assert not [path for path in files if path.parts[0] in ("cocapi", "cocapi.py")]
    assert "cocapi" not in sys.modules


def test_s42_typos_are_corrected_and_still_work() -> None:
    """The correct spelling and the old one name one class."""
    assert cocapi_gen.PlayerAchievment is cocapi_gen.PlayerAchievement
    assert cocapi_gen.PlayerAchievement.__name__ == "PlayerAchievement"


@in_both_worlds
async def test_s43_what_was_out_of_reach_is_in_reach(sandbox: Sandbox, client: Client) -> None:
    """Tokens of players are verified, and seasons of leagues are listed."""
    world = sandbox.world
    verified = await client.raw.players.verify_token(player_tag=world.player_tag, token=world.token)
    refused = await client.raw.players.verify_token(player_tag=world.player_tag, token="no")  # not a real one
    assert (verified.status, refused.status) == ("ok", "invalid")
    seasons = await client.raw.leagues.get_league_seasons(league_id=29000022)
    assert seasons.items


def test_wars_read_without_a_client() -> None:
    """Bodies that somebody kept are read as well as answers."""
    assert ClanWarInfo.model_validate(war_body("inWar")).team_size == 5
    assert ClanWarResult.model_validate(log_row(clan=war_clan())).clan.stars == 0
    assert cocapi_gen.Clan.model_validate(clan_body()).war.wins == 3
