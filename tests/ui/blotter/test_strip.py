"""The strip on bad days: many at once, many candidates, and orders that were accepted and never seen."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest
from PySide6.QtWidgets import QFrame, QPushButton

from kiwoom_desk.domain.facts import Fact
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.domain.orders import OrderState
from kiwoom_desk.domain.reports import BrokerRef
from kiwoom_desk.trading.lane import Lane
from kiwoom_desk.ui.blotter.strip import MOST_BARS, MOST_PICKS, Strip, pick_words, sentence
from tests.support.day import at, listed, ref
from tests.support.qt import app, dispose
from tests.ui.blotter.test_model import order

LOST = replace(order(1), own=True, ref=None, state=OrderState.UNCONFIRMED, looks=2, ended_at=at(10))
UNSEEN = replace(order(2), own=True, seen=False, ended_at=at(10))


def lane(*facts: Fact) -> Lane:
    desk = SimpleNamespace(ledger=Ledger(facts))
    return cast(Lane, SimpleNamespace(next_look_in=3.0, reconciler=SimpleNamespace(failure=""), desk=desk))


def bars(strip: Strip) -> list[str]:
    app().processEvents()
    return [str(bar.property("role")) for bar in strip.findChildren(QFrame) if bar.property("role") and bar.isVisible()]


def test_an_accepted_order_that_nothing_shows_is_said_so_and_less_loud_than_an_unknown_one() -> None:
    app()
    strip = Strip(lambda order, ref: None, lambda: None)
    strip.show()
    strip.show_orders([(UNSEEN, lane()), (LOST, lane())], at(25))
    assert ["응답을 받지 못했습니다" in strip.lines[0].text(), "보이지 않습니다" in strip.lines[1].text()] == [True] * 2
    assert "15.0초 경과" in strip.lines[1].text() and f"#{UNSEEN.ref}" in strip.lines[1].text()
    assert bars(strip) == ["alarm", "trouble"]
    dispose(strip)


def test_past_a_few_bars_the_rest_is_counted_and_a_choice_never_waits_below() -> None:
    app()
    strip = Strip(lambda order, ref: None, lambda: None)
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
    strip = Strip(lambda order, ref: None, lambda: None)
    strip.show()
    strip.show_orders([(replace(LOST, id=order(n).id), None) for n in range(lost)], at(20), most=2)
    assert len(strip.lines) == named and len(bars(strip)) == 3 - (lost == 2)
    dispose(strip)


def test_every_candidate_can_be_chosen_however_many_there_are() -> None:
    app()
    chosen: list[BrokerRef | None] = []
    strip = Strip(lambda order, ref: chosen.append(ref), lambda: None)
    strip.show()
    candidates = tuple(ref(n) for n in range(1, 8))
    strip.show_orders([(replace(LOST, candidates=candidates), lane())], at(20))
    app().processEvents()
    buttons = {b.text(): b for b in strip.findChildren(QPushButton)}
    for candidate in candidates[:MOST_PICKS]:
        buttons[f"#{candidate}"].click()
    menu = buttons[f"{len(candidates) - MOST_PICKS}건 더"].menu()
    assert menu is not None
    for action in menu.actions():
        action.trigger()
    assert chosen == list(candidates)
    dispose(strip)


def test_a_candidate_is_told_by_its_time_its_fills_and_its_channel() -> None:
    text, about = pick_words(ref(5), lane(listed(5, 61, filled=3)))
    assert text == "#0000005 10:01:01"
    assert "체결 3" in about and "REST API" in about
    assert pick_words(ref(6), lane()) == ("#0000006", "")


def test_the_age_of_an_unseen_order_counts_from_its_answer() -> None:
    assert "2.0초 경과" in sentence(UNSEEN, None, at(12)) and "1분 0초 경과" in sentence(UNSEEN, None, at(70))
