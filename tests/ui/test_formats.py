"""How figures read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.domain.inputs import parse_amount
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.ui import formats


@given(st.integers(1, 9_999_999_999_999))
def test_an_amount_reads_back_as_itself(value: int) -> None:
    assert parse_amount(formats.won(value)) == value


@given(st.one_of(st.none(), st.integers(-(10**9), 10**9)))
def test_the_sign_of_a_change_is_its_arrow(value: int | None) -> None:
    text = formats.change(value)
    assert "-" not in text and "+" not in text
    assert text[0] == {None: "–", True: "▲", False: "▼"}[None if not value else value > 0]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "받은 값 없음"),
        (-3, "0.0초 전"),
        (0.24, "0.2초 전"),
        (12.4, "12초 전"),
        (180, "3분 전"),
        (7200, "2시간 전"),
    ],
)
def test_ages(seconds: float | None, text: str) -> None:
    assert formats.age(seconds) == text


@given(st.floats(0, 10**6), st.floats(0, 10**6))
def test_an_older_age_never_reads_younger(one: float, other: float) -> None:
    def weight(text: str) -> float:
        unit = {"초": 1, "분": 60, "시간": 3600}[text.removesuffix(" 전").lstrip("0123456789.")]
        return float(text.removesuffix(" 전").rstrip("초분시간")) * unit

    young, old = sorted((one, other))
    assert weight(formats.age(young)) <= weight(formats.age(old)) * 1.02


@pytest.mark.parametrize(
    ("rate", "text"), [(None, "–"), (1.2083, "+1.21%"), (-0.001, "0.00%"), (0.0, "0.00%"), (-2.04, "-2.04%")]
)
def test_rates(rate: float | None, text: str) -> None:
    assert formats.rate(rate) == text


def test_units() -> None:
    assert formats.quantity(1_234, Market.STOCK) == "1,234주" and formats.quantity(5, Market.GOLD) == "5g"
    assert formats.account("1234") == "****-1234"
