"""The last steps of a ticket: the press, the question, the send. What the button says is what goes, or nothing."""

from __future__ import annotations

import time
from typing import Protocol

from PySide6.QtCore import Qt

from kiwoom_desk.domain.drafts import OrderDraft
from kiwoom_desk.domain.facts import OrderId
from kiwoom_desk.domain.forms import DraftInput
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.trading.notices import Level, Notice
from kiwoom_desk.trading.safety import Denied
from kiwoom_desk.trading.settings import CONFIRM, CONFIRM_FROM, HIDE_AMOUNTS
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import aio, formats
from kiwoom_desk.ui.tickets.feeds import lane_of
from kiwoom_desk.ui.tickets.form import TicketState
from kiwoom_desk.ui.tickets.order_form import OrderForm
from kiwoom_desk.ui.tickets.question import Question
from kiwoom_desk.ui.tickets.trigger import Trigger
from kiwoom_desk.ui.tickets.view import TicketView, confirmation


class Written(Protocol):
    """A ticket as its sender knows it: `view` is what stands on the screen, `look` the same as of now."""

    @property
    def state(self) -> TicketState: ...

    @property
    def view(self) -> TicketView | None: ...

    def look(self) -> TicketView: ...

    def refresh(self) -> None: ...

    def say(self, sentence: str) -> None: ...

    def symbol_stands(self) -> bool: ...


class Sender:
    """Of one ticket. While an answer is awaited the same order is off, and every other one goes on."""

    def __init__(self, workspace: Workspace, market: Market, form: OrderForm, ticket: Written) -> None:
        self._workspace = workspace
        self._market = market
        self._form = form
        self._ticket = ticket
        self._trigger = Trigger()
        self._question: Question[OrderDraft] | None = None
        self._under_way: dict[OrderId, tuple[OrderDesk, DraftInput]] = {}
        self._desk_before = self._desk

    @property
    def asking(self) -> bool:
        return self._question is not None

    @property
    def busy(self) -> bool:
        """What the form says is on its way."""
        return self._mine() is not None

    @property
    def withdrawable(self) -> bool:
        """It waits for its request budget: until it leaves, the button takes it back."""
        mine = self._mine()
        return mine is not None and self._under_way[mine][0].waiting.waits(mine)

    def _mine(self) -> OrderId | None:
        said = self._desk, self._ticket.state.input
        return next((order_id for order_id, sent in self._under_way.items() if sent == said), None)

    @property
    def _desk(self) -> OrderDesk | None:
        lane = lane_of(self._workspace, self._market)
        return None if lane is None else lane.desk

    def another_account(self) -> None:
        """Into it goes nothing that was pressed, or asked about, for the one before."""
        if self._question is not None and self._question.desk is not self._desk:
            self.close_question()
        if self._desk is not None and self._desk is not self._desk_before:
            if self._desk_before is not None:
                self._trigger.shown(time.monotonic())
            self._desk_before = self._desk

    # --- the press -------------------------------------------------------------------------------------------------
    def press(self) -> None:
        """The send button of an order that can go: it goes, it is asked about, or it is taken back."""
        said, mine = self._ticket.view, self._mine()
        if mine is not None and self.withdrawable and self._trigger.pull(time.monotonic()):
            self._under_way[mine][0].waiting.withdraw(mine)
        if mine is not None or said is None or said.draft is None or self.asking or not self._ticket.symbol_stands():
            return
        fresh = self._ticket.look()
        if fresh.draft != said.draft:
            self._ticket.refresh()
        elif self._trigger.pull(time.monotonic()):
            if fresh.strong or self._confirms(fresh):
                self._ask(Question(said.draft, self._desk), fresh)
            else:
                self._send(said.draft)

    # --- the question ----------------------------------------------------------------------------------------------
    def _confirms(self, view: TicketView) -> bool:
        """A confirmation is switched on for an order of this size; one of unknown size counts as large."""
        settings = self._workspace.settings
        chosen = settings.get(CONFIRM)
        amount = view.costs.amount if view.costs else None
        return chosen == "always" or (chosen == "above" and (amount is None or amount >= settings.get(CONFIRM_FROM)))

    def _ask(self, question: Question[OrderDraft], view: TicketView) -> None:
        """Strong warnings always ask for a further act, a confirmation where it is switched on; the whole order with
        its exchange and environment stands in either."""
        self._question = question.telling(view.strong)
        title = "확인이 필요합니다:" if view.strong else "보내시겠습니까?"
        lines = [view.detail, *(advice.sentence for advice in view.strong)]
        if self._confirms(view):
            lines += confirmation(view, self._account(), self._ticket.state.side)
        self._form.guard.ask(f"{title} {view.title}", lines)

    def _account(self) -> str:
        lane = lane_of(self._workspace, self._market)
        tail = lane.account.tail if lane is not None and lane.account is not None else None
        return formats.account(tail, hide=self._workspace.settings.get(HIDE_AMOUNTS))

    def ask_anew(self, view: TicketView) -> None:
        """While a question stands: a warning that has arisen since is asked about as well."""
        if self._question is not None and self._question.leaves_out(view.strong):
            self._ask(self._question, view)

    def pass_question(self) -> None:
        """What was asked about goes, and only while the form says it, to the same account, without a new warning."""
        question, view = self._question, self._ticket.look()
        if question is None or not question.is_about(view.draft, self._desk):
            self.close_question()
            self._ticket.refresh()
        elif question.leaves_out(view.strong):
            self._ask(question, view)
        else:
            self.close_question()  # the panel has a trigger of its own, and the question is spent
            self._send(question.draft)

    def close_question(self) -> None:
        self._question = None
        self._form.guard.hide()
        self._form.advice.show()

    # --- the send --------------------------------------------------------------------------------------------------
    def _send(self, draft: OrderDraft) -> None:
        """In the background. The focus leaves the button: the next Enter must not be the same order again."""
        desk, gesture = self._desk, self._workspace.gesture()
        if desk is None:
            return
        name, order_id = self._ticket.state.name, OrderId(gesture.nonce)
        title = "" if self._ticket.view is None else self._ticket.view.title
        self._under_way[order_id] = desk, self._ticket.state.input
        end = desk.subscribe(lambda changed, _: self._ticket.refresh() if changed == order_id else None)

        async def place() -> None:
            try:
                await desk.place(draft, gesture, name)
            except Denied as denied:
                self._say(str(denied), title, here=self._mine() == order_id)
            finally:
                end()
                if self._mine() == order_id:
                    self._trigger.answered(time.monotonic())
                del self._under_way[order_id]
                self._ticket.refresh()

        aio.spawn(place(), "주문 전송")
        self._form.quantity.setFocus(Qt.FocusReason.OtherFocusReason)
        self._ticket.refresh()

    def _say(self, sentence: str, title: str, *, here: bool) -> None:
        """Why an order did not go. Where another one is written by now, it is named, and told outside the form too."""
        if here:
            self._ticket.say(sentence)
            return
        text = f"보내지 않았습니다: {title} — {sentence}"
        self._workspace.notices.give(Notice(Level.WARN, text, self._workspace.clock.now()))
