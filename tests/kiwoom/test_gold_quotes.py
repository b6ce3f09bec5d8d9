"""Gold has no pushes: what keeps its price fresh is asked for, again and again."""

from __future__ import annotations

import asyncio
from typing import cast

from kiwoom_desk.domain.instruments import Venue
from kiwoom_desk.kiwoom.client import Client
from kiwoom_desk.kiwoom.quotes import GoldQuotes
from kiwoom_desk.trading.ports import BrokerUnavailable, Urgency
from tests.kiwoom.token_bench import QuickClock


class Failing:
    """A client on which each question ends otherwise than it should."""

    def __init__(self) -> None:
        self.asked = 0

    async def ask(self, tr: str, path: str, body: object, urgency: Urgency) -> object:
        self.asked += 1
        if self.asked % 2:
            raise ZeroDivisionError("a bug of ours")
        raise BrokerUnavailable("조회 실패")


def test_neither_a_failed_question_nor_a_bug_of_ours_ends_the_asking() -> None:
    async def story() -> None:
        clock, client = QuickClock(), Failing()
        quotes = GoldQuotes(cast(Client, client), clock, clock.now)
        quotes.watch([("M04020000", Venue.KRX)])
        for _ in range(50):
            await asyncio.sleep(0)
        assert client.asked > 4
        await quotes.close()

    asyncio.run(story())
