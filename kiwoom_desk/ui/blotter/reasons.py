"""Why an act on the chosen rows is off: a Korean sentence for the tip of its button, and for the key that says so."""

from __future__ import annotations

from collections.abc import Sequence

from kiwoom_desk.domain.orders import Order, OrderState

NONE_CHOSEN = "고른 주문이 없습니다. 목록에서 한 줄을 고르세요."
ONE_AT_A_TIME = "정정은 한 건씩 합니다. 한 줄만 고르세요."
NONE_OF_THEM = "고른 주문 가운데 취소할 수 있는 주문이 없습니다."
NONE_OPEN = "취소할 미체결 주문이 없습니다."
_BY_STATE = {
    OrderState.SENDING: "아직 보내는 중입니다. 접수되면 할 수 있습니다.",
    OrderState.UNCONFIRMED: "접수되었는지 확인하고 있습니다. 확인되면 할 수 있습니다.",
    OrderState.NOT_PLACED: "접수되지 않은 주문입니다.",
    OrderState.WORKING: "남은 수량이 없습니다.",
    OrderState.FILLED: "이미 모두 체결되었습니다.",
    OrderState.CANCELED: "이미 취소되었습니다.",
    OrderState.REPLACED: "이미 정정되었습니다. 이어지는 주문을 고르세요.",
    OrderState.REJECTED: "거부된 주문입니다.",
    OrderState.EXPIRED: "만료된 주문입니다.",
}


def why_not(order: Order, newest: Order | None = None) -> str:
    """Why nothing can be changed in it, "" when something can. `newest` is what an amendment has made of it."""
    if order.can_change:
        return ""
    if order.candidates and order.ref is None:
        return "아직 내 주문번호를 고르지 않았습니다. 먼저 고르세요."
    whole = order.state is OrderState.REPLACED  # the rest of one whose part was amended may have ended otherwise
    if whole and newest is not None and newest.id != order.id and newest.ref is not None:
        return f"이미 정정되었습니다. 이어지는 주문 #{newest.ref}의 줄을 고르세요."
    return _BY_STATE[order.state]


def why_no_amend(orders: Sequence[Order], newest: Order | None = None) -> str:
    """The same for amending the chosen `orders`; `newest` is of the first."""
    if len(orders) > 1:
        return ONE_AT_A_TIME
    return why_not(orders[0], newest) if orders else NONE_CHOSEN


def why_no_cancel(orders: Sequence[Order], newest: Order | None = None) -> str:
    """The same for cancelling them: one that can be is enough."""
    if any(order.can_change for order in orders):
        return ""
    if len(orders) > 1:
        return NONE_OF_THEM
    return why_not(orders[0], newest) if orders else NONE_CHOSEN
