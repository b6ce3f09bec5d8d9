"""The ladder's panel: the symbol's headline, the view (통합, KRX, NXT), the ladder, and how old it all is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from kiwoom_desk.domain.instruments import Instrument, Market, Venue
from kiwoom_desk.domain.quotes import Quote
from kiwoom_desk.trading.market import MarketData
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import formats, theme
from kiwoom_desk.ui.book.ladder import Ladder
from kiwoom_desk.ui.book.view import facts, rungs
from kiwoom_desk.ui.fields.buttons import Segments
from kiwoom_desk.ui.fields.layout import row
from kiwoom_desk.ui.plain import ElidedLabel, PlainLabel, one_line, tip
from kiwoom_desk.ui.selection import Selection

VIEWS = ((Venue.SOR, "통합"), (Venue.KRX, "KRX"), (Venue.NXT, "NXT"))
FRAME_MS = 60
"""At most so often is the ladder drawn anew: a person reads no faster, and pushes come in bursts."""


class LadderPanel(QFrame):
    """Follows the selection. A click on a price goes to the selection and never sends."""

    def __init__(self, workspace: Workspace, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._selection = selection
        self._instrument: Instrument | None = selection.instrument
        self._view = Venue.SOR
        self._watching: tuple[MarketData, str, Venue] | None = None
        self._stop_watch: Callable[[], None] | None = None
        self.name = ElidedLabel("", "title")
        self.name.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.last = PlainLabel("", "price")
        self.change = PlainLabel("")
        self.age = PlainLabel("", "caption")
        self.views: Segments[Venue] = Segments(VIEWS, "호가 보기")
        self.ladder = Ladder()
        self.message = PlainLabel("", "muted")
        self._pages = QStackedLayout()
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setInterval(FRAME_MS)
        self._second = QTimer(self)
        self._second.setInterval(500)
        self._lay_out()
        self._connect()
        self._bind()

    def stop(self) -> None:
        self._frame.stop()
        self._second.stop()
        self._end()
        self._release()

    def _lay_out(self) -> None:
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setWordWrap(True)
        pages = QWidget()
        pages.setLayout(self._pages)
        self._pages.addWidget(self.ladder)
        self._pages.addWidget(self.message)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addLayout(row(self.name, self.last, self.change, None, self.age, self.views, gap=8))
        box.addWidget(pages, 1)
        self.views.show_value(self._view)

    def _connect(self) -> None:
        self._end = self._workspace.subscribe(self._connection_changed)
        self._selection.instrument_changed.connect(self.look_at)
        self.views.chosen.connect(self.take_view)
        self.ladder.picked.connect(self._picked)
        self._frame.timeout.connect(self.refresh)
        self._second.timeout.connect(self.refresh)
        self._second.start()

    def look_at(self, instrument: Instrument) -> None:
        self._instrument = instrument
        self.ladder.let_go()
        self._bind()

    def _picked(self, price: int) -> None:
        if self._instrument is not None:
            self._selection.pick_price(self._instrument.market, self._instrument.code, price)

    def take_view(self, view: Venue) -> None:
        self._view = view
        self._bind()

    @property
    def view(self) -> Venue:
        """The view in force: gold, and a share that NXT does not trade, have KRX only."""
        instrument, connection = self._instrument, self._workspace.connection
        if instrument is None or instrument.market is Market.GOLD or not instrument.nxt:
            return Venue.KRX
        if connection is not None and self._view not in connection.environment.venues:
            return Venue.KRX
        return self._view

    # --- watching ----------------------------------------------------------------------------------------------
    def _connection_changed(self) -> None:
        """The list of a new day may say otherwise where it trades."""
        if self._instrument is not None:
            self._instrument = self._workspace.directory.get(self._instrument.code) or self._instrument
        self._bind()

    def _data(self) -> MarketData | None:
        connection = self._workspace.connection
        if connection is None or self._instrument is None:
            return None
        return connection.lanes[self._instrument.market].data

    def _bind(self) -> None:
        data, view = self._data(), self.view
        wanted = None if data is None or self._instrument is None else (data, self._instrument.code, view)
        if wanted != self._watching:
            self._release()
            self._watching = wanted
            if wanted is not None:
                self._stop_watch = wanted[0].watch(wanted[1], wanted[2], self._news)
        self.views.show_value(view)
        for venue in Venue:
            self.views.set_off(venue, "" if venue is view else self._why_not_there(venue))
        self.refresh()

    def _why_not_there(self, view: Venue) -> str:
        connection, instrument = self._workspace.connection, self._instrument
        if instrument is None:
            return "종목을 먼저 고르세요."
        if instrument.market is Market.GOLD:
            return "금현물은 KRX에서만 거래합니다."
        if not instrument.nxt:
            return "NXT에서 거래하지 않는 종목입니다."
        offered = connection is None or view in connection.environment.venues
        return "" if offered else "모의투자에는 KRX 시세만 있습니다."

    def _release(self) -> None:
        if self._stop_watch is not None:
            self._stop_watch()
        self._stop_watch, self._watching = None, None

    def _news(self) -> None:
        if not self._frame.isActive():
            self._frame.start()

    # --- showing -----------------------------------------------------------------------------------------------
    def refresh(self) -> None:
        instrument, watching = self._instrument, self._watching
        self.name.setText("" if instrument is None else f"{one_line(instrument.name, 24)} {instrument.code}")
        if instrument is None or watching is None:
            self._blank("종목을 고르면 호가가 보입니다." if instrument is None else self._why_not(instrument))
            return
        data, code, view = watching
        quote, book, error = data.quote(code, view), data.book(code, view), data.error(code, view)
        self._headline(data, code, view)
        if book is None and error is None and quote is None:
            self._picture("호가를 불러오고 있습니다…")
            return
        if book is None and instrument.market is Market.GOLD:
            self._picture(_gold_words(quote))
            return
        if book is None and error is not None:
            self._picture(f"호가를 불러오지 못했습니다.\n{error}")
            return
        orders = [] if self._workspace.connection is None else self._workspace.connection.orders()
        mine = [o for o in orders if o.draft.code == code]
        base, last = (None, None) if quote is None else (quote.base, quote.last)
        self.ladder.show_book(rungs(book, quote, mine), facts(quote, book), data.trades(code, view), base, last)
        self._pages.setCurrentIndex(0)

    def _why_not(self, instrument: Instrument) -> str:
        connection = self._workspace.connection
        sentence = "" if connection is None else connection.lanes[instrument.market].sentence
        return sentence or "연결되어 있지 않습니다."

    def _headline(self, data: MarketData, code: str, view: Venue) -> None:
        quote = data.quote(code, view)
        self.last.setText(formats.number(None if quote is None else quote.last))
        change = None if quote is None else quote.change
        rate = None if quote is None else quote.change_rate
        self.change.setText("" if change is None else f"{formats.change(change)}  {formats.rate(rate)}")
        tone = theme.tone_of(change)
        theme.mark(self.last, tone=tone)
        theme.mark(self.change, tone=tone)
        now = self._workspace.now()
        live = quote is not None and quote.feed_live
        told = formats.since(None if quote is None else quote.at, now)
        gold = view is Venue.KRX and self._instrument is not None and self._instrument.market is Market.GOLD
        error = data.error(code, view) or ""
        trouble = "조회 실패 · " if error else "" if live or gold else "실시간 끊김 · "
        self.age.setText(trouble + told)
        tip(self.age, error)

    def _picture(self, text: str) -> None:
        self.message.setText(text)
        self._pages.setCurrentIndex(1)

    def _blank(self, text: str) -> None:
        for label in (self.last, self.change, self.age):
            label.setText("")
        self._picture(text)


def _gold_words(quote: Quote | None) -> str:
    """The API offers no order book for gold (kiwoom/README.md 9, ka50101): what it does say instead."""
    lines = ["금현물은 키움 API가 10호가를 제공하지 않습니다."]
    if quote is not None:
        lines.append(f"매도 {formats.number(quote.best_ask)}   매수 {formats.number(quote.best_bid)}")
        lines.append(f"상한 {formats.number(quote.upper)}   하한 {formats.number(quote.lower)}")
        lines.append(
            f"시가 {formats.number(quote.open)}   고가 {formats.number(quote.high)}   저가 {formats.number(quote.low)}"
        )
    return "\n".join(lines)
