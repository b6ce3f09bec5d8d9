"""A ticket for new orders of one market: what the trader does goes into the state, the view comes back onto widgets."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiwoom_desk.domain.drafts import OrderDraft
from kiwoom_desk.domain.forms import Field, Fix
from kiwoom_desk.domain.instruments import Instrument, InstrumentKind, Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.ticks import step_price
from kiwoom_desk.trading.lane import LaneState
from kiwoom_desk.trading.settings import DEFAULT_VENUE, HIDE_AMOUNTS
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import formats
from kiwoom_desk.ui.plain import tip
from kiwoom_desk.ui.tickets.feeds import OrderableFeed, QuoteFeed, lane_of
from kiwoom_desk.ui.tickets.form import TicketState
from kiwoom_desk.ui.tickets.order_form import GoldLine, OrderForm
from kiwoom_desk.ui.tickets.sender import Sender
from kiwoom_desk.ui.tickets.view import Standing, TicketView, show

TRIGGER_OFF = {Market.STOCK: "스톱지정가에서만", Market.GOLD: "금현물에는 없음"}
COALESCE = 30
"""Milliseconds: news of the market is drawn at most this often; the trader's own acts at once."""


class OrderTicket(QWidget):
    """`instrument_chosen` when the trader names a symbol here, `side_changed` for the tint around."""

    instrument_chosen = Signal(object)  # Instrument
    side_changed = Signal(object)  # Side

    def __init__(self, workspace: Workspace, market: Market, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.market = market
        venue = Venue(workspace.settings.get(DEFAULT_VENUE)) if market is Market.STOCK else Venue.KRX
        self._state = TicketState(market, venue=venue)
        self._view: TicketView | None = None
        self._counted_for: tuple[str, OrderType, int | None] | None = None
        self.form = OrderForm(workspace, market)
        self._sender = Sender(workspace, market, self.form, self)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.form)
        self._feed = QuoteFeed(workspace, market, self)
        self._orderable = OrderableFeed(workspace, market, self)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(COALESCE)
        self._later.timeout.connect(self.refresh)
        self._ends = [workspace.subscribe(self._connection_changed)]
        self._connect()
        if market is Market.GOLD:
            self.set_instrument(GoldLine.KILO.instrument)
        self._connection_changed()

    # --- for others ---------------------------------------------------------------------------------------------
    @property
    def state(self) -> TicketState:
        return self._state

    @property
    def view(self) -> TicketView | None:
        return self._view

    def set_instrument(self, instrument: Instrument) -> None:
        """Chosen elsewhere: type, side and quantity stay, the price does not."""
        self._become(self._state.with_instrument(instrument))

    def set_side(self, side: Side) -> None:
        self._become(self._state.with_side(side))

    def pick_price(self, price: int) -> None:
        """A price clicked in the book: fills, never sends."""
        self._become(self._state.picked(price))

    def fill(self, draft: OrderDraft, instrument: Instrument | None) -> None:
        self.form.symbol.show_instrument(instrument, draft.code)
        self._become(self._state.filled(draft, instrument))

    def sell(self, instrument: Instrument, quantity: int) -> None:
        """A holding was double-clicked: the whole sellable quantity."""
        state = self._state.with_instrument(instrument).with_side(Side.SELL)
        self._become(state.typed(Field.QUANTITY, quantity))

    def stop(self) -> None:
        for end in self._ends:
            end()
        self._feed.stop()

    def focus_first(self) -> None:
        (self.form.quantity if self._state.instrument else self.form.symbol).setFocus(Qt.FocusReason.OtherFocusReason)

    # --- acts --------------------------------------------------------------------------------------------------
    def _connect(self) -> None:
        f = self.form
        f.symbol.chosen.connect(self._symbol_chosen)
        f.symbol.unknown.connect(lambda text: self._become(self._state.with_unknown(text)))
        f.venue.chosen.connect(lambda venue: self._become(self._state.with_venue(venue)))
        f.types.chosen.connect(lambda type_: self._become(self._state.with_type(type_)))
        if self.market is Market.GOLD:
            f.gold.chosen.connect(lambda line: self._symbol_chosen(line.instrument))
        for field, widget in ((Field.QUANTITY, f.quantity), (Field.PRICE, f.price), (Field.TRIGGER, f.trigger)):
            widget.changed.connect(lambda field=field, w=widget: self._typed(field, w.value, w.problem))
        for widget in (f.price, f.trigger):
            widget.stepper = self._step
        f.quantity.stepper = lambda value, steps: max((value or 0) + steps, 1)
        f.up.clicked.connect(lambda: f.price.step(1))
        f.down.clicked.connect(lambda: f.price.step(-1))
        f.follow.clicked.connect(lambda on: self._become(self._state.following(on, self._feed.quote)))
        f.all_orderable.clicked.connect(lambda: self._share(100))
        for percent, made in f.percents.items():
            made.clicked.connect(lambda _=False, percent=percent: self._share(percent))
        f.by_amount.toggled.connect(self._by_amount)
        f.amount.changed.connect(self._amount_typed)
        f.advice.fix_wanted.connect(self._fix)
        f.send.pressed_once.connect(self._press)
        f.guard.passed.connect(self._sender.pass_question)
        f.guard.turned_back.connect(self._turn_back)
        self._feed.changed.connect(self._later.start)
        self._orderable.changed.connect(self._later.start)
        self._chain_enter()

    def _chain_enter(self) -> None:
        f = self.form
        for widget in (f.symbol, f.types, f.quantity, f.amount, f.price, f.trigger):
            widget.entered.connect(lambda widget=widget: self._move(widget, 1))

    def _fields(self) -> list[QWidget]:
        f = self.form
        order: list[QWidget] = [f.symbol, f.types, f.amount, f.quantity, f.price, f.trigger, f.send]
        return [w for w in order if w.isEnabled() and w.isVisibleTo(self)]

    def _move(self, start: QWidget, steps: int) -> None:
        fields = self._fields()
        if start not in fields:
            return
        at = min(max(fields.index(start) + steps, 0), len(fields) - 1)
        fields[at].setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back one field; in the guard it turns back."""
        if event.key() == Qt.Key.Key_Escape:
            focus = self.focusWidget()
            if self.form.guard.isVisible():
                self._turn_back()
            elif focus is not None:
                self._go_back(focus)
            return
        super().keyPressEvent(event)

    def _go_back(self, start: QWidget) -> None:
        """One field; from a button that fills one to the field that it fills."""
        f = self.form
        if start in f.helpers:
            filled = f.price if start is f.follow else f.quantity
            filled.setFocus(Qt.FocusReason.BacktabFocusReason)
        else:
            self._move(start, -1)

    def _symbol_chosen(self, instrument: Instrument) -> None:
        if instrument.market is not self.market:
            self.instrument_chosen.emit(instrument)
            return
        self.set_instrument(instrument)
        self.instrument_chosen.emit(instrument)

    def _typed(self, field: Field, value: int | None, problem: str) -> None:
        self._become(self._state.typed(field, value, problem))

    def _step(self, value: int | None, steps: int) -> int | None:
        """One tick of the price's own table; from an empty field the last price."""
        quote = self._feed.quote
        if value is None:
            return None if quote is None else quote.last or quote.base
        instrument = self._state.instrument
        kind = InstrumentKind.GOLD if self.market is Market.GOLD else InstrumentKind.SHARE
        return step_price(self._workspace.rules, instrument.kind if instrument else kind, value, steps)

    def _share(self, percent: int) -> None:
        self._become(self._state.share_of(self._orderable.value, percent))

    def _by_amount(self, on: bool) -> None:
        """Switched off, the quantity stays and nothing counts it any more."""
        self.form.amount.setVisible(on)
        if on:
            self.form.amount.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.form.amount.empty()
            self._become(replace(self._state, amount=None))

    def _amount_typed(self) -> None:
        self._become(self._state.worth(self.form.amount.value, None if self._view is None else self._view.each))

    def _fix(self, fix: Fix) -> None:
        self._become(self._state.fixed(fix))

    # --- showing -----------------------------------------------------------------------------------------------
    def _connection_changed(self) -> None:
        self._sender.another_account()
        connection = self._workspace.connection
        if connection is not None and self.market is Market.STOCK:
            preferred = Venue(self._workspace.settings.get(DEFAULT_VENUE))
            self._state = self._state.offered(connection.environment.venues, preferred)
        known = self._workspace.directory.get(self._state.code) if self._state.code else None
        if known is not None:
            self._state = self._state.with_instrument(known)
        self._orderable.again()
        self.refresh()

    def _become(self, state: TicketState) -> None:
        """The trader changed something: a question on the screen is about something else now."""
        side_changed = state.side is not self._state.side
        if state.code != self._state.code:  # also what could not be read was a price of the one before
            self.form.price.empty()
            self.form.trigger.empty()
        self._state = state
        self.form.trouble.hide()
        self._sender.close_question()
        if side_changed:
            self.side_changed.emit(state.side)
        self.refresh()

    def refresh(self) -> None:
        """Draw the state against the market as it is now."""
        self._feed.look_at(self._state.code, self._state.venue) if self._watch_changed() else None
        if not self._sender.asking and not self._sender.busy:  # what is on its way stays as it was sent
            self._state = self._state.quoted(self._feed.quote)
        self._view = view = self._counted(self.look())
        self._sender.ask_anew(view)
        price = self._state.price if self._state.type.needs_price else None
        self._orderable.want(self._state.code, self._state.side, price)
        self._draw(self._view)  # a question takes the focus, and a field that loses it may have drawn anew

    def _counted(self, view: TicketView) -> TicketView:
        """The amount counts anew with what the trader changes, and not with each tick: the button would never rest."""
        state = self._state
        told = (state.code, state.type, state.price)
        if state.amount is None or self._sender.asking or (told == self._counted_for and state.quantity is not None):
            return view
        self._counted_for = told if view.each else None
        self._state = state.worth(state.amount, view.each)
        return self.look()

    def _watch_changed(self) -> bool:
        item = (self._state.code if self._state.instrument else "", self._state.venue)
        changed = item != getattr(self, "_watched", None)
        self._watched = item
        return changed

    def look(self) -> TicketView:
        """What is written, against the market as it is now."""
        workspace, state = self._workspace, self._state
        context = workspace.advice_context(
            self.market,
            state.code,
            state.input.venue,
            orderable=self._orderable.value,
            price_typed_for=state.price_for,
        )
        hide = workspace.settings.get(HIDE_AMOUNTS)
        return show(state, workspace.rules, workspace.now(), context, self._standing(), hide=hide)

    def _standing(self) -> Standing:
        lane = lane_of(self._workspace, self.market)
        safety = self._workspace.safety
        if lane is None:
            return Standing(not_ready="연결되어 있지 않습니다. 위쪽에서 환경을 고르세요.")
        ready = lane.state is LaneState.READY
        return Standing(
            world=lane.environment.world,
            not_ready="" if ready else lane.sentence or "연결이 끝났습니다.",
            blocked=safety.blocked,
            locked=safety.locked_because,
            armed=safety.armed,
            wait=self._wait(),
        )

    def _wait(self) -> float:
        lane = lane_of(self._workspace, self.market)
        draft = None if self._view is None else self._view.draft
        return 0.0 if lane is None or lane.desk is None or draft is None else lane.desk.delay(draft)

    def _draw(self, view: TicketView) -> None:
        f, state = self.form, self._state
        self._draw_symbol()
        f.venue.show_value(state.venue)
        self._draw_venues()
        f.types.show_types(view.types, state.type)
        f.quantity.set_value(state.quantity)
        if state.amount is None and f.amount.value is not None and not f.amount.hasFocus():
            f.amount.empty()
        f.price.set_off(view.off.get(Field.PRICE, ""), "단가 없음")
        f.price.set_value(state.price)
        f.trigger.set_off(view.off.get(Field.TRIGGER, ""), TRIGGER_OFF[self.market])
        f.trigger.set_value(state.trigger)
        for part in (f.up, f.down, f.follow):
            part.setEnabled(state.type.needs_price)
        f.follow.setChecked(state.follow)
        known, hide = self._orderable.value, self._workspace.settings.get(HIDE_AMOUNTS)
        f.all_orderable.setText("가능" if known is None or hide else f"가능 {formats.number(known)}")
        f.costs["주문금액"].setText(formats.won(view.costs.amount if view.costs else None))
        f.costs["예상 비용"].setText(formats.won(view.costs.commission + view.costs.tax if view.costs else None))
        orderable = formats.HIDDEN if hide else formats.quantity(known, self.market)
        f.costs["주문가능"].setText("조회 실패" if self._orderable.error else orderable)
        tip(f.costs["주문가능"], self._orderable.error)
        f.header.show_quote(state.code, self._feed.quote, self._feed.error, self._workspace.now())
        f.advice.show_lines(view.lines)
        f.advice.setVisible(not self._sender.asking)  # the question says it all, and the fields stay in sight
        if self._sender.withdrawable:
            f.send.say(view.title, "차례를 기다립니다 · 누르면 철회합니다", state.side, off=False)
        elif self._sender.busy:
            f.send.say(view.title, "보내는 중… 응답을 기다립니다", state.side, off=True)
        else:
            f.send.say(view.title, view.detail, state.side, off=view.draft is None)

    def _draw_symbol(self) -> None:
        f, state = self.form, self._state
        if self.market is Market.GOLD:
            f.gold.show_value(GoldLine(state.code))
            return
        if state.instrument is not None:
            writing = f.symbol.window().focusWidget() is f.symbol  # also while another window is in front
            if not writing or not f.symbol.isModified():
                f.symbol.show_instrument(state.instrument)
            f.name.setText(state.instrument.name)
            nxt = "NXT 가능" if state.instrument.nxt else "NXT 불가"
            f.board.setText(f"{state.instrument.board} · {nxt}")
        else:
            f.name.setText("")
            f.board.setText("" if not state.code else "알 수 없는 종목")

    def _draw_venues(self) -> None:
        connection = self._workspace.connection
        if connection is None:
            return
        for venue in Venue:
            offered = venue in connection.environment.venues
            self.form.venue.set_off(venue, "" if offered else "모의투자는 KRX 주문만 받습니다.")

    # --- sending -----------------------------------------------------------------------------------------------
    def _press(self) -> None:
        """The send button; while it does nothing, the field that has to be put right."""
        view = self._view
        if view is not None and view.draft is None and not self._sender.busy and not self._sender.asking:
            self._point_at(view.wrong)
        else:
            self._sender.press()

    def symbol_stands(self) -> bool:
        """The order is about what the symbol field says. What was still being written there is taken first, and read
        by the trader, before anything goes."""
        field = self.form.symbol
        if self.market is Market.GOLD or field.text().strip().upper() == self._state.code:
            return True
        field.leave()
        self.say("종목을 적는 중이었습니다. 바뀐 주문을 보고 다시 누르세요.")
        return False

    def _turn_back(self) -> None:
        view = self._view
        self._sender.close_question()
        strong = view.strong if view is not None else ()
        self._point_at(strong[0].field if strong else None)

    def _point_at(self, field: Field | None) -> None:
        f = self.form
        places: dict[Field | None, QWidget] = {
            Field.CODE: f.symbol,
            Field.TYPE: f.types,
            Field.QUANTITY: f.quantity,
            Field.PRICE: f.price,
            Field.TRIGGER: f.trigger,
        }
        place = places.get(field, f.quantity)
        (place if place.isEnabled() else f.types).setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, sentence: str) -> None:
        self.form.trouble.setText(f"보내지 않았습니다: {sentence}")
        self.form.trouble.show()
