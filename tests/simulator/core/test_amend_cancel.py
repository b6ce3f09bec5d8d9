"""Amendments and cancels (market/rules.md 6, kiwoom/README.md 3)."""

from __future__ import annotations

import pytest

from kiwoom_desk.simulator.model import Reason, Refused, Venue
from tests.simulator.core.market import SAMSUNG, open_market


def test_an_amendment_moves_what_remains_to_a_new_number() -> None:
    market = open_market()
    old = market.place("buy", 10, market.bid())
    assert market.core.reach(old.number, 4) == 4
    new = market.amend(old, market.bid(level=2))
    assert (old.filled, old.remaining) == (4, 0)
    assert (new.quantity, new.remaining, new.confirmed, new.filled) == (6, 6, 6, 0)
    assert (new.original, new.root, new.kind) == (old.number, old.number, "amend")
    assert new.number > old.number
    assert market.story(new) == ["accepted", "confirmed"]
    assert market.story(old) == ["accepted", "filled"]


def test_the_root_stays_the_first_order_of_the_chain() -> None:
    market = open_market()
    first = market.place("buy", 10, market.bid())
    second = market.amend(first, market.bid(level=1))
    third = market.amend(second, market.bid(level=2))
    last = market.cancel(third)
    assert (third.original, third.root) == (second.number, first.number)
    assert (last.original, last.root) == (third.number, first.number)


def test_a_partial_amendment_leaves_the_rest_in_its_place() -> None:
    market = open_market()
    price = market.bid(level=1)
    old = market.place("buy", 10, price)
    behind = market.place("buy", 10, price)
    new = market.amend(old, market.bid(level=2), 4)
    assert (old.remaining, new.remaining) == (6, 4)
    assert market.core.reach(behind.number, 1) == 1
    assert old.filled == 6  # everything before `behind` had to go first


def test_an_amended_order_goes_to_the_back_of_its_new_price() -> None:
    market = open_market()
    price = market.bid(level=1)
    first = market.place("buy", 3, market.bid(level=2))
    there = market.place("buy", 3, price)
    moved = market.amend(first, price)
    assert market.core.reach(moved.number, 1) == 1
    assert there.filled == 3


def test_an_amendment_across_the_spread_trades_at_once() -> None:
    market = open_market()
    old = market.place("buy", 3, market.bid())
    new = market.amend(old, market.ask())
    assert (new.filled, new.remaining) == (3, 0)
    assert market.story(new) == ["accepted", "confirmed", "filled"]


def test_a_cancel_is_an_order_number_of_its_own() -> None:
    market = open_market()
    old = market.place("buy", 10, market.bid())
    cancel = market.cancel(old)
    assert (cancel.kind, cancel.quantity, cancel.confirmed, cancel.price, cancel.remaining) == ("cancel", 10, 10, 0, 0)
    assert (old.remaining, old.quantity, old.expired) == (0, 10, False)
    assert market.story(cancel) == ["accepted", "confirmed"]
    assert market.core.cash("stock").reserved == 0


def test_a_partial_cancel_keeps_the_place_in_the_queue() -> None:
    market = open_market()
    price = market.bid()
    old = market.place("buy", 10, price)
    behind = market.place("buy", 10, price)
    cancel = market.cancel(old, 7)
    assert (cancel.confirmed, old.remaining) == (7, 3)
    market.core.reach(behind.number, 1)
    assert old.filled == 3


def test_the_day_lists_every_number_in_order() -> None:
    market = open_market()
    first = market.place("buy", 10, market.bid())
    second = market.amend(first, market.bid(level=1), 4)
    third = market.cancel(first)
    orders = market.core.orders("stock", market.core.now.date())
    assert orders == [first, second, third]
    assert [order.number for order in orders] == sorted({order.number for order in orders})
    assert market.core.orders("gold", market.core.now.date()) == []


def test_a_waiting_stop_can_change_its_trigger_alone() -> None:
    market = open_market()
    price, trigger = market.ask(level=3), market.ask(level=3)
    old = market.place("buy", 2, price, type="28", trigger=trigger)
    new = market.amend(old, price, trigger=market.ask(level=4))
    assert (new.awake, new.trigger, new.remaining) == (False, market.ask(level=4), 2)
    with pytest.raises(Refused, match="same_price"):
        market.amend(new, price)


def test_a_woken_stop_can_change_its_price_only() -> None:
    market = open_market()
    price, trigger = market.bid(level=2), market.core.tape(SAMSUNG, "KRX").last
    old = market.place("buy", 2, price, type="28", trigger=trigger)
    assert old.awake
    with pytest.raises(Refused, match="price_forbidden"):
        market.amend(old, price, trigger=market.ask(level=4))
    assert market.amend(old, market.bid(level=3)).remaining == 2


def test_an_order_of_sor_is_moved_as_sor_wherever_it_rests() -> None:
    market = open_market()
    old = market.place("buy", 2, market.bid("SOR", level=3), venue="SOR")
    others: list[Venue] = ["KRX", "NXT"]
    for wrong in others:
        with pytest.raises(Refused) as refusal:
            market.cancel(old, venue=wrong)
        assert refusal.value.reason is Reason.WRONG_ROUTING
    assert market.cancel(market.amend(old, market.bid("SOR", level=4))).confirmed == 2


@pytest.mark.parametrize("type", ["3", "29"])
def test_market_and_midpoint_orders_are_not_amended(type: str) -> None:
    market = open_market("08:45:00" if type == "3" else "10:00:00")
    old = market.place("buy", 2, type=type)
    with pytest.raises(Refused, match="not_amendable"):
        market.amend(old, market.core.tape(SAMSUNG, "KRX").base)
    assert market.cancel(old).confirmed == 2


def test_an_amendment_up_needs_the_cash_for_the_difference_only() -> None:
    market = open_market()
    price = market.bid(level=3)
    quantity = market.core.orderable("stock", SAMSUNG, price)
    old = market.place("buy", quantity, price)
    with pytest.raises(Refused) as refusal:
        market.amend(old, market.bid(level=1))
    assert refusal.value.reason is Reason.NO_CASH
    assert refusal.value.number is not None and 0 < refusal.value.number < quantity
    assert old.remaining == quantity
    assert market.amend(old, market.bid(level=5)).remaining == quantity


def test_a_break_of_nxt_takes_cancels_only() -> None:
    market = open_market("08:45:00")
    order = market.place("buy", 4, market.bid("NXT"), venue="NXT")
    market.go("08:55:00")
    with pytest.raises(Refused, match="break_cancel_only"):
        market.amend(order, order.price - 100)
    with pytest.raises(Refused, match="break_cancel_only"):
        market.place("buy", 4, order.price, venue="NXT")
    assert market.cancel(order, 1).confirmed == 1
    market.go("09:01:00")
    assert order.remaining in (0, 3)  # it lived on into the main market
    assert not order.expired
