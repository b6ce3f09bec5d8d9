"""정정·취소 on the real widget: the order's own number and venue, whole or part, one act one request."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.trading.environments import World
from kiwoom_desk.ui.tickets.amend_ticket import AmendTicket
from tests.support.fake_world import Outdoors
from tests.support.qt import until
from tests.support.tickets import on_amend, write

RESTING = OrderDraft(Market.STOCK, "005930", Venue.NXT, Side.BUY, OrderType.LIMIT, 10, 70_000)
STOP = OrderDraft(Market.STOCK, "005930", Venue.KRX, Side.SELL, OrderType.STOP_LIMIT, 10, 70_000, 70_100)
MARKET = OrderDraft(Market.STOCK, "005930", Venue.KRX, Side.BUY, OrderType.MARKET, 10)
LEFT = Qt.MouseButton.LeftButton


def test_it_is_filled_with_the_whole_order() -> None:
    async def story(ticket: AmendTicket, outdoors: Outdoors) -> None:
        assert "#0000007" in ticket.title.text() and "삼성전자" in ticket.title.text()
        assert (ticket.quantity.text(), ticket.price.text()) == ("10", "70,000")
        assert ticket.focusWidget() is ticket.price and not ticket.trigger.isEnabled()

    on_amend(RESTING, story)


def test_the_whole_remainder_at_another_price_is_one_amendment() -> None:
    async def story(ticket: AmendTicket, outdoors: Outdoors) -> None:
        write(ticket.price, "70100")
        for word in ("잔량 전부 10주", "70,000원 → 70,100원", "#0000007", "NXT", "연습"):
            assert word in ticket.amend.sentence
        QTest.mouseDClick(ticket.amend, LEFT)
        QTest.mouseClick(ticket.amend, LEFT)
        await until(lambda: outdoors.posts)
        await until(lambda: not ticket._under_way)
        assert outdoors.posts == [("amend", (7, AmendDraft(None, 70_100)))]

    on_amend(RESTING, story)


def test_a_part_is_sent_as_a_part() -> None:
    async def story(ticket: AmendTicket, outdoors: Outdoors) -> None:
        write(ticket.quantity, "4")
        QTest.mouseClick(ticket.cancel, LEFT)
        await until(lambda: outdoors.posts)
        assert outdoors.posts == [("cancel", (7, 4))]

    on_amend(RESTING, story)


def test_more_than_remains_cannot_be_sent() -> None:
    async def story(ticket: AmendTicket, outdoors: Outdoors) -> None:
        write(ticket.quantity, "11")
        assert not ticket.amend.ready and not ticket.cancel.ready
        QTest.mouseClick(ticket.cancel, LEFT)
        QTest.mouseClick(ticket.amend, LEFT)
        await asyncio.sleep(0)
        assert outdoors.posts == []

    on_amend(RESTING, story)


def test_the_same_price_again_asks_first() -> None:
    async def story(ticket: AmendTicket, outdoors: Outdoors) -> None:
        QTest.mouseClick(ticket.amend, LEFT)
        assert ticket.guard.isVisible() and outdoors.posts == []
        QTest.keyClick(ticket.guard.go, Qt.Key.Key_Return)
        assert ticket.guard.isVisible() and outdoors.posts == []

    on_amend(RESTING, story)


def test_a_stop_keeps_its_trigger_in_the_amendment() -> None:
    async def story(ticket: AmendTicket, outdoors: Outdoors) -> None:
        write(ticket.trigger, "70200")
        QTest.mouseClick(ticket.amend, LEFT)
        await until(lambda: outdoors.posts)
        assert outdoors.posts == [("amend", (7, AmendDraft(None, 70_000, 70_200)))]

    on_amend(STOP, story)


def test_a_type_that_cannot_be_amended_can_be_cancelled() -> None:
    async def story(ticket: AmendTicket, outdoors: Outdoors) -> None:
        assert not ticket.price.isEnabled() and "취소만" in ticket.price.toolTip()
        assert not ticket.amend.ready and ticket.cancel.ready
        QTest.mouseClick(ticket.cancel, LEFT)
        await until(lambda: outdoors.posts)
        assert outdoors.posts == [("cancel", (7, None))]

    on_amend(MARKET, story)


def test_a_cancel_needs_no_arming_and_passes_the_block() -> None:
    async def story(ticket: AmendTicket, outdoors: Outdoors) -> None:
        outdoors.workspace.safety.block()
        ticket.refresh()
        assert not ticket.amend.ready and ticket.cancel.ready
        QTest.mouseClick(ticket.cancel, LEFT)
        await until(lambda: outdoors.posts)
        assert outdoors.posts == [("cancel", (7, None))]

    on_amend(RESTING, story, World.LIVE)
