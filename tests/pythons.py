"""Other versions of Python, each in an environment of its own."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
VERSIONS = ("3.12", "3.13", "3.14")


def python_of(version: str, folder: Path, *tools: str) -> str:
    """Return a Python that has what the package needs, and these tools of the project; skip if there is none."""
    found = shutil.which(f"python{version}")
    if found is None or subprocess.run([found, "--version"], capture_output=True, check=False).returncode:  # noqa: S603
        pytest.skip(f"Python {version} is not installed here")
    subprocess.run([found, "-m", "venv", folder / "venv"], check=True)  # noqa: S603
    python = str(folder / "venv" / "bin" / "python")
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [tool for tool in groups["dependency-groups"]["dev"] if tool.startswith((*tools, "pytest", "hypothesis"))]
    install = [python, "-m", "pip", "install", "-qqq", *wanted, *groups["project"]["dependencies"]]
    subprocess.run(install, check=True)  # noqa: S603
    return python
