"""관심: symbols of the trader's choice, the last price of each; one click chooses it everywhere."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QFrame, QHeaderView, QMenu, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from kiwoom_desk.domain.instruments import GOLD_1KG, GOLD_100G, Instrument, Market
from kiwoom_desk.trading.lane import LaneState
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import formats, theme
from kiwoom_desk.ui.fields.buttons import button
from kiwoom_desk.ui.fields.layout import row
from kiwoom_desk.ui.plain import PlainLabel, caption, one_line, tip_text
from kiwoom_desk.ui.selection import Selection
from kiwoom_desk.ui.watchlist.quotes import ListQuotes

FIRST = (
    "005930", "000660", "035420", "035720", "005380", "068270", "069500", "247540", "005490", "105560",
    GOLD_1KG.code, GOLD_100G.code,
)  # fmt: skip
"""What a new user finds: large issues, an index fund, both gold lines. Those the directory does not know stay away."""

PROFILE = "watchlist"
FRAME_MS = 200
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class WatchPanel(QFrame):
    """The list is kept in the settings; it follows the selection and leads it."""

    def __init__(self, workspace: Workspace, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._selection = selection
        self._codes = self._load()
        self._shown: list[Instrument] = []
        self.quotes = ListQuotes(workspace, self)
        self.table = QTableWidget(0, 3)
        self.add = button("+ 고른 종목", "small", tooltip="지금 고른 종목을 관심에 넣습니다")
        self.note = PlainLabel("", "caption")
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setInterval(FRAME_MS)
        self._lay_out()
        self._connect()
        self._rebuild()

    def stop(self) -> None:
        self._frame.stop()
        self._end()
        self.quotes.stop()

    def _lay_out(self) -> None:
        table = self.table
        table.setObjectName("watchlist")
        table.setAccessibleName("관심 종목")
        table.setHorizontalHeaderLabels(["종목", "현재가", "등락"])
        for column in (1, 2):
            item = table.horizontalHeaderItem(column)
            if item is not None:
                item.setTextAlignment(_RIGHT)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(theme.sizes().row)
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setHighlightSections(False)
        table.setColumnWidth(1, 74)
        table.setColumnWidth(2, 78)
        table.setShowGrid(False)
        table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        box = QVBoxLayout(self)
        box.setContentsMargins(6, 6, 6, 6)
        box.setSpacing(4)
        box.addWidget(table, 1)
        box.addLayout(row(self.add, None, self.note))

    def _connect(self) -> None:
        self._end = self._workspace.subscribe(self._rebuild)
        self.quotes.changed.connect(lambda: None if self._frame.isActive() else self._frame.start())
        self._frame.timeout.connect(self.refresh)
        self.table.itemSelectionChanged.connect(self._chosen)
        self.table.customContextMenuRequested.connect(self._menu)
        self.add.clicked.connect(self._add)
        self._selection.instrument_changed.connect(lambda _: self._mark())

    # --- the list ----------------------------------------------------------------------------------------------
    @property
    def codes(self) -> Sequence[str]:
        return tuple(self._codes)

    def _load(self) -> list[str]:
        kept = self._workspace.settings.layout(PROFILE)
        return list(FIRST) if kept is None else [code for code in kept.decode("ascii", "ignore").split(",") if code]

    def _keep(self) -> None:
        self._workspace.settings.put_layout(PROFILE, ",".join(self._codes).encode("ascii", "ignore"))

    def _add(self) -> None:
        instrument = self._selection.instrument
        if instrument is not None and instrument.code not in self._codes:
            self._codes.append(instrument.code)
            self._keep()
            self._rebuild()

    def remove(self, code: str) -> None:
        if code in self._codes:
            self._codes.remove(code)
            self._keep()
            self._rebuild()

    def _rebuild(self) -> None:
        found = [self._workspace.directory.get(code) for code in self._codes]
        shown = [instrument for instrument in found if instrument is not None]
        if shown != self._shown:
            self._shown = shown
            self.table.blockSignals(True)
            self.table.setRowCount(len(shown))
            for n, instrument in enumerate(shown):
                name = QTableWidgetItem(one_line(instrument.name, 16))
                name.setToolTip(tip_text(f"{instrument.name} {instrument.code}"))
                self.table.setItem(n, 0, name)
                for column in (1, 2):
                    cell = QTableWidgetItem("")
                    cell.setTextAlignment(_RIGHT)
                    self.table.setItem(n, column, cell)
            self.table.blockSignals(False)
            self.quotes.watch([(i.market, i.code) for i in shown])
            listed = self._workspace.directory.at is not None
            if self._selection.instrument is None and shown and listed:
                self._selection.choose(shown[0])
            self._mark()
        self.refresh()

    # --- showing -----------------------------------------------------------------------------------------------
    def refresh(self) -> None:
        palette = theme.colours()
        for n, instrument in enumerate(self._shown):
            quote = self.quotes.quote(instrument.market, instrument.code)
            change = None if quote is None else quote.change
            tone = theme.tone_of(change)
            ink = QBrush(QColor(getattr(palette, tone) if tone else palette.text))
            rate = formats.rate(None if quote is None else quote.change_rate)
            texts = (formats.number(None if quote is None else quote.last), f"{formats.arrow(change)} {rate}".strip())
            for column, text in enumerate(texts, start=1):
                cell = self.table.item(n, column)
                if cell is not None and (cell.text() != text or cell.foreground() != ink):
                    cell.setText(text)
                    cell.setForeground(ink)
        self.note.setText(self._note())

    def _note(self) -> str:
        directory = self._workspace.directory
        if self.quotes.error:
            return f"시세 조회 실패: {self.quotes.error}"
        if directory.error:
            return f"종목 목록을 받지 못함: {directory.error}"
        connection = self._workspace.connection
        loading = connection is not None and connection.lanes[Market.STOCK].state is LaneState.READY
        return "종목 목록을 받고 있습니다…" if loading and directory.at is None else ""

    def _mark(self) -> None:
        """Show which of them is chosen, without choosing it again."""
        instrument = self._selection.instrument
        self.table.blockSignals(True)
        self.table.clearSelection()
        for n, shown in enumerate(self._shown):
            if shown == instrument:
                self.table.selectRow(n)
        self.table.blockSignals(False)

    def _chosen(self) -> None:
        rows = self.table.selectionModel().selectedRows()
        if rows:
            self._selection.choose(self._shown[rows[0].row()])

    def _menu(self, point: QPoint) -> None:
        index = self.table.indexAt(point)
        if index.isValid():
            instrument = self._shown[index.row()]
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            action = menu.addAction(caption(f"관심에서 빼기: {instrument.name}"))
            action.triggered.connect(lambda _=False: self.remove(instrument.code))
            menu.popup(self.table.viewport().mapToGlobal(point))
