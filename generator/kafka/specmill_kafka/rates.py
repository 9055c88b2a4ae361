"""Limits of rates, as the server's limiter keeps them: what is taken now is paid for by who comes next."""

from __future__ import annotations


class Rate:
    def __init__(self, a_second: float) -> None:
        self._rate = a_second
        self._saved = 0.0
        self._free_at = 0.0

    def take(self, permits: int, now: float) -> bool:
        """Whether they are given; at most a second's worth is saved up."""
        if now < self._free_at:
            return False
        self._saved = min(self._rate, self._saved + (now - self._free_at) * self._rate)
        saved = min(self._saved, permits)
        self._saved -= saved
        self._free_at = now + (permits - saved) / self._rate
        return True
