"""정정·취소: the order chosen in the blotter, with its whole remainder and price filled in."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from kiwoom_desk.domain.drafts import AmendDraft
from kiwoom_desk.domain.facts import OrderId
from kiwoom_desk.domain.heirs import heir
from kiwoom_desk.domain.inputs import parse_price, parse_quantity
from kiwoom_desk.domain.instruments import InstrumentKind, Market
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.domain.ticks import step_price
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.trading.lane import LaneState
from kiwoom_desk.trading.ports import Call
from kiwoom_desk.trading.safety import Denied
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import aio, formats, labels
from kiwoom_desk.ui.fields.buttons import SendButton, button
from kiwoom_desk.ui.fields.int_field import IntField
from kiwoom_desk.ui.fields.layout import holder, row
from kiwoom_desk.ui.plain import ElidedLabel, PlainLabel
from kiwoom_desk.ui.tickets.advice_lines import AdviceLines
from kiwoom_desk.ui.tickets.amend_view import AmendState, AmendView, headline, show
from kiwoom_desk.ui.tickets.feeds import lane_of
from kiwoom_desk.ui.tickets.guard_panel import GuardPanel
from kiwoom_desk.ui.tickets.question import Question
from kiwoom_desk.ui.tickets.trigger import Trigger
from kiwoom_desk.ui.tickets.view import Standing


def _nothing() -> None: ...


EMPTY = "아래 주문 목록에서 미체결 주문을 두 번 누르면 여기에 채워집니다."


class AmendTicket(QWidget):
    """Follows the newest live order of the chain it was given, so that a second amendment names the new number."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._state: AmendState | None = None
        self._shown: Order | None = None
        self._view: AmendView | None = None
        self._asking: Question[AmendDraft] | None = None
        self._trigger, self._cancels = Trigger(), Trigger()
        self._under_way: set[tuple[Call, OrderId]] = set()
        self._desk: OrderDesk | None = None
        self._unsubscribe: Callable[[], None] = _nothing
        self.empty = PlainLabel(EMPTY, "muted")
        self.empty.setWordWrap(True)
        self.title = ElidedLabel("", "title")
        self.about = ElidedLabel("", "caption")
        self.quantity = IntField(parse_quantity, "정정·취소 수량")
        self.whole = button("잔량 전부", "small")
        self.price = IntField(parse_price, "정정단가")
        self.up = button("▲", "step", tooltip="한 호가 위로")
        self.down = button("▼", "step", tooltip="한 호가 아래로")
        self.trigger = IntField(parse_price, "정정 조건단가")
        self.advice = AdviceLines()
        self.trouble = PlainLabel("", "small")
        self.guard = GuardPanel()
        self.amend = SendButton()
        self.cancel = SendButton()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(30)
        self._later.timeout.connect(self.refresh)
        self._lay_out()
        self._connect()
        self._end = workspace.subscribe(self._connection_changed)
        self.refresh()

    # --- for others ---------------------------------------------------------------------------------------------
    @property
    def order(self) -> Order | None:
        return None if self._state is None else self._state.order

    def fill(self, order: Order) -> None:
        """Original number, symbol, price and the whole remainder."""
        self._state = AmendState.of(order)
        self._shown = order
        self._close_guard()
        self._follow_desk()
        for field in (self.quantity, self.price, self.trigger):
            field.empty()
        self.quantity.set_value(order.remaining)
        self.price.set_value(order.draft.price)
        self.trigger.set_value(order.draft.trigger)
        self.trouble.hide()
        self.refresh()
        self.price.setFocus(Qt.FocusReason.OtherFocusReason)

    def pick_price(self, price: int) -> None:
        """A price clicked in the order's own book: fills, never sends."""
        if self._state is not None and self.price.isEnabled():
            self.price.empty()
            self.price.set_value(price)
            self._edited()

    def stop(self) -> None:
        self._end()
        self._unsubscribe()

    # --- layout ----------------------------------------------------------------------------------------------------
    def _lay_out(self) -> None:
        self.trouble.setWordWrap(True)
        self.trouble.setProperty("tone", "warn")
        self.trouble.hide()
        self.price.setProperty("figure", True)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(5)
        rows = [
            ("수량", row(self.quantity, self.whole)),
            ("정정단가", row(self.price, self.up, self.down, gap=4)),
            ("조건단가", row(self.trigger)),
        ]
        for at, (caption, fields) in enumerate(rows):
            grid.addWidget(PlainLabel(caption, "muted"), at, 0)
            grid.addLayout(fields, at, 1)
        inner = QVBoxLayout()
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(6)
        inner.addWidget(self.title)
        inner.addWidget(self.about)
        inner.addLayout(grid)
        inner.addWidget(self.advice)
        inner.addStretch(1)
        for part in (self.trouble, self.guard, self.amend, self.cancel):
            inner.addWidget(part)
        self.body = holder(inner)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.empty)
        box.addWidget(self.body, 1)
        box.addStretch(0)
        for name in ("quantity", "price", "trigger", "amend", "cancel", "guard"):
            getattr(self, name).setObjectName(f"amend.{name}")

    def _connect(self) -> None:
        for field in (self.quantity, self.price, self.trigger):
            field.changed.connect(self._edited)
        self.price.stepper = self.trigger.stepper = self._step
        self.up.clicked.connect(lambda: self.price.step(1))
        self.down.clicked.connect(lambda: self.price.step(-1))
        self.whole.clicked.connect(self._take_whole)
        self.quantity.entered.connect(lambda: self.price.setFocus(Qt.FocusReason.TabFocusReason))
        self.price.entered.connect(self._after_price)
        self.trigger.entered.connect(lambda: self.amend.setFocus(Qt.FocusReason.TabFocusReason))
        self.amend.pressed_once.connect(self._press_amend)
        self.cancel.pressed_once.connect(self._press_cancel)
        self.guard.passed.connect(self._pass_guard)
        self.guard.turned_back.connect(self._close_guard)

    def _after_price(self) -> None:
        following = self.trigger if self.trigger.isEnabled() else self.amend
        following.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.guard.isVisible():
            self._close_guard()
            return
        super().keyPressEvent(event)

    # --- acts ------------------------------------------------------------------------------------------------------
    def _edited(self) -> None:
        if self._state is None:
            return
        problem = self.quantity.problem or self.price.problem or self.trigger.problem
        self._state = AmendState(self._state.order, self.quantity.value, self.price.value, self.trigger.value, problem)
        self._close_guard()
        self.refresh()

    def _take_whole(self) -> None:
        if self._state is not None:
            self.quantity.empty()
            self.quantity.set_value(self._state.order.remaining)
            self._edited()

    def _step(self, value: int | None, steps: int) -> int | None:
        if self._state is None or value is None:
            return value
        draft = self._state.order.draft
        known = self._workspace.directory.get(draft.code)
        kind = InstrumentKind.GOLD if draft.market is Market.GOLD else InstrumentKind.SHARE
        return step_price(self._workspace.rules, known.kind if known else kind, value, steps)

    # --- showing ---------------------------------------------------------------------------------------------------
    def _connection_changed(self) -> None:
        if self._state is not None and self._find_desk() is not self._desk:
            self._state = None
            self._unsubscribe()
            self._desk = None
            self._close_guard()
        self._later.start()

    def _find_desk(self) -> OrderDesk | None:
        if self._state is None:
            return None
        lane = lane_of(self._workspace, self._state.order.draft.market)
        return None if lane is None else lane.desk

    def _follow_desk(self) -> None:
        self._unsubscribe()
        self._desk = self._find_desk()
        if self._desk is not None:
            self._unsubscribe = self._desk.subscribe(lambda *_: self._later.start())

    def _newest(self, before: Order) -> Order:
        """What the order, as it was last seen with something left, has become; `before` where nobody knows it."""
        found = None if self._desk is None or self._shown is None else heir(self._shown, self._desk.order)
        if found is not None and found.can_change:
            self._shown = found
        return found or before

    def refresh(self) -> None:
        self.empty.setVisible(self._state is None)
        self.body.setVisible(self._state is not None)
        if self._state is None:
            self._view = None
            return
        before = self._state.order
        order = self._newest(before)
        if order.id != before.id:
            self._close_guard()  # it was asked about the one before, and so was a press on its way
            for trigger in (self._trigger, self._cancels):
                trigger.shown(time.monotonic())
        if order.remaining != before.remaining and self._state.quantity in (None, before.remaining):
            self.quantity.set_value(order.remaining)
        self._state = AmendState(order, self.quantity.value, self.price.value, self.trigger.value, self._state.problem)
        self._view = view = self._look(self._state)
        if self._asking is not None and self._asking.leaves_out(view.strong):
            self._ask(self._asking, view)
        self._draw(self._state, view)

    def _look(self, state: AmendState) -> AmendView:
        draft = state.order.draft
        context = self._workspace.advice_context(draft.market, draft.code, draft.venue, changing=state.order)
        return show(state, self._workspace.rules, self._workspace.now(), context, self._standing(draft.market))

    def _standing(self, market: Market) -> Standing:
        lane, safety = lane_of(self._workspace, market), self._workspace.safety
        if lane is None:
            return Standing(not_ready="연결되어 있지 않습니다.")
        return Standing(
            world=lane.environment.world,
            not_ready="" if lane.state is LaneState.READY else lane.sentence,
            blocked=safety.blocked,
            locked=safety.locked_because,
            armed=safety.armed,
        )

    def _draw(self, state: AmendState, view: AmendView) -> None:
        order, draft = state.order, state.order.draft
        self.title.setText(headline(order))
        self.about.setText(
            f"{labels.word(draft.venue)} · {labels.word(draft.type)} · 주문 {formats.number(draft.quantity)} "
            f"체결 {formats.number(order.filled)} 잔량 {formats.number(order.remaining)} · {labels.status(order)}"
        )
        why = "" if draft.type.amendable else f"{labels.word(draft.type)} 주문은 정정할 수 없습니다. 취소만 됩니다."
        self.price.set_off(why, "정정 불가")
        off = "" if draft.type.needs_trigger else "스톱지정가에서만 씁니다."
        self.trigger.set_off(off, "스톱지정가에서만")
        self.up.setEnabled(not why)
        self.down.setEnabled(not why)
        self.advice.show_lines(view.lines)
        amending, cancelling = self._busy(Call.AMEND), self._busy(Call.CANCEL)
        off_amend = bool(amending) or view.amend is None
        self.amend.say(view.amend_words[0], amending or view.amend_words[1], draft.side, off=off_amend)
        off_cancel = bool(cancelling) or view.cancel is None
        self.cancel.say(view.cancel_words[0], cancelling or view.cancel_words[1], None, off=off_cancel)

    def _busy(self, call: Call) -> str:
        """The same act on the same order is under way. Other orders go on meanwhile, and so does every cancel."""
        waits = self._state is not None and (call, self._state.order.id) in self._under_way
        return "보내는 중… 응답을 기다립니다" if waits else ""

    # --- sending ---------------------------------------------------------------------------------------------------
    def _press_amend(self) -> None:
        said, state = self._view, self._state
        if said is None or state is None or self._asking is not None or self._busy(Call.AMEND):
            return
        fresh = self._look(state)
        if said.amend is None or fresh.amend != said.amend:
            self.refresh()
        elif self._trigger.pull(time.monotonic()):
            if fresh.strong:
                self._ask(Question(said.amend, self._desk), fresh)
            else:
                self._send_amend(state.order, said.amend)

    def _ask(self, question: Question[AmendDraft], view: AmendView) -> None:
        self._asking = question.telling(view.strong)
        lines = [view.amend_words[1], *(advice.sentence for advice in view.strong)]
        self.guard.ask(f"확인이 필요합니다: {view.amend_words[0]}", lines)

    def _pass_guard(self) -> None:
        """What was asked about goes, and only while it still is what the form says, without a new warning."""
        question, state = self._asking, self._state
        view = None if state is None else self._look(state)
        if question is None or state is None or view is None or not question.is_about(view.amend, self._desk):
            self._close_guard()
            self.refresh()
        elif question.leaves_out(view.strong):
            self._ask(question, view)
        else:
            self._close_guard()
            self._send_amend(state.order, question.draft)

    def _press_cancel(self) -> None:
        """A way out asks nothing and waits for no arming."""
        said, state = self._view, self._state
        if (
            said is None
            or said.cancel is None
            or state is None
            or self._busy(Call.CANCEL)
            or not self._cancels.pull(time.monotonic())
        ):
            return
        desk, gesture, quantity = self._desk, self._workspace.gesture(), said.cancel.quantity
        assert desk is not None, "an order that can be changed has its desk"
        self._begin(Call.CANCEL, state.order, desk.cancel(state.order.id, quantity, gesture, state.order))

    def _send_amend(self, order: Order, change: AmendDraft) -> None:
        desk, gesture = self._desk, self._workspace.gesture()
        assert desk is not None, "an order that can be changed has its desk"
        self._begin(Call.AMEND, order, desk.amend(order.id, change, gesture, order))
        self.price.setFocus(Qt.FocusReason.OtherFocusReason)

    def _begin(self, call: Call, order: Order, sending: Awaitable[object]) -> None:
        """Wait for the answer in the background; the same act on the same order is off until then."""
        self._under_way.add((call, order.id))

        async def whole() -> None:
            try:
                await sending
            except Denied as denied:
                self._say(str(denied), order)
            finally:
                self._under_way.discard((call, order.id))
                if self._state is not None and self._state.order.id == order.id:
                    (self._cancels if call is Call.CANCEL else self._trigger).answered(time.monotonic())
                self.refresh()

        aio.spawn(whole(), "정정·취소 전송")
        self.refresh()

    def _say(self, sentence: str, order: Order) -> None:
        """The form may be about another order by now."""
        there = self._state is not None and self._state.order.id == order.id
        self.trouble.setText(f"{'' if there else f'{headline(order)}: '}보내지 않았습니다: {sentence}")
        self.trouble.show()

    def _close_guard(self) -> None:
        self._asking = None
        self.guard.hide()
