"""Noticing that the computer slept, or that its clock was set: once a second, by the two clocks disagreeing.

Rules: docs/reliability.md 2.8 (clock skew, sleep), T01–T03.
"""

from __future__ import annotations

from collections.abc import Callable

from kiwoom_desk.trading.clock import SystemClock

BEAT = 1.0
GAP = 5.0
"""A beat that comes this many seconds late means that nothing ran: sleep, hibernation, a frozen machine."""


class Heartbeat:
    """`woke` gets a Korean reason after a sleep or a jump of the PC's clock; `each` is called with every beat."""

    def __init__(self, clock: SystemClock, woke: Callable[[str], None], each: Callable[[], None]) -> None:
        self._clock = clock
        self._woke = woke
        self._each = each
        self._last = clock.monotonic()
        self._strayed = 0.0

    async def run(self) -> None:
        while True:
            await self._clock.sleep(BEAT)
            self.beat()

    def beat(self) -> None:
        """One look at the clocks."""
        now = self._clock.monotonic()
        late, self._last = now - self._last - BEAT, now
        strayed = self._clock.strayed()
        jump, self._strayed = abs(strayed - self._strayed), strayed
        if late > GAP:
            self._reset()
            self._woke(f"절전에서 복귀했습니다 ({late:,.0f}초 멈춤).")
        elif jump > GAP:
            self._reset()
            self._woke(f"PC 시계가 {jump:,.0f}초 바뀌었습니다.")
        self._each()

    def _reset(self) -> None:
        """Go on from the PC's time; what is left between the two (a clock set back) is no news any more."""
        self._clock.reset()
        self._strayed = self._clock.strayed()
