"""The bodies that are read and served: made by a sandbox, as large as real ones, or taken from a folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeAlias, cast

from cocapi_gen import ClientRequestError, SyncClient
from cocapi_gen.sandbox import Sandbox

Json: TypeAlias = dict[str, Any]
Ask: TypeAlias = Callable[[str], Json | None]

KINDS = ("player", "clan", "war", "raidlog", "warlog", "ranking")
NAMES = {
    "player": "players/player/FOUND.json",
    "clan": "clans/clans/CLAN.json",
    "war": "clans/currentwar/INWAR.json",
    "raidlog": "clans/capitalraidseasons/CAPITALRAIDSEASON.json",
    "warlog": "clans/warlog/WARLOG.json",
    "ranking": "locations/rankings/players/COUNTRY.json",
}
"""Where recordings of answers are found in a folder that does not call them `player.json` and so on."""

_SIZES = {"player": 22_000, "clan": 39_000, "war": 60_000, "raidlog": 80_000, "warlog": 52_000, "ranking": 130_000}
"""Bytes of typical real answers; of what the sandbox has, the nearest is taken."""
_SIDE = 50
_CLANS = 40
"""So many are looked at."""


def put_into(folder: Path, given: Path | None) -> None:
    """Fill a folder with a body of each kind; of those that are given, the given ones."""
    bodies = _made()
    if given is not None:
        bodies |= {kind: _body_in(path) for kind, path in found_in(given).items()}
    bodies["clan"] |= {"isWarLogPublic": False}  # so that a clan takes one request of everybody
    folder.mkdir(parents=True, exist_ok=True)
    for kind, body in bodies.items():
        (folder / f"{kind}.json").write_bytes(packed(body))


def found_in(folder: Path) -> dict[str, Path]:
    """Return the bodies that a folder has, by kind.

    Raises:
        FileNotFoundError: there is none.
    """
    places = {kind: (folder / f"{kind}.json", folder / NAMES[kind]) for kind in KINDS}
    found = {kind: path for kind, paths in places.items() for path in paths[::-1] if path.exists()}
    if not found:
        raise FileNotFoundError(f"{folder} has neither {KINDS[0]}.json nor {NAMES[KINDS[0]]}, nor any of the others")
    return found


def grown(war: Json, size: int) -> Json:
    """Return a war with so many members on each side: more are made of those who are there.

    >>> one = {"tag": "#2PP", "mapPosition": 1}
    >>> grown({"teamSize": 1, "clan": {"members": [one]}, "opponent": {"members": [one]}}, 2)["clan"]["members"][1]
    {'tag': '#2PP2', 'mapPosition': 2}
    """
    sides = {side: war[side] | {"members": _filled(war[side]["members"], size)} for side in ("clan", "opponent")}
    return war | sides | {"teamSize": size}


def _filled(members: list[Json], size: int) -> list[Json]:
    more = size - len(members)
    places = range(len(members) + 1, size + 1)
    copies = zip(members[:more], places, strict=True)
    return members + [one | {"tag": f"{one['tag']}2", "mapPosition": place} for one, place in copies]


def _made() -> dict[str, Json]:
    sandbox = Sandbox(seed=1)
    world = sandbox.world
    with sandbox.sync_client() as client:
        ask = _asker(client)
        clans = world.clan_tags[:_CLANS]
        war = max(_answers(ask, clans, "/clans/{}/currentwar"), key=lambda war: len(packed(war)))
        return {
            "player": _nearest("player", _answers(ask, world.player_tags[:_CLANS], "/players/{}")),
            "clan": _nearest("clan", _answers(ask, clans, "/clans/{}")),
            "war": grown(war, _SIDE),
            "raidlog": _nearest("raidlog", _answers(ask, clans, "/clans/{}/capitalraidseasons")),
            "warlog": _nearest("warlog", _answers(ask, clans, "/clans/{}/warlog")),
            "ranking": _nearest("ranking", _answers(ask, ["global"], "/locations/{}/rankings/players")),
        }


def _asker(client: SyncClient) -> Ask:
    def ask(path: str) -> Json | None:
        try:
            return cast("Json", client.request("GET", path))
        except ClientRequestError:  # a private war log
            return None

    return ask


def _answers(ask: Ask, names: Iterable[str], path: str) -> list[Json]:
    return [answer for name in names if (answer := ask(path.format(name))) is not None]


def _nearest(kind: str, answers: list[Json]) -> Json:
    return min(answers, key=lambda answer: abs(len(packed(answer)) - _SIZES[kind]))


def packed(body: Json) -> bytes:
    """Return a body as the API writes it."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _body_in(path: Path) -> Json:
    """Read a body as it came, or a recording, which holds what was answered around it."""
    found: Json = json.loads(path.read_bytes())
    return found["body"] if "response_code" in found else found
