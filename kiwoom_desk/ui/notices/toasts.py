"""Slips in the corner for acceptance, fill and refusal: they come, they go, they never take a click or the focus."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from kiwoom_desk.trading.notices import Level, Notice
from kiwoom_desk.trading.settings import TOASTS
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import theme
from kiwoom_desk.ui.fields.signs import Sign, SignIcon
from kiwoom_desk.ui.plain import PlainLabel, one_line

STAYS, ALARM_STAYS = 4_000, 12_000
"""Milliseconds. An alarm is a long sentence and the one that must be read."""
WIDTH = 360
MOST = 3
SIGNS: dict[Level, Sign] = {Level.INFO: "info", Level.GOOD: "good", Level.WARN: "warn", Level.ALARM: "warn"}


class Toast(QFrame):
    def __init__(self, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        self.level = notice.level
        self.setProperty("role", "toast")
        theme.mark(self, tone=notice.level.value)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.addWidget(SignIcon(SIGNS[notice.level]))
        text = PlainLabel(one_line(notice.text))
        text.setWordWrap(True)
        row.addWidget(text, 1)
        text.ensurePolished()  # the theme's letters decide how many lines it takes
        self.setFixedSize(WIDTH, row.totalHeightForWidth(WIDTH))


class Toasts(QObject):
    """At most three at a time at the left, standing on `floor`: off the ticket's button and the rows of the blotter."""

    def __init__(self, workspace: Workspace, window: QWidget, floor: Callable[[], int]) -> None:
        super().__init__(window)
        self._floor = floor
        self._workspace = workspace
        self._window = window
        self._shown: list[Toast] = []
        self._end = workspace.notices.subscribe(self.take)
        window.installEventFilter(self)

    def take(self, notice: Notice) -> None:
        """Only what has a sound is worth a slip; the rest is on the line at the foot."""
        if notice.sound is None or not self._workspace.settings.get(TOASTS):
            return
        toast = Toast(notice, self._window)
        self._shown.append(toast)
        stays = ALARM_STAYS if notice.level is Level.ALARM else STAYS
        QTimer.singleShot(stays, toast, lambda: self._drop(toast))
        while len(self._shown) > MOST:
            passing = [slip for slip in self._shown if slip.level is not Level.ALARM]
            self._drop(passing[0] if passing else self._shown[0])
        toast.show()
        self._place()

    def stop(self) -> None:
        self._end()
        for toast in tuple(self._shown):
            self._drop(toast)

    def _drop(self, toast: Toast) -> None:
        if toast in self._shown:
            self._shown.remove(toast)
            toast.hide()
            toast.deleteLater()
            self._place()

    def _place(self) -> None:
        bottom = self._floor()
        for toast in reversed(self._shown):
            bottom -= toast.height()
            toast.move(16, bottom)
            toast.raise_()
            bottom -= 8

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._place()
        return False
