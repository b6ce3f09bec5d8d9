"""The day's end over real sockets: what still rests is shown as expired because the broker's list says so."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from kiwoom_desk.app import Program
from kiwoom_desk.domain.drafts import OrderDraft
from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.simulator.server import PracticeServer
from tests.end_to_end.test_spine import desk, far_price, with_program
from tests.support.until import until

BEFORE_THE_CLOSE = datetime.fromisoformat("2026-11-23T15:10:00+09:00")


async def rest(program: Program, market: Market, code: str, venue: Venue = Venue.KRX) -> Order:
    """A limit order so far away that nothing fills it."""
    price = await far_price(program, code, market)
    draft = OrderDraft(market, code, venue, Side.BUY, OrderType.LIMIT, 3, price)
    row = await desk(program, market).place(draft, program.workspace.gesture())
    assert row.state is OrderState.WORKING
    return row


def test_what_rests_at_the_close_expires_on_screen_and_nothing_else_does(tmp_path: Path) -> None:
    with PracticeServer(clock=BEFORE_THE_CLOSE, quiet=True) as exchange:

        async def story(program: Program) -> None:
            share = await rest(program, Market.STOCK, "005930")
            evening = await rest(program, Market.STOCK, "005930", Venue.NXT)
            gold = await rest(program, Market.GOLD, "M04020000")
            connection = program.workspace.connection
            assert connection is not None
            await connection.look_now()
            assert state_of(program, share) is OrderState.WORKING
            await asyncio.to_thread(exchange.call, lambda: exchange.clock.skip(timedelta(minutes=21)))
            await connection.look_now()
            await until(lambda: state_of(program, share) is state_of(program, gold) is OrderState.EXPIRED)
            assert state_of(program, evening) is OrderState.WORKING

        with_program(tmp_path, story, practice_url=exchange.rest)


def state_of(program: Program, row: Order) -> OrderState:
    order = desk(program, row.draft.market).order(row.id)
    assert order is not None
    return order.state
