"""Estimated costs of a trade (market/rules.md 9)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.domain.costs import Costs, estimate, worth_each
from kiwoom_desk.domain.instruments import Instrument, InstrumentKind, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from tests.support.market import GOLD, SAMSUNG, at, instruments, quote, rules


@pytest.mark.parametrize(
    ("side", "venue", "costs"),
    [
        (Side.BUY, Venue.KRX, Costs(10_000_000, 1_500, 0, 10_001_500)),
        (Side.BUY, Venue.NXT, Costs(10_000_000, 1_450, 0, 10_001_450)),
        (Side.BUY, Venue.SOR, Costs(10_000_000, 1_500, 0, 10_001_500)),
        (Side.SELL, Venue.KRX, Costs(10_000_000, 1_500, 20_000, 9_978_500)),
        (Side.SELL, Venue.NXT, Costs(10_000_000, 1_450, 20_000, 9_978_550)),
    ],
)
def test_commission_both_ways_and_tax_on_a_sale(side: Side, venue: Venue, costs: Costs) -> None:
    assert estimate(rules(), side, venue, 10_000_000, SAMSUNG) == costs


def test_commission_is_cut_to_ten_won_and_tax_to_the_won() -> None:
    costs = estimate(rules(), Side.SELL, Venue.KRX, 712_345, SAMSUNG)
    assert (costs.commission, costs.tax) == (100, 1_424)


@pytest.mark.parametrize(
    ("kind", "board", "tax"),
    [
        (InstrumentKind.SHARE, "코스닥", 2_000),
        (InstrumentKind.SHARE, "코넥스", 1_000),
        (InstrumentKind.ETF, "ETF", 0),
        (InstrumentKind.ETN, "ETN", 0),
        (InstrumentKind.ELW, "ELW", 0),
    ],
)
def test_tax_depends_on_kind_and_board(kind: InstrumentKind, board: str, tax: int) -> None:
    instrument = replace(SAMSUNG, kind=kind, board=board)
    assert estimate(rules(), Side.SELL, Venue.KRX, 1_000_000, instrument).tax == tax


def test_gold_pays_its_own_commission_with_value_added_tax_and_no_tax_on_the_sale() -> None:
    assert estimate(rules(), Side.SELL, Venue.KRX, 1_000_000, GOLD) == Costs(1_000_000, 3_300, 0, 996_700)


@given(st.integers(0, 10**13), st.integers(0, 10**9), st.sampled_from(Venue), instruments)
def test_more_is_never_cheaper(amount: int, more: int, venue: Venue, instrument: Instrument) -> None:
    small = estimate(rules(), Side.BUY, venue, amount, instrument)
    large = estimate(rules(), Side.BUY, venue, amount + more, instrument)
    assert small.commission <= large.commission
    assert large.total - small.total >= more


def test_an_order_is_worth_what_the_broker_reserves_for_it() -> None:
    now = quote(at("10:00:00"))
    assert worth_each(OrderType.LIMIT, Side.BUY, 70_000, now) == 70_000
    assert worth_each(OrderType.MARKET, Side.BUY, None, now) == 92_300
    assert worth_each(OrderType.MARKET, Side.SELL, None, now) == 71_200
    assert worth_each(OrderType.BEST_OPPOSITE, Side.BUY, None, now) == 71_300
    assert worth_each(OrderType.MID, Side.SELL, None, replace(now, best_bid=None)) == 71_200
    assert worth_each(OrderType.MARKET, Side.BUY, None, None) is None
