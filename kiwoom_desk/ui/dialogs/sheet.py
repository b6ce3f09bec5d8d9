"""The one shape of our dialogs: a title, a body, buttons at the right; Esc closes, Enter never decides by itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from kiwoom_desk.ui import aio
from kiwoom_desk.ui.fields.buttons import button
from kiwoom_desk.ui.fields.layout import row
from kiwoom_desk.ui.plain import PlainLabel, clean


class Sheet(QDialog):
    """Put the parts into `body`; `accept_button` stands at the right end."""

    def __init__(self, title: str, parent: QWidget | None, *, accept: str = "확인", reject: str = "닫기") -> None:
        super().__init__(parent)
        self.setWindowTitle(clean(title))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        self.trouble = PlainLabel("", "small")
        self.trouble.setWordWrap(True)
        self.trouble.setProperty("tone", "warn")
        self.trouble.hide()
        self.reject_button = button(reject)
        self.accept_button = button(accept, "primary")
        self.reject_button.clicked.connect(self.reject)
        self.accept_button.clicked.connect(self.accept)
        self.reject_button.setVisible(bool(reject))
        self.left = row()
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 14, 16, 14)
        box.setSpacing(12)
        box.addLayout(self.body, 1)
        box.addWidget(self.trouble)
        box.addLayout(row(self.left, None, self.reject_button, self.accept_button))

    def say(self, sentence: str) -> None:
        """What went wrong, where the trader looks; the empty sentence takes it away."""
        self.trouble.setText(sentence)
        self.trouble.setVisible(bool(sentence))


def paragraph(text: str, role: str = "") -> PlainLabel:
    made = PlainLabel(text, role)
    made.setWordWrap(True)
    made.setMinimumWidth(360)
    return made


async def confirm(
    parent: QWidget | None,
    title: str,
    lines: Sequence[str],
    *,
    accept: str,
    reject: str = "돌아가기",
) -> bool:
    """Ask one question; the focus stands on the way back."""
    sheet = Sheet(title, parent, accept=accept, reject=reject)
    for line in lines:
        sheet.body.addWidget(paragraph(line))
    sheet.reject_button.setFocus()
    _never_by_enter(sheet.accept_button)
    try:
        return await aio.ask(sheet) == QDialog.DialogCode.Accepted
    finally:
        sheet.deleteLater()


def _never_by_enter(made: QPushButton) -> None:
    made.setDefault(False)
    made.setAutoDefault(False)


async def tell(parent: QWidget | None, title: str, lines: Sequence[str]) -> None:
    """Say something that must not be overlooked."""
    sheet = Sheet(title, parent, accept="알겠습니다", reject="")
    for line in lines:
        sheet.body.addWidget(paragraph(line))
    try:
        await aio.ask(sheet)
    finally:
        sheet.deleteLater()
