"""A drill does what its briefing says, and its result tells what happened."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiwoom_desk.app import Program
from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.orders import OrderState
from kiwoom_desk.trading.drills import DRILLS, Drill, Running, begin
from tests.end_to_end.test_spine import desk, far_price, with_program
from tests.support.faults import fault
from tests.support.until import until


def named(key: str) -> Drill:
    return next(drill for drill in DRILLS if drill.key == key)


def start(program: Program, key: str) -> Running:
    assert program.exchange is not None
    return begin(named(key), [desk(program)], program.exchange.faults.arm, program.clock.now())


def limit(price: int, quantity: int = 3) -> OrderDraft:
    return OrderDraft(Market.STOCK, "005930", Venue.KRX, Side.BUY, OrderType.LIMIT, quantity, price)


def test_a_lost_answer_is_found_and_nothing_was_sent_twice(tmp_path: Path) -> None:
    async def story(program: Program) -> None:
        price = await far_price(program, "005930")
        running = start(program, "lost_answer")
        row = await desk(program).place(limit(price), program.workspace.gesture(), "삼성전자")
        assert row.state is OrderState.UNCONFIRMED
        unsettled = running.finish(program.clock.now())
        assert len(unsettled.open_questions) == 1
        await until(lambda: (o := desk(program).order(row.id)) is not None and o.state is OrderState.WORKING)
        result = running.finish(program.clock.now())
        assert (result.sent, result.lost, result.twice, result.open_questions) == (1, 1, (), ())
        assert "조회로 찾음" in result.lines[0]

    with_program(tmp_path, story)


@fault("N21")
def test_a_doubled_order_is_named_as_such(tmp_path: Path) -> None:
    async def story(program: Program) -> None:
        price = await far_price(program, "005930")
        running = start(program, "doubled")
        await desk(program).place(limit(price), program.workspace.gesture(), "삼성전자")
        assert program.workspace.connection is not None
        await program.workspace.connection.look_now()
        result = running.finish(program.clock.now())
        assert result.sent == 1 and len(result.lines) == 2 and len(result.twice) == 1

    with_program(tmp_path, story)


def test_a_limited_sell_is_refused_and_may_be_pressed_again(tmp_path: Path) -> None:
    async def story(program: Program) -> None:
        running = start(program, "limited_stop")
        sell = OrderDraft(Market.STOCK, "005930", Venue.KRX, Side.SELL, OrderType.MARKET, 1)
        states = []
        for quantity in (1, 2, 3):
            again = OrderDraft(sell.market, sell.code, sell.venue, sell.side, sell.type, quantity)
            states.append((await desk(program).place(again, program.workspace.gesture())).state)
        assert states[:2] == [OrderState.REJECTED] * 2 and states[2] is not OrderState.REJECTED
        assert running.finish(program.clock.now()).limited == 2

    with_program(tmp_path, story)


@fault("C02")
def test_a_fill_during_an_amendment_stays_with_the_original(tmp_path: Path) -> None:
    async def story(program: Program) -> None:
        price = await far_price(program, "005930")
        start(program, "fill_while_amending")
        row = await desk(program).place(limit(price), program.workspace.gesture())
        child = await desk(program).amend(row.id, AmendDraft(None, price + 100), program.workspace.gesture())
        await until(lambda: (o := desk(program).order(row.id)) is not None and o.state is OrderState.REPLACED)
        original, moved = desk(program).order(row.id), desk(program).order(child.id)
        assert original is not None and moved is not None
        assert (original.filled, original.moved, moved.draft.quantity) == (1, 2, 2)

    with_program(tmp_path, story)


@pytest.mark.parametrize("drill", DRILLS, ids=lambda drill: drill.key)
def test_every_drill_says_what_to_do(drill: Drill) -> None:
    assert drill.briefing.endswith(("다.", "요.")) and drill.task.endswith(("다.", "요.")) and drill.script
