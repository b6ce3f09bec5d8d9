"""Order requests, exactly as kiwoom/trs.json prints them: every key, every value text, "" where none applies."""

from __future__ import annotations

from typing import NamedTuple

from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.domain.reports import BrokerRef
from kiwoom_desk.kiwoom.codes import ORDER_TRS, TYPES
from kiwoom_desk.trading.ports import Call

ALL_THAT_REMAINS = "0"


class OrderRequest(NamedTuple):
    """One order to send: the TR id, its body, and the call it belongs to."""

    tr: str
    body: dict[str, str]
    call: Call


def place(draft: OrderDraft) -> OrderRequest:
    """Raises ValueError for a draft that the wire has no words for; the ticket's rules refuse those long before."""
    if draft.quantity <= 0:
        raise ValueError("an order needs a quantity")
    if draft.type.needs_price != (draft.price is not None) or draft.type.needs_trigger != (draft.trigger is not None):
        raise ValueError(f"price or trigger does not fit {draft.type}")
    body = {
        **_venue(draft),
        "stk_cd": draft.code,
        "ord_qty": str(draft.quantity),
        "ord_uv": _won(draft.price),
        "trde_tp": TYPES[draft.market][draft.type],
    }
    if draft.market is Market.STOCK:
        body["cond_uv"] = _won(draft.trigger)
    return OrderRequest(ORDER_TRS[draft.market, Call.PLACE, draft.side], body, Call.PLACE)


def amend(of: BrokerRef, original: OrderDraft, change: AmendDraft) -> OrderRequest:
    """The order's own venue is repeated: another one is refused (571412)."""
    body = {
        **_venue(original),
        "orig_ord_no": str(of),
        "stk_cd": original.code,
        "mdfy_qty": _part(change.quantity),
        "mdfy_uv": _won(change.price),
    }
    if original.market is Market.STOCK:
        body["mdfy_cond_uv"] = _won(change.trigger)
    return OrderRequest(ORDER_TRS[original.market, Call.AMEND, original.side], body, Call.AMEND)


def cancel(of: BrokerRef, original: OrderDraft, quantity: int | None) -> OrderRequest:
    body = {**_venue(original), "orig_ord_no": str(of), "stk_cd": original.code, "cncl_qty": _part(quantity)}
    return OrderRequest(ORDER_TRS[original.market, Call.CANCEL, original.side], body, Call.CANCEL)


def _venue(draft: OrderDraft) -> dict[str, str]:
    """Gold trades on KRX only and has no field for it."""
    return {} if draft.market is Market.GOLD else {"dmst_stex_tp": draft.venue.value}


def _won(amount: int | None) -> str:
    if amount is None:
        return ""
    if amount <= 0:
        raise ValueError("a price is a positive number of won")
    return str(amount)


def _part(quantity: int | None) -> str:
    """None is all that remains. An explicit 0 would silently mean the same on the wire, so it is refused here."""
    if quantity is None:
        return ALL_THAT_REMAINS
    if quantity <= 0:
        raise ValueError("a part of an order is at least one")
    return str(quantity)
