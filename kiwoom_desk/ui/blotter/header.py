"""The blotter's columns as the trader arranged them: order, widths and which are hidden, kept by column name.

A width that he has not set is what the column's usual text needs in the type of now, and the state fills the window.
Kept by name and not as Qt's own bytes, so that a column that a later version brings does not lose the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QMenu, QTableView

from kiwoom_desk.trading.settings import Settings
from kiwoom_desk.ui import cells, fonts, theme
from kiwoom_desk.ui.blotter.columns import COLUMNS, KEYS
from kiwoom_desk.ui.plain import caption

PROFILE = "blotter"
AFTER_MS = 800
"""A dragged edge tells of every pixel; the file hears of the end."""
WIDTHS = range(24, 601)
AS_NEEDED = 0
"""Kept for a width that the trader has not set."""
ALWAYS = "name"
"""The column that cannot be hidden, so that the header's menu never goes away with its header."""
FILLER = "state"
"""The column that takes what the others leave of the window. Its texts differ most in length, and what is read
together, name, side, quantity and price, stays together."""


def needed(key: str) -> int:
    """Pixels for what the column usually says, and for its head."""
    text, head = (QFontMetrics(fonts.ui_font(size)) for size in (theme.sizes().text, theme.sizes().small))
    return max(cells.room(text, COLUMNS[key].longest), cells.room(head, COLUMNS[key].title))


class ColumnKeeper(QObject):
    """Restores on making, keeps on every change. A right click on the header shows and hides columns."""

    def __init__(self, table: QTableView, settings: Settings) -> None:
        super().__init__(table)
        self._table = table
        self._port = table.viewport()
        self._header = table.horizontalHeader()
        self._settings = settings
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(AFTER_MS)
        self._later.timeout.connect(self.keep)
        self._own: dict[str, int] = {}
        self._placing = False
        self.arrange()
        for n, key, width, hidden in self._kept():
            self._header.moveSection(self._header.visualIndex(KEYS.index(key)), n)
            if width != AS_NEEDED:
                self._own[key] = width
            self._table.setColumnHidden(KEYS.index(key), hidden)
        self.take_look()
        self._header.sectionMoved.connect(self._soon)
        self._header.sectionResized.connect(self._resized)
        self._header.viewport().installEventFilter(self)
        self._port.installEventFilter(self)
        self._header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._header.customContextMenuRequested.connect(self._menu)

    def stop(self) -> None:
        if self._later.isActive():
            self.keep()

    def arrange(self) -> None:
        """The columns everybody starts with."""
        self._own.clear()
        for n, key in enumerate(KEYS):
            self._header.moveSection(self._header.visualIndex(n), n)
            self._table.setColumnHidden(n, COLUMNS[key].hidden)
        self.take_look()

    def take_look(self) -> None:
        """Widths for the type of now; those that the trader has set stay."""
        for key in KEYS:
            self._place(key, self._own.get(key) or needed(key))
        self._fill()

    def _fill(self) -> None:
        """The filler takes what the others leave, and never less than it needs."""
        if FILLER not in self._own:
            rest = self._port.width() - self._header.length() + self._header.sectionSize(KEYS.index(FILLER))
            self._place(FILLER, max(rest, needed(FILLER)))

    def _place(self, key: str, width: int) -> None:
        self._placing = True
        self._header.resizeSection(KEYS.index(key), width)
        self._placing = False

    def _resized(self, column: int, before: int, width: int) -> None:
        """A column that is hidden or shown again goes to no width and comes from none."""
        if not self._placing and before and width:
            self._own[KEYS[column]] = width
            self._soon()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A filler that made room at once would take the edge from the hand that drags it: not before it lets go."""
        after = QEvent.Type.Resize if watched is self._port else QEvent.Type.MouseButtonRelease
        if event.type() == after:
            self._fill()
        return super().eventFilter(watched, event)

    def keep(self) -> None:
        self._later.stop()
        order = sorted(range(len(KEYS)), key=self._header.visualIndex)
        rows = [[KEYS[n], self._own.get(KEYS[n], AS_NEEDED), self._table.isColumnHidden(n)] for n in order]
        self._settings.put_layout(PROFILE, json.dumps(rows).encode("ascii"))

    def _kept(self) -> Iterator[tuple[int, str, int, bool]]:
        """(place, column, width or AS_NEEDED, hidden) of every column of ours that is kept; damage is skipped."""
        try:
            rows: Any = json.loads(self._settings.layout(PROFILE) or b"[]")
        except (ValueError, RecursionError):
            return
        seen: set[str] = set()
        for entry in rows if isinstance(rows, list) else ():
            match entry:
                case [str(key), int(width), bool(hidden)] if key in COLUMNS and key not in seen:
                    seen.add(key)
                    width = width and min(max(width, WIDTHS[0]), WIDTHS[-1])
                    yield len(seen) - 1, key, width, hidden and key != ALWAYS

    def _soon(self, *_: int) -> None:
        self._later.start()

    def show_column(self, key: str, shown: bool) -> None:
        self._table.setColumnHidden(KEYS.index(key), not shown)
        self._fill()
        self._soon()

    def _menu(self, at: QPoint) -> None:
        menu = QMenu(self._table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for n, key in enumerate(KEYS):
            action = menu.addAction(caption(COLUMNS[key].title))
            action.setCheckable(True)
            action.setChecked(not self._table.isColumnHidden(n))
            action.setEnabled(key != ALWAYS)
            action.toggled.connect(lambda shown, key=key: self.show_column(key, shown))
        menu.addSeparator()
        menu.addAction("처음 배열로").triggered.connect(self._reset)
        menu.popup(self._header.mapToGlobal(at))

    def _reset(self) -> None:
        self.arrange()
        self._soon()
