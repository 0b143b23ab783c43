"""The developer site answers with something else than it should."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import cast

import pytest
from hypothesis import given, settings, strategies as st

from cocapi_gen import (
    AddressUnknown,
    ConnectionFailed,
    DeveloperSiteProblem,
    KeyProblem,
    LoginRefused,
    NoRoomForKey,
    RequestTimeout,
)
from cocapi_gen._http.key_plans import MARK
from cocapi_gen.sandbox.exchange import Delivery
from tests.accounts import (
    CREATE,
    ELSEWHERE,
    HOME,
    LIST,
    LOGIN,
    NAME,
    REVOKE,
    Account,
    fitting,
    jwt,
    replace_first,
    tokens,
)


@pytest.fixture
def account() -> Account:
    return Account()


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
        {"temporaryAPIToken": jwt([])},
        {"temporaryAPIToken": jwt({})},
        {"temporaryAPIToken": jwt({"limits": 5})},
        {"temporaryAPIToken": jwt({"limits": [5, {"cidrs": 5}]})},
        {"temporaryAPIToken": jwt({"limits": [{"cidrs": ["2001:db8::1/128", 5, f"{HOME}/24"]}]})},
    ],
    ids=repr,
)
def test_an_address_that_cannot_be_found_is_told(login: dict[str, object]) -> None:
    account = Account(meddle=changed(LOGIN, lambda _: {"status": {"code": 0}, **login}))
    with pytest.raises(AddressUnknown, match=r"^Make a key by hand"):
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
    token = jwt({"iat": iat})
    entry = {"id": "a", "name": NAME, "description": MARK, "cidrRanges": [HOME], "key": token}
    account.meddle = changed(LIST, lambda body: {**body, "keys": [entry]})
    keyring = account.keyring()
    account.run(keyring.ready())
    assert tokens(keyring) == {token}


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


@settings(max_examples=60)
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


@pytest.mark.parametrize("number", range(4))
def test_when_an_answer_is_lost_the_next_call_finds_what_was_done(account: Account, number: int) -> None:
    def lose(_: str, delivery: Delivery) -> Delivery:
        if len(account.asked) == number + 1:
            raise ConnectionFailed("cut off")
        return delivery

    account.meddle = lose
    keyring = account.keyring()
    with pytest.raises(ConnectionFailed):
        account.run(keyring.ready())
    account.wait(11)
    account.run(keyring.ready())
    assert len(account.site.keys) == 1
    assert tokens(keyring) == fitting(account)


def test_who_found_nobody_there_tries_again_sooner(account: Account) -> None:
    def nobody(_: str, __: Delivery) -> Delivery:
        raise ConnectionFailed("nobody there")

    account.meddle = nobody
    keyring = account.keyring()
    for _ in range(5):
        with pytest.raises(ConnectionFailed):
            account.run(keyring.ready())
    assert account.asked == [LOGIN]
    account.meddle = lambda _, delivery: delivery
    account.wait(1.1)
    account.run(keyring.ready())
    assert tokens(keyring) == fitting(account)


def test_who_had_no_time_does_not_keep_others_from_trying(account: Account) -> None:
    def too_late(_: str, __: Delivery) -> Delivery:
        raise RequestTimeout("too late")

    account.meddle = too_late
    keyring = account.keyring()
    with pytest.raises(RequestTimeout):
        account.run(keyring.ready())
    account.meddle = lambda _, delivery: delivery
    account.run(keyring.ready())
    assert tokens(keyring) == fitting(account)
