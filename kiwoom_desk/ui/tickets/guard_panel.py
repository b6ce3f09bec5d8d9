"""The one more act that a strong warning asks for: inline, naming the abnormal beside the normal, never a pop-up."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from kiwoom_desk.ui.fields.buttons import PassButton, button
from kiwoom_desk.ui.fields.layout import row
from kiwoom_desk.ui.plain import PlainLabel
from kiwoom_desk.ui.tickets.trigger import Trigger


class GuardPanel(QFrame):
    """`passed` after a deliberate mouse click or space bar on 그래도 보내기, `turned_back` on 고치기, Enter or Esc."""

    passed = Signal()
    turned_back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "guard")
        self._trigger = Trigger()
        self.title = PlainLabel("", "strong")
        self.text = PlainLabel()
        self.text.setWordWrap(True)
        self.title.setWordWrap(True)
        self.back = button("고치기", "primary", tooltip="보내지 않고 주문을 고칩니다 (Enter, Esc)")
        self.go = PassButton("그래도 보내기")
        self.back.clicked.connect(self.turned_back)
        self.go.clicked.connect(self._pass)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 6, 8, 8)
        box.setSpacing(4)
        box.addWidget(self.title)
        box.addWidget(self.text)
        box.addLayout(row(self.go, None, self.back))
        self.hide()

    def ask(self, title: str, lines: Sequence[str], go: str = "그래도 보내기") -> None:
        """Come up with the focus on 고치기; what is pressed within 0.4 s was meant for something else."""
        self.title.setText(title)
        self.text.setText("\n".join(lines))
        self.go.setText(go)
        self._trigger = Trigger()
        self._trigger.shown(time.monotonic())
        self.show()
        self.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def _pass(self) -> None:
        if self._trigger.pull(time.monotonic()):
            self.passed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat() and (event.key() == Qt.Key.Key_Escape or self.back.hasFocus()):
                self.turned_back.emit()
            return
        super().keyPressEvent(event)
