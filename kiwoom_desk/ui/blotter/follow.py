"""The chosen row goes on with its order: an amendment gives that another row, and the trader means the order."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from kiwoom_desk.domain.orders import Order
from kiwoom_desk.trading.notices import OrderKey, order_key
from kiwoom_desk.ui.blotter.filter import BlotterFilter
from kiwoom_desk.ui.blotter.model import TIME_COLUMN, BlotterModel
from kiwoom_desk.ui.blotter.steady import Steady
from kiwoom_desk.ui.blotter.table import OrderTable


class Follow(QObject):
    """One chosen row alone is followed, from the order it shows to what that becomes, and to nothing else. Whoever
    chooses a row that was amended before wants to see that row, and a row that leaves otherwise takes the choice along.

    Neither the rows on the screen nor the focus move with it."""

    def __init__(self, table: OrderTable, rows: BlotterFilter, model: BlotterModel, steady: Steady) -> None:
        super().__init__(table)
        self._table = table
        self._rows = rows
        self._model = model
        self._steady = steady
        self._key: OrderKey | None = None
        self._shown: Order | None = None
        table.selectionModel().selectionChanged.connect(lambda *_: self._chosen())
        rows.modelReset.connect(self._forget)
        model.applied.connect(self.go_on)

    def _forget(self) -> None:
        """Another account has orders of the same name."""
        self._key = None

    def _chosen(self) -> None:
        chosen = self._table.selectionModel().selectedRows()
        if len(chosen) == 1:
            line = self._rows.line_at(chosen[0].row())
            self._key = None if _amended(line.order) else line.key
            self._shown = line.order
        elif chosen or not self._has_left():
            self._key = None

    def _has_left(self) -> bool:
        """True when nothing is chosen any more as the amended row does not fit the tab."""
        return self._key is not None and self._heir() is not None

    def _heir(self) -> Order | None:
        """What the chosen order has become, None while that is the row itself or no row stands here for it."""
        row = None if self._key is None else self._model.row(self._key)
        if row is None or self._shown is None:
            return None
        now = self._model.line(row).order
        if now.can_change:
            self._shown = now
        found = self._model.newest(self._shown)
        return None if found.id == now.id else found

    def go_on(self) -> None:
        """To what the chosen order has become, once that stands in the table and no hand is on the row."""
        found = self._heir()
        at = None if found is None or _in_hand() else self._rows.row_of(order_key(found))
        if at is not None:
            index = self._rows.index(at, TIME_COLUMN)
            self._table.choose(index)
            self._steady.bring(index)


def _amended(order: Order) -> bool:
    """Nothing of it goes on under its own number."""
    return not order.can_change and bool(order.replaced_by)


def _in_hand() -> bool:
    """A menu may stand open for the chosen row, or a press be on its way."""
    return QApplication.activePopupWidget() is not None or QApplication.mouseButtons() != Qt.MouseButton.NoButton
