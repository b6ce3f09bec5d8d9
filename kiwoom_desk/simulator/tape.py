"""The day's figures and the last prints of one instrument on one venue (or of both together)."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import Final

from kiwoom_desk.simulator.model import Side, Tape, TradeEvent

_KEPT: Final = 300


class TapeKeeper:
    """Prints go in, a `Tape` comes out. Each trading day starts a new one."""

    def __init__(self, base: int, lower: int, upper: int) -> None:
        self._base, self._lower, self._upper = base, lower, upper
        self.last = base
        self._open = self._high = self._low = 0
        self._volume = self._turnover = 0
        self._at: datetime | None = None
        self._last_quantity = 0
        self._aggressor: Side | None = None
        self.trades: deque[TradeEvent] = deque(maxlen=_KEPT)

    def record(self, trade: TradeEvent, *, moves_price: bool = True) -> None:
        """Off-hours trading at a given close adds volume and leaves open, high, low and last alone."""
        self._volume += trade.quantity
        self._turnover += trade.quantity * trade.price
        self.trades.append(trade)
        if not moves_price:
            return
        self.last = trade.price
        self._open = self._open or trade.price
        self._high = max(self._high, trade.price)
        self._low = min(self._low or trade.price, trade.price)
        self._at, self._last_quantity, self._aggressor = trade.at, trade.quantity, trade.aggressor

    def newest(self, count: int) -> list[TradeEvent]:
        return [trade for trade, _ in zip(reversed(self.trades), range(count), strict=False)]

    def snapshot(self) -> Tape:
        return Tape(
            last=self.last,
            open=self._open,
            high=self._high,
            low=self._low,
            volume=self._volume,
            turnover=self._turnover,
            base=self._base,
            upper=self._upper,
            lower=self._lower,
            at=self._at,
            last_quantity=self._last_quantity,
            aggressor=self._aggressor,
        )
