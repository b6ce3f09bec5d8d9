"""The day's orders as a Qt table. Rows stand in the order of arrival, amendments right under their originals' place.

Changes are gathered per row and applied on a tick of some 16 ms, so that a burst of fills costs one repaint a row.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer
from PySide6.QtGui import QBrush, QColor, QFont

from kiwoom_desk.domain.facts import OrderId
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.trading.environments import World
from kiwoom_desk.ui import formats, labels, theme
from kiwoom_desk.ui.blotter.columns import COLUMNS, KEYS, Line, at
from kiwoom_desk.ui.plain import tip_text

LINE = Qt.ItemDataRole.UserRole
KEY = Qt.ItemDataRole.UserRole + 1
TICK_MS = 16
Index = QModelIndex | QPersistentModelIndex
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class BlotterModel(QAbstractTableModel):
    """Rows by order id. `put` and `drop` may be called at any rate; `flush` applies them now (tests do)."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[Line] = []
        self._row_of: dict[OrderId, int] = {}
        self._waiting: dict[OrderId, Line | None] = {}
        self._tick = QTimer(self)
        self._tick.setSingleShot(True)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self.flush)

    # --- changing ----------------------------------------------------------------------------------------------
    def reset(self, lines: Iterable[tuple[Order, World]] = ()) -> None:
        """Start over with these orders: another world, or a start."""
        self.beginResetModel()
        self._waiting.clear()
        self._lines = []
        self._row_of = {}
        for order, world in lines:
            self._row_of[order.id] = len(self._lines)
            self._lines.append(Line(order, world, self._depth(order)))
        self.endResetModel()

    def put(self, order: Order, world: World, shift: timedelta = timedelta()) -> None:
        """`shift` is the broker's clock minus ours, whole seconds (see `Line`)."""
        self._waiting[order.id] = Line(order, world, self._depth(order), shift)
        self._start()

    def drop(self, order_id: OrderId) -> None:
        self._waiting[order_id] = None
        self._start()

    def flush(self) -> None:
        """Apply what waits. Selections and sort order of proxies survive."""
        self._tick.stop()
        waiting, self._waiting = self._waiting, {}
        for order_id, line in waiting.items():
            row = self._row_of.get(order_id)
            if line is None:
                if row is not None:
                    self._remove(row)
            elif row is None:
                self._append(line)
            elif line != self._lines[row]:
                self._replace(row, line)

    def _start(self) -> None:
        if not self._tick.isActive():
            self._tick.start()

    def _append(self, line: Line) -> None:
        row = len(self._lines)
        self.beginInsertRows(QModelIndex(), row, row)
        self._row_of[line.id] = row
        self._lines.append(line)
        self.endInsertRows()

    def _remove(self, row: int) -> None:
        self.beginRemoveRows(QModelIndex(), row, row)
        del self._lines[row]
        self._row_of = {line.id: n for n, line in enumerate(self._lines)}
        self.endRemoveRows()

    def _replace(self, row: int, line: Line) -> None:
        before, self._lines[row] = self._lines[row], line
        changed = [n for n, key in enumerate(KEYS) if _cell(before, key) != _cell(line, key)]
        if changed:
            self.dataChanged.emit(self.index(row, changed[0]), self.index(row, changed[-1]))

    def _depth(self, order: Order) -> int:
        """How many originals stand above it."""
        depth, seen, replaces = 0, {order.id}, order.replaces
        while replaces is not None and replaces not in seen and depth < 6:
            seen.add(replaces)
            depth += 1
            row = self._row_of.get(replaces)
            replaces = None if row is None else self._lines[row].order.replaces
        return depth

    # --- reading -----------------------------------------------------------------------------------------------
    @property
    def lines(self) -> list[Line]:
        return list(self._lines)

    def line(self, row: int) -> Line:
        return self._lines[row]

    def row(self, order_id: OrderId) -> int | None:
        return self._row_of.get(order_id)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own signature)
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(KEYS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(KEYS):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return at(section).title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_RIGHT if at(section).right else _LEFT)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        line, column = self._lines[index.row()], at(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.text(line)
            case Qt.ItemDataRole.TextAlignmentRole:
                return int(_RIGHT if column.right else _LEFT)
            case Qt.ItemDataRole.ForegroundRole:
                return _ink(line, index.column())
            case Qt.ItemDataRole.BackgroundRole:
                return _ground(line, index.column())
            case Qt.ItemDataRole.FontRole:
                return _font(line, index.column())
            case Qt.ItemDataRole.ToolTipRole:
                return tip_text(_tip(line))
        if role == LINE:
            return line
        return column.key(line) if role == KEY else None


def _cell(line: Line, key: str) -> tuple[str, str]:
    column = COLUMNS[key]
    return column.text(line), column.tone(line)


def _ink(line: Line, column: int) -> QBrush | None:
    palette = theme.colours()
    tone = at(column).tone(line)
    if tone == "alarm":
        return QBrush(QColor(palette.on_alarm))
    if tone:
        return QBrush(QColor(getattr(palette, tone)))
    done = not line.order.alive and KEYS[column] != "filled"
    return QBrush(QColor(palette.muted)) if done else None


def _ground(line: Line, column: int) -> QBrush | None:
    return QBrush(QColor(theme.colours().alarm)) if at(column).tone(line) == "alarm" else None


def _font(line: Line, column: int) -> QFont | None:
    if KEYS[column] == "state" and labels.status_tone(line.order) in ("alarm", "good"):
        font = QFont()
        font.setBold(True)
        return font
    return None


def _tip(line: Line) -> str:
    order = line.order
    parts = [order.reason] if order.reason else []
    if order.code:
        parts.append(f"코드 {order.code}")
    parts += [labels.word(doubt) for doubt in sorted(order.doubts, key=lambda d: d.value)]
    if order.own and order.ref is not None and not order.seen:
        parts.append("접수 응답은 받았고, 목록이나 실시간으로는 아직 보이지 않습니다.")
    if order.text:
        parts.append(f"키움: {order.text}")
    parts.append(f"평균체결가 {formats.won(order.average)}" if order.filled else "")
    return "\n".join(part for part in parts if part)
