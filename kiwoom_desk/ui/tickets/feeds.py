"""What a ticket hears from outside: the quote of its symbol, and how much of it can be ordered."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.quotes import Quote
from kiwoom_desk.trading.lane import Lane
from kiwoom_desk.trading.market import MarketData
from kiwoom_desk.trading.portfolio import PortfolioKeeper
from kiwoom_desk.trading.ports import QueryFailed
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import aio

PAUSE = 200
"""Milliseconds without a change before the broker is asked how much can be ordered."""


def lane_of(workspace: Workspace, market: Market) -> Lane | None:
    return None if workspace.connection is None else workspace.connection.lanes[market]


class QuoteFeed(QObject):
    """Keeps one (symbol, view) of one market watched, over changes of the connection. `changed` on every news."""

    changed = Signal()

    def __init__(self, workspace: Workspace, market: Market, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._market = market
        self._item = ("", Venue.KRX)
        self._watching: tuple[MarketData, str, Venue] | None = None
        self._stop: Callable[[], None] | None = None
        self._end = workspace.subscribe(self._bind)

    @property
    def quote(self) -> Quote | None:
        data = self._data()
        return None if data is None or not self._item[0] else data.quote(*self._item)

    @property
    def error(self) -> str | None:
        data = self._data()
        return None if data is None or not self._item[0] else data.error(*self._item)

    def look_at(self, code: str, view: Venue) -> None:
        """From now on this one; the empty code watches nothing."""
        self._item = (code, Venue.KRX if self._market is Market.GOLD else view)
        self._bind()

    def stop(self) -> None:
        self._end()
        self._release()

    def _data(self) -> MarketData | None:
        lane = lane_of(self._workspace, self._market)
        return None if lane is None else lane.data

    def _bind(self) -> None:
        data = self._data()
        wanted = None if data is None or not self._item[0] else (data, *self._item)
        if wanted != self._watching:
            self._release()
            if wanted is not None:
                self._watching = wanted
                self._stop = wanted[0].watch(wanted[1], wanted[2], self.changed.emit)
        self.changed.emit()

    def _release(self) -> None:
        if self._stop is not None:
            self._stop()
        self._stop, self._watching = None, None


class OrderableFeed(QObject):
    """How many can be ordered, by the broker's word. `value` is None while unknown; `error` says why it stays so."""

    changed = Signal()

    def __init__(self, workspace: Workspace, market: Market, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._market = market
        self._wanted: tuple[str, Side, int | None] | None = None
        self._asked: PortfolioKeeper | None = None
        self.value: int | None = None
        self.error = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self._go)

    def want(self, code: str, side: Side, price: int | None) -> None:
        """Ask for this soon; asking for the same again does nothing."""
        wanted = (code, side, price) if code else None
        if wanted == self._wanted:
            return
        self._wanted = wanted
        self.value, self.error = None, ""
        self._timer.start()

    def again(self) -> None:
        """Cash or holdings have moved, or another account has taken the place of the one that was asked."""
        if self._asked is not self._holdings():
            self._forget()
        if self._wanted is not None:
            self._timer.start()

    def _forget(self) -> None:
        self._asked, self.value, self.error = None, None, ""
        self.changed.emit()

    def _go(self) -> None:
        holdings = self._holdings()
        if self._wanted is not None and holdings is not None:
            self._asked = holdings
            aio.spawn(self._ask(holdings, self._wanted), "주문가능 조회")

    def _holdings(self) -> PortfolioKeeper | None:
        lane = lane_of(self._workspace, self._market)
        return None if lane is None else lane.holdings

    async def _ask(self, holdings: PortfolioKeeper, wanted: tuple[str, Side, int | None]) -> None:
        try:
            value, error = await holdings.orderable(*wanted), ""
        except QueryFailed as failed:
            value, error = None, str(failed)
        if wanted == self._wanted and holdings is self._holdings():
            self.value, self.error = value, error
            self.changed.emit()
