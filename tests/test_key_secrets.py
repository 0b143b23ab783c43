"""Keys that are kept in a file, and secrets that are kept to oneself."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import re
import stat
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from cocapi_gen import (
    CocApiError,
    KeyStoreProblem,
)
from cocapi_gen._http.login import Login, Password
from cocapi_gen._http.login_keys import LoginKeys
from cocapi_gen.sandbox import (
    Sandbox,
)
from tests.accounts import (
    CREATE,
    ELSEWHERE,
    FIRST,
    LIST,
    LOGIN,
    NAME,
    SITE,
    Account,
    Asking,
    first,
    fitting,
    jwt,
    replace_first,
    text_of,
    tokens,
)

CANARY = 'canary-pass word"\\ü'


@pytest.fixture
def account() -> Account:
    return Account()


# ---------------------------------------------------------------------- the store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_next_start_needs_no_login(account: Account, path: Path) -> None:
    keyring = account.keyring(store=path, key_count=2)
    account.run(keyring.ready())
    again = account.keyring(store=str(path), key_count=2)
    account.run(again.ready())
    assert account.asked.count(LOGIN) == 1
    assert again.tokens == keyring.tokens
    assert rights(path) == 0o600
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("other", [{"key_name": "bot"}, {"key_count": 2}, {"developer_url": "http://site2/api"}])
def test_keys_of_another_login_are_not_taken(account: Account, path: Path, other: dict[str, object]) -> None:
    account.run(account.keyring(store=path).ready())
    keyring = LoginKeys(replace(account.login(store=path, **other), developer_url=SITE))
    if "developer_url" in other:
        keyring = LoginKeys(account.login(store=path, **other))
        with pytest.raises(AssertionError):  # it asks there
            account.run(keyring.ready())
    else:
        account.run(keyring.ready())
        assert account.asked.count(LOGIN) == 2
        assert tokens(keyring) <= {each.token for each in account.site.keys}


def test_stored_keys_that_are_refused_lead_to_the_site(account: Account, path: Path) -> None:
    account.run(account.keyring(store=path).ready())
    account.address = ELSEWHERE
    keyring = account.keyring(store=path)
    account.run(keyring.ready())
    assert account.asked == FIRST
    assert replace_first(account, keyring)
    assert tokens(keyring) == fitting(account, ELSEWHERE)
    # another program with the same file need not log in
    third = account.keyring(store=path)
    account.run(third.ready())
    assert third.tokens == keyring.tokens
    assert account.asked == FIRST + FIRST


def test_a_program_finds_what_another_has_stored_meanwhile(account: Account, path: Path) -> None:
    one, other = account.keyring(store=path), account.keyring(store=path)
    account.run(one.ready())
    account.run(other.ready())
    account.address = ELSEWHERE
    assert replace_first(account, one)
    assert replace_first(account, other)
    assert one.tokens == other.tokens
    assert account.asked == FIRST + FIRST


STORED = '{"of": ["http://site/api", "developer@example.com", "cocapi-gen", 1], "addresses": [], "keys": %s}'


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "null", "[]", "5", "[" * 100_000, "\ud800", '{"of": null}'),
        *(STORED % keys for keys in ("[]", "null", "5", "[5]", '["two words"]', '{"a": "b"}')),
    ],
    ids=lambda text: text[:80],
)
def test_a_file_that_holds_no_keys_is_written_over(account: Account, path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    path.chmod(0o644)
    keyring = account.keyring(store=path)
    account.run(keyring.ready())
    assert account.asked == FIRST
    assert text_of(first(keyring)) in path.read_text()
    assert rights(path) == 0o600


@pytest.mark.parametrize("mode", [0o644, 0o666, 0o640, 0o700, 0o604])
def test_rights_that_go_too_far_are_taken_back_even_if_nothing_is_written(
    account: Account, path: Path, mode: int
) -> None:
    account.run(account.keyring(store=path).ready())
    path.chmod(mode)
    account.run(account.keyring(store=path).ready())
    assert account.asked == FIRST
    assert rights(path) == 0o600


def test_a_link_stays_one(account: Account, path: Path) -> None:
    real = path.with_name("real.json")
    path.symlink_to(real)
    account.run(account.keyring(store=path).ready())
    assert path.is_symlink()
    assert rights(real) == 0o600
    account.run(account.keyring(store=path).ready())
    assert account.asked == FIRST


def test_a_store_that_cannot_be_written_is_told_and_makes_no_more_keys(account: Account, path: Path) -> None:
    keyring = account.keyring(store=path / "missing" / "keys.json")
    for _ in range(3):
        with pytest.raises(KeyStoreProblem, match=r"^Give another path .*No such file or directory\.$") as caught:
            account.run(keyring.ready())
        assert caught.value.path == str(path / "missing" / "keys.json")
        account.wait(11)
    assert len(account.site.keys) == 1
    assert keyring.tokens == ()


def test_a_folder_is_no_store(account: Account, path: Path) -> None:
    before = rights(path.parent)
    with pytest.raises(KeyStoreProblem, match="directory"):
        account.run(account.keyring(store=path.parent).ready())
    assert rights(path.parent) == before
    assert account.asked == []


def test_what_fails_half_way_leaves_the_file_as_it_was(
    account: Account, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.run(account.keyring(store=path).ready())
    before = path.read_text()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    account.address = ELSEWHERE
    keyring = account.keyring(store=path)
    account.run(keyring.ready())
    with pytest.raises(KeyStoreProblem, match="No space left"):
        replace_first(account, keyring)
    assert path.read_text() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]


# ---------------------------------------------------------------------- secrets


def shown(thing: object) -> Iterator[str]:
    """Show something as a tool does that reports errors: it looks into lists, tuples and dictionaries."""
    yield repr(thing)
    if isinstance(thing, dict):
        thing = [*cast("dict[object, object]", thing).items()]
    if isinstance(thing, (list, tuple)):
        for each in cast("Sequence[object]", thing):
            yield from shown(each)


def frames(error: BaseException | None) -> Iterator[str]:
    """Show all that our own code holds where an error and its causes come from."""
    while error is not None:
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if "/cocapi_gen/" in frame.f_code.co_filename and "/sandbox/" not in frame.f_code.co_filename:
                yield from shown(frame.f_locals)
        error = error.__cause__ or error.__context__


def test_a_password_shows_itself_to_nobody() -> None:
    password = Password(CANARY)
    login = Login.of("me@example.org", CANARY)
    keyring = LoginKeys(login)
    for thing in (password, login, keyring, vars(keyring)):
        assert CANARY not in repr(thing) + str(thing)
    for each in (pickle.dumps, copy.copy, copy.deepcopy):
        for thing in (password, login.password):
            with pytest.raises(TypeError, match="neither copied nor pickled"):
                each(thing)
    with pytest.raises(TypeError, match="neither copied nor pickled"):
        pickle.dumps(login)


@pytest.mark.parametrize("path", [LOGIN, LIST, CREATE])
@pytest.mark.parametrize("fault", ["refused", "echoed", "no JSON", "cut off", "changed", "bad token"])
def test_no_secret_comes_out_when_something_fails(
    path: str, fault: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sandbox = Sandbox(clans=10)
    sandbox.developer_site.password = CANARY
    program = Asking(sandbox, store=tmp_path / "keys.json")
    secrets = [CANARY, json.dumps(CANARY)[1:-1]]

    def disturb(asked: str, response: httpx.Response) -> httpx.Response:
        body: dict[str, Any] = json.loads(response.read())
        secrets.extend(re.findall(r"eyJ[\w.-]+", json.dumps(body)))
        if asked != f"/api{path}":
            return httpx.Response(response.status_code, headers=response.headers, json=body)
        match fault:
            case "refused":
                return httpx.Response(403 if path == LOGIN else 500)
            case "echoed":
                return httpx.Response(500, json={"message": " ".join([*secrets, json.dumps(body)])})
            case "no JSON":
                return httpx.Response(200, text=" ".join([*secrets, json.dumps(body)]))
            case "cut off":
                raise httpx.ReadError(f"oops {path}")
            case "changed":
                body["key"] = {**body.get("key", {}), "name": "bot"}
                return httpx.Response(200, json={**body, "keys": 5, "temporaryAPIToken": jwt({})})
            case _:
                odd = {"id": "a", "name": NAME, "cidrRanges": ["0.0.0.0/0"], "key": f"x {secrets[-1]}"}
                return httpx.Response(200, json={**body, "keys": [odd], "key": odd})

    program.door.disturb = disturb
    with pytest.raises(CocApiError) as caught:
        program.call_here()
    error = caught.value
    shown = [
        *(repr(error), str(error), repr(vars(error)), repr(error.args)),
        *traceback.format_exception(error),
        *frames(error),
        *(record.getMessage() for record in caplog.records),
    ]
    for secret in ("canary", *secrets):
        assert [each for each in shown if secret in each] == []
        assert secret.encode() not in pickle.dumps(error)
    assert not (tmp_path / "keys.json").exists()


def test_no_secret_comes_out_when_all_is_well(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    sandbox = Sandbox(clans=10)
    sandbox.developer_site.password = CANARY
    program = Asking(sandbox, store=tmp_path / "keys.json")
    assert program.call_here() == 200
    (made,) = sandbox.developer_site.keys
    shown = [repr(program.keyring), repr(vars(program.keyring)), *(record.getMessage() for record in caplog.records)]
    assert not [each for each in shown if CANARY in each or made.token in each]
    stored = (tmp_path / "keys.json").read_text()
    assert made.token in stored
    assert CANARY not in stored
    assert json.dumps(CANARY)[1:-1] not in stored
