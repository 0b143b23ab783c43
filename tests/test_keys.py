"""Keys that a client gets from the developer site by itself: what is planned, what is done, and what goes wrong."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import stat
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import anyio
import httpx
import pytest
from hypothesis import given, settings, strategies as st

from cocapi_gen import (
    AccessDenied,
    AddressUnknown,
    Client,
    CocApiError,
    ConnectionFailed,
    DeveloperSiteProblem,
    InvalidParameterError,
    Key,
    KeyPlan,
    KeyProblem,
    KeyStep,
    KeyStoreProblem,
    LoginRefused,
    NewKeyRefused,
    NoAnswerError,
    NoRoomForKey,
    RequestTimeout,
)
from cocapi_gen._http.key_plans import MARK, Wanted, is_in, places, plan_keys
from cocapi_gen._http.login import DEVELOPER_URL, Login, Password
from cocapi_gen._http.login_keys import LoginKeys
from cocapi_gen._http.settings import Token
from cocapi_gen.sandbox import Sandbox
from cocapi_gen.sandbox.exchange import Delivery
from tests.accounts import ELSEWHERE, HOME, NAME, SITE, Account, Asking, Door, denied, take_turns, text_of

PROXY = "192.0.2.1"
LIST, CREATE, REVOKE, LOGIN = "/apikey/list", "/apikey/create", "/apikey/revoke", "/login"
FIRST = [LOGIN, LIST, CREATE, LIST]
"""What it takes to make a key."""
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


def tokens(keyring: LoginKeys) -> set[str]:
    return {text_of(token) for token in keyring.tokens}


def fitting(account: Account, address: str = HOME) -> set[str]:
    """The tokens that the account has for this package at an address."""
    return {each.token for each in account.site.keys if each.name == NAME and address in each.addresses}


def first(keyring: LoginKeys) -> Token:
    return keyring.tokens[0]


def refused(account: Account, keyring: LoginKeys) -> AccessDenied:
    """What the API says to the first key, which it does not take."""
    found = account.refusal(first(keyring))
    assert found is not None
    return found


def replace_first(account: Account, keyring: LoginKeys) -> bool:
    return account.run(keyring.replaced(first(keyring), refused(account, keyring)))


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
    assert account.run(keyring.replaced(stale, refused(account, keyring)))
    assert account.asked == FIRST + FIRST
    kept, new = account.site.keys
    assert (kept, new.addresses) == (old, (ELSEWHERE,))
    assert tokens(keyring) == {new.token}
    # whoever was sent away with the old key just tries again
    assert account.run(keyring.replaced(stale, cast("AccessDenied", account.refusal(stale))))
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
    account.post(REVOKE, id=account.site.keys[0].id)
    lost = next(token for token in keyring.tokens if account.refusal(token))
    assert account.run(keyring.replaced(lost, cast("AccessDenied", account.refusal(lost))))
    assert lost not in keyring.tokens
    assert tokens(keyring) == fitting(account)
    assert len(keyring.tokens) == 2


@pytest.mark.parametrize(
    "refusal",
    [denied("accessDenied", None), denied("accessDenied", "Missing authorization"), denied("other", "because")],
    ids=str,
)
def test_what_another_key_cannot_mend_is_no_reason_for_one(account: Account, refusal: AccessDenied) -> None:
    keyring = account.keyring()
    account.run(keyring.ready())
    assert account.run(keyring.replaced(first(keyring), refusal)) is False
    assert account.asked == FIRST


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
    with pytest.raises(NewKeyRefused, match="many addresses") as caught:
        for i in range(100):
            account.address = f"192.0.2.{i}"
            assert replace_first(account, keyring)
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


@settings(max_examples=150)
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


@settings(max_examples=50)
@given(st.data(), several, st.integers(1, 3))
def test_nobody_loses_a_key_to_a_program_that_comes_a_second_later(
    data: st.DataObject, programs: int, count: int
) -> None:
    account = crowded(data)
    keyrings = [account.keyring(key_count=count) for _ in range(programs)]
    take_turns([account.steps(each.ready()) for each in keyrings], runs(account, data, st.just(1.0)))
    assert [account.refusal(token) for keyring in keyrings for token in keyring.tokens if account.refusal(token)] == []


@settings(max_examples=50)
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


# ---------------------------------------------------------------------- faults of the site


def changed(path: str, change: Callable[[dict[str, object]], object]) -> Callable[[str, Delivery], Delivery]:
    """Return what changes the answers to one call."""

    def meddle(asked: str, delivery: Delivery) -> Delivery:
        if asked != path or delivery.status != 200:
            return delivery
        return replace(delivery, payload=json.dumps(change(json.loads(delivery.payload))).encode())

    return meddle


def answer(status: int, body: object) -> Delivery:
    return Delivery(status, {}, body if isinstance(body, bytes) else json.dumps(body).encode())


@pytest.mark.parametrize("path", [LOGIN, LIST, CREATE])
@pytest.mark.parametrize("status", [200, 302, 400, 404, 409, 429, 500, 502, 503])
@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"null", b"[" * 100_000, b"\xff", {"status": {"code": 7, "message": "because"}}],
    ids=lambda body: repr(body)[:20],
)
def test_an_answer_that_is_none_is_a_problem_of_the_site(path: str, status: int, body: object) -> None:
    account = Account(instead={path: answer(status, body)})
    keyring = account.keyring()
    with pytest.raises(DeveloperSiteProblem) as caught:
        account.run(keyring.ready())
    assert (caught.value.path, caught.value.status) == (path, status)
    assert caught.value.message == ("because" if isinstance(body, dict) else None)
    advice = "Try again later" if status == 429 or status >= 500 else "Look at the developer site"
    assert str(caught.value).startswith(advice)
    assert len(account.asked) <= 5
    assert keyring.tokens == ()


@pytest.mark.parametrize("where", ["description", "message", "status"])
def test_the_reason_is_told_wherever_the_site_says_it(where: str) -> None:
    body = {"status": {"message": "because"}} if where == "status" else {where: "because"}
    account = Account(instead={CREATE: answer(400, body)})
    with pytest.raises(DeveloperSiteProblem, match="because"):
        account.run(account.keyring().ready())


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_password_is_not_tried_again_and_again(status: int) -> None:
    account = Account(instead={LOGIN: answer(status, {"message": "no"})})
    keyring = account.keyring()
    for _ in range(3):
        with pytest.raises(LoginRefused, match=rf"^Check the e-mail address .*\({status}\)\.$") as caught:
            account.run(keyring.ready())
        assert caught.value.status == status
        account.wait(90)
    assert account.asked == [LOGIN]
    account.wait(200)
    with pytest.raises(LoginRefused):
        account.run(keyring.ready())
    assert account.asked == [LOGIN, LOGIN]


def test_what_has_just_failed_is_not_tried_again_at_once(account: Account) -> None:
    keyring = account.keyring()
    account.instead[LIST] = answer(503, b"")
    for _ in range(50):
        with pytest.raises(DeveloperSiteProblem):
            account.run(keyring.ready())
    assert account.asked == [LOGIN, LIST]
    account.instead.clear()
    account.wait(11)
    account.run(keyring.ready())
    assert tokens(keyring) == fitting(account)


def test_a_failure_is_forgotten_once_there_are_keys(account: Account) -> None:
    keyring = account.keyring()
    account.instead[LIST] = answer(503, b"")
    with pytest.raises(DeveloperSiteProblem):
        account.run(keyring.ready())
    account.instead.clear()
    account.wait(11)
    account.run(keyring.ready())
    account.address = ELSEWHERE
    account.wait(-11)  # a clock that could not go back would show the same
    assert replace_first(account, keyring)


@pytest.mark.parametrize("number", range(1, 4))
@pytest.mark.parametrize("status", [401, 403])
def test_a_session_that_ends_half_way_is_begun_once_more(account: Account, number: int, status: int) -> None:
    def meddle(_: str, delivery: Delivery) -> Delivery:
        return replace(delivery, status=status) if len(account.asked) == number + 1 else delivery

    account.meddle = meddle
    keyring = account.keyring()
    account.run(keyring.ready())
    assert account.asked.count(LOGIN) == 2
    assert tokens(keyring) <= fitting(account)


def test_a_site_that_knows_nobody_for_long_is_given_up(account: Account) -> None:
    account.meddle = lambda path, delivery: delivery if path == LOGIN else replace(delivery, status=403)
    with pytest.raises(DeveloperSiteProblem) as caught:
        account.run(account.keyring().ready())
    assert caught.value.status == 403
    assert account.asked == [LOGIN, LIST, LOGIN, LIST]


def test_a_login_without_a_session_is_a_problem(account: Account) -> None:
    account.meddle = lambda _, delivery: replace(delivery, headers={})
    with pytest.raises(DeveloperSiteProblem, match="no session"):
        account.run(account.keyring().ready())


def jwt(claims: object) -> str:
    from base64 import urlsafe_b64encode

    return f"e30.{urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.x"


@pytest.mark.parametrize(
    "login",
    [
        {},
        {"temporaryAPIToken": None},
        {"temporaryAPIToken": "a.b"},
        {"temporaryAPIToken": "nothing"},
        {"temporaryAPIToken": "a.\u00fc.c"},
        {"auth": {"ip": None}},
        {"auth": [HOME]},
        *({"temporaryAPIToken": jwt(claims)} for claims in ([], {}, {"limits": 5}, {"limits": [5, {"cidrs": 5}]})),
        {"temporaryAPIToken": jwt({"limits": [{"cidrs": ["2001:db8::1/128", 5, f"{HOME}/24"]}]})},
    ],
    ids=repr,
)
def test_an_address_that_cannot_be_found_is_told(login: dict[str, object]) -> None:
    account = Account(meddle=changed(LOGIN, lambda _: {"status": {"code": 0}, **login}))
    with pytest.raises(AddressUnknown, match="^Make a key by hand"):
        account.run(account.keyring().ready())
    assert account.asked == [LOGIN]


@pytest.mark.parametrize(
    "login",
    [
        {"temporaryAPIToken": jwt({"limits": [{"cidrs": ["::1", f"{HOME}/32"]}]})},
        {"temporaryAPIToken": jwt({"limits": [{"cidrs": [HOME]}, {"cidrs": [ELSEWHERE]}]})},
        {"auth": {"ip": HOME}},
    ],
    ids=repr,
)
def test_the_address_is_found_wherever_it_stands(login: dict[str, object]) -> None:
    account = Account(meddle=changed(LOGIN, lambda _: login))
    account.run(account.keyring().ready())
    assert account.site.keys[0].addresses == (HOME,)


@pytest.mark.parametrize("listed", [{}, {"keys": None}, {"keys": []}, {"keys": [], "more": {"unknown": [1]}}], ids=repr)
def test_a_list_that_does_not_have_the_new_key_yet_does_no_harm(listed: dict[str, object]) -> None:
    account = Account(meddle=changed(LIST, lambda _: listed))
    keyring = account.keyring(key_count=2)
    account.run(keyring.ready())
    assert account.asked == [LOGIN, LIST, CREATE, CREATE, LIST]
    assert tokens(keyring) == fitting(account)


@pytest.mark.parametrize("listed", ["keys", {"a": 1}, 5, True], ids=repr)
def test_a_list_that_is_none_is_a_problem(listed: object) -> None:
    account = Account(meddle=changed(LIST, lambda _: {"keys": listed}))
    with pytest.raises(DeveloperSiteProblem, match="no list of keys"):
        account.run(account.keyring().ready())


def test_keys_that_cannot_be_read_take_their_places(account: Account) -> None:
    odd = [None, 5, {}, {"id": 5, "name": None}, {"id": "x", "cidrRanges": [5, None], "key": "no token"}]
    account.meddle = changed(LIST, lambda body: {**body, "keys": [*odd, *odd, *cast("list[object]", body["keys"])]})
    with pytest.raises(NoRoomForKey) as caught:
        account.run(account.keyring().ready())
    assert len(caught.value.in_the_way) == 10
    assert account.site.keys == ()


def test_unknown_fields_do_not_matter(account: Account) -> None:
    def more(body: dict[str, object]) -> object:
        entries = [
            {**cast("dict[str, object]", entry), "new": {"a": [1]}} for entry in cast("list[object]", body["keys"])
        ]
        return {**body, "keys": entries, "next": "x"}

    account.meddle = changed(LIST, more)
    keyring = account.keyring()
    account.run(keyring.ready())
    assert tokens(keyring) == fitting(account)


@pytest.mark.parametrize("iat", [None, "x", True, -1e300, 1e300, float("nan"), [1]], ids=repr)
def test_a_key_of_unknown_age_can_be_used(account: Account, iat: object) -> None:
    entry = {"id": "a", "name": NAME, "description": MARK, "cidrRanges": [HOME], "key": jwt({"iat": iat})}
    account.meddle = changed(LIST, lambda body: {**body, "keys": [entry]})
    keyring = account.keyring()
    account.run(keyring.ready())
    assert tokens(keyring) == {entry["key"]}


def test_a_key_without_its_token_cannot_be_used(account: Account) -> None:
    entry = {"id": "a", "name": NAME, "description": MARK, "cidrRanges": [HOME]}
    account.meddle = changed(LIST, lambda body: {**body, "keys": [entry]})
    with pytest.raises(DeveloperSiteProblem, match="tokens"):
        account.run(account.keyring().ready())


@pytest.mark.parametrize("made", [None, {}, [], {"id": "a"}, {"key": "a"}, {"id": "a", "key": "two words"}], ids=repr)
def test_a_key_that_is_made_but_not_shown_is_a_problem(made: object) -> None:
    account = Account(meddle=changed(CREATE, lambda body: {**body, "key": made}))
    with pytest.raises(DeveloperSiteProblem, match="does not show the key") as caught:
        account.run(account.keyring().ready())
    assert caught.value.path == CREATE


@pytest.mark.parametrize("change", [{"name": "bot"}, {"description": ""}, {"cidrRanges": [ELSEWHERE]}], ids=repr)
def test_a_key_that_the_site_has_changed_is_revoked_again(account: Account, change: dict[str, object]) -> None:
    """Nobody would know it again, so each start would make another one."""
    account.meddle = changed(CREATE, lambda body: {**body, "key": {**cast("dict[str, object]", body["key"]), **change}})
    with pytest.raises(DeveloperSiteProblem, match="of what was asked for"):
        account.run(account.keyring().ready())
    assert account.site.keys == ()


def test_a_list_that_changes_all_the_time_is_given_up(account: Account) -> None:
    numbers = iter(range(1000))

    def unlike(body: dict[str, object]) -> object:
        return {**body, "keys": [{"id": str(next(numbers)), "name": "my bot"}]}

    account.meddle = changed(LIST, unlike)
    account.instead[CREATE] = answer(409, {})
    with pytest.raises(DeveloperSiteProblem) as caught:
        account.run(account.keyring().ready())
    assert caught.value.status == 409
    assert len(account.asked) < 20


FIELDS = st.sampled_from(
    "status code message description keys key id name cidrRanges temporaryAPIToken auth ip limits cidrs iat".split()
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(HOME),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=5),
    max_leaves=15,
)


@given(
    st.sampled_from([LOGIN, LIST, CREATE, REVOKE]), st.dictionaries(FIELDS, json_values), st.sampled_from([200, 403])
)
def test_whatever_the_site_answers_there_are_keys_or_an_error_that_is_known(
    path: str, body: dict[str, object], status: int
) -> None:
    account = Account()
    account.add_own(*[NAME] * 10, address=ELSEWHERE)

    def meddle(asked: str, delivery: Delivery) -> Delivery:
        answer = {**json.loads(delivery.payload), **body}
        return replace(delivery, status=status, payload=json.dumps(answer).encode()) if asked == path else delivery

    account.meddle = meddle
    keyring = account.keyring()
    with suppress(KeyProblem):
        account.run(keyring.ready())
        assert keyring.tokens
    assert len(account.asked) < 40
