"""What the account holds, as the broker last said it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiwoom_desk.domain.instruments import Market


@dataclass(frozen=True, slots=True)
class Holding:
    """One position. `quantity`/`sellable` in shares or grams, money in won; `average` may be fractional by nature and
    is rounded by the broker. `profit` and `profit_rate` (percent) are the broker's own figures, None when not said."""

    market: Market
    code: str
    name: str
    quantity: int
    sellable: int
    average: int
    last: int | None
    value: int | None
    profit: int | None
    profit_rate: float | None


@dataclass(frozen=True, slots=True)
class Cash:
    """Won. `deposit` 예수금, `orderable` 주문가능금액, `d2` D+2 추정예수금; None where the broker did not say."""

    deposit: int
    orderable: int | None
    d2: int | None
    withdrawable: int | None


@dataclass(frozen=True, slots=True)
class Portfolio:
    """One account at one moment; `at` is the time of the last good answer. Failure never empties it."""

    market: Market
    cash: Cash
    holdings: tuple[Holding, ...]
    at: datetime

    def holding(self, code: str) -> Holding | None:
        return next((h for h in self.holdings if h.code == code), None)
