"""A field for a whole number as traders write it: 71,200원, 1.2만, with thousands separators when it is left."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from kiwoom_desk.domain.inputs import Parsed, Problem
from kiwoom_desk.ui import formats, theme
from kiwoom_desk.ui.plain import tip

Stepper = Callable[[int | None, int], int | None]
"""(value, steps) → the next value, None when there is nothing to step from."""

LONGEST = 60
WHEEL_NOTCH = 120


class IntField(QLineEdit):
    """`value` is what was understood, `problem` the Korean sentence why nothing was; the text itself always stays.

    `changed` tells of the trader's own edits and steps, never of `set_value`. `entered` is a deliberate Enter.
    """

    changed = Signal()
    entered = Signal()

    def __init__(self, parse: Callable[[str], Parsed], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parse = parse
        self._off = ""
        self.stepper: Stepper | None = None
        self.setAccessibleName(name)
        self.setMaxLength(LONGEST)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.textEdited.connect(self._edited)

    # --- reading ---------------------------------------------------------------------------------------------------
    @property
    def value(self) -> int | None:
        parsed = self._parse(self.text())
        return parsed if isinstance(parsed, int) else None

    @property
    def problem(self) -> str:
        parsed = self._parse(self.text())
        return parsed.sentence if isinstance(parsed, Problem) else ""

    # --- setting ---------------------------------------------------------------------------------------------------
    def set_value(self, value: int | None) -> None:
        """Show `value`; a text that already means it is left as it is typed."""
        if value is None and self.problem:
            return
        if value != self.value or value is None:
            self.setText("" if value is None else formats.number(value))
        self._show_problem()

    def empty(self) -> None:
        self.setText("")
        self._show_problem()

    def set_off(self, reason: str, short: str = "") -> None:
        """Switch the field off and empty it; `short` stands in its place, `reason` in its tip. "" switches it on."""
        if reason == self._off:
            return
        self._off = reason
        if reason:
            self.empty()
        self.setEnabled(not reason)
        self.setPlaceholderText(short if reason else "")
        tip(self, reason)
        self.setAccessibleDescription(reason)

    def step(self, steps: int) -> None:
        """Up or down by the stepper; nothing happens when the field is off or holds something unreadable."""
        if self.stepper is None or not self.isEnabled() or self.problem:
            return
        stepped = self.stepper(self.value, steps)
        if stepped is not None and stepped != self.value:
            self.setText(formats.number(stepped))
            self._edited()

    # --- what the trader does ----------------------------------------------------------------------------------------
    def _edited(self) -> None:
        self._show_problem()
        self.changed.emit()

    def _show_problem(self) -> None:
        theme.mark(self, wrong=bool(self.problem))
        if not self._off:
            tip(self, self.problem)

    def _tidy(self) -> None:
        value = self.value
        if value is not None:
            self.setText(formats.number(value))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                if not event.isAutoRepeat():
                    self._tidy()
                    self.entered.emit()
            case Qt.Key.Key_Up:
                self.step(1)
            case Qt.Key.Key_Down:
                self.step(-1)
            case _:
                super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """One notch is one step, only while the field has the focus: a page that scrolls must not change a price."""
        if self.hasFocus() and self.stepper is not None and abs(event.angleDelta().y()) >= WHEEL_NOTCH // 2:
            self.step(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._tidy()
