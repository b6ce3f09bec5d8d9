"""Rows of the broker's order lists, as reports. Pure: one JSON row in, one OrderReport out, or `Unreadable`.

kt00007 and kt50031 list the whole day, ka10075 and kt50075 what is open (kiwoom/README.md 3 to 5). Figures are passed
on as received, never clamped (docs/reliability.md J11). A type or venue we do not know leaves the draft out and the
row in, shown as near as we can.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from kiwoom_desk.domain.drafts import OrderDraft
from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.reports import BrokerRef, OrderReport, ReportKind, Source
from kiwoom_desk.kiwoom import codes
from kiwoom_desk.kiwoom.numbers import Text, Unreadable, count, moment, order_number, price, required, signed
from kiwoom_desk.kiwoom.texts import plain


@dataclass(frozen=True, slots=True)
class Sweep:
    """What the rows of one look have in common: day and market asked for, when we heard it, whose account it is."""

    market: Market
    day: date
    at: datetime
    account: str = ""


class DayRow(msgspec.Struct):
    """kt00007 and kt50031."""

    ord_no: Text = None
    stk_cd: Text = None
    trde_tp: Text = None
    ord_qty: Text = None
    ord_uv: Text = None
    cnfm_qty: Text = None
    acpt_tp: Text = None
    ord_tm: Text = None
    ori_ord: Text = None
    stk_nm: Text = None
    io_tp_nm: Text = None
    cntr_qty: Text = None
    cntr_uv: Text = None
    ord_remnq: Text = None
    comm_ord_tp: Text = None
    mdfy_cncl: Text = None
    dmst_stex_tp: Text = None
    cond_uv: Text = None


class GoldOpenRow(msgspec.Struct):
    """kt50075: the day row under partly other names, without a time."""

    ord_no: Text = None
    stk_cd: Text = None
    trde_tp: Text = None
    ord_qty: Text = None
    ord_uv: Text = None
    cnfm_qty: Text = None
    data_send_end_tp: Text = None
    orig_ord_no: Text = None
    stk_nm: Text = None
    io_tp_nm: Text = None
    cntr_qty: Text = None
    cntr_uv: Text = None
    ord_remnq: Text = None
    comm_ord_tp: Text = None
    mdfy_cncl_tp: Text = None


class OpenRow(msgspec.Struct):
    """ka10075. `cntr_qty` is the filled part so far, `cntr_tot_amt` its value."""

    acnt_no: Text = None
    ord_no: Text = None
    stk_cd: Text = None
    ord_stt: Text = None
    stk_nm: Text = None
    ord_qty: Text = None
    ord_pric: Text = None
    oso_qty: Text = None
    cntr_tot_amt: Text = None
    cntr_qty: Text = None
    orig_ord_no: Text = None
    io_tp_nm: Text = None
    trde_tp: Text = None
    tm: Text = None
    stex_tp: Text = None
    stex_tp_txt: Text = None
    sor_yn: Text = None
    stop_pric: Text = None


_DAY = msgspec.json.Decoder(DayRow)
_OPEN = msgspec.json.Decoder(OpenRow)
_GOLD_OPEN = msgspec.json.Decoder(GoldOpenRow)
_EXPIRED = ("만료", "실효", "소멸")


def day_row(raw: msgspec.Raw, sweep: Sweep) -> OrderReport:
    """Raises Unreadable, msgspec.ValidationError."""
    return _day(_DAY.decode(raw), sweep, Source.DAY_LIST)


def gold_open_row(raw: msgspec.Raw, sweep: Sweep) -> OrderReport:
    """Raises Unreadable, msgspec.ValidationError."""
    row = _GOLD_OPEN.decode(raw)
    same = DayRow(
        ord_no=row.ord_no,
        stk_cd=row.stk_cd,
        trde_tp=row.trde_tp,
        ord_qty=row.ord_qty,
        ord_uv=row.ord_uv,
        cnfm_qty=row.cnfm_qty,
        acpt_tp=row.data_send_end_tp,
        ori_ord=row.orig_ord_no,
        stk_nm=row.stk_nm,
        io_tp_nm=row.io_tp_nm,
        cntr_qty=row.cntr_qty,
        cntr_uv=row.cntr_uv,
        ord_remnq=row.ord_remnq,
        comm_ord_tp=row.comm_ord_tp,
        mdfy_cncl=row.mdfy_cncl_tp,
    )
    return _day(same, sweep, Source.OPEN_LIST)


def open_row(raw: msgspec.Raw, sweep: Sweep) -> OrderReport:
    """Raises Unreadable, msgspec.ValidationError."""
    row = _OPEN.decode(raw)
    if sweep.account and row.acnt_no and row.acnt_no.strip() != sweep.account:
        raise Unreadable("a row of another account")
    original, limit = order_number(row.orig_ord_no), price(row.ord_pric)
    kind = codes.kind_from_text(row.io_tp_nm or "", original, limit)
    described = describe(
        sweep.market,
        code=row.stk_cd,
        venue=codes.listed_venue(row.stex_tp or "", (row.sor_yn or "").strip(), (row.stex_tp_txt or "").strip()),
        side=codes.side_from_text(row.io_tp_nm or ""),
        type_text=row.trde_tp,
        quantity=count(row.ord_qty),
        limit=limit,
        trigger=price(row.stop_pric),
        kind=kind,
    )
    return OrderReport(
        ref=BrokerRef(sweep.day, required(order_number(row.ord_no), "order number")),
        kind=kind,
        source=Source.OPEN_LIST,
        at=sweep.at,
        draft=described.draft,
        shown=described.shown,
        of=None if original is None else BrokerRef(sweep.day, original),
        filled=count(row.cntr_qty),
        filled_value=count(row.cntr_tot_amt),
        remaining=signed(row.oso_qty),
        ordered_at=moment(sweep.day, row.tm),
        name=plain(row.stk_nm),
        type_text=plain(row.trde_tp),
        text=plain(row.ord_stt),
    )


def _day(row: DayRow, sweep: Sweep, source: Source) -> OrderReport:
    """The value of the fills is quantity times the listed average, which the broker has rounded to whole won: it can be
    off by up to half a won per share until the stream's exact total is merged in."""
    original, limit = order_number(row.ori_ord), price(row.ord_uv)
    change, state = row.mdfy_cncl or "", row.acpt_tp or ""
    kind = codes.kind_from_text(f"{change} {row.io_tp_nm or ''}", original, limit)
    moved, filled = count(row.cnfm_qty), count(row.cntr_qty)
    described = describe(
        sweep.market,
        code=row.stk_cd,
        venue=Venue.KRX if sweep.market is Market.GOLD else codes.routing(row.dmst_stex_tp or ""),
        side=codes.side_from_text(row.io_tp_nm or ""),
        type_text=row.trde_tp,
        quantity=count(row.ord_qty),
        limit=limit,
        trigger=price(row.cond_uv),
        kind=kind,
    )
    return OrderReport(
        ref=BrokerRef(sweep.day, required(order_number(row.ord_no), "order number")),
        kind=kind,
        source=source,
        at=sweep.at,
        draft=described.draft,
        shown=described.shown,
        of=None if original is None else BrokerRef(sweep.day, original),
        filled=filled,
        filled_value=filled * count(row.cntr_uv),
        remaining=_remaining(row),
        confirmed=moved if kind is not ReportKind.NEW and (moved or "확인" in change) else None,
        rejected=plain(state) if "거부" in state else None,
        expired=any(word in f"{state} {change}" for word in _EXPIRED),
        channel=codes.channel(row.comm_ord_tp or ""),
        ordered_at=moment(sweep.day, row.ord_tm),
        name=plain(row.stk_nm),
        type_text=plain(row.trde_tp),
        text=plain(f"{state} {change}"),
    )


def _remaining(row: DayRow) -> int | None:
    """Blank stands on completed rows (kiwoom/trs.json), yet only of an order that never rests does it say 0 by itself.

    Of any other it is not known: read as 0, an order that still rests would look cancelled and could not be."""
    left = signed(row.ord_remnq)
    never_rests = any(word in (row.trde_tp or "") for word in ("IOC", "FOK"))
    return 0 if left is None and never_rests else left


@dataclass(frozen=True, slots=True)
class Described:
    """`draft` when every part of it is understood, else `shown`, the nearest we can put on screen."""

    draft: OrderDraft | None
    shown: OrderDraft | None


def describe(
    market: Market,
    *,
    code: Text,
    venue: Venue | None,
    side: Side,
    type_text: Text,
    quantity: int,
    limit: int | None,
    trigger: int | None,
    kind: ReportKind,
) -> Described:
    """The order a statement describes; no draft when venue or type is unknown, or its price is missing.

    A cancel instruction is listed without price and describes the cancelled part. A trigger may be missing where the
    source has no field for it. Raises Unreadable for a code that is no instrument of this market."""
    listed, bare = codes.bare_code(code or "")
    if listed is not market:
        raise Unreadable("a row of another market")
    type_ = codes.type_from_text(market, type_text or "")
    guess = type_ or (OrderType.MARKET if limit is None else OrderType.LIMIT)
    shown = OrderDraft(
        market,
        bare,
        venue or Venue.KRX,
        side,
        guess,
        quantity,
        limit if guess.needs_price else None,  # lists show the price the exchange gave a market or best order
        trigger if guess.needs_trigger else None,
    )
    priced = not guess.needs_price or limit is not None or kind is ReportKind.CANCEL
    understood = venue is not None and type_ is not None and priced
    return Described(shown, None) if understood else Described(None, shown)
