"""Tick tables and daily price bands of the practice exchange (market/rules.md 1 and 2), in whole won.

The order price itself decides its tick: one step up from 1,999 is 2,000, one step up from 2,000 is 2,005.
"""

from __future__ import annotations

from typing import Final

from kiwoom_desk.simulator.listings import Kind

# (price from which it holds, tick), descending. Shares since 2023-01-25; ETFs since 2023-12; gold is won per gram.
_TABLES: Final[dict[Kind, tuple[tuple[int, int], ...]]] = {
    "stock": ((500_000, 1_000), (200_000, 500), (50_000, 100), (20_000, 50), (5_000, 10), (2_000, 5), (0, 1)),
    "etf": ((2_000, 5), (0, 1)),
    "gold": ((0, 10),),
}
_BAND_TENTHS: Final[dict[Kind, int]] = {"stock": 3, "etf": 3, "gold": 1}


def tick_at(kind: Kind, price: int) -> int:
    for start, tick in _TABLES[kind]:
        if price >= start:
            return tick
    raise ValueError(f"no tick for price {price}")


def on_tick(kind: Kind, price: int) -> bool:
    return price % tick_at(kind, price) == 0


def floor_tick(kind: Kind, price: int) -> int:
    return price - price % tick_at(kind, price)


def ceil_tick(kind: Kind, price: int) -> int:
    return -(-price // tick_at(kind, price)) * tick_at(kind, price)


def up(kind: Kind, price: int) -> int:
    """The next price on the grid above."""
    return floor_tick(kind, price) + tick_at(kind, price)


def down(kind: Kind, price: int) -> int:
    """The next price on the grid below (below the lowest price: 0)."""
    return floor_tick(kind, price - 1) if price > 1 else 0


def band(kind: Kind, base: int) -> tuple[int, int]:
    """(lower, upper) by the two-step form: the width is cut to the tick at the base first (market/rules.md 2.1)."""
    tick = tick_at(kind, base)
    width = base * _BAND_TENTHS[kind] // 10 // tick * tick
    return max(1, ceil_tick(kind, base - width)), floor_tick(kind, base + width)
