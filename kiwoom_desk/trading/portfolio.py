"""Cash and holdings, kept fresh: asked again after every fill and every so often; a failure never empties them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from kiwoom_desk.domain.instruments import Side
from kiwoom_desk.domain.portfolio import Portfolio
from kiwoom_desk.trading.listeners import Listeners
from kiwoom_desk.trading.ports import Account, Clock, QueryFailed

EVERY = 20.0
AFTER_A_FILL = 0.4
AFTER_FAILURE = 5.0


class PortfolioKeeper:
    """`portfolio` is the last good answer, `at` its time; while asking fails `failure` says why, `error` in Korean."""

    def __init__(self, account: Account, clock: Clock) -> None:
        self._account = account
        self._clock = clock
        self._listeners: Listeners[None] = Listeners()
        self._wake = asyncio.Event()
        self.portfolio: Portfolio | None = None
        self.failure: QueryFailed | None = None
        self.error: str | None = None

    @property
    def at(self) -> datetime | None:
        return None if self.portfolio is None else self.portfolio.at

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        return self._listeners.add(lambda _: listener())

    def soon(self) -> None:
        """Something moved: ask again shortly; several calls make one question."""
        self._wake.set()

    async def refresh(self) -> None:
        """Ask now. Raises nothing that the world can cause: `error` tells."""
        try:
            self.portfolio = await self._account.portfolio()
            self.failure = self.error = None
        except QueryFailed as failed:
            self.failure, self.error = failed, str(failed)
        except Exception as bug:
            self.error = f"잔고를 읽다가 프로그램 오류가 났습니다 ({type(bug).__name__})."
            raise
        finally:
            self._listeners.tell(None)

    async def orderable(self, code: str, side: Side, price: int | None) -> int | None:
        """How many can be bought at `price` (None: market) or sold. Raises QueryFailed."""
        return await self._account.orderable(code, side, price)

    async def run(self) -> None:
        while True:
            self._wake.clear()  # what moves while it is asked may not be in the answer
            await self.refresh()
            await self._clock.wait(self._wake, AFTER_FAILURE if self.error else EVERY)
            if self._wake.is_set():
                await self._clock.sleep(AFTER_A_FILL)
