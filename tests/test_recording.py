"""What is recorded can be replayed unchanged, and holds nothing that is secret."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Network, ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast
from urllib.parse import quote, urlencode

import anyio
import httpx
import pytest
from hypothesis import example, given, strategies as st

from cocapi_gen import Client
from cocapi_gen.raw import OPERATIONS
from cocapi_gen.sandbox import Sandbox
from cocapi_gen.sandbox.exchange import Request
from cocapi_gen.sandbox.server import Server
from cocapi_gen.testing.recordings import FOLDERS, Recorder, Recording, Recordings, Replay, asked_for
from tests.asking import values_for_paths

KEY = "a-key.of-the-developer-site"
BASE = "https://api.example/v1"
HEADERS = {"authorization": f"Bearer {KEY}"}
MEDIA = {"content-type": "application/json; charset=utf-8", "cache-control": "max-age=60"}

jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
letters = st.characters(exclude_characters=".:", exclude_categories=["Nd", "Cs"])
words = st.text(letters.filter(lambda letter: letter.lower() not in "abcdef"))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def record(folder: Path | str, answer: httpx.Response, path: str = "/clans/%232PP", method: str = "GET") -> None:
    """Let a recorder see one answer."""

    async def run() -> None:
        transport = Recorder(folder, httpx.MockTransport(lambda _: answer))
        async with httpx.AsyncClient(transport=transport, headers=HEADERS) as http:
            passed_on = await http.request(method, BASE + path)
        assert (passed_on.status_code, passed_on.content) == (answer.status_code, answer.content)

    anyio.run(run)


def replay(folder: Path | str, path: str = "/clans/%232PP") -> httpx.Response:
    with httpx.Client(transport=Replay(folder)) as http:
        return http.get(BASE + path)


def put(folder: Path, name: str, body: object, status: int = 200) -> None:
    """Write a recording by hand."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"response_code": status, "headers": MEDIA, "body": body}), encoding="utf-8")


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


# ---------------------------------------------------------------------- every operation


def requests(sandbox: Sandbox) -> Iterator[tuple[str, str, bytes]]:
    """Yield one request an operation, and some that are refused."""
    world = sandbox.world
    encoded = {name: value.replace("#", "%23") for name, value in values_for_paths(world).items()}
    for operation in OPERATIONS.values():
        needed = [each.wire_name for each in operation.parameters if each.required and each.location == "query"]
        query = "&".join(f"{name}={encoded[name]}" for name in needed) or "minMembers=2"
        path = f"{operation.path_template.format_map(encoded)}?{query}"
        body = json.dumps({"token": world.token}).encode() if operation.method == "POST" else b""
        yield operation.method, path, body
    yield "GET", f"/clans/{world.private_clan_tag.replace('#', '%23')}/warlog", b""
    yield "GET", "/clans/%232222", b""
    yield "GET", "/clans", b""
    yield "GET", "/locations?limit=3&after=eyJwb3MiOjJ9", b""
    yield "GET", f"/players/{encoded['playerTag']}/verifytoken", b""  # is no operation, and not recorded


@pytest.mark.anyio
async def test_every_answer_comes_back_as_it_was(tmp_path: Path) -> None:
    with Sandbox(seed=1) as sandbox:
        async with Recorder(tmp_path) as recorder, httpx.AsyncClient(transport=recorder, headers=HEADERS) as http:
            asked = [*requests(sandbox)]
            url = sandbox.base_url
            originals = [await http.request(method, url + path, content=body) for method, path, body in asked]
    assert {original.status_code for original in originals} >= {200, 400, 403, 404}
    assert len(files(tmp_path)) == len(asked) - 1
    server = Server(Recordings(tmp_path), port=0)
    try:
        base_url = f"http://127.0.0.1:{server.port}/v1"
        with httpx.Client(trust_env=False) as socket, httpx.Client(transport=Replay(tmp_path)) as here:
            for (method, path, body), original in list(zip(asked, originals, strict=True))[:-1]:
                for replayed in (socket, here):
                    answer = replayed.request(method, base_url + path, content=body)
                    assert (answer.status_code, answer.json()) == (original.status_code, original.json()), path
                    assert [*answer.json()] == [*original.json()]
                    assert all(answer.headers[name] == original.headers[name] for name in MEDIA)
    finally:
        server.stop()
    everything = b"".join((tmp_path / name).read_bytes() for name in files(tmp_path)).decode()
    assert KEY not in everything
    assert Sandbox(seed=1).world.token not in everything


@pytest.mark.anyio
async def test_an_operation_that_is_new_has_a_folder_called_like_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cocapi_gen.testing.recordings._FOLDER_OF", {})
    sandbox = Sandbox(seed=1)
    tag = sandbox.world.player_tag
    recorder = Recorder(tmp_path, sandbox.transport())
    async with Client("token", transport=recorder, base_url="http://sandbox/v1") as client:
        player = await client.player(tag)
    assert files(tmp_path) == [f"players/{{playerTag}}/playerTag={tag}.json"]
    async with Client("token", transport=Replay(tmp_path), base_url="http://replay/v1") as client:
        assert await client.player(tag) == player


def test_every_operation_has_a_folder() -> None:
    assert sorted(FOLDERS.values()) == sorted(OPERATIONS)
    nested = [(one, other) for one in FOLDERS for other in FOLDERS if other.startswith(f"{one}/")]
    assert nested == []


@pytest.mark.anyio
async def test_a_client_records_on_its_own_connections_in_one_loop_after_another(tmp_path: Path) -> None:
    with Sandbox(seed=1) as sandbox:
        client = Client(KEY, base_url=sandbox.base_url, transport=Recorder(tmp_path))
        tag = sandbox.world.player_tag
        found = [await anyio.to_thread.run_sync(lambda: anyio.run(client.player, tag)) for _ in range(2)]
    again = await Client(KEY, base_url=BASE, transport=Replay(tmp_path)).player(tag)
    assert found == [again, again]


# ---------------------------------------------------------------------- any answer


@given(jsons, st.sampled_from([200, 404, 503]))
def test_any_json_comes_back(body: object, status: int) -> None:
    with TemporaryDirectory() as folder:
        record(folder, httpx.Response(status, headers=MEDIA, content=json.dumps(body).encode()))
        answer = replay(folder)
    assert (answer.status_code, json.loads(answer.content)) == (status, body)


@given(st.text(letters), st.sampled_from(["text/html", "application/json", "text/plain; charset=iso-8859-1"]))
def test_any_text_comes_back(text: str, media: str) -> None:
    with TemporaryDirectory() as folder:
        original = httpx.Response(502, headers={"content-type": media}, content=text.encode())
        record(folder, original)
        answer = replay(folder)
    assert (answer.text, answer.content) == (original.text, original.content)
    assert answer.headers["content-type"] == media


def test_half_a_character_is_kept(tmp_path: Path) -> None:
    record(tmp_path, httpx.Response(200, headers=MEDIA, content=rb'{"name":"\ud800"}'))
    (tmp_path / "clans/clans/clanTag=#2PP.json").read_text(encoding="utf-8")
    assert replay(tmp_path).content == rb'{"name":"\ud800"}'


def test_what_is_compressed_is_written_as_it_reads(tmp_path: Path) -> None:
    headers = {**MEDIA, "content-encoding": "gzip"}
    record(tmp_path, httpx.Response(200, headers=headers, content=gzip.compress(b'{"tag":"#2PP"}')))
    assert replay(tmp_path).json() == {"tag": "#2PP"}


@pytest.mark.anyio
async def test_what_cannot_be_decompressed_is_passed_on_only(tmp_path: Path) -> None:
    async def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"{}"))

    recorder = Recorder(tmp_path, httpx.MockTransport(answer))
    response = await recorder.handle_async_request(httpx.Request("GET", f"{BASE}/goldpass/seasons/current"))
    assert b"".join([part async for part in cast("httpx.AsyncByteStream", response.stream)]) == b"{}"
    assert (files(tmp_path), recorder.newest) == ([], None)


def test_the_newest_answer_stays_and_the_same_gives_the_same_bytes(tmp_path: Path) -> None:
    seen = list[bytes]()
    for name in ("one", "two", "one"):
        record(tmp_path, httpx.Response(200, headers={**MEDIA, "date": name, "set-cookie": "a=b"}, json={"name": name}))
        assert files(tmp_path) == ["clans/clans/clanTag=#2PP.json"]
        seen.append((tmp_path / files(tmp_path)[0]).read_bytes())
    assert seen[0] == seen[2] != seen[1]
    asked = {"method": "GET", "path": "/clans/{clanTag}"}
    assert json.loads(seen[0]) == {"response_code": 200, "headers": MEDIA, "body": {"name": "one"}, **asked}


def test_an_answer_is_never_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record(tmp_path, httpx.Response(200, json={"name": "old"}))

    def full(self: Path, target: Path) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="no space left"):
        record(tmp_path, httpx.Response(200, json={"name": "new"}))
    assert files(tmp_path) == ["clans/clans/clanTag=#2PP.json"]
    assert replay(tmp_path).json() == {"name": "old"}


# ---------------------------------------------------------------------- secrets

addresses = st.ip_addresses(v=4) | st.ip_addresses(network=IPv6Network("2000::/3"))


@given(addresses, words, words, st.sampled_from([200, 400, 502]), st.booleans())
def test_no_address_is_written(address: object, before: str, after: str, status: int, is_json: bool) -> None:
    text = f"{before}{address}{after}"
    body = json.dumps({"message": [text], text: 1}) if is_json else f"<p>{text}</p>"
    with TemporaryDirectory() as folder:
        record(folder, httpx.Response(status, headers={"x-real-ip": str(address)}, content=body.encode()))
        [name] = files(Path(folder))
        found = (Path(folder) / name).read_text(encoding="utf-8")
    assert str(address) not in found.replace("192.0.2.1", "").replace("2001:db8::1", "")


spellings = addresses.flatmap(lambda address: st.sampled_from([address.exploded, address.compressed]))


@given(spellings, st.sampled_from([":", ": denied", ".", " is", "]:80", ""]))
def test_an_address_is_seen_in_every_spelling(address: str, after: str) -> None:
    with TemporaryDirectory() as folder:
        record(folder, httpx.Response(400, json={"message": f"IP {address}{after}"}))
        message = replay(folder).json()["message"]
    expected = "192.0.2.1" if isinstance(ip_address(address), IPv4Address) else "2001:db8::1"
    assert message.split()[1].startswith(expected)


@pytest.mark.parametrize("text", ["20:15:30", "CC::", "1.2.3", "v1:2:3", "20260108T120000.000Z", "::", "a:b:c:d"])
def test_what_is_no_address_stays(tmp_path: Path, text: str) -> None:
    record(tmp_path, httpx.Response(200, json={"name": text}))
    assert replay(tmp_path).json() == {"name": text}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("response_code", code) for code in ("x", None, True, 0, 999)),
        *(("headers", headers) for headers in ("", None, {"content-type": 5})),
        ("sent", 5),
    ],
)
def test_a_file_that_is_no_recording_is_refused(tmp_path: Path, key: str, value: object) -> None:
    path = tmp_path / "goldpass.json"
    path.write_text(json.dumps({"response_code": 200, "headers": {}, "body": {}, key: value}), encoding="utf-8")
    with pytest.raises(ValueError, match=r"goldpass\.json cannot be read"):
        Recording.read(path)


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8), jsons)
def test_no_key_is_written(key: str, around: object) -> None:
    answer = httpx.Response(400, json={"message": f"not {key}!", "detail": {key: [key]}, "around": around})

    async def run() -> None:
        async with Recorder(folder, httpx.MockTransport(lambda _: answer)) as recorder:
            sent = httpx.Request("GET", f"{BASE}/clans/%232PP", headers={"authorization": f"Bearer {key}"})
            await recorder.handle_async_request(sent)

    with TemporaryDirectory() as folder:
        anyio.run(run)
        [name] = files(Path(folder))
        body = json.loads((Path(folder) / name).read_bytes())["body"]
    assert key not in body["message"]
    assert key not in [*body["detail"], *body["detail"].values()][0]


def quoting(token: str) -> list[httpx.Response]:
    """Answers that quote a token in other places than the usual one, and there."""
    return [
        httpx.Response(200, json={"tag": "#2PP", "token": token, "status": "ok"}),
        httpx.Response(200, json={"checked": [{"token": token}]}),
        httpx.Response(200, html=f"<p>{token}</p>"),
        httpx.Response(400, json={"message": f"{token} is wrong"}),
        httpx.Response(502, html=f"<p>{token}</p>"),
    ]


@given(st.text("abcdefghjklmnopqrstuvwxyz0123456789", min_size=8, max_size=12), st.integers(0, 4))
def test_no_in_game_token_is_written(token: str, kind: int) -> None:
    async def run() -> None:
        async with Recorder(folder, httpx.MockTransport(lambda _: quoting(token)[kind])) as recorder:
            sent = httpx.Request("POST", f"{BASE}/players/%232PP/verifytoken", json={"token": token})
            await recorder.handle_async_request(sent)

    with TemporaryDirectory() as folder:
        anyio.run(run)
        written = Recording.read(Path(folder) / "players/verifytoken/playerTag=#2PP.json")
    assert (written.method, written.path, written.sent) == ("POST", "/players/{playerTag}/verifytoken", ("token",))
    assert replace(written, method="", path="", sent=()) == Recording.of(quoting("TOKEN")[kind])


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize(
    "body", ['{"reason":"accessDenied.invalidIp","message":"not from IP 198.51.100.7"}', "<p>Forbidden</p>", "{}"]
)
def test_a_refused_key_does_not_replace_what_is_there(tmp_path: Path, status: int, body: str) -> None:
    record(tmp_path, httpx.Response(200, json={"name": "Owls"}))
    record(tmp_path, httpx.Response(status, text=body))
    assert replay(tmp_path).json() == {"name": "Owls"}


def test_a_private_war_log_is_an_answer(tmp_path: Path) -> None:
    record(tmp_path, httpx.Response(403, json={"reason": "accessDenied"}), "/clans/%232PP/warlog")
    assert replay(tmp_path, "/clans/%232PP/warlog").status_code == 403


# ---------------------------------------------------------------------- names

parts = st.sampled_from(["..", "/", "\\", "x", "limit", "=", "C:", "\0", "é"])
pieces = st.lists(parts, max_size=8).map("".join)


@given(st.sampled_from(["locations", "clans", "goldpass/seasons/current"]), pieces, st.dictionaries(pieces, pieces))
@example("locations", "", {"../../../outside/x": "1"})
@example("clans", "../../../outside", {})
def test_no_request_leaves_the_folder(collection: str, value: str, query: dict[str, str]) -> None:
    path = f"/{collection}{value and '/'}{quote(value, safe='')}?{urlencode(query)}"
    with TemporaryDirectory() as outer:
        record(f"{outer}/folder", httpx.Response(200, json={"items": []}), path)
        assert {name.split("/")[0] for name in files(Path(outer))} <= {"folder"}
        found = len(files(Path(outer)))
        assert replay(f"{outer}/folder", path).status_code == (200 if found else 404)


def test_no_file_outside_of_the_folder_is_read(tmp_path: Path) -> None:
    put(tmp_path, "outside/x=1.json", {"items": ["private"]})
    (tmp_path / "folder/locations/LISTLOCATIONS").mkdir(parents=True)
    put(tmp_path, "folder/locations/LISTLOCATIONS.json", {"items": []})
    assert replay(tmp_path / "folder", "/locations?..%2F..%2F..%2Foutside%2Fx=1").json() == {"items": []}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (f"/clans?apikey={KEY}&limit=2", "clans/search/limit=2.json"),
        (f"/clans?name={KEY}", "clans/search/name=TOKEN"),
        (f"/clans/{KEY}", "clans/clans/clanTag=TOKEN"),
        ("/clans?name=198.51.100.7", "clans/search/name=192.0.2.1.json"),
    ],
)
def test_no_secret_is_in_a_name(tmp_path: Path, path: str, name: str) -> None:
    record(tmp_path, httpx.Response(200, json={"items": []}), path)
    [found] = files(tmp_path)
    assert found.startswith(name)
    with httpx.Client(transport=Replay(tmp_path), headers=HEADERS) as http:
        assert http.get(BASE + path).json() == {"items": []}


def test_half_a_character_in_a_path_is_asked_for_in_vain(tmp_path: Path) -> None:
    # a server may get any byte, and pass on what is no text
    assert Recordings(tmp_path).answer(Request("GET", "/v1/clans/\udcff?name=\udcff")).status == 501


texts = st.text(max_size=80) | st.sampled_from(["abc", "ABC", "aBc", "#2PP", "2PP", "#2pp", "a,b", "a=b", "a/b", ""])
queries = st.dictionaries(st.sampled_from(["name", "limit", "after"]), texts)


@given(st.lists(st.tuples(texts, queries), min_size=2, max_size=5))
@example([("#2PP", {"name": "owls"}), ("#2PP", {"name": "Owls"}), ("#2pp", {"name": "owls"})])
@example([("global", {}), ("GLOBAL", {})])
@example([("", {"name": "x" * 200}), ("", {"name": "x" * 201})])
def test_two_requests_never_share_a_name(asked: list[tuple[str, dict[str, str]]]) -> None:
    distinct = {(tag, *sorted(query.items())): asked_for({"clanTag": tag}, query) for tag, query in asked}
    assert len({name.lower() for name in distinct.values()}) == len(distinct)
    for name in distinct.values():
        assert len(name) < 200
        assert not {*name} & {*'<>:"/\\|?* '}
        assert name.isascii()
        assert name.isprintable()


@pytest.mark.parametrize(
    "base", ["https://api.example/v1", "https://proxy.example", "https://proxy.example/a/clans/v1"]
)
def test_a_base_url_may_end_anywhere(tmp_path: Path, base: str) -> None:
    async def run() -> None:
        transport = Recorder(tmp_path, httpx.MockTransport(lambda _: httpx.Response(200, json={"items": []})))
        async with httpx.AsyncClient(transport=transport) as http:
            await http.get(f"{base}/locations/global/rankings/clans")

    anyio.run(run)
    assert files(tmp_path) == ["locations/rankings/clans/locationId=global.json"]
    with httpx.Client(transport=Replay(tmp_path)) as http:
        assert http.get(f"{base}/locations/global/rankings/clans").json() == {"items": []}


# ---------------------------------------------------------------------- replaying


@given(
    st.sampled_from(["/clans/{0}/members", "/locations", "/labels/clans", "/clans/{0}/warlog"]),
    st.none() | st.integers(0, 60),
    st.none() | st.integers(0, 60),
    st.sampled_from(["after", "before"]),
)
def test_a_page_of_a_whole_list_is_the_page_that_the_api_gives(
    sandbox_folder: tuple[Sandbox, Path], path: str, limit: int | None, position: int | None, name: str
) -> None:
    sandbox, folder = sandbox_folder
    query = {"limit": limit, name: None if position is None else cursor_to(position)}
    url = httpx.URL(
        BASE + path.format(sandbox.world.in_war_clan_tag.replace("#", "%23")),
        params={key: value for key, value in query.items() if value is not None},
    )
    with httpx.Client(transport=sandbox.transport(), headers=HEADERS) as http:
        expected = http.get(url)
    with httpx.Client(transport=Replay(folder)) as http:
        answer = http.get(url)
    assert (answer.status_code, answer.json()) == (expected.status_code, expected.json())


def cursor_to(position: int) -> str:
    from cocapi_gen.sandbox.answers import cursor

    return cursor(position)


@pytest.fixture(scope="module")
def sandbox_folder() -> Iterator[tuple[Sandbox, Path]]:
    """A sandbox, and its whole lists recorded."""
    sandbox = Sandbox(seed=1)
    tag = sandbox.world.in_war_clan_tag.replace("#", "%23")

    async def run(folder: str) -> None:
        transport = Recorder(folder, sandbox.transport())
        async with httpx.AsyncClient(transport=transport, headers=HEADERS) as http:
            for path in (f"/clans/{tag}/members", "/locations", "/labels/clans", f"/clans/{tag}/warlog"):
                await http.get(BASE + path)

    with TemporaryDirectory() as folder:
        anyio.run(run, folder)
        yield sandbox, Path(folder)


def test_files_of_other_names_answer_any_request_of_their_operation(tmp_path: Path) -> None:
    put(tmp_path, "clans/clans/CLAN.json", {"tag": "#2PP", "name": "Owls"})
    put(tmp_path, "clans/currentwar/ACCESSDENIED.json", {"reason": "accessDenied"}, 403)
    put(tmp_path, "clans/currentwar/INWAR.json", {"state": "inWar"})
    put(tmp_path, "locations/location/COUNTRY.json", {"id": 32000007})
    put(tmp_path, "locations/location/REGION.json", {"id": 32000000})
    put(tmp_path, "locations/LISTLOCATIONS.json", {"items": [1, 2, 3], "paging": {"cursors": {}}})
    put(tmp_path, "clans/search/CLANS_FOUND.json", {"items": [1, 2, 3], "paging": {"cursors": {}}})
    put(tmp_path, "players/player/NOTFOUND.json", {"reason": "notFound"}, 404)
    assert replay(tmp_path, "/clans/%238QQ").json() == {"tag": "#8QQ", "name": "Owls"}
    assert replay(tmp_path, "/clans/%238QQ/currentwar").json() == {"state": "inWar"}
    assert replay(tmp_path, "/locations/32000000").json() == {"id": 32000000}
    assert replay(tmp_path, "/locations?limit=1").json()["items"] == [1]
    assert replay(tmp_path, "/clans?name=owls&limit=2").json()["items"] == [1, 2]
    assert replay(tmp_path, "/players/%238QQ").status_code == 404


def test_a_recording_of_exactly_the_request_comes_first(tmp_path: Path) -> None:
    put(tmp_path, "clans/clans/CLAN.json", {"tag": "#2PP"})
    put(tmp_path, "clans/clans/clanTag=#8QQ.json", {"tag": "#8QQ", "name": "Owls"})
    assert replay(tmp_path, "/clans/%238QQ").json() == {"tag": "#8QQ", "name": "Owls"}
    assert replay(tmp_path, "/clans/%239QQ").json() == {"tag": "#9QQ"}


def test_the_answer_of_one_request_is_no_answer_to_another(tmp_path: Path) -> None:
    record(tmp_path, httpx.Response(400, json={"reason": "badRequest"}), "/clans")
    for number in range(12):
        record(tmp_path, httpx.Response(200, json={"items": []}), f"/clans?name=owls{number:02}")
    answer = replay(tmp_path, "/clans?name=cats")
    assert answer.status_code == 501
    assert answer.json()["reason"] == "notImplemented"
    named = ", ".join(f"name=owls{number:02}" for number in range(9))
    assert answer.json()["message"] == (
        f"There is no recording of searchClans name=cats. Recorded of this operation: search, {named}, ...."
    )


def test_what_is_no_operation_is_not_found(tmp_path: Path) -> None:
    record(tmp_path, httpx.Response(200, json={}), "/klans/%232PP")
    assert files(tmp_path) == []
    assert replay(tmp_path, "/klans/%232PP").status_code == 404


def test_a_list_without_pages_comes_whole(tmp_path: Path) -> None:
    put(tmp_path, "players/battlelog/playerTag=#2PP.json", {"items": [1, 2, 3]})
    assert replay(tmp_path, "/players/%232PP/battlelog?limit=1").json() == {"items": [1, 2, 3]}


def test_a_page_of_what_cannot_be_paged_is_refused_like_the_api_does(tmp_path: Path) -> None:
    put(tmp_path, "locations/LISTLOCATIONS.json", {"items": [1, 2, 3]})
    answer = replay(tmp_path, "/locations?after=nonsense")
    assert (answer.status_code, answer.json()["reason"]) == (400, "badRequest")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"response_code": 200}', "\x00"])
def test_a_file_that_is_no_recording_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "goldpass.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"goldpass\.json cannot be read: a recording is a JSON object"):
        Recording.read(path)
