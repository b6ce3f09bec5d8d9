"""A drill does what its briefing says, and its result tells what happened."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from kiwoom_desk.app import Program
from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.orders import OrderState
from kiwoom_desk.trading.drills import DRILLS, Drill, Running, begin
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.news import headline
from kiwoom_desk.trading.safety import Denied
from kiwoom_desk.ui.dialogs.drills import words
from tests.end_to_end.test_spine import desk, far_price, with_program
from tests.support.faults import fault
from tests.support.until import until


def named(key: str) -> Drill:
    return next(drill for drill in DRILLS if drill.key == key)


def start(program: Program, key: str) -> Running:
    assert program.exchange is not None
    return begin(named(key), lambda: [desk(program)], program.exchange.faults.arm, program.clock)


def limit(price: int, quantity: int = 3) -> OrderDraft:
    return OrderDraft(Market.STOCK, "005930", Venue.KRX, Side.BUY, OrderType.LIMIT, quantity, price)


def test_a_lost_answer_is_found_and_nothing_was_sent_twice(tmp_path: Path) -> None:
    async def story(program: Program) -> None:
        price = await far_price(program, "005930")
        running = start(program, "lost_answer")
        row = await desk(program).place(limit(price), program.workspace.gesture(), "삼성전자")
        assert row.state is OrderState.UNCONFIRMED
        unsettled = running.result()
        assert len(unsettled.open_questions) == 1
        await until(lambda: (o := desk(program).order(row.id)) is not None and o.state is OrderState.WORKING)
        result = running.result()
        assert (result.sent, result.lost, result.twice, result.open_questions) == (1, 1, (), ())
        assert "조회로 찾음" in words(result)

    with_program(tmp_path, story)


@fault("N21")
def test_a_doubled_order_is_named_as_such(tmp_path: Path) -> None:
    async def story(program: Program) -> None:
        price = await far_price(program, "005930")
        running = start(program, "doubled")
        await desk(program).place(limit(price), program.workspace.gesture(), "삼성전자")
        assert program.workspace.connection is not None
        await program.workspace.connection.look_now()
        result = running.result()
        assert result.sent == 1 and len(result.orders) == 2 and len(result.twice) == 1

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
        assert running.result().limited == 2

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


def test_amended_there_and_back_and_placed_again_after_a_cancel_is_no_double(tmp_path: Path) -> None:
    async def story(program: Program) -> None:
        price, mine, gesture = await far_price(program, "005930"), desk(program), program.workspace.gesture
        running = start(program, "limited_stop")
        first = await mine.place(limit(price), gesture(), "삼성전자")
        there = await mine.amend(first.id, AmendDraft(None, price + 100), gesture())
        back = await mine.amend(there.id, AmendDraft(None, price), gesture())
        await mine.cancel(back.id, None, gesture())
        again = await mine.place(limit(price, 2), gesture(), "삼성전자")
        await mine.cancel(again.id, None, gesture())
        await asyncio.sleep(2.1)
        twin = await mine.place(limit(price, 2), gesture(), "삼성전자")
        assert running.result().twice == ()
        with pytest.raises(Denied, match="2초"):
            await mine.place(limit(price, 2), gesture(), "삼성전자")
        await asyncio.sleep(2.1)
        await mine.place(limit(price, 2), gesture(), "삼성전자")
        (twice,) = running.result().twice
        assert twice.endswith("같은 주문을 두 번 냈고 두 건이 함께 접수되어 있었습니다.")
        told = words(running.result())
        for said in (
            f"정정 #{first.ref} →",
            f"취소 #{back.ref} 전량",
            "막힘: 방금 같은 주문을 보냈습니다",
            f"주문 {headline(twin)} — 접수 응답 #{twin.ref}",
        ):
            assert said in told

    with_program(tmp_path, story)


def test_an_older_order_that_changed_in_a_drill_has_a_line_and_a_new_connection_goes_on_with_it(tmp_path: Path) -> None:
    async def story(program: Program) -> None:
        price, work = await far_price(program, "005930"), program.workspace
        old = await desk(program).place(limit(price), work.gesture(), "삼성전자")
        other = await desk(program).place(limit(price, 4), work.gesture(), "삼성전자")
        running = start(program, "lost_answer")
        await desk(program).cancel(old.id, None, work.gesture())
        await work.switch(World.PRACTICE)
        await desk(program).place(limit(price, 8), work.gesture(), "삼성전자")
        await until(lambda: any(o.draft.quantity == 8 and o.own and o.ref for o in desk(program).orders()))
        result = running.result()
        assert [o.draft.quantity for o in result.orders] == [3, 8] and (result.sent, result.lost) == (2, 1)
        told = words(result)
        assert f"#{old.ref} · 취소 · 응답 받음 · 체결 0 취소 3 잔량 0 · 연습 전의 주문" in told
        assert str(other.ref) not in told and f"취소 #{old.ref} 전량 · {headline(old)} — 접수 응답" in told

    with_program(tmp_path, story)


@pytest.mark.parametrize("drill", DRILLS, ids=lambda drill: drill.key)
def test_every_drill_says_what_to_do(drill: Drill) -> None:
    assert drill.briefing.endswith(("다.", "요.")) and drill.task.endswith(("다.", "요.")) and drill.script
