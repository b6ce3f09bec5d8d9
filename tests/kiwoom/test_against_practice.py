"""The gateway against the practice exchange, through real sockets: the same path that a trader's order takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

import pytest

from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.facts import Accepted, Outcome, RefusalKind, Refused
from kiwoom_desk.domain.instruments import SEOUL, Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.quotes import OrderBook, Quote, Trade
from kiwoom_desk.domain.reports import OUR_CHANNEL, BrokerRef, OrderReport, ReportKind, Source
from kiwoom_desk.kiwoom.gateway import open_gateway
from kiwoom_desk.simulator.server import PracticeServer
from kiwoom_desk.trading.clock import SystemClock
from kiwoom_desk.trading.environments import LIVE, MOCK, PRACTICE, Environment
from kiwoom_desk.trading.ports import (
    Call,
    Gateway,
    Keys,
    NotOffered,
    SignInRefused,
    StreamDown,
    StreamEvent,
    StreamUp,
)
from tests.support.faults import fault
from tests.support.until import until

T = TypeVar("T")
TEN = datetime(2026, 11, 23, 10, tzinfo=SEOUL)
SAMSUNG = "005930"
GOLD = "M04020000"


@dataclass
class Desk:
    """An open gateway, what its stream said, and the prices that came."""

    gateway: Gateway
    server: PracticeServer
    heard: list[StreamEvent] = field(default_factory=list)
    prices: list[tuple[Quote | OrderBook | Trade, Venue]] = field(default_factory=list)

    def reports(self, number: int) -> list[OrderReport]:
        return [e for e in self.heard if isinstance(e, OrderReport) and e.ref.number == number]

    async def place(self, draft: OrderDraft) -> BrokerRef:
        return accepted((await self.gateway.broker.place(draft)).outcome)

    async def listed(self, ref: BrokerRef, source: Source = Source.DAY_LIST) -> OrderReport:
        look = await self.gateway.broker.look(ref.day)
        return next(r for r in look.reports if r.ref == ref and r.source is source)


def accepted(outcome: Outcome) -> BrokerRef:
    assert isinstance(outcome, Accepted), outcome
    return outcome.ref


@asynccontextmanager
async def desk(server: PracticeServer, market: Market, environment: Environment) -> AsyncIterator[Desk]:
    gold = market is Market.GOLD
    keys = Keys(server.gold_appkey, server.gold_secretkey) if gold else Keys(server.appkey, server.secretkey)
    gateway = open_gateway(environment, market, keys, SystemClock())
    found = Desk(gateway, server)

    async def follow() -> None:
        async for event in gateway.broker.events():
            found.heard.append(event)

    following = asyncio.ensure_future(follow())
    gateway.quotes.subscribe(lambda news, view: found.prices.append((news, view)))
    try:
        await gateway.open()
        await until(lambda: any(isinstance(e, StreamUp) for e in found.heard))
        yield found
    finally:
        await gateway.close()
        await following


def run(
    scenario: Callable[[Desk], Awaitable[T]], market: Market = Market.STOCK, world: str = "practice", **server: Any
) -> T:
    async def whole() -> T:
        with PracticeServer(clock=TEN, environment=world, quiet=True, **server) as exchange:  # type: ignore[arg-type]
            base = replace(LIVE if world == "live" else MOCK, rest=exchange.rest, stream=exchange.websocket)
            environment = PRACTICE.at(exchange.rest) if world == "practice" else base
            async with desk(exchange, market, environment) as found:
                return await scenario(found)

    return asyncio.run(whole())


async def a_price_that_rests(found: Desk, code: str) -> int:
    """A buying price far below the market, on the grid."""
    quote = await found.gateway.quotes.quote(code, Venue.KRX)
    assert quote.lower is not None and quote.upper is not None and quote.last is not None
    return quote.lower


def buy(
    price: int | None, quantity: int = 10, venue: Venue = Venue.KRX, type: OrderType = OrderType.LIMIT
) -> OrderDraft:
    return OrderDraft(Market.STOCK, SAMSUNG, venue, Side.BUY, type, quantity, price)


@pytest.mark.parametrize("venue", Venue)
def test_an_order_is_placed_listed_pushed_amended_and_cancelled(venue: Venue) -> None:
    async def scenario(found: Desk) -> None:
        broker = found.gateway.broker
        draft = buy(await a_price_that_rests(found, SAMSUNG), venue=venue)
        ref = await found.place(draft)
        row = await found.listed(ref)
        assert (row.draft, row.kind, row.remaining, row.channel) == (draft, ReportKind.NEW, 10, OUR_CHANNEL)
        opened = await found.listed(ref, Source.OPEN_LIST)
        assert (opened.draft, opened.remaining) == (draft, 10)
        await until(lambda: found.reports(ref.number))
        pushed = found.reports(ref.number)[0]
        assert (pushed.draft, pushed.text, pushed.kind) == (draft, "접수", ReportKind.NEW)

        assert draft.price is not None
        change = AmendDraft(None, draft.price + 100)
        newer = accepted((await broker.amend(ref, draft, change)).outcome)
        row = await found.listed(newer)
        assert (row.kind, row.of, row.remaining, row.confirmed) == (ReportKind.AMEND, ref, 10, 10)
        assert row.draft == replace(draft, price=change.price)
        assert (await found.listed(ref)).remaining == 0

        part = accepted((await broker.cancel(newer, draft, 4)).outcome)
        row = await found.listed(part)
        assert (row.kind, row.of, row.confirmed) == (ReportKind.CANCEL, newer, 4)
        assert (await found.listed(newer)).remaining == 6
        accepted((await broker.cancel(newer, draft, None)).outcome)
        assert (await found.listed(newer)).remaining == 0
        await until(lambda: any(r.confirmed == 4 and r.of == newer for r in found.reports(part.number)))

    run(scenario)


def test_a_market_order_is_filled_and_both_sources_agree_on_the_value() -> None:
    async def scenario(found: Desk) -> None:
        ref = await found.place(buy(None, 3, type=OrderType.MARKET))
        await until(lambda: sum(r.execution.quantity for r in found.reports(ref.number) if r.execution) == 3)
        fills = [r.execution for r in found.reports(ref.number) if r.execution]
        row = await found.listed(ref)
        assert (row.filled, row.remaining) == (3, 0)
        assert row.draft is not None and row.draft.type is OrderType.MARKET and row.draft.price is None
        value = sum(fill.quantity * fill.price for fill in fills)
        assert max(r.filled_value for r in found.reports(ref.number)) == value
        assert abs(row.filled_value - value) <= 3

    run(scenario)


def test_gold_is_placed_listed_amended_and_cancelled() -> None:
    async def scenario(found: Desk) -> None:
        price = await a_price_that_rests(found, GOLD)
        draft = OrderDraft(Market.GOLD, GOLD, Venue.KRX, Side.BUY, OrderType.LIMIT, 10, price)
        ref = await found.place(draft)
        assert (await found.listed(ref)).draft == draft
        opened = await found.listed(ref, Source.OPEN_LIST)
        assert (opened.draft, opened.remaining, opened.channel) == (draft, 10, OUR_CHANNEL)
        newer = accepted((await found.gateway.broker.amend(ref, draft, AmendDraft(None, price + 10))).outcome)
        assert (await found.listed(newer)).of == ref
        accepted((await found.gateway.broker.cancel(newer, draft, None)).outcome)
        assert (await found.listed(newer)).remaining == 0

    run(scenario, Market.GOLD)


def test_every_type_the_exchange_takes_comes_back_as_itself() -> None:
    async def scenario(found: Desk) -> None:
        quote = await found.gateway.quotes.quote(SAMSUNG, Venue.KRX)
        assert quote.lower is not None and quote.last is not None
        came_back = set()
        for kind in OrderType:
            price = quote.lower if kind.needs_price else None
            trigger = quote.last + 1000 if kind.needs_trigger else None
            draft = OrderDraft(Market.STOCK, SAMSUNG, Venue.KRX, Side.BUY, kind, 1, price, trigger)
            outcome = (await found.gateway.broker.place(draft)).outcome
            if isinstance(outcome, Accepted):
                assert (await found.listed(outcome.ref)).draft == draft
                came_back.add(kind)
            else:
                assert isinstance(outcome, Refused) and outcome.kind is RefusalKind.BUSINESS, outcome
        assert len(came_back) >= 12

    run(scenario)


def test_a_refusal_carries_the_code_and_the_words_of_the_broker() -> None:
    async def scenario(found: Desk) -> None:
        price = await a_price_that_rests(found, SAMSUNG)
        sent = await found.gateway.broker.place(buy(price + 1))
        assert isinstance(sent.outcome, Refused)
        assert sent.outcome.kind is RefusalKind.BUSINESS and sent.outcome.code and sent.outcome.text
        assert sent.wire is not None and sent.wire.status == 200 and sent.wire.answer is not None

    run(scenario)


def test_the_day_is_the_market_s_day_and_the_clock_is_the_exchange_s() -> None:
    async def scenario(found: Desk) -> None:
        assert found.gateway.now().date() == TEN.date()
        assert abs((found.gateway.now() - found.server.clock.now()).total_seconds()) < 2
        ref = await found.place(buy(await a_price_that_rests(found, SAMSUNG)))
        assert ref.day == TEN.date()
        row = await found.listed(ref)
        assert row.ordered_at is not None
        assert abs((row.ordered_at - found.gateway.now()).total_seconds()) < 30

    run(scenario)


def test_watched_prices_are_pushed_for_the_view_that_was_asked_for() -> None:
    async def scenario(found: Desk) -> None:
        for view in Venue:
            quote = await found.gateway.quotes.quote(SAMSUNG, view)
            book = await found.gateway.quotes.book(SAMSUNG, view)
            assert quote.code == SAMSUNG and quote.base and quote.upper and quote.lower
            assert book.asks and book.bids and book.asks[0].price > book.bids[0].price
            assert [level.price for level in book.asks] == sorted(level.price for level in book.asks)
        found.gateway.quotes.watch([(SAMSUNG, Venue.KRX)])
        await found.place(buy(None, 5, type=OrderType.MARKET))
        await until(lambda: {type(n) for n, v in found.prices if v is Venue.KRX} == {Quote, OrderBook, Trade})
        assert {view for _, view in found.prices} == {Venue.KRX}

    run(scenario)


def test_a_glance_shows_many_at_once() -> None:
    async def scenario(found: Desk) -> None:
        quotes = await found.gateway.quotes.glance([SAMSUNG, "000660", "999999"])
        assert [quote.code for quote in quotes] == [SAMSUNG, "000660"]

    run(scenario)


def test_gold_prices_are_polled() -> None:
    async def scenario(found: Desk) -> None:
        found.gateway.quotes.watch([(GOLD, Venue.KRX)])
        await until(lambda: any(isinstance(news, Quote) and news.last for news, _ in found.prices))
        with pytest.raises(NotOffered):
            await found.gateway.quotes.book(GOLD, Venue.KRX)

    run(scenario, Market.GOLD)


@pytest.mark.parametrize("market", Market)
def test_the_account_and_the_directory_are_read(market: Market) -> None:
    code = GOLD if market is Market.GOLD else SAMSUNG

    async def scenario(found: Desk) -> None:
        portfolio = await found.gateway.account.portfolio()
        assert portfolio.market is market and portfolio.cash.deposit > 0
        price = await a_price_that_rests(found, code)
        can_buy = await found.gateway.account.orderable(code, Side.BUY, price)
        assert can_buy is not None and can_buy > 0
        held = portfolio.holding(code)
        assert await found.gateway.account.orderable(code, Side.SELL, None) == (held.sellable if held else 0)
        instruments = await found.gateway.directory.instruments()
        assert code in {instrument.code for instrument in instruments}
        assert len({instrument.code for instrument in instruments}) == len(instruments)

    run(scenario, market)


def test_mock_keeps_to_one_request_a_second_and_refuses_other_venues(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")

    async def scenario(found: Desk) -> None:
        price = await a_price_that_rests(found, SAMSUNG)
        for _ in range(3):
            await found.gateway.broker.look(found.gateway.now().date())
        sent = await found.gateway.broker.place(buy(price, venue=Venue.NXT))
        assert isinstance(sent.outcome, Refused) and sent.outcome.code == "RC9000"

    run(scenario, world="mock")
    assert "request limit" not in caplog.text


def test_live_limits_are_never_met_by_a_burst_that_waits_for_its_turns(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")

    async def scenario(found: Desk) -> None:
        broker = found.gateway.broker
        draft = buy(await a_price_that_rests(found, SAMSUNG), 1)

        async def one() -> Outcome:
            await broker.turn(Call.PLACE, Side.BUY)
            return (await broker.place(draft)).outcome

        queries = [found.gateway.quotes.quote(SAMSUNG, Venue.KRX) for _ in range(8)]
        outcomes = await asyncio.gather(*(one() for _ in range(6)))
        await asyncio.gather(*queries)
        assert all(isinstance(outcome, Accepted) for outcome in outcomes)

    run(scenario, world="live")
    assert "request limit" not in caplog.text


def test_keys_that_are_wrong_are_refused_with_a_sentence() -> None:
    async def scenario() -> None:
        with PracticeServer(clock=TEN, quiet=True) as exchange:
            gateway = open_gateway(PRACTICE.at(exchange.rest), Market.STOCK, Keys("no", "no"), SystemClock())
            try:
                with pytest.raises(SignInRefused, match="앱키"):
                    await gateway.open()
            finally:
                await gateway.close()

    asyncio.run(scenario())


def test_a_stock_key_on_the_gold_lane_is_told_apart() -> None:
    async def scenario() -> None:
        with PracticeServer(clock=TEN, quiet=True) as exchange:
            keys = Keys(exchange.appkey, exchange.secretkey)
            gateway = open_gateway(PRACTICE.at(exchange.rest), Market.GOLD, keys, SystemClock())
            try:
                with pytest.raises(NotOffered, match="금현물"):
                    await gateway.open()
            finally:
                await gateway.close()

    asyncio.run(scenario())


@fault("W10")
def test_w10_a_second_login_takes_the_stream_over_and_we_stay_out() -> None:
    async def scenario(found: Desk) -> None:
        environment = PRACTICE.at(found.server.rest)
        async with desk(found.server, Market.STOCK, environment):
            await until(lambda: any(isinstance(e, StreamDown) for e in found.heard))
            down = next(e for e in found.heard if isinstance(e, StreamDown))
            assert down.taken_over and down.again_in is None

    run(scenario)
