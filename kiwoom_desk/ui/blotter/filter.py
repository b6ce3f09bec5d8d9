"""Sorting, filtering and search over the blotter, with amendments kept under their originals in the natural order."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt

from kiwoom_desk.domain.hangul import initials, only_initials
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.trading.notices import OrderKey
from kiwoom_desk.ui.blotter.columns import Line, at
from kiwoom_desk.ui.blotter.model import KEY, TIME_COLUMN, BlotterModel


class Show(Enum):
    """The tabs. The value is the word on them."""

    ALL = "주문"
    OPEN = "미체결"
    UNCONFIRMED = "확인필요"
    FILLED = "체결"


def shows(show: Show, order: Order) -> bool:
    match show:
        case Show.ALL:
            return True
        case Show.OPEN:
            return order.alive
        case Show.UNCONFIRMED:
            return order.unsettled
        case Show.FILLED:
            return order.filled > 0


def fits(text: str, order: Order) -> bool:
    """By code, name, initials or number (with or without its zeros), also the number of its original."""
    wanted = text.strip().casefold().replace(" ", "")
    if not wanted:
        return True
    name = order.name.casefold().replace(" ", "")
    if wanted in order.draft.code.casefold() or wanted in name:
        return True
    if only_initials(wanted) and wanted in initials(order.name):
        return True
    return wanted.isdigit() and any(ref is not None and wanted in str(ref) for ref in (order.ref, order.of))


class BlotterFilter(QSortFilterProxyModel):
    """Newest first unless a column is chosen; selections follow the rows."""

    def __init__(self, model: BlotterModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._show = Show.ALL
        self._text = ""
        self._held: set[OrderKey] | None = None
        self._model = model
        self.setSourceModel(model)
        self.setSortRole(KEY)
        self.setDynamicSortFilter(True)
        self.sort(0, Qt.SortOrder.DescendingOrder)

    @property
    def showing(self) -> Show:
        return self._show

    def show_only(self, show: Show) -> None:
        self.beginFilterChange()
        self._forget()
        self._show = show
        self.endFilterChange()

    def search(self, text: str) -> None:
        self.beginFilterChange()
        self._forget()
        self._text = text
        self.endFilterChange()

    def hold(self, on: bool) -> None:
        """While the hand is over the table no row leaves because it does not fit the tab any more, and a figure that
        changes moves none. By time rows only move together, which the scroll bar can follow."""
        self.beginFilterChange()
        self._held = {self.line_at(row).key for row in range(self.rowCount())} if on else None
        self.endFilterChange()
        self.setDynamicSortFilter(not on or self.sortColumn() == TIME_COLUMN)

    def _forget(self) -> None:
        if self._held is not None:
            self._held = set()

    def line_at(self, row: int) -> Line:
        return self._model.line(self.mapToSource(self.index(row, 0)).row())

    def row_of(self, key: OrderKey) -> int | None:
        """Where this order stands; None while it is not shown."""
        row = self._model.row(key)
        index = QModelIndex() if row is None else self.mapFromSource(self._model.index(row, TIME_COLUMN))
        return index.row() if index.isValid() else None

    def filterAcceptsRow(self, row: int, parent: QModelIndex | QPersistentModelIndex) -> bool:
        line = self._model.line(row)
        fitting = shows(self._show, line.order) and fits(self._text, line.order)
        if self._held is None:
            return fitting
        if fitting:
            self._held.add(line.key)
        return line.key in self._held

    def lessThan(self, left: QModelIndex | QPersistentModelIndex, right: QModelIndex | QPersistentModelIndex) -> bool:
        a, b = self._model.line(left.row()), self._model.line(right.row())
        if left.column() == TIME_COLUMN:
            return self._stands_before(a, b)
        key = at(left.column()).key
        first, second = key(a), key(b)
        if first == second:
            return left.row() < right.row()
        return bool(first < second)  # type: ignore[operator]  # one column's keys are of one type

    def _stands_before(self, a: Line, b: Line) -> bool:
        """By time, a chain as one: newest first turns the chains around, but not what hangs under its original."""
        if a.path[0] != b.path[0]:
            return a.path[0] < b.path[0]
        return a.path < b.path if self.sortOrder() is Qt.SortOrder.AscendingOrder else b.path < a.path
