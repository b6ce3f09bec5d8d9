"""What the trader has said of an order's number can be corrected from its row, and only to a number that can be had."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from PySide6.QtCore import QCoreApplication, QPoint
from PySide6.QtWidgets import QMenu, QPushButton

from kiwoom_desk.domain.facts import Accepted, AnswerLost, Fact, Judged, Matched, OrderId, RequestId, Verdict
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.domain.intents import MACHINE, TRADER
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.tour.hands import top_dialog
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.ui.blotter.panel import BlotterPanel
from kiwoom_desk.ui.blotter.pending import sentence
from kiwoom_desk.ui.blotter.strip import MOST_PICKS, Strip
from kiwoom_desk.ui.dialogs.sheet import Sheet
from kiwoom_desk.ui.selection import Selection
from tests.support.day import answered, at, listed, placing, ref
from tests.support.fake_world import Outdoors
from tests.support.qt import app, dispose, until
from tests.ui.blotter.test_panel import stock_desk, with_panel
from tests.ui.blotter.test_strip import LOST, button, lane

A = OrderId("A")
BOTH = (ref(100), ref(101))
LOST_AMONG_TWO: tuple[Fact, ...] = (
    placing("A", 0),
    answered("A", 0.3, AnswerLost("끊김")),
    *(listed(n, 1, ordered=0) for n in (100, 101)),
    Judged(RequestId("A"), at(2), Verdict.AMBIGUOUS, MACHINE, candidates=BOTH),
)
NONE = Judged(RequestId("A"), at(3), Verdict.ABSENT, TRADER, candidates=BOTH)
PICKED = Matched(RequestId("A"), at(3), ref(100), TRADER)
OURS_HAS_101: tuple[Fact, ...] = (placing("B", 0), answered("B", 4, Accepted(ref(101))))
LOOK_GAVE_101: tuple[Fact, ...] = (
    placing("B", 0),
    answered("B", 0.3, AnswerLost("끊김")),
    Matched(RequestId("B"), at(4), ref(101), MACHINE),
)
SWITCHED_OFF = "#0000101 · 내 다른 주문의 번호"


def learn(panel: BlotterPanel, world: Outdoors, *facts: Fact) -> OrderDesk:
    desk = stock_desk(world)
    for fact in facts:
        desk.learn(fact)
    panel.model.flush()
    return desk


def order_of(desk: OrderDesk | Ledger) -> Order:
    order = desk.order(A)
    assert order is not None
    return order


def correction(panel: BlotterPanel) -> QMenu:
    """The part of the menu of our order's row."""
    row = panel.rows.row_of((Market.STOCK, A))
    assert row is not None
    panel.table.menu_wanted.emit(panel.rows.index(row, 0), QPoint(0, 0))
    return [menu for menu in panel.findChildren(QMenu) if menu.title().startswith("주문번호 바로잡기")][-1]


def test_none_can_still_be_corrected_from_the_row_when_its_bar_is_closed() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        desk = learn(panel, world, *LOST_AMONG_TWO, NONE)
        button(panel.strip, "닫기").click()
        panel.refresh()
        assert panel.strip.isHidden()
        menu = correction(panel)
        assert menu.title() == "주문번호 바로잡기 (지금 '내 주문 없음')"
        first, second = menu.actions()  # "none" is what stands now
        assert first.text().startswith("#0000100 · ") and second.text().startswith("#0000101 · ")
        second.trigger()
        await until(lambda: order_of(desk).ref == ref(101), "the correction")

    with_panel(story, Outdoors())


def test_the_menu_switches_off_a_number_that_another_order_of_ours_has_by_then() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        learn(panel, world, *LOST_AMONG_TWO, NONE, *OURS_HAS_101)
        first, second = correction(panel).actions()
        assert first.isEnabled() and not second.isEnabled() and second.text() == SWITCHED_OFF

    with_panel(story, Outdoors())


def test_the_correction_of_a_pick_can_have_what_only_a_look_gave_to_another() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        desk = learn(panel, world, *LOST_AMONG_TWO, PICKED, *LOOK_GAVE_101)
        assert desk.ledger.bindings.owner[ref(101)] == "B"
        act = correction(panel).actions()[0]
        assert act.isEnabled() and act.text().startswith("#0000101 · ")
        act.trigger()
        await until(lambda: order_of(desk).ref == ref(101), "the correction")

    with_panel(story, Outdoors())


def test_a_picked_number_is_taken_back_from_the_menu_after_the_second_act() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        desk = learn(panel, world, *LOST_AMONG_TWO, PICKED)
        none = correction(panel).actions()[-1]
        assert none.text() == "내 주문 없음…"
        none.trigger()
        await until(top_dialog, "the second act")
        assert order_of(desk).ref == ref(100), "not before"
        cast(Sheet, top_dialog()).accept_button.click()
        await until(lambda: order_of(desk).turned_down == BOTH, "none of them")

    with_panel(story, Outdoors())


def test_the_bar_comes_back_when_none_is_said_anew() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        desk = learn(panel, world, *LOST_AMONG_TWO, NONE)
        button(panel.strip, "닫기").click()
        correction(panel).actions()[0].trigger()
        await until(lambda: order_of(desk).picked, "the pick")
        panel.model.flush()
        correction(panel).actions()[-1].trigger()
        await until(top_dialog, "the second act")
        cast(Sheet, top_dialog()).accept_button.click()
        await until(lambda: order_of(desk).turned_down == BOTH, "none of them")
        panel.model.flush()
        panel.refresh()
        assert panel.strip.isVisible() and "'내 주문 없음'으로 정했습니다" in panel.strip.lines[0].text()

    with_panel(story, Outdoors())


def test_a_bar_put_away_comes_back_when_more_is_turned_down() -> None:
    app()
    strip = Strip(lambda order, ref, lane: None, lambda: None)
    strip.show()
    settled = replace(LOST, candidates=(), turned_down=(ref(5), ref(6)))
    strip.show_orders([(settled, None)], at(40))
    button(strip, "닫기").click()
    strip.show_orders([(settled, None)], at(41))
    assert strip.isHidden()
    strip.show_orders([(replace(settled, turned_down=(ref(5), ref(6), ref(7))), None)], at(42))
    assert strip.isVisible()
    dispose(strip)


def test_a_bar_switches_a_number_off_in_its_place_when_another_order_of_ours_has_it() -> None:
    """The next button must not slide under the mouse."""
    app()
    strip = Strip(lambda order, ref, lane: None, lambda: None)
    strip.show()
    facts = (*LOST_AMONG_TWO, NONE)
    order = order_of(Ledger(facts))
    strip.show_orders([(order, lane(*facts))], at(5))
    pick = button(strip, "#0000101 · 10:00:00 · 체결 0 잔량 10 · REST API")
    strip.show_orders([(order, lane(*facts, *OURS_HAS_101))], at(6))
    assert button(strip, SWITCHED_OFF) is pick and not pick.isEnabled()
    assert button(strip, "#0000100 · 10:00:00 · 체결 0 잔량 10 · REST API").isEnabled()
    dispose(strip)


def test_what_can_be_had_has_the_buttons_and_the_list_behind_them_follows_too() -> None:
    app()
    strip = Strip(lambda order, ref, lane: None, lambda: None)
    strip.show()
    order = replace(LOST, candidates=tuple(ref(n) for n in (101, *range(102, 102 + MOST_PICKS))))
    known = lane(*OURS_HAS_101)
    strip.show_orders([(order, known)], at(5))
    QCoreApplication.sendPostedEvents()
    picks = [b.text() for b in strip.findChildren(QPushButton) if b.text().startswith("#")]
    assert picks == [f"#{ref(102 + n)}" for n in range(MOST_PICKS)]
    menu = button(strip, "1건 더").menu()
    assert menu is not None
    (rest,) = menu.actions()
    assert rest.text() == SWITCHED_OFF and not rest.isEnabled()
    strip.show_orders([(order, lane())], at(6))
    assert rest.text() == "#0000101" and rest.isEnabled()
    dispose(strip)


def test_the_bar_counts_what_can_be_had_and_says_when_that_is_nothing() -> None:
    two, known = order_of(Ledger(LOST_AMONG_TWO)), lane(*LOST_AMONG_TWO, *OURS_HAS_101)
    assert "조건이 같은 주문이 1건" in sentence(two, known, at(5))
    one = replace(two, candidates=(ref(101),))
    assert "모두 내 다른 주문의 번호로 확인" in sentence(one, known, at(5)) and "고르세요" not in sentence(
        one, known, at(5)
    )
    none = replace(two, candidates=(), turned_down=(ref(101),))
    assert "누르세요" not in sentence(none, known, at(5))
