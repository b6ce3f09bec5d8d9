"""What a trader types or pastes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.domain.inputs import MAX_PRICE, MAX_QUANTITY, Flaw, Problem, parse_amount, parse_price, parse_quantity


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("71200", 71_200),
        ("71,200원", 71_200),
        (" 71,200 원\n", 71_200),
        ("７１，２００", 71_200),
        ("７１，２００원", 71_200),
        ("▲71,200", 71_200),
        ("₩71,200", 71_200),
        ("+71200", 71_200),
        ("0071200", 71_200),
        ("1만", 10_000),
        ("1만5천", 15_000),
        ("7만 1,200원", 71_200),
        ("2.5만", 25_000),
        ("5천", 5_000),
        ("1억", 100_000_000),
        ("\u00a071,200\t", 71_200),
    ],
)
def test_a_price_is_understood_as_people_write_it(text: str, price: int) -> None:
    assert parse_price(text) == price


@pytest.mark.parametrize(
    ("text", "quantity"), [("10주", 10), ("100g", 100), ("5 그램", 5), ("1만주", 10_000), ("10", 10)]
)
def test_a_quantity_is_understood_with_its_counter(text: str, quantity: int) -> None:
    assert parse_quantity(text) == quantity


@pytest.mark.parametrize("text", ["", "  ", "\t\n", "\u3000"])
def test_an_empty_field_is_empty_and_no_mistake(text: str) -> None:
    assert parse_price(text) is None


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("abc", Flaw.LETTERS),
        ("원", Flaw.LETTERS),
        ("10주", Flaw.LETTERS),
        ("1e5", Flaw.LETTERS),
        ("71,200 10", Flaw.LETTERS),
        ("10²", Flaw.LETTERS),
        ("٣", Flaw.LETTERS),
        ("<b>5</b>", Flaw.LETTERS),
        ("9" * 5_000, Flaw.LETTERS),
        ("만", Flaw.LETTERS),
        ("71,20", Flaw.COMMAS),
        ("7,1200", Flaw.COMMAS),
        ("71.200", Flaw.FRACTION),
        ("71.0", Flaw.FRACTION),
        ("1.23456만", Flaw.FRACTION),
        ("0", Flaw.NOT_POSITIVE),
        ("-5", Flaw.NOT_POSITIVE),
        ("−5", Flaw.NOT_POSITIVE),
        (f"{MAX_PRICE + 1}", Flaw.TOO_LARGE),
    ],
)
def test_what_cannot_be_a_price_gets_a_reason_and_a_sentence(text: str, flaw: Flaw) -> None:
    found = parse_price(text)
    assert isinstance(found, Problem) and found.flaw is flaw
    assert "\n" not in found.sentence and len(found.sentence) < 80


def test_a_trillion_shares_are_too_many_and_the_sentence_says_how_many_are_not() -> None:
    found = parse_quantity("1000000000000")
    assert isinstance(found, Problem) and found.flaw is Flaw.TOO_LARGE
    assert "1,000,000,000,000" in found.sentence and f"{MAX_QUANTITY:,}" in found.sentence


@given(st.text(max_size=60) | st.text("0123456789,.-만억천원주g ０９", max_size=20))
def test_any_text_gives_a_number_a_problem_or_nothing(text: str) -> None:
    for parse, most in ((parse_price, MAX_PRICE), (parse_quantity, MAX_QUANTITY), (parse_amount, 10**13)):
        found = parse(text)
        if isinstance(found, int):
            assert 1 <= found <= most
        else:
            assert found is None or found.sentence


@given(st.integers(1, MAX_PRICE))
def test_a_number_comes_back_from_every_way_of_writing_it(number: int) -> None:
    wide = str(number).translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"})
    for text in (f"{number}", f"{number:,}", f"{number:,}원", f"{number:09d}", wide):
        assert parse_price(text) == number
