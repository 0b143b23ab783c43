"""Whether the game is in maintenance, as far as the answers have shown."""

from __future__ import annotations

PROBE_EVERY = 15.0
"""Seconds between two requests that see whether it is over, while the others wait."""
_NAP = 0.2
"""Seconds after which those ask again who wait for the answer to such a request."""


class Maintenance:
    """Remembers when maintenance began, and lets a request through now and then to see whether it is over."""

    def __init__(self) -> None:
        self.since: float | None = None
        self._next_probe = 0.0
        self._is_probed = False

    def begin(self, now: float) -> bool:
        """Note that the API is in maintenance; tell whether that is new."""
        is_new = self.since is None
        self._is_probed = False
        if is_new:
            self.since = now
            self._next_probe = now + PROBE_EVERY
        return is_new

    def end(self, now: float) -> float | None:
        """Note that the API answers; tell how many seconds it did not, None if it did all the time."""
        since, self.since = self.since, None
        return None if since is None else now - since

    def wait(self, now: float) -> float:
        """Return how many seconds to wait before asking again; at 0 one may go, while the others wait."""
        if self.since is None:
            return 0.0
        if now >= self._next_probe:
            self._next_probe = now + PROBE_EVERY
            self._is_probed = True
            return 0.0
        left = self._next_probe - now
        return min(left, _NAP) if self._is_probed else left
