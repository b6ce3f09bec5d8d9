"""A connection with one account, over fakes and in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from typing import cast

from kiwoom_desk.domain.checks.model import Limits
from kiwoom_desk.domain.facts import Fact
from kiwoom_desk.domain.instruments import Market, Venue
from kiwoom_desk.domain.portfolio import Cash, Portfolio
from kiwoom_desk.trading.connection import Connection
from kiwoom_desk.trading.environments import PRACTICE, Environment
from kiwoom_desk.trading.gestures import Gesture
from kiwoom_desk.trading.lane import Lane, Reserve, unreserved
from kiwoom_desk.trading.notices import Notices
from kiwoom_desk.trading.ports import AccountName, Gateway, Keys, QuoteListener, StreamEvent, StreamUp
from kiwoom_desk.trading.safety import Safety
from tests.simulation.loop import VirtualClock, VirtualLoop, run
from tests.support.day import at
from tests.support.fakes import FakeBroker, FakeJournal

ACCOUNT = AccountName("9999123401")


class StreamedBroker(FakeBroker):
    """`said` is what the stream brings; an exception in it is raised there."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(clock)
        self.said: asyncio.Queue[StreamEvent | Exception] = asyncio.Queue()

    async def events(self) -> AsyncIterator[StreamEvent]:
        while True:
            event = await self.said.get()
            if isinstance(event, Exception):
                raise event
            yield event


class FakeGateway:
    """Broker, quotes, account and directory of one account. `offset` None: the broker has not told its time."""

    def __init__(self, clock: VirtualClock) -> None:
        self.market = Market.STOCK
        self.broker = StreamedBroker(clock)
        self.offset_known = True
        self.dropped = self.warmed = self.probed = 0
        self.portfolio_says: list[Exception] = []
        self._clock = clock

    @property
    def account(self) -> FakeGateway:
        return self

    quotes = directory = account

    async def open(self) -> AccountName:
        self.broker.said.put_nowait(StreamUp(self.now()))
        return ACCOUNT

    async def probe(self) -> AccountName:
        self.probed += 1
        return ACCOUNT

    async def warm(self) -> None:
        self.warmed += 1

    async def close(self) -> None: ...

    def now(self) -> datetime:
        return self._clock.now()

    def known_time(self) -> datetime | None:
        return self.now() if self.offset_known else None

    def drop(self) -> None:
        self.dropped += 1

    def budget(self) -> float:
        return 1.0

    async def portfolio(self) -> Portfolio:
        if self.portfolio_says:
            raise self.portfolio_says.pop(0)
        return Portfolio(self.market, Cash(0, 0, 0, 0), (), self.now())

    def watch(self, items: Sequence[tuple[str, Venue]]) -> None: ...

    def subscribe(self, listener: QuoteListener) -> Callable[[], None]:
        return lambda: None


class LaneBench:
    def __init__(
        self,
        loop: VirtualLoop,
        facts: Sequence[Fact] = (),
        environment: Environment = PRACTICE,
        reserve: Reserve = unreserved,
    ) -> None:
        self.clock = VirtualClock(loop, at(0))
        self.gateway = FakeGateway(self.clock)
        self.broker = self.gateway.broker
        self.journal = FakeJournal(facts)
        self.notices = Notices()
        self.safety = Safety(environment, self.clock, lambda: Limits(10**9, 10**9, 100))
        self.connection = Connection(
            environment,
            {Market.STOCK: Keys("app", "secret")},
            self.clock,
            self.safety,
            self.notices,
            lambda *_: cast(Gateway, self.gateway),
            lambda *_: self.journal,
            reserve,
        )
        self._count = 0

    @property
    def lane(self) -> Lane:
        return self.connection.lanes[Market.STOCK]

    @property
    def told(self) -> str:
        return " / ".join(notice.text for notice in self.notices.recent)

    def gesture(self) -> Gesture:
        self._count += 1
        now = self.clock.now()
        return Gesture(f"N{self._count}", now, self.clock.monotonic(), now)


class _Loop(VirtualLoop):
    """What would go to a thread is done at once: no time passes in this loop while a thread works."""

    def run_in_executor(self, executor, func, *args):  # type: ignore[no-untyped-def,override]
        done = self.create_future()
        done.set_result(func(*args))
        return done


def on_lane(story: Callable[[LaneBench], Awaitable[None]], *, opened: bool = True, **options: object) -> None:
    """Live a story with a connection that is opened before and closed after it."""
    loop = _Loop()

    async def main() -> None:
        bench = LaneBench(loop, **options)  # type: ignore[arg-type]
        if opened:
            await bench.connection.open()
        await story(bench)
        await bench.connection.close()

    run(main(), loop)
