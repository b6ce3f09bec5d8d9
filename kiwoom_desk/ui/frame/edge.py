"""The environment's frame around the window: dotted, plain, or solid when live is armed. The bar is its top."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from kiwoom_desk.trading.environments import World
from kiwoom_desk.ui import theme

WIDTH = 4


def paint_edge(widget: QWidget, world: World | None, *, armed: bool) -> None:
    """Draw the frame into `widget`'s outermost pixels; nothing while there is no environment."""
    if world is None:
        return
    look = theme.environment(world)
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    inner = QRectF(widget.rect()).adjusted(WIDTH / 2, 0, -WIDTH / 2, -WIDTH / 2)
    styles = {"dotted": Qt.PenStyle.DotLine, "plain": Qt.PenStyle.SolidLine, "solid": Qt.PenStyle.SolidLine}
    pen = QPen(QColor(look.fill), WIDTH, styles[look.edge])
    if look.edge == "plain" or (look.edge == "solid" and not armed):
        pen.setWidthF(2)
    painter.setPen(pen)
    painter.drawPolyline([inner.topLeft(), inner.bottomLeft(), inner.bottomRight(), inner.topRight()])
    painter.end()
