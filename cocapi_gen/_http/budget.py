"""How many retries there may be."""

from __future__ import annotations


class Budget:
    """How many retries there may be, for all calls together: so an outage does not multiply the load.

    Each call adds a fifth of a retry and each second a whole one, and never more than fifty are in store.
    """

    most = 50.0
    a_call = 0.2
    a_second = 1.0

    def __init__(self, now: float) -> None:
        self._left = self.most
        self._since = now

    def call(self, now: float) -> None:
        """Note a call."""
        self._add(self.a_call + (now - self._since) * self.a_second)
        self._since = max(self._since, now)

    def take(self, now: float) -> bool:
        """Take a retry out, if there is one."""
        self._add((now - self._since) * self.a_second)
        self._since = max(self._since, now)
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def _add(self, more: float) -> None:
        self._left = min(self.most, self._left + max(0.0, more))
