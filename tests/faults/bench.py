"""The product's own parts against the practice exchange over real sockets, with a journal on a real disk.

`QuickClock` lets thirty seconds pass in one, so that the schedule of looks is the product's and the test is short.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiwoom_desk.domain.drafts import OrderDraft
from kiwoom_desk.domain.facts import OrderId
from kiwoom_desk.domain.instruments import SEOUL, Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.kiwoom.gateway import open_gateway
from kiwoom_desk.simulator.model import Order as Listed
from kiwoom_desk.simulator.server import PracticeServer
from kiwoom_desk.storage.account_journals import AccountJournals
from kiwoom_desk.storage.folders import Folders
from kiwoom_desk.trading.connection import Connection
from kiwoom_desk.trading.desk import TOO_OLD, OrderDesk
from kiwoom_desk.trading.environments import PRACTICE, Environment
from kiwoom_desk.trading.gestures import Gesture, gesture
from kiwoom_desk.trading.lane import Lane, LaneState
from kiwoom_desk.trading.notices import Notices
from kiwoom_desk.trading.ports import Clock, Keys
from kiwoom_desk.trading.reconciler import Reconciler
from kiwoom_desk.trading.safety import Safety
from tests.support.until import until

TEN = datetime(2026, 11, 23, 10, tzinfo=SEOUL)
CODE = "005930"


class QuickClock:
    """Real time, `rate` times as fast from its making on."""

    def __init__(self, rate: float = 20.0) -> None:
        self._rate, self._mark, self._wall = rate, time.monotonic(), datetime.now(SEOUL)

    def now(self) -> datetime:
        return self._wall + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return (time.monotonic() - self._mark) * self._rate

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._rate)

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds / self._rate):
                await event.wait()

    def wall(self) -> datetime:
        return self.now()

    def no_earlier(self, at: datetime) -> None:
        self._wall = max(self._wall, at - timedelta(seconds=self.monotonic()))


@dataclass(repr=False)
class Bench:
    """One open stock lane. `price` is one at which a buy rests."""

    server: PracticeServer
    connection: Connection
    notices: Notices
    clock: Clock
    price: int

    @property
    def lane(self) -> Lane:
        return self.connection.lanes[Market.STOCK]

    @property
    def desk(self) -> OrderDesk:
        assert self.lane.desk is not None
        return self.lane.desk

    @property
    def reconciler(self) -> Reconciler:
        assert self.lane.reconciler is not None
        return self.lane.reconciler

    def gesture(self) -> Gesture:
        return gesture(self.clock)

    def buy(self, quantity: int = 10, price: int | None = None, venue: Venue = Venue.KRX) -> OrderDraft:
        return OrderDraft(Market.STOCK, CODE, venue, Side.BUY, OrderType.LIMIT, quantity, price or self.price)

    def market(self, quantity: int) -> OrderDraft:
        return OrderDraft(Market.STOCK, CODE, Venue.KRX, Side.BUY, OrderType.MARKET, quantity)

    async def place(self, draft: OrderDraft | None = None) -> Order:
        return await self.desk.place(draft or self.buy(), self.gesture())

    def row(self, order_id: OrderId) -> Order:
        found = self.desk.order(order_id)
        assert found is not None
        return found

    async def becomes(self, order_id: OrderId, state: OrderState) -> Order:
        await until(lambda: (o := self.desk.order(order_id)) is not None and o.state is state)
        return self.row(order_id)

    def listed(self) -> list[Listed]:
        """What the exchange itself holds, every number of the day."""
        core = self.server.core
        return self.server.call(lambda: core.orders("stock", self.server.clock.now().date()))

    def __repr__(self) -> str:
        """For a test that fails: what the lane believes."""
        looks = self.reconciler
        return (
            f"Bench(stream_up={self.lane.stream_up}, last_look={looks.last}, failure={looks.failure!r}, "
            f"next_in={looks.next_in:.1f}, now={self.clock.now()}, orders={self.desk.orders()})"
        )

    def warnings(self) -> str:
        return " / ".join(notice.text for notice in self.notices.recent)


def journals(folder: Path, clock: Clock) -> AccountJournals:
    folders = Folders(folder)
    folders.make()
    return AccountJournals(folders, clock.now)


@asynccontextmanager
async def open_bench(
    server: PracticeServer,
    folder: Path,
    clock: Clock | None = None,
    environment: Environment | None = None,
    keys: Keys | None = None,
) -> AsyncIterator[Bench]:
    clock = clock or QuickClock(1.0)
    where = environment or PRACTICE.at(server.rest)
    safety, notices = Safety(where, clock), Notices()
    account = {Market.STOCK: keys or Keys(server.appkey, server.secretkey)}
    open_journal = journals(folder, clock).open
    connection = Connection(where, account, clock, safety, notices, open_gateway, open_journal)
    try:
        await connection.open()
        lane = connection.lanes[Market.STOCK]
        assert lane.state is LaneState.READY and lane.gateway is not None, lane.sentence
        quote = await lane.gateway.quotes.quote(CODE, Venue.KRX)
        assert quote.lower is not None
        yield Bench(server, connection, notices, clock, quote.lower)
    finally:
        await connection.close()


def quicken(server: PracticeServer, rate: float) -> None:
    """Let the market's time pass as fast as ours, so that the two clocks do not drift apart. Before it is started."""
    began, start = time.monotonic(), server.clock.now()
    setattr(server.clock, "now", lambda: start + timedelta(seconds=(time.monotonic() - began) * rate))  # noqa: B010


def run(folder: Path, story: Callable[[Bench], Awaitable[None]], rate: float = 1.0, **server: Any) -> None:
    """`story` with an exchange that trades nothing but what is sent in; time passes `rate` times as fast for us.

    The machine is not any faster for it: what a press may take until its first byte is that much longer."""

    async def main() -> None:
        exchange = PracticeServer(clock=TEN, quiet=True, **server)
        quicken(exchange, rate)
        with exchange, pytest.MonkeyPatch.context() as patch:
            patch.setattr("kiwoom_desk.trading.desk.TOO_OLD", TOO_OLD * rate)
            async with open_bench(exchange, folder, QuickClock(rate)) as bench:
                await until(lambda: bench.lane.stream_up and bench.lane.last_look is not None)
                await story(bench)

    asyncio.run(main())
