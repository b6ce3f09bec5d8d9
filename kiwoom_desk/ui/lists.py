"""The short tables at the side: one row is chosen at a time, by mouse or arrows; Enter opens, Del takes away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QColor, QContextMenuEvent, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QTableWidget, QTableWidgetItem, QWidget

from kiwoom_desk.ui import cells, fonts, theme
from kiwoom_desk.ui.plain import clean, tip_text
from kiwoom_desk.ui.theme import Tone

FLASH_MS = 200
"""At most a quarter of a second (docs/ui.md, Look): the timer is not put off by what changes meanwhile."""
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class ListTable(QTableWidget):
    """Columns by their heads; all but the first are figures. Signals carry row numbers.

    `picked`: a row was chosen by hand, or the chosen one clicked again; `opened`: double click, Enter; `removed`: Del;
    `menu_wanted`: right button or menu key, with the place on the screen."""

    picked = Signal(int)
    opened = Signal(int)
    removed = Signal(int)
    menu_wanted = Signal(int, QPoint)

    def __init__(self, heads: Sequence[str], name: str, parent: QWidget | None = None) -> None:
        super().__init__(0, len(heads), parent)
        self._longest: Mapping[int, str] = {}
        self._flashing: list[QTableWidgetItem] = []
        self._dark = QTimer(self)
        self._dark.setSingleShot(True)
        self._dark.setInterval(FLASH_MS)
        self._dark.timeout.connect(self.end_flashes)
        self.setAccessibleName(name)
        self.setItemDelegate(cells.Cells(self))
        self.setHorizontalHeaderLabels(list(heads))
        for column in range(len(heads)):
            item = self.horizontalHeaderItem(column)
            if item is not None:
                item.setTextAlignment(_RIGHT if column else _LEFT)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.take_look()
        self.itemSelectionChanged.connect(self._picked)
        self.clicked.connect(lambda _: self._picked())
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))

    def make_room(self, longest: Mapping[int, str]) -> None:
        """By column, the longest text to expect: it is read whole in any type and at any density."""
        self._longest = longest
        self.take_look()

    def take_look(self) -> None:
        """Rows as high as the density says, and columns as wide as their longest text is in its type."""
        self.verticalHeader().setMinimumSectionSize(theme.sizes().row)
        self.verticalHeader().setDefaultSectionSize(theme.sizes().row)
        metrics = QFontMetrics(fonts.ui_font(theme.sizes().text))
        for column, text in self._longest.items():
            self.setColumnWidth(column, cells.room(metrics, text))

    # --- contents ----------------------------------------------------------------------------------------------
    def put(self, row: int, column: int, text: str, tone: Tone = "", tip: str | None = None) -> None:
        """Write one cell; untouched when it says so already."""
        cell = self.item(row, column)
        if cell is None:
            cell = QTableWidgetItem()
            cell.setTextAlignment(_RIGHT if column else _LEFT)
            self.setItem(row, column, cell)
        text = clean(text)
        if cell.text() != text:
            cell.setText(text)
        colours = theme.colours()
        ink = QBrush(QColor(getattr(colours, tone) if tone else colours.text))
        if cell.foreground() != ink:
            cell.setForeground(ink)
        if tip is not None:
            cell.setToolTip(tip_text(tip))

    def flash(self, row: int, column: int, ground: str) -> None:
        """A changed figure for a moment on this ground; nothing where the trader wants no motion."""
        cell = self.item(row, column)
        if cell is not None and not theme.look().still:
            cell.setBackground(QColor(ground))
            self._flashing.append(cell)
            if not self._dark.isActive():
                self._dark.start()

    def end_flashes(self) -> None:
        """Also before the rows are made anew."""
        for cell in self._flashing:
            cell.setData(Qt.ItemDataRole.BackgroundRole, None)
        self._flashing = []

    def put_section(self, row: int, text: str) -> None:
        """A heading between the rows: cannot be chosen."""
        self.put(row, 0, text, "muted")
        for column in range(self.columnCount()):
            if column:
                self.put(row, column, "")
            cell = self.item(row, column)
            if cell is not None:
                cell.setFlags(Qt.ItemFlag.NoItemFlags)

    def mark(self, row: int | None) -> None:
        """Show which row is chosen, without telling."""
        self.blockSignals(True)
        if row is None:
            self.clearSelection()
        elif row not in self.chosen():
            self.selectRow(row)
        self.blockSignals(False)

    def chosen(self) -> list[int]:
        return [index.row() for index in self.selectionModel().selectedRows()]

    # --- the hand ----------------------------------------------------------------------------------------------
    def _picked(self) -> None:
        for row in self.chosen():
            self.picked.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        rows = self.chosen()
        if event.key() in _ENTER or event.key() == Qt.Key.Key_Delete:
            if rows and not event.isAutoRepeat():
                (self.opened if event.key() in _ENTER else self.removed).emit(rows[0])
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            place = self.viewport().mapToGlobal(self.visualRect(index).center())
        else:
            index, place = self.indexAt(event.pos()), event.globalPos()
        if index.isValid():
            self.menu_wanted.emit(index.row(), place)
