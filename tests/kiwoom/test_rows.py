from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.reports import OUR_CHANNEL, OrderReport, ReportKind, Source
from kiwoom_desk.kiwoom import rows
from kiwoom_desk.kiwoom.client import rows_of
from kiwoom_desk.kiwoom.numbers import Unreadable
from kiwoom_desk.kiwoom.queries import Page
from kiwoom_desk.trading.ports import Incomplete
from tests.support.day import DAY, at, draft, ref
from tests.support.faults import fault

GUIDE = json.loads((Path(__file__).parent / "data" / "guide.json").read_text(encoding="utf-8"))
STOCK = rows.Sweep(Market.STOCK, DAY, at(0), "8123456711")
GOLD = rows.Sweep(Market.GOLD, DAY, at(0), "8123456722")
DAY_ROWS = GUIDE["kt00007"]["response"]["acnt_ord_cntr_prps_dtl"]
OPEN_ROWS = GUIDE["ka10075"]["response"]["oso"]


def raw(row: dict[str, Any]) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(row, ensure_ascii=False).encode())


def day_row(**changes: Any) -> OrderReport:
    return rows.day_row(raw({**DAY_ROWS[0], **changes}), STOCK)


def open_row(**changes: Any) -> OrderReport:
    return rows.open_row(raw({**OPEN_ROWS[0], **changes}), STOCK)


def test_a_plain_row_of_the_day() -> None:
    report = day_row(ord_remnq="0000000010")
    assert report == OrderReport(
        ref=ref(12345),
        kind=ReportKind.NEW,
        source=Source.DAY_LIST,
        at=at(0),
        draft=draft(10, 71_500),
        remaining=10,
        channel=OUR_CHANNEL,
        ordered_at=at(131),
        name="삼성전자",
        type_text="지정가",
        text="접수",
    )


def test_a_filled_market_order_by_sor_has_no_price() -> None:
    report = rows.day_row(raw(DAY_ROWS[1]), STOCK)
    assert report.draft == draft(3, None, side=Side.SELL, venue=Venue.SOR, type=OrderType.MARKET)
    assert (report.filled, report.filled_value, report.remaining) == (3, 214_500, 0)


def test_an_amendment_names_what_it_moved_and_from_where() -> None:
    report = rows.day_row(raw(DAY_ROWS[2]), STOCK)
    assert (report.kind, report.of, report.confirmed) == (ReportKind.AMEND, ref(12345), 10)
    assert report.draft == draft(10, 71_600)
    assert (report.filled, report.filled_value) == (4, 4 * 71_600)


def test_a_cancel_describes_the_withdrawn_part() -> None:
    report = day_row(
        ord_no="0012477", ori_ord="0012401", mdfy_cncl="취소확인", ord_uv="0000000000", cnfm_qty="6", ord_qty="6"
    )
    assert (report.kind, report.of, report.confirmed) == (ReportKind.CANCEL, ref(12401), 6)
    assert report.draft == draft(6, None)


def test_an_instruction_that_is_only_entered_has_moved_nothing_yet() -> None:
    assert day_row(ori_ord="0012000", mdfy_cncl="정정").confirmed is None


def test_an_order_refused_after_acceptance_says_so() -> None:
    assert day_row(acpt_tp="주문거부").rejected == "주문거부"


@pytest.mark.parametrize(
    ("type_text", "remaining"), [("지정가", None), ("시장가", None), ("지정가(IOC)", 0), ("시장가(FOK)", 0)]
)
def test_a_blank_remainder_is_nought_only_where_nothing_can_rest(type_text: str, remaining: int | None) -> None:
    """Read as 0, an order that rests would look cancelled and could not be cancelled."""
    assert day_row(ord_remnq="", trde_tp=type_text).remaining == remaining


def test_a_blank_remainder_of_an_open_row_is_not_known() -> None:
    assert open_row(oso_qty="").remaining is None


@pytest.mark.parametrize("text", ["REST API", "OPEN API(REST)", "rest", " REST-API "])
def test_the_channel_of_this_api_is_known_in_any_wording(text: str) -> None:
    assert day_row(comm_ord_tp=text).channel == OUR_CHANNEL


@pytest.mark.parametrize("text", ["영웅문4", "영웅문S#", "무언가", ""])
def test_any_other_channel_stays_as_received(text: str) -> None:
    assert day_row(comm_ord_tp=text).channel == text


def test_an_open_row_knows_the_exact_value_but_no_channel() -> None:
    report = rows.open_row(raw(OPEN_ROWS[0]), STOCK)
    assert (report.kind, report.of, report.source) == (ReportKind.AMEND, ref(12345), Source.OPEN_LIST)
    assert (report.filled, report.filled_value, report.remaining, report.channel) == (4, 286_400, 6, None)
    assert report.draft == draft(10, 71_600)


def test_an_open_sor_order_is_sor_wherever_it_rests() -> None:
    report = rows.open_row(raw(OPEN_ROWS[1]), STOCK)
    assert report.draft == draft(2, 260_000, code="000660", side=Side.SELL, venue=Venue.SOR)
    assert open_row(stex_tp="1", sor_yn="Y").draft == replace(draft(10, 71_600), venue=Venue.SOR)


def test_a_stop_limit_brings_its_trigger_where_the_list_has_it() -> None:
    stop = draft(10, 71_600, type=OrderType.STOP_LIMIT, trigger=71_900)
    assert open_row(trde_tp="스톱지정가", stop_pric="71900").draft == stop
    assert open_row(trde_tp="스톱지정가", stop_pric=None).draft == replace(stop, trigger=None)


@pytest.mark.parametrize("changes", [{"trde_tp": "시간외대량"}, {"dmst_stex_tp": "ATS"}, {"ord_uv": "0000000000"}])
def test_a_row_that_is_not_wholly_understood_stays_with_its_figures(changes: dict[str, str]) -> None:
    report = day_row(ord_remnq="0000000010", **changes)
    assert report.draft is None
    assert (report.ref, report.remaining, report.type_text) == (ref(12345), 10, changes.get("trde_tp", "지정가"))


@fault("J11")
def test_j11_figures_are_passed_on_as_received() -> None:
    report = day_row(ord_qty="-000000005", ord_remnq="0000000099", cntr_qty="0000000077")
    assert report.draft is not None
    assert (report.draft.quantity, report.remaining, report.filled) == (-5, 99, 77)


@fault("J10")
@pytest.mark.parametrize(
    "changes",
    [
        {"ord_qty": "1.0"},
        {"ord_uv": "70,000"},
        {"ord_remnq": "１２"},
        {"cntr_qty": str(10**18)},
        {"ord_no": ""},
        {"ord_no": "0000000"},
        {"stk_cd": "005930_XX"},
        {"stk_cd": "M04020000"},
        {"io_tp_nm": "매매"},
        {"ord_tm": "25:00:00"},
    ],
)
def test_j10_a_row_with_an_odd_form_is_unreadable(changes: dict[str, str]) -> None:
    with pytest.raises(Unreadable):
        day_row(**changes)


@fault("Q06")
def test_q06_a_row_of_another_account_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="another account"):
        open_row(acnt_no="8999999911")


def test_a_row_of_wrong_types_makes_the_whole_list_incomplete() -> None:
    page = Page(json.dumps({"oso": [OPEN_ROWS[0], {**OPEN_ROWS[1], "ord_qty": 2}]}).encode(), None)
    with pytest.raises(Incomplete):
        rows_of(page, "oso", lambda r: rows.open_row(r, STOCK))


@pytest.mark.parametrize("body", [b"{}", b'{"oso": null}', b'{"osos": []}'])
def test_an_answer_without_its_list_is_empty_only_when_it_says_so(body: bytes) -> None:
    """Else an order that was lost would count as looked for and not there."""
    with pytest.raises(Incomplete):
        rows_of(Page(body, None), "oso", lambda r: rows.open_row(r, STOCK))
    assert rows_of(Page(body, None, empty=True), "oso", lambda r: rows.open_row(r, STOCK)) == []


def test_an_empty_list_has_no_rows() -> None:
    assert rows_of(Page(b'{"oso": []}', None), "oso", lambda r: rows.open_row(r, STOCK)) == []


def test_gold_lists_read_the_same_with_their_own_names() -> None:
    listed = rows.day_row(raw(GUIDE["kt50031"]["response"]["acnt_ord_cntr_prps_dtl"][0]), GOLD)
    opened = rows.gold_open_row(raw(GUIDE["kt50075"]["response"]["acnt_ord_oso_prst"][0]), GOLD)
    order = draft(4, 199_800, code="M04020000", side=Side.SELL, market=Market.GOLD)
    assert listed.draft == opened.draft == order
    assert (opened.source, opened.remaining, opened.channel) == (Source.OPEN_LIST, 4, OUR_CHANNEL)


def test_a_stock_row_in_a_gold_list_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="another market"):
        rows.day_row(raw(DAY_ROWS[0]), GOLD)


@given(st.dictionaries(st.sampled_from(sorted(DAY_ROWS[0])), st.one_of(st.none(), st.text(max_size=12))))
def test_any_row_is_a_report_or_unreadable(changes: dict[str, Any]) -> None:
    try:
        report = day_row(**changes)
    except Unreadable:
        return
    assert report.ref.number > 0
