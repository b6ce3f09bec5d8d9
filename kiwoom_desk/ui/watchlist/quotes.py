"""Last prices of a list of symbols: pushed where somebody watches, glanced at now and then for the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from kiwoom_desk.domain.instruments import Market, Venue
from kiwoom_desk.domain.quotes import Quote
from kiwoom_desk.trading.lane import Lane
from kiwoom_desk.trading.market import MarketData
from kiwoom_desk.trading.ports import QueryFailed
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import aio

EVERY_MS = 5_000
MOST_WATCHED = 40
"""Symbols that are pushed; the broker allows two hundred registrations per connection in all."""


class ListQuotes(QObject):
    """`changed` with each news; `quote` the latest of any source; `error` the sentence of a failed glance."""

    changed = Signal()

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._codes: list[tuple[Market, str]] = []
        self._glanced: dict[str, Quote] = {}
        self._stops: list[Callable[[], None]] = []
        self._watched: tuple[object, ...] = ()
        self._glanced_at: MarketData | None = None
        self.error = ""
        self._end = workspace.subscribe(self._bind)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._glance_soon)
        self._timer.start()

    def watch(self, codes: Sequence[tuple[Market, str]]) -> None:
        self._codes = list(codes)
        self._bind()
        self._glance_soon()

    def quote(self, market: Market, code: str) -> Quote | None:
        data, glanced = self.data(market), self._glanced.get(code)
        pushed = None if data is None else data.any_quote(code)
        if pushed is None or glanced is None or pushed.at is None or glanced.at is None:
            return pushed or glanced
        return glanced if glanced.at > pushed.at else pushed  # what once was pushed may have stopped long ago

    @property
    def newest(self) -> datetime | None:
        """When the last of them came in; None before the first."""
        quotes = (self.quote(market, code) for market, code in self._codes)
        return max((quote.at for quote in quotes if quote is not None and quote.at is not None), default=None)

    @property
    def live(self) -> bool:
        """False once the stream has been lost, until it is back."""
        lane = self._lane(Market.STOCK)
        return lane is None or lane.stream_up or not lane.stream_sentence

    def stop(self) -> None:
        self._timer.stop()
        self._end()
        self._release()

    def _lane(self, market: Market) -> Lane | None:
        connection = self._workspace.connection
        return None if connection is None else connection.lanes[market]

    def data(self, market: Market) -> MarketData | None:
        lane = self._lane(market)
        return None if lane is None else lane.data

    def _bind(self) -> None:
        """A price of one world is never shown in another."""
        data = self.data(Market.STOCK)
        if data is not self._glanced_at:
            self._glanced_at, self._glanced, self.error = data, {}, ""
            self._glance_soon()
        pushed = self._codes[:MOST_WATCHED]
        wanted = tuple((id(self.data(market)), code) for market, code in pushed)
        if wanted != self._watched:
            self._release()
            self._watched = wanted
            for market, code in pushed:
                data = self.data(market)
                if data is not None:
                    self._stops.append(data.watch(code, Venue.KRX, self.changed.emit))
        self.changed.emit()

    def _release(self) -> None:
        for stop in self._stops:
            stop()
        self._stops, self._watched = [], ()

    def _glance_soon(self) -> None:
        lane = self._lane(Market.STOCK)
        codes = [code for market, code in self._codes[MOST_WATCHED:] if market is Market.STOCK]
        if lane is not None and lane.data is not None and codes:
            aio.spawn(self._glance(lane.data, codes), "관심 종목 시세")

    async def _glance(self, data: MarketData, codes: Sequence[str]) -> None:
        try:
            quotes, error = await data.glance(codes[:100]), ""
        except QueryFailed as failed:
            quotes, error = (), str(failed)
        if data is self._glanced_at:
            self.error = error
            self._glanced |= {quote.code: quote for quote in quotes}
            self.changed.emit()
