"""Ctrl+Shift+K withdraws what is open, what becomes open while it works, and names what cannot be withdrawn yet."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from kiwoom_desk.domain.facts import AnswerLost
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.ui.frame.kill_switch import cancel_everything
from tests.support.day import draft
from tests.support.fake_world import Outdoors
from tests.support.qt import run, until


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


def test_with_nothing_open_it_says_so() -> None:
    async def story(outdoors: Outdoors, desk: OrderDesk) -> None:
        await cancel_everything(outdoors.workspace)
        assert "취소할 미체결 주문이 없습니다" in told(outdoors)

    with_desk(story)
