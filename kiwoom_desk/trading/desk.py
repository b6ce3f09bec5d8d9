"""The order desk of one account: place, amend, cancel, and take what the broker reports.

Written before sent, sent at most once, unknown until proven (docs/reliability.md R1–R4). Only what may wait is
`async`; whatever changes an order is plain code, so nothing runs between its lines. The state is the ledger's.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Protocol, TypeVar

from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.facts import (
    Accepted,
    Answered,
    AnswerLost,
    Cancelling,
    Fact,
    Judged,
    Matched,
    OrderId,
    Outcome,
    Placing,
    Reported,
    RequestId,
    Verdict,
)
from kiwoom_desk.domain.heirs import heir
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.domain.intents import TRADER
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.domain.orders import WAITING, Order, Standing
from kiwoom_desk.domain.reports import BrokerRef, OrderReport
from kiwoom_desk.trading.current import Current
from kiwoom_desk.trading.gestures import Gesture
from kiwoom_desk.trading.listeners import Listeners
from kiwoom_desk.trading.ports import Broker, Call, Clock, Journal, JournalBroken, MayLeave, Sent, always
from kiwoom_desk.trading.safety import Denied
from kiwoom_desk.trading.waiting_room import Prepared, WaitingRoom

T = TypeVar("T")
log = logging.getLogger(__name__)

TOO_OLD = 1.5
"""Seconds after the gesture from which on a new order or amendment may not leave any more (R4)."""

TWIN_SECONDS = 2.0
"""The same order again within this time is stopped (docs/decisions.md 15)."""


class Gate(Protocol):
    """What a new order or amendment has to pass (`trading.safety`); both checks raise Denied."""

    def check(self, draft: OrderDraft, value: int | None) -> None: ...

    def check_open(self, draft: OrderDraft) -> None: ...

    def count(self, at: datetime, value: int) -> None: ...


Post = Callable[[MayLeave], Awaitable[Sent]]
Request = tuple[Placing | Cancelling, Post]
"""What goes to disk, and the POST that it announces."""


class OrderDesk:
    """Orders of one account in one environment.

    `today` tells the trading day by the broker's clock, `there` its time (None: not known), `value_of` what an order
    is worth in won for the limits.
    """

    def __init__(
        self,
        market: Market,
        broker: Broker,
        journal: Journal,
        clock: Clock,
        gate: Gate,
        *,
        today: Callable[[], date],
        there: Callable[[], datetime | None] = lambda: None,
        value_of: Callable[[OrderDraft], int | None] = lambda draft: draft.amount,
    ) -> None:
        self.market = market
        self.ledger = Ledger()
        self._current = Current((), today())
        self._broker = broker
        self._journal = journal
        self._clock = clock
        self._gate = gate
        self._today = today
        self._there = there
        self._value_of = value_of
        self._listeners: Listeners[tuple[OrderId, Order | None]] = Listeners()
        self._answers: Listeners[tuple[RequestId, Outcome]] = Listeners()
        self._denials: Listeners[Denied] = Listeners()
        self._nonces: set[str] = set()
        self.waiting = WaitingRoom()
        self._last_sent: dict[OrderDraft, float] = {}
        self._in_flight: set[asyncio.Task[Outcome]] = set()

    # --- reading -----------------------------------------------------------------------------------------------
    def orders(self) -> Sequence[Order]:
        """The rows of the trading day, and older ones that are not over as far as anybody has said."""
        return self.current.rows

    @property
    def current(self) -> Current:
        """The same, by what is asked of them; anew when the day has changed."""
        if self._current.day != (today := self._today()):
            self._current = Current(self.ledger.orders(), today)
        return self._current

    def order(self, order_id: OrderId) -> Order | None:
        return self.ledger.order(order_id)

    def story(self, order_id: OrderId) -> Sequence[Fact]:
        return self.ledger.story(order_id)

    def subscribe(self, listener: Callable[[OrderId, Order | None], None]) -> Callable[[], None]:
        """The listener gets each row that changed or appeared, and None for one that was joined to another."""
        return self._listeners.add(lambda news: listener(*news))

    def on_answer(self, listener: Callable[[RequestId, Outcome], None]) -> Callable[[], None]:
        """The listener gets the outcome of each send, after the rows have changed."""
        return self._answers.add(lambda news: listener(*news))

    def on_denied(self, listener: Callable[[Denied], None]) -> Callable[[], None]:
        """The listener hears of each press that sent nothing: there is no fact of it."""
        return self._denials.add(listener)

    def delay(self, draft: OrderDraft) -> float:
        """Seconds a new order would wait for the request budget now."""
        return self._broker.delay(Call.PLACE, draft.side)

    @property
    def in_flight(self) -> int:
        """Sends whose answer is still awaited."""
        return len(self._in_flight)

    # --- the three verbs ---------------------------------------------------------------------------------------
    async def place(self, draft: OrderDraft, gesture: Gesture, name: str = "") -> Order:
        """Send one new order; returns its row once the outcome is known. Raises Denied when nothing left."""
        return await self._or_denied(self._place(draft, gesture, name))

    async def _place(self, draft: OrderDraft, gesture: Gesture, name: str) -> Order:
        self._spend(gesture)
        self._admit(draft)
        order_id = OrderId(gesture.nonce)

        def request() -> Request:
            now, there = self._clock.now(), self._there()
            value = self._value_of(draft)
            fact = Placing(order_id, now, self._today(), draft, gesture.at, name=name, there=there, value=value)
            return fact, lambda may_leave: self._broker.place(draft, may_leave)

        await self._in_turn(gesture, Call.PLACE, draft, None, request)
        return self._row(order_id)

    async def amend(self, order_id: OrderId, change: AmendDraft, gesture: Gesture, shown: Order | None = None) -> Order:
        """Reprice what remains (or a part); returns the new row. `shown` is the row as the trader saw it when he
        pressed, if that may be older than now. Raises Denied when nothing left."""
        return await self._or_denied(self._amend(order_id, change, gesture, shown))

    async def _amend(self, order_id: OrderId, change: AmendDraft, gesture: Gesture, shown: Order | None) -> Order:
        self._spend(gesture)
        asked = self._changeable(shown or self.ledger.order(order_id))
        draft = self._amended(asked, change)
        new_id = OrderId(gesture.nonce)
        self._first_amendment(asked, new_id)
        self._gate.check(draft, self._value_of(draft))
        self._disk_works()

        def request() -> Request:
            original = self._changeable(asked)
            self._first_amendment(original, new_id)
            assert original.ref is not None
            ref, listed, after = original.ref, original.draft, self._amended(original, change)
            fact = Placing(
                new_id,
                self._clock.now(),
                self._today(),
                after,
                gesture.at,
                replaces=original.id,
                of=ref,
                change=change,
                name=original.name,
                there=self._there(),
                value=self._value_of(after),
            )
            return fact, lambda may_leave: self._broker.amend(ref, listed, change, may_leave)

        await self._in_turn(gesture, Call.AMEND, draft, asked.ref, request)
        return self._row(new_id)

    async def cancel(
        self, order_id: OrderId, quantity: int | None, gesture: Gesture, shown: Order | None = None
    ) -> Outcome:
        """Withdraw all that remains (None) or a part. A full cancel may be pressed again at any time (K2). `shown` as
        in `amend`.

        Raises Denied when nothing left. It may wait for its turn as long as it takes; new orders' limits do not
        concern it."""
        return await self._or_denied(self._cancel(order_id, quantity, gesture, shown))

    async def _cancel(self, order_id: OrderId, quantity: int | None, gesture: Gesture, shown: Order | None) -> Outcome:
        self._spend(gesture)
        asked = self._changeable(shown or self.ledger.order(order_id))
        self._disk_works()
        self._allows_cancel(asked, quantity, OrderId(gesture.nonce))

        def request() -> Request:
            order = self._changeable(asked)
            self._allows_cancel(order, quantity, OrderId(gesture.nonce))
            assert order.ref is not None
            ref, draft, name = order.ref, order.draft, RequestId(gesture.nonce)
            fact = Cancelling(order.id, self._clock.now(), name, ref, quantity, gesture.at, self._there())
            return fact, lambda may_leave: self._broker.cancel(ref, draft, quantity)

        return await self._in_turn(gesture, Call.CANCEL, asked.draft, asked.ref, request)

    async def settle(
        self,
        order_id: OrderId,
        ref: BrokerRef | None,
        shown: Sequence[BrokerRef],
        instead_of: BrokerRef | None = None,
    ) -> None:
        """The trader's choice among the numbers he was `shown`, for an order whose candidates do not decide: that one,
        or (None) none of them, as far as they are no other order's by now. He can correct either, a picked number by
        naming it (`instead_of`: a second press is no correction); a correction also takes what only a look gave to
        another order.

        Raises Denied when there is nothing to choose, or when "none" would turn down what he has not seen."""
        order = self.ledger.order(order_id)
        stale = order is not None and order.picked and order.ref != instead_of
        if order is None or stale or not order.choices or (ref is None and order.turned_down):
            raise Denied("고를 것이 없습니다. 이미 확인되었습니다.")
        if ref is None:
            if not set(order.choices) <= set(shown):
                raise Denied("그사이 조건이 같은 주문이 더 나타났습니다. 다시 고르세요.")
            free = tuple(ref for ref in order.choices if not self.ledger.another_has(order, ref))
            name, now = RequestId(order_id), self._clock.now()
            await self.judge(Judged(name, now, Verdict.ABSENT, TRADER, order.looks, free))
        elif ref not in order.choices or ref == order.ref:
            raise Denied("고른 주문번호가 후보에 없습니다.")
        elif not self.ledger.can_choose(order, ref):
            raise Denied(f"주문번호 {ref}은(는) 그사이 다른 주문의 것으로 확인되었습니다. 다시 고르세요.")
        else:
            await self.judge(Matched(RequestId(order_id), self._clock.now(), ref, TRADER))

    async def settled(self) -> None:
        """Returns when no send is under way any more (each ends by itself within its deadline)."""
        while self._in_flight:
            await asyncio.wait(tuple(self._in_flight))

    # --- learning ----------------------------------------------------------------------------------------------
    def take(self, report: OrderReport) -> None:
        """Learn what the broker says about one of its numbers."""
        if self.ledger.says_news(report):
            self.learn(Reported(report))

    def learn(self, fact: Fact) -> None:
        """Learn a fact that the broker can repeat: noted on disk, shown at once."""
        self._journal.note(fact)
        self._apply(fact)

    async def judge(self, fact: Fact) -> None:
        """Learn a fact that cannot be repeated (a match, a verdict): on disk before it shows.

        When the disk fails it still shows: it can be found again by looking."""
        try:
            await self._journal.append(fact)
        except JournalBroken as broken:
            log.error("a judgement could not be written yet: %s", broken)
            self._journal.note(fact)
        self._apply(fact)

    def recover(self, facts: Sequence[Fact], ledger: Ledger | None = None) -> None:
        """Start from what is on disk. A send without an answer there is an answer lost, as after any crash.

        `ledger` holds the same facts already: a week of them is folded elsewhere than on the thread of the window."""
        self.ledger = Ledger(facts) if ledger is None else ledger
        self._current = Current(self.ledger.orders(), self._today())
        for fact in facts:
            if isinstance(fact, Placing):
                self._nonces.add(fact.order_id)
                value = self._value_of(fact.draft) if fact.value is None else fact.value
                self._gate.count(fact.at, value or 0)
        for intent in tuple(self.ledger.intents()):
            if intent.begun is not None and intent.answer is None:
                lost = AnswerLost("프로그램이 답을 받기 전에 끝났습니다.")
                self.learn(Answered(intent.request, self._clock.now(), lost))

    # --- inside ------------------------------------------------------------------------------------------------
    async def _or_denied(self, act: Awaitable[T]) -> T:
        try:
            return await act
        except Denied as denied:
            self._denials.tell(denied)
            raise

    def _spend(self, gesture: Gesture) -> None:
        if gesture.nonce in self._nonces:
            raise Denied("이미 보낸 주문입니다.")
        self._nonces.add(gesture.nonce)

    def _disk_works(self) -> None:
        if self._journal.broken is not None:
            raise Denied(f"기록 불가 — 주문 잠금: {self._journal.broken}")

    def _admit(self, draft: OrderDraft) -> None:
        """Everything that can stop a new order before it waits; asked again after the wait."""
        if draft.quantity < 1:
            raise Denied("수량은 1 이상이어야 합니다.")
        self._disk_works()
        self._gate.check(draft, self._value_of(draft))
        twins = [o for o in self.current.alive if o.own and o.state in WAITING and o.draft == draft]
        if twins:
            raise Denied("같은 주문의 접수 여부를 확인하고 있습니다. 확인될 때까지 다시 보낼 수 없습니다.")
        if any(draft == waiting for waiting in self.waiting.drafts):
            raise Denied("같은 주문이 전송을 기다리고 있습니다.")
        last = self._last_sent.get(draft)
        if last is not None and self._clock.monotonic() - last < TWIN_SECONDS:
            raise Denied("방금 같은 주문을 보냈습니다. 2초 뒤에 다시 누를 수 있습니다.")

    def _changeable(self, shown: Order | None) -> Order:
        """`shown`, or the order that its rest has become (`domain.heirs`). Raises Denied when nothing is left of it."""
        order = None if shown is None else heir(self._renamed(shown), self.ledger.order)
        if order is None:
            raise Denied("주문을 찾을 수 없습니다.")
        if not order.can_change:
            raise Denied("정정하거나 취소할 잔량이 없습니다.")
        return order

    @staticmethod
    def _amended(original: Order, change: AmendDraft) -> OrderDraft:
        """The order that the amendment makes of what remains. Raises Denied for a part that is not there."""
        if change.quantity is not None and not 0 < change.quantity <= original.remaining:
            raise Denied(f"정정 수량은 1부터 잔량 {original.remaining:,}까지입니다.")
        return original.draft.amended(change, original.remaining)

    def _renamed(self, order: Order) -> Order:
        """With the row that shows its number now: a stranger's may have proved to be ours. Our own order stays itself,
        whatever number it was taken for: another's is not hit in its place."""
        return order if order.own or order.ref is None else replace(order, id=self.ledger.row_id(order.ref))

    def _first_amendment(self, order: Order, name: OrderId) -> None:
        if self._change_open(order, name, cancel=False):
            raise Denied("이 주문의 정정이 아직 확인되지 않았습니다. 확인된 다음 다시 누르세요.")

    def _allows_cancel(self, order: Order, quantity: int | None, name: OrderId) -> None:
        """All that remains may be cancelled at any time; a part only once, and only as much as remains."""
        if quantity is None:
            return
        if not 0 < quantity <= order.remaining:
            raise Denied(f"취소 수량은 1부터 잔량 {order.remaining:,}까지입니다.")
        if self._change_open(order, name, cancel=True):
            raise Denied("이 주문의 취소가 아직 확인되지 않았습니다. 전량 취소는 다시 눌러도 됩니다.")

    def _change_open(self, order: Order, name: OrderId, *, cancel: bool) -> bool:
        """True while an amendment (or a cancel) of this number other than `name` waits, is sent, or may have been
        taken."""
        waiting = self.waiting.changes(order.ref, name, cancel=cancel)
        unsure = (Standing.SENDING, Standing.UNCONFIRMED)
        return waiting or any(c.cancel is cancel and c.standing in unsure for c in order.changes)

    async def _in_turn(
        self, gesture: Gesture, call: Call, draft: OrderDraft, of: BrokerRef | None, request: Callable[[], Request]
    ) -> Outcome:
        """Wait for the request budget, then write and send the `request` as things stand by then.

        A new order or amendment passes the gate in its turn and is counted at once, so that those which go out
        together are counted together. The send survives the cancellation of its caller."""
        name = OrderId(gesture.nonce)
        turn = asyncio.ensure_future(self._broker.turn(call, draft.side))
        self.waiting.enter(name, Prepared(call, draft, of, turn))
        try:
            await self.waiting.turn(name)
            fact, post = request()
            self.waiting.names(name, fact.of)
            if isinstance(fact, Placing):
                self._gate.check(fact.draft, fact.value)
                self._gate.count(fact.at, fact.value or 0)
        except BaseException:
            self.waiting.leave(name)
            raise
        task = asyncio.ensure_future(self._send(RequestId(name), fact, gesture, post))
        self._in_flight.add(task)
        task.add_done_callback(self._landed)
        return await asyncio.shield(task)

    def _landed(self, task: asyncio.Task[Outcome]) -> None:
        """Whoever waited may be gone: what went wrong was logged where it happened."""
        self._in_flight.discard(task)
        if not task.cancelled():
            task.exception()

    async def _send(self, request: RequestId, fact: Placing | Cancelling, gesture: Gesture, post: Post) -> Outcome:
        """The intention to disk, then at most one POST, then its outcome. The disk and the connection may take their
        time: a new order or amendment passes once more just before its first byte."""
        may_leave: MayLeave = always
        try:
            await self._journal.append(fact)
        except JournalBroken as broken:
            raise Denied(f"기록할 수 없어 보내지 않았습니다: {broken}") from broken
        finally:
            self.waiting.leave(OrderId(request))
        self._apply(fact)
        if isinstance(fact, Placing):
            self._last_sent[fact.draft] = self._clock.monotonic()
            may_leave = partial(self._stopped_by_now, fact.draft, gesture)
        try:
            sent = await post(may_leave)
        except Exception as bug:
            log.exception("a send ended in a bug of ours")
            sent = Sent(AnswerLost(f"프로그램 오류로 결과를 알 수 없습니다 ({type(bug).__name__})."))
        return await self._answer(request, sent)

    def _stopped_by_now(self, draft: OrderDraft, gesture: Gesture) -> str:
        """Why a new order or amendment must not leave any more, else ""."""
        if gesture.age(self._clock) > TOO_OLD:
            return "누른 뒤 1.5초가 지나 보내지 않았습니다."
        try:
            self._gate.check_open(draft)
        except Denied as denied:
            return f"보내지 않았습니다. {denied}"
        return ""

    async def _answer(self, request: RequestId, sent: Sent) -> Outcome:
        outcome = sent.outcome
        if isinstance(outcome, Accepted) and self._claimed_by_another(request, outcome.ref):
            outcome = AnswerLost(f"응답의 주문번호 {outcome.ref}은(는) 이미 다른 주문의 번호입니다.")
        fact = Answered(request, self._clock.now(), outcome, sent.wire)
        self._apply(fact)
        try:
            await self._journal.append(fact)
        except JournalBroken as broken:
            log.error("an answer could not be written yet: %s", broken)
            self._journal.note(fact)
        self._answers.tell((request, outcome))
        return outcome

    def _claimed_by_another(self, request: RequestId, ref: BrokerRef) -> bool:
        owner = self.ledger.bindings.owner.get(ref)
        return owner is not None and owner != request and owner not in self.ledger.bindings.by_look

    def _apply(self, fact: Fact) -> None:
        changed = sorted(self.ledger.add(fact))
        for order_id in changed:
            self._current.put(order_id, self.ledger.order(order_id))
        for order_id in changed:
            self._listeners.tell((order_id, self.ledger.order(order_id)))

    def _row(self, order_id: OrderId) -> Order:
        order = self.ledger.order(order_id)
        assert order is not None, "what was sent has a row"
        return order


def unsettled(orders: Sequence[Order]) -> Sequence[Order]:
    """Those whose fate nobody knows yet, or that have a cancel of which that is true (an amendment has its own row)."""
    return [o for o in orders if o.unsettled]
