"""The account's money and holdings: asked again after whatever moved, also while an older answer is on its way."""

from __future__ import annotations

import asyncio

from kiwoom_desk.domain.instruments import Market, Side
from kiwoom_desk.domain.portfolio import Cash, Portfolio
from kiwoom_desk.trading.portfolio import EVERY, PortfolioKeeper
from tests.simulation.loop import VirtualClock, VirtualLoop, run
from tests.support.day import at


class SlowAccount:
    """Each answer takes a second and shows the time at which it was asked for."""

    def __init__(self, clock: VirtualClock) -> None:
        self.asked: list[float] = []
        self._clock = clock

    async def portfolio(self) -> Portfolio:
        self.asked.append(self._clock.monotonic())
        now = self._clock.now()
        await self._clock.sleep(1.0)
        return Portfolio(Market.STOCK, Cash(0, 0, 0, 0), (), now)

    async def orderable(self, code: str, side: Side, price: int | None) -> int | None:
        return None


def test_a_fill_while_it_is_asked_is_asked_about_after_it() -> None:
    loop = VirtualLoop()
    clock = VirtualClock(loop, at(0))
    account = SlowAccount(clock)
    keeper = PortfolioKeeper(account, clock)

    async def story() -> None:
        running = asyncio.ensure_future(keeper.run())
        await clock.sleep(0.5)
        keeper.soon()
        await clock.sleep(EVERY / 2)
        assert len(account.asked) == 2, "the first answer may be older than the fill"
        await clock.sleep(EVERY)
        assert len(account.asked) == 3, "and then no more than every so often"
        running.cancel()

    run(story(), loop)
