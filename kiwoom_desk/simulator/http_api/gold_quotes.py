"""Gold prices, open to any key: ka50010, ka50087, ka50100, ka50101. An unknown code has no rows."""

from __future__ import annotations

from typing import Final

from kiwoom_desk.simulator.envelope import Answer, Body, Rows, accepted
from kiwoom_desk.simulator.formats import change_code, is_gold, percent, signed, time6
from kiwoom_desk.simulator.http_api.spec import Call, Office, Tr, choice, text
from kiwoom_desk.simulator.http_api.views import View, strength, trade_quantity, view_of
from kiwoom_desk.simulator.http_api.year import year_of
from kiwoom_desk.simulator.model import TradeEvent

_MARKET: Final = "/api/dostk/mrkcond"
_OK: Final = "정상적으로 처리되었습니다"
_TRADES: Final = 300
_PAGE: Final = 100


def _gold_view(office: Office, call: Call) -> View | None:
    view = view_of(office, call.get("stk_cd"))
    return view if view is not None and is_gold(view.listing) else None


def _newest(office: Office, view: View) -> list[tuple[TradeEvent, int, int]]:
    """The newest trades with the volume and turnover of the day up to and with each of them."""
    volume, turnover, result = view.tape.volume, view.tape.turnover, []
    for trade in office.core.trades(view.listing.code, "KRX", _TRADES):
        result.append((trade, volume, turnover))
        volume, turnover = volume - trade.quantity, turnover - trade.quantity * trade.price
    return result


def _price_columns(view: View, price: int) -> Body:
    change = price - view.tape.base
    return {
        "cntr_pric": view.price(price),
        "pred_pre": signed(change),
        "flu_rt": percent(change, view.tape.base),
        "pre_sig": change_code(change),
    }


def _trades(office: Office, call: Call) -> Rows:
    """ka50010: trade by trade, newest first, with the best prices (the only REST source of them)."""
    view = _gold_view(office, call)
    if view is None:
        return Rows("gold_cntr", [], message=_OK)
    trades = _newest(office, view)
    force = strength([trade for trade, _, _ in trades])
    yesterday = year_of(view.listing, view.tape, call.now.date()).volume
    rows: list[tuple[int, Body]] = [
        (
            index,
            {
                **_price_columns(view, trade.price),
                "trde_qty": str(volume),
                "acc_trde_prica": str(turnover),
                "cntr_trde_qty": trade_quantity(trade.quantity, trade.aggressor),
                "tm": time6(trade.at),
                "pri_sel_bid_unit": view.price(view.ask),
                "pri_buy_bid_unit": view.price(view.bid),
                "trde_pre": percent(volume, yesterday),
                "trde_tern_rt": percent(trade.quantity, yesterday),
                "cntr_str": force,
            },
        )
        for index, (trade, volume, turnover) in enumerate(trades)
    ]
    return Rows("gold_cntr", rows, message=_OK)


def _expected(office: Office, call: Call) -> Rows:
    """ka50087: rows in call auctions only; the rate carries its sign twice, as the broker sends it."""
    view = _gold_view(office, call)
    price = view.depth.expected_price if view else 0
    if view is None or not price:
        return Rows("gold_expt_exec", [], message=_OK)
    change = price - view.tape.base
    rate = percent(change, view.tape.base)
    row = {
        "exp_cntr_pric": view.price(price),
        "exp_pred_pre": signed(change),
        "exp_flu_rt": rate if change == 0 else f"{rate[0]}{rate}",
        "exp_acc_trde_qty": str(view.depth.expected_quantity),
        "exp_cntr_trde_qty": signed(view.depth.expected_quantity),
        "exp_tm": time6(view.depth.at),
        "exp_pre_sig": change_code(change),
        "stex_tp": "KRX",
    }
    return Rows("gold_expt_exec", [(0, row)], message=_OK)


_FIGURES: Final = (
    "pred_pre_sig", "pred_pre", "flu_rt", "trde_qty", "open_pric", "high_pric", "low_pric", "pred_rt", "upl_pric",
    "lst_pric", "pred_close_pric",
)  # fmt: skip


def _figures(office: Office, call: Call) -> Answer:
    """ka50100: no current price; it is the previous close plus the change."""
    view = _gold_view(office, call)
    if view is None:
        return accepted(dict.fromkeys(_FIGURES, ""))
    tape = view.tape
    return accepted(
        {
            "pred_pre_sig": view.sign,
            "pred_pre": view.change_text,
            "flu_rt": view.rate,
            "trde_qty": str(tape.volume),
            "open_pric": view.price(tape.open),
            "high_pric": view.price(tape.high),
            "low_pric": view.price(tape.low),
            "pred_rt": percent(tape.volume, year_of(view.listing, tape, call.now.date()).volume),
            "upl_pric": view.price(tape.upper),
            "lst_pric": view.price(tape.lower),
            "pred_close_pric": str(tape.base),
        }
    )


def _buckets(office: Office, call: Call) -> Rows:
    """ka50101: so many trades to a row, newest first; in spite of its name without best prices."""
    view = _gold_view(office, call)
    if view is None:
        return Rows("gold_bid", [], message=_OK)
    trades, size = _newest(office, view), call.integer("tic_scope")
    yesterday = year_of(view.listing, view.tape, call.now.date()).volume
    rows: list[tuple[int, Body]] = []
    for start in range(0, len(trades), size):
        bucket = trades[start : start + size]
        newest, volume, _ = bucket[0]
        quantity = sum(trade.quantity for trade, _, _ in bucket)
        row = {
            **_price_columns(view, newest.price),
            "trde_qty": str(volume),
            "acc_trde_prica": "",
            "cntr_trde_qty": str(quantity),
            "tm": time6(newest.at),
            "trde_pre": percent(volume, yesterday),
            "trde_tern_rt": percent(quantity, yesterday),
            **dict.fromkeys(("pri_sel_bid_unit", "pri_buy_bid_unit", "cntr_str", "lpmmcm_nm_1", "stex_tp"), ""),
        }
        rows.append((start, row))
    return Rows("gold_bid", rows, message=_OK)


_CODE: Final = text("stk_cd")
TRS: Final = [
    Tr("ka50010", _MARKET, _trades, (_CODE,), paged=_PAGE),
    Tr("ka50087", _MARKET, _expected, (_CODE,)),
    Tr("ka50100", _MARKET, _figures, (_CODE,)),
    Tr("ka50101", _MARKET, _buckets, (_CODE, choice("tic_scope", "1", "3", "5", "10", "30"))),
]
