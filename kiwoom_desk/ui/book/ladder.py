"""The painted ladder. It knows rungs and pixels; what they mean is decided elsewhere.

A click takes the price that stood under the pointer when the button went down, whatever has moved since; let go on
another row it takes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from kiwoom_desk.domain.instruments import Side
from kiwoom_desk.domain.quotes import Trade
from kiwoom_desk.ui import fonts, formats, theme
from kiwoom_desk.ui.book.view import LEVELS, Rung
from kiwoom_desk.ui.plain import tip_text

ROWS = 2 * LEVELS
PAD = 8
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Ladder(QWidget):
    """`picked` gets the price of a rung that was clicked."""

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rungs: Sequence[Rung] = ()
        self._facts: Sequence[tuple[str, str]] = ()
        self._trades: Sequence[Trade] = ()
        self._base: int | None = None
        self._last: int | None = None
        self._pressed: tuple[int, int] | None = None
        self._hover = -1
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("10호가")
        self.setToolTip(tip_text("호가를 누르면 주문 단가에 들어갑니다. 주문은 나가지 않습니다."))

    def sizeHint(self) -> QSize:
        return QSize(480, ROWS * theme.sizes().row)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, ROWS * 16)

    def show_book(
        self,
        rungs: Sequence[Rung],
        facts: Sequence[tuple[str, str]],
        trades: Sequence[Trade],
        base: int | None,
        last: int | None,
    ) -> None:
        """Repaint the rows that changed, and the corners when theirs did."""
        before = self._rungs
        corners = (facts, trades, base, last) != (self._facts, self._trades, self._base, self._last)
        self._rungs, self._facts, self._trades, self._base, self._last = rungs, facts, trades, base, last
        if corners or len(before) != len(rungs):
            self.update()
            return
        for n, (old, new) in enumerate(zip(before, rungs, strict=True)):
            if old != new:
                self.update(self.row_rect(n))

    @property
    def note(self) -> str:
        """What is written over a book without a single quote: two bare fields would look like a fault of ours."""
        return "" if any(rung.level for rung in self._rungs) else "걸려 있는 호가가 없습니다."

    # --- geometry ----------------------------------------------------------------------------------------------
    def row_rect(self, row: int) -> QRect:
        top, bottom = self.height() * row // ROWS, self.height() * (row + 1) // ROWS
        return QRect(0, top, self.width(), bottom - top)

    def row_at(self, y: int) -> int:
        return min(ROWS - 1, max(0, ((y + 1) * ROWS - 1) // max(1, self.height())))

    def price_at(self, y: int) -> int | None:
        row = self.row_at(y)
        level = self._rungs[row].level if row < len(self._rungs) else None
        return None if level is None else level.price

    def _columns(self, rect: QRect) -> tuple[QRect, QRect, QRect]:
        """Left of the prices, the prices, right of them."""
        left, middle = rect.width() * 36 // 100, rect.width() * 28 // 100
        return (
            QRect(rect.left(), rect.top(), left, rect.height()),
            QRect(rect.left() + left, rect.top(), middle, rect.height()),
            QRect(rect.left() + left + middle, rect.top(), rect.width() - left - middle, rect.height()),
        )

    # --- the mouse ---------------------------------------------------------------------------------------------
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            y = int(event.position().y())
            price = self.price_at(y)
            self._pressed = None if price is None else (self.row_at(y), price)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._pressed is not None:
            (row, price), self._pressed = self._pressed, None
            if self.row_rect(row).contains(event.position().toPoint()):
                self.picked.emit(price)

    def let_go(self) -> None:
        """Another issue's book is about to stand here: what is pressed was a price of the one before."""
        self._pressed = None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self.row_at(int(event.position().y()))
        if row != self._hover:
            self._hover = row
            self.update()

    def leaveEvent(self, event: object) -> None:
        self._hover = -1
        QToolTip.hideText()
        self.update()

    # --- painting ----------------------------------------------------------------------------------------------
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._grounds(painter)
        for n, rung in enumerate(self._rungs):
            rect = self.row_rect(n)
            if event.rect().intersects(rect):
                self._paint_rung(painter, rect, rung, hover=n == self._hover)
        self._paint_facts(painter)
        self._paint_trades(painter)
        if self.note:
            painter.setPen(QColor(theme.colours().muted))
            painter.setFont(_font(theme.sizes().text))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self.note)
        painter.end()

    def _grounds(self, painter: QPainter) -> None:
        palette = theme.colours()
        whole = self.rect()
        half = self.row_rect(LEVELS).top()
        left, middle, right = self._columns(whole)
        top, bottom = QRect(whole.left(), 0, whole.width(), half), QRect(0, half, whole.width(), whole.height() - half)
        painter.fillRect(left.united(middle).intersected(top), QColor(palette.ask_zone))
        painter.fillRect(middle.united(right).intersected(bottom), QColor(palette.bid_zone))

    def _paint_rung(self, painter: QPainter, rect: QRect, rung: Rung, *, hover: bool) -> None:
        if rung.level is None:
            return
        palette = theme.colours()
        left, middle, right = self._columns(rect)
        ask = rung.side is Side.SELL
        beside = left if ask else right
        self._paint_bar(painter, beside, rung, ask)
        if hover:
            painter.fillRect(middle, QColor(palette.hover))
        tone = theme.tone_of(None if self._base is None else rung.level.price - self._base)
        painter.setPen(QColor(getattr(palette, tone) if tone else palette.text))
        painter.setFont(_font(theme.sizes().text, bold=True))
        percent = QRect(middle.right() - 62, middle.top(), 56, middle.height())
        price = QRect(middle.left(), middle.top(), middle.width() - 68, middle.height())
        painter.drawText(price, int(_RIGHT), formats.number(rung.level.price))
        painter.setFont(_font(theme.sizes().small))
        painter.drawText(percent, int(_RIGHT), "" if rung.percent is None else f"{rung.percent:+.2f}")
        if rung.level.price == self._last:
            painter.setPen(QColor(palette.text))
            painter.drawRect(middle.adjusted(0, 0, -1, -1))
        if rung.mine:
            self._paint_mine(painter, beside, rung, ask)

    def _paint_bar(self, painter: QPainter, beside: QRect, rung: Rung, ask: bool) -> None:
        palette = theme.colours()
        assert rung.level is not None
        length = int((beside.width() - PAD) * rung.share)
        bar = QRect(beside.right() - length, beside.top() + 3, length, beside.height() - 6)
        if not ask:
            bar.moveLeft(beside.left())
        painter.fillRect(bar, QColor(palette.ask_bar if ask else palette.bid_bar))
        painter.setPen(QColor(palette.text))
        painter.setFont(_font(theme.sizes().text))
        text = formats.number(rung.level.quantity)
        painter.drawText(beside.adjusted(PAD, 0, -PAD, 0), int(_RIGHT if ask else _LEFT), text)

    def _paint_mine(self, painter: QPainter, beside: QRect, rung: Rung, ask: bool) -> None:
        """Our own order at this price, at the outer end of the row."""
        palette = theme.colours()
        font = _font(theme.sizes().small, bold=True)
        painter.setFont(font)
        text = f"내 {rung.mine:,}"
        width = painter.fontMetrics().horizontalAdvance(text) + 2 * PAD
        mark = QRect(beside.left() + 4, beside.top() + 3, width, beside.height() - 6)
        if not ask:
            mark.moveRight(beside.right() - 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.sell if ask else palette.buy))
        painter.drawRoundedRect(mark, 3, 3)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(palette.on_side))
        painter.drawText(mark, int(Qt.AlignmentFlag.AlignCenter), text)

    def _paint_facts(self, painter: QPainter) -> None:
        palette = theme.colours()
        painter.setFont(_font(theme.sizes().small))
        for n, (name, value) in enumerate(self._facts[:LEVELS]):
            _, _, right = self._columns(self.row_rect(n))
            cell = right.adjusted(PAD * 2, 0, -PAD, 0)
            painter.setPen(QColor(palette.muted))
            painter.drawText(cell, int(_LEFT), name)
            painter.setPen(QColor(palette.text))
            painter.drawText(cell, int(_RIGHT), value)

    def _paint_trades(self, painter: QPainter) -> None:
        """The newest prints, left of the bids: price against the base, quantity by who took."""
        palette = theme.colours()
        painter.setFont(_font(theme.sizes().small))
        for n, trade in enumerate(self._trades[:LEVELS]):
            left, _, _ = self._columns(self.row_rect(LEVELS + n))
            cell = left.adjusted(PAD, 0, -PAD * 2, 0)
            painter.setPen(QColor(palette.muted))
            painter.drawText(cell, int(_LEFT), f"{trade.at:%H:%M:%S}")
            tone = theme.tone_of(None if self._base is None else trade.price - self._base)
            painter.setPen(QColor(getattr(palette, tone) if tone else palette.text))
            painter.drawText(cell.adjusted(0, 0, -cell.width() * 2 // 5, 0), int(_RIGHT), formats.number(trade.price))
            took = {Side.BUY: palette.up, Side.SELL: palette.down, None: palette.muted}[trade.aggressor]
            painter.setPen(QColor(took))
            painter.drawText(cell, int(_RIGHT), formats.number(trade.quantity))


def _font(pixels: int, *, bold: bool = False) -> QFont:
    key = (pixels, bold)
    if key not in _FONTS:
        _FONTS[key] = fonts.ui_font(pixels, bold=bold)
    return _FONTS[key]


_FONTS: dict[tuple[int, bool], QFont] = {}
