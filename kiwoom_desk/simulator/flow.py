"""The other participants: a seeded crowd that quotes ten levels a side and trades around a moving price.

The fair price of an instrument is a mean-reverting random walk shared by its venues. Quotes and trades go through the
book like anybody's, so a waiting order is reached in its turn or not at all. A long span is walked in fewer, larger
steps: the number of happenings is bounded, their sizes grow.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from kiwoom_desk.simulator import ticks
from kiwoom_desk.simulator.book import OPPOSITE, Resting
from kiwoom_desk.simulator.engine import Engine
from kiwoom_desk.simulator.floor import Floor
from kiwoom_desk.simulator.listings import kind_of
from kiwoom_desk.simulator.model import BookEvent, Event, Side

_PER_SECOND: Final = 12.0  # happenings over all instruments
_MOST_PER_SPAN: Final = 600
_LEVELS: Final = 12  # two more than are shown, so that ten stay when the touch is taken
_KEPT_LEVELS: Final = 16
_SPREAD_OF_DAY: Final = 0.012  # standard deviation of the walk around its anchor, as a share of the price
_PULL: Final = 1 / 1500  # per second
_NXT_SHARE: Final = 0.3
_NXT_WIDER: Final = 0.35
_COMES_TO_MEET: Final = 0.7
_RENEWED: Final = 0.04  # chance that a quote is taken back and sent anew, at the end of its queue
_SIDES: Final[tuple[Side, Side]] = ("buy", "sell")


class _Crowd:
    """What the crowd thinks of one instrument and how large it trades."""

    def __init__(self, base: int, weight: float, rng: random.Random, lower: int, upper: int) -> None:
        self.weight = weight
        self.anchor = base * (1 + rng.gauss(0, 0.008))
        self.fair = self.anchor
        self.lot = max(2.0, 9_000_000 * (1 + 4 * weight) / base)
        self._low, self._high = lower + (base - lower) * 0.2, upper - (upper - base) * 0.2
        self.at: datetime | None = None

    def walk(self, at: datetime, rng: random.Random) -> None:
        seconds = (at - self.at).total_seconds() if self.at else 0.0
        self.at = at
        kept = math.exp(-seconds * _PULL)
        noise = self.anchor * _SPREAD_OF_DAY * math.sqrt(max(0.0, 1 - kept * kept))
        self.fair = self.anchor + (self.fair - self.anchor) * kept + rng.gauss(0, noise)
        self.fair = min(max(self.fair, self._low), self._high)

    def size(self, rng: random.Random, factor: float) -> int:
        return max(1, round(self.lot * factor * rng.lognormvariate(-0.3, 0.8)))


class Flow:
    def __init__(self, engine: Engine, rng: random.Random, publish: Callable[[Event], None]) -> None:
        self._engine = engine
        self._rng = rng
        self._publish = publish
        self._crowds: dict[str, _Crowd] = {}
        self._quotes: dict[Floor, dict[Side, dict[int, Resting]]] = {}
        self.quiet = False

    def new_day(self) -> None:
        self._crowds = {}
        for rank, (code, floors) in enumerate(self._engine.floors.items()):
            if not floors[0].listing.halted:
                weight = 1 / (1 + rank * 0.35) if kind_of(floors[0].listing) != "gold" else 0.15
                floor = floors[0]
                self._crowds[code] = _Crowd(floor.base, weight, self._rng, floor.lower, floor.upper)
        self._quotes = {floor: {"buy": {}, "sell": {}} for floors in self._engine.floors.values() for floor in floors}

    def run(self, start: datetime, until: datetime) -> None:
        """Live from `start` to `until`, in which no phase changes."""
        seconds = (until - start).total_seconds()
        if self.quiet:
            self._refill(until)
            return
        active = [code for code in self._crowds if any(floor.active for floor in self._engine.floors[code])]
        weights = [self._crowds[code].weight for code in active]
        everywhere = sum(crowd.weight for crowd in self._crowds.values())
        expected = seconds * _PER_SECOND * sum(weights) / everywhere if active else 0.0
        count = min(int(expected + self._rng.random()), _MOST_PER_SPAN)
        if count == 0:
            return
        scale = max(1.0, expected / count)
        chosen = self._rng.choices(active, weights, k=count)
        for code, share in zip(chosen, sorted(self._rng.random() for _ in range(count)), strict=True):
            self._happen(code, start + timedelta(seconds=seconds * share), scale)

    def _happen(self, code: str, at: datetime, scale: float) -> None:
        crowd = self._crowds[code]
        crowd.walk(at, self._rng)
        for floor in self._engine.floors[code]:
            if floor.mode == "continuous":
                self._quote(floor, crowd, at)
                self._trade(floor, crowd, at, scale)
                self._engine.settle([floor], at)
                self._publish(BookEvent(code, floor.venue))
            elif floor.mode == "auction":
                self._bid_in_auction(floor, crowd)
                self._publish(BookEvent(code, floor.venue))
            if floor.fixed_price:
                self._trade_fixed(floor, crowd, at)

    def jump(self, code: str, price: int) -> None:
        """From now on the crowd takes this price for the fair one."""
        self._crowds[code].anchor = self._crowds[code].fair = price

    # Quoting

    def open(self, floor: Floor, at: datetime) -> None:
        """Fill the book of a floor that has just begun to trade, or to collect for an auction."""
        self.leave(floor)
        crowd = self._crowds.get(floor.listing.code)
        if crowd is None:
            return
        if floor.mode == "continuous":
            self._quote(floor, crowd, at)
        elif floor.mode == "auction":
            for _ in range(14):
                self._bid_in_auction(floor, crowd)

    def leave(self, floor: Floor) -> None:
        """The crowd takes its quotes back."""
        for resting in floor.book.resting():
            if resting.order is None:
                floor.book.remove(resting)
        self._quotes[floor] = {"buy": {}, "sell": {}}

    def _quote(self, floor: Floor, crowd: _Crowd, at: datetime) -> None:
        bid, ask = self._touch(floor, crowd)
        self._retreat(floor, bid, ask)
        self._fill_side(floor, crowd, "buy", bid, at)
        self._fill_side(floor, crowd, "sell", ask, at)

    def _touch(self, floor: Floor, crowd: _Crowd) -> tuple[int, int]:
        """The crowd's best bid and ask: the ticks around the fair price. The smaller book is sometimes a tick wider."""
        bid = ticks.floor_tick(floor.kind, int(crowd.fair))
        ask = ticks.up(floor.kind, bid)
        if floor.venue == "NXT" and not self.quiet and self._rng.random() < _NXT_WIDER:
            return (ticks.down(floor.kind, bid), ask) if self._rng.random() < 0.5 else (bid, ticks.up(floor.kind, ask))
        return bid, ask

    def _retreat(self, floor: Floor, bid: int, ask: int) -> None:
        """Forget quotes that were taken; give up those that the price has passed or left far behind."""
        reach = _KEPT_LEVELS * ticks.tick_at(floor.kind, bid)
        kept: dict[Side, tuple[int, int]] = {"buy": (bid - reach, bid), "sell": (ask, ask + 2 * reach)}
        for side, (lowest, highest) in kept.items():
            for price, resting in list(self._quotes[floor][side].items()):
                if resting.quantity == 0 or not (self.quiet or lowest <= price <= highest):
                    self._drop(floor, resting)

    def _drop(self, floor: Floor, resting: Resting) -> None:
        del self._quotes[floor][resting.side][resting.price]
        if resting.quantity:
            floor.book.remove(resting)

    def _fill_side(self, floor: Floor, crowd: _Crowd, side: Side, best: int, at: datetime) -> None:
        step = ticks.down if side == "buy" else ticks.up
        quotes = self._quotes[floor][side]
        price = best
        for level in range(_LEVELS):
            if not floor.lower <= price <= floor.upper:
                return
            if price in quotes and not self.quiet and self._rng.random() < _RENEWED:
                self._drop(floor, quotes[price])
            if price not in quotes:
                self._post(floor, side, price, crowd.size(self._rng, (3 + level) * _share(floor)), at)
            price = step(floor.kind, price)

    def _post(self, floor: Floor, side: Side, price: int, quantity: int, at: datetime) -> None:
        """Send a limit order: what it crosses it trades with first. The quiet crowd never crosses."""
        if self.quiet and floor.book.available(side, price):
            return
        quantity -= self._engine.cross(floor, side, quantity, price, at)
        if quantity > 0:
            resting = Resting(side, price, quantity, self._engine.stamp())
            self._quotes[floor][side][price] = resting
            floor.book.add(resting)

    def _refill(self, at: datetime) -> None:
        """In a quiet market: put back what was taken, without touching anybody's order."""
        for code, crowd in self._crowds.items():
            for floor in self._engine.floors[code]:
                if floor.mode == "continuous":
                    self._quote(floor, crowd, at)

    # Trading

    def _trade(self, floor: Floor, crowd: _Crowd, at: datetime, scale: float) -> None:
        if self._rng.random() > (0.6 if floor.venue == "KRX" else 0.3):
            return
        side = self._rng.choice(_SIDES)
        best = floor.book.sell.best() if side == "buy" else floor.book.buy.best()
        if best is None:
            return
        quantity = crowd.size(self._rng, _share(floor) * scale)
        left = quantity - self._engine.cross(floor, side, quantity, best, at)
        if left > 0 and scale > 1 and floor.mode == "continuous":
            self._engine.print_outside(floor, best, left, side, at)

    def _bid_in_auction(self, floor: Floor, crowd: _Crowd) -> None:
        """Limits on both sides that overlap, so that a price forms; one quote per price and side."""
        middle = ticks.floor_tick(floor.kind, int(crowd.fair))
        tick = ticks.tick_at(floor.kind, middle)
        for side in _SIDES:
            offset = round(self._rng.triangular(-8, 3, -1))
            price = ticks.floor_tick(floor.kind, middle + (offset if side == "buy" else -offset) * tick)
            quotes = self._quotes[floor][side]
            if price in quotes:
                self._drop(floor, quotes[price])
            resting = Resting(side, price, crowd.size(self._rng, 4 * _share(floor)), self._engine.stamp())
            quotes[price] = resting
            floor.book.add(resting)

    def _trade_fixed(self, floor: Floor, crowd: _Crowd, at: datetime) -> None:
        """At a given price the crowd comes mostly to the side that lacks it, so that a waiting order gets its turn."""
        side = self._rng.choice(_SIDES)
        if floor.fixed.side(side).prices and self._rng.random() < _COMES_TO_MEET:
            side = OPPOSITE[side]
        quantity = crowd.size(self._rng, 0.5 * _share(floor))
        left = quantity - self._engine.cross_fixed(floor, side, quantity, at)
        if left:
            floor.fixed.add(Resting(side, floor.fixed_price, left, self._engine.stamp()))


def _share(floor: Floor) -> float:
    """How much smaller the crowd trades on this venue."""
    return _NXT_SHARE if floor.venue == "NXT" else 1.0
