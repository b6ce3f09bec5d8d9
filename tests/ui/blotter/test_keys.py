"""F3, F4 and Del work in the list and nowhere else, and where they can do nothing they say why; so do the buttons."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from kiwoom_desk.domain.facts import OrderId
from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.notices import order_key
from kiwoom_desk.ui.blotter.cancel_all import CancelAll
from kiwoom_desk.ui.blotter.filter import Show
from kiwoom_desk.ui.blotter.panel import BlotterPanel
from kiwoom_desk.ui.blotter.reasons import why_no_cancel, why_not
from kiwoom_desk.ui.selection import Selection
from tests.support.day import ref
from tests.support.fake_world import Outdoors
from tests.support.qt import until
from tests.ui.blotter.test_model import order
from tests.ui.blotter.test_panel import rest, with_panel

F3, F4, DEL = Qt.Key.Key_F3, Qt.Key.Key_F4, Qt.Key.Key_Delete
Story = Callable[[BlotterPanel, Outdoors, Selection], Awaitable[None]]
AMENDED = replace(order(1), state=OrderState.REPLACED, remaining=0, moved=10, replaced_by=(OrderId("O5"),))


def in_front(story: Story) -> None:
    """A shortcut asks which window is in front."""

    async def whole(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        panel.activateWindow()
        await until(panel.isActiveWindow, "the window in front")
        await story(panel, world, selection)

    with_panel(whole, Outdoors())


def rows(panel: BlotterPanel, *orders: Order) -> None:
    for made in orders:
        panel.model.put(made, World.PRACTICE)
    panel.model.flush()


def choose(panel: BlotterPanel, *orders: Order) -> None:
    rows(panel, *orders)
    panel.choose_order(order_key(orders[0]))
    panel.table.selectAll()


def said(world: Outdoors) -> list[str]:
    return [notice.text for notice in world.workspace.notices.recent]


def test_f3_f4_and_del_are_keys_of_the_list_and_of_nothing_beside_it() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        wanted: list[Order] = []
        selection.amend_wanted.connect(wanted.append)
        made = await rest(panel, world)
        beside: list[QWidget] = [panel.search, panel.amend, panel.cancel, *panel.tabs.values()]
        for part in beside:
            part.setFocus()
            for key in (F3, F4, DEL):
                QTest.keyClick(part, key)
        assert wanted == [] and len(world.posts) == 1 and panel.findChildren(CancelAll) == []
        panel.table.setFocus()
        QTest.keyClick(panel.table, F3)
        assert [o.id for o in wanted] == [made.id]
        QTest.keyClick(panel.table, F4)
        await until(lambda: [verb for verb, _ in world.posts] == ["place", "cancel"], "one cancel")

    in_front(story)


def test_a_click_beside_the_list_leaves_the_keys_in_it() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        await rest(panel, world)
        for made in (panel.tabs[Show.OPEN], panel.amend, panel.cancel):
            QTest.mouseClick(made, Qt.MouseButton.LeftButton)
            assert panel.table.hasFocus()
        panel.open_cancel_all().reject()

    in_front(story)


@pytest.mark.parametrize(("key", "word"), [(F3, "정정하지 못함"), (F4, "취소하지 못함"), (DEL, "취소하지 못함")])
def test_a_key_that_can_do_nothing_says_why(key: Qt.Key, word: str) -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        filled = order(2, state=OrderState.FILLED)
        rows(panel, filled)
        panel.table.setFocus()
        for why in ("고른 주문이 없습니다", "이미 모두 체결되었습니다"):
            before = len(said(world))
            QTest.keyClick(panel.table, key)
            (told,) = said(world)[before:]
            assert told.startswith(f"{word}: ") and why in told
            choose(panel, filled)
        assert world.workspace.notices.recent[-1].order == order_key(filled)
        choose(panel, filled, order(3, state=OrderState.CANCELED))
        QTest.keyClick(panel.table, key)
        assert ("한 줄만" if key == F3 else "고른 주문 가운데") in said(world)[-1]
        assert world.posts == []

    in_front(story)


def test_what_was_amended_names_the_number_it_has_now() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        heir = replace(order(5), replaces=OrderId("O1"))
        rows(panel, AMENDED, heir)
        panel.choose_order(order_key(AMENDED))
        QTest.keyClick(panel.table, F4)
        assert f"#{heir.ref}" in said(world)[-1] and world.posts == []

    in_front(story)


@pytest.mark.parametrize("state", [state for state in OrderState if state is not OrderState.WORKING])
def test_every_state_that_takes_no_change_has_its_reason(state: OrderState) -> None:
    row = replace(order(1, state=state), ref=None if state is OrderState.SENDING else order(1).ref)
    assert not row.can_change
    assert why_not(row).endswith(".")
    others = {why_not(replace(row, state=other)) for other in OrderState if other is not state}
    assert why_not(row) not in others


def test_an_order_to_choose_a_number_for_says_so() -> None:
    row = replace(order(1, state=OrderState.UNCONFIRMED), ref=None, candidates=(ref(1), ref(2)))
    assert "고르" in why_not(row)
    assert "남은 수량" in why_not(replace(order(1), remaining=0))
    assert why_not(order(1)) == ""


def test_a_button_that_is_off_says_why_and_one_that_is_on_what_it_does() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        for made in (panel.amend, panel.cancel):
            assert not made.isEnabled() and "고른 주문이 없습니다" in made.toolTip()
        assert not panel.cancel_all.isEnabled() and "미체결 주문이 없습니다" in panel.cancel_all.toolTip()
        choose(panel, order(1), order(2, state=OrderState.FILLED))
        assert not panel.amend.isEnabled() and "한 줄만" in panel.amend.toolTip()
        for made, key in ((panel.cancel, "F4"), (panel.cancel_all, "여러 주문")):
            assert made.isEnabled() and key in made.toolTip()
        panel.choose_order(order_key(order(2)))
        for made in (panel.amend, panel.cancel):
            assert not made.isEnabled() and "이미 모두 체결되었습니다" in made.toolTip()
            assert "이미 모두 체결되었습니다" in made.accessibleDescription()
        panel.choose_order(order_key(order(1)))
        assert panel.amend.isEnabled() and "F3" in panel.amend.toolTip()
        assert panel.amend.accessibleDescription() == ""

    in_front(story)


def test_a_rest_that_was_filled_was_not_amended() -> None:
    part = order(5)
    rest = replace(order(1), state=OrderState.FILLED, remaining=0, replaced_by=(part.id,))
    assert why_no_cancel([rest], part) == "이미 모두 체결되었습니다."
