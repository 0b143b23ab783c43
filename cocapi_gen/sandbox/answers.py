"""What each operation answers: one handler an operation, found by its operationId.

>>> HANDLERS["getClanLabels"](World(1), {}, {"limit": "1"}, b"").body["paging"]
{'cursors': {'after': 'eyJwb3MiOjF9'}}
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar, cast

from cocapi_gen.sandbox.world import World, catalogue, reference as ref
from cocapi_gen.sandbox.world.clans import Clan
from cocapi_gen.sandbox.world.material import Json, JsonObject, JsonRows

_T = TypeVar("_T")
Values: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer before it is written to a connection.

    Attributes:
        body: the JSON body.
        seconds: for how long it stays fresh; None for what is usual, see `Api`.
    """

    body: Json
    seconds: int | None = None


class Refusal(Exception):
    """An error answer.

    Attributes:
        status: the status code.
        reply: what else there is of it.
    """

    def __init__(self, status: int, reason: str, message: str | None = None, seconds: int | None = None) -> None:
        body: JsonObject = {"reason": reason}
        if message is not None:
            body["message"] = message
        self.status: int = status
        self.reply: Reply = Reply(body, seconds)
        super().__init__(status, reason, message)


Handler: TypeAlias = Callable[[World, Values, Values, bytes], Reply]


def _bad_request(message: str) -> Refusal:
    return Refusal(400, "badRequest", message)


def _unknown_value(parameter: str) -> Refusal:
    return _bad_request(f"Unknown value for parameter {parameter}")


def _no_such_tag(tag: str) -> Refusal:
    return Refusal(404, "notFound", f"Not found with tag {tag.removeprefix('#')}")


# ---------------------------------------------------------------------- pages


def cursor(position: int) -> str:
    """The cursor after that many rows.

    >>> cursor(2)
    'eyJwb3MiOjJ9'
    """
    return b64encode(b'{"pos":%d}' % position).decode().rstrip("=")


def _object(text: bytes) -> dict[object, object]:
    """The JSON object that somebody sent; an empty one when it is none."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    return cast("dict[object, object]", value) if isinstance(value, dict) else {}


def _position(text: str) -> int:
    try:
        decoded = b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        decoded = b""
    position = _object(decoded).get("pos")
    if type(position) is not int or position < 0:
        raise _bad_request("A cursor has to be one that an earlier answer gave")
    return position


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 10):
        raise _bad_request(f"A number is expected and not {text[:20]}")
    return int(text)


def _limit(query: Values, rows: int) -> int:
    limit = _number(query["limit"]) if "limit" in query else max(1, rows)
    if limit == 0:
        raise _bad_request("Parameter limit has to be at least 1")
    return limit


def page(rows: Sequence[Json], query: Values) -> JsonObject:
    """The rows that limit, after and before ask for, with the cursors to go on.

    >>> page(["a", "b", "c"], {"limit": "2"})
    {'items': ['a', 'b'], 'paging': {'cursors': {'after': 'eyJwb3MiOjJ9'}}}
    """
    chosen, cursors = _choose(rows, query)
    return {"items": chosen, "paging": {"cursors": cursors}}


def _choose(rows: Sequence[_T], query: Values) -> tuple[Sequence[_T], JsonObject]:
    if "after" in query and "before" in query:
        raise _bad_request("Only one of after and before can be given")
    limit = _limit(query, len(rows))
    if "before" in query:
        end = min(len(rows), _position(query["before"]))
        start = max(0, end - limit)
    else:
        start = min(len(rows), _position(query["after"])) if "after" in query else 0
        end = min(len(rows), start + limit)
    cursors: JsonObject = {}
    if end < len(rows):
        cursors["after"] = cursor(end)
    if start > 0:
        cursors["before"] = cursor(start)
    return rows[start:end], cursors


# ---------------------------------------------------------------------- kinds of handlers


def _fixed_list(rows: JsonRows) -> Handler:
    return lambda world, values, query, body: Reply(page(rows, query))


def _one_of(rows: JsonRows, parameter: str) -> Handler:
    known = {str(row["id"]): row for row in rows}

    def handler(world: World, values: Values, query: Values, body: bytes) -> Reply:
        row = known.get(values[parameter])
        if row is None:
            raise _unknown_value(parameter)
        return Reply(row)

    return handler


def _by_tag(find: Callable[[World, str], Json], parameter: str) -> Handler:
    def handler(world: World, values: Values, query: Values, body: bytes) -> Reply:
        found = find(world, values[parameter])
        if found is None:
            raise _no_such_tag(values[parameter])
        return Reply(found)

    return handler


def _clan_rows(rows: Callable[[World, str], JsonRows]) -> Handler:
    def handler(world: World, values: Values, query: Values, body: bytes) -> Reply:
        return Reply(page(rows(world, _clan(world, values).tag), query))

    return handler


def _player_rows(rows: Callable[[World, str], JsonRows]) -> Handler:
    def handler(world: World, values: Values, query: Values, body: bytes) -> Reply:
        # these two lists have no pages
        return Reply({"items": rows(world, _player_tag(world, values))})

    return handler


def _ranking(rows: Callable[[World, int | None], JsonRows]) -> Handler:
    def handler(world: World, values: Values, query: Values, body: bytes) -> Reply:
        text = values["locationId"]
        if text == "global":
            return Reply(page(rows(world, None), query))
        place = _place(text)
        if place.code is None:
            return Reply(page([], query), 600)
        return Reply(page(rows(world, place.id), query))

    return handler


def _place(text: str) -> ref.Place:
    place = {str(number): place for number, place in ref.LOCATIONS.items()}.get(text)
    if place is None:
        raise _unknown_value("locationId")
    return place


def _clan(world: World, values: Values) -> Clan:
    clan = world.clans.get(values["clanTag"])
    if clan is None:
        raise _no_such_tag(values["clanTag"])
    return clan


def _player_tag(world: World, values: Values) -> str:
    if values["playerTag"] not in world.people:
        raise _no_such_tag(values["playerTag"])
    return values["playerTag"]


def _live(handler: Handler) -> Handler:
    """Take `realtime` as well, which is true or false."""

    def checked(world: World, values: Values, query: Values, body: bytes) -> Reply:
        if query.get("realtime", "false") not in ("true", "false"):
            raise _unknown_value("realtime")
        return handler(world, values, query, body)

    return checked


# ---------------------------------------------------------------------- clans


def _frequency(text: str) -> str:
    if text not in (*ref.WAR_FREQUENCIES, "any"):
        raise _unknown_value("warFrequency")
    return text


def _label_ids(text: str) -> set[int]:
    numbers = {str(number): number for number in ref.CLAN_LABELS}
    if any(part not in numbers for part in text.split(",")):
        raise _unknown_value("labelIds")
    return {numbers[part] for part in text.split(",")}


def _filter(read: Callable[[str], _T], fits: Callable[[Clan, _T], bool]) -> Callable[[str], Callable[[Clan], bool]]:
    def bind(text: str) -> Callable[[Clan], bool]:
        wanted = read(text)
        return lambda clan: fits(clan, wanted)

    return bind


def _name(text: str) -> str:
    if len(text) < 3:
        raise _bad_request("Parameter name has to be at least 3 characters long")
    return text.casefold()


_FILTERS: dict[str, Callable[[str], Callable[[Clan], bool]]] = {
    "name": _filter(_name, lambda clan, text: text in clan.name.casefold()),
    "warFrequency": _filter(_frequency, lambda clan, text: text in ("any", clan.war_frequency)),
    "locationId": _filter(_place, lambda clan, place: clan.location_id == place.id),
    "minMembers": _filter(_number, lambda clan, number: len(clan.members) >= number),
    "maxMembers": _filter(_number, lambda clan, number: len(clan.members) <= number),
    "minClanPoints": _filter(_number, lambda clan, number: clan.points >= number),
    "minClanLevel": _filter(_number, lambda clan, number: clan.level >= number),
    "labelIds": _filter(_label_ids, lambda clan, numbers: numbers <= set(clan.labels)),
}


def _search_clans(world: World, values: Values, query: Values, body: bytes) -> Reply:
    filters = [_FILTERS[name](text) for name, text in query.items() if name in _FILTERS]
    if not filters:
        raise _bad_request("At least one filter has to be given")
    hits = [clan for clan in world.clans.values() if all(fits(clan) for fits in filters)]
    chosen, cursors = _choose(hits, query)
    return Reply({"items": [clan.hit() for clan in chosen], "paging": {"cursors": cursors}})


def _refuse_private(clan: Clan, seconds: int) -> None:
    if not clan.public:
        raise Refusal(403, "accessDenied", seconds=seconds)


def _war_log(world: World, values: Values, query: Values, body: bytes) -> Reply:
    clan = _clan(world, values)
    _refuse_private(clan, 600)
    return Reply(page(world.war_log(clan.tag), query))


def _current_war(world: World, values: Values, query: Values, body: bytes) -> Reply:
    clan = _clan(world, values)
    _refuse_private(clan, 120)
    return Reply(world.current_war(clan.tag))


def _war_league_group(world: World, values: Values, query: Values, body: bytes) -> Reply:
    group = world.war_league_group(_clan(world, values).tag)
    if group is None:
        raise Refusal(404, "notFound")
    return Reply(group)


# ---------------------------------------------------------------------- players and leagues


def _verify_token(world: World, values: Values, query: Values, body: bytes) -> Reply:
    tag = _player_tag(world, values)
    token = _sent_token(body)
    status = "ok" if token == world.token else "invalid"
    return Reply({"tag": tag, "token": token, "status": status})


def _sent_token(body: bytes) -> str:
    token = _object(body).get("token")
    if not isinstance(token, str):
        raise _bad_request('The body has to be a JSON object such as {"token": "abc"}')
    return token


def _league_group(world: World, values: Values, query: Values, body: bytes) -> Reply:
    if "playerTag" not in query:
        raise _bad_request("Parameter playerTag is required")
    group = world.league_group(values["leagueGroupTag"], values["leagueSeasonId"], query["playerTag"])
    if group is None:
        raise _no_such_tag(values["leagueGroupTag"])
    return Reply(group)


def _legend_only(values: Values) -> None:
    if values["leagueId"] not in {str(number) for number in ref.LEAGUES}:
        raise _unknown_value("leagueId")
    if values["leagueId"] != str(ref.LEGEND_LEAGUE_ID):
        raise _bad_request("Seasons are available only for legendary league")


def _league_seasons(world: World, values: Values, query: Values, body: bytes) -> Reply:
    _legend_only(values)
    rows: JsonRows = [{"id": season} for season in world.legend_seasons()]
    return Reply(page(rows, query))


def _season_ranking(world: World, values: Values, query: Values, body: bytes) -> Reply:
    _legend_only(values)
    if values["seasonId"] not in world.legend_seasons():
        raise Refusal(404, "notFound")
    return Reply(page(world.season_ranking(values["seasonId"]), query))


def _gold_pass(world: World, values: Values, query: Values, body: bytes) -> Reply:
    return Reply(world.gold_pass())


def _gone(world: World, values: Values, query: Values, body: bytes) -> Reply:
    """What the API has taken away."""
    raise Refusal(404, "notFound")


_LEAGUES = [catalogue.league(number) for number in ref.LEAGUES]
_LEAGUE_TIERS = [catalogue.league_tier(number) for number in ref.LEAGUE_TIERS]
_BUILDER_BASE_LEAGUES = catalogue.all_plain(ref.BUILDER_BASE_LEAGUES)
_CAPITAL_LEAGUES = catalogue.all_plain(ref.CAPITAL_LEAGUES)
_WAR_LEAGUES = catalogue.all_plain(ref.WAR_LEAGUES)
_LOCATIONS = [catalogue.location(number) for number in ref.LOCATIONS]

HANDLERS: dict[str, Handler] = {
    "searchClans": _search_clans,
    "getClan": _by_tag(World.clan, "clanTag"),
    "getClanMembers": _clan_rows(lambda world, tag: world.clans[tag].member_rows()),
    "getClanWarLog": _war_log,
    "getCurrentWar": _live(_current_war),
    "getClanWarLeagueGroup": _live(_war_league_group),
    "getClanWarLeagueWar": _live(_by_tag(World.league_war, "warTag")),
    "getCapitalRaidSeasons": _clan_rows(World.raid_seasons),
    "getPlayer": _by_tag(World.player, "playerTag"),
    "getBattleLog": _player_rows(World.battle_log),
    "getLeagueHistory": _player_rows(World.league_history),
    "verifyToken": _verify_token,
    "getLeagues": _fixed_list(_LEAGUES),
    "getLeague": _one_of(_LEAGUES, "leagueId"),
    "getLeagueSeasons": _league_seasons,
    "getLeagueSeasonRankings": _season_ranking,
    "getLeagueTiers": _fixed_list(_LEAGUE_TIERS),
    "getLeagueTier": _one_of(_LEAGUE_TIERS, "leagueTierId"),
    "getLeagueGroup": _league_group,
    "getBuilderBaseLeagues": _fixed_list(_BUILDER_BASE_LEAGUES),
    "getBuilderBaseLeague": _one_of(_BUILDER_BASE_LEAGUES, "leagueId"),
    "getCapitalLeagues": _fixed_list(_CAPITAL_LEAGUES),
    "getCapitalLeague": _one_of(_CAPITAL_LEAGUES, "leagueId"),
    "getWarLeagues": _fixed_list(_WAR_LEAGUES),
    "getWarLeague": _one_of(_WAR_LEAGUES, "leagueId"),
    "getLocations": _fixed_list(_LOCATIONS),
    "getLocation": _one_of(_LOCATIONS, "locationId"),
    "getClanRanking": _ranking(
        lambda world, place: world.clan_ranking(place, lambda clan: clan.points, "clanPoints", seen=True)
    ),
    "getPlayerRanking": _ranking(World.player_ranking),
    "getClanBuilderBaseRanking": _ranking(
        lambda world, place: world.clan_ranking(
            place, lambda clan: clan.builder_points, "clanBuilderBasePoints", seen=True
        )
    ),
    "getPlayerBuilderBaseRanking": _ranking(World.builder_ranking),
    "getClanCapitalRanking": _ranking(
        lambda world, place: world.clan_ranking(
            place, lambda clan: clan.capital_points, "clanCapitalPoints", seen=False
        )
    ),
    "getClanVersusRanking": _gone,
    "getPlayerVersusRanking": _gone,
    "getCurrentGoldPassSeason": _gold_pass,
    "getClanLabels": _fixed_list([catalogue.label(number) for number in ref.CLAN_LABELS]),
    "getPlayerLabels": _fixed_list([catalogue.label(number) for number in ref.PLAYER_LABELS]),
}
"""The handlers; an operation that is not here is answered 501."""
