"""``cocapi-gen sandbox``: serve an invented Clash of Clans API."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import UTC, datetime

from cocapi_gen.cli.parser import Parser, add_port
from cocapi_gen.cli.serving import serve
from cocapi_gen.sandbox import Sandbox
from cocapi_gen.sandbox.world.world import CLANS, START

_HINT = """\
base URL         {sandbox.base_url}
key              any text
developer site   {sandbox.developer_url}
account          {site.email} {site.password}
time             {sandbox.now:%Y-%m-%d %H:%M} UTC
clan in war      {world.in_war_clan_tag}
private war log  {world.private_clan_tag}
player           {world.player_tag}
clanless player  {world.clanless_player_tag}
verify token     {world.token}
Ctrl-C ends it."""


def moment(text: str) -> datetime:
    """A moment in ISO 8601, UTC unless it says otherwise; or the one that it is."""
    if text == "now":
        return datetime.now(UTC)
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"give a moment such as 2026-03-01T12:00, or now: {text!r} is none") from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def parser() -> Parser:
    """The options."""
    made = Parser(
        prog="cocapi-gen sandbox", description="Serve an invented Clash of Clans API on this machine, until Ctrl-C."
    )
    add_port(made)
    made.add_argument("--seed", type=int, default=1, help="number that the whole world follows from (default: 1)")
    made.add_argument("--clans", type=int, default=CLANS, help=f"how many clans there are (default: {CLANS})")
    made.add_argument(
        "--start", type=moment, default=START, help=f"when its time begins, or now (default: {START.isoformat()})"
    )
    made.add_argument("--speed", type=float, default=1.0, help="its time by real time; 0 stands still (default: 1)")
    return made


def sandbox(arguments: list[str]) -> int:
    """Serve a sandbox, and return the exit code."""
    options_of = parser()
    options = options_of.parse_args(arguments)
    try:
        made = Sandbox(options.seed, clans=options.clans, start=options.start, speed=options.speed, port=options.port)
    except ValueError as error:
        options_of.error(str(error))
    return serve(options_of, options.port, made, describe)


def describe(sandbox: Sandbox) -> str:
    """What to try first, of a sandbox that has started.

    >>> with Sandbox() as sandbox:
    ...     print(describe(sandbox).splitlines()[-1])
    Ctrl-C ends it.
    """
    return _HINT.format(sandbox=sandbox, site=sandbox.developer_site, world=sandbox.world)
