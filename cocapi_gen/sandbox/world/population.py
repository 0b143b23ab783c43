"""Who there is at the beginning of a world."""

from __future__ import annotations

from random import Random

from cocapi_gen.sandbox.world.clans import Clan, new_clan
from cocapi_gen.sandbox.world.material import TagMint, chance
from cocapi_gen.sandbox.world.people import TOP_TOWN_HALL, Person, new_person

FEWEST_CLANS = 10
_SMALL_CLAN = 8
_CLANLESS_PER_CLAN = 6


def new_clans(seed: int, count: int, mint: TagMint) -> dict[str, Clan]:
    """So many clans with their members; the first has 50, of every Town Hall, and the last has few."""
    clans = [_clan(seed, number, mint, last=number == count - 1) for number in range(count)]
    return {clan.tag: clan for clan in clans}


def clanless(seed: int, clans: int, mint: TagMint) -> list[Person]:
    """Players without a clan; the last is a beginner."""
    rng = chance(seed, "clanless")
    halls = [16, 10, *(rng.randint(3, TOP_TOWN_HALL) for _ in range(clans * _CLANLESS_PER_CLAN - 3)), 2]
    return [new_person(mint.make(9), hall, None, rng) for hall in halls]


def _clan(seed: int, number: int, mint: TagMint, *, last: bool) -> Clan:
    rng = chance(seed, "clan", number)
    halls = _halls(rng, number, last=last)
    members = tuple(new_person(mint.make(9), hall, _role(place), rng) for place, hall in enumerate(halls))
    return new_clan(number, mint.make(), members, rng, small=last)


def _halls(rng: Random, number: int, *, last: bool) -> list[int]:
    if number == 0:
        # 18, 17 ... 1, 18 ..., so that every Town Hall level occurs and the leader has the highest
        return [TOP_TOWN_HALL - place % TOP_TOWN_HALL for place in range(50)]
    return [rng.randint(8, TOP_TOWN_HALL) for _ in range(_SMALL_CLAN if last else rng.randint(40, 50))]


def _role(place: int) -> str:
    if place == 0:
        return "leader"
    if place < 4:
        return "coLeader"
    return "admin" if place % 3 else "member"
