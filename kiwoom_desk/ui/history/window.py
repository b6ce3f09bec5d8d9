"""One order's life: its facts as a timeline with milliseconds, its chain as a tree, both wire messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import Qt
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
from kiwoom_desk.domain.orders import Order
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
FIGURES = range(3, 7)
"""The columns of the chain that hold figures."""


class HistoryWindow(QDialog):
    """Follows its order while it is open. `evidence` offers the file for a dispute; None: not offered here."""

    def __init__(
        self,
        workspace: Workspace,
        desk: OrderDesk | None,
        order_id: OrderId,
        parent: QWidget | None = None,
        evidence: Evidence | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("주문 이력")
        self.resize(900, 560)
        self._workspace = workspace
        self._desk = desk
        self._order_id = order_id
        self._lines: list[Line] = []
        self._read: Line | None = None
        self.title = ElidedLabel("", "title")
        self.chain = _tree("주문", "상태", "주문번호", "수량", "단가", "체결", "잔량")
        self.timeline = _tree("시각", "사실", "내용")
        self.wire = QPlainTextEdit()
        self.copy = button("글로 복사", "small")
        self.evidence = button("증거 묶음…", "small")
        self.evidence.setVisible(evidence is not None)
        if evidence is not None:
            self.evidence.clicked.connect(lambda: evidence(order_id))
        self._lay_out()
        end = desk.subscribe(lambda *_: self.fill()) if desk is not None else None
        if end is not None:
            self.destroyed.connect(lambda *_: end())
        self.fill()

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

    def fill(self) -> None:
        """Read the order and its story again."""
        order = None if self._desk is None else self._desk.order(self._order_id)
        if order is None or self._desk is None:
            self.title.setText("주문을 찾을 수 없습니다.")
            return
        self.title.setText(f"{headline(order)} · {labels.status(order)}")
        told = list(lines(self._desk.story(self._order_id)))
        if told != self._lines:
            self._lines = told
            self._fill_timeline()
        self._fill_chain(order)

    def _fill_timeline(self) -> None:
        """Facts that come while one of them is read leave it chosen and where it stands."""
        chosen = self.timeline.currentItem()
        at = None if chosen is None else self._read
        place = self.timeline.verticalScrollBar().value()
        self.timeline.clear()
        for n, line in enumerate(self._lines):
            item = QTreeWidgetItem([self._moment(line.at), clean(line.what), one_line(line.detail)])
            item.setData(0, Qt.ItemDataRole.UserRole, n)
            self.timeline.addTopLevelItem(item)
            if line == at:
                self.timeline.setCurrentItem(item)
        self.timeline.verticalScrollBar().setValue(place)

    def _moment(self, at: datetime) -> str:
        """By the market's clock, as the table tells it, where that and the PC's are apart."""
        connection = self._workspace.connection
        there = at if connection is None else connection.market_time(at)
        return formats.clock_ms(there if abs(there - at) >= CLOCKS_AGREE else at)

    def _fill_chain(self, order: Order) -> None:
        self.chain.clear()
        root = self._root(order)
        item = _chain_item(root)
        self.chain.addTopLevelItem(item)
        self._add_children(item, root, {root.id})
        self.chain.expandAll()

    def _root(self, order: Order) -> Order:
        seen = {order.id}
        while order.replaces is not None and order.replaces not in seen and self._desk is not None:
            above = self._desk.order(order.replaces)
            if above is None:
                break
            seen.add(above.id)
            order = above
        return order

    def _add_children(self, item: QTreeWidgetItem, order: Order, seen: set[OrderId]) -> None:
        for change in order.changes:
            if change.cancel:
                what = "취소" if change.quantity is None else f"취소 {change.quantity:,}"
                number = "" if change.ref is None else str(change.ref)
                item.addChild(QTreeWidgetItem([what, labels.word(change.standing), number]))
        for child_id in order.replaced_by:
            child = None if self._desk is None or child_id in seen else self._desk.order(child_id)
            if child is not None:
                below = _chain_item(child)
                item.addChild(below)
                self._add_children(below, child, seen | {child.id})

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
    """Both messages of one send, and how long they took."""
    first = "" if wire.first_byte_ms is None else f" · 첫 바이트 {wire.first_byte_ms:.1f}ms"
    ended = "" if wire.ended_ms is None else f" · 끝 {wire.ended_ms:.1f}ms"
    answer = "응답 없음" if wire.answer is None else f"HTTP {wire.status}\n{wire.answer}"
    return clean(f"{wire.tr} {formats.clock_ms(wire.began)}{first}{ended}\n→ {wire.request}\n← {answer}")


def _chain_item(order: Order) -> QTreeWidgetItem:
    draft = order.draft
    item = QTreeWidgetItem(
        [
            f"{'정정' if order.replaces or order.of else '주문'} {labels.side(draft.side)}",
            labels.status(order),
            "" if order.ref is None else str(order.ref),
            formats.number(draft.quantity),
            formats.number(draft.price),
            formats.number(order.filled),
            formats.number(order.remaining),
        ]
    )
    for column in FIGURES:
        item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return item


def _tree(*heads: str) -> QTreeWidget:
    tree = QTreeWidget()
    tree.setHeaderLabels(list(heads))
    tree.setUniformRowHeights(True)
    tree.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    tree.header().setStretchLastSection(True)
    tree.header().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    tree.setAccessibleName(f"{heads[0]}, {heads[1]}")
    return tree
