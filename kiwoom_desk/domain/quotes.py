"""Prices as the trader reads them. Won per share or gram; a price received is never rounded to the grid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiwoom_desk.domain.instruments import Side


@dataclass(frozen=True, slots=True)
class Quote:
    """The state of one instrument as one view (KRX, NXT, or SOR for both) shows it. None is "not said"; zero never is.

    `change` is against the base price, `at` when we heard the newest part of it, `feed_live` whether pushes run.
    """

    code: str
    last: int | None = None
    base: int | None = None
    upper: int | None = None
    lower: int | None = None
    open: int | None = None
    high: int | None = None
    low: int | None = None
    volume: int | None = None
    best_ask: int | None = None
    best_bid: int | None = None
    at: datetime | None = None
    feed_live: bool = False

    @property
    def change(self) -> int | None:
        return None if self.last is None or self.base is None else self.last - self.base

    @property
    def change_rate(self) -> float | None:
        """In percent of the base price."""
        change = self.change
        return None if change is None or not self.base else change * 100 / self.base


@dataclass(frozen=True, slots=True)
class BookLevel:
    price: int
    quantity: int


@dataclass(frozen=True, slots=True)
class OrderBook:
    """Up to ten levels a side, best first. `expected_*` only during an auction."""

    code: str
    asks: tuple[BookLevel, ...] = ()
    bids: tuple[BookLevel, ...] = ()
    total_ask: int | None = None
    total_bid: int | None = None
    expected_price: int | None = None
    expected_quantity: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trade:
    """One print. `aggressor` is who took; None when the broker did not say."""

    code: str
    price: int
    quantity: int
    aggressor: Side | None
    at: datetime
