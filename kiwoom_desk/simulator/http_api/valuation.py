"""What a holding is worth and what selling it would cost, as the balance TRs reckon it (kiwoom/README.md 6)."""

from __future__ import annotations

from dataclasses import dataclass

from kiwoom_desk.simulator.accounts import commission, sale_tax
from kiwoom_desk.simulator.http_api.spec import Call, Office
from kiwoom_desk.simulator.listings import kind_of
from kiwoom_desk.simulator.model import AccountKind, Holding, Listing, Order, Tape, Venue


@dataclass(frozen=True, slots=True)
class Worth:
    """All in won. `gross` is price times quantity; `net` what a sale would bring; `profit` is after all costs."""

    holding: Holding
    listing: Listing
    tape: Tape
    gross: int
    bought_for: int
    sold_for: int
    tax: int

    @property
    def average(self) -> int:
        return round(self.holding.cost / self.holding.quantity) if self.holding.quantity else 0

    @property
    def net(self) -> int:
        return self.gross - self.sold_for - self.tax

    @property
    def profit(self) -> int:
        return self.net - self.holding.cost - self.bought_for


def worths(office: Office, account: AccountKind, venue: Venue = "KRX", *, sold_out: bool = False) -> list[Worth]:
    """What is held, at the prices of `venue`; with `sold_out` also what was sold completely today."""
    held = [h for h in office.core.holdings(account) if h.quantity or sold_out]
    return [_worth(office, holding, venue) for holding in sorted(held, key=lambda h: h.code)]


def _worth(office: Office, holding: Holding, venue: Venue) -> Worth:
    listing = office.core.listings[holding.code]
    on_nxt = venue == "NXT" and listing.nxt and "NXT" in office.profile.venues
    tape = office.core.tape(holding.code, "NXT" if on_nxt else "KRX")
    gross, kind = holding.quantity * tape.last, kind_of(listing)
    return Worth(
        holding,
        listing,
        tape,
        gross,
        commission(kind, {"KRX": holding.cost}),
        commission(kind, {"KRX": gross}),
        sale_tax(listing, gross),
    )


@dataclass(frozen=True, slots=True)
class Paid:
    """Commission and tax of one order's fills, in won."""

    commission: int
    tax: int


def paid(office: Office, order: Order) -> Paid:
    listing = office.core.listings[order.code]
    amounts: dict[Venue, int] = {}
    for fill in order.fills:
        amounts[fill.venue] = amounts.get(fill.venue, 0) + fill.price * fill.quantity
    tax = sale_tax(listing, order.value) if order.side == "sell" else 0
    return Paid(commission(kind_of(listing), amounts), tax)


@dataclass(frozen=True, slots=True)
class DayOf:
    """One instrument's trades of the day: quantities, amounts and costs by side."""

    code: str
    bought: int
    bought_for: int
    sold: int
    sold_for: int
    commission: int
    tax: int


def day_of(office: Office, call: Call) -> list[DayOf]:
    """What the calling account traded today, by instrument, in order of code."""
    orders = [order for order in office.core.orders(call.account, call.now.date()) if order.filled]
    return [_day_of(office, code, orders) for code in sorted({order.code for order in orders})]


def _day_of(office: Office, code: str, orders: list[Order]) -> DayOf:
    own = [order for order in orders if order.code == code]
    buys, sells = ([o for o in own if o.side == side] for side in ("buy", "sell"))
    costs = [paid(office, order) for order in own]
    return DayOf(
        code,
        sum(o.filled for o in buys),
        sum(o.value for o in buys),
        sum(o.filled for o in sells),
        sum(o.value for o in sells),
        sum(cost.commission for cost in costs),
        sum(cost.tax for cost in costs),
    )
