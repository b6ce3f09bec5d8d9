"""New orders, amendments and cancels, of shares and of gold (trs.json kt10000-kt10003, kt50000-kt50003)."""

from __future__ import annotations

from typing import Final

from kiwoom_desk.simulator.envelope import Answer, accepted, bad_input, business
from kiwoom_desk.simulator.formats import order_number as number7
from kiwoom_desk.simulator.formats import padded
from kiwoom_desk.simulator.http_api.spec import Call, Field, Office, Run, Tr, choice, number, order_number, text
from kiwoom_desk.simulator.model import AccountKind, Order, Refused, Side, Venue
from kiwoom_desk.simulator.order_types import GOLD_TYPES, STOCK_TYPES
from kiwoom_desk.simulator.refusals import denial, not_credit

_ORDERS: Final = "/api/dostk/ordr"
_CREDIT: Final = "/api/dostk/crdordr"
_VENUES: Final = ("KRX", "NXT", "SOR")
_SIDES: Final[dict[Side, str]] = {"buy": "매수", "sell": "매도"}

_VENUE: Final = choice("dmst_stex_tp", *_VENUES)
_CODE: Final = text("stk_cd", longest=12)
_ORIGINAL: Final = order_number("orig_ord_no")
_NEW: Final = (_CODE, number("ord_qty"), number("ord_uv", required=False))
_STOCK_NEW: Final = (_VENUE, *_NEW, choice("trde_tp", *STOCK_TYPES), number("cond_uv", required=False))
_GOLD_NEW: Final = (*_NEW, choice("trde_tp", *GOLD_TYPES))
_GOLD_AMEND: Final = (_ORIGINAL, _CODE, number("mdfy_qty"), number("mdfy_uv"))
_STOCK_AMEND: Final = (_VENUE, *_GOLD_AMEND, number("mdfy_cond_uv", required=False))
_GOLD_CANCEL: Final = (_ORIGINAL, _CODE, number("cncl_qty"))
_STOCK_CANCEL: Final = (_VENUE, *_GOLD_CANCEL)


def _venue(office: Office, call: Call) -> Venue:
    """Where the order goes; gold has no such field and trades on KRX. Raises Denied where it is not offered (mock)."""
    asked = call.get("dmst_stex_tp") or "KRX"
    for venue in office.profile.venues:
        if venue == asked:
            return venue
    raise business("RC9000", "모의투자에서는 해당업무가 제공되지 않습니다.")


def _place(side: Side) -> Run:
    def run(office: Office, call: Call) -> Answer:
        venue = _venue(office, call)
        if call.integer("ord_qty") == 0:
            raise bad_input(1517, "입력 값의 형식이 올바르지 않습니다. 파라미터=ord_qty, 사유=0은 입력할 수 없습니다")
        try:
            order = office.core.place(
                call.account, call.get("stk_cd"), venue, side, call.get("trde_tp"), call.integer("ord_qty"),
                call.integer("ord_uv"), call.integer("cond_uv"), now=call.now,
            )  # fmt: skip
        except Refused as refused:
            raise denial(refused, office.profile.name) from None
        return accepted({"ord_no": number7(order.number), **_echo(call)}, _placed_text(office, side))

    return run


def _placed_text(office: Office, side: Side) -> str:
    if office.profile.name == "mock":
        return f"모의투자 {_SIDES[side]}주문완료"
    return f"{_SIDES[side]}주문이 완료되었습니다."


def _echo(call: Call) -> dict[str, str]:
    return {"dmst_stex_tp": call.get("dmst_stex_tp")} if call.get("dmst_stex_tp") else {}


def _amend(office: Office, call: Call) -> Answer:
    venue = _venue(office, call)
    try:
        order = office.core.amend(
            call.account, call.integer("orig_ord_no"), call.get("stk_cd"), venue, call.integer("mdfy_qty"),
            call.integer("mdfy_uv"), call.integer("mdfy_cond_uv"), now=call.now,
        )  # fmt: skip
    except Refused as refused:
        raise denial(refused, office.profile.name) from None
    return accepted({**_chain(order), "mdfy_qty": padded(order.quantity, 12), **_echo(call)}, _entered(order, "정정"))


def _cancel(office: Office, call: Call) -> Answer:
    venue = _venue(office, call)
    try:
        order = office.core.cancel(
            call.account, call.integer("orig_ord_no"), call.get("stk_cd"), venue, call.integer("cncl_qty"), now=call.now
        )
    except Refused as refused:
        raise denial(refused, office.profile.name) from None
    text = "모의투자 취소주문완료" if office.profile.name == "mock" else _entered(order, "취소")
    return accepted({**_chain(order), "cncl_qty": padded(order.quantity, 12)}, text)


def _chain(order: Order) -> dict[str, str]:
    """The number of the instruction itself, and the first order of its chain."""
    return {"ord_no": number7(order.number), "base_orig_ord_no": number7(order.root)}


def _entered(order: Order, what: str) -> str:
    return f"{_SIDES[order.side]}{what} 주문입력이 완료되었습니다"


def _no_credit(office: Office, call: Call) -> Answer:
    raise not_credit()


def _family(
    account: AccountKind, prefix: str, new: tuple[Field, ...], amend: tuple[Field, ...], cancel: tuple[Field, ...]
) -> list[Tr]:
    return [
        Tr(f"{prefix}0", _ORDERS, _place("buy"), new, account),
        Tr(f"{prefix}1", _ORDERS, _place("sell"), new, account),
        Tr(f"{prefix}2", _ORDERS, _amend, amend, account),
        Tr(f"{prefix}3", _ORDERS, _cancel, cancel, account),
    ]


PLACE: Final = frozenset({"kt10000", "kt10001", "kt50000", "kt50001"})
AMEND: Final = frozenset({"kt10002", "kt50002"})
CANCEL: Final = frozenset({"kt10003", "kt50003"})

TRS: Final = [
    *_family("stock", "kt1000", _STOCK_NEW, _STOCK_AMEND, _STOCK_CANCEL),
    *_family("gold", "kt5000", _GOLD_NEW, _GOLD_AMEND, _GOLD_CANCEL),
    Tr("kt10006", _CREDIT, _no_credit, _STOCK_NEW, "stock"),
    Tr("kt10007", _CREDIT, _no_credit, _STOCK_NEW, "stock"),
    Tr("kt10008", _CREDIT, _no_credit, _STOCK_AMEND, "stock"),
    Tr("kt10009", _CREDIT, _no_credit, _STOCK_CANCEL, "stock"),
]
