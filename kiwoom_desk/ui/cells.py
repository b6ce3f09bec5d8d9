"""How a table's cells are painted: a little air at both sides, and chosen rows keep the colours that mean something."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from kiwoom_desk.ui import theme

AIR = 6
"""Pixels between a cell's edge and its text; the header has the same."""
Index = QModelIndex | QPersistentModelIndex


class Cells(QStyledItemDelegate):
    """For tables of plain text. The ground of a cell (an alarm) fills it and wins over the selection's."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect, state = option.rect, option.state
        colours = theme.colours()
        ground = index.data(Qt.ItemDataRole.BackgroundRole)
        if isinstance(ground, QBrush):
            painter.fillRect(rect, ground)
        elif state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(colours.selected))
        ink = index.data(Qt.ItemDataRole.ForegroundRole)
        font = self._font(option, index)
        inner = rect.adjusted(AIR, 0, -AIR, 0)
        shown = QFontMetrics(font).elidedText(_text(index), Qt.TextElideMode.ElideRight, inner.width())
        painter.save()
        painter.setFont(font)
        painter.setPen(ink.color() if isinstance(ink, QBrush) else QColor(colours.text))
        alignment = index.data(Qt.ItemDataRole.TextAlignmentRole)
        painter.drawText(inner, int(alignment or Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        metrics = QFontMetrics(self._font(option, index))
        return QSize(room(metrics, _text(index)), theme.sizes().row)

    @staticmethod
    def _font(option: QStyleOptionViewItem, index: Index) -> QFont:
        """The table's font, bold where the cell asks for it."""
        font = QFont(option.font)
        wanted = index.data(Qt.ItemDataRole.FontRole)
        font.setBold(isinstance(wanted, QFont) and wanted.bold())
        return font


def room(metrics: QFontMetrics, text: str) -> int:
    """Pixels that a cell needs to show `text` whole."""
    return metrics.horizontalAdvance(text) + 2 * AIR + 2


def _text(index: Index) -> str:
    return str(index.data(Qt.ItemDataRole.DisplayRole) or "")
