"""What the day brought: ka10077 (one instrument) and ka10170 (the day's diary)."""

from __future__ import annotations

from typing import Final

from kiwoom_desk.simulator.envelope import Answer, Body, Rows, accepted
from kiwoom_desk.simulator.formats import date8, percent, prefixed
from kiwoom_desk.simulator.http_api.cash import ACCOUNT
from kiwoom_desk.simulator.http_api.order_lists import name_of
from kiwoom_desk.simulator.http_api.spec import Call, Office, Tr, choice, day, text
from kiwoom_desk.simulator.http_api.valuation import DayOf, day_of

_SUMS: Final = ("tot_sell_amt", "tot_buy_amt", "tot_cmsn_tax", "tot_exct_amt", "tot_pl_amt")
_DIARY: Final = (
    "stk_nm", "buy_avg_pric", "buy_qty", "sel_avg_pric", "sell_qty", "cmsn_alm_tax", "pl_amt", "sell_amt", "buy_amt",
    "prft_rt", "stk_cd",
)  # fmt: skip


def _realised(office: Office) -> dict[str, int]:
    return {holding.code: holding.realised for holding in office.core.holdings("stock")}


def _realised_detail(office: Office, call: Call) -> Rows:
    """ka10077: one row for all that was sold today; none without a sale."""
    code = call.get("stk_cd")
    profit = _realised(office).get(code, 0)
    rows = [
        (0, _realised_row(office, today, profit)) for today in day_of(office, call) if today.code == code and today.sold
    ]
    return Rows("tdy_rlzt_pl_dtl", rows, {"tdy_rlzt_pl": str(profit)}, message=" 조회가 완료되었습니다.")


def _realised_row(office: Office, today: DayOf, profit: int) -> Body:
    cost = today.sold_for - profit - today.commission - today.tax
    return {
        "stk_nm": name_of(office, today.code),
        "cntr_qty": str(today.sold),
        "buy_uv": f"{cost / today.sold:.7f}",
        "cntr_pric": str(round(today.sold_for / today.sold)),
        "tdy_sel_pl": f"{profit:.7f}",
        "pl_rt": percent(profit, cost),
        "tdy_trde_cmsn": str(today.commission),
        "tdy_trde_tax": str(today.tax),
        "stk_cd": prefixed(today.code),
    }


def _diary(office: Office, call: Call) -> Answer | Rows:
    """ka10170: a day without trades has one row of blanks; another day than today has no data here."""
    asked = call.get("base_dt")
    if asked and asked != date8(call.now.date()):
        return accepted(
            {**dict.fromkeys((*_SUMS, "tot_prft_rt"), ""), "tdy_trde_diary": []}, "조회 가능한 자료가 없습니다."
        )
    days, profits = day_of(office, call), _realised(office)
    sold, bought = sum(d.sold_for for d in days), sum(d.bought_for for d in days)
    costs, profit = sum(d.commission + d.tax for d in days), sum(profits.get(d.code, 0) for d in days)
    head: Body = dict(zip(_SUMS, map(str, (sold, bought, costs, sold - bought - costs, profit)), strict=True))
    head["tot_prft_rt"] = percent(profit, sold - profit, plus=False)
    rows: list[tuple[int, Body]] = [(i, _diary_row(office, d, profits.get(d.code, 0))) for i, d in enumerate(days)]
    return Rows("tdy_trde_diary", rows or [(0, dict.fromkeys(_DIARY, ""))], head, message=" 조회가 완료되었습니다.")


def _diary_row(office: Office, today: DayOf, profit: int) -> Body:
    return {
        "stk_nm": name_of(office, today.code),
        "buy_avg_pric": str(round(today.bought_for / today.bought) if today.bought else 0),
        "buy_qty": str(today.bought),
        "sel_avg_pric": str(round(today.sold_for / today.sold) if today.sold else 0),
        "sell_qty": str(today.sold),
        "cmsn_alm_tax": str(today.commission + today.tax),
        "pl_amt": str(profit),
        "sell_amt": str(today.sold_for),
        "buy_amt": str(today.bought_for),
        "prft_rt": percent(profit, today.sold_for - profit, plus=False),
        "stk_cd": today.code,
    }


TRS: Final = [
    Tr("ka10077", ACCOUNT, _realised_detail, (text("stk_cd", longest=6),), "stock"),
    Tr(
        "ka10170",
        ACCOUNT,
        _diary,
        (day("base_dt"), choice("ottks_tp", "1", "2"), choice("ch_crd_tp", "0", "1", "2")),
        "stock",
    ),
]
