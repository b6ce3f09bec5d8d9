"""Lamps with words and a gauge, drawn on the environment's colour: shape and word tell as much as the colour."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiwoom_desk.ui.plain import clean, tip


class Lamp(QWidget):
    """연결 ●: full when on, a ring with a stroke through it when off, half while on the way."""

    def __init__(self, word: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._word = word
        self._level = 0.0
        self._ink = QColor("white")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_level(self, level: float, sentence: str) -> None:
        """1 on, 0.5 on the way, 0 off; `sentence` says which and why."""
        if level != self._level:
            self._level = level
            self.update()
        tip(self, sentence)
        self.setAccessibleName(f"{self._word}: {clean(sentence)}")

    def set_ink(self, ink: str) -> None:
        self._ink = QColor(ink)
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._word) + 18, metrics.height() + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._ink)
        text_width = self.fontMetrics().horizontalAdvance(self._word)
        painter.drawText(0, 0, text_width, self.height(), int(Qt.AlignmentFlag.AlignVCenter), self._word)
        dot = QRectF(text_width + 5.5, self.height() / 2 - 4.5, 9, 9)
        painter.setPen(QPen(self._ink, 1.5))
        if self._level >= 1:
            painter.setBrush(self._ink)
            painter.drawEllipse(dot)
        elif self._level > 0:
            painter.drawEllipse(dot)
            painter.setBrush(self._ink)
            painter.drawPie(dot, 90 * 16, 180 * 16)
        else:
            painter.drawEllipse(dot)
            painter.drawLine(dot.bottomLeft(), dot.topRight())
        painter.end()


class Gauge(QWidget):
    """요청 여유 ▮▮▮▯: how much of the request budget is free, in quarters and a half."""

    BARS = 5

    def __init__(self, word: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._word = word
        self._free = 1.0
        self._ink = QColor("white")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_free(self, free: float) -> None:
        """`free` between 0 and 1."""
        if round(free * self.BARS) != round(self._free * self.BARS):
            self.update()
        self._free = free
        tip(self, f"초당 요청 한도에서 지금 {free:.0%}가 남아 있습니다. 모자라면 주문이 차례를 기다립니다.")
        self.setAccessibleName(f"{self._word} {free:.0%}")

    def set_ink(self, ink: str) -> None:
        self._ink = QColor(ink)
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._word) + 8 + self.BARS * 7, metrics.height() + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self._ink)
        text_width = self.fontMetrics().horizontalAdvance(self._word)
        painter.drawText(0, 0, text_width, self.height(), int(Qt.AlignmentFlag.AlignVCenter), self._word)
        full = round(self._free * self.BARS)
        for at in range(self.BARS):
            bar = QRectF(text_width + 6.5 + at * 7, self.height() / 2 - 5.5, 4, 11)
            painter.setBrush(self._ink if at < full else Qt.BrushStyle.NoBrush)
            painter.drawRect(bar)
        painter.end()
