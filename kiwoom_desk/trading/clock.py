"""Time as the program uses it: a wall clock that never runs backwards, and how far it has strayed."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import datetime, timedelta

from kiwoom_desk.domain.instruments import SEOUL

SLICE = 1.0
"""Seconds. Under Qt's loop the timer of a wait that ended early lives on until it is due, so none is set for longer."""


class SystemClock:
    """The PC's time at the start, carried on by the monotonic clock, so that facts stay in order when the PC is set.

    `strayed()` tells by how much the PC's own time has moved away since: a clock that was set, or a sleep on systems
    whose monotonic clock stops meanwhile (docs/reliability.md, T01–T03).
    """

    def __init__(self) -> None:
        self._wall = datetime.now(SEOUL)
        self._mark = time.monotonic()

    def now(self) -> datetime:
        return self._wall + timedelta(seconds=time.monotonic() - self._mark)

    def monotonic(self) -> float:
        return time.monotonic()

    def wall(self) -> datetime:
        return datetime.now(SEOUL)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while not event.is_set() and (left := ends - time.monotonic()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, SLICE)):
                    await event.wait()

    def no_earlier(self, at: datetime) -> None:
        self._wall = max(self._wall, at - timedelta(seconds=time.monotonic() - self._mark))

    def strayed(self) -> float:
        """Seconds by which the PC's time now differs from `now()`."""
        return (self.wall() - self.now()).total_seconds()

    def reset(self) -> None:
        """Take the PC's time as it is now, never going back."""
        now = self.now()
        self._wall = max(self.wall(), now)
        self._mark = time.monotonic()
