"""The end of orders with their sessions, and the crowd that makes the day (market/rules.md 5, end of day)."""

from __future__ import annotations

import pytest

from kiwoom_desk.simulator import ticks
from kiwoom_desk.simulator.listings import LISTINGS, kind_of
from kiwoom_desk.simulator.model import Depth, TradeEvent, Venue
from tests.simulator.core.market import GOLD, SAMSUNG, at, open_market


@pytest.mark.parametrize(
    ("placed", "venue", "lives", "ends"),
    [
        ("10:00:00", "KRX", "15:29:59", "15:30:31"),
        ("16:10:00", "KRX", "19:59:59", "20:00:01"),
        ("08:10:00", "NXT", "19:59:59", "20:00:01"),
        ("10:00:00", "NXT", "19:59:59", "20:00:01"),
    ],
)
def test_a_limit_lives_as_long_as_its_market(placed: str, venue: Venue, lives: str, ends: str) -> None:
    market = open_market(placed)
    order = market.place("buy", 2, market.core.tape(SAMSUNG, "KRX").lower, venue=venue)
    market.go(lives)
    assert (order.remaining, order.expired) == (2, False)
    market.go(ends)
    assert (order.remaining, order.expired) == (0, True)
    assert market.story(order) == ["accepted", "expired"]
    assert market.core.cash("stock").reserved == 0


@pytest.mark.parametrize("type", ["28", "29"])
def test_stops_and_midpoints_of_nxt_end_with_its_main_market(type: str) -> None:
    market = open_market("15:00:00")
    tape = market.core.tape(SAMSUNG, "KRX")
    price = tape.upper if type == "28" else 0
    order = market.place("buy", 2, price, type=type, trigger=price, venue="NXT")
    market.go("15:19:59")
    assert order.remaining == 2
    market.go("15:20:00")
    assert order.expired


@pytest.mark.parametrize(
    ("placed", "printed", "small"),
    [("08:40:00", "09:00:31", 50), ("15:25:00", "15:30:31", 0)],
    ids=["opening", "close"],
)
def test_an_opening_at_the_upper_limit_is_dealt_out_and_a_close_keeps_time(
    placed: str, printed: str, small: int
) -> None:
    market = open_market(placed)
    market.enrich()
    upper = market.core.tape(SAMSUNG, "KRX").upper
    market.place("sell", 1, upper)  # so that most is traded at the limit alone
    first, large, last = (market.place("buy", quantity, upper) for quantity in (4_000_000, 9_000_000, 50))
    market.go(printed)
    assert {fill.price for fill in (*first.fills, *large.fills)} == {upper}
    assert (last.filled, large.filled > first.filled) == (small, small > 0)


def test_gold_ends_at_half_past_three() -> None:
    market = open_market()
    order = market.place("buy", 2, market.core.tape(GOLD, "KRX").lower, type="00", code=GOLD, account="gold")
    market.go("15:30:31")
    assert order.expired


def test_numbers_start_again_and_yesterday_stays_readable() -> None:
    market = open_market()
    old = market.place("buy", 1, market.bid())
    for _ in range(200):
        market.place("buy", 1, type="30")
    market.go("10:00:00", "2026-11-24")
    new = market.place("buy", 1, market.bid())
    assert new.number < market.core.orders("stock", old.day)[-1].number
    assert market.core.orders("stock", old.day)[0] is old
    assert market.core.orders("stock", new.day) == [new]


def test_a_sale_settles_two_trading_days_later() -> None:
    market = open_market(day="2026-11-26")
    order = market.place("sell", 10, market.bid())
    cash = market.core.cash("stock")
    assert cash.deposit == 50_000_000
    assert cash.d2 == 50_000_000 + order.value - cash.commission_today - cash.tax_today
    market.go("08:00:00", "2026-11-27")
    assert market.core.cash("stock").deposit == 50_000_000
    market.go("08:00:00", "2026-11-30")
    assert market.core.cash("stock").deposit == market.core.cash("stock").d2 == cash.d2


def test_the_day_so_far_is_plausible_when_the_desk_opens() -> None:
    market = open_market(quiet=False)
    for code, listing in market.core.listings.items():
        tape = market.core.tape(code, "SOR")
        if listing.halted:
            assert tape.volume == 0
            continue
        assert tape.lower <= tape.low <= tape.open <= tape.high <= tape.upper
        assert tape.low <= tape.last <= tape.high
        assert tape.low * tape.volume <= tape.turnover <= tape.high * tape.volume
        assert abs(tape.last - tape.base) < tape.base * 0.1


@pytest.mark.parametrize("seed", [1, 7, 42])
def test_the_books_stay_ten_deep_on_grid_in_band_and_uncrossed(seed: int) -> None:
    market = open_market(quiet=False, seed=seed)
    for _ in range(60):
        market.wait(2)
        for code, listing in market.core.listings.items():
            if not listing.halted:
                _check_book(market.core.depth(code, "KRX"), code, market.core.tape(code, "KRX").upper)
            if listing.nxt and not listing.halted:
                _check_book(market.core.depth(code, "NXT"), code, market.core.tape(code, "KRX").upper)


def _check_book(depth: Depth, code: str, upper: int) -> None:
    kind = kind_of(LISTINGS[code])
    asks, bids = [level.price for level in depth.asks], [level.price for level in depth.bids]
    assert len(asks) == len(bids) == 10
    assert asks == sorted(set(asks)) and bids == sorted(set(bids), reverse=True)
    assert bids[0] < asks[0]
    assert all(ticks.on_tick(kind, price) and 0 < price <= upper for price in (*asks, *bids))
    assert all(level.quantity == level.krx + level.nxt > 0 for level in (*depth.asks, *depth.bids))


def test_the_market_trades_several_times_a_second() -> None:
    market = open_market(quiet=False)
    market.wait(60)
    prints = [event for event in market.events if isinstance(event, TradeEvent)]
    assert len(prints) > 180
    assert len({event.code for event in prints}) > 20


def test_an_order_at_the_touch_gets_its_turn_and_a_far_one_does_not() -> None:
    market = open_market(quiet=False)
    near = market.place("buy", 10, market.bid())
    sell = market.place("sell", 10, market.ask())
    far = market.place("buy", 10, market.core.tape(SAMSUNG, "KRX").lower)
    for _ in range(1_200):
        market.wait(1)
    assert near.filled == sell.filled == 10
    assert {fill.price for fill in near.fills} == {near.price}
    assert (far.remaining, far.filled) == (10, 0)


def test_a_quiet_market_moves_for_nobody_and_stays_filled() -> None:
    market = open_market()
    order = market.place("buy", 10, market.bid())
    market.core.take(SAMSUNG, "KRX", "buy", 10**6, market.ask(level=1))
    market.go("14:00:00")
    depth = market.core.depth(SAMSUNG, "KRX")
    assert (len(depth.asks), len(depth.bids)) == (10, 10)
    assert order.remaining == 10


def test_reach_fills_exactly_as_much_as_was_asked() -> None:
    market = open_market()
    order = market.place("sell", 10, market.ask(level=3))
    assert market.core.reach(order.number, 3) == 3
    assert (order.filled, order.remaining) == (3, 7)
    assert market.core.reach(order.number, 30) == 7


def test_the_combined_book_and_tape_add_up() -> None:
    market = open_market(quiet=False)
    market.wait(30)
    krx, nxt, both = (market.core.tape(SAMSUNG, venue) for venue in ("KRX", "NXT", "SOR"))
    assert both.volume == krx.volume + nxt.volume
    assert both.turnover == krx.turnover + nxt.turnover
    assert (both.high, both.low) == (max(krx.high, nxt.high), min(krx.low, nxt.low))
    level = market.core.depth(SAMSUNG, "SOR").asks[0]
    parts = {v: [a for a in market.core.depth(SAMSUNG, v).asks if a.price == level.price] for v in ("KRX", "NXT")}
    assert (level.krx, level.nxt) == tuple(sum(a.quantity for a in parts[v]) for v in ("KRX", "NXT"))
    newest = market.core.trades(SAMSUNG, "SOR", 5)
    assert [trade.at for trade in newest] == sorted((trade.at for trade in newest), reverse=True)
    assert newest[0].at <= at("10:00:30")
