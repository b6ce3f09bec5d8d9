"""The watch list: kept, led by the selection and leading it, with the holdings below."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kiwoom_desk.domain.instruments import Instrument, Market, Venue
from kiwoom_desk.domain.quotes import Quote
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.market import MarketData
from kiwoom_desk.trading.ports import StreamDown, StreamUp
from kiwoom_desk.ui import theme
from kiwoom_desk.ui.selection import Selection
from kiwoom_desk.ui.tickets.panel import TicketPanel
from kiwoom_desk.ui.watchlist.panel import PROFILE, WatchPanel
from tests.support.fake_world import ETF, HOSTILE, KTNG, Outdoors
from tests.support.market import SAMSUNG
from tests.support.qt import dispose, run, until

Story = Callable[[WatchPanel, Outdoors, Selection], Awaitable[None]]


def with_panel(story: Story, outdoors: Outdoors | None = None, kept: bytes | None = None) -> None:
    async def whole() -> None:
        world = outdoors or Outdoors()
        if kept is not None:
            world.settings.put_layout(PROFILE, kept)
        selection = Selection()
        panel = WatchPanel(world.workspace, selection)
        panel.resize(280, 400)
        panel.show()
        assert panel.table.rowCount() == 0 or all(code.startswith("M0") for code in codes(panel))
        await world.enter()
        await until(lambda: "보유 1" in rows(panel), "the holdings")
        try:
            await story(panel, world, selection)
        finally:
            panel.stop()
            dispose(panel)
            await world.workspace.close()

    run(whole())


def rows(panel: WatchPanel) -> list[str]:
    return [panel.table.model().index(n, 0).data() for n in range(panel.table.rowCount())]


def codes(panel: WatchPanel) -> list[str]:
    return [entry.code for entry in panel._shown.rows if isinstance(entry, Instrument)]


def test_what_is_added_and_taken_away_is_kept() -> None:
    outdoors = Outdoors()

    async def first(panel: WatchPanel, world: Outdoors, selection: Selection) -> None:
        selection.choose(KTNG)
        panel.add.click()
        panel.add.click()
        assert list(panel.codes).count("033780") == 1
        panel.remove("005930")

    async def second(panel: WatchPanel, world: Outdoors, selection: Selection) -> None:
        assert "033780" in panel.codes and "005930" not in panel.codes

    with_panel(first, outdoors)
    with_panel(second, outdoors)


def test_an_emptied_list_stays_empty() -> None:
    outdoors = Outdoors()

    async def first(panel: WatchPanel, world: Outdoors, selection: Selection) -> None:
        for code in list(panel.codes):
            panel.remove(code)

    async def second(panel: WatchPanel, world: Outdoors, selection: Selection) -> None:
        assert list(panel.codes) == [] and rows(panel) == ["보유 1", "삼성전자"]

    with_panel(first, outdoors)
    with_panel(second, outdoors)


def test_a_click_and_the_arrows_choose_everywhere_and_a_heading_cannot_be_chosen() -> None:
    async def story(panel: WatchPanel, world: Outdoors, selection: Selection) -> None:
        assert rows(panel) == ["KT&G", "KODEX 200", "보유 1", "삼성전자"]
        chosen: list[str] = []
        selection.instrument_changed.connect(lambda instrument: chosen.append(instrument.code))
        spot = panel.table.visualRect(panel.table.model().index(1, 1)).center()
        QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
        QTest.keyClick(panel.table, Qt.Key.Key_Down)
        assert chosen == ["069500", "005930"] and panel.table.chosen() == [3]

    with_panel(story, kept=b"033780,069500")


def test_a_click_on_the_row_that_is_chosen_brings_its_symbol_back_into_a_ticket_that_left_it() -> None:
    async def story(panel: WatchPanel, world: Outdoors, selection: Selection) -> None:
        tickets = TicketPanel(world.workspace, selection)
        selection.choose(SAMSUNG)
        symbol = tickets.stock.form.symbol
        symbol.setText("K")
        symbol.leave()
        assert tickets.stock.state.instrument is None and panel.table.chosen() == [0]
        spot = panel.table.visualRect(panel.table.model().index(0, 1)).center()
        QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
        assert tickets.stock.state.instrument == SAMSUNG and symbol.text() == SAMSUNG.code
        tickets.stop()
        dispose(tickets)

    with_panel(story, kept=b"005930,069500")


def test_a_symbol_chosen_elsewhere_is_marked_and_of_two_rows_the_one_in_use_stays() -> None:
    async def story(panel: WatchPanel, world: Outdoors, selection: Selection) -> None:
        chosen: list[str] = []
        selection.instrument_changed.connect(lambda instrument: chosen.append(instrument.code))
        selection.choose(ETF)
        assert panel.table.chosen() == [1]
        selection.choose(SAMSUNG)
        assert panel.table.chosen() == [0]
        panel.table.selectRow(3)
        panel.refresh()
        assert panel.table.chosen() == [3]
        selection.choose(KTNG)
        assert panel.table.chosen() == []
        assert chosen == ["069500", "005930", "033780"]

    with_panel(story, kept=b"005930,069500")


def test_del_takes_a_watched_symbol_away_and_never_a_holding() -> None:
    async def story(panel: WatchPanel, world: Outdoors, selection: Selection) -> None:
        panel.table.selectRow(3)
        QTest.keyClick(panel.table, Qt.Key.Key_Delete)
        assert list(panel.codes) == ["005930", "069500"]
        panel.table.selectRow(0)
        QTest.keyClick(panel.table, Qt.Key.Key_Delete)
        assert list(panel.codes) == ["069500"] and rows(panel) == ["KODEX 200", "보유 1", "삼성전자"]

    with_panel(story, kept=b"005930,069500")


def test_prices_arrive_with_their_direction() -> None:
    async def story(panel: WatchPanel, world: Outdoors, selection: Selection) -> None:
        await until(lambda: panel.table.model().index(0, 1).data() == "110,000", "a price")
        assert panel.table.model().index(0, 2).data() == "– 0.00%"

    with_panel(story, kept=b"033780")


def test_each_trouble_has_its_own_picture() -> None:
    async def story(panel: WatchPanel, world: Outdoors, selection: Selection) -> None:
        world.workspace.directory.error = "응답이 없습니다"
        panel.refresh()
        assert "종목 목록을 받지 못함: 응답이 없습니다" in panel.note.text() and rows(panel), "what was known stays"
        world.keys_wrong = "앱키가 맞지 않습니다"
        await world.workspace.switch(World.MOCK)
        await until(lambda: "앱키가 맞지 않습니다" in panel.empty.text(), "the reason")

    with_panel(story, kept=b"005930")


def test_a_hostile_name_is_plain_text() -> None:
    async def story(panel: WatchPanel, world: Outdoors, selection: Selection) -> None:
        text = rows(panel)[0]
        assert text == "<img src='file:…" and "\u202e" not in text
        assert "<img" not in panel.table.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)

    with_panel(story, kept=HOSTILE.code.encode())


def stock_data(world: Outdoors) -> MarketData:
    assert world.workspace.connection is not None
    data = world.workspace.connection.lanes[Market.STOCK].data
    assert data is not None
    return data


def test_it_says_how_old_its_prices_are_and_that_nothing_more_comes_where_the_stream_is_lost() -> None:
    async def story(panel: WatchPanel, world: Outdoors, selection: Selection) -> None:
        await until(lambda: "초 전" in panel.age.text(), "an age")
        assert "끊김" not in panel.age.text()
        assert world.workspace.connection is not None
        lane = world.workspace.connection.lanes[Market.STOCK]
        lane._hear(StreamDown(world.clock.now(), "연결이 끊겼습니다.", 3.0))
        assert panel.age.text().startswith("실시간 끊김 · 시세") and panel.age.property("tone") == "warn"
        lane._hear(StreamUp(world.clock.now()))
        assert "끊김" not in panel.age.text()

    with_panel(story)


def test_a_glance_of_one_world_is_never_a_price_of_another() -> None:
    async def story(panel: WatchPanel, world: Outdoors, selection: Selection) -> None:
        practice = stock_data(world)
        await panel.quotes._glance(practice, ["033780"])
        assert panel.quotes.quote(Market.STOCK, "033780") is not None
        await world.enter(World.MOCK)
        assert stock_data(world) is not practice
        assert panel.quotes.quote(Market.STOCK, "033780") is None
        await panel.quotes._glance(practice, ["033780"])
        assert panel.quotes.quote(Market.STOCK, "033780") is None, "an answer that was still under way"

    with_panel(story, kept=b"005930")


@pytest.mark.parametrize(("last", "ground"), [(110_100, "bid_zone"), (109_900, "ask_zone"), (110_000, "")])
@pytest.mark.parametrize("still", [False, True])
def test_a_changed_price_flashes_for_a_moment_unless_motion_is_not_wanted(
    last: int, ground: str, still: bool, qapp: QApplication
) -> None:
    async def story(panel: WatchPanel, world: Outdoors, selection: Selection) -> None:
        await until(lambda: panel.table.model().index(0, 1).data() == "110,000", "a price")
        before = theme.look()
        theme.apply(qapp, replace(before, still=still))
        try:
            panel.table.end_flashes()
            stock_data(world)._take(Quote(KTNG.code, last=last, at=world.clock.now(), feed_live=True), Venue.KRX)
            panel.refresh()
            cell = panel.table.item(0, 1)
            assert cell is not None and cell.text() == f"{last:,}"
            brush = cell.data(Qt.ItemDataRole.BackgroundRole)
            shown = brush.color().name().upper() if brush is not None else ""
            assert shown == ("" if still or not ground else getattr(theme.colours(), ground).upper())
            await until(lambda: cell.data(Qt.ItemDataRole.BackgroundRole) is None, "the end of it")
        finally:
            theme.apply(qapp, before)

    with_panel(story, kept=b"033780")


def test_the_prices_of_another_world_do_not_flash() -> None:
    async def story(panel: WatchPanel, world: Outdoors, selection: Selection) -> None:
        await until(lambda: panel.table.model().index(0, 1).data() == "110,000", "a price")
        stock_data(world)._take(Quote(KTNG.code, last=120_000, at=world.clock.now(), feed_live=True), Venue.KRX)
        panel.refresh()
        panel.table.end_flashes()
        await world.enter(World.MOCK)
        await until(lambda: panel.table.model().index(0, 1).data() == "110,000", "the other world's price")
        cell = panel.table.item(0, 1)
        assert cell is not None and cell.data(Qt.ItemDataRole.BackgroundRole) is None

    with_panel(story, kept=b"033780")


def test_a_price_that_is_pushed_no_more_gives_way_to_a_later_glance() -> None:
    async def story(panel: WatchPanel, world: Outdoors, selection: Selection) -> None:
        data, now = stock_data(world), world.clock.now()
        data._take(Quote("033780", last=99_000, at=now - timedelta(minutes=5), feed_live=True), Venue.KRX)
        await panel.quotes._glance(data, ["033780"])
        quote = panel.quotes.quote(Market.STOCK, "033780")
        assert quote is not None and quote.last == 110_000
        data._take(Quote("033780", last=111_000, at=now + timedelta(minutes=5), feed_live=True), Venue.KRX)
        quote = panel.quotes.quote(Market.STOCK, "033780")
        assert quote is not None and quote.last == 111_000

    with_panel(story, kept=b"005930")
