"""The table itself: keys and mouse become wishes about rows; nothing is sent from here."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from kiwoom_desk.ui import theme
from kiwoom_desk.ui.cells import Cells

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class OrderTable(QTableView):
    """`opened`: double click or Enter; `menu_wanted`: right button or menu key; `delete_wanted`: Del."""

    opened = Signal(QModelIndex)
    menu_wanted = Signal(QModelIndex, QPoint)  # row, place on the screen
    delete_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
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
        self.take_look()
        self.doubleClicked.connect(self.opened)

    def take_look(self) -> None:
        """Rows as high as the density says."""
        self.verticalHeader().setMinimumSectionSize(theme.sizes().row)
        self.verticalHeader().setDefaultSectionSize(theme.sizes().row)

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

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            place = self.viewport().mapToGlobal(self.visualRect(index).center())
        else:
            index, place = self.indexAt(event.pos()), event.globalPos()
        if index.isValid():
            self.menu_wanted.emit(index, place)
