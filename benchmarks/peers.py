"""Whether other people's clients can tell the sandbox from the API: three of them use it, each in its own environment.

`python -m benchmarks.peers` lets each probe make its calls, prints which went well, and ends with 1 if one failed that
is not the library's own fault.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from benchmarks.environments import CLASHY_PY, COC_PY, COCAPI, ROOT, Environment
from benchmarks.probes.report import Guide, Outcome
from cocapi_gen.sandbox import Sandbox

PATIENCE = 300
"""Seconds that one probe may take."""

COUNTRY = 32000193
NOT_OFFERED = "-"


@dataclass(frozen=True)
class Peer:
    """A library of somebody else: where it is installed, and the probe that uses it."""

    environment: Environment
    probe: str


PEERS = (
    Peer(COC_PY, "benchmarks.probes.coc_py"),
    Peer(CLASHY_PY, "benchmarks.probes.clashy_py"),
    Peer(COCAPI, "benchmarks.probes.cocapi"),
)

Outcomes = Mapping[str, Sequence[Outcome]]
"""What came of the calls of each library."""


def guide(sandbox: Sandbox) -> Guide:
    """What the probes are told of a running sandbox."""
    world, site = sandbox.world, sandbox.developer_site
    clan = world.in_war_clan_tag
    return Guide(
        base_url=sandbox.base_url,
        developer_url=sandbox.developer_url,
        email=site.email,
        password=site.password,
        key="made-by-hand",
        clan=clan,
        name=world.clans[clan].name,
        ended_war_clan=world.war_ended_clan_tag,
        idle_clan=world.not_in_war_clan_tag,
        private_clan=world.private_clan_tag,
        player=world.player_tag,
        clanless_player=world.clanless_player_tag,
        unknown_tag=world.unknown_tag,
        token=world.token,
        country=COUNTRY,
        clan_label=next(label for clan in world.clans.values() for label in clan.labels),
    )


def title(peer: Peer) -> str:
    """The name of a library and the version that is installed."""
    name = peer.environment.name
    return f"{name} {peer.environment.version(name)}"


def probe(peer: Peer, told: Guide) -> list[Outcome]:
    """Let the library make its calls; a probe that breaks off is an outcome of its own."""
    command = [peer.environment.python(), "-m", peer.probe, json.dumps(asdict(told))]
    run = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    outcomes = [Outcome(**json.loads(line)) for line in run.stdout.splitlines()]
    if run.returncode:
        last = (run.stderr.strip().splitlines() or ["no word of why"])[-1]
        outcomes.append(Outcome("the probe itself", "error", last))
    return outcomes


def table(outcomes: Outcomes) -> Iterator[str]:
    r"""One row a call, one column a library.

    >>> print(*table({"a": [Outcome("clan", "ok", "50 members")], "b": []}), sep="\n")
    call  a   b
    clan  ok  -
    """
    calls = list(dict.fromkeys(outcome.call for told in outcomes.values() for outcome in told))
    verdicts = {(name, outcome.call): outcome.verdict for name, told in outcomes.items() for outcome in told}
    cells = [["call", *outcomes]]
    cells += [[call, *(verdicts.get((name, call), NOT_OFFERED) for name in outcomes)] for call in calls]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def remarks(outcomes: Outcomes) -> Iterator[str]:
    """A line for each call that did not go well, errors at the end.

    >>> list(remarks({"a": [Outcome("labels", "peer fault", "asks for a wrong path"), Outcome("clan", "ok", "")]}))
    ['peer fault  a, labels: asks for a wrong path']
    """
    for verdict in ("peer fault", "error"):
        for name, told in outcomes.items():
            yield from (f"{verdict:10}  {name}, {one.call}: {one.text}" for one in told if one.verdict == verdict)


def failed(outcomes: Outcomes) -> bool:
    """Whether something went wrong that is not the fault of the library.

    >>> failed({"a": [Outcome("labels", "peer fault", "asks for a wrong path")]})
    False
    """
    # a library that told nothing has not been tried
    return any(not told or any(one.verdict == "error" for one in told) for told in outcomes.values())


def _tell(lines: Iterable[str]) -> None:
    print(*lines, sep="\n", end="\n\n")


def main() -> None:
    """Probe the sandbox with every library."""
    with Sandbox(seed=1) as sandbox:
        outcomes = {title(peer): probe(peer, guide(sandbox)) for peer in PEERS}
    _tell(table(outcomes))
    _tell(remarks(outcomes))
    sys.exit(failed(outcomes))


if __name__ == "__main__":
    main()
