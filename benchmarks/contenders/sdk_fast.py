"""This package with its fast engine, where it has one."""

from __future__ import annotations

import inspect
from typing import cast

from benchmarks.contenders.sdk import call_cases
from benchmarks.contenders.worker import Make
from cocapi_gen import Client, ClientOptions

_OFFERED = "engine" in inspect.signature(Client).parameters

CASES: dict[str, Make] = call_cases(**cast("ClientOptions", {"engine": "httptools"})) if _OFFERED else {}
