"""관심 · 보유: the symbols of the trader's choice and those held, each with its last price; a click chooses it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHeaderView, QMenu, QStackedLayout, QVBoxLayout, QWidget

from kiwoom_desk.domain.instruments import GOLD_1KG, GOLD_100G, Instrument, InstrumentKind, Market
from kiwoom_desk.domain.portfolio import Holding
from kiwoom_desk.trading.lane import LaneState
from kiwoom_desk.trading.market import MarketData
from kiwoom_desk.trading.portfolio import PortfolioKeeper
from kiwoom_desk.trading.settings import HIDE_AMOUNTS
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import formats, theme
from kiwoom_desk.ui.fields.buttons import button
from kiwoom_desk.ui.fields.layout import row
from kiwoom_desk.ui.lists import ListTable
from kiwoom_desk.ui.plain import PlainLabel, caption, one_line
from kiwoom_desk.ui.selection import Selection
from kiwoom_desk.ui.watchlist.quotes import ListQuotes

FIRST = (
    "005930", "000660", "035420", "035720", "005380", "068270", "069500", "247540", "005490", "105560",
    GOLD_1KG.code, GOLD_100G.code,
)  # fmt: skip
"""What a new user finds: large issues, an index fund, both gold lines. Those the directory does not know stay away."""

NARROWEST = 276
"""Logical pixels: a name of six syllables beside both figures."""
PROFILE = "watchlist"
FRAME_MS = 200
LONGEST = {1: "8,888,888", 2: "▲ +88.88%"}
"""The widest price and change to expect: the daily band is 30 % (market/rules.md)."""
Row = Instrument | str
"""An instrument, or the heading of a section."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the table holds now; the first `watched` rows are the trader's list."""

    rows: tuple[Row, ...] = ()
    watched: int = 0


class WatchPanel(QFrame):
    """The list is kept in the settings; it follows the selection and leads it. Holdings stand below, as they are."""

    def __init__(self, workspace: Workspace, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._selection = selection
        self._codes = self._load()
        self._shown = Shown()
        self._keepers: list[PortfolioKeeper] = []
        self._keeper_ends: list[Callable[[], None]] = []
        self.quotes = ListQuotes(workspace, self)
        self.table = ListTable(("종목", "현재가", "등락"), "관심 종목과 보유 종목")
        self.add = button("+ 고른 종목", "small", tooltip="지금 고른 종목을 관심에 넣습니다")
        self.note = PlainLabel("", "caption")
        self.age = PlainLabel("", "caption")
        self.empty = PlainLabel("", "muted")
        self._lasts: dict[tuple[Market, str], tuple[MarketData | None, int | None]] = {}
        self._pages = QStackedLayout()
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setInterval(FRAME_MS)
        self._second = QTimer(self)
        self._second.setInterval(1_000)
        self._lay_out()
        self._connect()
        self._bind()

    def stop(self) -> None:
        self._frame.stop()
        self._second.stop()
        for end in (*self._ends, *self._keeper_ends):
            end()
        self.quotes.stop()

    def _lay_out(self) -> None:
        table = self.table
        table.setObjectName("watchlist")
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        table.make_room(LONGEST)
        self.setMinimumWidth(NARROWEST)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.note.setWordWrap(True)
        pages = QWidget()
        pages.setLayout(self._pages)
        self._pages.addWidget(table)
        self._pages.addWidget(self.empty)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addWidget(pages, 1)
        box.addLayout(row(self.add, None, self.age))
        box.addWidget(self.note)

    def _connect(self) -> None:
        self._ends = [
            self._workspace.subscribe(self._bind),
            theme.on_change(lambda _: self._dress()),
            self._workspace.settings.subscribe(lambda _: self.refresh()),
        ]
        self.quotes.changed.connect(lambda: None if self._frame.isActive() else self._frame.start())
        self._frame.timeout.connect(self.refresh)
        self._second.timeout.connect(self._show_age)
        self._second.start()
        self.table.picked.connect(self._chosen)
        self.table.removed.connect(self._remove_row)
        self.table.menu_wanted.connect(self._menu)
        self.add.clicked.connect(self._add_chosen)
        self._selection.instrument_changed.connect(lambda _: self._mark())

    def _dress(self) -> None:
        self.table.take_look()
        self.refresh()

    # --- the list ----------------------------------------------------------------------------------------------
    @property
    def codes(self) -> Sequence[str]:
        return tuple(self._codes)

    def _load(self) -> list[str]:
        kept = self._workspace.settings.layout(PROFILE)
        if kept is None:
            return list(FIRST)
        return list(dict.fromkeys(code for code in kept.decode("ascii", "ignore").split(",") if code))

    def _keep(self) -> None:
        """An emptied list stays empty: a comma is kept, since nothing at all would mean the first list."""
        self._workspace.settings.put_layout(PROFILE, (",".join(self._codes) or ",").encode("ascii", "ignore"))

    def _add_chosen(self) -> None:
        if self._selection.instrument is not None:
            self.add_code(self._selection.instrument.code)

    def add_code(self, code: str) -> None:
        if code not in self._codes:
            self._codes.append(code)
            self._keep()
            self._rebuild()

    def remove(self, code: str) -> None:
        if code in self._codes:
            self._codes.remove(code)
            self._keep()
            self._rebuild()

    def _remove_row(self, n: int) -> None:
        """Del takes a watched symbol away; what is held stays."""
        found = self._shown.rows[n]
        if n < self._shown.watched and isinstance(found, Instrument):
            self.remove(found.code)

    # --- following ---------------------------------------------------------------------------------------------
    def _bind(self) -> None:
        connection = self._workspace.connection
        lanes = () if connection is None else connection.lanes.values()
        keepers = [lane.holdings for lane in lanes if lane.holdings is not None]
        if keepers != self._keepers:
            for end in self._keeper_ends:
                end()
            self._keepers = keepers
            self._keeper_ends = [keeper.subscribe(self._rebuild) for keeper in keepers]
        self._rebuild()

    def _holdings(self) -> list[Holding]:
        portfolios = [keeper.portfolio for keeper in self._keepers if keeper.portfolio is not None]
        return [holding for portfolio in portfolios for holding in portfolio.holdings if holding.quantity > 0]

    def _rows(self) -> Shown:
        directory = self._workspace.directory
        watched = [found for code in self._codes if (found := directory.get(code)) is not None]
        held = [instrument_of(self._workspace, holding) for holding in self._holdings()]
        if not held:
            return Shown(tuple(watched), len(watched))
        return Shown((*watched, f"보유 {len(held)}", *held), len(watched))

    def _rebuild(self) -> None:
        shown = self._rows()
        if shown != self._shown:
            self._shown = shown
            self.table.blockSignals(True)
            self.table.end_flashes()
            self.table.setRowCount(0)
            self.table.setRowCount(len(shown.rows))
            for n, entry in enumerate(shown.rows):
                if isinstance(entry, str):
                    self.table.put_section(n, entry)
            self.table.blockSignals(False)
            instruments = [entry for entry in shown.rows if isinstance(entry, Instrument)]
            self.quotes.watch(list(dict.fromkeys((i.market, i.code) for i in instruments)))
            listed = self._workspace.directory.at is not None
            if self._selection.instrument is None and instruments and listed:
                self._selection.choose(instruments[0])
            self.refresh()
            self._mark()
        else:
            self.refresh()

    # --- showing -----------------------------------------------------------------------------------------------
    def refresh(self) -> None:
        held = {(holding.market, holding.code): holding for holding in self._holdings()}
        moved = self._moved()
        for n, entry in enumerate(self._shown.rows):
            if isinstance(entry, Instrument):
                self._fill(n, entry, held.get((entry.market, entry.code)))
                if step := moved.get((entry.market, entry.code)):
                    self.table.flash(n, 1, theme.colours().bid_zone if step > 0 else theme.colours().ask_zone)
        empty = self._picture()
        self.empty.setText(empty)
        self._pages.setCurrentIndex(1 if empty else 0)
        self.note.setText("" if empty else self._note())
        self.note.setVisible(bool(self.note.text()))
        self._show_age()

    def _show_age(self) -> None:
        """When the newest of the prices came, and that nothing more comes where the stream is lost."""
        newest = self.quotes.newest
        told = "" if newest is None or self.empty.text() else f"시세 {formats.since(newest, self._workspace.now())}"
        lost = bool(told) and not self.quotes.live
        self.age.setText(f"실시간 끊김 · {told}" if lost else told)
        theme.mark(self.age, tone="warn" if lost else "")

    def _moved(self) -> dict[tuple[Market, str], int]:
        """By how much each last price has moved since it was shown; one of another world is no move."""
        before, self._lasts = self._lasts, {}
        for entry in self._shown.rows:
            if isinstance(entry, Instrument):
                quote = self.quotes.quote(entry.market, entry.code)
                last = None if quote is None else quote.last
                self._lasts[entry.market, entry.code] = self.quotes.data(entry.market), last
        return {
            key: last - was
            for key, (data, last) in self._lasts.items()
            for source, was in [before.get(key, (None, None))]
            if last is not None and was is not None and data is source
        }

    def _fill(self, n: int, instrument: Instrument, holding: Holding | None) -> None:
        quote = self.quotes.quote(instrument.market, instrument.code)
        change = None if quote is None else quote.change
        last = quote.last if quote is not None else holding.last if holding is not None else None
        tone = theme.tone_of(change)
        hide = self._workspace.settings.get(HIDE_AMOUNTS)
        held = "" if holding is None or hide else f"\n보유 {formats.quantity(holding.quantity, holding.market)}"
        self.table.put(n, 0, one_line(instrument.name, 16), tip=f"{instrument.name} {instrument.code}{held}")
        self.table.put(n, 1, formats.number(last), tone)
        rate = formats.rate(None if quote is None else quote.change_rate)
        self.table.put(n, 2, f"{formats.arrow(change)} {rate}".strip(), tone)

    def _picture(self) -> str:
        """The sentence instead of an empty table: not connected, loading, failed and none are four things."""
        if self._shown.rows:
            return ""
        connection, directory = self._workspace.connection, self._workspace.directory
        if connection is None:
            return "연결되어 있지 않습니다."
        lane = connection.lanes[Market.STOCK]
        if lane.state is not LaneState.READY:
            return lane.sentence
        if directory.error:
            return f"종목 목록을 받지 못했습니다.\n{directory.error}"
        if directory.at is None:
            return "종목 목록을 받고 있습니다…"
        return "관심 종목이 없습니다.\n종목을 고르고 아래 단추로 넣으세요."

    def _note(self) -> str:
        """What fails while the list shows what it knew."""
        directory = self._workspace.directory
        if self.quotes.error:
            return f"시세 조회 실패: {self.quotes.error}"
        if directory.error:
            return f"종목 목록을 받지 못함: {directory.error}"
        connection = self._workspace.connection
        loading = connection is not None and connection.lanes[Market.STOCK].state is LaneState.READY
        return "종목 목록을 받고 있습니다…" if loading and directory.at is None else ""

    def _mark(self) -> None:
        """Show which of them is chosen, without choosing it again; of two rows of one symbol the one in use stays."""
        instrument = self._selection.instrument
        rows = [n for n, entry in enumerate(self._shown.rows) if entry == instrument]
        if not set(rows) & set(self.table.chosen()):
            self.table.mark(rows[0] if rows else None)

    def _chosen(self, n: int) -> None:
        found = self._shown.rows[n]
        if isinstance(found, Instrument):
            self._selection.choose(found)

    def _menu(self, n: int, place: QPoint) -> None:
        instrument = self._shown.rows[n]
        if not isinstance(instrument, Instrument):
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        name = one_line(instrument.name, 24)
        if instrument.code in self._codes:
            menu.addAction(caption(f"관심에서 빼기: {name}")).triggered.connect(lambda: self.remove(instrument.code))
        else:
            menu.addAction(caption(f"관심에 넣기: {name}")).triggered.connect(lambda: self.add_code(instrument.code))
        menu.popup(place)


def instrument_of(workspace: Workspace, holding: Holding) -> Instrument:
    """Also for an issue that the directory does not know (yet)."""
    known = workspace.directory.get(holding.code)
    kind = InstrumentKind.GOLD if holding.market is Market.GOLD else InstrumentKind.SHARE
    return known or Instrument(holding.market, holding.code, holding.name or holding.code, kind)
