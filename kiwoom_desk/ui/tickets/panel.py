"""The ticket dock: 주식 | 금현물, 매수 | 매도 | 정정·취소, in one side's pale tint."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QCheckBox,
    QFrame,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from kiwoom_desk.domain.instruments import Instrument, Market, Side
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.trading.lane import LaneState
from kiwoom_desk.trading.notices import Level, Notice
from kiwoom_desk.trading.settings import LINK_SYMBOL
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import aio, labels, theme
from kiwoom_desk.ui.fields.buttons import Segments, button
from kiwoom_desk.ui.fields.layout import row
from kiwoom_desk.ui.plain import one_line, tip
from kiwoom_desk.ui.selection import Selection
from kiwoom_desk.ui.tickets.amend_ticket import AmendTicket
from kiwoom_desk.ui.tickets.feeds import lane_of
from kiwoom_desk.ui.tickets.order_ticket import OrderTicket

NARROWEST = 392
"""Logical pixels: the sentence and five prices fit."""


class Page(Enum):
    BUY = "buy"
    SELL = "sell"
    CHANGE = "change"


class TicketPanel(QFrame):
    """One ticket per market and one for changes; `locked` keeps the symbol from following the other panels."""

    def __init__(self, workspace: Workspace, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "ticket")
        self.setMinimumWidth(NARROWEST)
        self._workspace = workspace
        self._selection = selection
        self.market_choice: Segments[Market] = Segments([(m, labels.word(m)) for m in Market], "주식·금현물")
        self.locked = QCheckBox("종목 고정")
        self.pages = {
            Page.BUY: _side_button(labels.side(Side.BUY), "buy"),
            Page.SELL: _side_button(labels.side(Side.SELL), "sell"),
            Page.CHANGE: _side_button("정정 · 취소", ""),
        }
        self.tickets = {market: OrderTicket(workspace, market) for market in Market}
        self.change = AmendTicket(workspace)
        self._stack = QStackedWidget()
        for page in (*self.tickets.values(), self.change):
            self._stack.addWidget(page)
        self._market = Market.STOCK
        self._page = Page.BUY
        self._lay_out()
        self._connect()
        self.show_page(Market.STOCK, Page.BUY)

    @property
    def stock(self) -> OrderTicket:
        return self.tickets[Market.STOCK]

    @property
    def gold(self) -> OrderTicket:
        return self.tickets[Market.GOLD]

    @property
    def current(self) -> OrderTicket:
        return self.tickets[self._market]

    def show_page(self, market: Market, page: Page) -> None:
        self._market, self._page = market, page
        self.market_choice.show_value(market)
        self.pages[page].setChecked(True)
        self._stack.setCurrentWidget(self.change if page is Page.CHANGE else self.tickets[market])
        side = {Page.BUY: Side.BUY, Page.SELL: Side.SELL}.get(page)
        if side is not None:
            self.tickets[market].set_side(side)
        self._tint(side)

    def turn_to(self, page: Page) -> None:
        """By hand: the page, ready to be written."""
        self.show_page(self._market, page)
        if page is not Page.CHANGE:
            self.current.focus_first()

    def press_send(self) -> bool:
        """One press of the send button in sight; False where there is none."""
        send = self.current.form.send
        if send.isVisible():
            send.pressed_once.emit()
        return send.isVisible()

    def stop(self) -> None:
        for ticket in self.tickets.values():
            ticket.stop()
        self.change.stop()

    def refresh(self) -> None:
        """Ages and waiting times go on without news."""
        page = self._stack.currentWidget()
        if isinstance(page, OrderTicket | AmendTicket):
            page.refresh()

    # --- inside ----------------------------------------------------------------------------------------------------
    def _lay_out(self) -> None:
        group = QButtonGroup(self)
        for made in self.pages.values():
            group.addButton(made)
        box = QVBoxLayout(self)
        box.setContentsMargins(10, 8, 10, 10)
        box.setSpacing(6)
        box.addLayout(row(self.market_choice, None, self.locked))
        box.addLayout(row(*self.pages.values()))
        box.addWidget(self._stack, 1)
        tip(self.locked, "다른 창에서 고른 종목을 따라가지 않습니다")

    def _connect(self) -> None:
        self.market_choice.chosen.connect(self._turn_market)
        for page, made in self.pages.items():
            made.clicked.connect(lambda _=False, page=page: self.turn_to(page))
        for ticket in self.tickets.values():
            ticket.instrument_chosen.connect(self._chosen_here)
            ticket.side_changed.connect(self._side_changed)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_moved)
        chosen = self._selection
        chosen.instrument_changed.connect(self._chosen_elsewhere)
        chosen.instrument_meant.connect(self._chosen_elsewhere)
        chosen.price_picked.connect(self._price_picked)
        chosen.amend_wanted.connect(self._amend)
        chosen.repeat_wanted.connect(self._repeat)
        chosen.sell_wanted.connect(self._sell)

    def _turn_market(self, market: Market) -> None:
        """By hand: the other panels come along, so that the book is of the ticket in sight."""
        self.show_page(market, self._page)
        instrument = self.current.state.instrument
        if instrument is not None and self._page is not Page.CHANGE:
            self._lead(instrument)

    def _price_picked(self, market: Market, code: str, price: int) -> None:
        """Into the form in sight, if it is about the issue that the price is of; else nothing, and a word why."""
        if self._page is Page.CHANGE:
            order = self.change.order
            if order is not None and (order.draft.market, order.draft.code) == (market, code):
                self.change.pick_price(price)
            else:
                self._say_apart(code, "정정 주문창", None if order is None else order.draft.code)
        elif (self._market, self.current.state.code) == (market, code):
            self.current.pick_price(price)
        else:
            self._say_apart(code, "주문창", self.current.state.code)

    def _say_apart(self, picked: str, form: str, about: str | None) -> None:
        theirs = f"{form}은 {self._name(about)}입니다" if about else f"{form}에 종목이 없습니다"
        text = f"누른 호가는 {self._name(picked)}, {theirs}. 단가를 채우지 않았습니다."
        self._workspace.notices.give(Notice(Level.WARN, text, self._workspace.clock.now()))

    def _name(self, code: str) -> str:
        known = self._workspace.directory.get(code)
        return code if known is None else one_line(known.name, 16)

    @property
    def _linked(self) -> bool:
        return self._workspace.settings.get(LINK_SYMBOL) and not self.locked.isChecked()

    def _lead(self, instrument: Instrument) -> None:
        if self._linked:
            self._selection.choose(instrument)

    def _chosen_here(self, instrument: Instrument) -> None:
        if instrument.market is not self._market:
            self.tickets[instrument.market].set_instrument(instrument)
            self.show_page(instrument.market, self._page)
        self._lead(instrument)

    def _chosen_elsewhere(self, instrument: Instrument) -> None:
        if not self._linked:
            return
        self.tickets[instrument.market].set_instrument(instrument)
        if self._page is not Page.CHANGE and instrument.market is not self._market:
            self.show_page(instrument.market, self._page)

    def _amend(self, order: Order) -> None:
        self.show_page(order.draft.market, Page.CHANGE)
        self.change.fill(order)
        self._tint(order.draft.side)

    def _repeat(self, order: Order) -> None:
        draft = order.draft
        self.show_page(draft.market, Page.BUY if draft.side is Side.BUY else Page.SELL)
        self.current.fill(draft, self._workspace.directory.get(draft.code))
        self.current.focus_first()

    def _sell(self, instrument: Instrument, quantity: int) -> None:
        self.show_page(instrument.market, Page.SELL)
        self.current.sell(instrument, quantity)
        self.current.focus_first()

    def _side_changed(self, side: Side) -> None:
        if self._page is not Page.CHANGE:
            self._page = Page.BUY if side is Side.BUY else Page.SELL
            self.pages[self._page].setChecked(True)
            self._tint(side)

    def _tint(self, side: Side | None) -> None:
        theme.mark(self, side="" if side is None else side.value)

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        """A ticket that takes the focus warms the order connection (docs/decisions.md 9)."""
        lane = lane_of(self._workspace, self._market)
        if now is not None and self.isAncestorOf(now) and lane is not None and lane.state is LaneState.READY:
            aio.spawn(lane.warm(), "주문 연결 준비")


def _side_button(text: str, side: str) -> QPushButton:
    made = button(text, "side")
    made.setCheckable(True)
    made.setProperty("side", side)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.setMinimumWidth(40)
    return made
