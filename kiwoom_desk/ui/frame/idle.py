"""Nobody at the desk: after the set time without a key or a mouse movement, live is disarmed."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from kiwoom_desk.trading.settings import IDLE_MINUTES
from kiwoom_desk.trading.workspace import Workspace

ACTS = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)
EVERY_MS = 5_000


class IdleWatch(QObject):
    """Lives as long as its parent. A window that loses the focus for good counts as nobody there, too."""

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._last = time.monotonic()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in ACTS:
            self._last = time.monotonic()
        return False

    def look(self) -> None:
        """Disarm when nobody has acted for the set time."""
        minutes = self._workspace.settings.get(IDLE_MINUTES)
        if time.monotonic() - self._last > minutes * 60 and self._workspace.safety.needs_arming:
            self._workspace.safety.disarm(f"{minutes}분 동안 조작이 없었습니다.")
