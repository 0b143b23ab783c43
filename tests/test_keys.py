"""Keys that a client gets from the developer site by itself: what is planned and what is done."""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypedDict

import anyio
import pytest
from hypothesis import given, settings, strategies as st

from cocapi_gen import (
    Client,
    CocApiError,
    ConnectionFailed,
    DeveloperSiteProblem,
    InvalidParameterError,
    Key,
    LoginRefused,
    NewKeyRefused,
    NoRoomForKey,
    RequestTimeout,
    SyncClient,
)
from cocapi_gen._http.flow import Once
from cocapi_gen._http.key_plans import MARK, Wanted, is_in, places, plan_keys
from cocapi_gen._http.login import Login
from cocapi_gen._http.login_keys import LoginKeys
from cocapi_gen._http.settings import DEVELOPER_URL, Options
from cocapi_gen.sandbox import (
    Fault,
    Sandbox,
    cut_off,
    gateway,
    invalid_json,
    maintenance,
    refused as refused_connection,
    reset,
    slow,
    throttled,
)
from cocapi_gen.testing import no_sleep
from tests.accounts import (
    ELSEWHERE,
    FIRST,
    HOME,
    LIST,
    LOGIN,
    NAME,
    REVOKE,
    SITE,
    Account,
    Asking,
    Door,
    denied,
    finish,
    first,
    fitting,
    post,
    refused,
    replace_first,
    take_turns,
    tokens,
)

ROOT = Path(__file__).parent.parent
ADDRESS = "203.0.113.7"
"""Where those who ask a sandbox seem to be."""
PROXY = "192.0.2.1"
CANARY = 'canary-pass word"\\ü'
MADE = datetime(2026, 1, 5, 12, tzinfo=UTC)
EVERYWHERE = ("asyncio", "trio", "threads")
everywhere = pytest.mark.parametrize("kind", EVERYWHERE)


@pytest.fixture
def account() -> Account:
    return Account()


def key(name: str = NAME, address: str = HOME, *, mark: str = MARK, made: int | None = 0, key_id: str = "") -> Key:
    """A key that was made so many seconds after the first."""
    made_at = None if made is None else MADE + timedelta(seconds=made)
    return Key(key_id or f"{name} {address} {made}", name, mark, (address,), made_at)


WANTED = Wanted(NAME, 1, (HOME,))

# ---------------------------------------------------------------------- options


def test_a_login_takes_what_it_is_given() -> None:
    login = Login.of(" me@example.org ", " pass ", may_revoke="my bot", store="~/keys.json", developer_url=f"{SITE}/")
    assert (login.email, login.key_name, login.key_count, login.may_revoke) == ("me@example.org", NAME, 1, ("my bot",))
    assert (login.store, login.developer_url) == (Path.home() / "keys.json", SITE)
    assert login.password.reveal() == " pass "
    assert Login.of("me@example.org", "pass").developer_url == DEVELOPER_URL


@pytest.mark.parametrize(
    "given",
    [
        *({"email": value} for value in ("", "me", None, 5, "me@exam\nple.org", ["me@example.org"])),
        *({"password": value} for value in ("", None, 5, b"secret")),
        *({"key_name": value} for value in ("", "  ", None, 5, "two\nlines", "half \ud800")),
        *({"key_count": value} for value in (0, 11, -1, 1.0, True, "1", None)),
        *({"may_revoke": value} for value in (5, b"bot", ["bot", 5], [""], None)),
        *({"store": value} for value in ("", 5, b"keys", ["keys"])),
        *({"developer_url": value} for value in ("", "site", "ftp://site", "https://me:secret@site")),
    ],
    ids=repr,
)
def test_an_option_that_makes_no_sense_is_refused(given: dict[str, object]) -> None:
    options = {"email": "me@example.org", "password": CANARY, **given}
    with pytest.raises(InvalidParameterError) as caught:
        Login.of(**options)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # what is tested
    assert CANARY not in "".join(traceback.format_exception(caught.value))
    assert "secret" not in str(caught.value)


# ---------------------------------------------------------------------- plans


@pytest.mark.parametrize(
    ("listed", "keep", "make", "revoke"),
    [
        pytest.param([], [], 1, [], id="there is none"),
        pytest.param([key()], [key()], 0, [], id="there is one"),
        pytest.param([key(mark="by hand")], [key(mark="by hand")], 0, [], id="there is one, made by hand"),
        pytest.param([key(address=f"{HOME}/32")], [key(address=f"{HOME}/32")], 0, [], id="with a mask"),
        pytest.param([key(address="198.51.0.0/16")], [key(address="198.51.0.0/16")], 0, [], id="for a network"),
        pytest.param([key(address=ELSEWHERE)], [], 1, [], id="for another address"),
        pytest.param([key(address="::1")], [], 1, [], id="for another kind of address"),
        pytest.param([key("other")], [], 1, [], id="of another name"),
        pytest.param([key(made=2), key(made=1)], [key(made=1)], 0, [], id="more than are wanted"),
        pytest.param([key(made=None), key(made=1)], [key(made=1)], 0, [], id="of unknown age"),
        pytest.param([key("x", made=i) for i in range(9)], [], 1, [], id="room for one"),
        pytest.param([key("x", made=i) for i in range(10)], [], 0, [], id="no room"),
        pytest.param([key("x", made=i) for i in range(12)], [], 0, [], id="more than there may be"),
        pytest.param(
            [key(made=i, address=ELSEWHERE) for i in (*range(5, 10), *range(5))],
            [],
            1,
            [key(made=0, address=ELSEWHERE)],
            id="the oldest for another address makes room",
        ),
        pytest.param(
            [key(made=i, address=ELSEWHERE, mark="by hand") for i in range(10)], [], 0, [], id="not one made by hand"
        ),
        pytest.param([key("cocapi-gen 2", ELSEWHERE, made=i) for i in range(10)], [], 0, [], id="not another bot's"),
    ],
)
def test_a_plan(listed: list[Key], keep: list[Key], make: int, revoke: list[Key]) -> None:
    plan = plan_keys(WANTED, listed)
    assert ([*plan.keep], plan.make, [*plan.revoke]) == (keep, make, revoke)


def test_keys_that_may_be_revoked_go_last_and_only_as_many_as_are_needed() -> None:
    own = [key(address=ELSEWHERE, made=i) for i in (5, 6)]
    named = [key("old bot", made=i) for i in (3, 1, 2)]
    others = [key("x", made=i) for i in range(5)]
    wanted = replace(WANTED, count=4, may_revoke=("old bot",))
    assert plan_keys(wanted, [*named, *own, *others]).revoke == (*own, named[1], named[2])
    assert plan_keys(replace(wanted, count=9), [*named, *own, *others]).missing == 4
    assert plan_keys(wanted, [*named, *others]).revoke == (named[1], named[2])
    assert plan_keys(wanted, [*named]).revoke == ()


names = st.sampled_from([NAME, "x", "old bot"])
any_key = st.builds(
    Key,
    id=st.uuids().map(str),
    name=names,
    description=st.sampled_from([MARK, "by hand"]),
    addresses=st.lists(st.sampled_from([HOME, ELSEWHERE, f"{HOME}/24", "odd"]), max_size=2).map(tuple),
    made_at=st.none() | st.integers(0, 3).map(lambda seconds: MADE + timedelta(seconds=seconds)),
)


@given(st.data(), st.integers(1, 10), st.sampled_from([(), ("old bot",)]))
def test_no_plan_goes_too_far(data: st.DataObject, count: int, may_revoke: tuple[str, ...]) -> None:
    wanted = Wanted(NAME, count, (HOME,), may_revoke)
    known = data.draw(st.lists(any_key, max_size=12, unique_by=lambda each: each.id))
    made = [each for each in known if wanted.is_met_by(each) and wanted.owns(each)][:2]
    listed = [each for each in known if each not in made[1:]]
    plan = plan_keys(wanted, listed, made)
    assert sorted((*plan.keep, *plan.revoke, *plan.leave), key=repr) == sorted(known, key=repr)
    assert all(map(wanted.is_met_by, plan.keep))
    for revoked in plan.revoke:
        assert wanted.owns(revoked) or revoked.name in may_revoke
        assert not wanted.is_met_by(revoked) or len(plan.keep) == count
    assert (len(plan.keep) + plan.make + plan.missing, plan.missing >= 0) == (count, True)
    assert plan.make == 0 or len(known) - len(plan.revoke) + plan.make <= max(10, len(known))
    assert not plan.missing or not [each for each in plan.leave if wanted.owns(each)]
    assert plan_keys(wanted, data.draw(st.permutations(listed)), made).keep == plan.keep


def test_a_plan_tells_what_and_why() -> None:
    plan = plan_keys(
        replace(WANTED, count=2, may_revoke=("old bot",)),
        [key(made=5, key_id="a"), key("old bot", key_id="b"), *[key("x", made=None, key_id=f"x{i}") for i in range(8)]],
    )
    left = "\n".join(f"leave 'x' (x{i}, for {HOME}): somebody else has made it" for i in range(8))
    assert str(plan) == (
        f"2 keys wanted for {HOME}\n"
        f"keep 'cocapi-gen' (a, for {HOME}, made 2026-01-05 12:00:05 UTC): it has the name and the address\n"
        f"revoke 'old bot' (b, for {HOME}, made 2026-01-05 12:00:00 UTC): room is needed, and it may be revoked\n"
        "make a key: no other key has the name and the address\n"
        f"{left}"
    )
    assert str(plan_keys(WANTED, [key("x", key_id=str(i)) for i in range(10)])).endswith("no room for 1 of them")
    assert pickle.loads(pickle.dumps(plan)) == plan  # noqa: S301 # pickled a moment ago


@pytest.mark.parametrize(
    ("seen", "lately", "expected"),
    [
        ([HOME, None], [], (HOME,)),
        ([HOME, HOME], [ELSEWHERE, HOME], (HOME, ELSEWHERE)),
        ([HOME, PROXY], [ELSEWHERE], (HOME, PROXY, ELSEWHERE)),
        ([None, PROXY], [], (PROXY,)),
        ([None, None], [ELSEWHERE], ()),
        ([None, "2001:db8::1"], [ELSEWHERE], ()),
        ([HOME, "999.1.1.1"], [], (HOME,)),
        ([HOME], [f"192.0.2.{i}" for i in range(9)], (HOME, *(f"192.0.2.{i}" for i in range(4)))),
    ],
)
def test_keys_are_for_where_the_program_is(
    seen: list[str | None], lately: list[str], expected: tuple[str, ...]
) -> None:
    assert places(seen, lately) == expected


@pytest.mark.parametrize(
    ("network", "expected"),
    [(HOME, True), (f"{HOME}/32", True), ("198.51.100.0/24", True), ("0.0.0.0/0", True), (f" {HOME} ", True)]
    + [(text, False) for text in (ELSEWHERE, "", "::/0", "198.51.100.0/99", "home", "198.51.100")],
)
def test_an_address_is_in_a_network(network: str, expected: bool) -> None:
    assert is_in(HOME, network) is expected


# ---------------------------------------------------------------------- one program


def test_the_first_call_makes_a_key_and_the_second_makes_no_request(account: Account) -> None:
    keyring = account.keyring()
    assert keyring.tokens == ()
    account.run(keyring.ready())
    assert account.asked == FIRST
    (made,) = account.site.keys
    assert (made.name, made.description, made.addresses) == (NAME, MARK, (HOME,))
    assert tokens(keyring) == {made.token}
    account.run(keyring.ready())
    assert account.asked == FIRST


def test_what_another_event_loop_has_done_meanwhile_is_not_done_again(account: Account) -> None:
    keyring = account.keyring()
    waiting = keyring.ready()
    effect = next(waiting)
    account.run(keyring.ready())
    assert isinstance(effect, Once)
    account.run(effect.make_flow())
    assert account.asked == FIRST


def test_a_slow_event_loop_keeps_nobody_from_getting_keys_later(account: Account) -> None:
    keyring = account.keyring()
    waiting = keyring.ready()
    effect = next(waiting)
    assert isinstance(effect, Once)
    slow = account.steps(effect.make_flow())
    for _ in FIRST:
        next(slow)
    account.run(keyring.ready())
    replace_all(account, keyring)
    newest = keyring.tokens
    finish(slow)

    assert keyring.tokens is newest
    replace_all(account, keyring)


def replace_all(account: Account, keyring: LoginKeys) -> None:
    """Let all keys be revoked, and see that others come in their place."""
    token = keyring.tokens[0]
    for key in account.site.keys:
        post(account.site, "/apikey/revoke", id=key.id)
    assert account.run(keyring.replaced(token, denied("accessDenied", "Invalid authorization")))
    assert tokens(keyring) == fitting(account) != set()


def test_keys_that_are_there_are_used_and_nothing_is_changed(account: Account) -> None:
    account.add("my bot", "old bot", address=HOME)
    account.add_own(NAME, address=ELSEWHERE)
    account.add_own("cocapi-gen 2", NAME, NAME)
    before = account.site.keys
    keyring = account.keyring(key_count=2, may_revoke=["my bot"])
    account.run(keyring.ready())
    assert account.asked == [LOGIN, LIST]
    assert account.site.keys == before
    assert tokens(keyring) == fitting(account)
    assert len(keyring.tokens) == 2


@pytest.mark.parametrize("count", [2, 9, 10])
def test_several_keys_are_made(account: Account, count: int) -> None:
    keyring = account.keyring(key_count=count)
    account.run(keyring.ready())
    assert len(keyring.tokens) == len(account.site.keys) == count
    assert tokens(keyring) == fitting(account)


def test_fewer_keys_than_are_wanted_are_better_than_none(account: Account) -> None:
    account.add(*["my bot"] * 8)
    keyring = account.keyring(key_count=5)
    account.run(keyring.ready())
    assert len(keyring.tokens) == 2
    assert len(account.site.keys) == 10


def test_ten_keys_of_others_are_left_alone(account: Account) -> None:
    account.add(*["my bot"] * 4, *["other bot"] * 6, address=HOME)
    before = account.site.keys
    keyring = account.keyring(may_revoke=["old bot"])
    with pytest.raises(NoRoomForKey, match=r"^Revoke a key .* 10 keys.* 'my bot', 'other bot'\.$") as caught:
        account.run(keyring.ready())
    assert caught.value.in_the_way == (*["my bot"] * 4, *["other bot"] * 6)
    assert account.site.keys == before
    assert account.asked == [LOGIN, LIST]


def test_a_key_that_may_be_revoked_makes_room(account: Account) -> None:
    account.add(*["my bot"] * 8)
    old, older = account.add("old bot", "old bot", address=HOME)
    account.wait(5)
    keyring = account.keyring(may_revoke=["old bot"])
    account.run(keyring.ready())
    assert {old, older} - {*account.site.keys} in ({old}, {older})
    assert len(account.site.keys) == 10
    assert tokens(keyring) == fitting(account)


def test_a_new_address_needs_a_new_key_and_the_old_one_stays(account: Account) -> None:
    keyring = account.keyring()
    account.run(keyring.ready())
    (old,) = account.site.keys
    account.address = ELSEWHERE
    stale = first(keyring)
    assert account.run(keyring.replaced(stale, refused(account, first(keyring))))
    assert account.asked == FIRST + FIRST
    kept, new = account.site.keys
    assert (kept, new.addresses) == (old, (ELSEWHERE,))
    assert tokens(keyring) == {new.token}
    # whoever was sent away with the old key just tries again
    assert account.run(keyring.replaced(stale, refused(account, stale)))
    assert account.asked == FIRST + FIRST


def test_old_keys_make_room_once_there_is_none(account: Account) -> None:
    account.add(*["my bot"] * 7)
    foreign = account.site.keys
    keyring = account.keyring()
    account.run(keyring.ready())
    for i in range(8):
        account.wait(1000)
        account.address = f"192.0.2.{i}"
        assert replace_first(account, keyring)
        assert account.refusal(first(keyring)) is None
    assert account.site.keys[:7] == foreign
    assert [each.addresses[0] for each in account.site.keys[7:]] == ["192.0.2.5", "192.0.2.6", "192.0.2.7"]


def test_a_key_that_was_revoked_is_replaced(account: Account) -> None:
    keyring = account.keyring(key_count=2)
    account.run(keyring.ready())
    post(account.site, REVOKE, id=account.site.keys[0].id)
    lost = next(token for token in keyring.tokens if account.refusal(token))
    assert account.run(keyring.replaced(lost, refused(account, lost)))
    assert lost not in keyring.tokens
    assert tokens(keyring) == fitting(account)
    assert len(keyring.tokens) == 2


def test_requests_that_leave_by_another_address_than_the_login_are_seen_to(account: Account) -> None:
    """As with a proxy: the site sees the one address, the API the other."""
    keyring = account.keyring()
    account.run(keyring.ready())
    account.wait(5)
    named = denied("accessDenied.invalidIp", f"API key does not allow access from IP {PROXY}")
    assert account.run(keyring.replaced(first(keyring), named))
    assert account.site.keys[-1].addresses == (HOME, PROXY)
    assert tokens(keyring) == {account.site.keys[-1].token}
    again = account.keyring()
    account.run(again.ready())
    assert account.run(again.replaced(first(again), named))
    assert tokens(again) == tokens(keyring)


def test_addresses_that_come_and_go_end_with_a_key_for_all_of_them(account: Account) -> None:
    keyring = account.keyring()
    account.run(keyring.ready())
    for i in range(30):
        account.address = f"192.0.2.{i % 4}"
        if account.refusal(first(keyring)):
            assert replace_first(account, keyring)
    assert account.asked.count(LOGIN) == 5
    assert sorted(account.site.keys[-1].addresses) == [f"192.0.2.{i}" for i in range(4)]
    account.wait(601)
    account.address = ELSEWHERE
    assert replace_first(account, keyring)
    assert account.site.keys[-1].addresses == (ELSEWHERE,)


def test_whose_addresses_never_end_is_told_so(account: Account) -> None:
    keyring = account.keyring()
    account.run(keyring.ready())
    for i in range(10):
        account.address = f"192.0.2.{i}"
        assert replace_first(account, keyring)
    account.address = ELSEWHERE
    with pytest.raises(NewKeyRefused, match="many addresses") as caught:
        replace_first(account, keyring)
    assert account.asked.count(LOGIN) == 11
    assert caught.value.reason == "accessDenied.invalidIp"
    assert len(caught.value.addresses) == 5
    account.wait(601)
    assert replace_first(account, keyring)


@pytest.mark.parametrize("reason", ["accessDenied", "accessDenied.invalidIp"])
def test_a_key_that_the_api_refuses_and_the_site_does_not_is_no_reason_to_go_on(account: Account, reason: str) -> None:
    keyring = account.keyring()
    account.run(keyring.ready())
    refusal = denied(reason, f"Invalid authorization: {HOME}")
    for _ in range(5):
        with pytest.raises(NewKeyRefused) as caught:
            account.run(keyring.replaced(first(keyring), refusal))
        assert (caught.value.addresses, caught.value.reason, caught.value.message) == (
            (HOME,),
            reason,
            f"Invalid authorization: {HOME}",
        )
    assert account.asked == [*FIRST, LOGIN, LIST]
    assert len(account.site.keys) == 1


# ---------------------------------------------------------------------- only a look


def test_a_plan_of_a_keyring_changes_nothing(account: Account) -> None:
    account.add("my bot")
    keyring = account.keyring(key_count=2)
    before = account.site.keys
    plan = account.run(keyring.plan())
    assert (plan.addresses, plan.make, plan.missing) == ((HOME,), 2, 0)
    assert [each.name for each in plan.leave] == ["my bot"]
    assert account.asked == [LOGIN, LIST]
    assert (account.site.keys, keyring.tokens) == (before, ())
    account.run(keyring.ready())
    after = account.run(keyring.plan())
    assert (after.make, len(after.keep), after.is_settled) == (0, 2, True)
    assert all(each.made_at == account.now.replace(microsecond=0) for each in after.keep)


# ---------------------------------------------------------------------- several programs


def runs(account: Account, data: st.DataObject, seconds: st.SearchStrategy[float]) -> Callable[[int], int]:
    """Return what decides whose turn it is, while time passes."""

    def choose(programs: int) -> int:
        account.wait(data.draw(seconds))
        return data.draw(st.integers(0, programs - 1))

    return choose


def crowded(data: st.DataObject) -> Account:
    """An account that is in use."""
    account = Account(data.draw(st.integers(0, 1_000_000), "seed"))
    foreign = data.draw(st.integers(0, 9), "keys of others")
    account.add(*["my bot"] * foreign, address=HOME)
    account.add_own(*[NAME] * data.draw(st.integers(0, 10 - foreign), "old keys"), address=ELSEWHERE)
    account.wait(5)
    return account


several = st.integers(2, 3)


@settings(max_examples=40)
@given(st.data(), several, st.integers(1, 3), st.sampled_from([0.0, 0.4, 1.0]))
def test_programs_that_start_together_end_with_the_same_keys(
    data: st.DataObject, programs: int, count: int, pace: float
) -> None:
    account = crowded(data)
    foreign = [each for each in account.site.keys if each.name != NAME]
    keyrings = [account.keyring(key_count=count) for _ in range(programs)]
    choose = runs(account, data, st.sampled_from([0.0, pace]))
    take_turns([account.steps(each.ready()) for each in keyrings], choose)
    take_turns(map(account.works, keyrings), choose)
    found = fitting(account)
    assert len(found) == min(count, 10 - len(foreign))
    assert all(tokens(keyring) == found for keyring in keyrings)
    assert [each for each in account.site.keys if each.name != NAME] == foreign
    assert len(account.site.keys) <= 10


@settings(max_examples=20)
@given(st.data(), several, st.integers(1, 3))
def test_nobody_loses_a_key_to_a_program_that_comes_a_second_later(
    data: st.DataObject, programs: int, count: int
) -> None:
    account = crowded(data)
    keyrings = [account.keyring(key_count=count) for _ in range(programs)]
    take_turns([account.steps(each.ready()) for each in keyrings], runs(account, data, st.just(1.0)))
    assert [account.refusal(token) for keyring in keyrings for token in keyring.tokens if account.refusal(token)] == []


@settings(max_examples=20)
@given(st.data(), several, st.integers(1, 2), st.integers(0, 20))
def test_programs_move_to_another_address_together(data: st.DataObject, programs: int, count: int, steps: int) -> None:
    account = Account(data.draw(st.integers(0, 1000), "seed"))
    keyrings = [account.keyring(key_count=count) for _ in range(programs)]
    choose = runs(account, data, st.sampled_from([0.0, 1.0]))
    left = iter(range(steps))

    def choose_and_move(programs: int) -> int:
        if next(left, None) is None:
            account.address = ELSEWHERE
        return choose(programs)

    take_turns(map(account.works, keyrings), choose_and_move)
    account.address = ELSEWHERE
    take_turns(map(account.works, keyrings), choose)
    assert all(account.refusal(token) is None for keyring in keyrings for token in keyring.tokens)
    assert all(len(keyring.tokens) == count for keyring in keyrings)


# ---------------------------------------------------------------------- many calls at once


def all_of(kind: str, program: Asking, calls: int, *, retries: Sequence[int] = (0,)) -> list[int]:
    """Make calls at the same time, with one number of retries or another, and return what each came to."""
    found = list[int]()
    options = [Options(retries=retries[i % len(retries)]) for i in range(calls)]

    def call_here(each: Options) -> None:
        found.append(program.call_here(each))

    if kind == "threads":
        threads = [threading.Thread(target=call_here, args=(each,)) for each in options]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return found

    async def call(each: Options) -> None:
        found.append(await program.call(each))

    async def main() -> None:
        async with anyio.create_task_group() as group:
            for each in options:
                group.start_soon(call, each)

    anyio.run(main, backend=kind)
    return found


@everywhere
@pytest.mark.parametrize("count", [1, 3])
def test_the_first_calls_share_one_login(kind: str, count: int) -> None:
    sandbox = Sandbox(clans=10)
    program = Asking(sandbox, key_count=count)
    assert all_of(kind, program, 50) == [200] * 50
    assert sandbox.requests.count("POST /api/login") == 1
    assert len(sandbox.developer_site.keys) == count


@everywhere
@pytest.mark.parametrize("answered", [0, 10, 49])
def test_when_the_address_changes_all_calls_in_flight_share_one_login(kind: str, answered: int) -> None:
    sandbox = Sandbox(clans=10)
    program = Asking(sandbox)
    assert all_of(kind, program, 1) == [200]
    before = len(sandbox.requests)
    lock, seen = threading.Lock(), list[str]()

    def move(path: str) -> None:
        with lock:
            seen.append(path)
            if len(seen) > answered:
                sandbox.address = ELSEWHERE

    program.door.before = move
    assert all_of(kind, program, 50) == [200] * 50
    asked = [request.removeprefix("POST /api") for request in sandbox.requests[before:]]
    assert [each for each in asked if each.startswith("/")] == FIRST
    assert [each.addresses for each in sandbox.developer_site.keys] == [(ADDRESS,), (ELSEWHERE,)]


@everywhere
def test_when_there_are_no_keys_fifty_calls_do_not_ask_fifty_times(kind: str) -> None:
    sandbox = Sandbox(clans=10)
    program = Asking(sandbox)
    sandbox.developer_site.password = "another"
    with pytest.raises(LoginRefused):
        one_after_the_other(kind, program)
    for _ in range(49):
        with pytest.raises(LoginRefused):
            one_after_the_other(kind, program)
    assert sandbox.requests == ("POST /api/login",)


FAULTS: list[tuple[Fault, type[CocApiError]]] = [
    (cut_off(), ConnectionFailed),
    (reset("request"), ConnectionFailed),
    (reset("head"), ConnectionFailed),
    (refused_connection(), ConnectionFailed),
    (slow(60), RequestTimeout),
    (gateway(502), DeveloperSiteProblem),
    (gateway(504), DeveloperSiteProblem),
    (maintenance(html=True), DeveloperSiteProblem),
    (throttled(), DeveloperSiteProblem),
    (invalid_json(), DeveloperSiteProblem),
]


@everywhere
@pytest.mark.parametrize(("fault", "error"), FAULTS, ids=[fault.name for fault, _ in FAULTS])
@pytest.mark.parametrize("number", [0, 1])
def test_a_fault_on_the_way_is_an_error_and_the_next_call_may_work(
    kind: str, fault: Fault, error: type[CocApiError], number: int
) -> None:
    sandbox = Sandbox(clans=10)
    program = Asking(sandbox)

    def before(path: str) -> None:
        if len(sandbox.requests) == number:
            sandbox.inject(fault, times=None if fault.door == "shut" else 1)

    program.door.before = before
    with no_sleep(), pytest.raises(error):
        one_after_the_other(kind, program)
    sandbox.heal()
    program.seconds += 11
    program.door.before = lambda _: None
    assert one_after_the_other(kind, program) == 200
    assert len(sandbox.developer_site.keys) == 1


def one_after_the_other(kind: str, program: Asking) -> int:
    return program.call_here() if kind == "threads" else anyio.run(program.call, backend=kind)


@everywhere
@pytest.mark.parametrize("number", range(len(FIRST)))
@pytest.mark.parametrize("moves", [False, True])
def test_when_the_one_who_leads_is_interrupted_another_takes_over(kind: str, number: int, moves: bool) -> None:
    sandbox = Sandbox(clans=10)
    program = Asking(sandbox)
    if moves:
        assert all_of(kind, program, 1) == [200]
        sandbox.address = ELSEWHERE
    (interrupt_here if kind == "threads" else interrupt)(kind, program, number)
    assert len(program.keyring.tokens) == 1
    assert len(fitting_in(sandbox)) == 1
    assert tokens(program.keyring) == fitting_in(sandbox)


def fitting_in(sandbox: Sandbox) -> set[str]:
    return {each.token for each in sandbox.developer_site.keys if sandbox.address in each.addresses}


def to_the_site(path: str) -> bool:
    return path.startswith("/api/")


def interrupt(kind: str, program: Asking, number: int) -> None:
    """Cancel who leads before one of the requests to the site, while others wait."""

    async def main() -> None:
        arrived = anyio.Event()
        asked, found = list[str](), list[int]()

        async def hold() -> None:
            arrived.set()
            await anyio.sleep_forever()

        def before(path: str) -> object:
            asked.extend([path] * to_the_site(path))
            return hold() if to_the_site(path) and len(asked) == number + 1 else None

        program.door.before = before
        scope = anyio.CancelScope()

        async def lead() -> None:
            with scope:
                await program.call()

        async def follow() -> None:
            found.append(await program.call())

        async with anyio.create_task_group() as group:
            group.start_soon(lead)
            await arrived.wait()
            for _ in range(5):
                group.start_soon(follow)
            await anyio.wait_all_tasks_blocked()
            scope.cancel()
        assert scope.cancelled_caught
        assert found == [200] * 5

    anyio.run(main, backend=kind)


def interrupt_here(_: str, program: Asking, number: int) -> None:
    arrived, go_on = threading.Event(), threading.Event()
    asked, found = list[str](), list[object]()

    def before(path: str) -> None:
        asked.extend([path] * to_the_site(path))
        if to_the_site(path) and len(asked) == number + 1:
            arrived.set()
            go_on.wait()
            raise KeyboardInterrupt

    def call() -> None:
        try:
            found.append(program.call_here())
        except KeyboardInterrupt as interrupted:
            found.append(interrupted)

    program.door.before = before
    threads = [threading.Thread(target=call) for _ in range(6)]
    threads[0].start()
    arrived.wait()
    for thread in threads[1:]:
        thread.start()
    go_on.set()
    for thread in threads:
        thread.join()
    assert sorted(map(repr, found)) == ["200"] * 5 + ["KeyboardInterrupt()"]


def test_several_event_loops_use_the_same_keys() -> None:
    sandbox = Sandbox(clans=10)
    program = Asking(sandbox)
    found = list[int]()
    threads = [threading.Thread(target=lambda: found.append(anyio.run(program.call))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 8
    assert len(sandbox.developer_site.keys) == 1


# ---------------------------------------------------------------------- over a socket, and between processes

PROGRAM = """
import sys
from tests.accounts import OverSockets

program = OverSockets(*sys.argv[1:5], key_count=int(sys.argv[5]))
for line in sys.stdin:  # whoever started this says when
    print(program.call_anew(), flush=True)
"""


def started(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROGRAM, *arguments]
    return subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 # ours


def say(program: subprocess.Popen[str]) -> None:
    assert program.stdin is not None
    program.stdin.write("go\n")
    program.stdin.flush()


def listen(program: subprocess.Popen[str]) -> str:
    assert program.stdout is not None
    return program.stdout.readline().strip()


@pytest.mark.parametrize("count", [1, 3])
def test_two_processes_make_no_double(count: int) -> None:
    with Sandbox(clans=10, speed=1) as sandbox:
        site = sandbox.developer_site
        urls = (sandbox.base_url, sandbox.developer_url)
        programs = [started(*urls, site.email, site.password, str(count)) for _ in range(2)]
        try:
            for _ in range(5):
                for program in programs:
                    say(program)
                assert [listen(program) for program in programs] == ["200", "200"]
                assert len(site.keys) == count
                for each in site.keys:
                    post(site, REVOKE, id=each.id)
        finally:
            for program in programs:
                program.communicate()
    assert [program.returncode for program in programs] == [0, 0]


# ---------------------------------------------------------------------- the client


class InProcess(TypedDict):
    """Where a sandbox of this process is."""

    base_url: str
    developer_url: str


IN_PROCESS: InProcess = {"base_url": "http://sandbox/v1", "developer_url": "http://sandbox/api"}


@everywhere
def test_a_client_that_logs_in_has_fifty_right_answers_while_the_address_changes(kind: str) -> None:
    sandbox = Sandbox(clans=10)
    site = sandbox.developer_site
    door = Door(sandbox)
    client = Client.login(site.email, site.password, **IN_PROCESS, transport=door, rate=None, cache=None)
    twin = SyncClient.login(site.email, site.password, **IN_PROCESS, transport=door, rate=None, cache=None)
    right = sandbox.sync_client().goldpass()
    assert sandbox.developer_site.keys == ()  # nothing is sent yet
    found = list[object]()
    seen = list[str]()

    def move(path: str) -> None:
        seen.append(path)
        if len(seen) > 25:
            sandbox.address = ELSEWHERE

    def call_here() -> None:
        found.append(twin.goldpass())

    async def call() -> None:
        found.append(await client.goldpass())

    async def together() -> None:
        await call()
        door.before = move
        async with anyio.create_task_group() as group:
            for _ in range(50):
                group.start_soon(call)

    if kind == "threads":
        call_here()
        door.before = move
        threads = [threading.Thread(target=call_here) for _ in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    else:
        anyio.run(together, backend=kind)
    assert found == [right] * 51
    assert sandbox.requests.count("POST /api/login") == 2
    assert [each.addresses for each in site.keys] == [(ADDRESS,), (ELSEWHERE,)]


@pytest.mark.anyio
async def test_calls_with_other_options_share_a_login() -> None:
    sandbox = Sandbox(clans=10)
    site = sandbox.developer_site
    client = Client.login(
        site.email,
        site.password,
        base_url=IN_PROCESS["base_url"],
        developer_url=IN_PROCESS["developer_url"],
        transport=sandbox.transport(),
    )
    async with anyio.create_task_group() as group:
        for retries in range(3):
            group.start_soon(client.with_options(retries=retries).goldpass)
    assert sandbox.requests.count("POST /api/login") == 1


def test_a_client_that_logs_in_shows_no_password() -> None:
    client = SyncClient.login("me@example.org", CANARY, **IN_PROCESS)
    assert "canary" not in repr(client) + repr(vars(client))
    with pytest.raises(TypeError):
        pickle.dumps(client)


@everywhere
def test_a_client_plans_without_doing_anything(kind: str) -> None:
    sandbox = Sandbox(clans=10)
    site = sandbox.developer_site
    client = Client.login(site.email, site.password, **IN_PROCESS, transport=sandbox.transport(), key_count=2)
    twin = SyncClient.login(site.email, site.password, **IN_PROCESS, transport=sandbox.transport(), key_count=2)
    plan = twin.key_plan() if kind == "threads" else anyio.run(client.key_plan, backend=kind)
    assert (plan.addresses, plan.make) == ((ADDRESS,), 2)
    assert sandbox.requests == ("POST /api/login", "POST /api/apikey/list")
    assert site.keys == ()


def test_a_client_that_was_given_its_keys_has_nothing_to_plan() -> None:
    with pytest.raises(InvalidParameterError, match=r"Client\.login"):
        SyncClient("T").key_plan()


@everywhere
def test_calls_with_other_options_end_with_the_same_key(kind: str) -> None:
    sandbox = Sandbox(clans=10)
    program = Asking(sandbox)
    assert all_of(kind, program, 10, retries=[0, 1, 2]) == [200] * 10
    assert len(sandbox.developer_site.keys) == 1
