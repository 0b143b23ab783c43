"""``cocapi-gen doctor``: what it finds, and that it finds what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from cocapi_gen.cli import doctor as doctor_command
from cocapi_gen.sandbox import (
    Fault,
    Sandbox,
    added,
    gateway,
    invalid_ip,
    maintenance,
    refused,
    replaced,
    throttled,
    without,
)
from cocapi_gen.testing import no_sleep
from tests.accounts import HOME, post
from tests.test_cli import fails, run

CHECKS = ["versions", "server", "key", "answer", "clock", "speed", "pace", "drift"]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox that begins with the real time, on a socket; the environment holds one of its keys."""
    monkeypatch.setattr(doctor_command, "_CLOCK_MAY_DIFFER", 600)  # its time stands still while a test runs
    with Sandbox(start=datetime.now(UTC)) as running, no_sleep():
        post(running.developer_site, "/apikey/create", name="x", description="x", cidrRanges=[running.address])
        monkeypatch.setenv("COC_BASE_URL", running.base_url)
        monkeypatch.setenv("COC_TOKEN", running.developer_site.keys[0].token)
        yield running


def examined(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, tuple[str, str]]]:
    """The exit code, and each check with its verdict and what it says; of several of one name the last."""
    code = run("doctor", "--json", *arguments)
    findings = json.loads(capsys.readouterr().out)
    return code, {each["check"]: (each["verdict"], each["text"]) for each in findings}


def test_if_all_is_well_it_says_so(served: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = examined(capsys)
    assert code == 0
    assert [*found] == CHECKS
    assert {verdict for verdict, _ in found.values()} == {"ok"}
    assert found["server"][1] == f"{served.base_url}, without a proxy"
    assert found["key"][1].startswith(f"for {served.address}; developer/silver; clash; made 20")
    assert found["pace"][1].startswith("30 requests in ")
    assert 30 <= len(served.requests) <= 40


def test_it_is_readable_and_shows_no_key(served: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("doctor") == 0
    out = capsys.readouterr().out
    assert [line.split()[:2] for line in out.splitlines()] == [["ok", check] for check in CHECKS]
    assert served.developer_site.keys[0].token.split(".")[1] not in out


def test_a_sandbox_needs_no_key(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("COC_TOKEN", raising=False)
    monkeypatch.delenv("COC_BASE_URL", raising=False)
    code, found = examined(capsys, "--sandbox")
    assert code == 0
    assert {verdict for verdict, _ in found.values()} == {"ok"}


def test_a_key_for_another_address_is_found(served: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    served.inject(invalid_ip(HOME))
    code, found = examined(capsys)
    assert code == 1
    assert found["address"] == ("bad", f"this machine's is {HOME}, for which the key is not")
    assert HOME in found["answer"][1]
    assert "pace" not in found


def test_a_text_that_is_no_key_is_found(
    served: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COC_TOKEN", "canary")
    code, found = examined(capsys)
    assert (code, found["key"][0]) == (0, "warn")
    assert "canary" not in str(found)


def test_a_proxy_is_told_without_its_password(
    served: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    served.inject(refused())
    monkeypatch.setenv("HTTPS_PROXY", "http://me:canary@127.0.0.1:9")
    code, found = examined(capsys, "--base-url", "https://api.example/v1")
    assert code == 3
    assert found["server"] == ("ok", "https://api.example/v1, by the proxy 127.0.0.1")
    assert "canary" not in str(found)


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "127.0.0.1:9"])
def test_a_proxy_for_everything_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], proxy: str
) -> None:
    monkeypatch.setenv("COC_TOKEN", "x")
    monkeypatch.setenv("ALL_PROXY", proxy)
    code, found = examined(capsys, "--base-url", "https://api.example/v1")
    assert code == 3
    assert found["server"] == ("ok", "https://api.example/v1, by the proxy 127.0.0.1")
    assert "the proxy if one is set" in found["answer"][1]


def test_no_proxy_is_told_for_what_runs_on_this_machine(
    served: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    code, found = examined(capsys)
    assert (code, found["server"]) == (0, ("ok", f"{served.base_url}, without a proxy"))


def test_quotes_around_a_key_are_found(
    served: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COC_TOKEN", f'"{served.developer_site.keys[0].token}"')
    _, found = examined(capsys)
    assert found["key"] == ("warn", "COC_TOKEN holds a quotation mark, which no key does: leave it out")


def test_a_key_that_is_missing_is_told(
    served: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("COC_TOKEN")
    code, found = examined(capsys, "--base-url", served.base_url)
    assert code == 1
    assert found["key"] == ("ok", "none: only a proxy that has a key of its own can do without COC_TOKEN")
    assert found["answer"][0] == "bad"


@pytest.mark.parametrize("seconds", [-3600, 3600])
def test_a_wrong_clock_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], seconds: int
) -> None:
    with Sandbox(start=datetime.now(UTC) + timedelta(seconds=seconds)) as running:
        monkeypatch.setenv("COC_TOKEN", "x")
        code, found = examined(capsys, "--base-url", running.base_url)
    verdict, text = found["clock"]
    assert (code, verdict) == (0, "warn")
    assert f"{'ahead of' if seconds < 0 else 'behind'} the API's" in text
    assert "clock is 1:00:0" in text or "clock is 0:59:5" in text


def test_throttling_is_found(served: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    served.inject(throttled(), operation="getPlayer", times=3)
    code, found = examined(capsys)
    assert code == 1
    assert found["pace"][0] == "bad"
    assert found["pace"][1].startswith("3 of 30 requests were throttled")


def test_other_failures_are_told(served: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    served.inject(gateway(502), operation="getPlayer", times=2)
    _, found = examined(capsys)
    assert found["pace"][0] == "warn"
    assert found["pace"][1].startswith("2 of 30 requests failed: ")


def test_if_no_player_can_be_had_something_is_wrong(served: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    served.inject(without("name"), operation="getPlayer")
    code, found = examined(capsys)
    assert (code, found["pace"][0]) == (1, "bad")
    assert found["pace"][1].startswith("30 of 30 requests failed: ")


def test_what_the_api_has_anew_is_told(served: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    served.inject(added("achievements.auraLevel", 5), operation="getPlayer")
    served.inject(replaced("warFrequency", "weekly"), operation="getClan")
    assert run("doctor") == 0
    told = [line for line in capsys.readouterr().out.splitlines() if " drift " in line]
    assert [line.split(maxsplit=2)[2].partition(": look")[0] for line in told] == [
        "getPlayer: PlayerAchievementProgress.auraLevel is unknown (int)",
        "getClan: Clan.warFrequency has the unknown value 'weekly'",
    ]


def test_what_does_not_fit_is_told(served: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    served.inject(replaced("clanLevel", "many"), operation="getClan")
    code, found = examined(capsys)
    assert (code, found["drift"][0]) == (1, "bad")
    assert "clanLevel" in found["drift"][1]


@pytest.mark.parametrize(
    ("fault", "code"), [(refused(), 3), (maintenance(), 1), (gateway(504), 1)], ids=["no", "m", "g"]
)
def test_where_there_is_no_answer_it_ends(
    served: Sandbox, capsys: pytest.CaptureFixture[str], fault: Fault, code: int
) -> None:
    served.inject(fault)
    ended, found = examined(capsys)
    assert ended == code
    assert [*found] == ["versions", "server", "key", "answer"]
    assert found["answer"][0] == "bad"


def test_without_a_key_nothing_is_asked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("COC_TOKEN", raising=False)
    monkeypatch.delenv("COC_BASE_URL", raising=False)
    code, said = fails(capsys, "doctor")
    assert code == 2
    assert "set COC_TOKEN" in said


@pytest.mark.parametrize("arguments", [["--base-url", "ftp://x"], ["--sandbox", "--base-url", "x"], ["extra"]])
def test_what_makes_no_sense_is_told_in_a_line(
    served: Sandbox, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    code, _ = fails(capsys, "doctor", *arguments)
    assert code == 2


def test_the_parser_tells_how_many_requests_it_makes() -> None:
    assert "about 40 requests" in " ".join(doctor_command.parser().format_help().split())
