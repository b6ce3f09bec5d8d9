"""The strip above the table: a bar for each order whose fate is unknown, until it is settled, and what can be done.

`pending` has the words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QMenu, QPushButton, QVBoxLayout, QWidget

from kiwoom_desk.domain.orders import Order
from kiwoom_desk.domain.reports import BrokerRef
from kiwoom_desk.trading.lane import Lane
from kiwoom_desk.trading.notices import OrderKey, order_key
from kiwoom_desk.ui import aio
from kiwoom_desk.ui.blotter.pending import (
    WHAT_TO_CHOOSE,
    WHAT_TO_DO,
    Urgency,
    can_pick,
    choice_words,
    none_words,
    sentence,
    urgency,
)
from kiwoom_desk.ui.dialogs.sheet import confirm, tell
from kiwoom_desk.ui.fields.buttons import button, name
from kiwoom_desk.ui.fields.layout import clear, row
from kiwoom_desk.ui.plain import ElidedLabel, caption

Choose = Callable[[Order, BrokerRef | None, Lane | None], None]
Found = tuple[Order, Lane | None]
MOST_BARS = 4
MOST_PICKS = 3


class Strip(QFrame):
    """Empty and hidden while everything is settled. `choose` gets the trader's pick, None for "none of them", and the
    lane that the bar was built for; `show_all` is for those that have no bar."""

    def __init__(self, choose: Choose, show_all: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choose = choose
        self._show_all = show_all
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(2)
        self._shown: tuple[object, ...] = ()
        self._put_away: dict[OrderKey, tuple[BrokerRef, ...]] = {}
        self.lines: list[ElidedLabel] = []
        self._picks: list[tuple[QPushButton | QAction, int, BrokerRef]] = []
        self.hide()

    def show_orders(self, found: Sequence[Found], now: datetime, most: int = MOST_BARS) -> None:
        """One bar per order; the same orders only get new words, so that a button under the mouse stays put.

        The table must stay usable on the worst day: past `most` bars the rest is counted, in a bar of its
        own that is not spent on a single order."""
        pinned = [f for f in found if not self._is_put_away(f[0])]
        ranked = sorted(pinned, key=lambda f: urgency(f[0]))
        bars = ranked if len(ranked) == most + 1 else ranked[:most]
        key = (len(ranked), *((order_key(o), o.candidates, o.turned_down, urgency(o)) for o, _ in bars))
        if key != self._shown:
            self._shown = key
            self._build(bars, len(ranked) - len(bars))
        for label, (order, lane) in zip(self.lines, bars, strict=True):
            label.setText(sentence(order, lane, now))
        for pick, bar, ref in self._picks:
            _offer(pick, *bars[bar], ref)
        self.setVisible(bool(pinned))

    # --- building ----------------------------------------------------------------------------------------------
    def _build(self, bars: Sequence[Found], more: int) -> None:
        clear(self._box)
        self.lines, self._picks = [], []
        for order, lane in bars:
            label = ElidedLabel()
            self.lines.append(label)
            loud = urgency(order) is not Urgency.CALM
            self._add_bar(label, self._buttons(order), self._choices(order, lane), loud=loud)
        if more:
            self._add_bar(
                None, [_pressed(f"그 밖에 {more}건 더 — 확인필요 탭에서 모두 보기", self._show_all)], [], loud=True
            )

    def _add_bar(
        self, label: ElidedLabel | None, buttons: Sequence[QPushButton], choices: Sequence[QPushButton], *, loud: bool
    ) -> None:
        """The choices have a line of their own: each says all that tells it from the others."""
        bar = QFrame()
        bar.setProperty("role", "alarm" if loud else "trouble")
        lines = QVBoxLayout(bar)
        lines.setContentsMargins(3, 3, 3, 3)
        lines.setSpacing(3)
        first = row(*(part for part in (label, *buttons) if part is not None), gap=6)
        first.setStretch(0, 1)
        lines.addLayout(first)
        if choices:
            lines.addLayout(row(*choices, None, gap=6))
        self._box.addWidget(bar)

    def _buttons(self, order: Order) -> list[QPushButton]:
        if order.candidates:
            return [_pressed("무엇을 하나요?", partial(self._explain, "어느 것이 내 주문인가", WHAT_TO_CHOOSE))]
        if order.turned_down:
            return [_pressed("닫기", partial(self._put, order))]
        if order.unsettled:
            return [_pressed("무엇을 하나요?", partial(self._explain, "응답을 받지 못한 주문", WHAT_TO_DO))]
        return []

    def _choices(self, order: Order, lane: Lane | None) -> list[QPushButton]:
        """Those that can be had first; one that goes to another order of ours later stays where it is, switched off."""
        refs = sorted(order.candidates or order.turned_down, key=lambda ref: not can_pick(order, ref, lane))
        made = [_pressed("", partial(self._choose, order, ref, lane)) for ref in refs[:MOST_PICKS]]
        self._picks += [(pick, len(self.lines) - 1, ref) for pick, ref in zip(made, refs, strict=False)]
        if len(refs) > MOST_PICKS:
            made.append(self._rest(order, refs[MOST_PICKS:], lane))
        if order.candidates:
            made.append(_pressed("내 주문 없음…", partial(self.ask_none, order, lane)))
        return made

    def _rest(self, order: Order, refs: Sequence[BrokerRef], lane: Lane | None) -> QPushButton:
        """The numbers that have no button of their own."""
        made = button(f"{len(refs)}건 더", "small")
        menu = QMenu(made)
        for ref in refs:
            action = menu.addAction("")
            _offer(action, order, lane, ref)
            self._picks.append((action, len(self.lines) - 1, ref))
            action.triggered.connect(lambda _=False, ref=ref: self._choose(order, ref, lane))
        made.setMenu(menu)
        return made

    # --- acts --------------------------------------------------------------------------------------------------
    def _put(self, order: Order) -> None:
        self._put_away[order_key(order)] = order.turned_down

    def _is_put_away(self, order: Order) -> bool:
        """While nothing was added to what he has turned down."""
        return bool(order.turned_down) and self._put_away.get(order_key(order)) == order.turned_down

    def _explain(self, title: str, lines: Sequence[str]) -> None:
        aio.spawn(tell(self, title, lines), "설명")

    def ask_none(self, order: Order, lane: Lane | None) -> None:
        """None of the numbers is his: asked once more before it counts."""
        aio.spawn(self._none(order, lane), "내 주문 없음")

    async def _none(self, order: Order, lane: Lane | None) -> None:
        """The second act: it names what it unlocks."""
        if await confirm(self, "내 주문 없음", none_words(order, lane), accept="접수되지 않은 것으로 정함"):
            self._put_away.pop(order_key(order), None)
            self._choose(order, None, lane)


def _offer(pick: QPushButton | QAction, order: Order, lane: Lane | None, ref: BrokerRef) -> None:
    """The words of now; what another order of ours has by now is not to be had, and says so."""
    words = choice_words(order, ref, lane)
    pick.setEnabled(can_pick(order, ref, lane))
    if isinstance(pick, QAction):
        pick.setText(caption(words))
    else:
        name(pick, words)


def _pressed(text: str, act: Callable[[], None]) -> QPushButton:
    made = button(text, "small")
    made.clicked.connect(lambda: act())
    return made
