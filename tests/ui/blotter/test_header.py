"""The columns of the order list: as wide as their usual text, the state fills the window, the trader's own stay."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest

from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.trading.environments import World
from kiwoom_desk.ui import cells, fonts, formats, labels, theme
from kiwoom_desk.ui.blotter.columns import COLUMNS, KEYS, index_of
from kiwoom_desk.ui.blotter.panel import BlotterPanel
from kiwoom_desk.ui.selection import Selection
from kiwoom_desk.ui.theme import Density, Look
from tests.support.fake_world import Outdoors
from tests.support.qt import app, until
from tests.ui.blotter.test_model import order
from tests.ui.blotter.test_panel import with_panel

CODE, PRICE, TYPE = index_of("code"), index_of("price"), index_of("type")
FILLER = index_of("state")
USUAL = {
    "time": "10:20:59.118",
    "code": "M04020000",
    "number": "0000101",
    "original": "0000101",
    "price": "1,284,000",
    "average": "1,284,000",
    "trigger": "1,284,000",
    "quantity": "120,000",
    "filled": "120,000",
    "remaining": "120,000",
    "channel": "다른 REST",
    "state": "○ 접수 · 조건 284,000",
    "name": "└ 삼성바이오로직스",
    "account": formats.account("1234"),
    "type": max((labels.short_type(kind) for kind in OrderType), key=len),
}


@pytest.mark.parametrize("density", theme.SIZES)
def test_what_a_column_usually_says_is_read_whole_at_every_density(density: Density) -> None:
    before = theme.look()

    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        for key in KEYS:
            panel.columns.show_column(key, True)
        theme.apply(app(), Look(density=density))
        metrics = QFontMetrics(fonts.ui_font(theme.sizes().text))
        heads = QFontMetrics(fonts.ui_font(theme.sizes().small))
        for key, text in USUAL.items():
            width = panel.table.columnWidth(index_of(key))
            assert width >= cells.room(metrics, text), f"{key} cuts {text}"
            assert width >= cells.room(heads, COLUMNS[key].title)

    try:
        with_panel(story, Outdoors())
    finally:
        theme.apply(app(), before)


def test_another_density_leaves_the_widths_that_the_trader_has_set() -> None:
    outdoors, before = Outdoors(), theme.look()

    async def first(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        panel.table.setColumnWidth(CODE, 61)
        theme.apply(app(), Look(density="comfortable"))
        assert panel.table.columnWidth(CODE) == 61
        panel.columns.show_column("code", False)
        panel.columns.show_column("code", True)
        assert panel.table.columnWidth(CODE) == 61
        panel.columns.stop()

    async def second(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        assert panel.table.columnWidth(CODE) == 61
        comfortable = panel.table.columnWidth(PRICE)
        theme.apply(app(), Look(density="compact"))
        assert panel.table.columnWidth(PRICE) < comfortable, "a width that nobody set was kept as if somebody had"
        panel.columns._reset()
        assert panel.table.columnWidth(CODE) > 61

    try:
        with_panel(first, outdoors)
        with_panel(second, outdoors)
    finally:
        theme.apply(app(), before)


def one_row(panel: BlotterPanel) -> None:
    """Without any, a picture stands in the place of the table."""
    panel.model.put(order(1), World.PRACTICE)
    panel.model.flush()


def fills(panel: BlotterPanel) -> bool:
    return panel.table.horizontalHeader().length() == panel.table.viewport().width()


def test_the_state_takes_what_the_window_leaves_and_a_narrow_one_scrolls() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        one_row(panel)
        for width in (1_500, 1_900, 1_400):
            panel.resize(width, 300)
            await until(lambda: fills(panel), "columns to the edge")
            assert panel.table.horizontalScrollBar().maximum() == 0
        for n in range(40):  # the scroll bar takes its room
            panel.model.put(order(n), World.PRACTICE)
        panel.model.flush()
        await until(lambda: panel.table.verticalScrollBar().isVisible() and fills(panel), "columns to the bar")
        panel.columns.show_column("channel", False)
        assert fills(panel)
        panel.resize(800, 300)
        await until(lambda: panel.table.horizontalScrollBar().maximum() > 0, "a window to scroll in")
        metrics = QFontMetrics(fonts.ui_font(theme.sizes().text))
        assert panel.table.columnWidth(FILLER) >= cells.room(metrics, USUAL["state"])

    with_panel(story, Outdoors())


def test_the_width_that_the_window_gives_is_not_kept_and_the_trader_s_own_is() -> None:
    outdoors = Outdoors()

    async def first(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        one_row(panel)
        panel.resize(1_900, 300)
        await until(lambda: fills(panel), "columns to the edge")
        panel.columns.keep()

    async def second(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        one_row(panel)
        await until(lambda: fills(panel), "columns to the edge of the narrower window")
        panel.table.setColumnWidth(FILLER, 90)
        panel.resize(1_900, 300)
        await asyncio.sleep(0.05)
        assert panel.table.columnWidth(FILLER) == 90
        panel.columns._reset()
        assert fills(panel)

    with_panel(first, outdoors)
    with_panel(second, outdoors)


def test_the_edge_in_the_hand_stays_in_the_hand_until_it_is_let_go() -> None:
    """A filler that made room at once would take the other edge away from under the mouse."""

    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        one_row(panel)
        panel.resize(1_700, 300)
        await until(lambda: fills(panel), "columns to the edge")
        header = panel.table.horizontalHeader()
        edge = header.sectionViewportPosition(TYPE) + header.sectionSize(TYPE) - 1
        filler, dragged = header.sectionSize(FILLER), header.sectionSize(TYPE)
        at = QPoint(edge, header.height() // 2)
        QTest.mousePress(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        header.resizeSection(TYPE, dragged + 40)
        assert header.sectionSize(FILLER) == filler
        QTest.mouseRelease(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        assert header.sectionSize(FILLER) == filler - 40 and fills(panel)

    with_panel(story, Outdoors())
