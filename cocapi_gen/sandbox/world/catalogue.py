"""The bodies that are the same in every world: locations, labels, leagues.

Each is made anew for whoever asks, so that nobody can change what others get.

>>> league_tier(105000000)["name"]
'Unranked'
"""

from __future__ import annotations

from cocapi_gen.sandbox.world import reference as ref
from cocapi_gen.sandbox.world.material import JsonObject, JsonRows, icons


def location(number: int) -> JsonObject:
    """One location; countries carry a code."""
    place = ref.LOCATIONS[number]
    body: JsonObject = {"id": place.id, "name": place.name, "isCountry": place.code is not None}
    if place.code is not None:
        body["countryCode"] = place.code
    return body


def language(tongue: ref.Tongue) -> JsonObject:
    """One chat language."""
    return {"id": tongue.id, "name": tongue.name, "languageCode": tongue.code}


def label(number: int) -> JsonObject:
    """One clan or player label."""
    name = (ref.CLAN_LABELS | ref.PLAYER_LABELS)[number]
    return {"id": number, "name": name, "iconUrls": icons("labels", number, small=64, medium=128)}


def league(number: int) -> JsonObject:
    """One league of the time before ranked battles; Unranked has no medium picture."""
    pictures = icons("leagues", number, small=72, tiny=36)
    if number != min(ref.LEAGUES):
        pictures |= icons("leagues", number, medium=288)
    return {"id": number, "name": ref.LEAGUES[number], "iconUrls": pictures}


def league_tier(number: int) -> JsonObject:
    """One ranked league tier."""
    pictures = icons("leaguetiers", number, small=125, large=326)
    return {"id": number, "name": ref.LEAGUE_TIERS[number], "iconUrls": pictures}


def plain(names: dict[int, str], number: int) -> JsonObject:
    """A league that is no more than an id and a name."""
    return {"id": number, "name": names[number]}


def all_plain(names: dict[int, str]) -> JsonRows:
    """Every league of such a kind."""
    return [plain(names, number) for number in names]
