"""Hypothesis strategies for every kind of fact and what facts are made of, for whoever tests a law about facts."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from kiwoom_desk.domain import facts as f
from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.instruments import SEOUL, Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.reports import BrokerRef, Execution, OrderReport, ReportKind, Source

days = st.dates(date(2024, 1, 1), date(2030, 12, 31))
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(SEOUL))  # noqa: DTZ001
texts = st.text(st.characters(), max_size=30)
"""Any character at all: Hangul, NUL, control characters, halves of surrogate pairs."""

names = st.text(st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"), min_size=26, max_size=26)
order_ids = names.map(f.OrderId)
request_ids = names.map(f.RequestId)
numbers = st.integers(1, 9_999_999)
quantities = st.integers(1, 10**9)
prices = st.integers(1, 10**9)
refs = st.builds(BrokerRef, days, numbers)
milliseconds = st.floats(0, 1e6)


def maybe(strategy: SearchStrategy[object]) -> SearchStrategy[object]:
    return st.none() | strategy


drafts = st.builds(
    OrderDraft,
    market=st.sampled_from(Market),
    code=st.sampled_from(["005930", "0001A0", "M04020000"]),
    venue=st.sampled_from(Venue),
    side=st.sampled_from(Side),
    type=st.sampled_from(OrderType),
    quantity=quantities,
    price=maybe(prices),
    trigger=maybe(prices),
)
amendments = st.builds(AmendDraft, quantity=maybe(quantities), price=prices, trigger=maybe(prices))
executions = st.builds(Execution, number=texts, quantity=quantities, price=prices, at=moments)
reports = st.builds(
    OrderReport,
    ref=refs,
    kind=st.sampled_from(ReportKind),
    source=st.sampled_from(Source),
    at=moments,
    draft=maybe(drafts),
    of=maybe(refs),
    filled=st.integers(0, 10**9),
    filled_value=st.integers(0, 10**18),
    execution=maybe(executions),
    remaining=maybe(st.integers(0, 10**9)),
    confirmed=maybe(quantities),
    rejected=maybe(texts),
    expired=st.booleans(),
    channel=maybe(texts),
    ordered_at=maybe(moments),
    name=texts,
    type_text=texts,
    text=texts,
)
outcomes: SearchStrategy[f.Outcome] = st.one_of(
    st.builds(f.Accepted, ref=refs, base=maybe(numbers), quantity=maybe(quantities)),
    st.builds(f.Refused, code=texts, text=texts, kind=st.sampled_from(f.RefusalKind)),
    st.builds(f.NotSent, reason=texts),
    st.builds(f.AnswerLost, reason=texts),
)
wires = st.builds(
    f.Wire,
    tr=texts,
    request=texts,
    began=moments,
    status=maybe(st.integers(100, 599)),
    answer=maybe(texts),
    first_byte_ms=maybe(milliseconds),
    ended_ms=maybe(milliseconds),
)
placings = st.builds(
    f.Placing,
    order_id=order_ids,
    at=moments,
    day=days,
    draft=drafts,
    gesture_at=moments,
    replaces=maybe(order_ids),
    of=maybe(refs),
    change=maybe(amendments),
    name=texts,
    there=maybe(moments),
    value=maybe(prices),
)
cancellings = st.builds(
    f.Cancelling,
    order_id=order_ids,
    at=moments,
    request=request_ids,
    of=refs,
    quantity=maybe(quantities),
    gesture_at=moments,
    there=maybe(moments),
)
answers = st.builds(f.Answered, request=request_ids, at=moments, outcome=outcomes, wire=maybe(wires))
reporteds = st.builds(f.Reported, report=reports)
matches = st.builds(f.Matched, request=request_ids, at=moments, ref=refs, by=texts)
judgements = st.builds(
    f.Judged,
    request=request_ids,
    at=moments,
    verdict=st.sampled_from(f.Verdict),
    by=st.sampled_from(["machine", "trader"]),
    looks=st.integers(0, 1000),
    candidates=st.lists(refs, max_size=4).map(tuple),
)
looks = st.builds(
    f.Looked, at=moments, day=days, began=moments, complete=st.booleans(), rows=st.integers(0, 10_000), why=texts
)
notes = st.builds(f.Noted, at=moments, what=texts, text=texts)

by_kind: dict[type[f.Fact], SearchStrategy[f.Fact]] = {
    f.Placing: placings,
    f.Cancelling: cancellings,
    f.Answered: answers,
    f.Reported: reporteds,
    f.Matched: matches,
    f.Judged: judgements,
    f.Looked: looks,
    f.Noted: notes,
}
facts: SearchStrategy[f.Fact] = st.one_of(*by_kind.values())


# --- plain examples, for tests that need many facts fast -------------------------------------------------------------
MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=SEOUL)
SAMSUNG = OrderDraft(Market.STOCK, "005930", Venue.KRX, Side.BUY, OrderType.LIMIT, 10, 70_000)


def placing(n: int, at: datetime = MORNING) -> f.Placing:
    """The n-th order of a day: every n another request."""
    moment = at + timedelta(milliseconds=n)
    return f.Placing(f.OrderId(f"01ORDER{n:019d}"), moment, at.date(), SAMSUNG, moment, name="삼성전자")


def cancelling(n: int, at: datetime = MORNING) -> f.Cancelling:
    moment = at + timedelta(milliseconds=n)
    order = placing(n, at).order_id
    ref = BrokerRef(at.date(), n + 1)
    return f.Cancelling(order, moment, f.RequestId(f"01CANCEL{n:018d}"), ref, None, moment)


def accepted(n: int, at: datetime = MORNING) -> f.Answered:
    moment = at + timedelta(milliseconds=n)
    return f.Answered(f.RequestId(placing(n, at).order_id), moment, f.Accepted(BrokerRef(at.date(), n + 1)))


def reported(n: int, at: datetime = MORNING) -> f.Reported:
    moment = at + timedelta(milliseconds=n)
    ref = BrokerRef(at.date(), n + 1)
    return f.Reported(OrderReport(ref, ReportKind.NEW, Source.STREAM, moment, SAMSUNG, filled=n, name="삼성전자"))
