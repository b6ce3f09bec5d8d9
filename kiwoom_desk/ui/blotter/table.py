"""The table itself: keys and mouse become wishes about rows; nothing is sent from here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from PySide6.QtCore import QAbstractItemModel, QEvent, QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QCursor, QFocusEvent, QKeyEvent, QSinglePointEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QTableView, QWidget

from kiwoom_desk.trading.notices import OrderKey
from kiwoom_desk.ui import theme
from kiwoom_desk.ui.blotter.model import LINE
from kiwoom_desk.ui.cells import Cells

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
PRESSES = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
MOUSE = (QEvent.Type.Enter, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease, *PRESSES)
AT_REST = 4
"""Pixels that a resting hand trembles."""
REST_MS = 4_000
"""After this long without a movement the hand is at the keyboard, unless that is used in the list itself."""
PASSING = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)


class Aim(NamedTuple):
    """Where on the screen the pointer was last moved to, and the row it was over then."""

    at: QPoint
    key: OrderKey | None


class OrderTable(QTableView):
    """`opened`: double click or Enter; `menu_wanted`: right button or menu key; `delete_wanted`: Del.

    A press that meets another row than the one the pointer had come to rest on does nothing (`missed`): the trader
    meant the other. `scrolled` is by the hand, never by `shift`."""

    opened = Signal(QModelIndex)
    menu_wanted = Signal(QModelIndex, QPoint)  # row, place on the screen
    delete_wanted = Signal()
    pointer_came = Signal()
    pointer_left = Signal()
    missed = Signal()
    scrolled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self._aim: Aim | None = None
        self._near = False
        self._miss = False
        self._reach = 0
        self._depth = 0
        super().__init__(parent)
        self.setObjectName("blotter")
        self.setAccessibleName("주문표")
        self.setItemDelegate(Cells(self))
        self.setSortingEnabled(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionsMovable(True)
        self.viewport().setMouseTracking(True)
        self.rest = QTimer(self)
        self.rest.setSingleShot(True)
        self.rest.setInterval(REST_MS)
        self.rest.timeout.connect(lambda: None if self.hasFocus() else self._let_go())
        self.take_look()
        self.doubleClicked.connect(self.opened)
        self.verticalScrollBar().valueChanged.connect(self._value_changed)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """Qt makes another row the current one when that goes, and would scroll to it under the hand."""
        if model is not None:
            model.rowsAboutToBeRemoved.connect(lambda *_: self.setAutoScroll(False))
        super().setModel(model)
        if model is not None:
            model.rowsRemoved.connect(lambda *_: self.setAutoScroll(True))

    def take_look(self) -> None:
        """Rows as high as the density says."""
        self.verticalHeader().setMinimumSectionSize(theme.sizes().row)
        self.verticalHeader().setDefaultSectionSize(theme.sizes().row)
        self.horizontalHeader().setFixedHeight(theme.sizes().row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the one chosen row; a key that repeats by itself does nothing."""
        if event.key() in ENTER:
            rows = self.selectionModel().selectedRows()
            if len(rows) == 1 and not event.isAutoRepeat():
                self.opened.emit(rows[0])
        elif event.key() == Qt.Key.Key_Delete:
            if not event.isAutoRepeat():
                self.delete_wanted.emit()
        else:
            super().keyPressEvent(event)

    def choose(self, index: QModelIndex) -> None:
        """Make its row the one chosen, and scroll nothing."""
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.setAutoScroll(False)
        self.selectionModel().setCurrentIndex(index, flags)
        self.setAutoScroll(True)

    # --- the pointer ---------------------------------------------------------------------------------------------
    @property
    def pointer(self) -> QPoint | None:
        """Where over the rows the mouse is, while the hand is on it."""
        return self.viewport().mapFromGlobal(self._aim.at) if self._near and self._aim is not None else None

    def row_in_hand(self) -> int:
        """The row under the pointer, else the first one in sight; -1 without rows."""
        row = -1 if self.pointer is None else self.rowAt(self.pointer.y())
        return row if row >= 0 else self.rowAt(0)

    def aim_again(self) -> None:
        """The trader has moved the rows: what lies under the resting pointer now is meant."""
        if self._aim is not None:
            self._aim = Aim(self._aim.at, self._key_at(self._aim.at))

    def look_for_pointer(self) -> None:
        """After a menu, which keeps what the mouse does to itself."""
        at = self.viewport().mapFromGlobal(QCursor.pos())
        if not self.viewport().rect().contains(at):
            self._leave()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave and QApplication.activePopupWidget() is None:
            self._leave()
        if isinstance(event, QSinglePointEvent) and event.type() in MOUSE:
            at = event.globalPosition().toPoint()
            if event.type() in PRESSES:
                self._press(at, again=event.type() == QEvent.Type.MouseButtonDblClick)
            self._point(at)
            if self._miss and event.type() != QEvent.Type.Enter:
                return True
        return super().viewportEvent(event)

    def _press(self, at: QPoint, *, again: bool) -> None:
        """The second press of a double click misses what the first one has missed."""
        missed, self._miss = self._miss, self._slid_away(at) or (again and self._miss)
        if self._miss and not (again and missed):
            self.missed.emit()

    def _slid_away(self, at: QPoint) -> bool:
        aim = self._aim
        return aim is not None and (at - aim.at).manhattanLength() <= AT_REST and aim.key != self._key_at(at)

    def _point(self, at: QPoint) -> None:
        self._aim = Aim(at, self._key_at(at))
        self.rest.start()
        if not self._near:
            self._near = True
            self.pointer_came.emit()

    def _leave(self) -> None:
        self._aim = None
        self._let_go()

    def _let_go(self) -> None:
        """Rows may move again. A mouse that lies there keeps its aim: a press without moving it means that row."""
        self.rest.stop()
        if self._near:
            self._near = False
            self.pointer_left.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in PASSING:
            self._let_go()

    def _key_at(self, at: QPoint) -> OrderKey | None:
        line = self.indexAt(self.viewport().mapFromGlobal(at)).data(LINE)
        return None if line is None else line.key

    # --- scrolling -----------------------------------------------------------------------------------------------
    def shift(self, pixels: int) -> None:
        """Scroll by what the rows have moved, also past the end of the last one."""
        self._reach = max(self.verticalScrollBar().value() + pixels, 0)
        with self._placing():
            self._place(self._reach)

    @contextmanager
    def _placing(self) -> Iterator[None]:
        """What moves the bar within is not the hand. One may stand within another: Qt measures while it measures."""
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    def _place(self, value: int) -> None:
        bar = self.verticalScrollBar()
        bar.setMaximum(max(bar.maximum(), self._reach))
        bar.setValue(value)

    def updateGeometries(self) -> None:
        """Qt takes back the room that `shift` has made below the last row; it is needed until it is scrolled away."""
        value = self.verticalScrollBar().value()
        with self._placing():
            super().updateGeometries()
            self._place(value)

    def _value_changed(self, value: int) -> None:
        if not self._depth:
            self._reach = min(self._reach, value)
            self.aim_again()
            self.scrolled.emit()

    # --- the menu ------------------------------------------------------------------------------------------------
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            place = self.viewport().mapToGlobal(self.visualRect(index).center())
        elif self._miss:
            return
        else:
            index, place = self.indexAt(event.pos()), event.globalPos()
        if index.isValid():
            self.menu_wanted.emit(index, place)
