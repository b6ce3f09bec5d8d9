"""Things the trader should hear of once: the message line, toasts and sounds stand on this; the blotter does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Literal

from kiwoom_desk.domain.facts import OrderId
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.trading.listeners import Listeners

Sound = Literal["accept", "fill", "refuse", "alarm"]
OrderKey = tuple[Market, OrderId]
"""Both accounts number their orders on their own, and a row from elsewhere is named by its number: the name alone
would let a gold order stand in the place of a share order."""


def order_key(order: Order) -> OrderKey:
    return order.draft.market, order.id


class Level(Enum):
    INFO = "info"
    GOOD = "good"
    WARN = "warn"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Notice:
    """`text` is a Korean sentence, plain, about `order` where it is about one. An ALARM stays until it is
    acknowledged."""

    level: Level
    text: str
    at: datetime
    order: OrderKey | None = None
    sound: Sound | None = None


class Notices:
    """The stream of notices, with the last hundred kept for who comes late."""

    def __init__(self) -> None:
        self._listeners: Listeners[Notice] = Listeners()
        self.recent: list[Notice] = []

    def subscribe(self, listener: Callable[[Notice], None]) -> Callable[[], None]:
        return self._listeners.add(listener)

    def give(self, notice: Notice) -> None:
        self.recent = [*self.recent[-99:], notice]
        self._listeners.tell(notice)
