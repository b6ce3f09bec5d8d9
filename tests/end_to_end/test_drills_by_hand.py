"""Every drill through the real window, by mouse and keys, as its text says; its result tells what happened."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from kiwoom_desk.app import Program
from kiwoom_desk.domain.facts import Noted
from kiwoom_desk.domain.instruments import Market, Side
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.options import Options
from kiwoom_desk.start import show_window
from kiwoom_desk.tour.desk_hands import Terms, Trader
from kiwoom_desk.tour.hands import click, pause
from kiwoom_desk.trading.drills import DRILLS
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.lane import LaneState
from kiwoom_desk.ui.dialogs.drills import Drills
from tests.end_to_end.test_spine import far_price, lane
from tests.support.qt import app, dispose, run, until


@dataclass
class Seat:
    """A person before the window with the drills open beside it."""

    program: Program
    trader: Trader
    drills: Drills

    async def far(self, quantity: int = 3) -> Terms:
        return Terms(Market.STOCK, "005930", Side.BUY, quantity, await far_price(self.program, "005930"))

    def newest(self, order: Order) -> Order:
        return self.trader.order(order.id)

    async def settled(self, order: Order) -> Order:
        await until(lambda: self.newest(order).state is not OrderState.UNCONFIRMED, "the end of 확인필요")
        return self.newest(order)


async def lost_answer(seat: Seat) -> list[str]:
    order = await seat.trader.send(await seat.far())
    assert order.state is OrderState.UNCONFIRMED and not seat.trader.blotter.strip.isHidden()
    found = await seat.settled(order)
    return [f"#{found.ref} · 접수 · 조회로 찾음 · 체결 0 잔량 3", "응답 유실 1건", "— 응답 없음"]


async def never_arrived(seat: Seat) -> list[str]:
    order = await seat.settled(await seat.trader.send(await seat.far()))
    assert order.absent
    return ["번호 없음 · 미접수(추정) · 체결 0 잔량 0", "보낸 요청 1건 · 응답 유실 1건"]


async def opening_failure(seat: Seat) -> list[str]:
    found = await seat.settled(await seat.trader.send(await seat.far()))
    await seat.trader.cancel(found.id)
    await until(lambda: seat.newest(found).state is OrderState.CANCELED, "the cancel")
    return [f"#{found.ref} · 취소 · 조회로 찾음 · 체결 1 취소 2 잔량 0", f"취소 #{found.ref} 전량"]


async def limited_stop(seat: Seat) -> list[str]:
    terms = Terms(Market.STOCK, "005930", Side.SELL, 1, None, OrderType.MARKET)
    for n in range(3):
        sold = await seat.trader.send(terms)
        assert (sold.state is OrderState.REJECTED) == (n < 2)
        await pause(2.1)  # the same order again within two seconds is stopped
    return ["요청 초과 거부 2건", "· 거부 ·", "· 체결 · 응답 받음 · 체결 1 잔량 0"]


async def fill_while_amending(seat: Seat) -> list[str]:
    terms = await seat.far()
    assert terms.price is not None
    order = await seat.trader.send(terms)
    await seat.trader.amend(order.id, terms.price + 100)
    await until(lambda: seat.newest(order).state is OrderState.REPLACED, "the amendment")
    return [f"#{order.ref} · 정정확인 · 응답 받음 · 체결 1 정정으로 옮김 2 잔량 0", f"정정 #{order.ref} →"]


async def doubled(seat: Seat) -> list[str]:
    await seat.trader.send(await seat.far())
    seat.program.workspace.connection.look_soon()  # type: ignore[union-attr]
    await until(lambda: any(o.orphan for o in seat.trader.orders()), "the second row")
    second = next(o for o in seat.trader.orders() if o.orphan)
    await seat.trader.cancel(second.id)
    await until(lambda: seat.newest(second).state is OrderState.CANCELED, "its cancel")
    return [f"한 건 더 접수되었습니다 (#{second.ref})", f"#{second.ref} · 취소 · 다른 곳에서 · 체결 0 취소 3"]


async def blind_stream(seat: Seat) -> list[str]:
    order = await seat.trader.send(await seat.far())
    await until(lambda: seat.newest(order).seen, "the row that a look finds")
    return [f"#{order.ref} · 접수 · 응답 받음 · 체결 0 잔량 3"]


def noted(program: Program) -> list[str]:
    """What the journal of the stock account keeps besides orders."""
    account = lane(program)
    assert account._journal is not None
    return [fact.what for fact in account._journal.replay(account.today()) if isinstance(fact, Noted)]


AS_WRITTEN: dict[str, Callable[[Seat], Awaitable[list[str]]]] = {
    act.__name__: act
    for act in (lost_answer, never_arrived, opening_failure, limited_stop, fill_while_amending, doubled, blind_stream)
}


def seated(folder: Path, story: Callable[[Seat], Awaitable[None]]) -> None:
    async def whole() -> None:
        program = Program(Options(data_dir=folder))
        window = show_window(program)
        window.resize(1280, 800)
        try:
            await program.workspace.switch(World.PRACTICE)
            window.show_drills()
            assert window.drills is not None
            await story(Seat(program, Trader(window), window.drills))
        finally:
            window.leave()
            await program.close()
            dispose(window)

    app()
    run(whole())


@pytest.mark.parametrize("key", [drill.key for drill in DRILLS])
def test_a_drill_can_be_taken_as_it_is_written(tmp_path: Path, key: str) -> None:
    async def story(seat: Seat) -> None:
        drills = seat.drills
        drills.list.setCurrentRow([drill.key for drill in DRILLS].index(key))
        await click(drills.start)
        expected = await AS_WRITTEN[key](seat)
        await click(drills.finish)
        told = drills.report.toPlainText()
        assert f"내가 한 일\n{seat.program.workspace.now():%H:}" in told, "by the market's clock"
        for line in expected:
            assert line in told, (line, told)
        doubles = told.split("두 번 접수되었을 수 있는 것\n")[1]
        assert (doubles == "없습니다.") is (key != "doubled")

    seated(tmp_path, story)


def test_a_result_stays_with_its_drill_and_over_a_close_and_leaving_practice_ends_a_drill_aloud(tmp_path: Path) -> None:
    async def story(seat: Seat) -> None:
        drills, work = seat.drills, seat.program.workspace
        await click(drills.start)
        drills.close()
        assert drills.running is None and work.faults is not None
        drills.show()
        assert drills.report.toPlainText().startswith("응답 유실 ·")
        await until(lambda: "drill" in noted(seat.program), "the result in the journal")
        drills.list.setCurrentRow(1)
        assert drills.report.toPlainText() == ""
        await click(drills.start)
        await work.switch(World.MOCK)
        await until(lambda: drills.running is None, "the end")
        assert drills.report.toPlainText().startswith("연습 환경을 떠나서") and drills.list.isEnabled()
        seat.trader.window.top.menu_wanted.emit()
        menu = QApplication.activePopupWidget()
        assert menu is not None and "연습 상황 (연습 환경에서만)" in [action.text() for action in menu.actions()]
        menu.close()
        await click(drills.start)
        assert drills.running is None and "연습 환경에서만" in drills.report.toPlainText()

    seated(tmp_path, story)


def test_a_drill_waits_for_the_connection_and_says_so(tmp_path: Path) -> None:
    async def story(seat: Seat) -> None:
        account = lane(seat.program)
        account.state = LaneState.CONNECTING
        await click(seat.drills.start)
        assert seat.drills.running is None and "연결하고 있습니다" in seat.drills.report.toPlainText()
        account.state = LaneState.READY
        await click(seat.drills.start)
        assert seat.drills.running is not None

    seated(tmp_path, story)
