"""The strip above the table: one line for each order whose fate is unknown, until it is settled.

It says what is known, how old it is, how often was looked, when the next look comes, and what the trader can do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from PySide6.QtWidgets import QFrame, QMenu, QPushButton, QVBoxLayout, QWidget

from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.domain.reports import BrokerRef
from kiwoom_desk.trading.lane import Lane
from kiwoom_desk.trading.news import headline
from kiwoom_desk.ui import formats
from kiwoom_desk.ui.fields.buttons import button
from kiwoom_desk.ui.fields.layout import clear, row
from kiwoom_desk.ui.plain import ElidedLabel, caption, one_line

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
Found = tuple[Order, Lane | None]
MOST_BARS = 4
MOST_PICKS = 4


def unsettled(order: Order) -> bool:
    """Its fate, or that of an amend or cancel of it, is unknown."""
    return order.state is OrderState.UNCONFIRMED or order.change_unconfirmed


def urgency(order: Order) -> int:
    """What needs a person first, then what is unknown, then what has only not been seen."""
    return 0 if order.candidates else 1 if unsettled(order) else 2


def sentence(order: Order, lane: Lane | None, now: datetime) -> str:
    """What is known about an unsettled or unseen order, for one line."""
    if not unsettled(order) and not order.candidates:
        age = formats.duration(max(0.0, (now - _since(order)).total_seconds()))
        told = "접수 응답은 받았지만 주문 목록과 실시간에는 아직 보이지 않습니다."
        return f"확인 중  {headline(order)} #{order.ref} — {told} {age} 경과{_next(lane)}"
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
    if order.ended_at is not None and not order.change_unconfirmed:
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
    """Accepted by its own answer a while ago, and not seen anywhere since."""
    if order.ended_at is None or not maybe_unseen(order):
        return False
    return (now - order.ended_at).total_seconds() > UNSEEN_AFTER


def maybe_unseen(order: Order) -> bool:
    """Becomes `unseen` when nothing shows it in time."""
    return order.alive and order.own and order.ref is not None and not order.seen


def pick_words(ref: BrokerRef, lane: Lane | None) -> tuple[str, str]:
    """A candidate by its number and time, and all that tells it from the others: what a choice stands on."""
    number = None if lane is None or lane.desk is None else lane.desk.ledger.number(ref)
    if number is None:
        return f"#{ref}", ""
    ordered = number.ordered_at or number.first_seen
    parts = [
        f"접수 {formats.clock(ordered)}",
        f"체결 {number.filled:,}",
        f"경로 {one_line(number.channel or '모름', 20)}",
    ]
    return f"#{ref} {formats.clock(ordered)}", " · ".join(parts)


class Strip(QFrame):
    """Empty and hidden while everything is settled. `choose` gets the trader's pick, None for "none of them"."""

    def __init__(self, choose: Choose, explain: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choose = choose
        self._explain = explain
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(2)
        self._shown: tuple[object, ...] = ()
        self.lines: list[ElidedLabel] = []
        self.hide()

    def show_orders(self, found: Sequence[Found], now: datetime, most: int = MOST_BARS) -> None:
        """One bar per order; the same orders only get new words, so that a button under the mouse stays put.

        The table must stay usable on the worst day: past `most` bars the rest is counted, in a bar of its
        own that is not spent on a single order."""
        ranked = sorted(found, key=lambda f: urgency(f[0]))
        bars = ranked if len(ranked) == most + 1 else ranked[:most]
        key = (len(ranked), *((o.draft.market, o.id, o.candidates, urgency(o)) for o, _ in bars))
        if key != self._shown:
            self._shown = key
            self._build(bars, len(ranked) - len(bars))
        for label, (order, lane) in zip(self.lines, bars, strict=True):
            label.setText(sentence(order, lane, now))
        self.setVisible(bool(found))

    def _build(self, bars: Sequence[Found], more: int) -> None:
        clear(self._box)
        self.lines = []
        for order, lane in bars:
            label = ElidedLabel()
            self.lines.append(label)
            self._add_bar(label, self._buttons(order, lane), loud=urgency(order) < 2)
        if more:
            self._add_bar(ElidedLabel(f"그 밖에 {more}건 더 — 확인필요 탭에 모두 있습니다."), [], loud=True)

    def _add_bar(self, label: ElidedLabel, buttons: Sequence[QPushButton], *, loud: bool) -> None:
        bar = QFrame()
        bar.setProperty("role", "alarm" if loud else "trouble")
        line = row(label, *buttons, gap=6, margin=3)
        line.setStretch(0, 1)
        bar.setLayout(line)
        self._box.addWidget(bar)

    def _buttons(self, order: Order, lane: Lane | None) -> list[QPushButton]:
        made = []
        for ref in order.candidates[:MOST_PICKS]:
            text, about = pick_words(ref, lane)
            pick = button(text, "small", tooltip=about)
            pick.clicked.connect(partial(self._pick, order, ref))
            made.append(pick)
        if len(order.candidates) > MOST_PICKS:
            made.append(self._rest(order, lane))
        if order.candidates:
            none = button("내 주문 없음", "small")
            none.clicked.connect(partial(self._pick, order, None))
            made.append(none)
        if unsettled(order) or order.candidates:
            what = button("무엇을 하나요?", "small")
            what.clicked.connect(self._explain)
            made.append(what)
        return made

    def _rest(self, order: Order, lane: Lane | None) -> QPushButton:
        """The candidates that have no button of their own."""
        rest = order.candidates[MOST_PICKS:]
        made = button(f"{len(rest)}건 더", "small")
        menu = QMenu(made)
        for ref in rest:
            menu.addAction(caption(" · ".join(pick_words(ref, lane)))).triggered.connect(
                partial(self._pick, order, ref)
            )
        made.setMenu(menu)
        return made

    def _pick(self, order: Order, ref: BrokerRef | None, _: bool = False) -> None:
        self._choose(order, ref)
