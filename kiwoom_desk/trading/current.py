"""The orders that are the desk's business now, kept by what is asked of them at every key, answer and look.

A ledger holds a week; asking must cost what is found, not what the week holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date

from kiwoom_desk.domain.facts import OrderId
from kiwoom_desk.domain.orders import Order


class Current:
    """The rows of the trading `day`, and older ones that are not over as far as anybody has said: midnight is no
    evidence. In the order in which they came to be its business."""

    def __init__(self, rows: Iterable[Order], day: date) -> None:
        self.day = day
        self._rows: dict[OrderId, Order] = {}
        self._alive: dict[OrderId, Order] = {}
        self._carried: dict[OrderId, Order] = {}
        self._own: dict[OrderId, Order] = {}
        self._own_of: defaultdict[str, dict[OrderId, Order]] = defaultdict(dict)
        for row in rows:
            self.put(row.id, row)

    def put(self, order_id: OrderId, row: Order | None) -> None:
        """The row is now this, or gone."""
        now = row is not None and (row.day == self.day or row.alive or bool(row.candidates))
        _keep(self._rows, order_id, row if now else None)
        _keep(self._alive, order_id, row if row is not None and row.alive else None)
        _keep(self._carried, order_id, row if now and row is not None and row.day != self.day else None)
        if row is not None and row.own:
            self._own[order_id] = self._own_of[row.draft.code][order_id] = row

    @property
    def rows(self) -> list[Order]:
        return list(self._rows.values())

    @property
    def alive(self) -> Collection[Order]:
        return self._alive.values()

    @property
    def carried(self) -> Collection[Order]:
        """Those of another day."""
        return self._carried.values()

    def latest_own(self, code: str | None = None) -> Iterator[Order]:
        """Orders of ours, in one issue or in all, over or not, the last one first."""
        return reversed((self._own if code is None else self._own_of.get(code, {})).values())


def _keep(rows: dict[OrderId, Order], order_id: OrderId, row: Order | None) -> None:
    if row is None:
        rows.pop(order_id, None)
    else:
        rows[order_id] = row
