"""The call auction: one price for all, the price at which most is traded (market/rules.md 5).

Market orders wait in the book one won beyond the band, so they come before every limit without a rule of their own;
the auction price itself is always a price inside the band. When an auction prints exactly at the limit the exchange
shares out by size; here time priority stays, a simplification.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiwoom_desk.simulator.book import Book, Resting
from kiwoom_desk.simulator.model import Side


@dataclass(frozen=True, slots=True)
class Uncross:
    """Expected price and quantity; both 0 when nothing would trade."""

    price: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A buyer and a seller of one auction and what they trade with each other."""

    buy: Resting
    sell: Resting
    quantity: int


def expect(book: Book, lower: int, upper: int, reference: int) -> Uncross:
    """Most volume; then the smallest imbalance; then nearest to `reference` (the last price or the base)."""
    if not book.buy.prices or not book.sell.prices or book.buy.prices[-1] < book.sell.prices[0]:
        return Uncross(0, 0)
    candidates = sorted({p for p in (*book.buy.prices, *book.sell.prices, reference) if lower <= p <= upper})
    supply = _cumulate([(p, book.sell.total(p)) for p in book.sell.prices], candidates)
    demand = _cumulate([(-p, book.buy.total(p)) for p in reversed(book.buy.prices)], [-p for p in reversed(candidates)])
    volume, _, _, price = min(
        (-min(sold, bought), abs(sold - bought), abs(price - reference), price)
        for price, sold, bought in zip(candidates, supply, reversed(demand), strict=True)
    )
    return Uncross(price, -volume) if volume else Uncross(0, 0)


def _cumulate(levels: list[tuple[int, int]], candidates: list[int]) -> list[int]:
    """For each ascending candidate the total quantity of all levels up to it."""
    totals: list[int] = []
    running = at = 0
    for candidate in candidates:
        while at < len(levels) and levels[at][0] <= candidate:
            running += levels[at][1]
            at += 1
        totals.append(running)
    return totals


def clear(book: Book, result: Uncross) -> list[Pair]:
    """Take the auction's volume out of the book, in price-time priority on both sides."""
    buys, sells = _eligible(book, "buy", result), _eligible(book, "sell", result)
    pairs: list[Pair] = []
    left = result.quantity
    while left > 0:
        buy, sell = buys[0], sells[0]
        traded = min(left, buy.quantity, sell.quantity)
        left -= traded
        pairs.append(Pair(buy, sell, traded))
        for queue, resting in ((buys, buy), (sells, sell)):
            resting.quantity -= traded
            if resting.quantity == 0:
                book.remove(resting)
                queue.pop(0)
    return pairs


def _eligible(book: Book, side: Side, result: Uncross) -> list[Resting]:
    queue = book.side(side)
    return [resting for price in queue.within(result.price) for resting in queue.levels[price]]
