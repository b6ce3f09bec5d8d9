"""Every refusal of the core can happen, and says what it should."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiwoom_desk.simulator.model import Reason, Refused, Venue
from tests.simulator.core.market import GOLD, HALTED, KODEX, SAMSUNG, Market, open_market


def _done(market: Market) -> None:
    order = market.place("buy", 1, market.ask())
    market.cancel(order)


def _cancel_of_cancel(market: Market) -> None:
    market.cancel(market.cancel(market.place("buy", 1, market.bid())))


def _same_price(market: Market) -> None:
    order = market.place("buy", 1, market.bid())
    market.amend(order, order.price)


def _wrong_routing(market: Market) -> None:
    market.cancel(market.place("buy", 1, market.bid()), venue="SOR")


def _someone_elses(market: Market) -> None:
    order = market.place("buy", 1, market.bid())
    market.core.cancel("gold", order.number, SAMSUNG, "KRX", 0, now=market.core.now)


def _more_than_remains(market: Market) -> None:
    market.cancel(market.place("buy", 2, market.bid()), 3)


CASES: list[tuple[Reason, str, Callable[[Market], object]]] = [
    (Reason.UNKNOWN_CODE, "10:00:00", lambda m: m.place("buy", 1, 1_000, code="999999")),
    (Reason.UNKNOWN_CODE, "10:00:00", lambda m: m.place("buy", 1, 1_000, code=GOLD)),
    (Reason.UNKNOWN_CODE, "10:00:00", lambda m: m.place("buy", 1, 1_000, type="00", account="gold")),
    (Reason.OFF_TICK, "10:00:00", lambda m: m.place("buy", 1, m.bid() + 1)),
    (Reason.OFF_TICK, "10:00:00", lambda m: m.place("buy", 1, m.bid(), type="28", trigger=m.bid() + 1)),
    (Reason.OUT_OF_BAND, "10:00:00", lambda m: m.place("buy", 1, m.core.tape(SAMSUNG, "KRX").upper + 100)),
    (Reason.OUT_OF_BAND, "10:00:00", lambda m: m.place("sell", 1, m.core.tape(SAMSUNG, "KRX").lower - 100)),
    (Reason.PRICE_MISSING, "10:00:00", lambda m: m.place("buy", 1)),
    (Reason.PRICE_MISSING, "10:00:00", lambda m: m.place("buy", 1, m.bid(), type="28")),
    (Reason.PRICE_FORBIDDEN, "10:00:00", lambda m: m.place("buy", 1, m.bid(), type="3")),
    (Reason.PRICE_FORBIDDEN, "10:00:00", lambda m: m.place("buy", 1, m.bid(), trigger=m.bid())),
    (Reason.CLOSING_PRICE_FORBIDDEN, "15:45:00", lambda m: m.place("buy", 1, 70_000, type="81")),
    (Reason.TYPE_NOT_NOW, "10:00:00", lambda m: m.place("buy", 1, type="81")),
    (Reason.TYPE_NOT_NOW, "17:00:00", lambda m: m.place("buy", 1, type="3")),
    (Reason.TYPE_NOT_NOW, "17:00:00", lambda m: m.place("buy", 1, 70_000, type="62")),
    (Reason.BREAK_CANCEL_ONLY, "08:55:00", lambda m: m.place("buy", 1, 70_000, venue="NXT")),
    (Reason.BEFORE_OPEN, "08:29:59", lambda m: m.place("buy", 1, 70_000)),
    (Reason.BEFORE_OPEN, "07:30:00", lambda m: m.place("buy", 1, 70_000, venue="SOR")),
    (Reason.CLOSED, "20:00:00", lambda m: m.place("buy", 1, 70_000)),
    (Reason.CLOSED, "16:30:00", lambda m: m.place("buy", 1, 48_000, code=KODEX)),
    (Reason.CLOSED, "16:30:00", lambda m: m.place("buy", 1, 191_000, type="00", code=GOLD, account="gold")),
    (Reason.VENUE_NOT_OFFERED, "10:00:00", lambda m: m.place("buy", 1, 48_000, code=KODEX, venue="NXT")),
    (Reason.NO_CASH, "10:00:00", lambda m: m.place("buy", 1_000, m.bid())),
    (Reason.NO_SHARES, "10:00:00", lambda m: m.place("sell", 121, m.ask())),
    (Reason.NO_ORIGINAL, "10:00:00", lambda m: m.core.cancel("stock", 1, SAMSUNG, "KRX", 0, now=m.core.now)),
    (Reason.NO_ORIGINAL, "10:00:00", _someone_elses),
    (Reason.NOTHING_LEFT, "10:00:00", _done),
    (Reason.ORIGINAL_IS_CANCEL, "10:00:00", _cancel_of_cancel),
    (Reason.WRONG_ROUTING, "10:00:00", _wrong_routing),
    (Reason.SAME_PRICE, "10:00:00", _same_price),
    (Reason.NOT_AMENDABLE, "10:00:00", lambda m: m.amend(m.place("buy", 1, type="29"), m.bid())),
    (Reason.HALTED, "10:00:00", lambda m: m.place("buy", 1, 14_820, code=HALTED)),
    (Reason.BAD_QUANTITY, "10:00:00", lambda m: m.place("buy", 0, m.bid())),
    (Reason.BAD_QUANTITY, "10:00:00", lambda m: m.place("buy", 10**12, m.bid())),
    (Reason.BAD_QUANTITY, "10:00:00", lambda m: m.place("buy", 5_001, 191_000, type="00", code=GOLD, account="gold")),
    (Reason.BAD_QUANTITY, "10:00:00", _more_than_remains),
]


@pytest.mark.parametrize(("reason", "clock", "act"), CASES)
def test_the_core_refuses(reason: Reason, clock: str, act: Callable[[Market], object]) -> None:
    market = open_market(clock)
    with pytest.raises(Refused) as refusal:
        act(market)
    assert refusal.value.reason is reason


def test_every_reason_of_the_core_has_a_case() -> None:
    elsewhere = {Reason.NOT_A_TRADING_DAY, Reason.TOO_MANY}  # test_calendar; the surface counts requests
    assert {reason for reason, _, _ in CASES} | elsewhere == set(Reason)


def test_a_refused_order_leaves_no_trace() -> None:
    market = open_market()
    cash = market.core.cash("stock")
    with pytest.raises(Refused):
        market.place("buy", 1, market.bid() + 1)
    assert market.core.orders("stock", market.core.now.date()) == []
    assert market.core.cash("stock") == cash
    assert market.events == []


def test_missing_cash_names_what_can_be_bought() -> None:
    market = open_market()
    price = market.bid()
    with pytest.raises(Refused) as refusal:
        market.place("buy", 1_000, price)
    assert refusal.value.number == market.core.orderable("stock", SAMSUNG, price)
    order = market.place("buy", refusal.value.number, price)
    assert market.core.cash("stock").orderable >= 0
    assert market.core.orderable("stock", SAMSUNG, price) == 0
    assert order.remaining == order.quantity


def test_missing_shares_name_what_resting_sells_leave() -> None:
    market = open_market()
    market.place("sell", 100, market.ask(level=4))
    with pytest.raises(Refused) as refusal:
        market.place("sell", 21, market.ask())
    assert refusal.value.number == 20


def test_mock_knows_krx_only() -> None:
    market = open_market(environment="mock")
    others: list[Venue] = ["NXT", "SOR"]
    for venue in others:
        with pytest.raises(Refused, match="venue_not_offered"):
            market.place("buy", 1, market.bid(), venue=venue)
    assert market.place("buy", 1, market.ask()).filled == 1
