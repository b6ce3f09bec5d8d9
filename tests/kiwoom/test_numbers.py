from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.domain.instruments import SEOUL
from kiwoom_desk.kiwoom import numbers
from kiwoom_desk.kiwoom.numbers import Unreadable
from tests.support.faults import fault

DAY = date(2026, 11, 23)
ODD = ["1.0", "１２", "70,000", str(10**18), "1_000", "0x10", "1e3", "+", "-", "--", "12a", "1 2", "NaN", "\x00", "٣"]
WHOLE: list[Callable[[str], int | None]] = [
    numbers.whole,
    numbers.count,
    numbers.signed,
    numbers.price,
    numbers.order_number,
]


@fault("J10")
@pytest.mark.parametrize("parse", WHOLE)
@pytest.mark.parametrize("text", ODD)
def test_a_form_no_table_has_is_unreadable(parse: Callable[[str], int | None], text: str) -> None:
    with pytest.raises(Unreadable):
        parse(text)


@pytest.mark.parametrize("blank", [None, "", "   "])
def test_blank_is_not_said(blank: str | None) -> None:
    assert numbers.whole(blank) is numbers.signed(blank) is numbers.price(blank) is numbers.order_number(blank) is None
    assert numbers.count(blank) == 0


@given(st.integers(-(10**14), 10**14), st.integers(15, 20))
def test_a_padded_number_keeps_its_width_and_value(value: int, width: int) -> None:
    assert numbers.whole(f"{value:0{width}d}") == value


@given(st.integers(1, 10**14), st.sampled_from(["", "+", "-", "--", "+-", " ", "++"]))
def test_the_last_sign_belongs_to_the_number(value: int, marks: str) -> None:
    assert numbers.signed(f"{marks}{value}") == (-value if marks.endswith("-") else value)
    assert numbers.price(f"{marks}{value}") == value


@pytest.mark.parametrize("text", ["0", "-0", "+0", "0000000000"])
def test_a_price_of_zero_is_no_price(text: str) -> None:
    assert numbers.price(text) is None


def test_a_sign_before_blanks_still_counts() -> None:
    assert numbers.signed("- 5") == -5


@given(st.integers(1, 9_999_999))
def test_an_order_number_is_the_same_with_and_without_zeros(number: int) -> None:
    assert numbers.order_number(f"{number:07d}") == numbers.order_number(str(number)) == number


def test_zeros_are_no_order_number() -> None:
    assert numbers.order_number("0000000") is None


@pytest.mark.parametrize(("text", "value"), [("++0.34", 0.34), ("-12.5", -12.5), ("20%", 20.0), ("-0.49", -0.49)])
def test_percents_keep_their_real_sign(text: str, value: float) -> None:
    assert numbers.decimal(text) == value


@pytest.mark.parametrize("text", ["10:02:11", "100211"])
def test_both_forms_of_a_time(text: str) -> None:
    assert numbers.moment(DAY, text) == datetime(2026, 11, 23, 10, 2, 11, tzinfo=SEOUL)


@pytest.mark.parametrize("text", ["", "000000", "00:00:00", None])
def test_no_time(text: str | None) -> None:
    assert numbers.moment(DAY, text) is None


@pytest.mark.parametrize("text", ["250000", "10:61:00", "1002", "10-02-11"])
def test_an_impossible_time_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        numbers.moment(DAY, text)


def test_the_end_of_a_token_is_korean_time() -> None:
    assert numbers.stamp("20261203083713") == datetime(2026, 12, 3, 8, 37, 13, tzinfo=SEOUL)


@given(st.text(max_size=30))
def test_nothing_but_unreadable_is_ever_raised(text: str) -> None:
    parsers: list[Callable[[str], object]] = [*WHOLE, numbers.decimal, numbers.stamp]
    parsers.append(partial(numbers.moment, DAY))
    for parse in parsers:
        try:
            parse(text)
        except Unreadable as error:
            assert len(str(error)) < 80
