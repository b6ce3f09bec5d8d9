"""What is watched: asked for once, kept fresh by pushes, and an answer that is older than a push takes nothing back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import cast

import pytest

from kiwoom_desk.domain.instruments import Venue
from kiwoom_desk.domain.quotes import BookLevel, OrderBook, Quote, Trade
from kiwoom_desk.trading.market import MarketData
from kiwoom_desk.trading.ports import BrokerUnavailable, QuoteListener
from tests.support.day import at

KRX = Venue.KRX
BEFORE = Quote("005930", last=70_000, base=69_000, volume=100, best_ask=70_100, best_bid=70_000, feed_live=True)
PUSHED = Quote("005930", last=70_100, volume=110, at=at(1), feed_live=True)


def book(ask: int) -> OrderBook:
    return OrderBook("005930", (BookLevel(ask, 10),), (BookLevel(ask - 100, 10),))


class FakeQuotes:
    """Answers when it is let go; `push` is what the stream brings."""

    def __init__(self) -> None:
        self.listeners: list[QuoteListener] = []
        self.asked: dict[str, asyncio.Future[Quote | OrderBook]] = {}

    async def quote(self, code: str, view: Venue) -> Quote:
        return cast(Quote, await self._asked("quote"))

    async def book(self, code: str, view: Venue) -> OrderBook:
        return cast(OrderBook, await self._asked("book"))

    async def _asked(self, what: str) -> Quote | OrderBook:
        self.asked[what] = asyncio.get_running_loop().create_future()
        return await self.asked[what]

    async def answer(self, what: str, said: Quote | OrderBook | Exception) -> None:
        await asyncio.sleep(0)
        if isinstance(said, Exception):
            self.asked[what].set_exception(said)
        else:
            self.asked[what].set_result(said)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def glance(self, codes: Sequence[str]) -> Sequence[Quote]:
        return []

    def watch(self, items: Iterable[tuple[str, Venue]]) -> None: ...

    def subscribe(self, listener: QuoteListener) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def push(self, news: Quote | OrderBook | Trade, view: Venue = KRX) -> None:
        for listener in list(self.listeners):
            listener(news, view)


def watched(story: Callable[[FakeQuotes, MarketData], Awaitable[None]]) -> None:
    async def whole() -> None:
        quotes = FakeQuotes()
        data = MarketData(quotes, lambda where, bug: pytest.fail(f"{where}: {bug}"))
        data.watch("005930", KRX, lambda: None)
        await asyncio.sleep(0)
        await story(quotes, data)
        await data.close()
        assert quotes.listeners == []

    asyncio.run(whole())


def test_an_answer_that_is_older_than_a_push_fills_in_and_takes_nothing_back() -> None:
    async def story(quotes: FakeQuotes, data: MarketData) -> None:
        quotes.push(PUSHED)
        await quotes.answer("quote", BEFORE)
        found = data.quote("005930", KRX)
        assert found is not None and (found.last, found.volume, found.base) == (70_100, 110, 69_000)
        quotes.push(book(70_300))
        await quotes.answer("book", book(70_100))
        assert data.book("005930", KRX) == book(70_300)

    watched(story)


def test_of_another_view_or_another_issue_nothing_is_kept() -> None:
    async def story(quotes: FakeQuotes, data: MarketData) -> None:
        quotes.push(PUSHED, Venue.NXT)
        quotes.push(Quote("000660", last=1))
        quotes.push(Trade("005930", 70_050, 5, None, at(1)))
        await quotes.answer("quote", BEFORE)
        assert data.quote("005930", KRX) == BEFORE
        assert [trade.price for trade in data.trades("005930", KRX)] == [70_050]
        quotes.push(book(70_300), Venue.NXT)
        await quotes.answer("book", book(70_100))
        assert data.book("005930", KRX) == book(70_100)

    watched(story)


def test_what_came_before_the_feed_was_lost_is_older_than_the_answer() -> None:
    async def story(quotes: FakeQuotes, data: MarketData) -> None:
        quotes.push(PUSHED)
        data.feed_lost()
        await quotes.answer("quote", Quote("005930", last=70_200, at=at(5)))
        found = data.quote("005930", KRX)
        assert found is not None and (found.last, found.at, found.feed_live) == (70_200, at(5), False)

    watched(story)


def test_a_failed_question_keeps_what_was_pushed_and_says_why() -> None:
    async def story(quotes: FakeQuotes, data: MarketData) -> None:
        quotes.push(PUSHED)
        await quotes.answer("quote", BrokerUnavailable("조회 실패"))
        assert data.quote("005930", KRX) == PUSHED and data.error("005930", KRX) == "조회 실패"

    watched(story)
