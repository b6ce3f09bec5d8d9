"""Tick sizes and the daily price band, in whole won and integer arithmetic (market/rules.md 1 and 2).

The tick is decided by the price itself, never by the last price: above 1,999 comes 2,000, and below 2,000 comes 1,999.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiwoom_desk.domain.instruments import InstrumentKind
from kiwoom_desk.domain.rules_model import MarketRules


@dataclass(frozen=True, slots=True)
class Band:
    """The lowest and the highest price of a day, both allowed."""

    lower: int
    upper: int

    def __contains__(self, price: int) -> bool:
        return self.lower <= price <= self.upper


def tick_at(rules: MarketRules, kind: InstrumentKind, price: int) -> int:
    """The tick that rules at `price`; below the table's first row the first row's."""
    table = rules.ticks[kind]
    return next((tick for start, tick in reversed(table) if price >= start), table[0][1])


def on_tick(rules: MarketRules, kind: InstrumentKind, price: int) -> bool:
    return price % tick_at(rules, kind, price) == 0


def floor_to_tick(rules: MarketRules, kind: InstrumentKind, price: int) -> int:
    """The nearest valid price at or below `price`. Rows begin on their own grid, so this never crosses a row."""
    return price - price % tick_at(rules, kind, price)


def ceil_to_tick(rules: MarketRules, kind: InstrumentKind, price: int) -> int:
    """The nearest valid price at or above `price`."""
    return price + -price % tick_at(rules, kind, price)


def step_price(rules: MarketRules, kind: InstrumentKind, price: int, steps: int) -> int:
    """`steps` ticks up (or down when negative), each by the tick of the price it leaves; never below the first tick.

    From a price off the grid the first step goes to the neighbour in that direction.
    """
    for _ in range(abs(steps)):
        price = _up(rules, kind, price) if steps > 0 else _down(rules, kind, price)
    return price


def _up(rules: MarketRules, kind: InstrumentKind, price: int) -> int:
    floor = floor_to_tick(rules, kind, max(price, 0))
    return floor + tick_at(rules, kind, floor)


def _down(rules: MarketRules, kind: InstrumentKind, price: int) -> int:
    return max(floor_to_tick(rules, kind, price - 1), tick_at(rules, kind, 0))


def ticks_between(rules: MarketRules, kind: InstrumentKind, low: int, high: int) -> int:
    """How many steps lead from `low` up to `high` (counted row by row, so a far price costs nothing); 0 when lower."""
    count, at = 0, low
    table = rules.ticks[kind]
    for i, (_, tick) in enumerate(table):
        end = min(high, table[i + 1][0]) if i + 1 < len(table) else high
        if at < end:
            steps = -(-(end - at) // tick)
            count, at = count + steps, at + steps * tick
    return count


def band_of(rules: MarketRules, kind: InstrumentKind, base: int) -> Band | None:
    """The band computed from the base price, None for a kind without one (market/rules.md 2.1, two-step form).

    The broker's own limits come first; this is for when it did not say them. Leveraged ETFs have a wider one.
    """
    percent = rules.band_percent[kind]
    if percent is None or base < 1:
        return None
    width = base * percent // 100
    width -= width % tick_at(rules, kind, base)
    lower = ceil_to_tick(rules, kind, base - width)
    return Band(max(lower, tick_at(rules, kind, 0)), floor_to_tick(rules, kind, base + width))
