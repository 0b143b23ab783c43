"""A Clash of Clans API of your own: an invented world, the same for the same seed, and no key needed.

There are three ways to ask it. In process, with no socket and nothing more to install:

>>> from cocapi_gen.sandbox import Sandbox
>>> sandbox = Sandbox(seed=1)
>>> client = sandbox.client()
>>> (await client.clan(sandbox.world.in_war_clan_tag)).members
50

Over a socket on this machine, for programs in any language; that needs `pip install "cocapi-gen[server]"`:

>>> from cocapi_gen import Client
>>> with Sandbox(seed=1) as sandbox:
...     client = Client("anything", base_url=sandbox.base_url)
...     clan = await client.clan(sandbox.world.in_war_clan_tag)

`python -m cocapi_gen.sandbox --port 8080` serves it until Ctrl-C.

And in tests, by the fixtures of `cocapi_gen.testing`.

Its time moves when it is told to, and what can go wrong does so on demand:

>>> from cocapi_gen.sandbox import slow
>>> sandbox = Sandbox(seed=1)
>>> sandbox.advance(hours=3)
>>> sandbox.inject(slow(2), operation="getPlayer", times=1)
"""

from __future__ import annotations

from cocapi_gen.sandbox.faults import (
    Fault as Fault,
    added as added,
    content_type as content_type,
    cut_off as cut_off,
    gateway as gateway,
    invalid_ip as invalid_ip,
    invalid_json as invalid_json,
    invalid_token as invalid_token,
    maintenance as maintenance,
    refused as refused,
    replaced as replaced,
    reset as reset,
    slow as slow,
    throttled as throttled,
    without as without,
)
from cocapi_gen.sandbox.sandbox import Sandbox as Sandbox
from cocapi_gen.sandbox.world import World as World
from cocapi_gen.sandbox.world.history import (
    BattleFought as BattleFought,
    Donated as Donated,
    Event as Event,
    LeagueEnded as LeagueEnded,
    LeagueEvent as LeagueEvent,
    LeagueRoundDrawn as LeagueRoundDrawn,
    LeagueSignUpOpened as LeagueSignUpOpened,
    MemberJoined as MemberJoined,
    MemberLeft as MemberLeft,
    RaidAttacked as RaidAttacked,
    RaidWeekendEnded as RaidWeekendEnded,
    RaidWeekendStarted as RaidWeekendStarted,
    RoleChanged as RoleChanged,
    SeasonStarted as SeasonStarted,
    TownHallRaised as TownHallRaised,
    WarAttacked as WarAttacked,
    WarDeclared as WarDeclared,
    WarEnded as WarEnded,
    WarEvent as WarEvent,
    WarStarted as WarStarted,
)
