"""One order's life: its facts as a timeline with milliseconds, its chain as a tree, both wire messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QPlainTextEdit,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from kiwoom_desk.domain.facts import OrderId, Wire
from kiwoom_desk.domain.orders import Change, Order
from kiwoom_desk.trading.chain import Book, chain, whole_story
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.trading.news import headline
from kiwoom_desk.trading.story import Line, lines
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import formats, labels
from kiwoom_desk.ui.fields.buttons import button
from kiwoom_desk.ui.fields.layout import row
from kiwoom_desk.ui.plain import ElidedLabel, clean, one_line

Evidence = Callable[[OrderId], None]
CLOCKS_AGREE = timedelta(seconds=3)
"""Up to which the PC's clock and the broker's count as the same."""
ORDER_HEADS = ("주문", "상태", "주문번호", "수량", "단가", "체결", "잔량")
FIRST_FIGURE = 3
"""Among `ORDER_HEADS`: from there on they are figures."""
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class HistoryWindow(QDialog):
    """An order and all that amendments made of it, followed while it is open where the `book` is a desk.

    `evidence` offers the file for a dispute; None: not offered here. `now` tells whose order it is at this moment;
    `renewed` that another desk of the same account has taken it over."""

    renewed = Signal()

    def __init__(
        self,
        workspace: Workspace,
        book: Book | None,
        order_id: OrderId,
        parent: QWidget | None = None,
        evidence: Evidence | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("주문 이력")
        self.resize(900, 560)
        self._workspace = workspace
        self._book: Book | None = None
        self._end: Callable[[], None] = lambda: None
        self.now: Callable[[], Book | None] = lambda: None
        self._order_id = order_id
        self._lines: list[Line] = []
        self._read: Line | None = None
        self._apart = timedelta()
        self.title = ElidedLabel("", "title")
        self.chain = tree(*ORDER_HEADS, figures=FIRST_FIGURE)
        self.timeline = tree("시각", "주문번호", "사실", "내용")
        self.wire = QPlainTextEdit()
        self.copy = button("글로 복사", "small")
        self.evidence = button("증거 묶음…", "small")
        self.evidence.setVisible(evidence is not None)
        if evidence is not None:
            self.evidence.clicked.connect(lambda: evidence(order_id))
        self._lay_out()
        self.destroyed.connect(lambda *_: self._end())
        self.follow(book)

    def _lay_out(self) -> None:
        self.wire.setReadOnly(True)
        self.timeline.setRootIsDecorated(False)
        self.wire.setPlaceholderText("보낸 줄을 고르면 요청과 응답이 여기에 보입니다. 키와 토큰은 담기지 않습니다.")
        parts = QSplitter(Qt.Orientation.Vertical)
        for part in (self.chain, self.timeline, self.wire):
            parts.addWidget(part)
        parts.setSizes([110, 300, 120])
        box = QVBoxLayout(self)
        head = row(self.title, self.evidence, self.copy)
        head.setStretch(0, 1)
        box.addLayout(head)
        box.addWidget(parts)
        self.timeline.currentItemChanged.connect(self._show_wire)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text()))

    @property
    def book(self) -> Book | None:
        return self._book

    def look_again(self) -> None:
        """After a new connection another desk has the same order."""
        book = self.now()
        if book is not None and book is not self._book and book.order(self._order_id) is not None:
            self.follow(book)
            self.renewed.emit()

    def follow(self, book: Book | None) -> None:
        """Tell the order as this book has it."""
        self._end()
        self._book = book
        self._end = book.subscribe(lambda *_: self.fill()) if isinstance(book, OrderDesk) else lambda: None
        self.fill()

    def fill(self) -> None:
        """Read the order and its story again."""
        order = None if self._book is None else self._book.order(self._order_id)
        if order is None or self._book is None:
            self.title.setText("주문을 찾을 수 없습니다.")
            return
        self.title.setText(f"{headline(order)} · {labels.status(order)}")
        told = list(lines(whole_story(self._book, order)))
        if told != self._lines:
            self._lines = told
            self._fill_timeline()
        self._fill_chain(chain(self._book, order))

    def _fill_timeline(self) -> None:
        """Facts that come while one of them is read leave it chosen and where it stands."""
        chosen = self.timeline.currentItem()
        at = None if chosen is None else self._read
        place = self.timeline.verticalScrollBar().value()
        self.timeline.clear()
        for n, line in enumerate(self._lines):
            number = "" if line.ref is None else str(line.ref)
            item = QTreeWidgetItem([self._moment(line.at), number, clean(line.what), one_line(line.detail)])
            item.setData(0, Qt.ItemDataRole.UserRole, n)
            self.timeline.addTopLevelItem(item)
            if line == at:
                self.timeline.setCurrentItem(item)
        self.timeline.verticalScrollBar().setValue(place)

    def _moment(self, at: datetime) -> str:
        """By the order's own market clock, as the table tells it, where they are apart. What was left keeps
        the clock that it had: another world has its own."""
        connection = self._workspace.connection
        if connection is not None and any(lane.desk is self._book for lane in connection.lanes.values()):
            self._apart = connection.apart()
        return formats.clock_ms(at + self._apart if abs(self._apart) >= CLOCKS_AGREE else at)

    def _fill_chain(self, links: Sequence[tuple[Order, int]]) -> None:
        """Each order under the one it amends, its cancels under it."""
        self.chain.clear()
        above: list[QTreeWidgetItem] = []
        for order, depth in links:
            item = order_item(order)
            item.addChildren([_cancel_item(change) for change in order.changes if change.cancel])
            if depth:
                above[depth - 1].addChild(item)
            else:
                self.chain.addTopLevelItem(item)
            above[depth:] = [item]
        self.chain.expandAll()

    def _show_wire(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            self._read = self._lines[item.data(0, Qt.ItemDataRole.UserRole)]
            wire = self._read.wire
            self.wire.setPlainText("" if wire is None else wire_text(wire))

    def text(self) -> str:
        """The timeline as plain text."""
        head = self.title.text()
        body = [f"{self._moment(x.at)}  {x.what}  {x.detail}".rstrip() for x in self._lines]
        return "\n".join([head, *body])


def wire_text(wire: Wire) -> str:
    """Both messages of one send, when it began by our own clock, and how long they took."""
    first = "" if wire.first_byte_ms is None else f" · 첫 바이트 {wire.first_byte_ms:.1f}ms"
    ended = "" if wire.ended_ms is None else f" · 끝 {wire.ended_ms:.1f}ms"
    answer = "응답 없음" if wire.answer is None else f"HTTP {wire.status}\n{wire.answer}"
    return clean(f"{wire.tr} PC {formats.clock_ms(wire.began)}{first}{ended}\n→ {wire.request}\n← {answer}")


def order_item(order: Order, *before: str) -> QTreeWidgetItem:
    """A row under `ORDER_HEADS`, after what stands `before` them."""
    draft = order.draft
    item = QTreeWidgetItem(
        [
            *before,
            f"{'정정' if order.replaces or order.of else '주문'} {labels.side(draft.side)}",
            labels.status(order),
            "" if order.ref is None else str(order.ref),
            formats.number(draft.quantity),
            formats.number(draft.price),
            formats.number(order.filled),
            formats.number(order.remaining),
        ]
    )
    for column in range(len(before) + FIRST_FIGURE, item.columnCount()):
        item.setTextAlignment(column, _RIGHT)
    return item


def _cancel_item(change: Change) -> QTreeWidgetItem:
    what = "취소" if change.quantity is None else f"취소 {change.quantity:,}"
    return QTreeWidgetItem([what, labels.word(change.standing), "" if change.ref is None else str(change.ref)])


def tree(*heads: str, figures: int | None = None) -> QTreeWidget:
    """`figures` is the first of the columns with figures, which keep their width under their headings."""
    made = QTreeWidget()
    made.setHeaderLabels(list(heads))
    made.setUniformRowHeights(True)
    made.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    made.header().setStretchLastSection(figures is None)
    made.header().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for column in () if figures is None else range(figures, len(heads)):
        made.headerItem().setTextAlignment(column, _RIGHT)
    made.setAccessibleName(f"{heads[0]}, {heads[1]}")
    return made
