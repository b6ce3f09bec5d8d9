"""00 order events and 04 holding changes (kiwoom/websocket.md 4 and 5)."""

from __future__ import annotations

from typing import Final

from kiwoom_desk.simulator.formats import direction, order_number, percent, time6
from kiwoom_desk.simulator.http_api.order_lists import costs, name_of
from kiwoom_desk.simulator.http_api.rows import FEED_TYPES, SIDE_CODES, VENUE_CODES, signed_kind
from kiwoom_desk.simulator.http_api.spec import Office
from kiwoom_desk.simulator.model import Fill, Happening, Holding, Order, OrderEvent, Tape
from kiwoom_desk.simulator.stream.entries import Values
from kiwoom_desk.simulator.tokens import CLIENTS

_STATES: Final[dict[Happening, str]] = {
    "accepted": "접수",
    "filled": "체결",
    "confirmed": "확인",
    "cancelled": "취소",
    "rejected": "거부",
}


def order_values(office: Office, event: OrderEvent) -> Values | None:
    """None for what the broker reports by query only: orders that expire with their session."""
    state = _STATES.get(event.happening)
    if state is None:
        return None
    order, fill = event.order, event.fill
    at = fill.at if fill else order.confirmed_at if event.happening == "confirmed" else order.at
    paid = costs(office, order)
    return {
        "9201": CLIENTS[order.account].number,
        "9203": order_number(order.number),
        "9205": "",
        "9001": order.code,
        "912": "JJ",
        "913": state,
        "302": name_of(office, order.code),
        "900": str(order.quantity),
        "901": str(order.price if order.kind != "cancel" else 0),
        "902": str(_open_quantity(event)),
        "903": str(order.value),
        "904": order_number(order.original),
        "905": signed_kind(order),
        "906": FEED_TYPES[order.type],
        "907": SIDE_CODES[order.side],
        "908": time6(at),
        **_fill_values(order, fill),
        **_market_values(office, order.code),
        "938": paid["tdy_trde_cmsn"],
        "939": paid["tdy_trde_tax"],
        "919": order.rejected or "0",
        "920": "",
        "921": "0701002",
        "922": "00",
        "923": "00000000",
        "10010": "",
        **_exchange_values(order, fill),
    }


def _open_quantity(event: OrderEvent) -> int:
    """902: the whole of it when entered, nothing in confirmations, what is left after a fill."""
    if event.happening == "accepted":
        return event.order.quantity
    return event.order.remaining if event.happening == "filled" else 0


def _fill_values(order: Order, fill: Fill | None) -> Values:
    """911 counts up, 915 is this one fill alone (kiwoom/websocket.md 4, rule 4)."""
    if fill is None:
        return dict.fromkeys(("909", "910", "911", "914", "915"), "")
    return {
        "909": order_number(fill.number),
        "910": str(fill.price),
        "911": str(order.filled),
        "914": str(fill.price),
        "915": str(fill.quantity),
    }


def _market_values(office: Office, code: str) -> Values:
    tape, depth = office.core.tape(code, "KRX"), office.core.depth(code, "KRX")
    return {
        "10": direction(tape.last, tape.base),
        "27": direction(depth.asks[0].price if depth.asks else 0, tape.base),
        "28": direction(depth.bids[0].price if depth.bids else 0, tape.base),
    }


def _exchange_values(order: Order, fill: Fill | None) -> Values:
    """The exchange of this event: where a fill happened; a SOR order is announced on KRX (official example)."""
    venue = fill.venue if fill else "KRX" if order.venue == "SOR" else order.venue
    return {"2134": VENUE_CODES[venue], "2135": venue, "2136": "Y" if order.venue == "SOR" else "N"}


def holding_values(office: Office, holding: Holding) -> Values:
    """04. A holding that was sold out comes with quantity 0."""
    tape: Tape = office.core.tape(holding.code, "KRX")
    average = round(holding.cost / holding.quantity) if holding.quantity else 0
    net = holding.bought_today - holding.sold_today
    rate = percent(holding.realised, holding.cost)
    return {
        "9201": CLIENTS["stock"].number,
        "9001": holding.code,
        "917": "00",
        "916": "00000000",
        "302": name_of(office, holding.code),
        "930": str(holding.quantity),
        "931": str(average),
        "932": str(holding.cost),
        "933": str(holding.sellable),
        "945": str(net),
        "946": "2" if net >= 0 else "1",
        "950": str(holding.realised),
        "951": "0",
        **_market_values(office, holding.code),
        "307": str(tape.base),
        "8019": rate,
        "957": "0",
        "958": "0",
        "918": "00000000",
        "990": str(holding.realised),
        "991": rate,
        "992": "0",
        "993": "0.00",
        "959": "0",
        "924": "0",
    }
