"""The tour's list of orders (docs/decisions.md 20), and where it differs from what the exchange says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.kiwoom.codes import TYPES
from kiwoom_desk.tour.witness import Row
from kiwoom_desk.trading.environments import World


def listing(order: Order, world: World) -> Mapping[str, str | int | None]:
    """One order as plain words and numbers."""
    draft = order.draft
    return {
        "environment": world.value,
        "account_kind": draft.market.value,
        "venue": draft.venue.value,
        "symbol": draft.code,
        "side": draft.side.value,
        "type": TYPES[draft.market][draft.type],
        "quantity": draft.quantity,
        "price": draft.price,
        "trigger": draft.trigger,
        "filled": order.filled,
        "remaining": order.remaining,
        "state": order.state.value,
        "order_number": None if order.ref is None else str(order.ref),
        "original_number": None if order.of is None else str(order.of),
        "channel": "REST API" if order.own else order.channel,
    }


def disagreements(orders: Sequence[Order], rows: Mapping[str, Row]) -> Sequence[str]:
    """One sentence per difference: a row missing on either side, or another figure."""
    shown = {str(order.ref): order for order in orders if order.ref is not None}
    found: list[str] = []
    for number, row in rows.items():
        if "취소" in row.change:
            continue
        order = shown.get(number)
        if order is None:
            found.append(f"{number} is at the exchange and not in the blotter")
        else:
            found += _differences(order, row)
    found += [f"{number} is in the blotter and not at the exchange" for number in shown if number not in rows]
    return found


def _differences(order: Order, row: Row) -> Iterable[str]:
    draft = order.draft
    pairs = {
        "symbol": (draft.code, row.symbol),
        "side": (draft.side.value, row.side),
        "venue": (draft.venue.value, row.venue),
        "quantity": (draft.quantity, row.quantity),
        "filled": (order.filled, row.filled),
        "remaining": (order.remaining, row.remaining),
        "original": (0 if order.of is None else order.of.number, int(row.original or 0)),
    }
    if draft.price is not None:
        pairs["price"] = (draft.price, row.price)
    if draft.trigger is not None:
        pairs["trigger"] = (draft.trigger, row.trigger)
    for name, (ours, theirs) in pairs.items():
        if name == "venue" and draft.market.value == "gold":
            continue
        if ours != theirs:
            yield f"{row.number} {name}: {ours} here, {theirs} there"
    refused = "거부" in row.accepted
    if refused != (order.state is OrderState.REJECTED):
        yield f"{row.number} state: {order.state.value} here, {row.accepted} there"
