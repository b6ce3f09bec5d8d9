"""Hand-made fakes of the ports: ordinary small classes with lists in them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta

from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.facts import Accepted, Fact, NotSent, Outcome
from kiwoom_desk.domain.instruments import Market, Side
from kiwoom_desk.domain.reports import BrokerRef, OrderReport
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.trading.environments import PRACTICE, Environment
from kiwoom_desk.trading.gestures import Gesture
from kiwoom_desk.trading.ports import (
    Call,
    JournalBroken,
    Look,
    MayLeave,
    QueryFailed,
    Sent,
    StreamEvent,
    Urgency,
    always,
)
from kiwoom_desk.trading.reconciler import Reconciler
from kiwoom_desk.trading.safety import Safety
from tests.simulation.loop import VirtualClock, VirtualLoop
from tests.support.day import DAY, at, ref


class FakeJournal:
    """Everything written, in order; `awaited` is what somebody waited for; `broken` makes it refuse, and what is
    awaited `takes` so many seconds."""

    def __init__(self, facts: Sequence[Fact] = ()) -> None:
        self.facts: list[Fact] = list(facts)
        self.awaited: list[Fact] = []
        self.broken: str | None = None
        self.takes = 0.0

    async def append(self, fact: Fact) -> None:
        if self.takes:
            await asyncio.sleep(self.takes)
        if self.broken is not None:
            raise JournalBroken(self.broken)
        self.facts.append(fact)
        self.awaited.append(fact)

    def note(self, fact: Fact) -> None:
        self.facts.append(fact)

    found: str | None = None
    mends = False

    async def mend(self) -> None:
        if not self.mends:
            raise JournalBroken(self.broken or "")
        self.broken = None

    def replay(self, since: date | None = None) -> Sequence[Fact]:
        return tuple(self.facts)

    async def close(self) -> None: ...


class FakeBroker:
    """Answers each POST with the next of `answers` (an outcome, or a future to wait for), else accepts it.

    `posts` is what arrived; `listed` what a look shows, or the failure it raises; `connecting` the seconds that pass
    before a first byte."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.answers: list[Outcome | asyncio.Future[Outcome]] = []
        self.posts: list[tuple[str, object]] = []
        self.listed: list[OrderReport] | QueryFailed = []
        self.looked_at: list[date] = []
        self.turn_takes = 0.0
        self.connecting = 0.0
        self.bug: Exception | None = None
        self.offset: float | None = 0.0
        self._next = 100

    def delay(self, call: Call, side: Side) -> float:
        return self.turn_takes

    async def turn(self, call: Call, side: Side) -> None:
        await asyncio.sleep(self.turn_takes)

    async def place(self, draft: OrderDraft, may_leave: MayLeave = always) -> Sent:
        return await self._post("place", draft, may_leave)

    async def amend(
        self, of: BrokerRef, original: OrderDraft, change: AmendDraft, may_leave: MayLeave = always
    ) -> Sent:
        return await self._post("amend", (of, original.venue, change), may_leave)

    async def cancel(self, of: BrokerRef, original: OrderDraft, quantity: int | None) -> Sent:
        return await self._post("cancel", (of, original.venue, quantity))

    async def _post(self, verb: str, what: object, may_leave: MayLeave = always) -> Sent:
        if self.connecting:
            await asyncio.sleep(self.connecting)
        if stopped := may_leave():
            return Sent(NotSent(stopped))
        self.posts.append((verb, what))
        answer = self.answers.pop(0) if self.answers else self._accept()
        return Sent(await answer if isinstance(answer, asyncio.Future) else answer)

    def _accept(self) -> Outcome:
        self._next += 1
        return Accepted(ref(self._next))

    async def look(self, day: date, urgency: Urgency = Urgency.BACKGROUND) -> Look:
        self.looked_at.append(day)
        if self.bug is not None:
            raise self.bug
        began = self._clock.now()
        await asyncio.sleep(0.1)
        if isinstance(self.listed, QueryFailed):
            raise self.listed
        rows = tuple(report for report in self.listed if report.ref.day == day)
        return Look(day, began, self._clock.now(), rows, self.offset)

    async def events(self) -> AsyncIterator[StreamEvent]:
        await asyncio.Event().wait()
        yield  # type: ignore[misc]


class Bench:
    """A desk and its reconciler over fakes in virtual time. `day` is the broker's trading day."""

    def __init__(self, loop: VirtualLoop, facts: Sequence[Fact] = (), environment: Environment = PRACTICE) -> None:
        self.clock = VirtualClock(loop, at(0))
        self.broker = FakeBroker(self.clock)
        self.journal = FakeJournal(facts)
        self.safety = Safety(environment, self.clock)
        self.day = DAY
        self.desk = OrderDesk(Market.STOCK, self.broker, self.journal, self.clock, self.safety, today=lambda: self.day)
        self.desk.recover(self.journal.replay())
        self.reconciler = Reconciler(self.desk, self.broker, self.clock, today=lambda: self.day)
        self._count = 0

    def gesture(self, *, age: float = 0.0) -> Gesture:
        self._count += 1
        at, old = self.clock.now(), timedelta(seconds=age)
        return Gesture(f"G{self._count}", at - old, self.clock.monotonic() - age, self.clock.wall() - old)

    def pending(self) -> asyncio.Future[Outcome]:
        """An answer that the test gives later."""
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.broker.answers.append(answer)
        return answer
