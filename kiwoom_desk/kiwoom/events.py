"""Order events of the stream (type 00, 주문체결), as reports. Field numbers: kiwoom/websocket.md 4."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.reports import BrokerRef, Execution, OrderReport, ReportKind, Source
from kiwoom_desk.kiwoom import codes
from kiwoom_desk.kiwoom.numbers import Unreadable, count, moment, order_number, price, required, signed
from kiwoom_desk.kiwoom.rows import describe
from kiwoom_desk.kiwoom.texts import plain

NUMBER, ACCOUNT, CODE, NAME = "9203", "9201", "9001", "302"
STATE, KIND, TYPE, SIDE, ORIGINAL, REASON = "913", "905", "906", "907", "904", "919"
QUANTITY, PRICE, VALUE, TIME = "900", "901", "903", "908"
FILL, FILL_PRICE, FILL_QUANTITY = "909", "914", "915"
VENUE, SOR = "2134", "2136"
ALIVE = ("접수", "체결")
STATES = (*ALIVE, "확인", "취소", "거부")


@dataclass(frozen=True, slots=True)
class Hearing:
    """Circumstances of an event: our market, the broker's day, when we heard it, and whose account is ours."""

    market: Market
    day: date
    at: datetime
    account: str = ""


def report(values: Mapping[str, str], hearing: Hearing) -> OrderReport:
    """One event as a report. Raises Unreadable.

    What remains is not told: 902 is also 0 after an amendment or a cancel was confirmed. Fills are counted by their
    numbers (909, 914, 915), since 911 may or may not be cumulative; 903 is the exact value of all fills so far.
    """

    def say(key: str) -> str:
        return (values.get(key) or "").strip()

    if hearing.account and say(ACCOUNT) and say(ACCOUNT) != hearing.account:
        raise Unreadable("an event of another account")
    state = say(STATE)
    if not any(word in state for word in STATES):
        raise Unreadable(f"no order state in {plain(state, 40)!r}")
    original, limit = order_number(say(ORIGINAL)), price(say(PRICE))
    kind = codes.kind_from_text(say(KIND), original, limit)
    quantity = required(signed(say(QUANTITY)), "quantity")
    gold = hearing.market is Market.GOLD
    described = describe(
        hearing.market,
        code=say(CODE),
        venue=Venue.KRX if gold else codes.listed_venue(say(VENUE), say(SOR)),
        side=_side(say(SIDE), say(KIND)),
        type_text=say(TYPE),
        quantity=quantity,
        limit=limit,
        trigger=None,
        kind=kind,
    )
    return OrderReport(
        ref=BrokerRef(hearing.day, required(order_number(say(NUMBER)), "order number")),
        kind=kind,
        source=Source.STREAM,
        at=hearing.at,
        draft=described.draft,
        shown=described.shown,
        of=None if original is None else BrokerRef(hearing.day, original),
        filled_value=count(say(VALUE)),
        execution=_execution(values, hearing) if "체결" in state else None,
        confirmed=quantity if kind is not ReportKind.NEW and ("확인" in state or "취소" in state) else None,
        rejected=_rejected(state, say(REASON)),
        ordered_at=moment(hearing.day, say(TIME)) if "접수" in state else None,
        name=plain(say(NAME)),
        type_text=plain(say(TYPE)),
        text=plain(state),
    )


def is_unclear(heard: OrderReport) -> bool:
    """True for anything but an order of its own that was taken or filled: an instruction, a refusal, a rest that the
    exchange ended. What these leave of an order only kt00007 tells (kiwoom/websocket.md 4, rule 2)."""
    return heard.kind is not ReportKind.NEW or not any(word in heard.text for word in ALIVE)


def _side(code: str, text: str) -> Side:
    known = {"1": Side.SELL, "2": Side.BUY}.get(code)
    return known or codes.side_from_text(text)


def _execution(values: Mapping[str, str], hearing: Hearing) -> Execution:
    number = (values.get(FILL) or "").strip()
    if not number:
        raise Unreadable("a fill without its number")
    return Execution(
        plain(number, 40),
        required(signed(values.get(FILL_QUANTITY)), "quantity of the fill"),
        required(price(values.get(FILL_PRICE)), "price of the fill"),
        moment(hearing.day, values.get(TIME)) or hearing.at,
    )


def _rejected(state: str, reason: str) -> str | None:
    if "거부" not in state:
        return None
    return plain(state) if reason in ("", "0") else plain(reason)
