"""What the stock account holds: kt00004, kt00005, kt00018, ka10085."""

from __future__ import annotations

from typing import Final

from kiwoom_desk.simulator.envelope import Body, Rows
from kiwoom_desk.simulator.formats import NO_DATE, direction, padded, percent, prefixed
from kiwoom_desk.simulator.http_api.cash import ACCOUNT, withdrawable
from kiwoom_desk.simulator.http_api.spec import Call, Field, Office, Tr, choice, text
from kiwoom_desk.simulator.http_api.valuation import DayOf, Worth, day_of, worths
from kiwoom_desk.simulator.model import Venue
from kiwoom_desk.simulator.refusals import bad_venue_filter

_VENUE: Final[Field] = text("dmst_stex_tp", longest=6)


def _held(office: Office, call: Call) -> list[Worth]:
    """At the prices of the exchange asked for. Raises Denied 501307 for any but KRX and NXT."""
    venues: dict[str, Venue] = {"KRX": "KRX", "NXT": "NXT"}
    asked = call.get("dmst_stex_tp")
    if asked not in venues:
        raise bad_venue_filter()
    return worths(office, "stock", venues[asked])


def _evaluation(office: Office, call: Call) -> Rows:
    """kt00004: amounts net of selling costs."""
    held, cash = _held(office, call), office.core.cash("stock")
    net, cost = sum(w.net for w in held), sum(w.holding.cost for w in held)
    amounts = {
        "entr": cash.deposit,
        "d2_entra": cash.d2,
        "tot_est_amt": net,
        "aset_evlt_amt": cash.d2 + net,
        "tot_pur_amt": cost,
        "prsm_dpst_aset_amt": cash.d2 + net,
    }
    zeros = ("tot_grnt_sella", "tdy_lspft_amt", "invt_bsamt", "lspft_amt", "tdy_lspft", "lspft2", "lspft")
    head: Body = {"acnt_nm": "모의참가자", "brch_nm": "온라인지점"}
    head |= {name: padded(value, 12) for name, value in amounts.items()}
    head |= {name: padded(0, 12) for name in zeros}
    head |= dict.fromkeys(("tdy_lspft_rt", "lspft_ratio", "lspft_rt"), "0.00")
    rows = [(index, _evaluation_row(worth)) for index, worth in enumerate(held)]
    return Rows("stk_acnt_evlt_prst", rows, head)


def _evaluation_row(worth: Worth) -> Body:
    holding = worth.holding
    profit = worth.net - holding.cost
    amounts = {
        "rmnd_qty": holding.quantity,
        "avg_prc": worth.average,
        "cur_prc": worth.tape.last,
        "evlt_amt": worth.net,
        "pl_amt": profit,
        "pur_amt": holding.cost,
        "setl_remn": _settled(worth),
        "pred_buyq": 0,
        "pred_sellq": 0,
        "tdy_buyq": holding.bought_today,
        "tdy_sellq": holding.sold_today,
    }
    return {
        "stk_cd": prefixed(holding.code),
        "stk_nm": worth.listing.name,
        **{name: padded(value, 12) for name, value in amounts.items()},
        "pl_rt": percent(profit, holding.cost, 4, plus=False),
        "loan_dt": "",
    }


def _settled(worth: Worth) -> int:
    """What is held once today's trades are left out of account: they settle in two days."""
    return worth.holding.quantity - worth.holding.bought_today + worth.holding.sold_today


def _balance(office: Office, call: Call) -> Rows:
    """kt00018: amounts gross, profit net of all costs."""
    held, cash = _held(office, call), office.core.cash("stock")
    cost, gross = sum(w.holding.cost for w in held), sum(w.gross for w in held)
    profit = sum(w.profit for w in held)
    head: Body = {
        "tot_pur_amt": padded(cost, 15),
        "tot_evlt_amt": padded(gross, 15),
        "tot_evlt_pl": padded(profit, 15),
        "tot_prft_rt": percent(profit, cost, plus=False),
        "prsm_dpst_aset_amt": padded(cash.d2 + gross, 15),
        **dict.fromkeys(("tot_loan_amt", "tot_crd_loan_amt", "tot_crd_ls_amt"), padded(0, 15)),
    }
    rows = [(index, _balance_row(worth, cost)) for index, worth in enumerate(held)]
    return Rows("acnt_evlt_remn_indv_tot", rows, head)


def _balance_row(worth: Worth, total_cost: int) -> Body:
    holding = worth.holding
    amounts = {
        "evltv_prft": worth.profit,
        "pur_pric": worth.average,
        "rmnd_qty": holding.quantity,
        "trde_able_qty": holding.sellable,
        "pred_buyq": 0,
        "pred_sellq": 0,
        "tdy_buyq": holding.bought_today,
        "tdy_sellq": holding.sold_today,
        "pur_amt": holding.cost,
        "pur_cmsn": worth.bought_for,
        "evlt_amt": worth.gross,
        "sell_cmsn": worth.sold_for,
        "tax": worth.tax,
        "sum_cmsn": worth.bought_for + worth.sold_for,
    }
    return {
        "stk_cd": prefixed(holding.code),
        "stk_nm": worth.listing.name,
        **{name: padded(value, 15) for name, value in amounts.items()},
        "prft_rt": percent(worth.profit, holding.cost, plus=False),
        "pred_close_pric": padded(worth.tape.base, 12),
        "cur_prc": padded(worth.tape.last, 12),
        "poss_rt": percent(holding.cost, total_cost, plus=False),
        "crd_tp": "00",
        "crd_tp_nm": "",
        "crd_loan_dt": "",
    }


_CONCLUDED_ZEROS: Final = (
    "uncl_stk_amt", "repl_amt", "rght_repl_amt", "ch_uncla", "crd_int_npay_gold", "etc_loana", "nrpy_loan",
    "repl_profa", "tot_re_buy_alowa", "20ord_alow_amt", "30ord_alow_amt", "40ord_alow_amt", "50ord_alow_amt",
    "60ord_alow_amt", "crd_loan_tot", "crd_loan_ls_tot", "dpst_grnt_use_amt_amt", "grnt_loan_amt",
)  # fmt: skip


def _concluded(office: Office, call: Call) -> Rows:
    """kt00005, on live only."""
    held, cash = _held(office, call), office.core.cash("stock")
    cost, net = sum(w.holding.cost for w in held), sum(w.net for w in held)
    amounts = {
        "entr": cash.deposit,
        "entr_d1": cash.deposit,
        "entr_d2": cash.d2,
        "pymn_alow_amt": withdrawable(cash),
        "ord_alowa": cash.orderable,
        "profa_ch": cash.reserved,
        "stk_buy_tot_amt": cost,
        "evlt_amt_tot": net,
        "tot_pl_tot": net - cost,
        "100ord_alow_amt": cash.orderable,
        **dict.fromkeys(_CONCLUDED_ZEROS, 0),
    }
    head: Body = {name: padded(value, 12) for name, value in amounts.items()}
    head |= {"tot_pl_rt": percent(net - cost, cost, 4, plus=False), "crd_grnt_rt": "0.00"}
    return Rows("stk_cntr_remn", [(index, _concluded_row(worth)) for index, worth in enumerate(held)], head)


def _concluded_row(worth: Worth) -> Body:
    holding = worth.holding
    amounts = {
        "setl_remn": _settled(worth),
        "cur_qty": holding.quantity,
        "cur_prc": worth.tape.last,
        "buy_uv": worth.average,
        "pur_amt": holding.cost,
        "evlt_amt": worth.net,
        "evltv_prft": worth.net - holding.cost,
    }
    return {
        "crd_tp": "00",
        "loan_dt": "",
        "expr_dt": "",
        "stk_cd": prefixed(holding.code),
        "stk_nm": worth.listing.name,
        **{name: padded(value, 12) for name, value in amounts.items()},
        "pl_rt": percent(worth.net - holding.cost, holding.cost, 4, plus=False),
    }


def _yields(office: Office, call: Call) -> Rows:
    """ka10085: also what was sold out today, because its realised profit belongs to the day."""
    venue: Venue = "NXT" if call.get("stex_tp") == "2" else "KRX"
    today = {day.code: day for day in day_of(office, call)}
    held = worths(office, "stock", venue, sold_out=True)
    rows = [(index, _yield_row(worth, today.get(worth.holding.code))) for index, worth in enumerate(held)]
    return Rows("acnt_prft_rt", rows, message=" 조회가 완료되었습니다.")


def _yield_row(worth: Worth, today: DayOf | None) -> Body:
    holding = worth.holding
    return {
        "dt": "",
        "stk_cd": holding.code,
        "stk_nm": worth.listing.name,
        "cur_prc": direction(worth.tape.last, worth.tape.base),
        "pur_pric": str(worth.average),
        "pur_amt": str(holding.cost),
        "rmnd_qty": str(holding.quantity),
        "tdy_sel_pl": str(holding.realised),
        "tdy_trde_cmsn": str(today.commission if today else 0),
        "tdy_trde_tax": str(today.tax if today else 0),
        "crd_tp": "00",
        "loan_dt": NO_DATE,
        "setl_remn": str(_settled(worth)),
        "clrn_alow_qty": str(holding.sellable),
        "crd_amt": "0",
        "crd_int": "0",
        "expr_dt": NO_DATE,
    }


TRS: Final = [
    Tr("kt00004", ACCOUNT, _evaluation, (choice("qry_tp", "0", "1"), _VENUE), "stock"),
    Tr("kt00005", ACCOUNT, _concluded, (_VENUE,), "stock"),
    Tr("kt00018", ACCOUNT, _balance, (choice("qry_tp", "1", "2"), _VENUE), "stock"),
    Tr("ka10085", ACCOUNT, _yields, (choice("stex_tp", "0", "1", "2"),), "stock"),
]
