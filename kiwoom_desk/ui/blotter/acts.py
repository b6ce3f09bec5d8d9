"""What a row can be asked to do beyond the ticket: cancel, 현재가로 정정, settle. One act of a hand is one request."""

from __future__ import annotations

from kiwoom_desk.domain.advice import Level as Weight
from kiwoom_desk.domain.advice import advise_amend, worst
from kiwoom_desk.domain.drafts import AmendDraft
from kiwoom_desk.domain.facts import Accepted, Outcome
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.domain.reports import BrokerRef
from kiwoom_desk.trading.gestures import Gesture
from kiwoom_desk.trading.notices import Level, Notice, OrderKey, order_key
from kiwoom_desk.trading.ports import QueryFailed
from kiwoom_desk.trading.safety import Denied
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import aio
from kiwoom_desk.ui.blotter.cancel_all import outcome_words
from kiwoom_desk.ui.blotter.feed import BlotterFeed
from kiwoom_desk.ui.selection import Selection

SAME_ACT = 1.0
"""Seconds within which a second press of 취소 for one order belongs to the first: a double click, a nervous hand."""


class Acts:
    """Starts the request and tells the trader what became of it; never raises."""

    def __init__(self, workspace: Workspace, feed: BlotterFeed, selection: Selection) -> None:
        self._workspace = workspace
        self._feed = feed
        self._selection = selection
        self._cancelled_at: dict[OrderKey, float] = {}

    # --- cancel ------------------------------------------------------------------------------------------------
    def cancel(self, order: Order, quantity: int | None = None) -> None:
        """A second press right after the first is the same act; later ones may go (a lost cancel is pressed again)."""
        now, key = self._workspace.clock.monotonic(), order_key(order)
        if now - self._cancelled_at.get(key, -SAME_ACT) >= SAME_ACT:
            self._cancelled_at[key] = now
            aio.spawn(self._cancel_and_tell(order, quantity), "취소")

    async def send_cancel(self, order: Order, quantity: int | None = None) -> Outcome:
        """Raises Denied."""
        desk = self._feed.desk_of(order)
        if desk is None:
            raise Denied("연결되어 있지 않습니다.")
        return await desk.cancel(order.id, quantity, self._workspace.gesture())

    async def _cancel_and_tell(self, order: Order, quantity: int | None) -> None:
        try:
            outcome = await self.send_cancel(order, quantity)
        except Denied as denied:
            self.say(Level.WARN, f"취소하지 못함: {denied}", order)
            return
        if isinstance(outcome, Accepted):  # everything else is told by the order's own news
            self.say(Level.INFO, outcome_words(outcome), order)

    # --- 현재가로 정정 -------------------------------------------------------------------------------------------
    def amend_to_market(self, order: Order) -> None:
        """The whole remainder to the price of now, asked for at this moment. What deserves a second look goes to the
        ticket instead, filled in."""
        aio.spawn(self._amend_to_market(order, self._workspace.gesture()), "현재가로 정정")

    async def _amend_to_market(self, order: Order, gesture: Gesture) -> None:
        lane = self._feed.lane_of(order)
        if lane is None or lane.desk is None or lane.gateway is None:
            self.say(Level.WARN, "정정하지 못함: 연결되어 있지 않습니다.", order)
            return
        draft = order.draft
        try:
            price = (await lane.gateway.quotes.quote(draft.code, draft.venue)).last
        except QueryFailed as failed:
            self.say(Level.WARN, f"정정하지 못함: 현재가를 받지 못했습니다. {failed}", order)
            return
        if price is None:
            self.say(Level.WARN, "정정하지 못함: 지금은 현재가가 없습니다.", order)
            return
        change = AmendDraft(None, price)
        context = self._workspace.advice_context(draft.market, draft.code, draft.venue, changing=order)
        advice = advise_amend(draft, order.remaining, change, self._workspace.rules, self._workspace.now(), context)
        if (worst(advice) or Weight.INFO) >= Weight.STRONG:
            self._selection.amend(order)
            self._selection.pick_price(price)
            self.say(Level.WARN, f"바로 정정하지 않았습니다. {advice[0].sentence}", order)
            return
        try:
            await lane.desk.amend(order.id, change, gesture)
        except Denied as denied:
            self.say(Level.WARN, f"정정하지 못함: {denied}", order)

    # --- settle ------------------------------------------------------------------------------------------------
    def settle(self, order: Order, ref: BrokerRef | None) -> None:
        """The trader's choice for an order with candidates; None: none of them is it."""
        aio.spawn(self._settle(order, ref), "내 주문 고르기")

    async def _settle(self, order: Order, ref: BrokerRef | None) -> None:
        desk = self._feed.desk_of(order)
        try:
            if desk is not None:
                await desk.settle(order.id, ref, order.choices, order.ref if order.picked else None)
        except Denied as denied:
            self.say(Level.WARN, str(denied), order)

    def say(self, level: Level, text: str, order: Order | None = None) -> None:
        about = None if order is None else order_key(order)
        self._workspace.notices.give(Notice(level, text, self._workspace.clock.now(), about))
