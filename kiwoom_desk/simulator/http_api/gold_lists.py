"""The gold account's orders: kt50030, kt50031, kt50075. `mrkt_deal_tp` must be "5": "1" means shares and finds none."""

from __future__ import annotations

from typing import Final

from kiwoom_desk.simulator.envelope import Body, Rows
from kiwoom_desk.simulator.formats import order_number, padded, prefixed
from kiwoom_desk.simulator.http_api.order_lists import DETAIL_FIELDS, by_number, details, fits, name_of
from kiwoom_desk.simulator.http_api.rows import LEDGER_TYPES, SIDE_WORDS, acceptance, average, confirmation
from kiwoom_desk.simulator.http_api.spec import Call, Field, Office, Tr, choice, orders_of, text
from kiwoom_desk.simulator.http_api.spec import day as day_field
from kiwoom_desk.simulator.http_api.spec import order_number as number_field
from kiwoom_desk.simulator.model import Order

_ACCOUNT: Final = "/api/dostk/acnt"
_GOLD: Final = "5"


def _row(office: Office, order: Order) -> Body:
    """`ord_remnq` is blank on rows that are done (kiwoom/trs.json kt50030)."""
    return {
        "stk_bond_tp": "1",
        "ord_no": order_number(order.number),
        "stk_cd": prefixed(order.code),
        "trde_tp": LEDGER_TYPES[order.type],
        "io_tp_nm": SIDE_WORDS[order.side],
        "ord_qty": padded(order.quantity, 10),
        "ord_uv": padded(order.price if order.kind != "cancel" else 0, 10),
        "cnfm_qty": padded(order.confirmed, 10),
        "data_send_end_tp": acceptance(order),
        "mrkt_deal_tp": _GOLD,
        "rsrv_tp": "",
        "orig_ord_no": order_number(order.original),
        "stk_nm": name_of(office, order.code),
        "dcd_tp_nm": "당일",
        "crd_deal_tp": "",
        "cntr_qty": padded(order.filled, 10),
        "cntr_uv": padded(average(order), 10),
        "ord_remnq": padded(order.remaining, 10) if order.remaining else "",
        "comm_ord_tp": order.channel,
        "mdfy_cncl_tp": confirmation(order),
        "dmst_stex_tp": order.venue,
        "cond_uv": padded(order.trigger, 10),
    }


def _orders(office: Office, call: Call, side_field: str) -> list[Order]:
    if call.get("mrkt_deal_tp") != _GOLD:
        return []
    return [order for order in orders_of(office, call, "gold") if fits(order, call, side_field)]


def _all(office: Office, call: Call) -> Rows:
    rows = [(order.number, _row(office, order)) for order in _orders(office, call, "slby_tp")]
    return by_number("acnt_ord_cntr_prst", rows, newest_first=call.get("qry_tp") == "2")


def _open(office: Office, call: Call) -> Rows:
    """kt50075; nothing open is a success with a text of its own."""
    orders = [order for order in _orders(office, call, "sell_tp") if order.remaining and order.kind != "cancel"]
    rows = [(order.number, _row(office, order)) for order in orders]
    newest_first = call.get("qry_tp") == "2"
    message = "조회가 완료되었습니다" if rows else "선택된 내역이 없습니다"
    return Rows(
        "acnt_ord_oso_prst", sorted(rows, key=lambda row: row[0], reverse=newest_first), {}, newest_first, message
    )


def _fields(side: str) -> tuple[Field, ...]:
    return (
        Field("ord_dt", form=day_field("ord_dt").form, longest=8),
        choice("qry_tp", "1", "2", required=False),
        choice("mrkt_deal_tp", "1", _GOLD),
        choice("stk_bond_tp", "0", "1", "2"),
        choice(side, "0", "1", "2"),
        text("stk_cd", required=False, longest=12),
        number_field("fr_ord_no", required=False),
        choice("dmst_stex_tp", "%", "KRX", "NXT", "SOR", required=False),
    )


TRS: Final = [
    Tr("kt50030", _ACCOUNT, _all, _fields("slby_tp"), "gold"),
    Tr("kt50031", _ACCOUNT, details, DETAIL_FIELDS, "gold"),
    Tr("kt50075", _ACCOUNT, _open, _fields("sell_tp"), "gold"),
]
