"""How many questions may be under way at once; who waits is served by urgency, then by arrival."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

from kiwoom_desk.trading.ports import Urgency


class Slots:
    """`free` of them. A broker that answers slowly then makes questions wait here, and not for a connection."""

    def __init__(self, free: int) -> None:
        self._free = free
        self._order = count()
        self._waiting: list[tuple[Urgency, int, asyncio.Future[None]]] = []

    @asynccontextmanager
    async def one(self, urgency: Urgency) -> AsyncIterator[None]:
        await self._take(urgency)
        try:
            yield
        finally:
            self._give()

    async def _take(self, urgency: Urgency) -> None:
        if self._free:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (urgency, next(self._order), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it was our turn at that very moment
                self._give()
            raise

    def _give(self) -> None:
        while self._waiting:
            *_, turn = heapq.heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
