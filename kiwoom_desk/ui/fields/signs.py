"""Small drawn signs: a shape for each gravity, the same on every system whatever its fonts hold."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiwoom_desk.ui import theme

Sign = Literal["info", "warn", "refuse", "good"]
SIDE = 15


class SignIcon(QWidget):
    """A ring with i, a triangle with !, a barred ring, or a ring with a tick."""

    def __init__(self, sign: Sign = "info", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign: Sign = sign
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_sign(self, sign: Sign, word: str) -> None:
        self._sign = sign
        self.setAccessibleName(word)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(SIDE + 1, SIDE + 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colours()
        colour = QColor({"info": c.muted, "warn": c.warn, "refuse": c.warn, "good": c.good}[self._sign])
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        box = QRectF(1.5, 1.5, SIDE - 2, SIDE - 2)
        match self._sign:
            case "warn":
                top, base = QPointF(box.center().x(), box.top()), box.bottom()
                painter.drawPolygon(QPolygonF([top, QPointF(box.right(), base), QPointF(box.left(), base)]))
                self._letter(painter, "!", QRectF(box.adjusted(0, 3, 0, 0)))
            case "refuse":
                painter.drawEllipse(box)
                painter.drawLine(box.center() - QPointF(3, 0), box.center() + QPointF(3, 0))
            case "good":
                painter.drawEllipse(box)
                mid = box.center()
                painter.drawPolyline([mid + QPointF(-3, 0), mid + QPointF(-0.8, 2.4), mid + QPointF(3.2, -2.4)])
            case "info":
                painter.drawEllipse(box)
                self._letter(painter, "i", box)
        painter.end()

    def _letter(self, painter: QPainter, letter: str, box: QRectF) -> None:
        font = QFont(self.font())
        font.setPixelSize(9)
        font.setBold(True)
        painter.setFont(font)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), letter)
