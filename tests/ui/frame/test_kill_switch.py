"""Ctrl+Shift+K withdraws what is open, what becomes open while it works, and names what cannot be withdrawn yet."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QWidget

from kiwoom_desk.domain.facts import AnswerLost
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.lane import LaneState
from kiwoom_desk.trading.notices import Level
from kiwoom_desk.ui.frame.kill_switch import cancel_everything, unread_lists
from kiwoom_desk.ui.frame.stop import Stop
from tests.support.day import draft
from tests.support.fake_world import Outdoors
from tests.support.qt import dispose, run, until


def with_desk(story: Callable[[Outdoors, OrderDesk], Awaitable[None]]) -> None:
    async def whole() -> None:
        outdoors = Outdoors()
        work = await outdoors.enter()
        assert work.connection is not None
        desk = work.connection.lanes[Market.STOCK].desk
        assert desk is not None
        try:
            await story(outdoors, desk)
        finally:
            await work.close()

    run(whole())


def told(outdoors: Outdoors) -> str:
    return " / ".join(notice.text for notice in outdoors.workspace.notices.recent)


def verbs(outdoors: Outdoors) -> list[str]:
    return [verb for verb, _ in outdoors.posts]


def test_an_order_in_flight_is_withdrawn_once_its_answer_has_come() -> None:
    async def story(outdoors: Outdoors, desk: OrderDesk) -> None:
        work = outdoors.workspace
        await desk.place(draft(5), work.gesture())
        answer = outdoors.hold()
        sending = asyncio.ensure_future(desk.place(draft(), work.gesture()))
        await until(lambda: verbs(outdoors) == ["place", "place"])
        work.safety.block()
        stopping = asyncio.ensure_future(cancel_everything(work))
        await until(lambda: "cancel" in verbs(outdoors))
        assert "기다립니다" in told(outdoors)
        answer.set_result(outdoors.accepted())
        await asyncio.gather(sending, stopping)
        assert verbs(outdoors).count("cancel") == 2, "each once"
        assert "취소할 미체결 주문이 없습니다" not in told(outdoors)

    with_desk(story)


def test_an_order_whose_answer_was_lost_is_named_since_no_cancel_can_name_it() -> None:
    async def story(outdoors: Outdoors, desk: OrderDesk) -> None:
        work = outdoors.workspace
        answer = outdoors.hold()
        sending = asyncio.ensure_future(desk.place(draft(), work.gesture()))
        await until(lambda: outdoors.posts)
        stopping = asyncio.ensure_future(cancel_everything(work))
        await asyncio.sleep(0)
        answer.set_result(AnswerLost("끊김"))
        await asyncio.gather(sending, stopping)
        assert verbs(outdoors) == ["place"]
        assert "아직 취소할 수 없음" in told(outdoors) and "취소할 미체결 주문이 없습니다" not in told(outdoors)

    with_desk(story)


def lists_are(outdoors: Outdoors, *, read: bool = True, failure: str | None = None) -> None:
    """Here nobody reads the broker's lists; this is what a look would have left behind."""
    connection = outdoors.workspace.connection
    assert connection is not None
    for lane in connection.lanes.values():
        last = outdoors.clock.now() if read else None
        lane.reconciler = SimpleNamespace(last=last, failure=failure)  # type: ignore[assignment]


def test_with_nothing_open_it_says_so() -> None:
    async def story(outdoors: Outdoors, desk: OrderDesk) -> None:
        lists_are(outdoors)
        await cancel_everything(outdoors.workspace)
        assert "취소할 미체결 주문이 없습니다" in told(outdoors)

    with_desk(story)


@pytest.mark.parametrize(("read", "failure"), [(False, None), (True, "응답이 없습니다")])
def test_where_nobody_knows_it_never_says_that_nothing_is_open(read: bool, failure: str | None) -> None:
    async def story(outdoors: Outdoors, desk: OrderDesk) -> None:
        lists_are(outdoors, read=read, failure=failure)
        await cancel_everything(outdoors.workspace)
        assert "없습니다" not in told(outdoors).replace("모릅니다", "")
        assert outdoors.workspace.notices.recent[-1].level is Level.ALARM
        assert "주식·금현물 주문 목록을 확인하지 못했습니다" in told(outdoors)

    with_desk(story)


def test_an_account_without_keys_has_no_orders_to_doubt() -> None:
    async def story(outdoors: Outdoors, desk: OrderDesk) -> None:
        lists_are(outdoors)
        connection = outdoors.workspace.connection
        assert connection is not None
        gold = connection.lanes[Market.GOLD]
        gold.state, gold.reconciler = LaneState.NO_KEYS, None
        await cancel_everything(outdoors.workspace)
        assert "취소할 미체결 주문이 없습니다" in told(outdoors)
        gold.state = LaneState.FAILED
        assert unread_lists(outdoors.workspace) == "금현물"

    with_desk(story)


def test_without_a_connection_nobody_knows() -> None:
    async def story() -> None:
        outdoors = Outdoors()
        await cancel_everything(outdoors.workspace)
        assert "확인하지 못했습니다" in told(outdoors)
        await outdoors.workspace.close()

    run(story())


def test_a_block_between_two_worlds_holds_in_the_next_one_before_anything_is_opened() -> None:
    async def story() -> None:
        outdoors, window = Outdoors(), QWidget()
        stop, before = Stop(outdoors.workspace, window), outdoors.workspace.safety
        stop.pressed()
        try:
            work = await outdoors.enter()
            assert work.safety is not before and work.safety.blocked
            assert "지킵니다" in told(outdoors)
            work.safety.unblock()
            await outdoors.enter(World.MOCK)
            assert not work.safety.blocked, "it was lifted by hand"
        finally:
            stop.stop()
            dispose(window)
            await outdoors.workspace.close()

    run(story())


def test_a_block_of_one_world_says_nothing_about_another() -> None:
    async def story() -> None:
        outdoors, window = Outdoors(), QWidget()
        stop = Stop(outdoors.workspace, window)
        try:
            work = await outdoors.enter()
            lists_are(outdoors)
            stop.everything()
            assert work.safety.blocked
            await outdoors.enter(World.MOCK)
            assert not work.safety.blocked
        finally:
            stop.stop()
            dispose(window)
            await outdoors.workspace.close()

    run(story())


def test_a_yes_about_one_world_lifts_no_block_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        outdoors, window = Outdoors(), QWidget()
        stop, answer = Stop(outdoors.workspace, window), asyncio.get_running_loop().create_future()

        async def ask(*_: object, **__: object) -> bool:
            return bool(await answer)

        monkeypatch.setattr("kiwoom_desk.ui.frame.stop.confirm", ask)
        try:
            work = await outdoors.enter()
            work.safety.block()
            stop.pressed()
            await outdoors.enter(World.MOCK)
            work.safety.block()
            answer.set_result(True)
            await asyncio.sleep(0.05)
            assert work.safety.blocked
        finally:
            stop.stop()
            dispose(window)
            await outdoors.workspace.close()

    run(story())


def test_a_block_pressed_while_no_sign_in_has_worked_holds_once_one_does() -> None:
    async def story() -> None:
        outdoors, window = Outdoors(), QWidget()
        stop, work = Stop(outdoors.workspace, window), outdoors.workspace
        outdoors.keys_wrong = "앱키가 맞지 않습니다"
        try:
            await work.switch(World.MOCK)
            assert work.connection is not None
            stop.pressed()
            outdoors.keys_wrong = ""
            await work.switch(World.MOCK)
            assert work.safety.blocked
        finally:
            stop.stop()
            dispose(window)
            await work.close()

    run(story())
