"""Finding a lost order in the broker's list: pure, one-to-one, and silent where the evidence is not enough.

The API carries no client order id, so content and time decide (docs/reliability.md 2.7). Identical orders are
interchangeable: what must be right is the count. Whatever does not fit goes to the trader; nothing is ever re-sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiwoom_desk.domain.broker_orders import BrokerOrder
from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.facts import Cancelling, Placing, RequestId
from kiwoom_desk.domain.instruments import Venue
from kiwoom_desk.domain.intents import Intent
from kiwoom_desk.domain.reports import OUR_CHANNEL, BrokerRef, ReportKind, Source

GRACE = timedelta(seconds=0.5)
"""A look counts for a request only when it began this long after its attempt ended."""

TOLERANCE = timedelta(seconds=1.5)
TOLERANCE_WITHOUT_OFFSET = timedelta(seconds=5)
"""How much earlier than our send the broker's own time may lie, with and without its clock known from `Date`."""

LISTED_TO = timedelta(seconds=1)
"""Lists tell the time in whole seconds, cut off: the order can be this much younger than its row says."""

LOOKS_FOR_ABSENT = 3
SECONDS_FOR_ABSENT = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Found:
    """This row is that request, by content, time and count."""

    request: RequestId
    ref: BrokerRef


@dataclass(frozen=True, slots=True)
class TooMany:
    """More rows fit than requests wait, or rows fit requests of different content: the trader chooses."""

    requests: tuple[RequestId, ...]
    candidates: tuple[BrokerRef, ...]


@dataclass(frozen=True, slots=True)
class Unseen:
    """No row fits this request in a look that counts for it."""

    request: RequestId


Finding = Found | TooMany | Unseen


def match(
    waiting: Iterable[Intent],
    rows: Iterable[BrokerOrder],
    *,
    began: datetime,
    server_offset: timedelta | None,
) -> Sequence[Finding]:
    """Judge every waiting request against the unclaimed rows of one complete look that began at `began`.

    `waiting` are requests of ours without a number: still being sent, or with a lost answer (judged absent ones too:
    they stay bindable). `rows` are numbers nobody owns. While a request that fits a row is still being sent, that row
    and everything that competes for it waits.
    """
    intents = [i for i in waiting if i.begun is not None and (i.outcome is None or i.lost)]
    listed = [row for row in rows if _could_be_ours(row)]
    fits = {i.request: [row for row in listed if _fits(i, row, server_offset)] for i in intents}
    findings: list[Finding] = []
    for group in _groups(intents, fits):
        findings += _judge(group, fits, began)
    return findings


def _judge(group: Sequence[Intent], fits: dict[RequestId, list[BrokerOrder]], began: datetime) -> Iterable[Finding]:
    """One connected group: requests that share candidate rows, oldest first.

    While one of them is still being sent, or its attempt has only just ended, the whole group waits."""
    candidates = {row.ref for intent in group for row in fits[intent.request]}
    ready = [i for i in group if i.answer is not None and i.answer.at + GRACE <= began]
    if not candidates:
        return [Unseen(intent.request) for intent in ready]
    if len(ready) < len(group):
        return []
    if len({_content(i) for i in group}) > 1 or len(candidates) > len(group):
        return [TooMany(tuple(i.request for i in group), tuple(sorted(candidates)))]
    found: list[Finding] = []
    free = sorted(candidates)
    for intent in group:
        possible = {row.ref for row in fits[intent.request]}
        ref = next((ref for ref in free if ref in possible), None)
        if ref is None:
            found.append(Unseen(intent.request))
        else:
            free.remove(ref)
            found.append(Found(intent.request, ref))
    return found


def _groups(intents: Sequence[Intent], fits: dict[RequestId, list[BrokerOrder]]) -> Iterable[list[Intent]]:
    """Connected groups by shared candidate rows, each oldest first. Twins without any row are groups of their own."""
    left = sorted(intents, key=_age)
    while left:
        group, refs = [left.pop(0)], set[BrokerRef]()
        refs |= {row.ref for row in fits[group[0].request]}
        grew = True
        while grew:
            joining = [i for i in left if refs & {row.ref for row in fits[i.request]}]
            grew = bool(joining)
            for intent in joining:
                left.remove(intent)
                group.append(intent)
                refs |= {row.ref for row in fits[intent.request]}
        yield sorted(group, key=_age)


def _age(intent: Intent) -> tuple[datetime, str]:
    assert intent.begun is not None
    return intent.begun.at, intent.request


def _could_be_ours(row: BrokerOrder) -> bool:
    """Only rows of the day list are judged: it alone names the channel (K3)."""
    return Source.DAY_LIST in row.sources and row.channel in (None, "", OUR_CHANNEL)


def _fits(intent: Intent, row: BrokerOrder, server_offset: timedelta | None) -> bool:
    begun = intent.begun
    assert begun is not None
    if row.first_seen < begun.at or row.ref in intent.turned_down:
        return False
    if row.ordered_at is not None:
        tolerance = TOLERANCE_WITHOUT_OFFSET if server_offset is None else TOLERANCE
        sent_there = begun.there or begun.at + (server_offset or timedelta())
        if row.ordered_at + LISTED_TO <= sent_there - tolerance:
            return False
    if isinstance(begun, Cancelling):
        return row.kind is ReportKind.CANCEL and row.of == begun.of and _same_quantity(begun.quantity, row)
    if begun.change is not None:
        return row.kind is ReportKind.AMEND and row.of == begun.of and _same_change(begun.change, row)
    return row.kind is ReportKind.NEW and row.draft is not None and same_order(begun.draft, row.draft)


def _same_quantity(asked: int | None, row: BrokerOrder) -> bool:
    """What was asked for stands in the row, or what the exchange made of it, which can be less than that."""
    listed = {row.confirmed, row.draft.quantity if row.draft else None} - {None}
    return asked is None or not listed or asked in listed


def _same_change(change: AmendDraft, row: BrokerOrder) -> bool:
    return _same_quantity(change.quantity, row) and row.draft is not None and row.draft.price == change.price


def same_order(ours: OrderDraft, listed: OrderDraft) -> bool:
    """True when the broker's row describes an order with our content.

    A type without a price may be listed with the price the exchange gave it; a trigger may be missing from a list.
    An order routed by SOR may be listed at the venue where it rests."""
    same = (ours.market, ours.code, ours.side, ours.type, ours.quantity) == (
        listed.market,
        listed.code,
        listed.side,
        listed.type,
        listed.quantity,
    )
    price = not ours.type.needs_price or ours.price == listed.price
    trigger = not ours.type.needs_trigger or listed.trigger in (None, 0, ours.trigger)
    venue = ours.venue in (listed.venue, Venue.SOR)
    return same and price and trigger and venue


def _content(intent: Intent) -> object:
    """What makes two requests interchangeable."""
    begun = intent.begun
    if isinstance(begun, Placing):
        return begun.draft if begun.change is None else (begun.of, begun.change)
    return None if begun is None else (begun.of, begun.quantity)
