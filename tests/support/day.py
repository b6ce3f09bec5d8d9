"""A small vocabulary for tests about one trading day: times, drafts, numbers, reports."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.facts import Answered, Cancelling, OrderId, Outcome, Placing, Reported, RequestId
from kiwoom_desk.domain.instruments import SEOUL, Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.reports import OUR_CHANNEL, BrokerRef, Execution, OrderReport, ReportKind, Source

DAY = date(2026, 11, 23)


def at(seconds: float) -> datetime:
    """So many seconds after ten o'clock."""
    return datetime(2026, 11, 23, 10, tzinfo=SEOUL) + timedelta(seconds=seconds)


def ref(number: int, day: date = DAY) -> BrokerRef:
    return BrokerRef(day, number)


def draft(
    quantity: int = 10,
    price: int | None = 71_200,
    *,
    code: str = "005930",
    side: Side = Side.BUY,
    type: OrderType = OrderType.LIMIT,
    venue: Venue = Venue.KRX,
    market: Market = Market.STOCK,
    trigger: int | None = None,
) -> OrderDraft:
    return OrderDraft(market, code, venue, side, type, quantity, price, trigger)


def placing(name: str, seconds: float, what: OrderDraft | None = None) -> Placing:
    return Placing(OrderId(name), at(seconds), DAY, what or draft(), at(seconds), name="삼성전자")


def amending(name: str, seconds: float, original: Placing, number: int, change: AmendDraft, remaining: int) -> Placing:
    what = original.draft.amended(change, remaining)
    return Placing(
        OrderId(name), at(seconds), DAY, what, at(seconds), replaces=original.order_id, of=ref(number), change=change
    )


def cancelling(name: str, seconds: float, order: Placing, number: int, quantity: int | None = None) -> Cancelling:
    return Cancelling(order.order_id, at(seconds), RequestId(name), ref(number), quantity, at(seconds))


def answered(name: str, seconds: float, outcome: Outcome) -> Answered:
    return Answered(RequestId(name), at(seconds), outcome)


def listed(
    number: int,
    seconds: float,
    what: OrderDraft | None = None,
    *,
    filled: int = 0,
    remaining: int | None = None,
    kind: ReportKind = ReportKind.NEW,
    of: int | None = None,
    confirmed: int | None = None,
    channel: str | None = OUR_CHANNEL,
    ordered: float | None = None,
    value: int | None = None,
    rejected: str | None = None,
    expired: bool = False,
) -> Reported:
    """A row of the day list."""
    what = what or draft()
    return Reported(
        OrderReport(
            ref(number),
            kind,
            Source.DAY_LIST,
            at(seconds),
            draft=what,
            of=None if of is None else ref(of),
            filled=filled,
            filled_value=filled * (what.price or 0) if value is None else value,
            remaining=what.quantity - filled if remaining is None else remaining,
            confirmed=confirmed,
            channel=channel,
            ordered_at=at(seconds if ordered is None else ordered).replace(microsecond=0),
            name="삼성전자",
            rejected=rejected,
            expired=expired,
        )
    )


def pushed(
    number: int,
    seconds: float,
    what: OrderDraft | None = None,
    *,
    fill: tuple[str, int, int] | None = None,
    kind: ReportKind = ReportKind.NEW,
    of: int | None = None,
    confirmed: int | None = None,
    value: int = 0,
    rejected: str | None = None,
) -> Reported:
    """A frame of the stream; `fill` is (execution number, quantity, price)."""
    return Reported(
        OrderReport(
            ref(number),
            kind,
            Source.STREAM,
            at(seconds),
            draft=what or draft(),
            of=None if of is None else ref(of),
            filled_value=value,
            execution=None if fill is None else Execution(*fill, at(seconds)),
            confirmed=confirmed,
            ordered_at=at(seconds).replace(microsecond=0),
            rejected=rejected,
        )
    )
