"""What the command line does, says and returns."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import httpx
import pytest

from cocapi_gen import __version__
from cocapi_gen.cli import (
    asking,
    doctor as doctor_command,
    keys as keys_command,
    main,
    record,
    replay,
    sandbox as sandbox_command,
    serving,
)
from cocapi_gen.cli.lookups import LOOKUPS
from cocapi_gen.raw import OPERATIONS
from cocapi_gen.sandbox import Sandbox, World, invalid_json, invalid_token, refused
from cocapi_gen.sandbox.faults import Fault
from cocapi_gen.testing import no_sleep
from cocapi_gen.testing.recordings import FOLDERS, Recording

ROOT = Path(__file__).parent.parent
KEY = "a-key.of-the-developer-site"


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox of the test's own on a socket, which the environment names; nobody waits between requests."""
    with Sandbox(seed=1) as running, no_sleep():
        monkeypatch.setenv("COC_BASE_URL", running.base_url)
        monkeypatch.setenv("COC_TOKEN", KEY)
        yield running


def run(*arguments: str | Path) -> int:
    """Run a command, and return its exit code."""
    try:
        return main([str(argument) for argument in arguments])
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1


def fails(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str]:
    """Run a command that fails, and return its exit code and the one line that it says."""
    code = run(*arguments)
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.endswith("\n")
    return code, said


def recorded(folder: Path) -> dict[str, Recording]:
    return {path.relative_to(folder).as_posix(): Recording.read(path) for path in folder.rglob("*.json")}


# ---------------------------------------------------------------------- record


def test_everything_that_the_tags_allow_is_recorded(
    served: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = served.world
    subjects = ["--clan", world.in_war_clan_tag, "--clan", world.private_clan_tag.lower(), "--player", world.player_tag]
    assert run("record", tmp_path, *subjects, "--location", "russia", "--location", "global", "--search", "clan") == 0
    answers = recorded(tmp_path)
    asked = {operation for name in answers for folder, operation in FOLDERS.items() if is_in(name, folder)}
    assert OPERATIONS.keys() - asked == {"verifyToken"}
    assert {folder for folder in answers if "clanTag" in folder} >= {
        f"clans/{kind}/clanTag={tag}.json"
        for kind in ("clans", "members", "warlog", "currentwar", "leaguegroup", "capitalraidseasons")
        for tag in (world.in_war_clan_tag, world.private_clan_tag)
    }
    places = {part for name in answers for part in re.findall(r"locationId=(\w+)", name)}
    assert places == {"32000193", "global"}  # and not the last one in the list
    said = capsys.readouterr().out.splitlines()
    errors = [name for name, answer in answers.items() if answer.status != 200]
    assert said[-1] == f"{len(answers)} answers written to {tmp_path}; {len(errors)} errors."
    told = {line.split()[-1]: int(line.split()[0]) for line in said[:-1]}
    assert told == {name: answer.status for name, answer in answers.items()}
    assert f"clans/warlog/clanTag={world.private_clan_tag}.json" in errors


def is_in(name: str, folder: str) -> bool:
    return name == f"{folder}.json" or name.startswith(f"{folder}/")


def test_without_a_tag_there_are_the_lists(served: Sandbox, tmp_path: Path) -> None:
    assert run("record", tmp_path) == 0
    answers = recorded(tmp_path)
    assert {"locations/LISTLOCATIONS.json", "goldpass.json", "labels/clans.json"} <= answers.keys()
    assert not [name for name in answers if name.startswith(("clans/", "players/"))]
    # of each list, what belongs to its last entry
    body = answers["leagues/LISTLEAGUETIERS.json"].body
    assert isinstance(body, dict)
    rows = body["items"]
    assert isinstance(rows, list)
    assert isinstance(rows[-1], dict)
    assert f"leagues/leaguetier/leagueTierId={rows[-1]['id']}.json" in answers


def test_no_request_is_made_twice(served: Sandbox, tmp_path: Path) -> None:
    clans = [part for tag in served.world.clan_tags[:2] for part in ("--clan", tag)]
    assert run("record", tmp_path, *clans) == 0
    assert len(set(served.requests)) == len(served.requests)
    assert len([request for request in served.requests if "clanwarleagues" in request]) == 4


def test_a_refused_key_ends_it(served: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    served.inject(invalid_token())
    code, said = fails(capsys, "record", tmp_path, "--clan", "#2PP")
    assert (code, len(served.requests), recorded(tmp_path)) == (1, 1, {})
    assert said.startswith("cocapi-gen record: Check the token")


@pytest.mark.parametrize(
    ("fault", "expected"), [(invalid_token(), "Check the token"), (refused(), "Check the network")]
)
def test_a_tour_that_breaks_off_keeps_what_is_there_and_does_not_succeed(
    served: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str], fault: Fault, expected: str
) -> None:
    assert run("record", tmp_path) == 0
    before = recorded(tmp_path)
    seen = len(served.requests)

    async def break_later(_: float) -> None:
        if len(served.requests) == seen + 3:
            served.inject(fault)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(record, "pause", break_later)
        code, said = fails(capsys, "record", tmp_path)
    assert code == 1
    assert expected in said
    assert recorded(tmp_path) == before


def test_an_api_out_of_reach_ends_it(served: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    served.inject(refused())
    code, said = fails(capsys, "record", tmp_path)
    assert (code, recorded(tmp_path)) == (1, {})
    assert "Check the network" in said


def test_an_answer_that_cannot_be_read_is_written_and_told(
    served: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    served.inject(invalid_json(), operation="getCurrentGoldPassSeason")
    assert run("record", tmp_path) == 0
    assert isinstance(recorded(tmp_path)["goldpass.json"].body, str)
    assert f"{'200 but unreadable':<20} goldpass.json\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "token", "expected"),
    [
        (["--clan", "owls"], KEY, "argument --clan: 'owls' is not a tag"),
        (["--location", "atlantis"], KEY, "'atlantis' is unknown"),
        ([], "two words", "The token is empty or holds blanks"),
        (["--pause"], KEY, "unrecognized arguments: --pause"),
    ],
)
def test_a_mistake_is_told_in_a_line(
    served: Sandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    token: str,
    expected: str,
) -> None:
    monkeypatch.setenv("COC_TOKEN", token)
    code, said = fails(capsys, "record", tmp_path, *arguments)
    assert code == 2
    assert said.startswith(f"cocapi-gen record: {expected}")


def test_without_a_key_it_says_where_to_put_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = fails(capsys, "record", tmp_path)
    assert code == 2
    assert "set COC_TOKEN" in said


def test_a_folder_that_cannot_be_is_told(served: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    code, said = fails(capsys, "record", tmp_path / "file")
    assert code == 2
    assert "file" in said


# ---------------------------------------------------------------------- replay


def test_a_folder_without_recordings_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = fails(capsys, "replay", tmp_path / "nowhere")
    assert code == 2
    assert "there are no recordings in" in said


def test_a_file_that_is_no_recording_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "goldpass.json").write_text("[]", encoding="utf-8")
    code, said = fails(capsys, "replay", tmp_path)
    assert code == 2
    assert "goldpass.json cannot be read" in said


def test_a_port_in_use_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold_pass(tmp_path)
    with Sandbox() as sandbox:
        code, said = fails(capsys, "replay", tmp_path, "--port", sandbox.base_url.split(":")[2].removesuffix("/v1"))
    assert code == 1
    assert "choose another one" in said


def test_without_the_server_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gold_pass(tmp_path)
    monkeypatch.delitem(sys.modules, "cocapi_gen.sandbox.server", raising=False)
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    code, said = fails(capsys, "replay", tmp_path)
    assert code == 1
    assert 'pip install "cocapi-gen[server]"' in said


def gold_pass(folder: Path) -> None:
    told = {"response_code": 200, "headers": {"content-type": "application/json"}, "body": {"startTime": "now"}}
    (folder / "goldpass.json").write_text(json.dumps(told), encoding="utf-8")


@contextmanager
def running(*arguments: str | Path) -> Generator[tuple[subprocess.Popen[str], str]]:
    """A command in a process of its own, and the address that it tells."""
    # whoever runs the tests may ignore the signal, and the command would inherit that
    signal.signal(signal.SIGINT, signal.default_int_handler)
    command = [sys.executable, "-m", "cocapi_gen", *map(str, arguments)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603
    with process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().split()[-1]
        finally:
            process.kill()


@pytest.mark.skipif(os.name != "posix", reason="Windows does not let a program send Ctrl-C to one alone")
def test_a_folder_is_served_until_ctrl_c(tmp_path: Path) -> None:
    gold_pass(tmp_path)
    with running("replay", tmp_path, "--port", "0") as (process, base_url):
        answer = httpx.get(f"{base_url}/goldpass/seasons/current", trust_env=False)
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=30)
    assert answer.json() == {"startTime": "now"}
    assert (process.returncode, complaints) == (0, "")


@pytest.mark.skipif(os.name != "posix", reason="Windows does not let a program send Ctrl-C to one alone")
def test_a_sandbox_is_served_until_ctrl_c() -> None:
    with running("sandbox", "--port", "0", "--seed", "7") as (process, base_url):
        answer = httpx.get(f"{base_url}/locations", headers={"authorization": "Bearer any"}, trust_env=False)
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=30)
    assert answer.status_code == 200
    assert (process.returncode, complaints) == (0, "")


# ---------------------------------------------------------------------- a sandbox


class _Interrupted:
    def wait(self, _: float) -> NoReturn:
        raise KeyboardInterrupt


def test_a_sandbox_says_what_to_try(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "Event", _Interrupted)
    assert run("sandbox", "--port=0", "--seed=5", "--clans=11", "--start=2026-02-03T04:05", "--speed=0") == 0
    hint = capsys.readouterr().out
    world, site = World(5, clans=11, start=datetime(2026, 2, 3, 4, 5, tzinfo=UTC)), Sandbox().developer_site
    assert re.match(
        r"base URL +http://127.0.0.1:(\d+)/v1\nkey +any text\ndeveloper site +http://127.0.0.1:\1/api\n", hint
    )
    assert hint.splitlines()[3:] == [
        f"account          {site.email} {site.password}",
        "time             2026-02-03 04:05 UTC",
        f"clan in war      {world.in_war_clan_tag}",
        f"private war log  {world.private_clan_tag}",
        f"player           {world.player_tag}",
        f"clanless player  {world.clanless_player_tag}",
        f"verify token     {world.token}",
        "Ctrl-C ends it.",
    ]


def test_a_sandbox_may_begin_now(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "Event", _Interrupted)
    before = datetime.now(UTC).replace(second=0, microsecond=0)
    assert run("sandbox", "--port=0", "--start=now") == 0
    told = re.search(r"^time +(.* UTC)$", capsys.readouterr().out, re.MULTILINE)
    assert told is not None
    assert before <= datetime.strptime(told[1], "%Y-%m-%d %H:%M %Z").replace(tzinfo=UTC) <= datetime.now(UTC)


def test_a_start_that_is_no_moment_is_told_with_one_that_is(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = fails(capsys, "sandbox", "--start=noon")
    assert code == 2
    assert "give a moment such as 2026-03-01T12:00, or now: 'noon' is none" in said


@pytest.mark.parametrize("option", ["--port=x", "--seed=x", "--start=x", "--speed=-1", "--clans=2", "--nonsense"])
def test_a_sandbox_that_cannot_be_is_told_in_a_line(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = fails(capsys, "sandbox", option)
    assert code == 2
    assert said.startswith("cocapi-gen")


@pytest.mark.parametrize("port", ["in use", "70000"])
def test_a_sandbox_on_a_port_that_cannot_be_opened_is_told(
    sandbox: Sandbox, port: str, capsys: pytest.CaptureFixture[str]
) -> None:
    number = sandbox.base_url.split(":")[2].removesuffix("/v1") if port == "in use" else port
    code, said = fails(capsys, "sandbox", "--port", number)
    assert code == 1
    assert re.search(f"port {number} cannot be opened .* choose another one", said)


def test_a_sandbox_without_the_server_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "cocapi_gen.sandbox.server", raising=False)
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    code, said = fails(capsys, "sandbox", "--port", "0")
    assert code == 1
    assert 'pip install "cocapi-gen[server]"' in said


def test_the_sandbox_is_a_program_too() -> None:
    program = [sys.executable, "-m", "cocapi_gen.sandbox", "--help"]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 # this very Python
    assert "cocapi-gen sandbox" in done.stdout


# ---------------------------------------------------------------------- all commands


@pytest.mark.parametrize("arguments", [["play"], ["--port", "1"]])
def test_a_command_that_is_none_is_told_in_a_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, said = fails(capsys, *arguments)
    assert code == 2
    assert said.startswith("cocapi-gen: ")


@pytest.mark.parametrize("command", ["", "sandbox", "record", "replay", "keys", "doctor", *LOOKUPS])
def test_help_is_there(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*command.split(), "--help") == 0
    assert command in capsys.readouterr().out


def test_no_command_is_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help") == 0
    told = capsys.readouterr()
    assert run() == 0
    assert capsys.readouterr() == told


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--version") == 0
    assert capsys.readouterr() == (f"cocapi-gen {__version__}\n", "")


def test_ctrl_c_ends_every_command_quietly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(record, "record", interrupted)
    assert run("record", tmp_path) == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.tools
@pytest.mark.skipif(os.name != "posix", reason="Windows tells of a closed pipe by another error")
@pytest.mark.parametrize("command", ["sandbox", "replay", "record"])
def test_a_command_whose_words_nobody_reads_ends_quietly(served: Sandbox, tmp_path: Path, command: str) -> None:
    gold_pass(tmp_path)
    options = {"sandbox": ["--port=0"], "replay": [str(tmp_path), "--port=0"], "record": [str(tmp_path)]}
    nobody, pipe = os.pipe()
    os.close(nobody)
    try:
        program = [sys.executable, "-m", "cocapi_gen", command, *options[command]]
        process = subprocess.Popen(program, cwd=ROOT, stdout=pipe, stderr=subprocess.PIPE)  # noqa: S603
    finally:
        os.close(pipe)
    with process:
        try:
            _, complaints = process.communicate(timeout=60)
        finally:
            process.kill()
    assert (process.returncode, complaints) == (141, b"")


def test_the_commands_of_the_documents_are_right() -> None:
    text = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\$ cocapi-gen (.*)$", text, re.MULTILINE)
    parsers = {"sandbox": sandbox_command.parser(), "record": record.parser(), "replay": replay.parser()}
    parsers |= {"keys": keys_command.parser(), "doctor": doctor_command.parser()}
    parsers |= {name: asking.parser(name) for name in LOOKUPS}
    assert {line.split()[0] for line in lines} == parsers.keys()
    for command, *arguments in map(shlex.split, lines):
        parsers[command].parse_intermixed_args(arguments)
