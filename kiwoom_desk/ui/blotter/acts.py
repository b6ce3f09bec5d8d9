"""What a row can be asked to do beyond the ticket: cancel, 현재가로 정정, settle. One act of a hand is one request."""

from __future__ import annotations

from kiwoom_desk.domain.advice import Level as Weight
from kiwoom_desk.domain.advice import advise_amend, worst
from kiwoom_desk.domain.drafts import AmendDraft
from kiwoom_desk.domain.facts import Accepted, Outcome
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.domain.reports import BrokerRef
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.trading.gestures import Gesture
from kiwoom_desk.trading.lane import Lane
from kiwoom_desk.trading.news import headline
from kiwoom_desk.trading.notices import Level, Notice, OrderKey, order_key
from kiwoom_desk.trading.ports import QueryFailed
from kiwoom_desk.trading.safety import Denied
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import aio
from kiwoom_desk.ui.blotter.cancel_all import outcome_words
from kiwoom_desk.ui.blotter.feed import BlotterFeed, same_account
from kiwoom_desk.ui.selection import Selection

SAME_ACT = 1.0
"""Seconds within which a second press of 취소 for one order belongs to the first: a double click, a nervous hand."""

NOT_CONNECTED = "연결되어 있지 않습니다."
ANOTHER_ACCOUNT = "이 주문은 지금 연결된 계좌의 주문이 아닙니다. 그 계좌에 다시 연결한 다음 누르세요."


class Acts:
    """Starts the request and tells the trader what became of it; never raises.

    `home` is the account that the order was shown in. What was opened there may be pressed after a new connection, and
    another account has orders of the same name: then nothing is done, and that is said."""

    def __init__(self, workspace: Workspace, feed: BlotterFeed, selection: Selection) -> None:
        self._workspace = workspace
        self._feed = feed
        self._selection = selection
        self._cancelled_at: dict[OrderKey, float] = {}

    def reaches(self, order: Order, home: Lane | None, otherwise: str) -> bool:
        """True while the order's own account is connected; else the trader hears why, after the words `otherwise`."""
        try:
            self._desk(order, home)
        except Denied as denied:
            self._tell(Level.WARN, f"{otherwise}: {denied}", order, home)
            return False
        return True

    def _desk(self, order: Order, home: Lane | None) -> OrderDesk:
        """Raises Denied."""
        lane = self._feed.lane_of(order)
        if lane is None or lane.desk is None:
            raise Denied(NOT_CONNECTED)
        if not same_account(lane, home):
            raise Denied(ANOTHER_ACCOUNT)
        return lane.desk

    # --- cancel ------------------------------------------------------------------------------------------------
    def cancel(self, order: Order, home: Lane | None, quantity: int | None = None) -> None:
        """A second press right after the first is the same act; later ones may go (a lost cancel is pressed again)."""
        now, key = self._workspace.clock.monotonic(), order_key(order)
        if now - self._cancelled_at.get(key, -SAME_ACT) >= SAME_ACT:
            self._cancelled_at[key] = now
            aio.spawn(self._cancel_and_tell(order, home, quantity), "취소")

    async def send_cancel(self, order: Order, home: Lane | None, quantity: int | None = None) -> Outcome:
        """Raises Denied."""
        return await self._desk(order, home).cancel(order.id, quantity, self._workspace.gesture(), order)

    async def _cancel_and_tell(self, order: Order, home: Lane | None, quantity: int | None) -> None:
        try:
            outcome = await self.send_cancel(order, home, quantity)
        except Denied as denied:
            self._tell(Level.WARN, f"취소하지 못함: {denied}", order, home)
            return
        if isinstance(outcome, Accepted):  # everything else is told by the order's own news
            self._tell(Level.INFO, outcome_words(outcome), order, home)

    # --- 현재가로 정정 -------------------------------------------------------------------------------------------
    def amend_to_market(self, order: Order, home: Lane | None) -> None:
        """The whole remainder to the price of now, asked for at this moment. What deserves a second look goes to the
        ticket instead, filled in."""
        aio.spawn(self._amend_to_market(order, home, self._workspace.gesture()), "현재가로 정정")

    async def _amend_to_market(self, order: Order, home: Lane | None, gesture: Gesture) -> None:
        try:
            await self._to_price_of_now(order, home, gesture)
        except Denied as denied:
            self._tell(Level.WARN, f"정정하지 못함: {denied}", order, home)

    async def _to_price_of_now(self, order: Order, home: Lane | None, gesture: Gesture) -> None:
        """Raises Denied."""
        draft, price = order.draft, await self._price_of_now(order, home)
        desk = self._desk(order, home)  # again: the account may have been left while the price was asked for
        change = AmendDraft(None, price)
        context = self._workspace.advice_context(draft.market, draft.code, draft.venue, changing=order)
        advice = advise_amend(draft, order.remaining, change, self._workspace.rules, self._workspace.now(), context)
        if (worst(advice) or Weight.INFO) >= Weight.STRONG:
            self._selection.amend(order)
            self._selection.pick_price(draft.market, draft.code, price)
            self.say(Level.WARN, f"바로 정정하지 않았습니다. {advice[0].sentence}", order)
            return
        await desk.amend(order.id, change, gesture, order)

    async def _price_of_now(self, order: Order, home: Lane | None) -> int:
        """Raises Denied."""
        self._desk(order, home)
        lane = self._feed.lane_of(order)
        if lane is None or lane.gateway is None:
            raise Denied(NOT_CONNECTED)
        try:
            price = (await lane.gateway.quotes.quote(order.draft.code, order.draft.venue)).last
        except QueryFailed as failed:
            raise Denied(f"현재가를 받지 못했습니다. {failed}") from failed
        if price is None:
            raise Denied("지금은 현재가가 없습니다.")
        return price

    # --- settle ------------------------------------------------------------------------------------------------
    def settle(self, order: Order, ref: BrokerRef | None, home: Lane | None) -> None:
        """The trader's choice for an order with candidates; None: none of them is it."""
        aio.spawn(self._settle(order, ref, home), "내 주문 고르기")

    async def _settle(self, order: Order, ref: BrokerRef | None, home: Lane | None) -> None:
        try:
            desk = self._desk(order, home)
            await desk.settle(order.id, ref, order.choices, order.ref if order.picked else None)
        except Denied as denied:
            self._tell(Level.WARN, f"고르지 못함: {denied}", order, home)

    # --- telling -----------------------------------------------------------------------------------------------
    def _tell(self, level: Level, text: str, order: Order, home: Lane | None) -> None:
        """A notice leads to the row of its order; where that is not in the table, it has to name the order."""
        if same_account(self._feed.home_of(order), home):
            self.say(level, text, order)
        else:
            self.say(level, f"{headline(order)}: {text}")

    def say(self, level: Level, text: str, order: Order | None = None) -> None:
        about = None if order is None else order_key(order)
        self._workspace.notices.give(Notice(level, text, self._workspace.clock.now(), about))
