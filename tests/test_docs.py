"""Every example of the package's docstrings and of the documents is run, against the sandbox."""

from __future__ import annotations

import ast
import asyncio
import doctest
import inspect
import io
import logging
import pkgutil
import re
import runpy
import subprocess
import sys
from collections.abc import Coroutine, Iterator
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest

import cocapi_gen
from cocapi_gen import Client, SyncClient
from cocapi_gen.sandbox import Sandbox

ROOT = Path(__file__).parent.parent
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
MODULES = ["cocapi_gen", *(found.name for found in pkgutil.walk_packages(cocapi_gen.__path__, "cocapi_gen."))]
FENCE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


def docstrings(module: ModuleType) -> Iterator[tuple[str, str]]:
    """Yield every docstring with an example that a module holds, in its classes too."""
    waiting: list[tuple[str, object]] = [(module.__name__, module)]
    while waiting:
        name, thing = waiting.pop()
        text = inspect.getdoc(thing) or ""
        if ">>>" in text:
            yield name, text
        if isinstance(thing, (ModuleType, type)):
            waiting += [(f"{name}.{key}", value) for key, value in [*vars(thing).items()] if is_own(value, module)]


def is_own(value: object, module: ModuleType) -> bool:
    """Say whether something was written in a module, and not only imported."""
    code: object = getattr(value, "func", None) or getattr(value, "fget", None) or value
    return getattr(code, "__module__", None) == module.__name__ and not isinstance(value, type(module))


EXAMPLES = dict(pair for name in MODULES if not name.endswith("__main__") for pair in docstrings(import_module(name)))
BLOCKS = {
    f"{path.name}:{number}": block
    for path in DOCUMENTS
    for number, block in enumerate(FENCE.findall(path.read_text(encoding="utf-8")), 1)
}


@pytest.fixture
def _unchanged_log() -> Iterator[None]:
    """An example may set up logging, but for itself only."""
    logger = logging.getLogger("cocapi_gen")
    handlers, level = [*logger.handlers], logger.level
    yield
    logger.handlers[:] = handlers
    logger.setLevel(level)


@pytest.fixture
def names(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, _unchanged_log: None) -> dict[str, object]:
    """What examples may take for granted; and the environment says where the API is."""
    monkeypatch.setenv("COC_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("COC_TOKEN", "token")
    monkeypatch.setenv("METRICS_PORT", "0")
    world = sandbox.world
    return {
        "__name__": "__main__",
        "client": Client(),
        "sandbox": sandbox,
        "clan_tag": world.in_war_clan_tag,
        "player_tag": world.player_tag,
    }


def run(source: str, mode: str, names: dict[str, object], runner: asyncio.Runner) -> str:
    """Run some lines, with ``await`` or without, and return what they print."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        found = eval(compile(source, "example", mode, flags=FLAGS), names)  # noqa: S307 # text of ours
        if inspect.iscoroutine(found):
            runner.run(cast("Coroutine[object, object, object]", found))
    return printed.getvalue()


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_says_what_happens(name: str, names: dict[str, object]) -> None:
    module = import_module(max((module for module in MODULES if name.startswith(module)), key=len))
    names |= vars(module)
    if ".sync_" in module.__name__:
        names["client"] = SyncClient()
    with asyncio.Runner() as runner:
        for example in doctest.DocTestParser().get_examples(EXAMPLES[name]):
            if example.options.get(doctest.SKIP):
                continue
            shown = run(example.source, "single", names, runner)  # as a console does
            flags = sum(flag for flag, is_on in example.options.items() if is_on)
            assert doctest.OutputChecker().check_output(example.want, shown, flags), (example.source, shown)


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_of_the_documents_runs(name: str, names: dict[str, object]) -> None:
    with asyncio.Runner() as runner:
        run(BLOCKS[name], "exec", names, runner)


@pytest.mark.tools
def test_every_block_of_the_documents_is_typed(tmp_path: Path) -> None:
    for name, block in BLOCKS.items():
        (tmp_path / f"{name.replace(':', '_')}.py").write_text(block, encoding="utf-8")
    (tmp_path / "pyrightconfig.json").write_text(
        '{"typeCheckingMode": "strict", "reportUnusedImport": false}', encoding="utf-8"
    )
    pyright = [str(Path(sys.executable).parent / "pyright"), "--pythonpath", sys.executable, "-p", str(tmp_path)]
    done = subprocess.run(pyright, capture_output=True, text=True, check=False)  # noqa: S603 # our own tool
    assert done.returncode == 0, done.stdout


def test_there_are_examples_to_run() -> None:
    for client in (Client, SyncClient):
        public = {name for name in vars(client) if not name.startswith("_")}
        assert {f"{client.__module__}.{client.__name__}.{name}" for name in public} <= EXAMPLES.keys()
    assert len(BLOCKS) > 5


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_link_between_documents_leads_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)", text) if "://" not in target]
    assert [target for target in targets if not (path.parent / target).exists()] == []


def anchors(path: Path) -> set[str]:
    """Return what GitHub calls the headings of a document."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_link_to_a_heading_leads_somewhere(path: Path) -> None:
    links = {*re.findall(r"\]\(([^)#:]*)#([^)]+)\)", path.read_text(encoding="utf-8"))}
    assert [link for link in sorted(links) if link[1] not in anchors(path.parent / (link[0] or path.name))] == []


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.py")), ids=lambda path: path.name)
def test_an_example_program_runs(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [path.name])
    exec(compile(path.read_text(encoding="utf-8"), path.name, "exec"), {"__name__": "__main__"})  # noqa: S102 # ours
    assert "Traceback" not in capsys.readouterr().out


def test_nobody_is_reminded_of_a_war_whose_end_is_past(capsys: pytest.CaptureFixture[str]) -> None:
    sandbox = Sandbox(seed=4)
    program = runpy.run_path(str(ROOT / "examples" / "war_reminder.py"))

    async def wait(pause: timedelta) -> None:
        sandbox.advance(seconds=pause.total_seconds())

    def ahead() -> datetime:
        return sandbox.now + timedelta(days=3)

    asyncio.run(program["watch"](sandbox.client(), sandbox.world.in_war_clan_tag, ahead, wait))
    assert re.fullmatch(r"The war is over: \d+ stars to \d+\.\n", capsys.readouterr().out)
