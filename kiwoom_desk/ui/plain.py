"""Text of the broker and of the user is never HTML here, and cannot turn the line around.

QLabel, QMessageBox and tool tips guess whether a text is rich; a name that holds `<img src=…>` would be fetched
(docs/reliability.md 4). So every label is a `PlainLabel`, every tip goes through `tip`, every caption of a button, tab
or menu through `caption` (where `&` makes a shortcut: KT&G).
"""

from __future__ import annotations

import html
import unicodedata

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

_KEPT = {"\n", "\t"}
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
BROKER_TEXT_LENGTH = 200


def clean(text: str) -> str:
    """`text` without control, direction, private and unassigned characters; line ends and tabs stay."""
    return "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in _DROPPED)


def one_line(text: str, length: int = BROKER_TEXT_LENGTH) -> str:
    """`text` on one line, at most `length` characters, an ellipsis where it was cut."""
    line = " ".join(clean(text).split())
    return line if len(line) <= length else line[: length - 1] + "…"


def broker_says(text: str) -> str:
    """A sentence of the broker, marked as such so that it cannot pose as ours."""
    return f"키움 메시지: {one_line(text)}"


def caption(text: str) -> str:
    """`text` for a button, tab, action or group: `&` stays an ampersand."""
    return clean(text).replace("&", "&&")


def tip(target: QWidget | QAction, text: str) -> None:
    """Give `target` a tool tip that shows `text` literally; the empty text takes it away."""
    target.setToolTip(tip_text(text))


def tip_text(text: str) -> str:
    """For `Qt.ToolTipRole`: explicitly rich, with everything escaped, so that nothing has to guess."""
    return f"<qt>{html.escape(clean(text)).replace(chr(10), '<br>')}</qt>" if text else ""


class PlainLabel(QLabel):
    """A label that shows its text literally. `role` names its look in the theme (muted, strong, caption …)."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if role:
            self.setProperty("role", role)
        self.setText(text)

    def setText(self, text: str) -> None:
        text = clean(text)
        if text != self.text():
            super().setText(text)


class ElidedLabel(PlainLabel):
    """One line that ends in … where there is no room, with the whole text in its tip, then `hint`. Never widens its
    panel."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        self.hint = ""
        super().__init__(text, role, parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(24)

    def setText(self, text: str) -> None:
        super().setText(one_line(text, 2_000))

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width() + 2, hint.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = QFontMetrics(self.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        tip(self, "\n".join(filter(None, (self.text() if shown != self.text() else "", self.hint))))
        painter = QPainter(self)
        self.style().drawItemText(
            painter, self.rect(), int(self.alignment()), self.palette(), self.isEnabled(), shown, self.foregroundRole()
        )
        painter.end()
