"""What goes wrong on the way to the API and back, as errors of ours, whichever library tells of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from socket import gaierror
from ssl import SSLCertVerificationError
from typing import TypeAlias

from cocapi_gen.exceptions import CocApiError, ConnectionFailed, ConnectionLost, NotConnected, RequestTimeout

_Kinds: TypeAlias = tuple[type[Exception], ...]


@dataclass(frozen=True, slots=True)
class Library:
    """How a library tells that the time is over, a proxy refuses, nobody answers, a connection broke, and all else."""

    timeout: _Kinds
    proxy: _Kinds
    unreachable: _Kinds
    broken: _Kinds
    other: _Kinds = ()

    @property
    def errors(self) -> _Kinds:
        """All that it tells, and what it lets through from below: the time is over; a host's name that is none."""
        return *self.timeout, *self.proxy, *self.unreachable, *self.broken, *self.other, TimeoutError, UnicodeError

    def explained(self, error: Exception, asked: str, *, is_half_way: bool) -> CocApiError:
        """Return the error of ours.

        Args:
            error: what the library told.
            asked: what could not be had, in a few words.
            is_half_way: whether a connection was begun, but nothing sent.
        """
        if isinstance(error, (*self.timeout, TimeoutError)):
            return RequestTimeout(f"Try again, or give the client a longer timeout. (No answer to {asked} in time)")
        kind, advice = self._kind(error, is_half_way=is_half_way)
        cause = next((str(each) for each in _causes(error) if str(each)), type(error).__name__)
        return kind(f"{advice} (No answer to {asked}: {cause})")

    def _kind(self, error: Exception, *, is_half_way: bool) -> tuple[type[ConnectionFailed], str]:
        if isinstance(error, self.proxy):
            return NotConnected, _PROXY
        if is_half_way:
            return NotConnected, next(filter(None, map(_advice, _causes(error))), _BROKEN_OFF)
        if isinstance(error, (*self.unreachable, UnicodeError)):
            return NotConnected, next(filter(None, map(_advice, _causes(error))), _UNREACHABLE)
        if isinstance(error, self.broken):
            return ConnectionLost, "Try again; if it goes on like this, check the base URL: the connection broke."
        return ConnectionFailed, "Look at the hooks of the http_client that was given."


_PROXY = "Check the proxy that HTTP_PROXY, HTTPS_PROXY or ALL_PROXY names: it lets nothing through."
_BROKEN_OFF = "Check the base URL and the proxies: a connection was begun, but could not be made secure."
_UNREACHABLE = "Check the network and the base URL, or the proxy if one is set: nobody answers there."
_CERTIFICATES = {
    9: "Check the clock of this machine: the server's certificate is not valid yet.",
    10: "Check the clock of this machine, and who answers there: the server's certificate has expired.",
    18: "Check who answers there: the server's certificate is self-signed. Name it in SSL_CERT_FILE if you trust it.",
    62: "Check the base URL: the server's certificate is for another host.",
    64: "Check the base URL: the server's certificate is for another address.",
}
"""What to do about a certificate that is refused, by OpenSSL's number for the reason."""


def _advice(cause: BaseException) -> str | None:
    # One of aiohttp, below a transport that was lent, has no code.
    if isinstance(cause, SSLCertVerificationError) and hasattr(cause, "verify_code"):
        unknown = "Check who answers there: nobody known has signed the certificate. Name the signer in SSL_CERT_FILE."
        return _CERTIFICATES.get(cause.verify_code, unknown)
    if isinstance(cause, (gaierror, UnicodeError)):
        return "Check the network and the base URL, or the proxy if one is set: its host has no address."
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
