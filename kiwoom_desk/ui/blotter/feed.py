"""From the desks of a connection to the table: follows every lane, over a change of the world."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import QObject, Signal

from kiwoom_desk.domain.facts import OrderId
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.trading.connection import Connection
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.trading.lane import Lane
from kiwoom_desk.trading.morning import desk_day
from kiwoom_desk.trading.notices import order_key
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui.blotter.model import BlotterModel

CLOCKS_AGREE = 3
"""Seconds up to which the PC's clock and the broker's count as the same."""


def same_account(one: Lane | None, other: Lane | None) -> bool:
    """True for the lanes of one account before and after a new connection: orders are named within their account."""
    if one is None or other is None:
        return False
    return (one.environment.world, one.account) == (other.environment.world, other.account)


class BlotterFeed(QObject):
    """`changed` on each news of a lane (rows: `BlotterModel.applied`). Rows of one world leave with it, and each
    morning those of the days before that are over: 지난 주문 has them."""

    changed = Signal()

    def __init__(self, workspace: Workspace, model: BlotterModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._model = model
        self._connection: Connection | None = None
        self._followed: dict[int, OrderDesk] = {}
        self._days: dict[Market, date] = {}
        self._ends: list[Callable[[], None]] = []
        self._end = workspace.subscribe(self._bind)
        self._bind()

    @property
    def homes(self) -> Mapping[Market, Lane]:
        """The accounts whose rows stand in the table."""
        return {} if self._connection is None else self._connection.lanes

    def home_of(self, order: Order) -> Lane | None:
        """The account whose row of this order would stand in the table now."""
        return self.homes.get(order.draft.market)

    def lane_of(self, order: Order) -> Lane | None:
        """The lane of now for orders of this market, whichever account it is of by then."""
        connection = self._workspace.connection
        return None if connection is None else connection.lanes[order.draft.market]

    def desk_at(self, order: Order, home: Lane | None) -> OrderDesk | None:
        """The desk that has this order of the account `home` now; None while that account is not connected."""
        lane = self.lane_of(order)
        return lane.desk if lane is not None and same_account(lane, home) else None

    def stop(self) -> None:
        self._end()
        self._release()

    def _bind(self) -> None:
        connection = self._workspace.connection
        if connection is not self._connection:
            self._release()
            self._connection = connection
            self._model.reset()
        for lane in () if connection is None else connection.lanes.values():
            if lane.desk is not None and id(lane.desk) not in self._followed:
                self._follow(lane, lane.desk)
            self._turn_the_page(lane)
        self.changed.emit()

    def _turn_the_page(self, lane: Lane) -> None:
        today = desk_day(lane.now())
        before = self._days.setdefault(lane.market, today)
        if lane.desk is None or today <= before:
            return
        self._days[lane.market] = today
        stay = {order_key(order) for order in lane.desk.orders()}
        for line in self._model.lines:
            if line.order.draft.market is lane.market and line.key not in stay:
                self._model.drop(line.key)

    def _follow(self, lane: Lane, desk: OrderDesk) -> None:
        self._followed[id(desk)] = desk
        self._ends.append(desk.subscribe(partial(self._news, lane)))
        for order in desk.orders():
            self._put(lane, order)

    def _news(self, lane: Lane, order_id: OrderId, order: Order | None) -> None:
        if order is None:
            self._model.drop((lane.market, order_id))
        else:
            self._put(lane, order)

    def _put(self, lane: Lane, order: Order) -> None:
        apart = round((lane.now() - self._workspace.clock.now()).total_seconds())
        shift = timedelta(seconds=apart if abs(apart) >= CLOCKS_AGREE else 0)
        account = "" if lane.account is None else lane.account.tail
        self._model.put(order, lane.environment.world, shift, account)

    def _release(self) -> None:
        for end in self._ends:
            end()
        self._ends, self._followed, self._days = [], {}, {}
