"""A whole endpoint, added to a copy of the project as the documentation shows: an entry in the spec and one method."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from codegen import outputs

pytestmark = pytest.mark.tools

PAGE = (outputs.ROOT / "docs/when-the-api-changes.md").read_text()

USE = """
import asyncio, json
import httpx
from cocapi_gen import Client, SyncClient

def answer(request):
    assert request.url.raw_path == b"/v1/clans/%232PP/quests", request.url
    return httpx.Response(200, json={"items": [{"name": "Dig", "questPoints": 3}, {"name": "Build"}]})

async def main():
    async with Client("token", transport=httpx.MockTransport(answer)) as client:
        found = await client.quests("2pp")
        assert [(quest.name, quest.quest_points) for quest in found] == [("Dig", 3), ("Build", None)]
        raw = await client.raw.clans.get_quests(clan_tag="#2PP")
        assert raw.items[0].quest_points == 3
        assert (await client.with_response.quests("#2PP")).status == 200

asyncio.run(main())
with SyncClient("token", transport=httpx.MockTransport(answer)) as client:
    assert len(client.quests("#2PP")) == 2
print("done")
"""


def python(folder: Path, *arguments: str) -> str:
    """Run Python in a folder, and return what it tells."""
    done = subprocess.run(  # noqa: S603 # our own program
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def inserted(path: Path, before: str, new: str) -> None:
    """Put a text into a file before another one, which is there once."""
    text = path.read_text()
    assert text.count(before) == 1
    path.write_text(text.replace(before, f"{new}{before}"))


def test_the_walk_through_works(tmp_path: Path) -> None:
    paths, schemas = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
    model, flow, method = re.findall(r"```text\n(.*?)```", PAGE, flags=re.DOTALL)
    for name in ("cocapi_gen", "codegen", "spec", "docs"):
        copytree(outputs.ROOT / name, tmp_path / name, ignore=ignore_patterns("__pycache__"))
    (tmp_path / "pyproject.toml").write_bytes((outputs.ROOT / "pyproject.toml").read_bytes())

    spec, package = tmp_path / "spec/clashofclans.yaml", tmp_path / "cocapi_gen"
    inserted(spec, "  /players/{playerTag}:\n", paths)
    spec.write_text(spec.read_text() + schemas)
    (package / "models/quests.py").write_text(model)
    inserted(package / "models/__init__.py", '            "goldpass": (', '            "quests": ("Quest",),\n')
    (package / "_flows/clans.py").write_text(f"{(package / '_flows/clans.py').read_text()}\n\n{flow}")
    inserted(package / "client.py", "    async def raid_seasons(\n", f"{method}\n")

    python(tmp_path, "-m", "codegen")
    assert "are what the specification gives" in python(tmp_path, "-m", "codegen", "--check")
    assert python(tmp_path, "-c", USE) == "done\n"
