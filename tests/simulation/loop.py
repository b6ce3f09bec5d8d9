"""An event loop whose time is a number: it never waits, so a day of waiting costs nothing and repeats exactly."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, TypeVar

from kiwoom_desk.domain.instruments import SEOUL

T = TypeVar("T")
START = datetime(2026, 11, 23, 10, tzinfo=SEOUL)


class Stuck(Exception):
    """Everything waits for something that nothing will bring."""


class _Jump:
    """Stands where a selector would: instead of waiting for a file it moves the loop's time."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop

    def select(self, timeout: float | None) -> list[object]:
        if timeout is None:
            raise Stuck
        self._loop.virtual_time += timeout
        return []

    def close(self) -> None: ...


class VirtualLoop(asyncio.BaseEventLoop):
    """One seed, one heap of timers, one thread. `time()` is virtual seconds since the start."""

    def __init__(self) -> None:
        super().__init__()
        self.virtual_time = 0.0
        self._selector = _Jump(self)

    def time(self) -> float:
        return self.virtual_time

    def _process_events(self, event_list: list[Any]) -> None: ...

    def _write_to_self(self) -> None: ...


class VirtualClock:
    """The `Clock` port over the loop's time."""

    def __init__(self, loop: VirtualLoop, start: datetime = START) -> None:
        self._loop = loop
        self._start = start
        self._ahead = self._slept = timedelta()

    def jump(self, seconds: float) -> None:
        """The PC's clock was set forward, and ours has gone along with it."""
        self._ahead += timedelta(seconds=seconds)

    def true_now(self) -> datetime:
        """The time of everybody else, whatever our clocks say."""
        return self._start + timedelta(seconds=self._loop.virtual_time)

    def now(self) -> datetime:
        return self.true_now() + self._ahead

    def monotonic(self) -> float:
        return self._loop.virtual_time

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()

    def wall(self) -> datetime:
        return self.now() + self._slept

    def sleep_unnoticed(self, seconds: float) -> None:
        """The computer slept, and so did the clocks that we go by: only the PC's own time tells."""
        self._slept += timedelta(seconds=seconds)

    def no_earlier(self, at: datetime) -> None:
        self._ahead = max(self._ahead, at - self.true_now())

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def run(main: Coroutine[Any, Any, T], loop: VirtualLoop) -> T:
    """Run `main` to its end in virtual time, then cancel what is left."""
    try:
        return loop.run_until_complete(main)
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.wait(left))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
