"""What each order looked like at each of its happenings, so that a list can lag behind the truth as a broker's does."""

from __future__ import annotations

from copy import copy
from datetime import date, datetime
from typing import Final

from kiwoom_desk.simulator.model import Event, Order, OrderEvent

_ROOM: Final = 20_000


class History:
    """Fed by the core's events; bounded, the oldest happenings go first."""

    def __init__(self) -> None:
        self._states: list[tuple[datetime, date, int, Order]] = []
        self._orders: dict[tuple[date, int], Order] = {}

    def hear(self, event: Event, now: datetime) -> None:
        if not isinstance(event, OrderEvent):
            return
        order = event.order
        self._orders[order.day, order.number] = order
        self._keep(order, now)
        original = self._orders.get((order.day, order.original))
        if original is not None:
            self._keep(original, now)

    def seen_until(self, orders: list[Order], until: datetime) -> list[Order]:
        """`orders` as they were at `until`; those that came later are not there yet."""
        states = {(day, number): state for at, day, number, state in self._states if at <= until}
        return [states[order.day, order.number] for order in orders if (order.day, order.number) in states]

    def _keep(self, order: Order, at: datetime) -> None:
        state = copy(order)
        state.fills = list(order.fills)
        self._states.append((at, order.day, order.number, state))
        if len(self._states) > _ROOM:
            del self._states[: _ROOM // 2]
