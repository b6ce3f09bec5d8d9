"""Cancelling several at once, a part, and the strip of what is unknown."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from kiwoom_desk.domain.facts import Accepted, AnswerLost, OrderId, Outcome, Refused
from kiwoom_desk.domain.instruments import Market, Side
from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.domain.reports import BrokerRef
from kiwoom_desk.trading.lane import Lane
from kiwoom_desk.trading.safety import Denied
from kiwoom_desk.ui import theme
from kiwoom_desk.ui.blotter.cancel_all import CancelAll, Scope
from kiwoom_desk.ui.blotter.part import CancelPart
from kiwoom_desk.ui.blotter.pending import sentence, unseen
from kiwoom_desk.ui.blotter.strip import Strip
from tests.support.day import at, ref
from tests.support.qt import app, dispose, run
from tests.support.until import until
from tests.ui.blotter.test_model import order


def test_everything_is_ticked_sent_once_and_answered_row_by_row() -> None:
    async def story() -> None:
        sent: list[str] = []
        answers: list[Outcome | Exception] = [
            Accepted(ref(900)),
            Refused("1", "남은 수량 없음"),
            AnswerLost("8초"),
            Denied("막힘"),
        ]

        async def cancel(order: Order) -> Outcome:
            sent.append(order.id)
            answer = answers[int(order.id[1:])]
            await asyncio.sleep(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        dialog = CancelAll([order(n) for n in range(4)], cancel)
        assert dialog.ticked() == [0, 1, 2, 3] and "4건" in dialog.go.text()
        dialog.go.click()
        dialog.go.click()
        await until(lambda: all("보내는 중" not in dialog.outcome_of(n) for n in range(4)))
        assert sorted(sent) == ["O0", "O1", "O2", "O3"]
        told = [dialog.outcome_of(n) for n in range(4)]
        assert [
            word in text for word, text in zip(("0000900", "남은 수량", "확인필요", "막힘"), told, strict=True)
        ] == [True] * 4
        dialog.deleteLater()

    run(story())


def test_tab_leaves_the_rows_for_the_buttons_below() -> None:
    async def story() -> None:
        async def cancel(order: Order) -> Outcome:
            raise Denied("막힘")

        dialog = CancelAll([order(n) for n in range(3)], cancel)
        dialog.show()
        dialog.activateWindow()
        await until(dialog.isActiveWindow)
        dialog.table.setFocus()
        QTest.keyClick(dialog.table, Qt.Key.Key_Space)
        assert dialog.ticked() == [1, 2], "the space bar ticks where the cursor stands"
        for following in (dialog.leave, dialog.go):
            focus = dialog.focusWidget()
            assert focus is not None
            QTest.keyClick(focus, Qt.Key.Key_Tab)
            assert dialog.focusWidget() is following
        dispose(dialog)

    run(story())


def test_a_list_closed_while_it_sends_loses_no_bad_news() -> None:
    async def story() -> None:
        answers = [asyncio.get_running_loop().create_future() for _ in range(3)]
        told: list[tuple[str, str]] = []

        async def cancel(order: Order) -> Outcome:
            answer: Outcome = await answers[int(order.id[1:])]
            return answer

        dialog = CancelAll([order(n) for n in range(3)], cancel, late=lambda o, words: told.append((o.id, words)))
        dialog.open()
        dialog.go.click()
        await asyncio.sleep(0)
        dialog.leave.click()
        QCoreApplication.sendPostedEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        answers[0].set_result(Accepted(ref(900)))
        answers[1].set_result(Refused("1", "남은 수량 없음"))
        answers[2].set_exception(Denied("막힘"))
        await until(lambda: len(told) == 2)
        assert told == [("O1", "거부: 남은 수량 없음"), ("O2", "보내지 않음: 막힘")]

    run(story())


def test_the_list_goes_on_with_the_orders_while_it_is_open() -> None:
    async def story() -> None:
        sent: list[str] = []

        async def cancel(order: Order) -> Outcome:
            sent.append(order.id)
            return Accepted(ref(900))

        listed = [order(n) for n in range(4)]
        present = {made.id: made for made in listed}
        dialog = CancelAll(listed, cancel, now=lambda o: present[o.id])
        present[OrderId("O0")] = replace(order(0), filled=4, remaining=6)
        present[OrderId("O1")] = replace(order(1), filled=10, remaining=0, state=OrderState.FILLED)
        present[OrderId("O2")] = replace(order(22, quantity=7), id=OrderId("O22"))
        dialog.refresh()
        told = {n: [dialog._item(n, column).text() for column in (4, 5, 6, 7)] for n in range(4)}
        assert told[0] == ["6주", "70,000", "0000100", "그사이 4주 체결"]
        assert told[1] == ["0주", "70,100", "0000101", "그사이 10주 체결 · 이미 체결"]
        assert told[2] == ["7주", "72,200", "0000122", "그사이 정정됨"]
        assert told[3] == ["10주", "70,300", "0000103", ""]
        assert dialog.ticked() == [0, 2, 3] and dialog.go.text() == "3건 취소 보내기"
        dialog.take_scope(Scope.ALL)
        assert dialog.ticked() == [0, 2, 3], "what has nothing left cannot be ticked"
        dialog.go.click()
        await until(lambda: "접수" in dialog.outcome_of(3))
        present[OrderId("O0")] = replace(order(0), filled=4, remaining=0, state=OrderState.CANCELED)
        dialog.refresh()
        assert sorted(sent) == ["O0", "O2", "O3"], "the desk knows what each has become"
        assert "접수" in dialog.outcome_of(0)
        assert dialog._item(0, 4).text() == "0주"
        dialog.deleteLater()

    run(story())


def test_an_order_that_has_come_since_is_counted_and_what_an_amendment_made_of_a_listed_one_is_not() -> None:
    app()
    listed, amended, fresh = order(0), replace(order(22), id=OrderId("O22")), order(5)
    present, everything = {listed.id: listed}, [listed]
    dialog = CancelAll(
        [listed],
        lambda _: asyncio.sleep(0, Accepted(ref(900))),
        now=lambda o: present[o.id],
        open_now=lambda: everything,
    )
    dialog.refresh()
    assert "팔지 않습니다" in dialog.note.text()
    present[listed.id], everything[:] = amended, [amended]
    dialog.refresh()
    assert "팔지 않습니다" in dialog.note.text()
    everything.append(fresh)
    dialog.refresh()
    assert "1건은 여기에 없습니다" in dialog.note.text() and len(dialog.ticked()) == 1
    dialog.deleteLater()


def test_a_side_has_its_word_beside_its_colour() -> None:
    app()
    dialog = CancelAll([order(0), order(1)], lambda _: asyncio.sleep(0, Accepted(ref(900))))
    for n, (word, tone) in enumerate((("▲ 매수", theme.colours().up), ("▼ 매도", theme.colours().down))):
        cell = dialog._item(n, 2)
        assert cell.text() == word and cell.foreground().color().name().upper() == tone.upper()
    dispose(dialog)


def test_what_is_sent_cannot_be_ticked_anew_and_a_scope_without_a_meaning_is_off() -> None:
    async def story() -> None:
        async def cancel(order: Order) -> Outcome:
            return Accepted(ref(900))

        dialog = CancelAll([order(n) for n in range(2)], cancel)
        assert not dialog.scope.buttons[Scope.SYMBOL].isEnabled() and not dialog.scope.buttons[Scope.CHOSEN].isEnabled()
        dialog.go.click()
        await until(lambda: "접수" in dialog.outcome_of(1))
        assert not dialog.go.isEnabled() and not dialog.scope.isEnabled()
        assert all(not item.flags() & Qt.ItemFlag.ItemIsUserCheckable for item in map(dialog._item, (0, 1), (0, 0)))
        dialog.deleteLater()

    run(story())


@pytest.mark.parametrize(
    ("scope", "ticked"),
    [
        (Scope.ALL, [0, 1, 2, 3]),
        (Scope.BUYS, [0, 2]),
        (Scope.SELLS, [1, 3]),
        (Scope.CHOSEN, [2]),
        (Scope.SYMBOL, [0, 1, 2, 3]),
    ],
)
def test_a_scope_ticks_what_it_says(scope: Scope, ticked: list[int]) -> None:
    async def story() -> None:
        async def never(order: Order) -> Outcome:
            raise AssertionError("nothing was confirmed")

        dialog = CancelAll([order(n) for n in range(4)], never, symbol="005930", chosen=[(Market.STOCK, OrderId("O2"))])
        dialog.take_scope(scope)
        assert dialog.ticked() == ticked
        assert all((order(n).draft.side is Side.BUY) == (n % 2 == 0) for n in range(4))
        dialog.deleteLater()

    run(story())


@pytest.mark.parametrize("bad", ["", "0", "11", "abc", "1000000000000", "-3"])
def test_a_part_that_cannot_be_cancelled_is_explained_and_kept(bad: str) -> None:
    app()
    wanted: list[int] = []
    dialog = CancelPart(order(1))
    dialog.wanted.connect(wanted.append)
    dialog.field.setText(bad)
    dialog.accept()
    assert wanted == [] and dialog.trouble.text() and dialog.field.text() == bad
    dialog.field.setText("4주")
    dialog.accept()
    assert wanted == [4]


LOST = replace(order(1), own=True, ref=None, state=OrderState.UNCONFIRMED, looks=2, ended_at=at(10))


def test_the_strip_says_what_is_known_and_when_it_looks_again() -> None:
    lane = cast(Lane, SimpleNamespace(next_look_in=3.0, reconciler=SimpleNamespace(failure="")))
    told = sentence(LOST, lane, at(14))
    assert all(part in told for part in ("확인필요", "다시 누르지 마세요", "조회 2회", "4.0초 경과", "3.0초 뒤"))
    lane = cast(Lane, SimpleNamespace(next_look_in=3.0, reconciler=SimpleNamespace(failure="연결 안 됨")))
    assert "연결 안 됨" in sentence(LOST, lane, at(14))


def test_new_words_leave_the_buttons_where_they_are_and_candidates_can_be_chosen() -> None:
    app()
    chosen: list[tuple[str, BrokerRef | None]] = []
    strip = Strip(lambda order, ref, lane: chosen.append((order.id, ref)), lambda: None)
    strip.show_orders([(LOST, None)], at(12))
    before = strip.findChildren(QPushButton)
    strip.show_orders([(replace(LOST, looks=5), None)], at(30))
    assert strip.findChildren(QPushButton) == before and "조회 5회" in strip.lines[0].text()
    strip.show_orders([(replace(LOST, candidates=(ref(7), ref(8))), None)], at(31))
    QCoreApplication.sendPostedEvents()
    picks = {b.text(): b for b in strip.findChildren(QPushButton) if b.isVisible()}
    picks["#0000008"].click()
    assert chosen == [("O1", ref(8))]
    strip.show_orders([], at(40))
    assert strip.isHidden() and strip.lines == []
    dispose(strip)


def test_an_accepted_order_that_nobody_has_seen_is_marked_after_ten_seconds() -> None:
    accepted = replace(LOST, ref=ref(5), state=OrderState.WORKING, seen=False)
    assert not unseen(accepted, at(19)) and unseen(accepted, at(21))
    assert not unseen(replace(accepted, seen=True), at(60))


@pytest.mark.parametrize("state", [OrderState.FILLED, OrderState.REPLACED], ids=["filled", "withdrawn"])
def test_a_rest_that_ends_while_the_list_is_open_takes_no_part_along_that_was_amended_before(state: OrderState) -> None:
    app()
    before = replace(order(1), remaining=6, moved=4, replaced_by=(OrderId("O5"),))
    present = replace(before, remaining=0, state=state)
    dialog = CancelAll(
        [before, order(2)],
        lambda _: asyncio.sleep(0, Accepted(ref(900))),
        now=lambda listed: present if listed.id == present.id else listed,
    )
    dialog.refresh()
    assert dialog.ticked() == [1] and "그사이" not in dialog.outcome_of(0)
    dialog.deleteLater()


def test_an_order_that_seemed_over_until_its_heir_was_known_has_its_tick_back() -> None:
    app()
    present = {order(1).id: order(1), order(2).id: order(2)}
    dialog = CancelAll(
        [order(1), order(2)], lambda _: asyncio.sleep(0, Accepted(ref(900))), now=lambda o: present[o.id]
    )
    dialog._item(1, 0).setCheckState(Qt.CheckState.Unchecked)
    for n in (1, 2):
        present[order(n).id] = replace(order(n), remaining=0, state=OrderState.CANCELED)
    dialog.refresh()
    assert dialog.ticked() == [] and not dialog.go.isEnabled()
    for n in (1, 2):
        present[order(n).id] = replace(order(20 + n), id=OrderId(f"O2{n}"))
    dialog.refresh()
    assert dialog.ticked() == [0] and dialog.go.isEnabled(), "what the trader himself had left out stays so"
    assert dialog._item(1, 0).flags() & Qt.ItemFlag.ItemIsEnabled
    dialog.deleteLater()
