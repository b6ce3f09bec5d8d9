"""Holdings: a sell ticket of all that can be sold, never an empty picture for a failed query, amounts hidden."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.domain.portfolio import Holding
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.portfolio import PortfolioKeeper
from kiwoom_desk.trading.settings import HIDE_AMOUNTS
from kiwoom_desk.ui.account.holdings import HEADS, cells
from kiwoom_desk.ui.account.panel import AccountPanel
from kiwoom_desk.ui.formats import HIDDEN
from kiwoom_desk.ui.selection import Selection
from tests.support.fake_world import Outdoors
from tests.support.qt import dispose, run, until

HELD = Holding(Market.STOCK, "005930", "삼성전자", 120, 100, 70_000, 71_200, 8_544_000, 144_000, 1.7)


def with_panel(story: Callable[[AccountPanel, Outdoors, Selection], Awaitable[None]]) -> None:
    async def whole() -> None:
        outdoors = Outdoors()
        selection = Selection()
        panel = AccountPanel(outdoors.workspace, selection)
        panel.resize(600, 300)
        panel.show()
        assert panel.empty.text() == "연결되어 있지 않습니다."
        await outdoors.enter()
        await until(lambda: panel.table.rowCount() == 1, "the holdings")
        try:
            await story(panel, outdoors, selection)
        finally:
            panel.stop()
            dispose(panel)
            await outdoors.workspace.close()

    run(whole())


def keeper(world: Outdoors, market: Market = Market.STOCK) -> PortfolioKeeper:
    assert world.workspace.connection is not None
    found = world.workspace.connection.lanes[market].holdings
    assert found is not None
    return found


def hold(world: Outdoors, panel: AccountPanel, *holdings: Holding) -> None:
    known = keeper(world).portfolio
    assert known is not None
    keeper(world).portfolio = replace(known, holdings=holdings)
    panel.refresh()


@pytest.mark.parametrize("how", ["double click", "enter"])
def test_a_holding_opened_is_a_sell_ticket_of_all_that_can_be_sold(how: str) -> None:
    async def story(panel: AccountPanel, world: Outdoors, selection: Selection) -> None:
        wanted: list[tuple[str, int]] = []
        selection.sell_wanted.connect(lambda instrument, quantity: wanted.append((instrument.code, quantity)))
        hold(world, panel, HELD)
        spot = panel.table.visualRect(panel.table.model().index(0, 1)).center()
        QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
        assert selection.instrument is not None and selection.instrument.code == "005930" and wanted == []
        if how == "enter":
            QTest.keyClick(panel.table, Qt.Key.Key_Return)
        else:
            port = panel.table.viewport()
            QTest.mouseDClick(port, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
        assert wanted == [("005930", 100)]

    with_panel(story)


def test_a_holding_that_cannot_be_sold_says_why_nothing_happens() -> None:
    async def story(panel: AccountPanel, world: Outdoors, selection: Selection) -> None:
        wanted: list[object] = []
        selection.sell_wanted.connect(lambda *what: wanted.append(what))
        hold(world, panel, replace(HELD, sellable=0))
        panel.table.opened.emit(0)
        assert wanted == [] and "팔 수 있는 수량이 없습니다" in world.workspace.notices.recent[-1].text

    with_panel(story)


def test_the_chosen_holding_stays_chosen_when_rows_come_and_go() -> None:
    async def story(panel: AccountPanel, world: Outdoors, selection: Selection) -> None:
        other = replace(HELD, code="033780", name="KT&G")
        hold(world, panel, HELD, other)
        panel.table.selectRow(1)
        chosen: list[str] = []
        selection.instrument_changed.connect(lambda instrument: chosen.append(instrument.code))
        hold(world, panel, other, HELD)
        assert panel.table.chosen() == [0]
        hold(world, panel, HELD)
        assert panel.table.chosen() == []
        assert chosen == [], "a list that changes chooses nothing by itself"

    with_panel(story)


def test_a_failed_query_keeps_what_was_known_and_says_so() -> None:
    async def story(panel: AccountPanel, world: Outdoors, selection: Selection) -> None:
        keeper(world).error = "응답이 없습니다"
        panel.refresh()
        assert panel.table.rowCount() == 1 and "조회 실패: 응답이 없습니다" in panel.age[Market.STOCK].text()
        hold(world, panel)
        assert "불러오지 못했습니다" in panel.empty.text() and panel.empty.text() != "없습니다."
        keeper(world).error = None
        panel.refresh()
        assert panel.empty.text() == "보유 종목이 없습니다."
        keeper(world, Market.GOLD).portfolio = None
        panel.refresh()
        assert "불러오고 있습니다" in panel.empty.text()

    with_panel(story)


def test_another_world_takes_its_holdings_along() -> None:
    async def story(panel: AccountPanel, world: Outdoors, selection: Selection) -> None:
        world.keys_wrong = "앱키가 맞지 않습니다"
        await world.workspace.switch(World.MOCK)
        await until(lambda: panel.table.rowCount() == 0, "no row of the old world")
        assert "앱키가 맞지 않습니다" in panel.empty.text()

    with_panel(story)


def test_hidden_amounts_hide_every_sum_and_nothing_else() -> None:
    shown = dict(zip(HEADS, (text for text, _ in cells(HELD, hide=False)), strict=True))
    secret = dict(zip(HEADS, (text for text, _ in cells(HELD, hide=True)), strict=True))
    assert {head for head in HEADS if secret[head] == HIDDEN} == {"보유", "가능", "평균가", "평가손익"}
    assert {head: text for head, text in secret.items() if text != HIDDEN} == {
        head: text for head, text in shown.items() if secret[head] != HIDDEN
    }
    assert shown["평가손익"] == "+144,000" and shown["수익률"] == "+1.70%"


def test_hiding_amounts_takes_effect_at_once() -> None:
    async def story(panel: AccountPanel, world: Outdoors, selection: Selection) -> None:
        world.workspace.settings.put(HIDE_AMOUNTS, True)
        told = [panel.table.model().index(0, n).data() for n in range(len(HEADS))] + [panel.cash[Market.STOCK].text()]
        assert not any("120" in text or "50,000,000" in text for text in told)

    with_panel(story)


@pytest.mark.parametrize("hostile", ["<img src=x>", "앞\u202e뒤", "가\x00나", "긴" * 10_000])
def test_a_hostile_name_is_plain_text_and_the_layout_holds(hostile: str) -> None:
    async def story(panel: AccountPanel, world: Outdoors, selection: Selection) -> None:
        width = panel.width()
        hold(world, panel, replace(HELD, code="999999", name=hostile))
        text, tip = (panel.table.model().index(0, 0).data(role) for role in (0, Qt.ItemDataRole.ToolTipRole))
        assert len(text) <= 16 and "\u202e" not in text and "\x00" not in text and "<img" not in tip
        assert panel.width() == width

    with_panel(story)
