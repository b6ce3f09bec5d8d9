"""Cash and what can be ordered with it: kt00001, kt00010, kt00011, and whose account it is: ka00001."""

from __future__ import annotations

from typing import Final

from kiwoom_desk.simulator.envelope import Answer, Body, accepted
from kiwoom_desk.simulator.formats import padded
from kiwoom_desk.simulator.http_api.spec import Call, Office, Tr, choice, listing_of, number, text
from kiwoom_desk.simulator.model import Cash, Listing, Reason, Refused
from kiwoom_desk.simulator.refusals import denial

ACCOUNT: Final = "/api/dostk/acnt"

_DEPOSIT_FIELDS: Final = (
    "entr", "profa_ch", "bncr_profa_ch", "nxdy_bncr_sell_exct", "fc_stk_krw_repl_set_amt", "crd_grnta_ch",
    "crd_grnt_ch", "add_grnt_ch", "etc_profa", "uncl_stk_amt", "shrts_prica", "crd_set_grnta", "chck_ina_amt",
    "etc_chck_ina_amt", "crd_grnt_ruse", "knx_asset_evltv", "elwdpst_evlta", "crd_ls_rght_frcs_amt", "lvlh_join_amt",
    "lvlh_trns_alowa", "repl_amt", "remn_repl_evlta", "trst_remn_repl_evlta", "bncr_remn_repl_evlta", "profa_repl",
    "crd_grnta_repl", "crd_grnt_repl", "add_grnt_repl", "rght_repl_amt", "pymn_alow_amt", "wrap_pymn_alow_amt",
    "ord_alow_amt", "bncr_buy_alowa", "20stk_ord_alow_amt", "30stk_ord_alow_amt", "40stk_ord_alow_amt",
    "100stk_ord_alow_amt", "ch_uncla", "ch_uncla_dlfe", "ch_uncla_tot", "crd_int_npay", "int_npay_amt_dlfe",
    "int_npay_amt_tot", "etc_loana", "etc_loana_dlfe", "etc_loan_tot", "nrpy_loan", "loan_sum", "ls_sum", "crd_grnt_rt",
    "mdstrm_usfe", "min_ord_alow_yn", "loan_remn_evlt_amt", "dpst_grntl_remn", "sell_grntl_remn", "d1_entra",
    "d1_slby_exct_amt", "d1_buy_exct_amt", "d1_out_rep_mor", "d1_sel_exct_amt", "d1_pymn_alow_amt", "d2_entra",
    "d2_slby_exct_amt", "d2_buy_exct_amt", "d2_out_rep_mor", "d2_sel_exct_amt", "d2_pymn_alow_amt",
    "50stk_ord_alow_amt", "60stk_ord_alow_amt",
)  # fmt: skip
_CLASSES: Final = ("20", "30", "40", "50", "60", "100")


def _deposit(office: Office, call: Call) -> Answer:
    """kt00001. Unpaid buys of today show in d2 only: the deposit moves with settlement."""
    cash = office.core.cash("stock")
    settling = cash.d2 - cash.deposit
    known = {
        "entr": cash.deposit,
        "profa_ch": cash.reserved,
        "pymn_alow_amt": withdrawable(cash),
        "ord_alow_amt": cash.orderable,
        "bncr_buy_alowa": cash.orderable,
        "min_ord_alow_yn": cash.orderable,
        **{f"{margin}stk_ord_alow_amt": cash.orderable for margin in _CLASSES},
        "d1_entra": cash.deposit,
        "d1_pymn_alow_amt": withdrawable(cash),
        "d2_entra": cash.d2,
        "d2_slby_exct_amt": settling,
        "d2_buy_exct_amt": max(0, -settling),
        "d2_sel_exct_amt": max(0, settling),
        "d2_pymn_alow_amt": withdrawable(cash),
    }
    body: Body = {name: padded(known.get(name, 0), 15) for name in _DEPOSIT_FIELDS}
    return accepted({**body, "crd_grnt_rt": "0.00", "stk_entr_prst": []}, "조회가 완료되었습니다.")


def withdrawable(cash: Cash) -> int:
    return max(0, min(cash.deposit, cash.orderable))


def _listing(office: Office, call: Call) -> Listing:
    listing = listing_of(office, call.get("stk_cd"))
    if listing is None:
        raise denial(Refused(Reason.UNKNOWN_CODE), office.profile.name)
    return listing


_WITHDRAWAL_AMOUNTS: Final = (
    "pred_reu_alowa", "tdy_reu_alowa", "entr", "repl_amt", "uncla", "ord_pos_repl", "ord_alowa", "wthd_alowa",
    "nxdy_wthd_alowa", "pur_amt", "cmsn", "pur_exct_amt", "d2entra",
)  # fmt: skip


def _withdrawal(office: Office, call: Call) -> Answer:
    """kt00010: how much of an instrument can be bought at `uv`, by margin class. This account has 20 % and 100 %."""
    code, price = _listing(office, call).code, call.integer("uv")
    tape, cash = office.core.tape(code, "KRX"), office.core.cash("stock")
    if price and not tape.lower <= price <= tape.upper:
        raise denial(Refused(Reason.OUT_OF_BAND), office.profile.name)
    quantity = office.core.orderable("stock", code, price)
    body: Body = {}
    for margin in ("20", "30", "40", "50", "60", "rdex_60", "100"):
        granted = margin in ("20", "100")
        body[f"profa_{margin}ord_alow_amt"] = padded(cash.orderable if granted else 0, 12)
        body[f"profa_{margin}ord_alowq"] = padded(quantity if granted else 0, 10)
    known = {
        "entr": cash.deposit,
        "ord_alowa": cash.orderable,
        "wthd_alowa": withdrawable(cash),
        "nxdy_wthd_alowa": withdrawable(cash),
        "d2entra": cash.d2,
    }
    body |= {name: padded(known.get(name, 0), 12) for name in _WITHDRAWAL_AMOUNTS}
    return accepted({**body, "profa_rdex_aplc_tp": "0"}, "주문/인출가능금액 시뮬레이션 조회완료하였습니다.")


def _margins(office: Office, call: Call) -> Answer:
    """kt00011: only the block of the class that applies (100 %) and the one without unpaid credit are filled."""
    listing = _listing(office, call)
    cash = office.core.cash("stock")
    quantity = office.core.orderable("stock", listing.code, call.integer("uv"))
    body: Body = {"stk_profa_rt": _margin_of(listing), "profa_rt": "100%", "aplc_rt": "100%"}
    for margin in _CLASSES:
        own = margin == "100"
        body[f"profa_{margin}ord_alow_amt"] = padded(cash.orderable, 12) if own else ""
        body[f"profa_{margin}ord_alowq"] = padded(quantity, 12) if own else ""
        body[f"profa_{margin}pred_reu_amt"] = body[f"profa_{margin}tdy_reu_amt"] = padded(0, 12) if own else ""
    body |= {"min_ord_alow_amt": padded(cash.orderable, 12), "min_ord_alowq": padded(quantity, 12)}
    known = {"entr": cash.deposit, "ord_alowa": cash.orderable}
    rest = ("min_pred_reu_amt", "min_tdy_reu_amt", "entr", "repl_amt", "uncla", "ord_pos_repl", "ord_alowa")
    return accepted({**body, **{n: padded(known.get(n, 0), 12) for n in rest}}, "자료를 조회하였습니다.")


def _margin_of(listing: Listing) -> str:
    """The margin rate, as the instrument's state text has it ("증거금20%|…")."""
    first = listing.state.partition("|")[0].removeprefix("증거금")
    return first if first.endswith("%") else "100%"


def _number(office: Office, call: Call) -> Answer:
    """ka00001: ten digits, the last two are the class of the account."""
    return accepted({"acctNo": call.client.number})


_WITHDRAWAL_FIELDS: Final = (
    number("io_amt", required=False),
    text("stk_cd", longest=12),
    choice("trde_tp", "1", "2"),
    number("trde_qty", required=False, longest=10),
    number("uv", longest=10),
    number("exp_buy_unp", required=False, longest=10),
)
TRS: Final = [
    Tr("kt00001", ACCOUNT, _deposit, (choice("qry_tp", "2", "3"),), "stock"),
    Tr("kt00010", ACCOUNT, _withdrawal, _WITHDRAWAL_FIELDS, "stock"),
    Tr("kt00011", ACCOUNT, _margins, (text("stk_cd", longest=12), number("uv", required=False, longest=10)), "stock"),
    Tr("ka00001", ACCOUNT, _number),
]
