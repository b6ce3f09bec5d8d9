"""The live head of a ticket: last price with direction, best prices, limits, base, and how old all that is."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QFrame, QWidget

from kiwoom_desk.domain.quotes import Quote
from kiwoom_desk.ui import formats, theme
from kiwoom_desk.ui.fields.layout import column, row
from kiwoom_desk.ui.plain import ElidedLabel, PlainLabel, tip


class QuoteHeader(QFrame):
    """Empty, loading and failed are three different pictures; a price whose feed stopped says so."""

    def __init__(self, *, pushed: bool, parent: QWidget | None = None) -> None:
        """`pushed`: whether this market has pushes at all; gold is polled, which is no fault."""
        super().__init__(parent)
        self._pushed = pushed
        self.last = PlainLabel("", "price")
        self.change = PlainLabel("", "strong")
        self.age = PlainLabel("", "caption")
        self.prices = ElidedLabel("", "fine")
        self.last.setAccessibleName("현재가")
        self.setLayout(column(row(self.last, self.change, None, self.age, gap=8), self.prices, gap=0))

    def show_quote(self, code: str, quote: Quote | None, error: str | None, now: datetime) -> None:
        if not code:
            self._blank("종목을 고르면 시세가 나옵니다.", "")
        elif quote is None or (quote.last is None and quote.base is None):
            self._blank(f"시세를 받지 못했습니다: {error}" if error else "시세를 불러오는 중…", "warn" if error else "")
        else:
            self._show(quote, error, now)

    def _blank(self, sentence: str, tone: str) -> None:
        self.last.setText("–")
        self.change.setText("")
        self.age.setText("")
        self.prices.setText(sentence)
        theme.mark(self.last, tone="")
        theme.mark(self.prices, tone=tone)

    def _show(self, quote: Quote, error: str | None, now: datetime) -> None:
        tone = theme.tone_of(quote.change)
        self.last.setText(formats.number(quote.last))
        self.change.setText(f"{formats.change(quote.change)}  {formats.rate(quote.change_rate)}")
        theme.mark(self.last, tone=tone)
        theme.mark(self.change, tone=tone)
        n = formats.number
        self.prices.setText(
            f"매도 {n(quote.best_ask)} 매수 {n(quote.best_bid)} · 상 {n(quote.upper)} 하 {n(quote.lower)} "
            f"기준 {n(quote.base)}"
        )
        theme.mark(self.prices, tone="")
        lost = self._pushed and not quote.feed_live
        source = "실시간 끊김 · " if lost else "" if self._pushed else "조회 · "
        self.age.setText(source + formats.since(quote.at, now))
        theme.mark(self.age, tone="warn" if lost or error else "")
        tip(self.age, error or ("실시간 수신이 끊겨 마지막 값을 보여 줍니다." if lost else ""))
