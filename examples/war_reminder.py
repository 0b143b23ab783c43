"""A clan bot's war reminder: it names those who still have attacks, some hours before the war ends.

With a clan's tag it watches the live API (COC_TOKEN has the key); without, a war in a sandbox, where hours fly.
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from cocapi_gen import ClanWarInfo, Client
from cocapi_gen.sandbox import Sandbox

REMIND_BEFORE_END = (timedelta(hours=6), timedelta(hours=2), timedelta(minutes=30))
LOOK_EVERY = timedelta(minutes=10)
Wait = Callable[[timedelta], Awaitable[None]]


async def say(text: str) -> None:
    """Tell the clan; a Discord bot would call `channel.send(text)` here."""
    print(text)


def reminder(war: ClanWarInfo, left: timedelta) -> str:
    """Those with attacks left, in the order of the map."""
    idle = [(place, member) for place, member in enumerate(war.clan.lineup, 1) if war.attacks_left(member.tag)]
    lines = [f"  {place:>2}. {member.name}: {war.attacks_left(member.tag)} left" for place, member in idle]
    head = f"⚔️ {left / timedelta(hours=1):.1f} h to go, {war.clan.stars} stars to {war.opponent.stars}. "
    return "\n".join([head + f"{len(lines)} still have attacks:", *lines]) if lines else head + "All have attacked 🎉"


async def watch(client: Client, tag: str, now: Callable[[], datetime], wait: Wait) -> None:
    to_come = list(REMIND_BEFORE_END)
    while (war := await client.war(tag)) and war.end_time and war.state != "warEnded":
        left = war.end_time - now()
        if to_come and timedelta(0) < left <= to_come[0]:
            to_come = [moment for moment in to_come if moment < left]
            await say(reminder(war, left))
        await wait(LOOK_EVERY)
    await say(f"The war is over: {war.clan.stars} stars to {war.opponent.stars}." if war else f"No war: {war.state}.")


async def main(tag: str | None) -> None:
    if tag is not None:
        await watch(Client(), tag, lambda: datetime.now(UTC), lambda pause: asyncio.sleep(pause.total_seconds()))
    else:
        sandbox = Sandbox(seed=4)

        async def let_time_pass(pause: timedelta) -> None:
            sandbox.advance(seconds=pause.total_seconds())

        await watch(sandbox.client(), sandbox.world.in_war_clan_tag, lambda: sandbox.now, let_time_pass)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("tag", nargs="?", metavar="TAG", help="the clan's tag")
    asyncio.run(main(arguments.parse_args().tag))
