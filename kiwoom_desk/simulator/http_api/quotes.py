"""Figures of shares: ka10001, ka10003, ka10095."""

from __future__ import annotations

from datetime import date
from typing import Final

from kiwoom_desk.simulator.envelope import LIMIT, Answer, Body, Denied, Rows, accepted
from kiwoom_desk.simulator.formats import date8, percent, signed, time6
from kiwoom_desk.simulator.http_api.spec import Call, Office, Tr, text
from kiwoom_desk.simulator.http_api.views import (
    HUNDRED_MILLION,
    MILLION,
    View,
    level,
    strength,
    total,
    trade_quantity,
    view_of,
)
from kiwoom_desk.simulator.http_api.year import year_of

_INFO: Final = "/api/dostk/stkinfo"
_MOST_CODES: Final = 100
_TRADES: Final = 300
_OK: Final = "정상적으로 처리되었습니다"


def _blank(names: tuple[str, ...]) -> Body:
    return dict.fromkeys(names, "")


def _basics(office: Office, call: Call) -> Answer:
    """ka10001. An unknown code is a success with blank fields."""
    view = view_of(office, call.get("stk_cd"))
    return accepted(_blank(BASICS) if view is None else _basics_of(view, call.now.date()))


def _basics_of(view: View, today: date) -> Body:
    tape, listing = view.tape, view.listing
    year = year_of(listing, tape, today)
    known = {
        "stk_cd": view.text,
        "stk_nm": listing.name,
        "setl_mm": "12",
        "fav": "100",
        "cap": str(listing.listed * 100 // HUNDRED_MILLION),
        "flo_stk": str(round(listing.listed / 1_000)),
        "oyr_hgst": view.price(year.high),
        "oyr_lwst": view.price(year.low),
        "mac": str(listing.listed * tape.last // HUNDRED_MILLION),
        "250hgst": view.price(year.high),
        "250lwst": view.price(year.low),
        "high_pric": view.price(tape.high),
        "open_pric": view.price(tape.open),
        "low_pric": view.price(tape.low),
        "upl_pric": view.price(tape.upper),
        "lst_pric": view.price(tape.lower),
        "base_pric": str(tape.base),
        "exp_cntr_pric": view.expected,
        "exp_cntr_qty": str(view.depth.expected_quantity),
        "250hgst_pric_dt": date8(year.high_day),
        "250hgst_pric_pre_rt": percent(tape.last - year.high, year.high),
        "250lwst_pric_dt": date8(year.low_day),
        "250lwst_pric_pre_rt": percent(tape.last - year.low, year.low),
        "cur_prc": view.price(tape.last),
        "pre_sig": view.sign,
        "pred_pre": view.change_text,
        "flu_rt": view.rate,
        "trde_qty": str(tape.volume),
        "trde_pre": percent(tape.volume, year.volume),
        "fav_unit": "원",
        "dstr_stk": str(listing.listed * 3 // 4_000),
        "dstr_rt": "+75.0",
    }
    return {**_blank(BASICS), **known}


BASICS: Final = (
    "stk_cd", "stk_nm", "setl_mm", "fav", "cap", "flo_stk", "crd_rt", "oyr_hgst", "oyr_lwst", "mac", "mac_wght",
    "for_exh_rt", "repl_pric", "per", "eps", "roe", "pbr", "ev", "bps", "sale_amt", "bus_pro", "cup_nga", "250hgst",
    "250lwst", "high_pric", "open_pric", "low_pric", "upl_pric", "lst_pric", "base_pric", "exp_cntr_pric",
    "exp_cntr_qty", "250hgst_pric_dt", "250hgst_pric_pre_rt", "250lwst_pric_dt", "250lwst_pric_pre_rt", "cur_prc",
    "pre_sig", "pred_pre", "flu_rt", "trde_qty", "trde_pre", "fav_unit", "dstr_stk", "dstr_rt",
)  # fmt: skip


def _trades(office: Office, call: Call) -> Rows:
    """ka10003: the newest trades first."""
    view = view_of(office, call.get("stk_cd"))
    if view is None:
        return Rows("cntr_infr", [], message=_OK)
    trades = office.core.trades(view.listing.code, view.venue, _TRADES)
    rows: list[tuple[int, Body]] = []
    volume, turnover = view.tape.volume, view.tape.turnover
    force = strength(trades)
    for index, trade in enumerate(trades):
        rows.append(
            (
                index,
                {
                    "tm": time6(trade.at),
                    "cur_prc": view.price(trade.price),
                    "pred_pre": signed(trade.price - view.tape.base),
                    "pre_rt": percent(trade.price - view.tape.base, view.tape.base),
                    "pri_sel_bid_unit": view.price(view.ask),
                    "pri_buy_bid_unit": view.price(view.bid),
                    "cntr_trde_qty": trade_quantity(trade.quantity, trade.aggressor),
                    "sign": view.sign,
                    "acc_trde_qty": str(volume),
                    "acc_trde_prica": str(turnover),
                    "cntr_str": force,
                    "stex_tp": trade.venue,
                },
            )
        )
        volume, turnover = volume - trade.quantity, turnover - trade.quantity * trade.price
    return Rows("cntr_infr", rows, message=_OK)


def _watch(office: Office, call: Call) -> Answer:
    """ka10095: up to 100 codes joined by a bar; more is 1634, which is no rate limit. Unknown codes give blank rows."""
    codes = call.get("stk_cd").split("|")
    if len(codes) > _MOST_CODES:
        raise Denied(LIMIT, "조회 가능한 종목수를 초과하였습니다[1634]")
    views = (view_of(office, code) for code in codes)
    return accepted({"atn_stk_infr": [_watch_row(office, call, view) for view in views]})


def _watch_row(office: Office, call: Call, view: View | None) -> Body:
    if view is None:
        return _blank(WATCH)
    tape, depth, listing = view.tape, view.depth, view.listing
    known = {
        "stk_cd": view.text,
        "stk_nm": listing.name,
        "cur_prc": view.price(tape.last),
        "base_pric": str(tape.base),
        "pred_pre": view.change_text,
        "pred_pre_sig": view.sign,
        "flu_rt": view.rate,
        "trde_qty": str(tape.volume),
        "trde_prica": str(tape.turnover // MILLION),
        "cntr_qty": view.last_quantity,
        "cntr_str": strength(office.core.trades(listing.code, view.venue, _TRADES)),
        "pred_trde_qty_pre": percent(tape.volume, year_of(listing, tape, call.now.date()).volume),
        "sel_bid": view.price(view.ask),
        "buy_bid": view.price(view.bid),
        **{f"sel_{i}th_bid": view.price(level(depth.asks, i).price) for i in range(1, 6)},
        **{f"buy_{i}th_bid": view.price(level(depth.bids, i).price) for i in range(1, 6)},
        "upl_pric": view.price(tape.upper),
        "lst_pric": view.price(tape.lower),
        "open_pric": view.price(tape.open),
        "high_pric": view.price(tape.high),
        "low_pric": view.price(tape.low),
        "close_pric": view.price(tape.last),
        "cntr_tm": time6(tape.at),
        "exp_cntr_pric": view.expected,
        "exp_cntr_qty": str(depth.expected_quantity),
        "cap": str(listing.listed * 100 // HUNDRED_MILLION),
        "fav": "100",
        "mac": str(listing.listed * tape.last // HUNDRED_MILLION),
        "stkcnt": str(round(listing.listed / 1_000)),
        "bid_tm": time6(depth.at),
        "dt": date8(call.now.date()),
        "pri_sel_req": str(level(depth.asks, 1).quantity),
        "pri_buy_req": str(level(depth.bids, 1).quantity),
        "tot_sel_req": str(total(depth.asks)),
        "tot_buy_req": str(total(depth.bids)),
        **dict.fromkeys(("prty", "gear", "pl_qutr", "cap_support"), "0.00"),
        "elwexec_pric": "0",
        "cnvt_rt": "0.0000",
    }
    return {**_blank(WATCH), **known}


WATCH: Final = (
    "stk_cd", "stk_nm", "cur_prc", "base_pric", "pred_pre", "pred_pre_sig", "flu_rt", "trde_qty", "trde_prica",
    "cntr_qty", "cntr_str", "pred_trde_qty_pre", "sel_bid", "buy_bid", "sel_1th_bid", "sel_2th_bid", "sel_3th_bid",
    "sel_4th_bid", "sel_5th_bid", "buy_1th_bid", "buy_2th_bid", "buy_3th_bid", "buy_4th_bid", "buy_5th_bid", "upl_pric",
    "lst_pric", "open_pric", "high_pric", "low_pric", "close_pric", "cntr_tm", "exp_cntr_pric", "exp_cntr_qty", "cap",
    "fav", "mac", "stkcnt", "bid_tm", "dt", "pri_sel_req", "pri_buy_req", "pri_sel_cnt", "pri_buy_cnt", "tot_sel_req",
    "tot_buy_req", "tot_sel_cnt", "tot_buy_cnt", "prty", "gear", "pl_qutr", "cap_support", "elwexec_pric", "cnvt_rt",
    "elwexpr_dt", "cntr_engg", "cntr_pred_pre", "theory_pric", "innr_vltl", "delta", "gam", "theta", "vega", "law",
)  # fmt: skip


TRS: Final = [
    Tr("ka10001", _INFO, _basics, (text("stk_cd"),)),
    Tr("ka10003", _INFO, _trades, (text("stk_cd"),)),
    Tr("ka10095", _INFO, _watch, (text("stk_cd", longest=1_500),)),
]
