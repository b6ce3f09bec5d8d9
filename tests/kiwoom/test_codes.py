from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType, types_of
from kiwoom_desk.domain.reports import ReportKind
from kiwoom_desk.kiwoom import codes
from kiwoom_desk.kiwoom.numbers import Unreadable
from kiwoom_desk.trading.ports import Call
from tests.support.faults import fault

FEED = ["보통", "시장가", "조건부지정가", "최유리지정가", "최우선지정가", "보통(IOC)", "시장가(IOC)", "최유리(IOC)"]
FEED += ["보통(FOK)", "시장가(FOK)", "최유리(FOK)", "스톱지정가", "중간가", "중간가(IOC)", "중간가(FOK)"]
FEED += ["장전시간외", "시간외단일가", "장후시간외"]


@pytest.mark.parametrize("market", Market)
def test_every_type_of_a_market_has_a_code_of_its_own(market: Market) -> None:
    table = codes.TYPES[market]
    assert set(table) == set(types_of(market))
    assert len(set(table.values())) == len(table)


def test_stock_codes_have_no_leading_zero_and_gold_codes_have_two_digits() -> None:
    assert all(code == str(int(code)) for code in codes.STOCK_TYPES.values())
    assert all(len(code) == 2 for code in codes.GOLD_TYPES.values())


@pytest.mark.parametrize(("text", "expected"), list(zip(FEED, OrderType, strict=True)))
def test_both_wordings_of_a_type_are_understood(text: str, expected: OrderType) -> None:
    assert codes.type_from_text(Market.STOCK, text) is expected
    assert codes.type_from_text(Market.STOCK, f" {text.replace('보통', '지정가')} ") is expected


def test_the_misprint_of_the_guide_is_a_stop_limit() -> None:
    assert codes.type_from_text(Market.STOCK, "스톰지정가") is OrderType.STOP_LIMIT


@pytest.mark.parametrize(
    "text", ["", "시간외대량", "시간외바스켓", "시간외자사주", "조건부지정가(IOC)", "새로운유형", "스톱지정가(FOK)"]
)
def test_a_type_we_do_not_know_is_not_guessed(text: str) -> None:
    assert codes.type_from_text(Market.STOCK, text) is None


def test_gold_knows_three_types_only() -> None:
    known = {codes.type_from_text(Market.GOLD, text) for text in FEED}
    assert known == {None, *types_of(Market.GOLD)}


@pytest.mark.parametrize("market", Market)
@pytest.mark.parametrize("call", Call)
def test_every_call_has_a_tr_and_new_orders_differ_by_side(market: Market, call: Call) -> None:
    buy, sell = (codes.ORDER_TRS[market, call, side] for side in (Side.BUY, Side.SELL))
    assert (buy != sell) is (call is Call.PLACE)


@given(code=st.from_regex(r"[0-9A-Z]{6}", fullmatch=True), view=st.sampled_from(Venue))
def test_an_item_comes_back_as_it_was_written(code: str, view: Venue) -> None:
    assert codes.item_code(codes.item(code, view)) == (Market.STOCK, code, view)


@fault("J12")
@pytest.mark.parametrize("text", ["A005930", "005930", "005930_NX", "005930_AL", " A005930 "])
def test_one_instrument_has_one_code(text: str) -> None:
    assert codes.bare_code(text) == (Market.STOCK, "005930")


def test_the_m_of_gold_belongs_to_the_code() -> None:
    assert codes.bare_code("M04020000") == (Market.GOLD, "M04020000")


@fault("J12")
@pytest.mark.parametrize("text", ["", "005930_XX", "B005930", "00593", "005930_", "M0402000", "００５９３０"])
def test_any_other_form_of_a_code_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        codes.bare_code(text)


@pytest.mark.parametrize(("text", "side"), [("현금매수", Side.BUY), ("-매도", Side.SELL), ("-매수", Side.BUY)])
def test_the_side_is_the_word_and_not_the_sign(text: str, side: Side) -> None:
    assert codes.side_from_text(text) is side


@pytest.mark.parametrize("text", ["", "매매", "매수매도"])
def test_a_row_without_one_side_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        codes.side_from_text(text)


@pytest.mark.parametrize(
    ("text", "original", "price", "kind"),
    [
        ("현금매수", None, 100, ReportKind.NEW),
        ("정정확인 현금매수", 7, 100, ReportKind.AMEND),
        ("취소확인 현금매수", 7, None, ReportKind.CANCEL),
        ("매수", 7, 100, ReportKind.AMEND),
        ("매수", 7, None, ReportKind.CANCEL),
        ("매수취소", None, 100, ReportKind.NEW),
    ],
)
def test_kinds_come_from_words_and_originals(
    text: str, original: int | None, price: int | None, kind: ReportKind
) -> None:
    assert codes.kind_from_text(text, original, price) is kind


@pytest.mark.parametrize(
    ("exchange", "sor", "text", "venue"),
    [
        ("1", "N", "KRX", Venue.KRX),
        ("2", "N", "NXT", Venue.NXT),
        ("0", "Y", "통합", Venue.SOR),
        ("1", "Y", "S-KRX", Venue.SOR),
        ("1", "", "S-KRX", Venue.SOR),
        ("0", "N", "통합", None),
    ],
)
def test_routing_is_sor_whenever_the_flag_says_so(exchange: str, sor: str, text: str, venue: Venue | None) -> None:
    assert codes.listed_venue(exchange, sor, text) is venue


def test_the_examples_of_the_guide_use_codes_of_our_table() -> None:
    guide = json.loads((Path(__file__).parent / "data" / "guide.json").read_text(encoding="utf-8"))
    assert guide["kt10000"]["request"]["trde_tp"] == codes.STOCK_TYPES[OrderType.LIMIT]
    assert guide["kt50000"]["request"]["trde_tp"] == codes.GOLD_TYPES[OrderType.LIMIT]
