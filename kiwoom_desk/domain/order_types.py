"""The eighteen order types of the stock wire, three of which gold knows, and what each asks of a draft.

Source: kiwoom/trs.json `stock_order_types` and market/rules.md 4.1. The stored value is a plain word: it is never
shown and never sent (`kiwoom.codes` owns the wire, `ui.labels` the words).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Literal

from kiwoom_desk.domain.instruments import Market

Lasting = Literal["day", "ioc", "fok"]


class OrderType(Enum):
    LIMIT = "limit"
    MARKET = "market"
    CONDITIONAL = "conditional"
    BEST_OPPOSITE = "best_opposite"
    BEST_SAME = "best_same"
    LIMIT_IOC = "limit_ioc"
    MARKET_IOC = "market_ioc"
    BEST_OPPOSITE_IOC = "best_opposite_ioc"
    LIMIT_FOK = "limit_fok"
    MARKET_FOK = "market_fok"
    BEST_OPPOSITE_FOK = "best_opposite_fok"
    STOP_LIMIT = "stop_limit"
    MID = "mid"
    MID_IOC = "mid_ioc"
    MID_FOK = "mid_fok"
    PRE_OPEN = "pre_open"
    OFF_HOURS = "off_hours"
    AFTER_CLOSE = "after_close"

    @property
    def needs_price(self) -> bool:
        """True when the order carries a limit price; every other type must not carry one."""
        return self in PRICED

    @property
    def needs_trigger(self) -> bool:
        return self is OrderType.STOP_LIMIT

    @property
    def lasting(self) -> Lasting:
        if self.value.endswith("_ioc"):
            return "ioc"
        return "fok" if self.value.endswith("_fok") else "day"

    @property
    def amendable(self) -> bool:
        """True when a resting order of this type can be given another price (market/rules.md 6)."""
        return self in AMENDABLE


PRICED = frozenset(
    {
        OrderType.LIMIT,
        OrderType.CONDITIONAL,
        OrderType.LIMIT_IOC,
        OrderType.LIMIT_FOK,
        OrderType.STOP_LIMIT,
        OrderType.OFF_HOURS,
    }
)
AMENDABLE = frozenset(
    {
        OrderType.LIMIT,
        OrderType.CONDITIONAL,
        OrderType.BEST_OPPOSITE,
        OrderType.BEST_SAME,
        OrderType.STOP_LIMIT,
        OrderType.OFF_HOURS,
    }
)
BECOMES: Mapping[OrderType, tuple[OrderType, ...]] = {
    OrderType.CONDITIONAL: (OrderType.LIMIT, OrderType.MARKET),
    OrderType.BEST_OPPOSITE: (OrderType.LIMIT,),
    OrderType.BEST_SAME: (OrderType.LIMIT,),
    OrderType.BEST_OPPOSITE_IOC: (OrderType.LIMIT_IOC,),
    OrderType.BEST_OPPOSITE_FOK: (OrderType.LIMIT_FOK,),
    OrderType.STOP_LIMIT: (OrderType.LIMIT,),
}
"""What the exchange makes of a type once it is there (market/rules.md 5): the lists may then name that instead."""

GOLD_TYPES = (OrderType.LIMIT, OrderType.LIMIT_IOC, OrderType.LIMIT_FOK)


def types_of(market: Market) -> tuple[OrderType, ...]:
    """The types that the market's wire has a code for, in the order of the wire's list."""
    return GOLD_TYPES if market is Market.GOLD else tuple(OrderType)
