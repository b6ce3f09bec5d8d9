"""An event loop whose time is a number: it never waits, so a day of waiting costs nothing and repeats exactly."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from contextvars import Context
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import Any, TypeVar, TypeVarTuple

from kiwoom_desk.domain.instruments import SEOUL

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
START = datetime(2026, 11, 23, 10, tzinfo=SEOUL)


class Stuck(Exception):
    """Everything waits for something that nothing will bring."""


class _Handle:
    """A call that waits for its turn: what `asyncio.Handle` is to the real loop, without its debugging."""

    __slots__ = ("args", "callback", "context")

    def __init__(self, callback: Callable[..., object], args: tuple[object, ...], context: Context | None) -> None:
        self.callback: Callable[..., object] | None = callback
        self.args = args
        self.context = context

    def cancel(self) -> None:
        self.callback = None

    def cancelled(self) -> bool:
        return self.callback is None


class VirtualLoop(asyncio.BaseEventLoop):
    """One seed, one heap of timers, one thread. `time()` is virtual seconds since the start.

    Calls of the same moment run in the order in which they were asked for. Days are lived by the million, so what
    asyncio does at every step for the sake of sockets, signals and debugging is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.virtual_time = 0.0
        self._calls: deque[_Handle] = deque()
        self._timers: list[tuple[float, int, _Handle]] = []
        self._serial = count()
        self.made: list[asyncio.Future[Any]] = []

    def time(self) -> float:
        return self.virtual_time

    def call_soon(self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None) -> Any:
        handle = _Handle(callback, args, context)
        self._calls.append(handle)
        return handle

    def call_at(
        self, when: float, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> Any:
        handle = _Handle(callback, args, context)
        heappush(self._timers, (when, next(self._serial), handle))
        return handle

    def call_later(
        self, delay: float, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> Any:
        return self.call_at(self.virtual_time + delay, callback, *args, context=context)

    def create_task(self, coro: Any, **how: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(coro, loop=self, **how)
        self.made.append(task)
        return task

    def _run_once(self) -> None:
        """All calls that are due; when there is none, time moves on to the next timer."""
        calls, timers = self._calls, self._timers
        if not calls:
            while timers and timers[0][2].callback is None:
                heappop(timers)
            if not timers:
                raise Stuck
            self.virtual_time = max(self.virtual_time, timers[0][0])
            while timers and timers[0][0] <= self.virtual_time:
                calls.append(heappop(timers)[2])
        for _ in range(len(calls)):
            handle = calls.popleft()
            if handle.callback is not None:
                try:
                    if handle.context is None:
                        handle.callback(*handle.args)
                    else:
                        handle.context.run(handle.callback, *handle.args)
                except Exception as error:  # noqa: BLE001 a loop outlives what it calls
                    self.call_exception_handler({"message": "a call of the simulated day failed", "exception": error})

    def _write_to_self(self) -> None: ...


class VirtualClock:
    """The `Clock` port over the loop's time."""

    def __init__(self, loop: VirtualLoop, start: datetime = START) -> None:
        self._loop = loop
        self._start = start
        self._ahead = self._slept = timedelta()
        self._told_at, self._told = 0.0, start

    def jump(self, seconds: float) -> None:
        """The PC's clock was set forward, and ours has gone along with it."""
        self._ahead += timedelta(seconds=seconds)

    def true_now(self) -> datetime:
        """The time of everybody else, whatever our clocks say."""
        if self._told_at != self._loop.virtual_time:
            self._told_at = self._loop.virtual_time
            self._told = self._start + timedelta(seconds=self._told_at)
        return self._told

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
        left = [task for task in loop.made if not task.done()]
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.wait(left))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
