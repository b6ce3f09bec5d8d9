"""The call auction: one price for all, the price at which most is traded (market/rules.md 5).

Market orders wait in the book one won beyond the band, so they come before every limit without a rule of their own;
the auction price itself is always a price inside the band. An opening or resumption that prints exactly at the limit
drops time priority and is dealt out by size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from kiwoom_desk.simulator.book import Book, Resting
from kiwoom_desk.simulator.model import Side

_SIDES: Final[tuple[Side, Side]] = ("buy", "sell")
_ROUNDS: Final[tuple[Callable[[int], int], ...]] = (
    lambda asks: min(asks, 100),
    lambda asks: (asks + 1) // 2,
    lambda asks: asks,
)


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


def clear(book: Book, result: Uncross, *, by_size: bool = False) -> list[Pair]:
    """Take the auction's volume out of the book: the better price first, at one price in turn or dealt out by size."""
    buys, sells = (_shares(book, side, result, by_size) for side in _SIDES)
    pairs: list[Pair] = []
    while buys and sells:
        (buy, wanted), (sell, offered) = buys[0], sells[0]
        traded = min(wanted, offered)
        pairs.append(Pair(buy, sell, traded))
        for queue, resting, share in ((buys, buy, wanted), (sells, sell, offered)):
            queue[:1] = [(resting, share - traded)] if share > traded else []
            _reduce(book, resting, traded)
    return pairs


def _reduce(book: Book, resting: Resting, traded: int) -> None:
    resting.quantity -= traded
    if resting.quantity == 0:
        book.remove(resting)


def _shares(book: Book, side: Side, result: Uncross, by_size: bool) -> list[tuple[Resting, int]]:
    """Who of this side trades how much."""
    queue, left = book.side(side), result.quantity
    shares: list[tuple[Resting, int]] = []
    for price in queue.within(result.price):
        dealt = _by_size(queue.levels[price], left) if by_size else _in_turn(queue.levels[price], left)
        left -= sum(share for _, share in dealt)
        shares += dealt
    return [(resting, share) for resting, share in shares if share]


def _in_turn(level: Sequence[Resting], left: int) -> list[tuple[Resting, int]]:
    shares: list[tuple[Resting, int]] = []
    for resting in level:
        shares.append((resting, min(resting.quantity, left)))
        left -= shares[-1][1]
    return shares


def _by_size(level: Sequence[Resting], left: int) -> list[tuple[Resting, int]]:
    """Each gets up to 100 lots (a lot is one share), then half of what it still asks, then the rest; larger orders
    first, of the same size the earlier. That a half is rounded up is a choice: no source tells."""
    ranked = sorted(level, key=lambda resting: (-resting.quantity, resting.sequence))
    shares = dict.fromkeys(ranked, 0)
    for share_of in _ROUNDS:
        for resting in ranked:
            share = min(share_of(resting.quantity - shares[resting]), left)
            shares[resting] += share
            left -= share
    return list(shares.items())
