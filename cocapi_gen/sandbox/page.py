"""What a browser gets to see at `/`: what this is, and what to try."""

from __future__ import annotations

from html import escape

from cocapi_gen.raw import OPERATIONS
from cocapi_gen.sandbox.exchange import Delivery
from cocapi_gen.sandbox.world import World

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Clash of Clans sandbox</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222 }}
table {{ border-collapse: collapse }}
td, th {{ text-align: left; padding: .2rem 1.5rem .2rem 0; border-bottom: 1px solid #ddd }}
pre {{ background: #f4f4f0; padding: .7rem; overflow-x: auto }}
</style>
</head>
<body>
<h1>Clash of Clans sandbox</h1>
<p>An invented world behind the API's own paths. It follows from seed {seed}; in it, it is {now}.</p>
<table>
<tr><th>Base URL</th><td><code>{base}/v1</code></td></tr>
<tr><th>Key</th><td><code>Authorization: Bearer anything</code>, or a key of the developer site</td></tr>
<tr><th>Developer site</th><td><code>{base}/api</code></td></tr>
</table>
<h2>Worth trying</h2>
{commands}
<h2>Tags</h2>
<table>
{tags}
</table>
<h2>Operations</h2>
<table>
<tr><th>Operation</th><th>Request</th><th>Fresh for</th></tr>
{operations}
</table>
</body>
</html>
"""

_TRIES = {
    "A clan": "/clans/{0.clan_tags[0]}",
    "Its war": "/clans/{0.clan_tags[0]}/currentwar",
    "A player": "/players/{0.player_tag}",
    "The best clans of the world": "/locations/global/rankings/clans?limit=3",
}

_TAGS = {
    "Clan on battle day": "in_war_clan_tag",
    "Clan on preparation day": "preparation_clan_tag",
    "Clan whose war has ended": "war_ended_clan_tag",
    "Clan outside any war": "not_in_war_clan_tag",
    "Clan with a private war log": "private_clan_tag",
    "Small clan": "small_clan_tag",
    "Player": "player_tag",
    "Player without a clan": "clanless_player_tag",
    "Beginner": "beginner_player_tag",
    "Nobody": "unknown_tag",
}


def welcome(world: World, host: str) -> Delivery:
    """The page.

    Args:
        world: what to tell about.
        host: host and port, as the browser named them.

    >>> welcome(World(1), "127.0.0.1:8080").headers
    {'content-type': 'text/html; charset=utf-8'}
    """
    base = f"http://{host or '127.0.0.1'}"
    text = _PAGE.format(
        seed=world.seed,
        now=f"{world.now:%A, %d %B %Y, %H:%M} UTC",
        base=escape(base),
        commands="\n".join(_command(base, title, path.format(world)) for title, path in _TRIES.items()),
        tags="\n".join(_row(title, _tag(world, name)) for title, name in _TAGS.items()),
        operations="\n".join(
            _row(name, f"{operation.method} {operation.path_template}", _lifetime(operation.max_age))
            for name, operation in OPERATIONS.items()
        ),
    )
    return Delivery(200, {"content-type": "text/html; charset=utf-8"}, text.encode())


def _tag(world: World, name: str) -> str:
    try:
        return str(getattr(world, name))
    except LookupError:  # wars come and go
        return "none at the moment"


def _command(base: str, title: str, path: str) -> str:
    command = f"curl -H 'Authorization: Bearer anything' '{base}/v1{path.replace('#', '%23')}'"
    return f"<p>{escape(title)}</p>\n<pre>{escape(command)}</pre>"


def _row(*cells: str) -> str:
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def _lifetime(seconds: int | None) -> str:
    return f"{seconds} seconds" if seconds else ""
