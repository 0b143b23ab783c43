"""`python -m cocapi_gen.sandbox [--port 8080] [--seed 1]`: serve a sandbox until Ctrl-C."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from threading import Event

from cocapi_gen.sandbox.sandbox import Sandbox
from cocapi_gen.sandbox.world.world import CLANS, START

_HINT = """\
base URL         {sandbox.base_url}
developer site   {sandbox.developer_url}
account          {site.email} {site.password}
clan in war      {world.in_war_clan_tag}
private war log  {world.private_clan_tag}
player           {world.player_tag}
clanless player  {world.clanless_player_tag}
verify token     {world.token}
Ctrl-C ends it."""


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m cocapi_gen.sandbox", description="A local Clash of Clans API.")
    parser.add_argument("--port", type=int, default=8080, help="port on 127.0.0.1; 0 takes a free one (default: 8080)")
    parser.add_argument("--seed", type=int, default=1, help="number that the whole world follows from (default: 1)")
    parser.add_argument("--clans", type=int, default=CLANS, help=f"how many clans there are (default: {CLANS})")
    parser.add_argument(
        "--start", type=_moment, default=START, help=f"when its time begins (default: {START.isoformat()})"
    )
    parser.add_argument("--speed", type=float, default=1.0, help="its time by real time; 0 stands still (default: 1)")
    return parser


def _sandbox(arguments: list[str] | None) -> Sandbox:
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        return Sandbox(options.seed, clans=options.clans, start=options.start, speed=options.speed, port=options.port)
    except ValueError as error:
        parser.error(str(error))


def describe(sandbox: Sandbox) -> str:
    """What to try first, of a sandbox that has started.

    >>> with Sandbox() as sandbox:
    ...     print(describe(sandbox).splitlines()[-1])
    Ctrl-C ends it.
    """
    return _HINT.format(sandbox=sandbox, site=sandbox.developer_site, world=sandbox.world)


def main(arguments: list[str] | None = None) -> None:
    """Serve until interrupted."""
    sandbox = _sandbox(arguments)
    try:
        sandbox.start()
    except ModuleNotFoundError as error:
        sys.exit(str(error))
    except (OSError, OverflowError) as error:
        sys.exit(f"Port {sandbox.port} cannot be opened ({error}): choose another one, or 0 for any that is free.")
    try:
        print(describe(sandbox), flush=True)
        Event().wait()
    except KeyboardInterrupt:
        print("\nclosed", flush=True)
    finally:
        sandbox.stop()


if __name__ == "__main__":
    main()
