"""A clock that stands still until it is told to go on, and wakes its sleepers in order."""

from __future__ import annotations

import asyncio
import heapq
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count

from kiwoom_desk.domain.instruments import SEOUL


class FakeClock:
    """`trading.ports.Clock` for deterministic tests. Tasks run between two wake-ups, never during a jump."""

    def __init__(self, start: datetime | None = None) -> None:
        self._start = start or datetime(2026, 11, 23, 10, tzinfo=SEOUL)
        self._now = 0.0
        self._order = count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._now)

    def monotonic(self) -> float:
        return self._now

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()

    def wall(self) -> datetime:
        return self.now()

    def no_earlier(self, at: datetime) -> None:
        self._start = max(self._start, at - timedelta(seconds=self._now))

    async def sleep(self, seconds: float) -> None:
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + max(0.0, seconds), next(self._order), future))
        await future

    async def advance(self, seconds: float) -> None:
        """Moves on by `seconds`, stopping at each moment that somebody sleeps for."""
        end = self._now + seconds
        await self.settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            at, _, future = heapq.heappop(self._sleepers)
            self._now = max(self._now, at)
            if not future.done():
                future.set_result(None)
            await self.settle()
        self._now = end
        await self.settle()

    @staticmethod
    async def settle() -> None:
        """Lets every ready task run until all wait."""
        for _ in range(50):
            await asyncio.sleep(0)
