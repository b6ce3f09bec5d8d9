"""The trader's own limits over time: lowering one holds at once, raising one ten minutes later.

So nobody lifts a limit in the heat of the moment that made it useful (docs/decisions.md 16; docs/reliability.md 5.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from kiwoom_desk.domain.checks.model import Limits
from kiwoom_desk.trading.environments import World

DELAY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class KeptLimit:
    """One limit: `value` holds, until `later` takes its place at `since`. None is no limit."""

    value: int | None
    later: int | None = None
    since: datetime | None = None

    def at(self, now: datetime) -> int | None:
        return self.later if self.since is not None and now >= self.since else self.value

    def pending(self, now: datetime) -> bool:
        return self.since is not None and now < self.since

    def changed(self, wanted: int | None, now: datetime) -> KeptLimit:
        """Raises ValueError for a limit below 1."""
        if wanted is not None and wanted < 1:
            raise ValueError("한도는 1 이상이어야 합니다. 한도를 쓰지 않으려면 비워 두세요.")
        present = self.at(now)
        if self.pending(now) and wanted == self.later:
            return self  # asking twice does not start the wait again
        if _raises(present, wanted):
            return KeptLimit(present, wanted, now + DELAY)
        return KeptLimit(wanted)


def _raises(present: int | None, wanted: int | None) -> bool:
    return present is not None and (wanted is None or wanted > present)


@dataclass(frozen=True, slots=True)
class KeptLimits:
    """The limits of one world, in won and new orders."""

    value_per_order: KeptLimit
    value_per_day: KeptLimit
    orders_per_minute: KeptLimit

    def at(self, now: datetime) -> Limits:
        """What holds at `now`."""
        return Limits(self.value_per_order.at(now), self.value_per_day.at(now), self.orders_per_minute.at(now))

    def changed(self, wanted: Limits, now: datetime) -> KeptLimits:
        """Each limit by its own rule. Raises ValueError."""
        return KeptLimits(*(getattr(self, n).changed(getattr(wanted, n), now) for n in NAMES))

    def next_change(self, now: datetime) -> datetime | None:
        """When the next raise takes effect."""
        waiting: list[KeptLimit] = [getattr(self, name) for name in NAMES]
        return min((kept.since for kept in waiting if kept.since is not None and kept.pending(now)), default=None)


NAMES = tuple(field.name for field in fields(Limits))


def kept(limits: Limits) -> KeptLimits:
    return KeptLimits(*(KeptLimit(getattr(limits, name)) for name in NAMES))


FIRST: Mapping[World, KeptLimits] = {
    World.PRACTICE: kept(Limits()),
    World.MOCK: kept(Limits()),
    World.LIVE: kept(Limits(3_000_000, 10_000_000, 5)),
}
"""Live starts small; in practice and on the mock nothing is at stake."""
