"""The counter where orders are handed in: checks, numbers, the day's orders, and what the accounts are told.

Order of the checks: instrument and venue, form, quantity, time and type, halt, price grid, means. Which one the broker
makes first is not known.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from kiwoom_desk.simulator import gate, router
from kiwoom_desk.simulator.accounts import Account, Open
from kiwoom_desk.simulator.calendar import Market, Timetable, next_trading_day, timetable
from kiwoom_desk.simulator.engine import Engine, rule_of
from kiwoom_desk.simulator.floor import Floor
from kiwoom_desk.simulator.listings import kind_of
from kiwoom_desk.simulator.matrix import taken_by
from kiwoom_desk.simulator.model import (
    AccountKind,
    Event,
    Fill,
    HoldingEvent,
    Listing,
    Order,
    OrderEvent,
    Reason,
    Refused,
    Side,
    Venue,
)
from kiwoom_desk.simulator.order_types import GOLD_TYPES, STOCK_TYPES, TypeRule

Environment = Literal["practice", "mock", "live"]

_FIRST_NUMBER: Final = 21_000
_LARGEST_GAP: Final = 60


@dataclass(frozen=True, slots=True)
class Request:
    """A new order as it was asked for; `price` and `trigger` 0 mean none was given."""

    account: AccountKind
    code: str
    venue: Venue
    side: Side
    type: str
    quantity: int
    price: int
    trigger: int
    channel: str


class Counter:
    def __init__(
        self,
        listings: dict[str, Listing],
        accounts: dict[AccountKind, Account],
        environment: Environment,
        seed: int,
        rng: random.Random,
        publish: Callable[[Event], None],
    ) -> None:
        self._listings = listings
        self._accounts = accounts
        self._environment = environment
        self._seed = seed
        self._rng = rng
        self._publish = publish
        self._orders: dict[date, dict[int, Order]] = {}
        self._number = _FIRST_NUMBER
        self.engine: Engine

    def new_day(self, day: date) -> None:
        """Numbers start again each trading day."""
        self._number = _FIRST_NUMBER + self._rng.randrange(1000)
        for account in self._accounts.values():
            account.new_day(day)

    def of_day(self, day: date) -> dict[int, Order]:
        return self._orders.get(day, {})

    # Requests

    def place(self, ask: Request, now: datetime) -> Order:
        listing = self._listing(ask.account, ask.code, ask.venue)
        rule = _rule(ask.account, ask.type)
        gate.check_form(rule, ask.price, ask.trigger)
        gate.check_quantity(kind_of(listing), listing.listed, ask.quantity)
        market = _market(listing, ask.venue)
        gate.check_type(gate.open_windows(self._table(now), market, kind_of(listing), now), ask.type)
        if listing.halted:
            raise Refused(Reason.HALTED)
        floors = self._floors_for(listing, ask.venue, rule, ask.type, now)
        gate.check_interruption(floors[0], ask.type)
        gate.check_grid(floors[0], [price for price in (ask.price, ask.trigger) if price])
        order = Order(
            number=0,
            day=now.date(),
            account=ask.account,
            kind="new",
            code=ask.code,
            side=ask.side,
            venue=ask.venue,
            type=ask.type,
            quantity=ask.quantity,
            price=ask.price,
            trigger=ask.trigger,
            at=now,
            channel=ask.channel,
            remaining=ask.quantity,
            awake=rule.base != "stop",
        )
        hold = self._hold(order, rule, floors)
        self._check_means(order, hold)
        self._give_number(order)
        order.root = order.number
        self._open(order, hold)
        self._publish(OrderEvent("accepted", order))
        self._enter(order, floors)
        return order

    def amend(self, old: Order, quantity: int, price: int, trigger: int, channel: str, now: datetime) -> Order:
        """Move all (0) or a part of what remains to a new number at a new price, at the back of the queue."""
        rule = rule_of(old)
        if not rule.amendable or not self._is_limit_still(old):
            raise Refused(Reason.NOT_AMENDABLE)
        quantity = _part(old, quantity)
        trigger = self._new_trigger(old, price, trigger)
        floor = self.engine.places[old.number].floor
        self._check_amend_time(floor, now)
        gate.check_grid(floor, [p for p in (price, trigger) if p])
        order = _follow_up(old, "amend", quantity, now, channel)
        order.price, order.trigger, order.remaining, order.awake = price, trigger, quantity, old.awake
        hold = floor.upper if rule.base == "conditional" else price
        self._check_means(order, hold, replaces=old)
        self._give_number(order)
        self._publish(OrderEvent("accepted", order))
        self._withdraw(old, quantity, now)
        self._open(order, hold)
        self._confirm(order, quantity, now)
        reach = [f for f in self.engine.floors[old.code] if old.venue in ("SOR", f.venue)]
        self._enter(order, router.reachable(reach) or [floor])
        return order

    def cancel(self, old: Order, quantity: int, channel: str, now: datetime) -> Order:
        """Take all (0) or a part of what remains out; what stays keeps its place."""
        quantity = _part(old, quantity)
        order = _follow_up(old, "cancel", quantity, now, channel)
        self._give_number(order)
        self._publish(OrderEvent("accepted", order))
        self._withdraw(old, quantity, now)
        self._confirm(order, quantity, now)
        return order

    def original(self, account: AccountKind, number: int, code: str, venue: Venue, day: date) -> Order:
        """The order an amendment or cancel names, if something of it can still be moved."""
        old = self.of_day(day).get(number)
        if old is None or old.account != account or old.code != code:
            raise Refused(Reason.NO_ORIGINAL)
        if old.venue != venue:
            raise Refused(Reason.WRONG_ROUTING)
        if old.kind == "cancel":
            raise Refused(Reason.ORIGINAL_IS_CANCEL)
        if old.remaining == 0:
            raise Refused(Reason.NOTHING_LEFT)
        return old

    # Checks

    def _listing(self, account: AccountKind, code: str, venue: Venue) -> Listing:
        listing = self._listings.get(code)
        if listing is None or (kind_of(listing) == "gold") != (account == "gold"):
            raise Refused(Reason.UNKNOWN_CODE)
        elsewhere = self._environment != "mock" and account == "stock"
        if venue == "KRX" or (elsewhere and (venue == "SOR" or listing.nxt)):
            return listing
        raise Refused(Reason.VENUE_NOT_OFFERED)

    def _table(self, now: datetime) -> Timetable:
        return timetable(now.date(), self._seed)

    def _floors_for(self, listing: Listing, venue: Venue, rule: TypeRule, type: str, now: datetime) -> list[Floor]:
        floors = [floor for floor in self.engine.floors[listing.code] if venue in ("SOR", floor.venue)]
        if rule.base != "fixed":
            return router.reachable(floors) or floors[:1]
        return [f for f in floors if taken_by(self._table(now).open(f.venue, now, f.kind), type)][:1]

    def _hold(self, order: Order, rule: TypeRule, floors: list[Floor]) -> int:
        """The price at which a buy keeps cash back: its limit, or the upper limit where it has none."""
        floor = floors[0]
        if rule.base == "fixed":
            return floor.fixed_price or floor.upper
        if rule.base in ("conditional", "market", "mid"):
            return floor.upper
        return self.engine.arrival_limit(order, rule, floors) or floor.upper

    def _check_means(self, order: Order, hold: int, replaces: Order | None = None) -> None:
        account = self._accounts[order.account]
        if order.side == "sell":
            if replaces is None and order.quantity > account.sellable(order.code):
                raise Refused(Reason.NO_SHARES, account.sellable(order.code))
            return
        freed = account.freed_by(replaces, order.quantity) if replaces else 0
        affordable = account.affordable(order.code, hold, account.free() + freed)
        if order.quantity > affordable:
            raise Refused(Reason.NO_CASH, affordable)

    def _is_limit_still(self, old: Order) -> bool:
        """A conditional order that waits for the closing auction is a market order by now."""
        place = self.engine.places[old.number]
        return place.floor.lower <= place.resting.price <= place.floor.upper

    def _new_trigger(self, old: Order, price: int, trigger: int) -> int:
        """The stop price that will hold; refused when nothing changes or where a stop price does not belong."""
        if price <= 0:
            raise Refused(Reason.PRICE_MISSING)
        waiting = rule_of(old).base == "stop" and not old.awake
        if trigger not in (0, old.trigger) and not waiting:
            raise Refused(Reason.PRICE_FORBIDDEN)
        if price == self.engine.places[old.number].resting.price and trigger in (0, old.trigger):
            raise Refused(Reason.SAME_PRICE)
        return trigger or old.trigger

    def _check_amend_time(self, floor: Floor, now: datetime) -> None:
        if floor.listing.halted:
            raise Refused(Reason.HALTED)
        market: Market = "GOLD" if floor.kind == "gold" else floor.venue
        windows = gate.open_windows(self._table(now), market, floor.kind, now)
        if not any(window.session.amend for window in windows):
            raise Refused(Reason.BREAK_CANCEL_ONLY)

    # Bookkeeping

    def _give_number(self, order: Order) -> None:
        self._number += self._rng.randint(1, _LARGEST_GAP)
        order.number = self._number
        self._orders.setdefault(order.day, {})[order.number] = order

    def _open(self, order: Order, hold: int) -> None:
        self._accounts[order.account].open[order.number] = Open(order, hold)

    def _enter(self, order: Order, floors: list[Floor]) -> None:
        self.engine.enter(order, floors, order.at)

    def _withdraw(self, old: Order, quantity: int, now: datetime) -> None:
        self.engine.withdraw(old, quantity, now)
        self._close_if_done(old)

    def _confirm(self, order: Order, quantity: int, at: datetime) -> None:
        order.confirmed, order.confirmed_at = quantity, at
        self._publish(OrderEvent("confirmed", order))

    def _close_if_done(self, order: Order) -> None:
        if order.remaining == 0:
            self._accounts[order.account].open.pop(order.number, None)

    # What the engine tells (engine.Ledger)

    def filled(self, order: Order, fill: Fill) -> None:
        settles = order.day if order.account == "gold" else next_trading_day(next_trading_day(order.day))
        self._accounts[order.account].fill(order, fill, settles)
        self._close_if_done(order)
        self._publish(OrderEvent("filled", order, fill))
        self._publish(HoldingEvent(order.account, order.code))

    def ended(self, order: Order, *, expired: bool) -> None:
        order.remaining = 0
        order.expired = expired
        self._close_if_done(order)
        self._publish(OrderEvent("expired" if expired else "cancelled", order))

    def priced(self, order: Order, price: int) -> None:
        """A closing-price order held cash at the upper limit until now; what is too much comes free."""
        self._accounts[order.account].open[order.number].hold = price


def _rule(account: AccountKind, type: str) -> TypeRule:
    rule = (GOLD_TYPES if account == "gold" else STOCK_TYPES).get(type)
    if rule is None:
        raise Refused(Reason.TYPE_NOT_NOW)
    return rule


def _market(listing: Listing, venue: Venue) -> Market:
    """Whose sessions decide; SOR of an instrument that NXT does not trade is simply KRX."""
    if kind_of(listing) == "gold":
        return "GOLD"
    return "KRX" if venue == "SOR" and not listing.nxt else venue


def _part(old: Order, quantity: int) -> int:
    """0 names all that remains; more than that is refused, because no source knows what else would happen."""
    if not 0 <= quantity <= old.remaining:
        raise Refused(Reason.BAD_QUANTITY, old.remaining)
    return quantity or old.remaining


def _follow_up(old: Order, kind: Literal["amend", "cancel"], quantity: int, now: datetime, channel: str) -> Order:
    return Order(
        number=0,
        day=old.day,
        account=old.account,
        kind=kind,
        code=old.code,
        side=old.side,
        venue=old.venue,
        type=old.type,
        quantity=quantity,
        price=0,
        trigger=0,
        at=now,
        channel=channel,
        original=old.number,
        root=old.root,
    )
