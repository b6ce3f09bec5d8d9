"""What the keys and the buttons above the table do with the chosen rows; where they can do nothing they say why."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QItemSelectionModel, QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton

from kiwoom_desk.domain.orders import Order
from kiwoom_desk.trading.notices import Level, OrderKey, order_key
from kiwoom_desk.ui import labels
from kiwoom_desk.ui.blotter.acts import Acts
from kiwoom_desk.ui.blotter.feed import BlotterFeed
from kiwoom_desk.ui.blotter.filter import BlotterFilter
from kiwoom_desk.ui.blotter.model import TIME_COLUMN
from kiwoom_desk.ui.blotter.table import OrderTable
from kiwoom_desk.ui.fields.buttons import button
from kiwoom_desk.ui.plain import tip
from kiwoom_desk.ui.selection import Selection

AMEND_TIP = "고른 주문을 정정·취소 창에 채웁니다 (F3, 두 번 누르기)"
CANCEL_TIP = "고른 주문의 잔량을 모두 취소합니다 (F4)"


class Chosen(QObject):
    """`newest` is what an amendment has made of an order, `ask` the list of several with its one confirmation.

    The choice follows an order through an amendment: what the trader had chosen lives on under another number."""

    def __init__(
        self,
        table: OrderTable,
        rows: BlotterFilter,
        feed: BlotterFeed,
        acts: Acts,
        selection: Selection,
        newest: Callable[[Order], Order],
        ask: Callable[[Sequence[OrderKey]], object],
    ) -> None:
        super().__init__(table)
        self._table = table
        self._rows = rows
        self._feed = feed
        self._acts = acts
        self._selection = selection
        self._newest = newest
        self._ask = ask
        self._lived: OrderKey | None = None
        self.amend = button("정정 F3", "small", tooltip=AMEND_TIP)
        self.cancel = button("취소 F4", "small", tooltip=CANCEL_TIP)
        self.amend.clicked.connect(self.amend_it)
        self.cancel.clicked.connect(self.cancel_them)
        table.delete_wanted.connect(self.list_them)
        for key, act in (("F3", self.amend_it), ("F4", self.cancel_them)):
            shortcut = QShortcut(QKeySequence(key), table)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(act)

    def orders(self) -> list[Order]:
        """In the order of the table."""
        return [self._rows.line_at(index.row()).order for index in self._table.selectionModel().selectedRows()]

    def select(self, row: int) -> None:
        index = self._rows.index(row, TIME_COLUMN)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self._table.selectionModel().setCurrentIndex(index, flags)

    def refresh(self) -> None:
        """After every change of the choice, and of the rows."""
        orders = self.orders()
        single = orders[0] if len(orders) == 1 else None
        if single is not None and self._follow(single):
            return
        _allow(self.amend, _why_no_amendment(orders), AMEND_TIP)
        _allow(self.cancel, _why_no_cancel(orders), CANCEL_TIP)
        if single != self._selection.order:
            self._selection.choose_order(single)

    def _follow(self, single: Order) -> bool:
        """Only what could be changed while it was chosen is followed, and never scrolls under the hand."""
        key = order_key(single)
        if single.can_change:
            self._lived = key
            return False
        heir = self._newest(single)
        row = self._rows.row_of(order_key(heir))
        if key != self._lived or not heir.can_change or row is None:
            return False
        self._table.setAutoScroll(False)
        self.select(row)
        self._table.setAutoScroll(True)
        return True

    # --- acts ------------------------------------------------------------------------------------------------------
    def amend_it(self) -> None:
        why = _why_no_amendment(self.orders())
        if why:
            self._acts.say(Level.WARN, f"정정하지 못함: {why}")
        else:
            self._selection.amend(self.orders()[0])

    def cancel_them(self) -> None:
        """One order: its whole remainder at once. Several: the list with its one confirmation."""
        orders = self._live("취소하지 못함")
        if len(orders) == 1:
            self._acts.cancel(orders[0], self._feed.home_of(orders[0]))
        elif orders:
            self._ask([order_key(order) for order in orders])

    def list_them(self) -> None:
        """Del: the chosen rows, ticked in the list that asks once."""
        orders = self._live("취소하지 못함")
        if orders:
            self._ask([order_key(order) for order in orders])

    def _live(self, otherwise: str) -> list[Order]:
        orders = self.orders()
        why = _why_no_cancel(orders)
        if why:
            self._acts.say(Level.WARN, f"{otherwise}: {why}")
        return [order for order in orders if order.can_change]


def _why_no_amendment(orders: Sequence[Order]) -> str:
    if len(orders) > 1:
        return "정정은 한 주문씩 합니다."
    return _why_no_cancel(orders)


def _why_no_cancel(orders: Sequence[Order]) -> str:
    if not orders:
        return "표에서 주문을 먼저 고르세요."
    if any(order.can_change for order in orders):
        return ""
    return f"{labels.status(orders[0])} 주문은 정정하거나 취소할 수 없습니다."


def _allow(button: QPushButton, why_not: str, hint: str) -> None:
    button.setEnabled(not why_not)
    tip(button, why_not or hint)
