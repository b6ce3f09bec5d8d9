"""The stock account's orders of a day: kt00007, kt00009, ka10075, ka10076, ka10088 (kiwoom/README.md 3 and 5)."""

from __future__ import annotations

from typing import Final

from kiwoom_desk.simulator.envelope import Body, Rows, business
from kiwoom_desk.simulator.formats import direction, order_number, padded, prefixed, time6, time8
from kiwoom_desk.simulator.http_api.rows import (
    FEED_TYPES,
    LEDGER_TYPES,
    SIDE_CODES,
    SIDE_WORDS,
    VENUE_CODES,
    acceptance,
    average,
    confirmation,
    signed_kind,
)
from kiwoom_desk.simulator.http_api.spec import Call, Office, Tr, choice, day, orders_of, text
from kiwoom_desk.simulator.http_api.spec import order_number as number_field
from kiwoom_desk.simulator.http_api.valuation import paid
from kiwoom_desk.simulator.model import Fill, Order

_ACCOUNT: Final = "/api/dostk/acnt"
_TEN: Final = "0000000000"
LISTS: Final = frozenset(
    {"kt00007", "kt00009", "ka10075", "ka10076", "ka10088", "kt50030", "kt50031", "kt50075"}
)  # fmt: skip


def name_of(office: Office, code: str) -> str:
    listing = office.core.listings.get(code)
    return listing.name if listing else ""


def fits(order: Order, call: Call, side_field: str) -> bool:
    """The filters that kt00007, kt00009 and the gold lists share."""
    side, code, venue = call.get(side_field), call.get("stk_cd"), call.get("dmst_stex_tp")
    return (
        call.get("stk_bond_tp") != "2"
        and side in ("", "0", SIDE_CODES[order.side])
        and code in ("", order.code)
        and venue in ("", "%", order.venue)
        and order.number >= call.integer("fr_ord_no")
    )


def detail_row(office: Office, order: Order) -> Body:
    """One row of kt00007 and kt50031: the remaining quantity, but no fill number and no fill time."""
    cash = "현금" if order.account == "stock" else ""
    return {
        "ord_no": order_number(order.number),
        "stk_cd": prefixed(order.code),
        "trde_tp": LEDGER_TYPES[order.type],
        "crd_tp": "보통매매",
        "ord_qty": padded(order.quantity, 10),
        "ord_uv": padded(order.price if order.kind != "cancel" else 0, 10),
        "cnfm_qty": padded(order.confirmed, 10),
        "acpt_tp": acceptance(order),
        "rsrv_tp": "",
        "ord_tm": time8(order.at),
        "ori_ord": order_number(order.original),
        "stk_nm": name_of(office, order.code),
        "io_tp_nm": cash + SIDE_WORDS[order.side],
        "loan_dt": "",
        "cntr_qty": padded(order.filled, 10),
        "cntr_uv": padded(average(order), 10),
        "ord_remnq": padded(order.remaining, 10),
        "comm_ord_tp": order.channel,
        "mdfy_cncl": confirmation(order),
        "cnfm_tm": time8(order.confirmed_at),
        "dmst_stex_tp": order.venue,
        "cond_uv": padded(order.trigger, 10),
    }


def wanted(order: Order, query: str) -> bool:
    """`qry_tp` of kt00007 and kt50031: 1 and 2 only order the list, 3 is open, 4 is filled."""
    return (query != "3" or order.remaining > 0) and (query != "4" or order.filled > 0)


def by_number(key: str, rows: list[tuple[int, Body]], *, newest_first: bool, head: Body | None = None) -> Rows:
    return Rows(key, sorted(rows, key=lambda row: row[0], reverse=newest_first), head or {}, newest_first)


def details(office: Office, call: Call) -> Rows:
    query = call.get("qry_tp")
    orders = [o for o in orders_of(office, call, call.account) if fits(o, call, "sell_tp") and wanted(o, query)]
    rows = [(order.number, detail_row(office, order)) for order in orders]
    return by_number("acnt_ord_cntr_prps_dtl", rows, newest_first=query == "2")


def _status(office: Office, call: Call) -> Rows:
    """kt00009: fill by fill, orders without one as a row of their own; nothing at all is a refusal (501724)."""
    orders = [order for order in orders_of(office, call, "stock") if fits(order, call, "sell_tp")]
    rows: list[tuple[int, Body]] = []
    for order in orders:
        fills: list[Fill | None] = list(order.fills) if order.fills else [None]
        if call.get("qry_tp") == "0" or order.fills:
            rows += [(order.number * 10_000 + i, _status_row(office, order, fill)) for i, fill in enumerate(fills)]
    if not rows:
        raise business("501724", "조회할 자료가 없습니다.")
    sold = sum(order.value for order in orders if order.side == "sell")
    bought = sum(order.value for order in orders if order.side == "buy")
    head = {
        "sell_grntl_engg_amt": padded(sold, 12),
        "buy_engg_amt": padded(bought, 12),
        "engg_amt": padded(sold + bought, 12),
    }
    return Rows("acnt_ord_cntr_prst_array", rows, head)


def _status_row(office: Office, order: Order, fill: Fill | None) -> Body:
    return {
        "stk_bond_tp": "1",
        "ord_no": order_number(order.number),
        "stk_cd": prefixed(order.code),
        "trde_tp": LEDGER_TYPES[order.type],
        "io_tp_nm": "현금" + SIDE_WORDS[order.side],
        "ord_qty": padded(order.quantity, 10),
        "ord_uv": padded(order.price if order.kind != "cancel" else 0, 10),
        "cnfm_qty": padded(order.confirmed, 10),
        "rsrv_oppo": "",
        "cntr_no": order_number(fill.number) if fill else "",
        "acpt_tp": acceptance(order),
        "orig_ord_no": order_number(order.original),
        "stk_nm": name_of(office, order.code),
        "setl_tp": "삼일결제",
        "crd_deal_tp": "보통매매",
        "cntr_qty": padded(fill.quantity, 10) if fill else _TEN,
        "cntr_uv": padded(fill.price, 10) if fill else _TEN,
        "comm_ord_tp": order.channel,
        "mdfy_cncl_tp": confirmation(order),
        "cntr_tm": time8(fill.at) if fill else "",
        "dmst_stex_tp": order.venue,
        "cond_uv": padded(order.trigger, 10),
    }


def _on_exchange(order: Order, code: str) -> bool:
    """`stex_tp` of ka10075 and ka10076: 0 all, 1 KRX, 2 NXT; a SOR order shows under 0 only."""
    return code == "0" or VENUE_CODES[order.venue] == code


def _shown(order: Order, call: Call, mode_field: str, side_field: str) -> bool:
    one = call.get(mode_field) == "1"
    return (
        (not one or order.code == call.get("stk_cd"))
        and call.get(side_field) in ("0", SIDE_CODES[order.side])
        and _on_exchange(order, call.get("stex_tp"))
    )


def _routing(order: Order) -> Body:
    return {
        "stex_tp": VENUE_CODES[order.venue],
        "stex_tp_txt": order.venue,
        "sor_yn": "Y" if order.venue == "SOR" else "N",
        "stop_pric": str(order.trigger),
    }


def _open_orders(office: Office, call: Call) -> Rows:
    """ka10075: what is still open, newest first."""
    orders = [
        order
        for order in orders_of(office, call, "stock")
        if order.remaining > 0 and order.kind != "cancel" and _shown(order, call, "all_stk_tp", "trde_tp")
    ]
    rows = [(order.number, _open_row(office, call, order)) for order in orders]
    return by_number("oso", rows, newest_first=True)


def costs(office: Office, order: Order) -> Body:
    """Commission and tax of this order's fills."""
    cost = paid(office, order)
    return {"tdy_trde_cmsn": str(cost.commission), "tdy_trde_tax": str(cost.tax)}


def _open_row(office: Office, call: Call, order: Order) -> Body:
    last = order.fills[-1] if order.fills else None
    return {
        "acnt_no": call.client.number,
        "ord_no": order_number(order.number),
        "mang_empno": "",
        "stk_cd": order.code,
        "tsk_tp": "",
        "ord_stt": "접수",
        "stk_nm": name_of(office, order.code),
        "ord_qty": str(order.quantity),
        "ord_pric": str(order.price),
        "oso_qty": str(order.remaining),
        "cntr_tot_amt": str(order.value),
        "orig_ord_no": order_number(order.original),
        "io_tp_nm": signed_kind(order),
        "trde_tp": FEED_TYPES[order.type],
        "tm": time6(order.at),
        "cntr_no": order_number(last.number) if last else "",
        "cntr_pric": str(last.price if last else 0),
        "cntr_qty": str(order.filled),
        **_market_prices(office, order),
        "unit_cntr_pric": str(last.price) if last else "",
        "unit_cntr_qty": str(last.quantity) if last else "",
        **costs(office, order),
        "ind_invsr": "",
        **_routing(order),
    }


def _market_prices(office: Office, order: Order) -> Body:
    tape, depth = office.core.tape(order.code, "KRX"), office.core.depth(order.code, "KRX")
    return {
        "cur_prc": direction(tape.last, tape.base),
        "sel_bid": direction(depth.asks[0].price if depth.asks else 0, tape.base),
        "buy_bid": direction(depth.bids[0].price if depth.bids else 0, tape.base),
    }


def _fills(office: Office, call: Call) -> Rows:
    """ka10076: one row per order with its cumulative fill; `ord_no` is where the list begins, not a filter."""
    before = call.integer("ord_no")
    orders = [
        order
        for order in orders_of(office, call, "stock")
        if order.filled and _shown(order, call, "qry_tp", "sell_tp") and (not before or order.number < before)
    ]
    rows: list[tuple[int, Body]] = [(order.number, _fill_row(office, order)) for order in orders]
    return by_number("cntr", rows, newest_first=True)


def _fill_row(office: Office, order: Order) -> Body:
    return {
        "ord_no": order_number(order.number),
        "stk_nm": name_of(office, order.code),
        "io_tp_nm": signed_kind(order),
        "ord_pric": str(order.price),
        "ord_qty": str(order.quantity),
        "cntr_pric": str(average(order)),
        "cntr_qty": str(order.filled),
        "oso_qty": str(order.remaining),
        **costs(office, order),
        "ord_stt": "체결" if order.filled and not order.remaining else "접수",
        "trde_tp": FEED_TYPES[order.type],
        "orig_ord_no": order_number(order.original),
        "ord_tm": time6(order.at),
        "stk_cd": order.code,
        **_routing(order),
    }


def _children(office: Office, call: Call) -> Rows:
    """ka10088: the parts of a SOR order. An unknown number gives no rows."""
    number = call.integer("ord_no")
    orders = [order for order in orders_of(office, call, "stock") if order.number == number and order.venue == "SOR"]
    rows = [(0, _child_row(office, call, order)) for order in orders if order.remaining]
    return Rows("osop", rows)


def _child_row(office: Office, call: Call, order: Order) -> Body:
    return {
        "stk_cd": order.code,
        "acnt_no": call.client.number,
        "stk_nm": name_of(office, order.code),
        "ord_no": order_number(order.number),
        "ord_qty": str(order.quantity),
        "ord_pric": str(order.price),
        "osop_qty": str(order.remaining),
        "io_tp_nm": signed_kind(order),
        "trde_tp": FEED_TYPES[order.type],
        "sell_tp": SIDE_CODES[order.side],
        "cntr_qty": str(order.filled),
        "ord_stt": "접수",
        "cur_prc": _market_prices(office, order)["cur_prc"],
        "stex_tp": "1",
        "stex_tp_txt": "S-KRX",
    }


_VENUES: Final = choice("dmst_stex_tp", "%", "KRX", "NXT", "SOR")
_SIDE: Final = choice("sell_tp", "0", "1", "2")
_BOND: Final = choice("stk_bond_tp", "0", "1", "2")
_CODE: Final = text("stk_cd", required=False, longest=12)
_FROM: Final = number_field("fr_ord_no", required=False)
_EXCHANGE: Final = choice("stex_tp", "0", "1", "2")
DETAIL_FIELDS: Final = (day("ord_dt"), choice("qry_tp", "1", "2", "3", "4"), _BOND, _SIDE, _CODE, _FROM, _VENUES)

_STATUS_FIELDS: Final = (
    day("ord_dt"),
    _BOND,
    choice("mrkt_tp", "0", "1", "2", "3", "4"),
    _SIDE,
    choice("qry_tp", "0", "1"),
    _CODE,
    _FROM,
    _VENUES,
)
_ONE: Final = text("stk_cd", required=False, longest=6)
_OPEN_FIELDS: Final = (choice("all_stk_tp", "0", "1"), choice("trde_tp", "0", "1", "2"), _ONE, _EXCHANGE)
_BEFORE: Final = number_field("ord_no", required=False, longest=10)

TRS: Final = [
    Tr("kt00007", _ACCOUNT, details, DETAIL_FIELDS, "stock"),
    Tr("kt00009", _ACCOUNT, _status, _STATUS_FIELDS, "stock"),
    Tr("ka10075", _ACCOUNT, _open_orders, _OPEN_FIELDS, "stock"),
    Tr("ka10076", _ACCOUNT, _fills, (_ONE, choice("qry_tp", "0", "1"), _SIDE, _BEFORE, _EXCHANGE), "stock"),
    Tr("ka10088", _ACCOUNT, _children, (number_field("ord_no", longest=20),), "stock"),
]
