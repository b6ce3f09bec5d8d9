"""What takes live trading out of the trader's hands for a moment: signs that something is wrong (docs/reliability.md).

It only ever disarms or locks new orders; cancels go on, and nothing is sent. In practice and on the mock nothing is
armed, so it only says what it sees.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.trading.lane import Lane, LaneState
from kiwoom_desk.trading.notices import Level, Notice, Notices
from kiwoom_desk.trading.ports import Clock
from kiwoom_desk.trading.safety import Safety

REFUSALS, WITHIN = 3, timedelta(seconds=10)
BLIND = timedelta(seconds=30)
"""How long both the stream and the looks may fail before new orders stop."""

SKEW_WARN, SKEW_LOCK = 2.0, 30.0
"""Seconds by which the PC's clock may differ from the broker's."""


class Watchdog:
    """Looks at one connection's lanes. `order_changed` on each row, `beat` once a second."""

    def __init__(self, clock: Clock, safety: Safety, notices: Notices, lanes: Callable[[], list[Lane]]) -> None:
        self._clock = clock
        self._safety = safety
        self._notices = notices
        self._lanes = lanes
        self._refused: deque[datetime] = deque(maxlen=REFUSALS)
        self._blind_since: datetime | None = None
        self._skew_said = False

    def order_changed(self, before: Order | None, after: Order) -> None:
        """A refusal too many, or an order whose fate only the trader can tell."""
        if not after.own or (
            before is not None and before.state is after.state and before.candidates == after.candidates
        ):
            return
        if after.candidates:
            self._safety.disarm("어느 주문인지 골라야 하는 주문이 있습니다.")
        if after.state is OrderState.REJECTED:
            self._refused.append(self._clock.now())
            full = len(self._refused) == REFUSALS
            if full and self._refused[-1] - self._refused[0] <= WITHIN:
                self._safety.disarm(f"10초 안에 주문이 {REFUSALS}번 거부되었습니다.")

    def beat(self) -> None:
        """One look at the feeds and the clocks."""
        ready = [lane for lane in self._lanes() if lane.state is LaneState.READY]
        self._look_at_feeds(ready)
        if self._safety.needs_arming:
            self._look_at_clock(ready)

    def _look_at_feeds(self, ready: list[Lane]) -> None:
        now = self._clock.now()
        blind = [x for x in ready if not x.stream_up and x.reconciler is not None and x.reconciler.failure]
        if not blind:
            self._blind_since = None
            return
        self._blind_since = self._blind_since or now
        if now - self._blind_since >= BLIND:
            self._safety.disarm("30초 넘게 실시간과 조회가 모두 끊겼습니다.")

    def _look_at_clock(self, ready: list[Lane]) -> None:
        """On live the broker's clock is the real one; a PC far from it dates everything wrongly.

        The PC's own time counts, not our clock: that one may be held behind facts from a time when the PC was ahead."""
        there = ready[0].known_time() if ready else None
        if there is None:
            return
        skew = abs((there - self._clock.wall()).total_seconds())
        if skew > SKEW_LOCK:
            self._safety.lock("clock", f"PC 시계가 키움과 {skew:,.0f}초 다릅니다. 시계를 맞추면 풀립니다.")
        else:
            self._safety.unlock("clock")
        if SKEW_WARN < skew <= SKEW_LOCK and not self._skew_said:
            self._skew_said = True
            text = f"PC 시계가 키움과 {skew:,.1f}초 다릅니다. 맞추는 것이 좋습니다."
            self._notices.give(Notice(Level.WARN, text, self._clock.now()))
