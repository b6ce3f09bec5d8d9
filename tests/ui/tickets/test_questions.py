"""What the guard has asked about is what goes: this order, to this account, with these warnings, or nothing."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.reports import ReportKind
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.settings import CONFIRM
from kiwoom_desk.ui.tickets.amend_ticket import AmendTicket
from kiwoom_desk.ui.tickets.guard_panel import GuardPanel
from kiwoom_desk.ui.tickets.order_ticket import OrderTicket
from tests.support.fake_world import Outdoors
from tests.support.qt import until
from tests.support.tickets import LIMIT, a_moment_later, on_amend, on_ticket, settled, write_limit

LEFT = Qt.MouseButton.LeftButton
OWN_SELL = OrderDraft(Market.STOCK, "005930", Venue.SOR, Side.SELL, OrderType.LIMIT, 5, 71_100)
RESTING = OrderDraft(Market.STOCK, "005930", Venue.NXT, Side.BUY, OrderType.LIMIT, 10, 70_000)


def appears(outdoors: Outdoors, draft: OrderDraft, number: int) -> None:
    """An own order on the other side, placed elsewhere a moment ago."""
    connection = outdoors.workspace.connection
    assert connection is not None
    desk = connection.lanes[Market.STOCK].desk
    assert desk is not None
    desk.take(outdoors.rest(draft, number))


def ask(ticket: OrderTicket, outdoors: Outdoors) -> GuardPanel:
    outdoors.settings.put(CONFIRM, "always")
    write_limit(ticket)
    QTest.mouseClick(ticket.form.send, LEFT)
    assert ticket.form.guard.isVisible()
    return ticket.form.guard


def test_the_question_names_type_exchange_and_environment() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        guard = ask(ticket, outdoors)
        for word in ("보통(지정가)", "SOR", "연습"):
            assert word in guard.text.text()

    on_ticket(story)


def test_a_question_asked_in_one_world_is_gone_in_the_next_and_sends_nothing_there() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        ticket._become(ticket.state.with_venue(Venue.KRX))
        guard = ask(ticket, outdoors)
        await outdoors.enter(World.MOCK)
        assert not guard.isVisible()
        await a_moment_later(outdoors)
        guard.passed.emit()
        await settled(outdoors)
        assert outdoors.posts == []

    on_ticket(story)


def test_a_press_that_was_on_its_way_when_the_world_changed_sends_nothing() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        ticket._become(ticket.state.with_venue(Venue.KRX))
        write_limit(ticket)
        await outdoors.enter(World.MOCK)
        QTest.mouseClick(ticket.form.send, LEFT)
        await settled(outdoors)
        assert outdoors.posts == []
        await a_moment_later(outdoors)
        QTest.mouseClick(ticket.form.send, LEFT)
        await until(lambda: outdoors.posts)
        assert outdoors.posts == [("place", replace(LIMIT, venue=Venue.KRX))]

    on_ticket(story)


def test_a_warning_that_arises_during_a_question_is_asked_about_before_anything_goes() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        guard = ask(ticket, outdoors)
        assert "자전거래" not in guard.text.text()
        await a_moment_later(outdoors)
        appears(outdoors, OWN_SELL, 9)
        QTest.mouseClick(guard.go, LEFT)
        assert "자전거래" in guard.text.text() and guard.isVisible()
        QTest.mouseClick(guard.go, LEFT)
        await settled(outdoors)
        assert outdoors.posts == [], "it came up this moment: nobody has read it"
        await a_moment_later(outdoors)
        QTest.mouseClick(guard.go, LEFT)
        await until(lambda: outdoors.posts)
        assert outdoors.posts == [("place", LIMIT)]

    on_ticket(story)


def test_a_warning_that_arises_during_a_question_is_shown_without_a_press() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        guard = ask(ticket, outdoors)
        appears(outdoors, OWN_SELL, 9)
        ticket.refresh()
        assert "자전거래" in guard.text.text() and "확인이 필요합니다" in guard.title.text()

    on_ticket(story)


def test_an_amendment_goes_only_with_the_warnings_that_were_asked_about() -> None:
    async def story(ticket: AmendTicket, outdoors: Outdoors) -> None:
        QTest.mouseClick(ticket.amend, LEFT)
        guard = ticket.guard
        assert "같습니다" in guard.text.text() and "NXT" in guard.text.text() and "연습" in guard.text.text()
        await a_moment_later(outdoors)
        appears(outdoors, replace(OWN_SELL, price=70_000), 9)
        QTest.mouseClick(guard.go, LEFT)
        assert guard.isVisible() and "자전거래" in guard.text.text() and outdoors.posts == []
        await a_moment_later(outdoors)
        QTest.mouseClick(guard.go, LEFT)
        await until(lambda: outdoors.posts)
        assert outdoors.posts == [("amend", (7, AmendDraft(None, 70_000)))]

    on_amend(RESTING, story)


def test_a_question_about_an_order_is_gone_when_another_has_taken_its_place() -> None:
    async def story(ticket: AmendTicket, outdoors: Outdoors) -> None:
        QTest.mouseClick(ticket.amend, LEFT)
        assert ticket.guard.isVisible() and ticket.order is not None
        before = ticket.order
        desk = ticket._desk
        assert desk is not None
        desk.take(replace(outdoors.rest(RESTING, 8), kind=ReportKind.AMEND, of=before.ref))
        await until(lambda: ticket.order is not None and ticket.order.id != before.id, "the order of now")
        assert not ticket.guard.isVisible()

    on_amend(RESTING, story)


def test_a_question_about_an_amendment_is_gone_with_its_account() -> None:
    async def story(ticket: AmendTicket, outdoors: Outdoors) -> None:
        QTest.mouseClick(ticket.amend, LEFT)
        await outdoors.enter(World.MOCK)
        assert not ticket.guard.isVisible()
        ticket.guard.passed.emit()
        assert outdoors.posts == []

    on_amend(RESTING, story)


def test_a_cancel_and_other_orders_wait_for_no_amendment() -> None:
    other = replace(RESTING, price=69_000)

    async def story(ticket: AmendTicket, outdoors: Outdoors) -> None:
        outdoors.hold()
        ticket.price.setText("70100")
        ticket._edited()
        QTest.mouseClick(ticket.amend, LEFT)
        await until(lambda: len(outdoors.posts) == 1)
        assert not ticket.amend.ready and "응답을 기다립니다" in ticket.amend.sentence
        assert ticket.cancel.ready, "its own cancel goes on as well"
        appears(outdoors, other, 8)
        ticket.fill(next(order for order in ticket._desk.orders() if order.draft.price == 69_000))  # type: ignore[union-attr]
        await a_moment_later(outdoors)
        assert ticket.cancel.ready
        QTest.mouseClick(ticket.cancel, LEFT)
        await until(lambda: len(outdoors.posts) == 2)
        assert outdoors.posts[1] == ("cancel", (8, None))
        outdoors.let_go()

    on_amend(RESTING, story)


def test_a_further_own_order_is_another_warning_under_the_same_code() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        appears(outdoors, OWN_SELL, 9)
        guard = ask(ticket, outdoors)
        assert "자전거래" in guard.text.text()
        await a_moment_later(outdoors)
        appears(outdoors, replace(OWN_SELL, quantity=5_000, price=71_000), 10)
        QTest.mouseClick(guard.go, LEFT)
        await settled(outdoors)
        assert guard.isVisible() and "외 1건" in guard.text.text() and outdoors.posts == []

    on_ticket(story)


def test_the_answer_of_one_order_takes_no_cancel_and_no_passed_question_of_another() -> None:
    async def story(ticket: AmendTicket, outdoors: Outdoors) -> None:
        answer = outdoors.hold()
        ticket.price.setText("70100")
        ticket._edited()
        QTest.mouseClick(ticket.amend, LEFT)
        await until(lambda: len(outdoors.posts) == 1)
        appears(outdoors, replace(RESTING, price=69_000), 8)
        desk = ticket._desk
        assert desk is not None
        ticket.fill(next(order for order in desk.orders() if order.draft.price == 69_000))
        QTest.mouseClick(ticket.amend, LEFT)  # the same price again is asked about
        await a_moment_later(outdoors)
        QTest.mouseClick(ticket.amend, LEFT)
        assert ticket.guard.isVisible()
        await a_moment_later(outdoors)
        answer.set_result(outdoors.accepted())
        await until(lambda: not ticket._under_way, "the answer")
        QTest.mouseClick(ticket.guard.go, LEFT)
        await until(lambda: len(outdoors.posts) == 2, "what was asked about")
        QTest.mouseClick(ticket.cancel, LEFT)
        await until(lambda: len(outdoors.posts) == 3, "the cancel")
        assert [verb for verb, _ in outdoors.posts] == ["amend", "amend", "cancel"]

    on_amend(RESTING, story)


def test_the_form_of_a_rest_that_ends_stays_with_it_and_takes_no_part_that_was_amended_before() -> None:
    async def story(ticket: AmendTicket, outdoors: Outdoors) -> None:
        desk, before = ticket._desk, ticket.order
        assert desk is not None and before is not None
        part = replace(outdoors.rest(replace(RESTING, quantity=4), 8), kind=ReportKind.AMEND, of=before.ref)
        part = replace(part, confirmed=4)
        desk.take(part)
        ticket.refresh()
        assert ticket.order is not None and ticket.order.id == before.id and ticket.order.remaining == 6
        desk.take(replace(outdoors.rest(RESTING, 7), filled=6, filled_value=420_000, remaining=0))
        ticket.refresh()
        assert ticket.order.id == before.id and not ticket.cancel.ready

    on_amend(RESTING, story)
