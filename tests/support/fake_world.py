"""A real workspace over a gateway of lists: what the window stands on, without a wire. For tests of widgets.

`world.posts` is every request that would have left; `world.hold()` keeps the next answer until the test gives it.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.facts import Accepted, AnswerLost, Outcome
from kiwoom_desk.domain.instruments import GOLD_1KG, Instrument, InstrumentKind, Market, Side, Venue
from kiwoom_desk.domain.portfolio import Cash, Holding, Portfolio
from kiwoom_desk.domain.quotes import OrderBook, Quote
from kiwoom_desk.domain.reports import BrokerRef, OrderReport, ReportKind, Source
from kiwoom_desk.storage.settings import SettingsFile
from kiwoom_desk.storage.vault import KeyVault
from kiwoom_desk.trading.environments import BY_WORLD, Environment, World
from kiwoom_desk.trading.ports import (
    AccountName,
    Call,
    Clock,
    Keys,
    Look,
    MayLeave,
    QueryFailed,
    QuoteListener,
    Sent,
    SignInRefused,
    StreamEvent,
    StreamUp,
    Urgency,
    always,
)
from kiwoom_desk.trading.workspace import DirectoryStore, Outside, Workspace
from tests.support.fakes import FakeJournal
from tests.support.market import SAMSUNG, at, rules
from tests.support.qt import until

HOSTILE = Instrument(
    Market.STOCK,
    "666666",
    "<img src='file://x/y'><b>나쁜</b>&이름\u202egnp",
    InstrumentKind.SHARE,
    "거래소",
    nxt=True,
    last_close=10_000,
)
ETF = Instrument(Market.STOCK, "069500", "KODEX 200", InstrumentKind.ETF, "ETF", nxt=False, last_close=36_400)
KTNG = Instrument(
    Market.STOCK, "033780", "KT&G", InstrumentKind.SHARE, "거래소", "KT&G Corporation", True, 110_000, 125_000_000
)
SHARES = (SAMSUNG, HOSTILE, ETF, KTNG)
LAST = {"005930": 71_200, "666666": 10_000, "069500": 36_415, "033780": 110_000, GOLD_1KG.code: 191_640}
ACCOUNT = AccountName("9999123401")


class MarketClock:
    """Ten o'clock on an ordinary Tuesday, going on from there."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._wall = at("10:00:00")

    def now(self) -> datetime:
        return self._wall + timedelta(seconds=time.monotonic() - self._began)

    def monotonic(self) -> float:
        return time.monotonic()

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()

    def wall(self) -> datetime:
        return self.now()

    def no_earlier(self, at: datetime) -> None:
        self._wall = max(self._wall, at - timedelta(seconds=time.monotonic() - self._began))

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Outdoors:
    """Everything outside, and what reached it."""

    def __init__(self) -> None:
        self.clock = MarketClock()
        self.posts: list[tuple[str, object]] = []
        self.answers: list[asyncio.Future[Outcome] | Outcome] = []
        self._held: list[asyncio.Future[Outcome]] = []
        self.turns = asyncio.Event()
        self.turns.set()
        self.orderable: int | None = 704
        self.keys_wrong = ""
        self.settings = SettingsFile(Path(tempfile.mkdtemp(prefix="desk-test-")) / "settings.json")
        self.vault = KeyVault(system=False)
        for world in (World.MOCK, World.LIVE):
            for market in Market:
                self.vault.put(world, market, Keys("app", "secret"))
        self.number = 100
        outside = Outside(self._gateway, lambda *_: FakeJournal(), self._practice, DirectoryStore())
        self.workspace = Workspace(self.clock, self.settings, rules(), self.vault, outside)

    async def enter(self, world: World = World.PRACTICE) -> Workspace:
        """Connected, with the directory loaded."""
        await self.workspace.switch(world)
        await until(lambda: len(self.workspace.directory) > 2)
        self.workspace.safety.reconciled = lambda: True  # here no order list is ever read
        return self.workspace

    def hold(self) -> asyncio.Future[Outcome]:
        """The next answer, which the test gives."""
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.answers.append(answer)
        self._held.append(answer)
        return answer

    def instruments(self) -> Sequence[Instrument]:
        return SHARES

    def let_go(self) -> None:
        """Nobody answers any more: a test that failed must not wait for ever."""
        for answer in self._held:
            if not answer.done():
                answer.set_result(AnswerLost("시험이 끝났습니다."))
        self.turns.set()

    def accepted(self) -> Accepted:
        self.number += 1
        return Accepted(BrokerRef(self.clock.now().date(), self.number))

    def rest(self, draft: OrderDraft, number: int = 7) -> OrderReport:
        """What the broker says of an order that rests, placed by another program."""
        ref = BrokerRef(self.clock.now().date(), number)
        return OrderReport(
            ref,
            ReportKind.NEW,
            Source.DAY_LIST,
            self.clock.now(),
            draft,
            remaining=draft.quantity,
            ordered_at=self.clock.now(),
            name="삼성전자",
        )

    async def _practice(self) -> tuple[Environment, Mapping[Market, Keys]]:
        keys = Keys("practice", "practice")
        return BY_WORLD[World.PRACTICE], dict.fromkeys(Market, keys)

    def _gateway(self, environment: Environment, market: Market, keys: Keys, clock: Clock) -> ListGateway:
        return ListGateway(self, market)


class ListGateway:
    """Plays broker, quotes, account and directory of one lane at once."""

    def __init__(self, world: Outdoors, market: Market) -> None:
        self.market = market
        self._world = world
        self.warmed = 0

    @property
    def broker(self) -> ListGateway:
        return self

    quotes = account = directory = broker

    async def open(self) -> AccountName:
        return await self.probe()

    async def probe(self) -> AccountName:
        if self._world.keys_wrong:
            raise SignInRefused(self._world.keys_wrong, "8030")
        return ACCOUNT

    async def warm(self) -> None:
        self.warmed += 1

    async def close(self) -> None: ...

    def now(self) -> datetime:
        return self._world.clock.now()

    def known_time(self) -> datetime | None:
        return self.now()

    def drop(self) -> None: ...

    def budget(self) -> float:
        return 1.0

    # --- orders ----------------------------------------------------------------------------------------------------
    def delay(self, call: Call, side: Side) -> float:
        return 0.0

    async def turn(self, call: Call, side: Side) -> None:
        await self._world.turns.wait()

    async def place(self, draft: OrderDraft, may_leave: MayLeave = always) -> Sent:
        return await self._post("place", draft)

    async def amend(
        self, of: BrokerRef, original: OrderDraft, change: AmendDraft, may_leave: MayLeave = always
    ) -> Sent:
        return await self._post("amend", (of.number, change))

    async def cancel(self, of: BrokerRef, original: OrderDraft, quantity: int | None) -> Sent:
        return await self._post("cancel", (of.number, quantity))

    async def _post(self, verb: str, what: object) -> Sent:
        self._world.posts.append((verb, what))
        answer = self._world.answers.pop(0) if self._world.answers else self._world.accepted()
        return Sent(await answer if isinstance(answer, asyncio.Future) else answer)

    async def look(self, day: date, urgency: Urgency = Urgency.BACKGROUND) -> Look:
        raise QueryFailed("시험에는 주문 목록이 없습니다.")

    async def events(self) -> AsyncIterator[StreamEvent]:
        yield StreamUp(self.now())
        await asyncio.Event().wait()

    # --- the rest ----------------------------------------------------------------------------------------------------
    async def quote(self, code: str, view: Venue) -> Quote:
        last = LAST.get(code)
        if last is None:
            raise QueryFailed("시세가 없습니다.")
        step = 10 if self.market is Market.GOLD else 100
        known = Quote(code, last, last, last * 13 // 10 // step * step, last * 7 // 10 // step * step)
        return replace(known, best_ask=last + step, best_bid=last, at=self.now(), feed_live=True)

    async def book(self, code: str, view: Venue) -> OrderBook:
        return OrderBook(code, at=self.now())

    async def glance(self, codes: Sequence[str]) -> Sequence[Quote]:
        return [await self.quote(code, Venue.KRX) for code in codes]

    def watch(self, items: Iterable[tuple[str, Venue]]) -> None: ...

    def subscribe(self, listener: QuoteListener) -> Callable[[], None]:
        return lambda: None

    async def portfolio(self) -> Portfolio:
        cash = Cash(50_000_000, 50_000_000, 50_000_000, 50_000_000)
        held = Holding(Market.STOCK, "005930", "삼성전자", 120, 120, 70_000, 71_200, 8_544_000, 144_000, 1.7)
        return Portfolio(self.market, cash, (held,) if self.market is Market.STOCK else (), self.now())

    async def orderable(self, code: str, side: Side, price: int | None) -> int | None:
        return self._world.orderable

    async def instruments(self) -> Sequence[Instrument]:
        return self._world.instruments()
