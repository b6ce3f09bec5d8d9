"""The day's orders as a Qt table. Rows stand in the order of arrival; each knows its place under its original.

Changes are gathered per row and applied on a tick of some 16 ms, so that a burst of fills costs one repaint a row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from math import inf
from time import perf_counter
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QColor, QFont

from kiwoom_desk.domain.facts import OrderId
from kiwoom_desk.domain.heirs import heir
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.notices import OrderKey, order_key
from kiwoom_desk.ui import formats, labels, theme
from kiwoom_desk.ui.blotter.columns import COLUMNS, KEYS, Line, at, index_of
from kiwoom_desk.ui.plain import one_line, tip_text

LINE = Qt.ItemDataRole.UserRole
KEY = Qt.ItemDataRole.UserRole + 1
TICK_MS = 16
BUDGET = 0.004
"""Seconds of a tick that the table may take; what is left waits for the next one."""
BATCH = 64
"""New rows that come in one announcement, within a tick."""
TIME_COLUMN, ACCOUNT_COLUMN = index_of("time"), index_of("account")
Index = QModelIndex | QPersistentModelIndex
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class BlotterModel(QAbstractTableModel):
    """Rows by account and order id. `put` and `drop` may be called at any rate; `flush` applies all of it now.

    `moved` tells of each line before and after (None: there was or is none), `applied` that what waited is in the
    table. `pinned` says in the tip of a row what a bar of the strip says of it; it may have none there."""

    moved = Signal(object, object)  # Line | None, Line | None
    applied = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[Line] = []
        self._row_of: dict[OrderKey, int] = {}
        self._below: defaultdict[OrderKey, set[OrderKey]] = defaultdict(set)
        self._waiting: dict[OrderKey, Line | None] = {}
        self._unseen: set[OrderKey] = set()
        self._veiled = False
        self.pinned: Callable[[Order], str] = lambda order: ""
        self._tick = QTimer(self)
        self._tick.setSingleShot(True)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._on_tick)

    # --- changing ----------------------------------------------------------------------------------------------
    def reset(self) -> None:
        """Start over without rows: another world."""
        self.beginResetModel()
        gone, self._lines = self._lines, []
        self._waiting.clear()
        self._row_of.clear()
        self._below.clear()
        self.endResetModel()
        for line in gone:
            self.moved.emit(line, None)
        self.applied.emit()

    def put(self, order: Order, world: World, shift: timedelta = timedelta(), account: str = "") -> None:
        """`shift` is the broker's clock minus ours, whole seconds; `account` its shown digits (see `Line`)."""
        self._wait(order_key(order), Line(order, world, shift, account=account))

    def drop(self, key: OrderKey) -> None:
        self._wait(key, None)

    def _wait(self, key: OrderKey, line: Line | None) -> None:
        self._waiting[key] = line
        if not self._tick.isActive():
            self._tick.start()

    def flush(self) -> None:
        """Apply everything that waits. Selections and sort order of proxies survive."""
        self._apply(until=inf, most=len(self._waiting))

    def _on_tick(self) -> None:
        self._apply(until=perf_counter() + BUDGET, most=BATCH)
        if self._waiting:
            self._tick.start()

    def _apply(self, until: float, most: int) -> None:
        """What waits, in its order, until the time is up or `most` new rows have come together."""
        self._tick.stop()
        fresh: dict[OrderKey, Line] = {}
        while self._waiting and len(fresh) < most + 1 and perf_counter() < until:
            key = next(iter(self._waiting))
            line, row = self._waiting.pop(key), self._row_of.get(key)
            if line is None and row is not None:
                self._remove(row)
            elif line is not None and row is None:
                fresh[key] = line
            elif line is not None and row is not None:
                known = self._lines[row]
                self._replace(row, replace(self._placed(line, fresh), unseen=known.unseen and not line.order.seen))
        for key, line in fresh.items():
            fresh[key] = self._placed(line, fresh)  # only now: an original may have gone in the same tick
        self._append(list(fresh.values()))
        self.applied.emit()

    def mark_unseen(self, keys: Collection[OrderKey]) -> None:
        """Exactly these rows are orders that nobody has seen since they were accepted."""
        for key in self._unseen ^ set(keys):
            row = self._row_of.get(key)
            if row is not None:
                self._replace(row, replace(self._lines[row], unseen=key in keys))
        self._unseen = set(keys)

    def _append(self, fresh: Sequence[Line]) -> None:
        if not fresh:
            return
        first = len(self._lines)
        self.beginInsertRows(QModelIndex(), first, first + len(fresh) - 1)
        for line in fresh:
            self._row_of[line.key] = len(self._lines)
            self._lines.append(line)
        self.endInsertRows()
        for line in fresh:
            self._hang(line.key, line.order.replaces)
            self.moved.emit(None, line)
        for line in fresh:
            self._rehang(line.key)

    def _remove(self, row: int) -> None:
        self.beginRemoveRows(QModelIndex(), row, row)
        gone = self._lines.pop(row)
        self._row_of = {line.key: n for n, line in enumerate(self._lines)}
        self.endRemoveRows()
        self.moved.emit(gone, None)
        self._rehang(gone.key)

    def _replace(self, row: int, line: Line) -> None:
        before = self._lines[row]
        if line == before:
            return
        self._lines[row] = line
        changed = [n for n, key in enumerate(KEYS) if _cell(before, key) != _cell(line, key)]
        if line.order.alive != before.order.alive:
            changed = [0, len(KEYS) - 1]  # the whole row turns pale
        if before.path != line.path:
            changed = sorted({TIME_COLUMN, *changed})  # a sorting table looks again only when its column is named
        if changed:
            self.dataChanged.emit(self.index(row, changed[0]), self.index(row, changed[-1]))
        self.moved.emit(before, line)
        if before.path != line.path or before.order.replaces != line.order.replaces:
            self._hang(line.key, line.order.replaces)
            self._rehang(line.key)

    # --- chains ------------------------------------------------------------------------------------------------
    def _placed(self, line: Line, fresh: Mapping[OrderKey, Line]) -> Line:
        """`line` under its original, when that is known or comes with it."""
        above, original = line.order.replaces, None
        if above is not None:
            key = (line.key[0], above)
            row = self._row_of.get(key)
            original = fresh.get(key) if row is None else self._lines[row]
        before = () if original is None else original.path
        if any(order_id == line.id for _, order_id in before):
            before = ()  # two that call each other their original
        return replace(line, path=(*before, line.step))

    def _hang(self, key: OrderKey, above: OrderId | None) -> None:
        if above is not None:
            self._below[key[0], above].add(key)

    def _rehang(self, key: OrderKey) -> None:
        """An original has come, gone or moved: what hangs below it follows."""
        for below in tuple(self._below.get(key, ())):
            row = self._row_of.get(below)
            if row is not None:
                self._replace(row, self._placed(self._lines[row], {}))

    def veil(self, on: bool) -> None:
        """금액 가리기: which account it is stays off the screen. Files keep it."""
        self._veiled = on
        if self._lines:
            self.dataChanged.emit(self.index(0, ACCOUNT_COLUMN), self.index(len(self._lines) - 1, ACCOUNT_COLUMN))

    # --- reading -----------------------------------------------------------------------------------------------
    @property
    def lines(self) -> list[Line]:
        return list(self._lines)

    def line(self, row: int) -> Line:
        return self._lines[row]

    def row(self, key: OrderKey) -> int | None:
        return self._row_of.get(key)

    def newest(self, shown: Order) -> Order:
        """What a cancel of `shown` would name now (`domain.heirs`), as far as that is here."""

        def here(name: OrderId) -> Order | None:
            row = self.row((shown.draft.market, name))
            return None if row is None else self.line(row).order

        return heir(shown, here) or shown

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
                veiled = self._veiled and index.column() == ACCOUNT_COLUMN
                return formats.account(None, hide=True) if veiled else column.text(line)
            case Qt.ItemDataRole.TextAlignmentRole:
                return int(_RIGHT if column.right else _LEFT)
            case Qt.ItemDataRole.ForegroundRole:
                return _ink(line, index.column())
            case Qt.ItemDataRole.BackgroundRole:
                return _ground(line, index.column())
            case Qt.ItemDataRole.FontRole:
                return _font(line, index.column())
            case Qt.ItemDataRole.ToolTipRole:
                return tip_text("\n".join(filter(None, (self.pinned(line.order), _tip(line)))))
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
    if order.alive and order.own and order.ref is not None and not order.seen:
        parts.append("접수 응답은 받았고, 목록이나 실시간으로는 아직 보이지 않습니다.")
    if order.text:
        parts.append(f"키움: {order.text}")
    if order.type_text and not order.own:
        parts.append(f"키움 종류: {order.type_text}")
    parts.append(f"평균체결가 {formats.won(order.average)}" if order.filled else "")
    return "\n".join(one_line(part) for part in parts if part)
