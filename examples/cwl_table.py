"""The table of a Clan War League group, and where the clan stands in it today.

`python examples/cwl_table.py "#TAG"` asks the live API with COC_TOKEN; without a tag it asks a sandbox.
"""

import sys

from cocapi_gen import NotInLeagueGroup, SyncClient
from cocapi_gen.sandbox import Sandbox


def show(client: SyncClient, tag: str) -> None:
    season = client.league_wars(tag)
    current = client.current_league_war(tag)
    if isinstance(season, NotInLeagueGroup) or isinstance(current, NotInLeagueGroup):
        print(f"{tag} is not in the Clan War League.")
        return
    drawn = sum(len(each.wars) for each in season.rounds)
    print(f"Season {season.group.season}, {current.phase}: {drawn} of 28 wars drawn\n")
    print(f"    {'clan':<16} wins  stars  destruction")
    for row in season.standings:
        print(f"{row.place:>2}. {row.name:<16} {row.wins:>4}  {row.stars:>5}  {row.destruction:>9,.0f} %")
    for war in (current.battle, current.preparation):
        if war is not None:
            print(f"\n{war.state}: {war.clan.stars} stars to {war.opponent.stars} of {war.opponent.name}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        show(SyncClient(), sys.argv[1])
    else:
        sandbox = Sandbox(seed=4)
        show(sandbox.sync_client(), sandbox.world.in_war_clan_tag)
