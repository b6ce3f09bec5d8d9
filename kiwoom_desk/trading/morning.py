"""When a new day begins at the desk: in the morning, before the first market opens, and not at midnight.

What was listed or done the day before is still today's for who looks at it at night.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

MORNING = timedelta(hours=7, minutes=40)
"""After midnight. NXT opens at eight, and what it takes is decided day by day (market/rules.md 7.1)."""


def desk_day(now: datetime) -> date:
    """The day that the desk is at by `now`, the market's clock."""
    return (now - MORNING).date()
