"""``cocapi-gen keys``: the keys of an account, and what would be done with them."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator

import pytest

from cocapi_gen.cli import keys as keys_command
from cocapi_gen.sandbox import Sandbox, refused
from tests.accounts import HOME, post
from tests.test_cli import fails, run


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox on a socket; the environment holds the account of its developer site."""
    with Sandbox(clans=10) as running:
        monkeypatch.setenv("COC_EMAIL", running.developer_site.email)
        monkeypatch.setenv("COC_PASSWORD", running.developer_site.password)
        yield running


def test_the_plan_is_shown_and_nothing_is_done(served: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    site = served.developer_site
    post(site, "/apikey/create", name="my \x1b[31mbot", description="by hand", cidrRanges=[HOME])
    before = site.keys
    arguments = ["--developer-url", served.developer_url, "--name", "guild", "--count", "2", "--may-revoke", "x"]
    assert run("keys", *arguments) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"2 keys wanted for {served.address}",
        "make a key: no other key has the name and the address",
        "make a key: no other key has the name and the address",
        f"leave 'my \\x1b[31mbot' ({before[0].id}, for {HOME}, made {served.now:%Y-%m-%d %H:%M:%S} UTC): "
        "somebody else has made it",
    ]
    assert site.keys == before


def test_json_is_for_programs(served: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    post(served.developer_site, "/apikey/create", name="cocapi-gen", description="x", cidrRanges=[served.address])
    assert run("keys", "--developer-url", served.developer_url, "--json") == 0
    (key,) = served.developer_site.keys
    printed = capsys.readouterr().out
    assert json.loads(printed) == {
        "addresses": [served.address],
        "wanted": 1,
        "steps": [
            {
                "action": "keep",
                "key": {
                    "id": key.id,
                    "name": "cocapi-gen",
                    "description": "x",
                    "addresses": [served.address],
                    "made_at": served.now.isoformat(),
                },
                "reason": "it has the name and the address",
            }
        ],
    }
    assert key.token not in printed


def test_a_wrong_password_is_told_in_a_line(
    served: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COC_PASSWORD", "canary")
    code, said = fails(capsys, "keys", "--developer-url", served.developer_url)
    assert code == 1
    assert said.startswith("cocapi-gen keys: Check the e-mail address and the password")
    assert "canary" not in said


def test_a_site_that_does_not_answer_has_a_code_of_its_own(served: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    served.inject(refused())
    code, _ = fails(capsys, "keys", "--developer-url", served.developer_url)
    assert code == 3


@pytest.mark.parametrize("arguments", [["--count", "0"], ["--developer-url", "here"], ["--name", ""]])
def test_what_makes_no_sense_is_told_in_a_line(
    served: Sandbox, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    code, _ = fails(capsys, "keys", *arguments)
    assert code == 2


@pytest.mark.parametrize("name", ["COC_EMAIL", "COC_PASSWORD"])
def test_without_an_account_nothing_is_asked(
    served: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.delenv(name)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    code, said = fails(capsys, "keys", "--developer-url", served.developer_url)
    assert (code, served.requests) == (2, ())
    assert "COC_PASSWORD" in said


class Terminal(io.StringIO):
    """Somebody who may type something."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "code"), [("sandbox", 0), (None, 2)])
def test_the_password_may_be_typed(
    served: Sandbox, monkeypatch: pytest.MonkeyPatch, typed: str | None, code: int
) -> None:
    def getpass(_: str) -> str:
        if typed is None:
            raise EOFError
        return typed

    monkeypatch.delenv("COC_PASSWORD")
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(keys_command, "getpass", getpass)
    assert run("keys", "--developer-url", served.developer_url) == code
