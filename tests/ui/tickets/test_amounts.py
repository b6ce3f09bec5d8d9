"""금액으로: the quantity is what the amount buys, whichever of the two is written first, until it is said otherwise."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.ui.tickets.order_ticket import OrderTicket
from tests.support.fake_world import Outdoors
from tests.support.tickets import on_ticket, write

LEFT = Qt.MouseButton.LeftButton


def by_amount(ticket: OrderTicket, amount: str) -> None:
    QTest.mouseClick(ticket.form.by_amount, LEFT)
    write(ticket.form.amount, amount)


def test_an_amount_written_before_its_price_counts_when_the_price_comes() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        by_amount(ticket, "1000000")
        assert ticket.form.quantity.text() == "" and not ticket.form.send.ready
        write(ticket.form.price, "71200")
        assert ticket.state.quantity == 14 and ticket.form.send.ready

    on_ticket(story)


def test_another_price_counts_the_amount_anew_and_so_does_a_step() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        write(ticket.form.price, "71200")
        by_amount(ticket, "1000000")
        assert ticket.state.quantity == 14
        write(ticket.form.price, "50000")
        assert ticket.state.quantity == 20 and ticket.form.quantity.text() == "20"
        QTest.mouseClick(ticket.form.up, LEFT)
        assert (ticket.state.price, ticket.state.quantity) == (50_100, 19)
        ticket.pick_price(80_000)
        assert ticket.state.quantity == 12

    on_ticket(story)


def test_another_type_counts_by_what_a_share_then_counts_for() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        by_amount(ticket, "1000000")
        ticket._become(ticket.state.with_type(OrderType.MARKET))
        assert ticket.view is not None and ticket.view.each is not None
        assert ticket.state.quantity == 1_000_000 // ticket.view.each

    on_ticket(story)


def test_an_emptied_amount_leaves_no_quantity_behind() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        write(ticket.form.price, "71200")
        by_amount(ticket, "1000000")
        ticket.form.amount.selectAll()
        QTest.keyClick(ticket.form.amount, Qt.Key.Key_Delete)
        assert ticket.state.quantity is None and not ticket.form.send.ready

    on_ticket(story)


def test_a_quantity_said_by_hand_ends_the_amount() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        write(ticket.form.price, "71200")
        by_amount(ticket, "1000000")
        write(ticket.form.quantity, "3")
        assert ticket.form.amount.text() == ""
        write(ticket.form.price, "50000")
        assert ticket.state.quantity == 3

    on_ticket(story)


def test_an_amount_that_cannot_be_read_stays_in_sight_and_buys_nothing() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        write(ticket.form.price, "71200")
        by_amount(ticket, "1000000x")
        ticket.form.price.setFocus()
        ticket.refresh()
        assert ticket.form.amount.text() == "1000000x" and ticket.form.amount.property("wrong")
        assert ticket.state.quantity is None and not ticket.form.send.ready

    on_ticket(story)


def test_switched_off_the_quantity_stays_as_it_is() -> None:
    async def story(ticket: OrderTicket, outdoors: Outdoors) -> None:
        write(ticket.form.price, "71200")
        by_amount(ticket, "1000000")
        QTest.mouseClick(ticket.form.by_amount, LEFT)
        write(ticket.form.price, "50000")
        assert ticket.state.quantity == 14 and not ticket.form.amount.isVisible()

    on_ticket(story)
