"""Twins are made word by word, and nothing of event loops is left in them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from codegen import outputs, twins
from codegen.naming import SpecError
from codegen.twins import with_response, without_event_loop

ROOT = Path(__file__).parent.parent.parent
SOURCES = sorted({source for source, _ in vars(outputs)["_TWINS"].values()} | {"cocapi_gen/raw/api.py"})
WITHOUT = [path for path, (_, made) in vars(outputs)["_TWINS"].items() if twins.without_event_loop in made]
TWINS = [*WITHOUT, "cocapi_gen/raw/sync_api.py"]

LINES = {
    "async def clan(self) -> Clan: ...": "def clan(self) -> Clan: ...",
    "return await self._run(await first())": "return self._run(first())",
    "async with a as b, c: ...": "with a as b, c: ...",
    "[x async for x in y]": "[x for x in y]",
    "async for x in client.walk(page):": "for x in client.walk(page):",
    "raise StopAsyncIteration": "raise StopIteration",
    "await anext(self._waiting)": "next(self._waiting)",
    "async def __aenter__(self)": "def __enter__(self)",
    "async def __anext__(self)": "def __next__(self)",
    "await client.aclose()": "client.close()",
    "fetch: Callable[[str], Awaitable[T]]": "fetch: Callable[[str], T]",
    "AsyncIterator[M]": "Iterator[M]",
    "tags: Iterable[str] | AsyncIterable[str]": "tags: Iterable[str]",
    "from collections.abc import AsyncIterator, Iterator": "from collections.abc import Iterator",
    "httpx.AsyncBaseTransport | httpx.AsyncClient": "httpx.BaseTransport | httpx.Client",
    "httpx.Client()": "httpx.Client()",
    "Client, ClientWithResponse": "SyncClient, SyncClientWithResponse",
    "Outcomes[T], RawApi": "SyncOutcomes[T], SyncRawApi",
    "OutcomesOf, MyClient, Clients": "OutcomesOf, MyClient, Clients",
    "AsyncDriver(cast(AsyncTransport))": "SyncDriver(cast(SyncTransport))",
    "from cocapi_gen._http.tasks import Lock": "from cocapi_gen._http.threads import Lock",
    "from cocapi_gen._bulk import Outcomes": "from cocapi_gen._twins.sync_bulk import SyncOutcomes",
    "from cocapi_gen._walk import Walk": "from cocapi_gen._twins.sync_walk import Walk",
    "asyncio.run(main())": "main()",
    "awaiting = asynchronous": "awaiting = asynchronous",
}


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_translated(line: str) -> None:
    assert without_event_loop(line) == LINES[line]


@pytest.mark.parametrize("source", SOURCES)
def test_nothing_of_event_loops_is_left(source: str) -> None:
    made = without_event_loop((ROOT / source).read_text(encoding="utf-8"))
    nodes = [*ast.walk(ast.parse(made))]
    words = (ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.Await)
    assert [node for node in nodes if isinstance(node, words)] == []
    assert not any(node.is_async for node in nodes if isinstance(node, ast.comprehension))


@pytest.mark.parametrize("path", TWINS)
def test_no_word_of_event_loops_is_left(path: str) -> None:
    made = (ROOT / path).read_text(encoding="utf-8")
    code = r"\b(?:async|await|a(?:iter|next|close)|__a\w+__|Async\w+|anyio|asyncio|Awaitable)\b"
    assert re.findall(rf"{code}|\b(?:running|each) event loop\b", made) == []


@pytest.mark.parametrize("source", SOURCES)
def test_what_is_translated_twice_is_what_is_translated_once(source: str) -> None:
    """But for names, which would get their first syllable once more."""
    once = without_event_loop((ROOT / source).read_text(encoding="utf-8"))
    assert without_event_loop(once).replace("SyncSync", "Sync") == once


@pytest.mark.parametrize("path", TWINS)
def test_a_twin_on_disk_says_the_same_as_its_source(path: str) -> None:
    """But for imports, and for where lines end."""
    table = vars(outputs)["_TWINS"]
    source = table[path][0] if path in table else "cocapi_gen/raw/api.py"
    made = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    text = (ROOT / source).read_text(encoding="utf-8")
    for translate in table[path][1] if path in table else (without_event_loop,):
        text = translate(text)
    assert plain(made) == plain(ast.parse(text))


def plain(tree: ast.Module) -> str:
    """Return code without imports."""
    return ast.unparse(WithoutImports().visit(tree))


class WithoutImports(ast.NodeTransformer):
    """Takes imports out of code."""

    def visit_Import(self, node: ast.Import) -> None:  # as ast wants it
        """Take it out."""

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:  # as ast wants it
        """Take it out."""


def test_a_sentence_that_nobody_says_any_more_is_refused() -> None:
    sources = [(ROOT / source).read_text(encoding="utf-8") for source in SOURCES]
    twins.check_sentences(sources)
    for sentence in vars(twins)["_SENTENCES"]:
        pattern = r"\s+".join(map(re.escape, sentence.split(" ")))
        without = [re.sub(pattern, "", source) for source in sources]
        with pytest.raises(SpecError, match=re.escape(repr(sentence))):
            twins.check_sentences(without)


# ---------------------------------------------------------------------- with what came with the result

SOURCE = '''"""A module."""
from __future__ import annotations
from typing import TYPE_CHECKING
from cocapi_gen._twins.with_response import ClientWithResponse

class _Engine:
    async def run(self) -> int:
        """Not of the client."""
        return await self._run(1)

class Client:
    """A client."""

    async def clan(self, tag: str, *, deep: dict[str, int] | None = None) -> models.Clan:
        """Return a clan. It has members.

        Example:
            >>> clan
        """
        return await self._run(clans.clan(tag))

    async def two(self) -> int:
        """Do two things."""
        await self._run(1)
        return await self._run(2)

    async def aclose(self) -> None:
        """Close it."""
        await self._engine.aclose()

    async def _hidden(self) -> int:
        """Hide."""
        return await self._run(1)

    def plain(self) -> int:
        """Return at once."""
        return self._run(1)
'''


def methods_of(text: str) -> dict[str, ast.AsyncFunctionDef]:
    """Return the methods that make requests of the class that was made."""
    made = next(
        node for node in ast.parse(text).body if isinstance(node, ast.ClassDef) and node.name.startswith("Client")
    )
    return {node.name: node for node in made.body if isinstance(node, ast.AsyncFunctionDef)}


def test_only_what_runs_a_flow_is_taken_over() -> None:
    made = with_response(SOURCE)
    assert [*methods_of(made)] == ["clan"]
    assert "_twins" not in made
    method = methods_of(made)["clan"]
    assert ast.unparse(method.args) == "self, tag: str, *, deep: dict[str, int] | None=None"
    assert method.returns is not None
    assert ast.unparse(method.returns) == "Response[models.Clan]"
    assert ast.get_docstring(method) == "Return a clan.\n\nAs ``Client.clan``, with what came with the result."
    assert ast.unparse(method.body[1]) == "return await self._run(clans.clan(tag))"


HOSTILE = ["\x0c", "a\u2028b", "a\x1cb\x85c", '"""', '\\"', "\\", "def f(): ->", "{x} %s", "-> int:", "await x"]
hostile = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r")) | st.sampled_from(HOSTILE)


@given(hostile)
def test_what_a_docstring_says_stays_a_docstring(text: str) -> None:
    """Whatever the first sentence holds: quotes, backslashes, code."""
    written = text.replace("\\", "\\\\").replace('"', '\\"')
    source = SOURCE.replace("Return a clan. It has members.", written)
    method = methods_of(with_response(source))["clan"]
    assert len(method.body) == 2
    assert isinstance(method.body[0], ast.Expr)
    assert isinstance(method.body[0].value, ast.Constant)
    assert ast.unparse(method.body[1]) == "return await self._run(clans.clan(tag))"


@pytest.mark.parametrize("text", ["def f(:", "x = (", "class Client:\n  async def f(self):\npass"])
def test_a_source_that_is_no_code_gives_none(text: str) -> None:
    with pytest.raises(SyntaxError):
        with_response(text)
    with pytest.raises(SpecError, match="code that is not valid"):
        vars(outputs)["_formatted"]({"cocapi_gen/_twins/x.py": without_event_loop(text)})


def test_a_source_without_a_client_gives_nothing() -> None:
    with pytest.raises(StopIteration):
        with_response("class Other:\n    pass\n")


@given(st.text())
def test_any_text_is_translated_without_harm(text: str) -> None:
    """What holds none of the words stays as it is."""
    made = without_event_loop(text)
    words = r"async|await|Async|next|close|Client|Outcomes|Api|cocapi|Iterable|Iterator|tasks|loop|sourc|>>>"
    assert made == text or re.search(words, text)
