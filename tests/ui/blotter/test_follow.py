"""The chosen row goes on with its order through an amendment, and the selection never lands on another order."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from kiwoom_desk.domain.drafts import AmendDraft
from kiwoom_desk.domain.facts import OrderId
from kiwoom_desk.domain.orders import Change, Order, OrderState, Standing
from kiwoom_desk.domain.reports import ReportKind
from kiwoom_desk.trading.notices import order_key
from kiwoom_desk.ui.blotter.filter import Show
from kiwoom_desk.ui.blotter.panel import BlotterPanel
from kiwoom_desk.ui.selection import Selection
from tests.support.day import draft
from tests.support.fake_world import Outdoors
from tests.support.qt import until
from tests.ui.blotter.test_keys import in_front, rows
from tests.ui.blotter.test_model import order
from tests.ui.blotter.test_panel import rest, stock_desk, with_panel
from tests.ui.blotter.test_steady import point, spot, under, with_rows

ADD = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows


def amended(n: int, by: int) -> Order:
    return replace(order(n), state=OrderState.REPLACED, remaining=0, replaced_by=(OrderId(f"O{by}"),))


def heir(n: int, of: int) -> Order:
    return replace(order(n), replaces=OrderId(f"O{of}"))


def chosen(panel: BlotterPanel) -> list[str]:
    return [made.id for made in panel.chosen()]


@pytest.mark.parametrize("tab", [Show.ALL, Show.OPEN])
def test_after_his_amendment_the_same_key_withdraws_what_the_order_has_become(tab: Show) -> None:
    """In 미체결 the amended row is gone by then."""

    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        await rest(panel, world, 69_000)
        panel.show_only(tab)
        made = await rest(panel, world)
        await stock_desk(world).amend(made.id, AmendDraft(None, 69_900), world.workspace.gesture())
        panel.model.flush()
        assert chosen(panel) == [made.id], "entered is not yet amended"
        moved = replace(world.rest(draft(10, 69_900), 103), kind=ReportKind.AMEND, of=made.ref, confirmed=10)
        stock_desk(world).take(moved)
        panel.model.flush()
        (now,) = panel.chosen()
        assert now.replaces == made.id and panel.cancel.isEnabled() and selection.order == now
        assert panel.table.currentIndex().row() == panel.rows.row_of(order_key(now))
        QTest.keyClick(panel.table, Qt.Key.Key_F4)
        await until(lambda: len(world.posts) == 4, "the cancel")
        assert world.posts[-1] == ("cancel", (103, None))

    in_front(story)


@pytest.mark.parametrize("state", [OrderState.FILLED, OrderState.CANCELED, OrderState.REPLACED])
def test_the_rest_that_ends_after_a_part_was_amended_leaves_the_part_alone(state: OrderState) -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        part = Change(None, False, 4, Standing.DONE, order(5).at, order(5).ref)
        parted = replace(order(1), remaining=6, moved=4, replaced_by=(OrderId("O5"),), changes=(part,))
        rows(panel, order(1))
        panel.choose_order(order_key(order(1)))
        rows(panel, parted, heir(5, of=1))
        assert chosen(panel) == ["O1"]
        rows(panel, replace(parted, state=state, remaining=0))
        assert chosen(panel) == ["O1"], "a second F4 must not reach the part"

    in_front(story)


def test_it_waits_for_the_row_and_goes_on_over_a_second_amendment() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        rows(panel, order(1), order(2))
        panel.choose_order(order_key(order(1)))
        rows(panel, amended(1, by=5))
        assert chosen(panel) == ["O1"], "what it has become is not here yet"
        rows(panel, heir(5, of=1))
        assert chosen(panel) == ["O5"]
        rows(panel, replace(amended(5, by=7), replaces=OrderId("O1")), heir(7, of=5))
        assert chosen(panel) == ["O7"]

    with_panel(story, Outdoors())


def test_a_part_that_was_amended_away_leaves_the_selection_on_the_rest() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        rows(panel, order(1))
        panel.choose_order(order_key(order(1)))
        rows(panel, replace(order(1), remaining=6, moved=4, replaced_by=(OrderId("O5"),)), heir(5, of=1))
        assert chosen(panel) == ["O1"]

    with_panel(story, Outdoors())


def test_who_chooses_an_amended_row_wants_that_row() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        rows(panel, amended(1, by=5), heir(5, of=1), order(2))
        panel.choose_order(order_key(order(1)))
        rows(panel, order(3))
        assert chosen(panel) == ["O1"]

    with_panel(story, Outdoors())


def test_another_choice_of_the_trader_ends_it() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        rows(panel, order(1), order(2), order(3))
        for other in ([2], [1, 2], []):
            panel.choose_order(order_key(order(1)))
            panel.table.clearSelection()
            for n in other:
                row = panel.rows.row_of(order_key(order(n)))
                assert row is not None
                panel.table.selectionModel().select(panel.rows.index(row, 0), ADD)
            before = sorted(chosen(panel))
            rows(panel, amended(1, by=5), heir(5, of=1))
            assert sorted(chosen(panel)) == before == sorted(f"O{n}" for n in other)
            rows(panel, order(1))
            panel.model.drop(order_key(order(5)))
            panel.model.flush()

    with_panel(story, Outdoors())


def test_a_row_that_left_by_itself_or_by_a_tab_is_followed_nowhere() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        rows(panel, order(1), order(2))
        panel.choose_order(order_key(order(1)))
        panel.show_only(Show.FILLED)
        panel.show_only(Show.OPEN)
        rows(panel, amended(1, by=5), heir(5, of=1))
        assert chosen(panel) == []
        panel.choose_order(order_key(order(2)))
        rows(panel, order(2, state=OrderState.CANCELED))
        assert chosen(panel) == []

    with_panel(story, Outdoors())


def test_an_order_of_the_same_name_in_another_world_is_not_followed() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        rows(panel, order(1))
        panel.choose_order(order_key(order(1)))
        panel.model.reset()
        panel.show_only(Show.OPEN)
        rows(panel, order(1), order(2))
        rows(panel, amended(1, by=5), heir(5, of=1))
        assert chosen(panel) == []

    with_panel(story, Outdoors())


def test_not_while_a_menu_stands_over_the_row() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        rows(panel, order(1))
        panel.choose_order(order_key(order(1)))
        panel.table.menu_wanted.emit(panel.rows.index(0, 0), QPoint(0, 0))
        (menu,) = panel.findChildren(QMenu)
        rows(panel, amended(1, by=5), heir(5, of=1))
        assert chosen(panel) == ["O1"]
        menu.close()
        await until(lambda: chosen(panel) == ["O5"], "the order that goes on, once the menu is gone")

    with_panel(story, Outdoors())


def test_neither_the_rows_nor_the_focus_move_with_it() -> None:
    async def story(panel: BlotterPanel) -> None:
        panel.choose_order(order_key(order(20)))
        panel.search.setFocus()
        point(panel, spot(panel, 2))
        before = under(panel, spot(panel, 2))
        rows(panel, replace(heir(29, of=20)), amended(20, by=29))
        assert chosen(panel) == ["O29"] and panel.search.hasFocus()
        assert under(panel, spot(panel, 2)) == before

    with_rows(28, story)
