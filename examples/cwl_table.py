"""The table of a Clan War League group: wins, stars and destruction of all eight clans, round by round.

`python examples/cwl_table.py "#TAG"` asks the live API with COC_TOKEN; without a tag it asks a sandbox.
"""

import asyncio
import sys
from collections.abc import Iterable, Iterator

from cocapi_gen import Client, ResourceNotFound
from cocapi_gen.raw.models import ClanWar, WarClan
from cocapi_gen.sandbox import Sandbox

NOT_DRAWN = "#0"
STARS_FOR_A_WIN = 10


def success(side: WarClan) -> tuple[int, float]:
    """What decides a war: stars, and if these are equal, destruction."""
    return side.stars, side.destruction_percentage


def results(war: ClanWar) -> Iterator[tuple[WarClan, bool]]:
    """Yield both sides, and whether they have won."""
    for own, other in ((war.clan, war.opponent), (war.opponent, war.clan)):
        yield own, war.state == "warEnded" and success(own) > success(other)


def table(wars: Iterable[ClanWar]) -> list[tuple[str, int, int, float]]:
    """Name, wins, stars and destruction of each clan, the best first."""
    totals: dict[str | None, tuple[str, int, int, float]] = {}
    for war in wars:
        for side, won in results(war):
            name, wins, stars, destruction = totals.get(side.tag, (side.name or "?", 0, 0, 0.0))
            stars += side.stars + won * STARS_FOR_A_WIN
            totals[side.tag] = (name, wins + won, stars, destruction + side.destruction_percentage)
    return sorted(totals.values(), key=lambda row: (-row[2], -row[3]))


async def show(client: Client, tag: str) -> None:
    try:
        group = await client.raw.clans.get_clan_war_league_group(clan_tag=tag)
    except ResourceNotFound:
        print(f"{tag} is not in the Clan War League.")
        return
    tags = [war_tag for each in group.rounds or () for war_tag in each.war_tags if war_tag != NOT_DRAWN]
    wars = await asyncio.gather(*(client.raw.clans.get_clan_war_league_war(war_tag=war_tag) for war_tag in tags))
    print(f"Season {group.season}, {group.state}: {len(tags)} of 28 wars drawn\n")
    print(f"    {'clan':<16} wins  stars  destruction")
    for place, (name, wins, stars, destruction) in enumerate(table(wars), 1):
        print(f"{place:>2}. {name:<16} {wins:>4}  {stars:>5}  {destruction:>9,.0f} %")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        asyncio.run(show(Client(), sys.argv[1]))
    else:
        sandbox = Sandbox(seed=4)
        asyncio.run(show(sandbox.client(), sandbox.world.in_war_clan_tag))
