"""Volatility interruptions of the day: ka10054. All of them are static, on KRX and in the regular market."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kiwoom_desk.simulator.envelope import Body, Rows
from kiwoom_desk.simulator.formats import percent, time6
from kiwoom_desk.simulator.http_api.spec import Call, Field, Office, Tr, choice, number, text
from kiwoom_desk.simulator.http_api.views import MILLION
from kiwoom_desk.simulator.listings import ETF, KOSDAQ
from kiwoom_desk.simulator.model import Interruption, Listing, Side, Tape

MARKETS: Final = {KOSDAQ: "101"}
KOSPI_CODE: Final = "001"
DIRECTIONS: Final[dict[Side, str]] = {"buy": "1", "sell": "2"}
STATIC: Final = "정적"
_STATIC_CODE: Final = "1"
_REGULAR: Final = "1"
# Places of `skip_stk` that can mean something here: investment warning and risk, 100 % margin, ETF.
_SKIPPED: Final[dict[int, Callable[[Listing], bool]]] = {
    2: lambda listing: listing.warning in ("4", "5"),
    6: lambda listing: "증거금100%" in listing.state,
    7: lambda listing: listing.market == ETF,
}


def market_code(listing: Listing) -> str:
    return MARKETS.get(listing.market, KOSPI_CODE)


def _list(office: Office, call: Call) -> Rows:
    found = [(office.core.tape(one.code, "KRX"), one) for one in office.core.interruptions]
    rows = [
        (place, _row(office, tape, one)) for place, (tape, one) in enumerate(found, 1) if _fits(office, tape, one, call)
    ]
    return Rows("motn_stk", rows, message="정상적으로 처리되었습니다")


def _fits(office: Office, tape: Tape, one: Interruption, call: Call) -> bool:
    listing = office.core.listings[one.code]
    return (
        call.get("mrkt_tp") in ("000", market_code(listing))
        and call.get("bf_mkrt_tp") in ("0", _REGULAR)
        and call.get("stk_cd") in ("", one.code)
        and call.get("motn_tp") in ("0", _STATIC_CODE)
        and call.get("motn_drc") in ("0", DIRECTIONS[one.side])
        and call.get("stex_tp") in ("1", "3")
        and not any(call.get("skip_stk")[at : at + 1] == "1" and is_one(listing) for at, is_one in _SKIPPED.items())
        and _within(call, "trde_qty", tape.volume)
        and _within(call, "trde_prica", tape.turnover // MILLION)
    )


def _within(call: Call, what: str, amount: int) -> bool:
    if call.get(f"{what}_tp") == "0":
        return True
    return call.integer(f"min_{what}") <= amount <= (call.integer(f"max_{what}") or amount)


def _row(office: Office, tape: Tape, one: Interruption) -> Body:
    return {
        "stk_cd": one.code,
        "stk_nm": office.core.listings[one.code].name,
        "acc_trde_qty": str(tape.volume),
        "motn_pric": str(one.price),
        "dynm_dispty_rt": "0.00",
        "trde_cntr_proc_time": time6(one.at),
        "virelis_time": time6(one.released),
        "viaplc_tp": STATIC,
        "dynm_stdpc": "0",
        "static_stdpc": str(one.reference),
        "static_dispty_rt": percent(one.price - one.reference, one.reference),
        "open_pric_pre_flu_rt": percent(one.price - tape.open, tape.open),
        "vimotn_cnt": str(one.count),
        "stex_tp": "KRX",
    }


_FIELDS: Final[tuple[Field, ...]] = (
    choice("mrkt_tp", "000", "001", "101"),
    choice("bf_mkrt_tp", "0", "1", "2"),
    text("stk_cd", required=False),
    choice("motn_tp", "0", "1", "2", "3"),
    text("skip_stk", longest=9),
    choice("trde_qty_tp", "0", "1"),
    number("min_trde_qty", blank=True),
    number("max_trde_qty", blank=True),
    choice("trde_prica_tp", "0", "1"),
    number("min_trde_prica", longest=10, blank=True),
    number("max_trde_prica", longest=10, blank=True),
    choice("motn_drc", "0", "1", "2"),
    choice("stex_tp", "1", "2", "3"),
)

TRS: Final = [Tr("ka10054", "/api/dostk/stkinfo", _list, _FIELDS)]
