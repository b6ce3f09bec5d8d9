"""The market clock of the practice exchange: it starts where it is told to and runs at the pace of real time."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from email.utils import format_datetime
from typing import Final

from kiwoom_desk.simulator.calendar import SEOUL, is_trading_day

_OPENING: Final = time_of_day(10, 0)


def default_start(today: date) -> datetime:
    """Ten in the morning, in the regular market, of the newest trading day that is not after `today`."""
    while not is_trading_day(today):
        today -= timedelta(days=1)
    return datetime.combine(today, _OPENING, SEOUL)


class MarketClock:
    """Market time is `start` plus what has passed since; `skip` moves it ahead (never back)."""

    def __init__(self, start: datetime) -> None:
        self._start = start.astimezone(SEOUL) if start.tzinfo else start.replace(tzinfo=SEOUL)
        self._origin = time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=time.monotonic() - self._origin)

    def skip(self, ahead: timedelta) -> None:
        if ahead < timedelta(0):
            raise ValueError("a market clock does not run backwards")
        self._start += ahead

    def http_date(self) -> str:
        """The value of the `Date` header, from which clients learn the market's time."""
        return format_datetime(self.now().astimezone(UTC).replace(microsecond=0), usegmt=True)


def wall_clock() -> datetime:
    """Korean wall-clock time, which token expiry is told in, whatever the market clock says (kiwoom/README.md 11.4)."""
    return datetime.now(SEOUL)
