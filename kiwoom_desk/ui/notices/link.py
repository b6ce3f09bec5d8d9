"""A line that leads somewhere: by mouse, or by Enter or the space bar while it has the focus."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from kiwoom_desk.ui.plain import ElidedLabel

_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_MOODS = (QEvent.Type.Enter, QEvent.Type.Leave, QEvent.Type.FocusIn, QEvent.Type.FocusOut)


class LinkLine(ElidedLabel):
    """Plain text while it leads nowhere (`lead("")`); underlined under the mouse and with the focus while it does."""

    followed = Signal()

    def __init__(self, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__("", role, parent)

    def lead(self, hint: str) -> None:
        """`hint` says where to, in the tip and to a screen reader."""
        self.hint = hint
        self.setAccessibleDescription(hint)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if hint else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if hint else Qt.CursorShape.ArrowCursor)
        self._underline()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        inside = self.rect().contains(event.position().toPoint())
        if self.hint and inside and event.button() is Qt.MouseButton.LeftButton:
            self.followed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ours also where it leads nowhere: the release belongs to the press."""
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.hint and event.key() in _KEYS:
            if not event.isAutoRepeat():
                self.followed.emit()
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() in _MOODS:
            self._underline()
        return done

    def _underline(self) -> None:
        font = self.font()
        font.setUnderline(bool(self.hint) and (self.underMouse() or self.hasFocus()))
        self.setFont(font)
