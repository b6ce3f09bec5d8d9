"""What a trader does in this window, in a trader's words; made of `hands` alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.domain.quotes import OrderBook, Quote
from kiwoom_desk.tour.hands import Key, Missed, choose, click, click_row, pause, press, type_into, until
from kiwoom_desk.trading.environments import World
from kiwoom_desk.ui.blotter.panel import BlotterPanel
from kiwoom_desk.ui.main_window import MainWindow
from kiwoom_desk.ui.tickets.order_form import GoldLine, OrderForm
from kiwoom_desk.ui.tickets.panel import Page


@dataclass(frozen=True, slots=True)
class Terms:
    """What is typed into a ticket; `price` and `trigger` None are left alone."""

    market: Market
    code: str
    side: Side
    quantity: int
    price: int | None = None
    type: OrderType = OrderType.LIMIT
    venue: Venue = Venue.KRX
    trigger: int | None = None


class Trader:
    """One person at one window."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        blotter = window.panels.blotter
        assert isinstance(blotter, BlotterPanel)
        self.blotter = blotter

    # --- reading what the screen shows -------------------------------------------------------------------------
    def orders(self) -> list[Order]:
        """The rows of the blotter, oldest first."""
        self.blotter.model.flush()
        return [line.order for line in self.blotter.model.lines]

    def order(self, order_id: str) -> Order:
        found = next((o for o in self.orders() if o.id == order_id), None)
        if found is None:
            raise Missed(f"order {order_id} is not in the blotter")
        return found

    def quote(self, market: Market, code: str) -> Quote:
        """What the header of the ticket stands on."""
        connection = self.window.workspace.connection
        data = None if connection is None else connection.lanes[market].data
        quote = None if data is None else data.any_quote(code)
        if quote is None or quote.best_ask is None or quote.best_bid is None:
            raise Missed(f"no prices of {code} on screen")
        return quote

    def book(self, code: str, view: Venue) -> OrderBook:
        connection = self.window.workspace.connection
        data = None if connection is None else connection.lanes[Market.STOCK].data
        book = None if data is None else data.book(code, view)
        if book is None or not book.asks or not book.bids:
            raise Missed(f"no book of {code} on screen")
        return book

    # --- the ticket --------------------------------------------------------------------------------------------
    def form(self, market: Market) -> OrderForm:
        return self.window.tickets.tickets[market].form

    async def open_ticket(self, market: Market, side: Side) -> OrderForm:
        tickets = self.window.tickets
        await click(tickets.market_choice.buttons[market])
        await click(tickets.pages[Page.BUY if side is Side.BUY else Page.SELL])
        return self.form(market)

    async def write(self, terms: Terms) -> OrderForm:
        """Fill the ticket field by field, as a person does; nothing is sent."""
        form = await self.open_ticket(terms.market, terms.side)
        if terms.market is Market.GOLD:
            await click(form.gold.buttons[GoldLine(terms.code)])
        else:
            await type_into(form.symbol, terms.code)
            await press(form.symbol, Key.Key_Return)
            await click(form.venue.buttons[terms.venue])
        order = form.types.order()
        await choose(form.types, lambda row: row < len(order) and order[row] is terms.type)
        await until(lambda: self._priced(terms), f"prices of {terms.code}")
        await type_into(form.quantity, str(terms.quantity))
        if terms.trigger is not None:
            await type_into(form.trigger, str(terms.trigger))
        if terms.price is not None:
            await type_into(form.price, str(terms.price))
        await pause(0.1)
        return form

    def _priced(self, terms: Terms) -> bool:
        try:
            self.quote(terms.market, terms.code)
        except Missed:
            return False
        return True

    async def send(self, terms: Terms) -> Order:
        """Write, press the button once, pass a strong warning if one stands; the new row."""
        before = {order.id for order in self.orders()}
        form = await self.write(terms)
        if not form.send.ready:
            raise Missed(f"the button does not send: {form.send.sentence} {form.advice.sentences()}")
        await click(form.send)
        if form.guard.isVisible():
            await pause(0.6)  # the guard ignores what was on its way when it opened
            await click(form.guard.go)
        return await self.new_row(before)

    async def new_row(self, before: Collection[str]) -> Order:
        """The row of this program that was not there before, once it has its outcome."""

        def answered() -> Order | None:
            fresh = [o for o in self.orders() if o.own and o.id not in before]
            return next((o for o in fresh if o.state.value != "sending"), None)

        await until(answered, "a new row in the blotter")
        found = answered()
        assert found is not None
        return found

    # --- the blotter -------------------------------------------------------------------------------------------
    async def select(self, order_id: str, *, twice: bool = False) -> None:
        """Click the row of an order (twice: a double-click)."""
        rows = self.blotter.rows
        for n in range(rows.rowCount()):
            if rows.line_at(n).order.id == order_id:
                await click_row(self.blotter.table, rows.index(n, 0), twice=twice)
                return
        raise Missed(f"order {order_id} is not shown")

    async def amend(self, order_id: str, price: int) -> Order:
        """Double-click the row, type another price into 정정·취소, press."""
        before = {order.id for order in self.orders()}
        await self.select(order_id, twice=True)
        ticket = self.window.tickets.change
        await until(lambda: ticket.order is not None and ticket.amend.isVisible(), "the amend ticket")
        await type_into(ticket.price, str(price))
        await pause(0.1)
        await click(ticket.amend)
        if ticket.guard.isVisible():
            await pause(0.6)
            await click(ticket.guard.go)
        return await self.new_row(before)

    async def cancel(self, order_id: str) -> None:
        """Choose the row and press 취소."""
        await self.select(order_id)
        await click(self.blotter.cancel)

    # --- the window --------------------------------------------------------------------------------------------
    async def go_to(self, world: World) -> None:
        """Press the world's button and agree to what is named."""
        await click(self.window.top.worlds[world])
        workspace = self.window.workspace
        from kiwoom_desk.tour.hands import top_dialog

        await until(lambda: top_dialog() is not None or workspace.world is world, f"the way to {world.value}")
        dialog = top_dialog()
        if dialog is not None:
            await click(dialog.accept_button)  # type: ignore[attr-defined]
        await until(lambda: workspace.world is world and workspace.switching_to is None, f"{world.value}", 60)
