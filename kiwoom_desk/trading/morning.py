"""When a new day begins at the desk: in the morning, before the first market opens, and not at midnight.

What was listed or done the day before is still today's for who looks at it at night.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

MORNING = timedelta(hours=7, minutes=40)
"""After midnight. NXT opens at eight, and what it takes is decided day by day (market/rules.md 7.1)."""


BEFORE_OPENING = (MORNING, timedelta(hours=8, minutes=50))
"""After midnight: when base prices and limits are asked for again, before NXT and before KRX opens. No push tells them,
and when the broker turns its own page is not documented."""


def desk_day(now: datetime) -> date:
    """The day that the desk is at by `now`, the market's clock."""
    return (now - MORNING).date()


def quotes_of(now: datetime) -> tuple[date, int]:
    """Another one after each moment of `BEFORE_OPENING`: the day, and how many of them have passed."""
    passed = sum(now - at >= now.replace(hour=0, minute=0, second=0, microsecond=0) for at in BEFORE_OPENING)
    return now.date() if passed else desk_day(now), passed or len(BEFORE_OPENING)
