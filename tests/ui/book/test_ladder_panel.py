"""The ladder's panel: what it shows of which view, and what it says instead of a book."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kiwoom_desk.domain.instruments import GOLD_1KG, Market, Venue
from kiwoom_desk.domain.quotes import OrderBook
from kiwoom_desk.trading.directory import DirectoryBook
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.market import MarketData
from kiwoom_desk.ui.book.panel import LadderPanel
from kiwoom_desk.ui.selection import Selection
from tests.support.fake_world import ETF, HOSTILE, KTNG, LAST, Outdoors
from tests.support.market import SAMSUNG
from tests.support.qt import dispose, run, until
from tests.ui.book.test_ladder import BOOK


def with_panel(story: Callable[[LadderPanel, Outdoors, Selection], Awaitable[None]]) -> None:
    async def whole() -> None:
        outdoors = Outdoors()
        selection = Selection()
        panel = LadderPanel(outdoors.workspace, selection)
        panel.resize(520, 600)
        panel.show()
        assert "종목을 고르면" in panel.message.text()
        selection.choose(SAMSUNG)
        assert panel.message.text() == "연결되어 있지 않습니다."
        await outdoors.enter()
        try:
            await story(panel, outdoors, selection)
        finally:
            panel.stop()
            dispose(panel)
            await outdoors.workspace.close()

    run(whole())


def view(panel: LadderPanel) -> Venue:
    return panel.view


def data(world: Outdoors, market: Market = Market.STOCK) -> MarketData:
    assert world.workspace.connection is not None
    found = world.workspace.connection.lanes[market].data
    assert found is not None
    return found


def test_a_book_is_drawn_and_a_click_on_it_goes_to_the_selection() -> None:
    async def story(panel: LadderPanel, world: Outdoors, selection: Selection) -> None:
        await until(lambda: panel.last.text() == "71,200", "the price")
        picked: list[tuple[Market, str, int]] = []
        selection.price_picked.connect(lambda *price: picked.append(price))
        data(world)._take(BOOK, Venue.SOR)
        panel.refresh()
        y = panel.ladder.row_rect(9).center().y()
        assert panel.ladder.price_at(y) == 71_300
        panel.ladder.picked.emit(71_300)
        assert picked == [(Market.STOCK, "005930", 71_300)] and world.posts == []

    with_panel(story)


def test_a_button_held_while_the_symbol_changes_picks_nothing() -> None:
    async def story(panel: LadderPanel, world: Outdoors, selection: Selection) -> None:
        picked: list[int] = []
        panel.ladder.picked.connect(picked.append)
        data(world)._take(BOOK, Venue.SOR)
        panel.refresh()
        spot = panel.ladder.row_rect(9).center()
        QTest.mousePress(panel.ladder, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
        selection.choose(KTNG)
        QTest.mouseRelease(panel.ladder, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
        assert picked == []

    with_panel(story)


def test_a_failed_query_is_told_beside_the_book_that_stays() -> None:
    async def story(panel: LadderPanel, world: Outdoors, selection: Selection) -> None:
        data(world)._take(BOOK, Venue.SOR)
        panel.refresh()
        assert "조회 실패" not in panel.age.text()
        data(world)._error[("005930", Venue.SOR)] = "요청 한도에 걸렸습니다."
        panel.refresh()
        assert panel.age.text().startswith("조회 실패 · ") and "요청 한도" in panel.age.toolTip()
        assert panel.ladder.isVisible()

    with_panel(story)


def test_loading_and_failed_are_two_pictures() -> None:
    async def story(panel: LadderPanel, world: Outdoors, selection: Selection) -> None:
        selection.choose(replace(HOSTILE, code="777777"))
        panel.refresh()
        assert "불러오고 있습니다" in panel.message.text()
        assert "777777" not in LAST
        await until(lambda: "불러오지 못했습니다" in panel.message.text(), "the failure")
        assert "시세가 없습니다." in panel.message.text()

    with_panel(story)


@pytest.mark.parametrize("what", [ETF, GOLD_1KG], ids=["not on NXT", "gold"])
def test_what_trades_on_krx_alone_is_looked_at_there(what: object) -> None:
    async def story(panel: LadderPanel, world: Outdoors, selection: Selection) -> None:
        panel.take_view(Venue.NXT)
        assert view(panel) is Venue.NXT
        selection.choose(what)  # type: ignore[arg-type]
        assert view(panel) is Venue.KRX
        assert not panel.views.buttons[Venue.NXT].isEnabled() and not panel.views.buttons[Venue.SOR].isEnabled()
        why = panel.views.buttons[Venue.NXT].toolTip()
        assert ("KRX에서만" if what is GOLD_1KG else "NXT에서 거래하지 않는") in why
        selection.choose(SAMSUNG)
        assert view(panel) is Venue.NXT, "the view the trader chose comes back"
        assert panel.views.buttons[Venue.NXT].toolTip() == ""

    with_panel(story)


def test_the_list_of_a_new_day_opens_the_views_that_it_allows() -> None:
    async def story(panel: LadderPanel, world: Outdoors, selection: Selection) -> None:
        selection.choose(ETF)
        assert view(panel) is Venue.KRX
        world.workspace.directory = DirectoryBook([replace(ETF, nxt=True)], world.clock.now())
        world.workspace._tell()
        assert view(panel) is Venue.SOR

    with_panel(story)


def test_a_dead_feed_is_said_beside_the_age() -> None:
    async def story(panel: LadderPanel, world: Outdoors, selection: Selection) -> None:
        await until(lambda: panel.last.text() == "71,200", "the price")
        panel.refresh()
        assert "끊김" not in panel.age.text()
        data(world).feed_lost()
        panel.refresh()
        assert "실시간 끊김" in panel.age.text()

    with_panel(story)


def test_the_old_symbol_s_figures_never_stand_under_a_new_name() -> None:
    async def story(panel: LadderPanel, world: Outdoors, selection: Selection) -> None:
        await until(lambda: panel.last.text() == "71,200", "the price")
        selection.choose(replace(HOSTILE, code="777777"))
        assert panel.last.text() in ("", "–") and panel.change.text() == ""
        world.keys_wrong = "앱키가 맞지 않습니다"
        selection.choose(SAMSUNG)
        await world.workspace.switch(World.MOCK)
        await until(lambda: "앱키가 맞지 않습니다" in panel.message.text(), "the reason")
        assert panel.last.text() in ("", "–"), "a price of the other world"

    with_panel(story)


def test_a_hostile_name_keeps_the_layout() -> None:
    async def story(panel: LadderPanel, world: Outdoors, selection: Selection) -> None:
        width = panel.width()
        for name in ("<img src=x>", "앞\u202e뒤\x00", "긴" * 10_000):
            selection.choose(replace(HOSTILE, name=name))
            panel.refresh()
            assert panel.width() == width and len(panel.name.text()) < 40
            assert "\u202e" not in panel.name.text() and "\x00" not in panel.name.text()

    with_panel(story)


def test_an_empty_book_is_a_ladder_without_prices() -> None:
    async def story(panel: LadderPanel, world: Outdoors, selection: Selection) -> None:
        data(world)._take(OrderBook("005930", at=world.clock.now()), Venue.SOR)
        panel.refresh()
        assert panel.ladder.isVisible()
        assert all(panel.ladder.price_at(panel.ladder.row_rect(n).center().y()) is None for n in range(20))

    with_panel(story)
