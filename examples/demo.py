"""A short tour: a search, a clan and its war, a player, a ranking, and two errors explained.

It asks the live API if COC_TOKEN is set, and otherwise a sandbox: an invented world within this process.
"""

import asyncio
import os
from collections.abc import Iterable

from cocapi_gen import Clan, ClanWarInfo, Client, CocApiError, Player
from cocapi_gen.sandbox import Sandbox


def heading(call: str) -> None:
    print(f"\n\033[1m{call}\033[0m" if os.isatty(1) else f"\n{call}")


def table(rows: Iterable[tuple[str, object]]) -> None:
    for name, value in rows:
        print(f"  {name:<16} {value}")


def show_clan(clan: Clan) -> None:
    war, place = clan.war, clan.location
    table(
        [
            ("name", f"{clan.name}  {clan.tag}"),
            ("level, points", f"{clan.level}, {clan.points:,}"),
            ("at home in", place.display_name if place else "(does not say)"),
            ("members", f"{clan.members} of 50"),
            ("war league", war.league.display_name if war.league else "-"),
            ("wars", f"{war.wins} won, {war.losses} lost, {war.ties} tied, {war.winstreak} won in a row"),
            ("now", war.state or "(war log is private)"),
        ]
    )
    if war.currentwar is not None:
        show_war(war.currentwar)


def show_war(war: ClanWarInfo) -> None:
    for side in (war.clan, war.opponent):
        score = f"{side.stars:>3} stars {side.destruction_percentage:>6.1f} %  {side.attacks} attacks"
        print(f"    {side.name or '-':<22} {score}")
    if war.end_time is not None:
        print(f"    {war.team_size} against {war.team_size}, until {war.end_time:%d %B, %H:%M} UTC")


def show_player(player: Player) -> None:
    heroes = [hero for hero in player.heroes if hero.village == "home"]
    table(
        [
            ("name", f"{player.name}  {player.tag}"),
            ("Town Hall", player.town_hall_level),
            ("league", player.league.display_name if player.league else "-"),
            ("trophies", f"{player.trophies:,} (best {player.best_trophies:,})"),
            ("war stars", f"{player.war_stars:,}"),
            ("heroes", ", ".join(f"{hero.name} {hero.level}/{hero.max_level}" for hero in heroes) or "-"),
            ("labels", ", ".join(label.display_name for label in player.labels) or "-"),
        ]
    )


async def tour(client: Client) -> None:
    heading('await client.clans(location="ru", min_members=15)')
    tags = await client.clans(location="ru", min_members=15)
    print(f"  {len(tags)} clans: {', '.join(tags[:5])}{', ...' if len(tags) > 5 else ''}")

    details = await asyncio.gather(*(client.clan(tag) for tag in tags[:5]))
    clan = max(details, key=lambda clan: (clan.war.state == "inWar", clan.points))
    heading(f'await client.clan("{clan.tag}")')
    show_clan(clan)

    heading(f'await client.player("{clan.member_list[0]}")')
    show_player(await client.player(clan.member_list[0]))

    heading('await client.player_rankings("global")')
    best = await client.player_rankings("global")
    for place, player in enumerate(await asyncio.gather(*(client.player(tag) for tag in best[:3])), 1):
        print(f"  {place}. {player.name:<20} {player.trophies:>6,} trophies")

    heading('await client.get_location("Grmany"), await client.player("#0000")')
    for mistake in (client.get_location("Grmany"), client.player("#0000")):
        try:
            await mistake
        except CocApiError as error:
            print(f"  {type(error).__name__}: {error}")


def main() -> None:
    if os.environ.get("COC_TOKEN"):
        print(f"Asking {os.environ.get('COC_BASE_URL') or 'the live API'}.")
        asyncio.run(tour(Client()))
    else:
        sandbox = Sandbox(seed=14)
        print(f"Asking a sandbox: an invented world in this process, where it is {sandbox.now:%d %B %Y, %H:%M} UTC.")
        print("COC_TOKEN=... asks the live API instead.")
        asyncio.run(tour(sandbox.client()))


if __name__ == "__main__":
    main()
