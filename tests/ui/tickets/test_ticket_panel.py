"""The ticket dock among the other panels: whose price a click in the book is, and which symbol leads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.instruments import GOLD_1KG, Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.settings import LINK_SYMBOL
from kiwoom_desk.ui.selection import Selection
from kiwoom_desk.ui.tickets.panel import Page, TicketPanel
from tests.support.fake_world import KTNG, Outdoors
from tests.support.market import SAMSUNG
from tests.support.qt import dispose, run, until
from tests.support.tickets import a_moment_later, settled, write

LEFT = Qt.MouseButton.LeftButton
RESTING = OrderDraft(Market.STOCK, "005930", Venue.KRX, Side.BUY, OrderType.LIMIT, 10, 70_000)


def with_panel(story: Callable[[TicketPanel, Outdoors, Selection], Awaitable[None]]) -> None:
    async def whole() -> None:
        world, selection = Outdoors(), Selection()
        await world.enter()
        panel = TicketPanel(world.workspace, selection)
        panel.resize(400, 700)
        panel.show()
        panel.activateWindow()
        selection.choose(SAMSUNG)
        try:
            await until(lambda: panel.stock._feed.quote is not None, "a quote")
            await story(panel, world, selection)
        finally:
            world.let_go()
            await settled(world)
            panel.stop()
            dispose(panel)
            await world.workspace.close()

    run(whole())


def said(world: Outdoors) -> str:
    notices = world.workspace.notices.recent
    return notices[-1].text if notices else ""


def test_a_price_of_the_symbol_in_the_ticket_is_filled() -> None:
    async def story(panel: TicketPanel, world: Outdoors, selection: Selection) -> None:
        selection.pick_price(Market.STOCK, "005930", 71_000)
        assert panel.stock.state.price == 71_000

    with_panel(story)


def test_a_price_of_another_symbol_fills_no_locked_ticket_and_says_why() -> None:
    async def story(panel: TicketPanel, world: Outdoors, selection: Selection) -> None:
        panel.locked.setChecked(True)
        selection.choose(KTNG)
        assert panel.stock.state.code == "005930"
        selection.pick_price(Market.STOCK, KTNG.code, 110_000)
        assert panel.stock.state.price is None
        assert "KT&G" in said(world) and "삼성전자" in said(world) and "채우지 않았습니다" in said(world)

    with_panel(story)


def test_a_price_of_a_share_fills_no_gold_ticket() -> None:
    async def story(panel: TicketPanel, world: Outdoors, selection: Selection) -> None:
        panel.show_page(Market.GOLD, Page.BUY)
        selection.pick_price(Market.STOCK, "005930", 71_000)
        assert panel.gold.state.price is None and panel.stock.state.price is None
        assert "채우지 않았습니다" in said(world)

    with_panel(story)


def test_turning_to_gold_brings_the_other_panels_along_unless_the_ticket_is_locked() -> None:
    async def story(panel: TicketPanel, world: Outdoors, selection: Selection) -> None:
        QTest.mouseClick(panel.market_choice.buttons[Market.GOLD], LEFT)
        assert selection.instrument == GOLD_1KG
        QTest.mouseClick(panel.market_choice.buttons[Market.STOCK], LEFT)
        assert selection.instrument == SAMSUNG
        panel.locked.setChecked(True)
        QTest.mouseClick(panel.market_choice.buttons[Market.GOLD], LEFT)
        assert selection.instrument == SAMSUNG

    with_panel(story)


def test_in_the_change_form_a_price_of_its_order_is_the_new_price() -> None:
    async def story(panel: TicketPanel, world: Outdoors, selection: Selection) -> None:
        connection = world.workspace.connection
        assert connection is not None
        desk = connection.lanes[Market.STOCK].desk
        assert desk is not None
        desk.take(world.rest(RESTING))
        selection.amend(desk.orders()[0])
        selection.pick_price(Market.STOCK, KTNG.code, 110_000)
        assert panel.change.price.value == 70_000 and "채우지 않았습니다" in said(world)
        selection.pick_price(Market.STOCK, "005930", 70_100)
        assert panel.change.price.text() == "70,100" and panel.stock.state.price is None
        await a_moment_later(world)
        QTest.mouseClick(panel.change.amend, LEFT)
        await until(lambda: world.posts)
        assert world.posts == [("amend", (7, AmendDraft(None, 70_100)))]

    with_panel(story)


def test_without_the_link_the_ticket_keeps_its_symbol_and_its_price() -> None:
    async def story(panel: TicketPanel, world: Outdoors, selection: Selection) -> None:
        write(panel.stock.form.price, "71000")
        world.settings.put(LINK_SYMBOL, False)
        selection.choose(KTNG)
        assert (panel.stock.state.code, panel.stock.state.price) == ("005930", 71_000)

    with_panel(story)


def test_a_symbol_that_is_being_written_is_read_before_anything_is_sent() -> None:
    async def story(panel: TicketPanel, world: Outdoors, selection: Selection) -> None:
        form = panel.stock.form
        write(form.quantity, "10")
        write(form.price, "71200")
        assert form.send.ready
        write(form.symbol, "033780")
        QTest.keyClick(form.symbol._popup, Qt.Key.Key_Escape)
        assert panel.press_send()
        await settled(world)
        assert world.posts == [] and panel.stock.state.code == "033780"
        assert "다시 누르세요" in form.trouble.text() and form.trouble.isVisible()

    with_panel(story)


def test_what_can_be_ordered_is_never_another_accounts() -> None:
    async def story(panel: TicketPanel, world: Outdoors, selection: Selection) -> None:
        form = panel.stock.form
        write(form.price, "71200")
        await until(lambda: "704" in form.all_orderable.text(), "what can be ordered")
        world.orderable = None
        await world.workspace.switch(World.MOCK)
        assert form.all_orderable.text() == "가능" and "704" not in form.costs["주문가능"].text()

    with_panel(story)


def test_a_failed_query_takes_no_room_from_the_form() -> None:
    async def story(panel: TicketPanel, world: Outdoors, selection: Selection) -> None:
        ticket, sentence = panel.stock, "키움의 요청 한도에 걸려 조회하지 못했습니다. 잠시 뒤에 다시 조회합니다."
        before = ticket.form.sizeHint().width()
        ticket._orderable.error = sentence
        ticket.refresh()
        cell = ticket.form.costs["주문가능"]
        assert cell.text() == "조회 실패" and sentence in cell.toolTip()
        assert ticket.form.sizeHint().width() <= before

    with_panel(story)
