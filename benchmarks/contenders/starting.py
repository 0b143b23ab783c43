"""How long a program takes to start, beyond a Python that does nothing."""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks.contenders.worker import Make, Measure, Setting

_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""What is compiled is kept, as pip does it for what it installs."""


def started(code: str) -> Make:
    """Measure the time of the processor that a program takes; the path of a body is its argument."""

    def make(setting: Setting) -> Measure:
        body = f"{setting.bodies}/player.json"
        _seconds(code, body)  # whatever is compiled is compiled now
        return lambda times: sum(_seconds(code, body) - _seconds("", body) for _ in range(times))

    return make


def _seconds(code: str, argument: str) -> float:
    program = subprocess.Popen([sys.executable, "-c", code, argument], env=_ENVIRONMENT)
    _, status, usage = os.wait4(program.pid, 0)
    program.returncode = os.waitstatus_to_exitcode(status)
    if program.returncode:
        raise RuntimeError(f"the program ended with {program.returncode}")
    return usage.ru_utime + usage.ru_stime
