"""The matching engine: every floor, the life of orders on them, and the prints they make.

It knows orders and nothing of accounts: fills and ends are told to a `Ledger`. All time comes from the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kiwoom_desk.simulator import auction, router, ticks
from kiwoom_desk.simulator.book import OPPOSITE, Match, Resting
from kiwoom_desk.simulator.floor import Floor
from kiwoom_desk.simulator.model import BookEvent, Event, Fill, Order, Side, TradeEvent
from kiwoom_desk.simulator.order_types import GOLD_TYPES, STOCK_TYPES, TypeRule
from kiwoom_desk.simulator.tape import TapeKeeper


class Ledger(Protocol):
    """Who keeps the orders' owners informed."""

    def filled(self, order: Order, fill: Fill) -> None: ...

    def ended(self, order: Order, *, expired: bool) -> None:
        """The exchange took what remained: an IOC or FOK rest, or the end of a session (`expired`)."""

    def priced(self, order: Order, price: int) -> None:
        """An order that waited for the closing price knows it now."""


@dataclass(slots=True, eq=False)
class Place:
    """Where an own order waits."""

    floor: Floor
    resting: Resting


def rule_of(order: Order) -> TypeRule:
    return (GOLD_TYPES if order.account == "gold" else STOCK_TYPES)[order.type]


class Engine:
    def __init__(self, floors: dict[str, list[Floor]], ledger: Ledger, publish: Callable[[Event], None]) -> None:
        self.floors = floors
        self._ledger = ledger
        self._publish = publish
        self.combined: dict[str, TapeKeeper] = {}
        self.places: dict[int, Place] = {}
        self._sequence = 0
        self._executions = 0
        self.interrupt: Callable[[Floor, datetime], None]

    def new_day(self, bases: dict[str, int]) -> None:
        self.places.clear()
        self._executions = 0
        for code, floors in self.floors.items():
            for floor in floors:
                floor.new_day(bases[code])
            self.combined[code] = TapeKeeper(bases[code], floors[0].lower, floors[0].upper)

    def stamp(self) -> int:
        """The next time of receipt."""
        self._sequence += 1
        return self._sequence

    # Orders in

    def enter(self, order: Order, floors: Sequence[Floor], at: datetime) -> None:
        """Work a newly accepted order (or amendment) on the floors it may reach, in the order of preference."""
        rule = rule_of(order)
        if rule.base == "fixed":
            self._enter_fixed(order, floors[0], at)
        elif not order.awake and not self._stop_met(order, floors[0]):
            self._wait(floors[0].stops, order, floors[0])
        else:
            order.awake = True
            self._work(order, rule, floors, at, self.stamp())
        self.settle(floors, at)

    def arrival_limit(self, order: Order, rule: TypeRule, floors: Sequence[Floor]) -> int | None:
        """The limit an order gets when it arrives (market/rules.md 5, deemed prices); None: any price."""
        if order.price:
            return order.price
        match rule.base:
            case "best_opposite":
                return self._best_opposite(order.side, floors)
            case "best_same":
                own = router.best_price(floors, OPPOSITE[order.side])
                return own if own is not None else floors[0].last_on_grid
            case "mid":
                return floors[0].book.midpoint()
            case _:
                return None

    def _best_opposite(self, side: Side, floors: Sequence[Floor]) -> int:
        floor = floors[0]
        best = router.best_price(floors, side)
        if best is not None:
            return best
        own = router.best_price(floors, OPPOSITE[side])
        if own is None:
            return floor.last_on_grid
        step = ticks.up(floor.kind, own) if side == "buy" else ticks.down(floor.kind, own)
        return min(max(step, floor.lower), floor.upper)

    def _work(self, order: Order, rule: TypeRule, floors: Sequence[Floor], at: datetime, sequence: int) -> None:
        if floors[0].mode != "continuous":
            self._join_auction(order, rule, floors[0], sequence, at)
            return
        limit = self.arrival_limit(order, rule, floors)
        asleep = rule.base == "mid" and limit is None
        if not asleep and (rule.life != "fok" or self._all_available(order, floors, limit)):
            self._take(order, floors, limit, at)
        if order.remaining == 0:
            return
        if rule.life != "day":
            self._end(order, expired=False)
        elif rule.base == "mid":
            self._rest_mid(order, floors[0], sequence)
        else:
            self._rest_remainder(order, limit, router.reachable(floors), sequence, at)

    def _rest_remainder(
        self, order: Order, limit: int | None, floors: Sequence[Floor], sequence: int, at: datetime
    ) -> None:
        """At its limit; a market order at the last price, or before every limit where it has set off an auction."""
        interrupted = floors[0].mode == "auction"
        any_price = floors[0].market_price(order.side) if interrupted else floors[0].last_on_grid
        price = limit if limit is not None else any_price
        self._rest(order, router.resting_floor(floors, order.side, price), price, sequence, at)

    def _all_available(self, order: Order, floors: Sequence[Floor], limit: int | None) -> bool:
        return sum(floor.book.available(order.side, limit) for floor in floors) >= order.remaining

    def _take(self, order: Order, floors: Sequence[Floor], limit: int | None, at: datetime) -> None:
        while order.remaining > 0:
            floor = router.next_floor([f for f in floors if f.mode == "continuous"], order.side, limit)
            if floor is None:
                return
            best = floor.book.best(OPPOSITE[order.side])
            for match in floor.book.take(order.side, order.remaining, best):
                self._print(floor, match.price, match.quantity, order.side, at)
                self._fill(order, match.price, match.quantity, floor, at)
                self._fill_resting(match.resting, match.price, match.quantity, floor, at)
            self._publish(BookEvent(floor.listing.code, floor.venue))
            self._interrupt_if_far(floor, at)

    def _interrupt_if_far(self, floor: Floor, at: datetime) -> None:
        """The trade that goes too far is still made: whether it is, the references do not say."""
        if floor.is_far:
            self.interrupt(floor, at)

    def _join_auction(self, order: Order, rule: TypeRule, floor: Floor, sequence: int, at: datetime) -> None:
        price = floor.market_price(order.side) if rule.base == "market" else order.price
        self._rest(order, floor, price, sequence, at)

    def _rest(self, order: Order, floor: Floor, price: int, sequence: int, at: datetime) -> None:
        resting = Resting(order.side, price, order.remaining, sequence, order)
        floor.book.add(resting)
        self.places[order.number] = Place(floor, resting)
        self._publish(BookEvent(floor.listing.code, floor.venue))

    def _rest_mid(self, order: Order, floor: Floor, sequence: int) -> None:
        resting = Resting(order.side, 0, order.remaining, sequence, order)
        floor.book.add_mid(resting)
        self.places[order.number] = Place(floor, resting)

    def _wait(self, queue: list[Resting], order: Order, floor: Floor) -> None:
        resting = Resting(order.side, order.price, order.remaining, self.stamp(), order)
        queue.append(resting)
        self.places[order.number] = Place(floor, resting)

    def _enter_fixed(self, order: Order, floor: Floor, at: datetime) -> None:
        if not floor.fixed_price:
            self._wait(floor.unpriced, order, floor)
            return
        self.cross_fixed(floor, order.side, order.remaining, at, order)
        if order.remaining:
            resting = Resting(order.side, floor.fixed_price, order.remaining, self.stamp(), order)
            floor.fixed.add(resting)
            self.places[order.number] = Place(floor, resting)

    def price_waiting(self, floor: Floor, at: datetime) -> None:
        """The price of off-hours trading is known: the orders that waited for it enter, in order of receipt."""
        waiting, floor.unpriced = floor.unpriced, []
        for resting in waiting:
            assert resting.order is not None
            self.places.pop(resting.order.number)
            self._ledger.priced(resting.order, floor.fixed_price)
            self._enter_fixed(resting.order, floor, at)

    # Orders out

    def withdraw(self, order: Order, quantity: int, at: datetime) -> None:
        """Take a part or all of a waiting order out; what stays keeps its place."""
        place = self.places[order.number]
        if quantity == place.resting.quantity:
            place.floor.remove(place.resting)
            del self.places[order.number]
        place.resting.quantity -= quantity
        order.remaining -= quantity
        self._publish(BookEvent(place.floor.listing.code, place.floor.venue))
        self.settle([place.floor], at)

    def expire(self, floor: Floor, queue: Sequence[Resting]) -> None:
        """The end of a session for these; the background simply goes."""
        for resting in queue:
            floor.remove(resting)
            if resting.order is not None:
                self._end(resting.order, expired=True)

    def _end(self, order: Order, *, expired: bool) -> None:
        self.places.pop(order.number, None)
        self._ledger.ended(order, expired=expired)

    # The other participants

    def cross(self, floor: Floor, side: Side, quantity: int, limit: int | None, at: datetime) -> int:
        """An outside participant takes from a book that trades continuously; returns what was traded."""
        left = quantity
        while left > 0 and router.next_floor([floor], side, limit) and floor.mode == "continuous":
            matches = floor.book.take(side, left, floor.book.best(OPPOSITE[side]))
            left -= sum(match.quantity for match in matches)
            self._print_all(floor, matches, side, at)
            self._interrupt_if_far(floor, at)
        if left < quantity:
            self.settle([floor], at)
        return quantity - left

    def cross_fixed(self, floor: Floor, side: Side, quantity: int, at: datetime, order: Order | None = None) -> int:
        """As `cross`, in off-hours trading at the given price."""
        matches = floor.fixed.take(side, quantity, floor.fixed_price)
        for match in matches:
            self._print(floor, match.price, match.quantity, side, at, moves_price=False)
            if order is not None:
                self._fill(order, match.price, match.quantity, floor, at)
            self._fill_resting(match.resting, match.price, match.quantity, floor, at)
        return sum(match.quantity for match in matches)

    def print_outside(self, floor: Floor, price: int, quantity: int, side: Side, at: datetime) -> None:
        """The background trades with itself: volume on the tape that touches no waiting order."""
        self._print(floor, price, quantity, side, at)
        self._interrupt_if_far(floor, at)

    # Auctions

    def uncross(self, floor: Floor, at: datetime, *, opens: bool) -> int:
        """The print of a call auction; returns its price, 0 where nothing traded. `opens` is said of one that
        continuous trading follows. The rule for prints at the limit is known of shares on KRX (market/rules.md 5)."""
        result = floor.expected()
        at_limit = (
            opens and floor.venue == "KRX" and floor.kind != "gold" and result.price in (floor.lower, floor.upper)
        )
        if result.quantity:
            self._print(floor, result.price, result.quantity, None, at)
            for pair in auction.clear(floor.book, result, by_size=at_limit):
                self._fill_resting(pair.buy, result.price, pair.quantity, floor, at)
                self._fill_resting(pair.sell, result.price, pair.quantity, floor, at)
        self._price_market_leftovers(floor)
        self._publish(BookEvent(floor.listing.code, floor.venue))
        return result.price

    def _price_market_leftovers(self, floor: Floor) -> None:
        """A market order that found nobody rests at the last price (market/rules.md 5)."""
        for side in (floor.book.buy, floor.book.sell):
            for resting in list(side.levels.get(floor.market_price(side.side), ())):
                side.remove(resting)
                resting.price = floor.last_on_grid
                side.add(resting)

    def to_market(self, floor: Floor, resting: Resting) -> None:
        """A conditional order becomes a market order with a new time of receipt."""
        floor.book.remove(resting)
        resting.price = floor.market_price(resting.side)
        resting.sequence = self.stamp()
        floor.book.add(resting)

    # Prints and fills

    def _print_all(self, floor: Floor, matches: Sequence[Match], side: Side, at: datetime) -> None:
        for match in matches:
            self._print(floor, match.price, match.quantity, side, at)
            self._fill_resting(match.resting, match.price, match.quantity, floor, at)

    def _print(
        self,
        floor: Floor,
        price: int,
        quantity: int,
        aggressor: Side | None,
        at: datetime,
        *,
        moves_price: bool = True,
    ) -> None:
        code = floor.listing.code
        trade = TradeEvent(code, floor.venue, price, quantity, aggressor, at)
        floor.tape.record(trade, moves_price=moves_price)
        self.combined[code].record(trade, moves_price=moves_price)
        self._executions += 3
        self._publish(trade)

    def _fill_resting(self, resting: Resting, price: int, quantity: int, floor: Floor, at: datetime) -> None:
        if resting.order is not None:
            self._fill(resting.order, price, quantity, floor, at)

    def _fill(self, order: Order, price: int, quantity: int, floor: Floor, at: datetime) -> None:
        self._executions += 1
        fill = Fill(self._executions, price, quantity, at, floor.venue)
        order.remaining -= quantity
        order.fills.append(fill)
        if order.remaining == 0:
            self.places.pop(order.number, None)
        self._ledger.filled(order, fill)

    # What a change in a book sets off

    def settle(self, floors: Sequence[Floor], at: datetime) -> None:
        for floor in floors:
            while floor.mode == "continuous" and (self._wake_stops(floor, at) or self._meet_mids(floor, at)):
                pass

    def _stop_met(self, order: Order, floor: Floor) -> bool:
        """Against the last trade of this floor; before the first one the tape's last is the base price."""
        last = floor.tape.last
        return last >= order.trigger if order.side == "buy" else last <= order.trigger

    def _wake_stops(self, floor: Floor, at: datetime) -> bool:
        woken = [r for r in floor.stops if r.order is not None and self._stop_met(r.order, floor)]
        for resting in woken:
            assert resting.order is not None
            if resting in floor.stops:
                floor.stops.remove(resting)
                self.places.pop(resting.order.number, None)
                resting.order.awake = True
                self._work(resting.order, rule_of(resting.order), [floor], at, resting.sequence)
        return bool(woken)

    def _meet_mids(self, floor: Floor, at: datetime) -> bool:
        """Midpoint orders meet each other, or the visible best when the midpoint falls on it."""
        met = False
        sides: tuple[Side, Side] = ("buy", "sell")
        for side in sides:
            for resting in floor.book.mids(side):
                mid = floor.book.midpoint()
                if mid is None or resting.quantity == 0 or not floor.book.available(side, mid):
                    continue
                met = True
                self._trade_mid(floor, resting, mid, at)
        return met

    def _trade_mid(self, floor: Floor, resting: Resting, mid: int, at: datetime) -> None:
        for match in floor.book.take(resting.side, resting.quantity, mid):
            resting.quantity -= match.quantity
            self._print(floor, match.price, match.quantity, resting.side, at)
            self._fill_resting(resting, match.price, match.quantity, floor, at)
            self._fill_resting(match.resting, match.price, match.quantity, floor, at)
        if resting.quantity == 0:
            floor.book.remove(resting)
        self._interrupt_if_far(floor, at)
