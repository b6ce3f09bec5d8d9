"""The gold account: kt50020 (what it holds), kt50021 (its cash), kt50032 (its trades)."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from kiwoom_desk.simulator.envelope import Answer, Body, Rows, accepted
from kiwoom_desk.simulator.formats import date8, padded, percent, time8
from kiwoom_desk.simulator.http_api.cash import ACCOUNT, withdrawable
from kiwoom_desk.simulator.http_api.order_lists import name_of
from kiwoom_desk.simulator.http_api.rows import SIDE_WORDS
from kiwoom_desk.simulator.http_api.spec import Call, Office, Tr, choice, day, text
from kiwoom_desk.simulator.http_api.valuation import Worth, paid, worths
from kiwoom_desk.simulator.model import Fill, Order

_VAT: Final = 11  # commissions here include their tenth of VAT: it is an eleventh of the sum
_NO_NUMBER: Final = "000000000"
_MASKED: Final = "****-****-** [***]"


def _balance(office: Office, call: Call) -> Rows:
    """kt50020: grams and won; valuations net of what a sale would cost."""
    held, cash = worths(office, "gold"), office.core.cash("gold")
    net, cost = sum(w.net for w in held), sum(w.holding.cost for w in held)
    realised = sum(holding.realised for holding in office.core.holdings("gold"))
    amounts = {
        "tot_entr": cash.deposit,
        "net_entr": cash.d2,
        "tot_est_amt": net,
        "net_amt": cash.d2 + net,
        "tot_book_amt2": cost,
        "tot_dep_amt": cash.d2 + net,
        "paym_alowa": withdrawable(cash),
        "pl_amt": realised,
    }
    head: Body = {name: padded(value, 12) for name, value in amounts.items()}
    return Rows("gold_acnt_evlt_prst", [(index, _balance_row(worth)) for index, worth in enumerate(held)], head)


def _balance_row(worth: Worth) -> Body:
    holding, profit = worth.holding, worth.net - worth.holding.cost
    fee = worth.sold_for - worth.sold_for // _VAT
    amounts = {
        "real_qty": holding.quantity,
        "avg_prc": worth.average,
        "cur_prc": worth.tape.last,
        "est_amt": worth.net,
        "est_lspft": profit,
        "cmsn": fee,
        "vlad_tax": worth.sold_for - fee,
        "book_amt2": holding.cost,
        "qty": holding.quantity,
        "buy_qty": holding.bought_today,
        "sell_qty": holding.sold_today,
        "able_qty": holding.sellable,
    }
    return {
        "stk_cd": holding.code,
        "stk_nm": worth.listing.name,
        **{name: padded(value, 12) for name, value in amounts.items()},
        "est_ratio": percent(profit, holding.cost, 4, plus=False),
        "pl_prch_prc": f"{(holding.cost + worth.bought_for + worth.sold_for) / holding.quantity:.2f}",
    }


_CASH_FIELDS: Final = (
    "entra", "profa_ch", "chck_ina_amt", "etc_loan", "etc_loan_dlfe", "etc_loan_tot", "prsm_entra", "buy_exct_amt",
    "sell_exct_amt", "sell_buy_exct_amt", "dly_amt", "prsm_pymn_alow_amt", "pymn_alow_amt", "ord_alow_amt",
)  # fmt: skip


def _cash(office: Office, call: Call) -> Answer:
    """kt50021."""
    cash = office.core.cash("gold")
    known = {
        "entra": cash.deposit,
        "profa_ch": cash.reserved,
        "prsm_entra": cash.d2,
        "prsm_pymn_alow_amt": withdrawable(cash),
        "pymn_alow_amt": withdrawable(cash),
        "ord_alow_amt": cash.orderable,
    }
    return accepted({name: padded(known.get(name, 0), 15) for name in _CASH_FIELDS}, "조회가 완료되었습니다.")


def _history(office: Office, call: Call) -> Rows:
    """kt50032: today's fills, where today lies in the dates asked for. Only trades happen on this account."""
    today = date8(call.now.date())
    wanted = (call.get("strt_dt") or today) <= today <= (call.get("end_dt") or today)
    if not wanted:
        return Rows("gold_trde_hist", [], {"acnt_print": _MASKED})
    orders = [order for order in office.core.orders("gold", call.now.date()) if order.filled and _asked(order, call)]
    rows: list[tuple[int, Body]] = []
    for _, group in groupby(sorted(orders, key=_alike), key=_alike):
        rows += _history_rows(office, call, list(group))
    return Rows("gold_trde_hist", sorted(rows, key=lambda row: row[0]), {"acnt_print": _MASKED})


def _asked(order: Order, call: Call) -> bool:
    kinds = {"": True, "0": True, "3": True, "4": order.side == "buy", "5": order.side == "sell"}
    return kinds.get(call.get("tp"), False) and call.get("stk_cd") in ("", order.code)


def _alike(order: Order) -> tuple[str, str, str]:
    return order.code, order.side, order.channel


def _history_rows(office: Office, call: Call, orders: list[Order]) -> list[tuple[int, Body]]:
    """Commission and VAT of trades of the same instrument, side and channel stand on the last of them only."""
    fills = [(order, fill) for order in orders for fill in order.fills]
    charged = sum(paid(office, order).commission for order in orders)
    return [
        (fill.number, _history_row(office, call, order, fill, charged if index == len(fills) else 0))
        for index, (order, fill) in enumerate(sorted(fills, key=lambda pair: pair[1].number), start=1)
    ]


def _history_row(office: Office, call: Call, order: Order, fill: Fill, charged: int) -> Body:
    held = next((h.quantity for h in office.core.holdings("gold") if h.code == order.code), 0)
    amount, vat = fill.price * fill.quantity, charged // _VAT
    amounts = {
        "deal_qty": fill.quantity,
        "gold_spot_vat": vat,
        "exct_amt": amount + charged if order.side == "buy" else amount - charged,
        "dly_sum": 0,
        "entra_remn": office.core.cash("gold").deposit,
        "cmsn": charged - vat,
        "uncl_ocr": 0,
        "rpym_sum": 0,
        "spot_remn": held,
        "deal_amt": amount,
        "tax_tot_amt": 0,
    }
    return {
        "deal_dt": date8(call.now.date()),
        "deal_no": f"{fill.number:09d}",
        "rmrk_nm": f"금현물{SIDE_WORDS[order.side]}",
        **{name: padded(value, 15) for name, value in amounts.items()},
        "mdia_nm": order.channel,
        "orig_deal_no": _NO_NUMBER,
        "stk_nm": name_of(office, order.code),
        "uv_exrt": f"{fill.price:.2f}",
        "proc_time": time8(fill.at),
        "rcpy_no": _NO_NUMBER,
        "stk_cd": order.code,
        "cntr_dt": date8(fill.at.date()),
        "proc_brch_nm": "온라인지점",
        "prcsr": "DAILY",
    }


_TRADE_KINDS: Final = ("0", "1", "2", "3", "4", "5", "6", "7")
TRS: Final = [
    Tr("kt50020", ACCOUNT, _balance, (), "gold"),
    Tr("kt50021", ACCOUNT, _cash, (), "gold"),
    Tr(
        "kt50032",
        ACCOUNT,
        _history,
        (
            day("strt_dt"),
            day("end_dt"),
            choice("tp", *_TRADE_KINDS, required=False),
            text("stk_cd", required=False, longest=12),
        ),
        "gold",
    ),
]
