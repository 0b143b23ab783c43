"""Measures this package, its peers and the bare limits side by side: `python -m benchmarks`.

`--guard` is the short form. It ends with 1 if a goal is missed by more than the noise.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from benchmarks.bodies import put_into
from benchmarks.chart import bars, chart
from benchmarks.environments import CLASHY_PY, COC_PY, COCAPI, LIMITS, ROOT
from benchmarks.judging import Result, judged, line
from benchmarks.racing import Broken, Figures, Run, Workers, race, race_anew, workers
from benchmarks.reporting import Facts, as_json, machine, markdown
from benchmarks.rows import HEATS, Heat, Series

HOME = ROOT / "build" / "bench"
TURN = 0.08
SHORT_TURN = 0.03
"""Seconds of a contender in each round."""


def main() -> int:
    """Measure, tell, and write it all down; 1 if a goal is missed or somebody failed."""
    asked = _asked()
    begin = time.monotonic()
    put_into(HOME / "bodies", asked.bodies)
    figures, results, broken = dict[Series, list[float]](), list[Result](), list[str]()
    with workers(HOME / "bodies") as started:
        for heat in HEATS:
            found = _raced(heat, started, broken, short=asked.guard)
            figures |= found
            new = [judged(row, found) for row in heat.rows if found]
            results += new
            print(*(line(one) for one in new), sep="\n", flush=True)
    print(*broken, sep="\n")
    if not asked.guard:
        facts = machine() | {"seconds": round(time.monotonic() - begin), "bodies": _sizes(), "versions": _versions()}
        _write(facts, figures, results)
    return int(bool(broken) or any(one.fails for one in results))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--guard", action="store_true", help="take a minute or two, and leave out what takes long")
    parser.add_argument("--bodies", type=Path, help="a folder with bodies or recordings of answers")
    return parser.parse_args()


def _raced(heat: Heat, started: Workers, broken: list[str], *, short: bool) -> dict[Series, list[float]]:
    run = _telling(started.run, broken)
    series = heat.compared if short else [*dict.fromkeys((*heat.compared, *heat.also))]
    rounds, turn = (heat.guarded, SHORT_TURN) if short else (heat.rounds, TURN)
    if not rounds:
        return {}
    return race_anew(series, rounds, run, started.end, turn) if heat.anew else race(series, rounds, run, turn)


def _telling(run: Run, broken: list[str]) -> Run:
    """Run, and take note of what cannot be run, which is left out."""

    def tells(series: Series, times: int) -> float | None:
        try:
            return run(series, times)
        except Broken as error:
            broken.append(str(error))
            return None

    return tells


def _sizes() -> dict[str, int]:
    return {path.stem: path.stat().st_size for path in sorted((HOME / "bodies").glob("*.json"))}


def _versions() -> dict[str, str]:
    peers = {environment.name: environment.version(environment.name) for environment in (COC_PY, CLASHY_PY, COCAPI)}
    return peers | {name: LIMITS.version(name) for name in ("aiohttp", "httpx", "msgspec", "orjson", "pydantic")}


def _write(facts: Facts, figures: Figures, results: list[Result]) -> None:
    (HOME / "report.md").write_text(markdown(facts, figures, results))
    (HOME / "report.json").write_text(json.dumps(as_json(facts, figures, results), indent=1))
    (HOME / "chart.svg").write_text(chart(bars(figures)))
    print(f"written to {HOME.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(main())
