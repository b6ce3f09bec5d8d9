"""Candles: ka10080 (minutes, of the trades still on the tape) and ka10081 (days, before today a plausible past)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from kiwoom_desk.simulator.envelope import Body, Rows
from kiwoom_desk.simulator.formats import change_code, date8, percent, signed
from kiwoom_desk.simulator.http_api.spec import Call, Office, Tr, choice, day, text
from kiwoom_desk.simulator.http_api.views import MILLION, View, view_of
from kiwoom_desk.simulator.http_api.year import Candle, past_days
from kiwoom_desk.simulator.model import TradeEvent

_CHART: Final = "/api/dostk/chart"
_OK: Final = "정상적으로 처리되었습니다"
_TRADES: Final = 300
_MINUTE_PAGE: Final = 900
_DAY_PAGE: Final = 300
_SCOPES: Final = ("1", "3", "5", "10", "15", "30", "45", "60")


def _minutes(office: Office, call: Call) -> Rows:
    view = view_of(office, call.get("stk_cd"))
    head: Body = {"stk_cd": call.get("stk_cd")}
    asked = call.get("base_dt")
    if view is None or (asked and asked < date8(call.now.date())):
        return Rows("stk_min_pole_chart_qry", [], head, message=_OK)
    candles: dict[datetime, list[TradeEvent]] = {}
    for trade in office.core.trades(view.listing.code, view.venue, _TRADES):
        candles.setdefault(_start(trade.at, call.integer("tic_scope")), []).append(trade)
    rows: list[tuple[int, Body]] = []
    volume = view.tape.volume
    for index, (start, trades) in enumerate(candles.items()):
        rows.append((index, _minute_row(view, start, trades, volume)))
        volume -= sum(trade.quantity for trade in trades)
    return Rows("stk_min_pole_chart_qry", rows, head, message=_OK)


def _start(at: datetime, minutes: int) -> datetime:
    """The beginning of the candle, counted from midnight."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (at - midnight) // timedelta(minutes=minutes) * timedelta(minutes=minutes)


def _minute_row(view: View, start: datetime, newest_first: list[TradeEvent], volume: int) -> Body:
    prices = [trade.price for trade in newest_first]
    change = prices[0] - view.tape.base
    return {
        "cur_prc": view.price(prices[0]),
        "trde_qty": str(sum(trade.quantity for trade in newest_first)),
        "cntr_tm": start.strftime("%Y%m%d%H%M%S"),
        "open_pric": view.price(prices[-1]),
        "high_pric": view.price(max(prices)),
        "low_pric": view.price(min(prices)),
        "acc_trde_qty": str(volume),
        "pred_pre": signed(change),
        "pred_pre_sig": change_code(change),
    }


def _days(office: Office, call: Call) -> Rows:
    """Newest first, from `base_dt` backwards. Prices carry no sign here."""
    view = view_of(office, call.get("stk_cd"))
    head: Body = {"stk_cd": call.get("stk_cd")}
    if view is None:
        return Rows("stk_dt_pole_chart_qry", [], head, message=_OK)
    today, tape = call.now.date(), view.tape
    past = past_days(view.listing, today, tape.base)
    candles = [Candle(today, tape.open, tape.high, tape.low, tape.last, tape.volume)] if tape.volume else []
    candles += past
    closes = [candle.close for candle in candles[1:]] + [candles[-1].open]
    rows = [
        (index, _day_row(view, candle, before))
        for index, (candle, before) in enumerate(zip(candles, closes, strict=True))
        if date8(candle.day) <= call.get("base_dt")
    ]
    return Rows("stk_dt_pole_chart_qry", rows, head, message=_OK)


def _day_row(view: View, candle: Candle, before: int) -> Body:
    change = candle.close - before
    return {
        "cur_prc": str(candle.close),
        "trde_qty": str(candle.volume),
        "trde_prica": str(candle.volume * candle.close // MILLION),
        "dt": date8(candle.day),
        "open_pric": str(candle.open),
        "high_pric": str(candle.high),
        "low_pric": str(candle.low),
        "pred_pre": signed(change),
        "pred_pre_sig": change_code(change),
        "trde_tern_rt": percent(candle.volume, view.listing.listed or candle.volume),
    }


_CODE: Final = text("stk_cd")
_ADJUSTED: Final = choice("upd_stkpc_tp", "0", "1")
TRS: Final = [
    Tr(
        "ka10080",
        _CHART,
        _minutes,
        (_CODE, choice("tic_scope", *_SCOPES), _ADJUSTED, day("base_dt")),
        paged=_MINUTE_PAGE,
    ),
    Tr("ka10081", _CHART, _days, (_CODE, day("base_dt", required=True), _ADJUSTED), paged=_DAY_PAGE),
]
