"""Request limits: so many calls of one TR by one app key within any second (errors.md 5)."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Final

_WINDOW: Final = 1.0


class Limiter:
    """A refused call does not count. `clock` gives seconds and never goes back."""

    def __init__(self, per_second: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_second = per_second
        self._clock = clock
        self._calls: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)

    def take(self, appkey: str, api_id: str) -> bool:
        """Whether this call is within the limit."""
        calls, now = self._calls[appkey, api_id], self._clock()
        while calls and calls[0] <= now - _WINDOW:
            calls.popleft()
        if len(calls) >= self.per_second:
            return False
        calls.append(now)
        return True
