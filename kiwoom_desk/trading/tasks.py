"""Tasks that belong to somebody: kept, told of when they fail, ended together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine

log = logging.getLogger(__name__)


class Tasks:
    """Background work of one owner. `close` cancels all of it and waits.

    `on_error` hears of a task that ended in a bug, by its name; it is logged in any case."""

    def __init__(self, owner: str, on_error: Callable[[str, BaseException], None] = lambda name, error: None) -> None:
        self._owner = owner
        self._on_error = on_error
        self._all: set[asyncio.Task[object]] = set()

    def spawn(self, coro: Coroutine[object, object, object], name: str) -> asyncio.Task[object]:
        task = asyncio.get_running_loop().create_task(coro, name=f"{self._owner}: {name}")
        self._all.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[object]) -> None:
        self._all.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s failed", task.get_name(), exc_info=error)
            self._on_error(task.get_name(), error)

    async def close(self) -> None:
        mine = [task for task in self._all if task is not asyncio.current_task()]
        for task in mine:
            task.cancel()
        await asyncio.gather(*mine, return_exceptions=True)
