"""Where the fields of a ticket scroll when advice takes their room: the field in use is always in sight."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

GAP = 8
"""Pixels that stay in sight above and below the field."""


class FieldsArea(QScrollArea):
    """Takes no focus of its own and never scrolls sideways."""

    def __init__(self, inner: QWidget) -> None:
        super().__init__()
        self._inner = inner
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inner)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_moved)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._keep_in_sight(self.window().focusWidget())

    def _focus_moved(self, _: QWidget | None, now: QWidget | None) -> None:
        self._keep_in_sight(now)

    def _keep_in_sight(self, field: QWidget | None) -> None:
        if field is not None and self._inner.isAncestorOf(field):
            self.ensureWidgetVisible(field, 0, GAP)
