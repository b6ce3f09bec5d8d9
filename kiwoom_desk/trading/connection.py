"""One environment, opened and closed as a unit: its lanes, its safety catch, its clock. Nothing of it outlives it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.trading.desk import unsettled
from kiwoom_desk.trading.environments import Environment
from kiwoom_desk.trading.lane import Lane, LaneState, OpenGateway, OpenJournal, Reserve, unreserved
from kiwoom_desk.trading.listeners import Listeners
from kiwoom_desk.trading.notices import Notices
from kiwoom_desk.trading.ports import Clock, Keys
from kiwoom_desk.trading.safety import Safety
from kiwoom_desk.trading.watchdog import Watchdog


class Connection:
    """The stock and the gold lane of one environment. `keys` has what is there; a lane without is shown as such."""

    def __init__(
        self,
        environment: Environment,
        keys: Mapping[Market, Keys],
        clock: Clock,
        safety: Safety,
        notices: Notices,
        open_gateway: OpenGateway,
        open_journal: OpenJournal,
        reserve: Reserve = unreserved,
    ) -> None:
        self.environment = environment
        self.safety = safety
        self._clock = clock
        self._listeners: Listeners[None] = Listeners()
        self.watchdog = Watchdog(clock, safety, notices, lambda: list(self.lanes.values()))
        lanes = {
            market: Lane(
                environment,
                market,
                keys.get(market),
                clock,
                safety,
                notices,
                open_gateway,
                open_journal,
                self._tell,
                self.watchdog.order_changed,
                reserve,
            )
            for market in Market
        }
        self.lanes: Mapping[Market, Lane] = MappingProxyType(lanes)
        safety.reconciled = lambda: all(lane.reconciled for lane in lanes.values() if lane.state is LaneState.READY)

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Told when a lane's state, stream or last look changed."""
        return self._listeners.add(lambda _: listener())

    def _tell(self) -> None:
        if self.safety.account is None:
            self.safety.account = self.lanes[Market.STOCK].account or self.lanes[Market.GOLD].account
        self._listeners.tell(None)

    @property
    def ready(self) -> bool:
        return any(lane.state is LaneState.READY for lane in self.lanes.values())

    def now(self) -> datetime:
        """The broker's market clock, from the first lane that knows it."""
        lane = next((lane for lane in self.lanes.values() if lane.gateway is not None), None)
        return self._clock.now() if lane is None else lane.now()

    def apart(self) -> timedelta:
        """The broker's market clock minus ours."""
        return self.now() - self._clock.now()

    def orders(self) -> Sequence[Order]:
        """All rows of all lanes."""
        return [order for lane in self.lanes.values() if lane.desk is not None for order in lane.desk.orders()]

    def unsettled(self) -> Sequence[Order]:
        return unsettled(self.orders())

    @property
    def in_flight(self) -> int:
        return sum(lane.desk.in_flight for lane in self.lanes.values() if lane.desk is not None)

    async def open(self) -> None:
        """Open both lanes at once; each ends READY, FAILED with a sentence, or without keys."""
        await asyncio.gather(*(lane.open() for lane in self.lanes.values()))

    def look_soon(self) -> None:
        """Ask for a look at every lane's day; nobody waits for it."""
        for lane in self.lanes.values():
            lane.look_soon()

    async def look_now(self) -> None:
        """Look at every lane's day now; returns when done."""
        ready = [lane.reconciler for lane in self.lanes.values() if lane.reconciler is not None]
        await asyncio.gather(*(reconciler.look() for reconciler in ready))

    def woke_up(self, reason: str) -> None:
        """The computer slept or its clock jumped: waiting orders are withdrawn, live disarms, all is asked again."""
        self.safety.disarm(reason)
        for lane in self.lanes.values():
            lane.woke_up()

    async def close(self) -> None:
        """All lanes, whatever becomes of one. Raises what went wrong in the first of them."""
        ends = await asyncio.gather(*(lane.close() for lane in self.lanes.values()), return_exceptions=True)
        if errors := [end for end in ends if isinstance(end, BaseException)]:
            raise errors[0]
