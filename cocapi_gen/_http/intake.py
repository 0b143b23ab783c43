"""The body of an answer: taken in no longer and no further than is allowed, and decompressed within the same bound."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from math import inf
from typing import TYPE_CHECKING

from cocapi_gen._http.transport import Answer
from cocapi_gen.exceptions import AnswerTooLarge, UnreadableAnswerError
from cocapi_gen.responses import Headers

if TYPE_CHECKING:
    from cocapi_gen._http.operation import Request
    from cocapi_gen._http.server import Server

_KNOWN = {"gzip", "x-gzip", "deflate"}
_EITHER_FORMAT = zlib.MAX_WBITS | 32
_PIECE = 2**20


class Intake:
    """Takes in the body of one answer."""

    def __init__(self, lines: Sequence[tuple[bytes, bytes]], most: int, asked: str) -> None:
        """Look at what is announced.

        Args:
            lines: the headers, which came before the body.
            most: how many bytes it may have, both as it comes and decompressed.
            asked: what it is the answer to, for messages.

        Raises:
            AnswerTooLarge: by its own words it has more.
        """
        self._lines = lines
        self.headers = headers = Headers.of_lines(lines)
        self._encoding = headers.get("content-encoding", "").strip().lower()
        self._most = most
        self._asked = asked
        self._body: bytes | bytearray = b""
        self.is_full = False
        length = headers.get("content-length", "")
        if length.isdecimal():
            self._allow(float(length))

    def add(self, piece: bytes) -> None:
        """Take in what has come, if there is room for it."""
        self.is_full = self.is_full or len(self._body) + len(piece) > self._most
        if self.is_full:
            return
        if not self._body:
            self._body = piece  # which mostly is all there is, and need not be copied
            return
        if isinstance(self._body, bytes):
            self._body = bytearray(self._body)
        self._body += piece

    def answer(self, status: int, request: Request, server: Server) -> Answer:
        """Return the whole answer.

        Raises:
            AnswerTooLarge: the body is too much.
            UnreadableAnswerError: it cannot be decompressed.
        """
        try:
            body = self.body()
        except zlib.error as error:
            if status == 200:
                problem = (
                    "Look for a proxy that changes answers. "
                    f"(The answer to {self._asked} cannot be decompressed: {error})"
                )
                raise UnreadableAnswerError(problem) from error
            body = b""  # an error says enough by its status
        return Answer(status, self._lines, self.headers, body, request, server.base_url, server.shown is not None)

    def body(self) -> bytes:
        """Return all of it, decompressed. What is compressed in a way that nobody asked for stays as it is.

        Raises:
            AnswerTooLarge: it is too much.
            zlib.error: it cannot be decompressed.
        """
        self._allow(inf if self.is_full else 0)
        if not self._body or self._encoding not in _KNOWN:
            return bytes(self._body)
        return self._decompressed()

    def _decompressed(self) -> bytes:
        packed = zlib.decompressobj(_EITHER_FORMAT)
        waiting = self._body
        pieces, size = list[bytes](), 0
        while not packed.eof:
            piece = packed.decompress(waiting, _PIECE)
            waiting = packed.unconsumed_tail
            if not piece and not packed.eof:
                raise zlib.error("the end is missing")
            size += len(piece)
            self._allow(size)
            pieces.append(piece)
        if packed.unused_data:
            raise zlib.error("there is something after the end")
        return b"".join(pieces)

    def _allow(self, size: float) -> None:
        if size > self._most:
            problem = (
                f"Ask for less at a time, with a limit. (The answer to {self._asked} has more than {self._most} bytes)"
            )
            raise AnswerTooLarge(problem)
