"""What a user of coc.py sees of the sandbox."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import coc

from benchmarks.probes.coc_calls import CALLS as SHARED, LIBRARY
from benchmarks.probes.report import Call, Guide, each, given, run, seen

# tells siege machines from other troops by its own data of the game, which is left out below
READABLE = replace(LIBRARY, unreadable=LIBRARY.unreadable | {"Player.siege_machines"})

CALLS: list[Call[coc.Client]] = [
    *SHARED,
    Call("league tiers", lambda client, guide: client.search_leagues(), lambda rows: seen(rows=each(rows, str))),
    Call("league tier", lambda client, guide: client.get_league(105000034), lambda tier: seen(name=tier.name)),
]


async def main(guide: Guide) -> None:
    """Make all calls with a key given by hand, and log in for one with a key that coc.py makes for itself."""
    # its own data of the game ends before the levels that the API knows, and a level beyond is an IndexError
    own_data = coc.LoadGameData(never=True)
    async with coc.Client(base_url=guide.base_url, load_game_data=own_data) as client:
        await client.login_with_tokens(guide.key)
        await run(CALLS, client, guide, READABLE)


if __name__ == "__main__":
    asyncio.run(main(given()))
