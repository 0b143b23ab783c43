"""Twins of hand-written modules: the same without an event loop, or with what came with each answer.

What is done is written once, with ``await``. These are translations word by word, so that editors, type checkers and
readers find plain code.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from io import StringIO

from codegen.naming import SpecError
from codegen.text import docstring

_WORDS: dict[str, str] = {
    r"\basync (?=def|with|for)": "",
    r"\bawait ": "",
    r"\bStopAsyncIteration\b": "StopIteration",
    r"\banext\(": "next(",
    r"\b__a(enter|exit|iter|next)__\b": r"__\1__",
    r"\baclose\b": "close",
    r"\bAsync(Iterable|Iterator)\b": r"\1",
    r"\bAwaitable\[((?:[^\[\]]|\[[^\[\]]*\])+)\]": r"\1",
    r"\bhttpx\.Async": "httpx.",
    r"\bAsync(Driver|Transport)\b": r"Sync\1",
    r"\basync_transport\b": "sync_transport",
    r"\bcheck_async_engine\b": "check_sync_engine",
    r"\b(?<!\.)(Client|ClientWithResponse|Outcomes)\b": r"Sync\1",
    r"\b(\w+Api)\b(?!\.)": r"Sync\1",
    r"\bcocapi_gen\._http\.tasks\b": "cocapi_gen._http.threads",
    r"\bcocapi_gen\._http\.driver\b": "cocapi_gen._twins.sync_driver",
    r"\bcocapi_gen\._(bulk|walk)\b": r"cocapi_gen._twins.sync_\1",
    r"\bcocapi_gen\._twins\.with_response\b": "cocapi_gen._twins.sync_with_response",
    r"\bcocapi_gen\.raw\.api\b": "cocapi_gen.raw.sync_api",
    # What is now there twice goes once.
    r"\bIterable\[(str(?: \| HasTag)?)\] \| Iterable\[\1\]": r"Iterable[\1]",
    r"\b(Iterable|Iterator), \1\b": r"\1",
    # A script that starts its own event loop needs none.
    r" *>>> import asyncio\n": "",
    r"\basyncio\.run\((.*?\))\)": r"\1",
}
"""How words of code read without an event loop, as regular expressions, in this order."""

_SENTENCES: dict[str, str] = {
    "tasks, and used in one ``asyncio.run`` after another.": "threads,\n    with an event loop around or without.",
    "close with the event loop, or earlier with": "close when it is dropped, or earlier with",
    "at once, in each event loop.": "at once, in all threads together.",
    "the connections of the running event loop.": "the connections.",
    "; they may come from an asynchronous source": "",
    (
        ', or "httptools", which takes less time for each, needs ``pip install "cocapi-gen[fast]"`` and knows asyncio '
        "only. Through a proxy that the environment names, it is always httpx."
    ): '; "httptools" needs an event loop.',
    " ImportError: the engine is not installed.": "",
}
"""What docstrings say of event loops, and what they say without; a blank stands for any, and for the end of a line."""


def without_event_loop(text: str) -> str:
    """Return a module as it reads without an event loop."""
    for sentence, replacement in _SENTENCES.items():
        text = _pattern(sentence).sub(replacement, text)
    for pattern, replacement in _WORDS.items():
        text = re.sub(pattern, replacement, text)
    return text


def check_sentences(sources: Collection[str]) -> None:
    """See that all that is said of event loops is still said somewhere.

    Raises:
        SpecError: a sentence stands in none of the modules any more, so what has become of it would stay as it is.
    """
    for sentence in _SENTENCES:
        if not any(map(_pattern(sentence).search, sources)):
            raise SpecError(f"codegen/twins.py: no module says {sentence!r} any more; write there what it says now.")


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(re.escape(sentence).replace(r"\ ", r"\s+"))


def with_response(text: str) -> str:
    """Return the client's methods that make requests, each returning what came with its result."""
    tree, lines = ast.parse(text), [*StringIO(text)]  # as ast counts them: splitlines ends a line at more than that
    first_class = next(node.lineno for node in tree.body if isinstance(node, ast.ClassDef))
    # The module's own docstring is the first line, the client's variants are what is being made.
    preamble = "".join(line for line in lines[1 : first_class - 1] if "_twins" not in line)
    preamble = preamble.replace("from typing import ", "from typing import Protocol, ", 1)
    client = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Client")
    return _MODULE.format(preamble=preamble, methods="\n".join(_responding(lines, node) for node in _asking(client)))


_MODULE = '''"""The client's methods, each returning what came with its result."""
{preamble}
class Responding(Protocol):
    """Whatever does what a call wants, and returns the result with what came with it."""

    def __call__(self, work: Work[T], /) -> Awaitable[Response[T]]: ...


class ClientWithResponse:
    """The methods of ``Client``, each returning its result as a ``Response``."""

    def __init__(self, run: Responding) -> None:
        self._run = run

{methods}'''


def _asking(client: ast.ClassDef) -> Iterator[ast.AsyncFunctionDef]:
    """Yield the public methods that do nothing but run a flow."""
    for node in client.body:
        if isinstance(node, ast.AsyncFunctionDef) and len(node.body) == 2:
            is_public = not node.name.startswith("_")
            if is_public and ast.unparse(node.body[1]).startswith("return await self._run("):
                yield node


def _responding(lines: list[str], method: ast.AsyncFunctionDef) -> str:
    """Return a method with another result and a short docstring."""
    described, body = method.body
    assert method.returns is not None  # noqa: S101 # every method of ours is annotated
    returns = _source(lines, method.returns)
    head = "".join(lines[method.lineno - 1 : described.lineno - 1])
    head = head[: head.rindex("->")] + f"-> Response[{returns}]:\n"
    summary = (ast.get_docstring(method) or "").split(".", maxsplit=1)[0].replace("\n", " ")
    doc = docstring([f"{summary}.", f"As ``Client.{method.name}``, with what came with the result."], 8)
    return f"{head}        {doc}\n" + "".join(lines[body.lineno - 1 : body.end_lineno])


def _source(lines: list[str], node: ast.expr) -> str:
    """Return what is written at a node; ast has such a function, which splits the whole text each time."""
    assert node.end_lineno is not None  # noqa: S101 # it was parsed
    found = [line.encode() for line in lines[node.lineno - 1 : node.end_lineno]]
    found[-1] = found[-1][: node.end_col_offset]
    found[0] = found[0][node.col_offset :]
    return b"".join(found).decode()
