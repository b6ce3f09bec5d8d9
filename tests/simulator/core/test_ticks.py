from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.simulator import ticks
from kiwoom_desk.simulator.listings import LISTINGS, Kind, kind_of

kinds = st.sampled_from(["stock", "etf", "gold"])


@pytest.mark.parametrize(
    ("kind", "base", "upper", "lower"),
    [
        ("stock", 9_980, 12_970, 6_990),
        ("stock", 135_300, 175_800, 94_800),
        ("stock", 121_700, 158_200, 85_200),
        ("stock", 71_500, 92_900, 50_100),
        ("stock", 1_990, 2_585, 1_393),
        ("stock", 18_300, 23_750, 12_810),
        ("stock", 499_500, 649_000, 350_000),
        ("stock", 1, 1, 1),
        ("gold", 151_680, 166_840, 136_520),
    ],
)
def test_the_band_is_the_published_one(kind: Kind, base: int, upper: int, lower: int) -> None:
    assert ticks.band(kind, base) == (lower, upper)


def test_the_band_is_cut_in_two_steps() -> None:
    assert ticks.band("stock", 20_250)[0] == 14_200  # rounding base * 0.7 once would give 14,180


@pytest.mark.parametrize(
    ("kind", "price", "tick"),
    [
        ("stock", 1_999, 1),
        ("stock", 2_000, 5),
        ("stock", 4_995, 5),
        ("stock", 5_000, 10),
        ("stock", 19_990, 10),
        ("stock", 20_000, 50),
        ("stock", 49_950, 50),
        ("stock", 50_000, 100),
        ("stock", 199_900, 100),
        ("stock", 200_000, 500),
        ("stock", 499_500, 500),
        ("stock", 500_000, 1_000),
        ("etf", 1_999, 1),
        ("etf", 2_000, 5),
        ("etf", 120_000, 5),
        ("gold", 191_640, 10),
    ],
)
def test_the_price_itself_decides_its_tick(kind: Kind, price: int, tick: int) -> None:
    assert ticks.tick_at(kind, price) == tick


def test_a_step_across_a_boundary_uses_the_tick_of_where_it_lands_from() -> None:
    assert ticks.up("stock", 1_999) == 2_000
    assert ticks.up("stock", 2_000) == 2_005
    assert ticks.down("stock", 2_000) == 1_999


@given(kinds, st.integers(20, 2_000_000))
def test_up_and_down_undo_each_other_on_the_grid(kind: Kind, price: int) -> None:
    price = ticks.floor_tick(kind, price)
    assert ticks.on_tick(kind, ticks.up(kind, price))
    assert ticks.down(kind, ticks.up(kind, price)) == price
    assert ticks.up(kind, ticks.down(kind, price)) == price


@given(kinds, st.integers(20, 2_000_000))
def test_the_limits_are_on_the_grid_and_never_wider_than_the_rate(kind: Kind, base: int) -> None:
    base = ticks.floor_tick(kind, base)
    lower, upper = ticks.band(kind, base)
    tenths = 1 if kind == "gold" else 3
    assert ticks.on_tick(kind, lower) and ticks.on_tick(kind, upper)
    assert base * (10 - tenths) <= lower * 10 <= base * 10 <= upper * 10 <= base * (10 + tenths)


def test_every_listing_has_a_base_on_its_grid() -> None:
    assert all(ticks.on_tick(kind_of(listing), listing.base) for listing in LISTINGS.values())
    assert len(LISTINGS) >= 30
    assert {"005930", "069500", "0156T0", "M04020000", "M04020100"} <= LISTINGS.keys()
