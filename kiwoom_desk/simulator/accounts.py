"""Cash and holdings of one account, with costs (market/rules.md 9). All amounts in whole won.

What open orders hold is never stored but derived from the open orders, so it cannot leak.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from kiwoom_desk.simulator.listings import KOSPI, Kind, kind_of
from kiwoom_desk.simulator.model import AccountKind, Cash, Fill, Holding, Listing, Order, Venue

_PPM: Final = 1_000_000
_COMMISSION_PPM: Final[dict[Venue, int]] = {"KRX": 150, "NXT": 145}
_GOLD_PPM: Final = 3_000
_GOLD_VAT_TENTHS: Final = 1


def commission(kind: Kind, amounts: dict[Venue, int]) -> int:
    """Of one order side by the venues of its fills: cut to 10 won; gold pays 10 % VAT on top."""
    if kind == "gold":
        fee = amounts.get("KRX", 0) * _GOLD_PPM // _PPM // 10 * 10
        return fee + fee * _GOLD_VAT_TENTHS // 10
    exact = sum(amount * _COMMISSION_PPM[venue] for venue, amount in amounts.items())
    return exact // _PPM // 10 * 10


def commission_at_most(kind: Kind, amount: int) -> int:
    """What buying for `amount` more can cost at the dearer venue, whatever the cut to 10 won did before."""
    rate = _GOLD_PPM if kind == "gold" else _COMMISSION_PPM["KRX"]
    fee = -(-amount * rate // (_PPM * 10)) * 10
    return fee + fee * _GOLD_VAT_TENTHS // 10 if kind == "gold" else fee


def sale_tax(listing: Listing, amount: int) -> int:
    """0.20 % of a sale of shares (KOSPI: transaction tax and rural tax apart), none for ETFs and gold."""
    if kind_of(listing) != "stock":
        return 0
    if listing.market == KOSPI:
        return amount * 5 // 10_000 + amount * 15 // 10_000
    return amount * 20 // 10_000


@dataclass(slots=True)
class Costs:
    """What one order has paid so far: totals, so that the cut to 10 won is made once per order."""

    commission: int = 0
    tax: int = 0


@dataclass(slots=True)
class Open:
    """An open order as the account sees it: `hold` is the price at which a buy keeps cash back."""

    order: Order
    hold: int


class Account:
    """`cash` is what would be there if everything settled now; the deposit lags behind by the settlement days."""

    def __init__(self, kind: AccountKind, cash: int, listings: dict[str, Listing]) -> None:
        self.kind: AccountKind = kind
        self.cash = cash
        self._listings = listings
        self._holdings: dict[str, Holding] = {}
        self._unsettled: list[tuple[date, int]] = []
        self._costs: dict[tuple[date, int], Costs] = {}
        self._commission_today = 0
        self._tax_today = 0
        self.open: dict[int, Open] = {}

    def endow(self, code: str, quantity: int, average: int) -> None:
        """Give the account something to start with."""
        self._holdings[code] = Holding(code, quantity, quantity, quantity * average)

    def reserved(self) -> int:
        return sum(self._held(open) for open in self.open.values() if open.order.side == "buy")

    def _held(self, open: Open) -> int:
        return self._held_for(open, open.order.remaining)

    def _held_for(self, open: Open, quantity: int) -> int:
        amount = quantity * open.hold
        return amount + commission_at_most(kind_of(self._listings[open.order.code]), amount)

    def freed_by(self, order: Order, quantity: int) -> int:
        """The cash that comes free when this part of an open buy goes."""
        open = self.open[order.number]
        return self._held(open) - self._held_for(open, order.remaining - quantity)

    def free(self) -> int:
        return self.cash - self.reserved()

    def affordable(self, code: str, price: int, cash: int | None = None) -> int:
        """How many can be bought at `price` with the free cash (or with `cash`), costs included."""
        cash = self.free() if cash is None else cash
        kind = kind_of(self._listings[code])
        quantity = max(0, cash // price)
        while quantity > 0 and quantity * price + commission_at_most(kind, quantity * price) > cash:
            over = quantity * price + commission_at_most(kind, quantity * price) - cash
            quantity -= max(1, over // (price * 2))
        return quantity

    def sellable(self, code: str) -> int:
        held = self._holdings.get(code)
        selling = sum(
            open.order.remaining for open in self.open.values() if open.order.code == code and open.order.side == "sell"
        )
        return (held.quantity if held else 0) - selling

    def fill(self, order: Order, fill: Fill, settles: date) -> None:
        """Book a fill that is already in `order.fills`."""
        charged = self._charge(order)
        amount = fill.price * fill.quantity
        flow = -amount - charged if order.side == "buy" else amount - charged
        self.cash += flow
        if settles > order.day:
            self._unsettled.append((settles, flow))
        held = self._holdings.setdefault(order.code, Holding(order.code, 0, 0, 0))
        if order.side == "buy":
            held.quantity += fill.quantity
            held.cost += amount
            held.bought_today += fill.quantity
        else:
            cost = held.cost * fill.quantity // held.quantity
            held.quantity -= fill.quantity
            held.cost -= cost
            held.sold_today += fill.quantity
            held.realised += amount - cost - charged

    def _charge(self, order: Order) -> int:
        amounts: dict[Venue, int] = {}
        for fill in order.fills:
            amounts[fill.venue] = amounts.get(fill.venue, 0) + fill.price * fill.quantity
        listing = self._listings[order.code]
        fee = commission(kind_of(listing), amounts)
        tax = sale_tax(listing, order.value) if order.side == "sell" else 0
        paid = self._costs.setdefault((order.day, order.number), Costs())
        new_fee, new_tax = fee - paid.commission, tax - paid.tax
        paid.commission, paid.tax = fee, tax
        self._commission_today += new_fee
        self._tax_today += new_tax
        return new_fee + new_tax

    def new_day(self, day: date) -> None:
        self._unsettled = [(settles, amount) for settles, amount in self._unsettled if settles > day]
        self._commission_today = self._tax_today = 0
        self._holdings = {code: held for code, held in self._holdings.items() if held.quantity}
        for held in self._holdings.values():
            held.bought_today = held.sold_today = held.realised = 0

    def statement(self) -> Cash:
        reserved = self.reserved()
        return Cash(
            deposit=self.cash - sum(amount for _, amount in self._unsettled),
            orderable=max(0, self.cash - reserved),
            reserved=reserved,
            d2=self.cash,
            commission_today=self._commission_today,
            tax_today=self._tax_today,
        )

    def holdings(self) -> list[Holding]:
        """Also those sold out today, with quantity 0: their realised profit belongs to the day."""
        for held in self._holdings.values():
            held.sellable = self.sellable(held.code)
        return list(self._holdings.values())
