"""A practice exchange for tests, with the words the tests speak."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache

from kiwoom_desk.simulator.calendar import SEOUL
from kiwoom_desk.simulator.core import PracticeCore
from kiwoom_desk.simulator.counter import Environment
from kiwoom_desk.simulator.model import AccountKind, Core, Event, Order, OrderEvent, Side, Venue

SAMSUNG = "005930"
GOLD = "M04020000"
KODEX = "069500"
HALTED = "950210"


def at(clock: str, day: str = "2026-11-23") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=SEOUL)


@dataclass
class Market:
    """A core with a clock of its own and everything it published."""

    core: PracticeCore
    events: list[Event] = field(default_factory=list)
    _stories: dict[tuple[date, int], list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.as_core: Core = self.core
        self.core.subscribe(self._note)

    def _note(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, OrderEvent):
            self._stories.setdefault((event.order.day, event.order.number), []).append(event.happening)

    def hush(self) -> None:
        """From now on the crowd is quiet."""
        self.core._flow.quiet = True

    def place(
        self,
        side: Side,
        quantity: int,
        price: int = 0,
        *,
        type: str = "0",
        trigger: int = 0,
        venue: Venue = "KRX",
        code: str = SAMSUNG,
        account: AccountKind = "stock",
    ) -> Order:
        return self.core.place(account, code, venue, side, type, quantity, price, trigger, now=self.core.now)

    def amend(
        self, order: Order, price: int, quantity: int = 0, *, trigger: int = 0, venue: Venue | None = None
    ) -> Order:
        return self.core.amend(
            order.account, order.number, order.code, venue or order.venue, quantity, price, trigger, now=self.core.now
        )

    def cancel(self, order: Order, quantity: int = 0, *, venue: Venue | None = None) -> Order:
        return self.core.cancel(
            order.account, order.number, order.code, venue or order.venue, quantity, now=self.core.now
        )

    def go(self, clock: str, day: str = "2026-11-23") -> None:
        self.core.advance(at(clock, day))

    def wait(self, seconds: float) -> None:
        self.core.advance(self.core.now + timedelta(seconds=seconds))

    def bid(self, venue: Venue = "KRX", code: str = SAMSUNG, level: int = 0) -> int:
        return self.core.depth(code, venue).bids[level].price

    def ask(self, venue: Venue = "KRX", code: str = SAMSUNG, level: int = 0) -> int:
        return self.core.depth(code, venue).asks[level].price

    def enrich(self, code: str = SAMSUNG, quantity: int = 0) -> None:
        """Give the stock account means that no test runs out of, and perhaps more shares of something."""
        account = self.core._accounts["stock"]
        account.cash = 10**14
        if quantity:
            account.endow(code, quantity, 60_000)

    def story(self, order: Order) -> list[str]:
        """What happened to this number, in order."""
        return self._stories.get((order.day, order.number), [])


def open_market(
    clock: str = "10:00:00",
    day: str = "2026-11-23",
    *,
    quiet: bool = True,
    seed: int = 1,
    environment: Environment = "practice",
) -> Market:
    """A market of its own for each caller; the same opening is lived through once and copied."""
    return Market(pickle.loads(_opened(clock, day, quiet, seed, environment)))


@cache
def _opened(clock: str, day: str, quiet: bool, seed: int, environment: Environment) -> bytes:
    return pickle.dumps(PracticeCore(at(clock, day), seed, environment, quiet=quiet))
