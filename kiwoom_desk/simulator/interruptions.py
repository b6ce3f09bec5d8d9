"""Static volatility interruptions of shares on KRX (market/rules.md 10.1): two minutes of call auction, no random end.

Left out is what the references do not settle: dynamic ones (who is a KOSPI200 member), NXT's and the evening's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from kiwoom_desk.simulator.engine import Engine
from kiwoom_desk.simulator.floor import Floor
from kiwoom_desk.simulator.flow import Flow
from kiwoom_desk.simulator.model import BookEvent, Event, Interruption, InterruptionEvent, Side

_LENGTH: Final = timedelta(minutes=2)
_EVERYTHING: Final = 10**12


class Interruptions:
    """`plan` has something happen at a later moment. `today` is oldest first."""

    def __init__(
        self,
        engine: Engine,
        flow: Flow,
        plan: Callable[[datetime, Callable[[datetime], None]], None],
        publish: Callable[[Event], None],
    ) -> None:
        self._engine = engine
        self._flow = flow
        self._plan = plan
        self._publish = publish
        self.today: list[Interruption] = []
        engine.interrupt = self._begin

    def reopen(self, floor: Floor, at: datetime) -> None:
        """The print of an auction that continuous trading follows. From it on a share on KRX is watched."""
        price = self._engine.uncross(floor, at, opens=True)
        floor.mode = "continuous"
        if floor.venue == "KRX" and floor.kind != "gold" and not floor.listing.halted:
            floor.reference = price or floor.reference or floor.base
        self._flow.open(floor, at)
        self._engine.settle([floor], at)

    def cease(self, floors: Sequence[Floor], at: datetime) -> None:
        """Nothing is watched any more; what is interrupted ends here."""
        for floor in floors:
            floor.reference = 0
            if floor.interruption is not None:
                self._end(floor, floor.interruption, at)

    def surge(self, floor: Floor, side: Side, at: datetime) -> bool:
        """Outsiders drive the price to where it interrupts; False where nothing is watched or the band ends before."""
        price = floor.interrupting_price(side)
        if floor.mode != "continuous" or not floor.reference or not floor.lower <= price <= floor.upper:
            return False
        self._flow.jump(floor.listing.code, price)
        self._engine.cross(floor, side, _EVERYTHING, price, at)
        if floor.interruption is None:
            self._engine.print_outside(floor, price, 1, side, at)
        return True

    def _begin(self, floor: Floor, at: datetime) -> None:
        code, price = floor.listing.code, floor.tape.last
        count = 1 + sum(earlier.code == code for earlier in self.today)
        side: Side = "buy" if price > floor.reference else "sell"
        interruption = Interruption(code, side, price, floor.reference, count, at)
        floor.mode, floor.interruption = "auction", interruption
        self.today.append(interruption)
        self._plan(at + _LENGTH, partial(self._release, floor, interruption))
        self._publish(InterruptionEvent(interruption, ended=False))
        self._publish(BookEvent(code, floor.venue))

    def _release(self, floor: Floor, interruption: Interruption, at: datetime) -> None:
        if floor.interruption is interruption:
            self._end(floor, interruption, at)
            self.reopen(floor, at)

    def _end(self, floor: Floor, interruption: Interruption, at: datetime) -> None:
        floor.interruption, interruption.released = None, at
        self._publish(InterruptionEvent(interruption, ended=True))
