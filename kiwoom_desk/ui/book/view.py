"""What the ladder shows, without painting it: rows from top to bottom, own orders on them, figures beside. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kiwoom_desk.domain.instruments import Side
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.domain.quotes import BookLevel, OrderBook, Quote
from kiwoom_desk.ui import formats

LEVELS = 10


@dataclass(frozen=True, slots=True)
class Rung:
    """One row. `side` is whose quotes stand there (SELL: asks). `level` None is an empty rung. `mine` is our own
    remaining quantity at this price on this side."""

    side: Side
    level: BookLevel | None
    percent: float | None = None
    share: float = 0.0
    best: bool = False
    mine: int = 0


def rungs(book: OrderBook | None, quote: Quote | None, orders: Iterable[Order] = ()) -> Sequence[Rung]:
    """Twenty rows: asks from far to near, then bids from near to far. `share` scales the bars to the largest level."""
    asks = () if book is None else book.asks[:LEVELS]
    bids = () if book is None else book.bids[:LEVELS]
    most = max((level.quantity for level in (*asks, *bids)), default=0)
    mine = _mine(orders)
    base = None if quote is None else quote.base

    def rung(side: Side, n: int, levels: Sequence[BookLevel]) -> Rung:
        level = levels[n] if n < len(levels) else None
        if level is None:
            return Rung(side, None)
        percent = None if not base else (level.price - base) * 100 / base
        share = level.quantity / most if most else 0.0
        return Rung(side, level, percent, share, n == 0, mine[side, level.price])

    above = [rung(Side.SELL, n, asks) for n in reversed(range(LEVELS))]
    return [*above, *(rung(Side.BUY, n, bids) for n in range(LEVELS))]


def _mine(orders: Iterable[Order]) -> Counter[tuple[Side, int]]:
    mine: Counter[tuple[Side, int]] = Counter()
    for order in orders:
        if order.can_change and order.draft.price is not None:
            mine[order.draft.side, order.draft.price] += order.remaining
    return mine


def facts(quote: Quote | None, book: OrderBook | None) -> Sequence[tuple[str, str]]:
    """The day's figures for the corner beside the asks."""
    if quote is None:
        return ()
    told: list[tuple[str, int | None]] = [
        ("상한", quote.upper),
        ("하한", quote.lower),
        ("기준", quote.base),
        ("시가", quote.open),
        ("고가", quote.high),
        ("저가", quote.low),
        ("거래량", quote.volume),
    ]
    lines = [(name, formats.number(value)) for name, value in told]
    if book is not None and book.expected_price:
        lines.append(("예상", f"{book.expected_price:,} · {formats.number(book.expected_quantity)}"))
    return lines
