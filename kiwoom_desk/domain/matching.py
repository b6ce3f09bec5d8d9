"""Finding a lost order in the broker's list: pure, one-to-one, and silent where the evidence is not enough.

The API carries no client order id, so content and time decide (docs/reliability.md 2.7). Identical orders are
interchangeable: what must be right is the count. Whatever does not fit goes to the trader; nothing is ever re-sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kiwoom_desk.domain.broker_orders import BrokerOrder
from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.facts import Cancelling, Placing, RequestId
from kiwoom_desk.domain.instruments import Venue
from kiwoom_desk.domain.intents import Intent
from kiwoom_desk.domain.order_types import BECOMES
from kiwoom_desk.domain.reports import OUR_CHANNEL, BrokerRef, ReportKind, Source, from_elsewhere

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
    """More rows fit than requests wait, or rows fit requests of different content, or fit only as far as they are
    understood: the trader chooses. Never a cancel."""

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
    listed = [row for row in rows if Source.DAY_LIST in row.sources]  # it alone names the channel (K3)
    fits = {i.request: [row for row in listed if could_be(i, row, server_offset)] for i in intents}
    findings: list[Finding] = []
    for group in _groups(intents, fits):
        findings += _judge(group, fits, began, server_offset)
    return findings


def _judge(
    group: Sequence[Intent],
    fits: dict[RequestId, list[BrokerOrder]],
    began: datetime,
    server_offset: timedelta | None,
) -> Iterable[Finding]:
    """One connected group: requests that share candidate rows, oldest first.

    While one of them is still being sent, or its attempt has only just ended, the whole group waits."""
    candidates = {row.ref for intent in group for row in fits[intent.request]}
    ready = [i for i in group if i.answer is not None and i.answer.at + GRACE <= began]
    if not candidates:
        return [Unseen(intent.request) for intent in ready]
    if len(ready) < len(group):
        return []
    if isinstance(group[0].begun, Cancelling):
        return _pair(group, fits)
    if len({_content(i) for i in group}) > 1 or len(candidates) > len(group):
        return [_too_many(group, candidates)]
    if not all(_surely(i, row, server_offset) for i in group for row in fits[i.request]):
        return [_too_many(group, candidates)]
    return _pair(group, fits)


def _too_many(group: Sequence[Intent], candidates: Iterable[BrokerRef]) -> Finding:
    return TooMany(tuple(i.request for i in group), tuple(sorted(candidates)))


def _pair(group: Sequence[Intent], fits: dict[RequestId, list[BrokerOrder]]) -> Iterable[Finding]:
    """Each row to one request: first where the quantities say the most, then the oldest. Cancels of one order need no
    more than that: their effect is the same whose they are, and what a row withdrew it says itself (R8)."""
    pairs = sorted((_apart(i, row), _age(i), row.ref) for i in group for row in fits[i.request])
    found: dict[RequestId, BrokerRef] = {}
    for _, (_, name), ref in pairs:
        request = RequestId(name)
        if request not in found and ref not in found.values():
            found[request] = ref
    return [Found(i.request, found[i.request]) if i.request in found else Unseen(i.request) for i in group]


def _apart(intent: Intent, row: BrokerOrder) -> int:
    """How far a cancel's row is from what was asked for: the part that was entered, what the exchange made of it, or
    any quantity at all."""
    begun = intent.begun
    if not isinstance(begun, Cancelling):
        return 0
    told = [None if row.shown is None else row.shown.quantity, row.confirmed]
    return told.index(begun.quantity) if begun.quantity is not None and begun.quantity in told else len(told)


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


def could_be(intent: Intent, row: BrokerOrder, server_offset: timedelta | None = None) -> bool:
    """True when the row can be what this request made, as far as both are known: nothing it says speaks against it,
    and the trader has not said that it is not.

    A channel or a word that we do not know says nothing. Only `_surely` makes it the request's without a question."""
    begun = intent.begun
    assert begun is not None
    told = begun.there is not None or server_offset is not None
    early = told and _too_early(begun, row, server_offset)
    return row.ref not in intent.turned_down and not early and _fits(begun, row)


def looks_like(intent: Intent, row: BrokerOrder) -> bool:
    """It could be what this request made, as far as anybody can guess, whatever the trader has said: also what was
    offered to him, though by this computer's clock it was too early."""
    assert intent.begun is not None
    early = row.ref not in intent.ever_turned_down and _too_early(intent.begun, row, None)
    return not early and _fits(intent.begun, row)


def _fits(begun: Placing | Cancelling, row: BrokerOrder) -> bool:
    if row.first_seen < begun.at:
        return False
    if from_elsewhere(row.channel):
        return False
    if isinstance(begun, Cancelling):
        return row.kind is ReportKind.CANCEL and row.of == begun.of and _same_quantity(begun.quantity, row)
    if begun.change is not None:
        return row.kind is ReportKind.AMEND and row.of == begun.of and _same_change(begun.change, row)
    return row.kind is ReportKind.NEW and (row.shown is None or same_order(begun.draft, _as_ours(begun.draft, row)))


def _too_early(begun: Placing | Cancelling, row: BrokerOrder, server_offset: timedelta | None) -> bool:
    """By its own time the broker took it before we sent. Only a guess while nothing has told us that time: this
    computer's clock may be ahead, so the row goes to the trader."""
    if row.ordered_at is None:
        return False
    tolerance = TOLERANCE_WITHOUT_OFFSET if server_offset is None else TOLERANCE
    sent_there = begun.there or begun.at + (server_offset or timedelta())
    return row.ordered_at + LISTED_TO <= sent_there - tolerance


def _surely(intent: Intent, row: BrokerOrder, server_offset: timedelta | None) -> bool:
    """Of a row that `could_be` the request: nothing about it is left to a guess."""
    begun = intent.begun
    assert isinstance(begun, Placing)
    if row.draft is None or row.channel not in (None, "", OUR_CHANNEL) or _too_early(begun, row, server_offset):
        return False
    return begun.change.price == row.draft.price if begun.change is not None else same_order(begun.draft, row.draft)


def _as_ours(ours: OrderDraft, row: BrokerOrder) -> OrderDraft:
    """The row's order with our own words where it has none that we understand, or those that ours may have become."""
    listed = row.shown
    assert listed is not None
    open_words = row.draft is None
    return replace(
        listed,
        type=ours.type if open_words or listed.type in BECOMES.get(ours.type, ()) else listed.type,
        venue=ours.venue if open_words else listed.venue,
        quantity=listed.quantity or ours.quantity,
        price=ours.price if listed.price is None else listed.price,
    )


def _same_quantity(asked: int | None, row: BrokerOrder) -> bool:
    """What was asked for stands in the row, or what the exchange made of it, which can be less than that."""
    listed = {row.confirmed, row.shown.quantity if row.shown else None} - {None, 0}
    return asked is None or not listed or asked in listed


def _same_change(change: AmendDraft, row: BrokerOrder) -> bool:
    price = None if row.shown is None else row.shown.price
    return _same_quantity(change.quantity, row) and price in (None, change.price)


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
