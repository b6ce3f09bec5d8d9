"""Orders over the wire and how the lists show them afterwards (kiwoom/README.md 3 and 11)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiwoom_desk.simulator.server import PracticeServer
from tests.simulator.surface.client import ACCOUNT, INFO, ORDERS, Desk

_PAGE = 20


def _inner(answer: dict[str, object]) -> str:
    """The code inside `[2000](CODE:text)` or `[CODE:text]`."""
    text = str(answer["return_msg"])
    return text.partition("](" if "[2000](" in text else "[")[2].partition(":")[0]


def test_a_resting_order_is_open_in_both_lists_in_their_own_words(desk: Desk) -> None:
    low = desk.price("lst_pric")
    number = desk.buy(quantity=7, price=low)["ord_no"]
    row, open_row = desk.row(number), desk.open_orders()[0]
    assert (row["stk_cd"], row["trde_tp"], row["io_tp_nm"]) == ("A005930", "지정가", "현금매수")
    assert (row["ord_qty"], row["ord_uv"], row["ord_remnq"]) == ("0000000007", f"{low:010d}", "0000000007")
    assert (row["comm_ord_tp"], row["acpt_tp"], row["ori_ord"]) == ("REST API", "접수", "0000000")
    assert (open_row["stk_cd"], open_row["trde_tp"], open_row["io_tp_nm"]) == ("005930", "보통", "+매수")
    assert (open_row["oso_qty"], open_row["stex_tp"], open_row["sor_yn"]) == ("7", "1", "N")


def test_a_market_order_fills_and_shows_no_price(desk: Desk) -> None:
    number = desk.sell(quantity=3)["ord_no"]
    row = desk.row(number)
    assert (row["trde_tp"], row["ord_uv"], row["cntr_qty"]) == ("시장가", "0000000000", "0000000003")
    assert (int(row["cntr_uv"]) > 0, row["ord_remnq"]) == (True, "0000000000")
    filled = desk.ask("ka10076", ACCOUNT, {"qry_tp": "0", "sell_tp": "0", "stex_tp": "0"})["cntr"][0]
    assert (filled["ord_no"], filled["ord_stt"], filled["io_tp_nm"]) == (number, "체결", "-매도")


def test_an_amendment_moves_the_order_to_a_new_number(desk: Desk) -> None:
    low = desk.price("lst_pric")
    first = desk.buy(quantity=10, price=low)["ord_no"]
    second = desk.amend(first, low + 100)
    third = desk.amend(second["ord_no"], low + 200, 4)
    assert (second["mdfy_qty"], second["base_orig_ord_no"]) == (f"{10:012d}", first)
    assert (third["mdfy_qty"], third["base_orig_ord_no"]) == (f"{4:012d}", first)
    rows = {row["ord_no"]: row for row in desk.day()}
    assert rows[first]["ord_remnq"] == "0000000000" and rows[first]["mdfy_cncl"] == ""
    newest = rows[third["ord_no"]]
    assert (newest["ori_ord"], newest["mdfy_cncl"], newest["cnfm_qty"]) == (second["ord_no"], "정정확인", f"{4:010d}")
    assert (newest["ord_remnq"], rows[second["ord_no"]]["ord_remnq"]) == (f"{4:010d}", f"{6:010d}")


def test_the_old_number_is_refused_after_an_amendment(desk: Desk) -> None:
    low = desk.price("lst_pric")
    first = desk.buy(price=low)["ord_no"]
    desk.amend(first, low + 100)
    assert _inner(desk.cancel(first)) == "506550"


def test_a_cancel_has_a_row_of_its_own(desk: Desk) -> None:
    low = desk.price("lst_pric")
    number = desk.buy(quantity=10, price=low)["ord_no"]
    part, rest = desk.cancel(number, 3), desk.cancel(number)
    assert (part["cncl_qty"], rest["cncl_qty"]) == (f"{3:012d}", f"{7:012d}")
    row = desk.row(rest["ord_no"])
    assert (row["mdfy_cncl"], row["ori_ord"], row["ord_uv"]) == ("취소확인", number, "0000000000")
    assert (row["cnfm_qty"], row["ord_remnq"]) == (f"{7:010d}", "0000000000")
    assert (desk.row(number)["ord_qty"], desk.row(number)["ord_remnq"]) == (f"{10:010d}", "0000000000")
    assert desk.open_orders() == []


def test_a_cancel_cannot_be_cancelled_and_routing_must_match(desk: Desk) -> None:
    low = desk.price("lst_pric")
    number = desk.buy(price=low, dmst_stex_tp="SOR")["ord_no"]
    assert _inner(desk.cancel(number)) == "571412"
    cancelled = desk.cancel(number, dmst_stex_tp="SOR")
    assert cancelled["return_code"] == 0 and "dmst_stex_tp" not in cancelled
    assert _inner(desk.cancel(cancelled["ord_no"], dmst_stex_tp="SOR")) == "571435"
    assert _inner(desk.cancel("0000001")) == "506551"


def test_venues_show_as_the_lists_write_them(desk: Desk) -> None:
    low = desk.price("lst_pric")
    for venue in ("KRX", "NXT", "SOR"):
        assert desk.buy(quantity=1, price=low, dmst_stex_tp=venue)["dmst_stex_tp"] == venue
    shown = {(row["stex_tp"], row["stex_tp_txt"], row["sor_yn"]) for row in desk.open_orders()}
    assert shown == {("1", "KRX", "N"), ("2", "NXT", "N"), ("0", "SOR", "Y")}
    assert [row["dmst_stex_tp"] for row in desk.day(dmst_stex_tp="NXT")] == ["NXT"]
    body = {"all_stk_tp": "0", "trde_tp": "0", "stex_tp": "2"}
    assert [row["stex_tp"] for row in desk.ask("ka10075", ACCOUNT, body)["oso"]] == ["2"]


def test_a_stop_limit_order_carries_its_trigger(desk: Desk) -> None:
    low, high = desk.price("lst_pric"), desk.price("upl_pric")
    number = desk.buy(quantity=1, price=low, trde_tp="28", cond_uv=str(high))["ord_no"]
    assert desk.row(number)["cond_uv"] == f"{high:010d}"
    assert desk.open_orders()[0]["stop_pric"] == str(high)


def test_refusals_use_the_codes_of_the_live_back_office(desk: Desk) -> None:
    low, high = desk.price("lst_pric"), desk.price("upl_pric")
    assert _inner(desk.buy(price=low, ord_uv="")) == "308003"
    assert _inner(desk.buy(ord_uv=str(low))) == "502048"
    assert _inner(desk.buy(price=low + 1)) == "571557"
    assert _inner(desk.buy(price=high * 2)) == "571557"
    assert _inner(desk.buy(quantity=500_000, price=high)) == "855056"
    assert _inner(desk.sell(code="035420", quantity=1, price=desk.price("upl_pric", "035420"))) == "800033"
    assert _inner(desk.buy(code="950210", quantity=1)) == "571242"
    assert _inner(desk.buy(code="999999", quantity=1)) == "1902"
    assert _inner(desk.buy(code="069500", quantity=1, dmst_stex_tp="NXT")) == "1903"
    assert desk.day() == []


def test_a_refusal_names_how_much_would_be_possible(desk: Desk) -> None:
    text = desk.sell(quantity=1_000, price=desk.price("upl_pric"))["return_msg"]
    held = desk.ask("kt00018", ACCOUNT, {"qry_tp": "1", "dmst_stex_tp": "KRX"})["acnt_evlt_remn_indv_tot"]
    own = next(row for row in held if row["stk_cd"] == "A005930")
    assert f"{int(own['trde_able_qty'])}주" in text


def test_a_long_day_needs_pages_and_no_row_is_lost_or_repeated(desk: Desk) -> None:
    low = desk.price("lst_pric")
    placed = [desk.buy(quantity=1, price=low)["ord_no"] for _ in range(45)]
    query = {"qry_tp": "1", "stk_bond_tp": "0", "sell_tp": "0", "dmst_stex_tp": "%"}
    pages = [page["acnt_ord_cntr_prps_dtl"] for page in desk.pages("kt00007", ACCOUNT, query)]
    assert [len(page) for page in pages] == [_PAGE, _PAGE, 5]
    assert [row["ord_no"] for page in pages for row in page] == placed
    assert [row["ord_no"] for row in desk.open_orders()] == placed[::-1]
    assert [row["ord_no"] for row in desk.day(fr_ord_no=placed[-2])] == placed[-2:]


def test_rows_that_vanish_between_two_pages_hide_no_other(desk: Desk) -> None:
    low = desk.price("lst_pric")
    placed = [desk.buy(quantity=1, price=low)["ord_no"] for _ in range(30)]
    body = {"all_stk_tp": "0", "trde_tp": "0", "stex_tp": "0"}
    first = desk.post("ka10075", ACCOUNT, body)
    desk.cancel(first.json()["oso"][0]["ord_no"])
    heads = {"cont-yn": "Y", "next-key": first.headers["next-key"]}
    second = desk.post("ka10075", ACCOUNT, body, **heads)
    seen = [row["ord_no"] for page in (first, second) for row in page.json()["oso"]]
    assert seen == placed[::-1]
    assert (second.headers["cont-yn"], second.headers["next-key"]) == ("N", "")


def test_days_and_lists_without_rows_answer_as_documented(desk: Desk, gold: Desk) -> None:
    query = {"qry_tp": "1", "stk_bond_tp": "0", "sell_tp": "0", "dmst_stex_tp": "%", "ord_dt": "20261120"}
    assert desk.ask("kt00007", ACCOUNT, query)["acnt_ord_cntr_prps_dtl"] == []
    status = {"stk_bond_tp": "0", "mrkt_tp": "0", "sell_tp": "0", "qry_tp": "0", "dmst_stex_tp": "%"}
    assert _inner(desk.ask("kt00009", ACCOUNT, status)) == "501724"
    diary = desk.ask("ka10170", ACCOUNT, {"ottks_tp": "2", "ch_crd_tp": "0"})
    assert [set(row.values()) for row in diary["tdy_trde_diary"]] == [{""}]
    open_gold = {"ord_dt": "20261123", "mrkt_deal_tp": "5", "stk_bond_tp": "0", "sell_tp": "0"}
    empty = gold.ask("kt50075", ACCOUNT, open_gold)
    assert (empty["return_code"], empty["acnt_ord_oso_prst"]) == (0, [])
    assert empty["return_msg"] == "선택된 내역이 없습니다"


def test_gold_orders_are_listed_under_market_five_only(gold: Desk) -> None:
    order = {"stk_cd": "M04020000", "ord_qty": "2", "ord_uv": "180000", "trde_tp": "00"}
    number = gold.ask("kt50000", ORDERS, order)["ord_no"]
    body = {"ord_dt": "20261123", "stk_bond_tp": "0", "sell_tp": "0"}
    shares = gold.ask("kt50075", ACCOUNT, body | {"mrkt_deal_tp": "1"})
    five = gold.ask("kt50075", ACCOUNT, body | {"mrkt_deal_tp": "5"})
    assert shares["acnt_ord_oso_prst"] == []
    assert [row["ord_no"] for row in five["acnt_ord_oso_prst"]] == [number]
    assert five["acnt_ord_oso_prst"][0]["stk_cd"] == "M04020000"


@pytest.mark.parametrize("code", ["000000", "ABCDEF", "005930_XX"])
def test_quotes_of_an_unknown_code_are_blank_successes(desk: Desk, code: str) -> None:
    figures = desk.ask("ka10001", INFO, {"stk_cd": code})
    assert (figures["return_code"], figures["stk_nm"]) == (0, "")
    rows = desk.ask("ka10095", INFO, {"stk_cd": f"005930|{code}"})["atn_stk_infr"]
    assert [row["stk_nm"] for row in rows] == ["삼성전자", ""]


def test_more_than_a_hundred_codes_are_1634_without_being_a_rate_limit(desk: Desk) -> None:
    response = desk.post("ka10095", INFO, {"stk_cd": "|".join(["005930"] * 101)})
    assert (response.status_code, response.json()["return_code"]) == (200, 5)
    assert "[1634]" in response.json()["return_msg"]


def test_the_views_of_a_share_differ_by_suffix(desk: Desk) -> None:
    sheets = {s: desk.ask("ka10007", "/api/dostk/mrkcond", {"stk_cd": f"005930{s}"}) for s in ("", "_NX", "_AL")}
    assert [sheets[s]["stk_cd"] for s in sheets] == ["005930", "005930_NX", "005930_AL"]
    best = {s: (abs(int(sheets[s]["sel_1bid"])), int(sheets[s]["sel_1bid_req"])) for s in sheets}
    lowest = min(best[""][0], best["_NX"][0])
    assert best["_AL"] == (lowest, sum(quantity for price, quantity in (best[""], best["_NX"]) if price == lowest))


def test_a_rejected_order_keeps_its_number_and_says_so(server: PracticeServer, desk: Desk) -> None:
    number = desk.buy(price=desk.price("lst_pric"))["ord_no"]
    order = next(o for o in server.core.orders("stock", server.clock.now().date()) if o.number == int(number))
    server.call(lambda: setattr(order, "rejected", "거래소 거부"))
    assert desk.row(number)["acpt_tp"] == "주문거부"


def test_what_the_close_ends_is_listed_as_expired_and_no_longer_open(server: PracticeServer, desk: Desk) -> None:
    low = desk.price("lst_pric")
    old = desk.buy(quantity=7, price=low)["ord_no"]
    rests, ioc = desk.amend(old, low + 100)["ord_no"], desk.buy(quantity=1, price=low, trde_tp="10")["ord_no"]
    evening = desk.buy(quantity=1, price=low, dmst_stex_tp="NXT")["ord_no"]
    server.call(lambda: server.clock.skip(timedelta(hours=5, minutes=31)))
    row = desk.row(rests)
    assert (row["acpt_tp"], row["ord_qty"], row["ord_remnq"]) == ("만료", f"{7:010d}", f"{0:010d}")
    assert {desk.row(number)["acpt_tp"] for number in (old, ioc, evening)} == {"접수"}
    assert [row["ord_no"] for row in desk.open_orders()] == [evening]


def test_the_gold_lists_say_it_too(server: PracticeServer, gold: Desk) -> None:
    order = {"stk_cd": "M04020000", "ord_qty": "2", "ord_uv": "180000", "trde_tp": "00"}
    gold.ask("kt50000", ORDERS, order)
    server.call(lambda: server.clock.skip(timedelta(hours=5, minutes=31)))
    body = {"ord_dt": "20261123", "mrkt_deal_tp": "5", "stk_bond_tp": "0", "qry_tp": "1"}
    [row] = gold.ask("kt50031", ACCOUNT, body | {"sell_tp": "0", "dmst_stex_tp": "%"})["acnt_ord_cntr_prps_dtl"]
    [status] = gold.ask("kt50030", ACCOUNT, body | {"slby_tp": "0"})["acnt_ord_cntr_prst"]
    assert (row["acpt_tp"], status["data_send_end_tp"]) == ("만료", "만료")
    assert gold.ask("kt50075", ACCOUNT, body | {"sell_tp": "0"})["acnt_ord_oso_prst"] == []
