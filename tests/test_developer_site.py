"""The sandbox's developer site: its account, its keys, and what the game API thinks of their tokens."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

import pytest
from hypothesis import example, given, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cocapi_gen.sandbox.developer import DeveloperSite
from cocapi_gen.sandbox.exchange import Delivery, Request

Body: TypeAlias = dict[str, Any]

HOME = "198.51.100.7"
ELSEWHERE = "203.0.113.9"
START = datetime(2026, 1, 5, 12, 0, 0, 250_000, tzinfo=UTC)
HOUR = timedelta(hours=1)
WANTED: Body = {"name": "bot", "description": "at home", "cidrRanges": [HOME]}
CALLS = ("/login", "/logout", "/apikey/list", "/apikey/create", "/apikey/revoke")


@dataclass
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Visitor:
    """Somebody who uses the site as the clients do: JSON bodies, and a cookie that is sent along."""

    seed: int = 1
    clock: Clock = field(default_factory=Clock)
    address: str = HOME
    cookie: str | None = None

    def __post_init__(self) -> None:
        self.site = DeveloperSite(self.seed, self.clock)

    def post(self, path: str, body: object = None) -> Delivery:
        return self.send("POST", path, b"" if body is None else json.dumps(body).encode())

    def send(self, method: str, path: str, body: bytes = b"") -> Delivery:
        headers = {"user-agent": "test", "host": "localhost:8080"}
        if self.cookie is not None:
            headers["cookie"] = self.cookie
        return self.site.answer(Request(method, f"/api{path}", headers, body), self.address)

    def ask(self, path: str, body: object = None) -> Body:
        """Post something that has to go well."""
        reply = self.post(path, body)
        assert reply.status == 200, reply
        return read(reply)

    def log_in(self) -> Body:
        reply = self.post("/login", {"email": self.site.email, "password": self.site.password})
        assert reply.status == 200, reply
        self.cookie = reply.headers["set-cookie"].partition(";")[0]
        return read(reply)

    def create(self, **fields: object) -> Body:
        key: Body = self.ask("/apikey/create", {**WANTED, **fields})["key"]
        return key


@pytest.fixture
def visitor() -> Visitor:
    """A visitor who is logged in."""
    visitor = Visitor()
    visitor.log_in()
    return visitor


def read(reply: Delivery) -> Body:
    body: Body = json.loads(reply.payload)
    return body


def decoded(token: str) -> tuple[Body, Body, bytes]:
    """Header, claims and signature of a JWT."""
    header, claims, signature = (urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split("."))
    return json.loads(header), json.loads(claims), signature


def assert_refused(reply: Delivery, status: int, reason: str) -> None:
    """Clients read the text of an error in different places: it is the same in all of them."""
    body = read(reply)
    message = body["message"]
    assert (reply.status, body["reason"]) == (status, reason)
    assert reply.headers["content-type"].startswith("application/json")
    assert "set-cookie" not in reply.headers
    assert body == {
        "reason": reason,
        "message": message,
        "description": message,
        "status": {"code": status, "message": message, "detail": None},
    }
    assert message.strip()


# ---------------------------------------------------------------------- any order of calls

addresses = st.lists(st.sampled_from([HOME, ELSEWHERE, "8.8.8.8", "1.1.1.1"]), min_size=1, max_size=5)


@dataclass
class Known:
    """What the model knows of a token."""

    addresses: Sequence[str]
    ends: datetime | None = None


class AccountMachine(RuleBasedStateMachine):
    """Whatever is done in whatever order, the site is as a list of at most ten keys and a clock would have it."""

    def __init__(self) -> None:
        super().__init__()
        self.visitor = Visitor()
        self.session_ends = START
        self.keys: dict[str, Body] = {}
        self.ids = list[str]()
        self.tokens: dict[str, Known] = {}

    @property
    def now(self) -> datetime:
        return self.visitor.clock.now

    @property
    def is_logged_in(self) -> bool:
        return self.now < self.session_ends

    def post(self, path: str, body: object, *, otherwise: tuple[int, str] | None = None) -> Body | None:
        """Post within a session: it goes well, or fails as said, or because the session is over."""
        reply = self.visitor.post(path, body)
        refusal = otherwise if self.is_logged_in else (403, "accessDenied")
        if refusal is not None:
            assert_refused(reply, *refusal)
            return None
        answer = read(reply)
        assert reply.status == 200
        assert answer["status"] == {"code": 0, "message": "ok", "detail": None}
        return answer

    def assert_seconds(self, answer: Body) -> None:
        assert answer["sessionExpiresInSeconds"] == (self.session_ends - self.now) // timedelta(seconds=1)

    @initialize()
    def begin_logged_in(self) -> None:
        self.log_in(HOME)

    @rule(address=st.sampled_from([HOME, ELSEWHERE]))
    def log_in(self, address: str) -> None:
        self.visitor.address = address
        answer = self.visitor.log_in()
        self.session_ends = self.now + HOUR
        self.assert_seconds(answer)
        self.tokens[answer["temporaryAPIToken"]] = Known([address], self.now.replace(microsecond=0) + HOUR)

    @precondition(lambda self: self.is_logged_in)
    @rule()
    def log_out(self) -> None:
        self.post("/logout", {})
        self.session_ends = min(self.session_ends, self.now)

    @rule(name=st.sampled_from(["bot", "🏆 bot"]), places=addresses, count=st.integers(1, 7))
    def create(self, name: str, places: list[str], count: int) -> None:
        for _ in range(count):
            self.create_one(name, places)

    def create_one(self, name: str, places: list[str]) -> None:
        is_full = len(self.keys) == 10
        wanted = {"name": name, "description": "at home", "cidrRanges": places}
        answer = self.post("/apikey/create", wanted, otherwise=(409, "tooManyKeys") if is_full else None)
        if answer is None:
            return
        self.assert_seconds(answer)
        key = answer["key"]
        assert {name: key[name] for name in wanted} == wanted
        assert key["id"] not in self.keys
        assert key["key"] not in self.tokens
        self.keys[key["id"]] = key
        self.tokens[key["key"]] = Known(places)
        self.ids.append(key["id"])

    @precondition(lambda self: self.ids)
    @rule(data=st.data())
    def revoke(self, data: st.DataObject) -> None:
        key_id = data.draw(st.sampled_from(self.ids), "a key, perhaps revoked before")
        is_there = key_id in self.keys
        answer = self.post("/apikey/revoke", {"id": key_id}, otherwise=None if is_there else (404, "notFound"))
        if answer is not None:
            self.assert_seconds(answer)
            self.tokens[self.keys.pop(key_id)["key"]].ends = self.now

    @rule(minutes=st.sampled_from([1, 10, 59, 60]))
    def wait(self, minutes: int) -> None:
        self.visitor.clock.now += timedelta(minutes=minutes)

    @rule(body=st.sampled_from([None, {}]))
    def list(self, body: object) -> None:
        answer = self.post("/apikey/list", body)
        if answer is not None:
            self.assert_seconds(answer)
            assert answer["keys"] == [*self.keys.values()]

    @invariant()
    def the_keys_are_the_ones_that_were_made_and_not_revoked(self) -> None:
        keys = self.visitor.site.keys
        assert [(key.id, key.token) for key in keys] == [(key["id"], key["key"]) for key in self.keys.values()]
        assert len(keys) <= 10

    @invariant()
    def every_token_is_judged_as_it_should_be(self) -> None:
        for token, known in self.tokens.items():
            is_over = known.ends is not None and known.ends <= self.now
            for address in (HOME, ELSEWHERE):
                expected = "revoked" if is_over else "ok" if address in known.addresses else "otherAddress"
                assert self.visitor.site.verdict(token, address) == expected


TestAccount = AccountMachine.TestCase
TestAccount.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)


# ---------------------------------------------------------------------- whatever is sent

values = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=8)
names = st.sampled_from(["email", "password", "name", "description", "cidrRanges", "scopes", "id"]) | st.text()
bodies = st.binary() | st.dictionaries(names, values).map(lambda value: json.dumps(value).encode())


@given(path=st.sampled_from(CALLS), body=bodies)
@example(path="/apikey/create", body=b"[" * 100_000)
@example(path="/apikey/create", body=b'{"name": "\\ud800", "description": "d", "cidrRanges": ["\\ud800"]}')
@example(path="/apikey/create", body=b'{"name": "\\ud800", "description": "d", "cidrRanges": ["8.8.8.8"]}')
def test_whatever_is_sent_there_is_an_answer(path: str, body: bytes) -> None:
    visitor = Visitor()
    visitor.log_in()
    reply = visitor.send("POST", path, body)
    answer = read(reply)
    assert reply.status in (200, 400, 403, 404)
    assert (answer["status"]["code"] == 0) == (reply.status == 200)


@given(text=st.text())
def test_a_foreign_text_is_no_token(text: str) -> None:
    assert Visitor().site.verdict(text, HOME) == "unknown"


@given(seed=st.integers(), places=addresses)
def test_the_same_seed_and_calls_give_the_same_bytes(seed: int, places: list[str]) -> None:
    def replies() -> list[Delivery]:
        visitor = Visitor(seed)
        visitor.log_in()
        created = visitor.post("/apikey/create", {**WANTED, "cidrRanges": places})
        listed = visitor.post("/apikey/list")
        login = {"email": visitor.site.email, "password": visitor.site.password}
        revoked = visitor.post("/apikey/revoke", {"id": visitor.site.keys[0].id})
        return [created, listed, revoked, visitor.post("/login", login), visitor.post("/logout")]

    assert replies() == replies()


@given(seed=st.integers(), other=st.integers())
def test_a_token_of_another_site_is_unknown(seed: int, other: int) -> None:
    here, there = Visitor(seed), Visitor(other)
    token = here.log_in()["temporaryAPIToken"]
    there.log_in()
    assert here.site.verdict(token, HOME) == "ok"
    assert there.site.verdict(token, HOME) == ("ok" if seed == other else "unknown")


# ---------------------------------------------------------------------- what goes well


def test_a_login_tells_who_the_developer_is_and_who_came_before(visitor: Visitor) -> None:
    visitor.clock.now += timedelta(minutes=1)
    visitor.address = ELSEWHERE
    answer = visitor.log_in()
    developer = answer["developer"]
    UUID(developer["id"])
    assert answer == {
        "status": {"code": 0, "message": "ok", "detail": None},
        "sessionExpiresInSeconds": 3600,
        "auth": {
            "uid": developer["id"],
            "token": (visitor.cookie or "").removeprefix("session="),
            "ua": "test",
            "ip": ELSEWHERE,
        },
        "developer": {
            "id": developer["id"],
            "name": "Sandbox",
            "game": "clashofclans",
            "email": visitor.site.email,
            "tier": "developer/silver",
            "allowedScopes": None,
            "maxCidrs": None,
            "prevLoginTs": f"{int(START.timestamp())}000",
            "prevLoginIp": HOME,
            "prevLoginUa": "test",
        },
        "temporaryAPIToken": answer["temporaryAPIToken"],
        "swaggerUrl": "http://localhost:8080/v1",
    }


def test_a_cookie_is_set_for_every_path_and_without_the_need_of_a_safe_connection() -> None:
    visitor = Visitor()
    reply = visitor.post("/login", {"email": visitor.site.email, "password": visitor.site.password})
    assert re.fullmatch(r"session=[0-9a-f]{48}; Path=/; HttpOnly", reply.headers["set-cookie"])


def test_the_first_login_tells_of_nobody() -> None:
    developer = Visitor().log_in()["developer"]
    assert {name: text for name, text in developer.items() if name.startswith("prev")} == {
        "prevLoginTs": "",
        "prevLoginIp": "",
        "prevLoginUa": "",
    }


def test_a_key_is_shown_whole(visitor: Visitor) -> None:
    developer_id = visitor.log_in()["developer"]["id"]
    key = visitor.create(cidrRanges=[HOME, "8.8.8.8"])
    assert UUID(key["id"]).version == 4
    assert key == {
        "id": key["id"],
        "developerId": developer_id,
        "tier": "developer/silver",
        "name": "bot",
        "description": "at home",
        "origins": None,
        "scopes": ["clash"],
        "cidrRanges": [HOME, "8.8.8.8"],
        "validUntil": None,
        "key": key["key"],
    }
    (kept,) = visitor.site.keys
    assert (kept.id, kept.name, kept.description, kept.token) == (key["id"], "bot", "at home", key["key"])
    assert kept.addresses == (HOME, "8.8.8.8")


def test_the_token_of_a_key_says_what_it_is(visitor: Visitor) -> None:
    developer_id = visitor.log_in()["developer"]["id"]
    first, second = visitor.create(), visitor.create(cidrRanges=[HOME, ELSEWHERE])
    header, claims, signature = decoded(second["key"])
    UUID(header["kid"])
    assert header == {"typ": "JWT", "alg": "HS512", "kid": decoded(first["key"])[0]["kid"]}
    assert claims == {
        "iss": "supercell",
        "aud": "supercell:gameapi",
        "jti": second["id"],
        "iat": int(START.timestamp()),
        "sub": f"developer/{developer_id}",
        "scopes": ["clash"],
        "limits": [
            {"tier": "developer/silver", "type": "throttling"},
            {"cidrs": [HOME, ELSEWHERE], "type": "client"},
        ],
    }
    assert len(signature) == 64
    assert signature != decoded(first["key"])[2]


def test_the_temporary_token_says_what_it_is() -> None:
    answer = Visitor(address=ELSEWHERE).log_in()
    header, claims, signature = decoded(answer["temporaryAPIToken"])
    assert header == {"typ": "JWT", "alg": "HS512"}
    assert claims == {
        "iss": "supercell",
        "aud": "supercell:gameapi",
        "iat": int(START.timestamp()),
        "exp": int(START.timestamp()) + 3600,
        "sub": f"developer/{answer['developer']['id']}",
        "scopes": ["clash"],
        "limits": [
            {"tier": "developer/bronze", "type": "throttling"},
            {"cidrs": [f"{ELSEWHERE}/32"], "type": "client"},
            {"origins": ["developer.clashofclans.com"], "type": "cors"},
        ],
    }
    assert len(signature) == 64


def test_a_token_with_another_signature_is_unknown(visitor: Visitor) -> None:
    token = visitor.create()["key"]
    head, _, signature = token.rpartition(".")
    assert visitor.site.verdict(token, HOME) == "ok"
    assert visitor.site.verdict(f"{head}.{signature[::-1]}", HOME) == "unknown"


def test_the_temporary_token_outlives_the_session(visitor: Visitor) -> None:
    token = visitor.log_in()["temporaryAPIToken"]
    assert visitor.ask("/logout", {})["sessionExpiresInSeconds"] == 0
    assert visitor.site.verdict(token, HOME) == "ok"


def test_logging_out_ends_one_session_only(visitor: Visitor) -> None:
    first = visitor.cookie
    visitor.log_in()
    assert visitor.post("/logout").headers["set-cookie"].startswith("session=; Path=/; Max-Age=0")
    assert_refused(visitor.post("/apikey/list"), 403, "accessDenied")
    visitor.cookie = first
    visitor.ask("/apikey/list")


def test_a_session_ends_after_an_hour_even_when_it_is_used(visitor: Visitor) -> None:
    visitor.clock.now += timedelta(minutes=59, seconds=30)
    assert visitor.ask("/apikey/list")["sessionExpiresInSeconds"] == 30
    visitor.clock.now += timedelta(seconds=30)
    assert_refused(visitor.post("/apikey/list"), 403, "accessDenied")


def test_other_cookies_do_no_harm(visitor: Visitor) -> None:
    visitor.cookie = f"game-api-url=https://localhost/v1;{visitor.cookie}; odd; game-api-token=a.b=="
    visitor.ask("/apikey/list")


def test_an_account_without_keys_has_an_empty_list(visitor: Visitor) -> None:
    assert visitor.ask("/apikey/list")["keys"] == []


@pytest.mark.parametrize("scopes", [["clash"], ["realtime"], None])
def test_scopes_may_be_asked_for_and_count_for_nothing(visitor: Visitor, scopes: object) -> None:
    assert visitor.create(scopes=scopes)["scopes"] == ["clash"]


def test_a_whole_key_may_be_sent_to_revoke_it(visitor: Visitor) -> None:
    key = visitor.create()
    visitor.ask("/apikey/revoke", key)
    assert visitor.site.keys == ()
    assert visitor.site.verdict(key["key"], HOME) == "revoked"
    assert visitor.site.verdict(key["key"], ELSEWHERE) == "revoked"


# ---------------------------------------------------------------------- what is refused


@pytest.mark.parametrize("path", ["/", "", "/login/", "/apikey", "/apikey/listing", "/v1/login"])
def test_there_is_nothing_at_another_path(visitor: Visitor, path: str) -> None:
    assert_refused(visitor.post(path, {}), 404, "notFound")


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
def test_every_call_is_a_post(visitor: Visitor, method: str, path: str) -> None:
    reply = visitor.send(method, path)
    assert_refused(reply, 405, "methodNotAllowed")
    assert reply.headers["allow"] == "POST"


@pytest.mark.parametrize("path", CALLS[1:])
@pytest.mark.parametrize("cookie", [None, "", "session", "session=", "session=0123", "other=session"])
def test_a_call_needs_a_session(path: str, cookie: str | None) -> None:
    visitor = Visitor(cookie=cookie)
    assert_refused(visitor.post(path, WANTED), 403, "accessDenied")
    assert visitor.site.keys == ()


@pytest.mark.parametrize(
    "change",
    [
        {"password": "wrong"},
        {"email": "somebody@example.com"},
        {"email": "Developer@Example.com"},
        {"password": "sandbox "},
    ],
)
def test_another_login_is_refused(change: Mapping[str, str]) -> None:
    visitor = Visitor()
    login = {"email": visitor.site.email, "password": visitor.site.password}
    assert_refused(visitor.post("/login", {**login, **change}), 403, "accessDenied")


BAD_JSON = [b"{", b"[]", b"null", b"1", b'"text"', b"\xff", b"name=bot"]


@pytest.mark.parametrize("path", [path for path in CALLS if path != "/logout"])
@pytest.mark.parametrize("body", BAD_JSON)
def test_a_body_is_a_json_object(visitor: Visitor, path: str, body: bytes) -> None:
    assert_refused(visitor.send("POST", path, body), 400, "badRequest")


def without(name: str) -> Callable[[Body], Body]:
    return lambda fields: {key: value for key, value in fields.items() if key != name}


def with_value(name: str, value: object) -> Callable[[Body], Body]:
    return lambda fields: {**fields, name: value}


CHANGES = [
    pytest.param(path, name, change, id=f"{path} {name} {what}")
    for path, texts in {
        "/login": ("email", "password"),
        "/apikey/create": ("name", "description"),
        "/apikey/revoke": ("id",),
    }.items()
    for name in texts
    for what, change in {
        "missing": without(name),
        "null": with_value(name, None),
        "a number": with_value(name, 1),
        "empty": with_value(name, ""),
        "blank": with_value(name, " "),
    }.items()
]


@pytest.mark.parametrize(("path", "name", "change"), CHANGES)
def test_a_text_is_needed(visitor: Visitor, path: str, name: str, change: Callable[[Body], Body]) -> None:
    login = {"email": visitor.site.email, "password": visitor.site.password}
    right = {**login, **WANTED, "id": visitor.create()["id"]}
    reply = visitor.post(path, change(right))
    assert_refused(reply, 400, "badRequest")
    assert f"`{name}`" in read(reply)["message"]
    assert len(visitor.site.keys) == 1
    visitor.ask(path, right)


@pytest.mark.parametrize(
    "places",
    [
        pytest.param(None, id="none"),
        pytest.param([], id="empty"),
        pytest.param(HOME, id="no list"),
        pytest.param({HOME: 1}, id="an object"),
        pytest.param([HOME] * 6, id="six"),
        *(
            [text]
            for text in [
                *("", "home", "198.51.100", "198.51.100.256", "198.051.100.7", " 198.51.100.7", "198.51.100.7:80"),
                *("198.51.100.7/32", "198.51.100.0/24", "::1", "2001:db8::1", "::ffff:8.8.8.8"),
                *("10.0.0.1", "172.16.0.1", "192.168.1.1", "127.0.0.1", "169.254.0.1", "100.64.0.1"),
                *("0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255"),  # noqa: S104 # nothing listens
            ]
        ),
        [HOME, "10.0.0.1"],
        [3325256711],
        [None],
        [[HOME]],
    ],
)
def test_addresses_are_a_few_public_ones(visitor: Visitor, places: object) -> None:
    assert_refused(visitor.post("/apikey/create", {**WANTED, "cidrRanges": places}), 400, "badRequest")
    assert visitor.site.keys == ()


def test_addresses_are_needed(visitor: Visitor) -> None:
    assert_refused(visitor.post("/apikey/create", without("cidrRanges")(WANTED)), 400, "badRequest")


def test_five_addresses_and_ten_keys_are_not_too_many(visitor: Visitor) -> None:
    places = [HOME, ELSEWHERE, "192.0.2.1", "8.8.8.8", "1.1.1.1"]
    keys = [visitor.create(cidrRanges=places) for _ in range(10)]
    assert {visitor.site.verdict(key["key"], place) for key in keys for place in places} == {"ok"}
    assert_refused(visitor.post("/apikey/create", WANTED), 409, "tooManyKeys")
    visitor.ask("/apikey/revoke", {"id": keys[3]["id"]})
    visitor.create()
    assert [key.id for key in visitor.site.keys][:9] == [key["id"] for key in keys if key != keys[3]]


def test_a_key_that_is_not_there_cannot_be_revoked(visitor: Visitor) -> None:
    key = visitor.create()
    visitor.ask("/apikey/revoke", {"id": key["id"]})
    for unknown in (key["id"], key["key"], "0"):
        assert_refused(visitor.post("/apikey/revoke", {"id": unknown}), 404, "notFound")
