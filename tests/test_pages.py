"""Lists, page by page: every row once and in order, with no request too many, and to an end."""

from __future__ import annotations

import gc
import inspect
import json
import pickle
from collections.abc import Callable
from typing import cast

import httpx
import pytest
from hypothesis import given, settings, strategies as st

from cocapi_gen import (
    ClanMember,
    Client,
    InvalidParameterError,
    InvalidTagError,
    LeagueSeason,
    Page,
    PrivateWarLog,
    ServiceUnavailable,
    SyncClient,
    UnreadableAnswerError,
)
from cocapi_gen.models import Model
from cocapi_gen.raw import OPERATIONS
from cocapi_gen.sandbox import Sandbox
from tests.answers import BARE, TAG, Body
from tests.asking import arguments_for_methods

SANDBOX = Sandbox(seed=2, clans=40)
CLIENT = SANDBOX.sync_client()
ARGUMENTS = arguments_for_methods(SANDBOX.world)
RETURNED = {
    name: str(inspect.signature(method).return_annotation)
    for name, method in vars(SyncClient).items()
    if inspect.isfunction(method)
}
LISTS = [name for name, returned in RETURNED.items() if returned.startswith("models.Page[") and name in ARGUMENTS]
WITHOUT_PAGES = {"battle_log", "league_history"}
"""Lists that the API gives in one piece only."""
PAGED = [name for name in LISTS if name not in WITHOUT_PAGES]

in_both_worlds = pytest.mark.anyio
every_list = pytest.mark.parametrize("name", PAGED)
Rows = Page[Model]


def load(name: str, client: SyncClient = CLIENT, **wanted: object) -> Rows:
    """Load a list, or a page of it."""
    return cast("Rows", getattr(client, name)(*ARGUMENTS[name], **wanted))


def whole(name: str) -> Rows:
    """Load all of a list."""
    return load(name, limit=None)


def requests_of(call: Callable[[], object]) -> int:
    """Return how many requests are sent meanwhile."""
    before = len(SANDBOX.requests)
    call()
    return len(SANDBOX.requests) - before


# ---------------------------------------------------------------------- every row once


def test_every_list_that_the_api_pages_can_be_paged() -> None:
    for name in LISTS:
        query = load(name).query if name in PAGED else cast("Rows", getattr(CLIENT, name)(*ARGUMENTS[name])).query
        assert OPERATIONS[query.operation_id].paging is (name in PAGED), name
        parameters = inspect.signature(getattr(Client, name)).parameters
        paging = [each for each in ("limit", "after", "before") if each in parameters]
        assert paging == (["limit", "after", "before"] if name in PAGED else [])
        assert {parameters[each].kind for each in paging} <= {inspect.Parameter.KEYWORD_ONLY}
    assert len(PAGED) >= 10


@every_list
def test_without_a_limit_a_list_is_whole(name: str) -> None:
    rows = whole(name)
    assert len(rows) > 4
    assert (rows.after, rows.before) == (None, None)
    assert repr(rows).startswith(f"<Page of {len(rows)} {type(rows[0]).__name__}: {type(rows[0]).__name__}(")
    assert len(repr(rows)) < 350
    assert CLIENT.next_page(rows) is CLIENT.previous_page(rows) is None
    assert requests_of(lambda: [*CLIENT.walk(rows)]) == 0


@pytest.mark.parametrize("thing", [None, [], (), "page", 5, Sandbox])
def test_what_is_no_page_leads_nowhere(thing: Rows) -> None:
    for ask in (CLIENT.next_page, CLIENT.previous_page, CLIENT.walk, SANDBOX.client().walk):
        with pytest.raises(InvalidParameterError, match=r"is no page: give one that a method such as"):
            ask(thing)


@every_list
@settings(max_examples=3)
@given(data=st.data())
def test_a_walk_gives_every_row_once_in_order(name: str, data: st.DataObject) -> None:
    rows = whole(name)
    limit = data.draw(st.integers(1, 9) | st.integers(1, len(rows) + 3), label="limit")
    walked = list[Model]()
    sent = requests_of(lambda: walked.extend(CLIENT.walk(load(name, limit=limit))))
    assert tuple(walked) == rows.items
    assert sent == -(-len(rows) // limit)


@every_list
@settings(max_examples=3)
@given(data=st.data())
def test_pages_are_turned_forwards_and_backwards(name: str, data: st.DataObject) -> None:
    rows = whole(name)
    limit = data.draw(st.integers(len(rows) // 9 + 1, len(rows) + 3), label="limit")
    forwards = [load(name, limit=limit)]
    while (following := CLIENT.next_page(forwards[-1])) is not None:
        forwards.append(following)
    assert tuple(row for page in forwards for row in page) == rows.items
    assert [len(page) for page in forwards[:-1]] == [limit] * (len(forwards) - 1)
    backwards = [forwards[-1]]
    while (preceding := CLIENT.previous_page(backwards[-1])) is not None:
        backwards.append(preceding)
    assert [page.items for page in reversed(backwards)] == [page.items for page in forwards]
    assert (forwards[0].before, forwards[-1].after) == (None, None)


@every_list
def test_cursors_can_be_given_by_hand(name: str) -> None:
    first = load(name, limit=2)
    second = load(name, limit=2, after=first.after)
    assert second == CLIENT.next_page(first)
    assert load(name, limit=2, before=second.before).items == first.items


@settings(max_examples=150)
@given(st.integers(1, 60), st.none() | st.integers(0, 70))
def test_a_walk_stops_at_the_greatest_number_and_asks_for_no_page_in_vain(limit: int, most: int | None) -> None:
    members = whole("clan_members")
    page = CLIENT.clan_members(SANDBOX.world.in_war_clan_tag, limit=limit)
    walked = list[ClanMember]()
    sent = requests_of(lambda: walked.extend(CLIENT.walk(page, max_items=most)))
    assert tuple(walked) == members.items[:most]
    wanted = len(members) if most is None else min(most, len(members))
    assert sent == max(0, -(-wanted // limit) - 1)


def test_a_walk_asks_only_for_what_is_looked_at() -> None:
    page = CLIENT.clan_members(SANDBOX.world.in_war_clan_tag, limit=10)
    walk = iter(CLIENT.walk(page))
    assert requests_of(lambda: [next(walk) for _ in range(10)]) == 0
    assert requests_of(lambda: [next(walk) for _ in range(10)]) == 1


def test_a_walk_begins_wherever_a_page_is() -> None:
    members = whole("clan_members").items
    second = CLIENT.next_page(CLIENT.clan_members(SANDBOX.world.in_war_clan_tag, limit=12))
    assert second is not None
    assert tuple(CLIENT.walk(second)) == members[12:]


@in_both_worlds
async def test_a_walk_that_is_left_half_way_leaves_nothing_behind() -> None:
    client = SANDBOX.client()
    page = await client.clan_members(SANDBOX.world.in_war_clan_tag, limit=4)
    async for member in client.walk(page):
        assert member == page[0]
        break
    gc.collect()  # a generator would have to be closed, and say so now
    assert [member async for member in client.walk(page, max_items=9)] == [*whole("clan_members")[:9]]


# ---------------------------------------------------------------------- pages are values


@every_list
def test_a_page_goes_on_in_another_client(name: str) -> None:
    page = load(name, limit=3)
    kept = pickle.loads(pickle.dumps(page))  # noqa: S301 # our own
    assert kept == page
    assert hash(kept) == hash(page)
    other = Sandbox(seed=2, clans=40).sync_client()
    assert [*other.walk(kept, max_items=8)] == [*whole(name)[:8]]


@every_list
def test_a_page_can_be_written_down_without_loss(name: str) -> None:
    page = load(name, limit=3)
    written = page.to_dict()
    assert json.loads(page.model_dump_json()) == written
    assert tuple(page.query.row.model_validate(row) for row in cast("list[Body]", written["items"])) == page.items
    assert written["paging"] == {"cursors": {"after": page.after}}
    assert written.keys() == {"items", "paging"}


def test_a_page_is_a_sequence() -> None:
    page = load("league_seasons", limit=5)
    assert (len(page), page[0], page[-1], page[1:3]) == (5, page.items[0], page.items[4], page.items[1:3])
    assert [*page] == [*page.items]
    assert page[2] in page
    assert page.index(page[2]) == 2
    assert [*reversed(page)] == [*page.items[::-1]]


class Lists:
    """An API of one list, which answers with one body after the other."""

    def __init__(self, *bodies: Body | int) -> None:
        self.sent: list[str] = []
        self._bodies = iter(bodies)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        self.sent.append(request.url.raw_path.decode().partition("?")[2])
        body = next(self._bodies)
        return httpx.Response(body) if isinstance(body, int) else httpx.Response(200, json=body)

    @property
    def client(self) -> SyncClient:
        """A client of it."""
        return SyncClient("T", **BARE, transport=httpx.MockTransport(self.answer))


def seasons(*names: str, after: str | None = None, before: str | None = None, **more: object) -> Body:
    """A page of seasons."""
    cursors = {name: cursor for name, cursor in (("after", after), ("before", before)) if cursor is not None}
    return {"items": [{"id": name} for name in names], "paging": {"cursors": cursors}, **more}


def test_what_the_api_wraps_a_list_in_is_kept() -> None:
    body = seasons("2025-08", after="a", before="b", total=77, note={"deep": [1, None]})
    page = Lists(body).client.league_seasons(limit=1)
    assert page.model_extra == {"total": 77, "note": {"deep": [1, None]}}
    assert page.to_dict() == body == json.loads(page.model_dump_json())
    assert pickle.loads(pickle.dumps(page)) == page  # noqa: S301 # our own


def test_rows_with_unknown_keys_are_written_down_whole() -> None:
    body: Body = {"items": [{"id": "2025-08", "mood": "good"}, {"id": "2025-09"}], "paging": {"cursors": {}}}
    page = Lists(body).client.league_seasons()
    assert page.to_dict() == body == json.loads(page.model_dump_json())


@pytest.mark.parametrize("body", [{"items": []}, {"items": [], "paging": {}}, {"items": [], "paging": {"cursors": {}}}])
def test_an_empty_list_is_a_page_without_rows(body: Body) -> None:
    api = Lists(body)
    client = api.client
    page = client.league_seasons(limit=5)
    assert (len(page), page.items, [*client.walk(page)], client.next_page(page)) == (0, (), [], None)
    assert len(api.sent) == 1


def test_an_empty_page_in_the_middle_is_not_the_end() -> None:
    api = Lists(seasons("a", after="1"), seasons(after="2"), seasons("b", after="3"), seasons())
    client = api.client
    assert [season.id for season in client.walk(client.league_seasons(limit=1))] == ["a", "b"]
    assert api.sent == ["limit=1", "limit=1&after=1", "limit=1&after=2", "limit=1&after=3"]


@pytest.mark.parametrize("circle", [1, 2, 3])
def test_a_list_that_goes_round_in_circles_is_an_error(circle: int) -> None:
    pages = [seasons(f"{number}", after=f"{number % circle}") for number in range(20)]
    api = Lists(*pages)
    client, seen = api.client, list[LeagueSeason]()
    with pytest.raises(UnreadableAnswerError, match="The list of getLeagueSeasons has no end"):
        seen.extend(walk_into(seen, client))
    assert [season.id for season in seen] == [f"{number}" for number in range(circle + 1)]
    assert len(api.sent) == circle + 1


def walk_into(seen: list[LeagueSeason], client: SyncClient) -> list[LeagueSeason]:
    """Walk through a list and note each row."""
    for season in client.walk(client.league_seasons(limit=1)):
        seen.append(season)  # noqa: PERF402 # what comes before an error counts too
    return []


@in_both_worlds
async def test_a_circle_is_an_error_in_an_event_loop_too() -> None:
    api = Lists(*[seasons("x", after="same")] * 3)
    client = Client("T", **BARE, transport=httpx.MockTransport(api.answer))
    with pytest.raises(UnreadableAnswerError, match="for the second time"):
        _ = [season async for season in client.walk(await client.league_seasons(limit=1))]
    assert len(api.sent) == 2


def test_a_walk_that_failed_goes_on_where_it_was() -> None:
    api = Lists(seasons("a", after="1"), 503, seasons("b", after="2"), seasons("c"))
    walk = iter(api.client.walk(api.client.league_seasons(limit=1)))
    assert next(walk).id == "a"
    with pytest.raises(ServiceUnavailable):
        next(walk)
    assert [season.id for season in walk] == ["b", "c"]


def test_a_private_war_log_has_no_rows() -> None:
    log = CLIENT.war_log(SANDBOX.world.private_clan_tag, limit=2)
    assert isinstance(log, PrivateWarLog)
    before = len(SANDBOX.requests)
    assert len([*CLIENT.walk(log)]) == 0  # pyright: ignore[reportUnknownArgumentType] # rows of no kind
    assert len(SANDBOX.requests) == before


# ---------------------------------------------------------------------- what is never sent


@every_list
@pytest.mark.parametrize("limit", [0, -1, True, 1.0, "5", float("nan"), [1]])
def test_a_limit_that_makes_no_sense_is_never_sent(name: str, limit: object) -> None:
    before = len(SANDBOX.requests)
    with pytest.raises(InvalidParameterError, match=r"^limit is .*, but has to be a whole number, 1 or more"):
        load(name, limit=limit)
    assert len(SANDBOX.requests) == before


@every_list
def test_two_cursors_are_never_sent(name: str) -> None:
    before = len(SANDBOX.requests)
    with pytest.raises(InvalidParameterError, match="either after or before, not both"):
        load(name, after="x", before="y")
    assert len(SANDBOX.requests) == before


@pytest.mark.parametrize("most", [-1, True, 1.5, "5"])
def test_a_greatest_number_that_makes_no_sense_is_refused_at_once(most: int) -> None:
    page = load("league_seasons", limit=1)
    with pytest.raises(InvalidParameterError, match="max_items is"):
        CLIENT.walk(page, max_items=most)
    with pytest.raises(InvalidParameterError, match="max_items is"):
        SANDBOX.client().walk(page, max_items=most)


@pytest.mark.parametrize("name", ["clans", *(name for name in ARGUMENTS if name.endswith("_rankings"))])
def test_lists_of_tags_take_a_limit_too(name: str) -> None:
    found = getattr(CLIENT, name)(*ARGUMENTS[name], limit=1)
    assert len(found) == 1
    before = len(SANDBOX.requests)
    with pytest.raises(InvalidParameterError, match="limit is 0"):
        getattr(CLIENT, name)(*ARGUMENTS[name], limit=0)
    assert len(SANDBOX.requests) == before


def test_no_tag_is_never_sent() -> None:
    before = len(SANDBOX.requests)
    for method in (CLIENT.clan_members, CLIENT.war_log, CLIENT.raid_seasons, CLIENT.battle_log, CLIENT.league_history):
        with pytest.raises(InvalidTagError):
            method(TAG[:2])
    assert len(SANDBOX.requests) == before
