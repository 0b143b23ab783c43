"""The faster engine: the same answers and secrets as without it. How it fares on the wire is in test_socket_faults."""

from __future__ import annotations

import logging
import sys
from collections.abc import Awaitable, Callable

import anyio
import httpx
import pytest

from cocapi_gen import Client, CocApiError, InvalidParameterError, SyncClient
from cocapi_gen.sandbox import Sandbox
from tests.answers import BARE, TAG, Answering, RawServer, Script, http, resetting, saying
from tests.test_errors import CANARY, where_the_canary_is
from tests.test_secrets import SECRET, hidden_in


@pytest.mark.tools
def test_both_engines_give_the_same_answers() -> None:
    with Sandbox(seed=1) as sandbox:

        async def ask(client: Client) -> list[object]:
            world = sandbox.world
            found: list[object] = [
                await client.player(world.player_tag),
                await client.clan(world.in_war_clan_tag),
                await client.clan(world.private_clan_tag),
                await client.verify_token(world.player_tag, world.token),
                await client.all_locations(),
                await client.get_location("Kenya"),
            ]
            return found + [outcome async for outcome in client.players(world.player_tags[:20])]

        async def main() -> None:
            plain = Client("TOKEN", base_url=sandbox.base_url, rate=None)
            fast = Client("TOKEN", base_url=sandbox.base_url, rate=None, engine="aiohttp")
            assert await ask(plain) == await ask(fast)

        anyio.run(main)


CALLS: list[Callable[[Client], Awaitable[object]]] = [
    lambda client: client.player(TAG),
    lambda client: client.verify_token(TAG, SECRET),
    lambda client: client.request("POST", "/x", body={"token": SECRET}),
]
SCRIPTS: dict[str, Script] = {
    "reset": resetting(),
    "half an answer": saying(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"),
    "no HTTP": saying(b"\x16\x03\x01\r\n\r\n"),
    "two lengths": saying(http(b"{}", "Content-Length: 5")),
    "refused": saying(http(b'{"reason": "accessDenied", "message": "No."}', status="403 No")),
    "no JSON": Answering(http(b"<h1>Hello</h1>")),
}


@pytest.mark.parametrize("kind", SCRIPTS)
def test_the_faster_engine_tells_no_secret(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    errors = list[CocApiError]()

    async def main() -> None:
        async with Client(CANARY, base_url=server.base_url, retries=0, rate=None, engine="aiohttp") as client:
            for call in CALLS:
                try:
                    await call(client)
                except CocApiError as error:
                    errors.append(error)

    with RawServer(SCRIPTS[kind]) as server:
        anyio.run(main)
    assert len(errors) >= 2
    for error in errors:
        assert where_the_canary_is(error) == []
        assert hidden_in(error) == []
    assert CANARY not in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_the_faster_engine_is_for_asyncio(backend: str) -> None:
    with RawServer(Answering(http(b"{}"))) as server:

        async def main() -> None:
            async with Client("TOKEN", **BARE, base_url=server.base_url, engine="aiohttp") as client:
                if backend == "trio":
                    with pytest.raises(InvalidParameterError, match='engine="httpx"'):
                        await client.goldpass()
                else:
                    await client.goldpass()

        anyio.run(main, backend=backend)


def test_what_cannot_send_is_refused_when_the_client_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidParameterError, match="'httpx' or 'aiohttp'"):
        Client("TOKEN", engine="curl")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # what is tested
    with pytest.raises(InvalidParameterError, match="not both"):
        Client("TOKEN", engine="aiohttp", transport=httpx.MockTransport(lambda _: httpx.Response(200)))
    with pytest.raises(InvalidParameterError, match="use Client"):
        SyncClient("TOKEN", engine="aiohttp")
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    with pytest.raises(ImportError, match=r"cocapi-gen\[fast\]"):
        Client("TOKEN", engine="aiohttp")
