"""The command line of the generator."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen import outputs
from codegen.__main__ import main
from codegen.spec import Spec

FILES = {"cocapi_gen/raw/api.py": "a = 1\n", "docs/endpoints.md": "# A\n"}


@pytest.fixture(autouse=True)
def _small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it generate two files, into a folder of the test."""

    def render(_: Spec) -> dict[str, str]:
        return FILES

    monkeypatch.setattr(outputs, "render", render)
    monkeypatch.setattr(outputs.write, "__defaults__", (tmp_path,))
    monkeypatch.setattr(outputs.differences, "__defaults__", (tmp_path,))


def run(monkeypatch: pytest.MonkeyPatch, *options: str) -> int:
    monkeypatch.setattr("sys.argv", ["codegen", *options])
    return main()


def test_it_writes_and_then_finds_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--check") == 1
    assert "+a = 1" in capsys.readouterr().out
    assert run(monkeypatch) == 0
    assert (tmp_path / "docs/endpoints.md").read_text() == "# A\n"
    assert run(monkeypatch, "--check") == 0
    assert capsys.readouterr().out == "2 generated files are what the specification gives.\n"


def test_a_bad_specification_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("openapi: 3.1.0\n")
    monkeypatch.setattr(outputs, "SPEC", path)
    with pytest.raises(SystemExit) as ended:
        run(monkeypatch)
    assert ended.value.code == 2
    assert capsys.readouterr().err == "error: bad.yaml: document: 'info' is a required property\n"
