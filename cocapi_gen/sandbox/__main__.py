"""`python -m cocapi_gen.sandbox [--port 8080] [--seed 1]`: serve a sandbox until Ctrl-C."""

from __future__ import annotations

import argparse
import sys
from threading import Event

from cocapi_gen.sandbox.server import Sandbox
from cocapi_gen.sandbox.world import World

_HINT = """\
base URL         {url}
clan in war      {world.in_war_clan_tag}
private war log  {world.private_clan_tag}
player           {world.player_tag}
clanless player  {world.clanless_player_tag}
verify token     {world.token}
Ctrl-C ends it."""


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m cocapi_gen.sandbox", description="A local Clash of Clans API.")
    parser.add_argument("--port", type=int, default=8080, help="port on 127.0.0.1; 0 takes a free one (default: 8080)")
    parser.add_argument("--seed", type=int, default=1, help="number that the whole world follows from (default: 1)")
    return parser.parse_args(arguments)


def describe(url: str, world: World) -> str:
    """What to try first.

    >>> describe("http://127.0.0.1:8080/v1", World(1)).splitlines()[0]
    'base URL         http://127.0.0.1:8080/v1'
    """
    return _HINT.format(url=url, world=world)


def main(arguments: list[str] | None = None) -> None:
    """Serve until interrupted."""
    options = _options(arguments)
    sandbox = Sandbox(options.seed, port=options.port)
    try:
        sandbox.start()
    except (OSError, OverflowError) as error:
        sys.exit(f"Port {options.port} cannot be opened ({error}): choose another one, or 0 for any that is free.")
    try:
        print(describe(sandbox.base_url, sandbox.world), flush=True)
        Event().wait()
    except KeyboardInterrupt:
        print("\nclosed", flush=True)
    finally:
        sandbox.stop()


if __name__ == "__main__":
    main()
