"""Tick tables and the price band: the vectors of the reference, and the laws of steps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.domain.instruments import InstrumentKind
from kiwoom_desk.domain.ticks import (
    Band,
    band_of,
    ceil_to_tick,
    floor_to_tick,
    on_tick,
    step_price,
    tick_at,
    ticks_between,
)
from tests.support.market import rules

SHARE, ETF, ELW, GOLD = InstrumentKind.SHARE, InstrumentKind.ETF, InstrumentKind.ELW, InstrumentKind.GOLD
kinds = st.sampled_from(InstrumentKind)
prices = st.integers(1, 3_000_000)


@pytest.mark.parametrize(
    ("kind", "price", "tick"),
    [
        (SHARE, 1, 1),
        (SHARE, 1_999, 1),
        (SHARE, 2_000, 5),
        (SHARE, 4_999, 5),
        (SHARE, 5_000, 10),
        (SHARE, 19_999, 10),
        (SHARE, 20_000, 50),
        (SHARE, 49_999, 50),
        (SHARE, 50_000, 100),
        (SHARE, 199_999, 100),
        (SHARE, 200_000, 500),
        (SHARE, 499_999, 500),
        (SHARE, 500_000, 1_000),
        (ETF, 1_999, 1),
        (ETF, 2_000, 5),
        (ETF, 500_000, 5),
        (InstrumentKind.ETN, 30_000, 5),
        (ELW, 5, 5),
        (ELW, 30_000, 5),
        (GOLD, 151_680, 10),
    ],
)
def test_the_price_itself_decides_its_tick(kind: InstrumentKind, price: int, tick: int) -> None:
    assert tick_at(rules(), kind, price) == tick


@pytest.mark.parametrize(
    ("price", "steps", "reached"),
    [
        (1_999, 1, 2_000),
        (2_000, 1, 2_005),
        (2_000, -1, 1_999),
        (1_998, 3, 2_005),
        (5_000, -1, 4_995),
        (20_000, -1, 19_990),
        (50_000, -1, 49_950),
        (200_000, -1, 199_900),
        (500_000, -1, 499_500),
        (500_000, 1, 501_000),
        (71_250, 1, 71_300),
        (71_250, -1, 71_200),
        (1, -1, 1),
        (71_200, 0, 71_200),
    ],
)
def test_a_step_is_one_tick_of_the_price_it_leaves(price: int, steps: int, reached: int) -> None:
    assert step_price(rules(), SHARE, price, steps) == reached


@given(kinds, prices, st.integers(1, 30))
def test_up_and_down_again_returns(kind: InstrumentKind, price: int, steps: int) -> None:
    start = ceil_to_tick(rules(), kind, price)
    assert step_price(rules(), kind, step_price(rules(), kind, start, steps), -steps) == start


@given(kinds, prices, st.integers(0, 30))
def test_the_steps_between_two_prices_lead_from_one_to_the_other(kind: InstrumentKind, price: int, steps: int) -> None:
    low = ceil_to_tick(rules(), kind, price)
    assert ticks_between(rules(), kind, low, step_price(rules(), kind, low, steps)) == steps


@given(kinds, prices)
def test_floor_and_ceiling_are_the_neighbours_on_the_grid(kind: InstrumentKind, price: int) -> None:
    low, high = floor_to_tick(rules(), kind, price), ceil_to_tick(rules(), kind, price)
    assert low <= price <= high
    assert on_tick(rules(), kind, low) and on_tick(rules(), kind, high)
    assert (low == high) == on_tick(rules(), kind, price)
    assert not any(on_tick(rules(), kind, p) for p in range(low + 1, high) if p != price)


@pytest.mark.parametrize(
    ("kind", "base", "lower", "upper"),
    [
        (SHARE, 9_980, 6_990, 12_970),
        (SHARE, 135_300, 94_800, 175_800),
        (SHARE, 121_700, 85_200, 158_200),
        (SHARE, 71_500, 50_100, 92_900),
        (SHARE, 1_990, 1_393, 2_585),
        (SHARE, 18_300, 12_810, 23_750),
        (SHARE, 499_500, 350_000, 649_000),
        (SHARE, 1, 1, 1),
        (GOLD, 151_680, 136_520, 166_840),
    ],
)
def test_the_band_is_computed_in_two_steps(kind: InstrumentKind, base: int, lower: int, upper: int) -> None:
    assert band_of(rules(), kind, base) == Band(lower, upper)


def test_the_short_way_would_give_another_lower_limit() -> None:
    band = band_of(rules(), SHARE, 20_250)
    assert band is not None and band.lower == 14_200


@given(kinds, prices)
def test_a_band_holds_its_base_and_ends_on_ticks_within_the_percentage(kind: InstrumentKind, base: int) -> None:
    band, percent = band_of(rules(), kind, base), rules().band_percent[kind]
    if percent is None:
        assert band is None
        return
    assert band is not None
    base_on_grid = ceil_to_tick(rules(), kind, base)
    if base == base_on_grid:
        assert base in band
        assert band.upper * 100 <= base * (100 + percent)
        assert band.lower * 100 >= base * (100 - percent)
    assert on_tick(rules(), kind, band.lower) and on_tick(rules(), kind, band.upper)


def test_there_is_no_band_without_a_base() -> None:
    assert band_of(rules(), SHARE, 0) is None
