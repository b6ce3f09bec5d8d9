"""A plausible past for an instrument that exists since this morning: yesterday's volume, the year's extremes, candles.

Derived from the code alone, so that every run and every question gets the same past.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from kiwoom_desk.simulator import ticks
from kiwoom_desk.simulator.calendar import is_trading_day
from kiwoom_desk.simulator.listings import kind_of
from kiwoom_desk.simulator.model import Listing, Tape

PAST: Final = 600
_YEAR: Final = 250


@dataclass(frozen=True, slots=True)
class Candle:
    """One past day, on the tick grid."""

    day: date
    open: int
    high: int
    low: int
    close: int
    volume: int


@dataclass(frozen=True, slots=True)
class Year:
    high: int
    high_day: date
    low: int
    low_day: date
    volume: int


@lru_cache(maxsize=128)
def past_days(listing: Listing, before: date, base: int) -> tuple[Candle, ...]:
    """The `PAST` trading days before `before`, newest first; the newest closes at `base`."""
    rng = random.Random(f"{listing.code}/{base}")
    kind, close, day, candles = kind_of(listing), base, before, []
    typical = max(20_000, min(listing.listed, 3_000_000_000) // 250) if listing.listed else 40_000
    for _ in range(PAST):
        day -= timedelta(days=1)
        while not is_trading_day(day):
            day -= timedelta(days=1)
        opening = max(1, ticks.floor_tick(kind, round(close * (1 + rng.gauss(0, 0.012)))))
        high = ticks.ceil_tick(kind, round(max(opening, close) * (1 + abs(rng.gauss(0, 0.006)))))
        low = max(1, ticks.floor_tick(kind, round(min(opening, close) * (1 - abs(rng.gauss(0, 0.006))))))
        candles.append(Candle(day, opening, high, low, close, round(typical * rng.uniform(0.5, 1.8))))
        close = max(1, ticks.floor_tick(kind, round(opening * (1 + rng.gauss(0, 0.006)))))
    return tuple(candles)


def year_of(listing: Listing, tape: Tape, today: date) -> Year:
    """The extremes of the last 250 days, today included, and yesterday's volume."""
    past = past_days(listing, today, tape.base)[:_YEAR]
    highest, lowest = max(past, key=lambda c: c.high), min(past, key=lambda c: c.low)
    high, low = max(highest.high, tape.high), min(lowest.low, tape.low or lowest.low)
    return Year(
        high,
        today if high > highest.high else highest.day,
        low,
        today if low < lowest.low else lowest.day,
        past[0].volume,
    )
