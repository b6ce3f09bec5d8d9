"""Rows stay under the hand: what comes and goes while the mouse is over the table never puts another row there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QEvent, QItemSelectionModel, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.tour.hands import click_row
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.notices import order_key
from kiwoom_desk.ui.blotter.columns import KEYS, index_of
from kiwoom_desk.ui.blotter.filter import BlotterFilter, Show
from kiwoom_desk.ui.blotter.model import BlotterModel
from kiwoom_desk.ui.blotter.panel import BlotterPanel
from kiwoom_desk.ui.blotter.steady import Steady
from kiwoom_desk.ui.blotter.table import OrderTable
from tests.support.fake_world import Outdoors
from tests.support.qt import app, dispose, until
from tests.ui.blotter.test_model import STATES, order
from tests.ui.blotter.test_panel import with_panel

Table = Callable[[BlotterPanel], Awaitable[None]]


def with_rows(count: int, story: Table) -> None:
    """A table with orders 1 to `count`, the newest above."""

    async def whole(panel: BlotterPanel, world: Outdoors, _: object) -> None:
        put(panel, map(order, range(1, count + 1)))
        panel.window().activateWindow()
        await until(lambda: panel.window().isActiveWindow(), "the window in front")
        await story(panel)

    with_panel(whole, Outdoors())


def put(panel: BlotterPanel, orders: Iterable[Order]) -> None:
    for made in orders:
        panel.model.put(made, World.PRACTICE)
    panel.model.flush()
    QCoreApplication.sendPostedEvents()  # never processEvents: it would run other tasks inside this one


def point(panel: BlotterPanel, at: QPoint) -> None:
    move(panel.table, at)


def move(table: OrderTable, at: QPoint) -> None:
    port = table.viewport()
    none, no_keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    place = QPointF(port.mapToGlobal(at))
    QApplication.sendEvent(port, QMouseEvent(QEvent.Type.MouseMove, QPointF(at), place, none, none, no_keys))


def leave(panel: BlotterPanel) -> None:
    QApplication.sendEvent(panel.table.viewport(), QEvent(QEvent.Type.Leave))


def under(panel: BlotterPanel, at: QPoint) -> str:
    return panel.rows.line_at(panel.table.rowAt(at.y())).id


def in_sight(panel: BlotterPanel) -> list[tuple[str, int]]:
    height = panel.table.viewport().height()
    places = [(panel.rows.line_at(n).id, panel.table.rowViewportPosition(n)) for n in range(panel.rows.rowCount())]
    return [(name, y) for name, y in places if 0 <= y < height]


def spot(panel: BlotterPanel, row: int) -> QPoint:
    return QPoint(40, panel.table.rowViewportPosition(row) + 12)


@pytest.mark.parametrize("count", [3, 28])
@pytest.mark.parametrize("at_once", [True, False])
def test_new_orders_do_not_move_the_rows_under_the_mouse(count: int, at_once: bool) -> None:
    async def story(panel: BlotterPanel) -> None:
        point(panel, spot(panel, 1))
        before = in_sight(panel)
        fresh = [order(n) for n in (40, 41, 42)]
        for batch in [fresh] if at_once else [[made] for made in fresh]:
            put(panel, batch)
            assert in_sight(panel)[: len(before)] == before
        assert panel.fresh.isVisible() and panel.fresh.text() == "↑ 새 주문 3건"
        leave(panel)
        assert in_sight(panel)[0] == ("O42", 0), "the hand has gone: the newest is in sight again"
        assert not panel.fresh.isVisible()

    with_rows(count, story)


def test_an_order_that_a_press_was_meant_for_gets_it() -> None:
    async def story(panel: BlotterPanel) -> None:
        at = spot(panel, 2)
        wanted = under(panel, at)
        point(panel, at)
        put(panel, [order(40)])
        QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        assert [chosen.id for chosen in panel.chosen()] == [wanted]

    with_rows(4, story)


def test_what_no_longer_fits_the_tab_stays_until_the_hand_has_gone() -> None:
    async def story(panel: BlotterPanel) -> None:
        panel.show_only(Show.OPEN)
        point(panel, spot(panel, 2))
        before = in_sight(panel)
        done = replace(order(3), state=OrderState.FILLED, filled=10, remaining=0)
        put(panel, [done, replace(order(4), state=OrderState.CANCELED, remaining=0)])
        assert in_sight(panel) == before and panel.tabs[Show.OPEN].text() == "미체결 2"
        leave(panel)
        assert [name for name, _ in in_sight(panel)] == ["O2", "O1"]

    with_rows(4, story)


@pytest.mark.parametrize("count", [4, 28])
def test_the_strip_of_what_is_unknown_pushes_no_other_row_under_the_mouse(count: int) -> None:
    async def story(panel: BlotterPanel) -> None:
        port = panel.table.viewport()
        at = spot(panel, 2)
        wanted, place = under(panel, at), port.mapToGlobal(at)
        point(panel, at)
        lost = replace(order(40), state=OrderState.UNCONFIRMED, ref=None)
        put(panel, [lost])
        assert panel.strip.isVisible() and under(panel, port.mapFromGlobal(place)) == wanted
        leave(panel)
        point(panel, port.mapFromGlobal(place))
        aimed = under(panel, port.mapFromGlobal(place))
        put(panel, [replace(lost, state=OrderState.FILLED, filled=10)])
        assert not panel.strip.isVisible() and under(panel, port.mapFromGlobal(place)) != aimed, "no room to follow"
        there, none = port.mapFromGlobal(place), Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(port, Qt.MouseButton.LeftButton, none, there)
        assert panel.chosen() == []

    with_rows(count, story)


@pytest.mark.parametrize("act", ["click", "double click", "right click"])
def test_a_row_that_has_slid_under_a_resting_mouse_is_not_hit(act: str) -> None:
    async def story(panel: BlotterPanel) -> None:
        opened: list[object] = []
        panel.table.opened.connect(opened.append)
        at = spot(panel, 1)
        point(panel, at)
        gone, other = under(panel, at), under(panel, spot(panel, 2))
        panel.model.drop(order_key(order(int(gone[1:]))))
        panel.model.flush()
        QCoreApplication.sendPostedEvents()
        assert under(panel, at) != gone
        port, none = panel.table.viewport(), Qt.KeyboardModifier.NoModifier
        button = Qt.MouseButton.RightButton if act == "right click" else Qt.MouseButton.LeftButton
        QTest.mousePress(port, button, none, at)
        if act == "right click":
            event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, port.mapToGlobal(at))
            QApplication.sendEvent(port, event)
        QTest.mouseRelease(port, button, none, at + QPoint(1, 1))
        if act == "double click":
            QTest.mouseDClick(port, button, none, at)
        assert panel.chosen() == [] and opened == [] and not panel.findChildren(QMenu)
        assert "다시 누르세요" in panel._workspace.notices.recent[-1].text
        QTest.mouseClick(port, Qt.MouseButton.LeftButton, none, at)
        assert len(panel.chosen()) == 1 and other, "the next press is meant for what is there"

    with_rows(4, story)


@pytest.mark.parametrize("how", ["rests", "types elsewhere"])
def test_a_mouse_that_only_lies_there_holds_nothing_up_and_still_hits_no_other_row(how: str) -> None:
    async def story(panel: BlotterPanel) -> None:
        at = spot(panel, 1)
        if how == "types elsewhere":
            panel.table.setFocus()
        point(panel, at)
        put(panel, [order(40)])
        assert panel.fresh.isVisible()
        panel.search.setFocus(Qt.FocusReason.TabFocusReason)
        if how == "rests":
            panel.table.rest.timeout.emit()
        assert not panel.fresh.isVisible() and in_sight(panel)[0] == ("O40", 0)
        QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        assert panel.chosen() == []

    with_rows(4, story)


def test_a_mouse_that_rests_over_the_list_in_use_keeps_its_row() -> None:
    async def story(panel: BlotterPanel) -> None:
        at = spot(panel, 1)
        panel.table.setFocus()
        point(panel, at)
        aimed = under(panel, at)
        panel.table.rest.timeout.emit()
        put(panel, [order(40)])
        assert under(panel, at) == aimed

    with_rows(4, story)


@pytest.mark.parametrize("how", ["wheel", "tab"])
def test_rows_that_the_trader_has_moved_are_hit_without_moving_the_mouse(how: str) -> None:
    async def story(panel: BlotterPanel) -> None:
        at = spot(panel, 2)
        point(panel, at)
        before = under(panel, at)
        if how == "wheel":
            bar = panel.table.verticalScrollBar()
            bar.setValue(bar.value() + 3 * panel.table.rowHeight(0))
        else:
            put(panel, [replace(order(27), filled=3), replace(order(20), filled=3), replace(order(3), filled=3)])
            panel.show_only(Show.FILLED)
        wanted = under(panel, at)
        assert wanted != before
        QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        assert [chosen.id for chosen in panel.chosen()] == [wanted]

    with_rows(28, story)


def test_a_chosen_row_in_a_scrolled_table_stays_without_the_mouse() -> None:
    async def story(panel: BlotterPanel) -> None:
        panel.table.selectRow(12)
        panel.table.verticalScrollBar().setValue(200)
        before = in_sight(panel)
        put(panel, [order(40), order(41)])
        assert in_sight(panel) == before and panel.fresh.text() == "↑ 새 주문 2건"
        panel.fresh.click()
        assert in_sight(panel)[0] == ("O41", 0) and not panel.fresh.isVisible()

    with_rows(28, story)


def test_without_a_hand_the_newest_is_on_top() -> None:
    async def story(panel: BlotterPanel) -> None:
        panel.table.selectRow(1)
        put(panel, [order(40)])
        assert in_sight(panel)[0] == ("O40", 0) and not panel.fresh.isVisible()

    with_rows(4, story)


def test_a_figure_that_changes_moves_no_row_under_the_mouse() -> None:
    async def story(panel: BlotterPanel) -> None:
        panel.table.sortByColumn(index_of("filled"), Qt.SortOrder.DescendingOrder)
        point(panel, spot(panel, 2))
        before = in_sight(panel)
        put(panel, [replace(order(n), filled=n, remaining=10 - n) for n in (1, 3)])
        assert in_sight(panel) == before
        put(panel, [replace(order(9), filled=2)])
        assert in_sight(panel)[: len(before)] == before
        leave(panel)
        assert [name for name, _ in in_sight(panel)][:3] == ["O3", "O9", "O1"]

    with_rows(4, story)


DESCENDING = Qt.SortOrder.DescendingOrder
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(1, 30), st.sampled_from(STATES)),
        st.tuples(st.just("drop"), st.integers(1, 30), st.just(OrderState.WORKING)),
    ),
    min_size=1,
    max_size=12,
)


@given(ACTS, st.sampled_from(KEYS), st.sampled_from(list(Qt.SortOrder)), st.sampled_from(list(Show)), st.integers(0, 6))
@example([("put", 20, OrderState.WORKING), ("drop", 19, OrderState.WORKING)], "time", DESCENDING, Show.ALL, 0)
@settings(max_examples=60, deadline=None)
def test_a_press_hits_the_row_that_was_aimed_at_or_none(
    acts: list[tuple[str, int, OrderState]], key: str, direction: Qt.SortOrder, show: Show, at_row: int
) -> None:
    app()
    model = BlotterModel()
    rows = BlotterFilter(model)
    table = OrderTable()
    table.setModel(rows)
    Steady(table, rows)
    table.resize(600, 240)
    table.show()
    for n in range(1, 20):
        model.put(order(n), World.PRACTICE)
    model.flush()
    rows.show_only(show)
    table.sortByColumn(index_of(key), direction)
    spot = QPoint(40, 24 * at_row + 12)
    move(table, spot)
    row = table.rowAt(spot.y())
    aimed = None if row < 0 else rows.line_at(row).key
    table.selectionModel().setCurrentIndex(rows.index(max(row, 0), 0), QItemSelectionModel.SelectionFlag.NoUpdate)
    for act, n, state in acts:
        if act == "put":
            model.put(order(n, state=state), World.PRACTICE)
        elif act == "drop":
            model.drop(order_key(order(n)))
        model.flush()
        QCoreApplication.sendPostedEvents()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
    hit = [rows.line_at(index.row()).key for index in table.selectionModel().selectedRows()]
    assert hit in ([], [aimed])
    if aimed is not None and not any(act == "drop" for act, *_ in acts):
        assert hit == [aimed], "only a row that goes away altogether may take its place along"
    dispose(table)


def test_what_has_been_scrolled_to_is_no_news_any_more() -> None:
    async def story(panel: BlotterPanel) -> None:
        point(panel, spot(panel, 1))
        put(panel, [order(40), order(41)])
        bar = panel.table.verticalScrollBar()
        bar.setValue(bar.value() - panel.table.rowHeight(0))
        assert panel.fresh.text() == "↑ 새 주문 1건"
        bar.setValue(0)
        assert not panel.fresh.isVisible()
        leave(panel)
        assert panel.table.verticalScrollBar().value() == 0

    with_rows(28, story)


def test_the_hands_of_the_tour_go_to_a_row_as_a_hand_does() -> None:
    async def story(panel: BlotterPanel) -> None:
        point(panel, panel.table.visualRect(panel.rows.index(0, 0)).center())
        panel.table._let_go()  # the mouse lies there for long, and rows move under it
        put(panel, [order(40)])
        await click_row(panel.table, panel.rows.index(0, 0))
        assert [chosen.id for chosen in panel.chosen()] == ["O40"]

    with_rows(4, story)
