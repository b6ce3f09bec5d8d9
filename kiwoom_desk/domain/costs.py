"""What an order is worth and roughly costs: estimates in whole won, until the broker's own figures come.

Rates: market/rules.md 9.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kiwoom_desk.domain.instruments import Instrument, Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.quotes import Quote
from kiwoom_desk.domain.rules_model import MarketRules

_MARKET = frozenset({OrderType.MARKET, OrderType.MARKET_IOC, OrderType.MARKET_FOK})
_COMMISSION_CUT = 10
"""Commission is cut to 10 won per side (market/rules.md 9)."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Estimates in won. `total` is what a buy takes from the cash, or what a sell brings."""

    amount: int
    commission: int
    tax: int
    total: int


def estimate(rules: MarketRules, side: Side, venue: Venue, amount: int, instrument: Instrument | None = None) -> Costs:
    """The costs of trading `amount`. An unknown instrument counts as a share, the dearest kind."""
    commission = _commission(rules, instrument, venue, amount)
    tax = _part(amount, _tax_percent(rules, instrument)) if side is Side.SELL else 0
    total = amount + commission if side is Side.BUY else amount - commission - tax
    return Costs(amount, commission, tax, total)


def _commission(rules: MarketRules, instrument: Instrument | None, venue: Venue, amount: int) -> int:
    if instrument is not None and instrument.market is Market.GOLD:
        fee = _part(amount, rules.fees.gold_commission, _COMMISSION_CUT)
        return fee + _part(fee, rules.fees.gold_vat)
    return _part(amount, rules.fees.commission[venue], _COMMISSION_CUT)


def _tax_percent(rules: MarketRules, instrument: Instrument | None) -> Decimal:
    if instrument is None:
        return max(rules.fees.sale_tax.values())
    kind = rules.fees.sale_tax[instrument.kind]
    return min(kind, rules.fees.sale_tax_by_board.get(instrument.board, kind))


def _part(amount: int, percent: Decimal, unit: int = 1) -> int:
    """`percent` of the amount, cut down to a multiple of `unit`; exact."""
    numerator, denominator = percent.as_integer_ratio()
    return amount * numerator // (100 * denominator) // unit * unit


def worth_each(type_: OrderType, side: Side, price: int | None, quote: Quote | None) -> int | None:
    """The won that one share or gram counts for: its limit; for a market buy the day's upper limit, as the broker
    reserves it (market/rules.md 5); else the price it will meet. None when nothing is known."""
    if type_.needs_price or quote is None:
        return price
    if side is Side.BUY and type_ in _MARKET and quote.upper:
        return quote.upper
    touch = quote.best_ask if side is Side.BUY else quote.best_bid
    return touch or quote.last or quote.base
