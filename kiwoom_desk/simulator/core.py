"""The practice exchange behind its protocol: the market clock, the requests and the questions, in one pure object."""

from __future__ import annotations

import random
from bisect import insort
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Final

from kiwoom_desk.simulator import ticks
from kiwoom_desk.simulator.accounts import Account
from kiwoom_desk.simulator.calendar import SEOUL, is_trading_day, timetable
from kiwoom_desk.simulator.counter import Counter, Environment, Request
from kiwoom_desk.simulator.day import Day, Moment, phase
from kiwoom_desk.simulator.engine import Engine
from kiwoom_desk.simulator.floor import Floor, union
from kiwoom_desk.simulator.flow import Flow
from kiwoom_desk.simulator.interruptions import Interruptions
from kiwoom_desk.simulator.listings import LISTINGS
from kiwoom_desk.simulator.model import (
    AccountKind,
    Cash,
    Depth,
    Event,
    Holding,
    Interruption,
    Listing,
    Order,
    Reason,
    Refused,
    Side,
    Tape,
    TradeEvent,
    Venue,
)
from kiwoom_desk.simulator.tape import TapeKeeper

_CASH: Final[dict[AccountKind, int]] = {"stock": 50_000_000, "gold": 50_000_000}
_ENDOWMENT: Final[tuple[tuple[AccountKind, str, int, int], ...]] = (
    ("stock", "005930", 120, 66_850),
    ("stock", "000660", 10, 455_000),
    ("stock", "035720", 60, 63_200),
    ("stock", "069500", 100, 45_180),
    ("stock", "247540", 15, 162_400),
    ("gold", "M04020000", 200, 178_430),
    ("gold", "M04020100", 50, 181_900),
)


class PracticeCore:
    """Implements `model.Core`. One `random.Random(seed)` moves everything; nothing here reads a clock.

    `quiet` freezes the crowd from `start` on: books stay filled, and nothing trades but what is sent in.
    """

    def __init__(
        self, start: datetime, seed: int = 1, environment: Environment = "practice", *, quiet: bool = False
    ) -> None:
        self.listings: dict[str, Listing] = dict(LISTINGS)
        self.now = datetime.combine(start.astimezone(SEOUL).date(), time.min, SEOUL)
        self._seed = seed
        self._listeners: list[Callable[[Event], None]] = []
        self._accounts = {kind: Account(kind, cash, self.listings) for kind, cash in _CASH.items()}
        for account, code, quantity, average in _ENDOWMENT:
            self._accounts[account].endow(code, quantity, average)
        rng = random.Random(seed)
        self._counter = Counter(self.listings, self._accounts, environment, seed, rng, self._publish)
        self._engine = Engine(_floors(self.listings, environment), self._counter, self._publish)
        self._counter.engine = self._engine
        self._flow = Flow(self._engine, rng, self._publish)
        self._moments: list[Moment] = []
        self._interruptions = Interruptions(self._engine, self._flow, self._plan, self._publish)
        self._engine.new_day({code: listing.base for code, listing in self.listings.items()})
        self._open_day(self.now.date())
        self.advance(start)
        self._flow.quiet = quiet

    # Time

    def advance(self, now: datetime) -> None:
        """Let the market live until `now`; a time that has passed already changes nothing."""
        now = now.astimezone(SEOUL)
        while self.now.date() < now.date():
            tomorrow = self.now.date() + timedelta(days=1)
            self._live_until(datetime.combine(tomorrow, time.min, SEOUL))
            self._open_day(tomorrow)
        self._live_until(now)

    def _live_until(self, end: datetime) -> None:
        while self._moments and self._moments[0][0] <= end:
            at, happen = self._moments.pop(0)
            self._pass_time(at)
            happen(at)
        self._pass_time(end)

    def _plan(self, at: datetime, happen: Callable[[datetime], None]) -> None:
        insort(self._moments, (at, happen), key=lambda moment: moment[0])

    def _pass_time(self, until: datetime) -> None:
        if until > self.now:
            self._flow.run(self.now, until)
            self.now = until

    def _open_day(self, day: date) -> None:
        """The next base is the last KRX regular close, on the grid (market/rules.md 2.2)."""
        self._interruptions.today = []
        if not is_trading_day(day):
            return
        first_floors = {code: floors[0] for code, floors in self._engine.floors.items()}
        self._engine.new_day({code: ticks.ceil_tick(f.kind, f.close_price) for code, f in first_floors.items()})
        self._flow.new_day()
        self._counter.new_day(day)
        table = timetable(day, self._seed)
        self._moments = Day(table, self._engine, self._flow, self._interruptions, self._publish).moments()

    def phase(self, now: datetime) -> str:
        now = now.astimezone(SEOUL)
        return phase(timetable(now.date(), self._seed), now) if is_trading_day(now.date()) else "9"

    # Requests

    def place(
        self,
        account: AccountKind,
        code: str,
        venue: Venue,
        side: Side,
        type: str,
        quantity: int,
        price: int,
        trigger: int,
        *,
        now: datetime,
        channel: str = "REST API",
    ) -> Order:
        self.advance(now)
        return self._counter.place(
            Request(account, code, venue, side, type, quantity, price, trigger, channel), self.now
        )

    def amend(
        self,
        account: AccountKind,
        original: int,
        code: str,
        venue: Venue,
        quantity: int,
        price: int,
        trigger: int,
        *,
        now: datetime,
        channel: str = "REST API",
    ) -> Order:
        self.advance(now)
        old = self._counter.original(account, original, code, venue, self.now.date())
        return self._counter.amend(old, quantity, price, trigger, channel, self.now)

    def cancel(
        self,
        account: AccountKind,
        original: int,
        code: str,
        venue: Venue,
        quantity: int,
        *,
        now: datetime,
        channel: str = "REST API",
    ) -> Order:
        self.advance(now)
        old = self._counter.original(account, original, code, venue, self.now.date())
        return self._counter.cancel(old, quantity, channel, self.now)

    # Outside participants, for rehearsals and tests

    def take(self, code: str, venue: Venue, side: Side, quantity: int, price: int) -> int:
        """An outsider sends a limit IOC (`price` 0: at any price) to KRX or NXT; returns what it traded, 0 while the
        book does not trade continuously."""
        floor = self._floor(code, venue)
        if floor.mode != "continuous":
            return 0
        return self._engine.cross(floor, side, quantity, price or None, self.now)

    def reach(self, number: int, quantity: int) -> int:
        """Outsiders trade away all that waits before this open order of today, and then `quantity` of it; returns
        what it was filled with, 0 for an order that is not in a continuous book."""
        order = self._counter.of_day(self.now.date())[number]
        place = self._engine.places.get(number)
        if place is None or place.floor.mode != "continuous" or place.floor.ahead(place.resting) is None:
            return 0
        before = order.filled
        taker: Side = "sell" if order.side == "buy" else "buy"
        amount = (place.floor.ahead(place.resting) or 0) + min(quantity, place.resting.quantity)
        self._engine.cross(place.floor, taker, amount, place.resting.price, self.now)
        return order.filled - before

    def surge(self, code: str, side: Side) -> bool:
        """Outsiders drive a share on KRX ten per cent up (buy) or down into its volatility interruption, through every
        order on the way; False where that cannot be."""
        return self._interruptions.surge(self._floor(code, "KRX"), side, self.now)

    # Questions

    @property
    def interruptions(self) -> list[Interruption]:
        return self._interruptions.today

    def orders(self, account: AccountKind, day: date) -> list[Order]:
        numbers = self._counter.of_day(day)
        return [numbers[number] for number in sorted(numbers) if numbers[number].account == account]

    def depth(self, code: str, venue: Venue) -> Depth:
        """For SOR the union of the books there are, also where that is KRX alone."""
        if venue != "SOR":
            return self._floor(code, venue).depth(self.now)
        return union([floor.depth(self.now) for floor in self._known(code)], self.now)

    def tape(self, code: str, venue: Venue) -> Tape:
        return self._keeper(code, venue).snapshot()

    def trades(self, code: str, venue: Venue, count: int) -> list[TradeEvent]:
        return self._keeper(code, venue).newest(count)

    def _keeper(self, code: str, venue: Venue) -> TapeKeeper:
        self._known(code)
        return self._engine.combined[code] if venue == "SOR" else self._floor(code, venue).tape

    def _floor(self, code: str, venue: Venue) -> Floor:
        for floor in self._known(code):
            if floor.venue == venue:
                return floor
        raise Refused(Reason.VENUE_NOT_OFFERED)

    def _known(self, code: str) -> list[Floor]:
        floors = self._engine.floors.get(code)
        if floors is None:
            raise Refused(Reason.UNKNOWN_CODE)
        return floors

    def cash(self, account: AccountKind) -> Cash:
        return self._accounts[account].statement()

    def holdings(self, account: AccountKind) -> list[Holding]:
        return self._accounts[account].holdings()

    def orderable(self, account: AccountKind, code: str, price: int) -> int:
        return self._accounts[account].affordable(code, price or self._known(code)[0].upper)

    def subscribe(self, listener: Callable[[Event], None]) -> None:
        self._listeners.append(listener)

    def _publish(self, event: Event) -> None:
        for listener in self._listeners:
            listener(event)


def _floors(listings: dict[str, Listing], environment: Environment) -> dict[str, list[Floor]]:
    """KRX first; the mock world has no NXT."""
    floors = {code: [Floor(listing, "KRX", listing.base)] for code, listing in listings.items()}
    for code, listing in listings.items():
        if listing.nxt and environment != "mock":
            floors[code].append(Floor(listing, "NXT", listing.base))
    return floors
