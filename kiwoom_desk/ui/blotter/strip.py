"""The strip above the table: one line for each order whose fate is unknown, until it is settled.

It says what is known, how old it is, how often was looked, when the next look comes, and what the trader can do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.domain.reports import BrokerRef
from kiwoom_desk.trading.lane import Lane
from kiwoom_desk.trading.news import headline
from kiwoom_desk.ui import formats
from kiwoom_desk.ui.fields.buttons import button
from kiwoom_desk.ui.fields.layout import clear, row
from kiwoom_desk.ui.plain import ElidedLabel

UNSEEN_AFTER = 10.0
"""Seconds after which an accepted order that no list and no push has shown deserves a word (docs/reliability.md)."""

WHAT_TO_DO = (
    "같은 주문을 다시 누르지 마세요. 프로그램이 키움에 계속 묻고 있습니다.",
    "접수되어 있으면 주문번호가 붙어 주문표에 나타납니다.",
    "접수되지 않았으면 세 번의 온전한 조회와 30초 뒤 '미접수(추정)'이 되고, 그 뒤에 나타나도 찾아냅니다.",
    "급하면 영웅문4나 영웅문S#의 주문내역에서 직접 확인할 수 있습니다. 그곳에서 낸 주문도 여기에 나타납니다.",
    "다른 종목과 다른 수량의 주문, 그리고 모든 취소는 그대로 됩니다.",
)
Choose = Callable[[Order, BrokerRef | None], None]


def sentence(order: Order, lane: Lane | None, now: datetime) -> str:
    """What is known about an unsettled order, for one line."""
    if order.candidates:
        count = len(order.candidates)
        return f"선택필요  {headline(order)} — 조건이 같은 주문이 {count}건 있습니다. 어느 것이 내 주문인지 고르세요."
    verb = "응답을 받지 못했습니다. 다시 누르지 마세요."
    if order.state is not OrderState.UNCONFIRMED:
        verb = "정정·취소의 응답을 받지 못했습니다. 전량 취소는 다시 눌러도 됩니다."
    age = formats.duration(max(0.0, (now - _since(order)).total_seconds()))
    return (
        f"확인필요  {headline(order)} {order.draft.venue.value} — {verb} 조회 {order.looks}회, {age} 경과{_next(lane)}"
    )


def _since(order: Order) -> datetime:
    if order.state is OrderState.UNCONFIRMED and order.ended_at is not None:
        return order.ended_at
    return max((c.at for c in order.changes), default=order.at)


def _next(lane: Lane | None) -> str:
    if lane is None or lane.next_look_in is None:
        return ""
    failure = (
        "" if lane.reconciler is None or not lane.reconciler.failure else f" (조회 실패: {lane.reconciler.failure})"
    )
    return f", 다음 조회 {formats.duration(lane.next_look_in)} 뒤{failure}"


def unseen(order: Order, now: datetime) -> bool:
    """Accepted by its own answer, and not seen anywhere since."""
    if not order.own or order.ref is None or order.seen or order.ended_at is None:
        return False
    return (now - order.ended_at).total_seconds() > UNSEEN_AFTER


class Strip(QFrame):
    """Empty and hidden while everything is settled. `choose` gets the trader's pick, None for "none of them"."""

    def __init__(self, choose: Choose, explain: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choose = choose
        self._explain = explain
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(4)
        self._shown: tuple[object, ...] = ()
        self.lines: list[ElidedLabel] = []
        self.hide()

    def show_orders(self, found: Sequence[tuple[Order, Lane | None]], now: datetime) -> None:
        """One bar per order; the same orders only get new words, so that a button under the mouse stays put."""
        key = tuple((o.id, o.candidates, o.state) for o, _ in found)
        if key != self._shown:
            self._shown = key
            self._build([order for order, _ in found])
        for label, (order, lane) in zip(self.lines, found, strict=True):
            label.setText(sentence(order, lane, now))
        self.setVisible(bool(found))

    def _build(self, orders: Sequence[Order]) -> None:
        clear(self._box)
        self.lines = []
        for order in orders:
            bar = QFrame()
            bar.setProperty("role", "alarm")
            label = ElidedLabel()
            self.lines.append(label)
            line = row(label, *self._buttons(order), gap=6, margin=5)
            line.setStretch(0, 1)
            bar.setLayout(line)
            self._box.addWidget(bar)

    def _buttons(self, order: Order) -> list[QPushButton]:
        made = []
        for ref in order.candidates[:4]:
            pick = button(f"#{ref}")
            pick.clicked.connect(lambda _=False, order=order, ref=ref: self._choose(order, ref))
            made.append(pick)
        if order.candidates:
            none = button("내 주문 없음")
            none.clicked.connect(lambda _=False, order=order: self._choose(order, None))
            made.append(none)
        what = button("무엇을 하나요?")
        what.clicked.connect(self._explain)
        return [*made, what]
