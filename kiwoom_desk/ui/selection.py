"""The one symbol (and order) that every panel looks at. A locked ticket does not follow; it only listens less."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from kiwoom_desk.domain.instruments import Instrument, Market
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.trading.notices import OrderKey


class Selection(QObject):
    """`instrument` everywhere; `price_picked` fills a price and never sends; the rest opens a filled ticket."""

    instrument_changed = Signal(object)  # Instrument
    instrument_meant = Signal(object)  # Instrument: the one in force was chosen again; a ticket may have left it
    price_picked = Signal(object, str, int)  # Market, code, won: a price of this issue, from its book
    amend_wanted = Signal(object)  # Order: fill the 정정·취소 tab
    repeat_wanted = Signal(object)  # Order: a new ticket with its terms
    sell_wanted = Signal(object, int)  # Instrument, quantity: a sell ticket for a holding
    order_changed = Signal(object)  # Order | None: the row chosen in the blotter
    order_wanted = Signal(object)  # OrderKey: choose its row in the blotter

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._instrument: Instrument | None = None
        self._order: Order | None = None

    @property
    def instrument(self) -> Instrument | None:
        return self._instrument

    @property
    def order(self) -> Order | None:
        return self._order

    def choose(self, instrument: Instrument) -> None:
        """Everything follows, except locked tickets."""
        if instrument != self._instrument:
            self._instrument = instrument
            self.instrument_changed.emit(instrument)
        else:
            self.instrument_meant.emit(instrument)

    def choose_order(self, order: Order | None) -> None:
        self._order = order
        self.order_changed.emit(order)

    def show_order(self, key: OrderKey) -> None:
        self.order_wanted.emit(key)

    def pick_price(self, market: Market, code: str, price: int) -> None:
        """A price belongs to its issue: another one's ticket does not take it."""
        self.price_picked.emit(market, code, price)

    def amend(self, order: Order) -> None:
        self.amend_wanted.emit(order)

    def repeat(self, order: Order) -> None:
        self.repeat_wanted.emit(order)

    def sell(self, instrument: Instrument, quantity: int) -> None:
        """Double-click on a holding: a sell ticket with the whole sellable quantity."""
        self.choose(instrument)
        self.sell_wanted.emit(instrument, quantity)
