"""Buttons that are used all over: segments, small ones, and the one that sends."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from kiwoom_desk.domain.instruments import Side
from kiwoom_desk.ui import theme
from kiwoom_desk.ui.plain import caption, clean, tip, tip_text

E = TypeVar("E", bound=Enum)


def button(text: str, role: str = "", *, tooltip: str = "", parent: QWidget | None = None) -> QPushButton:
    made = QPushButton(parent)
    name(made, text)
    made.setAutoDefault(False)
    if role:
        made.setProperty("role", role)
    tip(made, tooltip)
    return made


def name(button: QPushButton, text: str) -> None:
    """Its caption, and what a screen reader says."""
    button.setText(caption(text))
    button.setAccessibleName(clean(text))


def set_off(button: QPushButton, reason: str, otherwise: str = "") -> None:
    """Switch it off with `reason` in its tip; the empty reason switches it on, and its tip is `otherwise` again."""
    if button.isEnabled() == bool(reason):
        button.setEnabled(not reason)
    shown = tip_text(reason or otherwise)
    if button.toolTip() != shown:  # a tip that is set again hides the one in sight
        button.setToolTip(shown)
        button.setAccessibleDescription(clean(reason))


class _Chosen(QObject):
    chosen = Signal(object)


class Segments(QWidget, Generic[E]):
    """A row of buttons of which one is down. `on_choice.chosen` tells of the trader's choice only."""

    def __init__(self, choices: Iterable[tuple[E, str]], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._signals = _Chosen(self)
        self.chosen = self._signals.chosen
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self.buttons: dict[E, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for value, text in choices:
            made = button(text, "segment")
            made.setCheckable(True)
            made.clicked.connect(lambda _=False, value=value: self.chosen.emit(value))
            self._group.addButton(made)
            self.buttons[value] = made
            row.addWidget(made)

    @property
    def value(self) -> E | None:
        return next((v for v, b in self.buttons.items() if b.isChecked()), None)

    def show_value(self, value: E) -> None:
        self.buttons[value].setChecked(True)

    def set_off(self, value: E, reason: str) -> None:
        """Switch one choice off, saying why; the empty reason switches it on."""
        self.buttons[value].setEnabled(not reason)
        tip(self.buttons[value], reason)


class CalmCombo(QComboBox):
    """A list that a turning wheel does not change; Enter moves on instead of opening it."""

    entered = Signal()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.entered.emit()
            return
        super().keyPressEvent(event)


class SendButton(QPushButton):
    """Carries the whole order in words. It never loses the focus by being off: a press then says why.

    `pressed_once` is one deliberate act: a click, or Enter or the space bar gone down; a key that repeats by itself
    is none. What makes an act an order is decided elsewhere (`tickets.trigger`).
    """

    pressed_once = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = self._detail = ""
        self.setProperty("role", "send")
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.pressed_once)

    def say(self, title: str, detail: str, side: Side | None, *, off: bool) -> None:
        """`side` gives the colour; None is a button that takes no side."""
        theme.mark(self, side="" if side is None else side.value, off=off)
        if (title, detail) != (self._title, self._detail):
            self._title, self._detail = clean(title), clean(detail)
            self.setAccessibleName(f"{self._title}. {self._detail}")
            self._lay_out()

    @property
    def ready(self) -> bool:
        """False while a press does nothing but say why."""
        return not self.property("off")

    @property
    def sentence(self) -> str:
        return f"{self._title} · {self._detail}"

    def _lay_out(self) -> None:
        """Two lines; the name gets a line of its own when they are too wide, and the rest is cut with the whole in
        the tip."""
        room = max(self.width() - 20, 80)
        metrics = self.fontMetrics()
        lines = [self._title, self._detail]
        if metrics.horizontalAdvance(self._title) > room:
            words = self._title.rsplit(" ", 3)
            lines = [words[0], " ".join(words[1:]), self._detail]
        cut = [metrics.elidedText(line, Qt.TextElideMode.ElideRight, room) for line in lines if line]
        self.setText(caption("\n".join(cut)))
        tip(self, "" if cut == lines else f"{self._title}\n{self._detail}")

    def sizeHint(self) -> QSize:
        lines = max(self.text().count("\n") + 1, 2)
        return QSize(200, self.fontMetrics().lineSpacing() * lines + 20)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if not event.isAutoRepeat():
                self.pressed_once.emit()
            return
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            return
        super().keyReleaseEvent(event)


class PassButton(QPushButton):
    """The further act that a strong warning asks for: the mouse, or the space bar. Enter does not pass it."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(caption(text), parent)
        self.setAutoDefault(False)
        self.setAccessibleName(clean(text))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter or event.isAutoRepeat():
            event.accept()
            return
        super().keyPressEvent(event)
