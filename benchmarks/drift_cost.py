"""What it costs to look for news in answers, compared with reading them: ``python -m benchmarks.drift_cost``.

Measured is the time of the processor, in rounds that take turns, so that noise hits both alike.
"""

from __future__ import annotations

import json
import sys
from statistics import median
from time import process_time

from cocapi_gen import Clan, Player
from cocapi_gen._http.bodies import decode
from cocapi_gen._http.drifts import Drifts
from cocapi_gen._http.watch import Watch
from cocapi_gen.raw import OPERATIONS
from cocapi_gen.sandbox import Sandbox

GOAL = 0.03
ROUNDS = 7
ANSWERS = 512
"""In each round; of these, two are looked at."""


def main() -> int:
    """Print the share for each kind of answer, and return whether the goal is missed."""
    sandbox = Sandbox()
    client, world = sandbox.sync_client(), sandbox.world
    shares = {
        "getPlayer": share("getPlayer", Player, client.request("GET", f"/players/{world.player_tag}")),
        "getClan": share("getClan", Clan, client.request("GET", f"/clans/{world.in_war_clan_tag}")),
    }
    for name, found in shares.items():
        print(f"{name:<10} {found:.1%} of the time that reading takes (goal: {GOAL:.0%})")
    return int(max(shares.values()) > GOAL)


def share(name: str, model: type[object], answer: object) -> float:
    """Return the time for looking, by the time for reading."""
    body, operation, drifts = json.dumps(answer).encode(), OPERATIONS[name], Drifts(Watch(None))
    for _ in range(ANSWERS):  # the first look loads what the others need
        drifts.note(operation, body)
    found = list[float]()
    for _ in range(ROUNDS):
        begin = process_time()
        for _ in range(ANSWERS):
            decode(model, body, name)
        middle = process_time()
        for _ in range(ANSWERS):
            drifts.note(operation, body)
        found.append((process_time() - middle) / (middle - begin))
    return median(found)


if __name__ == "__main__":
    sys.exit(main())
