"""The ports of the core over the simulated world: a wire that loses things, a disk that dies, one process at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.facts import (
    Accepted,
    AnswerLost,
    Cancelling,
    Fact,
    NotSent,
    Outcome,
    Placing,
    RefusalKind,
    Refused,
)
from kiwoom_desk.domain.instruments import Side
from kiwoom_desk.domain.reports import BrokerRef, OrderReport
from kiwoom_desk.trading.ports import (
    BrokerUnavailable,
    Call,
    Incomplete,
    JournalBroken,
    Look,
    MayLeave,
    Sent,
    StreamDown,
    StreamEvent,
    StreamUp,
    Urgency,
    always,
)
from tests.simulation.faults import Rates
from tests.simulation.loop import VirtualClock
from tests.simulation.truth import OURS, Declined, Event, TrueBroker, TrueOrder

DEADLINE = 8.0
Post = Placing | Cancelling


class Disk:
    """What survives a kill. `facts` is durable; `broken` while it takes nothing."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.broken: str | None = None


class SimJournal:
    """One process's hands on the disk: appends take time, notes wait in memory for 50 ms, the dead write nothing."""

    def __init__(self, disk: Disk, random: Random, rates: Rates, die: Callable[[], None]) -> None:
        self._disk = disk
        self._random = random
        self._rates = rates
        self._die = die
        self.dead = False
        self._queue: list[Fact] = []
        self.mine: set[Fact] = set()
        self.begun: dict[asyncio.Task[object] | None, Placing | Cancelling] = {}

    @property
    def broken(self) -> str | None:
        return self._disk.broken

    async def append(self, fact: Fact) -> None:
        self._maybe_kill()
        slow = self._random.random() < self._rates.disk_slow
        await asyncio.sleep(self._random.uniform(0.05, 3.0) if slow else 0.0002)
        if self._random.random() < self._rates.disk_fails:
            raise JournalBroken("디스크 오류")
        if self.dead:
            raise asyncio.CancelledError
        self._flush()
        self._disk.facts.append(fact)
        self.mine.add(fact)
        self._begin(fact)
        self._maybe_kill()

    def _begin(self, fact: Fact) -> None:
        """Tells what the next POST of this task carries, whichever way it was written."""
        if isinstance(fact, Placing | Cancelling):
            self.begun[asyncio.current_task()] = fact

    def note(self, fact: Fact) -> None:
        self._begin(fact)
        self._queue.append(fact)
        asyncio.get_running_loop().call_later(0.05, self._flush)

    found: str | None = None

    async def mend(self) -> None:
        """Its disk does not break."""

    def replay(self, since: date | None = None) -> Sequence[Fact]:
        return tuple(self._disk.facts)

    def told(self) -> Sequence[Fact]:
        """What is on disk, and what is on its way there."""
        return (*self._disk.facts, *self._queue)

    async def close(self) -> None:
        self._flush()

    def _flush(self) -> None:
        if not self.dead:
            self._disk.facts += self._queue
            self._queue = []

    def maybe_die(self) -> None:
        """A point at which the process may be killed; what comes after it is then not done."""
        self._maybe_kill()
        if self.dead:
            raise asyncio.CancelledError

    def _maybe_kill(self) -> None:
        if not self.dead and self._random.random() < self._rates.kill:
            self._die()


class SimBroker:
    """The `Broker` port over the true broker, through a wire with faults. `posts` is what really left the computer."""

    def __init__(self, world: Wire, journal: SimJournal) -> None:
        self._world = world
        self._journal = journal

    def delay(self, call: Call, side: Side) -> float:
        return 0.0

    async def turn(self, call: Call, side: Side) -> None:
        slow = self._world.random.random() < self._world.rates.slow_turn
        await asyncio.sleep(self._world.random.uniform(0.5, 3.0) if slow else 0.001)

    async def place(self, draft: OrderDraft, may_leave: MayLeave = always) -> Sent:
        fact = self._fact()

        def do(duplicate: bool) -> TrueOrder:
            return self._world.truth.place(draft, fact, OURS, duplicate=duplicate)

        return await self._world.post(fact, self._journal, do, may_leave)

    async def amend(
        self, of: BrokerRef, original: OrderDraft, change: AmendDraft, may_leave: MayLeave = always
    ) -> Sent:
        fact = self._fact()
        draft = original.amended(change, original.quantity)
        return await self._world.post(
            fact,
            self._journal,
            lambda duplicate: self._world.truth.amend(of, draft, change.quantity, fact, OURS),
            may_leave,
        )

    async def cancel(self, of: BrokerRef, original: OrderDraft, quantity: int | None) -> Sent:
        fact = self._fact()
        return await self._world.post(
            fact, self._journal, lambda duplicate: self._world.truth.cancel(of, quantity, fact, OURS)
        )

    def _fact(self) -> Placing | Cancelling:
        return self._journal.begun[asyncio.current_task()]

    async def look(self, day: date, urgency: Urgency = Urgency.BACKGROUND) -> Look:
        return await self._world.look(day)

    async def events(self) -> AsyncIterator[StreamEvent]:
        queue = self._world.connect()
        while True:
            yield await queue.get()


class Wire:
    """Between the process and the broker. Requests and answers travel by themselves: a killed process stops neither."""

    def __init__(
        self,
        random: Random,
        rates: Rates,
        clock: VirtualClock,
        skew: float,
        posting: Callable[[Post, SimJournal], None],
    ) -> None:
        self._posting = posting
        self.random = random
        self.rates = rates
        self.clock = clock
        self.skew = timedelta(seconds=skew)
        later = asyncio.get_running_loop().call_later
        self.truth = TrueBroker(random, rates, self.server_now, self._push, later)
        self.posts: list[Post] = []
        self.ended: dict[str, float] = {}
        self._queue: asyncio.Queue[StreamEvent] = asyncio.Queue()
        self._stream_down_until = self._lists_down_until = 0.0
        self.whole_looks: set[tuple[date, datetime]] = set()
        self._tasks: set[asyncio.Task[object]] = set()

    def server_now(self) -> datetime:
        return self.clock.true_now() + self.skew

    def known_time(self) -> datetime | None:
        """The broker's time as a `Date` header told it, in whole seconds; now and then no header was ever read."""
        known = self.random.random() >= self.rates.offset_unknown
        return self.server_now().replace(microsecond=0) if known else None

    # --- requests ----------------------------------------------------------------------------------------------
    async def post(
        self,
        fact: Post,
        journal: SimJournal,
        do: Callable[[bool], TrueOrder],
        may_leave: MayLeave = always,
    ) -> Sent:
        """One POST: what the process gets to know, and what the broker gets to do, each with its own luck.

        The process may be killed just before its first byte or just after its last; before the first byte a connection
        may have to be made."""
        chance = self.random.random
        journal.maybe_die()
        if chance() < self.rates.slow_connection:
            await asyncio.sleep(self.random.uniform(0.1, 3.0))
        if stopped := may_leave():
            return Sent(NotSent(stopped))
        journal.maybe_die()
        if chance() < self.rates.not_sent:
            return Sent(NotSent("연결 안 됨"))
        self.posts.append(fact)
        self._posting(fact, journal)
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._spawn(self._deliver(do, answer))
        journal.maybe_die()
        if chance() < self.rates.bug_of_ours:
            raise ZeroDivisionError
        try:
            async with asyncio.timeout(DEADLINE):
                return Sent(await asyncio.shield(answer))
        except TimeoutError:
            return Sent(AnswerLost("8초 안에 답이 없습니다"))
        finally:
            self.ended[fact.order_id if isinstance(fact, Placing) else fact.request] = self.clock.monotonic()

    async def _deliver(self, do: Callable[[bool], TrueOrder], answer: asyncio.Future[Outcome]) -> None:
        chance, rates = self.random.random, self.rates
        await asyncio.sleep(self.random.uniform(0.001, 0.05))
        if chance() < rates.limited:
            self._reply(answer, Refused("1700", "요청 초과", RefusalKind.TOO_MANY))
            return
        if chance() < rates.lost_before:
            self._maybe_cut_off(answer)
            return
        if chance() < rates.late_delivery:
            await asyncio.sleep(self.random.uniform(5.0, 45.0))
        twice = chance() < rates.duplicate_post
        lost = chance() < rates.lost_after
        slow = self.random.uniform(0.5, 12.0) if chance() < rates.slow_answer else 0.0
        outcome = self._process(do, False)
        if twice:
            self._process(do, True)
        if lost:
            self._maybe_cut_off(answer)
            return
        await asyncio.sleep(self.random.uniform(0.001, 0.05) + slow)
        self._reply(answer, outcome)

    def _maybe_cut_off(self, answer: asyncio.Future[Outcome]) -> None:
        """The connection breaks, or nothing is ever heard again."""
        if self.random.random() < 0.5:
            self._reply(answer, AnswerLost("끊김"))

    def _process(self, do: Callable[[bool], TrueOrder], duplicate: bool) -> Outcome:
        try:
            order = do(duplicate)
        except Declined as declined:
            return Refused(str(declined), "거부")
        order.duplicate = duplicate
        return Accepted(order.ref, quantity=order.confirmed)

    @staticmethod
    def _reply(answer: asyncio.Future[Outcome], outcome: Outcome) -> None:
        if not answer.done():
            answer.set_result(outcome)

    # --- lists -------------------------------------------------------------------------------------------------
    async def look(self, day: date) -> Look:
        began = self.clock.now()
        await asyncio.sleep(self.random.uniform(0.01, 0.3))
        if self.random.random() < self.rates.list_outage:
            self._lists_down_until = self.clock.monotonic() + self.random.uniform(10.0, 70.0)
        down = self.clock.monotonic() < self._lists_down_until and self.rates.list_outage > 0
        if down or self.random.random() < self.rates.list_fails:
            raise self.random.choice((BrokerUnavailable("조회 실패"), Incomplete("쪽이 빠짐")))
        lag = self.random.uniform(1.0, 50.0) if self.random.random() < self.rates.list_lags else 0.0
        until = self.server_now() - timedelta(seconds=lag)
        heard = self.clock.now()
        reports = tuple(self.truth.rows(day, heard, until))
        known = self.random.random() >= self.rates.offset_unknown
        self.whole_looks.add((day, began))
        offset = (self.server_now() - self.clock.now()).total_seconds()
        return Look(day, began, heard, reports, offset if known else None)

    # --- stream ------------------------------------------------------------------------------------------------
    def connect(self) -> asyncio.Queue[StreamEvent]:
        self._queue = asyncio.Queue()
        self._queue.put_nowait(StreamUp(self.clock.now()))
        return self._queue

    def _push(self, event: Event) -> None:
        if self.clock.monotonic() < self._stream_down_until or self.random.random() < self.rates.push_lost:
            return
        if self.random.random() < self.rates.stream_cut:
            return self._cut()
        report = self.truth.pushed(event, self.clock.now())
        for _ in range(2 if self.random.random() < self.rates.push_twice else 1):
            late = self.random.uniform(0.5, 15.0) if self.random.random() < self.rates.push_late else 0.002
            asyncio.get_running_loop().call_later(late, self._arrive, self._queue, report)

    def _arrive(self, queue: asyncio.Queue[StreamEvent], report: OrderReport) -> None:
        queue.put_nowait(replace(report, at=self.clock.now()))

    def _cut(self) -> None:
        away = self.random.uniform(1.0, 20.0)
        self._stream_down_until = self.clock.monotonic() + away
        self._queue.put_nowait(StreamDown(self.clock.now(), "끊김", away))
        asyncio.get_running_loop().call_later(away, self._queue.put_nowait, StreamUp(self.clock.now()))

    def _spawn(self, coro: Coroutine[object, object, None]) -> None:
        task: asyncio.Task[object] = asyncio.get_running_loop().create_task(coro)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
