"""A ticket on the screen, over a real workspace whose broker is a list, and hands to write it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from kiwoom_desk.domain.drafts import OrderDraft
from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.trading.environments import World
from kiwoom_desk.ui.tickets.amend_ticket import AmendTicket
from kiwoom_desk.ui.tickets.order_ticket import OrderTicket
from kiwoom_desk.ui.tickets.trigger import CARRIED_OVER
from tests.support.fake_world import Outdoors
from tests.support.market import SAMSUNG
from tests.support.qt import run, until

Key = Qt.Key
LIMIT = OrderDraft(Market.STOCK, "005930", Venue.SOR, Side.BUY, OrderType.LIMIT, 10, 71_200)


def on_ticket(
    story: Callable[[OrderTicket, Outdoors], Awaitable[None]],
    market: Market = Market.STOCK,
    world: World = World.PRACTICE,
) -> None:
    """Run `story` on a visible ticket in a connected world."""

    async def whole() -> None:
        outdoors = Outdoors()
        workspace = await outdoors.enter(world)
        ticket = OrderTicket(workspace, market)
        ticket.resize(400, 640)
        ticket.show()
        ticket.activateWindow()
        try:
            if market is Market.STOCK:
                ticket.set_instrument(SAMSUNG)
            await until(lambda: ticket._feed.quote is not None, "a quote")
            await story(ticket, outdoors)
        finally:
            outdoors.let_go()
            ticket.stop()
            ticket.close()
            await workspace.close()

    run(whole())


def write(field: QWidget, text: str) -> None:
    field.setFocus()
    QTest.keyClick(field, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, text)


def write_limit(ticket: OrderTicket) -> None:
    write(ticket.form.quantity, "10")
    write(ticket.form.price, "71200")
    assert ticket.form.send.ready, ticket.form.send.sentence


def on_amend(
    draft: OrderDraft, story: Callable[[AmendTicket, Outdoors], Awaitable[None]], world: World = World.PRACTICE
) -> None:
    async def whole() -> None:
        outdoors = Outdoors()
        workspace = await outdoors.enter(world)
        assert workspace.connection is not None
        desk = workspace.connection.lanes[Market.STOCK].desk
        assert desk is not None
        desk.take(outdoors.rest(draft))
        ticket = AmendTicket(workspace)
        ticket.show()
        ticket.activateWindow()
        try:
            ticket.fill(desk.orders()[0])
            await story(ticket, outdoors)
        finally:
            ticket.stop()
            ticket.close()
            await workspace.close()

    run(whole())


async def settled(outdoors: Outdoors) -> None:
    """Everything that was on its way has arrived."""
    connection = outdoors.workspace.connection
    assert connection is not None
    for _ in range(20):
        await until(lambda: connection.in_flight == 0)
        await asyncio.sleep(0)


async def a_moment_later(outdoors: Outdoors) -> None:
    """So long that a press counts as an act of its own."""
    end = outdoors.clock.monotonic() + CARRIED_OVER
    await until(lambda: outdoors.clock.monotonic() > end)
