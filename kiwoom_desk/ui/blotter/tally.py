"""Counts of the table, kept up change by change: news costs the same with ten rows and with thousands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QObject

from kiwoom_desk.domain.orders import Order
from kiwoom_desk.trading.notices import OrderKey
from kiwoom_desk.ui.blotter.columns import Line
from kiwoom_desk.ui.blotter.filter import Show, shows
from kiwoom_desk.ui.blotter.model import BlotterModel
from kiwoom_desk.ui.blotter.pending import maybe_unseen, unseen


class Tally(QObject):
    """Follows a model from its first row on."""

    def __init__(self, model: BlotterModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._counts: Counter[Show] = Counter()
        self._unsettled: dict[OrderKey, Order] = {}
        self._unseen: dict[OrderKey, Order] = {}
        self._turned_down: dict[OrderKey, Order] = {}
        self._changeable: set[OrderKey] = set()
        model.moved.connect(self._moved)

    def count(self, show: Show) -> int:
        return self._counts[show]

    @property
    def unsettled(self) -> Sequence[Order]:
        """The orders whose fate is unknown, the oldest first."""
        return sorted(self._unsettled.values(), key=lambda order: order.at)

    @property
    def turned_down(self) -> Sequence[Order]:
        """Those of which the trader has said that no candidate is it: he can still correct that."""
        return tuple(self._turned_down.values())

    @property
    def changeable(self) -> int:
        """How many orders an amend or cancel can name."""
        return len(self._changeable)

    def unseen(self, now: datetime) -> Sequence[Order]:
        """Accepted by their own answer some time ago, and not seen anywhere since."""
        return [order for order in self._unseen.values() if unseen(order, now)]

    def _moved(self, before: Line | None, after: Line | None) -> None:
        if before is not None:
            order, key = before.order, before.key
            self._counts.subtract(show for show in Show if shows(show, order))
            self._unsettled.pop(key, None)
            self._unseen.pop(key, None)
            self._turned_down.pop(key, None)
            self._changeable.discard(key)
        if after is not None:
            order, key = after.order, after.key
            self._counts.update(show for show in Show if shows(show, order))
            if order.unsettled:
                self._unsettled[key] = order
            if order.turned_down:
                self._turned_down[key] = order
            if maybe_unseen(order):
                self._unseen[key] = order
            if order.can_change:
                self._changeable.add(key)
