"""The orders of a day that is over, as the journal keeps them: to read, and for the evidence about them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QTreeWidgetItem, QVBoxLayout, QWidget

from kiwoom_desk.domain.facts import OrderId
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.trading.chain import Book, Past
from kiwoom_desk.trading.ports import JournalBroken
from kiwoom_desk.ui import aio, formats, labels
from kiwoom_desk.ui.fields.buttons import CalmCombo, button
from kiwoom_desk.ui.fields.layout import row
from kiwoom_desk.ui.history.window import FIRST_FIGURE, ORDER_HEADS, order_item, tree
from kiwoom_desk.ui.plain import PlainLabel, one_line

ReadPast = Callable[[], Awaitable[Sequence[Past]]]
"""Every account's journal without the day of now. Raises JournalBroken."""
ShowOrder = Callable[[Past, Book, OrderId], object]
"""With the account's past that the order is from: what is shown of it is proven by that account's own journal."""
WEEKDAYS = "월화수목금토일"
HEADS = ("시각", "종목", *ORDER_HEADS)


class PastOrders(QDialog):
    """Choose a day, then an order; `show_order` opens its history. Nothing can be changed here.

    It stands open wherever the trader goes, so its title says which world it was read in."""

    def __init__(self, read: ReadPast, show_order: ShowOrder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("지난 주문")
        self.resize(860, 460)
        self._read, self._show_order = read, show_order
        self._past: Sequence[Past] = ()
        self._listed: list[tuple[Past, Ledger, Order]] = []
        self.day = CalmCombo()
        self.day.setAccessibleName("날짜")
        self.day.setMinimumWidth(150)
        self.told = PlainLabel("기록을 읽고 있습니다…", "muted")
        self.orders = tree(*HEADS, figures=len(HEADS) - len(ORDER_HEADS) + FIRST_FIGURE)
        self.orders.setRootIsDecorated(False)
        self.history = button("주문 이력", "small", tooltip="고른 주문의 이력과 증거 묶음 (Enter, 두 번 누르기)")
        box = QVBoxLayout(self)
        box.addLayout(row(self.day, self.told, None, self.history))
        box.addWidget(self.orders)
        self.history.setEnabled(False)
        self.history.clicked.connect(lambda: self._open(self.orders.currentItem()))
        self.orders.itemActivated.connect(self._open)
        self.orders.currentItemChanged.connect(lambda item, _: self.history.setEnabled(item is not None))
        self.day.currentIndexChanged.connect(lambda _: self._start(self._list_day()))
        self._task: asyncio.Task[None] | None = None
        self.finished.connect(lambda _: self._stop())
        self._start(self._list_days())

    def _start(self, work: Coroutine[None, None, None]) -> None:
        """The last thing asked for is what is shown."""
        self._stop()
        self._task = aio.spawn(work, "지난 주문")

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _list_days(self) -> None:
        try:
            self._past = await self._read()
        except JournalBroken as broken:
            self.told.setText(f"기록을 읽지 못했습니다. {broken}")
            return
        worlds = dict.fromkeys(labels.word(past.world) for past in self._past)
        self.setWindowTitle(" · ".join(["지난 주문", *worlds]))
        days = sorted({day for past in self._past for day in past.days}, reverse=True)
        if not days:
            self.told.setText("지난 날의 주문 기록이 없습니다.")
        for day in days:
            self.day.addItem(f"{day:%Y-%m-%d} ({WEEKDAYS[day.weekday()]})", day)

    async def _list_day(self) -> None:
        day: date = self.day.currentData()
        self.told.setText("주문을 불러오고 있습니다…")
        self.orders.clear()
        in_thread = asyncio.get_running_loop().run_in_executor
        books = [(past, await in_thread(None, Ledger, past.days.get(day, ()))) for past in self._past]
        found = [(past, book, order) for past, book in books for order in book.orders()]
        self._listed = sorted(found, key=lambda listed: listed[2].at)
        self.told.setText(f"주문 {len(self._listed)}건")
        for n, (_, _, order) in enumerate(self._listed):
            item = order_item(order, formats.clock_ms(order.at), one_line(order.name or order.draft.code, 24))
            item.setData(0, Qt.ItemDataRole.UserRole, n)
            self.orders.addTopLevelItem(item)

    def _open(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            past, book, order = self._listed[item.data(0, Qt.ItemDataRole.UserRole)]
            self._show_order(past, book, order.id)
