"""Clicks and keys on the real ticket, over a real workspace whose broker is a list."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from kiwoom_desk.domain.facts import AnswerLost
from kiwoom_desk.domain.forms import Field
from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType, types_of
from kiwoom_desk.domain.quotes import Quote
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.settings import CONFIRM, HIDE_AMOUNTS
from kiwoom_desk.ui.formats import HIDDEN
from kiwoom_desk.ui.tickets.order_ticket import OrderTicket
from kiwoom_desk.ui.tickets.trigger import CARRIED_OVER
from tests.support.fake_world import ETF, KTNG, Outdoors
from tests.support.faults import fault
from tests.support.market import SAMSUNG
from tests.support.qt import until
from tests.support.tickets import LIMIT, a_moment_later, on_ticket, settled, write, write_limit

Key = Qt.Key


def hold_enter(widget: QWidget, repeats: int = 12) -> None:
    """Enter goes down and stays down: one press, then repeats as the system makes them."""
    QTest.keyPress(widget, Key.Key_Return)
    for _ in range(repeats):
        focus = QApplication.focusWidget() or widget
        event = QKeyEvent(QEvent.Type.KeyPress, Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True)
        QApplication.sendEvent(focus, event)


def test_a_click_sends_exactly_what_the_button_says() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        write_limit(ticket)
        for word in ("삼성전자", "10주", "71,200원", "매수", "보통(지정가)", "712,000원", "SOR", "연습"):
            assert word in ticket.form.send.sentence
        QTest.mouseClick(ticket.form.send, Qt.MouseButton.LeftButton)
        await until(lambda: outdoors.posts)
        await settled(outdoors)
        assert outdoors.posts == [("place", LIMIT)]

    on_ticket(story)


@fault("U01")
def test_a_double_click_and_ten_more_are_one_order() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        write_limit(ticket)
        for _ in range(10):
            QTest.mouseClick(ticket.form.send, Qt.MouseButton.LeftButton)
            QTest.mouseDClick(ticket.form.send, Qt.MouseButton.LeftButton)
            await asyncio.sleep(0)
        await until(lambda: outdoors.posts)
        await settled(outdoors)
        assert outdoors.posts == [("place", LIMIT)]

    on_ticket(story)


@fault("U01")
@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter, Key.Key_Space])
def test_a_held_key_is_one_order(key: Qt.Key) -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        write_limit(ticket)
        ticket.form.send.setFocus()
        QTest.keyPress(ticket.form.send, key)
        for _ in range(20):
            event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, "", True)
            QApplication.sendEvent(ticket.form.send, event)
        QTest.keyRelease(ticket.form.send, key)
        await until(lambda: outdoors.posts)
        await settled(outdoors)
        assert outdoors.posts == [("place", LIMIT)]

    on_ticket(story)


def test_while_the_answer_is_awaited_the_button_does_nothing_and_says_so() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        answer = outdoors.hold()
        write_limit(ticket)
        QTest.mouseClick(ticket.form.send, Qt.MouseButton.LeftButton)
        await until(lambda: outdoors.posts)
        assert not ticket.form.send.ready and "보내는 중" in ticket.form.send.sentence
        write(ticket.form.quantity, "11")
        QTest.mouseClick(ticket.form.send, Qt.MouseButton.LeftButton)
        answer.set_result(AnswerLost("시간 초과"))
        await settled(outdoors)
        await until(lambda: not ticket._sender.busy)
        assert outdoors.posts == [("place", LIMIT)]

    on_ticket(story)


def test_another_order_goes_on_while_the_answer_is_awaited_and_the_same_one_does_not() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        outdoors.hold()
        write_limit(ticket)
        QTest.mouseClick(ticket.form.send, Qt.MouseButton.LeftButton)
        await until(lambda: len(outdoors.posts) == 1)
        ticket.set_side(Side.SELL)
        assert ticket.form.send.ready, ticket.form.send.sentence
        await a_moment_later(outdoors)
        QTest.mouseClick(ticket.form.send, Qt.MouseButton.LeftButton)
        assert ticket.form.guard.isVisible(), "it would cross the one on its way"
        await a_moment_later(outdoors)
        QTest.mouseClick(ticket.form.guard.go, Qt.MouseButton.LeftButton)
        await until(lambda: len(outdoors.posts) == 2)
        ticket.set_side(Side.BUY)
        assert not ticket.form.send.ready and "응답을 기다립니다" in ticket.form.send.sentence
        await a_moment_later(outdoors)
        QTest.mouseClick(ticket.form.send, Qt.MouseButton.LeftButton)
        await asyncio.sleep(0)
        assert outdoors.posts == [("place", LIMIT), ("place", replace(LIMIT, side=Side.SELL))]

    on_ticket(story)


def test_a_tick_makes_no_other_order_of_the_one_that_follows_the_market_and_is_on_its_way() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        outdoors.hold()
        write(ticket.form.quantity, "10")
        QTest.mouseClick(ticket.form.follow, Qt.MouseButton.LeftButton)
        QTest.mouseClick(ticket.form.send, Qt.MouseButton.LeftButton)
        await until(lambda: len(outdoors.posts) == 1)
        data = ticket._feed._data()
        assert data is not None
        data._take(Quote("005930", last=71_300, at=outdoors.clock.now(), feed_live=True), ticket.state.venue)
        ticket.refresh()
        assert ticket.state.price == 71_200 and not ticket.form.send.ready
        await a_moment_later(outdoors)
        QTest.mouseClick(ticket.form.send, Qt.MouseButton.LeftButton)
        await asyncio.sleep(0)
        assert len(outdoors.posts) == 1
        outdoors.let_go()
        await until(lambda: ticket.state.price == 71_300, "it follows again")

    on_ticket(story)


def test_the_button_says_what_becomes_of_the_order_while_it_waits_and_once_it_has_left() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        answer, send = outdoors.hold(), ticket.form.send
        outdoors.turns.clear()
        write_limit(ticket)
        QTest.mouseClick(send, Qt.MouseButton.LeftButton)
        await until(lambda: ticket._sender.withdrawable)
        ticket.refresh()
        assert send.ready and "누르면 철회" in send.sentence
        outdoors.turns.set()
        await until(lambda: outdoors.posts)
        assert not send.ready and "보내는 중" in send.sentence
        answer.set_result(AnswerLost("시간 초과"))
        await until(lambda: not ticket._sender.busy)

    on_ticket(story)


def test_a_click_on_what_fills_a_field_leaves_the_focus_where_the_hand_writes() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        f = ticket.form
        await until(lambda: ticket._orderable.value is not None, "an orderable quantity")
        for made in (f.percents[25], f.follow, f.by_amount):
            f.price.setFocus()
            QTest.mouseClick(made, Qt.MouseButton.LeftButton)
            assert ticket.focusWidget() is (f.amount if made is f.by_amount else f.price)

    on_ticket(story)


def test_enter_held_in_the_quantity_moves_one_field_and_sends_nothing() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        write_limit(ticket)
        ticket.form.quantity.setFocus()
        hold_enter(ticket.form.quantity)
        assert ticket.focusWidget() is ticket.form.price
        await settled(outdoors)
        assert outdoors.posts == []

    on_ticket(story)


def test_the_keyboard_alone_writes_and_sends_an_order_and_esc_goes_back() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        f = ticket.form
        f.symbol.setFocus()
        visited = []
        for text in ("005930", "", "10", "71,200원", ""):
            focus = ticket.focusWidget()
            visited.append(focus)
            if text:
                QTest.keyClick(focus, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
                f.price.insert(text) if focus is f.price else QTest.keyClicks(focus, text)
                f.price._edited() if focus is f.price else None
            if focus is f.send:
                break
            QTest.keyClick(focus, Key.Key_Return)
        assert visited == [f.symbol, f.types, f.quantity, f.price, f.send]
        QTest.keyClick(f.send, Key.Key_Escape)
        assert ticket.focusWidget() is f.price
        QTest.keyClick(f.price, Key.Key_Return)
        QTest.keyClick(f.send, Key.Key_Return)
        await until(lambda: outdoors.posts)
        assert outdoors.posts == [("place", LIMIT)]
        assert ticket.focusWidget() is f.quantity, "the next Enter is not the same order again"

    on_ticket(story)


def test_esc_on_a_button_that_fills_a_field_goes_to_that_field() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        f = ticket.form
        write_limit(ticket)
        for start, back in ((f.percents[50], f.quantity), (f.all_orderable, f.quantity), (f.follow, f.price)):
            start.setFocus()
            assert ticket.focusWidget() is start
            QTest.keyClick(start, Key.Key_Escape)
            assert ticket.focusWidget() is back

    on_ticket(story)


@pytest.mark.parametrize("market", list(Market))
def test_every_type_switches_its_fields(market: Market) -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        for type_ in types_of(market):
            ticket.form.types.choose(OrderType.STOP_LIMIT if market is Market.STOCK else OrderType.LIMIT)
            write(ticket.form.price, "71200")
            if market is Market.STOCK:
                write(ticket.form.trigger, "71300")
            ticket.form.types.choose(type_)
            assert ticket.form.price.isEnabled() == type_.needs_price
            assert ticket.form.trigger.isEnabled() == type_.needs_trigger
            assert bool(ticket.form.price.text()) == type_.needs_price
            assert bool(ticket.form.trigger.text()) == type_.needs_trigger
            if not type_.needs_price:
                assert ticket.form.price.toolTip() and not ticket.form.up.isEnabled()

    on_ticket(story, market)


def test_tab_goes_through_the_fields_and_then_to_what_fills_them() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        f = ticket.form
        await until(lambda: "704" in f.all_orderable.text(), "what can be ordered")
        f.quantity.setFocus()
        met = []
        for _ in range(5 + len(f.percents)):
            QTest.keyClick(ticket.focusWidget(), Key.Key_Tab)
            met.append(ticket.focusWidget())
        assert met == [f.price, f.send, f.by_amount, f.all_orderable, *f.percents.values(), f.follow]
        f.all_orderable.setFocus()
        QTest.keyClick(f.all_orderable, Key.Key_Space)
        assert ticket.state.quantity == 704

    on_ticket(story)


def test_another_symbol_takes_the_price_away_and_keeps_the_type() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        ticket.form.types.choose(OrderType.LIMIT_IOC)
        write_limit(ticket)
        ticket.set_instrument(KTNG)
        assert (ticket.form.price.text(), ticket.state.type) == ("", OrderType.LIMIT_IOC)
        assert not ticket.form.send.ready

    on_ticket(story)


def test_a_price_that_could_not_be_read_goes_with_its_symbol() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        write(ticket.form.price, "7x")
        assert ticket.form.price.problem
        ticket.set_instrument(ETF)
        assert (ticket.form.price.text(), ticket.form.price.problem) == ("", "")

    on_ticket(story)


def test_a_strong_warning_asks_and_enter_does_not_pass_it() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        ticket.set_instrument(ETF)
        await until(lambda: ticket._feed.quote is not None and ticket._feed.quote.code == ETF.code)
        QTest.mouseClick(ticket.form.venue.buttons[Venue.NXT], Qt.MouseButton.LeftButton)
        write(ticket.form.quantity, "10")
        write(ticket.form.price, "36415")
        ticket.form.send.setFocus()
        QTest.keyClick(ticket.form.send, Key.Key_Return)
        guard = ticket.form.guard
        assert guard.isVisible() and ticket.focusWidget() is guard.back
        guard.go.setFocus()
        for _ in range(3):
            QTest.keyClick(guard.go, Key.Key_Return)
        QTest.mouseClick(guard.go, Qt.MouseButton.LeftButton)
        assert outdoors.posts == [], "a click within 0.4 s was meant for something else"
        end = outdoors.clock.monotonic() + CARRIED_OVER
        await until(lambda: outdoors.clock.monotonic() > end)
        QTest.mouseClick(guard.go, Qt.MouseButton.LeftButton)
        await until(lambda: outdoors.posts)
        assert len(outdoors.posts) == 1 and not guard.isVisible()

    on_ticket(story)


@fault("U04")
def test_enter_in_the_question_turns_back_and_a_change_closes_it() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        outdoors.settings.put(CONFIRM, "always")
        write_limit(ticket)
        QTest.mouseClick(ticket.form.send, Qt.MouseButton.LeftButton)
        guard = ticket.form.guard
        assert guard.isVisible() and "****-1234" in guard.text.text()
        QTest.keyClick(guard.back, Key.Key_Return)
        assert not guard.isVisible()
        end = outdoors.clock.monotonic() + CARRIED_OVER
        await until(lambda: outdoors.clock.monotonic() > end)
        QTest.mouseClick(ticket.form.send, Qt.MouseButton.LeftButton)
        assert guard.isVisible()
        ticket.pick_price(71_100)
        assert not guard.isVisible()
        assert outdoors.posts == []

    on_ticket(story)


def test_what_cannot_be_read_stays_in_sight_with_a_sentence() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        write(ticket.form.quantity, "abc")
        ticket.form.price.setFocus()
        assert ticket.form.quantity.text() == "abc" and ticket.form.quantity.property("wrong")
        assert any("숫자" in sentence for sentence in ticket.form.advice.sentences())
        QTest.mouseClick(ticket.form.send, Qt.MouseButton.LeftButton)
        assert ticket.focusWidget() is ticket.form.quantity
        assert outdoors.posts == []

    on_ticket(story)


def test_arrows_and_wheel_step_by_the_tick_of_the_price_itself() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        price = ticket.form.price
        write(price, "1999")
        QTest.keyClick(price, Key.Key_Up)
        assert price.text() == "2,000"
        QTest.keyClick(price, Key.Key_Up)
        assert price.text() == "2,005"
        spin(price, -1)
        spin(price, -1)
        assert ticket.state.price == 1_999
        ticket.form.quantity.setFocus()
        spin(price, 1)
        assert ticket.state.price == 1_999, "a wheel over a field without the focus changes nothing"

    on_ticket(story)


def spin(widget: QWidget, notches: int) -> None:
    centre = QPointF(widget.rect().center())
    event = QWheelEvent(
        centre,
        QPointF(widget.mapToGlobal(centre.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_the_orderable_fills_and_its_shares_are_rounded_down() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        await until(lambda: ticket._orderable.value == 704)
        ticket.refresh()
        QTest.mouseClick(ticket.form.all_orderable, Qt.MouseButton.LeftButton)
        assert ticket.state.quantity == 704
        QTest.mouseClick(ticket.form.percents[25], Qt.MouseButton.LeftButton)
        assert ticket.state.quantity == 176
        QTest.mouseClick(ticket.form.percents[10], Qt.MouseButton.LeftButton)
        assert ticket.form.quantity.text() == "70"

    on_ticket(story)


def test_live_sends_nothing_until_it_is_armed() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        write(ticket.form.quantity, "10")
        write(ticket.form.price, "71200")
        assert not ticket.form.send.ready and "실전 주문이 꺼져" in ticket.form.send.sentence
        QTest.mouseClick(ticket.form.send, Qt.MouseButton.LeftButton)
        assert outdoors.posts == []
        outdoors.workspace.safety.arm("1234", 15)
        ticket.refresh()
        assert ticket.form.send.ready and "실전" in ticket.form.send.sentence
        outdoors.workspace.safety.block()
        ticket.refresh()
        assert not ticket.form.send.ready and "차단" in ticket.form.send.sentence

    on_ticket(story, world=World.LIVE)


def test_the_mock_offers_krx_alone() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        assert ticket.state.venue is Venue.KRX
        assert [b.isEnabled() for v, b in ticket.form.venue.buttons.items() if v is not Venue.KRX] == [False, False]
        write_limit(ticket)
        assert "KRX · 모의" in ticket.form.send.sentence

    on_ticket(story, world=World.MOCK)


def test_a_refusal_of_our_own_is_said_in_the_ticket() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        outdoors.answers.append(AnswerLost("시간 초과"))
        write_limit(ticket)
        outdoors.workspace.safety.blocked = True  # between the last drawing and the press
        QTest.mouseClick(ticket.form.send, Qt.MouseButton.LeftButton)
        assert outdoors.posts == []
        assert "차단" in ticket.form.send.sentence

    on_ticket(story)


def test_a_refusal_of_an_order_that_is_no_more_in_the_form_names_it_elsewhere() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        outdoors.turns.clear()
        write_limit(ticket)
        QTest.mouseClick(ticket.form.send, Qt.MouseButton.LeftButton)
        await until(lambda: ticket._sender.withdrawable)
        write(ticket.form.quantity, "20")
        connection = outdoors.workspace.connection
        assert connection is not None
        desk = connection.lanes[Market.STOCK].desk
        assert desk is not None
        desk.waiting.withdraw_all()
        await until(lambda: not ticket._sender._under_way)
        assert not ticket.form.trouble.isVisible(), "the 20 in the form were never sent"
        said = outdoors.workspace.notices.recent[-1].text
        assert "보내지 않았습니다" in said and "10주" in said

    on_ticket(story)


def test_the_terms_of_an_order_can_be_sent_again_where_the_directory_lacks_its_issue() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        ticket.fill(replace(LIMIT, code="777777"), None)
        assert ticket.form.symbol.text() == "777777" and ticket.symbol_stands()

    on_ticket(story)


def test_a_sell_from_a_holding_fills_side_and_quantity() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        ticket.sell(SAMSUNG, 120)
        assert (ticket.state.side, ticket.state.quantity, ticket.form.quantity.text()) == (Side.SELL, 120, "120")
        assert Field.QUANTITY not in ticket.state.problems

    on_ticket(story)


def test_hidden_amounts_hide_what_can_be_ordered_and_the_account_and_still_fill_it() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        outdoors.settings.put(HIDE_AMOUNTS, True)
        outdoors.settings.put(CONFIRM, "always")
        await until(lambda: ticket._orderable.value == 704)
        ticket.refresh()
        form = ticket.form
        assert form.all_orderable.text() == "가능" and form.costs["주문가능"].text() == HIDDEN
        QTest.mouseClick(form.percents[10], Qt.MouseButton.LeftButton)
        assert form.quantity.text() == "70"
        write_limit(ticket)
        QTest.mouseClick(form.send, Qt.MouseButton.LeftButton)
        assert form.guard.isVisible() and "1234" not in form.guard.text.text()

    on_ticket(story)
