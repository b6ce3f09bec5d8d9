"""Rows stay under the hand: who is about to press 취소 must not hit the row that has just slid in there.

While the hand has the mouse over the table, or the trader has scrolled down with a row chosen, what comes and goes
moves the scroll bar and not the rows on the screen. What has come above is counted, and shown when the hand is gone.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QObject, QPoint, Signal

from kiwoom_desk.trading.notices import OrderKey
from kiwoom_desk.ui.blotter.filter import BlotterFilter
from kiwoom_desk.ui.blotter.table import OrderTable


class Steady(QObject):
    """Made after the table has its model: the view must know of a change before its place is corrected."""

    changed = Signal()

    def __init__(self, table: OrderTable, rows: BlotterFilter) -> None:
        super().__init__(table)
        self._table = table
        self._rows = rows
        self._anchor: tuple[OrderKey, int] | None = None
        self._from_top = False
        self.above = 0
        """How many rows have come above what is in sight."""
        rows.rowsAboutToBeInserted.connect(lambda *_: self._before())
        rows.rowsAboutToBeRemoved.connect(lambda _, first, last: self._before(range(first, last + 1)))
        rows.layoutAboutToBeChanged.connect(lambda *_: self._before())
        rows.rowsInserted.connect(self._inserted)
        for after in (rows.rowsRemoved, rows.layoutChanged):
            after.connect(lambda *_: self._after())
        rows.modelReset.connect(self.to_top)
        table.pointer_came.connect(lambda: rows.hold(True))
        table.pointer_left.connect(self._released)
        table.scrolled.connect(self._scrolled)

    def to_top(self) -> None:
        """To the newest rows, as the trader wants it."""
        self._go_up()
        self._table.aim_again()

    def _go_up(self) -> None:
        self._from_top = False
        self._table.shift(-self._table.verticalScrollBar().value())
        self._count(0)

    def bring(self, index: QModelIndex) -> None:
        """Scroll it into sight, unless the rows have to stay where they are."""
        if not self._holds():
            self._table.scrollTo(index)

    def through(self, change: Callable[[], object]) -> None:
        """Do what may move the whole table within the window: the rows in sight stay where they are on the screen."""
        port = self._table.viewport()
        before = port.mapToGlobal(QPoint())
        change()
        moved = port.mapToGlobal(QPoint()).y() - before.y()
        if moved and self._holds():
            self._shift(moved)

    def _holds(self) -> bool:
        if self._table.pointer is not None:
            return True
        scrolled = self._table.verticalScrollBar().value() > 0 and not self._from_top
        return scrolled and self._table.selectionModel().hasSelection()

    def _before(self, going: range = range(0)) -> None:
        self._anchor = None
        row = self._table.row_in_hand()
        if row in going:
            row = going.stop if going.stop < self._rows.rowCount() else going.start - 1
        if row >= 0 and self._holds():
            self._anchor = self._rows.line_at(row).key, self._table.rowViewportPosition(row)

    def _after(self) -> int | None:
        """The row that has been kept in its place."""
        row = None if self._anchor is None else self._rows.row_of(self._anchor[0])
        if self._anchor is None or row is None:
            return None
        self._shift(self._table.rowViewportPosition(row) - self._anchor[1])
        return row

    def _shift(self, pixels: int) -> None:
        bar = self._table.verticalScrollBar()
        top = bar.value() == 0
        self._table.shift(pixels)
        self._from_top = self._from_top or (top and bar.value() > 0)

    def _inserted(self, _: QModelIndex, first: int, last: int) -> None:
        kept = self._after()
        if kept is not None and last < kept and self._table.rowViewportPosition(last) < 0:
            self._count(self.above + last - first + 1)

    def _released(self) -> None:
        self._rows.hold(False)
        if self._from_top:
            self._go_up()

    def _scrolled(self) -> None:
        """By the hand: what it has come past is no news any more."""
        self._from_top = False
        self._count(min(self.above, max(self._table.rowAt(0), 0)))

    def _count(self, above: int) -> None:
        if above != self.above:
            self.above = above
            self.changed.emit()
