"""A list, a menu or a question that stands open over a new connection acts on its own account's orders or on none.

A row from elsewhere is named by day and number, which every account has as well.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from kiwoom_desk.domain.facts import AnswerLost, Fact, Judged, OrderId, RequestId, Verdict
from kiwoom_desk.domain.intents import MACHINE
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.tour.hands import top_dialog
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.trading.ports import AccountName
from kiwoom_desk.ui.blotter.acts import ANOTHER_ACCOUNT
from kiwoom_desk.ui.blotter.panel import BlotterPanel
from kiwoom_desk.ui.dialogs.sheet import Sheet
from kiwoom_desk.ui.history.window import HistoryWindow
from kiwoom_desk.ui.selection import Selection
from tests.support import fake_world
from tests.support.day import answered, at, draft, listed, placing, ref
from tests.support.fake_world import Outdoors
from tests.support.qt import dispose, until
from tests.ui.blotter.test_panel import stock_desk, with_panel

AMBIGUOUS: tuple[Fact, ...] = (
    placing("A", 0),
    answered("A", 0.3, AnswerLost("끊김")),
    *(listed(n, 1, ordered=0) for n in (100, 101)),
    Judged(RequestId("A"), at(2), Verdict.AMBIGUOUS, MACHINE, candidates=(ref(100), ref(101))),
)


def seventh(panel: BlotterPanel, world: Outdoors) -> Order:
    """Our account has an order #7 of ten shares; its row stands."""
    desk = stock_desk(world)
    desk.take(listed(7, 0).report)
    panel.model.flush()
    return row_of(desk)


def row_of(desk: OrderDesk) -> Order:
    (order,) = desk.orders()
    return order


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Callable[[BlotterPanel, Outdoors], Awaitable[OrderDesk]]:
    """Connects to another account, which has an order #7 of its own."""

    async def enter(panel: BlotterPanel, world: Outdoors) -> OrderDesk:
        monkeypatch.setattr(fake_world, "ACCOUNT", AccountName("8888555502"))
        await world.enter()
        desk = stock_desk(world)
        desk.take(listed(7, 0, draft(3, 10_000, code="000660")).report)
        panel.model.flush()
        return desk

    return enter


Elsewhere = Callable[[BlotterPanel, Outdoors], Awaitable[OrderDesk]]


def last(world: Outdoors) -> str:
    recent = world.workspace.notices.recent
    return recent[-1].text if recent else ""


def menu_of_first_row(panel: BlotterPanel) -> QMenu:
    panel.table.menu_wanted.emit(panel.rows.index(0, 0), QPoint(0, 0))
    return panel.findChildren(QMenu)[-1]


def action(menu: QMenu, word: str) -> QAction:
    return next(a for a in menu.actions() if a.text() == word)


def test_a_list_to_cancel_from_keeps_to_the_account_that_it_was_opened_for(elsewhere: Elsewhere) -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        seventh(panel, world)
        dialog = panel.open_cancel_all()
        desk = await elsewhere(panel, world)
        desk.take(listed(8, 1).report)
        panel.model.flush()
        quantity = dialog.table.item(0, 4)
        assert quantity is not None and quantity.text() == "10주", "the other account's #7 does not take its place"
        assert "여기에 없습니다" not in dialog.note.text(), "nor do its orders count as new ones"
        dialog.go.click()
        await until(lambda: dialog.outcome_of(0) == f"보내지 않음: {ANOTHER_ACCOUNT}", "the sentence")
        assert not any(order.changes for order in desk.orders()) and world.posts == []
        dispose(dialog)

    with_panel(story, Outdoors())


def test_after_a_new_connection_of_the_same_account_the_list_goes_on() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        seventh(panel, world)
        dialog = panel.open_cancel_all()
        await world.enter()  # 다시 연결
        seventh(panel, world)
        dialog.go.click()
        await until(lambda: dialog.outcome_of(0).startswith("취소 접수"), "the cancel")
        dispose(dialog)

    with_panel(story, Outdoors())


@pytest.mark.parametrize("word", ["정정", "전량 취소", "일부 취소…", "현재가로 정정"])
def test_a_menu_keeps_to_the_account_of_its_row_and_says_why_it_does_nothing(word: str, elsewhere: Elsewhere) -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        wanted: list[object] = []
        selection.amend_wanted.connect(wanted.append)
        seventh(panel, world)
        menu = menu_of_first_row(panel)
        desk = await elsewhere(panel, world)
        action(menu, word).trigger()
        await until(lambda: ANOTHER_ACCOUNT in last(world), "the sentence")
        notice = world.workspace.notices.recent[-1]
        assert "10주" in notice.text and notice.order is None, "it names the order and leads to no other one's row"
        await asyncio.sleep(0.02)
        assert wanted == [] and world.posts == [] and not row_of(desk).changes and top_dialog() is None
        menu.close()

    with_panel(story, Outdoors())


def test_the_history_asked_for_in_a_menu_is_of_its_own_row(elsewhere: Elsewhere) -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        seventh(panel, world)
        left, menu = stock_desk(world), menu_of_first_row(panel)
        await elsewhere(panel, world)
        action(menu, "주문 이력").trigger()
        (window,) = panel.findChildren(HistoryWindow)
        panel.feed.changed.emit()
        assert window.book is left and "10주" in window.title.text()
        dispose(window)

    with_panel(story, Outdoors())


def test_a_part_that_is_still_being_typed_is_not_cancelled_in_another_account(elsewhere: Elsewhere) -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        dialog = panel.open_part(seventh(panel, world))
        await elsewhere(panel, world)
        dialog.field.setText("2")
        dialog.accept_button.click()
        await until(lambda: ANOTHER_ACCOUNT in last(world), "the sentence")
        assert world.posts == []
        dispose(dialog)

    with_panel(story, Outdoors())


def test_none_of_them_is_not_said_in_another_account_and_the_trader_hears_it(elsewhere: Elsewhere) -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        desk = stock_desk(world)
        for fact in AMBIGUOUS:
            desk.learn(fact)
        panel.model.flush()
        order = desk.order(OrderId("A"))
        assert order is not None
        panel.strip.ask_none(order, panel.feed.home_of(order))
        await until(top_dialog, "the second act")
        sheet = top_dialog()
        assert isinstance(sheet, Sheet)
        await elsewhere(panel, world)
        sheet.accept_button.click()
        await until(lambda: ANOTHER_ACCOUNT in last(world), "the sentence")

    with_panel(story, Outdoors())


def test_a_choice_without_a_connection_says_so() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        desk = stock_desk(world)
        for fact in AMBIGUOUS:
            desk.learn(fact)
        order = desk.order(OrderId("A"))
        assert order is not None
        home = panel.feed.home_of(order)
        await world.workspace.close()
        panel.acts.settle(order, ref(100), home)
        await until(lambda: "연결되어 있지 않습니다" in last(world), "the words")

    with_panel(story, Outdoors())
