"""The strip on bad days: many at once, many candidates, and orders that were accepted and never seen."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFrame, QPushButton

from kiwoom_desk.domain.facts import Fact, OrderId, RequestId
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.domain.orders import Change, OrderState, Standing
from kiwoom_desk.domain.reports import BrokerRef
from kiwoom_desk.tour.hands import top_dialog
from kiwoom_desk.trading.lane import Lane
from kiwoom_desk.ui.blotter.pending import WHAT_TO_CHOOSE, none_words, pick_words, sentence
from kiwoom_desk.ui.blotter.strip import MOST_BARS, MOST_PICKS, Strip
from kiwoom_desk.ui.dialogs.sheet import Sheet
from kiwoom_desk.ui.plain import PlainLabel
from tests.support.day import at, listed, ref
from tests.support.qt import app, dispose, run, until
from tests.ui.blotter.test_model import order

LOST = replace(order(1), own=True, ref=None, state=OrderState.UNCONFIRMED, looks=2, ended_at=at(10))
UNSEEN = replace(order(2), own=True, seen=False, ended_at=at(10))


def lane(*facts: Fact) -> Lane:
    ledger = Ledger(facts)
    desk = SimpleNamespace(ledger=ledger, order=ledger.order)
    return cast(Lane, SimpleNamespace(next_look_in=3.0, reconciler=SimpleNamespace(failure=""), desk=desk))


def button(strip: Strip, text: str) -> QPushButton:
    QCoreApplication.sendPostedEvents()
    return next(b for b in strip.findChildren(QPushButton) if b.isVisible() and b.text() == text)


def bars(strip: Strip) -> list[str]:
    QCoreApplication.sendPostedEvents()
    return [str(bar.property("role")) for bar in strip.findChildren(QFrame) if bar.property("role") and bar.isVisible()]


def test_an_accepted_order_that_nothing_shows_is_said_so_and_less_loud_than_an_unknown_one() -> None:
    app()
    strip = Strip(lambda order, ref, lane: None, lambda: None)
    strip.show()
    strip.show_orders([(UNSEEN, lane()), (LOST, lane())], at(25))
    assert ["응답을 받지 못했습니다" in strip.lines[0].text(), "보이지 않습니다" in strip.lines[1].text()] == [True] * 2
    assert "15.0초 경과" in strip.lines[1].text() and f"#{UNSEEN.ref}" in strip.lines[1].text()
    assert bars(strip) == ["alarm", "trouble"]
    dispose(strip)


def test_past_a_few_bars_the_rest_is_counted_and_a_choice_never_waits_below() -> None:
    app()
    strip = Strip(lambda order, ref, lane: None, lambda: None)
    strip.show()
    many = [(replace(LOST, id=order(n).id), None) for n in range(9)]
    chooses = (replace(LOST, id=order(12).id, candidates=(ref(7), ref(8))), None)
    strip.show_orders([*many, chooses], at(20))
    assert len(strip.lines) == MOST_BARS and len(bars(strip)) == MOST_BARS + 1
    assert strip.lines[0].text().startswith("선택필요")
    dispose(strip)


@pytest.mark.parametrize(("lost", "named"), [(2, 2), (3, 3), (4, 2)])
def test_a_bar_that_counts_one_order_names_it_instead(lost: int, named: int) -> None:
    app()
    strip = Strip(lambda order, ref, lane: None, lambda: None)
    strip.show()
    strip.show_orders([(replace(LOST, id=order(n).id), None) for n in range(lost)], at(20), most=2)
    assert len(strip.lines) == named and len(bars(strip)) == 3 - (lost == 2)
    dispose(strip)


def test_every_candidate_can_be_chosen_however_many_there_are() -> None:
    app()
    chosen: list[BrokerRef | None] = []
    strip = Strip(lambda order, ref, lane: chosen.append(ref), lambda: None)
    strip.show()
    candidates = tuple(ref(n) for n in range(1, 8))
    strip.show_orders([(replace(LOST, candidates=candidates), lane())], at(20))
    QCoreApplication.sendPostedEvents()
    buttons = {b.text(): b for b in strip.findChildren(QPushButton)}
    for candidate in candidates[:MOST_PICKS]:
        buttons[f"#{candidate}"].click()
    menu = buttons[f"{len(candidates) - MOST_PICKS}건 더"].menu()
    assert menu is not None
    for action in menu.actions():
        action.trigger()
    assert chosen == list(candidates)
    dispose(strip)


def test_a_candidate_is_told_by_its_time_its_figures_and_its_channel() -> None:
    told = pick_words(ref(5), lane(listed(5, 61, filled=3)))
    assert told == "#0000005 · 10:01:01 · 체결 3 잔량 7 · REST API"
    assert pick_words(ref(6), lane()) == "#0000006"


def test_a_choice_tells_its_age_and_its_looks_and_its_buttons_follow_the_figures() -> None:
    app()
    strip = Strip(lambda order, ref, lane: None, lambda: None)
    strip.show()
    choose = replace(LOST, candidates=(ref(5), ref(6)))
    strip.show_orders([(choose, lane(listed(5, 61), listed(6, 61)))], at(22))
    assert "조회 2회, 12.0초 경과" in strip.lines[0].text()
    pick = button(strip, "#0000005 · 10:01:01 · 체결 0 잔량 10 · REST API")
    strip.show_orders([(choose, lane(listed(5, 61, filled=4), listed(6, 61)))], at(23))
    assert button(strip, "#0000005 · 10:01:01 · 체결 4 잔량 6 · REST API") is pick
    dispose(strip)


def test_none_of_them_takes_a_second_act_that_names_what_it_unlocks() -> None:
    async def story() -> None:
        chosen: list[BrokerRef | None] = []
        strip = Strip(lambda order, ref, lane: chosen.append(ref), lambda: None)
        strip.show()
        choose = replace(LOST, candidates=(ref(5), ref(6)))
        strip.show_orders([(choose, lane(listed(5, 61), listed(6, 61)))], at(22))
        none = next(b for b in strip.findChildren(QPushButton) if b.text() == "내 주문 없음…")
        for answer in ("reject_button", "accept_button"):
            none.click()
            await until(top_dialog, "the second act")
            sheet = cast(Sheet, top_dialog())
            words = " ".join(label.text() for label in sheet.findChildren(PlainLabel))
            assert "같은 주문을 다시 보낼 수 있습니다" in words and "이 2건은 다른 곳의 주문" in words
            assert chosen == [] and "#0000006" in words
            getattr(sheet, answer).click()
            await until(lambda: top_dialog() is None, "its end")
        await until(lambda: chosen == [None], "the choice")
        dispose(strip)

    run(story())


def test_a_choice_has_its_own_help_and_none_can_be_corrected_or_put_away() -> None:
    app()
    chosen: list[BrokerRef | None] = []
    strip = Strip(lambda order, ref, lane: chosen.append(ref), lambda: None)
    strip.show()
    settled = replace(LOST, state=OrderState.NOT_PLACED, absent=True, turned_down=(ref(5), ref(6)))
    known = lane(listed(5, 61), listed(6, 61))
    strip.show_orders([(settled, known)], at(40))
    assert bars(strip) == ["trouble"] and "'내 주문 없음'으로 정했습니다" in strip.lines[0].text()
    button(strip, "#0000006 · 10:01:01 · 체결 0 잔량 10 · REST API").click()
    assert chosen == [ref(6)]
    button(strip, "닫기").click()
    strip.show_orders([(settled, known)], at(41))
    assert strip.isHidden() and any("번호를 눌러 바로잡을 수" in line for line in WHAT_TO_CHOOSE)
    assert "두 번 내게" in none_words(replace(settled, candidates=(ref(5),)), known)[1]
    dispose(strip)


@pytest.mark.parametrize(("cancel", "said"), [(True, "취소의 응답을"), (False, "정정의 응답을")])
def test_a_lost_change_names_its_verb_its_looks_and_its_age(cancel: bool, said: str) -> None:
    lost = Change(RequestId("X"), True, None, Standing.UNCONFIRMED, at(1), None, None, at(9), 3)
    row = replace(order(1), own=True, changes=(lost,)) if cancel else replace(LOST, replaces=OrderId("A"), looks=3)
    told = sentence(replace(row, ended_at=row.ended_at if cancel else at(9)), lane(), at(13))
    assert f"{said} 받지 못했습니다" in told and "조회 3회, 4.0초 경과, 다음 조회 3.0초 뒤" in told


def test_the_bar_that_counts_the_rest_leads_to_all_of_them() -> None:
    app()
    asked: list[bool] = []
    strip = Strip(lambda order, ref, lane: None, lambda: asked.append(True))
    strip.show()
    strip.show_orders([(replace(LOST, id=order(n).id), None) for n in range(5)], at(20), most=2)
    rest = button(strip, "그 밖에 3건 더 — 확인필요 탭에서 모두 보기")
    rest.setFocus()
    QTest.keyClick(rest, Qt.Key.Key_Space)
    assert asked == [True] and rest.width() > strip.width() * 0.9
    dispose(strip)


def test_the_age_of_an_unseen_order_counts_from_its_answer() -> None:
    assert "2.0초 경과" in sentence(UNSEEN, None, at(12)) and "1분 0초 경과" in sentence(UNSEEN, None, at(70))
