"""Prices of the wire as quotes, books and prints. Pure functions; sources: kiwoom/trs.json, websocket.md 6 to 8.

A sign before a price is its direction against yesterday, not part of it; "0" and blank are "not said".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

import msgspec

from kiwoom_desk.domain.instruments import Side
from kiwoom_desk.domain.quotes import BookLevel, OrderBook, Quote, Trade
from kiwoom_desk.kiwoom.numbers import Text, moment, price, signed

Say = Callable[[str], Text]
LEVELS = range(1, 11)


class GlanceRow(msgspec.Struct):
    """ka10095: one instrument in one row; every field blank when the code is unknown."""

    stk_cd: Text = None
    stk_nm: Text = None
    cur_prc: Text = None
    base_pric: Text = None
    trde_qty: Text = None
    sel_bid: Text = None
    buy_bid: Text = None
    upl_pric: Text = None
    lst_pric: Text = None
    open_pric: Text = None
    high_pric: Text = None
    low_pric: Text = None


class GoldDay(msgspec.Struct):
    """ka50100: the day's frame of a gold line. It has no last price; that is yesterday's close plus the change."""

    pred_pre: Text = None
    trde_qty: Text = None
    open_pric: Text = None
    high_pric: Text = None
    low_pric: Text = None
    upl_pric: Text = None
    lst_pric: Text = None
    pred_close_pric: Text = None


class GoldTick(msgspec.Struct):
    """ka50010: one print with the best prices at that time, newest first in the list."""

    cntr_pric: Text = None
    trde_qty: Text = None
    cntr_trde_qty: Text = None
    tm: Text = None
    pri_sel_bid_unit: Text = None
    pri_buy_bid_unit: Text = None


def glanced(row: GlanceRow, code: str, at: datetime, live: bool) -> Quote:
    """Raises Unreadable."""
    return Quote(
        code=code,
        last=price(row.cur_prc),
        base=price(row.base_pric),
        upper=price(row.upl_pric),
        lower=price(row.lst_pric),
        open=price(row.open_pric),
        high=price(row.high_pric),
        low=price(row.low_pric),
        volume=signed(row.trde_qty),
        best_ask=price(row.sel_bid),
        best_bid=price(row.buy_bid),
        at=at,
        feed_live=live,
    )


def gold_quote(day: GoldDay, newest: GoldTick | None, code: str, at: datetime) -> Quote:
    """The day and the newest print together. Raises Unreadable."""
    base, change = price(day.pred_close_pric), signed(day.pred_pre)
    reckoned = None if base is None or change is None else base + change
    return Quote(
        code=code,
        last=(price(newest.cntr_pric) if newest else None) or reckoned,
        base=base,
        upper=price(day.upl_pric),
        lower=price(day.lst_pric),
        open=price(day.open_pric),
        high=price(day.high_pric),
        low=price(day.low_pric),
        volume=(signed(newest.trde_qty) if newest else None) or signed(day.trde_qty),
        best_ask=price(newest.pri_sel_bid_unit) if newest else None,
        best_bid=price(newest.pri_buy_bid_unit) if newest else None,
        at=at,
        feed_live=True,
    )


def gold_news(newest: GoldTick, code: str, at: datetime) -> Quote:
    """What one poll of prints says; the rest of the quote stands. Raises Unreadable."""
    return Quote(
        code=code,
        last=price(newest.cntr_pric),
        volume=signed(newest.trde_qty),
        best_ask=price(newest.pri_sel_bid_unit),
        best_bid=price(newest.pri_buy_bid_unit),
        at=at,
        feed_live=True,
    )


def gold_trades(ticks: Iterable[GoldTick], code: str, day: date, at: datetime, after: int | None) -> list[Trade]:
    """Prints whose running volume lies beyond `after`, oldest first. Raises Unreadable."""
    found: list[Trade] = []
    for tick in ticks:
        total = signed(tick.trde_qty)
        if total is None or (after is not None and total <= after):
            break
        trade = _trade(code, price(tick.cntr_pric), signed(tick.cntr_trde_qty), moment(day, tick.tm) or at)
        found += [trade] if trade else []
    return found[::-1]


def pushed_quote(values: Mapping[str, str], code: str, at: datetime) -> Quote:
    """0B (a trade) and 0C (best prices): what they say. Raises Unreadable."""
    say = values.get
    return Quote(
        code=code,
        last=price(say("10")),
        open=price(say("16")),
        high=price(say("17")),
        low=price(say("18")),
        volume=signed(say("13")),
        best_ask=price(say("27")),
        best_bid=price(say("28")),
        at=at,
        feed_live=True,
    )


def pushed_trade(values: Mapping[str, str], code: str, day: date, at: datetime) -> Trade | None:
    """The print of a 0B push; FID 15 is signed by who took. Raises Unreadable."""
    return _trade(code, price(values.get("10")), signed(values.get("15")), moment(day, values.get("20")) or at)


def pushed_book(values: Mapping[str, str], code: str, day: date, at: datetime) -> OrderBook:
    """0D. Raises Unreadable."""
    say = values.get
    return OrderBook(
        code=code,
        asks=_levels((say(str(40 + i)), say(str(60 + i))) for i in LEVELS),
        bids=_levels((say(str(50 + i)), say(str(70 + i))) for i in LEVELS),
        total_ask=signed(say("121")),
        total_bid=signed(say("125")),
        expected_price=price(say("291")) or price(say("23")),
        expected_quantity=(signed(say("292")) or signed(say("24")) or None),
        at=moment(day, say("21")) or at,
    )


def krx_book(say: Say, code: str, day: date, at: datetime) -> OrderBook:
    """ka10004: KRX only, the best level under a name of its own. Raises Unreadable."""
    levels = range(2, 11)
    asks = [(say("sel_fpr_bid"), say("sel_fpr_req"))]
    bids = [(say("buy_fpr_bid"), say("buy_fpr_req"))]
    asks += [(say(f"sel_{i}th_pre_bid"), say(f"sel_{i}th_pre_req")) for i in levels]
    bids += [(say(f"buy_{i}th_pre_bid"), say(f"buy_{i}th_pre_req")) for i in levels]
    total_ask, total_bid = signed(say("tot_sel_req")), signed(say("tot_buy_req"))
    taken = moment(day, say("bid_req_base_tm")) or at
    return OrderBook(code, _levels(asks), _levels(bids), total_ask, total_bid, at=taken)


def any_book(say: Say, code: str, day: date, at: datetime) -> OrderBook:
    """ka10007: also for NXT and both together. Raises Unreadable."""
    return OrderBook(
        code=code,
        asks=_levels((say(f"sel_{i}bid"), say(f"sel_{i}bid_req")) for i in LEVELS),
        bids=_levels((say(f"buy_{i}bid"), say(f"buy_{i}bid_req")) for i in LEVELS),
        total_ask=signed(say("tot_sel_req")),
        total_bid=signed(say("tot_buy_req")),
        expected_price=price(say("exp_cntr_pric")),
        expected_quantity=signed(say("exp_cntr_qty")) or None,
        at=moment(day, say("tm")) or at,
    )


def _levels(pairs: Iterable[tuple[Text, Text]]) -> tuple[BookLevel, ...]:
    """Levels with a price, best first as the wire numbers them."""
    found = ((price(p), signed(q)) for p, q in pairs)
    return tuple(BookLevel(p, q or 0) for p, q in found if p is not None)


def _trade(code: str, at_price: int | None, quantity: int | None, at: datetime) -> Trade | None:
    if at_price is None or not quantity:
        return None
    return Trade(code, at_price, abs(quantity), Side.BUY if quantity > 0 else Side.SELL, at)
