"""Static volatility interruptions (market/rules.md 10.1 and 4.4): ten per cent from the last auction stop a share."""

from __future__ import annotations

import pytest

from kiwoom_desk.simulator.model import Interruption, InterruptionEvent, Reason, Refused, Side
from tests.simulator.core.market import GOLD, HALTED, SAMSUNG, Market, at, open_market


def _told(market: Market) -> list[tuple[Interruption, bool]]:
    """Every word about interruptions: which, and whether it was its end."""
    return [(e.interruption, e.ended) for e in market.events if isinstance(e, InterruptionEvent)]


@pytest.mark.parametrize(("side", "tenths"), [("buy", 11), ("sell", 9)])
def test_a_surge_ends_at_ten_per_cent_in_an_auction_of_two_minutes(side: Side, tenths: int) -> None:
    market = open_market()
    opened = market.core.tape(SAMSUNG, "KRX").open
    assert market.core.surge(SAMSUNG, side)
    [(interruption, ended)] = _told(market)
    price = market.core.tape(SAMSUNG, "KRX").last
    assert (interruption.reference, interruption.price, interruption.count, ended) == (opened, price, 1, False)
    assert (price * 10 - opened * tenths) * (1 if side == "buy" else -1) in range(1_000)
    buy, sell = market.place("buy", 5, type="3"), market.place("sell", 5, price)
    market.go("10:01:59")
    assert buy.filled == sell.filled == 0
    market.go("10:02:00")
    assert (buy.filled, sell.filled) == (5, 5)
    assert [ended for _, ended in _told(market)] == [False, True]
    assert market.core.interruptions == [interruption] and interruption.released == at("10:02:00")
    assert market.place("buy", 1, type="13").filled == 1


def test_only_what_an_auction_takes_can_be_ordered_and_all_can_be_changed() -> None:
    market = open_market()
    resting, part = market.place("buy", 5, market.bid(level=5)), market.place("buy", 5, market.bid(level=5))
    market.core.surge(SAMSUNG, "buy")
    price = market.core.tape(SAMSUNG, "KRX").last
    for type in ("0", "3", "5"):
        market.place("buy", 1, 0 if type == "3" else price, type=type)
    for type in ("6", "7", "13", "16", "23", "26", "29", "30", "31"):
        with pytest.raises(Refused) as refused:
            market.place("buy", 1, type=type)
        assert refused.value.reason is Reason.TYPE_NOT_NOW
    assert market.amend(resting, price).remaining == 5
    assert market.cancel(part).confirmed == 5
    assert market.core.take(SAMSUNG, "KRX", "buy", 10, 0) == 0


def test_a_large_order_stops_at_the_price_that_interrupts() -> None:
    market = open_market()
    trigger = (market.core.tape(SAMSUNG, "KRX").open * 11 // 10 + 99) // 100 * 100
    near, far = market.place("sell", 5, trigger), market.place("sell", 5, trigger + 100)
    market.core.take(SAMSUNG, "KRX", "buy", 10**9, trigger + 500)
    assert (near.filled, far.filled, len(_told(market))) == (5, 0, 1)


def test_what_is_left_of_a_market_order_waits_for_the_auction() -> None:
    market = open_market()
    market.enrich(quantity=10**8)
    trigger = (market.core.tape(SAMSUNG, "KRX").open * 9 // 10) // 100 * 100
    bid = market.place("buy", 7, trigger)
    sell = market.place("sell", 10**7, type="3")
    assert (bid.filled, len(_told(market))) == (7, 1)
    assert sell.remaining > 0
    late = market.place("buy", 9, trigger)
    market.wait(120)
    assert late.filled == 9


def test_the_price_of_its_auction_is_the_next_reference() -> None:
    market = open_market()
    market.core.surge(SAMSUNG, "buy")
    price = market.core.tape(SAMSUNG, "KRX").last
    market.place("buy", 5, price)
    market.place("sell", 5, price)
    market.wait(121)
    assert market.core.surge(SAMSUNG, "buy")
    assert [(i.reference, i.count) for i in market.core.interruptions][1:] == [(price, 2)]


def test_stops_sleep_through_it_and_nxt_trades_on() -> None:
    market = open_market()
    trigger = (market.core.tape(SAMSUNG, "KRX").open * 11 // 10 + 99) // 100 * 100
    stop = market.place("buy", 3, trigger, type="28", trigger=trigger)
    market.core.surge(SAMSUNG, "buy")
    assert (stop.awake, stop.remaining) == (False, 3)
    assert market.place("buy", 1, type="13", venue="NXT").filled == 1
    assert market.place("buy", 1, type="3", venue="SOR").fills[0].venue == "NXT"
    market.wait(121)
    assert stop.awake


@pytest.mark.parametrize(
    ("clock", "code"), [("10:00:00", HALTED), ("10:00:00", GOLD), ("15:25:00", SAMSUNG), ("17:00:00", SAMSUNG)]
)
def test_it_is_of_shares_in_the_regular_market(clock: str, code: str) -> None:
    market = open_market(clock)
    assert not market.core.surge(code, "buy")
    assert market.core.interruptions == []


def test_the_closing_auction_takes_over_and_the_day_after_knows_nothing_of_it() -> None:
    market = open_market("15:19:00")
    market.core.surge(SAMSUNG, "buy")
    buy, sell = market.place("buy", 5, type="3"), market.place("sell", 5, market.core.tape(SAMSUNG, "KRX").last)
    market.go("15:21:01")
    assert [i.released for i in market.core.interruptions] == [at("15:20:00")]
    assert buy.filled == sell.filled == 0
    market.go("15:30:31")
    assert (buy.filled, sell.filled) == (5, 5)
    market.go("10:00:00", "2026-11-24")
    assert market.core.interruptions == []


def test_a_living_market_trades_on_around_the_new_price() -> None:
    market = open_market(quiet=False)
    market.core.surge(SAMSUNG, "sell")
    price = market.core.tape(SAMSUNG, "KRX").last
    market.wait(60)
    assert market.core.depth(SAMSUNG, "KRX").expected_quantity > 0
    market.wait(120)
    assert abs(market.core.tape(SAMSUNG, "KRX").last - price) < price * 0.05
    assert len(market.core.interruptions) == 1
