"""잔고와 예수금: what each account holds, with the time of the last good answer. A failure never empties it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QFrame, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from kiwoom_desk.domain.instruments import Instrument, InstrumentKind, Market
from kiwoom_desk.domain.portfolio import Cash, Holding
from kiwoom_desk.trading.lane import Lane, LaneState
from kiwoom_desk.trading.portfolio import PortfolioKeeper
from kiwoom_desk.trading.settings import HIDE_AMOUNTS
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import aio, formats, labels, theme
from kiwoom_desk.ui.fields.buttons import button
from kiwoom_desk.ui.fields.layout import row
from kiwoom_desk.ui.plain import PlainLabel, one_line, tip_text
from kiwoom_desk.ui.selection import Selection

HEADS = ("종목", "보유", "가능", "평균가", "현재가", "평가손익", "수익률")
HIDDEN = "•••"
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class AccountPanel(QFrame):
    """Both accounts in one table; a double-click on a holding asks for a sell ticket of all that can be sold."""

    def __init__(self, workspace: Workspace, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._selection = selection
        self._keepers: dict[Market, PortfolioKeeper] = {}
        self._ends: list[Callable[[], None]] = []
        self._shown: list[Holding] = []
        self.cash = {market: PlainLabel("") for market in Market}
        self.age = {market: PlainLabel("", "caption") for market in Market}
        self.table = QTableWidget(0, len(HEADS))
        self.again = button("새로고침", "small")
        self.empty = PlainLabel("", "muted")
        self._second = QTimer(self)
        self._second.setInterval(1_000)
        self._lay_out()
        self._connect()
        self._bind()

    def stop(self) -> None:
        self._second.stop()
        self._end()
        self._release()

    def _lay_out(self) -> None:
        table = self.table
        table.setObjectName("holdings")
        table.setAccessibleName("보유 종목")
        table.setHorizontalHeaderLabels(list(HEADS))
        for column in range(1, len(HEADS)):
            item = table.horizontalHeaderItem(column)
            if item is not None:
                item.setTextAlignment(_RIGHT)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(theme.sizes().row)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.horizontalHeader().setHighlightSections(False)
        table.setShowGrid(False)
        table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.empty.setWordWrap(True)
        box = QVBoxLayout(self)
        box.setContentsMargins(6, 6, 6, 6)
        box.setSpacing(4)
        for market in Market:
            self.cash[market].setWordWrap(True)
            box.addWidget(self.cash[market])
            box.addWidget(self.age[market])
        box.addWidget(table, 1)
        box.addWidget(self.empty)
        box.addLayout(row(None, self.again))

    def _connect(self) -> None:
        self._end = self._workspace.subscribe(self._bind)
        self._second.timeout.connect(self._ages)
        self._second.start()
        self.again.clicked.connect(self._refresh_now)
        self.table.cellClicked.connect(lambda n, _: self._choose(n))
        self.table.doubleClicked.connect(self._sell)

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
        self.table.setRowCount(len(self._shown))
        for n, holding in enumerate(self._shown):
            self._fill(n, holding)
        self.empty.setText(self._picture(bool(portfolios)))
        self.empty.setVisible(bool(self.empty.text()))
        self._ages()

    def _fill(self, n: int, holding: Holding) -> None:
        hide = self._workspace.settings.get(HIDE_AMOUNTS)
        texts = (
            one_line(holding.name or holding.code, 16),
            HIDDEN if hide else formats.quantity(holding.quantity, holding.market),
            HIDDEN if hide else formats.number(holding.sellable),
            HIDDEN if hide else formats.number(holding.average),
            formats.number(holding.last),
            HIDDEN if hide else formats.signed(holding.profit),
            formats.rate(holding.profit_rate),
        )
        palette = theme.colours()
        tone = theme.tone_of(holding.profit)
        for column, text in enumerate(texts):
            cell = self.table.item(n, column)
            if cell is None:
                cell = QTableWidgetItem()
                self.table.setItem(n, column, cell)
            cell.setText(text)
            if column:
                cell.setTextAlignment(_RIGHT)
            if column >= 5:
                cell.setForeground(QBrush(QColor(getattr(palette, tone) if tone else palette.text)))
        name = self.table.item(n, 0)
        if name is not None:
            name.setToolTip(tip_text(f"{holding.name} {holding.code}\n두 번 누르면 매도 주문을 채웁니다."))

    def _picture(self, known: bool) -> str:
        if self._shown:
            return ""
        connection = self._workspace.connection
        if connection is None:
            return "연결되어 있지 않습니다."
        if known:
            return "보유 종목이 없습니다."
        errors = [keeper.error for keeper in self._keepers.values() if keeper.error]
        return f"잔고를 불러오지 못했습니다. {errors[0]}" if errors else "잔고를 불러오고 있습니다…"

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
        return f"{title} {HIDDEN if hide else cash_words(keeper.portfolio.cash)}", told

    # --- acts --------------------------------------------------------------------------------------------------
    def _instrument(self, holding: Holding) -> Instrument:
        """Also for an issue that the directory does not know (yet)."""
        known = self._workspace.directory.get(holding.code)
        kind = InstrumentKind.GOLD if holding.market is Market.GOLD else InstrumentKind.SHARE
        return known or Instrument(holding.market, holding.code, holding.name or holding.code, kind)

    def _choose(self, n: int) -> None:
        self._selection.choose(self._instrument(self._shown[n]))

    def _sell(self, index: QModelIndex) -> None:
        holding = self._shown[index.row()]
        if holding.sellable > 0:
            self._selection.sell(self._instrument(holding), holding.sellable)


def cash_words(cash: Cash) -> str:
    parts = [f"예수금 {formats.won(cash.deposit)}"]
    if cash.orderable is not None:
        parts.append(f"주문가능 {formats.won(cash.orderable)}")
    if cash.d2 is not None:
        parts.append(f"D+2 {formats.won(cash.d2)}")
    return " · ".join(parts)
