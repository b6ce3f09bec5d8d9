"""One price-time book: price first, then time; the resting order's price trades (market/rules.md 5)."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kiwoom_desk.simulator.model import Order, Side

OPPOSITE: Final[dict[Side, Side]] = {"buy": "sell", "sell": "buy"}


@dataclass(slots=True, eq=False)
class Resting:
    """A quantity in a book. `order` is None for the background participants; `sequence` is the time of receipt."""

    side: Side
    price: int
    quantity: int
    sequence: int
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """An incoming order met this resting one. The resting quantity is already reduced."""

    resting: Resting
    price: int
    quantity: int


class BookSide:
    """The price levels of one side, each a queue in order of receipt."""

    def __init__(self, side: Side) -> None:
        self.side: Side = side
        self.prices: list[int] = []  # ascending
        self.levels: dict[int, list[Resting]] = {}

    def add(self, resting: Resting) -> None:
        level = self.levels.get(resting.price)
        if level is None:
            self.levels[resting.price] = [resting]
            insort(self.prices, resting.price)
        elif level[-1].sequence < resting.sequence:
            level.append(resting)
        else:  # a woken stop order keeps its time of receipt
            insort(level, resting, key=lambda r: r.sequence)

    def remove(self, resting: Resting) -> None:
        level = self.levels[resting.price]
        level.remove(resting)
        if not level:
            del self.levels[resting.price]
            del self.prices[bisect_left(self.prices, resting.price)]

    def best(self) -> int | None:
        if not self.prices:
            return None
        return self.prices[-1] if self.side == "buy" else self.prices[0]

    def within(self, limit: int | None) -> Iterator[int]:
        """Prices best first, as far as an opposite order with this limit would go (None: all)."""
        for price in reversed(self.prices) if self.side == "buy" else iter(self.prices):
            if limit is not None and (price < limit if self.side == "buy" else price > limit):
                return
            yield price

    def total(self, price: int) -> int:
        return sum(resting.quantity for resting in self.levels[price])


class Book:
    """Both sides of one instrument on one venue, plus the midpoint orders, which nobody sees."""

    def __init__(self) -> None:
        self.buy = BookSide("buy")
        self.sell = BookSide("sell")
        self._mids: dict[Side, list[Resting]] = {"buy": [], "sell": []}

    def side(self, side: Side) -> BookSide:
        return self.buy if side == "buy" else self.sell

    def midpoint(self) -> int | None:
        """floor((best bid + best ask) / 2), which may be off the tick grid; None while a side is empty."""
        bid, ask = self.buy.best(), self.sell.best()
        return None if bid is None or ask is None else (bid + ask) // 2

    def add(self, resting: Resting) -> None:
        self.side(resting.side).add(resting)

    def add_mid(self, resting: Resting) -> None:
        insort(self._mids[resting.side], resting, key=lambda r: r.sequence)

    def mids(self, side: Side) -> tuple[Resting, ...]:
        return tuple(self._mids[side])

    def remove(self, resting: Resting) -> None:
        if resting in self._mids[resting.side]:
            self._mids[resting.side].remove(resting)
        else:
            self.side(resting.side).remove(resting)

    def resting(self) -> list[Resting]:
        """Everything in the book, in order of receipt."""
        visible = [r for side in (self.buy, self.sell) for level in side.levels.values() for r in level]
        return sorted([*visible, *self._mids["buy"], *self._mids["sell"]], key=lambda r: r.sequence)

    def available(self, side: Side, limit: int | None) -> int:
        """How much an incoming order of `side` could trade at once."""
        opposite = OPPOSITE[side]
        visible = self.side(opposite)
        return self._mid_quantity(opposite, limit) + sum(visible.total(price) for price in visible.within(limit))

    def _mid_quantity(self, resting_side: Side, limit: int | None) -> int:
        mid = self.midpoint()
        if mid is None or not reaches(OPPOSITE[resting_side], limit, mid):
            return 0
        return sum(resting.quantity for resting in self._mids[resting_side])

    def take(self, side: Side, quantity: int, limit: int | None) -> list[Match]:
        """Trade an incoming order of `side` as far as it goes; what it meets is reduced, the empty removed."""
        matches: list[Match] = []
        while quantity > 0:
            front = self._front(OPPOSITE[side])
            if front is None or not reaches(side, limit, front[1]):
                break
            resting, price = front
            traded = min(quantity, resting.quantity)
            resting.quantity -= traded
            quantity -= traded
            if resting.quantity == 0:
                self.remove(resting)
            matches.append(Match(resting, price, traded))
        return matches

    def best(self, side: Side) -> int | None:
        """The price at which the next order of the other side would trade, midpoint orders included."""
        front = self._front(side)
        return front[1] if front else None

    def _front(self, side: Side) -> tuple[Resting, int] | None:
        mid = self.midpoint() if self._mids[side] else None
        if mid is not None:  # never behind the visible best: the midpoint is at least as good
            return self._mids[side][0], mid
        best = self.side(side).best()
        return None if best is None else (self.side(side).levels[best][0], best)


def reaches(side: Side, limit: int | None, price: int) -> bool:
    """Whether an order of `side` with this limit (None: any price) may trade at `price`."""
    return limit is None or (limit >= price if side == "buy" else limit <= price)
