"""The practice exchange behind its protocol: orders, accounts and the market clock in one pure object."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final, Literal

from kiwoom_desk.simulator import gate, ticks
from kiwoom_desk.simulator.accounts import Account, Open
from kiwoom_desk.simulator.calendar import Market, is_trading_day, next_trading_day, timetable
from kiwoom_desk.simulator.day import Day, Moment, phase
from kiwoom_desk.simulator.engine import Engine, rule_of
from kiwoom_desk.simulator.floor import Floor, union
from kiwoom_desk.simulator.flow import Flow
from kiwoom_desk.simulator.listings import LISTINGS, kind_of
from kiwoom_desk.simulator.model import (
    AccountKind,
    Cash,
    Depth,
    Event,
    Fill,
    Holding,
    HoldingEvent,
    Listing,
    Order,
    OrderEvent,
    Reason,
    Refused,
    Side,
    Tape,
    TradeEvent,
    Venue,
)
from kiwoom_desk.simulator.order_types import GOLD_TYPES, STOCK_TYPES, TypeRule
from kiwoom_desk.simulator.router import fixed_floor, reachable
from kiwoom_desk.simulator.tape import TapeKeeper

Environment = Literal["practice", "mock", "live"]

_FIRST_NUMBER: Final = 21_000
_LARGEST_GAP: Final = 60
_ENDOWMENT: Final = (
    ("stock", "005930", 120, 66_850), ("stock", "000660", 10, 455_000), ("stock", "035720", 60, 63_200),
    ("stock", "069500", 100, 45_180), ("stock", "247540", 15, 162_400), ("gold", "M04020000", 200, 178_430),
    ("gold", "M04020100", 50, 181_900),
)  # fmt: skip


class PracticeCore:
    """Implements `model.Core`. One `random.Random(seed)` moves everything; nothing here reads a clock."""

    def __init__(
        self, start: datetime, seed: int = 1, environment: Environment = "practice", *, quiet: bool = False
    ) -> None:
        self.listings: dict[str, Listing] = dict(LISTINGS)
        self._seed = seed
        self._environment = environment
        self._listeners: list[Callable[[Event], None]] = []
        self._rng = random.Random(seed)
        self._engine = Engine(_floors(self.listings, environment), self, self._publish)
        self._flow = Flow(self._engine, self._rng, self._publish)
        self._accounts: dict[AccountKind, Account] = {
            "stock": Account("stock", 50_000_000, self.listings), "gold": Account("gold", 30_000_000, self.listings),
        }  # fmt: skip
        for account, code, quantity, average in _ENDOWMENT:
            self._accounts["gold" if account == "gold" else "stock"].endow(code, quantity, average)
        self._orders: dict[date, dict[int, Order]] = {}
        self._number = _FIRST_NUMBER
        self._moments: list[Moment] = []
        self.now = datetime.combine(start.date(), datetime.min.time(), start.tzinfo)
        self._open_day(self.now.date(), {code: listing.base for code, listing in self.listings.items()})
        self.advance(start)
        self._flow.quiet = quiet

    # Time

    def advance(self, now: datetime) -> None:
        """Let the market live until `now`; the past stays as it was."""
        while self.now.date() < now.date():
            midnight = datetime.combine(self.now.date() + timedelta(days=1), datetime.min.time(), now.tzinfo)
            self._live_until(midnight)
            self._open_day(midnight.date(), self._closes())
        self._live_until(now)

    def _live_until(self, end: datetime) -> None:
        while self._moments and self._moments[0][0] <= end:
            at, happen = self._moments.pop(0)
            self._flow.run(self.now, at)
            self.now = max(self.now, at)
            happen(at)
        if end > self.now:
            self._flow.run(self.now, end)
            self.now = end

    def _open_day(self, day: date, bases: dict[str, int]) -> None:
        if not is_trading_day(day):
            return
        self._engine.new_day(bases)
        self._flow.new_day()
        self._number = _FIRST_NUMBER + self._rng.randrange(1000)
        for account in self._accounts.values():
            account.new_day(day)
        self._moments = Day(timetable(day, self._seed), self._engine, self._flow, self._publish).moments()

    def _closes(self) -> dict[str, int]:
        """The next base is the last KRX regular close, on the grid (market/rules.md 2.2)."""
        return {
            code: ticks.ceil_tick(floors[0].kind, floors[0].close_price) for code, floors in self._engine.floors.items()
        }

    def phase(self, now: datetime) -> str:
        return phase(timetable(now.date(), self._seed), now) if is_trading_day(now.date()) else "9"

    # Orders

    def place(
        self, account: AccountKind, code: str, venue: Venue, side: Side, type: str, quantity: int, price: int, trigger: int,
        *, now: datetime, channel: str = "REST API",
    ) -> Order:  # fmt: skip
        self.advance(now)
        listing = self._listing(account, code, venue)
        rule = self._rule(account, type)
        gate.check_form(rule, price, trigger)
        gate.check_quantity(kind_of(listing), listing.listed, quantity)
        windows = gate.open_windows(
            timetable(now.date(), self._seed), self._market(listing, venue), kind_of(listing), now
        )
        gate.check_type(windows, type)
        if listing.halted:
            raise Refused(Reason.HALTED)
        floors = self._reach(listing, venue)
        gate.check_grid(floors[0], [p for p in (price, trigger) if p])
        if rule.base == "fixed":
            floors = [fixed_floor(floors, self._takes_fixed(listing, type, now))]
        else:
            floors = reachable(floors) or floors[:1]
        order = Order(
            0, now.date(), account, "new", code, side, venue, type, quantity, price, trigger, now, channel,
            remaining=quantity, awake=rule.base != "stop",
        )  # fmt: skip
        hold = self._hold(order, rule, floors, type)
        self._check_means(order, hold, quantity)
        self._accept(order)
        order.root = order.number
        self._enter(order, hold, floors)
        return order

    def amend(
        self, account: AccountKind, original: int, code: str, venue: Venue, quantity: int, price: int, trigger: int,
        *, now: datetime, channel: str = "REST API",
    ) -> Order:  # fmt: skip
        self.advance(now)
        old = self._original(account, original, code, venue)
        rule = rule_of(old)
        if not rule.amendable or not self._still_amendable(old):
            raise Refused(Reason.NOT_AMENDABLE)
        quantity = self._part(old, quantity)
        trigger = self._new_trigger(old, price, trigger)
        floor = self._engine.places[old.number].floor
        self._check_amend_time(floor, now)
        gate.check_grid(floor, [p for p in (price, trigger) if p])
        order = Order(
            0, now.date(), account, "amend", code, old.side, old.venue, old.type, quantity, price, trigger, now, channel,
            original=old.number, root=old.root, remaining=quantity, awake=old.awake,
        )  # fmt: skip
        hold = price if rule.base != "conditional" else floor.upper
        self._check_means(order, hold, quantity, replaces=old)
        self._accept(order)
        self._engine.withdraw(old, quantity, now)
        self._forget_if_done(old)
        self._confirm(order, quantity, now)
        self._enter(order, hold, [floor])
        return order

    def cancel(
        self, account: AccountKind, original: int, code: str, venue: Venue, quantity: int,
        *, now: datetime, channel: str = "REST API",
    ) -> Order:  # fmt: skip
        self.advance(now)
        old = self._original(account, original, code, venue)
        quantity = self._part(old, quantity)
        order = Order(
            0, now.date(), account, "cancel", code, old.side, old.venue, old.type, quantity, 0, 0, now, channel,
            original=old.number, root=old.root,
        )  # fmt: skip
        self._accept(order)
        self._engine.withdraw(old, quantity, now)
        self._forget_if_done(old)
        self._confirm(order, quantity, now)
        return order

    def _listing(self, account: AccountKind, code: str, venue: Venue) -> Listing:
        listing = self.listings.get(code)
        if listing is None or (kind_of(listing) == "gold") != (account == "gold"):
            raise Refused(Reason.UNKNOWN_CODE)
        offered = venue == "KRX" or (
            self._environment != "mock" and account == "stock" and (venue == "SOR" or listing.nxt)
        )
        if not offered:
            raise Refused(Reason.VENUE_NOT_OFFERED)
        return listing

    def _rule(self, account: AccountKind, type: str) -> TypeRule:
        rule = (GOLD_TYPES if account == "gold" else STOCK_TYPES).get(type)
        if rule is None:
            raise Refused(Reason.TYPE_NOT_NOW)
        return rule

    def _market(self, listing: Listing, venue: Venue) -> Market:
        """Whose sessions decide; SOR of an instrument that NXT does not trade is simply KRX."""
        if kind_of(listing) == "gold":
            return "GOLD"
        return "KRX" if venue == "SOR" and not listing.nxt else venue

    def _reach(self, listing: Listing, venue: Venue) -> list[Floor]:
        return [floor for floor in self._engine.floors[listing.code] if venue in ("SOR", floor.venue)]

    def _takes_fixed(self, listing: Listing, type: str, at: datetime) -> list[str]:
        table = timetable(at.date(), self._seed)
        return [
            floor.venue
            for floor in self._engine.floors[listing.code]
            if gate.taken_by(table.open(floor.venue, at, floor.kind), type)
        ]

    def _hold(self, order: Order, rule: TypeRule, floors: list[Floor], type: str) -> int:
        """The price at which a buy keeps cash back: its limit, or the upper limit where it has none."""
        if rule.base == "fixed":
            return floors[0].fixed_price or (floors[0].base if type == "61" else floors[0].upper)
        if rule.base in ("conditional", "market", "mid"):
            return floors[0].upper
        return self._engine.arrival_limit(order, rule, floors) or floors[0].upper

    def _check_means(self, order: Order, hold: int, quantity: int, replaces: Order | None = None) -> None:
        account = self._accounts[order.account]
        if order.side == "sell":
            if replaces is None and quantity > account.sellable(order.code):
                raise Refused(Reason.NO_SHARES, max(0, account.sellable(order.code)))
            return
        cash = account.free() + (account.freed_by(replaces, quantity) if replaces else 0)
        affordable = account.affordable(order.code, hold, cash)
        if quantity > affordable:
            raise Refused(Reason.NO_CASH, affordable)

    def _accept(self, order: Order) -> None:
        self._number += self._rng.randint(1, _LARGEST_GAP)
        order.number = self._number
        self._orders.setdefault(order.day, {})[order.number] = order
        self._publish(OrderEvent("accepted", order))

    def _enter(self, order: Order, hold: int, floors: list[Floor]) -> None:
        self._accounts[order.account].open[order.number] = Open(order, hold)
        self._engine.enter(order, floors, order.at)
        self._forget_if_done(order)

    def _confirm(self, order: Order, quantity: int, at: datetime) -> None:
        order.confirmed, order.confirmed_at = quantity, at
        self._publish(OrderEvent("confirmed", order))

    def _forget_if_done(self, order: Order) -> None:
        if order.remaining == 0:
            self._accounts[order.account].open.pop(order.number, None)

    # The order that an amendment or cancel names

    def _original(self, account: AccountKind, number: int, code: str, venue: Venue) -> Order:
        old = self._orders.get(self.now.date(), {}).get(number)
        if old is None or old.account != account or old.code != code:
            raise Refused(Reason.NO_ORIGINAL)
        if old.venue != venue:
            raise Refused(Reason.WRONG_ROUTING)
        if old.kind == "cancel":
            raise Refused(Reason.ORIGINAL_IS_CANCEL)
        if old.remaining == 0:
            raise Refused(Reason.NOTHING_LEFT)
        return old

    def _part(self, old: Order, quantity: int) -> int:
        """0 names all that remains; more than that is refused, because no source knows what else would happen."""
        if not 0 <= quantity <= old.remaining:
            raise Refused(Reason.BAD_QUANTITY, old.remaining)
        return quantity or old.remaining

    def _still_amendable(self, old: Order) -> bool:
        """A conditional order that waits for the closing auction is a market order by now."""
        place = self._engine.places[old.number]
        return place.floor.lower <= place.resting.price <= place.floor.upper

    def _new_trigger(self, old: Order, price: int, trigger: int) -> int:
        """The stop price that will hold. Refused when nothing changes or where a stop price does not belong."""
        if price <= 0:
            raise Refused(Reason.PRICE_MISSING)
        waiting = rule_of(old).base == "stop" and not old.awake
        if trigger and not waiting:
            raise Refused(Reason.PRICE_FORBIDDEN)
        place = self._engine.places[old.number]
        if price == place.resting.price and trigger in (0, old.trigger):
            raise Refused(Reason.SAME_PRICE)
        return trigger or old.trigger

    def _check_amend_time(self, floor: Floor, now: datetime) -> None:
        if floor.listing.halted:
            raise Refused(Reason.HALTED)
        market: Market = "GOLD" if floor.kind == "gold" else floor.venue
        windows = gate.open_windows(timetable(now.date(), self._seed), market, floor.kind, now)
        if not any(window.session.amend for window in windows):
            raise Refused(Reason.BREAK_CANCEL_ONLY)

    # What the engine tells

    def filled(self, order: Order, fill: Fill) -> None:
        account = self._accounts[order.account]
        settles = order.day if order.account == "gold" else next_trading_day(next_trading_day(order.day))
        account.fill(order, fill, settles)
        self._forget_if_done(order)
        self._publish(OrderEvent("filled", order, fill))
        self._publish(HoldingEvent(order.account, order.code))

    def ended(self, order: Order, *, expired: bool) -> None:
        order.remaining = 0
        order.expired = expired
        self._forget_if_done(order)
        self._publish(OrderEvent("expired" if expired else "cancelled", order))

    # Outside participants, for rehearsals and tests

    def take(self, code: str, venue: Venue, side: Side, quantity: int, price: int) -> int:
        """An outside participant sends a limit IOC (`price` 0: at any price) to KRX or NXT; returns what it traded."""
        return self._engine.cross(self._floor(code, venue), side, quantity, price or None, self.now)

    def reach(self, number: int, quantity: int) -> int:
        """An outside participant trades away all that waits before this order, and then `quantity` of it."""
        order = self._orders[self.now.date()][number]
        place = self._engine.places[number]
        queue = place.floor.book.side(order.side)
        price, ahead = place.resting.price, 0
        for level in queue.within(price):
            ahead += sum(
                r.quantity for r in queue.levels[level] if level != price or r.sequence < place.resting.sequence
            )
        taker: Side = "sell" if order.side == "buy" else "buy"
        before = order.filled
        self._engine.cross(place.floor, taker, ahead + quantity, price, self.now)
        return order.filled - before

    # Questions

    def orders(self, account: AccountKind, day: date) -> list[Order]:
        numbers = self._orders.get(day, {})
        return [numbers[number] for number in sorted(numbers) if numbers[number].account == account]

    def depth(self, code: str, venue: Venue) -> Depth:
        if venue != "SOR":
            return self._floor(code, venue).depth(self.now)
        return union([floor.depth(self.now) for floor in self._engine.floors[code]], self.now)

    def tape(self, code: str, venue: Venue) -> Tape:
        return self._keeper(code, venue).snapshot()

    def trades(self, code: str, venue: Venue, count: int) -> list[TradeEvent]:
        return self._keeper(code, venue).newest(count)

    def _keeper(self, code: str, venue: Venue) -> TapeKeeper:
        return self._engine.combined[code] if venue == "SOR" else self._floor(code, venue).tape

    def _floor(self, code: str, venue: Venue) -> Floor:
        for floor in self._engine.floors.get(code, ()):
            if floor.venue == venue:
                return floor
        raise Refused(Reason.UNKNOWN_CODE if code not in self.listings else Reason.VENUE_NOT_OFFERED)

    def cash(self, account: AccountKind) -> Cash:
        return self._accounts[account].statement()

    def holdings(self, account: AccountKind) -> list[Holding]:
        return self._accounts[account].holdings()

    def orderable(self, account: AccountKind, code: str, price: int) -> int:
        if code not in self.listings:
            raise Refused(Reason.UNKNOWN_CODE)
        return self._accounts[account].affordable(code, price or self._engine.floors[code][0].upper)

    def subscribe(self, listener: Callable[[Event], None]) -> None:
        self._listeners.append(listener)

    def _publish(self, event: Event) -> None:
        for listener in self._listeners:
            listener(event)


def _floors(listings: dict[str, Listing], environment: Environment) -> dict[str, list[Floor]]:
    """KRX first; the mock world has no NXT."""
    nxt = environment != "mock"
    return {
        code: [
            Floor(listing, "KRX", listing.base),
            *([Floor(listing, "NXT", listing.base)] if listing.nxt and nxt else []),
        ]
        for code, listing in listings.items()
    }
