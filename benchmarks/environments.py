"""Environments of their own for libraries that are measured or probed, made on the first use."""

from __future__ import annotations

import json
import subprocess
import tomllib
import venv
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
HOME = ROOT / "build" / "environments"


@dataclass(frozen=True)
class Environment:
    """An environment of a library.

    Attributes:
        name: what its folder is called, which is the library's name on PyPI, where it is there.
        requirements: what pip is asked for. What begins with a dot is this project.
    """

    name: str
    requirements: tuple[str, ...]

    def python(self) -> str:
        """Return its Python. The environment is made if it is not there, or was made of something else."""
        home = HOME / self.name
        python, ready = home / "bin" / "python", home / "ready"
        if not ready.exists() or ready.read_text() != self._made_of():
            venv.create(home, with_pip=True, clear=True)
            install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", *self._arguments()]
            subprocess.run([str(python), *install], check=True, cwd=ROOT)
            ready.write_text(self._made_of())
        return str(python)

    def version(self, distribution: str) -> str:
        """Return the version of something that is installed in it."""
        ask = f"from importlib.metadata import version; print(version({distribution!r}))"
        run = subprocess.run([self.python(), "-c", ask], check=True, capture_output=True, text=True)
        return run.stdout.strip()

    def _arguments(self) -> list[str]:
        return [part for one in self.requirements for part in (["--editable", one] if one.startswith(".") else [one])]

    def _made_of(self) -> str:
        """What it is made of, as a text; what this project needs is part of that."""
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
        ours = any(one.startswith(".") for one in self.requirements)
        needs = [project["dependencies"], project["optional-dependencies"]] if ours else []
        return json.dumps([self.requirements, needs])


COC_PY = Environment("coc.py", ("coc.py==4.0.0",))
CLASHY_PY = Environment("clashy.py", ("clashy.py==26.9.1",))
COCAPI = Environment("cocapi", ("cocapi[pydantic]==4.0.1", "h2==4.*"))
"""Its asynchronous client asks for HTTP/2, and does not ask for the package that this takes."""
DEFAULT = Environment("default", (".",))
FAST = Environment("fast", (".[fast]",))
LIMITS = Environment("limits", (".", "aiohttp==3.14.*", "msgspec==0.*", "orjson==3.*"))
"""The bare limits, and this project for its models; httpx comes with it."""
