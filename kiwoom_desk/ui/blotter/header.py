"""The blotter's columns as the trader arranged them: order, widths and which are hidden, kept by column name.

Kept by name and not as Qt's own bytes, so that a column that a later version brings does not lose the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtWidgets import QMenu, QTableView

from kiwoom_desk.trading.settings import Settings
from kiwoom_desk.ui.blotter.columns import COLUMNS, KEYS
from kiwoom_desk.ui.plain import caption

PROFILE = "blotter"
AFTER_MS = 800
"""A dragged edge tells of every pixel; the file hears of the end."""
WIDTHS = range(24, 601)
ALWAYS = "name"
"""The column that cannot be hidden, so that the header's menu never goes away with its header."""


class ColumnKeeper(QObject):
    """Restores on making, keeps on every change. A right click on the header shows and hides columns."""

    def __init__(self, table: QTableView, settings: Settings) -> None:
        super().__init__(table)
        self._table = table
        self._header = table.horizontalHeader()
        self._settings = settings
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(AFTER_MS)
        self._later.timeout.connect(self.keep)
        self.arrange()
        for n, key, width, hidden in self._kept():
            column = KEYS.index(key)
            self._header.moveSection(self._header.visualIndex(column), n)
            self._header.resizeSection(column, width)
            self._table.setColumnHidden(column, hidden)
        self._header.sectionMoved.connect(self._soon)
        self._header.sectionResized.connect(self._soon)
        self._header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._header.customContextMenuRequested.connect(self._menu)

    def stop(self) -> None:
        if self._later.isActive():
            self.keep()

    def arrange(self) -> None:
        """The columns everybody starts with."""
        for n, key in enumerate(KEYS):
            self._header.moveSection(self._header.visualIndex(n), n)
            self._table.setColumnHidden(n, COLUMNS[key].hidden)
            self._table.setColumnWidth(n, COLUMNS[key].width)

    def keep(self) -> None:
        self._later.stop()
        order = sorted(range(len(KEYS)), key=self._header.visualIndex)
        # A hidden section is 0 wide for Qt; what it had is not known any more, so that it gets its first width again.
        rows = [
            [KEYS[n], self._header.sectionSize(n) or COLUMNS[KEYS[n]].width, self._table.isColumnHidden(n)]
            for n in order
        ]
        self._settings.put_layout(PROFILE, json.dumps(rows).encode("ascii"))

    def _kept(self) -> Iterator[tuple[int, str, int, bool]]:
        """(place, column, width, hidden) of every column of ours that the kept bytes name; damage is skipped."""
        try:
            rows: Any = json.loads(self._settings.layout(PROFILE) or b"[]")
        except (ValueError, RecursionError):
            return
        seen: set[str] = set()
        for entry in rows if isinstance(rows, list) else ():
            match entry:
                case [str(key), int(width), bool(hidden)] if key in COLUMNS and key not in seen:
                    seen.add(key)
                    yield len(seen) - 1, key, min(max(width, WIDTHS[0]), WIDTHS[-1]), hidden and key != ALWAYS

    def _soon(self, *_: int) -> None:
        self._later.start()

    def show_column(self, key: str, shown: bool) -> None:
        self._table.setColumnHidden(KEYS.index(key), not shown)
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
