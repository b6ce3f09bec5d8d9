"""Trading days, sessions and their windows (market/rules.md 3, 8 and 3.5). Times are Asia/Seoul.

A `Timetable` is one day's plan: it knows the special days and, by seed, when each call auction really ends.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Final, Literal

from kiwoom_desk.simulator.listings import Kind

# Not from zoneinfo: Windows and a bare Linux carry no time zone data. Korea has kept one offset since 1988.
SEOUL: Final = timezone(timedelta(hours=9), "KST")
Market = Literal["KRX", "NXT", "SOR", "GOLD"]

# Known for 2026; for 2027 computed from the calendar, not from a notice.
_CLOSED_DAYS: Final = frozenset(
    [date(2026, 12, day) for day in (25, 31)]
    + [date(2027, month, day) for month, day in ((1, 1), (2, 8), (2, 9), (3, 1), (5, 5), (5, 13), (7, 19), (8, 16))]
    + [date(2027, month, day) for month, day in ((9, 14), (9, 15), (9, 16), (10, 4), (10, 11), (12, 27), (12, 31))]
)
# College entrance exam: third Thursday of November. First trading day of the year: KRX opens at 10:00.
_EXAM_DAYS: Final = frozenset({date(2026, 11, 19), date(2027, 11, 18)})
_NEW_YEAR_DAYS: Final = frozenset({date(2027, 1, 4)})
_RANDOM_END: Final = 30.0
_HOUR: Final = timedelta(hours=1)


def is_trading_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _CLOSED_DAYS


def next_trading_day(day: date) -> date:
    """The first trading day after `day`."""
    day += timedelta(days=1)
    while not is_trading_day(day):
        day += timedelta(days=1)
    return day


@dataclass(frozen=True, slots=True)
class Session:
    """One row of the session table: half-open [start, end) is when orders are taken."""

    id: str
    market: Market
    start: str
    end: str
    amend: bool = True
    cancel_only: bool = False
    kinds: tuple[Kind, ...] = ("stock", "etf")


_STOCK: Final[tuple[Kind, ...]] = ("stock",)
_GOLD: Final[tuple[Kind, ...]] = ("gold",)
SESSIONS: Final = (
    Session("KRX_OPEN_AUCTION", "KRX", "08:30:00", "09:00:00"),
    Session("KRX_PRE_CLOSE_PRICE", "KRX", "08:30:00", "08:40:00", amend=False),
    Session("KRX_REGULAR", "KRX", "09:00:00", "15:20:00"),
    Session("KRX_CLOSE_AUCTION", "KRX", "15:20:00", "15:30:00"),
    Session("KRX_AFTER_CLOSE_PRICE", "KRX", "15:30:00", "16:00:00", amend=False),
    Session("KRX_AFTER_MARKET", "KRX", "16:00:00", "20:00:00", kinds=_STOCK),
    Session("NXT_PRE", "NXT", "08:00:00", "08:50:00", kinds=_STOCK),
    Session("NXT_BREAK_AM", "NXT", "08:50:00", "09:00:30", amend=False, cancel_only=True, kinds=_STOCK),
    Session("NXT_MAIN", "NXT", "09:00:30", "15:20:00", kinds=_STOCK),
    Session("NXT_BREAK_PM", "NXT", "15:20:00", "15:30:00", amend=False, cancel_only=True, kinds=_STOCK),
    Session("NXT_AFTER_PREP", "NXT", "15:30:00", "15:40:00", kinds=_STOCK),
    Session("NXT_AFTER", "NXT", "15:40:00", "20:00:00", kinds=_STOCK),
    Session("NXT_CLOSE_PRICE", "NXT", "15:00:00", "16:00:00", amend=False, kinds=_STOCK),
    Session("SOR_PRE", "SOR", "08:00:00", "08:50:00", kinds=_STOCK),
    Session("SOR_GAP_AM", "SOR", "08:50:00", "09:00:30", kinds=_STOCK),
    Session("SOR_MAIN", "SOR", "09:00:30", "15:20:00", kinds=_STOCK),
    Session("SOR_CLOSE", "SOR", "15:20:00", "15:30:00", kinds=_STOCK),
    Session("SOR_AFTER_PREP", "SOR", "15:30:00", "15:40:00", kinds=_STOCK),
    Session("SOR_AFTER_NXT", "SOR", "15:40:00", "16:00:00", kinds=_STOCK),
    Session("SOR_AFTER_BOTH", "SOR", "16:00:00", "20:00:00", kinds=_STOCK),
    Session("SOR_CLOSE_PRICE", "SOR", "15:00:00", "16:00:00", amend=False, kinds=_STOCK),
    Session("GOLD_OPEN_AUCTION", "GOLD", "08:30:00", "09:00:00", kinds=_GOLD),
    Session("GOLD_REGULAR", "GOLD", "09:00:00", "15:20:00", kinds=_GOLD),
    Session("GOLD_CLOSE_AUCTION", "GOLD", "15:20:00", "15:30:00", kinds=_GOLD),
)


@dataclass(frozen=True, slots=True)
class Window:
    """A session on one day, with the times that hold that day."""

    session: Session
    start: datetime
    end: datetime

    def holds(self, at: datetime) -> bool:
        return self.start <= at < self.end


# Sessions whose end is the print of a call auction: that end is drawn within 30 s, and what follows begins there.
_OPEN_AUCTIONS: Final = {"KRX_OPEN_AUCTION": "KRX_REGULAR", "GOLD_OPEN_AUCTION": "GOLD_REGULAR"}
_CLOSE_AUCTIONS: Final = ("KRX_CLOSE_AUCTION", "GOLD_CLOSE_AUCTION")


class Timetable:
    """The windows of one trading day, by session id."""

    def __init__(self, day: date, seed: int) -> None:
        self.day = day
        self.windows: dict[str, Window] = {}
        for session in SESSIONS:
            start, end = _shifted(session, day)
            if start < end:
                self.windows[session.id] = Window(session, start, end)
        rng = random.Random(f"{seed}/{day}")
        for auction, following in _OPEN_AUCTIONS.items():
            end = self.windows[auction].end + timedelta(seconds=round(rng.uniform(0, _RANDOM_END), 1))
            self._move(auction, end=end)
            self._move(following, start=end)
        for auction in _CLOSE_AUCTIONS:
            self._move(
                auction, end=self.windows[auction].end + timedelta(seconds=round(rng.uniform(0, _RANDOM_END), 1))
            )

    def _move(self, id: str, *, start: datetime | None = None, end: datetime | None = None) -> None:
        window = self.windows[id]
        self.windows[id] = Window(window.session, start or window.start, end or window.end)

    def open(self, market: Market, at: datetime, kind: Kind) -> list[Window]:
        """Every window of the market that takes this kind of instrument at this moment."""
        return [
            w for w in self.windows.values() if w.session.market == market and kind in w.session.kinds and w.holds(at)
        ]

    def first(self, market: Market, kind: Kind) -> datetime:
        return min(w.start for w in self.windows.values() if w.session.market == market and kind in w.session.kinds)


@lru_cache(maxsize=64)
def timetable(day: date, seed: int) -> Timetable:
    return Timetable(day, seed)


def _shifted(session: Session, day: date) -> tuple[datetime, datetime]:
    start, end = (datetime.combine(day, time.fromisoformat(text), SEOUL) for text in (session.start, session.end))
    if day in _EXAM_DAYS:
        return _exam_day(session, start, end)
    if day in _NEW_YEAR_DAYS:
        return _new_year_day(start, end)
    return start, end


def _exam_day(session: Session, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Everything an hour later; no pre-market; gold and the evening end as usual (market/rules.md 3.5)."""
    if session.id in ("NXT_PRE", "SOR_PRE"):
        return start, start
    if session.market == "GOLD":
        return (start, end) if start.hour >= 15 else (start + _HOUR, end + _HOUR if end.hour < 15 else end)
    return start + _HOUR, end if end.hour == 20 else end + _HOUR


def _new_year_day(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """The opening is an hour later, the close as usual.

    NXT follows a notice: simulated with its main market at 10:00:30
    and a pre-market as usual.
    """
    return _late_opening(start), _late_opening(end)


def _late_opening(moment: datetime) -> datetime:
    usual = time(8, 30) <= moment.time() < time(9, 1) and moment.time() != time(8, 50)
    return moment + _HOUR if usual else moment
