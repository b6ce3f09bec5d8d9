"""One account of a connection: its gateway, journal, desk and everything that keeps them true.

Opening is the only way to start, after a crash too: lock, replay, sign in, stream, first complete look.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from datetime import date, datetime, timedelta
from enum import Enum

from kiwoom_desk.domain.drafts import OrderDraft
from kiwoom_desk.domain.facts import Fact, OrderId
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.domain.reports import OrderReport
from kiwoom_desk.trading.bugs import Bugs
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.trading.disk_watch import DiskWatch
from kiwoom_desk.trading.environments import Environment
from kiwoom_desk.trading.market import MarketData
from kiwoom_desk.trading.news import news
from kiwoom_desk.trading.notices import Level, Notice, Notices
from kiwoom_desk.trading.portfolio import PortfolioKeeper
from kiwoom_desk.trading.ports import (
    AccountName,
    BrokerUnavailable,
    Clock,
    Gateway,
    Journal,
    JournalBroken,
    Keys,
    Quarantined,
    QueryFailed,
    StreamDown,
    StreamEvent,
    StreamUp,
    Unclear,
)
from kiwoom_desk.trading.reconciler import Reconciler
from kiwoom_desk.trading.safety import Safety
from kiwoom_desk.trading.sign_in_watch import SignInWatch
from kiwoom_desk.trading.tasks import Tasks

log = logging.getLogger(__name__)

REPLAYED = timedelta(days=7)
"""How far back a start reads the journal: older requests have nothing left to settle."""

AGAIN = (3.0, 5.0, 10.0, 30.0)
"""Seconds until an account that could not be reached is tried again."""

OpenGateway = Callable[[Environment, Market, Keys, Clock], Gateway]
Reserve = Callable[[Environment, Market, Keys], Callable[[], None]]
"""Keeps other programs from signing in with this key until the returned call; raises JournalBroken. Reads the disk."""


def _nothing() -> None:
    """Nothing was kept."""


def unreserved(environment: Environment, market: Market, keys: Keys) -> Callable[[], None]:
    """For where no other program can be."""
    return _nothing


OpenJournal = Callable[[Environment, Market, AccountName], Journal]


class _Unwanted(Exception):
    """The lane was closed while it was being opened."""


class LaneState(Enum):
    NO_KEYS = "no_keys"
    CONNECTING = "connecting"
    READY = "ready"
    FAILED = "failed"
    CLOSED = "closed"


class Lane:
    """The stock account or the gold account of one environment. It never borrows the other's keys or token.

    `desk`, `data`, `holdings` and `reconciler` are there once it has been READY; `sentence` says in Korean why it is
    not. `quarantine` keeps the last things of the broker that could not be understood."""

    def __init__(
        self,
        environment: Environment,
        market: Market,
        keys: Keys | None,
        clock: Clock,
        safety: Safety,
        notices: Notices,
        open_gateway: OpenGateway,
        open_journal: OpenJournal,
        changed: Callable[[], None],
        order_changed: Callable[[Order | None, Order], None] = lambda before, after: None,
        reserve: Reserve = unreserved,
    ) -> None:
        self.environment = environment
        self.market = market
        self._keys = keys
        self._clock = clock
        self._safety = safety
        self._notices = notices
        self._open_gateway = open_gateway
        self._open_journal = open_journal
        self._changed = changed
        self._order_changed = order_changed
        self._reserve, self._give_back = reserve, _nothing
        self._word = "주식" if market is Market.STOCK else "금현물"
        self._bugs = Bugs(clock, lambda: safety, notices, self.look_soon)
        self._signed_in = SignInWatch(market.value, safety)
        self._tasks = Tasks(f"{environment.world.value} {market.value}", self._bugs.found)
        self._woke: datetime | None = None
        self._gateway: Gateway | None = None
        self._journal: Journal | None = None
        self._rows: dict[OrderId, Order] = {}
        self._tries = 0
        self._opening: asyncio.Task[None] | None = None
        self._asking: asyncio.Task[AccountName] | None = None
        self._ending: asyncio.Task[None] | None = None
        self.state = LaneState.NO_KEYS if keys is None else LaneState.CONNECTING
        self.sentence = "앱키가 없습니다. 설정에서 넣어 주세요." if keys is None else "연결하고 있습니다."
        self.account: AccountName | None = None
        self.desk: OrderDesk | None = None
        self.data: MarketData | None = None
        self.holdings: PortfolioKeeper | None = None
        self.reconciler: Reconciler | None = None
        self.stream_up = False
        self.stream_sentence = ""
        self.quarantine: list[Quarantined] = []

    # --- reading -----------------------------------------------------------------------------------------------
    @property
    def gateway(self) -> Gateway | None:
        return self._gateway

    def now(self) -> datetime:
        """The broker's clock as far as this lane knows it."""
        return self._clock.now() if self._gateway is None else self._gateway.now()

    def known_time(self) -> datetime | None:
        """The same, None while the broker has not told it."""
        return None if self._gateway is None else self._gateway.known_time()

    def today(self) -> date:
        return self.now().date()

    def budget(self) -> float:
        """The free part of the request budget, 0 to 1."""
        return 1.0 if self._gateway is None else self._gateway.budget()

    @property
    def reconciled(self) -> bool:
        """The broker's list was read to its end since the start, and since the computer last slept."""
        last = self.last_look
        return last is not None and (self._woke is None or last >= self._woke)

    @property
    def last_look(self) -> datetime | None:
        return None if self.reconciler is None else self.reconciler.last

    @property
    def next_look_in(self) -> float | None:
        return None if self.reconciler is None else self.reconciler.next_in

    # --- opening and closing -------------------------------------------------------------------------------------
    async def open(self) -> None:
        """Become READY or FAILED with a sentence; raises nothing that the world can cause.

        A task of its own: whoever stops waiting for it leaves it to its end, for a thread that takes a lock cannot be
        stopped, and somebody has to be there to give it back. Only `close` ends it."""
        if self._keys is None or self._closing:
            return
        self._to(LaneState.CONNECTING, "연결하고 있습니다.")
        self._opening = asyncio.ensure_future(self._open(self._keys))
        await asyncio.shield(self._opening)

    async def _open(self, keys: Keys) -> None:
        try:
            gateway, journal, facts, ledger = await self._connect(keys)
        except Exception as failed:
            await self._let_go()
            if self._closing:
                log.info("a lane was closed while it was being opened", exc_info=failed)
            else:
                self._give_up(failed)
            return
        self._tries = 0
        self._build(gateway, journal, facts, ledger)
        self._to(LaneState.READY, "")

    async def _connect(self, keys: Keys) -> tuple[Gateway, Journal, Sequence[Fact], Ledger]:
        """Key, sign-in, journal, stream: each only while the lane is wanted, and kept by it as soon as it is there.

        The journal behind its lock comes before the stream: a second program must not throw the first one's out.
        Raises QueryFailed, JournalBroken, _Unwanted."""
        in_thread = asyncio.get_running_loop().run_in_executor
        self._give_back = await in_thread(None, self._reserve, self.environment, self.market, keys)
        self._go_on()
        self._gateway = gateway = self._open_gateway(self.environment, self.market, keys, self._clock)
        self.account = account = await self._ask(gateway.probe())
        self._journal = journal = await in_thread(None, self._open_journal, self.environment, self.market, account)
        self._go_on()
        facts, ledger = await self._read(journal)
        self._go_on()
        await self._ask(gateway.open())
        return gateway, journal, facts, ledger

    def _go_on(self) -> None:
        """Asked after everything that opening waits for. Raises _Unwanted."""
        if self._closing:
            raise _Unwanted

    async def _ask(self, question: Coroutine[object, object, AccountName]) -> AccountName:
        """Ask the broker who we are. `close` cancels it, since nothing is kept by it. Raises QueryFailed, _Unwanted."""
        self._asking = asyncio.ensure_future(question)
        try:
            return await self._asking
        finally:
            self._go_on()

    async def _read(self, journal: Journal) -> tuple[Sequence[Fact], Ledger]:
        """The last week, in a thread, since that takes its time. Raises JournalBroken."""
        in_thread = asyncio.get_running_loop().run_in_executor
        facts, ledger = await in_thread(None, _read, journal, self.today() - REPLAYED)
        if facts:  # or a row first seen now would seem older than its send, and an old look newer than a send of today
            self._clock.no_earlier(max(fact.at for fact in facts))
        return facts, ledger

    async def _let_go(self) -> None:
        """The connection, the journal and the key, each at most once, and each whatever happens to the one before."""
        async with AsyncExitStack() as last_first:
            last_first.callback(self._give_back)
            if self._journal is not None:
                last_first.push_async_callback(self._journal.close)
            if self._gateway is not None:
                last_first.push_async_callback(self._gateway.close)
            self._give_back, self._journal = _nothing, None

    def _give_up(self, failed: Exception) -> None:
        """Say why, and when it is tried again. A bug is raised."""
        if not isinstance(failed, (QueryFailed, JournalBroken)):
            self._to(LaneState.FAILED, f"프로그램 오류로 연결하지 못했습니다 ({type(failed).__name__}).")
            raise failed
        if isinstance(failed, QueryFailed):
            self._signed_in.failed(failed)
        again = AGAIN[min(self._tries, len(AGAIN) - 1)] if isinstance(failed, BrokerUnavailable) else None
        later = "" if again is None else f" {again:.0f}초 뒤에 다시 연결합니다."
        self._to(LaneState.FAILED, f"{failed}{later}")
        if again is not None:
            self._tries += 1
            self._tasks.spawn(self._try_again(again), "try again")

    async def _try_again(self, seconds: float) -> None:
        """The world may come back; a refusal of who we are will not, and is left to the trader."""
        await self._clock.sleep(seconds)
        await self.open()

    def _build(self, gateway: Gateway, journal: Journal, facts: Sequence[Fact], ledger: Ledger) -> None:
        self.data = MarketData(gateway.quotes, self._bugs.found)
        self.holdings = holdings = PortfolioKeeper(gateway.account, self._clock)
        holdings.subscribe(lambda: self._signed_in.failed(holdings.failure))
        desk = OrderDesk(
            self.market,
            gateway.broker,
            journal,
            self._clock,
            self._safety,
            today=self.today,
            there=gateway.known_time,
            value_of=self._value_of,
        )
        desk.recover(facts, ledger)
        self._safety.restore(facts)
        self._safety.keep(desk.learn)
        self._rows = {order.id: order for order in desk.ledger.orders()}
        desk.subscribe(self._row_changed)
        desk.on_answer(self._signed_in.answered)
        self.desk = desk
        self.reconciler = Reconciler(
            desk,
            gateway.broker,
            self._clock,
            today=self.today,
            on_bug=lambda bug: self._bugs.say(f"{self._word} 주문 조회", bug),
            on_failure=self._signed_in.failed,
        )
        self.reconciler.subscribe(self._changed)
        trouble = journal.broken or journal.found
        if trouble is not None:
            self._notices.give(Notice(Level.ALARM, trouble, self._clock.now(), sound="alarm"))
            if self._safety.needs_arming and journal.found is not None:
                self._safety.lock_until_reconnected(f"journal {self.market.value}", journal.found)
        disk = DiskWatch(self.market.value, journal, self._clock, self._safety, self._notices)
        self._start("기록 확인", disk.run)
        self._start("실시간 통보", lambda: self._follow(gateway))
        self._tasks.spawn(self.reconciler.run(), "looks")
        self._start("잔고 조회", self.holdings.run)

    def _start(self, what: str, work: Callable[[], Awaitable[None]]) -> None:
        """In the background for the life of the lane, whatever bug of ours it meets."""
        self._tasks.spawn(self._bugs.keep_alive(f"{self._word} {what}", work), what)

    async def warm(self) -> None:
        if self._gateway is not None and self.state is LaneState.READY:
            await self._gateway.warm()

    def woke_up(self) -> None:
        """The computer slept or its clock jumped: what waits is withdrawn, sockets are dropped, all is asked again."""
        if self.state is not LaneState.READY:
            return
        assert self._gateway is not None and self.desk is not None and self.data is not None
        self._woke = self._clock.now()
        self.desk.waiting.withdraw_all()
        self._gateway.drop()
        self._tasks.spawn(self.warm(), "sign-in after a sleep")
        self.look_soon()
        self.data.refresh()

    def look_soon(self) -> None:
        """As soon as the budget allows; nothing while there is no desk."""
        if self.reconciler is not None:
            self.reconciler.soon()

    @property
    def _closing(self) -> bool:
        return self._ending is not None

    async def close(self) -> None:
        """Wait for sends under way (at most their own deadline), then end everything in reverse order, also what is
        still being opened: when this returns, another lane can have the account.

        Done once, and to its end: who calls again waits for the same, and who stops waiting stops nothing."""
        if self._ending is None:
            self._ending = asyncio.ensure_future(self._close())
        await asyncio.shield(self._ending)

    async def _close(self) -> None:
        if self.desk is not None:
            self.desk.waiting.withdraw_all()
            await self.desk.settled()
        await self._tasks.close()
        await self._end_opening()
        if self.data is not None:
            await self.data.close()
        try:
            await self._let_go()
        finally:
            self._to(LaneState.CLOSED, "")

    async def _end_opening(self) -> None:
        """Questions to the broker are cancelled; a thread is waited for, and what it brings is let go of."""
        if self._asking is not None:
            self._asking.cancel()
        if self._opening is not None:
            await asyncio.wait([self._opening])

    def _to(self, state: LaneState, sentence: str) -> None:
        self.state, self.sentence = state, sentence
        log.info("lane %s %s: %s", self.environment.world.value, self.market.value, state.value)
        self._changed()

    # --- following ---------------------------------------------------------------------------------------------
    async def _follow(self, gateway: Gateway) -> None:
        """Until the stream is closed. A message that we fail on leaves doubt about what it said: looks carry on."""
        try:
            async for event in gateway.broker.events():
                self._hear(event)
        except Exception:
            self._stream_lost("실시간 통보를 처리하다가 프로그램 오류가 났습니다.")
            raise

    def _stream_lost(self, reason: str) -> None:
        assert self.reconciler is not None and self.data is not None
        self.stream_up, self.stream_sentence = False, reason
        self.reconciler.streamed = False
        self.reconciler.soon()
        self.data.feed_lost()
        self._changed()

    def _hear(self, event: StreamEvent) -> None:
        assert self.desk is not None and self.reconciler is not None and self.data is not None
        match event:
            case OrderReport():
                self.desk.take(event)
            case Unclear():
                self.reconciler.soon()
            case StreamUp():
                self.stream_up, self.stream_sentence = True, ""
                self.reconciler.streamed = self.market is Market.STOCK
                self.reconciler.soon()
                self.data.refresh()
                self._changed()
            case StreamDown(_, reason, _, taken_over):
                if taken_over:
                    self._signed_in.taken_over()
                self._stream_lost(reason)
            case Quarantined():
                self.quarantine = [*self.quarantine[-49:], event]
                self._notices.give(Notice(Level.WARN, f"알 수 없는 메시지: {event.why}", event.at))
                self.reconciler.soon()

    def _row_changed(self, order_id: OrderId, after: Order | None) -> None:
        before = self._rows.get(order_id)
        if after is None:
            self._rows.pop(order_id, None)
            return
        self._rows[order_id] = after
        self._order_changed(before, after)
        for notice in news(before, after, self._clock.now()):
            self._notices.give(notice)
        if self.holdings is not None and (before is None or _money(before) != _money(after)):
            self.holdings.soon()
        if self.reconciler is not None and after.doubts and (before is None or before.doubts != after.doubts):
            self.reconciler.soon()

    def _value_of(self, draft: OrderDraft) -> int | None:
        """Won, for the limits: at its price, else at the upper limit or the last price known."""
        if draft.amount is not None:
            return draft.amount
        quote = None if self.data is None else self.data.any_quote(draft.code)
        price = None if quote is None else quote.upper or quote.last
        return None if price is None else price * draft.quantity


def _read(journal: Journal, since: date) -> tuple[Sequence[Fact], Ledger]:
    facts = journal.replay(since)
    try:
        return facts, Ledger(facts)
    except Exception as bug:
        log.exception("what is on disk cannot be understood")
        raise JournalBroken("기록을 읽다가 프로그램 오류가 났습니다. 기록은 그대로 있습니다.") from bug


def _money(order: Order) -> tuple[int, int, OrderState]:
    return order.filled, order.remaining, order.state
