"""What each order type does on arrival and afterwards (market/rules.md 5)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kiwoom_desk.simulator.model import Level, Venue
from tests.simulator.core.market import GOLD, SAMSUNG, open_market

THIN = "0156T0"
VENUES: tuple[Venue, Venue] = ("KRX", "NXT")


def test_a_limit_that_crosses_trades_at_the_waiting_prices() -> None:
    market = open_market()
    first, second = market.core.depth(SAMSUNG, "KRX").asks[:2]
    order = market.place("buy", 3, second.price)
    assert [(fill.price, fill.quantity) for fill in order.fills] == [(first.price, 3)]
    assert market.story(order) == ["accepted", "filled"]


def test_a_limit_that_does_not_cross_waits_in_the_book() -> None:
    market = open_market()
    bid = market.core.depth(SAMSUNG, "KRX").bids[0]
    order = market.place("buy", 3, bid.price)
    assert (order.remaining, order.fills) == (3, [])
    assert market.core.depth(SAMSUNG, "KRX").bids[0].quantity == bid.quantity + 3
    assert market.story(order) == ["accepted"]


def test_a_market_order_sweeps_level_by_level() -> None:
    market = open_market()
    first, second = market.core.depth(SAMSUNG, "KRX").bids[:2]
    market.enrich(SAMSUNG, first.quantity + 5)
    order = market.place("sell", first.quantity + 5, type="3")
    assert {fill.price for fill in order.fills} == {first.price, second.price}
    assert order.filled == first.quantity + 5


@pytest.mark.parametrize("type", ["10", "13", "16"])
def test_ioc_takes_what_is_there_and_the_exchange_drops_the_rest(type: str) -> None:
    market = open_market()
    touch = market.core.depth(THIN, "KRX").asks
    quantity = 2 * sum(level.quantity for level in touch)  # the book is deeper than what is shown, but not that deep
    market.enrich()
    price = touch[-1].price if type == "10" else 0
    order = market.place("buy", quantity, price, type=type, code=THIN)
    assert 0 < order.filled < quantity
    assert order.remaining == 0
    assert market.story(order)[-1] == "cancelled"
    assert not order.expired


@pytest.mark.parametrize("type", ["20", "23", "26"])
def test_fok_is_all_or_nothing(type: str) -> None:
    market = open_market()
    touch = market.core.depth(SAMSUNG, "KRX").asks
    market.enrich()
    price = touch[0].price if type == "20" else 0
    enough = market.place("buy", 2, price, type=type)
    assert enough.filled == 2
    order = market.place("buy", 10**8, price, type=type)
    assert (order.filled, order.remaining) == (0, 0)
    assert market.story(order) == ["accepted", "cancelled"]


def test_best_opposite_rests_at_the_price_it_found() -> None:
    market = open_market()
    ask = market.core.depth(SAMSUNG, "KRX").asks[0]
    market.enrich()
    order = market.place("buy", ask.quantity + 4, type="6")
    assert (order.filled, order.remaining) == (ask.quantity, 4)
    best = market.core.depth(SAMSUNG, "KRX").bids[0]
    assert (best.price, best.quantity) == (ask.price, 4)


def test_best_same_joins_its_own_side() -> None:
    market = open_market()
    bid = market.core.depth(SAMSUNG, "KRX").bids[0]
    order = market.place("buy", 4, type="7")
    assert order.remaining == 4
    assert market.core.depth(SAMSUNG, "KRX").bids[0].quantity == bid.quantity + 4


def test_a_midpoint_order_is_not_shown_and_trades_between_bid_and_ask() -> None:
    market = open_market()
    before = market.core.depth(SAMSUNG, "KRX")
    order = market.place("buy", 4, type="29")
    assert market.core.depth(SAMSUNG, "KRX") == before
    market.core.take(SAMSUNG, "KRX", "sell", 1, before.bids[0].price)
    assert [fill.price for fill in order.fills] == [(before.bids[0].price + before.asks[0].price) // 2]


def test_midpoint_orders_meet_each_other() -> None:
    market = open_market()
    buy = market.place("buy", 4, type="29")
    sell = market.place("sell", 3, type="30")
    assert (buy.filled, sell.filled) == (3, 3)


def test_a_midpoint_fok_without_a_partner_is_dropped() -> None:
    market = open_market()
    order = market.place("buy", 1, type="31")
    assert market.story(order) == ["accepted", "cancelled"]


def test_a_stop_waits_for_the_last_trade_and_keeps_its_receipt_time() -> None:
    market = open_market()
    ask = market.ask()
    stop = market.place("buy", 2, ask, type="28", trigger=market.ask(level=2))
    assert (stop.awake, stop.remaining) == (False, 2)
    market.core.take(SAMSUNG, "KRX", "buy", 10**7, market.ask(level=2))
    assert stop.awake
    later = market.place("buy", 2, ask)
    assert market.core.depth(SAMSUNG, "KRX").bids[0].price == ask
    market.core.take(SAMSUNG, "KRX", "sell", 2, ask)
    assert (stop.filled, later.filled) == (2, 0)


def test_a_stop_that_is_already_met_works_at_once() -> None:
    market = open_market()
    last = market.core.tape(SAMSUNG, "KRX").last
    order = market.place("sell", 1, market.bid(), type="28", trigger=last)
    assert (order.awake, order.filled) == (True, 1)


def test_a_conditional_order_becomes_a_market_order_in_the_closing_auction() -> None:
    market = open_market("15:19:00")
    order = market.place("buy", 5, market.core.tape(SAMSUNG, "KRX").lower, type="5")
    assert order.remaining == 5
    market.go("15:31:00")
    assert order.filled == 5
    assert order.fills[0].price > order.price
    assert order.fills[0].price == market.core.tape(SAMSUNG, "KRX").last


def test_midpoint_orders_are_void_in_the_closing_auction() -> None:
    market = open_market("15:19:00")
    order = market.place("buy", 5, type="29")
    market.go("15:21:00")
    assert (order.expired, market.story(order)) == (True, ["accepted", "expired"])


def test_off_hours_at_the_previous_close_trades_at_the_base() -> None:
    market = open_market("08:31:00", quiet=False)
    order = market.place("buy", 3, type="61")
    market.go("08:40:00")
    assert {fill.price for fill in order.fills} == {market.core.tape(SAMSUNG, "KRX").base}


@pytest.mark.parametrize("venue", ["KRX", "NXT"])
def test_off_hours_at_todays_close_waits_for_the_close(venue: Venue) -> None:
    market = open_market("15:05:00" if venue == "NXT" else "15:31:00", quiet=False)
    order = market.place("buy", 3, type="81", venue=venue)
    held = market.core.cash("stock").reserved
    assert held > 3 * market.core.tape(SAMSUNG, "KRX").last
    market.go("15:31:00")
    close = market.core.tape(SAMSUNG, "KRX").last
    market.go("16:00:00")
    assert {fill.price for fill in order.fills} == {close}
    assert order.filled == 3


def test_an_opening_auction_fills_at_one_price() -> None:
    market = open_market("08:50:00")
    order = market.place("buy", 3, type="3")
    limit = market.place("sell", 2, market.core.tape(SAMSUNG, "KRX").lower)
    depth = market.core.depth(SAMSUNG, "KRX")
    assert len(depth.asks) <= 3 and len(depth.bids) <= 3
    assert depth.expected_price > 0 and depth.expected_quantity > 0
    market.go("09:01:00")
    assert order.filled == 3 and limit.filled == 2
    prices = {fill.price for fill in (*order.fills, *limit.fills)}
    assert prices == {market.core.tape(SAMSUNG, "KRX").open}


def test_gold_trades_in_its_own_account() -> None:
    market = open_market()
    order = market.place("buy", 10, market.ask(code=GOLD), type="00", code=GOLD, account="gold")
    assert order.filled == 10
    assert market.core.cash("stock").d2 == 50_000_000
    fee = order.value * 3 // 1000 // 10 * 10
    assert market.core.cash("gold").d2 == 50_000_000 - order.value - fee - fee // 10
    assert market.core.cash("gold").deposit == market.core.cash("gold").d2  # settles the same day


def test_sor_splits_what_can_trade_by_the_best_price() -> None:
    market = open_market()
    market.enrich()
    krx, nxt = (market.core.depth(SAMSUNG, "KRX").asks, market.core.depth(SAMSUNG, "NXT").asks)
    top = max(krx[0].price, nxt[0].price)
    there = sum(level.quantity for level in (*krx, *nxt) if level.price <= top)
    order = market.place("buy", there, top, venue="SOR")
    assert order.filled == there
    assert {fill.venue for fill in order.fills} == {"KRX", "NXT"}
    assert [fill.price for fill in order.fills] == sorted(fill.price for fill in order.fills)


def test_the_resting_part_of_sor_goes_whole_to_one_venue() -> None:
    market = open_market()
    before = [market.core.depth(SAMSUNG, venue).bids[0] for venue in VENUES]
    price = min(level.price for level in before)
    there = [_at(market.core.depth(SAMSUNG, venue).bids, price) for venue in VENUES]
    order = market.place("buy", 9, price, venue="SOR")
    totals = [_at(market.core.depth(SAMSUNG, venue).bids, price) for venue in VENUES]
    assert order.remaining == 9
    assert market.core.depth(SAMSUNG, "SOR").bids[0].price == max(level.price for level in before)
    assert sorted(now - then for now, then in zip(totals, there, strict=True)) == [0, 9]


def test_sor_reaches_the_open_venue_only() -> None:
    market = open_market("15:45:00")
    order = market.place("buy", 2, market.ask("NXT"), venue="SOR")
    assert [fill.venue for fill in order.fills] == ["NXT"]


def _at(levels: Sequence[Level], price: int) -> int:
    return sum(level.quantity for level in levels if level.price == price)
