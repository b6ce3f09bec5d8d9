"""Order books: ka10004 (one exchange) and ka10007 (book and figures together)."""

from __future__ import annotations

from typing import Final

from kiwoom_desk.simulator.envelope import Answer, Body, accepted
from kiwoom_desk.simulator.formats import date8, percent, time6
from kiwoom_desk.simulator.http_api.spec import Call, Office, Tr, text
from kiwoom_desk.simulator.http_api.views import LEVELS, MILLION, View, level, total, view_of
from kiwoom_desk.simulator.http_api.year import year_of

_MARKET: Final = "/api/dostk/mrkcond"


def _book(office: Office, call: Call) -> Answer:
    """ka10004: the book of KRX or NXT; `_AL` is ignored and means KRX. Unknown codes give zeros."""
    return accepted(_book_of(view_of(office, call.get("stk_cd").removesuffix("_AL"))))


def _ask_names(index: int) -> tuple[str, str, str]:
    """Names of difference, quantity and price of ask level `index` (the best one is called differently)."""
    if index == 1:
        return "sel_1th_pre_req_pre", "sel_fpr_req", "sel_fpr_bid"
    return f"sel_{index}th_pre_req_pre", f"sel_{index}th_pre_req", f"sel_{index}th_pre_bid"


def _bid_names(index: int) -> tuple[str, str, str]:
    if index == 1:
        return "buy_1th_pre_req_pre", "buy_fpr_req", "buy_fpr_bid"
    return f"buy_{index}th_pre_req_pre", f"buy_{index}th_pre_req", f"buy_{index}th_pre_bid"


def _book_of(view: View | None) -> Body:
    body: Body = {"bid_req_base_tm": time6(view.depth.at) if view else "000000"}
    asks, bids = (view.depth.asks, view.depth.bids) if view else ((), ())
    for index in range(LEVELS, 0, -1):
        _put_level(body, view, _ask_names(index), level(asks, index).price, level(asks, index).quantity)
    for index in range(1, LEVELS + 1):
        _put_level(body, view, _bid_names(index), level(bids, index).price, level(bids, index).quantity)
    body |= {
        "tot_sel_req_jub_pre": "0",
        "tot_sel_req": str(total(asks)),
        "tot_buy_req": str(total(bids)),
        "tot_buy_req_jub_pre": "0",
    }
    return body | dict.fromkeys(("ovt_sel_req_pre", "ovt_sel_req", "ovt_buy_req", "ovt_buy_req_pre"), "0")


def _put_level(body: Body, view: View | None, names: tuple[str, str, str], price: int, quantity: int) -> None:
    difference, amount, bid = names
    body[difference] = "0"
    body[amount] = str(quantity)
    body[bid] = view.price(price) if view else "0"


def _sheet(office: Office, call: Call) -> Answer:
    """ka10007; `_AL` gives the book of both exchanges together. An unknown code gives blank fields."""
    view = view_of(office, call.get("stk_cd"))
    if view is None:
        names = [*_sheet_levels(None), *_HEAD, *_TAIL]
        return accepted(dict.fromkeys(names, ""))
    return accepted({**_sheet_head(office, call, view), **_sheet_levels(view), **_sheet_tail(view)})


def _sheet_head(office: Office, call: Call, view: View) -> Body:
    tape, today = view.tape, call.now.date()
    year = year_of(view.listing, tape, today)
    known = {
        "stk_nm": view.listing.name,
        "stk_cd": view.text,
        "date": date8(today),
        "tm": time6(tape.at or call.now),
        "pred_close_pric": str(tape.base),
        "pred_trde_qty": str(year.volume),
        "upl_pric": view.price(tape.upper),
        "lst_pric": view.price(tape.lower),
        "pred_trde_prica": str(year.volume * tape.base // MILLION),
        "flo_stkcnt": str(round(view.listing.listed / 1_000)),
        "cur_prc": view.price(tape.last),
        "smbol": view.sign,
        "flu_rt": view.rate,
        "pred_rt": percent(tape.volume, year.volume),
        "open_pric": view.price(tape.open),
        "high_pric": view.price(tape.high),
        "low_pric": view.price(tape.low),
        "cntr_qty": view.last_quantity,
        "trde_qty": str(tape.volume),
        "trde_prica": str(tape.turnover // MILLION),
        "exp_cntr_pric": view.expected,
        "exp_cntr_qty": str(view.depth.expected_quantity),
        "exp_sel_pri_bid": "0",
        "exp_buy_pri_bid": "0",
        "trde_strt_dt": "00000000",
        "exec_pric": "0",
    }
    return {**dict.fromkeys(_HEAD, ""), **known}


_HEAD: Final = (
    "stk_nm", "stk_cd", "date", "tm", "pred_close_pric", "pred_trde_qty", "upl_pric", "lst_pric", "pred_trde_prica",
    "flo_stkcnt", "cur_prc", "smbol", "flu_rt", "pred_rt", "open_pric", "high_pric", "low_pric", "cntr_qty", "trde_qty",
    "trde_prica", "exp_cntr_pric", "exp_cntr_qty", "exp_sel_pri_bid", "exp_buy_pri_bid", "trde_strt_dt", "exec_pric",
    "hgst_pric", "lwst_pric", "hgst_pric_dt", "lwst_pric_dt",
)  # fmt: skip
_TAIL: Final = ("tot_buy_req", "tot_sel_req", "tot_buy_cnt", "tot_sel_cnt")


def _sheet_levels(view: View | None) -> Body:
    """Prices of all levels, then quantities, differences, counts and the liquidity providers' parts."""
    body: Body = {}
    sides = (("sel", view.depth.asks if view else ()), ("buy", view.depth.bids if view else ()))
    for side, levels in sides:
        for index in range(1, LEVELS + 1):
            body[f"{side}_{index}bid"] = view.price(level(levels, index).price) if view else ""
    for side, levels in sides:
        for index in range(1, LEVELS + 1):
            body[f"{side}_{index}bid_req"] = str(level(levels, index).quantity)
    for side, _ in sides:
        body |= {f"{side}_{index}bid_jub_pre": "0" for index in range(1, LEVELS + 1)}
    for side, _ in sides:
        body |= {f"{side}_{index}bid_cnt": "" for index in range(1, 6)}
    for side, _ in sides:
        body |= {f"lp{side}_{index}bid_req": "0" for index in range(1, LEVELS + 1)}
    return body


def _sheet_tail(view: View) -> Body:
    return {
        "tot_buy_req": str(total(view.depth.bids)),
        "tot_sel_req": str(total(view.depth.asks)),
        "tot_buy_cnt": "",
        "tot_sel_cnt": "",
    }


TRS: Final = [
    Tr("ka10004", _MARKET, _book, (text("stk_cd"),)),
    Tr("ka10007", _MARKET, _sheet, (text("stk_cd"),)),
]
