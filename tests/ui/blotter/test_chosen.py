"""The chosen rows: the keys reach them from within the list alone, never fail in silence, and follow an amendment."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kiwoom_desk.domain.facts import OrderId
from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.notices import order_key
from kiwoom_desk.ui.blotter.panel import BlotterPanel
from kiwoom_desk.ui.selection import Selection
from tests.support.fake_world import Outdoors
from tests.support.qt import until
from tests.ui.blotter.test_model import order
from tests.ui.blotter.test_panel import rest, with_panel

Key = Qt.Key


def show(panel: BlotterPanel, *orders: Order) -> None:
    for one in orders:
        panel.model.put(one, World.PRACTICE)
    panel.model.flush()


def ids(panel: BlotterPanel) -> list[OrderId]:
    return [one.id for one in panel.chosen()]


def said(world: Outdoors) -> str:
    notices = world.workspace.notices.recent
    return notices[-1].text if notices else ""


@pytest.mark.parametrize("key", [Key.Key_F3, Key.Key_F4])
def test_the_keys_reach_the_rows_from_within_the_list_alone(key: Qt.Key) -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        wanted: list[Order] = []
        selection.amend_wanted.connect(wanted.append)
        panel.activateWindow()
        made = await rest(panel, world)
        panel.search.setFocus()
        QTest.keyClick(panel.search, key)
        assert wanted == [] and [verb for verb, _ in world.posts] == ["place"]
        panel.table.setFocus()
        QTest.keyClick(panel.table, key)
        if key == Key.Key_F3:
            assert [one.id for one in wanted] == [made.id]
        else:
            await until(lambda: [verb for verb, _ in world.posts] == ["place", "cancel"], "the cancel")

    with_panel(story, Outdoors())


@pytest.mark.parametrize("key", [Key.Key_F3, Key.Key_F4, Key.Key_Delete])
@pytest.mark.parametrize("chosen", [False, True])
def test_where_nothing_can_be_done_the_key_says_why(key: Qt.Key, chosen: bool) -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        over = order(1, state=OrderState.FILLED)
        show(panel, over)
        panel.activateWindow()
        await until(panel.isActiveWindow, "the window in front")
        if chosen:
            panel.choose_order(order_key(over))
        panel.table.setFocus()
        QTest.keyClick(panel.table, key)
        why = "체결 주문은" if chosen else "먼저 고르세요"
        assert why in said(world) and world.posts == []
        assert why in panel.amend.toolTip() and why in panel.cancel.toolTip() and not panel.cancel.isEnabled()

    with_panel(story, Outdoors())


def test_the_choice_follows_an_order_through_its_amendment() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        first, second = order(1), order(2)
        show(panel, first)
        panel.choose_order(order_key(first))
        dead = replace(first, state=OrderState.REPLACED, remaining=0, replaced_by=(second.id,))
        show(panel, dead)
        assert ids(panel) == [first.id], "what took its place is not here yet"
        show(panel, replace(second, replaces=first.id))
        assert ids(panel) == [second.id] and panel.cancel.isEnabled()
        assert selection.order is not None and selection.order.id == second.id

    with_panel(story, Outdoors())


def test_a_row_that_was_over_when_it_was_chosen_stays_chosen() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        first, second = order(1), order(2)
        dead = replace(first, state=OrderState.REPLACED, remaining=0, replaced_by=(second.id,))
        show(panel, dead, replace(second, replaces=first.id))
        panel.choose_order(order_key(dead))
        panel.refresh()
        assert ids(panel) == [first.id]

    with_panel(story, Outdoors())


def test_another_choice_made_meanwhile_is_left_alone() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        first, second, other = order(1), order(2), order(3)
        show(panel, first, other)
        panel.choose_order(order_key(first))
        panel.choose_order(order_key(other))
        dead = replace(first, state=OrderState.REPLACED, remaining=0, replaced_by=(second.id,))
        show(panel, dead, replace(second, replaces=first.id))
        assert ids(panel) == [other.id]

    with_panel(story, Outdoors())
