"""The broker's clock, as far as its `Date` headers tell it (docs/decisions.md 11)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


class ServerClock:
    """Narrows the offset "broker minus us": each header, whole seconds cut off, allows an interval; they intersect.

    When an interval does not meet what was known, a clock was moved, and the newest one alone counts."""

    def __init__(self) -> None:
        self._bounds: tuple[float, float] | None = None

    @property
    def offset(self) -> float | None:
        """Seconds, None before the first usable header."""
        return None if self._bounds is None else sum(self._bounds) / 2

    def hear(self, header: str | None, sent: datetime, received: datetime) -> None:
        said = _parse(header)
        if said is None:
            return
        low = (said - received).total_seconds()
        high = (said - sent).total_seconds() + 1
        if low > high:
            return
        if self._bounds is not None:
            kept = max(low, self._bounds[0]), min(high, self._bounds[1])
            if kept[0] <= kept[1]:
                low, high = kept
        self._bounds = low, high


def _parse(header: str | None) -> datetime | None:
    try:
        said = parsedate_to_datetime(header or "")
    except ValueError:
        return None
    return said if said.tzinfo is not None else said.replace(tzinfo=UTC)
