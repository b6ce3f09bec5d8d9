"""The order types of the wire and what each one means here (market/rules.md 4.1 and 5; gold: section 8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Base = Literal["limit", "market", "conditional", "best_opposite", "best_same", "stop", "mid", "fixed"]
Life = Literal["day", "ioc", "fok"]

_AMENDABLE: Final[tuple[Base, ...]] = ("limit", "conditional", "best_opposite", "best_same", "stop")
_PRICED: Final[tuple[Base, ...]] = ("limit", "conditional", "stop")


@dataclass(frozen=True, slots=True)
class TypeRule:
    base: Base
    life: Life = "day"

    @property
    def priced(self) -> bool:
        """The order must carry a price; all other types must not."""
        return self.base in _PRICED

    @property
    def amendable(self) -> bool:
        """market/rules.md 6: midpoint, market, fixed-price and IOC/FOK orders cannot be amended."""
        return self.life == "day" and self.base in _AMENDABLE


STOCK_TYPES: Final[dict[str, TypeRule]] = {
    "0": TypeRule("limit"),
    "3": TypeRule("market"),
    "5": TypeRule("conditional"),
    "6": TypeRule("best_opposite"),
    "7": TypeRule("best_same"),
    "10": TypeRule("limit", "ioc"),
    "13": TypeRule("market", "ioc"),
    "16": TypeRule("best_opposite", "ioc"),
    "20": TypeRule("limit", "fok"),
    "23": TypeRule("market", "fok"),
    "26": TypeRule("best_opposite", "fok"),
    "28": TypeRule("stop"),
    "29": TypeRule("mid"),
    "30": TypeRule("mid", "ioc"),
    "31": TypeRule("mid", "fok"),
    "61": TypeRule("fixed"),
    "62": TypeRule("limit"),  # off-hours single price, ended 2026-09-14: no session takes it
    "81": TypeRule("fixed"),
}
GOLD_TYPES: Final[dict[str, TypeRule]] = {
    "00": TypeRule("limit"),
    "10": TypeRule("limit", "ioc"),
    "20": TypeRule("limit", "fok"),
}
