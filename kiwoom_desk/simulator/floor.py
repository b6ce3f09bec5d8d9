"""One instrument on one trading venue: its books, the orders that wait beside them, and what it does at the moment."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from kiwoom_desk.simulator import auction, ticks
from kiwoom_desk.simulator.book import Book, BookSide, Resting
from kiwoom_desk.simulator.listings import kind_of
from kiwoom_desk.simulator.model import Depth, Interruption, Level, Listing, Side, Venue
from kiwoom_desk.simulator.tape import TapeKeeper

Mode = Literal["closed", "auction", "continuous", "break"]

_LEVELS: Final = 10
_AUCTION_LEVELS: Final = 3


class Floor:
    """Holds state; the exchange moves it. `fixed` is the book of off-hours trading at one given price (61, 81)."""

    def __init__(self, listing: Listing, venue: Venue, base: int) -> None:
        self.listing = listing
        self.venue = venue
        self.kind = kind_of(listing)
        self.mode: Mode = "closed"
        self.new_day(base)

    def new_day(self, base: int) -> None:
        self.base = base
        self.lower, self.upper = ticks.band(self.kind, base)
        self.tape = TapeKeeper(base, self.lower, self.upper)
        self.close_price = base
        self.reference = 0  # the last auction price; 0 while a move away from it interrupts nothing
        self.interruption: Interruption | None = None
        self.clear()

    def clear(self) -> None:
        """Empty every book, as at the end of a session whose orders do not live on."""
        self.book = Book()
        self.fixed = Book()
        self.fixed_price = 0  # 0 while off-hours trading at a given price is not matching
        self.stops: list[Resting] = []
        self.unpriced: list[Resting] = []  # closing-price orders that wait for the close to be known

    def remove(self, resting: Resting) -> None:
        for waiting in (self.stops, self.unpriced):
            if resting in waiting:
                waiting.remove(resting)
                return
        self._book_of(resting).remove(resting)

    def _book_of(self, resting: Resting) -> Book:
        level = self.fixed.side(resting.side).levels.get(resting.price, [])
        return self.fixed if resting in level else self.book

    def waiting(self) -> list[Resting]:
        """Everything that could still trade here, in order of receipt."""
        everything = [*self.book.resting(), *self.fixed.resting(), *self.stops, *self.unpriced]
        return sorted(everything, key=lambda resting: resting.sequence)

    def market_price(self, side: Side) -> int:
        """Where a market order waits in an auction: one won beyond the band, before every limit."""
        return self.upper + 1 if side == "buy" else self.lower - 1

    @property
    def active(self) -> bool:
        """Orders are collected or traded here, by auction, continuously or at a given price."""
        return self.mode in ("auction", "continuous") or self.fixed_price > 0

    @property
    def is_far(self) -> bool:
        """The last price is ten per cent or more from the last auction's: a static interruption (market/rules.md 10.1).
        The rule for prices under 1,000 won changes nothing from 30 won up, and no instrument here is that cheap."""
        watched = self.mode == "continuous" and self.reference > 0
        return watched and abs(self.tape.last - self.reference) * 10 >= self.reference

    def interrupting_price(self, side: Side) -> int:
        """The first price on the way up (buy) or down (sell) at which `is_far` would hold."""
        if side == "buy":
            return ticks.ceil_tick(self.kind, -(-self.reference * 11 // 10))
        return ticks.floor_tick(self.kind, self.reference * 9 // 10)

    @property
    def last_on_grid(self) -> int:
        """The last price, or the base before the first trade; a midpoint print may lie between two ticks."""
        return ticks.floor_tick(self.kind, self.tape.last)

    def expected(self) -> auction.Uncross:
        return auction.expect(self.book, self.lower, self.upper, self.last_on_grid)

    def ahead(self, resting: Resting) -> int | None:
        """How much trades before this quantity does, midpoint orders aside; None when it is not in the visible book."""
        queue = self.book.side(resting.side)
        if resting not in queue.levels.get(resting.price, ()):
            return None
        earlier = (
            other.quantity
            for price in queue.within(resting.price)
            for other in queue.levels[price]
            if price != resting.price or other.sequence < resting.sequence
        )
        return sum(earlier)

    def depth(self, at: datetime) -> Depth:
        if self.mode != "auction":
            asks, bids = _levels(self.book.sell, None, _LEVELS), _levels(self.book.buy, None, _LEVELS)
            return self._depth(asks, bids, auction.Uncross(0, 0), at)
        result = self.expected()
        asks = [(p, q) for p, q in self._residual(self.book.sell, result) if self.lower <= p <= self.upper]
        bids = [(p, q) for p, q in self._residual(self.book.buy, result) if self.lower <= p <= self.upper]
        return self._depth(asks[:_AUCTION_LEVELS], bids[:_AUCTION_LEVELS], result, at)

    def _residual(self, side: BookSide, result: auction.Uncross) -> list[tuple[int, int]]:
        """What an auction at the expected price would leave of one side, best first."""
        gone, left = result.quantity, []
        for price, quantity in _levels(side, None, len(side.prices)):
            taken = min(gone, quantity)
            gone -= taken
            if quantity > taken:
                left.append((price, quantity - taken))
        return left

    def _depth(
        self, asks: list[tuple[int, int]], bids: list[tuple[int, int]], result: auction.Uncross, at: datetime
    ) -> Depth:
        return Depth(self._named(asks), self._named(bids), result.price, result.quantity, at)

    def _named(self, levels: list[tuple[int, int]]) -> tuple[Level, ...]:
        if self.venue == "NXT":
            return tuple(Level(price, quantity, nxt=quantity) for price, quantity in levels)
        return tuple(Level(price, quantity, krx=quantity) for price, quantity in levels)


def _levels(side: BookSide, limit: int | None, count: int) -> list[tuple[int, int]]:
    return [(price, side.total(price)) for price, _ in zip(side.within(limit), range(count), strict=False)]


def union(parts: list[Depth], at: datetime) -> Depth:
    """The combined book: levels of the same price added up, with the part of each venue (kiwoom/websocket.md 8)."""
    expecting = max(parts, key=lambda d: d.expected_quantity)
    asks = _merge([level for part in parts for level in part.asks])
    bids = _merge([level for part in parts for level in part.bids])
    return Depth(
        tuple(sorted(asks, key=lambda level: level.price)[:_LEVELS]),
        tuple(sorted(bids, key=lambda level: -level.price)[:_LEVELS]),
        expecting.expected_price,
        expecting.expected_quantity,
        at,
    )


def _merge(levels: list[Level]) -> list[Level]:
    by_price: dict[int, Level] = {}
    for level in levels:
        seen = by_price.get(level.price, Level(level.price, 0))
        by_price[level.price] = Level(
            level.price, seen.quantity + level.quantity, seen.krx + level.krx, seen.nxt + level.nxt
        )
    return list(by_price.values())
