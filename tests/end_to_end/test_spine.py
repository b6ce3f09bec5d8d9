"""The whole program but its window, over real HTTP and WebSocket against the practice exchange."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from kiwoom_desk.app import Program
from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.facts import Accepted
from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.orders import OrderState
from kiwoom_desk.options import Options
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.lane import Lane, LaneState
from tests.support.until import until


def with_program(folder: Path, story: Callable[[Program], Awaitable[None]], **options: object) -> None:
    async def main() -> None:
        program = Program(Options(data_dir=folder, **options))  # type: ignore[arg-type]
        try:
            await program.workspace.switch(World.PRACTICE)
            await story(program)
        finally:
            await program.close()

    asyncio.run(main())


def lane(program: Program, market: Market = Market.STOCK) -> Lane:
    assert program.workspace.connection is not None
    found = program.workspace.connection.lanes[market]
    assert found.state is LaneState.READY, found.sentence
    return found


def desk(program: Program, market: Market = Market.STOCK) -> OrderDesk:
    found = lane(program, market).desk
    assert found is not None
    return found


async def far_price(program: Program, code: str, market: Market = Market.STOCK) -> int:
    """A price at which a buy rests: the lower limit."""
    gateway = lane(program, market).gateway
    assert gateway is not None
    quote = await gateway.quotes.quote(code, Venue.KRX)
    assert quote.lower is not None
    return quote.lower


def test_an_order_lives_from_place_to_cancel_and_the_broker_agrees(tmp_path: Path) -> None:
    async def story(program: Program) -> None:
        work, mine = program.workspace, desk(program)
        price = await far_price(program, "005930")
        draft = OrderDraft(Market.STOCK, "005930", Venue.KRX, Side.BUY, OrderType.LIMIT, 10, price)
        row = await mine.place(draft, work.gesture(), "삼성전자")
        assert row.state is OrderState.WORKING and row.ref is not None
        child = await mine.amend(row.id, AmendDraft(None, price + 100), work.gesture())
        assert child.ref is not None

        def state_of(order_id: object) -> OrderState | None:
            order = mine.order(order_id)  # type: ignore[arg-type]
            return None if order is None else order.state

        await until(lambda: state_of(row.id) is OrderState.REPLACED)
        assert isinstance(await mine.cancel(child.id, None, work.gesture()), Accepted)
        await until(lambda: state_of(child.id) is OrderState.CANCELED)
        connection = work.connection
        assert connection is not None
        await connection.look_now()
        assert lane(program).last_look is not None
        listed = {o.ref: (o.state, o.filled) for o in mine.orders()}
        assert listed[row.ref] == (OrderState.REPLACED, 0)
        assert listed[child.ref] == (OrderState.CANCELED, 0)
        assert not any(o.doubts for o in mine.orders())

    with_program(tmp_path, story)


def test_a_market_order_fills_and_the_holdings_follow(tmp_path: Path) -> None:
    async def story(program: Program) -> None:
        mine = desk(program)
        draft = OrderDraft(Market.STOCK, "005930", Venue.SOR, Side.BUY, OrderType.MARKET, 3)
        row = await mine.place(draft, program.workspace.gesture())

        def filled() -> bool:
            order = mine.order(row.id)
            return order is not None and order.state is OrderState.FILLED and order.average is not None

        await until(filled)
        keeper = lane(program).holdings
        assert keeper is not None
        await until(lambda: keeper.portfolio is not None and keeper.portfolio.holding("005930") is not None)

    with_program(tmp_path, story)


def test_gold_trades_on_its_own_account_and_is_followed_by_query(tmp_path: Path) -> None:
    async def story(program: Program) -> None:
        mine = desk(program, Market.GOLD)
        price = await far_price(program, "M04020000", Market.GOLD)
        draft = OrderDraft(Market.GOLD, "M04020000", Venue.KRX, Side.BUY, OrderType.LIMIT, 5, price)
        row = await mine.place(draft, program.workspace.gesture())
        assert row.state is OrderState.WORKING
        await mine.cancel(row.id, 2, program.workspace.gesture())

        def reduced() -> bool:
            order = mine.order(row.id)
            return order is not None and order.remaining == 3

        await until(reduced)
        await mine.cancel(row.id, None, program.workspace.gesture())
        await until(lambda: (o := mine.order(row.id)) is not None and o.state is OrderState.CANCELED)

    with_program(tmp_path, story)


def test_a_lost_answer_is_found_again_over_the_wire(tmp_path: Path) -> None:
    async def story(program: Program) -> None:
        assert program.exchange is not None
        program.exchange.faults.arm(on="kt10000", do="lose_after")
        mine = desk(program)
        price = await far_price(program, "000660")
        draft = OrderDraft(Market.STOCK, "000660", Venue.NXT, Side.BUY, OrderType.LIMIT, 2, price)
        row = await mine.place(draft, program.workspace.gesture())
        assert row.state is OrderState.UNCONFIRMED
        await until(lambda: (o := mine.order(row.id)) is not None and o.state is OrderState.WORKING)
        order = mine.order(row.id)
        assert order is not None and order.confirmed_by_look
        assert len([o for o in mine.orders() if o.draft.code == "000660"]) == 1

    with_program(tmp_path, story)


def test_the_directory_and_the_prices_arrive(tmp_path: Path) -> None:
    async def story(program: Program) -> None:
        work = program.workspace
        await until(lambda: work.directory.at is not None)
        assert [i.code for i in work.directory.find("ㅅㅅㅈㅈ")][:1] == ["005930"]
        data = lane(program).data
        assert data is not None
        stop = data.watch("005930", Venue.SOR, lambda: None)
        await until(lambda: (q := data.quote("005930", Venue.SOR)) is not None and q.feed_live)
        await until(lambda: len(data.trades("005930", Venue.SOR)) > 0)
        book = data.book("005930", Venue.SOR)
        assert book is not None and len(book.asks) == len(book.bids) == 10
        stop()

    with_program(tmp_path, story)
