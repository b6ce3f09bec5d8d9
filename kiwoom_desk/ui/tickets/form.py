"""What a ticket holds and how each act of the trader changes it. Pure: no Qt, no clock, no network.

Laws (tested over every type and market): a field that the type does not use is empty; a price never survives under
another symbol; quantities made from a share of the orderable are rounded down.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from kiwoom_desk.domain.drafts import OrderDraft
from kiwoom_desk.domain.forms import DraftInput, Field, Fix
from kiwoom_desk.domain.instruments import Instrument, Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType, types_of
from kiwoom_desk.domain.quotes import Quote
from kiwoom_desk.domain.rules_model import MarketRules

_NONE: Mapping[Field, str] = MappingProxyType({})
_VALUES = (Field.QUANTITY, Field.PRICE, Field.TRIGGER)


@dataclass(frozen=True, slots=True)
class TicketState:
    """One ticket. `code` is what the symbol field says, `instrument` what the directory knows of it.

    `price_for` is the symbol that was shown when the price came to be; `follow` (자동(현재가)) keeps the price at the
    last one. `amount` is the won that the quantity was made from, None when it was said otherwise. `problems` are
    Korean sentences about texts that could not be read; their value is then None.
    """

    market: Market
    side: Side = Side.BUY
    venue: Venue = Venue.KRX
    type: OrderType = OrderType.LIMIT
    code: str = ""
    instrument: Instrument | None = None
    quantity: int | None = None
    price: int | None = None
    trigger: int | None = None
    price_for: str | None = None
    follow: bool = False
    amount: int | None = None
    problems: Mapping[Field, str] = field(default_factory=lambda: _NONE)

    # --- what it says -------------------------------------------------------------------------------------------
    @property
    def input(self) -> DraftInput:
        venue = Venue.KRX if self.market is Market.GOLD else self.venue
        return DraftInput(self.market, self.code, venue, self.side, self.type, self.quantity, self.price, self.trigger)

    @property
    def name(self) -> str:
        return self.code if self.instrument is None else self.instrument.name

    # --- acts ----------------------------------------------------------------------------------------------------
    def with_instrument(self, instrument: Instrument) -> TicketState:
        """Another symbol keeps side, type and quantity, and clears the prices; the same one changes nothing."""
        if instrument == self.instrument:
            return self
        if instrument.code == self.code:
            return replace(self, instrument=instrument)
        return replace(self._cleared(Field.PRICE, Field.TRIGGER), code=instrument.code, instrument=instrument)

    def with_unknown(self, text: str) -> TicketState:
        """A text that names nothing in the directory."""
        return replace(self._cleared(Field.PRICE, Field.TRIGGER), code=text.strip().upper(), instrument=None)

    def with_side(self, side: Side) -> TicketState:
        return replace(self, side=side)

    def with_venue(self, venue: Venue) -> TicketState:
        return replace(self, venue=venue)

    def with_type(self, type_: OrderType) -> TicketState:
        """What the type does not use is emptied, never carried along unseen."""
        if type_ not in types_of(self.market):
            return self
        return replace(self, type=type_)._fitted()

    def typed(self, which: Field, value: int | None, problem: str = "") -> TicketState:
        """The trader typed into a number field; typing a price ends following the market."""
        problems = {f: p for f, p in self.problems.items() if f is not which}
        if problem:
            problems[which] = problem
        state = replace(self, problems=MappingProxyType(problems))
        match which:
            case Field.QUANTITY:
                return replace(state, quantity=value, amount=None)
            case Field.PRICE:
                return replace(state, price=value, price_for=self.code, follow=False)
            case Field.TRIGGER:
                return replace(state, trigger=value)
            case _:
                raise ValueError(f"{which} is not a number field")

    def picked(self, price: int) -> TicketState:
        """A click on a price in the book fills the price where the type has one; it never sends."""
        return self.typed(Field.PRICE, price) if self.type.needs_price else self

    def following(self, follow: bool, quote: Quote | None) -> TicketState:
        return replace(self, follow=follow and self.type.needs_price).quoted(quote)

    def quoted(self, quote: Quote | None) -> TicketState:
        """A new last price moves a price that follows it, and nothing else."""
        if not self.follow or quote is None or quote.code != self.code or quote.last in (None, self.price):
            return self
        return replace(self.typed(Field.PRICE, quote.last), follow=True)

    def share_of(self, orderable: int | None, percent: int) -> TicketState:
        """`percent` of what can be ordered, rounded down; nothing when that is not known."""
        if orderable is None:
            return self
        part = orderable * percent // 100
        return self.typed(Field.QUANTITY, part if part > 0 else None)

    def worth(self, amount: int | None, each: int | None) -> TicketState:
        """As many as `amount` won buys at `each`, rounded down; none while either is not known."""
        quantity = None if amount is None or not each or each < 1 else amount // each
        return replace(self.typed(Field.QUANTITY, quantity or None), amount=amount)

    def fixed(self, fix: Fix) -> TicketState:
        """A one-click change; its price is for the symbol shown now."""
        changed = fix.apply(self.input)
        touched = [f for f in _VALUES if f.value in fix.change]
        state = replace(
            self._without_problems(touched),
            venue=changed.venue,
            type=changed.type,
            quantity=changed.quantity,
            amount=None if "quantity" in fix.change else self.amount,
            price=changed.price,
            trigger=changed.trigger,
        )
        if "price" in fix.change:
            state = replace(state, price_for=self.code, follow=False)
        return state._fitted()

    def filled(self, draft: OrderDraft, instrument: Instrument | None) -> TicketState:
        """The terms of an earlier order, for the same again."""
        return TicketState(
            self.market,
            draft.side,
            draft.venue,
            draft.type,
            draft.code,
            instrument,
            draft.quantity,
            draft.price,
            draft.trigger,
            draft.code,
        )

    def offered(self, venues: Iterable[Venue], preferred: Venue) -> TicketState:
        """In an environment with these venues: what it does not offer gives way to the preferred one or KRX."""
        available = frozenset(venues)
        if self.venue in available:
            return self
        return replace(self, venue=preferred if preferred in available else Venue.KRX)

    # --- inside --------------------------------------------------------------------------------------------------
    def _fitted(self) -> TicketState:
        unused = [
            f
            for f, used in ((Field.PRICE, self.type.needs_price), (Field.TRIGGER, self.type.needs_trigger))
            if not used
        ]
        return self._cleared(*unused)

    def _cleared(self, *which: Field) -> TicketState:
        state = self._without_problems(which)
        if Field.PRICE in which:
            follow = self.follow and self.type.needs_price
            state = replace(state, price=None, price_for=None, follow=follow)
        return replace(state, trigger=None) if Field.TRIGGER in which else state

    def _without_problems(self, which: Iterable[Field]) -> TicketState:
        gone = frozenset(which)
        left = {f: p for f, p in self.problems.items() if f not in gone}
        return replace(self, problems=MappingProxyType(left))


def off_reasons(state: TicketState, rules: MarketRules) -> Mapping[Field, str]:
    """Why a field is switched off, as a Korean sentence; a field without an entry is on."""
    name = rules.type_names[state.type]
    reasons: dict[Field, str] = {}
    if not state.type.needs_price:
        reasons[Field.PRICE] = f"{name}에는 단가를 쓰지 않습니다. 그래서 단가를 비웠습니다."
    if not state.type.needs_trigger:
        stop = rules.type_names[OrderType.STOP_LIMIT]
        reasons[Field.TRIGGER] = (
            "금현물에는 조건단가가 없습니다." if state.market is Market.GOLD else f"{stop}에서만 씁니다."
        )
    if state.market is Market.GOLD:
        reasons[Field.VENUE] = "금현물은 KRX에서만 거래합니다."
    return reasons
