"""The broker's clock, as far as its `Date` headers tell it (docs/decisions.md 11)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from kiwoom_desk.trading.ports import Clock

SURPRISING = 30.0
"""Seconds. One odd header must not move the trading day: so far from all that is likely, it takes two that agree."""

FARTHEST = 100 * 366 * 86_400.0
"""Seconds. A practice market may stand on any day, but a time that our calendar cannot hold is none (J01)."""

SET = 0.5
"""Seconds between our wall clock and the monotonic one from which on we say that the wall clock was set."""

Bounds = tuple[float, float]


class ServerClock:
    """Narrows the offset "broker minus us": each header, whole seconds cut off, allows an interval; they intersect.

    When an interval does not meet what was known, a clock was moved, and the newest alone counts. The offset speaks of
    our wall clock: when that is set (T01, T03), nothing is known until the next header."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._bounds: Bounds | None = None
        self._rumour: Bounds | None = None
        self._last = 0.0
        self._set_by = 0.0
        self._wall_at_zero = self._zero()

    @property
    def offset(self) -> float | None:
        """Seconds, None before the first usable header."""
        self._forget_if_set()
        return None if self._bounds is None else sum(self._bounds) / 2

    def hear(self, header: str | None, under_way: float) -> None:
        """`header` came just now, in the answer to a request that began `under_way` seconds ago."""
        self._forget_if_set()
        said = _parse(header)
        if said is None:
            return
        low = (said - self._clock.now()).total_seconds()
        found = self._believed((low, low + under_way + 1))
        if found is not None:
            self._bounds = _both(self._bounds, found) or found
            self._last, self._set_by = sum(self._bounds) / 2, 0.0

    def _believed(self, found: Bounds) -> Bounds | None:
        """`found` when it is likely, or else what it has in common with the surprise before it."""
        low, high = found
        rumour, self._rumour = self._rumour, None
        # after ours was set, the offset depends on why: put right, put wrong, or a sleep that stopped both our clocks
        likely = (self._last,) if not self._set_by else (self._last, self._last - self._set_by, 0.0)
        if any(low - SURPRISING <= offset <= high + SURPRISING for offset in likely):
            return found
        self._rumour = found if abs(low) < FARTHEST else None
        return _both(rumour, found)

    def _forget_if_set(self) -> None:
        zero = self._zero()
        if abs(zero - self._wall_at_zero) < SET:
            return
        self._set_by += zero - self._wall_at_zero
        self._wall_at_zero, self._bounds, self._rumour = zero, None, None

    def _zero(self) -> float:
        """What our wall clock showed when the monotonic one was zero."""
        return self._clock.now().timestamp() - self._clock.monotonic()


def _both(one: Bounds | None, other: Bounds) -> Bounds | None:
    """What both allow."""
    if one is None:
        return None
    low, high = max(one[0], other[0]), min(one[1], other[1])
    return (low, high) if low <= high else None


def _parse(header: str | None) -> datetime | None:
    try:
        said = parsedate_to_datetime(header or "")
    except (ValueError, OverflowError):
        return None
    return said if said.tzinfo is not None else said.replace(tzinfo=UTC)
