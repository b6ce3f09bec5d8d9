"""잔고와 예수금: what each account holds, with the time of the last good answer. A failure never empties it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHeaderView, QStackedLayout, QVBoxLayout, QWidget

from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.domain.portfolio import Cash, Holding
from kiwoom_desk.trading.lane import Lane, LaneState
from kiwoom_desk.trading.notices import Level, Notice
from kiwoom_desk.trading.portfolio import PortfolioKeeper
from kiwoom_desk.trading.settings import HIDE_AMOUNTS
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import aio, formats, labels, theme
from kiwoom_desk.ui.account.holdings import HEADS, cells
from kiwoom_desk.ui.fields.buttons import button
from kiwoom_desk.ui.fields.layout import row
from kiwoom_desk.ui.lists import ListTable
from kiwoom_desk.ui.plain import PlainLabel, one_line
from kiwoom_desk.ui.selection import Selection
from kiwoom_desk.ui.watchlist.panel import instrument_of


class AccountPanel(QFrame):
    """Both accounts in one table; a double-click on a holding asks for a sell ticket of all that can be sold."""

    def __init__(self, workspace: Workspace, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._selection = selection
        self._keepers: dict[Market, PortfolioKeeper] = {}
        self._ends: list[Callable[[], None]] = []
        self._shown: list[Holding] = []
        self._last_chosen: tuple[Market, str] | None = None
        self.cash = {market: PlainLabel("") for market in Market}
        self.age = {market: PlainLabel("", "caption") for market in Market}
        self.table = ListTable(HEADS, "보유 종목")
        self.again = button("새로고침", "small")
        self.empty = PlainLabel("", "muted")
        self._pages = QStackedLayout()
        self._second = QTimer(self)
        self._second.setInterval(1_000)
        self._lay_out()
        self._connect()
        self._bind()

    def stop(self) -> None:
        self._second.stop()
        for end in self._always:
            end()
        self._release()

    def _lay_out(self) -> None:
        self.table.setObjectName("holdings")
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        pages = QWidget()
        pages.setLayout(self._pages)
        self._pages.addWidget(self.table)
        self._pages.addWidget(self.empty)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        for market in Market:
            self.cash[market].setWordWrap(True)
            self.age[market].setWordWrap(True)
            box.addWidget(self.cash[market])
            box.addWidget(self.age[market])
        box.addWidget(pages, 1)
        box.addLayout(row(None, self.again))

    def _connect(self) -> None:
        self._always = [
            self._workspace.subscribe(self._bind),
            self._workspace.settings.subscribe(lambda _: self.refresh()),
            theme.on_change(lambda _: self._dress()),
        ]
        self._second.timeout.connect(self._ages)
        self._second.start()
        self.again.clicked.connect(self._refresh_now)
        self.table.picked.connect(self._choose)
        self.table.opened.connect(self._sell)

    def _dress(self) -> None:
        self.table.take_look()
        self.refresh()

    # --- following ---------------------------------------------------------------------------------------------
    def _bind(self) -> None:
        connection = self._workspace.connection
        found = {} if connection is None else {m: lane.holdings for m, lane in connection.lanes.items()}
        keepers = {market: keeper for market, keeper in found.items() if keeper is not None}
        if keepers != self._keepers:
            self._release()
            self._keepers = keepers
            self._ends = [keeper.subscribe(self.refresh) for keeper in keepers.values()]
        self.refresh()

    def _release(self) -> None:
        for end in self._ends:
            end()
        self._ends, self._keepers = [], {}

    def _refresh_now(self) -> None:
        for keeper in self._keepers.values():
            aio.spawn(keeper.refresh(), "잔고 조회")

    # --- showing -----------------------------------------------------------------------------------------------
    def refresh(self) -> None:
        portfolios = [keeper.portfolio for keeper in self._keepers.values() if keeper.portfolio is not None]
        self._shown = [holding for portfolio in portfolios for holding in portfolio.holdings if holding.quantity]
        hide = self._workspace.settings.get(HIDE_AMOUNTS)
        self.table.blockSignals(True)
        self.table.setRowCount(len(self._shown))
        for n, holding in enumerate(self._shown):
            tip = f"{holding.name} {holding.code}\n두 번 누르거나 Enter를 누르면 매도 주문을 채웁니다."
            for column, (text, tone) in enumerate(cells(holding, hide=hide)):
                self.table.put(n, column, text, tone, None if column else tip)
        self.table.blockSignals(False)
        kept = (n for n, holding in enumerate(self._shown) if _key(holding) == self._last_chosen)
        self.table.mark(next(kept, None))
        empty = self._picture()
        self.empty.setText(empty)
        self._pages.setCurrentIndex(1 if empty else 0)
        self._ages()

    def _picture(self) -> str:
        """The sentence instead of an empty table. Only what every account has said is a "none"."""
        connection = self._workspace.connection
        if self._shown:
            return ""
        if connection is None:
            return "연결되어 있지 않습니다."
        lanes = [lane for lane in connection.lanes.values() if lane.state is not LaneState.NO_KEYS]
        if not lanes:
            return "앱키가 없습니다."
        for lane in lanes:
            if lane.state is not LaneState.READY:
                return f"{labels.word(lane.market)}: {lane.sentence}"
            keeper = lane.holdings
            if keeper is not None and keeper.error:
                return f"{labels.word(lane.market)} 잔고를 불러오지 못했습니다. {keeper.error}"
            if keeper is None or keeper.portfolio is None:
                return "잔고를 불러오고 있습니다…"
        return "보유 종목이 없습니다."

    def _ages(self) -> None:
        for market in Market:
            lane = None if self._workspace.connection is None else self._workspace.connection.lanes[market]
            cash, age = self._words(market, lane)
            self.cash[market].setText(cash)
            self.age[market].setText(age)

    def _words(self, market: Market, lane: Lane | None) -> tuple[str, str]:
        """The account's cash in one line, and how old or why not."""
        title = labels.word(market)
        if lane is None:
            return "", ""
        if lane.state is not LaneState.READY or lane.holdings is None:
            return f"{title}: {lane.sentence}", ""
        keeper = lane.holdings
        if keeper.portfolio is None:
            return f"{title} 예수금", keeper.error or "불러오고 있습니다…"
        told = f"{formats.since(keeper.at, self._workspace.now())} 조회"
        if keeper.error:
            told = f"조회 실패: {keeper.error} · 마지막 {told}"
        hide = self._workspace.settings.get(HIDE_AMOUNTS)
        return f"{title} {formats.HIDDEN if hide else cash_words(keeper.portfolio.cash)}", told

    # --- acts --------------------------------------------------------------------------------------------------
    def _choose(self, n: int) -> None:
        holding = self._shown[n]
        self._last_chosen = _key(holding)
        self._selection.choose(instrument_of(self._workspace, holding))

    def _sell(self, n: int) -> None:
        """A sell ticket of all that can be sold; what is all in open orders says so."""
        holding = self._shown[n]
        if holding.sellable > 0:
            self._selection.sell(instrument_of(self._workspace, holding), holding.sellable)
            return
        name = one_line(holding.name or holding.code, 24)
        text = f"{name}: 지금 팔 수 있는 수량이 없습니다. 미체결 매도 주문에 잡혀 있는지 보세요."
        self._workspace.notices.give(Notice(Level.WARN, text, self._workspace.clock.now()))


def _key(holding: Holding) -> tuple[Market, str]:
    return holding.market, holding.code


def cash_words(cash: Cash) -> str:
    """What can be ordered with first. A line breaks between the sums, never within one."""
    parts = [f"예수금 {formats.won(cash.deposit)}"]
    if cash.orderable is not None:
        parts.insert(0, f"주문가능 {formats.won(cash.orderable)}")
    if cash.d2 is not None:
        parts.append(f"D+2 {formats.won(cash.d2)}")
    return " · ".join(part.replace(" ", "\N{NO-BREAK SPACE}") for part in parts)
