"""One line for each piece of advice: an icon, a Korean sentence, one-click changes. Kept as widgets that are reused."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from kiwoom_desk.domain.advice import Level
from kiwoom_desk.domain.forms import Fix
from kiwoom_desk.ui import theme
from kiwoom_desk.ui.fields.buttons import button
from kiwoom_desk.ui.fields.signs import Sign, SignIcon
from kiwoom_desk.ui.plain import PlainLabel, caption
from kiwoom_desk.ui.tickets.view import Line

SIGNS: dict[Level, Sign] = {Level.INFO: "info", Level.WARN: "warn", Level.STRONG: "warn", Level.REFUSE: "refuse"}
TONES = {Level.INFO: "", Level.WARN: "warn", Level.STRONG: "warn", Level.REFUSE: "refuse"}
WORDS = {Level.INFO: "알림", Level.WARN: "주의", Level.STRONG: "강한 경고", Level.REFUSE: "보낼 수 없음"}
MOST_FIXES = 2
MOST_LINES = 3
"""Shown at once; the rest folds into one button, so that the fields above stay in sight."""


class _Row(QFrame):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "advice")
        self.icon = SignIcon()
        self.text = PlainLabel("", "small")
        self.text.setWordWrap(True)
        self.fixes = [button("", "small") for _ in range(MOST_FIXES)]
        inner = QHBoxLayout(self)
        inner.setContentsMargins(8, 3, 4, 3)
        inner.setSpacing(4)
        inner.addWidget(self.icon)
        inner.addWidget(self.text, 1)
        for fix in self.fixes:
            inner.addWidget(fix)


class AdviceLines(QWidget):
    """Shows lines in order; `fix_wanted` gives the change the trader took."""

    fix_wanted = Signal(object)  # Fix

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[_Row] = []
        self._shown: tuple[Line, ...] = ()
        self._offers: dict[QPushButton, Fix] = {}
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(4)
        self.more = button("", "small")
        self.more.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.more.setCheckable(True)
        self.more.clicked.connect(self._lay_out)
        self._box.addWidget(self.more)
        self.more.hide()

    def show_lines(self, lines: tuple[Line, ...]) -> None:
        if lines == self._shown:
            return
        self._shown = lines
        while len(self._rows) < len(lines):
            self._add_row()
        for row, line in zip(self._rows, lines, strict=False):
            self._fill(row, line)
        self._lay_out()

    def sentences(self) -> tuple[str, ...]:
        return tuple(line.sentence for line in self._shown)

    def _lay_out(self) -> None:
        whole = len(self._shown) <= MOST_LINES + 1
        room = len(self._shown) if whole or self.more.isChecked() else MOST_LINES
        for at, row in enumerate(self._rows):
            row.setVisible(at < room)
        self.more.setVisible(not whole)
        self.more.setText("접기" if self.more.isChecked() else f"외 {len(self._shown) - MOST_LINES}건 더 보기")

    def _add_row(self) -> None:
        row = _Row(self)
        for offer in row.fixes:
            offer.clicked.connect(lambda _=False, offer=offer: self.fix_wanted.emit(self._offers[offer]))
        self._rows.append(row)
        self._box.insertWidget(self._box.count() - 1, row)

    def _fill(self, row: _Row, line: Line) -> None:
        theme.mark(row, tone=TONES[line.level])
        row.icon.show_sign(SIGNS[line.level], WORDS[line.level])
        row.text.setText(line.sentence)
        for offer, fix in zip(row.fixes, (*line.fixes, *(None,) * MOST_FIXES), strict=False):
            offer.setVisible(fix is not None)
            if fix is not None:
                self._offers[offer] = fix
                offer.setText(caption(fix.label))
                offer.setAccessibleName(fix.label)
