"""Looking at the broker's lists until ours and theirs agree: at the start, after gaps, and whenever an answer is lost.

Only a complete look counts: every page, readable rows, and the canaries (every order whose own reply gave us a number
more than ten seconds ago) are in it. Nothing here sends, cancels or repeats an order (docs/reliability.md 2.7, R9).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from kiwoom_desk.domain.facts import (
    Cancelling,
    Judged,
    Looked,
    Matched,
    OrderId,
    Outcome,
    Placing,
    Refused,
    RequestId,
    Verdict,
)
from kiwoom_desk.domain.intents import MACHINE, Intent
from kiwoom_desk.domain.matching import (
    GRACE,
    LOOKS_FOR_ABSENT,
    SECONDS_FOR_ABSENT,
    Finding,
    Found,
    TooMany,
    Unseen,
    match,
)
from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.domain.reports import BrokerRef, ReportKind, Source
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.trading.listeners import Listeners
from kiwoom_desk.trading.ports import Broker, Clock, Look, QueryFailed, Urgency
from kiwoom_desk.trading.rollover import ended_with_their_day

log = logging.getLogger(__name__)

AFTER_LOSS = (0.7, 2.0, 4.0, 7.0, 11.0, 16.0, 22.0, 30.0)
"""Seconds after a lost answer at which to look; from then on every `WHILE_LOST` seconds."""

WHILE_LOST = 5.0
ROUTINE = 25.0
WITHOUT_STREAM = 3.0
AFTER_FAILURE = 3.0
CANARY_AGE = timedelta(seconds=10)
PAST_MIDNIGHT = timedelta(hours=1)
"""How late a request of one day can still become an order of the next."""


class Reconciler:
    """Keeps one desk true: `run` for ever, `soon` asks for a look now.

    `streamed` says whether pushes arrive; without them open orders are looked at often. `last` is the last complete
    look, `failure` a Korean sentence while looks fail. `on_bug` hears of an error of ours in a look, which ends none of
    those that follow.
    """

    def __init__(
        self,
        desk: OrderDesk,
        broker: Broker,
        clock: Clock,
        *,
        today: Callable[[], date],
        on_bug: Callable[[Exception], None] = lambda bug: None,
        on_failure: Callable[[QueryFailed], None] = lambda failed: None,
    ) -> None:
        self._desk = desk
        self._broker = broker
        self._clock = clock
        self._today = today
        self._wake = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._on_bug = on_bug
        self._on_failure = on_failure
        self._next_at = clock.monotonic()
        self._asked = False
        self._ended: dict[RequestId, float] = {}
        self._kept_failure = ""
        self._listeners: Listeners[None] = Listeners()
        self.streamed = False
        self.last: datetime | None = None
        self.failure = ""
        self._numbered = {order.id for order in desk.ledger.orders() if order.own and order.ref is not None}
        desk.on_answer(self._answered)
        desk.subscribe(self._row_changed)

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Told after each look, complete or not."""
        return self._listeners.add(lambda _: listener())

    @property
    def next_in(self) -> float:
        """Seconds until the next look."""
        return max(0.0, self._next_at - self._clock.monotonic())

    def soon(self) -> None:
        """Look as soon as the budget allows: a gap in the stream, a contradiction, the trader asks.

        During a look it asks for the next one, since what happened may have missed the pages that have already come."""
        self._asked = True
        self._plan()

    async def run(self) -> None:
        """Look again and again. Ends by cancellation only."""
        while True:
            await self._sleep_until_due()
            try:
                await self.look()
            except Exception as bug:
                log.exception("a look ended in a bug of ours")
                self.failure = f"주문 목록을 읽다가 프로그램 오류가 났습니다 ({type(bug).__name__}). 다시 조회합니다."
                self._on_bug(bug)
                self._listeners.tell(None)
            self._plan()

    async def look(self) -> bool:
        """One look at every day that has something to find; True when all of it was complete."""
        async with self._one_at_a_time:
            self._asked = False
            looks = [await self._look_at(day) for day in self._days()]
            whole = [look for look in looks if look is not None]
            if len(whole) == len(looks) and whole[-1].day == self._today():
                for report in ended_with_their_day(tuple(self._desk.current.carried), whole[-1]):
                    self._desk.take(report)
        self._listeners.tell(None)
        return len(whole) == len(looks)

    # --- when --------------------------------------------------------------------------------------------------
    async def _sleep_until_due(self) -> None:
        while (wait := self._next_at - self._clock.monotonic()) > 0:
            self._wake.clear()
            await self._clock.wait(self._wake, wait)

    def _plan(self) -> None:
        """Set the time of the next look by what is unknown now."""
        now = self._clock.monotonic()
        ages = [now - self._ended_at(i.request) for i in self._searched()]
        waits = [0.0] if self._asked else []
        waits += [next((s - age for s in AFTER_LOSS if s > age), WHILE_LOST) for age in ages]
        alive = any(o.state is OrderState.WORKING for o in self._desk.current.alive)
        waits.append(WITHOUT_STREAM if alive and not self.streamed else ROUTINE)
        if self.failure:
            waits.append(AFTER_FAILURE)
        self._next_at = now + min(waits)
        self._wake.set()

    def _answered(self, request: RequestId, outcome: Outcome) -> None:
        """The attempt has ended. A change that was refused says that the order is not what we took it for."""
        self._ended[request] = self._clock.monotonic()
        intent = self._desk.ledger.intent(request)
        if isinstance(outcome, Refused) and intent is not None and _is_change(intent):
            self._asked = True
        self._plan()

    def _row_changed(self, order_id: OrderId, order: Order | None) -> None:
        """An order whose number turned out to be another's is looked for again, at once."""
        if order is not None and order.own and order.ref is not None:
            self._numbered.add(order_id)
        elif order_id in self._numbered:
            self._numbered.remove(order_id)
            self.soon()

    def _ended_at(self, request: RequestId) -> float:
        """Monotonic seconds at which its attempt ended, at the earliest our own start: the PC's time may jump."""
        return self._ended.setdefault(request, self._clock.monotonic())

    def _days(self) -> Sequence[date]:
        """Today, and the days of older requests that nobody has settled and of older orders that may still work."""
        older = {i.begun.day for i in self._searched() if i.begun is not None}
        older |= {order.day for order in self._desk.current.carried}
        return sorted({self._today()} | {day for day in older if day < self._today()})

    # --- one look ----------------------------------------------------------------------------------------------
    async def _look_at(self, day: date) -> Look | None:
        """What the broker lists for that day, None unless it is the whole of it."""
        began = self._clock.now()
        urgency = Urgency.WAITED_FOR if any(True for _ in self._searched()) else Urgency.BACKGROUND
        canaries = self._canaries(day, began)
        try:
            look = await self._broker.look(day, urgency)
        except QueryFailed as failed:
            self.failure = str(failed)
            self._on_failure(failed)
            self._keep(Looked(self._clock.now(), day, began, False, 0, str(failed)))
            return None
        for report in sorted(look.reports, key=lambda report: report.kind is ReportKind.NEW):
            self._desk.take(report)  # amendments and cancels first: an original then ends for the reason it has
        missing = canaries - {report.ref for report in look.reports if report.source is Source.DAY_LIST}
        if missing:
            self.failure = f"주문 {min(missing)}이(가) 목록에 아직 없어 이번 조회로는 판단하지 않습니다."
            self._keep(Looked(self._clock.now(), day, look.began, False, len(look.reports), self.failure))
            return None
        self.failure = ""
        self.last = look.ended
        self._keep(Looked(look.ended, day, look.began, True, len(look.reports)))
        await self._settle(look)
        return look

    def _keep(self, look: Looked) -> None:
        """A look is evidence only while it can still decide something; otherwise it would fill the disk for nothing.

        What waits for the trader's choice waits for no look, and a failure is written once, not each time."""
        failure, self._kept_failure = self._kept_failure, "" if look.complete else look.why
        undecided = [intent for intent in self._searched() if not self._waits_for_choice(intent)]
        if undecided and (look.complete or look.why != failure):
            self._desk.learn(look)

    def _waits_for_choice(self, intent: Intent) -> bool:
        """There is still a number to choose: one that proved to be another order's is none."""
        judged, owner = intent.judged, self._desk.ledger.bindings.owner
        return (
            judged is not None
            and judged.verdict is Verdict.AMBIGUOUS
            and any(r not in owner for r in judged.candidates)
        )

    def _canaries(self, day: date, began: datetime) -> set[BrokerRef]:
        """Numbers that our own replies gave us long enough ago: a list without them is not the whole list."""
        return {
            intent.own_ref
            for intent in self._desk.ledger.intents()
            if intent.own_ref is not None
            and intent.own_ref.day == day
            and intent.answer is not None
            and began - intent.answer.at > CANARY_AGE
        }

    async def _settle(self, look: Look) -> None:
        ledger = self._desk.ledger
        owned = ledger.bindings.owner
        rows = [row for row in ledger.numbers() if row.ref not in owned and row.ref.day == look.day]
        waiting = [intent for intent in ledger.seeking() if _may_be_of(intent, look)]
        offset = None if look.server_offset is None else timedelta(seconds=look.server_offset)
        now = self._clock.now()  # of them all: what the trader says while one is written is newer than the others
        for finding in match(waiting, rows, began=look.began, server_offset=offset):
            await self._conclude(finding, now)

    async def _conclude(self, finding: Finding, now: datetime) -> None:
        match finding:
            case Found(request, ref):
                await self._desk.judge(Matched(request, now, ref, MACHINE))
            case TooMany(requests, candidates):
                for request in requests:
                    if not self._stands(request, Verdict.AMBIGUOUS, candidates):
                        verdict = Judged(request, now, Verdict.AMBIGUOUS, MACHINE, candidates=candidates)
                        await self._desk.judge(verdict)
            case Unseen(request):
                await self._maybe_absent(request, now)

    async def _maybe_absent(self, request: RequestId, now: datetime) -> None:
        intent = self._desk.ledger.intent(request)
        assert intent is not None and intent.answer is not None and intent.begun is not None
        if self._stands(request, Verdict.ABSENT):
            return
        looks = self._desk.ledger.looks_since(intent.begun.day, intent.answer.at + GRACE)
        waited = timedelta(seconds=self._clock.monotonic() - self._ended_at(request))
        if looks >= LOOKS_FOR_ABSENT and waited >= SECONDS_FOR_ABSENT:
            await self._desk.judge(Judged(request, now, Verdict.ABSENT, MACHINE, looks))

    def _stands(self, request: RequestId, verdict: Verdict, candidates: tuple[BrokerRef, ...] = ()) -> bool:
        intent = self._desk.ledger.intent(request)
        judged = None if intent is None else intent.judged
        if intent is None or judged is None or judged.verdict is not verdict:
            return False
        return intent.absent if verdict is Verdict.ABSENT else judged.candidates == candidates

    def _searched(self) -> Sequence[Intent]:
        """Requests whose fate is still to be found out (those judged absent are bound when they appear, in passing)."""
        return [intent for intent in self._desk.ledger.seeking() if intent.lost and not intent.absent]


def _is_change(intent: Intent) -> bool:
    begun = intent.begun
    return isinstance(begun, Cancelling) or (isinstance(begun, Placing) and begun.change is not None)


def _may_be_of(intent: Intent, look: Look) -> bool:
    """True when the request may stand in this look's list: it was made that day, or just before that day began."""
    begun = intent.begun
    if begun is None:
        return False
    return begun.day == look.day or (begun.day < look.day and look.began - begun.at <= PAST_MIDNIGHT)
